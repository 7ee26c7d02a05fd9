/*
 * Tokens: a keyed hash with a tag, so that a token that comes back is known for
 * one.  And the normal forms that values are brought to before they are hashed.
 */
#include "internal.h"

#include <string.h>

enum {
	LENGTH_DEFAULT = 24,
	TAG_LENGTH = 7,  /* letters: 35 bits */
	TAGGED_MIN = 16, /* shorter ones have no room for a tag */
	BODY_MAX = 25,   /* letters: 125 bits and a mark of their end in one block */
};

/* ---- normal forms --------------------------------------------------------------------------- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static struct gh_span trim(struct gh_span text)
{
	while (text.length > 0 && is_blank(text.bytes[0])) {
		text.bytes++;
		text.length--;
	}
	while (text.length > 0 && is_blank(text.bytes[text.length - 1]))
		text.length--;
	return text;
}

static void append_digits(struct gh_buf *out, struct gh_span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (text.bytes[i] >= '0' && text.bytes[i] <= '9')
			gh_buf_append_char(out, text.bytes[i]);
}

/* 00 is how most of the world dials what E.164 writes as +. */
static void append_phone(struct gh_buf *out, struct gh_span text)
{
	text = trim(text);
	if (text.length > 0 && text.bytes[0] == '+') {
		gh_buf_append_char(out, '+');
	} else if (text.length > 2 && memcmp(text.bytes, "00", 2) == 0) {
		gh_buf_append_char(out, '+');
		text.bytes += 2;
		text.length -= 2;
	}
	append_digits(out, text);
}

enum gh_status gh_mask_normalise(struct gh_mask *mask, struct gh_span text, struct gh_span *out)
{
	struct gh_buf *buf = &mask->normalised;

	*out = text;
	if (mask->normal == GH_MASK_NORMAL_NONE)
		return GH_OK;
	gh_buf_reset(buf);
	if (mask->normal == GH_MASK_NORMAL_PHONE) {
		append_phone(buf, text);
	} else if (mask->normal == GH_MASK_NORMAL_DIGITS) {
		append_digits(buf, text);
	} else {
		text = trim(text);
		for (size_t i = 0; i < text.length; i++)
			gh_buf_append_char(buf, lower(text.bytes[i]));
	}
	*out = gh_buf_span(buf);
	return buf->failed;
}

/* ---- tags ------------------------------------------------------------------------------------ */

static int letter_value(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a';
	return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

/* The letters of the body, five bits each, a one behind them, and zeros. */
static bool pack(struct gh_span body, uint8_t block[GH_FF1_BLOCK])
{
	memset(block, 0, GH_FF1_BLOCK);
	for (size_t i = 0; i < body.length; i++) {
		int value = letter_value(body.bytes[i]);

		if (value < 0)
			return false;
		for (size_t k = 0; k < 5; k++) {
			size_t bit = 5 * i + k;

			block[bit / 8] |= (uint8_t)((value >> (4 - k) & 1) << (7 - bit % 8));
		}
	}
	block[5 * body.length / 8] |= (uint8_t)(1 << (7 - 5 * body.length % 8));
	return true;
}

static bool make_tag(struct gh_ff1 *ff1, struct gh_span body, char tag[TAG_LENGTH])
{
	uint8_t block[GH_FF1_BLOCK];

	if (body.length > BODY_MAX || !pack(body, block) || !gh_ff1_block(ff1, block, block))
		return false;
	gh_mask_letters(block, tag, TAG_LENGTH);
	return true;
}

bool gh_mask_token_is(struct gh_ff1 *ff1, struct gh_span text)
{
	struct gh_span body = { text.bytes, text.length - TAG_LENGTH };
	char tag[TAG_LENGTH];

	if (text.length < TAGGED_MIN || text.length > BODY_MAX + TAG_LENGTH ||
	    !make_tag(ff1, body, tag))
		return false;
	return gh_equal_ct(tag, text.bytes + body.length, TAG_LENGTH);
}

/* ---- tokens ------------------------------------------------------------------------------------
 */

static size_t token_length(const struct gh_mask *mask)
{
	size_t length = mask->amount > 0 ? (size_t)mask->amount : LENGTH_DEFAULT;

	return mask->column.size > 0 && mask->column.size < length ? mask->column.size : length;
}

static enum gh_status token_text(struct gh_mask *mask, struct gh_span clear,
				 struct gh_mask_result *result)
{
	char text[BODY_MAX + TAG_LENGTH];
	size_t length = token_length(mask), tag = length >= TAGGED_MIN ? TAG_LENGTH : 0;
	size_t body = length - tag;
	enum gh_status status = gh_mask_normalise(mask, clear, &clear);

	if (status == GH_OK)
		status = gh_mask_digest(mask, "t", clear);
	if (status != GH_OK)
		return status;
	gh_mask_letters(mask->digest, text, body);
	if (mask->key_letter != '\0' && tag > 0)
		text[0] = mask->key_letter;
	if (tag > 0 && !make_tag(mask->ff1, (struct gh_span){ text, body }, text + body))
		return GH_E_KEY;
	status = gh_buf_append(&mask->masked, text, length);
	*result = (struct gh_mask_result){ .bytes = gh_buf_span(&mask->masked) };
	return status;
}

enum gh_status gh_mask_token(struct gh_mask *mask, struct gh_span clear,
			     struct gh_mask_result *result)
{
	if (mask->family != GH_MASK_FAMILY_TEXT)
		return gh_mask_hash(mask, clear, result);
	return token_text(mask, clear, result);
}
