/*
 * What a data source says of itself: the target's answers, a few of our own, and
 * never the target's handles.
 */
#include "call.h"
#include "text.h"

enum info_kind {
	INFO_NUMBER = 0, /* forwarded */
	INFO_TEXT,       /* forwarded, converted if need be */
	INFO_HANDLE,     /* would hand out the target: refused */
	INFO_DSN,        /* ours */
};

struct info_row {
	SQLUSMALLINT type;
	enum info_kind kind;
};

/* lint: table */
static const struct info_row info_rows[] = {
	{ SQL_DRIVER_HDBC, INFO_HANDLE },
	{ SQL_DRIVER_HENV, INFO_HANDLE },
	{ SQL_DRIVER_HSTMT, INFO_HANDLE },
	{ SQL_DRIVER_HDESC, INFO_HANDLE },
	{ SQL_DRIVER_HLIB, INFO_HANDLE },
	{ SQL_DATA_SOURCE_NAME, INFO_DSN },
	{ SQL_ACCESSIBLE_PROCEDURES, INFO_TEXT },
	{ SQL_ACCESSIBLE_TABLES, INFO_TEXT },
	{ SQL_CATALOG_NAME, INFO_TEXT },
	{ SQL_CATALOG_NAME_SEPARATOR, INFO_TEXT },
	{ SQL_CATALOG_TERM, INFO_TEXT },
	{ SQL_COLLATION_SEQ, INFO_TEXT },
	{ SQL_COLUMN_ALIAS, INFO_TEXT },
	{ SQL_DATABASE_NAME, INFO_TEXT },
	{ SQL_DATA_SOURCE_READ_ONLY, INFO_TEXT },
	{ SQL_DBMS_NAME, INFO_TEXT },
	{ SQL_DBMS_VER, INFO_TEXT },
	{ SQL_DESCRIBE_PARAMETER, INFO_TEXT },
	{ SQL_DM_VER, INFO_TEXT },
	{ SQL_DRIVER_NAME, INFO_TEXT },
	{ SQL_DRIVER_ODBC_VER, INFO_TEXT },
	{ SQL_DRIVER_VER, INFO_TEXT },
	{ SQL_EXPRESSIONS_IN_ORDERBY, INFO_TEXT },
	{ SQL_IDENTIFIER_QUOTE_CHAR, INFO_TEXT },
	{ SQL_INTEGRITY, INFO_TEXT },
	{ SQL_KEYWORDS, INFO_TEXT },
	{ SQL_LIKE_ESCAPE_CLAUSE, INFO_TEXT },
	{ SQL_MAX_ROW_SIZE_INCLUDES_LONG, INFO_TEXT },
	{ SQL_MULT_RESULT_SETS, INFO_TEXT },
	{ SQL_MULTIPLE_ACTIVE_TXN, INFO_TEXT },
	{ SQL_NEED_LONG_DATA_LEN, INFO_TEXT },
	{ SQL_ODBC_VER, INFO_TEXT },
	{ SQL_ORDER_BY_COLUMNS_IN_SELECT, INFO_TEXT },
	{ SQL_OUTER_JOINS, INFO_TEXT },
	{ SQL_PROCEDURE_TERM, INFO_TEXT },
	{ SQL_PROCEDURES, INFO_TEXT },
	{ SQL_ROW_UPDATES, INFO_TEXT },
	{ SQL_SCHEMA_TERM, INFO_TEXT },
	{ SQL_SEARCH_PATTERN_ESCAPE, INFO_TEXT },
	{ SQL_SERVER_NAME, INFO_TEXT },
	{ SQL_SPECIAL_CHARACTERS, INFO_TEXT },
	{ SQL_TABLE_TERM, INFO_TEXT },
	{ SQL_USER_NAME, INFO_TEXT },
	{ SQL_XOPEN_CLI_YEAR, INFO_TEXT },
};

static enum info_kind kind_of(SQLUSMALLINT type)
{
	for (size_t i = 0; i < sizeof(info_rows) / sizeof(info_rows[0]); i++)
		if (info_rows[i].type == type)
			return info_rows[i].kind;
	return INFO_NUMBER;
}

struct info_call {
	enum gh_width width;
	SQLUSMALLINT type;
	SQLPOINTER value;
	SQLSMALLINT room; /* bytes */
	SQLSMALLINT *length;
};

static SQLRETURN get_dsn(struct gh_connection *connection, const struct info_call *call)
{
	size_t unit = gh_unit(call->width);
	SQLLEN characters = 0;
	bool whole = gh_text_deliver(connection, gh_span_from(connection->target.dsn),
				     &(struct gh_room){ call->width, call->value,
							call->room / (SQLSMALLINT)unit },
				     &characters);

	if (call->length != NULL)
		*call->length = (SQLSMALLINT)(characters * (SQLLEN)unit);
	if (whole || call->value == NULL)
		return gh_leave(&connection->base, SQL_SUCCESS);
	gh_diag_add_state(&connection->base.diag, "01004", "String data, right truncated");
	return gh_leave(&connection->base, SQL_SUCCESS_WITH_INFO);
}

static SQLRETURN forward_info(struct gh_connection *connection, const struct info_call *call,
			      enum gh_width fit)
{
	return connection->down.functions->SQLGetInfo[fit](connection->down.connection, call->type,
							   call->value, call->room, call->length);
}

static SQLRETURN get_text(struct gh_connection *connection, const struct info_call *call,
			  enum gh_width fit)
{
	struct info_call inner = *call;
	struct gh_out out;
	SQLRETURN code;

	if (fit == call->width)
		return gh_leave_connection(connection, forward_info(connection, call, fit));
	if (gh_out_begin(&out, call->value, call->room / (SQLSMALLINT)gh_unit(call->width),
			 call->width, fit) != GH_OK)
		return gh_leave_failed(&connection->base, GH_E_MEMORY, &(struct gh_error){ 0 });
	inner.value = out.bytes;
	inner.room = (SQLSMALLINT)(out.room * (SQLLEN)gh_unit(fit));
	code = forward_info(connection, &inner, fit);
	gh_out_end(&out, connection, code);
	if (SQL_SUCCEEDED(code) && call->length != NULL)
		*call->length = (SQLSMALLINT)(*call->length * (SQLSMALLINT)gh_unit(call->width) /
					      (SQLSMALLINT)gh_unit(fit));
	return gh_leave_connection(connection, code);
}

static SQLRETURN get_info(struct gh_connection *connection, const struct info_call *call)
{
	enum gh_width fit = GH_FIT(connection->down.functions, SQLGetInfo, call->width);

	switch (kind_of(call->type)) {
	case INFO_DSN:
		return get_dsn(connection, call);
	case INFO_HANDLE:
		return gh_leave_refused(&connection->base, "handles of the target");
	case INFO_TEXT:
		return get_text(connection, call, fit);
	default:
		return gh_leave_connection(connection, forward_info(connection, call, fit));
	}
}

SQLRETURN gh_do_SQLGetInfo(enum gh_width width, SQLHDBC handle, SQLUSMALLINT type, SQLPOINTER value,
			   SQLSMALLINT room, SQLSMALLINT *length)
{
	struct gh_connection *connection = gh_enter_connection(handle);
	const struct info_call call = { width, type, value, room, length };

	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	if (!connection->open)
		return gh_leave_failed(&connection->base, GH_E_CLOSED, &(struct gh_error){ 0 });
	if (!GH_HAS_TEXT(connection->down.functions, SQLGetInfo))
		return gh_leave_failed(&connection->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLGetInfo" });
	return get_info(connection, &call);
}
