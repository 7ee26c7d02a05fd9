/*
 * Calls on the rows of the rowset: SQLSetPos and SQLBulkOperations.  They move,
 * bring rows again, or change the target's rows, which is a statement that has no
 * text and is judged as what it does.
 */
#include "call.h"

/* One call of either function. */
struct rowset_call {
	SQLUSMALLINT function; /* SQL_API_... */
	SQLUSMALLINT operation;
	SQLSETPOSIROW row;
	SQLUSMALLINT lock;
};

struct operation_row {
	SQLUSMALLINT function;
	SQLUSMALLINT operation;
	enum gh_kind kind; /* SELECT: brings rows; OTHER: moves */
	const char *name;
};

/* lint: table */
static const struct operation_row operation_rows[] = {
	{ SQL_API_SQLSETPOS, SQL_POSITION, GH_KIND_OTHER, "SQLSetPos(SQL_POSITION)" },
	{ SQL_API_SQLSETPOS, SQL_REFRESH, GH_KIND_SELECT, "SQLSetPos(SQL_REFRESH)" },
	{ SQL_API_SQLSETPOS, SQL_UPDATE, GH_KIND_UPDATE, "SQLSetPos(SQL_UPDATE)" },
	{ SQL_API_SQLSETPOS, SQL_DELETE, GH_KIND_DELETE, "SQLSetPos(SQL_DELETE)" },
	{ SQL_API_SQLSETPOS, SQL_ADD, GH_KIND_INSERT, "SQLSetPos(SQL_ADD)" },
	{ SQL_API_SQLBULKOPERATIONS, SQL_ADD, GH_KIND_INSERT, "SQLBulkOperations(SQL_ADD)" },
	{ SQL_API_SQLBULKOPERATIONS, SQL_UPDATE_BY_BOOKMARK, GH_KIND_UPDATE,
	  "SQLBulkOperations(SQL_UPDATE_BY_BOOKMARK)" },
	{ SQL_API_SQLBULKOPERATIONS, SQL_DELETE_BY_BOOKMARK, GH_KIND_DELETE,
	  "SQLBulkOperations(SQL_DELETE_BY_BOOKMARK)" },
	{ SQL_API_SQLBULKOPERATIONS, SQL_FETCH_BY_BOOKMARK, GH_KIND_SELECT,
	  "SQLBulkOperations(SQL_FETCH_BY_BOOKMARK)" },
};

static const struct operation_row *find_operation(const struct rowset_call *call)
{
	for (size_t i = 0; i < sizeof(operation_rows) / sizeof(operation_rows[0]); i++)
		if (operation_rows[i].function == call->function &&
		    operation_rows[i].operation == call->operation)
			return &operation_rows[i];
	return NULL;
}

static SQLRETURN send_call(struct gh_statement *statement, const struct rowset_call *call)
{
	SQLRETURN code;

	if (call->function == SQL_API_SQLSETPOS)
		code = statement->functions->SQLSetPos(statement->target, call->row,
						       call->operation, call->lock);
	else
		code = statement->functions->SQLBulkOperations(statement->target,
							       (SQLSMALLINT)call->operation);
	gh_note_running(statement, find_operation(call)->name, code);
	return code;
}

/* SQLSetPos means one row, or with 0 the rowset; SQLBulkOperations the row array. */
static struct gh_row_range range_of(const struct gh_statement *statement,
				    const struct rowset_call *call)
{
	if (call->function == SQL_API_SQLBULKOPERATIONS)
		return (struct gh_row_range){ 0, statement->ard->buffers.array_size };
	if (call->row == 0)
		return (struct gh_row_range){ 0, statement->rowset.current };
	return (struct gh_row_range){ call->row - 1, 1 };
}

/* ---- rows that are brought again --------------------------------------------------------- */

static SQLRETURN bring(struct gh_statement *statement, const struct rowset_call *call)
{
	const struct gh_row_range range = range_of(statement, call);
	SQLRETURN code;

	if (statement->plan.masked && !gh_is_again(statement, find_operation(call)->name))
		gh_rows_expect(statement);
	code = send_call(statement, call);
	if (code == SQL_STILL_EXECUTING)
		return gh_leave_statement(statement, code);
	if (SQL_SUCCEEDED(code))
		statement->rows += (int64_t)range.count;
	if (!statement->plan.masked)
		return gh_leave_statement(statement, code);
	if (code != SQL_SUCCESS)
		gh_diag_snapshot(&statement->base.diag, &statement->connection->down,
				 SQL_HANDLE_STMT, statement->target, statement->scrub);
	code = gh_rows_deliver_again(statement, &range, code);
	return gh_leave(&statement->base, code);
}

/* ---- rows that are changed ---------------------------------------------------------------- */

static SQLRETURN change(struct gh_statement *statement, const struct rowset_call *call,
			const struct operation_row *operation)
{
	const struct gh_change_call asked = { operation->kind, operation->name,
					      range_of(statement, call) };
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;
	SQLRETURN code;

	if (!statement->change.pending) {
		status = gh_rows_expose(statement, &err);
		if (status == GH_OK)
			status = gh_change_begin(statement, &asked, &err);
	}
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	code = send_call(statement, call);
	gh_change_answered(statement, code);
	return gh_leave_statement(statement, code);
}

/* ---- both --------------------------------------------------------------------------------- */

/* What a target still has open is not what was judged last: where that matters, it stays shut. */
static enum gh_status check_cursor(const struct gh_statement *statement,
				   const struct operation_row *operation, struct gh_error *err)
{
	const bool reads = operation->kind == GH_KIND_SELECT || operation->kind == GH_KIND_OTHER;

	if (statement->cursor || (reads && !statement->connection->masks_apply))
		return GH_OK;
	return gh_fail(err, GH_E_CURSOR, "no result is open");
}

static SQLRETURN perform(struct gh_statement *statement, const struct rowset_call *call)
{
	const struct operation_row *operation = find_operation(call);
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;

	if (operation == NULL)
		status = gh_fail(&err, GH_E_IDENTIFIER, "operation %u", (unsigned)call->operation);
	else
		status = check_cursor(statement, operation, &err);
	if (status == GH_OK && !gh_is_again(statement, find_operation(call)->name))
		status = gh_fetch_ready(statement, &err);
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	gh_cell_clear(&statement->cell);
	if (operation->kind == GH_KIND_SELECT)
		return bring(statement, call);
	if (operation->kind == GH_KIND_OTHER)
		return gh_leave_statement(statement, send_call(statement, call));
	return change(statement, call, operation);
}

SQLRETURN gh_do_SQLSetPos(SQLHSTMT handle, SQLSETPOSIROW row, SQLUSMALLINT operation,
			  SQLUSMALLINT lock)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	const struct rowset_call call = { SQL_API_SQLSETPOS, operation, row, lock };

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (statement->functions->SQLSetPos == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLSetPos" });
	return perform(statement, &call);
}

SQLRETURN gh_do_SQLBulkOperations(SQLHSTMT handle, SQLSMALLINT operation)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	const struct rowset_call call = { SQL_API_SQLBULKOPERATIONS, (SQLUSMALLINT)operation, 0,
					  0 };

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (statement->functions->SQLBulkOperations == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLBulkOperations" });
	return perform(statement, &call);
}
