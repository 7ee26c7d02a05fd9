/*
 * Detection on any bytes: in every encoding, as a cell, in a column and as a text.
 * Spans are in order, within the text, and no longer than promised.
 */
#include <stdlib.h>
#include <string.h>

#include "gatehouse/detect.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

enum { ROOM = 16 };

static void check_spans(struct gh_span text)
{
	struct gh_detect_found found[ROOM];
	size_t count = gh_detect_spans(text, found, ROOM), before = 0;

	for (size_t i = 0; i < count && i < ROOM; i++) {
		if (found[i].start < before || found[i].end <= found[i].start ||
		    found[i].end > text.length || found[i].class == GH_DETECT_NONE ||
		    found[i].family != gh_detect_family_of(found[i].class))
			__builtin_trap();
		if (found[i].class != GH_DETECT_PRIVATE_KEY &&
		    found[i].end - found[i].start > GH_DETECT_LONGEST)
			__builtin_trap();
		before = found[i].end;
	}
}

static void check_column(const struct gh_detect_value *value, struct gh_span name)
{
	char *column = gh_span_copy(name);
	struct gh_detect_about about = { column, column, GH_DETECT_KIND_UNKNOWN, 0 };
	struct gh_detect_column *seen = NULL;
	struct gh_detect_verdict verdict;

	about.kind = gh_detect_kind_named(column);
	if (column == NULL || gh_detect_column_new(&about, &seen, NULL) != GH_OK)
		__builtin_trap();
	for (int i = 0; i < 3; i++)
		gh_detect_column_add(seen, value);
	gh_detect_column_add_integer(seen, (int64_t)value->length - 3);
	gh_detect_column_verdict(seen, GH_DETECT_END, &verdict);
	if (verdict.state == GH_DETECT_UNDECIDED || verdict.confidence > 999)
		__builtin_trap();
	gh_detect_column_free(seen);
	free(column);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *exact = length == 0 ? NULL : malloc(length);
	struct gh_span text = { exact, length };

	if (exact == NULL)
		return 0;
	memcpy(exact, bytes, length);
	for (int encoding = GH_DETECT_UTF8; encoding <= GH_DETECT_UTF32; encoding++) {
		struct gh_detect_value value = { exact, length, (enum gh_detect_encoding)encoding };

		(void)gh_detect_cell(&value);
		check_column(&value, (struct gh_span){ exact, length > 40 ? 40 : length });
	}
	check_spans(text);
	free(exact);
	return 0;
}
