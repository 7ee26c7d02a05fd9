/*
 * Decimal numbers of up to 18 digits, exactly: as targets write them, as masks
 * compute with them, and as they are written again.
 */
#include "internal.h"

#define EXPONENT_MAX 400

uint64_t gh_mask_power_of_ten(unsigned exponent)
{
	uint64_t power = 1;

	for (unsigned i = 0; i < exponent && i < GH_MASK_DECIMAL_DIGITS; i++)
		power *= 10;
	return power;
}

unsigned gh_mask_digits(uint64_t number)
{
	unsigned count = 1;

	for (; number >= 10; number /= 10)
		count++;
	return count;
}

struct reader {
	struct gh_span text;
	size_t at;
	struct gh_mask_decimal number;
	int exponent;
};

static char peek(const struct reader *reader)
{
	return reader->at < reader->text.length ? reader->text.bytes[reader->at] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One more digit; false where it has no place. */
static bool push(struct gh_mask_decimal *number, unsigned digit)
{
	if (number->magnitude >= gh_mask_power_of_ten(GH_MASK_DECIMAL_DIGITS - 1))
		return false;
	number->magnitude = number->magnitude * 10 + digit;
	return true;
}

static enum gh_status read_digits(struct reader *reader)
{
	struct gh_mask_decimal *number = &reader->number;
	size_t count = 0;

	for (; is_digit(peek(reader)); reader->at++, count++)
		if (!push(number, (unsigned)(peek(reader) - '0')))
			return GH_E_LIMIT;
	if (peek(reader) == '.')
		for (reader->at++; is_digit(peek(reader)); reader->at++, count++) {
			if (number->scale < GH_MASK_DECIMAL_DIGITS &&
			    push(number, (unsigned)(peek(reader) - '0')))
				number->scale++;
			else
				number->cut |= peek(reader) != '0';
		}
	return count > 0 ? GH_OK : GH_E_CONVERT;
}

static enum gh_status read_exponent(struct reader *reader)
{
	bool negative;
	size_t count = 0;

	if (peek(reader) != 'e' && peek(reader) != 'E')
		return GH_OK;
	reader->at++;
	negative = peek(reader) == '-';
	if (negative || peek(reader) == '+')
		reader->at++;
	for (; is_digit(peek(reader)); reader->at++, count++)
		if (reader->exponent < EXPONENT_MAX)
			reader->exponent = 10 * reader->exponent + (peek(reader) - '0');
	if (negative)
		reader->exponent = -reader->exponent;
	return count > 0 ? GH_OK : GH_E_CONVERT;
}

/* Moves the point; what gets too small is left out. */
static enum gh_status apply_exponent(struct gh_mask_decimal *number, int exponent)
{
	for (; exponent > 0 && number->scale > 0; exponent--)
		number->scale--;
	for (; exponent > 0 && number->magnitude > 0; exponent--)
		if (!push(number, 0))
			return GH_E_LIMIT;
	for (; exponent < 0; exponent++) {
		if (number->scale < GH_MASK_DECIMAL_DIGITS) {
			number->scale++;
			continue;
		}
		number->cut |= number->magnitude % 10 != 0;
		number->magnitude /= 10;
	}
	return GH_OK;
}

enum gh_status gh_mask_decimal_parse(struct gh_span text, struct gh_mask_decimal *out)
{
	struct reader reader = { .text = text };
	enum gh_status status;

	*out = (struct gh_mask_decimal){ 0 };
	while (peek(&reader) == ' ')
		reader.at++;
	reader.number.negative = peek(&reader) == '-';
	if (peek(&reader) == '-' || peek(&reader) == '+')
		reader.at++;
	status = read_digits(&reader);
	if (status == GH_OK)
		status = read_exponent(&reader);
	while (peek(&reader) == ' ')
		reader.at++;
	if (status == GH_OK && reader.at != text.length)
		status = GH_E_CONVERT;
	if (status == GH_OK)
		status = apply_exponent(&reader.number, reader.exponent);
	if (status == GH_OK)
		*out = reader.number;
	return status;
}

/* ---- what a column holds ------------------------------------------------------------- */

/* lint: table */
uint64_t gh_mask_type_range(SQLSMALLINT sql_type)
{
	switch (sql_type) {
	case SQL_BIT:
		return 1;
	case SQL_TINYINT:
		return INT8_MAX;
	case SQL_SMALLINT:
		return INT16_MAX;
	case SQL_INTEGER:
		return INT32_MAX;
	default:
		return UINT64_MAX;
	}
}

bool gh_mask_decimal_fits(const struct gh_mask_column *column, const struct gh_mask_decimal *number)
{
	size_t scale = column->digits > 0 ? (size_t)column->digits : 0;
	uint64_t whole = number->magnitude / gh_mask_power_of_ten(number->scale);

	if (whole > gh_mask_type_range(column->sql_type))
		return false;
	if (gh_mask_family_of(column->sql_type) != GH_MASK_FAMILY_DECIMAL || column->size == 0)
		return true;
	if (scale >= column->size)
		return whole == 0;
	return column->size - scale > GH_MASK_DECIMAL_DIGITS ||
	       whole < gh_mask_power_of_ten((unsigned)(column->size - scale));
}

/* ---- as a result ------------------------------------------------------------------------ */

void gh_mask_result_number(struct gh_mask_result *result, const struct gh_mask_decimal *number)
{
	*result = (struct gh_mask_result){ .shape = GH_MASK_SHAPE_NUMBER,
					   .number = number->magnitude,
					   .scale = number->scale,
					   .negative = number->negative && number->magnitude > 0 };
}

struct gh_span gh_mask_number_text(const struct gh_mask_result *result,
				   char room[GH_MASK_NUMBER_ROOM])
{
	uint64_t rest = result->number;
	size_t at = GH_MASK_NUMBER_ROOM;

	for (unsigned i = 0; i <= result->scale || rest > 0; i++, rest /= 10) {
		if (i == result->scale && i > 0)
			room[--at] = '.';
		room[--at] = (char)('0' + rest % 10);
	}
	if (result->negative)
		room[--at] = '-';
	return (struct gh_span){ room + at, GH_MASK_NUMBER_ROOM - at };
}
