/* What test_refused is made of. */
#ifndef GATEHOUSE_TESTS_REFUSALS_H
#define GATEHOUSE_TESTS_REFUSALS_H

#include "secrets.h"

extern const struct gh_sequence gh_denials[];
extern const struct gh_sequence gh_denied_changes[];
extern const struct gh_sequence gh_bad_texts[];
extern const struct gh_sequence gh_bad_connections[];

/* Calls each exported function of the driver's library with handles that are none. */
void gh_loose_handles(void);

#endif
