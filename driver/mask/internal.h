/*
 * What the files of driver/mask share: what is known of a C type, and a masked
 * value before it takes the form of one.
 */
#ifndef GATEHOUSE_MASK_INTERNAL_H
#define GATEHOUSE_MASK_INTERNAL_H

#include "gatehouse/mask.h"

enum gh_mask_c_kind {
	GH_MASK_C_UNKNOWN = 0,
	GH_MASK_C_TEXT,
	GH_MASK_C_WIDE,
	GH_MASK_C_BYTES,
	GH_MASK_C_WHOLE, /* an integer of 1, 2, 4 or 8 bytes */
	GH_MASK_C_FLOAT,
	GH_MASK_C_DOUBLE,
	GH_MASK_C_NUMERIC,
	GH_MASK_C_DATE,
	GH_MASK_C_TIME,
	GH_MASK_C_TIMESTAMP,
	GH_MASK_C_INTERVAL,
	GH_MASK_C_GUID,
};

struct gh_mask_c_type {
	SQLSMALLINT code;
	enum gh_mask_c_kind kind;
	size_t size;      /* bytes; 0 for character and binary types */
	uint64_t largest; /* whole: the largest value it holds */
};

/* Static storage; the row of kind UNKNOWN for a code that is not known. */
const struct gh_mask_c_type *gh_mask_c_type_find(SQLSMALLINT code);
/* Resolves SQL_C_DEFAULT. */
const struct gh_mask_c_type *gh_mask_c_type_resolve(SQLSMALLINT code, SQLSMALLINT sql_type);

#define GH_MASK_GUID_SIZE 16

/* A masked value in the column's own terms. */
enum gh_mask_shape {
	GH_MASK_SHAPE_TEXT = 0, /* `bytes` is UTF-8 */
	GH_MASK_SHAPE_BYTES,
	GH_MASK_SHAPE_NUMBER,   /* number / 10^scale */
	GH_MASK_SHAPE_TEMPORAL, /* `bytes` is its text, `moment` the same */
	GH_MASK_SHAPE_GUID,     /* `bytes` are 16, in the order they are written */
};
struct gh_mask_result {
	enum gh_mask_shape shape;
	struct gh_span bytes; /* borrowed from the mask, or static */
	uint64_t number;
	unsigned scale;
	bool negative;
	SQL_TIMESTAMP_STRUCT moment;
};

union gh_mask_fixed {
	uint8_t whole1;
	uint16_t whole2;
	uint32_t whole4;
	uint64_t whole8;
	SQLREAL real;
	SQLDOUBLE real8;
	SQL_NUMERIC_STRUCT numeric;
	SQL_DATE_STRUCT date;
	SQL_TIME_STRUCT time;
	SQL_TIMESTAMP_STRUCT timestamp;
	SQL_INTERVAL_STRUCT interval;
	SQLGUID guid;
};

struct gh_mask {
	enum gh_mask_function function;
	size_t keep_first;
	size_t keep_last;
	char fill[5]; /* one code point */
	int64_t amount;
	enum gh_mask_unit unit;
	enum gh_mask_normal normal;
	char key_letter; /* token: the letter of its key; NUL: it carries none */
	const struct gh_mask_dictionary *dictionary;
	struct gh_mask_memory *memory; /* what is given out is remembered; NULL: it is not */
	struct gh_mask_column column;
	enum gh_mask_family family;
	bool ascii;              /* the text that is looked at is */
	struct gh_mac *mac;      /* keyed functions but fpe; owned */
	struct gh_ff1 *ff1;      /* fpe, and the tags of tokens; owned */
	struct gh_buf plain;     /* the clear value as UTF-8; wiped when freed */
	struct gh_buf normalised; /* the clear value in normal form; wiped when freed */
	struct gh_buf masked;    /* the masked value as UTF-8 or bytes */
	struct gh_buf delivered; /* the masked value in the application's C type */
	union gh_mask_fixed fixed;
	uint8_t digest[GH_SHA256_SIZE];
};

/* ---- keys (keys.c) --------------------------------------------------------------------- */

/* A domain's newest key for one purpose, such as "hash ", as a MAC; freed with gh_mac_free(). */
GH_MUST_CHECK enum gh_status gh_mask_keys_mac(struct gh_mask_keys *keys, const char *purpose,
					      const char *domain, struct gh_mac **out,
					      struct gh_error *err);
size_t gh_mask_keys_count(const struct gh_mask_keys *keys);
/* The cipher of tokens' tags under one of the keys, counted from 0.  Caller frees. */
GH_MUST_CHECK enum gh_status gh_mask_keys_tag(struct gh_mask_keys *keys, size_t index,
					      struct gh_ff1 **out, struct gh_error *err);
/* And as a cipher.  Caller frees with gh_ff1_free(). */
GH_MUST_CHECK enum gh_status gh_mask_keys_ff1(struct gh_mask_keys *keys, const char *purpose,
					      const char *domain, struct gh_ff1 **out,
					      struct gh_error *err);

/* ---- FF1 (ff1.c) ------------------------------------------------------------------------- */

enum {
	GH_FF1_DIGITS_MAX = 128,
	GH_FF1_RADIX_MAX = 256,
	GH_FF1_TWEAK_MAX = 32,
	GH_FF1_DOMAIN_MIN = 1000000,
	GH_FF1_BLOCK = 16,
};
enum gh_ff1_way { GH_FF1_ENCRYPT, GH_FF1_DECRYPT };

struct gh_ff1_text {
	uint8_t digits[GH_FF1_DIGITS_MAX]; /* each below the radix */
	size_t length;
	uint32_t radix;
};

/* A cipher under an AES key of 16, 24 or 32 bytes; used by one thread at a time. */
struct gh_ff1;
GH_MUST_CHECK enum gh_status gh_ff1_new(struct gh_span key, struct gh_ff1 **out,
					struct gh_error *err);
void gh_ff1_free(struct gh_ff1 *ff1); /* NULL is fine */
bool gh_ff1_large_enough(uint32_t radix, size_t length);
/* In place.  GH_E_LIMIT: the domain is under a million, or the text or tweak is too long. */
GH_MUST_CHECK enum gh_status gh_ff1_run(struct gh_ff1 *ff1, enum gh_ff1_way way,
					struct gh_span tweak, struct gh_ff1_text *text);
/* One block of AES. */
GH_MUST_CHECK bool gh_ff1_block(struct gh_ff1 *ff1, const uint8_t in[GH_FF1_BLOCK],
				uint8_t out[GH_FF1_BLOCK]);

/* ---- functions --------------------------------------------------------------------------- */

/* The column's default; touches no memory but `result`. */
void gh_mask_result_default(const struct gh_mask *mask, struct gh_mask_result *result);
/* Text columns. */
void gh_mask_text_redact(struct gh_mask *mask, struct gh_mask_result *result);
GH_MUST_CHECK enum gh_status gh_mask_text_partial(struct gh_mask *mask, struct gh_span clear,
						  struct gh_mask_result *result);
/* Is it well-formed UTF-8?  Sets mask->ascii. */
GH_MUST_CHECK bool gh_mask_text_fine(struct gh_mask *mask, struct gh_span text);
/* Cuts a text to what the column declares. */
void gh_mask_text_fit(struct gh_mask *mask, struct gh_mask_result *result);
/* The text without the blanks that a fixed-length type pads with. */
struct gh_span gh_mask_text_body(const struct gh_mask *mask, struct gh_span text);
/* Keyed hash of any family but those that have too few values. */
GH_MUST_CHECK enum gh_status gh_mask_hash(struct gh_mask *mask, struct gh_span clear,
					  struct gh_mask_result *result);
/* HMAC of the value in mask->digest; `kind` keeps forms of values apart. */
GH_MUST_CHECK enum gh_status gh_mask_digest(struct gh_mask *mask, const char *kind,
					    struct gh_span value);
/* The letter of base32 for a number modulo 32. */
char gh_mask_letter(unsigned number);
/* The first `length` letters (at most 50) of the digest in base32. */
void gh_mask_letters(const uint8_t *digest, char *out, size_t length);
/* The 16 bytes of a GUID's text, whatever its case, hyphens and braces. */
GH_MUST_CHECK bool gh_mask_read_guid(struct gh_span text, uint8_t out[GH_MASK_GUID_SIZE]);
/*
 * The text in the form that is hashed: borrowed from the text, or in
 * mask->normalised.
 */
GH_MUST_CHECK enum gh_status gh_mask_normalise(struct gh_mask *mask, struct gh_span text,
					       struct gh_span *out);

/*
 * Functions of one value.  `clear` is the value as UTF-8 (bytes for binary
 * columns), of a text column without its padding and well-formed.  Texts go to
 * mask->masked.
 */
GH_MUST_CHECK enum gh_status gh_mask_token(struct gh_mask *mask, struct gh_span clear,
					   struct gh_mask_result *result);
GH_MUST_CHECK enum gh_status gh_mask_fpe(struct gh_mask *mask, struct gh_span clear,
					 struct gh_mask_result *result);
GH_MUST_CHECK enum gh_status gh_mask_pseudo(struct gh_mask *mask, struct gh_span clear,
					    struct gh_mask_result *result);
GH_MUST_CHECK enum gh_status gh_mask_email(struct gh_mask *mask, struct gh_span clear,
					   struct gh_mask_result *result);
GH_MUST_CHECK enum gh_status gh_mask_card(struct gh_mask *mask, struct gh_span clear,
					  struct gh_mask_result *result);
GH_MUST_CHECK enum gh_status gh_mask_form(struct gh_mask *mask, struct gh_span clear,
					  struct gh_mask_result *result);
GH_MUST_CHECK enum gh_status gh_mask_ip(struct gh_mask *mask, struct gh_span clear,
					struct gh_mask_result *result);
GH_MUST_CHECK enum gh_status gh_mask_geo_text(struct gh_mask *mask, struct gh_span clear,
					      struct gh_mask_result *result);
/* round, bucket, noise, k_suppress, geo_round, and age_cap of a number of years. */
GH_MUST_CHECK enum gh_status gh_mask_amount(struct gh_mask *mask, struct gh_span clear,
					    struct gh_mask_result *result);
/* date_trunc, date_shift, and age_cap of a date of birth. */
GH_MUST_CHECK enum gh_status gh_mask_moment(struct gh_mask *mask, struct gh_span clear,
					    struct gh_mask_result *result);

/* A number as it is written: magnitude / 10^scale, at most 18 digits. */
struct gh_mask_decimal {
	uint64_t magnitude;
	unsigned scale;
	bool negative;
	bool cut; /* digits behind the point were left out */
};
#define GH_MASK_DECIMAL_DIGITS 18
/* GH_E_CONVERT: no number; GH_E_LIMIT: too long before the point. */
GH_MUST_CHECK enum gh_status gh_mask_decimal_parse(struct gh_span text,
						   struct gh_mask_decimal *out);
/* 10^exponent, at most 10^18. */
uint64_t gh_mask_power_of_ten(unsigned exponent);
/* The greatest whole number of an integer type; UINT64_MAX for others. */
uint64_t gh_mask_type_range(SQLSMALLINT sql_type);
/* Is it in the range of the column, or of its type where none is declared? */
GH_MUST_CHECK bool gh_mask_decimal_fits(const struct gh_mask_column *column,
					const struct gh_mask_decimal *number);
void gh_mask_result_number(struct gh_mask_result *result, const struct gh_mask_decimal *number);
/* The number as text, such as "-0.50". */
#define GH_MASK_NUMBER_ROOM 48
struct gh_span gh_mask_number_text(const struct gh_mask_result *result,
				   char room[GH_MASK_NUMBER_ROOM]);

/* Decimal digits of a number; of 0 one. */
unsigned gh_mask_digits(uint64_t number);
/* The mask has a memory: the result is being given out. */
void gh_mask_keep_result(struct gh_mask *mask, const struct gh_mask_result *result);

/* FF1 of a text's letters and digits; appends the whole text. */
GH_MUST_CHECK enum gh_status gh_mask_fpe_text(struct gh_ff1 *ff1, enum gh_ff1_way way,
					      struct gh_span clear, struct gh_buf *out);
/* FF1 of a number's digits; the result fits the column and has as many. */
GH_MUST_CHECK enum gh_status gh_mask_fpe_number(struct gh_ff1 *ff1, enum gh_ff1_way way,
						const struct gh_mask_column *column,
						struct gh_mask_decimal *number);
/* True if the tag at the end of the text is the one that a token with this key has. */
GH_MUST_CHECK bool gh_mask_token_is(struct gh_ff1 *ff1, struct gh_span text);

/* A dictionary of pseudonyms; static storage, NULL if there is none of that name. */
struct gh_mask_dictionary;
const struct gh_mask_dictionary *gh_mask_dictionary_find(const char *name);

/*
 * Appends a number's one normal form, such as "-125e-1": "1.50", "1.5" and
 * "15e-1" are the same.  GH_E_CONVERT for what is no number.
 */
GH_MUST_CHECK enum gh_status gh_mask_number_normal(struct gh_span text, struct gh_buf *out);
/* The largest whole number that a masked value of the column may have. */
uint64_t gh_mask_number_limit(const struct gh_mask_column *column);

/* Gives the result the form of a C type. */
GH_MUST_CHECK enum gh_status gh_mask_convert(struct gh_mask *mask,
					     const struct gh_mask_result *result,
					     const struct gh_mask_c_type *type,
					     struct gh_mask_value *out);

#endif
