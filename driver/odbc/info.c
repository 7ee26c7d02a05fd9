/*
 * What a data source says of itself: the target's answers, a few of our own, and
 * never the target's handles.
 */
#include "call.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

enum info_kind {
	INFO_NUMBER = 0, /* forwarded */
	INFO_TEXT,       /* forwarded, converted if need be */
	INFO_HANDLE,     /* would hand out the target: refused */
	INFO_DSN,        /* ours */
	INFO_POLICY,     /* a text that policy may overrule */
	INFO_DRIVER,     /* a text; ours with ReportDriver=self */
	INFO_GATEHOUSE,  /* ours: that we are here */
};

/* doc/connection.md, "What a tool sees"; in the range of drivers' own (ODBC 3.8, 0x4000). */
enum { GATEHOUSE_INFO = 0x4748 };

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
	{ GATEHOUSE_INFO, INFO_GATEHOUSE },
	{ SQL_ACCESSIBLE_PROCEDURES, INFO_POLICY },
	{ SQL_ACCESSIBLE_TABLES, INFO_POLICY },
	{ SQL_CATALOG_NAME, INFO_TEXT },
	{ SQL_CATALOG_NAME_SEPARATOR, INFO_TEXT },
	{ SQL_CATALOG_TERM, INFO_TEXT },
	{ SQL_COLLATION_SEQ, INFO_TEXT },
	{ SQL_COLUMN_ALIAS, INFO_TEXT },
	{ SQL_DATABASE_NAME, INFO_TEXT },
	{ SQL_DATA_SOURCE_READ_ONLY, INFO_POLICY },
	{ SQL_DBMS_NAME, INFO_TEXT },
	{ SQL_DBMS_VER, INFO_TEXT },
	{ SQL_DESCRIBE_PARAMETER, INFO_TEXT },
	{ SQL_DM_VER, INFO_TEXT },
	{ SQL_DRIVER_NAME, INFO_DRIVER },
	{ SQL_DRIVER_ODBC_VER, INFO_DRIVER },
	{ SQL_DRIVER_VER, INFO_DRIVER },
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

/* ---- answers of ours ---------------------------------------------------------------------- */

static SQLRETURN tell(struct gh_connection *connection, const struct info_call *call,
		      const char *text)
{
	size_t unit = gh_unit(call->width);
	SQLLEN characters = 0;
	bool whole = gh_text_deliver(connection, gh_span_from(text),
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

/* NULL: the target's answer holds. */
static const char *overruled(struct gh_connection *connection, SQLUSMALLINT type)
{
	struct gh_grants grants;

	gh_connection_grants(connection, &grants);
	switch (type) {
	case SQL_DATA_SOURCE_READ_ONLY:
		return grants.may_change ? NULL : "Y";
	case SQL_ACCESSIBLE_TABLES:
		return grants.reads_all ? NULL : "N";
	default:
		return grants.calls_all ? NULL : "N";
	}
}

/* ODBC 3.8, SQL_DRIVER_VER: ##.##.####, then the version as the driver writes it. */
static SQLRETURN tell_version(struct gh_connection *connection, const struct info_call *call)
{
	char text[60], *rest = NULL;
	unsigned long numbers[3] = { strtoul(PACKAGE_VERSION, &rest, 10), 0, 0 };

	for (int i = 1; i < 3 && *rest == '.'; i++)
		numbers[i] = strtoul(rest + 1, &rest, 10);
	snprintf(text, sizeof(text), "%02lu.%02lu.%04lu " PACKAGE_VERSION, numbers[0] % 100,
		 numbers[1] % 100, numbers[2] % 10000);
	return tell(connection, call, text);
}

static SQLRETURN tell_driver(struct gh_connection *connection, const struct info_call *call)
{
	switch (call->type) {
	case SQL_DRIVER_NAME:
		return tell(connection, call, "libgatehouse.so");
	case SQL_DRIVER_ODBC_VER:
		return tell(connection, call, "03.80");
	default:
		return tell_version(connection, call);
	}
}

/* ---- the target's ------------------------------------------------------------------------- */

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
	enum info_kind kind = kind_of(call->type);
	const char *ours = kind == INFO_POLICY ? overruled(connection, call->type) : NULL;

	if (ours != NULL)
		return tell(connection, call, ours);
	if (kind == INFO_DRIVER && connection->reports_self)
		return tell_driver(connection, call);
	switch (kind) {
	case INFO_DSN:
		return tell(connection, call, connection->target.dsn);
	case INFO_GATEHOUSE:
		return tell(connection, call, "Gatehouse " PACKAGE_VERSION);
	case INFO_HANDLE:
		return gh_leave_refused(&connection->base, "handles of the target");
	case INFO_TEXT:
	case INFO_POLICY:
	case INFO_DRIVER:
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
