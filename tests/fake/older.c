/*
 * The fake driver as one of ODBC 2: its functions of ODBC 3 are hidden behind those
 * that stood for them.
 */
/* In a build for iODBC the headers were included before the names below. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

#define SQLAllocHandle    hidden_alloc_handle
#define SQLFreeHandle     hidden_free_handle
#define SQLFreeStmt       hidden_free_statement
#define SQLGetDiagRec     hidden_diagnostic
#define SQLEndTran        hidden_end
#define SQLSetConnectAttr hidden_set_connection
#define SQLSetStmtAttr    hidden_set_statement
#define SQLBrowseConnect  hidden_browse
#define SQLGetStmtAttr    hidden_get_statement
#include "fake.c"
#undef SQLAllocHandle
#undef SQLFreeHandle
#undef SQLFreeStmt
#undef SQLGetDiagRec
#undef SQLEndTran
#undef SQLSetConnectAttr
#undef SQLSetStmtAttr
#undef SQLBrowseConnect
#undef SQLGetStmtAttr

FACE SQLAllocEnv(SQLHENV *output)
{
	return hidden_alloc_handle(SQL_HANDLE_ENV, NULL, output);
}

FACE SQLAllocConnect(SQLHENV handle, SQLHDBC *output)
{
	return hidden_alloc_handle(SQL_HANDLE_DBC, handle, output);
}

FACE SQLAllocStmt(SQLHDBC handle, SQLHSTMT *output)
{
	return hidden_alloc_handle(SQL_HANDLE_STMT, handle, output);
}

FACE SQLFreeEnv(SQLHENV handle)
{
	return hidden_free_handle(SQL_HANDLE_ENV, handle);
}

FACE SQLFreeConnect(SQLHDBC handle)
{
	return hidden_free_handle(SQL_HANDLE_DBC, handle);
}

SQLRETURN SQL_API SQLFreeStmt(SQLHSTMT handle, SQLUSMALLINT what);

FACE SQLFreeStmt(SQLHSTMT handle, SQLUSMALLINT what)
{
	return what == SQL_DROP ? hidden_free_handle(SQL_HANDLE_STMT, handle)
				: hidden_free_statement(handle, what);
}

/* One record, once for each call that failed. */
FACE SQLError(SQLHENV handle, SQLHDBC connection, SQLHSTMT statement, SQLCHAR *state,
	      SQLINTEGER *native, SQLCHAR *text, SQLSMALLINT room, SQLSMALLINT *length)
{
	struct fake *fake = statement != NULL ? statement : connection;

	(void)handle;
	if (fake == NULL || fake->told)
		return SQL_NO_DATA;
	fake->told = true;
	return hidden_diagnostic(0, fake, 1, state, native, text, room, length);
}

FACE SQLTransact(SQLHENV handle, SQLHDBC connection, SQLUSMALLINT completion)
{
	(void)handle;
	(void)completion;
	return answer(connection, "endtran");
}

#ifdef FAKE_WIDE_OPTIONS
#define SET_OPTION SQLSetConnectOptionW
#define GET_OPTION SQLGetConnectOptionW
typedef SQLWCHAR unit;
#else
#define SET_OPTION SQLSetConnectOption
#define GET_OPTION SQLGetConnectOption
typedef SQLCHAR unit;
#endif

/* The texts of options have no length: they end with a NUL. */
static void copy_units(const unit *from, unit *to)
{
	size_t i = 0;

	for (; from[i] != 0 && i < 63; i++)
		to[i] = from[i];
	to[i] = 0;
}

SQLRETURN SQL_API SET_OPTION(SQLHDBC handle, SQLUSMALLINT option, SQLULEN value);
SQLRETURN SQL_API GET_OPTION(SQLHDBC handle, SQLUSMALLINT option, SQLPOINTER value);
SQLRETURN SQL_API SQLSetParam(SQLHSTMT handle, SQLUSMALLINT number, SQLSMALLINT c_type,
			      SQLSMALLINT sql_type, SQLULEN size, SQLSMALLINT digits,
			      SQLPOINTER value, SQLLEN *indicator);

FACE SET_OPTION(SQLHDBC handle, SQLUSMALLINT option, SQLULEN value)
{
	struct fake *fake = handle;

	if (option == SQL_CURRENT_QUALIFIER)
		copy_units((const unit *)value, (unit *)(void *)fake->catalog);
	return answer(handle, "setconnect");
}

FACE GET_OPTION(SQLHDBC handle, SQLUSMALLINT option, SQLPOINTER value)
{
	struct fake *fake = handle;

	if (option == SQL_CURRENT_QUALIFIER)
		copy_units((const unit *)(const void *)fake->catalog, value);
	return answer(handle, "getconnect");
}

/* Only a date of ODBC 2 is taken. */
FACE SQLSetParam(SQLHSTMT handle, SQLUSMALLINT number, SQLSMALLINT c_type, SQLSMALLINT sql_type,
		 SQLULEN size, SQLSMALLINT digits, SQLPOINTER value, SQLLEN *indicator)
{
	(void)handle, (void)number, (void)size, (void)digits, (void)value, (void)indicator;
	return c_type == SQL_C_DATE && sql_type == SQL_DATE ? SQL_SUCCESS : SQL_ERROR;
}

FACE SQLSetStmtOption(SQLHSTMT handle, SQLUSMALLINT option, SQLULEN value)
{
	struct fake *fake = handle;

	if (option == SQL_ROWSET_SIZE)
		fake->array_size = value;
	if (option == SQL_BIND_TYPE)
		fake->bind_type = value;
	return answer(fake, "setstmt");
}

FACE SQLExtendedFetch(SQLHSTMT handle, SQLUSMALLINT orientation, SQLLEN offset, SQLULEN *rows,
		      SQLUSMALLINT *status)
{
	struct fake *fake = handle;

	(void)offset;
	if (orientation != SQL_FETCH_NEXT)
		return SQL_ERROR;
	fake->fetched = rows;
	fake->status = status;
	return SQLFetch(fake);
}
