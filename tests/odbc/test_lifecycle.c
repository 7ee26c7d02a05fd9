/*
 * Life in a process that is not ours: it ends without a disconnect, unloads the
 * library, connects a thousand times, changes its user, and pools connections.
 * None of that may crash, hang, leak, or spoil the journal.
 */
#include "life.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOBODY = 65534 };

static SQLHDBC dbc_of_exit; /* for handlers, which get no argument */
static SQLHSTMT stmt_of_exit;

/* ---- ends ------------------------------------------------------------------------- */

static bool open_result(struct gh_life *life)
{
	SQLHSTMT *stmt = &stmt_of_exit;

	dbc_of_exit = gh_life_connect(life);
	return dbc_of_exit != SQL_NULL_HDBC &&
	       SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, dbc_of_exit, stmt)) &&
	       SQL_SUCCEEDED(SQLExecDirect(*stmt, (SQLCHAR *)GH_LIFE_QUERY, SQL_NTS)) &&
	       SQL_SUCCEEDED(SQLFetch(*stmt));
}

static int end_by_exit(void *life)
{
	exit(open_result(life) ? 0 : 1);
}

static int end_at_once(void *life)
{
	_exit(open_result(life) ? 0 : 1);
}

static void query_late(void)
{
	if (!gh_life_query(dbc_of_exit, GH_ANSI))
		_exit(2);
}

/* Registered before anything was loaded, so it runs after the handlers of libraries. */
static int end_with_late_query(void *life)
{
	atexit(query_late);
	exit(open_result(life) ? 0 : 1);
}

static void query_early(void)
{
	if (!gh_life_query(dbc_of_exit, GH_WIDE) || !gh_life_query(dbc_of_exit, GH_ANSI))
		_exit(3);
	SQLFreeHandle(SQL_HANDLE_STMT, stmt_of_exit);
	SQLDisconnect(dbc_of_exit);
}

static int end_with_early_query(void *life)
{
	bool good = open_result(life);

	atexit(query_early);
	exit(good ? 0 : 1);
}

static void *exit_meanwhile(void *unused)
{
	(void)unused;
	usleep(50000);
	exit(0);
}

static int end_by_thread(void *life)
{
	pthread_t thread;

	if (!open_result(life) || pthread_create(&thread, NULL, exit_meanwhile, NULL) != 0)
		return 1;
	for (;;) {
		SQLHDBC dbc = gh_life_connect(life);

		(void)gh_life_query(dbc, GH_ANSI);
		(void)gh_life_disconnect(dbc);
	}
}

/* ---- loads and unloads ------------------------------------------------------------ */

/* A section of odbcinst.ini of our own: see test_threads.c on why a process has only one file. */
static bool write_drivers(const char *folder, const char *more)
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
	if (to)
		fprintf(to,
			"\n[Unload]\nDriver=%s/.libs/libgatehouse.so\nDontDLClose=0\n"
			"\n[Pool]\nDriver=%s/.libs/libgatehouse.so\nCPTimeout=2\n%s",
			build ? build : ".", build ? build : ".", more);
	if (from)
		fclose(from);
	return to && fclose(to) == 0 && from && setenv("ODBCSYSINI", folder, 1) == 0;
}

static SQLHDBC connect_by(const struct gh_life *life, const char *driver, const char *policy)
{
	char text[1000];

	snprintf(text, sizeof(text), "DRIVER={%s};TargetDSN=%s-raw;Policy=%s;Journal=%s", driver,
		 life->target->name, policy, life->folder);
	return gh_life_connect_to(life, text);
}

static const char *masked(void)
{
	static char path[600];
	const char *source = getenv("top_srcdir");

	snprintf(path, sizeof(path), "%s/tests/odbc/masked.xml", source ? source : ".");
	return path;
}

static bool is_loaded(const char *library)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	bool found = false;
	char line[600];

	while (maps && fgets(line, sizeof(line), maps))
		found = found || strstr(line, library) != NULL;
	if (maps)
		fclose(maps);
	return found;
}

/* Its thread-local data must not wait for code that is gone. */
static void *load_and_unload(void *life)
{
	SQLHDBC dbc = connect_by(life, "Unload", masked());
	bool good = dbc != SQL_NULL_HDBC && is_loaded("/libgatehouse.so") &&
		    gh_life_query(dbc, GH_ANSI);

	good = gh_life_disconnect(dbc) && good;
	return good && !is_loaded("/libgatehouse.so") ? life : NULL;
}

static int unload(void *what)
{
	struct gh_life *life = what;
	int descriptors = 0;

	for (int i = 0; i < 12; i++) {
		pthread_t thread;
		void *good = NULL;

		if (i % 2 == 0)
			good = load_and_unload(life);
		else if (pthread_create(&thread, NULL, load_and_unload, life) == 0)
			pthread_join(thread, &good);
		if (good == NULL)
			return 1;
		if (i == 3)
			descriptors = gh_life_descriptors();
	}
	if (gh_life_descriptors() != descriptors)
		return 2;
	exit(gh_life_threads() == 1 ? 0 : 3);
}

/* ---- many connections ------------------------------------------------------------- */

/* kB that `rounds` connections leave behind, after as many to warm up; LONG_MIN: failed. */
static long growth(struct gh_life *life, int rounds, int *descriptors)
{
	long memory = 0;
	int before = 0;

	for (int i = 0; i < 2 * rounds; i++) {
		SQLHDBC dbc = gh_life_connect(life);

		if (i == rounds) {
			memory = gh_life_memory();
			before = gh_life_descriptors();
		}
		if (dbc == SQL_NULL_HDBC || !gh_life_query(dbc, GH_ANSI) ||
		    !gh_life_disconnect(dbc))
			return LONG_MIN;
	}
	/* one was open when they were counted */
	*descriptors = gh_life_descriptors() - before;
	return gh_life_memory() - memory;
}

/*
 * libsqliteodbc loses 1.6 kB a connection by itself, and the others a little; ours may
 * not add a kilobyte to that.  A sanitizer keeps what was freed.
 */
static int connect_often(void *what)
{
	struct gh_life *life = what;
	const char *sanitized = getenv("GH_SANITIZED");
	int rounds = getenv("GH_LONG") ? 1000 : 100, descriptors = 0;
	long grown = growth(life, rounds, &descriptors);

	gh_tap_note("%s: %ld kB and %d descriptors more after %d connections", life->target->name,
		    grown, descriptors, rounds);
	if (grown == LONG_MIN)
		return 1;
	if (descriptors > 0)
		return 2;
	return (sanitized == NULL || !*sanitized) && grown > rounds * 3 ? 3 : 0;
}

/* ---- another user ----------------------------------------------------------------- */

static int change_user(void *what)
{
	struct gh_life *life = what;
	SQLHSTMT open = SQL_NULL_HSTMT, idle = SQL_NULL_HSTMT;
	SQLHDBC dbc = gh_life_connect(life);
	bool denied, back;

	if (dbc == SQL_NULL_HDBC || !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, dbc, &open)) ||
	    !SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, dbc, &idle)) ||
	    !SQL_SUCCEEDED(SQLPrepare(idle, (SQLCHAR *)GH_LIFE_QUERY, SQL_NTS)) ||
	    !SQL_SUCCEEDED(SQLExecDirect(open, (SQLCHAR *)GH_LIFE_QUERY, SQL_NTS)) ||
	    seteuid(NOBODY) != 0)
		return 1;
	denied = gh_life_denied(SQLExecute(idle), SQL_HANDLE_STMT, idle);
	SQLFreeHandle(SQL_HANDLE_STMT, open);
	back = seteuid(0) == 0 && SQL_SUCCEEDED(SQLExecute(idle)) &&
	       gh_life_fetch_rest(idle, GH_PEOPLE);
	SQLFreeHandle(SQL_HANDLE_STMT, idle);
	if (seteuid(NOBODY) != 0 || !gh_life_disconnect(dbc) || seteuid(0) != 0)
		return 2;
	return !denied ? 3 : !back ? 4 : 0;
}

/* ---- pools ------------------------------------------------------------------------ */

static bool use_pooled(const struct gh_life *life, const char *policy)
{
	SQLHDBC dbc = connect_by(life, "Pool", policy);
	bool good = dbc != SQL_NULL_HDBC && gh_life_query(dbc, GH_ANSI);

	return gh_life_disconnect(dbc) && good;
}

static bool copy_policy(const char *to, const char *comment)
{
	FILE *from = fopen(masked(), "r"), *file = fopen(to, "w");
	char line[1000];

	while (from && file && fgets(line, sizeof(line), from))
		fputs(line, file);
	if (file)
		fprintf(file, "<!-- %s -->\n", comment);
	if (from)
		fclose(from);
	return file && fclose(file) == 0 && from;
}

/*
 * Each step says how many sessions there are then: a pooled one goes on only
 * for the same principal under the same policy.
 */
static int pool_in_program(void *what)
{
	struct gh_life *life = what;
	char policy[100];

	snprintf(policy, sizeof(policy), "%s.xml", life->folder);
	if (!copy_policy(policy, "first"))
		return 1;
	if (!use_pooled(life, policy) || !use_pooled(life, policy))
		return 2;
	if (gh_life_count(life, "\"event\":\"session-open\"", NULL) != 1)
		return 3; /* there is no pool */
	setenv("CLAUDECODE", "1", 1);
	if (!use_pooled(life, policy) ||
	    gh_life_count(life, "\"event\":\"session-open\"", NULL) != 2)
		return 4; /* an agent got a person's session */
	unsetenv("CLAUDECODE");
	if (!use_pooled(life, policy) || !copy_policy(policy, "second") ||
	    !use_pooled(life, policy) ||
	    gh_life_count(life, "\"event\":\"session-open\"", NULL) != 4)
		return 5; /* a policy went on that was changed */
	sleep(4);
	if (!use_pooled(life, policy) ||
	    gh_life_count(life, "\"event\":\"session-open\"", NULL) != 5)
		return 6; /* one that had expired */
	unlink(policy);
	return 0;
}

/* The manager reads only once in a process whether it pools: a program of its own. */
static int pool(void *what)
{
	const struct gh_life *life = what;

	if (!write_drivers(life->folder, "\n[ODBC]\nPooling=Yes\n"))
		return 7;
	setenv("GH_LIFE_POOL", life->folder, 1);
	setenv("GH_LIFE_TARGET", life->target->name, 1);
	execl("/proc/self/exe", "test_lifecycle", (char *)NULL);
	return 8;
}

static int pool_of_program(void)
{
	struct gh_life life = { .policy = "masked.xml", .extra = "", .version = SQL_OV_ODBC3 };

	for (size_t t = 0; t < gh_odbc_target_count; t++)
		if (strcmp(gh_odbc_targets[t].name, getenv("GH_LIFE_TARGET")) == 0)
			life.target = &gh_odbc_targets[t];
	snprintf(life.folder, sizeof(life.folder), "%s", getenv("GH_LIFE_POOL"));
	if (life.target == NULL || !gh_life_open_environment(&life))
		return 9;
	return pool_in_program(&life);
}

static int look(void *life)
{
	return gh_life_disconnect(gh_life_connect(life)) ? 0 : 1;
}

/* ---- order of things -------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(void *life);
	int lost; /* sessions that nobody closed */
	bool root;
} lives[] = {
	{ "exit() with an open result", end_by_exit, 1, false },
	{ "_exit() with an open result", end_at_once, 1, false },
	{ "a query in an exit handler, after those of libraries", end_with_late_query, 1, false },
	{ "a query and a disconnect in an exit handler", end_with_early_query, 0, false },
	{ "exit() in a thread while another connects", end_by_thread, -1, false },
	{ "the library is unloaded and loaded again", unload, 0, false },
	{ "many connections leave nothing behind", connect_often, 0, false },
	{ "another user gets nothing of the session", change_user, 0, true },
	{ "a pooled session is for the same principal and policy", pool, 1, false },
};

/* A journal of its own for each, which whoever opens it next finds in order. */
static void live(const struct gh_odbc_target *target, size_t number)
{
	const char *name = lives[number].name;
	struct gh_life life;
	int got;

	if (lives[number].root && geteuid() != 0) {
		gh_tap_skip("only root can change its user", "%s: %s", target->name, name);
		return;
	}
	if (!gh_life_begin(&life, target))
		return;
	got = gh_life_in_child(lives[number].run, &life);
	gh_tap_ok(got == 0, "%s: %s (%d)", target->name, name, got);
	(void)gh_life_in_child(look, &life);
	got = gh_life_count(&life, "\"event\":\"session-lost\"", NULL);
	if (lives[number].lost >= 0)
		gh_tap_ok(got == lives[number].lost, "%s: %s, %d lost", target->name, name, got);
	gh_tap_ok(gh_life_verify(&life, 0) == 0, "%s: %s, the journal verifies", target->name,
		  name);
	gh_life_end(&life);
}

static void test(struct gh_life *life)
{
	for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++)
		live(life->target, i);
}

int main(void)
{
	char folder[] = "/tmp/gh-life.XXXXXX", path[64];
	int code;

	if (getenv("GH_LIFE_POOL"))
		return pool_of_program();
	if (getenv("GH_TEST_ENV") && (!mkdtemp(folder) || !write_drivers(folder, "")))
		return EXIT_FAILURE;
	code = gh_life_run(test);
	snprintf(path, sizeof(path), "%s/odbcinst.ini", folder);
	unlink(path);
	rmdir(folder);
	return code;
}
