/*
 * A journal in a folder of its own, for tests: opened, filled, verified, thrown
 * away.
 */
#ifndef GATEHOUSE_TESTS_JOURNAL_FIXTURE_H
#define GATEHOUSE_TESTS_JOURNAL_FIXTURE_H

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../driver/journal/internal.h"
#include "unit.h"

struct fixture {
	char root[64];
	char folder[96];
	char keys[96];
	struct gh_journal_options options;
};

static inline void fixture_init(struct fixture *f)
{
	snprintf(f->root, sizeof(f->root), "/tmp/gh-test-journal-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(f->root));
	snprintf(f->folder, sizeof(f->folder), "%s/log", f->root);
	snprintf(f->keys, sizeof(f->keys), "%s/keys", f->root);
	f->options = (struct gh_journal_options){ .folder = f->folder, .keys = f->keys,
						  .origin = "test.example/log" };
}

static inline void run_program(const char *program, const char *option, const char *a,
			       const char *b)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execlp(program, program, option, a, b, (char *)NULL);
		_exit(1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
}

static inline void fixture_clear(struct fixture *f)
{
	run_program("rm", "-rf", f->root, NULL);
}

static inline struct gh_journal *fixture_open(struct fixture *f)
{
	struct gh_error err = { 0 };
	struct gh_journal *journal = NULL;

	ck_assert_msg(gh_journal_open(&f->options, &journal, &err) == GH_OK, "%s", err.text);
	return journal;
}

static inline enum gh_status append(struct gh_journal *journal, enum gh_journal_event event,
				    const uint8_t *session, const char *note)
{
	struct gh_journal_record record = { .event = event, .session = session, .note = note };
	uint64_t index;

	return gh_journal_append(journal, &record, &index, NULL);
}

/* A log of `count` more records in one session that is closed. */
static inline void fixture_fill(struct fixture *f, unsigned count)
{
	static const uint8_t session[GH_SESSION_ID_SIZE] = { 7, 7 };
	struct gh_journal *journal = fixture_open(f);

	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_SESSION_OPEN, session, NULL), GH_OK);
	for (unsigned i = 0; i < count; i++)
		ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_EXEC, session, "x"), GH_OK);
	ck_assert_int_eq(append(journal, GH_JOURNAL_EVENT_SESSION_CLOSE, session, NULL), GH_OK);
	gh_journal_close(journal);
}

static inline void keep_finding(void *context, const struct gh_journal_finding *finding)
{
	char *text = context;

	if (text[0] == '\0')
		snprintf(text, 400, "%d %lld %s: %s", (int)finding->severity,
			 (long long)finding->index, finding->file, finding->text);
}

/* Verifies; the first finding stays in `first` (400 bytes). */
static inline enum gh_journal_verdict verify_as(struct fixture *f, const char *key,
						const char *since, char *first)
{
	struct gh_journal_verify_options options = { f->folder, key, since, keep_finding, first };
	struct gh_journal_report report;
	enum gh_status status;

	first[0] = '\0';
	status = gh_journal_verify(&options, &report, NULL);
	ck_assert(status == GH_OK || report.verdict == GH_JOURNAL_VERIFY_USAGE);
	return report.verdict;
}

static inline enum gh_journal_verdict verify(struct fixture *f)
{
	char first[400];

	return verify_as(f, NULL, NULL, first);
}

static inline void path_in(const struct fixture *f, const char *name, char path[256])
{
	snprintf(path, 256, "%s/%s", f->folder, name);
}

static const char first_segment[] = "seg-00000000000000000000.jsonl";

static inline struct gh_buf read_in(const struct fixture *f, const char *name)
{
	char path[256];
	struct gh_buf content;

	path_in(f, name, path);
	ck_assert_int_eq(gh_file_read(path, 0, &content, NULL), GH_OK);
	return content;
}

/* Overwrites in place: the two slots and `checkpoint` share a file. */
static inline void write_in(const struct fixture *f, const char *name, struct gh_span content)
{
	char path[256];
	FILE *file;

	path_in(f, name, path);
	(void)chmod(path, 0600);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(content.bytes, 1, content.length, file), content.length);
	ck_assert_int_eq(fclose(file), 0);
}

#endif
