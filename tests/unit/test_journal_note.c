/* Signed notes: what is valid, and everything that is not. */
#include "journal_fixture.h"

#include <openssl/evp.h>

static struct gh_journal_verifier verifier;
static struct gh_buf note;
static struct fixture fixture;

static void make_note(void)
{
	struct gh_journal_checkpoint checkpoint = { .size = 12, .root = { 1, 2, 3 } };
	struct gh_journal_keys *keys;
	uint8_t signature[64];

	fixture_init(&fixture);
	ck_assert_int_eq(gh_journal_keys_open(fixture.keys, &keys, NULL), GH_OK);
	ck_assert_int_eq(gh_journal_verifier_make("example.org/a", gh_journal_keys_public(keys),
						  &verifier, NULL), GH_OK);
	gh_buf_init(&note, 0);
	gh_journal_checkpoint_body(&verifier, &checkpoint, &note);
	ck_assert_int_eq(gh_journal_keys_sign(keys, gh_buf_span(&note), signature, NULL), GH_OK);
	gh_journal_note_signature(&verifier, signature, &note);
	gh_journal_keys_free(keys);
}

static void drop_note(void)
{
	gh_buf_clear(&note);
	fixture_clear(&fixture);
}

static enum gh_status check(struct gh_span text)
{
	struct gh_journal_checkpoint out;

	return gh_journal_note_open(text, &verifier, &out, NULL);
}

START_TEST(a_note_says_what_was_signed)
{
	struct gh_journal_checkpoint out;

	make_note();
	ck_assert_int_eq(gh_journal_note_open(gh_buf_span(&note), &verifier, &out, NULL), GH_OK);
	ck_assert_uint_eq(out.size, 12);
	ck_assert_uint_eq(out.root[2], 3);
	ck_assert_int_eq(strncmp(note.bytes, "example.org/a\n12\nAQID", 21), 0);
	drop_note();
}
END_TEST

START_TEST(any_changed_byte_is_found)
{
	make_note();
	for (size_t i = 0; i < note.length; i++)
		for (int bit = 0; bit < 8; bit++) {
			note.bytes[i] = (char)(note.bytes[i] ^ 1 << bit);
			ck_assert_msg(check(gh_buf_span(&note)) != GH_OK, "byte %zu", i);
			note.bytes[i] = (char)(note.bytes[i] ^ 1 << bit);
		}
	for (size_t length = 0; length < note.length; length++)
		ck_assert_int_ne(check((struct gh_span){ note.bytes, length }), GH_OK);
	drop_note();
}
END_TEST

START_TEST(another_signature_beside_ours_does_no_harm_and_no_good)
{
	static const char other[] =
		"\xE2\x80\x94 witness.example AAAAAAECAwQFBgcICQ==\n";
	struct gh_span body;

	make_note();
	gh_buf_append_text(&note, other);
	ck_assert_int_eq(check(gh_buf_span(&note)), GH_OK);
	body = (struct gh_span){ note.bytes,
				 (size_t)(strstr(note.bytes, "\n\n") - note.bytes) + 2 };
	note.length = body.length;
	ck_assert_int_ne(check(gh_buf_span(&note)), GH_OK);
	gh_buf_append_text(&note, other);
	ck_assert_int_ne(check(gh_buf_span(&note)), GH_OK);
	drop_note();
}
END_TEST

START_TEST(a_key_is_read_back_and_its_hash_checked)
{
	struct gh_journal_verifier again;
	struct gh_buf text;

	make_note();
	gh_buf_init(&text, 0);
	gh_journal_verifier_write(&verifier, &text);
	ck_assert_int_eq(gh_journal_verifier_parse(gh_buf_span(&text), &again, NULL), GH_OK);
	ck_assert_mem_eq(&again, &verifier, sizeof(again));
	for (size_t i = 0; i < text.length; i++) {
		text.bytes[i] ^= 1;
		ck_assert_int_ne(gh_journal_verifier_parse(gh_buf_span(&text), &again, NULL),
				 GH_OK);
		text.bytes[i] ^= 1;
	}
	gh_buf_clear(&text);
	drop_note();
}
END_TEST

START_TEST(an_origin_has_no_space_and_no_plus)
{
	ck_assert(gh_journal_origin_valid(gh_span_from("host.example/gatehouse/01ab")));
	ck_assert(!gh_journal_origin_valid(gh_span_from("a b")));
	ck_assert(!gh_journal_origin_valid(gh_span_from("a+b")));
	ck_assert(!gh_journal_origin_valid(gh_span_from("a\nb")));
	ck_assert(!gh_journal_origin_valid(gh_span_from("")));
}
END_TEST

GH_UNIT_MAIN("journal_note", a_note_says_what_was_signed, any_changed_byte_is_found,
	     another_signature_beside_ours_does_no_harm_and_no_good,
	     a_key_is_read_back_and_its_hash_checked, an_origin_has_no_space_and_no_plus)
