/*
 * The reader of records on any bytes: it may refuse, but what it takes must be
 * readable to the end, within the line.
 */
#include <stdlib.h>
#include <string.h>

#include "gatehouse/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void walk(struct gh_span value, int depth)
{
	struct gh_span rest = value, key, element;
	struct gh_buf text;

	gh_buf_init(&text, 0);
	if (gh_journal_line_text(value, &text) && text.length > value.length)
		__builtin_trap();
	gh_buf_clear(&text);
	while (depth < 20 && gh_journal_line_next(&rest, &key, &element)) {
		if (element.bytes < value.bytes ||
		    element.bytes + element.length > value.bytes + value.length)
			__builtin_trap();
		walk(element, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	/* a copy without a NUL behind it, so that reading beyond the end is seen */
	char *exact = length == 0 ? NULL : malloc(length);
	struct gh_span line = { exact, length };
	struct gh_journal_line parsed;

	if (exact != NULL) {
		memcpy(exact, bytes, length);
		if (gh_journal_line_parse(line, &parsed)) {
			walk(line, 0);
			(void)gh_journal_line_member(line, "sql");
		}
	}
	free(exact);
	return 0;
}
