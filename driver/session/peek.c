/*
 * SQLGetData of a watched column.  The target is called with the application's
 * own room, and writes into memory of ours: a value that is whole and clear goes
 * on as it is, code, length and diagnostics too.  Of one that was cut the rest is
 * fetched before any of it is delivered, and the chunks are given out from there.
 */
#include "internal.h"

#include <stdlib.h>

enum { CHUNK = 8192, MOST_BYTES = 16 << 20 };

struct peek {
	struct gh_statement *statement;
	SQLUSMALLINT column;
	SQLSMALLINT given; /* the C type that the target is asked for */
	const struct gh_mask_buffer *buffer;
	SQLLEN length;  /* as the target told it */
	SQLRETURN code;
	struct gh_buf value; /* of a value that was cut: all of it */
	bool beyond;         /* it has more than that */
};

static size_t terminator_of(SQLSMALLINT type)
{
	if (type == SQL_C_CHAR)
		return 1;
	return type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 0;
}

static bool varies(SQLSMALLINT type)
{
	return gh_mask_c_size(type) == 0;
}

/* ---- from the target ------------------------------------------------------------------- */

/* Room of ours as large as the application's; what was there before is gone. */
static char *own_room(struct gh_cell *cell, size_t room)
{
	size_t least = sizeof(SQL_INTERVAL_STRUCT) > sizeof(SQL_NUMERIC_STRUCT)
			       ? sizeof(SQL_INTERVAL_STRUCT)
			       : sizeof(SQL_NUMERIC_STRUCT);

	room = room < least ? least : room;
	gh_buf_reset(&cell->own);
	if (gh_buf_reserve(&cell->own, room + sizeof(SQLWCHAR)) != GH_OK)
		return NULL;
	return cell->own.bytes;
}

static void call(struct peek *peek, char *place, SQLLEN room)
{
	const struct gh_statement *statement = peek->statement;

	peek->length = 0;
	peek->code = statement->functions->SQLGetData(statement->target, peek->column, peek->given,
						      place, room, &peek->length);
}

/* The bytes of a full chunk: a target may stop before a character that does not fit. */
static size_t chunk_length(const char *place, size_t room, SQLSMALLINT type)
{
	size_t length = room < terminator_of(type) ? 0 : room - terminator_of(type);

	if (type == SQL_C_WCHAR)
		length -= length % sizeof(SQLWCHAR);
	for (int i = 0; type == SQL_C_CHAR && i < 3 && length > 0 && place[length - 1] == '\0'; i++)
		length--;
	return length;
}

static bool has_more(const struct peek *peek, size_t room)
{
	return peek->length == SQL_NO_TOTAL || peek->length < 0 ||
	       (size_t)peek->length + terminator_of(peek->buffer->c_type) > room;
}

/* What is left of a value that was cut. */
static void fetch_rest(struct peek *peek)
{
	SQLSMALLINT type = peek->buffer->c_type;
	char chunk[CHUNK];
	bool more = true;

	while (more && !peek->beyond) {
		memset(chunk, 0, sizeof(chunk));
		call(peek, chunk, sizeof(chunk));
		if (peek->code == SQL_NO_DATA)
			break;
		if (!SQL_SUCCEEDED(peek->code) || peek->length == SQL_NULL_DATA)
			peek->beyond = true;
		more = !peek->beyond && has_more(peek, sizeof(chunk));
		/* more than was given, and no word of it: not the whole value */
		if ((more && peek->code == SQL_SUCCESS) ||
		    (!peek->beyond &&
		     gh_buf_append(&peek->value, chunk,
				   more ? chunk_length(chunk, sizeof(chunk), type)
					: (size_t)peek->length) != GH_OK))
			peek->beyond = true;
	}
	gh_wipe(chunk, sizeof(chunk));
}

/* ---- to the application ------------------------------------------------------------------ */

static SQLRETURN give_chunk(struct gh_statement *statement, const struct gh_mask_buffer *buffer)
{
	struct gh_cell *cell = &statement->cell;
	const struct gh_mask_value value = { cell->is_null, cell->value.bytes, cell->value.length };
	struct gh_diagnostics *diag = &statement->base.diag;
	const char *state = NULL;
	SQLRETURN code = gh_mask_deliver(&value, buffer, &cell->offset, &state);

	if (code == SQL_SUCCESS_WITH_INFO && diag->count == 0)
		gh_diag_add_cut(diag, cell->cut);
	if (code == SQL_ERROR)
		gh_diag_add_state(diag, state != NULL ? state : "HY000",
				  "a value could not be delivered");
	return code;
}

/* Keeps the value, masked where it has to be, for this and the calls that follow. */
static SQLRETURN keep(struct peek *peek, struct gh_mask *mask, struct gh_seen *seen)
{
	struct gh_statement *statement = peek->statement;
	struct gh_cell *cell = &statement->cell;
	struct gh_mask_value value = { seen->given == GH_MASK_CLEAR_NULL, seen->bytes,
				       seen->length };

	if (mask != NULL) {
		struct gh_span clear = { seen->bytes, seen->length };
		SQLSMALLINT type = peek->buffer->c_type;

		if (seen->given == GH_MASK_CLEAR_WHOLE && gh_mask_fetch_type(mask, type) != type)
			seen->given = GH_MASK_CLEAR_CUT;
		(void)gh_mask_apply(mask, clear, seen->given, type, &value);
		if (value.is_null && seen->given != GH_MASK_CLEAR_NULL &&
		    peek->buffer->indicator == NULL)
			gh_mask_fallback(mask, type, &value);
	}
	cell->is_null = value.is_null;
	if (gh_buf_append(&cell->value, value.bytes, value.is_null ? 0 : value.length) != GH_OK) {
		gh_cell_clear(cell);
		gh_diag_add(&statement->base.diag, GH_E_MEMORY, "a value");
		return SQL_ERROR;
	}
	cell->column = peek->column;
	cell->c_type = peek->buffer->c_type;
	return give_chunk(statement, peek->buffer);
}

static struct gh_mask *judge(struct peek *peek, struct gh_seen *seen)
{
	struct gh_statement *statement = peek->statement;
	struct gh_watch *watch = gh_plan_watch(&statement->plan, peek->column);

	gh_watch_add(watch, seen);
	gh_watch_settle(statement, watch);
	return gh_watch_judge(statement, peek->column, seen);
}

static SQLRETURN give_cut(struct peek *peek, char *place, size_t room)
{
	struct gh_statement *statement = peek->statement;
	struct gh_cell *cell = &statement->cell;
	struct gh_seen seen = { .c_type = peek->buffer->c_type };
	struct gh_mask *mask;
	SQLRETURN code;

	/* before more calls clear them */
	gh_diag_snapshot(&statement->base.diag, &statement->connection->down, SQL_HANDLE_STMT,
			 statement->target, statement->scrub);
	cell->cut = gh_diag_cut(&statement->base.diag);
	gh_buf_init(&peek->value, MOST_BYTES);
	if (gh_buf_append(&peek->value, place, chunk_length(place, room, seen.c_type)) != GH_OK)
		peek->beyond = true;
	fetch_rest(peek);
	seen.bytes = peek->value.bytes;
	seen.length = peek->value.length;
	seen.given = peek->beyond ? GH_MASK_CLEAR_CUT : GH_MASK_CLEAR_WHOLE;
	mask = peek->beyond ? gh_watch_mask(statement, peek->column) : judge(peek, &seen);
	code = keep(peek, mask, &seen);
	gh_buf_clear_secret(&peek->value);
	return code;
}

/* Whole, or of a fixed type. */
static SQLRETURN give_whole(struct peek *peek, char *place)
{
	const struct gh_mask_buffer *buffer = peek->buffer;
	struct gh_seen seen = { buffer->c_type, place, (size_t)peek->length, GH_MASK_CLEAR_WHOLE };
	struct gh_mask *mask;

	if (!varies(buffer->c_type))
		seen.length = gh_mask_c_size(buffer->c_type);
	mask = judge(peek, &seen);
	if (mask != NULL)
		return keep(peek, mask, &seen);
	memcpy(buffer->target, place, seen.length + terminator_of(buffer->c_type));
	if (buffer->length != NULL)
		*buffer->length = peek->length;
	return peek->code;
}

static SQLRETURN give_null(struct peek *peek)
{
	struct gh_seen seen = { peek->buffer->c_type, NULL, 0, GH_MASK_CLEAR_NULL };

	if (peek->buffer->indicator == NULL)
		return keep(peek, NULL, &seen);
	*peek->buffer->indicator = SQL_NULL_DATA;
	return peek->code;
}

static SQLRETURN fetch(struct peek *peek, struct gh_error *err)
{
	const struct gh_mask_buffer *buffer = peek->buffer;
	struct gh_cell *cell = &peek->statement->cell;
	size_t room = varies(buffer->c_type) ? (size_t)buffer->room
					     : gh_mask_c_size(buffer->c_type);
	char *place = own_room(cell, room);
	SQLRETURN code;

	if (place == NULL) {
		(void)gh_fail(err, GH_E_MEMORY, "%zu bytes for a value", room);
		return SQL_ERROR;
	}
	memset(place, 0, room < CHUNK ? room : CHUNK);
	call(peek, place, buffer->room);
	if (!SQL_SUCCEEDED(peek->code))
		code = peek->code;
	else if (peek->length == SQL_NULL_DATA)
		code = give_null(peek);
	else if (varies(buffer->c_type) && has_more(peek, room))
		code = give_cut(peek, place, room);
	else
		code = give_whole(peek, place);
	gh_wipe(place, room);
	return code;
}

SQLRETURN gh_peek_get(struct gh_statement *statement, SQLUSMALLINT column,
		      const struct gh_mask_buffer *buffer, SQLSMALLINT given, struct gh_error *err)
{
	struct gh_cell *cell = &statement->cell;
	struct peek peek = { .statement = statement, .column = column, .given = given,
			     .buffer = buffer };
	SQLRETURN code;

	if (cell->column == column && cell->c_type == buffer->c_type)
		return give_chunk(statement, buffer);
	gh_cell_clear(cell);
	/* nothing is written there; whether that is an error is the target's to say */
	if (buffer->target == NULL)
		return statement->functions->SQLGetData(statement->target, column, given, NULL,
							buffer->room, buffer->length);
	if (varies(buffer->c_type) && buffer->c_type != SQL_C_CHAR &&
	    buffer->c_type != SQL_C_WCHAR && buffer->c_type != SQL_C_BINARY) {
		(void)gh_fail(err, GH_E_C_TYPE, "column %u has no C type %d", (unsigned)column,
			      (int)buffer->c_type);
		return SQL_ERROR;
	}
	if (varies(buffer->c_type) && buffer->room < 0) {
		(void)gh_fail(err, GH_E_LENGTH, "a room of %lld bytes", (long long)buffer->room);
		return SQL_ERROR;
	}
	if (gh_async_suspend(statement, err) != GH_OK)
		return SQL_ERROR;
	code = fetch(&peek, err);
	gh_async_resume_after(statement, code);
	return code;
}
