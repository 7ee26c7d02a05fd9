/*
 * What a result looks like: forwarded, with texts in the application's flavour.
 */
#include "call.h"
#include "text.h"

#include <string.h>

SQLRETURN gh_do_SQLDescribeCol(enum gh_width width, SQLHSTMT handle, SQLUSMALLINT column,
			       void *name, SQLSMALLINT room, SQLSMALLINT *name_length,
			       SQLSMALLINT *type, SQLULEN *size, SQLSMALLINT *digits,
			       SQLSMALLINT *nullable)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	struct gh_out out;
	enum gh_width fit;
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (!GH_HAS_TEXT(statement->functions, SQLDescribeCol))
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLDescribeCol" });
	fit = GH_FIT(statement->functions, SQLDescribeCol, width);
	if (gh_out_begin(&out, name, room, width, fit) != GH_OK)
		return gh_leave_failed(&statement->base, GH_E_MEMORY, &(struct gh_error){ 0 });
	gh_lock_take(&statement->connection->describing);
	code = statement->functions->SQLDescribeCol[fit](statement->target, column, out.bytes, room,
							 name_length, type, size, digits, nullable);
	gh_lock_release(&statement->connection->describing);
	gh_out_end(&out, statement->connection, code);
	return gh_leave_statement(statement, code);
}

/* Fields whose value is a text (ODBC 3.8, SQLColAttribute). */
static bool is_text_field(SQLUSMALLINT field)
{
	switch (field) {
	case SQL_COLUMN_NAME:
	case SQL_COLUMN_TYPE_NAME:
	case SQL_COLUMN_TABLE_NAME:
	case SQL_COLUMN_OWNER_NAME:
	case SQL_COLUMN_QUALIFIER_NAME:
	case SQL_COLUMN_LABEL:
	case SQL_DESC_BASE_COLUMN_NAME:
	case SQL_DESC_BASE_TABLE_NAME:
	case SQL_DESC_LITERAL_PREFIX:
	case SQL_DESC_LITERAL_SUFFIX:
	case SQL_DESC_LOCAL_TYPE_NAME:
	case SQL_DESC_NAME:
		return true;
	default:
		return false;
	}
}

struct column_call {
	SQLUSMALLINT column;
	SQLUSMALLINT field;
	SQLPOINTER text;
	SQLSMALLINT room;
	SQLSMALLINT *text_length;
	SQLLEN *number;
};

/* SQLColAttribute and SQLColAttributes are of one type. */
typedef SQLRETURN (*column_function)(SQLHSTMT, SQLUSMALLINT, SQLUSMALLINT, void *, SQLSMALLINT,
				     SQLSMALLINT *, SQLLEN *);

static SQLRETURN describe(struct gh_statement *statement, column_function function,
			  const struct column_call *call)
{
	SQLRETURN code;

	gh_lock_take(&statement->connection->describing);
	code = function(statement->target, call->column, call->field, call->text, call->room,
			call->text_length, call->number);
	gh_lock_release(&statement->connection->describing);
	return code;
}

/* The target lacks the flavour: its text is converted. */
static SQLRETURN describe_text(struct gh_statement *statement, column_function function,
			       const struct column_call *call, enum gh_width width)
{
	enum gh_width fit = width == GH_WIDE ? GH_NARROW : GH_WIDE;
	struct column_call inner = *call;
	struct gh_out out = { 0 };
	SQLRETURN code;

	if (gh_out_begin(&out, call->text, call->room / (SQLSMALLINT)gh_unit(width), width, fit) !=
	    GH_OK)
		return gh_leave_failed(&statement->base, GH_E_MEMORY, &(struct gh_error){ 0 });
	inner.text = out.bytes;
	inner.room = (SQLSMALLINT)(out.room * (SQLLEN)gh_unit(fit));
	code = describe(statement, function, &inner);
	gh_out_end(&out, statement->connection, code);
	if (SQL_SUCCEEDED(code) && call->text_length != NULL)
		*call->text_length =
			(SQLSMALLINT)(*call->text_length * (SQLSMALLINT)gh_unit(width) /
				      (SQLSMALLINT)gh_unit(fit));
	return gh_leave_statement(statement, code);
}

/* `pair` is a function's two flavours, at least one of them there. */
static SQLRETURN describe_column(struct gh_statement *statement, const column_function pair[2],
				 const struct column_call *call, enum gh_width width)
{
	enum gh_width other = width == GH_WIDE ? GH_NARROW : GH_WIDE;

	if (pair[width] == NULL && is_text_field(call->field))
		return describe_text(statement, pair[other], call, width);
	return gh_leave_statement(
		statement,
		describe(statement, pair[width] != NULL ? pair[width] : pair[other], call));
}

SQLRETURN gh_do_SQLColAttribute(enum gh_width width, SQLHSTMT handle, SQLUSMALLINT column,
				SQLUSMALLINT field, SQLPOINTER text, SQLSMALLINT room,
				SQLSMALLINT *text_length, SQLLEN *number)
{
	const struct column_call call = { column, field, text, room, text_length, number };
	struct gh_statement *statement = gh_enter_statement(handle);

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (!GH_HAS_TEXT(statement->functions, SQLColAttribute))
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLColAttribute" });
	return describe_column(statement, statement->functions->SQLColAttribute, &call, width);
}

/* As managers map it for a driver that has SQLColAttribute only. */
static SQLUSMALLINT newer_field(SQLUSMALLINT field)
{
	switch (field) {
	case SQL_COLUMN_COUNT:
		return SQL_DESC_COUNT;
	case SQL_COLUMN_NULLABLE:
		return SQL_DESC_NULLABLE;
	case SQL_COLUMN_NAME:
		return SQL_DESC_NAME;
	default:
		return field;
	}
}

/* A flavour that fits comes first; of two, that of the name that was called. */
static bool has_older(const struct gh_functions *functions, enum gh_width width)
{
	return functions->SQLColAttributes[width] != NULL ||
	       (functions->SQLColAttribute[width] == NULL &&
		GH_HAS_TEXT(functions, SQLColAttributes));
}

SQLRETURN gh_do_SQLColAttributes(enum gh_width width, SQLHSTMT handle, SQLUSMALLINT column,
				 SQLUSMALLINT field, SQLPOINTER text, SQLSMALLINT room,
				 SQLSMALLINT *text_length, SQLLEN *number)
{
	struct column_call call = { column, field, text, room, text_length, number };
	struct gh_statement *statement = gh_enter_statement(handle);

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (has_older(statement->functions, width))
		return describe_column(statement, statement->functions->SQLColAttributes, &call,
				       width);
	if (!GH_HAS_TEXT(statement->functions, SQLColAttribute))
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLColAttributes" });
	call.field = newer_field(field);
	return describe_column(statement, statement->functions->SQLColAttribute, &call, width);
}

/* ---- cursor names ------------------------------------------------------------------------- */

/*
 * Drivers put a cursor's name into SQL of their own (psqlODBC with
 * UseDeclareFetch: DECLARE "name" CURSOR FOR), so it must be a name.
 */
static enum gh_status check_cursor_name(struct gh_statement *statement, const struct gh_text *text,
					struct gh_error *err)
{
	struct gh_buf name;
	enum gh_status status;

	gh_buf_init(&name, 4096);
	status = gh_text_decode(statement->connection->down.charset, text, &name, err);
	for (size_t i = 0; i < name.length && status == GH_OK; i++) {
		unsigned char c = (unsigned char)name.bytes[i];
		bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

		if (!letter && c < 0x80 && strchr("0123456789_-$#.% ", c) == NULL)
			status = gh_fail(err, GH_E_ARGUMENT, "a cursor name with '%c'", c);
	}
	gh_buf_clear(&name);
	return status;
}

SQLRETURN gh_do_SQLSetCursorName(enum gh_width width, SQLHSTMT handle, void *name,
				 SQLSMALLINT length)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	const struct gh_text text = { width, name, length };
	struct gh_error err = { 0 };
	struct gh_in in = { 0 };
	enum gh_width fit;
	enum gh_status status;
	SQLRETURN code = SQL_ERROR;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (!GH_HAS_TEXT(statement->functions, SQLSetCursorName))
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLSetCursorName" });
	fit = GH_FIT(statement->functions, SQLSetCursorName, width);
	status = check_cursor_name(statement, &text, &err);
	if (status == GH_OK)
		status = gh_in_fit(statement->connection, &text, fit, &in, &err);
	if (status == GH_OK)
		code = statement->functions->SQLSetCursorName[fit](statement->target, in.bytes,
								   (SQLSMALLINT)in.length);
	gh_in_clear(&in);
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	return gh_leave_statement(statement, code);
}

SQLRETURN gh_do_SQLGetCursorName(enum gh_width width, SQLHSTMT handle, void *name, SQLSMALLINT room,
				 SQLSMALLINT *length)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	struct gh_out out;
	enum gh_width fit;
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (!GH_HAS_TEXT(statement->functions, SQLGetCursorName))
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLGetCursorName" });
	fit = GH_FIT(statement->functions, SQLGetCursorName, width);
	if (gh_out_begin(&out, name, room, width, fit) != GH_OK)
		return gh_leave_failed(&statement->base, GH_E_MEMORY, &(struct gh_error){ 0 });
	code = statement->functions->SQLGetCursorName[fit](statement->target, out.bytes, room,
							   length);
	gh_out_end(&out, statement->connection, code);
	return gh_leave_statement(statement, code);
}
