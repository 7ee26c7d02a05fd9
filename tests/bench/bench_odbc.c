/*
 * What the governed driver costs, against the raw one in the same run.
 *
 *   bench_odbc TARGET               CPU time: one JSON line a figure
 *   bench_odbc --loop FIGURE DSN N  one figure N times on one data source, for callgrind
 *
 * Both sides take turns for several rounds and the least of each side counts: what
 * others do on the machine only ever adds.  CPU time of this process; what
 * the server does is the same on both sides and not in it.
 */
#include <sql.h>
#include <sqlext.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ROUNDS 15
#define ROWS 10000
#define COLUMNS 10
#define CELL 32

struct session {
	const char *text; /* connection string */
	SQLHENV env;
	SQLHDBC dbc;
	SQLHSTMT stmt;
	double part; /* us of the part that counts, where that is not all of the work */
	struct session *other; /* raw and closed, for what comes between; NULL: nothing does */
};

static double cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static bool complain(SQLSMALLINT type, SQLHANDLE handle, const char *what)
{
	SQLCHAR state[6] = "", text[400] = "";
	SQLINTEGER native;
	SQLSMALLINT length;

	SQLGetDiagRec(type, handle, 1, state, &native, text, sizeof(text), &length);
	fprintf(stderr, "bench_odbc: %s: %s %s\n", what, (char *)state, (char *)text);
	return false;
}

static bool good(struct session *s, SQLRETURN r, const char *what)
{
	return SQL_SUCCEEDED(r) || r == SQL_NO_DATA || complain(SQL_HANDLE_STMT, s->stmt, what);
}

static bool connect_session(struct session *s)
{
	SQLAllocHandle(SQL_HANDLE_DBC, s->env, &s->dbc);
	if (!SQL_SUCCEEDED(SQLDriverConnect(s->dbc, NULL, (SQLCHAR *)s->text, SQL_NTS, NULL, 0,
					    NULL, SQL_DRIVER_NOPROMPT)))
		return complain(SQL_HANDLE_DBC, s->dbc, s->text);
	return SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, s->dbc, &s->stmt));
}

static void disconnect_session(struct session *s)
{
	SQLFreeHandle(SQL_HANDLE_STMT, s->stmt);
	SQLDisconnect(s->dbc);
	SQLFreeHandle(SQL_HANDLE_DBC, s->dbc);
	s->stmt = SQL_NULL_HSTMT;
	s->dbc = SQL_NULL_HDBC;
}

static bool open_session(struct session *s)
{
	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &s->env)))
		return false;
	SQLSetEnvAttr(s->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
	return connect_session(s);
}

static void close_session(struct session *s)
{
	disconnect_session(s);
	SQLFreeHandle(SQL_HANDLE_ENV, s->env);
}

static bool run(struct session *s, const char *sql)
{
	bool done = good(s, SQLExecDirect(s->stmt, (SQLCHAR *)sql, SQL_NTS), sql);

	SQLFreeStmt(s->stmt, SQL_CLOSE);
	return done;
}

/* gh_bench: an id and nine short texts. */
static bool fill(struct session *s)
{
	static char sql[200000];
	size_t length;

	if (!run(s, "DROP TABLE IF EXISTS gh_bench") ||
	    !run(s, "CREATE TABLE gh_bench (c0 int PRIMARY KEY, c1 varchar(24), c2 varchar(24), "
		    "c3 varchar(24), c4 varchar(24), c5 varchar(24), c6 varchar(24), "
		    "c7 varchar(24), c8 varchar(24), c9 varchar(24))"))
		return false;
	for (int block = 0; block < ROWS; block += 1000) {
		length = (size_t)snprintf(sql, sizeof(sql), "INSERT INTO gh_bench VALUES ");
		for (int i = block; i < block + 1000; i++)
			length += (size_t)snprintf(
				sql + length, sizeof(sql) - length,
				"%s(%d,'one %d','two','three','four','five','six','seven',"
				"'eight','nine')",
				i > block ? "," : "", i, i);
		if (!run(s, sql))
			return false;
	}
	return true;
}

/* ---- figures: each does `count` units of work ------------------------------------------- */

static bool connects(struct session *s, long count)
{
	for (long i = 0; i < count; i++) {
		disconnect_session(s);
		if (!connect_session(s))
			return false;
	}
	return true;
}

/*
 * Only until the application can go on; what a disconnect signs comes later.  A
 * governed disconnect waits for the disk, and the caches are another's when it
 * goes on; so both sides connect right after the raw driver connected and left.
 */
static bool opens(struct session *s, long count)
{
	for (long i = 0; i < count; i++) {
		double begun;

		disconnect_session(s);
		if (s->other != NULL && !connect_session(s->other))
			return false;
		if (s->other != NULL)
			disconnect_session(s->other);
		begun = cpu_us();
		if (!connect_session(s))
			return false;
		s->part += cpu_us() - begun;
	}
	return true;
}

static bool executes(struct session *s, long count)
{
	for (long i = 0; i < count; i++) {
		if (!good(s, SQLPrepare(s->stmt, (SQLCHAR *)"SELECT c1 FROM gh_bench WHERE c0 = 5",
					SQL_NTS), "prepare") ||
		    !good(s, SQLExecute(s->stmt), "execute"))
			return false;
		SQLFreeStmt(s->stmt, SQL_CLOSE);
	}
	return true;
}

/* The same text once more, as tools do that don't keep their statements. */
static bool prepares(struct session *s, long count)
{
	for (long i = 0; i < count; i++)
		if (!good(s, SQLPrepare(s->stmt, (SQLCHAR *)"SELECT c1 FROM gh_bench WHERE c0 = 5",
					SQL_NTS), "prepare"))
			return false;
	return true;
}

/* callgrind.sh counts within the functions that are MEASURED: nothing else is in them. */
#define MEASURED __attribute__((noinline))

MEASURED static bool execute_once(struct session *s)
{
	bool done = good(s, SQLExecute(s->stmt), "execute");

	SQLFreeStmt(s->stmt, SQL_CLOSE);
	return done;
}

/* Only SQLExecute and SQLFreeStmt(CLOSE); prepared once. */
static bool executes_again(struct session *s, long count)
{
	if (!good(s, SQLPrepare(s->stmt, (SQLCHAR *)"SELECT 1", SQL_NTS), "prepare"))
		return false;
	for (long i = 0; i < count; i++)
		if (!execute_once(s))
			return false;
	return true;
}

/* Rows that were fetched, up to `most`. */
MEASURED static long fetch_rows(struct session *s, long most, size_t rows, SQLRETURN *r)
{
	long done = 0;

	while (done < most && SQL_SUCCEEDED(*r = SQLFetch(s->stmt)))
		done += (long)rows;
	return done;
}

static bool fetch_bound(struct session *s, long count, size_t rows)
{
	static char cells[COLUMNS][1000][CELL];
	static SQLLEN lengths[COLUMNS][1000];
	SQLRETURN r = SQL_SUCCESS;

	SQLSetStmtAttr(s->stmt, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)rows, 0);
	for (SQLUSMALLINT c = 0; c < COLUMNS; c++)
		SQLBindCol(s->stmt, c + 1, SQL_C_CHAR, cells[c], CELL, lengths[c]);
	for (long done = 0; done < count;) {
		if (!good(s, SQLExecDirect(s->stmt, (SQLCHAR *)"SELECT * FROM gh_bench", SQL_NTS),
			  "select"))
			return false;
		done += fetch_rows(s, count - done, rows, &r);
		if (!good(s, r, "fetch"))
			return false;
		SQLFreeStmt(s->stmt, SQL_CLOSE);
	}
	SQLFreeStmt(s->stmt, SQL_UNBIND);
	SQLSetStmtAttr(s->stmt, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)1, 0);
	return true;
}

static bool fetches_single(struct session *s, long count)
{
	return fetch_bound(s, count, 1);
}

static bool fetches_thousand(struct session *s, long count)
{
	return fetch_bound(s, count, 1000);
}

MEASURED static bool row_of_cells(struct session *s)
{
	char cell[CELL];
	SQLLEN length;

	for (SQLUSMALLINT c = 1; c <= COLUMNS; c++) {
		if (!good(s, SQLGetData(s->stmt, c, SQL_C_CHAR, cell, CELL, &length), "get"))
			return false;
	}
	return true;
}

static bool gets_cells(struct session *s, long count)
{
	for (long done = 0; done < count;) {
		if (!good(s, SQLExecDirect(s->stmt, (SQLCHAR *)"SELECT * FROM gh_bench", SQL_NTS),
			  "select"))
			return false;
		for (; done < count && SQL_SUCCEEDED(SQLFetch(s->stmt)); done += COLUMNS) {
			if (!row_of_cells(s))
				return false;
		}
		SQLFreeStmt(s->stmt, SQL_CLOSE);
	}
	return true;
}

MEASURED static void count_columns(struct session *s, long count)
{
	SQLSMALLINT columns;

	for (long i = 0; i < count; i++)
		SQLNumResultCols(s->stmt, &columns);
}

static bool counts_columns(struct session *s, long count)
{
	if (!good(s, SQLExecDirect(s->stmt, (SQLCHAR *)"SELECT * FROM gh_bench", SQL_NTS),
		  "select"))
		return false;
	count_columns(s, count);
	SQLFreeStmt(s->stmt, SQL_CLOSE);
	return true;
}

/* lint: table */
static const struct figure {
	const char *name;
	const char *loop; /* word for --loop */
	const char *unit;
	bool (*work)(struct session *s, long count);
	long count;
} figures[] = {
	{ "connect", "open", "us/connection", opens, 50 },
	{ "connect + disconnect", "connect", "us/connection", connects, 50 },
	{ "prepare + execute", "prepare", "us/statement", executes, 300 },
	{ "execute again", "execute", "us/statement", executes_again, 300 },
	{ "SQLFetch bound, rowset 1", "fetch", "us/row", fetches_single, ROWS },
	{ "SQLFetch bound, rowset 1000", "fetch1000", "us/row", fetches_thousand, 5 * ROWS },
	{ "SQLGetData", "get", "us/cell", gets_cells, ROWS * COLUMNS },
	{ "SQLNumResultCols", "columns", "us/call", counts_columns, 200000 },
	{ "prepare again", "again", "us/statement", prepares, 1000 },
};

/* ---- measuring ------------------------------------------------------------------------------- */

static double least(const double *values)
{
	double found = values[0];

	for (int i = 1; i < ROUNDS; i++)
		found = values[i] < found ? values[i] : found;
	return found;
}

static bool time_one(struct session *s, const struct figure *figure, double *us)
{
	double begun = cpu_us();
	bool done;

	s->part = 0;
	done = figure->work(s, figure->count);
	*us = (s->part > 0 ? s->part : cpu_us() - begun) / (double)figure->count;
	return done;
}

static bool measure(struct session sides[2], const struct figure *figure, const char *target)
{
	double us[2][ROUNDS], unused, raw, governed;

	for (int side = 0; side < 2; side++) {
		if (!time_one(&sides[side], figure, &unused)) /* warms up */
			return false;
	}
	for (int round = 0; round < ROUNDS; round++) {
		for (int turn = 0; turn < 2; turn++) {
			int side = (round + turn) % 2;

			if (!time_one(&sides[side], figure, &us[side][round]))
				return false;
		}
	}
	raw = least(us[0]);
	governed = least(us[1]);
	printf("{\"figure\":\"%s\",\"governed\":%.4f,\"raw\":%.4f,\"ratio\":%.3f,\"unit\":\"%s\","
	       "\"target\":\"%s\"}\n", figure->name, governed, raw, raw > 0 ? governed / raw : 0,
	       figure->unit, target);
	fflush(stdout);
	return true;
}

/* GH_BENCH_POLICY is a policy that masks and denies nothing. */
static void connection_text(char *text, size_t room, const char *target, const char *suffix)
{
	const char *policy = getenv("GH_BENCH_POLICY");
	bool governed = strcmp(suffix, "raw") != 0;

	snprintf(text, room, "DSN=%s-%s%s%s", target, suffix, governed && policy ? ";Policy=" : "",
		 governed && policy ? policy : "");
}

static int bench(const char *target)
{
	const char *suffix = getenv("GH_ODBC_GOVERNED");
	char texts[2][600];
	struct session other = { .text = texts[0] };
	struct session sides[2] = { { .text = texts[0], .other = &other },
				    { .text = texts[1], .other = &other } };
	bool done;

	connection_text(texts[0], sizeof(texts[0]), target, "raw");
	connection_text(texts[1], sizeof(texts[1]), target, suffix ? suffix : "gh");
	done = open_session(&sides[0]) && fill(&sides[0]) && open_session(&sides[1]) &&
	       open_session(&other);
	if (done)
		disconnect_session(&other);
	for (size_t i = 0; done && i < ARRAY_SIZE(figures); i++)
		done = measure(sides, &figures[i], target);
	if (done)
		run(&sides[0], "DROP TABLE gh_bench");
	for (int i = 0; i < 2; i++) {
		if (sides[i].stmt)
			close_session(&sides[i]);
	}
	SQLFreeHandle(SQL_HANDLE_ENV, other.env);
	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int loop(const char *word, const char *dsn, long count)
{
	char text[600];
	struct session s = { .text = text };
	bool done = false;

	if (strncmp(dsn, "DSN=", 4) == 0)
		snprintf(text, sizeof(text), "%s", dsn);
	else
		snprintf(text, sizeof(text), "DSN=%s", dsn);
	if (!open_session(&s))
		return EXIT_FAILURE;
	if (strcmp(word, "fill") == 0)
		done = fill(&s);
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++) {
		if (strcmp(figures[i].loop, word) == 0)
			done = figures[i].work(&s, count);
	}
	close_session(&s);
	return done ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int count, char **words)
{
	if (count == 5 && strcmp(words[1], "--loop") == 0)
		return loop(words[2], words[3], strtol(words[4], NULL, 10));
	if (count == 2 && words[1][0] != '-')
		return bench(words[1]);
	fprintf(stderr, "usage: bench_odbc TARGET | bench_odbc --loop FIGURE DSN COUNT\n");
	return 2;
}
