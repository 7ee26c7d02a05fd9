/* What each function makes of a value: forms, numbers, dates, codes, and what they refuse. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "mask_types.h"

static struct gh_mask_keys *keys;

static struct gh_mask *mask_of(struct gh_mask_spec spec, struct gh_mask_column column)
{
	struct gh_mask *mask = NULL;

	if (keys == NULL)
		ck_assert_int_eq(
			gh_mask_keys_new(BYTES("0123456789abcdef0123456789abcdef"), &keys, NULL),
			GH_OK);
	column.nullable = SQL_NULLABLE;
	ck_assert_int_eq(gh_mask_new(&spec, &column, keys, &mask, NULL), GH_OK);
	return mask;
}

static void drop_keys(void)
{
	gh_mask_keys_free(keys);
	keys = NULL;
}

/* The masked value as SQL_C_CHAR; the status in *status. */
static const char *text_of(struct gh_mask *mask, const char *clear, enum gh_status *status)
{
	static char text[400];
	struct gh_mask_value value;

	*status = gh_mask_apply(mask, gh_span_from(clear), WHOLE, SQL_C_CHAR, &value);
	ck_assert(!value.is_null);
	ck_assert_uint_lt(value.length, sizeof(text));
	memcpy(text, value.bytes, value.length);
	text[value.length] = '\0';
	return text;
}

static const char *fine_text(struct gh_mask *mask, const char *clear)
{
	enum gh_status status;
	const char *text = text_of(mask, clear, &status);

	ck_assert_msg(status == GH_OK, "%s: %d", clear, (int)status);
	return text;
}

/* One function on one column: what comes of a value. */
struct example {
	struct gh_mask_spec spec;
	struct gh_mask_column column;
	const char *clear;
	const char *expected; /* NULL: the typed default, and a failure */
};

static void run(const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct example *example = &examples[i];
		struct gh_mask *mask = mask_of(example->spec, example->column);
		struct gh_mask *usual = mask_of(
			(struct gh_mask_spec){ .function = GH_MASK_DEFAULT }, example->column);
		enum gh_status status;
		char standard[64];
		const char *text;

		snprintf(standard, sizeof(standard), "%s", fine_text(usual, "1"));
		text = text_of(mask, example->clear, &status);
		ck_assert_msg((status == GH_OK) == (example->expected != NULL),
			      "example %zu, %s: status %d", i, example->clear, (int)status);
		ck_assert_str_eq(text, example->expected != NULL ? example->expected : standard);
		gh_mask_free(mask);
		gh_mask_free(usual);
	}
	drop_keys();
}

#define RUN(table) run(table, sizeof(table) / sizeof((table)[0]))
#define SPEC(...)                                                                                  \
	{                                                                                          \
		.function = __VA_ARGS__                                                            \
	}
#define VARCHAR                                                                                    \
	{                                                                                          \
		SQL_VARCHAR, 0, 0, 0                                                               \
	}
#define VARCHAR_OF(size)                                                                           \
	{                                                                                          \
		SQL_VARCHAR, size, 0, 0                                                            \
	}
#define CHAR_OF(size)                                                                              \
	{                                                                                          \
		SQL_CHAR, size, 0, 0                                                               \
	}
#define OF(type)                                                                                   \
	{                                                                                          \
		type, 0, 0, 0                                                                      \
	}
#define DECIMAL_OF(size, scale)                                                                    \
	{                                                                                          \
		SQL_DECIMAL, size, scale, 0                                                        \
	}

START_TEST(forms_of_text_are_kept)
{
	/* lint: table */
	static const struct example examples[] = {
		{ SPEC(GH_MASK_EMAIL), VARCHAR, "ada@example.com", "a**@xxxxxxx.com" },
		{ SPEC(GH_MASK_EMAIL), VARCHAR, "a@mail.example.co.uk", "*@xxxx.xxxxxxx.xx.uk" },
		{ SPEC(GH_MASK_EMAIL), VARCHAR, "\xC3\xA9va@ex\xC3\xA4.de", "\xC3\xA9**@xxx.de" },
		{ SPEC(GH_MASK_EMAIL), VARCHAR, "ada@localhost", "a**@xxxxxxxxx" },
		{ SPEC(GH_MASK_EMAIL), VARCHAR, "not an address", "**************" },
		{ SPEC(GH_MASK_EMAIL), VARCHAR, "two@at@once.com", "***************" },
		{ SPEC(GH_MASK_EMAIL), VARCHAR, "@", "*" },
		{ SPEC(GH_MASK_CARD, .keep_first = 6, .keep_last = 4), VARCHAR,
		  "4111 1111 1111 1234", "4111 11** **** 1234" },
		{ SPEC(GH_MASK_CARD, .keep_first = 6, .keep_last = 4, .fill = "X"), VARCHAR,
		  "4111111111111234", "411111XXXXXX1234" },
		{ SPEC(GH_MASK_CARD, .keep_first = 6, .keep_last = 4), VARCHAR, "12345678901",
		  "***********" },
		{ SPEC(GH_MASK_CARD, .keep_first = 6, .keep_last = 4), VARCHAR,
		  "Ada 4111111111111234", "*** 411111******1234" },
		{ SPEC(GH_MASK_SHAPE), VARCHAR, "Ada-L 42, \xC3\xA9!", "Xxx-X 99, x!" },
		{ SPEC(GH_MASK_SHAPE), CHAR_OF(6), "Ab1   ", "Xx9   " },
		{ SPEC(GH_MASK_PARTIAL, .keep_last = 4, .fill = "\xE2\x80\xA2"), VARCHAR,
		  "12345678",
		  "\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2\xE2\x80\xA2"
		  "5678" },
		{ SPEC(GH_MASK_IP_TRUNC), VARCHAR, "192.168.17.44", "192.168.17.0" },
		{ SPEC(GH_MASK_IP_TRUNC, .amount = 16), VARCHAR, "192.168.17.44", "192.168.0.0" },
		{ SPEC(GH_MASK_IP_TRUNC), VARCHAR, "2001:db8:1:2:3:4:5:6", "2001:db8:1::" },
		{ SPEC(GH_MASK_IP_TRUNC), VARCHAR, "10.1.2.3/32", "10.1.2.0" },
		{ SPEC(GH_MASK_IP_TRUNC), VARCHAR, "192.168.17", NULL },
		{ SPEC(GH_MASK_IP_TRUNC), VARCHAR, "", NULL },
		{ SPEC(GH_MASK_GEO_ROUND, .amount = 2), VARCHAR, "52.520008, 13.404954",
		  "52.52, 13.40" },
		{ SPEC(GH_MASK_GEO_ROUND, .amount = 0), VARCHAR, "POINT(-13.4 52.5)",
		  "POINT(-13 52)" },
		{ SPEC(GH_MASK_GEO_ROUND, .amount = 2), VARCHAR, "Ada, 52.5", NULL },
		{ SPEC(GH_MASK_EMAIL), OF(SQL_INTEGER), "7", "0" },
	};

	RUN(examples);
}
END_TEST

START_TEST(numbers_become_coarse)
{
	/* lint: table */
	static const struct example examples[] = {
		{ SPEC(GH_MASK_BUCKET, .amount = 10), OF(SQL_INTEGER), "37", "30" },
		{ SPEC(GH_MASK_BUCKET, .amount = 10), OF(SQL_INTEGER), "30", "30" },
		{ SPEC(GH_MASK_BUCKET, .amount = 10), OF(SQL_INTEGER), "-1", "-10" },
		{ SPEC(GH_MASK_BUCKET, .amount = 10), OF(SQL_INTEGER), "-10", "-10" },
		{ SPEC(GH_MASK_BUCKET, .amount = 10), OF(SQL_DOUBLE), "-0.5", "-10" },
		{ SPEC(GH_MASK_BUCKET, .amount = 10), DECIMAL_OF(10, 2), "1999.99", "1990" },
		{ SPEC(GH_MASK_BUCKET, .amount = 5), VARCHAR, "17", "15" },
		{ SPEC(GH_MASK_BUCKET, .amount = 5), VARCHAR, "seventeen", NULL },
		{ SPEC(GH_MASK_ROUND, .amount = 1000), OF(SQL_INTEGER), "58499", "58000" },
		{ SPEC(GH_MASK_ROUND, .amount = 1000), OF(SQL_INTEGER), "58500", "59000" },
		{ SPEC(GH_MASK_ROUND, .amount = 1000), OF(SQL_INTEGER), "-58500", "-59000" },
		{ SPEC(GH_MASK_ROUND, .amount = 5), OF(SQL_DOUBLE), "2.45", "0" },
		{ SPEC(GH_MASK_ROUND, .amount = 5), OF(SQL_DOUBLE), "2.5e0", "5" },
		{ SPEC(GH_MASK_ROUND, .amount = 100), OF(SQL_DOUBLE), "1.25E+3", "1300" },
		/* a mask fits the column */
		{ SPEC(GH_MASK_ROUND, .amount = 1000), DECIMAL_OF(3, 0), "999", NULL },
		{ SPEC(GH_MASK_ROUND, .amount = 1000), VARCHAR_OF(3), "999", NULL },
		{ SPEC(GH_MASK_ROUND, .amount = 1000), OF(SQL_SMALLINT), "32767", NULL },
		{ SPEC(GH_MASK_ROUND, .amount = 1000), OF(SQL_DOUBLE), "1e30", NULL },
		{ SPEC(GH_MASK_ROUND, .amount = 1000), OF(SQL_DOUBLE), "NaN", NULL },
		{ SPEC(GH_MASK_K_SUPPRESS, .amount = 5), OF(SQL_BIGINT), "4", "0" },
		{ SPEC(GH_MASK_K_SUPPRESS, .amount = 5), OF(SQL_BIGINT), "5", "5" },
		{ SPEC(GH_MASK_K_SUPPRESS, .amount = 5), OF(SQL_BIGINT), "-4", "0" },
		{ SPEC(GH_MASK_K_SUPPRESS, .amount = 5), VARCHAR, "5", "*" },
		{ SPEC(GH_MASK_AGE_CAP, .amount = 90), OF(SQL_INTEGER), "89", "89" },
		{ SPEC(GH_MASK_AGE_CAP, .amount = 90), OF(SQL_INTEGER), "104", "90" },
		{ SPEC(GH_MASK_AGE_CAP, .amount = 90), VARCHAR, "104", "90" },
		{ SPEC(GH_MASK_GEO_ROUND, .amount = 2), DECIMAL_OF(9, 6), "-52.526008", "-52.52" },
		{ SPEC(GH_MASK_GEO_ROUND, .amount = 1), OF(SQL_DOUBLE), "13.404954", "13.4" },
	};

	RUN(examples);
}
END_TEST

START_TEST(dates_become_coarse)
{
#define TRUNC(to) SPEC(GH_MASK_DATE_TRUNC, .unit = GH_MASK_UNIT_##to)
	/* lint: table */
	static const struct example examples[] = {
		{ TRUNC(YEAR), OF(SQL_TYPE_DATE), "1984-05-17", "1984-01-01" },
		{ TRUNC(QUARTER), OF(SQL_TYPE_DATE), "1984-05-17", "1984-04-01" },
		{ TRUNC(MONTH), OF(SQL_TYPE_DATE), "1984-05-17", "1984-05-01" },
		{ TRUNC(WEEK), OF(SQL_TYPE_DATE), "1970-01-01", "1969-12-29" }, /* a Thursday */
		{ TRUNC(WEEK), OF(SQL_TYPE_DATE), "2000-02-28", "2000-02-28" }, /* a Monday */
		{ TRUNC(WEEK), OF(SQL_TYPE_DATE), "2000-03-05", "2000-02-28" }, /* a Sunday */
		{ TRUNC(DAY), OF(SQL_TYPE_TIMESTAMP), "1984-05-17 13:14:15.250000",
		  "1984-05-17 00:00:00.000000" },
		{ TRUNC(HOUR), OF(SQL_TYPE_TIMESTAMP), "1984-05-17 13:14:15",
		  "1984-05-17 13:00:00" },
		{ TRUNC(MINUTE), OF(SQL_TYPE_TIME), "13:14:15", "13:14:00" },
		{ TRUNC(YEAR), OF(SQL_TYPE_TIME), "13:14:15", "00:00:00" },
		{ TRUNC(YEAR), VARCHAR, "1984-05-17T13:14:15Z", "1984-01-01T00:00:00Z" },
		{ TRUNC(YEAR), OF(SQL_TYPE_TIMESTAMP), "1984-05-17 13:14:15+02",
		  "1984-01-01 00:00:00+02" },
		{ TRUNC(YEAR), OF(SQL_TYPE_DATE), "1984-02-30", NULL },
		{ TRUNC(YEAR), OF(SQL_TYPE_DATE), "0044-03-15 BC", NULL },
		{ TRUNC(YEAR), OF(SQL_TYPE_DATE), "", NULL },
		{ TRUNC(YEAR), VARCHAR, "born in 1984", NULL },
		{ SPEC(GH_MASK_AGE_CAP, .amount = 90), OF(SQL_TYPE_TIME), "13:14:15", "00:00:00" },
		{ SPEC(GH_MASK_DATE_SHIFT, .amount = 30), OF(SQL_TYPE_TIME), "13:14:15",
		  "00:00:00" },
		{ SPEC(GH_MASK_DATE_SHIFT, .amount = 30), OF(SQL_INTEGER), "7", "0" },
	};

	RUN(examples);
}
END_TEST

START_TEST(a_truncated_date_is_the_same_in_every_c_type)
{
	struct gh_mask *mask = mask_of((struct gh_mask_spec)TRUNC(MONTH),
				       (struct gh_mask_column)OF(SQL_TYPE_TIMESTAMP));
	const struct gh_span clear = BYTES("1984-05-17 13:14:15");
	struct gh_mask_value value;
	SQL_TIMESTAMP_STRUCT moment;
	SQL_DATE_STRUCT date;

	ck_assert_int_eq(gh_mask_apply(mask, clear, WHOLE, SQL_C_TYPE_TIMESTAMP, &value), GH_OK);
	memcpy(&moment, value.bytes, sizeof(moment));
	ck_assert_int_eq(moment.year, 1984);
	ck_assert_int_eq(moment.month, 5);
	ck_assert_int_eq(moment.day, 1);
	ck_assert_int_eq(moment.hour, 0);
	ck_assert_int_eq(gh_mask_apply(mask, clear, WHOLE, SQL_C_TYPE_DATE, &value), GH_OK);
	memcpy(&date, value.bytes, sizeof(date));
	ck_assert_int_eq(date.year, 1984);
	ck_assert_int_eq(date.month, 5);
	ck_assert_int_eq(date.day, 1);
	gh_mask_free(mask);
	drop_keys();
}
END_TEST

/* Who is old enough is as old as all others that are. */
START_TEST(dates_of_birth_are_capped_to_a_year)
{
	struct gh_mask *mask = mask_of((struct gh_mask_spec)SPEC(GH_MASK_AGE_CAP, .amount = 90),
				       (struct gh_mask_column)OF(SQL_TYPE_DATE));
	char first[32];

	snprintf(first, sizeof(first), "%s", fine_text(mask, "1899-07-01"));
	ck_assert_str_eq(fine_text(mask, "1911-11-11"), first);
	ck_assert_str_eq(first + 4, "-01-01");
	ck_assert_int_gt(atoi(first), 1930);
	ck_assert_str_eq(fine_text(mask, "2020-02-29"), "2020-02-29");
	gh_mask_free(mask);
	drop_keys();
}
END_TEST

static long day_of(const char *date)
{
	int year, month, day;
	long days;

	ck_assert_int_eq(sscanf(date, "%d-%d-%d", &year, &month, &day), 3);
	days = 365L * year + year / 4 - year / 100 + year / 400;
	return days * 31 + month * 31 + day; /* enough to tell that something moved */
}

START_TEST(shifted_dates_move_by_the_same_days_and_never_by_none)
{
	struct gh_mask *mask = mask_of((struct gh_mask_spec)SPEC(GH_MASK_DATE_SHIFT, .amount = 3),
				       (struct gh_mask_column)OF(SQL_TYPE_DATE));
	struct gh_mask *stamp = mask_of((struct gh_mask_spec)SPEC(GH_MASK_DATE_SHIFT, .amount = 3),
					(struct gh_mask_column)OF(SQL_TYPE_TIMESTAMP));
	char clear[32], full[48], shifted[32], again[32];

	for (int day = 1; day <= 28; day++) {
		snprintf(clear, sizeof(clear), "2024-06-%02d", day);
		snprintf(full, sizeof(full), "2024-06-%02d 12:34:56", day);
		snprintf(shifted, sizeof(shifted), "%s", fine_text(mask, clear));
		snprintf(again, sizeof(again), "%s", fine_text(stamp, full));
		ck_assert_int_ne(day_of(shifted), day_of(clear));
		ck_assert_str_eq(again + 10, " 12:34:56");
		again[10] = '\0';
		ck_assert_str_eq(again, shifted);
		ck_assert_int_le(labs(atoi(shifted + 5) * 30 + atoi(shifted + 8) -
				      atoi(clear + 5) * 30 - atoi(clear + 8)),
				 4);
	}
	gh_mask_free(mask);
	gh_mask_free(stamp);
	drop_keys();
}
END_TEST

START_TEST(noise_stays_near_and_is_the_same_for_the_same_number)
{
	struct gh_mask *whole = mask_of((struct gh_mask_spec)SPEC(GH_MASK_NOISE, .amount = 10),
					(struct gh_mask_column)OF(SQL_INTEGER));
	struct gh_mask *decimal = mask_of((struct gh_mask_spec)SPEC(GH_MASK_NOISE, .amount = 10),
					  (struct gh_mask_column)DECIMAL_OF(12, 2));
	char clear[32], first[32];
	int moved = 0;

	for (int i = 1; i <= 1000; i++) {
		long value;

		snprintf(clear, sizeof(clear), "%d", 58000 + i);
		snprintf(first, sizeof(first), "%s", fine_text(whole, clear));
		ck_assert_str_eq(fine_text(whole, clear), first);
		value = strtol(first, NULL, 10);
		ck_assert_int_ne(value, 58000 + i);
		ck_assert_int_le(labs(value - 58000 - i), 5901);
		moved += labs(value - 58000 - i) > 1000;
	}
	ck_assert_int_gt(moved, 500);
	for (int i = -3; i <= 3; i++) {
		snprintf(clear, sizeof(clear), "%d", i);
		ck_assert_str_ne(fine_text(whole, clear), clear);
	}
	ck_assert_ptr_nonnull(strchr(fine_text(decimal, "1234.50"), '.'));
	gh_mask_free(whole);
	gh_mask_free(decimal);
	drop_keys();
}
END_TEST

/* The same kind of character at each place, and the separators where they were. */
static void expect_same_form(const char *clear, const char *text)
{
	bool digits =
		strpbrk(clear, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL;

	ck_assert_uint_eq(strlen(text), strlen(clear));
	for (size_t i = 0; clear[i] != '\0'; i++) {
		bool letter = (clear[i] | 0x20) >= 'a' && (clear[i] | 0x20) <= 'z';
		bool digit = clear[i] >= '0' && clear[i] <= '9';

		if (!letter && !digit)
			ck_assert_int_eq(text[i], clear[i]);
		else if (digits)
			ck_assert(text[i] >= '0' && text[i] <= '9');
	}
}

START_TEST(encrypted_values_keep_their_form)
{
	static const char *const clear[] = {
		"4111 1111 1111 1234",
		"0123456789",
		"000042",
		"536-48-1234",
		"DE89370400440532013000",
		"ada.lovelace",
		"AdaLovelace",
		"AB-12-cd-34",
		"1234567890123456789012345678901234567890",
	};
	struct gh_mask *mask =
		mask_of((struct gh_mask_spec)SPEC(GH_MASK_FPE), (struct gh_mask_column)VARCHAR);
	char first[64];

	for (size_t i = 0; i < sizeof(clear) / sizeof(clear[0]); i++) {
		snprintf(first, sizeof(first), "%s", fine_text(mask, clear[i]));
		expect_same_form(clear[i], first);
		ck_assert_str_ne(first, clear[i]);
		ck_assert_int_eq(first[0] == '0', clear[i][0] == '0');
		ck_assert_str_eq(fine_text(mask, clear[i]), first);
	}
	gh_mask_free(mask);
	drop_keys();
}
END_TEST

START_TEST(encryption_refuses_small_domains_and_other_alphabets)
{
	static const struct example examples[] = {
		{ SPEC(GH_MASK_FPE), VARCHAR, "12345", NULL },
		{ SPEC(GH_MASK_FPE), VARCHAR, "abcd", NULL },
		{ SPEC(GH_MASK_FPE), VARCHAR, "", NULL },
		{ SPEC(GH_MASK_FPE), VARCHAR, "caf\xC3\xA9 12345678", NULL },
		{ SPEC(GH_MASK_FPE), OF(SQL_INTEGER), "99999", NULL },
		{ SPEC(GH_MASK_FPE), OF(SQL_INTEGER), "0", NULL },
		{ SPEC(GH_MASK_FPE), DECIMAL_OF(38, 0), "12345678901234567890", NULL },
		{ SPEC(GH_MASK_FPE), OF(SQL_DOUBLE), "12345678.5", "0" },
		{ SPEC(GH_MASK_FPE), OF(SQL_TYPE_DATE), "1984-05-17", "1970-01-01" },
	};

	RUN(examples);
}
END_TEST

START_TEST(encrypted_numbers_fit_their_type_and_keep_their_digits)
{
	struct gh_mask *mask = mask_of((struct gh_mask_spec)SPEC(GH_MASK_FPE),
				       (struct gh_mask_column)OF(SQL_INTEGER));
	struct gh_mask *decimal = mask_of((struct gh_mask_spec)SPEC(GH_MASK_FPE),
					  (struct gh_mask_column)DECIMAL_OF(10, 2));
	char clear[32];

	for (int i = 0; i < 2000; i++) {
		const char *text;

		snprintf(clear, sizeof(clear), "%d", 2000000000 + i * 70000);
		text = fine_text(mask, clear);
		ck_assert_uint_eq(strlen(text), strlen(clear));
		ck_assert(strtoll(text, NULL, 10) <= INT32_MAX);
		snprintf(clear, sizeof(clear), "-%d", 100000 + i);
		text = fine_text(mask, clear);
		ck_assert_uint_eq(strlen(text), strlen(clear));
		ck_assert_int_eq(text[0], '-');
	}
	ck_assert_uint_eq(strlen(fine_text(decimal, "12345.60")), strlen("12345.60"));
	ck_assert_int_eq(fine_text(decimal, "12345.60")[5], '.');
	gh_mask_free(mask);
	gh_mask_free(decimal);
	drop_keys();
}
END_TEST

START_TEST(tokens_join_what_is_equal_once_it_is_normal)
{
	struct gh_mask *text =
		mask_of((struct gh_mask_spec)SPEC(GH_MASK_TOKEN, .normal = GH_MASK_NORMAL_EMAIL),
			(struct gh_mask_column)VARCHAR);
	struct gh_mask *padded =
		mask_of((struct gh_mask_spec)SPEC(GH_MASK_TOKEN, .normal = GH_MASK_NORMAL_EMAIL),
			(struct gh_mask_column)CHAR_OF(40));
	struct gh_mask *phone =
		mask_of((struct gh_mask_spec)SPEC(GH_MASK_TOKEN, .normal = GH_MASK_NORMAL_PHONE),
			(struct gh_mask_column)VARCHAR);
	char first[64];

	snprintf(first, sizeof(first), "%s", fine_text(text, "Ada@Example.com"));
	ck_assert_uint_eq(strlen(first), 24);
	ck_assert_str_eq(fine_text(padded, " ada@example.COM      "), first);
	ck_assert_str_ne(fine_text(text, "ada@example.org"), first);
	snprintf(first, sizeof(first), "%s", fine_text(phone, "+44 20 7946 0000"));
	ck_assert_str_eq(fine_text(phone, "0044-20-7946-0000"), first);
	ck_assert_str_ne(fine_text(phone, "020 7946 0000"), first);
	gh_mask_free(text);
	gh_mask_free(padded);
	gh_mask_free(phone);
	drop_keys();
}
END_TEST

START_TEST(tokens_have_the_length_that_is_asked_for_or_fits)
{
	static const struct {
		int64_t asked;
		SQLULEN size;
		size_t expected;
	} cases[] = { { 0, 0, 24 }, { 32, 0, 32 }, { 16, 100, 16 }, { 24, 10, 10 }, { 8, 0, 8 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gh_mask *mask =
			mask_of((struct gh_mask_spec)SPEC(GH_MASK_TOKEN, .amount = cases[i].asked),
				(struct gh_mask_column)VARCHAR_OF(cases[i].size));

		ck_assert_uint_eq(strlen(fine_text(mask, "Ada")), cases[i].expected);
		gh_mask_free(mask);
	}
	drop_keys();
}
END_TEST

START_TEST(pseudonyms_are_words_of_the_dictionary)
{
	struct gh_mask *mask = mask_of((struct gh_mask_spec)SPEC(GH_MASK_PSEUDO, .words = "name"),
				       (struct gh_mask_column)VARCHAR);
	struct gh_mask *none = mask_of((struct gh_mask_spec)SPEC(GH_MASK_PSEUDO, .words = "other"),
				       (struct gh_mask_column)VARCHAR);
	char first[64];

	snprintf(first, sizeof(first), "%s", fine_text(mask, "Ada Lovelace"));
	ck_assert_ptr_nonnull(strchr(first, ' '));
	ck_assert_str_eq(fine_text(mask, "Ada Lovelace"), first);
	ck_assert_str_eq(fine_text(none, "Ada Lovelace"), "*");
	gh_mask_free(mask);
	gh_mask_free(none);
	drop_keys();
}
END_TEST

GH_UNIT_MAIN("mask_functions", forms_of_text_are_kept, numbers_become_coarse, dates_become_coarse,
	     a_truncated_date_is_the_same_in_every_c_type, dates_of_birth_are_capped_to_a_year,
	     shifted_dates_move_by_the_same_days_and_never_by_none,
	     noise_stays_near_and_is_the_same_for_the_same_number, encrypted_values_keep_their_form,
	     encryption_refuses_small_domains_and_other_alphabets,
	     encrypted_numbers_fit_their_type_and_keep_their_digits,
	     tokens_join_what_is_equal_once_it_is_normal,
	     tokens_have_the_length_that_is_asked_for_or_fits,
	     pseudonyms_are_words_of_the_dictionary)
