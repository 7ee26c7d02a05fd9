/* Plays calls on handles, statements and transactions. */
#include "differ.h"

#include <string.h>

enum ending { TERMINATED, COUNTED, ONE_SHORT, NEGATIVE };

static SQLINTEGER units(enum gh_width width, const void *text)
{
	const SQLWCHAR *wide = text;
	SQLINTEGER count = 0;

	if (width == GH_ANSI)
		return (SQLINTEGER)strlen(text);
	while (wide[count])
		count++;
	return count;
}

struct gh_given gh_give(struct gh_side *side, const char *text, long ending)
{
	struct gh_given given = { (SQLPOINTER)text, SQL_NTS };

	if (side->width == GH_WIDE)
		given.text = gh_side_wide(side, text);
	if (ending == NEGATIVE)
		given.length = -5;
	else if (ending != TERMINATED && given.text)
		given.length = units(side->width, given.text);
	/* what ends in a quotation mark would be a literal without an end, which is refused */
	if (ending == ONE_SHORT && given.length > 0 && text[strlen(text) - 1] != '\'')
		given.length--;
	return given;
}

struct gh_given gh_give_pattern(struct gh_side *side, long pattern, long ending)
{
	return gh_give(side, (size_t)pattern < gh_pattern_count ? gh_patterns[pattern] : NULL,
		       ending);
}

/* ---- handles ---------------------------------------------------------------------- */

void gh_play_allocate(struct gh_player *player, const struct gh_call *call)
{
	struct gh_slot *slot = &player->slots[call->slot];

	if (slot->stmt)
		return;
	gh_side_dbc_said(player->side,
			 SQLAllocHandle(SQL_HANDLE_STMT, player->side->dbc, &slot->stmt),
			 "SQLAllocHandle(STMT)");
}

void gh_play_free(struct gh_player *player, const struct gh_call *call)
{
	struct gh_slot *slot = &player->slots[call->slot];

	gh_side_note(player->side, "SQLFreeHandle = %s",
		     gh_odbc_return_name(SQLFreeHandle(SQL_HANDLE_STMT, slot->stmt)));
	slot->stmt = SQL_NULL_HSTMT;
	slot->named = slot->direct = false;
}

void gh_play_wrong(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLHANDLE handle = SQL_NULL_HANDLE;
	SQLSMALLINT count = 77;
	SQLRETURN r = SQL_INVALID_HANDLE;

	switch (call->arguments[0]) {
	case 0:
		r = SQLFetch(side->dbc);
		break;
	case 1:
		r = SQLGetInfo(side->stmt, SQL_DBMS_NAME, &handle, 0, &count);
		break;
	case 2:
		r = SQLAllocHandle(SQL_HANDLE_STMT, side->env, &handle);
		break;
	case 3:
		r = SQLNumResultCols(side->env, &count);
		break;
	case 4:
		r = SQLExecute(SQL_NULL_HSTMT);
		break;
	case 5:
		r = SQLEndTran(99, side->dbc, SQL_COMMIT);
		break;
	default:
		r = SQLAllocHandle(99, side->dbc, &handle);
	}
	gh_side_note(side, "wrong handle = %s, count %d", gh_odbc_return_name(r), count);
}

void gh_play_free_stmt(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const SQLUSMALLINT option = (SQLUSMALLINT)call->arguments[0];
	SQLRETURN r = SQLFreeStmt(side->stmt, option);

	if (option != SQL_DROP) {
		gh_side_said(side, r, "SQLFreeStmt");
		return;
	}
	gh_side_note(side, "SQLFreeStmt(DROP) = %s", gh_odbc_return_name(r));
	player->slots[call->slot].stmt = SQL_NULL_HSTMT;
	player->slots[call->slot].named = player->slots[call->slot].direct = false;
}

void gh_play_close(struct gh_player *player, const struct gh_call *call)
{
	(void)call;
	gh_player_result(player, gh_side_said(player->side, SQLCloseCursor(player->side->stmt),
					      "SQLCloseCursor"));
}

void gh_play_cancel(struct gh_player *player, const struct gh_call *call)
{
	(void)call;
	gh_side_said(player->side, SQLCancel(player->side->stmt), "SQLCancel");
}

/* ---- statements ------------------------------------------------------------------------ */

static const struct gh_sql *sql_of(struct gh_player *player, const struct gh_call *call)
{
	const long i = call->arguments[0];
	const struct gh_sql *sql = &gh_sqls[(size_t)i < gh_sql_count ? i : 0];

	if (sql->flags & GH_SQL_WRITES)
		player->dirty = true;
	if (sql->flags & GH_SQL_DEFINES)
		player->defined = true;
	return sql;
}

void gh_play_exec_direct(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const struct gh_given given = gh_give(side, sql_of(player, call)->text, call->arguments[1]);

	SQLRETURN r = side->width == GH_WIDE
			      ? SQLExecDirectW(side->stmt, given.text, given.length)
			      : SQLExecDirect(side->stmt, given.text, given.length);

	player->slots[call->slot].direct = true;
	gh_side_said(side, r, "SQLExecDirect");
	gh_player_result(player, r);
}

void gh_play_prepare(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const struct gh_given given = gh_give(side, sql_of(player, call)->text, call->arguments[1]);
	SQLRETURN r = side->width == GH_WIDE ? SQLPrepareW(side->stmt, given.text, given.length)
					     : SQLPrepare(side->stmt, given.text, given.length);

	if (SQL_SUCCEEDED(r))
		player->slots[call->slot].direct = false;
	gh_side_said(side, r, "SQLPrepare");
	gh_player_result(player, r);
}

/*
 * Not where nothing was prepared: after SQLExecDirect or a catalog function some
 * drivers run their last statement anew, which is refused.
 */
void gh_play_execute(struct gh_player *player, const struct gh_call *call)
{
	if (!player->slots[call->slot].direct)
		gh_player_result(player, gh_side_execute(player->side));
}

void gh_play_more(struct gh_player *player, const struct gh_call *call)
{
	(void)call;
	gh_side_said(player->side, SQLMoreResults(player->side->stmt), "SQLMoreResults");
}

void gh_play_native(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const struct gh_given given = gh_give(side, sql_of(player, call)->text, 0);
	const SQLINTEGER room = (SQLINTEGER)call->arguments[1];
	struct gh_area area = { 0 };
	SQLINTEGER length = 77;
	SQLRETURN r;

	if (!gh_area_init(&area, 2 * (size_t)room + 16))
		return;
	r = side->width == GH_WIDE ? SQLNativeSqlW(side->dbc, given.text, given.length,
						   gh_area_at(&area), room, &length)
				   : SQLNativeSql(side->dbc, given.text, given.length,
						  gh_area_at(&area), room, &length);
	gh_side_dbc_said(side, r, "SQLNativeSql");
	if (gh_output_counts(side, r))
		gh_side_area(side, "text", &area, side->width);
	gh_side_note(side, "  length %d", (int)length);
	gh_area_clear(&area);
}

/* ---- transactions ------------------------------------------------------------------------ */

void gh_play_end(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const SQLSMALLINT completion = (SQLSMALLINT)call->arguments[1];

	if (call->arguments[0] == SQL_HANDLE_ENV)
		gh_side_env_said(side, SQLEndTran(SQL_HANDLE_ENV, side->env, completion),
				 "SQLEndTran(ENV)");
	else
		gh_side_dbc_said(side, SQLEndTran(SQL_HANDLE_DBC, side->dbc, completion),
				 "SQLEndTran(DBC)");
}

void gh_play_autocommit(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLPOINTER on = (SQLPOINTER)call->arguments[0];

	gh_side_dbc_said(side,
			 side->width == GH_WIDE
				 ? SQLSetConnectAttrW(side->dbc, SQL_ATTR_AUTOCOMMIT, on, 0)
				 : SQLSetConnectAttr(side->dbc, SQL_ATTR_AUTOCOMMIT, on, 0),
			 "SQLSetConnectAttr(AUTOCOMMIT)");
}
