/*
 * Values of fixed C types as the detectors take them: whole numbers, or text.
 */
#include "internal.h"

#include <inttypes.h>
#include <stdio.h>

/* lint: table */
bool gh_seen_number(const struct gh_seen *seen, int64_t *out)
{
	SQLSCHAR tiny;
	SQLCHAR unsigned_tiny;
	SQLSMALLINT small;
	SQLUSMALLINT unsigned_small;
	SQLINTEGER integer;
	SQLUINTEGER unsigned_integer;

	switch (seen->c_type) {
	case SQL_C_STINYINT:
	case SQL_C_TINYINT:
		memcpy(&tiny, seen->bytes, sizeof(tiny));
		*out = tiny;
		return true;
	case SQL_C_UTINYINT:
	case SQL_C_BIT:
		memcpy(&unsigned_tiny, seen->bytes, sizeof(unsigned_tiny));
		*out = unsigned_tiny;
		return true;
	case SQL_C_SSHORT:
	case SQL_C_SHORT:
		memcpy(&small, seen->bytes, sizeof(small));
		*out = small;
		return true;
	case SQL_C_USHORT:
		memcpy(&unsigned_small, seen->bytes, sizeof(unsigned_small));
		*out = unsigned_small;
		return true;
	case SQL_C_SLONG:
	case SQL_C_LONG:
		memcpy(&integer, seen->bytes, sizeof(integer));
		*out = integer;
		return true;
	case SQL_C_ULONG:
		memcpy(&unsigned_integer, seen->bytes, sizeof(unsigned_integer));
		*out = unsigned_integer;
		return true;
	case SQL_C_SBIGINT:
	case SQL_C_UBIGINT:
		memcpy(out, seen->bytes, sizeof(*out));
		return true;
	default:
		*out = 0;
		return false;
	}
}

static int write_date(const SQL_DATE_STRUCT *date, char text[GH_SEEN_TEXT])
{
	return snprintf(text, GH_SEEN_TEXT, "%04d-%02u-%02u", date->year, date->month, date->day);
}

static int write_timestamp(const SQL_TIMESTAMP_STRUCT *time, char text[GH_SEEN_TEXT])
{
	return snprintf(text, GH_SEEN_TEXT, "%04d-%02u-%02u %02u:%02u:%02u", time->year,
			time->month, time->day, time->hour, time->minute, time->second);
}

/* Up to 64 bits of it: what is longer is no number of a person. */
static int write_numeric(const SQL_NUMERIC_STRUCT *numeric, char text[GH_SEEN_TEXT])
{
	uint64_t value = 0, scale = 1;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | numeric->val[i];
	for (int i = 0; i < numeric->scale && i < 18; i++)
		scale *= 10;
	if (scale == 1)
		return snprintf(text, GH_SEEN_TEXT, "%s%" PRIu64, numeric->sign == 0 ? "-" : "",
				value);
	return snprintf(text, GH_SEEN_TEXT, "%s%" PRIu64 ".%0*" PRIu64,
			numeric->sign == 0 ? "-" : "", value / scale, (int)numeric->scale,
			value % scale);
}

size_t gh_seen_text(const struct gh_seen *seen, char text[GH_SEEN_TEXT])
{
	union {
		SQLREAL real;
		SQLDOUBLE number;
		SQL_NUMERIC_STRUCT numeric;
		SQL_DATE_STRUCT date;
		SQL_TIMESTAMP_STRUCT time;
	} value = { 0 };
	size_t size = gh_mask_c_size(seen->c_type);
	int length = 0;

	if (size > sizeof(value))
		return 0;
	memcpy(&value, seen->bytes, size);
	/* lint: table */
	switch (seen->c_type) {
	case SQL_C_FLOAT:
		length = snprintf(text, GH_SEEN_TEXT, "%.7g", (double)value.real);
		break;
	case SQL_C_DOUBLE:
		length = snprintf(text, GH_SEEN_TEXT, "%.15g", value.number);
		break;
	case SQL_C_NUMERIC:
		length = write_numeric(&value.numeric, text);
		break;
	case SQL_C_DATE:
	case SQL_C_TYPE_DATE:
		length = write_date(&value.date, text);
		break;
	case SQL_C_TIMESTAMP:
	case SQL_C_TYPE_TIMESTAMP:
		length = write_timestamp(&value.time, text);
		break;
	default:
		break;
	}
	gh_wipe(&value, sizeof(value));
	return length > 0 && length < GH_SEEN_TEXT ? (size_t)length : 0;
}
