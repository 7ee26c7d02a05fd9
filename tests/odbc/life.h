/*
 * What the tests of threads, forks, pools and unloading share: connections with
 * a journal of their own, a query whose answer is known, and what the journal
 * says afterwards.
 */
#ifndef GATEHOUSE_TESTS_LIFE_H
#define GATEHOUSE_TESTS_LIFE_H

#include "secrets.h"

#define GH_LIFE_QUERY "SELECT id, email, note FROM gh_people ORDER BY id"

/* One target with a fresh journal; connections of all threads share the environment. */
struct gh_life {
	const struct gh_odbc_target *target;
	const char *policy;  /* file under tests/odbc */
	const char *extra;   /* more keywords, or "" */
	char folder[64];     /* of the journal; removed at the end */
	SQLHENV env;
	SQLINTEGER version;  /* of ODBC */
};

/* Makes gh_people; begins with masked.xml and ODBC 3.  False when it failed, which TAP says. */
bool gh_life_begin(struct gh_life *life, const struct gh_odbc_target *target);
/* Frees the environment, and removes the folder unless something failed before. */
void gh_life_end(struct gh_life *life);
/* An environment of its own, for a child or after gh_life_close_environment. */
bool gh_life_open_environment(struct gh_life *life);
void gh_life_close_environment(struct gh_life *life);

/* A new connection, or NULL with the diagnostics as a note. */
SQLHDBC gh_life_connect(const struct gh_life *life);
SQLHDBC gh_life_connect_to(const struct gh_life *life, const char *connection_string);
bool gh_life_disconnect(SQLHDBC dbc);
/* Runs the query and fetches all: true for all four rows with masked addresses. */
bool gh_life_query(SQLHDBC dbc, enum gh_width width);
/* The same with a statement that is there, and what is left of an open result. */
bool gh_life_query_with(SQLHSTMT stmt, enum gh_width width);
bool gh_life_fetch_rest(SQLHSTMT stmt, int rows);
/* The first record as a note of TAP. */
void gh_life_say(SQLSMALLINT type, SQLHANDLE handle, const char *what);
/* True for an error whose record is "another process" (28000, 7105). */
bool gh_life_denied(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle);

/* Exit code of `gatehouse journal verify`; its words become notes if it is not `wanted`. */
int gh_life_verify(const struct gh_life *life, int wanted);
/* Number of lines of the journal that contain both texts; the second may be NULL. */
int gh_life_count(const struct gh_life *life, const char *text, const char *other);
/* Calls the function in a child: its exit code, or minus a signal; 20 seconds end it. */
int gh_life_in_child(int (*run)(void *what), void *what);

/* What this process has: kB of memory, open descriptors, threads. */
long gh_life_memory(void);
int gh_life_descriptors(void);
int gh_life_threads(void);
/* Runs the test on each target that is wanted; main()'s exit code. */
int gh_life_run(void (*test)(struct gh_life *life));

#endif
