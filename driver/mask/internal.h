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
	GH_MASK_SHAPE_NUMBER,
	GH_MASK_SHAPE_TEMPORAL, /* always the default; `bytes` is its text */
	GH_MASK_SHAPE_GUID,     /* `bytes` are 16, in the order they are written */
};
struct gh_mask_result {
	enum gh_mask_shape shape;
	struct gh_span bytes; /* borrowed from the mask, or static */
	uint64_t number;
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
	struct gh_mask_column column;
	enum gh_mask_family family;
	struct gh_mac *mac;      /* hash only; owned */
	struct gh_buf plain;     /* the clear value in normal form; wiped when freed */
	struct gh_buf masked;    /* the masked value as UTF-8 or bytes */
	struct gh_buf delivered; /* the masked value in the application's C type */
	union gh_mask_fixed fixed;
	uint8_t digest[GH_SHA256_SIZE];
};

/* The key of a domain as a MAC.  Caller frees with gh_mac_free(). */
GH_MUST_CHECK enum gh_status gh_mask_keys_mac(struct gh_mask_keys *keys, const char *domain,
					      struct gh_mac **out, struct gh_error *err);

/* The column's default; touches no memory but `result`. */
void gh_mask_result_default(const struct gh_mask *mask, struct gh_mask_result *result);
/* Text columns.  `clear` is UTF-8 that need not be well-formed. */
void gh_mask_text_redact(struct gh_mask *mask, struct gh_mask_result *result);
GH_MUST_CHECK enum gh_status gh_mask_text_partial(struct gh_mask *mask, struct gh_span clear,
						  struct gh_mask_result *result);
/* The text without the blanks that a fixed-length type pads with. */
struct gh_span gh_mask_text_body(const struct gh_mask *mask, struct gh_span text);
/* Keyed hash of any family; the default for those that have too few values. */
GH_MUST_CHECK enum gh_status gh_mask_hash(struct gh_mask *mask, struct gh_span clear,
					  struct gh_mask_result *result);
/* True if hash looks at values of this family. */
bool gh_mask_hash_applies(enum gh_mask_family family);

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
