/*
 * Expressions.  Not a tree: what matters is which columns, functions and
 * queries are named anywhere in them.  Brackets and CASE are kept on a stack of
 * our own, so that depth costs no C stack; only queries recurse.
 *
 * The one thing that has to be right is whether an operand or an operator comes
 * next: a name where an operator belongs ends the expression (an alias).
 */
#include <string.h>

#include "internal.h"

enum frame {
	FRAME_PAREN,
	FRAME_CALL,
	FRAME_WORDY, /* a call with words between its arguments */
	FRAME_OVER,
	FRAME_CASE,
	FRAME_BRACKET,
	FRAME_ESCAPE, /* {fn ...} */
};

enum step { STEP_OPERAND, STEP_OPERATOR, STEP_END, STEP_REFUSED };

struct state {
	struct gh_sql_analysis *analysis;
	struct gh_sql_expr *expr;
	struct gh_sql_reference **last_reference;
	struct gh_sql_subquery **last_subquery;
	size_t base;   /* frames below it belong to others */
	size_t single; /* operands and operators so far: 1 means it stands alone */
};

static enum step refuse(struct state *state)
{
	gh_sql_refuse(state->analysis);
	return STEP_REFUSED;
}

static bool inside(const struct state *state, enum frame frame)
{
	const struct gh_sql_analysis *analysis = state->analysis;

	return analysis->frame_count > state->base &&
	       analysis->frames[analysis->frame_count - 1] == frame;
}

static bool outermost(const struct state *state)
{
	return state->analysis->frame_count == state->base;
}

static enum step push(struct state *state, enum frame frame, size_t tokens)
{
	struct gh_sql_analysis *analysis = state->analysis;

	if (analysis->frame_count >= GH_SQL_MAX_FRAMES)
		return refuse(state);
	analysis->frames[analysis->frame_count++] = (uint8_t)frame;
	analysis->at += tokens;
	state->single += 2;
	return STEP_OPERAND;
}

static enum step pop(struct state *state)
{
	state->analysis->frame_count--;
	state->analysis->at++;
	return STEP_OPERATOR;
}

static enum step take(struct state *state, size_t tokens, enum step next)
{
	state->analysis->at += tokens;
	state->single++;
	return next;
}

/* ---- operands ------------------------------------------------------------ */

static enum step subquery(struct state *state)
{
	struct gh_sql_subquery *sub = gh_sql_alloc(state->analysis, sizeof(*sub));

	state->analysis->at++;
	if (sub == NULL)
		return STEP_REFUSED;
	sub->query = gh_sql_parse_query(state->analysis);
	if (sub->query == NULL || !gh_sql_expect_symbol(state->analysis, ')'))
		return STEP_REFUSED;
	*state->last_subquery = sub;
	state->last_subquery = &sub->next;
	state->single += 2;
	return STEP_OPERATOR;
}

static bool begins_query(enum gh_sql_keyword keyword)
{
	return keyword == GH_SQL_KW_SELECT || keyword == GH_SQL_KW_WITH ||
	       keyword == GH_SQL_KW_VALUES;
}

static enum step open_paren(struct state *state)
{
	if (begins_query(gh_sql_peek_keyword(state->analysis, 1)))
		return subquery(state);
	return push(state, FRAME_PAREN, 1);
}

/* A column, a whole row, or t.* as an argument. */
static enum step reference(struct state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	struct gh_sql_reference *reference = gh_sql_alloc(analysis, sizeof(*reference));

	if (reference == NULL)
		return STEP_REFUSED;
	do {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

		if (reference->name.count > 0 && token->symbol == '*') {
			reference->star = true;
			analysis->at++;
			break;
		}
		if (reference->name.count == 4 ||
		    (token->kind != GH_SQL_TOKEN_NAME && token->kind != GH_SQL_TOKEN_WORD))
			return refuse(state);
		reference->name.parts[reference->name.count++] = token;
		analysis->at++;
	} while (gh_sql_accept_symbol(analysis, '.'));
	*state->last_reference = reference;
	state->last_reference = &reference->next;
	state->single++;
	state->expr->flags |= GH_SQL_EXPR_PLAIN;
	return STEP_OPERATOR;
}

static bool note_function(struct gh_sql_analysis *analysis, struct gh_span name)
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
static bool odbc_function(const struct state *state, const struct gh_sql_token *name)
{
	static const char *const names[] = {
		"ucase", "lcase", "length", "char_length", "concat", "left", "right", "ltrim",
		"rtrim", "substring", "locate", "replace", "ascii", "space", "repeat", "abs",
		"ceiling", "floor", "mod", "power", "round", "sign", "sqrt", "exp", "log", "log10",
		"truncate", "curdate", "curtime", "now", "year", "month", "dayofmonth", "hour",
		"minute", "second", "dayofweek", "dayofyear", "quarter", "week", "monthname",
		"dayname", "ifnull", "char", "pi", "sin", "cos", "tan",
	};

	if (!inside(state, FRAME_ESCAPE))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (gh_sql_word_is(name, names[i]))
			return true;
	return false;
}

static const struct gh_sql_function *function_of(const struct state *state,
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
static void skip_star(struct state *state, const struct gh_sql_token *name)
{
	struct gh_sql_analysis *analysis = state->analysis;

	if (gh_sql_word_is(name, "count") && gh_sql_peek_symbol(analysis, 0, '*') &&
	    gh_sql_peek_symbol(analysis, 1, ')'))
		analysis->at++;
}

/* EXTRACT(year FROM ..), TRIM(BOTH ..), DATEADD(day, ..), f(DISTINCT ..). */
static void skip_leading_words(struct state *state, const struct gh_sql_function *function)
{
	struct gh_sql_analysis *analysis = state->analysis;
	enum gh_sql_keyword keyword;

	if (function != NULL && strcmp(function->name, "extract") == 0 &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_FROM &&
	    gh_sql_peek(analysis, 0)->kind <= GH_SQL_TOKEN_STRING)
		analysis->at += 2;
	if (function != NULL && (function->flags & GH_SQL_FUNCTION_UNIT_FIRST) != 0 &&
	    gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_WORD &&
	    gh_sql_peek_symbol(analysis, 1, ','))
		analysis->at += 2;
	keyword = gh_sql_peek_keyword(analysis, 0);
	if (keyword == GH_SQL_KW_DISTINCT || keyword == GH_SQL_KW_ALL)
		analysis->at++;
	if (function != NULL && (function->flags & GH_SQL_FUNCTION_WORDY) != 0 &&
	    (keyword == GH_SQL_KW_BOTH || keyword == GH_SQL_KW_LEADING ||
	     keyword == GH_SQL_KW_TRAILING))
		analysis->at++;
}

/* May read any table, and write. */
static void unknown_function(struct state *state)
{
	state->expr->flags |= GH_SQL_EXPR_UNKNOWN;
	state->analysis->facts->actions |= GH_ACTION_CALL;
	state->analysis->facts->tables_known = false;
}

static enum step call(struct state *state, unsigned parts)
{
	struct gh_sql_analysis *analysis = state->analysis;
	const struct gh_sql_token *names[4];
	const struct gh_sql_function *function;
	enum step step;

	for (unsigned i = 0; i < parts; i++)
		names[i] = gh_sql_peek(analysis, (size_t)i * 2);
	function = function_of(state, names, parts);
	if (function == NULL)
		unknown_function(state);
	else if ((function->flags & GH_SQL_FUNCTION_AGGREGATE) != 0)
		state->expr->flags |= GH_SQL_EXPR_AGGREGATE;
	if (!note_function(analysis, names[parts - 1]->name))
		return STEP_REFUSED;
	if (begins_query(gh_sql_peek_keyword(analysis, (size_t)parts * 2))) {
		analysis->at += (size_t)parts * 2 - 1;
		return subquery(state);
	}
	step = push(state,
		    function != NULL && (function->flags & GH_SQL_FUNCTION_WORDY) != 0 ?
			    FRAME_WORDY : FRAME_CALL,
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
		"year", "month", "day", "hour", "minute", "second", "week", "quarter",
		"microsecond", "day_hour", "day_minute", "day_second", "hour_minute",
		"hour_second", "minute_second", "year_month",
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (gh_sql_word_is(token, units[i]))
			return true;
	return false;
}

/* INTERVAL '1' DAY, INTERVAL ? MONTH, INTERVAL '1' DAY TO SECOND. */
static enum step interval(struct state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;

	analysis->at += 2;
	if (interval_unit(gh_sql_peek(analysis, 0))) {
		analysis->at++;
		if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_TO &&
		    interval_unit(gh_sql_peek(analysis, 1)))
			analysis->at += 2;
	}
	return take(state, 0, STEP_OPERATOR);
}

static bool literal_kind(unsigned kind)
{
	return kind == GH_SQL_TOKEN_STRING || kind == GH_SQL_TOKEN_NUMBER ||
	       kind == GH_SQL_TOKEN_MARKER;
}

static enum step literal(struct state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	bool text = gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_STRING;

	if (gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_NUMBER)
		state->expr->flags |= GH_SQL_EXPR_NUMBER;
	analysis->at++;
	while (text && gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_STRING)
		analysis->at++;
	return take(state, 0, STEP_OPERATOR);
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

static enum step operand_name(struct state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	unsigned parts = call_parts(analysis);

	if (parts > 0)
		return call(state, parts);
	if (typed_literal(analysis))
		return take(state, 2, STEP_OPERATOR);
	if (bare_function(analysis))
		return take(state, 1, STEP_OPERATOR);
	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
		return refuse(state);
	return reference(state);
}

static enum step distinct(struct state *state)
{
	enum gh_sql_keyword before = GH_SQL_KW_NONE;
	struct gh_sql_analysis *analysis = state->analysis;

	if (analysis->at > 0)
		before = (enum gh_sql_keyword)analysis->tokens.items[analysis->at - 1].keyword;
	if ((before == GH_SQL_KW_IS || before == GH_SQL_KW_NOT) &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_FROM)
		return take(state, 2, STEP_OPERAND);
	return refuse(state);
}

static enum step array(struct state *state)
{
	if (gh_sql_peek_symbol(state->analysis, 1, '['))
		return push(state, FRAME_BRACKET, 2);
	if (gh_sql_peek_symbol(state->analysis, 1, '('))
		return take(state, 1, STEP_OPERAND);
	return operand_name(state);
}

/* PARTITION BY and ORDER BY within brackets. */
static enum step by(struct state *state)
{
	bool allowed = inside(state, FRAME_OVER) || inside(state, FRAME_CALL);

	if (!allowed || gh_sql_peek_keyword(state->analysis, 1) != GH_SQL_KW_BY)
		return operand_name(state);
	return take(state, 2, STEP_OPERAND);
}

static enum step quantifier(struct state *state)
{
	if (gh_sql_peek_symbol(state->analysis, 1, '('))
		return take(state, 1, STEP_OPERAND);
	return refuse(state);
}

static bool binary_prefix(const struct gh_sql_analysis *analysis)
{
	return (analysis->dialect->traits & GH_SQL_TRAIT_BINARY_PREFIX) != 0 &&
	       !gh_sql_peek_symbol(analysis, 1, '.');
}

/* Frame words: nothing of them names a column. */
static enum step window_frame(struct state *state)
{
	static const char *const words[] = {
		"rows", "range", "groups", "between", "unbounded", "preceding", "following",
		"current", "row", "and", "exclude", "no", "others", "ties", "group",
	};
	struct gh_sql_analysis *analysis = state->analysis;

	while (!gh_sql_peek_symbol(analysis, 0, ')')) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
		bool known = literal_kind(token->kind);

		for (size_t i = 0; !known && i < sizeof(words) / sizeof(words[0]); i++)
			known = gh_sql_word_is(token, words[i]);
		if (!known)
			return refuse(state);
		analysis->at++;
	}
	return STEP_OPERATOR;
}

/* lint: table */
static enum step operand_word(struct state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;

	switch (gh_sql_peek_keyword(analysis, 0)) {
	case GH_SQL_KW_NOT:
	case GH_SQL_KW_EXISTS:
		return take(state, 1, STEP_OPERAND);
	case GH_SQL_KW_CASE:
		return push(state, FRAME_CASE, 1);
	case GH_SQL_KW_WHEN:
		return inside(state, FRAME_CASE) ? take(state, 1, STEP_OPERAND) : refuse(state);
	case GH_SQL_KW_NULL:
	case GH_SQL_KW_TRUE:
	case GH_SQL_KW_FALSE:
		return take(state, 1, STEP_OPERATOR);
	case GH_SQL_KW_DEFAULT:
		state->expr->flags |= GH_SQL_EXPR_DEFAULT;
		return take(state, 1, STEP_OPERATOR);
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
		return by(state);
	case GH_SQL_KW_ROWS:
	case GH_SQL_KW_RANGE:
		return inside(state, FRAME_OVER) ? window_frame(state) : operand_name(state);
	case GH_SQL_KW_BINARY:
		return binary_prefix(analysis) ? take(state, 1, STEP_OPERAND) :
						 operand_name(state);
	case GH_SQL_KW_INTERVAL:
		return literal_kind(gh_sql_peek(analysis, 1)->kind) ? interval(state) :
								      operand_name(state);
	default:
		return operand_name(state);
	}
}

/* {d '..'}, {t '..'}, {ts '..'}, {guid '..'} and {fn f(..)}. */
static enum step escape(struct state *state)
{
	static const char *const words[] = { "d", "t", "ts", "guid" };
	struct gh_sql_analysis *analysis = state->analysis;
	const struct gh_sql_token *word = gh_sql_peek(analysis, 1);

	if (analysis->no_scan)
		return refuse(state);
	if (gh_sql_word_is(word, "fn"))
		return push(state, FRAME_ESCAPE, 2);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (gh_sql_word_is(word, words[i]) &&
		    gh_sql_peek(analysis, 2)->kind == GH_SQL_TOKEN_STRING &&
		    gh_sql_peek_symbol(analysis, 3, '}'))
			return take(state, 4, STEP_OPERATOR);
	return refuse(state);
}

static enum step operand_symbol(struct state *state)
{
	switch (gh_sql_peek(state->analysis, 0)->symbol) {
	case '(':
		return open_paren(state);
	case ')':
		if (inside(state, FRAME_CALL) || inside(state, FRAME_WORDY) ||
		    inside(state, FRAME_OVER) || inside(state, FRAME_PAREN))
			return pop(state);
		return refuse(state);
	case ']':
		return inside(state, FRAME_BRACKET) ? pop(state) : refuse(state);
	case '{':
		return escape(state);
	default:
		return refuse(state);
	}
}

static enum step operand_operator(struct state *state)
{
	if (gh_sql_peek_symbol(state->analysis, 0, '*'))
		return refuse(state);
	if (gh_sql_peek(state->analysis, 0)->length == 2 &&
	    state->analysis->text.bytes[gh_sql_peek(state->analysis, 0)->start] == ':')
		return refuse(state);
	return take(state, 1, STEP_OPERAND);
}

static enum step operand(struct state *state)
{
	switch (gh_sql_peek(state->analysis, 0)->kind) {
	case GH_SQL_TOKEN_STRING:
	case GH_SQL_TOKEN_NUMBER:
	case GH_SQL_TOKEN_MARKER:
		return literal(state);
	case GH_SQL_TOKEN_VARIABLE:
		state->expr->flags |= GH_SQL_EXPR_UNKNOWN;
		return take(state, 1, STEP_OPERATOR);
	case GH_SQL_TOKEN_WORD:
		return operand_word(state);
	case GH_SQL_TOKEN_NAME:
		return operand_name(state);
	case GH_SQL_TOKEN_OPERATOR:
		return operand_operator(state);
	case GH_SQL_TOKEN_PUNCTUATION:
		return operand_symbol(state);
	default:
		return refuse(state);
	}
}

/* ---- operators ----------------------------------------------------------- */

static enum step close_paren(struct state *state)
{
	if (outermost(state))
		return STEP_END;
	if (inside(state, FRAME_CASE) || inside(state, FRAME_BRACKET) ||
	    inside(state, FRAME_ESCAPE))
		return refuse(state);
	return pop(state);
}

static enum step comma(struct state *state)
{
	if (outermost(state))
		return STEP_END;
	if (inside(state, FRAME_CASE) || inside(state, FRAME_ESCAPE))
		return refuse(state);
	return take(state, 1, STEP_OPERAND);
}

/* (x).field and (x).*: the whole of x is in the references already. */
static enum step field(struct state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;

	state->single += 2;
	analysis->at++;
	if (gh_sql_accept_symbol(analysis, '*')) {
		state->expr->flags |= GH_SQL_EXPR_EXPANDS;
		return STEP_OPERATOR;
	}
	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)) || gh_sql_peek_symbol(analysis, 1, '('))
		return refuse(state);
	return take(state, 1, STEP_OPERATOR);
}

static bool behind_bracket(const struct state *state)
{
	char before = state->analysis->tokens.items[state->analysis->at - 1].symbol;

	return before == ')' || before == ']';
}

/* LIKE x {escape 'c'} */
static enum step escape_clause(struct state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;

	if (!gh_sql_word_is(gh_sql_peek(analysis, 1), "escape") || analysis->no_scan ||
	    gh_sql_peek(analysis, 2)->kind != GH_SQL_TOKEN_STRING ||
	    !gh_sql_peek_symbol(analysis, 3, '}'))
		return refuse(state);
	return take(state, 4, STEP_OPERATOR);
}

static enum step operator_symbol(struct state *state)
{
	switch (gh_sql_peek(state->analysis, 0)->symbol) {
	case ')':
		return close_paren(state);
	case ',':
		return comma(state);
	case '.':
		return behind_bracket(state) ? field(state) : refuse(state);
	case '[':
		return push(state, FRAME_BRACKET, 1);
	case ']':
		return inside(state, FRAME_BRACKET) ? pop(state) : refuse(state);
	case '}':
		if (outermost(state))
			return STEP_END;
		return inside(state, FRAME_ESCAPE) ? pop(state) : refuse(state);
	case '{':
		return escape_clause(state);
	default:
		return refuse(state);
	}
}

static enum step type_cast(struct state *state, size_t tokens)
{
	state->analysis->at += tokens;
	state->single += 2;
	return gh_sql_parse_type(state->analysis) ? STEP_OPERATOR : STEP_REFUSED;
}

static enum step operator_sign(struct state *state)
{
	const struct gh_sql_token *token = gh_sql_peek(state->analysis, 0);
	const char *bytes = state->analysis->text.bytes + token->start;

	if (token->length == 2 && bytes[0] == ':')
		return bytes[1] == ':' ? type_cast(state, 1) : refuse(state);
	return take(state, 1, STEP_OPERAND);
}

/* OVER (..), FILTER (WHERE ..), WITHIN GROUP (ORDER BY ..). */
static enum step after_call(struct state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	enum gh_sql_keyword keyword = gh_sql_peek_keyword(analysis, 0);

	if (keyword == GH_SQL_KW_OVER && gh_sql_peek_symbol(analysis, 1, '('))
		return push(state, FRAME_OVER, 2);
	if (keyword == GH_SQL_KW_FILTER && gh_sql_peek_symbol(analysis, 1, '(') &&
	    gh_sql_peek_keyword(analysis, 2) == GH_SQL_KW_WHERE)
		return push(state, FRAME_PAREN, 3);
	if (keyword == GH_SQL_KW_WITHIN && gh_sql_peek_symbol(analysis, 2, '(') &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_GROUP)
		return push(state, FRAME_OVER, 3);
	return keyword == GH_SQL_KW_OVER ? refuse(state) : STEP_END;
}

static enum step case_word(struct state *state)
{
	if (!inside(state, FRAME_CASE))
		return outermost(state) ? STEP_END : refuse(state);
	if (gh_sql_peek_keyword(state->analysis, 0) == GH_SQL_KW_END)
		return pop(state);
	return take(state, 1, STEP_OPERAND);
}

static enum step wordy(struct state *state)
{
	if (inside(state, FRAME_WORDY))
		return take(state, 1, STEP_OPERAND);
	return outermost(state) ? STEP_END : refuse(state);
}

/* CAST(x AS type) */
static enum step as(struct state *state)
{
	if (inside(state, FRAME_WORDY))
		return type_cast(state, 1);
	return outermost(state) ? STEP_END : refuse(state);
}

/* Order words behind an expression within OVER or an aggregate. */
static enum step order_word(struct state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;

	if (!inside(state, FRAME_OVER) && !inside(state, FRAME_CALL))
		return outermost(state) ? STEP_END : refuse(state);
	if (gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_NULLS)
		return take(state, 1, STEP_OPERATOR);
	return take(state, 2, STEP_OPERATOR);
}

static enum step at_zone(struct state *state)
{
	if (!gh_sql_word_is(gh_sql_peek(state->analysis, 1), "time") ||
	    !gh_sql_word_is(gh_sql_peek(state->analysis, 2), "zone"))
		return outermost(state) ? STEP_END : refuse(state);
	return take(state, 3, STEP_OPERAND);
}

static enum step collate(struct state *state)
{
	struct gh_sql_name name;

	take(state, 1, STEP_OPERATOR);
	return gh_sql_parse_name(state->analysis, &name) ? STEP_OPERATOR : STEP_REFUSED;
}

/* x IS NULL, x IS NOT TRUE: the word behind is an operand like others. */
static enum step is(struct state *state)
{
	take(state, 1, STEP_OPERAND);
	gh_sql_accept(state->analysis, GH_SQL_KW_NOT);
	if (gh_sql_accept(state->analysis, GH_SQL_KW_UNKNOWN))
		return STEP_OPERATOR;
	return STEP_OPERAND;
}

static enum step window_word(struct state *state)
{
	if (inside(state, FRAME_OVER))
		return gh_sql_peek_keyword(state->analysis, 0) == GH_SQL_KW_PARTITION ?
			       by(state) : window_frame(state);
	return outermost(state) ? STEP_END : refuse(state);
}

static enum step order(struct state *state)
{
	if (outermost(state))
		return STEP_END;
	if (gh_sql_peek_keyword(state->analysis, 1) != GH_SQL_KW_BY)
		return refuse(state);
	return by(state);
}

/* A word that is an operator only in front of an operand. */
static enum step soft_operator(struct state *state)
{
	unsigned next = gh_sql_peek(state->analysis, 1)->kind;

	if (outermost(state) && next != GH_SQL_TOKEN_STRING && next != GH_SQL_TOKEN_NUMBER &&
	    next != GH_SQL_TOKEN_MARKER && next != GH_SQL_TOKEN_WORD)
		return STEP_END;
	return take(state, 1, STEP_OPERAND);
}

/* lint: table */
static enum step operator_word(struct state *state)
{
	switch (gh_sql_peek_keyword(state->analysis, 0)) {
	case GH_SQL_KW_AND:
	case GH_SQL_KW_OR:
	case GH_SQL_KW_XOR:
	case GH_SQL_KW_DIV:
	case GH_SQL_KW_LIKE:
	case GH_SQL_KW_ILIKE:
	case GH_SQL_KW_RLIKE:
	case GH_SQL_KW_REGEXP:
	case GH_SQL_KW_GLOB:
	case GH_SQL_KW_BETWEEN:
	case GH_SQL_KW_OVERLAPS:
	case GH_SQL_KW_NOT:
		return take(state, 1, STEP_OPERAND);
	case GH_SQL_KW_IN:
		return take(state, 1, STEP_OPERAND);
	case GH_SQL_KW_IS:
		return is(state);
	case GH_SQL_KW_ISNULL:
	case GH_SQL_KW_NOTNULL:
		return take(state, 1, STEP_OPERATOR);
	case GH_SQL_KW_SIMILAR:
		return gh_sql_peek_keyword(state->analysis, 1) == GH_SQL_KW_TO ?
			       take(state, 2, STEP_OPERAND) : refuse(state);
	case GH_SQL_KW_ESCAPE:
	case GH_SQL_KW_MOD:
		return soft_operator(state);
	case GH_SQL_KW_SEPARATOR:
		return inside(state, FRAME_CALL) ? take(state, 1, STEP_OPERAND) : refuse(state);
	case GH_SQL_KW_COLLATE:
		return collate(state);
	case GH_SQL_KW_AT:
		return at_zone(state);
	case GH_SQL_KW_OVER:
	case GH_SQL_KW_FILTER:
	case GH_SQL_KW_WITHIN:
		return after_call(state);
	case GH_SQL_KW_WHEN:
	case GH_SQL_KW_THEN:
	case GH_SQL_KW_ELSE:
	case GH_SQL_KW_END:
		return case_word(state);
	case GH_SQL_KW_FROM:
	case GH_SQL_KW_FOR:
	case GH_SQL_KW_PLACING:
		return wordy(state);
	case GH_SQL_KW_AS:
		return as(state);
	case GH_SQL_KW_ASC:
	case GH_SQL_KW_DESC:
	case GH_SQL_KW_NULLS:
		return order_word(state);
	case GH_SQL_KW_PARTITION:
	case GH_SQL_KW_ROWS:
	case GH_SQL_KW_RANGE:
		return window_word(state);
	case GH_SQL_KW_ORDER:
		return order(state);
	default:
		return outermost(state) ? STEP_END : refuse(state);
	}
}

static enum step operator(struct state *state)
{
	switch (gh_sql_peek(state->analysis, 0)->kind) {
	case GH_SQL_TOKEN_WORD:
		return operator_word(state);
	case GH_SQL_TOKEN_OPERATOR:
		return operator_sign(state);
	case GH_SQL_TOKEN_PUNCTUATION:
		return operator_symbol(state);
	case GH_SQL_TOKEN_END:
	case GH_SQL_TOKEN_NAME:
	case GH_SQL_TOKEN_STRING:
		return outermost(state) ? STEP_END : refuse(state);
	default:
		return refuse(state);
	}
}

/* ---- the whole ----------------------------------------------------------- */

static void finish(struct state *state)
{
	struct gh_sql_expr *expr = state->expr;
	unsigned alone = GH_SQL_EXPR_PLAIN | GH_SQL_EXPR_NUMBER | GH_SQL_EXPR_DEFAULT;

	if (state->single != 1)
		expr->flags &= ~alone;
	expr->last = (uint32_t)state->analysis->at;
}

struct gh_sql_expr *gh_sql_parse_expr(struct gh_sql_analysis *analysis)
{
	struct gh_sql_expr *expr = gh_sql_alloc(analysis, sizeof(*expr));
	struct state state = { analysis, expr, NULL, NULL, analysis->frame_count, 0 };
	enum step step = STEP_OPERAND;

	if (expr == NULL)
		return NULL;
	state.last_reference = &expr->references;
	state.last_subquery = &expr->subqueries;
	expr->first = (uint32_t)analysis->at;
	while (step == STEP_OPERAND || step == STEP_OPERATOR)
		step = step == STEP_OPERAND ? operand(&state) : operator(&state);
	if (step == STEP_REFUSED)
		return NULL;
	finish(&state);
	return expr;
}

static void order_direction(struct gh_sql_analysis *analysis)
{
	if (!gh_sql_accept(analysis, GH_SQL_KW_ASC))
		gh_sql_accept(analysis, GH_SQL_KW_DESC);
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_NULLS)
		analysis->at += 2;
}

bool gh_sql_parse_exprs(struct gh_sql_analysis *analysis, struct gh_sql_expr **list)
{
	while (*list != NULL)
		list = &(*list)->next;
	do {
		*list = gh_sql_parse_expr(analysis);
		if (*list == NULL)
			return false;
		list = &(*list)->next;
		order_direction(analysis);
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

/* ---- types --------------------------------------------------------------- */

static bool type_word(const struct gh_sql_token *token)
{
	static const char *const words[] = {
		"precision", "varying", "unsigned", "signed", "integer", "zone", "time", "with",
		"without", "local", "large", "object", "character",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (gh_sql_word_is(token, words[i]))
			return true;
	return false;
}

/* (10), (10, 2), (max) and [] or [3] behind a type's name */
static bool type_size(struct gh_sql_analysis *analysis)
{
	char close = gh_sql_peek_symbol(analysis, 0, '(') ? ')' : ']';

	for (size_t ahead = 1; ahead < 6; ahead++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, ahead);

		if (token->symbol == close) {
			analysis->at += ahead + 1;
			return true;
		}
		if (token->kind != GH_SQL_TOKEN_NUMBER && token->symbol != ',' &&
		    !gh_sql_word_is(token, "max"))
			break;
	}
	return gh_sql_refuse(analysis);
}

bool gh_sql_parse_type(struct gh_sql_analysis *analysis)
{
	struct gh_sql_name name;

	if (!gh_sql_parse_name(analysis, &name))
		return false;
	for (;;) {
		if (gh_sql_peek_symbol(analysis, 0, '(') || gh_sql_peek_symbol(analysis, 0, '[')) {
			if (!type_size(analysis))
				return false;
		} else if (type_word(gh_sql_peek(analysis, 0))) {
			analysis->at++;
		} else {
			return true;
		}
	}
}
