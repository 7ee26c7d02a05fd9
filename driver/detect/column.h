/*
 * What column.c notes of a column and verdict.c decides from.
 */
#ifndef GATEHOUSE_DETECT_COLUMN_H
#define GATEHOUSE_DETECT_COLUMN_H

#include "internal.h"

#define GH_DETECT_SKETCH 1024

struct gh_detect_numbers {
	unsigned count, rising, falling, fractions;
	unsigned fine;     /* with three decimals and more */
	unsigned on_earth; /* between -180 and 180 */
	double least, greatest, last;
};

/* Days without a time, by their years of four digits. */
struct gh_detect_dates {
	unsigned count, years, first, last;
	unsigned old;    /* before 1998 */
	unsigned middle; /* of somebody who may live */
	uint64_t sum;
};

struct gh_detect_speech {
	unsigned cells, name_like, cjk_names, companies, single, known_single;
	unsigned given, family, titles; /* of those like a name */
	unsigned both;                  /* a given name and one more word */
	unsigned addresses, numbered, prose;
};

/* Of the dates within numbers: which years of a century and days there were. */
struct gh_detect_spread {
	uint64_t years[2];
	uint64_t days;
};

#define GH_DETECT_SPREADS 6

struct gh_detect_column {
	enum gh_detect_kind kind;
	size_t size;
	struct gh_detect_hint hint;
	uint64_t key;
	unsigned seen, junk, distinct;
	unsigned lettered; /* values with letters */
	size_t longest;
	unsigned hits[GH_DETECT_CLASS_COUNT];
	unsigned within[GH_DETECT_CLASS_COUNT]; /* as a part of a longer text */
	unsigned shapes[GH_DETECT_SHAPE_COUNT];
	unsigned lengths[24]; /* of numbers */
	unsigned books;       /* ISBN and EAN of books */
	unsigned wide_ip;     /* IPv4 addresses that no version looks like */
	uint32_t letters;     /* first letters of values like passports */
	struct gh_detect_numbers numbers;
	struct gh_detect_dates dates;
	struct gh_detect_speech speech;
	struct gh_detect_spread spreads[GH_DETECT_SPREADS];
	size_t kept;
	uint64_t sketch[GH_DETECT_SKETCH];
};

/* "1980-02-29 00:00:00": a day that came as a timestamp of midnight. */
bool gh_detect_is_birthday_text(const char *text);

/* NULL for classes whose check needs no such proof. */
struct gh_detect_spread *gh_detect_spread_of(struct gh_detect_column *column,
					     enum gh_detect_class class);
unsigned gh_detect_bits(uint64_t set);

#endif
