/* What stands in a value here and there is masked where it is shown, and stays in the table. */
#include "secrets.h"

#include <stdio.h>
#include <string.h>

enum { NOTES = 90, TEXT_ROOM = 48 };

/* the detector leaves addresses of reserved domains as they are */
#define STRAY "ask zqxsecret@leak-post.de"

/* gh_notes (id, note): ordinary notes, and one that has an address in it. */
void gh_found_make(struct gh_side *side)
{
	char sql[200];

	gh_side_do(side, "DROP TABLE IF EXISTS gh_notes");
	gh_side_do(side, "CREATE TABLE gh_notes (id int PRIMARY KEY, note varchar(60))");
	gh_side_do(side, "INSERT INTO gh_notes VALUES (1, '" STRAY "')");
	for (int i = 2; i <= NOTES; i++) {
		snprintf(sql, sizeof(sql), "INSERT INTO gh_notes VALUES (%d, 'paint %c%c is dry')",
			 i, 'a' + i / 10, 'a' + i % 10);
		gh_side_do(side, sql);
	}
	gh_side_exec(side, "SELECT count(*) FROM gh_notes");
	gh_check(side, SQL_SUCCEEDED(SQLFetch(side->stmt)), "the table is filled");
	gh_side_note(side, "finished");
}

struct note {
	SQLINTEGER id;
	SQLLEN id_length;
	char text[TEXT_ROOM];
	SQLLEN length;
};

static void set(struct gh_side *side, SQLINTEGER attribute, SQLULEN value)
{
	SQLSetStmtAttr(side->stmt, attribute, (SQLPOINTER)value, 0);
}

static void open_note(struct gh_side *side, struct note *note, int id)
{
	char sql[100];

	gh_side_fresh(side);
	memset(note, GH_CANARY, sizeof(*note));
	set(side, SQL_ATTR_CURSOR_TYPE, SQL_CURSOR_STATIC);
	set(side, SQL_ATTR_CONCURRENCY, SQL_CONCUR_ROWVER);
	SQLBindCol(side->stmt, 1, SQL_C_SLONG, &note->id, 0, &note->id_length);
	SQLBindCol(side->stmt, 2, SQL_C_CHAR, note->text, TEXT_ROOM, &note->length);
	snprintf(sql, sizeof(sql), "SELECT id, note FROM gh_notes WHERE id >= %d ORDER BY id", id);
	gh_side_exec(side, sql);
	gh_side_said(side, SQLFetchScroll(side->stmt, SQL_FETCH_FIRST, 0), "SQLFetchScroll");
}

static SQLRETURN update(struct gh_side *side)
{
	return gh_side_said(side, SQLSetPos(side->stmt, 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE),
			    "SQLSetPos(UPDATE)");
}

static void stars_are_not_written(struct gh_side *side)
{
	struct note note;

	open_note(side, &note, 1);
	gh_check(side, gh_secret_in(&note, sizeof(note)) == NULL, "the address is not shown");
	gh_check(side, memcmp(note.text, "ask ", 4) == 0, "the rest of the note is");
	gh_check(side, update(side) == SQL_ERROR, "the update is refused");
	gh_check_refusal(side, SQL_HANDLE_STMT, "42501", 7101);
	gh_check(side,
		 gh_check_raw(side, "SELECT count(*) FROM gh_notes WHERE note = '" STRAY "'") == 1,
		 "the note stays as it was");
	gh_side_note(side, "finished");
}

static void clear_notes_are_written(struct gh_side *side)
{
	struct note note;

	open_note(side, &note, 2);
	snprintf(note.text, sizeof(note.text), "paint %c is wet",
		 side->width == GH_WIDE ? 'w' : 'a');
	note.length = SQL_NTS;
	gh_check(side, SQL_SUCCEEDED(update(side)), "the update is done");
	gh_check(side,
		 gh_check_raw(side, "SELECT count(*) FROM gh_notes WHERE note LIKE "
				    "'paint _ is wet'") == 1,
		 "the note is written");
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_masked_found[] = {
	{ "what detection masked is not written back", stars_are_not_written, 0, 0 },
	/* libsqliteodbc says that it wrote, and does not, raw too */
	{ "beside it, what is clear is written", clear_notes_are_written,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ NULL, NULL, 0, 0 },
};
