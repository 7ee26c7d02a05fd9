/*
 * One connection to a target: its own environment, connected and closed with
 * ours, and what it says of itself.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

static SQLRETURN allocate_environment(struct gh_downstream *down)
{
	if (down->library.older)
		return gh_older_environment(&down->library.real, down->odbc_version,
					    &down->environment);
	return down->library.functions.SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE,
						      &down->environment);
}

/* This call has no handle yet that would know of the lock. */
static SQLRETURN allocate_environment_alone(struct gh_downstream *down, struct gh_lock *shared)
{
	SQLRETURN code;

	if (shared == NULL)
		return allocate_environment(down);
	gh_lock_take(shared);
	code = allocate_environment(down);
	gh_lock_release(shared);
	return code;
}

/* From here on one call at a time, where the target asks for it. */
static enum gh_status serialise(struct gh_downstream *down, struct gh_lock *shared,
				struct gh_error *err)
{
	SQLHENV target = down->environment;
	enum gh_status status;

	if (down->functions != &down->serial)
		return GH_OK;
	status = gh_serial_environment(&down->library.functions, shared, target, &down->environment,
				       err);
	if (status != GH_OK)
		down->library.functions.SQLFreeHandle(SQL_HANDLE_ENV, target);
	return status;
}

static enum gh_status allocate(struct gh_downstream *down, struct gh_lock *shared,
			       struct gh_error *err)
{
	const struct gh_functions *functions = down->functions;
	SQLPOINTER version = (SQLPOINTER)(intptr_t)down->odbc_version;
	enum gh_status status;

	if (!SQL_SUCCEEDED(allocate_environment_alone(down, shared)))
		return gh_fail(err, GH_E_LOAD, "the target driver gives no environment");
	status = serialise(down, shared, err);
	if (status != GH_OK)
		return status;
	if (functions->SQLSetEnvAttr != NULL &&
	    !SQL_SUCCEEDED(functions->SQLSetEnvAttr(down->environment, SQL_ATTR_ODBC_VERSION,
						    version, 0)) &&
	    !SQL_SUCCEEDED(functions->SQLSetEnvAttr(down->environment, SQL_ATTR_ODBC_VERSION,
						    (SQLPOINTER)(intptr_t)SQL_OV_ODBC3, 0)))
		return gh_fail(err, GH_E_LOAD, "the target driver does not speak ODBC 3");
	if (!SQL_SUCCEEDED(functions->SQLAllocHandle(SQL_HANDLE_DBC, down->environment,
						     &down->connection)))
		return gh_fail(err, GH_E_LOAD, "the target driver gives no connection");
	return GH_OK;
}

enum gh_status gh_downstream_open(const struct gh_route *route, const char *charset,
				  SQLINTEGER odbc_version, struct gh_downstream *out,
				  struct gh_error *err)
{
	bool alone = route->threading == GH_THREADING_PROCESS;
	enum gh_status status;

	memset(out, 0, sizeof(*out));
	out->odbc_version = odbc_version;
	out->environment = SQL_NULL_HENV;
	out->connection = SQL_NULL_HDBC;
	status = gh_charset_new(charset, &out->charset, err);
	if (status == GH_OK)
		status = gh_library_load(route->memory, route->library, &out->library, err);
	out->threading = route->threading;
	out->functions = &out->library.functions;
	if (status == GH_OK && out->threading >= GH_THREADING_CONNECTION) {
		gh_serial_fill(&out->library.functions, out->threading, &out->serial);
		out->functions = &out->serial;
	}
	/* until it is connected and can be asked more */
	out->reads_errors = !GH_HAS_TEXT(out->functions, SQLGetDiagRec);
	out->reads_once = out->reads_errors;
	if (status == GH_OK)
		status = allocate(out, alone ? gh_target_memory_serial(route->memory) : NULL, err);
	if (status != GH_OK)
		gh_downstream_close(out);
	return status;
}

void gh_downstream_forget(const struct gh_downstream *down, SQLHANDLE handle)
{
	if (down->threading >= GH_THREADING_CONNECTION)
		gh_serial_forget(handle);
}

void gh_downstream_close(struct gh_downstream *down)
{
	const struct gh_functions *functions = down->functions;

	if (down->connected)
		functions->SQLDisconnect(down->connection);
	if (down->connection != SQL_NULL_HDBC)
		functions->SQLFreeHandle(SQL_HANDLE_DBC, down->connection);
	if (down->environment != SQL_NULL_HENV)
		functions->SQLFreeHandle(SQL_HANDLE_ENV, down->environment);
	gh_charset_free(down->charset);
	memset(down, 0, sizeof(*down));
}

/* The flavour to call a function in: the one asked for if the target has it. */
static enum gh_width pick(SQLRETURN (*const *pair)(void), enum gh_width wanted)
{
	return pair[wanted] != NULL ? wanted : wanted == GH_WIDE ? GH_NARROW : GH_WIDE;
}

#define PICK(functions, name, wanted)                                                              \
	pick((SQLRETURN(*const *)(void))(const void *)(functions)->name, wanted)

struct encoded {
	struct gh_buf bytes;
	SQLSMALLINT length; /* in characters */
	bool present;
};

static enum gh_status encode(struct gh_downstream *down, const char *text, enum gh_width width,
			     struct encoded *out, struct gh_error *err)
{
	size_t unit = width == GH_WIDE ? sizeof(SQLWCHAR) : 1;
	enum gh_status status;

	gh_buf_init(&out->bytes, 0);
	out->present = text != NULL;
	out->length = 0;
	if (text == NULL)
		return GH_OK;
	status = gh_text_encode(down->charset, gh_span_from(text), width, &out->bytes, err);
	if (status != GH_OK)
		return status;
	if (out->bytes.length / unit > 32767)
		return gh_fail(err, GH_E_LENGTH, "connection string of more than 32767 characters");
	out->length = (SQLSMALLINT)(out->bytes.length / unit);
	return GH_OK;
}

/* SQLConnect, as an application would call it on the target's own data source. */
static enum gh_status connect_plainly(struct gh_downstream *down, const struct gh_route *route,
				      enum gh_width width, SQLRETURN *code, struct gh_error *err)
{
	static const char *const names[] = { "DSN", "UID", "PWD" };
	struct encoded parts[3] = { 0 };
	enum gh_status status = GH_OK;

	for (int i = 0; i < 3 && status == GH_OK; i++)
		status = encode(down, gh_keywords_get(&route->pass, names[i]), width, &parts[i],
				err);
	if (status == GH_OK)
		*code = down->functions->SQLConnect[width](down->connection, parts[0].bytes.bytes,
							   parts[0].length, parts[1].bytes.bytes,
							   parts[1].length, parts[2].bytes.bytes,
							   parts[2].length);
	for (int i = 0; i < 3; i++)
		gh_buf_clear_secret(&parts[i].bytes);
	return status;
}

enum { OUT_ROOM = 4096 };

/* One call with a connection string in and one out. */
struct string_call {
	SQLRETURN (*connect)(const struct gh_downstream *down, struct string_call *call);
	enum gh_width width; /* the target has it */
	struct encoded input;
	char *output;
	SQLSMALLINT length;
};

static SQLRETURN driver_connect(const struct gh_downstream *down, struct string_call *call)
{
	return down->functions->SQLDriverConnect[call->width](
		down->connection, NULL, call->input.bytes.bytes, call->input.length, call->output,
		OUT_ROOM, &call->length, SQL_DRIVER_NOPROMPT);
}

static SQLRETURN browse_connect(const struct gh_downstream *down, struct string_call *call)
{
	return down->functions->SQLBrowseConnect[call->width](
		down->connection, call->input.bytes.bytes, call->input.length, call->output,
		OUT_ROOM, &call->length);
}

/* SQL_NEED_DATA: the target has begun to connect, and has a question. */
static bool is_answered(SQLRETURN code)
{
	return SQL_SUCCEEDED(code) || code == SQL_NEED_DATA;
}

static enum gh_status encode_keywords(struct gh_downstream *down, const struct gh_keywords *pass,
				      struct string_call *call, struct gh_error *err)
{
	struct gh_buf text;
	enum gh_status status;

	gh_buf_init(&text, 0);
	(void)gh_keywords_write(pass, &text);
	status = gh_buf_status(&text, err);
	if (status == GH_OK)
		status = encode(down, text.bytes == NULL ? "" : text.bytes, call->width,
				&call->input, err);
	gh_buf_clear_secret(&text);
	return status;
}

static enum gh_status connect_with_string(struct gh_downstream *down, struct string_call *call,
					  const struct gh_keywords *pass,
					  struct gh_connect_answer *answer, struct gh_error *err)
{
	enum gh_status status;

	call->output = calloc(OUT_ROOM + 1, sizeof(SQLWCHAR));
	if (call->output == NULL)
		return gh_fail(err, GH_E_MEMORY, "connection string");
	status = encode_keywords(down, pass, call, err);
	if (status == GH_OK)
		answer->code = call->connect(down, call);
	if (status == GH_OK && answer->completed != NULL && is_answered(answer->code)) {
		struct gh_text text_out = { call->width, call->output, SQL_NTS };

		if (gh_text_decode(down->charset, &text_out, answer->completed, err) != GH_OK)
			gh_buf_reset(answer->completed);
	}
	gh_buf_clear_secret(&call->input.bytes);
	gh_free_secret(call->output, (OUT_ROOM + 1) * sizeof(SQLWCHAR));
	return status;
}

enum gh_status gh_downstream_connect(struct gh_downstream *down, const struct gh_route *route,
				     enum gh_width width, struct gh_connect_answer *answer,
				     struct gh_error *err)
{
	const struct gh_functions *functions = down->functions;
	struct string_call call = { .connect = driver_connect };
	enum gh_status status;

	answer->code = SQL_ERROR;
	down->width = width;
	call.width = PICK(functions, SQLDriverConnect, width);
	if (route->plain_dsn && answer->completed == NULL && GH_HAS_TEXT(functions, SQLConnect))
		status = connect_plainly(down, route, PICK(functions, SQLConnect, width),
					 &answer->code, err);
	else if (GH_HAS_TEXT(functions, SQLDriverConnect))
		status = connect_with_string(down, &call, &route->pass, answer, err);
	else
		status = gh_fail(err, GH_E_NO_FUNCTION, "SQLDriverConnect");
	down->connected = status == GH_OK && SQL_SUCCEEDED(answer->code);
	return status;
}

enum gh_status gh_downstream_browse(struct gh_downstream *down, const struct gh_keywords *pass,
				    enum gh_width width, struct gh_connect_answer *answer,
				    struct gh_error *err)
{
	struct string_call call = { .connect = browse_connect };
	enum gh_status status;

	answer->code = SQL_ERROR;
	down->width = width;
	call.width = PICK(down->functions, SQLBrowseConnect, width);
	if (!GH_HAS_TEXT(down->functions, SQLBrowseConnect))
		return gh_fail(err, GH_E_NO_FUNCTION, "SQLBrowseConnect");
	status = connect_with_string(down, &call, pass, answer, err);
	/* also half-way: SQLDisconnect is how a browse is given up */
	down->connected = status == GH_OK && is_answered(answer->code);
	return status;
}

static void read_place(const struct gh_downstream *down, SQLSMALLINT type, SQLHANDLE handle,
		       SQLSMALLINT number, struct gh_diagnostic *out)
{
	enum gh_width width = PICK(down->functions, SQLGetDiagField, GH_NARROW);

	out->row = SQL_NO_ROW_NUMBER;
	out->column = SQL_NO_COLUMN_NUMBER;
	if (!GH_HAS_TEXT(down->functions, SQLGetDiagField) || type != SQL_HANDLE_STMT)
		return;
	if (!SQL_SUCCEEDED(down->functions->SQLGetDiagField[width](
		    type, handle, number, SQL_DIAG_ROW_NUMBER, &out->row, 0, NULL)))
		out->row = SQL_NO_ROW_NUMBER;
	if (!SQL_SUCCEEDED(down->functions->SQLGetDiagField[width](
		    type, handle, number, SQL_DIAG_COLUMN_NUMBER, &out->column, 0, NULL)))
		out->column = SQL_NO_COLUMN_NUMBER;
}

/* Diagnostics may have any bytes: what is not UTF-8 becomes U+FFFD. */
static char *decode_message(const struct gh_downstream *down, enum gh_width width,
			    const void *bytes)
{
	struct gh_text text = { width, bytes, SQL_NTS };
	struct gh_buf utf8, plain;

	gh_buf_init(&utf8, 0);
	gh_buf_init(&plain, 0);
	if (gh_text_decode(down->charset, &text, &utf8, NULL) == GH_OK)
		return gh_buf_take(&utf8);
	gh_buf_clear(&utf8);
	for (const unsigned char *c = bytes; width == GH_NARROW && *c != '\0'; c++)
		(void)gh_utf8_append(&plain, *c < 0x80 ? *c : 0xFFFD);
	return gh_buf_take(&plain);
}

/* A target of ODBC 2 tells of a hundred functions; later ones are taken as they are exported. */
static bool ask_older(const struct gh_downstream *down, SQLUSMALLINT *supported)
{
	enum { FIRST = 100, LAST = SQL_API_ODBC3_ALL_FUNCTIONS_SIZE * 16 };
	SQLUSMALLINT all[FIRST] = { 0 };

	if (down->functions->SQLGetFunctions(down->connection, SQL_API_ALL_FUNCTIONS, all) !=
	    SQL_SUCCESS)
		return false;
	for (SQLUSMALLINT id = 0; id < LAST; id++)
		if (id >= FIRST || all[id] != SQL_FALSE)
			supported[id >> 4] |= (SQLUSMALLINT)(1u << (id & 15));
	return true;
}

static bool ask_functions(const struct gh_downstream *down, SQLUSMALLINT *supported)
{
	if (down->functions->SQLGetFunctions == NULL)
		return false;
	if (down->library.older && down->library.real.SQLAllocHandle == NULL)
		return ask_older(down, supported);
	return down->functions->SQLGetFunctions(down->connection, SQL_API_ODBC3_ALL_FUNCTIONS,
						supported) == SQL_SUCCESS;
}

/* What the target can do, and how it tells its diagnostics. */
void gh_downstream_learn(struct gh_downstream *down)
{
	SQLUSMALLINT supported[SQL_API_ODBC3_ALL_FUNCTIONS_SIZE] = { 0 };
	const SQLUSMALLINT *told = NULL;

	if (ask_functions(down, supported)) {
		gh_library_restrict(&down->library, supported);
		if (down->functions == &down->serial)
			gh_serial_fill(&down->library.functions, down->threading, &down->serial);
		told = supported;
	}
	down->reads_errors = gh_manager_reads_errors(down, told);
	down->reads_once = gh_manager_reads_once(down);
}

struct message_call {
	enum gh_width width;
	SQLSMALLINT type;
	SQLHANDLE handle;
	SQLSMALLINT number;
	void *state;
	SQLINTEGER *native;
	void *text;
	SQLSMALLINT room;
};

static SQLRETURN read_error(const struct gh_downstream *down, const struct message_call *call)
{
	SQLSMALLINT length = 0;

	return down->functions->SQLError[call->width](
		SQL_NULL_HENV, call->type == SQL_HANDLE_DBC ? call->handle : SQL_NULL_HDBC,
		call->type == SQL_HANDLE_STMT ? call->handle : SQL_NULL_HSTMT, call->state,
		call->native, call->text, call->room, &length);
}

static SQLRETURN read_record(const struct gh_downstream *down, const struct message_call *call)
{
	SQLSMALLINT length = 0;

	return down->functions->SQLGetDiagRec[call->width](call->type, call->handle, call->number,
							   call->state, call->native, call->text,
							   call->room, &length);
}

bool gh_downstream_diagnostic(const struct gh_downstream *down, SQLSMALLINT type, SQLHANDLE handle,
			      SQLSMALLINT number, struct gh_diagnostic *out)
{
	enum { ROOM = 4096 };
	bool errors = down->reads_errors && type != SQL_HANDLE_DESC;
	enum gh_width width = errors ? PICK(down->functions, SQLError, GH_WIDE)
				     : PICK(down->functions, SQLGetDiagRec, GH_WIDE);
	char *text = calloc(ROOM + 1, sizeof(SQLWCHAR));
	SQLWCHAR state[6] = { 0 };
	struct message_call call = { width, type, handle, number, state, &out->native, text, ROOM };
	SQLRETURN code;

	*out = (struct gh_diagnostic){ 0 };
	if (text == NULL)
		return false;
	code = errors ? read_error(down, &call) : read_record(down, &call);
	if (SQL_SUCCEEDED(code)) {
		for (int i = 0; i < 5; i++)
			out->state[i] = width == GH_WIDE ? (char)state[i] : ((char *)state)[i];
		out->text = decode_message(down, width, text);
		read_place(down, type, handle, number, out);
	}
	gh_free_secret(text, (ROOM + 1) * sizeof(SQLWCHAR));
	return SQL_SUCCEEDED(code) && out->text != NULL;
}

SQLRETURN gh_downstream_origin_text(const struct gh_downstream *down, SQLSMALLINT type,
				    SQLHANDLE handle, struct gh_record_place place, char **text)
{
	static const SQLSMALLINT fields[GH_ORIGIN_COUNT] = {
		[GH_ORIGIN_CLASS] = SQL_DIAG_CLASS_ORIGIN,
		[GH_ORIGIN_SUBCLASS] = SQL_DIAG_SUBCLASS_ORIGIN,
		[GH_ORIGIN_CONNECTION] = SQL_DIAG_CONNECTION_NAME,
		[GH_ORIGIN_SERVER] = SQL_DIAG_SERVER_NAME,
	};
	enum gh_width width = PICK(down->functions, SQLGetDiagField, GH_NARROW);
	SQLWCHAR value[512] = { 0 };
	SQLSMALLINT length = 0;
	SQLRETURN code;

	*text = NULL;
	if (!GH_HAS_TEXT(down->functions, SQLGetDiagField))
		return SQL_ERROR;
	code = down->functions->SQLGetDiagField[width](type, handle, place.number,
						       fields[place.field], value,
						       sizeof(value) - sizeof(SQLWCHAR), &length);
	if (SQL_SUCCEEDED(code))
		*text = decode_message(down, width, value);
	return code;
}

struct gh_record_origin *gh_downstream_origin(const struct gh_downstream *down, SQLSMALLINT type,
				       SQLHANDLE handle, SQLSMALLINT number)
{
	struct gh_record_origin *origin;

	if (down->reads_errors || down->reads_once ||
	    !GH_HAS_TEXT(down->functions, SQLGetDiagField))
		return NULL;
	origin = calloc(1, sizeof(*origin));
	for (int i = 0; origin != NULL && i < GH_ORIGIN_COUNT; i++)
		origin->codes[i] = gh_downstream_origin_text(
			down, type, handle,
			(struct gh_record_place){ number, (enum gh_record_origin_field)i },
			&origin->texts[i]);
	return origin;
}

void gh_downstream_origin_free(struct gh_record_origin *origin)
{
	if (origin == NULL)
		return;
	for (int i = 0; i < GH_ORIGIN_COUNT; i++)
		free(origin->texts[i]);
	free(origin);
}

bool gh_downstream_info_text(const struct gh_downstream *down, SQLUSMALLINT type,
			     struct gh_buf *out)
{
	/* psqlODBC answers SQLGetInfo in UTF-16 on a connection of SQLDriverConnectW */
	enum gh_width width = PICK(down->functions, SQLGetInfo, down->width);
	SQLWCHAR value[512] = { 0 };
	SQLSMALLINT length = 0;
	struct gh_text text = { width, value, SQL_NTS };

	if (!GH_HAS_TEXT(down->functions, SQLGetInfo) ||
	    !SQL_SUCCEEDED(down->functions->SQLGetInfo[width](
		    down->connection, type, value, sizeof(value) - sizeof(SQLWCHAR), &length)))
		return false;
	return gh_text_decode(down->charset, &text, out, NULL) == GH_OK;
}

bool gh_downstream_catalog(const struct gh_downstream *down, struct gh_buf *out)
{
	enum gh_width width = PICK(down->functions, SQLGetConnectAttr, down->width);
	SQLWCHAR value[512] = { 0 };
	SQLINTEGER length = 0;
	struct gh_text text = { width, value, SQL_NTS };

	if (!GH_HAS_TEXT(down->functions, SQLGetConnectAttr) ||
	    down->functions->SQLGetConnectAttr[width](down->connection, SQL_ATTR_CURRENT_CATALOG,
						      value, sizeof(value) - sizeof(SQLWCHAR),
						      &length) != SQL_SUCCESS)
		return false;
	return gh_text_decode(down->charset, &text, out, NULL) == GH_OK;
}
