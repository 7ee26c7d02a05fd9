/*
 * Cells, columns, spans and patterns: what is found, and what must not be.
 */
#include <stdio.h>
#include <string.h>

#include "gatehouse/detect.h"
#include "unit.h"

static enum gh_detect_class cell(const char *text)
{
	struct gh_detect_value value = gh_detect_text(gh_span_from(text));

	return gh_detect_cell(&value);
}

static struct gh_detect_column *column_of(const char *name, enum gh_detect_kind kind)
{
	struct gh_detect_about about = { name, NULL, kind, 0 };
	struct gh_detect_column *column = NULL;

	ck_assert_int_eq(gh_detect_column_new(&about, &column, NULL), GH_OK);
	return column;
}

static void add(struct gh_detect_column *column, const char *text)
{
	struct gh_detect_value value = gh_detect_text(gh_span_from(text));

	gh_detect_column_add(column, &value);
}

/* The verdict at the end; frees. */
static struct gh_detect_verdict end(struct gh_detect_column *column)
{
	struct gh_detect_verdict verdict;

	gh_detect_column_verdict(column, GH_DETECT_END, &verdict);
	gh_detect_column_free(column);
	return verdict;
}

/* ---- cells ------------------------------------------------------------------ */

struct expectation {
	const char *text;
	enum gh_detect_class class;
};

START_TEST(single_cells_of_tier_s_are_found)
{
	static const struct expectation rows[] = {
		{ "ada@lovelace.org", GH_DETECT_EMAIL },
		{ "  ada@lovelace.org\n", GH_DETECT_EMAIL },
		{ "DE27100777770209299700", GH_DETECT_IBAN },
		{ "DE27 1007 7777 0209 2997 00", GH_DETECT_IBAN },
		{ "+49 170 1234567", GH_DETECT_PHONE_E164 },
		{ "54362315K", GH_DETECT_ES_NIF },
		{ "RSSMRA85T10A562S", GH_DETECT_IT_CF },
		{ "131052-308T", GH_DETECT_FI_HETU },
		{ "131052A308T", GH_DETECT_FI_HETU },
		{ "00:1a:2b:3c:4d:5e", GH_DETECT_MAC_ADDRESS },
		{ "aa-1a-2b-3c-4d-5e", GH_DETECT_MAC_ADDRESS },
		{ "2a00:1450:4001:81b::200e", GH_DETECT_IPV6 },
		{ "postgres://app:s3cr3t@db/x", GH_DETECT_URL_CREDENTIALS },
		{ "Server=db;User Id=sa;Password=Xy7!kk;", GH_DETECT_CONNECTION_STRING },
		{ "$2b$12$abcdefghijklmnopqrstuvwxyzABCDEF", GH_DETECT_PASSWORD_HASH },
		{ "-----BEGIN PRIVATE KEY-----\nMIIBVgIBADANBg\n", GH_DETECT_PRIVATE_KEY },
		{ "npm_abcdefghijklmnopqrstuvwxyz0123456789", GH_DETECT_VENDOR_KEY },
		{ "hf_abcdefghijklmnopqrstuvwxyzABCDEFGH", GH_DETECT_VENDOR_KEY },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(cell(rows[i].text) == rows[i].class, "%s", rows[i].text);
}
END_TEST

START_TEST(cells_that_only_look_so_are_not)
{
	static const char *const rows[] = {
		"",
		"a@b",
		"@handle",
		"info@example.org",
		"No-Reply@example.org",
		"DE27100777770209299701",
		"GB00957694056893231970",
		"+1 800 555 0199",
		"54362315L",
		"RSSMRA85T10A562T",
		"12:34:56",
		"2024-02-29 12:00:00",
		"https://example.org:8080/a@b",
		"Server=db;Password=****;",
		"Server=db;User=x;Password=${PASSWORD};",
		"$12.50",
		"@scope/pkg@1.2.3",
		"1.2.3.4",
		"e744a0a39b31b99a437508f02d60dde5",
		"10.1098/x97bw4vb",
		"pk_live_abcdefghij0123456789ab",
		"tok_1abcdefghij0123456789abc",
		"DE89370400440532013000",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(cell(rows[i]) == GH_DETECT_NONE, "%s", rows[i]);
}
END_TEST

START_TEST(wide_cells_are_read_too)
{
	static const uint16_t narrow[] = { 'a', 'd', 'a', '@', 'l', '.', 'o', 'r', 'g', ' ' };
	uint32_t wide[sizeof(narrow) / sizeof(narrow[0])];
	struct gh_detect_value value = { narrow, sizeof(narrow), GH_DETECT_UTF16 };

	ck_assert_int_eq(gh_detect_cell(&value), GH_DETECT_EMAIL);
	for (size_t i = 0; i < sizeof(narrow) / sizeof(narrow[0]); i++)
		wide[i] = narrow[i];
	value = (struct gh_detect_value){ wide, sizeof(wide), GH_DETECT_UTF32 };
	ck_assert_int_eq(gh_detect_cell(&value), GH_DETECT_EMAIL);
}
END_TEST

/* ---- columns --------------------------------------------------------------------- */

/* Fills in a check digit by Luhn. */
static void luhn(char *digits)
{
	size_t length = strlen(digits);
	unsigned sum = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned digit = (unsigned)(digits[length - 1 - i] - '0') * (i % 2 == 1 ? 2 : 1);

		sum += digit > 9 ? digit - 9 : digit;
	}
	digits[length - 1] = (char)('0' + (10 - sum % 10) % 10);
}

static void add_card(struct gh_detect_column *column, unsigned number, char first)
{
	char text[20];

	snprintf(text, sizeof(text), "%c539%011u0", first, (number + 7) * 9176543u % 1000000007u);
	luhn(text);
	add(column, text);
}

START_TEST(a_column_is_undecided_before_it_has_enough)
{
	struct gh_detect_column *column = column_of("c", GH_DETECT_KIND_TEXT);
	struct gh_detect_verdict verdict;

	for (unsigned i = 0; i < GH_DETECT_ENOUGH - 1; i++)
		add_card(column, i, '4');
	for (unsigned i = 0; i < 100; i++)
		add_card(column, 1, '4'); /* again and again is no more */
	gh_detect_column_verdict(column, GH_DETECT_MORE, &verdict);
	ck_assert_int_eq(verdict.state, GH_DETECT_UNDECIDED);
	add_card(column, GH_DETECT_ENOUGH, '4');
	gh_detect_column_verdict(column, GH_DETECT_MORE, &verdict);
	ck_assert_int_eq(verdict.state, GH_DETECT_SENSITIVE);
	ck_assert_int_eq(verdict.class, GH_DETECT_CARD);
	ck_assert_int_eq(verdict.family, GH_DETECT_FAMILY_CARD);
	ck_assert_int_eq(verdict.tier, GH_DETECT_TIER_C);
	gh_detect_column_free(column);
}
END_TEST

START_TEST(cards_of_no_issuer_are_clean)
{
	struct gh_detect_column *column = column_of("c", GH_DETECT_KIND_TEXT);

	for (unsigned i = 0; i < 80; i++)
		add_card(column, i, '9');
	ck_assert_int_eq(end(column).state, GH_DETECT_CLEAN);
}
END_TEST

START_TEST(junk_hides_nothing)
{
	struct gh_detect_column *column = column_of("c", GH_DETECT_KIND_TEXT);

	for (unsigned i = 0; i < 64; i++) {
		char text[32];

		snprintf(text, sizeof(text), i % 3 == 0 ? "lost %u" : "n/a", i);
		add(column, text);
		add_card(column, i, '4');
	}
	ck_assert_int_eq(end(column).class, GH_DETECT_CARD);
}
END_TEST

START_TEST(five_in_a_hundred_notes_are_enough)
{
	struct gh_detect_column *column = column_of("notes", GH_DETECT_KIND_TEXT);

	for (unsigned i = 0; i < 100; i++) {
		char text[80];

		snprintf(text, sizeof(text),
			 i % 17 == 0 ? "please write to a.b%u@web.de again"
				     : "delivered late, box %u was open",
			 i);
		add(column, text);
	}
	ck_assert_int_eq(end(column).class, GH_DETECT_EMAIL);
}
END_TEST

START_TEST(numbers_of_an_integer_column_are_digits)
{
	struct gh_detect_column *column = column_of("ssn", GH_DETECT_KIND_INTEGER);
	struct gh_detect_column *count = column_of("ssn_count", GH_DETECT_KIND_INTEGER);

	for (int i = 0; i < 64; i++) {
		gh_detect_column_add_integer(column, 212045678 + i * 3291113);
		gh_detect_column_add_integer(count, 212045678 + i * 3291113);
	}
	ck_assert_int_eq(end(column).class, GH_DETECT_US_SSN_BARE);
	ck_assert_int_eq(end(count).state, GH_DETECT_CLEAN);
}
END_TEST

START_TEST(a_sequence_is_no_number_of_anybody)
{
	struct gh_detect_column *column = column_of("ssn", GH_DETECT_KIND_INTEGER);

	for (int i = 0; i < 200; i++)
		gh_detect_column_add_integer(column, 212045678 + i);
	ck_assert_int_eq(end(column).state, GH_DETECT_CLEAN);
}
END_TEST

static void fill(struct gh_detect_column *column, const char *const *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(column, values[i]);
}

#define FILL(column, values) fill(column, values, sizeof(values) / sizeof((values)[0]))

START_TEST(people_and_streets_are_found_by_their_words)
{
	static const char *const people[] = { "Anna Weber",    "Jan Kowalski", "María García",
					      "Pierre Dubois", "Giulia Rossi", "Łukasz Nowak" };
	static const char *const streets[] = {
		"Hauptstraße 12",    "12 Main Street", "Via Roma, 3",
		"8 rue Victor Hugo", "Calle Mayor 5",  "ul. Długa 7"
	};
	static const char *const companies[] = { "Weber GmbH", "Rossi S.p.A. Group", "Smith Ltd",
						 "Nowak Logistics", "Garcia Inc." };
	struct gh_detect_column *column = column_of("c7", GH_DETECT_KIND_TEXT);

	FILL(column, people);
	ck_assert_int_eq(end(column).class, GH_DETECT_PERSON);
	column = column_of("c7", GH_DETECT_KIND_TEXT);
	FILL(column, streets);
	ck_assert_int_eq(end(column).class, GH_DETECT_ADDRESS);
	column = column_of("store_address", GH_DETECT_KIND_TEXT);
	FILL(column, streets);
	ck_assert_int_eq(end(column).state, GH_DETECT_CLEAN);
	column = column_of("c7", GH_DETECT_KIND_TEXT);
	FILL(column, companies);
	ck_assert_int_eq(end(column).state, GH_DETECT_CLEAN);
}
END_TEST

START_TEST(a_type_can_decide_alone)
{
	struct gh_detect_column *column = column_of("email", GH_DETECT_KIND_BOOLEAN);
	struct gh_detect_verdict verdict;

	gh_detect_column_verdict(column, GH_DETECT_MORE, &verdict);
	ck_assert_int_eq(verdict.state, GH_DETECT_CLEAN);
	gh_detect_column_free(column);
	ck_assert_int_eq(gh_detect_kind_named("VARCHAR(40)"), GH_DETECT_KIND_TEXT);
	ck_assert_int_eq(gh_detect_kind_named("SQL_INTEGER"), GH_DETECT_KIND_INTEGER);
	ck_assert_int_eq(gh_detect_kind_named("interval day"), GH_DETECT_KIND_TIME);
	ck_assert_int_eq(gh_detect_kind_named("geometry"), GH_DETECT_KIND_UNKNOWN);
}
END_TEST

/* ---- spans -------------------------------------------------------------------------- */

START_TEST(spans_are_where_they_stand)
{
	static const char text[] = "Dear Anna Weber, call +49 170 1234567 or a@b.org (SSN "
				   "212-04-5678), 12 Main Street, born 29.02.1980.";
	static const char *const parts[] = { "Anna Weber",  "+49 170 1234567", "a@b.org",
					     "212-04-5678", "12 Main Street",  "29.02.1980" };
	static const enum gh_detect_class classes[] = {
		GH_DETECT_PERSON, GH_DETECT_PHONE_E164, GH_DETECT_EMAIL,
		GH_DETECT_US_SSN, GH_DETECT_ADDRESS,    GH_DETECT_DATE_OF_BIRTH,
	};
	struct gh_detect_found found[8];

	ck_assert_uint_eq(gh_detect_spans(gh_span_from(text), found, 8), 6);
	for (size_t i = 0; i < 6; i++) {
		ck_assert_int_eq(found[i].class, classes[i]);
		ck_assert_uint_eq(found[i].end - found[i].start, strlen(parts[i]));
		ck_assert_int_eq(strncmp(text + found[i].start, parts[i], strlen(parts[i])), 0);
	}
	ck_assert_uint_eq(gh_detect_spans(gh_span_from(text), found, 2), 6);
}
END_TEST

/* ---- patterns of the operator ------------------------------------------------------------ */

static enum gh_detect_family match(const struct gh_detect_pattern *row, const char *text)
{
	struct gh_detect_value value = gh_detect_text(gh_span_from(text));
	struct gh_detect_patterns *patterns = NULL;
	enum gh_detect_family family;

	ck_assert_int_eq(gh_detect_patterns_new(row, 1, &patterns, NULL), GH_OK);
	family = gh_detect_patterns_match(patterns, &value);
	gh_detect_patterns_free(patterns);
	return family;
}

START_TEST(a_pattern_of_the_operator_matches_whole_values)
{
	const struct gh_detect_pattern row = { "EMP-[0-9]{6}", GH_DETECT_GATE_LITERAL, "EMP-",
					       GH_DETECT_FAMILY_OTHER_PII };

	ck_assert_int_eq(match(&row, "EMP-123456"), GH_DETECT_FAMILY_OTHER_PII);
	ck_assert_int_eq(match(&row, "EMP-1234567"), GH_DETECT_FAMILY_NONE);
	ck_assert_int_eq(match(&row, "xEMP-123456"), GH_DETECT_FAMILY_NONE);
}
END_TEST

START_TEST(a_match_that_runs_into_its_limits_counts)
{
	const struct gh_detect_pattern row = { "(a|aa)+[bd]", GH_DETECT_GATE_LETTER, NULL,
					       GH_DETECT_FAMILY_SECRET };

	ck_assert_int_eq(match(&row, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"),
			 GH_DETECT_FAMILY_SECRET);
	ck_assert_int_eq(match(&row, "aac"), GH_DETECT_FAMILY_NONE);
	ck_assert_int_eq(match(&row, "12"), GH_DETECT_FAMILY_NONE);
}
END_TEST

START_TEST(a_pattern_that_cannot_be_used_is_refused)
{
	const struct gh_detect_pattern rows[] = {
		{ "(", GH_DETECT_GATE_DIGIT, NULL, GH_DETECT_FAMILY_SECRET },
		{ "a", GH_DETECT_GATE_NONE, NULL, GH_DETECT_FAMILY_SECRET },
		{ "a", GH_DETECT_GATE_LITERAL, "a", GH_DETECT_FAMILY_SECRET },
		{ "a", GH_DETECT_GATE_LETTER, NULL, GH_DETECT_FAMILY_NONE },
		{ "", GH_DETECT_GATE_LETTER, NULL, GH_DETECT_FAMILY_SECRET },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gh_detect_patterns *patterns = NULL;
		struct gh_error err = { 0 };

		ck_assert_int_eq(gh_detect_patterns_new(&rows[i], 1, &patterns, &err), GH_E_CONFIG);
		ck_assert_ptr_null(patterns);
		ck_assert_int_eq(err.line, 1);
	}
}
END_TEST

GH_UNIT_MAIN("detect", single_cells_of_tier_s_are_found, cells_that_only_look_so_are_not,
	     wide_cells_are_read_too, a_column_is_undecided_before_it_has_enough,
	     cards_of_no_issuer_are_clean, junk_hides_nothing, five_in_a_hundred_notes_are_enough,
	     numbers_of_an_integer_column_are_digits, a_sequence_is_no_number_of_anybody,
	     people_and_streets_are_found_by_their_words, a_type_can_decide_alone,
	     spans_are_where_they_stand, a_pattern_of_the_operator_matches_whole_values,
	     a_match_that_runs_into_its_limits_counts, a_pattern_that_cannot_be_used_is_refused)
