/*
 * SQLBrowseConnect over a driver that asks in rounds (tests/fake), without a
 * manager, in both flavours: what is ours stays ours, and a session is open only
 * when the target says so.
 */
#include "../unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "../unit/folder.h"
#include "gatehouse/downstream.h"

static char folder[GH_FOLDER_ROOM];
static struct gh_library gatehouse;
#define GH (gatehouse.functions)

static SQLHENV environment;
static SQLHDBC connection;
static enum gh_width width;

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
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection), SQL_SUCCESS);
}

static void finish(void)
{
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_DBC, connection), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_ENV, environment), SQL_SUCCESS);
	gh_folder_remove(folder);
}

/* ---- calls in the flavour that is tested ------------------------------------------------- */

static void widen(const char *text, SQLWCHAR *out)
{
	size_t i = 0;

	for (; text[i] != '\0'; i++)
		out[i] = (SQLWCHAR)(unsigned char)text[i];
	out[i] = 0;
}

static void narrow(const SQLWCHAR *text, char *out)
{
	size_t i = 0;

	for (; text[i] != 0; i++)
		out[i] = (char)text[i];
	out[i] = '\0';
}

struct round {
	char text[1024];
	SQLSMALLINT room; /* characters */
	SQLSMALLINT length;
};

static SQLRETURN browse_into(struct round *round, const char *text)
{
	SQLWCHAR in[2048], out[1024] = { 0 };
	SQLRETURN code;

	round->length = -1;
	if (width == GH_NARROW)
		return GH.SQLBrowseConnect[GH_NARROW](connection, (void *)(uintptr_t)text, SQL_NTS,
						      round->text, round->room, &round->length);
	widen(text, in);
	code = GH.SQLBrowseConnect[GH_WIDE](connection, in, SQL_NTS, out, round->room,
					    &round->length);
	narrow(out, round->text);
	return code;
}

static SQLRETURN browse(const char *text, char answer[1024])
{
	struct round round = { .room = 1024 };
	SQLRETURN code = browse_into(&round, text);

	memcpy(answer, round.text, 1024);
	return code;
}

static SQLRETURN first(const char *library, const char *more, char answer[1024])
{
	const char *build = getenv("top_builddir");
	char text[2048];

	snprintf(text, sizeof(text),
		 "DRIVER={Gatehouse};TargetDriver=%s/.libs/%s;Journal=%s/journal;"
		 "Purpose=test;%s",
		 build == NULL ? "." : build, library, folder, more);
	return browse(text, answer);
}

static void expect_record(const char *state, const char *word)
{
	char found[6] = "", text[1024] = "";
	SQLINTEGER native;

	ck_assert_int_eq(GH.SQLGetDiagRec[GH_NARROW](SQL_HANDLE_DBC, connection, 1, found, &native,
						     text, sizeof(text), NULL),
			 SQL_SUCCESS);
	ck_assert_str_eq(found, state);
	ck_assert_msg(strstr(text, word) != NULL, "%s", text);
}

/* A statement can be had only of an open connection. */
static bool is_open(void)
{
	SQLHSTMT statement = NULL;
	bool open = GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement) == SQL_SUCCESS;

	if (open)
		ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_STMT, statement), SQL_SUCCESS);
	return open;
}

static bool journal_has(const char *word)
{
	char path[GH_FOLDER_ROOM + 64], command[GH_FOLDER_ROOM + 128], line[16];
	FILE *found;
	bool has;

	snprintf(path, sizeof(path), "%s/journal", folder);
	snprintf(command, sizeof(command), "grep -rl '%s' %s", word, path);
	found = popen(command, "r");
	has = found != NULL && fgets(line, sizeof(line), found) != NULL;
	if (found != NULL)
		pclose(found);
	return has;
}

static void to_the_last_round(char answer[1024])
{
	ck_assert_int_eq(first("libfakeodbc.so", "", answer), SQL_NEED_DATA);
	ck_assert_str_eq(answer, "SERVER:Server={red,green};*TIMEOUT:Seconds=?");
	ck_assert_int_eq(browse("SERVER=red", answer), SQL_NEED_DATA);
	ck_assert_str_eq(answer, "UID:User=?;PWD:Password=?");
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void check_rounds(void)
{
	char answer[1024];

	begin();
	to_the_last_round(answer);
	ck_assert(!is_open());
	ck_assert(!journal_has("session.open"));
	ck_assert_int_eq(browse("UID=ann;PWD=secret", answer), SQL_SUCCESS);
	ck_assert(is_open());
	ck_assert(journal_has("session.open"));
	ck_assert(strstr(answer, "Purpose=test;") != NULL);
	ck_assert(strstr(answer, "SERVER=red;UID=ann;PWD=secret;") != NULL);
	ck_assert(strstr(answer, "hidden") == NULL);
	ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_SUCCESS);
	finish();
}

START_TEST(rounds_end_in_an_open_session)
{
	for (width = GH_NARROW; width <= GH_WIDE; width++)
		check_rounds();
}
END_TEST

START_TEST(a_browse_is_given_up_by_disconnecting)
{
	char answer[1024];

	begin();
	to_the_last_round(answer);
	ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_ERROR);
	ck_assert(!journal_has("session.open"));
	ck_assert_int_eq(first("libfakeodbc.so", "", answer), SQL_NEED_DATA);
	finish(); /* a handle that is freed half-way leaks nothing */
}
END_TEST

START_TEST(a_failed_round_starts_anew)
{
	char answer[1024];

	begin();
	to_the_last_round(answer);
	ck_assert_int_eq(browse("SERVER=blue", answer), SQL_ERROR);
	/* a first round names a target */
	ck_assert_int_eq(browse("UID=ann;PWD=secret", answer), SQL_ERROR);
	expect_record("IM002", "TargetDSN");
	finish();
}
END_TEST

START_TEST(keywords_of_later_rounds_are_judged_too)
{
	static const char *const rounds[] = { "CommLog=1", "Nonsense=1", "TRACE=1",
					      "SERVER={red;Trace=1}" };
	char answer[1024];

	begin();
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
		ck_assert_int_eq(first("libfakeodbc.so", "", answer), SQL_NEED_DATA);
		ck_assert_int_eq(browse(rounds[i], answer), SQL_ERROR);
		expect_record("HY000", "Connection keyword not allowed");
	}
	finish();
}
END_TEST

START_TEST(later_rounds_do_not_change_what_is_ours)
{
	static const char *const rounds[] = { "Policy=/tmp/other.xml", "Purpose=other",
					      "TargetDSN=other", "Journal=/tmp/other" };
	char answer[1024];

	begin();
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
		ck_assert_int_eq(first("libfakeodbc.so", "", answer), SQL_NEED_DATA);
		ck_assert_int_eq(browse(rounds[i], answer), SQL_ERROR);
		expect_record("HY000", "first round");
	}
	ck_assert_int_eq(first("libfakeodbc.so", "", answer), SQL_NEED_DATA);
	ck_assert_int_eq(browse("Purpose=test;SERVER=green", answer), SQL_NEED_DATA);
	finish();
}
END_TEST

START_TEST(a_question_that_is_cut_stays_a_question)
{
	struct round round = { .room = 8 };
	char answer[1024];

	begin();
	ck_assert_int_eq(first("libfakeodbc.so", "", answer), SQL_NEED_DATA);
	ck_assert_int_eq(browse_into(&round, "SERVER=red"), SQL_NEED_DATA);
	ck_assert_str_eq(round.text, "UID:Use");
	ck_assert_int_eq(round.length, strlen("UID:User=?;PWD:Password=?"));
	expect_record("01004", "truncated");
	finish();
}
END_TEST

START_TEST(other_ways_to_connect_wait_for_the_end)
{
	char answer[1024];

	begin();
	ck_assert_int_eq(first("libfakeodbc.so", "", answer), SQL_NEED_DATA);
	ck_assert_int_eq(GH.SQLDriverConnect[GH_NARROW](connection, NULL, answer, SQL_NTS, NULL, 0,
							NULL, SQL_DRIVER_NOPROMPT),
			 SQL_ERROR);
	expect_record("HY010", "SQLBrowseConnect");
	finish();
}
END_TEST

START_TEST(a_target_without_it_answers_as_the_manager)
{
	char answer[1024];

	begin();
	ck_assert_int_eq(first("libfakeminimal.so", "", answer), SQL_ERROR);
	expect_record("IM001", "SQLBrowseConnect");
	ck_assert(!is_open());
	finish();
}
END_TEST

GH_UNIT_MAIN("browse", rounds_end_in_an_open_session, a_browse_is_given_up_by_disconnecting,
	     a_failed_round_starts_anew, keywords_of_later_rounds_are_judged_too,
	     later_rounds_do_not_change_what_is_ours, a_question_that_is_cut_stays_a_question,
	     other_ways_to_connect_wait_for_the_end, a_target_without_it_answers_as_the_manager)
