/*
 * Which columns of a result are masked, decided once for each result: from the
 * facts of the statement, and from what the target itself says of its columns,
 * which may add a mask and never removes one.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void gh_plan_clear(struct gh_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		gh_mask_free(plan->columns[i].mask);
		gh_watch_free(plan->columns[i].watch);
	}
	free(plan->columns);
	*plan = (struct gh_plan){ 0 };
}

void gh_plan_release(struct gh_plan *plan, SQLUSMALLINT number)
{
	struct gh_watch *watch = gh_plan_watch(plan, number);

	if (watch == NULL || !gh_watch_is_over(watch))
		return;
	gh_watch_free(watch);
	plan->columns[number - 1].watch = NULL;
}

static bool all_known(const struct gh_facts *facts)
{
	for (size_t i = 0; i < facts->output_count; i++)
		if ((facts->outputs[i].flags & GH_LINEAGE_UNKNOWN) != 0)
			return false;
	return true;
}

/*
 * ODBC 3.8, SQLMoreResults: an array of parameters may have a result for each set,
 * all of one query.  Where all of its columns are known, nothing in it can open
 * another one.
 */
static bool is_of_next_set(const struct gh_statement *statement)
{
	const struct gh_facts *facts = statement->facts;

	return statement->result < statement->sets && facts->statement_count == 1 &&
	       facts->kind == GH_KIND_SELECT &&
	       (facts->flags & (GH_FACT_OPAQUE | GH_FACT_AMBIGUOUS)) == 0 && all_known(facts);
}

/* Is the result what was analysed?  Of every other nothing is known. */
static bool is_analysed(const struct gh_statement *statement)
{
	const struct gh_facts *facts = statement->facts;

	return facts != NULL && facts->outputs_known &&
	       (statement->result == 0 || is_of_next_set(statement));
}

/* Nothing where the result is not the one that was analysed. */
const struct gh_output *gh_plan_output(const struct gh_statement *statement, size_t i)
{
	const struct gh_facts *facts = statement->facts;
	const struct gh_plan *plan = &statement->plan;

	if (!is_analysed(statement) || facts->output_count != plan->count || plan->doubted)
		return NULL;
	return &facts->outputs[i];
}

/* What the analysis says of column i. */
static struct gh_mask_spec spec_of_facts(const struct gh_statement *statement, size_t i)
{
	const struct gh_decision *decision = &statement->decision;

	/* catalog functions describe the target and carry no rows of its tables */
	if (statement->facts == NULL || !decision->masks_apply)
		return (struct gh_mask_spec){ 0 };
	if (gh_plan_output(statement, i) == NULL || decision->mask_count != statement->plan.count)
		return decision->unknown_mask;
	return decision->masks[i];
}

/* Reads a text attribute of a column as UTF-8; the empty text where there is none. */
static void read_name(struct gh_statement *statement, SQLUSMALLINT column, SQLUSMALLINT field,
		      struct gh_buf *out)
{
	const struct gh_functions *functions = statement->functions;
	enum gh_width width = functions->SQLColAttribute[GH_WIDE] != NULL ? GH_WIDE : GH_NARROW;
	SQLWCHAR value[256] = { 0 };
	SQLSMALLINT length = 0;
	struct gh_text text = { width, value, SQL_NTS };

	gh_buf_reset(out);
	if (functions->SQLColAttribute[width] != NULL &&
	    SQL_SUCCEEDED(functions->SQLColAttribute[width](
		    statement->target, column, field, value,
		    (SQLSMALLINT)(sizeof(value) - sizeof(SQLWCHAR)), &length, NULL)) &&
	    gh_text_decode(statement->connection->down.charset, &text, out, NULL) != GH_OK)
		gh_buf_reset(out);
	(void)gh_buf_append_text(out, "");
}

/* Letters, digits and '_' of no great length: targets neither cut nor rewrite it. */
static bool is_plain_name(const char *name)
{
	size_t length = 0;

	for (; name[length] != '\0' && length < 60; length++)
		if (name[length] != '_' && (name[length] < '0' || name[length] > '9') &&
		    ((name[length] | 0x20) < 'a' || (name[length] | 0x20) > 'z'))
			return false;
	return length > 0 && name[length] == '\0';
}

/*
 * Is the result the one that was analysed?  Another number of columns or another
 * name tells that a table or view is no longer what the catalogue said.
 */
static bool is_as_analysed(struct gh_statement *statement, size_t count)
{
	const struct gh_facts *facts = statement->facts;
	struct gh_buf label;
	bool same = true;

	if (!is_analysed(statement))
		return true; /* nothing is concluded from the analysis */
	if (facts->output_count != count)
		return false;
	gh_buf_init(&label, 0);
	for (size_t i = 0; i < count && same; i++) {
		const char *name = facts->outputs[i].name;

		if (name == NULL || !is_plain_name(name))
			continue;
		read_name(statement, (SQLUSMALLINT)(i + 1), SQL_DESC_NAME, &label);
		if (label.length > 0 && is_plain_name(label.bytes))
			same = strcasecmp(label.bytes, name) == 0;
	}
	gh_buf_clear(&label);
	return same;
}

/*
 * A column that the analysis left clear, and of which the target says that it
 * comes from a base column: judged by that one too.  The name alone is never
 * trusted to clear anything.
 */
static enum gh_status add_descriptor(struct gh_statement *statement, SQLUSMALLINT column,
				     struct gh_mask_spec *spec, struct gh_error *err)
{
	struct gh_connection *connection = statement->connection;
	const struct gh_facts none = { .kind = GH_KIND_SELECT };
	struct gh_policy_request request = { NULL, &connection->target,
					     statement->facts != NULL ? statement->facts : &none };
	struct gh_origin origin = { 0 };
	struct gh_buf table, name;
	enum gh_status status = gh_connection_identity(connection, &request.principal, err);

	if (status != GH_OK)
		return status;
	gh_buf_init(&table, 0);
	gh_buf_init(&name, 0);
	read_name(statement, column, SQL_DESC_BASE_TABLE_NAME, &table);
	read_name(statement, column, SQL_DESC_BASE_COLUMN_NAME, &name);
	if (table.length > 0 && name.length > 0) {
		origin.table = table.bytes;
		origin.column = name.bytes;
		status = gh_policy_mask_column(connection->shared->policy, &request,
					       &(struct gh_output){ NULL, &origin, 1, 0 }, spec,
					       err);
	}
	gh_buf_clear(&table);
	gh_buf_clear(&name);
	return status;
}

static enum gh_status describe(struct gh_statement *statement, SQLUSMALLINT column,
			       struct gh_mask_column *out, struct gh_error *err)
{
	const struct gh_functions *functions = statement->functions;
	enum gh_width width = functions->SQLDescribeCol[GH_WIDE] != NULL ? GH_WIDE : GH_NARROW;
	SQLWCHAR name[2] = { 0 };
	SQLSMALLINT length = 0;

	if (functions->SQLDescribeCol[width] == NULL ||
	    !SQL_SUCCEEDED(functions->SQLDescribeCol[width](statement->target, column, name, 1,
							    &length, &out->sql_type, &out->size,
							    &out->digits, &out->nullable)))
		return gh_fail(err, GH_E_UNGOVERNED,
			       "the target does not describe column %u, which must be masked",
			       (unsigned)column);
	return GH_OK;
}

static enum gh_status mask_column(struct gh_statement *statement, SQLUSMALLINT number,
				  const struct gh_mask_spec *spec, struct gh_error *err)
{
	struct gh_column *column = &statement->plan.columns[number - 1];
	enum gh_status status = describe(statement, number, &column->meta, err);

	if (status == GH_OK)
		status = gh_mask_new(spec, &column->meta, statement->connection->shared->mask_keys,
				     &column->mask, err);
	if (status == GH_OK)
		gh_mask_remember(column->mask, statement->connection->mask_memory);
	statement->plan.masked = true;
	/* known only now, where the target itself named the column or a further result came */
	statement->scrub = GH_SCRUB_YES;
	return status;
}

static enum gh_status watch_column(struct gh_statement *statement, SQLUSMALLINT number,
				   struct gh_error *err)
{
	struct gh_column *column = &statement->plan.columns[number - 1];
	enum gh_status status = describe(statement, number, &column->meta, err);

	if (status == GH_OK)
		status = gh_watch_new(statement, number, err);
	statement->plan.masked |= column->watch != NULL;
	return status;
}

static enum gh_status plan_column(struct gh_statement *statement, size_t i, struct gh_error *err)
{
	const bool masks = statement->facts != NULL && statement->decision.masks_apply;
	struct gh_mask_spec spec = spec_of_facts(statement, i);
	SQLUSMALLINT number = (SQLUSMALLINT)(i + 1);
	enum gh_status status = GH_OK;

	if (spec.function == GH_MASK_NONE && masks)
		status = add_descriptor(statement, number, &spec, err);
	if (status == GH_OK && spec.function == GH_MASK_NONE && statement->decision.detects)
		status = gh_sample_mask(statement, gh_plan_output(statement, i), &spec, err);
	if (status != GH_OK)
		return status;
	/* learnt only now: what was known before the statement ran has denied it */
	if (spec.function == GH_MASK_DENY)
		return gh_fail(err, GH_E_BLOCKED, "column %u may not be shown (rule %s)",
			       (unsigned)number, spec.rule == NULL ? "default" : spec.rule);
	if (spec.function != GH_MASK_NONE)
		return mask_column(statement, number, &spec, err);
	return statement->decision.detects ? watch_column(statement, number, err) : GH_OK;
}

static enum gh_status plan_columns(struct gh_statement *statement, size_t count,
				   struct gh_error *err)
{
	struct gh_plan *plan = &statement->plan;
	enum gh_status status = GH_OK;

	plan->columns = calloc(count, sizeof(*plan->columns));
	if (plan->columns == NULL)
		return gh_fail(err, GH_E_MEMORY, "%zu columns", count);
	plan->count = count;
	plan->doubted = !is_as_analysed(statement, count);
	if (plan->doubted) /* what is known of names is old */
		atomic_fetch_add(&statement->connection->epoch, 1);
	for (size_t i = 0; i < count && status == GH_OK; i++)
		status = plan_column(statement, i, err);
	/* clear columns may have to go through a shadow too: rows.c */
	for (size_t i = 0; i < count && status == GH_OK && plan->masked; i++)
		if (!gh_plan_between(plan, (SQLUSMALLINT)(i + 1)))
			status = describe(statement, (SQLUSMALLINT)(i + 1), &plan->columns[i].meta,
					  err);
	return status;
}

/*
 * The application did not ask for any of this, so its other threads know of no
 * reason to stay away from the driver meanwhile.
 */
static enum gh_status plan_alone(struct gh_statement *statement, struct gh_error *err)
{
	SQLSMALLINT count = 0;
	enum gh_status status = GH_OK;

	gh_lock_take(&statement->asking);
	gh_lock_take(&statement->connection->describing);
	if (!SQL_SUCCEEDED(statement->functions->SQLNumResultCols(statement->target, &count)))
		status = gh_fail(err, GH_E_UNGOVERNED,
				 "the target does not tell how many columns its result has");
	else if (count > 0)
		status = plan_columns(statement, (size_t)count, err);
	gh_lock_release(&statement->connection->describing);
	gh_lock_release(&statement->asking);
	return status;
}

static enum gh_status make(struct gh_statement *statement, struct gh_error *err)
{
	struct gh_plan *plan = &statement->plan;
	enum gh_status status;

	if (!statement->decision.detects &&
	    (!statement->decision.masks_apply || statement->facts == NULL)) {
		plan->made = true;
		return GH_OK;
	}
	status = plan_alone(statement, err);
	if (status != GH_OK) {
		gh_plan_clear(plan);
		return status;
	}
	plan->made = plan->counted = true;
	return GH_OK;
}

enum gh_status gh_plan_make(struct gh_statement *statement, struct gh_error *err)
{
	enum gh_status status;

	if (statement->plan.made)
		return GH_OK;
	status = gh_async_suspend(statement, err);
	if (status != GH_OK)
		return status;
	status = make(statement, err);
	gh_async_resume(statement);
	return status;
}

bool gh_plan_refuses(const struct gh_statement *statement, SQLUSMALLINT column)
{
	const struct gh_plan *plan = &statement->plan;

	if (!gh_plan_lacks(plan, column))
		return false;
	return plan->masked || !is_analysed(statement) ||
	       statement->facts->output_count != plan->count;
}
