/*
 * Any bytes as the files that /proc has of a process: the input is cut at
 * "\n--\n" into stat, cmdline, environ, cgroup, status and loginuid.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gatehouse/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool fine)
{
	if (!fine)
		__builtin_trap();
}

/* Two processes, each the other's parent as far as stat says so. */
static void put(const char *proc, const char *name, const uint8_t *data, size_t size)
{
	for (int pid = 1; pid <= 2; pid++) {
		char path[256];
		int fd;

		snprintf(path, sizeof(path), "%s/%d", proc, pid);
		expect(gh_dir_make(path, 0700, NULL) == GH_OK);
		snprintf(path, sizeof(path), "%s/%d/%s", proc, pid, name);
		fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		expect(fd >= 0 && write(fd, data, size) == (ssize_t)size);
		close(fd);
	}
}

static void remove_all(const char *proc)
{
	static const char *const names[] = { "1/stat",	   "1/cmdline",	 "1/environ", "1/cgroup",
					     "1/status",   "1/loginuid", "2/stat",    "2/cmdline",
					     "2/environ",  "2/cgroup",	 "2/status",  "2/loginuid",
					     "1",	   "2",		 "" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[256];

		snprintf(path, sizeof(path), "%s/%s", proc, names[i]);
		(void)remove(path);
	}
}

static void check(const struct gh_principal *principal)
{
	struct gh_buf out;

	gh_buf_init(&out, 0);
	expect(gh_identity_write(principal, &out) == GH_OK);
	expect(gh_utf8_valid(gh_buf_span(&out)) && strchr(out.bytes, '\n') == NULL);
	expect((principal->agent != NULL) == (principal->kind == GH_PRINCIPAL_AGENT));
	expect((principal->acting_for != NULL) == (principal->kind == GH_PRINCIPAL_AGENT));
	gh_buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "stat",   "cmdline", "environ",
					     "cgroup", "status",  "loginuid" };
	char proc[] = "/tmp/gh-fuzz-identity-XXXXXX";
	struct gh_identity_source source = { 1, 4242, proc, NULL };
	struct gh_identity *identity = NULL;

	expect(mkdtemp(proc) != NULL);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const uint8_t *end = size == 0 ? NULL : memmem(data, size, "\n--\n", 4);
		size_t length = end == NULL ? size : (size_t)(end - data);

		put(proc, names[i], data, length);
		length += end == NULL ? 0 : 4;
		data += length;
		size -= length;
	}
	if (gh_identity_new(NULL, &source, &identity, NULL) == GH_OK)
		check(gh_identity_principal(identity));
	gh_identity_free(identity);
	remove_all(proc);
	return 0;
}
