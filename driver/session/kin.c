/*
 * Tables whose columns come from more than themselves: those that inherit from
 * each other, and columns that the target computes.
 */
#include "internal.h"

#include <string.h>

static bool is_self(const struct gh_known_name *known, const struct gh_kin *kin)
{
	return known->relation.schema != NULL && strcmp(kin->schema, known->relation.schema) == 0 &&
	       strcmp(kin->name, known->relation.name) == 0;
}

static bool define_tables(struct gh_known_name *known, struct gh_facts *facts)
{
	struct gh_table_use *tables =
		gh_arena_alloc(known->arena, (known->kin_count + 1) * sizeof(*tables));

	if (tables == NULL)
		return false;
	for (size_t i = 0; i < known->kin_count; i++)
		if (!is_self(known, &known->kin[i]))
			tables[facts->table_count++] =
				(struct gh_table_use){ known->relation.catalog,
						       known->kin[i].schema, known->kin[i].name,
						       GH_ACCESS_READ };
	facts->tables = tables;
	return true;
}

/* The column of that name in the table itself and in all its kin. */
static bool define_column(struct gh_known_name *known, const struct gh_facts *facts, size_t i,
			  struct gh_output *output)
{
	const struct gh_relation *self = &known->relation;
	struct gh_origin *origins =
		gh_arena_alloc(known->arena, (facts->table_count + 1) * sizeof(*origins));

	if (origins == NULL)
		return false;
	origins[0] =
		(struct gh_origin){ self->catalog, self->schema, self->name, known->columns[i] };
	for (size_t j = 0; j < facts->table_count; j++)
		origins[j + 1] =
			(struct gh_origin){ facts->tables[j].catalog, facts->tables[j].schema,
					    facts->tables[j].table, known->columns[i] };
	output->name = known->columns[i];
	output->origins = origins;
	output->origin_count = facts->table_count + 1;
	output->flags = known->computed[i] ? GH_LINEAGE_UNKNOWN : GH_LINEAGE_FAMILY;
	return true;
}

static bool is_plain(const struct gh_known_name *known)
{
	for (size_t i = 0; i < known->relation.column_count; i++)
		if (known->computed[i])
			return false;
	return known->kin_count == 0;
}

bool gh_kin_define(struct gh_known_name *known)
{
	struct gh_facts *facts;
	struct gh_output *outputs;

	if (is_plain(known))
		return true;
	facts = gh_arena_alloc(known->arena, sizeof(*facts));
	outputs = gh_arena_alloc(known->arena, known->relation.column_count * sizeof(*outputs));
	if (facts == NULL || outputs == NULL || !define_tables(known, facts))
		return false;
	for (size_t i = 0; i < known->relation.column_count; i++)
		if (!define_column(known, facts, i, &outputs[i]))
			return false;
	facts->kind = GH_KIND_SELECT;
	facts->outputs = outputs;
	facts->output_count = known->relation.column_count;
	facts->tables_known = facts->outputs_known = true;
	facts->inference_known = facts->flows_known = true;
	known->relation.definition = facts;
	return true;
}
