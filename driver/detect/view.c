/*
 * A cell made ready for the scanners: copied once, trimmed, as UTF-8, with a NUL
 * behind it and the kinds of signs it holds.
 */
#include <string.h>

#include "internal.h"

#define D   GH_DETECT_HAS_DIGIT
#define U   GH_DETECT_HAS_UPPER
#define L   GH_DETECT_HAS_LOWER
#define H   GH_DETECT_HAS_HIGH
#define S   GH_DETECT_HAS_SPACE
#define A   GH_DETECT_HAS_AT
#define C   GH_DETECT_HAS_COLON
#define P   GH_DETECT_HAS_PUNCTUATION
#define H16 H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H

/* clang-format off */
const unsigned char gh_detect_signs[256] = {
	S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
	S, S, S, S, S, S, S, S, S, S, S, S, S, S, S, S,
	S, P, P, P, P, P, P, P, P, P, P, P, P, P, P, P,
	D, D, D, D, D, D, D, D, D, D, C, P, P, P, P, P,
	A, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
	U, U, U, U, U, U, U, U, U, U, U, P, P, P, P, P,
	P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, P, P, P, P, S,
	H16, H16, H16, H16, H16, H16, H16, H16,
};
/* clang-format on */

static void finish(struct gh_detect_view *view, size_t length, size_t whole)
{
	unsigned signs = 0;

	for (size_t i = 0; i < length; i++)
		signs |= gh_detect_signs[view->text[i]];
	view->signs = signs;
	view->length = whole > GH_DETECT_VIEW ? GH_DETECT_VIEW + 1 : length;
	view->text[length] = '\0';
}

static void from_bytes(const unsigned char *bytes, size_t length, struct gh_detect_view *view)
{
	size_t kept;

	while (length > 0 && bytes[0] <= ' ') {
		bytes++;
		length--;
	}
	while (length > 0 && bytes[length - 1] <= ' ')
		length--;
	kept = length > GH_DETECT_VIEW ? GH_DETECT_VIEW : length;
	if (kept > 0)
		memcpy(view->text, bytes, kept);
	finish(view, kept, length);
}

/* The unit or pair at `at`; what is malformed becomes U+FFFD. */
static uint32_t wide_next(const struct gh_detect_value *value, size_t count, size_t *at)
{
	uint16_t unit, low;
	uint32_t point;

	if (value->encoding == GH_DETECT_UTF32) {
		memcpy(&point, (const char *)value->bytes + *at * 4, 4);
		*at += 1;
		return point > 0x10FFFF ? 0xFFFD : point;
	}
	memcpy(&unit, (const char *)value->bytes + *at * 2, 2);
	*at += 1;
	if (unit < 0xD800 || unit > 0xDFFF)
		return unit;
	if (unit > 0xDBFF || *at >= count)
		return 0xFFFD;
	memcpy(&low, (const char *)value->bytes + *at * 2, 2);
	if (low < 0xDC00 || low > 0xDFFF)
		return 0xFFFD;
	*at += 1;
	return 0x10000 + ((uint32_t)(unit - 0xD800) << 10) + (low - 0xDC00u);
}

static size_t utf8_put(unsigned char *out, uint32_t point)
{
	if (point < 0x80) {
		out[0] = (unsigned char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (unsigned char)(0xC0 | point >> 6);
		out[1] = (unsigned char)(0x80 | (point & 63));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (unsigned char)(0xE0 | point >> 12);
		out[1] = (unsigned char)(0x80 | (point >> 6 & 63));
		out[2] = (unsigned char)(0x80 | (point & 63));
		return 3;
	}
	out[0] = (unsigned char)(0xF0 | point >> 18);
	out[1] = (unsigned char)(0x80 | (point >> 12 & 63));
	out[2] = (unsigned char)(0x80 | (point >> 6 & 63));
	out[3] = (unsigned char)(0x80 | (point & 63));
	return 4;
}

static void from_wide(const struct gh_detect_value *value, struct gh_detect_view *view)
{
	size_t unit = value->encoding == GH_DETECT_UTF16 ? 2 : 4;
	size_t count = value->length / unit, at = 0, length = 0;

	while (at < count && length <= GH_DETECT_VIEW) {
		uint32_t point = wide_next(value, count, &at);

		if (length > 0 || point > ' ')
			length += utf8_put(view->text + length, point);
	}
	if (at >= count)
		while (length > 0 && view->text[length - 1] <= ' ')
			length--;
	finish(view, length > GH_DETECT_VIEW ? GH_DETECT_VIEW : length, length);
}

void gh_detect_view_make(const struct gh_detect_value *value, struct gh_detect_view *view)
{
	if (value->encoding == GH_DETECT_UTF8)
		from_bytes(value->bytes, value->length, view);
	else
		from_wide(value, view);
}

struct gh_detect_value gh_detect_text(struct gh_span utf8)
{
	return (struct gh_detect_value){ utf8.bytes, utf8.length, GH_DETECT_UTF8 };
}

bool gh_detect_is_junk(const struct gh_detect_view *view)
{
	static const char words[] =
		" na nan n/a n.a. #n/a none null nil unknown unk tbd test void "
		"(null) [null] <null> missing empty undefined unbekannt keine "
		"inconnu desconocido undisclosed anonymous xxx xx x ? ?? - -- "
		"--- . .. ... 0 00 000 0000 00000000 000000000 0000000000 "
		"redacted n/d nd s/n ** *** **** 9999 99999999 999999999 _ / \\ "
		"-1 1 yes no true false n y leer brak sin ";
	char key[16] = " ";

	if (view->length == 0)
		return true;
	if (view->length > 12)
		return false;
	for (size_t i = 0; i < view->length; i++) {
		unsigned char c = view->text[i];

		if (c <= ' ')
			return false;
		key[i + 1] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
	}
	key[view->length + 1] = ' ';
	key[view->length + 2] = '\0';
	return strstr(words, key) != NULL;
}
