/*
 * Masked values that come back: an application that shows a mask may later send
 * it, as what a row should hold or as the old value that picks it.  Where a
 * statement has to do with masked tables, its literals and parameters are looked
 * at before it is sent, and one that is a mask of ours is a denial.
 *
 * This keeps data whole; nothing is hidden by it.  A literal is what stands
 * between any two quotes, so that it does not matter how a target reads them.
 */
#include "internal.h"

#include <string.h>

enum {
	LONGEST = 256, /* bytes of a value that may be a mask */
	MOST_PUT = 4 * LONGEST,
};

struct gh_guard_value {
	SQLSMALLINT type;
	const char *bytes;
	SQLLEN length; /* bytes, or SQL_NTS */
};

static bool is_guarded(const struct gh_statement *statement)
{
	return statement->decided && statement->decision.masks_apply &&
	       statement->scrub == GH_SCRUB_YES && statement->facts != NULL &&
	       statement->connection->mask_memory != NULL;
}

static bool is_ours(const struct gh_statement *statement, struct gh_span text)
{
	return gh_mask_is_ours(statement->connection->mask_memory, text);
}

/* ---- literals ---------------------------------------------------------------------------- */

static bool has_quoted_mask(const struct gh_statement *statement, struct gh_span text, char quote)
{
	const char *open = text.length == 0 ? NULL : memchr(text.bytes, quote, text.length);

	while (open != NULL) {
		size_t left = text.length - (size_t)(open + 1 - text.bytes);
		const char *close = memchr(open + 1, quote, left);

		if (close == NULL)
			return false;
		if (is_ours(statement, (struct gh_span){ open + 1, (size_t)(close - open - 1) }))
			return true;
		open = close;
	}
	return false;
}

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool is_number_part(char c)
{
	return c == '.' || (c >= '0' && c <= '9');
}

static bool has_number_mask(const struct gh_statement *statement, struct gh_span text)
{
	for (size_t at = 0; at < text.length;) {
		size_t start = at;

		while (at < text.length && is_number_part(text.bytes[at]))
			at++;
		if (at > start && (start == 0 || !is_word(text.bytes[start - 1])) &&
		    (is_ours(statement, (struct gh_span){ text.bytes + start, at - start }) ||
		     (start > 0 && text.bytes[start - 1] == '-' &&
		      is_ours(statement,
			      (struct gh_span){ text.bytes + start - 1, at - start + 1 }))))
			return true;
		at += at == start;
	}
	return false;
}

/* ---- parameters --------------------------------------------------------------------------- */

static bool is_ours_wide(const struct gh_statement *statement, const void *units, size_t count)
{
	struct gh_buf text;
	bool ours = false;

	if (count > LONGEST)
		return false;
	gh_buf_init(&text, 0);
	if ((sizeof(SQLWCHAR) == sizeof(uint16_t)
		     ? gh_utf8_from_utf16(&text, units, count)
		     : gh_utf8_from_utf32(&text, units, count)) == GH_OK)
		ours = is_ours(statement, gh_buf_span(&text));
	gh_buf_clear_secret(&text);
	return ours;
}

static size_t count_units(const SQLWCHAR *units)
{
	size_t count = 0;

	while (count <= LONGEST && units[count] != 0)
		count++;
	return count;
}

static bool is_ours_text(const struct gh_statement *statement, const struct gh_guard_value *value)
{
	size_t length = (size_t)value->length;

	if (value->length < 0 && value->length != SQL_NTS)
		return false;
	if (value->type == SQL_C_WCHAR)
		return is_ours_wide(statement, value->bytes,
				    value->length == SQL_NTS
					    ? count_units((const void *)value->bytes)
					    : length / sizeof(SQLWCHAR));
	if (value->length == SQL_NTS && value->type == SQL_C_CHAR) {
		const char *end = memchr(value->bytes, '\0', LONGEST + 1);

		length = end == NULL ? LONGEST + 1 : (size_t)(end - value->bytes);
	}
	return is_ours(statement, (struct gh_span){ value->bytes, length });
}

static bool is_ours_number(const struct gh_statement *statement, const struct gh_guard_value *value)
{
	struct gh_buf text;
	bool ours = false;

	gh_buf_init(&text, 0);
	if (gh_mask_number_of(value->type, value->bytes, &text))
		ours = is_ours(statement, gh_buf_span(&text));
	gh_buf_clear_secret(&text);
	return ours;
}

static bool is_ours_value(const struct gh_statement *statement, const struct gh_guard_value *value)
{
	if (value->type == SQL_C_CHAR || value->type == SQL_C_WCHAR || value->type == SQL_C_BINARY)
		return is_ours_text(statement, value);
	return is_ours_number(statement, value);
}

/* How the parameters are laid out: as the target says, which every driver can. */
static struct gh_buffers layout_of(struct gh_statement *statement)
{
	struct gh_buffers layout = { .array_size = 1, .bind_type = SQL_PARAM_BIND_BY_COLUMN };
	SQLULEN value;

	if (gh_statement_number(statement, SQL_ATTR_PARAMSET_SIZE, &value) && value > 0)
		layout.array_size = value;
	if (gh_statement_number(statement, SQL_ATTR_PARAM_BIND_TYPE, &value))
		layout.bind_type = value;
	if (statement->outputs.detached)
		layout.offset = statement->outputs.offset;
	else if (gh_statement_number(statement, SQL_ATTR_PARAM_BIND_OFFSET_PTR, &value))
		layout.offset = (SQLULEN *)(uintptr_t)value;
	return layout;
}

/* A structure's size is the application's: its members need not be aligned. */
static SQLLEN read_length(const SQLLEN *at)
{
	SQLLEN length;

	memcpy(&length, at, sizeof(length));
	return length;
}

static bool is_ours_at(const struct gh_statement *statement, const struct gh_buffers *layout,
		       const struct gh_binding *binding, SQLULEN row)
{
	struct gh_guard_value value = { binding->c_type, NULL, SQL_NTS };
	struct gh_mask_buffer buffer;

	if (binding->value == NULL)
		return false;
	gh_buffers_locate(layout, binding, binding->c_type, row, &buffer);
	value.bytes = buffer.target;
	if (buffer.indicator != NULL) {
		SQLLEN indicator = read_length(buffer.indicator);

		if (indicator < 0 && indicator != SQL_NTS)
			return false; /* NULL, or data that is still to come */
	}
	if (buffer.length != NULL)
		value.length = read_length(buffer.length);
	return is_ours_value(statement, &value);
}

static bool has_parameter_mask(struct gh_statement *statement)
{
	const struct gh_buffers *buffers = &statement->apd->buffers;
	size_t count = statement->facts->marker_count;
	struct gh_buffers layout;

	if (count == 0 || buffers->binding_count == 0)
		return false;
	layout = layout_of(statement);
	if (count > buffers->binding_count)
		count = buffers->binding_count;
	for (SQLULEN row = 0; row < layout.array_size; row++)
		for (size_t i = 0; i < count; i++)
			if (is_ours_at(statement, &layout, &buffers->bindings[i], row))
				return true;
	return false;
}

void gh_guard_bound(struct gh_statement *statement, const struct gh_parameter *given)
{
	struct gh_binding *binding;

	if (!statement->connection->masks_apply)
		return;
	binding = gh_buffers_at(&statement->apd->buffers, given->number);
	if (binding == NULL)
		return;
	*binding = given->binding;
	if (binding->c_type == SQL_C_DEFAULT)
		binding->c_type = gh_mask_default_c_type(given->sql_type);
	/* of what only comes out nothing goes in */
	if (given->direction == SQL_PARAM_OUTPUT)
		*binding = (struct gh_binding){ 0 };
}

/* ---- the denial ----------------------------------------------------------------------------- */

static enum gh_status refuse(struct gh_statement *statement, const char *what, struct gh_error *err)
{
	(void)gh_fail(err, GH_E_MASKED,
		      "%s is a masked value as it was shown, and would be taken for a true one",
		      what);
	return gh_statement_refuse(statement, GH_E_MASKED, err);
}

enum gh_status gh_guard_check(struct gh_statement *statement, struct gh_error *err)
{
	struct gh_span text = gh_buf_span(&statement->text);

	gh_buf_clear_secret(&statement->put);
	if (!is_guarded(statement))
		return GH_OK;
	if (has_quoted_mask(statement, text, '\'') || has_quoted_mask(statement, text, '"') ||
	    has_number_mask(statement, text))
		return refuse(statement, "a literal of the statement", err);
	if (has_parameter_mask(statement))
		return refuse(statement, "a parameter", err);
	return GH_OK;
}

/* ---- data at execution ------------------------------------------------------------------------
 */

/* The whole of a value, in a width that only the target knows. */
static enum gh_status put_terminated(struct gh_statement *statement, const void *value,
				     struct gh_error *err)
{
	const struct gh_guard_value narrow = { SQL_C_CHAR, value, SQL_NTS };
	const char *end = memchr(value, '\0', LONGEST + 1);
	bool ours = is_ours_text(statement, &narrow);

	/* one letter and its zero: it may be wide, and aligned for that */
	if (!ours && end == (const char *)value + 1 && (uintptr_t)value % sizeof(SQLWCHAR) == 0)
		ours = is_ours_wide(statement, value, count_units(value));
	return ours ? refuse(statement, "what is put for a parameter", err) : GH_OK;
}

enum gh_status gh_guard_put(struct gh_statement *statement, const void *value, SQLLEN length,
			    struct gh_error *err)
{
	struct gh_buf *put = &statement->put;
	struct gh_span all;

	if (!is_guarded(statement) || value == NULL || put->length > MOST_PUT)
		return GH_OK;
	if (length == SQL_NTS)
		return put_terminated(statement, value, err);
	if (length < 0 ||
	    gh_buf_append(put, value, (size_t)(length > MOST_PUT ? MOST_PUT : length)) != GH_OK)
		return GH_OK;
	all = gh_buf_span(put);
	/* the C type does not matter: it is looked for in both widths */
	if (is_ours(statement, all) ||
	    (all.length % sizeof(SQLWCHAR) == 0 &&
	     is_ours_wide(statement, all.bytes, all.length / sizeof(SQLWCHAR))))
		return refuse(statement, "what is put for a parameter", err);
	return GH_OK;
}
