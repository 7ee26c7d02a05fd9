/*
 * The lexer on any bytes in any modes: four bytes of modes, then the text.  Tokens
 * lie in the text, in order, and no mode changes them that was not asked for: the
 * analyser relies on it when it leaves out a reading.
 */
#include <stdlib.h>
#include <string.h>

#include "../../driver/sql/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_token(const struct gh_sql_token *token, size_t from, size_t length)
{
	bool named = token->kind == GH_SQL_TOKEN_WORD || token->kind == GH_SQL_TOKEN_NAME;

	if (token->start < from || token->length == 0 || token->start + token->length > length)
		abort();
	if (token->keyword >= GH_SQL_KW_COUNT || token->kind == GH_SQL_TOKEN_END)
		abort();
	if (token->keyword != GH_SQL_KW_NONE && token->kind != GH_SQL_TOKEN_WORD)
		abort();
	if (named && token->name.bytes == NULL && token->name.length > 0)
		abort();
}

static void check(const struct gh_sql_tokens *tokens, size_t length)
{
	size_t from = 0;

	for (size_t i = 0; i < tokens->count; i++) {
		check_token(&tokens->items[i], from, length);
		from = tokens->items[i].start + tokens->items[i].length;
	}
	if (tokens->items[tokens->count].kind != GH_SQL_TOKEN_END)
		abort();
}

static bool same(const struct gh_sql_tokens *a, const struct gh_sql_tokens *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->items[i].start != b->items[i].start ||
		    a->items[i].length != b->items[i].length ||
		    a->items[i].kind != b->items[i].kind)
			return false;
	return true;
}

/* One mode that the reading did not depend on, turned round. */
static void check_flips(struct gh_span text, unsigned modes, const struct gh_sql_tokens *tokens)
{
	for (unsigned bit = 0; bit < GH_SQL_MODE_COUNT; bit++) {
		struct gh_sql_tokens other;
		struct gh_arena *arena = NULL;

		if ((tokens->asked & (1u << bit)) != 0)
			continue;
		if (gh_arena_new(GH_SQL_MAX_MEMORY, &arena) != GH_OK)
			return;
		if (gh_sql_lex(arena, text, modes ^ (1u << bit), &other, NULL) != GH_OK ||
		    !same(tokens, &other))
			abort();
		gh_arena_free(arena);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gh_sql_tokens tokens;
	struct gh_arena *arena = NULL;
	struct gh_span text;
	uint32_t modes;
	char *copy;

	if (size < sizeof(modes) || gh_arena_new(GH_SQL_MAX_MEMORY, &arena) != GH_OK)
		return 0;
	memcpy(&modes, data, sizeof(modes));
	modes &= (1u << GH_SQL_MODE_COUNT) - 1;
	text.length = size - sizeof(modes);
	copy = malloc(text.length + 1); /* its last byte is the text's last */
	if (copy != NULL && text.length > 0) {
		text.bytes = memmove(copy + 1, data + sizeof(modes), text.length);
		if (gh_sql_lex(arena, text, modes, &tokens, NULL) == GH_OK) {
			check(&tokens, text.length);
			check_flips(text, modes, &tokens);
		}
	}
	free(copy);
	gh_arena_free(arena);
	return 0;
}
