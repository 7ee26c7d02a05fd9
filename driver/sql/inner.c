/*
 * Statements about another one: EXPLAIN, PREPARE .. AS and DECLARE .. CURSOR FOR.
 * What the inner one reads and writes is told; what it shows is not shown here but
 * is used, and who executes or fetches it gets a result that is not known.
 */
#include "internal.h"

/* (ANALYZE, FORMAT JSON): words, numbers and texts; false: something else. */
static bool options(struct gh_sql_analysis *analysis)
{
	size_t behind = gh_sql_bracket_end(analysis, 0);

	for (size_t ahead = 1; ahead + 1 < behind; ahead++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, ahead);

		if (token->kind != GH_SQL_TOKEN_WORD && token->kind != GH_SQL_TOKEN_NUMBER &&
		    token->kind != GH_SQL_TOKEN_STRING && token->symbol != ',')
			return gh_sql_refuse(analysis);
	}
	analysis->at += behind;
	return behind > 0 || gh_sql_refuse(analysis);
}

/* Words between EXPLAIN and its statement. */
static bool explain_head(struct gh_sql_analysis *analysis)
{
	static const char *const words[] = { "analyze",	 "analyse",   "verbose", "extended",
					     "plan",	 "for",	      "query",	 "partitions",
					     "formatted", "codegen",  "cost",	 "logical",
					     "ast",	 "syntax",    "pipeline", "estimate",
					     "tree",	 "json",      "traditional", "text",
					     NULL };

	analysis->at++;
	for (;;) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

		if (token->symbol == '(' && !gh_sql_begins_query(analysis, 0)) {
			if (!options(analysis))
				return false;
		} else if (gh_sql_word_is(token, "format") || token->symbol == '=' ||
			   gh_sql_word_in(token, words)) {
			analysis->at++;
		} else {
			return true;
		}
	}
}

/* PREPARE name [(types)] AS */
static bool prepare_head(struct gh_sql_analysis *analysis)
{
	analysis->at++;
	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
		return gh_sql_refuse(analysis);
	analysis->at++;
	if (gh_sql_peek_symbol(analysis, 0, '('))
		analysis->at += gh_sql_bracket_end(analysis, 0);
	return gh_sql_expect(analysis, GH_SQL_KW_AS);
}

/* DECLARE name [words] CURSOR [words] FOR */
static bool declare_head(struct gh_sql_analysis *analysis)
{
	static const char *const words[] = { "binary", "insensitive", "asensitive", "no",
					     "scroll", "with", "without", "hold", "local",
					     "global", "forward_only", "static", "keyset",
					     "dynamic", "fast_forward", "read_only",
					     "scroll_locks", "optimistic", "type_warning", NULL };
	bool cursor = false;

	analysis->at++;
	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
		return gh_sql_refuse(analysis);
	analysis->at++;
	while (!gh_sql_accept(analysis, GH_SQL_KW_FOR)) {
		cursor = cursor || gh_sql_word_is(gh_sql_peek(analysis, 0), "cursor");
		if (!gh_sql_accept_word(analysis, "cursor") &&
		    !gh_sql_word_in(gh_sql_peek(analysis, 0), words))
			return gh_sql_refuse(analysis);
		analysis->at += gh_sql_word_in(gh_sql_peek(analysis, 0), words) ? 1 : 0;
	}
	return cursor || gh_sql_refuse(analysis);
}

static bool head(struct gh_sql_analysis *analysis)
{
	switch (gh_sql_peek_keyword(analysis, 0)) {
	case GH_SQL_KW_PREPARE:
		return prepare_head(analysis);
	case GH_SQL_KW_DECLARE:
		return declare_head(analysis);
	default:
		return explain_head(analysis);
	}
}

static bool inner_dml(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape)
{
	struct gh_sql_dml *dml = gh_sql_parse_dml(analysis);

	if (dml == NULL || !gh_sql_lineage_dml(analysis, dml, NULL, shape))
		return false;
	analysis->facts->where =
		dml->positioned ? GH_WHERE_REAL : gh_sql_where(analysis, dml->where);
	return true;
}

static bool inner_query(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape)
{
	struct gh_sql_query *query = gh_sql_parse_query(analysis);

	return query != NULL && gh_sql_lineage_query(analysis, query, NULL, shape);
}

/* How many columns a plan has; 0: not known.  PostgreSQL has one, SQLite four or eight. */
static size_t plan_width(const struct gh_sql_analysis *analysis, size_t first)
{
	if (analysis->dialect == gh_sql_dialect_row(GH_DIALECT_POSTGRESQL))
		return 1;
	if (analysis->dialect != gh_sql_dialect_row(GH_DIALECT_SQLITE))
		return 0;
	return analysis->tokens.items[first + 1].keyword == GH_SQL_KW_NONE ||
			       !gh_sql_word_is(&analysis->tokens.items[first + 1], "query") ?
		       8 : 4;
}

/* A plan tells of all that it is made for. */
static bool show_plan(struct gh_sql_analysis *analysis, size_t first)
{
	size_t width = plan_width(analysis, first);
	struct gh_sql_shape shape = { .known = width > 0 };
	size_t capacity = 0;

	for (size_t i = 0; i < width; i++) {
		struct gh_sql_column column = { .set = analysis->inference };

		column.set.flags |= GH_LINEAGE_DERIVED;
		column.set.flags &= ~(unsigned)GH_LINEAGE_CONSTANT;
		if (!gh_sql_shape_add(analysis, &shape, &capacity, &column))
			return false;
	}
	return gh_sql_shape_show(analysis, &shape);
}

bool gh_sql_understand_inner(struct gh_sql_analysis *analysis)
{
	struct gh_sql_shape shape = { 0 };
	enum gh_sql_keyword verb = gh_sql_peek_keyword(analysis, 0);
	struct gh_sql_class inner;
	size_t first = analysis->at;

	if (!head(analysis))
		return false;
	analysis->unplaced = true; /* a plan tells of rows that a filter takes away */
	inner = gh_sql_classify(analysis, analysis->at, analysis->end);
	if (inner.form == GH_SQL_FORM_DML ? !inner_dml(analysis, &shape) :
	    inner.form == GH_SQL_FORM_QUERY && inner.kind == GH_KIND_SELECT ?
					    !inner_query(analysis, &shape) :
					    !gh_sql_refuse(analysis))
		return false;
	if (analysis->at != analysis->end)
		return gh_sql_refuse(analysis);
	return gh_sql_set_add(analysis, &analysis->inference, &analysis->reads) &&
	       gh_sql_set_add(analysis, &analysis->inference, &shape.all) &&
	       (verb == GH_SQL_KW_PREPARE || verb == GH_SQL_KW_DECLARE ||
		show_plan(analysis, first));
}
