/*
 * A strict reader of JSON: whole texts only, bounded depth, UTF-8 checked.
 */
#include "json_read.h"

#include <string.h>

enum { MAX_DEPTH = 32 };

struct reader {
	struct gh_arena *arena;
	struct gh_span text;
	size_t at;
	unsigned depth;
	struct gh_error *err;
};

static enum gh_status fail(struct reader *reader, const char *what)
{
	return gh_fail(reader->err, GH_E_FORMAT, "JSON: %s at byte %zu", what, reader->at);
}

static char byte(const struct reader *reader)
{
	return reader->at < reader->text.length ? reader->text.bytes[reader->at] : '\0';
}

static void blanks(struct reader *reader)
{
	while (byte(reader) != '\0' && strchr(" \t\r\n", byte(reader)) != NULL)
		reader->at++;
}

static bool take(struct reader *reader, char c)
{
	blanks(reader);
	if (byte(reader) != c)
		return false;
	reader->at++;
	return true;
}

/* ---- texts ----------------------------------------------------------------- */

/* Four hex digits; -1: they are none. */
static int32_t unit(struct reader *reader)
{
	uint8_t bytes[2];
	size_t length = sizeof(bytes);

	if (reader->text.length - reader->at < 4 ||
	    !gh_hex_decode((struct gh_span){ reader->text.bytes + reader->at, 4 }, bytes, &length))
		return -1;
	reader->at += 4;
	return bytes[0] << 8 | bytes[1];
}

/* \uXXXX, of which two may be one character. */
static enum gh_status unicode(struct reader *reader, struct gh_buf *out)
{
	int32_t high = unit(reader);
	int32_t low;

	if (high < 0 || (high >= 0xDC00 && high < 0xE000))
		return fail(reader, "malformed escape");
	if (high < 0xD800 || high > 0xDFFF)
		return gh_utf8_append(out, (uint32_t)high);
	if (byte(reader) != '\\' || reader->at + 1 >= reader->text.length ||
	    reader->text.bytes[reader->at + 1] != 'u')
		return fail(reader, "half a character");
	reader->at += 2;
	low = unit(reader);
	if (low < 0xDC00 || low > 0xDFFF)
		return fail(reader, "half a character");
	return gh_utf8_append(out, 0x10000 + (((uint32_t)high - 0xD800) << 10) +
					   ((uint32_t)low - 0xDC00));
}

static enum gh_status escape(struct reader *reader, struct gh_buf *out)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	char c = byte(reader);
	const char *found = c == '\0' ? NULL : strchr(from, c);

	reader->at++;
	if (c == 'u')
		return unicode(reader, out);
	if (found == NULL)
		return fail(reader, "unknown escape");
	return gh_buf_append_char(out, to[found - from]);
}

static enum gh_status characters(struct reader *reader, struct gh_buf *out)
{
	enum gh_status status = GH_OK;

	while (status == GH_OK && byte(reader) != '"') {
		if (reader->at >= reader->text.length || (unsigned char)byte(reader) < 0x20)
			return fail(reader, "unterminated text");
		if (byte(reader) == '\\') {
			reader->at++;
			status = escape(reader, out);
		} else {
			status = gh_buf_append_char(out, byte(reader));
			reader->at++;
		}
	}
	reader->at++;
	return status;
}

/* Behind the opening quote. */
static enum gh_status text(struct reader *reader, const char **out, size_t *length)
{
	struct gh_buf decoded;
	enum gh_status status;

	gh_buf_init(&decoded, 0);
	status = characters(reader, &decoded);
	if (status == GH_OK) {
		*out = gh_arena_text(reader->arena, gh_buf_span(&decoded));
		*length = decoded.length;
		if (*out == NULL)
			status = gh_fail(reader->err, GH_E_MEMORY, "no memory for JSON");
	}
	gh_buf_clear(&decoded);
	return status;
}

/* ---- values ---------------------------------------------------------------- */

static enum gh_status value(struct reader *reader, struct gh_json_value **out);

static enum gh_status member(struct reader *reader, enum gh_json_kind kind,
			     struct gh_json_value **out)
{
	const char *name = NULL;
	size_t length = 0;
	enum gh_status status = GH_OK;

	if (kind == GH_JSON_OBJECT) {
		if (!take(reader, '"'))
			return fail(reader, "a name was expected");
		status = text(reader, &name, &length);
		if (status == GH_OK && !take(reader, ':'))
			return fail(reader, "':' was expected");
	}
	if (status == GH_OK)
		status = value(reader, out);
	if (status == GH_OK)
		(*out)->name = name;
	return status;
}

/* Behind the opening bracket. */
static enum gh_status members(struct reader *reader, struct gh_json_value *parent, char close)
{
	struct gh_json_value **last = &parent->first;
	enum gh_status status = GH_OK;

	if (++reader->depth > MAX_DEPTH)
		return fail(reader, "nested too deeply");
	if (!take(reader, close)) {
		do {
			status = member(reader, parent->kind, last);
			if (status != GH_OK)
				return status;
			last = &(*last)->next;
			parent->count++;
		} while (take(reader, ','));
		if (!take(reader, close))
			return fail(reader, "',' or a closing bracket was expected");
	}
	reader->depth--;
	return GH_OK;
}

static size_t digits(struct gh_span word, size_t at)
{
	size_t start = at;

	while (at < word.length && word.bytes[at] >= '0' && word.bytes[at] <= '9')
		at++;
	return at - start;
}

/* RFC 8259: no plus sign, no leading nought, digits on both sides of a point. */
static bool is_number(struct gh_span word)
{
	size_t at = word.length > 0 && word.bytes[0] == '-' ? 1 : 0;
	size_t whole = digits(word, at), part;

	if (whole == 0 || (whole > 1 && word.bytes[at] == '0'))
		return false;
	at += whole;
	if (at < word.length && word.bytes[at] == '.') {
		part = digits(word, at + 1);
		at += part + 1;
		if (part == 0)
			return false;
	}
	if (at < word.length && (word.bytes[at] | 32) == 'e') {
		at += at + 1 < word.length && strchr("+-", word.bytes[at + 1]) != NULL ? 2 : 1;
		part = digits(word, at);
		at += part;
		if (part == 0)
			return false;
	}
	return at == word.length;
}

/* true, false, null and numbers. */
static enum gh_status word(struct reader *reader, struct gh_json_value *out)
{
	size_t start = reader->at;
	struct gh_span all;

	while (byte(reader) != '\0' &&
	       strchr("+-.0123456789abcdefghijklmnopqrstuvwxyzE", byte(reader)) != NULL)
		reader->at++;
	all = (struct gh_span){ reader->text.bytes + start, reader->at - start };
	if (gh_span_equal(all, GH_SPAN_LITERAL("null")))
		return GH_OK;
	out->kind = GH_JSON_WORD;
	if (is_number(all) || gh_span_equal(all, GH_SPAN_LITERAL("true")) ||
	    gh_span_equal(all, GH_SPAN_LITERAL("false")))
		return GH_OK;
	reader->at = start;
	return fail(reader, "a value was expected");
}

static enum gh_status content(struct reader *reader, struct gh_json_value *out)
{
	if (take(reader, '"')) {
		out->kind = GH_JSON_TEXT;
		return text(reader, &out->text, &out->length);
	}
	if (take(reader, '[')) {
		out->kind = GH_JSON_LIST;
		return members(reader, out, ']');
	}
	if (take(reader, '{')) {
		out->kind = GH_JSON_OBJECT;
		return members(reader, out, '}');
	}
	return word(reader, out);
}

static enum gh_status value(struct reader *reader, struct gh_json_value **out)
{
	struct gh_json_value *result = gh_arena_alloc(reader->arena, sizeof(*result));
	enum gh_status status;
	size_t start;

	if (result == NULL)
		return gh_fail(reader->err, GH_E_MEMORY, "no memory for JSON");
	*out = result;
	blanks(reader);
	start = reader->at;
	status = content(reader, result);
	result->raw = (struct gh_span){ reader->text.bytes + start, reader->at - start };
	return status;
}

enum gh_status gh_json_read(struct gh_arena *arena, struct gh_span text_,
			    struct gh_json_value **out, struct gh_error *err)
{
	struct reader reader = { arena, text_, 0, 0, err };
	enum gh_status status;

	*out = NULL;
	if (!gh_utf8_valid(text_))
		return fail(&reader, "not UTF-8");
	status = value(&reader, out);
	blanks(&reader);
	if (status == GH_OK && reader.at != text_.length)
		status = fail(&reader, "more text behind the value");
	return status;
}

const struct gh_json_value *gh_json_member(const struct gh_json_value *object, const char *name)
{
	const struct gh_json_value *found = NULL;

	if (object == NULL || object->kind != GH_JSON_OBJECT)
		return NULL;
	for (found = object->first; found != NULL; found = found->next)
		if (strcmp(found->name, name) == 0)
			return found;
	return NULL;
}

const char *gh_json_member_text(const struct gh_json_value *object, const char *name)
{
	const struct gh_json_value *found = gh_json_member(object, name);

	return found == NULL || found->kind != GH_JSON_TEXT ? NULL : found->text;
}
