/*
 * Expressions.  Not a tree: what matters is which columns, functions and
 * queries are named anywhere in them.  Brackets and CASE are kept on a stack of
 * our own, so that depth costs no C stack; only queries recurse.
 *
 * The one thing that has to be right is whether an operand or an operator comes
 * next: a name where an operator belongs ends the expression (an alias).
 */
#include "expression.h"

enum gh_sql_step gh_sql_step_refuse(struct gh_sql_state *state)
{
	gh_sql_refuse(state->analysis);
	return GH_SQL_STEP_REFUSED;
}

bool gh_sql_step_inside(const struct gh_sql_state *state, enum gh_sql_frame frame)
{
	const struct gh_sql_analysis *analysis = state->analysis;

	return analysis->frame_count > state->base &&
	       analysis->frames[analysis->frame_count - 1] == frame;
}

bool gh_sql_step_outermost(const struct gh_sql_state *state)
{
	return state->analysis->frame_count == state->base;
}

bool gh_sql_step_bracketed(const struct gh_sql_state *state)
{
	return !gh_sql_step_outermost(state) && !gh_sql_step_inside(state, GH_SQL_FRAME_CASE) &&
	       !gh_sql_step_inside(state, GH_SQL_FRAME_ESCAPE);
}

enum gh_sql_step gh_sql_step_push(struct gh_sql_state *state, enum gh_sql_frame frame,
				  size_t tokens)
{
	struct gh_sql_analysis *analysis = state->analysis;

	if (analysis->frame_count >= GH_SQL_MAX_FRAMES)
		return gh_sql_step_refuse(state);
	analysis->frames[analysis->frame_count++] = (uint8_t)frame;
	analysis->at += tokens;
	state->single += 2;
	return GH_SQL_STEP_OPERAND;
}

enum gh_sql_step gh_sql_step_pop(struct gh_sql_state *state)
{
	state->analysis->frame_count--;
	state->analysis->at++;
	state->reference = NULL;
	if (state->analysis->frame_count < state->soft)
		state->soft = 0;
	return GH_SQL_STEP_OPERATOR;
}

enum gh_sql_step gh_sql_step_take(struct gh_sql_state *state, size_t tokens, enum gh_sql_step next)
{
	state->analysis->at += tokens;
	state->single++;
	return next;
}

/* ---- the whole ----------------------------------------------------------- */

static void finish(struct gh_sql_state *state)
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
	struct gh_sql_state state = { .analysis = analysis, .expr = expr,
				      .base = analysis->frame_count };
	enum gh_sql_step step = GH_SQL_STEP_OPERAND;

	if (expr == NULL)
		return NULL;
	state.last_reference = &expr->references;
	state.last_subquery = &expr->subqueries;
	expr->first = (uint32_t)analysis->at;
	while (step == GH_SQL_STEP_OPERAND || step == GH_SQL_STEP_OPERATOR)
		step = step == GH_SQL_STEP_OPERAND ? gh_sql_step_operand(&state) :
						     gh_sql_step_operator(&state);
	if (step == GH_SQL_STEP_REFUSED)
		return NULL;
	finish(&state);
	return expr;
}

/* [ASC | DESC | USING <] [NULLS FIRST] [WITH FILL] */
bool gh_sql_order_direction(struct gh_sql_analysis *analysis)
{
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_USING &&
	    gh_sql_peek(analysis, 1)->kind == GH_SQL_TOKEN_OPERATOR)
		analysis->at += 2;
	else if (!gh_sql_accept(analysis, GH_SQL_KW_ASC))
		gh_sql_accept(analysis, GH_SQL_KW_DESC);
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_NULLS)
		analysis->at += 2;
	return true;
}

bool gh_sql_expr_append(struct gh_sql_expr **list, struct gh_sql_expr *more)
{
	while (*list != NULL)
		list = &(*list)->next;
	*list = more;
	return true;
}

bool gh_sql_parse_expr_add(struct gh_sql_analysis *analysis, struct gh_sql_expr **list)
{
	struct gh_sql_expr *expr = gh_sql_parse_expr(analysis);

	return expr != NULL && gh_sql_expr_append(list, expr);
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
		gh_sql_order_direction(analysis);
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

/* ---- windows ---------------------------------------------------------------- */

/* w AS ([window] PARTITION BY .. ORDER BY .. frame) */
static struct gh_sql_expr *parse_window(struct gh_sql_analysis *analysis)
{
	struct gh_sql_expr *expr = gh_sql_alloc(analysis, sizeof(*expr));
	struct gh_sql_state state = { .analysis = analysis, .expr = expr,
				      .base = analysis->frame_count };
	enum gh_sql_step step;

	if (expr == NULL)
		return NULL;
	state.last_reference = &expr->references;
	state.last_subquery = &expr->subqueries;
	expr->first = (uint32_t)analysis->at;
	step = gh_sql_step_window_bracket(&state);
	while ((step == GH_SQL_STEP_OPERAND || step == GH_SQL_STEP_OPERATOR) &&
	       !gh_sql_step_outermost(&state))
		step = step == GH_SQL_STEP_OPERAND ? gh_sql_step_operand(&state) :
						     gh_sql_step_operator(&state);
	expr->last = (uint32_t)analysis->at;
	return step == GH_SQL_STEP_REFUSED ? NULL : expr;
}

bool gh_sql_parse_windows(struct gh_sql_analysis *analysis, struct gh_sql_expr **list)
{
	do {
		if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
			return gh_sql_refuse(analysis);
		analysis->at++;
		if (!gh_sql_expect(analysis, GH_SQL_KW_AS))
			return false;
		if (!gh_sql_peek_symbol(analysis, 0, '(')) { /* w AS v */
			if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
				return gh_sql_refuse(analysis);
			analysis->at++;
			continue;
		}
		*list = parse_window(analysis);
		if (*list == NULL)
			return false;
		list = &(*list)->next;
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

/* ---- types --------------------------------------------------------------- */

size_t gh_sql_bracket_end(const struct gh_sql_analysis *analysis, size_t ahead)
{
	unsigned depth = 0;

	for (; analysis->at + ahead < analysis->end; ahead++) {
		char symbol = gh_sql_peek(analysis, ahead)->symbol;

		if (symbol == '(' || symbol == '[' || symbol == '{')
			depth++;
		if (symbol != ')' && symbol != ']' && symbol != '}')
			continue;
		if (--depth == 0)
			return ahead + 1;
	}
	return 0;
}

bool gh_sql_parse_bracket(struct gh_sql_analysis *analysis, struct gh_sql_expr **list)
{
	size_t behind = gh_sql_bracket_end(analysis, 0);
	size_t end = analysis->end;
	bool understood;

	if (behind == 0)
		return gh_sql_refuse(analysis);
	analysis->end = analysis->at + behind;
	understood = gh_sql_parse_expr_add(analysis, list) &&
		     (analysis->at == analysis->end || gh_sql_refuse(analysis));
	analysis->end = end;
	return understood;
}

/* How many < an operator opens, or > it closes, negative; 0: it is no such. */
static int angles(const struct gh_sql_analysis *analysis, const struct gh_sql_token *token)
{
	const char *bytes = analysis->text.bytes + token->start;
	int sign = bytes[0] == '<' ? 1 : -1;

	if (token->kind != GH_SQL_TOKEN_OPERATOR)
		return 0;
	for (uint32_t i = 0; i < token->length; i++)
		if (bytes[i] != (sign > 0 ? '<' : '>'))
			return 0;
	return sign * (int)token->length;
}

size_t gh_sql_angle_end(const struct gh_sql_analysis *analysis, size_t ahead)
{
	int depth = 0;

	for (; analysis->at + ahead < analysis->end; ahead++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, ahead);

		depth += angles(analysis, token);
		if (depth <= 0)
			return depth == 0 && angles(analysis, token) < 0 ? ahead + 1 : 0;
		if (token->kind == GH_SQL_TOKEN_OPERATOR && angles(analysis, token) == 0)
			return 0;
		if (token->kind == GH_SQL_TOKEN_VARIABLE || token->kind == GH_SQL_TOKEN_MARKER ||
		    (token->kind == GH_SQL_TOKEN_WORD &&
		     gh_sql_keyword_statement((enum gh_sql_keyword)token->keyword) &&
		     gh_sql_keyword_reserved((enum gh_sql_keyword)token->keyword)))
			return 0;
	}
	return 0;
}

static bool type_word(const struct gh_sql_token *token)
{
	static const char *const words[] = {
		"precision", "varying", "unsigned", "signed", "integer", "zone",      "time",
		"with",	     "without", "local",    "large",  "object",	 "character", "zerofill",
		"second",    "minute",  "hour",     "day",    "month",   "year",      "to",
		NULL,
	};

	return gh_sql_word_in(token, words);
}

/* (10), (10, 2), (max), [], [3] and (a int, b text) behind a type's name. */
static bool type_size(struct gh_sql_analysis *analysis)
{
	size_t behind = gh_sql_bracket_end(analysis, 0);

	for (size_t ahead = 1; ahead + 1 < behind; ahead++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, ahead);

		if (token->kind != GH_SQL_TOKEN_NUMBER && token->kind != GH_SQL_TOKEN_WORD &&
		    token->kind != GH_SQL_TOKEN_NAME && token->kind != GH_SQL_TOKEN_STRING &&
		    token->kind != GH_SQL_TOKEN_PUNCTUATION && token->symbol != '=' &&
		    token->symbol != '-' && angles(analysis, token) == 0)
			return gh_sql_refuse(analysis);
	}
	if (behind == 0)
		return gh_sql_refuse(analysis);
	analysis->at += behind;
	return true;
}

/* A type's name may be any word: INTERVAL, ARRAY, BINARY and what targets add. */
static bool type_name(struct gh_sql_analysis *analysis)
{
	do {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

		if (!gh_sql_is_name(token) && token->kind != GH_SQL_TOKEN_STRING)
			return gh_sql_refuse(analysis);
		analysis->at++;
	} while (gh_sql_accept_symbol(analysis, '.'));
	return true;
}

/* ARRAY<int>; behind any other type < compares: x::int < a AND b > c. */
static size_t type_angles(const struct gh_sql_analysis *analysis)
{
	static const char *const words[] = { "array", "struct", "map", "row", "list", "object",
					     "range", "table", "multiset", "tuple", NULL };

	if (!gh_sql_word_in(&analysis->tokens.items[analysis->at - 1], words))
		return 0;
	return gh_sql_angle_end(analysis, 0);
}

bool gh_sql_parse_type(struct gh_sql_analysis *analysis)
{
	if (!type_name(analysis))
		return false;
	for (;;) {
		size_t angle = type_angles(analysis);

		if (angle > 0) {
			analysis->at += angle;
		} else if (gh_sql_peek_symbol(analysis, 0, '(') ||
			   gh_sql_peek_symbol(analysis, 0, '[')) {
			if (!type_size(analysis))
				return false;
		} else if (type_word(gh_sql_peek(analysis, 0))) {
			analysis->at++;
		} else if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_ARRAY &&
			   (gh_sql_peek_symbol(analysis, 1, '[') ||
			    !gh_sql_peek_symbol(analysis, 1, '('))) {
			analysis->at++;
		} else {
			return true;
		}
	}
}
