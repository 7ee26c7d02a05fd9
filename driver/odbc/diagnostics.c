/*
 * Diagnostic records: ours, copies of the target's, or the target's own where
 * nothing was called since.
 */
#include "call.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* What is needed to answer for one handle. */
struct source {
	struct gh_diagnostics *diag;
	const struct gh_downstream *down; /* NULL: no target */
	struct gh_connection *connection; /* for its code page; NULL: none */
	SQLSMALLINT type;
	SQLHANDLE target;
	struct gh_lock *lock; /* NULL: none */
	enum gh_scrub scrub;
};

static bool find_connection(SQLHANDLE handle, struct source *out)
{
	struct gh_connection *connection = handle;

	if (!gh_is_kind(handle, GH_MAGIC_CONNECTION))
		return false;
	*out = (struct source){ &connection->base.diag,
				NULL,
				connection,
				SQL_HANDLE_DBC,
				connection->down.connection,
				&connection->base.lock,
				GH_SCRUB_NO };
	if (connection->open)
		out->down = &connection->down;
	return true;
}

static bool find_statement(SQLHANDLE handle, struct source *out)
{
	struct gh_statement *statement = handle;

	if (!gh_is_kind(handle, GH_MAGIC_STATEMENT))
		return false;
	*out = (struct source){ &statement->base.diag,
				&statement->connection->down,
				statement->connection,
				SQL_HANDLE_STMT,
				statement->target,
				&statement->base.lock,
				statement->scrub };
	return true;
}

/* One that several statements may share is nobody's to vouch for. */
static enum gh_scrub scrub_of(const struct gh_descriptor *descriptor)
{
	return descriptor->statement != NULL ? descriptor->statement->scrub
					     : gh_connection_scrub(descriptor->connection);
}

static bool find_descriptor(SQLHANDLE handle, struct source *out)
{
	struct gh_descriptor *descriptor = handle;

	if (!gh_is_kind(handle, GH_MAGIC_DESCRIPTOR))
		return false;
	*out = (struct source){ &descriptor->base.diag,
				&descriptor->connection->down,
				descriptor->connection,
				SQL_HANDLE_DESC,
				SQL_NULL_HANDLE,
				gh_descriptor_lock(descriptor),
				scrub_of(descriptor) };
	if (descriptor->base.diag.source == GH_DIAG_TARGET)
		out->target = gh_descriptor_target(descriptor);
	return true;
}

static bool find_source(SQLSMALLINT type, SQLHANDLE handle, struct source *out)
{
	struct gh_environment *environment = handle;

	switch (type) {
	case SQL_HANDLE_ENV:
		if (!gh_is_kind(handle, GH_MAGIC_ENVIRONMENT))
			return false;
		*out = (struct source){
			&environment->base.diag, NULL,       NULL, type, SQL_NULL_HANDLE,
			&environment->base.lock, GH_SCRUB_NO
		};
		return true;
	case SQL_HANDLE_DBC:
		return find_connection(handle, out);
	case SQL_HANDLE_STMT:
		return find_statement(handle, out);
	case SQL_HANDLE_DESC:
		return find_descriptor(handle, out);
	default:
		return false;
	}
}

/*
 * In a child of fork: a connection of its parent.  The record is made here, since
 * nothing of the handle may be touched.
 */
static bool find_inherited(SQLSMALLINT type, SQLHANDLE handle, struct gh_diagnostics *diag,
			   struct source *out)
{
	if (!(type == SQL_HANDLE_DBC && gh_is_inherited(handle, GH_MAGIC_CONNECTION)) &&
	    !(type == SQL_HANDLE_STMT && gh_is_inherited(handle, GH_MAGIC_STATEMENT)) &&
	    !(type == SQL_HANDLE_DESC && gh_is_inherited(handle, GH_MAGIC_DESCRIPTOR)))
		return false;
	gh_diag_add(diag, GH_E_IDENTITY,
		    "this connection was opened by another process; connect again");
	diag->code = SQL_ERROR;
	diag->row_count = -1;
	*out = (struct source){ .diag = diag, .type = type, .target = SQL_NULL_HANDLE };
	return true;
}

static void lock(const struct source *source)
{
	if (source->lock != NULL)
		gh_lock_take(source->lock);
}

static void unlock(const struct source *source)
{
	if (source->lock != NULL)
		gh_lock_release(source->lock);
}

static bool asks_target(const struct source *source)
{
	return source->diag->source == GH_DIAG_TARGET && source->down != NULL &&
	       source->target != SQL_NULL_HANDLE;
}

/*
 * Some drivers forget a record once it was read, or do not answer
 * SQLGetDiagField.  Their records are taken over at the first question, so that
 * the manager, which asks for the number first, gets all of them.
 */
static bool tells_number(const struct source *source)
{
	const struct gh_functions *functions = source->down->functions;
	enum gh_width width = functions->SQLGetDiagField[GH_NARROW] != NULL ? GH_NARROW : GH_WIDE;
	SQLINTEGER count = 0;
	SQLRETURN code;

	if (source->down->reads_once || functions->SQLGetDiagField[width] == NULL)
		return false;
	code = functions->SQLGetDiagField[width](source->type, source->target, 0, SQL_DIAG_NUMBER,
						 &count, 0, NULL);
	/* psqlODBC has no header either where it has no record */
	return SQL_SUCCEEDED(code) || code == SQL_NO_DATA;
}

/* Also where the target may have said something after a success that quotes rows. */
static void take_over(struct source *source)
{
	if (!asks_target(source))
		return;
	if (source->scrub == GH_SCRUB_NO && tells_number(source))
		return;
	gh_diag_snapshot(source->diag, source->down, source->type, source->target, source->scrub);
}

/* ---- records ------------------------------------------------------------------------------ */

struct record_call {
	enum gh_width width;
	SQLSMALLINT number;
	void *state;
	SQLINTEGER *native;
	void *text;
	SQLSMALLINT room; /* characters */
	SQLSMALLINT *length;
};

static SQLRETURN write_record(const struct source *source, const struct gh_diagnostic *record,
			      const struct record_call *call)
{
	SQLLEN characters = 0;
	bool whole = gh_text_deliver(source->connection, gh_span_from(record->text),
				     &(struct gh_room){ call->width, call->text, call->room },
				     &characters);

	if (call->state != NULL)
		(void)gh_text_deliver(NULL, gh_span_from(record->state),
				      &(struct gh_room){ call->width, call->state, 6 }, NULL);
	if (call->native != NULL)
		*call->native = record->native;
	if (call->length != NULL)
		*call->length = (SQLSMALLINT)characters;
	return whole ? SQL_SUCCESS : SQL_SUCCESS_WITH_INFO;
}

/* The target lacks the flavour: read in the other one and converted. */
static SQLRETURN convert_record(const struct source *source, const struct record_call *call)
{
	struct gh_diagnostic record;
	SQLRETURN code;

	if (!gh_downstream_diagnostic(source->down, source->type, source->target, call->number,
				      &record))
		return SQL_NO_DATA;
	code = write_record(source, &record, call);
	gh_free_secret(record.text, strlen(record.text));
	return code;
}

static SQLRETURN get_record(const struct source *source, const struct record_call *call)
{
	const struct gh_functions *functions;

	if (call->number < 1 || call->room < 0)
		return SQL_ERROR;
	if (!asks_target(source)) {
		if ((size_t)call->number > source->diag->count)
			return SQL_NO_DATA;
		return write_record(source, &source->diag->records[call->number - 1], call);
	}
	functions = source->down->functions;
	if (functions->SQLGetDiagRec[call->width] == NULL)
		return convert_record(source, call);
	return functions->SQLGetDiagRec[call->width](source->type, source->target, call->number,
						     call->state, call->native, call->text,
						     call->room, call->length);
}

SQLRETURN gh_do_SQLGetDiagRec(enum gh_width width, SQLSMALLINT type, SQLHANDLE handle,
			      SQLSMALLINT record, void *state, SQLINTEGER *native, void *text,
			      SQLSMALLINT room, SQLSMALLINT *length)
{
	const struct record_call call = { width, record, state, native, text, room, length };
	struct gh_diagnostics inherited = { 0 };
	struct source source;
	SQLRETURN code;

	if (!find_source(type, handle, &source) &&
	    !find_inherited(type, handle, &inherited, &source))
		return SQL_INVALID_HANDLE;
	lock(&source);
	take_over(&source);
	code = get_record(&source, &call);
	unlock(&source);
	gh_diag_clear(&inherited);
	return code;
}

/* ---- fields ---------------------------------------------------------------------------------- */

struct field_call {
	enum gh_width width;
	SQLSMALLINT number;
	SQLSMALLINT field;
	SQLPOINTER value;
	SQLSMALLINT room; /* bytes */
	SQLSMALLINT *length;
};

static SQLRETURN write_text(const struct source *source, const struct field_call *call,
			    const char *text)
{
	SQLSMALLINT unit = (SQLSMALLINT)gh_unit(call->width);
	SQLLEN characters = 0;
	bool whole;

	if (call->room < 0)
		return SQL_ERROR;
	whole = gh_text_deliver(source->connection, gh_span_from(text),
				&(struct gh_room){ call->width, call->value, call->room / unit },
				&characters);
	if (call->length != NULL)
		*call->length = (SQLSMALLINT)(characters * unit);
	return whole || call->value == NULL ? SQL_SUCCESS : SQL_SUCCESS_WITH_INFO;
}

static SQLRETURN get_header(const struct source *source, const struct field_call *call)
{
	const struct gh_diagnostics *diag = source->diag;

	switch (call->field) {
	case SQL_DIAG_NUMBER:
		*(SQLINTEGER *)call->value = (SQLINTEGER)diag->count;
		return SQL_SUCCESS;
	case SQL_DIAG_RETURNCODE:
		*(SQLRETURN *)call->value = diag->code;
		return SQL_SUCCESS;
	case SQL_DIAG_ROW_COUNT:
	case SQL_DIAG_CURSOR_ROW_COUNT:
		*(SQLLEN *)call->value = diag->row_count;
		return SQL_SUCCESS;
	case SQL_DIAG_DYNAMIC_FUNCTION_CODE:
		*(SQLINTEGER *)call->value = SQL_DIAG_UNKNOWN_STATEMENT;
		return SQL_SUCCESS;
	case SQL_DIAG_DYNAMIC_FUNCTION:
		return write_text(source, call, "");
	default:
		return SQL_ERROR;
	}
}

/* Where an SQLSTATE is defined (ODBC 3.8, SQLGetDiagField). */
static const char *class_origin(const char *state)
{
	return strncmp(state, "IM", 2) == 0 ? "ODBC 3.0" : "ISO 9075";
}

static bool is_origin(SQLSMALLINT field, enum gh_record_origin_field *out)
{
	switch (field) {
	case SQL_DIAG_CLASS_ORIGIN:
		*out = GH_ORIGIN_CLASS;
		return true;
	case SQL_DIAG_SUBCLASS_ORIGIN:
		*out = GH_ORIGIN_SUBCLASS;
		return true;
	case SQL_DIAG_CONNECTION_NAME:
		*out = GH_ORIGIN_CONNECTION;
		return true;
	case SQL_DIAG_SERVER_NAME:
		*out = GH_ORIGIN_SERVER;
		return true;
	default:
		return false;
	}
}

static const char *data_source(const struct source *source)
{
	const struct gh_connection *connection = source->connection;

	return connection != NULL && connection->target.dsn != NULL ? connection->target.dsn : "";
}

/* A target that names the data source that it was given means the application's. */
static bool is_data_source(const struct source *source, enum gh_record_origin_field field,
			   const char *text)
{
	const char *given;

	if ((field != GH_ORIGIN_CONNECTION && field != GH_ORIGIN_SERVER) ||
	    source->connection == NULL || text == NULL)
		return false;
	given = gh_keywords_get(&source->connection->route.pass, "DSN");
	return given != NULL && strcmp(given, text) == 0;
}

static SQLRETURN get_origin(const struct source *source, const struct field_call *call,
			    const struct gh_diagnostic *record, enum gh_record_origin_field field)
{
	const struct gh_record_origin *origin = record->origin;

	if (origin != NULL && !SQL_SUCCEEDED(origin->codes[field]))
		return origin->codes[field];
	if (origin != NULL && !is_data_source(source, field, origin->texts[field]))
		return write_text(source, call,
				  origin->texts[field] != NULL ? origin->texts[field] : "");
	if (field == GH_ORIGIN_CONNECTION && origin == NULL)
		return write_text(source, call, "");
	if (field == GH_ORIGIN_CONNECTION || field == GH_ORIGIN_SERVER)
		return write_text(source, call, data_source(source));
	return write_text(source, call, class_origin(record->state));
}

static SQLRETURN get_own_field(const struct source *source, const struct field_call *call,
			       const struct gh_diagnostic *record)
{
	enum gh_record_origin_field origin;

	if (is_origin(call->field, &origin))
		return get_origin(source, call, record, origin);
	switch (call->field) {
	case SQL_DIAG_SQLSTATE:
		return write_text(source, call, record->state);
	case SQL_DIAG_MESSAGE_TEXT:
		return write_text(source, call, record->text);
	case SQL_DIAG_NATIVE:
		*(SQLINTEGER *)call->value = record->native;
		return SQL_SUCCESS;
	case SQL_DIAG_ROW_NUMBER:
		*(SQLLEN *)call->value = record->row;
		return SQL_SUCCESS;
	case SQL_DIAG_COLUMN_NUMBER:
		*(SQLINTEGER *)call->value = record->column;
		return SQL_SUCCESS;
	default:
		return SQL_ERROR;
	}
}

static bool is_text_field(SQLSMALLINT field)
{
	switch (field) {
	case SQL_DIAG_SQLSTATE:
	case SQL_DIAG_MESSAGE_TEXT:
	case SQL_DIAG_CLASS_ORIGIN:
	case SQL_DIAG_SUBCLASS_ORIGIN:
	case SQL_DIAG_CONNECTION_NAME:
	case SQL_DIAG_SERVER_NAME:
	case SQL_DIAG_DYNAMIC_FUNCTION:
		return true;
	default:
		return false;
	}
}

static SQLRETURN forward_field(const struct source *source, const struct field_call *call)
{
	const struct gh_functions *functions = source->down->functions;
	enum gh_width fit = GH_FIT(functions, SQLGetDiagField, call->width);
	struct gh_out out;
	SQLRETURN code;

	if (functions->SQLGetDiagField[fit] == NULL)
		return SQL_ERROR;
	if (fit == call->width || !is_text_field(call->field))
		return functions->SQLGetDiagField[fit](source->type, source->target, call->number,
						       call->field, call->value, call->room,
						       call->length);
	if (gh_out_begin(&out, call->value, call->room / (SQLSMALLINT)gh_unit(call->width),
			 call->width, fit) != GH_OK)
		return SQL_ERROR;
	code = functions->SQLGetDiagField[fit](
		source->type, source->target, call->number, call->field, out.bytes,
		(SQLSMALLINT)(out.room * (SQLLEN)gh_unit(fit)), call->length);
	gh_out_end(&out, source->connection, code);
	if (SQL_SUCCEEDED(code) && call->length != NULL)
		*call->length = (SQLSMALLINT)(*call->length * (SQLSMALLINT)gh_unit(call->width) /
					      (SQLSMALLINT)gh_unit(fit));
	return code;
}

/* The target's answer, but for the name of a data source that the application does not know. */
static SQLRETURN forward_origin(const struct source *source, const struct field_call *call)
{
	enum gh_record_origin_field field;
	char *text = NULL;
	bool renamed;

	if (!is_origin(call->field, &field))
		return forward_field(source, call);
	(void)gh_downstream_origin_text(source->down, source->type, source->target,
					(struct gh_record_place){ call->number, field }, &text);
	renamed = is_data_source(source, field, text);
	free(text);
	return renamed ? write_text(source, call, data_source(source))
		       : forward_field(source, call);
}

static bool is_header(SQLSMALLINT field)
{
	switch (field) {
	case SQL_DIAG_NUMBER:
	case SQL_DIAG_RETURNCODE:
	case SQL_DIAG_ROW_COUNT:
	case SQL_DIAG_CURSOR_ROW_COUNT:
	case SQL_DIAG_DYNAMIC_FUNCTION:
	case SQL_DIAG_DYNAMIC_FUNCTION_CODE:
		return true;
	default:
		return false;
	}
}

/* What a header says of the result is the target's to tell, also beside records of ours. */
static bool is_target_header(const struct source *source, const struct field_call *call)
{
	return source->type == SQL_HANDLE_STMT && source->down != NULL &&
	       source->target != SQL_NULL_HANDLE && is_header(call->field) &&
	       call->field != SQL_DIAG_NUMBER && call->field != SQL_DIAG_RETURNCODE &&
	       GH_HAS_TEXT(source->down->functions, SQLGetDiagField);
}

static SQLRETURN get_field(const struct source *source, const struct field_call *call)
{
	if (asks_target(source) || is_target_header(source, call))
		return forward_origin(source, call);
	if (call->value == NULL && !is_text_field(call->field))
		return SQL_ERROR;
	if (is_header(call->field))
		return get_header(source, call);
	if (call->number < 1)
		return SQL_ERROR;
	if ((size_t)call->number > source->diag->count)
		return SQL_NO_DATA;
	return get_own_field(source, call, &source->diag->records[call->number - 1]);
}

SQLRETURN gh_do_SQLGetDiagField(enum gh_width width, SQLSMALLINT type, SQLHANDLE handle,
				SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value,
				SQLSMALLINT room, SQLSMALLINT *length)
{
	const struct field_call call = { width, record, field, value, room, length };
	struct gh_diagnostics inherited = { 0 };
	struct source source;
	SQLRETURN code;

	if (!find_source(type, handle, &source) &&
	    !find_inherited(type, handle, &inherited, &source))
		return SQL_INVALID_HANDLE;
	lock(&source);
	take_over(&source);
	code = get_field(&source, &call);
	unlock(&source);
	gh_diag_clear(&inherited);
	return code;
}
