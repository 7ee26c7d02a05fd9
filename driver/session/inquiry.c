/*
 * One question to the target that is ours alone.  The application's statements,
 * transaction and diagnostics are never touched: while it has anything open, a
 * second connection with the same credentials is asked.
 */
#include "internal.h"

#include <string.h>

enum { CHUNK = 512, MOST_TEXT = 1 << 20, MOST_ROWS = 65536 };

/* ---- a connection ------------------------------------------------------------------ */

bool gh_inquiry_is_second(struct gh_connection *connection)
{
	/* SQLite reads its catalogue without a transaction, and a second connection would not see
	 * temporary tables and would wait for the first one's locks */
	if (connection->dialect == GH_DIALECT_SQLITE)
		return false;
	return connection->autocommit != SQL_AUTOCOMMIT_ON || connection->sql_transaction ||
	       atomic_load(&connection->open_cursors) != 0 ||
	       atomic_load(&connection->waiting) != 0;
}

static bool begin_on(const struct gh_downstream *down, struct gh_inquiry *inquiry)
{
	const struct gh_functions *functions = down->functions;

	inquiry->down = down;
	inquiry->width =
		functions->SQLTables[GH_WIDE] != NULL && functions->SQLColumns[GH_WIDE] != NULL
			? GH_WIDE
			: GH_NARROW;
	if (functions->SQLTables[inquiry->width] == NULL ||
	    functions->SQLColumns[inquiry->width] == NULL || functions->SQLFetch == NULL ||
	    functions->SQLGetData == NULL)
		return false;
	return SQL_SUCCEEDED(
		functions->SQLAllocHandle(SQL_HANDLE_STMT, down->connection, &inquiry->statement));
}

static bool begin(struct gh_connection *connection, const struct gh_downstream *down,
		  struct gh_inquiry *inquiry)
{
	*inquiry = (struct gh_inquiry){ .connection = connection };
	if (down == NULL || !begin_on(down, inquiry))
		return false;
	/* a statement inherits it, and nobody would ask again for its answers */
	if (down != &connection->down || !atomic_load(&connection->async) ||
	    gh_async_off(down->functions, inquiry->statement))
		return true;
	gh_inquiry_end(inquiry);
	return false;
}

bool gh_inquiry_begin(struct gh_connection *connection, struct gh_inquiry *inquiry)
{
	const struct gh_downstream *down = &connection->down;

	if (gh_inquiry_is_second(connection))
		down = atomic_load(&connection->moved) ? NULL : gh_catalogue_second(connection);
	return begin(connection, down, inquiry);
}

bool gh_inquiry_begin_here(struct gh_connection *connection, struct gh_inquiry *inquiry)
{
	return begin(connection, gh_inquiry_is_second(connection) ? NULL : &connection->down,
		     inquiry);
}

void gh_inquiry_end(struct gh_inquiry *inquiry)
{
	if (inquiry->statement != SQL_NULL_HSTMT)
		inquiry->down->functions->SQLFreeHandle(SQL_HANDLE_STMT, inquiry->statement);
	inquiry->statement = SQL_NULL_HSTMT;
}

/* ---- what is asked ------------------------------------------------------------------- */

bool gh_inquiry_encode(struct gh_inquiry *inquiry, const char *name, struct gh_buf *out)
{
	return gh_text_encode(inquiry->down->charset, gh_span_from(name), inquiry->width, out,
			      NULL) == GH_OK;
}

bool gh_inquiry_pattern(struct gh_inquiry *inquiry, const char *name, struct gh_buf *out)
{
	struct gh_buf pattern;
	bool fine;

	gh_buf_init(&pattern, 0);
	for (const char *c = name; *c != '\0'; c++) {
		if (*c == '%' || *c == '_' || *c == '\\')
			(void)gh_buf_append_char(&pattern, '\\');
		(void)gh_buf_append_char(&pattern, *c);
	}
	fine = gh_buf_append_text(&pattern, "") == GH_OK &&
	       gh_inquiry_encode(inquiry, pattern.bytes, out);
	gh_buf_clear(&pattern);
	return fine;
}

bool gh_inquiry_literal(const char *text, struct gh_buf *query)
{
	(void)gh_buf_append_char(query, '\'');
	for (const char *c = text; *c != '\0'; c++) {
		/* escapes in one mode, stands for itself in another; or asks for a parameter */
		if (*c == '\\' || *c == '?' || *c == '{' || *c == '}' || (unsigned char)*c < ' ')
			return false;
		if (*c == '\'')
			(void)gh_buf_append_char(query, '\'');
		(void)gh_buf_append_char(query, *c);
	}
	return gh_buf_append_char(query, '\'') == GH_OK;
}

bool gh_inquiry_run(struct gh_inquiry *inquiry, struct gh_buf *query)
{
	const struct gh_functions *functions = inquiry->down->functions;
	struct gh_buf encoded;
	SQLRETURN code = SQL_ERROR;

	if (functions->SQLExecDirect[inquiry->width] == NULL || query->failed != GH_OK)
		return false;
	gh_buf_init(&encoded, 0);
	if (gh_inquiry_encode(inquiry, query->bytes, &encoded))
		code = functions->SQLExecDirect[inquiry->width](inquiry->statement, encoded.bytes,
								SQL_NTS);
	gh_buf_clear(&encoded);
	return SQL_SUCCEEDED(code);
}

/* ---- what is answered ------------------------------------------------------------------ */

SQLRETURN gh_inquiry_next(struct gh_inquiry *inquiry)
{
	if (inquiry->rows++ == MOST_ROWS)
		return SQL_ERROR;
	return inquiry->down->functions->SQLFetch(inquiry->statement);
}

/* The bytes of the column in the inquiry's width, chunk by chunk. */
static bool read_bytes(struct gh_inquiry *inquiry, SQLUSMALLINT column, struct gh_buf *raw)
{
	size_t unit = inquiry->width == GH_WIDE ? sizeof(SQLWCHAR) : 1;
	SQLSMALLINT type = inquiry->width == GH_WIDE ? SQL_C_WCHAR : SQL_C_CHAR;
	SQLRETURN code = SQL_SUCCESS_WITH_INFO;

	while (code == SQL_SUCCESS_WITH_INFO && raw->length <= MOST_TEXT) {
		SQLWCHAR value[CHUNK] = { 0 };
		SQLLEN length = 0;
		size_t room = sizeof(value) - unit;

		code = inquiry->down->functions->SQLGetData(inquiry->statement, column, type, value,
							    sizeof(value), &length);
		if (!SQL_SUCCEEDED(code) || length == SQL_NULL_DATA)
			break;
		if (code == SQL_SUCCESS && (length < 0 || (size_t)length > room))
			return false;
		(void)gh_buf_append(raw, value, code == SQL_SUCCESS ? (size_t)length : room);
	}
	return code == SQL_SUCCESS && raw->failed == GH_OK;
}

bool gh_inquiry_read(struct gh_inquiry *inquiry, SQLUSMALLINT column, struct gh_buf *out)
{
	size_t unit = inquiry->width == GH_WIDE ? sizeof(SQLWCHAR) : 1;
	struct gh_buf raw;
	struct gh_text text = { inquiry->width, NULL, 0 };
	bool fine;

	gh_buf_init(&raw, 0);
	gh_buf_reset(out);
	fine = read_bytes(inquiry, column, &raw);
	text.bytes = raw.bytes;
	text.length = (SQLLEN)(raw.length / unit);
	if (fine && raw.length > 0)
		fine = gh_text_decode(inquiry->down->charset, &text, out, NULL) == GH_OK;
	gh_buf_clear(&raw);
	/* a byte 0 inside would end the text early */
	return fine && gh_buf_append_text(out, "") == GH_OK && strlen(out->bytes) == out->length;
}
