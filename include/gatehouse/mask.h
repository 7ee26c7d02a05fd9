/*
 * Masking of one value.  Knows C types of ODBC but calls no ODBC function: the
 * caller obtained the whole value and delivers the result.  Nothing here
 * allocates per value, and every failure gives the typed default, never the
 * clear value.
 */
#ifndef GATEHOUSE_MASK_H
#define GATEHOUSE_MASK_H

#include <sql.h>
#include <sqlext.h>

#include "gatehouse/facts.h"
#include "gatehouse/util.h"

/* What kind of value a column holds, from its SQL type. */
enum gh_mask_family {
	GH_MASK_FAMILY_TEXT = 0, /* also for types that are not known */
	GH_MASK_FAMILY_INTEGER,
	GH_MASK_FAMILY_DECIMAL,
	GH_MASK_FAMILY_FLOAT,
	GH_MASK_FAMILY_BIT,
	GH_MASK_FAMILY_DATE,
	GH_MASK_FAMILY_TIME,
	GH_MASK_FAMILY_TIMESTAMP,
	GH_MASK_FAMILY_INTERVAL,
	GH_MASK_FAMILY_BINARY,
	GH_MASK_FAMILY_GUID,
	GH_MASK_FAMILY_COUNT
};

/* What a mask must know of its column.  Plain value. */
struct gh_mask_column {
	SQLSMALLINT sql_type;
	SQLULEN size;         /* SQL_DESC_LENGTH or precision; 0: unknown */
	SQLSMALLINT digits;   /* scale */
	SQLSMALLINT nullable; /* SQL_NO_NULLS: nullify falls back to the default */
};

enum gh_mask_family gh_mask_family_of(SQLSMALLINT sql_type);

/* Keys of masks; one per process and key file.  Safe to share between threads. */
struct gh_mask_keys;
/*
 * Takes a copy of the master key, from which a key per domain is derived
 * (doc/design/mask.md).  Under GH_MASK_KEY_MINIMUM bytes it is GH_E_KEY.
 */
#define GH_MASK_KEY_MINIMUM 16
GH_MUST_CHECK enum gh_status gh_mask_keys_new(struct gh_span master, struct gh_mask_keys **out,
					      struct gh_error *err);
/*
 * The keys of a file: 32 bytes, which are key 1, or a list of several with their
 * numbers (doc/masking.md), of which the newest makes new masks and all are known.
 */
#define GH_MASK_KEYS_MAX 32
GH_MUST_CHECK enum gh_status gh_mask_keys_parse(struct gh_span file, struct gh_mask_keys **out,
						struct gh_error *err);
/* The number of the key that makes new masks. */
unsigned gh_mask_keys_newest(const struct gh_mask_keys *keys);
void gh_mask_keys_free(struct gh_mask_keys *keys);

/*
 * A mask for one column, with its key and scratch.  Used by one thread at a
 * time.  `keys` is borrowed for the call, and may be NULL where the function is
 * not hash; texts of the spec are borrowed for the call.  Caller frees, which
 * wipes.
 */
struct gh_mask;
GH_MUST_CHECK enum gh_status gh_mask_new(const struct gh_mask_spec *spec,
					 const struct gh_mask_column *column,
					 struct gh_mask_keys *keys, struct gh_mask **out,
					 struct gh_error *err);
void gh_mask_free(struct gh_mask *mask);

/*
 * The C type in which the caller should fetch the clear value for an
 * application that asks for `c_type` (never SQL_C_DEFAULT afterwards): the
 * one in which the mask can be applied without loss.  Every value is fetched,
 * also where the mask does not look at it, so that NULL stays NULL.  0 for a C
 * type that is not known: refuse the call (HY003), nothing may be fetched.
 */
SQLSMALLINT gh_mask_fetch_type(const struct gh_mask *mask, SQLSMALLINT c_type);
/* The C type that SQL_C_DEFAULT stands for with this SQL type (ODBC 3.8, appendix D). */
SQLSMALLINT gh_mask_default_c_type(SQLSMALLINT sql_type);
/* Bytes of a fixed-length C type; 0 for character and binary types. */
size_t gh_mask_c_size(SQLSMALLINT c_type);

/*
 * One masked value, complete, as it is to be delivered in the C type that was
 * asked for.  `bytes` is borrowed from the mask until its next call.  For
 * SQL_C_CHAR, SQL_C_WCHAR and SQL_C_BINARY `length` counts bytes, without a
 * terminator.
 */
struct gh_mask_value {
	bool is_null;
	const void *bytes;
	size_t length;
};

/* How much of the clear value the target gave. */
enum gh_mask_clear {
	GH_MASK_CLEAR_WHOLE,
	GH_MASK_CLEAR_CUT, /* it had more than it gave */
	GH_MASK_CLEAR_NULL,
};

/*
 * Masks.  `clear` is the value in the C type of gh_mask_fetch_type(), in bytes
 * and without a terminator; where it was cut, a function that looks at the value
 * gives the typed default and GH_E_LIMIT.  `wanted` is the application's C type.
 * *out is always safe to deliver, also when the status is not GH_OK: GH_E_CONVERT
 * (the clear value is not what its type says) gives the typed default,
 * GH_E_C_TYPE (not known) NULL.
 */
enum gh_status gh_mask_apply(struct gh_mask *mask, struct gh_span clear, enum gh_mask_clear state,
			     SQLSMALLINT wanted, struct gh_mask_value *out);

/* The typed default, which needs no memory: where NULL could not be delivered. */
void gh_mask_fallback(struct gh_mask *mask, SQLSMALLINT wanted, struct gh_mask_value *out);

/*
 * What a connection remembers of the masks that it gave out, so that one that
 * comes back is known: tokens by their tag, whoever made them; redaction marks
 * and stars; and the latest results of hash, fpe, token, partial and card.  A
 * true value is taken for a mask less than once in a million.  Several threads
 * may use it.  Caller frees.
 */
struct gh_mask_memory;
GH_MUST_CHECK enum gh_status gh_mask_memory_new(struct gh_mask_keys *keys,
						struct gh_mask_memory **out,
						struct gh_error *err);
void gh_mask_memory_free(struct gh_mask_memory *memory); /* NULL is fine */
/* From now on what the mask gives is remembered; `memory` must outlive it. */
void gh_mask_remember(struct gh_mask *mask, struct gh_mask_memory *memory);
/* Appends the decimal digits of a number in one of ODBC's C types; false: it has another type. */
GH_MUST_CHECK bool gh_mask_number_of(SQLSMALLINT c_type, const void *value, struct gh_buf *out);
/* Is the value, as UTF-8 or as a number is written, a mask of ours? */
GH_MUST_CHECK bool gh_mask_is_ours(struct gh_mask_memory *memory, struct gh_span text);

/*
 * Writes a masked value into an application's buffer with ODBC's rules for
 * truncation and indicators.  *offset is how much of the value was delivered
 * before (chunks of SQLGetData; 0 for bound columns) and moves on, to
 * GH_MASK_DELIVERED after the last byte.  Returns SQL_SUCCESS,
 * SQL_SUCCESS_WITH_INFO (truncated: 01004), SQL_NO_DATA (all was delivered by
 * earlier calls), or SQL_ERROR; *state is the SQLSTATE (01004, 22002 NULL
 * without indicator, HY090 bad length, HY003 unknown C type, HY000 the value is
 * not of this C type) or NULL.  A NULL target gets the length only and delivers
 * nothing.
 */
#define GH_MASK_DELIVERED SIZE_MAX
struct gh_mask_buffer {
	SQLSMALLINT c_type; /* never SQL_C_DEFAULT */
	SQLPOINTER target;  /* NULL: only the length is wanted */
	SQLLEN room;        /* bytes, for character and binary types */
	SQLLEN *length;     /* NULL: not wanted */
	SQLLEN *indicator;  /* NULL: not wanted; may equal length */
};
SQLRETURN gh_mask_deliver(const struct gh_mask_value *value, const struct gh_mask_buffer *buffer,
			  size_t *offset, const char **state);

/* For text outside columns (diagnostics): the strictest text mask. */
const char *gh_mask_withheld_text(void);

#endif
