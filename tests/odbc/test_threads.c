/*
 * Threads that share a connection, and many connections in many threads, at each
 * level of the manager's `Threading`.  What is cancelled may fail, everything
 * else must give its rows; the journal has each statement once.
 */
#include "life.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 8 };

struct crew;

struct worker {
	struct crew *crew;
	pthread_t thread;
	int number;
	int done;     /* queries that ended well */
	bool failed;
};

/* Threads that work on one target; `dbc` is what they share, if anything. */
struct crew {
	struct gh_life *life;
	SQLHDBC dbc;
	SQLHSTMT victim; /* of those who cancel */
	int threads;
	int rounds;
	int level;       /* of Threading */
	atomic_bool over;
	struct worker workers[MOST];
};

/* ---- the crew --------------------------------------------------------------------- */

static bool start(struct crew *crew, void *(*work)(void *worker))
{
	atomic_store(&crew->over, false);
	for (int i = 0; i < crew->threads; i++) {
		crew->workers[i] = (struct worker){ .crew = crew, .number = i };
		if (pthread_create(&crew->workers[i].thread, NULL, work, &crew->workers[i]) != 0)
			return false;
	}
	return true;
}

static bool finish(struct crew *crew)
{
	bool good = true;

	for (int i = 0; i < crew->threads; i++) {
		pthread_join(crew->workers[i].thread, NULL);
		good = good && !crew->workers[i].failed;
	}
	return good;
}

static bool run(struct crew *crew, void *(*work)(void *worker))
{
	return start(crew, work) && finish(crew);
}

static enum gh_width width_of(const struct worker *worker, int round)
{
	/* the manager's own conversion is not what is tried here */
	return worker->crew->life->target->ansi_only || (worker->number + round) % 2 ? GH_ANSI
										      : GH_WIDE;
}

/* ---- work ------------------------------------------------------------------------- */

/* A new statement for each round, so that others are freed while this one fetches. */
static void *query_in_new_statements(void *argument)
{
	struct worker *worker = argument;
	struct crew *crew = worker->crew;

	for (int i = 0; i < crew->rounds && !worker->failed; i++) {
		worker->failed = !gh_life_query(crew->dbc, width_of(worker, i));
		worker->done += !worker->failed;
	}
	return NULL;
}

/* One statement for all rounds, executed anew and prepared in turn. */
static void *query_in_one_statement(void *argument)
{
	struct worker *worker = argument;
	struct crew *crew = worker->crew;
	SQLHSTMT stmt = SQL_NULL_HSTMT;

	worker->failed = !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, crew->dbc, &stmt));
	for (int i = 0; i < crew->rounds && !worker->failed; i++) {
		worker->failed = !gh_life_query_with(stmt, width_of(worker, i));
		worker->done += !worker->failed;
	}
	if (stmt != SQL_NULL_HSTMT && !SQL_SUCCEEDED(SQLFreeHandle(SQL_HANDLE_STMT, stmt)))
		worker->failed = true;
	return NULL;
}

static void *connect_and_query(void *argument)
{
	struct worker *worker = argument;
	struct crew *crew = worker->crew;

	for (int i = 0; i < crew->rounds && !worker->failed; i++) {
		SQLHDBC dbc = gh_life_connect(crew->life);

		worker->failed = dbc == SQL_NULL_HDBC || !gh_life_query(dbc, width_of(worker, i));
		worker->failed = !gh_life_disconnect(dbc) || worker->failed;
		worker->done += !worker->failed;
	}
	return NULL;
}

static void *ask_the_connection(void *argument)
{
	struct worker *worker = argument;
	struct crew *crew = worker->crew;

	while (!atomic_load(&crew->over) && !worker->failed) {
		SQLCHAR name[100] = "";
		SQLSMALLINT length;
		SQLUINTEGER on = 0;

		worker->failed =
			!SQL_SUCCEEDED(SQLGetInfo(crew->dbc, SQL_DBMS_NAME, name, sizeof(name),
						  &length)) ||
			!SQL_SUCCEEDED(SQLGetConnectAttr(crew->dbc, SQL_ATTR_AUTOCOMMIT, &on,
							 sizeof(on), NULL));
	}
	return NULL;
}

static void *cancel(void *argument)
{
	struct worker *worker = argument;
	struct crew *crew = worker->crew;
	struct timespec moment = { 0, 3000000 };

	while (!atomic_load(&crew->over)) {
		(void)SQLCancel(crew->victim);
		nanosleep(&moment, NULL);
	}
	return NULL;
}

/* ---- sequences that a child runs; 0: all was as it must be ------------------------ */

static int share(void *what)
{
	struct crew *crew = what;
	int good;

	crew->dbc = gh_life_connect(crew->life);
	if (crew->dbc == SQL_NULL_HDBC)
		return 1;
	good = run(crew, query_in_one_statement) && run(crew, query_in_new_statements);
	return gh_life_disconnect(crew->dbc) && good ? 0 : 2;
}

static int part(void *what)
{
	return run(what, connect_and_query) ? 0 : 1;
}

static int ask_meanwhile(void *what)
{
	struct crew *crew = what, askers = *crew;
	bool good;

	askers.threads = 2;
	askers.dbc = crew->dbc = gh_life_connect(crew->life);
	if (crew->dbc == SQL_NULL_HDBC || !start(&askers, ask_the_connection))
		return 1;
	good = run(crew, query_in_one_statement);
	atomic_store(&askers.over, true);
	good = finish(&askers) && good;
	return gh_life_disconnect(crew->dbc) && good ? 0 : 2;
}

/*
 * A statement that another thread cancels all the time: it works or fails, and the
 * others on the connection do not notice.
 */
static int cancel_meanwhile(void *what)
{
	struct crew *crew = what, cancellers = *crew;
	bool good;

	crew->dbc = gh_life_connect(crew->life);
	if (crew->dbc == SQL_NULL_HDBC ||
	    !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, crew->dbc, &cancellers.victim)))
		return 1;
	cancellers.threads = 1;
	if (!start(&cancellers, cancel))
		return 1;
	for (int i = 0; i < crew->rounds * 4; i++) {
		SQLRETURN code =
			SQLExecDirect(cancellers.victim, (SQLCHAR *)GH_LIFE_QUERY, SQL_NTS);

		while (SQL_SUCCEEDED(code))
			code = SQLFetch(cancellers.victim);
		SQLFreeStmt(cancellers.victim, SQL_CLOSE);
	}
	atomic_store(&cancellers.over, true);
	good = finish(&cancellers);
	SQLFreeHandle(SQL_HANDLE_STMT, cancellers.victim);
	good = gh_life_query(crew->dbc, GH_ANSI) && good;
	return gh_life_disconnect(crew->dbc) && good ? 0 : 2;
}

/* ---- levels of Threading ---------------------------------------------------------- */

/*
 * An odbcinst.ini with a section for each level; the manager reads a level by the
 * section's name, and where the file is only once in a process.
 */
static bool write_levels(const char *folder)
{
	const char *system = getenv("ODBCSYSINI"), *build = getenv("top_builddir");
	char path[600], line[1000];
	FILE *from, *to;

	snprintf(path, sizeof(path), "%s/odbcinst.ini", system ? system : "");
	from = fopen(path, "r");
	snprintf(path, sizeof(path), "%s/odbcinst.ini", folder);
	to = fopen(path, "w");
	while (from && to && fgets(line, sizeof(line), from))
		fputs(line, to);
	for (int level = 0; to && level <= 3; level++)
		fprintf(to, "\n[Level %d]\nDriver=%s/.libs/libgatehouse.so\nThreading=%d\n",
			level, build ? build : ".", level);
	if (from)
		fclose(from);
	return to && fclose(to) == 0 && from && setenv("ODBCSYSINI", folder, 1) == 0;
}

static SQLHDBC connect_by_driver(const struct crew *crew, const char *policy)
{
	const char *source = getenv("top_srcdir");
	char text[1000];

	snprintf(text, sizeof(text),
		 "DRIVER={Level %d};TargetDSN=%s-raw;Policy=%s/tests/odbc/%s;"
		 "Journal=%s",
		 crew->level, crew->life->target->name, source ? source : ".", policy,
		 crew->life->folder);
	return gh_life_connect_to(crew->life, text);
}

static void *wait_at_the_server(void *argument)
{
	struct worker *worker = argument;
	struct crew *crew = worker->crew;
	bool postgresql = crew->life->target->engine == GH_POSTGRESQL;
	SQLCHAR *sql = (SQLCHAR *)(postgresql ? "SELECT pg_sleep(0.6)" : "SELECT SLEEP(0.6)");
	SQLHSTMT stmt = SQL_NULL_HSTMT;
	SQLHDBC dbc = connect_by_driver(crew, "transparent.xml");

	worker->failed = dbc == SQL_NULL_HDBC ||
			 !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, dbc, &stmt)) ||
			 !SQL_SUCCEEDED(SQLExecDirect(stmt, sql, SQL_NTS));
	if (worker->failed && stmt != SQL_NULL_HSTMT)
		gh_life_say(SQL_HANDLE_STMT, stmt, "wait");
	SQLFreeHandle(SQL_HANDLE_STMT, stmt);
	worker->failed = !gh_life_disconnect(dbc) || worker->failed;
	return NULL;
}

/* Well after the statement has begun, and then again until it is over. */
static void *cancel_what_waits(void *argument)
{
	struct worker *worker = argument;
	struct crew *crew = worker->crew;
	struct timespec moment = { 0, 50000000 };

	for (int i = 1; !atomic_load(&crew->over); i++) {
		nanosleep(&moment, NULL);
		if (i % 20 == 0 && !atomic_load(&crew->over))
			worker->done += SQL_SUCCEEDED(SQLCancel(crew->victim));
	}
	return NULL;
}

/* Waits much longer than a test may last, if nobody ends it. */
static int end_a_wait(void *what)
{
	struct crew *crew = what, canceller = *crew;
	bool postgresql = crew->life->target->engine == GH_POSTGRESQL, good;
	SQLCHAR *sql = (SQLCHAR *)(postgresql ? "SELECT pg_sleep(3000)" : "SELECT SLEEP(3000)");

	crew->level = 1;
	crew->dbc = connect_by_driver(crew, "transparent.xml");
	if (crew->dbc == SQL_NULL_HDBC ||
	    !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, crew->dbc, &canceller.victim)))
		return 1;
	canceller.threads = 1;
	if (!start(&canceller, cancel_what_waits))
		return 1;
	(void)SQLExecDirect(canceller.victim, sql, SQL_NTS);
	atomic_store(&canceller.over, true);
	good = finish(&canceller) && canceller.workers[0].done > 0;
	SQLFreeStmt(canceller.victim, SQL_CLOSE);
	good = SQL_SUCCEEDED(SQLExecDirect(canceller.victim, (SQLCHAR *)"SELECT 1", SQL_NTS)) &&
	       good;
	SQLFreeHandle(SQL_HANDLE_STMT, canceller.victim);
	return gh_life_disconnect(crew->dbc) && good ? 0 : 2;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Three who wait: side by side, or one after the other at level 3. */
static int overlap(struct crew *crew)
{
	double begun = now(), took;

	crew->threads = 3;
	if (!run(crew, wait_at_the_server))
		return 20;
	took = now() - begun;
	if (crew->level == 3 && took < 1.8)
		return 21;
	return 0;
}

/* MariaDB's connector 3.1.15 hangs sooner or later if threads share a connection, raw too. */
static bool may_share(const struct crew *crew)
{
	return crew->life->target->engine != GH_MARIADB || crew->level >= 2;
}

static int work_at_level(void *what)
{
	struct crew *crew = what;
	bool good;

	crew->dbc = connect_by_driver(crew, "masked.xml");
	if (crew->dbc == SQL_NULL_HDBC)
		return 11;
	good = !may_share(crew) ||
	       (run(crew, query_in_one_statement) && run(crew, query_in_new_statements));
	if (!gh_life_disconnect(crew->dbc) || !good)
		return 12;
	return crew->life->target->engine == GH_SQLITE ? 0 : overlap(crew);
}

static void at_levels(struct gh_life *life)
{
	struct crew crew = { .life = life, .threads = 4, .rounds = 5 };

	for (crew.level = 0; crew.level <= 3; crew.level++) {
		int got = gh_life_in_child(work_at_level, &crew);

		gh_tap_ok(got == 0, "%s: Threading=%d (%d)", life->target->name, crew.level, got);
	}
}

/* ---- order of things -------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(void *crew);
	unsigned engines;
} sequences[] = {
	{ "threads share a connection, each with statements of its own", share,
	  GH_SQLITE | GH_POSTGRESQL }, /* see may_share */
	{ "threads have connections of their own", part, GH_ANY_ENGINE },
	{ "a connection is asked while it is used", ask_meanwhile, GH_SQLITE | GH_POSTGRESQL },
	/* MariaDB's connector 3.1.15 frees a diagnostic twice, raw too;
	   end_a_wait is for it */
	{ "a statement is cancelled while it is used", cancel_meanwhile,
	  GH_SQLITE | GH_POSTGRESQL },
};

/* Each statement begins and ends once, in one session, whoever ran it. */
static void check_journal(const struct gh_life *life)
{
	const char *target = life->target->name;
	int begun = gh_life_count(life, "\"event\":\"exec\"", NULL);
	int opened = gh_life_count(life, "\"event\":\"session-open\"", NULL);

	gh_tap_ok(begun > 0 && begun == gh_life_count(life, "\"event\":\"done\"", NULL),
		  "%s: each of %d statements has one end", target, begun);
	gh_tap_ok(opened > 0 && opened == gh_life_count(life, "\"event\":\"session-close\"", NULL),
		  "%s: each of %d sessions has one end", target, opened);
	gh_tap_ok(gh_life_verify(life, 0) == 0, "%s: the journal verifies", target);
}

static void test(struct gh_life *life)
{
	struct crew crew = { .life = life, .threads = 6, .rounds = getenv("GH_LONG") ? 60 : 8 };

	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++) {
		int got;

		if ((sequences[i].engines & life->target->engine) == 0)
			continue;
		got = gh_life_in_child(sequences[i].run, &crew);
		gh_tap_ok(got == 0, "%s: %s (%d)", life->target->name, sequences[i].name, got);
	}
	if (strcmp(gh_odbc_suffix(), "raw") == 0)
		return;
	if (life->target->engine != GH_SQLITE) {
		int got = gh_life_in_child(end_a_wait, &crew);

		gh_tap_ok(got == 0, "%s: a wait is cancelled (%d)", life->target->name, got);
	}
	at_levels(life);
	check_journal(life);
}

int main(void)
{
	char folder[] = "/tmp/gh-life.XXXXXX", path[64];
	int code;

	if (getenv("GH_TEST_ENV") && (!mkdtemp(folder) || !write_levels(folder)))
		return EXIT_FAILURE;
	code = gh_life_run(test);
	snprintf(path, sizeof(path), "%s/odbcinst.ini", folder);
	unlink(path);
	rmdir(folder);
	return code;
}
