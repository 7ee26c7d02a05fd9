/*
 * Format-preserving encryption: FF1 over the letters and digits of a value, of
 * which the rest stays in its place.  Results that would not have the value's
 * own form (the same alphabet, no zero in front, the range of the type) are
 * encrypted again, which is still a permutation of the values that have it.
 */
#include "internal.h"

#include <string.h>

/* Even the rarest form is found long before. */
#define WALKS_MAX 4096

enum letter_class {
	CLASS_DIGIT = 1,
	CLASS_LOWER = 2,
	CLASS_UPPER = 4,
};

static unsigned class_of(char c)
{
	if (c >= '0' && c <= '9')
		return CLASS_DIGIT;
	if (c >= 'a' && c <= 'z')
		return CLASS_LOWER;
	return c >= 'A' && c <= 'Z' ? CLASS_UPPER : 0;
}

/* The alphabet of a text is made of the classes that occur in it. */
struct alphabet {
	unsigned classes;
	bool leads_zero; /* digits alone: the first is zero, and stays */
};

static uint32_t radix_of(unsigned classes)
{
	return ((classes & CLASS_DIGIT) != 0 ? 10u : 0u) +
	       ((classes & CLASS_LOWER) != 0 ? 26u : 0u) +
	       ((classes & CLASS_UPPER) != 0 ? 26u : 0u);
}

static uint8_t digit_of(char c, unsigned classes)
{
	unsigned class = class_of(c), base = 0;

	if (class == CLASS_DIGIT)
		return (uint8_t)(c - '0');
	base += (classes & CLASS_DIGIT) != 0 ? 10 : 0;
	if (class == CLASS_LOWER)
		return (uint8_t)(base + (unsigned)(c - 'a'));
	base += (classes & CLASS_LOWER) != 0 ? 26 : 0;
	return (uint8_t)(base + (unsigned)(c - 'A'));
}

static char letter_of(unsigned digit, unsigned classes)
{
	if ((classes & CLASS_DIGIT) != 0) {
		if (digit < 10)
			return (char)('0' + digit);
		digit -= 10;
	}
	if ((classes & CLASS_LOWER) != 0) {
		if (digit < 26)
			return (char)('a' + digit);
		digit -= 26;
	}
	return (char)('A' + digit);
}

/* What the digits of a result are an alphabet of. */
static struct alphabet alphabet_of(const struct gh_ff1_text *text, unsigned classes)
{
	struct alphabet found = { 0 };

	for (size_t i = 0; i < text->length; i++)
		found.classes |= class_of(letter_of(text->digits[i], classes));
	found.leads_zero = found.classes == CLASS_DIGIT && text->digits[0] == 0;
	return found;
}

/* ---- texts -------------------------------------------------------------------------------- */

/* GH_E_CONVERT: a letter that no alphabet has would stay as it is. */
static enum gh_status read_text(struct gh_span clear, struct gh_ff1_text *text, unsigned *classes)
{
	*classes = 0;
	*text = (struct gh_ff1_text){ 0 };
	for (size_t i = 0; i < clear.length; i++) {
		if ((unsigned char)clear.bytes[i] >= 0x80)
			return GH_E_CONVERT;
		*classes |= class_of(clear.bytes[i]);
	}
	for (size_t i = 0; i < clear.length; i++) {
		if (class_of(clear.bytes[i]) == 0)
			continue;
		if (text->length == GH_FF1_DIGITS_MAX)
			return GH_E_LIMIT;
		text->digits[text->length++] = digit_of(clear.bytes[i], *classes);
	}
	text->radix = radix_of(*classes);
	return GH_OK;
}

enum gh_status gh_mask_fpe_text(struct gh_ff1 *ff1, enum gh_ff1_way way, struct gh_span clear,
				struct gh_buf *out)
{
	struct gh_ff1_text text;
	struct alphabet own, found;
	unsigned classes;
	size_t at = 0;
	enum gh_status status = read_text(clear, &text, &classes);

	if (status != GH_OK)
		return status;
	own = alphabet_of(&text, classes);
	for (int walk = 0; walk < WALKS_MAX; walk++) {
		status = gh_ff1_run(ff1, way, (struct gh_span){ NULL, 0 }, &text);
		if (status != GH_OK)
			return status;
		found = alphabet_of(&text, classes);
		if (found.classes == own.classes && found.leads_zero == own.leads_zero)
			break;
		status = GH_E_LIMIT;
	}
	for (size_t i = 0; status == GH_OK && i < clear.length; i++)
		gh_buf_append_char(out, class_of(clear.bytes[i]) == 0
						? clear.bytes[i]
						: letter_of(text.digits[at++], classes));
	gh_wipe(&text, sizeof(text));
	return status != GH_OK ? status : out->failed;
}

/* ---- numbers ----------------------------------------------------------------------------------
 */

static void read_number(uint64_t magnitude, struct gh_ff1_text *text)
{
	char digits[20];
	size_t at = sizeof(digits);

	for (; magnitude > 0; magnitude /= 10)
		digits[--at] = (char)(magnitude % 10);
	*text = (struct gh_ff1_text){ .radix = 10, .length = sizeof(digits) - at };
	memcpy(text->digits, digits + at, text->length);
}

static uint64_t number_of(const struct gh_ff1_text *text)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text->length; i++)
		value = 10 * value + text->digits[i];
	return value;
}

enum gh_status gh_mask_fpe_number(struct gh_ff1 *ff1, enum gh_ff1_way way,
				  const struct gh_mask_column *column,
				  struct gh_mask_decimal *number)
{
	struct gh_ff1_text text;
	enum gh_status status = GH_OK;

	read_number(number->magnitude, &text);
	for (int walk = 0; status == GH_OK && walk < WALKS_MAX; walk++) {
		status = gh_ff1_run(ff1, way, (struct gh_span){ NULL, 0 }, &text);
		number->magnitude = number_of(&text);
		if (status == GH_OK && text.digits[0] != 0 &&
		    gh_mask_decimal_fits(column, number)) {
			gh_wipe(&text, sizeof(text));
			return GH_OK;
		}
	}
	gh_wipe(&text, sizeof(text));
	return status != GH_OK ? status : GH_E_LIMIT;
}

static enum gh_status encrypt_number(struct gh_mask *mask, struct gh_span clear,
				     struct gh_mask_result *result)
{
	struct gh_mask_decimal number;
	enum gh_status status = gh_mask_decimal_parse(clear, &number);

	if (status == GH_OK && (number.cut || !gh_mask_decimal_fits(&mask->column, &number)))
		status = GH_E_LIMIT;
	if (status == GH_OK)
		status = gh_mask_fpe_number(mask->ff1, GH_FF1_ENCRYPT, &mask->column, &number);
	if (status == GH_OK)
		gh_mask_result_number(result, &number);
	return status;
}

/* ---- bytes
 * --------------------------------------------------------------------------------------- */

static enum gh_status encrypt_bytes(struct gh_mask *mask, struct gh_span clear,
				    struct gh_mask_result *result)
{
	struct gh_ff1_text text = { .radix = 256, .length = clear.length };
	enum gh_status status = GH_E_LIMIT;

	if (clear.length > 0 && clear.length <= GH_FF1_DIGITS_MAX) {
		memcpy(text.digits, clear.bytes, clear.length);
		status = gh_ff1_run(mask->ff1, GH_FF1_ENCRYPT, (struct gh_span){ NULL, 0 }, &text);
	}
	if (status == GH_OK)
		status = gh_buf_append(&mask->masked, text.digits, text.length);
	if (status == GH_OK)
		*result = (struct gh_mask_result){ .shape = GH_MASK_SHAPE_BYTES,
						   .bytes = gh_buf_span(&mask->masked) };
	gh_wipe(&text, sizeof(text));
	return status;
}

static enum gh_status encrypt_guid(struct gh_mask *mask, struct gh_span clear,
				   struct gh_mask_result *result)
{
	uint8_t bytes[GH_MASK_GUID_SIZE];
	struct gh_span value = { (const char *)bytes, sizeof(bytes) };
	enum gh_status status = GH_E_CONVERT;

	if (gh_mask_read_guid(clear, bytes))
		status = encrypt_bytes(mask, value, result);
	gh_wipe(bytes, sizeof(bytes));
	if (status == GH_OK)
		result->shape = GH_MASK_SHAPE_GUID;
	return status;
}

enum gh_status gh_mask_fpe(struct gh_mask *mask, struct gh_span clear,
			   struct gh_mask_result *result)
{
	enum gh_status status;

	switch (mask->family) {
	case GH_MASK_FAMILY_TEXT:
		status = gh_mask_fpe_text(mask->ff1, GH_FF1_ENCRYPT, clear, &mask->masked);
		if (status == GH_OK)
			*result = (struct gh_mask_result){ .bytes = gh_buf_span(&mask->masked) };
		return status;
	case GH_MASK_FAMILY_INTEGER:
	case GH_MASK_FAMILY_DECIMAL:
		return encrypt_number(mask, clear, result);
	case GH_MASK_FAMILY_BINARY:
		return encrypt_bytes(mask, clear, result);
	case GH_MASK_FAMILY_GUID:
		return encrypt_guid(mask, clear, result);
	default:
		return GH_E_CONVERT;
	}
}
