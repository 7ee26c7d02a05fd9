/*
 * What the files of the detectors share: a cell made ready, the classes that it
 * may belong to, and words.
 */
#ifndef GATEHOUSE_DETECT_INTERNAL_H
#define GATEHOUSE_DETECT_INTERNAL_H

#include "gatehouse/detect.h"
#include "check.h"
#include "scan.h"

/* ---- a cell made ready (view.c) ------------------------------------------------ */

#define GH_DETECT_VIEW 1024 /* longer cells are looked at as texts */

/* What signs a cell holds. */
enum {
	GH_DETECT_HAS_DIGIT = 1,
	GH_DETECT_HAS_UPPER = 2,
	GH_DETECT_HAS_LOWER = 4,
	GH_DETECT_HAS_HIGH = 8, /* bytes above ASCII */
	GH_DETECT_HAS_SPACE = 16,
	GH_DETECT_HAS_AT = 32,
	GH_DETECT_HAS_COLON = 64,
	GH_DETECT_HAS_PUNCTUATION = 128, /* all other */
};

extern const unsigned char gh_detect_signs[256];

/* The cell without blanks around it, as UTF-8, with a NUL behind it. */
struct gh_detect_view {
	size_t length;  /* of text; GH_DETECT_VIEW + 1: it was longer */
	unsigned signs; /* GH_DETECT_HAS_*, of what is in text */
	unsigned char text[GH_DETECT_VIEW + 8];
};

/* Long cells keep their first GH_DETECT_VIEW bytes. */
void gh_detect_view_make(const struct gh_detect_value *value, struct gh_detect_view *view);
/* "n/a", "-", "unknown": what stands where nothing is known. */
bool gh_detect_is_junk(const struct gh_detect_view *view);

/* ---- classes of a cell (cell.c) --------------------------------------------------- */

#define GH_DETECT_HITS 12

/* The classes that one cell may belong to, the surest first. */
struct gh_detect_hits {
	enum gh_detect_shape shape;
	size_t count;
	unsigned char classes[GH_DETECT_HITS];
};

/* Digits and capitals of a shape, for checks; `out` has room for GH_DETECT_VIEW. */
size_t gh_detect_compact(const unsigned char *text, size_t length, char *out);
enum gh_detect_shape gh_detect_shape_of(const struct gh_detect_view *view);
void gh_detect_classify(const struct gh_detect_view *view, struct gh_detect_hits *hits);
/* Tier S in a cell that was made ready. */
enum gh_detect_class gh_detect_view_cell(const struct gh_detect_view *view);

/* The rows of a shape (shapes.c); ends with a row without a check. */
struct gh_detect_candidate {
	unsigned short class;
	unsigned short shortest, longest; /* of the compact value */
	gh_detect_check check;
};
const struct gh_detect_candidate *gh_detect_candidates(enum gh_detect_shape shape, size_t digits);

/* ---- values that look right but are nobody's (nobody.c) ------------------------------- */

/* info@, support@, user@example.com. */
bool gh_detect_is_role_mailbox(const unsigned char *text, size_t length);
/* Private, loopback, link-local, documentation. */
bool gh_detect_is_infrastructure_ipv4(const unsigned char *text);
/* "key=value;" with a password that is no placeholder. */
bool gh_detect_is_connection_string(const unsigned char *text, size_t length);

/* ---- words (words.c) -------------------------------------------------------------------- */

#define GH_DETECT_WORD 24

/* A word in small letters without accents, for the tables; cut to what they hold. */
struct gh_detect_word {
	char text[GH_DETECT_WORD];
	size_t length;
	enum { GH_DETECT_SCRIPT_NONE, GH_DETECT_LATIN, GH_DETECT_OTHER_SCRIPT } script;
	enum { GH_DETECT_SMALL, GH_DETECT_CAPITAL, GH_DETECT_ALL_CAPITALS } letters;
};

/* Reads the word at `at`; returns the byte behind it. */
size_t gh_detect_word_read(struct gh_span text, size_t at, struct gh_detect_word *word);
bool gh_detect_is_given_name(const struct gh_detect_word *word);
bool gh_detect_is_family_name(const struct gh_detect_word *word);
bool gh_detect_is_street_word(const struct gh_detect_word *word);
bool gh_detect_is_company_word(const struct gh_detect_word *word);
bool gh_detect_is_title(const struct gh_detect_word *word);
bool gh_detect_is_particle(const struct gh_detect_word *word);

/* What the words of a cell say together. */
struct gh_detect_words {
	size_t words;
	size_t capitals;   /* words that begin with one */
	size_t smalls;     /* neither that nor a particle */
	size_t numbers;    /* tokens with a digit */
	size_t given, family, street, company, title;
	size_t wordless;   /* other scripts that write without blanks: signs */
	bool name_like;    /* one to six words, letters only */
	bool technical;    /* signs that programs write: ; = { } < > _ */
	bool cjk_name, cjk_address;
};
void gh_detect_words_count(const struct gh_detect_view *view, struct gh_detect_words *out);

/* ---- hints of a name (hints.c) ------------------------------------------------------------ */

struct gh_detect_hint {
	uint32_t families; /* 1 << enum gh_detect_family */
	bool negative;     /* counts, flags, hashes and the like of something */
	bool keyed;        /* ends like an identifier: _id, _key */
	bool place_of_business;  /* shop, branch, warehouse, company, server */
	bool other_number;   /* an ISBN, a VAT number: checks of other numbers hold by chance */
	bool version;        /* which looks like an IPv4 address */
	bool thing;          /* a product, a file, a team: its name is no person's */
	unsigned char class; /* the class that the name tells, or NONE */
	unsigned char person_part; /* 1: the name says "name" alone, which may be anything's */
};
void gh_detect_hint_read(const struct gh_detect_about *about, struct gh_detect_hint *out);

#endif
