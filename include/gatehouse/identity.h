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
 * our own and tests can show any process.  NULL members: this process's own.
 */
struct gh_identity_source {
	int64_t pid;          /* 0: this process */
	int64_t uid;          /* -1: this process's real uid */
	const char *proc;     /* "/proc" */
	const char *const *environment; /* NULL-terminated "NAME=value" list */
};

struct gh_identity;
/* Identifies.  `source` NULL: this process.  Caller frees. */
GH_MUST_CHECK enum gh_status gh_identity_new(const struct gh_identity_hints *hints,
					     const struct gh_identity_source *source,
					     struct gh_identity **out, struct gh_error *err);
void gh_identity_free(struct gh_identity *identity);
/* Borrowed; lives as long as the identity. */
const struct gh_principal *gh_identity_principal(const struct gh_identity *identity);
/*
 * False after a fork or a change of user since gh_identity_new: the identity
 * must be made anew before it is used.  Costs a few instructions.
 */
bool gh_identity_current(const struct gh_identity *identity);
/* "person", "agent", ... and "asserted", ...; static storage. */
const char *gh_identity_kind_name(enum gh_principal_kind kind);
const char *gh_identity_assurance_name(enum gh_assurance assurance);
/* Writes the principal as one JSON object, the form used in records. */
enum gh_status gh_identity_write(const struct gh_principal *principal, struct gh_buf *out);

#endif
