/*
 * Masked columns never show a raw value, and a mask behaves like any value.
 * Each search for secrets also runs on the raw data source, where it must find
 * them: otherwise it would prove nothing.
 */
#include "secrets.h"

#include <stdlib.h>
#include <string.h>

#define POLICY "masked.xml"

static void run_on_both(const struct gh_odbc_target *target, const struct gh_sequence *table)
{
	for (const struct gh_sequence *s = table; s->name; s++) {
		if (s->flags & GH_MAY_REFUSE)
			continue; /* compared below */
		gh_check_run(target, "raw", NULL, s, GH_EXPECT_LEAKS);
		gh_check_prepare(target, gh_secrets_make);
		gh_check_run(target, gh_odbc_suffix(), POLICY, s, GH_EXPECT_CLEAN);
	}
}

/* Where a closed table is, nothing of which it is not known what it reads may run. */
static void run_procedures(const struct gh_odbc_target *target)
{
	const struct gh_sequence *const tables[] = { gh_masked_parameters, gh_masked_arrays };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct gh_sequence *s = tables[i]; s->name; s++) {
			gh_check_run(target, "raw", NULL, s, GH_EXPECT_LEAKS);
			gh_check_run(target, gh_odbc_suffix(), "procedures.xml", s,
				     GH_EXPECT_CLEAN);
		}
	for (const struct gh_sequence *s = gh_masked_described; s->name; s++)
		gh_check_run(target, gh_odbc_suffix(), "procedures.xml", s, GH_EXPECT_CLEAN);
}

static void run_governed(const struct gh_odbc_target *target, const struct gh_sequence *table)
{
	for (const struct gh_sequence *s = table; s->name; s++)
		gh_check_run(target, gh_odbc_suffix(), POLICY, s, GH_EXPECT_CLEAN);
}

static void run_functions(const struct gh_odbc_target *target)
{
	if (strcmp(gh_odbc_suffix(), "raw") == 0 || !gh_check_prepare(target, gh_functions_make))
		return;
	for (const struct gh_sequence *s = gh_masked_functions; s->name; s++)
		gh_check_run(target, gh_odbc_suffix(), "functions.xml", s, GH_EXPECT_CLEAN);
	for (const struct gh_sequence *s = gh_masked_written; s->name; s++)
		gh_check_run(target, gh_odbc_suffix(), "functions.xml", s, GH_EXPECT_CLEAN);
}

static void run_found(const struct gh_odbc_target *target)
{
	if (strcmp(gh_odbc_suffix(), "raw") == 0 || !gh_check_prepare(target, gh_found_make))
		return;
	for (const struct gh_sequence *s = gh_masked_found; s->name; s++)
		gh_check_run(target, gh_odbc_suffix(), "found.xml", s, GH_EXPECT_CLEAN);
}

/* The type, size and names of a column are not what is secret. */
static void compare_metadata(const struct gh_odbc_target *target)
{
	for (const struct gh_sequence *s = gh_masked_statements; s->name; s++) {
		if (s->flags & GH_MAY_REFUSE)
			gh_odbc_compare(POLICY, target, s);
	}
}

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
		run_on_both(target, gh_masked_reads);
		run_on_both(target, gh_masked_rowsets);
		run_on_both(target, gh_masked_descriptors);
		run_procedures(target);
		run_on_both(target, gh_masked_statements);
		compare_metadata(target);
		run_governed(target, gh_masked_values);
		run_functions(target);
		run_found(target);
		if (strcmp(gh_odbc_suffix(), "raw") == 0)
			continue;
		run_governed(target, gh_masked_exports);
		if (gh_check_prepare(target, gh_secrets_make))
			run_governed(target, gh_masked_changes);
	}
	return gh_tap_done();
}
