/*
 * Sets of base columns: ascending numbers into the analysis's table of
 * origins.  Sets are values that share their arrays; adding makes a new array.
 */
#include <string.h>

#include "internal.h"

static bool spend(struct gh_sql_analysis *analysis, size_t steps)
{
	analysis->steps += steps;
	if (analysis->steps > GH_SQL_MAX_STEPS && analysis->status == GH_OK)
		analysis->status = gh_fail(analysis->err, GH_E_SQL_TEXT,
					   "statement takes too long to analyse");
	return analysis->status == GH_OK;
}

static bool contains(const struct gh_sql_set *set, const struct gh_sql_set *part)
{
	uint32_t at = 0;

	if (part->count > set->count)
		return false;
	for (uint32_t i = 0; i < part->count; i++) {
		while (at < set->count && set->ids[at] < part->ids[i])
			at++;
		if (at == set->count || set->ids[at] != part->ids[i])
			return false;
	}
	return true;
}

static uint32_t merge(uint32_t *out, const struct gh_sql_set *a, const struct gh_sql_set *b)
{
	uint32_t i = 0, j = 0, count = 0;

	while (i < a->count && j < b->count) {
		if (a->ids[i] == b->ids[j])
			j++;
		else if (a->ids[i] < b->ids[j])
			out[count++] = a->ids[i++];
		else
			out[count++] = b->ids[j++];
	}
	while (i < a->count)
		out[count++] = a->ids[i++];
	while (j < b->count)
		out[count++] = b->ids[j++];
	return count;
}

/* A family stays one only where nothing else comes beside it. */
static bool is_family(const struct gh_sql_set *set, const struct gh_sql_set *more)
{
	unsigned family = GH_LINEAGE_FAMILY;

	if (set->count == 0 || more->count == 0)
		return ((set->count == 0 ? more->flags : set->flags) & family) != 0;
	return (set->flags & more->flags & family) != 0 && contains(set, more) &&
	       contains(more, set);
}

bool gh_sql_set_add(struct gh_sql_analysis *analysis, struct gh_sql_set *set,
		    const struct gh_sql_set *more)
{
	const unsigned family = is_family(set, more) ? GH_LINEAGE_FAMILY : 0;
	uint32_t *ids;

	/* no more a constant beside what may be none */
	if ((more->count > 0 || more->flags != 0) && (more->flags & GH_LINEAGE_CONSTANT) == 0)
		set->flags &= ~(unsigned)GH_LINEAGE_CONSTANT;
	set->flags |= more->flags & ~(unsigned)GH_LINEAGE_CONSTANT;
	set->flags = (set->flags & ~(unsigned)GH_LINEAGE_FAMILY) | family;
	if (!spend(analysis, (size_t)set->count + more->count + 1))
		return false;
	if (contains(set, more))
		return true;
	if (set->count == 0) {
		set->ids = more->ids;
		set->count = more->count;
		return true;
	}
	ids = gh_sql_alloc(analysis, ((size_t)set->count + more->count) * sizeof(*ids));
	if (ids == NULL)
		return false;
	set->count = merge(ids, set, more);
	set->ids = ids;
	return true;
}

bool gh_sql_set_add_rest(struct gh_sql_analysis *analysis, struct gh_sql_set *set,
			 const struct gh_sql_set *more, const struct gh_sql_set *except)
{
	uint32_t *ids = gh_sql_alloc(analysis, ((size_t)more->count + 1) * sizeof(*ids));
	struct gh_sql_set rest = { ids, 0, more->flags };
	uint32_t at = 0;

	if (ids == NULL)
		return false;
	for (uint32_t i = 0; i < more->count; i++) {
		while (at < except->count && except->ids[at] < more->ids[i])
			at++;
		if (at == except->count || except->ids[at] != more->ids[i])
			ids[rest.count++] = more->ids[i];
	}
	return gh_sql_set_add(analysis, set, &rest);
}

bool gh_sql_set_add_id(struct gh_sql_analysis *analysis, struct gh_sql_set *set, uint32_t id)
{
	uint32_t *ids = gh_sql_alloc(analysis, sizeof(*ids));
	struct gh_sql_set one = { ids, 1, 0 };

	if (ids == NULL)
		return false;
	*ids = id;
	return gh_sql_set_add(analysis, set, &one);
}

static bool same_origin(const struct gh_origin *a, const struct gh_origin *b)
{
	return a->table == b->table && strcmp(a->column, b->column) == 0;
}

/* Origins of one relation share the pointer of its table's name. */
bool gh_sql_origin_add(struct gh_sql_analysis *analysis, const struct gh_origin *origin,
		       uint32_t *id)
{
	if (!spend(analysis, analysis->origin_count))
		return false;
	for (size_t i = 0; i < analysis->origin_count; i++)
		if (same_origin(&analysis->origins[i], origin)) {
			*id = (uint32_t)i;
			return true;
		}
	analysis->origins = gh_sql_grow(analysis, analysis->origins, sizeof(*origin),
					analysis->origin_count, &analysis->origin_capacity);
	if (analysis->origins == NULL)
		return false;
	analysis->origins[analysis->origin_count] = *origin;
	*id = (uint32_t)analysis->origin_count++;
	return true;
}

const struct gh_origin *gh_sql_set_origins(struct gh_sql_analysis *analysis,
					   const struct gh_sql_set *set)
{
	struct gh_origin *origins =
		gh_sql_alloc(analysis, ((size_t)set->count + 1) * sizeof(*origins));

	for (uint32_t i = 0; origins != NULL && i < set->count; i++)
		origins[i] = analysis->origins[set->ids[i]];
	return origins;
}
