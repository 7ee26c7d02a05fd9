/*
 * The ways of values to the application.  A statement without masks is one
 * test and a call away from its target; with masks, the plan is made before
 * anything is fetched.
 */
#include "call.h"

#include <string.h>

/* ---- fetching ------------------------------------------------------------------------------ */

/*
 * Before the first fetch of a result and after every change of a binding.  Some
 * drivers (libsqliteodbc, MariaDB's) have one number for SQL_ATTR_ROW_ARRAY_SIZE
 * and SQL_ROWSET_SIZE, so shadows have room for the larger of both.
 */
static SQLULEN most_rows(const struct gh_statement *statement)
{
	SQLULEN array_size = statement->ard->buffers.array_size;
	SQLULEN rowset_size = statement->rowset.rowset_size;

	return array_size > rowset_size ? array_size : rowset_size;
}

/* Where there is nothing to mask, the target says itself that it has no result. */
static enum gh_status check_no_result(const struct gh_statement *statement, struct gh_error *err)
{
	if (!statement->connection->masks_apply)
		return GH_OK;
	return gh_fail(err, GH_E_CURSOR, "no result is open");
}

enum gh_status gh_fetch_ready(struct gh_statement *statement, struct gh_error *err)
{
	enum gh_status status;

	if (statement->change.pending)
		return gh_fail(err, GH_E_SEQUENCE, "the target waits for data");
	if (statement->running != NULL)
		return gh_fail(err, GH_E_SEQUENCE, "%s is still executing", statement->running);
	if (!statement->cursor)
		return check_no_result(statement, err);
	status = gh_plan_make(statement, err);
	if (status == GH_OK)
		status = gh_rows_prepare(statement, most_rows(statement), err);
	return status;
}

static SQLULEN rows_fetched(const struct gh_rowset *rowset, SQLULEN size)
{
	SQLULEN fetched;

	if (size <= 1)
		return 1;
	/* the application's own place, which need not be aligned: RODBC's is not */
	if (rowset->fetched != NULL)
		memcpy(&fetched, rowset->fetched, sizeof(fetched));
	else if (rowset->own_places)
		fetched = rowset->own_fetched;
	else
		return size;
	return fetched > size ? size : fetched;
}

static const SQLUSMALLINT *row_status(const struct gh_rowset *rowset, SQLULEN size)
{
	if (rowset->status != NULL)
		return rowset->status;
	return rowset->own_places && rowset->own_status_count >= size ? rowset->own_status : NULL;
}

/* With masks the target's records are kept, since ours may come behind them. */
static SQLRETURN leave_masked(struct gh_statement *statement, SQLULEN rows,
			      const SQLUSMALLINT *status, SQLRETURN code)
{
	if (code != SQL_SUCCESS)
		gh_diag_snapshot(&statement->base.diag, &statement->connection->down,
				 SQL_HANDLE_STMT, statement->target, statement->scrub);
	if (SQL_SUCCEEDED(code))
		code = gh_rows_deliver(statement, rows, status, code);
	return gh_leave(&statement->base, code);
}

static SQLRETURN leave_fetched(struct gh_statement *statement, SQLRETURN code)
{
	const struct gh_rowset *rowset = &statement->rowset;
	SQLULEN size = statement->ard->buffers.array_size;
	SQLULEN rows = rows_fetched(rowset, size);

	gh_cell_clear(&statement->cell);
	if (SQL_SUCCEEDED(code))
		statement->rows += (int64_t)rows;
	statement->rowset.current = SQL_SUCCEEDED(code) ? rows : 0;
	if (!statement->plan.masked)
		return gh_leave_statement(statement, code);
	return leave_masked(statement, rows, row_status(rowset, size), code);
}

/* Once for a result; apart, so that the room for an error is not SQLFetch's to clear. */
static __attribute__((noinline)) bool ready_or_left(struct gh_statement *statement)
{
	struct gh_error err = { 0 };
	enum gh_status status;

	if (statement->functions->SQLFetch == NULL)
		status = gh_fail(&err, GH_E_NO_FUNCTION, "SQLFetch");
	else
		status = gh_fetch_ready(statement, &err);
	statement->rowset.current = 1; /* where SQLFetch does not count */
	if (status != GH_OK)
		(void)gh_leave_failed(&statement->base, status, &err);
	return status == GH_OK;
}

SQLRETURN gh_do_SQLFetch(SQLHSTMT handle)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (!gh_rows_ready(statement) && !ready_or_left(statement))
		return SQL_ERROR;
	code = statement->functions->SQLFetch(statement->target);
	if (!statement->plan.masked && statement->ard->buffers.array_size == 1) {
		statement->rows += SQL_SUCCEEDED(code);
		return gh_leave_statement(statement, code);
	}
	return leave_fetched(statement, code);
}

SQLRETURN gh_do_SQLFetchScroll(SQLHSTMT handle, SQLSMALLINT orientation, SQLLEN offset)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (statement->functions->SQLFetchScroll == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLFetchScroll" });
	if (!gh_rows_ready(statement))
		status = gh_fetch_ready(statement, &err);
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	return leave_fetched(statement, statement->functions->SQLFetchScroll(statement->target,
									     orientation, offset));
}

/* Its rowset has a size and a status array of its own (ODBC 3.8, appendix G). */
SQLRETURN gh_do_SQLExtendedFetch(SQLHSTMT handle, SQLUSMALLINT orientation, SQLLEN offset,
				 SQLULEN *rows, SQLUSMALLINT *status_array)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	SQLULEN size, *fetched = rows;
	SQLUSMALLINT *places = status_array;
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (statement->functions->SQLExtendedFetch == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLExtendedFetch" });
	size = statement->rowset.rowset_size;
	if (fetched == NULL) {
		fetched = &statement->rowset.own_fetched; /* a target may keep it */
		*fetched = 0;
	}
	if (!gh_is_again(statement, "SQLExtendedFetch"))
		status = gh_fetch_ready(statement, &err);
	statement->rowset.ready = false; /* SQLFetch has another number of rows */
	if (status == GH_OK && statement->plan.masked && places == NULL) {
		places = gh_rows_status(statement, most_rows(statement));
		if (places == NULL)
			status = gh_fail(&err, GH_E_MEMORY, "row status");
	}
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	gh_cell_clear(&statement->cell);
	code = statement->functions->SQLExtendedFetch(statement->target, orientation, offset,
						      fetched, places);
	gh_note_running(statement, "SQLExtendedFetch", code);
	statement->rowset.current = !SQL_SUCCEEDED(code) ? 0 : *fetched > size ? size : *fetched;
	statement->rows += (int64_t)statement->rowset.current;
	if (!statement->plan.masked)
		return gh_leave_statement(statement, code);
	return leave_masked(statement, statement->rowset.current, places, code);
}

/* ---- one value ---------------------------------------------------------------------------------
 */

/* SQL_ARD_TYPE stands for the type of the binding, SQL_C_DEFAULT for that of the column. */
static SQLSMALLINT real_c_type(struct gh_statement *statement, SQLUSMALLINT column,
			       SQLSMALLINT c_type)
{
	const struct gh_buffers *buffers = &statement->ard->buffers;

	if (c_type == SQL_ARD_TYPE)
		c_type = column <= buffers->binding_count ? buffers->bindings[column - 1].c_type
							  : SQL_C_DEFAULT;
	if (c_type == SQL_C_DEFAULT || c_type == 0)
		c_type = gh_mask_default_c_type(statement->plan.columns[column - 1].meta.sql_type);
	return c_type;
}

static __attribute__((noinline)) SQLRETURN
get_masked(struct gh_statement *statement, SQLUSMALLINT column, struct gh_mask_buffer *buffer)
{
	struct gh_error err = { 0 };
	SQLRETURN code;

	buffer->c_type = real_c_type(statement, column, buffer->c_type);
	code = gh_cell_get(statement, column, buffer, &err);
	if (err.status != GH_OK)
		return gh_leave_failed(&statement->base, err.status, &err);
	if (code != SQL_SUCCESS && code != SQL_NO_DATA && statement->base.diag.count == 0)
		return gh_leave_statement(statement, code); /* the target's own failure */
	return gh_leave(&statement->base, code);
}

static __attribute__((noinline)) SQLRETURN
get_watched(struct gh_statement *statement, SQLUSMALLINT column, struct gh_mask_buffer *buffer)
{
	SQLSMALLINT given = buffer->c_type;
	struct gh_error err = { 0 };
	SQLRETURN code;

	buffer->c_type = real_c_type(statement, column, buffer->c_type);
	code = gh_peek_get(statement, column, buffer, given, &err);
	if (err.status != GH_OK)
		return gh_leave_failed(&statement->base, err.status, &err);
	return gh_leave_statement(statement, code);
}

static __attribute__((noinline)) bool planned_or_left(struct gh_statement *statement)
{
	struct gh_error err = { 0 };
	enum gh_status status;

	if (statement->functions->SQLGetData == NULL)
		status = gh_fail(&err, GH_E_NO_FUNCTION, "SQLGetData");
	else if (!statement->cursor)
		status = check_no_result(statement, &err);
	else
		status = gh_plan_make(statement, &err);
	if (status != GH_OK)
		(void)gh_leave_failed(&statement->base, status, &err);
	return status == GH_OK;
}

SQLRETURN gh_do_SQLGetData(SQLHSTMT handle, SQLUSMALLINT column, SQLSMALLINT c_type,
			   SQLPOINTER value, SQLLEN room, SQLLEN *indicator)
{
	struct gh_statement *statement = gh_enter_statement(handle);

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (!statement->plan.made && !planned_or_left(statement))
		return SQL_ERROR;
	if (gh_plan_lacks(&statement->plan, column) && gh_plan_refuses(statement, column))
		return gh_leave_failed(&statement->base, GH_E_INDEX, &(struct gh_error){ 0 });
	if (statement->plan.masked && gh_plan_mask(&statement->plan, column) != NULL)
		return get_masked(
			statement, column,
			&(struct gh_mask_buffer){ c_type, value, room, indicator, indicator });
	if (gh_plan_watch(&statement->plan, column) != NULL)
		return get_watched(
			statement, column,
			&(struct gh_mask_buffer){ c_type, value, room, indicator, indicator });
	return gh_leave_statement(statement,
				  statement->functions->SQLGetData(statement->target, column,
								   c_type, value, room, indicator));
}

/* ---- bindings
 * ------------------------------------------------------------------------------------ */

/* The binding belongs to the descriptor that the statement uses now. */
static enum gh_status find_binding(struct gh_statement *statement, SQLUSMALLINT column,
				   struct gh_binding **out, struct gh_error *err)
{
	*out = NULL;
	if (statement->functions->SQLBindCol == NULL)
		return gh_fail(err, GH_E_NO_FUNCTION, "SQLBindCol");
	if (statement->change.pending)
		return gh_fail(err, GH_E_SEQUENCE, "the target still reads what is bound");
	*out = gh_buffers_at(&statement->ard->buffers, column);
	if (*out == NULL)
		return gh_fail(err, GH_E_MEMORY, "binding");
	return statement->rowset.detached ? gh_rows_restore(statement, err) : GH_OK;
}

/* The target is told at once, so that it can object; masks come between before a fetch. */
SQLRETURN gh_do_SQLBindCol(SQLHSTMT handle, SQLUSMALLINT column, SQLSMALLINT c_type,
			   SQLPOINTER value, SQLLEN room, SQLLEN *indicator)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	struct gh_binding *binding;
	struct gh_error err = { 0 };
	enum gh_status status;
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	status = find_binding(statement, column, &binding, &err);
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	code = statement->functions->SQLBindCol(statement->target, column, c_type, value, room,
						indicator);
	if (SQL_SUCCEEDED(code)) {
		/* ODBC 3.8, SQLBindCol: without a target the column is unbound */
		*binding = (struct gh_binding){ .c_type = c_type,
						.value = value,
						.room = room,
						.length = indicator,
						.indicator = indicator };
		gh_rows_bound(statement, column);
	}
	return gh_leave_statement(statement, code);
}
