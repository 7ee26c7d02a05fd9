/*
 * A masked value in the form of a C type.  What can't be converted becomes the
 * C type's own default (0, 1970-01-01, the nil GUID), so no C type is a way
 * round a mask.
 */
#include "internal.h"

#include <string.h>

/* ODBC 3.8, appendix C, interval literals. */
struct interval_text {
	SQLSMALLINT sql_type;
	struct gh_span text;
};

#define LITERAL(text)                                                                              \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
#define EPOCH                                                                                      \
	{                                                                                          \
		1970, 1, 1, 0, 0, 0, 0                                                             \
	}

static const struct interval_text interval_texts[] = {
	{ SQL_INTERVAL_YEAR_TO_MONTH, LITERAL("0-0") },
	{ SQL_INTERVAL_DAY_TO_HOUR, LITERAL("0 00") },
	{ SQL_INTERVAL_DAY_TO_MINUTE, LITERAL("0 00:00") },
	{ SQL_INTERVAL_DAY_TO_SECOND, LITERAL("0 00:00:00") },
	{ SQL_INTERVAL_HOUR_TO_MINUTE, LITERAL("0:00") },
	{ SQL_INTERVAL_HOUR_TO_SECOND, LITERAL("0:00:00") },
	{ SQL_INTERVAL_MINUTE_TO_SECOND, LITERAL("0:00") },
};

static struct gh_span interval_text(SQLSMALLINT sql_type)
{
	for (size_t i = 0; i < sizeof(interval_texts) / sizeof(interval_texts[0]); i++)
		if (interval_texts[i].sql_type == sql_type)
			return interval_texts[i].text;
	return GH_SPAN_LITERAL("0");
}

void gh_mask_result_default(const struct gh_mask *mask, struct gh_mask_result *result)
{
	static const char nil[GH_MASK_GUID_SIZE];
	static const struct gh_mask_result defaults[GH_MASK_FAMILY_COUNT] = {
		[GH_MASK_FAMILY_TEXT] = { .bytes = LITERAL("*") },
		[GH_MASK_FAMILY_INTEGER] = { .shape = GH_MASK_SHAPE_NUMBER },
		[GH_MASK_FAMILY_DECIMAL] = { .shape = GH_MASK_SHAPE_NUMBER },
		[GH_MASK_FAMILY_FLOAT] = { .shape = GH_MASK_SHAPE_NUMBER },
		[GH_MASK_FAMILY_BIT] = { .shape = GH_MASK_SHAPE_NUMBER },
		[GH_MASK_FAMILY_DATE] = { .shape = GH_MASK_SHAPE_TEMPORAL,
					  .bytes = LITERAL("1970-01-01"),
					  .moment = EPOCH },
		[GH_MASK_FAMILY_TIME] = { .shape = GH_MASK_SHAPE_TEMPORAL,
					  .bytes = LITERAL("00:00:00"),
					  .moment = EPOCH },
		[GH_MASK_FAMILY_TIMESTAMP] = { .shape = GH_MASK_SHAPE_TEMPORAL,
					       .bytes = LITERAL("1970-01-01 00:00:00"),
					       .moment = EPOCH },
		[GH_MASK_FAMILY_INTERVAL] = { .shape = GH_MASK_SHAPE_TEMPORAL,
					      .bytes = LITERAL("0"),
					      .moment = EPOCH },
		[GH_MASK_FAMILY_BINARY] = { .shape = GH_MASK_SHAPE_BYTES, .bytes = LITERAL("") },
		[GH_MASK_FAMILY_GUID] = { .shape = GH_MASK_SHAPE_GUID,
					  .bytes = { nil, GH_MASK_GUID_SIZE } },
	};

	*result = defaults[mask->family];
	if (mask->family == GH_MASK_FAMILY_INTERVAL)
		result->bytes = interval_text(mask->column.sql_type);
}

/* Bytes as the hexadecimal text that ODBC gives for binary data, upper case. */
static struct gh_span hex_text(struct gh_span bytes, char *room)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < bytes.length; i++) {
		room[2 * i] = digits[(unsigned char)bytes.bytes[i] >> 4];
		room[2 * i + 1] = digits[(unsigned char)bytes.bytes[i] & 15];
	}
	return (struct gh_span){ room, 2 * bytes.length };
}

static struct gh_span guid_text(struct gh_span bytes, char *room)
{
	static const size_t groups[] = { 4, 2, 2, 2, 6 };
	size_t from = 0, to = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		struct gh_span group = { bytes.bytes + from, groups[i] };

		if (i > 0)
			room[to++] = '-';
		to += hex_text(group, room + to).length;
		from += groups[i];
	}
	return (struct gh_span){ room, to };
}

/*
 * The text of a result that is not text already: into `room`, or for bytes, of
 * which there may be more, into the mask's buffer.
 */
static struct gh_span result_text(struct gh_mask *mask, const struct gh_mask_result *result,
				  char room[GH_MASK_NUMBER_ROOM])
{
	switch (result->shape) {
	case GH_MASK_SHAPE_NUMBER:
		return gh_mask_number_text(result, room);
	case GH_MASK_SHAPE_BYTES:
		gh_buf_reset(&mask->normalised);
		if (gh_buf_reserve(&mask->normalised, 2 * result->bytes.length) != GH_OK)
			return (struct gh_span){ NULL, 0 };
		return hex_text(result->bytes, mask->normalised.bytes);
	case GH_MASK_SHAPE_GUID:
		return guid_text(result->bytes, room);
	default:
		return result->bytes;
	}
}

/* A signed type's largest value is all ones but for the sign. */
static bool is_signed(const struct gh_mask_c_type *type)
{
	return type->largest == (UINT64_MAX >> (65 - 8 * type->size));
}

static void set_whole(union gh_mask_fixed *fixed, const struct gh_mask_c_type *type,
		      const struct gh_mask_result *result)
{
	uint64_t number = result->number / gh_mask_power_of_ten(result->scale);

	/* a C type smaller than the column: still deterministic, and fits */
	if (number > type->largest)
		number %= type->largest + 1;
	if (result->negative)
		number = is_signed(type) ? (uint64_t)0 - number : 0;
	if (type->size == sizeof(fixed->whole1))
		fixed->whole1 = (uint8_t)number;
	else if (type->size == sizeof(fixed->whole2))
		fixed->whole2 = (uint16_t)number;
	else if (type->size == sizeof(fixed->whole4))
		fixed->whole4 = (uint32_t)number;
	else
		fixed->whole8 = number;
}

static double number_double(const struct gh_mask_result *result)
{
	double number = (double)result->number / (double)gh_mask_power_of_ten(result->scale);

	return result->negative ? -number : number;
}

static void set_numeric(SQL_NUMERIC_STRUCT *numeric, const struct gh_mask_column *column,
			const struct gh_mask_result *result)
{
	numeric->precision = column->size > 0 && column->size <= 38 ? (SQLCHAR)column->size : 38;
	numeric->scale = (SQLSCHAR)result->scale;
	numeric->sign = result->negative ? 0 : 1;
	for (size_t i = 0; i < sizeof(result->number); i++)
		numeric->val[i] = (SQLCHAR)(result->number >> (8 * i));
}

static void set_guid(SQLGUID *guid, const struct gh_mask_result *result)
{
	const uint8_t *in = (const uint8_t *)result->bytes.bytes;

	if (result->shape != GH_MASK_SHAPE_GUID)
		return;
	guid->Data1 = (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
	guid->Data2 = (uint16_t)(in[4] << 8 | in[5]);
	guid->Data3 = (uint16_t)(in[6] << 8 | in[7]);
	memcpy(guid->Data4, in + 8, sizeof(guid->Data4));
}

static void set_interval(SQL_INTERVAL_STRUCT *interval, SQLSMALLINT c_type)
{
	/* ODBC 3.8: SQL_IS_x is SQL_CODE_x, and the C type is 100 more */
	interval->interval_type = (SQLINTERVAL)(c_type - 100);
}

static void set_time(union gh_mask_fixed *fixed, enum gh_mask_c_kind kind,
		     const SQL_TIMESTAMP_STRUCT *moment)
{
	if (kind == GH_MASK_C_DATE)
		fixed->date = (SQL_DATE_STRUCT){ moment->year, moment->month, moment->day };
	else if (kind == GH_MASK_C_TIME)
		fixed->time = (SQL_TIME_STRUCT){ moment->hour, moment->minute, moment->second };
	else
		fixed->timestamp = *moment;
}

/* lint: table */
static void set_fixed(struct gh_mask *mask, const struct gh_mask_result *result,
		      const struct gh_mask_c_type *type)
{
	static const struct gh_mask_result zero = { .shape = GH_MASK_SHAPE_NUMBER };
	static const SQL_TIMESTAMP_STRUCT epoch = EPOCH;
	const struct gh_mask_result *number =
		result->shape == GH_MASK_SHAPE_NUMBER ? result : &zero;
	bool timed = result->shape == GH_MASK_SHAPE_TEMPORAL;

	/* all of it: the application gets the padding too */
	memset(&mask->fixed, 0, sizeof(mask->fixed));
	switch (type->kind) {
	case GH_MASK_C_WHOLE:
		set_whole(&mask->fixed, type, number);
		break;
	case GH_MASK_C_FLOAT:
		mask->fixed.real = (SQLREAL)number_double(number);
		break;
	case GH_MASK_C_DOUBLE:
		mask->fixed.real8 = number_double(number);
		break;
	case GH_MASK_C_NUMERIC:
		set_numeric(&mask->fixed.numeric, &mask->column, number);
		break;
	case GH_MASK_C_DATE:
	case GH_MASK_C_TIME:
	case GH_MASK_C_TIMESTAMP:
		set_time(&mask->fixed, type->kind, timed ? &result->moment : &epoch);
		break;
	case GH_MASK_C_INTERVAL:
		set_interval(&mask->fixed.interval, type->code);
		break;
	case GH_MASK_C_GUID:
		set_guid(&mask->fixed.guid, result);
		break;
	default:
		break;
	}
}

/* As the target would give a value that is no text: in its default C type. */
static const struct gh_mask_c_type *bytes_type(const struct gh_mask *mask,
					       const struct gh_mask_result *result,
					       const struct gh_mask_c_type *type)
{
	if (type->kind != GH_MASK_C_BYTES || result->shape == GH_MASK_SHAPE_TEXT ||
	    result->shape == GH_MASK_SHAPE_BYTES)
		return type;
	return gh_mask_c_type_find(gh_mask_default_c_type(mask->column.sql_type));
}

enum gh_status gh_mask_convert(struct gh_mask *mask, const struct gh_mask_result *result,
			       const struct gh_mask_c_type *type, struct gh_mask_value *out)
{
	const struct gh_mask_c_type *form = bytes_type(mask, result, type);
	bool raw = form->kind == GH_MASK_C_BYTES || result->shape == GH_MASK_SHAPE_TEXT;
	char room[GH_MASK_NUMBER_ROOM];
	struct gh_span text;
	enum gh_status status;

	if (form->size > 0) {
		set_fixed(mask, result, form);
		*out = (struct gh_mask_value){ false, &mask->fixed, form->size };
		return GH_OK;
	}
	text = raw ? result->bytes : result_text(mask, result, room);
	if (form->kind != GH_MASK_C_WIDE && raw) {
		*out = (struct gh_mask_value){ false, text.bytes, text.length };
		return GH_OK;
	}
	gh_buf_reset(&mask->delivered);
	if (form->kind == GH_MASK_C_WIDE)
		status = gh_wide_append(&mask->delivered, text, sizeof(SQLWCHAR));
	else
		status = gh_buf_append(&mask->delivered, text.bytes, text.length);
	*out = (struct gh_mask_value){ status != GH_OK, mask->delivered.bytes,
				       mask->delivered.length };
	return status;
}
