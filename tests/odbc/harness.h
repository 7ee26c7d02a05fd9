/*
 * The frame of the ODBC tests.  A sequence is a list of ODBC calls that goes
 * through the driver manager.  It runs once on a raw data source and once on
 * the governed one, each time in a process of its own, and writes down all
 * that an application can see: return codes, whole buffers with the bytes
 * around them, lengths, status arrays, diagnostics, metadata.  The two
 * transcripts must be the same.
 *
 * Environment:
 *   GH_TEST_ENV        folder of tests/servers.sh; unset: all is skipped
 *   GH_ODBC_GOVERNED   "raw": compare raw with raw (shows what raw drivers vary by themselves)
 *   GH_ODBC_TARGETS    comma-separated targets; unset: all that $ODBCINI has
 *   GH_ODBC_ONLY       runs only sequences whose name contains this
 *   GH_ODBC_STRICT     set: a clear refusal counts as a difference too
 *   GH_ODBC_KEEP       folder in which the transcripts of failures are left
 */
#ifndef GATEHOUSE_TESTS_HARNESS_H
#define GATEHOUSE_TESTS_HARNESS_H

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#include "gatehouse/util.h"

enum gh_width { GH_ANSI, GH_WIDE };

enum gh_engine {
	GH_SQLITE = 1 << 0,
	GH_POSTGRESQL = 1 << 1,
	GH_MARIADB = 1 << 2,
	GH_ANY_ENGINE = GH_SQLITE | GH_POSTGRESQL | GH_MARIADB,
};

/* One database with its raw driver; the data sources are NAME-raw and NAME-gh. */
struct gh_odbc_target {
	const char *name;
	enum gh_engine engine;
	bool ansi_only; /* the driver exports no W functions */
};
extern const struct gh_odbc_target gh_odbc_targets[];
extern const size_t gh_odbc_target_count;

/* One run of a sequence.  Made by the runner; a sequence only uses it. */
struct gh_side {
	const struct gh_odbc_target *target;
	enum gh_width width;
	const char *dsn;      /* "pg-raw" or "pg-gh" */
	const char *keywords; /* behind DSN=...; in the connection string; "" on the raw side */
	SQLHENV env;
	SQLHDBC dbc;
	SQLHSTMT stmt;        /* the statement that the gh_side_ calls use */
	struct gh_buf log;
	int out;              /* where the log goes after each call; -1: it is kept */
	struct gh_arena *arena; /* texts converted for W calls */
};

enum gh_sequence_flag {
	/*
	 * A part of ODBC that may be refused for now instead of being the same: the
	 * first difference must then be a refusal with one of our native codes.
	 */
	GH_MAY_REFUSE = 1 << 0,
	GH_NO_CONNECT = 1 << 1, /* the sequence connects by itself */
};

struct gh_sequence {
	const char *name; /* a sentence */
	void (*run)(struct gh_side *side);
	unsigned engines; /* enum gh_engine bits; 0: all */
	unsigned flags;
};

/* Tables of sequences end with a row whose name is NULL. */
struct gh_odbc_plan {
	const struct gh_sequence *const *tables;
	size_t table_count;
	const char *policy;                    /* file under tests/odbc */
	void (*prepare)(struct gh_side *side); /* makes tables, on the raw side, once a target */
	void (*finish)(void);                  /* more TAP lines at the end; NULL: none */
};
/* Runs all on all targets, A and W, prints TAP; returns main()'s exit code. */
int gh_odbc_run(const struct gh_odbc_plan *plan);
/* One sequence on one target, A and W, against the governed side with that policy. */
void gh_odbc_compare(const char *policy, const struct gh_odbc_target *target,
		     const struct gh_sequence *sequence);

/* Calls a function in a process of its own; *log gets its transcript or its death. */
void gh_odbc_in_child(struct gh_side *side, const struct gh_sequence *sequence, struct gh_buf *log);

/* ---- TAP ------------------------------------------------------------------ */

bool gh_tap_ok(bool good, const char *format, ...) GH_PRINTF(2, 3);
void gh_tap_skip(const char *reason, const char *format, ...) GH_PRINTF(2, 3);
void gh_tap_note(const char *format, ...) GH_PRINTF(1, 2);
int gh_tap_done(void); /* prints the plan; the exit code */
/* False when there are no servers: the plan "1..0 # SKIP" was printed. */
bool gh_odbc_servers_present(void);
/* True if odbc.ini has the target and GH_ODBC_TARGETS does not leave it out. */
bool gh_odbc_target_wanted(const struct gh_odbc_target *target);
/* Suffix of the governed data sources: "gh", or "raw" to compare raw with raw. */
const char *gh_odbc_suffix(void);
bool gh_odbc_same(const struct gh_buf *raw, const struct gh_buf *governed, unsigned flags);

/* The calls of each row of entry_points.def, in a program that counted.c is linked to. */
void gh_counted_begin(void);
/* One TAP line a function: it was called. */
void gh_counted_report(void);

/* ---- sides ----------------------------------------------------------------- */

/* `policy` is a file name under tests/odbc; NULL: the data source's own. */
bool gh_side_init(struct gh_side *side, const struct gh_odbc_target *target,
		  enum gh_width width, const char *suffix, const char *policy);
void gh_side_clear(struct gh_side *side);
/* The manager converts W calls for these: the driver has only ANSI functions. */
bool gh_side_is_converted(const struct gh_side *side);
/* Environment (ODBC 3), connection, one statement; false when it failed. */
bool gh_side_open(struct gh_side *side);
void gh_side_close(struct gh_side *side);
/* Frees the statement of the side and makes a new one. */
void gh_side_fresh(struct gh_side *side);
/* UTF-8 to UTF-16 with a NUL; freed with the side.  NULL gives NULL. */
SQLWCHAR *gh_side_wide(struct gh_side *side, const char *text);

/* ---- the transcript ---------------------------------------------------------- */

struct gh_odbc_handle {
	SQLSMALLINT type;
	SQLHANDLE handle;
};

void gh_side_flush(struct gh_side *side);
void gh_side_note(struct gh_side *side, const char *format, ...) GH_PRINTF(2, 3);
const char *gh_odbc_return_name(SQLRETURN r);
/* Writes down a call, its return code and its diagnostics; returns r. */
SQLRETURN gh_side_said(struct gh_side *side, SQLRETURN r, const char *format, ...)
	GH_PRINTF(3, 4);
/* The same for the connection and the environment. */
SQLRETURN gh_side_dbc_said(struct gh_side *side, SQLRETURN r, const char *format, ...)
	GH_PRINTF(3, 4);
SQLRETURN gh_side_env_said(struct gh_side *side, SQLRETURN r, const char *format, ...)
	GH_PRINTF(3, 4);
void gh_side_diagnostics(struct gh_side *side, SQLSMALLINT type, SQLHANDLE handle);
/* The same for a call that frees the handle: only where it failed is there one to ask. */
SQLRETURN gh_side_freed(struct gh_side *side, SQLRETURN r, const char *call,
			const struct gh_odbc_handle *handle);

/*
 * Memory for a driver to write into, with guard bytes on both sides.  All of it
 * is filled with GH_CANARY, so that what was touched can be seen.
 */
#define GH_CANARY 0xA5
#define GH_GUARD 16
struct gh_area {
	size_t room;
	unsigned char *bytes; /* GH_GUARD + room + GH_GUARD; owned */
};
bool gh_area_init(struct gh_area *area, size_t room);
void gh_area_fill(struct gh_area *area);
void gh_area_clear(struct gh_area *area);
void *gh_area_at(const struct gh_area *area); /* behind the first guard */
/* Writes down the area; runs of untouched bytes are counted.  Units of 1 or 2 bytes. */
void gh_side_area(struct gh_side *side, const char *label, const struct gh_area *area,
		  enum gh_width width);
/* A lone SQLLEN that a driver may have left alone. */
#define GH_LENGTH_UNTOUCHED ((SQLLEN)0x5A5A5A5A)
void gh_side_length(struct gh_side *side, const char *label, SQLLEN length);

/* ---- calls, in the side's width, written down ---------------------------------- */

SQLRETURN gh_side_exec(struct gh_side *side, const char *sql);
SQLRETURN gh_side_prepare(struct gh_side *side, const char *sql);
SQLRETURN gh_side_execute(struct gh_side *side);
SQLRETURN gh_side_fetch(struct gh_side *side);
SQLRETURN gh_side_close_cursor(struct gh_side *side); /* SQLFreeStmt(SQL_CLOSE) */
void gh_side_row_count(struct gh_side *side);
void gh_side_count_columns(struct gh_side *side, SQLSMALLINT *count);
/* DescribeCol of each column, and ColAttribute of each field for each column. */
void gh_side_describe(struct gh_side *side);
void gh_side_attributes_of_columns(struct gh_side *side);

struct gh_cell {
	SQLUSMALLINT column;
	SQLSMALLINT c_type;
	size_t room; /* bytes */
};
SQLRETURN gh_side_get(struct gh_side *side, const struct gh_cell *cell);
/* SQLGetData until the value ends; at most `limit` calls. */
void gh_side_get_chunks(struct gh_side *side, const struct gh_cell *cell, int limit);
/* Fetches up to `rows` rows and gets all columns in the C type. */
void gh_side_read(struct gh_side *side, SQLSMALLINT c_type, size_t room, int rows);
/* The side's own text type: SQL_C_CHAR or SQL_C_WCHAR. */
SQLSMALLINT gh_side_text_type(const struct gh_side *side);
/* Runs a statement that makes no result and reads it away; for setting up. */
void gh_side_do(struct gh_side *side, const char *sql);
/* exec + describe nothing + read as text; the short form of most checks. */
void gh_side_query(struct gh_side *side, const char *sql);

const char *gh_c_type_name(SQLSMALLINT c_type);
extern const SQLSMALLINT gh_c_types[];
extern const size_t gh_c_type_count;

#endif
