/*
 * Queries: WITH, SELECT and VALUES, set operations, ORDER BY and LIMIT.
 */
#include "internal.h"

static bool query_word(const struct gh_sql_analysis *analysis, size_t ahead)
{
	const struct gh_sql_token *next = gh_sql_peek(analysis, ahead + 1);
	bool mysql = (analysis->dialect->traits & GH_SQL_TRAIT_BINARY_PREFIX) != 0;

	switch (gh_sql_peek_keyword(analysis, ahead)) {
	case GH_SQL_KW_SELECT:
		return true;
	case GH_SQL_KW_WITH:
		return gh_sql_is_name(next);
	case GH_SQL_KW_VALUES: /* MySQL has a function VALUES(column) */
		return !mysql || next->symbol != '(' ||
		       !gh_sql_is_name(gh_sql_peek(analysis, ahead + 2));
	case GH_SQL_KW_TABLE:
		return gh_sql_is_name(next) && !gh_sql_peek_symbol(analysis, ahead + 2, '(');
	case GH_SQL_KW_FROM:
		return (analysis->dialect->mask & GH_SQL_MASK_ANY) != 0;
	default:
		return false;
	}
}

static bool joins_queries(enum gh_sql_keyword keyword)
{
	return keyword == GH_SQL_KW_UNION || keyword == GH_SQL_KW_INTERSECT ||
	       keyword == GH_SQL_KW_EXCEPT || keyword == GH_SQL_KW_MINUS ||
	       keyword == GH_SQL_KW_ORDER || keyword == GH_SQL_KW_LIMIT;
}

bool gh_sql_begins_query(const struct gh_sql_analysis *analysis, size_t ahead)
{
	size_t first = ahead;
	size_t behind;

	while (gh_sql_peek_symbol(analysis, ahead, '(') && ahead < first + 64)
		ahead++;
	if (!query_word(analysis, ahead))
		return false;
	for (; ahead > first; ahead--) { /* ((SELECT ..) UNION ..) but not ((SELECT ..) + 1) */
		behind = gh_sql_bracket_end(analysis, ahead - 1);
		if (behind == 0)
			return false;
		if (!joins_queries(gh_sql_peek_keyword(analysis, behind)) &&
		    !(ahead - 1 > first && gh_sql_peek_symbol(analysis, behind, ')')))
			return false;
	}
	return true;
}

/* ---- clauses ------------------------------------------------------------- */

/* TOP n, TOP (n) [PERCENT] [WITH TIES], and DB2's and others' FIRST n. */
static bool top(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	struct gh_sql_expr *expr;
	const struct gh_sql_token *number = gh_sql_peek(analysis, 1);

	if (gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_TOP ||
	    (number->kind != GH_SQL_TOKEN_NUMBER && number->kind != GH_SQL_TOKEN_MARKER &&
	     number->kind != GH_SQL_TOKEN_VARIABLE && number->symbol != '('))
		return true; /* a column of that name */
	analysis->at++;
	if (number->symbol == '(') {
		analysis->at++;
		number = gh_sql_peek(analysis, 0);
		expr = gh_sql_parse_expr(analysis);
		if (expr == NULL || expr->subqueries != NULL || expr->references != NULL)
			return gh_sql_refuse(analysis);
		if (!gh_sql_expect_symbol(analysis, ')'))
			return false;
	} else {
		analysis->at++;
	}
	query->limited = true;
	query->no_rows = number->length == 1 && analysis->text.bytes[number->start] == '0';
	gh_sql_accept(analysis, GH_SQL_KW_PERCENT);
	if (!gh_sql_accept(analysis, GH_SQL_KW_WITH))
		return true;
	return gh_sql_expect(analysis, GH_SQL_KW_TIES);
}

/* Words between SELECT and its list that say nothing of columns. */
static void select_words(struct gh_sql_analysis *analysis)
{
	static const char *const words[] = {
		"straight_join", "sql_calc_found_rows", "sql_no_cache", "sql_cache",
		"sql_small_result", "sql_big_result", "sql_buffer_result", "high_priority",
		"distinctrow", "unique", NULL,
	};

	while (gh_sql_word_in(gh_sql_peek(analysis, 0), words) &&
	       !gh_sql_peek_symbol(analysis, 1, '.') && !gh_sql_peek_symbol(analysis, 1, ','))
		analysis->at++;
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_AS) /* AS STRUCT, AS VALUE */
		analysis->at += 2;
}

static bool distinct(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	if (gh_sql_accept(analysis, GH_SQL_KW_ALL) || !gh_sql_accept(analysis, GH_SQL_KW_DISTINCT))
		return true;
	select->distinct = true;
	if (!gh_sql_accept(analysis, GH_SQL_KW_ON))
		return true;
	return gh_sql_expect_symbol(analysis, '(') &&
	       gh_sql_parse_exprs(analysis, &select->conditions) &&
	       gh_sql_expect_symbol(analysis, ')');
}

/* SELECT .. INTO [TEMP] [TABLE] name; into variables and files is not understood. */
static bool into(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	static const char *const words[] = { "temp", "temporary", "unlogged", "local", "global",
					     NULL };
	size_t start = analysis->at;

	if (!gh_sql_accept(analysis, GH_SQL_KW_INTO))
		return true;
	if ((analysis->dialect->traits & GH_SQL_TRAIT_INTO_TABLE) == 0)
		return gh_sql_opaque(analysis, start, "the result goes elsewhere");
	while (gh_sql_word_in(gh_sql_peek(analysis, 0), words))
		analysis->at++;
	gh_sql_accept(analysis, GH_SQL_KW_TABLE);
	select->into = true;
	return gh_sql_parse_name(analysis, &select->target) || gh_sql_refuse(analysis);
}

static bool where(struct gh_sql_analysis *analysis, struct gh_sql_expr **expr)
{
	*expr = gh_sql_parse_expr(analysis);
	return *expr != NULL;
}

/* GROUP BY a, ROLLUP (b), GROUPING SETS ((a), ()), ALL, WITH TOTALS */
static bool group(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	static const char *const words[] = { "rollup", "cube", "totals", NULL };

	select->grouped = true;
	if (!gh_sql_expect(analysis, GH_SQL_KW_BY))
		return false;
	if (!gh_sql_accept(analysis, GH_SQL_KW_ALL))
		gh_sql_accept(analysis, GH_SQL_KW_DISTINCT);
	else if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
		return true;
	do {
		if (gh_sql_word_is(gh_sql_peek(analysis, 0), "grouping") &&
		    gh_sql_word_is(gh_sql_peek(analysis, 1), "sets"))
			analysis->at += 2;
		if (!gh_sql_parse_expr_add(analysis, &select->conditions))
			return false;
	} while (gh_sql_accept_symbol(analysis, ','));
	while (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_WITH &&
	       gh_sql_word_in(gh_sql_peek(analysis, 1), words))
		analysis->at += 2;
	return true;
}

/* CONNECT BY [NOCYCLE] and START WITH, CLUSTER BY and its kin. */
static bool by_list(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	analysis->at += 2;
	gh_sql_accept_word(analysis, "nocycle");
	return gh_sql_parse_exprs(analysis, &select->conditions);
}

static bool begins_by_list(const struct gh_sql_analysis *analysis)
{
	static const char *const words[] = { "cluster", "distribute", "sort", NULL };
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
	enum gh_sql_keyword next = gh_sql_peek_keyword(analysis, 1);

	if (token->keyword == GH_SQL_KW_START && next == GH_SQL_KW_WITH)
		return true;
	return next == GH_SQL_KW_BY && (token->keyword == GH_SQL_KW_CONNECT ||
					gh_sql_word_in(token, words));
}

/* One clause behind FROM.  *found false: there is none here. */
static bool clause(struct gh_sql_analysis *analysis, struct gh_sql_select *select, bool *found)
{
	if (gh_sql_accept(analysis, GH_SQL_KW_WHERE))
		return select->where == NULL ? where(analysis, &select->where) :
					       gh_sql_refuse(analysis);
	if (gh_sql_accept(analysis, GH_SQL_KW_GROUP))
		return group(analysis, select);
	if (gh_sql_accept(analysis, GH_SQL_KW_HAVING)) {
		select->grouped = true;
		return gh_sql_parse_exprs(analysis, &select->conditions);
	}
	if (gh_sql_accept(analysis, GH_SQL_KW_QUALIFY) || gh_sql_accept_word(analysis, "prewhere"))
		return gh_sql_parse_exprs(analysis, &select->conditions);
	if (gh_sql_accept(analysis, GH_SQL_KW_WINDOW))
		return gh_sql_parse_windows(analysis, &select->windows);
	if (begins_by_list(analysis))
		return by_list(analysis, select);
	*found = false;
	return true;
}

static bool clauses(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	bool found = true;

	while (found)
		if (!clause(analysis, select, &found))
			return false;
	return into(analysis, select);
}

static bool no_items(const struct gh_sql_analysis *analysis)
{
	return gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_FROM ||
	       gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_WHERE ||
	       gh_sql_peek_symbol(analysis, 0, ')') ||
	       gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_END;
}

static bool select_list(struct gh_sql_analysis *analysis, struct gh_sql_select *select,
			struct gh_sql_query *query)
{
	analysis->at++;
	select_words(analysis);
	if (!distinct(analysis, select) || !top(analysis, query) || !distinct(analysis, select))
		return false;
	select_words(analysis);
	if (no_items(analysis))
		return true;
	select->items = gh_sql_parse_items(analysis);
	return select->items != NULL && into(analysis, select);
}

/* FROM t [SELECT ..]: without a list it is a star. */
static bool from_first(struct gh_sql_analysis *analysis, struct gh_sql_select *select,
		       struct gh_sql_query *query)
{
	analysis->at++;
	if (!gh_sql_parse_sources(analysis, select))
		return false;
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_SELECT)
		return select_list(analysis, select, query) && clauses(analysis, select);
	select->items = gh_sql_alloc(analysis, sizeof(*select->items));
	return select->items != NULL && clauses(analysis, select);
}

static struct gh_sql_select *parse_select(struct gh_sql_analysis *analysis,
					  struct gh_sql_query *query)
{
	struct gh_sql_select *select = gh_sql_alloc(analysis, sizeof(*select));

	if (select == NULL)
		return NULL;
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_FROM)
		return from_first(analysis, select, query) ? select : NULL;
	if (!select_list(analysis, select, query))
		return NULL;
	if (gh_sql_accept(analysis, GH_SQL_KW_FROM) && !gh_sql_parse_sources(analysis, select))
		return NULL;
	return clauses(analysis, select) ? select : NULL;
}

/* TABLE t */
static struct gh_sql_select *parse_table(struct gh_sql_analysis *analysis)
{
	struct gh_sql_select *select = gh_sql_alloc(analysis, sizeof(*select));

	analysis->at++;
	if (select == NULL || !gh_sql_parse_sources(analysis, select))
		return NULL;
	select->items = gh_sql_alloc(analysis, sizeof(*select->items));
	return select->items == NULL ? NULL : select;
}

/* One row of VALUES: (1, 2), ROW (1, 2), or one value. */
static bool values_row(struct gh_sql_analysis *analysis, struct gh_sql_expr **last)
{
	bool bracket;

	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_ROW &&
	    gh_sql_peek_symbol(analysis, 1, '('))
		analysis->at++;
	bracket = gh_sql_peek_symbol(analysis, 0, '(') && !gh_sql_begins_query(analysis, 1);
	if (!bracket)
		return gh_sql_parse_expr_add(analysis, last);
	analysis->at++;
	return gh_sql_parse_exprs(analysis, last) && gh_sql_expect_symbol(analysis, ')');
}

/* VALUES (1, 2), (3, 4): all rows as wide as the first. */
static struct gh_sql_select *parse_values(struct gh_sql_analysis *analysis)
{
	struct gh_sql_select *select = gh_sql_alloc(analysis, sizeof(*select));
	struct gh_sql_expr **last = select == NULL ? NULL : &select->rows;

	analysis->at++;
	if (select == NULL)
		return NULL;
	do {
		size_t width = 0;

		if (!values_row(analysis, last))
			return NULL;
		for (; *last != NULL; last = &(*last)->next)
			width++;
		if (select->row_width != 0 && width != select->row_width) {
			gh_sql_refuse(analysis);
			return NULL;
		}
		select->row_width = width;
	} while (gh_sql_accept_symbol(analysis, ','));
	return select;
}

/* ---- the whole ----------------------------------------------------------- */

static struct gh_sql_select *parse_nested(struct gh_sql_analysis *analysis)
{
	struct gh_sql_select *select = gh_sql_alloc(analysis, sizeof(*select));

	analysis->at++;
	if (select == NULL)
		return NULL;
	select->nested = gh_sql_parse_query(analysis);
	if (select->nested == NULL || !gh_sql_expect_symbol(analysis, ')'))
		return NULL;
	return select;
}

static struct gh_sql_select *parse_arm(struct gh_sql_analysis *analysis,
				       struct gh_sql_query *query)
{
	if (gh_sql_peek_symbol(analysis, 0, '('))
		return parse_nested(analysis);
	switch (gh_sql_peek_keyword(analysis, 0)) {
	case GH_SQL_KW_SELECT:
	case GH_SQL_KW_FROM:
		return parse_select(analysis, query);
	case GH_SQL_KW_VALUES:
		return parse_values(analysis);
	case GH_SQL_KW_TABLE:
		return parse_table(analysis);
	default:
		gh_sql_refuse(analysis);
		return NULL;
	}
}

/* BY NAME, CORRESPONDING [BY (..)]: columns meet by their names. */
static bool by_name(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	const struct gh_sql_token **columns = NULL;
	size_t count = 0;

	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_BY &&
	    gh_sql_word_is(gh_sql_peek(analysis, 1), "name")) {
		analysis->at += 2;
		query->by_name = true;
		return true;
	}
	gh_sql_accept_word(analysis, "strict");
	if (!gh_sql_accept_word(analysis, "corresponding"))
		return true;
	query->by_name = true;
	if (!gh_sql_accept(analysis, GH_SQL_KW_BY))
		return true;
	return gh_sql_parse_columns(analysis, &columns, &count);
}

/* FULL, LEFT and INNER in front of UNION keep columns that one side lacks. */
static void outer_words(struct gh_sql_analysis *analysis)
{
	size_t ahead = 0;

	while (ahead < 2 && (gh_sql_peek_keyword(analysis, ahead) == GH_SQL_KW_FULL ||
			     gh_sql_peek_keyword(analysis, ahead) == GH_SQL_KW_LEFT ||
			     gh_sql_peek_keyword(analysis, ahead) == GH_SQL_KW_INNER ||
			     gh_sql_peek_keyword(analysis, ahead) == GH_SQL_KW_OUTER))
		ahead++;
	if (joins_queries(gh_sql_peek_keyword(analysis, ahead)))
		analysis->at += ahead;
}

static bool set_operator(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	outer_words(analysis);
	if (!gh_sql_accept(analysis, GH_SQL_KW_UNION) &&
	    !gh_sql_accept(analysis, GH_SQL_KW_INTERSECT) &&
	    !gh_sql_accept(analysis, GH_SQL_KW_EXCEPT) &&
	    !gh_sql_accept(analysis, GH_SQL_KW_MINUS))
		return false;
	if (!gh_sql_accept(analysis, GH_SQL_KW_ALL)) {
		gh_sql_accept(analysis, GH_SQL_KW_DISTINCT);
		query->distinct = true;
	}
	return by_name(analysis, query);
}

static bool parse_arms(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	struct gh_sql_select **last = &query->arms;

	do {
		*last = parse_arm(analysis, query);
		if (*last == NULL)
			return false;
		last = &(*last)->next;
	} while (set_operator(analysis, query));
	if (query->arms->next != NULL) { /* TOP belongs to one arm only */
		query->limited = false;
		query->no_rows = false;
	}
	return true;
}

static bool zero(const struct gh_sql_analysis *analysis, const struct gh_sql_expr *expr)
{
	const struct gh_sql_token *token = &analysis->tokens.items[expr->first];

	return (expr->flags & GH_SQL_EXPR_NUMBER) != 0 && token->length == 1 &&
	       analysis->text.bytes[token->start] == '0';
}

/* LIMIT n, LIMIT m, n, LIMIT ALL, LIMIT n BY a, b, LIMIT n PERCENT */
static bool limit(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	struct gh_sql_expr *expr = NULL;

	analysis->at++;
	if (gh_sql_accept(analysis, GH_SQL_KW_ALL) || gh_sql_accept(analysis, GH_SQL_KW_NULL))
		return true;
	if (!gh_sql_parse_exprs(analysis, &expr))
		return false;
	gh_sql_accept(analysis, GH_SQL_KW_PERCENT);
	if (gh_sql_accept(analysis, GH_SQL_KW_BY)) /* so many of each group */
		return gh_sql_parse_exprs(analysis, &query->order);
	query->limited = true;
	query->no_rows = zero(analysis, expr) && expr->next == NULL;
	return gh_sql_expr_append(&query->order, expr);
}

static bool offset(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	struct gh_sql_expr *expr;

	analysis->at++;
	expr = gh_sql_parse_expr(analysis);
	if (expr == NULL)
		return false;
	if (!gh_sql_accept(analysis, GH_SQL_KW_ROWS))
		gh_sql_accept(analysis, GH_SQL_KW_ROW);
	expr->flags &= ~(unsigned)GH_SQL_EXPR_NUMBER;
	return gh_sql_expr_append(&query->order, expr);
}

/* FETCH FIRST n [PERCENT] ROWS ONLY */
static bool fetch(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	struct gh_sql_expr *expr;

	analysis->at++;
	if (!gh_sql_accept(analysis, GH_SQL_KW_FIRST) && !gh_sql_expect(analysis, GH_SQL_KW_NEXT))
		return false;
	query->limited = true;
	if (gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_ROW &&
	    gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_ROWS) {
		expr = gh_sql_parse_expr(analysis);
		if (expr == NULL)
			return false;
		query->no_rows = zero(analysis, expr);
		expr->flags &= ~(unsigned)GH_SQL_EXPR_NUMBER;
		gh_sql_expr_append(&query->order, expr);
	}
	gh_sql_accept(analysis, GH_SQL_KW_PERCENT);
	if (!gh_sql_accept(analysis, GH_SQL_KW_ROWS) && !gh_sql_expect(analysis, GH_SQL_KW_ROW))
		return false;
	if (gh_sql_accept(analysis, GH_SQL_KW_WITH))
		return gh_sql_expect(analysis, GH_SQL_KW_TIES);
	return gh_sql_expect(analysis, GH_SQL_KW_ONLY);
}

/* FOR XML PATH('x'), ROOT; FOR JSON AUTO; FOR BROWSE: words, strings and brackets. */
static bool packing(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	query->packed = !gh_sql_word_is(gh_sql_peek(analysis, 0), "browse");
	while (analysis->at < analysis->end && !gh_sql_peek_symbol(analysis, 0, ')')) {
		size_t bracket = gh_sql_peek_symbol(analysis, 0, '(') ?
					 gh_sql_bracket_end(analysis, 0) : 0;

		analysis->at += bracket;
		if (bracket > 0)
			continue;
		if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_OPTION)
			break;
		if (!gh_sql_is_name(gh_sql_peek(analysis, 0)) &&
		    !gh_sql_peek_symbol(analysis, 0, ','))
			return gh_sql_refuse(analysis);
		analysis->at++;
	}
	return true;
}

/* FOR UPDATE [OF t, u] [NOWAIT], FOR SHARE, FOR NO KEY UPDATE, FOR READ ONLY */
static bool locking(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	static const char *const packs[] = { "xml", "json", "browse", NULL };
	static const char *const words[] = { "update", "share", "no", "key", "nowait", "skip",
					     "locked", "read", "only", "fetch", "wait", "in",
					     "mode", "lock", NULL };
	struct gh_sql_name name;
	bool any = false;

	analysis->at++;
	if (gh_sql_word_in(gh_sql_peek(analysis, 0), packs))
		return packing(analysis, query);
	for (;;) {
		if (gh_sql_word_in(gh_sql_peek(analysis, 0), words)) {
			analysis->at++;
		} else if (any && gh_sql_accept(analysis, GH_SQL_KW_OF)) {
			do
				if (!gh_sql_parse_name(analysis, &name))
					return false;
			while (gh_sql_accept_symbol(analysis, ','));
		} else if (any && gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_NUMBER) {
			analysis->at++;
		} else {
			return any || gh_sql_refuse(analysis);
		}
		any = true;
	}
}

/* OPTION (..), WITH UR, LOCK IN SHARE MODE, SETTINGS a = 1, FORMAT x: no columns. */
static bool trailing(struct gh_sql_analysis *analysis, bool *found)
{
	static const char *const levels[] = { "ur", "cs", "rs", "rr", "nc", NULL };

	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_OPTION &&
	    gh_sql_peek_symbol(analysis, 1, '(')) {
		analysis->at++;
		analysis->at += gh_sql_bracket_end(analysis, 0);
		return true;
	}
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_WITH &&
	    gh_sql_word_in(gh_sql_peek(analysis, 1), levels)) {
		analysis->at += 2;
		return true;
	}
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_LOCK &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_IN) {
		analysis->at += 4;
		return analysis->at <= analysis->end || gh_sql_refuse(analysis);
	}
	*found = false;
	return true;
}

static bool order_list(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	gh_sql_accept_word(analysis, "siblings");
	return gh_sql_expect(analysis, GH_SQL_KW_BY) &&
	       (gh_sql_accept(analysis, GH_SQL_KW_ALL) ?
			gh_sql_order_direction(analysis) :
			gh_sql_parse_exprs(analysis, &query->order));
}

bool gh_sql_parse_tail(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	bool understood = true;
	bool found = true;

	while (understood && found) {
		switch (gh_sql_peek_keyword(analysis, 0)) {
		case GH_SQL_KW_ORDER:
			analysis->at++;
			understood = order_list(analysis, query);
			break;
		case GH_SQL_KW_LIMIT:
			understood = limit(analysis, query) || gh_sql_refuse(analysis);
			break;
		case GH_SQL_KW_OFFSET:
			understood = offset(analysis, query);
			break;
		case GH_SQL_KW_FETCH:
			understood = fetch(analysis, query);
			break;
		case GH_SQL_KW_FOR:
			understood = locking(analysis, query);
			break;
		default:
			understood = trailing(analysis, &found);
			break;
		}
	}
	return understood;
}

static bool parse_body(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_WITH &&
	    !gh_sql_parse_with(analysis, &query->ctes, &query->with))
		return false;
	return parse_arms(analysis, query) && gh_sql_parse_tail(analysis, query);
}

struct gh_sql_query *gh_sql_parse_query(struct gh_sql_analysis *analysis)
{
	struct gh_sql_query *query = gh_sql_alloc(analysis, sizeof(*query));
	bool understood;

	if (query == NULL)
		return NULL;
	if (analysis->queries >= GH_SQL_MAX_QUERIES) {
		gh_sql_opaque(analysis, analysis->at, "queries nested too deeply");
		return NULL;
	}
	analysis->queries++;
	understood = parse_body(analysis, query);
	analysis->queries--;
	return understood ? query : NULL;
}

/* ---- WITH ---------------------------------------------------------------- */

static bool cte_body(struct gh_sql_analysis *analysis, struct gh_sql_cte *cte)
{
	switch (gh_sql_peek_keyword(analysis, 0)) {
	case GH_SQL_KW_INSERT:
	case GH_SQL_KW_UPDATE:
	case GH_SQL_KW_DELETE:
	case GH_SQL_KW_MERGE:
		cte->dml = gh_sql_parse_dml(analysis);
		return cte->dml != NULL;
	default:
		cte->query = gh_sql_parse_query(analysis);
		return cte->query != NULL;
	}
}

/* SEARCH DEPTH FIRST BY a, b SET c, CYCLE a, b SET c USING d: more columns. */
static bool cte_rest(struct gh_sql_analysis *analysis, struct gh_sql_cte *cte)
{
	static const char *const words[] = { "search", "cycle", NULL };

	while (gh_sql_word_in(gh_sql_peek(analysis, 0), words)) {
		cte->wider = true;
		analysis->at++;
		while (analysis->at < analysis->end &&
		       gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_SET)
			analysis->at++;
		analysis->at += 2;
		if (gh_sql_accept(analysis, GH_SQL_KW_TO))
			analysis->at += 3; /* value DEFAULT value */
		if (gh_sql_accept(analysis, GH_SQL_KW_USING))
			analysis->at++;
	}
	return analysis->at <= analysis->end || gh_sql_refuse(analysis);
}

/* name [(columns)] AS [NOT MATERIALIZED] (body) */
static bool parse_cte(struct gh_sql_analysis *analysis, struct gh_sql_cte *cte)
{
	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
		return gh_sql_refuse(analysis);
	cte->name = gh_sql_peek(analysis, 0);
	analysis->at++;
	if (gh_sql_peek_symbol(analysis, 0, '(') && !gh_sql_begins_query(analysis, 1) &&
	    !gh_sql_parse_columns(analysis, &cte->columns, &cte->column_count))
		return false;
	gh_sql_accept(analysis, GH_SQL_KW_AS);
	gh_sql_accept(analysis, GH_SQL_KW_NOT);
	gh_sql_accept(analysis, GH_SQL_KW_MATERIALIZED);
	return gh_sql_expect_symbol(analysis, '(') && cte_body(analysis, cte) &&
	       gh_sql_expect_symbol(analysis, ')') && cte_rest(analysis, cte);
}

bool gh_sql_parse_with(struct gh_sql_analysis *analysis, struct gh_sql_cte **ctes,
		       enum gh_sql_with *with)
{
	analysis->at++;
	*with = GH_SQL_WITH_IN_ORDER;
	if (gh_sql_accept(analysis, GH_SQL_KW_RECURSIVE))
		*with = GH_SQL_WITH_RECURSIVE;
	else if ((analysis->dialect->traits & GH_SQL_TRAIT_CTE_SEES_ALL) != 0)
		*with = GH_SQL_WITH_MAY_RECUR;
	do {
		if (*ctes == NULL)
			*ctes = gh_sql_alloc(analysis, sizeof(**ctes));
		if (*ctes == NULL || !parse_cte(analysis, *ctes))
			return false;
		ctes = &(*ctes)->next;
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}
