/*
 * A process forks while other threads of it are inside the driver and hold its
 * locks: the child has none of these threads, and must not wait for them.  Over
 * tests/fake and without a manager, whose own locks are not what is tried here.
 */
#include "../unit/unit.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../unit/folder.h"
#include "gatehouse/downstream.h"

#define QUERY "SELECT id, email FROM people"

enum { PATIENCE = 20 }; /* seconds until a child counts as stuck */

static char folder[GH_FOLDER_ROOM];
static struct gh_library gatehouse;
#define GH (gatehouse.functions)

static SQLHENV environment;

static void pause_for(long milliseconds)
{
	nanosleep(&(struct timespec){ milliseconds / 1000, milliseconds % 1000 * 1000000 }, NULL);
}

static void begin(void)
{
	const char *build = getenv("top_builddir");
	SQLPOINTER version = (SQLPOINTER)(intptr_t)SQL_OV_ODBC3;
	char path[4096];
	struct gh_error err = { 0 };

	snprintf(path, sizeof(path), "%s/.libs/libgatehouse.so", build == NULL ? "." : build);
	ck_assert_msg(gh_library_load(NULL, path, &gatehouse, &err) == GH_OK, "%s", err.text);
	gh_folder_make(folder);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_ENV, NULL, &environment), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, version, 0),
			 SQL_SUCCESS);
}

/* A connection whose journal is the folder's `journal`. */
static SQLRETURN connect_to(SQLHDBC *connection, const char *journal, const char *script)
{
	const char *build = getenv("top_builddir");
	char text[4096];

	snprintf(text, sizeof(text),
		 "DRIVER={Gatehouse};TargetDriver=%s/.libs/libfakeodbc.so;"
		 "Journal=%s/%s;DATABASE=%s",
		 build == NULL ? "." : build, folder, journal, script);
	if (GH.SQLAllocHandle(SQL_HANDLE_DBC, environment, connection) != SQL_SUCCESS)
		return SQL_ERROR;
	return GH.SQLDriverConnect[GH_NARROW](*connection, NULL, text, SQL_NTS, NULL, 0, NULL,
					      SQL_DRIVER_NOPROMPT);
}

static void disconnect(SQLHDBC connection)
{
	ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_DBC, connection), SQL_SUCCESS);
}

static void end(void)
{
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_ENV, environment), SQL_SUCCESS);
	gh_folder_remove(folder);
}

static SQLRETURN query(SQLHSTMT statement)
{
	return GH.SQLExecDirect[GH_NARROW](statement, (void *)(uintptr_t)QUERY, SQL_NTS);
}

/* An error whose first record says that the session is another process's. */
static bool denied(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle)
{
	char state[6] = "", text[1024] = "";
	SQLINTEGER native = 0;
	SQLSMALLINT length;

	(void)GH.SQLGetDiagRec[GH_NARROW](type, handle, 1, state, &native, text, sizeof(text),
					  &length);
	return code == SQL_ERROR && native == 7105 && strcmp(state, "28000") == 0;
}

/* Waits for the child, at most PATIENCE: what waits for ever fails here. */
static void expect_good(pid_t child)
{
	int status = 0;

	ck_assert_int_gt(child, 0);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status), "the child died of signal %d", WTERMSIG(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static int open_own_session(const char *journal)
{
	SQLHDBC connection = NULL;
	SQLHSTMT statement = NULL;

	if (!SQL_SUCCEEDED(connect_to(&connection, journal, "")))
		return 10;
	if (!SQL_SUCCEEDED(GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement)) ||
	    !SQL_SUCCEEDED(query(statement)) || !SQL_SUCCEEDED(GH.SQLFetch(statement)))
		return 11;
	if (!SQL_SUCCEEDED(GH.SQLFreeHandle(SQL_HANDLE_STMT, statement)) ||
	    !SQL_SUCCEEDED(GH.SQLDisconnect(connection)))
		return 12;
	return 0;
}

/* ---- a statement's lock ------------------------------------------------------------------ */

static void *run_slowly(void *statement)
{
	return (void *)(intptr_t)query(statement);
}

static int use_busy(SQLHDBC connection, SQLHSTMT statement)
{
	SQLUSMALLINT supported = 0;
	SQLSMALLINT count = 0;

	if (!denied(query(statement), SQL_HANDLE_STMT, statement))
		return 1;
	if (!denied(GH.SQLNumResultCols(statement, &count), SQL_HANDLE_STMT, statement))
		return 2;
	if (!denied(GH.SQLCancel(statement), SQL_HANDLE_STMT, statement))
		return 3;
	if (!denied(GH.SQLGetFunctions(connection, SQL_API_SQLFETCH, &supported), SQL_HANDLE_DBC,
		    connection))
		return 4;
	if (GH.SQLFreeHandle(SQL_HANDLE_STMT, statement) != SQL_SUCCESS ||
	    GH.SQLDisconnect(connection) != SQL_SUCCESS ||
	    GH.SQLFreeHandle(SQL_HANDLE_DBC, connection) != SQL_SUCCESS)
		return 5;
	return open_own_session("journal");
}

START_TEST(a_child_does_not_wait_for_a_busy_statement)
{
	SQLHDBC connection = NULL;
	SQLHSTMT statement = NULL;
	pthread_t thread;
	void *code;
	pid_t child;

	begin();
	ck_assert(SQL_SUCCEEDED(connect_to(&connection, "journal", "slow:900")));
	ck_assert(SQL_SUCCEEDED(GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement)));
	ck_assert_int_eq(pthread_create(&thread, NULL, run_slowly, statement), 0);
	pause_for(300);
	child = fork();
	if (child == 0) {
		alarm(PATIENCE);
		_exit(use_busy(connection, statement));
	}
	pthread_join(thread, &code);
	ck_assert(SQL_SUCCEEDED((SQLRETURN)(intptr_t)code));
	expect_good(child);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_STMT, statement), SQL_SUCCESS);
	disconnect(connection);
	end();
}
END_TEST

/* ---- the lock of what all connections share ------------------------------------------------ */

static void *connect_blocked(void *unused)
{
	SQLHDBC connection = NULL;
	SQLRETURN code = connect_to(&connection, "blocked", "");

	(void)unused;
	if (SQL_SUCCEEDED(code))
		(void)GH.SQLDisconnect(connection);
	(void)GH.SQLFreeHandle(SQL_HANDLE_DBC, connection);
	return (void *)(intptr_t)(SQL_SUCCEEDED(code) ? SQL_SUCCESS : SQL_ERROR);
}

/* Holds the lock of a log, so that whoever opens it waits. */
static int block_log(void)
{
	char path[GH_FOLDER_PATH_ROOM];
	SQLHDBC connection = NULL;
	int fd;

	ck_assert(SQL_SUCCEEDED(connect_to(&connection, "blocked", "")));
	disconnect(connection);
	gh_folder_path(folder, "blocked/lock", path);
	fd = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	return fd;
}

START_TEST(a_child_does_not_wait_for_a_thread_that_connects)
{
	pthread_t thread;
	void *code;
	pid_t child;
	int fd;

	begin();
	fd = block_log();
	ck_assert_int_eq(pthread_create(&thread, NULL, connect_blocked, NULL), 0);
	pause_for(300);
	child = fork();
	if (child == 0) {
		alarm(PATIENCE);
		_exit(open_own_session("journal"));
	}
	expect_good(child);
	close(fd);
	pthread_join(thread, &code);
	ck_assert_int_eq((SQLRETURN)(intptr_t)code, SQL_SUCCESS);
	end();
}
END_TEST

GH_UNIT_MAIN("busy", a_child_does_not_wait_for_a_busy_statement,
	     a_child_does_not_wait_for_a_thread_that_connects)
