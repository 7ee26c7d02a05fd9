/*
 * A masked value into an application's buffer, by the rules of ODBC 3.8
 * (SQLGetData, Comments; SQLBindCol; appendix D).  Writes nothing beyond the
 * value and its terminator.
 */
#include "internal.h"

#include <string.h>

static SQLRETURN refuse(const char **state, const char *sqlstate)
{
	*state = sqlstate;
	return SQL_ERROR;
}

static void set_length(const struct gh_mask_buffer *buffer, size_t length)
{
	/* ODBC 3.8, SQL_DESC_INDICATOR_PTR: zero when not NULL, unless both are one variable */
	if (buffer->indicator != NULL)
		*buffer->indicator = 0;
	if (buffer->length != NULL)
		*buffer->length = (SQLLEN)length;
}

static SQLRETURN deliver_null(const struct gh_mask_buffer *buffer, size_t *offset,
			      const char **state)
{
	if (buffer->indicator == NULL)
		return refuse(state, "22002");
	*buffer->indicator = SQL_NULL_DATA;
	*offset = GH_MASK_DELIVERED;
	return SQL_SUCCESS;
}

static SQLRETURN deliver_fixed(const struct gh_mask_value *value,
			       const struct gh_mask_buffer *buffer, size_t *offset)
{
	set_length(buffer, value->length);
	if (buffer->target == NULL)
		return SQL_SUCCESS;
	memcpy(buffer->target, value->bytes, value->length);
	*offset = GH_MASK_DELIVERED;
	return SQL_SUCCESS;
}

static size_t terminator_size(enum gh_mask_c_kind kind)
{
	if (kind == GH_MASK_C_BYTES)
		return 0;
	return kind == GH_MASK_C_WIDE ? sizeof(SQLWCHAR) : sizeof(SQLCHAR);
}

/* The bytes at the front of the buffer that may hold data, in whole characters. */
static size_t usable_room(const struct gh_mask_buffer *buffer, size_t terminator)
{
	size_t room = (size_t)buffer->room;

	if (terminator > 1)
		room -= room % terminator;
	return room < terminator ? 0 : room - terminator;
}

static SQLRETURN deliver_bytes(const struct gh_mask_value *value,
			       const struct gh_mask_buffer *buffer, size_t *offset,
			       const char **state)
{
	size_t terminator = terminator_size(gh_mask_c_type_find(buffer->c_type)->kind);
	size_t left = value->length - *offset, room, now;
	bool whole;

	set_length(buffer, left);
	if (buffer->target == NULL)
		return SQL_SUCCESS;
	room = usable_room(buffer, terminator);
	whole = left <= room && (size_t)buffer->room >= terminator;
	now = left < room ? left : room;
	if (now > 0)
		memcpy(buffer->target, (const char *)value->bytes + *offset, now);
	if ((size_t)buffer->room >= terminator)
		memset((char *)buffer->target + now, 0, terminator);
	*offset = whole ? GH_MASK_DELIVERED : *offset + now;
	if (whole)
		return SQL_SUCCESS;
	*state = "01004";
	return SQL_SUCCESS_WITH_INFO;
}

SQLRETURN gh_mask_deliver(const struct gh_mask_value *value, const struct gh_mask_buffer *buffer,
			  size_t *offset, const char **state)
{
	const struct gh_mask_c_type *type = gh_mask_c_type_find(buffer->c_type);

	*state = NULL;
	if (type->kind == GH_MASK_C_UNKNOWN)
		return refuse(state, "HY003");
	if (type->size == 0 && buffer->room < 0)
		return refuse(state, "HY090");
	if (*offset == GH_MASK_DELIVERED)
		return SQL_NO_DATA;
	if (value->is_null)
		return deliver_null(buffer, offset, state);
	if (type->size > 0 && (value->length != type->size || *offset != 0))
		return refuse(state, "HY000");
	if (type->size > 0)
		return deliver_fixed(value, buffer, offset);
	if (*offset > value->length)
		return refuse(state, "HY000");
	return deliver_bytes(value, buffer, offset, state);
}
