/*
 * The decision over a column, from what column.c noted.  Every rule proposes;
 * the proposal with the highest confidence stands.
 */
#include <string.h>

#include "column.h"

static const unsigned chances[GH_DETECT_CLASS_COUNT] = {
	0,
#define GH_DETECT(name, family, tier, chance, text) chance,
#include "gatehouse/detect.def"
#undef GH_DETECT
};

/* The part of the values that is looked at; all in per mille of it. */
struct weighing {
	const struct gh_detect_column *column;
	unsigned filled; /* distinct values that are no junk */
	struct gh_detect_verdict *out;
};

static unsigned per_mille(unsigned part, unsigned whole)
{
	return whole == 0 ? 0 : (unsigned)((uint64_t)part * 1000 / whole);
}

static bool hints_family(const struct weighing *w, enum gh_detect_family family)
{
	return (w->column->hint.families & 1u << family) != 0;
}

static bool hints(const struct weighing *w, enum gh_detect_class class)
{
	return hints_family(w, gh_detect_family_of(class));
}

static void propose(struct weighing *w, enum gh_detect_class class, unsigned confidence)
{
	confidence = confidence > 999 ? 999 : confidence;
	if (w->out->state == GH_DETECT_SENSITIVE && w->out->confidence >= confidence)
		return;
	w->out->state = GH_DETECT_SENSITIVE;
	w->out->class = class;
	w->out->family = gh_detect_family_of(class);
	w->out->tier = gh_detect_tier_of(class);
	w->out->confidence = confidence;
}

/* ---- vetoes ---------------------------------------------------------------------------- */

/* A type in which no such thing stands. */
static bool type_decides(const struct gh_detect_column *column)
{
	switch (column->kind) {
	case GH_DETECT_KIND_TIME:
	case GH_DETECT_KIND_BOOLEAN:
	case GH_DETECT_KIND_BINARY:
		return true;
	case GH_DETECT_KIND_GUID:
		return (column->hint.families & 1u << GH_DETECT_FAMILY_IP_OR_DEVICE) == 0;
	case GH_DETECT_KIND_TEXT:
		return column->size == 1;
	default:
		return false;
	}
}

/* Numbers that were counted up: close together, and in order. */
static bool is_sequence(const struct weighing *w)
{
	const struct gh_detect_numbers *numbers = &w->column->numbers;
	unsigned ordered = numbers->rising > numbers->falling ? numbers->rising : numbers->falling;

	if (numbers->count < 8 || numbers->fractions > 0)
		return false;
	if (numbers->greatest - numbers->least < (double)numbers->count * 20)
		return true;
	return ordered * 20 >= numbers->count * 19 &&
	       numbers->greatest - numbers->least < (double)numbers->count * 1000;
}

/* Is a hit of this class nothing here, for what the column is called or holds besides? */
static bool is_vetoed(const struct weighing *w, enum gh_detect_class class)
{
	const struct gh_detect_column *column = w->column;
	enum gh_detect_family family = gh_detect_family_of(class);

	if ((column->books > 1 || column->hint.other_number) && chances[class] >= 3000)
		return true;
	if (family == GH_DETECT_FAMILY_IP_OR_DEVICE && class != GH_DETECT_IMEI)
		return column->hint.place_of_business;
	if (class == GH_DETECT_PHONE_FORMATTED || class == GH_DETECT_PHONE_E164)
		return column->hint.place_of_business;
	return false;
}

/* ---- tiers S and C ------------------------------------------------------------------------ */

/* So many that a check which random values pass now and then can't be the reason. */
static bool beats_chance(unsigned hits, unsigned filled, unsigned chance)
{
	double expected = (double)filled * chance / 1e6;
	double spread = expected < 1 ? 1 : expected;

	return (double)hits > expected &&
	       ((double)hits - expected) * ((double)hits - expected) > 9 * spread;
}

/* How unlikely all hits are by chance: hits times the decimals of one. */
static unsigned decimals(unsigned hits, unsigned chance)
{
	unsigned one = chance >= 300000  ? 0
		       : chance >= 30000 ? 1
		       : chance >= 3000  ? 2
		       : chance >= 300   ? 3
					 : 5;

	return hits * one;
}

static void weigh_s(struct weighing *w, enum gh_detect_class class)
{
	unsigned hits = w->column->hits[class] + w->column->within[class];
	unsigned ratio = per_mille(hits, w->filled);
	unsigned least = chances[class] >= 1000 ? 300 : 45;

	if (ratio < least || (hits < 2 && w->filled > 25) || is_vetoed(w, class))
		return;
	propose(w, class, 700 + ratio * 3 / 10);
}

/* Are nearly all values of the shape valid?  Random ones of these shapes are not. */
static bool is_clean_shape(const struct weighing *w, enum gh_detect_shape shape,
			   enum gh_detect_class class)
{
	unsigned shaped = w->column->shapes[shape];

	return shaped >= 12 && w->column->hits[class] * 100 >= shaped * 97;
}

/* Dates within numbers: those of people are spread over days and generations. */
static bool is_spread(const struct weighing *w, enum gh_detect_class class)
{
	const struct gh_detect_spread *spread =
		gh_detect_spread_of((struct gh_detect_column *)w->column, class);
	unsigned least = w->column->hits[class] / 4;

	if (spread == NULL)
		return true;
	least = least > 12 ? 12 : least;
	return gh_detect_bits(spread->years[0]) + gh_detect_bits(spread->years[1]) >= least &&
	       gh_detect_bits(spread->days) >= least;
}

static void weigh_c(struct weighing *w, enum gh_detect_class class)
{
	unsigned hits = w->column->hits[class];
	unsigned ratio = per_mille(hits, w->filled);
	bool hinted = hints(w, class) && !w->column->hint.negative;
	unsigned precise = w->column->hint.class == class ? 40 : hinted ? 15 : 0;

	if (hits == 0 || ratio < (hinted ? 400u : 600u) || is_vetoed(w, class))
		return;
	if (!hinted && !is_clean_shape(w, GH_DETECT_SHAPE_SSN, class) &&
	    (!beats_chance(hits, w->filled, chances[class]) || decimals(hits, chances[class]) < 4))
		return;
	if (!hinted && (is_sequence(w) || !is_spread(w, class)))
		return;
	propose(w, class, 500 + ratio * 4 / 10 + precise + decimals(1, chances[class]) * 5);
}

/* A class that stands within texts: strong checks only. */
static void weigh_within(struct weighing *w, enum gh_detect_class class)
{
	unsigned hits = w->column->within[class];
	unsigned ratio = per_mille(hits, w->filled);

	if (ratio < 45 || hits < 2 || is_vetoed(w, class) || class == GH_DETECT_PERSON ||
	    class == GH_DETECT_ADDRESS)
		return;
	propose(w, class, 600 + ratio * 3 / 10);
}

static void weigh_checked(struct weighing *w)
{
	for (unsigned i = 1; i < GH_DETECT_CLASS_COUNT; i++) {
		enum gh_detect_class class = (enum gh_detect_class)i;

		if (gh_detect_tier_of(class) == GH_DETECT_TIER_S)
			weigh_s(w, class);
		else if (gh_detect_tier_of(class) == GH_DETECT_TIER_C && class != GH_DETECT_IPV4 &&
			 class != GH_DETECT_PHONE_FORMATTED)
			weigh_c(w, class);
		weigh_within(w, class);
	}
}

static void weigh_ipv4(struct weighing *w)
{
	unsigned hits = w->column->hits[GH_DETECT_IPV4];
	unsigned ratio = per_mille(hits, w->filled);
	bool hinted = hints_family(w, GH_DETECT_FAMILY_IP_OR_DEVICE);

	if (w->column->hint.place_of_business || w->column->hint.version ||
	    ratio < (hinted ? 300u : 500u))
		return;
	if (per_mille(w->column->wide_ip, w->filled) < 150)
		return;
	propose(w, GH_DETECT_IPV4, 600 + ratio * 3 / 10);
}

static void weigh_phones(struct weighing *w)
{
	unsigned hits =
		w->column->hits[GH_DETECT_PHONE_FORMATTED] + w->column->hits[GH_DETECT_PHONE_E164];
	unsigned ratio = per_mille(hits, w->filled);
	bool hinted = hints_family(w, GH_DETECT_FAMILY_PHONE);

	if (w->column->hint.place_of_business || (w->column->hint.negative && hinted))
		return;
	if (!hinted && w->column->shapes[GH_DETECT_SHAPE_TRIPLES_4] * 85 > hits * 100)
		return;
	if (ratio >= (hinted ? 300u : 600u) && hits >= 2)
		propose(w, GH_DETECT_PHONE_FORMATTED, 550 + ratio * 3 / 10);
}

/* ---- tier H: a hint and values that agree ------------------------------------------------------
 */

static unsigned of_digits(const struct weighing *w, size_t low, size_t high)
{
	unsigned sum = 0;

	for (size_t i = low; i <= high && i < 24; i++)
		sum += w->column->lengths[i];
	return sum - (w->column->numbers.fractions < sum ? w->column->numbers.fractions : sum);
}

static void hint_digits(struct weighing *w, enum gh_detect_class class, unsigned part)
{
	unsigned ratio = per_mille(part, w->filled);

	if (ratio >= 500 && !is_sequence(w))
		propose(w, class, 500 + ratio * 3 / 10);
}

static void hint_texts(struct weighing *w, enum gh_detect_class class)
{
	const struct gh_detect_column *column = w->column;
	unsigned short_numbers = of_digits(w, 1, 5) + column->numbers.fractions;

	if (per_mille(short_numbers, w->filled) < 300 &&
	    per_mille(column->dates.count, w->filled) < 300)
		propose(w, class, 700);
}

static void hint_money(struct weighing *w)
{
	if (per_mille(w->column->numbers.count, w->filled) >= 500 && !is_sequence(w) &&
	    !w->column->hint.place_of_business)
		propose(w, GH_DETECT_MONEY, 750);
}

static void hint_geo(struct weighing *w)
{
	const struct gh_detect_column *column = w->column;
	unsigned points = column->numbers.fine < column->numbers.on_earth
				  ? column->numbers.fine
				  : column->numbers.on_earth;

	points += column->shapes[GH_DETECT_SHAPE_COORDINATES];
	if (per_mille(points, w->filled) >= 500 && !column->hint.place_of_business)
		propose(w, GH_DETECT_GPS, 700);
}

static void hint_birth(struct weighing *w)
{
	unsigned ratio = per_mille(w->column->dates.count, w->filled);

	if (ratio >= 500)
		propose(w, GH_DETECT_DATE_OF_BIRTH, 600 + ratio * 3 / 10);
}

/* Capitals and digits of a passport's length. */
static void hint_passport(struct weighing *w)
{
	const struct gh_detect_column *column = w->column;
	unsigned part =
		column->shapes[GH_DETECT_SHAPE_LETTER_8] +
		column->shapes[GH_DETECT_SHAPE_PASSPORT_2] + column->shapes[GH_DETECT_SHAPE_HKID] +
		column->shapes[GH_DETECT_SHAPE_POLISH] +
		column->shapes[GH_DETECT_SHAPE_DOCUMENT_10] +
		column->shapes[GH_DETECT_SHAPE_TAIWAN] + column->shapes[GH_DETECT_SHAPE_NIE] +
		column->shapes[GH_DETECT_SHAPE_NRIC] + of_digits(w, 7, 10);

	part = part > w->filled ? w->filled : part;
	if (per_mille(part, w->filled) >= 400)
		propose(w, GH_DETECT_PASSPORT_NUMBER, 600 + per_mille(part, w->filled) * 3 / 10);
	else if (column->longest <= 12 && column->lettered * 2 > w->filled)
		hint_texts(w, GH_DETECT_PASSPORT_NUMBER);
}

/* Bare social security numbers have a check; others have a length and the column's name. */
static void hint_national(struct weighing *w)
{
	const struct gh_detect_column *column = w->column;

	if (column->hint.class == GH_DETECT_US_SSN_BARE)
		hint_digits(w, GH_DETECT_US_SSN_BARE,
			    column->hits[GH_DETECT_US_SSN_BARE] + column->hits[GH_DETECT_US_SSN]);
	else if (column->hint.class == GH_DETECT_NATIONAL_NUMBER)
		hint_digits(w, GH_DETECT_NATIONAL_NUMBER, of_digits(w, 7, 18));
}

static void hint_tax(struct weighing *w)
{
	const struct gh_detect_column *column = w->column;

	if (column->hint.class == GH_DETECT_US_EIN)
		hint_digits(w, GH_DETECT_US_EIN, column->hits[GH_DETECT_US_EIN]);
	if (column->hint.class == GH_DETECT_TAX_NUMBER)
		hint_digits(w, GH_DETECT_TAX_NUMBER, of_digits(w, 8, 13));
}

static void hint_phone(struct weighing *w)
{
	const struct gh_detect_column *column = w->column;

	if (!column->hint.place_of_business)
		hint_digits(w, GH_DETECT_PHONE_DIGITS,
			    of_digits(w, 7, 15) + column->hits[GH_DETECT_PHONE_FORMATTED] +
				    column->hits[GH_DETECT_PHONE_E164]);
}

static void hint_account(struct weighing *w)
{
	if (w->column->hint.class == GH_DETECT_ACCOUNT_NUMBER)
		hint_digits(w, GH_DETECT_ACCOUNT_NUMBER, of_digits(w, 6, 20));
}

/* Their texts have no form of their own: the column's name says it all. */
static void hint_formless(struct weighing *w, enum gh_detect_family family)
{
	static const enum gh_detect_class formless[] = {
		GH_DETECT_PASSWORD,
		GH_DETECT_HEALTH_NUMBER,
		GH_DETECT_PERSONAL_TRAIT,
		GH_DETECT_DEVICE_ID,
	};

	for (size_t i = 0; i < sizeof(formless) / sizeof(formless[0]); i++)
		if (w->column->hint.class == formless[i] &&
		    gh_detect_family_of(formless[i]) == family)
			hint_texts(w, formless[i]);
}

static void weigh_hint(struct weighing *w, enum gh_detect_family family)
{
	switch (family) {
	case GH_DETECT_FAMILY_NATIONAL_ID:
		hint_national(w);
		return;
	case GH_DETECT_FAMILY_TAX_ID:
		hint_tax(w);
		return;
	case GH_DETECT_FAMILY_PASSPORT:
		hint_passport(w);
		return;
	case GH_DETECT_FAMILY_PHONE:
		hint_phone(w);
		return;
	case GH_DETECT_FAMILY_DATE_OF_BIRTH:
		hint_birth(w);
		return;
	case GH_DETECT_FAMILY_GEO:
		hint_geo(w);
		return;
	case GH_DETECT_FAMILY_SALARY_OR_FINANCIAL:
		hint_money(w);
		return;
	case GH_DETECT_FAMILY_BANK_ACCOUNT:
		hint_account(w);
		return;
	default:
		hint_formless(w, family);
	}
}

static void weigh_hints(struct weighing *w)
{
	const struct gh_detect_hint *hint = &w->column->hint;

	if (hint->negative || hint->keyed)
		return;
	for (unsigned family = 1; family < GH_DETECT_FAMILY_COUNT; family++)
		if (hint->families & 1u << family)
			weigh_hint(w, (enum gh_detect_family)family);
}

/* ---- what words say together
 * ---------------------------------------------------------------------- */

static void weigh_person(struct weighing *w)
{
	const struct gh_detect_speech *s = &w->column->speech;
	const struct gh_detect_hint *hint = &w->column->hint;
	unsigned like = per_mille(s->name_like + s->cjk_names, w->filled);
	unsigned known = per_mille(s->given + s->family + s->titles + s->cjk_names, w->filled);
	unsigned given = per_mille(s->given + s->cjk_names + s->titles, w->filled);
	unsigned companies = per_mille(s->companies, w->filled);
	bool hinted = hints_family(w, GH_DETECT_FAMILY_PERSON) && !hint->negative && !hint->keyed &&
		      !hint->thing;
	unsigned need = hinted && !hint->person_part ? 60 : hinted ? 200 : 400;

	if (companies > 100 || like < 400)
		return;
	if (known >= need && (hinted || given >= 200 || known >= 500))
		propose(w, GH_DETECT_PERSON, 500 + known / 4 + (hinted ? 200 : 0));
}

static void weigh_address(struct weighing *w)
{
	const struct gh_detect_speech *s = &w->column->speech;
	const struct gh_detect_hint *hint = &w->column->hint;
	unsigned streets = per_mille(s->addresses, w->filled);
	unsigned numbered = per_mille(s->numbered + s->addresses, w->filled);
	bool hinted = hints_family(w, GH_DETECT_FAMILY_ADDRESS) && !hint->negative && !hint->keyed;

	if (hint->place_of_business)
		return;
	if (streets >= (hinted ? 150u : 300u))
		propose(w, GH_DETECT_ADDRESS, 500 + streets / 4 + (hinted ? 200 : 0));
	else if (hinted && numbered >= 500)
		propose(w, GH_DETECT_ADDRESS, 600);
}

/* Birthdays are days without a time, spread over generations. */
static void weigh_birth(struct weighing *w)
{
	const struct gh_detect_dates *d = &w->column->dates;

	if (d->years < 8 || per_mille(d->years, w->filled) < 600 || w->column->hint.negative)
		return;
	if (d->last - d->first < 25 || per_mille(d->middle, d->years) < 850)
		return;
	if (per_mille(d->old, d->years) >= 350)
		propose(w, GH_DETECT_DATE_OF_BIRTH, 600);
}

/* Letter and eight digits, under letters of all kinds, as passports have them. */
static void weigh_passport(struct weighing *w)
{
	const struct gh_detect_column *column = w->column;
	unsigned lettered = column->shapes[GH_DETECT_SHAPE_LETTER_8];
	unsigned part = lettered + column->lengths[9];

	if (gh_detect_bits(column->letters) >= 8 && per_mille(lettered, w->filled) >= 200 &&
	    per_mille(part, w->filled) >= 600)
		propose(w, GH_DETECT_PASSPORT_NUMBER, 600);
}

static void weigh_text(struct weighing *w)
{
	const struct gh_detect_column *column = w->column;
	unsigned named = column->within[GH_DETECT_PERSON] + column->within[GH_DETECT_ADDRESS];

	if (per_mille(column->speech.prose, w->filled) < 250)
		return;
	if (named >= 2 && per_mille(named, w->filled) >= 45)
		propose(w, GH_DETECT_FREE_TEXT, 600 + per_mille(named, w->filled) / 4);
}

/* EIN and the like in their dashes: rare enough elsewhere where nothing else fits. */
static void weigh_dashed(struct weighing *w)
{
	unsigned ratio = per_mille(w->column->shapes[GH_DETECT_SHAPE_EIN], w->filled);
	unsigned valid = per_mille(w->column->hits[GH_DETECT_US_EIN], w->filled);

	if (ratio >= 600 && valid * 100 >= ratio * 97 && w->column->hits[GH_DETECT_US_EIN] >= 16 &&
	    is_spread(w, GH_DETECT_US_EIN))
		propose(w, GH_DETECT_US_EIN, 520);
}

/* ---- the verdict
 * -------------------------------------------------------------------------------------- */

static void weigh(struct weighing *w)
{
	enum gh_detect_kind kind = w->column->kind;

	if (kind == GH_DETECT_KIND_TIMESTAMP || kind == GH_DETECT_KIND_DATE) {
		if (hints_family(w, GH_DETECT_FAMILY_DATE_OF_BIRTH))
			weigh_hints(w);
		else
			weigh_birth(w);
		return;
	}
	weigh_checked(w);
	weigh_ipv4(w);
	weigh_phones(w);
	weigh_hints(w);
	weigh_person(w);
	weigh_address(w);
	weigh_birth(w);
	weigh_passport(w);
	weigh_text(w);
	weigh_dashed(w);
}

void gh_detect_column_verdict(struct gh_detect_column *column, enum gh_detect_ask ask,
			      struct gh_detect_verdict *out)
{
	struct weighing w = { column, column->distinct, out };

	memset(out, 0, sizeof(*out));
	out->state = GH_DETECT_CLEAN;
	if (type_decides(column))
		return;
	if (ask == GH_DETECT_MORE && column->distinct < GH_DETECT_ENOUGH) {
		out->state = GH_DETECT_UNDECIDED;
		return;
	}
	if (w.filled > 0)
		weigh(&w);
}
