/* The secrets, and how they are looked for. */
#include "secrets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* MariaDB's user has a second database, with a table of the same name. */
static void make_twin(struct gh_side *side)
{
	const char *database = getenv("GH_MARIA_DATABASE");
	char sql[200];

	if (database == NULL)
		return;
	snprintf(sql, sizeof(sql), "CREATE OR REPLACE TABLE %s_twin.gh_people (id int, note int)",
		 database);
	gh_side_do(side, sql);
	snprintf(sql, sizeof(sql), "INSERT INTO %s_twin.gh_people VALUES (2, 7)", database);
	gh_side_do(side, sql);
}

/* What gives email, bonus and ssn of a row; the late one has a result before. */
static void make_procedures(struct gh_side *side)
{
#define READ "SELECT email, bonus, ssn INTO e, b, s FROM gh_people WHERE id = i"
	static const char *const names[] = { "gh_reveal", "gh_reveal_late" };
	char sql[400];

	for (int late = 0; late < 2; late++) {
		if (side->target->engine == GH_POSTGRESQL)
			snprintf(sql, sizeof(sql),
				 "CREATE OR REPLACE FUNCTION %s(i int, OUT e varchar, OUT b int, "
				 "INOUT s varchar) LANGUAGE plpgsql AS $$ BEGIN " READ "; END $$",
				 names[late]);
		else
			snprintf(sql, sizeof(sql),
				 "CREATE OR REPLACE PROCEDURE %s(i int, OUT e varchar(60), "
				 "OUT b int, INOUT s varchar(60)) BEGIN %s" READ "; END",
				 names[late], late != 0 ? "SELECT 1; " : "");
		if (side->target->engine != GH_SQLITE)
			gh_side_do(side, sql);
	}
	if (side->target->engine == GH_POSTGRESQL)
		gh_side_do(side, "CREATE OR REPLACE FUNCTION gh_reveal_long(n int, OUT t text) "
				 "LANGUAGE plpgsql AS $$ BEGIN SELECT rpad(email, n, email) INTO t "
				 "FROM gh_people WHERE id = 1; END $$");
	else if (side->target->engine == GH_MARIADB)
		gh_side_do(side, "CREATE OR REPLACE PROCEDURE gh_reveal_long(n int, "
				 "OUT t longtext) SELECT rpad(email, n, email) INTO t "
				 "FROM gh_people WHERE id = 1");
#undef READ
}

void gh_secrets_make(struct gh_side *side)
{
	static const char *const names[] = {
		"DROP VIEW IF EXISTS gh_loot3", "DROP TABLE IF EXISTS gh_loot",
		"DROP TABLE IF EXISTS gh_people", "DROP TABLE IF EXISTS gh_vault",
	};
	const char *blob = side->target->engine == GH_POSTGRESQL ? "bytea" : "blob";
	const char *open = side->target->engine == GH_POSTGRESQL ? "'\\x" : "x'";
	char sql[600];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		gh_side_do(side, names[i]);
	snprintf(sql, sizeof(sql),
		 "CREATE TABLE gh_people (id int PRIMARY KEY, email varchar(60) UNIQUE, "
		 "ssn varchar(11), salary decimal(10,2), bonus int, alias varchar(40), born date, "
		 "photo %s, note varchar(20))", blob);
	gh_side_do(side, sql);
	snprintf(sql, sizeof(sql),
		 "INSERT INTO gh_people VALUES (1, 'zqxsecret@leak.example', '536-48-7319', "
		 "987654.25, "
		 "424242, 'Wvutqzy Hush', '1977-03-09', %sdeadc0deface', 'plain one'), "
		 "(2, 'zqxsecret.two@leak.example', '536-48-8888', 987655.75, 424243, 'Wvut "
		 "Second', "
		 "'1977-03-10', %sdeadc0de', 'plain two'), "
		 "(3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), "
		 "(4, 'zqxsecret.four@leak.example', '536-48-1111', 987654.25, 424242, "
		 "'Wvutqzy Hush', '1977-03-09', %sdeadc0de00', 'plain four')",
		 open, open, open);
	gh_side_do(side, sql);
	gh_side_do(side, "CREATE TABLE gh_vault (id int PRIMARY KEY, v varchar(20))");
	gh_side_do(side, "INSERT INTO gh_vault VALUES (1, 'kept')");
	if (side->target->engine == GH_MARIADB)
		make_twin(side);
	make_procedures(side);
	gh_side_exec(side, "SELECT id FROM gh_people WHERE id = 4");
	gh_check(side, SQL_SUCCEEDED(SQLFetch(side->stmt)), "the table is filled");
	gh_side_note(side, "finished");
}

/* ---- needles ----------------------------------------------------------------------- */

/* Lower case; found in any case, with units of one and of two bytes. */
static const char *const texts[] = { "zqxs", "leak.e", "536-4", "36-48", "987654", "987655",
				     "424242", "424243", "wvut", "1977", "deadc0", "tercesxqz" };

/* lint: table */
static const struct {
	const char *name;
	const char *bytes;
	size_t length;
} numbers[] = {
	{ "salary as integer", "\x06\x12\x0F\x00", 4 },
	{ "salary as double", "\x00\x00\x00\x80\x0C\x24\x2E\x41", 8 },
	{ "salary as float", "\x64\x20\x71\x49", 4 },
	{ "salary as numeric", "\x71\x0A\xE3\x05", 4 },
	{ "bonus as integer", "\x32\x79\x06\x00", 4 },
	{ "bonus as double", "\x00\x00\x00\x00\xC8\xE4\x19\x41", 8 },
	{ "bonus as float", "\x40\x26\xCF\x48", 4 },
	{ "birth as a structure", "\xB9\x07\x03\x00", 4 },
	{ "photo as bytes", "\xDE\xAD\xC0", 3 },
};

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

static bool text_at(const unsigned char *at, size_t left, const char *text, size_t unit)
{
	size_t length = strlen(text);

	if (left < length * unit)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (lower(at[i * unit]) != (unsigned char)text[i])
			return false;
		if (unit == 2 && at[i * 2 + 1] != 0)
			return false;
	}
	return true;
}

static const char *secret_at(const unsigned char *at, size_t left)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (text_at(at, left, texts[i], 1) || text_at(at, left, texts[i], 2))
			return texts[i];
	}
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (left >= numbers[i].length &&
		    memcmp(at, numbers[i].bytes, numbers[i].length) == 0)
			return numbers[i].name;
	}
	return NULL;
}

const char *gh_secret_in(const void *bytes, size_t length)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < length; i++) {
		const char *found = at[i] == GH_CANARY ? NULL : secret_at(at + i, length - i);

		if (found)
			return found;
	}
	return NULL;
}

void gh_scan_area(struct gh_side *side, const struct gh_area *area, const char *what)
{
	const char *found = gh_secret_in(area->bytes, area->room + 2 * GH_GUARD);

	if (found)
		gh_check(side, false, "%s shows %s", what, found);
}

void gh_scan_records(struct gh_side *side, SQLSMALLINT type, SQLHANDLE handle)
{
	char state[6], text[2000];
	SQLINTEGER native;
	SQLSMALLINT length;

	for (SQLSMALLINT i = 1; i < 20; i++) {
		const char *found;

		if (!SQL_SUCCEEDED(SQLGetDiagRec(type, handle, i, (SQLCHAR *)state, &native,
						 (SQLCHAR *)text, sizeof(text), &length)))
			break;
		found = gh_secret_in(text, strlen(text));
		if (found)
			gh_check(side, false, "record %d shows %s", i, found);
	}
}

/* ---- the watcher ------------------------------------------------------------------------ */

static void *watch(void *context)
{
	struct gh_watcher *watcher = context;
	const volatile unsigned char *bytes = watcher->area->bytes;
	size_t length = watcher->area->room + 2 * GH_GUARD;
	unsigned char copy[4096];

	if (length > sizeof(copy))
		length = sizeof(copy);
	/* at least once, also where this thread begins when all was fetched */
	do {
		for (size_t i = 0; i < length; i++)
			copy[i] = bytes[i];
		watcher->found = gh_secret_in(copy, length);
	} while (!atomic_load(&watcher->stop) && !watcher->found);
	return NULL;
}

bool gh_watcher_start(struct gh_watcher *watcher, const struct gh_area *area)
{
	watcher->area = area;
	watcher->found = NULL;
	atomic_init(&watcher->stop, false);
	return pthread_create(&watcher->thread, NULL, watch, watcher) == 0;
}

void gh_watcher_stop(struct gh_watcher *watcher)
{
	atomic_store(&watcher->stop, true);
	pthread_join(watcher->thread, NULL);
}
