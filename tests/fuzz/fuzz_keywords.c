/*
 * Connection strings from any bytes: what was read, written and read again is
 * the same.
 */
#include <stdlib.h>
#include <string.h>

#include "gatehouse/downstream.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void compare(const struct gh_keywords *a, const struct gh_keywords *b)
{
	if (a->count != b->count)
		__builtin_trap();
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i].name, b->items[i].name) != 0 ||
		    strcmp(a->items[i].value, b->items[i].value) != 0)
			__builtin_trap();
}

static void write_and_read(const struct gh_keywords *keywords)
{
	struct gh_keywords again = { 0 };
	struct gh_buf text;

	gh_buf_init(&text, 0);
	if (gh_keywords_write(keywords, &text) != GH_OK ||
	    gh_keywords_parse(gh_buf_span(&text), &again, NULL) != GH_OK)
		__builtin_trap();
	compare(keywords, &again);
	gh_keywords_clear(&again);
	gh_buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *exact = length == 0 ? NULL : malloc(length);
	struct gh_keywords keywords = { 0 };
	struct gh_error err = { 0 };

	if (exact == NULL)
		return 0;
	memcpy(exact, bytes, length);
	if (gh_keywords_parse((struct gh_span){ exact, length }, &keywords, &err) == GH_OK)
		write_and_read(&keywords);
	for (size_t i = 0; i < keywords.count; i++) {
		(void)gh_keyword_effect_of("/usr/lib/psqlodbcw.so", keywords.items[i].name);
		(void)gh_keyword_is_ours(keywords.items[i].name);
	}
	gh_keywords_clear(&keywords);
	free(exact);
	return 0;
}
