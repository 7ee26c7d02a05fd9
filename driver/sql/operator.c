/*
 * Expressions, where an operator comes next, or the end.
 */
#include "expression.h"

static enum gh_sql_step close_paren(struct gh_sql_state *state)
{
	if (gh_sql_step_outermost(state))
		return GH_SQL_STEP_END;
	if (gh_sql_step_inside(state, GH_SQL_FRAME_CASE) ||
	    gh_sql_step_inside(state, GH_SQL_FRAME_BRACKET) ||
	    gh_sql_step_inside(state, GH_SQL_FRAME_ESCAPE))
		return gh_sql_step_refuse(state);
	return gh_sql_step_pop(state);
}

static enum gh_sql_step comma(struct gh_sql_state *state)
{
	if (gh_sql_step_outermost(state))
		return GH_SQL_STEP_END;
	if (gh_sql_step_inside(state, GH_SQL_FRAME_CASE) ||
	    gh_sql_step_inside(state, GH_SQL_FRAME_ESCAPE))
		return gh_sql_step_refuse(state);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

/* (x).field and (x).*: the whole of x is in the references already. */
static enum gh_sql_step field(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;

	state->single += 2;
	analysis->at++;
	if (gh_sql_accept_symbol(analysis, '*')) {
		state->expr->flags |= GH_SQL_EXPR_EXPANDS;
		return GH_SQL_STEP_OPERATOR;
	}
	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)) || gh_sql_peek_symbol(analysis, 1, '('))
		return gh_sql_step_refuse(state);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
}

static bool behind_bracket(const struct gh_sql_state *state)
{
	char before = state->analysis->tokens.items[state->analysis->at - 1].symbol;

	return before == ')' || before == ']';
}

/* LIKE x {escape 'c'} */
static enum gh_sql_step escape_clause(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;

	if (!gh_sql_word_is(gh_sql_peek(analysis, 1), "escape") || analysis->no_scan ||
	    gh_sql_peek(analysis, 2)->kind != GH_SQL_TOKEN_STRING ||
	    !gh_sql_peek_symbol(analysis, 3, '}'))
		return gh_sql_step_refuse(state);
	return gh_sql_step_take(state, 4, GH_SQL_STEP_OPERATOR);
}

static enum gh_sql_step operator_symbol(struct gh_sql_state *state)
{
	switch (gh_sql_peek(state->analysis, 0)->symbol) {
	case ')':
		return close_paren(state);
	case ',':
		return comma(state);
	case '.':
		return behind_bracket(state) ? field(state) : gh_sql_step_refuse(state);
	case '[':
		return gh_sql_step_push(state, GH_SQL_FRAME_BRACKET, 1);
	case ']':
		return gh_sql_step_inside(state, GH_SQL_FRAME_BRACKET) ? gh_sql_step_pop(state) :
									 gh_sql_step_refuse(state);
	case '}':
		if (gh_sql_step_outermost(state))
			return GH_SQL_STEP_END;
		return gh_sql_step_inside(state, GH_SQL_FRAME_ESCAPE) ? gh_sql_step_pop(state) :
									gh_sql_step_refuse(state);
	case '{':
		return escape_clause(state);
	default:
		return gh_sql_step_refuse(state);
	}
}

static enum gh_sql_step type_cast(struct gh_sql_state *state, size_t tokens)
{
	state->analysis->at += tokens;
	state->single += 2;
	return gh_sql_parse_type(state->analysis) ? GH_SQL_STEP_OPERATOR : GH_SQL_STEP_REFUSED;
}

static enum gh_sql_step operator_sign(struct gh_sql_state *state)
{
	const struct gh_sql_token *token = gh_sql_peek(state->analysis, 0);
	const char *bytes = state->analysis->text.bytes + token->start;

	if (token->length == 2 && bytes[0] == ':')
		return bytes[1] == ':' ? type_cast(state, 1) : gh_sql_step_refuse(state);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

/* OVER (..), FILTER (WHERE ..), WITHIN GROUP (ORDER BY ..). */
static enum gh_sql_step after_call(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	enum gh_sql_keyword keyword = gh_sql_peek_keyword(analysis, 0);

	if (keyword == GH_SQL_KW_OVER && gh_sql_peek_symbol(analysis, 1, '('))
		return gh_sql_step_push(state, GH_SQL_FRAME_OVER, 2);
	if (keyword == GH_SQL_KW_FILTER && gh_sql_peek_symbol(analysis, 1, '(') &&
	    gh_sql_peek_keyword(analysis, 2) == GH_SQL_KW_WHERE)
		return gh_sql_step_push(state, GH_SQL_FRAME_PAREN, 3);
	if (keyword == GH_SQL_KW_WITHIN && gh_sql_peek_symbol(analysis, 2, '(') &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_GROUP)
		return gh_sql_step_push(state, GH_SQL_FRAME_OVER, 3);
	return keyword == GH_SQL_KW_OVER ? gh_sql_step_refuse(state) : GH_SQL_STEP_END;
}

static enum gh_sql_step case_word(struct gh_sql_state *state)
{
	if (!gh_sql_step_inside(state, GH_SQL_FRAME_CASE))
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	if (gh_sql_peek_keyword(state->analysis, 0) == GH_SQL_KW_END)
		return gh_sql_step_pop(state);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

static enum gh_sql_step wordy(struct gh_sql_state *state)
{
	if (gh_sql_step_inside(state, GH_SQL_FRAME_WORDY))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
}

/* CAST(x AS type) */
static enum gh_sql_step as(struct gh_sql_state *state)
{
	if (gh_sql_step_inside(state, GH_SQL_FRAME_WORDY))
		return type_cast(state, 1);
	return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
}

/* Order words behind an expression within OVER or an aggregate. */
static enum gh_sql_step order_word(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;

	if (!gh_sql_step_inside(state, GH_SQL_FRAME_OVER) &&
	    !gh_sql_step_inside(state, GH_SQL_FRAME_CALL))
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	if (gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_NULLS)
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERATOR);
}

static enum gh_sql_step at_zone(struct gh_sql_state *state)
{
	if (!gh_sql_word_is(gh_sql_peek(state->analysis, 1), "time") ||
	    !gh_sql_word_is(gh_sql_peek(state->analysis, 2), "zone"))
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	return gh_sql_step_take(state, 3, GH_SQL_STEP_OPERAND);
}

static enum gh_sql_step collate(struct gh_sql_state *state)
{
	struct gh_sql_name name;

	gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	return gh_sql_parse_name(state->analysis, &name) ? GH_SQL_STEP_OPERATOR :
							   GH_SQL_STEP_REFUSED;
}

/* x IS NULL, x IS NOT TRUE: the word behind is an operand like others. */
static enum gh_sql_step is(struct gh_sql_state *state)
{
	gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	gh_sql_accept(state->analysis, GH_SQL_KW_NOT);
	if (gh_sql_accept(state->analysis, GH_SQL_KW_UNKNOWN))
		return GH_SQL_STEP_OPERATOR;
	return GH_SQL_STEP_OPERAND;
}

static enum gh_sql_step window_word(struct gh_sql_state *state)
{
	if (gh_sql_step_inside(state, GH_SQL_FRAME_OVER))
		return gh_sql_peek_keyword(state->analysis, 0) == GH_SQL_KW_PARTITION ?
			       gh_sql_step_by(state) :
			       gh_sql_step_window(state);
	return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
}

static enum gh_sql_step order(struct gh_sql_state *state)
{
	if (gh_sql_step_outermost(state))
		return GH_SQL_STEP_END;
	if (gh_sql_peek_keyword(state->analysis, 1) != GH_SQL_KW_BY)
		return gh_sql_step_refuse(state);
	return gh_sql_step_by(state);
}

/* A word that is an operator only in front of an operand. */
static enum gh_sql_step soft_operator(struct gh_sql_state *state)
{
	unsigned next = gh_sql_peek(state->analysis, 1)->kind;

	if (gh_sql_step_outermost(state) && next != GH_SQL_TOKEN_STRING &&
	    next != GH_SQL_TOKEN_NUMBER && next != GH_SQL_TOKEN_MARKER &&
	    next != GH_SQL_TOKEN_WORD)
		return GH_SQL_STEP_END;
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

static enum gh_sql_step similar(struct gh_sql_state *state)
{
	if (gh_sql_peek_keyword(state->analysis, 1) != GH_SQL_KW_TO)
		return gh_sql_step_refuse(state);
	return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERAND);
}

static enum gh_sql_step separator(struct gh_sql_state *state)
{
	if (!gh_sql_step_inside(state, GH_SQL_FRAME_CALL))
		return gh_sql_step_refuse(state);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

/* lint: table */
static enum gh_sql_step operator_word(struct gh_sql_state *state)
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
	case GH_SQL_KW_IN:
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	case GH_SQL_KW_IS:
		return is(state);
	case GH_SQL_KW_ISNULL:
	case GH_SQL_KW_NOTNULL:
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	case GH_SQL_KW_SIMILAR:
		return similar(state);
	case GH_SQL_KW_ESCAPE:
	case GH_SQL_KW_MOD:
		return soft_operator(state);
	case GH_SQL_KW_SEPARATOR:
		return separator(state);
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
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	}
}

enum gh_sql_step gh_sql_step_operator(struct gh_sql_state *state)
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
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	default:
		return gh_sql_step_refuse(state);
	}
}
