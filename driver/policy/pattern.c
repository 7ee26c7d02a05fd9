/*
 * Patterns of names: compiled once when the policy is read, so that most
 * comparisons end at the length or the first letter.
 */
#include "internal.h"

#include <string.h>

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

enum gh_policy_answer gh_policy_least(enum gh_policy_answer a, enum gh_policy_answer b)
{
	return a < b ? a : b;
}

static size_t count_special(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += *text == '*' || *text == '?';
	return count;
}

static void compile(struct gh_policy_pattern *pattern, char *text)
{
	size_t length = strlen(text), special = count_special(text);

	pattern->shape = GH_POLICY_SHAPE_GLOB;
	if (special == 0)
		pattern->shape = GH_POLICY_SHAPE_EXACT;
	else if (length > 0 && strspn(text, "*") == length)
		pattern->shape = GH_POLICY_SHAPE_ANY;
	else if (special == 1 && text[length - 1] == '*')
		pattern->shape = GH_POLICY_SHAPE_PREFIX;
	else if (special == 1 && text[0] == '*')
		pattern->shape = GH_POLICY_SHAPE_SUFFIX;
	if (pattern->shape == GH_POLICY_SHAPE_SUFFIX)
		text++;
	if (pattern->shape == GH_POLICY_SHAPE_PREFIX)
		text[length - 1] = '\0';
	pattern->text = text;
	pattern->length = (uint32_t)strlen(text);
}

enum gh_status gh_policy_pattern_add(struct gh_arena *arena, struct gh_policy_patterns *patterns,
				     struct gh_span source)
{
	size_t count = patterns->count;
	struct gh_policy_pattern *items = patterns->items;
	char *text = gh_arena_text(arena, source);

	/* doubled at powers of two; the arena keeps the old ones, which is little */
	if ((count & (count - 1)) == 0)
		items = gh_arena_alloc(arena, (count == 0 ? 1 : 2 * count) * sizeof(*items));
	if (items == NULL || text == NULL)
		return GH_E_MEMORY;
	if (items != patterns->items && count > 0)
		memcpy(items, patterns->items, count * sizeof(*items));
	patterns->items = items;
	items[count].source = gh_arena_text(arena, source);
	if (items[count].source == NULL)
		return GH_E_MEMORY;
	for (char *c = text; *c != '\0'; c++)
		*c = fold(*c);
	compile(&items[count], text);
	patterns->count++;
	return GH_OK;
}

/* `pattern` is in lower case already. */
static bool equal_folded(const char *pattern, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (pattern[i] != fold(text[i]))
			return false;
	return true;
}

static bool match_one(const struct gh_policy_pattern *pattern, const char *text, size_t length)
{
	switch (pattern->shape) {
	case GH_POLICY_SHAPE_ANY:
		return true;
	case GH_POLICY_SHAPE_EXACT:
		return length == pattern->length && equal_folded(pattern->text, text, length);
	case GH_POLICY_SHAPE_PREFIX:
		return length >= pattern->length &&
		       equal_folded(pattern->text, text, pattern->length);
	case GH_POLICY_SHAPE_SUFFIX:
		return length >= pattern->length &&
		       equal_folded(pattern->text, text + length - pattern->length,
				    pattern->length);
	case GH_POLICY_SHAPE_GLOB:
		break;
	}
	return gh_glob_match(pattern->text, text);
}

static enum gh_policy_answer match_unknown(const struct gh_policy_patterns *patterns)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (patterns->items[i].shape == GH_POLICY_SHAPE_ANY)
			return GH_POLICY_YES;
	return GH_POLICY_MAYBE;
}

enum gh_policy_answer gh_policy_patterns_match(const struct gh_policy_patterns *patterns,
					       const char *text)
{
	size_t length;

	if (patterns->count == 0)
		return GH_POLICY_YES;
	if (text == NULL)
		return match_unknown(patterns);
	length = strlen(text);
	for (size_t i = 0; i < patterns->count; i++)
		if (match_one(&patterns->items[i], text, length))
			return GH_POLICY_YES;
	return GH_POLICY_NO;
}

static enum gh_policy_answer match_column(const struct gh_policy_object *object,
					  const char *column)
{
	enum gh_policy_answer answer;

	if (column != NULL && column[0] == '*' && column[1] == '\0')
		column = NULL;
	answer = gh_policy_patterns_match(&object->column, column);
	if (answer == GH_POLICY_NO || object->except.count == 0)
		return answer;
	if (column == NULL)
		return GH_POLICY_MAYBE;
	return gh_policy_patterns_match(&object->except, column) == GH_POLICY_YES ? GH_POLICY_NO :
										    answer;
}

enum gh_policy_answer gh_policy_object_match(const struct gh_policy_object *object,
					     const struct gh_target *target,
					     const struct gh_origin *origin)
{
	const struct {
		const struct gh_policy_patterns *patterns;
		const char *text;
	} rows[] = {
		{ &object->table, origin->table },     { &object->schema, origin->schema },
		{ &object->catalog, origin->catalog }, { &object->dsn, target->dsn },
		{ &object->dbms, target->dbms },
	};
	enum gh_policy_answer answer = match_column(object, origin->column);

	for (size_t i = 0; answer != GH_POLICY_NO && i < sizeof(rows) / sizeof(rows[0]); i++)
		answer = gh_policy_least(answer,
					 gh_policy_patterns_match(rows[i].patterns, rows[i].text));
	return answer;
}

enum gh_policy_answer gh_policy_objects_match(const struct gh_policy_objects *objects,
					      const struct gh_target *target,
					      const struct gh_origin *origin)
{
	enum gh_policy_answer best = GH_POLICY_NO;

	for (size_t i = 0; best != GH_POLICY_YES && i < objects->count; i++) {
		enum gh_policy_answer answer =
			gh_policy_object_match(&objects->items[i], target, origin);

		if (answer > best)
			best = answer;
	}
	return best;
}
