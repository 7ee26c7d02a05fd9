/*
 * CREATE TABLE and CREATE VIEW .. AS, DROP, TRUNCATE: what is made of which
 * columns, and what goes.
 */
#include "internal.h"

/* ---- CREATE ---------------------------------------------------------------- */

/* Words between CREATE and what is created. */
static bool created_thing(struct gh_sql_analysis *analysis)
{
	static const char *const words[] = {
		"or", "replace", "alter", "temp", "temporary", "global", "local", "unlogged",
		"external", "transient", "volatile", "multiset", "set", "recursive",
		"materialized", "secure", "force", "noforce", "no", "live", "streaming", "dynamic",
		"private", "editionable", "noneditionable", "hybrid", "iceberg", "column",
		"algorithm", "undefined", "merge", "temptable", "definer", "sql", "security",
		"invoker", "authorized", NULL,
	};

	analysis->at++;
	while (gh_sql_word_in(gh_sql_peek(analysis, 0), words) ||
	       gh_sql_peek_symbol(analysis, 0, '='))
		analysis->at++;
	if (!gh_sql_accept(analysis, GH_SQL_KW_TABLE) && !gh_sql_accept_word(analysis, "view"))
		return false;
	if (gh_sql_accept(analysis, GH_SQL_KW_IF))
		analysis->at += 2; /* NOT EXISTS */
	return true;
}

/* (a int, b text, PRIMARY KEY (a)), (a, b): the first word of each. */
static bool defined_columns(struct gh_sql_analysis *analysis,
			    const struct gh_sql_token ***columns, size_t *count)
{
	static const char *const others[] = { "constraint", "primary", "unique", "foreign", "check",
					      "key", "index", "period", "fulltext", NULL };
	size_t capacity = 0;
	size_t end = gh_sql_bracket_end(analysis, 0);
	unsigned depth = 0;
	bool begins = false;

	for (size_t ahead = 0; ahead < end; ahead++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, ahead);

		if (begins && gh_sql_is_name(token) && !gh_sql_word_in(token, others)) {
			*columns = gh_sql_grow(analysis, (void *)*columns, sizeof(**columns),
					       *count, &capacity);
			if (*columns == NULL || *count >= GH_SQL_MAX_COLUMNS)
				return gh_sql_refuse(analysis);
			(*columns)[(*count)++] = token;
		}
		depth += token->symbol == '(' || token->symbol == '[' ? 1 : 0;
		depth -= token->symbol == ')' || token->symbol == ']' ? 1 : 0;
		begins = depth == 1 && (token->symbol == ',' || ahead == 0);
	}
	analysis->at += end;
	return end > 0 || gh_sql_refuse(analysis);
}

/* Options up to AS and a query; false: there is none. */
static bool find_query(struct gh_sql_analysis *analysis)
{
	while (analysis->at < analysis->end) {
		enum gh_sql_keyword keyword = gh_sql_peek_keyword(analysis, 0);
		size_t bracket = gh_sql_peek_symbol(analysis, 0, '(') ?
					 gh_sql_bracket_end(analysis, 0) : 0;

		if (keyword == GH_SQL_KW_AS && gh_sql_begins_query(analysis, 1)) {
			analysis->at++;
			return true;
		}
		if (keyword == GH_SQL_KW_AS && gh_sql_peek_symbol(analysis, 1, '(') &&
		    gh_sql_begins_query(analysis, 2)) {
			analysis->at++;
			return true;
		}
		if (keyword == GH_SQL_KW_SELECT || keyword == GH_SQL_KW_WITH)
			return gh_sql_begins_query(analysis, 0) &&
			       keyword == GH_SQL_KW_SELECT;
		analysis->at += bracket > 0 ? bracket : 1;
	}
	return false;
}

/* WITH [NO] DATA, WITH CHECK OPTION and more words; no brackets, no strings. */
static bool create_rest(struct gh_sql_analysis *analysis)
{
	for (; analysis->at < analysis->end; analysis->at++)
		if (gh_sql_peek(analysis, 0)->kind != GH_SQL_TOKEN_WORD ||
		    gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_SELECT)
			return gh_sql_refuse(analysis);
	return true;
}

/* .. TO t, REFERENCES t: tables that are named in front of the query. */
static void head_tables(struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	static const char *const words[] = { "to", "references", NULL };

	for (size_t at = first; at < end; at++)
		if (gh_sql_word_in(&analysis->tokens.items[at], words)) {
			gh_sql_scan_tables(analysis, at, end);
			return;
		}
}

/* CREATE [UNIQUE] INDEX: at INDEX afterwards. */
static bool creates_index(struct gh_sql_analysis *analysis)
{
	size_t ahead = gh_sql_word_is(gh_sql_peek(analysis, 1), "unique") ? 2 : 1;

	if (!gh_sql_word_is(gh_sql_peek(analysis, ahead), "index"))
		return false;
	analysis->at += ahead;
	return true;
}

/* CREATE TABLE t (a int, ..) without a query; `start` is CREATE's place. */
static bool new_table(struct gh_sql_analysis *analysis, size_t start,
		      const struct gh_sql_name *name)
{
	static const char *const words[] = { "create", "or", "replace", "temp", "temporary",
					     "global", "local", "unlogged", "table", "if", "not",
					     "exists", NULL };
	const struct gh_sql_token **columns = NULL;
	const struct gh_sql_shape none = { .known = true };
	size_t count = 0;

	for (size_t at = start; &analysis->tokens.items[at] < name->parts[0]; at++)
		if (!gh_sql_word_in(&analysis->tokens.items[at], words))
			return gh_sql_opaque(analysis, at, "kind is known, contents are not");
	analysis->at = (size_t)(name->parts[name->count - 1] - analysis->tokens.items) + 1;
	return gh_sql_peek_symbol(analysis, 0, '(') && gh_sql_check_columns(analysis) &&
	       defined_columns(analysis, &columns, &count) && gh_sql_table_options(analysis) &&
	       gh_sql_lineage_into(analysis, name, &none);
}

/* AS and a query: its outputs become the columns, which may have names. */
static bool create_as(struct gh_sql_analysis *analysis, size_t start,
		      const struct gh_sql_name *name, const struct gh_sql_token *const *columns,
		      size_t count)
{
	size_t query_start = analysis->at;
	struct gh_sql_shape shape = { 0 };
	struct gh_sql_query *query = gh_sql_parse_query(analysis);

	if (query == NULL || !create_rest(analysis) ||
	    !gh_sql_lineage_query(analysis, query, NULL, &shape))
		return false;
	head_tables(analysis, start, query_start);
	if (count > 0 && shape.known && count != shape.count)
		shape.known = false;
	return gh_sql_shape_rename(analysis, &shape, columns, count) &&
	       gh_sql_lineage_into(analysis, name, &shape) &&
	       gh_sql_set_add(analysis, &analysis->inference, &analysis->reads);
}

bool gh_sql_understand_create(struct gh_sql_analysis *analysis)
{
	const struct gh_sql_token **columns = NULL;
	struct gh_sql_name name;
	size_t count = 0;
	size_t start = analysis->at;

	if (creates_index(analysis))
		return gh_sql_create_index(analysis);
	if (!created_thing(analysis) || !gh_sql_parse_table_name(analysis, &name))
		return gh_sql_opaque(analysis, start, "kind is known, contents are not");
	if (gh_sql_peek_symbol(analysis, 0, '(') && !gh_sql_begins_query(analysis, 1) &&
	    !defined_columns(analysis, &columns, &count))
		return false;
	if (find_query(analysis))
		return create_as(analysis, start, &name, columns, count);
	return new_table(analysis, start, &name) ||
	       gh_sql_opaque(analysis, start, "kind is known, contents are not");
}

/* ---- DROP and TRUNCATE ------------------------------------------------------- */

/* DROP [TEMPORARY] TABLE [IF EXISTS] a, b [CASCADE]; TRUNCATE [TABLE] a */
bool gh_sql_parse_drop(struct gh_sql_analysis *analysis)
{
	bool drop = gh_sql_accept(analysis, GH_SQL_KW_DROP);
	struct gh_sql_relation *relation;
	struct gh_sql_name name;

	analysis->at += drop ? 0 : 1;
	gh_sql_accept(analysis, GH_SQL_KW_TEMPORARY);
	if (!gh_sql_accept(analysis, GH_SQL_KW_TABLE) && drop)
		return gh_sql_refuse(analysis);
	if (gh_sql_accept(analysis, GH_SQL_KW_IF) && !gh_sql_expect(analysis, GH_SQL_KW_EXISTS))
		return false;
	do {
		gh_sql_accept(analysis, GH_SQL_KW_ONLY);
		if (!gh_sql_parse_table_name(analysis, &name))
			return false;
		relation = gh_sql_relation_find(analysis, &name);
		if (relation == NULL)
			return false;
		relation->access |= GH_ACCESS_WRITE;
	} while (gh_sql_accept_symbol(analysis, ','));
	if (gh_sql_accept(analysis, GH_SQL_KW_CASCADE))
		return gh_sql_opaque(analysis, analysis->at - 1, "reaches other tables");
	gh_sql_accept(analysis, GH_SQL_KW_RESTRICT);
	gh_sql_accept_word(analysis, "purge");
	return true;
}
