/*
 * Targets that are not called by two threads at once: Threading=2 and 3 of
 * odbcinst.ini, which a manager sees to only for the driver that it knows, and that
 * is us.  The rest of the driver gets a table whose functions take a lock around
 * each call, and handles that know it; a target that needs none is called as ever.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* What the rest of the driver holds instead of the target's handle. */
struct serial {
	const struct gh_functions *real; /* borrowed: of the connection */
	struct gh_lock *lock;            /* borrowed: of the environment or of the process */
	SQLHANDLE target;
	atomic_int calls; /* that are made of it or wait to be */
};

struct serial_environment {
	struct serial base;
	struct gh_lock own;
};

enum { IMPLICIT_FIRST = SQL_ATTR_APP_ROW_DESC, IMPLICIT_LAST = SQL_ATTR_IMP_PARAM_DESC };

/* Implicit descriptors come and go with their statement. */
struct serial_statement {
	struct serial base;
	struct serial implicit[IMPLICIT_LAST - IMPLICIT_FIRST + 1];
};

/* Nothing else is waited for while it is held: the target does not call us. */
static SQLHANDLE enter(struct serial *serial)
{
	atomic_fetch_add_explicit(&serial->calls, 1, memory_order_relaxed);
	gh_lock_take(serial->lock);
	return serial->target;
}

static SQLRETURN leave(struct serial *serial, SQLRETURN code)
{
	gh_lock_release(serial->lock);
	atomic_fetch_sub_explicit(&serial->calls, 1, memory_order_relaxed);
	return code;
}

/* ---- functions that are called as they are, with the target's handle --------------------- */

#define AROUND(parameters, expression)                                                             \
	parameters                                                                                 \
	{                                                                                          \
		struct serial *serial = handle;                                                    \
		const SQLHANDLE target = enter(serial);                                            \
                                                                                                   \
		handle = target;                                                                   \
		return leave(serial, expression);                                                  \
	}

#define CALL_STATEMENT(name, function, parameters, arguments)                                      \
	static SQLRETURN name AROUND(parameters, serial->real->function arguments)
#define CALL_CONNECTION  CALL_STATEMENT
#define CALL_ENVIRONMENT CALL_STATEMENT
#define CALL_DESCRIPTOR  CALL_STATEMENT
#define CALL_NONE(name, function, parameters, arguments)

#define GH_CHAR void
#define GH_PLAIN(name, class, id, kind, parameters, arguments)                                     \
	CALL_##kind(call_##name, name, parameters, arguments)
#define GH_TEXT(name, class, id, kind, parameters, arguments)                                      \
	CALL_##kind(call_##name, name[GH_NARROW], parameters, arguments)                           \
		CALL_##kind(call_##name##W, name[GH_WIDE], parameters, arguments)
#include "../odbc/entry_points.def"
#undef GH_PLAIN
#undef GH_TEXT
#undef GH_CHAR

#define PUT_STATEMENT(place, function)                                                             \
	if (real->place != NULL)                                                                   \
		out->place = function;
#define PUT_CONNECTION  PUT_STATEMENT
#define PUT_ENVIRONMENT PUT_STATEMENT
#define PUT_DESCRIPTOR  PUT_STATEMENT
#define PUT_NONE(place, function)

/* lint: table */
static void put_called(const struct gh_functions *real, struct gh_functions *out)
{
#define GH_PLAIN(name, class, id, kind, parameters, arguments) PUT_##kind(name, call_##name)
#define GH_TEXT(name, class, id, kind, parameters, arguments)                                      \
	PUT_##kind(name[GH_NARROW], call_##name) PUT_##kind(name[GH_WIDE], call_##name##W)
#include "../odbc/entry_points.def"
#undef GH_PLAIN
#undef GH_TEXT
}

/* ---- handles ------------------------------------------------------------------------------- */

static void take_after(const struct serial *parent, struct serial *out)
{
	out->real = parent->real;
	out->lock = parent->lock;
}

static struct serial *make(const struct serial *parent, SQLSMALLINT type)
{
	struct serial_statement *statement;
	struct serial *child;

	if (type == SQL_HANDLE_STMT) {
		statement = calloc(1, sizeof(*statement));
		child = statement == NULL ? NULL : &statement->base;
		for (int i = 0; child != NULL && i <= IMPLICIT_LAST - IMPLICIT_FIRST; i++)
			take_after(parent, &statement->implicit[i]);
	} else {
		child = calloc(1, sizeof(*child));
	}
	if (child != NULL)
		take_after(parent, child);
	return child;
}

static SQLRETURN allocate(SQLSMALLINT type, SQLHANDLE handle, SQLHANDLE *output)
{
	struct serial *parent = handle, *child = make(parent, type);
	SQLRETURN code;

	*output = SQL_NULL_HANDLE;
	if (child == NULL)
		return SQL_ERROR;
	code = parent->real->SQLAllocHandle(type, enter(parent), &child->target);
	(void)leave(parent, code);
	if (SQL_SUCCEEDED(code))
		*output = child;
	else
		free(child);
	return code;
}

static SQLRETURN release(SQLSMALLINT type, SQLHANDLE handle)
{
	struct serial *serial = handle;
	SQLRETURN code = serial->real->SQLFreeHandle(type, enter(serial));

	(void)leave(serial, code);
	if (!SQL_SUCCEEDED(code))
		return code;
	if (type == SQL_HANDLE_ENV)
		gh_lock_clear(&((struct serial_environment *)handle)->own);
	free(handle);
	return code;
}

void gh_serial_forget(SQLHANDLE handle)
{
	free(handle);
}

enum gh_status gh_serial_environment(const struct gh_functions *real, struct gh_lock *shared,
				     SQLHENV target, SQLHENV *output, struct gh_error *err)
{
	struct serial_environment *environment = calloc(1, sizeof(*environment));
	enum gh_status status;

	*output = SQL_NULL_HENV;
	if (environment == NULL)
		return gh_fail(err, GH_E_MEMORY, "environment");
	status = gh_lock_init(&environment->own, err);
	if (status != GH_OK) {
		free(environment);
		return status;
	}
	environment->base.real = real;
	environment->base.lock = shared != NULL ? shared : &environment->own;
	environment->base.target = target;
	*output = environment;
	return GH_OK;
}

/* ---- handles among the arguments ---------------------------------------------------------------
 */

static SQLHANDLE target_of(SQLHANDLE handle)
{
	return handle == SQL_NULL_HANDLE ? SQL_NULL_HANDLE : ((struct serial *)handle)->target;
}

static bool names_descriptor(SQLINTEGER attribute)
{
	return attribute >= IMPLICIT_FIRST && attribute <= IMPLICIT_LAST;
}

#define SET_STATEMENT(name, width)                                                                 \
	static SQLRETURN name(SQLHSTMT handle, SQLINTEGER attribute, SQLPOINTER value,             \
			      SQLINTEGER length)                                                   \
	{                                                                                          \
		struct serial *serial = handle;                                                    \
                                                                                                   \
		if (names_descriptor(attribute))                                                   \
			value = target_of(value);                                                  \
		return leave(serial, serial->real->SQLSetStmtAttr[width](enter(serial), attribute, \
									 value, length));          \
	}
SET_STATEMENT(set_statement, GH_NARROW)
SET_STATEMENT(set_statement_wide, GH_WIDE)

/* The session asks for a descriptor only as long as the implicit one is in its place. */
static void wrap_descriptor(struct serial *serial, SQLINTEGER attribute, SQLHANDLE *value)
{
	struct serial *slot =
		&((struct serial_statement *)(void *)serial)->implicit[attribute - IMPLICIT_FIRST];

	if (*value == SQL_NULL_HANDLE)
		return;
	slot->target = *value;
	*value = slot;
}

#define GET_STATEMENT(name, width)                                                                 \
	static SQLRETURN name(SQLHSTMT handle, SQLINTEGER attribute, SQLPOINTER value,             \
			      SQLINTEGER room, SQLINTEGER *length)                                 \
	{                                                                                          \
		struct serial *serial = handle;                                                    \
		SQLRETURN code = serial->real->SQLGetStmtAttr[width](enter(serial), attribute,     \
								     value, room, length);         \
                                                                                                   \
		if (SQL_SUCCEEDED(code) && names_descriptor(attribute) && value != NULL)           \
			wrap_descriptor(serial, attribute, value);                                 \
		return leave(serial, code);                                                        \
	}
GET_STATEMENT(get_statement, GH_NARROW)
GET_STATEMENT(get_statement_wide, GH_WIDE)

static SQLRETURN copy_descriptor(SQLHDESC handle, SQLHDESC destination)
{
	struct serial *serial = handle;

	return leave(serial, serial->real->SQLCopyDesc(enter(serial), target_of(destination)));
}

static SQLRETURN end_transaction(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT completion)
{
	struct serial *serial = handle;

	return leave(serial, serial->real->SQLEndTran(type, enter(serial), completion));
}

#define GET_RECORD(name, width)                                                                    \
	static SQLRETURN name(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number, void *state, \
			      SQLINTEGER *native, void *text, SQLSMALLINT room,                    \
			      SQLSMALLINT *length)                                                 \
	{                                                                                          \
		struct serial *serial = handle;                                                    \
                                                                                                   \
		return leave(serial, serial->real->SQLGetDiagRec[width](type, enter(serial),       \
									number, state, native,     \
									text, room, length));      \
	}
GET_RECORD(get_record, GH_NARROW)
GET_RECORD(get_record_wide, GH_WIDE)

#define GET_FIELD(name, width)                                                                     \
	static SQLRETURN name(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number,              \
			      SQLSMALLINT field, SQLPOINTER value, SQLSMALLINT room,               \
			      SQLSMALLINT *length)                                                 \
	{                                                                                          \
		struct serial *serial = handle;                                                    \
                                                                                                   \
		return leave(serial,                                                               \
			     serial->real->SQLGetDiagField[width](type, enter(serial), number,     \
								  field, value, room, length));    \
	}
GET_FIELD(get_field, GH_NARROW)
GET_FIELD(get_field_wide, GH_WIDE)

/* The environment is none of ours: SQLError is asked of a connection or a statement. */
#define GET_ERROR(name, width)                                                                     \
	static SQLRETURN name(SQLHENV handle, SQLHDBC connection, SQLHSTMT statement, void *state, \
			      SQLINTEGER *native, void *text, SQLSMALLINT room,                    \
			      SQLSMALLINT *length)                                                 \
	{                                                                                          \
		struct serial *serial = statement != SQL_NULL_HSTMT ? statement : connection;      \
                                                                                                   \
		if (serial == NULL)                                                                \
			return SQL_NO_DATA;                                                        \
		(void)enter(serial);                                                               \
		return leave(serial, serial->real->SQLError[width](handle, target_of(connection),  \
								   target_of(statement), state,    \
								   native, text, room, length));   \
	}
GET_ERROR(get_error, GH_NARROW)
GET_ERROR(get_error_wide, GH_WIDE)

/* ---- cancelling -------------------------------------------------------------------------------
 */

/*
 * Where calls of a connection are kept apart, its SQLCancel comes beside them, as the
 * manager lets it.  A library that takes one call at a time can't be told to cancel
 * the one that it is in: that is said at once, and not when there is nothing left.
 */
static bool enter_to_cancel(struct serial *serial)
{
	if (atomic_load_explicit(&serial->calls, memory_order_relaxed) != 0)
		return false;
	(void)enter(serial);
	return true;
}

static SQLRETURN cancel_statement(SQLHSTMT handle)
{
	struct serial *serial = handle;

	if (!enter_to_cancel(serial))
		return SQL_ERROR;
	return leave(serial, serial->real->SQLCancel(serial->target));
}

static SQLRETURN cancel_handle(SQLSMALLINT type, SQLHANDLE handle)
{
	struct serial *serial = handle;

	if (!enter_to_cancel(serial))
		return SQL_ERROR;
	return leave(serial, serial->real->SQLCancelHandle(type, serial->target));
}

static SQLRETURN cancel_statement_beside(SQLHSTMT handle)
{
	return ((struct serial *)handle)->real->SQLCancel(target_of(handle));
}

static SQLRETURN cancel_handle_beside(SQLSMALLINT type, SQLHANDLE handle)
{
	return ((struct serial *)handle)->real->SQLCancelHandle(type, target_of(handle));
}

/* ---- the table ---------------------------------------------------------------------------------
 */

#define PUT(name, function)                                                                        \
	if (real->name != NULL)                                                                    \
		out->name = function;
#define PUT_BOTH(name, narrow, wide) PUT(name[GH_NARROW], narrow) PUT(name[GH_WIDE], wide)

/* lint: table */
void gh_serial_fill(const struct gh_functions *real, enum gh_threading threading,
		    struct gh_functions *out)
{
	bool beside = threading == GH_THREADING_CONNECTION;

	memset(out, 0, sizeof(*out));
	put_called(real, out);
	PUT(SQLAllocHandle, allocate)
	PUT(SQLFreeHandle, release)
	PUT(SQLEndTran, end_transaction)
	PUT(SQLCopyDesc, copy_descriptor)
	PUT(SQLCancel, beside ? cancel_statement_beside : cancel_statement)
	PUT(SQLCancelHandle, beside ? cancel_handle_beside : cancel_handle)
	PUT_BOTH(SQLSetStmtAttr, set_statement, set_statement_wide)
	PUT_BOTH(SQLGetStmtAttr, get_statement, get_statement_wide)
	PUT_BOTH(SQLGetDiagRec, get_record, get_record_wide)
	PUT_BOTH(SQLGetDiagField, get_field, get_field_wide)
	PUT_BOTH(SQLError, get_error, get_error_wide)
}
