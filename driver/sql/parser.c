/*
 * What all parts of the parser use: looking at tokens, names, memory, and the
 * one way to say that a statement is not understood.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

void *gh_sql_alloc(struct gh_sql_analysis *analysis, size_t size)
{
	void *result = gh_arena_alloc(analysis->arena, size);

	if (result == NULL && analysis->status == GH_OK)
		analysis->status = gh_fail(analysis->err, GH_E_SQL_TEXT,
					   "statement needs too much memory to analyse");
	return result;
}

void *gh_sql_grow(struct gh_sql_analysis *analysis, void *items, size_t size, size_t count,
		  size_t *capacity)
{
	size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
	void *grown;

	if (count < *capacity)
		return items;
	grown = gh_sql_alloc(analysis, wanted * size);
	if (grown == NULL)
		return NULL;
	if (count > 0)
		memcpy(grown, items, count * size);
	*capacity = wanted;
	return grown;
}

char *gh_sql_text(struct gh_sql_analysis *analysis, struct gh_span span)
{
	char *text = gh_sql_alloc(analysis, span.length + 1);

	if (text != NULL && span.length > 0)
		memcpy(text, span.bytes, span.length);
	return text;
}

/* How a token may be named in a message: never by what it holds. */
static const char *token_name(const struct gh_sql_token *token)
{
	static const char *const names[] = {
		[GH_SQL_TOKEN_END] = "the end",        [GH_SQL_TOKEN_WORD] = "a name",
		[GH_SQL_TOKEN_NAME] = "a quoted name", [GH_SQL_TOKEN_STRING] = "a string",
		[GH_SQL_TOKEN_NUMBER] = "a number",    [GH_SQL_TOKEN_MARKER] = "a marker",
		[GH_SQL_TOKEN_VARIABLE] = "a variable", [GH_SQL_TOKEN_OPERATOR] = "an operator",
		[GH_SQL_TOKEN_PUNCTUATION] = "punctuation", [GH_SQL_TOKEN_ODD] = "an odd token",
	};

	if (token->keyword != GH_SQL_KW_NONE)
		return gh_sql_keyword_text((enum gh_sql_keyword)token->keyword);
	return names[token->kind];
}

bool gh_sql_opaque(struct gh_sql_analysis *analysis, size_t at, const char *what)
{
	char line[160];
	const struct gh_sql_token *token = &analysis->tokens.items[at];

	if (analysis->reason != NULL)
		return false;
	snprintf(line, sizeof(line), "%s at %s, byte %u", what, token_name(token), token->start);
	analysis->reason = gh_sql_text(analysis, gh_span_from(line));
	return false;
}

bool gh_sql_refuse(struct gh_sql_analysis *analysis)
{
	return gh_sql_opaque(analysis, analysis->at, "not understood");
}

/* Behind the statement's end: its END token or the `;`. */
const struct gh_sql_token *gh_sql_peek(const struct gh_sql_analysis *analysis, size_t ahead)
{
	static const struct gh_sql_token nothing = { 0 };

	if (ahead >= analysis->end - analysis->at)
		return &nothing;
	return &analysis->tokens.items[analysis->at + ahead];
}

enum gh_sql_keyword gh_sql_peek_keyword(const struct gh_sql_analysis *analysis, size_t ahead)
{
	return (enum gh_sql_keyword)gh_sql_peek(analysis, ahead)->keyword;
}

bool gh_sql_peek_symbol(const struct gh_sql_analysis *analysis, size_t ahead, char symbol)
{
	return gh_sql_peek(analysis, ahead)->symbol == symbol;
}

bool gh_sql_accept(struct gh_sql_analysis *analysis, enum gh_sql_keyword keyword)
{
	if (gh_sql_peek_keyword(analysis, 0) != keyword)
		return false;
	analysis->at++;
	return true;
}

bool gh_sql_accept_symbol(struct gh_sql_analysis *analysis, char symbol)
{
	if (!gh_sql_peek_symbol(analysis, 0, symbol))
		return false;
	analysis->at++;
	return true;
}

bool gh_sql_expect(struct gh_sql_analysis *analysis, enum gh_sql_keyword keyword)
{
	return gh_sql_accept(analysis, keyword) || gh_sql_refuse(analysis);
}

bool gh_sql_expect_symbol(struct gh_sql_analysis *analysis, char symbol)
{
	return gh_sql_accept_symbol(analysis, symbol) || gh_sql_refuse(analysis);
}

bool gh_sql_word_is(const struct gh_sql_token *token, const char *word)
{
	return token->kind == GH_SQL_TOKEN_WORD &&
	       gh_span_equal_nocase(token->name, gh_span_from(word));
}

bool gh_sql_word_in(const struct gh_sql_token *token, const char *const *words)
{
	if (token->kind != GH_SQL_TOKEN_WORD)
		return false;
	for (; *words != NULL; words++)
		if (gh_span_equal_nocase(token->name, gh_span_from(*words)))
			return true;
	return false;
}

bool gh_sql_accept_word(struct gh_sql_analysis *analysis, const char *word)
{
	if (!gh_sql_word_is(gh_sql_peek(analysis, 0), word))
		return false;
	analysis->at++;
	return true;
}

bool gh_sql_is_name(const struct gh_sql_token *token)
{
	if (token->kind == GH_SQL_TOKEN_NAME)
		return true;
	return token->kind == GH_SQL_TOKEN_WORD &&
	       !gh_sql_keyword_reserved((enum gh_sql_keyword)token->keyword);
}

bool gh_sql_parse_name(struct gh_sql_analysis *analysis, struct gh_sql_name *name)
{
	name->count = 0;
	do {
		if (name->count == 4 || !gh_sql_is_name(gh_sql_peek(analysis, 0)))
			return gh_sql_refuse(analysis);
		name->parts[name->count++] = gh_sql_peek(analysis, 0);
		analysis->at++;
	} while (gh_sql_accept_symbol(analysis, '.'));
	return true;
}

/* The token's text, glued to those that follow it without white space: a-b. */
static const struct gh_sql_token *glued(struct gh_sql_analysis *analysis)
{
	const struct gh_sql_token *first = gh_sql_peek(analysis, 0);
	const struct gh_sql_token *last = first;
	struct gh_sql_token *whole;

	while ((last + 1)->symbol == '-' && (last + 1)->start == last->start + last->length &&
	       (last + 2)->start == last->start + last->length + 1 &&
	       ((last + 2)->kind == GH_SQL_TOKEN_WORD || (last + 2)->kind == GH_SQL_TOKEN_NUMBER ||
		(last + 2)->kind == GH_SQL_TOKEN_ODD))
		last += 2;
	if ((last + 1)->symbol == '*' && (last + 1)->start == last->start + last->length)
		last++; /* a pattern of names */
	if (last == first)
		return first;
	whole = gh_sql_alloc(analysis, sizeof(*whole));
	if (whole == NULL)
		return NULL;
	*whole = *first;
	whole->length = last->start + last->length - first->start;
	whole->name = (struct gh_span){ analysis->text.bytes + first->start, whole->length };
	analysis->at += (size_t)(last - first);
	return whole;
}

/* A part of a table's name; all words but the few that end a list may be one. */
static bool table_part(struct gh_sql_analysis *analysis, struct gh_sql_name *name)
{
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
	bool word = name->count > 0 && token->kind == GH_SQL_TOKEN_WORD;

	if (name->count == 4 || (!gh_sql_is_name(token) && !word))
		return gh_sql_refuse(analysis);
	if ((analysis->dialect->traits & GH_SQL_TRAIT_DOTTED_NAME) != 0)
		token = glued(analysis);
	if (token == NULL)
		return false;
	name->parts[name->count++] = token;
	analysis->at++;
	return true;
}

bool gh_sql_parse_table_name(struct gh_sql_analysis *analysis, struct gh_sql_name *name)
{
	name->count = 0;
	do {
		while (name->count > 0 && gh_sql_accept_symbol(analysis, '.'))
			continue; /* db..t */
		if (!table_part(analysis, name))
			return false;
	} while (gh_sql_accept_symbol(analysis, '.'));
	if (name->count == 4 && (analysis->dialect->traits & GH_SQL_TRAIT_NO_SEPARATOR) != 0)
		return gh_sql_refuse(analysis);
	if (name->count == 4) {
		gh_sql_reach(analysis, GH_REACH_NETWORK); /* on another server */
		analysis->facts->tables_known = false;
	}
	if (gh_sql_peek_symbol(analysis, 0, '@')) {
		gh_sql_reach(analysis, GH_REACH_NETWORK); /* through a link */
		return gh_sql_refuse(analysis);
	}
	return true;
}

bool gh_sql_parse_columns(struct gh_sql_analysis *analysis, const struct gh_sql_token ***columns,
			  size_t *count)
{
	size_t capacity = 0;

	*count = 0;
	if (!gh_sql_expect_symbol(analysis, '('))
		return false;
	do {
		if (*count >= GH_SQL_MAX_COLUMNS || !gh_sql_is_name(gh_sql_peek(analysis, 0)))
			return gh_sql_refuse(analysis);
		*columns = gh_sql_grow(analysis, (void *)*columns, sizeof(**columns), *count,
				       &capacity);
		if (*columns == NULL)
			return false;
		(*columns)[(*count)++] = gh_sql_peek(analysis, 0);
		analysis->at++;
	} while (gh_sql_accept_symbol(analysis, ','));
	return gh_sql_expect_symbol(analysis, ')');
}
