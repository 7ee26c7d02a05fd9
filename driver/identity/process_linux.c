/*
 * What Linux tells of a process in /proc (proc(5)).  Everything here is
 * optional: a file that is missing, unreadable or odd is "not known".
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SMALL_FILE 4096
#define LISTS_MAXIMUM ((size_t)256 << 10)

static bool path_in(struct gh_buf *path, const char *proc, int64_t pid, const char *name)
{
	gh_buf_init(path, GH_IDENTITY_PATH_MAXIMUM + 64);
	return gh_buf_printf(path, "%s/%lld/%s", proc, (long long)pid, name) == GH_OK;
}

/* Up to `maximum` bytes of a file; what is beyond is left out. */
static bool read_some(const char *path, size_t maximum, struct gh_buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	char chunk[SMALL_FILE];
	ssize_t got = 1;

	gh_buf_init(out, 0);
	if (fd < 0)
		return false;
	while (out->length < maximum && got != 0) {
		size_t left = maximum - out->length;

		got = read(fd, chunk, left < sizeof(chunk) ? left : sizeof(chunk));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 || gh_buf_append(out, chunk, (size_t)got) != GH_OK)
			break;
	}
	close(fd);
	return got >= 0 && out->failed == GH_OK;
}

static bool read_of(const char *proc, int64_t pid, const char *name, size_t maximum,
		    struct gh_buf *out)
{
	struct gh_buf path;
	bool fine = path_in(&path, proc, pid, name);

	gh_buf_init(out, 0);
	fine = fine && read_some(path.bytes, maximum, out);
	gh_buf_clear(&path);
	return fine;
}

static bool link_of(const char *proc, int64_t pid, const char *name, struct gh_buf *out)
{
	struct gh_buf path;
	bool fine = path_in(&path, proc, pid, name);
	char target[SMALL_FILE];
	ssize_t length = fine ? readlink(path.bytes, target, sizeof(target)) : -1;

	gh_buf_init(out, 0);
	gh_buf_clear(&path);
	return length > 0 && gh_buf_append(out, target, (size_t)length) == GH_OK;
}

/* The number that stands `skip` words further on; 0 where there is none. */
static int64_t number_after(const char *text, int skip)
{
	for (; skip > 0; skip--) {
		text += strspn(text, " ");
		text += strcspn(text, " ");
	}
	return strtoll(text, NULL, 10);
}

/* "pid (name) state ppid pgrp session tty_nr ..."; a name may hold anything, ") " too. */
static bool parse_stat(const char *text, struct gh_identity_stat *out)
{
	const char *open = strchr(text, '('), *close = strrchr(text, ')');
	size_t length;

	if (open == NULL || close == NULL || close < open)
		return false;
	length = (size_t)(close - open - 1);
	if (length >= sizeof(out->name))
		length = sizeof(out->name) - 1;
	memcpy(out->name, open + 1, length);
	out->name[length] = '\0';
	out->parent = number_after(close + 1, 1);
	out->terminal = number_after(close + 1, 4);
	return true;
}

bool gh_identity_process_stat(const char *proc, int64_t pid, struct gh_identity_stat *out)
{
	struct gh_buf text;
	bool fine;

	*out = (struct gh_identity_stat){ 0 };
	fine = read_of(proc, pid, "stat", SMALL_FILE, &text) && text.length > 0 &&
	       parse_stat(text.bytes, out);
	gh_buf_clear(&text);
	return fine;
}

bool gh_identity_process_uid(const char *proc, int64_t pid, int64_t *uid)
{
	struct gh_buf text;
	const char *line = NULL;

	*uid = -1;
	if (read_of(proc, pid, "status", SMALL_FILE, &text) && text.length > 0)
		line = strstr(text.bytes, "\nUid:\t");
	if (line != NULL && line[6] >= '0' && line[6] <= '9')
		*uid = strtoll(line + 6, NULL, 10);
	gh_buf_clear(&text);
	return *uid >= 0;
}

int64_t gh_identity_process_login_uid(const char *proc, int64_t pid)
{
	struct gh_buf text;
	int64_t uid = -1;

	if (read_of(proc, pid, "loginuid", SMALL_FILE, &text) && text.length > 0 &&
	    text.bytes[0] >= '0' && text.bytes[0] <= '9')
		uid = strtoll(text.bytes, NULL, 10);
	gh_buf_clear(&text);
	return uid == (int64_t)UINT32_MAX ? -1 : uid;
}

bool gh_identity_process_arguments(const char *proc, int64_t pid, struct gh_buf *out)
{
	return read_of(proc, pid, "cmdline", LISTS_MAXIMUM, out) && out->length > 0;
}

bool gh_identity_process_environment(const char *proc, int64_t pid, struct gh_buf *out)
{
	return read_of(proc, pid, "environ", LISTS_MAXIMUM, out) && out->length > 0;
}

bool gh_identity_process_executable(const char *proc, int64_t pid, struct gh_buf *out)
{
	return link_of(proc, pid, "exe", out);
}

bool gh_identity_process_folder(const char *proc, int64_t pid, struct gh_buf *out)
{
	return link_of(proc, pid, "cwd", out);
}

/* proc(5): the minor number is in bits 31 to 20 and 7 to 0; majors: Documentation/devices.txt. */
bool gh_identity_terminal_name(int64_t terminal, struct gh_buf *out)
{
	uint32_t number = (uint32_t)terminal;
	unsigned major = number >> 8 & 0xFFF;
	unsigned minor = (number & 0xFF) | (number >> 12 & 0xFFF00);

	gh_buf_init(out, 0);
	if (terminal == 0)
		return false;
	if (major >= 136 && major <= 143)
		return gh_buf_printf(out, "pts/%u", (major - 136) * 256 + minor) == GH_OK;
	if (major == 4 && minor < 64)
		return gh_buf_printf(out, "tty%u", minor) == GH_OK;
	if (major == 4)
		return gh_buf_printf(out, "ttyS%u", minor - 64) == GH_OK;
	return gh_buf_printf(out, "%u:%u", major, minor) == GH_OK;
}

/* What stands in a control group's path, the more telling first. */
struct runtime {
	const char *sign;
	const char *name;
};

static const struct runtime runtimes[] = {
	{ "kubepods", "kubernetes" }, { "libpod", "podman" }, { "docker", "docker" },
	{ "crio", "crio" },	      { "containerd", "containerd" }, { "/lxc", "lxc" },
};

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* The last 64 hexadecimal digits in a row: a container's id. */
static struct gh_span container_id(const char *text)
{
	struct gh_span found = { NULL, 0 };

	while (*text != '\0') {
		size_t length = 0;

		while (is_hex(text[length]))
			length++;
		if (length == 64)
			found = (struct gh_span){ text, length };
		text += length > 0 ? length : 1;
	}
	return found;
}

static bool container_of_groups(const char *groups, struct gh_buf *out)
{
	struct gh_span id = container_id(groups);

	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		if (strstr(groups, runtimes[i].sign) == NULL)
			continue;
		gh_buf_append_text(out, runtimes[i].name);
		if (id.length > 0)
			gh_buf_append_char(out, ':');
		return gh_buf_append(out, id.bytes, id.length) == GH_OK;
	}
	return false;
}

static bool exists_of(const char *proc, int64_t pid, const char *name)
{
	struct gh_buf path;
	bool found = path_in(&path, proc, pid, name) && access(path.bytes, F_OK) == 0;

	gh_buf_clear(&path);
	return found;
}

bool gh_identity_process_container(const char *proc, int64_t pid, struct gh_buf *out)
{
	struct gh_buf groups;
	bool found;

	gh_buf_init(out, 0);
	found = read_of(proc, pid, "cgroup", 4 * SMALL_FILE, &groups) && groups.length > 0 &&
		container_of_groups(groups.bytes, out);
	gh_buf_clear(&groups);
	if (found)
		return true;
	/* with a cgroup namespace the path says nothing; these files are still there */
	if (exists_of(proc, pid, "root/run/.containerenv"))
		return gh_buf_append_text(out, "podman") == GH_OK;
	if (exists_of(proc, pid, "root/.dockerenv"))
		return gh_buf_append_text(out, "docker") == GH_OK;
	return false;
}

bool gh_identity_boot_id(const char *proc, struct gh_buf *out)
{
	struct gh_buf path;
	bool fine;

	gh_buf_init(&path, 0);
	gh_buf_init(out, 0);
	fine = gh_buf_printf(&path, "%s/sys/kernel/random/boot_id", proc) == GH_OK &&
	       read_some(path.bytes, 64, out) && out->length > 0;
	gh_buf_clear(&path);
	while (fine && out->length > 0 && out->bytes[out->length - 1] == '\n')
		out->bytes[--out->length] = '\0';
	return fine;
}

int gh_identity_process_open(const char *proc, int64_t pid)
{
	struct gh_buf path;
	int fd = -1;

	if (path_in(&path, proc, pid, "exe"))
		fd = open(path.bytes, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	gh_buf_clear(&path);
	return fd;
}
