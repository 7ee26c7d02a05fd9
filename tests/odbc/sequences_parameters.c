/* Input parameters of many C types, arrays of them, and data at execution. */
#include "sequences.h"

#include <string.h>

struct value {
	SQLSMALLINT c_type, sql_type;
	const void *bytes;
	SQLLEN room;
	SQLLEN length; /* the indicator */
};

static void bind(struct gh_side *side, SQLUSMALLINT number, const struct value *value,
		 SQLLEN *indicator)
{
	*indicator = value->length;
	gh_side_said(side,
		     SQLBindParameter(side->stmt, number, SQL_PARAM_INPUT, value->c_type,
				      value->sql_type, 40, 0, (SQLPOINTER)value->bytes,
				      value->room, indicator),
		     "SQLBindParameter(%d, %s to %d)", number, gh_c_type_name(value->c_type),
		     value->sql_type);
}

static void work_table(struct gh_side *side)
{
	gh_side_do(side, "DROP TABLE IF EXISTS gh_work");
	gh_side_do(side, "CREATE TABLE gh_work (id int, v varchar(60))");
}

static void drop_work(struct gh_side *side)
{
	gh_side_fresh(side);
	gh_side_do(side, "DROP TABLE gh_work");
}

/* lint: table */
static void every_c_type_as_text(struct gh_side *side)
{
	static const short small = -123;
	static const unsigned short usmall = 65535;
	static const int plain = -123456;
	static const unsigned uplain = 4000000000u;
	static const signed char tiny = -5;
	static const unsigned char utiny = 250;
	static const long long big = -9000000000LL;
	static const float real = 1.5f;
	static const double twice = -2.25;
	static const SQL_DATE_STRUCT date = { 2024, 2, 29 };
	static const SQL_TIME_STRUCT time = { 12, 34, 56 };
	static const SQL_TIMESTAMP_STRUCT stamp = { 2024, 2, 29, 12, 34, 56, 120000000 };
	static const SQLWCHAR wide[] = { 'w', 0xE9, 0x20AC, 0xD83D, 0xDE00, 0 };
	const struct value values[] = {
		{ SQL_C_CHAR, SQL_VARCHAR, "text", 4, 4 },
		{ SQL_C_CHAR, SQL_VARCHAR, "ended", 6, SQL_NTS },
		{ SQL_C_CHAR, SQL_CHAR, "", 1, 0 },
		{ SQL_C_CHAR, SQL_LONGVARCHAR, "caf\xC3\xA9", 5, 5 },
		{ SQL_C_WCHAR, SQL_WVARCHAR, wide, 10, 10 },
		{ SQL_C_WCHAR, SQL_VARCHAR, wide, 12, SQL_NTS },
		{ SQL_C_SSHORT, SQL_SMALLINT, &small, 0, 0 },
		{ SQL_C_USHORT, SQL_INTEGER, &usmall, 0, 0 },
		{ SQL_C_SLONG, SQL_INTEGER, &plain, 0, 0 },
		{ SQL_C_ULONG, SQL_BIGINT, &uplain, 0, 0 },
		{ SQL_C_STINYINT, SQL_SMALLINT, &tiny, 0, 0 },
		{ SQL_C_UTINYINT, SQL_SMALLINT, &utiny, 0, 0 },
		{ SQL_C_SBIGINT, SQL_BIGINT, &big, 0, 0 },
		{ SQL_C_FLOAT, SQL_REAL, &real, 0, 0 },
		{ SQL_C_DOUBLE, SQL_DOUBLE, &twice, 0, 0 },
		{ SQL_C_BIT, SQL_BIT, "\1", 0, 0 },
		{ SQL_C_TYPE_DATE, SQL_TYPE_DATE, &date, 0, 0 },
		{ SQL_C_TYPE_TIME, SQL_TYPE_TIME, &time, 0, 0 },
		{ SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, &stamp, 0, 0 },
		{ SQL_C_BINARY, SQL_VARBINARY, "\0\1\xFF", 3, 3 },
		{ SQL_C_DEFAULT, SQL_VARCHAR, "default", 7, 7 },
		{ SQL_C_CHAR, SQL_VARCHAR, NULL, 0, SQL_NULL_DATA },
		{ SQL_C_CHAR, SQL_VARCHAR, "x", 1, SQL_DEFAULT_PARAM },
		{ SQL_C_CHAR, SQL_INTEGER, "not a number", 12, SQL_NTS },
	};
	SQLLEN indicators[2];

	work_table(side);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const int number = (int)i;
		const struct value id = { SQL_C_SLONG, SQL_INTEGER, &number, 0, 0 };

		bind(side, 1, &id, &indicators[0]);
		bind(side, 2, &values[i], &indicators[1]);
		gh_side_exec(side, "INSERT INTO gh_work VALUES (?, ?)");
		gh_side_row_count(side);
		gh_side_fresh(side);
	}
	gh_side_query(side, "SELECT id, v FROM gh_work ORDER BY id");
	drop_work(side);
}

/* By itself, since libmaodbc 3.1.15 crashes on it. */
static void numeric_structure(struct gh_side *side)
{
	static const SQL_NUMERIC_STRUCT numeric = { 5, 2, 1, { 0x39, 0x30 } };
	const struct value value = { SQL_C_NUMERIC, SQL_NUMERIC, &numeric, 0, sizeof(numeric) };
	SQLLEN indicator;

	work_table(side);
	bind(side, 1, &value, &indicator);
	gh_side_exec(side, "INSERT INTO gh_work VALUES (1, ?)");
	gh_side_fresh(side);
	gh_side_query(side, "SELECT id, v FROM gh_work ORDER BY id");
	drop_work(side);
}

static void unknown_types(struct gh_side *side)
{
	static const struct value values[] = {
		{ 9999, SQL_VARCHAR, "x", 1, 1 },
		{ SQL_C_CHAR, 9999, "x", 1, 1 },
	};
	SQLLEN indicator;

	for (size_t i = 0; i < 2; i++) {
		bind(side, 1, &values[i], &indicator);
		gh_side_exec(side, "SELECT name FROM gh_rows WHERE name = ?");
		gh_side_fresh(side);
	}
}

static void prepared_again(struct gh_side *side)
{
	int id = 0;
	SQLLEN indicator;
	const struct value value = { SQL_C_SLONG, SQL_INTEGER, &id, 0, 0 };

	gh_side_prepare(side, "SELECT name FROM gh_rows WHERE id = ?");
	bind(side, 1, &value, &indicator);
	for (id = -1; id < 5; id++) {
		gh_side_execute(side);
		gh_side_read(side, gh_side_text_type(side), 60, 3);
		gh_side_close_cursor(side);
	}
	gh_side_execute(side);
	gh_side_execute(side);
	gh_side_said(side, SQLFreeStmt(side->stmt, SQL_RESET_PARAMS), "SQLFreeStmt(RESET_PARAMS)");
	gh_side_close_cursor(side);
	gh_side_execute(side);
}

static void described_parameters(struct gh_side *side)
{
	static const char *const texts[] = {
		"SELECT 1 FROM gh_rows WHERE id = ? AND name LIKE ?",
		"INSERT INTO gh_parent VALUES (?, ?)",
		"SELECT id FROM gh_rows WHERE id = 1",
		"UPDATE gh_child SET amount = ? WHERE id = ?",
	};
	SQLSMALLINT count, type, digits, nullable;
	SQLULEN size;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		gh_side_prepare(side, texts[i]);
		count = 77;
		gh_side_said(side, SQLNumParams(side->stmt, &count), "SQLNumParams");
		gh_side_note(side, "  parameters %d", count);
		for (SQLUSMALLINT p = 0; p < 4; p++) {
			type = digits = nullable = 77;
			size = 77;
			gh_side_said(side,
				     SQLDescribeParam(side->stmt, p, &type, &size, &digits,
						      &nullable),
				     "SQLDescribeParam(%d)", p);
			gh_side_note(side, "  type %d size %llu digits %d nullable %d", type,
				     (unsigned long long)size, digits, nullable);
		}
		gh_side_fresh(side);
	}
}

static void missing_parameters(struct gh_side *side)
{
	SQLLEN indicator;
	const struct value value = { SQL_C_CHAR, SQL_VARCHAR, "1", 1, 1 };

	gh_side_exec(side, "SELECT name FROM gh_rows WHERE id = ?");
	gh_side_fresh(side);
	bind(side, 2, &value, &indicator);
	gh_side_exec(side, "SELECT name FROM gh_rows WHERE id = ? AND name = ?");
	gh_side_fresh(side);
	bind(side, 0, &value, &indicator);
}

static void parameter_arrays(struct gh_side *side)
{
	struct {
		SQLINTEGER id[3];
		SQLLEN id_length[3];
		char text[3][8];
		SQLLEN text_length[3];
		SQLUSMALLINT status[3];
		SQLULEN processed;
	} rows = { { 1, 2, 3 },          { 0, 0, 0 },
		   { "one", "two", "" }, { SQL_NTS, SQL_NTS, SQL_NULL_DATA },
		   { 77, 77, 77 },       77 };

	work_table(side);
	gh_side_said(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)3, 0),
		     "SQLSetStmtAttr(PARAMSET_SIZE, 3)");
	gh_side_said(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAM_STATUS_PTR, rows.status, 0),
		     "SQLSetStmtAttr(PARAM_STATUS_PTR)");
	gh_side_said(side,
		     SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAMS_PROCESSED_PTR, &rows.processed, 0),
		     "SQLSetStmtAttr(PARAMS_PROCESSED_PTR)");
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, rows.id,
			 0, rows.id_length);
	SQLBindParameter(side->stmt, 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 60, 0,
			 rows.text, 8, rows.text_length);
	gh_side_exec(side, "INSERT INTO gh_work VALUES (?, ?)");
	gh_side_row_count(side);
	gh_side_note(side, "  processed %llu status %d %d %d", (unsigned long long)rows.processed,
		     rows.status[0], rows.status[1], rows.status[2]);
	gh_side_fresh(side);
	gh_side_query(side, "SELECT id, v FROM gh_work ORDER BY id");
	drop_work(side);
}

static void put_pieces(struct gh_side *side, const char *const *pieces)
{
	SQLPOINTER token = NULL;
	SQLRETURN r = gh_side_said(side, SQLParamData(side->stmt, &token), "SQLParamData");

	while (r == SQL_NEED_DATA) {
		gh_side_note(side, "  token %lld", (long long)(intptr_t)token);
		for (size_t i = 0; pieces[i]; i++)
			gh_side_said(side,
				     SQLPutData(side->stmt, (SQLPOINTER)pieces[i],
						(SQLLEN)strlen(pieces[i])),
				     "SQLPutData(%s)", pieces[i]);
		r = gh_side_said(side, SQLParamData(side->stmt, &token), "SQLParamData");
	}
}

static void data_at_execution(struct gh_side *side)
{
	static const char *const pieces[] = { "first ", "second", NULL };
	SQLLEN at_exec = SQL_DATA_AT_EXEC, with_length = SQL_LEN_DATA_AT_EXEC(12);
	SQLLEN *const lengths[] = { &at_exec, &with_length };

	work_table(side);
	for (size_t i = 0; i < 2; i++) {
		gh_side_prepare(side, "INSERT INTO gh_work VALUES (1, ?)");
		gh_side_said(side,
			     SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_CHAR,
					      SQL_LONGVARCHAR, 60, 0, (SQLPOINTER)17, 0,
					      lengths[i]),
			     "SQLBindParameter(at execution)");
		gh_side_execute(side);
		put_pieces(side, pieces);
		gh_side_row_count(side);
		gh_side_fresh(side);
	}
	gh_side_query(side, "SELECT id, v FROM gh_work");
	drop_work(side);
}

static void data_at_execution_cancelled(struct gh_side *side)
{
	SQLLEN at_exec = SQL_DATA_AT_EXEC;
	SQLPOINTER token = NULL;

	work_table(side);
	gh_side_prepare(side, "INSERT INTO gh_work VALUES (2, ?)");
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_LONGVARCHAR, 60, 0,
			 (SQLPOINTER)17, 0, &at_exec);
	gh_side_execute(side);
	gh_side_execute(side);
	gh_side_said(side, SQLParamData(side->stmt, &token), "SQLParamData");
	gh_side_said(side, SQLPutData(side->stmt, (SQLPOINTER)"x", 1), "SQLPutData(x)");
	gh_side_said(side, SQLCancel(side->stmt), "SQLCancel");
	gh_side_said(side, SQLParamData(side->stmt, &token), "SQLParamData");
	gh_side_said(side, SQLPutData(side->stmt, (SQLPOINTER)"x", 1), "SQLPutData(x)");
	gh_side_fresh(side);
	gh_side_query(side, "SELECT id, v FROM gh_work");
	drop_work(side);
}

static void row_wise_with_offset(struct gh_side *side)
{
	struct row {
		SQLINTEGER id;
		SQLLEN id_length;
		char text[8];
		SQLLEN text_length;
	} rows[4] = { { 0, 0, "skipped", SQL_NTS }, { 5, 0, "five", SQL_NTS },
		      { 6, 0, "six", 3 }, { 7, 0, "", SQL_NULL_DATA } };
	SQLULEN offset = sizeof(rows[0]);

	work_table(side);
	gh_side_said(side,
		     SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAM_BIND_TYPE,
				    (SQLPOINTER)sizeof(rows[0]), 0),
		     "SQLSetStmtAttr(PARAM_BIND_TYPE)");
	gh_side_said(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset, 0),
		     "SQLSetStmtAttr(PARAM_BIND_OFFSET_PTR)");
	gh_side_said(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)3, 0),
		     "SQLSetStmtAttr(PARAMSET_SIZE, 3)");
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0,
			 &rows[0].id, 0, &rows[0].id_length);
	SQLBindParameter(side->stmt, 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_VARCHAR, 60, 0,
			 rows[0].text, 8, &rows[0].text_length);
	gh_side_prepare(side, "INSERT INTO gh_work VALUES (?, ?)");
	gh_side_execute(side);
	gh_side_row_count(side);
	gh_side_fresh(side);
	gh_side_query(side, "SELECT id, v FROM gh_work ORDER BY id");
	drop_work(side);
}

/* ---- data at execution in odd orders --------------------------------------------------------- */

/* Prepared, bound and executed: the target asks for data. */
static void ask_for_data(struct gh_side *side, SQLLEN *lengths)
{
	gh_side_prepare(side, "INSERT INTO gh_work VALUES (?, ?)");
	lengths[0] = lengths[1] = SQL_DATA_AT_EXEC;
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0,
			 (SQLPOINTER)21, 0, &lengths[0]);
	SQLBindParameter(side->stmt, 2, SQL_PARAM_INPUT, SQL_C_CHAR, SQL_LONGVARCHAR, 60, 0,
			 (SQLPOINTER)22, 0, &lengths[1]);
	gh_side_execute(side);
}

static SQLRETURN next_parameter(struct gh_side *side)
{
	SQLPOINTER token = NULL;
	SQLRETURN r = gh_side_said(side, SQLParamData(side->stmt, &token), "SQLParamData");

	if (r == SQL_NEED_DATA)
		gh_side_note(side, "  token %lld", (long long)(intptr_t)token);
	return r;
}

static void put(struct gh_side *side, const void *piece, SQLLEN length)
{
	gh_side_said(side, SQLPutData(side->stmt, (SQLPOINTER)piece, length), "SQLPutData(%lld)",
		     (long long)length);
}

static void data_in_wrong_orders(struct gh_side *side)
{
	static const SQLINTEGER id = 5;
	SQLPOINTER token = NULL;
	SQLLEN lengths[2];

	work_table(side);
	gh_side_said(side, SQLParamData(side->stmt, &token), "SQLParamData before all");
	put(side, "x", 1);
	gh_side_fresh(side);
	ask_for_data(side, lengths);
	put(side, "x", 1);
	next_parameter(side);
	gh_side_fetch(side);
	gh_side_row_count(side);
	put(side, &id, sizeof(id));
	next_parameter(side);
	gh_side_execute(side);
	gh_side_close_cursor(side);
	put(side, "text", 4);
	next_parameter(side);
	next_parameter(side);
	put(side, "late", 4);
	gh_side_fresh(side);
	gh_side_query(side, "SELECT id, v FROM gh_work ORDER BY id");
	drop_work(side);
}

static void data_that_is_null(struct gh_side *side)
{
	static const SQLINTEGER id = 6;
	SQLLEN lengths[2];

	work_table(side);
	for (int first = 0; first < 2; first++) {
		ask_for_data(side, lengths);
		next_parameter(side);
		put(side, &id, sizeof(id));
		next_parameter(side);
		if (first == 0)
			put(side, "piece", SQL_NTS);
		put(side, NULL, SQL_NULL_DATA);
		next_parameter(side);
		gh_side_fresh(side);
	}
	gh_side_query(side, "SELECT id, v FROM gh_work ORDER BY id");
	drop_work(side);
}

static void data_after_a_cancel(struct gh_side *side)
{
	static const SQLINTEGER id = 7;
	SQLLEN lengths[2];

	work_table(side);
	ask_for_data(side, lengths);
	next_parameter(side);
	gh_side_said(side, SQLCancel(side->stmt), "SQLCancel");
	gh_side_execute(side);
	next_parameter(side);
	put(side, &id, sizeof(id));
	next_parameter(side);
	put(side, "after", 5);
	next_parameter(side);
	gh_side_fresh(side);
	gh_side_query(side, "SELECT id, v FROM gh_work ORDER BY id");
	drop_work(side);
}

/* ---- parameters that bring values ----------------------------------------------------------- */

/* Lengths are set before: libmaodbc 3.1.15 reads as many bytes of an output, too. */
struct outputs {
	SQLINTEGER in;
	SQLLEN in_length, number_length, text_length;
	struct gh_area number, text;
};

static void say_outputs(struct gh_side *side, const struct outputs *outputs)
{
	gh_side_area(side, "number", &outputs->number, GH_ANSI);
	gh_side_length(side, "its length", outputs->number_length);
	gh_side_area(side, "text", &outputs->text, GH_ANSI);
	gh_side_length(side, "its length", outputs->text_length);
}

static void bind_outputs(struct gh_side *side, struct outputs *outputs, SQLLEN room)
{
	gh_area_fill(&outputs->number);
	gh_area_fill(&outputs->text);
	memcpy(gh_area_at(&outputs->text), "text", 5);
	outputs->text_length = SQL_NTS;
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0,
			 &outputs->in, 0, &outputs->in_length);
	gh_side_said(side,
		     SQLBindParameter(side->stmt, 2, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0,
				      0, gh_area_at(&outputs->number), 4, &outputs->number_length),
		     "SQLBindParameter(OUTPUT)");
	gh_side_said(side,
		     SQLBindParameter(side->stmt, 3, SQL_PARAM_INPUT_OUTPUT, SQL_C_CHAR,
				      SQL_VARCHAR, 60, 0, gh_area_at(&outputs->text), room,
				      &outputs->text_length),
		     "SQLBindParameter(INPUT_OUTPUT, %lld)", (long long)room);
}

static void read_results(struct gh_side *side, const struct outputs *outputs)
{
	SQLRETURN r = SQL_SUCCESS;

	say_outputs(side, outputs);
	gh_side_fetch(side);
	say_outputs(side, outputs);
	for (int i = 0; i < 4 && SQL_SUCCEEDED(r); i++) {
		r = gh_side_said(side, SQLMoreResults(side->stmt), "SQLMoreResults");
		say_outputs(side, outputs);
	}
}

static void output_parameters(struct gh_side *side)
{
	static const SQLLEN rooms[] = { 40, 10, 5 };
	struct outputs outputs = { .in = 21 };

	if (gh_area_init(&outputs.number, 4) && gh_area_init(&outputs.text, 40)) {
		for (size_t i = 0; i < 3; i++) {
			bind_outputs(side, &outputs, rooms[i]);
			gh_side_exec(side, "{call gh_double(?, ?, ?)}");
			read_results(side, &outputs);
			gh_side_close_cursor(side);
		}
		gh_side_prepare(side, "{call gh_double(?, ?, ?)}");
		for (outputs.in = 1; outputs.in < 3; outputs.in++) {
			bind_outputs(side, &outputs, 40);
			gh_side_execute(side);
			read_results(side, &outputs);
			gh_side_close_cursor(side);
		}
	}
	gh_area_clear(&outputs.number);
	gh_area_clear(&outputs.text);
}

const struct gh_sequence gh_sequences_parameters[] = {
	{ "input parameters of every C type write the same", every_c_type_as_text, 0, 0 },
	{ "a numeric structure writes the same", numeric_structure, 0, 0 },
	{ "parameters of unknown types fail the same", unknown_types, 0, 0 },
	{ "a prepared statement runs again the same", prepared_again, 0, 0 },
	{ "parameters are counted and described the same", described_parameters, 0, 0 },
	{ "missing parameters fail the same", missing_parameters, 0, 0 },
	{ "arrays of parameters write the same or are refused", parameter_arrays, 0,
	  GH_MAY_REFUSE },
	{ "row-wise parameters with an offset write the same or are refused",
	  row_wise_with_offset, 0, GH_MAY_REFUSE },
	{ "data at execution is written the same", data_at_execution, 0, 0 },
	{ "data at execution is cancelled the same", data_at_execution_cancelled, 0, 0 },
	{ "data at execution in wrong orders fails the same", data_in_wrong_orders, 0, 0 },
	{ "data at execution that is NULL is written the same", data_that_is_null, 0, 0 },
	{ "data at execution after a cancel is written the same", data_after_a_cancel, 0, 0 },
	{ "output parameters are written the same", output_parameters,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ NULL, NULL, 0, 0 },
};
