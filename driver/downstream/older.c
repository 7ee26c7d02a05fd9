/*
 * Targets that lack functions of ODBC 3.  A manager maps those to ODBC 2's; here
 * the rest of the driver gets a table of functions in which they are mapped, and
 * handles that remember whose they are.  As unixODBC 2.3.11 maps them; what has no
 * counterpart stays absent, which is IM001.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* What the rest of the driver holds instead of the target's handle. */
struct older {
	const struct gh_functions *real;
	SQLHANDLE target;
	struct older *parent; /* borrowed; NULL of an environment */
	bool version2;        /* not even SQLAllocHandle: also types and arrays are ODBC 2's */
	bool dates;           /* version2, and the application speaks ODBC 3 */
	const char *state;    /* of a failure that the target does not know of; NULL: none */
	/* what SQLExtendedFetch takes as arguments and ODBC 3 as attributes */
	SQLUSMALLINT *row_status;
	SQLULEN *rows_fetched;
	SQLULEN *bookmark;
	SQLULEN array_size;
	SQLUSMALLINT *own_status; /* owned; as long as own_count */
	size_t own_count;
};

#define LACKS(real, new, old)       ((real)->new == NULL && (real)->old != NULL)
#define LACKS_TEXT(real, new, old)  (!GH_HAS_TEXT(real, new) && (real)->old != NULL)
#define LACKS_TEXTS(real, new, old) (!GH_HAS_TEXT(real, new) && GH_HAS_TEXT(real, old))

bool gh_older_is_needed(const struct gh_functions *real)
{
	return LACKS(real, SQLAllocHandle, SQLAllocEnv) || LACKS(real, SQLEndTran, SQLTransact) ||
	       LACKS_TEXT(real, SQLSetStmtAttr, SQLSetStmtOption) ||
	       LACKS_TEXT(real, SQLGetStmtAttr, SQLGetStmtOption) ||
	       LACKS(real, SQLBindParameter, SQLSetParam) ||
	       LACKS_TEXTS(real, SQLSetConnectAttr, SQLSetConnectOption) ||
	       LACKS_TEXTS(real, SQLGetConnectAttr, SQLGetConnectOption) ||
	       LACKS_TEXTS(real, SQLColAttribute, SQLColAttributes) ||
	       LACKS_TEXTS(real, SQLGetDiagRec, SQLError);
}

/* ---- functions that are called as they are, with the target's handle --------------------- */

#define UNWRAP(parameters, expression)                                                             \
	parameters                                                                                 \
	{                                                                                          \
		struct older *older = handle;                                                      \
		const SQLHANDLE target = older->target;                                            \
                                                                                                   \
		(void)target;                                                                      \
		older->state = NULL;                                                               \
		handle = older->target;                                                            \
		return expression;                                                                 \
	}

#define CALL_STATEMENT(name, function, parameters, arguments)                                      \
	static SQLRETURN name UNWRAP(parameters, older->real->function arguments)
#define CALL_CONNECTION  CALL_STATEMENT
#define CALL_ENVIRONMENT CALL_STATEMENT
#define CALL_DESCRIPTOR(name, function, parameters, arguments)
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
#define PUT_CONNECTION                  PUT_STATEMENT
#define PUT_ENVIRONMENT                 PUT_STATEMENT
#define PUT_DESCRIPTOR(place, function) out->place = real->place; /* these are the target's */
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

static SQLRETURN allocate_target(const struct older *parent, SQLSMALLINT type, SQLHANDLE *target)
{
	const struct gh_functions *real = parent->real;

	if (real->SQLAllocHandle != NULL)
		return real->SQLAllocHandle(type, parent->target, target);
	if (type == SQL_HANDLE_DBC && real->SQLAllocConnect != NULL)
		return real->SQLAllocConnect(parent->target, target);
	if (type == SQL_HANDLE_STMT && real->SQLAllocStmt != NULL)
		return real->SQLAllocStmt(parent->target, target);
	return SQL_ERROR;
}

static SQLRETURN allocate(SQLSMALLINT type, SQLHANDLE handle, SQLHANDLE *output)
{
	struct older *parent = handle, *child;
	SQLRETURN code;

	*output = SQL_NULL_HANDLE;
	if (type == SQL_HANDLE_DESC)
		return allocate_target(parent, type, output);
	child = calloc(1, sizeof(*child));
	if (child == NULL)
		return SQL_ERROR;
	code = allocate_target(parent, type, &child->target);
	if (!SQL_SUCCEEDED(code)) {
		free(child);
		return code;
	}
	child->real = parent->real;
	child->parent = parent;
	child->version2 = parent->version2;
	child->dates = parent->dates;
	child->array_size = 1;
	*output = child;
	return code;
}

SQLRETURN gh_older_environment(const struct gh_functions *real, SQLINTEGER odbc_version,
			       SQLHANDLE *output)
{
	struct older *older = calloc(1, sizeof(*older));
	SQLRETURN code = SQL_ERROR;

	*output = SQL_NULL_HANDLE;
	if (older == NULL)
		return SQL_ERROR;
	older->real = real;
	older->version2 = real->SQLAllocHandle == NULL;
	older->dates = older->version2 && odbc_version >= (SQLINTEGER)SQL_OV_ODBC3;
	if (real->SQLAllocHandle != NULL)
		code = real->SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &older->target);
	else if (real->SQLAllocEnv != NULL)
		code = real->SQLAllocEnv(&older->target);
	if (!SQL_SUCCEEDED(code)) {
		free(older);
		return code;
	}
	*output = older;
	return code;
}

static SQLRETURN release_target(const struct older *older, SQLSMALLINT type)
{
	const struct gh_functions *real = older->real;

	if (real->SQLFreeHandle != NULL)
		return real->SQLFreeHandle(type, older->target);
	if (type == SQL_HANDLE_ENV && real->SQLFreeEnv != NULL)
		return real->SQLFreeEnv(older->target);
	if (type == SQL_HANDLE_DBC && real->SQLFreeConnect != NULL)
		return real->SQLFreeConnect(older->target);
	if (type == SQL_HANDLE_STMT && real->SQLFreeStmt != NULL)
		return real->SQLFreeStmt(older->target, SQL_DROP);
	return SQL_ERROR;
}

/* A descriptor is the target's own, and only targets with SQLFreeHandle have them. */
static SQLRETURN release(SQLSMALLINT type, SQLHANDLE handle)
{
	struct older *older = handle;
	SQLRETURN code;

	if (type == SQL_HANDLE_DESC)
		return SQL_INVALID_HANDLE;
	code = release_target(older, type);
	if (!SQL_SUCCEEDED(code))
		return code;
	free(older->own_status);
	free(older);
	return code;
}

/* ---- transactions and diagnostics ------------------------------------------------------------ */

static SQLRETURN end_transaction(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT completion)
{
	struct older *older = handle;

	older->state = NULL;
	if (older->real->SQLEndTran != NULL)
		return older->real->SQLEndTran(type, older->target, completion);
	if (type == SQL_HANDLE_ENV)
		return older->real->SQLTransact(older->target, SQL_NULL_HDBC,
						(SQLUSMALLINT)completion);
	return older->real->SQLTransact(SQL_NULL_HENV, older->target, (SQLUSMALLINT)completion);
}

static void write_units(enum gh_width width, const char *text, void *out, size_t room)
{
	SQLWCHAR *wide = out;
	size_t i = 0;

	for (; text[i] != '\0' && i + 1 < room; i++)
		if (width == GH_WIDE)
			wide[i] = (SQLWCHAR)(unsigned char)text[i];
		else
			((char *)out)[i] = text[i];
	if (width == GH_WIDE && room > 0)
		wide[i] = 0;
	else if (room > 0)
		((char *)out)[i] = '\0';
}

struct error_call {
	enum gh_width width;
	SQLHANDLE connection, statement;
	void *state;
	SQLINTEGER *native;
	void *text;
	SQLSMALLINT room;
	SQLSMALLINT *length;
};

/* A failure of our own is told once, like any of SQLError. */
static SQLRETURN tell_own(struct older *older, const struct error_call *call)
{
	const char *text = strcmp(older->state, "01004") == 0
				   ? "[Gatehouse][Driver] String data, right truncated"
				   : "[Gatehouse][Driver] The target driver is too old for this";

	write_units(call->width, older->state, call->state, 6);
	write_units(call->width, text, call->text, call->room < 0 ? 0 : (size_t)call->room);
	*call->native = 0;
	*call->length = (SQLSMALLINT)strlen(text);
	older->state = NULL;
	return SQL_SUCCESS;
}

static SQLRETURN read_error(const struct error_call *call)
{
	struct older *older =
		call->statement != SQL_NULL_HSTMT ? call->statement : call->connection;

	if (older == NULL)
		return SQL_NO_DATA;
	if (older->state != NULL)
		return tell_own(older, call);
	return older->real->SQLError[call->width](
		SQL_NULL_HENV, call->statement == SQL_NULL_HSTMT ? older->target : SQL_NULL_HDBC,
		call->statement == SQL_NULL_HSTMT ? SQL_NULL_HSTMT : older->target, call->state,
		call->native, call->text, call->room, call->length);
}

static SQLRETURN gh_do_SQLError_older(SQLHENV handle, SQLHDBC connection, SQLHSTMT statement,
				      void *state, SQLINTEGER *native, void *text, SQLSMALLINT room,
				      SQLSMALLINT *length)
{
	(void)handle;
	return read_error(&(struct error_call){ GH_NARROW, connection, statement, state, native,
						text, room, length });
}

static SQLRETURN gh_do_SQLErrorW_older(SQLHENV handle, SQLHDBC connection, SQLHSTMT statement,
				       void *state, SQLINTEGER *native, void *text,
				       SQLSMALLINT room, SQLSMALLINT *length)
{
	(void)handle;
	return read_error(&(struct error_call){ GH_WIDE, connection, statement, state, native, text,
						room, length });
}

/* ---- attributes -------------------------------------------------------------------------------
 */

enum { DRIVER_MIN = 20000 }; /* SQL_STMT_DRIVER_MIN and SQL_CONN_DRIVER_MIN */

/* SQLSetStmtAttr.c and SQLSetConnectAttr.c: what ODBC 2 had, and a driver's own. */
static bool is_option(struct older *older, SQLINTEGER attribute, SQLINTEGER first, SQLINTEGER last)
{
	if (attribute >= DRIVER_MIN || (attribute >= first && attribute <= last))
		return true;
	older->state = "HY092";
	return false;
}

/* True for what only SQLExtendedFetch's arguments say in ODBC 2. */
static void **argument_of(struct older *older, SQLINTEGER attribute)
{
	if (!older->version2)
		return NULL;
	switch (attribute) {
	case SQL_ATTR_ROW_STATUS_PTR:
		return (void **)&older->row_status;
	case SQL_ATTR_ROWS_FETCHED_PTR:
		return (void **)&older->rows_fetched;
	case SQL_ATTR_FETCH_BOOKMARK_PTR:
		return (void **)&older->bookmark;
	default:
		return NULL;
	}
}

static SQLRETURN set_statement(SQLHSTMT handle, SQLINTEGER attribute, SQLPOINTER value,
			       SQLINTEGER length)
{
	struct older *older = handle;
	void **argument = argument_of(older, attribute);

	(void)length;
	older->state = NULL;
	if (argument != NULL) {
		*argument = value;
		return SQL_SUCCESS;
	}
	if (older->version2 && attribute == SQL_ATTR_ROW_ARRAY_SIZE) {
		older->array_size = (SQLULEN)(uintptr_t)value;
		attribute = SQL_ROWSET_SIZE;
	}
	if (!is_option(older, attribute, SQL_QUERY_TIMEOUT, SQL_ROW_NUMBER))
		return SQL_ERROR;
	return older->real->SQLSetStmtOption(older->target, (SQLUSMALLINT)attribute,
					     (SQLULEN)(uintptr_t)value);
}

static SQLRETURN get_statement(SQLHSTMT handle, SQLINTEGER attribute, SQLPOINTER value,
			       SQLINTEGER room, SQLINTEGER *length)
{
	struct older *older = handle;
	void **argument = argument_of(older, attribute);

	(void)room;
	(void)length;
	older->state = NULL;
	if (argument != NULL) {
		if (value != NULL)
			*(void **)value = *argument;
		return SQL_SUCCESS;
	}
	if (older->version2 && attribute == SQL_ATTR_ROW_ARRAY_SIZE)
		attribute = SQL_ROWSET_SIZE;
	if (!is_option(older, attribute, SQL_QUERY_TIMEOUT, SQL_ROW_NUMBER))
		return SQL_ERROR;
	return older->real->SQLGetStmtOption(older->target, (SQLUSMALLINT)attribute, value);
}

#define SET_CONNECTION(face, width)                                                                \
	static SQLRETURN face(SQLHDBC handle, SQLINTEGER attribute, SQLPOINTER value,              \
			      SQLINTEGER length)                                                   \
	{                                                                                          \
		struct older *older = handle;                                                      \
                                                                                                   \
		(void)length;                                                                      \
		older->state = NULL;                                                               \
		if (!is_option(older, attribute, SQL_ACCESS_MODE, SQL_PACKET_SIZE))                \
			return SQL_ERROR;                                                          \
		return older->real->SQLSetConnectOption[width](                                    \
			older->target, (SQLUSMALLINT)attribute, (SQLULEN)(uintptr_t)value);        \
	}
SET_CONNECTION(set_connection, GH_NARROW)
SET_CONNECTION(set_connection_wide, GH_WIDE)

struct option_call {
	enum gh_width width;
	SQLINTEGER attribute;
	SQLPOINTER value;
	SQLINTEGER room; /* bytes */
	SQLINTEGER *length;
};

/* ODBC 2, SQLGetConnectOption: a text takes up to 256 bytes, and no room is told. */
static SQLRETURN get_text(struct older *older, const struct option_call *call)
{
	enum { MOST = SQL_MAX_OPTION_STRING_LENGTH };
	SQLWCHAR text[MOST + 1] = { 0 };
	const size_t unit = call->width == GH_WIDE ? sizeof(SQLWCHAR) : 1;
	size_t room = call->room < 0 ? 0 : (size_t)call->room / unit, bytes, copied;
	SQLRETURN code = older->real->SQLGetConnectOption[call->width](
		older->target, (SQLUSMALLINT)call->attribute, text);

	if (!SQL_SUCCEEDED(code))
		return code;
	text[MOST] = 0;
	for (bytes = 0; call->width == GH_WIDE && text[bytes / unit] != 0;)
		bytes += unit;
	if (call->width == GH_NARROW)
		bytes = strnlen((const char *)text, sizeof(text) - 1);
	if (call->length != NULL)
		*call->length = (SQLINTEGER)bytes;
	if (call->value == NULL || room == 0)
		return code;
	copied = bytes < room * unit ? bytes : (room - 1) * unit;
	memcpy(call->value, text, copied);
	memset((char *)call->value + copied, 0, unit);
	if (copied == bytes)
		return code;
	older->state = "01004";
	return SQL_SUCCESS_WITH_INFO;
}

static SQLRETURN get_option(struct older *older, const struct option_call *call)
{
	older->state = NULL;
	if (!is_option(older, call->attribute, SQL_ACCESS_MODE, SQL_PACKET_SIZE))
		return SQL_ERROR;
	if (call->attribute == SQL_CURRENT_QUALIFIER)
		return get_text(older, call);
	return older->real->SQLGetConnectOption[call->width](
		older->target, (SQLUSMALLINT)call->attribute, call->value);
}

static SQLRETURN get_connection(SQLHDBC handle, SQLINTEGER attribute, SQLPOINTER value,
				SQLINTEGER room, SQLINTEGER *length)
{
	return get_option(handle,
			  &(struct option_call){ GH_NARROW, attribute, value, room, length });
}

static SQLRETURN get_connection_wide(SQLHDBC handle, SQLINTEGER attribute, SQLPOINTER value,
				     SQLINTEGER room, SQLINTEGER *length)
{
	return get_option(handle, &(struct option_call){ GH_WIDE, attribute, value, room, length });
}

/* ---- what a result looks like ------------------------------------------------------------------
 */

enum { OLD_DATE = 9, OLD_TIME = 10, OLD_TIMESTAMP = 11, SHIFT = SQL_TYPE_DATE - OLD_DATE };

static SQLSMALLINT newer_type(const struct older *older, SQLSMALLINT type)
{
	bool date = type >= OLD_DATE && type <= OLD_TIMESTAMP;

	return older->dates && date ? (SQLSMALLINT)(type + SHIFT) : type;
}

/* C types and SQL types have the same numbers here. */
static SQLSMALLINT older_type(const struct older *older, SQLSMALLINT type)
{
	bool date = type >= SQL_TYPE_DATE && type <= SQL_TYPE_TIMESTAMP;

	return older->dates && date ? (SQLSMALLINT)(type - SHIFT) : type;
}

/* SQLColAttribute.c, map_ca_odbc3_to_2; the other fields kept their numbers. */
static SQLUSMALLINT older_field(SQLUSMALLINT field)
{
	static const SQLUSMALLINT fields[][2] = {
		{ SQL_DESC_COUNT, SQL_COLUMN_COUNT },
		{ SQL_DESC_TYPE, SQL_COLUMN_TYPE },
		{ SQL_DESC_LENGTH, SQL_COLUMN_LENGTH },
		{ SQL_DESC_PRECISION, SQL_COLUMN_PRECISION },
		{ SQL_DESC_SCALE, SQL_COLUMN_SCALE },
		{ SQL_DESC_NULLABLE, SQL_COLUMN_NULLABLE },
		{ SQL_DESC_NAME, SQL_COLUMN_NAME },
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i][0] == field)
			return fields[i][1];
	return field;
}

#define COLUMN_ATTRIBUTE(name, width)                                                              \
	static SQLRETURN name(SQLHSTMT handle, SQLUSMALLINT column, SQLUSMALLINT field,            \
			      SQLPOINTER text, SQLSMALLINT room, SQLSMALLINT *text_length,         \
			      SQLLEN *number)                                                      \
	{                                                                                          \
		struct older *older = handle;                                                      \
		SQLRETURN code;                                                                    \
                                                                                                   \
		older->state = NULL;                                                               \
		field = older_field(field);                                                        \
		code = older->real->SQLColAttributes[width](older->target, column, field, text,    \
							    room, text_length, number);            \
		if (SQL_SUCCEEDED(code) && field == SQL_COLUMN_TYPE && number != NULL)             \
			*number = newer_type(older, (SQLSMALLINT)*number);                         \
		return code;                                                                       \
	}
COLUMN_ATTRIBUTE(column_attribute, GH_NARROW)
COLUMN_ATTRIBUTE(column_attribute_wide, GH_WIDE)

#define DESCRIBE_COLUMN(face, width)                                                               \
	static SQLRETURN face(SQLHSTMT handle, SQLUSMALLINT column, void *name, SQLSMALLINT room,  \
			      SQLSMALLINT *length, SQLSMALLINT *type, SQLULEN *size,               \
			      SQLSMALLINT *digits, SQLSMALLINT *nullable)                          \
	{                                                                                          \
		struct older *older = handle;                                                      \
		SQLRETURN code;                                                                    \
                                                                                                   \
		older->state = NULL;                                                               \
		code = older->real->SQLDescribeCol[width](older->target, column, name, room,       \
							  length, type, size, digits, nullable);   \
		if (SQL_SUCCEEDED(code) && type != NULL)                                           \
			*type = newer_type(older, *type);                                          \
		return code;                                                                       \
	}
DESCRIBE_COLUMN(describe_column, GH_NARROW)
DESCRIBE_COLUMN(describe_column_wide, GH_WIDE)

/* ---- values
 * -------------------------------------------------------------------------------------- */

static SQLRETURN bind_column(SQLHSTMT handle, SQLUSMALLINT column, SQLSMALLINT c_type,
			     SQLPOINTER value, SQLLEN room, SQLLEN *indicator)
{
	struct older *older = handle;

	older->state = NULL;
	return older->real->SQLBindCol(older->target, column, older_type(older, c_type), value,
				       room, indicator);
}

static SQLRETURN gh_do_SQLGetData_older(SQLHSTMT handle, SQLUSMALLINT column, SQLSMALLINT c_type,
					SQLPOINTER value, SQLLEN room, SQLLEN *indicator)
{
	struct older *older = handle;

	older->state = NULL;
	return older->real->SQLGetData(older->target, column, older_type(older, c_type), value,
				       room, indicator);
}

static SQLRETURN gh_do_SQLBindParameter_older(SQLHSTMT handle, SQLUSMALLINT number,
					      SQLSMALLINT direction, SQLSMALLINT c_type,
					      SQLSMALLINT sql_type, SQLULEN size,
					      SQLSMALLINT digits, SQLPOINTER value, SQLLEN room,
					      SQLLEN *indicator)
{
	struct older *older = handle;

	older->state = NULL;
	return older->real->SQLBindParameter(older->target, number, direction,
					     older_type(older, c_type), older_type(older, sql_type),
					     size, digits, value, room, indicator);
}

/* ODBC 1 had one function for what is given to the target, and knew of no direction. */
static SQLRETURN gh_do_SQLSetParam_older(SQLHSTMT handle, SQLUSMALLINT number,
					 SQLSMALLINT direction, SQLSMALLINT c_type,
					 SQLSMALLINT sql_type, SQLULEN size, SQLSMALLINT digits,
					 SQLPOINTER value, SQLLEN room, SQLLEN *indicator)
{
	struct older *older = handle;

	(void)room;
	older->state = direction == SQL_PARAM_INPUT ? NULL : "HYC00";
	if (older->state != NULL)
		return SQL_ERROR;
	return older->real->SQLSetParam(older->target, number, older_type(older, c_type),
					older_type(older, sql_type), size, digits, value,
					indicator);
}

/* SQLExtendedFetch wants room for the status of each row. */
static SQLUSMALLINT *status_of(struct older *older)
{
	SQLUSMALLINT *longer;

	if (older->row_status != NULL)
		return older->row_status;
	if (older->own_count < older->array_size || older->own_status == NULL) {
		longer = reallocarray(older->own_status, older->array_size, sizeof(*longer));
		if (longer == NULL)
			return NULL;
		older->own_status = longer;
		older->own_count = older->array_size;
	}
	return older->own_status;
}

static SQLRETURN fetch_rowset(struct older *older, SQLUSMALLINT orientation, SQLLEN offset)
{
	SQLUSMALLINT *status = status_of(older);
	SQLULEN fetched = 0;

	if (status == NULL)
		return SQL_ERROR;
	if (orientation == SQL_FETCH_BOOKMARK)
		offset = older->bookmark == NULL ? 0 : (SQLLEN)*older->bookmark;
	return older->real->SQLExtendedFetch(
		older->target, orientation, offset,
		older->rows_fetched != NULL ? older->rows_fetched : &fetched, status);
}

static SQLRETURN fetch(SQLHSTMT handle)
{
	struct older *older = handle;

	older->state = NULL;
	if (older->real->SQLExtendedFetch != NULL)
		return fetch_rowset(older, SQL_FETCH_NEXT, 0);
	return older->real->SQLFetch(older->target);
}

static SQLRETURN fetch_scroll(SQLHSTMT handle, SQLSMALLINT orientation, SQLLEN offset)
{
	struct older *older = handle;

	older->state = NULL;
	return fetch_rowset(older, (SQLUSMALLINT)orientation, offset);
}

static SQLRETURN close_cursor(SQLHSTMT handle)
{
	struct older *older = handle;

	older->state = NULL;
	return older->real->SQLFreeStmt(older->target, SQL_CLOSE);
}

/* ---- the table
 * ------------------------------------------------------------------------------------- */

static void put_attributes(const struct gh_functions *real, struct gh_functions *out)
{
	if (LACKS_TEXT(real, SQLSetStmtAttr, SQLSetStmtOption))
		out->SQLSetStmtAttr[GH_NARROW] = set_statement;
	if (LACKS_TEXT(real, SQLGetStmtAttr, SQLGetStmtOption))
		out->SQLGetStmtAttr[GH_NARROW] = get_statement;
	if (LACKS_TEXT(real, SQLSetConnectAttr, SQLSetConnectOption[GH_NARROW]))
		out->SQLSetConnectAttr[GH_NARROW] = set_connection;
	if (LACKS_TEXT(real, SQLSetConnectAttr, SQLSetConnectOption[GH_WIDE]))
		out->SQLSetConnectAttr[GH_WIDE] = set_connection_wide;
	if (LACKS_TEXT(real, SQLGetConnectAttr, SQLGetConnectOption[GH_NARROW]))
		out->SQLGetConnectAttr[GH_NARROW] = get_connection;
	if (LACKS_TEXT(real, SQLGetConnectAttr, SQLGetConnectOption[GH_WIDE]))
		out->SQLGetConnectAttr[GH_WIDE] = get_connection_wide;
	if (LACKS(real, SQLColAttribute[GH_NARROW], SQLColAttributes[GH_NARROW]))
		out->SQLColAttribute[GH_NARROW] = column_attribute;
	if (LACKS(real, SQLColAttribute[GH_WIDE], SQLColAttributes[GH_WIDE]))
		out->SQLColAttribute[GH_WIDE] = column_attribute_wide;
}

/* Where a target of ODBC 2 differs in what its functions take and give. */
static void put_version2(const struct gh_functions *real, struct gh_functions *out)
{
	if (real->SQLDescribeCol[GH_NARROW] != NULL)
		out->SQLDescribeCol[GH_NARROW] = describe_column;
	if (real->SQLDescribeCol[GH_WIDE] != NULL)
		out->SQLDescribeCol[GH_WIDE] = describe_column_wide;
	if (real->SQLBindCol != NULL)
		out->SQLBindCol = bind_column;
	if (real->SQLGetData != NULL)
		out->SQLGetData = gh_do_SQLGetData_older;
	if (real->SQLBindParameter != NULL)
		out->SQLBindParameter = gh_do_SQLBindParameter_older;
	if (real->SQLFetch != NULL)
		out->SQLFetch = fetch;
	if (LACKS(real, SQLFetchScroll, SQLExtendedFetch))
		out->SQLFetchScroll = fetch_scroll;
}

void gh_older_fill(const struct gh_functions *real, struct gh_functions *out)
{
	memset(out, 0, sizeof(*out));
	put_called(real, out);
	out->SQLAllocHandle = allocate;
	out->SQLFreeHandle = release;
	if (real->SQLEndTran != NULL || real->SQLTransact != NULL)
		out->SQLEndTran = end_transaction;
	out->SQLError[GH_NARROW] = real->SQLError[GH_NARROW] != NULL ? gh_do_SQLError_older : NULL;
	out->SQLError[GH_WIDE] = real->SQLError[GH_WIDE] != NULL ? gh_do_SQLErrorW_older : NULL;
	if (LACKS(real, SQLCloseCursor, SQLFreeStmt))
		out->SQLCloseCursor = close_cursor;
	if (LACKS(real, SQLBindParameter, SQLSetParam))
		out->SQLBindParameter = gh_do_SQLSetParam_older;
	put_attributes(real, out);
	if (real->SQLAllocHandle == NULL)
		put_version2(real, out);
}
