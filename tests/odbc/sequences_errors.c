/* Diagnostics after errors of the target, of the manager and of the application. */
#include "sequences.h"

#include <string.h>

/* lint: table */
static const struct {
	SQLSMALLINT field;
	const char *name;
	bool text;
} record_fields[] = {
	{ SQL_DIAG_SQLSTATE, "SQLSTATE", true },
	{ SQL_DIAG_MESSAGE_TEXT, "MESSAGE_TEXT", true },
	{ SQL_DIAG_CLASS_ORIGIN, "CLASS_ORIGIN", true },
	{ SQL_DIAG_SUBCLASS_ORIGIN, "SUBCLASS_ORIGIN", true },
	{ SQL_DIAG_CONNECTION_NAME, "CONNECTION_NAME", true },
	{ SQL_DIAG_SERVER_NAME, "SERVER_NAME", true },
	{ SQL_DIAG_NATIVE, "NATIVE", false },
	{ SQL_DIAG_COLUMN_NUMBER, "COLUMN_NUMBER", false },
	{ SQL_DIAG_ROW_NUMBER, "ROW_NUMBER", false },
	{ 9999, "9999", false },
};

/*
 * For these libsqliteodbc hands out memory that it did not fill, and MariaDB's connector
 * fills nothing.
 */
static bool is_left_open(const struct gh_side *side, SQLSMALLINT field)
{
	if (side->target->engine == GH_MARIADB)
		return field == SQL_DIAG_CONNECTION_NAME;
	return side->target->engine == GH_SQLITE &&
	       (field == SQL_DIAG_COLUMN_NUMBER || field == SQL_DIAG_ROW_NUMBER);
}

/* Whose records are read. */
struct subject {
	SQLSMALLINT type;
	SQLHANDLE handle;
	bool refused; /* a connection that did not come about */
};

/* ASCII of an area, up to its end. */
static void plain_text(const struct gh_side *side, const struct gh_area *area, char text[128])
{
	const char *bytes = gh_area_at(area);
	size_t unit = side->width == GH_WIDE ? sizeof(SQLWCHAR) : 1;
	size_t i = 0;

	for (; i < 127 && bytes[i * unit] != '\0'; i++)
		text[i] = bytes[i * unit];
	text[i] = '\0';
}

/*
 * The two sides have data sources of different names.  And the records of a refused
 * connection are copies on one of them, which are not cut as drivers cut them, nor is
 * the rest of the room cleared (MariaDB).
 */
static bool only_text(struct gh_side *side, const struct subject *of, size_t i,
		      const struct gh_area *area)
{
	char text[128];

	if (is_left_open(side, record_fields[i].field))
		return false;
	plain_text(side, area, text);
	if (strcmp(text, side->dsn) == 0)
		gh_side_note(side, "%s: its data source", record_fields[i].name);
	else if (of->refused)
		gh_side_note(side, "%s: %s", record_fields[i].name, text);
	else
		return false;
	return true;
}

static void record_field(struct gh_side *side, const struct subject *of, SQLSMALLINT record,
			 size_t i, SQLSMALLINT room)
{
	struct gh_area area = { 0 };
	SQLSMALLINT length = 77;
	SQLRETURN r;

	if (!gh_area_init(&area, (size_t)room))
		return;
	r = side->width == GH_WIDE
		    ? SQLGetDiagFieldW(of->type, of->handle, record, record_fields[i].field,
				       gh_area_at(&area), room, &length)
		    : SQLGetDiagField(of->type, of->handle, record, record_fields[i].field,
				      gh_area_at(&area), room, &length);
	if (room > 100 && record_fields[i].text && SQL_SUCCEEDED(r) &&
	    only_text(side, of, i, &area)) {
		gh_area_clear(&area);
		return;
	}
	gh_side_note(side, "SQLGetDiagField(%d, %s, room %d) = %s", record, record_fields[i].name,
		     room, gh_odbc_return_name(r));
	/* what a driver leaves in the buffers where there is no record says nothing */
	if (r == SQL_NO_DATA) {
		gh_area_clear(&area);
		return;
	}
	if (!is_left_open(side, record_fields[i].field))
		gh_side_area(side, "value", &area,
			     record_fields[i].text ? side->width : GH_ANSI);
	if (record_fields[i].text)
		gh_side_note(side, "  length %d", length);
	gh_area_clear(&area);
}

/* lint: table */
static const struct {
	SQLSMALLINT field;
	const char *name;
} header_fields[] = {
	{ SQL_DIAG_NUMBER, "NUMBER" },
	{ SQL_DIAG_RETURNCODE, "RETURNCODE" },
	{ SQL_DIAG_ROW_COUNT, "ROW_COUNT" },
	{ SQL_DIAG_CURSOR_ROW_COUNT, "CURSOR_ROW_COUNT" },
	{ SQL_DIAG_DYNAMIC_FUNCTION_CODE, "DYNAMIC_FUNCTION_CODE" },
};

static bool has_record(const struct subject *of, SQLSMALLINT record)
{
	SQLINTEGER count = 0;

	return record == 0 || (SQL_SUCCEEDED(SQLGetDiagField(of->type, of->handle, 0,
							     SQL_DIAG_NUMBER, &count, 0, NULL)) &&
			       record <= count);
}

/* Where a name is cut, the two sides have different pieces of it. */
static bool is_name(SQLSMALLINT field)
{
	return field == SQL_DIAG_SERVER_NAME || field == SQL_DIAG_CONNECTION_NAME;
}

static void fields_of(struct gh_side *side, const struct subject *of)
{
	for (size_t i = 0; i < sizeof(header_fields) / sizeof(header_fields[0]); i++) {
		SQLLEN value = 0;
		SQLRETURN r = SQLGetDiagField(of->type, of->handle, 0, header_fields[i].field,
					      &value, 0, NULL);

		gh_side_note(side, "SQLGetDiagField(0, %s) = %s value %lld", header_fields[i].name,
			     gh_odbc_return_name(r), (long long)value);
	}
	/*
	 * Where the manager asks SQLError (libsqliteodbc), or converts for an ANSI driver,
	 * the fields of a record are its own inventions; psqlODBC has fields for records
	 * that are not there.  The records themselves are compared after every call.
	 */
	if (side->target->engine == GH_SQLITE || gh_side_is_converted(side))
		return;
	for (SQLSMALLINT record = 0; record < 3 && has_record(of, record); record++) {
		for (size_t i = 0; i < sizeof(record_fields) / sizeof(record_fields[0]); i++) {
			record_field(side, of, record, i, 600);
			if (of->type == SQL_HANDLE_STMT && !is_name(record_fields[i].field))
				record_field(side, of, record, i, 8);
		}
	}
}

static void all_fields(struct gh_side *side)
{
	fields_of(side, &(struct subject){ SQL_HANDLE_STMT, side->stmt, false });
}

static void errors_of_the_target(struct gh_side *side)
{
	static const char *const texts[] = {
		"SELEC 1",
		"SELECT * FROM no_such_table",
		"SELECT no_such_column FROM gh_rows",
		"SELECT no_such_function(1)",
		"SELECT 1 +",
		"SELECT 1/0",
		"",
		" ",
		"-- only a comment",
		"INSERT INTO gh_parent VALUES (1, 'twice')",
		"INSERT INTO gh_parent VALUES (9, 'one')",
		"INSERT INTO gh_parent VALUES (9, NULL)",
		"INSERT INTO gh_child VALUES (12, 99, 0)",
		"DROP TABLE no_such_table",
		"CREATE TABLE gh_rows (id int)",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		SQLRETURN r = gh_side_exec(side, texts[i]);

		all_fields(side);
		if (SQL_SUCCEEDED(r))
			gh_side_read(side, SQL_C_CHAR, 40, 3);
		gh_side_close_cursor(side);
		gh_side_prepare(side, texts[i]);
		gh_side_execute(side);
		gh_side_close_cursor(side);
	}
	gh_side_do(side, "DELETE FROM gh_child WHERE id = 12");
	gh_side_do(side, "DELETE FROM gh_parent WHERE id = 9");
}

static void error_in_a_transaction(struct gh_side *side)
{
	SQLSetConnectAttr(side->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0);
	gh_side_query(side, "SELECT id FROM gh_parent ORDER BY id");
	gh_side_do(side, "SELECT * FROM no_such_table");
	gh_side_query(side, "SELECT id FROM gh_parent ORDER BY id");
	gh_side_dbc_said(side, SQLEndTran(SQL_HANDLE_DBC, side->dbc, SQL_ROLLBACK), "rollback");
	gh_side_query(side, "SELECT id FROM gh_parent ORDER BY id");
	gh_side_dbc_said(side, SQLEndTran(SQL_HANDLE_DBC, side->dbc, SQL_ROLLBACK), "rollback");
}

static void truncation(struct gh_side *side)
{
	char text[4];
	SQLLEN length = GH_LENGTH_UNTOUCHED;

	gh_side_exec(side, "SELECT name FROM gh_rows WHERE id < 4 ORDER BY id");
	gh_side_fetch(side);
	gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 4 });
	all_fields(side);
	SQLBindCol(side->stmt, 1, SQL_C_CHAR, text, 4, &length);
	gh_side_fetch(side);
	all_fields(side);
	gh_side_length(side, "length", length);
	gh_side_fresh(side);
	gh_side_do(side,
		   "INSERT INTO gh_parent VALUES (50, 'a text that is longer than the column')");
	gh_side_do(side, "DELETE FROM gh_parent WHERE id = 50");
}

static void conversion_errors(struct gh_side *side)
{
	static const SQLSMALLINT types[] = { SQL_C_SLONG, SQL_C_TYPE_DATE, SQL_C_DOUBLE,
					     SQL_C_NUMERIC, SQL_C_GUID, SQL_C_BIT };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		gh_side_exec(side, "SELECT name FROM gh_rows WHERE id = 1");
		gh_side_fetch(side);
		gh_side_get(side, &(struct gh_cell){ 1, types[i], 32 });
		all_fields(side);
		gh_side_close_cursor(side);
	}
	gh_side_exec(side, "SELECT 1000000 AS big");
	gh_side_fetch(side);
	gh_side_get(side, &(struct gh_cell){ 1, SQL_C_STINYINT, 8 });
	gh_side_get(side, &(struct gh_cell){ 1, SQL_C_SSHORT, 8 });
}

static void out_of_sequence(struct gh_side *side)
{
	SQLPOINTER token = NULL;
	SQLSMALLINT columns;
	SQLULEN fetched;

	gh_side_fetch(side);
	gh_side_execute(side);
	gh_side_count_columns(side, &columns);
	gh_side_describe(side);
	gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 8 });
	gh_side_said(side, SQLParamData(side->stmt, &token), "SQLParamData");
	gh_side_said(side, SQLPutData(side->stmt, (SQLPOINTER)"x", 1), "SQLPutData");
	gh_side_said(side, SQLMoreResults(side->stmt), "SQLMoreResults");
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_NEXT, 0), "SQLFetchScroll");
	gh_side_said(side, SQLExtendedFetch(side->stmt, SQL_FETCH_NEXT, 0, &fetched, NULL),
		     "SQLExtendedFetch");
	gh_side_said(side, SQLSetPos(side->stmt, 1, SQL_POSITION, 0), "SQLSetPos");
	gh_side_said(side, SQLBulkOperations(side->stmt, SQL_ADD), "SQLBulkOperations");
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 4 ORDER BY id");
	gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 8 });
	gh_side_execute(side);
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 4 ORDER BY id");
	gh_side_prepare(side, "SELECT 1");
	gh_side_close_cursor(side);
	gh_side_prepare(side, "SELECT 1");
	gh_side_fetch(side);
	gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 8 });
	gh_side_execute(side);
	while (SQL_SUCCEEDED(gh_side_fetch(side)))
		;
	gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 8 });
	gh_side_fetch(side);
}

static void diagnostics_are_read_again(struct gh_side *side)
{
	gh_side_exec(side, "SELECT * FROM no_such_table");
	gh_side_diagnostics(side, SQL_HANDLE_STMT, side->stmt);
	gh_side_diagnostics(side, SQL_HANDLE_DBC, side->dbc);
	all_fields(side);
	gh_side_exec(side, "SELECT 1");
	all_fields(side);
}

static SQLRETURN use_catalog(struct gh_side *side, const char *name)
{
	if (side->width == GH_WIDE)
		return SQLSetConnectAttrW(side->dbc, SQL_ATTR_CURRENT_CATALOG,
					  gh_side_wide(side, name), SQL_NTS);
	return SQLSetConnectAttr(side->dbc, SQL_ATTR_CURRENT_CATALOG, (SQLPOINTER)name, SQL_NTS);
}

static void fields_of_a_connection(struct gh_side *side)
{
	const struct subject of = { SQL_HANDLE_DBC, side->dbc, false };
	SQLCHAR answer[64];
	SQLSMALLINT length;

	gh_side_dbc_said(side, SQLGetInfo(side->dbc, 29999, answer, sizeof(answer), &length),
			 "SQLGetInfo(29999)");
	fields_of(side, &of);
	gh_side_dbc_said(side,
			 SQLSetConnectAttr(side->dbc, SQL_ATTR_TXN_ISOLATION, (SQLPOINTER)64, 0),
			 "SQL_ATTR_TXN_ISOLATION");
	fields_of(side, &of);
	gh_side_dbc_said(side, use_catalog(side, "caf\xC3\xA9 \xE2\x82\xAC"),
			 "SQL_ATTR_CURRENT_CATALOG");
	fields_of(side, &of);
}

static void fields_of_no_connection(struct gh_side *side)
{
	SQLRETURN r;

	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &side->env)) ||
	    !SQL_SUCCEEDED(SQLSetEnvAttr(side->env, SQL_ATTR_ODBC_VERSION,
					 (SQLPOINTER)SQL_OV_ODBC3, 0)) ||
	    !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, side->env, &side->dbc)))
		return;
	r = side->width == GH_WIDE
		    ? SQLConnectW(side->dbc, gh_side_wide(side, side->dsn), SQL_NTS,
				  gh_side_wide(side, "nobody"), SQL_NTS,
				  gh_side_wide(side, "wrong"), SQL_NTS)
		    : SQLConnect(side->dbc, (SQLCHAR *)(uintptr_t)side->dsn, SQL_NTS,
				 (SQLCHAR *)"nobody", SQL_NTS, (SQLCHAR *)"wrong", SQL_NTS);
	gh_side_dbc_said(side, r, "connect");
	/* the manager does not keep what an ANSI driver answered to a W connect */
	if (!gh_side_is_converted(side))
		fields_of(side, &(struct subject){ SQL_HANDLE_DBC, side->dbc, true });
}

static void old_errors(struct gh_side *side)
{
	struct gh_area state = { 0 }, text = { 0 };
	SQLRETURN r = SQL_SUCCESS;

	gh_side_prepare(side, "SELECT * FROM no_such_table");
	SQLExecute(side->stmt);
	for (int i = 0; i < 4 && SQL_SUCCEEDED(r); i++) {
		SQLINTEGER native = 77;
		SQLSMALLINT length = 77;

		if (!gh_area_init(&state, 6) || !gh_area_init(&text, 300))
			break;
		r = SQLError(side->env, side->dbc, side->stmt, gh_area_at(&state), &native,
			     gh_area_at(&text), 300, &length);
		gh_side_note(side, "SQLError = %s native %d length %d", gh_odbc_return_name(r),
			     (int)native, length);
		gh_side_area(side, "state", &state, GH_ANSI);
		gh_side_area(side, "text", &text, GH_ANSI);
		gh_area_clear(&state);
		gh_area_clear(&text);
	}
}

/* After a success: some drivers have an answer nevertheless. */
static void fields_of_nothing(struct gh_side *side)
{
	const struct subject of = { SQL_HANDLE_STMT, side->stmt, false };

	gh_side_exec(side, "SELECT 1");
	record_field(side, &of, 1, sizeof(record_fields) / sizeof(record_fields[0]) - 3, 20);
	record_field(side, &of, 1, sizeof(record_fields) / sizeof(record_fields[0]) - 2, 20);
}

/* After a statement that failed, the manager lets an application fetch. */
static void fetch_after_failure(struct gh_side *side)
{
	gh_side_do(side, "CREATE TABLE gh_work (id int)");
	gh_side_exec(side, "INSERT INTO gh_work VALUES (1)");
	gh_side_exec(side, "DROP TABLE gh_nowhere");
	gh_side_fetch(side);
	gh_side_fresh(side);
	gh_side_do(side, "DROP TABLE gh_work");
}

const struct gh_sequence gh_sequences_errors[] = {
	{ "errors of the target come through unchanged", errors_of_the_target, 0, 0 },
	{ "an error in a transaction has the same consequences", error_in_a_transaction, 0, 0 },
	{ "truncation is reported the same", truncation, 0, 0 },
	{ "conversions fail the same", conversion_errors, 0, 0 },
	{ "calls out of sequence fail the same", out_of_sequence, 0, GH_MAY_REFUSE },
	{ "diagnostics are read again the same", diagnostics_are_read_again, 0, 0 },
	{ "fields of a record that is not there are the same", fields_of_nothing,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "a fetch after a failure fails the same", fetch_after_failure, 0, 0 },
	{ "fields of a connection's records are the same", fields_of_a_connection,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "fields of a refused connection are the same", fields_of_no_connection,
	  GH_POSTGRESQL | GH_MARIADB, GH_NO_CONNECT },
	{ "SQLError gives the same", old_errors, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
