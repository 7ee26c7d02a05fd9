/*
 * Tiles on the disk, laid out as C2SP tlog-tiles says (without entry bundles,
 * whose place the segments have).  Everything here can be made again from the
 * segments.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

static const char temporary[] = "tile/tmp";

/* "x001/x234/067": groups of three digits, all but the last with an x before them. */
static int index_path(uint64_t index, char *out, size_t room)
{
	uint64_t thousand = 1000;
	int length = 0;

	while (index / thousand >= 1000)
		thousand *= 1000;
	for (; index >= 1000 && thousand >= 1000; thousand /= 1000)
		length += snprintf(out + length, room - (size_t)length, "x%03u/",
				   (unsigned)(index / thousand % 1000));
	return length + snprintf(out + length, room - (size_t)length, "%03u",
				 (unsigned)(index % 1000));
}

void gh_journal_tile_path(const struct gh_journal_tile *tile, char path[GH_JOURNAL_TILE_PATH])
{
	int length = snprintf(path, GH_JOURNAL_TILE_PATH, "tile/%u/", tile->level);

	length += index_path(tile->index, path + length, GH_JOURNAL_TILE_PATH - (size_t)length);
	if (tile->width < GH_JOURNAL_TILE)
		snprintf(path + length, GH_JOURNAL_TILE_PATH - (size_t)length, ".p/%zu",
			 tile->width);
}

static void make_parents(int folder, const char *path)
{
	char copy[GH_JOURNAL_TILE_PATH];

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *c = copy; *c != '\0'; c++) {
		if (*c != '/')
			continue;
		*c = '\0';
		(void)mkdirat(folder, copy, 0700);
		*c = '/';
	}
}

static bool write_whole(int folder, const struct gh_journal_tile *tile)
{
	int fd = gh_journal_open_at(folder, temporary, O_WRONLY | O_CREAT | O_TRUNC);
	bool fine;

	if (fd < 0 && errno == ENOENT) {
		make_parents(folder, temporary);
		fd = gh_journal_open_at(folder, temporary, O_WRONLY | O_CREAT | O_TRUNC);
	}
	if (fd < 0)
		return false;
	fine = gh_journal_write_at(fd, tile->hashes, tile->width * GH_SHA256_SIZE, 0);
	close(fd);
	return fine;
}

enum gh_status gh_journal_tile_write(int folder, const struct gh_journal_tile *tile,
				     struct gh_error *err)
{
	char path[GH_JOURNAL_TILE_PATH];
	bool fine;

	gh_journal_tile_path(tile, path);
	fine = write_whole(folder, tile);
	if (fine && renameat(folder, temporary, folder, path) != 0) {
		make_parents(folder, path);
		fine = renameat(folder, temporary, folder, path) == 0;
	}
	if (!fine)
		return gh_fail(err, GH_E_JOURNAL, "%s: %s", path, strerror(errno));
	return GH_OK;
}

enum gh_status gh_journal_tile_read(int folder, const struct gh_journal_tile *tile,
				    uint8_t (*hashes)[GH_SHA256_SIZE], bool *found,
				    struct gh_error *err)
{
	const size_t size = tile->width * GH_SHA256_SIZE;
	uint8_t extra;
	char path[GH_JOURNAL_TILE_PATH];
	ssize_t got;
	int fd;

	*found = false;
	gh_journal_tile_path(tile, path);
	fd = gh_journal_open_at(folder, path, O_RDONLY);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return GH_OK;
	if (fd < 0)
		return gh_fail(err, GH_E_TAMPERED, "%s: %s", path, strerror(errno));
	got = gh_journal_read_at(fd, hashes, size, 0);
	if (got == (ssize_t)size && gh_journal_read_at(fd, &extra, 1, (int64_t)size) == 1)
		got++;
	close(fd);
	if (got != 0 && got != (ssize_t)size)
		return gh_fail(err, GH_E_TAMPERED, "%s does not have %zu bytes", path, size);
	*found = got != 0;
	return GH_OK;
}

static struct gh_journal_tile partial_of(uint64_t size, unsigned level)
{
	struct gh_journal_tile tile = { level, 0, (size_t)(size >> (8 * level)) % GH_JOURNAL_TILE,
					NULL };

	tile.index = level + 1 < GH_JOURNAL_LEVELS ? size >> (8 * (level + 1)) : 0;
	return tile;
}

enum gh_status gh_journal_tile_write_partial(int folder, const struct gh_journal_tree *tree,
					     struct gh_error *err)
{
	enum gh_status status = GH_OK;

	for (unsigned level = 0; level < GH_JOURNAL_LEVELS && status == GH_OK; level++) {
		struct gh_journal_tile tile = partial_of(tree->size, level);

		tile.hashes = (const uint8_t (*)[GH_SHA256_SIZE])tree->rows[level];
		if (tile.width > 0)
			status = gh_journal_tile_write(folder, &tile, err);
	}
	return status;
}

static bool same_tile(const struct gh_journal_tile *a, const struct gh_journal_tile *b)
{
	return a->index == b->index && a->width == b->width;
}

void gh_journal_tile_drop_partial(int folder, uint64_t size, uint64_t keep, uint64_t keep_too)
{
	for (unsigned level = 0; level < GH_JOURNAL_LEVELS; level++) {
		struct gh_journal_tile tile = partial_of(size, level);
		struct gh_journal_tile a = partial_of(keep, level), b = partial_of(keep_too, level);
		char path[GH_JOURNAL_TILE_PATH];

		if (tile.width == 0 || same_tile(&tile, &a) || same_tile(&tile, &b))
			continue;
		gh_journal_tile_path(&tile, path);
		(void)unlinkat(folder, path, 0);
		*strrchr(path, '/') = '\0';
		if (tile.index != b.index)
			(void)unlinkat(folder, path, AT_REMOVEDIR);
	}
}

static enum gh_status sync_tile(int folder, const struct gh_journal_tile *tile,
				struct gh_error *err)
{
	char path[GH_JOURNAL_TILE_PATH];
	int fd, result;

	gh_journal_tile_path(tile, path);
	fd = gh_journal_open_at(folder, path, O_RDONLY);
	if (fd < 0)
		return gh_fail(err, GH_E_JOURNAL, "%s: %s", path, strerror(errno));
	result = fdatasync(fd);
	close(fd);
	return result == 0 ? GH_OK : gh_fail(err, GH_E_JOURNAL, "%s: cannot be synced", path);
}

enum gh_status gh_journal_tile_sync(int folder, uint64_t from, uint64_t to, struct gh_error *err)
{
	enum gh_status status = GH_OK;

	for (unsigned level = 0; level + 1 < GH_JOURNAL_LEVELS; level++) {
		uint64_t index = from >> (8 * (level + 1)), end = to >> (8 * (level + 1));

		for (; index < end && status == GH_OK; index++) {
			struct gh_journal_tile tile = { level, index, GH_JOURNAL_TILE, NULL };

			status = sync_tile(folder, &tile, err);
		}
	}
	return status;
}

enum gh_status gh_journal_tile_load(int folder, uint64_t size, struct gh_journal_tree *tree,
				    struct gh_error *err)
{
	for (unsigned level = 0; level < GH_JOURNAL_LEVELS; level++) {
		struct gh_journal_tile tile = partial_of(size, level);
		enum gh_status status;
		bool found = true;

		if (tile.width == 0)
			continue;
		status = gh_journal_tile_read(folder, &tile, tree->rows[level], &found, err);
		if (status != GH_OK || !found)
			return gh_fail(err, GH_E_INCOMPLETE, "a partial tile is missing");
	}
	tree->size = size;
	return GH_OK;
}
