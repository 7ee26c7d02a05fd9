/*
 * Plays a list of calls on one side: its statements, the memory that they are
 * given, and what is written down before and after each call.
 */
#include "differ.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *gh_memory(struct gh_player *player, const struct gh_call *call, size_t offset)
{
	player->used |= 1u << call->slot;
	return player->slots[call->slot].memory + offset;
}

void gh_memory_known(struct gh_player *player, const struct gh_call *call)
{
	const struct gh_slot *slot = &player->slots[call->slot];

	memcpy(slot->seen, slot->memory, GH_MEMORY_SIZE);
}

void gh_player_result(struct gh_player *player, SQLRETURN r)
{
	SQLSMALLINT unused;
	SQLULEN size;

	if (player->mode != GH_BESIDE_MASKS)
		return;
	if (r == SQL_ERROR)
		SQLFreeStmt(player->side->stmt, SQL_CLOSE);
	else if (player->side->target->engine == GH_POSTGRESQL)
		SQLDescribeCol(player->side->stmt, 1, NULL, 0, &unused, &unused, &size, &unused,
			       &unused);
}

SQLHDESC gh_player_descriptor(struct gh_player *player, long attribute)
{
	SQLHDESC handle = SQL_NULL_HDESC;

	if (player->side->stmt)
		SQLGetStmtAttr(player->side->stmt, (SQLINTEGER)attribute, &handle, 0, NULL);
	return handle;
}

void gh_player_leave(struct gh_player *player, SQLHDESC descriptor)
{
	static const SQLINTEGER attributes[] = { SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC };

	for (int i = 0; descriptor && i < 2 * GH_SLOTS; i++) {
		SQLHSTMT stmt = player->slots[i / 2].stmt;
		SQLHDESC current = SQL_NULL_HDESC;

		if (stmt)
			SQLGetStmtAttr(stmt, attributes[i % 2], &current, 0, NULL);
		if (current == descriptor)
			SQLSetStmtAttr(stmt, attributes[i % 2], SQL_NULL_HDESC, 0);
	}
}

/*
 * For a driver with ANSI functions only, unixODBC 2.3.11 converts buffers that
 * the driver did not fill because it failed or had no room.
 */
bool gh_output_counts(const struct gh_side *side, SQLRETURN r)
{
	return !gh_side_is_converted(side) || r == SQL_SUCCESS;
}

/* ---- memory ------------------------------------------------------------------------- */

static size_t first_change(const struct gh_slot *slot, size_t at, size_t end)
{
	while (at < end && slot->memory[at] == slot->seen[at])
		at++;
	return at;
}

/* The place as "column 2 +16", so that a difference can be read. */
static void say_place(struct gh_side *side, size_t at)
{
	static const struct {
		size_t start, room;
		const char *name;
	} places[] = {
		{ GH_PROCESSED_AT, 64, "processed" },
		{ GH_PARAM_STATUS_AT, 64, "parameter status" },
		{ GH_INDICATOR_AT, GH_INDICATOR_ROOM, "indicator of parameter" },
		{ GH_PARAMETER_AT, GH_PARAMETER_ROOM, "parameter" },
		{ GH_OFFSET_AT, 64, "offset" },
		{ GH_FETCHED_AT, 64, "fetched" },
		{ GH_STATUS_AT, 512, "status" },
		{ GH_LENGTHS_AT, GH_LENGTHS_ROOM, "length of column" },
		{ 0, GH_COLUMN_ROOM, "column" },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (at >= places[i].start) {
			at -= places[i].start;
			gh_buf_printf(&side->log, "  %s %zu +%zu:", places[i].name,
				      at / places[i].room, at % places[i].room);
			return;
		}
	}
}

#define RUN_GAP 8 /* untouched bytes that end a run of changes */
static size_t say_run(struct gh_side *side, const struct gh_slot *slot, size_t at)
{
	size_t last = at;

	for (size_t i = at; i < GH_MEMORY_SIZE && i <= last + RUN_GAP; i++) {
		if (slot->memory[i] != slot->seen[i])
			last = i;
	}
	say_place(side, at);
	gh_buf_append_char(&side->log, ' ');
	gh_hex_append(&side->log, slot->memory + at, last - at + 1);
	gh_buf_append_char(&side->log, '\n');
	return last + 1;
}

static void say_memory(struct gh_player *player)
{
	for (int s = 0; s < GH_SLOTS; s++) {
		struct gh_slot *slot = &player->slots[s];
		size_t at = 0;

		if (!(player->used & 1u << s) ||
		    memcmp(slot->memory, slot->seen, GH_MEMORY_SIZE) == 0)
			continue;
		gh_side_note(player->side, "  memory of statement %d", s);
		while ((at = first_change(slot, at, GH_MEMORY_SIZE)) < GH_MEMORY_SIZE)
			at = say_run(player->side, slot, at);
		memcpy(slot->seen, slot->memory, GH_MEMORY_SIZE);
	}
}

static void fill_outputs(struct gh_player *player, const struct gh_call *call)
{
	const struct gh_slot *slot = &player->slots[call->slot];

	if (!(player->used & 1u << call->slot))
		return;
	memset(slot->memory, GH_CANARY, GH_OUTPUT_END);
	memset(slot->seen, GH_CANARY, GH_OUTPUT_END);
}

/* ---- order of things ------------------------------------------------------------------ */

static void clean_slot(struct gh_slot *slot)
{
	memset(slot->memory, GH_CANARY, GH_MEMORY_SIZE);
	memset(slot->memory + GH_OFFSET_AT, 0, 64);
	memcpy(slot->seen, slot->memory, GH_MEMORY_SIZE);
}

static bool take_slots(struct gh_player *player)
{
	for (int s = 0; s < GH_SLOTS; s++) {
		struct gh_slot *slot = &player->slots[s];

		slot->memory = malloc(GH_MEMORY_SIZE);
		slot->seen = malloc(GH_MEMORY_SIZE);
		if (!slot->memory || !slot->seen)
			return false;
		clean_slot(slot);
	}
	return true;
}

static void drop_slots(struct gh_player *player)
{
	for (int s = 0; s < GH_SLOTS; s++) {
		free(player->slots[s].memory);
		free(player->slots[s].seen);
	}
}

/* The side's own statement is the one for resets; the slots have theirs. */
static void renew_slots(struct gh_player *player)
{
	for (int d = 0; d < GH_EXPLICIT; d++)
		gh_player_leave(player, player->descriptors[d]);
	for (int s = 0; s < GH_SLOTS; s++) {
		struct gh_slot *slot = &player->slots[s];

		/* the manager frees no statement that waits for data */
		if (slot->stmt && SQLFreeHandle(SQL_HANDLE_STMT, slot->stmt) == SQL_ERROR) {
			SQLCancel(slot->stmt);
			SQLFreeHandle(SQL_HANDLE_STMT, slot->stmt);
		}
		slot->stmt = SQL_NULL_HSTMT;
		slot->named = slot->direct = false;
		if (player->used & 1u << s)
			clean_slot(slot);
	}
	for (int d = 0; d < GH_EXPLICIT; d++) {
		if (player->descriptors[d])
			SQLFreeHandle(SQL_HANDLE_DESC, player->descriptors[d]);
		player->descriptors[d] = SQL_NULL_HDESC;
	}
	player->used = 0;
}

/* Not written down: what a case that was left out changed is no difference. */
static void renew_tables(SQLHSTMT stmt, const struct gh_player *player)
{
	static const char rows[] = "INSERT INTO gh_work VALUES (1, 'one', 1.5), (2, 'two', 2.25), "
				   "(3, NULL, NULL), (4, 'caf\xC3\xA9', 0)";
	const bool indexed = player->defined && player->mode == GH_CLEAR;
	const char *const texts[] = {
		player->defined ? "DROP TABLE IF EXISTS gh_passing" : "",
		player->defined ? "DROP TABLE IF EXISTS gh_extra" : "",
		!indexed ? ""
		: player->side->target->engine == GH_MARIADB
			? "DROP INDEX IF EXISTS gh_work_index ON gh_work"
			: "DROP INDEX IF EXISTS gh_work_index",
		"DELETE FROM gh_work WHERE 1 = 1",
		rows,
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (!texts[i][0])
			continue;
		SQLExecDirect(stmt, (SQLCHAR *)texts[i], SQL_NTS);
		SQLFreeStmt(stmt, SQL_CLOSE);
	}
}

/* Beside masks the text of a transaction's failure is withheld. */
static void say_rollback(struct gh_player *player, SQLRETURN r)
{
	struct gh_side *side = player->side;
	SQLCHAR state[6] = "";
	SQLINTEGER native = 0;

	if (r != SQL_ERROR || player->mode == GH_CLEAR) {
		gh_side_dbc_said(side, r, "rollback");
		return;
	}
	SQLGetDiagRec(SQL_HANDLE_DBC, side->dbc, 1, state, &native, NULL, 0, NULL);
	gh_side_note(side, "rollback = ERROR %s %d", state, (int)native);
}

/* The start of a case: nothing is left of the one before. */
void gh_play_reset(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;

	(void)call;
	gh_side_note(side, "== case");
	renew_slots(player);
	say_rollback(player, SQLEndTran(SQL_HANDLE_DBC, side->dbc, SQL_ROLLBACK));
	SQLSetConnectAttr(side->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_ON, 0);
	side->width = GH_ANSI;
	if (SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &side->stmt))) {
		if (player->dirty)
			renew_tables(side->stmt, player);
		SQLFreeHandle(SQL_HANDLE_STMT, side->stmt);
	}
	side->stmt = SQL_NULL_HSTMT;
	player->dirty = player->defined = false;
	for (int s = 0; s < 2; s++)
		SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &player->slots[s].stmt);
}

#define SECONDS 20 /* a call that takes longer hangs */
static void play_one(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;

	alarm(SECONDS);
	gh_buf_printf(&side->log, "#%lu ", player->number++);
	gh_call_print(call, &side->log);
	gh_buf_append_char(&side->log, '\n');
	gh_side_flush(side);
	gh_arena_reset(side->arena);
	side->width = call->width;
	side->stmt = player->slots[call->slot].stmt;
	if (gh_shapes[call->kind].flags & GH_CALL_FETCHES)
		fill_outputs(player, call);
	gh_shapes[call->kind].play(player, call);
	say_memory(player);
}

void gh_play(struct gh_side *side, enum gh_differ_mode mode, const struct gh_calls *calls)
{
	const struct gh_call reset = { .kind = GH_KIND_RESET, .arguments = { 0 } };
	struct gh_player player = { .side = side, .mode = mode, .dirty = true,
				    .defined = true };

	if (take_slots(&player) && gh_side_open(side)) {
		SQLFreeHandle(SQL_HANDLE_STMT, side->stmt);
		side->stmt = SQL_NULL_HSTMT;
		for (size_t i = 0; i < calls->count; i++)
			play_one(&player, &calls->items[i]);
		play_one(&player, &reset);
		gh_side_note(side, "== end");
		renew_slots(&player);
		side->stmt = SQL_NULL_HSTMT;
	}
	gh_side_flush(side);
	drop_slots(&player);
}
