/*
 * FROM: tables, derived tables, functions, joins and their conditions.
 */
#include "internal.h"

static bool parse_list(struct gh_sql_analysis *analysis, struct gh_sql_select *select);

static struct gh_sql_source *add_source(struct gh_sql_analysis *analysis,
					struct gh_sql_select *select)
{
	struct gh_sql_source **last = &select->sources;
	size_t count = 0;

	for (; *last != NULL; last = &(*last)->next)
		count++;
	if (count >= GH_SQL_MAX_SOURCES) {
		gh_sql_refuse(analysis);
		return NULL;
	}
	*last = gh_sql_alloc(analysis, sizeof(**last));
	return *last;
}

/* [AS] alias [(columns)] */
static bool source_alias(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	bool as = gh_sql_accept(analysis, GH_SQL_KW_AS);

	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
		return !as || gh_sql_refuse(analysis);
	source->alias = gh_sql_peek(analysis, 0);
	analysis->at++;
	if (!gh_sql_peek_symbol(analysis, 0, '('))
		return true;
	return gh_sql_parse_columns(analysis, &source->columns, &source->column_count);
}

/* T-SQL: WITH (NOLOCK, ...) */
static bool hint(struct gh_sql_analysis *analysis)
{
	const struct gh_sql_token **words = NULL;
	size_t count = 0;

	if (gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_WITH ||
	    !gh_sql_peek_symbol(analysis, 1, '('))
		return true;
	analysis->at++;
	return gh_sql_parse_columns(analysis, &words, &count);
}

static bool derived(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	analysis->at++;
	source->kind = GH_SQL_SOURCE_QUERY;
	source->query = gh_sql_parse_query(analysis);
	return source->query != NULL && gh_sql_expect_symbol(analysis, ')') &&
	       source_alias(analysis, source);
}

static bool function(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	source->kind = GH_SQL_SOURCE_FUNCTION;
	source->arguments = gh_sql_parse_expr(analysis);
	return source->arguments != NULL && source_alias(analysis, source);
}

/* name, or name(arguments): told apart by the bracket behind the name. */
static bool named(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	size_t start = analysis->at;

	gh_sql_accept(analysis, GH_SQL_KW_ONLY);
	if (!gh_sql_parse_name(analysis, &source->name))
		return false;
	if (source->name.count == 4)
		return gh_sql_refuse(analysis);
	if (gh_sql_peek_symbol(analysis, 0, '(')) {
		analysis->at = start;
		return function(analysis, source);
	}
	return source_alias(analysis, source) && hint(analysis);
}

static bool begins_query(enum gh_sql_keyword keyword)
{
	return keyword == GH_SQL_KW_SELECT || keyword == GH_SQL_KW_WITH ||
	       keyword == GH_SQL_KW_VALUES;
}

/* (a JOIN b ON ..): brackets without a name of their own. */
static bool bracketed(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	bool understood;

	if (analysis->queries >= GH_SQL_MAX_QUERIES)
		return gh_sql_opaque(analysis, analysis->at, "joins nested too deeply");
	analysis->at++;
	analysis->queries++;
	understood = parse_list(analysis, select) && gh_sql_expect_symbol(analysis, ')');
	analysis->queries--;
	if (understood && (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_AS ||
			   gh_sql_is_name(gh_sql_peek(analysis, 0))))
		return gh_sql_refuse(analysis);
	return understood;
}

/* {oj a LEFT OUTER JOIN b ON ..} */
static bool outer_join_escape(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	if (analysis->no_scan || !gh_sql_word_is(gh_sql_peek(analysis, 1), "oj") ||
	    analysis->queries >= GH_SQL_MAX_QUERIES)
		return gh_sql_refuse(analysis);
	analysis->at += 2;
	analysis->queries++;
	if (!parse_list(analysis, select))
		return false;
	analysis->queries--;
	return gh_sql_expect_symbol(analysis, '}');
}

static bool parse_one(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	bool lateral = gh_sql_accept(analysis, GH_SQL_KW_LATERAL);
	struct gh_sql_source *source;

	if (gh_sql_peek_symbol(analysis, 0, '{'))
		return outer_join_escape(analysis, select);
	if (gh_sql_peek_symbol(analysis, 0, '(') &&
	    !begins_query(gh_sql_peek_keyword(analysis, 1)))
		return bracketed(analysis, select);
	source = add_source(analysis, select);
	if (source == NULL)
		return false;
	source->lateral = lateral;
	return gh_sql_peek_symbol(analysis, 0, '(') ? derived(analysis, source) :
						      named(analysis, source);
}

/* ---- joins --------------------------------------------------------------- */

/* Moves behind JOIN; *natural tells of NATURAL.  False: no join here. */
static bool join_words(struct gh_sql_analysis *analysis, bool *natural)
{
	size_t start = analysis->at;

	*natural = gh_sql_accept(analysis, GH_SQL_KW_NATURAL);
	if (!gh_sql_accept(analysis, GH_SQL_KW_INNER) &&
	    !gh_sql_accept(analysis, GH_SQL_KW_CROSS) &&
	    (gh_sql_accept(analysis, GH_SQL_KW_LEFT) || gh_sql_accept(analysis, GH_SQL_KW_RIGHT) ||
	     gh_sql_accept(analysis, GH_SQL_KW_FULL)))
		gh_sql_accept(analysis, GH_SQL_KW_OUTER);
	if (gh_sql_accept(analysis, GH_SQL_KW_JOIN) ||
	    gh_sql_accept(analysis, GH_SQL_KW_STRAIGHT_JOIN))
		return true;
	analysis->at = start;
	return false;
}

/*
 * USING (a, b) is a condition on every source's a and b.  SQLite takes a string
 * for a name there, so that only names are understood.
 */
static bool using(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	struct gh_sql_expr **last = &select->conditions;

	select->merged = true;
	while (*last != NULL)
		last = &(*last)->next;
	if (!gh_sql_expect_symbol(analysis, '(') || !gh_sql_parse_exprs(analysis, last))
		return false;
	for (; *last != NULL; last = &(*last)->next)
		if (((*last)->flags & GH_SQL_EXPR_PLAIN) == 0)
			return gh_sql_refuse(analysis);
	return gh_sql_expect_symbol(analysis, ')');
}

static bool join_condition(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	struct gh_sql_expr **last = &select->conditions;

	if (gh_sql_accept(analysis, GH_SQL_KW_USING))
		return using(analysis, select);
	if (!gh_sql_accept(analysis, GH_SQL_KW_ON))
		return true;
	while (*last != NULL)
		last = &(*last)->next;
	*last = gh_sql_parse_expr(analysis);
	return *last != NULL;
}

static bool parse_joined(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	bool natural = false;

	if (!parse_one(analysis, select))
		return false;
	while (join_words(analysis, &natural)) {
		select->natural = select->natural || natural;
		select->merged = select->merged || natural;
		if (!parse_one(analysis, select) || !join_condition(analysis, select))
			return false;
	}
	return true;
}

static bool parse_list(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	do {
		if (!parse_joined(analysis, select))
			return false;
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

bool gh_sql_parse_sources(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	return parse_list(analysis, select);
}
