/*
 * Expressions, where an operator comes next, or the end.
 */
#include "expression.h"

/* ---- brackets -------------------------------------------------------------- */

static enum gh_sql_step close_paren(struct gh_sql_state *state)
{
	if (gh_sql_step_outermost(state))
		return GH_SQL_STEP_END;
	if (gh_sql_step_inside(state, GH_SQL_FRAME_CASE) ||
	    gh_sql_step_inside(state, GH_SQL_FRAME_BRACKET) ||
	    gh_sql_step_inside(state, GH_SQL_FRAME_BRACE) ||
	    gh_sql_step_inside(state, GH_SQL_FRAME_ESCAPE))
		return gh_sql_step_refuse(state);
	return gh_sql_step_pop(state);
}

static enum gh_sql_step close_brace(struct gh_sql_state *state)
{
	if (gh_sql_step_outermost(state))
		return GH_SQL_STEP_END;
	if (gh_sql_step_inside(state, GH_SQL_FRAME_ESCAPE) ||
	    gh_sql_step_inside(state, GH_SQL_FRAME_BRACE))
		return gh_sql_step_pop(state);
	return gh_sql_step_refuse(state);
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

/* ---- into a value ------------------------------------------------------------ */

/* (x).field, (x).* and (x).f(..): the whole of x is in the references already. */
static enum gh_sql_step field(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	const struct gh_sql_token *token = gh_sql_peek(analysis, 1);

	state->single += 2;
	if (token->symbol == '*') {
		state->expr->flags |= GH_SQL_EXPR_EXPANDS;
		return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERATOR);
	}
	if (token->kind != GH_SQL_TOKEN_WORD && token->kind != GH_SQL_TOKEN_NAME)
		return gh_sql_step_refuse(state);
	analysis->at++;
	if (gh_sql_peek_symbol(analysis, 1, '('))
		return gh_sql_step_call(state, 1);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
}

static bool behind_value(const struct gh_sql_state *state)
{
	const struct gh_sql_token *before =
		&state->analysis->tokens.items[state->analysis->at - 1];

	return before->symbol == ')' || before->symbol == ']' || before->symbol == '}' ||
	       (before->kind == GH_SQL_TOKEN_MARKER) || state->single > 1;
}

/* x:a.b[0]: a path; within brackets a slice, or a key and its value. */
static enum gh_sql_step colon(struct gh_sql_state *state)
{
	const struct gh_sql_token *next = gh_sql_peek(state->analysis, 1);
	bool path = (state->analysis->dialect->traits & GH_SQL_TRAIT_PATH) != 0;

	state->single += 2;
	if (gh_sql_step_inside(state, GH_SQL_FRAME_BRACKET) ||
	    gh_sql_step_inside(state, GH_SQL_FRAME_BRACE) ||
	    gh_sql_step_inside(state, GH_SQL_FRAME_CALL))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	if (!path || (next->kind != GH_SQL_TOKEN_WORD && next->kind != GH_SQL_TOKEN_NAME &&
		      next->symbol != '['))
		return gh_sql_step_refuse(state);
	return gh_sql_step_take(state, next->symbol == '[' ? 1 : 2, GH_SQL_STEP_OPERATOR);
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
		return behind_value(state) ? field(state) : gh_sql_step_refuse(state);
	case '[':
		return gh_sql_step_push(state, GH_SQL_FRAME_BRACKET, 1);
	case ']':
		return gh_sql_step_inside(state, GH_SQL_FRAME_BRACKET) ? gh_sql_step_pop(state) :
									 gh_sql_step_refuse(state);
	case '}':
		return close_brace(state);
	case '{':
		return escape_clause(state);
	case ':':
		return colon(state);
	default:
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	}
}

/* ---- signs ------------------------------------------------------------------- */

static enum gh_sql_step type_cast(struct gh_sql_state *state, size_t tokens)
{
	state->analysis->at += tokens;
	state->single += 2;
	return gh_sql_parse_type(state->analysis) ? GH_SQL_STEP_OPERATOR : GH_SQL_STEP_REFUSED;
}

static bool sign_is(const struct gh_sql_state *state, const char *sign)
{
	const struct gh_sql_token *token = gh_sql_peek(state->analysis, 0);
	struct gh_span text = { state->analysis->text.bytes + token->start, token->length };

	return gh_span_equal(text, gh_span_from(sign));
}

/* (x, y) -> ..: the names in the bracket that was just closed. */
static bool bind_list(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	size_t at = analysis->at - 1;

	while (at > 0 && analysis->tokens.items[at - 1].symbol != '(')
		at--;
	for (; at < analysis->at - 1; at++) {
		const struct gh_sql_token *token = &analysis->tokens.items[at];

		if (token->symbol == ',')
			continue;
		if (!gh_sql_is_name(token) || !gh_sql_step_bind(state, token))
			return analysis->status == GH_OK;
	}
	return true;
}

/* x -> f(x): x is a parameter, unless it is a column and this reads from JSON. */
static enum gh_sql_step arrow(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	unsigned next = gh_sql_peek(analysis, 1)->kind;

	if (next != GH_SQL_TOKEN_STRING && next != GH_SQL_TOKEN_NUMBER &&
	    gh_sql_step_bracketed(state)) {
		if (state->reference != NULL && state->reference->name.count == 1) {
			state->reference->soft = true;
			if (!gh_sql_step_bind(state, state->reference->name.parts[0]))
				return GH_SQL_STEP_REFUSED;
		} else if (analysis->tokens.items[analysis->at - 1].symbol == ')' &&
			   !bind_list(state)) {
			return GH_SQL_STEP_REFUSED;
		}
	}
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

/* name => value in a call: the name is an argument's. */
static enum gh_sql_step argument_name(struct gh_sql_state *state)
{
	if (state->reference != NULL && state->reference->name.count == 1 &&
	    gh_sql_step_bracketed(state))
		state->reference->soft = true;
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

static enum gh_sql_step operator_sign(struct gh_sql_state *state)
{
	if (sign_is(state, "::") || sign_is(state, "?::"))
		return type_cast(state, 1);
	if (sign_is(state, "=>") || (sign_is(state, ":=") && gh_sql_step_bracketed(state)))
		return argument_name(state);
	if (sign_is(state, ":=") || sign_is(state, "|>"))
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	if (sign_is(state, "->"))
		return arrow(state);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

/* ---- words ------------------------------------------------------------------- */

/* OVER (..), OVER w, FILTER (WHERE ..), WITHIN GROUP (ORDER BY ..), KEEP (..). */
static enum gh_sql_step after_call(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	enum gh_sql_keyword keyword = gh_sql_peek_keyword(analysis, 0);

	if (keyword == GH_SQL_KW_OVER && gh_sql_peek_symbol(analysis, 1, '('))
		return gh_sql_step_window_bracket(state);
	if (keyword == GH_SQL_KW_OVER && gh_sql_is_name(gh_sql_peek(analysis, 1))) {
		state->expr->flags |= GH_SQL_EXPR_WINDOW;
		return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERATOR);
	}
	if (keyword == GH_SQL_KW_FILTER && gh_sql_peek_symbol(analysis, 1, '('))
		return gh_sql_step_push(
			state, GH_SQL_FRAME_PAREN,
			gh_sql_peek_keyword(analysis, 2) == GH_SQL_KW_WHERE ? 3 : 2);
	if (keyword == GH_SQL_KW_WITHIN && gh_sql_peek_symbol(analysis, 2, '(') &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_GROUP)
		return gh_sql_step_push(state, GH_SQL_FRAME_OVER, 3);
	return keyword == GH_SQL_KW_OVER ? gh_sql_step_refuse(state) : GH_SQL_STEP_END;
}

/* ( [window] PARTITION BY ..: the window's name is no column. */
enum gh_sql_step gh_sql_step_window_bracket(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	size_t tokens = gh_sql_peek_symbol(analysis, 0, '(') ? 1 : 2;
	const struct gh_sql_token *token = gh_sql_peek(analysis, tokens);

	if (gh_sql_is_name(token) && token->keyword != GH_SQL_KW_PARTITION &&
	    token->keyword != GH_SQL_KW_ROWS && token->keyword != GH_SQL_KW_RANGE &&
	    !gh_sql_word_is(token, "groups") && gh_sql_peek_keyword(analysis, tokens + 1) !=
	    GH_SQL_KW_BY) {
		state->expr->flags |= GH_SQL_EXPR_WINDOW;
		tokens++;
	}
	return gh_sql_step_push(state, GH_SQL_FRAME_OVER, tokens);
}

static enum gh_sql_step case_word(struct gh_sql_state *state)
{
	if (!gh_sql_step_inside(state, GH_SQL_FRAME_CASE))
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	if (gh_sql_peek_keyword(state->analysis, 0) == GH_SQL_KW_END)
		return gh_sql_step_pop(state);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

static bool word_begins_operand(const struct gh_sql_token *token)
{
	static const char *const words[] = { "null", "case", "not", "true", "false", "cast",
					     "exists", "default", NULL };

	return gh_sql_is_name(token) || gh_sql_word_in(token, words);
}

static bool begins_operand(const struct gh_sql_token *token)
{
	switch (token->kind) {
	case GH_SQL_TOKEN_STRING:
	case GH_SQL_TOKEN_NUMBER:
	case GH_SQL_TOKEN_MARKER:
	case GH_SQL_TOKEN_VARIABLE:
	case GH_SQL_TOKEN_NAME:
		return true;
	case GH_SQL_TOKEN_WORD:
		return word_begins_operand(token);
	default:
		return token->symbol == '(' || token->symbol == '[' || token->symbol == '{' ||
		       token->symbol == '-';
	}
}

/*
 * A word in a bracket that is no operator that we know: SEPARATOR, USING, an
 * alias, a type.  It counts as a name, softly; what comes behind may be an operand.
 */
static enum gh_sql_step odd_word(struct gh_sql_state *state)
{
	const struct gh_sql_token *token = gh_sql_peek(state->analysis, 0);
	bool columns = gh_sql_word_is(token, "columns") || token->keyword == GH_SQL_KW_WITH;

	if (gh_sql_step_outermost(state))
		return GH_SQL_STEP_END;
	if (!gh_sql_step_bracketed(state))
		return gh_sql_step_refuse(state);
	if (token->keyword == GH_SQL_KW_SELECT || token->keyword == GH_SQL_KW_WHERE)
		return gh_sql_step_refuse(state);
	if (gh_sql_is_name(token) && !gh_sql_step_soft(state, token))
		return GH_SQL_STEP_REFUSED;
	if (columns || token->keyword == GH_SQL_KW_USING)
		state->soft = state->analysis->frame_count;
	state->single += 2;
	return gh_sql_step_take(state, 1, begins_operand(gh_sql_peek(state->analysis, 1)) ?
						  GH_SQL_STEP_OPERAND : GH_SQL_STEP_OPERATOR);
}

static enum gh_sql_step wordy(struct gh_sql_state *state)
{
	if (gh_sql_step_outermost(state))
		return GH_SQL_STEP_END;
	if (gh_sql_step_bracketed(state))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	return gh_sql_step_refuse(state);
}

/* CAST(x AS type), STRUCT(x AS name) */
static enum gh_sql_step as(struct gh_sql_state *state)
{
	if (gh_sql_step_outermost(state))
		return GH_SQL_STEP_END;
	if (gh_sql_step_bracketed(state))
		return type_cast(state, 1);
	return gh_sql_step_refuse(state);
}

/* Order words behind an expression within OVER or an aggregate. */
static enum gh_sql_step order_word(struct gh_sql_state *state)
{
	if (!gh_sql_step_bracketed(state))
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	if (gh_sql_peek_keyword(state->analysis, 0) != GH_SQL_KW_NULLS)
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERATOR);
}

/* AT TIME ZONE x, AT LOCAL */
static enum gh_sql_step at_zone(struct gh_sql_state *state)
{
	if (gh_sql_word_is(gh_sql_peek(state->analysis, 1), "local"))
		return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERATOR);
	if (!gh_sql_word_is(gh_sql_peek(state->analysis, 1), "time") ||
	    !gh_sql_word_is(gh_sql_peek(state->analysis, 2), "zone"))
		return odd_word(state);
	return gh_sql_step_take(state, 3, GH_SQL_STEP_OPERAND);
}

static enum gh_sql_step collate(struct gh_sql_state *state)
{
	struct gh_sql_name name;

	gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	if (gh_sql_peek(state->analysis, 0)->kind == GH_SQL_TOKEN_STRING)
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	if (gh_sql_peek_keyword(state->analysis, 0) == GH_SQL_KW_BINARY)
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	return gh_sql_parse_name(state->analysis, &name) ? GH_SQL_STEP_OPERATOR :
							   GH_SQL_STEP_REFUSED;
}

/* x IS NULL, x IS NOT TRUE: the word behind is an operand like others. */
static enum gh_sql_step is(struct gh_sql_state *state)
{
	static const char *const words[] = { "unknown", "document", "normalized", "nfc", "nfd",
					     "nfkc", "nfkd", "json", "value", "array", "object",
					     "scalar", "empty", "infinite", "nan", "dangling",
					     "present", "missing", NULL };
	struct gh_sql_analysis *analysis = state->analysis;
	bool any = false;

	gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	gh_sql_accept(analysis, GH_SQL_KW_NOT);
	while (gh_sql_word_in(gh_sql_peek(analysis, 0), words)) {
		any = true;
		analysis->at++;
	}
	return any ? GH_SQL_STEP_OPERATOR : GH_SQL_STEP_OPERAND;
}

static enum gh_sql_step window_word(struct gh_sql_state *state)
{
	if (!gh_sql_step_inside(state, GH_SQL_FRAME_OVER))
		return odd_word(state);
	return gh_sql_peek_keyword(state->analysis, 0) == GH_SQL_KW_PARTITION ?
		       gh_sql_step_by(state) :
		       gh_sql_step_window(state);
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
	bool to = gh_sql_peek_keyword(state->analysis, 1) == GH_SQL_KW_TO;

	return gh_sql_step_take(state, to ? 2 : 1, GH_SQL_STEP_OPERAND);
}

/* IN BOOLEAN MODE and the like are words of full-text search. */
static enum gh_sql_step in(struct gh_sql_state *state)
{
	const struct gh_sql_token *next = gh_sql_peek(state->analysis, 1);

	if (next->keyword == GH_SQL_KW_NATURAL || (gh_sql_word_is(next, "boolean") &&
	    gh_sql_word_is(gh_sql_peek(state->analysis, 2), "mode")))
		return gh_sql_step_take(state, next->keyword == GH_SQL_KW_NATURAL ? 4 : 3,
					GH_SQL_STEP_OPERATOR);
	return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
}

/* Words behind a value that have no keyword of their own. */
static enum gh_sql_step plain_word(struct gh_sql_state *state)
{
	static const char *const calls[] = { "against", "keep", "member", "sounds", NULL };
	static const char *const nulls[] = { "ignore", "respect", NULL };
	struct gh_sql_analysis *analysis = state->analysis;
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

	if (gh_sql_word_in(token, nulls) &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_NULLS)
		return gh_sql_step_take(state, 2, GH_SQL_STEP_OPERATOR);
	if (gh_sql_word_is(token, "keep") && gh_sql_peek_symbol(analysis, 1, '(') &&
	    gh_sql_word_is(gh_sql_peek(analysis, 2), "dense_rank"))
		return gh_sql_step_push(state, GH_SQL_FRAME_OVER, 4);
	if (gh_sql_word_in(token, calls) && (gh_sql_peek_symbol(analysis, 1, '(') ||
					     gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_LIKE ||
					     gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_OF))
		return gh_sql_step_take(state, gh_sql_peek_symbol(analysis, 1, '(') ? 1 : 2,
					GH_SQL_STEP_OPERAND);
	if (gh_sql_word_is(token, "operator") && gh_sql_peek_symbol(analysis, 1, '('))
		return gh_sql_step_take(state, gh_sql_bracket_end(analysis, 1),
					GH_SQL_STEP_OPERAND);
	return odd_word(state);
}

/* NOT IN, NOT LIKE and so on: the operator comes behind. */
static enum gh_sql_step not(struct gh_sql_state *state)
{
	switch (gh_sql_peek_keyword(state->analysis, 1)) {
	case GH_SQL_KW_IN:
	case GH_SQL_KW_LIKE:
	case GH_SQL_KW_ILIKE:
	case GH_SQL_KW_RLIKE:
	case GH_SQL_KW_REGEXP:
	case GH_SQL_KW_GLOB:
	case GH_SQL_KW_MATCH:
	case GH_SQL_KW_BETWEEN:
	case GH_SQL_KW_SIMILAR:
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	default:
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	}
}

/* Words that stand between two operands and do nothing else. */
static bool is_between_operands(enum gh_sql_keyword keyword)
{
	switch (keyword) {
	case GH_SQL_KW_AND:
	case GH_SQL_KW_OR:
	case GH_SQL_KW_XOR:
	case GH_SQL_KW_DIV:
	case GH_SQL_KW_LIKE:
	case GH_SQL_KW_ILIKE:
	case GH_SQL_KW_RLIKE:
	case GH_SQL_KW_REGEXP:
	case GH_SQL_KW_GLOB:
	case GH_SQL_KW_MATCH:
	case GH_SQL_KW_BETWEEN:
	case GH_SQL_KW_OVERLAPS:
		return true;
	default:
		return false;
	}
}

/* lint: table */
static enum gh_sql_step operator_word(struct gh_sql_state *state)
{
	enum gh_sql_keyword keyword = gh_sql_peek_keyword(state->analysis, 0);

	if (is_between_operands(keyword))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	switch (keyword) {
	case GH_SQL_KW_NOT:
		return not(state);
	case GH_SQL_KW_IN:
		return in(state);
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
	case GH_SQL_KW_SEPARATOR:
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
		return plain_word(state);
	}
}

/* A ? that stands where an operator belongs is one; x:y may be lexed as a marker. */
static enum gh_sql_step marker(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	char first = analysis->text.bytes[gh_sql_peek(analysis, 0)->start];

	if (first == ':' && (analysis->dialect->traits & GH_SQL_TRAIT_PATH) != 0)
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
	if (first == ':' && (gh_sql_step_inside(state, GH_SQL_FRAME_BRACKET) ||
			     gh_sql_step_inside(state, GH_SQL_FRAME_BRACE)))
		return gh_sql_step_refuse(state);
	if (first == '?' && begins_operand(gh_sql_peek(analysis, 1)))
		return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERAND);
	return gh_sql_step_refuse(state);
}

/* INTERVAL 1 DAY TO SECOND, INTERVAL x MONTH */
static bool take_unit(struct gh_sql_state *state)
{
	struct gh_sql_analysis *analysis = state->analysis;
	bool unit = state->interval && gh_sql_interval_unit(gh_sql_peek(analysis, 0));

	if (!unit)
		return false;
	state->interval = false;
	analysis->at++;
	if (gh_sql_peek_symbol(analysis, 0, '(') &&
	    gh_sql_peek(analysis, 1)->kind == GH_SQL_TOKEN_NUMBER)
		analysis->at += gh_sql_bracket_end(analysis, 0);
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_TO &&
	    gh_sql_interval_unit(gh_sql_peek(analysis, 1)))
		analysis->at += 2;
	return true;
}

enum gh_sql_step gh_sql_step_operator(struct gh_sql_state *state)
{
	if (take_unit(state))
		return GH_SQL_STEP_OPERATOR;
	switch (gh_sql_peek(state->analysis, 0)->kind) {
	case GH_SQL_TOKEN_WORD:
		return operator_word(state);
	case GH_SQL_TOKEN_OPERATOR:
		return operator_sign(state);
	case GH_SQL_TOKEN_PUNCTUATION:
		return operator_symbol(state);
	case GH_SQL_TOKEN_MARKER:
		return marker(state);
	case GH_SQL_TOKEN_NAME:
		return odd_word(state);
	case GH_SQL_TOKEN_STRING: /* f(x FORMAT 'y') */
		if (!gh_sql_step_outermost(state) && gh_sql_step_bracketed(state))
			return gh_sql_step_take(state, 1, GH_SQL_STEP_OPERATOR);
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	case GH_SQL_TOKEN_VARIABLE:
	case GH_SQL_TOKEN_END:
		return gh_sql_step_outermost(state) ? GH_SQL_STEP_END : gh_sql_step_refuse(state);
	default:
		return gh_sql_step_refuse(state);
	}
}
