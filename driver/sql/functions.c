/*
 * Functions that are known to be pure: their value depends on their arguments
 * only (and the clock, the session or the server), they read no table and write
 * nothing.  All others make what they touch unknown.
 */
#include <string.h>

#include "internal.h"

/* Bits of gh_sql_dialect_row.mask; M is MySQL and MariaDB. */
enum { G = 1, P = 2, M = 4 | 8, S = 16, T = 32, O = 64, ALL = 127 };
enum { LONGEST = 32 };

/* lint: table */
static const struct gh_sql_function rows[] = {
#define GH_SQL_FUNCTION(name, dialects, flags) { name, dialects, flags },
#include "functions.def"
#undef GH_SQL_FUNCTION
};

/* The name in lower case; a quoted one must be in lower case already. */
static bool function_name(const struct gh_sql_token *token, char *name)
{
	if (token->name.length >= LONGEST)
		return false;
	for (size_t i = 0; i < token->name.length; i++) {
		char c = token->name.bytes[i];
		bool upper = c >= 'A' && c <= 'Z';

		if (upper && token->kind == GH_SQL_TOKEN_NAME)
			return false;
		name[i] = upper ? (char)(c + ('a' - 'A')) : c;
	}
	name[token->name.length] = '\0';
	return true;
}

static const struct gh_sql_function *find(const char *name)
{
	size_t low = 0;
	size_t high = sizeof(rows) / sizeof(rows[0]);

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, rows[middle].name);

		if (order == 0)
			return &rows[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct gh_sql_function *gh_sql_function_find(const struct gh_sql_dialect_row *dialect,
						   const struct gh_sql_token *token)
{
	char name[LONGEST];
	const struct gh_sql_function *row;

	if (!function_name(token, name))
		return NULL;
	row = find(name);
	if (row == NULL)
		return NULL;
	if ((dialect->mask & GH_SQL_MASK_ANY) != 0)
		return (row->flags & GH_SQL_FUNCTION_HERE) == 0 ? row : NULL;
	return (row->dialects & dialect->mask) != 0 ? row : NULL;
}
