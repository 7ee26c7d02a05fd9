/*
 * What an application of ODBC 2 calls: the manager maps it to functions of ODBC 3,
 * or to those that a raw driver still exports.
 */
#include "sequences.h"

#include <string.h>

static SQLRETURN connect_by(struct gh_side *side)
{
	struct gh_buf text;
	SQLRETURN r;

	gh_buf_init(&text, 0);
	gh_buf_printf(&text, "DSN=%s%s", side->dsn, side->keywords);
	r = side->width == GH_WIDE
		    ? SQLDriverConnectW(side->dbc, NULL, gh_side_wide(side, text.bytes), SQL_NTS,
					NULL, 0, NULL, SQL_DRIVER_NOPROMPT)
		    : SQLDriverConnect(side->dbc, NULL, (SQLCHAR *)text.bytes, SQL_NTS, NULL, 0,
				       NULL, SQL_DRIVER_NOPROMPT);
	gh_buf_clear(&text);
	return r;
}

/* An environment that was never told a version is one of ODBC 2. */
static bool open_old(struct gh_side *side)
{
	if (!SQL_SUCCEEDED(SQLAllocEnv(&side->env)) ||
	    !SQL_SUCCEEDED(SQLAllocConnect(side->env, &side->dbc)) ||
	    !SQL_SUCCEEDED(gh_side_dbc_said(side, connect_by(side), "connect")))
		return false;
	return SQL_SUCCEEDED(gh_side_dbc_said(side, SQLAllocStmt(side->dbc, &side->stmt),
					      "SQLAllocStmt"));
}

static void close_old(struct gh_side *side)
{
	if (side->stmt)
		gh_side_freed(side, SQLFreeStmt(side->stmt, SQL_DROP), "SQLFreeStmt(SQL_DROP)",
			      &(struct gh_odbc_handle){ SQL_HANDLE_STMT, side->stmt });
	side->stmt = SQL_NULL_HSTMT;
	gh_side_dbc_said(side, SQLDisconnect(side->dbc), "SQLDisconnect");
	gh_side_note(side, "SQLFreeConnect %d", SQLFreeConnect(side->dbc));
	side->dbc = SQL_NULL_HDBC;
	gh_side_note(side, "SQLFreeEnv %d", SQLFreeEnv(side->env));
	side->env = SQL_NULL_HENV;
}

/* ---- errors ------------------------------------------------------------------------- */

static void read_error(struct gh_side *side, size_t room)
{
	struct gh_area state = { 0 }, text = { 0 };
	SQLINTEGER native = 77;
	SQLSMALLINT length = 77;
	SQLRETURN r = SQL_ERROR;

	if (gh_area_init(&state, 12) && gh_area_init(&text, room)) {
		r = side->width == GH_WIDE
			    ? SQLErrorW(side->env, side->dbc, side->stmt, gh_area_at(&state),
					&native, gh_area_at(&text), (SQLSMALLINT)(room / 2),
					&length)
			    : SQLError(side->env, side->dbc, side->stmt, gh_area_at(&state),
				       &native, gh_area_at(&text), (SQLSMALLINT)room, &length);
		gh_side_note(side, "SQLError %s native %d length %d", gh_odbc_return_name(r),
			     (int)native, length);
		gh_side_area(side, "state", &state, side->width);
		/* what lies behind a text is the manager's, and was not filled by it */
		if (SQL_SUCCEEDED(r))
			gh_side_area(side, "text", &text, side->width);
	}
	gh_area_clear(&state);
	gh_area_clear(&text);
}

static SQLRETURN run(struct gh_side *side, const char *sql)
{
	return side->width == GH_WIDE
		       ? SQLExecDirectW(side->stmt, gh_side_wide(side, sql), SQL_NTS)
		       : SQLExecDirect(side->stmt, (SQLCHAR *)sql, SQL_NTS);
}

static void errors(struct gh_side *side)
{
	if (open_old(side)) {
		for (size_t room = 20; room <= 400; room += 380) {
			gh_side_note(side, "SQLExecDirect %s",
				     gh_odbc_return_name(run(side, "SELECT * FROM no_such_table")));
			read_error(side, room);
			read_error(side, room);
		}
	}
	close_old(side);
}

/* ---- options -------------------------------------------------------------------------- */

static void statement_options(struct gh_side *side)
{
	static const SQLUSMALLINT options[] = {
		SQL_QUERY_TIMEOUT, SQL_MAX_ROWS,    SQL_NOSCAN,	       SQL_MAX_LENGTH,
		SQL_BIND_TYPE,	   SQL_CURSOR_TYPE, SQL_CONCURRENCY,   SQL_ROWSET_SIZE,
		SQL_RETRIEVE_DATA, SQL_USE_BOOKMARKS, SQL_ROW_NUMBER,
	};

	if (open_old(side)) {
		for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
			SQLULEN value = 0;

			gh_side_said(side, SQLGetStmtOption(side->stmt, options[i], &value),
				     "SQLGetStmtOption(%d)", options[i]);
			gh_side_note(side, "  value %llu", (unsigned long long)value);
			if (options[i] == SQL_ROW_NUMBER)
				continue; /* it can only be asked */
			gh_side_said(side, SQLSetStmtOption(side->stmt, options[i], value),
				     "SQLSetStmtOption(%d)", options[i]);
		}
	}
	close_old(side);
}

/* The manager maps the W functions only for drivers that have W functions. */
static bool has_wide_names(const struct gh_side *side)
{
	return side->width == GH_WIDE && !gh_side_is_converted(side);
}

/*
 * MariaDB's connector answers the W functions of ODBC 2 that it exports with
 * SQL_INVALID_HANDLE; there is nothing to compare.
 */
static bool opens_usefully(struct gh_side *side)
{
	return !(side->width == GH_WIDE && side->target->engine == GH_MARIADB) && open_old(side);
}

static SQLRETURN set_option(struct gh_side *side, SQLUSMALLINT option, SQLULEN value)
{
	return has_wide_names(side) ? SQLSetConnectOptionW(side->dbc, option, value)
				      : SQLSetConnectOption(side->dbc, option, value);
}

static SQLRETURN get_option(struct gh_side *side, SQLUSMALLINT option, SQLPOINTER value)
{
	return has_wide_names(side) ? SQLGetConnectOptionW(side->dbc, option, value)
				      : SQLGetConnectOption(side->dbc, option, value);
}

static void connection_options(struct gh_side *side)
{
	static const SQLUSMALLINT options[] = { SQL_ACCESS_MODE, SQL_AUTOCOMMIT, SQL_LOGIN_TIMEOUT,
						SQL_TXN_ISOLATION };

	if (opens_usefully(side)) {
		for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
			SQLULEN value = 0;

			gh_side_dbc_said(side, get_option(side, options[i], &value),
					 "SQLGetConnectOption(%d)", options[i]);
			gh_side_note(side, "  value %u", (unsigned)value);
			gh_side_dbc_said(side, set_option(side, options[i], (SQLUINTEGER)value),
					 "SQLSetConnectOption(%d)", options[i]);
		}
	}
	close_old(side);
}

static void transactions(struct gh_side *side)
{
	if (open_old(side)) {
		gh_side_do(side, "CREATE TABLE gh_work (id int)");
		gh_side_dbc_said(side, set_option(side, SQL_AUTOCOMMIT, SQL_AUTOCOMMIT_OFF),
				 "SQLSetConnectOption(AUTOCOMMIT, OFF)");
		gh_side_do(side, "INSERT INTO gh_work VALUES (1)");
		gh_side_dbc_said(side, SQLTransact(side->env, side->dbc, SQL_ROLLBACK),
				 "SQLTransact(ROLLBACK)");
		gh_side_do(side, "INSERT INTO gh_work VALUES (2)");
		gh_side_dbc_said(side, SQLTransact(SQL_NULL_HENV, side->dbc, SQL_COMMIT),
				 "SQLTransact(COMMIT)");
		gh_side_query(side, "SELECT id FROM gh_work");
		gh_side_dbc_said(side, SQLTransact(side->env, SQL_NULL_HDBC, SQL_COMMIT),
				 "SQLTransact(environment)");
		set_option(side, SQL_AUTOCOMMIT, SQL_AUTOCOMMIT_ON);
		gh_side_do(side, "DROP TABLE gh_work");
	}
	close_old(side);
}

/* ---- columns ---------------------------------------------------------------------------- */

static void one_column_field(struct gh_side *side, SQLUSMALLINT column, SQLUSMALLINT field)
{
	struct gh_area text = { 0 };
	SQLSMALLINT length = 77;
	SQLLEN number = GH_LENGTH_UNTOUCHED;
	SQLRETURN r;

	if (!gh_area_init(&text, 40))
		return;
	r = has_wide_names(side) ? SQLColAttributesW(side->stmt, column, field, gh_area_at(&text),
						       40, &length, &number)
				   : SQLColAttributes(side->stmt, column, field, gh_area_at(&text),
						      40, &length, &number);
	gh_side_said(side, r, "SQLColAttributes(%d, %d)", column, field);
	gh_side_length(side, "number", number);
	/* libsqliteodbc fills the room with zeros, which a manager that converts does not */
	if (field == SQL_COLUMN_NAME && !gh_side_is_converted(side))
		gh_side_area(side, "text", &text, has_wide_names(side) ? GH_WIDE : GH_ANSI);
	gh_area_clear(&text);
}

static void columns(struct gh_side *side)
{
	static const SQLUSMALLINT fields[] = {
		SQL_COLUMN_NAME,     SQL_COLUMN_TYPE,     SQL_COLUMN_PRECISION,
		SQL_COLUMN_SCALE,    SQL_COLUMN_NULLABLE, SQL_COLUMN_UNSIGNED,
		SQL_COLUMN_MONEY,    SQL_COLUMN_UPDATABLE,
	};

	if (opens_usefully(side) &&
	    SQL_SUCCEEDED(gh_side_exec(side, "SELECT id, name FROM gh_rows"))) {
		for (SQLUSMALLINT column = 1; column <= 2; column++) {
			for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
				one_column_field(side, column, fields[i]);
		}
	}
	close_old(side);
}

/* ---- the manager's own cursors ------------------------------------------------------------ */

/*
 * unixODBC's cursor library allocates a statement for SQLGetData by SQLAllocStmt.  It
 * has no W functions, so W applications get IM001 over drivers that have them.
 */
static void cursor_library(struct gh_side *side)
{
	SQLINTEGER id = 77;
	SQLLEN length = GH_LENGTH_UNTOUCHED;

	gh_side_note(side, "W functions: %d", gh_side_is_converted(side) ? 0 : 1);
	if (gh_side_is_converted(side))
		return;
	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &side->env)) ||
	    !SQL_SUCCEEDED(SQLSetEnvAttr(side->env, SQL_ATTR_ODBC_VERSION,
					 (SQLPOINTER)SQL_OV_ODBC3, 0)) ||
	    !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, side->env, &side->dbc)))
		return;
	gh_side_dbc_said(side,
			 SQLSetConnectAttr(side->dbc, SQL_ATTR_ODBC_CURSORS,
					   (SQLPOINTER)SQL_CUR_USE_ODBC, 0),
			 "SQL_ATTR_ODBC_CURSORS");
	if (!SQL_SUCCEEDED(gh_side_dbc_said(side, connect_by(side), "connect")) ||
	    !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &side->stmt)))
		return;
	gh_side_said(side,
		     SQLSetStmtAttr(side->stmt, SQL_ATTR_CURSOR_TYPE,
				    (SQLPOINTER)SQL_CURSOR_STATIC, 0),
		     "SQL_ATTR_CURSOR_TYPE");
	gh_side_exec(side, "SELECT id, name FROM gh_rows WHERE id < 4");
	SQLBindCol(side->stmt, 1, SQL_C_SLONG, &id, sizeof(id), &length);
	for (int row = 0; row < 3 && SQL_SUCCEEDED(gh_side_fetch(side)); row++) {
		gh_side_note(side, "id %d", (int)id);
		gh_side_length(side, "length", length);
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_CHAR, 40 });
	}
	gh_side_close_cursor(side);
}

/* ---- parameters --------------------------------------------------------------------------- */

static void set_param(struct gh_side *side)
{
	SQLINTEGER id = 7;
	SQLCHAR name[20] = "seven";
	SQLLEN id_length = 0, name_length = SQL_NTS;

	if (open_old(side)) {
		gh_side_do(side, "CREATE TABLE gh_work (id int, v varchar(60))");
		gh_side_said(side,
			     SQLSetParam(side->stmt, 1, SQL_C_SLONG, SQL_INTEGER, 10, 0, &id,
					 &id_length),
			     "SQLSetParam(1)");
		gh_side_said(side,
			     SQLBindParam(side->stmt, 2, SQL_C_CHAR, SQL_VARCHAR, 60, 0, name,
					  &name_length),
			     "SQLBindParam(2)");
		gh_side_do(side, "INSERT INTO gh_work VALUES (?, ?)");
		SQLFreeStmt(side->stmt, SQL_RESET_PARAMS);
		gh_side_query(side, "SELECT id, v FROM gh_work");
		gh_side_do(side, "DROP TABLE gh_work");
	}
	close_old(side);
}

static void param_options(struct gh_side *side)
{
	SQLINTEGER ids[3] = { 1, 2, 3 };
	SQLLEN lengths[3] = { 0, 0, 0 };
	SQLULEN row = 77;

	if (open_old(side)) {
		gh_side_do(side, "CREATE TABLE gh_work (id int)");
		gh_side_said(side, SQLParamOptions(side->stmt, 3, &row), "SQLParamOptions(3)");
		SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 10, 0,
				 ids, 0, lengths);
		gh_side_do(side, "INSERT INTO gh_work VALUES (?)");
		gh_side_note(side, "  row %llu", (unsigned long long)row);
		gh_side_said(side, SQLParamOptions(side->stmt, 1, NULL), "SQLParamOptions(1)");
		SQLFreeStmt(side->stmt, SQL_RESET_PARAMS);
		gh_side_query(side, "SELECT id FROM gh_work ORDER BY id");
		gh_side_do(side, "DROP TABLE gh_work");
	}
	close_old(side);
}

/* ---- cursors and names ------------------------------------------------------------------ */

static void scroll_options(struct gh_side *side)
{
	static const SQLLEN keysets[] = { SQL_SCROLL_FORWARD_ONLY, SQL_SCROLL_STATIC,
					  SQL_SCROLL_KEYSET_DRIVEN, SQL_SCROLL_DYNAMIC };

	if (open_old(side)) {
		for (size_t i = 0; i < sizeof(keysets) / sizeof(keysets[0]); i++)
			gh_side_said(side,
				     SQLSetScrollOptions(side->stmt, SQL_CONCUR_READ_ONLY,
							 keysets[i], 1),
				     "SQLSetScrollOptions(READ_ONLY, %lld)", (long long)keysets[i]);
		gh_side_query(side, "SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
	}
	close_old(side);
}

static bool one_name(struct gh_side *side, SQLUSMALLINT direction, bool drivers)
{
	struct gh_area name = { 0 }, text = { 0 };
	SQLSMALLINT lengths[2] = { 77, 77 };
	SQLRETURN r = SQL_ERROR;

	if (gh_area_init(&name, 64) && gh_area_init(&text, 64)) {
		if (side->width == GH_WIDE)
			r = (drivers ? SQLDriversW : SQLDataSourcesW)(
				side->env, direction, gh_area_at(&name), 32, &lengths[0],
				gh_area_at(&text), 32, &lengths[1]);
		else
			r = (drivers ? SQLDrivers : SQLDataSources)(
				side->env, direction, gh_area_at(&name), 64, &lengths[0],
				gh_area_at(&text), 64, &lengths[1]);
		gh_side_env_said(side, r, drivers ? "SQLDrivers" : "SQLDataSources");
		if (SQL_SUCCEEDED(r)) {
			gh_side_area(side, "name", &name, side->width);
			gh_side_note(side, "  lengths %d %d", lengths[0], lengths[1]);
		}
	}
	gh_area_clear(&name);
	gh_area_clear(&text);
	return SQL_SUCCEEDED(r);
}

static void names(struct gh_side *side)
{
	if (!SQL_SUCCEEDED(SQLAllocEnv(&side->env)))
		return;
	for (int drivers = 0; drivers <= 1; drivers++) {
		bool more = one_name(side, SQL_FETCH_FIRST, drivers != 0);

		for (int i = 0; i < 40 && more; i++)
			more = one_name(side, SQL_FETCH_NEXT, drivers != 0);
	}
	gh_side_note(side, "SQLFreeEnv %d", SQLFreeEnv(side->env));
	side->env = SQL_NULL_HENV;
}

/*
 * libsqliteodbc's SQLGetStmtOption and SQLSetScrollOptions know less than its functions
 * of ODBC 3, to which the manager comes through Gatehouse; MariaDB's SQLSetScrollOptions
 * takes what SQLGetInfo says it can't do.
 */
#define GH_MAPPED_BOTH (GH_POSTGRESQL | GH_MARIADB)

const struct gh_sequence gh_sequences_odbc2[] = {
	{ "SQLError tells an application of ODBC 2 the same", errors, 0, GH_NO_CONNECT },
	{ "statement options of ODBC 2 are the same", statement_options, GH_MAPPED_BOTH,
	  GH_NO_CONNECT },
	{ "connection options of ODBC 2 are the same", connection_options, 0, GH_NO_CONNECT },
	{ "SQLTransact ends transactions the same", transactions, 0, GH_NO_CONNECT },
	{ "SQLColAttributes answers the same", columns, 0, GH_NO_CONNECT },
	/* it calls NULL over raw psqlODBC, which exports no SQLAllocStmt */
	{ "the manager's cursor library reads the same", cursor_library,
	  GH_MARIADB | GH_SQLITE, GH_NO_CONNECT },
	{ "SQLSetParam and SQLBindParam bind the same", set_param, 0, GH_NO_CONNECT },
	{ "SQLParamOptions makes arrays the same", param_options, 0, GH_NO_CONNECT },
	{ "SQLSetScrollOptions is taken the same", scroll_options, GH_POSTGRESQL,
	  GH_NO_CONNECT },
	{ "data sources and drivers are listed the same", names, 0, GH_NO_CONNECT },
	{ NULL, NULL, 0, 0 },
};
