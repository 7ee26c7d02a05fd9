/*
 * Lineage of INSERT, UPDATE and DELETE: what flows into which column, and what
 * RETURNING shows of it.
 */
#include <string.h>

#include "internal.h"

/* The columns written, as one shape: name and what flows into it. */
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

static bool add_flows(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation,
		      const struct gh_sql_shape *written)
{
	struct gh_sql_column star = { GH_SPAN_LITERAL("*"), true, written->all };

	if (!written->known)
		return add_flow(analysis, relation, &star);
	for (size_t i = 0; i < written->count; i++)
		if (!add_flow(analysis, relation, &written->columns[i]))
			return false;
	return true;
}

/* ---- INSERT -------------------------------------------------------------- */

/* The name of the i-th column that is written; false where that is not known. */
static bool target_column(const struct gh_sql_dml *dml, const struct gh_sql_relation *relation,
			  size_t i, struct gh_sql_column *column)
{
	if (dml->column_count > 0) {
		if (i >= dml->column_count)
			return false;
		column->name = dml->columns[i]->name;
		column->quoted = dml->columns[i]->kind == GH_SQL_TOKEN_NAME ? GH_SQL_QUOTED
									    : GH_SQL_UNQUOTED;
		return true;
	}
	if (!relation->shape.known || i >= relation->shape.count)
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
	written->known = rows.known;
	for (size_t i = 0; rows.known && i < rows.count; i++) {
		struct gh_sql_column column = rows.columns[i];

		if (!target_column(dml, relation, i, &column)) {
			written->known = false;
			return true;
		}
		if (!gh_sql_shape_add(analysis, written, &capacity, &column))
			return false;
	}
	return true;
}

/* ---- UPDATE -------------------------------------------------------------- */

static bool update_flows(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			 const struct gh_sql_scope *scope, struct gh_sql_shape *written)
{
	size_t capacity = 0;

	written->known = true;
	for (const struct gh_sql_assignment *assignment = dml->assignments; assignment != NULL;
	     assignment = assignment->next) {
		struct gh_sql_column column = { assignment->column->name,
						assignment->column->kind == GH_SQL_TOKEN_NAME,
						{ 0 } };

		if (!gh_sql_lineage_expr(analysis, scope, assignment->expr, &column.set) ||
		    !gh_sql_shape_add(analysis, written, &capacity, &column))
			return false;
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

static bool returned(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
		     struct gh_sql_scope *scope, const struct gh_sql_shape *written,
		     struct gh_sql_shape *shape)
{
	shape->known = true;
	if (dml->returning == NULL)
		return true;
	analysis->facts->actions |= GH_ACTION_READ;
	if (!after(analysis, &scope->ranges[0], written) ||
	    !gh_sql_lineage_items(analysis, scope, dml->returning, shape))
		return false;
	for (size_t i = 0; i < shape->count; i++)
		if (!gh_sql_set_add(analysis, &shape->all, &shape->columns[i].set))
			return false;
	return true;
}

/* ---- the whole ----------------------------------------------------------- */

static unsigned write_actions(const struct gh_sql_dml *dml)
{
	if (dml->kind == GH_KIND_DELETE)
		return GH_ACTION_DELETE;
	return dml->replaces ? GH_ACTION_WRITE | GH_ACTION_DELETE : GH_ACTION_WRITE;
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
	if (range->relation == NULL) {
		gh_sql_opaque(analysis, (size_t)(dml->target->name.parts[0] -
						 analysis->tokens.items),
			      "a name of WITH is written to");
		return false;
	}
	if (name == NULL)
		name = dml->target->name.parts[dml->target->name.count - 1];
	range->name = name->name;
	range->target = true;
	return true;
}

static bool lineage_body(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml,
			 struct gh_sql_scope *scope, struct gh_sql_shape *shape)
{
	struct gh_sql_shape written = { 0 };
	struct gh_sql_relation *relation;
	unsigned access;

	relation = gh_sql_relation_find(analysis, &dml->target->name);
	if (relation == NULL)
		return false;
	access = relation->access;
	if (!target_range(analysis, dml, scope))
		return false;
	relation->access = access | GH_ACCESS_WRITE;
	if (!gh_sql_range_sources(analysis, scope, dml->sources) || !natural(analysis, dml, scope))
		return false;
	if (dml->kind == GH_KIND_INSERT ?
		    !insert_flows(analysis, dml, relation, scope->outer, &written) :
		    !update_flows(analysis, dml, scope, &written))
		return false;
	return add_flows(analysis, relation, &written) &&
	       gh_sql_lineage_conditions(analysis, scope, dml->where) &&
	       gh_sql_lineage_conditions(analysis, scope, dml->conditions) &&
	       returned(analysis, dml, scope, &written, shape);
}

bool gh_sql_lineage_dml(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml,
			const struct gh_sql_scope *outer, struct gh_sql_shape *shape)
{
	struct gh_sql_ctes ctes = { outer == NULL ? NULL : outer->ctes, dml->ctes, NULL };
	const struct gh_sql_scope with = { outer, NULL, 0, NULL, &ctes };
	struct gh_sql_scope scope = { &with, NULL, 0, NULL, &ctes };

	analysis->facts->actions |= write_actions(dml);
	return gh_sql_lineage_ctes(analysis, dml->ctes, dml->with, outer) &&
	       lineage_body(analysis, dml, &scope, shape);
}
