/*
 * A preloaded library that makes the data source NAME-fault behave slightly
 * differently from the raw one, in the way that GH_ODBC_FAULT names.  It stands
 * between the test and the driver manager.  test_faults.py expects that the
 * comparison finds each of these faults.
 */
#include <dlfcn.h>
#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define VISIBLE __attribute__((visibility("default")))

/* One test process has one side, so one flag is enough. */
static bool armed;

static bool fault(const char *name)
{
	const char *wanted = getenv("GH_ODBC_FAULT");

	return armed && wanted && strcmp(wanted, name) == 0;
}

/* The function behind ours; dlsym gives void *, which C does not convert. */
#define NEXT(name)                                                     \
	static __typeof__(&name) next;                                 \
	do {                                                           \
		void *symbol = next ? NULL : dlsym(RTLD_NEXT, #name);  \
                                                                       \
		if (symbol)                                            \
			memcpy(&next, &symbol, sizeof(next));          \
	} while (0)

VISIBLE SQLRETURN SQLDriverConnect(SQLHDBC dbc, SQLHWND window, SQLCHAR *in, SQLSMALLINT in_length,
				   SQLCHAR *out, SQLSMALLINT room, SQLSMALLINT *length,
				   SQLUSMALLINT completion)
{
	NEXT(SQLDriverConnect);
	if (in && strstr((char *)in, "-fault"))
		armed = true;
	return next(dbc, window, in, in_length, out, room, length, completion);
}

VISIBLE SQLRETURN SQLGetData(SQLHSTMT stmt, SQLUSMALLINT column, SQLSMALLINT type,
			     SQLPOINTER target, SQLLEN room, SQLLEN *length)
{
	SQLRETURN r;

	NEXT(SQLGetData);
	r = next(stmt, column, type, target, room, length);
	if (fault("length") && length && *length > 0)
		(*length)++;
	if (fault("overrun") && target && room > 0)
		((char *)target)[room] = 0;
	if (fault("value") && r == SQL_SUCCESS && target && length && *length > 2)
		((char *)target)[1] ^= 1;
	if (fault("behind") && r == SQL_SUCCESS && target && type == SQL_C_CHAR && length &&
	    *length >= 0 && *length + 1 < room)
		((char *)target)[*length + 1] = 0;
	if (fault("terminator") && r == SQL_SUCCESS && target && type == SQL_C_CHAR && length &&
	    *length >= 0 && *length < room)
		((char *)target)[*length] = 'x';
	if (fault("truncation") && r == SQL_SUCCESS_WITH_INFO)
		return SQL_SUCCESS;
	return r;
}

/* What was bound last, and where the states of rows go. */
static SQLLEN *bound_length;
static SQLUSMALLINT *row_status;

VISIBLE SQLRETURN SQLBindCol(SQLHSTMT stmt, SQLUSMALLINT column, SQLSMALLINT type,
			     SQLPOINTER target, SQLLEN room, SQLLEN *length)
{
	NEXT(SQLBindCol);
	bound_length = target ? length : NULL;
	return next(stmt, column, type, target, room, length);
}

VISIBLE SQLRETURN SQLSetStmtAttr(SQLHSTMT stmt, SQLINTEGER attribute, SQLPOINTER value,
				 SQLINTEGER length)
{
	NEXT(SQLSetStmtAttr);
	if (attribute == SQL_ATTR_ROW_STATUS_PTR)
		row_status = value;
	return next(stmt, attribute, value, length);
}

VISIBLE SQLRETURN SQLFetch(SQLHSTMT stmt)
{
	static int calls;
	const SQLUSMALLINT before = row_status ? *row_status : 0;
	SQLRETURN r;

	NEXT(SQLFetch);
	if (fault("row") && ++calls == 3)
		next(stmt);
	r = next(stmt);
	if (fault("indicator") && r == SQL_SUCCESS && bound_length && *bound_length > 0)
		(*bound_length)++;
	if (fault("status") && r == SQL_SUCCESS && row_status)
		*row_status = before;
	return r;
}

VISIBLE SQLRETURN SQLNumResultCols(SQLHSTMT stmt, SQLSMALLINT *count)
{
	SQLRETURN r;

	NEXT(SQLNumResultCols);
	r = next(stmt, count);
	if (fault("columns") && r == SQL_SUCCESS && count && *count > 1)
		(*count)--;
	return r;
}

VISIBLE SQLRETURN SQLMoreResults(SQLHSTMT stmt)
{
	SQLRETURN r;

	NEXT(SQLMoreResults);
	r = next(stmt);
	return fault("return") && r == SQL_NO_DATA ? SQL_SUCCESS : r;
}

VISIBLE SQLRETURN SQLDescribeCol(SQLHSTMT stmt, SQLUSMALLINT column, SQLCHAR *name,
				 SQLSMALLINT room, SQLSMALLINT *length, SQLSMALLINT *type,
				 SQLULEN *size, SQLSMALLINT *digits, SQLSMALLINT *nullable)
{
	SQLRETURN r;

	NEXT(SQLDescribeCol);
	r = next(stmt, column, name, room, length, type, size, digits, nullable);
	if (fault("size") && size)
		(*size)++;
	if (fault("type") && type && *type == SQL_VARCHAR)
		*type = SQL_WVARCHAR;
	return r;
}

VISIBLE SQLRETURN SQLGetDiagRec(SQLSMALLINT kind, SQLHANDLE handle, SQLSMALLINT record,
				SQLCHAR *state, SQLINTEGER *native, SQLCHAR *text, SQLSMALLINT room,
				SQLSMALLINT *length)
{
	SQLRETURN r;

	NEXT(SQLGetDiagRec);
	if (fault("lost") && record == 1)
		return SQL_NO_DATA;
	r = next(kind, handle, fault("extra") && record == 2 ? 1 : record, state, native, text,
		 room, length);
	if (fault("native") && SQL_SUCCEEDED(r) && native)
		(*native)++;
	if (fault("state") && SQL_SUCCEEDED(r) && state)
		state[4] ^= 1;
	return r;
}

/* As if a record came through the wrong face: its text is of bytes. */
VISIBLE SQLRETURN SQLGetDiagRecW(SQLSMALLINT kind, SQLHANDLE handle, SQLSMALLINT record,
				 SQLWCHAR *state, SQLINTEGER *native, SQLWCHAR *text,
				 SQLSMALLINT room, SQLSMALLINT *length)
{
	SQLRETURN r;

	NEXT(SQLGetDiagRecW);
	r = next(kind, handle, record, state, native, text, room, length);
	for (int i = 0; fault("width") && SQL_SUCCEEDED(r) && length && i < *length; i++)
		((char *)text)[i] = (char)text[i];
	return r;
}

VISIBLE SQLRETURN SQLRowCount(SQLHSTMT stmt, SQLLEN *rows)
{
	SQLRETURN r;

	NEXT(SQLRowCount);
	r = next(stmt, rows);
	if (fault("count") && rows)
		*rows = -1;
	return r;
}

VISIBLE SQLRETURN SQLGetInfo(SQLHDBC dbc, SQLUSMALLINT type, SQLPOINTER value, SQLSMALLINT room,
			     SQLSMALLINT *length)
{
	SQLRETURN r;

	NEXT(SQLGetInfo);
	r = next(dbc, type, value, room, length);
	if (fault("info") && type == SQL_DRIVER_NAME && value)
		((char *)value)[0] = 'X';
	return r;
}

VISIBLE SQLRETURN SQLGetFunctions(SQLHDBC dbc, SQLUSMALLINT function, SQLUSMALLINT *supported)
{
	SQLRETURN r;

	NEXT(SQLGetFunctions);
	r = next(dbc, function, supported);
	if (fault("function") && function == SQL_API_SQLTABLES)
		*supported = SQL_FALSE;
	return r;
}

VISIBLE SQLRETURN SQLEndTran(SQLSMALLINT kind, SQLHANDLE handle, SQLSMALLINT completion)
{
	NEXT(SQLEndTran);
	return next(kind, handle, fault("transaction") ? SQL_COMMIT : completion);
}

VISIBLE SQLRETURN SQLExecDirect(SQLHSTMT stmt, SQLCHAR *text, SQLINTEGER length)
{
	NEXT(SQLExecDirect);
	if (fault("twice") && strncmp((char *)text, "UPDATE", 6) == 0)
		next(stmt, (SQLCHAR *)"DELETE FROM gh_work WHERE id = 3", SQL_NTS);
	return next(stmt, text, length);
}

VISIBLE SQLRETURN SQLGetStmtAttr(SQLHSTMT stmt, SQLINTEGER attribute, SQLPOINTER value,
				 SQLINTEGER room, SQLINTEGER *length)
{
	SQLRETURN r;

	NEXT(SQLGetStmtAttr);
	r = next(stmt, attribute, value, room, length);
	if (fault("attribute") && attribute == SQL_ATTR_QUERY_TIMEOUT && value)
		*(SQLULEN *)value += 1;
	return r;
}
