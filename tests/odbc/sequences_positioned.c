/* Where a cursor stands: its name, its bookmarks, its row, and who cancels it. */
#include "sequences.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- positioned UPDATE and DELETE --------------------------------------------------------- */

static void make_table(struct gh_side *side)
{
	static const char drop[] = "DROP TABLE IF EXISTS gh_positioned";

	SQLExecDirect(side->stmt, (SQLCHAR *)(uintptr_t)drop, SQL_NTS);
	gh_side_fresh(side);
	gh_side_do(side, "CREATE TABLE gh_positioned (id int PRIMARY KEY, name varchar(20))");
	gh_side_do(side, "INSERT INTO gh_positioned VALUES (1, 'one'), (2, 'two'), (3, 'three')");
	gh_side_fresh(side);
}

static void name_cursor(struct gh_side *side, const char *name)
{
	struct gh_area area = { 0 };
	SQLSMALLINT length = 77;
	SQLRETURN r;

	r = side->width == GH_WIDE
		    ? SQLSetCursorNameW(side->stmt, gh_side_wide(side, name), SQL_NTS)
		    : SQLSetCursorName(side->stmt, (SQLCHAR *)(uintptr_t)name, SQL_NTS);
	gh_side_said(side, r, "SQLSetCursorName(%s)", name);
	for (size_t room = 2; room <= 64 && gh_area_init(&area, room * 2); room *= 4) {
		r = side->width == GH_WIDE ? SQLGetCursorNameW(side->stmt, gh_area_at(&area),
							       (SQLSMALLINT)room, &length)
					   : SQLGetCursorName(side->stmt, gh_area_at(&area),
							      (SQLSMALLINT)room, &length);
		gh_side_said(side, r, "SQLGetCursorName(%zu)", room);
		gh_side_area(side, "name", &area, side->width);
		gh_side_note(side, "  length %d", length);
		gh_area_clear(&area);
	}
}

/* With a statement of its own, while the cursor stands on its row. */
static void change_current(struct gh_side *side, const char *sql)
{
	SQLHSTMT cursor = side->stmt;

	SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &side->stmt);
	gh_side_exec(side, sql);
	gh_side_row_count(side);
	SQLFreeHandle(SQL_HANDLE_STMT, side->stmt);
	side->stmt = cursor;
}

static void change_where_it_stands(struct gh_side *side, const char *query)
{
	gh_side_note(side, "-- %s", query);
	make_table(side);
	SQLSetConnectAttr(side->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0);
	name_cursor(side, "gh_cursor");
	gh_side_exec(side, query);
	gh_side_fetch(side);
	change_current(side, "UPDATE gh_positioned SET name = 'here' WHERE CURRENT OF gh_cursor");
	gh_side_fetch(side);
	change_current(side, "DELETE FROM gh_positioned WHERE CURRENT OF gh_cursor");
	change_current(side, "DELETE FROM gh_positioned WHERE CURRENT OF gh_nowhere");
	gh_side_fetch(side);
	gh_side_close_cursor(side);
	gh_side_dbc_said(side, SQLEndTran(SQL_HANDLE_DBC, side->dbc, SQL_COMMIT), "commit");
	SQLSetConnectAttr(side->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_ON, 0);
	gh_side_fresh(side);
	gh_side_query(side, "SELECT id, name FROM gh_positioned ORDER BY id");
}

static void positioned(struct gh_side *side)
{
	change_where_it_stands(side, "SELECT id, name FROM gh_positioned");
	change_where_it_stands(side, "SELECT id, name FROM gh_positioned FOR UPDATE");
}

/* psqlODBC keeps a cursor of the server's under the name only with this. */
static void positioned_on_the_server(struct gh_side *side)
{
	char keywords[600];

	snprintf(keywords, sizeof(keywords), "%s;UseDeclareFetch=1;UpdatableCursors=1;Fetch=1",
		 side->keywords);
	side->keywords = keywords;
	if (gh_side_open(side))
		positioned(side);
	gh_side_close(side);
	side->keywords = "";
}

/* ---- bookmarks and rows ------------------------------------------------------------------- */

static void bookmarks(struct gh_side *side, SQLULEN use, SQLSMALLINT type)
{
	struct gh_area area = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLULEN row = 77;
	char kept[16] = { 0 };

	if (!gh_area_init(&area, sizeof(kept)))
		return;
	SQLSetStmtAttr(side->stmt, SQL_ATTR_USE_BOOKMARKS, (SQLPOINTER)use, 0);
	SQLSetStmtAttr(side->stmt, SQL_ATTR_CURSOR_TYPE, (SQLPOINTER)SQL_CURSOR_STATIC, 0);
	gh_side_exec(side, "SELECT id, name FROM gh_rows WHERE id < 8 ORDER BY id");
	gh_side_said(side, SQLBindCol(side->stmt, 0, type, gh_area_at(&area), 16, &length),
		     "SQLBindCol(0, %d)", type);
	for (int i = 0; i < 3; i++) {
		gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_NEXT, 0), "SQLFetchScroll");
		gh_side_area(side, "bookmark", &area, GH_ANSI);
		gh_side_length(side, "length", length);
		gh_side_get(side, &(struct gh_cell){ 0, type, 16 });
		gh_side_said(side, SQLGetStmtAttr(side->stmt, SQL_ATTR_ROW_NUMBER, &row, 0, NULL),
			     "SQL_ATTR_ROW_NUMBER");
		gh_side_note(side, "  row %llu", (unsigned long long)row);
		if (i == 1)
			memcpy(kept, gh_area_at(&area), sizeof(kept));
	}
	SQLSetStmtAttr(side->stmt, SQL_ATTR_FETCH_BOOKMARK_PTR, kept, 0);
	for (SQLLEN offset = -1; offset <= 1; offset++) {
		gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_BOOKMARK, offset),
			     "SQLFetchScroll(BOOKMARK, %lld)", (long long)offset);
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_SLONG, 8 });
	}
	gh_side_fresh(side);
	gh_area_clear(&area);
}

static void bookmarks_of_all_kinds(struct gh_side *side)
{
	bookmarks(side, SQL_UB_VARIABLE, SQL_C_VARBOOKMARK);
	bookmarks(side, SQL_UB_FIXED, SQL_C_BOOKMARK);
	bookmarks(side, SQL_UB_OFF, SQL_C_BOOKMARK);
}

static void extended_everywhere(struct gh_side *side)
{
	static const struct {
		SQLUSMALLINT orientation;
		SQLLEN offset;
	} moves[] = { { SQL_FETCH_FIRST, 0 },    { SQL_FETCH_NEXT, 0 },
		      { SQL_FETCH_LAST, 0 },     { SQL_FETCH_PRIOR, 0 },
		      { SQL_FETCH_ABSOLUTE, 3 }, { SQL_FETCH_RELATIVE, -1 },
		      { SQL_FETCH_ABSOLUTE, 99 } };
	SQLINTEGER ids[3];
	SQLLEN lengths[3];
	SQLUSMALLINT status[3];
	SQLULEN fetched;

	SQLSetStmtAttr(side->stmt, SQL_ATTR_CURSOR_TYPE, (SQLPOINTER)SQL_CURSOR_STATIC, 0);
	SQLSetStmtAttr(side->stmt, SQL_ROWSET_SIZE, (SQLPOINTER)3, 0);
	SQLBindCol(side->stmt, 1, SQL_C_SLONG, ids, 0, lengths);
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 9 ORDER BY id");
	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		memset(ids, 0, sizeof(ids));
		memset(status, 0, sizeof(status));
		fetched = 77;
		gh_side_said(side,
			     SQLExtendedFetch(side->stmt, moves[i].orientation, moves[i].offset,
					      &fetched, status),
			     "SQLExtendedFetch(%d)", moves[i].orientation);
		gh_side_note(side, "  %d %d %d status %d %d %d of %llu", (int)ids[0], (int)ids[1],
			     (int)ids[2], status[0], status[1], status[2],
			     (unsigned long long)fetched);
	}
	gh_side_fresh(side);
}

/* ---- cancelled by another thread ------------------------------------------------------------ */

static void *cancel_soon(void *statement)
{
	usleep(500000);
	return SQL_SUCCEEDED(SQLCancel((SQLHSTMT)statement)) ? statement : NULL;
}

static void cancelled_by_another(struct gh_side *side)
{
	pthread_t thread;
	void *cancelled = NULL;

	if (pthread_create(&thread, NULL, cancel_soon, side->stmt) != 0)
		return;
	/* far longer than the runner waits */
	gh_side_exec(side, side->target->engine == GH_POSTGRESQL ? "SELECT pg_sleep(300)"
								 : "SELECT sleep(300)");
	pthread_join(thread, &cancelled);
	gh_side_note(side, "it was %scancelled", cancelled == NULL ? "not " : "");
	gh_side_fresh(side);
	gh_side_query(side, "SELECT 1");
	gh_side_said(side, SQLCancel(side->stmt), "SQLCancel of what does not run");
	gh_side_said(side, SQLCancelHandle(SQL_HANDLE_STMT, side->stmt), "SQLCancelHandle");
	gh_side_query(side, "SELECT 1");
}

static void asked_to_be_asynchronous(struct gh_side *side)
{
	SQLSetStmtAttr(side->stmt, SQL_ATTR_ASYNC_ENABLE, (SQLPOINTER)SQL_ASYNC_ENABLE_ON, 0);
	gh_side_query(side, "SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
	gh_side_dbc_said(side,
			 SQLSetConnectAttr(side->dbc, SQL_ATTR_ASYNC_ENABLE,
					   (SQLPOINTER)SQL_ASYNC_ENABLE_ON, 0),
			 "SQL_ATTR_ASYNC_ENABLE");
	gh_side_query(side, "SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
}

/* psqlODBC goes on with the result before, which is its to say. */
static void set_pos_after_failure(struct gh_side *side)
{
	static const char query[] = "SELECT id, name FROM gh_rows WHERE id < 4 ORDER BY id";

	gh_side_exec(side, query);
	gh_side_exec(side, query);
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_NEXT, 0), "SQLFetchScroll");
	gh_side_said(side, SQLSetPos(side->stmt, 3, SQL_REFRESH, SQL_LOCK_NO_CHANGE),
		     "SQLSetPos(3, SQL_REFRESH)");
}

const struct gh_sequence gh_sequences_positioned[] = {
	/* libsqliteodbc has no names of cursors */
	{ "rows are changed where a cursor stands the same", positioned,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "rows are changed where a cursor of the server stands the same", positioned_on_the_server,
	  GH_POSTGRESQL, GH_NO_CONNECT },
	{ "SQLSetPos after a failure answers the same", set_pos_after_failure, GH_POSTGRESQL, 0 },
	{ "bookmarks lead to the same rows", bookmarks_of_all_kinds, 0, 0 },
	{ "SQLExtendedFetch goes everywhere the same", extended_everywhere, 0, 0 },
	{ "another thread cancels the same", cancelled_by_another, GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "asked to be asynchronous, it answers the same", asked_to_be_asynchronous, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
