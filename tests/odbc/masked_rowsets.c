/*
 * Rowsets with masked columns: what SQLSetPos and SQLBulkOperations bring is
 * masked, and what they send never writes a mask over a value.
 */
#include "secrets.h"

#include <stdio.h>
#include <string.h>

enum { ROWS = 3, TEXT_ROOM = 48 };

struct person {
	SQLINTEGER id;
	SQLLEN id_length;
	char email[TEXT_ROOM];
	SQLLEN email_length;
	char note[TEXT_ROOM];
	SQLLEN note_length;
	char bookmark[16];
	SQLLEN bookmark_length;
};

/* Two columns that are clear around one that is masked, and the bookmark. */
struct people {
	struct person rows[ROWS];
	SQLUSMALLINT status[ROWS];
};

enum binding { COLUMN_WISE, ROW_WISE };

static void set(struct gh_side *side, SQLINTEGER attribute, const void *value)
{
	SQLSetStmtAttr(side->stmt, attribute, (SQLPOINTER)value, 0);
}

/* Column-wise there is one row only, so that a member is an array. */
static void bind(struct gh_side *side, struct people *people, enum binding binding)
{
	struct person *row = &people->rows[0];

	set(side, SQL_ATTR_ROW_BIND_TYPE, (void *)(binding == ROW_WISE ? sizeof(*row) : 0));
	set(side, SQL_ATTR_ROW_ARRAY_SIZE, (void *)(SQLULEN)(binding == ROW_WISE ? ROWS : 1));
	set(side, SQL_ATTR_ROW_STATUS_PTR, people->status);
	SQLBindCol(side->stmt, 1, SQL_C_SLONG, &row->id, 0, &row->id_length);
	SQLBindCol(side->stmt, 2, SQL_C_CHAR, row->email, TEXT_ROOM, &row->email_length);
	SQLBindCol(side->stmt, 3, SQL_C_CHAR, row->note, TEXT_ROOM, &row->note_length);
}

static void open_people(struct gh_side *side, struct people *people, enum binding binding)
{
	gh_side_fresh(side);
	memset(people, GH_CANARY, sizeof(*people));
	set(side, SQL_ATTR_USE_BOOKMARKS, (void *)SQL_UB_VARIABLE);
	set(side, SQL_ATTR_CURSOR_TYPE, (void *)SQL_CURSOR_STATIC);
	set(side, SQL_ATTR_CONCURRENCY, (void *)SQL_CONCUR_ROWVER);
	bind(side, people, binding);
	gh_side_exec(side, "SELECT id, email, note FROM gh_people WHERE id < 4 ORDER BY id");
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_FIRST, 0), "SQLFetchScroll");
}

static void scan(struct gh_side *side, const struct people *people, const char *what)
{
	const char *found = gh_secret_in(people, sizeof(*people));

	gh_check(side, found == NULL, "%s shows %s", what, found == NULL ? "nothing" : found);
}

static SQLRETURN set_pos(struct gh_side *side, SQLULEN row, SQLUSMALLINT operation)
{
	return gh_side_said(side, SQLSetPos(side->stmt, row, operation, SQL_LOCK_NO_CHANGE),
			    "SQLSetPos(%llu, %u)", (unsigned long long)row, operation);
}

/* ---- reads: the raw side must show the secret ----------------------------------------------- */

static void refreshed(struct gh_side *side)
{
	struct people people;

	for (int binding = COLUMN_WISE; binding <= ROW_WISE; binding++) {
		open_people(side, &people, (enum binding)binding);
		for (SQLULEN row = 0; row <= (binding == ROW_WISE ? ROWS : 1); row++) {
			memset(people.rows, GH_CANARY, sizeof(people.rows));
			set_pos(side, row, SQL_REFRESH);
			scan(side, &people, "SQLSetPos(REFRESH)");
		}
		set_pos(side, 99, SQL_REFRESH);
		scan(side, &people, "SQLSetPos(REFRESH) beyond the rowset");
		SQLFetchScroll(side->stmt, SQL_FETCH_FIRST, 0);
		scan(side, &people, "the fetch after it");
	}
	gh_side_note(side, "finished");
}

static void got_by_position(struct gh_side *side)
{
	static const SQLSMALLINT types[] = { SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY, SQL_C_CHAR };
	struct people people;
	int got = 0;

	open_people(side, &people, ROW_WISE);
	for (SQLULEN row = ROWS; row >= 1; row--) {
		set_pos(side, row, SQL_POSITION);
		for (size_t i = 0; i < 4; i++) {
			char text[20];
			SQLLEN length = 0;
			SQLRETURN r =
				SQLGetData(side->stmt, 2, types[i], text, sizeof(text), &length);

			got += SQL_SUCCEEDED(r);
			if (SQL_SUCCEEDED(r) && length != SQL_NULL_DATA)
				gh_check(side, gh_secret_in(text, sizeof(text)) == NULL,
					 "SQLGetData of row %llu", (unsigned long long)row);
		}
	}
	gh_check(side, got > 0, "something was got");
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_masked_rowsets[] = {
	{ "SQLSetPos(SQL_REFRESH) shows no secret", refreshed, 0, 0 },
	/* libsqliteodbc gives the last row of the rowset, whatever the position */
	{ "SQLGetData after SQLSetPos(SQL_POSITION) shows no secret", got_by_position,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ NULL, NULL, 0, 0 },
};

/* ---- what a mask leaves as it is ----------------------------------------------------------- */

/* Beside a mask, row-wise, the clear columns go another way and must come to the same. */
static void clear_beside_masked(struct gh_side *side)
{
	struct people people;

	open_people(side, &people, ROW_WISE);
	for (int i = 0; i < ROWS; i++) {
		const struct person *row = &people.rows[i];

		gh_check(side, row->id == i + 1 && row->id_length == sizeof(row->id),
			 "row %d has its id: %d", i, (int)row->id);
		gh_check(side,
			 i == 2 ? row->note_length == SQL_NULL_DATA
				: strncmp(row->note, "plain ", 6) == 0,
			 "row %d has its note", i);
		gh_check(side, i == 2 || strchr(row->email, '@') == NULL, "row %d is masked", i);
	}
	gh_side_note(side, "finished");
}

/* The bookmarks are exchanged: so are the rows that they bring, masked as before. */
static void fetched_by_bookmark(struct gh_side *side)
{
	struct people people;
	char bookmark[16];

	open_people(side, &people, ROW_WISE);
	SQLBindCol(side->stmt, 0, SQL_C_VARBOOKMARK, people.rows[0].bookmark, 16,
		   &people.rows[0].bookmark_length);
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_FIRST, 0), "SQLFetchScroll");
	gh_check(side,
		 people.rows[1].bookmark_length == people.rows[0].bookmark_length &&
			 people.rows[0].bookmark_length > 0,
		 "rows have bookmarks");
	gh_check(side, memcmp(people.rows[0].bookmark, people.rows[1].bookmark, 16) != 0,
		 "of their own");
	memcpy(bookmark, people.rows[0].bookmark, 16);
	memcpy(people.rows[0].bookmark, people.rows[1].bookmark, 16);
	memcpy(people.rows[1].bookmark, bookmark, 16);
	gh_check(side,
		 SQL_SUCCEEDED(gh_side_said(side,
					    SQLBulkOperations(side->stmt, SQL_FETCH_BY_BOOKMARK),
					    "SQLBulkOperations(FETCH_BY_BOOKMARK)")),
		 "rows are fetched by bookmark");
	gh_check(side, people.rows[0].id == 2 && people.rows[1].id == 1, "they are exchanged");
	gh_check(side, strcmp(people.rows[0].note, "plain two") == 0, "with their notes");
	scan(side, &people, "SQLBulkOperations(FETCH_BY_BOOKMARK)");
	set(side, SQL_ATTR_FETCH_BOOKMARK_PTR, bookmark);
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_BOOKMARK, 1), "SQLFetchScroll");
	gh_check(side, people.rows[0].id == 2, "the row behind the first: %d",
		 (int)people.rows[0].id);
	scan(side, &people, "SQLFetchScroll(BOOKMARK)");
	gh_side_note(side, "finished");
}

/* ---- changes --------------------------------------------------------------------------------- */

static void emails_stay(struct gh_side *side)
{
	gh_check(side,
		 gh_check_raw(side, "SELECT count(*) FROM gh_people WHERE email LIKE "
				    "'zqxsecret%'") == 3,
		 "three addresses stay");
}

static void notes_are(struct gh_side *side, const char *note, int count)
{
	char sql[120];

	snprintf(sql, sizeof(sql), "SELECT count(*) FROM gh_people WHERE note = '%s'", note);
	gh_check(side, gh_check_raw(side, sql) == count, "'%s' stands %d times", note, count);
}

static void put_note(struct person *row, const char *note)
{
	snprintf(row->note, sizeof(row->note), "%s", note);
	row->note_length = SQL_NTS;
}

static void refused_update(struct gh_side *side, SQLULEN row)
{
	gh_check(side, set_pos(side, row, SQL_UPDATE) == SQL_ERROR, "the update is refused");
	gh_check_refusal(side, SQL_HANDLE_STMT, "42501", 7101);
}

static void mask_is_not_written(struct gh_side *side)
{
	struct people people;

	for (int binding = COLUMN_WISE; binding <= ROW_WISE; binding++) {
		open_people(side, &people, (enum binding)binding);
		put_note(&people.rows[0], "written");
		refused_update(side, 1);
		refused_update(side, 0);
		gh_check(side, set_pos(side, 1, SQL_ADD) == SQL_ERROR, "adding is refused");
		gh_check(side, SQLBulkOperations(side->stmt, SQL_ADD) == SQL_ERROR,
			 "adding in bulk is refused");
		notes_are(side, "written", 0);
		emails_stay(side);
	}
	gh_side_note(side, "finished");
}

/* One that is told to be ignored, or that is not bound, is left as it is. */
static void clear_columns_are_written(struct gh_side *side)
{
	struct people people;

	for (int binding = COLUMN_WISE; binding <= ROW_WISE; binding++) {
		const char *note = binding == ROW_WISE ? "by rows" : "by columns";

		open_people(side, &people, (enum binding)binding);
		put_note(&people.rows[0], note);
		people.rows[0].email_length = SQL_COLUMN_IGNORE;
		gh_check(side, SQL_SUCCEEDED(set_pos(side, 1, SQL_UPDATE)), "it is updated");
		gh_scan_records(side, SQL_HANDLE_STMT, side->stmt);
		notes_are(side, note, 1);
		emails_stay(side);
		/* opened again: MariaDB's connector finds the row by its old values */
		open_people(side, &people, (enum binding)binding);
		SQLBindCol(side->stmt, 2, SQL_C_CHAR, NULL, 0, NULL);
		put_note(&people.rows[0], "plain one");
		gh_check(side, SQL_SUCCEEDED(set_pos(side, 1, SQL_UPDATE)), "it is updated");
		notes_are(side, "plain one", 1);
		emails_stay(side);
		scan(side, &people, "an update");
	}
	gh_side_note(side, "finished");
}

/* After a change the next rowset is masked as before. */
static void masked_after_a_change(struct gh_side *side)
{
	struct people people;

	open_people(side, &people, ROW_WISE);
	put_note(&people.rows[0], "plain one");
	people.rows[0].email_length = SQL_COLUMN_IGNORE;
	set_pos(side, 1, SQL_UPDATE);
	memset(people.rows, GH_CANARY, sizeof(people.rows));
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_FIRST, 0), "SQLFetchScroll");
	scan(side, &people, "the fetch after it");
	gh_check(side, people.rows[1].id == 2, "the rows came");
	gh_side_note(side, "finished");
}

static void rows_are_deleted_and_added(struct gh_side *side)
{
	struct people people;

	open_people(side, &people, ROW_WISE);
	gh_check(side, SQL_SUCCEEDED(set_pos(side, 3, SQL_DELETE)), "a row is deleted");
	gh_check(side, gh_check_raw(side, "SELECT count(*) FROM gh_people") == 3,
		 "three people are left");
	people.rows[0].id = 3;
	people.rows[0].id_length = 0;
	people.rows[0].email_length = SQL_COLUMN_IGNORE;
	people.rows[0].note_length = SQL_NULL_DATA;
	set(side, SQL_ATTR_ROW_ARRAY_SIZE, (void *)1);
	gh_check(side,
		 SQL_SUCCEEDED(gh_side_said(side, SQLBulkOperations(side->stmt, SQL_ADD),
					    "SQLBulkOperations(ADD)")),
		 "a row is added");
	gh_check(side, gh_check_raw(side, "SELECT count(*) FROM gh_people") == 4,
		 "four people are back");
	scan(side, &people, "a change");
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_masked_changes[] = {
	{ "clear columns beside masked ones are laid out row-wise", clear_beside_masked, 0, 0 },
	{ "masked rows are fetched by bookmark", fetched_by_bookmark, GH_POSTGRESQL, 0 },
	{ "a masked column is not written back", mask_is_not_written, 0, 0 },
	{ "a rowset is masked after a change", masked_after_a_change, 0, 0 },
	/* libsqliteodbc finds a row by all its columns, and so only where all are bound */
	{ "clear columns beside masked ones are written", clear_columns_are_written,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "rows with masked columns are deleted and added", rows_are_deleted_and_added,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ NULL, NULL, 0, 0 },
};
