/*
 * Attributes of environments, connections and statements: an allow-list.  What
 * is not in a table is refused.
 */
#include "call.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum effect {
	EFFECT_REFUSED = 0,
	EFFECT_PASS,       /* a number or a pointer that only the target uses */
	EFFECT_MIRROR,     /* passed, and noted by us */
	EFFECT_TEXT,       /* passed as a text */
	EFFECT_READ_ONLY,  /* may be asked */
	EFFECT_DESCRIPTOR, /* one of our descriptor handles */
};

struct attribute_row {
	SQLINTEGER attribute;
	enum effect effect;
};

/* lint: table */
static const struct attribute_row connection_rows[] = {
	{ SQL_ATTR_ACCESS_MODE, EFFECT_PASS },
	{ SQL_ATTR_AUTOCOMMIT, EFFECT_MIRROR },
	{ SQL_ATTR_LOGIN_TIMEOUT, EFFECT_PASS },
	{ SQL_ATTR_TRANSLATE_OPTION, EFFECT_PASS },
	{ SQL_ATTR_TXN_ISOLATION, EFFECT_PASS },
	{ SQL_ATTR_CURRENT_CATALOG, EFFECT_TEXT },
	{ SQL_ATTR_ODBC_CURSORS, EFFECT_PASS },
	{ SQL_ATTR_QUIET_MODE, EFFECT_PASS },
	{ SQL_ATTR_PACKET_SIZE, EFFECT_PASS },
	{ SQL_ATTR_CONNECTION_TIMEOUT, EFFECT_PASS },
	{ SQL_ATTR_DISCONNECT_BEHAVIOR, EFFECT_PASS },
	{ SQL_ATTR_ANSI_APP, EFFECT_PASS },
	{ SQL_ATTR_METADATA_ID, EFFECT_PASS },
	{ SQL_ATTR_ASYNC_ENABLE, EFFECT_MIRROR },
	{ SQL_ATTR_CONNECTION_DEAD, EFFECT_READ_ONLY },
	{ SQL_ATTR_AUTO_IPD, EFFECT_READ_ONLY },
	/* ODBC 2: defaults for later statements */
	{ SQL_QUERY_TIMEOUT, EFFECT_PASS },
	{ SQL_MAX_ROWS, EFFECT_PASS },
	{ SQL_MAX_LENGTH, EFFECT_PASS },
	{ SQL_CURSOR_TYPE, EFFECT_PASS },
	{ SQL_CONCURRENCY, EFFECT_PASS },
	{ SQL_KEYSET_SIZE, EFFECT_PASS },
};

/*
 * psqlODBC's own (its pgapifunc.h).  65536, 65537 and 65548 switch its logs on, which
 * would hold fetched values, and stay refused.
 */
/* lint: table */
static const struct attribute_row psqlodbc_rows[] = {
	{ 65538, EFFECT_PASS }, /* PARSE */
	{ 65539, EFFECT_PASS }, /* USE_DECLAREFETCH */
	{ 65540, EFFECT_PASS }, /* SERVER_SIDE_PREPARE */
	{ 65541, EFFECT_PASS }, /* FETCH */
	{ 65542, EFFECT_PASS }, /* UNKNOWNSIZES */
	{ 65543, EFFECT_PASS }, /* TEXTASLONGVARCHAR */
	{ 65544, EFFECT_PASS }, /* UNKNOWNSASLONGVARCHAR */
	{ 65545, EFFECT_PASS }, /* BOOLSASCHAR */
	{ 65546, EFFECT_PASS }, /* MAXVARCHARSIZE */
	{ 65547, EFFECT_PASS }, /* MAXLONGVARCHARSIZE */
	{ 65549, EFFECT_PASS }, /* MSJET */
	{ 65550, EFFECT_PASS }, /* BATCHSIZE */
	{ 65551, EFFECT_PASS }, /* IGNORETIMEOUT */
};

/* lint: table */
static const struct attribute_row statement_rows[] = {
	{ SQL_ATTR_QUERY_TIMEOUT, EFFECT_PASS },
	{ SQL_ATTR_MAX_ROWS, EFFECT_PASS },
	{ SQL_ATTR_NOSCAN, EFFECT_MIRROR },
	{ SQL_ATTR_MAX_LENGTH, EFFECT_PASS },
	{ SQL_ATTR_ASYNC_ENABLE, EFFECT_MIRROR },
	{ SQL_ATTR_ROW_BIND_TYPE, EFFECT_MIRROR },
	{ SQL_ATTR_CURSOR_TYPE, EFFECT_PASS },
	{ SQL_ATTR_CONCURRENCY, EFFECT_PASS },
	{ SQL_ATTR_KEYSET_SIZE, EFFECT_PASS },
	{ SQL_ROWSET_SIZE, EFFECT_MIRROR },
	{ SQL_ATTR_SIMULATE_CURSOR, EFFECT_PASS },
	{ SQL_ATTR_RETRIEVE_DATA, EFFECT_PASS },
	{ SQL_ATTR_USE_BOOKMARKS, EFFECT_PASS },
	{ SQL_GET_BOOKMARK, EFFECT_READ_ONLY },
	{ SQL_ATTR_ROW_NUMBER, EFFECT_READ_ONLY },
	{ SQL_ATTR_ENABLE_AUTO_IPD, EFFECT_PASS },
	{ SQL_ATTR_FETCH_BOOKMARK_PTR, EFFECT_PASS },
	{ SQL_ATTR_PARAM_BIND_OFFSET_PTR, EFFECT_PASS },
	{ SQL_ATTR_PARAM_BIND_TYPE, EFFECT_PASS },
	{ SQL_ATTR_PARAM_OPERATION_PTR, EFFECT_PASS },
	{ SQL_ATTR_PARAM_STATUS_PTR, EFFECT_PASS },
	{ SQL_ATTR_PARAMS_PROCESSED_PTR, EFFECT_PASS },
	{ SQL_ATTR_PARAMSET_SIZE, EFFECT_MIRROR },
	{ SQL_ATTR_ROW_BIND_OFFSET_PTR, EFFECT_MIRROR },
	{ SQL_ATTR_ROW_OPERATION_PTR, EFFECT_MIRROR },
	{ SQL_ATTR_ROW_STATUS_PTR, EFFECT_MIRROR },
	{ SQL_ATTR_ROWS_FETCHED_PTR, EFFECT_MIRROR },
	{ SQL_ATTR_ROW_ARRAY_SIZE, EFFECT_MIRROR },
	{ SQL_ATTR_CURSOR_SCROLLABLE, EFFECT_PASS },
	{ SQL_ATTR_CURSOR_SENSITIVITY, EFFECT_PASS },
	{ SQL_ATTR_METADATA_ID, EFFECT_PASS },
	{ SQL_ATTR_APP_ROW_DESC, EFFECT_DESCRIPTOR },
	{ SQL_ATTR_APP_PARAM_DESC, EFFECT_DESCRIPTOR },
	{ SQL_ATTR_IMP_ROW_DESC, EFFECT_DESCRIPTOR },
	{ SQL_ATTR_IMP_PARAM_DESC, EFFECT_DESCRIPTOR },
};

static enum effect effect_of(const struct attribute_row *rows, size_t count, SQLINTEGER attribute)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].attribute == attribute)
			return rows[i].effect;
	return EFFECT_REFUSED;
}

#define EFFECT_OF(rows, attribute) effect_of(rows, sizeof(rows) / sizeof((rows)[0]), attribute)

/* A driver's own attributes are known once it is: the manager keeps them until then. */
static enum effect connection_effect(const struct gh_connection *connection, SQLINTEGER attribute)
{
	const char *library = connection->open ? connection->route.library : NULL;
	const char *file = library == NULL ? NULL : strrchr(library, '/');
	enum effect effect = EFFECT_OF(connection_rows, attribute);

	if (effect != EFFECT_REFUSED || library == NULL)
		return effect;
	if (strstr(file == NULL ? library : file, "psqlodbc") != NULL)
		return EFFECT_OF(psqlodbc_rows, attribute);
	return EFFECT_REFUSED;
}

static SQLRETURN leave_named(struct gh_handle *handle, enum gh_status status, SQLINTEGER attribute)
{
	struct gh_error err = { 0 };

	(void)gh_fail(&err, status, "attribute %d", (int)attribute);
	return gh_leave_failed(handle, status, &err);
}

/* ---- environment -------------------------------------------------------------------------- */

SQLRETURN gh_do_SQLSetEnvAttr(SQLHENV handle, SQLINTEGER attribute, SQLPOINTER value,
			      SQLINTEGER length)
{
	struct gh_environment *environment = gh_enter_environment(handle);
	SQLINTEGER number = (SQLINTEGER)(intptr_t)value;

	(void)length;
	if (environment == NULL)
		return SQL_INVALID_HANDLE;
	if (attribute == SQL_ATTR_ODBC_VERSION &&
	    (number == SQL_OV_ODBC2 || number == SQL_OV_ODBC3 || number == SQL_OV_ODBC3_80))
		environment->odbc_version = number;
	else if (attribute == SQL_ATTR_OUTPUT_NTS && number == SQL_TRUE)
		environment->output_nts = number;
	else if (attribute != SQL_ATTR_CONNECTION_POOLING && attribute != SQL_ATTR_CP_MATCH)
		return gh_leave_failed(&environment->base, GH_E_IDENTIFIER,
				       &(struct gh_error){ .text = "environment attribute" });
	return gh_leave(&environment->base, SQL_SUCCESS);
}

SQLRETURN gh_do_SQLGetEnvAttr(SQLHENV handle, SQLINTEGER attribute, SQLPOINTER value,
			      SQLINTEGER room, SQLINTEGER *length)
{
	struct gh_environment *environment = gh_enter_environment(handle);
	SQLINTEGER number;

	(void)room;
	if (environment == NULL)
		return SQL_INVALID_HANDLE;
	if (attribute == SQL_ATTR_ODBC_VERSION)
		number = environment->odbc_version;
	else if (attribute == SQL_ATTR_OUTPUT_NTS)
		number = environment->output_nts;
	else
		return gh_leave_failed(&environment->base, GH_E_IDENTIFIER,
				       &(struct gh_error){ .text = "environment attribute" });
	if (value != NULL)
		*(SQLINTEGER *)value = number;
	if (length != NULL)
		*length = sizeof(number);
	return gh_leave(&environment->base, SQL_SUCCESS);
}

/* ---- connection ----------------------------------------------------------------------------- */

static enum gh_status queue_attribute(struct gh_connection *connection, enum effect effect,
				      const struct gh_queued_attribute *given, struct gh_error *err)
{
	struct gh_queued_attribute item = *given;
	struct gh_text text = { given->width, given->value, given->length };
	size_t bytes;
	enum gh_status status;

	if (effect != EFFECT_TEXT)
		return gh_connection_queue(connection, &item, err);
	if (given->width == GH_WIDE && given->length > 0)
		text.length = given->length / (SQLINTEGER)sizeof(SQLWCHAR);
	status = gh_text_bytes(&text, &bytes, err);
	if (status != GH_OK)
		return status;
	item.copy = calloc(1, bytes + sizeof(SQLWCHAR));
	if (item.copy == NULL)
		return gh_fail(err, GH_E_MEMORY, "attribute");
	if (bytes > 0)
		memcpy(item.copy, given->value, bytes);
	item.length = SQL_NTS;
	status = gh_connection_queue(connection, &item, err);
	if (status != GH_OK)
		free(item.copy);
	return status;
}

static SQLRETURN set_text(struct gh_connection *connection, const struct gh_queued_attribute *given)
{
	const struct gh_functions *functions = connection->down.functions;
	enum gh_width fit = GH_FIT(functions, SQLSetConnectAttr, given->width);
	struct gh_text text = { given->width, given->value, given->length };
	struct gh_error err = { 0 };
	struct gh_in in = { 0 };
	SQLRETURN code = SQL_ERROR;
	enum gh_status status;

	if (fit == given->width)
		return functions->SQLSetConnectAttr[fit](
			connection->down.connection, given->attribute, given->value, given->length);
	if (given->width == GH_WIDE && given->length > 0)
		text.length = given->length / (SQLINTEGER)sizeof(SQLWCHAR);
	status = gh_in_fit(connection, &text, fit, &in, &err);
	if (status == GH_OK)
		code = functions->SQLSetConnectAttr[fit](connection->down.connection,
							 given->attribute, in.bytes, SQL_NTS);
	else
		gh_diag_add(&connection->base.diag, status, err.text);
	gh_in_clear(&in);
	return code;
}

static SQLRETURN set_open(struct gh_connection *connection, enum effect effect,
			  const struct gh_queued_attribute *given)
{
	const struct gh_functions *functions = connection->down.functions;
	enum gh_width fit = GH_FIT(functions, SQLSetConnectAttr, given->width);
	SQLRETURN code;

	if (effect == EFFECT_TEXT)
		code = set_text(connection, given);
	else
		code = functions->SQLSetConnectAttr[fit](
			connection->down.connection, given->attribute, given->value, given->length);
	/* another catalog, or the end of a transaction: names may mean something else */
	atomic_fetch_add(&connection->epoch, 1);
	gh_modes_changed(connection);
	if (given->attribute == SQL_ATTR_CURRENT_CATALOG)
		atomic_store(&connection->moved, true);
	return code;
}

SQLRETURN gh_do_SQLSetConnectAttr(enum gh_width width, SQLHDBC handle, SQLINTEGER attribute,
				  SQLPOINTER value, SQLINTEGER length)
{
	struct gh_connection *connection = gh_enter_connection(handle);
	enum effect effect;
	const struct gh_queued_attribute given = { attribute, width, length, value, NULL };
	struct gh_error err = { 0 };
	enum gh_status status;
	SQLRETURN code = SQL_SUCCESS;

	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	effect = connection_effect(connection, attribute);
	/* what can only be read is the target's to refuse, once there is one */
	if (effect == EFFECT_REFUSED || (effect == EFFECT_READ_ONLY && !connection->open))
		return leave_named(&connection->base, GH_E_ATTRIBUTE, attribute);
	if (connection->open && !GH_HAS_TEXT(connection->down.functions, SQLSetConnectAttr))
		return leave_named(&connection->base, GH_E_NO_FUNCTION, attribute);
	if (connection->open)
		code = set_open(connection, effect, &given);
	if (attribute == SQL_ATTR_AUTOCOMMIT && SQL_SUCCEEDED(code))
		connection->autocommit = (SQLULEN)(uintptr_t)value;
	if (attribute == SQL_ATTR_ASYNC_ENABLE && SQL_SUCCEEDED(code))
		atomic_store(&connection->async, value != NULL);
	if (connection->open)
		return attribute == SQL_ATTR_AUTOCOMMIT ? gh_leave_transaction(connection, code)
							: gh_leave_connection(connection, code);
	status = queue_attribute(connection, effect, &given, &err);
	if (status != GH_OK)
		return gh_leave_failed(&connection->base, status, &err);
	return gh_leave(&connection->base, SQL_SUCCESS);
}

/* Before connect there is only what was queued. */
static SQLRETURN get_queued(struct gh_connection *connection, SQLINTEGER attribute,
			    SQLPOINTER value)
{
	for (size_t i = 0; i < connection->queue_count; i++) {
		if (connection->queue[i].attribute != attribute ||
		    connection->queue[i].copy != NULL)
			continue;
		if (value != NULL)
			*(SQLUINTEGER *)value = (SQLUINTEGER)(uintptr_t)connection->queue[i].value;
		return gh_leave(&connection->base, SQL_SUCCESS);
	}
	return gh_leave_failed(&connection->base, GH_E_CLOSED, &(struct gh_error){ 0 });
}

static SQLRETURN get_text(struct gh_connection *connection, const struct gh_queued_attribute *asked,
			  SQLINTEGER *length)
{
	const struct gh_functions *functions = connection->down.functions;
	enum gh_width fit = GH_FIT(functions, SQLGetConnectAttr, asked->width);
	struct gh_out out;
	SQLRETURN code;

	if (gh_out_begin(&out, asked->value, asked->length / (SQLINTEGER)gh_unit(asked->width),
			 asked->width, fit) != GH_OK)
		return SQL_ERROR;
	code = functions->SQLGetConnectAttr[fit](
		connection->down.connection, asked->attribute, out.bytes,
		(SQLINTEGER)(out.room * (SQLLEN)gh_unit(fit)), length);
	gh_out_end(&out, connection, code);
	if (SQL_SUCCEEDED(code) && length != NULL && fit != asked->width)
		*length = *length * (SQLINTEGER)gh_unit(asked->width) / (SQLINTEGER)gh_unit(fit);
	return code;
}

SQLRETURN gh_do_SQLGetConnectAttr(enum gh_width width, SQLHDBC handle, SQLINTEGER attribute,
				  SQLPOINTER value, SQLINTEGER room, SQLINTEGER *length)
{
	struct gh_connection *connection = gh_enter_connection(handle);
	enum effect effect;
	const struct gh_queued_attribute asked = { attribute, width, room, value, NULL };
	SQLRETURN code;

	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	effect = connection_effect(connection, attribute);
	if (effect == EFFECT_REFUSED)
		return leave_named(&connection->base, GH_E_ATTRIBUTE, attribute);
	if (!connection->open)
		return get_queued(connection, attribute, value);
	if (!GH_HAS_TEXT(connection->down.functions, SQLGetConnectAttr))
		return leave_named(&connection->base, GH_E_NO_FUNCTION, attribute);
	/* a pool asks this, and no more, before it hands the session to its next user */
	if (attribute == SQL_ATTR_CONNECTION_DEAD && value != NULL &&
	    connection->statements == NULL && !gh_connection_holds(connection)) {
		*(SQLUINTEGER *)value = SQL_CD_TRUE;
		return gh_leave(&connection->base, SQL_SUCCESS);
	}
	if (effect == EFFECT_TEXT)
		code = get_text(connection, &asked, length);
	else
		code = connection->down.functions->SQLGetConnectAttr[GH_FIT(
			connection->down.functions, SQLGetConnectAttr, width)](
			connection->down.connection, attribute, value, room, length);
	return gh_leave_connection(connection, code);
}

/* ---- statement ---------------------------------------------------------------------------------
 */

void gh_mirror_attribute(struct gh_statement *statement, SQLINTEGER attribute, SQLPOINTER value)
{
	struct gh_buffers *buffers = &statement->ard->buffers;
	struct gh_rowset *rowset = &statement->rowset;

	buffers->version++;
	switch (attribute) {
	case SQL_ATTR_ASYNC_ENABLE:
		statement->async = value != NULL;
		break;
	case SQL_ATTR_NOSCAN:
		statement->no_scan = (SQLULEN)(uintptr_t)value;
		break;
	case SQL_ATTR_ROW_BIND_TYPE:
		buffers->bind_type = (SQLULEN)(uintptr_t)value;
		rowset->layout_stale = true;
		break;
	case SQL_ATTR_ROW_BIND_OFFSET_PTR:
		buffers->offset = value;
		rowset->layout_stale = true;
		break;
	case SQL_ROWSET_SIZE:
		rowset->rowset_size = (SQLULEN)(uintptr_t)value;
		break;
	case SQL_ATTR_ROW_ARRAY_SIZE:
		buffers->array_size = (SQLULEN)(uintptr_t)value;
		break;
	case SQL_ATTR_PARAMSET_SIZE:
		statement->apd->buffers.array_size = (SQLULEN)(uintptr_t)value;
		break;
	case SQL_ATTR_ROW_OPERATION_PTR:
		buffers->operation = value;
		break;
	case SQL_ATTR_ROW_STATUS_PTR:
		rowset->status = value;
		rowset->own_places = false;
		break;
	case SQL_ATTR_ROWS_FETCHED_PTR:
		rowset->fetched = value;
		rowset->own_places = false;
		break;
	default:
		break;
	}
}

/* A target may adjust a size (01S02): what it then has is what counts. */
static void mirror_size(struct gh_statement *statement, SQLINTEGER attribute, SQLPOINTER value,
			SQLRETURN code)
{
	const struct gh_functions *functions = statement->functions;
	enum gh_width width = functions->SQLGetStmtAttr[GH_NARROW] != NULL ? GH_NARROW : GH_WIDE;
	SQLULEN actual = 0;

	if (code == SQL_SUCCESS_WITH_INFO && functions->SQLGetStmtAttr[width] != NULL) {
		gh_diag_snapshot(&statement->base.diag, &statement->connection->down,
				 SQL_HANDLE_STMT, statement->target,
				 statement->scrub);
		if (SQL_SUCCEEDED(functions->SQLGetStmtAttr[width](statement->target, attribute,
								   &actual, SQL_IS_UINTEGER, NULL)))
			value = (SQLPOINTER)(uintptr_t)actual;
	}
	gh_mirror_attribute(statement, attribute, value);
}

/* HY017 for another statement's implicit descriptor, HY024 for another connection's. */
static const char *wrong_descriptor(const struct gh_statement *statement, SQLINTEGER attribute,
				    const struct gh_descriptor *descriptor)
{
	enum gh_descriptor_kind kind =
		attribute == SQL_ATTR_APP_ROW_DESC ? GH_DESCRIPTOR_ARD : GH_DESCRIPTOR_APD;

	if (attribute != SQL_ATTR_APP_ROW_DESC && attribute != SQL_ATTR_APP_PARAM_DESC)
		return "HY017";
	if (descriptor == SQL_NULL_HDESC || descriptor == &statement->descriptors[kind])
		return NULL;
	if (!gh_is_kind((SQLHANDLE)(uintptr_t)descriptor, GH_MAGIC_DESCRIPTOR) ||
	    descriptor->connection != statement->connection)
		return "HY024";
	return descriptor->statement == NULL ? NULL : "HY017";
}

/* The connection's lock keeps a descriptor from being freed meanwhile. */
static SQLRETURN set_descriptor(struct gh_statement *statement, SQLINTEGER attribute,
				struct gh_descriptor *descriptor)
{
	enum gh_descriptor_kind kind =
		attribute == SQL_ATTR_APP_ROW_DESC ? GH_DESCRIPTOR_ARD : GH_DESCRIPTOR_APD;
	struct gh_error err = { 0 };
	const char *state;
	SQLRETURN code = SQL_ERROR;

	if (statement->change.pending)
		return gh_leave_failed(&statement->base, GH_E_SEQUENCE, &err);
	gh_lock_take(&statement->connection->base.lock);
	state = wrong_descriptor(statement, attribute, descriptor);
	if (state == NULL)
		code = gh_statement_use(statement, kind, descriptor, &err);
	gh_lock_release(&statement->connection->base.lock);
	if (err.status != GH_OK)
		return gh_leave_failed(&statement->base, err.status, &err);
	if (state == NULL)
		return gh_leave_statement(statement, code);
	gh_diag_add_state(&statement->base.diag, state, "not a descriptor for this statement");
	return gh_leave(&statement->base, code);
}

/* What is set for the rows goes to the descriptor that the application uses. */
static enum gh_status attach_rows(struct gh_statement *statement, enum effect effect,
				  struct gh_error *err)
{
	if (effect != EFFECT_MIRROR || !statement->rowset.detached)
		return GH_OK;
	return gh_rows_restore(statement, err);
}

SQLRETURN gh_do_SQLSetStmtAttr(enum gh_width width, SQLHSTMT handle, SQLINTEGER attribute,
			       SQLPOINTER value, SQLINTEGER length)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	enum effect effect = EFFECT_OF(statement_rows, attribute);
	struct gh_error err = { 0 };
	enum gh_status status;
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (gh_outputs_bar(statement, attribute, value))
		return leave_named(&statement->base, GH_E_ATTRIBUTE, attribute);
	if (effect == EFFECT_DESCRIPTOR)
		return set_descriptor(statement, attribute, value);
	if (attribute == SQL_ATTR_PARAM_BIND_OFFSET_PTR && statement->outputs.count > 0)
		return gh_leave_statement(statement, gh_outputs_offset(statement, value));
	/* what can only be read is the target's to refuse */
	if (effect == EFFECT_REFUSED)
		return leave_named(&statement->base, GH_E_ATTRIBUTE, attribute);
	if (!GH_HAS_TEXT(statement->functions, SQLSetStmtAttr))
		return leave_named(&statement->base, GH_E_NO_FUNCTION, attribute);
	status = attach_rows(statement, effect, &err);
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	code = statement->functions
		       ->SQLSetStmtAttr[GH_FIT(statement->functions, SQLSetStmtAttr, width)](
			       statement->target, attribute, value, length);
	if (effect == EFFECT_MIRROR && SQL_SUCCEEDED(code))
		mirror_size(statement, attribute, value, code);
	if (statement->base.diag.count > 0)
		return gh_leave(&statement->base, code);
	return gh_leave_statement(statement, code);
}

/* Masks stand between: the target has places of ours. */
static bool is_replaced(const struct gh_statement *statement, SQLINTEGER attribute)
{
	const struct gh_rowset *rowset = &statement->rowset;

	switch (attribute) {
	case SQL_ATTR_PARAM_BIND_OFFSET_PTR:
		return statement->outputs.detached;
	case SQL_ATTR_ROW_BIND_TYPE:
	case SQL_ATTR_ROW_BIND_OFFSET_PTR:
		return rowset->all_shadowed;
	case SQL_ATTR_ROW_STATUS_PTR:
	case SQL_ATTR_ROWS_FETCHED_PTR:
		return rowset->own_status != NULL;
	default:
		return false;
	}
}

/* What we replaced at the target is answered as the application set it. */
static bool get_mirrored(struct gh_statement *statement, SQLINTEGER attribute, SQLPOINTER value)
{
	const struct gh_buffers *buffers = &statement->ard->buffers;
	const struct gh_rowset *rowset = &statement->rowset;

	switch (attribute) {
	case SQL_ATTR_PARAM_BIND_OFFSET_PTR:
		*(SQLULEN **)value = statement->outputs.offset;
		return true;
	case SQL_ATTR_ROW_BIND_TYPE:
		*(SQLULEN *)value = buffers->bind_type;
		return true;
	case SQL_ATTR_ROW_BIND_OFFSET_PTR:
		*(SQLULEN **)value = buffers->offset;
		return true;
	case SQL_ATTR_ROW_STATUS_PTR:
		*(SQLUSMALLINT **)value = rowset->status;
		return true;
	case SQL_ATTR_ROWS_FETCHED_PTR:
		*(SQLULEN **)value = rowset->fetched;
		return true;
	default:
		return false;
	}
}

static struct gh_descriptor *current(struct gh_statement *statement, SQLINTEGER attribute)
{
	switch (attribute) {
	case SQL_ATTR_APP_ROW_DESC:
		return statement->ard;
	case SQL_ATTR_APP_PARAM_DESC:
		return statement->apd;
	case SQL_ATTR_IMP_ROW_DESC:
		return &statement->descriptors[GH_DESCRIPTOR_IRD];
	default:
		return &statement->descriptors[GH_DESCRIPTOR_IPD];
	}
}

static SQLRETURN get_descriptor(struct gh_statement *statement, SQLINTEGER attribute,
				SQLPOINTER value, SQLINTEGER *length)
{
	*(SQLHDESC *)value = current(statement, attribute);
	if (length != NULL)
		*length = SQL_IS_POINTER;
	return gh_leave(&statement->base, SQL_SUCCESS);
}

SQLRETURN gh_do_SQLGetStmtAttr(enum gh_width width, SQLHSTMT handle, SQLINTEGER attribute,
			       SQLPOINTER value, SQLINTEGER room, SQLINTEGER *length)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	enum effect effect = EFFECT_OF(statement_rows, attribute);

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (effect == EFFECT_REFUSED)
		return leave_named(&statement->base, GH_E_ATTRIBUTE, attribute);
	if (value != NULL && effect == EFFECT_DESCRIPTOR)
		return get_descriptor(statement, attribute, value, length);
	if (value != NULL && is_replaced(statement, attribute) &&
	    get_mirrored(statement, attribute, value))
		return gh_leave(&statement->base, SQL_SUCCESS);
	if (!GH_HAS_TEXT(statement->functions, SQLGetStmtAttr) || effect == EFFECT_DESCRIPTOR)
		return leave_named(&statement->base, GH_E_NO_FUNCTION, attribute);
	return gh_leave_statement(
		statement,
		statement->functions
			->SQLGetStmtAttr[GH_FIT(statement->functions, SQLGetStmtAttr, width)](
				statement->target, attribute, value, room, length));
}
