/* Plays calls that bind columns, move the cursor and bring values. */
#include "differ.h"

#include <string.h>

/* Types of a fixed size are written whole, whatever room was given. */
#define FIXED_ROOM 32

static bool is_sized(SQLSMALLINT c_type)
{
	return c_type == SQL_C_CHAR || c_type == SQL_C_WCHAR || c_type == SQL_C_BINARY;
}

void gh_play_num_cols(struct gh_player *player, const struct gh_call *call)
{
	SQLSMALLINT count = 77;

	(void)call;
	gh_side_said(player->side, SQLNumResultCols(player->side->stmt, &count),
		     "SQLNumResultCols");
	gh_side_note(player->side, "  columns %d", count);
}

void gh_play_row_count(struct gh_player *player, const struct gh_call *call)
{
	(void)call;
	gh_side_row_count(player->side);
}

void gh_play_bind_col(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const long column = call->arguments[0];
	const long binding = call->arguments[3];
	unsigned char *value = gh_memory(player, call, (size_t)column * GH_COLUMN_ROOM);
	unsigned char *length = gh_memory(player, call,
					  GH_LENGTHS_AT + (size_t)column * GH_LENGTHS_ROOM);

	if (binding >= 2)
		value = NULL;
	if (binding & 1)
		length = NULL;
	gh_side_said(side,
		     SQLBindCol(side->stmt, (SQLUSMALLINT)column, (SQLSMALLINT)call->arguments[1],
				value, (SQLLEN)call->arguments[2], (SQLLEN *)(void *)length),
		     "SQLBindCol");
}

void gh_play_fetch(struct gh_player *player, const struct gh_call *call)
{
	(void)call;
	gh_side_fetch(player->side);
}

void gh_play_scroll(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;

	gh_side_said(side,
		     SQLFetchScroll(side->stmt, (SQLSMALLINT)call->arguments[0],
				    (SQLLEN)call->arguments[1]),
		     "SQLFetchScroll");
}

/* After a failure, psqlODBC 13.02 gives a count that it never set. */
void gh_play_extended(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLULEN *rows = gh_memory(player, call, GH_FETCHED_AT + 8);
	SQLUSMALLINT *status = gh_memory(player, call, GH_STATUS_AT + 256);
	const SQLULEN before = *rows;
	SQLRETURN r = SQLExtendedFetch(side->stmt, (SQLUSMALLINT)call->arguments[0],
				       (SQLLEN)call->arguments[1], rows, status);

	if (!SQL_SUCCEEDED(r) && side->target->engine == GH_POSTGRESQL)
		*rows = before;
	gh_side_said(side, r, "SQLExtendedFetch");
}

void gh_play_set_pos(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;

	gh_side_said(side,
		     SQLSetPos(side->stmt, (SQLSETPOSIROW)call->arguments[0],
			       (SQLUSMALLINT)call->arguments[1], (SQLUSMALLINT)call->arguments[2]),
		     "SQLSetPos");
}

void gh_play_bulk(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;

	player->dirty = true;
	gh_side_said(side, SQLBulkOperations(side->stmt, (SQLSMALLINT)call->arguments[0]),
		     "SQLBulkOperations");
}

/* ---- SQLGetData ------------------------------------------------------------------------- */

/*
 * MariaDB's connector 3.1.15 makes dates and times of numbers, bits and binary values
 * from memory that it did not fill.
 */
static bool is_left_to_chance(struct gh_side *side, const struct gh_cell *cell)
{
	const SQLSMALLINT c_type = cell->c_type;
	SQLSMALLINT length, type = 0, digits, nullable;
	SQLULEN size;

	if (side->target->engine != GH_MARIADB ||
	    !((c_type >= SQL_C_DATE && c_type <= SQL_C_TIMESTAMP) ||
	      (c_type >= SQL_C_TYPE_DATE && c_type <= SQL_C_TYPE_TIMESTAMP)))
		return false;
	SQLDescribeCol(side->stmt, cell->column, NULL, 0, &length, &type, &size, &digits,
		       &nullable);
	return type != SQL_CHAR && type != SQL_VARCHAR && type != SQL_LONGVARCHAR &&
	       type != SQL_WCHAR && type != SQL_WVARCHAR && type != SQL_WLONGVARCHAR &&
	       type != SQL_TYPE_DATE && type != SQL_TYPE_TIME && type != SQL_TYPE_TIMESTAMP;
}

static SQLRETURN get(struct gh_side *side, const struct gh_cell *cell, SQLLEN room, SQLLEN *length)
{
	struct gh_area area = { 0 };
	SQLRETURN r;

	if (is_left_to_chance(side, cell) || !gh_area_init(&area, cell->room))
		return SQL_ERROR;
	r = SQLGetData(side->stmt, cell->column, cell->c_type, gh_area_at(&area), room, length);
	gh_side_said(side, r, "SQLGetData(%d)", cell->column);
	gh_side_area(side, "value", &area, cell->c_type == SQL_C_WCHAR ? GH_WIDE : GH_ANSI);
	if (length)
		gh_side_length(side, "length", *length);
	gh_area_clear(&area);
	return r;
}

static struct gh_cell cell_of(long column, long c_type, long room)
{
	struct gh_cell cell = { (SQLUSMALLINT)column, (SQLSMALLINT)c_type, 0 };

	cell.room = room > 0 ? (size_t)room : 0;
	if (!is_sized(cell.c_type) && cell.room < FIXED_ROOM)
		cell.room = FIXED_ROOM;
	return cell;
}

/* MariaDB's connector 3.1.15 reads beyond its columns where there is none of that number. */
static bool is_there(struct gh_side *side, long column)
{
	SQLSMALLINT columns = 0;

	return side->target->engine != GH_MARIADB ||
	       !SQL_SUCCEEDED(SQLNumResultCols(side->stmt, &columns)) || column <= columns;
}

void gh_play_get_data(struct gh_player *player, const struct gh_call *call)
{
	const struct gh_cell cell =
		cell_of(call->arguments[0], call->arguments[1], call->arguments[2]);
	SQLLEN length = GH_LENGTH_UNTOUCHED;

	if (!is_there(player->side, call->arguments[0]))
		return;
	get(player->side, &cell, (SQLLEN)call->arguments[2], call->arguments[3] ? &length : NULL);
}

#define ROWS_READ 2 /* more would be more of the same */
void gh_play_read(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const long rows = call->arguments[2] < ROWS_READ ? call->arguments[2] : ROWS_READ;
	SQLSMALLINT columns = 0;

	gh_side_said(side, SQLNumResultCols(side->stmt, &columns), "SQLNumResultCols");
	for (long row = 0; row < rows && SQL_SUCCEEDED(gh_side_fetch(side)); row++) {
		for (SQLSMALLINT i = 1; i <= columns; i++) {
			const struct gh_cell cell =
				cell_of(i, call->arguments[0], call->arguments[1]);
			SQLLEN length = GH_LENGTH_UNTOUCHED;

			get(side, &cell, (SQLLEN)call->arguments[1], &length);
		}
	}
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static void set(struct gh_side *side, SQLINTEGER attribute, SQLPOINTER value)
{
	gh_side_said(side,
		     side->width == GH_WIDE ? SQLSetStmtAttrW(side->stmt, attribute, value, 0)
					    : SQLSetStmtAttr(side->stmt, attribute, value, 0),
		     "SQLSetStmtAttr(%d)", (int)attribute);
}

void gh_play_set_block(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLULEN *offset = gh_memory(player, call, GH_OFFSET_AT);

	set(side, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)call->arguments[0]);
	set(side, SQL_ROWSET_SIZE, (SQLPOINTER)call->arguments[0]);
	set(side, SQL_ATTR_ROW_BIND_TYPE, (SQLPOINTER)call->arguments[1]);
	set(side, SQL_ATTR_ROW_STATUS_PTR, gh_memory(player, call, GH_STATUS_AT));
	set(side, SQL_ATTR_ROWS_FETCHED_PTR, gh_memory(player, call, GH_FETCHED_AT));
	if (call->arguments[2] < 0)
		return;
	*offset = (SQLULEN)call->arguments[2];
	gh_memory_known(player, call);
	set(side, SQL_ATTR_ROW_BIND_OFFSET_PTR, offset);
}

void gh_play_set_params(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;

	set(side, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)call->arguments[0]);
	set(side, SQL_ATTR_PARAM_BIND_TYPE, (SQLPOINTER)call->arguments[1]);
	set(side, SQL_ATTR_PARAM_STATUS_PTR, gh_memory(player, call, GH_PARAM_STATUS_AT));
	set(side, SQL_ATTR_PARAMS_PROCESSED_PTR, gh_memory(player, call, GH_PROCESSED_AT));
}

void gh_play_set_cursor(struct gh_player *player, const struct gh_call *call)
{
	set(player->side, SQL_ATTR_CURSOR_TYPE, (SQLPOINTER)call->arguments[0]);
}
