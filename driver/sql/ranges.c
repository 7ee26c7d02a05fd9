/*
 * What FROM gives: names of WITH, tables, functions, derived tables and PIVOT, each
 * with its columns and what they come from.
 */
#include <string.h>

#include "internal.h"

/* alias (a, b): new names by position, before anything is looked up. */
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

static bool base_table(struct gh_sql_analysis *analysis, const struct gh_sql_source *source,
		       struct gh_sql_range *range)
{
	struct gh_sql_relation *relation = gh_sql_relation_find(analysis, &source->name);

	if (relation == NULL)
		return false;
	range->relation = relation;
	range->open = relation->shape.known || source->column_count > 0 ? NULL : relation;
	range->shape = relation->shape;
	return gh_sql_reference_add(analysis, source, relation) &&
	       gh_sql_view_use(analysis, relation);
}

/* FROM t, t.list AS x: the second is a value of the first, where targets have that. */
static bool path_of(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		    const struct gh_sql_source *source, struct gh_sql_range *range)
{
	const struct gh_sql_reference path = { NULL, source->name, false, true };
	bool found = false;

	if ((analysis->dialect->mask & GH_SQL_MASK_ANY) == 0 || source->name.count < 2)
		return false;
	for (size_t i = 0; i < scope->count && !found; i++)
		found = gh_sql_name_match(analysis, scope->ranges[i].name, scope->ranges[i].quoted,
					  source->name.parts[0]) != GH_SQL_MATCH_NO &&
			scope->ranges[i].aliased;
	if (!found)
		return false;
	analysis->unplaced = true;
	range->shape.all.flags |= GH_LINEAGE_DERIVED;
	return gh_sql_resolve(analysis, scope, &path, &range->shape.all, NULL) || found;
}

/* Of several of one name the last in view. */
static struct gh_sql_cte *last_of_name(const struct gh_sql_analysis *analysis,
				       struct gh_sql_cte *cte, const struct gh_sql_cte *before)
{
	struct gh_sql_cte *last = cte;

	for (; cte != NULL && cte != before; cte = cte->next)
		if (gh_sql_name_match(analysis, cte->name->name,
				      cte->name->kind == GH_SQL_TOKEN_NAME, last->name) !=
			    GH_SQL_MATCH_NO && cte->state != GH_SQL_CTE_WAITS)
			last = cte;
	return last;
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
				return last_of_name(analysis, cte, ctes->before);
		}
	return NULL;
}

/* The base table of that name besides, where the name may not be WITH's. */
static bool also_table(struct gh_sql_analysis *analysis, const struct gh_sql_source *source,
		       struct gh_sql_range *range)
{
	struct gh_sql_relation *relation = gh_sql_relation_find(analysis, &source->name);

	if (relation == NULL)
		return false;
	relation->access |= GH_ACCESS_READ;
	analysis->unplaced = true;
	range->extra.flags |= GH_LINEAGE_UNKNOWN;
	return gh_sql_set_add(analysis, &range->shape.all, &relation->shape.all) &&
	       gh_sql_set_add(analysis, &range->extra, &relation->shape.all) &&
	       gh_sql_view_use(analysis, relation);
}

/*
 * A name of WITH.  Within its own query it is what is known of it so far; where
 * WITH need not be recursive, its first use there is the table of that name.
 */
static bool range_cte(struct gh_sql_analysis *analysis, const struct gh_sql_source *source,
		      struct gh_sql_cte *cte, enum gh_sql_match match,
		      struct gh_sql_range *range)
{
	bool first = cte->shape == NULL;

	if (!first)
		range->shape = *cte->shape;
	if (!first && match == GH_SQL_MATCH_SURE)
		return true;
	range->shape.known = false;
	if (cte->probing) {
		cte->used = true;
		return true;
	}
	if (first && cte->state == GH_SQL_CTE_RUNS && cte->with == GH_SQL_WITH_MAY_RECUR &&
	    match == GH_SQL_MATCH_SURE)
		return base_table(analysis, source, range);
	range->shape.all.flags |= GH_LINEAGE_UNKNOWN;
	return match == GH_SQL_MATCH_SURE || also_table(analysis, source, range);
}

/* A function, or a place: each column may come from all arguments. */
static bool range_function(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			   const struct gh_sql_source *source, struct gh_sql_range *range)
{
	struct gh_sql_set *all = &range->shape.all;

	all->flags |= GH_LINEAGE_DERIVED;
	for (const struct gh_sql_expr *expr = source->arguments; expr != NULL; expr = expr->next)
		if (!gh_sql_lineage_expr(analysis, scope, expr, all))
			return false;
	all->flags &= ~(unsigned)GH_LINEAGE_CONSTANT;
	return true;
}

/* AS OF x, and the like: used, not shown. */
static bool suffix_arguments(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			     const struct gh_sql_source *source)
{
	return source->kind == GH_SQL_SOURCE_FUNCTION ||
	       gh_sql_lineage_conditions(analysis, scope, source->arguments);
}

bool gh_sql_range_table(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			const struct gh_sql_source *source, struct gh_sql_range *range)
{
	enum gh_sql_match match = GH_SQL_MATCH_NO;
	struct gh_sql_cte *cte = NULL;

	if (source->name.count == 1)
		cte = cte_find(analysis, scope, source->name.parts[0], &match);
	if (cte != NULL)
		return range_cte(analysis, source, cte, match, range);
	if (path_of(analysis, scope, source, range))
		return analysis->status == GH_OK;
	return base_table(analysis, source, range);
}

/* ---- PIVOT ------------------------------------------------------------------- */

static struct gh_span token_text(const struct gh_sql_analysis *analysis,
				 const struct gh_sql_token *token)
{
	struct gh_span text = { analysis->text.bytes + token->start, token->length };

	if (token->kind == GH_SQL_TOKEN_STRING && text.length >= 2)
		return (struct gh_span){ text.bytes + 1, text.length - 2 };
	return token->name.length > 0 ? token->name : text;
}

static bool consumes(const struct gh_sql_pivot *pivot, struct gh_span name)
{
	const struct gh_sql_reference *reference = pivot->arguments->references;

	for (; reference != NULL && name.bytes != NULL; reference = reference->next)
		if (reference->name.count > 0 &&
		    gh_span_equal_nocase(reference->name.parts[reference->name.count - 1]->name,
					 name))
			return true;
	return false;
}

/* The columns it makes, by the names that we can tell; all that it names is in each. */
static bool pivot_columns(struct gh_sql_analysis *analysis, const struct gh_sql_pivot *pivot,
			  struct gh_sql_shape *shape, const struct gh_sql_set *made)
{
	size_t count = shape->count + pivot->name_count;
	struct gh_sql_column *columns = gh_sql_alloc(analysis, (count + 1) * sizeof(*columns));

	if (columns == NULL)
		return false;
	count = 0;
	for (size_t i = 0; i < shape->count; i++)
		if (!consumes(pivot, shape->columns[i].name))
			columns[count++] = shape->columns[i];
	for (size_t i = 0; i < pivot->name_count; i++) {
		struct gh_sql_column *column = &columns[count++];

		column->name = token_text(analysis, pivot->names[i]);
		column->quoted = GH_SQL_UNQUOTED;
		column->set = *made;
	}
	shape->columns = columns;
	shape->count = count;
	return true;
}

/* Names in it may be those of new columns; what it calls and pivots may still be unknown. */
static unsigned pivot_unknown(const struct gh_sql_pivot *pivot, const struct gh_sql_range *range)
{
	unsigned flags = range->shape.all.flags | range->extra.flags;

	for (const struct gh_sql_expr *expr = pivot->arguments; expr != NULL; expr = expr->next)
		flags |= (expr->flags & GH_SQL_EXPR_UNKNOWN) != 0 ? GH_LINEAGE_UNKNOWN : 0;
	return flags & GH_LINEAGE_UNKNOWN;
}

/* Behind PIVOT and UNPIVOT a source keeps its columns and has new ones besides. */
static bool pivots(struct gh_sql_analysis *analysis, const struct gh_sql_scope *outer,
		   const struct gh_sql_source *source, struct gh_sql_range *range)
{
	struct gh_sql_scope scope = *outer;

	if (source->pivots == NULL)
		return true;
	scope.outer = outer;
	scope.ranges = range;
	scope.count = 1;
	for (const struct gh_sql_pivot *pivot = source->pivots; pivot != NULL;
	     pivot = pivot->next) {
		struct gh_sql_set made = { .flags = GH_LINEAGE_DERIVED };

		unsigned unknown = pivot_unknown(pivot, range);

		if (!gh_sql_lineage_expr(analysis, &scope, pivot->arguments, &made))
			return false;
		made.flags &= ~(unsigned)(GH_LINEAGE_CONSTANT | GH_LINEAGE_UNKNOWN);
		made.flags |= unknown;
		if (!gh_sql_set_add(analysis, &range->shape.all, &made) ||
		    !gh_sql_set_add(analysis, &range->made, &made) ||
		    !pivot_columns(analysis, pivot, &range->shape, &made))
			return false;
		if (pivot->any && !gh_sql_set_add(analysis, &range->extra, &made))
			return false;
	}
	range->shape.known = false;
	return true;
}

/* ---- one source -------------------------------------------------------------- */

static void name_range(const struct gh_sql_source *source, struct gh_sql_range *range)
{
	const struct gh_sql_token *name = source->alias;

	if (name == NULL && source->name.count > 0)
		name = source->name.parts[source->name.count - 1];
	range->aliased = source->kind != GH_SQL_SOURCE_FUNCTION;
	if (name == NULL)
		return;
	range->name = name->name;
	range->quoted = name->kind == GH_SQL_TOKEN_NAME ? GH_SQL_QUOTED : GH_SQL_UNQUOTED;
}

static bool fill_range(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		       const struct gh_sql_source *source, struct gh_sql_range *range)
{
	const struct gh_sql_scope without = { .outer = scope->outer, .ctes = scope->ctes };

	if (source->kind == GH_SQL_SOURCE_QUERY)
		return gh_sql_lineage_query(analysis, source->query,
					    source->lateral ? scope : &without, &range->shape) &&
		       gh_sql_set_add(analysis, &analysis->reads, &range->shape.all);
	if (source->kind == GH_SQL_SOURCE_FUNCTION)
		return range_function(analysis, scope, source, range);
	return gh_sql_range_table(analysis, scope, source, range);
}

static bool range_of(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		     const struct gh_sql_source *source, struct gh_sql_range *range)
{
	name_range(source, range);
	range->hidden = source->hidden;
	if (!fill_range(analysis, scope, source, range) ||
	    !suffix_arguments(analysis, scope, source) ||
	    !pivots(analysis, scope, source, range))
		return false;
	if (range->relation != NULL)
		range->relation->access |= GH_ACCESS_READ;
	return gh_sql_shape_rename(analysis, &range->shape, source->columns,
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

