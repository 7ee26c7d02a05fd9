/*
 * `gatehouse journal show`: one readable line a record.  What stands in a log
 * is hostile input: names and SQL come from whoever was recorded.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_journal.h"
#include "gatehouse/journal.h"

const char gh_cmd_journal_show_help[] =
	"Usage: gatehouse journal show DIR [--last N] [--event NAME] [--session ID] [--json]\n"
	"\n"
	"Prints the records of a journal, one line each: number, time, event, who (and\n"
	"through which agent), verdict and rule, kind and tables, rows, masks, SQL.\n"
	"It does not verify; `gatehouse journal verify` does.\n"
	"\n"
	"  --last N      only the last N of them\n"
	"  --event NAME  only this event, such as exec, done, denied, session-open\n"
	"  --session ID  only this session (the start of its id is enough)\n"
	"  --width N     cut SQL at N characters (default 80; 0: not at all)\n"
	"  --json        print the records' own lines\n"
	"\n"
	"Exit code: 0 printed, 3 could not be looked at.\n";

struct filter {
	const char *event;
	const char *session;
	uint64_t last; /* 0: all */
	uint64_t width;
	bool json;
};

struct showing {
	const struct filter *filter;
	uint64_t matching;
	uint64_t skip;
	bool failed;
};

/* ---- safe text ---- */

static bool steers(int32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200B || c == 0xFEFF ||
	       (c >= 0x200E && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
	       (c >= 0x2066 && c <= 0x2069);
}

void gh_cmd_journal_put_safe(FILE *stream, struct gh_span text)
{
	size_t offset = 0;

	while (offset < text.length) {
		size_t start = offset;
		int32_t c = gh_utf8_next(text, &offset);

		if (c < 0)
			fprintf(stream, "\\x%02x", (unsigned)(unsigned char)text.bytes[offset++]);
		else if (c == '\n' || c == '\t')
			fputs(c == '\n' ? "\\n" : "\\t", stream);
		else if (steers(c))
			fprintf(stream, "\\u%04x", (unsigned)c);
		else
			fwrite(text.bytes + start, 1, offset - start, stream);
	}
}

/* At most `width` characters; 0: all. */
static void put_cut(struct gh_span text, uint64_t width)
{
	struct gh_span shown = { text.bytes, 0 };
	uint64_t count = 0;

	while (shown.length < text.length && (width == 0 || count < width)) {
		if (gh_utf8_next(text, &shown.length) < 0)
			shown.length++;
		count++;
	}
	gh_cmd_journal_put_safe(stdout, shown);
	if (shown.length < text.length)
		fputs("...", stdout);
}

/* ---- one record ---- */

/* Prints a member's text, or a number as it is; false if the record has none. */
static bool put_value(struct gh_span value, uint64_t width)
{
	struct gh_buf text;

	if (value.length == 0)
		return false;
	gh_buf_init(&text, 0);
	put_cut(gh_journal_line_text(value, &text) ? gh_buf_span(&text) : value, width);
	gh_buf_clear(&text);
	return true;
}

static void put_member(struct gh_span line, const char *before, const char *name,
		       const char *after)
{
	struct gh_span value = gh_journal_line_member(line, name);

	if (value.length == 0)
		return;
	fputs(before, stdout);
	put_value(value, 120);
	fputs(after, stdout);
}

static void put_list(struct gh_span line, const char *before, const char *name)
{
	struct gh_span rest = gh_journal_line_member(line, name), key, value;
	const char *separator = before;

	while (gh_journal_line_next(&rest, &key, &value)) {
		fputs(separator, stdout);
		put_value(value, 120);
		separator = ", ";
	}
}

/* The masked columns of a `done` record: "email:partial". */
static void put_masks(struct gh_span line)
{
	struct gh_span rest = gh_journal_line_member(line, "columns"), key, column;
	const char *separator = "  masked ";

	while (gh_journal_line_next(&rest, &key, &column)) {
		struct gh_span mask = gh_journal_line_member(column, "mask");
		struct gh_span name = gh_journal_line_member(column, "name");

		if (mask.length == 0)
			continue;
		fputs(separator, stdout);
		put_value(name.length > 0 ? name : gh_journal_line_member(column, "n"), 60);
		putchar(':');
		put_value(mask, 20);
		separator = ", ";
	}
}

static void put_who(struct gh_span line)
{
	struct gh_span agent = gh_journal_line_member(line, "agent");

	if (!put_value(gh_journal_line_member(line, "who"), 60))
		putchar('-');
	if (agent.length > 0) {
		fputs(" via ", stdout);
		put_value(agent, 60);
	}
}

static void put_record(struct gh_span line, uint64_t index, uint64_t width)
{
	struct gh_span sql = gh_journal_line_member(line, "sql");

	printf("%-6" PRIu64 " ", index);
	put_member(line, "", "time", "  ");
	put_member(line, "", "event", "  ");
	put_who(line);
	put_member(line, "  ", "verdict", "");
	put_member(line, " by rule ", "rule", "");
	put_member(line, "  ", "kind", "");
	put_list(line, " reads ", "reads");
	put_list(line, " writes ", "writes");
	put_member(line, "  rows ", "rows", "");
	put_member(line, "  affected ", "affected", "");
	put_member(line, "  SQLSTATE ", "sqlstate", "");
	put_masks(line);
	put_member(line, "  ", "note", "");
	if (sql.length > 0) {
		fputs("  ", stdout);
		put_value(sql, width);
	}
	putchar('\n');
}

/* ---- which ---- */

static bool wanted(const struct filter *filter, const struct gh_journal_line *parsed)
{
	size_t length;

	if (filter->event != NULL && !gh_span_equal(parsed->event, gh_span_from(filter->event)))
		return false;
	if (filter->session == NULL)
		return true;
	length = strlen(filter->session);
	return parsed->session.length >= length &&
	       memcmp(parsed->session.bytes, filter->session, length) == 0;
}

static bool matches(const struct filter *filter, struct gh_span line)
{
	struct gh_journal_line parsed;

	if (!gh_journal_line_parse(line, &parsed))
		return filter->event == NULL && filter->session == NULL;
	return wanted(filter, &parsed);
}

static bool count_line(void *context, uint64_t index, struct gh_span line)
{
	struct showing *showing = context;

	(void)index;
	showing->matching += matches(showing->filter, line) ? 1 : 0;
	return true;
}

static bool show_line(void *context, uint64_t index, struct gh_span line)
{
	struct showing *showing = context;
	struct gh_journal_line parsed;

	if (!matches(showing->filter, line))
		return true;
	if (showing->skip > 0) {
		showing->skip--;
		return true;
	}
	if (showing->filter->json && gh_journal_line_parse(line, &parsed)) {
		fwrite(line.bytes, 1, line.length, stdout);
		putchar('\n');
	} else if (gh_journal_line_parse(line, &parsed)) {
		put_record(line, index, showing->filter->width);
	} else {
		fprintf(stderr, "gatehouse: record %" PRIu64 " is not a record\n", index);
		showing->failed = true;
	}
	return !ferror(stdout);
}

static int show(const char *folder, const struct filter *filter)
{
	struct showing showing = { .filter = filter };
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;

	if (filter->last > 0)
		status = gh_journal_read(folder, count_line, &showing, &err);
	if (status == GH_OK && filter->last > 0 && showing.matching > filter->last)
		showing.skip = showing.matching - filter->last;
	if (status == GH_OK)
		status = gh_journal_read(folder, show_line, &showing, &err);
	if (status != GH_OK) {
		gh_tool_error(status, &err);
		return GH_TOOL_USAGE;
	}
	return fflush(stdout) == 0 && !showing.failed ? GH_TOOL_OK : GH_TOOL_FAILED;
}

static bool parse_count(const char *text, const char *option, uint64_t *out)
{
	char *end = NULL;

	if (text == NULL)
		return true;
	*out = strtoull(text, &end, 10);
	if (*text >= '0' && *text <= '9' && *end == '\0')
		return true;
	gh_tool_complain("option '%s' needs a number", option);
	return false;
}

int gh_cmd_journal_show(int count, char **arguments)
{
	const char *folder[1] = { NULL }, *last = NULL, *width = NULL;
	struct filter filter = { .width = 80 };
	const struct gh_tool_option options[] = { { "--last", &last, NULL },
						  { "--event", &filter.event, NULL },
						  { "--session", &filter.session, NULL },
						  { "--width", &width, NULL },
						  { "--json", NULL, &filter.json },
						  { NULL, NULL, NULL } };
	struct gh_tool_words words = { folder, 1, 0 };

	if (!gh_tool_options(count, arguments, options, &words) ||
	    !parse_count(last, "--last", &filter.last) ||
	    !parse_count(width, "--width", &filter.width))
		return GH_TOOL_USAGE;
	if (words.count != 1) {
		gh_tool_complain("journal show needs the folder of a journal; try --help");
		return GH_TOOL_USAGE;
	}
	return show(folder[0], &filter);
}
