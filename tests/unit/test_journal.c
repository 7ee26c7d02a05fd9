/* Appending: many processes, forks, threads, full disks, broken disks, crashes. */
#include "journal_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static struct fixture fixture;
static bool sync_fails;

/* Stands before libc's: a disk that fails to sync is hard to come by. */
int fdatasync(int fd)
{
	if (sync_fails) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fdatasync, fd);
}

static void append_many(struct fixture *f, unsigned count, uint8_t who)
{
	uint8_t session[GH_SESSION_ID_SIZE] = { who, 1 };
	struct gh_journal *journal = fixture_open(f);

	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_SESSION_OPEN, session, NULL), GH_OK);
	for (unsigned i = 0; i < count; i++)
		ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_DONE, session, "x"), GH_OK);
	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_SESSION_CLOSE, session, NULL), GH_OK);
	gh_journal_close(journal);
}

static void wait_for(unsigned children)
{
	int status;

	while (children-- > 0) {
		ck_assert_int_gt(wait(&status), 0);
		ck_assert_int_eq(status, 0);
	}
}

static uint64_t records_of(struct fixture *f)
{
	struct gh_journal_verify_options options = { .folder = f->folder };
	struct gh_journal_report report;

	ck_assert_int_eq(gh_journal_verify(&options, &report, NULL), GH_OK);
	return report.records;
}

START_TEST(files_are_private)
{
	static const char *const names[] = { "log", "keys", "log/tile", "log/writers" };
	static const char *const files[] = { "keys/log.pem", "keys/fingerprint.key", "log/state",
					     "log/seg-00000000000000000000.jsonl",
					     "log/checkpoint", "log/lock", "log/log.vkey" };
	struct stat info;
	char path[256];

	fixture_init(&fixture);
	fixture_fill(&fixture, 1);
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof(path), "%s/%s", fixture.root, names[i]);
		ck_assert_int_eq(stat(path, &info), 0);
		ck_assert_int_eq(info.st_mode & 07777, 0700);
	}
	for (size_t i = 0; i < 7; i++) {
		snprintf(path, sizeof(path), "%s/%s", fixture.root, files[i]);
		ck_assert_int_eq(stat(path, &info), 0);
		ck_assert_int_eq(info.st_mode & 07777, 0600);
	}
	fixture_clear(&fixture);
}
END_TEST

START_TEST(processes_that_begin_a_log_together_share_it)
{
	fixture_init(&fixture);
	fixture.options.segment_bytes = 50000;
	for (uint8_t p = 0; p < 8; p++) {
		if (fork() == 0) {
			append_many(&fixture, 300, p);
			_exit(0);
		}
	}
	wait_for(8);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	ck_assert_uint_ge(records_of(&fixture), 8 * 302 + 1);
	fixture_clear(&fixture);
}
END_TEST

static void *thread_main(void *context)
{
	static const uint8_t session[GH_SESSION_ID_SIZE] = { 3 };

	for (int i = 0; i < 500; i++)
		if (append(context, GH_JOURNAL_EVENT_EXEC, session, "t") != GH_OK)
			return context;
	return NULL;
}

START_TEST(threads_share_one_handle)
{
	pthread_t threads[4];
	struct gh_journal *journal;
	void *result;

	fixture_init(&fixture);
	journal = fixture_open(&fixture);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, thread_main, journal), 0);
	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(pthread_join(threads[i], &result), 0);
		ck_assert_ptr_null(result);
	}
	gh_journal_close(journal);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	ck_assert_uint_eq(records_of(&fixture), 2001);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(a_child_opens_the_log_anew)
{
	static const uint8_t session[GH_SESSION_ID_SIZE] = { 4 };
	struct gh_journal *journal;

	fixture_init(&fixture);
	journal = fixture_open(&fixture);
	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_SESSION_OPEN, session, NULL), GH_OK);
	for (int child = 0; child < 2; child++) {
		if (fork() == 0) {
			for (int i = 0; child == 0 && i < 200; i++)
				if (append(journal, GH_JOURNAL_EVENT_DONE, NULL, "c") != GH_OK)
					_exit(1);
			gh_journal_close(journal); /* the second one never used it */
			_exit(0);
		}
	}
	for (int i = 0; i < 200; i++)
		ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_DONE, session, "p"), GH_OK);
	wait_for(2);
	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_SESSION_CLOSE, session, NULL), GH_OK);
	gh_journal_close(journal);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	ck_assert_uint_eq(records_of(&fixture), 403);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(a_limit_of_file_size_denies_and_does_not_kill)
{
	struct gh_journal *journal;
	struct rlimit limit = { 400000, 400000 };

	fixture_init(&fixture);
	journal = fixture_open(&fixture);
	if (fork() == 0) {
		bool refused = false;

		setrlimit(RLIMIT_FSIZE, &limit);
		for (int i = 0; i < 5000 && !refused; i++)
			refused = append(journal, GH_JOURNAL_EVENT_EXEC, NULL,
					 "a longer note to fill the file with") == GH_E_JOURNAL;
		_exit(refused ? 0 : 1);
	}
	wait_for(1);
	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_EXEC, NULL, "after"), GH_OK);
	gh_journal_close(journal);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	fixture_clear(&fixture);
}
END_TEST

/* Appends until the disk is full; how many were acknowledged. */
static unsigned fill_disk(struct gh_journal *journal, enum gh_journal_event event)
{
	static char note[900];
	unsigned count = 0;

	memset(note, 'n', sizeof(note) - 1);
	while (count < 20000 && append(journal, event, NULL, note) == GH_OK)
		count++;
	return count;
}

START_TEST(a_full_disk_denies_and_the_reserve_holds_what_must_be_said)
{
	struct gh_journal *journal;
	unsigned statements, rest;

	fixture_init(&fixture);
	ck_assert_int_eq(gh_dir_make(fixture.folder, 0700, NULL), GH_OK);
	if (mount("tmpfs", fixture.folder, "tmpfs", 0, "size=6m,mode=0700") != 0) {
		fixture_clear(&fixture); /* not root: nothing to fill */
		return;
	}
	journal = fixture_open(&fixture);
	statements = fill_disk(journal, GH_JOURNAL_EVENT_EXEC);
	ck_assert_uint_gt(statements, 1000);
	ck_assert_uint_lt(statements, 20000);
	rest = fill_disk(journal, GH_JOURNAL_EVENT_DONE);
	ck_assert_uint_gt(rest, 500);
	ck_assert_uint_lt(rest, 20000);
	gh_journal_close(journal);
	ck_assert_int_ne(verify(&fixture), GH_JOURNAL_VERIFY_TAMPERED);
	ck_assert_uint_ge(records_of(&fixture), statements + rest + 1);
	ck_assert_int_eq(umount(fixture.folder), 0);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(a_failed_sync_poisons_the_log)
{
	struct gh_journal *journal;

	fixture_init(&fixture);
	fixture.options.level = GH_JOURNAL_DURABLE;
	journal = fixture_open(&fixture);
	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_EXEC, NULL, "a"), GH_OK);
	sync_fails = true;
	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_EXEC, NULL, "b"), GH_E_JOURNAL);
	sync_fails = false; /* a second try would say that all is well, and be wrong */
	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_EXEC, NULL, "c"), GH_E_JOURNAL);
	gh_journal_close(journal);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(a_removed_log_is_noticed)
{
	struct gh_journal *journal;

	fixture_init(&fixture);
	journal = fixture_open(&fixture);
	run_program("rm", "-rf", fixture.folder, NULL);
	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_EXEC, NULL, "a"), GH_E_JOURNAL);
	gh_journal_close(journal);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(a_log_whose_state_is_lost_is_recovered_from_the_log)
{
	static const char *const lost[] = { "state", "checkpoint.0", "checkpoint.1" };
	char path[256];

	fixture_init(&fixture);
	fixture.options.segment_bytes = 30000;
	for (size_t i = 0; i < 3; i++) {
		fixture_fill(&fixture, 400);
		path_in(&fixture, lost[i], path);
		ck_assert_int_eq(unlink(path), 0);
		if (i > 0)
			path_in(&fixture, "state", path);
		(void)unlink(path);
	}
	path_in(&fixture, "tile", path);
	run_program("rm", "-rf", path, NULL);
	fixture_fill(&fixture, 10);
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	fixture_clear(&fixture);
}
END_TEST

/* Writes enough that the newest checkpoint is not in the archive, and dies. */
static void write_and_die(void)
{
	struct gh_journal *journal = fixture_open(&fixture);

	for (int i = 0; i < 6000; i++)
		if (append(journal, i % 2 == 0 ? GH_JOURNAL_EVENT_EXEC : GH_JOURNAL_EVENT_DONE,
			   NULL, "x") != GH_OK)
			_exit(1);
	_exit(0);
}

START_TEST(tiles_that_a_power_cut_took_are_made_again)
{
	static const char *const lost[] = { "state", "tile/0/003", "tile/0/014" };
	char path[256], first[400];

	fixture_init(&fixture);
	if (fork() == 0)
		write_and_die();
	wait_for(1);
	for (size_t i = 0; i < 3; i++) {
		path_in(&fixture, lost[i], path);
		ck_assert_int_eq(unlink(path), 0);
	}
	ck_assert_int_eq(verify_as(&fixture, NULL, NULL, first), GH_JOURNAL_VERIFY_INCOMPLETE);
	ck_assert_ptr_nonnull(strstr(first, "tile/0/0"));
	gh_journal_close(fixture_open(&fixture));
	ck_assert_int_eq(verify(&fixture), GH_JOURNAL_VERIFY_INTACT);
	ck_assert_uint_eq(records_of(&fixture), 6001);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(a_log_that_contradicts_its_checkpoint_is_refused_and_left_alone)
{
	struct gh_journal *journal;
	struct gh_buf content, again;
	struct gh_error err = { 0 };
	char path[256];

	fixture_init(&fixture);
	fixture_fill(&fixture, 10);
	path_in(&fixture, "state", path);
	unlink(path);
	path_in(&fixture, "tile", path);
	run_program("rm", "-rf", path, NULL);
	content = read_in(&fixture, first_segment);
	strstr(content.bytes, "\"note\":\"x\"")[8] = 'y';
	write_in(&fixture, first_segment, gh_buf_span(&content));
	ck_assert_int_eq(gh_journal_open(&fixture.options, &journal, &err), GH_E_JOURNAL);
	ck_assert_ptr_nonnull(strstr(err.text, "gatehouse journal verify"));
	again = read_in(&fixture, first_segment);
	ck_assert(gh_span_equal(gh_buf_span(&content), gh_buf_span(&again)));
	gh_buf_clear(&content);
	gh_buf_clear(&again);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(another_key_or_origin_is_refused)
{
	struct gh_journal_options other;
	struct gh_journal *journal;
	char keys[128];

	fixture_init(&fixture);
	fixture_fill(&fixture, 1);
	other = fixture.options;
	snprintf(keys, sizeof(keys), "%s/other", fixture.root);
	other.keys = keys;
	ck_assert_int_eq(gh_journal_open(&other, &journal, NULL), GH_E_KEY);
	other = fixture.options;
	other.origin = "elsewhere";
	ck_assert_int_eq(gh_journal_open(&other, &journal, NULL), GH_E_CONFIG);
	other.origin = NULL;
	ck_assert_int_eq(gh_journal_open(&other, &journal, NULL), GH_OK);
	gh_journal_close(journal);
	fixture_clear(&fixture);
}
END_TEST

START_TEST(a_fingerprint_needs_the_key)
{
	char a[33], b[33];
	struct fixture other;
	struct gh_journal *one, *two;

	fixture_init(&fixture);
	fixture_init(&other);
	one = fixture_open(&fixture);
	two = fixture_open(&other);
	ck_assert_int_eq(gh_journal_fingerprint(one, gh_span_from("SELECT 1"), a, NULL), GH_OK);
	ck_assert_int_eq(gh_journal_fingerprint(one, gh_span_from("SELECT 1"), b, NULL), GH_OK);
	ck_assert_str_eq(a, b);
	ck_assert_int_eq(gh_journal_fingerprint(two, gh_span_from("SELECT 1"), b, NULL), GH_OK);
	ck_assert_str_ne(a, b);
	gh_journal_close(one);
	gh_journal_close(two);
	fixture_clear(&other);
	fixture_clear(&fixture);
}
END_TEST

GH_UNIT_MAIN("journal", files_are_private, processes_that_begin_a_log_together_share_it,
	     threads_share_one_handle, a_child_opens_the_log_anew,
	     a_limit_of_file_size_denies_and_does_not_kill,
	     a_full_disk_denies_and_the_reserve_holds_what_must_be_said,
	     a_failed_sync_poisons_the_log, a_removed_log_is_noticed,
	     a_log_whose_state_is_lost_is_recovered_from_the_log,
	     tiles_that_a_power_cut_took_are_made_again,
	     a_log_that_contradicts_its_checkpoint_is_refused_and_left_alone,
	     another_key_or_origin_is_refused, a_fingerprint_needs_the_key)
