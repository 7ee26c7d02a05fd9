/*
 * MERGE: a target, a source, and what is done where they meet or do not.
 */
#include "internal.h"

/* INSERT [(a, b)] VALUES (x, y), INSERT *, INSERT ROW, [WHERE c] */
static bool merge_insert(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_insert *insert = gh_sql_alloc(analysis, sizeof(*insert));

	if (insert == NULL)
		return false;
	insert->next = dml->inserts;
	dml->inserts = insert;
	if (gh_sql_accept_symbol(analysis, '*') || gh_sql_accept(analysis, GH_SQL_KW_ROW))
		return true;
	if (gh_sql_peek_symbol(analysis, 0, '(') &&
	    !gh_sql_parse_column_names(analysis, &insert->columns, &insert->column_count))
		return false;
	if (gh_sql_accept_word(analysis, "overriding"))
		analysis->at += 2;
	if (gh_sql_accept(analysis, GH_SQL_KW_ROW))
		return true;
	if (gh_sql_accept(analysis, GH_SQL_KW_DEFAULT))
		return gh_sql_expect(analysis, GH_SQL_KW_VALUES);
	return gh_sql_expect(analysis, GH_SQL_KW_VALUES) &&
	       gh_sql_expect_symbol(analysis, '(') &&
	       gh_sql_parse_exprs(analysis, &insert->values) &&
	       gh_sql_expect_symbol(analysis, ')');
}

/* UPDATE SET a = x, UPDATE SET *, and Oracle's DELETE WHERE behind it. */
static bool merge_update(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	if (!gh_sql_accept(analysis, GH_SQL_KW_SET)) /* DuckDB: UPDATE BY NAME */
		return gh_sql_refuse(analysis);
	if (gh_sql_peek_symbol(analysis, 0, '*'))
		return merge_insert(analysis, dml);
	return gh_sql_parse_assignments(analysis, dml);
}

static bool merge_action(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	if (gh_sql_accept(analysis, GH_SQL_KW_UPDATE))
		return merge_update(analysis, dml);
	if (gh_sql_accept(analysis, GH_SQL_KW_INSERT))
		return merge_insert(analysis, dml);
	if (gh_sql_accept(analysis, GH_SQL_KW_DELETE)) {
		dml->deletes = true;
		return true;
	}
	return gh_sql_expect(analysis, GH_SQL_KW_DO) && gh_sql_accept_word(analysis, "nothing");
}

static bool merge_where(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_DELETE &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_WHERE) {
		dml->deletes = true;
		analysis->at++;
	}
	return !gh_sql_accept(analysis, GH_SQL_KW_WHERE) ||
	       gh_sql_parse_expr_add(analysis, &dml->conditions);
}

/* WHEN [NOT] MATCHED [BY SOURCE | TARGET] [AND c] THEN action */
static bool merge_when(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	gh_sql_accept(analysis, GH_SQL_KW_NOT);
	if (!gh_sql_accept_word(analysis, "matched"))
		return gh_sql_refuse(analysis);
	if (gh_sql_accept(analysis, GH_SQL_KW_BY))
		analysis->at++;
	if (gh_sql_accept(analysis, GH_SQL_KW_AND) &&
	    !gh_sql_parse_expr_add(analysis, &dml->conditions))
		return false;
	return gh_sql_expect(analysis, GH_SQL_KW_THEN) && merge_action(analysis, dml) &&
	       merge_where(analysis, dml) && merge_where(analysis, dml);
}

bool gh_sql_parse_merge(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_select from = { 0 };

	dml->kind = GH_KIND_MERGE;
	analysis->at++;
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_TOP &&
	    gh_sql_peek_symbol(analysis, 1, '(')) {
		analysis->at++;
		if (!gh_sql_parse_bracket(analysis, &dml->conditions))
			return false;
	}
	gh_sql_accept(analysis, GH_SQL_KW_INTO);
	if (!gh_sql_parse_target(analysis, dml) || !gh_sql_expect(analysis, GH_SQL_KW_USING) ||
	    !gh_sql_parse_joined(analysis, &from))
		return false;
	dml->sources = from.sources;
	gh_sql_expr_append(&dml->conditions, from.conditions);
	if (gh_sql_accept(analysis, GH_SQL_KW_ON) &&
	    !gh_sql_parse_expr_add(analysis, &dml->conditions))
		return false;
	while (gh_sql_accept(analysis, GH_SQL_KW_WHEN))
		if (!merge_when(analysis, dml))
			return gh_sql_refuse(analysis);
	return gh_sql_parse_returning(analysis, dml);
}
