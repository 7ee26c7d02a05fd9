/*
 * A session with the driver of tests/fake behind Gatehouse, without a manager, and
 * the search for its secret in what an application was given.
 */
#ifndef GATEHOUSE_TESTS_FAKE_SESSION_H
#define GATEHOUSE_TESTS_FAKE_SESSION_H

#include "../unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "../unit/folder.h"
#include "gatehouse/downstream.h"

#define POLICY                                                                                     \
	"<policy xmlns='urn:gatehouse:policy:1' version='1' name='fake'"                           \
	" detection='off'>"                                                                        \
	"<data><tag name='pii'><column name='email'/></tag></data>"                                \
	"<rules><rule name='all' role='*' action='*' verdict='allow'/>"                            \
	"<mask name='mask' tag='pii' function='partial' last='2'/></rules></policy>"

#define CLEAR_POLICY                                                                               \
	"<policy xmlns='urn:gatehouse:policy:1' version='1' name='fake'"                           \
	" detection='off'>"                                                                        \
	"<rules><rule name='all' role='*' action='*' verdict='allow'/></rules></policy>"

#define QUERY "SELECT id, email FROM people"

static char folder[GH_FOLDER_ROOM];
static struct gh_library gatehouse;
#define GH (gatehouse.functions)

static SQLHENV environment;
static SQLHDBC connection;
static SQLHSTMT statement;
static const char *running; /* the script, for what fails */
static const char *policy = POLICY;

/* ---- a connection with a script --------------------------------------------------------- */

static inline void load(void)
{
	const char *build = getenv("top_builddir");
	char path[4096];
	struct gh_error err = { 0 };

	snprintf(path, sizeof(path), "%s/.libs/libgatehouse.so", build == NULL ? "." : build);
	ck_assert_msg(gh_library_load(NULL, path, &gatehouse, &err) == GH_OK, "%s", err.text);
}

static inline SQLRETURN connect_to(const char *library, const char *script)
{
	const char *build = getenv("top_builddir");
	char text[4096];
	SQLPOINTER version = (SQLPOINTER)(intptr_t)SQL_OV_ODBC3;

	load();
	gh_folder_make(folder);
	gh_folder_put(folder, "policy.xml", policy);
	snprintf(text, sizeof(text),
		 "DRIVER={Gatehouse};TargetDriver=%s/.libs/%s;Policy=%s/policy.xml;"
		 "Journal=%s/journal;DATABASE=%s",
		 build == NULL ? "." : build, library, folder, folder, script);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_ENV, NULL, &environment), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, version, 0),
			 SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection), SQL_SUCCESS);
	return GH.SQLDriverConnect[GH_NARROW](connection, NULL, text, SQL_NTS, NULL, 0, NULL,
					      SQL_DRIVER_NOPROMPT);
}

static inline void message(SQLSMALLINT type, SQLHANDLE handle, char text[1024])
{
	char state[6] = "";
	SQLINTEGER native;
	SQLSMALLINT length;

	memset(text, 0, 1024);
	(void)GH.SQLGetDiagRec[GH_NARROW](type, handle, 1, state, &native, text, 1024, &length);
}

static inline void start(const char *script)
{
	char text[1024] = "";
	SQLRETURN code = connect_to("libfakeodbc.so", script);

	running = script;
	if (!SQL_SUCCEEDED(code))
		message(SQL_HANDLE_DBC, connection, text);
	ck_assert_msg(SQL_SUCCEEDED(code), "%s", text);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement), SQL_SUCCESS);
}

static inline void stop(void)
{
	if (statement != NULL)
		ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_STMT, statement), SQL_SUCCESS);
	(void)GH.SQLDisconnect(connection);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_DBC, connection), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_ENV, environment), SQL_SUCCESS);
	statement = NULL;
	gh_folder_remove(folder);
}

static inline SQLRETURN execute(void)
{
	return GH.SQLExecDirect[GH_NARROW](statement, (void *)(uintptr_t)QUERY, SQL_NTS);
}

/* ---- what must not be seen ----------------------------------------------------------------- */

enum { ROOM = 64, GUARD = 64 };

/* A buffer with bytes around it that nobody may write. */
struct guarded {
	unsigned char before[GUARD];
	char bytes[ROOM];
	unsigned char after[GUARD];
	SQLLEN length;
};

static inline void prepare(struct guarded *to)
{
	memset(to, 0xA5, sizeof(*to));
	to->length = -77;
}

static inline bool holds(const void *bytes, size_t length, const char *word)
{
	return memmem(bytes, length, word, strlen(word)) != NULL;
}

/* Every other byte: what a narrow word is in UTF-16. */
static inline bool holds_wide(const char *bytes, size_t length, const char *word)
{
	size_t count = strlen(word);

	for (size_t at = 0; at + 2 * count <= length; at++) {
		size_t same = 0;

		while (same < count && bytes[at + 2 * same] == word[same])
			same++;
		if (same == count)
			return true;
	}
	return false;
}

static inline void check(const struct guarded *to)
{
	ck_assert_msg(!holds(to->bytes, ROOM, "secret"), "%s", running);
	ck_assert(!holds(to->bytes, ROOM, "bob"));
	ck_assert(!holds_wide(to->bytes, ROOM, "secret"));
	for (int i = 0; i < GUARD; i++)
		ck_assert(to->before[i] == 0xA5 && to->after[i] == 0xA5);
}

static inline void no_secret(SQLSMALLINT type, SQLHANDLE handle)
{
	char text[1024];
	SQLSMALLINT length;

	message(type, handle, text);
	ck_assert_msg(!holds(text, sizeof(text), "secret"), "%s", text);
	memset(text, 0, sizeof(text));
	(void)GH.SQLGetDiagField[GH_NARROW](type, handle, 1, SQL_DIAG_MESSAGE_TEXT, text, 1000,
					    &length);
	ck_assert_msg(!holds(text, sizeof(text), "secret"), "%s", text);
}

static inline SQLRETURN get(SQLUSMALLINT column, SQLSMALLINT type, struct guarded *to)
{
	SQLRETURN code;

	prepare(to);
	code = GH.SQLGetData(statement, column, type, to->bytes, ROOM, &to->length);
	check(to);
	if (code != SQL_SUCCESS)
		no_secret(SQL_HANDLE_STMT, statement);
	return code;
}

/* ---- bound columns
 * ---------------------------------------------------------------------------------- */

enum { ROWS = 8 };

/* Row-wise: one of these for each row. */
struct bound_row {
	char id[8];
	SQLLEN id_length;
	char email[ROOM];
	SQLLEN email_length;
	char extra[ROOM];
	SQLLEN extra_length;
};

struct bound {
	unsigned char before[GUARD];
	struct bound_row rows[ROWS];
	unsigned char after[GUARD];
};

static inline void bind_rows(struct bound *to, SQLSMALLINT type)
{
	struct bound_row *row = &to->rows[0];
	SQLPOINTER step = (SQLPOINTER)(intptr_t)sizeof(*row);

	memset(to, 0xA5, sizeof(*to));
	(void)GH.SQLSetStmtAttr[GH_NARROW](statement, SQL_ATTR_ROW_BIND_TYPE, step, 0);
	(void)GH.SQLBindCol(statement, 1, SQL_C_CHAR, row->id, sizeof(row->id), &row->id_length);
	(void)GH.SQLBindCol(statement, 2, type, row->email, sizeof(row->email), &row->email_length);
	(void)GH.SQLBindCol(statement, 3, SQL_C_DEFAULT, row->extra, sizeof(row->extra),
			    &row->extra_length);
}

static inline void check_bound(const struct bound *to)
{
	const char *bytes = (const char *)to;

	ck_assert_msg(!holds(bytes, sizeof(*to), "secret"), "%s", running);
	ck_assert(!holds(bytes, sizeof(*to), "bob"));
	ck_assert(!holds_wide(bytes, sizeof(*to), "secret"));
	for (int i = 0; i < GUARD; i++)
		ck_assert(to->before[i] == 0xA5 && to->after[i] == 0xA5);
}

#endif
