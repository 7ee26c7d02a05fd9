/*
 * Select lists: items, their aliases, and what may follow a star.
 */
#include "internal.h"

/* What follows an expression that is not its alias. */
static bool alias_allowed(const struct gh_sql_analysis *analysis)
{
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

	if (token->kind == GH_SQL_TOKEN_STRING)
		return (analysis->dialect->traits & GH_SQL_TRAIT_STRING_ALIAS) != 0;
	if (gh_sql_word_is(token, "bulk")) /* BULK COLLECT INTO */
		return false;
	return gh_sql_is_name(token);
}

static bool item_alias(struct gh_sql_analysis *analysis, struct gh_sql_item *item)
{
	const struct gh_sql_token *token;

	if (gh_sql_accept(analysis, GH_SQL_KW_AS)) {
		token = gh_sql_peek(analysis, 0);
		if (token->symbol == '(') { /* AS (a, b): several outputs */
			item->chosen = true;
			analysis->at++;
			while (!gh_sql_accept_symbol(analysis, ')'))
				if (analysis->at++ >= analysis->end)
					return gh_sql_refuse(analysis);
			return true;
		}
		if (token->kind != GH_SQL_TOKEN_WORD && token->kind != GH_SQL_TOKEN_STRING &&
		    !alias_allowed(analysis))
			return gh_sql_refuse(analysis);
	} else if (!alias_allowed(analysis)) {
		return true;
	}
	item->alias = gh_sql_peek(analysis, 0);
	analysis->at++;
	return true;
}

/* ---- stars ----------------------------------------------------------------- */

/* (a, b) or a */
static bool star_names(struct gh_sql_analysis *analysis, struct gh_sql_item *item)
{
	size_t capacity = 0;
	struct gh_sql_name name;

	if (gh_sql_peek_symbol(analysis, 0, '('))
		return gh_sql_parse_columns(analysis, &item->except, &item->except_count);
	if (!gh_sql_parse_name(analysis, &name))
		return false;
	item->except = gh_sql_grow(analysis, (void *)item->except, sizeof(*item->except), 0,
				   &capacity);
	if (item->except == NULL)
		return false;
	item->except[item->except_count++] = name.parts[name.count - 1];
	return true;
}

/* REPLACE (x AS a), RENAME (a AS b), and either without brackets. */
static bool star_items(struct gh_sql_analysis *analysis, struct gh_sql_item *item)
{
	bool bracket = gh_sql_accept_symbol(analysis, '(');
	struct gh_sql_item **last = &item->replaced;

	while (*last != NULL)
		last = &(*last)->next;
	do {
		*last = gh_sql_alloc(analysis, sizeof(**last));
		if (*last == NULL)
			return false;
		(*last)->expr = gh_sql_parse_expr(analysis);
		if ((*last)->expr == NULL || !item_alias(analysis, *last))
			return false;
		last = &(*last)->next;
	} while (bracket && gh_sql_accept_symbol(analysis, ','));
	return !bracket || gh_sql_expect_symbol(analysis, ')');
}

static bool begins_except(const struct gh_sql_analysis *analysis)
{
	if (gh_sql_word_is(gh_sql_peek(analysis, 0), "exclude"))
		return true;
	return gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_EXCEPT &&
	       gh_sql_peek_symbol(analysis, 1, '(') && !gh_sql_begins_query(analysis, 2);
}

/* A star that is renamed or chosen from by a pattern: which columns is not known. */
static bool star_rest(struct gh_sql_analysis *analysis, struct gh_sql_item *item)
{
	if (gh_sql_accept_word(analysis, "rename")) {
		item->chosen = true;
		return star_items(analysis, item);
	}
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_ILIKE ||
	    gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_LIKE) {
		item->chosen = true;
		analysis->at += 2;
	}
	return true;
}

static bool star_words(struct gh_sql_analysis *analysis, struct gh_sql_item *item)
{
	while (begins_except(analysis)) {
		analysis->at++;
		if (!star_names(analysis, item))
			return false;
	}
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_REPLACE) {
		analysis->at++;
		if (!star_items(analysis, item))
			return false;
	}
	if (!star_rest(analysis, item))
		return false;
	if (item->expr != NULL && (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_AS ||
				   gh_sql_is_name(gh_sql_peek(analysis, 0)))) {
		item->chosen = true; /* t.* AS (a, b) */
		return item_alias(analysis, item);
	}
	return true;
}

static bool plain_star(const struct gh_sql_expr *expr)
{
	return (expr->flags & GH_SQL_EXPR_PLAIN) != 0 && expr->references->star;
}

/* ---- items ----------------------------------------------------------------- */

/* alias = expression, where that is one: its name; NULL otherwise. */
static const struct gh_sql_token *leading_alias(struct gh_sql_analysis *analysis)
{
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

	if ((analysis->dialect->traits & GH_SQL_TRAIT_NO_SEPARATOR) == 0 ||
	    !gh_sql_peek_symbol(analysis, 1, '=') ||
	    (!gh_sql_is_name(token) && token->kind != GH_SQL_TOKEN_STRING))
		return NULL;
	analysis->at += 2;
	return token;
}

/* @x = expression: the value goes into a variable. */
static bool assigns(struct gh_sql_analysis *analysis)
{
	if (gh_sql_peek(analysis, 0)->kind != GH_SQL_TOKEN_VARIABLE ||
	    (analysis->dialect->traits & GH_SQL_TRAIT_NO_SEPARATOR) == 0 ||
	    gh_sql_peek(analysis, 1)->kind != GH_SQL_TOKEN_OPERATOR ||
	    analysis->text.bytes[gh_sql_peek(analysis, 1)->start +
				 gh_sql_peek(analysis, 1)->length - 1] != '=')
		return false;
	analysis->at += 2;
	analysis->facts->flags |= GH_FACT_FLOWS;
	return true;
}

static struct gh_sql_item *parse_item(struct gh_sql_analysis *analysis)
{
	struct gh_sql_item *item = gh_sql_alloc(analysis, sizeof(*item));
	const struct gh_sql_token *alias;

	if (item == NULL)
		return NULL;
	if (gh_sql_accept_symbol(analysis, '*'))
		return star_words(analysis, item) ? item : NULL;
	item->assigns = assigns(analysis);
	alias = leading_alias(analysis);
	item->expr = gh_sql_parse_expr(analysis);
	if (item->expr == NULL)
		return NULL;
	if (plain_star(item->expr))
		return star_words(analysis, item) ? item : NULL;
	item->alias = alias;
	if (alias == NULL && !item_alias(analysis, item))
		return NULL;
	return item;
}

/* A comma behind the last item, as some targets allow. */
static bool list_ends(const struct gh_sql_analysis *analysis)
{
	enum gh_sql_keyword keyword = gh_sql_peek_keyword(analysis, 0);

	return keyword == GH_SQL_KW_FROM || keyword == GH_SQL_KW_WHERE ||
	       gh_sql_peek_symbol(analysis, 0, ')') ||
	       gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_END;
}

struct gh_sql_item *gh_sql_parse_items(struct gh_sql_analysis *analysis)
{
	struct gh_sql_item *first = NULL;
	struct gh_sql_item **last = &first;
	size_t count = 0;

	do {
		if (first != NULL && list_ends(analysis))
			break;
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
