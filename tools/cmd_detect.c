/*
 * gatehouse detect: what the detectors say of columns and texts, one JSON object
 * a line.  doc/detect.md describes the format, which is public.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_detect.h"
#include "gatehouse/detect.h"
#include "json_read.h"

static const char detect_help[] =
	"Usage: gatehouse detect --jsonl [FILE]\n"
	"\n"
	"Tells whether columns hold sensitive data, and where it stands in texts.\n"
	"Each line of FILE, or of standard input, is a JSON object:\n"
	"\n"
	"  {\"id\": ..., \"table\": ..., \"column\": ..., \"sql_type\": ..., \"values\": [...]}\n"
	"  {\"id\": ..., \"text\": ...}\n"
	"\n"
	"and gives one line of output, in the same order.  No database is asked, and\n"
	"nothing of the values is kept or printed.\n"
	"\n"
	"The format is described in detect.md.\n"
	"Exit code: 0 all lines were judged, 1 some were malformed, 3 wrong usage.\n";

#define ARENA_MAX   ((size_t)1 << 30)
#define FOUND_FIRST 256

/* ---- ids -------------------------------------------------------------------- */

/* The id as it was written; "null" where there is none. */
static struct gh_span id_of(const struct gh_json_value *line)
{
	const struct gh_json_value *id = gh_json_member(line, "id");

	return id == NULL ? GH_SPAN_LITERAL("null") : id->raw;
}

/* How long the text or word at the beginning is. */
static size_t id_length(struct gh_span text)
{
	bool quoted = text.length > 0 && text.bytes[0] == '"';
	size_t length = quoted;

	for (; length < text.length; length++) {
		if (!quoted && strchr(",} \t]", text.bytes[length]) != NULL)
			return length;
		if (quoted && text.bytes[length] == '"')
			return length + 1;
		length += quoted && text.bytes[length] == '\\';
	}
	return text.length;
}

/* The id of a line that is no JSON: what follows its first "id":, if that can be read. */
static struct gh_span id_of_broken(struct gh_span text, struct gh_arena *arena)
{
	static const char key[] = "\"id\"";
	const char *at = memmem(text.bytes, text.length, key, sizeof(key) - 1);
	const char *end = text.bytes + text.length;
	struct gh_json_value *value = NULL;
	struct gh_span id;

	if (at == NULL)
		return GH_SPAN_LITERAL("null");
	at += sizeof(key) - 1;
	while (at < end && (*at == ' ' || *at == '\t' || *at == ':'))
		at++;
	id = (struct gh_span){ at, (size_t)(end - at) };
	id.length = id_length(id);
	if (gh_json_read(arena, id, &value, NULL) != GH_OK || value->kind == GH_JSON_LIST ||
	    value->kind == GH_JSON_OBJECT)
		return GH_SPAN_LITERAL("null");
	return id;
}

static void begin(struct gh_buf *out, struct gh_span id)
{
	(void)gh_buf_append_text(out, "{\"id\":");
	(void)gh_buf_append(out, id.bytes, id.length);
}

static void refuse(struct gh_buf *out, struct gh_span id, const char *why)
{
	gh_buf_reset(out);
	begin(out, id);
	(void)gh_buf_append_text(out, ",\"error\":");
	(void)gh_json_text(out, why);
	(void)gh_buf_append_char(out, '}');
}

/* ---- columns ------------------------------------------------------------------- */

static size_t size_of(const char *type)
{
	const char *open = type == NULL ? NULL : strchr(type, '(');

	return open == NULL ? 0 : strtoul(open + 1, NULL, 10);
}

static void add_values(struct gh_detect_column *column, const struct gh_json_value *values)
{
	for (const struct gh_json_value *v = values->first; v != NULL; v = v->next) {
		struct gh_span text =
			v->kind == GH_JSON_TEXT ? (struct gh_span){ v->text, v->length } : v->raw;
		struct gh_detect_value value = gh_detect_text(text);

		if (v->kind != GH_JSON_NULL)
			gh_detect_column_add(column, &value);
	}
}

static void show_verdict(struct gh_buf *out, const struct gh_detect_verdict *verdict)
{
	if (verdict->state != GH_DETECT_SENSITIVE) {
		(void)gh_buf_append_text(out, ",\"sensitive\":false,\"class\":null,\"family\":null,"
					      "\"tier\":null,\"confidence\":0}");
		return;
	}
	(void)gh_buf_printf(
		out,
		",\"sensitive\":true,\"class\":\"%s\",\"family\":\"%s\",\"tier\":\"%s\","
		"\"confidence\":0.%03u}",
		gh_detect_class_name(verdict->class), gh_detect_family_name(verdict->family),
		gh_detect_tier_name(verdict->tier), verdict->confidence);
}

static enum gh_status judge_column(const struct gh_json_value *line, struct gh_buf *out,
				   struct gh_error *err)
{
	const struct gh_json_value *values = gh_json_member(line, "values");
	const char *type = gh_json_member_text(line, "sql_type");
	struct gh_detect_about about = { gh_json_member_text(line, "column"),
					 gh_json_member_text(line, "table"),
					 gh_detect_kind_named(type), size_of(type) };
	struct gh_detect_column *column = NULL;
	struct gh_detect_verdict verdict;
	enum gh_status status;

	if (values->kind != GH_JSON_LIST)
		return gh_fail(err, GH_E_FORMAT, "\"values\" is no list");
	status = gh_detect_column_new(&about, &column, err);
	if (status != GH_OK)
		return status;
	add_values(column, values);
	gh_detect_column_verdict(column, GH_DETECT_END, &verdict);
	begin(out, id_of(line));
	show_verdict(out, &verdict);
	gh_detect_column_free(column);
	return GH_OK;
}

/* ---- texts ------------------------------------------------------------------------ */

/* All spans of a text; caller frees with free(). */
static enum gh_status all_spans(struct gh_span text, struct gh_detect_found **out, size_t *count,
				struct gh_error *err)
{
	size_t room = FOUND_FIRST;
	struct gh_detect_found *found = NULL;

	for (;;) {
		free(found);
		found = calloc(room, sizeof(*found));
		if (found == NULL)
			return gh_fail(err, GH_E_MEMORY, "no memory for spans");
		*count = gh_detect_spans(text, found, room);
		if (*count <= room)
			break;
		room = *count;
	}
	*out = found;
	return GH_OK;
}

static size_t points(struct gh_span text, size_t from, size_t to)
{
	return gh_utf8_count((struct gh_span){ text.bytes + from, to - from });
}

static enum gh_status judge_text(const struct gh_json_value *line, struct gh_buf *out,
				 struct gh_error *err)
{
	const struct gh_json_value *value = gh_json_member(line, "text");
	struct gh_span text = { value->text, value->length };
	struct gh_detect_found *found = NULL;
	size_t count = 0, at = 0, point = 0;
	enum gh_status status = GH_OK;

	if (value->kind == GH_JSON_TEXT)
		status = all_spans(text, &found, &count, err);
	else if (value->kind != GH_JSON_NULL)
		status = gh_fail(err, GH_E_FORMAT, "\"text\" is no text");
	if (status != GH_OK)
		return status;
	begin(out, id_of(line));
	(void)gh_buf_append_text(out, ",\"spans\":[");
	for (size_t i = 0; i < count; i++) {
		size_t start = point + points(text, at, found[i].start);

		point = start + points(text, found[i].start, found[i].end);
		at = found[i].end;
		(void)gh_buf_printf(
			out, "%s{\"start\":%zu,\"end\":%zu,\"class\":\"%s\",\"family\":\"%s\"}",
			i > 0 ? "," : "", start, point, gh_detect_class_name(found[i].class),
			gh_detect_family_name(found[i].family));
	}
	(void)gh_buf_append_text(out, "]}");
	free(found);
	return GH_OK;
}

/* ---- lines --------------------------------------------------------------------------- */

static enum gh_status judge(const struct gh_json_value *line, struct gh_buf *out,
			    struct gh_error *err)
{
	bool values = gh_json_member(line, "values") != NULL;
	bool text = gh_json_member(line, "text") != NULL;

	if (line->kind != GH_JSON_OBJECT)
		return gh_fail(err, GH_E_FORMAT, "the line is no JSON object");
	if (values == text)
		return gh_fail(err, GH_E_FORMAT,
			       values ? "\"values\" and \"text\" exclude each other"
				      : "\"values\" or \"text\" is missing");
	return values ? judge_column(line, out, err) : judge_text(line, out, err);
}

/* A line that can't be judged is an answer too, so that lines go on matching. */
static bool one_line(struct gh_span text, struct gh_arena *arena, struct gh_buf *out)
{
	struct gh_json_value *line = NULL;
	struct gh_error err = { 0 };
	enum gh_status status = gh_json_read(arena, text, &line, &err);

	if (status != GH_OK) {
		refuse(out, id_of_broken(text, arena), err.text);
		return false;
	}
	status = judge(line, out, &err);
	if (status == GH_OK)
		status = gh_buf_status(out, &err);
	if (status != GH_OK)
		refuse(out, id_of(line), err.text);
	return status == GH_OK;
}

static bool is_blank(struct gh_span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (strchr(" \t\r", text.bytes[i]) == NULL || text.bytes[i] == '\0')
			return false;
	return true;
}

static int all_lines(FILE *stream)
{
	struct gh_arena *arena = NULL;
	struct gh_buf out;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int result = GH_TOOL_OK;

	if (gh_arena_new(ARENA_MAX, &arena) != GH_OK)
		return GH_TOOL_USAGE;
	gh_buf_init(&out, 0);
	while ((length = getline(&line, &room, stream)) > 0) {
		struct gh_span text = { line, (size_t)length - (line[length - 1] == '\n') };

		if (is_blank(text))
			continue;
		if (!one_line(text, arena, &out))
			result = GH_TOOL_FAILED;
		if (!gh_tool_print(&out))
			result = GH_TOOL_FAILED;
		gh_buf_reset(&out);
		gh_arena_reset(arena);
	}
	if (ferror(stream)) {
		gh_tool_complain("the input can't be read to its end");
		result = GH_TOOL_USAGE;
	}
	free(line);
	gh_buf_clear(&out);
	gh_arena_free(arena);
	return result;
}

static int run(int count, char **arguments)
{
	bool lines = false;
	const char *room[1] = { NULL };
	struct gh_tool_words words = { room, 1, 0 };
	const struct gh_tool_option options[] = { { "--jsonl", NULL, &lines },
						  { NULL, NULL, NULL } };
	FILE *stream = stdin;
	int result;

	if (!gh_tool_options(count, arguments, options, &words))
		return GH_TOOL_USAGE;
	if (!lines) {
		gh_tool_complain("--jsonl is missing; try --help");
		return GH_TOOL_USAGE;
	}
	if (room[0] != NULL)
		stream = fopen(room[0], "re");
	if (stream == NULL) {
		gh_tool_complain("%s can't be opened", room[0]);
		return GH_TOOL_USAGE;
	}
	result = all_lines(stream);
	if (stream != stdin)
		fclose(stream);
	return result;
}

/* lint: table */
const struct gh_tool_command gh_tool_detect_commands[] = {
	{ NULL, "detect", "sensitive data in values and texts", detect_help, run },
	{ NULL, NULL, NULL, NULL, NULL },
};
