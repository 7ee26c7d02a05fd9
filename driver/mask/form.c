/*
 * Masks of texts that keep their form: email, card, shape, ip_trunc, and the
 * coordinates of geo_round.  What hasn't the form that a mask is for is hidden
 * whole.
 */
#include "internal.h"

#include <arpa/inet.h>
#include <string.h>

enum { CARD_DIGITS_MIN = 12, CARD_DIGITS_MAX = 19, ADDRESS_MAX = 46 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool continues(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

static enum gh_status finish(struct gh_mask *mask, struct gh_mask_result *result)
{
	*result = (struct gh_mask_result){ .bytes = gh_buf_span(&mask->masked) };
	return mask->masked.failed;
}

/* One character of the mask's own for each of the text. */
static void hide(struct gh_mask *mask, struct gh_span text, const char *with)
{
	for (size_t i = 0; i < text.length; i++)
		if (!continues(text.bytes[i]))
			gh_buf_append_text(&mask->masked, with);
}

/* ---- e-mail ---------------------------------------------------------------------------- */

/* The only '@', with something on both sides; false if there is none. */
static bool split(struct gh_span text, struct gh_span *local, struct gh_span *domain)
{
	const char *at = text.length == 0 ? NULL : memchr(text.bytes, '@', text.length);

	if (at == NULL)
		return false;
	*local = (struct gh_span){ text.bytes, (size_t)(at - text.bytes) };
	*domain = (struct gh_span){ at + 1, text.length - local->length - 1 };
	return local->length > 0 && domain->length > 0 &&
	       memchr(domain->bytes, '@', domain->length) == NULL;
}

/* The labels before the last become x. */
static void hide_domain(struct gh_mask *mask, struct gh_span domain)
{
	size_t last = domain.length;

	while (last > 0 && domain.bytes[last - 1] != '.')
		last--;
	for (size_t i = 0; i < last; i++)
		if (domain.bytes[i] == '.')
			gh_buf_append_char(&mask->masked, '.');
		else if (!continues(domain.bytes[i]))
			gh_buf_append_char(&mask->masked, 'x');
	if (last == 0)
		hide(mask, domain, "x");
	else
		gh_buf_append(&mask->masked, domain.bytes + last, domain.length - last);
}

enum gh_status gh_mask_email(struct gh_mask *mask, struct gh_span clear,
			     struct gh_mask_result *result)
{
	struct gh_span local, domain, rest;
	size_t first = 1;

	if (!split(clear, &local, &domain)) {
		hide(mask, clear, "*");
		return finish(mask, result);
	}
	while (first < local.length && continues(local.bytes[first]))
		first++;
	if (first == local.length) /* of a single character nothing stays */
		first = 0;
	gh_buf_append(&mask->masked, local.bytes, first);
	rest = (struct gh_span){ local.bytes + first, local.length - first };
	hide(mask, rest, "*");
	gh_buf_append_char(&mask->masked, '@');
	hide_domain(mask, domain);
	return finish(mask, result);
}

/* ---- cards ------------------------------------------------------------------------------- */

static size_t count_digits(struct gh_span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.length; i++)
		count += is_digit(text.bytes[i]);
	return count;
}

static bool is_card_separator(char c)
{
	return c == ' ' || c == '-' || c == '.';
}

enum gh_status gh_mask_card(struct gh_mask *mask, struct gh_span clear,
			    struct gh_mask_result *result)
{
	size_t digits = count_digits(clear), seen = 0, first = mask->keep_first;
	size_t last = mask->keep_last;

	if (digits < CARD_DIGITS_MIN || digits > CARD_DIGITS_MAX)
		first = last = 0;
	for (size_t i = 0; i < clear.length; i++) {
		char c = clear.bytes[i];
		bool kept = is_card_separator(c);

		if (continues(c))
			continue;
		if (is_digit(c)) {
			kept = seen < first || seen + last >= digits;
			seen++;
		}
		if (kept)
			gh_buf_append_char(&mask->masked, c);
		else
			gh_buf_append_text(&mask->masked, mask->fill);
	}
	return finish(mask, result);
}

/* ---- shape ---------------------------------------------------------------------------------- */

/* Letters become x or X, digits 9; what is beyond ASCII counts as a letter. */
enum gh_status gh_mask_form(struct gh_mask *mask, struct gh_span clear,
			    struct gh_mask_result *result)
{
	for (size_t i = 0; i < clear.length; i++) {
		char c = clear.bytes[i];

		if (continues(c))
			continue;
		if (is_digit(c))
			c = '9';
		else if (is_upper(c))
			c = 'X';
		else if (is_lower(c) || (unsigned char)c >= 0x80)
			c = 'x';
		gh_buf_append_char(&mask->masked, c);
	}
	return finish(mask, result);
}

/* ---- network addresses --------------------------------------------------------------------- */

static void keep_bits(uint8_t *bytes, size_t size, size_t bits)
{
	for (size_t i = 0; i < size; i++) {
		size_t kept = bits > 8 * i ? bits - 8 * i : 0;

		if (kept < 8)
			bytes[i] &= (uint8_t)(0xFF << (8 - kept));
	}
}

/* Of IPv6 twice as many bits stay as of IPv4: /24 and /48. */
enum gh_status gh_mask_ip(struct gh_mask *mask, struct gh_span clear, struct gh_mask_result *result)
{
	char text[ADDRESS_MAX + 1];
	uint8_t bytes[16];
	size_t length = 0, bits = (size_t)mask->amount;
	int family = AF_INET;

	while (length < clear.length && clear.bytes[length] != '/')
		length++;
	/* a prefix of another length would tell nothing more: it is left out */
	if (length == 0 || length > ADDRESS_MAX)
		return GH_E_CONVERT;
	memcpy(text, clear.bytes, length);
	text[length] = '\0';
	if (inet_pton(AF_INET, text, bytes) != 1) {
		family = AF_INET6;
		bits *= 2;
		if (inet_pton(AF_INET6, text, bytes) != 1)
			return GH_E_CONVERT;
	}
	keep_bits(bytes, family == AF_INET ? 4 : 16, bits);
	if (inet_ntop(family, bytes, text, sizeof(text)) == NULL)
		return GH_E_CONVERT;
	gh_buf_append_text(&mask->masked, text);
	return finish(mask, result);
}

/* ---- coordinates ------------------------------------------------------------------------------
 */

static bool is_coordinate(char c)
{
	return is_digit(c) || (c != '\0' && strchr("+-.,;() NSEW", c) != NULL);
}

/* "POINT(13.4 52.5)" too, as geometry is often written. */
static struct gh_span without_point(struct gh_span text)
{
	const struct gh_span word = GH_SPAN_LITERAL("POINT");

	if (text.length < word.length ||
	    !gh_span_equal_nocase((struct gh_span){ text.bytes, word.length }, word))
		return text;
	return (struct gh_span){ text.bytes + word.length, text.length - word.length };
}

enum gh_status gh_mask_geo_text(struct gh_mask *mask, struct gh_span clear,
				struct gh_mask_result *result)
{
	struct gh_span rest = without_point(clear);
	size_t most = (size_t)mask->amount, behind = 0;
	bool fraction = false;

	for (size_t i = 0; i < rest.length; i++)
		if (!is_coordinate(rest.bytes[i]))
			return GH_E_CONVERT;
	gh_buf_append(&mask->masked, clear.bytes, clear.length - rest.length);
	for (size_t i = 0; i < rest.length; i++) {
		char c = rest.bytes[i];
		bool point = c == '.';

		fraction = point || (fraction && is_digit(c));
		behind = fraction && !point ? behind + 1 : 0;
		if (fraction && (point ? most == 0 : behind > most))
			continue;
		gh_buf_append_char(&mask->masked, c);
	}
	return finish(mask, result);
}
