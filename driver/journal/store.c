/*
 * The log's folder: opening it, the lock between processes, and appending a
 * record under that lock.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

enum {
	UNSAVED_MAX = 64, /* records that another process may have to read back */
	KEY_FILE_MAX = 1024,
};

static const char key_file[] = "log.vkey";

int gh_journal_open_at(int folder, const char *name, int flags)
{
	int fd;

	/* O_NONBLOCK: a FIFO in this place must not hold us up */
	do
		fd = openat(folder, name, flags | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
			    0600);
	while (fd < 0 && errno == EINTR);
	return fd;
}

enum gh_status gh_journal_read_file(int folder, const char *name, size_t maximum,
				    struct gh_buf *out, struct gh_error *err)
{
	int fd = gh_journal_open_at(folder, name, O_RDONLY);
	enum gh_status status = GH_OK;
	struct stat info;
	ssize_t got = -1;

	gh_buf_init(out, maximum);
	if (fd < 0 && errno == ENOENT)
		return GH_OK;
	if (fd < 0)
		return gh_fail(err, GH_E_JOURNAL, "%s: %s", name, strerror(errno));
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode))
		status = gh_fail(err, GH_E_JOURNAL, "%s: not a regular file", name);
	else if ((uint64_t)info.st_size > maximum ||
		 gh_buf_reserve(out, (size_t)info.st_size) != GH_OK)
		status = gh_fail(err, GH_E_LIMIT, "%s: larger than %zu bytes", name, maximum);
	else
		got = gh_journal_read_at(fd, out->bytes, (size_t)info.st_size, 0);
	if (status == GH_OK && got < 0)
		status = gh_fail(err, GH_E_JOURNAL, "%s: %s", name, strerror(errno));
	if (status == GH_OK)
		out->length = (size_t)got;
	close(fd);
	return status;
}

/* ---- the origin and the public key ---- */

static enum gh_status make_origin(struct gh_buf *out, struct gh_error *err)
{
	char host[65] = { 0 };
	uint8_t id[8];
	enum gh_status status = gh_random_bytes(id, sizeof(id), err);

	if (status != GH_OK)
		return status;
	if (gethostname(host, sizeof(host) - 1) != 0 || host[0] == '\0')
		memcpy(host, "host", 5);
	for (char *c = host; *c != '\0'; c++)
		if (!gh_journal_origin_valid((struct gh_span){ c, 1 }))
			*c = '-';
	(void)gh_buf_printf(out, "%s/gatehouse/", host);
	return gh_hex_append(out, id, sizeof(id));
}

static enum gh_status write_key_file(struct gh_journal_store *store, const char *origin,
				     const char *path, struct gh_error *err)
{
	struct gh_journal_verifier verifier;
	struct gh_buf name, line;
	bool existed;
	enum gh_status status = GH_OK;

	gh_buf_init(&name, 0);
	gh_buf_init(&line, 0);
	if (origin == NULL)
		status = make_origin(&name, err);
	else
		status = gh_buf_append_text(&name, origin);
	if (status == GH_OK)
		status = gh_journal_verifier_make(
			name.bytes, gh_journal_keys_public(store->keys), &verifier, err);
	if (status == GH_OK) {
		(void)gh_journal_verifier_write(&verifier, &line);
		(void)gh_buf_append_char(&line, '\n');
		status = gh_file_create(path, gh_buf_span(&line), 0600, &existed, err);
	}
	gh_buf_clear(&name);
	gh_buf_clear(&line);
	return status;
}

static enum gh_status make_key_file(struct gh_journal_store *store, const char *origin,
				    struct gh_error *err)
{
	char *path;
	uint64_t *firsts = NULL;
	size_t count = 0;
	enum gh_status status = gh_journal_segment_list(store->folder, &firsts, &count, err);

	free(firsts);
	if (status != GH_OK)
		return status;
	if (count > 0)
		return gh_fail(err, GH_E_JOURNAL,
			       "%s: %s is missing; the first line of the log has it as \"key\"",
			       store->path, key_file);
	path = gh_path_join(store->path, key_file);
	if (path == NULL)
		return gh_fail(err, GH_E_MEMORY, "file name");
	status = write_key_file(store, origin, path, err);
	free(path);
	return status;
}

/* The name that the log signs under is fixed when it begins. */
static enum gh_status load_verifier(struct gh_journal_store *store, const char *origin,
				    struct gh_error *err)
{
	struct gh_buf text;
	enum gh_status status =
		gh_journal_read_file(store->folder, key_file, KEY_FILE_MAX, &text, err);

	if (status == GH_OK && text.length == 0) {
		status = make_key_file(store, origin, err);
		gh_buf_clear(&text);
		if (status == GH_OK)
			status = gh_journal_read_file(store->folder, key_file, KEY_FILE_MAX, &text,
						      err);
	}
	if (status == GH_OK)
		status = gh_journal_verifier_parse(gh_buf_span(&text), &store->verifier, err);
	gh_buf_clear(&text);
	if (status != GH_OK)
		return status;
	if (memcmp(store->verifier.key, gh_journal_keys_public(store->keys), 32) != 0)
		return gh_fail(err, GH_E_KEY,
			       "%s: the log belongs to another key than the one given",
			       store->path);
	if (origin != NULL && strcmp(origin, store->verifier.name) != 0)
		return gh_fail(err, GH_E_CONFIG, "%s: the log's origin is %s", store->path,
			       store->verifier.name);
	return GH_OK;
}

/* ---- opening ---- */

static enum gh_status open_folder(struct gh_journal_store *store, const char *folder,
				  struct gh_error *err)
{
	enum gh_status status = gh_dir_make(folder, 0700, err);

	if (status != GH_OK)
		return status;
	store->path = realpath(folder, NULL);
	if (store->path != NULL)
		store->folder = open(store->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->folder >= 0)
		store->lock = gh_journal_open_at(store->folder, "lock", O_RDWR | O_CREAT);
	if (store->lock >= 0)
		store->state = gh_journal_open_at(store->folder, "state", O_RDWR | O_CREAT);
	if (store->state < 0)
		return gh_fail(err, GH_E_JOURNAL, "%s: %s", folder, strerror(errno));
	return GH_OK;
}

/* False where the state is not this boot's, or does not fit the newest checkpoint. */
static bool take_state(struct gh_journal_store *store)
{
	struct gh_journal_checkpoint checkpoint;
	uint8_t root[GH_SHA256_SIZE];
	bool found;

	if (!gh_journal_state_load(store->state, store->clock.boot, 0, &store->place,
				   &store->tree) ||
	    !gh_journal_signed_load(store->state, store->clock.boot, &store->newest))
		return false;
	if (gh_journal_sign_newest(store, &checkpoint, &found, NULL) != GH_OK)
		return false;
	if (!found)
		return store->newest.size == 0;
	if (checkpoint.size != store->newest.size || checkpoint.size > store->tree.size)
		return false;
	if (checkpoint.size < store->tree.size)
		return true;
	return gh_journal_tree_root(&store->tree, store->digest, root, NULL) == GH_OK &&
	       memcmp(root, checkpoint.root, sizeof(root)) == 0;
}

static enum gh_status find_end(struct gh_journal_store *store, struct gh_error *err)
{
	enum gh_status status;

	if (take_state(store)) {
		store->saved = store->tree.size;
		status = gh_journal_segment_open(store, store->place.segment_first, err);
		return status == GH_OK ? gh_journal_recover_tail(store, err) : status;
	}
	status = gh_journal_recover_all(store, err);
	if (status == GH_OK) {
		store->saved = 0;
		status = gh_journal_store_save(store, err);
	}
	if (status == GH_OK)
		status = gh_journal_signed_save(store->state, store->clock.boot, &store->newest);
	return status;
}

static enum gh_status lock_file(struct gh_journal_store *store, struct gh_error *err)
{
	int result;

	do
		result = flock(store->lock, LOCK_EX);
	while (result != 0 && errno == EINTR);
	if (result != 0)
		return gh_fail(err, GH_E_JOURNAL, "%s: cannot be locked: %s", store->path,
			       strerror(errno));
	return GH_OK;
}

static enum gh_status begin_log(struct gh_journal_store *store, struct gh_error *err)
{
	enum gh_status status = find_end(store, err);

	if (status == GH_OK && store->place.offset == 0)
		status = gh_journal_segment_rotate(store, err);
	if (status == GH_OK)
		status = gh_journal_writers_bury(store, NULL, err);
	return status;
}

enum gh_status gh_journal_store_open(struct gh_journal_store *store,
				     const struct gh_journal_options *options,
				     struct gh_error *err)
{
	enum gh_status status;

	memset(store, 0, sizeof(*store));
	store->folder = store->lock = store->segment = store->state = -1;
	store->segment_bytes = options->segment_bytes > 0 ? options->segment_bytes
							  : GH_JOURNAL_SEGMENT_BYTES;
	pthread_mutex_init(&store->syncing, NULL);
	gh_buf_init(&store->notice, 4096);
	gh_journal_clock_init(&store->clock);
	status = gh_digest_new(&store->digest, err);
	if (status == GH_OK)
		status = gh_journal_keys_open(options->keys, &store->keys, err);
	if (status == GH_OK)
		status = open_folder(store, options->folder, err);
	if (status == GH_OK)
		status = lock_file(store, err);
	if (status != GH_OK)
		goto out;
	status = load_verifier(store, options->origin, err);
	if (status == GH_OK)
		status = begin_log(store, err);
	gh_journal_store_unlock(store);
out:
	if (status != GH_OK)
		gh_journal_store_close(store);
	return status;
}

void gh_journal_store_abandon(struct gh_journal_store *store)
{
	int *const all[] = { &store->folder, &store->lock, &store->segment, &store->state };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (*all[i] >= 0)
			close(*all[i]);
		*all[i] = -1;
	}
}

void gh_journal_store_close(struct gh_journal_store *store)
{
	gh_journal_store_abandon(store);
	gh_journal_keys_free(store->keys);
	gh_digest_free(store->digest);
	gh_buf_clear(&store->notice);
	pthread_mutex_destroy(&store->syncing);
	free(store->scan);
	free(store->path);
	store->keys = NULL;
	store->digest = NULL;
	store->scan = store->path = NULL;
}

/* ---- under the lock ---- */

/*
 * Others appended, or closed the segment: takes their state, then what is
 * behind it, which is nothing where the state ends with the segment.
 */
static enum gh_status refresh(struct gh_journal_store *store, const struct statx *info,
			      struct gh_error *err)
{
	struct gh_journal_place place;
	uint64_t first = store->place.segment_first;
	bool newer = gh_journal_state_load(store->state, store->clock.boot, store->tree.size,
					   &place, &store->spare) &&
		     place.size > store->tree.size;
	enum gh_status status = GH_OK;

	if (newer && place.segment_first != first)
		status = gh_journal_segment_open(store, place.segment_first, err);
	if (status != GH_OK)
		return status;
	if (newer) {
		gh_journal_tree_take(&store->tree, &store->spare);
		store->place = place;
		store->saved = place.size;
	}
	if (newer && place.segment_first == first && (info->stx_mode & S_IWUSR) != 0 &&
	    (uint64_t)place.offset == info->stx_size)
		return GH_OK;
	return gh_journal_recover_tail(store, err);
}

/*
 * No more is asked for than is needed: asking for the time of the last change
 * as well makes the kernel write a fine-grained one with every record.
 */
static enum gh_status look(struct gh_journal_store *store, struct gh_error *err)
{
	const unsigned wanted = STATX_SIZE | STATX_MODE | STATX_NLINK;
	struct statx info;

	if (store->poisoned)
		return gh_fail(err, GH_E_JOURNAL,
			       "%s: writing to the disk failed before; nothing more is recorded",
			       store->path);
	if (statx(store->segment, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, wanted, &info) != 0 ||
	    info.stx_nlink == 0)
		return gh_fail(err, GH_E_JOURNAL, "%s: the log was removed while in use",
			       store->path);
	store->shared = info.stx_size != (uint64_t)store->place.offset ||
			(info.stx_mode & S_IWUSR) == 0;
	return store->shared ? refresh(store, &info, err) : GH_OK;
}

enum gh_status gh_journal_store_lock(struct gh_journal_store *store, struct gh_error *err)
{
	enum gh_status status = lock_file(store, err);

	if (status != GH_OK)
		return status;
	status = look(store, err);
	if (status != GH_OK)
		gh_journal_store_unlock(store);
	return status;
}

void gh_journal_store_unlock(struct gh_journal_store *store)
{
	if (store->lock >= 0)
		(void)flock(store->lock, LOCK_UN);
}

enum gh_status gh_journal_store_save(struct gh_journal_store *store, struct gh_error *err)
{
	if (gh_journal_state_save(store->state, store->clock.boot, &store->place, &store->tree,
				  store->saved) != GH_OK)
		return gh_fail(err, GH_E_JOURNAL, "%s: the state file cannot be written",
			       store->path);
	store->saved = store->tree.size;
	return GH_OK;
}

/* What must stand before the record: a segment's header, and what was found torn. */
static enum gh_status prepare(struct gh_journal_store *store, struct gh_error *err)
{
	const struct gh_journal_place *place = &store->place;
	enum gh_status status = GH_OK;

	if (place->offset == 0 || place->offset >= store->segment_bytes || store->closed) {
		status = gh_journal_segment_rotate(store, err);
		store->closed = status != GH_OK && store->closed;
	}
	if (status == GH_OK && store->notice.length > 0) {
		status = gh_journal_segment_write(store, gh_buf_span(&store->notice), err);
		if (status == GH_OK)
			gh_buf_reset(&store->notice);
	}
	return status;
}

/* On a full disk the reserve is left to what belongs to statements that ran. */
static enum gh_status check_room(struct gh_journal_store *store, enum gh_journal_urgency urgency,
				 struct gh_error *err)
{
	static const char full[] = "\"event\":\"full\"}";

	if (gh_journal_segment_reserve(store)) {
		store->full_said = false;
		return GH_OK;
	}
	if (!store->full_said)
		store->full_said = gh_journal_segment_write(
					   store, (struct gh_span){ full, sizeof(full) - 1 },
					   NULL) == GH_OK;
	if (urgency == GH_JOURNAL_CLOSING)
		return GH_OK;
	return gh_fail(err, GH_E_JOURNAL, "%s: the disk is full", store->path);
}

/* A state that could not be saved is an old one, and still right. */
static void save_if_possible(struct gh_journal_store *store)
{
	enum gh_status status = gh_journal_store_save(store, NULL);

	(void)status;
}

enum gh_status gh_journal_store_append(struct gh_journal_store *store, struct gh_span body,
				       enum gh_journal_urgency urgency, uint64_t *index,
				       struct gh_error *err)
{
	enum gh_status status = prepare(store, err);

	if (status == GH_OK)
		status = check_room(store, urgency, err);
	if (status == GH_OK)
		status = gh_journal_segment_write(store, body, err);
	if (status != GH_OK)
		return status;
	*index = store->tree.size - 1;
	if (store->shared || store->tree.size - store->saved >= UNSAVED_MAX)
		save_if_possible(store);
	return GH_OK;
}

enum gh_status gh_journal_store_sync(struct gh_journal_store *store, struct gh_error *err)
{
	int result;

	pthread_mutex_lock(&store->syncing);
	result = store->poisoned ? -1 : fdatasync(store->segment);
	if (result != 0)
		store->poisoned = true;
	pthread_mutex_unlock(&store->syncing);
	if (result != 0)
		return gh_fail(err, GH_E_JOURNAL, "%s: the log cannot be synced: %s", store->path,
			       strerror(errno));
	return GH_OK;
}
