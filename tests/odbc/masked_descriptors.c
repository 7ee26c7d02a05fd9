/* Masked values and descriptors that are explicit, shared, copied, freed and changed. */
#include "secrets.h"

#include <stdlib.h>
#include <string.h>

#define NAMED "SELECT note, email, ssn, salary FROM gh_people ORDER BY id"
#define CLEAR "SELECT id, note FROM gh_people WHERE id = 2"

struct bound {
	struct gh_area area;
	SQLLEN length;
};

static bool bind(struct gh_side *side, struct bound *bound)
{
	return gh_area_init(&bound->area, 60) &&
	       SQL_SUCCEEDED(SQLBindCol(side->stmt, 2, SQL_C_CHAR, gh_area_at(&bound->area), 60,
					&bound->length));
}

static void fetch_scanned(struct gh_side *side, struct bound *bound, const char *what)
{
	SQLRETURN r;

	gh_area_fill(&bound->area);
	bound->length = GH_LENGTH_UNTOUCHED;
	r = SQLFetch(side->stmt);
	gh_check(side, SQL_SUCCEEDED(r), "%s is fetched: %s", what, gh_odbc_return_name(r));
	gh_scan_area(side, &bound->area, what);
	gh_scan_records(side, SQL_HANDLE_STMT, side->stmt);
}

/* The row is there, masked on the governed side: a mask that stays away would prove nothing. */
static void was_written(struct gh_side *side, const struct bound *bound, const char *what)
{
	gh_check(side, bound->length != GH_LENGTH_UNTOUCHED, "%s: a length came", what);
	gh_check(side, *(unsigned char *)gh_area_at(&bound->area) != GH_CANARY, "%s: a value came",
		 what);
}

static void reads_clear(struct gh_side *side, struct bound *bound, const char *what)
{
	gh_side_exec(side, CLEAR);
	gh_area_fill(&bound->area);
	SQLFetch(side->stmt);
	gh_check(side, strncmp(gh_area_at(&bound->area), "plain two", 10) == 0,
		 "%s: a clear column arrives where the descriptor says", what);
	SQLFreeStmt(side->stmt, SQL_CLOSE);
}

static SQLHDESC row_descriptor(struct gh_side *side)
{
	SQLHDESC row = SQL_NULL_HDESC;

	SQLGetStmtAttr(side->stmt, SQL_ATTR_APP_ROW_DESC, &row, 0, NULL);
	return row;
}

static void use(struct gh_side *side, SQLHDESC descriptor)
{
	gh_check(side,
		 SQL_SUCCEEDED(SQLSetStmtAttr(side->stmt, SQL_ATTR_APP_ROW_DESC, descriptor, 0)),
		 "a descriptor is used");
}

static void set(struct gh_side *side, SQLINTEGER attribute, SQLPOINTER value)
{
	gh_check(side, SQL_SUCCEEDED(SQLSetStmtAttr(side->stmt, attribute, value, 0)),
		 "attribute %d is set", (int)attribute);
}

static void finish(struct gh_side *side, SQLHDESC own, struct bound *bound)
{
	gh_side_fresh(side);
	if (own)
		SQLFreeHandle(SQL_HANDLE_DESC, own);
	gh_area_clear(&bound->area);
	gh_side_note(side, "finished");
}

/* One statement has masks, the other has none; both write through one descriptor. */
static void shared(struct gh_side *side)
{
	struct bound bound = { 0 };
	SQLHSTMT first = side->stmt, second = SQL_NULL_HSTMT;
	SQLHDESC own = SQL_NULL_HDESC;

	SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own);
	SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &second);
	use(side, own);
	if (bind(side, &bound)) {
		gh_side_exec(side, NAMED);
		fetch_scanned(side, &bound, "the first row");
		was_written(side, &bound, "the first row");
		side->stmt = second;
		use(side, own);
		reads_clear(side, &bound, "beside masks");
		side->stmt = first;
		fetch_scanned(side, &bound, "the second row");
		was_written(side, &bound, "the second row");
		side->stmt = second;
		SQLFreeStmt(side->stmt, SQL_UNBIND);
		side->stmt = first;
		fetch_scanned(side, &bound, "an unbound row");
		gh_check(side, bound.length == GH_LENGTH_UNTOUCHED,
			 "what another statement unbound stays unbound");
	}
	SQLFreeHandle(SQL_HANDLE_STMT, second);
	finish(side, own, &bound);
}

/* The copy is made while a shadow stands for the application's buffer. */
static void copied_behind_a_shadow(struct gh_side *side)
{
	struct bound bound = { 0 };
	SQLHDESC own = SQL_NULL_HDESC;
	SQLPOINTER data = NULL;

	SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own);
	if (bind(side, &bound)) {
		gh_side_exec(side, NAMED);
		fetch_scanned(side, &bound, "the first row");
		gh_check(side, SQL_SUCCEEDED(SQLCopyDesc(row_descriptor(side), own)),
			 "the descriptor is copied");
		SQLGetDescField(own, 2, SQL_DESC_DATA_PTR, &data, 0, NULL);
		gh_check(side, data == gh_area_at(&bound.area),
			 "the copy has the application's buffer");
		SQLGetDescField(row_descriptor(side), 2, SQL_DESC_DATA_PTR, &data, 0, NULL);
		gh_check(side, data == gh_area_at(&bound.area),
			 "the descriptor shows the application's buffer");
		fetch_scanned(side, &bound, "the second row");
		was_written(side, &bound, "the second row");
		use(side, own);
		fetch_scanned(side, &bound, "a row with NULL");
		fetch_scanned(side, &bound, "a row through the copy");
		was_written(side, &bound, "a row through the copy");
		SQLFreeStmt(side->stmt, SQL_CLOSE);
		reads_clear(side, &bound, "through the copy");
	}
	finish(side, own, &bound);
}

/* Copied over a descriptor that is in use, and changed there. */
static void copied_over_one_in_use(struct gh_side *side)
{
	struct bound bound = { 0 };
	SQLHSTMT first = side->stmt, second = SQL_NULL_HSTMT;
	SQLHDESC own = SQL_NULL_HDESC;

	SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own);
	SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &second);
	use(side, own);
	gh_side_exec(side, NAMED);
	SQLFetch(side->stmt);
	side->stmt = second;
	if (bind(side, &bound)) {
		gh_check(side, SQL_SUCCEEDED(SQLCopyDesc(row_descriptor(side), own)),
			 "a binding is copied over");
		side->stmt = first;
		fetch_scanned(side, &bound, "a row behind the copy");
		was_written(side, &bound, "a row behind the copy");
		SQLSetDescField(own, 2, SQL_DESC_OCTET_LENGTH, (SQLPOINTER)50, 0);
		SQLSetDescField(own, 2, SQL_DESC_DATA_PTR, gh_area_at(&bound.area), 0);
		fetch_scanned(side, &bound, "a row with NULL");
		fetch_scanned(side, &bound, "a row behind the change");
		was_written(side, &bound, "a row behind the change");
	}
	side->stmt = first;
	SQLFreeHandle(SQL_HANDLE_STMT, second);
	finish(side, own, &bound);
}

/* ODBC 3.8, SQLFreeHandle: the implicit descriptor is the statement's again. */
static void freed_in_use(struct gh_side *side)
{
	struct bound bound = { 0 };
	SQLHDESC own = SQL_NULL_HDESC;
	SQLHDESC implicit = row_descriptor(side);

	SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own);
	use(side, own);
	if (bind(side, &bound)) {
		gh_side_exec(side, NAMED);
		fetch_scanned(side, &bound, "the first row");
		SQLFreeHandle(SQL_HANDLE_DESC, own);
		fetch_scanned(side, &bound, "a row behind the descriptor");
		gh_check(side, bound.length == GH_LENGTH_UNTOUCHED,
			 "nothing is written through a freed descriptor");
		gh_check(side, row_descriptor(side) == implicit, "the implicit one is back");
		bind(side, &bound);
		fetch_scanned(side, &bound, "a row with NULL");
		fetch_scanned(side, &bound, "a row through the implicit one");
		was_written(side, &bound, "a row through the implicit one");
	}
	finish(side, NULL, &bound);
}

/* Layout by row with an offset, said to the explicit descriptor. */
static void by_row_with_offset(struct gh_side *side)
{
	struct row {
		char note[20], email[60];
		SQLLEN note_length, email_length;
	} *rows;
	struct gh_area area = { 0 };
	SQLULEN offset = sizeof(*rows), fetched = 0;
	SQLHDESC own = SQL_NULL_HDESC;

	SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own);
	if (own && gh_area_init(&area, 4 * sizeof(*rows))) {
		rows = gh_area_at(&area);
		/* psqlODBC sets fields of an explicit one only where it was copied to */
		use(side, own);
		set(side, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)3);
		set(side, SQL_ATTR_ROW_BIND_TYPE, (SQLPOINTER)sizeof(*rows));
		set(side, SQL_ATTR_ROW_BIND_OFFSET_PTR, &offset);
		SQLSetStmtAttr(side->stmt, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);
		SQLBindCol(side->stmt, 1, SQL_C_CHAR, rows->note, 20, &rows->note_length);
		SQLBindCol(side->stmt, 2, SQL_C_CHAR, rows->email, 60, &rows->email_length);
		gh_side_exec(side, NAMED);
		SQLFetch(side->stmt);
		gh_scan_area(side, &area, "rows with an offset");
		gh_check(side, fetched == 3 && strcmp(rows[2].note, "plain two") == 0,
			 "clear columns are where they belong: %llu rows",
			 (unsigned long long)fetched);
		gh_check(side, rows[3].email_length == SQL_NULL_DATA, "NULL stays NULL");
		gh_check(side, *(unsigned char *)rows == GH_CANARY, "the offset is kept");
	}
	gh_side_fresh(side);
	SQLFreeHandle(SQL_HANDLE_DESC, own);
	gh_area_clear(&area);
	gh_side_note(side, "finished");
}

/* To and fro between the implicit descriptor and an explicit one, row by row. */
static void switched_between_rows(struct gh_side *side)
{
	struct bound one = { 0 }, two = { 0 };
	SQLHDESC own = SQL_NULL_HDESC;

	SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own);
	if (bind(side, &one)) {
		use(side, own);
		bind(side, &two);
		gh_side_exec(side, NAMED);
		fetch_scanned(side, &two, "a row through the explicit one");
		was_written(side, &two, "a row through the explicit one");
		use(side, SQL_NULL_HDESC);
		fetch_scanned(side, &one, "a row through the implicit one");
		was_written(side, &one, "a row through the implicit one");
		use(side, own);
		fetch_scanned(side, &two, "a row with NULL");
		use(side, SQL_NULL_HDESC);
		fetch_scanned(side, &one, "the last row");
		was_written(side, &one, "the last row");
		SQLFreeStmt(side->stmt, SQL_CLOSE);
		reads_clear(side, &one, "through the implicit one");
	}
	gh_area_clear(&two.area);
	finish(side, own, &one);
}

/* Set in an explicit descriptor, a direction could be copied into the statement's own. */
static void copied_direction(struct gh_side *side)
{
	SQLHDESC own = SQL_NULL_HDESC, parameters = SQL_NULL_HDESC;
	SQLLEN length = 0;
	char text[10] = "";
	SQLRETURN r;

	SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own);
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 10, 0, text, 10,
			 &length);
	SQLGetStmtAttr(side->stmt, SQL_ATTR_IMP_PARAM_DESC, &parameters, 0, NULL);
	gh_side_note(side, "SQLCopyDesc = %d", SQLCopyDesc(parameters, own));
	r = SQLSetDescField(own, 1, SQL_DESC_PARAMETER_TYPE, (SQLPOINTER)SQL_PARAM_OUTPUT, 0);
	gh_check(side, !SQL_SUCCEEDED(r), "an explicit descriptor takes no output direction");
	gh_side_fresh(side);
	SQLFreeHandle(SQL_HANDLE_DESC, own);
	gh_side_note(side, "finished");
}

/* libsqliteodbc has no descriptors, so nothing could be seen there. */
const struct gh_sequence gh_masked_descriptors[] = {
	{ "a descriptor that statements share shows no secret", shared,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "a descriptor is copied behind a shadow", copied_behind_a_shadow,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "a copy over a descriptor in use shows no secret", copied_over_one_in_use,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "a descriptor that is freed in use shows no secret", freed_in_use,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "rows with an offset in a descriptor show no secret", by_row_with_offset,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	/* libmaodbc takes the direction of an implementation descriptor only */
	{ "an output direction is not copied from a descriptor", copied_direction,
	  GH_POSTGRESQL, 0 },
	{ "descriptors are switched between rows", switched_between_rows,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ NULL, NULL, 0, 0 },
};
