/*
 * Spans within a text.  The text is read once, token by token; a token whose signs
 * can't be anything is passed over, others are looked at by the scanners of
 * cells, by the words, or with their neighbours (numbers and names are written
 * with blanks).
 */
#include <string.h>

#include "internal.h"
#include "spans.h"

/* ---- output --------------------------------------------------------------------- */

void gh_detect_span_put(struct gh_detect_reader *r, size_t start, size_t end,
			enum gh_detect_class class)
{
	if (start < r->covered || end <= start)
		return;
	if (r->count < r->room)
		r->found[r->count] =
			(struct gh_detect_found){ start, end, class, gh_detect_family_of(class) };
	r->count++;
	r->covered = end;
}

/* ---- tokens ---------------------------------------------------------------------- */

#define LETTERS (GH_DETECT_HAS_UPPER | GH_DETECT_HAS_LOWER | GH_DETECT_HAS_HIGH)

/* Signs that end a token: blanks, and those that stand between values. */
static const unsigned char fences[256] = {
	1, 1, 1, 1, 1, 1, 1, 1,         1,         1,         1,         1,         1,
	1, 1, 1, 1, 1, 1, 1, 1,         1,         1,         1,         1,         1,
	1, 1, 1, 1, 1, 1, 1, ['"'] = 1, ['<'] = 1, ['>'] = 1, ['|'] = 1, [';'] = 1, [','] = 1,
};

static const char *bytes_at(const struct gh_detect_reader *r, size_t at)
{
	return r->text.bytes + at;
}

/* The token without what may stand around it in a sentence. */
static struct gh_detect_token trimmed(const struct gh_detect_reader *r, struct gh_detect_token t)
{
	while (t.start < t.end && strchr("([{'*`", *bytes_at(r, t.start)) != NULL)
		t.start++;
	while (t.end > t.start && strchr(".:!?)]}'*`", *bytes_at(r, t.end - 1)) != NULL)
		t.end--;
	return t;
}

static void view_of(const struct gh_detect_reader *r, size_t start, size_t end,
		    struct gh_detect_view *view)
{
	struct gh_detect_value value =
		gh_detect_text((struct gh_span){ bytes_at(r, start), end - start });

	gh_detect_view_make(&value, view);
}

/* The surest class of a part, tier S first; NONE. */
static enum gh_detect_class class_of(const struct gh_detect_reader *r, size_t start, size_t end)
{
	struct gh_detect_view view;
	struct gh_detect_hits hits;

	if (end - start > GH_DETECT_VIEW || end - start < 6)
		return GH_DETECT_NONE;
	view_of(r, start, end, &view);
	gh_detect_classify(&view, &hits);
	for (size_t i = 0; i < hits.count; i++)
		if (gh_detect_tier_of((enum gh_detect_class)hits.classes[i]) == GH_DETECT_TIER_S)
			return (enum gh_detect_class)hits.classes[i];
	return hits.count > 0 ? (enum gh_detect_class)hits.classes[0] : GH_DETECT_NONE;
}

/* ---- mail, URLs, keys --------------------------------------------------------------- */

static bool is_local(unsigned char c)
{
	unsigned sign = gh_detect_signs[c];

	return (sign & (LETTERS | GH_DETECT_HAS_DIGIT)) || strchr(".!#$%&*+=?^_`{}~-", c) != NULL;
}

static bool is_domain(unsigned char c)
{
	return (gh_detect_signs[c] & (LETTERS | GH_DETECT_HAS_DIGIT)) || c == '.' || c == '-';
}

static void read_mail(struct gh_detect_reader *r, struct gh_detect_token t)
{
	const char *at = memchr(bytes_at(r, t.start), '@', t.end - t.start);
	size_t start, end;

	for (; at != NULL; at = memchr(bytes_at(r, end), '@', t.end - end)) {
		start = end = (size_t)(at - r->text.bytes);
		while (start > t.start && is_local((unsigned char)*bytes_at(r, start - 1)))
			start--;
		for (end++; end < t.end && is_domain((unsigned char)*bytes_at(r, end));)
			end++;
		for (size_t i = start; i < (size_t)(at - r->text.bytes); i++)
			if (*bytes_at(r, i) == '=')
				start = i + 1;
		while (end > start && strchr(".-", *bytes_at(r, end - 1)) != NULL)
			end--;
		if (class_of(r, start, end) == GH_DETECT_EMAIL)
			gh_detect_span_put(r, start, end, GH_DETECT_EMAIL);
	}
}

static bool read_url(struct gh_detect_reader *r, struct gh_detect_token t)
{
	const char *sign = memmem(bytes_at(r, t.start), t.end - t.start, "://", 3);
	size_t start;

	if (sign == NULL)
		return false;
	start = (size_t)(sign - r->text.bytes);
	while (start > t.start && is_domain((unsigned char)*bytes_at(r, start - 1)))
		start--;
	if (class_of(r, start, t.end) == GH_DETECT_URL_CREDENTIALS)
		gh_detect_span_put(r, start, t.end, GH_DETECT_URL_CREDENTIALS);
	else if (class_of(r, start, t.end) == GH_DETECT_SLACK_TOKEN)
		gh_detect_span_put(r, start, t.end, GH_DETECT_SLACK_TOKEN);
	return true;
}

/* "password=..." and "pwd: ..." within a text. */
static void read_password(struct gh_detect_reader *r, struct gh_detect_token t)
{
	const char *equals = memchr(bytes_at(r, t.start), '=', t.end - t.start);
	size_t end;

	if (equals == NULL)
		return;
	for (end = (size_t)(equals - r->text.bytes) + 1; end < t.end;)
		end++;
	if (gh_detect_is_password_pair(bytes_at(r, t.start), equals, bytes_at(r, end)))
		gh_detect_span_put(r, (size_t)(equals + 1 - r->text.bytes), end,
				   GH_DETECT_PASSWORD);
	else if (end - (size_t)(equals - r->text.bytes) > 8 &&
		 gh_detect_tier_of(class_of(r, (size_t)(equals + 1 - r->text.bytes), end)) ==
			 GH_DETECT_TIER_S)
		gh_detect_span_put(r, (size_t)(equals + 1 - r->text.bytes), end,
				   class_of(r, (size_t)(equals + 1 - r->text.bytes), end));
}

/* From the first line of a PEM key to the end of its last. */
static bool read_pem(struct gh_detect_reader *r, size_t at)
{
	struct gh_span rest = { bytes_at(r, at), r->text.length - at };
	const char *end;

	if (rest.length < 30 || memcmp(rest.bytes, "-----BEGIN ", 11) != 0 ||
	    memmem(rest.bytes, rest.length < 60 ? rest.length : 60, "PRIVATE KEY", 11) == NULL)
		return false;
	end = memmem(rest.bytes + 11, rest.length - 11, "-----END ", 9);
	if (end != NULL)
		end = memmem(end + 9, (size_t)(rest.bytes + rest.length - end) - 9, "-----", 5);
	gh_detect_span_put(r, at, end == NULL ? r->text.length : (size_t)(end + 5 - r->text.bytes),
			   GH_DETECT_PRIVATE_KEY);
	return true;
}

/* ---- one token ------------------------------------------------------------------------- */

/* Letters and digits in one token: keys and national numbers. */
static void read_mixed(struct gh_detect_reader *r, struct gh_detect_token t)
{
	enum gh_detect_class class = class_of(r, t.start, t.end);
	enum gh_detect_tier tier = gh_detect_tier_of(class);
	const char *colon;

	if (tier == GH_DETECT_TIER_S || (tier == GH_DETECT_TIER_C && gh_detect_is_sure(class)) ||
	    (tier != GH_DETECT_TIER_NONE && gh_detect_is_announced(r, t.start, class))) {
		gh_detect_span_put(r, t.start, t.end, class);
		return;
	}
	colon = memchr(bytes_at(r, t.start), ':', t.end - t.start);
	if (colon != NULL && colon + 7 < bytes_at(r, t.end)) {
		t.start = (size_t)(colon + 1 - r->text.bytes);
		t.signs &= ~(unsigned)GH_DETECT_HAS_COLON;
		read_mixed(r, t);
	}
}

static void read_signs(struct gh_detect_reader *r, struct gh_detect_token t)
{
	bool url = (t.signs & GH_DETECT_HAS_COLON) && read_url(r, t);

	if (t.signs & GH_DETECT_HAS_AT)
		read_mail(r, t);
	if (r->covered > t.start || url)
		return;
	if (t.signs & GH_DETECT_HAS_PUNCTUATION)
		read_password(r, t);
	if (r->covered > t.start)
		return;
	if (((t.signs & GH_DETECT_HAS_DIGIT) && (t.signs & LETTERS)) ||
	    (t.signs & GH_DETECT_HAS_COLON) || t.end - t.start >= 20)
		read_mixed(r, t);
}

static bool begins_number(const struct gh_detect_reader *r, struct gh_detect_token t)
{
	unsigned char first = (unsigned char)*bytes_at(r, t.start);

	return (gh_detect_signs[first] & GH_DETECT_HAS_DIGIT) || first == '+' ||
	       (first == '(' && t.end - t.start > 2);
}

/* Where to go on. */
static size_t read_token(struct gh_detect_reader *r, struct gh_detect_token whole)
{
	struct gh_detect_token t = trimmed(r, whole);
	unsigned char first;

	if (t.end <= t.start)
		return whole.end;
	if ((whole.signs & GH_DETECT_HAS_PUNCTUATION) && *bytes_at(r, whole.start) == '-' &&
	    read_pem(r, whole.start))
		return r->covered;
	if (t.end - t.start >= 20 || (t.end - t.start >= 6 && (t.signs & ~(unsigned)LETTERS) != 0))
		read_signs(r, t);
	if (r->covered > t.start)
		return r->covered > whole.end ? r->covered : whole.end;
	if (*bytes_at(r, whole.start) == '(' && begins_number(r, whole))
		t.start = whole.start;
	first = (unsigned char)*bytes_at(r, t.start);
	if (begins_number(r, t))
		gh_detect_read_number(r, t);
	else if (gh_detect_signs[first] & (GH_DETECT_HAS_UPPER | GH_DETECT_HAS_HIGH))
		gh_detect_read_name(r, t);
	return r->covered > whole.end ? r->covered : whole.end;
}

size_t gh_detect_spans(struct gh_span text, struct gh_detect_found *found, size_t room)
{
	struct gh_detect_reader r = { text, found, room, 0, 0, 0 };
	const unsigned char *bytes = (const unsigned char *)text.bytes;
	size_t at = 0;

	while (at < text.length) {
		struct gh_detect_token t = { at, at, 0 };

		while (t.end < text.length && !fences[bytes[t.end]])
			t.signs |= gh_detect_signs[bytes[t.end++]];
		if (t.end == at) {
			at++;
			continue;
		}
		if (bytes[at] == '$') /* password hashes have commas within */
			while (t.end < text.length && bytes[t.end] > ' ' && bytes[t.end] != '"')
				t.signs |= gh_detect_signs[bytes[t.end++]];
		at = t.end;
		if (t.signs == GH_DETECT_HAS_LOWER || t.end - t.start < 2)
			continue;
		at = read_token(&r, t);
	}
	return r.count;
}
