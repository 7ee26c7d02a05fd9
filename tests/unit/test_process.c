/* What the connections of a process share, and the key of the masks. */
#include "unit.h"

#include <glob.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "folder.h"
#include "gatehouse/session.h"

struct fixture {
	char folder[GH_FOLDER_ROOM];
	char journal[GH_FOLDER_PATH_ROOM];
	char keys[GH_FOLDER_PATH_ROOM];
	char mask_key[GH_FOLDER_PATH_ROOM];
	struct gh_config config;
};

static void begin(struct fixture *fixture)
{
	gh_folder_make(fixture->folder);
	gh_folder_path(fixture->folder, "journal", fixture->journal);
	gh_folder_path(fixture->folder, "keys", fixture->keys);
	gh_folder_path(fixture->folder, "keys/mask.key", fixture->mask_key);
	fixture->config = (struct gh_config){ .journal = fixture->journal, .keys = fixture->keys };
}

static struct gh_shared *acquire(const struct gh_config *config)
{
	struct gh_shared *shared = NULL;
	struct gh_error err = { 0 };

	ck_assert_msg(gh_process_acquire(config, &shared, &err) == GH_OK, "%s", err.text);
	ck_assert_ptr_nonnull(shared);
	return shared;
}

static void refuse(const struct gh_config *config, enum gh_status wanted)
{
	struct gh_shared *shared = (struct gh_shared *)1;
	struct gh_error err = { 0 };
	enum gh_status status = gh_process_acquire(config, &shared, &err);

	ck_assert_msg(status == wanted, "%s: %s", gh_status_name(status), err.text);
	ck_assert_ptr_null(shared);
	ck_assert_str_ne(err.text, "");
}

START_TEST(one_configuration_is_shared)
{
	struct fixture fixture;
	struct gh_shared *first, *second;

	begin(&fixture);
	first = acquire(&fixture.config);
	second = acquire(&fixture.config);
	ck_assert_ptr_eq(first, second);
	ck_assert_uint_eq(first->users, 2);
	gh_process_release(second);
	ck_assert_uint_eq(first->users, 1);
	gh_process_release(first);
	gh_process_release(NULL);
	gh_folder_remove(fixture.folder);
}
END_TEST

/* Files that changed a moment ago are not trusted to be told from a change to come. */
static void let_settle(void)
{
	ck_assert_int_eq(usleep(2200000), 0);
}

START_TEST(what_nobody_uses_is_kept_for_the_next_connection)
{
	struct fixture fixture;
	struct gh_shared *first;
	struct gh_journal *journal;

	begin(&fixture);
	gh_process_release(acquire(&fixture.config));
	let_settle();
	first = acquire(&fixture.config);
	journal = first->journal;
	gh_process_release(first);
	first = acquire(&fixture.config);
	ck_assert_ptr_eq(first->journal, journal);
	gh_process_release(first);
	gh_folder_remove(fixture.folder);
}
END_TEST

START_TEST(a_key_that_changed_ends_what_was_kept)
{
	static const char *const names[] = { "keys/mask.key", "keys/fingerprint.key" };
	struct fixture fixture;
	struct gh_buf old;
	char path[GH_FOLDER_PATH_ROOM];

	begin(&fixture);
	gh_process_release(acquire(&fixture.config));
	let_settle();
	gh_process_release(acquire(&fixture.config));
	for (int i = 0; i < 2; i++) {
		gh_folder_path(fixture.folder, names[i], path);
		ck_assert_int_eq(gh_file_read(path, 100, &old, NULL), GH_OK);
		gh_folder_put(fixture.folder, names[i], "bad");
		refuse(&fixture.config, GH_E_KEY);
		ck_assert_int_eq(gh_file_replace(path, gh_buf_span(&old), 0600, NULL), GH_OK);
		gh_process_release(acquire(&fixture.config));
		gh_buf_clear(&old);
	}
	gh_folder_remove(fixture.folder);
}
END_TEST

START_TEST(a_journal_that_went_away_is_begun_anew)
{
	struct fixture fixture;
	char aside[GH_FOLDER_PATH_ROOM], lock[GH_FOLDER_PATH_ROOM];

	begin(&fixture);
	gh_process_release(acquire(&fixture.config));
	let_settle();
	gh_process_release(acquire(&fixture.config));
	gh_folder_path(fixture.folder, "aside", aside);
	gh_folder_path(fixture.folder, "journal/lock", lock);
	ck_assert_int_eq(rename(fixture.journal, aside), 0);
	gh_process_release(acquire(&fixture.config));
	ck_assert_int_eq(access(lock, F_OK), 0);
	gh_folder_remove(fixture.folder);
}
END_TEST

static void record_session(struct gh_shared *shared, enum gh_journal_event event, uint8_t id)
{
	const uint8_t session[GH_SESSION_ID_SIZE] = { id };
	const struct gh_journal_record record = { .event = event, .session = session };
	struct gh_error err = { 0 };
	uint64_t index;

	ck_assert_msg(gh_journal_append(shared->journal, &record, &index, &err) == GH_OK, "%s",
		      err.text);
}

/* Opens a session and dies with it. */
static void die_in_a_child(const struct fixture *fixture)
{
	int status;
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		record_session(acquire(&fixture->config), GH_JOURNAL_EVENT_SESSION_OPEN, 2);
		raise(SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static int count_lost(const struct fixture *fixture)
{
	static const char lost[] = "\"event\":\"session-lost\"";
	char pattern[GH_FOLDER_PATH_ROOM];
	struct gh_buf text;
	glob_t found;
	int count = 0;

	gh_folder_path(fixture->folder, "journal/seg-*", pattern);
	ck_assert_int_eq(glob(pattern, 0, NULL, &found), 0);
	ck_assert_uint_eq(found.gl_pathc, 1);
	ck_assert_int_eq(gh_file_read(found.gl_pathv[0], 1 << 20, &text, NULL), GH_OK);
	(void)gh_buf_append_char(&text, '\0');
	for (const char *at = text.bytes; (at = strstr(at, lost)) != NULL; at++)
		count++;
	gh_buf_clear(&text);
	globfree(&found);
	return count;
}

START_TEST(a_session_of_a_process_that_died_is_ended_at_the_next_connection)
{
	struct fixture fixture;
	struct gh_shared *shared;

	begin(&fixture);
	for (int i = 0; i < 3; i++) {
		shared = acquire(&fixture.config);
		record_session(shared, GH_JOURNAL_EVENT_SESSION_OPEN, 1);
		record_session(shared, GH_JOURNAL_EVENT_SESSION_CLOSE, 1);
		gh_process_release(shared);
		if (i < 2)
			let_settle();
	}
	/* nobody else was there, and that is known */
	gh_process_release(acquire(&fixture.config));
	ck_assert_int_eq(count_lost(&fixture), 0);
	die_in_a_child(&fixture);
	gh_process_release(acquire(&fixture.config));
	ck_assert_int_eq(count_lost(&fixture), 1);
	gh_process_release(acquire(&fixture.config));
	ck_assert_int_eq(count_lost(&fixture), 1);
	gh_folder_remove(fixture.folder);
}
END_TEST

START_TEST(different_configurations_are_not_shared)
{
	struct fixture a, b;
	struct gh_config durable;
	struct gh_shared *first, *second, *third;

	begin(&a);
	begin(&b);
	durable = a.config;
	durable.level = GH_JOURNAL_DURABLE;
	first = acquire(&a.config);
	second = acquire(&b.config);
	third = acquire(&durable);
	ck_assert_ptr_ne(first, second);
	ck_assert_ptr_ne(first, third);
	ck_assert_ptr_eq(acquire(&a.config), first);
	gh_process_release(first);
	gh_process_release(first);
	gh_process_release(second);
	gh_process_release(third);
	gh_folder_remove(a.folder);
	gh_folder_remove(b.folder);
}
END_TEST

#define POLICY(name)                                                                               \
	"<policy xmlns=\"urn:gatehouse:policy:1\" version=\"1\" name=\"" name "\"><rules/></"      \
									      "policy>"

START_TEST(a_changed_policy_holds_from_the_next_connection_on)
{
	struct fixture fixture;
	char path[GH_FOLDER_PATH_ROOM];
	struct gh_shared *before, *after;

	begin(&fixture);
	gh_folder_path(fixture.folder, "policy.xml", path);
	fixture.config.policy = path;
	gh_folder_put(fixture.folder, "policy.xml", POLICY("one"));
	before = acquire(&fixture.config);
	gh_folder_put(fixture.folder, "policy.xml", POLICY("two"));
	after = acquire(&fixture.config);
	ck_assert_ptr_ne(before, after);
	ck_assert_str_ne(gh_policy_digest(before->policy), gh_policy_digest(after->policy));
	gh_folder_put(fixture.folder, "policy.xml", "<policy");
	refuse(&fixture.config, GH_E_POLICY);
	ck_assert_int_eq(unlink(path), 0);
	refuse(&fixture.config, GH_E_POLICY);
	gh_process_release(before);
	gh_process_release(after);
	gh_folder_remove(fixture.folder);
}
END_TEST

static void read_key(const struct fixture *fixture, char key[32])
{
	struct gh_buf content;

	ck_assert_int_eq(gh_file_read(fixture->mask_key, 100, &content, NULL), GH_OK);
	ck_assert_uint_eq(content.length, 32);
	memcpy(key, content.bytes, 32);
	gh_buf_clear(&content);
}

START_TEST(the_key_is_made_once_and_for_its_owner_only)
{
	struct fixture fixture;
	char first[32], second[32];
	struct stat info;

	begin(&fixture);
	gh_process_release(acquire(&fixture.config));
	read_key(&fixture, first);
	ck_assert_int_eq(stat(fixture.mask_key, &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0600);
	ck_assert_int_eq(stat(fixture.keys, &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0700);
	gh_process_release(acquire(&fixture.config));
	read_key(&fixture, second);
	ck_assert_int_eq(memcmp(first, second, 32), 0);
	gh_folder_remove(fixture.folder);
}
END_TEST

START_TEST(two_folders_have_two_keys)
{
	struct fixture a, b;
	char first[32], second[32];

	begin(&a);
	begin(&b);
	gh_process_release(acquire(&a.config));
	gh_process_release(acquire(&b.config));
	read_key(&a, first);
	read_key(&b, second);
	ck_assert_int_ne(memcmp(first, second, 32), 0);
	gh_folder_remove(a.folder);
	gh_folder_remove(b.folder);
}
END_TEST

START_TEST(a_key_that_others_may_read_is_refused)
{
	static const mode_t modes[] = { 0640, 0604, 0660, 0644 };
	struct fixture fixture;

	begin(&fixture);
	gh_process_release(acquire(&fixture.config));
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		ck_assert_int_eq(chmod(fixture.mask_key, modes[i]), 0);
		refuse(&fixture.config, GH_E_KEY);
	}
	ck_assert_int_eq(chmod(fixture.mask_key, 0600), 0);
	gh_process_release(acquire(&fixture.config));
	gh_folder_remove(fixture.folder);
}
END_TEST

START_TEST(a_damaged_key_is_refused_and_not_replaced)
{
	struct fixture fixture;
	struct gh_buf content;

	begin(&fixture);
	gh_process_release(acquire(&fixture.config));
	gh_folder_put(fixture.folder, "keys/mask.key", "too short");
	refuse(&fixture.config, GH_E_KEY);
	gh_folder_put(fixture.folder, "keys/mask.key", "0123456789012345678901234567890123");
	refuse(&fixture.config, GH_E_KEY);
	gh_folder_put(fixture.folder, "keys/mask.key", "");
	refuse(&fixture.config, GH_E_KEY);
	ck_assert_int_eq(gh_file_read(fixture.mask_key, 100, &content, NULL), GH_OK);
	ck_assert_uint_eq(content.length, 0);
	gh_buf_clear(&content);
	gh_folder_remove(fixture.folder);
}
END_TEST

/* A dangling link must not make a key somewhere else. */
START_TEST(a_key_that_is_a_link_to_nothing_is_refused)
{
	struct fixture fixture;
	char aside[GH_FOLDER_PATH_ROOM];

	begin(&fixture);
	gh_folder_path(fixture.folder, "elsewhere", aside);
	ck_assert_int_eq(mkdir(fixture.keys, 0700), 0);
	ck_assert_int_eq(symlink(aside, fixture.mask_key), 0);
	refuse(&fixture.config, GH_E_IO);
	ck_assert_int_ne(access(aside, F_OK), 0);
	gh_folder_remove(fixture.folder);
}
END_TEST

START_TEST(a_journal_that_cannot_be_made_is_refused)
{
	struct fixture fixture;

	begin(&fixture);
	gh_folder_put(fixture.folder, "journal", "a file");
	refuse(&fixture.config, GH_E_IO);
	gh_folder_remove(fixture.folder);
}
END_TEST

GH_UNIT_MAIN("process", one_configuration_is_shared, different_configurations_are_not_shared,
	     what_nobody_uses_is_kept_for_the_next_connection,
	     a_key_that_changed_ends_what_was_kept,
	     a_journal_that_went_away_is_begun_anew,
	     a_session_of_a_process_that_died_is_ended_at_the_next_connection,
	     a_changed_policy_holds_from_the_next_connection_on,
	     the_key_is_made_once_and_for_its_owner_only, two_folders_have_two_keys,
	     a_key_that_others_may_read_is_refused, a_damaged_key_is_refused_and_not_replaced,
	     a_key_that_is_a_link_to_nothing_is_refused, a_journal_that_cannot_be_made_is_refused)
