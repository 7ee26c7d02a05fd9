/*
 * What the parts of the expression parser share: its state, its stack of
 * brackets, and what may come next.
 */
#ifndef GATEHOUSE_DRIVER_SQL_EXPRESSION_H
#define GATEHOUSE_DRIVER_SQL_EXPRESSION_H

#include "internal.h"

enum gh_sql_frame {
	GH_SQL_FRAME_PAREN,
	GH_SQL_FRAME_CALL,
	GH_SQL_FRAME_WORDY, /* a call with words between its arguments */
	GH_SQL_FRAME_OVER,
	GH_SQL_FRAME_CASE,
	GH_SQL_FRAME_BRACKET,
	GH_SQL_FRAME_ESCAPE, /* {fn ...} */
	GH_SQL_FRAME_BRACE,  /* {'key': value} */
};

enum gh_sql_step {
	GH_SQL_STEP_OPERAND,
	GH_SQL_STEP_OPERATOR,
	GH_SQL_STEP_END,
	GH_SQL_STEP_REFUSED
};

struct gh_sql_state {
	struct gh_sql_analysis *analysis;
	struct gh_sql_expr *expr;
	struct gh_sql_reference **last_reference;
	struct gh_sql_subquery **last_subquery;
	struct gh_sql_reference *reference; /* the operand before, where it is one name */
	size_t soft; /* names are soft while as many frames or more are open; 0: they aren't */
	bool interval; /* INTERVAL stood before the operand: a unit comes behind */
	size_t base;   /* frames below it belong to others */
	size_t single; /* operands and operators so far: 1 means it stands alone */
};

/* Each takes what is at the analysis's place, and says what comes next. */
enum gh_sql_step gh_sql_step_operand(struct gh_sql_state *state);
enum gh_sql_step gh_sql_step_operator(struct gh_sql_state *state);
/* PARTITION BY and ORDER BY within brackets; a window's ROWS BETWEEN. */
enum gh_sql_step gh_sql_step_by(struct gh_sql_state *state);
enum gh_sql_step gh_sql_step_window(struct gh_sql_state *state);
/* At OVER ( or at the bracket of WINDOW w AS (. */
enum gh_sql_step gh_sql_step_window_bracket(struct gh_sql_state *state);
enum gh_sql_step gh_sql_step_refuse(struct gh_sql_state *state);
/* Opens a bracket of `tokens` tokens; closes the innermost; moves on. */
enum gh_sql_step gh_sql_step_push(struct gh_sql_state *state, enum gh_sql_frame frame,
				  size_t tokens);
enum gh_sql_step gh_sql_step_pop(struct gh_sql_state *state);
enum gh_sql_step gh_sql_step_take(struct gh_sql_state *state, size_t tokens,
				  enum gh_sql_step next);
/* Is that the innermost bracket of this expression?  Is there none? */
bool gh_sql_step_inside(const struct gh_sql_state *state, enum gh_sql_frame frame);
/* Inside any bracket other than CASE: words that are not known may stand there. */
bool gh_sql_step_bracketed(const struct gh_sql_state *state);
/* A name as an operand: a call, a literal's type, a column, a whole row. */
enum gh_sql_step gh_sql_step_name(struct gh_sql_state *state);
enum gh_sql_step gh_sql_step_call(struct gh_sql_state *state, unsigned parts);
enum gh_sql_step gh_sql_step_subquery(struct gh_sql_state *state); /* at its bracket */
/* Notes a name that perhaps is a column's; one that a lambda binds. */
bool gh_sql_step_soft(struct gh_sql_state *state, const struct gh_sql_token *token);
bool gh_sql_step_bind(struct gh_sql_state *state, const struct gh_sql_token *token);
/* Behind <..> at `ahead`, where that holds a type's words only; 0: it is none. */
size_t gh_sql_angle_end(const struct gh_sql_analysis *analysis, size_t ahead);
bool gh_sql_interval_unit(const struct gh_sql_token *token);
bool gh_sql_step_outermost(const struct gh_sql_state *state);

#endif
