/*
 * The journal as its users see it: one handle for many threads, which opens
 * itself anew in a child process.  There is no thread and no handler of ours
 * behind it; all that must be done is done by whoever appends.
 *
 * Order of locks: signing, then mutex, then the file lock; the store's
 * `syncing` is the innermost.
 */
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "internal.h"

struct log {
	pthread_mutex_t mutex;   /* store, writer, body */
	pthread_mutex_t signing; /* one checkpoint at a time; snapshot, note */
	struct gh_journal_store store;
	struct gh_journal_writer writer;
	struct gh_journal_signing snapshot;
	struct gh_buf note;
	struct gh_buf body;
	uint64_t synced; /* records known to be on the disk; under `signing` */
};

/* Files whose change ends the use of an open log. */
enum { STAMP_LOCK = 0, STAMP_NAME, STAMP_SIGNING, STAMP_FINGERPRINT, STAMP_COUNT };

struct gh_journal {
	_Atomic long *owner; /* whose log it is: minus the pid while opening it; 0: none */
	bool wiped;          /* a child finds 0 in *owner */
	struct log *log;    /* owned */
	char *folder;       /* these three: owned */
	char *keys;
	char *origin;
	struct gh_journal_options options;
	struct gh_file_stamp stamps[STAMP_COUNT];
};

/* ---- whose log it is ---- */

/* A whole number of pages, also where a page has 64 KiB. */
#define OWNER_SIZE ((size_t)64 << 10)

/*
 * The owner is in memory that the kernel wipes in a child, so that a fork is
 * seen without a system call; where that can't be had, the pid is compared.  An
 * emulator that answers 0 to any advice would not wipe, so nonsense must fail.
 */
static enum gh_status make_owner(struct gh_journal *journal, struct gh_error *err)
{
	void *memory = mmap(NULL, OWNER_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	if (memory == MAP_FAILED)
		return gh_fail(err, GH_E_MEMORY, "journal");
	journal->wiped = madvise(memory, OWNER_SIZE, -1) != 0 &&
			 madvise(memory, OWNER_SIZE, MADV_WIPEONFORK) == 0;
	journal->owner = memory;
	return GH_OK;
}

static bool is_ours(const struct gh_journal *journal)
{
	long owner = atomic_load_explicit(journal->owner, memory_order_acquire);

	return owner > 0 && (journal->wiped || owner == (long)getpid());
}

/* ---- opening, in this process or in a child ---- */

static void free_log(struct log *log)
{
	if (log == NULL)
		return;
	gh_journal_writer_close(&log->writer, &log->store);
	gh_journal_store_close(&log->store);
	gh_buf_clear(&log->body);
	gh_buf_clear(&log->note);
	pthread_mutex_destroy(&log->mutex);
	pthread_mutex_destroy(&log->signing);
	free(log);
}

static enum gh_status open_log(const struct gh_journal *journal, struct log **out,
			       struct gh_error *err)
{
	struct log *log = calloc(1, sizeof(*log));
	enum gh_status status;

	*out = NULL;
	if (log == NULL)
		return gh_fail(err, GH_E_MEMORY, "journal");
	pthread_mutex_init(&log->mutex, NULL);
	pthread_mutex_init(&log->signing, NULL);
	log->writer.fd = -1;
	gh_buf_init(&log->body, GH_JOURNAL_LINE_MAX - GH_JOURNAL_HEAD_MAX);
	gh_buf_init(&log->note, GH_JOURNAL_NOTE_MAX);
	status = gh_journal_store_open(&log->store, &journal->options, err);
	if (status != GH_OK) {
		free_log(log);
		return status;
	}
	*out = log;
	return GH_OK;
}

/*
 * After a fork.  Another thread of the parent may have been in the old log, so
 * nothing of it is used and its memory is left alone; but its descriptors share
 * the parent's locks and have to go.
 */
static void leave_behind(struct log *log)
{
	if (log == NULL)
		return;
	gh_journal_store_abandon(&log->store);
	if (log->writer.fd >= 0)
		close(log->writer.fd);
}

static enum gh_status open_again(struct gh_journal *journal, struct gh_error *err)
{
	leave_behind(journal->log);
	journal->log = NULL;
	return open_log(journal, &journal->log, err);
}

/* Makes sure that the log is this process's own. */
static enum gh_status own(struct gh_journal *journal, struct gh_error *err)
{
	long me, owner;
	enum gh_status status;

	if (is_ours(journal))
		return GH_OK;
	me = (long)getpid();
	owner = atomic_load_explicit(journal->owner, memory_order_acquire);
	while (owner != me) {
		if (owner == -me) {
			sched_yield();
			owner = atomic_load(journal->owner);
			continue;
		}
		if (!atomic_compare_exchange_strong(journal->owner, &owner, -me))
			continue;
		status = open_again(journal, err);
		atomic_store(journal->owner, status == GH_OK ? me : 0);
		return status;
	}
	return GH_OK;
}

static enum gh_status copy_options(struct gh_journal *journal,
				   const struct gh_journal_options *options, struct gh_error *err)
{
	journal->folder = realpath(options->folder, NULL);
	journal->keys = realpath(options->keys, NULL);
	journal->origin = gh_text_copy(options->origin);
	if (journal->folder == NULL || journal->keys == NULL ||
	    (options->origin != NULL && journal->origin == NULL))
		return gh_fail(err, GH_E_MEMORY, "journal");
	journal->options = *options;
	journal->options.folder = journal->folder;
	journal->options.keys = journal->keys;
	journal->options.origin = journal->origin;
	return GH_OK;
}

static void take_stamps(const struct gh_journal *journal, struct gh_file_stamp stamps[STAMP_COUNT])
{
	const struct {
		const char *folder;
		const char *name;
	} files[STAMP_COUNT] = {
		[STAMP_LOCK] = { journal->folder, "lock" },
		[STAMP_NAME] = { journal->folder, "log.vkey" },
		[STAMP_SIGNING] = { journal->keys, "log.pem" },
		[STAMP_FINGERPRINT] = { journal->keys, "fingerprint.key" },
	};

	for (int i = 0; i < STAMP_COUNT; i++) {
		char *path = gh_path_join(files[i].folder, files[i].name);

		stamps[i] = (struct gh_file_stamp){ 0 };
		if (path != NULL)
			gh_file_stamp_get(path, &stamps[i]);
		free(path);
	}
}

static bool is_unchanged(const struct gh_journal *journal)
{
	struct gh_file_stamp now[STAMP_COUNT];

	take_stamps(journal, now);
	for (int i = 0; i < STAMP_COUNT; i++)
		if (now[i].number == 0 || !gh_file_stamp_same(&now[i], &journal->stamps[i]))
			return false;
	return true;
}

static void free_journal(struct gh_journal *journal)
{
	if (journal == NULL)
		return;
	free_log(journal->log);
	if (journal->owner != NULL)
		munmap(journal->owner, OWNER_SIZE);
	free(journal->folder);
	free(journal->keys);
	free(journal->origin);
	free(journal);
}

enum gh_status gh_journal_open(const struct gh_journal_options *options, struct gh_journal **out,
			       struct gh_error *err)
{
	struct gh_journal *journal;
	enum gh_status status;

	*out = NULL;
	if (options->folder == NULL || options->keys == NULL)
		return gh_fail(err, GH_E_ARGUMENT, "a journal needs a folder and a folder of keys");
	journal = calloc(1, sizeof(*journal));
	if (journal == NULL)
		return gh_fail(err, GH_E_MEMORY, "journal");
	status = make_owner(journal, err);
	if (status == GH_OK)
		status = gh_dir_make(options->folder, 0700, err);
	if (status == GH_OK)
		status = gh_dir_make(options->keys, 0700, err);
	if (status == GH_OK)
		status = copy_options(journal, options, err);
	if (status == GH_OK)
		status = open_log(journal, &journal->log, err);
	if (status != GH_OK)
		goto out;
	take_stamps(journal, journal->stamps);
	atomic_store(journal->owner, (long)getpid());
	*out = journal;
	journal = NULL;
out:
	free_journal(journal);
	return status;
}

/* ---- signing ---- */

static enum gh_status lock(struct log *log, struct gh_error *err)
{
	enum gh_status status;

	pthread_mutex_lock(&log->mutex);
	status = gh_journal_store_lock(&log->store, err);
	if (status != GH_OK)
		pthread_mutex_unlock(&log->mutex);
	return status;
}

static void unlock(struct log *log)
{
	gh_journal_store_unlock(&log->store);
	pthread_mutex_unlock(&log->mutex);
}

/* Syncing and signing happen without the lock, so that others go on appending. */
static enum gh_status sign_locked_out(struct log *log, struct gh_error *err)
{
	bool needed = false;
	enum gh_status status = lock(log, err);

	if (status != GH_OK)
		return status;
	status = gh_journal_sign_begin(&log->store, &log->snapshot, &needed, err);
	gh_journal_writer_sync(&log->writer);
	unlock(log);
	if (status != GH_OK || !needed)
		return status;
	gh_buf_reset(&log->note);
	status = gh_journal_sign_note(&log->store, &log->snapshot, &log->note, err);
	if (status == GH_OK)
		status = lock(log, err);
	if (status != GH_OK)
		return status;
	log->synced = log->snapshot.tree.size;
	status = gh_journal_sign_publish(&log->store, &log->snapshot, &log->note, err);
	unlock(log);
	return status;
}

/* A session's close and gh_journal_checkpoint wait for another's signature, others do not. */
static enum gh_status sign(struct log *log, enum gh_journal_event event, struct gh_error *err)
{
	enum gh_status status;

	if (event == GH_JOURNAL_EVENT_SESSION_CLOSE)
		pthread_mutex_lock(&log->signing);
	else if (pthread_mutex_trylock(&log->signing) != 0)
		return GH_OK;
	log->snapshot.event = event;
	status = sign_locked_out(log, err);
	pthread_mutex_unlock(&log->signing);
	return status;
}

enum gh_status gh_journal_checkpoint(struct gh_journal *journal, struct gh_error *err)
{
	enum gh_status status = own(journal, err);

	return status == GH_OK ? sign(journal->log, GH_JOURNAL_EVENT_SESSION_CLOSE, err) : status;
}

bool gh_journal_resume(struct gh_journal *journal)
{
	const struct gh_journal_writer *writer;
	enum gh_status status;

	if (!is_ours(journal) || !is_unchanged(journal) || lock(journal->log, NULL) != GH_OK)
		return false;
	writer = &journal->log->writer;
	status = gh_journal_writers_bury(&journal->log->store,
					 writer->fd >= 0 ? writer->name : NULL, NULL);
	unlock(journal->log);
	return status == GH_OK;
}

/* ---- appending ---- */

static enum gh_journal_urgency urgency_of(enum gh_journal_event event)
{
	return event == GH_JOURNAL_EVENT_DONE || event == GH_JOURNAL_EVENT_SESSION_CLOSE ||
			       event == GH_JOURNAL_EVENT_DENIED
		       ? GH_JOURNAL_CLOSING
		       : GH_JOURNAL_ORDINARY;
}

static enum gh_status append_locked(struct log *log, const struct gh_journal_record *record,
				    uint64_t *index, struct gh_error *err)
{
	bool opens = record->event == GH_JOURNAL_EVENT_SESSION_OPEN && record->session != NULL;
	enum gh_status status = GH_OK;

	if (opens)
		status = gh_journal_writer_add(&log->writer, &log->store, record->session, err);
	if (status != GH_OK)
		return status;
	status = gh_journal_store_append(&log->store, gh_buf_span(&log->body),
					 urgency_of(record->event), index, err);
	if (record->session != NULL && (opens ? status != GH_OK
					      : record->event == GH_JOURNAL_EVENT_SESSION_CLOSE))
		gh_journal_writer_remove(&log->writer, record->session);
	return status;
}

/* *due: a checkpoint should follow. */
static enum gh_status append(struct log *log, const struct gh_journal_record *record,
			     uint64_t *index, bool *due, struct gh_error *err)
{
	struct gh_journal_encoder encoder = { .buf = &log->body, .keys = log->store.keys };
	enum gh_status status;

	*due = false;
	pthread_mutex_lock(&log->mutex);
	status = gh_journal_body_write(&encoder, record, err);
	if (status == GH_OK)
		status = gh_journal_store_lock(&log->store, err);
	if (status == GH_OK) {
		status = append_locked(log, record, index, err);
		*due = status == GH_OK && gh_journal_sign_due(&log->store, record->event);
		gh_journal_store_unlock(&log->store);
	}
	pthread_mutex_unlock(&log->mutex);
	return status;
}

/* Threads that wait here find that the one before them synced their record too. */
static enum gh_status make_durable(struct log *log, uint64_t index, struct gh_error *err)
{
	enum gh_status status = GH_OK;
	uint64_t size;

	pthread_mutex_lock(&log->signing);
	if (log->synced <= index) {
		pthread_mutex_lock(&log->mutex);
		size = log->store.tree.size;
		pthread_mutex_unlock(&log->mutex);
		status = gh_journal_store_sync(&log->store, err);
		if (status == GH_OK)
			log->synced = size;
	}
	pthread_mutex_unlock(&log->signing);
	return status;
}

static enum gh_status append_anywhere(struct gh_journal *journal,
				      const struct gh_journal_record *record, uint64_t *index,
				      struct gh_error *err)
{
	bool due = false;
	enum gh_status status = own(journal, err);

	*index = 0;
	if (status == GH_OK)
		status = append(journal->log, record, index, &due, err);
	if (status == GH_OK && journal->options.level == GH_JOURNAL_DURABLE)
		status = make_durable(journal->log, *index, err);
	/*
	 * The record is acknowledged at its level whether or not it can be signed
	 * now; a sync that failed makes the next record fail.
	 */
	if (status == GH_OK && due && sign(journal->log, record->event, NULL) != GH_OK)
		due = false;
	return status;
}

/* Whatever the cause, an application is told that the journal is why it was denied. */
enum gh_status gh_journal_append(struct gh_journal *journal, const struct gh_journal_record *record,
				 uint64_t *index, struct gh_error *err)
{
	enum gh_status status = append_anywhere(journal, record, index, err);

	if (status == GH_OK || status == GH_E_BUG)
		return status;
	if (err != NULL)
		err->status = GH_E_JOURNAL;
	return GH_E_JOURNAL;
}

enum gh_status gh_journal_fingerprint(struct gh_journal *journal, struct gh_span text,
				      char out[33], struct gh_error *err)
{
	enum gh_status status = own(journal, err);

	out[0] = '\0';
	if (status != GH_OK)
		return status;
	pthread_mutex_lock(&journal->log->mutex);
	status = gh_journal_keys_fingerprint(journal->log->store.keys, text, out, err);
	pthread_mutex_unlock(&journal->log->mutex);
	return status;
}

void gh_journal_abandon(struct gh_journal *journal)
{
	if (is_ours(journal))
		return;
	leave_behind(journal->log);
	journal->log = NULL;
}

/* In a child that never used the log there is nothing to sign, and no file is ours. */
void gh_journal_close(struct gh_journal *journal)
{
	if (journal == NULL)
		return;
	if (!is_ours(journal)) {
		leave_behind(journal->log);
		journal->log = NULL;
	} else if (sign(journal->log, GH_JOURNAL_EVENT_SESSION_CLOSE, NULL) == GH_OK) {
		/* saves the next process from reading back the last records */
		if (lock(journal->log, NULL) == GH_OK) {
			if (gh_journal_store_save(&journal->log->store, NULL) != GH_OK)
				journal->log->store.saved = 0;
			unlock(journal->log);
		}
	}
	free_journal(journal);
}
