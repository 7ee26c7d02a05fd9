/*
 * What a WHERE says of the row, judged strictly by its tokens: a condition that
 * might be true for every row is trivial.
 */
#include <string.h>

#include "internal.h"

struct range { /* tokens */
	size_t first, end;
};

enum { MAX_DEPTH = 8, MAX_ARMS = 64 };

static const struct gh_sql_token *token_at(const struct gh_sql_analysis *analysis, size_t at)
{
	return &analysis->tokens.items[at];
}

static enum gh_sql_keyword keyword_at(const struct gh_sql_analysis *analysis, size_t at)
{
	return (enum gh_sql_keyword)token_at(analysis, at)->keyword;
}

static int depth_change(const struct gh_sql_analysis *analysis, size_t at)
{
	char symbol = token_at(analysis, at)->symbol;

	if (symbol == '(' || symbol == '{' || keyword_at(analysis, at) == GH_SQL_KW_CASE)
		return 1;
	if (symbol == ')' || symbol == '}' || keyword_at(analysis, at) == GH_SQL_KW_END)
		return -1;
	return 0;
}

static bool bars(const struct gh_sql_analysis *analysis, size_t at)
{
	const struct gh_sql_token *token = token_at(analysis, at);

	return token->kind == GH_SQL_TOKEN_OPERATOR && token->length == 2 &&
	       analysis->text.bytes[token->start] == '|' &&
	       (analysis->dialect->traits & GH_SQL_TRAIT_OR_BARS) != 0;
}

static bool ampersands(const struct gh_sql_analysis *analysis, size_t at)
{
	const struct gh_sql_token *token = token_at(analysis, at);

	return token->kind == GH_SQL_TOKEN_OPERATOR && token->length == 2 &&
	       analysis->text.bytes[token->start] == '&' &&
	       analysis->text.bytes[token->start + 1] == '&';
}

static bool is_or(const struct gh_sql_analysis *analysis, size_t at)
{
	return keyword_at(analysis, at) == GH_SQL_KW_OR ||
	       keyword_at(analysis, at) == GH_SQL_KW_XOR || bars(analysis, at);
}

/* The end of the part that begins at part->first: the next AND or OR outside brackets. */
static size_t part_end(const struct gh_sql_analysis *analysis, size_t first, size_t end,
		       bool (*separates)(const struct gh_sql_analysis *, size_t))
{
	int depth = 0;
	bool between = false;

	for (size_t at = first; at < end; at++) {
		bool separator = depth == 0 && separates(analysis, at);

		depth += depth_change(analysis, at);
		if (separator && !between)
			return at;
		if (depth == 0 && keyword_at(analysis, at) == GH_SQL_KW_BETWEEN)
			between = true;
		else if (separator)
			between = false;
	}
	return end;
}

static bool is_and(const struct gh_sql_analysis *analysis, size_t at)
{
	return keyword_at(analysis, at) == GH_SQL_KW_AND || ampersands(analysis, at);
}

/* Brackets around the whole are taken off. */
static struct range strip(const struct gh_sql_analysis *analysis, struct range range)
{
	while (range.end > range.first + 2 && token_at(analysis, range.first)->symbol == '(') {
		int depth = 0;
		size_t at = range.first;

		for (; at < range.end; at++) {
			depth += depth_change(analysis, at);
			if (depth == 0)
				break;
		}
		if (at + 1 != range.end)
			return range;
		range.first++;
		range.end--;
	}
	return range;
}

/* The one column of it; NULL: none or several, *several tells. */
static const struct gh_sql_token *column_in(const struct gh_sql_analysis *analysis,
					    struct range range, bool *several)
{
	const struct gh_sql_token *column = NULL;

	*several = false;
	for (size_t at = range.first; at < range.end; at++) {
		const struct gh_sql_token *token = token_at(analysis, at);

		if ((token->flags & GH_SQL_TOKEN_COLUMN) == 0)
			continue;
		if (column != NULL && !gh_span_equal_nocase(column->name, token->name))
			*several = true;
		column = token;
	}
	return column;
}

static bool has_keyword(const struct gh_sql_analysis *analysis, struct range range,
			enum gh_sql_keyword keyword)
{
	for (size_t at = range.first; at < range.end; at++)
		if (keyword_at(analysis, at) == keyword)
			return true;
	return false;
}

static bool comparison(const struct gh_sql_token *token)
{
	return token->kind == GH_SQL_TOKEN_OPERATOR &&
	       (token->symbol == '=' || token->symbol == '<' || token->symbol == '>' ||
		token->length == 2);
}

static bool same_tokens(const struct gh_sql_analysis *analysis, struct range a, struct range b)
{
	if (a.end - a.first != b.end - b.first)
		return false;
	for (size_t i = 0; i < a.end - a.first; i++) {
		const struct gh_sql_token *left = token_at(analysis, a.first + i);
		const struct gh_sql_token *right = token_at(analysis, b.first + i);
		struct gh_span left_text = { analysis->text.bytes + left->start, left->length };
		struct gh_span right_text = { analysis->text.bytes + right->start, right->length };

		if (!gh_span_equal_nocase(left_text, right_text))
			return false;
	}
	return true;
}

/* x = x, and the like; also t.x = x, where the last token is the same column. */
static bool compares_itself(const struct gh_sql_analysis *analysis, struct range range)
{
	for (size_t at = range.first + 1; at + 1 < range.end; at++) {
		const struct gh_sql_token *left = token_at(analysis, at - 1);
		const struct gh_sql_token *right = token_at(analysis, range.end - 1);

		if (!comparison(token_at(analysis, at)) &&
		    keyword_at(analysis, at) != GH_SQL_KW_LIKE)
			continue;
		if (same_tokens(analysis, (struct range){ range.first, at },
				(struct range){ at + 1, range.end }))
			return true;
		if ((left->flags & right->flags & GH_SQL_TOKEN_COLUMN) != 0 &&
		    gh_span_equal_nocase(left->name, right->name))
			return true;
	}
	return false;
}

/* Says something of a row that may be false; brackets are judged by `judge`. */
static bool real_conjunct(const struct gh_sql_analysis *analysis, struct range range)
{
	bool several;

	if (column_in(analysis, range, &several) == NULL)
		return false;
	if (has_keyword(analysis, range, GH_SQL_KW_CASE) || compares_itself(analysis, range))
		return false;
	if (has_keyword(analysis, range, GH_SQL_KW_IS) &&
	    has_keyword(analysis, range, GH_SQL_KW_NOT))
		return false;
	if (keyword_at(analysis, range.first) == GH_SQL_KW_NOT)
		return !has_keyword(analysis, range, GH_SQL_KW_AND) &&
		       !has_keyword(analysis, range, GH_SQL_KW_OR);
	return true;
}

/* An arm that most rows may fulfil: with another on the same column it may be all. */
static bool wide(const struct gh_sql_analysis *analysis, struct range range)
{
	for (size_t at = range.first; at < range.end; at++) {
		const struct gh_sql_token *token = token_at(analysis, at);

		if (keyword_at(analysis, at) == GH_SQL_KW_NOT)
			return true;
		if (token->kind == GH_SQL_TOKEN_OPERATOR && token->symbol != '=')
			return true;
	}
	return false;
}

static bool covers(const struct gh_sql_analysis *analysis, struct range a, struct range b)
{
	bool several_a, several_b;
	const struct gh_sql_token *left = column_in(analysis, a, &several_a);
	const struct gh_sql_token *right = column_in(analysis, b, &several_b);

	if (!wide(analysis, a) && !wide(analysis, b))
		return false;
	return several_a || several_b || gh_span_equal_nocase(left->name, right->name);
}

static bool judge(const struct gh_sql_analysis *analysis, struct range range, unsigned depth);

/* One of the conjuncts has to be real. */
static bool judge_and(const struct gh_sql_analysis *analysis, struct range range, unsigned depth)
{
	size_t at = range.first;

	while (at < range.end) {
		size_t end = part_end(analysis, at, range.end, is_and);
		struct range part = { at, end };
		struct range inner = strip(analysis, part);

		if (inner.end > inner.first &&
		    (inner.first != part.first ? judge(analysis, inner, depth + 1) :
						 real_conjunct(analysis, inner)))
			return true;
		at = end + 1;
	}
	return false;
}

/* All arms have to be real, and no two may cover each other's rest. */
static bool judge(const struct gh_sql_analysis *analysis, struct range range, unsigned depth)
{
	struct range arms[MAX_ARMS];
	size_t count = 0;
	size_t at = range.first;

	if (depth > MAX_DEPTH)
		return false;
	while (at < range.end) {
		size_t end = part_end(analysis, at, range.end, is_or);
		struct range arm = { at, end };

		if (count == MAX_ARMS || !judge_and(analysis, arm, depth))
			return false;
		for (size_t i = 0; i < count; i++)
			if (covers(analysis, arms[i], arm))
				return false;
		arms[count++] = arm;
		at = end + 1;
	}
	return count > 0;
}

enum gh_where gh_sql_where(const struct gh_sql_analysis *analysis, const struct gh_sql_expr *where)
{
	if (where == NULL)
		return GH_WHERE_ABSENT;
	if (!judge(analysis, strip(analysis, (struct range){ where->first, where->last }), 0))
		return GH_WHERE_TRIVIAL;
	return GH_WHERE_REAL;
}

/* ---- conditions that no row fulfils --------------------------------------- */

static bool plain_number(const struct gh_sql_analysis *analysis, size_t at)
{
	const struct gh_sql_token *token = token_at(analysis, at);

	return token->kind == GH_SQL_TOKEN_NUMBER && token->length == 1;
}

/* FALSE, 0, or two different one-digit numbers that are said to be equal. */
static bool false_conjunct(const struct gh_sql_analysis *analysis, struct range range)
{
	const char *text = analysis->text.bytes;

	if (range.end - range.first == 1)
		return keyword_at(analysis, range.first) == GH_SQL_KW_FALSE ||
		       (plain_number(analysis, range.first) &&
			text[token_at(analysis, range.first)->start] == '0');
	return range.end - range.first == 3 && plain_number(analysis, range.first) &&
	       token_at(analysis, range.first + 1)->symbol == '=' &&
	       plain_number(analysis, range.first + 2) &&
	       text[token_at(analysis, range.first)->start] !=
		       text[token_at(analysis, range.first + 2)->start];
}

bool gh_sql_where_false(const struct gh_sql_analysis *analysis, const struct gh_sql_expr *where)
{
	struct range range;
	size_t at;

	if (where == NULL)
		return false;
	range = (struct range){ where->first, where->last };
	for (at = range.first; at < range.end; at++)
		if (is_or(analysis, at) || ampersands(analysis, at) ||
		    keyword_at(analysis, at) == GH_SQL_KW_NOT ||
		    keyword_at(analysis, at) == GH_SQL_KW_BETWEEN ||
		    keyword_at(analysis, at) == GH_SQL_KW_CASE)
			return false;
	range = strip(analysis, range);
	for (at = range.first; at < range.end;) {
		size_t end = part_end(analysis, at, range.end, is_and);

		if (false_conjunct(analysis, (struct range){ at, end }))
			return true;
		at = end + 1;
	}
	return false;
}
