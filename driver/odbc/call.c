/*
 * Handles are checked by their magic before anything else of them is touched.
 * A handle that was freed has none; memory that was reused for another handle
 * of the same kind can't be told apart, here as in any driver.
 */
#include "call.h"

#include <string.h>
#include <unistd.h>

static void clear_diagnostics(struct gh_handle *handle)
{
	if (handle->diag.count != 0)
		gh_diag_clear(&handle->diag);
}

struct gh_connection *gh_enter_connection(SQLHANDLE handle)
{
	struct gh_connection *connection = handle;

	if (!gh_is_kind(handle, GH_MAGIC_CONNECTION))
		return NULL;
	gh_lock_take(&connection->base.lock);
	clear_diagnostics(&connection->base);
	return connection;
}

/* Environments have no mark: a child goes on with them. */
bool gh_same_pid(const struct gh_handle *handle)
{
	return handle->magic == GH_MAGIC_ENVIRONMENT || handle->pid == getpid();
}

SQLRETURN gh_answer_invalid(SQLHANDLE handle)
{
	if (gh_is_inherited(handle, GH_MAGIC_CONNECTION) ||
	    gh_is_inherited(handle, GH_MAGIC_STATEMENT) ||
	    gh_is_inherited(handle, GH_MAGIC_DESCRIPTOR))
		return SQL_ERROR;
	return SQL_INVALID_HANDLE;
}

/* A thread that held the lock when its process forked is not there in the child. */
static void reset(void *environment)
{
	gh_lock_reset(&((struct gh_environment *)environment)->base.lock);
}

struct gh_environment *gh_enter_environment(SQLHANDLE handle)
{
	struct gh_environment *environment = handle;

	if (!gh_is_kind(handle, GH_MAGIC_ENVIRONMENT))
		return NULL;
	gh_fork_adopt(&environment->base.pid, reset, environment);
	gh_lock_take(&environment->base.lock);
	clear_diagnostics(&environment->base);
	return environment;
}

struct gh_descriptor *gh_enter_descriptor(SQLHANDLE handle)
{
	struct gh_descriptor *descriptor = handle;

	if (!gh_is_kind(handle, GH_MAGIC_DESCRIPTOR))
		return NULL;
	gh_lock_take(gh_descriptor_lock(descriptor));
	clear_diagnostics(&descriptor->base);
	return descriptor;
}

SQLRETURN gh_leave(struct gh_handle *handle, SQLRETURN code)
{
	handle->diag.source = GH_DIAG_OURS;
	handle->diag.code = code;
	gh_lock_release(&handle->lock);
	return code;
}

SQLRETURN gh_leave_failed(struct gh_handle *handle, enum gh_status status,
			  const struct gh_error *err)
{
	struct gh_buf text;

	gh_buf_init(&text, 0);
	if (err->line > 0)
		(void)gh_buf_printf(&text, "%s (line %d, column %d)", err->text, err->line,
				    err->column);
	gh_diag_add(&handle->diag, status, text.length > 0 ? text.bytes : err->text);
	gh_buf_clear(&text);
	return gh_leave(handle, SQL_ERROR);
}

SQLRETURN gh_leave_refused(struct gh_handle *handle, const char *function)
{
	gh_diag_add(&handle->diag, GH_E_UNGOVERNED, function);
	return gh_leave(handle, SQL_ERROR);
}

/* Outside the hot path: something went wrong, and its text may carry data. */
void gh_withhold_messages(struct gh_statement *statement)
{
	if (gh_diag_harmless(&statement->connection->down, SQL_HANDLE_STMT, statement->target,
			     statement->scrub))
		return;
	gh_diag_snapshot(&statement->base.diag, &statement->connection->down, SQL_HANDLE_STMT,
			 statement->target, statement->scrub);
}

/*
 * A success leaves nothing to read.  Where masks apply, anything else is copied at
 * once, since a commit's failure may quote rows.  Where none do, the target goes on
 * telling it, as to any application: MariaDB's connector 3.1.15 has its own idea of
 * how long a text beyond ASCII is.
 */
SQLRETURN gh_leave_connection(struct gh_connection *connection, SQLRETURN code)
{
	struct gh_diagnostics *diag = &connection->base.diag;

	if (code == SQL_SUCCESS || diag->count > 0)
		return gh_leave(&connection->base, code);
	if (gh_connection_scrub(connection) != GH_SCRUB_NO || !connection->open) {
		gh_diag_snapshot(diag, &connection->down, SQL_HANDLE_DBC,
				 connection->down.connection,
				 gh_connection_scrub(connection));
		return gh_leave(&connection->base, code);
	}
	diag->source = GH_DIAG_TARGET;
	diag->code = code;
	gh_lock_release(&connection->base.lock);
	return code;
}

SQLRETURN gh_leave_transaction(struct gh_connection *connection, SQLRETURN code)
{
	if (code == SQL_SUCCESS || gh_connection_scrub(connection) == GH_SCRUB_NO)
		return gh_leave_connection(connection, code);
	gh_diag_snapshot(&connection->base.diag, &connection->down, SQL_HANDLE_DBC,
			 connection->down.connection, gh_connection_scrub(connection));
	return gh_leave(&connection->base, code);
}

SQLRETURN gh_leave_descriptor(struct gh_descriptor *descriptor, SQLRETURN code)
{
	descriptor->base.diag.source = GH_DIAG_TARGET;
	descriptor->base.diag.code = code;
	gh_lock_release(gh_descriptor_lock(descriptor));
	return code;
}

SQLRETURN gh_leave_descriptor_failed(struct gh_descriptor *descriptor, enum gh_status status,
				     const struct gh_error *err)
{
	gh_diag_add(&descriptor->base.diag, status, err->text);
	descriptor->base.diag.source = GH_DIAG_OURS;
	descriptor->base.diag.code = SQL_ERROR;
	gh_lock_release(gh_descriptor_lock(descriptor));
	return SQL_ERROR;
}

SQLRETURN gh_refuse_call(const char *function, SQLHANDLE handle)
{
	struct gh_error err = { 0 };
	struct gh_statement *statement;
	struct gh_connection *connection;
	struct gh_descriptor *descriptor;

	statement = gh_enter_statement(handle);
	if (statement != NULL)
		return gh_leave_refused(&statement->base, function);
	connection = gh_enter_connection(handle);
	if (connection != NULL)
		return gh_leave_refused(&connection->base, function);
	descriptor = gh_enter_descriptor(handle);
	if (descriptor == NULL)
		return SQL_INVALID_HANDLE;
	(void)gh_fail(&err, GH_E_UNGOVERNED, "%s", function);
	return gh_leave_descriptor_failed(descriptor, GH_E_UNGOVERNED, &err);
}
