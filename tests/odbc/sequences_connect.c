/* Connecting in all ways, and failing to. */
#include "sequences.h"

#include <string.h>

static void begin(struct gh_side *side)
{
	SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &side->env);
	SQLSetEnvAttr(side->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
	SQLAllocHandle(SQL_HANDLE_DBC, side->env, &side->dbc);
}

static void finish(struct gh_side *side)
{
	gh_side_dbc_said(side, SQLDisconnect(side->dbc), "SQLDisconnect");
	SQLFreeHandle(SQL_HANDLE_DBC, side->dbc);
	SQLFreeHandle(SQL_HANDLE_ENV, side->env);
	side->dbc = SQL_NULL_HDBC;
	side->env = SQL_NULL_HENV;
}

/* The data source's name differs between the sides; the rest must not. */
static void connect_by_name(struct gh_side *side, const char *user, const char *password)
{
	SQLRETURN r;

	if (side->width == GH_WIDE)
		r = SQLConnectW(side->dbc, gh_side_wide(side, side->dsn), SQL_NTS,
				gh_side_wide(side, user), user ? SQL_NTS : 0,
				gh_side_wide(side, password), password ? SQL_NTS : 0);
	else
		r = SQLConnect(side->dbc, (SQLCHAR *)side->dsn, SQL_NTS, (SQLCHAR *)user,
			       user ? SQL_NTS : 0, (SQLCHAR *)password, password ? SQL_NTS : 0);
	gh_side_dbc_said(side, r, "SQLConnect(DSN, %s, %s)", user ? user : "NULL",
			 password ? password : "NULL");
}

static void by_name(struct gh_side *side)
{
	begin(side);
	connect_by_name(side, NULL, NULL);
	connect_by_name(side, NULL, NULL);
	finish(side);
	begin(side);
	connect_by_name(side, "", "");
	finish(side);
}

static void by_name_refused(struct gh_side *side)
{
	begin(side);
	connect_by_name(side, "nobody_of_this_name", "wrong");
	finish(side);
}

/* SQLDriverConnect with more keywords; the DSN's name in the answer is written {DSN}. */
static void connect_by_text(struct gh_side *side, const char *more, SQLSMALLINT room)
{
	struct gh_area area = { 0 };
	struct gh_buf text;
	SQLSMALLINT length = 77;
	SQLRETURN r = SQL_ERROR;

	gh_buf_init(&text, 0);
	gh_buf_printf(&text, "DSN=%s%s%s", side->dsn, side->keywords, more);
	if (text.bytes && gh_area_init(&area, (size_t)room * (side->width == GH_WIDE ? 2 : 1)))
		r = side->width == GH_WIDE
			    ? SQLDriverConnectW(side->dbc, NULL, gh_side_wide(side, text.bytes),
						SQL_NTS, gh_area_at(&area), room, &length,
						SQL_DRIVER_NOPROMPT)
			    : SQLDriverConnect(side->dbc, NULL, (SQLCHAR *)text.bytes, SQL_NTS,
					       gh_area_at(&area), room, &length,
					       SQL_DRIVER_NOPROMPT);
	gh_side_dbc_said(side, r, "SQLDriverConnect(DSN%s, room %d)", more, room);
	gh_area_clear(&area);
	gh_buf_clear(&text);
}

static void by_text(struct gh_side *side)
{
	static const char *const more[] = { "", ";", ";UID=nobody_of_this_name;PWD=wrong" };

	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		begin(side);
		connect_by_text(side, more[i], 1000);
		finish(side);
	}
}

/* Not "DSN=": unixODBC 2.3.11 takes the first section, and SQLite then makes a file. */
static void malformed_texts(struct gh_side *side)
{
	static const char *const texts[] = { "", "DSN", "=", "DSN=no such data source",
					     "DRIVER={no such driver}", "nonsense" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		begin(side);
		gh_side_dbc_said(side,
				 SQLDriverConnect(side->dbc, NULL, (SQLCHAR *)texts[i], SQL_NTS,
						  NULL, 0, NULL, SQL_DRIVER_NOPROMPT),
				 "SQLDriverConnect(%s)", texts[i]);
		finish(side);
	}
}

static SQLSMALLINT connected_text(struct gh_side *side, struct gh_area *area, SQLSMALLINT room)
{
	struct gh_buf text;
	SQLSMALLINT length = 0;

	gh_buf_init(&text, 0);
	gh_buf_printf(&text, "DSN=%s%s", side->dsn, side->keywords);
	if (text.bytes && gh_area_init(area, 2000))
		gh_side_dbc_said(side,
				 SQLDriverConnect(side->dbc, NULL, (SQLCHAR *)text.bytes, SQL_NTS,
						  gh_area_at(area), room, &length,
						  SQL_DRIVER_NOPROMPT),
				 "SQLDriverConnect(room %d)", room);
	gh_buf_clear(&text);
	return length;
}

/*
 * Which keywords the completed text lists is the driver's own choice; that it
 * names our data source, is ended, and can be used again is not.
 */
static void completed_text_is_usable(struct gh_side *side)
{
	struct gh_area area = { 0 };
	char again[2000];
	SQLSMALLINT length;

	begin(side);
	length = connected_text(side, &area, 1999);
	gh_side_note(side, "names the data source: %d",
		     area.bytes && strstr(gh_area_at(&area), side->dsn) != NULL);
	gh_side_note(side, "length as text: %d",
		     area.bytes && length == (SQLSMALLINT)strlen(gh_area_at(&area)));
	finish(side);
	if (area.bytes) {
		memcpy(again, gh_area_at(&area), sizeof(again));
		again[sizeof(again) - 1] = '\0';
		begin(side);
		gh_side_dbc_said(side,
				 SQLDriverConnect(side->dbc, NULL, (SQLCHAR *)again, SQL_NTS, NULL,
						  0, NULL, SQL_DRIVER_NOPROMPT),
				 "SQLDriverConnect(completed text)");
		finish(side);
	}
	gh_area_clear(&area);
}

static void browse(struct gh_side *side)
{
	_Alignas(SQLWCHAR) char text[500];
	SQLSMALLINT length = 0;
	struct gh_buf in;

	gh_buf_init(&in, 0);
	gh_buf_printf(&in, "DSN=%s%s", side->dsn, side->keywords);
	begin(side);
	gh_side_dbc_said(side,
			 side->width == GH_WIDE
				 ? SQLBrowseConnectW(side->dbc, gh_side_wide(side, in.bytes),
						     SQL_NTS, (SQLWCHAR *)text, sizeof(text) / 2,
						     &length)
				 : SQLBrowseConnect(side->dbc, (SQLCHAR *)in.bytes, SQL_NTS,
						    (SQLCHAR *)text, sizeof(text), &length),
			 "SQLBrowseConnect");
	finish(side);
	gh_buf_clear(&in);
}

static void reconnects(struct gh_side *side)
{
	for (int i = 0; i < 10; i++) {
		gh_side_open(side);
		gh_side_query(side, "SELECT 1");
		gh_side_close(side);
	}
}

/* One environment, several connections, each with its own transaction. */
static void many_connections(struct gh_side *side)
{
	SQLHDBC first, second = SQL_NULL_HDBC;
	SQLHSTMT kept;

	gh_side_open(side);
	first = side->dbc;
	kept = side->stmt;
	SQLAllocHandle(SQL_HANDLE_DBC, side->env, &second);
	side->dbc = second;
	connect_by_text(side, "", 500);
	side->stmt = SQL_NULL_HSTMT;
	gh_side_fresh(side);
	gh_side_query(side, "SELECT 2");
	SQLFreeHandle(SQL_HANDLE_STMT, side->stmt);
	gh_side_dbc_said(side, SQLDisconnect(second), "SQLDisconnect");
	SQLFreeHandle(SQL_HANDLE_DBC, second);
	side->dbc = first;
	side->stmt = kept;
	gh_side_query(side, "SELECT 1");
}

static void unconnected(struct gh_side *side)
{
	SQLHSTMT stmt = SQL_NULL_HSTMT;
	char text[20];
	SQLSMALLINT length;

	begin(side);
	gh_side_dbc_said(side, SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &stmt), "statement");
	gh_side_dbc_said(side, SQLGetInfo(side->dbc, SQL_DBMS_NAME, text, 20, &length),
			 "SQLGetInfo(DBMS_NAME)");
	gh_side_dbc_said(side, SQLEndTran(SQL_HANDLE_DBC, side->dbc, SQL_COMMIT), "commit");
	gh_side_dbc_said(side,
			 SQLNativeSql(side->dbc, (SQLCHAR *)"x", 1, (SQLCHAR *)text, 20, NULL),
			 "SQLNativeSql");
	finish(side);
}

static void odbc2(struct gh_side *side)
{
	SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &side->env);
	gh_side_env_said(
		side, SQLSetEnvAttr(side->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC2, 0),
		"SQLSetEnvAttr(ODBC 2)");
	SQLAllocHandle(SQL_HANDLE_DBC, side->env, &side->dbc);
	connect_by_text(side, "", 500);
	gh_side_fresh(side);
	gh_side_exec(side, "SELECT * FROM gh_types ORDER BY id");
	gh_side_describe(side);
	gh_side_read(side, SQL_C_DEFAULT, 60, 3);
	gh_side_close_cursor(side);
	gh_side_exec(side, "SELECT * FROM no_such_table");
	gh_side_said(side, SQLGetTypeInfo(side->stmt, SQL_DATE), "SQLGetTypeInfo(DATE)");
	gh_side_read(side, SQL_C_CHAR, 60, 3);
}

static void undone(struct gh_side *side)
{
	gh_side_query(side, "SELECT 1");
	gh_side_dbc_said(side, SQLFreeHandle(SQL_HANDLE_DBC, side->dbc), "free while connected");
	gh_side_env_said(side, SQLFreeHandle(SQL_HANDLE_ENV, side->env), "free while in use");
}

const struct gh_sequence gh_sequences_connect[] = {
	{ "SQLConnect connects the same", by_name, 0, GH_NO_CONNECT },
	{ "SQLConnect with a wrong user fails the same", by_name_refused, 0, GH_NO_CONNECT },
	{ "SQLDriverConnect connects and fails the same", by_text, 0, GH_NO_CONNECT },
	{ "malformed connection strings fail the same", malformed_texts, 0, GH_NO_CONNECT },
	{ "the completed connection string can be used again", completed_text_is_usable, 0,
	  GH_NO_CONNECT },
	{ "SQLBrowseConnect answers the same or is refused", browse, 0,
	  GH_NO_CONNECT | GH_MAY_REFUSE },
	{ "connecting again and again works the same", reconnects, 0, GH_NO_CONNECT },
	{ "two connections of one environment work the same", many_connections, 0, GH_NO_CONNECT },
	{ "calls without a connection fail the same", unconnected, 0, GH_NO_CONNECT },
	{ "an application of ODBC 2 sees the same", odbc2, 0, GH_NO_CONNECT },
	{ "handles in use are freed the same", undone, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
