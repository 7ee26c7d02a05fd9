/*
 * Expressions, where an operand comes next: literals, names, calls, brackets,
 * queries, CASE.
 */
#include <string.h>

#include "expression.h"

static enum gh_sql_step subquery(struct gh_sql_state *state)
{
	struct gh_sql_subquery *sub = gh_sql_alloc(state->analysis, sizeof(*sub));

	state->analysis->at++;
	if (sub == NULL)
		return GH_SQL_STEP_REFUSED;
	sub->query = gh_sql_parse_query(state->analysis);
	if (sub->query == NULL || !gh_sql_expect_symbol(state->analysis, ')'))
		return GH_SQL_STEP_REFUSED;
	*state->last_subquery = sub;
	state->last_subquery = &sub->next;
	state->single += 2;
	return GH_SQL_STEP_OPERATOR;
}

static bool begins_query(enum gh_sql_keyword keyword)
{
	return keyword == GH_SQL_KW_SELECT || keyword == GH_SQL_KW_WITH ||
	       keyword == GH_SQL_KW_VALUES;
}

static enum gh_sql_step open_paren(struct gh_sql_state *state)
{
	if (begins_query(gh_sql_peek_keyword(state->analysis, 1)))
		return subquery(state);
	return gh_sql_step_push(state, GH_SQL_FRAME_PAREN, 1);
}

/* A column, a whole row, or t.* as an argument. */
static enum gh_sql_step reference(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	struct gh_sql_reference *reference = gh_sql_alloc(analysis, sizeof(*reference));

	if (reference == NULL)
		return GH_SQL_STEP_REFUSED;
	do {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

		if (reference->name.count > 0 && token->symbol == '*') {
			reference->star = true;
			analysis->at++;
			break;
		}
		if (reference->name.count == 4 ||
		    (token->kind != GH_SQL_TOKEN_NAME && token->kind != GH_SQL_TOKEN_WORD))
			return gh_sql_step_refuse(state);
		reference->name.parts[reference->name.count++] = token;
		analysis->at++;
	} while (gh_sql_accept_symbol(analysis, '.'));
	*state->last_reference = reference;
	state->last_reference = &reference->next;
	state->single++;
	state->expr->flags |= GH_SQL_EXPR_PLAIN;
	return GH_SQL_STEP_OPERATOR;
}

bool gh_sql_function_note(struct gh_sql_analysis *analysis, struct gh_span name)
{
	for (size_t i = 0; i < analysis->function_count; i++)
		if (gh_span_equal_nocase(gh_span_from(analysis->functions[i]), name))
			return true;
	analysis->functions = gh_sql_grow(analysis, (void *)analysis->functions,
					  sizeof(*analysis->functions), analysis->function_count,
					  &analysis->function_capacity);
	if (analysis->functions == NULL)
		return false;
	analysis->functions[analysis->function_count] = gh_sql_text(analysis, name);
	return analysis->functions[analysis->function_count++] != NULL;
}

/* Names of ODBC's scalar functions that drivers map to pure ones. */
static bool odbc_function(const struct gh_sql_state *state, const struct gh_sql_token *name)
{
	static const char *const names[] = {
		"ucase", "lcase", "length", "char_length", "concat", "left", "right", "ltrim",
		"rtrim", "substring", "locate", "replace", "ascii", "space", "repeat", "abs",
		"ceiling", "floor", "mod", "power", "round", "sign", "sqrt", "exp", "log",
		"log10", "truncate", "curdate", "curtime", "now", "year", "month", "dayofmonth",
		"hour", "minute", "second", "dayofweek", "dayofyear", "quarter", "week",
		"monthname", "dayname", "ifnull", "char", "pi", "sin", "cos", "tan",
	};

	if (!gh_sql_step_inside(state, GH_SQL_FRAME_ESCAPE))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (gh_sql_word_is(name, names[i]))
			return true;
	return false;
}

static const struct gh_sql_function *function_of(const struct gh_sql_state *state,
						 const struct gh_sql_token *const *parts,
						 unsigned count)
{
	static const struct gh_sql_function mapped = { "odbc", 0, 0 };

	if (count == 1 && odbc_function(state, parts[0]))
		return &mapped;
	if (count == 1 || (count == 2 && gh_sql_word_is(parts[0], "pg_catalog")))
		return gh_sql_function_find(state->analysis->dialect, parts[count - 1]);
	return NULL;
}

/* count(*): the star stands for no column. */
static void skip_star(struct gh_sql_state *state, const struct gh_sql_token *name)
{
	struct gh_sql_analysis *analysis = state->analysis;

	if (gh_sql_word_is(name, "count") && gh_sql_peek_symbol(analysis, 0, '*') &&
	    gh_sql_peek_symbol(analysis, 1, ')'))
		analysis->at++;
}

/* EXTRACT(year FROM ..), DATEADD(day, ..). */
static void skip_unit(struct gh_sql_analysis *analysis, const struct gh_sql_function *function)
{
	if (function != NULL && strcmp(function->name, "extract") == 0 &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_FROM &&
	    gh_sql_peek(analysis, 0)->kind <= GH_SQL_TOKEN_STRING)
		analysis->at += 2;
	if (function != NULL && (function->flags & GH_SQL_FUNCTION_UNIT_FIRST) != 0 &&
	    gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_WORD &&
	    gh_sql_peek_symbol(analysis, 1, ','))
		analysis->at += 2;
}

/* And TRIM(BOTH ..), f(DISTINCT ..). */
static void skip_leading_words(struct gh_sql_state *state, const struct gh_sql_function *function)
{
	struct gh_sql_analysis *analysis = state->analysis;
	enum gh_sql_keyword keyword;

	skip_unit(analysis, function);
	keyword = gh_sql_peek_keyword(analysis, 0);
	if (keyword == GH_SQL_KW_DISTINCT || keyword == GH_SQL_KW_ALL)
		analysis->at++;
	if (function != NULL && (function->flags & GH_SQL_FUNCTION_WORDY) != 0 &&
	    (keyword == GH_SQL_KW_BOTH || keyword == GH_SQL_KW_LEADING ||
	     keyword == GH_SQL_KW_TRAILING))
		analysis->at++;
}

/* May read any table, and write. */
static void unknown_function(struct gh_sql_state *state)
{
	state->expr->flags |= GH_SQL_EXPR_UNKNOWN;
	state->analysis->facts->actions |= GH_ACTION_CALL;
	state->analysis->facts->tables_known = false;
}

static enum gh_sql_step call(struct gh_sql_state *state, unsigned parts)
{
	struct gh_sql_analysis *analysis = state->analysis;
	const struct gh_sql_token *names[4];
	const struct gh_sql_function *function;
	enum gh_sql_step step;

	for (unsigned i = 0; i < parts; i++)
		names[i] = gh_sql_peek(analysis, (size_t)i * 2);
	function = function_of(state, names, parts);
	if (function == NULL)
		unknown_function(state);
	else if ((function->flags & GH_SQL_FUNCTION_AGGREGATE) != 0)
		state->expr->flags |= GH_SQL_EXPR_AGGREGATE;
	if (!gh_sql_function_note(analysis, names[parts - 1]->name))
		return GH_SQL_STEP_REFUSED;
	if (begins_query(gh_sql_peek_keyword(analysis, (size_t)parts * 2))) {
		analysis->at += (size_t)parts * 2 - 1;
		return subquery(state);
	}
	step = gh_sql_step_push(state,
				function != NULL &&
						(function->flags & GH_SQL_FUNCTION_WORDY) != 0 ?
					GH_SQL_FRAME_WORDY :
					GH_SQL_FRAME_CALL,
				(size_t)parts * 2);
	skip_star(state, names[parts - 1]);
	skip_leading_words(state, function);
	return step;
}

static bool names_function(const struct gh_sql_token *token)
{
	if (token->keyword == GH_SQL_KW_LEFT || token->keyword == GH_SQL_KW_RIGHT ||
	    token->keyword == GH_SQL_KW_CAST)
		return true;
	return gh_sql_is_name(token);
}

/* Number of parts of a name that is followed by a bracket; 0: no call. */
static unsigned call_parts(const struct gh_sql_analysis *analysis)
{
	for (unsigned parts = 1; parts <= 4; parts++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, (size_t)parts * 2 - 2);

		if (!names_function(token))
			return 0;
		if (gh_sql_peek_symbol(analysis, (size_t)parts * 2 - 1, '('))
			return parts;
		if (!gh_sql_peek_symbol(analysis, (size_t)parts * 2 - 1, '.'))
			return 0;
	}
	return 0;
}

static bool typed_literal(const struct gh_sql_analysis *analysis)
{
	static const char *const types[] = { "date", "time", "timestamp", "datetime" };
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

	if ((analysis->dialect->traits & GH_SQL_TRAIT_TYPED_LITERAL) == 0 ||
	    gh_sql_peek(analysis, 1)->kind != GH_SQL_TOKEN_STRING)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (gh_sql_word_is(token, types[i]))
			return true;
	return false;
}

static bool interval_unit(const struct gh_sql_token *token)
{
	static const char *const units[] = {
		"year",	       "month",	      "day",	       "hour",
		"minute",      "second",      "week",	       "quarter",
		"microsecond", "day_hour",    "day_minute",    "day_second",
		"hour_minute", "hour_second", "minute_second", "year_month",
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (gh_sql_word_is(token, units[i]))
			return true;
	return false;
}

/* INTERVAL '1' DAY, INTERVAL ? MONTH, INTERVAL '1' DAY TO SECOND. */
static enum gh_sql_step interval(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;

	analysis->at += 2;
	if (interval_unit(gh_sql_peek(analysis, 0))) {
		analysis->at++;
		if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_TO &&
		    interval_unit(gh_sql_peek(analysis, 1)))
			analysis->at += 2;
	}
	return gh_sql_step_take(state, 0, GH_SQL_STEP_OPERATOR);
}

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
	return gh_sql_step_take(state, 0, GH_SQL_STEP_OPERATOR);
}

/* A function that is written without brackets, such as CURRENT_DATE. */
static bool bare_function(const struct gh_sql_analysis *analysis)
{
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
	const struct gh_sql_function *function;

	if (token->kind != GH_SQL_TOKEN_WORD || gh_sql_peek_symbol(analysis, 1, '.'))
		return false;
	function = gh_sql_function_find(analysis->dialect, token);
	return function != NULL && (function->flags & GH_SQL_FUNCTION_BARE) != 0;
}

static enum gh_sql_step operand_name(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	unsigned parts = call_parts(analysis);

	if (parts > 0)
		return call(state, parts);
	if (typed_literal(analysis))
		return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERATOR);
	if (bare_function(analysis))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
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
	return gh_sql_step_refuse(state);
}

static enum gh_sql_step array(struct gh_sql_state *state)
{
	if (gh_sql_peek_symbol(state->analysis, 1, '['))
		return gh_sql_step_push(state, GH_SQL_FRAME_BRACKET, 2);
	if (gh_sql_peek_symbol(state->analysis, 1, '('))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	return operand_name(state);
}

/* PARTITION BY and ORDER BY within brackets. */
enum gh_sql_step gh_sql_step_by(struct gh_sql_state *state)
{
	bool allowed = gh_sql_step_inside(state, GH_SQL_FRAME_OVER) ||
		       gh_sql_step_inside(state, GH_SQL_FRAME_CALL);

	if (!allowed || gh_sql_peek_keyword(state->analysis, 1) != GH_SQL_KW_BY)
		return operand_name(state);
	return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERAND);
}

static enum gh_sql_step quantifier(struct gh_sql_state *state)
{
	if (gh_sql_peek_symbol(state->analysis, 1, '('))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	return gh_sql_step_refuse(state);
}

static bool binary_prefix(const struct gh_sql_analysis *analysis)
{
	return (analysis->dialect->traits & GH_SQL_TRAIT_BINARY_PREFIX) != 0 &&
	       !gh_sql_peek_symbol(analysis, 1, '.');
}

/* Frame words: nothing of them names a column. */
enum gh_sql_step gh_sql_step_window(struct gh_sql_state *state)
{
	static const char *const words[] = {
		"rows",	     "range",	  "groups",  "between", "unbounded",
		"preceding", "following", "current", "row",	"and",
		"exclude",   "no",	  "others",  "ties",	"group",
	};
	struct gh_sql_analysis *analysis = state->analysis;

	while (!gh_sql_peek_symbol(analysis, 0, ')')) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
		bool known = literal_kind(token->kind);

		for (size_t i = 0; !known && i < sizeof(words) / sizeof(words[0]); i++)
			known = gh_sql_word_is(token, words[i]);
		if (!known)
			return gh_sql_step_refuse(state);
		analysis->at++;
	}
	return GH_SQL_STEP_OPERATOR;
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
		return gh_sql_step_by(state);
	case GH_SQL_KW_ROWS:
	case GH_SQL_KW_RANGE:
		return gh_sql_step_inside(state, GH_SQL_FRAME_OVER) ? gh_sql_step_window(state) :
								      operand_name(state);
	case GH_SQL_KW_BINARY:
		return binary_prefix(analysis) ? gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND) :
						 operand_name(state);
	case GH_SQL_KW_INTERVAL:
		return literal_kind(gh_sql_peek(analysis, 1)->kind) ? interval(state) :
								      operand_name(state);
	default:
		return operand_name(state);
	}
}

/* {d '..'}, {t '..'}, {ts '..'}, {guid '..'} and {fn f(..)}. */
static enum gh_sql_step escape(struct gh_sql_state *state)
{
	static const char *const words[] = { "d", "t", "ts", "guid" };
	struct gh_sql_analysis *analysis = state->analysis;
	const struct gh_sql_token *word = gh_sql_peek(analysis, 1);

	if (analysis->no_scan)
		return gh_sql_step_refuse(state);
	if (gh_sql_word_is(word, "fn"))
		return gh_sql_step_push(state, GH_SQL_FRAME_ESCAPE, 2);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (gh_sql_word_is(word, words[i]) &&
		    gh_sql_peek(analysis, 2)->kind == GH_SQL_TOKEN_STRING &&
		    gh_sql_peek_symbol(analysis, 3, '}'))
			return gh_sql_step_take(state, 4, GH_SQL_STEP_OPERATOR);
	return gh_sql_step_refuse(state);
}

static enum gh_sql_step operand_symbol(struct gh_sql_state *state)
{
	switch (gh_sql_peek(state->analysis, 0)->symbol) {
	case '(':
		return open_paren(state);
	case ')':
		if (gh_sql_step_inside(state, GH_SQL_FRAME_CALL) ||
		    gh_sql_step_inside(state, GH_SQL_FRAME_WORDY) ||
		    gh_sql_step_inside(state, GH_SQL_FRAME_OVER) ||
		    gh_sql_step_inside(state, GH_SQL_FRAME_PAREN))
			return gh_sql_step_pop(state);
		return gh_sql_step_refuse(state);
	case ']':
		return gh_sql_step_inside(state, GH_SQL_FRAME_BRACKET) ? gh_sql_step_pop(state) :
									 gh_sql_step_refuse(state);
	case '{':
		return escape(state);
	default:
		return gh_sql_step_refuse(state);
	}
}

static enum gh_sql_step operand_operator(struct gh_sql_state *state)
{
	if (gh_sql_peek_symbol(state->analysis, 0, '*'))
		return gh_sql_step_refuse(state);
	if (gh_sql_peek(state->analysis, 0)->length == 2 &&
	    state->analysis->text.bytes[gh_sql_peek(state->analysis, 0)->start] == ':')
		return gh_sql_step_refuse(state);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

enum gh_sql_step gh_sql_step_operand(struct gh_sql_state *state)
{
	switch (gh_sql_peek(state->analysis, 0)->kind) {
	case GH_SQL_TOKEN_STRING:
	case GH_SQL_TOKEN_NUMBER:
	case GH_SQL_TOKEN_MARKER:
		return literal(state);
	case GH_SQL_TOKEN_VARIABLE:
		state->expr->flags |= GH_SQL_EXPR_UNKNOWN;
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	case GH_SQL_TOKEN_WORD:
		return operand_word(state);
	case GH_SQL_TOKEN_NAME:
		return operand_name(state);
	case GH_SQL_TOKEN_OPERATOR:
		return operand_operator(state);
	case GH_SQL_TOKEN_PUNCTUATION:
		return operand_symbol(state);
	default:
		return gh_sql_step_refuse(state);
	}
}
