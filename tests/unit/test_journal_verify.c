/* The verifier: honest logs are intact, every attack is found, crashes are no attacks. */
#include "journal_fixture.h"

#include <fcntl.h>

static struct fixture fixture;

static void begin(unsigned records)
{
	fixture_init(&fixture);
	fixture_fill(&fixture, records);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
}

/* Each byte of the file, changed alone, must be found. */
static void flip_all(const char *name, size_t step, enum gh_journal_verdict mildest)
{
	struct gh_buf content = read_in(&fixture, name);

	ck_assert_uint_gt(content.length, 0);
	for (size_t i = 0; i < content.length; i += step) {
		enum gh_journal_verdict verdict;

		content.bytes[i] ^= (char)(1 << (i % 8));
		write_in(&fixture, name, gh_buf_span(&content));
		verdict = verify(&fixture);
		ck_assert_msg(verdict == GH_JOURNAL_VERIFY_TAMPERED || verdict == mildest,
			      "%s byte %zu: %d", name, i, (int)verdict);
		content.bytes[i] ^= (char)(1 << (i % 8));
	}
	write_in(&fixture, name, gh_buf_span(&content));
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	gh_buf_clear(&content);
}

START_TEST(any_changed_byte_of_a_closed_log_is_found)
{
	begin(5);
	flip_all(first_segment, 1, GH_JOURNAL_VERIFY_TAMPERED);
	flip_all("checkpoint", 1, GH_JOURNAL_VERIFY_TAMPERED);
	flip_all("checkpoints", 1, GH_JOURNAL_VERIFY_INCOMPLETE);
	flip_all("tile/0/000.p/8", 1, GH_JOURNAL_VERIFY_TAMPERED);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(any_changed_hash_of_a_full_tile_is_found)
{
	begin(300);
	flip_all("tile/0/000", 7, GH_JOURNAL_VERIFY_TAMPERED);
	flip_all("tile/1/000.p/1", 1, GH_JOURNAL_VERIFY_TAMPERED);
	flip_all("tile/0/001.p/47", 5, GH_JOURNAL_VERIFY_TAMPERED);
	fixture_clear(&fixture);
}
END_TEST

/* Start of line `n`, counted from 0. */
static size_t line_at(const struct gh_buf *content, unsigned n)
{
	const char *at = content->bytes;

	while (n-- > 0)
		at = strchr(at, '\n') + 1;
	return (size_t)(at - content->bytes);
}

static void tampered_with(struct gh_buf *content, const char *key)
{
	char first[400];

	write_in(&fixture, first_segment, gh_buf_span(content));
	ck_assert_int_eq(verify_as(&fixture, key, NULL, first), GH_JOURNAL_VERIFY_TAMPERED);
	ck_assert_str_ne(first, "");
	gh_buf_clear(content);
}

/* The log with lines [from, to) taken out and put in again before line `into` `times` times. */
static void rearrange(unsigned from, unsigned to, unsigned into, unsigned times)
{
	struct gh_buf before = read_in(&fixture, first_segment), after;
	size_t a = line_at(&before, from), b = line_at(&before, to), c = line_at(&before, into);

	gh_buf_init(&after, 0);
	gh_buf_append(&after, before.bytes, a);
	if (times > 0 && into <= from)
		after.length = c;
	for (unsigned i = 0; i < times; i++)
		gh_buf_append(&after, before.bytes + a, b - a);
	if (into <= from)
		gh_buf_append(&after, before.bytes + c, a - c);
	gh_buf_append(&after, before.bytes + b, before.length - b);
	tampered_with(&after, NULL);
	write_in(&fixture, first_segment, gh_buf_span(&before));
	gh_buf_clear(&before);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
}

START_TEST(deleted_swapped_and_repeated_records_are_found)
{
	begin(10);
	rearrange(4, 5, 9, 0);  /* deleted */
	rearrange(4, 5, 9, 2);  /* repeated */
	rearrange(5, 6, 4, 1);  /* swapped */
	rearrange(0, 1, 9, 0);  /* the header deleted */
	rearrange(2, 12, 13, 0); /* a whole session */
	fixture_clear(&fixture);
}
END_TEST

START_TEST(an_inserted_record_and_a_cut_are_found)
{
	struct gh_buf content;

	begin(10);
	content = read_in(&fixture, first_segment);
	content.length = line_at(&content, 12);
	tampered_with(&content, NULL);
	fixture_clear(&fixture);
	begin(10);
	content = read_in(&fixture, first_segment);
	content.length -= 7;
	tampered_with(&content, NULL);
	fixture_clear(&fixture);
	begin(10);
	content = read_in(&fixture, first_segment);
	memmove(content.bytes + 1, content.bytes, content.length - 1);
	content.bytes[0] = '\n';
	tampered_with(&content, NULL);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(another_key_is_found)
{
	struct fixture other;
	char key[256], first[400];

	begin(3);
	path_in(&fixture, "log.vkey", key);
	ck_assert_int_eq(verify_as(&fixture, key, NULL, first), GH_JOURNAL_VERIFY_INTACT);
	fixture_init(&other);
	fixture_fill(&other, 3);
	/* same origin, other key: the copy that somebody made with his own key */
	ck_assert_int_eq(verify_as(&other, key, NULL, first), GH_JOURNAL_VERIFY_TAMPERED);
	ck_assert_ptr_nonnull(strstr(first, "no signature by the key of test.example/log"));
	ck_assert_int_eq(verify_as(&fixture, "/nonexistent", NULL, first),
			 GH_JOURNAL_VERIFY_USAGE);
	fixture_clear(&other);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(a_roll_back_is_found_with_a_kept_checkpoint)
{
	char old[256], kept[256], first[400];

	begin(3);
	snprintf(old, sizeof(old), "%s/old", fixture.root);
	run_program("cp", "-a", fixture.folder, old);
	fixture_fill(&fixture, 3);
	snprintf(kept, sizeof(kept), "%s/kept", fixture.root);
	path_in(&fixture, "checkpoint", first);
	run_program("cp", "-a", first, kept);
	ck_assert_int_eq(verify_as(&fixture, NULL, kept, first), GH_JOURNAL_VERIFY_INTACT);
	run_program("rm", "-rf", fixture.folder, NULL);
	run_program("cp", "-a", old, fixture.folder);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	ck_assert_int_eq(verify_as(&fixture, NULL, kept, first), GH_JOURNAL_VERIFY_TAMPERED);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(segments_are_in_order_and_complete)
{
	char from[256], to[256], first[400];

	fixture_init(&fixture);
	fixture.options.segment_bytes = 2000;
	fixture_fill(&fixture, 50);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	fixture_fill(&fixture, 5);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	{
		uint64_t *firsts;
		size_t count;
		int folder = gh_journal_open_at(AT_FDCWD, fixture.folder, 0);
		char name[GH_JOURNAL_NAME_SIZE];

		ck_assert_int_eq(gh_journal_segment_list(folder, &firsts, &count, NULL), GH_OK);
		close(folder);
		ck_assert_uint_gt(count, 3);
		gh_journal_segment_name(firsts[1], name);
		path_in(&fixture, name, from);
		free(firsts);
	}
	snprintf(to, sizeof(to), "%s/away", fixture.root);
	ck_assert_int_eq(rename(from, to), 0);
	ck_assert_int_eq(verify_as(&fixture, NULL, NULL, first), GH_JOURNAL_VERIFY_TAMPERED);
	ck_assert_ptr_nonnull(strstr(first, "is not there"));
	fixture_clear(&fixture);
}
END_TEST

START_TEST(what_is_unfinished_is_incomplete_and_not_tampered)
{
	static const uint8_t session[GH_SESSION_ID_SIZE] = { 9 };
	struct gh_journal *journal;
	struct gh_buf content;
	char first[400], path[256];

	begin(3);
	/* a line that was being written */
	content = read_in(&fixture, first_segment);
	gh_buf_append_text(&content, "{\"v\":1,\"i\":");
	write_in(&fixture, first_segment, gh_buf_span(&content));
	gh_buf_clear(&content);
	ck_assert_int_eq(verify_as(&fixture, NULL, NULL, first), GH_JOURNAL_VERIFY_INCOMPLETE);
	ck_assert_ptr_nonnull(strstr(first, "11 bytes at the end"));
	/* the next to open takes it aside */
	journal = fixture_open(&fixture);
	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_SESSION_OPEN, session, NULL), GH_OK);
	gh_journal_close(journal);
	ck_assert_int_eq(verify_as(&fixture, NULL, NULL, first), GH_JOURNAL_VERIFY_INCOMPLETE);
	ck_assert_ptr_nonnull(strstr(first, "1 sessions have no close"));
	content = read_in(&fixture, first_segment);
	ck_assert_ptr_nonnull(strstr(content.bytes, "\"event\":\"recovered\",\"torn\":{\"file\":"));
	gh_buf_clear(&content);
	/* and the one after it says that the session was lost */
	gh_journal_close(fixture_open(&fixture));
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	/* files that the power cut left empty */
	path_in(&fixture, "checkpoint.0", path);
	write_in(&fixture, "tile/0/000.p/8", (struct gh_span){ "", 0 });
	ck_assert_int_ne(verify(&fixture), GH_JOURNAL_VERIFY_TAMPERED);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(a_folder_without_a_log_cannot_be_looked_at)
{
	fixture_init(&fixture);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_USAGE);
	ck_assert_int_eq(gh_dir_make(fixture.folder, 0700, NULL), GH_OK);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_USAGE);
	fixture_clear(&fixture);
}
END_TEST

GH_UNIT_MAIN("journal_verify", any_changed_byte_of_a_closed_log_is_found,
	     any_changed_hash_of_a_full_tile_is_found,
	     deleted_swapped_and_repeated_records_are_found,
	     an_inserted_record_and_a_cut_are_found, another_key_is_found,
	     a_roll_back_is_found_with_a_kept_checkpoint, segments_are_in_order_and_complete,
	     what_is_unfinished_is_incomplete_and_not_tampered,
	     a_folder_without_a_log_cannot_be_looked_at)
