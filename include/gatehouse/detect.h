/*
 * Finds sensitive data by what values look like: in one cell, over a column,
 * and as spans of a text.  Knows nothing of ODBC; who calls says in which form
 * a value comes.  Nothing here allocates per value, and nothing keeps a clear
 * value beyond the call: columns keep counts and keyed hashes.
 *
 * What counts as sensitive, the tiers and the decision: doc/design/detect.md.
 */
#ifndef GATEHOUSE_DETECT_H
#define GATEHOUSE_DETECT_H

#include "gatehouse/util.h"

enum gh_detect_class {
	GH_DETECT_NONE = 0,
#define GH_DETECT(name, family, tier, chance, text) GH_DETECT_##name,
#include "gatehouse/detect.def"
#undef GH_DETECT
	GH_DETECT_CLASS_COUNT
};

/* The order is public: `gatehouse detect` prints their names. */
enum gh_detect_family {
	GH_DETECT_FAMILY_NONE = 0,
	GH_DETECT_FAMILY_PERSON,
	GH_DETECT_FAMILY_EMAIL,
	GH_DETECT_FAMILY_PHONE,
	GH_DETECT_FAMILY_ADDRESS,
	GH_DETECT_FAMILY_CARD,
	GH_DETECT_FAMILY_BANK_ACCOUNT,
	GH_DETECT_FAMILY_NATIONAL_ID,
	GH_DETECT_FAMILY_PASSPORT,
	GH_DETECT_FAMILY_TAX_ID,
	GH_DETECT_FAMILY_HEALTH_ID,
	GH_DETECT_FAMILY_DATE_OF_BIRTH,
	GH_DETECT_FAMILY_GEO,
	GH_DETECT_FAMILY_IP_OR_DEVICE,
	GH_DETECT_FAMILY_SECRET,
	GH_DETECT_FAMILY_SALARY_OR_FINANCIAL,
	GH_DETECT_FAMILY_FREE_TEXT,
	GH_DETECT_FAMILY_OTHER_PII,
	GH_DETECT_FAMILY_COUNT
};

/* How much must be seen: a cell (S), a ratio of a column (C), a hint besides (H). */
enum gh_detect_tier {
	GH_DETECT_TIER_NONE = 0,
	GH_DETECT_TIER_S,
	GH_DETECT_TIER_C,
	GH_DETECT_TIER_H
};

/* "IBAN", "bank_account", "S"; static storage; "" for none. */
const char *gh_detect_class_name(enum gh_detect_class class);
const char *gh_detect_class_text(enum gh_detect_class class); /* for people */
const char *gh_detect_family_name(enum gh_detect_family family);
const char *gh_detect_tier_name(enum gh_detect_tier tier);
enum gh_detect_family gh_detect_family_of(enum gh_detect_class class);
enum gh_detect_tier gh_detect_tier_of(enum gh_detect_class class);
/* GH_DETECT_FAMILY_NONE: no such family. */
enum gh_detect_family gh_detect_family_named(const char *name);

/* ---- values -------------------------------------------------------------- */

enum gh_detect_encoding {
	GH_DETECT_UTF8 = 0, /* also other encodings that begin with ASCII */
	GH_DETECT_UTF16,    /* the machine's byte order */
	GH_DETECT_UTF32,
};

/* A value as it was fetched, borrowed for the call. */
struct gh_detect_value {
	const void *bytes; /* NULL only where length is 0 */
	size_t length;     /* in bytes */
	enum gh_detect_encoding encoding;
};

struct gh_detect_value gh_detect_text(struct gh_span utf8);

/*
 * Tier S on one cell: the class, or GH_DETECT_NONE.  Looks at the cell as a
 * whole; what stands within a longer text: gh_detect_spans.
 */
enum gh_detect_class gh_detect_cell(const struct gh_detect_value *value);
enum gh_detect_class gh_detect_integer(int64_t value); /* always NONE today: digits need a column */

/* ---- columns -------------------------------------------------------------- */

/* What the database says of the column's type. */
enum gh_detect_kind {
	GH_DETECT_KIND_UNKNOWN = 0, /* looked at like text */
	GH_DETECT_KIND_TEXT,
	GH_DETECT_KIND_INTEGER,
	GH_DETECT_KIND_DECIMAL, /* numeric, float, money */
	GH_DETECT_KIND_DATE,
	GH_DETECT_KIND_TIMESTAMP,
	GH_DETECT_KIND_TIME, /* also intervals */
	GH_DETECT_KIND_BOOLEAN,
	GH_DETECT_KIND_GUID,
	GH_DETECT_KIND_BINARY,
};

/* From a type's name: "varchar(40)", "int8", "timestamp with time zone"; NULL is unknown. */
enum gh_detect_kind gh_detect_kind_named(const char *type);

/* Texts are borrowed for the call of gh_detect_column_new. */
struct gh_detect_about {
	const char *column; /* its name or label; NULL: not known */
	const char *table;  /* NULL: not known */
	enum gh_detect_kind kind;
	size_t size; /* declared characters or digits; 0: not known */
};

enum gh_detect_state {
	GH_DETECT_UNDECIDED = 0, /* fewer than GH_DETECT_ENOUGH distinct values so far */
	GH_DETECT_CLEAN,
	GH_DETECT_SENSITIVE,
};

struct gh_detect_verdict {
	enum gh_detect_state state;
	enum gh_detect_class class; /* of SENSITIVE, as the other three */
	enum gh_detect_family family;
	enum gh_detect_tier tier;
	unsigned confidence; /* per mille */
};

#define GH_DETECT_ENOUGH 64

/* What was seen of a column: counts, and hashes under a key of its own.  One thread at a time. */
struct gh_detect_column;
GH_MUST_CHECK enum gh_status gh_detect_column_new(const struct gh_detect_about *about,
						  struct gh_detect_column **out,
						  struct gh_error *err);
void gh_detect_column_free(struct gh_detect_column *column); /* wipes; NULL is fine */
/* Takes note of one value; NULL values are not added.  Never fails, never allocates. */
void gh_detect_column_add(struct gh_detect_column *column, const struct gh_detect_value *value);
void gh_detect_column_add_integer(struct gh_detect_column *column, int64_t value);

/* Whether values may still come. */
enum gh_detect_ask { GH_DETECT_MORE, GH_DETECT_END };
/*
 * The decision.  With GH_DETECT_MORE it stays UNDECIDED until there are
 * GH_DETECT_ENOUGH distinct values, unless type or size decide alone; with
 * GH_DETECT_END it is always one of the other two.  An evaluation costs a few
 * microseconds: ask once a batch, not once a cell.
 */
void gh_detect_column_verdict(struct gh_detect_column *column, enum gh_detect_ask ask,
			      struct gh_detect_verdict *out);

/* ---- texts ---------------------------------------------------------------- */

/* A part of a text: bytes [start, end). */
struct gh_detect_found {
	size_t start;
	size_t end;
	enum gh_detect_class class;
	enum gh_detect_family family;
};

/*
 * No span is longer than this, but for a PEM key, which is found from its first
 * line to the end of its last, or to the end of the text where that is missing.
 * Who scans a text in pieces overlaps them by this much and takes only spans
 * that begin before the overlap.
 */
#define GH_DETECT_LONGEST 4096

/*
 * Spans of UTF-8 text, in order, not overlapping.  Returns their number; beyond
 * `room` they are counted, not stored: a caller that masks must then take the
 * whole text for sensitive.
 */
size_t gh_detect_spans(struct gh_span text, struct gh_detect_found *found, size_t room);

/* ---- patterns of the operator ----------------------------------------------- */

/*
 * Perl-compatible patterns, compiled once (and to machine code where the library
 * can), each tried only on values that pass its gate, and under limits: a match
 * that runs into them counts as one, because a value that can't be judged isn't
 * let through.
 */
enum gh_detect_gate {
	GH_DETECT_GATE_NONE = 0, /* not accepted: each cell would pay for the pattern */
	GH_DETECT_GATE_LITERAL,  /* the value holds `literal`, as it is written there */
	GH_DETECT_GATE_DIGIT,    /* the value holds a digit */
	GH_DETECT_GATE_LETTER,   /* the value holds a letter, of any script */
};

/* Texts are borrowed for the call of gh_detect_patterns_new. */
struct gh_detect_pattern {
	const char *expression; /* has to match the whole value */
	enum gh_detect_gate gate;
	const char *literal; /* at least two bytes; NULL for other gates */
	enum gh_detect_family family;
};

/* One thread at a time. */
struct gh_detect_patterns;
/*
 * GH_E_CONFIG with the number of the row (`line`) and the place in the expression
 * (`column`) where a row can't be used.  No row at all is fine.
 */
GH_MUST_CHECK enum gh_status gh_detect_patterns_new(const struct gh_detect_pattern *rows,
						    size_t count, struct gh_detect_patterns **out,
						    struct gh_error *err);
void gh_detect_patterns_free(struct gh_detect_patterns *patterns); /* NULL is fine */
/* The family of the first row that matches; GH_DETECT_FAMILY_NONE: none does. */
enum gh_detect_family gh_detect_patterns_match(struct gh_detect_patterns *patterns,
					       const struct gh_detect_value *value);

#endif
