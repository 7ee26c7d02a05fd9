/* Masked values that come back as literals or parameters are refused, and true ones are not. */
#include "secrets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 60

static bool is_refused(struct gh_side *side, SQLRETURN r)
{
	struct gh_first_record record;

	return r == SQL_ERROR && gh_check_record(SQL_HANDLE_STMT, side->stmt, &record) &&
	       record.native == 7108 && strcmp(record.state, "42501") == 0;
}

static void refused(struct gh_side *side, SQLRETURN r, const char *what)
{
	gh_check(side, is_refused(side, r), "%s is refused", what);
	SQLFreeStmt(side->stmt, SQL_CLOSE);
}

static void taken(struct gh_side *side, SQLRETURN r, const char *what)
{
	gh_check(side, r == SQL_SUCCESS || r == SQL_NO_DATA, "%s is taken: %s", what,
		 gh_odbc_return_name(r));
	SQLFreeStmt(side->stmt, SQL_CLOSE);
}

/* A masked value of row 1 as the application gets it. */
static void read_mask(struct gh_side *side, const char *column, char text[TEXT_MAX])
{
	char sql[100];
	SQLLEN length;

	snprintf(sql, sizeof(sql), "SELECT %s FROM gh_shapes WHERE id = 1", column);
	memset(text, 0, TEXT_MAX);
	gh_side_exec(side, sql);
	SQLFetch(side->stmt);
	SQLGetData(side->stmt, 1, SQL_C_CHAR, text, TEXT_MAX, &length);
	SQLFreeStmt(side->stmt, SQL_CLOSE);
	gh_check(side, text[0] != 0, "%s of row 1 is shown", column);
}

/* The value stands between two parts of the statement. */
static SQLRETURN direct(struct gh_side *side, const char *before, const char *value,
			const char *behind)
{
	char sql[300];

	snprintf(sql, sizeof(sql), "%s%s%s", before, value, behind);
	return SQLExecDirect(side->stmt, (SQLCHAR *)sql, SQL_NTS);
}

static const char *const codes[] = { "login", "iban" };

static void literals(struct gh_side *side)
{
	char text[TEXT_MAX];

	for (size_t i = 0; i < 2; i++) {
		read_mask(side, codes[i], text);
		refused(side,
			direct(side, "UPDATE gh_shapes SET login = '", text, "' WHERE id = 9"),
			"a literal that is to be written");
		refused(side,
			direct(side, "UPDATE gh_shapes SET age = 5 WHERE iban = '", text, "'"),
			"a literal that is to pick rows");
		refused(side, direct(side, "DELETE FROM gh_shapes WHERE login = '", text, "'"),
			"a literal that is to pick what is deleted");
		refused(side,
			direct(side, "INSERT INTO gh_shapes (id, iban) VALUES (77, '", text, "')"),
			"a literal of a new row");
	}
	read_mask(side, "account", text);
	refused(side, direct(side, "UPDATE gh_shapes SET age = 5 WHERE account = ", text, ""),
		"a number");
	refused(side, direct(side, "UPDATE gh_shapes SET mail = '", "[redacted]", "' WHERE id = 9"),
		"a mark");
	taken(side,
	      direct(side, "UPDATE gh_shapes SET login = '", "a true value", "' WHERE id = 9"),
	      "a true value");
	gh_side_note(side, "finished");
}

#define UPDATE "UPDATE gh_shapes SET visits = ? WHERE login = ?"

static void prepare(struct gh_side *side)
{
	SQLFreeStmt(side->stmt, SQL_RESET_PARAMS);
	gh_check(side, SQL_SUCCEEDED(SQLPrepare(side->stmt, (SQLCHAR *)UPDATE, SQL_NTS)),
		 "the update is prepared");
}

static void bind(struct gh_side *side, SQLINTEGER *visits, void *login, SQLSMALLINT type,
		 SQLLEN *length)
{
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, visits, 0,
			 NULL);
	SQLBindParameter(side->stmt, 2, SQL_PARAM_INPUT, type, SQL_VARCHAR, 40, 0, login, TEXT_MAX,
			 length);
}

static void parameters(struct gh_side *side)
{
	char text[TEXT_MAX], bound[TEXT_MAX];
	SQLWCHAR wide[TEXT_MAX] = { 0 };
	SQLINTEGER visits = 5;
	SQLLEN length = SQL_NTS;

	read_mask(side, "login", text);
	prepare(side);
	memcpy(bound, text, TEXT_MAX);
	bind(side, &visits, bound, SQL_C_CHAR, &length);
	refused(side, SQLExecute(side->stmt), "a parameter");
	length = (SQLLEN)strlen(text);
	refused(side, SQLExecute(side->stmt), "a parameter with a length");
	/* what was refused is still prepared, and runs with a true value */
	snprintf(bound, sizeof(bound), "nobody");
	length = SQL_NTS;
	taken(side, SQLExecute(side->stmt), "a true value");
	length = SQL_NULL_DATA;
	taken(side, SQLExecute(side->stmt), "NULL");
	for (size_t i = 0; text[i] != 0; i++)
		wide[i] = (SQLWCHAR)text[i];
	length = SQL_NTS;
	bind(side, &visits, wide, SQL_C_WCHAR, &length);
	refused(side, SQLExecute(side->stmt), "a wide parameter");
	SQLFreeStmt(side->stmt, SQL_RESET_PARAMS);
	gh_side_note(side, "finished");
}

static void numbers(struct gh_side *side)
{
	char text[TEXT_MAX];
	SQLBIGINT account;
	SQLDOUBLE real;

	read_mask(side, "account", text);
	account = strtoll(text, NULL, 10);
	real = (SQLDOUBLE)account;
	SQLFreeStmt(side->stmt, SQL_RESET_PARAMS);
	SQLPrepare(side->stmt, (SQLCHAR *)"UPDATE gh_shapes SET visits = 5 WHERE account = ?",
		   SQL_NTS);
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &account,
			 0, NULL);
	refused(side, SQLExecute(side->stmt), "a number");
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_DOUBLE, SQL_DOUBLE, 0, 0, &real, 0,
			 NULL);
	refused(side, SQLExecute(side->stmt), "a double");
	account = 4929123456780000;
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SBIGINT, SQL_BIGINT, 0, 0, &account,
			 0, NULL);
	taken(side, SQLExecute(side->stmt), "a true number");
	SQLFreeStmt(side->stmt, SQL_RESET_PARAMS);
	gh_side_note(side, "finished");
}

struct row {
	SQLINTEGER visits;
	char login[TEXT_MAX];
	SQLLEN length;
};

static void set_array(struct gh_side *side, SQLULEN sets, SQLULEN row_size)
{
	SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAM_BIND_TYPE, (SQLPOINTER)(uintptr_t)row_size, 0);
	SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(uintptr_t)sets, 0);
}

/* The last of three sets is a mask: by column, and by row. */
static void arrays(struct gh_side *side)
{
	char text[TEXT_MAX], logins[3][TEXT_MAX] = { "one", "two", "three" };
	SQLINTEGER visits[3] = { 1, 2, 3 };
	SQLLEN lengths[3] = { SQL_NTS, SQL_NTS, SQL_NTS };
	struct row rows[3] = { { 1, "one", SQL_NTS }, { 2, "two", SQL_NTS }, { 3, "", SQL_NTS } };

	read_mask(side, "login", text);
	prepare(side);
	memcpy(logins[2], text, TEXT_MAX);
	memcpy(rows[2].login, text, TEXT_MAX);
	set_array(side, 3, SQL_PARAM_BIND_BY_COLUMN);
	bind(side, visits, logins, SQL_C_CHAR, lengths);
	refused(side, SQLExecute(side->stmt), "an array by column");
	set_array(side, 3, sizeof(struct row));
	bind(side, &rows[0].visits, rows[0].login, SQL_C_CHAR, &rows[0].length);
	refused(side, SQLExecute(side->stmt), "an array by row");
	snprintf(rows[2].login, TEXT_MAX, "three");
	taken(side, SQLExecute(side->stmt), "an array of true values");
	set_array(side, 1, SQL_PARAM_BIND_BY_COLUMN);
	SQLFreeStmt(side->stmt, SQL_RESET_PARAMS);
	gh_side_note(side, "finished");
}

/* In two pieces, of which only the whole is a mask. */
static void data_at_execution(struct gh_side *side)
{
	char text[TEXT_MAX];
	char truth[] = "a true value";
	SQLINTEGER visits = 5;
	SQLLEN length = SQL_DATA_AT_EXEC;
	SQLPOINTER token;

	read_mask(side, "login", text);
	prepare(side);
	bind(side, &visits, &length, SQL_C_CHAR, &length);
	gh_check(side, SQLExecute(side->stmt) == SQL_NEED_DATA, "data is asked for");
	gh_check(side, SQLParamData(side->stmt, &token) == SQL_NEED_DATA, "of one parameter");
	gh_check(side, SQL_SUCCEEDED(SQLPutData(side->stmt, text, 10)), "the start is taken");
	gh_check(side,
		 is_refused(side, SQLPutData(side->stmt, text + 10, (SQLLEN)strlen(text + 10))),
		 "the end is refused");
	SQLCancel(side->stmt);
	SQLFreeStmt(side->stmt, SQL_CLOSE);
	gh_check(side, SQLExecute(side->stmt) == SQL_NEED_DATA, "data is asked for again");
	SQLParamData(side->stmt, &token);
	/* with a terminator: sqliteodbc looks for one */
	gh_check(side, SQL_SUCCEEDED(SQLPutData(side->stmt, truth, SQL_NTS)),
		 "a true value is taken");
	taken(side, SQLParamData(side->stmt, &token), "and runs");
	SQLFreeStmt(side->stmt, SQL_RESET_PARAMS);
	gh_side_note(side, "finished");
}

/* A statement on tables without masks may use any value. */
static void other_tables(struct gh_side *side)
{
	char text[TEXT_MAX];

	read_mask(side, "login", text);
	taken(side, direct(side, "SELECT '", text, "'"), "a statement without tables");
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_masked_written[] = {
	{ "a literal that is a mask is refused", literals, 0, 0 },
	{ "a parameter that is a mask is refused", parameters, 0, 0 },
	{ "a number that is a mask is refused", numbers, 0, 0 },
	{ "a mask anywhere in an array is refused", arrays, 0, 0 },
	{ "a mask in pieces is refused", data_at_execution, 0, 0 },
	{ "a mask may be used where nothing is masked", other_tables, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
