/* Transactions, cursors and the life of statements. */
#include <string.h>

#include "sequences.h"

static void work_table(struct gh_side *side)
{
	gh_side_do(side, "DROP TABLE IF EXISTS gh_work");
	gh_side_do(side, "CREATE TABLE gh_work (id int PRIMARY KEY, v varchar(60))");
}

static void autocommit(struct gh_side *side, SQLULEN on)
{
	gh_side_dbc_said(side, SQLSetConnectAttr(side->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)on, 0),
			 "SQLSetConnectAttr(AUTOCOMMIT, %d)", (int)on);
}

static void end(struct gh_side *side, SQLSMALLINT completion)
{
	gh_side_dbc_said(side, SQLEndTran(SQL_HANDLE_DBC, side->dbc, completion),
			 completion == SQL_COMMIT ? "commit" : "rollback");
}

static void transactions(struct gh_side *side)
{
	work_table(side);
	autocommit(side, SQL_AUTOCOMMIT_OFF);
	gh_side_do(side, "INSERT INTO gh_work VALUES (1, 'kept')");
	end(side, SQL_COMMIT);
	gh_side_do(side, "INSERT INTO gh_work VALUES (2, 'lost')");
	gh_side_query(side, "SELECT id, v FROM gh_work ORDER BY id");
	end(side, SQL_ROLLBACK);
	gh_side_query(side, "SELECT id, v FROM gh_work ORDER BY id");
	end(side, SQL_COMMIT);
	gh_side_do(side, "INSERT INTO gh_work VALUES (3, 'by the environment')");
	gh_side_env_said(side, SQLEndTran(SQL_HANDLE_ENV, side->env, SQL_COMMIT), "commit all");
	autocommit(side, SQL_AUTOCOMMIT_ON);
	gh_side_query(side, "SELECT id, v FROM gh_work ORDER BY id");
	gh_side_do(side, "DROP TABLE gh_work");
	gh_side_dbc_said(side, SQLEndTran(SQL_HANDLE_DBC, side->dbc, 77), "SQLEndTran(77)");
}

static void cursor_over_end(struct gh_side *side, SQLSMALLINT completion)
{
	autocommit(side, SQL_AUTOCOMMIT_OFF);
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 5 ORDER BY id");
	gh_side_fetch(side);
	end(side, completion);
	gh_side_fetch(side);
	gh_side_close_cursor(side);
	gh_side_query(side, "SELECT 1");
	end(side, SQL_COMMIT);
	autocommit(side, SQL_AUTOCOMMIT_ON);
}

static void cursors_over_ends(struct gh_side *side)
{
	cursor_over_end(side, SQL_COMMIT);
	cursor_over_end(side, SQL_ROLLBACK);
}

static void disconnect_in_transaction(struct gh_side *side)
{
	work_table(side);
	autocommit(side, SQL_AUTOCOMMIT_OFF);
	gh_side_do(side, "INSERT INTO gh_work VALUES (1, 'open')");
	gh_side_dbc_said(side, SQLDisconnect(side->dbc), "SQLDisconnect");
	end(side, SQL_ROLLBACK);
	gh_side_dbc_said(side, SQLDisconnect(side->dbc), "SQLDisconnect");
	side->stmt = SQL_NULL_HSTMT;
	SQLFreeHandle(SQL_HANDLE_DBC, side->dbc);
	SQLFreeHandle(SQL_HANDLE_ENV, side->env);
	side->dbc = SQL_NULL_HDBC;
	side->env = SQL_NULL_HENV;
	gh_side_open(side);
	gh_side_query(side, "SELECT * FROM gh_work");
	gh_side_do(side, "DROP TABLE gh_work");
}

static void batches(struct gh_side *side)
{
	gh_side_exec(side,
		     "SELECT 1; SELECT 'two'; SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
	for (int i = 0; i < 5; i++) {
		gh_side_describe(side);
		gh_side_read(side, gh_side_text_type(side), 40, 5);
		if (!SQL_SUCCEEDED(gh_side_said(side, SQLMoreResults(side->stmt),
						"SQLMoreResults")))
			break;
	}
	gh_side_fetch(side);
}

static void more_results_of_one(struct gh_side *side)
{
	gh_side_said(side, SQLMoreResults(side->stmt), "SQLMoreResults");
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
	gh_side_fetch(side);
	gh_side_said(side, SQLMoreResults(side->stmt), "SQLMoreResults");
	gh_side_fetch(side);
	gh_side_query(side, "SELECT 2");
}

static void row_counts(struct gh_side *side)
{
	static const char *const texts[] = {
		"INSERT INTO gh_work VALUES (1, 'a'), (2, 'b'), (3, 'c')",
		"UPDATE gh_work SET v = 'x' WHERE id > 1",
		"UPDATE gh_work SET v = 'x' WHERE id > 99",
		"DELETE FROM gh_work WHERE id = 1",
		"DELETE FROM gh_work WHERE id = 1",
		"SELECT * FROM gh_work ORDER BY id",
		"DELETE FROM gh_work WHERE id > 0",
	};

	gh_side_row_count(side);
	work_table(side);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		SQLSMALLINT columns;

		gh_side_exec(side, texts[i]);
		gh_side_row_count(side);
		gh_side_count_columns(side, &columns);
		gh_side_close_cursor(side);
	}
	gh_side_do(side, "DROP TABLE gh_work");
}

static void cursor_name(struct gh_side *side, size_t room)
{
	struct gh_area area = { 0 };
	SQLSMALLINT length = 77;
	SQLRETURN r;

	if (!gh_area_init(&area, room * (side->width == GH_WIDE ? 2 : 1)))
		return;
	r = side->width == GH_WIDE
		    ? SQLGetCursorNameW(side->stmt, gh_area_at(&area), (SQLSMALLINT)room, &length)
		    : SQLGetCursorName(side->stmt, gh_area_at(&area), (SQLSMALLINT)room, &length);
	gh_side_said(side, r, "SQLGetCursorName(room %zu)", room);
	gh_side_area(side, "name", &area, side->width);
	gh_side_note(side, "  length %d", length);
	gh_area_clear(&area);
}

/* Names that drivers make up carry an address, so only names that we gave are compared. */
static void cursor_names(struct gh_side *side)
{
	SQLRETURN r;

	r = side->width == GH_WIDE
		    ? SQLSetCursorNameW(side->stmt, gh_side_wide(side, "a_cursor"), SQL_NTS)
		    : SQLSetCursorName(side->stmt, (SQLCHAR *)"a_cursor", SQL_NTS);
	gh_side_said(side, r, "SQLSetCursorName(a_cursor)");
	if (!SQL_SUCCEEDED(r))
		return;
	cursor_name(side, 20);
	cursor_name(side, 5);
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
	cursor_name(side, 20);
	r = side->width == GH_WIDE
		    ? SQLSetCursorNameW(side->stmt, gh_side_wide(side, "another"), SQL_NTS)
		    : SQLSetCursorName(side->stmt, (SQLCHAR *)"another", SQL_NTS);
	gh_side_said(side, r, "SQLSetCursorName(another)");
	gh_side_close_cursor(side);
	r = SQLSetCursorName(side->stmt, (SQLCHAR *)"100% ours", SQL_NTS);
	gh_side_said(side, r, "SQLSetCursorName(100%% ours)");
	cursor_name(side, 20);
}

static void statement_ends(struct gh_side *side)
{
	gh_side_said(side, SQLCloseCursor(side->stmt), "SQLCloseCursor");
	gh_side_close_cursor(side);
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
	gh_side_fetch(side);
	gh_side_said(side, SQLCloseCursor(side->stmt), "SQLCloseCursor");
	gh_side_said(side, SQLCloseCursor(side->stmt), "SQLCloseCursor");
	gh_side_fetch(side);
	gh_side_said(side, SQLFreeStmt(side->stmt, SQL_UNBIND), "SQLFreeStmt(UNBIND)");
	gh_side_said(side, SQLFreeStmt(side->stmt, SQL_RESET_PARAMS), "SQLFreeStmt(RESET_PARAMS)");
	gh_side_said(side, SQLFreeStmt(side->stmt, 77), "SQLFreeStmt(77)");
	gh_side_exec(side, "SELECT 1");
	gh_side_exec(side, "SELECT 2");
	gh_side_freed(side, SQLFreeStmt(side->stmt, SQL_DROP), "SQLFreeStmt(DROP)",
		      &(struct gh_odbc_handle){ SQL_HANDLE_STMT, side->stmt });
	side->stmt = SQL_NULL_HSTMT;
	gh_side_fresh(side);
	gh_side_query(side, "SELECT 3");
	gh_side_said(side, SQLCancel(side->stmt), "SQLCancel");
}

static void cancel_by_handle(struct gh_side *side)
{
	gh_side_said(side, SQLCancelHandle(SQL_HANDLE_STMT, side->stmt), "SQLCancelHandle(STMT)");
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
	gh_side_fetch(side);
	gh_side_said(side, SQLCancelHandle(SQL_HANDLE_STMT, side->stmt), "SQLCancelHandle(STMT)");
	gh_side_close_cursor(side);
	gh_side_query(side, "SELECT 1");
	gh_side_dbc_said(side, SQLCancelHandle(SQL_HANDLE_DBC, side->dbc), "SQLCancelHandle(DBC)");
	gh_side_query(side, "SELECT 2");
}

#define MANY 50
static void many_statements(struct gh_side *side)
{
	SQLHSTMT kept = side->stmt, many[MANY];
	int made = 0;

	for (; made < MANY; made++) {
		if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &many[made])))
			break;
		side->stmt = many[made];
		gh_side_prepare(side, "SELECT id FROM gh_rows WHERE id < 9 ORDER BY id");
	}
	gh_side_note(side, "made %d", made);
	for (int i = made - 1; i >= 0; i -= 7) {
		side->stmt = many[i];
		gh_side_execute(side);
		gh_side_read(side, SQL_C_SLONG, 4, 2);
		gh_side_close_cursor(side);
	}
	for (int i = 0; i < made; i++)
		SQLFreeHandle(SQL_HANDLE_STMT, many[i]);
	side->stmt = kept;
	gh_side_query(side, "SELECT 1");
}

static void two_cursors(struct gh_side *side)
{
	SQLHSTMT first = side->stmt, second = SQL_NULL_HSTMT;

	SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &second);
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 4 ORDER BY id");
	gh_side_fetch(side);
	side->stmt = second;
	gh_side_exec(side, "SELECT name FROM gh_rows WHERE id < 4 ORDER BY id");
	for (int i = 0; i < 6; i++) {
		side->stmt = i % 2 ? first : second;
		gh_side_fetch(side);
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 20 });
	}
	SQLFreeHandle(SQL_HANDLE_STMT, second);
	side->stmt = first;
	gh_side_fetch(side);
}

static void prepared_anew(struct gh_side *side)
{
	gh_side_prepare(side, "SELECT id FROM gh_rows WHERE id = 1");
	gh_side_execute(side);
	gh_side_read(side, SQL_C_SLONG, 4, 2);
	gh_side_prepare(side, "SELECT name, note FROM gh_rows WHERE id = 2");
	gh_side_close_cursor(side);
	gh_side_prepare(side, "SELECT name, note FROM gh_rows WHERE id = 2");
	gh_side_execute(side);
	gh_side_read(side, gh_side_text_type(side), 60, 2);
	gh_side_close_cursor(side);
	gh_side_prepare(side, "SELEC nonsense");
	gh_side_execute(side);
	gh_side_query(side, "SELECT 4");
	gh_side_execute(side);
}

/* In W an ANSI driver would get one without an end. */
static void prepared_empty(struct gh_side *side)
{
	if (gh_side_is_converted(side))
		return;
	gh_side_prepare(side, "");
	gh_side_prepare(side, "");
	gh_side_query(side, "SELECT 1");
}

static void text_lengths(struct gh_side *side)
{
	const char *text = "SELECT 1 -- not seen ";
	SQLRETURN r;

	for (SQLINTEGER length = -4; length < 9; length += 4) {
		r = side->width == GH_WIDE
			    ? SQLExecDirectW(side->stmt, gh_side_wide(side, text), length)
			    : SQLExecDirect(side->stmt, (SQLCHAR *)text, length);
		gh_side_said(side, r, "SQLExecDirect(length %d)", (int)length);
		if (SQL_SUCCEEDED(r))
			gh_side_read(side, SQL_C_SLONG, 4, 2);
		gh_side_close_cursor(side);
	}
	r = side->width == GH_WIDE ? SQLExecDirectW(side->stmt, NULL, SQL_NTS)
				   : SQLExecDirect(side->stmt, NULL, SQL_NTS);
	gh_side_said(side, r, "SQLExecDirect(NULL)");
}

static void native_sql(struct gh_side *side, const char *text, SQLINTEGER room)
{
	struct gh_area area = { 0 };
	SQLINTEGER length = 77;
	SQLRETURN r;

	if (!gh_area_init(&area, (size_t)room * (side->width == GH_WIDE ? 2 : 1)))
		return;
	r = side->width == GH_WIDE ? SQLNativeSqlW(side->dbc, gh_side_wide(side, text), SQL_NTS,
						   gh_area_at(&area), room, &length)
				   : SQLNativeSql(side->dbc, (SQLCHAR *)text, SQL_NTS,
						  gh_area_at(&area), room, &length);
	gh_side_dbc_said(side, r, "SQLNativeSql(%s, room %d)", text, (int)room);
	gh_side_area(side, "text", &area, side->width);
	gh_side_note(side, "  length %d", (int)length);
	gh_area_clear(&area);
}

static void escapes(struct gh_side *side)
{
	static const char *const texts[] = {
		"SELECT {fn UCASE('abc')}", "SELECT {d '2024-02-29'}", "SELECT {t '12:34:56'}",
		"SELECT {ts '2024-02-29 12:34:56'}", "SELECT {fn CONCAT('a', 'b')}",
		"SELECT name FROM gh_parent WHERE name LIKE 'o\\%' {escape '\\'}",
		"SELECT * FROM {oj gh_parent p LEFT OUTER JOIN gh_child c ON p.id = c.parent_id}",
		"SELECT {fn nonsense(1)}", "SELECT {", "SELECT '{fn UCASE(1)}'",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		/* '\\' does not end there for MariaDB: an error raw, and refused governed */
		if (strchr(texts[i], '\\') && side->target->engine == GH_MARIADB)
			continue;
		gh_side_query(side, texts[i]);
	}
}

static void native_texts(struct gh_side *side)
{
	native_sql(side, "SELECT 1", 200);
	native_sql(side, "SELECT {fn UCASE('abc')}", 200);
	/* libsqliteodbc leaves the record of an older call beside the cut */
	if (side->target->engine != GH_SQLITE)
		native_sql(side, "SELECT {fn UCASE('abc')}", 8);
	native_sql(side, "SELECT {fn nonsense(", 200);
	/* for an empty text the manager converts a buffer that nobody filled */
	if (!gh_side_is_converted(side))
		native_sql(side, "", 200);
}

const struct gh_sequence gh_sequences_flow[] = {
	{ "transactions end the same", transactions, 0, 0 },
	{ "cursors outlive the end of a transaction the same", cursors_over_ends, 0, 0 },
	{ "disconnecting in a transaction fails the same", disconnect_in_transaction, 0, 0 },
	{ "a batch gives the same results in order", batches, 0, 0 },
	{ "SQLMoreResults of one result is the same", more_results_of_one, 0, 0 },
	{ "SQLRowCount counts the same", row_counts, 0, 0 },
	{ "cursor names are kept the same", cursor_names, 0, GH_MAY_REFUSE },
	{ "statements are closed and freed the same", statement_ends, 0, 0 },
	{ "many statements of a connection work the same", many_statements, 0, 0 },
	{ "two open cursors work the same", two_cursors, 0, 0 },
	{ "a statement prepared anew works the same", prepared_anew, 0, 0 },
	{ "an empty text is prepared the same, again too", prepared_empty, 0, 0 },
	{ "lengths of texts are taken the same", text_lengths, 0, 0 },
	{ "escapes give the same", escapes, 0, 0 },
	{ "SQLNativeSql gives the same", native_texts, 0, 0 },
	{ "SQLCancelHandle cancels the same", cancel_by_handle, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
