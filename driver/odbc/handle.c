/*
 * Allocating and freeing handles.  Nothing of the target is touched for an
 * environment: the manager holds a lock meanwhile, and shares one environment
 * of ours among all connections of an application.
 */
#include "call.h"

static SQLRETURN allocate_environment(SQLHANDLE *output)
{
	struct gh_environment *environment = NULL;

	if (gh_environment_new(&environment, NULL) != GH_OK)
		return SQL_ERROR;
	*output = environment;
	return SQL_SUCCESS;
}

static SQLRETURN allocate_connection(SQLHANDLE input, SQLHANDLE *output)
{
	struct gh_environment *environment = gh_enter_environment(input);
	struct gh_connection *connection = NULL;
	struct gh_error err = { 0 };
	enum gh_status status;

	if (environment == NULL)
		return SQL_INVALID_HANDLE;
	if (environment->odbc_version == 0)
		return gh_leave_failed(
			&environment->base, GH_E_SEQUENCE,
			&(struct gh_error){ .text = "SQL_ATTR_ODBC_VERSION is not set" });
	status = gh_connection_new(environment, &connection, &err);
	if (status != GH_OK)
		return gh_leave_failed(&environment->base, status, &err);
	*output = connection;
	return gh_leave(&environment->base, SQL_SUCCESS);
}

static SQLRETURN allocate_statement(SQLHANDLE input, SQLHANDLE *output)
{
	struct gh_connection *connection = gh_enter_connection(input);
	struct gh_statement *statement = NULL;
	struct gh_error err = { 0 };
	SQLRETURN code = SQL_ERROR;
	enum gh_status status;

	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	if (!connection->open)
		return gh_leave_failed(&connection->base, GH_E_CLOSED, &err);
	status = gh_statement_new(connection, &statement, &code, &err);
	if (status != GH_OK)
		return gh_leave_failed(&connection->base, status, &err);
	if (statement == NULL)
		return gh_leave_connection(connection, code);
	*output = statement;
	return gh_leave(&connection->base, SQL_SUCCESS);
}

/* A target without explicit descriptors says so itself. */
static SQLRETURN allocate_descriptor(SQLHANDLE input, SQLHANDLE *output)
{
	struct gh_connection *connection = gh_enter_connection(input);
	struct gh_descriptor *descriptor = NULL;
	struct gh_error err = { 0 };
	SQLRETURN code = SQL_ERROR;
	enum gh_status status;

	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	if (!connection->open)
		return gh_leave_failed(&connection->base, GH_E_CLOSED, &err);
	status = gh_descriptor_new(connection, &descriptor, &code, &err);
	if (status != GH_OK)
		return gh_leave_failed(&connection->base, status, &err);
	if (descriptor == NULL)
		return gh_leave_connection(connection, code);
	*output = descriptor;
	return gh_leave(&connection->base, SQL_SUCCESS);
}

SQLRETURN gh_do_SQLAllocHandle(SQLSMALLINT type, SQLHANDLE input, SQLHANDLE *output)
{
	if (output == NULL)
		return SQL_ERROR;
	*output = SQL_NULL_HANDLE;
	switch (type) {
	case SQL_HANDLE_ENV:
		return allocate_environment(output);
	case SQL_HANDLE_DBC:
		return allocate_connection(input, output);
	case SQL_HANDLE_STMT:
		return allocate_statement(input, output);
	case SQL_HANDLE_DESC:
		return allocate_descriptor(input, output);
	default:
		return SQL_ERROR;
	}
}

/* For applications of ODBC 2, and for unixODBC's cursor library. */
SQLRETURN gh_do_SQLAllocStmt(SQLHDBC handle, SQLHSTMT *output)
{
	if (output == NULL)
		return gh_is_kind(handle, GH_MAGIC_CONNECTION) ? SQL_ERROR : SQL_INVALID_HANDLE;
	*output = SQL_NULL_HSTMT;
	return allocate_statement(handle, output);
}

static SQLRETURN free_environment(SQLHANDLE handle)
{
	struct gh_environment *environment = gh_enter_environment(handle);

	if (environment == NULL)
		return SQL_INVALID_HANDLE;
	if (atomic_load(&environment->connections) != 0)
		return gh_leave_failed(
			&environment->base, GH_E_SEQUENCE,
			&(struct gh_error){ .text = "connections are still allocated" });
	(void)gh_leave(&environment->base, SQL_SUCCESS);
	gh_environment_free(environment);
	return SQL_SUCCESS;
}

/* In a child of fork: see leave_to_parent in connect.c.  The memory stays. */
static SQLRETURN forget_connection(SQLHANDLE handle)
{
	struct gh_connection *connection = handle;

	if (!gh_is_inherited(handle, GH_MAGIC_CONNECTION))
		return SQL_INVALID_HANDLE;
	connection->base.magic = GH_MAGIC_FREED;
	atomic_fetch_sub(&connection->environment->connections, 1);
	return SQL_SUCCESS;
}

static SQLRETURN forget_statement(SQLHANDLE handle)
{
	struct gh_statement *statement = handle;

	if (!gh_is_inherited(handle, GH_MAGIC_STATEMENT))
		return SQL_INVALID_HANDLE;
	for (int i = 0; i < GH_DESCRIPTOR_COUNT; i++)
		statement->descriptors[i].base.magic = GH_MAGIC_FREED;
	statement->base.magic = GH_MAGIC_FREED;
	return SQL_SUCCESS;
}

static SQLRETURN free_connection(SQLHANDLE handle)
{
	struct gh_connection *connection = gh_enter_connection(handle);

	if (connection == NULL)
		return forget_connection(handle);
	if (connection->open)
		return gh_leave_failed(
			&connection->base, GH_E_SEQUENCE,
			&(struct gh_error){ .text = "the connection is still open" });
	(void)gh_leave(&connection->base, SQL_SUCCESS);
	gh_connection_free(connection);
	return SQL_SUCCESS;
}

static SQLRETURN free_statement(SQLHANDLE handle)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	struct gh_connection *connection;

	if (statement == NULL)
		return forget_statement(handle);
	connection = statement->connection;
	(void)gh_leave(&statement->base, SQL_SUCCESS);
	gh_lock_take(&connection->base.lock);
	gh_statement_free(statement);
	gh_lock_release(&connection->base.lock);
	return SQL_SUCCESS;
}

static SQLRETURN forget_descriptor(SQLHANDLE handle)
{
	struct gh_descriptor *descriptor = handle;

	if (!gh_is_inherited(handle, GH_MAGIC_DESCRIPTOR) || descriptor->statement != NULL)
		return SQL_INVALID_HANDLE;
	descriptor->base.magic = GH_MAGIC_FREED;
	return SQL_SUCCESS;
}

/* Implicit descriptors live and die with their statement (HY017). */
static SQLRETURN free_descriptor(SQLHANDLE handle)
{
	struct gh_descriptor *descriptor = gh_enter_descriptor(handle);
	struct gh_connection *connection;
	bool busy;

	if (descriptor == NULL)
		return forget_descriptor(handle);
	if (descriptor->statement != NULL) {
		gh_diag_add_state(&descriptor->base.diag, "HY017",
				  "Invalid use of an automatically allocated descriptor handle");
		descriptor->base.diag.source = GH_DIAG_OURS;
		gh_lock_release(gh_descriptor_lock(descriptor));
		return SQL_ERROR;
	}
	connection = descriptor->connection;
	gh_lock_take(&connection->base.lock);
	busy = gh_descriptor_busy(descriptor);
	if (!busy) {
		(void)gh_leave(&descriptor->base, SQL_SUCCESS);
		gh_descriptor_free(descriptor);
	}
	gh_lock_release(&connection->base.lock);
	if (busy)
		return gh_leave_descriptor_failed(descriptor, GH_E_SEQUENCE,
						  &(struct gh_error){ 0 });
	return SQL_SUCCESS;
}

SQLRETURN gh_do_SQLFreeHandle(SQLSMALLINT type, SQLHANDLE handle)
{
	switch (type) {
	case SQL_HANDLE_ENV:
		return free_environment(handle);
	case SQL_HANDLE_DBC:
		return free_connection(handle);
	case SQL_HANDLE_STMT:
		return free_statement(handle);
	case SQL_HANDLE_DESC:
		return free_descriptor(handle);
	default:
		return SQL_INVALID_HANDLE;
	}
}

/* ODBC 3.8, SQLFreeStmt: SQL_UNBIND sets SQL_DESC_COUNT of the current descriptor to 0. */
static void forget_bindings(struct gh_statement *statement)
{
	gh_buffers_cut(&statement->ard->buffers, 0);
	gh_rows_unbound(statement);
}

/* The target is to unbind what the application bound. */
static enum gh_status attach(struct gh_statement *statement, SQLUSMALLINT option,
			     struct gh_error *err)
{
	if (statement->functions->SQLFreeStmt == NULL)
		return gh_fail(err, GH_E_NO_FUNCTION, "SQLFreeStmt");
	if (option == SQL_CLOSE && statement->running != NULL)
		return gh_fail(err, GH_E_SEQUENCE, "a call is still running");
	if (option == SQL_RESET_PARAMS)
		return gh_outputs_turn(statement, err);
	return option == SQL_UNBIND && statement->rowset.detached ? gh_rows_restore(statement, err)
								  : GH_OK;
}

SQLRETURN gh_do_SQLFreeStmt(SQLHSTMT handle, SQLUSMALLINT option)
{
	struct gh_statement *statement;
	struct gh_error err = { 0 };
	enum gh_status status;
	SQLRETURN code;

	if (option == SQL_DROP)
		return free_statement(handle);
	statement = gh_enter_statement(handle);
	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	status = attach(statement, option, &err);
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	if (option == SQL_CLOSE)
		gh_statement_end(statement);
	code = statement->functions->SQLFreeStmt(statement->target, option);
	/* a target that did not unbind still writes to the shadows */
	if (option == SQL_UNBIND && SQL_SUCCEEDED(code))
		forget_bindings(statement);
	if (option == SQL_RESET_PARAMS && SQL_SUCCEEDED(code)) {
		gh_outputs_clear(statement);
		gh_buffers_cut(&statement->apd->buffers, 0);
	}
	return gh_leave_statement(statement, code);
}

SQLRETURN gh_do_SQLCloseCursor(SQLHSTMT handle)
{
	struct gh_statement *statement = gh_enter_statement(handle);

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (statement->functions->SQLCloseCursor == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLCloseCursor" });
	if (statement->running != NULL)
		return gh_leave_failed(&statement->base, GH_E_SEQUENCE, &(struct gh_error){ 0 });
	gh_statement_end(statement);
	return gh_leave_statement(statement,
				  statement->functions->SQLCloseCursor(statement->target));
}
