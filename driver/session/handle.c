/*
 * Allocation of the handles and what they own.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum gh_status gh_handle_init(struct gh_handle *handle, enum gh_magic magic, struct gh_error *err)
{
	enum gh_status status = gh_lock_init(&handle->lock, err);

	if (status != GH_OK)
		return status;
	handle->magic = magic;
	atomic_init(&handle->pid, getpid());
	handle->number = gh_process_number();
	handle->diag.row_count = -1;
	return GH_OK;
}

void gh_handle_clear(struct gh_handle *handle)
{
	handle->magic = GH_MAGIC_FREED;
	gh_diag_clear(&handle->diag);
	gh_lock_clear(&handle->lock);
}

static enum gh_status init_with_lock(struct gh_handle *handle, enum gh_magic magic,
				     struct gh_lock *lock, struct gh_error *err)
{
	enum gh_status status = gh_lock_init(lock, err);

	if (status != GH_OK)
		return status;
	status = gh_handle_init(handle, magic, err);
	if (status != GH_OK)
		gh_lock_clear(lock);
	return status;
}

enum gh_status gh_environment_new(struct gh_environment **out, struct gh_error *err)
{
	struct gh_environment *environment = calloc(1, sizeof(*environment));
	enum gh_status status;

	*out = NULL;
	gh_process_start();
	if (environment == NULL)
		return gh_fail(err, GH_E_MEMORY, "environment");
	status = gh_handle_init(&environment->base, GH_MAGIC_ENVIRONMENT, err);
	if (status != GH_OK) {
		free(environment);
		return status;
	}
	environment->output_nts = SQL_TRUE;
	*out = environment;
	return GH_OK;
}

void gh_environment_free(struct gh_environment *environment)
{
	if (environment == NULL)
		return;
	gh_handle_clear(&environment->base);
	free(environment);
}

enum gh_status gh_connection_new(struct gh_environment *environment, struct gh_connection **out,
				 struct gh_error *err)
{
	struct gh_connection *connection = calloc(1, sizeof(*connection));
	enum gh_status status;

	*out = NULL;
	if (connection == NULL)
		return gh_fail(err, GH_E_MEMORY, "connection");
	status = init_with_lock(&connection->base, GH_MAGIC_CONNECTION, &connection->describing,
				err);
	if (status != GH_OK) {
		free(connection);
		return status;
	}
	connection->base.fork_mark = gh_process_mark();
	connection->environment = environment;
	connection->autocommit = SQL_AUTOCOMMIT_ON;
	atomic_fetch_add(&environment->connections, 1);
	connection->next = environment->first;
	environment->first = connection;
	*out = connection;
	return GH_OK;
}

static void free_queue(struct gh_connection *connection)
{
	for (size_t i = 0; i < connection->queue_count; i++)
		free(connection->queue[i].copy);
	free(connection->queue);
	connection->queue = NULL;
	connection->queue_count = 0;
}

static void unlink_connection(struct gh_connection *connection)
{
	struct gh_environment *environment = connection->environment;
	struct gh_connection **at = &environment->first;

	gh_lock_take(&environment->base.lock);
	while (*at != NULL && *at != connection)
		at = &(*at)->next;
	if (*at != NULL)
		*at = connection->next;
	gh_lock_release(&environment->base.lock);
	atomic_fetch_sub(&environment->connections, 1);
}

void gh_connection_free(struct gh_connection *connection)
{
	if (connection == NULL)
		return;
	gh_connection_close(connection);
	gh_trace_release(connection->trace);
	free_queue(connection);
	unlink_connection(connection);
	gh_handle_clear(&connection->base);
	gh_lock_clear(&connection->describing);
	free(connection);
}

enum gh_status gh_connection_queue(struct gh_connection *connection,
				   const struct gh_queued_attribute *attribute,
				   struct gh_error *err)
{
	struct gh_queued_attribute *queue;

	for (size_t i = 0; i < connection->queue_count; i++) {
		if (connection->queue[i].attribute != attribute->attribute)
			continue;
		free(connection->queue[i].copy);
		connection->queue[i] = *attribute;
		return GH_OK;
	}
	queue = realloc(connection->queue, (connection->queue_count + 1) * sizeof(*queue));
	if (queue == NULL)
		return gh_fail(err, GH_E_MEMORY, "connection attribute");
	queue[connection->queue_count++] = *attribute;
	connection->queue = queue;
	return GH_OK;
}

static void init_descriptors(struct gh_connection *connection, struct gh_statement *statement)
{
	for (int i = 0; i < GH_DESCRIPTOR_COUNT; i++) {
		statement->descriptors[i].base.magic = GH_MAGIC_DESCRIPTOR;
		statement->descriptors[i].base.fork_mark = statement->base.fork_mark;
		atomic_init(&statement->descriptors[i].base.pid, statement->base.pid);
		statement->descriptors[i].base.diag.row_count = -1;
		statement->descriptors[i].kind = (enum gh_descriptor_kind)i;
		statement->descriptors[i].connection = connection;
		statement->descriptors[i].statement = statement;
		statement->descriptors[i].buffers.array_size = 1;
	}
	statement->ard = &statement->descriptors[GH_DESCRIPTOR_ARD];
	statement->apd = &statement->descriptors[GH_DESCRIPTOR_APD];
}

static void link_statement(struct gh_connection *connection, struct gh_statement *statement)
{
	statement->connection = connection;
	statement->functions = connection->down.functions;
	statement->rowset.rowset_size = 1;
	gh_buf_init(&statement->sent, 0);
	gh_buf_init(&statement->text, 0);
	gh_buf_init(&statement->put, 0);
	gh_buf_init(&statement->cell.value, 0);
	statement->next = connection->statements;
	connection->statements = statement;
}

enum gh_status gh_statement_new(struct gh_connection *connection, struct gh_statement **out,
				SQLRETURN *code, struct gh_error *err)
{
	struct gh_statement *statement = calloc(1, sizeof(*statement));
	enum gh_status status;

	*out = NULL;
	*code = SQL_ERROR;
	if (statement == NULL)
		return gh_fail(err, GH_E_MEMORY, "statement");
	status = init_with_lock(&statement->base, GH_MAGIC_STATEMENT, &statement->asking, err);
	if (status != GH_OK) {
		free(statement);
		return status;
	}
	statement->base.fork_mark = connection->base.fork_mark;
	*code = connection->down.functions->SQLAllocHandle(
		SQL_HANDLE_STMT, connection->down.connection, &statement->target);
	if (!SQL_SUCCEEDED(*code)) {
		gh_handle_clear(&statement->base);
		gh_lock_clear(&statement->asking);
		free(statement);
		return GH_OK;
	}
	init_descriptors(connection, statement);
	link_statement(connection, statement);
	*out = statement;
	return GH_OK;
}

static void unlink_statement(struct gh_statement *statement)
{
	struct gh_statement **at = &statement->connection->statements;

	while (*at != NULL && *at != statement)
		at = &(*at)->next;
	if (*at != NULL)
		*at = statement->next;
}

void gh_statement_free(struct gh_statement *statement)
{
	if (statement == NULL)
		return;
	unlink_statement(statement);
	gh_statement_end(statement);
	gh_statement_forget(statement);
	if (statement->target != SQL_NULL_HSTMT)
		statement->functions->SQLFreeHandle(SQL_HANDLE_STMT, statement->target);
	statement->target = SQL_NULL_HSTMT;
	gh_rows_unbound(statement);
	gh_outputs_clear(statement);
	gh_buf_clear_secret(&statement->put);
	free(statement->rowset.own_status);
	for (int i = 0; i < GH_DESCRIPTOR_COUNT; i++) {
		statement->descriptors[i].base.magic = GH_MAGIC_FREED;
		gh_diag_clear(&statement->descriptors[i].base.diag);
		free(statement->descriptors[i].buffers.bindings);
	}
	gh_handle_clear(&statement->base);
	gh_lock_clear(&statement->asking);
	free(statement);
}
