/*
 * SQLCancel and SQLCancelHandle.  The lock may be held by the call that is to be
 * cancelled, so it is taken only where nobody holds it; then nothing is running,
 * and what waits for data is over.  The application must not free a handle that
 * it cancels from another thread.
 */
#include "call.h"

/* What we ask of our own accord is waited for: it is short, and nobody meant to cancel it. */
static SQLRETURN send_cancel(struct gh_statement *statement)
{
	SQLRETURN code;

	if (statement->functions->SQLCancel == NULL)
		return SQL_ERROR;
	gh_lock_take(&statement->asking);
	code = statement->functions->SQLCancel(statement->target);
	gh_lock_release(&statement->asking);
	return code;
}

SQLRETURN gh_do_SQLCancel(SQLHSTMT handle)
{
	struct gh_statement *statement = handle;
	SQLRETURN code;

	if (!gh_is_kind(handle, GH_MAGIC_STATEMENT))
		return SQL_INVALID_HANDLE;
	if (!gh_lock_try(&statement->base.lock))
		return send_cancel(statement);
	gh_diag_clear(&statement->base.diag);
	if (statement->functions->SQLCancel == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLCancel" });
	code = send_cancel(statement);
	if (SQL_SUCCEEDED(code))
		gh_statement_cancelled(statement);
	return gh_leave_statement(statement, code);
}

/* Of a connection: what it does asynchronously. */
static SQLRETURN cancel_connection(SQLHANDLE handle)
{
	struct gh_connection *connection = handle;
	SQLRETURN(SQL_API * cancel)(SQLSMALLINT type, SQLHANDLE handle);

	if (!gh_is_kind(handle, GH_MAGIC_CONNECTION))
		return SQL_INVALID_HANDLE;
	cancel = connection->open ? connection->down.functions->SQLCancelHandle : NULL;
	if (!gh_lock_try(&connection->base.lock))
		return cancel == NULL ? SQL_ERROR
				      : cancel(SQL_HANDLE_DBC, connection->down.connection);
	gh_diag_clear(&connection->base.diag);
	if (!connection->open)
		return gh_leave_failed(&connection->base, GH_E_CLOSED, &(struct gh_error){ 0 });
	if (cancel == NULL)
		return gh_leave_failed(&connection->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLCancelHandle" });
	return gh_leave_connection(connection, cancel(SQL_HANDLE_DBC, connection->down.connection));
}

/* ODBC 3.8, SQLCancelHandle: for a statement the same as SQLCancel. */
SQLRETURN gh_do_SQLCancelHandle(SQLSMALLINT type, SQLHANDLE handle)
{
	if (type == SQL_HANDLE_STMT)
		return gh_do_SQLCancel(handle);
	if (type == SQL_HANDLE_DBC)
		return cancel_connection(handle);
	return SQL_INVALID_HANDLE;
}
