/*
 * Masks of dates, times and timestamps: date_trunc, date_shift, age_cap.  Text
 * columns that hold dates in ISO 8601's order take part.
 */
#include "internal.h"

#include <stdio.h>
#include <string.h>

#define DAYS_PER_ERA 146097 /* 400 years */
#define SUFFIX_MAX   6      /* "+05:30" */

struct moment {
	SQL_TIMESTAMP_STRUCT value;
	bool has_date;
	bool has_time;
	char separator; /* between date and time */
	unsigned fraction_digits;
	struct gh_span suffix; /* a time zone, as it was written */
};

/* ---- days ------------------------------------------------------------------------------ */

static bool is_leap(int64_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_in(int64_t year, unsigned month)
{
	static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

/* Days since 0000-03-01: a leap day is the last of its year. */
static int64_t day_number(const SQL_TIMESTAMP_STRUCT *date)
{
	int64_t year = date->year - (date->month <= 2);
	int64_t month = (date->month + 9) % 12;

	return year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + date->day -
	       1;
}

static void set_day(SQL_TIMESTAMP_STRUCT *date, int64_t number)
{
	int64_t era = number / DAYS_PER_ERA, day = number % DAYS_PER_ERA;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t rest = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * rest + 2) / 153;

	date->day = (SQLUSMALLINT)(rest - (153 * month + 2) / 5 + 1);
	date->month = (SQLUSMALLINT)(month < 10 ? month + 3 : month - 9);
	date->year = (SQLSMALLINT)(era * 400 + year + (date->month <= 2));
}

/* ---- texts ------------------------------------------------------------------------------- */

static bool read_number(struct gh_span *text, size_t digits, unsigned *out)
{
	*out = 0;
	if (text->length < digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		char c = text->bytes[i];

		if (c < '0' || c > '9')
			return false;
		*out = 10 * *out + (unsigned)(c - '0');
	}
	text->bytes += digits;
	text->length -= digits;
	return true;
}

static bool skip(struct gh_span *text, char c)
{
	if (text->length == 0 || text->bytes[0] != c)
		return false;
	text->bytes++;
	text->length--;
	return true;
}

static bool read_date(struct gh_span *text, SQL_TIMESTAMP_STRUCT *out)
{
	unsigned year, month, day;

	if (!read_number(text, 4, &year) || !skip(text, '-') || !read_number(text, 2, &month) ||
	    !skip(text, '-') || !read_number(text, 2, &day))
		return false;
	if (year == 0 || month == 0 || month > 12 || day == 0 || day > days_in(year, month))
		return false;
	out->year = (SQLSMALLINT)year;
	out->month = (SQLUSMALLINT)month;
	out->day = (SQLUSMALLINT)day;
	return true;
}

static void read_fraction(struct gh_span *text, struct moment *out)
{
	unsigned digit;

	while (read_number(text, 1, &digit)) {
		if (out->fraction_digits < 9)
			out->value.fraction = 10 * out->value.fraction + digit;
		out->fraction_digits += out->fraction_digits < 9;
	}
	for (unsigned i = out->fraction_digits; i < 9; i++)
		out->value.fraction *= 10;
}

static bool read_time(struct gh_span *text, struct moment *out)
{
	unsigned hour, minute, second = 0;

	if (!read_number(text, 2, &hour) || !skip(text, ':') || !read_number(text, 2, &minute))
		return false;
	if (skip(text, ':') && !read_number(text, 2, &second))
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	out->value.hour = (SQLUSMALLINT)hour;
	out->value.minute = (SQLUSMALLINT)minute;
	out->value.second = (SQLUSMALLINT)second;
	if (skip(text, '.'))
		read_fraction(text, out);
	return true;
}

static bool is_zone(struct gh_span text)
{
	if (text.length == 0 || gh_span_equal(text, GH_SPAN_LITERAL("Z")))
		return true;
	if (text.length > SUFFIX_MAX || (text.bytes[0] != '+' && text.bytes[0] != '-'))
		return false;
	for (size_t i = 1; i < text.length; i++)
		if (text.bytes[i] != ':' && (text.bytes[i] < '0' || text.bytes[i] > '9'))
			return false;
	return text.length > 1;
}

static bool parse(struct gh_span text, struct moment *out)
{
	*out = (struct moment){ .value = { 1970, 1, 1, 0, 0, 0, 0 }, .separator = ' ' };
	out->has_date = text.length > 4 && text.bytes[4] == '-';
	if (out->has_date && !read_date(&text, &out->value))
		return false;
	if (out->has_date && text.length > 0) {
		out->separator = text.bytes[0];
		if (!skip(&text, ' ') && !skip(&text, 'T'))
			return false;
	}
	out->has_time = text.length > 0 || !out->has_date;
	if (out->has_time && !read_time(&text, out))
		return false;
	out->suffix = text;
	return is_zone(text);
}

static enum gh_status write_text(const struct moment *moment, struct gh_buf *out)
{
	const SQL_TIMESTAMP_STRUCT *value = &moment->value;
	char fraction[16];

	if (moment->has_date)
		gh_buf_printf(out, "%04d-%02u-%02u", (int)value->year, (unsigned)value->month,
			      (unsigned)value->day);
	if (moment->has_date && moment->has_time)
		gh_buf_append_char(out, moment->separator);
	if (moment->has_time)
		gh_buf_printf(out, "%02u:%02u:%02u", (unsigned)value->hour, (unsigned)value->minute,
			      (unsigned)value->second);
	if (moment->fraction_digits > 0) {
		snprintf(fraction, sizeof(fraction), ".%09u", (unsigned)value->fraction);
		gh_buf_append(out, fraction, moment->fraction_digits + 1);
	}
	return gh_buf_append(out, moment->suffix.bytes, moment->suffix.length);
}

/* ---- functions ------------------------------------------------------------------------------ */

/* Everything finer than the unit becomes its first; a week begins on Monday. */
static void truncate_to(SQL_TIMESTAMP_STRUCT *value, enum gh_mask_unit unit)
{
	if (unit == GH_MASK_UNIT_WEEK) {
		int64_t day = day_number(value);

		set_day(value, day - (day + 2) % 7); /* 0000-03-01 was a Wednesday */
	}
	if (unit >= GH_MASK_UNIT_YEAR)
		value->month = 1;
	if (unit == GH_MASK_UNIT_QUARTER)
		value->month = (SQLUSMALLINT)((value->month - 1) / 3 * 3 + 1);
	if (unit >= GH_MASK_UNIT_MONTH)
		value->day = 1;
	if (unit >= GH_MASK_UNIT_DAY)
		value->hour = 0;
	if (unit >= GH_MASK_UNIT_HOUR)
		value->minute = 0;
	if (unit >= GH_MASK_UNIT_MINUTE)
		value->second = 0;
	value->fraction = 0;
}

/* By a number of days from the value's date, never by none. */
static enum gh_status shift(struct gh_mask *mask, SQL_TIMESTAMP_STRUCT *value)
{
	int64_t day = day_number(value), shifted;
	char text[24];
	int length = snprintf(text, sizeof(text), "%lld", (long long)day);
	enum gh_status status = gh_mask_digest(mask, "d", (struct gh_span){ text, (size_t)length });
	uint32_t random = (uint32_t)mask->digest[0] << 24 | (uint32_t)mask->digest[1] << 16 |
			  (uint32_t)mask->digest[2] << 8 | mask->digest[3];
	int64_t days = 1 + random % mask->amount;

	if (status != GH_OK)
		return status;
	shifted = (mask->digest[4] & 1) != 0 ? day + days : day - days;
	/* within the years that every target can write */
	if (shifted < 366 || shifted >= (int64_t)9999 * 365)
		shifted = day - days >= 366 ? day - days : day + days;
	set_day(value, shifted);
	return GH_OK;
}

/* Who is older than `years` is as old as everybody that old: in this year and the next alike. */
static void cap_age(SQL_TIMESTAMP_STRUCT *born, int64_t years)
{
	SQL_TIMESTAMP_STRUCT now = { 0 };
	int64_t oldest;

	/* 719,468 days from 0000-03-01 to 1970-01-01 */
	set_day(&now, 719468 + gh_time_utc_us() / 1000000 / 86400);
	oldest = now.year - years;
	if (born->year >= oldest)
		return;
	*born = (SQL_TIMESTAMP_STRUCT){ (SQLSMALLINT)oldest, 1, 1, 0, 0, 0, 0 };
}

static enum gh_status change(struct gh_mask *mask, struct moment *moment)
{
	if (mask->function == GH_MASK_DATE_TRUNC) {
		truncate_to(&moment->value, mask->unit);
		return GH_OK;
	}
	if (!moment->has_date)
		return GH_E_CONVERT;
	if (mask->function == GH_MASK_DATE_SHIFT)
		return shift(mask, &moment->value);
	cap_age(&moment->value, mask->amount);
	return GH_OK;
}

enum gh_status gh_mask_moment(struct gh_mask *mask, struct gh_span clear,
			      struct gh_mask_result *result)
{
	struct moment moment;
	enum gh_status status = GH_E_CONVERT;

	if (parse(clear, &moment))
		status = change(mask, &moment);
	if (status == GH_OK)
		status = write_text(&moment, &mask->masked);
	if (status != GH_OK)
		return status;
	*result = (struct gh_mask_result){ .shape = mask->family == GH_MASK_FAMILY_TEXT
							    ? GH_MASK_SHAPE_TEXT
							    : GH_MASK_SHAPE_TEMPORAL,
					   .bytes = gh_buf_span(&mask->masked),
					   .moment = moment.value };
	return GH_OK;
}
