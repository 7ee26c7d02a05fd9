/*
 * What Gatehouse says of itself in SQLGetInfo: where policy overrules the target,
 * with ReportDriver=, and that it is there; and where it must not show.
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { GATEHOUSE_INFO = 0x4748 }; /* doc/connection.md */
#define GATEHOUSE "Gatehouse " PACKAGE_VERSION

/* The text of an information type as ASCII; its length in characters. */
static SQLRETURN ask(struct gh_side *side, SQLUSMALLINT type, char text[256], SQLSMALLINT *length)
{
	SQLSMALLINT unit = side->width == GH_WIDE ? sizeof(SQLWCHAR) : 1, room = *length;
	SQLWCHAR wide[256] = { 0 };
	SQLRETURN r = side->width == GH_WIDE ? SQLGetInfoW(side->dbc, type, wide,
							   (SQLSMALLINT)(room * unit), length)
					     : SQLGetInfo(side->dbc, type, text, room, length);

	gh_side_dbc_said(side, r, "SQLGetInfo(%d)", type);
	*length = (SQLSMALLINT)(*length / unit);
	for (size_t i = 0; side->width == GH_WIDE && i < 256; i++)
		text[i] = (char)wide[i];
	return r;
}

/* "?" where it was not told. */
static const char *told(struct gh_side *side, SQLUSMALLINT type)
{
	static char text[256];
	SQLSMALLINT length = sizeof(text);

	return SQL_SUCCEEDED(ask(side, type, text, &length)) ? text : "?";
}

static void expect(struct gh_side *side, SQLUSMALLINT type, const char *text)
{
	const char *answer = told(side, type);

	gh_check(side, strcmp(answer, text) == 0, "%d is %s: %s", type, text, answer);
}

/* What the raw data source says, in an arena of the side's. */
static const char *raw_told(struct gh_side *side, SQLUSMALLINT type)
{
	struct gh_side raw;
	const char *answer = "?";

	if (!gh_side_init(&raw, side->target, side->width, "raw", NULL))
		return answer;
	if (gh_side_open(&raw))
		answer = gh_arena_text(side->arena, gh_span_from(told(&raw, type)));
	gh_side_close(&raw);
	gh_side_clear(&raw);
	return answer;
}

static void same_as_raw(struct gh_side *side, SQLUSMALLINT type)
{
	expect(side, type, raw_told(side, type));
}

/* ---- where policy overrules ---------------------------------------------------------------- */

static void only_reading(struct gh_side *side)
{
	expect(side, SQL_DATA_SOURCE_READ_ONLY, "Y");
	same_as_raw(side, SQL_ACCESSIBLE_TABLES);
	expect(side, SQL_ACCESSIBLE_PROCEDURES, "N");
	gh_side_note(side, "finished");
}

static void some_tables_closed(struct gh_side *side)
{
	same_as_raw(side, SQL_DATA_SOURCE_READ_ONLY);
	expect(side, SQL_ACCESSIBLE_TABLES, "N");
	gh_side_note(side, "finished");
}

static void nothing_closed(struct gh_side *side)
{
	same_as_raw(side, SQL_DATA_SOURCE_READ_ONLY);
	same_as_raw(side, SQL_ACCESSIBLE_TABLES);
	same_as_raw(side, SQL_ACCESSIBLE_PROCEDURES);
	gh_side_note(side, "finished");
}

/* ---- who the driver is ----------------------------------------------------------------------- */

static void target_reported(struct gh_side *side)
{
	same_as_raw(side, SQL_DRIVER_NAME);
	same_as_raw(side, SQL_DRIVER_VER);
	same_as_raw(side, SQL_DRIVER_ODBC_VER);
	same_as_raw(side, SQL_DBMS_NAME);
	gh_side_note(side, "finished");
}

static void disclosed(struct gh_side *side)
{
	SQLSMALLINT length = 6;
	char text[256] = "";

	expect(side, GATEHOUSE_INFO, GATEHOUSE);
	gh_check(side,
		 ask(side, GATEHOUSE_INFO, text, &length) == SQL_SUCCESS_WITH_INFO &&
			 strcmp(text, "Gateh") == 0 && length == (SQLSMALLINT)strlen(GATEHOUSE),
		 "it is cut: %s", text);
	gh_check(side, strcmp(raw_told(side, GATEHOUSE_INFO), GATEHOUSE) != 0,
		 "the raw driver doesn't say so");
	gh_side_note(side, "finished");
}

/* A connection of its own with one more keyword. */
static bool reopen(struct gh_side *side, const char *keyword)
{
	struct gh_buf keywords;

	gh_side_close(side);
	gh_buf_init(&keywords, 0);
	gh_buf_printf(&keywords, "%s;%s", side->keywords, keyword);
	side->keywords = gh_arena_text(side->arena, gh_buf_span(&keywords));
	gh_buf_clear(&keywords);
	return gh_side_open(side);
}

static void self_reported(struct gh_side *side)
{
	char version[60];

	gh_check(side, reopen(side, "ReportDriver=self"), "a connection");
	expect(side, SQL_DRIVER_NAME, "libgatehouse.so");
	expect(side, SQL_DRIVER_ODBC_VER, "03.80");
	gh_check(side, strlen(told(side, SQL_DRIVER_VER)) > 10, "there is a version");
	snprintf(version, sizeof(version), "%.10s", told(side, SQL_DRIVER_VER));
	gh_check(side,
		 strspn(version, "0123456789.") == 10 && version[2] == '.' && version[5] == '.',
		 "the form is ##.##.####: %s", version);
	gh_check(side, strstr(told(side, SQL_DRIVER_VER), PACKAGE_VERSION) != NULL, "it is ours");
	same_as_raw(side, SQL_DBMS_NAME);
	same_as_raw(side, SQL_DBMS_VER);
	gh_side_note(side, "finished");
}

static void report_unknown(struct gh_side *side)
{
	gh_check(side, !reopen(side, "ReportDriver=both"), "no connection");
	gh_check_refusal(side, SQL_HANDLE_DBC, "HY000", 7126);
	gh_side_note(side, "finished");
}

/* ---- the target's handles ------------------------------------------------------------ */

/* The manager answers for its own; what it asks the driver for is refused. */
static void no_handles(struct gh_side *side)
{
	static const SQLUSMALLINT types[] = { SQL_DRIVER_HDBC, SQL_DRIVER_HENV, SQL_DRIVER_HLIB };

	expect(side, SQL_DATA_SOURCE_NAME, side->dsn);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		SQLULEN handle = 0;
		SQLRETURN r = SQLGetInfo(side->dbc, types[i], &handle, sizeof(handle), NULL);

		gh_check(side, SQL_SUCCEEDED(r) && handle != 0, "%d is the manager's", types[i]);
	}
	gh_side_note(side, "finished");
}

static const struct {
	const char *policy;
	struct gh_sequence sequence;
} rows[] = {
	{ "reading.xml", { "a policy that only lets read is read-only", only_reading, 0, 0 } },
	{ "masked.xml", { "a closed table leaves it writable", some_tables_closed, 0, 0 } },
	{ "transparent.xml", { "what policy leaves alone is told as raw", nothing_closed, 0, 0 } },
	{ "transparent.xml", { "the driver is the target's", target_reported, 0, 0 } },
	{ "transparent.xml", { "a type of ours tells of Gatehouse", disclosed, 0, 0 } },
	{ "transparent.xml", { "ReportDriver=self tells of Gatehouse", self_reported, 0, 0 } },
	{ "transparent.xml", { "ReportDriver= of another kind is refused", report_unknown, 0, 0 } },
	{ "transparent.xml", { "name and handles are not the target's", no_handles, 0, 0 } },
};

int main(void)
{
	if (!gh_odbc_servers_present())
		return EXIT_SUCCESS;
	for (size_t t = 0; t < gh_odbc_target_count; t++) {
		if (!gh_odbc_target_wanted(&gh_odbc_targets[t])) {
			gh_tap_skip("not in odbc.ini or not asked for", "%s",
				    gh_odbc_targets[t].name);
			continue;
		}
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			gh_check_run(&gh_odbc_targets[t], "gh", rows[i].policy, &rows[i].sequence,
				     GH_EXPECT_CLEAN);
	}
	return gh_tap_done();
}
