/*
 * Where policy masks and denies nothing, an application cannot tell a governed
 * data source from the raw one.  The sequences call every function of ODBC.
 */
#include "sequences.h"

int main(void)
{
	static const struct gh_sequence *const tables[] = {
		gh_sequences_types,      gh_sequences_parameters,  gh_sequences_fetch,
		gh_sequences_flow,       gh_sequences_catalog,     gh_sequences_info,
		gh_sequences_attributes, gh_sequences_descriptors, gh_sequences_errors,
		gh_sequences_connect,    gh_sequences_changes,
		gh_sequences_odbc2,
		gh_sequences_positioned,
	};
	static const struct gh_odbc_plan plan = {
		.tables = tables,
		.table_count = sizeof(tables) / sizeof(tables[0]),
		.policy = "transparent.xml",
		.prepare = gh_fixture_make,
		.finish = gh_counted_report,
	};

	gh_counted_begin();
	return gh_odbc_run(&plan);
}
