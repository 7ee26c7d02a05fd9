/*
 * JSON strings: whatever comes in, one well-formed string on one line comes out.
 */
#include "gatehouse/util.h"

#include <string.h>

static enum gh_status append_escape(struct gh_buf *buf, uint32_t c)
{
	static const char short_from[] = "\b\t\n\f\r\"\\";
	static const char short_to[] = "btnfr\"\\";
	const char *found = c == 0 || c > 0x7F ? NULL : strchr(short_from, (int)c);

	if (found == NULL)
		return gh_buf_printf(buf, "\\u%04x", (unsigned)c);
	(void)gh_buf_append_char(buf, '\\');
	return gh_buf_append_char(buf, short_to[found - short_from]);
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

enum gh_status gh_json_string(struct gh_buf *buf, struct gh_span text)
{
	size_t offset = 0;

	(void)gh_buf_append_char(buf, '"');
	while (offset < text.length) {
		size_t start = offset;
		int32_t c;

		while (offset < text.length && plain((unsigned char)text.bytes[offset]))
			offset++;
		(void)gh_buf_append(buf, text.bytes + start, offset - start);
		if (offset == text.length)
			break;
		start = offset;
		c = gh_utf8_next(text, &offset);
		if (c < 0) {
			offset++;
			(void)gh_utf8_append(buf, 0xFFFD);
		} else if (c < 0xA0 || c == 0x2028 || c == 0x2029) {
			(void)append_escape(buf, (uint32_t)c);
		} else {
			(void)gh_buf_append(buf, text.bytes + start, offset - start);
		}
	}
	return gh_buf_append_char(buf, '"');
}

enum gh_status gh_json_text(struct gh_buf *buf, const char *text)
{
	if (text == NULL)
		return gh_buf_append_text(buf, "null");
	return gh_json_string(buf, gh_span_from(text));
}
