/*
 * libpg_query's parse, for bench_sql.
 */
#include <pg_query.h>
#include <stddef.h>

#include "bench_parser.h"

bool gh_bench_parse(const char *text)
{
	PgQueryParseResult result = pg_query_parse(text);
	bool good = result.error == NULL;

	pg_query_free_parse_result(result);
	return good;
}
