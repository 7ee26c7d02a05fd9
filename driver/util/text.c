/*
 * UTF-8 and glob patterns.
 */
#include "gatehouse/util.h"

/* Length of a sequence by its first byte; 0: not a first byte. */
static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xC2 && first <= 0xDF)
		return 2;
	if (first >= 0xE0 && first <= 0xEF)
		return 3;
	if (first >= 0xF0 && first <= 0xF4)
		return 4;
	return 0;
}

static bool acceptable(uint32_t code_point, size_t length)
{
	if (length == 3 && (code_point < 0x800 || (code_point >= 0xD800 && code_point <= 0xDFFF)))
		return false;
	return length != 4 || (code_point >= 0x10000 && code_point <= 0x10FFFF);
}

int32_t gh_utf8_next(struct gh_span text, size_t *offset)
{
	static const unsigned char first_bits[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	const unsigned char *bytes = (const unsigned char *)text.bytes + *offset;
	size_t length;
	uint32_t code_point;

	if (*offset >= text.length)
		return -1;
	length = sequence_length(bytes[0]);
	if (length == 0 || text.length - *offset < length)
		return -1;
	code_point = bytes[0] & first_bits[length];
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xC0) != 0x80)
			return -1;
		code_point = code_point << 6 | (bytes[i] & 0x3F);
	}
	if (!acceptable(code_point, length))
		return -1;
	*offset += length;
	return (int32_t)code_point;
}

bool gh_utf8_valid(struct gh_span text)
{
	size_t offset = 0;

	while (offset < text.length) {
		if ((unsigned char)text.bytes[offset] < 0x80)
			offset++;
		else if (gh_utf8_next(text, &offset) < 0)
			return false;
	}
	return true;
}

size_t gh_utf8_count(struct gh_span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.length; i++)
		if (((unsigned char)text.bytes[i] & 0xC0) != 0x80)
			count++;
	return count;
}

enum gh_status gh_utf8_append(struct gh_buf *buf, uint32_t c)
{
	char bytes[4];
	size_t length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };

	for (size_t i = length; i-- > 1; c >>= 6)
		bytes[i] = (char)(0x80 | (c & 0x3F));
	bytes[0] = (char)(lead[length] | c);
	return gh_buf_append(buf, bytes, length);
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Goes back to the last '*' only, so the time is at most the product of both lengths. */
bool gh_glob_match(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern == '?' || (*pattern != '\0' && fold(*pattern) == fold(*text))) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}
