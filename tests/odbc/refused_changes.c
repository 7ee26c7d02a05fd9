/* Changes through a cursor that policy denies: no SQL says what they do. */
#include "refusals.h"

#include <string.h>

struct note {
	SQLINTEGER id;
	SQLLEN id_length;
	char note[24];
	SQLLEN note_length;
};

static void open_notes(struct gh_side *side, struct note *row)
{
	memset(row, 0, sizeof(*row));
	SQLSetStmtAttr(side->stmt, SQL_ATTR_CURSOR_TYPE, (SQLPOINTER)SQL_CURSOR_STATIC, 0);
	SQLSetStmtAttr(side->stmt, SQL_ATTR_CONCURRENCY, (SQLPOINTER)SQL_CONCUR_ROWVER, 0);
	SQLBindCol(side->stmt, 1, SQL_C_SLONG, &row->id, 0, &row->id_length);
	SQLBindCol(side->stmt, 2, SQL_C_CHAR, row->note, sizeof(row->note), &row->note_length);
	gh_side_exec(side, "SELECT id, note FROM gh_people ORDER BY id");
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_FIRST, 0), "SQLFetchScroll");
	gh_check(side, row->id == 1, "the first row is there");
}

static void change_is_denied(struct gh_side *side, SQLRETURN r, const char *what)
{
	gh_side_said(side, r, "%s", what);
	gh_check(side, r == SQL_ERROR, "%s is denied", what);
	gh_check_refusal(side, SQL_HANDLE_STMT, "42501", 7101);
}

static void denied_changes(struct gh_side *side)
{
	struct note row;

	open_notes(side, &row);
	memcpy(row.note, "gone", sizeof("gone"));
	row.note_length = SQL_NTS;
	change_is_denied(side, SQLSetPos(side->stmt, 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE),
			 "SQLSetPos(UPDATE)");
	change_is_denied(side, SQLSetPos(side->stmt, 1, SQL_DELETE, SQL_LOCK_NO_CHANGE),
			 "SQLSetPos(DELETE)");
	row.id = 77;
	change_is_denied(side, SQLSetPos(side->stmt, 1, SQL_ADD, SQL_LOCK_NO_CHANGE),
			 "SQLSetPos(ADD)");
	change_is_denied(side, SQLBulkOperations(side->stmt, SQL_ADD), "SQLBulkOperations(ADD)");
	change_is_denied(side, SQLBulkOperations(side->stmt, SQL_UPDATE_BY_BOOKMARK),
			 "SQLBulkOperations(UPDATE_BY_BOOKMARK)");
	change_is_denied(side, SQLBulkOperations(side->stmt, SQL_DELETE_BY_BOOKMARK),
			 "SQLBulkOperations(DELETE_BY_BOOKMARK)");
	gh_check(side, gh_check_raw(side, "SELECT count(*) FROM gh_people") == 4,
		 "four people stay");
	gh_check(side,
		 gh_check_raw(side, "SELECT count(*) FROM gh_people WHERE note = 'gone'") == 0,
		 "no note was changed");
	gh_side_note(side, "finished");
}

/* The result that the cursor stands on goes on. */
static void goes_on_after_denied_change(struct gh_side *side)
{
	struct note row;

	open_notes(side, &row);
	SQLSetPos(side->stmt, 1, SQL_DELETE, SQL_LOCK_NO_CHANGE);
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_NEXT, 0), "SQLFetchScroll");
	gh_check(side, row.id == 2, "the next row comes");
	gh_check(side, SQL_SUCCEEDED(SQLSetPos(side->stmt, 1, SQL_POSITION, SQL_LOCK_NO_CHANGE)),
		 "the cursor moves");
	gh_check(side, SQLBulkOperations(side->stmt, 77) == SQL_ERROR,
		 "an operation that is none is refused");
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_denied_changes[] = {
	{ "denied changes through a cursor never reach the target", denied_changes, 0, 0 },
	{ "a denied change leaves the cursor where it is", goes_on_after_denied_change, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
