/*
 * Which sessions are open, and whether the process that opened them lives: see
 * internal.h.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

enum { SESSIONS_MAX = 1 << 20 };

static const char folder_name[] = "writers";
static const uint8_t nobody[GH_SESSION_ID_SIZE];

static void path_of(const char *name, char path[64])
{
	snprintf(path, 64, "%s/%.32s", folder_name, name);
}

/* ---- our own file ---- */

static enum gh_status make_file(struct gh_journal_writer *writer, struct gh_journal_store *store,
				struct gh_error *err)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t id[16];
	char path[64];
	enum gh_status status = gh_random_bytes(id, sizeof(id), err);

	if (status != GH_OK)
		return status;
	for (size_t i = 0; i < sizeof(id); i++) {
		writer->name[2 * i] = digits[id[i] >> 4];
		writer->name[2 * i + 1] = digits[id[i] & 15];
	}
	writer->name[32] = '\0';
	path_of(writer->name, path);
	(void)mkdirat(store->folder, folder_name, 0700);
	writer->fd = gh_journal_open_at(store->folder, path, O_RDWR | O_CREAT | O_EXCL);
	if (writer->fd < 0 || flock(writer->fd, LOCK_EX | LOCK_NB) != 0)
		return gh_fail(err, GH_E_JOURNAL, "%s/%s: %s", store->path, path, strerror(errno));
	return GH_OK;
}

static bool grow(struct gh_journal_writer *writer)
{
	size_t count = writer->count == 0 ? 8 : writer->count * 2;
	uint8_t *more = NULL;

	if (count <= SESSIONS_MAX)
		more = realloc(writer->sessions, count * GH_SESSION_ID_SIZE);
	if (more == NULL)
		return false;
	memset(more + writer->count * GH_SESSION_ID_SIZE, 0,
	       (count - writer->count) * GH_SESSION_ID_SIZE);
	writer->sessions = more;
	writer->count = count;
	return true;
}

/* Index of the entry with this id; `count` if there is none. */
static size_t find(const struct gh_journal_writer *writer, const uint8_t *session)
{
	size_t i = 0;

	while (i < writer->count && memcmp(writer->sessions + i * GH_SESSION_ID_SIZE, session,
					   GH_SESSION_ID_SIZE) != 0)
		i++;
	return i;
}

static bool put_entry(struct gh_journal_writer *writer, size_t i, const uint8_t *session)
{
	memcpy(writer->sessions + i * GH_SESSION_ID_SIZE, session, GH_SESSION_ID_SIZE);
	return gh_journal_write_at(writer->fd, session, GH_SESSION_ID_SIZE,
				   (int64_t)(i * GH_SESSION_ID_SIZE));
}

enum gh_status gh_journal_writer_add(struct gh_journal_writer *writer,
				     struct gh_journal_store *store, const uint8_t *session,
				     struct gh_error *err)
{
	enum gh_status status = GH_OK;
	size_t i;

	if (writer->fd < 0)
		status = make_file(writer, store, err);
	if (status != GH_OK)
		return status;
	i = find(writer, nobody);
	if (i == writer->count && !grow(writer))
		return gh_fail(err, GH_E_MEMORY, "too many open sessions");
	if (!put_entry(writer, i, session))
		return gh_fail(err, GH_E_JOURNAL, "%s: an open session cannot be noted: %s",
			       store->path, strerror(errno));
	writer->open++;
	writer->dirty = true;
	return GH_OK;
}

void gh_journal_writer_remove(struct gh_journal_writer *writer, const uint8_t *session)
{
	size_t i = find(writer, session);

	if (writer->fd < 0 || i == writer->count || memcmp(session, nobody, sizeof(nobody)) == 0)
		return;
	/* where this fails, the session is reported lost after its close, which is harmless */
	(void)put_entry(writer, i, nobody);
	writer->open--;
}

void gh_journal_writer_sync(struct gh_journal_writer *writer)
{
	if (writer->dirty && writer->open > 0 && fdatasync(writer->fd) == 0)
		writer->dirty = false;
}

void gh_journal_writer_close(struct gh_journal_writer *writer, struct gh_journal_store *store)
{
	char path[64];

	if (writer->fd >= 0) {
		/* sessions that were left open are lost: the next to open the log says so */
		if (writer->open == 0) {
			path_of(writer->name, path);
			(void)unlinkat(store->folder, path, 0);
		}
		close(writer->fd);
	}
	free(writer->sessions);
	*writer = (struct gh_journal_writer){ .fd = -1 };
}

/* ---- those of the dead ---- */

static enum gh_status say_lost(struct gh_journal_store *store, const uint8_t *session,
			       struct gh_error *err)
{
	struct gh_buf body;
	uint64_t index;
	enum gh_status status;

	gh_buf_init(&body, 256);
	(void)gh_buf_append_text(&body, "\"event\":\"session-lost\",\"session\":\"");
	(void)gh_hex_append(&body, session, GH_SESSION_ID_SIZE);
	(void)gh_buf_append_text(&body, "\"}");
	status = gh_buf_status(&body, err);
	if (status == GH_OK)
		status = gh_journal_store_append(store, gh_buf_span(&body), GH_JOURNAL_CLOSING,
						 &index, err);
	gh_buf_clear(&body);
	return status;
}

static enum gh_status bury(struct gh_journal_store *store, int fd, struct gh_error *err)
{
	uint8_t session[GH_SESSION_ID_SIZE];
	enum gh_status status = GH_OK;
	int64_t offset = 0;

	while (status == GH_OK && gh_journal_read_at(fd, session, sizeof(session), offset) ==
					  (ssize_t)sizeof(session)) {
		if (memcmp(session, nobody, sizeof(nobody)) != 0)
			status = say_lost(store, session, err);
		offset += (int64_t)sizeof(session);
	}
	return status;
}

static enum gh_status look_at(struct gh_journal_store *store, const char *name,
			      struct gh_error *err)
{
	enum gh_status status = GH_OK;
	char path[64];
	int fd;

	path_of(name, path);
	fd = gh_journal_open_at(store->folder, path, O_RDWR);
	if (fd < 0)
		return GH_OK;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		status = bury(store, fd, err);
		if (status == GH_OK)
			(void)unlinkat(store->folder, path, 0);
	}
	close(fd);
	return status;
}

/* *others: files that are not our own were found. */
static enum gh_status look_at_all(struct gh_journal_store *store, const char *own, bool *others,
				  struct gh_error *err)
{
	int fd = gh_journal_open_at(store->folder, folder_name, O_RDONLY | O_DIRECTORY);
	DIR *listing = fd < 0 ? NULL : fdopendir(fd);
	enum gh_status status = GH_OK;
	struct dirent *entry;

	*others = listing == NULL;
	if (listing == NULL) {
		if (fd >= 0)
			close(fd);
		return GH_OK;
	}
	while (status == GH_OK && (entry = readdir(listing)) != NULL) {
		if (strlen(entry->d_name) != 32 || (own != NULL && strcmp(entry->d_name, own) == 0))
			continue;
		*others = true;
		status = look_at(store, entry->d_name, err);
	}
	closedir(listing);
	return status;
}

enum gh_status gh_journal_writers_bury(struct gh_journal_store *store, const char *own,
				       struct gh_error *err)
{
	struct gh_file_stamp now;
	enum gh_status status;
	bool others;

	/* before the folder is read, so that a change meanwhile makes it too old */
	gh_file_stamp_get_at(store->folder, folder_name, &now);
	if (gh_file_stamp_same(&now, &store->alone))
		return GH_OK;
	status = look_at_all(store, own, &others, err);
	store->alone = status == GH_OK && !others ? now : (struct gh_file_stamp){ 0 };
	return status;
}
