/* UTF-8, globs, hex, base64, JSON strings, time, digests. */
#include "unit.h"

#include <string.h>

#include "gatehouse/util.h"

#define BYTES(text) ((struct gh_span){ text, sizeof(text) - 1 })

START_TEST(malformed_utf8_is_seen)
{
	ck_assert(gh_utf8_valid(BYTES("a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")));
	ck_assert(!gh_utf8_valid(BYTES("\xC0\x80")));
	ck_assert(!gh_utf8_valid(BYTES("\xE0\x80\x80")));
	ck_assert(!gh_utf8_valid(BYTES("\xED\xA0\x80")));
	ck_assert(!gh_utf8_valid(BYTES("\xF4\x90\x80\x80")));
	ck_assert(!gh_utf8_valid(BYTES("\xE2\x82")));
	ck_assert(!gh_utf8_valid(BYTES("\x80")));
}
END_TEST

START_TEST(code_points_round_trip)
{
	static const uint32_t points[] = { 0x41, 0x7FF, 0x800, 0xFFFD, 0x10000, 0x10FFFF };
	struct gh_buf buf;
	size_t offset = 0;

	gh_buf_init(&buf, 0);
	for (size_t i = 0; i < 6; i++)
		ck_assert_int_eq(gh_utf8_append(&buf, points[i]), GH_OK);
	for (size_t i = 0; i < 6; i++)
		ck_assert_int_eq(gh_utf8_next(gh_buf_span(&buf), &offset), (int32_t)points[i]);
	ck_assert_int_eq(gh_utf8_next(gh_buf_span(&buf), &offset), -1);
	ck_assert_uint_eq(gh_utf8_count(gh_buf_span(&buf)), 6);
	gh_buf_clear(&buf);
}
END_TEST

START_TEST(globs_match_whole_texts)
{
	ck_assert(gh_glob_match("*.People", "public.people"));
	ck_assert(gh_glob_match("*", ""));
	ck_assert(gh_glob_match("a*b*c", "aXXbYYc"));
	ck_assert(gh_glob_match("p?ople", "people"));
	ck_assert(!gh_glob_match("people", "peoples"));
	ck_assert(!gh_glob_match("a*b", "acd"));
	ck_assert(!gh_glob_match("", "x"));
}
END_TEST

START_TEST(hex_and_base64_round_trip_and_are_strict)
{
	struct gh_buf buf;
	unsigned char bytes[8];
	size_t length = sizeof(bytes);

	gh_buf_init(&buf, 0);
	gh_hex_append(&buf, "\x00\xff\x1a", 3);
	ck_assert_str_eq(buf.bytes, "00ff1a");
	ck_assert(gh_hex_decode(gh_buf_span(&buf), bytes, &length) && length == 3);
	gh_buf_reset(&buf);
	gh_base64_append(&buf, "any carnal", 7);
	ck_assert_str_eq(buf.bytes, "YW55IGNhcg==");
	length = sizeof(bytes);
	ck_assert(gh_base64_decode(gh_buf_span(&buf), bytes, &length));
	ck_assert_uint_eq(length, 7);
	length = sizeof(bytes);
	ck_assert(!gh_base64_decode(BYTES("YW55IGNhch=="), bytes, &length));
	length = sizeof(bytes);
	ck_assert(!gh_base64_decode(BYTES("Y==="), bytes, &length));
	length = 2;
	ck_assert(!gh_base64_decode(BYTES("AAAA"), bytes, &length));
	gh_buf_clear(&buf);
}
END_TEST

START_TEST(json_strings_stay_on_one_line)
{
	struct gh_buf buf;

	gh_buf_init(&buf, 0);
	gh_json_string(&buf, BYTES("a\"\\\n\0\x1b\x7f\xff\xE2\x80\xA8\xC3\xA9"));
	ck_assert_str_eq(buf.bytes,
			 "\"a\\\"\\\\\\n\\u0000\\u001b\\u007f\xEF\xBF\xBD\\u2028\xC3\xA9\"");
	gh_buf_clear(&buf);
}
END_TEST

START_TEST(time_is_written_in_utc)
{
	struct gh_buf buf;

	gh_buf_init(&buf, 0);
	gh_time_append(&buf, 1767268800000001);
	ck_assert_str_eq(buf.bytes, "2026-01-01T12:00:00.000001Z");
	gh_buf_reset(&buf);
	gh_time_append(&buf, -1);
	ck_assert_str_eq(buf.bytes, "1969-12-31T23:59:59.999999Z");
	gh_buf_clear(&buf);
}
END_TEST

/* FIPS 180-4's "abc", RFC 4231's test case 2. */
START_TEST(digests_match_published_vectors)
{
	const struct gh_span abc[] = { BYTES("a"), BYTES("bc") };
	const struct gh_span text[] = { BYTES("what do ya want "), BYTES("for nothing?") };
	struct gh_digest *digest = NULL;
	struct gh_mac *mac = NULL;
	struct gh_buf hex;
	uint8_t out[GH_SHA256_SIZE];

	gh_buf_init(&hex, 0);
	ck_assert_int_eq(gh_digest_new(&digest, NULL), GH_OK);
	for (int again = 0; again < 2; again++) {
		gh_buf_reset(&hex);
		ck_assert_int_eq(gh_digest_parts(digest, abc, 2, out, NULL), GH_OK);
		gh_hex_append(&hex, out, sizeof(out));
		ck_assert_str_eq(hex.bytes, "ba7816bf8f01cfea414140de5dae2223"
					    "b00361a396177a9cb410ff61f20015ad");
	}
	ck_assert_int_eq(gh_mac_new(BYTES("Jefe"), &mac, NULL), GH_OK);
	for (int again = 0; again < 2; again++) {
		gh_buf_reset(&hex);
		ck_assert_int_eq(gh_mac_parts(mac, text, 2, out, NULL), GH_OK);
		gh_hex_append(&hex, out, sizeof(out));
		ck_assert_str_eq(hex.bytes, "5bdcc146bf60754e6a042426089575c7"
					    "5a003f089d2739839dec58b964ec3843");
	}
	gh_mac_free(mac);
	gh_digest_free(digest);
	gh_buf_clear(&hex);
}
END_TEST

GH_UNIT_MAIN("text", malformed_utf8_is_seen, code_points_round_trip, globs_match_whole_texts,
	     hex_and_base64_round_trip_and_are_strict, json_strings_stay_on_one_line,
	     time_is_written_in_utc, digests_match_published_vectors)
