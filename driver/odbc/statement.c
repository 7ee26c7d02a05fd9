/*
 * Statements: what carries SQL is judged and journalled before it is sent.
 */
#include "call.h"
#include "text.h"

#include <string.h>

SQLRETURN gh_do_SQLPrepare(enum gh_width width, SQLHSTMT handle, void *text, SQLINTEGER length)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	const struct gh_text given = { width, text, length };
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (!GH_HAS_TEXT(statement->functions, SQLPrepare))
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLPrepare" });
	if (!gh_is_again(statement, "SQLPrepare"))
		status = gh_statement_judge(statement, &given, &err);
	if (status == GH_OK && statement->functions->SQLPrepare[statement->sent_width] == NULL)
		status = gh_fail(&err, GH_E_NO_FUNCTION, "SQLPrepare");
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	code = statement->functions->SQLPrepare[statement->sent_width](
		statement->target, statement->sent.bytes,
		(SQLINTEGER)(statement->sent.length / gh_unit(statement->sent_width)));
	/* after a failure a target may still have what was prepared before */
	statement->prepared = SQL_SUCCEEDED(code);
	gh_note_running(statement, "SQLPrepare", code);
	return gh_leave_statement(statement, code);
}

/*
 * Where masks apply, what the target wrote into parameters is delivered.  Its
 * records are kept, since ours may come behind them.
 */
static SQLRETURN leave_executed(struct gh_statement *statement, SQLRETURN code)
{
	if (statement->outputs.count == 0 || code == SQL_STILL_EXECUTING || code == SQL_NEED_DATA)
		return gh_leave_statement(statement, code);
	if (code != SQL_SUCCESS && statement->base.diag.count == 0)
		gh_diag_snapshot(&statement->base.diag, &statement->connection->down,
				 SQL_HANDLE_STMT, statement->target, statement->scrub);
	return gh_leave_statement(statement, gh_outputs_deliver(statement, code));
}

static enum gh_status begin_direct(struct gh_statement *statement, const struct gh_text *text,
				   struct gh_error *err)
{
	enum gh_status status = gh_statement_judge(statement, text, err);

	if (status == GH_OK && statement->functions->SQLExecDirect[statement->sent_width] == NULL)
		status = gh_fail(err, GH_E_NO_FUNCTION, "SQLExecDirect");
	if (status == GH_OK)
		status = gh_guard_check(statement, err);
	if (status == GH_OK)
		status = gh_outputs_prepare(statement, err);
	return status == GH_OK ? gh_statement_begin(statement, err) : status;
}

SQLRETURN gh_do_SQLExecDirect(enum gh_width width, SQLHSTMT handle, void *text, SQLINTEGER length)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	const struct gh_text given = { width, text, length };
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (!GH_HAS_TEXT(statement->functions, SQLExecDirect))
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLExecDirect" });
	if (!gh_is_again(statement, "SQLExecDirect"))
		status = begin_direct(statement, &given, &err);
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	code = statement->functions->SQLExecDirect[statement->sent_width](
		statement->target, statement->sent.bytes,
		(SQLINTEGER)(statement->sent.length / gh_unit(statement->sent_width)));
	gh_note_running(statement, "SQLExecDirect", code);
	gh_statement_answered(statement, code);
	return leave_executed(statement, code);
}

static enum gh_status begin_prepared(struct gh_statement *statement, struct gh_error *err)
{
	enum gh_status status;

	if (statement->running != NULL)
		return gh_fail(err, GH_E_SEQUENCE, "%s is still executing", statement->running);
	gh_statement_end(statement);
	status = gh_statement_judge_again(statement, err);
	if (status == GH_OK)
		status = gh_guard_check(statement, err);
	if (status == GH_OK)
		status = gh_outputs_prepare(statement, err);
	return status == GH_OK ? gh_statement_begin(statement, err) : status;
}

SQLRETURN gh_do_SQLExecute(SQLHSTMT handle)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (statement->functions->SQLExecute == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLExecute" });
	if (!gh_is_again(statement, "SQLExecute"))
		status = begin_prepared(statement, &err);
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	code = statement->functions->SQLExecute(statement->target);
	gh_note_running(statement, "SQLExecute", code);
	gh_statement_answered(statement, code);
	return leave_executed(statement, code);
}

SQLRETURN gh_do_SQLMoreResults(SQLHSTMT handle)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (statement->functions->SQLMoreResults == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLMoreResults" });
	code = statement->functions->SQLMoreResults(statement->target);
	gh_note_running(statement, "SQLMoreResults", code);
	if (code == SQL_STILL_EXECUTING)
		return gh_leave_statement(statement, code);
	gh_plan_clear(&statement->plan);
	gh_cell_clear(&statement->cell);
	statement->rowset.ready = false;
	statement->result++; /* of the next set of parameters, or unknown */
	if (code == SQL_NO_DATA)
		gh_statement_end(statement);
	return leave_executed(statement, code);
}

/* The target only rewrites escapes; nothing is executed, and what it answers is text. */
SQLRETURN gh_do_SQLNativeSql(enum gh_width width, SQLHDBC handle, void *input,
			     SQLINTEGER input_length, void *output, SQLINTEGER output_room,
			     SQLINTEGER *output_length)
{
	struct gh_connection *connection = gh_enter_connection(handle);
	const struct gh_text text = { width, input, input_length };
	struct gh_error err = { 0 };
	struct gh_in in = { 0 };
	struct gh_out out = { 0 };
	enum gh_width fit;
	enum gh_status status;
	SQLRETURN code = SQL_ERROR;

	if (connection == NULL)
		return SQL_INVALID_HANDLE;
	if (!connection->open)
		return gh_leave_failed(&connection->base, GH_E_CLOSED, &err);
	if (!GH_HAS_TEXT(connection->down.functions, SQLNativeSql))
		return gh_leave_failed(&connection->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLNativeSql" });
	fit = GH_FIT(connection->down.functions, SQLNativeSql, width);
	status = gh_in_fit(connection, &text, fit, &in, &err);
	if (status == GH_OK)
		status = gh_out_begin(&out, output, output_room, width, fit);
	if (status == GH_OK)
		code = connection->down.functions->SQLNativeSql[fit](
			connection->down.connection, in.bytes, (SQLINTEGER)in.length, out.bytes,
			output_room, output_length);
	gh_in_clear(&in);
	if (status != GH_OK)
		return gh_leave_failed(&connection->base, status, &err);
	gh_out_end(&out, connection, code);
	return gh_leave_connection(connection, code);
}

/* ---- parameters ----------------------------------------------------------------------------- */

static enum gh_status bind_output(struct gh_statement *statement,
				  const struct gh_parameter *given, SQLRETURN *code,
				  struct gh_error *err)
{
	enum gh_status status = gh_outputs_bind(statement, given, code, err);

	if (status == GH_OK && SQL_SUCCEEDED(*code))
		gh_guard_bound(statement, given);
	return status;
}

/* An input is the target's own; where masks apply, a shadow stands for what it writes. */
static enum gh_status bind_parameter(struct gh_statement *statement,
				     const struct gh_parameter *given, SQLRETURN *code,
				     struct gh_error *err)
{
	const struct gh_binding *binding = &given->binding;

	if (given->direction != SQL_PARAM_INPUT && statement->connection->masks_apply)
		return bind_output(statement, given, code, err);
	*code = statement->functions->SQLBindParameter(
		statement->target, given->number, given->direction, binding->c_type,
		given->sql_type, given->size, given->digits, binding->value, binding->room,
		binding->indicator);
	if (SQL_SUCCEEDED(*code))
		gh_guard_bound(statement, given);
	if (statement->outputs.count > 0 && SQL_SUCCEEDED(*code))
		gh_outputs_drop(statement, given->number);
	return GH_OK;
}

SQLRETURN gh_do_SQLBindParameter(SQLHSTMT handle, SQLUSMALLINT number, SQLSMALLINT direction,
				 SQLSMALLINT c_type, SQLSMALLINT sql_type, SQLULEN size,
				 SQLSMALLINT digits, SQLPOINTER value, SQLLEN room,
				 SQLLEN *indicator)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	const struct gh_parameter given = {
		number, direction, sql_type, size, digits,
		{ .c_type = c_type, .value = value, .room = room, .length = indicator,
		  .indicator = indicator },
	};
	struct gh_error err = { 0 };
	enum gh_status status;
	SQLRETURN code = SQL_ERROR;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (statement->functions->SQLBindParameter == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLBindParameter" });
	status = bind_parameter(statement, &given, &code, &err);
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	return leave_executed(statement, code);
}

/* The last piece of data runs the statement or the change, which was journalled already. */
SQLRETURN gh_do_SQLParamData(SQLHSTMT handle, SQLPOINTER *value)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (statement->functions->SQLParamData == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLParamData" });
	if (!statement->executed)
		return gh_leave_failed(&statement->base, GH_E_SEQUENCE, &(struct gh_error){ 0 });
	gh_buf_clear_secret(&statement->put);
	code = statement->functions->SQLParamData(statement->target, value);
	gh_note_running(statement, "SQLParamData", code);
	gh_outputs_tell(statement, value);
	if (statement->change.pending)
		gh_change_answered(statement, code);
	else if (code != SQL_NEED_DATA)
		gh_statement_answered(statement, code);
	return leave_executed(statement, code);
}

SQLRETURN gh_do_SQLPutData(SQLHSTMT handle, SQLPOINTER value, SQLLEN length)
{
	struct gh_statement *statement = gh_enter_statement(handle);
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;
	SQLRETURN code;

	if (statement == NULL)
		return SQL_INVALID_HANDLE;
	if (statement->functions->SQLPutData == NULL)
		return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,
				       &(struct gh_error){ .text = "SQLPutData" });
	if (!gh_is_again(statement, "SQLPutData"))
		status = gh_guard_put(statement, value, length, &err);
	if (status != GH_OK)
		return gh_leave_failed(&statement->base, status, &err);
	code = statement->functions->SQLPutData(statement->target, value, length);
	gh_note_running(statement, "SQLPutData", code);
	return gh_leave_statement(statement, code);
}
