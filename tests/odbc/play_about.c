/* Plays calls that ask about columns, attributes, descriptors and the driver. */
#include "differ.h"

#include <string.h>

/* A buffer for a text of `room` units, or for a number whatever the room is. */
#define NUMBER_ROOM 16

struct answer {
	struct gh_area area;
	SQLSMALLINT room; /* as the function wants it: bytes or units */
};

static bool answer_init(struct answer *answer, long room)
{
	answer->room = (SQLSMALLINT)room;
	return gh_area_init(&answer->area, 2 * (size_t)room + NUMBER_ROOM);
}

/* What stands behind the end of a text is as if nobody had touched it. */
static void forget_rest(struct answer *answer, enum gh_width width)
{
	unsigned char *bytes = gh_area_at(&answer->area);
	const size_t unit = width == GH_WIDE ? sizeof(SQLWCHAR) : 1;
	size_t end = 0;

	while (end + unit <= answer->area.room && (bytes[end] || (unit > 1 && bytes[end + 1])))
		end += unit;
	if (end + unit <= answer->area.room)
		memset(bytes + end + unit, GH_CANARY, answer->area.room - end - unit);
}

static void answer_say(struct gh_side *side, SQLRETURN r, struct answer *answer, long length)
{
	if (gh_output_counts(side, r)) {
		gh_side_area(side, "answer", &answer->area, side->width);
		gh_side_note(side, "  length %ld", length);
	}
	gh_area_clear(&answer->area);
}

/* ---- columns ------------------------------------------------------------------------ */

void gh_play_describe(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const SQLUSMALLINT column = (SQLUSMALLINT)call->arguments[0];
	SQLSMALLINT length = 77, type = 77, digits = 77, nullable = 77;
	SQLULEN size = 77;
	struct answer name;
	SQLRETURN r;

	if (!answer_init(&name, call->arguments[1]))
		return;
	r = side->width == GH_WIDE
		    ? SQLDescribeColW(side->stmt, column, gh_area_at(&name.area), name.room,
				      &length, &type, &size, &digits, &nullable)
		    : SQLDescribeCol(side->stmt, column, gh_area_at(&name.area), name.room, &length,
				     &type, &size, &digits, &nullable);
	gh_side_said(side, r, "SQLDescribeCol");
	gh_side_note(side, "  type %d size %llu digits %d nullable %d", type,
		     (unsigned long long)size, digits, nullable);
	answer_say(side, r, &name, length);
}

void gh_play_col_attribute(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const SQLUSMALLINT column = (SQLUSMALLINT)call->arguments[0];
	const SQLUSMALLINT field = (SQLUSMALLINT)call->arguments[1];
	SQLLEN number = GH_LENGTH_UNTOUCHED;
	SQLSMALLINT length = 77;
	struct answer text;
	SQLRETURN r;

	if (!answer_init(&text, call->arguments[2]))
		return;
	r = side->width == GH_WIDE
		    ? SQLColAttributeW(side->stmt, column, field, gh_area_at(&text.area), text.room,
				       &length, &number)
		    : SQLColAttribute(side->stmt, column, field, gh_area_at(&text.area), text.room,
				      &length, &number);
	gh_side_said(side, r, "SQLColAttribute");
	gh_side_length(side, "number", number);
	answer_say(side, r, &text, length);
}

/* ---- attributes ------------------------------------------------------------------------ */

static size_t place_of(long attribute)
{
	switch (attribute) {
	case SQL_ATTR_ROW_STATUS_PTR:
		return GH_STATUS_AT;
	case SQL_ATTR_ROWS_FETCHED_PTR:
		return GH_FETCHED_AT;
	case SQL_ATTR_ROW_BIND_OFFSET_PTR:
		return GH_OFFSET_AT;
	case SQL_ATTR_PARAM_STATUS_PTR:
		return GH_PARAM_STATUS_AT;
	case SQL_ATTR_PARAMS_PROCESSED_PTR:
		return GH_PROCESSED_AT;
	default:
		return 0;
	}
}

static bool is_descriptor(long attribute)
{
	return attribute >= SQL_ATTR_APP_ROW_DESC && attribute <= SQL_ATTR_IMP_PARAM_DESC;
}

void gh_play_set_attribute(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const SQLINTEGER attribute = (SQLINTEGER)call->arguments[0];
	SQLPOINTER value = (SQLPOINTER)call->arguments[1];

	if (place_of(attribute) && value)
		value = gh_memory(player, call, place_of(attribute));
	if (is_descriptor(attribute) && value)
		value = gh_player_descriptor(player, SQL_ATTR_APP_PARAM_DESC);
	gh_side_said(side,
		     side->width == GH_WIDE ? SQLSetStmtAttrW(side->stmt, attribute, value, 0)
					    : SQLSetStmtAttr(side->stmt, attribute, value, 0),
		     "SQLSetStmtAttr");
}

/* A pointer is shown as where it points to in our memory. */
static void say_value(struct gh_player *player, const struct gh_call *call, SQLULEN value)
{
	struct gh_side *side = player->side;
	const unsigned char *memory = player->slots[call->slot].memory;
	const size_t offset = (size_t)((unsigned char *)value - memory);

	if (is_descriptor(call->arguments[0]))
		gh_side_note(side, "  handle %s", value ? "given" : "NULL");
	else if (offset < GH_MEMORY_SIZE)
		gh_side_note(side, "  in the memory at %zu", offset);
	else
		gh_side_note(side, "  value %llx", (unsigned long long)value);
}

void gh_play_get_attribute(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const SQLINTEGER attribute = (SQLINTEGER)call->arguments[0];
	SQLULEN value = 0x5A5A5A5A5A5A5A5AULL;
	SQLINTEGER length = 77;
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLGetStmtAttrW(side->stmt, attribute, &value, 0, &length)
			      : SQLGetStmtAttr(side->stmt, attribute, &value, 0, &length);

	gh_side_said(side, r, "SQLGetStmtAttr");
	say_value(player, call, value);
	gh_side_note(side, "  length %d", (int)length);
}

void gh_play_get_connect(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const SQLINTEGER attribute = (SQLINTEGER)call->arguments[0];
	SQLULEN value = 0x5A5A5A5A5A5A5A5AULL;
	SQLINTEGER length = 77;
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLGetConnectAttrW(side->dbc, attribute, &value, 0, &length)
			      : SQLGetConnectAttr(side->dbc, attribute, &value, 0, &length);

	gh_side_dbc_said(side, r, "SQLGetConnectAttr");
	gh_side_note(side, "  value %llx length %d", (unsigned long long)value, (int)length);
}

/* ---- descriptors ----------------------------------------------------------------------- */

/* Beside masks the driver's own text for a failure is withheld. */
static void descriptor_said(const struct gh_player *player, SQLRETURN r, SQLHDESC handle)
{
	struct gh_side *side = player->side;

	gh_side_note(side, "descriptor %s = %s", handle ? "given" : "NULL", gh_odbc_return_name(r));
	if (r != SQL_INVALID_HANDLE && (r != SQL_ERROR || player->mode == GH_CLEAR))
		gh_side_diagnostics(side, SQL_HANDLE_DESC, handle);
}

/*
 * Asked for a record that is not there, MariaDB's connector 3.1.15 makes one, and at
 * the next fetch reads beyond the row for it.
 */
static bool makes_record(struct gh_side *side, const struct gh_call *call)
{
	SQLSMALLINT count = 0;

	if (side->target->engine != GH_MARIADB || call->arguments[0] != SQL_ATTR_IMP_ROW_DESC)
		return false;
	SQLNumResultCols(side->stmt, &count);
	return call->arguments[1] >= count;
}

/* psqlODBC 13.02 gives memory that it did not fill for a column that is not bound. */
static bool is_left_open(const struct gh_side *side, const struct gh_call *call, SQLHDESC handle)
{
	const long field = call->arguments[2];
	SQLPOINTER bound = NULL;

	if (side->target->engine != GH_POSTGRESQL ||
	    call->arguments[0] != SQL_ATTR_APP_ROW_DESC ||
	    (field != SQL_DESC_TYPE && field != SQL_DESC_CONCISE_TYPE &&
	     field != SQL_DESC_PRECISION && field != SQL_DESC_SCALE))
		return false;
	SQLGetDescField(handle, (SQLSMALLINT)call->arguments[1], SQL_DESC_DATA_PTR, &bound,
			sizeof(bound), NULL);
	return !bound;
}

void gh_play_get_desc(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLHDESC handle = gh_player_descriptor(player, call->arguments[0]);
	const SQLSMALLINT record = (SQLSMALLINT)call->arguments[1];
	const SQLSMALLINT field = (SQLSMALLINT)call->arguments[2];
	SQLINTEGER length = 77;
	struct answer value;
	SQLRETURN r;

	if (makes_record(side, call) || is_left_open(side, call, handle) ||
	    !answer_init(&value, call->arguments[3]))
		return;
	r = side->width == GH_WIDE ? SQLGetDescFieldW(handle, record, field,
						      gh_area_at(&value.area), value.room, &length)
				   : SQLGetDescField(handle, record, field, gh_area_at(&value.area),
						     value.room, &length);
	descriptor_said(player, r, handle);
	answer_say(side, r, &value, length);
}

void gh_play_set_desc(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLHDESC handle = gh_player_descriptor(player, call->arguments[0]);
	const SQLSMALLINT record = (SQLSMALLINT)call->arguments[1];
	const SQLSMALLINT field = (SQLSMALLINT)call->arguments[2];
	SQLPOINTER value = (SQLPOINTER)call->arguments[3];

	descriptor_said(player,
			side->width == GH_WIDE ? SQLSetDescFieldW(handle, record, field, value, 0)
					       : SQLSetDescField(handle, record, field, value, 0),
			handle);
}

void gh_play_get_rec(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLHDESC handle = gh_player_descriptor(player, call->arguments[0]);
	const SQLSMALLINT record = (SQLSMALLINT)call->arguments[1];
	SQLSMALLINT length = 77, type = 77, sub = 77, precision = 77, scale = 77, nullable = 77;
	SQLLEN octets = 77;
	struct answer name;
	SQLRETURN r;

	if (makes_record(side, call) || !answer_init(&name, call->arguments[2]))
		return;
	r = side->width == GH_WIDE
		    ? SQLGetDescRecW(handle, record, gh_area_at(&name.area), name.room, &length,
				     &type, &sub, &octets, &precision, &scale, &nullable)
		    : SQLGetDescRec(handle, record, gh_area_at(&name.area), name.room, &length,
				    &type, &sub, &octets, &precision, &scale, &nullable);
	descriptor_said(player, r, handle);
	gh_side_note(side, "  type %d sub %d octets %lld precision %d scale %d nullable %d", type,
		     sub, (long long)octets, precision, scale, nullable);
	answer_say(side, r, &name, length);
}

void gh_play_set_rec(struct gh_player *player, const struct gh_call *call)
{
	SQLHDESC handle = gh_player_descriptor(player, call->arguments[0]);
	const long record = call->arguments[1];
	SQLLEN *length = gh_memory(player, call, GH_LENGTHS_AT + (size_t)record * GH_LENGTHS_ROOM);

	descriptor_said(player,
			SQLSetDescRec(handle, (SQLSMALLINT)record, (SQLSMALLINT)call->arguments[2],
				      0, (SQLLEN)call->arguments[3], 0, 0,
				      gh_memory(player, call, (size_t)record * GH_COLUMN_ROOM),
				      length, length),
			handle);
}

void gh_play_copy_desc(struct gh_player *player, const struct gh_call *call)
{
	SQLHDESC from = gh_player_descriptor(player, call->arguments[0]);
	SQLHDESC to = gh_player_descriptor(player, call->arguments[1]);

	descriptor_said(player, SQLCopyDesc(from, to), to);
}

void gh_play_allocate_desc(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLHDESC *place = &player->descriptors[call->arguments[0] & 1];

	if (*place)
		return;
	player->roles[call->arguments[0] & 1] = 0;
	gh_side_dbc_said(side, SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, place),
			 "SQLAllocHandle(DESC)");
}

void gh_play_use_desc(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const long which = call->arguments[1];
	SQLHDESC handle = which < GH_EXPLICIT ? player->descriptors[which] : SQL_NULL_HDESC;

	if (handle)
		player->roles[which] |= call->arguments[0] == SQL_ATTR_APP_ROW_DESC ? 1u : 2u;
	gh_side_said(side,
		     SQLSetStmtAttr(side->stmt, (SQLINTEGER)call->arguments[0], handle, 0),
		     "SQLSetStmtAttr(%s descriptor)", handle ? "explicit" : "its own");
}

/*
 * Of one that was both of a statement's, psqlODBC 13.02 goes on reading parameters when
 * it is freed, whatever the statement was told before.
 */
static bool is_read_on(const struct gh_player *player, size_t which)
{
	return player->side->target->engine == GH_POSTGRESQL && player->roles[which] == 3;
}

void gh_play_free_desc(struct gh_player *player, const struct gh_call *call)
{
	SQLHDESC *place = &player->descriptors[call->arguments[0] & 1];

	if (!*place || is_read_on(player, (size_t)(call->arguments[0] & 1)))
		return;
	gh_player_leave(player, *place);
	gh_side_note(player->side, "SQLFreeHandle(DESC) = %s",
		     gh_odbc_return_name(SQLFreeHandle(SQL_HANDLE_DESC, *place)));
	*place = SQL_NULL_HDESC;
}

/* ---- names of cursors --------------------------------------------------------------------- */

void gh_play_set_name(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const struct gh_given name = gh_give_pattern(side, call->arguments[0], call->arguments[1]);

	SQLRETURN r = side->width == GH_WIDE ? SQLSetCursorNameW(side->stmt, name.text,
								 (SQLSMALLINT)name.length)
					     : SQLSetCursorName(side->stmt, name.text,
								(SQLSMALLINT)name.length);

	gh_side_said(side, r, "SQLSetCursorName");
	if (SQL_SUCCEEDED(r))
		player->slots[call->slot].named = true;
}

/* Names that drivers make up carry an address, so only names that we gave are asked for. */
void gh_play_get_name(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLSMALLINT length = 77;
	struct answer name;
	SQLRETURN r;

	if (!player->slots[call->slot].named || !answer_init(&name, call->arguments[0]))
		return;
	r = side->width == GH_WIDE ? SQLGetCursorNameW(side->stmt, gh_area_at(&name.area),
						       name.room, &length)
				   : SQLGetCursorName(side->stmt, gh_area_at(&name.area), name.room,
						      &length);
	gh_side_said(side, r, "SQLGetCursorName");
	answer_say(side, r, &name, length);
}

/* ---- the driver --------------------------------------------------------------------------- */

void gh_play_info(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const SQLUSMALLINT type = (SQLUSMALLINT)call->arguments[0];
	SQLSMALLINT length = 77;
	struct answer value;
	SQLRETURN r;

	if (!answer_init(&value, call->arguments[1]))
		return;
	r = side->width == GH_WIDE
		    ? SQLGetInfoW(side->dbc, type, gh_area_at(&value.area), value.room, &length)
		    : SQLGetInfo(side->dbc, type, gh_area_at(&value.area), value.room, &length);
	gh_side_dbc_said(side, r, "SQLGetInfo");
	answer_say(side, r, &value, length);
}

void gh_play_functions(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLUSMALLINT supported = 77;

	gh_side_dbc_said(side,
			 SQLGetFunctions(side->dbc, (SQLUSMALLINT)call->arguments[0], &supported),
			 "SQLGetFunctions");
	gh_side_note(side, "  supported %d", supported);
}

/* ---- diagnostics ----------------------------------------------------------------------------- */

static SQLHANDLE handle_of(struct gh_side *side, long type)
{
	if (type == SQL_HANDLE_DBC)
		return side->dbc;
	return type == SQL_HANDLE_ENV ? side->env : side->stmt;
}

void gh_play_diag_rec(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const SQLSMALLINT type = (SQLSMALLINT)call->arguments[0];
	const SQLSMALLINT record = (SQLSMALLINT)call->arguments[1];
	SQLHANDLE handle = handle_of(side, type);
	struct gh_area state = { 0 };
	SQLINTEGER native = 0x5A5A;
	SQLSMALLINT length = 0x5A5A;
	struct answer text;
	SQLRETURN r;

	if (!answer_init(&text, call->arguments[2]))
		return;
	if (gh_area_init(&state, 12)) {
		r = side->width == GH_WIDE
			    ? SQLGetDiagRecW(type, handle, record, gh_area_at(&state), &native,
					     gh_area_at(&text.area), text.room, &length)
			    : SQLGetDiagRec(type, handle, record, gh_area_at(&state), &native,
					    gh_area_at(&text.area), text.room, &length);
		gh_side_note(side, "SQLGetDiagRec = %s native %d", gh_odbc_return_name(r),
			     (int)native);
		gh_side_area(side, "state", &state, side->width);
		/* MariaDB's connector fills the rest of the room with NUL, or not */
		if (side->target->engine == GH_MARIADB)
			forget_rest(&text, side->width);
		answer_say(side, r, &text, length);
	}
	gh_area_clear(&state);
}

/* Fields of a record are asked where there is one: what a driver says of none is chance. */
static bool is_askable(struct gh_side *side, const struct gh_call *call)
{
	const SQLSMALLINT type = (SQLSMALLINT)call->arguments[0];
	SQLCHAR state[6];
	SQLINTEGER native;

	if (call->arguments[2] == SQL_DIAG_NUMBER || call->arguments[2] == SQL_DIAG_RETURNCODE)
		return true;
	return SQL_SUCCEEDED(SQLGetDiagRec(type, handle_of(side, type),
					   (SQLSMALLINT)call->arguments[1], state, &native, NULL, 0,
					   NULL));
}

void gh_play_diag_field(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const SQLSMALLINT type = (SQLSMALLINT)call->arguments[0];
	const SQLSMALLINT record = (SQLSMALLINT)call->arguments[1];
	const SQLSMALLINT field = (SQLSMALLINT)call->arguments[2];
	SQLHANDLE handle = handle_of(side, type);
	SQLSMALLINT length = 77;
	struct answer value;
	SQLRETURN r;

	if (!is_askable(side, call) || !answer_init(&value, 128))
		return;
	r = side->width == GH_WIDE
		    ? SQLGetDiagFieldW(type, handle, record, field, gh_area_at(&value.area),
				       value.room, &length)
		    : SQLGetDiagField(type, handle, record, field, gh_area_at(&value.area),
				      value.room, &length);
	gh_side_note(side, "SQLGetDiagField = %s", gh_odbc_return_name(r));
	/* what a driver leaves in the buffers where there is no record says nothing */
	if (r == SQL_NO_DATA)
		gh_area_clear(&value.area);
	else
		answer_say(side, r, &value, length);
}
