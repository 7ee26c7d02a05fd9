/*
 * Lineage of queries: for each output the base columns that its value may come
 * from, and for the whole the columns that are used without being shown.
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

bool gh_sql_lineage_expr(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			 const struct gh_sql_expr *expr, struct gh_sql_set *set)
{
	for (const struct gh_sql_reference *reference = expr->references; reference != NULL;
	     reference = reference->next)
		if (!gh_sql_resolve(analysis, scope, reference, set))
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

/* ---- select lists -------------------------------------------------------- */

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

static bool expand(struct gh_sql_analysis *analysis, const struct gh_sql_range *range,
		   struct gh_sql_shape *shape, size_t *capacity)
{
	if (range->relation != NULL)
		range->relation->access |= GH_ACCESS_READ;
	if (!range->shape.known)
		shape->known = false;
	if (!range->shape.known && range->shape.count == 0) {
		struct gh_sql_column column = { GH_SPAN_LITERAL("*"), GH_SQL_QUOTED,
						range->shape.all };

		return gh_sql_shape_add(analysis, shape, capacity, &column) &&
		       gh_sql_set_add(analysis, &shape->all, &range->extra);
	}
	for (size_t i = 0; i < range->shape.count; i++)
		if (!gh_sql_shape_add(analysis, shape, capacity, &range->shape.columns[i]))
			return false;
	return gh_sql_set_add(analysis, &shape->all, &range->shape.all) &&
	       gh_sql_set_add(analysis, &shape->all, &range->extra);
}

static bool star(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		 const struct gh_sql_item *item, struct gh_sql_shape *shape, size_t *capacity)
{
	const struct gh_sql_range *range;

	if (item->expr == NULL) {
		for (size_t i = 0; i < scope->count; i++)
			if (!expand(analysis, &scope->ranges[i], shape, capacity))
				return false;
		return true;
	}
	range = gh_sql_range_find(analysis, scope, &item->expr->references->name);
	if (range != NULL)
		return expand(analysis, range, shape, capacity);
	shape->known = false;
	shape->all.flags |= GH_LINEAGE_UNKNOWN;
	return gh_sql_resolve(analysis, scope, item->expr->references, &shape->all);
}

static bool is_star(const struct gh_sql_item *item)
{
	if (item->expr == NULL)
		return true;
	return (item->expr->flags & GH_SQL_EXPR_PLAIN) != 0 && item->expr->references->star;
}

static bool one_item(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		     const struct gh_sql_item *item, struct gh_sql_shape *shape,
		     size_t *capacity)
{
	struct gh_sql_column column = { 0 };

	if (is_star(item))
		return star(analysis, scope, item, shape, capacity);
	if ((item->expr->flags & GH_SQL_EXPR_EXPANDS) != 0)
		shape->known = false;
	item_name(analysis, item, &column);
	return gh_sql_lineage_expr(analysis, scope, item->expr, &column.set) &&
	       gh_sql_shape_add(analysis, shape, capacity, &column);
}

bool gh_sql_lineage_items(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			  const struct gh_sql_item *items, struct gh_sql_shape *shape)
{
	struct gh_sql_scope here = *scope;
	size_t capacity = 0;

	shape->known = true;
	here.aliases = (analysis->dialect->traits & GH_SQL_TRAIT_ALIAS_IN_LIST) != 0 ? shape : NULL;
	for (; items != NULL; items = items->next)
		if (!one_item(analysis, &here, items, shape, &capacity))
			return false;
	return true;
}

/* ---- sources ------------------------------------------------------------- */

bool gh_sql_shape_rename(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape,
			 const struct gh_sql_token *const *names, size_t count)
{
	size_t width = shape->known && shape->count > count ? shape->count : count;
	struct gh_sql_column *columns;

	if (count == 0)
		return true;
	columns = gh_sql_alloc(analysis, width * sizeof(*columns));
	if (columns == NULL)
		return false;
	for (size_t i = 0; i < width; i++) {
		if (shape->known && i < shape->count)
			columns[i] = shape->columns[i];
		else
			columns[i].set = shape->all;
		if (i < count) {
			columns[i].name = names[i]->name;
			columns[i].quoted = names[i]->kind != GH_SQL_TOKEN_WORD ? GH_SQL_QUOTED
										: GH_SQL_UNQUOTED;
		}
	}
	shape->columns = columns;
	shape->count = width;
	return true;
}

static struct gh_sql_cte *cte_find(const struct gh_sql_analysis *analysis,
				   const struct gh_sql_scope *scope,
				   const struct gh_sql_token *token, enum gh_sql_match *best)
{
	const struct gh_sql_ctes *ctes = scope->ctes;

	for (; ctes != NULL; ctes = ctes->outer)
		for (struct gh_sql_cte *cte = ctes->list; cte != NULL && cte != ctes->before;
		     cte = cte->next) {
			*best = gh_sql_name_match(analysis, cte->name->name,
						  cte->name->kind == GH_SQL_TOKEN_NAME, token);
			if (*best != GH_SQL_MATCH_NO)
				return cte;
		}
	return NULL;
}

/* A name of WITH.  One that is not done yet, or perhaps meant: anything. */
static bool range_cte(struct gh_sql_analysis *analysis, const struct gh_sql_source *source,
		      const struct gh_sql_cte *cte, enum gh_sql_match match,
		      struct gh_sql_range *range)
{
	struct gh_sql_relation *relation;

	if (cte->state == GH_SQL_CTE_DONE)
		range->shape = *cte->shape;
	if (cte->state == GH_SQL_CTE_DONE && match == GH_SQL_MATCH_SURE)
		return true;
	range->shape.known = false;
	range->shape.all.flags |= GH_LINEAGE_UNKNOWN;
	if (match == GH_SQL_MATCH_SURE)
		return true;
	relation = gh_sql_relation_find(analysis, &source->name);
	if (relation == NULL)
		return false;
	relation->access |= GH_ACCESS_READ;
	return gh_sql_set_add(analysis, &range->shape.all, &relation->shape.all);
}

static bool range_function(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			   const struct gh_sql_source *source, struct gh_sql_range *range)
{
	struct gh_sql_set *all = &range->shape.all;

	all->flags |= GH_LINEAGE_DERIVED;
	return gh_sql_lineage_expr(analysis, scope, source->arguments, all);
}

bool gh_sql_range_table(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			const struct gh_sql_source *source, struct gh_sql_range *range)
{
	enum gh_sql_match match = GH_SQL_MATCH_NO;
	struct gh_sql_cte *cte = NULL;
	struct gh_sql_relation *relation;

	if (source->name.count == 1)
		cte = cte_find(analysis, scope, source->name.parts[0], &match);
	if (cte != NULL)
		return range_cte(analysis, source, cte, match, range);
	relation = gh_sql_relation_find(analysis, &source->name);
	if (relation == NULL)
		return false;
	range->relation = relation;
	range->open = relation->shape.known || source->column_count > 0 ? NULL : relation;
	range->shape = relation->shape;
	return gh_sql_view_use(analysis, relation);
}

static bool range_of(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		     const struct gh_sql_source *source, struct gh_sql_range *range)
{
	const struct gh_sql_scope without = { scope->outer, NULL, 0, NULL, scope->ctes };
	const struct gh_sql_token *name = source->alias;
	bool alive;

	if (name == NULL && source->name.count > 0)
		name = source->name.parts[source->name.count - 1];
	if (name != NULL) {
		range->name = name->name;
		range->quoted = name->kind == GH_SQL_TOKEN_NAME ? GH_SQL_QUOTED : GH_SQL_UNQUOTED;
	}
	if (source->kind == GH_SQL_SOURCE_QUERY)
		alive = gh_sql_lineage_query(analysis, source->query,
					     source->lateral ? scope : &without, &range->shape) &&
			gh_sql_set_add(analysis, &analysis->reads, &range->shape.all);
	else if (source->kind == GH_SQL_SOURCE_FUNCTION)
		alive = range_function(analysis, scope, source, range);
	else
		alive = gh_sql_range_table(analysis, scope, source, range);
	if (alive && range->relation != NULL)
		range->relation->access |= GH_ACCESS_READ;
	return alive && gh_sql_shape_rename(analysis, &range->shape, source->columns,
				       source->column_count);
}

/* Appends to the scope's ranges, of which there are already scope->count. */
bool gh_sql_range_sources(struct gh_sql_analysis *analysis, struct gh_sql_scope *scope,
			  const struct gh_sql_source *sources)
{
	size_t count = scope->count;
	struct gh_sql_range *ranges;

	for (const struct gh_sql_source *source = sources; source != NULL; source = source->next)
		count++;
	ranges = gh_sql_alloc(analysis, (count + 1) * sizeof(*ranges));
	if (ranges == NULL)
		return false;
	if (scope->count > 0)
		memcpy(ranges, scope->ranges, scope->count * sizeof(*ranges));
	scope->ranges = ranges;
	for (; sources != NULL; sources = sources->next) {
		if (!range_of(analysis, scope, sources, &ranges[scope->count]))
			return false;
		scope->count++;
	}
	return true;
}

/* ---- queries ------------------------------------------------------------- */

static bool merged_star(struct gh_sql_analysis *analysis, const struct gh_sql_select *select,
			const struct gh_sql_scope *scope, struct gh_sql_shape *shape)
{
	if (!select->merged)
		return true;
	for (const struct gh_sql_item *item = select->items; item != NULL; item = item->next)
		if (item->expr == NULL)
			shape->known = false;
	for (size_t i = 0; select->natural && i < scope->count; i++)
		if (!gh_sql_set_add(analysis, &analysis->inference, &scope->ranges[i].shape.all))
			return false;
	return true;
}

static bool lineage_select(struct gh_sql_analysis *analysis, const struct gh_sql_select *select,
			   const struct gh_sql_query *query, const struct gh_sql_scope *outer,
			   struct gh_sql_shape *shape)
{
	struct gh_sql_scope scope = { outer, NULL, 0, NULL, outer == NULL ? NULL : outer->ctes };

	if (!gh_sql_range_sources(analysis, &scope, select->sources))
		return false;
	for (size_t i = 0; i < scope.count; i++)
		scope.ranges[i].target = true;
	if (!gh_sql_lineage_items(analysis, &scope, select->items, shape) ||
	    !merged_star(analysis, select, &scope, shape))
		return false;
	scope.aliases = shape;
	if (select->distinct && !gh_sql_set_add(analysis, &analysis->reads, &shape->all))
		return false;
	return gh_sql_lineage_conditions(analysis, &scope, select->where) &&
	       gh_sql_lineage_conditions(analysis, &scope, select->conditions) &&
	       gh_sql_lineage_conditions(analysis, &scope, query->order);
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
		    !gh_sql_set_add(analysis, &shape->columns[i].set, &set) ||
		    !gh_sql_set_add(analysis, &shape->all, &set))
			return false;
	}
	for (size_t i = 0; i < shape->count; i++)
		if (shape->columns[i].set.count == 0 &&
		    (shape->columns[i].set.flags & GH_LINEAGE_UNKNOWN) == 0)
			shape->columns[i].set.flags |= GH_LINEAGE_CONSTANT;
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

static bool lineage_body(struct gh_sql_analysis *analysis, const struct gh_sql_query *query,
			 const struct gh_sql_scope *scope, struct gh_sql_shape *shape)
{
	static const struct gh_sql_query unordered = { 0 };
	const struct gh_sql_select *arm = query->arms;
	bool single = arm->next == NULL && arm->nested == NULL && arm->row_width == 0;
	struct gh_sql_scope order = { scope, NULL, 0, shape, scope->ctes };

	if (!lineage_arm(analysis, arm, single ? query : &unordered, scope, shape))
		return false;
	for (arm = arm->next; arm != NULL; arm = arm->next) {
		struct gh_sql_shape more = { 0 };

		if (!lineage_arm(analysis, arm, &unordered, scope, &more) ||
		    !combine(analysis, shape, &more))
			return false;
	}
	if (query->distinct && !gh_sql_set_add(analysis, &analysis->reads, &shape->all))
		return false;
	return single || gh_sql_lineage_conditions(analysis, &order, query->order);
}

bool gh_sql_lineage_query(struct gh_sql_analysis *analysis, struct gh_sql_query *query,
			  const struct gh_sql_scope *outer, struct gh_sql_shape *shape)
{
	struct gh_sql_ctes ctes = { outer == NULL ? NULL : outer->ctes, query->ctes, NULL };
	const struct gh_sql_scope scope = { outer, NULL, 0, NULL, &ctes };
	bool alive;

	analysis->depth++;
	alive = gh_sql_lineage_ctes(analysis, query->ctes, query->with, outer) &&
		lineage_body(analysis, query, &scope, shape);
	analysis->depth--;
	return alive;
}

/* ---- WITH ---------------------------------------------------------------- */

static bool lineage_cte(struct gh_sql_analysis *analysis, struct gh_sql_cte *cte,
			const struct gh_sql_scope *scope)
{
	struct gh_sql_shape *shape = gh_sql_alloc(analysis, sizeof(*shape));
	bool alive;

	if (shape == NULL)
		return false;
	cte->state = GH_SQL_CTE_RUNS;
	if (cte->query != NULL)
		alive = gh_sql_lineage_query(analysis, cte->query, scope, shape);
	else
		alive = gh_sql_lineage_dml(analysis, cte->dml, scope, shape);
	cte->state = GH_SQL_CTE_DONE;
	cte->shape = shape;
	alive = alive && gh_sql_set_add(analysis, &analysis->reads, &shape->all);
	return alive && gh_sql_shape_rename(analysis, shape, cte->columns, cte->column_count);
}

/* Each sees those before it; all of them where WITH is recursive. */
bool gh_sql_lineage_ctes(struct gh_sql_analysis *analysis, struct gh_sql_cte *list,
			 enum gh_sql_with with, const struct gh_sql_scope *outer)
{
	for (struct gh_sql_cte *cte = list; cte != NULL; cte = cte->next) {
		const struct gh_sql_ctes ctes = { outer == NULL ? NULL : outer->ctes, list,
						  with == GH_SQL_WITH_RECURSIVE ? NULL : cte };
		const struct gh_sql_scope scope = { outer, NULL, 0, NULL, &ctes };

		if (!lineage_cte(analysis, cte, &scope))
			return false;
	}
	return true;
}
