/*
 * Threading= of the target: calls that a manager would keep apart for the driver are
 * kept apart behind Gatehouse.  Over tests/fake, which counts the calls that are
 * inside it, and without a manager, which would see to our own section only.
 */
#include "../unit/unit.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "../unit/folder.h"
#include "gatehouse/downstream.h"

#define QUERY "SELECT id, email FROM people"

/* A call takes 5 ms: long beside what lies between two, short for a test. */
#define SLOW "slow:5"

static char folder[GH_FOLDER_ROOM];
static struct gh_library gatehouse;
#define GH (gatehouse.functions)

static SQLHENV environment;

/* ---- the files --------------------------------------------------------------------------------
 */

static void write_files(void)
{
	const char *build = getenv("top_builddir");
	char driver[2048], text[16384];

	snprintf(driver, sizeof(driver), "Driver=%s/.libs/libfakeodbc.so",
		 build == NULL ? "." : build);
	snprintf(text, sizeof(text),
		 "[ODBC]\nThreading=2\n[Free]\n%s\nThreading=0\n[Statement]\n%s\nThreading=1\n"
		 "[Connection]\n%s\nThreading=2\n[Process]\n%s\nThreading=3\n"
		 "[Beyond]\n%s\nThreading=7\n[Silent]\n%s\n",
		 driver, driver, driver, driver, driver, driver);
	gh_folder_put(folder, "odbcinst.ini", text);
	gh_folder_put(folder, "odbc.ini", "");
	/* nothing is asked beside what the application asks */
	gh_folder_put(folder, "policy.xml",
		      "<policy xmlns='urn:gatehouse:policy:1' version='1' name='serial' "
		      "detection='off'><rules><rule name='all' role='*' action='*' "
		      "verdict='allow'/></rules></policy>");
}

static void begin(void)
{
	const char *build = getenv("top_builddir");
	SQLPOINTER version = (SQLPOINTER)(intptr_t)SQL_OV_ODBC3;
	char path[4096];
	struct gh_error err = { 0 };

	gh_folder_make(folder);
	write_files();
	setenv("ODBCSYSINI", folder, 1);
	gh_folder_path(folder, "odbc.ini", path);
	setenv("ODBCINI", path, 1);
	snprintf(path, sizeof(path), "%s/.libs/libgatehouse.so", build == NULL ? "." : build);
	ck_assert_msg(gh_library_load(NULL, path, &gatehouse, &err) == GH_OK, "%s", err.text);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_ENV, NULL, &environment), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, version, 0),
			 SQL_SUCCESS);
}

static void end(void)
{
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_ENV, environment), SQL_SUCCESS);
	gh_folder_remove(folder);
}

static SQLHDBC connect_to(const char *driver, const char *script)
{
	SQLHDBC connection = NULL;
	char text[4096];

	snprintf(text, sizeof(text),
		 "DRIVER={Gatehouse};TargetDriver=%s;Policy=%s/policy.xml;Journal=%s/journal;"
		 "DATABASE=%s",
		 driver, folder, folder, script);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection), SQL_SUCCESS);
	ck_assert(SQL_SUCCEEDED(GH.SQLDriverConnect[GH_NARROW](
		connection, NULL, text, SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT)));
	return connection;
}

static void disconnect(SQLHDBC connection)
{
	ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_DBC, connection), SQL_SUCCESS);
}

static SQLHSTMT new_statement(SQLHDBC connection)
{
	SQLHSTMT statement = NULL;

	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement), SQL_SUCCESS);
	return statement;
}

/* ---- threads -----------------------------------------------------------------------------------
 */

struct most {
	int process, connection;
};

/* Asks the library that Gatehouse has loaded. */
static struct most most_calls(void)
{
	const char *build = getenv("top_builddir");
	void (*ask)(int *process, int *connection) = NULL;
	struct most most = { 0 };
	char path[4096];
	void *library, *symbol;

	snprintf(path, sizeof(path), "%s/.libs/libfakeodbc.so", build == NULL ? "." : build);
	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	ck_assert_ptr_nonnull(library);
	symbol = dlsym(library, "fake_most_calls");
	ck_assert_ptr_nonnull(symbol);
	memcpy(&ask, &symbol, sizeof(ask));
	ask(&most.process, &most.connection);
	dlclose(library);
	return most;
}

/* Calls of all kinds; NULL, or the name of one that failed. */
static void *work(void *argument)
{
	SQLHSTMT statement = argument;
	SQLSMALLINT count = 0;
	SQLLEN length = 0;
	char value[64];

	for (int i = 0; i < 3; i++) {
		if (!SQL_SUCCEEDED(GH.SQLExecDirect[GH_NARROW](statement, (void *)(uintptr_t)QUERY,
							       SQL_NTS)))
			return (void *)(uintptr_t) "SQLExecDirect";
		if (GH.SQLNumResultCols(statement, &count) != SQL_SUCCESS || count != 2)
			return (void *)(uintptr_t) "SQLNumResultCols";
		if (GH.SQLFetch(statement) != SQL_SUCCESS)
			return (void *)(uintptr_t) "SQLFetch";
		if (GH.SQLGetData(statement, 1, SQL_C_CHAR, value, sizeof(value), &length) !=
		    SQL_SUCCESS)
			return (void *)(uintptr_t) "SQLGetData";
		if (GH.SQLFreeStmt(statement, SQL_UNBIND) != SQL_SUCCESS)
			return (void *)(uintptr_t) "SQLFreeStmt";
	}
	return NULL;
}

/* Both statements at work at the same time. */
static struct most work_side_by_side(SQLHSTMT one, SQLHSTMT other)
{
	pthread_t threads[2];
	void *failed[2] = { NULL, NULL };

	(void)most_calls();
	ck_assert_int_eq(pthread_create(&threads[0], NULL, work, one), 0);
	ck_assert_int_eq(pthread_create(&threads[1], NULL, work, other), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(pthread_join(threads[i], &failed[i]), 0);
	for (int i = 0; i < 2; i++)
		ck_assert_msg(failed[i] == NULL, "%s", (const char *)failed[i]);
	return most_calls();
}

static struct most within_a_connection(const char *driver)
{
	SQLHDBC connection = connect_to(driver, SLOW);
	struct most most = work_side_by_side(new_statement(connection), new_statement(connection));

	disconnect(connection);
	return most;
}

static struct most between_connections(const char *driver)
{
	SQLHDBC one = connect_to(driver, SLOW), other = connect_to(driver, SLOW);
	struct most most = work_side_by_side(new_statement(one), new_statement(other));

	disconnect(one);
	disconnect(other);
	return most;
}

START_TEST(a_target_that_is_free_is_called_by_all_threads)
{
	static const char *const drivers[] = { "Free", "Statement" };

	begin();
	for (size_t i = 0; i < 2; i++)
		ck_assert_msg(within_a_connection(drivers[i]).connection == 2, "%s", drivers[i]);
	end();
}
END_TEST

START_TEST(a_connection_is_called_by_one_thread)
{
	struct most most;

	begin();
	most = within_a_connection("Connection");
	ck_assert_int_eq(most.connection, 1);
	ck_assert_int_eq(most.process, 1);
	most = between_connections("Connection");
	ck_assert_int_eq(most.connection, 1);
	ck_assert_int_eq(most.process, 2);
	end();
}
END_TEST

START_TEST(a_library_is_called_by_one_thread)
{
	begin();
	ck_assert_int_eq(within_a_connection("Process").process, 1);
	ck_assert_int_eq(between_connections("Process").process, 1);
	end();
}
END_TEST

START_TEST(a_level_beyond_all_is_the_strictest)
{
	begin();
	ck_assert_int_eq(between_connections("Beyond").process, 1);
	end();
}
END_TEST

START_TEST(what_a_driver_does_not_say_is_said_for_all)
{
	begin();
	ck_assert_int_eq(within_a_connection("Silent").connection, 1);
	ck_assert_int_eq(between_connections("Silent").process, 2);
	end();
}
END_TEST

/* ---- SQLCancel ---------------------------------------------------------------------------------
 */

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *run(void *statement)
{
	SQLRETURN code = GH.SQLExecDirect[GH_NARROW](statement, (void *)(uintptr_t)QUERY, SQL_NTS);

	return (void *)(intptr_t)code;
}

struct cancelled {
	SQLRETURN code;
	int64_t took; /* ms */
	struct most most;
};

/* Cancels a statement that is in the target for the better part of a second. */
static struct cancelled cancel_running(const char *driver)
{
	SQLHDBC connection = connect_to(driver, "slow:700 only:execute");
	SQLHSTMT statement = new_statement(connection);
	struct cancelled cancelled = { 0 };
	pthread_t thread;
	int64_t began;
	void *code;

	(void)most_calls();
	ck_assert_int_eq(pthread_create(&thread, NULL, run, statement), 0);
	nanosleep(&(struct timespec){ 0, 200000000 }, NULL);
	began = milliseconds();
	cancelled.code = GH.SQLCancel(statement);
	cancelled.took = milliseconds() - began;
	ck_assert_int_eq(pthread_join(thread, &code), 0);
	ck_assert_int_eq((SQLRETURN)(intptr_t)code, SQL_SUCCESS);
	cancelled.most = most_calls();
	ck_assert_int_eq(GH.SQLCancel(statement), SQL_SUCCESS); /* nothing runs: as any call */
	disconnect(connection);
	return cancelled;
}

START_TEST(cancelling_comes_beside_the_calls_of_a_connection)
{
	struct cancelled cancelled;

	begin();
	cancelled = cancel_running("Connection");
	ck_assert_int_eq(cancelled.code, SQL_SUCCESS);
	ck_assert_int_eq(cancelled.most.connection, 2);
	end();
}
END_TEST

START_TEST(cancelling_neither_enters_a_library_nor_waits_for_it)
{
	struct cancelled cancelled;

	begin();
	cancelled = cancel_running("Process");
	ck_assert_int_eq(cancelled.code, SQL_ERROR);
	ck_assert_int_eq(cancelled.most.process, 1);
	ck_assert_int_lt((int)cancelled.took, 400);
	end();
}
END_TEST

GH_UNIT_MAIN("serial", a_target_that_is_free_is_called_by_all_threads,
	     a_connection_is_called_by_one_thread, a_library_is_called_by_one_thread,
	     a_level_beyond_all_is_the_strictest, what_a_driver_does_not_say_is_said_for_all,
	     cancelling_comes_beside_the_calls_of_a_connection,
	     cancelling_neither_enters_a_library_nor_waits_for_it)
