/*
 * What every module may use: bytes, sizes, text, JSON, files, time, digests.
 * Nothing here knows of ODBC, SQL or policy.
 */
#ifndef GATEHOUSE_UTIL_H
#define GATEHOUSE_UTIL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gatehouse/status.h"

/* ---- bytes ------------------------------------------------------------ */

/* Borrowed bytes.  `bytes` may be NULL only where `length` is 0. */
struct gh_span {
	const char *bytes;
	size_t length;
};

#define GH_SPAN_LITERAL(text) ((struct gh_span){ (text), sizeof(text) - 1 })

/* The span of a NUL-terminated text; NULL gives the empty span. */
struct gh_span gh_span_from(const char *text);
bool gh_span_equal(struct gh_span a, struct gh_span b);
/* ASCII letters compare without case; all other bytes exactly. */
bool gh_span_equal_nocase(struct gh_span a, struct gh_span b);

/*
 * A growable run of bytes with a maximum.  Once an append failed (memory, or
 * the maximum) the buffer remembers it and all later appends fail too, so that
 * a writer may check once, at the end, with gh_buf_status().
 */
struct gh_buf {
	char *bytes;     /* owned; always followed by a NUL that is not counted */
	size_t length;
	size_t capacity;
	size_t maximum;  /* 0: GH_BUF_MAXIMUM */
	enum gh_status failed;
};

#define GH_BUF_MAXIMUM ((size_t)256 << 20)

/* Ready for use without allocating; gh_buf_clear frees. */
void gh_buf_init(struct gh_buf *buf, size_t maximum);
void gh_buf_clear(struct gh_buf *buf);        /* frees; the buffer may be used again */
void gh_buf_clear_secret(struct gh_buf *buf); /* wipes all capacity, then frees */
void gh_buf_reset(struct gh_buf *buf);        /* length 0, keeps the memory, forgets a failure */
/* Makes room for `more` bytes beyond the length. */
enum gh_status gh_buf_reserve(struct gh_buf *buf, size_t more);
enum gh_status gh_buf_append(struct gh_buf *buf, const void *bytes, size_t length);
enum gh_status gh_buf_append_text(struct gh_buf *buf, const char *text);
enum gh_status gh_buf_append_char(struct gh_buf *buf, char c);
enum gh_status gh_buf_printf(struct gh_buf *buf, const char *format, ...) GH_PRINTF(2, 3);
GH_MUST_CHECK enum gh_status gh_buf_status(const struct gh_buf *buf, struct gh_error *err);
/* Moves the bytes out: caller frees with free().  NULL after a failed append. */
GH_MUST_CHECK char *gh_buf_take(struct gh_buf *buf);
struct gh_span gh_buf_span(const struct gh_buf *buf);

/* ---- sizes from outside ------------------------------------------------ */

/* *sum = a + b, *product = a * b; false on overflow, result 0. */
GH_MUST_CHECK bool gh_add_size(size_t a, size_t b, size_t *sum);
GH_MUST_CHECK bool gh_mul_size(size_t a, size_t b, size_t *product);

/* ---- memory ------------------------------------------------------------ */

/* Copies; caller frees with free().  NULL when memory ran out (or text is NULL). */
GH_MUST_CHECK char *gh_text_copy(const char *text);
GH_MUST_CHECK char *gh_span_copy(struct gh_span span);
/* Wipes `length` bytes and frees.  NULL is fine. */
void gh_free_secret(void *secret, size_t length);
void gh_wipe(void *bytes, size_t length);
/* Compares in constant time for a given length. */
bool gh_equal_ct(const void *a, const void *b, size_t length);

/*
 * An arena: many small allocations that are freed together.  All memory is
 * zeroed and aligned for any type.
 */
struct gh_arena;
GH_MUST_CHECK enum gh_status gh_arena_new(size_t maximum, struct gh_arena **out); /* caller frees */
void gh_arena_free(struct gh_arena *arena);
/* Forgets all allocations and keeps the first block for the next use. */
void gh_arena_reset(struct gh_arena *arena);
/* NULL when memory or the maximum ran out.  Freed with the arena. */
GH_MUST_CHECK void *gh_arena_alloc(struct gh_arena *arena, size_t size);
GH_MUST_CHECK char *gh_arena_text(struct gh_arena *arena, struct gh_span span);

/* ---- text -------------------------------------------------------------- */

/* True if the bytes are well-formed UTF-8 (no surrogates, nothing overlong). */
bool gh_utf8_valid(struct gh_span text);
/* Number of code points of well-formed UTF-8. */
size_t gh_utf8_count(struct gh_span text);
/*
 * Decodes one code point at *offset and moves the offset behind it.  Returns
 * -1 for a malformed sequence (the offset does not move) and at the end.
 */
int32_t gh_utf8_next(struct gh_span text, size_t *offset);
enum gh_status gh_utf8_append(struct gh_buf *buf, uint32_t code_point);

/*
 * Wide texts in the machine's byte order, without terminators: UTF-16 and
 * UTF-32, the two widths that SQLWCHAR has (wide: `unit_size` 2 or 4).  Strict
 * both ways: malformed UTF-8, an unpaired surrogate or a unit beyond U+10FFFF
 * is GH_E_CONVERT, appends nothing, and the buffer remembers it like any
 * failed append.
 */
enum gh_status gh_wide_append(struct gh_buf *out, struct gh_span utf8, size_t unit_size);
enum gh_status gh_utf16_append(struct gh_buf *out, struct gh_span utf8);
enum gh_status gh_utf32_append(struct gh_buf *out, struct gh_span utf8);
/* `count` is in units. */
enum gh_status gh_utf8_from_utf16(struct gh_buf *out, const uint16_t *units, size_t count);
enum gh_status gh_utf8_from_utf32(struct gh_buf *out, const uint32_t *units, size_t count);

/* Glob: '*' any run, '?' one byte, ASCII case ignored, no other special character. */
bool gh_glob_match(const char *pattern, const char *text);

/* Lower-case hex and base64 (RFC 4648, with padding). */
enum gh_status gh_hex_append(struct gh_buf *buf, const void *bytes, size_t length);
enum gh_status gh_base64_append(struct gh_buf *buf, const void *bytes, size_t length);
/* Decodes exactly; *length is in: room, out: bytes written.  false when malformed or too long. */
GH_MUST_CHECK bool gh_hex_decode(struct gh_span text, void *bytes, size_t *length);
GH_MUST_CHECK bool gh_base64_decode(struct gh_span text, void *bytes, size_t *length);

/* ---- JSON writing ------------------------------------------------------ */

/*
 * Appends a JSON string with its quotes.  Control characters, '"' and '\\' are
 * escaped; bytes that are not UTF-8 become U+FFFD; U+2028 and U+2029 are
 * escaped too, so that a line stays a line in every reader.
 */
enum gh_status gh_json_string(struct gh_buf *buf, struct gh_span text);
enum gh_status gh_json_text(struct gh_buf *buf, const char *text); /* NULL gives null */

/* ---- files ------------------------------------------------------------- */

/*
 * Reads a whole regular file of at most `maximum` bytes.  Caller clears `out`.
 * The path itself may be a symbolic link.
 */
GH_MUST_CHECK enum gh_status gh_file_read(const char *path, size_t maximum, struct gh_buf *out,
					  struct gh_error *err);
/* Like gh_file_read, but refuses a file that group or others may read (a key). */
GH_MUST_CHECK enum gh_status gh_file_read_private(const char *path, size_t maximum,
						  struct gh_buf *out, struct gh_error *err);
/*
 * Creates a file with the given mode that did not exist and writes it whole
 * (write, fsync, link into place).  *existed tells that another was faster,
 * which is no failure: the file that is there stays.
 */
GH_MUST_CHECK enum gh_status gh_file_create(const char *path, struct gh_span content, int mode,
					    bool *existed, struct gh_error *err);
/* Replaces a file as a whole: temporary file beside it, fsync, rename, fsync of the folder. */
GH_MUST_CHECK enum gh_status gh_file_replace(const char *path, struct gh_span content, int mode,
					     struct gh_error *err);
/* What tells that a path still is the file that it was, unchanged; zeros for no file. */
struct gh_file_stamp {
	uint64_t device;
	uint64_t number; /* inode */
	int64_t size;
	int64_t changed; /* ns since 1970: content, mode or owner */
	bool settled;    /* so long ago that a change to come will have another time */
};
void gh_file_stamp_get(const char *path, struct gh_file_stamp *out);
void gh_file_stamp_get_at(int folder, const char *name, struct gh_file_stamp *out);
/* False where it can't be told. */
bool gh_file_stamp_same(const struct gh_file_stamp *a, const struct gh_file_stamp *b);
/* Makes a folder with its parents, each with `mode`; one that exists is left as it is. */
GH_MUST_CHECK enum gh_status gh_dir_make(const char *path, int mode, struct gh_error *err);
/* "a/b"; caller frees with free(). */
GH_MUST_CHECK char *gh_path_join(const char *folder, const char *name);

/* ---- environment, time, chance ------------------------------------------ */

/* The value of an environment variable, NULL if unset or empty; borrowed. */
const char *gh_env_get(const char *name);
/* UTC in microseconds since 1970, and microseconds of the monotonic clock. */
int64_t gh_time_utc_us(void);
int64_t gh_time_monotonic_us(void);
/* Appends "2026-01-31T12:00:00.000000Z". */
enum gh_status gh_time_append(struct gh_buf *buf, int64_t utc_us);
/* True once OpenSSL has cleaned up because the process ends: nothing of it may be called. */
bool gh_crypto_has_ended(void);
GH_MUST_CHECK enum gh_status gh_random_bytes(void *bytes, size_t length, struct gh_error *err);

/* ---- locks --------------------------------------------------------------- */

/*
 * A mutual exclusion lock that costs one atomic operation each way while nobody
 * waits: every ODBC call takes one.  (An uncontended pthread mutex costs about 50
 * instructions for the pair, as much as all else that a forwarded call adds.)
 * Not recursive.  Waiters sleep on the condition variable.
 */
struct gh_lock {
	atomic_int state; /* 0 free, 1 held, 2 held and somebody may wait */
	pthread_mutex_t mutex;
	pthread_cond_t freed;
};

GH_MUST_CHECK enum gh_status gh_lock_init(struct gh_lock *lock, struct gh_error *err);
void gh_lock_clear(struct gh_lock *lock); /* nobody may hold it or wait for it */
/* Frees it, whoever held it: for a child of fork, where the holder is gone. */
void gh_lock_reset(struct gh_lock *lock);
void gh_lock_wait(struct gh_lock *lock);  /* of gh_lock_take */
void gh_lock_wake(struct gh_lock *lock);  /* of gh_lock_release */

static inline void gh_lock_take(struct gh_lock *lock)
{
	int free = 0;

	if (!atomic_compare_exchange_strong_explicit(&lock->state, &free, 1, memory_order_acquire,
						     memory_order_relaxed))
		gh_lock_wait(lock);
}

/* False where it is held: nothing is waited for. */
static inline bool gh_lock_try(struct gh_lock *lock)
{
	int free = 0;

	return atomic_compare_exchange_strong_explicit(&lock->state, &free, 1, memory_order_acquire,
						       memory_order_relaxed);
}

static inline void gh_lock_release(struct gh_lock *lock)
{
	if (atomic_exchange_explicit(&lock->state, 0, memory_order_release) == 2)
		gh_lock_wake(lock);
}

/* ---- forks ---------------------------------------------------------------- */

/*
 * A mark that a fork takes away: *mark is 1 in the process that made it, and 0 in
 * its children.  NULL: not available here, compare pids.  Caller frees.
 */
const volatile unsigned char *gh_fork_mark_new(void);
void gh_fork_mark_free(const volatile unsigned char *mark); /* NULL is fine */

/*
 * Calls reset(what) in the first thread that comes here in another process than
 * *owner, and lets the other threads of that process wait for it.
 */
void gh_fork_adopt(_Atomic int64_t *owner, void (*reset)(void *what), void *what);

/* ---- digests ------------------------------------------------------------ */

#define GH_SHA256_SIZE 32

/*
 * SHA-256 and HMAC-SHA-256 with everything OpenSSL would look up kept: fetching
 * the algorithm costs as much as hashing a record.  One context is used by one
 * thread at a time.
 */
struct gh_digest;
GH_MUST_CHECK enum gh_status gh_digest_new(struct gh_digest **out, struct gh_error *err);
void gh_digest_free(struct gh_digest *digest);
/* SHA-256 over the parts in order. */
GH_MUST_CHECK enum gh_status gh_digest_parts(struct gh_digest *digest, const struct gh_span *parts,
					     size_t count, uint8_t out[GH_SHA256_SIZE],
					     struct gh_error *err);

struct gh_mac;
/* Takes a copy of the key. */
GH_MUST_CHECK enum gh_status gh_mac_new(struct gh_span key, struct gh_mac **out,
					struct gh_error *err);
void gh_mac_free(struct gh_mac *mac);
GH_MUST_CHECK enum gh_status gh_mac_parts(struct gh_mac *mac, const struct gh_span *parts,
					  size_t count, uint8_t out[GH_SHA256_SIZE],
					  struct gh_error *err);

#endif
