/*
 * Conversion of arguments where the target lacks the flavour that was called.
 */
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum gh_status gh_in_fit(struct gh_connection *connection, const struct gh_text *text,
			 enum gh_width fit, struct gh_in *out, struct gh_error *err)
{
	struct gh_buf utf8;
	enum gh_status status;

	*out = (struct gh_in){ (void *)(uintptr_t)text->bytes, text->length, { 0 } };
	if (fit == text->width || text->bytes == NULL)
		return GH_OK;
	gh_buf_init(&utf8, 0);
	gh_buf_init(&out->copy, 0);
	status = gh_text_decode(connection->down.charset, text, &utf8, err);
	if (status == GH_OK)
		status = gh_text_encode(connection->down.charset, gh_buf_span(&utf8), fit,
					&out->copy, err);
	gh_buf_clear_secret(&utf8);
	out->bytes = out->copy.bytes;
	out->length = (SQLLEN)(out->copy.length / gh_unit(fit));
	return status;
}

void gh_in_clear(struct gh_in *in)
{
	gh_buf_clear_secret(&in->copy);
}

enum gh_status gh_out_begin(struct gh_out *out, void *application, SQLLEN room, enum gh_width width,
			    enum gh_width fit)
{
	*out = (struct gh_out){ application, room, application, width, fit };
	if (width == fit || application == NULL || room <= 0)
		return GH_OK;
	out->bytes = calloc((size_t)room + 1, gh_unit(fit));
	return out->bytes == NULL ? GH_E_MEMORY : GH_OK;
}

void gh_out_end(struct gh_out *out, struct gh_connection *connection, SQLRETURN code)
{
	struct gh_text text = { out->fit, out->bytes, SQL_NTS };
	struct gh_buf utf8;

	if (out->bytes == out->application)
		return;
	gh_buf_init(&utf8, 0);
	if (SQL_SUCCEEDED(code) &&
	    gh_text_decode(connection->down.charset, &text, &utf8, NULL) == GH_OK)
		(void)gh_text_deliver(
			connection, gh_buf_span(&utf8),
			&(struct gh_room){ out->width, out->application, out->room }, NULL);
	gh_buf_clear_secret(&utf8);
	gh_free_secret(out->bytes, ((size_t)out->room + 1) * gh_unit(out->fit));
	out->bytes = out->application;
}

bool gh_text_deliver(struct gh_connection *connection, struct gh_span utf8,
		     const struct gh_room *room, SQLLEN *characters)
{
	struct gh_charset *charset = connection == NULL ? NULL : connection->down.charset;
	size_t unit = gh_unit(room->width), count, copied;
	struct gh_buf text;

	gh_buf_init(&text, 0);
	if (gh_text_encode(charset, utf8, room->width, &text, NULL) != GH_OK)
		gh_buf_reset(&text);
	count = text.length / unit;
	if (characters != NULL)
		*characters = (SQLLEN)count;
	if (room->application == NULL || room->room <= 0) {
		gh_buf_clear_secret(&text);
		return count == 0;
	}
	copied = count < (size_t)room->room ? count : (size_t)room->room - 1;
	if (copied > 0)
		memcpy(room->application, text.bytes, copied * unit);
	memset((char *)room->application + copied * unit, 0, unit);
	gh_buf_clear_secret(&text);
	return copied == count;
}
