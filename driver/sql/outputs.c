/*
 * Lineage of select lists: what each item, and each column of a star, comes from.
 */
#include "internal.h"

static struct gh_span string_alias(const struct gh_sql_analysis *analysis,
				   const struct gh_sql_token *token)
{
	return (struct gh_span){ analysis->text.bytes + token->start + 1, token->length - 2 };
}

static void item_name(const struct gh_sql_analysis *analysis, const struct gh_sql_item *item,
		      struct gh_sql_column *column)
{
	const struct gh_sql_token *token = item->alias;

	if (token == NULL && (item->expr->flags & GH_SQL_EXPR_PLAIN) != 0) {
		const struct gh_sql_name *name = &item->expr->references->name;

		token = name->parts[name->count - 1];
	}
	if (token == NULL)
		return;
	column->quoted = token->kind != GH_SQL_TOKEN_WORD ? GH_SQL_QUOTED : GH_SQL_UNQUOTED;
	column->name = token->kind == GH_SQL_TOKEN_STRING ? string_alias(analysis, token) :
							    token->name;
}

struct output_list { /* outputs that are being made */
	struct gh_sql_shape *shape;
	size_t capacity;
};

/* Is it one of * EXCEPT (a, b)? */
static bool left_out(const struct gh_sql_item *item, struct gh_span name)
{
	for (size_t i = 0; i < item->except_count; i++)
		if (name.bytes != NULL && gh_span_equal_nocase(item->except[i]->name, name))
			return true;
	return false;
}

/* * REPLACE (x AS a): x in a's place. */
static bool replaced(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		     const struct gh_sql_item *item, struct gh_sql_column *column)
{
	for (const struct gh_sql_item *other = item->replaced; other != NULL; other = other->next) {
		if (other->alias == NULL || column->name.bytes == NULL ||
		    !gh_span_equal_nocase(other->alias->name, column->name))
			continue;
		column->set = (struct gh_sql_set){ 0 };
		if (!gh_sql_lineage_expr(analysis, scope, other->expr, &column->set))
			return false;
	}
	return true;
}

/* A star over a source of which not all columns are known: one column for all. */
static bool expand_open(struct gh_sql_analysis *analysis, const struct gh_sql_range *range,
			struct gh_sql_shape *shape, size_t *capacity)
{
	struct gh_sql_column column = { GH_SPAN_LITERAL("*"), GH_SQL_QUOTED, range->shape.all };

	shape->known = false;
	return gh_sql_shape_add(analysis, shape, capacity, &column);
}

/* Does a column for all others stand in it already? */
static bool has_star(const struct gh_sql_shape *shape)
{
	for (size_t i = 0; i < shape->count; i++)
		if (gh_span_equal(shape->columns[i].name, GH_SPAN_LITERAL("*")))
			return true;
	return false;
}

static bool expand(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		   const struct gh_sql_range *range, const struct gh_sql_item *item,
		   struct output_list *list)
{
	if (range->relation != NULL)
		range->relation->access |= GH_ACCESS_READ;
	if (!range->shape.known && !has_star(&range->shape) &&
	    !expand_open(analysis, range, list->shape, &list->capacity))
		return false;
	list->shape->known = list->shape->known && range->shape.known;
	for (size_t i = 0; i < range->shape.count; i++) {
		struct gh_sql_column column = range->shape.columns[i];

		if (left_out(item, column.name))
			continue;
		if (!replaced(analysis, scope, item, &column) ||
		    !gh_sql_set_add(analysis, &column.set, &range->extra) ||
		    !gh_sql_shape_add(analysis, list->shape, &list->capacity, &column))
			return false;
	}
	return gh_sql_set_add(analysis, &list->shape->all, &range->extra);
}

/* The expressions of RENAME and REPLACE count, whatever they stand for. */
static bool chosen(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		   const struct gh_sql_item *item, struct gh_sql_shape *shape)
{
	if (item->chosen)
		shape->known = false;
	for (const struct gh_sql_item *other = item->replaced; other != NULL; other = other->next)
		if (!gh_sql_lineage_expr(analysis, scope, other->expr, &shape->all))
			return false;
	return true;
}

static bool star(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		 const struct gh_sql_item *item, struct output_list *list)
{
	struct gh_sql_column column = { GH_SPAN_LITERAL("*"), GH_SQL_QUOTED, { 0 } };
	const struct gh_sql_range *range;

	if (!chosen(analysis, scope, item, list->shape))
		return false;
	if (item->expr == NULL && scope->star != NULL)
		return expand(analysis, scope, scope->star, item, list);
	if (item->expr == NULL) {
		for (size_t i = 0; i < scope->count; i++)
			if (!scope->ranges[i].hidden &&
			    !expand(analysis, scope, &scope->ranges[i], item, list))
				return false;
		return true;
	}
	range = gh_sql_range_find(analysis, scope, &item->expr->references->name);
	if (range != NULL)
		return expand(analysis, scope, range, item, list);
	list->shape->known = false;
	column.set.flags |= GH_LINEAGE_UNKNOWN;
	return gh_sql_resolve(analysis, scope, item->expr->references, &column.set, NULL) &&
	       gh_sql_shape_add(analysis, list->shape, &list->capacity, &column);
}

static bool is_star(const struct gh_sql_item *item)
{
	if (item->expr == NULL)
		return true;
	return (item->expr->flags & GH_SQL_EXPR_PLAIN) != 0 && item->expr->references->star;
}

/* @x = expression: into a variable, and not shown. */
static bool into_variable(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			  const struct gh_sql_item *item)
{
	struct gh_sql_set set = { 0 };

	analysis->facts->flows_known = false;
	return gh_sql_lineage_expr(analysis, scope, item->expr, &set) &&
	       gh_sql_set_add(analysis, &analysis->inference, &set);
}

static bool one_item(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		     const struct gh_sql_item *item, struct output_list *list)
{
	struct gh_sql_column column = { 0 };

	if (is_star(item))
		return star(analysis, scope, item, list);
	if (item->assigns)
		return into_variable(analysis, scope, item);
	if ((item->expr->flags & GH_SQL_EXPR_EXPANDS) != 0 || item->chosen)
		list->shape->known = false;
	item_name(analysis, item, &column);
	return gh_sql_lineage_expr(analysis, scope, item->expr, &column.set) &&
	       gh_sql_shape_add(analysis, list->shape, &list->capacity, &column);
}

bool gh_sql_lineage_items(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			  const struct gh_sql_item *items, struct gh_sql_shape *shape)
{
	struct gh_sql_scope here = *scope;
	struct output_list list = { shape, 0 };

	shape->known = true;
	here.aliases = (analysis->dialect->traits & GH_SQL_TRAIT_ALIAS_IN_LIST) != 0 ? shape : NULL;
	for (; items != NULL; items = items->next)
		if (!one_item(analysis, &here, items, &list))
			return false;
	return true;
}
