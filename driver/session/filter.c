/*
 * Row filters: the tables of a statement are put under the conditions that the
 * policy has for them, and the new text is analysed again.  It is sent only if it
 * is the same statement with the same result, each table under its filter.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* The conditions that hold, by reference; owned texts. */
struct conditions {
	char **items;
	size_t count;
	bool any;
};

static void clear_conditions(struct conditions *conditions)
{
	for (size_t i = 0; i < conditions->count; i++)
		free(conditions->items[i]);
	free(conditions->items);
	*conditions = (struct conditions){ 0 };
}

static enum gh_status refuse(const char *table, const char *why, struct gh_error *err)
{
	return gh_fail(err, GH_E_BLOCKED, "the policy filters the rows of %.60s, and %s",
		       table == NULL ? "some tables" : table, why);
}

/* The policy's own condition of one table, added to `text`. */
static enum gh_status add_condition(const struct gh_statement *statement,
				    const struct gh_policy_request *request,
				    const struct gh_table_use *use, struct gh_buf *text,
				    struct gh_error *err)
{
	struct gh_buf one;
	enum gh_status status;

	gh_buf_init(&one, 0);
	status = gh_policy_filter_table(statement->connection->shared->policy, request, use, &one,
					err);
	/* what all of a family have need not be said for each */
	if (status == GH_OK && one.length > 0 &&
	    (text->length < one.length ||
	     memcmp(text->bytes + text->length - one.length, one.bytes, one.length) != 0)) {
		if (text->length > 0)
			(void)gh_buf_append_text(text, " AND ");
		status = gh_buf_append(text, one.bytes, one.length);
	}
	gh_buf_clear(&one);
	return status;
}

/*
 * The table's condition and that of all it shares rows with: parents, partitions.
 * NULL: it has none.  Caller frees.
 */
static enum gh_status condition_of(const struct gh_statement *statement,
				   const struct gh_policy_request *request,
				   const struct gh_table_use *use, char **out, struct gh_error *err)
{
	struct gh_connection *connection = statement->connection;
	const struct gh_known_name *known;
	struct gh_buf text;
	enum gh_status status;

	*out = NULL;
	gh_buf_init(&text, 0);
	status = add_condition(statement, request, use, &text, err);
	gh_lock_take(&connection->base.lock);
	known = gh_catalogue_known(connection, use);
	for (size_t i = 0; known != NULL && i < known->kin_count && status == GH_OK; i++)
		status = add_condition(statement, request,
				       &(struct gh_table_use){ use->catalog, known->kin[i].schema,
							       known->kin[i].name, 0 }, &text, err);
	gh_lock_release(&connection->base.lock);
	if (status == GH_OK && text.length > 0) {
		*out = gh_buf_take(&text);
		status = *out == NULL ? gh_fail(err, GH_E_MEMORY, "row filters") : GH_OK;
	}
	gh_buf_clear(&text);
	return status;
}

/* ---- what can't be filtered ------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_of(const struct gh_table_reference *reference, const struct gh_table_use *use)
{
	return same_text(reference->table, use->table) &&
	       same_text(reference->schema, use->schema) &&
	       same_text(reference->catalog, use->catalog);
}

/* Does the place name a table that shares rows with this one? */
static bool is_kin_of(const struct gh_statement *statement,
		      const struct gh_table_reference *reference, const struct gh_table_use *use)
{
	const struct gh_table_use place = { reference->catalog, reference->schema,
					    reference->table, 0 };
	struct gh_connection *connection = statement->connection;
	const struct gh_known_name *known;
	bool found = false;

	if (reference->end == 0)
		return false;
	gh_lock_take(&connection->base.lock);
	known = gh_catalogue_known(connection, &place);
	for (size_t i = 0; known != NULL && i < known->kin_count && !found; i++)
		found = same_text(known->kin[i].schema, use->schema) &&
			same_text(known->kin[i].name, use->table);
	gh_lock_release(&connection->base.lock);
	return found;
}

/* Is it in the facts only because a table that the text names shares rows with it? */
static bool is_kin(const struct gh_statement *statement, const struct gh_facts *facts,
		   const struct gh_table_use *use)
{
	for (size_t i = 0; i < facts->reference_count; i++)
		if (is_kin_of(statement, &facts->references[i], use))
			return true;
	return false;
}

/* Does some place of the text stand for this use, and one that writes for a write? */
static bool is_placed(const struct gh_facts *facts, const struct gh_table_use *use)
{
	bool read = false, written = (use->access & GH_ACCESS_WRITE) == 0;

	for (size_t i = 0; i < facts->reference_count; i++) {
		if (!is_of(&facts->references[i], use))
			continue;
		read = true;
		written = written || facts->references[i].role != GH_REFERENCE_READ;
	}
	return read && written;
}

static enum gh_status check_uses(const struct gh_statement *statement,
				 const struct gh_policy_request *request, struct gh_error *err)
{
	const struct gh_facts *facts = request->facts;
	enum gh_status status = GH_OK;

	for (size_t i = 0; i < facts->table_count && status == GH_OK; i++) {
		char *condition = NULL;

		status = condition_of(statement, request, &facts->tables[i], &condition, err);
		if (condition != NULL && !is_placed(facts, &facts->tables[i]) &&
		    !is_kin(statement, facts, &facts->tables[i]))
			status = refuse(facts->tables[i].table,
					"this statement does more than read or change rows", err);
		free(condition);
	}
	return status;
}

static enum gh_status check_statement(const struct gh_facts *facts, struct gh_error *err)
{
	const unsigned doubts = GH_FACT_MULTI | GH_FACT_OPAQUE | GH_FACT_AMBIGUOUS;

	if (facts->kind == GH_KIND_TRANSACTION)
		return GH_OK;
	if (!facts->tables_known || (facts->flags & doubts) != 0)
		return refuse(NULL, "it is not known which tables this statement uses", err);
	return GH_OK;
}

/* ---- the condition itself ---------------------------------------------------------------- */

static size_t count_named(const struct gh_facts *facts)
{
	size_t count = 0;

	for (size_t i = 0; i < facts->reference_count; i++)
		count += facts->references[i].end > 0;
	return count;
}

/* On its own, a condition may use nothing but columns that the table has. */
static enum gh_status check_condition(struct gh_statement *statement,
				      const struct gh_table_reference *reference,
				      const char *condition, struct gh_error *err)
{
	struct gh_facts *facts = NULL;
	struct gh_buf text;
	enum gh_status status;

	gh_buf_init(&text, 0);
	(void)gh_buf_append_text(&text, "SELECT 1 FROM ");
	(void)gh_buf_append(&text, statement->text.bytes + reference->start,
			    reference->end - reference->start);
	(void)gh_buf_printf(&text, " WHERE %s", condition);
	status = gh_buf_status(&text, err);
	if (status == GH_OK)
		status = gh_decide_analyze(statement, gh_buf_span(&text), &facts, err);
	if (status == GH_OK &&
	    (facts->kind != GH_KIND_SELECT || !facts->tables_known || !facts->inference_known ||
	     facts->flags != 0 || facts->function_count > 0 || count_named(facts) != 1))
		status = refuse(reference->table, "its filter does not fit its columns", err);
	gh_sql_facts_free(facts);
	gh_buf_clear(&text);
	return status;
}

/* ---- rows that are written ------------------------------------------------------------------ */

/* One row of what the text writes. */
static bool admits_row(const struct gh_statement *statement,
		       const struct gh_policy_request *request, const struct gh_table_use *use,
		       const struct gh_table_reference *reference, size_t row)
{
	struct gh_policy_row values = { .keeps = reference->role == GH_REFERENCE_CHANGE };
	struct gh_policy_value *list =
		calloc(reference->written_width + 1, sizeof(*list));
	bool admitted;

	for (size_t i = 0; list != NULL && i < reference->written_width; i++) {
		const struct gh_written *written =
			&reference->written[row * reference->written_width + i];

		list[i].column = written->column;
		list[i].text = (struct gh_span){ statement->text.bytes + written->start,
						 written->end - written->start };
	}
	values.values = list;
	values.count = reference->written_width;
	admitted = list != NULL && gh_policy_filter_admits(statement->connection->shared->policy,
							   request, use, &values);
	free(list);
	return admitted;
}

static bool admits_table(const struct gh_statement *statement,
			 const struct gh_policy_request *request, const struct gh_table_use *use,
			 const struct gh_table_reference *reference)
{
	size_t rows = reference->written_width == 0 ?
			      reference->role == GH_REFERENCE_CHANGE :
			      reference->written_count / reference->written_width;

	if (!reference->written_known || rows == 0)
		return gh_policy_filter_admits(statement->connection->shared->policy, request, use,
					       NULL);
	for (size_t row = 0; row < rows; row++)
		if (!admits_row(statement, request, use, reference, row))
			return false;
	return true;
}

/* Every table of the family: the row may end up in any of them. */
static bool admits(const struct gh_statement *statement, const struct gh_policy_request *request,
		   const struct gh_table_reference *reference)
{
	const struct gh_table_use use = { reference->catalog, reference->schema, reference->table,
					  0 };
	struct gh_connection *connection = statement->connection;
	const struct gh_known_name *known;
	bool fine = admits_table(statement, request, &use, reference);

	gh_lock_take(&connection->base.lock);
	known = gh_catalogue_known(connection, &use);
	for (size_t i = 0; known != NULL && i < known->kin_count && fine; i++)
		fine = admits_table(statement, request,
				    &(struct gh_table_use){ use.catalog, known->kin[i].schema,
							    known->kin[i].name, 0 }, reference);
	gh_lock_release(&connection->base.lock);
	return fine;
}

/* ---- one place ---------------------------------------------------------------------------- */

static enum gh_status check_reference(struct gh_statement *statement,
				      const struct gh_policy_request *request,
				      const struct gh_table_reference *reference,
				      const char *condition, struct gh_error *err)
{
	if (reference->end == 0)
		return refuse(reference->table, "this statement reads them through a view", err);
	if (reference->role == GH_REFERENCE_CHANGE && reference->where_end == 0)
		return refuse(reference->table, "only a plain WHERE can be joined with that", err);
	if (reference->role != GH_REFERENCE_READ && !admits(statement, request, reference))
		return refuse(reference->table,
			      "only literals can tell that a row which is written meets it", err);
	return check_condition(statement, reference, condition, err);
}

/* Beside other tables, the columns of the one that is changed are called by its name. */
static enum gh_status qualify(const struct gh_statement *statement,
			      const struct gh_table_reference *reference, char **condition,
			      struct gh_error *err)
{
	const char *text = statement->text.bytes;
	struct gh_span name = { text + reference->last_part,
				reference->end - reference->last_part };
	struct gh_buf qualified;
	enum gh_status status;

	if (reference->aliased)
		name = (struct gh_span){ text + reference->alias_start,
					 reference->alias_end - reference->alias_start };
	gh_buf_init(&qualified, 0);
	status = gh_policy_filter_qualify(*condition, name, &qualified, err);
	if (status == GH_OK) {
		free(*condition);
		*condition = gh_buf_take(&qualified);
		status = *condition == NULL ? gh_fail(err, GH_E_MEMORY, "row filters") : GH_OK;
	}
	gh_buf_clear(&qualified);
	return status;
}

static enum gh_status find_conditions(struct gh_statement *statement,
				      const struct gh_policy_request *request,
				      struct conditions *out, struct gh_error *err)
{
	const struct gh_facts *facts = request->facts;
	enum gh_status status = GH_OK;

	out->items = calloc(facts->reference_count + 1, sizeof(*out->items));
	if (out->items == NULL)
		return gh_fail(err, GH_E_MEMORY, "row filters");
	out->count = facts->reference_count;
	for (size_t i = 0; i < out->count && status == GH_OK; i++) {
		const struct gh_table_reference *r = &facts->references[i];
		const struct gh_table_use use = { r->catalog, r->schema, r->table, 0 };

		if (r->end == 0 && is_kin(statement, facts, &use))
			continue;
		status = condition_of(statement, request, &use, &out->items[i], err);
		if (status != GH_OK || out->items[i] == NULL)
			continue;
		out->any = true;
		status = check_reference(statement, request, r, out->items[i], err);
		if (status == GH_OK && r->joined)
			status = qualify(statement, r, &out->items[i], err);
	}
	return status;
}

/* ---- the new text -------------------------------------------------------------------------- */

enum gh_status gh_filter_take(struct gh_statement *statement, struct gh_buf *text,
			      struct gh_error *err)
{
	gh_buf_clear_secret(&statement->original);
	statement->original = statement->text;
	statement->text = *text;
	gh_buf_init(text, 0);
	gh_buf_reset(&statement->sent);
	return gh_text_encode(statement->connection->down.charset, gh_buf_span(&statement->text),
			      statement->sent_width, &statement->sent, err);
}

static enum gh_status rewrite(struct gh_statement *statement, const struct conditions *conditions,
			      struct gh_error *err)
{
	size_t *places = calloc(conditions->count + 1, sizeof(*places));
	const struct gh_sql_rewriting rewriting = { statement->facts,
						    (const char *const *)conditions->items,
						    places };
	struct gh_facts *facts = NULL;
	struct gh_buf text;
	enum gh_status status = GH_E_MEMORY;

	gh_buf_init(&text, 0);
	if (places != NULL)
		status = gh_sql_rewrite(gh_buf_span(&statement->text), &rewriting, &text, err);
	if (status == GH_OK)
		status = gh_decide_analyze(statement, gh_buf_span(&text), &facts, err);
	if (status == GH_OK && !gh_sql_rewrite_holds(&rewriting, facts))
		status = refuse(NULL, "this statement can't be filtered with certainty", err);
	if (status == GH_OK) {
		/* rules speak of the condition that was written */
		facts->where = statement->facts->where;
		gh_sql_facts_free(statement->facts);
		statement->facts = facts;
		facts = NULL;
		status = gh_filter_take(statement, &text, err);
	}
	gh_sql_facts_free(facts);
	gh_buf_clear_secret(&text);
	free(places);
	return status;
}

enum gh_status gh_filter_apply(struct gh_statement *statement, const struct gh_principal *principal,
			       struct gh_error *err)
{
	struct gh_connection *connection = statement->connection;
	const struct gh_policy_request request = { principal, &connection->target,
						   statement->facts };
	struct conditions conditions = { 0 };
	enum gh_status status;

	if (!connection->filters_apply)
		return GH_OK;
	status = check_statement(statement->facts, err);
	if (status == GH_OK)
		status = check_uses(statement, &request, err);
	if (status == GH_OK)
		status = find_conditions(statement, &request, &conditions, err);
	if (status == GH_OK && conditions.any)
		status = rewrite(statement, &conditions, err);
	clear_conditions(&conditions);
	return status;
}
