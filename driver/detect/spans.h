/*
 * What the readers of texts share: where they are, and what they found.
 */
#ifndef GATEHOUSE_DETECT_SPANS_H
#define GATEHOUSE_DETECT_SPANS_H

#include "internal.h"

struct gh_detect_reader {
	struct gh_span text;
	struct gh_detect_found *found; /* borrowed */
	size_t room, count;
	size_t covered; /* everything before it is within a span, or passed */
	size_t before;  /* the start of the word that was read last, for names */
};

struct gh_detect_token {
	size_t start, end;
	unsigned signs; /* GH_DETECT_HAS_* */
};

void gh_detect_span_put(struct gh_detect_reader *r, size_t start, size_t end,
			enum gh_detect_class class);

/* At a digit, '+' or '(': the longest number that is something (text_numbers.c). */
void gh_detect_read_number(struct gh_detect_reader *r, struct gh_detect_token t);
/* At a capital or another script: names and addresses (text_names.c). */
void gh_detect_read_name(struct gh_detect_reader *r, struct gh_detect_token t);
/* A number and capitalised words with a street among them; false: none. */
bool gh_detect_read_numbered_street(struct gh_detect_reader *r, struct gh_detect_token t);

/* A class of tier C whose check is so strong that one value shows it. */
bool gh_detect_is_sure(enum gh_detect_class class);
/* Does a word before `at` say what comes: "SSN", "born", "account"? */
bool gh_detect_is_announced(const struct gh_detect_reader *r, size_t at,
			    enum gh_detect_class class);
bool gh_detect_is_password_pair(const char *start, const char *equals, const char *end);

#endif
