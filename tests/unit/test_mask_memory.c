/* Masks that come back are known, and true values are not taken for them. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "mask_types.h"

struct fixture {
	struct gh_mask_keys *keys;
	struct gh_mask_memory *memory;
};

static struct fixture start(void)
{
	struct fixture f = { 0 };

	ck_assert_int_eq(gh_mask_keys_new(BYTES("0123456789abcdef0123456789abcdef"), &f.keys, NULL),
			 GH_OK);
	ck_assert_int_eq(gh_mask_memory_new(f.keys, &f.memory, NULL), GH_OK);
	return f;
}

static void end(struct fixture *f)
{
	gh_mask_memory_free(f->memory);
	gh_mask_keys_free(f->keys);
}

static bool ours(struct fixture *f, const char *text)
{
	return gh_mask_is_ours(f->memory, gh_span_from(text));
}

static struct gh_mask *mask_of(struct fixture *f, struct gh_mask_spec spec, SQLSMALLINT type,
			       SQLULEN size)
{
	struct gh_mask_column column = { type, size, 0, SQL_NULLABLE };
	struct gh_mask *mask = NULL;

	ck_assert_int_eq(gh_mask_new(&spec, &column, f->keys, &mask, NULL), GH_OK);
	gh_mask_remember(mask, f->memory);
	return mask;
}

static void give(struct gh_mask *mask, const char *clear, char out[100])
{
	struct gh_mask_value value;

	ck_assert_int_eq(gh_mask_apply(mask, gh_span_from(clear), WHOLE, SQL_C_CHAR, &value),
			 GH_OK);
	snprintf(out, 100, "%.*s", (int)value.length, (const char *)value.bytes);
}

/* Gives `clear` out through a mask, and frees that. */
static void give_once(struct fixture *f, struct gh_mask_spec spec, SQLSMALLINT type,
		      const char *clear, char out[100])
{
	struct gh_mask *mask = mask_of(f, spec, type, 0);

	give(mask, clear, out);
	gh_mask_free(mask);
}

START_TEST(tokens_are_known_whoever_made_them)
{
	struct fixture f = start(), other = start();
	char token[100];

	give_once(&other, (struct gh_mask_spec){ .function = GH_MASK_TOKEN, .domain = "d" },
		  SQL_VARCHAR, "Ada", token);
	ck_assert(ours(&f, token));
	token[3] = token[3] == 'a' ? 'b' : 'a';
	ck_assert(!ours(&f, token));
	end(&f);
	end(&other);
}
END_TEST

#define HEX "00112233445566778899aabbccddeeff"
#define HEAD "gatehouse mask keys 1\n"
#define LINE(id, first) id " " first "0112233445566778899aabbccddeeff" HEX "\n"

/* A token as a file of keys makes it; whether a file knows one. */
static void token_of(const char *file, bool key_id, char *out)
{
	struct fixture f = { 0 };

	ck_assert_int_eq(gh_mask_keys_parse(gh_span_from(file), &f.keys, NULL), GH_OK);
	ck_assert_int_eq(gh_mask_memory_new(f.keys, &f.memory, NULL), GH_OK);
	give_once(&f, (struct gh_mask_spec){ .function = GH_MASK_TOKEN, .key_id = key_id },
		  SQL_VARCHAR, "Ada", out);
	end(&f);
}

static bool knows(const char *file, const char *token)
{
	struct fixture f = { 0 };
	bool known;

	ck_assert_int_eq(gh_mask_keys_parse(gh_span_from(file), &f.keys, NULL), GH_OK);
	ck_assert_int_eq(gh_mask_memory_new(f.keys, &f.memory, NULL), GH_OK);
	known = ours(&f, token);
	end(&f);
	return known;
}

START_TEST(the_newest_key_makes_masks_and_all_keys_are_known)
{
	static const char one[] = HEAD LINE("1", "a"), two[] = HEAD LINE("1", "a") LINE("2", "b");
	char old[100], new[100], marked[100];

	token_of(one, false, old);
	token_of(two, false, new);
	ck_assert_str_ne(old, new);
	ck_assert(knows(two, old));
	ck_assert(knows(two, new));
	ck_assert(!knows(one, new));
	/* the letter of key 2, and the rest of the body as without it */
	token_of(two, true, marked);
	ck_assert_int_eq(marked[0], 'c');
	ck_assert(strncmp(marked + 1, new + 1, 16) == 0);
	ck_assert(knows(two, marked));
}
END_TEST

START_TEST(a_list_of_keys_that_is_not_one_is_refused)
{
	static const char *const files[] = {
		"", "too short", HEAD, HEAD "1 abcd\n", HEAD LINE("0", "a"),
		HEAD LINE("2", "a") LINE("1", "b"), HEAD LINE("1", "a") LINE("1", "b"),
		HEAD LINE("10000", "a"), HEAD LINE("1", "x"), LINE("1", "a"),
		HEAD LINE("1", "a") "\n",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct gh_mask_keys *keys = NULL;
		struct gh_error err = { 0 };

		ck_assert_msg(gh_mask_keys_parse(gh_span_from(files[i]), &keys, &err) == GH_E_KEY,
			      "file %zu", i);
		ck_assert_ptr_null(keys);
		ck_assert_ptr_null(strstr(err.text, "abcd"));
	}
}
END_TEST

START_TEST(marks_are_known_and_stars_of_their_own_are_not)
{
	static const char *const marks[] = { "[redacted]", "****", "************1234",
					     "41*************4", "********" };
	static const char *const texts[] = { "",         "*",           "***",   "**bold** text",
					     "redacted", "a****bcdefg", "2 * 3", "5 **** hotel" };
	struct fixture f = start();

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		ck_assert_msg(ours(&f, marks[i]), "%s", marks[i]);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_msg(!ours(&f, texts[i]), "%s", texts[i]);
	end(&f);
}
END_TEST

START_TEST(codes_are_known_once_they_were_given_out)
{
	/* lint: table */
	static const struct {
		struct gh_mask_spec spec;
		SQLSMALLINT type;
		const char *clear;
	} cases[] = {
		{ { .function = GH_MASK_HASH }, SQL_VARCHAR, "Ada" },
		{ { .function = GH_MASK_HASH }, SQL_BIGINT, "4111111111111234" },
		{ { .function = GH_MASK_FPE }, SQL_VARCHAR, "4111 1111 1111 1234" },
		{ { .function = GH_MASK_FPE }, SQL_BIGINT, "4111111111111234" },
		{ { .function = GH_MASK_TOKEN, .amount = 8 }, SQL_VARCHAR, "Ada" },
		{ { .function = GH_MASK_PARTIAL, .keep_last = 4, .fill = "X" },
		  SQL_VARCHAR,
		  "4111111111111234" },
	};
	struct fixture f = start(), other = start();

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[100], padded[120];

		give_once(&f, cases[i].spec, cases[i].type, cases[i].clear, text);
		ck_assert_msg(ours(&f, text), "%s", text);
		snprintf(padded, sizeof(padded), "%s   ", text);
		ck_assert(ours(&f, padded));
		ck_assert(!ours(&f, cases[i].clear));
		ck_assert(!ours(&other, text));
		if (cases[i].type == SQL_BIGINT) {
			snprintf(padded, sizeof(padded), "%s.00", text);
			ck_assert(ours(&f, padded));
		}
	}
	end(&f);
	end(&other);
}
END_TEST

/* With the memory full of six digits and of sixteen, true values pass. */
START_TEST(true_values_are_taken_for_masks_less_than_once_in_a_million)
{
	struct fixture f = start();
	struct gh_mask *small =
		mask_of(&f, (struct gh_mask_spec){ .function = GH_MASK_FPE }, SQL_VARCHAR, 0);
	char clear[40], text[100];
	unsigned wrong = 0;

	for (int i = 0; i < 2000; i++) {
		snprintf(clear, sizeof(clear), "%06d", 100000 + i * 449);
		give(small, clear, text);
		snprintf(clear, sizeof(clear), "4%015d", i * 7919);
		give(small, clear, text);
	}
	for (int i = 0; i < 1000000; i++) {
		snprintf(clear, sizeof(clear), "%06d", i);
		wrong += ours(&f, clear);
	}
	ck_assert_uint_le(wrong, 1);
	for (int i = 0; i < 1000000; i++) {
		snprintf(clear, sizeof(clear), "5%015d", i * 1117);
		wrong += ours(&f, clear);
	}
	ck_assert_uint_le(wrong, 1);
	gh_mask_free(small);
	end(&f);
}
END_TEST

START_TEST(the_latest_are_known_when_there_were_many)
{
	struct fixture f = start();
	struct gh_mask *mask =
		mask_of(&f, (struct gh_mask_spec){ .function = GH_MASK_HASH }, SQL_VARCHAR, 0);
	char clear[40], text[100];

	for (int i = 0; i < 100000; i++) {
		snprintf(clear, sizeof(clear), "person %d", i);
		give(mask, clear, text);
	}
	for (int i = 99000; i < 100000; i++) {
		snprintf(clear, sizeof(clear), "person %d", i);
		give(mask, clear, text);
		ck_assert(ours(&f, text));
	}
	gh_mask_free(mask);
	end(&f);
}
END_TEST

GH_UNIT_MAIN("mask_memory", tokens_are_known_whoever_made_them,
	     the_newest_key_makes_masks_and_all_keys_are_known,
	     a_list_of_keys_that_is_not_one_is_refused,
	     marks_are_known_and_stars_of_their_own_are_not,
	     codes_are_known_once_they_were_given_out,
	     true_values_are_taken_for_masks_less_than_once_in_a_million,
	     the_latest_are_known_when_there_were_many)
