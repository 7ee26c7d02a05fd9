/*
 * Who is calling.  Gathers the operating system's user and groups, evidence of
 * the process, and signs of an AI agent.  Signs only tighten: they turn a
 * person's session into "agent acting for that person" and never grant.
 */
#ifndef GATEHOUSE_IDENTITY_H
#define GATEHOUSE_IDENTITY_H

#include "gatehouse/facts.h"
#include "gatehouse/util.h"

/* What the connection says of itself.  Borrowed for the call; any may be NULL. */
struct gh_identity_hints {
	const char *purpose;     /* Purpose= */
	const char *run;         /* Run= */
	const char *application; /* the application's name for itself */
};

/*
 * Where the evidence is read, so that the process that is looked at need not be
 * our own and tests can show any process.  What is not given is this process's
 * own; of another process it is what /proc says of it.
 */
struct gh_identity_source {
	int64_t pid;          /* 0: this process */
	int64_t uid;          /* -1: the process's real uid */
	const char *proc;     /* "/proc" */
	const char *const *environment; /* NULL-terminated "NAME=value" list */
};

struct gh_identity;
/* Identifies.  `source` NULL: this process.  Caller frees. */
GH_MUST_CHECK enum gh_status gh_identity_new(const struct gh_identity_hints *hints,
					     const struct gh_identity_source *source,
					     struct gh_identity **out, struct gh_error *err);
void gh_identity_free(struct gh_identity *identity);
/* One more owner, who frees it as well.  What it tells never changes. */
struct gh_identity *gh_identity_share(struct gh_identity *identity);
/*
 * True if making this process's identity anew would tell the same: the same user,
 * hints, variables and parent, and the last look at the processes above was less
 * than a second ago.
 */
bool gh_identity_fits(const struct gh_identity *identity, const struct gh_identity_hints *hints);
/* Borrowed; lives as long as the identity. */
const struct gh_principal *gh_identity_principal(const struct gh_identity *identity);
/*
 * False after a fork or a change of user since gh_identity_new: the identity
 * must be made anew before it is used.  Costs one system call (the user's ids).
 */
bool gh_identity_current(const struct gh_identity *identity);
/*
 * SHA-256 of executables by device, inode, size and times, for all identities of
 * a process.  Safe to share between threads.  Caller frees.
 */
struct gh_identity_hashes;
GH_MUST_CHECK enum gh_status gh_identity_hashes_new(struct gh_identity_hashes **out,
						    struct gh_error *err);
void gh_identity_hashes_free(struct gh_identity_hashes *hashes);
/*
 * Fills process.executable_sha256, which gh_identity_new leaves NULL: hashing a
 * large executable takes longer than connecting.  Call it when a record or rule
 * needs it, before the identity is shared.  Reads the running image, not what now
 * has its path.  Does nothing the second time.  A failure leaves it unknown.  `hashes`
 * may be NULL.
 */
enum gh_status gh_identity_hash_executable(struct gh_identity *identity,
					   struct gh_identity_hashes *hashes,
					   struct gh_error *err);
/* "person", "agent", ... and "asserted", ...; static storage. */
const char *gh_identity_kind_name(enum gh_principal_kind kind);
const char *gh_identity_assurance_name(enum gh_assurance assurance);
/* Writes the principal as one JSON object, as in records; what is unknown is left out. */
enum gh_status gh_identity_write(const struct gh_principal *principal, struct gh_buf *out);

#endif
