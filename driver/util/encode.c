/*
 * Hex and base64, both ways and exact.
 */
#include "gatehouse/util.h"

#include <string.h>

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum gh_status gh_hex_append(struct gh_buf *buf, const void *bytes, size_t length)
{
	const unsigned char *in = bytes;
	enum gh_status status = gh_buf_reserve(buf, length * 2);

	for (size_t i = 0; status == GH_OK && i < length; i++) {
		char pair[2] = { hex_digits[in[i] >> 4], hex_digits[in[i] & 15] };

		status = gh_buf_append(buf, pair, sizeof(pair));
	}
	return status;
}

enum gh_status gh_base64_append(struct gh_buf *buf, const void *bytes, size_t length)
{
	const unsigned char *in = bytes;
	enum gh_status status = GH_OK;

	for (size_t i = 0; status == GH_OK && i < length; i += 3) {
		size_t left = length - i;
		uint32_t group = (uint32_t)in[i] << 16;
		char out[4];

		if (left > 1)
			group |= (uint32_t)in[i + 1] << 8;
		if (left > 2)
			group |= in[i + 2];
		out[0] = base64_digits[group >> 18];
		out[1] = base64_digits[group >> 12 & 63];
		out[2] = left > 1 ? base64_digits[group >> 6 & 63] : '=';
		out[3] = left > 2 ? base64_digits[group & 63] : '=';
		status = gh_buf_append(buf, out, sizeof(out));
	}
	return status;
}

static int hex_value(char c)
{
	const char *found = c == '\0' ? NULL : strchr(hex_digits, c);

	return found == NULL ? -1 : (int)(found - hex_digits);
}

bool gh_hex_decode(struct gh_span text, void *bytes, size_t *length)
{
	unsigned char *out = bytes;
	size_t room = *length;

	*length = 0;
	if (text.length % 2 != 0 || text.length / 2 > room)
		return false;
	for (size_t i = 0; i < text.length; i += 2) {
		int high = hex_value(text.bytes[i]), low = hex_value(text.bytes[i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i / 2] = (unsigned char)(high << 4 | low);
	}
	*length = text.length / 2;
	return true;
}

static int base64_value(char c)
{
	const char *found = c == '\0' ? NULL : strchr(base64_digits, c);

	return found == NULL ? -1 : (int)(found - base64_digits);
}

/* Decodes four characters of which the last `padding` are '='; false if they are not canonical. */
static bool base64_group(const char *in, size_t padding, unsigned char out[3])
{
	uint32_t group = 0;

	for (size_t i = 0; i < 4; i++) {
		int value = i < 4 - padding ? base64_value(in[i]) : in[i] == '=' ? 0 : -1;

		if (value < 0)
			return false;
		group = group << 6 | (uint32_t)value;
	}
	out[0] = (unsigned char)(group >> 16);
	out[1] = (unsigned char)(group >> 8);
	out[2] = (unsigned char)group;
	return (padding < 1 || out[2] == 0) && (padding < 2 || out[1] == 0);
}

bool gh_base64_decode(struct gh_span text, void *bytes, size_t *length)
{
	unsigned char *out = bytes;
	size_t room = *length, written = 0;

	*length = 0;
	if (text.length % 4 != 0)
		return false;
	for (size_t i = 0; i < text.length; i += 4) {
		bool last = i + 4 == text.length;
		size_t padding = last ? (size_t)(text.bytes[i + 3] == '=') +
						(size_t)(text.bytes[i + 2] == '=') : 0;
		unsigned char group[3];

		if (!base64_group(text.bytes + i, padding, group) || room - written < 3 - padding)
			return false;
		memcpy(out + written, group, 3 - padding);
		written += 3 - padding;
	}
	*length = written;
	return true;
}
