/*
 * One buffer of ours between the target and the application: the target writes
 * a rowset's values of one column or parameter into it, and the application's
 * buffer is written once, with the masked value or the same clear one.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define SHADOW_BUDGET ((size_t)64 << 20) /* bytes for one column's shadow of a rowset */

enum { LEAST_WIDTH = 4096, MOST_WIDTH = 65536 };

void gh_shadow_clear(struct gh_shadow *shadow)
{
	gh_free_secret(shadow->bytes, shadow->rows * shadow->width);
	free(shadow->lengths);
	shadow->bytes = NULL;
	shadow->lengths = NULL;
	shadow->rows = 0;
	shadow->width = 0;
}

size_t gh_shadow_masked_width(const struct gh_mask_column *meta, SQLSMALLINT type, SQLULEN rows)
{
	size_t fixed = gh_mask_c_size(type);
	size_t unit = type == SQL_C_WCHAR ? 2 * sizeof(SQLWCHAR) : 4;
	size_t most = SHADOW_BUDGET / (rows == 0 ? 1 : rows);
	size_t width;

	if (fixed > 0)
		return fixed;
	most = most < LEAST_WIDTH ? LEAST_WIDTH : most > MOST_WIDTH ? MOST_WIDTH : most;
	if (meta->size == 0 || !gh_mul_size(meta->size, unit, &width))
		return most;
	width += 64; /* room for signs, points and terminators of non-text types */
	width = width > most ? most : width;
	return width - width % sizeof(SQLWCHAR);
}

size_t gh_shadow_clear_width(const struct gh_binding *binding, SQLSMALLINT type)
{
	size_t fixed = gh_mask_c_size(type);

	if (fixed > 0)
		return fixed;
	return binding->room > 0 ? (size_t)binding->room : 1;
}

enum gh_status gh_shadow_make(struct gh_shadow *shadow, size_t width, SQLULEN rows,
			      struct gh_error *err)
{
	size_t bytes;

	if (shadow->bytes != NULL && shadow->width == width && shadow->rows >= rows)
		return GH_OK;
	gh_shadow_clear(shadow);
	if (!gh_mul_size(width, rows, &bytes))
		return gh_fail(err, GH_E_MEMORY, "%zu rows", (size_t)rows);
	shadow->bytes = calloc(1, bytes);
	shadow->lengths = calloc(rows, sizeof(*shadow->lengths));
	shadow->width = width;
	shadow->rows = rows;
	if (shadow->bytes == NULL || shadow->lengths == NULL) {
		gh_shadow_clear(shadow);
		return gh_fail(err, GH_E_MEMORY, "%zu bytes for a rowset", bytes);
	}
	return GH_OK;
}

/* ---- where the application has it ---------------------------------------------------------- */

/* Row `row` of something that is `size` bytes wide by column. */
static void *place(const struct gh_buffers *buffers, void *base, SQLULEN row, size_t size)
{
	char *at = base;

	if (base == NULL)
		return NULL;
	if (buffers->offset != NULL)
		at += *buffers->offset;
	return at + row * (buffers->bind_type == SQL_BIND_BY_COLUMN ? size : buffers->bind_type);
}

void gh_buffers_locate(const struct gh_buffers *buffers, const struct gh_binding *binding,
		       SQLSMALLINT type, SQLULEN row, struct gh_mask_buffer *out)
{
	size_t fixed = gh_mask_c_size(type);
	size_t width = fixed > 0 ? fixed : binding->room > 0 ? (size_t)binding->room : 0;

	out->c_type = type;
	out->target = place(buffers, binding->value, row, width);
	out->room = binding->room;
	out->length = place(buffers, binding->length, row, sizeof(SQLLEN));
	out->indicator = place(buffers, binding->indicator, row, sizeof(SQLLEN));
}

/* ---- delivery ------------------------------------------------------------------------------ */

static size_t terminator_of(SQLSMALLINT type)
{
	if (type == SQL_C_CHAR)
		return 1;
	return type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 0;
}

/* True if the target had more bytes than it put into the shadow. */
static bool was_cut(const struct gh_shadow *shadow, SQLLEN length)
{
	if (gh_mask_c_size(shadow->type) > 0)
		return false;
	return length == SQL_NO_TOTAL || length < 0 ||
	       (size_t)length + terminator_of(shadow->type) > shadow->width;
}

static SQLRETURN deliver_value(struct gh_mask *mask, struct gh_mask_value *value,
			       enum gh_mask_clear given, const struct gh_mask_buffer *buffer,
			       struct gh_diagnostics *diag)
{
	const char *state = NULL;
	size_t offset = 0;
	SQLRETURN code;

	/* a mask that gives NULL can't where the application has no place for it */
	if (value->is_null && given != GH_MASK_CLEAR_NULL && buffer->indicator == NULL)
		gh_mask_fallback(mask, buffer->c_type, value);
	code = gh_mask_deliver(value, buffer, &offset, &state);
	if (code == SQL_ERROR)
		gh_diag_add_state(diag, state != NULL ? state : "HY000",
				  "a masked value could not be delivered");
	else if (code == SQL_SUCCESS_WITH_INFO)
		gh_diag_add_state(diag, "01004", "String data, right truncated");
	return code;
}

SQLRETURN gh_shadow_deliver_masked(struct gh_shadow *shadow, SQLULEN row, struct gh_mask *mask,
				   const struct gh_mask_buffer *buffer, struct gh_diagnostics *diag)
{
	SQLLEN length = shadow->lengths[row];
	bool is_null = length == SQL_NULL_DATA;
	bool cut = !is_null && was_cut(shadow, length);
	enum gh_mask_clear given = cut ? GH_MASK_CLEAR_CUT : GH_MASK_CLEAR_WHOLE;
	char *bytes = shadow->bytes + row * shadow->width;
	size_t fixed = gh_mask_c_size(shadow->type);
	struct gh_span clear = { bytes, fixed > 0 ? fixed : cut || is_null ? 0 : (size_t)length };
	struct gh_mask_value value = { 0 };

	if (is_null)
		given = GH_MASK_CLEAR_NULL;
	(void)gh_mask_apply(mask, clear, given, buffer->c_type, &value);
	gh_wipe(bytes, cut ? shadow->width : clear.length);
	return deliver_value(mask, &value, given, buffer, diag);
}

/* Bytes that the target would have written into the application's room, which a fixed type has. */
static size_t clear_size(const struct gh_shadow *shadow, SQLLEN room, SQLLEN length)
{
	size_t most = room > 0 ? (size_t)room : 0;
	size_t whole;

	if (gh_mask_c_size(shadow->type) > 0)
		return gh_mask_c_size(shadow->type);
	most = most < shadow->width ? most : shadow->width;
	if (length < 0 || was_cut(shadow, length))
		return most;
	whole = (size_t)length + terminator_of(shadow->type);
	return whole < most ? whole : most;
}

/* ---- values that are looked at --------------------------------------------------------------- */

static void see(const struct gh_shadow *shadow, SQLULEN row, struct gh_seen *out)
{
	SQLLEN length = shadow->lengths[row];
	size_t most = shadow->width - terminator_of(shadow->type);

	out->c_type = shadow->type;
	out->bytes = shadow->bytes + row * shadow->width;
	out->given = GH_MASK_CLEAR_WHOLE;
	out->length = (size_t)length;
	if (gh_mask_c_size(shadow->type) > 0)
		out->length = shadow->width;
	else if (length != SQL_NULL_DATA && was_cut(shadow, length))
		out->given = GH_MASK_CLEAR_CUT;
	if (out->given == GH_MASK_CLEAR_CUT)
		out->length = shadow->width < terminator_of(shadow->type) ? 0 : most;
	if (length == SQL_NULL_DATA)
		out->given = GH_MASK_CLEAR_NULL;
}

void gh_watch_add_row(struct gh_watch *watch, const struct gh_shadow *shadow, SQLULEN row)
{
	struct gh_seen seen;

	see(shadow, row, &seen);
	gh_watch_add(watch, &seen);
}

SQLRETURN gh_watch_deliver(struct gh_statement *statement, SQLUSMALLINT column, SQLULEN row,
			   const struct gh_mask_buffer *buffer)
{
	struct gh_shadow *shadow = &statement->rowset.shadows[column - 1];
	struct gh_seen seen;
	struct gh_mask *mask;

	see(shadow, row, &seen);
	/* the target was given a place for it; the application gave none */
	if (seen.given == GH_MASK_CLEAR_NULL && buffer->indicator == NULL)
		return gh_seen_deliver(gh_watch_mask(statement, column), &seen, buffer,
				       &statement->base.diag);
	mask = gh_watch_judge(statement, column, &seen);
	if (mask != NULL)
		return gh_seen_deliver(mask, &seen, buffer, &statement->base.diag);
	gh_shadow_deliver_clear(shadow, row, buffer);
	return SQL_SUCCESS;
}

/* As the target wrote it; what the application has by now need not be wiped. */
static void copy_clear(const struct gh_shadow *shadow, SQLULEN row,
		       const struct gh_mask_buffer *buffer)
{
	SQLLEN length = shadow->lengths[row];
	size_t count = clear_size(shadow, buffer->room, length);

	if (buffer->target != NULL && count > 0)
		memcpy(buffer->target, shadow->bytes + row * shadow->width, count);
	if (buffer->length != NULL)
		*buffer->length = length;
}

static SQLRETURN deliver_watched(struct gh_statement *statement, SQLUSMALLINT column, SQLULEN row,
				 const struct gh_mask_buffer *buffer)
{
	struct gh_shadow *shadow = &statement->rowset.shadows[column - 1];
	struct gh_seen seen;
	struct gh_mask *mask;

	see(shadow, row, &seen);
	if (seen.given == GH_MASK_CLEAR_NULL)
		return gh_watch_deliver(statement, column, row, buffer);
	mask = gh_watch_judge(statement, column, &seen);
	if (mask != NULL)
		return gh_seen_deliver(mask, &seen, buffer, &statement->base.diag);
	copy_clear(shadow, row, buffer);
	return SQL_SUCCESS;
}

SQLRETURN gh_watch_deliver_all(struct gh_statement *statement, SQLUSMALLINT column, SQLULEN rows,
			       const SQLUSMALLINT *status)
{
	const struct gh_buffers *buffers = &statement->ard->buffers;
	const struct gh_binding *binding = gh_buffers_bound(buffers, column);
	struct gh_shadow *shadow = &statement->rowset.shadows[column - 1];
	SQLRETURN code = SQL_SUCCESS;

	if (!shadow->bound || shadow->bytes == NULL || binding == NULL)
		return code;
	rows = rows < shadow->rows ? rows : shadow->rows;
	for (SQLULEN row = 0; row < rows; row++) {
		struct gh_mask_buffer buffer;

		if ((status != NULL && !gh_row_has_data(status[row])) ||
		    shadow->lengths[row] == GH_SHADOW_UNTOUCHED)
			continue;
		gh_buffers_locate(buffers, binding, shadow->type, row, &buffer);
		code = gh_shadow_worse(code, deliver_watched(statement, column, row, &buffer));
	}
	return code;
}

SQLRETURN gh_seen_deliver(struct gh_mask *mask, struct gh_seen *seen,
			  const struct gh_mask_buffer *buffer, struct gh_diagnostics *diag)
{
	struct gh_span clear = { seen->bytes, seen->length };
	struct gh_mask_value value = { 0 };
	enum gh_mask_clear given = seen->given;

	/* the target was asked for the application's C type, which the mask may not take */
	if (given == GH_MASK_CLEAR_WHOLE &&
	    gh_mask_fetch_type(mask, buffer->c_type) != seen->c_type)
		given = GH_MASK_CLEAR_CUT;
	(void)gh_mask_apply(mask, clear, given, buffer->c_type, &value);
	gh_wipe(seen->bytes, given == GH_MASK_CLEAR_NULL ? 0 : seen->length);
	return deliver_value(mask, &value, seen->given, buffer, diag);
}

void gh_shadow_deliver_clear(struct gh_shadow *shadow, SQLULEN row,
			     const struct gh_mask_buffer *buffer)
{
	SQLLEN length = shadow->lengths[row];
	char *bytes = shadow->bytes + row * shadow->width;
	size_t count = clear_size(shadow, buffer->room, length);

	if (buffer->target != NULL && length != SQL_NULL_DATA && count > 0)
		memcpy(buffer->target, bytes, count);
	gh_wipe(bytes, shadow->width);
	if (buffer->indicator != NULL && length == SQL_NULL_DATA)
		*buffer->indicator = length;
	else if (buffer->length != NULL)
		*buffer->length = length;
}

SQLRETURN gh_shadow_worse(SQLRETURN a, SQLRETURN b)
{
	if (a == SQL_ERROR || b == SQL_ERROR)
		return SQL_ERROR;
	return b == SQL_SUCCESS_WITH_INFO ? b : a;
}
