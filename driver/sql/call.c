/*
 * Expressions: calls of functions, the words that some of them begin with, and
 * queries in brackets.
 */
#include <string.h>

#include "expression.h"

enum gh_sql_step gh_sql_step_subquery(struct gh_sql_state *state)
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

bool gh_sql_step_bind(struct gh_sql_state *state, const struct gh_sql_token *token)
{
	struct gh_sql_reference *bound = gh_sql_alloc(state->analysis, sizeof(*bound));

	if (bound == NULL)
		return false;
	bound->name.parts[0] = token;
	bound->name.count = 1;
	bound->next = state->expr->bound;
	state->expr->bound = bound;
	return true;
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

/* ---- which function ------------------------------------------------------- */

/* Names of ODBC's scalar functions that drivers map to pure ones. */
static bool odbc_function(const struct gh_sql_state *state, const struct gh_sql_token *name)
{
	static const char *const names[] = {
		"ucase", "lcase", "length", "char_length", "concat", "left", "right", "ltrim",
		"rtrim", "substring", "locate", "replace", "ascii", "space", "repeat", "abs",
		"ceiling", "floor", "mod", "power", "round", "sign", "sqrt", "exp", "log",
		"log10", "truncate", "curdate", "curtime", "now", "year", "month", "dayofmonth",
		"hour", "minute", "second", "dayofweek", "dayofyear", "quarter", "week",
		"monthname", "dayname", "ifnull", "char", "pi", "sin", "cos", "tan", "convert",
		"timestampadd", "timestampdiff", "extract", "atan2", "rand", NULL,
	};

	return gh_sql_step_inside(state, GH_SQL_FRAME_ESCAPE) && gh_sql_word_in(name, names);
}

static const struct gh_sql_function *function_of(const struct gh_sql_state *state,
						 const struct gh_sql_token *const *parts,
						 unsigned count)
{
	static const struct gh_sql_function mapped = { "odbc", 0, 0 };
	static const struct gh_sql_function stamp = { "odbc", 0, GH_SQL_FUNCTION_UNIT_FIRST };
	static const char *const stamps[] = { "timestampadd", "timestampdiff", NULL };
	static const struct gh_sql_function setting = { "current_setting", 0, 0 };
	static const char *const homes[] = { "pg_catalog", "safe", NULL };

	if (count == 1 && odbc_function(state, parts[0]))
		return gh_sql_word_in(parts[0], stamps) ? &stamp : &mapped;
	if (gh_sql_setting_call(state->analysis, count) &&
	    (count == 1 || gh_sql_word_in(parts[0], homes)))
		return &setting;
	if (count == 1 || (count == 2 && gh_sql_word_in(parts[0], homes)))
		return gh_sql_function_find(state->analysis->dialect, parts[count - 1]);
	return NULL;
}

/* Words that open a bracket and are no function. */
/* lint: table */
static bool structure_word(const struct gh_sql_token *token)
{
	switch (token->keyword) {
	case GH_SQL_KW_LEFT:
	case GH_SQL_KW_RIGHT:
	case GH_SQL_KW_CAST:
	case GH_SQL_KW_MATCH:
	case GH_SQL_KW_VALUES:
	case GH_SQL_KW_INSERT:
	case GH_SQL_KW_LIKE:
	case GH_SQL_KW_ILIKE:
	case GH_SQL_KW_GLOB:
	case GH_SQL_KW_OFFSET:
	case GH_SQL_KW_DIV:
	case GH_SQL_KW_REGEXP:
	case GH_SQL_KW_RLIKE:
	case GH_SQL_KW_COLLATE:
	case GH_SQL_KW_OVERLAPS:
		return false;
	default:
		return token->kind != GH_SQL_TOKEN_NAME &&
		       gh_sql_keyword_reserved((enum gh_sql_keyword)token->keyword);
	}
}

unsigned gh_sql_call_parts(const struct gh_sql_analysis *analysis)
{
	for (unsigned parts = 1; parts <= 4; parts++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, (size_t)parts * 2 - 2);

		if ((token->kind != GH_SQL_TOKEN_WORD && token->kind != GH_SQL_TOKEN_NAME) ||
		    (parts == 1 && structure_word(token)))
			return 0;
		if (gh_sql_peek_symbol(analysis, (size_t)parts * 2 - 1, '('))
			return parts;
		if (!gh_sql_peek_symbol(analysis, (size_t)parts * 2 - 1, '.'))
			return 0;
	}
	return 0;
}

/* ---- what stands in front of arguments ------------------------------------ */

/* count(*): the star stands for no column. */
static void skip_star(struct gh_sql_state *state, const struct gh_sql_token *name)
{
	struct gh_sql_analysis *analysis = state->analysis;
	static const char *const counts[] = { "count", "count_big", "approx_count_distinct", NULL };

	if (gh_sql_word_in(name, counts) && gh_sql_peek_symbol(analysis, 0, '*') &&
	    gh_sql_peek_symbol(analysis, 1, ')'))
		analysis->at++;
}

/* A word that names a unit in front of a comma: perhaps a column's name all the same. */
static bool first_unit(const struct gh_sql_state *state, const struct gh_sql_function *function)
{
	static const char *const units[] = {
		"q", "m", "dy", "y", "d", "ww", "weekday", "dw", "n", "s", "mcs", "ns",
		"tzoffset", "tz", "iso_week", "isowk", "isoww", "date", "time", "timestamp",
		"sql_tsi_frac_second", "sql_tsi_second", "sql_tsi_minute", "sql_tsi_hour",
		"sql_tsi_day", "sql_tsi_week", "sql_tsi_month", "sql_tsi_quarter", "sql_tsi_year",
		"frac_second", NULL,
	};
	const struct gh_sql_analysis *analysis = state->analysis;
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

	if ((function->flags & GH_SQL_FUNCTION_UNIT_FIRST) == 0 ||
	    !gh_sql_peek_symbol(analysis, 1, ','))
		return false;
	/* MySQL's takes two dates */
	if (strcmp(function->name, "datediff") == 0 &&
	    (analysis->dialect->traits & GH_SQL_TRAIT_BINARY_PREFIX) != 0)
		return false;
	return gh_sql_interval_unit(token) || gh_sql_word_in(token, units);
}

/* EXTRACT(year FROM ..), EXTRACT(WEEK(MONDAY) FROM ..), DATEADD(day, ..). */
static bool skip_unit(struct gh_sql_state *state, const struct gh_sql_function *function)
{
	struct gh_sql_analysis *analysis = state->analysis;
	size_t unit = 1;

	if (function == NULL)
		return true;
	if (gh_sql_peek_symbol(analysis, 1, '('))
		unit = gh_sql_bracket_end(analysis, 1);
	if (strcmp(function->name, "extract") == 0 &&
	    gh_sql_peek_keyword(analysis, unit) == GH_SQL_KW_FROM &&
	    gh_sql_peek(analysis, 0)->kind <= GH_SQL_TOKEN_STRING)
		analysis->at += unit + 1;
	if (!first_unit(state, function))
		return true;
	if (!gh_sql_step_soft(state, gh_sql_peek(analysis, 0)))
		return false;
	analysis->at += 2;
	return true;
}

/* And TRIM(BOTH ..), f(DISTINCT ..), XMLELEMENT(NAME ..). */
static bool skip_leading_words(struct gh_sql_state *state, const struct gh_sql_function *function)
{
	static const char *const words[] = { "both", "leading", "trailing", NULL };
	struct gh_sql_analysis *analysis = state->analysis;
	enum gh_sql_keyword keyword;

	if (!skip_unit(state, function))
		return false;
	keyword = gh_sql_peek_keyword(analysis, 0);
	if (keyword == GH_SQL_KW_DISTINCT || keyword == GH_SQL_KW_ALL)
		analysis->at++;
	if (function != NULL && gh_sql_word_in(gh_sql_peek(analysis, 0), words) &&
	    !gh_sql_peek_symbol(analysis, 1, ')') && !gh_sql_peek_symbol(analysis, 1, ','))
		analysis->at++;
	return true;
}

/* ---- the call --------------------------------------------------------------- */

/* May read any table, and write. */
static void unknown_function(struct gh_sql_state *state)
{
	state->expr->flags |= GH_SQL_EXPR_UNKNOWN;
	state->analysis->facts->actions |= GH_ACTION_CALL;
	state->analysis->facts->tables_known = false;
}

/* x.f(..) may be a column's method. */
static bool owners(struct gh_sql_state *state, const struct gh_sql_token *const *names,
		   unsigned parts)
{
	for (unsigned i = 0; i + 1 < parts; i++)
		if (!gh_sql_step_soft(state, names[i]))
			return false;
	return true;
}

enum gh_sql_step gh_sql_step_call(struct gh_sql_state *state, unsigned parts)
{
	struct gh_sql_analysis *analysis = state->analysis;
	const struct gh_sql_token *names[4] = { NULL };
	const struct gh_sql_function *function;
	enum gh_sql_step step;

	for (unsigned i = 0; i < parts; i++)
		names[i] = gh_sql_peek(analysis, (size_t)i * 2);
	function = function_of(state, names, parts);
	if (function == NULL)
		unknown_function(state);
	else if ((function->flags & GH_SQL_FUNCTION_AGGREGATE) != 0)
		state->expr->flags |= GH_SQL_EXPR_AGGREGATE;
	if (!gh_sql_function_note(analysis, names[parts - 1]->name) ||
	    !owners(state, names, parts))
		return GH_SQL_STEP_REFUSED;
	if (gh_sql_begins_query(analysis, (size_t)parts * 2)) {
		analysis->at += (size_t)parts * 2 - 1;
		return gh_sql_step_subquery(state);
	}
	step = gh_sql_step_push(state,
				function != NULL &&
						(function->flags & GH_SQL_FUNCTION_WORDY) != 0 ?
					GH_SQL_FRAME_WORDY :
					GH_SQL_FRAME_CALL,
				(size_t)parts * 2);
	skip_star(state, names[parts - 1]);
	return skip_leading_words(state, function) ? step : GH_SQL_STEP_REFUSED;
}
