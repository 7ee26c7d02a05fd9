/*
 * What happens to a statement after it was sent: the answer, the end of its
 * result, and what is forgotten when.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

static void forget_names(struct gh_connection *connection)
{
	atomic_fetch_add(&connection->epoch, 1);
	if (connection->detects)
		gh_learned_forget(connection);
}

/* Statements that change names or modes make what is known of names old. */
static void note_effects(struct gh_statement *statement)
{
	struct gh_connection *connection = statement->connection;
	const struct gh_facts *facts = statement->facts;

	if (facts == NULL)
		return;
	if ((facts->actions & ~(unsigned)(GH_ACTION_READ | GH_ACTION_WRITE | GH_ACTION_DELETE)) !=
		    0 ||
	    (facts->flags & (GH_FACT_OPAQUE | GH_FACT_MODE)) != 0)
		forget_names(connection);
	if ((facts->actions & (GH_ACTION_ADMIN | GH_ACTION_DDL)) != 0 ||
	    (facts->flags & (GH_FACT_OPAQUE | GH_FACT_MODE)) != 0)
		gh_hidden_note(connection, facts);
	/* opens or ends one: which of the two is not told apart, so an open one is assumed */
	if (facts->kind == GH_KIND_TRANSACTION || (facts->flags & GH_FACT_MULTI) != 0)
		atomic_store(&connection->sql_transaction, true);
}

void gh_statement_state(struct gh_statement *statement, char state[6])
{
	const struct gh_downstream *down = &statement->connection->down;
	struct gh_diagnostics *diag = &statement->base.diag;
	struct gh_diagnostic record;

	/* such a driver tells each record once: kept for the application */
	if (down->reads_once) {
		gh_diag_snapshot(diag, down, SQL_HANDLE_STMT, statement->target,
				 statement->scrub);
		if (diag->count > 0)
			memcpy(state, diag->records[0].state, sizeof(record.state));
		return;
	}
	if (!gh_downstream_diagnostic(&statement->connection->down, SQL_HANDLE_STMT,
				      statement->target, 1, &record))
		return;
	memcpy(state, record.state, sizeof(record.state));
	gh_free_secret(record.text, strlen(record.text));
}

/* ODBC 3.8: a value of a streamed output parameter is there to be read, and so nothing failed. */
static bool is_failure(SQLRETURN code)
{
	return !SQL_SUCCEEDED(code) && code != SQL_NEED_DATA && code != SQL_NO_DATA &&
	       code != SQL_PARAM_DATA_AVAILABLE;
}

/* For as long as one is between two calls, the connection is not asked for names. */
static void count_waiting(struct gh_statement *statement)
{
	const bool waits = statement->needs_data || statement->running != NULL;

	if (waits && !statement->waits)
		atomic_fetch_add(&statement->connection->waiting, 1);
	if (!waits && statement->waits)
		atomic_fetch_sub(&statement->connection->waiting, 1);
	statement->waits = waits;
}

void gh_note_running(struct gh_statement *statement, const char *function, SQLRETURN code)
{
	statement->running = code == SQL_STILL_EXECUTING ? function : NULL;
	count_waiting(statement);
}

void gh_statement_answered(struct gh_statement *statement, SQLRETURN code)
{
	if (code == SQL_STILL_EXECUTING)
		return;
	if (is_failure(code))
		gh_statement_state(statement, statement->state);
	note_effects(statement);
	if (code != SQL_NEED_DATA)
		gh_modes_answered(statement, code);
	statement->needs_data = code == SQL_NEED_DATA;
	count_waiting(statement);
	if (SQL_SUCCEEDED(code) && !statement->cursor) {
		statement->cursor = true;
		atomic_fetch_add(&statement->connection->open_cursors, 1);
	}
}

/*
 * How many rows a write changed.  Asked when the result ends, since asking clears
 * the target's diagnostics, which the application may read until then.
 */
static int64_t rows_affected(const struct gh_statement *statement)
{
	const unsigned writes = GH_ACTION_WRITE | GH_ACTION_DELETE;
	SQLLEN count = -1;

	if (statement->facts == NULL || (statement->facts->actions & writes) == 0 ||
	    statement->state[0] != '\0' || statement->target == SQL_NULL_HSTMT ||
	    statement->functions->SQLRowCount == NULL)
		return -1;
	if (!SQL_SUCCEEDED(statement->functions->SQLRowCount(statement->target, &count)))
		return -1;
	return count;
}

static void record_done(struct gh_statement *statement)
{
	struct gh_connection *connection = statement->connection;
	struct gh_error ignored = { 0 };
	struct gh_buf note;
	struct gh_journal_record record = {
		.event = GH_JOURNAL_EVENT_DONE,
		.session = connection->session,
		.statement = statement->number,
		/* whoever it was that ran it, also if the process has another user by now */
		.principal = gh_identity_principal(connection->identity),
		.target = &connection->target,
		.facts = statement->facts,
		.decision = &statement->decision,
		.has_result = true,
		.rows = statement->rows,
		.bytes = -1,
		.affected = rows_affected(statement),
		.duration_us = gh_time_monotonic_us() - statement->started,
		.sqlstate = statement->state[0] == '\0' ? NULL : statement->state,
	};
	uint64_t index;

	gh_buf_init(&note, 0);
	gh_watch_note(statement, &note);
	if (note.length > 0 && note.failed == GH_OK)
		record.note = note.bytes;
	/* what was delivered can't be taken back; the next exec record fails too, and denies */
	if (gh_journal_append(connection->shared->journal, &record, &index, &ignored) != GH_OK)
		ignored.status = GH_OK;
	gh_buf_clear(&note);
}

void gh_statement_end(struct gh_statement *statement)
{
	gh_change_end(statement);
	gh_modes_end(statement);
	if (statement->executed)
		record_done(statement);
	statement->executed = false;
	statement->needs_data = false;
	statement->running = NULL;
	count_waiting(statement);
	if (statement->cursor)
		atomic_fetch_sub(&statement->connection->open_cursors, 1);
	statement->cursor = false;
	gh_plan_clear(&statement->plan);
	gh_cell_clear(&statement->cell);
	gh_buf_clear(&statement->cell.own);
	free(statement->found);
	statement->found = NULL;
	statement->rowset.ready = false;
}

bool gh_async_off(const struct gh_functions *functions, SQLHSTMT target)
{
	enum gh_width width = functions->SQLSetStmtAttr[GH_WIDE] != NULL ? GH_WIDE : GH_NARROW;

	return functions->SQLSetStmtAttr[width] != NULL &&
	       functions->SQLSetStmtAttr[width](target, SQL_ATTR_ASYNC_ENABLE,
						(SQLPOINTER)SQL_ASYNC_ENABLE_OFF,
						SQL_IS_UINTEGER) == SQL_SUCCESS;
}

static bool is_async(const struct gh_statement *statement)
{
	return statement->async || atomic_load(&statement->connection->async);
}

enum gh_status gh_async_suspend(const struct gh_statement *statement, struct gh_error *err)
{
	if (!is_async(statement) || gh_async_off(statement->functions, statement->target))
		return GH_OK;
	return gh_fail(err, GH_E_ATTRIBUTE, "the target does not stop being asynchronous");
}

/* Where it fails, the statement is no longer asynchronous, which an application must bear. */
void gh_async_resume(const struct gh_statement *statement)
{
	const struct gh_functions *functions = statement->functions;
	enum gh_width width = functions->SQLSetStmtAttr[GH_WIDE] != NULL ? GH_WIDE : GH_NARROW;

	if (is_async(statement) && functions->SQLSetStmtAttr[width] != NULL)
		(void)functions->SQLSetStmtAttr[width](statement->target, SQL_ATTR_ASYNC_ENABLE,
						       (SQLPOINTER)SQL_ASYNC_ENABLE_ON,
						       SQL_IS_UINTEGER);
}

void gh_async_resume_after(struct gh_statement *statement, SQLRETURN code)
{
	if (!is_async(statement))
		return;
	if (code != SQL_SUCCESS)
		gh_diag_snapshot(&statement->base.diag, &statement->connection->down,
				 SQL_HANDLE_STMT, statement->target,
				 statement->scrub);
	gh_async_resume(statement);
}

void gh_statement_cancelled(struct gh_statement *statement)
{
	/* the function that is called again says whether it was */
	if (statement->running != NULL)
		return;
	gh_change_end(statement);
	if (!statement->needs_data)
		return;
	memcpy(statement->state, "HY008", sizeof(statement->state));
	gh_statement_end(statement);
}

void gh_statement_forget(struct gh_statement *statement)
{
	gh_judged_forget(statement);
	statement->prepared = false;
	statement->mode_bound = false;
	gh_buf_clear_secret(&statement->sent);
	gh_buf_clear_secret(&statement->text);
	gh_buf_clear_secret(&statement->original);
}
