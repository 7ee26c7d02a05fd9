/*
 * What is seen of a column: how many distinct values there were, to which
 * classes they may belong, and what their numbers, dates and words look like.
 * Counts and keyed hashes only; the values themselves are not kept.
 */
#include <stdlib.h>
#include <string.h>

#include "column.h"

enum gh_status gh_detect_column_new(const struct gh_detect_about *about,
				    struct gh_detect_column **out, struct gh_error *err)
{
	struct gh_detect_column *column = calloc(1, sizeof(*column));
	enum gh_status status;

	*out = NULL;
	if (column == NULL)
		return gh_fail(err, GH_E_MEMORY, "no memory for a column's detection");
	status = gh_random_bytes(&column->key, sizeof(column->key), err);
	if (status != GH_OK) {
		free(column);
		return status;
	}
	column->kind = about->kind;
	column->size = about->size;
	gh_detect_hint_read(about, &column->hint);
	*out = column;
	return GH_OK;
}

void gh_detect_column_free(struct gh_detect_column *column)
{
	gh_free_secret(column, sizeof(*column));
}

/* ---- distinct values ------------------------------------------------------------------ */

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9FB21C651E98DF25);
	return hash ^ hash >> 32;
}

static uint64_t hash_of(const struct gh_detect_column *column, const struct gh_detect_view *view)
{
	size_t length = view->length > GH_DETECT_VIEW ? GH_DETECT_VIEW : view->length;
	uint64_t hash = mix(column->key, view->length);
	size_t at = 0;

	for (; at + 8 <= length; at += 8) {
		uint64_t word;

		memcpy(&word, view->text + at, 8);
		hash = mix(hash, word);
	}
	if (at < length) {
		uint64_t word = 0;

		memcpy(&word, view->text + at, length - at);
		hash = mix(hash, word);
	}
	return mix(hash, column->key) | 1;
}

/* Was it not there?  A full sketch takes every value for a new one. */
static bool note_distinct(struct gh_detect_column *column, uint64_t hash)
{
	size_t at = hash >> 8;

	if (column->kept >= GH_DETECT_SKETCH * 3 / 4)
		return true;
	for (;; at++) {
		uint64_t *place = &column->sketch[at % GH_DETECT_SKETCH];

		if (*place == hash)
			return false;
		if (*place == 0) {
			*place = hash;
			column->kept++;
			return true;
		}
	}
}

/* ---- numbers ------------------------------------------------------------------------------ */

static bool read_number(const struct gh_detect_view *view, double *out, bool *fraction)
{
	size_t at = view->text[0] == '-' || view->text[0] == '+';
	double value = 0, scale = 1;
	size_t digits = 0, points = 0;

	for (; at < view->length; at++) {
		unsigned char c = view->text[at];

		if (c == '.') {
			points++;
			continue;
		}
		if (c < '0' || c > '9')
			return false;
		digits++;
		value = value * 10 + (c - '0');
		scale = points > 0 ? scale * 10 : scale;
	}
	*fraction = points == 1 && scale > 1;
	*out = (view->text[0] == '-' ? -value : value) / scale;
	return digits > 0 && points <= 1;
}

static void note_number(struct gh_detect_column *column, const struct gh_detect_view *view)
{
	struct gh_detect_numbers *numbers = &column->numbers;
	bool fraction = false;
	double value;

	if (view->length > 24 || !read_number(view, &value, &fraction))
		return;
	if (numbers->count == 0 || value < numbers->least)
		numbers->least = value;
	if (numbers->count == 0 || value > numbers->greatest)
		numbers->greatest = value;
	numbers->rising += numbers->count > 0 && value > numbers->last;
	numbers->falling += numbers->count > 0 && value < numbers->last;
	numbers->last = value;
	numbers->count++;
	numbers->fractions += fraction;
	numbers->fine += fraction && strcspn((const char *)view->text, ".") + 4 < view->length;
	numbers->on_earth += value >= -180 && value <= 180;
	column->lengths[view->length < 24 ? view->length : 23]++;
}

/* ---- dates --------------------------------------------------------------------------------- */

/* The four digits of a year, wherever they stand; 0 for two-digit years. */
static unsigned year_of(const struct gh_detect_view *view)
{
	for (size_t at = 0; at + 4 <= view->length; at++) {
		const char *c = (const char *)view->text + at;
		size_t run = strspn(c, "0123456789");

		if (run == 4)
			return gh_detect_pair(c) * 100 + gh_detect_pair(c + 2);
		at += run;
	}
	return 0;
}

static void note_year(struct gh_detect_dates *dates, unsigned year)
{
	dates->count++;
	if (year < 1900 || year > 2059)
		return;
	dates->years++;
	dates->sum += year;
	if (dates->first == 0 || year < dates->first)
		dates->first = year;
	if (year > dates->last)
		dates->last = year;
	dates->old += year < 1998;
	dates->middle += year >= 1925 && year <= 2022;
}

bool gh_detect_is_birthday_text(const char *text)
{
	return text[4] == '-' && text[7] == '-' && strncmp(text + 11, "00:00:00", 8) == 0;
}

/* A day and no time: eight digits count too, where they are one of our time. */
static void note_date(struct gh_detect_column *column, const struct gh_detect_view *view,
		      enum gh_detect_shape shape)
{
	const char *text = (const char *)view->text;

	if (shape == GH_DETECT_SHAPE_DIGITS && view->length == 8 && gh_detect_is_birthday(text))
		note_year(&column->dates, gh_detect_pair(text) * 100 + gh_detect_pair(text + 2));
	else if (shape == GH_DETECT_SHAPE_ISO_DATE || shape == GH_DETECT_SHAPE_EURO_DATE ||
		 shape == GH_DETECT_SHAPE_US_DATE || shape == GH_DETECT_SHAPE_WORD_DATE)
		note_year(&column->dates, year_of(view));
	else if (view->length >= 19 && view->length <= 30 && gh_detect_is_birthday_text(text))
		note_year(&column->dates, year_of(view));
}

/* ---- words ----------------------------------------------------------------------------------- */

static void note_words(struct gh_detect_column *column, const struct gh_detect_view *view)
{
	struct gh_detect_words words;
	struct gh_detect_speech *speech = &column->speech;

	gh_detect_words_count(view, &words);
	speech->cells++;
	speech->name_like += words.name_like && words.wordless == 0;
	speech->cjk_names += words.cjk_name;
	speech->companies += words.company > 0;
	speech->single += words.words == 1;
	if (words.name_like) {
		speech->given += words.given > 0;
		speech->family += words.family > 0;
		speech->titles += words.title > 0;
		speech->both += words.given > 0 && words.words - words.title >= 2;
	}
	if (words.words == 1)
		speech->known_single += words.given > 0 || words.family > 0;
	speech->addresses += (words.street > 0 && words.numbers > 0 && words.words <= 14 &&
			      words.smalls * 2 <= words.words && !words.technical) ||
			     words.cjk_address;
	speech->numbered +=
		words.numbers > 0 && words.capitals > 0 && words.words >= 2 && words.words <= 12;
	speech->prose += words.words >= 5 && words.smalls * 3 >= words.words;
}

/* ---- one value ----------------------------------------------------------------------------------
 */

/* Where year and day stand in numbers whose date is most of their check. */
struct dated {
	enum gh_detect_class class;
	unsigned char year, day;
};

static const struct dated dated[GH_DETECT_SPREADS] = {
	{ GH_DETECT_DK_CPR, 4, 0 }, { GH_DETECT_KR_RRN, 0, 4 },  { GH_DETECT_MY_NRIC, 0, 4 },
	{ GH_DETECT_EG_NID, 1, 5 }, { GH_DETECT_ID_NIK, 10, 6 }, { GH_DETECT_US_EIN, 0, 0 },
};

struct gh_detect_spread *gh_detect_spread_of(struct gh_detect_column *column,
					     enum gh_detect_class class)
{
	for (size_t i = 0; i < GH_DETECT_SPREADS; i++)
		if (dated[i].class == class)
			return &column->spreads[i];
	return NULL;
}

unsigned gh_detect_bits(uint64_t set)
{
	unsigned count = 0;

	for (; set != 0; set &= set - 1)
		count++;
	return count;
}

static void note_spread(struct gh_detect_column *column, enum gh_detect_class class,
			const struct gh_detect_view *view)
{
	char compact[GH_DETECT_VIEW + 1];

	for (size_t i = 0; i < GH_DETECT_SPREADS; i++) {
		struct gh_detect_spread *spread = &column->spreads[i];
		unsigned year;

		if (dated[i].class != class)
			continue;
		(void)gh_detect_compact(view->text, view->length, compact);
		year = gh_detect_pair(compact + dated[i].year);
		spread->years[year / 64] |= UINT64_C(1) << year % 64;
		spread->days |= UINT64_C(1) << gh_detect_pair(compact + dated[i].day) % 64;
	}
}

static void note_hits(struct gh_detect_column *column, const struct gh_detect_hits *hits,
		      const struct gh_detect_view *view)
{
	for (size_t i = 0; i < hits->count; i++) {
		column->hits[hits->classes[i]]++;
		note_spread(column, (enum gh_detect_class)hits->classes[i], view);
	}
	column->shapes[hits->shape]++;
}

static bool is_book(const struct gh_detect_view *view)
{
	char compact[GH_DETECT_VIEW + 1];
	size_t length = gh_detect_compact(view->text, view->length, compact);
	bool marked = memchr(view->text, '-', view->length) != NULL || length == 13 ||
		      (length == 10 && compact[9] == 'X');

	return (length == 10 || length == 13) && marked && gh_detect_check_isbn(compact, length);
}

/* A part of three digits: no version counts that far. */
static bool has_wide_octet(const char *text)
{
	for (size_t run; *text != '\0'; text += run + (text[run] == '.')) {
		run = strcspn(text, ".");
		if (run == 3)
			return true;
	}
	return false;
}

static void note_marks(struct gh_detect_column *column, const struct gh_detect_view *view,
		       enum gh_detect_shape shape)
{
	unsigned char first = view->text[0];

	if (shape == GH_DETECT_SHAPE_ISBN || shape == GH_DETECT_SHAPE_DIGITS)
		column->books += is_book(view);
	if (shape == GH_DETECT_SHAPE_LETTER_8 && view->length == 9)
		column->letters |= 1u << ((first | 32) - 'a');
	if (shape == GH_DETECT_SHAPE_IPV4)
		column->wide_ip += has_wide_octet((const char *)view->text);
}

/* Texts are looked into: what stands in 5 % of them makes a column of notes sensitive. */
static void note_text(struct gh_detect_column *column, struct gh_span text)
{
	struct gh_detect_found found[8];
	size_t count = gh_detect_spans(text, found, 8);
	unsigned seen = 0;

	for (size_t i = 0; i < count && i < 8; i++) {
		if (seen & 1u << found[i].family)
			continue;
		seen |= 1u << found[i].family;
		column->within[found[i].class]++;
	}
}

static void note_new(struct gh_detect_column *column, const struct gh_detect_view *view,
		     const struct gh_detect_value *value)
{
	struct gh_detect_hits hits;
	struct gh_span text = { (const char *)view->text, view->length };

	gh_detect_classify(view, &hits);
	note_hits(column, &hits, view);
	note_marks(column, view, hits.shape);
	note_number(column, view);
	note_date(column, view, hits.shape);
	column->longest = view->length > column->longest ? view->length : column->longest;
	if ((view->signs & (GH_DETECT_HAS_UPPER | GH_DETECT_HAS_LOWER | GH_DETECT_HAS_HIGH)) == 0)
		return;
	column->lettered++;
	if (hits.count > 0)
		return;
	note_words(column, view);
	if (view->length > GH_DETECT_VIEW && value->encoding == GH_DETECT_UTF8)
		text = (struct gh_span){ value->bytes, value->length };
	else if (view->length > GH_DETECT_VIEW)
		text.length = GH_DETECT_VIEW;
	if ((view->signs & GH_DETECT_HAS_SPACE) || view->length > 40)
		note_text(column, text);
}

void gh_detect_column_add(struct gh_detect_column *column, const struct gh_detect_value *value)
{
	struct gh_detect_view view;

	gh_detect_view_make(value, &view);
	column->seen++;
	if (gh_detect_is_junk(&view)) {
		column->junk++;
		return;
	}
	if (!note_distinct(column, hash_of(column, &view)))
		return;
	column->distinct++;
	note_new(column, &view, value);
}

void gh_detect_column_add_integer(struct gh_detect_column *column, int64_t value)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
	struct gh_detect_value text = { 0 };

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (value < 0)
		digits[--at] = '-';
	text.bytes = digits + at;
	text.length = sizeof(digits) - at;
	gh_detect_column_add(column, &text);
	gh_wipe(digits, sizeof(digits));
}
