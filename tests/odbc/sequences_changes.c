/* Rows that are changed through the cursor that shows them. */
#include "sequences.h"

#include <stdio.h>
#include <string.h>

enum { ROWS = 4, NAME_ROOM = 12, NOTE_ROOM = 20 };

/* One row as it is bound; the arrays of column-wise binding are made of its members. */
struct row {
	SQLINTEGER id;
	SQLLEN id_length;
	char name[NAME_ROOM];
	SQLLEN name_length;
	char note[NOTE_ROOM];
	SQLLEN note_length;
};

/* A rowset bound row-wise, with its status and operation arrays. */
struct rowset {
	struct row rows[ROWS + 1]; /* one more, where a new row is written */
	SQLUSMALLINT status[ROWS + 1];
	SQLUSMALLINT operation[ROWS + 1];
	SQLULEN fetched;
};

struct kind {
	const char *name;
	SQLULEN cursor;
	SQLULEN concurrency;
};

static const struct kind kinds[] = {
	{ "static", SQL_CURSOR_STATIC, SQL_CONCUR_ROWVER },
	{ "keyset", SQL_CURSOR_KEYSET_DRIVEN, SQL_CONCUR_ROWVER },
	{ "dynamic", SQL_CURSOR_DYNAMIC, SQL_CONCUR_VALUES },
	{ "read-only", SQL_CURSOR_STATIC, SQL_CONCUR_READ_ONLY },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void set(struct gh_side *side, SQLINTEGER attribute, const void *value)
{
	gh_side_said(side, SQLSetStmtAttr(side->stmt, attribute, (SQLPOINTER)value, 0),
		     "SQLSetStmtAttr(%d)", (int)attribute);
}

/* Not written down: what was left of it differs. */
static void make_table(struct gh_side *side)
{
	static const char drop[] = "DROP TABLE IF EXISTS gh_changes";

	SQLExecDirect(side->stmt, (SQLCHAR *)(uintptr_t)drop, SQL_NTS);
	gh_side_fresh(side);
	gh_side_do(side, "CREATE TABLE gh_changes (id int PRIMARY KEY, name varchar(20) NOT NULL,"
			 " note varchar(30))");
	for (int i = 1; i <= 9; i++) {
		char sql[100];

		snprintf(sql, sizeof(sql), "INSERT INTO gh_changes VALUES (%d, 'name %d', %s)", i,
			 i, i % 3 == 0 ? "NULL" : "'note'");
		gh_side_do(side, sql);
	}
	gh_side_fresh(side);
}

static void read_table(struct gh_side *side)
{
	gh_side_fresh(side);
	gh_side_query(side, "SELECT id, name, note FROM gh_changes ORDER BY id");
}

static void say_rowset(struct gh_side *side, const struct rowset *rowset)
{
	for (int i = 0; i <= ROWS; i++) {
		const struct row *row = &rowset->rows[i];

		gh_side_note(side, "  %d/%lld '%.*s'/%lld '%.*s'/%lld status %d", (int)row->id,
			     (long long)row->id_length, NAME_ROOM, row->name,
			     (long long)row->name_length, NOTE_ROOM, row->note,
			     (long long)row->note_length, rowset->status[i]);
	}
	gh_side_note(side, "  fetched %llu", (unsigned long long)rowset->fetched);
}

static void bind(struct gh_side *side, struct rowset *rowset)
{
	struct row *row = &rowset->rows[0];

	memset(rowset, 0, sizeof(*rowset));
	set(side, SQL_ATTR_ROW_BIND_TYPE, (void *)sizeof(struct row));
	set(side, SQL_ATTR_ROW_ARRAY_SIZE, (void *)(SQLULEN)ROWS);
	set(side, SQL_ATTR_ROW_STATUS_PTR, rowset->status);
	set(side, SQL_ATTR_ROWS_FETCHED_PTR, &rowset->fetched);
	SQLBindCol(side->stmt, 1, SQL_C_SLONG, &row->id, 0, &row->id_length);
	SQLBindCol(side->stmt, 2, SQL_C_CHAR, row->name, NAME_ROOM, &row->name_length);
	SQLBindCol(side->stmt, 3, SQL_C_CHAR, row->note, NOTE_ROOM, &row->note_length);
}

/* A cursor that may change rows stands on the first rowset. */
static void open_cursor(struct gh_side *side, const struct kind *kind, struct rowset *rowset)
{
	gh_side_note(side, "-- %s", kind->name);
	make_table(side);
	set(side, SQL_ATTR_CURSOR_TYPE, (void *)kind->cursor);
	set(side, SQL_ATTR_CONCURRENCY, (void *)kind->concurrency);
	bind(side, rowset);
	gh_side_exec(side, "SELECT id, name, note FROM gh_changes ORDER BY id");
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_FIRST, 0), "SQLFetchScroll");
	say_rowset(side, rowset);
}

static SQLRETURN set_pos(struct gh_side *side, SQLULEN row, SQLUSMALLINT operation,
			 SQLUSMALLINT lock)
{
	SQLRETURN r =
		gh_side_said(side, SQLSetPos(side->stmt, row, operation, lock),
			     "SQLSetPos(%llu, %u, %u)", (unsigned long long)row, operation, lock);

	gh_side_row_count(side);
	return r;
}

static void put(struct row *row, int id, const char *name, const char *note)
{
	row->id = id;
	row->id_length = 0;
	snprintf(row->name, sizeof(row->name), "%s", name);
	row->name_length = SQL_NTS;
	snprintf(row->note, sizeof(row->note), "%s", note == NULL ? "" : note);
	row->note_length = note == NULL ? SQL_NULL_DATA : SQL_NTS;
}

static void change_rows(struct gh_side *side, const struct kind *kind)
{
	struct rowset rowset;

	open_cursor(side, kind, &rowset);
	put(&rowset.rows[1], 2, "changed", NULL);
	set_pos(side, 2, SQL_UPDATE, SQL_LOCK_NO_CHANGE);
	put(&rowset.rows[0], 1, "one", "ignored");
	rowset.rows[0].note_length = SQL_COLUMN_IGNORE;
	set_pos(side, 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE);
	set_pos(side, 3, SQL_DELETE, SQL_LOCK_NO_CHANGE);
	say_rowset(side, &rowset);
	set_pos(side, 2, SQL_REFRESH, SQL_LOCK_NO_CHANGE);
	say_rowset(side, &rowset);
	set_pos(side, 0, SQL_REFRESH, SQL_LOCK_NO_CHANGE);
	say_rowset(side, &rowset);
	read_table(side);
}

static void changed_by_set_pos(struct gh_side *side)
{
	for (size_t i = 0; i < KINDS; i++)
		change_rows(side, &kinds[i]);
}

/* All rows of the rowset, but for those that the operation array leaves out. */
static void whole_rowset(struct gh_side *side)
{
	struct rowset rowset;

	open_cursor(side, &kinds[0], &rowset);
	rowset.operation[1] = SQL_ROW_IGNORE;
	set(side, SQL_ATTR_ROW_OPERATION_PTR, rowset.operation);
	for (int i = 0; i < ROWS; i++)
		put(&rowset.rows[i], i + 1, "all", "of them");
	set_pos(side, 0, SQL_UPDATE, SQL_LOCK_NO_CHANGE);
	say_rowset(side, &rowset);
	rowset.operation[2] = SQL_ROW_IGNORE;
	set_pos(side, 0, SQL_DELETE, SQL_LOCK_NO_CHANGE);
	say_rowset(side, &rowset);
	read_table(side);
}

static void added_by_set_pos(struct gh_side *side)
{
	struct rowset rowset;

	open_cursor(side, &kinds[0], &rowset);
	put(&rowset.rows[ROWS], 20, "added", "behind");
	set_pos(side, ROWS + 1, SQL_ADD, SQL_LOCK_NO_CHANGE);
	put(&rowset.rows[0], 21, "added", NULL);
	set_pos(side, 1, SQL_ADD, SQL_LOCK_NO_CHANGE);
	/* a second row with the key, which the target refuses */
	set_pos(side, 1, SQL_ADD, SQL_LOCK_NO_CHANGE);
	say_rowset(side, &rowset);
	read_table(side);
}

static void lock_types(struct gh_side *side)
{
	static const SQLUSMALLINT operations[] = { SQL_POSITION, SQL_REFRESH, SQL_UPDATE,
						   SQL_DELETE };
	static const SQLUSMALLINT locks[] = { SQL_LOCK_NO_CHANGE, SQL_LOCK_EXCLUSIVE,
					      SQL_LOCK_UNLOCK };
	struct rowset rowset;

	open_cursor(side, &kinds[0], &rowset);
	for (size_t o = 0; o < 4; o++)
		for (size_t l = 0; l < 3; l++)
			set_pos(side, 1 + l, operations[o], locks[l]);
	say_rowset(side, &rowset);
	read_table(side);
}

static void rows_that_are_none(struct gh_side *side)
{
	struct rowset rowset;

	gh_side_said(side, SQLSetPos(side->stmt, 1, SQL_POSITION, SQL_LOCK_NO_CHANGE),
		     "SQLSetPos without a result");
	gh_side_said(side, SQLBulkOperations(side->stmt, SQL_ADD),
		     "SQLBulkOperations without a result");
	open_cursor(side, &kinds[0], &rowset);
	set_pos(side, 17, SQL_POSITION, SQL_LOCK_NO_CHANGE);
	set_pos(side, 17, SQL_UPDATE, SQL_LOCK_NO_CHANGE);
	set_pos(side, 17, SQL_DELETE, SQL_LOCK_NO_CHANGE);
	set_pos(side, 1, 77, SQL_LOCK_NO_CHANGE);
	set_pos(side, 1, SQL_UPDATE, 77);
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_ABSOLUTE, 99), "SQLFetchScroll");
	set_pos(side, 1, SQL_DELETE, SQL_LOCK_NO_CHANGE);
	read_table(side);
}

static void position_and_get(struct gh_side *side)
{
	struct rowset rowset;

	open_cursor(side, &kinds[0], &rowset);
	for (SQLULEN row = ROWS; row >= 1; row--) {
		set_pos(side, row, SQL_POSITION, SQL_LOCK_NO_CHANGE);
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_SLONG, 8 });
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_CHAR, 4 });
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_CHAR, 20 });
		gh_side_get(side, &(struct gh_cell){ 3, SQL_C_WCHAR, 30 });
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_WCHAR, 30 });
	}
	read_table(side);
}

/* ---- data at execution -------------------------------------------------------------------- */

static void send_data(struct gh_side *side, struct rowset *rowset, int stop_after)
{
	char first[] = "in ", second[] = "parts";
	SQLPOINTER asked = NULL;
	SQLRETURN r;

	for (int i = 0; i < 4; i++) {
		r = gh_side_said(side, SQLParamData(side->stmt, &asked), "SQLParamData");
		gh_side_note(side, "  asks for byte %lld",
			     r == SQL_NEED_DATA ? (long long)((char *)asked - (char *)rowset)
						: -1LL);
		if (r != SQL_NEED_DATA || i == stop_after)
			return;
		gh_side_said(side, SQLPutData(side->stmt, first, 3), "SQLPutData");
		gh_side_said(side, SQLPutData(side->stmt, second, 5), "SQLPutData");
	}
}

static void data_later(struct gh_side *side)
{
	struct rowset rowset;

	open_cursor(side, &kinds[0], &rowset);
	put(&rowset.rows[1], 2, "later", "");
	rowset.rows[1].note_length = SQL_DATA_AT_EXEC;
	if (set_pos(side, 2, SQL_UPDATE, SQL_LOCK_NO_CHANGE) == SQL_NEED_DATA)
		send_data(side, &rowset, -1);
	say_rowset(side, &rowset);
	read_table(side);
}

static void data_cancelled(struct gh_side *side)
{
	struct rowset rowset;

	open_cursor(side, &kinds[0], &rowset);
	put(&rowset.rows[1], 2, "never", "");
	rowset.rows[1].note_length = SQL_LEN_DATA_AT_EXEC(8);
	if (set_pos(side, 2, SQL_UPDATE, SQL_LOCK_NO_CHANGE) == SQL_NEED_DATA) {
		send_data(side, &rowset, 0);
		gh_side_said(side, SQLCancel(side->stmt), "SQLCancel");
	}
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_FIRST, 0), "SQLFetchScroll");
	say_rowset(side, &rowset);
	read_table(side);
}

/* ---- SQLBulkOperations ---------------------------------------------------------------------- */

static void bulk_add(struct gh_side *side)
{
	struct rowset rowset;

	open_cursor(side, &kinds[0], &rowset);
	for (int i = 0; i < ROWS; i++)
		put(&rowset.rows[i], 30 + i, "bulk", i == 1 ? NULL : "added");
	rowset.rows[2].note_length = SQL_COLUMN_IGNORE;
	gh_side_said(side, SQLBulkOperations(side->stmt, SQL_ADD), "SQLBulkOperations(ADD)");
	gh_side_row_count(side);
	say_rowset(side, &rowset);
	read_table(side);
}

/* The bookmarks of rows 2 and 4, then one row for each operation. */
static void by_bookmark(struct gh_side *side, SQLULEN use, SQLSMALLINT type)
{
	static const SQLSMALLINT operations[] = { SQL_FETCH_BY_BOOKMARK, SQL_UPDATE_BY_BOOKMARK,
						  SQL_FETCH_BY_BOOKMARK, SQL_DELETE_BY_BOOKMARK };
	struct rowset rowset;
	char bookmarks[ROWS][16] = { { 0 } };
	SQLLEN lengths[ROWS] = { 0 };

	gh_side_note(side, "-- bookmarks of type %d", type);
	make_table(side);
	set(side, SQL_ATTR_USE_BOOKMARKS, (void *)use);
	set(side, SQL_ATTR_CURSOR_TYPE, (void *)(SQLULEN)SQL_CURSOR_STATIC);
	set(side, SQL_ATTR_CONCURRENCY, (void *)(SQLULEN)SQL_CONCUR_ROWVER);
	memset(&rowset, 0, sizeof(rowset));
	set(side, SQL_ATTR_ROW_STATUS_PTR, rowset.status);
	gh_side_exec(side, "SELECT id, name, note FROM gh_changes ORDER BY id");
	for (int i = 0; i < 2; i++) {
		gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_ABSOLUTE, 2 * (i + 1)),
			     "SQLFetchScroll");
		gh_side_said(side,
			     SQLGetData(side->stmt, 0, type, bookmarks[i], sizeof(bookmarks[i]),
					&lengths[i]),
			     "SQLGetData(0)");
		gh_side_note(side, "  bookmark of %lld bytes", (long long)lengths[i]);
	}
	SQLBindCol(side->stmt, 0, type, bookmarks, sizeof(bookmarks[0]), lengths);
	SQLBindCol(side->stmt, 1, SQL_C_SLONG, &rowset.rows[0].id, 0, &rowset.rows[0].id_length);
	SQLBindCol(side->stmt, 2, SQL_C_CHAR, rowset.rows[0].name, NAME_ROOM,
		   &rowset.rows[0].name_length);
	for (size_t i = 0; i < 4; i++) {
		gh_side_said(side, SQLBulkOperations(side->stmt, operations[i]),
			     "SQLBulkOperations(%d)", operations[i]);
		gh_side_row_count(side);
		say_rowset(side, &rowset);
		put(&rowset.rows[0], 2, "by bookmark", NULL);
	}
	read_table(side);
}

static void bulk_by_bookmark(struct gh_side *side)
{
	by_bookmark(side, SQL_UB_VARIABLE, SQL_C_VARBOOKMARK);
	by_bookmark(side, SQL_UB_FIXED, SQL_C_BOOKMARK);
	by_bookmark(side, SQL_UB_OFF, SQL_C_BOOKMARK);
}

const struct gh_sequence gh_sequences_changes[] = {
	{ "rows are changed by SQLSetPos the same", changed_by_set_pos, 0, 0 },
	{ "SQLSetPos changes the rowset the same", whole_rowset, 0, 0 },
	{ "rows are added by SQLSetPos the same", added_by_set_pos, 0, 0 },
	{ "SQLSetPos takes lock types the same", lock_types, 0, 0 },
	/* libsqliteodbc reads beyond the buffers for them */
	{ "SQLSetPos on rows that are none fails the same", rows_that_are_none,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "SQLGetData after SQLSetPos(SQL_POSITION) is the same", position_and_get, 0, 0 },
	{ "SQLSetPos asks for data later the same", data_later, 0, 0 },
	{ "SQLSetPos is cancelled while it waits for data the same", data_cancelled, 0, 0 },
	{ "SQLBulkOperations adds the same", bulk_add, 0, 0 },
	{ "SQLBulkOperations finds rows by bookmark the same", bulk_by_bookmark, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
