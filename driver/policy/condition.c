/*
 * The condition of a row filter, in a language that every target reads in the
 * same way: columns, literals and comparisons.  Whatever else SQL can say is
 * refused, so that a condition stays within its brackets and asks for nothing but
 * the columns of its table.
 */
#include "internal.h"

#include <string.h>

enum { CONDITION_MAX = 2000 };

struct cursor {
	const char *at;
	int depth;
	const char *problem; /* static storage; NULL: none so far */
};

static bool letter(char c)
{
	return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(struct gh_span word, const char *const *list)
{
	for (; *list != NULL; list++)
		if (gh_span_equal_nocase(word, gh_span_from(*list)))
			return true;
	return false;
}

static const char *const operators[] = {
	"and", "or", "not", "in", "is", "null", "like", "between", "true", "false", NULL
};
/* Words that begin something else, or that stand for a value without being a column. */
static const char *const others[] = {
	"select", "from", "where", "union", "except", "intersect", "exists", "case", "when", "any",
	"all", "some", "with", "values", "table", "limit", "order", "group", "having", "join", "on",
	"into", "for", "returning", "offset", "fetch", "window", "collate", "escape", "user", "div",
	"mod", "xor", "regexp", "rlike", "glob", "match", "similar", "binary", "interval", "cast",
	"row", "array", "distinct", "current_user", "session_user", "current_role", "sysdate",
	"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp",
	"rowid", "ctid", "oid", "rownum", "level", NULL
};

static void take_word(struct cursor *cursor)
{
	struct gh_span word = { cursor->at, 0 };

	while (letter(*cursor->at) || digit(*cursor->at))
		cursor->at++;
	word.length = (size_t)(cursor->at - word.bytes);
	if (is_word(word, operators))
		return;
	if (is_word(word, others))
		cursor->problem = "it uses a word that is no column";
	if (cursor->at[strspn(cursor->at, " \t\n")] == '(')
		cursor->problem = "it calls a function";
}

static void take_string(struct cursor *cursor)
{
	for (cursor->at++; *cursor->at != '\0'; cursor->at++) {
		if (*cursor->at == '\'' && cursor->at[1] != '\'') {
			cursor->at++;
			/* another literal behind it would be taken for its rest */
			if (cursor->at[strspn(cursor->at, " \t\n")] == '\'')
				cursor->problem = "two texts follow each other";
			return;
		}
		if (*cursor->at == '\'')
			cursor->at++;
		if (strchr("\\?{}", *cursor->at) != NULL || (unsigned char)*cursor->at < ' ')
			cursor->problem = "a text holds \\, ?, { or }";
	}
	cursor->problem = "a text has no end";
}

static void take_number(struct cursor *cursor)
{
	while (digit(*cursor->at))
		cursor->at++;
	if (*cursor->at == '.')
		cursor->at++;
	while (digit(*cursor->at))
		cursor->at++;
	if (letter(*cursor->at) || *cursor->at == '.')
		cursor->problem = "a number is not plain";
}

static void take_sign(struct cursor *cursor)
{
	static const char *const signs[] = { "<>", "!=", "<=", ">=", "=", "<", ">", ",", "(", ")" };
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strncmp(cursor->at, signs[i], strlen(signs[i])) == 0)
			break;
	if (i == sizeof(signs) / sizeof(signs[0])) {
		cursor->problem = "it holds a character that is not allowed";
		return;
	}
	cursor->depth += *cursor->at == '(' ? 1 : 0;
	cursor->depth -= *cursor->at == ')' ? 1 : 0;
	if (cursor->depth < 0)
		cursor->problem = "its brackets do not match";
	cursor->at += strlen(signs[i]);
}

static void take(struct cursor *cursor)
{
	if (*cursor->at == ' ' || *cursor->at == '\t' || *cursor->at == '\n')
		cursor->at++;
	else if (letter(*cursor->at))
		take_word(cursor);
	else if (*cursor->at == '\'')
		take_string(cursor);
	else if (digit(*cursor->at))
		take_number(cursor);
	else if (*cursor->at == '-' && digit(cursor->at[1]))
		cursor->at++;
	else
		take_sign(cursor);
}

const char *gh_policy_condition_problem(const char *condition)
{
	struct cursor cursor = { condition, 0, NULL };

	if (*condition == '\0' || strlen(condition) > CONDITION_MAX)
		return "it has 1 to 2000 bytes";
	while (*cursor.at != '\0' && cursor.problem == NULL)
		take(&cursor);
	if (cursor.problem == NULL && cursor.depth != 0)
		return "its brackets do not match";
	return cursor.problem;
}

enum gh_status gh_policy_filter_qualify(const char *condition, struct gh_span qualifier,
					struct gh_buf *out, struct gh_error *err)
{
	struct cursor cursor = { condition, 0, NULL };

	while (*cursor.at != '\0') {
		const char *from = cursor.at;
		struct gh_span piece;

		take(&cursor);
		if (cursor.problem != NULL || cursor.at == from)
			return gh_fail(err, GH_E_BUG, "a condition that was checked is none");
		piece = (struct gh_span){ from, (size_t)(cursor.at - from) };
		if (letter(*from) && !is_word(piece, operators)) {
			(void)gh_buf_append(out, qualifier.bytes, qualifier.length);
			(void)gh_buf_append_char(out, '.');
		}
		(void)gh_buf_append(out, piece.bytes, piece.length);
	}
	return gh_buf_status(out, err);
}
