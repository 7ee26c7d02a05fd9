/*
 * Descriptors that applications allocate, and what all application descriptors
 * say of the application's buffers (doc/design/descriptors.md).
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is said of buffers ----------------------------------------------------------------- */

struct gh_binding *gh_buffers_at(struct gh_buffers *buffers, SQLUSMALLINT record)
{
	struct gh_binding *bindings = buffers->bindings;

	if (record == 0)
		return &buffers->bookmark;
	if (record > buffers->binding_count) {
		bindings = realloc(bindings, record * sizeof(*bindings));
		if (bindings == NULL)
			return NULL;
		memset(bindings + buffers->binding_count, 0,
		       (record - buffers->binding_count) * sizeof(*bindings));
		buffers->bindings = bindings;
		buffers->binding_count = record;
	}
	return &bindings[record - 1];
}

const struct gh_binding *gh_buffers_bound(const struct gh_buffers *buffers, SQLUSMALLINT record)
{
	const struct gh_binding *binding;

	if (record > buffers->binding_count)
		return NULL;
	binding = record == 0 ? &buffers->bookmark : &buffers->bindings[record - 1];
	if (binding->value == NULL && binding->length == NULL && binding->indicator == NULL)
		return NULL;
	return binding;
}

void gh_buffers_cut(struct gh_buffers *buffers, size_t count)
{
	buffers->version++;
	if (count == 0)
		buffers->bookmark = (struct gh_binding){ 0 };
	if (count >= buffers->binding_count)
		return;
	memset(buffers->bindings + count, 0,
	       (buffers->binding_count - count) * sizeof(*buffers->bindings));
	buffers->binding_count = count;
}

/* ---- descriptors ----------------------------------------------------------------------------- */

static const SQLINTEGER attributes[] = {
	[GH_DESCRIPTOR_ARD] = SQL_ATTR_APP_ROW_DESC,
	[GH_DESCRIPTOR_APD] = SQL_ATTR_APP_PARAM_DESC,
	[GH_DESCRIPTOR_IRD] = SQL_ATTR_IMP_ROW_DESC,
	[GH_DESCRIPTOR_IPD] = SQL_ATTR_IMP_PARAM_DESC,
};

/*
 * An implicit one is asked for once, as managers do: the target answers with the
 * explicit one when it is replaced, and psqlODBC 13.02 takes the question for a call
 * that went well, so that it does not roll back what failed before.
 */
SQLHDESC gh_descriptor_target(struct gh_descriptor *descriptor)
{
	const struct gh_statement *statement = descriptor->statement;
	const struct gh_functions *functions = descriptor->connection->down.functions;
	enum gh_width width = functions->SQLGetStmtAttr[GH_NARROW] != NULL ? GH_NARROW : GH_WIDE;
	SQLHDESC target = SQL_NULL_HDESC;

	if (descriptor->target != SQL_NULL_HDESC || statement == NULL)
		return descriptor->target;
	if (functions->SQLGetStmtAttr[width] == NULL ||
	    !SQL_SUCCEEDED(functions->SQLGetStmtAttr[width](statement->target,
							    attributes[descriptor->kind], &target,
							    SQL_IS_POINTER, NULL)))
		return SQL_NULL_HDESC;
	descriptor->target = target;
	return target;
}

/* An ODBC 2 driver would answer a failure with what an earlier call had to say. */
static void forget_old_records(struct gh_connection *connection)
{
	struct gh_diagnostics old = { 0 };

	if (!connection->down.reads_errors)
		return;
	gh_diag_snapshot(&old, &connection->down, SQL_HANDLE_DBC, connection->down.connection,
			 GH_SCRUB_NO);
	gh_diag_clear(&old);
}

enum gh_status gh_descriptor_new(struct gh_connection *connection, struct gh_descriptor **out,
				 SQLRETURN *code, struct gh_error *err)
{
	struct gh_descriptor *descriptor = calloc(1, sizeof(*descriptor));
	enum gh_status status;

	*out = NULL;
	*code = SQL_ERROR;
	if (descriptor == NULL)
		return gh_fail(err, GH_E_MEMORY, "descriptor");
	status = gh_handle_init(&descriptor->base, GH_MAGIC_DESCRIPTOR, err);
	if (status != GH_OK) {
		free(descriptor);
		return status;
	}
	descriptor->base.fork_mark = connection->base.fork_mark;
	forget_old_records(connection);
	*code = connection->down.functions->SQLAllocHandle(
		SQL_HANDLE_DESC, connection->down.connection, &descriptor->target);
	if (!SQL_SUCCEEDED(*code)) {
		gh_handle_clear(&descriptor->base);
		free(descriptor);
		return GH_OK;
	}
	descriptor->connection = connection;
	descriptor->buffers.array_size = 1;
	descriptor->next = connection->descriptors;
	connection->descriptors = descriptor;
	*out = descriptor;
	return GH_OK;
}

static void unlink_descriptor(struct gh_descriptor *descriptor)
{
	struct gh_descriptor **at = &descriptor->connection->descriptors;

	while (*at != NULL && *at != descriptor)
		at = &(*at)->next;
	if (*at != NULL)
		*at = descriptor->next;
}

bool gh_descriptor_busy(const struct gh_descriptor *descriptor)
{
	for (const struct gh_statement *at = descriptor->connection->statements; at != NULL;
	     at = at->next)
		if ((at->ard == descriptor || at->apd == descriptor) &&
		    (at->running != NULL || at->change.pending || at->needs_data))
			return true;
	return false;
}

/* What the target said of the statement's last call, before it is called again. */
static void keep_diagnostics(struct gh_statement *statement)
{
	struct gh_diagnostics *diag = &statement->base.diag;

	if (diag->source != GH_DIAG_TARGET || diag->code == SQL_SUCCESS)
		return;
	gh_diag_snapshot(diag, &statement->connection->down, SQL_HANDLE_STMT, statement->target,
			 statement->scrub);
}

/*
 * ODBC 3.8, SQLFreeHandle: the statements that used it have their implicit one
 * again.  The target is told first, since a driver may keep a pointer to what is
 * gone.
 */
static void leave_descriptor(struct gh_statement *statement, const struct gh_descriptor *descriptor)
{
	struct gh_error ignored = { 0 };

	if (statement->ard == descriptor || statement->apd == descriptor)
		keep_diagnostics(statement);
	if (statement->ard == descriptor) {
		(void)gh_statement_use(statement, GH_DESCRIPTOR_ARD, NULL, &ignored);
		statement->ard = &statement->descriptors[GH_DESCRIPTOR_ARD];
		gh_rows_awaken(statement);
	}
	if (statement->apd == descriptor) {
		(void)gh_statement_use(statement, GH_DESCRIPTOR_APD, NULL, &ignored);
		statement->apd = &statement->descriptors[GH_DESCRIPTOR_APD];
	}
}

void gh_descriptor_free(struct gh_descriptor *descriptor)
{
	struct gh_connection *connection = descriptor->connection;

	for (struct gh_statement *at = connection->statements; at != NULL; at = at->next)
		if (at->target != SQL_NULL_HSTMT)
			leave_descriptor(at, descriptor);
	unlink_descriptor(descriptor);
	if (descriptor->target != SQL_NULL_HDESC)
		connection->down.functions->SQLFreeHandle(SQL_HANDLE_DESC, descriptor->target);
	free(descriptor->buffers.bindings);
	gh_handle_clear(&descriptor->base);
	free(descriptor);
}

SQLRETURN gh_statement_use(struct gh_statement *statement, enum gh_descriptor_kind kind,
			   struct gh_descriptor *descriptor, struct gh_error *err)
{
	struct gh_descriptor *implicit = &statement->descriptors[kind];
	SQLRETURN code;

	/* asked for before the target has another to answer with */
	(void)gh_descriptor_target(implicit);
	if (kind == GH_DESCRIPTOR_ARD && gh_rows_restore(statement, err) != GH_OK)
		return SQL_ERROR;
	code = gh_statement_set_target(statement, attributes[kind],
				       descriptor == NULL ? SQL_NULL_HDESC : descriptor->target);
	if (!SQL_SUCCEEDED(code))
		return code;
	if (kind == GH_DESCRIPTOR_ARD)
		statement->ard = descriptor == NULL ? implicit : descriptor;
	else
		statement->apd = descriptor == NULL ? implicit : descriptor;
	return code;
}
