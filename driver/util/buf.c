/*
 * Spans and growable buffers.  A buffer remembers its first failure, so that
 * writers check once.
 */
#include "gatehouse/util.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct gh_span gh_span_from(const char *text)
{
	struct gh_span span = { text, text == NULL ? 0 : strlen(text) };

	return span;
}

bool gh_span_equal(struct gh_span a, struct gh_span b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.bytes, b.bytes, a.length) == 0);
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool gh_span_equal_nocase(struct gh_span a, struct gh_span b)
{
	if (a.length != b.length)
		return false;
	for (size_t i = 0; i < a.length; i++)
		if (fold(a.bytes[i]) != fold(b.bytes[i]))
			return false;
	return true;
}

void gh_buf_init(struct gh_buf *buf, size_t maximum)
{
	*buf = (struct gh_buf){ 0 };
	buf->maximum = maximum;
}

void gh_buf_clear(struct gh_buf *buf)
{
	free(buf->bytes);
	gh_buf_init(buf, buf->maximum);
}

void gh_buf_clear_secret(struct gh_buf *buf)
{
	gh_wipe(buf->bytes, buf->capacity);
	gh_buf_clear(buf);
}

void gh_buf_reset(struct gh_buf *buf)
{
	buf->length = 0;
	buf->failed = GH_OK;
	if (buf->bytes != NULL)
		buf->bytes[0] = '\0';
}

/*
 * Grows into new memory and wipes the old: a buffer may hold a value that must
 * not stay behind in the heap.
 */
static enum gh_status grow(struct gh_buf *buf, size_t needed)
{
	size_t capacity = buf->capacity < 64 ? 64 : buf->capacity;
	char *bytes;

	while (capacity < needed)
		if (!gh_mul_size(capacity, 2, &capacity))
			return buf->failed = GH_E_LIMIT;
	bytes = malloc(capacity);
	if (bytes == NULL)
		return buf->failed = GH_E_MEMORY;
	if (buf->length > 0)
		memcpy(bytes, buf->bytes, buf->length);
	bytes[buf->length] = '\0';
	gh_free_secret(buf->bytes, buf->capacity);
	buf->bytes = bytes;
	buf->capacity = capacity;
	return GH_OK;
}

enum gh_status gh_buf_reserve(struct gh_buf *buf, size_t more)
{
	size_t maximum = buf->maximum == 0 ? GH_BUF_MAXIMUM : buf->maximum;
	size_t length;

	if (buf->failed != GH_OK)
		return buf->failed;
	if (!gh_add_size(buf->length, more, &length) || length > maximum)
		return buf->failed = GH_E_LIMIT;
	if (length < buf->capacity)
		return GH_OK;
	return grow(buf, length + 1);
}

enum gh_status gh_buf_append(struct gh_buf *buf, const void *bytes, size_t length)
{
	enum gh_status status = gh_buf_reserve(buf, length);

	if (status != GH_OK)
		return status;
	if (length > 0)
		memcpy(buf->bytes + buf->length, bytes, length);
	buf->length += length;
	buf->bytes[buf->length] = '\0';
	return GH_OK;
}

enum gh_status gh_buf_append_text(struct gh_buf *buf, const char *text)
{
	return gh_buf_append(buf, text, text == NULL ? 0 : strlen(text));
}

enum gh_status gh_buf_append_char(struct gh_buf *buf, char c)
{
	return gh_buf_append(buf, &c, 1);
}

GH_PRINTF(3, 0)
static enum gh_status print_into(struct gh_buf *buf, size_t length, const char *format,
				 va_list arguments)
{
	enum gh_status status = gh_buf_reserve(buf, length);

	if (status != GH_OK)
		return status;
	vsnprintf(buf->bytes + buf->length, length + 1, format, arguments);
	buf->length += length;
	return GH_OK;
}

enum gh_status gh_buf_printf(struct gh_buf *buf, const char *format, ...)
{
	enum gh_status status;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		return buf->failed = GH_E_FORMAT;
	va_start(arguments, format);
	status = print_into(buf, (size_t)length, format, arguments);
	va_end(arguments);
	return status;
}

enum gh_status gh_buf_status(const struct gh_buf *buf, struct gh_error *err)
{
	if (buf->failed == GH_OK)
		return GH_OK;
	return gh_fail(err, buf->failed, "buffer of at most %zu bytes",
		       buf->maximum == 0 ? GH_BUF_MAXIMUM : buf->maximum);
}

char *gh_buf_take(struct gh_buf *buf)
{
	char *bytes = NULL;

	if (gh_buf_reserve(buf, 0) == GH_OK) {
		bytes = buf->bytes;
		buf->bytes = NULL;
	}
	gh_buf_clear(buf);
	return bytes;
}

struct gh_span gh_buf_span(const struct gh_buf *buf)
{
	struct gh_span span = { buf->bytes, buf->length };

	return span;
}
