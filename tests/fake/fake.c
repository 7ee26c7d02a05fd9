/*
 * An ODBC driver that misbehaves on demand.  DATABASE= of its connection string
 * is a script of words "what:value"; without one it is a small honest driver with
 * the table people (id, email), three rows, ANSI functions only.
 */
#include <sql.h>
#include <sqlext.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FACE   __attribute__((visibility("default"))) SQLRETURN SQL_API
#define SECRET "bob.secret@example.com"

enum { MOST_COLUMNS = 8, LAST_ROW = 3, SCRIPT_ROOM = 512 };

enum shape { SHAPE_DATA, SHAPE_TABLES, SHAPE_COLUMNS };

struct binding {
	SQLSMALLINT type;
	char *value;
	SQLLEN room;
	SQLLEN *length;
};

/* Calls that are inside, and the most that ever were. */
struct inside {
	atomic_int now;
	atomic_int most;
};

/* One struct for all kinds of handles. */
struct fake {
	struct fake *parent;
	struct fake *statements; /* of a connection, the newest first */
	struct fake *next;       /* of those */
	struct inside inside; /* of an environment, which Gatehouse makes for each connection */
	char script[SCRIPT_ROOM];
	enum shape shape;
	int row;
	int calls; /* of SQLNumResultCols */
	SQLULEN async;
	long stalled; /* answers of SQL_STILL_EXECUTING to the call that runs */
	int asked;    /* pieces of data that a change still waits for */
	bool told;    /* by SQLError, of older.c */
	SQLWCHAR catalog[64]; /* of older.c; units of the flavour that it was set in */
	size_t offsets[MOST_COLUMNS + 1];
	struct binding bindings[MOST_COLUMNS + 1];
	SQLULEN array_size;
	SQLULEN bind_type;
	SQLULEN *bind_offset;
	SQLULEN *fetched;
	SQLUSMALLINT *status;
	struct binding output; /* a parameter that is no input; of outputs.h, as are these */
	SQLULEN sets;
	SQLULEN set_type;
	SQLULEN *set_offset;
};

#include "script.h"

/* ---- handles ----------------------------------------------------------------------------- */

FACE SQLAllocHandle(SQLSMALLINT type, SQLHANDLE input, SQLHANDLE *output)
{
	struct fake *fake = calloc(1, sizeof(*fake));

	if (fake == NULL)
		return SQL_ERROR;
	fake->parent = input;
	fake->array_size = 1;
	fake->sets = 1;
	if (type == SQL_HANDLE_STMT && answer(fake, "alloc") == SQL_ERROR) {
		free(fake);
		return SQL_ERROR;
	}
	if (type == SQL_HANDLE_STMT) {
		fake->next = fake->parent->statements;
		fake->parent->statements = fake;
	}
	*output = fake;
	return SQL_SUCCESS;
}

static void unlink_statement(struct fake *fake)
{
	struct fake **at = &fake->parent->statements;

	while (*at != NULL && *at != fake)
		at = &(*at)->next;
	if (*at != NULL)
		*at = fake->next;
}

FACE SQLFreeHandle(SQLSMALLINT type, SQLHANDLE handle)
{
	if (type == SQL_HANDLE_STMT)
		unlink_statement(handle);
	free(handle);
	return SQL_SUCCESS;
}

static SQLRETURN copy_text(const char *text, SQLCHAR *out, SQLLEN room, SQLSMALLINT *length)
{
	size_t count = strlen(text);

	if (length != NULL)
		*length = (SQLSMALLINT)count;
	if (out == NULL || room <= 0)
		return SQL_SUCCESS;
	if (count >= (size_t)room)
		count = (size_t)room - 1;
	memcpy(out, text, count);
	out[count] = '\0';
	return SQL_SUCCESS;
}

/* Every message quotes the secret; "diags:endless" has no last record. */
FACE SQLGetDiagRec(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT record, SQLCHAR *state,
		   SQLINTEGER *native, SQLCHAR *text, SQLSMALLINT room, SQLSMALLINT *length)
{
	(void)type;
	if (record != 1 && !is(handle, "diags", "endless"))
		return SQL_NO_DATA;
	if (state != NULL)
		memcpy(state, "23505", 6);
	if (native != NULL)
		*native = 1;
	return copy_text("Key (email)=(" SECRET ") already exists", text, room, length);
}

#ifndef FAKE_WITHOUT_CORE
FACE SQLDisconnect(SQLHDBC handle)
{
	struct fake *fake = handle;
	SQLRETURN code = answer(handle, "disconnect");

	/* ODBC 3.8, SQLDisconnect, Comments: the statements go with it */
	while (SQL_SUCCEEDED(code) && fake->statements != NULL) {
		struct fake *statement = fake->statements;

		fake->statements = statement->next;
		free(statement);
	}
	return code;
}
#endif

static void take_script(struct fake *fake, const SQLCHAR *input)
{
	const char *script = strstr((const char *)input, "DATABASE=");

	if (script == NULL)
		return;
	script += strlen("DATABASE=");
	snprintf(fake->script, sizeof(fake->script), "%.*s", (int)strcspn(script, ";"), script);
}

FACE SQLDriverConnect(SQLHDBC handle, SQLHWND window, SQLCHAR *input, SQLSMALLINT input_length,
		      SQLCHAR *output, SQLSMALLINT room, SQLSMALLINT *length,
		      SQLUSMALLINT completion)
{
	struct fake *fake = handle;

	(void)window;
	(void)input_length;
	(void)completion;
	take_script(fake, input);
	copy_text((const char *)input, output, room, length);
	return answer(fake, "connect");
}

#ifndef FAKE_MINIMAL
static bool has(const SQLCHAR *input, const char *word)
{
	return strstr((const char *)input, word) != NULL;
}

/*
 * Asks for a server, then for a user, and is connected; what only Gatehouse may
 * read is an error here, and so is a server that it did not offer.
 */
FACE SQLBrowseConnect(SQLHDBC handle, SQLCHAR *input, SQLSMALLINT input_length, SQLCHAR *output,
		      SQLSMALLINT room, SQLSMALLINT *length)
{
	static const char *const questions[] = { "SERVER:Server={red,green};*TIMEOUT:Seconds=?",
						 "UID:User=?;PWD:Password=?" };
	struct fake *fake = handle;

	(void)input_length;
	take_script(fake, input);
	if (answer(fake, "browse") == SQL_ERROR || has(input, "Target") || has(input, "Policy") ||
	    has(input, "Journal") || has(input, "Purpose") || has(input, "SERVER=blue"))
		return SQL_ERROR;
	fake->calls++;
	if (fake->calls <= 2) {
		copy_text(questions[fake->calls - 1], output, room, length);
		return SQL_NEED_DATA;
	}
	copy_text("SERVER=red;UID=ann;PWD=hidden;", output, room, length);
	return answer(fake, "browse");
}
#endif

/* ---- what a result looks like --------------------------------------------------------------- */

#ifndef FAKE_WITHOUT_CORE
/* "count:N" says N columns; "count:grows" one more at each call; "silent:count" nothing. */
FACE SQLNumResultCols(SQLHSTMT handle, SQLSMALLINT *count)
{
	struct fake *fake = handle;

	if (still(fake))
		return SQL_STILL_EXECUTING;
	fake->calls++;
	if (!is(fake, "silent", "count"))
		*count = (SQLSMALLINT)(is(fake, "count", "grows") ? fake->calls
								  : number(fake, "count", 2));
	return answer(fake, "count");
}
#endif

/* "type:N" and "size:N" are told of every column. */
FACE SQLDescribeCol(SQLHSTMT handle, SQLUSMALLINT column, SQLCHAR *name, SQLSMALLINT room,
		    SQLSMALLINT *length, SQLSMALLINT *type, SQLULEN *size, SQLSMALLINT *digits,
		    SQLSMALLINT *nullable)
{
	if (is(handle, "silent", "describe"))
		return SQL_SUCCESS;
	copy_text(column == 1 ? "id" : "email", name, room, length);
	if (type != NULL)
		*type = (SQLSMALLINT)number(handle, "type",
					    column == 1 ? SQL_INTEGER : SQL_VARCHAR);
	if (size != NULL)
		*size = (SQLULEN)number(handle, "size", 40);
	if (digits != NULL)
		*digits = 0;
	if (nullable != NULL)
		*nullable = SQL_NULLABLE;
	return answer(handle, "describe");
}

/* ---- values ---------------------------------------------------------- */

static const char *catalogue_text(const struct fake *fake, SQLUSMALLINT column)
{
	static const char *const columns[] = { "id", "email" };

	if (column == 3)
		return "people";
	if (column == 4)
		return fake->shape == SHAPE_TABLES ? option(fake, "view") != NULL ? "VIEW" : "TABLE"
						   : columns[(fake->row - 1) % 2];
	return "";
}

/* The value as text; "value:long" is one of many chunks. */
static const char *text_of(const struct fake *fake, SQLUSMALLINT column)
{
	static const char *const rows[] = { "1", "2", "3" };

	if (fake->row == 0)
		return "";
	if (fake->shape != SHAPE_DATA)
		return catalogue_text(fake, column);
	return column == 1 ? rows[(fake->row - 1) % LAST_ROW] : SECRET;
}

/* "length:N" is told instead of the length, whatever was written. */
static void tell(const struct fake *fake, SQLUSMALLINT column, SQLLEN length, SQLLEN *out)
{
	if (fake->shape == SHAPE_DATA && column > 1 && !is(fake, "silent", "length"))
		length = (SQLLEN)number(fake, "length", length);
	if (out != NULL && !is(fake, "silent", "length"))
		*out = length;
}

static void widen(const char *text, size_t count, SQLWCHAR *out)
{
	for (size_t i = 0; i < count; i++)
		out[i] = (SQLWCHAR)(unsigned char)text[i];
	out[count] = 0;
}

/* Writes what fits; true: all did. */
static bool write_text(const char *text, const struct binding *to, size_t *written)
{
	size_t unit = to->type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 1;
	size_t room = to->room < 0 ? 0 : (size_t)to->room / unit;
	size_t count = strlen(text);
	bool whole = count < room;

	*written = 0;
	if (to->value == NULL || room == 0)
		return false;
	count = whole ? count : room - 1;
	if (unit == 1)
		copy_text(text, (SQLCHAR *)to->value, to->room, NULL);
	else
		widen(text, count, (SQLWCHAR *)(void *)to->value);
	*written = count;
	return whole;
}

static SQLRETURN write_value(const struct fake *fake, SQLUSMALLINT column, const struct binding *to,
			     size_t *offset)
{
	const char *text = text_of(fake, column) + *offset;
	size_t unit = to->type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 1;
	size_t written = 0;
	bool whole = true;

	if (is(fake, "silent", "value") && fake->shape == SHAPE_DATA) {
		tell(fake, column, 0, to->length);
		return SQL_SUCCESS;
	}
	if (to->type == SQL_C_LONG || to->type == SQL_C_SLONG) {
		if (to->value != NULL)
			memcpy(to->value, &(SQLINTEGER){ fake->row }, sizeof(SQLINTEGER));
		tell(fake, column, sizeof(SQLINTEGER), to->length);
		return SQL_SUCCESS;
	}
	whole = write_text(text, to, &written);
	*offset += written;
	tell(fake, column, (SQLLEN)(strlen(text) * unit), to->length);
	return whole ? SQL_SUCCESS : SQL_SUCCESS_WITH_INFO;
}

/* "getdata:endless" fills every chunk and always has more. */
FACE SQLGetData(SQLHSTMT handle, SQLUSMALLINT column, SQLSMALLINT type, SQLPOINTER value,
		SQLLEN room, SQLLEN *length)
{
	struct fake *fake = handle;
	struct binding to = { type, value, room, length };
	SQLRETURN code = answer(fake, "getdata");

	if (still(fake))
		return SQL_STILL_EXECUTING;
	if (code == SQL_ERROR || column == 0 || column > MOST_COLUMNS)
		return SQL_ERROR;
	if (fake->shape == SHAPE_DATA && is(fake, "getdata", "endless")) {
		if (value != NULL && room > 0)
			memset(value, 'x', (size_t)room);
		tell(fake, column, SQL_NO_TOTAL, length);
		return SQL_SUCCESS_WITH_INFO;
	}
	if (fake->shape != SHAPE_DATA && is(fake, "names", "unterminated")) {
		memset(value, 'n', (size_t)room);
		return SQL_SUCCESS;
	}
	return write_value(fake, column, &to, &fake->offsets[column]);
}

#ifndef FAKE_WITHOUT_CORE
FACE SQLBindCol(SQLHSTMT handle, SQLUSMALLINT column, SQLSMALLINT type, SQLPOINTER value,
		SQLLEN room, SQLLEN *length)
{
	struct fake *fake = handle;

	if (column > MOST_COLUMNS || answer(fake, "bind") == SQL_ERROR)
		return SQL_ERROR;
	fake->bindings[column] = (struct binding){ type, value, room, length };
	return answer(fake, "bind");
}
#endif

static size_t width_of(const struct binding *binding)
{
	if (binding->type == SQL_C_LONG || binding->type == SQL_C_SLONG)
		return sizeof(SQLINTEGER);
	return binding->room > 0 ? (size_t)binding->room : 0;
}

static void write_row(struct fake *fake, SQLULEN at)
{
	size_t shift = fake->bind_offset == NULL ? 0 : (size_t)*fake->bind_offset;

	for (SQLUSMALLINT column = 1; column <= MOST_COLUMNS; column++) {
		struct binding to = fake->bindings[column];
		size_t step = fake->bind_type != 0 ? fake->bind_type : width_of(&to);
		size_t length_step = fake->bind_type != 0 ? fake->bind_type : sizeof(SQLLEN);
		size_t none = 0;

		if (to.value != NULL)
			to.value += shift + at * step;
		if (to.length != NULL)
			to.length =
				(SQLLEN *)(void *)((char *)to.length + shift + at * length_step);
		if (to.value != NULL || to.length != NULL)
			(void)write_value(fake, column, &to, &none);
	}
}

/* "fetched:N" and "status:N" are told of the rowset; "rows:endless" has no end. */
FACE SQLFetch(SQLHSTMT handle)
{
	struct fake *fake = handle;
	SQLRETURN code = answer(fake, "fetch");
	SQLULEN size = fake->array_size == 0 ? 1 : fake->array_size, done = 0;
	bool endless = fake->shape != SHAPE_DATA && is(fake, "rows", "endless");
	int last = fake->shape == SHAPE_DATA      ? LAST_ROW
		   : fake->shape == SHAPE_COLUMNS ? 2
						  : (int)number(fake, "view", 1);

	if (still(fake))
		return SQL_STILL_EXECUTING;
	if (code == SQL_ERROR)
		return code;
	memset(fake->offsets, 0, sizeof(fake->offsets));
	for (; done < size && (endless || fake->row < last); done++) {
		fake->row++;
		write_row(fake, done);
		if (fake->status != NULL)
			fake->status[done] = (SQLUSMALLINT)number(fake, "status", SQL_ROW_SUCCESS);
	}
	for (SQLULEN i = done; fake->status != NULL && i < size; i++)
		fake->status[i] = (SQLUSMALLINT)number(fake, "status", SQL_ROW_NOROW);
	if (fake->fetched != NULL && !is(fake, "silent", "fetched"))
		*fake->fetched = (SQLULEN)number(fake, "fetched", (long)done);
	return done == 0 ? SQL_NO_DATA : code;
}

/* ---- statements ---------------------------------------------------------- */

static SQLRETURN begin(struct fake *fake, enum shape shape, const char *call)
{
	fake->shape = shape;
	fake->row = 0;
	fake->calls = 0;
	return answer(fake, call);
}

/* "stream:all": parameters are streamed, and have the values of row 1. */
#ifndef FAKE_MINIMAL
#include "outputs.h"
#else
static void write_outputs(const struct fake *fake)
{
	(void)fake;
}
#endif

static SQLRETURN execute(struct fake *fake, const char *call)
{
	SQLRETURN code = still(fake) ? SQL_STILL_EXECUTING : begin(fake, SHAPE_DATA, call);

	if (SQL_SUCCEEDED(code))
		write_outputs(fake);
	if (!SQL_SUCCEEDED(code) || option(fake, "stream") == NULL)
		return code;
	fake->row = 1;
	return SQL_PARAM_DATA_AVAILABLE;
}

FACE SQLExecDirect(SQLHSTMT handle, SQLCHAR *text, SQLINTEGER length)
{
	(void)text, (void)length;
	return execute(handle, "execute");
}

/* "view:N" has N rows of the name people, each of them a view. */
FACE SQLTables(SQLHSTMT handle, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema,
	       SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length, SQLCHAR *type,
	       SQLSMALLINT type_length)
{
	(void)catalog, (void)catalog_length, (void)schema, (void)schema_length;
	(void)table, (void)table_length, (void)type, (void)type_length;
	return begin(handle, SHAPE_TABLES, "tables");
}

FACE SQLColumns(SQLHSTMT handle, SQLCHAR *catalog, SQLSMALLINT catalog_length, SQLCHAR *schema,
		SQLSMALLINT schema_length, SQLCHAR *table, SQLSMALLINT table_length,
		SQLCHAR *column, SQLSMALLINT column_length)
{
	(void)catalog, (void)catalog_length, (void)schema, (void)schema_length;
	(void)table, (void)table_length, (void)column, (void)column_length;
	return begin(handle, SHAPE_COLUMNS, "columns");
}

#ifndef FAKE_MINIMAL
FACE SQLPrepare(SQLHSTMT handle, SQLCHAR *text, SQLINTEGER length)
{
	(void)text;
	(void)length;
	return answer(handle, "prepare");
}

/* A change for which the masked column is bound fails: it would be written. */
static SQLRETURN change(struct fake *fake, SQLUSMALLINT operation, const char *call)
{
	SQLRETURN code = answer(fake, call);

	if (still(fake))
		return SQL_STILL_EXECUTING;
	if (operation == SQL_REFRESH || operation == SQL_FETCH_BY_BOOKMARK)
		write_row(fake, 0);
	else if (operation != SQL_POSITION && fake->bindings[2].value != NULL)
		return SQL_ERROR;
	fake->asked = (int)number(fake, "asks", 0);
	return fake->asked > 0 && operation != SQL_POSITION ? SQL_NEED_DATA : code;
}

FACE SQLSetPos(SQLHSTMT handle, SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock)
{
	(void)row;
	(void)lock;
	return change(handle, operation, "setpos");
}

FACE SQLBulkOperations(SQLHSTMT handle, SQLSMALLINT operation)
{
	return change(handle, (SQLUSMALLINT)operation, "bulk");
}

/* "asks:N": a change wants N pieces of data. */
FACE SQLParamData(SQLHSTMT handle, SQLPOINTER *value)
{
	struct fake *fake = handle;

	if (still(fake))
		return SQL_STILL_EXECUTING;
	*value = fake;
	return fake->asked-- > 0 ? SQL_NEED_DATA : answer(fake, "paramdata");
}

FACE SQLPutData(SQLHSTMT handle, SQLPOINTER value, SQLLEN length)
{
	(void)value;
	(void)length;
	return answer(handle, "putdata");
}

FACE SQLCancel(SQLHSTMT handle)
{
	return answer(handle, "cancel");
}

FACE SQLCancelHandle(SQLSMALLINT type, SQLHANDLE handle)
{
	(void)type;
	return answer(handle, "cancel");
}

FACE SQLExecute(SQLHSTMT handle)
{
	return execute(handle, "execute");
}

FACE SQLMoreResults(SQLHSTMT handle)
{
	return option(handle, "more") != NULL ? execute(handle, "more") : SQL_NO_DATA;
}

FACE SQLRowCount(SQLHSTMT handle, SQLLEN *count)
{
	*count = (SQLLEN)number(handle, "affected", 0);
	return answer(handle, "rowcount");
}

FACE SQLFreeStmt(SQLHSTMT handle, SQLUSMALLINT what)
{
	struct fake *fake = handle;
	SQLRETURN code = answer(fake, "freestmt");

	if (code != SQL_ERROR && what == SQL_RESET_PARAMS)
		fake->output = (struct binding){ 0 };
	if (code != SQL_ERROR && what == SQL_UNBIND)
		memset(fake->bindings, 0, sizeof(fake->bindings));
	return code;
}

FACE SQLEndTran(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT completion)
{
	(void)type;
	(void)completion;
	return answer(handle, "endtran");
}

FACE SQLSetConnectAttr(SQLHDBC handle, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length)
{
	(void)attribute;
	(void)value;
	(void)length;
	return answer(handle, "setconnect");
}

FACE SQLSetStmtAttr(SQLHSTMT handle, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER length)
{
	struct fake *fake = handle;

	(void)length;
	if (answer(fake, "setstmt") == SQL_ERROR)
		return SQL_ERROR;
	if (set_parameters(fake, attribute, value))
		return answer(fake, "setstmt");
	switch (attribute) {
	case SQL_ATTR_ASYNC_ENABLE:
		fake->async = (SQLULEN)(uintptr_t)value;
		break;
	case SQL_ATTR_ROW_ARRAY_SIZE:
		fake->array_size = (SQLULEN)(uintptr_t)value;
		break;
	case SQL_ATTR_ROW_BIND_TYPE:
		fake->bind_type = (SQLULEN)(uintptr_t)value;
		break;
	case SQL_ATTR_ROW_BIND_OFFSET_PTR:
		fake->bind_offset = value;
		break;
	case SQL_ATTR_ROW_STATUS_PTR:
		fake->status = value;
		break;
	case SQL_ATTR_ROWS_FETCHED_PTR:
		fake->fetched = value;
		break;
	default:
		break;
	}
	return answer(fake, "setstmt");
}

FACE SQLSetDescField(SQLHDESC handle, SQLSMALLINT record, SQLSMALLINT field, SQLPOINTER value,
		     SQLINTEGER length)
{
	(void)record, (void)field, (void)value, (void)length;
	return answer(handle, "setdesc");
}

FACE SQLCopyDesc(SQLHDESC handle, SQLHDESC destination)
{
	(void)destination;
	return answer(handle, "copydesc");
}
#endif
