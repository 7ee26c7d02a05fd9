/* Every way in which a masked value could reach an application's buffer. */
#include "secrets.h"

#include <stdio.h>

#define ALL "SELECT * FROM gh_people ORDER BY id"
#define NAMED "SELECT email, ssn, salary, bonus, alias, born, photo FROM gh_people ORDER BY id"
#define MASKED_COLUMNS 7

/* How many rows came is checked too: a result that stays away proves nothing. */
static void rows_came(struct gh_side *side, int rows)
{
	gh_check(side, rows > 0, "rows were fetched: %d", rows);
}

static SQLRETURN get_scanned(struct gh_side *side, const struct gh_cell *cell)
{
	struct gh_area area = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLRETURN r = SQL_ERROR;
	char what[60];

	snprintf(what, sizeof(what), "column %d as %s in %zu", cell->column,
		 gh_c_type_name(cell->c_type), cell->room);
	if (gh_area_init(&area, cell->room)) {
		r = SQLGetData(side->stmt, cell->column, cell->c_type, gh_area_at(&area),
			       (SQLLEN)cell->room, &length);
		gh_scan_area(side, &area, what);
		gh_scan_records(side, SQL_HANDLE_STMT, side->stmt);
	}
	gh_area_clear(&area);
	return r;
}

static void got_in_every_type(struct gh_side *side)
{
	for (size_t i = 0; i < gh_c_type_count; i++) {
		int rows = 0;

		gh_side_exec(side, ALL);
		for (; SQL_SUCCEEDED(SQLFetch(side->stmt)); rows++) {
			for (SQLUSMALLINT c = 2; c <= 1 + MASKED_COLUMNS; c++)
				get_scanned(side, &(struct gh_cell){ c, gh_c_types[i], 64 });
		}
		rows_came(side, rows);
		gh_side_fresh(side);
	}
	gh_side_note(side, "finished");
}

static void got_in_chunks(struct gh_side *side)
{
	static const SQLSMALLINT types[] = { SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY };

	for (size_t room = 1; room <= 64; room++) {
		for (size_t t = 0; t < 3; t++) {
			struct gh_cell cell = { 0, types[t], room };
			int rows = 0;

			gh_side_exec(side, NAMED);
			for (; SQL_SUCCEEDED(SQLFetch(side->stmt)); rows++) {
				cell.column = (SQLUSMALLINT)(1 + room % MASKED_COLUMNS);
				for (int i = 0; i < 40 && SQL_SUCCEEDED(get_scanned(side, &cell));
				     i++)
					;
			}
			rows_came(side, rows);
			gh_side_close_cursor(side);
		}
	}
	gh_side_note(side, "finished");
}

/* ---- bound ----------------------------------------------------------------------------- */

#define CELL 48
/* One buffer for all columns and rows: a row of cells, each with its length. */
struct cell {
	char value[CELL];
	SQLLEN length;
};
struct row {
	struct cell cells[MASKED_COLUMNS];
};

struct bound {
	SQLSMALLINT c_type;
	size_t rows;
	size_t shift; /* bind offset in bytes */
	bool row_wise;
};

static void bind_all(struct gh_side *side, const struct bound *bound, const struct gh_area *area)
{
	char *base = gh_area_at(area);

	for (size_t c = 0; c < MASKED_COLUMNS; c++) {
		struct row *row = (struct row *)(void *)base;
		char *values = base + c * bound->rows * sizeof(struct cell);
		SQLPOINTER value = bound->row_wise ? row->cells[c].value : values;
		SQLLEN *length = bound->row_wise ? &row->cells[c].length
						 : (SQLLEN *)(void *)(values + bound->rows * CELL);

		SQLBindCol(side->stmt, (SQLUSMALLINT)(c + 1), bound->c_type, value, CELL, length);
	}
}

static void set(struct gh_side *side, SQLINTEGER attribute, const void *value)
{
	SQLSetStmtAttr(side->stmt, attribute, (SQLPOINTER)value, 0);
}

typedef SQLRETURN (*fetch_function)(struct gh_side *side);

static SQLRETURN fetch_plain(struct gh_side *side)
{
	return SQLFetch(side->stmt);
}

static SQLRETURN fetch_scroll(struct gh_side *side)
{
	return SQLFetchScroll(side->stmt, SQL_FETCH_NEXT, 0);
}

static SQLRETURN fetch_extended(struct gh_side *side)
{
	SQLULEN rows;
	SQLUSMALLINT status[16];

	return SQLExtendedFetch(side->stmt, SQL_FETCH_NEXT, 0, &rows, status);
}

static void read_bound(struct gh_side *side, const struct bound *bound, fetch_function fetch)
{
	struct gh_area area = { 0 };
	SQLULEN offset = bound->shift;
	int blocks = 0;

	if (!gh_area_init(&area, bound->rows * sizeof(struct row) + bound->shift))
		return;
	if (bound->row_wise)
		set(side, SQL_ATTR_ROW_BIND_TYPE, (void *)sizeof(struct row));
	if (fetch == fetch_extended)
		set(side, SQL_ROWSET_SIZE, (void *)bound->rows);
	else
		set(side, SQL_ATTR_ROW_ARRAY_SIZE, (void *)bound->rows);
	set(side, SQL_ATTR_ROW_BIND_OFFSET_PTR, &offset);
	/* libsqliteodbc crashes when a default type is bound before there is a result, raw too */
	if (bound->c_type == SQL_C_DEFAULT)
		gh_side_exec(side, NAMED);
	bind_all(side, bound, &area);
	if (bound->c_type != SQL_C_DEFAULT)
		gh_side_exec(side, NAMED);
	while (blocks < 10 && SQL_SUCCEEDED(fetch(side))) {
		gh_scan_area(side, &area, gh_c_type_name(bound->c_type));
		gh_scan_records(side, SQL_HANDLE_STMT, side->stmt);
		gh_area_fill(&area);
		blocks++;
	}
	gh_scan_area(side, &area, "the end of the result");
	if (bound->c_type == SQL_C_CHAR)
		rows_came(side, blocks);
	gh_side_fresh(side);
	gh_area_clear(&area);
}

static void bound_with(struct gh_side *side, fetch_function fetch)
{
	static const size_t sizes[] = { 1, 2, 3, 7 };

	for (size_t t = 0; t < gh_c_type_count; t++) {
		for (size_t i = 0; i < 4; i++) {
			struct bound bound = { gh_c_types[t], sizes[i], 0, false };

			read_bound(side, &bound, fetch);
			bound.row_wise = true;
			read_bound(side, &bound, fetch);
			bound.shift = sizeof(struct cell);
			read_bound(side, &bound, fetch);
		}
	}
	gh_side_note(side, "finished");
}

static void bound_and_fetched(struct gh_side *side)
{
	bound_with(side, fetch_plain);
}

static void bound_and_scrolled(struct gh_side *side)
{
	bound_with(side, fetch_scroll);
}

static void bound_and_extended(struct gh_side *side)
{
	bound_with(side, fetch_extended);
}

/* ---- other ways --------------------------------------------------------------------------- */

static void set_pos_refresh(struct gh_side *side)
{
	static const SQLUSMALLINT operations[] = { SQL_POSITION, SQL_REFRESH };
	const struct bound bound = { SQL_C_CHAR, 2, 0, false };
	struct gh_area area = { 0 };

	set(side, SQL_ATTR_CURSOR_TYPE, (void *)(SQLULEN)SQL_CURSOR_STATIC);
	set(side, SQL_ATTR_ROW_ARRAY_SIZE, (void *)bound.rows);
	if (gh_area_init(&area, bound.rows * sizeof(struct row))) {
		bind_all(side, &bound, &area);
		gh_side_exec(side, NAMED);
		gh_side_fetch(side);
		for (size_t i = 0; i < 2; i++) {
			gh_side_said(side,
				     SQLSetPos(side->stmt, 1, operations[i], SQL_LOCK_NO_CHANGE),
				     "SQLSetPos(%d)", operations[i]);
			gh_scan_area(side, &area, "SQLSetPos");
			get_scanned(side, &(struct gh_cell){ 1, SQL_C_CHAR, 40 });
		}
		gh_side_said(side, SQLBulkOperations(side->stmt, SQL_FETCH_BY_BOOKMARK),
			     "SQLBulkOperations");
		gh_scan_area(side, &area, "SQLBulkOperations");
		gh_check(side, true, "no secret was seen");
	}
	gh_side_fresh(side);
	gh_area_clear(&area);
	gh_side_note(side, "finished");
}

/* The column is bound through the descriptor, after SQLExecDirect. */
static void through_descriptors(struct gh_side *side)
{
	struct gh_area area = { 0 };
	SQLLEN length = 0;
	SQLHDESC row = SQL_NULL_HDESC;

	gh_side_exec(side, NAMED);
	SQLGetStmtAttr(side->stmt, SQL_ATTR_APP_ROW_DESC, &row, 0, NULL);
	if (row && gh_area_init(&area, 60)) {
		SQLSetDescField(row, 1, SQL_DESC_CONCISE_TYPE, (SQLPOINTER)SQL_C_CHAR, 0);
		SQLSetDescField(row, 1, SQL_DESC_OCTET_LENGTH, (SQLPOINTER)60, 0);
		SQLSetDescField(row, 1, SQL_DESC_OCTET_LENGTH_PTR, &length, 0);
		SQLSetDescField(row, 1, SQL_DESC_DATA_PTR, gh_area_at(&area), 0);
		gh_side_fetch(side);
		gh_scan_area(side, &area, "SQLSetDescField");
		SQLSetDescRec(row, 2, SQL_C_CHAR, 0, 60, 0, 0, gh_area_at(&area), &length, &length);
		gh_side_fetch(side);
		gh_scan_area(side, &area, "SQLSetDescRec");
		gh_check(side, true, "both descriptor calls were tried");
	}
	gh_side_fresh(side);
	gh_area_clear(&area);
	gh_side_note(side, "finished");
}

static void explicit_and_copied(struct gh_side *side)
{
	struct gh_area area = { 0 };
	SQLLEN length = 0;
	SQLHDESC own = SQL_NULL_HDESC, row = SQL_NULL_HDESC;

	SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own);
	if (gh_area_init(&area, 60)) {
		SQLBindCol(side->stmt, 1, SQL_C_CHAR, gh_area_at(&area), 60, &length);
		SQLGetStmtAttr(side->stmt, SQL_ATTR_APP_ROW_DESC, &row, 0, NULL);
		gh_side_note(side, "SQLCopyDesc = %d", SQLCopyDesc(row, own));
		SQLFreeStmt(side->stmt, SQL_UNBIND);
		gh_side_said(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_APP_ROW_DESC, own, 0),
			     "SQLSetStmtAttr(APP_ROW_DESC)");
		SQLBindCol(side->stmt, 1, SQL_C_CHAR, gh_area_at(&area), 60, &length);
		gh_side_exec(side, NAMED);
		gh_side_fetch(side);
		gh_scan_area(side, &area, "an explicit descriptor");
		gh_check(side, true, "the explicit descriptor was tried");
	}
	gh_side_fresh(side);
	gh_area_clear(&area);
	gh_side_note(side, "finished");
}

/* Not even for a moment: another thread looks while rows are fetched. */
static void watched_while_fetching(struct gh_side *side)
{
	const struct bound bound = { SQL_C_CHAR, 2, 0, false };
	struct gh_area area = { 0 };
	struct gh_watcher watcher;
	int blocks = 0;

	if (!gh_area_init(&area, bound.rows * sizeof(struct row)))
		return;
	set(side, SQL_ATTR_ROW_ARRAY_SIZE, (void *)bound.rows);
	bind_all(side, &bound, &area);
	if (gh_watcher_start(&watcher, &area)) {
		for (int i = 0; i < 100; i++) {
			SQLExecDirect(side->stmt, (SQLCHAR *)NAMED, SQL_NTS);
			while (SQL_SUCCEEDED(SQLFetch(side->stmt)))
				blocks++;
			SQLFreeStmt(side->stmt, SQL_CLOSE);
		}
		gh_watcher_stop(&watcher);
		gh_check(side, !watcher.found, "the watcher saw %s",
			 watcher.found ? watcher.found : "nothing");
	}
	rows_came(side, blocks);
	gh_side_fresh(side);
	gh_area_clear(&area);
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_masked_reads[] = {
	{ "SQLGetData shows no secret in any C type", got_in_every_type, 0, 0 },
	{ "SQLGetData shows no secret in chunks of any size", got_in_chunks, 0, 0 },
	{ "SQLFetch into bound columns shows no secret", bound_and_fetched, 0, 0 },
	{ "SQLFetchScroll into bound columns shows no secret", bound_and_scrolled, 0, 0 },
	{ "SQLExtendedFetch into bound columns shows no secret", bound_and_extended, 0, 0 },
	{ "SQLSetPos and SQLBulkOperations show no secret", set_pos_refresh, 0, 0 },
	/* libsqliteodbc has no descriptors, so nothing could be seen there */
	{ "descriptor fields and records show no secret", through_descriptors,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "explicit and copied descriptors show no secret", explicit_and_copied, 0, 0 },
	{ "no secret is in the buffers while rows are fetched", watched_while_fetching, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
