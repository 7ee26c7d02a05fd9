/* FF1: NIST's samples both ways, and what it refuses. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "../../driver/mask/internal.h"

#define KEY_128  "2b7e151628aed2a6abf7158809cf4f3c"
#define KEY_192  KEY_128 "ef4359d8d580aa4f"
#define KEY_256  KEY_192 "7f036d6f04fc6a94"
#define DIGITS   "0123456789"
#define LETTERS  "0123456789abcdefghi"
#define TWEAK    "39383736353433323130"
#define TWEAK_36 "3737373770717273373737"

struct sample {
	const char *key;
	uint32_t radix;
	const char *tweak;
	const char *plain;
	const char *cipher;
};

/* csrc.nist.gov, FF1samples.pdf, samples 1 to 9 */
/* lint: table */
static const struct sample samples[] = {
	{ KEY_128, 10, "", DIGITS, "2433477484" },
	{ KEY_128, 10, TWEAK, DIGITS, "6124200773" },
	{ KEY_128, 36, TWEAK_36, LETTERS, "a9tv40mll9kdu509eum" },
	{ KEY_192, 10, "", DIGITS, "2830668132" },
	{ KEY_192, 10, TWEAK, DIGITS, "2496655549" },
	{ KEY_192, 36, TWEAK_36, LETTERS, "xbj3kv35jrawxv32ysr" },
	{ KEY_256, 10, "", DIGITS, "6657667009" },
	{ KEY_256, 10, TWEAK, DIGITS, "1001623463" },
	{ KEY_256, 36, TWEAK_36, LETTERS, "xs8a0azh2avyalyzuwd" },
};

static struct gh_ff1 *ff1_of(const char *hex)
{
	uint8_t key[32];
	size_t length = sizeof(key);
	struct gh_ff1 *ff1 = NULL;

	ck_assert(gh_hex_decode(gh_span_from(hex), key, &length));
	ck_assert_int_eq(gh_ff1_new((struct gh_span){ (char *)key, length }, &ff1, NULL), GH_OK);
	return ff1;
}

static struct gh_ff1_text text_of(const char *text, uint32_t radix)
{
	struct gh_ff1_text out = { .radix = radix, .length = strlen(text) };

	for (size_t i = 0; i < out.length; i++)
		out.digits[i] = (uint8_t)(text[i] <= '9' ? text[i] - '0' : text[i] - 'a' + 10);
	return out;
}

static void expect(const struct gh_ff1_text *text, const char *expected)
{
	struct gh_ff1_text other = text_of(expected, text->radix);

	ck_assert_uint_eq(text->length, other.length);
	ck_assert_mem_eq(text->digits, other.digits, other.length);
}

START_TEST(samples_of_nist_come_out_both_ways)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		const struct sample *sample = &samples[i];
		struct gh_ff1 *ff1 = ff1_of(sample->key);
		struct gh_ff1_text text = text_of(sample->plain, sample->radix);
		uint8_t bytes[32];
		size_t length = sizeof(bytes);
		struct gh_span tweak;

		ck_assert(gh_hex_decode(gh_span_from(sample->tweak), bytes, &length));
		tweak = (struct gh_span){ (char *)bytes, length };
		ck_assert_int_eq(gh_ff1_run(ff1, GH_FF1_ENCRYPT, tweak, &text), GH_OK);
		expect(&text, sample->cipher);
		ck_assert_int_eq(gh_ff1_run(ff1, GH_FF1_DECRYPT, tweak, &text), GH_OK);
		expect(&text, sample->plain);
		gh_ff1_free(ff1);
	}
}
END_TEST

/* Every length and radix, through both ways of computing, one cipher for all. */
START_TEST(what_is_encrypted_is_decrypted)
{
	static const uint32_t radixes[] = { 2, 10, 16, 26, 36, 62, 256 };
	struct gh_ff1 *ff1 = ff1_of(KEY_256);
	uint32_t random = 1;

	for (size_t r = 0; r < sizeof(radixes) / sizeof(radixes[0]); r++) {
		for (size_t length = 2; length <= GH_FF1_DIGITS_MAX; length++) {
			struct gh_ff1_text text = { .radix = radixes[r], .length = length };
			struct gh_ff1_text before;
			struct gh_span tweak = { "tweak", length % 6 };

			if (!gh_ff1_large_enough(text.radix, length))
				continue;
			for (size_t i = 0; i < length; i++) {
				random = random * 1664525u + 1013904223u;
				text.digits[i] = (uint8_t)((random >> 16) % text.radix);
			}
			before = text;
			ck_assert_int_eq(gh_ff1_run(ff1, GH_FF1_ENCRYPT, tweak, &text), GH_OK);
			for (size_t i = 0; i < length; i++)
				ck_assert_uint_lt(text.digits[i], text.radix);
			ck_assert_mem_ne(text.digits, before.digits, length);
			ck_assert_int_eq(gh_ff1_run(ff1, GH_FF1_DECRYPT, tweak, &text), GH_OK);
			ck_assert_mem_eq(text.digits, before.digits, length);
		}
	}
	gh_ff1_free(ff1);
}
END_TEST

START_TEST(small_domains_and_long_texts_are_refused)
{
	struct gh_ff1 *ff1 = ff1_of(KEY_256);
	struct gh_ff1_text text = text_of("12345", 10);
	char long_tweak[GH_FF1_TWEAK_MAX + 1] = { 0 };

	ck_assert_int_eq(gh_ff1_run(ff1, GH_FF1_ENCRYPT, GH_SPAN_LITERAL(""), &text), GH_E_LIMIT);
	ck_assert(!gh_ff1_large_enough(10, 5));
	ck_assert(gh_ff1_large_enough(10, 6));
	ck_assert(!gh_ff1_large_enough(2, 19));
	ck_assert(gh_ff1_large_enough(2, 20));
	text = text_of("123456", 10);
	ck_assert_int_eq(gh_ff1_run(ff1, GH_FF1_ENCRYPT,
				    (struct gh_span){ long_tweak, sizeof(long_tweak) }, &text),
			 GH_E_LIMIT);
	text.length = GH_FF1_DIGITS_MAX + 1;
	ck_assert_int_eq(gh_ff1_run(ff1, GH_FF1_ENCRYPT, GH_SPAN_LITERAL(""), &text), GH_E_LIMIT);
	text.length = 6;
	text.radix = 257;
	ck_assert_int_eq(gh_ff1_run(ff1, GH_FF1_ENCRYPT, GH_SPAN_LITERAL(""), &text), GH_E_LIMIT);
	gh_ff1_free(ff1);
}
END_TEST

START_TEST(keys_have_the_length_of_an_aes_key)
{
	struct gh_ff1 *ff1 = NULL;
	struct gh_error err = { 0 };

	ck_assert_int_eq(gh_ff1_new(GH_SPAN_LITERAL("seventeen bytes.."), &ff1, &err), GH_E_KEY);
	ck_assert_ptr_null(ff1);
	gh_ff1_free(NULL);
}
END_TEST

GH_UNIT_MAIN("ff1", samples_of_nist_come_out_both_ways, what_is_encrypted_is_decrypted,
	     small_domains_and_long_texts_are_refused, keys_have_the_length_of_an_aes_key)
