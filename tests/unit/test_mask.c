/* Masks: each function on each family, in each C type. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "mask_types.h"

/* A mask with its keys, made and freed by each test. */
static struct gh_mask_keys *keys;

static struct gh_mask *mask_of(struct gh_mask_spec spec, SQLSMALLINT sql_type, SQLULEN size)
{
	struct gh_mask_column column = { sql_type, size, 0, SQL_NULLABLE };
	struct gh_mask *mask = NULL;

	if (keys == NULL)
		ck_assert_int_eq(gh_mask_keys_new(BYTES("0123456789abcdef0123456789abcdef"), &keys,
						  NULL), GH_OK);
	ck_assert_int_eq(gh_mask_new(&spec, &column, keys, &mask, NULL), GH_OK);
	return mask;
}

static struct gh_mask *mask_new(enum gh_mask_function function, SQLSMALLINT sql_type, SQLULEN size)
{
	return mask_of((struct gh_mask_spec){ .function = function }, sql_type, size);
}

static struct gh_mask *partial_new(uint16_t first, uint16_t last, SQLSMALLINT sql_type,
				   SQLULEN size)
{
	return mask_of((struct gh_mask_spec){ .function = GH_MASK_PARTIAL, .keep_first = first,
					      .keep_last = last, .rule = "r" }, sql_type, size);
}

static void done(struct gh_mask *mask)
{
	gh_mask_free(mask);
	gh_mask_keys_free(keys);
	keys = NULL;
}

/* The clear text in the form that the mask asks for; caller clears. */
static struct gh_buf fetched(const struct gh_mask *mask, const char *clear, SQLSMALLINT wanted)
{
	struct gh_buf buf;

	gh_buf_init(&buf, 0);
	if (gh_mask_fetch_type(mask, wanted) == SQL_C_WCHAR)
		gh_wide_append(&buf, gh_span_from(clear), sizeof(SQLWCHAR));
	else
		gh_buf_append_text(&buf, clear);
	return buf;
}

static enum gh_status apply(struct gh_mask *mask, const char *clear, SQLSMALLINT wanted,
			    struct gh_mask_value *out)
{
	struct gh_buf buf = fetched(mask, clear, wanted);
	enum gh_status status = gh_mask_apply(mask, gh_buf_span(&buf), WHOLE, wanted, out);

	gh_buf_clear(&buf);
	return status;
}

/* The masked value as NUL-terminated UTF-8; valid until the next call. */
static const char *masked(struct gh_mask *mask, const char *clear, SQLSMALLINT wanted)
{
	static char text[256];
	struct gh_mask_value value;
	struct gh_buf utf8;

	gh_buf_init(&utf8, 0);
	ck_assert_int_eq(apply(mask, clear, wanted, &value), GH_OK);
	ck_assert(!value.is_null);
	if (wanted != SQL_C_WCHAR)
		gh_buf_append(&utf8, value.bytes, value.length);
	else if (sizeof(SQLWCHAR) == 2)
		gh_utf8_from_utf16(&utf8, value.bytes, value.length / 2);
	else
		gh_utf8_from_utf32(&utf8, value.bytes, value.length / 4);
	snprintf(text, sizeof(text), "%s", utf8.bytes == NULL ? "" : utf8.bytes);
	gh_buf_clear(&utf8);
	return text;
}

START_TEST(redact_fits_the_declared_size)
{
	struct gh_mask *mask = mask_new(GH_MASK_REDACT, SQL_VARCHAR, 0);

	ck_assert_str_eq(masked(mask, "Ada Lovelace", SQL_C_CHAR), "[redacted]");
	ck_assert_str_eq(masked(mask, "Ada Lovelace", SQL_C_WCHAR), "[redacted]");
	ck_assert_str_eq(masked(mask, "", SQL_C_BINARY), "[redacted]");
	gh_mask_free(mask);
	mask = mask_new(GH_MASK_REDACT, SQL_VARCHAR, 10);
	ck_assert_str_eq(masked(mask, "x", SQL_C_CHAR), "[redacted]");
	gh_mask_free(mask);
	mask = mask_new(GH_MASK_REDACT, SQL_WVARCHAR, 9);
	ck_assert_str_eq(masked(mask, "x", SQL_C_WCHAR), "*********");
	gh_mask_free(mask);
	mask = mask_new(GH_MASK_REDACT, SQL_CHAR, 1);
	ck_assert_str_eq(masked(mask, "M", SQL_C_CHAR), "*");
	done(mask);
}
END_TEST

START_TEST(partial_keeps_what_was_asked_and_hides_at_least_half)
{
	struct gh_mask *mask = partial_new(0, 4, SQL_VARCHAR, 0);

	ck_assert_str_eq(masked(mask, "4111111111111234", SQL_C_CHAR), "************1234");
	ck_assert_str_eq(masked(mask, "12345678", SQL_C_CHAR), "****5678");
	ck_assert_str_eq(masked(mask, "1234567", SQL_C_CHAR), "*******");
	ck_assert_str_eq(masked(mask, "1234", SQL_C_WCHAR), "****");
	ck_assert_str_eq(masked(mask, "", SQL_C_CHAR), "");
	gh_mask_free(mask);
	mask = partial_new(2, 1, SQL_WVARCHAR, 0);
	/* six code points, of one to four bytes */
	ck_assert_str_eq(masked(mask, "\xC3\xA9\xE2\x82\xAC" "abc\xF0\x9F\x98\x80", SQL_C_WCHAR),
			 "\xC3\xA9\xE2\x82\xAC***\xF0\x9F\x98\x80");
	ck_assert_str_eq(masked(mask, "\xC3\xA9\xE2\x82\xAC" "abc\xF0\x9F\x98\x80", SQL_C_CHAR),
			 "\xC3\xA9\xE2\x82\xAC***\xF0\x9F\x98\x80");
	gh_mask_free(mask);
	mask = partial_new(0, 0, SQL_VARCHAR, 0);
	ck_assert_str_eq(masked(mask, "abc", SQL_C_CHAR), "***");
	gh_mask_free(mask);
	mask = partial_new(UINT16_MAX, UINT16_MAX, SQL_VARCHAR, 0);
	ck_assert_str_eq(masked(mask, "abc", SQL_C_BINARY), "***");
	done(mask);
}
END_TEST

START_TEST(partial_sees_through_the_blanks_of_fixed_length_text)
{
	struct gh_mask *mask = partial_new(0, 2, SQL_CHAR, 10);

	ck_assert_str_eq(masked(mask, "abcdef    ", SQL_C_CHAR), "****ef    ");
	ck_assert_str_eq(masked(mask, "          ", SQL_C_CHAR), "          ");
	gh_mask_free(mask);
	mask = partial_new(0, 2, SQL_VARCHAR, 10);
	ck_assert_str_eq(masked(mask, "abcdef    ", SQL_C_CHAR), "********  ");
	done(mask);
}
END_TEST

START_TEST(partial_is_cut_to_the_declared_size)
{
	struct gh_mask *mask = partial_new(1, 2, SQL_VARCHAR, 4);

	ck_assert_str_eq(masked(mask, "\xC3\xA9" "bcdefgh", SQL_C_CHAR), "\xC3\xA9***");
	ck_assert_str_eq(masked(mask, "abcdefgh", SQL_C_WCHAR), "a***");
	done(mask);
}
END_TEST

/* Computed with Python's hmac module: HKDF (RFC 5869), then HMAC-SHA-256. */
START_TEST(hashes_are_the_documented_construction)
{
	struct gh_mask_value value;
	struct gh_mask *mask = mask_new(GH_MASK_HASH, SQL_VARCHAR, 0);
	struct gh_mask_spec pan = { .function = GH_MASK_HASH, .domain = "pan" };

	ck_assert_str_eq(masked(mask, "Gr\xC3\xBC\xC3\x9F" "e", SQL_C_CHAR),
			 "ldfpgrycqjmurckof7igpeia2e");
	gh_mask_free(mask);
	mask = mask_new(GH_MASK_HASH, SQL_INTEGER, 10);
	ck_assert_str_eq(masked(mask, "42", SQL_C_CHAR), "1196640714");
	gh_mask_free(mask);
	mask = mask_new(GH_MASK_HASH, SQL_BIGINT, 19);
	ck_assert_str_eq(masked(mask, "42", SQL_C_CHAR), "6325180206107082");
	gh_mask_free(mask);
	mask = mask_new(GH_MASK_HASH, SQL_GUID, 36);
	ck_assert_str_eq(masked(mask, "{00112233-4455-6677-8899-AABBCCDDEEFF}", SQL_C_CHAR),
			 "AE414C24-C377-8B7E-BCC1-71082A97D9EC");
	gh_mask_free(mask);
	mask = mask_of(pan, SQL_VARBINARY, 6);
	ck_assert_int_eq(gh_mask_apply(mask, BYTES("\x00\x01"), WHOLE, SQL_C_BINARY, &value),
			 GH_OK);
	ck_assert_uint_eq(value.length, 6);
	ck_assert_mem_eq(value.bytes, "\x2c\x0e\x11\xb3\xc8\xac", 6);
	ck_assert_int_eq(gh_mask_apply(mask, BYTES("\x00\x01"), WHOLE, SQL_C_CHAR, &value),
			 GH_OK);
	ck_assert_uint_eq(value.length, 12);
	ck_assert_mem_eq(value.bytes, "2C0E11B3C8AC", 12);
	done(mask);
}
END_TEST

START_TEST(hash_keeps_joins_over_widths_paddings_and_spellings)
{
	struct gh_mask *varchar = mask_new(GH_MASK_HASH, SQL_VARCHAR, 0);
	struct gh_mask *fixed = mask_new(GH_MASK_HASH, SQL_CHAR, 40);
	struct gh_mask *decimal = mask_new(GH_MASK_HASH, SQL_DECIMAL, 18);
	struct gh_mask *real8 = mask_new(GH_MASK_HASH, SQL_DOUBLE, 15);
	char first[64];

	snprintf(first, sizeof(first), "%s", masked(varchar, "J\xC3\xBCrgen", SQL_C_CHAR));
	ck_assert_uint_eq(strlen(first), 26);
	ck_assert_str_eq(masked(varchar, "J\xC3\xBCrgen", SQL_C_WCHAR), first);
	ck_assert_str_eq(masked(varchar, "J\xC3\xBCrgen", SQL_C_BINARY), first);
	ck_assert_str_eq(masked(fixed, "J\xC3\xBCrgen     ", SQL_C_CHAR), first);
	ck_assert_str_ne(masked(varchar, "J\xC3\xBCrgen     ", SQL_C_CHAR), first);
	ck_assert_str_ne(masked(varchar, "J\xC3\xBCrgem", SQL_C_CHAR), first);
	snprintf(first, sizeof(first), "%s", masked(decimal, "1.5", SQL_C_CHAR));
	ck_assert_str_eq(masked(decimal, "1.50", SQL_C_CHAR), first);
	ck_assert_str_eq(masked(decimal, " +015E-1", SQL_C_WCHAR), first);
	ck_assert_str_eq(masked(real8, ".15e+1", SQL_C_CHAR), first);
	ck_assert_str_ne(masked(decimal, "-1.5", SQL_C_CHAR), first);
	ck_assert_str_ne(masked(decimal, "15", SQL_C_CHAR), first);
	snprintf(first, sizeof(first), "%s", masked(decimal, "0", SQL_C_CHAR));
	ck_assert_str_eq(masked(decimal, "-0.000", SQL_C_CHAR), first);
	gh_mask_free(varchar);
	gh_mask_free(fixed);
	gh_mask_free(real8);
	done(decimal);
}
END_TEST

START_TEST(domains_and_master_keys_keep_hashes_apart)
{
	struct gh_mask *one = mask_new(GH_MASK_HASH, SQL_VARCHAR, 0);
	struct gh_mask *named = mask_of((struct gh_mask_spec){ .function = GH_MASK_HASH,
							       .domain = "default" },
					SQL_VARCHAR, 0);
	struct gh_mask *other = mask_of((struct gh_mask_spec){ .function = GH_MASK_HASH,
							       .domain = "email" },
					SQL_VARCHAR, 0);
	struct gh_mask_keys *second = NULL;
	char first[64];

	snprintf(first, sizeof(first), "%s", masked(one, "x", SQL_C_CHAR));
	ck_assert_str_eq(masked(named, "x", SQL_C_CHAR), first);
	ck_assert_str_ne(masked(other, "x", SQL_C_CHAR), first);
	gh_mask_free(named);
	gh_mask_free(other);
	done(one);
	ck_assert_int_eq(gh_mask_keys_new(BYTES("another master key"), &second, NULL), GH_OK);
	keys = second;
	one = mask_new(GH_MASK_HASH, SQL_VARCHAR, 0);
	ck_assert_str_ne(masked(one, "x", SQL_C_CHAR), first);
	done(one);
}
END_TEST

static double as_double(const struct gh_mask_value *value)
{
	double number;

	memcpy(&number, value->bytes, sizeof(number));
	return number;
}

/* The number in a fixed C type, as text. */
static void number_text(const struct gh_mask_value *value, SQLSMALLINT c_type, char *text)
{
	uint64_t whole = 0;
	SQL_NUMERIC_STRUCT numeric;

	if (c_type == SQL_C_DOUBLE) {
		snprintf(text, 64, "%.0f", as_double(value));
		return;
	}
	if (c_type == SQL_C_NUMERIC) {
		memcpy(&numeric, value->bytes, sizeof(numeric));
		ck_assert_int_eq(numeric.sign, 1);
		ck_assert_int_eq(numeric.scale, 0);
		memcpy(&whole, numeric.val, sizeof(whole));
	} else {
		memcpy(&whole, value->bytes, value->length);
	}
	snprintf(text, 64, "%llu", (unsigned long long)whole);
}

START_TEST(a_hashed_number_is_the_same_in_every_c_type_that_holds_it)
{
	static const SQLSMALLINT types[] = { SQL_C_SLONG, SQL_C_ULONG, SQL_C_SBIGINT,
					     SQL_C_UBIGINT, SQL_C_DOUBLE, SQL_C_NUMERIC };
	struct gh_mask *mask = mask_new(GH_MASK_HASH, SQL_INTEGER, 10);
	struct gh_mask_value value;
	char text[64];

	for (size_t i = 0; i < 6; i++) {
		ck_assert_int_eq(apply(mask, "42", types[i], &value), GH_OK);
		ck_assert_uint_eq(value.length, gh_mask_c_size(types[i]));
		number_text(&value, types[i], text);
		ck_assert_str_eq(text, "1196640714");
	}
	ck_assert_int_eq(apply(mask, "42", SQL_C_UTINYINT, &value), GH_OK);
	ck_assert_uint_eq(*(const unsigned char *)value.bytes, 1196640714 % 256);
	ck_assert_int_eq(apply(mask, "42", SQL_C_BINARY, &value), GH_OK);
	ck_assert_uint_eq(value.length, sizeof(SQLINTEGER));
	done(mask);
}
END_TEST

START_TEST(a_hashed_number_fits_the_declared_precision)
{
	static const struct {
		SQLSMALLINT type;
		SQLULEN size;
		SQLSMALLINT digits;
		unsigned long long limit;
	} columns[] = {
		{ SQL_DECIMAL, 4, 0, 9999 },	  { SQL_DECIMAL, 4, 2, 99 },
		{ SQL_NUMERIC, 2, 2, 0 },	  { SQL_NUMERIC, 38, 0, (1ULL << 53) - 1 },
		{ SQL_TINYINT, 3, 0, 127 },	  { SQL_SMALLINT, 5, 0, 32767 },
		{ SQL_INTEGER, 2, 0, 99 },	  { SQL_BIGINT, 19, 0, (1ULL << 53) - 1 },
		{ SQL_REAL, 24, 0, (1 << 24) - 1 },
	};

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct gh_mask_column column = { columns[i].type, columns[i].size,
						 columns[i].digits, SQL_NULLABLE };
		struct gh_mask_spec spec = { .function = GH_MASK_HASH };
		struct gh_mask *first = mask_new(GH_MASK_DEFAULT, SQL_CHAR, 0), *mask = NULL;
		unsigned long long most = 0;

		ck_assert_int_eq(gh_mask_new(&spec, &column, keys, &mask, NULL), GH_OK);
		for (int n = 0; n < 200; n++) {
			char text[16];
			unsigned long long got;

			snprintf(text, sizeof(text), "%d", n);
			got = strtoull(masked(mask, text, SQL_C_CHAR), NULL, 10);
			ck_assert_uint_le(got, columns[i].limit);
			most = got > most ? got : most;
		}
		ck_assert_uint_ge(most, columns[i].limit / 2);
		gh_mask_free(first);
		done(mask);
	}
}
END_TEST

START_TEST(a_hashed_text_fits_the_declared_size)
{
	struct gh_mask *whole = mask_new(GH_MASK_HASH, SQL_VARCHAR, 26);
	char first[64];

	snprintf(first, sizeof(first), "%s", masked(whole, "value", SQL_C_CHAR));
	for (SQLULEN size = 1; size < 26; size++) {
		struct gh_mask *mask = mask_new(GH_MASK_HASH, SQL_WVARCHAR, size);

		ck_assert_uint_eq(strlen(masked(mask, "value", SQL_C_WCHAR)), size);
		ck_assert(strncmp(masked(mask, "value", SQL_C_WCHAR), first, size) == 0);
		gh_mask_free(mask);
	}
	done(whole);
}
END_TEST

START_TEST(text_asked_for_in_another_type_gives_that_types_default)
{
	static const enum gh_mask_function functions[] = { GH_MASK_PARTIAL, GH_MASK_HASH,
							   GH_MASK_DEFAULT, GH_MASK_REDACT };

	for (size_t f = 0; f < 4; f++) {
		struct gh_mask *mask = mask_new(functions[f], SQL_VARCHAR, 40);
		struct gh_mask_value value;
		SQL_TIMESTAMP_STRUCT stamp = { 1970, 1, 1, 0, 0, 0, 0 };
		SQL_DATE_STRUCT date = { 1970, 1, 1 };
		SQLINTEGER zero = 0;

		ck_assert_int_eq(apply(mask, "536481234", SQL_C_SLONG, &value), GH_OK);
		ck_assert_mem_eq(value.bytes, &zero, sizeof(zero));
		ck_assert_int_eq(apply(mask, "1999-12-31", SQL_C_TYPE_DATE, &value), GH_OK);
		ck_assert_mem_eq(value.bytes, &date, sizeof(date));
		ck_assert_int_eq(apply(mask, "1999-12-31", SQL_C_TIMESTAMP, &value), GH_OK);
		ck_assert_mem_eq(value.bytes, &stamp, sizeof(stamp));
		done(mask);
	}
}
END_TEST

START_TEST(the_defaults_are_typed)
{
	static const struct {
		SQLSMALLINT type;
		const char *text;
	} columns[] = {
		{ SQL_VARCHAR, "*" },
		{ SQL_WCHAR, "*" },
		{ SQL_INTEGER, "0" },
		{ SQL_DECIMAL, "0" },
		{ SQL_DOUBLE, "0" },
		{ SQL_BIT, "0" },
		{ SQL_TYPE_DATE, "1970-01-01" },
		{ SQL_TYPE_TIME, "00:00:00" },
		{ SQL_TIMESTAMP, "1970-01-01 00:00:00" },
		{ SQL_VARBINARY, "" },
		{ SQL_GUID, "00000000-0000-0000-0000-000000000000" },
		{ SQL_INTERVAL_DAY, "0" },
		{ SQL_INTERVAL_DAY_TO_SECOND, "0 00:00:00" },
		{ -152, "*" },
	};

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct gh_mask *mask = mask_new(GH_MASK_DEFAULT, columns[i].type, 0);

		ck_assert_str_eq(masked(mask, "1", SQL_C_CHAR), columns[i].text);
		ck_assert_str_eq(masked(mask, "1", SQL_C_WCHAR), columns[i].text);
		done(mask);
	}
}
END_TEST

START_TEST(structures_are_defaults_with_every_byte_set)
{
	struct gh_mask *mask = mask_new(GH_MASK_HASH, SQL_TYPE_DATE, 10);
	struct gh_mask_value value;
	SQL_INTERVAL_STRUCT interval;
	SQL_DATE_STRUCT date = { 1970, 1, 1 };
	SQLGUID nil;

	memset(&interval, 0, sizeof(interval));
	memset(&nil, 0, sizeof(nil));
	interval.interval_type = SQL_IS_HOUR_TO_SECOND;
	ck_assert_int_eq(apply(mask, "1999-12-31", SQL_C_TYPE_DATE, &value), GH_OK);
	ck_assert_mem_eq(value.bytes, &date, sizeof(date));
	ck_assert_int_eq(apply(mask, "1999-12-31", SQL_C_BINARY, &value), GH_OK);
	ck_assert_uint_eq(value.length, sizeof(date));
	ck_assert_mem_eq(value.bytes, &date, sizeof(date));
	ck_assert_int_eq(apply(mask, "x", SQL_C_INTERVAL_HOUR_TO_SECOND, &value), GH_OK);
	ck_assert_uint_eq(value.length, sizeof(interval));
	ck_assert_mem_eq(value.bytes, &interval, sizeof(interval));
	ck_assert_int_eq(apply(mask, "x", SQL_C_GUID, &value), GH_OK);
	ck_assert_mem_eq(value.bytes, &nil, sizeof(nil));
	done(mask);
}
END_TEST

START_TEST(a_hashed_guid_is_the_same_as_structure_and_as_text)
{
	struct gh_mask *mask = mask_new(GH_MASK_HASH, SQL_GUID, 36);
	struct gh_mask_value value;
	SQLGUID guid;
	char text[64];

	ck_assert_int_eq(apply(mask, "00112233-4455-6677-8899-aabbccddeeff", SQL_C_GUID, &value),
			 GH_OK);
	ck_assert_uint_eq(value.length, sizeof(guid));
	memcpy(&guid, value.bytes, sizeof(guid));
	snprintf(text, sizeof(text), "%08X-%04X-%04X-%02X%02X-%02X%02X%02X%02X%02X%02X",
		 (unsigned)guid.Data1, guid.Data2, guid.Data3, guid.Data4[0], guid.Data4[1],
		 guid.Data4[2], guid.Data4[3], guid.Data4[4], guid.Data4[5], guid.Data4[6],
		 guid.Data4[7]);
	ck_assert_str_eq(text, "AE414C24-C377-8B7E-BCC1-71082A97D9EC");
	ck_assert_int_eq(apply(mask, "no guid", SQL_C_CHAR, &value), GH_E_CONVERT);
	ck_assert_uint_eq(value.length, 36);
	ck_assert_mem_eq(value.bytes, "00000000-", 9);
	done(mask);
}
END_TEST

START_TEST(null_stays_null_in_every_function)
{
	for (int f = GH_MASK_PARTIAL; f < GH_MASK_COUNT; f++) {
		struct gh_mask *mask = mask_new((enum gh_mask_function)f, SQL_VARCHAR, 10);
		struct gh_mask_value value = { false, NULL, 5 };

		ck_assert_int_eq(gh_mask_apply(mask, BYTES(""), GH_MASK_CLEAR_NULL, SQL_C_CHAR,
					       &value),
				 GH_OK);
		ck_assert(value.is_null);
		done(mask);
	}
}
END_TEST

START_TEST(nullify_gives_null_unless_the_column_has_none)
{
	struct gh_mask_column column = { SQL_INTEGER, 10, 0, SQL_NO_NULLS };
	struct gh_mask_spec spec = { .function = GH_MASK_NULLIFY };
	struct gh_mask *mask = mask_new(GH_MASK_NULLIFY, SQL_INTEGER, 10);
	struct gh_mask_value value;
	SQLINTEGER zero = 0;

	ck_assert_int_eq(apply(mask, "7", SQL_C_SLONG, &value), GH_OK);
	ck_assert(value.is_null);
	gh_mask_fallback(mask, SQL_C_SLONG, &value);
	ck_assert(!value.is_null);
	ck_assert_mem_eq(value.bytes, &zero, sizeof(zero));
	gh_mask_free(mask);
	ck_assert_int_eq(gh_mask_new(&spec, &column, NULL, &mask, NULL), GH_OK);
	ck_assert_int_eq(apply(mask, "7", SQL_C_SLONG, &value), GH_OK);
	ck_assert(!value.is_null);
	ck_assert_mem_eq(value.bytes, &zero, sizeof(zero));
	done(mask);
}
END_TEST

START_TEST(what_is_truncated_or_malformed_gives_the_default)
{
	static const enum gh_mask_function functions[] = { GH_MASK_PARTIAL, GH_MASK_HASH };
	static const SQLWCHAR lone[] = { 'a', 'b', 'c', 0xD800 };
	struct gh_span wide = { (const char *)lone, sizeof(lone) };
	struct gh_mask_value value;
	struct gh_mask *mask;

	for (size_t f = 0; f < 2; f++) {
		mask = partial_new(1, 1, SQL_VARCHAR, 0);
		if (functions[f] == GH_MASK_HASH) {
			gh_mask_free(mask);
			mask = mask_new(GH_MASK_HASH, SQL_VARCHAR, 0);
		}
		ck_assert_int_eq(gh_mask_apply(mask, BYTES("abcdef"), GH_MASK_CLEAR_CUT, SQL_C_CHAR,
					       &value), GH_E_LIMIT);
		ck_assert_mem_eq(value.bytes, "*", value.length);
		ck_assert_uint_eq(value.length, 1);
		ck_assert_int_eq(gh_mask_apply(mask, BYTES("abc\xE9" "def"), WHOLE,
					       SQL_C_CHAR, &value), GH_E_CONVERT);
		ck_assert_uint_eq(value.length, 1);
		ck_assert_int_eq(gh_mask_apply(mask, wide, WHOLE, SQL_C_WCHAR, &value),
				 GH_E_CONVERT);
		ck_assert_uint_eq(value.length, sizeof(SQLWCHAR));
		wide.length--;
		ck_assert_int_eq(gh_mask_apply(mask, wide, WHOLE, SQL_C_WCHAR, &value),
				 GH_E_CONVERT);
		ck_assert_uint_eq(value.length, sizeof(SQLWCHAR));
		wide.length++;
		done(mask);
	}
	mask = mask_new(GH_MASK_HASH, SQL_INTEGER, 10);
	ck_assert_int_eq(apply(mask, "12x", SQL_C_SLONG, &value), GH_E_CONVERT);
	ck_assert_uint_eq(value.length, sizeof(SQLINTEGER));
	ck_assert_mem_eq(value.bytes, "\0\0\0\0", 4);
	done(mask);
}
END_TEST

START_TEST(redact_does_not_tell_that_a_value_was_long)
{
	struct gh_mask *mask = mask_new(GH_MASK_REDACT, SQL_VARCHAR, 0);
	struct gh_mask_value value;

	ck_assert_int_eq(gh_mask_apply(mask, BYTES("abc"), GH_MASK_CLEAR_CUT, SQL_C_CHAR, &value),
			 GH_OK);
	ck_assert_uint_eq(value.length, 10);
	ck_assert_mem_eq(value.bytes, "[redacted]", 10);
	done(mask);
}
END_TEST

START_TEST(numbers_that_are_none_are_refused)
{
	static const char *const bad[] = { "", "-", ".", "1e", "1e+", "0x10", "NaN", "1 2", "1,5",
					   "--1", "1.2.3", "1e1234567" };
	static const char *const good[] = { "1.", ".5", "-.5e-3", "+7", "1e999999", "0e0" };
	struct gh_mask *mask = mask_new(GH_MASK_HASH, SQL_DOUBLE, 15);
	struct gh_mask_value value;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(apply(mask, bad[i], SQL_C_CHAR, &value) == GH_E_CONVERT, "%s",
			      bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(apply(mask, good[i], SQL_C_CHAR, &value) == GH_OK, "%s", good[i]);
	done(mask);
}
END_TEST

/* True if three bytes in a row of the secret are in the value; also as wide text. */
static bool leaks(const struct gh_mask_value *value, const char *secret)
{
	const char *bytes = value->bytes;

	for (size_t step = 1; step <= sizeof(SQLWCHAR); step += sizeof(SQLWCHAR) - 1)
		for (size_t at = 0; at + 2 * step < value->length; at++)
			for (const char *s = secret; s[0] != '\0' && s[1] != '\0' && s[2] != '\0';
			     s++)
				if (bytes[at] == s[0] && bytes[at + step] == s[1] &&
				    bytes[at + 2 * step] == s[2])
					return true;
	return false;
}

/* Upper case, which no masked text has, so that chance can't look like a leak. */
#define SECRET "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

START_TEST(no_c_type_of_any_column_is_a_way_round)
{
	for (int f = GH_MASK_PARTIAL; f < GH_MASK_COUNT; f++)
		for (size_t s = 0; s < SQL_TYPES; s++) {
			struct gh_mask *mask =
				mask_new((enum gh_mask_function)f, all_sql_types[s], 30);

			for (size_t c = 0; c < C_TYPES; c++) {
				SQLSMALLINT type = all_c_types[c];
				struct gh_mask_value value = { 0 };
				enum gh_status status = apply(mask, SECRET, type, &value);

				ck_assert(status == GH_OK || status == GH_E_CONVERT);
				ck_assert_int_eq(value.is_null, f >= GH_MASK_NULLIFY);
				ck_assert(!leaks(&value, SECRET));
				if (gh_mask_c_size(type) > 0 && !value.is_null)
					ck_assert_uint_eq(value.length, gh_mask_c_size(type));
			}
			done(mask);
		}
}
END_TEST

START_TEST(partial_shows_no_more_than_it_keeps)
{
	for (uint16_t first = 0; first < 30; first++)
		for (uint16_t last = 0; last < 30; last++) {
			struct gh_mask *mask = partial_new(first, last, SQL_VARCHAR, 0);
			const char *text = masked(mask, SECRET, SQL_C_CHAR);
			bool kept = first + last <= 13;
			size_t clear = 0;

			ck_assert_uint_eq(strlen(text), 26);
			for (size_t i = 0; i < 26; i++) {
				clear += text[i] != '*';
				ck_assert(text[i] == '*' || text[i] == SECRET[i]);
				ck_assert(text[i] == '*' || i < first || i >= 26u - last);
			}
			ck_assert_uint_eq(clear, kept ? (size_t)first + last : 0);
			done(mask);
		}
}
END_TEST

START_TEST(values_are_fetched_in_a_type_that_loses_nothing)
{
	struct gh_mask *text = mask_new(GH_MASK_HASH, SQL_WVARCHAR, 0);
	struct gh_mask *number = mask_new(GH_MASK_REDACT, SQL_INTEGER, 0);
	struct gh_mask *binary = mask_new(GH_MASK_HASH, SQL_VARBINARY, 0);

	ck_assert_int_eq(gh_mask_fetch_type(text, SQL_C_CHAR), SQL_C_CHAR);
	ck_assert_int_eq(gh_mask_fetch_type(text, SQL_C_WCHAR), SQL_C_WCHAR);
	ck_assert_int_eq(gh_mask_fetch_type(text, SQL_C_DEFAULT), SQL_C_WCHAR);
	ck_assert_int_eq(gh_mask_fetch_type(text, SQL_C_BINARY), SQL_C_CHAR);
	ck_assert_int_eq(gh_mask_fetch_type(text, SQL_C_SLONG), SQL_C_CHAR);
	ck_assert_int_eq(gh_mask_fetch_type(number, SQL_C_WCHAR), SQL_C_CHAR);
	ck_assert_int_eq(gh_mask_fetch_type(number, SQL_C_NUMERIC), SQL_C_CHAR);
	ck_assert_int_eq(gh_mask_fetch_type(binary, SQL_C_CHAR), SQL_C_BINARY);
	gh_mask_free(text);
	gh_mask_free(binary);
	done(number);
}
END_TEST

START_TEST(a_c_type_that_is_not_known_is_refused)
{
	static const SQLSMALLINT unknown[] = { 0, SQL_ARD_TYPE, 114, 100, 12345, -9, SQL_BIGINT };
	struct gh_mask *mask = mask_new(GH_MASK_PARTIAL, SQL_VARCHAR, 0);

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		struct gh_mask_value value = { false, "x", 1 };

		ck_assert_int_eq(gh_mask_fetch_type(mask, unknown[i]), 0);
		ck_assert_int_eq(gh_mask_apply(mask, BYTES("abc"), WHOLE, unknown[i],
					       &value), GH_E_C_TYPE);
		ck_assert(value.is_null);
	}
	for (size_t i = 0; i < C_TYPES; i++)
		ck_assert_int_ne(gh_mask_fetch_type(mask, all_c_types[i]), 0);
	done(mask);
}
END_TEST

START_TEST(a_mask_that_cannot_be_made_is_refused)
{
	struct gh_mask_column column = { SQL_VARCHAR, 0, 0, SQL_NULLABLE };
	struct gh_mask_spec spec = { .function = GH_MASK_NONE };
	struct gh_mask *mask = NULL;
	struct gh_error err = { 0 };

	ck_assert_int_eq(gh_mask_new(&spec, &column, NULL, &mask, &err), GH_E_ARGUMENT);
	ck_assert_ptr_null(mask);
	spec.function = GH_MASK_COUNT;
	ck_assert_int_eq(gh_mask_new(&spec, &column, NULL, &mask, &err), GH_E_ARGUMENT);
	spec.function = GH_MASK_HASH;
	ck_assert_int_eq(gh_mask_new(&spec, &column, NULL, &mask, &err), GH_E_KEY);
	ck_assert_ptr_null(mask);
	ck_assert_int_eq(gh_mask_keys_new(BYTES("fifteen bytes.."), &keys, &err), GH_E_KEY);
	ck_assert_ptr_null(keys);
	gh_mask_free(NULL);
	gh_mask_keys_free(NULL);
}
END_TEST

GH_UNIT_MAIN("mask", redact_fits_the_declared_size,
	     partial_keeps_what_was_asked_and_hides_at_least_half,
	     partial_sees_through_the_blanks_of_fixed_length_text,
	     partial_is_cut_to_the_declared_size, hashes_are_the_documented_construction,
	     hash_keeps_joins_over_widths_paddings_and_spellings,
	     domains_and_master_keys_keep_hashes_apart,
	     a_hashed_number_is_the_same_in_every_c_type_that_holds_it,
	     a_hashed_number_fits_the_declared_precision, a_hashed_text_fits_the_declared_size,
	     text_asked_for_in_another_type_gives_that_types_default, the_defaults_are_typed,
	     structures_are_defaults_with_every_byte_set,
	     a_hashed_guid_is_the_same_as_structure_and_as_text, null_stays_null_in_every_function,
	     nullify_gives_null_unless_the_column_has_none,
	     what_is_truncated_or_malformed_gives_the_default,
	     redact_does_not_tell_that_a_value_was_long, numbers_that_are_none_are_refused,
	     no_c_type_of_any_column_is_a_way_round, partial_shows_no_more_than_it_keeps,
	     values_are_fetched_in_a_type_that_loses_nothing, a_c_type_that_is_not_known_is_refused,
	     a_mask_that_cannot_be_made_is_refused)
