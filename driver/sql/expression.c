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
	struct gh_sql_state state = { analysis, expr, NULL, NULL, analysis->frame_count, 0 };
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
		"precision", "varying", "unsigned", "signed", "integer", "zone",      "time",
		"with",	     "without", "local",    "large",  "object",	 "character",
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
