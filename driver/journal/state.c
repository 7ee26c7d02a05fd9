/*
 * The state file: where the log ends, so that a process need not read the log
 * to append to it.  It is a cache in this machine's byte order.  It is trusted
 * only within one boot, since it is never synced, and only when its place
 * carries the right sum; the entries of the tree are in place before the place
 * that needs them, and a row's file room alternates, so that a process killed
 * between two writes leaves the older state whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

enum {
	SIGNED_AT = 2048,
	ROWS_AT = 4096,
	ROW_SIZE = GH_JOURNAL_TILE * GH_SHA256_SIZE,
};

static const char magic[8] = "GHSTATE2";

struct place_image {
	char magic[8];
	char boot[40];
	struct gh_journal_place place;
	uint64_t sum;
};

struct signed_image {
	char magic[8];
	char boot[40];
	struct gh_journal_signed signed_;
	uint64_t sum;
};

/* FNV-1a: against accidents; whoever can write here can write the log as well. */
static uint64_t sum_of(const void *bytes, size_t length)
{
	const unsigned char *in = bytes;
	uint64_t sum = 0xCBF29CE484222325ULL;

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ in[i]) * 0x100000001B3ULL;
	return sum;
}

ssize_t gh_journal_read_at(int fd, void *bytes, size_t room, int64_t offset)
{
	size_t done = 0;

	while (done < room) {
		ssize_t got = pread(fd, (char *)bytes + done, room - done, offset + (off_t)done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

bool gh_journal_write_at(int fd, const void *bytes, size_t length, int64_t offset)
{
	size_t done = 0;

	while (done < length) {
		ssize_t put = pwrite(fd, (const char *)bytes + done, length - done,
				     offset + (off_t)done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

/* Where a row of the tile with this index is kept: two rooms a level. */
static int64_t row_at(unsigned level, uint64_t tile)
{
	return ROWS_AT + (int64_t)(level * 2 + (unsigned)(tile & 1)) * ROW_SIZE;
}

static uint64_t tile_of(uint64_t size, unsigned level)
{
	return level + 1 < GH_JOURNAL_LEVELS ? size >> (8 * (level + 1)) : 0;
}

static bool load_rows(int fd, struct gh_journal_tree *tree, uint64_t known)
{
	for (unsigned level = 0; level < GH_JOURNAL_LEVELS; level++) {
		size_t from = gh_journal_tree_known(tree, level, known);
		size_t width = gh_journal_tree_width(tree, level);
		int64_t at = row_at(level, tile_of(tree->size, level)) +
			     (int64_t)(from * GH_SHA256_SIZE);
		size_t length = from < width ? (width - from) * GH_SHA256_SIZE : 0;

		if (length > 0 && gh_journal_read_at(fd, tree->rows[level][from], length, at) !=
					  (ssize_t)length)
			return false;
	}
	return true;
}

bool gh_journal_state_load(int fd, const char *boot, uint64_t known,
			   struct gh_journal_place *place, struct gh_journal_tree *tree)
{
	struct place_image image;

	if (gh_journal_read_at(fd, &image, sizeof(image), 0) != (ssize_t)sizeof(image) ||
	    memcmp(image.magic, magic, sizeof(magic)) != 0 || *boot == '\0' ||
	    strncmp(image.boot, boot, sizeof(image.boot)) != 0 ||
	    image.sum != sum_of(&image, offsetof(struct place_image, sum)))
		return false;
	*place = image.place;
	tree->size = image.place.size;
	return load_rows(fd, tree, known);
}

static bool save_row(int fd, const struct gh_journal_tree *tree, unsigned level, uint64_t saved)
{
	uint64_t tile = tile_of(tree->size, level);
	size_t width = gh_journal_tree_width(tree, level);
	size_t from = tile_of(saved, level) == tile
			      ? (size_t)(saved >> (8 * level)) % GH_JOURNAL_TILE
			      : 0;

	if (saved > tree->size)
		from = 0;
	return from >= width || gh_journal_write_at(fd, tree->rows[level][from],
						    (width - from) * GH_SHA256_SIZE,
						    row_at(level, tile) +
							    (int64_t)(from * GH_SHA256_SIZE));
}

/*
 * A row's two rooms hold neighbouring tiles.  Where the tree went on by more,
 * writing the row would spoil the one that the old place needs, so the old
 * place has to go first.
 */
static bool forget_if_far(int fd, const struct gh_journal_tree *tree, uint64_t saved)
{
	static const struct place_image nothing;
	bool far = saved == 0 || saved > tree->size;

	for (unsigned level = 0; level + 1 < GH_JOURNAL_LEVELS && !far; level++)
		far = tile_of(tree->size, level) > tile_of(saved, level) + 1;
	return !far || gh_journal_write_at(fd, &nothing, sizeof(nothing), 0);
}

enum gh_status gh_journal_state_save(int fd, const char *boot, const struct gh_journal_place *place,
				     const struct gh_journal_tree *tree, uint64_t saved)
{
	struct place_image image;
	bool fine = forget_if_far(fd, tree, saved);

	memset(&image, 0, sizeof(image));
	memcpy(image.magic, magic, sizeof(magic));
	memcpy(image.boot, boot, strlen(boot));
	image.place = *place;
	image.sum = sum_of(&image, offsetof(struct place_image, sum));
	for (unsigned level = 0; level < GH_JOURNAL_LEVELS && fine; level++)
		if (level == 0 || tree->size >> (8 * level) != saved >> (8 * level) || saved == 0)
			fine = save_row(fd, tree, level, saved);
	return fine && gh_journal_write_at(fd, &image, sizeof(image), 0) ? GH_OK : GH_E_JOURNAL;
}

bool gh_journal_signed_load(int fd, const char *boot, struct gh_journal_signed *out)
{
	struct signed_image image;

	if (gh_journal_read_at(fd, &image, sizeof(image), SIGNED_AT) != (ssize_t)sizeof(image) ||
	    memcmp(image.magic, magic, sizeof(magic)) != 0 || *boot == '\0' ||
	    strncmp(image.boot, boot, sizeof(image.boot)) != 0 ||
	    image.sum != sum_of(&image, offsetof(struct signed_image, sum)))
		return false;
	*out = image.signed_;
	return true;
}

enum gh_status gh_journal_signed_save(int fd, const char *boot, const struct gh_journal_signed *in)
{
	struct signed_image image;

	memset(&image, 0, sizeof(image));
	memcpy(image.magic, magic, sizeof(magic));
	memcpy(image.boot, boot, strlen(boot));
	image.signed_ = *in;
	image.sum = sum_of(&image, offsetof(struct signed_image, sum));
	return gh_journal_write_at(fd, &image, sizeof(image), SIGNED_AT) ? GH_OK : GH_E_JOURNAL;
}
