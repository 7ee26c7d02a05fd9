/*
 * Opening and closing a session, and what SQLGetFunctions says.
 */
#include "call.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- texts in and out ---------------------------------------------------------------------- */

/*
 * Before there is a target there is no code page either: connection strings are
 * taken as UTF-8, and other bytes as ISO-8859-1, which loses nothing.
 */
static enum gh_status decode(const struct gh_text *text, struct gh_buf *out, struct gh_error *err)
{
	struct gh_charset *latin = NULL;
	enum gh_status status = gh_text_decode(NULL, text, out, err);

	if (status != GH_E_CONVERT || text->width == GH_WIDE)
		return status;
	gh_buf_reset(out);
	status = gh_charset_new("ISO-8859-1", &latin, err);
	if (status == GH_OK)
		status = gh_text_decode(latin, text, out, err);
	gh_charset_free(latin);
	return status;
}

static enum gh_status add_text(struct gh_keywords *keywords, const char *name,
			       const struct gh_text *text, struct gh_error *err)
{
	struct gh_buf value;
	enum gh_status status;

	if (text->bytes == NULL)
		return GH_OK;
	gh_buf_init(&value, 65536);
	status = decode(text, &value, err);
	if (status == GH_OK && value.length > 0)
		status = gh_keywords_add(keywords, gh_span_from(name), gh_buf_span(&value), err);
	gh_buf_clear_secret(&value);
	return status;
}

static bool hidden(const char *name)
{
	return strcasecmp(name, "PWD") == 0 || strcasecmp(name, "PASSWORD") == 0;
}

/*
 * The completed string: what the application gave, then what the target added of
 * where and as whom, without its name and without passwords that the application
 * did not give itself.  Options of the target come from its data source again.
 */
static enum gh_status write_completed(const struct gh_keywords *given, struct gh_span target,
				      struct gh_buf *out, struct gh_error *err)
{
	struct gh_keywords all = { 0 }, added = { 0 };
	enum gh_status status;

	if (out == NULL)
		return GH_OK;
	status = gh_keywords_copy(given, &all, err);
	if (status == GH_OK && gh_keywords_parse(target, &added, NULL) != GH_OK)
		gh_keywords_clear(&added);
	for (size_t i = 0; i < added.count && status == GH_OK; i++)
		if (gh_keyword_effect_of("", added.items[i].name) == GH_KEYWORD_PLAIN &&
		    !hidden(added.items[i].name))
			status = gh_keywords_add(&all, gh_span_from(added.items[i].name),
						 gh_span_from(added.items[i].value), err);
	if (status == GH_OK)
		(void)gh_keywords_write(&all, out);
	gh_keywords_clear(&all);
	gh_keywords_clear(&added);
	return status;
}

struct output {
	enum gh_width width;
	void *text;
	SQLSMALLINT room; /* characters */
	SQLSMALLINT *length;
};

/* Returns SQL_SUCCESS_WITH_INFO for a text that was cut. */
static SQLRETURN write_output(const struct output *output, struct gh_span utf8)
{
	size_t unit = output->width == GH_WIDE ? sizeof(SQLWCHAR) : 1;
	struct gh_buf text;
	size_t count, copied;

	gh_buf_init(&text, 0);
	if (gh_text_encode(NULL, utf8, output->width, &text, NULL) != GH_OK)
		gh_buf_reset(&text);
	count = text.length / unit;
	if (output->length != NULL)
		*output->length = (SQLSMALLINT)count;
	if (output->text == NULL || output->room <= 0) {
		gh_buf_clear_secret(&text);
		return SQL_SUCCESS;
	}
	copied = count < (size_t)output->room ? count : (size_t)output->room - 1;
	if (copied > 0)
		memcpy(output->text, text.bytes, copied * unit);
	memset((char *)output->text + copied * unit, 0, unit);
	gh_buf_clear_secret(&text);
	return copied < count ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

/* ---- connect ------------------------------------------------------------------------------------
 */

/* A failing code of the target with its records, or our own failure. */
static SQLRETURN leave_connected(struct gh_connection *connection, enum gh_status status,
				 SQLRETURN code, const struct gh_error *err)
{
	if (status != GH_OK)
		return gh_leave_failed(&connection->base, status, err);
	return gh_leave(&connection->base, code);
}

static enum gh_status check_unused(const struct gh_connection *connection, struct gh_error *err)
{
	if (connection->open)
		return gh_fail(err, GH_E_SEQUENCE, "the connection is open");
	if (connection->browsing)
		return gh_fail(err, GH_E_SEQUENCE, "SQLBrowseConnect has not ended");
	return GH_OK;
}

SQLRETURN gh_do_SQLConnect(enum gh_width width, SQLHDBC handle, void *dsn, SQLSMALLINT dsn_length,
			   void *user, SQLSMALLINT user_length, void *password,
			   SQLSMALLINT password_length)
{
	struct gh_connection *connection = gh_enter_connection(handle);
	const struct gh_text texts[] = { { width, dsn, dsn_length },
					 { width, user, user_length },
					 { width, password, password_length } };
	static const char *const names[] = { "DSN", "UID", "PWD" };
	struct gh_keywords given = { 0 };
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;
	struct gh_connect_answer answer = { NULL, SQL_ERROR };

	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	for (int i = 0; i < 3 && status == GH_OK; i++)
		status = add_text(&given, names[i], &texts[i], &err);
	if (status == GH_OK)
		status = check_unused(connection, &err);
	if (status == GH_OK)
		status = gh_connection_open(connection, &given, width, &answer, &err);
	gh_keywords_clear(&given);
	return leave_connected(connection, status, answer.code, &err);
}

static enum gh_status read_string(const struct gh_text *input, struct gh_keywords *given,
				  struct gh_error *err)
{
	struct gh_buf text;
	enum gh_status status;

	gh_buf_init(&text, 0);
	status = decode(input, &text, err);
	if (status == GH_OK)
		status = gh_keywords_parse(gh_buf_span(&text), given, err);
	gh_buf_clear_secret(&text);
	return status;
}

static enum gh_status open_with_string(struct gh_connection *connection,
				       const struct gh_text *input, struct gh_buf *completed,
				       SQLRETURN *code, struct gh_error *err)
{
	struct gh_keywords given = { 0 }, all = { 0 };
	struct gh_buf target;
	struct gh_connect_answer answer = { &target, SQL_ERROR };
	enum gh_status status;

	gh_buf_init(&target, 0);
	status = read_string(input, &given, err);
	if (status == GH_OK)
		status = gh_keywords_copy(&given, &all, err);
	if (status == GH_OK)
		status = gh_connection_open(connection, &all, input->width, &answer, err);
	*code = answer.code;
	if (status == GH_OK && SQL_SUCCEEDED(*code))
		status = write_completed(&given, gh_buf_span(&target), completed, err);
	gh_keywords_clear(&given);
	gh_keywords_clear(&all);
	gh_buf_clear_secret(&target);
	return status;
}

/* A window is never opened: whatever the completion, it is as SQL_DRIVER_NOPROMPT. */
SQLRETURN gh_do_SQLDriverConnect(enum gh_width width, SQLHDBC handle, SQLHWND window, void *input,
				 SQLSMALLINT input_length, void *output, SQLSMALLINT output_room,
				 SQLSMALLINT *output_length, SQLUSMALLINT completion)
{
	struct gh_connection *connection = gh_enter_connection(handle);
	const struct gh_text text = { width, input, input_length };
	const struct output out = { width, output, output_room, output_length };
	struct gh_buf completed;
	struct gh_error err = { 0 };
	enum gh_status status;
	SQLRETURN code = SQL_ERROR;

	(void)window;
	(void)completion;
	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	gh_buf_init(&completed, 0);
	status = check_unused(connection, &err);
	if (status == GH_OK)
		status = open_with_string(connection, &text,
					  output != NULL || output_length != NULL ? &completed
										  : NULL,
					  &code, &err);
	if (status == GH_OK && SQL_SUCCEEDED(code) &&
	    write_output(&out, gh_buf_span(&completed)) == SQL_SUCCESS_WITH_INFO) {
		gh_diag_add_state(&connection->base.diag, "01004", "String data, right truncated");
		code = SQL_SUCCESS_WITH_INFO;
	}
	gh_buf_clear_secret(&completed);
	return leave_connected(connection, status, code, &err);
}

/* A question of the target's is handed on as it is; its completed string as SQLDriverConnect's. */
static enum gh_status browse_with_string(struct gh_connection *connection,
					 const struct gh_text *input, struct gh_buf *out,
					 SQLRETURN *code, struct gh_error *err)
{
	struct gh_keywords given = { 0 };
	struct gh_buf target;
	struct gh_connect_answer answer = { &target, SQL_ERROR };
	enum gh_status status;

	gh_buf_init(&target, 0);
	status = read_string(input, &given, err);
	if (status == GH_OK)
		status = gh_connection_browse(connection, &given, input->width, &answer, err);
	else
		gh_connection_close(connection);
	*code = answer.code;
	if (status == GH_OK && *code == SQL_NEED_DATA)
		(void)gh_buf_append(out, target.bytes, target.length);
	else if (status == GH_OK && SQL_SUCCEEDED(*code))
		status = write_completed(&connection->browsed, gh_buf_span(&target), out, err);
	gh_keywords_clear(&given);
	gh_buf_clear_secret(&target);
	return status;
}

/* ODBC 3.8, SQLBrowseConnect, Diagnostics: a question that was cut stays SQL_NEED_DATA. */
SQLRETURN gh_do_SQLBrowseConnect(enum gh_width width, SQLHDBC handle, void *input,
				 SQLSMALLINT input_length, void *output, SQLSMALLINT output_room,
				 SQLSMALLINT *output_length)
{
	struct gh_connection *connection = gh_enter_connection(handle);
	const struct gh_text text = { width, input, input_length };
	const struct output out = { width, output, output_room, output_length };
	struct gh_buf answer;
	struct gh_error err = { 0 };
	SQLRETURN code = SQL_ERROR;
	enum gh_status status;

	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	gh_buf_init(&answer, 0);
	if (connection->open)
		status = gh_fail(&err, GH_E_SEQUENCE, "the connection is open");
	else
		status = browse_with_string(connection, &text, &answer, &code, &err);
	if (status == GH_OK && (SQL_SUCCEEDED(code) || code == SQL_NEED_DATA) &&
	    write_output(&out, gh_buf_span(&answer)) == SQL_SUCCESS_WITH_INFO) {
		gh_diag_add_state(&connection->base.diag, "01004", "String data, right truncated");
		code = code == SQL_NEED_DATA ? code : SQL_SUCCESS_WITH_INFO;
	}
	gh_buf_clear_secret(&answer);
	return leave_connected(connection, status, code, &err);
}

/* The target's handles went with its connection: only ours are left to free. */
static void abandon_handles(struct gh_connection *connection)
{
	for (struct gh_statement *at = connection->statements; at != NULL; at = at->next) {
		gh_downstream_forget(&connection->down, at->target);
		at->target = SQL_NULL_HSTMT;
	}
	for (struct gh_descriptor *at = connection->descriptors; at != NULL; at = at->next) {
		gh_downstream_forget(&connection->down, at->target);
		at->target = SQL_NULL_HDESC;
	}
}

/*
 * In a child of fork.  The target would end the parent's session at its server, so
 * it is not called; and another thread of the parent may have been changing what
 * would be freed, so all of it is left alone.
 */
static SQLRETURN leave_to_parent(SQLHDBC handle)
{
	if (!gh_is_inherited(handle, GH_MAGIC_CONNECTION))
		return SQL_INVALID_HANDLE;
	gh_process_adopt();
	return SQL_SUCCESS;
}

/*
 * ODBC 3.8, SQLDisconnect: a transaction in progress is the target's to refuse
 * (25000); a browse that has not ended is given up.
 */
SQLRETURN gh_do_SQLDisconnect(SQLHDBC handle)
{
	struct gh_connection *connection = gh_enter_connection(handle);
	SQLRETURN code;

	if (connection == NULL)
		return leave_to_parent(handle);
	if (!connection->open && !connection->browsing)
		return gh_leave_failed(&connection->base, GH_E_CLOSED, &(struct gh_error){ 0 });
	code = connection->down.functions->SQLDisconnect(connection->down.connection);
	if (code != SQL_SUCCESS)
		gh_diag_snapshot(&connection->base.diag, &connection->down, SQL_HANDLE_DBC,
				 connection->down.connection, GH_SCRUB_NO);
	if (SQL_SUCCEEDED(code)) {
		connection->down.connected = false;
		abandon_handles(connection);
		gh_connection_close(connection);
	}
	return gh_leave(&connection->base, code);
}

/* ---- transactions
 * -------------------------------------------------------------------------------- */

static SQLRETURN end_connection(SQLHANDLE handle, SQLSMALLINT completion)
{
	struct gh_connection *connection = gh_enter_connection(handle);
	SQLRETURN code;

	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	if (!connection->open)
		return gh_leave_failed(&connection->base, GH_E_CLOSED, &(struct gh_error){ 0 });
	if (connection->down.functions->SQLEndTran == NULL)
		return gh_leave_failed(&connection->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLEndTran" });
	atomic_fetch_add(&connection->epoch, 1); /* a rollback may have undone DDL */
	gh_modes_changed(connection);		 /* or SET, and a trigger may wait for a commit */
	code = connection->down.functions->SQLEndTran(SQL_HANDLE_DBC, connection->down.connection,
						      completion);
	gh_modes_changed(connection);
	return gh_leave_transaction(connection, code);
}

/* The manager ends an environment's transactions connection by connection itself. */
static SQLRETURN end_environment(SQLHANDLE handle, SQLSMALLINT completion)
{
	struct gh_environment *environment = gh_enter_environment(handle);
	SQLRETURN code = SQL_SUCCESS;

	if (environment == NULL)
		return SQL_INVALID_HANDLE;
	for (struct gh_connection *at = environment->first; at != NULL; at = at->next)
		if (at->open && !SQL_SUCCEEDED(end_connection(at, completion)))
			code = SQL_ERROR;
	if (code == SQL_ERROR)
		gh_diag_add_state(&environment->base.diag, "25S01",
				  "Transaction state unknown: a connection did not end its "
				  "transaction, and says why");
	return gh_leave(&environment->base, code);
}

SQLRETURN gh_do_SQLEndTran(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT completion)
{
	return type == SQL_HANDLE_DBC ? end_connection(handle, completion)
				      : end_environment(handle, completion);
}

/* ---- information
 * ------------------------------------------------------------------------------------ */

struct function_row {
	SQLUSMALLINT id;
	bool exported;
};

#define GH_EXPORTED_PASS    true
#define GH_EXPORTED_SQL     true
#define GH_EXPORTED_DATA    true
#define GH_EXPORTED_INPUT   true
#define GH_EXPORTED_CATALOG true
#define GH_EXPORTED_CONNECT true
#define GH_EXPORTED_ATTR    true
#define GH_EXPORTED_HANDLE  true
#define GH_EXPORTED_DIAG    true
#define GH_EXPORTED_INFO    true
#define GH_EXPORTED_CANCEL  true
#define GH_EXPORTED_REFUSE  false
#define GH_EXPORTED_MANAGER true /* the manager answers them over the rows that it maps them to */
#define GH_EXPORTED_        false

/* lint: table */
static const struct function_row function_rows[] = {
#define GH_PLAIN(name, class, id, kind, parameters, arguments) { id, GH_EXPORTED_##class },
#define GH_TEXT(name, class, id, kind, parameters, arguments)  { id, GH_EXPORTED_##class },
#include "entry_points.def"
#undef GH_PLAIN
#undef GH_TEXT
};

static bool is_offered(SQLUSMALLINT id)
{
	for (size_t i = 0; i < sizeof(function_rows) / sizeof(function_rows[0]); i++)
		if (function_rows[i].id == id)
			return function_rows[i].exported;
	return false;
}

/* The manager asks at each connection: once over the rows, not once for each number. */
static void narrow_all(SQLUSMALLINT *supported)
{
	SQLUSMALLINT offered[SQL_API_ODBC3_ALL_FUNCTIONS_SIZE] = { 0 };

	for (size_t i = 0; i < sizeof(function_rows) / sizeof(function_rows[0]); i++) {
		SQLUSMALLINT id = function_rows[i].id;

		if (function_rows[i].exported)
			offered[id >> 4] |= (SQLUSMALLINT)(1u << (id & 15));
	}
	for (size_t i = 0; i < SQL_API_ODBC3_ALL_FUNCTIONS_SIZE; i++)
		supported[i] &= offered[i];
}

/* Takes out of the target's answer what we refuse; nothing is put in. */
static void narrow(SQLUSMALLINT function, SQLUSMALLINT *supported)
{
	if (function == SQL_API_ODBC3_ALL_FUNCTIONS) {
		narrow_all(supported);
	} else if (function == SQL_API_ALL_FUNCTIONS) {
		for (SQLUSMALLINT id = 0; id < 100; id++)
			if (!is_offered(id))
				supported[id] = SQL_FALSE;
	} else if (!is_offered(function)) {
		*supported = SQL_FALSE;
	}
}

/*
 * What we answer ourselves is there, whatever the target has: without these the
 * manager would not fetch our messages, and its cursor library would call NULL.
 */
static void widen(SQLUSMALLINT function, SQLUSMALLINT *supported)
{
	static const SQLUSMALLINT ours[] = { SQL_API_SQLALLOCHANDLE, SQL_API_SQLALLOCSTMT,
					     SQL_API_SQLFREEHANDLE, SQL_API_SQLGETDIAGREC,
					     SQL_API_SQLGETDIAGFIELD };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (function == SQL_API_ODBC3_ALL_FUNCTIONS)
			supported[ours[i] >> 4] |= (SQLUSMALLINT)(1u << (ours[i] & 15));
		else if (function == ours[i])
			*supported = SQL_TRUE;
	}
}

/* Where functions are mapped, the target's own answer does not speak of them. */
static SQLRETURN tell_functions(const struct gh_library *library, SQLUSMALLINT function,
				SQLUSMALLINT *supported)
{
	SQLUSMALLINT all[SQL_API_ODBC3_ALL_FUNCTIONS_SIZE];

	gh_library_tell(library, all);
	if (function == SQL_API_ODBC3_ALL_FUNCTIONS)
		memcpy(supported, all, sizeof(all));
	else if (function == SQL_API_ALL_FUNCTIONS)
		for (SQLUSMALLINT id = 0; id < 100; id++)
			supported[id] = SQL_FUNC_EXISTS(all, id) ? SQL_TRUE : SQL_FALSE;
	else if (function < SQL_API_ODBC3_ALL_FUNCTIONS_SIZE * 16)
		*supported = SQL_FUNC_EXISTS(all, function) ? SQL_TRUE : SQL_FALSE;
	else
		*supported = SQL_FALSE;
	return SQL_SUCCESS;
}

SQLRETURN gh_do_SQLGetFunctions(SQLHDBC handle, SQLUSMALLINT function, SQLUSMALLINT *supported)
{
	struct gh_connection *connection = gh_enter_connection(handle);
	SQLRETURN code;

	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	if (!connection->open)
		return gh_leave_failed(&connection->base, GH_E_SEQUENCE, &(struct gh_error){ 0 });
	if (supported == NULL || (connection->down.functions->SQLGetFunctions == NULL &&
				  !connection->down.library.older))
		return gh_leave_failed(&connection->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLGetFunctions" });
	if (connection->down.library.older)
		code = tell_functions(&connection->down.library, function, supported);
	else
		code = connection->down.functions->SQLGetFunctions(connection->down.connection,
								   function, supported);
	if (SQL_SUCCEEDED(code)) {
		narrow(function, supported);
		widen(function, supported);
	}
	return gh_leave_connection(connection, code);
}
