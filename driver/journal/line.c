/*
 * Reads a record back: checks that it is one JSON object (RFC 8259), and finds
 * members.  Never allocates while checking; everything stays a span of the line.
 */
#include <string.h>

#include "internal.h"

enum { DEPTH = 16 };

struct cursor {
	const char *at;
	const char *end;
};

static void skip_space(struct cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

static bool take(struct cursor *c, char wanted)
{
	if (c->at >= c->end || *c->at != wanted)
		return false;
	c->at++;
	return true;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Behind a backslash. */
static bool scan_escape(struct cursor *c)
{
	if (c->at >= c->end || *c->at == '\0' || strchr("\"\\/bfnrtu", *c->at) == NULL)
		return false;
	if (*c->at++ != 'u')
		return true;
	for (int i = 0; i < 4; i++, c->at++)
		if (c->at >= c->end || !is_hex(*c->at))
			return false;
	return true;
}

static bool scan_string(struct cursor *c)
{
	if (!take(c, '"'))
		return false;
	while (c->at < c->end && *c->at != '"') {
		if ((unsigned char)*c->at < 0x20)
			return false;
		if (*c->at++ == '\\' && !scan_escape(c))
			return false;
	}
	return take(c, '"');
}

static bool scan_digits(struct cursor *c)
{
	const char *start = c->at;

	while (c->at < c->end && *c->at >= '0' && *c->at <= '9')
		c->at++;
	return c->at > start;
}

static bool scan_number(struct cursor *c)
{
	(void)take(c, '-');
	if (!take(c, '0') && !scan_digits(c))
		return false;
	if (take(c, '.') && !scan_digits(c))
		return false;
	if (c->at < c->end && (*c->at == 'e' || *c->at == 'E')) {
		c->at++;
		if (!take(c, '+'))
			(void)take(c, '-');
		return scan_digits(c);
	}
	return true;
}

static bool scan_word(struct cursor *c, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length) != 0)
		return false;
	c->at += length;
	return true;
}

static bool scan_scalar(struct cursor *c)
{
	if (c->at >= c->end)
		return false;
	if (*c->at == '"')
		return scan_string(c);
	if (*c->at == '-' || (*c->at >= '0' && *c->at <= '9'))
		return scan_number(c);
	return scan_word(c, "true") || scan_word(c, "false") || scan_word(c, "null");
}

static bool scan_key(struct cursor *c)
{
	skip_space(c);
	if (!scan_string(c))
		return false;
	skip_space(c);
	if (!take(c, ':'))
		return false;
	skip_space(c);
	return true;
}

/* The closing character of each open level, so that hostile nesting costs no memory. */
struct nesting {
	char closers[DEPTH];
	size_t depth;
};

/* A scalar, or the start of an object or array; *opened: of one that is not empty. */
static bool scan_start(struct cursor *c, struct nesting *nesting, bool *opened)
{
	char closer;

	*opened = false;
	skip_space(c);
	if (c->at == c->end || (*c->at != '{' && *c->at != '['))
		return scan_scalar(c);
	if (nesting->depth == DEPTH)
		return false;
	closer = *c->at++ == '{' ? '}' : ']';
	skip_space(c);
	*opened = !take(c, closer);
	if (*opened)
		nesting->closers[nesting->depth++] = closer;
	return true;
}

/* One value of any kind. */
static bool scan_value(struct cursor *c)
{
	struct nesting nesting = { .depth = 0 };
	size_t *depth = &nesting.depth;
	bool opened;

	for (;;) {
		if (!scan_start(c, &nesting, &opened))
			return false;
		skip_space(c);
		while (!opened && *depth > 0 && take(c, nesting.closers[*depth - 1])) {
			(*depth)--;
			skip_space(c);
		}
		if (*depth == 0)
			return true;
		if (!opened && !take(c, ','))
			return false;
		if (nesting.closers[*depth - 1] == '}' && !scan_key(c))
			return false;
	}
}

bool gh_journal_line_next(struct gh_span *rest, struct gh_span *key, struct gh_span *value)
{
	struct cursor c = { rest->bytes, rest->bytes + rest->length };
	bool object;

	*key = *value = (struct gh_span){ NULL, 0 };
	if (rest->length < 2 || memchr("{[,", *c.at, 3) == NULL)
		return false;
	object = *c.at == '{' || (*c.at == ',' && c.end[-1] == '}');
	c.at++;
	skip_space(&c);
	if (c.at < c.end && (*c.at == '}' || *c.at == ']'))
		return false;
	if (object) {
		key->bytes = c.at;
		if (!scan_string(&c))
			return false;
		key->length = (size_t)(c.at - key->bytes);
		skip_space(&c);
		if (!take(&c, ':'))
			return false;
		skip_space(&c);
	}
	value->bytes = c.at;
	if (!scan_value(&c))
		return false;
	value->length = (size_t)(c.at - value->bytes);
	skip_space(&c);
	*rest = (struct gh_span){ c.at, (size_t)(c.end - c.at) };
	return true;
}

/* Keys are compared as they are written: ours hold nothing that needs an escape. */
static bool is_key(struct gh_span key, const char *name)
{
	size_t length = strlen(name);

	return key.length == length + 2 && memcmp(key.bytes + 1, name, length) == 0;
}

static bool to_number(struct gh_span text, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9' || i > 18)
			return false;
		*out = *out * 10 + (uint64_t)(text.bytes[i] - '0');
	}
	return text.length > 0;
}

static struct gh_span unquoted(struct gh_span value)
{
	if (value.length < 2 || value.bytes[0] != '"')
		return (struct gh_span){ NULL, 0 };
	return (struct gh_span){ value.bytes + 1, value.length - 2 };
}

bool gh_journal_line_parse(struct gh_span line, struct gh_journal_line *out)
{
	struct gh_span rest = line, key, value;
	unsigned seen = 0;

	*out = (struct gh_journal_line){ 0 };
	if (line.length < 2 || line.bytes[0] != '{' || line.bytes[line.length - 1] != '}')
		return false;
	while (gh_journal_line_next(&rest, &key, &value)) {
		if (is_key(key, "v") && to_number(value, &out->version))
			seen |= 1;
		else if (is_key(key, "i") && to_number(value, &out->index))
			seen |= 2;
		else if (is_key(key, "event"))
			out->event = unquoted(value);
		else if (is_key(key, "session"))
			out->session = unquoted(value);
	}
	return seen == 3 && out->event.length > 0 && rest.length == 1;
}

struct gh_span gh_journal_line_member(struct gh_span line, const char *name)
{
	struct gh_span rest = line, key, value;

	while (gh_journal_line_next(&rest, &key, &value))
		if (is_key(key, name))
			return value;
	return (struct gh_span){ NULL, 0 };
}

static uint32_t hex4(const char *digits)
{
	uint32_t number = 0;

	for (int i = 0; i < 4; i++) {
		char c = digits[i];

		number = number << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
	}
	return number;
}

/* A \u escape at `at`, with its second half where it has one; characters used. */
static size_t append_unicode(const char *at, const char *end, struct gh_buf *out)
{
	uint32_t c = hex4(at + 2);
	size_t used = 6;

	if (c >= 0xD800 && c < 0xDC00 && end - at >= 12 && at[6] == '\\' && at[7] == 'u') {
		uint32_t low = hex4(at + 8);

		if (low >= 0xDC00 && low < 0xE000) {
			c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
			used = 12;
		}
	}
	if (c >= 0xD800 && c < 0xE000)
		c = 0xFFFD;
	(void)gh_utf8_append(out, c);
	return used;
}

bool gh_journal_line_text(struct gh_span value, struct gh_buf *out)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	struct gh_span text = unquoted(value);
	const char *at = text.bytes, *end = text.bytes + text.length;

	if (value.length < 2 || value.bytes[0] != '"')
		return false;
	while (at < end) {
		const char *found;

		if (*at != '\\') {
			(void)gh_buf_append_char(out, *at++);
		} else if (at[1] == 'u') {
			at += append_unicode(at, end, out);
		} else {
			found = strchr(from, at[1]);
			(void)gh_buf_append_char(out, found == NULL ? at[1] : to[found - from]);
			at += 2;
		}
	}
	return true;
}
