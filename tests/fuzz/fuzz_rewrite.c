/*
 * Row filters on any statement: what the driver would send must be the statement's
 * own tokens and those of the filters, nothing else.  The first byte is as in
 * fuzz_sql.c.
 */
#include <stdlib.h>
#include <string.h>

#include "../../driver/sql/internal.h"
#include "sql_input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CONDITION "(id = 1)"

enum { READ_TOKENS = 11, CHANGE_TOKENS = 10 }; /* that a filter adds */

/* What the session refuses before it rewrites (driver/session/filter.c). */
static bool may_be_filtered(const struct gh_facts *facts)
{
	if (!facts->tables_known ||
	    (facts->flags & (GH_FACT_MULTI | GH_FACT_OPAQUE | GH_FACT_AMBIGUOUS)) != 0)
		return false;
	for (size_t i = 0; i < facts->reference_count; i++)
		if (facts->references[i].end == 0 ||
		    (facts->references[i].role == GH_REFERENCE_CHANGE &&
		     facts->references[i].where_end == 0))
			return false;
	return facts->reference_count > 0;
}

static size_t added_tokens(const struct gh_sql_rewriting *rewriting)
{
	size_t count = 0;

	for (size_t i = 0; i < rewriting->facts->reference_count; i++) {
		const struct gh_table_reference *r = &rewriting->facts->references[i];

		if (rewriting->conditions[i] == NULL || r->role == GH_REFERENCE_INSERT)
			continue;
		if (r->role == GH_REFERENCE_CHANGE)
			count += CHANGE_TOKENS;
		else
			count += READ_TOKENS + (r->aliased ? 0 : 1);
	}
	return count;
}

static bool same_token(struct gh_span a, const struct gh_sql_token *left, struct gh_span b,
		       const struct gh_sql_token *right)
{
	return left->length == right->length && left->kind == right->kind &&
	       memcmp(a.bytes + left->start, b.bytes + right->start, left->length) == 0;
}

/* Are all tokens of the old text in the new one, in order, and no more than are added? */
static bool keeps_tokens(struct gh_arena *arena, struct gh_span old, struct gh_span new,
			 unsigned modes, size_t added)
{
	struct gh_sql_tokens before, after;
	size_t at = 0;

	if (gh_sql_lex(arena, old, modes, &before, NULL) != GH_OK ||
	    gh_sql_lex(arena, new, modes, &after, NULL) != GH_OK)
		return false;
	for (size_t i = 0; i < after.count && at < before.count; i++)
		if (same_token(old, &before.items[at], new, &after.items[i]))
			at++;
	return at == before.count && after.count == before.count + added;
}

static void check_text(struct gh_span old, struct gh_span new,
		       const struct gh_sql_rewriting *rewriting,
		       const struct gh_sql_options *options)
{
	const unsigned modes = gh_sql_dialect_row(options->dialect)->modes;
	struct gh_arena *arena = NULL;

	if (gh_arena_new(2 * (size_t)GH_SQL_MAX_MEMORY, &arena) != GH_OK)
		return;
	if (options->settings.quoted_names == GH_SQL_SETTING_UNKNOWN &&
	    !keeps_tokens(arena, old, new, modes, added_tokens(rewriting)))
		abort();
	gh_arena_free(arena);
}

static void rewrite(struct gh_span text, const struct gh_sql_options *options,
		    const struct gh_sql_rewriting *rewriting)
{
	struct gh_facts *after = NULL;
	struct gh_buf out;

	gh_buf_init(&out, 0);
	if (gh_sql_rewrite(text, rewriting, &out, NULL) != GH_OK)
		abort();
	if (gh_sql_analyze(gh_buf_span(&out), options, &after, NULL) == GH_OK) {
		fuzz_sql_check(after);
		if (gh_sql_rewrite_holds(rewriting, after))
			check_text(text, gh_buf_span(&out), rewriting, options);
	}
	gh_sql_facts_free(after);
	gh_buf_clear(&out);
}

/* All references are filtered, or every second one. */
static void filter(struct gh_span text, const struct gh_sql_options *options,
		   const struct gh_facts *facts, size_t step)
{
	struct gh_sql_rewriting rewriting = { .facts = facts };
	const char **conditions = calloc(facts->reference_count, sizeof(*conditions));

	rewriting.places = calloc(facts->reference_count, sizeof(*rewriting.places));
	rewriting.conditions = conditions;
	if (conditions != NULL && rewriting.places != NULL) {
		for (size_t i = step - 1; i < facts->reference_count; i += step)
			conditions[i] = CONDITION;
		rewrite(text, options, &rewriting);
	}
	free(conditions);
	free(rewriting.places);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gh_sql_options options;
	struct gh_facts *facts = NULL;
	struct gh_span text;
	char *copy;

	if (size < 1)
		return 0;
	options = fuzz_sql_options(data[0]);
	copy = malloc(size);
	if (copy == NULL)
		return 0;
	memcpy(copy, data + 1, size - 1);
	text = (struct gh_span){ copy, size - 1 };
	if (gh_sql_analyze(text, &options, &facts, NULL) == GH_OK && may_be_filtered(facts)) {
		filter(text, &options, facts, 1);
		filter(text, &options, facts, 2);
	}
	gh_sql_facts_free(facts);
	free(copy);
	return 0;
}
