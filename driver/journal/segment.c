/*
 * Segments: files of lines, named by the index of their first record.  A line
 * is appended whole or not at all.  A segment that is closed loses its owner's
 * permission to write, which is how other processes notice that it is.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

enum {
	RESERVE = 1 << 20,       /* bytes held beyond the end for what must still be said */
	SMALL_FILES = 256 << 10, /* no other file of ours but the archive becomes larger */
};

void gh_journal_segment_name(uint64_t first, char name[GH_JOURNAL_NAME_SIZE])
{
	snprintf(name, GH_JOURNAL_NAME_SIZE, "seg-%020" PRIu64 ".jsonl", first);
}

bool gh_journal_segment_first(const char *name, uint64_t *first)
{
	char again[GH_JOURNAL_NAME_SIZE];

	if (strlen(name) != GH_JOURNAL_NAME_SIZE - 2 || memcmp(name, "seg-", 4) != 0)
		return false;
	*first = strtoull(name + 4, NULL, 10);
	gh_journal_segment_name(*first, again);
	return strcmp(name, again) == 0;
}

static int compare_firsts(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static bool add_first(uint64_t **firsts, size_t *count, uint64_t first)
{
	uint64_t *more;

	if ((*count & (*count - 1)) == 0) { /* a power of two: full */
		more = realloc(*firsts, (*count == 0 ? 1 : *count * 2) * sizeof(**firsts));
		if (more == NULL)
			return false;
		*firsts = more;
	}
	(*firsts)[(*count)++] = first;
	return true;
}

enum gh_status gh_journal_segment_list(int folder, uint64_t **firsts, size_t *count,
				       struct gh_error *err)
{
	int fd = gh_journal_open_at(folder, ".", O_RDONLY | O_DIRECTORY);
	DIR *listing = fd < 0 ? NULL : fdopendir(fd);
	enum gh_status status = GH_OK;
	struct dirent *entry;
	uint64_t first;

	*firsts = NULL;
	*count = 0;
	if (listing == NULL) {
		if (fd >= 0)
			close(fd);
		return gh_fail(err, GH_E_JOURNAL, "the folder cannot be listed: %s",
			       strerror(errno));
	}
	while (status == GH_OK && (entry = readdir(listing)) != NULL)
		if (gh_journal_segment_first(entry->d_name, &first) &&
		    !add_first(firsts, count, first))
			status = gh_fail(err, GH_E_MEMORY, "list of segments");
	closedir(listing);
	if (*count > 0)
		qsort(*firsts, *count, sizeof(**firsts), compare_firsts);
	return status;
}

enum gh_status gh_journal_segment_open(struct gh_journal_store *store, uint64_t first,
				       struct gh_error *err)
{
	char name[GH_JOURNAL_NAME_SIZE];
	int fd, old;

	gh_journal_segment_name(first, name);
	fd = gh_journal_open_at(store->folder, name, O_RDWR | O_CREAT);
	if (fd < 0 && errno == EACCES) /* closed */
		fd = gh_journal_open_at(store->folder, name, O_RDONLY);
	if (fd < 0)
		return gh_fail(err, GH_E_JOURNAL, "%s/%s: %s", store->path, name, strerror(errno));
	pthread_mutex_lock(&store->syncing);
	old = store->segment;
	store->segment = fd;
	pthread_mutex_unlock(&store->syncing);
	if (old >= 0)
		close(old);
	if (store->place.segment_first != first)
		store->place.reserved = 0;
	store->place.segment_first = first;
	return GH_OK;
}

/* ---- one line ---- */

/*
 * Blocks beyond the end, so that what belongs to statements that ran can still
 * be recorded on a full disk.  False when the disk has no room for them.
 */
bool gh_journal_segment_reserve(struct gh_journal_store *store)
{
	struct gh_journal_place *place = &store->place;

	if (place->reserved - place->offset >= RESERVE)
		return true;
	if (fallocate(store->segment, FALLOC_FL_KEEP_SIZE, place->offset, 2 * RESERVE) == 0) {
		place->reserved = place->offset + 2 * RESERVE;
		return true;
	}
	/* a file system without fallocate has no reserve, but may have room */
	return errno != ENOSPC && errno != EDQUOT;
}

/*
 * SIGXFSZ would end the application, so a limit is looked at before every write
 * and not run into: an application may lower its own at any time.
 */
static bool within_limit(int64_t end)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
		return true;
	return limit.rlim_cur >= SMALL_FILES && (uint64_t)end <= limit.rlim_cur;
}

static enum gh_status roll_back(struct gh_journal_store *store, const char *why,
				struct gh_error *err)
{
	store->place.reserved = 0; /* truncating gives up what is beyond the end */
	if (ftruncate(store->segment, store->place.offset) != 0)
		store->poisoned = true;
	return gh_fail(err, GH_E_JOURNAL, "%s: the record cannot be written: %s", store->path, why);
}

static enum gh_status sink(void *context, const struct gh_journal_tile *tile, struct gh_error *err)
{
	const struct gh_journal_store *store = context;

	return gh_journal_tile_write(store->folder, tile, err);
}

static enum gh_status add_to_tree(struct gh_journal_store *store, struct gh_span line,
				  struct gh_error *err)
{
	struct gh_journal_hasher hasher = { store->digest, sink, store };
	uint8_t leaf[GH_SHA256_SIZE];
	enum gh_status status = gh_journal_leaf(store->digest, &line, 1, leaf, err);

	if (status == GH_OK)
		status = gh_journal_tree_add(&store->tree, &hasher, leaf, err);
	return status;
}

enum gh_status gh_journal_segment_write(struct gh_journal_store *store, struct gh_span body,
					struct gh_error *err)
{
	struct gh_span line = { store->line, 0 };
	ssize_t length, put;

	if (gh_journal_head_write(&store->clock, store->tree.size, store->line, &line.length,
				  err) != GH_OK)
		return GH_E_JOURNAL;
	GH_ENSURE(body.length <= GH_JOURNAL_LINE_MAX - line.length, err);
	memcpy(store->line + line.length, body.bytes, body.length);
	line.length += body.length;
	store->line[line.length] = '\n';
	length = (ssize_t)line.length + 1;
	if (!within_limit(store->place.offset + length))
		return gh_fail(err, GH_E_JOURNAL,
			       "%s: the limit of file sizes (ulimit -f) is reached", store->path);
	do
		put = pwrite(store->segment, store->line, (size_t)length, store->place.offset);
	while (put < 0 && errno == EINTR);
	if (put != length)
		return roll_back(store, put < 0 ? strerror(errno) : "the disk is full", err);
	if (add_to_tree(store, line, NULL) != GH_OK)
		return roll_back(store, strerror(errno), err);
	store->place.offset += length;
	store->place.size = store->tree.size;
	return GH_OK;
}

/* ---- header and rotation ---- */

static enum gh_status header_body(struct gh_journal_store *store, struct gh_buf *body,
				  struct gh_error *err)
{
	uint8_t id[16], root[GH_SHA256_SIZE];
	enum gh_status status = gh_random_bytes(id, sizeof(id), err);

	if (status == GH_OK)
		status = gh_journal_tree_root(&store->tree, store->digest, root, err);
	if (status != GH_OK)
		return status;
	(void)gh_buf_printf(body, "\"event\":\"%s\",\"format\":\"gatehouse-journal/1\",\"id\":\"",
			    store->tree.size == 0 ? "log-open" : "segment");
	(void)gh_hex_append(body, id, sizeof(id));
	(void)gh_buf_printf(body, "\",\"epoch\":0,\"before\":\"");
	(void)gh_hex_append(body, root, sizeof(root));
	(void)gh_buf_append_text(body, "\",\"key\":\"");
	(void)gh_journal_verifier_write(&store->verifier, body);
	(void)gh_buf_append_text(body, "\",\"pad\":\"");
	while (body->failed == GH_OK && body->length < GH_JOURNAL_HEADER_MIN)
		(void)gh_buf_append_char(body, '.');
	(void)gh_buf_append_text(body, "\"}");
	return gh_buf_status(body, err);
}

static enum gh_status write_header(struct gh_journal_store *store, struct gh_error *err)
{
	struct gh_buf body;
	enum gh_status status;

	gh_buf_init(&body, 4096);
	status = header_body(store, &body, err);
	if (status == GH_OK)
		status = gh_journal_segment_write(store, gh_buf_span(&body), err);
	gh_buf_clear(&body);
	return status;
}

static enum gh_status close_segment(struct gh_journal_store *store, struct gh_error *err)
{
	struct stat info;

	if (fstat(store->segment, &info) != 0 || (info.st_mode & S_IWUSR) == 0)
		return GH_OK;
	if (fdatasync(store->segment) != 0) {
		store->poisoned = true;
		return gh_fail(err, GH_E_JOURNAL, "%s: a segment cannot be synced: %s", store->path,
			       strerror(errno));
	}
	if (fchmod(store->segment, 0400) != 0)
		return gh_fail(err, GH_E_JOURNAL, "%s: a segment cannot be closed: %s", store->path,
			       strerror(errno));
	return GH_OK;
}

/* Also begins the first segment, and one whose header was not written before a crash. */
enum gh_status gh_journal_segment_rotate(struct gh_journal_store *store, struct gh_error *err)
{
	enum gh_status status = GH_OK;

	if (store->place.offset > 0) {
		status = close_segment(store, err);
		if (status == GH_OK)
			status = gh_journal_segment_open(store, store->tree.size, err);
		if (status != GH_OK)
			return status;
		store->place.offset = 0;
		(void)fsync(store->folder);
	}
	return write_header(store, err);
}
