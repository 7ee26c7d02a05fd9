/*
 * Entering and leaving a call.  Every body begins by entering (validate the
 * handle, lock it, clear our diagnostics) and returns only through a leave
 * function (diagnostics, unlock).
 */
#ifndef GATEHOUSE_ODBC_CALL_H
#define GATEHOUSE_ODBC_CALL_H

#include "gatehouse/session.h"

/* Bodies of the rows that have one; the faces in entry_points.c call them. */
#define GH_CHAR                                                  void
#define GH_BODY_OF(name, parameters)                             SQLRETURN gh_do_##name parameters;
#define GH_BODY_TEXT_OF(name, ...)                                                                 \
	SQLRETURN gh_do_##name(enum gh_width width, __VA_ARGS__);
#define GH_UNWRAP(...)                                           __VA_ARGS__
#define GH_PLAIN(name, class, id, handle, parameters, arguments) GH_BODY_OF(name, parameters)
#define GH_TEXT(name, class, id, handle, parameters, arguments)                                    \
	GH_BODY_TEXT_OF(name, GH_UNWRAP parameters)
#include "entry_points.def"
#undef GH_CHAR
#undef GH_PLAIN
#undef GH_TEXT

/* ---- enter: NULL for a handle that is not ours or of another kind, or was freed ------- */

struct gh_connection *gh_enter_connection(SQLHANDLE handle);
struct gh_environment *gh_enter_environment(SQLHANDLE handle);
/* Locks the descriptor's statement, or the descriptor that has none. */
struct gh_descriptor *gh_enter_descriptor(SQLHANDLE handle);

static inline bool gh_has_magic(SQLHANDLE handle, enum gh_magic magic)
{
	return handle != NULL && ((uintptr_t)handle & (sizeof(void *) - 1)) == 0 &&
	       ((const struct gh_handle *)handle)->magic == magic;
}

/* Where the platform has no marks. */
bool gh_same_pid(const struct gh_handle *handle);

/*
 * True for a handle of ours of that kind; nothing else of it is looked at.  What
 * a child of fork inherits of a session is none: another thread of the parent may
 * have had its lock, and its target answers the parent.
 */
static inline bool gh_is_kind(SQLHANDLE handle, enum gh_magic magic)
{
	const struct gh_handle *base = handle;

	if (!gh_has_magic(handle, magic))
		return false;
	return base->fork_mark != NULL ? *base->fork_mark != 0 : gh_same_pid(base);
}

/* True for a handle of that kind that was inherited from a parent process. */
static inline bool gh_is_inherited(SQLHANDLE handle, enum gh_magic magic)
{
	return gh_has_magic(handle, magic) && !gh_is_kind(handle, magic);
}

/* Inline: this is all that SQLFetch and SQLGetData pay for. */
static inline struct gh_statement *gh_enter_statement(SQLHANDLE handle)
{
	struct gh_statement *statement = handle;

	if (!gh_is_kind(handle, GH_MAGIC_STATEMENT))
		return NULL;
	gh_lock_take(&statement->base.lock);
	if (statement->base.diag.count != 0)
		gh_diag_clear(&statement->base.diag);
	return statement;
}

/* ---- leave ------------------------------------------------------------------------------ */

/* The answer is ours: success, or what was added to the diagnostics. */
SQLRETURN gh_leave(struct gh_handle *handle, SQLRETURN code);
/* We refuse: one record of ours. */
SQLRETURN gh_leave_failed(struct gh_handle *handle, enum gh_status status,
			  const struct gh_error *err);
SQLRETURN gh_leave_refused(struct gh_handle *handle, const char *function);
/* The answer is the target's, its diagnostics included; withheld where they may carry data. */
void gh_withhold_messages(struct gh_statement *statement);
static inline SQLRETURN gh_leave_statement(struct gh_statement *statement, SQLRETURN code)
{
	statement->base.diag.code = code;
	if (code != SQL_SUCCESS && statement->scrub != GH_SCRUB_NO &&
	    statement->base.diag.count == 0)
		gh_withhold_messages(statement);
	statement->base.diag.source =
		statement->base.diag.count == 0 ? GH_DIAG_TARGET : GH_DIAG_OURS;
	gh_lock_release(&statement->base.lock);
	return code;
}
SQLRETURN gh_leave_connection(struct gh_connection *connection, SQLRETURN code);
/* After what may have ended a transaction: deferred constraints quote the rows that break them. */
SQLRETURN gh_leave_transaction(struct gh_connection *connection, SQLRETURN code);
SQLRETURN gh_leave_descriptor(struct gh_descriptor *descriptor, SQLRETURN code);
SQLRETURN gh_leave_descriptor_failed(struct gh_descriptor *descriptor, enum gh_status status,
				     const struct gh_error *err);

/* What a face returns: a handle that was inherited is an error with a record, not invalid. */
SQLRETURN gh_answer_invalid(SQLHANDLE handle);
static inline SQLRETURN gh_answer(SQLHANDLE handle, SQLRETURN code)
{
	return code == SQL_INVALID_HANDLE ? gh_answer_invalid(handle) : code;
}

/* What a generated refusal does: finds the handle, if there is one, and says so there. */
SQLRETURN gh_refuse_call(const char *function, SQLHANDLE handle);

/* Makes the plan of the result and the target's bindings fit it; before what fetches. */
GH_MUST_CHECK enum gh_status gh_fetch_ready(struct gh_statement *statement, struct gh_error *err);

/* Notes a setting of the row descriptor that our delivery depends on. */
void gh_mirror_attribute(struct gh_statement *statement, SQLINTEGER attribute, SQLPOINTER value);

#endif
