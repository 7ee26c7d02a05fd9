/*
 * The statement as it may be shown: without comments and literals, white space
 * folded.  IN lists keep one '?' for each member.  The skeleton shows keywords
 * only, for text that may have been read wrongly.
 */
#include "internal.h"

static bool literal(const struct gh_sql_token *token)
{
	return token->kind == GH_SQL_TOKEN_STRING || token->kind == GH_SQL_TOKEN_NUMBER ||
	       token->kind == GH_SQL_TOKEN_ODD || (token->flags & GH_SQL_TOKEN_LITERAL) != 0;
}

static bool skeleton_shows(const struct gh_sql_token *token)
{
	return token->keyword != GH_SQL_KW_NONE || token->kind == GH_SQL_TOKEN_PUNCTUATION;
}

static bool needs_space(const struct gh_sql_token *before, const struct gh_sql_token *token)
{
	if (before == NULL || before->symbol == '(' || before->symbol == '.' ||
	    before->symbol == '[')
		return false;
	if (token->symbol == '(')
		return before->keyword != GH_SQL_KW_NONE ||
		       before->kind >= GH_SQL_TOKEN_OPERATOR;
	return token->symbol != ')' && token->symbol != ',' && token->symbol != '.' &&
	       token->symbol != ';' && token->symbol != ']' && token->symbol != '[';
}

const char *gh_sql_render(struct gh_sql_analysis *analysis, enum gh_sql_render how)
{
	size_t room = analysis->text.length + analysis->tokens.count * 2 + 1;
	char *text = gh_sql_alloc(analysis, room);
	const struct gh_sql_token *before = NULL;
	size_t length = 0;

	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < analysis->tokens.count; i++) {
		const struct gh_sql_token *token = &analysis->tokens.items[i];
		bool shown = how == GH_SQL_RENDER_WHOLE ? !literal(token) : skeleton_shows(token);

		if (needs_space(before, token))
			text[length++] = ' ';
		before = token;
		if (!shown)
			text[length++] = '?';
		for (uint32_t at = 0; shown && at < token->length; at++)
			text[length++] = analysis->text.bytes[token->start + at];
	}
	text[length] = '\0';
	return text;
}
