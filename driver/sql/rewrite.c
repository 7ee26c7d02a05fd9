/*
 * Row filters: where a statement names a table, and its text with each of these
 * places put under a condition.  The tokens tell the places, so that comments and
 * literals stay as they are.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* ---- the places ------------------------------------------------------------ */

bool gh_sql_reference_add(struct gh_sql_analysis *analysis, const struct gh_sql_source *source,
			  const struct gh_sql_relation *relation)
{
	struct gh_sql_place *place = analysis->places;

	for (; place != NULL; place = place->next)
		if (place->source == source)
			return true;
	place = gh_sql_alloc(analysis, sizeof(*place));
	if (place == NULL)
		return false;
	place->source = source;
	place->relation = relation;
	place->next = analysis->places;
	analysis->places = place;
	return true;
}

void gh_sql_reference_target(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml)
{
	for (struct gh_sql_place *place = analysis->places; place != NULL; place = place->next)
		if (place->source == dml->target)
			place->dml = dml;
}

static size_t token_start(const struct gh_sql_analysis *analysis, size_t token)
{
	return analysis->tokens.items[token].start;
}

static size_t token_end(const struct gh_sql_analysis *analysis, size_t token)
{
	return token_start(analysis, token) + analysis->tokens.items[token].length;
}

/* ---- rows that are written ---------------------------------------------------- */

/* The column's name as the table has it, or as it is written. */
static const char *stored_name(struct gh_sql_analysis *analysis,
			       const struct gh_sql_relation *relation,
			       const struct gh_sql_token *token)
{
	const struct gh_sql_shape *shape = &relation->shape;

	for (size_t i = 0; i < shape->count; i++)
		if (gh_sql_name_match(analysis, shape->columns[i].name, GH_SQL_QUOTED, token) !=
		    GH_SQL_MATCH_NO)
			return gh_sql_text(analysis, shape->columns[i].name);
	return gh_sql_text(analysis, token->name);
}

static struct gh_written *room_for(struct gh_sql_analysis *analysis,
				   struct gh_table_reference *out, size_t count)
{
	struct gh_written *list = gh_sql_alloc(analysis, (count + 1) * sizeof(*list));

	out->written = list;
	return list;
}

static void describe_value(const struct gh_sql_analysis *analysis, const struct gh_sql_expr *expr,
			   struct gh_written *out)
{
	if (expr->last <= expr->first)
		return;
	out->start = token_start(analysis, expr->first);
	out->end = token_end(analysis, expr->last - 1);
}

/* VALUES (..), (..) and nothing else. */
static bool plain_rows(const struct gh_sql_dml *dml)
{
	const struct gh_sql_query *query = dml->query;

	return query != NULL && query->ctes == NULL && query->arms != NULL &&
	       query->arms->next == NULL && query->arms->nested == NULL &&
	       query->arms->row_width > 0 && query->order == NULL;
}

static bool describe_rows(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			  const struct gh_sql_relation *relation, struct gh_table_reference *out)
{
	const struct gh_sql_select *arm = dml->query->arms;
	size_t width = arm->row_width, count = 0;
	struct gh_written *list;

	for (const struct gh_sql_expr *expr = arm->rows; expr != NULL; expr = expr->next)
		count++;
	list = room_for(analysis, out, count);
	if (list == NULL || count % width != 0 ||
	    width > (dml->column_count > 0 ? dml->column_count : relation->shape.count))
		return false;
	for (const struct gh_sql_expr *expr = arm->rows; expr != NULL; expr = expr->next) {
		size_t i = out->written_count % width;
		struct gh_written *value = &list[out->written_count++];

		value->column = dml->column_count > 0 ?
			stored_name(analysis, relation, dml->columns[i]) :
			gh_sql_text(analysis, relation->shape.columns[i].name);
		if (value->column == NULL)
			return false;
		describe_value(analysis, expr, value);
	}
	out->written_width = width;
	return true;
}

/* SET a = x; of (a, b) = x and t.a = x only the names are told. */
static bool describe_assignments(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
				 const struct gh_sql_relation *relation,
				 struct gh_table_reference *out)
{
	struct gh_written *list;
	size_t count = 0;

	for (const struct gh_sql_assignment *a = dml->assignments; a != NULL; a = a->next)
		count += 4 * a->column_count;
	list = room_for(analysis, out, count);
	for (const struct gh_sql_assignment *a = dml->assignments; list != NULL && a != NULL;
	     a = a->next)
		for (size_t i = 0; i < a->column_count; i++)
			for (size_t part = 0; part < a->columns[i].count; part++) {
				struct gh_written *value = &list[out->written_count++];

				value->column = stored_name(analysis, relation,
							    a->columns[i].parts[part]);
				if (value->column == NULL)
					return false;
				if (a->column_count == 1 && a->columns[i].count == 1)
					describe_value(analysis, a->expr, value);
			}
	out->written_width = out->written_count;
	return list != NULL;
}

static bool describe_written(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			     const struct gh_sql_relation *relation,
			     struct gh_table_reference *out)
{
	if (dml->kind == GH_KIND_DELETE)
		return true;
	if (dml->kind == GH_KIND_UPDATE)
		return describe_assignments(analysis, dml, relation, out);
	if (dml->kind != GH_KIND_INSERT || dml->conflicts || dml->by_name)
		return false;
	if (plain_rows(dml))
		return describe_rows(analysis, dml, relation, out);
	return dml->query == NULL && dml->assignments != NULL &&
	       describe_assignments(analysis, dml, relation, out);
}

static void describe_target(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml,
			    struct gh_table_reference *out)
{
	bool plain = !dml->conflicts && !dml->replaces && !dml->by_name;

	out->role = GH_REFERENCE_CHANGE;
	if (dml->kind == GH_KIND_INSERT && plain && dml->sources == NULL)
		out->role = GH_REFERENCE_INSERT;
	if ((dml->kind != GH_KIND_UPDATE && dml->kind != GH_KIND_DELETE) || !plain ||
	    dml->where == NULL || dml->where->last <= dml->where->first)
		return;
	out->joined = dml->sources != NULL;
	out->where_start = token_start(analysis, dml->where->first);
	out->where_end = token_end(analysis, dml->where->last - 1);
}

static void describe_place(struct gh_sql_analysis *analysis, const struct gh_sql_place *place,
			   struct gh_table_reference *out)
{
	const struct gh_sql_name *name = &place->source->name;
	size_t first = (size_t)(name->parts[0] - analysis->tokens.items);
	size_t last = (size_t)(name->parts[name->count - 1] - analysis->tokens.items);

	out->start = token_start(analysis, first);
	out->end = token_end(analysis, last);
	out->last_part = token_start(analysis, last);
	out->aliased = place->source->alias != NULL;
	if (place->dml == NULL)
		return;
	if (out->aliased) {
		size_t alias = (size_t)(place->source->alias - analysis->tokens.items);

		out->alias_start = token_start(analysis, alias);
		out->alias_end = token_end(analysis, alias);
	}
	describe_target(analysis, place->dml, out);
	out->written_known = describe_written(analysis, place->dml, place->relation, out);
}

static void name_table(const struct gh_sql_relation *relation, struct gh_table_reference *out)
{
	out->catalog = relation->catalog;
	out->schema = relation->schema;
	out->table = relation->table;
}

static int compare_places(const void *a, const void *b)
{
	const struct gh_table_reference *left = a, *right = b;

	return left->start < right->start ? -1 : left->start > right->start;
}

bool gh_sql_references_fill(struct gh_sql_analysis *analysis)
{
	struct gh_table_reference *list;
	size_t count = 0;

	for (const struct gh_sql_place *place = analysis->places; place != NULL;
	     place = place->next)
		count++;
	for (const struct gh_sql_relation *r = analysis->relations; r != NULL; r = r->next)
		count++;
	list = gh_sql_alloc(analysis, (count + 1) * sizeof(*list));
	if (list == NULL)
		return false;
	count = 0;
	for (const struct gh_sql_place *place = analysis->places; place != NULL;
	     place = place->next) {
		name_table(place->relation, &list[count]);
		describe_place(analysis, place, &list[count++]);
	}
	for (const struct gh_sql_relation *r = analysis->relations; r != NULL; r = r->next)
		if (r->written.count == 0 && r->access != 0)
			name_table(r, &list[count++]);
	qsort(list, count, sizeof(*list), compare_places);
	analysis->facts->references = list;
	analysis->facts->reference_count = analysis->unplaced ? 0 : count;
	return true;
}

/* ---- the new text ------------------------------------------------------------ */

struct edit {
	size_t at;
	size_t length; /* of what is replaced */
	const struct gh_table_reference *reference;
	const char *condition;
	enum { EDIT_NAME, EDIT_OPEN, EDIT_CLOSE } kind;
	size_t *place; /* where the name is in the new text */
};

static int compare_edits(const void *a, const void *b)
{
	const struct edit *left = a, *right = b;

	return left->at < right->at ? -1 : left->at > right->at;
}

static size_t list_edits(const struct gh_sql_rewriting *rewriting, struct edit *edits)
{
	const struct gh_facts *facts = rewriting->facts;
	size_t count = 0;

	for (size_t i = 0; i < facts->reference_count; i++) {
		const struct gh_table_reference *r = &facts->references[i];
		const char *condition = rewriting->conditions[i];
		size_t *place = &rewriting->places[i];

		if (r->end == 0)
			continue;
		edits[count++] =
			(struct edit){ r->start,  r->end - r->start,
				       r,         r->role == GH_REFERENCE_READ ? condition : NULL,
				       EDIT_NAME, place };
		if (condition == NULL || r->role != GH_REFERENCE_CHANGE)
			continue;
		edits[count++] = (struct edit){ r->where_start, 0, r, condition, EDIT_OPEN, NULL };
		edits[count++] = (struct edit){ r->where_end, 0, r, condition, EDIT_CLOSE, NULL };
	}
	qsort(edits, count, sizeof(*edits), compare_edits);
	return count;
}

static void write_name(struct gh_span text, const struct edit *edit, struct gh_buf *out)
{
	const struct gh_table_reference *r = edit->reference;

	if (edit->condition != NULL)
		(void)gh_buf_append_text(out, "(SELECT * FROM ");
	*edit->place = out->length;
	(void)gh_buf_append(out, text.bytes + r->start, r->end - r->start);
	if (edit->condition == NULL)
		return;
	(void)gh_buf_printf(out, " WHERE %s)", edit->condition);
	if (r->aliased)
		return;
	(void)gh_buf_append_char(out, ' ');
	(void)gh_buf_append(out, text.bytes + r->last_part, r->end - r->last_part);
}

static void write_edit(struct gh_span text, const struct edit *edit, struct gh_buf *out)
{
	switch (edit->kind) {
	case EDIT_NAME:
		write_name(text, edit, out);
		return;
	case EDIT_OPEN:
		(void)gh_buf_append_char(out, '(');
		return;
	case EDIT_CLOSE:
	default:
		(void)gh_buf_printf(out, ") AND (%s)", edit->condition);
		return;
	}
}

enum gh_status gh_sql_rewrite(struct gh_span text, const struct gh_sql_rewriting *rewriting,
			      struct gh_buf *out, struct gh_error *err)
{
	struct edit *edits = calloc(3 * rewriting->facts->reference_count + 1, sizeof(*edits));
	size_t at = 0;
	size_t count;

	if (edits == NULL)
		return gh_fail(err, GH_E_MEMORY, "row filters");
	count = list_edits(rewriting, edits);
	for (size_t i = 0; i < count; i++) {
		if (edits[i].at < at || edits[i].at + edits[i].length > text.length) {
			free(edits);
			return gh_fail(err, GH_E_BUG, "row filters overlap");
		}
		(void)gh_buf_append(out, text.bytes + at, edits[i].at - at);
		write_edit(text, &edits[i], out);
		at = edits[i].at + edits[i].length;
	}
	(void)gh_buf_append(out, text.bytes + at, text.length - at);
	free(edits);
	return gh_buf_status(out, err);
}

/* ---- the proof ----------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool has_origin(const struct gh_output *output, const struct gh_origin *origin)
{
	for (size_t i = 0; i < output->origin_count; i++)
		if (same_text(output->origins[i].column, origin->column) &&
		    same_text(output->origins[i].table, origin->table) &&
		    same_text(output->origins[i].schema, origin->schema) &&
		    same_text(output->origins[i].catalog, origin->catalog))
			return true;
	return false;
}

/* A condition may add to what a value comes from, and takes nothing away. */
static bool same_output(const struct gh_output *before, const struct gh_output *after)
{
	const unsigned kept = GH_LINEAGE_UNKNOWN | GH_LINEAGE_DERIVED | GH_LINEAGE_AGGREGATE;

	if ((before->flags & kept & ~after->flags) != 0)
		return false;
	for (size_t i = 0; i < before->origin_count; i++)
		if (!has_origin(after, &before->origins[i]))
			return false;
	return true;
}

static bool same_result(const struct gh_facts *a, const struct gh_facts *b)
{
	if (a->outputs_known != b->outputs_known || a->output_count != b->output_count)
		return false;
	for (size_t i = 0; i < a->output_count; i++)
		if (!same_output(&a->outputs[i], &b->outputs[i]))
			return false;
	return true;
}

static bool same_places(const struct gh_sql_rewriting *rewriting, const struct gh_facts *after)
{
	const struct gh_facts *before = rewriting->facts;

	if (before->reference_count != after->reference_count)
		return false;
	for (size_t i = 0; i < before->reference_count; i++) {
		const struct gh_table_reference *a = &before->references[i];
		const struct gh_table_reference *b = &after->references[i];

		if (a->role != b->role || !same_text(a->table, b->table) ||
		    !same_text(a->schema, b->schema) || !same_text(a->catalog, b->catalog) ||
		    (a->end > 0 && b->start != rewriting->places[i]))
			return false;
	}
	return true;
}

bool gh_sql_rewrite_holds(const struct gh_sql_rewriting *rewriting, const struct gh_facts *after)
{
	const struct gh_facts *before = rewriting->facts;

	return before->kind == after->kind && before->flags == after->flags &&
	       before->marker_count == after->marker_count && after->tables_known &&
	       after->inference_known >= before->inference_known &&
	       after->flows_known == before->flows_known && same_result(before, after) &&
	       same_places(rewriting, after);
}
