/*
 * Queries: WITH, SELECT and VALUES, set operations, ORDER BY and LIMIT.
 */
#include "internal.h"

static bool begins_query(const struct gh_sql_analysis *analysis, size_t ahead)
{
	enum gh_sql_keyword keyword = gh_sql_peek_keyword(analysis, ahead);

	return keyword == GH_SQL_KW_SELECT || keyword == GH_SQL_KW_WITH ||
	       keyword == GH_SQL_KW_VALUES;
}

/* ---- select list --------------------------------------------------------- */

/* What follows an expression that is not its alias. */
static bool alias_allowed(const struct gh_sql_analysis *analysis)
{
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

	if (token->kind == GH_SQL_TOKEN_STRING)
		return (analysis->dialect->traits & GH_SQL_TRAIT_STRING_ALIAS) != 0;
	return gh_sql_is_name(token);
}

static bool item_alias(struct gh_sql_analysis *analysis, struct gh_sql_item *item)
{
	const struct gh_sql_token *token;

	if (gh_sql_accept(analysis, GH_SQL_KW_AS)) {
		token = gh_sql_peek(analysis, 0);
		if (token->kind != GH_SQL_TOKEN_WORD && !alias_allowed(analysis))
			return gh_sql_refuse(analysis);
	} else if (!alias_allowed(analysis)) {
		return true;
	}
	item->alias = gh_sql_peek(analysis, 0);
	analysis->at++;
	return true;
}

static struct gh_sql_item *parse_item(struct gh_sql_analysis *analysis)
{
	struct gh_sql_item *item = gh_sql_alloc(analysis, sizeof(*item));

	if (item == NULL || gh_sql_accept_symbol(analysis, '*'))
		return item;
	item->expr = gh_sql_parse_expr(analysis);
	if (item->expr == NULL || !item_alias(analysis, item))
		return NULL;
	return item;
}

struct gh_sql_item *gh_sql_parse_items(struct gh_sql_analysis *analysis)
{
	struct gh_sql_item *first = NULL;
	struct gh_sql_item **last = &first;
	size_t count = 0;

	do {
		*last = parse_item(analysis);
		if (*last == NULL)
			return NULL;
		if (++count > GH_SQL_MAX_COLUMNS) {
			gh_sql_refuse(analysis);
			return NULL;
		}
		last = &(*last)->next;
	} while (gh_sql_accept_symbol(analysis, ','));
	return first;
}

/* ---- clauses ------------------------------------------------------------- */

/* TOP n, TOP (n) [PERCENT] [WITH TIES] */
static bool top(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	bool bracket;
	const struct gh_sql_token *number;

	if (gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_TOP)
		return true;
	bracket = gh_sql_peek_symbol(analysis, 1, '(');
	number = gh_sql_peek(analysis, bracket ? 2 : 1);
	if (number->kind != GH_SQL_TOKEN_NUMBER && number->kind != GH_SQL_TOKEN_MARKER)
		return true; /* a column of that name */
	analysis->at += bracket ? 3 : 2;
	if (bracket && !gh_sql_expect_symbol(analysis, ')'))
		return false;
	query->limited = true;
	query->no_rows = number->length == 1 && analysis->text.bytes[number->start] == '0';
	gh_sql_accept(analysis, GH_SQL_KW_PERCENT);
	if (!gh_sql_accept(analysis, GH_SQL_KW_WITH))
		return true;
	return gh_sql_expect(analysis, GH_SQL_KW_TIES);
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

/* SELECT .. INTO [TEMP] [TABLE] name */
static bool into(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	if (gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_INTO)
		return true;
	select->into = true;
	return gh_sql_opaque(analysis, analysis->at, "the result goes elsewhere");
}

static bool where(struct gh_sql_analysis *analysis, struct gh_sql_expr **expr)
{
	if (!gh_sql_accept(analysis, GH_SQL_KW_WHERE))
		return true;
	*expr = gh_sql_parse_expr(analysis);
	return *expr != NULL;
}

static bool group(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	if (gh_sql_accept(analysis, GH_SQL_KW_GROUP)) {
		select->grouped = true;
		if (!gh_sql_expect(analysis, GH_SQL_KW_BY) ||
		    !gh_sql_parse_exprs(analysis, &select->conditions))
			return false;
	}
	if (!gh_sql_accept(analysis, GH_SQL_KW_HAVING))
		return true;
	select->grouped = true;
	return gh_sql_parse_exprs(analysis, &select->conditions);
}

static struct gh_sql_select *parse_select(struct gh_sql_analysis *analysis,
					  struct gh_sql_query *query)
{
	struct gh_sql_select *select = gh_sql_alloc(analysis, sizeof(*select));

	analysis->at++;
	if (select == NULL || !distinct(analysis, select) || !top(analysis, query))
		return NULL;
	select->items = gh_sql_parse_items(analysis);
	if (select->items == NULL || !into(analysis, select))
		return NULL;
	if (gh_sql_accept(analysis, GH_SQL_KW_FROM) && !gh_sql_parse_sources(analysis, select))
		return NULL;
	if (!where(analysis, &select->where) || !group(analysis, select))
		return NULL;
	return select;
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

		if (!gh_sql_expect_symbol(analysis, '(') || !gh_sql_parse_exprs(analysis, last) ||
		    !gh_sql_expect_symbol(analysis, ')'))
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
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_SELECT)
		return parse_select(analysis, query);
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_VALUES)
		return parse_values(analysis);
	gh_sql_refuse(analysis);
	return NULL;
}

static bool set_operator(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	if (!gh_sql_accept(analysis, GH_SQL_KW_UNION) &&
	    !gh_sql_accept(analysis, GH_SQL_KW_INTERSECT) &&
	    !gh_sql_accept(analysis, GH_SQL_KW_EXCEPT) &&
	    !gh_sql_accept(analysis, GH_SQL_KW_MINUS))
		return false;
	if (!gh_sql_accept(analysis, GH_SQL_KW_ALL)) {
		gh_sql_accept(analysis, GH_SQL_KW_DISTINCT);
		query->distinct = true;
	}
	return true;
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

/* LIMIT n, LIMIT n OFFSET m, LIMIT m, n, LIMIT ALL */
static bool limit(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	struct gh_sql_expr *expr = NULL;

	analysis->at++;
	if (gh_sql_accept(analysis, GH_SQL_KW_ALL) || gh_sql_accept(analysis, GH_SQL_KW_NULL))
		return true;
	if (!gh_sql_parse_exprs(analysis, &expr))
		return false;
	query->limited = true;
	query->no_rows = zero(analysis, expr) && expr->next == NULL;
	while (expr->next != NULL)
		expr = expr->next;
	return expr->subqueries == NULL && expr->references == NULL;
}

static bool offset(struct gh_sql_analysis *analysis)
{
	struct gh_sql_expr *expr;

	analysis->at++;
	expr = gh_sql_parse_expr(analysis);
	if (expr == NULL || expr->subqueries != NULL)
		return gh_sql_refuse(analysis);
	if (!gh_sql_accept(analysis, GH_SQL_KW_ROWS))
		gh_sql_accept(analysis, GH_SQL_KW_ROW);
	return true;
}

/* FETCH FIRST n ROWS ONLY */
static bool fetch(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	const struct gh_sql_token *number;

	analysis->at++;
	if (!gh_sql_accept(analysis, GH_SQL_KW_FIRST) && !gh_sql_expect(analysis, GH_SQL_KW_NEXT))
		return false;
	number = gh_sql_peek(analysis, 0);
	if (number->kind == GH_SQL_TOKEN_NUMBER || number->kind == GH_SQL_TOKEN_MARKER)
		analysis->at++;
	query->limited = true;
	query->no_rows = number->length == 1 && analysis->text.bytes[number->start] == '0';
	if (!gh_sql_accept(analysis, GH_SQL_KW_ROWS) && !gh_sql_expect(analysis, GH_SQL_KW_ROW))
		return false;
	if (gh_sql_accept(analysis, GH_SQL_KW_WITH))
		return gh_sql_expect(analysis, GH_SQL_KW_TIES);
	return gh_sql_expect(analysis, GH_SQL_KW_ONLY);
}

/* FOR UPDATE [OF t] [NOWAIT], FOR SHARE, FOR NO KEY UPDATE */
static bool locking(struct gh_sql_analysis *analysis)
{
	static const char *const words[] = { "update", "share", "no", "key", "nowait", "skip",
					     "locked" };
	bool known = true;
	bool any = false;

	analysis->at++;
	while (known) {
		known = false;
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			known = known || gh_sql_word_is(gh_sql_peek(analysis, 0), words[i]);
		analysis->at += known ? 1 : 0;
		any = any || known;
	}
	return any || gh_sql_refuse(analysis);
}

bool gh_sql_parse_tail(struct gh_sql_analysis *analysis, struct gh_sql_query *query)
{
	bool understood = true;

	if (gh_sql_accept(analysis, GH_SQL_KW_ORDER))
		understood = gh_sql_expect(analysis, GH_SQL_KW_BY) &&
			     gh_sql_parse_exprs(analysis, &query->order);
	while (understood) {
		enum gh_sql_keyword keyword = gh_sql_peek_keyword(analysis, 0);

		if (keyword == GH_SQL_KW_LIMIT)
			understood = limit(analysis, query) || gh_sql_refuse(analysis);
		else if (keyword == GH_SQL_KW_OFFSET)
			understood = offset(analysis);
		else if (keyword == GH_SQL_KW_FETCH)
			understood = fetch(analysis, query);
		else if (keyword == GH_SQL_KW_FOR)
			understood = locking(analysis);
		else
			break;
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
	enum gh_sql_keyword keyword = gh_sql_peek_keyword(analysis, 0);

	if (begins_query(analysis, 0) || gh_sql_peek_symbol(analysis, 0, '('))
		cte->query = gh_sql_parse_query(analysis);
	else if (keyword == GH_SQL_KW_INSERT || keyword == GH_SQL_KW_UPDATE ||
		 keyword == GH_SQL_KW_DELETE)
		cte->dml = gh_sql_parse_dml(analysis);
	else
		return gh_sql_refuse(analysis);
	return cte->query != NULL || cte->dml != NULL;
}

/* name [(columns)] AS [NOT MATERIALIZED] (body) */
static bool parse_cte(struct gh_sql_analysis *analysis, struct gh_sql_cte *cte)
{
	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
		return gh_sql_refuse(analysis);
	cte->name = gh_sql_peek(analysis, 0);
	analysis->at++;
	if (gh_sql_peek_symbol(analysis, 0, '(') &&
	    !gh_sql_parse_columns(analysis, &cte->columns, &cte->column_count))
		return false;
	if (!gh_sql_expect(analysis, GH_SQL_KW_AS))
		return false;
	gh_sql_accept(analysis, GH_SQL_KW_NOT);
	gh_sql_accept(analysis, GH_SQL_KW_MATERIALIZED);
	return gh_sql_expect_symbol(analysis, '(') && cte_body(analysis, cte) &&
	       gh_sql_expect_symbol(analysis, ')');
}

bool gh_sql_parse_with(struct gh_sql_analysis *analysis, struct gh_sql_cte **ctes,
		       enum gh_sql_with *with)
{
	analysis->at++;
	*with = GH_SQL_WITH_IN_ORDER;
	if (gh_sql_accept(analysis, GH_SQL_KW_RECURSIVE) ||
	    (analysis->dialect->traits & GH_SQL_TRAIT_CTE_SEES_ALL) != 0)
		*with = GH_SQL_WITH_RECURSIVE;
	do {
		*ctes = gh_sql_alloc(analysis, sizeof(**ctes));
		if (*ctes == NULL || !parse_cte(analysis, *ctes))
			return false;
		ctes = &(*ctes)->next;
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}
