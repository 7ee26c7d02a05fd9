/* Strict conversion of texts between flavours. */
#include "unit.h"

#include <string.h>

#include "gatehouse/downstream.h"

static struct gh_charset *charset_of(const char *name)
{
	struct gh_charset *charset = NULL;

	ck_assert_int_eq(gh_charset_new(name, &charset, NULL), GH_OK);
	ck_assert_ptr_nonnull(charset);
	return charset;
}

/* Decodes a text; NULL stands for "refused as not convertible". */
static void decodes(const char *charset_name, struct gh_text text, const char *wanted)
{
	struct gh_charset *charset = charset_of(charset_name);
	struct gh_buf utf8;
	struct gh_error err = { 0 };
	enum gh_status status;

	gh_buf_init(&utf8, 0);
	status = gh_text_decode(charset, &text, &utf8, &err);
	if (wanted == NULL) {
		ck_assert_int_eq(status, GH_E_CONVERT);
		ck_assert_str_ne(err.text, "");
	} else {
		ck_assert_int_eq(status, GH_OK);
		ck_assert(gh_span_equal(gh_buf_span(&utf8), gh_span_from(wanted)));
	}
	gh_buf_clear(&utf8);
	gh_charset_free(charset);
}

static struct gh_text narrow(const char *bytes)
{
	return (struct gh_text){ GH_NARROW, bytes, SQL_NTS };
}

START_TEST(utf8_is_checked_and_copied)
{
	decodes(NULL, narrow("a\xc3\xa4\xf0\x9f\x98\x80"), "a\xc3\xa4\xf0\x9f\x98\x80");
	decodes("UTF-8", narrow("abc"), "abc");
	decodes("utf8", narrow("abc"), "abc");
	decodes("", narrow("abc"), "abc");
	decodes(NULL, narrow("a\xe4"), NULL);            /* ISO-8859-1 */
	decodes(NULL, narrow("\xc0\x80"), NULL);         /* overlong NUL */
	decodes(NULL, narrow("\xed\xa0\x80"), NULL);     /* a surrogate */
	decodes(NULL, narrow("\xf4\x90\x80\x80"), NULL); /* beyond U+10FFFF */
	decodes(NULL, narrow("\xf0\x9f\x98"), NULL);     /* cut */
}
END_TEST

START_TEST(a_code_page_is_converted_both_ways)
{
	struct gh_charset *latin = charset_of("ISO-8859-1");
	struct gh_buf out;

	decodes("ISO-8859-1", narrow("gr\xfc\xdf"), "gr\xc3\xbc\xc3\x9f");
	gh_buf_init(&out, 0);
	ck_assert_int_eq(
		gh_text_encode(latin, gh_span_from("gr\xc3\xbc\xc3\x9f"), GH_NARROW, &out, NULL),
		GH_OK);
	ck_assert_uint_eq(out.length, 4);
	ck_assert_str_eq(out.bytes, "gr\xfc\xdf");
	gh_buf_clear(&out);
	gh_charset_free(latin);
}
END_TEST

START_TEST(what_a_code_page_lacks_is_refused_and_not_replaced)
{
	struct gh_charset *latin = charset_of("ISO-8859-1");
	struct gh_buf out;

	gh_buf_init(&out, 0);
	/* the euro sign; then an apostrophe look-alike, which must not become a quote */
	ck_assert_int_eq(gh_text_encode(latin, gh_span_from("\xe2\x82\xac"), GH_NARROW, &out, NULL),
			 GH_E_CONVERT);
	gh_buf_reset(&out);
	ck_assert_int_eq(gh_text_encode(latin, gh_span_from("x\xca\xbc"), GH_NARROW, &out, NULL),
			 GH_E_CONVERT);
	gh_buf_clear(&out);
	gh_charset_free(latin);
	decodes("ASCII", narrow("\xe4"), NULL);
}
END_TEST

/* More than one of the converter's chunks, and a character across their border. */
START_TEST(a_long_text_of_a_code_page_is_converted_whole)
{
	char text[1001];
	struct gh_charset *latin = charset_of("ISO-8859-1");
	const struct gh_text given = { GH_NARROW, text, SQL_NTS };
	struct gh_buf utf8;

	memset(text, '\xe4', 1000);
	text[0] = 'x';
	text[1000] = '\0';
	gh_buf_init(&utf8, 0);
	ck_assert_int_eq(gh_text_decode(latin, &given, &utf8, NULL), GH_OK);
	ck_assert_uint_eq(utf8.length, 1 + 2 * 999);
	for (size_t i = 1; i < utf8.length; i += 2)
		ck_assert(memcmp(utf8.bytes + i, "\xc3\xa4", 2) == 0);
	gh_buf_clear(&utf8);
	gh_charset_free(latin);
}
END_TEST

START_TEST(an_unknown_code_page_is_refused)
{
	struct gh_charset *charset = (struct gh_charset *)1;
	struct gh_error err = { 0 };

	ck_assert_int_eq(gh_charset_new("no-such-page", &charset, &err), GH_E_CONFIG);
	ck_assert_ptr_null(charset);
	ck_assert_ptr_nonnull(strstr(err.text, "no-such-page"));
	gh_charset_free(NULL);
}
END_TEST

static struct gh_text wide(const SQLWCHAR *units, SQLLEN length)
{
	return (struct gh_text){ GH_WIDE, units, length };
}

START_TEST(utf16_needs_its_pairs)
{
	static const SQLWCHAR pair[] = { 'a', 0xD83D, 0xDE00, 0 };
	static const SQLWCHAR high[] = { 'a', 0xD83D, 'b', 0 };
	static const SQLWCHAR low[] = { 0xDE00, 0 };
	static const SQLWCHAR swapped[] = { 0xDE00, 0xD83D, 0 };

	ck_assert_uint_eq(sizeof(SQLWCHAR), 2);
	decodes(NULL, wide(pair, SQL_NTS), "a\xf0\x9f\x98\x80");
	decodes(NULL, wide(high, SQL_NTS), NULL);
	decodes(NULL, wide(low, SQL_NTS), NULL);
	decodes(NULL, wide(swapped, SQL_NTS), NULL);
	/* a length that cuts the pair */
	decodes(NULL, wide(pair, 2), NULL);
	decodes(NULL, wide(pair, 1), "a");
}
END_TEST

START_TEST(wide_texts_do_not_pass_the_code_page)
{
	static const SQLWCHAR euro[] = { 0x20AC, 0 };

	decodes("ISO-8859-1", wide(euro, SQL_NTS), "\xe2\x82\xac");
}
END_TEST

START_TEST(lengths_count_characters)
{
	static const SQLWCHAR units[] = { 'a', 'b', 'c', 0 };
	struct gh_text text = wide(units, SQL_NTS);
	size_t bytes = 7;

	ck_assert_int_eq(gh_text_bytes(&text, &bytes, NULL), GH_OK);
	ck_assert_uint_eq(bytes, 3 * sizeof(SQLWCHAR));
	text.length = 2;
	ck_assert_int_eq(gh_text_bytes(&text, &bytes, NULL), GH_OK);
	ck_assert_uint_eq(bytes, 2 * sizeof(SQLWCHAR));
	text = (struct gh_text){ GH_NARROW, "abc", 2 };
	ck_assert_int_eq(gh_text_bytes(&text, &bytes, NULL), GH_OK);
	ck_assert_uint_eq(bytes, 2);
	text.length = 0;
	ck_assert_int_eq(gh_text_bytes(&text, &bytes, NULL), GH_OK);
	ck_assert_uint_eq(bytes, 0);
}
END_TEST

START_TEST(a_negative_length_is_only_sql_nts)
{
	static const SQLLEN bad[] = { -1, -2, -4, -100, SQL_DATA_AT_EXEC };
	size_t bytes = 7;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct gh_text text = { GH_NARROW, "abc", bad[i] };

		ck_assert_int_eq(gh_text_bytes(&text, &bytes, NULL), GH_E_LENGTH);
		ck_assert_uint_eq(bytes, 0);
	}
	/* without a text its length says nothing */
	ck_assert_int_eq(gh_text_bytes(&(struct gh_text){ GH_WIDE, NULL, -7 }, &bytes, NULL),
			 GH_OK);
	ck_assert_uint_eq(bytes, 0);
}
END_TEST

START_TEST(a_text_with_length_may_hold_nul)
{
	struct gh_text text = { GH_NARROW, "a\0b", 3 };
	struct gh_buf utf8;

	gh_buf_init(&utf8, 0);
	ck_assert_int_eq(gh_text_decode(NULL, &text, &utf8, NULL), GH_OK);
	ck_assert(gh_span_equal(gh_buf_span(&utf8), (struct gh_span){ "a\0b", 3 }));
	gh_buf_clear(&utf8);
}
END_TEST

START_TEST(what_is_encoded_has_a_terminator_of_its_width)
{
	struct gh_buf out;

	gh_buf_init(&out, 0);
	ck_assert_int_eq(
		gh_text_encode(NULL, gh_span_from("\xf0\x9f\x98\x80"), GH_WIDE, &out, NULL), GH_OK);
	ck_assert_uint_eq(out.length, 2 * sizeof(SQLWCHAR));
	ck_assert_uint_eq(((SQLWCHAR *)(void *)out.bytes)[0], 0xD83D);
	ck_assert_uint_eq(((SQLWCHAR *)(void *)out.bytes)[1], 0xDE00);
	ck_assert_uint_eq(((SQLWCHAR *)(void *)out.bytes)[2], 0);
	gh_buf_reset(&out);
	ck_assert_int_eq(gh_text_encode(NULL, gh_span_from(""), GH_WIDE, &out, NULL), GH_OK);
	ck_assert_uint_eq(out.length, 0);
	ck_assert_uint_eq(((SQLWCHAR *)(void *)out.bytes)[0], 0);
	gh_buf_clear(&out);
}
END_TEST

START_TEST(utf8_that_is_none_is_not_encoded)
{
	struct gh_buf out;

	gh_buf_init(&out, 0);
	ck_assert_int_ne(gh_text_encode(NULL, gh_span_from("\xff"), GH_WIDE, &out, NULL), GH_OK);
	gh_buf_clear(&out);
}
END_TEST

GH_UNIT_MAIN("charset", utf8_is_checked_and_copied, a_code_page_is_converted_both_ways,
	     what_a_code_page_lacks_is_refused_and_not_replaced,
	     a_long_text_of_a_code_page_is_converted_whole, an_unknown_code_page_is_refused,
	     utf16_needs_its_pairs, wide_texts_do_not_pass_the_code_page, lengths_count_characters,
	     a_negative_length_is_only_sql_nts, a_text_with_length_may_hold_nul,
	     what_is_encoded_has_a_terminator_of_its_width, utf8_that_is_none_is_not_encoded)
