/*
 * gh_journal_read: the exact lines of a log, in order, for whoever shows or
 * exports them.  Verifies nothing.
 */
#include "internal.h"

struct reader {
	bool (*each)(void *context, uint64_t index, struct gh_span line);
	void *context;
	uint64_t index;
};

static bool begin_segment(void *context, uint64_t first)
{
	struct reader *reader = context;

	reader->index = first;
	return true;
}

static bool pass_line(void *context, struct gh_span line)
{
	struct reader *reader = context;

	return reader->each(reader->context, reader->index++, line);
}

enum gh_status gh_journal_read(const char *folder,
			       bool (*each)(void *context, uint64_t index, struct gh_span line),
			       void *context, struct gh_error *err)
{
	struct reader reader = { each, context, 0 };
	struct gh_journal_visitor visitor = { &reader, begin_segment, pass_line, NULL };
	struct gh_journal_source source;
	enum gh_status status = gh_journal_source_open(&source, folder, err);

	if (status != GH_OK)
		return status;
	status = gh_journal_source_visit(&source, &visitor, err);
	gh_journal_source_close(&source);
	return status;
}
