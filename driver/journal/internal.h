/*
 * What the files of the journal share.  The formats are doc/journal-format.md.
 * Layers, lowest first: tree and tile (RFC 6962), note and keys (signatures),
 * record (one line), store (files under the lock), sign (checkpoints), journal
 * (threads and forks); verify reads what the store wrote and trusts none of it.
 */
#ifndef GATEHOUSE_JOURNAL_INTERNAL_H
#define GATEHOUSE_JOURNAL_INTERNAL_H

#include <pthread.h>
#include <sys/types.h>

#include "gatehouse/journal.h"

/* A line with its LF stays below 64 KiB. */
#define GH_JOURNAL_LINE_MAX ((size_t)65534)
#define GH_JOURNAL_HEAD_MAX ((size_t)192) /* of it: the members that the journal adds */
#define GH_JOURNAL_HEADER_MIN ((size_t)300)
#define GH_JOURNAL_ORIGIN_MAX ((size_t)127)
#define GH_JOURNAL_NOTE_MAX ((size_t)16384)
#define GH_JOURNAL_NAME_SIZE 32 /* "seg-" + 20 digits + ".jsonl" + NUL */
#define GH_JOURNAL_SEGMENT_BYTES ((int64_t)64 << 20)

enum {
	GH_JOURNAL_TILE = 256, /* hashes of a full tile */
	GH_JOURNAL_LEVELS = 8, /* 256^8 = 2^64 records */
	GH_JOURNAL_NONCE = 12,
	GH_JOURNAL_SLOTS = 2,
};

/* ---- tree.c: RFC 6962 ------------------------------------------------------ */

/*
 * The right edge of the tree as C2SP tiles see it: the hashes of the last,
 * not yet full tile of each level.  How many of a row count follows from size.
 */
struct gh_journal_tree {
	uint64_t size;
	uint8_t rows[GH_JOURNAL_LEVELS][GH_JOURNAL_TILE][GH_SHA256_SIZE];
};

/* One tile; `hashes` are borrowed for the call. */
struct gh_journal_tile {
	unsigned level;
	uint64_t index;
	size_t width; /* 1 to 256 */
	const uint8_t (*hashes)[GH_SHA256_SIZE];
};

/* Gets every tile that became full, before the tree forgets it; failing undoes the leaf. */
typedef enum gh_status (*gh_journal_tile_sink)(void *context, const struct gh_journal_tile *tile,
					       struct gh_error *err);
struct gh_journal_hasher {
	struct gh_digest *digest; /* borrowed */
	gh_journal_tile_sink sink; /* NULL: none */
	void *context;
};

size_t gh_journal_tree_width(const struct gh_journal_tree *tree, unsigned level);
/* How many of a row of `tree` are the same in a tree of `known` records of this log. */
size_t gh_journal_tree_known(const struct gh_journal_tree *tree, unsigned level, uint64_t known);
/* Makes the tree, of an earlier size or 0, the same as `newer`, copying what it lacks. */
void gh_journal_tree_take(struct gh_journal_tree *tree, const struct gh_journal_tree *newer);
GH_MUST_CHECK enum gh_status gh_journal_tree_add(struct gh_journal_tree *tree,
						 const struct gh_journal_hasher *hasher,
						 const uint8_t leaf[GH_SHA256_SIZE],
						 struct gh_error *err);
GH_MUST_CHECK enum gh_status gh_journal_tree_root(const struct gh_journal_tree *tree,
						  struct gh_digest *digest,
						  uint8_t root[GH_SHA256_SIZE],
						  struct gh_error *err);
/* SHA-256(0x00 || parts).  At most four parts. */
GH_MUST_CHECK enum gh_status gh_journal_leaf(struct gh_digest *digest, const struct gh_span *parts,
					     size_t count, uint8_t leaf[GH_SHA256_SIZE],
					     struct gh_error *err);

/* ---- tile.c: C2SP tlog-tiles ------------------------------------------------ */

#define GH_JOURNAL_TILE_PATH 96
/* "tile/0/x001/234", and ".p/17" behind it where the width is below 256. */
void gh_journal_tile_path(const struct gh_journal_tile *tile, char path[GH_JOURNAL_TILE_PATH]);
/* Whole or not at all, for readers and after kill -9.  Under the lock only. */
GH_MUST_CHECK enum gh_status gh_journal_tile_write(int folder, const struct gh_journal_tile *tile,
						   struct gh_error *err);
/* *found false: there is none, or it is empty (a file that never reached the disk). */
GH_MUST_CHECK enum gh_status gh_journal_tile_read(int folder, const struct gh_journal_tile *tile,
						  uint8_t (*hashes)[GH_SHA256_SIZE], bool *found,
						  struct gh_error *err);
/* The partial tiles of a tree, and away with those of a size that nobody needs any more. */
GH_MUST_CHECK enum gh_status gh_journal_tile_write_partial(int folder,
							   const struct gh_journal_tree *tree,
							   struct gh_error *err);
void gh_journal_tile_drop_partial(int folder, uint64_t size, uint64_t keep, uint64_t keep_too);
/* All full tiles between two sizes are on the disk afterwards. */
GH_MUST_CHECK enum gh_status gh_journal_tile_sync(int folder, uint64_t from, uint64_t to,
						  struct gh_error *err);
/* The right edge at `size` from the partial tiles; GH_E_INCOMPLETE where one is missing. */
GH_MUST_CHECK enum gh_status gh_journal_tile_load(int folder, uint64_t size,
						  struct gh_journal_tree *tree,
						  struct gh_error *err);

/* ---- note.c: C2SP signed-note and tlog-checkpoint --------------------------- */

/* A public key with the name it signs for.  Plain value. */
struct gh_journal_verifier {
	char name[GH_JOURNAL_ORIGIN_MAX + 1];
	uint8_t id[4];
	uint8_t key[32];
};

struct gh_journal_checkpoint {
	uint64_t size;
	uint8_t root[GH_SHA256_SIZE];
};

/* Letters, digits and -._~/:@ only: no space, no '+', nothing a shell would mind. */
bool gh_journal_origin_valid(struct gh_span origin);
GH_MUST_CHECK enum gh_status gh_journal_verifier_make(const char *name, const uint8_t key[32],
						      struct gh_journal_verifier *out,
						      struct gh_error *err);
/* "<name>+<hex id>+<base64>", the id checked against name and key. */
GH_MUST_CHECK enum gh_status gh_journal_verifier_parse(struct gh_span text,
						       struct gh_journal_verifier *out,
						       struct gh_error *err);
enum gh_status gh_journal_verifier_write(const struct gh_journal_verifier *verifier,
					 struct gh_buf *out);
/* The three lines that are signed. */
enum gh_status gh_journal_checkpoint_body(const struct gh_journal_verifier *verifier,
					  const struct gh_journal_checkpoint *checkpoint,
					  struct gh_buf *out);
/* The signature line for a body. */
enum gh_status gh_journal_note_signature(const struct gh_journal_verifier *verifier,
					 const uint8_t signature[64], struct gh_buf *out);
/*
 * Reads a signed note and verifies it.  GH_E_TAMPERED where it is malformed,
 * of another origin, or has no valid signature of this verifier; signatures of
 * keys that the verifier does not know are passed over.
 */
GH_MUST_CHECK enum gh_status gh_journal_note_open(struct gh_span note,
						  const struct gh_journal_verifier *verifier,
						  struct gh_journal_checkpoint *out,
						  struct gh_error *err);
/* Length of the first note of an archive with the empty line behind it; 0: none is whole. */
size_t gh_journal_note_length(struct gh_span archive);

/* ---- keys.c ------------------------------------------------------------------ */

struct gh_journal_keys;
/* Reads the keys of the folder, making those that are not there.  Caller frees. */
GH_MUST_CHECK enum gh_status gh_journal_keys_open(const char *folder, struct gh_journal_keys **out,
						  struct gh_error *err);
void gh_journal_keys_free(struct gh_journal_keys *keys);
const uint8_t *gh_journal_keys_public(const struct gh_journal_keys *keys); /* 32 bytes */
GH_MUST_CHECK enum gh_status gh_journal_keys_sign(const struct gh_journal_keys *keys,
						  struct gh_span text, uint8_t signature[64],
						  struct gh_error *err);
/* 32 hex characters and NUL.  One thread at a time. */
GH_MUST_CHECK enum gh_status gh_journal_keys_fingerprint(struct gh_journal_keys *keys,
							 struct gh_span text, char out[33],
							 struct gh_error *err);

/* ---- record.c and columns.c: one line ------------------------------------------ */

/* Where and when, kept between records because asking costs more than a record may. */
struct gh_journal_clock {
	char boot[37];      /* boot id, "" if unknown */
	int64_t now;        /* monotonic, when the newest record was written */
	int64_t second;     /* that text stands for */
	char text[24];      /* "2026-01-31T12:00:00" */
	uint8_t nonces[GH_JOURNAL_NONCE * 64];
	size_t nonces_left;
};

void gh_journal_clock_init(struct gh_journal_clock *clock);
/* The members that every record begins with; *length of `head` is set. */
GH_MUST_CHECK enum gh_status gh_journal_head_write(struct gh_journal_clock *clock, uint64_t index,
						   char head[GH_JOURNAL_HEAD_MAX], size_t *length,
						   struct gh_error *err);

/* Writing the rest.  `room` is what lists may still take; `cut` says what was shortened. */
struct gh_journal_encoder {
	struct gh_buf *buf;
	struct gh_journal_keys *keys; /* for the fingerprint */
	size_t room;
	unsigned cut;
};
enum gh_journal_cut {
	GH_JOURNAL_CUT_SQL = 1 << 0,
	GH_JOURNAL_CUT_READS = 1 << 1,
	GH_JOURNAL_CUT_WRITES = 1 << 2,
	GH_JOURNAL_CUT_INFERENCE = 1 << 3,
	GH_JOURNAL_CUT_COLUMNS = 1 << 4,
	GH_JOURNAL_CUT_FLOWS = 1 << 5,
	GH_JOURNAL_CUT_GROUPS = 1 << 6,
};

GH_MUST_CHECK enum gh_status gh_journal_body_write(struct gh_journal_encoder *encoder,
						   const struct gh_journal_record *record,
						   struct gh_error *err);
void gh_journal_put_number(struct gh_buf *buf, const char *before, int64_t number);
/* `before` and a JSON string of at most `limit` bytes; false if it was cut.  NULL: nothing. */
bool gh_journal_put_text(struct gh_buf *buf, const char *before, const char *text, size_t limit);
void gh_journal_put_tables(struct gh_journal_encoder *encoder, const struct gh_facts *facts);
void gh_journal_put_inference(struct gh_journal_encoder *encoder, const struct gh_facts *facts);
void gh_journal_put_columns(struct gh_journal_encoder *encoder, const struct gh_facts *facts,
			    const struct gh_decision *decision);
void gh_journal_put_flows(struct gh_journal_encoder *encoder, const struct gh_facts *facts);
void gh_journal_put_principal(struct gh_journal_encoder *encoder,
			      const struct gh_principal *principal);

/* ---- state.c: what processes share under the lock ---------------------------------- */

/* How far the log is.  A cache: whatever is in doubt is worked out from the log itself. */
struct gh_journal_place {
	uint64_t size;          /* records in the tree */
	uint64_t segment_first; /* index of the live segment's first record */
	int64_t offset;         /* bytes in the live segment */
	int64_t reserved;       /* offset up to which blocks are held */
};
/* What was signed. */
struct gh_journal_signed {
	uint64_t size;
	uint64_t previous;      /* size of the other slot's checkpoint */
	int64_t signed_us;      /* monotonic clock of this boot */
	int64_t archived_us;
	uint64_t slot;          /* of the newest */
	int64_t archive;        /* bytes of the archive that are whole notes */
	uint64_t archived;      /* size of its last note: tiles are synced up to here */
	uint64_t archived_before; /* of the note before; both have their partial tiles */
};

/*
 * Only what a tree of `known` records does not have of the one in the state is
 * read into `tree`; gh_journal_tree_take adds it to that tree.  0: everything.
 */
GH_MUST_CHECK bool gh_journal_state_load(int fd, const char *boot, uint64_t known,
					 struct gh_journal_place *place,
					 struct gh_journal_tree *tree);
/* Saves the tree's entries behind `saved`, then the place. */
GH_MUST_CHECK enum gh_status gh_journal_state_save(int fd, const char *boot,
						   const struct gh_journal_place *place,
						   const struct gh_journal_tree *tree,
						   uint64_t saved);
GH_MUST_CHECK bool gh_journal_signed_load(int fd, const char *boot, struct gh_journal_signed *out);
GH_MUST_CHECK enum gh_status gh_journal_signed_save(int fd, const char *boot,
						    const struct gh_journal_signed *in);

/* ---- store.c, segment.c, recover.c: the files ---------------------------------------- */

struct gh_journal_store {
	char *path;     /* absolute; owned */
	int folder;
	int lock;
	int segment;
	int state;
	int64_t segment_bytes;
	struct gh_journal_place place;
	struct gh_journal_signed newest;
	struct gh_journal_tree tree;
	struct gh_journal_tree spare;        /* for reading a tree that may be no good */
	struct gh_journal_checkpoint expect; /* to be met while recovering; size 0: none */
	struct gh_journal_checkpoint archived; /* the archive's last when it was read */
	uint64_t saved;     /* size that the state file has */
	bool closed;        /* the live segment is closed, and none follows yet */
	bool full_said;     /* that the disk is full was recorded */
	bool shared;        /* another process appended since we last looked */
	_Atomic bool poisoned; /* a sync or a roll-back failed: nothing is acknowledged any more */
	pthread_mutex_t syncing; /* the segment's descriptor is in use outside the lock */
	struct gh_journal_clock clock;
	struct gh_journal_verifier verifier;
	struct gh_journal_keys *keys; /* owned */
	struct gh_digest *digest;     /* owned */
	char *scan;                   /* owned; room to read lines back; NULL until needed */
	char line[GH_JOURNAL_LINE_MAX + 1]; /* the record that is being written */
	struct gh_buf notice;         /* body of a `recovered` record still to be written */
	struct gh_file_stamp alone;   /* of writers/ when no other process had a file there */
};

/* Opens or makes the folder and everything in it, recovers; holds no lock afterwards. */
GH_MUST_CHECK enum gh_status gh_journal_store_open(struct gh_journal_store *store,
						   const struct gh_journal_options *options,
						   struct gh_error *err);
void gh_journal_store_close(struct gh_journal_store *store);
/* Closes what a fork inherited; the memory stays, since another thread may have been in it. */
void gh_journal_store_abandon(struct gh_journal_store *store);
/* Takes the lock and learns what others appended.  On failure the lock is not held. */
GH_MUST_CHECK enum gh_status gh_journal_store_lock(struct gh_journal_store *store,
						   struct gh_error *err);
void gh_journal_store_unlock(struct gh_journal_store *store);
/* Under the lock: one record, whole or not at all. */
enum gh_journal_urgency { GH_JOURNAL_ORDINARY, GH_JOURNAL_CLOSING };
GH_MUST_CHECK enum gh_status gh_journal_store_append(struct gh_journal_store *store,
						     struct gh_span body,
						     enum gh_journal_urgency urgency,
						     uint64_t *index, struct gh_error *err);
GH_MUST_CHECK enum gh_status gh_journal_store_save(struct gh_journal_store *store,
						   struct gh_error *err);
/* Without the lock: all that was appended before the call is on the disk afterwards. */
GH_MUST_CHECK enum gh_status gh_journal_store_sync(struct gh_journal_store *store,
						   struct gh_error *err);

void gh_journal_segment_name(uint64_t first, char name[GH_JOURNAL_NAME_SIZE]);
bool gh_journal_segment_first(const char *name, uint64_t *first);
/* The segments' first indexes in order; caller frees *firsts. */
GH_MUST_CHECK enum gh_status gh_journal_segment_list(int folder, uint64_t **firsts, size_t *count,
						     struct gh_error *err);
GH_MUST_CHECK enum gh_status gh_journal_segment_open(struct gh_journal_store *store,
						     uint64_t first, struct gh_error *err);
/* Closes the live segment for ever and begins the next. */
GH_MUST_CHECK enum gh_status gh_journal_segment_rotate(struct gh_journal_store *store,
						       struct gh_error *err);
/* Writes one line at the place, all or nothing, and adds it to the tree. */
GH_MUST_CHECK enum gh_status gh_journal_segment_write(struct gh_journal_store *store,
						      struct gh_span body, struct gh_error *err);
bool gh_journal_segment_reserve(struct gh_journal_store *store);

/* From the place onwards: takes in complete lines, moves torn bytes aside. */
GH_MUST_CHECK enum gh_status gh_journal_recover_tail(struct gh_journal_store *store,
						     struct gh_error *err);
/* Works out the place and the tree from checkpoint, tiles and segments. */
GH_MUST_CHECK enum gh_status gh_journal_recover_all(struct gh_journal_store *store,
						    struct gh_error *err);

/* ---- sign.c: checkpoints -------------------------------------------------------------- */

struct gh_journal_signing {
	struct gh_journal_tree tree; /* as it was when signing began */
	uint64_t archived;           /* size of the archive's last note then */
	enum gh_journal_event event; /* given by the caller: what it is signed for */
	bool archive;                /* it goes into the archive, with tiles that are synced */
};

bool gh_journal_sign_due(const struct gh_journal_store *store, enum gh_journal_event event);
/* Under the lock; *needed false: nothing is due.  Then sync without, then publish under it. */
GH_MUST_CHECK enum gh_status gh_journal_sign_begin(struct gh_journal_store *store,
						   struct gh_journal_signing *signing,
						   bool *needed, struct gh_error *err);
GH_MUST_CHECK enum gh_status gh_journal_sign_note(struct gh_journal_store *store,
						  const struct gh_journal_signing *signing,
						  struct gh_buf *note, struct gh_error *err);
GH_MUST_CHECK enum gh_status gh_journal_sign_publish(struct gh_journal_store *store,
						     const struct gh_journal_signing *signing,
						     const struct gh_buf *note,
						     struct gh_error *err);
/* The newest valid checkpoint that is stored; *found false: there is none. */
GH_MUST_CHECK enum gh_status gh_journal_sign_newest(struct gh_journal_store *store,
						    struct gh_journal_checkpoint *out,
						    bool *found, struct gh_error *err);

/* ---- writers.c: which sessions belong to which living process --------------------------- */

/*
 * A file per process in writers/ that it holds a lock on for its life, with the
 * ids of its open sessions.  A file whose lock is free belonged to a process
 * that died, in whatever PID namespace it lived.
 */
struct gh_journal_writer {
	int fd;             /* -1 until the first session */
	char name[33];
	uint8_t *sessions;  /* owned; GH_SESSION_ID_SIZE each, zeros: free */
	size_t count;
	size_t open;
	bool dirty;
};
/* Under the lock, before the record that opens a session and after one that closes it. */
GH_MUST_CHECK enum gh_status gh_journal_writer_add(struct gh_journal_writer *writer,
						   struct gh_journal_store *store,
						   const uint8_t *session, struct gh_error *err);
void gh_journal_writer_remove(struct gh_journal_writer *writer, const uint8_t *session);
void gh_journal_writer_sync(struct gh_journal_writer *writer);
void gh_journal_writer_close(struct gh_journal_writer *writer, struct gh_journal_store *store);
/*
 * Under the lock: session-lost records for the sessions of dead processes.  A
 * process makes a file before its first session, so nobody has died where the
 * folder is what it was without files of others.  `own`: our own file's name, or NULL.
 */
GH_MUST_CHECK enum gh_status gh_journal_writers_bury(struct gh_journal_store *store,
						     const char *own, struct gh_error *err);

/* ---- source.c: reading a log that may be in use ---------------------------------------- */

/* What there was at one moment; what is appended later is not looked at. */
struct gh_journal_source {
	int folder;
	uint64_t *firsts; /* owned */
	int64_t *sizes;   /* owned */
	size_t count;
	struct gh_buf notes[3]; /* checkpoint, checkpoint.0, checkpoint.1; empty: none */
	struct gh_buf archive;
};
/* Each returns false to stop. */
struct gh_journal_visitor {
	void *context;
	bool (*segment)(void *context, uint64_t first);
	bool (*line)(void *context, struct gh_span line);
	/* bytes behind the last LF, or a line that is too long */
	bool (*torn)(void *context, uint64_t first, int64_t bytes);
};
GH_MUST_CHECK enum gh_status gh_journal_source_open(struct gh_journal_source *source,
						    const char *folder, struct gh_error *err);
void gh_journal_source_close(struct gh_journal_source *source);
GH_MUST_CHECK enum gh_status gh_journal_source_visit(const struct gh_journal_source *source,
						     const struct gh_journal_visitor *visitor,
						     struct gh_error *err);
const char *gh_journal_source_note_name(size_t i);

/* ---- sessions.c: a set of session ids ---------------------------------------------------- */

struct gh_journal_sessions {
	struct gh_journal_session_entry *entries; /* owned */
	size_t room; /* a power of two, or 0 */
	size_t used;
	uint64_t opened;
	uint64_t open;
};
/* `id` is the hex text of a record.  False when memory ran out. */
bool gh_journal_sessions_note(struct gh_journal_sessions *sessions, struct gh_span event,
			      struct gh_span id);
void gh_journal_sessions_clear(struct gh_journal_sessions *sessions);

/* ---- verify.c and claims.c ------------------------------------------------------------------ */

/* A signed tree head that the records must fit. */
struct gh_journal_claim {
	struct gh_journal_checkpoint checkpoint;
	const char *file; /* static */
};
struct gh_journal_claims {
	struct gh_journal_claim *list; /* owned; by size once sorted */
	size_t count;
	size_t room;
	uint64_t newest;
};
struct gh_journal_verification {
	const struct gh_journal_verify_options *options;
	struct gh_journal_report *report;
	struct gh_journal_source source;
	struct gh_journal_verifier verifier;
	struct gh_journal_claims claims;
	size_t next_claim;
	struct gh_journal_tree tree;
	struct gh_digest *digest;
	struct gh_journal_sessions sessions;
	uint64_t findings;
	uint64_t segment_first; /* of the segment that is being read */
	enum gh_status failed;  /* of what is no finding: memory, digest */
};
void gh_journal_found(struct gh_journal_verification *verification,
		      const struct gh_journal_finding *finding);
/* Reads key, slots, archive and the kept checkpoint; sorts the claims. */
GH_MUST_CHECK enum gh_status gh_journal_claims_read(struct gh_journal_verification *verification,
						    struct gh_error *err);
/* Compares a row of the recomputed tree with its tile and partial tiles on the disk. */
void gh_journal_check_tile(struct gh_journal_verification *verification,
			   const struct gh_journal_tile *tile);

/* ---- small things ------------------------------------------------------------------------ */

/* openat with O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, again after EINTR. */
int gh_journal_open_at(int folder, const char *name, int flags);
/* Reads at most `room` bytes at an offset; -1 on error, short only at the end. */
ssize_t gh_journal_read_at(int fd, void *bytes, size_t room, int64_t offset);
bool gh_journal_write_at(int fd, const void *bytes, size_t length, int64_t offset);
/* Whole content of a file in the folder; GH_OK with nothing in it where there is no file. */
GH_MUST_CHECK enum gh_status gh_journal_read_file(int folder, const char *name, size_t maximum,
						  struct gh_buf *out, struct gh_error *err);

#endif
