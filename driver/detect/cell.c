/*
 * One cell: its shape, the classes whose checks hold, and tier S.
 */
#include <string.h>

#include "internal.h"

size_t gh_detect_compact(const unsigned char *text, size_t length, char *out)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = text[i];
		unsigned sign = gh_detect_signs[c];

		if (sign & (GH_DETECT_HAS_DIGIT | GH_DETECT_HAS_UPPER))
			out[used++] = (char)c;
		else if (sign & GH_DETECT_HAS_LOWER)
			out[used++] = (char)(c - 32);
	}
	out[used] = '\0';
	return used;
}

/* ---- shapes ------------------------------------------------------------------------ */

static bool is_pem(const struct gh_detect_view *view)
{
	static const char start[] = "-----BEGIN ";
	const char *text = (const char *)view->text;

	return view->length > 30 && strncmp(text, start, sizeof(start) - 1) == 0 &&
	       strstr(text, "PRIVATE KEY") != NULL;
}

/* A MAC address may begin with a letter or a digit and hold no colon. */
static bool may_be_hardware(const struct gh_detect_view *view)
{
	return view->length == 17 || view->length == 14;
}

static enum gh_detect_shape of_letters(const struct gh_detect_view *view, const unsigned char *end)
{
	enum gh_detect_shape shape = GH_DETECT_SHAPE_NONE;

	if (view->length <= 90)
		shape = gh_detect_scan_letter(view->text, end);
	if (shape == GH_DETECT_SHAPE_NONE && view->length >= 16)
		shape = gh_detect_scan_token(view->text, end);
	if (shape == GH_DETECT_SHAPE_NONE && may_be_hardware(view))
		shape = gh_detect_scan_net(view->text, end);
	return shape;
}

static enum gh_detect_shape of_digits(const struct gh_detect_view *view, const unsigned char *end)
{
	enum gh_detect_shape shape = GH_DETECT_SHAPE_NONE;

	if (view->length <= 40)
		shape = gh_detect_scan_digit(view->text, end);
	if (shape == GH_DETECT_SHAPE_NONE && view->length >= 25)
		shape = gh_detect_scan_token(view->text, end);
	if (shape == GH_DETECT_SHAPE_NONE && may_be_hardware(view))
		shape = gh_detect_scan_net(view->text, end);
	return shape;
}

static enum gh_detect_shape of_signs(const struct gh_detect_view *view, const unsigned char *end)
{
	unsigned char first = view->text[0];

	if (first == '+' || first == '(')
		return gh_detect_scan_phone(view->text, end);
	if (first == '-') /* a coordinate is one without its sign too */
		return is_pem(view) ? GH_DETECT_SHAPE_PEM
				    : gh_detect_scan_digit(view->text + 1, end);
	return gh_detect_scan_token(view->text, end);
}

enum gh_detect_shape gh_detect_shape_of(const struct gh_detect_view *view)
{
	const unsigned char *end = view->text + view->length;
	unsigned first = gh_detect_signs[view->text[0]];
	enum gh_detect_shape shape = GH_DETECT_SHAPE_NONE;

	if (view->length > GH_DETECT_VIEW)
		return is_pem(view) ? GH_DETECT_SHAPE_PEM : GH_DETECT_SHAPE_NONE;
	if (view->signs & (GH_DETECT_HAS_AT | GH_DETECT_HAS_COLON))
		shape = gh_detect_scan_net(view->text, end);
	if (shape != GH_DETECT_SHAPE_NONE || view->length < 6)
		return shape;
	if (first & GH_DETECT_HAS_DIGIT)
		return of_digits(view, end);
	if (first & (GH_DETECT_HAS_UPPER | GH_DETECT_HAS_LOWER))
		return of_letters(view, end);
	return of_signs(view, end);
}

/* ---- more than a shape says ------------------------------------------------------------- */

static bool is_between(size_t value, size_t low, size_t high)
{
	return value >= low && value <= high;
}

static size_t digits_in(const struct gh_detect_view *view, char *out)
{
	size_t used = 0;

	for (size_t i = 0; i < view->length; i++)
		if (gh_detect_signs[view->text[i]] & GH_DETECT_HAS_DIGIT)
			out[used++] = (char)view->text[i];
	return used;
}

static bool is_phone(const struct gh_detect_view *view)
{
	char digits[GH_DETECT_VIEW];
	size_t count = digits_in(view, digits);

	return is_between(count, 8, 15) && !gh_detect_is_hotline(digits, count);
}

/* A national number as people write it: a trunk 0, parentheses, or America's areas. */
static bool is_written_phone(const struct gh_detect_view *view, enum gh_detect_shape shape)
{
	char digits[GH_DETECT_VIEW];
	size_t count = digits_in(view, digits);
	const char *number = count == 11 && digits[0] == '1' ? digits + 1 : digits;

	if (!is_between(count, digits[0] == '0' ? 9 : 8, 13) || gh_detect_is_hotline(digits, count))
		return false;
	if (shape == GH_DETECT_SHAPE_PHONE_PARENS || digits[0] == '0')
		return true;
	return (count == 10 || number != digits) && number[0] >= '2' && number[3] >= '2';
}

/* Capitals, small letters and digits, all three, as random signs have them. */
static bool is_mixed(const struct gh_detect_view *view)
{
	const unsigned all = GH_DETECT_HAS_UPPER | GH_DETECT_HAS_LOWER | GH_DETECT_HAS_DIGIT;

	return (view->signs & all) == all;
}

static bool is_public_ipv6(const struct gh_detect_view *view)
{
	return view->length > 4 && !(view->length < 6 && strchr("0:", view->text[0]) != NULL);
}

static bool is_openai(const struct gh_detect_view *view)
{
	return (view->signs & GH_DETECT_HAS_DIGIT) != 0 || view->length > 40;
}

/* What a pattern can't say; true for all that need no more. */
static bool holds(const struct gh_detect_view *view, enum gh_detect_shape shape)
{
	switch (shape) {
	case GH_DETECT_SHAPE_EMAIL:
		return !gh_detect_is_role_mailbox(view->text, view->length);
	case GH_DETECT_SHAPE_E164:
		return is_phone(view);
	case GH_DETECT_SHAPE_PHONE:
	case GH_DETECT_SHAPE_PHONE_PARENS:
		return is_written_phone(view, shape);
	case GH_DETECT_SHAPE_BTC:
	case GH_DETECT_SHAPE_BASE64_40:
		return is_mixed(view);
	case GH_DETECT_SHAPE_IPV4:
		return !gh_detect_is_infrastructure_ipv4(view->text);
	case GH_DETECT_SHAPE_IPV6:
		return is_public_ipv6(view);
	case GH_DETECT_SHAPE_OPENAI:
		return is_openai(view);
	default:
		return true;
	}
}

static void hit(struct gh_detect_hits *hits, enum gh_detect_class class)
{
	if (hits->count < GH_DETECT_HITS)
		hits->classes[hits->count++] = (unsigned char)class;
}

void gh_detect_classify(const struct gh_detect_view *view, struct gh_detect_hits *hits)
{
	char compact[GH_DETECT_VIEW + 1];
	const struct gh_detect_candidate *row;
	size_t length = view->length;

	hits->count = 0;
	hits->shape = gh_detect_shape_of(view);
	if (hits->shape == GH_DETECT_SHAPE_PEM)
		hit(hits, GH_DETECT_PRIVATE_KEY);
	if (hits->shape == GH_DETECT_SHAPE_NONE && length <= GH_DETECT_VIEW && length >= 16 &&
	    gh_detect_is_connection_string(view->text, length))
		hit(hits, GH_DETECT_CONNECTION_STRING);
	if (hits->shape == GH_DETECT_SHAPE_NONE || !holds(view, hits->shape))
		return;
	if (length > GH_DETECT_VIEW || view->text[0] == '-')
		return;
	length = gh_detect_compact(view->text, length, compact);
	for (row = gh_detect_candidates(hits->shape, length); row->check != NULL; row++)
		if (is_between(length, row->shortest, row->longest) && row->check(compact, length))
			hit(hits, (enum gh_detect_class)row->class);
}

/* ---- tier S -----------------------------------------------------------------------------------
 */

/* Can there be tier S in signs like these?  Most cells end here. */
static bool may_be_s(const struct gh_detect_view *view)
{
	const unsigned letters = GH_DETECT_HAS_UPPER | GH_DETECT_HAS_LOWER;
	const unsigned odd = GH_DETECT_HAS_AT | GH_DETECT_HAS_COLON | GH_DETECT_HAS_PUNCTUATION;

	if (view->length < 7)
		return false;
	if ((view->signs & GH_DETECT_HAS_DIGIT) && (view->signs & letters))
		return true;
	return (view->signs & odd) != 0;
}

enum gh_detect_class gh_detect_view_cell(const struct gh_detect_view *view)
{
	struct gh_detect_hits hits;

	if (!may_be_s(view))
		return GH_DETECT_NONE;
	gh_detect_classify(view, &hits);
	for (size_t i = 0; i < hits.count; i++)
		if (gh_detect_tier_of((enum gh_detect_class)hits.classes[i]) == GH_DETECT_TIER_S)
			return (enum gh_detect_class)hits.classes[i];
	return GH_DETECT_NONE;
}

enum gh_detect_class gh_detect_cell(const struct gh_detect_value *value)
{
	struct gh_detect_view view;

	if (value->length < 7)
		return GH_DETECT_NONE;
	gh_detect_view_make(value, &view);
	return gh_detect_view_cell(&view);
}

enum gh_detect_class gh_detect_integer(int64_t value)
{
	(void)value;
	return GH_DETECT_NONE;
}
