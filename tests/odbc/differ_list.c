/* Lists of calls, and their form as text: what a failure prints can be played again. */
#include "differ.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gh_calls_add(struct gh_calls *calls, const struct gh_call *call)
{
	if (calls->count == calls->capacity) {
		size_t capacity = calls->capacity ? 2 * calls->capacity : 64;
		struct gh_call *items = realloc(calls->items, capacity * sizeof(*items));

		if (!items)
			return;
		calls->items = items;
		calls->capacity = capacity;
	}
	calls->items[calls->count++] = *call;
}

void gh_calls_append(struct gh_calls *calls, const struct gh_calls *more)
{
	for (size_t i = 0; i < more->count; i++)
		gh_calls_add(calls, &more->items[i]);
}

void gh_calls_clear(struct gh_calls *calls)
{
	free(calls->items);
	*calls = (struct gh_calls){ 0 };
}

/* ---- writing --------------------------------------------------------------------- */

static void explain(const char *argument, long value, struct gh_buf *out)
{
	if (strcmp(argument, "sql") == 0 && (size_t)value < gh_sql_count)
		gh_buf_printf(out, " # %s", gh_sqls[value].text);
	else if (strcmp(argument, "c_type") == 0)
		gh_buf_printf(out, " # SQL_C_%s", gh_c_type_name((SQLSMALLINT)value));
	else if ((strcmp(argument, "table") == 0 || strcmp(argument, "pattern") == 0) &&
		 (size_t)value < gh_pattern_count)
		gh_buf_printf(out, " # %s", gh_patterns[value] ? gh_patterns[value] : "NULL");
}

void gh_call_print(const struct gh_call *call, struct gh_buf *out)
{
	const struct gh_shape *shape = &gh_shapes[call->kind];

	gh_buf_printf(out, "%s %s statement=%d", shape->name, call->width == GH_WIDE ? "W" : "A",
		      call->slot);
	for (int i = 0; i < GH_ARGUMENTS && shape->arguments[i].name; i++) {
		if (shape->arguments[i].pool->count > 0)
			gh_buf_printf(out, " %s=%ld", shape->arguments[i].name,
				      call->arguments[i]);
	}
	for (int i = 0; i < GH_ARGUMENTS && shape->arguments[i].name; i++)
		explain(shape->arguments[i].name, call->arguments[i], out);
}

void gh_calls_print(const struct gh_calls *calls, const char *prefix)
{
	struct gh_buf line;

	gh_buf_init(&line, 0);
	for (size_t i = 0; i < calls->count; i++) {
		gh_buf_reset(&line);
		gh_call_print(&calls->items[i], &line);
		printf("%s%s\n", prefix, line.bytes ? line.bytes : "");
	}
	gh_buf_clear(&line);
}

/* ---- reading ------------------------------------------------------------------------ */

static bool find_kind(struct gh_span name, enum gh_kind *kind)
{
	for (int i = 0; i < GH_KIND_COUNT; i++) {
		if (gh_span_equal(name, gh_span_from(gh_shapes[i].name))) {
			*kind = (enum gh_kind)i;
			return true;
		}
	}
	return false;
}

/* The next word of the line; empty at its end and before a '#'. */
static struct gh_span take_word(const char **at)
{
	struct gh_span word;

	while (**at == ' ' || **at == '\t')
		(*at)++;
	word.bytes = *at;
	word.length = **at == '#' ? 0 : strcspn(*at, " \t\n");
	*at += word.length;
	return word;
}

static long number_of(struct gh_span word)
{
	const char *equals = memchr(word.bytes, '=', word.length);

	return equals ? strtol(equals + 1, NULL, 10) : 0;
}

static bool parse_line(const char *line, struct gh_calls *calls)
{
	struct gh_call call = { 0 };
	const char *at = line;
	struct gh_span word = take_word(&at);
	int given = 0;

	if (word.length == 0)
		return true;
	if (!find_kind(word, &call.kind))
		return false;
	word = take_word(&at);
	call.width = gh_span_equal(word, GH_SPAN_LITERAL("W")) ? GH_WIDE : GH_ANSI;
	call.slot = (int)number_of(take_word(&at));
	while ((word = take_word(&at)).length > 0 && given < GH_ARGUMENTS)
		call.arguments[given++] = number_of(word);
	if (call.slot < 0 || call.slot >= GH_SLOTS)
		return false;
	gh_calls_add(calls, &call);
	return true;
}

bool gh_calls_parse(const char *text, struct gh_calls *calls)
{
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (!parse_line(line, calls)) {
			fprintf(stderr, "differ: what call is this: %.*s\n",
				(int)strcspn(line, "\n"), line);
			return false;
		}
	}
	return true;
}
