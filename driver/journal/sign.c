/*
 * Checkpoints: two slots that are written in turn, so that one is whole at any
 * moment, `checkpoint` as another name of the newer one, and the archive.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

enum {
	RECORDS_MAX = 4096,     /* that may stay unsigned */
	PERIOD_US = 100000,
	STATEMENT_US = 1000000, /* a statement that is about to run waits for no signature */
	ARCHIVE_US = 1000000,
	ARCHIVE_TAIL = 4096,
};

static const char *const slots[GH_JOURNAL_SLOTS] = { "checkpoint.0", "checkpoint.1" };
static const char newest_name[] = "checkpoint", fresh_name[] = "checkpoint.new";
static const char archive_name[] = "checkpoints";

bool gh_journal_sign_due(const struct gh_journal_store *store, enum gh_journal_event event)
{
	uint64_t unsigned_records = store->tree.size - store->newest.size;
	bool waits = event == GH_JOURNAL_EVENT_EXEC || event == GH_JOURNAL_EVENT_SESSION_OPEN;
	int64_t age;

	if (store->tree.size <= store->newest.size)
		return false;
	if (unsigned_records >= RECORDS_MAX || event == GH_JOURNAL_EVENT_SESSION_CLOSE)
		return true;
	age = store->clock.now - store->newest.signed_us;
	return age < 0 || age >= (waits ? STATEMENT_US : PERIOD_US);
}

/* ---- reading ---- */

static enum gh_status read_note(struct gh_journal_store *store, const char *name,
				struct gh_journal_checkpoint *out)
{
	struct gh_buf note;
	enum gh_status status =
		gh_journal_read_file(store->folder, name, GH_JOURNAL_NOTE_MAX, &note, NULL);

	*out = (struct gh_journal_checkpoint){ 0 };
	if (status == GH_OK)
		status = gh_journal_note_open(gh_buf_span(&note), &store->verifier, out, NULL);
	gh_buf_clear(&note);
	return status;
}

/* The archive's whole notes; its last valid one where the slots have none. */
static enum gh_status read_archive(struct gh_journal_store *store,
				   struct gh_journal_checkpoint *last, struct gh_error *err)
{
	struct gh_buf content;
	struct gh_span rest;
	size_t length;
	enum gh_status status = gh_journal_read_file(store->folder, archive_name, GH_BUF_MAXIMUM,
						     &content, err);

	*last = (struct gh_journal_checkpoint){ 0 };
	rest = gh_buf_span(&content);
	while (status == GH_OK && (length = gh_journal_note_length(rest)) > 0) {
		struct gh_span note = { rest.bytes, length - 1 };

		rest = (struct gh_span){ rest.bytes + length, rest.length - length };
		if (gh_journal_note_length(rest) == 0 &&
		    gh_journal_note_open(note, &store->verifier, last, NULL) != GH_OK)
			last->size = 0;
	}
	/* a note that was being written when the power went is cut off, more is not touched */
	store->newest.archive = (int64_t)(content.length - (rest.length <= ARCHIVE_TAIL
								     ? rest.length : 0));
	gh_buf_clear(&content);
	return status;
}

enum gh_status gh_journal_sign_newest(struct gh_journal_store *store,
				      struct gh_journal_checkpoint *out, bool *found,
				      struct gh_error *err)
{
	struct gh_journal_signed *newest = &store->newest;
	struct gh_journal_checkpoint both[GH_JOURNAL_SLOTS], last;
	enum gh_status status = GH_OK;
	uint64_t slot;

	*found = false;
	if (newest->size > 0 && read_note(store, slots[newest->slot % 2], out) == GH_OK) {
		*found = true;
		return GH_OK;
	}
	for (size_t i = 0; i < GH_JOURNAL_SLOTS; i++)
		(void)read_note(store, slots[i], &both[i]);
	slot = both[1].size > both[0].size ? 1 : 0;
	status = read_archive(store, &last, err);
	newest->slot = slot;
	newest->archived = last.size;
	store->archived = last;
	newest->previous = both[1 - slot].size;
	*out = last.size > both[slot].size ? last : both[slot];
	newest->size = out->size;
	*found = out->size > 0;
	return status;
}

/* ---- signing ---- */

enum gh_status gh_journal_sign_begin(struct gh_journal_store *store,
				     struct gh_journal_signing *signing, bool *needed,
				     struct gh_error *err)
{
	struct gh_journal_signed newest;
	struct stat info;

	*needed = false;
	if (fstat(store->lock, &info) != 0 || info.st_nlink == 0) {
		store->poisoned = true;
		return gh_fail(err, GH_E_JOURNAL, "%s: the lock file was removed while in use",
			       store->path);
	}
	if (gh_journal_signed_load(store->state, store->clock.boot, &newest))
		store->newest = newest;
	store->clock.now = gh_time_monotonic_us();
	if (!gh_journal_sign_due(store, signing->event))
		return GH_OK;
	signing->tree.size = 0;
	gh_journal_tree_take(&signing->tree, &store->tree);
	signing->archived = store->newest.archived;
	store->newest.signed_us = store->clock.now;
	/* a closed log is whole for others: its partial tiles are there too */
	signing->archive = signing->event == GH_JOURNAL_EVENT_SESSION_CLOSE ||
			   store->newest.signed_us - store->newest.archived_us >= ARCHIVE_US;
	*needed = true;
	return gh_journal_signed_save(store->state, store->clock.boot, &store->newest);
}

/* The slot that stays must be on the disk before the other one is overwritten. */
static enum gh_status sync_slot(struct gh_journal_store *store, struct gh_error *err)
{
	int fd = gh_journal_open_at(store->folder, newest_name, O_RDONLY);
	int result;

	if (fd < 0)
		return GH_OK; /* the first one */
	result = fdatasync(fd);
	close(fd);
	if (result != 0)
		return gh_fail(err, GH_E_JOURNAL, "%s: %s", newest_name, strerror(errno));
	return GH_OK;
}

enum gh_status gh_journal_sign_note(struct gh_journal_store *store,
				    const struct gh_journal_signing *signing, struct gh_buf *note,
				    struct gh_error *err)
{
	struct gh_journal_checkpoint checkpoint = { .size = signing->tree.size };
	struct gh_digest *digest = NULL;
	uint8_t signature[64];
	enum gh_status status = gh_journal_store_sync(store, err);

	if (status == GH_OK && signing->archive)
		status = gh_journal_tile_sync(store->folder, signing->archived, checkpoint.size,
					      err);
	if (status == GH_OK)
		status = sync_slot(store, err);
	if (status == GH_OK) /* the store's own is in use by whoever holds the lock */
		status = gh_digest_new(&digest, err);
	if (status == GH_OK)
		status = gh_journal_tree_root(&signing->tree, digest, checkpoint.root, err);
	if (status == GH_OK)
		status = gh_journal_checkpoint_body(&store->verifier, &checkpoint, note);
	if (status == GH_OK)
		status = gh_journal_keys_sign(store->keys, gh_buf_span(note), signature, err);
	if (status == GH_OK)
		status = gh_journal_note_signature(&store->verifier, signature, note);
	gh_digest_free(digest);
	return status;
}

/* ---- publishing ---- */

static bool write_file(int folder, const char *name, const struct gh_buf *note, int64_t offset)
{
	int fd = gh_journal_open_at(folder, name, O_WRONLY | O_CREAT);
	bool fine = fd >= 0 && gh_journal_write_at(fd, note->bytes, note->length, offset) &&
		    ftruncate(fd, offset + (off_t)note->length) == 0;

	if (fd >= 0)
		close(fd);
	return fine;
}

/* `checkpoint` changes from one whole slot to the other in one step. */
static bool point_to(int folder, const char *slot)
{
	(void)unlinkat(folder, fresh_name, 0);
	if (linkat(folder, slot, folder, fresh_name, 0) != 0)
		return false;
	if (renameat(folder, fresh_name, folder, newest_name) != 0)
		return false;
	/* renaming one name of a file to another of its names leaves both */
	(void)unlinkat(folder, fresh_name, 0);
	return true;
}

static bool append_archive(struct gh_journal_store *store, const struct gh_buf *note)
{
	struct gh_buf entry;
	struct stat info;
	int64_t *end = &store->newest.archive;
	bool fine;

	if (fstatat(store->folder, archive_name, &info, AT_SYMLINK_NOFOLLOW) != 0)
		info.st_size = 0;
	if (info.st_size < *end || info.st_size > *end + ARCHIVE_TAIL)
		*end = info.st_size;
	gh_buf_init(&entry, 0);
	(void)gh_buf_append(&entry, note->bytes, note->length);
	(void)gh_buf_append_char(&entry, '\n');
	fine = entry.failed == GH_OK && write_file(store->folder, archive_name, &entry, *end);
	if (fine)
		*end += (int64_t)entry.length;
	gh_buf_clear(&entry);
	return fine;
}

/*
 * A recovery after a reboot begins at an archived note: with the partial tiles
 * of that one, and makes those full ones again that came later.  So only these
 * notes have partial tiles, which are there before the note is.
 */
static bool archive(struct gh_journal_store *store, const struct gh_journal_signing *signing,
		    const struct gh_buf *note)
{
	struct gh_journal_signed *newest = &store->newest;

	if (gh_journal_tile_write_partial(store->folder, &signing->tree, NULL) != GH_OK ||
	    !append_archive(store, note))
		return false;
	gh_journal_tile_drop_partial(store->folder, newest->archived_before, newest->archived,
				     signing->tree.size);
	newest->archived_before = newest->archived;
	newest->archived = signing->tree.size;
	newest->archived_us = newest->signed_us;
	return true;
}

static enum gh_status publish(struct gh_journal_store *store,
			      const struct gh_journal_signing *signing, const struct gh_buf *note)
{
	struct gh_journal_signed *newest = &store->newest;
	uint64_t slot = newest->size == 0 ? 0 : 1 - newest->slot % 2;
	bool fine = write_file(store->folder, slots[slot], note, 0) &&
		    point_to(store->folder, slots[slot]);

	if (!fine)
		return GH_E_JOURNAL;
	newest->previous = newest->size;
	newest->size = signing->tree.size;
	newest->slot = slot;
	if (signing->archive)
		fine = archive(store, signing, note);
	if (!fine)
		return GH_E_JOURNAL;
	return gh_journal_signed_save(store->state, store->clock.boot, newest);
}

/*
 * The state is saved first: whoever comes after a crash then begins behind what
 * the checkpoint covers, and makes none of its tiles anew.
 */
enum gh_status gh_journal_sign_publish(struct gh_journal_store *store,
				       const struct gh_journal_signing *signing,
				       const struct gh_buf *note, struct gh_error *err)
{
	struct gh_journal_signed newest;
	enum gh_status status;

	if (gh_journal_signed_load(store->state, store->clock.boot, &newest))
		store->newest = newest;
	if (store->newest.size >= signing->tree.size)
		return GH_OK; /* another process was faster */
	status = gh_journal_store_save(store, err);
	if (status == GH_OK && publish(store, signing, note) != GH_OK)
		status = gh_fail(err, GH_E_JOURNAL, "%s: the checkpoint cannot be written: %s",
				 store->path, strerror(errno));
	return status;
}
