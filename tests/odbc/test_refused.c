/*
 * What is denied, what cannot be connected, and bad input: a clear error, and
 * nothing reached the target.
 */
#include "refusals.h"

#include <stdlib.h>

int main(void)
{
	if (!gh_odbc_servers_present())
		return EXIT_SUCCESS;
	for (size_t t = 0; t < gh_odbc_target_count; t++) {
		const struct gh_odbc_target *target = &gh_odbc_targets[t];

		if (!gh_odbc_target_wanted(target)) {
			gh_tap_skip("not in odbc.ini or not asked for", "%s", target->name);
			continue;
		}
		if (!gh_check_prepare(target, gh_secrets_make))
			continue;
		for (const struct gh_sequence *s = gh_denials; s->name; s++)
			gh_check_run(target, gh_odbc_suffix(), "masked.xml", s, GH_EXPECT_CLEAN);
		for (const struct gh_sequence *s = gh_denied_changes; s->name; s++)
			gh_check_run(target, gh_odbc_suffix(), "reading.xml", s, GH_EXPECT_CLEAN);
		for (const struct gh_sequence *s = gh_bad_texts; s->name; s++)
			gh_check_run(target, gh_odbc_suffix(), "masked.xml", s, GH_EXPECT_CLEAN);
		for (const struct gh_sequence *s = gh_bad_connections; s->name; s++)
			gh_check_run(target, gh_odbc_suffix(), NULL, s, GH_EXPECT_CLEAN);
	}
	gh_loose_handles();
	return gh_tap_done();
}
