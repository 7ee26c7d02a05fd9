/*
 * The analyser on any bytes.  The first byte chooses the dialect and whether
 * there is a catalogue; the rest is the statement.
 */
#include <stdlib.h>
#include <string.h>

#include "sql_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gh_sql_options options;
	struct gh_facts *facts = NULL;
	char *copy;

	if (size < 1)
		return 0;
	options = fuzz_sql_options(data[0]);
	copy = malloc(size); /* exactly as long, so that reading beyond it is seen */
	if (copy == NULL)
		return 0;
	memcpy(copy, data + 1, size - 1);
	if (gh_sql_analyze((struct gh_span){ copy, size - 1 }, &options, &facts, NULL) == GH_OK)
		fuzz_sql_check(facts);
	gh_sql_facts_free(facts);
	free(copy);
	return 0;
}
