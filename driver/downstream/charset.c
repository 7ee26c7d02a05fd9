/*
 * Strict conversion of texts between flavours.  UTF-8 is checked and copied;
 * any other code page goes through iconv, which is opened for each text: it is
 * rare, and an iconv_t must not be shared between threads.
 */
#include "gatehouse/downstream.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct gh_charset {
	char *name; /* NULL: UTF-8 */
};

static bool is_utf8(const char *name)
{
	return name == NULL || *name == '\0' || strcasecmp(name, "UTF-8") == 0 ||
	       strcasecmp(name, "UTF8") == 0;
}

void gh_charset_free(struct gh_charset *charset)
{
	if (charset == NULL)
		return;
	free(charset->name);
	free(charset);
}

enum gh_status gh_charset_new(const char *name, struct gh_charset **out, struct gh_error *err)
{
	struct gh_charset *charset = calloc(1, sizeof(*charset));
	iconv_t probe;

	*out = NULL;
	if (charset == NULL)
		return gh_fail(err, GH_E_MEMORY, "character set");
	if (!is_utf8(name)) {
		probe = iconv_open("UTF-8", name);
		if (probe == (iconv_t)-1) {
			free(charset);
			return gh_fail(err, GH_E_CONFIG, "TargetCharset '%.60s' is not known",
				       name);
		}
		iconv_close(probe);
		charset->name = gh_text_copy(name);
		if (charset->name == NULL) {
			free(charset);
			return gh_fail(err, GH_E_MEMORY, "character set");
		}
	}
	*out = charset;
	return GH_OK;
}

/* iconv counts a substitution as "irreversible": more than zero of those is a loss. */
static enum gh_status run_iconv(iconv_t converter, struct gh_span from, struct gh_buf *to)
{
	char *in = (char *)(uintptr_t)from.bytes;
	size_t left = from.length;

	while (left > 0) {
		char chunk[256], *out = chunk;
		size_t room = sizeof(chunk);
		size_t lost = iconv(converter, &in, &left, &out, &room);

		if (lost == (size_t)-1 && errno != E2BIG)
			return GH_E_CONVERT;
		if (lost != (size_t)-1 && lost != 0)
			return GH_E_CONVERT;
		if (gh_buf_append(to, chunk, sizeof(chunk) - room) != GH_OK)
			return to->failed;
	}
	return GH_OK;
}

static enum gh_status convert(const char *from_name, const char *to_name, struct gh_span from,
			      struct gh_buf *to, struct gh_error *err)
{
	iconv_t converter = iconv_open(to_name, from_name);
	enum gh_status status;

	if (converter == (iconv_t)-1)
		return gh_fail(err, GH_E_CONVERT, "%s to %s", from_name, to_name);
	status = run_iconv(converter, from, to);
	iconv_close(converter);
	if (status != GH_OK)
		return gh_fail(err, status, "text is not convertible from %s to %s", from_name,
			       to_name);
	return GH_OK;
}

static size_t wide_length(const SQLWCHAR *text)
{
	size_t length = 0;

	while (text[length] != 0)
		length++;
	return length;
}

enum gh_status gh_text_bytes(const struct gh_text *text, size_t *bytes, struct gh_error *err)
{
	*bytes = 0;
	if (text->bytes == NULL)
		return GH_OK;
	if (text->length < 0 && text->length != SQL_NTS)
		return gh_fail(err, GH_E_LENGTH, "text length %ld", (long)text->length);
	if (text->width == GH_NARROW)
		*bytes = text->length == SQL_NTS ? strlen(text->bytes) : (size_t)text->length;
	else
		*bytes = (text->length == SQL_NTS ? wide_length(text->bytes)
						  : (size_t)text->length) *
			 sizeof(SQLWCHAR);
	return GH_OK;
}

static enum gh_status decode_narrow(const struct gh_charset *charset, struct gh_span from,
				    struct gh_buf *utf8, struct gh_error *err)
{
	if (charset != NULL && charset->name != NULL)
		return convert(charset->name, "UTF-8", from, utf8, err);
	if (!gh_utf8_valid(from))
		return gh_fail(err, GH_E_CONVERT,
			       "text is not UTF-8; set TargetCharset if it has another code page");
	(void)gh_buf_append(utf8, from.bytes, from.length);
	return gh_buf_status(utf8, err);
}

/* SQLWCHAR has 2 bytes with unixODBC, 4 with iODBC. */
static enum gh_status decode_wide(const void *units, size_t bytes, struct gh_buf *utf8,
				  struct gh_error *err)
{
	enum gh_status status = sizeof(SQLWCHAR) == 2 ? gh_utf8_from_utf16(utf8, units, bytes / 2)
						      : gh_utf8_from_utf32(utf8, units, bytes / 4);

	if (status != GH_OK)
		return gh_fail(err, status, "text is not well-formed UTF-%d",
			       (int)(8 * sizeof(SQLWCHAR)));
	return GH_OK;
}

enum gh_status gh_text_decode(struct gh_charset *charset, const struct gh_text *text,
			      struct gh_buf *utf8, struct gh_error *err)
{
	size_t bytes;
	enum gh_status status = gh_text_bytes(text, &bytes, err);

	if (status != GH_OK || bytes == 0)
		return status;
	if (text->width == GH_NARROW)
		return decode_narrow(charset, (struct gh_span){ text->bytes, bytes }, utf8, err);
	return decode_wide(text->bytes, bytes, utf8, err);
}

enum gh_status gh_text_encode(struct gh_charset *charset, struct gh_span utf8, enum gh_width width,
			      struct gh_buf *out, struct gh_error *err)
{
	static const char terminator[sizeof(SQLWCHAR)] = { 0 };
	enum gh_status status = GH_OK;

	if (width == GH_WIDE)
		status = gh_wide_append(out, utf8, sizeof(SQLWCHAR));
	else if (charset != NULL && charset->name != NULL)
		status = convert("UTF-8", charset->name, utf8, out, err);
	else
		(void)gh_buf_append(out, utf8.bytes, utf8.length);
	if (status != GH_OK)
		return gh_fail(err, status, "text cannot be converted without loss");
	if (gh_buf_append(out, terminator, sizeof(terminator)) == GH_OK)
		out->length -= sizeof(terminator);
	return gh_buf_status(out, err);
}
