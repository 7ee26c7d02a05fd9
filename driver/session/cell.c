/*
 * SQLGetData of a masked column: the whole value is fetched into memory of
 * ours, masked once, and given out in the chunks that the application asks for.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 8192, MOST_BYTES = 16 << 20 };

void gh_cell_clear(struct gh_cell *cell)
{
	gh_buf_clear_secret(&cell->value);
	free(cell->cut);
	cell->cut = NULL;
	cell->column = 0;
	cell->offset = 0;
}

/* How many bytes of a full chunk are data, and not the terminator. */
static size_t chunk_data(SQLSMALLINT type)
{
	if (type == SQL_C_CHAR)
		return CHUNK - 1;
	return type == SQL_C_WCHAR ? CHUNK - sizeof(SQLWCHAR) : CHUNK;
}

struct fetched {
	struct gh_buf value; /* clear; wiped by whoever holds it */
	bool is_null;
	bool cut;
	SQLRETURN code; /* of the last call to the target */
};

/* Takes one chunk's bytes; false when that was the last. */
static bool take_chunk(struct fetched *fetched, SQLSMALLINT type, const char *chunk, SQLLEN length)
{
	size_t most = chunk_data(type);
	size_t got = length == SQL_NO_TOTAL || length > (SQLLEN)most ? most : (size_t)length;

	bool more = length == SQL_NO_TOTAL || length > (SQLLEN)most;

	/* more than was given, and no word of it: not the whole value */
	if (gh_buf_append(&fetched->value, chunk, got) != GH_OK ||
	    (more && fetched->code == SQL_SUCCESS)) {
		fetched->cut = true;
		return false;
	}
	return more;
}

/* The whole value, or the target's failure in fetched->code. */
static void fetch_whole(struct gh_statement *statement, SQLUSMALLINT column, SQLSMALLINT type,
			struct fetched *fetched)
{
	size_t fixed = gh_mask_c_size(type);
	char chunk[CHUNK] = { 0 }; /* a target may say that it wrote, and not have */
	SQLLEN length;
	bool more = true;

	gh_buf_init(&fetched->value, MOST_BYTES);
	for (bool first = true; more; first = false) {
		length = 0;
		fetched->code = statement->functions->SQLGetData(statement->target, column, type,
								 chunk, sizeof(chunk), &length);
		if (!SQL_SUCCEEDED(fetched->code)) {
			if (fetched->code == SQL_NO_DATA && !first)
				fetched->code = SQL_SUCCESS;
			break;
		}
		if (length == SQL_NULL_DATA) {
			fetched->is_null = true;
			break;
		}
		if (length < 0 && length != SQL_NO_TOTAL) {
			fetched->cut = true;
			break;
		}
		if (fixed > 0)
			length = (SQLLEN)fixed;
		more = take_chunk(fetched, type, chunk, length) && fixed == 0;
	}
	gh_wipe(chunk, sizeof(chunk));
}

static SQLRETURN fill(struct gh_statement *statement, SQLUSMALLINT column,
		      const struct gh_mask_buffer *buffer, struct gh_error *err)
{
	struct gh_cell *cell = &statement->cell;
	struct gh_mask *mask = gh_plan_mask(&statement->plan, column);
	SQLSMALLINT wanted = buffer->c_type, type = gh_mask_fetch_type(mask, wanted);
	struct fetched fetched = { 0 };
	struct gh_mask_value value = { 0 };
	SQLRETURN code;

	gh_cell_clear(cell);
	if (type == 0) {
		(void)gh_fail(err, GH_E_C_TYPE, "column %u is masked and has no C type %d",
			      (unsigned)column, (int)wanted);
		return SQL_ERROR;
	}
	if (gh_async_suspend(statement, err) != GH_OK)
		return SQL_ERROR;
	fetch_whole(statement, column, type, &fetched);
	code = fetched.code;
	gh_async_resume_after(statement, SQL_SUCCEEDED(code) ? SQL_SUCCESS : code);
	if (SQL_SUCCEEDED(code)) {
		enum gh_mask_clear given = fetched.cut ? GH_MASK_CLEAR_CUT : GH_MASK_CLEAR_WHOLE;

		if (fetched.is_null)
			given = GH_MASK_CLEAR_NULL;
		(void)gh_mask_apply(mask, gh_buf_span(&fetched.value), given, wanted, &value);
		/* a mask that gives NULL can't where the application has no place for it */
		if (value.is_null && !fetched.is_null && buffer->indicator == NULL)
			gh_mask_fallback(mask, wanted, &value);
		cell->is_null = value.is_null;
		(void)gh_buf_append(&cell->value, value.bytes, value.is_null ? 0 : value.length);
		if (gh_buf_status(&cell->value, err) != GH_OK)
			code = SQL_ERROR;
		else
			cell->column = column;
		cell->c_type = wanted;
	}
	gh_buf_clear_secret(&fetched.value);
	return code;
}

SQLRETURN gh_cell_get(struct gh_statement *statement, SQLUSMALLINT column,
		      const struct gh_mask_buffer *buffer, struct gh_error *err)
{
	struct gh_cell *cell = &statement->cell;
	struct gh_mask_value value;
	const char *state = NULL;
	SQLRETURN code = SQL_SUCCESS;

	if (cell->column != column || cell->c_type != buffer->c_type)
		code = fill(statement, column, buffer, err);
	if (!SQL_SUCCEEDED(code))
		return code;
	value = (struct gh_mask_value){ cell->is_null, cell->value.bytes, cell->value.length };
	code = gh_mask_deliver(&value, buffer, &cell->offset, &state);
	if (code == SQL_SUCCESS_WITH_INFO)
		gh_diag_add_state(&statement->base.diag, "01004", "String data, right truncated");
	if (code == SQL_ERROR)
		gh_diag_add_state(&statement->base.diag, state != NULL ? state : "HY000",
				  "a masked value could not be delivered");
	return code;
}
