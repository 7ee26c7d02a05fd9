/*
 * ODBC calls in the width of the side, each written into the transcript with
 * all that it gave back.
 */
#include "harness.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* lint: table */
static const struct {
	SQLSMALLINT type;
	const char *name;
} c_type_names[] = {
	{ SQL_C_CHAR, "CHAR" },
	{ SQL_C_WCHAR, "WCHAR" },
	{ SQL_C_BINARY, "BINARY" },
	{ SQL_C_DEFAULT, "DEFAULT" },
	{ SQL_C_SSHORT, "SSHORT" },
	{ SQL_C_USHORT, "USHORT" },
	{ SQL_C_SHORT, "SHORT" },
	{ SQL_C_SLONG, "SLONG" },
	{ SQL_C_ULONG, "ULONG" },
	{ SQL_C_LONG, "LONG" },
	{ SQL_C_STINYINT, "STINYINT" },
	{ SQL_C_UTINYINT, "UTINYINT" },
	{ SQL_C_TINYINT, "TINYINT" },
	{ SQL_C_SBIGINT, "SBIGINT" },
	{ SQL_C_UBIGINT, "UBIGINT" },
	{ SQL_C_FLOAT, "FLOAT" },
	{ SQL_C_DOUBLE, "DOUBLE" },
	{ SQL_C_BIT, "BIT" },
	{ SQL_C_NUMERIC, "NUMERIC" },
	{ SQL_C_TYPE_DATE, "TYPE_DATE" },
	{ SQL_C_TYPE_TIME, "TYPE_TIME" },
	{ SQL_C_TYPE_TIMESTAMP, "TYPE_TIMESTAMP" },
	{ SQL_C_DATE, "DATE" },
	{ SQL_C_TIME, "TIME" },
	{ SQL_C_TIMESTAMP, "TIMESTAMP" },
	{ SQL_C_GUID, "GUID" },
	{ SQL_C_INTERVAL_DAY_TO_SECOND, "INTERVAL_DAY_TO_SECOND" },
	{ SQL_C_INTERVAL_YEAR, "INTERVAL_YEAR" },
	{ 9999, "9999" },
};

const SQLSMALLINT gh_c_types[] = {
	SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY, SQL_C_DEFAULT, SQL_C_SSHORT, SQL_C_USHORT,
	SQL_C_SHORT, SQL_C_SLONG, SQL_C_ULONG, SQL_C_LONG, SQL_C_STINYINT, SQL_C_UTINYINT,
	SQL_C_TINYINT, SQL_C_SBIGINT, SQL_C_UBIGINT, SQL_C_FLOAT, SQL_C_DOUBLE, SQL_C_BIT,
	SQL_C_NUMERIC, SQL_C_TYPE_DATE, SQL_C_TYPE_TIME, SQL_C_TYPE_TIMESTAMP, SQL_C_DATE,
	SQL_C_TIME, SQL_C_TIMESTAMP, SQL_C_GUID, SQL_C_INTERVAL_DAY_TO_SECOND,
	SQL_C_INTERVAL_YEAR, 9999,
};
const size_t gh_c_type_count = ARRAY_SIZE(gh_c_types);

const char *gh_c_type_name(SQLSMALLINT c_type)
{
	for (size_t i = 0; i < ARRAY_SIZE(c_type_names); i++) {
		if (c_type_names[i].type == c_type)
			return c_type_names[i].name;
	}
	return "?";
}

SQLSMALLINT gh_side_text_type(const struct gh_side *side)
{
	return side->width == GH_WIDE ? SQL_C_WCHAR : SQL_C_CHAR;
}

SQLRETURN gh_side_exec(struct gh_side *side, const char *sql)
{
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLExecDirectW(side->stmt, gh_side_wide(side, sql), SQL_NTS)
			      : SQLExecDirect(side->stmt, (SQLCHAR *)sql, SQL_NTS);

	return gh_side_said(side, r, "SQLExecDirect(%.500s)", sql);
}

SQLRETURN gh_side_prepare(struct gh_side *side, const char *sql)
{
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLPrepareW(side->stmt, gh_side_wide(side, sql), SQL_NTS)
			      : SQLPrepare(side->stmt, (SQLCHAR *)sql, SQL_NTS);

	return gh_side_said(side, r, "SQLPrepare(%.500s)", sql);
}

SQLRETURN gh_side_execute(struct gh_side *side)
{
	return gh_side_said(side, SQLExecute(side->stmt), "SQLExecute");
}

SQLRETURN gh_side_fetch(struct gh_side *side)
{
	return gh_side_said(side, SQLFetch(side->stmt), "SQLFetch");
}

SQLRETURN gh_side_close_cursor(struct gh_side *side)
{
	return gh_side_said(side, SQLFreeStmt(side->stmt, SQL_CLOSE), "SQLFreeStmt(CLOSE)");
}

void gh_side_row_count(struct gh_side *side)
{
	SQLLEN rows = GH_LENGTH_UNTOUCHED;

	gh_side_said(side, SQLRowCount(side->stmt, &rows), "SQLRowCount");
	gh_side_length(side, "rows", rows);
}

void gh_side_count_columns(struct gh_side *side, SQLSMALLINT *count)
{
	*count = 0;
	gh_side_said(side, SQLNumResultCols(side->stmt, count), "SQLNumResultCols");
	gh_side_note(side, "  columns %d", *count);
}

/* ---- metadata ------------------------------------------------------------------- */

struct column_facts {
	SQLSMALLINT name_length, type, digits, nullable;
	SQLULEN size;
};

static SQLRETURN describe_column(struct gh_side *side, SQLUSMALLINT column,
				 const struct gh_area *name, struct column_facts *facts)
{
	SQLSMALLINT room = (SQLSMALLINT)name->room;

	if (side->width == GH_WIDE)
		return SQLDescribeColW(side->stmt, column, gh_area_at(name), room / 2,
				       &facts->name_length, &facts->type, &facts->size,
				       &facts->digits, &facts->nullable);
	return SQLDescribeCol(side->stmt, column, gh_area_at(name), room, &facts->name_length,
			      &facts->type, &facts->size, &facts->digits, &facts->nullable);
}

static void describe_one(struct gh_side *side, SQLUSMALLINT column, size_t room)
{
	struct gh_area name = { 0 };
	struct column_facts facts = { 77, 77, 77, 77, 77 };

	if (gh_area_init(&name, room)) {
		gh_side_said(side, describe_column(side, column, &name, &facts),
			     "SQLDescribeCol(%d, room %zu)", column, room);
		gh_side_area(side, "name", &name, side->width);
		gh_side_note(side, "  length %d type %d size %llu digits %d nullable %d",
			     facts.name_length, facts.type, (unsigned long long)facts.size,
			     facts.digits, facts.nullable);
	}
	gh_area_clear(&name);
}

void gh_side_describe(struct gh_side *side)
{
	SQLSMALLINT columns;

	gh_side_count_columns(side, &columns);
	for (SQLUSMALLINT i = 1; i <= columns; i++) {
		describe_one(side, i, 64);
		describe_one(side, i, 4);
	}
	/* where it fails, unixODBC 2.3.11 converts memory that the driver did not fill */
	if (!gh_side_is_converted(side)) {
		describe_one(side, 0, 64);
		describe_one(side, (SQLUSMALLINT)(columns + 1), 64);
	}
}

/* lint: table */
static const struct {
	SQLUSMALLINT field;
	const char *name;
	bool text;
} column_fields[] = {
	{ SQL_DESC_AUTO_UNIQUE_VALUE, "AUTO_UNIQUE_VALUE", false },
	{ SQL_DESC_BASE_COLUMN_NAME, "BASE_COLUMN_NAME", true },
	{ SQL_DESC_BASE_TABLE_NAME, "BASE_TABLE_NAME", true },
	{ SQL_DESC_CASE_SENSITIVE, "CASE_SENSITIVE", false },
	{ SQL_DESC_CATALOG_NAME, "CATALOG_NAME", true },
	{ SQL_DESC_CONCISE_TYPE, "CONCISE_TYPE", false },
	{ SQL_DESC_COUNT, "COUNT", false },
	{ SQL_DESC_DISPLAY_SIZE, "DISPLAY_SIZE", false },
	{ SQL_DESC_FIXED_PREC_SCALE, "FIXED_PREC_SCALE", false },
	{ SQL_DESC_LABEL, "LABEL", true },
	{ SQL_DESC_LENGTH, "LENGTH", false },
	{ SQL_DESC_LITERAL_PREFIX, "LITERAL_PREFIX", true },
	{ SQL_DESC_LITERAL_SUFFIX, "LITERAL_SUFFIX", true },
	{ SQL_DESC_LOCAL_TYPE_NAME, "LOCAL_TYPE_NAME", true },
	{ SQL_DESC_NAME, "NAME", true },
	{ SQL_DESC_NULLABLE, "NULLABLE", false },
	{ SQL_DESC_NUM_PREC_RADIX, "NUM_PREC_RADIX", false },
	{ SQL_DESC_OCTET_LENGTH, "OCTET_LENGTH", false },
	{ SQL_DESC_PRECISION, "PRECISION", false },
	{ SQL_DESC_SCALE, "SCALE", false },
	{ SQL_DESC_SCHEMA_NAME, "SCHEMA_NAME", true },
	{ SQL_DESC_SEARCHABLE, "SEARCHABLE", false },
	{ SQL_DESC_TABLE_NAME, "TABLE_NAME", true },
	{ SQL_DESC_TYPE, "TYPE", false },
	{ SQL_DESC_TYPE_NAME, "TYPE_NAME", true },
	{ SQL_DESC_UNNAMED, "UNNAMED", false },
	{ SQL_DESC_UNSIGNED, "UNSIGNED", false },
	{ SQL_DESC_UPDATABLE, "UPDATABLE", false },
	{ SQL_COLUMN_LENGTH, "COLUMN_LENGTH", false },
	{ SQL_COLUMN_PRECISION, "COLUMN_PRECISION", false },
	{ SQL_COLUMN_SCALE, "COLUMN_SCALE", false },
	{ SQL_COLUMN_NAME, "COLUMN_NAME", true },
	{ SQL_COLUMN_NULLABLE, "COLUMN_NULLABLE", false },
	{ 9999, "9999", false },
};

static void attribute_of_column(struct gh_side *side, SQLUSMALLINT column, size_t which)
{
	struct gh_area text = { 0 };
	SQLSMALLINT length = 77;
	SQLLEN number = GH_LENGTH_UNTOUCHED;
	SQLUSMALLINT field = column_fields[which].field;
	SQLRETURN r;

	if (!gh_area_init(&text, 40))
		return;
	r = side->width == GH_WIDE ? SQLColAttributeW(side->stmt, column, field, gh_area_at(&text),
						      40, &length, &number)
				   : SQLColAttribute(side->stmt, column, field, gh_area_at(&text),
						     40, &length, &number);
	gh_side_said(side, r, "SQLColAttribute(%d, %s)", column, column_fields[which].name);
	gh_side_length(side, "number", number);
	/* psqlodbca leaves the buffer of an empty text alone, and the manager converts it */
	if (column_fields[which].text && !(gh_side_is_converted(side) && length == 0)) {
		gh_side_area(side, "text", &text, side->width);
		gh_side_note(side, "  length %d", length);
	}
	gh_area_clear(&text);
}

void gh_side_attributes_of_columns(struct gh_side *side)
{
	SQLSMALLINT columns;

	gh_side_count_columns(side, &columns);
	for (SQLUSMALLINT i = 0; i <= columns + 1; i++) {
		for (size_t f = 0; f < ARRAY_SIZE(column_fields); f++)
			attribute_of_column(side, i, f);
	}
}

/* ---- reading ---------------------------------------------------------------------- */

static enum gh_width width_of(SQLSMALLINT c_type)
{
	return c_type == SQL_C_WCHAR ? GH_WIDE : GH_ANSI;
}

/*
 * MariaDB's connector 3.1.15 makes dates and times of bits and binary values (columns
 * 12 and 17 to 19 of gh_types) from memory that it did not fill.
 */
static bool is_left_to_chance(const struct gh_side *side, const struct gh_cell *cell)
{
	switch (cell->c_type) {
	case SQL_C_DATE:
	case SQL_C_TIME:
	case SQL_C_TIMESTAMP:
	case SQL_C_TYPE_DATE:
	case SQL_C_TYPE_TIME:
	case SQL_C_TYPE_TIMESTAMP:
		return side->target->engine == GH_MARIADB &&
		       (cell->column == 12 || (cell->column >= 17 && cell->column <= 19));
	default:
		return false;
	}
}

SQLRETURN gh_side_get(struct gh_side *side, const struct gh_cell *cell)
{
	struct gh_area area = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLRETURN r = SQL_ERROR;

	if (is_left_to_chance(side, cell) || !gh_area_init(&area, cell->room))
		return SQL_ERROR;
	r = SQLGetData(side->stmt, cell->column, cell->c_type, gh_area_at(&area),
		       (SQLLEN)cell->room, &length);
	gh_side_said(side, r, "SQLGetData(%d, %s, room %zu)", cell->column,
		     gh_c_type_name(cell->c_type), cell->room);
	gh_side_area(side, "value", &area, width_of(cell->c_type));
	gh_side_length(side, "length", length);
	gh_area_clear(&area);
	return r;
}

void gh_side_get_chunks(struct gh_side *side, const struct gh_cell *cell, int limit)
{
	SQLRETURN r = SQL_SUCCESS;

	for (int i = 0; i < limit && SQL_SUCCEEDED(r); i++)
		r = gh_side_get(side, cell);
}

void gh_side_read(struct gh_side *side, SQLSMALLINT c_type, size_t room, int rows)
{
	SQLSMALLINT columns;

	gh_side_count_columns(side, &columns);
	for (int row = 0; row < rows && SQL_SUCCEEDED(gh_side_fetch(side)); row++) {
		for (SQLUSMALLINT i = 1; i <= columns; i++) {
			struct gh_cell cell = { i, c_type, room };

			gh_side_get(side, &cell);
		}
	}
}

void gh_side_do(struct gh_side *side, const char *sql)
{
	gh_side_exec(side, sql);
	gh_side_close_cursor(side);
}

void gh_side_query(struct gh_side *side, const char *sql)
{
	if (SQL_SUCCEEDED(gh_side_exec(side, sql)))
		gh_side_read(side, gh_side_text_type(side), 80, 50);
	gh_side_close_cursor(side);
}
