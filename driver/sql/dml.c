/*
 * INSERT, UPDATE and DELETE of one table, with RETURNING.
 */
#include "internal.h"

static bool target(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_source *source = gh_sql_alloc(analysis, sizeof(*source));
	bool as;

	if (source == NULL)
		return false;
	dml->target = source;
	gh_sql_accept(analysis, GH_SQL_KW_ONLY);
	if (!gh_sql_parse_name(analysis, &source->name) || source->name.count == 4)
		return gh_sql_refuse(analysis);
	as = gh_sql_accept(analysis, GH_SQL_KW_AS);
	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
		return !as || gh_sql_refuse(analysis);
	source->alias = gh_sql_peek(analysis, 0);
	analysis->at++;
	return true;
}

static bool returning(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	if (!gh_sql_accept(analysis, GH_SQL_KW_RETURNING))
		return true;
	dml->returning = gh_sql_parse_items(analysis);
	return dml->returning != NULL;
}

/* SQLite's OR ABORT and the like; OR REPLACE deletes too. */
static bool or_action(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	if (!gh_sql_accept(analysis, GH_SQL_KW_OR))
		return true;
	dml->replaces = gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_REPLACE;
	if (gh_sql_peek(analysis, 0)->kind != GH_SQL_TOKEN_WORD)
		return gh_sql_refuse(analysis);
	analysis->at++;
	return true;
}

/* ---- INSERT -------------------------------------------------------------- */

static bool insert_rows(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	if (gh_sql_accept(analysis, GH_SQL_KW_DEFAULT))
		return gh_sql_expect(analysis, GH_SQL_KW_VALUES);
	dml->query = gh_sql_parse_query(analysis);
	return dml->query != NULL;
}

static bool parse_insert(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	enum gh_sql_keyword next;

	dml->kind = GH_KIND_INSERT;
	dml->replaces = gh_sql_accept(analysis, GH_SQL_KW_REPLACE);
	if (!dml->replaces)
		analysis->at++;
	if (!or_action(analysis, dml))
		return false;
	gh_sql_accept(analysis, GH_SQL_KW_IGNORE);
	if (!gh_sql_expect(analysis, GH_SQL_KW_INTO) || !target(analysis, dml))
		return false;
	next = gh_sql_peek_keyword(analysis, 1);
	if (gh_sql_peek_symbol(analysis, 0, '(') && next != GH_SQL_KW_SELECT &&
	    next != GH_SQL_KW_WITH && !gh_sql_peek_symbol(analysis, 1, '(') &&
	    !gh_sql_parse_columns(analysis, &dml->columns, &dml->column_count))
		return false;
	return insert_rows(analysis, dml) && returning(analysis, dml);
}

/* ---- UPDATE and DELETE --------------------------------------------------- */

/* [t.]column = expression */
static bool assignment(struct gh_sql_analysis *analysis, struct gh_sql_assignment *assignment)
{
	struct gh_sql_name name;

	if (!gh_sql_parse_name(analysis, &name))
		return false;
	assignment->column = name.parts[name.count - 1];
	if (!gh_sql_expect_symbol(analysis, '='))
		return false;
	assignment->expr = gh_sql_parse_expr(analysis);
	return assignment->expr != NULL;
}

static bool assignments(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_assignment **last = &dml->assignments;

	if (!gh_sql_expect(analysis, GH_SQL_KW_SET))
		return false;
	do {
		*last = gh_sql_alloc(analysis, sizeof(**last));
		if (*last == NULL || !assignment(analysis, *last))
			return false;
		last = &(*last)->next;
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

/* UPDATE .. FROM and DELETE .. USING, where they add sources to the target. */
static bool more_sources(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_select from = { 0 };
	enum gh_sql_keyword word =
		dml->kind == GH_KIND_UPDATE ? GH_SQL_KW_FROM : GH_SQL_KW_USING;

	if (gh_sql_peek_keyword(analysis, 0) != word)
		return true;
	if ((analysis->dialect->traits & GH_SQL_TRAIT_FROM_DML) == 0)
		return gh_sql_refuse(analysis);
	analysis->at++;
	if (!gh_sql_parse_sources(analysis, &from))
		return false;
	dml->sources = from.sources;
	dml->conditions = from.conditions;
	dml->merged = from.merged;
	dml->natural = from.natural;
	return true;
}

/*
 * CURRENT OF cursor: the one row that it stands on.  MariaDB's connector puts all
 * values of that row in its place, of whatever table: what is compared is not known.
 */
static bool positioned(struct gh_sql_analysis *analysis)
{
	if (!gh_sql_word_is(gh_sql_peek(analysis, 0), "current") ||
	    gh_sql_peek_keyword(analysis, 1) != GH_SQL_KW_OF ||
	    !gh_sql_is_name(gh_sql_peek(analysis, 2)))
		return false;
	analysis->at += 3;
	analysis->inference.flags |= GH_LINEAGE_UNKNOWN;
	return true;
}

static bool condition(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_query tail = { 0 };
	struct gh_sql_expr **last = &dml->conditions;

	if (gh_sql_accept(analysis, GH_SQL_KW_WHERE)) {
		dml->positioned = positioned(analysis);
		dml->where = dml->positioned ? NULL : gh_sql_parse_expr(analysis);
		if (dml->where == NULL && !dml->positioned)
			return false;
	}
	if (!gh_sql_parse_tail(analysis, &tail))
		return false;
	while (*last != NULL)
		last = &(*last)->next;
	*last = tail.order;
	return returning(analysis, dml);
}

static bool parse_update(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	dml->kind = GH_KIND_UPDATE;
	analysis->at++;
	return or_action(analysis, dml) && target(analysis, dml) && assignments(analysis, dml) &&
	       more_sources(analysis, dml) && condition(analysis, dml);
}

static bool parse_delete(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	dml->kind = GH_KIND_DELETE;
	analysis->at++;
	return gh_sql_expect(analysis, GH_SQL_KW_FROM) && target(analysis, dml) &&
	       more_sources(analysis, dml) && condition(analysis, dml);
}

static bool parse_verb(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	switch (gh_sql_peek_keyword(analysis, 0)) {
	case GH_SQL_KW_INSERT:
	case GH_SQL_KW_REPLACE:
		return parse_insert(analysis, dml);
	case GH_SQL_KW_UPDATE:
		return parse_update(analysis, dml);
	case GH_SQL_KW_DELETE:
		return parse_delete(analysis, dml);
	default:
		return gh_sql_refuse(analysis);
	}
}

struct gh_sql_dml *gh_sql_parse_dml(struct gh_sql_analysis *analysis)
{
	struct gh_sql_dml *dml = gh_sql_alloc(analysis, sizeof(*dml));
	bool understood;

	if (dml == NULL)
		return NULL;
	if (analysis->queries >= GH_SQL_MAX_QUERIES) {
		gh_sql_opaque(analysis, analysis->at, "statements nested too deeply");
		return NULL;
	}
	analysis->queries++;
	understood = gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_WITH ||
		     gh_sql_parse_with(analysis, &dml->ctes, &dml->with);
	understood = understood && parse_verb(analysis, dml);
	analysis->queries--;
	return understood ? dml : NULL;
}
