/* Plays the catalog functions. */
#include "differ.h"

#define PAIR(given) (given).text, (SQLSMALLINT)(given).length
#define NOTHING NULL, 0

/* Calls the function in the side's width; `arguments` is a list in parentheses. */
#define IN_WIDTH(side, function, ...)                                                        \
	((side)->width == GH_WIDE ? function##W((side)->stmt, __VA_ARGS__)                   \
				  : function((side)->stmt, __VA_ARGS__))

static struct gh_side *begin(struct gh_player *player, const struct gh_call *call)
{
	player->slots[call->slot].direct = true;
	return player->side;
}

static void said(struct gh_player *player, SQLRETURN r, const char *function)
{
	gh_side_said(player->side, r, "%s", function);
	gh_player_result(player, r);
}

void gh_play_tables(struct gh_player *player, const struct gh_call *call)
{
	static const char *const types[] = { NULL, "TABLE", "VIEW", "'TABLE','VIEW'" };
	struct gh_side *side = begin(player, call);
	const struct gh_given catalog = gh_give_pattern(side, call->arguments[0], 0);
	const struct gh_given schema = gh_give_pattern(side, call->arguments[1], 0);
	const struct gh_given table = gh_give_pattern(side, call->arguments[2], call->arguments[4]);
	const struct gh_given type = gh_give(side, types[call->arguments[3] & 3], 0);

	said(player,
		     IN_WIDTH(side, SQLTables, PAIR(catalog), PAIR(schema), PAIR(table),
			      PAIR(type)),
		     "SQLTables");
}

void gh_play_columns(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = begin(player, call);
	const struct gh_given catalog = gh_give_pattern(side, call->arguments[0], 0);
	const struct gh_given schema = gh_give_pattern(side, call->arguments[1], 0);
	const struct gh_given table = gh_give_pattern(side, call->arguments[2], call->arguments[4]);
	const struct gh_given column = gh_give_pattern(side, call->arguments[3], 0);

	said(player,
		     IN_WIDTH(side, SQLColumns, PAIR(catalog), PAIR(schema), PAIR(table),
			      PAIR(column)),
		     "SQLColumns");
}

void gh_play_primary(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = begin(player, call);
	const struct gh_given catalog = gh_give_pattern(side, call->arguments[0], 0);
	const struct gh_given schema = gh_give_pattern(side, call->arguments[1], 0);
	const struct gh_given table = gh_give_pattern(side, call->arguments[2], call->arguments[3]);

	said(player, IN_WIDTH(side, SQLPrimaryKeys, PAIR(catalog), PAIR(schema), PAIR(table)),
		     "SQLPrimaryKeys");
}

void gh_play_foreign(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = begin(player, call);
	const struct gh_given primary =
		gh_give_pattern(side, call->arguments[0], call->arguments[2]);
	const struct gh_given foreign = gh_give_pattern(side, call->arguments[1], 0);

	said(player,
		     IN_WIDTH(side, SQLForeignKeys, NOTHING, NOTHING, PAIR(primary), NOTHING,
			      NOTHING, PAIR(foreign)),
		     "SQLForeignKeys");
}

void gh_play_statistics(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = begin(player, call);
	const struct gh_given table = gh_give_pattern(side, call->arguments[0], call->arguments[3]);

	said(player,
		     IN_WIDTH(side, SQLStatistics, NOTHING, NOTHING, PAIR(table),
			      (SQLUSMALLINT)call->arguments[1], (SQLUSMALLINT)call->arguments[2]),
		     "SQLStatistics");
}

void gh_play_special(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = begin(player, call);
	const struct gh_given table = gh_give_pattern(side, call->arguments[1], call->arguments[4]);

	said(player,
		     side->width == GH_WIDE
			     ? SQLSpecialColumnsW(side->stmt, (SQLUSMALLINT)call->arguments[0],
						  NOTHING, NOTHING, PAIR(table),
						  (SQLUSMALLINT)call->arguments[2],
						  (SQLUSMALLINT)call->arguments[3])
			     : SQLSpecialColumns(side->stmt, (SQLUSMALLINT)call->arguments[0],
						 NOTHING, NOTHING, PAIR(table),
						 (SQLUSMALLINT)call->arguments[2],
						 (SQLUSMALLINT)call->arguments[3]),
		     "SQLSpecialColumns");
}

void gh_play_procedures(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = begin(player, call);
	const struct gh_given name = gh_give_pattern(side, call->arguments[0], call->arguments[1]);

	said(player, IN_WIDTH(side, SQLProcedures, NOTHING, NOTHING, PAIR(name)),
		     "SQLProcedures");
}

void gh_play_procedure_columns(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = begin(player, call);
	const struct gh_given name = gh_give_pattern(side, call->arguments[0], call->arguments[1]);

	said(player,
		     IN_WIDTH(side, SQLProcedureColumns, NOTHING, NOTHING, PAIR(name), NOTHING),
		     "SQLProcedureColumns");
}

void gh_play_table_privileges(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = begin(player, call);
	const struct gh_given table = gh_give_pattern(side, call->arguments[0], call->arguments[1]);

	said(player, IN_WIDTH(side, SQLTablePrivileges, NOTHING, NOTHING, PAIR(table)),
		     "SQLTablePrivileges");
}

void gh_play_column_privileges(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = begin(player, call);
	const struct gh_given table = gh_give_pattern(side, call->arguments[0], call->arguments[2]);
	const struct gh_given column = gh_give_pattern(side, call->arguments[1], 0);

	said(player,
		     IN_WIDTH(side, SQLColumnPrivileges, NOTHING, NOTHING, PAIR(table),
			      PAIR(column)),
		     "SQLColumnPrivileges");
}

void gh_play_type_info(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = begin(player, call);

	said(player, IN_WIDTH(side, SQLGetTypeInfo, (SQLSMALLINT)call->arguments[0]),
		     "SQLGetTypeInfo");
}
