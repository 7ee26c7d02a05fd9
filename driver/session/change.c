/*
 * Changes of rows through an open cursor: no text says what they do, so their
 * facts are made of those of the result that the cursor stands on.  Judged and
 * journalled like a statement, while the statement of the result goes on.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- facts ------------------------------------------------------------------------------ */

/* The target changes the base tables of the result; which of several is not known. */
static enum gh_status take_tables(const struct gh_facts *from, struct gh_facts *to,
				  struct gh_error *err)
{
	struct gh_table_use *tables = calloc(from->table_count + 1, sizeof(*tables));

	if (tables == NULL)
		return gh_fail(err, GH_E_MEMORY, "%zu tables", from->table_count);
	for (size_t i = 0; i < from->table_count; i++) {
		tables[i] = from->tables[i];
		tables[i].access = GH_ACCESS_WRITE;
	}
	to->tables = tables;
	to->table_count = from->table_count;
	to->tables_known = from->tables_known && from->table_count > 0;
	return GH_OK;
}

static size_t most_flows(const struct gh_statement *statement)
{
	size_t count = 0;

	for (size_t i = 0; i < statement->facts->output_count; i++)
		count += statement->facts->outputs[i].origin_count;
	return count;
}

/* Whose base columns are known, and which would be written. */
static bool writes_known(const struct gh_output *output)
{
	return output->origin_count > 0 && (output->flags & GH_LINEAGE_UNKNOWN) == 0;
}

/* The values are the application's, so nothing of the target flows into the columns. */
static enum gh_status take_flows(struct gh_statement *statement, const struct gh_row_range *range,
				 struct gh_error *err)
{
	const struct gh_facts *from = statement->facts;
	struct gh_facts *to = &statement->change.facts;
	struct gh_flow *flows = calloc(most_flows(statement) + 1, sizeof(*flows));

	if (flows == NULL)
		return gh_fail(err, GH_E_MEMORY, "columns");
	to->flows = flows;
	to->flows_known = from->outputs_known && statement->result == 0;
	for (size_t i = 0; i < from->output_count && i < statement->ard->buffers.binding_count;
	     i++) {
		const struct gh_output *output = &from->outputs[i];

		if (!gh_rows_writes(statement, (SQLUSMALLINT)(i + 1), range))
			continue;
		to->flows_known = to->flows_known && writes_known(output);
		for (size_t j = 0; j < output->origin_count; j++)
			flows[to->flow_count++] = (struct gh_flow){ .target = output->origins[j],
								    .flags = GH_LINEAGE_CONSTANT };
	}
	return GH_OK;
}

static enum gh_status make_facts(struct gh_statement *statement, const struct gh_change_call *call,
				 struct gh_error *err)
{
	struct gh_facts *facts = &statement->change.facts;
	enum gh_status status;

	*facts = (struct gh_facts){
		.kind = call->kind,
		.actions = call->kind == GH_KIND_DELETE ? GH_ACTION_DELETE : GH_ACTION_WRITE,
		.where = GH_WHERE_REAL,
		.outputs_known = true,
		.inference_known = true,
		.flows_known = call->kind == GH_KIND_DELETE,
	};
	/* a catalog function's result, or a further one, says nothing of its tables */
	if (statement->facts == NULL || statement->result != 0)
		return GH_OK;
	status = take_tables(statement->facts, facts, err);
	if (status == GH_OK && call->kind != GH_KIND_DELETE)
		status = take_flows(statement, &call->range, err);
	return status;
}

static void forget(struct gh_change *change)
{
	free((void *)(uintptr_t)change->facts.tables);
	free((void *)(uintptr_t)change->facts.flows);
	gh_policy_decision_clear(&change->decision);
	*change = (struct gh_change){ 0 };
}

/* ---- records ---------------------------------------------------------------------------- */

static struct gh_journal_record record_of(const struct gh_statement *statement,
					  enum gh_journal_event event,
					  const struct gh_principal *principal)
{
	const struct gh_connection *connection = statement->connection;

	return (struct gh_journal_record){
		.event = event,
		.session = connection->session,
		.statement = statement->change.number,
		.principal = principal,
		.target = &connection->target,
		.facts = &statement->change.facts,
		.decision = &statement->change.decision,
	};
}

static enum gh_status record_begin(struct gh_statement *statement, enum gh_journal_event event,
				   const struct gh_principal *principal, const char *note,
				   struct gh_error *err)
{
	struct gh_connection *connection = statement->connection;
	struct gh_journal_record record = record_of(statement, event, principal);
	uint64_t index;

	record.policy_digest = gh_policy_digest(connection->shared->policy);
	record.note = note;
	return gh_journal_append(connection->shared->journal, &record, &index, err);
}

/* Asked only where there are no diagnostics that the question would clear. */
static int64_t rows_changed(const struct gh_statement *statement, SQLRETURN code)
{
	SQLLEN count = -1;

	if (code != SQL_SUCCESS || statement->functions->SQLRowCount == NULL ||
	    !SQL_SUCCEEDED(statement->functions->SQLRowCount(statement->target, &count)))
		return -1;
	return count;
}

static void record_done(struct gh_statement *statement, int64_t affected)
{
	struct gh_connection *connection = statement->connection;
	struct gh_change *change = &statement->change;
	const struct gh_principal *principal = NULL;
	struct gh_error ignored = { 0 };
	struct gh_journal_record record;
	uint64_t index;

	if (gh_connection_identity(connection, &principal, &ignored) != GH_OK)
		return;
	record = record_of(statement, GH_JOURNAL_EVENT_DONE, principal);
	record.has_result = true;
	record.bytes = -1;
	record.affected = affected;
	record.duration_us = gh_time_monotonic_us() - change->started;
	record.sqlstate = change->state[0] == '\0' ? NULL : change->state;
	/* it is done; the next exec record fails too, and denies */
	if (gh_journal_append(connection->shared->journal, &record, &index, &ignored) != GH_OK)
		return;
}

/* ---- the decision ----------------------------------------------------------------------- */

/* The buffer of a masked column holds what its mask made, or nothing of the row. */
static enum gh_status check_masks(const struct gh_statement *statement,
				  const struct gh_change_call *call, struct gh_error *err)
{
	if (call->kind == GH_KIND_DELETE)
		return GH_OK;
	for (size_t i = 0; i < statement->ard->buffers.binding_count; i++) {
		SQLUSMALLINT column = (SQLUSMALLINT)(i + 1);

		if ((gh_plan_mask(&statement->plan, column) != NULL ||
		     gh_watch_has_masked(gh_plan_watch(&statement->plan, column))) &&
		    gh_rows_writes(statement, column, &call->range))
			return gh_fail(err, GH_E_BLOCKED,
				       "column %u is masked and would be written back as it was "
				       "shown: unbind it, or set its length to SQL_COLUMN_IGNORE",
				       (unsigned)column);
	}
	return GH_OK;
}

static enum gh_status decide(struct gh_statement *statement, const struct gh_principal *principal,
			     const struct gh_change_call *call, struct gh_error *err)
{
	struct gh_change *change = &statement->change;
	struct gh_policy_request request = { principal, &statement->connection->target,
					     &change->facts };
	enum gh_status status = gh_policy_decide(statement->connection->shared->policy, &request,
						 &change->decision, err);

	if (status == GH_OK && change->decision.verdict != GH_VERDICT_ALLOW)
		status = gh_decision_block(&change->decision, err);
	if (status == GH_OK)
		status = check_masks(statement, call, err);
	/* messages may quote rows of tables that are not known */
	if (change->decision.masks_apply && !change->facts.tables_known)
		statement->scrub = GH_SCRUB_YES;
	return status;
}

static enum gh_status deny(struct gh_statement *statement, const struct gh_principal *principal,
			   enum gh_status why, struct gh_error *err)
{
	struct gh_error failed = { 0 };
	enum gh_status status;

	statement->change.decision.verdict = GH_VERDICT_DENY;
	status = record_begin(statement, GH_JOURNAL_EVENT_DENIED, principal, err->text, &failed);
	forget(&statement->change);
	if (status == GH_OK)
		return why;
	*err = failed;
	return status;
}

enum gh_status gh_change_begin(struct gh_statement *statement, const struct gh_change_call *call,
			       struct gh_error *err)
{
	struct gh_change *change = &statement->change;
	const struct gh_principal *principal = NULL;
	char note[96];
	enum gh_status status;

	forget(change);
	status = gh_connection_identity(statement->connection, &principal, err);
	change->number = atomic_fetch_add(&statement->connection->statement_number, 1) + 1;
	change->started = gh_time_monotonic_us();
	if (status == GH_OK)
		status = make_facts(statement, call, err);
	if (status == GH_OK)
		status = decide(statement, principal, call, err);
	if (status != GH_OK)
		return deny(statement, principal, status, err);
	snprintf(note, sizeof(note), "%s on the result of statement %llu", call->name,
		 (unsigned long long)statement->number);
	status = record_begin(statement, GH_JOURNAL_EVENT_EXEC, principal, note, err);
	change->pending = status == GH_OK;
	gh_modes_changed(statement->connection); /* triggers may set what stays set */
	return status;
}

void gh_change_answered(struct gh_statement *statement, SQLRETURN code)
{
	struct gh_change *change = &statement->change;
	int64_t affected;

	if (!change->pending || code == SQL_NEED_DATA || code == SQL_STILL_EXECUTING)
		return;
	if (!SQL_SUCCEEDED(code) && code != SQL_NO_DATA)
		gh_statement_state(statement, change->state);
	gh_modes_changed(statement->connection);
	affected = rows_changed(statement, code);
	record_done(statement, affected);
	forget(change);
}

void gh_change_end(struct gh_statement *statement)
{
	if (!statement->change.pending)
		return;
	memcpy(statement->change.state, "HY008", sizeof(statement->change.state));
	record_done(statement, -1);
	forget(&statement->change);
}
