/*
 * Text to tokens: white space, comments, words, numbers, operators, markers.
 * Every choice between two readings is one mode bit, and each bit that was asked
 * is remembered, so that the caller knows which other readings there are.
 * Strings and quoted names are in quoted.c.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

unsigned char gh_sql_lexer_byte(const struct gh_sql_lexer *lexer, size_t ahead)
{
	if (ahead >= lexer->text.length - lexer->at)
		return 0;
	return (unsigned char)lexer->text.bytes[lexer->at + ahead];
}

bool gh_sql_lexer_mode(struct gh_sql_lexer *lexer, enum gh_sql_mode mode)
{
	lexer->asked |= (unsigned)mode;
	return (lexer->modes & (unsigned)mode) != 0;
}

enum gh_status gh_sql_lexer_fail(struct gh_sql_lexer *lexer, size_t at, const char *what)
{
	return gh_fail(lexer->err, GH_E_SQL_TEXT, "%s at byte %zu", what, at);
}

enum gh_status gh_sql_lexer_broken(struct gh_sql_lexer *lexer, size_t at, const char *what)
{
	lexer->out->broken = true;
	return gh_sql_lexer_fail(lexer, at, what);
}

bool gh_sql_word_start(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
}

static bool digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

bool gh_sql_word_byte(unsigned char c)
{
	return gh_sql_word_start(c) || digit(c) || c == '$';
}

static bool blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

enum gh_status gh_sql_lexer_emit(struct gh_sql_lexer *lexer, size_t start,
				 enum gh_sql_token_kind kind, struct gh_span name)
{
	struct gh_sql_tokens *out = lexer->out;
	struct gh_sql_token *token;

	if (out->count >= GH_SQL_MAX_TOKENS)
		return gh_sql_lexer_fail(lexer, start, "too many tokens");
	if (out->count + 1 >= out->capacity) {
		size_t capacity = out->capacity == 0 ? 48 : out->capacity * 2;

		token = gh_arena_alloc(lexer->arena, capacity * sizeof(*token));
		if (token == NULL)
			return gh_fail(lexer->err, GH_E_MEMORY, "no memory for tokens");
		if (out->count > 0)
			memcpy(token, out->items, out->count * sizeof(*token));
		out->items = token;
		out->capacity = capacity;
	}
	token = &out->items[out->count++];
	token->start = (uint32_t)start;
	token->length = (uint32_t)(lexer->at - start);
	token->kind = (uint8_t)kind;
	token->name = name;
	if (kind == GH_SQL_TOKEN_WORD)
		token->keyword = (uint16_t)gh_sql_keyword_find(name);
	if (kind >= GH_SQL_TOKEN_OPERATOR && token->length == 1)
		token->symbol = lexer->text.bytes[start];
	return GH_OK;
}

/* ---- comments ------------------------------------------------------------ */

/* A lone carriage return ends the comment for some targets only. */
static enum gh_status line_comment(struct gh_sql_lexer *lexer)
{
	unsigned char c = gh_sql_lexer_byte(lexer, 0);

	while (c != 0 && c != '\n') {
		if (c == '\r' && gh_sql_lexer_byte(lexer, 1) != '\n')
			return gh_sql_lexer_fail(lexer, lexer->at,
						 "carriage return in a comment");
		lexer->at++;
		c = gh_sql_lexer_byte(lexer, 0);
	}
	return GH_OK;
}

static enum gh_status block_comment(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at;
	unsigned depth = 1;

	lexer->at += 2;
	while (depth > 0) {
		unsigned char c = gh_sql_lexer_byte(lexer, 0);
		unsigned char next = gh_sql_lexer_byte(lexer, 1);

		if (c == 0)
			return gh_sql_lexer_broken(lexer, start, "unterminated comment");
		if (c == '*' && next == '/')
			depth--;
		else if (c == '/' && next == '*' &&
			 gh_sql_lexer_mode(lexer, GH_SQL_MODE_NESTED))
			depth++;
		else {
			lexer->at++;
			continue;
		}
		lexer->at += 2;
	}
	return GH_OK;
}

/* Code for this version of MySQL, or an older one, every server runs. */
enum { OLDEST_VERSION = 50503 };

/* Behind the opening of a comment that is code; 0: it is none. */
static size_t code_comment(struct gh_sql_lexer *lexer)
{
	size_t ahead = 2;
	unsigned version = 0;
	bool mariadb = gh_sql_lexer_byte(lexer, ahead) == 'M';

	ahead += mariadb ? 1 : 0;
	if (gh_sql_lexer_byte(lexer, ahead) != '!')
		return 0;
	if (!gh_sql_lexer_mode(lexer, GH_SQL_MODE_CODE_COMMENT))
		return 0;
	if (mariadb && !gh_sql_lexer_mode(lexer, GH_SQL_MODE_CODE_MARIADB))
		return 0;
	ahead++;
	for (unsigned i = 0; i < 6 && digit(gh_sql_lexer_byte(lexer, ahead)); i++, ahead++)
		version = version * 10 + (unsigned)(gh_sql_lexer_byte(lexer, ahead) - '0');
	if (version > OLDEST_VERSION && !gh_sql_lexer_mode(lexer, GH_SQL_MODE_CODE_VERSION))
		return 0;
	return ahead;
}

static enum gh_status slash_comment(struct gh_sql_lexer *lexer)
{
	size_t code = code_comment(lexer);

	if (lexer->in_code_comment)
		return gh_sql_lexer_fail(lexer, lexer->at, "comment in an executable comment");
	if (code == 0)
		return block_comment(lexer);
	lexer->in_code_comment = true;
	lexer->at += code;
	return GH_OK;
}

/* MySQL takes -- for a comment only before white space, control or the end. */
static bool dashes_begin_comment(struct gh_sql_lexer *lexer)
{
	unsigned char after;

	if (gh_sql_lexer_byte(lexer, 0) != '-' || gh_sql_lexer_byte(lexer, 1) != '-')
		return false;
	after = gh_sql_lexer_byte(lexer, 2);
	return after == 0 || blank(after) || !gh_sql_lexer_mode(lexer, GH_SQL_MODE_DASH_SPACE);
}

static bool hash_begins_comment(struct gh_sql_lexer *lexer)
{
	return gh_sql_lexer_byte(lexer, 0) == '#' &&
	       gh_sql_lexer_mode(lexer, GH_SQL_MODE_HASH_COMMENT);
}

static bool slashes_begin_comment(struct gh_sql_lexer *lexer)
{
	return gh_sql_lexer_byte(lexer, 0) == '/' && gh_sql_lexer_byte(lexer, 1) == '/' &&
	       gh_sql_lexer_mode(lexer, GH_SQL_MODE_SLASH_COMMENT);
}

static bool code_comment_ends(const struct gh_sql_lexer *lexer)
{
	return lexer->in_code_comment && gh_sql_lexer_byte(lexer, 0) == '*' &&
	       gh_sql_lexer_byte(lexer, 1) == '/';
}

enum gh_status gh_sql_lexer_blank(struct gh_sql_lexer *lexer)
{
	enum gh_status status = GH_OK;

	while (status == GH_OK) {
		unsigned char c = gh_sql_lexer_byte(lexer, 0);

		if (blank(c)) {
			lexer->at++;
		} else if (c == '/' && gh_sql_lexer_byte(lexer, 1) == '*') {
			status = slash_comment(lexer);
		} else if (dashes_begin_comment(lexer) || hash_begins_comment(lexer) ||
			   slashes_begin_comment(lexer)) {
			status = line_comment(lexer);
		} else if (code_comment_ends(lexer)) {
			lexer->in_code_comment = false;
			lexer->at += 2;
		} else {
			break;
		}
	}
	return status;
}

/* ---- words, numbers, operators ------------------------------------------- */

static struct gh_span text_from(const struct gh_sql_lexer *lexer, size_t start)
{
	return (struct gh_span){ lexer->text.bytes + start, lexer->at - start };
}

/* White space beyond ASCII separates words for some targets only. */
static bool odd_space(struct gh_span word)
{
	size_t offset = 0;
	int32_t c = gh_utf8_next(word, &offset);

	while (c >= 0) {
		if (c == 0x85 || c == 0xA0 || c == 0x1680 || c == 0x180E ||
		    (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F) ||
		    (c >= 0x205F && c <= 0x2064) || c == 0x3000 || c == 0xFEFF || c == 0xFF07)
			return true;
		c = gh_utf8_next(word, &offset);
	}
	return false;
}

static bool word_continues(struct gh_sql_lexer *lexer)
{
	unsigned char c = gh_sql_lexer_byte(lexer, 0);

	if (gh_sql_word_byte(c))
		return true;
	if (c == '#')
		return gh_sql_lexer_mode(lexer, GH_SQL_MODE_HASH_WORD);
	return c == '@' && gh_sql_lexer_mode(lexer, GH_SQL_MODE_AT_WORD);
}

static enum gh_status word(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at;
	bool wide = false;

	do {
		wide = wide || gh_sql_lexer_byte(lexer, 0) >= 0x80;
		lexer->at++;
	} while (word_continues(lexer));
	if (wide && odd_space(text_from(lexer, start)))
		return gh_sql_lexer_fail(lexer, start, "white space that is not ASCII");
	return gh_sql_lexer_emit(lexer, start, GH_SQL_TOKEN_WORD, text_from(lexer, start));
}

static void digits(struct gh_sql_lexer *lexer)
{
	while (digit(gh_sql_lexer_byte(lexer, 0)))
		lexer->at++;
}

static void exponent(struct gh_sql_lexer *lexer)
{
	unsigned char c = gh_sql_lexer_byte(lexer, 0);
	unsigned char next = gh_sql_lexer_byte(lexer, 1);
	size_t sign = next == '+' || next == '-' ? 1 : 0;

	if ((c != 'e' && c != 'E') || !digit(gh_sql_lexer_byte(lexer, 1 + sign)))
		return;
	lexer->at += 1 + sign;
	digits(lexer);
}

/* Letters right behind a number: a name, an alias or an error, as the target likes. */
static enum gh_status number(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at;
	enum gh_sql_token_kind kind = GH_SQL_TOKEN_NUMBER;
	unsigned char next = gh_sql_lexer_byte(lexer, 1);

	if (gh_sql_lexer_byte(lexer, 0) == '0' && (next == 'x' || next == 'X')) {
		lexer->at += 2;
		while (strchr("0123456789abcdefABCDEF", gh_sql_lexer_byte(lexer, 0)) != NULL &&
		       gh_sql_lexer_byte(lexer, 0) != 0)
			lexer->at++;
	} else {
		digits(lexer);
		if (gh_sql_lexer_byte(lexer, 0) == '.') {
			lexer->at++;
			digits(lexer);
		}
		exponent(lexer);
	}
	while (word_continues(lexer) || gh_sql_lexer_byte(lexer, 0) == '.') {
		kind = GH_SQL_TOKEN_ODD;
		lexer->at++;
	}
	return gh_sql_lexer_emit(lexer, start, kind, (struct gh_span){ 0 });
}

static void word_bytes(struct gh_sql_lexer *lexer)
{
	while (gh_sql_word_byte(gh_sql_lexer_byte(lexer, 0)))
		lexer->at++;
}

/* $1 where dollar quotes are; anything else with a dollar is never understood. */
static enum gh_status dollar(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at++;
	enum gh_sql_token_kind kind = GH_SQL_TOKEN_ODD;
	size_t behind;

	digits(lexer);
	behind = lexer->at;
	word_bytes(lexer);
	if (behind > start + 1 && behind == lexer->at &&
	    gh_sql_lexer_mode(lexer, GH_SQL_MODE_DOLLAR_QUOTE))
		kind = GH_SQL_TOKEN_MARKER;
	else if (lexer->at > start + 1 && gh_sql_lexer_mode(lexer, GH_SQL_MODE_DOLLAR_PAIR))
		kind = GH_SQL_TOKEN_VARIABLE;
	return gh_sql_lexer_emit(lexer, start, kind, (struct gh_span){ 0 });
}

static enum gh_status question(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at++;

	digits(lexer);
	return gh_sql_lexer_emit(lexer, start, GH_SQL_TOKEN_MARKER, (struct gh_span){ 0 });
}

static bool operator_byte(unsigned char c)
{
	return c != 0 && strchr("+-*/<>=~!@#%^&|", c) != NULL;
}

static enum gh_status operator(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at;
	unsigned char first = gh_sql_lexer_byte(lexer, 0);

	lexer->at++;
	while (first != '*' && operator_byte(gh_sql_lexer_byte(lexer, 0))) {
		unsigned char c = gh_sql_lexer_byte(lexer, 0);

		if ((c == '/' && gh_sql_lexer_byte(lexer, 1) == '*') || c == '-' || c == '+' ||
		    c == '*' || c == '@' || c == '#')
			break;
		lexer->at++;
	}
	return gh_sql_lexer_emit(lexer, start, GH_SQL_TOKEN_OPERATOR, (struct gh_span){ 0 });
}

/* @~, @%t, @db.s.stage/path: up to white space or what ends an operand. */
static enum gh_status stage(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at++;
	unsigned char c = gh_sql_lexer_byte(lexer, 0);

	while (c != 0 && !blank(c) && strchr("(),;'", c) == NULL) {
		lexer->at++;
		c = gh_sql_lexer_byte(lexer, 0);
	}
	return gh_sql_lexer_emit(lexer, start, GH_SQL_TOKEN_VARIABLE,
				 (struct gh_span){ lexer->text.bytes + start, lexer->at - start });
}

/* @x: a variable, a marker, or an operator in front of a name. */
static enum gh_status at_sign(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at;
	enum gh_sql_token_kind kind = GH_SQL_TOKEN_ODD;

	if (gh_sql_lexer_mode(lexer, GH_SQL_MODE_STAGE))
		return stage(lexer);
	if (gh_sql_lexer_mode(lexer, GH_SQL_MODE_VARIABLE))
		kind = GH_SQL_TOKEN_VARIABLE;
	else if (gh_sql_lexer_mode(lexer, GH_SQL_MODE_AT_MARKER))
		kind = GH_SQL_TOKEN_MARKER;
	else
		return operator(lexer);
	while (gh_sql_lexer_byte(lexer, 0) == '@')
		lexer->at++;
	while (word_continues(lexer))
		lexer->at++;
	if (lexer->at - start < 2)
		kind = GH_SQL_TOKEN_ODD;
	return gh_sql_lexer_emit(lexer, start, kind, text_from(lexer, start));
}

static enum gh_status colon(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at++;
	unsigned char next = gh_sql_lexer_byte(lexer, 0);
	enum gh_sql_token_kind kind = GH_SQL_TOKEN_PUNCTUATION;

	if (next == ':' || next == '=') {
		lexer->at++;
		kind = GH_SQL_TOKEN_OPERATOR;
	} else if (gh_sql_word_byte(next) && gh_sql_lexer_mode(lexer, GH_SQL_MODE_COLON_MARKER)) {
		word_bytes(lexer);
		kind = GH_SQL_TOKEN_MARKER;
	}
	return gh_sql_lexer_emit(lexer, start, kind, (struct gh_span){ 0 });
}

static enum gh_status punctuation(struct gh_sql_lexer *lexer)
{
	size_t start = lexer->at++;
	char c = lexer->text.bytes[start];
	bool known = strchr("(){}[],.;", c) != NULL;

	if (c == '(' || c == '[' || c == '{')
		lexer->nesting++;
	else if ((c == ')' || c == ']' || c == '}') && lexer->nesting > 0)
		lexer->nesting--;
	if (lexer->nesting > GH_SQL_MAX_NESTING)
		return gh_sql_lexer_fail(lexer, start, "brackets nested too deeply");
	return gh_sql_lexer_emit(lexer, start,
				 known ? GH_SQL_TOKEN_PUNCTUATION : GH_SQL_TOKEN_ODD,
				 (struct gh_span){ 0 });
}

static bool hash_begins_word(struct gh_sql_lexer *lexer)
{
	return gh_sql_lexer_byte(lexer, 0) == '#' &&
	       gh_sql_lexer_mode(lexer, GH_SQL_MODE_HASH_WORD);
}

static enum gh_status token(struct gh_sql_lexer *lexer)
{
	unsigned char c = gh_sql_lexer_byte(lexer, 0);
	bool found = false;
	enum gh_status status = gh_sql_lexer_quoted(lexer, &found);

	if (found || status != GH_OK)
		return status;
	if (gh_sql_word_start(c) || hash_begins_word(lexer))
		return word(lexer);
	if (digit(c) || (c == '.' && digit(gh_sql_lexer_byte(lexer, 1))))
		return number(lexer);
	if (c == '$')
		return dollar(lexer);
	if (c == '?')
		return question(lexer);
	if (c == '@')
		return at_sign(lexer);
	if (c == ':')
		return colon(lexer);
	if (operator_byte(c))
		return operator(lexer);
	return punctuation(lexer);
}

static enum gh_status check_bytes(struct gh_span text, struct gh_error *err)
{
	if (text.length > GH_SQL_MAX_TEXT)
		return gh_fail(err, GH_E_SQL_TEXT, "statement of %zu bytes is too long",
			       text.length);
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.bytes[i];

		if ((c < 0x20 && !blank(c)) || c == 0x7F)
			return gh_fail(err, GH_E_SQL_TEXT, "control byte at byte %zu", i);
	}
	if (!gh_utf8_valid(text))
		return gh_fail(err, GH_E_SQL_TEXT, "not UTF-8");
	return GH_OK;
}

enum gh_status gh_sql_lex(struct gh_arena *arena, struct gh_span text, unsigned modes,
			  struct gh_sql_tokens *out, struct gh_error *err)
{
	struct gh_sql_lexer lexer = { arena, text, 0, modes, 0, 0, false, out, err };
	enum gh_status status = check_bytes(text, err);

	*out = (struct gh_sql_tokens){ 0 };
	while (status == GH_OK) {
		status = gh_sql_lexer_blank(&lexer);
		if (status != GH_OK || lexer.at >= text.length)
			break;
		status = token(&lexer);
	}
	if (status == GH_OK && lexer.in_code_comment)
		status = gh_sql_lexer_broken(&lexer, text.length, "unterminated comment");
	if (status == GH_OK)
		status = gh_sql_lexer_emit(&lexer, lexer.at, GH_SQL_TOKEN_END,
					   (struct gh_span){ 0 });
	if (status == GH_OK)
		out->count--;
	out->asked = lexer.asked;
	return status;
}
