/*
 * The words that mean something: found by bisection in a sorted table.
 */
#include <string.h>

#include "internal.h"

enum { R = 1, S = 2, LONGEST = 16 };

struct keyword_row {
	const char *text;
	unsigned flags;
};

/* lint: table */
static const struct keyword_row rows[] = {
	{ "", 0 },
#define GH_SQL_KEYWORD(name, text, flags) { text, flags },
#include "keywords.def"
#undef GH_SQL_KEYWORD
};

static bool lower_copy(struct gh_span word, char *lower)
{
	if (word.length == 0 || word.length >= LONGEST)
		return false;
	for (size_t i = 0; i < word.length; i++) {
		char c = word.bytes[i];

		lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	lower[word.length] = '\0';
	return true;
}

enum gh_sql_keyword gh_sql_keyword_find(struct gh_span word)
{
	char lower[LONGEST];
	size_t low = 1;
	size_t high = GH_SQL_KW_COUNT;

	if (!lower_copy(word, lower))
		return GH_SQL_KW_NONE;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(lower, rows[middle].text);

		if (order == 0)
			return (enum gh_sql_keyword)middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return GH_SQL_KW_NONE;
}

const char *gh_sql_keyword_text(enum gh_sql_keyword keyword)
{
	return rows[keyword].text;
}

bool gh_sql_keyword_reserved(enum gh_sql_keyword keyword)
{
	return (rows[keyword].flags & R) != 0;
}

bool gh_sql_keyword_statement(enum gh_sql_keyword keyword)
{
	return (rows[keyword].flags & S) != 0;
}
