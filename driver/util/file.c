/*
 * Whole files: read with a limit, created once, replaced as a whole.
 */
#include "gatehouse/util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* File systems keep times as coarse as two seconds (FAT). */
#define SETTLED_NS ((int64_t)2100000000)

static enum gh_status read_all(int fd, const char *path, size_t maximum, struct gh_buf *out,
			       struct gh_error *err)
{
	enum gh_status status = GH_OK;
	char chunk[16384];
	ssize_t got;

	gh_buf_init(out, maximum);
	while (status == GH_OK && (got = read(fd, chunk, sizeof(chunk))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return gh_fail(err, GH_E_IO, "%s: %s", path, strerror(errno));
		if (gh_buf_append(out, chunk, (size_t)got) != GH_OK)
			status = gh_fail(err, GH_E_LIMIT, "%s: larger than %zu bytes", path,
					 maximum);
		gh_wipe(chunk, (size_t)got);
	}
	return status;
}

static enum gh_status check_kind(int fd, const char *path, mode_t forbidden, struct gh_error *err)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return gh_fail(err, GH_E_IO, "%s: %s", path, strerror(errno));
	if (!S_ISREG(info.st_mode))
		return gh_fail(err, GH_E_IO, "%s: not a regular file", path);
	if ((info.st_mode & forbidden) != 0)
		return gh_fail(err, GH_E_KEY,
			       "%s: readable or writable by others (mode %03o); use 0600", path,
			       (unsigned)(info.st_mode & 0777));
	return GH_OK;
}

static enum gh_status read_file(const char *path, size_t maximum, mode_t forbidden,
				struct gh_buf *out, struct gh_error *err)
{
	/* O_NONBLOCK: a FIFO in this place must not hold us up */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	enum gh_status status;

	gh_buf_init(out, maximum);
	if (fd < 0)
		return gh_fail(err, GH_E_IO, "%s: %s", path, strerror(errno));
	status = check_kind(fd, path, forbidden, err);
	if (status == GH_OK)
		status = read_all(fd, path, maximum, out, err);
	close(fd);
	if (status != GH_OK)
		gh_buf_clear_secret(out);
	return status;
}

enum gh_status gh_file_read(const char *path, size_t maximum, struct gh_buf *out,
			    struct gh_error *err)
{
	return read_file(path, maximum, 0, out, err);
}

enum gh_status gh_file_read_private(const char *path, size_t maximum, struct gh_buf *out,
				    struct gh_error *err)
{
	return read_file(path, maximum, 077, out, err);
}

static enum gh_status write_all(int fd, struct gh_span content)
{
	size_t done = 0;

	while (done < content.length) {
		ssize_t put = write(fd, content.bytes + done, content.length - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return GH_E_IO;
		done += (size_t)put;
	}
	return GH_OK;
}

/* A synced temporary file beside `path`; its name in *temporary, which the caller frees. */
static enum gh_status write_beside(const char *path, struct gh_span content, int mode,
				   char **temporary, struct gh_error *err)
{
	struct gh_buf name;
	enum gh_status status = GH_OK;
	int fd;

	gh_buf_init(&name, 0);
	gh_buf_printf(&name, "%s.XXXXXX", path);
	*temporary = gh_buf_take(&name);
	if (*temporary == NULL)
		return gh_fail(err, GH_E_MEMORY, "file name");
	fd = mkostemp(*temporary, O_CLOEXEC);
	if (fd < 0)
		return gh_fail(err, GH_E_IO, "%s: %s", path, strerror(errno));
	if (fchmod(fd, (mode_t)mode) != 0 || write_all(fd, content) != GH_OK || fsync(fd) != 0) {
		status = gh_fail(err, GH_E_IO, "%s: %s", path, strerror(errno));
		unlink(*temporary);
	}
	close(fd);
	return status;
}

static void sync_folder_of(const char *path)
{
	char *folder = gh_text_copy(path);
	char *slash = folder == NULL ? NULL : strrchr(folder, '/');
	int fd;

	if (slash != NULL)
		slash[slash == folder] = '\0';
	fd = folder == NULL ? -1 : open(slash == NULL ? "." : folder,
					O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
	free(folder);
}

enum gh_status gh_file_create(const char *path, struct gh_span content, int mode, bool *existed,
			      struct gh_error *err)
{
	char *temporary = NULL;
	enum gh_status status = write_beside(path, content, mode, &temporary, err);

	*existed = false;
	if (status != GH_OK)
		goto out;
	if (link(temporary, path) != 0) {
		*existed = errno == EEXIST;
		if (!*existed)
			status = gh_fail(err, GH_E_IO, "%s: %s", path, strerror(errno));
	}
	unlink(temporary);
	sync_folder_of(path);
out:
	free(temporary);
	return status;
}

enum gh_status gh_file_replace(const char *path, struct gh_span content, int mode,
			       struct gh_error *err)
{
	char *temporary = NULL;
	enum gh_status status = write_beside(path, content, mode, &temporary, err);

	if (status != GH_OK)
		goto out;
	if (rename(temporary, path) != 0) {
		status = gh_fail(err, GH_E_IO, "%s: %s", path, strerror(errno));
		unlink(temporary);
		goto out;
	}
	sync_folder_of(path);
out:
	free(temporary);
	return status;
}

static enum gh_status make_one(const char *path, int mode, struct gh_error *err)
{
	struct stat info;

	if (mkdir(path, (mode_t)mode) == 0 || errno == EEXIST) {
		if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
			return GH_OK;
		return gh_fail(err, GH_E_IO, "%s: not a folder", path);
	}
	return gh_fail(err, GH_E_IO, "%s: %s", path, strerror(errno));
}

enum gh_status gh_dir_make(const char *path, int mode, struct gh_error *err)
{
	char *copy = gh_text_copy(path);
	enum gh_status status = GH_OK;

	if (copy == NULL)
		return gh_fail(err, GH_E_MEMORY, "folder name");
	for (char *c = copy + 1; *copy != '\0' && *c != '\0' && status == GH_OK; c++) {
		struct stat info;

		if (*c != '/')
			continue;
		*c = '\0';
		if (stat(copy, &info) != 0)
			status = make_one(copy, mode, err);
		*c = '/';
	}
	if (status == GH_OK)
		status = make_one(copy, mode, err);
	free(copy);
	return status;
}

void gh_file_stamp_get(const char *path, struct gh_file_stamp *out)
{
	gh_file_stamp_get_at(AT_FDCWD, path, out);
}

void gh_file_stamp_get_at(int folder, const char *name, struct gh_file_stamp *out)
{
	struct timespec now = { 0 };
	struct stat info;
	int64_t age;

	*out = (struct gh_file_stamp){ 0 };
	if (fstatat(folder, name, &info, 0) != 0)
		return;
	out->device = (uint64_t)info.st_dev;
	out->number = (uint64_t)info.st_ino;
	out->size = (int64_t)info.st_size;
	out->changed = (int64_t)info.st_ctim.tv_sec * 1000000000 + info.st_ctim.tv_nsec;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	age = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - out->changed;
	out->settled = age > SETTLED_NS;
}

bool gh_file_stamp_same(const struct gh_file_stamp *a, const struct gh_file_stamp *b)
{
	return a->settled && b->settled && a->device == b->device && a->number == b->number &&
	       a->size == b->size && a->changed == b->changed;
}

char *gh_path_join(const char *folder, const char *name)
{
	struct gh_buf path;

	gh_buf_init(&path, 0);
	gh_buf_printf(&path, "%s/%s", folder, name);
	return gh_buf_take(&path);
}
