/*
 * TAP output, and the comparison of two transcripts with a readable first
 * difference.
 */
#include "harness.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Leaks of the manager and of raw drivers are not ours; what is ours has unit tests. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

static struct {
	int count;
	int failed;
} tap;

GH_PRINTF(2, 0) static void say(const char *verdict, const char *format, va_list arguments)
{
	printf("%s %d - ", verdict, ++tap.count);
	vprintf(format, arguments);
}

bool gh_tap_ok(bool good, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(good ? "ok" : "not ok", format, arguments);
	va_end(arguments);
	putchar('\n');
	fflush(stdout);
	tap.failed += !good;
	return good;
}

void gh_tap_skip(const char *reason, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say("ok", format, arguments);
	va_end(arguments);
	printf(" # SKIP %s\n", reason);
	fflush(stdout);
}

void gh_tap_note(const char *format, ...)
{
	va_list arguments;

	fputs("# ", stdout);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
}

int gh_tap_done(void)
{
	printf("1..%d\n", tap.count);
	fflush(stdout);
	return tap.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* ---- comparison ------------------------------------------------------------- */

struct line {
	const char *at;
	int length;
	int number;
};

static struct line line_at(const char *text, int number)
{
	struct line line = { text, (int)strcspn(text, "\n"), number };

	return line;
}

static const char *line_after(struct line line)
{
	return line.at[line.length] ? line.at + line.length + 1 : line.at + line.length;
}

static bool lines_equal(struct line a, struct line b)
{
	return a.length == b.length && memcmp(a.at, b.at, (size_t)a.length) == 0;
}

/* A call's line begins at the margin; what belongs to it is indented. */
static bool is_call(struct line line)
{
	return line.length > 0 && line.at[0] != ' ';
}

#define CONTEXT 5
static void show_context(const char *text, int until)
{
	const char *at = text;

	for (int number = 1; number < until && *at; number++) {
		struct line line = line_at(at, number);

		if (until - number <= CONTEXT)
			gh_tap_note("         %4d %.*s", number,
				    line.length < 300 ? line.length : 300, line.at);
		at = line_after(line);
	}
}

static void show_from(const char *side, struct line line)
{
	for (int i = 0; i < 4 && *line.at; i++) {
		gh_tap_note("%s %4d %.*s%s", side, line.number,
			    line.length < 600 ? line.length : 600, line.at,
			    line.length < 600 ? "" : " ...");
		line = line_at(line_after(line), line.number + 1);
	}
	if (!*line.at)
		gh_tap_note("%s (ends)", side);
}

/* Is the governed side's call at the difference a refusal with a code of ours? */
static bool is_refusal(const char *text, struct line from)
{
	static const char *const codes[] = { " native 7130 ", " native 7131 ", " native 7132 ",
					     " native 7151 " };
	struct line call = line_at(text, 1);
	char record[1024];
	size_t length = 0;

	for (struct line l = call; l.number <= from.number;
	     l = line_at(line_after(l), l.number + 1)) {
		if (is_call(l))
			call = l;
	}
	for (struct line l = line_at(line_after(call), 0); *l.at && !is_call(l);
	     l = line_at(line_after(l), 0)) {
		if (length + (size_t)l.length + 1 < sizeof(record)) {
			memcpy(record + length, l.at, (size_t)l.length);
			length += (size_t)l.length;
		}
	}
	record[length] = '\0';
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (strstr(record, codes[i]) && strstr(record, "[Gatehouse]"))
			return true;
	}
	/* what we don't offer, the manager refuses in our place */
	return strstr(record, "state IM001") && strstr(record, "[Driver Manager]");
}

bool gh_odbc_same(const struct gh_buf *raw, const struct gh_buf *governed, unsigned flags)
{
	const char *left_text = raw->bytes ? raw->bytes : "";
	const char *right_text = governed->bytes ? governed->bytes : "";
	struct line left = line_at(left_text, 1);
	struct line right = line_at(right_text, 1);

	while (*left.at && *right.at && lines_equal(left, right)) {
		left = line_at(line_after(left), left.number + 1);
		right = line_at(line_after(right), right.number + 1);
	}
	if (!*left.at && !*right.at)
		return true;
	/* a raw driver that crashed is no measure for what comes after */
	if (strncmp(left.at, "the process ", 12) == 0)
		return true;
	if ((flags & GH_MAY_REFUSE) && !getenv("GH_ODBC_STRICT") && is_refusal(right_text, right))
		return true;
	gh_tap_note("first difference:");
	show_context(left_text, left.number);
	show_from("raw     ", left);
	show_from("governed", right);
	return false;
}
