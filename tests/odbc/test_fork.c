/*
 * A process that forks with open connections: what the child inherits is denied
 * at its first use, the child opens sessions of its own, and the parent goes on
 * as if nothing had happened, in its journal too.
 */
#include "life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct family {
	struct gh_life *life;
	SQLHDBC dbc;
	SQLHSTMT open; /* with a result of which one row was read */
	SQLHSTMT idle; /* prepared */
};

static bool set_up(struct family *family, struct gh_life *life)
{
	*family = (struct family){ .life = life, .dbc = gh_life_connect(life) };
	return family->dbc != SQL_NULL_HDBC &&
	       SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, family->dbc, &family->open)) &&
	       SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, family->dbc, &family->idle)) &&
	       SQL_SUCCEEDED(SQLPrepare(family->idle, (SQLCHAR *)GH_LIFE_QUERY, SQL_NTS)) &&
	       SQL_SUCCEEDED(SQLExecDirect(family->open, (SQLCHAR *)GH_LIFE_QUERY, SQL_NTS)) &&
	       SQL_SUCCEEDED(SQLFetch(family->open));
}

/* libsqliteodbc does not disconnect while a statement is prepared. */
static bool tear_down(struct family *family)
{
	SQLFreeHandle(SQL_HANDLE_STMT, family->open);
	SQLFreeHandle(SQL_HANDLE_STMT, family->idle);
	return gh_life_disconnect(family->dbc);
}

/* ---- what a child tries; each returns 0 if all was as it must be -------------------- */

static int fetches(void *what)
{
	struct family *family = what;

	return gh_life_denied(SQLFetch(family->open), SQL_HANDLE_STMT, family->open) ? 0 : 1;
}

static int gets_data(void *what)
{
	struct family *family = what;
	char note[40] = "untouched";
	SQLLEN length = -77;
	SQLRETURN code =
		SQLGetData(family->open, 3, SQL_C_CHAR, note, sizeof(note), &length);

	return gh_life_denied(code, SQL_HANDLE_STMT, family->open) && length == -77 &&
			       strcmp(note, "untouched") == 0
		       ? 0
		       : 1;
}

static int executes(void *what)
{
	struct family *family = what;

	return gh_life_denied(SQLExecute(family->idle), SQL_HANDLE_STMT, family->idle) ? 0 : 1;
}

static int executes_a_text(void *what)
{
	struct family *family = what;
	SQLCHAR text[] = "DELETE FROM gh_people WHERE id = 1";

	return gh_life_denied(SQLExecDirect(family->idle, text, SQL_NTS), SQL_HANDLE_STMT,
			      family->idle)
		       ? 0
		       : 1;
}

static int asks_the_connection(void *what)
{
	struct family *family = what;
	SQLCHAR name[100];
	SQLSMALLINT length;
	SQLRETURN code = SQLGetInfo(family->dbc, SQL_DATABASE_NAME, name, sizeof(name), &length);

	if (!gh_life_denied(code, SQL_HANDLE_DBC, family->dbc))
		return 1;
	code = SQLSetConnectAttr(family->dbc, SQL_ATTR_AUTOCOMMIT,
				 (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0);
	return gh_life_denied(code, SQL_HANDLE_DBC, family->dbc) ? 0 : 2;
}

static int ends_the_transaction(void *what)
{
	struct family *family = what;

	return gh_life_denied(SQLEndTran(SQL_HANDLE_DBC, family->dbc, SQL_ROLLBACK),
			      SQL_HANDLE_DBC, family->dbc)
		       ? 0
		       : 1;
}

static int makes_a_statement(void *what)
{
	struct family *family = what;
	SQLHSTMT stmt = SQL_NULL_HSTMT;

	return gh_life_denied(SQLAllocHandle(SQL_HANDLE_STMT, family->dbc, &stmt), SQL_HANDLE_DBC,
			      family->dbc)
		       ? 0
		       : 1;
}

static int lets_go(void *what)
{
	struct family *family = what;

	if (!SQL_SUCCEEDED(SQLFreeHandle(SQL_HANDLE_STMT, family->open)))
		return 1;
	if (!SQL_SUCCEEDED(SQLDisconnect(family->dbc)))
		return 2;
	if (!SQL_SUCCEEDED(SQLFreeHandle(SQL_HANDLE_DBC, family->dbc)))
		return 3;
	return SQL_SUCCEEDED(SQLFreeHandle(SQL_HANDLE_ENV, family->life->env)) ? 0 : 4;
}

static int opens_its_own(void *what)
{
	struct family *family = what;
	SQLHDBC dbc = gh_life_connect(family->life);

	if (dbc == SQL_NULL_HDBC)
		return 1;
	if (!gh_life_query(dbc, GH_ANSI) || !gh_life_query(dbc, GH_WIDE))
		return 2;
	return gh_life_disconnect(dbc) ? 0 : 3;
}

static int lets_go_and_opens(void *what)
{
	struct family *family = what;

	if (!SQL_SUCCEEDED(SQLDisconnect(family->dbc)) ||
	    !SQL_SUCCEEDED(SQLFreeHandle(SQL_HANDLE_DBC, family->dbc)))
		return 4;
	return opens_its_own(what);
}

/* A child of a child, both with sessions of their own. */
static int has_a_child(void *what)
{
	struct family *family = what, own;

	if (!set_up(&own, family->life))
		return 1;
	if (gh_life_in_child(executes, &own) != 0 || gh_life_in_child(executes, family) != 0)
		return 2;
	if (gh_life_in_child(opens_its_own, &own) != 0)
		return 3;
	if (!gh_life_fetch_rest(own.open, GH_PEOPLE - 1))
		return 4;
	return tear_down(&own) ? 0 : 5;
}

/* exit() of a child runs the handlers and destructors of all that it inherited. */
static int ends_normally(void *what)
{
	(void)what;
	exit(EXIT_SUCCESS);
}

static int opens_and_ends_normally(void *what)
{
	struct family *family = what;
	SQLHDBC dbc = gh_life_connect(family->life);

	exit(dbc != SQL_NULL_HDBC && gh_life_query(dbc, GH_ANSI) ? EXIT_SUCCESS : EXIT_FAILURE);
}

static const struct {
	const char *name;
	int (*run)(void *family);
	int sessions; /* that it opens */
} children[] = {
	{ "a child gets no row of its parent's result", fetches, 0 },
	{ "a child gets no value of its parent's row", gets_data, 0 },
	{ "a child can't execute what its parent prepared", executes, 0 },
	{ "a child can't execute on its parent's statement", executes_a_text, 0 },
	{ "a child can't use its parent's connection", asks_the_connection, 0 },
	{ "a child can't end its parent's transaction", ends_the_transaction, 0 },
	{ "a child gets no statement of its parent's connection", makes_a_statement, 0 },
	{ "a child frees what it inherited", lets_go, 0 },
	{ "a child opens a session of its own", opens_its_own, 1 },
	{ "a child opens a session after it freed the other", lets_go_and_opens, 1 },
	{ "a child of a child is denied both sessions", has_a_child, 2 },
	{ "a child ends", ends_normally, 0 },
	{ "a child ends with a session open", opens_and_ends_normally, 1 },
};

/* The parent's view: rows are still there, and a new statement runs. */
static bool goes_on(struct family *family)
{
	if (!gh_life_fetch_rest(family->open, GH_PEOPLE - 1) ||
	    !SQL_SUCCEEDED(SQLFreeStmt(family->open, SQL_CLOSE)))
		return false;
	return gh_life_query_with(family->open, GH_WIDE) &&
	       SQL_SUCCEEDED(SQLExecute(family->idle)) &&
	       gh_life_fetch_rest(family->idle, GH_PEOPLE) && gh_life_query(family->dbc, GH_ANSI);
}

static void with_child(struct gh_life *life, size_t number)
{
	const char *target = life->target->name;
	int sessions = gh_life_count(life, "\"event\":\"session-open\"", NULL);
	struct family family;
	int got;

	if (!set_up(&family, life)) {
		gh_tap_ok(false, "%s: %s", target, children[number].name);
		return;
	}
	got = gh_life_in_child(children[number].run, &family);
	if (!gh_tap_ok(got == 0, "%s: %s", target, children[number].name))
		gh_tap_note("the child ended with %d", got);
	gh_tap_ok(goes_on(&family), "%s: %s, and the parent goes on", target,
		  children[number].name);
	gh_tap_ok(tear_down(&family), "%s: the parent disconnects", target);
	got = gh_life_count(life, "\"event\":\"session-open\"", NULL) - sessions;
	gh_tap_ok(got == 1 + children[number].sessions, "%s: %d sessions of their own", target,
		  got);
}

static void test(struct gh_life *life)
{
	const char *target = life->target->name;
	int got;

	for (size_t i = 0; i < sizeof(children) / sizeof(children[0]); i++)
		with_child(life, i);
	/* the one that a child left open is found by whoever opens the log next */
	gh_life_disconnect(gh_life_connect(life));
	got = gh_life_count(life, "\"event\":\"session-lost\"", NULL);
	gh_tap_ok(got == 1, "%s: one session was lost, says the journal (%d)", target, got);
	gh_tap_ok(gh_life_count(life, "\"event\":\"exec\"", NULL) ==
			  gh_life_count(life, "\"event\":\"done\"", NULL),
		  "%s: every statement has its end", target);
	gh_tap_ok(gh_life_verify(life, 0) == 0, "%s: the journal verifies", target);
}

int main(void)
{
	return gh_life_run(test);
}
