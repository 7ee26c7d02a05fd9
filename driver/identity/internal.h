/*
 * What the files of driver/identity share: the identity under construction,
 * and the questions that a platform file answers about a process.
 */
#ifndef GATEHOUSE_IDENTITY_INTERNAL_H
#define GATEHOUSE_IDENTITY_INTERNAL_H

#include <stdatomic.h>

#include "gatehouse/identity.h"

#define GH_IDENTITY_NAME_MAXIMUM 256
#define GH_IDENTITY_PATH_MAXIMUM 1024
#define GH_IDENTITY_DEPTH 8 /* parents that are looked at */

struct gh_identity {
	struct gh_arena *arena; /* owns every text of the principal */
	struct gh_principal principal;
	char *proc;        /* in the arena; "/proc" */
	bool own;          /* the identity is this process's */
	/* NULL: the platform has none, so that the pid is compared */
	const volatile unsigned char *fork_mark;
	int64_t made_by[3]; /* pid (0 with a mark), real and effective uid of who made it */
	bool failed;       /* memory ran out on the way */
	atomic_uint owners;
	int64_t made;      /* monotonic, us */
	struct gh_buf basis; /* hints, variables and parent as they were; a secret */
	char sha256[2 * GH_SHA256_SIZE + 1];
};

/*
 * Keeps a text from outside: bytes that are not UTF-8 and control characters
 * become U+FFFD, and it is cut to `maximum` bytes at a character.  NULL for an
 * empty text, and when memory ran out, which is remembered.
 */
const char *gh_identity_keep(struct gh_identity *identity, struct gh_span text, size_t maximum);
/* The value of a variable in a NULL-terminated environment; NULL: not set.  Borrowed. */
const char *gh_identity_variable(const char *const *environment, const char *name);

/*
 * Writes down what this process's identity rests on and may change at any time;
 * returns the time, or 0 if memory ran out.
 */
int64_t gh_identity_basis(const struct gh_identity_hints *hints, struct gh_buf *out);

/* The parts of a principal, each in its file. */
void gh_identity_find_user(struct gh_identity *identity);
void gh_identity_find_run(struct gh_identity *identity, const char *const *environment);
void gh_identity_find_script(struct gh_identity *identity, const char *const *environment);
/* After the user, parents and application are known. */
void gh_identity_find_agent(struct gh_identity *identity, const char *const *environment);

/* ---- of the platform: process_linux.c ------------------------------------ */

struct gh_identity_stat {
	char name[64]; /* as the kernel knows it; not sanitised */
	int64_t parent;
	int64_t terminal; /* device number; 0: none */
};
/* false: not known. */
bool gh_identity_process_stat(const char *proc, int64_t pid, struct gh_identity_stat *out);
bool gh_identity_process_uid(const char *proc, int64_t pid, int64_t *uid);
/* -1: not known, or never logged in. */
int64_t gh_identity_process_login_uid(const char *proc, int64_t pid);
/* NUL-separated texts, each NUL-terminated; cut at a limit.  Caller clears `out`, also on false. */
bool gh_identity_process_arguments(const char *proc, int64_t pid, struct gh_buf *out);
bool gh_identity_process_environment(const char *proc, int64_t pid, struct gh_buf *out);
/* Paths; caller clears `out`, also on false. */
bool gh_identity_process_executable(const char *proc, int64_t pid, struct gh_buf *out);
bool gh_identity_process_folder(const char *proc, int64_t pid, struct gh_buf *out);
bool gh_identity_terminal_name(int64_t terminal, struct gh_buf *out);
/* "docker:ID", "podman", ...; from the process's control groups and root folder. */
bool gh_identity_process_container(const char *proc, int64_t pid, struct gh_buf *out);
bool gh_identity_boot_id(const char *proc, struct gh_buf *out);
/* The image that runs, for reading; -1: not known. */
int gh_identity_process_open(const char *proc, int64_t pid);

#endif
