/*
 * Reads a log for those who only look: a snapshot under the shared lock, then
 * the lines of that snapshot.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "internal.h"

enum { CHUNK = 1 << 20 };

static const char *const note_names[] = { "checkpoint", "checkpoint.0", "checkpoint.1" };

const char *gh_journal_source_note_name(size_t i)
{
	return note_names[i];
}

void gh_journal_source_close(struct gh_journal_source *source)
{
	for (size_t i = 0; i < 3; i++)
		gh_buf_clear(&source->notes[i]);
	gh_buf_clear(&source->archive);
	free(source->firsts);
	free(source->sizes);
	if (source->folder >= 0)
		close(source->folder);
	*source = (struct gh_journal_source){ .folder = -1 };
}

static enum gh_status read_sizes(struct gh_journal_source *source, struct gh_error *err)
{
	char name[GH_JOURNAL_NAME_SIZE];
	struct stat info;
	enum gh_status status = gh_journal_segment_list(source->folder, &source->firsts,
							&source->count, err);

	if (status != GH_OK)
		return status;
	source->sizes = calloc(source->count + 1, sizeof(*source->sizes));
	if (source->sizes == NULL)
		return gh_fail(err, GH_E_MEMORY, "list of segments");
	for (size_t i = 0; i < source->count; i++) {
		gh_journal_segment_name(source->firsts[i], name);
		if (fstatat(source->folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(info.st_mode))
			return gh_fail(err, GH_E_IO, "%s: not a regular file", name);
		source->sizes[i] = info.st_size;
	}
	return GH_OK;
}

static enum gh_status read_snapshot(struct gh_journal_source *source, struct gh_error *err)
{
	enum gh_status status = read_sizes(source, err);

	for (size_t i = 0; i < 3 && status == GH_OK; i++)
		status = gh_journal_read_file(source->folder, note_names[i], GH_JOURNAL_NOTE_MAX,
					      &source->notes[i], err);
	if (status == GH_OK)
		status = gh_journal_read_file(source->folder, "checkpoints", GH_BUF_MAXIMUM,
					      &source->archive, err);
	return status;
}

enum gh_status gh_journal_source_open(struct gh_journal_source *source, const char *folder,
				      struct gh_error *err)
{
	enum gh_status status;
	int lock;

	*source = (struct gh_journal_source){ .folder = -1 };
	source->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (source->folder < 0)
		return gh_fail(err, GH_E_IO, "%s: %s", folder, strerror(errno));
	lock = gh_journal_open_at(source->folder, "lock", O_RDONLY);
	if (lock >= 0)
		while (flock(lock, LOCK_SH) != 0 && errno == EINTR)
			continue;
	status = read_snapshot(source, err);
	if (lock >= 0)
		close(lock);
	if (status == GH_OK && source->count == 0)
		status = gh_fail(err, GH_E_IO, "%s: no journal (there is no seg-*.jsonl)", folder);
	if (status != GH_OK)
		gh_journal_source_close(source);
	return status;
}

/* ---- lines ---- */

struct reading {
	const struct gh_journal_visitor *visitor;
	char *bytes;
	size_t held; /* bytes of a line that is not complete */
	bool stopped;
};

/* Hands out the complete lines and moves what is left to the front. */
static void hand_out(struct reading *reading, size_t length)
{
	const char *at = reading->bytes, *end = at + length, *lf;

	while (!reading->stopped && (lf = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		struct gh_span line = { at, (size_t)(lf - at) };

		reading->stopped = !reading->visitor->line(reading->visitor->context, line);
		at = lf + 1;
	}
	reading->held = (size_t)(end - at);
	memmove(reading->bytes, at, reading->held);
}

static enum gh_status read_lines(struct reading *reading, int fd, int64_t size,
				 struct gh_error *err)
{
	int64_t offset = 0;

	reading->held = 0;
	while (offset < size && !reading->stopped && reading->held <= GH_JOURNAL_LINE_MAX) {
		size_t room = CHUNK - reading->held;
		ssize_t got;

		if ((int64_t)room > size - offset)
			room = (size_t)(size - offset);
		got = gh_journal_read_at(fd, reading->bytes + reading->held, room, offset);
		if (got < 0)
			return gh_fail(err, GH_E_IO, "a segment cannot be read: %s",
				       strerror(errno));
		if (got == 0)
			break;
		offset += got;
		hand_out(reading, reading->held + (size_t)got);
	}
	reading->held += reading->stopped ? 0 : (size_t)(size - offset);
	return GH_OK;
}

static enum gh_status visit_segment(const struct gh_journal_source *source, size_t i,
				    struct reading *reading, struct gh_error *err)
{
	const struct gh_journal_visitor *visitor = reading->visitor;
	char name[GH_JOURNAL_NAME_SIZE];
	enum gh_status status;
	int fd;

	gh_journal_segment_name(source->firsts[i], name);
	if (visitor->segment != NULL && !visitor->segment(visitor->context, source->firsts[i])) {
		reading->stopped = true;
		return GH_OK;
	}
	fd = gh_journal_open_at(source->folder, name, O_RDONLY);
	if (fd < 0)
		return gh_fail(err, GH_E_IO, "%s: %s", name, strerror(errno));
	status = read_lines(reading, fd, source->sizes[i], err);
	close(fd);
	if (status == GH_OK && !reading->stopped && reading->held > 0 && visitor->torn != NULL)
		reading->stopped = !visitor->torn(visitor->context, source->firsts[i],
						  (int64_t)reading->held);
	return status;
}

enum gh_status gh_journal_source_visit(const struct gh_journal_source *source,
				       const struct gh_journal_visitor *visitor,
				       struct gh_error *err)
{
	struct reading reading = { visitor, malloc(CHUNK), 0, false };
	enum gh_status status = GH_OK;

	if (reading.bytes == NULL)
		return gh_fail(err, GH_E_MEMORY, "journal reading");
	for (size_t i = 0; i < source->count && status == GH_OK && !reading.stopped; i++)
		status = visit_segment(source, i, &reading, err);
	free(reading.bytes);
	return status;
}
