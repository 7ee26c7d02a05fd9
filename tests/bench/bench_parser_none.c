/*
 * bench_sql without libpg_query: nothing to compare with.
 */
#include "bench_parser.h"

bool gh_bench_parse(const char *text)
{
	(void)text;
	return false;
}
