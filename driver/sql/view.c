/*
 * Relations with a definition: a view's columns come from what its query names,
 * a table's from its kin too.  What the definition reads, uses and calls counts
 * as read, used and called by the statement.
 */
#include <string.h>

#include "internal.h"

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool copy_text(struct gh_sql_analysis *analysis, const char *text, const char **out)
{
	*out = text == NULL ? NULL : gh_sql_text(analysis, gh_span_from(text));
	return text == NULL || *out != NULL;
}

/* The relation of a table that a definition names, made where it is not there. */
static struct gh_sql_relation *base_of(struct gh_sql_analysis *analysis, const char *catalog,
				       const char *schema, const char *table)
{
	struct gh_sql_relation **last = &analysis->relations;
	struct gh_sql_relation *relation;

	for (; *last != NULL; last = &(*last)->next)
		if ((*last)->written.count == 0 && same_text((*last)->table, table) &&
		    same_text((*last)->schema, schema) && same_text((*last)->catalog, catalog))
			return *last;
	relation = gh_sql_alloc(analysis, sizeof(*relation));
	if (relation == NULL || !copy_text(analysis, catalog, &relation->catalog) ||
	    !copy_text(analysis, schema, &relation->schema) ||
	    !copy_text(analysis, table, &relation->table))
		return NULL;
	/* whether it is one is told by the definition's tables_known */
	relation->kind = GH_SQL_RELATION_TABLE;
	*last = relation;
	return relation;
}

static bool add_origins(struct gh_sql_analysis *analysis, const struct gh_origin *origins,
			size_t count, struct gh_sql_set *set)
{
	for (size_t i = 0; i < count; i++) {
		const struct gh_sql_relation *base =
			base_of(analysis, origins[i].catalog, origins[i].schema, origins[i].table);
		struct gh_origin origin = { 0 };
		uint32_t id = 0;

		if (base == NULL)
			return false;
		origin = (struct gh_origin){ base->catalog, base->schema, base->table, NULL };
		if (!copy_text(analysis, origins[i].column, &origin.column) ||
		    !gh_sql_origin_add(analysis, &origin, &id) ||
		    !gh_sql_set_add_id(analysis, set, id))
			return false;
	}
	return true;
}

static bool shape_column(struct gh_sql_analysis *analysis, const struct gh_output *output,
			 const char *name, struct gh_sql_column *column)
{
	const unsigned known_empty =
		GH_LINEAGE_CONSTANT | GH_LINEAGE_AGGREGATE | GH_LINEAGE_UNKNOWN;
	const char *copy = gh_sql_text(analysis, gh_span_from(name));

	if (copy == NULL)
		return false;
	column->name = gh_span_from(copy);
	column->quoted = GH_SQL_QUOTED;
	column->set.flags = output->flags;
	if (output->origin_count == 0 && (output->flags & known_empty) == 0)
		column->set.flags |= GH_LINEAGE_UNKNOWN;
	if (!add_origins(analysis, output->origins, output->origin_count, &column->set))
		return false;
	column->set.flags |= output->flags & GH_LINEAGE_FAMILY;
	return true;
}

/* True if which rows there are may depend on what the query shows. */
static bool compares_rows(const char *text)
{
	static const char *const words[] = { "distinct", "union", "except", "intersect", "minus" };

	for (; text != NULL && *text != '\0'; text++)
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			struct gh_span word = { text, strnlen(text, strlen(words[i])) };

			if (gh_span_equal_nocase(word, gh_span_from(words[i])))
				return true;
		}
	return false;
}

bool gh_sql_view_shape(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation,
		       const struct gh_relation *known)
{
	const struct gh_facts *facts = known->definition;
	struct gh_sql_shape *shape = &relation->shape;

	shape->columns = gh_sql_alloc(analysis, known->column_count * sizeof(*shape->columns));
	if (shape->columns == NULL)
		return false;
	for (size_t i = 0; i < known->column_count; i++)
		if (!shape_column(analysis, &facts->outputs[i], known->columns[i],
				  &shape->columns[i]) ||
		    !gh_sql_set_add(analysis, &shape->all, &shape->columns[i].set))
			return false;
	shape->count = known->column_count;
	shape->known = true;
	relation->definition = facts;
	if (!facts->inference_known)
		relation->inference.flags |= GH_LINEAGE_UNKNOWN;
	if (compares_rows(facts->text) &&
	    !gh_sql_set_add(analysis, &relation->inference, &shape->all))
		return false;
	return add_origins(analysis, facts->inference, facts->inference_count,
			   &relation->inference);
}

/* What is done with the relation is done with all that its definition reads. */
static bool add_access(struct gh_sql_analysis *analysis, const struct gh_facts *facts,
		       unsigned access)
{
	for (size_t i = 0; i < facts->table_count; i++) {
		const struct gh_table_use *use = &facts->tables[i];
		struct gh_sql_relation *base =
			base_of(analysis, use->catalog, use->schema, use->table);

		if (base == NULL)
			return false;
		base->access |= access;
	}
	return true;
}

bool gh_sql_view_kin(struct gh_sql_analysis *analysis)
{
	for (const struct gh_sql_relation *r = analysis->relations; r != NULL; r = r->next)
		if (r->kind == GH_SQL_RELATION_TABLE && r->definition != NULL &&
		    !add_access(analysis, r->definition, r->access))
			return false;
	return true;
}

bool gh_sql_view_use(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation)
{
	const struct gh_facts *facts = relation->definition;

	if (facts == NULL || relation->kind == GH_SQL_RELATION_TABLE)
		return true;
	if (!add_access(analysis, facts, GH_ACCESS_READ))
		return false;
	for (size_t i = 0; i < facts->function_count; i++)
		if (!gh_sql_function_note(analysis, gh_span_from(facts->functions[i])))
			return false;
	if (!facts->tables_known)
		analysis->facts->tables_known = false;
	analysis->facts->actions |= facts->actions;
	gh_sql_reach(analysis, facts->reaches);
	return gh_sql_set_add(analysis, &analysis->inference, &relation->inference);
}

/* ---- the text of a CREATE VIEW ------------------------------------------- */

static bool skip_word(const struct gh_sql_tokens *tokens, size_t *at, const char *word)
{
	if (*at >= tokens->count || tokens->items[*at].kind != GH_SQL_TOKEN_WORD ||
	    !gh_sql_word_is(&tokens->items[*at], word))
		return false;
	(*at)++;
	return true;
}

/* name [. name] [(columns)] AS: to the first token behind. */
static bool skip_head(const struct gh_sql_tokens *tokens, size_t *at)
{
	while (*at < tokens->count && !skip_word(tokens, at, "as")) {
		const struct gh_sql_token *token = &tokens->items[*at];

		if (!gh_sql_is_name(token) && token->symbol != '.' && token->symbol != ',' &&
		    token->symbol != '(' && token->symbol != ')')
			return false;
		(*at)++;
	}
	return *at < tokens->count;
}

static bool find_query(const struct gh_sql_tokens *tokens, size_t *at)
{
	if (!skip_word(tokens, at, "create"))
		return false;
	if (!skip_word(tokens, at, "temp"))
		(void)skip_word(tokens, at, "temporary");
	if (!skip_word(tokens, at, "view"))
		return false;
	if (skip_word(tokens, at, "if") &&
	    (!skip_word(tokens, at, "not") || !skip_word(tokens, at, "exists")))
		return false;
	return skip_head(tokens, at);
}

struct gh_span gh_sql_view_query(struct gh_span text, enum gh_dialect dialect)
{
	struct gh_span query = { 0 };
	struct gh_sql_tokens tokens = { 0 };
	struct gh_arena *arena = NULL;
	size_t at = 0;

	if (gh_arena_new(GH_SQL_MAX_MEMORY, &arena) != GH_OK)
		return query;
	if (gh_sql_lex(arena, text, gh_sql_dialect_row(dialect)->modes, &tokens, NULL) == GH_OK &&
	    find_query(&tokens, &at)) {
		query.bytes = text.bytes + tokens.items[at].start;
		query.length = text.length - tokens.items[at].start;
	}
	gh_arena_free(arena);
	return query;
}
