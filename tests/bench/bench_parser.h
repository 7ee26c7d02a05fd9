/*
 * What bench_sql compares with: the parser of PostgreSQL itself, as libpg_query
 * has it.  One of bench_parser_pg.c and bench_parser_none.c is built.
 */
#ifndef GATEHOUSE_TESTS_BENCH_PARSER_H
#define GATEHOUSE_TESTS_BENCH_PARSER_H

#include <stdbool.h>

#ifdef HAVE_PG_QUERY
#define GH_BENCH_HAS_PARSER true
#else
#define GH_BENCH_HAS_PARSER false
#endif

/* Parses to libpg_query's JSON; false if it refuses the text. */
bool gh_bench_parse(const char *text);

#endif
