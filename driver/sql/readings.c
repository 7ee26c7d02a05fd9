/*
 * One text, several readings: where the target's session may read it in two
 * ways, each is analysed, and the facts are the union.  Where the readings are
 * different kinds of statement, or of different width, less is known.
 */
#include <string.h>

#include "internal.h"

/* ---- unions of arrays ------------------------------------------------------ */

static void *join(struct gh_sql_analysis *analysis, struct gh_span a, struct gh_span b)
{
	char *both = gh_sql_alloc(analysis, a.length + b.length + 1);

	if (both != NULL && a.length > 0)
		memcpy(both, a.bytes, a.length);
	if (both != NULL && b.length > 0)
		memcpy(both + a.length, b.bytes, b.length);
	return both;
}

#define JOIN(analysis, a, count_a, b, count_b)                                        \
	join(analysis, (struct gh_span){ (const char *)(a), (count_a) * sizeof(*(a)) }, \
	     (struct gh_span){ (const char *)(b), (count_b) * sizeof(*(b)) })

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_origin(const struct gh_origin *a, const struct gh_origin *b)
{
	return same_text(a->catalog, b->catalog) && same_text(a->schema, b->schema) &&
	       same_text(a->table, b->table) && same_text(a->column, b->column);
}

/* Appends to `a`, which has room, those of `b` that it lacks; gives the new count. */
static size_t add_origins(struct gh_origin *a, size_t count, const struct gh_origin *b,
			  size_t more)
{
	size_t before = count;

	for (size_t i = 0; i < more; i++) {
		bool known = false;

		for (size_t j = 0; j < before && !known; j++)
			known = same_origin(&a[j], &b[i]);
		if (!known)
			a[count++] = b[i];
	}
	return count;
}

static bool join_origins(struct gh_sql_analysis *analysis, const struct gh_origin **list,
			 size_t *count, const struct gh_origin *more, size_t more_count)
{
	struct gh_origin *both = JOIN(analysis, *list, *count, more, more_count);

	if (both == NULL)
		return false;
	*count = add_origins(both, *count, more, more_count);
	*list = both;
	return true;
}

static bool join_output(struct gh_sql_analysis *analysis, struct gh_output *output,
			const struct gh_output *other)
{
	const unsigned shared = GH_LINEAGE_CONSTANT | GH_LINEAGE_FAMILY;
	unsigned both = output->flags & other->flags & shared;

	if (output->origin_count != other->origin_count)
		both &= ~(unsigned)GH_LINEAGE_FAMILY;
	output->flags = ((output->flags | other->flags) & ~shared) | both;
	if (!same_text(output->name, other->name))
		output->name = NULL;
	return join_origins(analysis, &output->origins, &output->origin_count, other->origins,
			    other->origin_count);
}

/* Of different width: nothing is known of any column. */
static bool join_outputs(struct gh_sql_analysis *analysis, struct gh_facts *facts,
			 const struct gh_facts *other)
{
	struct gh_output *outputs;

	if (!facts->outputs_known || !other->outputs_known ||
	    facts->output_count != other->output_count) {
		facts->outputs_known = false;
		facts->outputs = NULL;
		facts->output_count = 0;
		return true;
	}
	outputs = JOIN(analysis, facts->outputs, facts->output_count, facts->outputs, 0);
	if (outputs == NULL)
		return false;
	for (size_t i = 0; i < facts->output_count; i++)
		if (!join_output(analysis, &outputs[i], &other->outputs[i]))
			return false;
	facts->outputs = outputs;
	return true;
}

static bool join_tables(struct gh_sql_analysis *analysis, struct gh_facts *facts,
			const struct gh_facts *other)
{
	struct gh_table_use *tables = JOIN(analysis, facts->tables, facts->table_count,
					   other->tables, other->table_count);
	size_t count = facts->table_count;

	for (size_t i = 0; tables != NULL && i < other->table_count; i++) {
		const struct gh_table_use *use = &other->tables[i];
		bool known = false;

		for (size_t j = 0; j < facts->table_count && !known; j++) {
			known = same_text(tables[j].catalog, use->catalog) &&
				same_text(tables[j].schema, use->schema) &&
				same_text(tables[j].table, use->table);
			tables[j].access |= known ? use->access : 0;
		}
		if (!known)
			tables[count++] = *use;
	}
	facts->tables = tables;
	facts->table_count = tables == NULL ? 0 : count;
	return tables != NULL;
}

static bool join_rest(struct gh_sql_analysis *analysis, struct gh_facts *facts,
		      const struct gh_facts *other)
{
	facts->flows = JOIN(analysis, facts->flows, facts->flow_count, other->flows,
			    other->flow_count);
	facts->flow_count += other->flow_count;
	facts->functions = JOIN(analysis, facts->functions, facts->function_count,
				other->functions, other->function_count);
	facts->function_count += other->function_count;
	return facts->flows != NULL && facts->functions != NULL &&
	       join_origins(analysis, &facts->inference, &facts->inference_count,
			    other->inference, other->inference_count);
}

/* ---- two readings ---------------------------------------------------------- */

static bool same_kinds(const struct gh_facts *a, const struct gh_facts *b)
{
	if (a->statement_count != b->statement_count)
		return false;
	for (size_t i = 0; i < a->statement_count; i++)
		if (a->statements[i].kind != b->statements[i].kind)
			return false;
	return true;
}

static void join_flags(struct gh_facts *facts, const struct gh_facts *other)
{
	unsigned both = GH_FACT_LIMITED | GH_FACT_EMPTY_PROBE;

	facts->reaches |= other->reaches;
	facts->flags = ((facts->flags | other->flags) & ~both) |
		       (facts->flags & other->flags & both);
	facts->actions |= other->actions;
	facts->where = facts->where < other->where ? facts->where : other->where;
	facts->tables_known = facts->tables_known && other->tables_known;
	facts->inference_known = facts->inference_known && other->inference_known;
	facts->flows_known = facts->flows_known && other->flows_known;
}

bool gh_sql_readings_join(struct gh_sql_analysis *analysis, const struct gh_facts *other)
{
	struct gh_facts *facts = analysis->facts;
	bool kinds = same_kinds(facts, other);

	facts->reference_count = 0; /* each reading has its own places */
	join_flags(facts, other);
	if (!join_outputs(analysis, facts, other) || !join_tables(analysis, facts, other) ||
	    !join_rest(analysis, facts, other))
		return false;
	if (!kinds)
		facts->kind = GH_KIND_UNKNOWN;
	return true;
}
