/*
 * The keyed hash: equal values of one domain stay equal, in whatever C type
 * they are fetched, and nothing else can be learnt without the key.  A value
 * is brought to one normal form, and HMAC-SHA-256 of that becomes text, a
 * number, bytes or a GUID that fits the column.
 */
#include "internal.h"

#include <string.h>

/* 26 characters carry 130 bits. */
#define TEXT_LENGTH 26

enum gh_status gh_mask_digest(struct gh_mask *mask, const char *kind, struct gh_span value)
{
	struct gh_span parts[2] = { { kind, 1 }, value };

	return gh_mac_parts(mask->mac, parts, 2, mask->digest, NULL);
}

/* RFC 4648 base32, lower case. */
static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

char gh_mask_letter(unsigned number)
{
	return letters[number % 32];
}

void gh_mask_letters(const uint8_t *digest, char *out, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		size_t bit = i * 5;
		unsigned pair = (unsigned)digest[bit / 8] << 8 | digest[bit / 8 + 1];

		out[i] = letters[pair >> (11 - bit % 8) & 31];
	}
}

static size_t fitted(const struct gh_mask *mask, size_t length)
{
	return mask->column.size > 0 && mask->column.size < length ? mask->column.size : length;
}

static enum gh_status hash_text(struct gh_mask *mask, struct gh_span clear,
				struct gh_mask_result *result)
{
	enum gh_status status = gh_mask_normalise(mask, clear, &clear);
	char text[TEXT_LENGTH];

	if (status == GH_OK)
		status = gh_mask_digest(mask, "t", clear);
	if (status != GH_OK)
		return status;
	gh_mask_letters(mask->digest, text, TEXT_LENGTH);
	status = gh_buf_append(&mask->masked, text, fitted(mask, TEXT_LENGTH));
	*result = (struct gh_mask_result){ .bytes = gh_buf_span(&mask->masked) };
	return status;
}

static enum gh_status hash_number(struct gh_mask *mask, struct gh_span clear,
				  struct gh_mask_result *result)
{
	uint64_t number = 0, limit = gh_mask_number_limit(&mask->column);
	enum gh_status status;

	gh_buf_reset(&mask->normalised);
	status = gh_mask_number_normal(clear, &mask->normalised);
	if (status == GH_OK)
		status = gh_mask_digest(mask, "n", gh_buf_span(&mask->normalised));
	if (status != GH_OK)
		return status;
	for (size_t i = 0; i < sizeof(number); i++)
		number = number << 8 | mask->digest[i];
	/* limit is at most 2^53: the bias of the remainder is below 2^-11 */
	number %= limit + 1;
	*result = (struct gh_mask_result){ .shape = GH_MASK_SHAPE_NUMBER, .number = number };
	return GH_OK;
}

static enum gh_status hash_bytes(struct gh_mask *mask, struct gh_span clear,
				 struct gh_mask_result *result)
{
	enum gh_status status = gh_mask_digest(mask, "b", clear);

	result->shape = GH_MASK_SHAPE_BYTES;
	result->bytes.bytes = (const char *)mask->digest;
	result->bytes.length = fitted(mask, sizeof(mask->digest));
	return status;
}

static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The 16 bytes of a GUID's text, whatever its case, hyphens and braces. */
bool gh_mask_read_guid(struct gh_span text, uint8_t out[GH_MASK_GUID_SIZE])
{
	size_t count = 0;

	memset(out, 0, GH_MASK_GUID_SIZE);
	for (size_t i = 0; i < text.length; i++) {
		int value = nibble(text.bytes[i]);

		if (text.bytes[i] != '\0' && strchr("-{} ", text.bytes[i]) != NULL)
			continue;
		if (value < 0 || count == (size_t)2 * GH_MASK_GUID_SIZE)
			return false;
		out[count / 2] = (uint8_t)(out[count / 2] << 4 | value);
		count++;
	}
	return count == (size_t)2 * GH_MASK_GUID_SIZE;
}

/* A GUID of version 8, which RFC 9562 leaves to the application. */
static enum gh_status hash_guid(struct gh_mask *mask, struct gh_span clear,
				struct gh_mask_result *result)
{
	uint8_t plain[GH_MASK_GUID_SIZE];
	struct gh_span value = { (const char *)plain, sizeof(plain) };
	enum gh_status status = GH_E_CONVERT;

	if (gh_mask_read_guid(clear, plain))
		status = gh_mask_digest(mask, "g", value);
	gh_wipe(plain, sizeof(plain));
	mask->digest[6] = (uint8_t)((mask->digest[6] & 0x0F) | 0x80);
	mask->digest[8] = (uint8_t)((mask->digest[8] & 0x3F) | 0x80);
	result->shape = GH_MASK_SHAPE_GUID;
	result->bytes.bytes = (const char *)mask->digest;
	result->bytes.length = GH_MASK_GUID_SIZE;
	return status;
}

enum gh_status gh_mask_hash(struct gh_mask *mask, struct gh_span clear,
			    struct gh_mask_result *result)
{
	switch (mask->family) {
	case GH_MASK_FAMILY_TEXT:
		return hash_text(mask, clear, result);
	case GH_MASK_FAMILY_INTEGER:
	case GH_MASK_FAMILY_DECIMAL:
	case GH_MASK_FAMILY_FLOAT:
		return hash_number(mask, clear, result);
	case GH_MASK_FAMILY_BINARY:
		return hash_bytes(mask, clear, result);
	case GH_MASK_FAMILY_GUID:
		return hash_guid(mask, clear, result);
	default:
		gh_mask_result_default(mask, result);
		return GH_OK;
	}
}
