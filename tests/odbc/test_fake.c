/*
 * Gatehouse over a driver that misbehaves (tests/fake), without a manager: it must
 * not crash or hang, write beyond a buffer, or let a masked value through.
 */
#include "fake_session.h"

/* ---- an honest driver first ------------------------------------------------------------------ */

START_TEST(an_honest_driver_is_masked_and_no_more)
{
	struct guarded to;

	start("");
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	for (int row = 1; row <= 3; row++) {
		ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
		ck_assert_int_eq(get(1, SQL_C_CHAR, &to), SQL_SUCCESS);
		ck_assert_int_eq(to.bytes[0], '0' + row);
		ck_assert_int_eq(get(2, SQL_C_CHAR, &to), SQL_SUCCESS);
		ck_assert_int_eq(to.length, 22);
		ck_assert(holds(to.bytes, ROOM, "om"));
	}
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_NO_DATA);
	stop();
}
END_TEST

/* ---- SQLGetData ---------------------------------------------------------------------------------
 */

/* Scripts under which every value of every C type is asked for. */
static const char *const value_scripts[] = {
	"length:-3",
	"length:-4",
	"length:-5",
	"length:-1",
	"length:0",
	"length:5",
	"length:8191",
	"length:100000",
	"length:2147483648",
	"length:9223372036854775807",
	"length:-9223372036854775807",
	"silent:value",
	"silent:value length:20",
	"silent:length",
	"getdata:endless",
	"getdata:endless length:5",
	"getdata:endless length:100000",
	"fail:getdata",
	"info:getdata",
	"type:0",
	"type:-11",
	"type:4",
	"type:93",
	"type:12345",
	"size:0",
	"size:1",
	"size:-1",
	"size:4611686018427387904",
	"silent:describe",
	"fail:describe",
	"count:1",
	"count:0",
	"count:-1",
	"count:3",
	"count:32767",
	"count:grows",
	"silent:count",
	"fail:count",
	"fail:fetch",
	"info:fetch",
	"view:1",
	"view:2",
	"names:unterminated",
	"fail:tables",
	"fail:columns",
	"diags:endless fail:fetch",
	"slow:2",
};

enum { SCRIPT_COUNT = sizeof(value_scripts) / sizeof(value_scripts[0]) };

static const SQLSMALLINT c_types[] = {
	SQL_C_CHAR,    SQL_C_WCHAR,          SQL_C_BINARY,  SQL_C_SBIGINT, SQL_C_LONG, SQL_C_DOUBLE,
	SQL_C_DEFAULT, SQL_C_TYPE_TIMESTAMP, SQL_C_NUMERIC, SQL_C_GUID,    12345
};

enum { TYPE_COUNT = sizeof(c_types) / sizeof(c_types[0]) };

START_TEST(a_value_by_sqlgetdata_never_comes_through)
{
	struct guarded to;

	for (int i = 0; i < SCRIPT_COUNT; i++) {
		start(value_scripts[i]);
		for (int type = 0; type < TYPE_COUNT; type++) {
			(void)execute();
			(void)GH.SQLFetch(statement);
			for (SQLUSMALLINT column = 1; column <= 4; column++)
				for (int chunk = 0; chunk < 3; chunk++)
					(void)get(column, c_types[type], &to);
			(void)GH.SQLFreeStmt(statement, SQL_CLOSE);
		}
		no_secret(SQL_HANDLE_STMT, statement);
		stop();
	}
}
END_TEST

/* ---- bound columns
 * ---------------------------------------------------------------------------------- */

static void bind_columns(struct bound *to, SQLSMALLINT type)
{
	memset(to, 0xA5, sizeof(*to));
	(void)GH.SQLSetStmtAttr[GH_NARROW](statement, SQL_ATTR_ROW_BIND_TYPE, NULL, 0);
	/* emails in the place of the first rows, lengths in that of the last */
	(void)GH.SQLBindCol(statement, 1, SQL_C_CHAR, NULL, 0, NULL);
	(void)GH.SQLBindCol(statement, 2, type, to->rows, 20, &to->rows[ROWS - 1].id_length);
	(void)GH.SQLBindCol(statement, 3, SQL_C_CHAR, NULL, 0, NULL);
}

static void fetch_bound(struct bound *to, SQLULEN size)
{
	SQLPOINTER rows = (SQLPOINTER)(uintptr_t)size;

	(void)GH.SQLSetStmtAttr[GH_NARROW](statement, SQL_ATTR_ROW_ARRAY_SIZE, rows, 0);
	(void)execute();
	for (int i = 0; i < 3; i++) {
		(void)GH.SQLFetch(statement);
		check_bound(to);
		no_secret(SQL_HANDLE_STMT, statement);
	}
	(void)GH.SQLFreeStmt(statement, SQL_CLOSE);
}

static const char *const rowset_scripts[] = {
	"",
	"fetched:0",
	"fetched:1000000",
	"fetched:-1",
	"silent:fetched",
	"status:77",
	"status:65535",
	"status:5",
	"status:0 fetched:1000000",
	"fail:bind",
	"fail:setstmt",
	"info:setstmt",
	"fail:freestmt",
};

static void bound_script(const char *script)
{
	struct bound to;

	start(script);
	for (int type = 0; type < TYPE_COUNT; type++) {
		bind_rows(&to, c_types[type]);
		fetch_bound(&to, ROWS);
		fetch_bound(&to, 1);
		/* fixed types ignore the room, and eight rows of none fit */
		if (c_types[type] != SQL_C_CHAR && c_types[type] != SQL_C_WCHAR)
			continue;
		bind_columns(&to, c_types[type]);
		fetch_bound(&to, ROWS);
	}
	(void)GH.SQLFreeStmt(statement, SQL_UNBIND);
	stop();
}

START_TEST(a_bound_value_never_comes_through)
{
	for (int i = 0; i < SCRIPT_COUNT; i++)
		bound_script(value_scripts[i]);
	for (size_t i = 0; i < sizeof(rowset_scripts) / sizeof(rowset_scripts[0]); i++)
		bound_script(rowset_scripts[i]);
}
END_TEST

/* Sizes that the driver takes as one row, and a rowset that grows after a masked one. */
START_TEST(places_for_row_states_grow_with_the_rowset)
{
	struct bound to;
	static char ids[1000][8];
	SQLULEN fetched = 0;
	SQLPOINTER many = (SQLPOINTER)(intptr_t)1000;

	start("");
	bind_rows(&to, SQL_C_CHAR);
	fetch_bound(&to, 0);
	fetch_bound(&to, 2);
	(void)GH.SQLFreeStmt(statement, SQL_UNBIND);
	(void)GH.SQLSetStmtAttr[GH_NARROW](statement, SQL_ATTR_ROW_BIND_TYPE, NULL, 0);
	(void)GH.SQLSetStmtAttr[GH_NARROW](statement, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);
	(void)GH.SQLSetStmtAttr[GH_NARROW](statement, SQL_ATTR_ROW_ARRAY_SIZE, many, 0);
	/* nothing masked: the driver still has the place for states that two rows needed */
	ck_assert_int_eq(
		GH.SQLExecDirect[GH_NARROW](statement, (void *)(uintptr_t) "SELECT 1, 2", SQL_NTS),
		SQL_SUCCESS);
	(void)GH.SQLBindCol(statement, 1, SQL_C_CHAR, ids, sizeof(ids[0]), NULL);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	ck_assert_uint_eq(fetched, 3);
	ck_assert_str_eq(ids[2], "3");
	stop();
}
END_TEST

/* A driver that does not unbind goes on writing where it was told. */
START_TEST(what_is_not_unbound_is_not_freed)
{
	struct bound to;

	start("fail:freestmt");
	bind_rows(&to, SQL_C_CHAR);
	fetch_bound(&to, ROWS);
	ck_assert_int_eq(GH.SQLFreeStmt(statement, SQL_UNBIND), SQL_ERROR);
	fetch_bound(&to, ROWS);
	stop();
}
END_TEST

/* A clear column next to a masked one goes through memory of ours: its room stays its room. */
START_TEST(no_room_means_that_nothing_is_written)
{
	struct bound to;
	struct bound_row *row = &to.rows[0];

	start("");
	bind_rows(&to, SQL_C_CHAR);
	(void)GH.SQLBindCol(statement, 1, SQL_C_CHAR, row->id, 0, &row->id_length);
	(void)execute();
	(void)GH.SQLFetch(statement);
	ck_assert_uint_eq((unsigned char)row->id[0], 0xA5);
	stop();
}
END_TEST

/* ---- columns that were not described
 * ------------------------------------------------------------------ */

START_TEST(a_column_beyond_the_described_ones_is_refused)
{
	struct guarded to;

	start("count:1");
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	ck_assert_int_eq(get(2, SQL_C_CHAR, &to), SQL_ERROR);
	stop();
}
END_TEST

START_TEST(no_columns_means_no_values)
{
	struct guarded to;

	start("count:-1");
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	(void)GH.SQLFetch(statement);
	ck_assert_int_eq(get(1, SQL_C_CHAR, &to), SQL_ERROR);
	ck_assert_int_eq(get(2, SQL_C_CHAR, &to), SQL_ERROR);
	stop();
}
END_TEST

/* ---- messages
 * --------------------------------------------------------------------------------------------- */

START_TEST(a_message_after_success_is_withheld_too)
{
	start("");
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	no_secret(SQL_HANDLE_STMT, statement);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	no_secret(SQL_HANDLE_STMT, statement);
	stop();
}
END_TEST

/* Deferred constraints speak at the end of a transaction, and quote the key. */
START_TEST(a_message_at_commit_is_withheld)
{
	start("fail:endtran");
	ck_assert_int_eq(GH.SQLEndTran(SQL_HANDLE_DBC, connection, SQL_COMMIT), SQL_ERROR);
	no_secret(SQL_HANDLE_DBC, connection);
	stop();
	start("fail:setconnect");
	ck_assert_int_eq(GH.SQLSetConnectAttr[GH_NARROW](connection, SQL_ATTR_AUTOCOMMIT,
							 (SQLPOINTER)(intptr_t)SQL_AUTOCOMMIT_ON,
							 0),
			 SQL_ERROR);
	no_secret(SQL_HANDLE_DBC, connection);
	stop();
}
END_TEST

/* ---- calls that fail, never end, or are not there
 * -------------------------------------------------------- */

START_TEST(a_catalogue_without_end_is_left)
{
	struct guarded to;

	start("rows:endless");
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	(void)get(2, SQL_C_CHAR, &to);
	stop();
}
END_TEST

/* Its session stays open until the process ends. */
static SQLHDBC left;

START_TEST(a_failing_call_is_a_failure)
{
	static const char *const scripts[] = { "fail:execute", "fail:prepare", "fail:more",
					       "fail:rowcount", "fail:disconnect" };

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		start(scripts[i]);
		(void)GH.SQLPrepare[GH_NARROW](statement, (void *)(uintptr_t)QUERY, SQL_NTS);
		no_secret(SQL_HANDLE_STMT, statement);
		(void)GH.SQLExecute(statement);
		no_secret(SQL_HANDLE_STMT, statement);
		(void)GH.SQLMoreResults(statement);
		no_secret(SQL_HANDLE_STMT, statement);
		if (strcmp(scripts[i], "fail:disconnect") == 0) {
			ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_ERROR);
			left = connection;
			return;
		}
		stop();
	}
}
END_TEST

START_TEST(a_further_result_is_masked_as_unknown)
{
	struct guarded to;

	start("more:1");
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLMoreResults(statement), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	(void)get(2, SQL_C_CHAR, &to);
	stop();
}
END_TEST

START_TEST(a_failing_connect_is_a_failure)
{
	ck_assert_int_eq(connect_to("libfakeodbc.so", "fail:connect"), SQL_ERROR);
	stop();
	ck_assert_int_eq(connect_to("libnowhere.so", ""), SQL_ERROR);
	stop();
	start("");
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_STMT, statement), SQL_SUCCESS);
	statement = NULL;
	stop();
	ck_assert(SQL_SUCCEEDED(connect_to("libfakeodbc.so", "fail:alloc")));
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement), SQL_ERROR);
	ck_assert_ptr_null(statement);
	stop();
}
END_TEST

START_TEST(a_driver_without_what_masks_need_is_not_loaded)
{
	char text[1024];

	ck_assert_int_eq(connect_to("libfakecoreless.so", ""), SQL_ERROR);
	message(SQL_HANDLE_DBC, connection, text);
	ck_assert_ptr_nonnull(strstr(text, "is not an ODBC driver"));
	stop();
}
END_TEST

/* With a statement handle; the rest of the parameters is nothing. */
static void call_texts(enum gh_width width)
{
	SQLWCHAR text[] = { 'x', 0 };

	(void)GH.SQLExecDirect[width](statement, text, SQL_NTS);
	(void)GH.SQLPrepare[width](statement, text, SQL_NTS);
	(void)GH.SQLDescribeCol[width](statement, 1, NULL, 0, NULL, NULL, NULL, NULL, NULL);
	(void)GH.SQLColAttribute[width](statement, 1, SQL_DESC_NAME, NULL, 0, NULL, NULL);
	(void)GH.SQLTables[width](statement, NULL, 0, NULL, 0, NULL, 0, NULL, 0);
	(void)GH.SQLColumns[width](statement, NULL, 0, NULL, 0, text, SQL_NTS, NULL, 0);
	(void)GH.SQLPrimaryKeys[width](statement, NULL, 0, NULL, 0, text, SQL_NTS);
	(void)GH.SQLGetTypeInfo[width](statement, 0);
	(void)GH.SQLSetStmtAttr[width](statement, SQL_ATTR_ROW_ARRAY_SIZE, NULL, 0);
	(void)GH.SQLGetStmtAttr[width](statement, SQL_ATTR_MAX_ROWS, text, 0, NULL);
	(void)GH.SQLSetCursorName[width](statement, text, SQL_NTS);
	(void)GH.SQLGetCursorName[width](statement, NULL, 0, NULL);
	(void)GH.SQLSetConnectAttr[width](connection, SQL_ATTR_AUTOCOMMIT, NULL, 0);
	(void)GH.SQLGetConnectAttr[width](connection, SQL_ATTR_CURRENT_CATALOG, NULL, 0, NULL);
	(void)GH.SQLGetInfo[width](connection, SQL_DBMS_NAME, NULL, 0, NULL);
	(void)GH.SQLNativeSql[width](connection, text, SQL_NTS, NULL, 0, NULL);
}

static void call_plain(void)
{
	SQLSMALLINT count = 0;
	SQLLEN rows = 0;

	(void)GH.SQLExecute(statement);
	(void)GH.SQLMoreResults(statement);
	(void)GH.SQLCancel(statement);
	(void)GH.SQLParamData(statement, NULL);
	(void)GH.SQLPutData(statement, NULL, 0);
	(void)GH.SQLNumParams(statement, &count);
	(void)GH.SQLDescribeParam(statement, 1, NULL, NULL, NULL, NULL);
	(void)GH.SQLBindParameter(statement, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 1, 0,
				  NULL, 0, NULL);
	(void)GH.SQLRowCount(statement, &rows);
	(void)GH.SQLFetchScroll(statement, SQL_FETCH_NEXT, 0);
	(void)GH.SQLExtendedFetch(statement, SQL_FETCH_NEXT, 0, NULL, NULL);
	(void)GH.SQLSetPos(statement, 1, SQL_POSITION, SQL_LOCK_NO_CHANGE);
	(void)GH.SQLBulkOperations(statement, SQL_ADD);
	(void)GH.SQLCloseCursor(statement);
	(void)GH.SQLFreeStmt(statement, SQL_UNBIND);
	(void)GH.SQLGetFunctions(connection, SQL_API_SQLFETCH, NULL);
	(void)GH.SQLEndTran(SQL_HANDLE_DBC, connection, SQL_COMMIT);
}

START_TEST(functions_that_the_driver_lacks_are_refused)
{
	static SQLWCHAR query[sizeof(QUERY)];
	struct guarded to;

	for (size_t i = 0; i < sizeof(QUERY); i++)
		query[i] = (SQLWCHAR)QUERY[i];
	ck_assert(SQL_SUCCEEDED(connect_to("libfakeminimal.so", "")));
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement), SQL_SUCCESS);
	for (int i = 0; i < 2; i++) {
		call_texts(GH_NARROW);
		call_texts(GH_WIDE);
		call_plain();
	}
	/* the other flavour than the driver has */
	ck_assert_int_eq(GH.SQLExecDirect[GH_WIDE](statement, query, SQL_NTS), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	ck_assert_int_eq(get(2, SQL_C_CHAR, &to), SQL_SUCCESS);
	stop();
}
END_TEST

GH_UNIT_MAIN("fake", an_honest_driver_is_masked_and_no_more,
	     a_value_by_sqlgetdata_never_comes_through, a_bound_value_never_comes_through,
	     places_for_row_states_grow_with_the_rowset, what_is_not_unbound_is_not_freed,
	     no_room_means_that_nothing_is_written, a_column_beyond_the_described_ones_is_refused,
	     no_columns_means_no_values, a_message_after_success_is_withheld_too,
	     a_message_at_commit_is_withheld, a_catalogue_without_end_is_left,
	     a_failing_call_is_a_failure, a_further_result_is_masked_as_unknown,
	     a_failing_connect_is_a_failure, a_driver_without_what_masks_need_is_not_loaded,
	     functions_that_the_driver_lacks_are_refused)
