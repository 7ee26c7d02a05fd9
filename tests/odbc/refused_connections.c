/* Connections that must not come about, with an error that says why. */
#include "refusals.h"

#include <odbcinst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void begin(struct gh_side *side)
{
	SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &side->env);
	SQLSetEnvAttr(side->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
	SQLAllocHandle(SQL_HANDLE_DBC, side->env, &side->dbc);
}

static void finish(struct gh_side *side)
{
	SQLDisconnect(side->dbc);
	SQLFreeHandle(SQL_HANDLE_DBC, side->dbc);
	SQLFreeHandle(SQL_HANDLE_ENV, side->env);
	side->dbc = SQL_NULL_HDBC;
	side->env = SQL_NULL_HENV;
}

static SQLRETURN connect_with(struct gh_side *side, const char *text)
{
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLDriverConnectW(side->dbc, NULL, gh_side_wide(side, text),
						  SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT)
			      : SQLDriverConnect(side->dbc, NULL, (SQLCHAR *)text, SQL_NTS, NULL, 0,
						 NULL, SQL_DRIVER_NOPROMPT);

	return gh_side_dbc_said(side, r, "SQLDriverConnect(%s)", text);
}

/* The connection fails with this native code, and the text names `what`. */
static void refuses(struct gh_side *side, const char *text, int native, const char *what)
{
	struct gh_first_record record;

	begin(side);
	gh_check(side, connect_with(side, text) == SQL_ERROR, "no connection with %s", text);
	if (gh_check(side, gh_check_record(SQL_HANDLE_DBC, side->dbc, &record), "a record")) {
		gh_check(side, record.native == native, "native %d, got %d", native,
			 (int)record.native);
		gh_check(side, strncmp(record.text, "[Gatehouse]", 11) == 0, "ours: %s",
			 record.text);
		gh_check(side, strlen(record.text) <= 400, "at most 400 bytes");
		gh_check(side, strstr(record.text, what) != NULL, "it names %s: %s", what,
			 record.text);
	}
	finish(side);
}

static void unknown_target(struct gh_side *side)
{
	char text[300];

	snprintf(text, sizeof(text), "DRIVER={Gatehouse};TargetDSN=gh-no-such-source");
	refuses(side, text, 7121, "gh-no-such-source");
	snprintf(text, sizeof(text), "DRIVER={Gatehouse};TargetDriver=gh-no-such-driver");
	refuses(side, text, 7121, "gh-no-such-driver");
	gh_side_note(side, "finished");
}

static void both_or_none(struct gh_side *side)
{
	char text[300];

	snprintf(text, sizeof(text), "DRIVER={Gatehouse};TargetDSN=%s-raw;TargetDriver=SQLite",
		 side->target->name);
	refuses(side, text, 7120, "TargetDriver");
	refuses(side, "DRIVER={Gatehouse};Purpose=none", 7121, "TargetDSN");
	gh_side_note(side, "finished");
}

/* A library that is no driver. */
static void target_cannot_be_loaded(struct gh_side *side)
{
	refuses(side, "DRIVER={Gatehouse};TargetDriver=/nonexistent/libnothing.so", 7122,
		"libnothing.so");
	gh_side_note(side, "finished");
}

/* ---- loops -------------------------------------------------------------------------------- */

static void loops(struct gh_side *side)
{
	char text[300];

	snprintf(text, sizeof(text), "DRIVER={Gatehouse};TargetDSN=%s;Purpose=loop", side->dsn);
	refuses(side, text, 7123, side->dsn);
	snprintf(text, sizeof(text), "DRIVER={Gatehouse};TargetDSN=%s", side->dsn);
	refuses(side, text, 7123, side->dsn);
	refuses(side, "DRIVER={Gatehouse};TargetDriver=Gatehouse;TargetDSN2=x", 7123, "Gatehouse");
	gh_side_note(side, "finished");
}

static bool write_key(const char *section, const char *key, const char *value)
{
	return SQLWritePrivateProfileString(section, key, value, "odbc.ini");
}

/* Two data sources that name each other, in the tests' own odbc.ini for a moment. */
static void cycle(struct gh_side *side)
{
	gh_check(side, write_key("gh-one", "Driver", "Gatehouse") &&
			       write_key("gh-one", "TargetDSN", "gh-two") &&
			       write_key("gh-two", "Driver", "Gatehouse") &&
			       write_key("gh-two", "TargetDSN", "gh-one"),
		 "both data sources are written");
	refuses(side, "DSN=gh-one", 7123, "gh-");
	gh_check(side, write_key("gh-one", NULL, NULL) && write_key("gh-two", NULL, NULL),
		 "both are removed");
	gh_side_note(side, "finished");
}

/* ---- policy, journal
 * ----------------------------------------------------------------------------- */

static bool write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file)
		return false;
	fputs(text, file);
	return fclose(file) == 0;
}

static void policy_file(struct gh_side *side, const char *content, const char *what)
{
	char path[] = "/tmp/gh-policy-XXXXXX", text[300];
	int fd = mkstemp(path);

	gh_check(side, fd >= 0 && write_text(path, content), "a policy file");
	if (fd >= 0)
		close(fd);
	snprintf(text, sizeof(text), "DSN=%s;Policy=%s", side->dsn, path);
	refuses(side, text, 7107, what);
	unlink(path);
}

static void broken_policies(struct gh_side *side)
{
	char text[300];

	policy_file(side,
		    "<policy xmlns='urn:gatehouse:policy:1'\n version='1' name='x'>\n<rules>\n",
		    "line 4, column 1");
	policy_file(side,
		    "<policy xmlns='urn:gatehouse:policy:1' version='1' name='x'>\n"
		    "<rules>\n  <nonsense/>\n</rules></policy>\n", "line 3");
	policy_file(side, "", "Policy error");
	snprintf(text, sizeof(text), "DSN=%s;Policy=/nonexistent/gh-policy.xml", side->dsn);
	refuses(side, text, 7107, "gh-policy.xml");
	gh_side_note(side, "finished");
}

/* Root may write anywhere, but not below a file that is no folder. */
static void journal_cannot_be_written(struct gh_side *side)
{
	char text[300];
	struct gh_first_record record;
	SQLRETURN r;

	snprintf(text, sizeof(text), "DSN=%s;Journal=/dev/null/journal", side->dsn);
	begin(side);
	r = connect_with(side, text);
	if (SQL_SUCCEEDED(r)) {
		gh_side_fresh(side);
		r = gh_side_exec(side, "SELECT 1");
		gh_check_record(SQL_HANDLE_STMT, side->stmt, &record);
		SQLFreeHandle(SQL_HANDLE_STMT, side->stmt);
		side->stmt = SQL_NULL_HSTMT;
	} else {
		gh_check_record(SQL_HANDLE_DBC, side->dbc, &record);
	}
	gh_check(side, r == SQL_ERROR, "nothing runs without a journal");
	gh_check(side, record.native == 7106, "native 7106, got %d: %s", (int)record.native,
		 record.text);
	finish(side);
	gh_side_note(side, "finished");
}

/* What would write fetched cells or calls to a file is not passed on. */
static void trace_attributes(struct gh_side *side)
{
	char path[] = "/tmp/gh-trace-XXXXXX", text[300];
	int fd = mkstemp(path);
	struct stat status;

	snprintf(text, sizeof(text), "DSN=%s;Debug=1;CommLog=1", side->dsn);
	begin(side);
	gh_side_dbc_said(side, SQLSetConnectAttr(side->dbc, SQL_ATTR_TRACEFILE, path, SQL_NTS),
			 "SQLSetConnectAttr(TRACEFILE)");
	gh_side_dbc_said(side,
			 SQLSetConnectAttr(side->dbc, SQL_ATTR_TRACE, (SQLPOINTER)SQL_OPT_TRACE_OFF,
					   0),
			 "SQLSetConnectAttr(TRACE off)");
	connect_with(side, text);
	finish(side);
	gh_check(side, fd >= 0 && fstat(fd, &status) == 0 && status.st_size == 0,
		 "the trace file is empty");
	if (fd >= 0)
		close(fd);
	unlink(path);
	gh_side_note(side, "finished");
}

/* SQL that the target would run at connect is judged or refused, never just run. */
static void sql_at_connect(struct gh_side *side)
{
	static const char *const keywords[] = { "ConnSettings=DROP TABLE gh_vault",
						"INITSTMT=DROP TABLE gh_vault",
						"InitStmt={DROP TABLE gh_vault}" };
	char text[300];
	struct gh_side raw;

	for (size_t i = 0; i < 3; i++) {
		snprintf(text, sizeof(text), "DSN=%s;%s", side->dsn, keywords[i]);
		begin(side);
		connect_with(side, text);
		finish(side);
	}
	if (gh_side_init(&raw, side->target, GH_ANSI, "raw", NULL)) {
		gh_check(side, gh_side_open(&raw) && SQL_SUCCEEDED(gh_side_exec(
					&raw, "SELECT v FROM gh_vault")), "the vault stays");
		gh_side_close(&raw);
	}
	gh_side_clear(&raw);
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_bad_connections[] = {
	{ "a target that is not there is named", unknown_target, 0, GH_NO_CONNECT },
	{ "two targets or none are refused", both_or_none, 0, GH_NO_CONNECT },
	{ "a library that cannot be loaded is named", target_cannot_be_loaded, 0, GH_NO_CONNECT },
	{ "a target that leads back to Gatehouse is refused", loops, 0, GH_NO_CONNECT },
	{ "two data sources that name each other are refused", cycle, 0, GH_NO_CONNECT },
	{ "a broken policy is refused with its line and column", broken_policies, 0,
	  GH_NO_CONNECT },
	{ "without a journal nothing runs", journal_cannot_be_written, 0, GH_NO_CONNECT },
	{ "tracing by attribute or keyword writes nothing", trace_attributes, 0, GH_NO_CONNECT },
	{ "SQL in connection keywords does not run unjudged", sql_at_connect, 0, GH_NO_CONNECT },
	{ NULL, NULL, 0, 0 },
};
