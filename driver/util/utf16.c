/*
 * UTF-8 to and from the wide texts of ODBC: UTF-16 (unixODBC's SQLWCHAR) and
 * UTF-32 (iODBC's), in the byte order of the machine.  Strict both ways: what
 * is malformed is refused, never replaced, because policy judges the UTF-8
 * and the target gets the wide text.
 */
#include "gatehouse/util.h"

#include <string.h>

#define FIRST_HIGH 0xD800u
#define FIRST_LOW 0xDC00u
#define LAST_LOW 0xDFFFu

/* Takes back what this call appended; the failure is remembered as for any append. */
static enum gh_status refuse(struct gh_buf *out, size_t length)
{
	if (out->bytes != NULL) {
		gh_wipe(out->bytes + length, out->length - length);
		out->length = length;
	}
	if (out->failed == GH_OK)
		out->failed = GH_E_CONVERT;
	return out->failed;
}

/* There is room: the caller reserved for the longest form. */
static void put(struct gh_buf *out, const void *unit, size_t size)
{
	memcpy(out->bytes + out->length, unit, size);
	out->length += size;
}

static void put_utf16(struct gh_buf *out, uint32_t code_point)
{
	uint16_t units[2] = { (uint16_t)code_point, 0 };

	if (code_point >= 0x10000) {
		units[0] = (uint16_t)(FIRST_HIGH + ((code_point - 0x10000) >> 10));
		units[1] = (uint16_t)(FIRST_LOW + ((code_point - 0x10000) & 0x3FF));
	}
	put(out, units, code_point >= 0x10000 ? sizeof(units) : sizeof(units[0]));
}

enum gh_status gh_wide_append(struct gh_buf *out, struct gh_span utf8, size_t unit_size)
{
	size_t start = out->length, offset = 0, room;

	/* one unit for each byte is the most that UTF-8 can become, in both widths */
	if (!gh_mul_size(utf8.length, unit_size, &room))
		return out->failed = GH_E_LIMIT;
	if (gh_buf_reserve(out, room) != GH_OK)
		return out->failed;
	while (offset < utf8.length) {
		unsigned char byte = (unsigned char)utf8.bytes[offset];
		int32_t code_point = byte < 0x80 ? byte : gh_utf8_next(utf8, &offset);
		uint32_t unit = (uint32_t)code_point;

		offset += byte < 0x80;
		if (code_point < 0)
			return refuse(out, start);
		if (unit_size == sizeof(uint16_t))
			put_utf16(out, unit);
		else
			put(out, &unit, sizeof(unit));
	}
	out->bytes[out->length] = '\0';
	return GH_OK;
}

enum gh_status gh_utf16_append(struct gh_buf *out, struct gh_span utf8)
{
	return gh_wide_append(out, utf8, sizeof(uint16_t));
}

enum gh_status gh_utf32_append(struct gh_buf *out, struct gh_span utf8)
{
	return gh_wide_append(out, utf8, sizeof(uint32_t));
}

/* The code point at *at, which moves behind it; -1 for an unpaired surrogate. */
static int32_t next_utf16(const uint16_t *units, size_t count, size_t *at)
{
	uint32_t high = units[(*at)++], low;

	if (high < FIRST_HIGH || high > LAST_LOW)
		return (int32_t)high;
	if (high >= FIRST_LOW || *at == count)
		return -1;
	low = units[*at];
	if (low < FIRST_LOW || low > LAST_LOW)
		return -1;
	(*at)++;
	return (int32_t)(0x10000 + ((high - FIRST_HIGH) << 10) + (low - FIRST_LOW));
}

/* Appends one code point and keeps room for one byte for each of the `left` units. */
static enum gh_status put_utf8(struct gh_buf *out, uint32_t code_point, size_t left)
{
	char byte = (char)code_point;
	enum gh_status status;

	if (code_point < 0x80) {
		put(out, &byte, 1);
		return GH_OK;
	}
	status = gh_utf8_append(out, code_point);
	return status == GH_OK ? gh_buf_reserve(out, left) : status;
}

enum gh_status gh_utf8_from_utf16(struct gh_buf *out, const uint16_t *units, size_t count)
{
	size_t start = out->length, at = 0;

	if (gh_buf_reserve(out, count) != GH_OK)
		return out->failed;
	while (at < count) {
		int32_t code_point = next_utf16(units, count, &at);

		if (code_point < 0 || put_utf8(out, (uint32_t)code_point, count - at) != GH_OK)
			return refuse(out, start);
	}
	out->bytes[out->length] = '\0';
	return GH_OK;
}

enum gh_status gh_utf8_from_utf32(struct gh_buf *out, const uint32_t *units, size_t count)
{
	size_t start = out->length;

	if (gh_buf_reserve(out, count) != GH_OK)
		return out->failed;
	for (size_t at = 0; at < count; at++) {
		uint32_t unit = units[at];

		if (unit > 0x10FFFF || (unit >= FIRST_HIGH && unit <= LAST_LOW) ||
		    put_utf8(out, unit, count - at - 1) != GH_OK)
			return refuse(out, start);
	}
	out->bytes[out->length] = '\0';
	return GH_OK;
}
