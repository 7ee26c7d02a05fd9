/*
 * The lexer's strings and quoted names: what opens them, what escapes in them,
 * where they end, and the name that is meant.
 */
#include <string.h>

#include "internal.h"

enum escapes { ESCAPES_NONE, ESCAPES_BACKSLASH };

/* Moves behind the closing quote; a doubled quote is a quote. */
static enum gh_status skip_quoted(struct gh_sql_lexer *lexer, char close, enum escapes escapes)
{
	size_t start = lexer->at++;

	for (;;) {
		unsigned char c = gh_sql_lexer_byte(lexer, 0);

		if (c == 0)
			return gh_sql_lexer_broken(lexer, start, "unterminated literal or name");
		lexer->at++;
		if (c == '\\' && escapes == ESCAPES_BACKSLASH) {
			if (gh_sql_lexer_byte(lexer, 0) == 0)
				return gh_sql_lexer_broken(lexer, start, "unterminated literal");
			lexer->at++;
		} else if (c == (unsigned char)close) {
			if (gh_sql_lexer_byte(lexer, 0) != (unsigned char)close)
				return GH_OK;
			lexer->at++;
		}
	}
}

static bool has_backslash(const struct gh_sql_lexer *lexer, char close)
{
	const char *rest = lexer->text.bytes + lexer->at + 1;
	size_t length = lexer->text.length - lexer->at - 1;
	const char *end = memchr(rest, close, length);

	return memchr(rest, '\\', end == NULL ? length : (size_t)(end - rest)) != NULL;
}

/*
 * A string with the modes' escapes.  Where it holds no backslash before its
 * first quote the mode does not matter so far, and a doubled quote continues it.
 */
static enum gh_status skip_string(struct gh_sql_lexer *lexer, char quote)
{
	for (;;) {
		enum escapes escapes = ESCAPES_NONE;
		enum gh_status status;
		size_t start = lexer->at;
		const char *rest = lexer->text.bytes + start + 1;
		const char *end = memchr(rest, quote, lexer->text.length - start - 1);

		if (end != NULL && !has_backslash(lexer, quote)) {
			lexer->at = (size_t)(end - lexer->text.bytes) + 1;
			if (gh_sql_lexer_byte(lexer, 0) != (unsigned char)quote)
				return GH_OK;
			continue; /* at the second of two quotes, as at an opening one */
		}
		if (gh_sql_lexer_mode(lexer, GH_SQL_MODE_BACKSLASH))
			escapes = ESCAPES_BACKSLASH;
		status = skip_quoted(lexer, quote, escapes);
		return status;
	}
}

static enum gh_status emit_string(struct gh_sql_lexer *lexer, size_t start)
{
	return gh_sql_lexer_emit(lexer, start, GH_SQL_TOKEN_STRING, (struct gh_span){ 0 });
}

static enum gh_status plain_string(struct gh_sql_lexer *lexer, size_t prefix)
{
	size_t start = lexer->at;
	enum gh_status status;

	lexer->at += prefix;
	status = skip_string(lexer, '\'');
	return status == GH_OK ? emit_string(lexer, start) : status;
}

/* True if the string goes on after a line feed: then in the same escape mode. */
static bool continues(struct gh_sql_lexer *lexer, enum gh_status *status)
{
	size_t end = lexer->at;

	*status = gh_sql_lexer_blank(lexer);
	if (*status == GH_OK && gh_sql_lexer_byte(lexer, 0) == '\'' &&
	    memchr(lexer->text.bytes + end, '\n', lexer->at - end) != NULL)
		return true;
	if (*status == GH_OK && gh_sql_lexer_byte(lexer, 0) == '\'' &&
	    memchr(lexer->text.bytes + end, '\r', lexer->at - end) != NULL)
		return true;
	lexer->at = end;
	return false;
}

/* PostgreSQL: E'..' and what follows on later lines. */
static enum gh_status escape_string(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at++;
	enum gh_status status = GH_OK;

	do {
		status = skip_quoted(lexer, '\'', ESCAPES_BACKSLASH);
		if (status != GH_OK)
			return status;
	} while (continues(lexer, &status));
	return status == GH_OK ? emit_string(lexer, start) : status;
}

/* Oracle: q'[..]', where the closing byte mirrors the opening one. */
static enum gh_status q_string(struct gh_sql_lexer *lexer, size_t prefix)
{
	static const char pairs[] = "[](){}<>";
	size_t start = lexer->at;
	char open = (char)gh_sql_lexer_byte(lexer, prefix + 1);
	const char *pair = open == '\0' ? NULL : strchr("[({<", open);
	char close = pair == NULL ? open : strchr(pairs, open)[1];

	if (open == '\0' || (unsigned char)open >= 0x80)
		return gh_sql_lexer_broken(lexer, start, "unterminated literal");
	lexer->at += prefix + 2;
	while (gh_sql_lexer_byte(lexer, 0) != (unsigned char)close ||
	       gh_sql_lexer_byte(lexer, 1) != '\'') {
		if (gh_sql_lexer_byte(lexer, 0) == 0)
			return gh_sql_lexer_broken(lexer, start, "unterminated literal");
		lexer->at++;
	}
	lexer->at += 2;
	return emit_string(lexer, start);
}

/* ---- names --------------------------------------------------------------- */

/* The name without its quotes; a doubled closing quote stands for one. */
static struct gh_span unquote(struct gh_sql_lexer *lexer, size_t start, char close)
{
	struct gh_span raw = { lexer->text.bytes + start + 1, lexer->at - start - 2 };
	char *name;
	size_t length = 0;

	if (memchr(raw.bytes, close, raw.length) == NULL)
		return raw;
	name = gh_arena_text(lexer->arena, raw);
	if (name == NULL)
		return (struct gh_span){ 0 };
	for (size_t i = 0; i < raw.length; i++) {
		name[length++] = raw.bytes[i];
		if (raw.bytes[i] == close)
			i++;
	}
	return (struct gh_span){ name, length };
}

static enum gh_status emit_name(struct gh_sql_lexer *lexer, size_t start, struct gh_span name)
{
	enum gh_status status;

	if (name.bytes == NULL)
		return gh_fail(lexer->err, GH_E_MEMORY, "no memory for a name");
	if (name.length == 0)
		return gh_sql_lexer_emit(lexer, start, GH_SQL_TOKEN_ODD, (struct gh_span){ 0 });
	status = gh_sql_lexer_emit(lexer, start, GH_SQL_TOKEN_NAME, name);
	if (status == GH_OK && lexer->text.bytes[start] == '"')
		lexer->out->items[lexer->out->count - 1].flags |= GH_SQL_TOKEN_DOUBLE;
	return status;
}

static enum gh_status quoted_name(struct gh_sql_lexer *lexer, char close)
{
	size_t start = lexer->at;
	enum escapes escapes = ESCAPES_NONE;
	enum gh_status status;

	if (close != ']' && has_backslash(lexer, close) &&
	    gh_sql_lexer_mode(lexer, GH_SQL_MODE_NAME_ESCAPE))
		escapes = ESCAPES_BACKSLASH;
	status = skip_quoted(lexer, close, escapes);
	return status == GH_OK ? emit_name(lexer, start, unquote(lexer, start, close)) : status;
}

/* BigQuery: three quotes at `ahead` open a string that holds single ones. */
static bool opens_triple(struct gh_sql_lexer *lexer, size_t ahead)
{
	unsigned char c = gh_sql_lexer_byte(lexer, ahead);

	return (c == '\'' || c == '"') && gh_sql_lexer_byte(lexer, ahead + 1) == c &&
	       gh_sql_lexer_byte(lexer, ahead + 2) == c &&
	       gh_sql_lexer_mode(lexer, GH_SQL_MODE_TRIPLE);
}

static enum gh_status triple_string(struct gh_sql_lexer *lexer, size_t prefix,
				    enum escapes escapes)
{
	size_t start = lexer->at;
	unsigned char quote = gh_sql_lexer_byte(lexer, prefix);

	lexer->at += prefix + 3;
	while (gh_sql_lexer_byte(lexer, 0) != quote || gh_sql_lexer_byte(lexer, 1) != quote ||
	       gh_sql_lexer_byte(lexer, 2) != quote) {
		lexer->at += gh_sql_lexer_byte(lexer, 0) == '\\' && escapes != ESCAPES_NONE ? 2 : 1;
		if (lexer->at >= lexer->text.length)
			return gh_sql_lexer_broken(lexer, start, "unterminated literal");
	}
	lexer->at += 3;
	return emit_string(lexer, start);
}

/* r'..', and BigQuery's rb'..' and br'..': a backslash hides a quote and stays. */
static enum gh_status raw_string(struct gh_sql_lexer *lexer, size_t prefix)
{
	size_t start = lexer->at;
	bool hides = gh_sql_lexer_mode(lexer, GH_SQL_MODE_TRIPLE);
	enum escapes escapes = hides ? ESCAPES_BACKSLASH : ESCAPES_NONE;
	enum gh_status status;

	if (opens_triple(lexer, prefix))
		return triple_string(lexer, prefix, escapes);
	lexer->at += prefix;
	status = skip_quoted(lexer, (char)gh_sql_lexer_byte(lexer, 0), escapes);
	return status == GH_OK ? emit_string(lexer, start) : status;
}

static enum gh_status double_quoted(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at;
	enum gh_status status;

	if (!gh_sql_lexer_mode(lexer, GH_SQL_MODE_DQ_STRING))
		return quoted_name(lexer, '"');
	if (opens_triple(lexer, 0))
		return triple_string(lexer, 0, ESCAPES_BACKSLASH);
	status = skip_string(lexer, '"');
	return status == GH_OK ? emit_string(lexer, start) : status;
}

/* [x] ends at the first bracket, or at the first single one. */
static enum gh_status bracket_name(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at;
	const char *end;

	if (gh_sql_lexer_mode(lexer, GH_SQL_MODE_BRACKET_TWICE))
		return quoted_name(lexer, ']');
	end = memchr(lexer->text.bytes + start, ']', lexer->text.length - start);
	if (end == NULL)
		return gh_sql_lexer_broken(lexer, start, "unterminated name");
	lexer->at = (size_t)(end - lexer->text.bytes) + 1;
	return emit_name(lexer, start,
			 (struct gh_span){ lexer->text.bytes + start + 1, lexer->at - start - 2 });
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Reads \XXXX or \+XXXXXX behind the backslash; moves *at; -1 if malformed. */
static int32_t unicode_escape(struct gh_span raw, size_t *at)
{
	size_t count = 4;
	int32_t value = 0;

	if (*at < raw.length && raw.bytes[*at] == '+') {
		count = 6;
		(*at)++;
	}
	for (size_t i = 0; i < count; i++, (*at)++) {
		int digit = *at < raw.length ? hex_value(raw.bytes[*at]) : -1;

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* The decoded name; false where an escape is malformed or a surrogate. */
static bool decode_unicode(struct gh_span raw, struct gh_buf *out)
{
	size_t at = 0;

	while (at < raw.length) {
		char c = raw.bytes[at++];
		int32_t point;

		if (c != '\\') {
			gh_buf_append_char(out, c);
		} else if (at < raw.length && raw.bytes[at] == '\\') {
			gh_buf_append_char(out, raw.bytes[at++]);
		} else {
			point = unicode_escape(raw, &at);
			if (point < 0x20 || (point >= 0xD800 && point <= 0xDFFF) ||
			    gh_utf8_append(out, (uint32_t)point) != GH_OK)
				return false;
		}
	}
	return true;
}

/* U&"\0073sn"; UESCAPE is a reserved word, so that the parser refuses it. */
static enum gh_status unicode_name(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at;
	struct gh_buf decoded;
	enum gh_status status;
	struct gh_span name;

	lexer->at += 2;
	status = skip_quoted(lexer, '"', ESCAPES_NONE);
	if (status != GH_OK)
		return status;
	name = unquote(lexer, start + 2, '"');
	gh_buf_init(&decoded, GH_SQL_MAX_TEXT);
	if (!decode_unicode(name, &decoded)) {
		status = gh_sql_lexer_fail(lexer, start, "malformed Unicode escape");
	} else {
		name.length = decoded.length;
		name.bytes = gh_arena_text(lexer->arena, gh_buf_span(&decoded));
		status = emit_name(lexer, start, name);
	}
	gh_buf_clear(&decoded);
	return status;
}

/* ---- dollar quotes ------------------------------------------------------- */

/* Length of $tag$ here; 0: there is none. */
static size_t dollar_tag(struct gh_sql_lexer *lexer)
{
	size_t length = 1;
	unsigned char c = gh_sql_lexer_byte(lexer, 1);

	if (gh_sql_word_start(c))
		while (gh_sql_word_byte(c) && c != '$')
			c = gh_sql_lexer_byte(lexer, ++length);
	return c == '$' ? length + 1 : 0;
}

static enum gh_status dollar_string(struct gh_sql_lexer *lexer, size_t tag)
{
	size_t start = lexer->at;
	const char *opening = lexer->text.bytes + start;

	lexer->at += tag;
	while (lexer->text.length - lexer->at >= tag) {
		if (memcmp(lexer->text.bytes + lexer->at, opening, tag) == 0) {
			lexer->at += tag;
			return emit_string(lexer, start);
		}
		lexer->at++;
	}
	return gh_sql_lexer_broken(lexer, start, "unterminated dollar quote");
}

/* ---- what is here? ------------------------------------------------------- */

/* One letter and a quote: E'..', Q'..', N'..', X'..', B'..'. */
static enum gh_status prefixed_by_one(struct gh_sql_lexer *lexer, bool *found)
{
	unsigned char c = gh_sql_lexer_byte(lexer, 0) | 0x20;

	*found = true;
	if (c == 'e' && gh_sql_lexer_mode(lexer, GH_SQL_MODE_ESCAPE_STRING))
		return escape_string(lexer);
	if (c == 'q' && gh_sql_lexer_mode(lexer, GH_SQL_MODE_QUOTE_STRING))
		return q_string(lexer, 1);
	if (c == 'n' && gh_sql_lexer_mode(lexer, GH_SQL_MODE_NATIONAL))
		return plain_string(lexer, 1);
	if ((c == 'x' || c == 'b') && gh_sql_lexer_mode(lexer, GH_SQL_MODE_BITS))
		return plain_string(lexer, 1);
	*found = false;
	return GH_OK;
}

/* r'..', r"..", b"..", rb'..', br'..' */
static enum gh_status raw_or_bytes(struct gh_sql_lexer *lexer, bool *found)
{
	unsigned char c = gh_sql_lexer_byte(lexer, 0) | 0x20;
	unsigned char next = gh_sql_lexer_byte(lexer, 1) | 0x20;
	bool both = next != c && (next == 'r' || next == 'b');
	unsigned char quote = gh_sql_lexer_byte(lexer, both ? 2 : 1);

	*found = false;
	if ((quote != '\'' && quote != '"') || !gh_sql_lexer_mode(lexer, GH_SQL_MODE_RAW))
		return GH_OK;
	*found = true;
	if (both || c == 'r')
		return raw_string(lexer, both ? 2 : 1);
	if (opens_triple(lexer, 1))
		return triple_string(lexer, 1, ESCAPES_BACKSLASH);
	lexer->at++;
	return quote == '"' ? double_quoted(lexer) : plain_string(lexer, 0);
}

/* Letters in front of a quote, which the modes may make part of the string. */
static enum gh_status prefixed(struct gh_sql_lexer *lexer, bool *found)
{
	unsigned char c = gh_sql_lexer_byte(lexer, 0) | 0x20;
	unsigned char next = gh_sql_lexer_byte(lexer, 1);
	unsigned char third = gh_sql_lexer_byte(lexer, 2);

	*found = true;
	if (c == 'u' && next == '&' && (third == '"' || third == '\'') &&
	    gh_sql_lexer_mode(lexer, GH_SQL_MODE_UNICODE))
		return third == '"' ? unicode_name(lexer) : plain_string(lexer, 2);
	if (c == 'n' && (next | 0x20) == 'q' && third == '\'' &&
	    gh_sql_lexer_mode(lexer, GH_SQL_MODE_QUOTE_STRING))
		return q_string(lexer, 2);
	if (next == '\'')
		return prefixed_by_one(lexer, found);
	*found = false;
	return GH_OK;
}

static bool prefix_letter(unsigned char c)
{
	return c != 0 && strchr("uUnNeEqQxXbBrR", c) != NULL;
}

/* $tag$..$tag$, or $$..$$ only. */
static enum gh_status dollar_quoted(struct gh_sql_lexer *lexer, bool *found)
{
	size_t tag = dollar_tag(lexer);

	*found = tag > 0 && (gh_sql_lexer_mode(lexer, GH_SQL_MODE_DOLLAR_QUOTE) ||
			     (tag == 2 && gh_sql_lexer_mode(lexer, GH_SQL_MODE_DOLLAR_PAIR)));
	return *found ? dollar_string(lexer, tag) : GH_OK;
}

static enum gh_status single_quoted(struct gh_sql_lexer *lexer)
{
	if (opens_triple(lexer, 0))
		return triple_string(lexer, 0, ESCAPES_BACKSLASH);
	return plain_string(lexer, 0);
}

static enum gh_status lettered(struct gh_sql_lexer *lexer, bool *found)
{
	unsigned char c = gh_sql_lexer_byte(lexer, 0) | 0x20;
	enum gh_status status = GH_OK;

	*found = false;
	if (c == 'r' || c == 'b')
		status = raw_or_bytes(lexer, found);
	return *found || status != GH_OK ? status : prefixed(lexer, found);
}

enum gh_status gh_sql_lexer_quoted(struct gh_sql_lexer *lexer, bool *found)
{
	unsigned char c = gh_sql_lexer_byte(lexer, 0);

	*found = true;
	if (c == '\'')
		return single_quoted(lexer);
	if (c == '"')
		return double_quoted(lexer);
	if (c == '`' && gh_sql_lexer_mode(lexer, GH_SQL_MODE_BACKTICK))
		return quoted_name(lexer, '`');
	if (c == '[' && gh_sql_lexer_mode(lexer, GH_SQL_MODE_BRACKET))
		return bracket_name(lexer);
	if (c == '$')
		return dollar_quoted(lexer, found);
	if (prefix_letter(c))
		return lettered(lexer, found);
	*found = false;
	return GH_OK;
}
