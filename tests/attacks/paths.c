/*
 * Ways round masks that ODBC itself offers: odd orders of calls, buffers that
 * move, sizes that change.  The driver is called as a library, without a driver
 * manager that would refuse half of it.  run.py --exec sets the databases up.
 *
 *   paths LIBRARY SOURCE...
 */
#include <dlfcn.h>
#include <pthread.h>
#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECRET "536-48-1207"
#define COLUMN "SELECT ssn FROM people WHERE id = 1"
#define CLEAR  "SELECT name FROM people WHERE id = 1"

enum { ROOM = 64, ROWS = 50 };

/* The driver's functions, by their names. */
/* lint: table */
#define FUNCTIONS(X)                                                                               \
	X(SQLAllocHandle)                                                                          \
	X(SQLFreeHandle) X(SQLSetEnvAttr) X(SQLDriverConnect) X(SQLDisconnect)                     \
	X(SQLExecDirect) X(SQLPrepare) X(SQLExecute) X(SQLFetch) X(SQLFetchScroll) X(SQLGetData)   \
	X(SQLBindCol) X(SQLSetStmtAttr) X(SQLGetStmtAttr) X(SQLSetConnectAttr) X(SQLSetDescField)  \
	X(SQLExtendedFetch) X(SQLFreeStmt) X(SQLMoreResults) X(SQLTables) X(SQLSetPos)             \
	X(SQLSetCursorName) X(SQLEndTran) X(SQLGetDiagRec) X(SQLNumResultCols)

struct driver {
#define X(name) __typeof__(&name) name;
	FUNCTIONS(X)
#undef X
};

struct session {
	const struct driver *driver;
	const char *source;
	SQLHENV environment;
	SQLHDBC connection;
	SQLHSTMT statement;
};

static int count, failed;

static void result(bool fine, const struct session *session, const char *name)
{
	count++;
	failed += !fine;
	printf("%s %d - %s: %s\n", fine ? "ok" : "not ok", count, session->source, name);
	fflush(stdout);
}

/* True if the secret, or what shows of it to somebody patient, is in the bytes. */
static bool tells(const void *bytes, size_t length)
{
	static const char *const parts[] = { SECRET, "536-48", "48-1207", "48-1" };
	const char *at = bytes;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		for (size_t k = 0; k + strlen(parts[i]) <= length; k++)
			if (memcmp(at + k, parts[i], strlen(parts[i])) == 0)
				return true;
	return false;
}

static bool diagnostics_tell(const struct session *session, SQLSMALLINT type, SQLHANDLE handle)
{
	SQLCHAR state[6], text[2048];
	SQLINTEGER native;
	SQLSMALLINT length;

	for (SQLSMALLINT i = 1; i < 20; i++) {
		memset(text, 0, sizeof(text));
		if (!SQL_SUCCEEDED(session->driver->SQLGetDiagRec(type, handle, i, state, &native,
								  text, sizeof(text), &length)))
			return false;
		if (tells(text, sizeof(text)))
			return true;
	}
	return false;
}

static bool connect_with(struct session *session, const char *more)
{
	const struct driver *driver = session->driver;
	char text[400];

	snprintf(text, sizeof(text), "DSN=%s;%s", session->source, more);
	driver->SQLAllocHandle(SQL_HANDLE_ENV, NULL, &session->environment);
	driver->SQLSetEnvAttr(session->environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3,
			      0);
	driver->SQLAllocHandle(SQL_HANDLE_DBC, session->environment, &session->connection);
	if (!SQL_SUCCEEDED(driver->SQLDriverConnect(session->connection, NULL, (SQLCHAR *)text,
						    SQL_NTS, NULL, 0, NULL,
						    SQL_DRIVER_NOPROMPT)))
		return false;
	return SQL_SUCCEEDED(driver->SQLAllocHandle(SQL_HANDLE_STMT, session->connection,
						    &session->statement));
}

static void leave(struct session *session)
{
	const struct driver *driver = session->driver;

	driver->SQLFreeHandle(SQL_HANDLE_STMT, session->statement);
	driver->SQLDisconnect(session->connection);
	driver->SQLFreeHandle(SQL_HANDLE_DBC, session->connection);
	driver->SQLFreeHandle(SQL_HANDLE_ENV, session->environment);
}

static SQLRETURN run(const struct session *session, const char *sql)
{
	return session->driver->SQLExecDirect(session->statement, (SQLCHAR *)sql, SQL_NTS);
}

static SQLRETURN bind(const struct session *session, void *buffer, SQLLEN *length)
{
	return session->driver->SQLBindCol(session->statement, 1, SQL_C_CHAR, buffer, ROOM, length);
}

/* Reads the first column of all rows in every way that is left. */
static bool reading_tells(const struct session *session)
{
	char value[4096] = "";
	SQLLEN length = 0;
	SQLSMALLINT columns = 0;
	bool told = false;

	while (SQL_SUCCEEDED(session->driver->SQLFetch(session->statement))) {
		/* MariaDB's driver crashes on a column that is not there */
		session->driver->SQLNumResultCols(session->statement, &columns);
		for (SQLUSMALLINT column = 1; column <= columns; column++) {
			memset(value, 0, sizeof(value));
			session->driver->SQLGetData(session->statement, column, SQL_C_CHAR, value,
						    sizeof(value), &length);
			told = told || tells(value, sizeof(value));
		}
	}
	return told || diagnostics_tell(session, SQL_HANDLE_STMT, session->statement);
}

/* ---- bindings ----------------------------------------------------- */

static bool bound_before_and_kept(struct session *session)
{
	char value[ROOM] = "";
	SQLLEN length = 0;
	bool clear;

	bind(session, value, &length);
	run(session, CLEAR);
	session->driver->SQLFetch(session->statement);
	clear = strcmp(value, "Zoe") == 0;
	session->driver->SQLFreeStmt(session->statement, SQL_CLOSE);
	run(session, COLUMN);
	session->driver->SQLFetch(session->statement);
	/* `partial`, which the owner has, keeps the length */
	return clear && !tells(value, ROOM) &&
	       (strstr(session->source, "owner") != NULL || length != (SQLLEN)strlen(SECRET));
}

static bool bound_after_the_first_row(struct session *session)
{
	char value[ROOM] = "";
	SQLLEN length = 0;

	run(session, "SELECT ssn FROM people ORDER BY id DESC");
	session->driver->SQLFetch(session->statement);
	bind(session, value, &length);
	session->driver->SQLFetch(session->statement);
	return value[0] != '\0' && !tells(value, ROOM);
}

static bool moved_by_descriptor(struct session *session)
{
	char first[ROOM] = "", second[ROOM] = "";
	SQLLEN length = 0;
	SQLHDESC rows = NULL;

	bind(session, first, &length);
	run(session, "SELECT ssn FROM people ORDER BY id DESC");
	session->driver->SQLFetch(session->statement);
	session->driver->SQLGetStmtAttr(session->statement, SQL_ATTR_APP_ROW_DESC, &rows, 0, NULL);
	session->driver->SQLSetDescField(rows, 1, SQL_DESC_DATA_PTR, second, 0);
	session->driver->SQLFetch(session->statement);
	return !tells(first, ROOM) && !tells(second, ROOM);
}

static bool moved_by_offset(struct session *session)
{
	char values[4][ROOM] = { "" };
	SQLLEN lengths[4 * ROOM] = { 0 };
	SQLULEN offset = 0;

	bind(session, values[0], lengths);
	run(session, "SELECT ssn FROM people ORDER BY id DESC");
	session->driver->SQLFetch(session->statement);
	session->driver->SQLSetStmtAttr(session->statement, SQL_ATTR_ROW_BIND_OFFSET_PTR, &offset,
					0);
	offset = ROOM;
	session->driver->SQLFetch(session->statement);
	return !tells(values, sizeof(values));
}

static bool with_sizes(struct session *session, SQLINTEGER before, SQLINTEGER after)
{
	char values[ROWS][ROOM] = { "" };
	SQLLEN lengths[ROWS] = { 0 };

	session->driver->SQLSetStmtAttr(session->statement, before, (SQLPOINTER)(long)ROWS, 0);
	bind(session, values, lengths);
	run(session, "SELECT ssn FROM people ORDER BY id DESC");
	if (after == SQL_ROWSET_SIZE)
		session->driver->SQLExtendedFetch(session->statement, SQL_FETCH_NEXT, 0, NULL,
						  NULL);
	else
		session->driver->SQLFetch(session->statement);
	session->driver->SQLSetStmtAttr(session->statement, after, (SQLPOINTER)1L, 0);
	session->driver->SQLFetch(session->statement);
	session->driver->SQLSetStmtAttr(session->statement, before, (SQLPOINTER)(long)ROWS, 0);
	session->driver->SQLFetchScroll(session->statement, SQL_FETCH_NEXT, 0);
	return !tells(values, sizeof(values));
}

static bool array_for_extended_fetch(struct session *session)
{
	return with_sizes(session, SQL_ATTR_ROW_ARRAY_SIZE, SQL_ROWSET_SIZE);
}

static bool rowset_for_fetch(struct session *session)
{
	return with_sizes(session, SQL_ROWSET_SIZE, SQL_ATTR_ROW_ARRAY_SIZE);
}

static bool extended_fetch_then_get(struct session *session)
{
	SQLUSMALLINT status[ROWS];
	SQLULEN rows = 0;
	char value[ROOM] = "";
	SQLLEN length = 0;

	run(session, COLUMN);
	session->driver->SQLExtendedFetch(session->statement, SQL_FETCH_NEXT, 0, &rows, status);
	session->driver->SQLGetData(session->statement, 1, SQL_C_CHAR, value, ROOM, &length);
	session->driver->SQLSetPos(session->statement, 1, SQL_REFRESH, SQL_LOCK_NO_CHANGE);
	return !tells(value, ROOM) && !reading_tells(session);
}

/* ---- decisions ----------------------------------------------------- */

static bool catalog_then_execute(struct session *session)
{
	char value[ROOM] = "";
	SQLLEN length = 0;
	SQLRETURN code;

	session->driver->SQLPrepare(session->statement, (SQLCHAR *)COLUMN, SQL_NTS);
	session->driver->SQLTables(session->statement, NULL, 0, NULL, 0, (SQLCHAR *)"people",
				   SQL_NTS, NULL, 0);
	session->driver->SQLFreeStmt(session->statement, SQL_CLOSE);
	bind(session, value, &length);
	code = session->driver->SQLExecute(session->statement);
	return code == SQL_ERROR && !reading_tells(session) && !tells(value, ROOM);
}

static bool failed_prepare_then_execute(struct session *session)
{
	char value[ROOM] = "";
	SQLLEN length = 0;

	session->driver->SQLPrepare(session->statement, (SQLCHAR *)COLUMN, SQL_NTS);
	session->driver->SQLPrepare(session->statement, (SQLCHAR *)"SELECT x FROM nosuch", SQL_NTS);
	bind(session, value, &length);
	session->driver->SQLExecute(session->statement);
	return !reading_tells(session) && !tells(value, ROOM);
}

static bool denied_prepare_then_execute(struct session *session)
{
	static const char denied[] = "CREATE TABLE copied AS SELECT ssn FROM people";

	session->driver->SQLPrepare(session->statement, (SQLCHAR *)COLUMN, SQL_NTS);
	session->driver->SQLPrepare(session->statement, (SQLCHAR *)denied, SQL_NTS);
	return session->driver->SQLExecute(session->statement) == SQL_ERROR &&
	       !reading_tells(session);
}

static bool types_are_sql(struct session *session)
{
	static const char *const lists[] = {
		"x') UNION SELECT ssn, ssn, ssn, ssn, ssn FROM people -- ",
		"x' UNION SELECT ssn, ssn, ssn, ssn, ssn FROM people -- ",
		"'TABLE' UNION SELECT ssn, ssn, ssn, ssn, ssn FROM people -- '",
	};
	bool told = false, plain;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		session->driver->SQLTables(session->statement, NULL, 0, NULL, 0, NULL, 0,
					   (SQLCHAR *)lists[i], SQL_NTS);
		told = told || reading_tells(session);
		session->driver->SQLFreeStmt(session->statement, SQL_CLOSE);
	}
	plain = SQL_SUCCEEDED(session->driver->SQLTables(session->statement, NULL, 0, NULL, 0, NULL,
							 0, (SQLCHAR *)"'TABLE', 'VIEW'", SQL_NTS));
	return plain && !told;
}

static bool cursor_name_is_sql(struct session *session)
{
	static const char name[] = "c\" CURSOR FOR SELECT ssn FROM people; -- ";

	session->driver->SQLSetCursorName(session->statement, (SQLCHAR *)name, SQL_NTS);
	run(session, CLEAR);
	return !reading_tells(session) &&
	       SQL_SUCCEEDED(session->driver->SQLSetCursorName(session->statement,
							       (SQLCHAR *)"mine", SQL_NTS));
}

/* ---- attributes ----------------------------------------------------- */

static bool cut_by_the_target(struct session *session)
{
	bool told = false;

	for (long most = 1; most < 12; most++) {
		session->driver->SQLSetStmtAttr(session->statement, SQL_ATTR_MAX_LENGTH,
						(SQLPOINTER)most, 0);
		run(session, COLUMN);
		told = told || reading_tells(session);
		session->driver->SQLFreeStmt(session->statement, SQL_CLOSE);
	}
	return !told;
}

static bool not_retrieved_and_bookmarked(struct session *session)
{
	session->driver->SQLSetStmtAttr(session->statement, SQL_ATTR_USE_BOOKMARKS,
					(SQLPOINTER)SQL_UB_VARIABLE, 0);
	session->driver->SQLSetStmtAttr(session->statement, SQL_ATTR_RETRIEVE_DATA,
					(SQLPOINTER)SQL_RD_OFF, 0);
	run(session, COLUMN);
	return !reading_tells(session);
}

/* ---- messages ----------------------------------------------------- */

static bool all_messages_keep_it(struct session *session)
{
	run(session, "SELECT CAST(ssn AS int) FROM people");
	reading_tells(session);
	return !diagnostics_tell(session, SQL_HANDLE_STMT, session->statement) &&
	       !diagnostics_tell(session, SQL_HANDLE_DBC, session->connection) &&
	       !diagnostics_tell(session, SQL_HANDLE_ENV, session->environment);
}

/* PostgreSQL: run.py makes people.ssn unique, checked at the commit. */
static bool commit_fails_with(struct session *session, const char *sql)
{
	bool told;

	session->driver->SQLSetConnectAttr(session->connection, SQL_ATTR_AUTOCOMMIT,
					   (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0);
	run(session, "INSERT INTO people SELECT 3, name, email, ssn, salary FROM people "
		     "WHERE id = 1");
	if (sql != NULL)
		run(session, sql);
	told = diagnostics_tell(session, SQL_HANDLE_STMT, session->statement);
	session->driver->SQLEndTran(SQL_HANDLE_DBC, session->connection, SQL_COMMIT);
	told = told || diagnostics_tell(session, SQL_HANDLE_DBC, session->connection);
	session->driver->SQLEndTran(SQL_HANDLE_DBC, session->connection, SQL_ROLLBACK);
	return !told;
}

static bool commit_keeps_it(struct session *session)
{
	return commit_fails_with(session, NULL) && commit_fails_with(session, "COMMIT") &&
	       commit_fails_with(session, "SET CONSTRAINTS ALL IMMEDIATE");
}

/* ---- processes and threads ----------------------------------------------------- */

static bool a_child_may_not_ask(struct session *session)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(SQL_SUCCEEDED(run(session, CLEAR)) ? 1 : 0);
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

struct race {
	const struct session *session;
	char values[2][ROOM];
	SQLLEN length;
	volatile bool over;
	bool told;
};

static void *move_bindings(void *context)
{
	struct race *race = context;

	for (unsigned i = 0; !race->over; i++) {
		bind(race->session, race->values[i % 2], &race->length);
		race->told = race->told || tells(race->values, sizeof(race->values));
	}
	return NULL;
}

static bool raced_by_a_thread(struct session *session)
{
	struct race race = { .session = session };
	pthread_t thread;

	if (pthread_create(&thread, NULL, move_bindings, &race) != 0)
		return false;
	for (int i = 0; i < 300; i++) {
		run(session, i % 2 == 0 ? CLEAR : COLUMN);
		session->driver->SQLFetch(session->statement);
		session->driver->SQLFreeStmt(session->statement, SQL_CLOSE);
	}
	race.over = true;
	pthread_join(thread, NULL);
	return !race.told && !tells(race.values, sizeof(race.values));
}

/* ---- all ----------------------------------------------------- */

struct path {
	const char *name;
	bool (*try)(struct session *session);
	const char *keywords;
	const char *source; /* a part of its name; "": all */
};

/* lint: table */
static const struct path paths[] = {
	{ "bindings kept from a clear statement", bound_before_and_kept, "", "" },
	{ "bound after the first row", bound_after_the_first_row, "", "" },
	{ "a buffer moved through the descriptor", moved_by_descriptor, "", "" },
	{ "a buffer moved by its offset", moved_by_offset, "", "" },
	{ "an array's size and SQLExtendedFetch", array_for_extended_fetch, "", "" },
	{ "a rowset's size and SQLFetch", rowset_for_fetch, "", "" },
	{ "SQLExtendedFetch, then SQLGetData", extended_fetch_then_get, "", "" },
	{ "SQLTables, then SQLExecute", catalog_then_execute, "", "" },
	{ "a SQLPrepare that fails, then SQLExecute", failed_prepare_then_execute, "", "" },
	{ "a SQLPrepare that is denied, then SQLExecute", denied_prepare_then_execute, "", "" },
	{ "table types that are SQL", types_are_sql, "", "" },
	{ "a cursor's name that is SQL", cursor_name_is_sql, "UseDeclareFetch=1;", "pg" },
	{ "a cursor's name that is SQL", cursor_name_is_sql, "", "maria" },
	{ "SQL_ATTR_MAX_LENGTH, step by step", cut_by_the_target, "", "" },
	{ "SQL_ATTR_RETRIEVE_DATA and bookmarks", not_retrieved_and_bookmarked, "", "" },
	{ "messages of every handle", all_messages_keep_it, "", "" },
	{ "messages of a commit", commit_keeps_it, "", "pg" },
	{ "a child of fork", a_child_may_not_ask, "", "" },
	{ "a second thread that moves the binding", raced_by_a_thread, "", "" },
};

static void try_all(const struct driver *driver, const char *source)
{
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct session session = { .driver = driver, .source = source };
		bool fine;

		if (strncmp(source, paths[i].source, strlen(paths[i].source)) != 0)
			continue;
		fine = connect_with(&session, paths[i].keywords) && paths[i].try(&session);
		result(fine, &session, paths[i].name);
		leave(&session);
	}
}

int main(int argc, char **argv)
{
	void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
	struct driver driver = { 0 };

	if (library == NULL) {
		printf("Bail out! %s\n", argc > 1 ? dlerror() : "which library?");
		return 1;
	}
#define X(name) *(void **)&driver.name = dlsym(library, #name);
	FUNCTIONS(X)
#undef X
	for (int i = 2; i < argc; i++)
		try_all(&driver, argv[i]);
	printf("1..%d\n", count);
	return failed == 0 ? 0 : 1;
}
