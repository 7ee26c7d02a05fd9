/*
 * A table of people whose values are easy to recognise, and the search for them
 * in memory: as text in bytes and in UTF-16, in any case, and as the numbers,
 * dates and bytes that drivers make of them.
 */
#ifndef GATEHOUSE_TESTS_SECRETS_H
#define GATEHOUSE_TESTS_SECRETS_H

#include <pthread.h>
#include <stdatomic.h>

#include "check.h"

/*
 * Makes gh_people (id, email, ssn, salary, bonus, alias, born, photo, note) and
 * gh_vault, which nobody may touch.  Rows 1, 2 and 4 are filled, row 3 has NULLs;
 * rows 1 and 4 have the same alias.  masked.xml masks all but id and note.  Where
 * there are procedures, gh_reveal and gh_reveal_late (id, OUT email, OUT bonus,
 * INOUT ssn) give a row away, and gh_reveal_long (count, OUT text) so many bytes.
 */
void gh_secrets_make(struct gh_side *side);
#define GH_PEOPLE 4

/* The name of the first secret found; NULL: none. */
const char *gh_secret_in(const void *bytes, size_t length);
/* Notes a failed check if the area or its guards hold a secret. */
void gh_scan_area(struct gh_side *side, const struct gh_area *area, const char *what);
/* Notes a failed check if the diagnostics of the handle hold a secret. */
void gh_scan_records(struct gh_side *side, SQLSMALLINT type, SQLHANDLE handle);

/* A thread that looks at an area all the time, until it is stopped. */
struct gh_watcher {
	pthread_t thread;
	const struct gh_area *area;
	atomic_bool stop;
	const char *found; /* valid after gh_watcher_stop */
};
bool gh_watcher_start(struct gh_watcher *watcher, const struct gh_area *area);
void gh_watcher_stop(struct gh_watcher *watcher);

extern const struct gh_sequence gh_masked_reads[];
extern const struct gh_sequence gh_masked_rowsets[];
extern const struct gh_sequence gh_masked_changes[];
extern const struct gh_sequence gh_masked_descriptors[];
extern const struct gh_sequence gh_masked_parameters[];
extern const struct gh_sequence gh_masked_arrays[];
extern const struct gh_sequence gh_masked_described[];
extern const struct gh_sequence gh_masked_values[];
extern const struct gh_sequence gh_masked_statements[];
extern const struct gh_sequence gh_masked_exports[];

/* gh_shapes, whose columns functions.xml masks by a function each. */
void gh_functions_make(struct gh_side *side);
extern const struct gh_sequence gh_masked_functions[];
extern const struct gh_sequence gh_masked_written[];
void gh_found_make(struct gh_side *side);
extern const struct gh_sequence gh_masked_found[];

#endif
