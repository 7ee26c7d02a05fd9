/*
 * Numbers as text: one normal form, so that a value hashes the same as 1.5,
 * 1.50 and 15E-1, and the room that a column has for a masked one.
 */
#include "internal.h"

/* So that every masked number is exact in a double, and equal in all C types. */
#define EXACT_IN_DOUBLE ((UINT64_C(1) << 53) - 1)
#define EXACT_IN_REAL ((UINT64_C(1) << 24) - 1)
/* Beyond this an exponent is no number of any database. */
#define EXPONENT_DIGITS 6

struct reader {
	struct gh_span text;
	size_t at;
};

static char peek(const struct reader *reader)
{
	return reader->at < reader->text.length ? reader->text.bytes[reader->at] : '\0';
}

static bool take(struct reader *reader, char a, char b)
{
	if (reader->at == reader->text.length || (peek(reader) != a && peek(reader) != b))
		return false;
	reader->at++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Appends digits without leading zeros; returns how many were read. */
static size_t read_digits(struct reader *reader, struct gh_buf *out, size_t start)
{
	size_t from = reader->at, first;

	while (is_digit(peek(reader)))
		reader->at++;
	for (first = from; out->length == start && first < reader->at; first++)
		if (reader->text.bytes[first] != '0')
			break;
	gh_buf_append(out, reader->text.bytes + first, reader->at - first);
	return reader->at - from;
}

static bool read_exponent(struct reader *reader, int64_t *exponent)
{
	bool negative = false;
	int64_t value = 0;
	size_t count = 0;

	if (!take(reader, 'e', 'E'))
		return true;
	if (!take(reader, '+', '+'))
		negative = take(reader, '-', '-');
	for (; is_digit(peek(reader)); reader->at++) {
		if (++count > EXPONENT_DIGITS)
			return false;
		value = value * 10 + (peek(reader) - '0');
	}
	*exponent += negative ? -value : value;
	return count > 0;
}

static struct gh_span trim(struct gh_span text)
{
	while (text.length > 0 && text.bytes[0] == ' ') {
		text.bytes++;
		text.length--;
	}
	while (text.length > 0 && text.bytes[text.length - 1] == ' ')
		text.length--;
	return text;
}

static void append_decimal(struct gh_buf *out, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	gh_buf_append(out, digits + at, sizeof(digits) - at);
}

/* Digits without the zeros at their end, and the exponent that stands for them. */
static void finish(struct gh_buf *out, size_t digits, int64_t exponent)
{
	while (out->length > digits && out->bytes[out->length - 1] == '0') {
		out->length--;
		exponent++;
	}
	gh_buf_append_text(out, exponent < 0 ? "e-" : "e");
	append_decimal(out, (uint64_t)(exponent < 0 ? -exponent : exponent));
}

enum gh_status gh_mask_number_normal(struct gh_span text, struct gh_buf *out)
{
	struct reader reader = { trim(text), 0 };
	int64_t exponent = 0;
	size_t start = out->length, count, fraction = 0;

	if (take(&reader, '-', '-'))
		gh_buf_append_char(out, '-');
	else
		(void)take(&reader, '+', '+');
	size_t digits = out->length;
	count = read_digits(&reader, out, digits);
	if (take(&reader, '.', '.'))
		fraction = read_digits(&reader, out, digits);
	if (count + fraction == 0 || !read_exponent(&reader, &exponent) ||
	    reader.at != reader.text.length)
		return GH_E_CONVERT;
	if (out->failed == GH_OK && out->length == digits) {
		out->length = start;
		return gh_buf_append_char(out, '0');
	}
	if (out->failed == GH_OK)
		finish(out, digits, exponent - (int64_t)fraction);
	return out->failed;
}

/* The largest number of so many decimal digits. */
static uint64_t nines(size_t digits)
{
	uint64_t value = 0;

	for (size_t i = 0; i < digits && i < 19; i++)
		value = value * 10 + 9;
	return value;
}

static uint64_t smaller(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t decimal_limit(const struct gh_mask_column *column)
{
	size_t scale = column->digits > 0 ? (size_t)column->digits : 0;

	if (column->size == 0)
		return EXACT_IN_DOUBLE;
	if (scale >= column->size)
		return 0;
	return smaller(nines(column->size - scale), EXACT_IN_DOUBLE);
}

static uint64_t type_limit(SQLSMALLINT sql_type)
{
	if (sql_type == SQL_REAL)
		return EXACT_IN_REAL;
	return smaller(gh_mask_type_range(sql_type), EXACT_IN_DOUBLE);
}

uint64_t gh_mask_number_limit(const struct gh_mask_column *column)
{
	uint64_t limit = type_limit(column->sql_type);

	if (gh_mask_family_of(column->sql_type) == GH_MASK_FAMILY_DECIMAL)
		return decimal_limit(column);
	/* a float's size may be in bits (SQL_DESC_NUM_PREC_RADIX 2) and says nothing more */
	if (gh_mask_family_of(column->sql_type) == GH_MASK_FAMILY_FLOAT || column->size == 0)
		return limit;
	return smaller(limit, nines(column->size));
}
