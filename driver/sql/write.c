/*
 * Lineage of INSERT, UPDATE, DELETE and MERGE: what flows into which column, and
 * what RETURNING shows of it.
 */
#include <string.h>

#include "internal.h"

/* ---- flows ----------------------------------------------------------------- */

static bool add_flow(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation,
		     const struct gh_sql_column *column)
{
	struct gh_flow *flow;

	analysis->flows = gh_sql_grow(analysis, analysis->flows, sizeof(*analysis->flows),
				      analysis->flow_count, &analysis->flow_capacity);
	if (analysis->flows == NULL)
		return false;
	flow = &analysis->flows[analysis->flow_count++];
	flow->target.catalog = relation->catalog;
	flow->target.schema = relation->schema;
	flow->target.table = relation->table;
	flow->target.column = gh_sql_text(analysis, column->name);
	flow->origins = gh_sql_set_origins(analysis, &column->set);
	flow->origin_count = column->set.count;
	flow->flags = column->set.flags;
	if (flow->origin_count > 0 || (flow->flags & GH_LINEAGE_UNKNOWN) != 0)
		analysis->facts->flags |= GH_FACT_FLOWS;
	return flow->target.column != NULL && flow->origins != NULL;
}

/* Of what is not known by column all goes into all. */
static bool add_flows(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation,
		      const struct gh_sql_shape *written)
{
	struct gh_sql_column star = { GH_SPAN_LITERAL("*"), GH_SQL_QUOTED, written->all };

	if (!written->known)
		return add_flow(analysis, relation, &star);
	for (size_t i = 0; i < written->count; i++)
		if (!add_flow(analysis, relation, &written->columns[i]))
			return false;
	return true;
}

static bool all_named(const struct gh_sql_shape *shape)
{
	for (size_t i = 0; i < shape->count; i++)
		if (shape->columns[i].name.bytes == NULL)
			return false;
	return true;
}

bool gh_sql_lineage_into(struct gh_sql_analysis *analysis, const struct gh_sql_name *target,
			 const struct gh_sql_shape *shape)
{
	struct gh_sql_relation *relation = gh_sql_relation_find(analysis, target);
	struct gh_sql_shape written = *shape;

	if (relation == NULL)
		return false;
	relation->created = (relation->access & GH_ACCESS_READ) == 0;
	relation->access |= GH_ACCESS_WRITE;
	written.known = written.known && all_named(shape);
	return add_flows(analysis, relation, &written);
}

/* ---- INSERT -------------------------------------------------------------- */

static enum gh_sql_quoting quoting(const struct gh_sql_token *token)
{
	return token->kind == GH_SQL_TOKEN_NAME ? GH_SQL_QUOTED : GH_SQL_UNQUOTED;
}

/*
 * The name of the i-th column that is written; false where that is not known.  A
 * table that is only assumed has the columns that its rows are given.
 */
static bool target_column(const struct gh_sql_token *const *columns, size_t column_count,
			  const struct gh_sql_relation *relation, size_t i,
			  struct gh_sql_column *column)
{
	if (column_count > 0) {
		if (i >= column_count)
			return false;
		column->name = columns[i]->name;
		column->quoted = quoting(columns[i]);
		return true;
	}
	if (!relation->shape.known)
		return relation->kind == GH_SQL_RELATION_ASSUMED && column->name.bytes != NULL;
	if (i >= relation->shape.count)
		return false;
	column->name = relation->shape.columns[i].name;
	column->quoted = GH_SQL_QUOTED;
	return true;
}

static bool insert_flows(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			 const struct gh_sql_relation *relation, const struct gh_sql_scope *scope,
			 struct gh_sql_shape *written)
{
	struct gh_sql_shape rows = { 0 };
	size_t capacity = 0;

	written->known = true;
	if (dml->query == NULL)
		return true;
	if (!gh_sql_lineage_query(analysis, dml->query, scope, &rows) ||
	    !gh_sql_set_add(analysis, &written->all, &rows.all))
		return false;
	written->known = rows.known && !dml->by_name;
	for (size_t i = 0; written->known && i < rows.count; i++) {
		struct gh_sql_column column = rows.columns[i];

		if (!target_column(dml->columns, dml->column_count, relation, i, &column)) {
			written->known = false;
			return true;
		}
		if (!gh_sql_shape_add(analysis, written, &capacity, &column))
			return false;
	}
	return true;
}

/* ---- assignments ----------------------------------------------------------- */

static bool owns(const struct gh_sql_analysis *analysis, const struct gh_sql_range *range,
		 const struct gh_sql_name *name)
{
	struct gh_sql_name prefix = *name;
	const struct gh_sql_token *column = name->parts[name->count - 1];

	if (range->relation == NULL)
		return false;
	prefix.count--;
	if (prefix.count > 0)
		return gh_sql_range_match(analysis, range, &prefix) != GH_SQL_MATCH_NO;
	for (size_t i = 0; i < range->shape.count; i++)
		if (gh_sql_name_match(analysis, range->shape.columns[i].name, GH_SQL_QUOTED,
				      column) != GH_SQL_MATCH_NO)
			return true;
	return !range->shape.known;
}

/* A column of whichever source it may be; *any tells whether there is one. */
static bool assign_among(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			 const struct gh_sql_name *name, const struct gh_sql_column *column)
{
	bool any = false;

	for (size_t i = 0; i < scope->count; i++) {
		if (!owns(analysis, &scope->ranges[i], name))
			continue;
		any = true;
		scope->ranges[i].relation->access |= GH_ACCESS_WRITE;
		if (!add_flow(analysis, scope->ranges[i].relation, column))
			return false;
	}
	return any || gh_sql_opaque(analysis, (size_t)(name->parts[0] - analysis->tokens.items),
				    "sets a column of no table");
}

/* a.b = x: the column is what stands behind the target's name, or the first part. */
static const struct gh_sql_token *column_part(const struct gh_sql_analysis *analysis,
					      const struct gh_sql_name *name,
					      const struct gh_sql_range *target)
{
	if (name->count == 1 || target == NULL)
		return name->parts[name->count - 1];
	if (name->count == 2 && gh_sql_name_match(analysis, target->name, target->quoted,
						  name->parts[0]) == GH_SQL_MATCH_NO)
		return name->parts[0];
	return name->count > 2 && gh_sql_name_match(analysis, target->name, target->quoted,
						    name->parts[0]) != GH_SQL_MATCH_NO ?
		       name->parts[1] :
		       name->parts[name->count - 1];
}

static bool assign(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
		   const struct gh_sql_scope *scope, const struct gh_sql_assignment *assignment,
		   struct gh_sql_shape *written)
{
	size_t capacity = written->count; /* full: the next one moves it */
	const struct gh_sql_range *target = dml->target == NULL ? NULL : &scope->ranges[0];
	struct gh_sql_set set = { 0 };

	if (!gh_sql_lineage_expr(analysis, scope, assignment->expr, &set))
		return false;
	if (dml->conflicts && (set.flags & GH_LINEAGE_CONSTANT) == 0 &&
	    !gh_sql_set_add(analysis, &set, &written->all))
		return false;
	for (size_t i = 0; i < assignment->column_count; i++) {
		const struct gh_sql_name *name = &assignment->columns[i];
		const struct gh_sql_token *token = column_part(analysis, name, target);
		struct gh_sql_column column = { token->name, quoting(token), set };

		if (dml->target == NULL && !assign_among(analysis, scope, name, &column))
			return false;
		if (dml->target != NULL &&
		    !gh_sql_shape_add(analysis, written, &capacity, &column))
			return false;
	}
	return gh_sql_set_add(analysis, &written->all, &set);
}

static bool assignments(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			const struct gh_sql_scope *scope, struct gh_sql_shape *written)
{
	for (const struct gh_sql_assignment *assignment = dml->assignments; assignment != NULL;
	     assignment = assignment->next)
		if (!assign(analysis, dml, scope, assignment, written))
			return false;
	return true;
}

/* ---- MERGE ------------------------------------------------------------------- */

/* INSERT *: all of the source's row, into columns that are not told. */
static bool whole_source(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			 struct gh_sql_shape *written)
{
	written->known = false;
	for (size_t i = 1; i < scope->count; i++)
		if (!gh_sql_set_add(analysis, &written->all, &scope->ranges[i].shape.all))
			return false;
	return true;
}

static bool merge_flows(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			const struct gh_sql_relation *relation, const struct gh_sql_scope *scope,
			struct gh_sql_shape *written)
{
	size_t capacity = written->count; /* full: the next one moves it */

	for (const struct gh_sql_insert *insert = dml->inserts; insert != NULL;
	     insert = insert->next) {
		size_t i = 0;

		if (insert->values == NULL && !whole_source(analysis, scope, written))
			return false;
		for (const struct gh_sql_expr *expr = insert->values; expr != NULL;
		     expr = expr->next, i++) {
			struct gh_sql_column column = { 0 };

			if (!gh_sql_lineage_expr(analysis, scope, expr, &column.set) ||
			    !gh_sql_set_add(analysis, &written->all, &column.set))
				return false;
			if (!target_column(insert->columns, insert->column_count, relation, i,
					   &column))
				written->known = false;
			else if (!gh_sql_shape_add(analysis, written, &capacity, &column))
				return false;
		}
	}
	return true;
}

/* ---- RETURNING ----------------------------------------------------------- */

/* The target's row as it is afterwards: its own columns and what was written. */
static bool after(struct gh_sql_analysis *analysis, struct gh_sql_range *range,
		  const struct gh_sql_shape *written)
{
	struct gh_sql_shape *shape = &range->shape;
	struct gh_sql_column *columns;

	if (!gh_sql_set_add(analysis, &shape->all, &written->all))
		return false;
	if (!shape->known || !written->known)
		return gh_sql_set_add(analysis, &range->extra, &written->all);
	columns = gh_sql_alloc(analysis, (shape->count + 1) * sizeof(*columns));
	if (columns == NULL)
		return false;
	memcpy(columns, shape->columns, shape->count * sizeof(*columns));
	shape->columns = columns;
	for (size_t i = 0; i < shape->count; i++)
		for (size_t j = 0; j < written->count; j++)
			if (gh_span_equal_nocase(columns[i].name, written->columns[j].name) &&
			    !gh_sql_set_add(analysis, &columns[i].set, &written->columns[j].set))
				return false;
	analysis->steps += shape->count * written->count;
	return true;
}

/* Rows that have names of their own: OUTPUT deleted.a, RETURNING old.a */
static bool named_rows(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		       struct gh_sql_scope *rows)
{
	static const char *const names[] = { "inserted", "deleted", "new", "old" };

	*rows = (struct gh_sql_scope){ .outer = scope, .ctes = scope->ctes };
	rows->ranges = gh_sql_alloc(analysis, 4 * sizeof(*rows->ranges));
	if (rows->ranges == NULL)
		return false;
	for (size_t i = 0; i < 4; i++) {
		bool taken = false;

		for (size_t j = 0; j < scope->count; j++)
			taken = taken || gh_span_equal_nocase(scope->ranges[j].name,
							      gh_span_from(names[i]));
		if (taken)
			continue;
		rows->ranges[rows->count] = scope->ranges[0];
		rows->ranges[rows->count].target = false;
		rows->ranges[rows->count++].name = gh_span_from(names[i]);
	}
	return true;
}

/* A name without one of those in front means the target's columns. */
static bool qualified(const struct gh_sql_expr *expr)
{
	for (const struct gh_sql_reference *r = expr->references; r != NULL; r = r->next)
		if (r->name.count < 2 && !(r->star && r->name.count == 1))
			return false;
	return expr->references != NULL;
}

static bool returned_items(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			   const struct gh_sql_scope *scope, struct gh_sql_shape *shape)
{
	struct gh_sql_scope rows;

	if (!named_rows(analysis, scope, &rows))
		return false;
	for (const struct gh_sql_item *item = dml->returning; item != NULL; item = item->next)
		if (item->expr == NULL || !qualified(item->expr))
			return gh_sql_lineage_items(analysis, scope, dml->returning, shape);
	return gh_sql_lineage_items(analysis, &rows, dml->returning, shape);
}

static bool returned(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
		     struct gh_sql_scope *scope, const struct gh_sql_shape *written,
		     struct gh_sql_shape *shape)
{
	shape->known = true;
	if (dml->returning == NULL)
		return true;
	analysis->facts->actions |= GH_ACTION_READ;
	for (size_t i = 0; i < scope->count && (i == 0 || dml->target == NULL); i++)
		if (!after(analysis, &scope->ranges[i], written))
			return false;
	if (!returned_items(analysis, dml, scope, shape))
		return false;
	for (size_t i = 0; i < shape->count; i++)
		if (!gh_sql_set_add(analysis, &shape->all, &shape->columns[i].set))
			return false;
	return true;
}

/* ---- targets ----------------------------------------------------------------- */

static unsigned write_actions(const struct gh_sql_dml *dml)
{
	if (dml->kind == GH_KIND_DELETE)
		return GH_ACTION_DELETE;
	return dml->replaces || dml->deletes ? GH_ACTION_WRITE | GH_ACTION_DELETE :
					       GH_ACTION_WRITE;
}

static bool natural(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
		    const struct gh_sql_scope *scope)
{
	for (size_t i = 0; dml->natural && i < scope->count; i++)
		if (!gh_sql_set_add(analysis, &analysis->inference, &scope->ranges[i].shape.all))
			return false;
	return true;
}

/* The target first, then what FROM or USING add. */
static bool target_range(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			 struct gh_sql_scope *scope)
{
	struct gh_sql_range *range;
	const struct gh_sql_token *name = dml->target->alias;

	if (!gh_sql_range_sources(analysis, scope, dml->target))
		return false;
	range = &scope->ranges[0];
	if (range->relation == NULL)
		return gh_sql_opaque(analysis, analysis->at - 1, "a name of WITH is written to");
	if (name == NULL)
		name = dml->target->name.parts[dml->target->name.count - 1];
	range->name = name->name;
	range->target = true;
	return true;
}

static bool single_target(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			  struct gh_sql_scope *scope, struct gh_sql_relation **relation)
{
	unsigned access;

	*relation = gh_sql_relation_find(analysis, &dml->target->name);
	if (*relation == NULL)
		return false;
	access = (*relation)->access;
	if (!target_range(analysis, dml, scope))
		return false;
	(*relation)->access = access | GH_ACCESS_WRITE;
	return true;
}

/* DELETE a, b FROM ..: sources that are called so. */
static bool named_targets(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			  const struct gh_sql_scope *scope)
{
	for (size_t i = 0; i < dml->target_count; i++) {
		bool any = false;

		for (size_t j = 0; j < scope->count; j++) {
			struct gh_sql_range *range = &scope->ranges[j];

			if (gh_sql_range_match(analysis, range, &dml->targets[i]) ==
				    GH_SQL_MATCH_NO || range->relation == NULL)
				continue;
			any = true;
			range->target = true;
			range->relation->access |= GH_ACCESS_WRITE;
		}
		if (!any)
			return gh_sql_opaque(analysis, analysis->at - 1, "a target is no source");
	}
	for (size_t j = 0; dml->target_count == 0 && j < scope->count; j++)
		scope->ranges[j].target = true;
	return true;
}

/* ON CONFLICT's excluded row, and MySQL's name for the new row. */
static bool new_row(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
		    struct gh_sql_scope *scope, const struct gh_sql_shape *written)
{
	struct gh_sql_range *ranges;
	struct gh_sql_range row = { .name = GH_SPAN_LITERAL("excluded"), .shape = *written };

	if (!dml->conflicts)
		return true;
	if (dml->query != NULL && dml->query->alias != NULL)
		row.name = dml->query->alias->name;
	row.shape.known = false; /* columns that were not named have their defaults */
	if (!written->known)
		row.shape.count = 0;
	ranges = gh_sql_alloc(analysis, (scope->count + 1) * sizeof(*ranges));
	if (ranges == NULL)
		return false;
	memcpy(ranges, scope->ranges, scope->count * sizeof(*ranges));
	ranges[scope->count] = row;
	scope->ranges = ranges;
	scope->count++;
	return true;
}

/* ---- the whole ----------------------------------------------------------- */

static bool flows(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml,
		  struct gh_sql_relation *relation, struct gh_sql_scope *scope,
		  struct gh_sql_shape *written)
{
	written->known = true;
	if (dml->kind == GH_KIND_INSERT &&
	    (!insert_flows(analysis, dml, relation, scope->outer, written) ||
	     !new_row(analysis, dml, scope, written)))
		return false;
	return assignments(analysis, dml, scope, written) &&
	       merge_flows(analysis, dml, relation, scope, written) &&
	       (relation == NULL || dml->kind == GH_KIND_DELETE ||
		add_flows(analysis, relation, written));
}

static bool lineage_body(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml,
			 struct gh_sql_scope *scope, struct gh_sql_shape *shape)
{
	struct gh_sql_shape written = { 0 };
	struct gh_sql_relation *relation = NULL;

	if (dml->target != NULL && !single_target(analysis, dml, scope, &relation))
		return false;
	gh_sql_reference_target(analysis, dml);
	if (!gh_sql_range_sources(analysis, scope, dml->sources) ||
	    !natural(analysis, dml, scope))
		return false;
	if (dml->target == NULL && !named_targets(analysis, dml, scope))
		return false;
	return flows(analysis, dml, relation, scope, &written) &&
	       gh_sql_lineage_conditions(analysis, scope, dml->where) &&
	       gh_sql_lineage_conditions(analysis, scope, dml->conditions) &&
	       returned(analysis, dml, scope, &written, shape);
}

bool gh_sql_lineage_dml(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml,
			const struct gh_sql_scope *outer, struct gh_sql_shape *shape)
{
	struct gh_sql_ctes ctes = { outer == NULL ? NULL : outer->ctes, dml->ctes, NULL };
	const struct gh_sql_scope with = { .outer = outer, .ctes = &ctes };
	struct gh_sql_scope scope = { .outer = &with, .ctes = &ctes };

	analysis->facts->actions |= write_actions(dml);
	return gh_sql_lineage_ctes(analysis, dml->ctes, dml->with, outer) &&
	       lineage_body(analysis, dml, &scope, shape);
}
