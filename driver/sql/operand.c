/*
 * Expressions, where an operand comes next: literals, names, brackets, queries,
 * CASE.  Calls are in call.c.
 */
#include <string.h>

#include "expression.h"

static enum gh_sql_step open_paren(struct gh_sql_state *state)
{
	if (gh_sql_begins_query(state->analysis, 1))
		return gh_sql_step_subquery(state);
	return gh_sql_step_push(state, GH_SQL_FRAME_PAREN, 1);
}

/* ---- names ----------------------------------------------------------------- */

static struct gh_sql_reference *add_reference(struct gh_sql_state *state)
{
	struct gh_sql_reference *reference =
		gh_sql_alloc(state->analysis, sizeof(*reference));

	if (reference == NULL)
		return NULL;
	*state->last_reference = reference;
	state->last_reference = &reference->next;
	return reference;
}

bool gh_sql_step_soft(struct gh_sql_state *state, const struct gh_sql_token *token)
{
	struct gh_sql_reference *reference = add_reference(state);

	if (reference == NULL)
		return false;
	reference->name.parts[0] = token;
	reference->name.count = 1;
	reference->soft = true;
	return true;
}

/* A column, a whole row, or t.* as an argument. */
static enum gh_sql_step reference(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	struct gh_sql_reference *reference = add_reference(state);

	if (reference == NULL)
		return GH_SQL_STEP_REFUSED;
	do {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

		if (reference->name.count > 0 && token->symbol == '*') {
			reference->star = true;
			analysis->at++;
			break;
		}
		if (token->kind != GH_SQL_TOKEN_NAME && token->kind != GH_SQL_TOKEN_WORD)
			return gh_sql_step_refuse(state);
		if (reference->name.count < 4) /* deeper into a value: its column is named */
			reference->name.parts[reference->name.count++] = token;
		analysis->at++;
	} while (gh_sql_accept_symbol(analysis, '.'));
	reference->soft = state->soft > 0 && reference->name.count == 1;
	state->reference = reference;
	state->single++;
	state->expr->flags |= GH_SQL_EXPR_PLAIN;
	return GH_SQL_STEP_OPERATOR;
}

/* f(*): the rows of all sources. */
static enum gh_sql_step bare_star(struct gh_sql_state *state)
{
	struct gh_sql_reference *reference = NULL;

	if (!gh_sql_step_bracketed(state))
		return gh_sql_step_refuse(state);
	reference = add_reference(state);
	if (reference == NULL)
		return GH_SQL_STEP_REFUSED;
	reference->star = true;
	state->single += 2;
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
}

/* ---- literals -------------------------------------------------------------- */

static bool literal_kind(unsigned kind)
{
	return kind == GH_SQL_TOKEN_STRING || kind == GH_SQL_TOKEN_NUMBER ||
	       kind == GH_SQL_TOKEN_MARKER;
}

static enum gh_sql_step literal(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	bool text = gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_STRING;

	if (gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_NUMBER)
		state->expr->flags |= GH_SQL_EXPR_NUMBER;
	analysis->at++;
	while (text && gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_STRING)
		analysis->at++;
	if (text && gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_UESCAPE &&
	    gh_sql_peek(analysis, 1)->kind == GH_SQL_TOKEN_STRING)
		analysis->at += 2;
	return gh_sql_step_take(state, 0, GH_SQL_STEP_OPERATOR);
}

/* Tokens of DATE '..', TIMESTAMP WITH TIME ZONE '..', and of any type in PostgreSQL. */
static size_t typed_literal(const struct gh_sql_analysis *analysis)
{
	static const char *const types[] = { "date", "time", "timestamp", "datetime", "json",
					     "decimal", "numeric", "bignumeric", "uuid",
					     "timestamptz", "bigint", "real", "double", "bytea",
					     "inet", "char", "_utf8", "_utf8mb4", "_latin1",
					     "_binary", NULL };
	static const char *const more[] = { "with", "without", "time", "zone", "local",
					    "precision", NULL };
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
	bool strings_alias = (analysis->dialect->traits & GH_SQL_TRAIT_STRING_ALIAS) != 0;
	size_t ahead = 1;

	if ((analysis->dialect->traits & GH_SQL_TRAIT_TYPED_LITERAL) == 0)
		return 0;
	if (!gh_sql_word_in(token, types) && (strings_alias || !gh_sql_is_name(token)))
		return 0;
	while (gh_sql_word_in(gh_sql_peek(analysis, ahead), more))
		ahead++;
	return gh_sql_peek(analysis, ahead)->kind == GH_SQL_TOKEN_STRING ? ahead + 1 : 0;
}

bool gh_sql_interval_unit(const struct gh_sql_token *token)
{
	static const char *const units[] = {
		"year", "month", "day", "hour", "minute", "second", "week", "quarter",
		"years", "months", "days", "hours", "minutes", "seconds", "weeks", "quarters",
		"microsecond", "millisecond", "nanosecond", "microseconds", "milliseconds",
		"day_hour", "day_minute", "day_second", "hour_minute", "hour_second",
		"minute_second", "year_month", "isoweek", "isoyear", "dayofweek", "dayofyear",
		"decade", "century", "epoch", "dow", "doy", "dd", "mm", "yy", "yyyy", "hh", "mi",
		"ss", "ms", "wk", "qq", NULL,
	};

	return gh_sql_word_in(token, units);
}

/* INTERVAL '1' DAY, INTERVAL ? MONTH, INTERVAL '1' DAY TO SECOND. */
static enum gh_sql_step interval(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	const struct gh_sql_token *next = gh_sql_peek(analysis, 1);

	if (!literal_kind(next->kind) && next->symbol != '(' && next->symbol != '-' &&
	    next->symbol != '+' && !gh_sql_is_name(next) && next->kind != GH_SQL_TOKEN_VARIABLE)
		return gh_sql_step_name(state);
	if (gh_sql_is_name(next) && gh_sql_step_outermost(state) &&
	    !gh_sql_interval_unit(gh_sql_peek(analysis, 2)) &&
	    !gh_sql_peek_symbol(analysis, 2, '.'))
		return gh_sql_step_name(state);
	state->interval = true;
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

/* A function that is written without brackets, such as CURRENT_DATE. */
static bool bare_function(const struct gh_sql_analysis *analysis)
{
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
	const struct gh_sql_function *function;

	if (token->kind != GH_SQL_TOKEN_WORD || gh_sql_peek_symbol(analysis, 1, '.'))
		return false;
	function = gh_sql_function_find(analysis->dialect, token);
	if (function == NULL || (function->flags & GH_SQL_FUNCTION_BARE) == 0)
		return false;
	return (function->flags & GH_SQL_FUNCTION_CALLED) == 0 ||
	       (analysis->dialect->mask & GH_SQL_MASK_ANY) != 0;
}

/* ---- words ----------------------------------------------------------------- */

/* PRIOR x, CONNECT_BY_ROOT x: words in front of an operand. */
static bool prefix_word(const struct gh_sql_analysis *analysis)
{
	static const char *const words[] = { "prior", "connect_by_root", "variadic", "symmetric",
					     "asymmetric", "the", NULL };
	const struct gh_sql_token *next = gh_sql_peek(analysis, 1);

	return gh_sql_word_in(gh_sql_peek(analysis, 0), words) &&
	       (gh_sql_is_name(next) || literal_kind(next->kind) ||
		next->kind == GH_SQL_TOKEN_VARIABLE || next->symbol == '(' ||
		next->keyword == GH_SQL_KW_ARRAY);
}

/* A unit as an argument of its own: DATE_TRUNC(x, MONTH). */
static bool unit_argument(const struct gh_sql_state *state)
{
	const struct gh_sql_token *next = gh_sql_peek(state->analysis, 1);

	return (gh_sql_step_inside(state, GH_SQL_FRAME_CALL) ||
		gh_sql_step_inside(state, GH_SQL_FRAME_WORDY)) &&
	       (next->symbol == ',' || next->symbol == ')') &&
	       gh_sql_interval_unit(gh_sql_peek(state->analysis, 0));
}

/* lambda x, y: expression */
static bool lambda_word(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	size_t ahead = 1;

	if (!gh_sql_word_is(gh_sql_peek(analysis, 0), "lambda"))
		return false;
	while (gh_sql_is_name(gh_sql_peek(analysis, ahead)) &&
	       gh_sql_peek_symbol(analysis, ahead + 1, ','))
		ahead += 2;
	if (ahead >= 16 || !gh_sql_peek_symbol(analysis, ahead + 1, ':'))
		return false;
	for (size_t i = 1; i <= ahead; i += 2)
		if (!gh_sql_step_bind(state, gh_sql_peek(analysis, i)))
			return false;
	analysis->at += ahead + 2;
	return true;
}

/* STRUCT<a type, ..>(..) */
static size_t typed_constructor(const struct gh_sql_analysis *analysis)
{
	static const char *const words[] = { "struct", "map", "row", NULL };
	size_t behind;

	if (!gh_sql_word_in(gh_sql_peek(analysis, 0), words))
		return 0;
	behind = gh_sql_angle_end(analysis, 1);
	return behind > 0 && gh_sql_peek_symbol(analysis, behind, '(') ? behind : 0;
}

enum gh_sql_step gh_sql_step_name(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	unsigned parts = gh_sql_call_parts(analysis);
	size_t literals = typed_constructor(analysis);

	if (parts > 0)
		return gh_sql_step_call(state, parts);
	if (literals > 0)
		return gh_sql_step_take(state, literals, GH_SQL_STEP_OPERAND);
	literals = typed_literal(analysis);
	if (literals > 0)
		return gh_sql_step_take(state, literals, GH_SQL_STEP_OPERATOR);
	if (bare_function(analysis))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	if (prefix_word(analysis))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	if (lambda_word(state))
		return GH_SQL_STEP_OPERAND;
	if (unit_argument(state)) {
		if (!gh_sql_step_soft(state, gh_sql_peek(analysis, 0)))
			return GH_SQL_STEP_REFUSED;
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	}
	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
		return gh_sql_step_refuse(state);
	return reference(state);
}

static enum gh_sql_step distinct(struct gh_sql_state *state)
{
	enum gh_sql_keyword before = GH_SQL_KW_NONE;
	struct gh_sql_analysis *analysis = state->analysis;

	if (analysis->at > 0)
		before = (enum gh_sql_keyword)analysis->tokens.items[analysis->at - 1].keyword;
	if ((before == GH_SQL_KW_IS || before == GH_SQL_KW_NOT) &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_FROM)
		return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERAND);
	if (gh_sql_step_bracketed(state))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	return gh_sql_step_refuse(state);
}

/* ARRAY[..], ARRAY(..), ARRAY<type>[..] */
static enum gh_sql_step array(struct gh_sql_state *state)
{
	size_t behind = gh_sql_angle_end(state->analysis, 1);

	if (behind > 0 && (gh_sql_peek_symbol(state->analysis, behind, '[') ||
			   gh_sql_peek_symbol(state->analysis, behind, '(')))
		return gh_sql_step_take(state, behind, GH_SQL_STEP_OPERAND);
	if (gh_sql_peek_symbol(state->analysis, 1, '[') ||
	    gh_sql_peek_symbol(state->analysis, 1, '('))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	return gh_sql_step_name(state);
}

/* PARTITION BY and ORDER BY within brackets. */
enum gh_sql_step gh_sql_step_by(struct gh_sql_state *state)
{
	if (!gh_sql_step_bracketed(state) ||
	    gh_sql_peek_keyword(state->analysis, 1) != GH_SQL_KW_BY)
		return gh_sql_step_name(state);
	return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERAND);
}

static enum gh_sql_step quantifier(struct gh_sql_state *state)
{
	if (gh_sql_peek_symbol(state->analysis, 1, '(') ||
	    gh_sql_peek_keyword(state->analysis, 1) == GH_SQL_KW_ARRAY ||
	    gh_sql_step_bracketed(state))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	return gh_sql_step_refuse(state);
}

static bool binary_prefix(const struct gh_sql_analysis *analysis)
{
	return (analysis->dialect->traits & GH_SQL_TRAIT_BINARY_PREFIX) != 0 &&
	       !gh_sql_peek_symbol(analysis, 1, '.');
}

/* Frame words: nothing of them names a column, but bounds may be expressions. */
enum gh_sql_step gh_sql_step_window(struct gh_sql_state *state)
{
	static const char *const words[] = {
		"rows",	     "range",	  "groups",  "between", "unbounded",
		"preceding", "following", "current", "row",	"and",
		"exclude",   "no",	  "others",  "ties",	"group", NULL,
	};
	struct gh_sql_analysis *analysis = state->analysis;

	while (!gh_sql_peek_symbol(analysis, 0, ')')) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

		if (!literal_kind(token->kind) && !gh_sql_word_in(token, words))
			return GH_SQL_STEP_OPERAND;
		analysis->at++;
	}
	return GH_SQL_STEP_OPERATOR;
}

/* Words that are names elsewhere and mean something in brackets only. */
static enum gh_sql_step bracket_word(struct gh_sql_state *state)
{
	enum gh_sql_keyword keyword = gh_sql_peek_keyword(state->analysis, 0);

	if (!gh_sql_step_bracketed(state))
		return gh_sql_step_name(state);
	if (keyword == GH_SQL_KW_PARTITION || keyword == GH_SQL_KW_ORDER)
		return gh_sql_step_by(state);
	if (gh_sql_step_inside(state, GH_SQL_FRAME_OVER))
		return gh_sql_step_window(state);
	return gh_sql_step_name(state);
}

/* lint: table */
static enum gh_sql_step operand_word(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;

	switch (gh_sql_peek_keyword(analysis, 0)) {
	case GH_SQL_KW_NOT:
	case GH_SQL_KW_EXISTS:
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	case GH_SQL_KW_CASE:
		return gh_sql_step_push(state, GH_SQL_FRAME_CASE, 1);
	case GH_SQL_KW_WHEN:
		return gh_sql_step_inside(state, GH_SQL_FRAME_CASE) ?
			       gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND) :
			       gh_sql_step_refuse(state);
	case GH_SQL_KW_NULL:
	case GH_SQL_KW_TRUE:
	case GH_SQL_KW_FALSE:
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	case GH_SQL_KW_DEFAULT:
		if (gh_sql_peek_symbol(analysis, 1, '('))
			return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
		state->expr->flags |= GH_SQL_EXPR_DEFAULT;
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	case GH_SQL_KW_DISTINCT:
		return distinct(state);
	case GH_SQL_KW_ALL:
	case GH_SQL_KW_ANY:
	case GH_SQL_KW_SOME:
		return quantifier(state);
	case GH_SQL_KW_ARRAY:
		return array(state);
	case GH_SQL_KW_PARTITION:
	case GH_SQL_KW_ORDER:
	case GH_SQL_KW_ROWS:
	case GH_SQL_KW_RANGE:
		return bracket_word(state);
	case GH_SQL_KW_BINARY:
		return binary_prefix(analysis) ? gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND) :
						 gh_sql_step_name(state);
	case GH_SQL_KW_INTERVAL:
		return interval(state);
	default:
		return gh_sql_step_name(state);
	}
}

/* ---- symbols --------------------------------------------------------------- */

/* {d '..'}, {t '..'}, {ts '..'}, {guid '..'}, {fn f(..)}, and {'key': value}. */
static enum gh_sql_step brace(struct gh_sql_state *state)
{
	static const char *const words[] = { "d", "t", "ts", "guid", NULL };
	struct gh_sql_analysis *analysis = state->analysis;
	const struct gh_sql_token *word = gh_sql_peek(analysis, 1);

	if (!analysis->no_scan && gh_sql_word_is(word, "fn"))
		return gh_sql_step_push(state, GH_SQL_FRAME_ESCAPE, 2);
	if (!analysis->no_scan && gh_sql_word_in(word, words) &&
	    gh_sql_peek(analysis, 2)->kind == GH_SQL_TOKEN_STRING &&
	    gh_sql_peek_symbol(analysis, 3, '}'))
		return gh_sql_step_take(state, 4, GH_SQL_STEP_OPERATOR);
	if ((analysis->dialect->mask & GH_SQL_MASK_ANY) == 0)
		return gh_sql_step_refuse(state);
	if (gh_sql_peek_symbol(analysis, 1, '}'))
		return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERATOR);
	return gh_sql_step_push(state, GH_SQL_FRAME_BRACE, 1);
}

/* An empty list, or nothing behind the last comma. */
static enum gh_sql_step close_empty(struct gh_sql_state *state)
{
	switch (gh_sql_peek(state->analysis, 0)->symbol) {
	case ')':
		if (gh_sql_step_outermost(state) ||
		    gh_sql_step_inside(state, GH_SQL_FRAME_CASE) ||
		    gh_sql_step_inside(state, GH_SQL_FRAME_BRACKET) ||
		    gh_sql_step_inside(state, GH_SQL_FRAME_BRACE) ||
		    gh_sql_step_inside(state, GH_SQL_FRAME_ESCAPE))
			return gh_sql_step_refuse(state);
		return gh_sql_step_pop(state);
	case ']':
		return gh_sql_step_inside(state, GH_SQL_FRAME_BRACKET) ? gh_sql_step_pop(state) :
									 gh_sql_step_refuse(state);
	case '}':
		return gh_sql_step_inside(state, GH_SQL_FRAME_BRACE) ? gh_sql_step_pop(state) :
								       gh_sql_step_refuse(state);
	default:
		return gh_sql_step_refuse(state);
	}
}

static enum gh_sql_step operand_symbol(struct gh_sql_state *state)
{
	switch (gh_sql_peek(state->analysis, 0)->symbol) {
	case '(':
		return open_paren(state);
	case '[':
		return gh_sql_step_push(state, GH_SQL_FRAME_BRACKET, 1);
	case '{':
		return brace(state);
	case ',':
	case ':': /* [:2] */
		return gh_sql_step_bracketed(state) ?
			       gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND) :
			       gh_sql_step_refuse(state);
	default:
		return close_empty(state);
	}
}

static enum gh_sql_step operand_operator(struct gh_sql_state *state)
{
	if (gh_sql_peek_symbol(state->analysis, 0, '*'))
		return bare_star(state);
	if (gh_sql_peek(state->analysis, 0)->length == 2 &&
	    state->analysis->text.bytes[gh_sql_peek(state->analysis, 0)->start] == ':')
		return gh_sql_step_refuse(state);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

static enum gh_sql_step variable(struct gh_sql_state *state)
{
	size_t known = gh_sql_setting_tokens(state->analysis);

	if (known == 0)
		state->expr->flags |= GH_SQL_EXPR_UNKNOWN;
	return gh_sql_step_take(state, known > 0 ? known : 1, GH_SQL_STEP_OPERATOR);
}

enum gh_sql_step gh_sql_step_operand(struct gh_sql_state *state)
{
	state->reference = NULL;
	switch (gh_sql_peek(state->analysis, 0)->kind) {
	case GH_SQL_TOKEN_STRING:
	case GH_SQL_TOKEN_NUMBER:
	case GH_SQL_TOKEN_MARKER:
		return literal(state);
	case GH_SQL_TOKEN_VARIABLE:
		return variable(state);
	case GH_SQL_TOKEN_WORD:
		return operand_word(state);
	case GH_SQL_TOKEN_NAME:
		return gh_sql_step_name(state);
	case GH_SQL_TOKEN_OPERATOR:
		return operand_operator(state);
	case GH_SQL_TOKEN_PUNCTUATION:
		return operand_symbol(state);
	default:
		return gh_sql_step_refuse(state);
	}
}
