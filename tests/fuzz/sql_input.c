/*
 * Options, a catalogue and promises for the fuzz targets of the analyser.  The
 * first letter of a table's name says what the catalogue knows of it.
 */
#include "sql_input.h"

#include <stdlib.h>
#include <string.h>

static const char *const columns[] = { "id", "name", "ssn" };

static const struct gh_origin origins[] = { { NULL, "s", "people", "id" },
					    { NULL, "s", "people", "name" },
					    { NULL, "s", "people", "ssn" } };

static const struct gh_output outputs[] = { { "id", &origins[0], 1, 0 },
					    { "name", &origins[1], 2, GH_LINEAGE_DERIVED },
					    { "ssn", &origins[2], 1, GH_LINEAGE_UNKNOWN } };

static const struct gh_table_use uses[] = { { NULL, "s", "people", GH_ACCESS_READ } };

/* Of the views whose names begin with d. */
static const struct gh_facts definition = {
	.kind = GH_KIND_SELECT,
	.actions = GH_ACTION_READ,
	.tables = uses,
	.table_count = 1,
	.tables_known = true,
	.outputs = outputs,
	.output_count = 3,
	.outputs_known = true,
	.inference = origins,
	.inference_count = 3,
	.inference_known = true,
	.flows_known = true,
	.text = "SELECT",
};

static enum gh_sql_relation_kind kind_of(char letter)
{
	switch (letter) {
	case 'a':
		return GH_SQL_RELATION_ASSUMED;
	case 'd':
		return GH_SQL_RELATION_VIEW;
	case 'v':
		return GH_SQL_RELATION_OTHER;
	case 'n':
		return GH_SQL_RELATION_ABSENT;
	case 'x':
		return GH_SQL_RELATION_UNKNOWN;
	default:
		return GH_SQL_RELATION_TABLE;
	}
}

static enum gh_status find(void *context, const struct gh_sql_table_name *name,
			   struct gh_relation *out, struct gh_error *err)
{
	(void)context;
	(void)err;
	out->kind = kind_of(name->table[0]);
	if (out->kind == GH_SQL_RELATION_ASSUMED)
		return GH_OK;
	out->name = name->table;
	out->columns = columns;
	out->column_count = 3;
	out->definition = out->kind == GH_SQL_RELATION_VIEW ? &definition : NULL;
	return GH_OK;
}

static const struct gh_resolver resolver = { find, NULL };

struct gh_sql_options fuzz_sql_options(uint8_t chosen)
{
	struct gh_sql_options options = { .dialect = GH_DIALECT_GENERIC };

	options.dialect = (enum gh_dialect)(chosen % GH_DIALECT_COUNT);
	options.resolver = (chosen & 0x80) != 0 ? &resolver : NULL;
	options.no_scan = (chosen & 0x20) != 0;
	if ((chosen & 0x40) != 0) {
		options.settings.quoted_names = GH_SQL_SETTING_ON;
		options.settings.backslashes = GH_SQL_SETTING_OFF;
	}
	return options;
}

static void check_outputs(const struct gh_facts *facts)
{
	for (size_t i = 0; i < facts->output_count; i++)
		if ((facts->outputs[i].flags & GH_LINEAGE_CONSTANT) != 0 &&
		    (facts->outputs[i].origin_count > 0 ||
		     (facts->outputs[i].flags & GH_LINEAGE_UNKNOWN) != 0))
			abort();
}

static void check_references(const struct gh_facts *facts)
{
	for (size_t i = 0; i < facts->reference_count; i++) {
		const struct gh_table_reference *r = &facts->references[i];

		if (r->end == 0)
			continue;
		if (r->start >= r->end || r->last_part < r->start || r->last_part >= r->end ||
		    r->where_start > r->where_end)
			abort();
	}
}

void fuzz_sql_check(const struct gh_facts *facts)
{
	check_outputs(facts);
	check_references(facts);
	if ((facts->flags & GH_FACT_OPAQUE) != 0 &&
	    (facts->outputs_known || facts->reason == NULL))
		abort();
	/* several statements, or readings, may be understood but for their results */
	if ((facts->flags & GH_FACT_OPAQUE) != 0 &&
	    (facts->flags & (GH_FACT_MULTI | GH_FACT_AMBIGUOUS)) == 0 &&
	    (facts->tables_known || facts->inference_known || facts->flows_known))
		abort();
	if (facts->text == NULL || facts->kind >= GH_KIND_COUNT)
		abort();
}
