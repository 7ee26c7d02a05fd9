/*
 * The names that `gatehouse analyze` is told of: a schema and views from JSON.
 * Parts are compared from the right, as far as both sides name them.
 */
#include <string.h>

#include "cmd_analyze.h"

struct parts { /* table, schema, catalog */
	const char *texts[3];
	size_t count;
};

/* "a.b.c" from the right.  The first of four parts and more belong to the catalog. */
static struct parts split(struct gh_arena *arena, const char *name)
{
	struct parts parts = { { NULL }, 0 };
	size_t end = strlen(name);

	while (parts.count < 3 && end > 0) {
		size_t start = end;

		while (start > 0 && (parts.count == 2 || name[start - 1] != '.'))
			start--;
		parts.texts[parts.count++] = gh_arena_text(
			arena, (struct gh_span){ name + start, end - start });
		end = start > 0 ? start - 1 : 0;
	}
	return parts;
}

static bool same(const struct parts *known, const struct gh_sql_table_name *name)
{
	const char *const written[] = { name->table, name->schema, name->catalog };

	for (size_t i = 0; i < known->count && written[i] != NULL; i++)
		if (known->texts[i] == NULL ||
		    !gh_span_equal_nocase(gh_span_from(known->texts[i]),
					  gh_span_from(written[i])))
			return false;
	return known->count > 0;
}

static const struct gh_json_value *find(const struct gh_tool_names *names,
					const struct gh_json_value *among,
					const struct gh_sql_table_name *name, struct parts *parts)
{
	const struct gh_json_value *value = among == NULL ? NULL : among->first;

	for (; value != NULL; value = value->next) {
		*parts = split(names->arena, value->name);
		if (same(parts, name))
			return value;
	}
	return NULL;
}

static enum gh_status columns_of(const struct gh_tool_names *names,
				 const struct gh_json_value *list, struct gh_relation *out,
				 struct gh_error *err)
{
	const char **columns = gh_arena_alloc(names->arena, (list->count + 1) * sizeof(*columns));

	if (columns == NULL)
		return gh_fail(err, GH_E_MEMORY, "no memory for columns");
	for (const struct gh_json_value *value = list->first; value != NULL; value = value->next)
		if (value->kind == GH_JSON_TEXT)
			columns[out->column_count++] = value->text;
	out->columns = columns;
	return GH_OK;
}

/* ---- views ----------------------------------------------------------------- */

enum { MAX_DEPTH = 16 };

struct gh_tool_view {
	struct gh_tool_view *next;
	const struct gh_json_value *value;
	struct gh_facts *facts; /* owned; NULL while it is analysed, and where that failed */
	const char **columns;
};

static void columns_of_facts(const struct gh_tool_names *names, struct gh_tool_view *view)
{
	const struct gh_facts *facts = view->facts;

	view->columns = gh_arena_alloc(names->arena,
				       (facts->output_count + 1) * sizeof(*view->columns));
	for (size_t i = 0; view->columns != NULL && i < facts->output_count; i++)
		view->columns[i] = facts->outputs[i].name == NULL ? "" : facts->outputs[i].name;
}

/* Analyses a view's query once.  NULL: no memory. */
static struct gh_tool_view *view_of(struct gh_tool_names *names, const struct gh_json_value *value)
{
	const struct gh_resolver resolver = { gh_tool_names_find, names };
	const struct gh_sql_options options = { .dialect = names->dialect,
						.resolver = &resolver };
	struct gh_tool_view *view = names->seen;

	while (view != NULL && view->value != value)
		view = view->next;
	if (view != NULL)
		return view;
	view = gh_arena_alloc(names->arena, sizeof(*view));
	if (view == NULL || names->depth >= MAX_DEPTH)
		return view;
	view->value = value;
	view->next = names->seen;
	names->seen = view;
	names->depth++;
	if (gh_sql_analyze((struct gh_span){ value->text, value->length }, &options, &view->facts,
			   NULL) == GH_OK)
		columns_of_facts(names, view);
	names->depth--;
	return view;
}

/* A view that is not understood, or leads back to itself, shows what is not known. */
static enum gh_status find_view(struct gh_tool_names *names, const struct gh_json_value *value,
				struct gh_relation *out, struct gh_error *err)
{
	struct gh_tool_view *view = view_of(names, value);

	if (view == NULL)
		return gh_fail(err, GH_E_MEMORY, "no memory for a view");
	out->kind = GH_SQL_RELATION_OTHER;
	if (view->columns == NULL || !view->facts->outputs_known)
		return GH_OK;
	out->kind = GH_SQL_RELATION_VIEW;
	out->definition = view->facts;
	out->columns = view->columns;
	out->column_count = view->facts->output_count;
	return GH_OK;
}

void gh_tool_names_clear(struct gh_tool_names *names)
{
	for (struct gh_tool_view *view = names->seen; view != NULL; view = view->next)
		gh_sql_facts_free(view->facts);
	names->seen = NULL;
}

/* ---- all names ------------------------------------------------------------- */

enum gh_status gh_tool_names_find(void *context, const struct gh_sql_table_name *name,
				  struct gh_relation *out, struct gh_error *err)
{
	struct gh_tool_names *names = context;
	struct parts parts = { { NULL }, 0 };
	const struct gh_json_value *view = find(names, names->views, name, &parts);
	const struct gh_json_value *table = NULL;

	*out = (struct gh_relation){ .kind = GH_SQL_RELATION_ASSUMED };
	if (view == NULL || view->kind != GH_JSON_TEXT)
		table = find(names, names->schema, name, &parts);
	if (view == NULL && table == NULL)
		return GH_OK;
	out->name = parts.texts[0];
	out->schema = parts.texts[1];
	out->catalog = parts.texts[2];
	if (table == NULL)
		return view->kind == GH_JSON_TEXT ? find_view(names, view, out, err) : GH_OK;
	if (table->kind == GH_JSON_LIST && table->count > 0)
		out->kind = GH_SQL_RELATION_TABLE;
	return table->kind == GH_JSON_LIST ? columns_of(names, table, out, err) : GH_OK;
}
