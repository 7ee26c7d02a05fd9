/*
 * The sequences of test_transparent: one table a topic.  All of them find the
 * tables that gh_fixture_make made.
 */
#ifndef GATEHOUSE_TESTS_SEQUENCES_H
#define GATEHOUSE_TESTS_SEQUENCES_H

#include "harness.h"

extern const struct gh_sequence gh_sequences_types[];
extern const struct gh_sequence gh_sequences_parameters[];
extern const struct gh_sequence gh_sequences_fetch[];
extern const struct gh_sequence gh_sequences_changes[];
extern const struct gh_sequence gh_sequences_positioned[];
extern const struct gh_sequence gh_sequences_flow[];
extern const struct gh_sequence gh_sequences_catalog[];
extern const struct gh_sequence gh_sequences_info[];
extern const struct gh_sequence gh_sequences_attributes[];
extern const struct gh_sequence gh_sequences_descriptors[];
extern const struct gh_sequence gh_sequences_errors[];
extern const struct gh_sequence gh_sequences_connect[];
extern const struct gh_sequence gh_sequences_odbc2[];

/*
 * Makes, with their rows:
 *   gh_types   one column for each type of the engine; rows 1 plain, 2 extreme,
 *              3 NULLs, 4 empty and zero, 5 beyond ASCII, 6 longer
 *   gh_rows    id, name, note: GH_FIXTURE_ROWS rows, every third note NULL
 *   gh_parent, gh_child   with primary and foreign key, index, unique name
 *   gh_double  a procedure (i, OUT o, INOUT t), where the engine has them
 */
#define GH_FIXTURE_ROWS 1013
void gh_fixture_make(struct gh_side *side);
/* Which rows of gh_types a raw driver survives to convert: "id > 0" or less. */
const char *gh_fixture_rows_for(const struct gh_side *side, SQLSMALLINT c_type);

#endif
