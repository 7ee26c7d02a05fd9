/*
 * Masks of text: redact and partial, each fitted to the declared size.  Counts
 * are in code points.
 */
#include "internal.h"

#include <string.h>

static const struct gh_span redacted = { "[redacted]", sizeof("[redacted]") - 1 };

/* Code points that the column holds. */
static size_t declared(const struct gh_mask *mask)
{
	return mask->column.size == 0 ? SIZE_MAX : (size_t)mask->column.size;
}

static void set_text(struct gh_mask *mask, struct gh_mask_result *result)
{
	*result = (struct gh_mask_result){ .bytes = gh_buf_span(&mask->masked) };
}

static enum gh_status stars(struct gh_buf *out, size_t count)
{
	enum gh_status status = gh_buf_reserve(out, count);

	if (status != GH_OK)
		return status;
	memset(out->bytes + out->length, '*', count);
	out->length += count;
	return GH_OK;
}

void gh_mask_text_redact(struct gh_mask *mask, struct gh_mask_result *result)
{
	*result = (struct gh_mask_result){ .bytes = redacted };
	if (declared(mask) >= redacted.length)
		return;
	gh_buf_reset(&mask->masked);
	if (stars(&mask->masked, declared(mask)) == GH_OK)
		set_text(mask, result);
	else
		gh_mask_result_default(mask, result);
}

struct gh_span gh_mask_text_body(const struct gh_mask *mask, struct gh_span text)
{
	if (mask->column.sql_type != SQL_CHAR && mask->column.sql_type != SQL_WCHAR)
		return text;
	while (text.length > 0 && text.bytes[text.length - 1] == ' ')
		text.length--;
	return text;
}

/* Eight bytes at a time; most values are ASCII, and then bytes are code points. */
static bool is_ascii(struct gh_span text)
{
	uint64_t all = 0, word;
	size_t at = 0;

	for (; text.length - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, text.bytes + at, sizeof(word));
		all |= word;
	}
	for (; at < text.length; at++)
		all |= (unsigned char)text.bytes[at];
	return (all & UINT64_C(0x8080808080808080)) == 0;
}

static bool continues(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

/* The bytes of the first `count` code points of well-formed text. */
static size_t bytes_of_first(struct gh_span text, size_t count)
{
	size_t at = 0;

	for (; count > 0 && at < text.length; count--)
		for (at++; at < text.length && continues(text.bytes[at]); at++)
			;
	return at;
}

static size_t bytes_of_last(struct gh_span text, size_t count)
{
	size_t at = text.length;

	for (; count > 0 && at > 0; count--)
		for (at--; at > 0 && continues(text.bytes[at]); at--)
			;
	return text.length - at;
}

/* What may stay readable: at least half is hidden, or all. */
static bool keeps(const struct gh_mask *mask, size_t count)
{
	return mask->keep_first + mask->keep_last <= count / 2;
}

static void hide(struct gh_mask *mask, size_t count)
{
	if (mask->fill[1] == '\0' && gh_buf_reserve(&mask->masked, count) == GH_OK) {
		memset(mask->masked.bytes + mask->masked.length, mask->fill[0], count);
		mask->masked.length += count;
		return;
	}
	for (size_t i = 0; i < count && mask->masked.failed == GH_OK; i++)
		gh_buf_append_text(&mask->masked, mask->fill);
}

enum gh_status gh_mask_text_partial(struct gh_mask *mask, struct gh_span clear,
				    struct gh_mask_result *result)
{
	size_t count = mask->ascii ? clear.length : gh_utf8_count(clear);
	size_t first = 0, last = 0, begin, end;

	if (keeps(mask, count)) {
		first = mask->keep_first;
		last = mask->keep_last;
	}
	begin = bytes_of_first(clear, first);
	end = clear.length - bytes_of_last(clear, last);
	gh_buf_append(&mask->masked, clear.bytes, begin);
	hide(mask, count - first - last);
	gh_buf_append(&mask->masked, clear.bytes + end, clear.length - end);
	set_text(mask, result);
	return mask->masked.failed;
}

bool gh_mask_text_fine(struct gh_mask *mask, struct gh_span text)
{
	mask->ascii = is_ascii(text);
	return mask->ascii || gh_utf8_valid(text);
}

/* A target may hold more than it declares; applications size buffers by what is declared. */
void gh_mask_text_fit(struct gh_mask *mask, struct gh_mask_result *result)
{
	if (result->bytes.length > declared(mask))
		result->bytes.length = bytes_of_first(result->bytes, declared(mask));
}
