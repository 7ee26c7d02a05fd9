/* Connections with a journal of their own, and what it says afterwards. */
#include "life.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST = 120 }; /* seconds that a child may take */

/* ---- one target ------------------------------------------------------------------- */

bool gh_life_open_environment(struct gh_life *life)
{
	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &life->env)))
		return false;
	return SQL_SUCCEEDED(SQLSetEnvAttr(life->env, SQL_ATTR_ODBC_VERSION,
					   (SQLPOINTER)(intptr_t)life->version, 0));
}

void gh_life_close_environment(struct gh_life *life)
{
	if (life->env != SQL_NULL_HENV)
		SQLFreeHandle(SQL_HANDLE_ENV, life->env);
	life->env = SQL_NULL_HENV;
}

bool gh_life_begin(struct gh_life *life, const struct gh_odbc_target *target)
{
	*life = (struct gh_life){ .target = target,
				  .policy = "masked.xml",
				  .extra = "",
				  .version = SQL_OV_ODBC3 };
	snprintf(life->folder, sizeof(life->folder), "/tmp/gh-life.XXXXXX");
	return gh_tap_ok(mkdtemp(life->folder) != NULL && gh_life_open_environment(life),
			 "%s has a folder and an environment", target->name);
}

static void remove_folder(const char *folder)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", folder, (char *)NULL);
		_exit(1);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

void gh_life_end(struct gh_life *life)
{
	gh_life_close_environment(life);
	if (getenv("GH_ODBC_KEEP") == NULL)
		remove_folder(life->folder);
	else
		gh_tap_note("the journal is in %s", life->folder);
}

/* ---- connections ------------------------------------------------------------------ */

void gh_life_say(SQLSMALLINT type, SQLHANDLE handle, const char *what)
{
	struct gh_first_record record;

	if (gh_check_record(type, handle, &record))
		gh_tap_note("%s: %s %d %s", what, record.state, (int)record.native, record.text);
	else
		gh_tap_note("%s: no record", what);
}

static void connection_string(const struct gh_life *life, char *text, size_t room)
{
	const char *source = getenv("top_srcdir");

	if (strcmp(gh_odbc_suffix(), "raw") == 0)
		snprintf(text, room, "DSN=%s-raw", life->target->name);
	else
		snprintf(text, room, "DSN=%s-%s;Policy=%s/tests/odbc/%s;Journal=%s%s",
			 life->target->name, gh_odbc_suffix(), source ? source : ".", life->policy,
			 life->folder, life->extra);
}

/* psqlODBC 13.02 keeps what setlocale() answers: two that connect at once read freed memory. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static SQLRETURN connect_with(const struct gh_life *life, SQLHDBC dbc, const char *text)
{
	bool alone = life->target->engine == GH_POSTGRESQL;
	SQLSMALLINT length;
	SQLRETURN code;

	if (alone)
		pthread_mutex_lock(&one_at_a_time);
	code = SQLDriverConnect(dbc, NULL, (SQLCHAR *)text, SQL_NTS, NULL, 0, &length,
				SQL_DRIVER_NOPROMPT);
	if (alone)
		pthread_mutex_unlock(&one_at_a_time);
	return code;
}

SQLHDBC gh_life_connect_to(const struct gh_life *life, const char *text)
{
	SQLHDBC dbc = SQL_NULL_HDBC;

	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, life->env, &dbc)))
		return SQL_NULL_HDBC;
	if (SQL_SUCCEEDED(connect_with(life, dbc, text)))
		return dbc;
	gh_life_say(SQL_HANDLE_DBC, dbc, "connect");
	SQLFreeHandle(SQL_HANDLE_DBC, dbc);
	return SQL_NULL_HDBC;
}

SQLHDBC gh_life_connect(const struct gh_life *life)
{
	char text[1000];

	connection_string(life, text, sizeof(text));
	return gh_life_connect_to(life, text);
}

bool gh_life_disconnect(SQLHDBC dbc)
{
	bool good = dbc != SQL_NULL_HDBC && SQL_SUCCEEDED(SQLDisconnect(dbc));

	if (dbc != SQL_NULL_HDBC && !good)
		gh_life_say(SQL_HANDLE_DBC, dbc, "disconnect");
	return dbc != SQL_NULL_HDBC && SQL_SUCCEEDED(SQLFreeHandle(SQL_HANDLE_DBC, dbc)) && good;
}

/* ---- the query -------------------------------------------------------------------- */

static bool good_row(SQLHSTMT stmt, int id)
{
	char email[80] = "", note[40] = "";
	SQLLEN has_email = 0, has_note = 0;
	SQLINTEGER got = 0;

	if (!SQL_SUCCEEDED(SQLGetData(stmt, 1, SQL_C_SLONG, &got, 0, NULL)) ||
	    !SQL_SUCCEEDED(SQLGetData(stmt, 2, SQL_C_CHAR, email, sizeof(email), &has_email)) ||
	    !SQL_SUCCEEDED(SQLGetData(stmt, 3, SQL_C_CHAR, note, sizeof(note), &has_note)))
		return false;
	if (got != id)
		return false;
	if (gh_secret_in(email, sizeof(email)) != NULL && strcmp(gh_odbc_suffix(), "raw") != 0)
		return false;
	if (id == 3)
		return has_note == SQL_NULL_DATA;
	return strncmp(note, "plain ", 6) == 0 && (has_email == SQL_NULL_DATA || email[0] != '\0');
}

bool gh_life_fetch_rest(SQLHSTMT stmt, int rows)
{
	SQLRETURN code = SQL_SUCCESS;
	int row = GH_PEOPLE - rows;

	while (SQL_SUCCEEDED(code = SQLFetch(stmt)))
		if (!good_row(stmt, ++row))
			return false;
	if (code != SQL_NO_DATA)
		gh_life_say(SQL_HANDLE_STMT, stmt, "fetch");
	return code == SQL_NO_DATA && row == GH_PEOPLE;
}

static SQLRETURN execute(SQLHSTMT stmt, enum gh_width width)
{
	SQLWCHAR wide[sizeof(GH_LIFE_QUERY)];

	if (width == GH_ANSI)
		return SQLExecDirect(stmt, (SQLCHAR *)GH_LIFE_QUERY, SQL_NTS);
	for (size_t i = 0; i < sizeof(GH_LIFE_QUERY); i++)
		wide[i] = (SQLWCHAR)GH_LIFE_QUERY[i];
	return SQLExecDirectW(stmt, wide, SQL_NTS);
}

bool gh_life_query_with(SQLHSTMT stmt, enum gh_width width)
{
	bool good;

	if (!SQL_SUCCEEDED(execute(stmt, width))) {
		gh_life_say(SQL_HANDLE_STMT, stmt, "query");
		return false;
	}
	good = gh_life_fetch_rest(stmt, GH_PEOPLE);
	return SQL_SUCCEEDED(SQLFreeStmt(stmt, SQL_CLOSE)) && good;
}

bool gh_life_query(SQLHDBC dbc, enum gh_width width)
{
	SQLHSTMT stmt = SQL_NULL_HSTMT;
	bool good;

	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, dbc, &stmt))) {
		gh_life_say(SQL_HANDLE_DBC, dbc, "statement");
		return false;
	}
	good = gh_life_query_with(stmt, width);
	return SQL_SUCCEEDED(SQLFreeHandle(SQL_HANDLE_STMT, stmt)) && good;
}

bool gh_life_denied(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle)
{
	struct gh_first_record record;

	return code == SQL_ERROR && gh_check_record(type, handle, &record) &&
	       strcmp(record.state, "28000") == 0 && record.native == 7105 &&
	       strncmp(record.text, "[Gatehouse]", 11) == 0;
}

/* ---- the journal ------------------------------------------------------------------ */

static void run_verify(const char *folder, int out)
{
	const char *build = getenv("top_builddir");
	char program[1024];

	snprintf(program, sizeof(program), "%s/gatehouse", build ? build : ".");
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	execl(program, program, "journal", "verify", folder, (char *)NULL);
	_exit(127);
}

static void note_lines(char *text)
{
	for (char *rest = NULL, *line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		gh_tap_note("%s", line);
}

int gh_life_verify(const struct gh_life *life, int wanted)
{
	char text[4000] = "";
	size_t length = 0;
	int ends[2], status = -1;
	ssize_t n;
	pid_t pid;

	if (strcmp(gh_odbc_suffix(), "raw") == 0 || pipe(ends) != 0)
		return wanted;
	pid = fork();
	if (pid == 0)
		run_verify(life->folder, ends[1]);
	close(ends[1]);
	while ((n = read(ends[0], text + length, sizeof(text) - 1 - length)) > 0)
		length += (size_t)n;
	close(ends[0]);
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != wanted)
		note_lines(text);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int count_in(const char *path, const char *text, const char *other)
{
	FILE *file = fopen(path, "r");
	size_t room = 0;
	char *line = NULL;
	int count = 0;

	if (!file)
		return 0;
	while (getline(&line, &room, file) > 0)
		count += strstr(line, text) != NULL && (!other || strstr(line, other) != NULL);
	free(line);
	fclose(file);
	return count;
}

int gh_life_count(const struct gh_life *life, const char *text, const char *other)
{
	DIR *listing = opendir(life->folder);
	struct dirent *entry;
	char path[400];
	int count = 0;

	while (listing && (entry = readdir(listing))) {
		snprintf(path, sizeof(path), "%s/%s", life->folder, entry->d_name);
		if (strncmp(entry->d_name, "seg-", 4) == 0)
			count += count_in(path, text, other);
	}
	if (listing)
		closedir(listing);
	return count;
}

/* ---- processes -------------------------------------------------------------------- */

int gh_life_in_child(int (*run)(void *what), void *what)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		alarm(LONGEST);
		status = run(what);
		fflush(stdout);
		_exit(status);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static long status_of(const char *field)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[200];
	long value = -1;

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, field, strlen(field)) == 0)
			value = strtol(line + strlen(field), NULL, 10);
	if (file)
		fclose(file);
	return value;
}

long gh_life_memory(void)
{
	return status_of("VmRSS:");
}

int gh_life_threads(void)
{
	return (int)status_of("Threads:");
}

int gh_life_descriptors(void)
{
	DIR *listing = opendir("/proc/self/fd");
	int count = -3; /* ".", ".." and the listing itself */

	if (!listing)
		return -1;
	while (readdir(listing))
		count++;
	closedir(listing);
	return count;
}

/* ---- targets ---------------------------------------------------------------------- */

int gh_life_run(void (*test)(struct gh_life *life))
{
	if (!gh_odbc_servers_present())
		return EXIT_SUCCESS;
	for (size_t t = 0; t < gh_odbc_target_count; t++) {
		const struct gh_odbc_target *target = &gh_odbc_targets[t];
		struct gh_life life;

		if (!gh_odbc_target_wanted(target)) {
			gh_tap_skip("not in odbc.ini or not asked for", "%s", target->name);
			continue;
		}
		if (!gh_check_prepare(target, gh_secrets_make) || !gh_life_begin(&life, target))
			continue;
		test(&life);
		gh_life_end(&life);
	}
	return gh_tap_done();
}
