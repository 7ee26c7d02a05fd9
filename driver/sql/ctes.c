/*
 * Lineage of WITH: each name once, and recursive ones until nothing more comes.
 */
#include "internal.h"

enum { MAX_ROUNDS = 40 };

static bool cte_once(struct gh_sql_analysis *analysis, struct gh_sql_cte *cte,
		     const struct gh_sql_scope *scope, struct gh_sql_shape *shape)
{
	bool alive = cte->query != NULL ? gh_sql_lineage_query(analysis, cte->query, scope, shape) :
					  gh_sql_lineage_dml(analysis, cte->dml, scope, shape);

	if (cte->wider)
		shape->known = false;
	return alive && gh_sql_shape_rename(analysis, shape, cte->columns, cte->column_count);
}

static bool same_sets(const struct gh_sql_shape *a, const struct gh_sql_shape *b)
{
	if (a->known != b->known || a->count != b->count || a->all.count != b->all.count ||
	    a->all.flags != b->all.flags)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->columns[i].set.count != b->columns[i].set.count ||
		    a->columns[i].set.flags != b->columns[i].set.flags)
			return false;
	return true;
}

/* The first arm alone: what a recursive query begins with. */
static bool anchor(struct gh_sql_analysis *analysis, struct gh_sql_cte *cte,
		   const struct gh_sql_scope *scope, struct gh_sql_shape *shape)
{
	struct gh_sql_query *query = cte->query;
	struct gh_sql_select *rest = query->arms->next;
	bool alive;

	query->arms->next = NULL;
	alive = cte_once(analysis, cte, scope, shape);
	query->arms->next = rest;
	return alive;
}

/* Sets only grow, so that rounds end; without an end nothing is known. */
static bool recursion(struct gh_sql_analysis *analysis, struct gh_sql_cte *cte,
		      const struct gh_sql_scope *scope, struct gh_sql_shape *shape)
{
	for (unsigned round = 0; round < MAX_ROUNDS; round++) {
		struct gh_sql_shape *before = gh_sql_alloc(analysis, sizeof(*before));

		if (before == NULL)
			return false;
		*before = *shape;
		cte->shape = before;
		*shape = (struct gh_sql_shape){ 0 };
		if (!cte_once(analysis, cte, scope, shape))
			return false;
		if (same_sets(before, shape))
			return true;
	}
	shape->known = false;
	shape->count = 0;
	shape->all.flags |= GH_LINEAGE_UNKNOWN;
	return true;
}

static bool lineage_cte(struct gh_sql_analysis *analysis, struct gh_sql_cte *cte,
			const struct gh_sql_scope *scope, enum gh_sql_with with)
{
	struct gh_sql_shape *shape = gh_sql_alloc(analysis, sizeof(*shape));
	bool recurs = with != GH_SQL_WITH_IN_ORDER && cte->query != NULL &&
		      cte->query->arms->next != NULL;
	bool alive;

	if (shape == NULL)
		return false;
	cte->state = GH_SQL_CTE_RUNS;
	cte->with = with;
	cte->shape = NULL;
	cte->probing = recurs;
	alive = cte_once(analysis, cte, scope, shape);
	cte->probing = false;
	if (alive && recurs && cte->used) {
		*shape = (struct gh_sql_shape){ 0 };
		alive = anchor(analysis, cte, scope, shape) &&
			recursion(analysis, cte, scope, shape);
	}
	cte->state = GH_SQL_CTE_DONE;
	cte->shape = shape;
	return alive && gh_sql_set_add(analysis, &analysis->reads, &shape->all);
}

/* Each sees those before it; all of them where WITH is recursive. */
bool gh_sql_lineage_ctes(struct gh_sql_analysis *analysis, struct gh_sql_cte *list,
			 enum gh_sql_with with, const struct gh_sql_scope *outer)
{
	for (struct gh_sql_cte *cte = list; cte != NULL; cte = cte->next) {
		const struct gh_sql_ctes ctes = { outer == NULL ? NULL : outer->ctes, list,
						  with == GH_SQL_WITH_IN_ORDER ? cte : NULL };
		const struct gh_sql_scope scope = { .outer = outer, .ctes = &ctes };

		if (!lineage_cte(analysis, cte, &scope, with))
			return false;
	}
	return true;
}
