/*
 * Lineage of queries: for each output the base columns that its value may come
 * from, and for the whole the columns that are used without being shown.  Select
 * lists are in outputs.c, what FROM gives is in ranges.c.
 */
#include <string.h>

#include "internal.h"

bool gh_sql_shape_add(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape,
		      size_t *capacity, const struct gh_sql_column *column)
{
	if (shape->count >= GH_SQL_MAX_COLUMNS) {
		gh_sql_opaque(analysis, 0, "too many columns");
		return false;
	}
	shape->columns = gh_sql_grow(analysis, shape->columns, sizeof(*column), shape->count,
				     capacity);
	if (shape->columns == NULL)
		return false;
	shape->columns[shape->count++] = *column;
	return gh_sql_set_add(analysis, &shape->all, &column->set);
}

/* ---- expressions --------------------------------------------------------- */

/* A query's outputs and all that its conditions use may show in its value. */
static bool subquery(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		     struct gh_sql_query *query, struct gh_sql_set *set)
{
	struct gh_sql_set before = analysis->inference;
	struct gh_sql_shape shape = { 0 };
	struct gh_sql_set inner;

	analysis->inference = (struct gh_sql_set){ 0 };
	if (!gh_sql_lineage_query(analysis, query, scope, &shape))
		return false;
	inner = analysis->inference;
	analysis->inference = before;
	return gh_sql_set_add(analysis, &analysis->inference, &inner) &&
	       gh_sql_set_add(analysis, set, &inner) &&
	       gh_sql_set_add(analysis, set, &shape.all);
}

/* OVER w: all that the query's named windows use. */
static bool windows(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		    struct gh_sql_set *set)
{
	struct gh_sql_scope without = *scope;

	without.windows = NULL;
	for (const struct gh_sql_expr *expr = scope->windows; expr != NULL; expr = expr->next)
		if (!gh_sql_lineage_expr(analysis, &without, expr, set))
			return false;
	return true;
}

bool gh_sql_lineage_expr(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			 const struct gh_sql_expr *expr, struct gh_sql_set *set)
{
	for (const struct gh_sql_reference *reference = expr->references; reference != NULL;
	     reference = reference->next)
		if (!gh_sql_resolve(analysis, scope, reference, set, expr->bound))
			return false;
	for (const struct gh_sql_subquery *sub = expr->subqueries; sub != NULL; sub = sub->next)
		if (!subquery(analysis, scope, sub->query, set))
			return false;
	if ((expr->flags & GH_SQL_EXPR_UNKNOWN) != 0)
		set->flags |= GH_LINEAGE_UNKNOWN;
	if ((expr->flags & GH_SQL_EXPR_AGGREGATE) != 0)
		set->flags |= GH_LINEAGE_AGGREGATE;
	if ((expr->flags & GH_SQL_EXPR_PLAIN) == 0)
		set->flags |= GH_LINEAGE_DERIVED;
	if ((expr->flags & GH_SQL_EXPR_WINDOW) != 0 && scope->windows != NULL &&
	    !windows(analysis, scope, set))
		return false;
	if (set->count == 0 && expr->subqueries == NULL &&
	    (set->flags & GH_LINEAGE_UNKNOWN) == 0)
		set->flags |= GH_LINEAGE_CONSTANT;
	return true;
}

/* ORDER BY 2 uses the second output. */
static bool ordinal(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		    const struct gh_sql_expr *expr)
{
	const struct gh_sql_token *token = &analysis->tokens.items[expr->first];
	const struct gh_sql_shape *shape = scope->aliases;
	size_t number = 0;

	if ((expr->flags & GH_SQL_EXPR_NUMBER) == 0 || shape == NULL)
		return true;
	for (uint32_t i = 0; i < token->length && i < 5; i++)
		number = number * 10 + (size_t)(analysis->text.bytes[token->start + i] - '0');
	if (!shape->known || number == 0 || number > shape->count)
		return gh_sql_set_add(analysis, &analysis->inference, &shape->all);
	return gh_sql_set_add(analysis, &analysis->inference, &shape->columns[number - 1].set);
}

bool gh_sql_lineage_conditions(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			       const struct gh_sql_expr *list)
{
	for (; list != NULL; list = list->next) {
		struct gh_sql_set set = { 0 };

		if (!gh_sql_lineage_expr(analysis, scope, list, &set) ||
		    !gh_sql_set_add(analysis, &analysis->inference, &set) ||
		    !ordinal(analysis, scope, list))
			return false;
	}
	return true;
}

/* ---- queries ------------------------------------------------------------- */

/* A NATURAL JOIN compares all columns of one name. */
static bool natural(struct gh_sql_analysis *analysis, const struct gh_sql_select *select,
		    const struct gh_sql_scope *scope)
{
	for (size_t i = 0; select->natural && i < scope->count; i++)
		if (!gh_sql_set_add(analysis, &analysis->inference, &scope->ranges[i].shape.all))
			return false;
	return true;
}

static bool select_conditions(struct gh_sql_analysis *analysis,
			      const struct gh_sql_select *select,
			      const struct gh_sql_query *query, const struct gh_sql_scope *scope)
{
	return natural(analysis, select, scope) &&
	       gh_sql_lineage_conditions(analysis, scope, select->where) &&
	       gh_sql_lineage_conditions(analysis, scope, select->conditions) &&
	       gh_sql_lineage_conditions(analysis, scope, select->windows) &&
	       gh_sql_lineage_conditions(analysis, scope, query->order);
}

/* SQLite: what stands beside an aggregate is of the row that the aggregate chose. */
static bool chosen_rows(struct gh_sql_analysis *analysis, const struct gh_sql_shape *shape)
{
	bool others = false;

	if ((analysis->dialect->traits & GH_SQL_TRAIT_ROW_OF_MAX) == 0)
		return true;
	for (size_t i = 0; i < shape->count; i++)
		others = others || (shape->columns[i].set.flags & GH_LINEAGE_AGGREGATE) == 0;
	for (size_t i = 0; others && i < shape->count; i++)
		if ((shape->columns[i].set.flags & GH_LINEAGE_AGGREGATE) != 0 &&
		    !gh_sql_set_add(analysis, &analysis->inference, &shape->columns[i].set))
			return false;
	return true;
}

static bool lineage_select(struct gh_sql_analysis *analysis, const struct gh_sql_select *select,
			   const struct gh_sql_query *query, const struct gh_sql_scope *outer,
			   struct gh_sql_shape *shape)
{
	struct gh_sql_scope scope = { .outer = outer, .ctes = outer == NULL ? NULL : outer->ctes };
	struct gh_sql_range star = { 0 };

	if (!gh_sql_range_sources(analysis, &scope, select->sources))
		return false;
	for (size_t i = 0; i < scope.count; i++)
		scope.ranges[i].target = true;
	scope.merged = select->merged;
	scope.windows = select->windows;
	if (select->merged) {
		if (!gh_sql_merged_star(analysis, select, &scope, &star))
			return false;
		scope.star = &star;
	}
	if (!gh_sql_lineage_items(analysis, &scope, select->items, shape))
		return false;
	scope.aliases = shape;
	if (!chosen_rows(analysis, shape))
		return false;
	if (select->distinct && !gh_sql_set_add(analysis, &analysis->reads, &shape->all))
		return false;
	return select_conditions(analysis, select, query, &scope) &&
	       (!select->into || gh_sql_lineage_into(analysis, &select->target, shape));
}

static bool lineage_values(struct gh_sql_analysis *analysis, const struct gh_sql_select *select,
			   const struct gh_sql_scope *outer, struct gh_sql_shape *shape)
{
	const struct gh_sql_expr *expr = select->rows;

	shape->count = select->row_width;
	shape->known = true;
	shape->columns = gh_sql_alloc(analysis, shape->count * sizeof(*shape->columns));
	if (shape->columns == NULL)
		return false;
	for (size_t i = 0; expr != NULL; expr = expr->next, i = (i + 1) % shape->count) {
		struct gh_sql_set set = { 0 };

		if (!gh_sql_lineage_expr(analysis, outer, expr, &set) ||
		    !gh_sql_set_add(analysis, &shape->all, &set))
			return false;
		if (shape->columns[i].set.flags == 0 && shape->columns[i].set.count == 0)
			shape->columns[i].set = set;
		else if (!gh_sql_set_add(analysis, &shape->columns[i].set, &set))
			return false;
	}
	return true;
}

static bool lineage_arm(struct gh_sql_analysis *analysis, const struct gh_sql_select *arm,
			const struct gh_sql_query *query, const struct gh_sql_scope *outer,
			struct gh_sql_shape *shape)
{
	if (arm->nested != NULL)
		return gh_sql_lineage_query(analysis, arm->nested, outer, shape);
	if (arm->row_width > 0)
		return lineage_values(analysis, arm, outer, shape);
	return lineage_select(analysis, arm, query, outer, shape);
}

/* Set operations: by position, or all into all where widths differ. */
static bool combine(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape,
		    const struct gh_sql_shape *more)
{
	struct gh_sql_column *columns;

	if (!gh_sql_set_add(analysis, &shape->all, &more->all))
		return false;
	if (!shape->known || !more->known || shape->count != more->count) {
		shape->known = false;
		shape->count = 0;
		return true;
	}
	columns = gh_sql_alloc(analysis, shape->count * sizeof(*columns) + 1);
	if (columns == NULL)
		return false;
	for (size_t i = 0; i < shape->count; i++) {
		unsigned constant = shape->columns[i].set.flags & more->columns[i].set.flags;

		columns[i] = shape->columns[i];
		columns[i].set.flags &= ~(unsigned)GH_LINEAGE_CONSTANT;
		if (!gh_sql_set_add(analysis, &columns[i].set, &more->columns[i].set))
			return false;
		columns[i].set.flags |= constant & GH_LINEAGE_CONSTANT;
	}
	shape->columns = columns;
	return true;
}

/* FOR XML and FOR JSON: one output that holds them all. */
static bool pack(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape)
{
	struct gh_sql_shape packed = { .known = true };
	struct gh_sql_column column = { .set = shape->all };
	size_t capacity = 0;

	column.set.flags |= GH_LINEAGE_DERIVED;
	if (!gh_sql_shape_add(analysis, &packed, &capacity, &column))
		return false;
	*shape = packed;
	return true;
}

static bool lineage_body(struct gh_sql_analysis *analysis, const struct gh_sql_query *query,
			 const struct gh_sql_scope *scope, struct gh_sql_shape *shape)
{
	static const struct gh_sql_query unordered = { 0 };
	const struct gh_sql_select *arm = query->arms;
	bool single = arm->next == NULL && arm->nested == NULL && arm->row_width == 0;
	struct gh_sql_scope order = { .outer = scope, .aliases = shape, .ctes = scope->ctes };

	if (!lineage_arm(analysis, arm, single ? query : &unordered, scope, shape))
		return false;
	for (arm = arm->next; arm != NULL; arm = arm->next) {
		struct gh_sql_shape more = { 0 };

		if (!lineage_arm(analysis, arm, &unordered, scope, &more))
			return false;
		more.known = more.known && !query->by_name;
		if (!combine(analysis, shape, &more))
			return false;
	}
	if (query->distinct && !gh_sql_set_add(analysis, &analysis->reads, &shape->all))
		return false;
	if (!single && !gh_sql_lineage_conditions(analysis, &order, query->order))
		return false;
	return !query->packed || pack(analysis, shape);
}

bool gh_sql_lineage_query(struct gh_sql_analysis *analysis, struct gh_sql_query *query,
			  const struct gh_sql_scope *outer, struct gh_sql_shape *shape)
{
	struct gh_sql_ctes ctes = { outer == NULL ? NULL : outer->ctes, query->ctes, NULL };
	const struct gh_sql_scope scope = { .outer = outer, .ctes = &ctes };
	bool alive;

	analysis->depth++;
	alive = gh_sql_lineage_ctes(analysis, query->ctes, query->with, outer) &&
		lineage_body(analysis, query, &scope, shape);
	analysis->depth--;
	return alive;
}

