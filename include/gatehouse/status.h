/*
 * What a function of Gatehouse answers: one status, and for a failure one line
 * of detail.  A status is always checked; the detail is written where the
 * failure is found and passed up unchanged.
 */
#ifndef GATEHOUSE_STATUS_H
#define GATEHOUSE_STATUS_H

#include <stddef.h>

#define GH_MUST_CHECK __attribute__((warn_unused_result))
#define GH_PRINTF(text, first) __attribute__((format(printf, text, first)))

enum gh_status {
#define GH_STATUS(name, native, sqlstate, text) name,
#include "gatehouse/status.def"
#undef GH_STATUS
	GH_STATUS_COUNT
};

/*
 * The detail of one failure.  Fixed size and never allocating, so that it can
 * report that memory ran out.  One line of UTF-8 that says what was wrong; it
 * never holds data values, credentials or SQL literals.
 */
struct gh_error {
	enum gh_status status; /* GH_OK until something failed */
	int line;              /* of the input that was read, 1-based; 0: none */
	int column;            /* likewise */
	char text[400];        /* NUL-terminated, never more than one line */
};

/* The text, SQLSTATE (5 characters) and native code of a status; static storage. */
const char *gh_status_text(enum gh_status status);
const char *gh_status_sqlstate(enum gh_status status);
int gh_status_native(enum gh_status status);
/* The name of the enumerator, such as "GH_E_BLOCKED"; static storage. */
const char *gh_status_name(enum gh_status status);

/*
 * Writes the detail and returns `status`, so that a failing function ends with
 * `return gh_fail(err, GH_E_FORMAT, "...")`.  Control characters in the
 * formatted text become '?', text beyond the size is cut at a character.
 * `err` may be NULL.  A detail that is already there is replaced.
 */
enum gh_status gh_fail(struct gh_error *err, enum gh_status status, const char *format, ...)
	GH_PRINTF(3, 4);

/* Like gh_fail, with the place in the input; line and column are 1-based. */
enum gh_status gh_fail_at(struct gh_error *err, enum gh_status status, int line, int column,
			  const char *format, ...) GH_PRINTF(5, 6);

/*
 * A condition that only a defect of ours can break.  Denies, with the place of
 * the defect; never aborts.
 */
#define GH_ENSURE(cond, err)                                                                     \
	do {                                                                                     \
		if (!(cond))                                                                     \
			return gh_fail((err), GH_E_BUG, "%s:%d: %s", __FILE__, __LINE__, #cond); \
	} while (0)

#endif
