/*
 * The analyser on any bytes.  The first byte chooses the dialect and whether
 * there is a catalogue; the rest is the statement.
 */
#include <stdlib.h>
#include <string.h>

#include "gatehouse/sql.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const columns[] = { "id", "name", "ssn" };

static enum gh_status find(void *context, const struct gh_sql_table_name *name,
			   struct gh_relation *out, struct gh_error *err)
{
	(void)context;
	(void)err;
	out->kind = name->table[0] == 'v' ? GH_SQL_RELATION_OTHER :
		    name->table[0] == 'a' ? GH_SQL_RELATION_ASSUMED : GH_SQL_RELATION_TABLE;
	if (name->table[0] == 'a')
		return GH_OK;
	out->name = name->table;
	out->columns = columns;
	out->column_count = 3;
	return GH_OK;
}

/* What must hold of all facts; a broken promise ends the fuzzer. */
static void check(const struct gh_facts *facts)
{
	for (size_t i = 0; i < facts->output_count; i++)
		if ((facts->outputs[i].flags & GH_LINEAGE_CONSTANT) != 0 &&
		    (facts->outputs[i].origin_count > 0 ||
		     (facts->outputs[i].flags & GH_LINEAGE_UNKNOWN) != 0))
			abort();
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct gh_resolver resolver = { find, NULL };
	struct gh_sql_options options = { .dialect = GH_DIALECT_GENERIC };
	struct gh_facts *facts = NULL;
	char *copy;

	if (size < 1)
		return 0;
	options.dialect = (enum gh_dialect)(data[0] % GH_DIALECT_COUNT);
	options.resolver = (data[0] & 0x80) != 0 ? &resolver : NULL;
	copy = malloc(size); /* exactly as long, so that reading beyond it is seen */
	if (copy == NULL)
		return 0;
	memcpy(copy, data + 1, size - 1);
	if (gh_sql_analyze((struct gh_span){ copy, size - 1 }, &options, &facts, NULL) == GH_OK)
		check(facts);
	gh_sql_facts_free(facts);
	free(copy);
	return 0;
}
