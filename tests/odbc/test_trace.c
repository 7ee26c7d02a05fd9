/*
 * The log of the boundary over tests/fake, without a manager: what is called and
 * answered is in it, no text of the application is, and its file is safe.
 */
#include "../unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "../unit/folder.h"
#include "gatehouse/downstream.h"

#define NEEDLE "xyzneedle"

static char folder[GH_FOLDER_ROOM];
static char trace[GH_FOLDER_PATH_ROOM];
static struct gh_library gatehouse;
#define GH (gatehouse.functions)

static SQLHENV environment;
static SQLHDBC connection;

static void begin(void)
{
	const char *build = getenv("top_builddir");
	SQLPOINTER version = (SQLPOINTER)(intptr_t)SQL_OV_ODBC3;
	char path[4096];
	struct gh_error err = { 0 };

	snprintf(path, sizeof(path), "%s/.libs/libgatehouse.so", build == NULL ? "." : build);
	ck_assert_msg(gh_library_load(NULL, path, &gatehouse, &err) == GH_OK, "%s", err.text);
	gh_folder_make(folder);
	gh_folder_path(folder, "trace", trace);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_ENV, NULL, &environment), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, version, 0),
			 SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection), SQL_SUCCESS);
}

static void finish(void)
{
	(void)GH.SQLDisconnect(connection);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_DBC, connection), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_ENV, environment), SQL_SUCCESS);
	gh_folder_remove(folder);
}

static SQLRETURN connect_with(const char *library, const char *more)
{
	const char *build = getenv("top_builddir");
	char text[4096];

	snprintf(text, sizeof(text),
		 "DRIVER={Gatehouse};TargetDriver=%s/.libs/%s;Journal=%s/journal;UID=" NEEDLE
		 ";PWD=" NEEDLE ";%s",
		 build == NULL ? "." : build, library, folder, more);
	return GH.SQLDriverConnect[GH_NARROW](connection, NULL, text, SQL_NTS, NULL, 0, NULL,
					      SQL_DRIVER_NOPROMPT);
}

static SQLRETURN connect_traced(const char *library, const char *path)
{
	char more[GH_FOLDER_PATH_ROOM + 16];

	snprintf(more, sizeof(more), "Trace=%s", path);
	return connect_with(library, more);
}

static void expect_message(const char *word)
{
	char state[6] = "", text[1024] = "";
	SQLINTEGER native;

	ck_assert_int_eq(GH.SQLGetDiagRec[GH_NARROW](SQL_HANDLE_DBC, connection, 1, state, &native,
						     text, sizeof(text), NULL),
			 SQL_SUCCESS);
	ck_assert_msg(strstr(text, word) != NULL, "%s", text);
}

/* The whole file; static storage. */
static const char *written(void)
{
	static char text[65536];
	FILE *file = fopen(trace, "re");
	size_t length;

	ck_assert_ptr_nonnull(file);
	length = fread(text, 1, sizeof(text) - 1, file);
	text[length] = '\0';
	fclose(file);
	return text;
}

static void expect_line(const char *text, const char *a, const char *b)
{
	for (const char *at = text; (at = strstr(at, a)) != NULL; at++) {
		const char *end = strchr(at, '\n');
		const char *found = strstr(at, b);

		if (found != NULL && end != NULL && found < end)
			return;
	}
	ck_abort_msg("no line with %s and %s in:\n%s", a, b, text);
}

static SQLRETURN execute(SQLHSTMT statement, const char *text)
{
	return GH.SQLExecDirect[GH_NARROW](statement, (void *)(uintptr_t)text, SQL_NTS);
}

static void use_a_statement(void)
{
	SQLHSTMT statement = NULL;
	char value[40];
	SQLLEN length;

	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement), SQL_SUCCESS);
	ck_assert_int_eq(execute(statement, "SELECT id FROM people WHERE note = '" NEEDLE "'"),
			 SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLGetData(statement, 1, SQL_C_CHAR, value, sizeof(value), &length),
			 SQL_SUCCESS);
	ck_assert_int_eq(execute(statement, "DROP TABLE " NEEDLE), SQL_ERROR);
	ck_assert_int_eq(GH.SQLBulkOperations(statement, SQL_ADD), SQL_ERROR);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_STMT, statement), SQL_SUCCESS);
}

/* ---- what is in it ------------------------------------------------------------------------ */

START_TEST(calls_and_answers_are_there_and_texts_are_not)
{
	const char *text;

	begin();
	ck_assert_int_eq(connect_traced("libfakeodbc.so", trace), SQL_SUCCESS);
	use_a_statement();
	ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_SUCCESS);
	text = written();
	ck_assert_int_eq(strncmp(text, "# gatehouse trace 1\n", 20), 0);
	expect_line(text, "SQLDriverConnect SQL_SUCCESS", "input_length=-3");
	expect_line(text, "SQLAllocHandle SQL_SUCCESS", "type=3");
	expect_line(text, "SQLExecDirect SQL_SUCCESS", "text=set");
	expect_line(text, "SQLGetData SQL_SUCCESS", "column=1 c_type=1 value=set room=40");
	expect_line(text, "SQLExecDirect SQL_ERROR", " 42501 ");
	expect_line(text, "SQLFreeHandle SQL_SUCCESS", "type=3");
	expect_line(text, "SQLDisconnect SQL_SUCCESS", "us=");
	ck_assert(strstr(text, NEEDLE) == NULL);
	ck_assert(strstr(text, "people") == NULL);
	ck_assert(strstr(text, "Journal") == NULL);
	finish();
}
END_TEST

START_TEST(states_of_the_target_are_there_and_stay_to_be_read)
{
	SQLHSTMT statement = NULL;
	char state[6] = "", text[1024] = "";
	SQLINTEGER native;
	char more[GH_FOLDER_PATH_ROOM + 64];

	begin();
	snprintf(more, sizeof(more), "DATABASE=fail:execute;Trace=%s", trace);
	ck_assert_int_eq(connect_with("libfakeodbc.so", more), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement), SQL_SUCCESS);
	ck_assert_int_eq(execute(statement, "SELECT id FROM people"), SQL_ERROR);
	ck_assert_int_eq(GH.SQLGetDiagRec[GH_NARROW](SQL_HANDLE_STMT, statement, 1, state, &native,
						     text, sizeof(text), NULL),
			 SQL_SUCCESS);
	ck_assert_str_eq(state, "23505");
	expect_line(written(), "SQLExecDirect SQL_ERROR", " 23505 ");
	ck_assert(strstr(written(), "bob.secret") == NULL);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_STMT, statement), SQL_SUCCESS);
	finish();
}
END_TEST

/* The number behind "desc#" in the first line of that call of a descriptor; moves on behind it. */
static unsigned number_in(const char **text, const char *function)
{
	char pattern[80] = "";
	unsigned number = 0;

	while (strstr(pattern, function) == NULL) {
		*text = strstr(*text, " desc#");
		ck_assert_msg(*text != NULL, "no %s of a descriptor", function);
		*text += strlen(" desc#");
		ck_assert_int_eq(sscanf(*text, "%u %79[^\n]", &number, pattern), 2);
	}
	return number;
}

static void use_descriptors(void)
{
	SQLPOINTER two = (SQLPOINTER)(uintptr_t)2;
	SQLHSTMT statement = NULL;
	SQLHDESC first = NULL, second = NULL;

	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_DESC, connection, &first), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_DESC, connection, &second), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLSetDescField[GH_NARROW](first, 0, SQL_DESC_ARRAY_SIZE, two, 0),
			 SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLSetStmtAttr[GH_NARROW](statement, SQL_ATTR_APP_ROW_DESC, first, 0),
			 SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLCopyDesc(second, first), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLSetDescField[GH_NARROW](first, 0, SQL_DESC_ARRAY_SIZE, two, 0),
			 SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_DESC, first), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_STMT, statement), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_DESC, second), SQL_SUCCESS);
}

/* Those that the application allocated have no statement to go by, in use or not. */
START_TEST(explicit_descriptors_go_by_numbers_of_their_own)
{
	const char *text;
	unsigned first, second;

	begin();
	ck_assert_int_eq(connect_traced("libfakeodbc.so", trace), SQL_SUCCESS);
	use_descriptors();
	ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_SUCCESS);
	text = written();
	expect_line(text, "SQLAllocHandle SQL_SUCCESS", "type=4");
	expect_line(text, "SQLCopyDesc SQL_SUCCESS", "destination=set");
	first = number_in(&text, "SQLSetDescField SQL_SUCCESS");
	second = number_in(&text, "SQLCopyDesc SQL_SUCCESS");
	ck_assert_uint_ne(first, 0);
	ck_assert_uint_ne(second, 0);
	ck_assert_uint_ne(first, second);
	ck_assert_uint_eq(number_in(&text, "SQLSetDescField SQL_SUCCESS"), first);
	ck_assert_uint_eq(number_in(&text, "SQLFreeHandle SQL_SUCCESS"), first);
	ck_assert_uint_eq(number_in(&text, "SQLFreeHandle SQL_SUCCESS"), second);
	finish();
}
END_TEST

START_TEST(a_connect_that_fails_is_there)
{
	begin();
	ck_assert_int_eq(connect_traced("libnothing.so", trace), SQL_ERROR);
	expect_line(written(), "SQLDriverConnect SQL_ERROR", " IM003 ");
	finish();
}
END_TEST

START_TEST(without_the_keyword_nothing_is_written)
{
	begin();
	ck_assert_int_eq(connect_with("libfakeodbc.so", "Trace=0"), SQL_SUCCESS);
	use_a_statement();
	ck_assert_int_ne(access(trace, F_OK), 0);
	ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_SUCCESS);
	ck_assert_int_eq(connect_traced("libfakeodbc.so", trace), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_SUCCESS);
	/* the next connect ends it */
	ck_assert_int_eq(connect_with("libfakeodbc.so", ""), SQL_SUCCESS);
	use_a_statement();
	ck_assert(strstr(written(), "SQLExecDirect") == NULL);
	finish();
}
END_TEST

/* ---- where it may write --------------------------------------------------------------------- */

START_TEST(a_new_file_is_private_and_a_trace_is_continued)
{
	struct stat info;

	begin();
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(connect_traced("libfakeodbc.so", trace), SQL_SUCCESS);
		ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_SUCCESS);
	}
	ck_assert_int_eq(stat(trace, &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0600);
	ck_assert_ptr_nonnull(strstr(strstr(written(), "SQLDisconnect"), "SQLDriverConnect"));
	finish();
}
END_TEST

static void refused(const char *path, const char *word)
{
	ck_assert_int_eq(connect_traced("libfakeodbc.so", path), SQL_ERROR);
	expect_message(word);
}

START_TEST(unsafe_places_are_refused)
{
	char path[GH_FOLDER_PATH_ROOM];
	char content[64] = "";
	FILE *file;

	begin();
	refused("trace.log", "not an absolute path");
	refused("yes", "not an absolute path");
	refused(folder, "Is a directory");
	refused("/dev/null", "not a regular file");
	refused("/nonexistent/trace", "No such file");
	gh_folder_path(folder, "fifo", path);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	refused(path, "not a regular file");
	gh_folder_put(folder, "mine", "ssh-ed25519 AAAA\n");
	gh_folder_path(folder, "mine", path);
	ck_assert_int_eq(chmod(path, 0600), 0);
	refused(path, "is no trace");
	gh_folder_path(folder, "link", trace);
	ck_assert_int_eq(symlink(path, trace), 0);
	refused(trace, "symbolic links");
	file = fopen(path, "re");
	ck_assert_ptr_nonnull(file);
	ck_assert_ptr_nonnull(fgets(content, sizeof(content), file));
	fclose(file);
	ck_assert_str_eq(content, "ssh-ed25519 AAAA\n");
	finish();
}
END_TEST

START_TEST(a_file_of_others_or_with_two_names_is_refused)
{
	char path[GH_FOLDER_PATH_ROOM], second[GH_FOLDER_PATH_ROOM];

	begin();
	gh_folder_put(folder, "shown", "# gatehouse trace 1\n");
	gh_folder_path(folder, "shown", path);
	ck_assert_int_eq(chmod(path, 0644), 0);
	refused(path, "mode 0600");
	ck_assert_int_eq(chmod(path, 0600), 0);
	gh_folder_path(folder, "second", second);
	ck_assert_int_eq(link(path, second), 0);
	refused(path, "one name");
	ck_assert_int_eq(unlink(second), 0);
	ck_assert_int_eq(connect_traced("libfakeodbc.so", path), SQL_SUCCESS);
	finish();
}
END_TEST

GH_UNIT_MAIN("trace", calls_and_answers_are_there_and_texts_are_not,
	     states_of_the_target_are_there_and_stay_to_be_read,
	     explicit_descriptors_go_by_numbers_of_their_own, a_connect_that_fails_is_there,
	     without_the_keyword_nothing_is_written, a_new_file_is_private_and_a_trace_is_continued,
	     unsafe_places_are_refused, a_file_of_others_or_with_two_names_is_refused)
