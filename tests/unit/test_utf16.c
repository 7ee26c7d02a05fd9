/* UTF-8 to and from UTF-16 and UTF-32. */
#include "unit.h"

#include <string.h>

#include "gatehouse/util.h"

#define BYTES(text) ((struct gh_span){ text, sizeof(text) - 1 })

START_TEST(every_length_of_utf8_becomes_its_units)
{
	static const uint16_t narrow[] = { 'a', 0xE9, 0x20AC, 0xD83D, 0xDE00, 0xFFFF };
	static const uint32_t wide[] = { 'a', 0xE9, 0x20AC, 0x1F600, 0xFFFF };
	struct gh_span text = BYTES("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xEF\xBF\xBF");
	struct gh_buf buf;

	gh_buf_init(&buf, 0);
	ck_assert_int_eq(gh_utf16_append(&buf, text), GH_OK);
	ck_assert_uint_eq(buf.length, sizeof(narrow));
	ck_assert_mem_eq(buf.bytes, narrow, sizeof(narrow));
	gh_buf_reset(&buf);
	ck_assert_int_eq(gh_utf32_append(&buf, text), GH_OK);
	ck_assert_uint_eq(buf.length, sizeof(wide));
	ck_assert_mem_eq(buf.bytes, wide, sizeof(wide));
	gh_buf_reset(&buf);
	ck_assert_int_eq(gh_utf8_from_utf16(&buf, narrow, 6), GH_OK);
	ck_assert(gh_span_equal(gh_buf_span(&buf), text));
	gh_buf_reset(&buf);
	ck_assert_int_eq(gh_utf8_from_utf32(&buf, wide, 5), GH_OK);
	ck_assert(gh_span_equal(gh_buf_span(&buf), text));
	gh_buf_clear(&buf);
}
END_TEST

START_TEST(every_code_point_survives_the_round_trip)
{
	struct gh_buf utf8, wide, back;

	gh_buf_init(&utf8, 0);
	gh_buf_init(&wide, 0);
	gh_buf_init(&back, 0);
	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		gh_buf_reset(&utf8);
		gh_buf_reset(&wide);
		gh_buf_reset(&back);
		gh_utf8_append(&utf8, c);
		gh_utf16_append(&wide, gh_buf_span(&utf8));
		ck_assert_uint_eq(wide.length, c < 0x10000 ? 2 : 4);
		gh_utf8_from_utf16(&back, (const uint16_t *)(const void *)wide.bytes,
				   wide.length / 2);
		ck_assert(gh_span_equal(gh_buf_span(&utf8), gh_buf_span(&back)));
	}
	gh_buf_clear(&utf8);
	gh_buf_clear(&wide);
	gh_buf_clear(&back);
}
END_TEST

static void refused16(const uint16_t *units, size_t count)
{
	struct gh_buf buf;

	gh_buf_init(&buf, 0);
	gh_buf_append_text(&buf, "kept");
	ck_assert_int_eq(gh_utf8_from_utf16(&buf, units, count), GH_E_CONVERT);
	ck_assert_uint_eq(buf.length, 4);
	ck_assert_str_eq(buf.bytes, "kept");
	ck_assert_int_eq(gh_buf_append_text(&buf, "x"), GH_E_CONVERT);
	gh_buf_clear(&buf);
}

START_TEST(unpaired_surrogates_are_refused)
{
	refused16((const uint16_t[]){ 'a', 0xD83D }, 2);
	refused16((const uint16_t[]){ 'a', 0xD83D, 'b' }, 3);
	refused16((const uint16_t[]){ 0xDE00, 'b' }, 2);
	refused16((const uint16_t[]){ 0xDE00, 0xD83D }, 2);
	refused16((const uint16_t[]){ 0xD83D, 0xD83D, 0xDE00 }, 3);
}
END_TEST

START_TEST(units_that_are_no_code_points_are_refused)
{
	static const uint32_t bad[] = { 0xD800, 0xDFFF, 0x110000, 0xFFFFFFFF };
	struct gh_buf buf;

	gh_buf_init(&buf, 0);
	for (size_t i = 0; i < 4; i++) {
		gh_buf_reset(&buf);
		ck_assert_int_eq(gh_utf8_from_utf32(&buf, &bad[i], 1), GH_E_CONVERT);
		ck_assert_uint_eq(buf.length, 0);
	}
	gh_buf_clear(&buf);
}
END_TEST

START_TEST(malformed_utf8_is_refused_whole)
{
	static const struct gh_span bad[] = { { "ok\xC0\x80", 4 }, { "ok\xED\xA0\x80", 5 },
					      { "ok\xE2\x82", 4 }, { "ok\x80", 3 } };
	struct gh_buf buf;

	gh_buf_init(&buf, 0);
	for (size_t i = 0; i < 4; i++) {
		gh_buf_reset(&buf);
		gh_buf_append_text(&buf, "kept");
		ck_assert_int_eq(gh_utf16_append(&buf, bad[i]), GH_E_CONVERT);
		ck_assert_str_eq(buf.bytes, "kept");
		gh_buf_reset(&buf);
		ck_assert_int_eq(gh_utf32_append(&buf, bad[i]), GH_E_CONVERT);
		ck_assert_uint_eq(buf.length, 0);
	}
	gh_buf_clear(&buf);
}
END_TEST

START_TEST(the_maximum_of_a_buffer_holds)
{
	struct gh_buf buf;

	gh_buf_init(&buf, 4);
	ck_assert_int_eq(gh_utf16_append(&buf, BYTES("abc")), GH_E_LIMIT);
	gh_buf_reset(&buf);
	ck_assert_int_eq(gh_utf16_append(&buf, BYTES("ab")), GH_OK);
	gh_buf_reset(&buf);
	ck_assert_int_eq(gh_utf16_append(&buf, BYTES("")), GH_OK);
	ck_assert_uint_eq(buf.length, 0);
	gh_buf_clear(&buf);
}
END_TEST

GH_UNIT_MAIN("utf16", every_length_of_utf8_becomes_its_units,
	     every_code_point_survives_the_round_trip, unpaired_surrogates_are_refused,
	     units_that_are_no_code_points_are_refused, malformed_utf8_is_refused_whole,
	     the_maximum_of_a_buffer_holds)
