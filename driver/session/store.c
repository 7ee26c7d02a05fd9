/*
 * The file of columns that were found sensitive: what one process learnt, others
 * need not find out again.  It holds names and classes, never values, and can
 * only add masks: whatever is missing, damaged or not ours alone counts for nothing.
 *
 * One line for each column, fields separated by tabs, '%' and what is below a
 * blank written as %XX; appended in one write under a lock.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_BYTES = 1 << 20, HEAD_ROOM = 64 };
#define HEAD "gatehouse sensitive columns 1\n"

char *gh_store_path(const struct gh_config *config)
{
	struct gh_buf path;

	gh_buf_init(&path, 0);
	(void)gh_buf_printf(&path, "%s/columns", config->keys);
	return gh_buf_take(&path);
}

/* ---- reading ----------------------------------------------------------------------- */

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* One field with its NUL; false where it is not as it was written. */
static bool read_field(struct gh_span field, struct gh_buf *out)
{
	for (size_t i = 0; i < field.length; i++) {
		unsigned char byte = (unsigned char)field.bytes[i];

		if (byte == '%') {
			int high = i + 2 < field.length ? digit_of(field.bytes[i + 1]) : -1;
			int low = high >= 0 ? digit_of(field.bytes[i + 2]) : -1;

			if (low < 0)
				return false;
			byte = (unsigned char)(high * 16 + low);
			i += 2;
			if (byte == '\0')
				return false;
		} else if (byte < ' ') {
			return false;
		}
		(void)gh_buf_append_char(out, (char)byte);
	}
	return gh_buf_append_char(out, '\0') == GH_OK;
}

static struct gh_span next_field(struct gh_span *rest, char end)
{
	const char *at = rest->length == 0 ? NULL : memchr(rest->bytes, end, rest->length);
	size_t length = at == NULL ? rest->length : (size_t)(at - rest->bytes);
	struct gh_span field = { rest->bytes, length };

	length += at != NULL;
	rest->bytes += length;
	rest->length -= length;
	return field;
}

/* A class that this version does not know is sensitive all the same. */
static enum gh_detect_class class_named(struct gh_span name)
{
	for (int i = 1; i < GH_DETECT_CLASS_COUNT; i++)
		if (gh_span_equal(name, gh_span_from(gh_detect_class_name(
						(enum gh_detect_class)i))))
			return (enum gh_detect_class)i;
	return GH_DETECT_NONE;
}

static void read_line(struct gh_span line, gh_store_row row, void *context)
{
	struct gh_buf key;
	bool fine = true;

	gh_buf_init(&key, 0);
	for (int i = 0; i < GH_STORE_PARTS && fine; i++)
		fine = line.length > 0 && read_field(next_field(&line, '\t'), &key);
	if (fine && class_named(line) != GH_DETECT_NONE)
		row(context, gh_buf_span(&key), class_named(line));
	gh_buf_clear(&key);
}

enum gh_status gh_store_read(const char *path, gh_store_row row, void *context,
			     struct gh_error *err)
{
	struct gh_span rest, head = GH_SPAN_LITERAL(HEAD);
	struct gh_buf text;
	enum gh_status status;

	if (access(path, F_OK) != 0 && errno == ENOENT)
		return GH_OK;
	gh_buf_init(&text, 0);
	status = gh_file_read_private(path, MOST_BYTES + HEAD_ROOM, &text, err);
	rest = gh_buf_span(&text);
	if (status == GH_OK && (rest.length < head.length ||
				memcmp(rest.bytes, head.bytes, head.length) != 0))
		status = gh_fail(err, GH_E_CONFIG, "%s is no list of columns", path);
	if (status == GH_OK)
		(void)next_field(&rest, '\n');
	/* a line without its end was not written to its end */
	while (status == GH_OK && rest.length > 0 &&
	       memchr(rest.bytes, '\n', rest.length) != NULL)
		read_line(next_field(&rest, '\n'), row, context);
	gh_buf_clear(&text);
	return status;
}

/* ---- writing ------------------------------------------------------------------------- */

static void write_field(const char *text, struct gh_buf *out)
{
	for (const char *c = text; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == '%')
			(void)gh_buf_printf(out, "%%%02X", (unsigned)(unsigned char)*c);
		else
			(void)gh_buf_append_char(out, *c);
	}
	(void)gh_buf_append_char(out, '\t');
}

static bool ends_within_a_line(int file, off_t size)
{
	char last = '\n';

	return size > 0 && pread(file, &last, 1, size - 1) == 1 && last != '\n';
}

static void append(int file, const struct gh_buf *line)
{
	struct stat about;
	struct gh_buf text;

	if (flock(file, LOCK_EX) != 0 || fstat(file, &about) != 0 || !S_ISREG(about.st_mode) ||
	    about.st_uid != geteuid() || about.st_size > MOST_BYTES)
		return;
	gh_buf_init(&text, 0);
	if (about.st_size == 0)
		(void)gh_buf_append_text(&text, HEAD);
	if (ends_within_a_line(file, about.st_size))
		(void)gh_buf_append_char(&text, '\n');
	(void)gh_buf_append(&text, line->bytes, line->length);
	/* what could not be written is learnt again */
	if (text.failed == GH_OK && write(file, text.bytes, text.length) < 0)
		text.failed = GH_E_IO;
	gh_buf_clear(&text);
}

void gh_store_add(const char *path, struct gh_span key, enum gh_detect_class class)
{
	int file = open(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct gh_buf line;
	size_t offset = 0;

	if (file < 0)
		return;
	gh_buf_init(&line, 0);
	for (int i = 0; i < GH_STORE_PARTS && offset < key.length; i++) {
		write_field(key.bytes + offset, &line);
		offset += strlen(key.bytes + offset) + 1;
	}
	(void)gh_buf_printf(&line, "%s\n", gh_detect_class_name(class));
	if (line.failed == GH_OK)
		append(file, &line);
	gh_buf_clear(&line);
	close(file);
}
