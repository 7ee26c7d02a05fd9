/*
 * The journal: an append-only log of JSON lines under an RFC 6962 Merkle tree
 * with signed checkpoints (C2SP tlog-checkpoint, tlog-tiles).  The format is
 * doc/journal-format.md.  Many processes of one user append to one log under a
 * file lock.
 */
#ifndef GATEHOUSE_JOURNAL_H
#define GATEHOUSE_JOURNAL_H

#include "gatehouse/facts.h"
#include "gatehouse/util.h"

enum gh_journal_level {
	GH_JOURNAL_WRITE = 0, /* in the kernel before the answer: survives kill -9 */
	GH_JOURNAL_DURABLE,   /* on the disk before the answer */
};

struct gh_journal_options {
	const char *folder;   /* made at first use, 0700 */
	const char *keys;     /* folder of the keys, made at first use, 0700; files 0600 */
	const char *origin;   /* NULL: made from the host's name and a random id at first use */
	enum gh_journal_level level;
	int64_t segment_bytes; /* a new segment begins beyond this; 0: 64 MiB */
};

/*
 * One open log.  Safe to use from several threads.  After a fork it notices and
 * opens itself anew in the child.  Closing signs a last checkpoint.
 */
struct gh_journal;
GH_MUST_CHECK enum gh_status gh_journal_open(const struct gh_journal_options *options,
					     struct gh_journal **out, struct gh_error *err);
void gh_journal_close(struct gh_journal *journal); /* NULL is fine */
/* In a child of fork, of a journal of its parent: closes its files, and frees nothing. */
void gh_journal_abandon(struct gh_journal *journal);
/*
 * Before a log that nobody used for a while is used again: true if its folder
 * and keys still are the files that were opened, and it is this process's.
 * Sessions of processes that died meanwhile are ended, as opening does.
 */
bool gh_journal_resume(struct gh_journal *journal);

/* What a record is about; the JSON names are in doc/journal-format.md. */
enum gh_journal_event {
	GH_JOURNAL_EVENT_LOG_OPEN = 0,
	GH_JOURNAL_EVENT_SESSION_OPEN,
	GH_JOURNAL_EVENT_EXEC,
	GH_JOURNAL_EVENT_DONE,
	GH_JOURNAL_EVENT_DENIED,
	GH_JOURNAL_EVENT_APPROVAL,
	GH_JOURNAL_EVENT_CONFIG_CHANGE,
	GH_JOURNAL_EVENT_HEARTBEAT,
	GH_JOURNAL_EVENT_CLOCK_JUMP,
	GH_JOURNAL_EVENT_GAP,
	GH_JOURNAL_EVENT_RECOVERED,
	GH_JOURNAL_EVENT_SESSION_CLOSE,
	GH_JOURNAL_EVENT_SESSION_LOST,
	GH_JOURNAL_EVENT_EPOCH_CLOSE,
	GH_JOURNAL_EVENT_FULL,
	GH_JOURNAL_EVENT_PRUNE,
	GH_JOURNAL_EVENT_SEGMENT, /* first line of every segment but the first */
	GH_JOURNAL_EVENT_COUNT
};

#define GH_SESSION_ID_SIZE 16 /* random bytes; written as hex */

/*
 * A record as a caller gives it; version, index, time, nonce are the journal's.
 * Borrowed for the call.  NULL and 0 members are left out of the line.
 */
struct gh_journal_record {
	enum gh_journal_event event;
	const uint8_t *session; /* GH_SESSION_ID_SIZE bytes */
	uint64_t statement;     /* number of the statement in its session; exec and done share it */
	const struct gh_principal *principal; /* written whole in session-open, by name elsewhere */
	const struct gh_target *target;
	const struct gh_facts *facts;       /* kind, text, tables, inference; outputs in done */
	const struct gh_decision *decision; /* verdict, rule, masks */
	const char *policy_digest;
	bool has_result;       /* the members below are meant, zeros included */
	int64_t rows;          /* rows handed out; -1: unknown */
	int64_t bytes;         /* bytes handed out; -1: unknown */
	int64_t affected;      /* SQLRowCount of a write; -1: unknown */
	int64_t duration_us;
	const char *sqlstate;  /* of the target's answer; NULL: success */
	const char *note;      /* one line, no data values */
};

/*
 * Appends one record and acknowledges it at the log's level.  *index is its
 * index in the tree.  GH_E_JOURNAL: nothing was acknowledged, and the call that
 * it stands for must be denied.
 */
GH_MUST_CHECK enum gh_status gh_journal_append(struct gh_journal *journal,
					       const struct gh_journal_record *record,
					       uint64_t *index, struct gh_error *err);

/* Signs a checkpoint over all that was appended, if there is something new. */
GH_MUST_CHECK enum gh_status gh_journal_checkpoint(struct gh_journal *journal,
						   struct gh_error *err);

/*
 * A keyed digest of a statement's text for the journal (HMAC, so that it cannot
 * be guessed without the key), as lower-case hex of 32 characters plus NUL.
 */
GH_MUST_CHECK enum gh_status gh_journal_fingerprint(struct gh_journal *journal,
						    struct gh_span text, char out[33],
						    struct gh_error *err);

/* ---- reading -------------------------------------------------------------- */

enum gh_journal_verdict {
	GH_JOURNAL_VERIFY_INTACT = 0,     /* the exit codes of `gatehouse journal verify` */
	GH_JOURNAL_VERIFY_TAMPERED = 1,
	GH_JOURNAL_VERIFY_INCOMPLETE = 2, /* incomplete, unclosed: not a sign of tampering */
	GH_JOURNAL_VERIFY_USAGE = 3,      /* could not be looked at */
};

struct gh_journal_finding {
	enum gh_journal_verdict severity;
	int64_t index;      /* record; -1: none */
	const char *file;   /* within the folder; borrowed during the call */
	const char *text;   /* one line */
};

struct gh_journal_report {
	enum gh_journal_verdict verdict;
	uint64_t records;
	uint64_t signed_records; /* covered by the newest valid checkpoint */
	uint64_t sessions;
	uint64_t open_sessions;
	uint64_t checkpoints;
	char origin[128];
	char root[65];           /* hex of the tree head over all records */
};

struct gh_journal_verify_options {
	const char *folder;
	const char *public_key; /* file with the verifier key; NULL: the one beside the log,
				 * which proves less and is said so */
	const char *since;      /* file with a checkpoint the auditor kept; NULL: none */
	void (*finding)(void *context, const struct gh_journal_finding *finding);
	void *context;
};

GH_MUST_CHECK enum gh_status gh_journal_verify(const struct gh_journal_verify_options *options,
					       struct gh_journal_report *report,
					       struct gh_error *err);

/* Calls `each` with every record's exact line in order; `each` returns false to stop. */
GH_MUST_CHECK enum gh_status gh_journal_read(const char *folder,
					     bool (*each)(void *context, uint64_t index,
							  struct gh_span line),
					     void *context, struct gh_error *err);

const char *gh_journal_event_name(enum gh_journal_event event);

/* ---- one line ------------------------------------------------------------- */

/* What a reader needs of a record; spans point into the line, raw (still escaped). */
struct gh_journal_line {
	uint64_t version;
	uint64_t index;
	struct gh_span event;
	struct gh_span session; /* empty: none */
};
/* Checks that the line is one JSON object, and reads these members. */
GH_MUST_CHECK bool gh_journal_line_parse(struct gh_span line, struct gh_journal_line *out);
/* The raw value of a top-level member; empty if absent.  `line` must have parsed. */
struct gh_span gh_journal_line_member(struct gh_span line, const char *name);
/* Steps through an array or object value of a parsed line; false at its end. */
bool gh_journal_line_next(struct gh_span *rest, struct gh_span *key, struct gh_span *value);
/* Appends the text of a raw string value with its escapes undone; false if it is no string. */
bool gh_journal_line_text(struct gh_span value, struct gh_buf *out);


#endif
