/*
 * Finds the end of a log that others appended to, or that was left by a crash.
 * Complete lines are taken in, torn bytes go to a side file, and what
 * contradicts a signed checkpoint is refused and left as it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

enum {
	SCAN = 256 << 10,      /* read at once; more than the longest line */
	TORN_MAX = 64 << 20,
};

static enum gh_status contradiction(const struct gh_journal_store *store, const char *what,
				    struct gh_error *err)
{
	return gh_fail(err, GH_E_JOURNAL,
		       "%s: %s; see `gatehouse journal verify`, keep the folder as evidence, "
		       "and move it away so that a new log can begin",
		       store->path, what);
}

static enum gh_status need_scan(struct gh_journal_store *store, struct gh_error *err)
{
	if (store->scan == NULL)
		store->scan = malloc(SCAN);
	if (store->scan == NULL)
		return gh_fail(err, GH_E_MEMORY, "journal recovery");
	return GH_OK;
}

/* ---- lines ---- */

/* Whether a line could be the record that comes next; the tree decides the rest. */
static bool plausible(const struct gh_journal_store *store, struct gh_span line)
{
	struct gh_journal_line parsed;

	return line.length <= GH_JOURNAL_LINE_MAX && gh_journal_line_parse(line, &parsed) &&
	       parsed.version == 1 && parsed.index == store->tree.size;
}

static enum gh_status sink(void *context, const struct gh_journal_tile *tile, struct gh_error *err)
{
	const struct gh_journal_store *store = context;

	return gh_journal_tile_write(store->folder, tile, err);
}

static enum gh_status take_line(struct gh_journal_store *store, struct gh_span line,
				struct gh_error *err)
{
	struct gh_journal_hasher hasher = { store->digest, sink, store };
	uint8_t leaf[GH_SHA256_SIZE], root[GH_SHA256_SIZE];
	enum gh_status status = gh_journal_leaf(store->digest, &line, 1, leaf, err);

	if (status == GH_OK)
		status = gh_journal_tree_add(&store->tree, &hasher, leaf, err);
	if (status != GH_OK)
		return status;
	store->place.offset += (int64_t)line.length + 1;
	store->place.size = store->tree.size;
	if (store->tree.size != store->expect.size)
		return GH_OK;
	status = gh_journal_tree_root(&store->tree, store->digest, root, err);
	if (status == GH_OK && memcmp(root, store->expect.root, sizeof(root)) != 0)
		return contradiction(store, "its records contradict its signed checkpoint", err);
	return status;
}

/* Takes in the complete lines of what was read; *used is behind the last of them. */
static enum gh_status take_lines(struct gh_journal_store *store, size_t length, size_t *used,
				 struct gh_error *err)
{
	enum gh_status status = GH_OK;
	const char *lf;

	*used = 0;
	while (status == GH_OK &&
	       (lf = memchr(store->scan + *used, '\n', length - *used)) != NULL) {
		struct gh_span line = { store->scan + *used, 0 };

		line.length = (size_t)(lf - line.bytes);
		if (!plausible(store, line))
			break;
		status = take_line(store, line, err);
		*used += line.length + 1;
	}
	return status;
}

/* *torn: bytes that are left behind the last record of the segment. */
static enum gh_status read_segment(struct gh_journal_store *store, int64_t *torn,
				   struct gh_error *err)
{
	enum gh_status status = GH_OK;
	struct stat info;
	size_t used = 1;

	while (status == GH_OK && used > 0) {
		ssize_t got = gh_journal_read_at(store->segment, store->scan, SCAN,
						 store->place.offset);

		if (got < 0)
			return gh_fail(err, GH_E_JOURNAL, "%s: %s", store->path, strerror(errno));
		status = take_lines(store, (size_t)got, &used, err);
	}
	if (status == GH_OK && fstat(store->segment, &info) != 0)
		status = gh_fail(err, GH_E_JOURNAL, "%s: %s", store->path, strerror(errno));
	if (status != GH_OK)
		return status;
	if (info.st_size < store->place.offset)
		return contradiction(store, "its newest segment became shorter", err);
	*torn = info.st_size - store->place.offset;
	store->closed = (info.st_mode & S_IWUSR) == 0;
	return GH_OK;
}

/* ---- torn bytes ---- */

static enum gh_status keep_torn(struct gh_journal_store *store, struct gh_span bytes,
				struct gh_error *err)
{
	uint8_t hash[GH_SHA256_SIZE];
	struct gh_buf name;
	bool existed;
	char *path = NULL;
	enum gh_status status = gh_digest_parts(store->digest, &bytes, 1, hash, err);

	gh_buf_init(&name, 128);
	(void)gh_buf_printf(&name, "torn-%020" PRIu64 "-", store->tree.size);
	(void)gh_hex_append(&name, hash, 8);
	if (status == GH_OK)
		status = gh_buf_status(&name, err);
	if (status == GH_OK)
		path = gh_path_join(store->path, name.bytes);
	if (path != NULL)
		status = gh_file_create(path, bytes, 0600, &existed, err);
	if (status == GH_OK && path != NULL) {
		gh_buf_reset(&store->notice);
		(void)gh_buf_printf(&store->notice,
				    "\"event\":\"recovered\",\"torn\":{\"file\":\"%s\","
				    "\"bytes\":%zu,\"sha256\":\"", name.bytes, bytes.length);
		(void)gh_hex_append(&store->notice, hash, sizeof(hash));
		(void)gh_buf_append_text(&store->notice, "\"}}");
	}
	gh_buf_clear(&name);
	free(path);
	return status == GH_OK && store->notice.length == 0 ? GH_E_MEMORY : status;
}

/*
 * Bytes of a record that was never acknowledged: kept in a side file, then cut
 * off.  Never below a checkpoint, and never in a segment that was closed.
 */
static enum gh_status move_torn(struct gh_journal_store *store, int64_t length,
				struct gh_error *err)
{
	enum gh_status status;
	char *bytes;

	if (store->closed || store->tree.size < store->newest.size ||
	    store->tree.size < store->expect.size || length > TORN_MAX)
		return contradiction(store, "a record is damaged", err);
	bytes = malloc((size_t)length);
	if (bytes == NULL)
		return gh_fail(err, GH_E_MEMORY, "journal recovery");
	if (gh_journal_read_at(store->segment, bytes, (size_t)length, store->place.offset) !=
	    length)
		status = gh_fail(err, GH_E_JOURNAL, "%s: %s", store->path, strerror(errno));
	else
		status = keep_torn(store, (struct gh_span){ bytes, (size_t)length }, err);
	free(bytes);
	store->place.reserved = 0;
	if (status == GH_OK && ftruncate(store->segment, store->place.offset) != 0)
		status = gh_fail(err, GH_E_JOURNAL, "%s: %s", store->path, strerror(errno));
	return status;
}

/* Goes to the segment that begins where this one ends; *moved false: there is none. */
static enum gh_status follow(struct gh_journal_store *store, bool *moved, struct gh_error *err)
{
	char name[GH_JOURNAL_NAME_SIZE];
	enum gh_status status;

	*moved = false;
	gh_journal_segment_name(store->tree.size, name);
	if (store->tree.size == store->place.segment_first ||
	    faccessat(store->folder, name, F_OK, AT_SYMLINK_NOFOLLOW) != 0)
		return GH_OK;
	status = gh_journal_segment_open(store, store->tree.size, err);
	if (status == GH_OK) {
		store->place.offset = 0;
		*moved = true;
	}
	return status;
}

enum gh_status gh_journal_recover_tail(struct gh_journal_store *store, struct gh_error *err)
{
	enum gh_status status = need_scan(store, err);
	int64_t torn = 0;
	bool moved = true;

	while (status == GH_OK && moved && torn == 0) {
		status = read_segment(store, &torn, err);
		if (status == GH_OK && torn == 0)
			status = follow(store, &moved, err);
	}
	if (status == GH_OK && torn > 0)
		status = move_torn(store, torn, err);
	return status;
}

/* ---- from nothing but the log ---- */

/* Passes over `lines` lines from the start of the segment. */
static enum gh_status skip_lines(struct gh_journal_store *store, uint64_t lines,
				 struct gh_error *err)
{
	int64_t offset = 0;

	while (lines > 0) {
		ssize_t got = gh_journal_read_at(store->segment, store->scan, SCAN, offset);
		const char *at = store->scan, *lf = NULL;

		if (got < 0)
			return gh_fail(err, GH_E_JOURNAL, "%s: %s", store->path, strerror(errno));
		for (; lines > 0 && got > 0; lines--, at = lf + 1) {
			lf = memchr(at, '\n', (size_t)(store->scan + got - at));
			if (lf == NULL)
				break;
		}
		if (at == store->scan)
			return contradiction(store, "signed records are missing", err);
		offset += at - store->scan;
	}
	store->place.offset = offset;
	return GH_OK;
}

/* Takes the tree of a checkpoint from its partial tiles; false: they do not fit its root. */
static bool load_tree(struct gh_journal_store *store,
		      const struct gh_journal_checkpoint *checkpoint)
{
	uint8_t root[GH_SHA256_SIZE];

	return checkpoint->size > 0 &&
	       gh_journal_tile_load(store->folder, checkpoint->size, &store->tree, NULL) == GH_OK &&
	       gh_journal_tree_root(&store->tree, store->digest, root, NULL) == GH_OK &&
	       memcmp(root, checkpoint->root, sizeof(root)) == 0;
}

/* Starts at a checkpoint that has its tiles.  *done false: neither of the two has. */
static enum gh_status start_at_checkpoint(struct gh_journal_store *store, const uint64_t *firsts,
					  size_t count, bool *done, struct gh_error *err)
{
	enum gh_status status;
	uint64_t size;

	*done = load_tree(store, &store->expect) || load_tree(store, &store->archived);
	if (!*done)
		return GH_OK;
	size = store->tree.size;
	while (count > 0 && firsts[count - 1] > size)
		count--;
	if (count == 0)
		return contradiction(store, "signed records are missing", err);
	store->place = (struct gh_journal_place){ .size = size };
	status = gh_journal_segment_open(store, firsts[count - 1], err);
	return status == GH_OK ? skip_lines(store, size - firsts[count - 1], err) : status;
}

static enum gh_status start(struct gh_journal_store *store, struct gh_error *err)
{
	uint64_t *firsts = NULL;
	size_t count = 0;
	bool done = false;
	enum gh_status status = gh_journal_segment_list(store->folder, &firsts, &count, err);

	if (status == GH_OK)
		status = start_at_checkpoint(store, firsts, count, &done, err);
	if (status == GH_OK && !done) {
		store->tree.size = 0;
		store->place = (struct gh_journal_place){ 0 };
		if (count > 0 ? firsts[0] != 0 : store->expect.size > 0)
			status = contradiction(store, "its first segment is missing", err);
		else
			status = gh_journal_segment_open(store, 0, err);
	}
	free(firsts);
	return status;
}

enum gh_status gh_journal_recover_all(struct gh_journal_store *store, struct gh_error *err)
{
	bool found;
	enum gh_status status = need_scan(store, err);

	store->newest = (struct gh_journal_signed){ 0 };
	if (status == GH_OK)
		status = gh_journal_sign_newest(store, &store->expect, &found, err);
	if (status == GH_OK)
		status = start(store, err);
	if (status == GH_OK)
		status = gh_journal_recover_tail(store, err);
	if (status == GH_OK && store->tree.size < store->expect.size)
		status = contradiction(store, "signed records are missing", err);
	store->expect = (struct gh_journal_checkpoint){ 0 };
	return status;
}
