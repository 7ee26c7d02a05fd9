/*
 * Checks inside a sequence that has no second side to be compared with: what
 * does not hold is written into the transcript as a line that begins with
 * "FAILED", and gh_check_run turns the transcript into one TAP line.
 */
#ifndef GATEHOUSE_TESTS_CHECK_H
#define GATEHOUSE_TESTS_CHECK_H

#include "harness.h"

bool gh_check(struct gh_side *side, bool good, const char *format, ...) GH_PRINTF(3, 4);
/* SQLSTATE and native code of the statement's first record; state is 6 bytes. */
struct gh_first_record {
	char state[6];
	SQLINTEGER native;
	char text[600];
};
bool gh_check_record(SQLSMALLINT type, SQLHANDLE handle, struct gh_first_record *record);
/* The first record of a handle is this refusal of ours, complete and short. */
void gh_check_refusal(struct gh_side *side, SQLSMALLINT type, const char *state, int native);

/* Looks at the target past Gatehouse: one number from the raw data source; -1: none. */
int gh_check_raw(struct gh_side *side, const char *sql);

enum gh_check_expect {
	GH_EXPECT_CLEAN, /* finished, and nothing failed */
	GH_EXPECT_LEAKS, /* the raw side: proof that the same checks can fail */
};
/* Runs A and W on one data source in children; one TAP line each. */
void gh_check_run(const struct gh_odbc_target *target, const char *suffix, const char *policy,
		  const struct gh_sequence *sequence, enum gh_check_expect expect);
/* Runs one sequence on the raw data source; true if nothing failed. */
bool gh_check_prepare(const struct gh_odbc_target *target, void (*run)(struct gh_side *side));

#endif
