/* Checks of one side, and their way into TAP. */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool gh_check(struct gh_side *side, bool good, const char *format, ...)
{
	char text[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	gh_side_note(side, "%s: %s", good ? "holds" : "FAILED", text);
	gh_side_flush(side);
	return good;
}

bool gh_check_record(SQLSMALLINT type, SQLHANDLE handle, struct gh_first_record *record)
{
	SQLSMALLINT length;

	*record = (struct gh_first_record){ .native = 0 };
	return SQL_SUCCEEDED(SQLGetDiagRec(type, handle, 1, (SQLCHAR *)record->state,
					   &record->native, (SQLCHAR *)record->text,
					   sizeof(record->text), &length));
}

void gh_check_refusal(struct gh_side *side, SQLSMALLINT type, const char *state, int native)
{
	struct gh_first_record record;
	SQLHANDLE handle = type == SQL_HANDLE_STMT ? side->stmt : side->dbc;

	if (!gh_check(side, gh_check_record(type, handle, &record), "there is a record"))
		return;
	gh_check(side, strcmp(record.state, state) == 0, "SQLSTATE %s, got %s", state,
		 record.state);
	gh_check(side, record.native == native, "native %d, got %d", native, (int)record.native);
	gh_check(side, strncmp(record.text, "[Gatehouse]", 11) == 0, "it is ours: %s", record.text);
	gh_check(side, strlen(record.text) <= 400, "it has at most 400 bytes: %zu",
		 strlen(record.text));
	if (native == 7101)
		gh_check(side, strncmp(record.text, "[Gatehouse][Policy] ", 20) == 0,
			 "it says Policy: %s", record.text);
}

/* ---- TAP --------------------------------------------------------------------------- */

static bool judge(const struct gh_buf *log, enum gh_check_expect expect)
{
	const char *text = log->bytes ? log->bytes : "";
	bool failed = strstr(text, "FAILED: ") != NULL;

	if (expect == GH_EXPECT_LEAKS)
		return failed;
	return !failed && strstr(text, "holds: ") && strstr(text, "finished\n") &&
	       !strstr(text, "the process ");
}

/* The failed checks, each with the call before it. */
static void explain(const struct gh_buf *log)
{
	const char *call = "", *at = log->bytes ? log->bytes : "";
	int shown = 0, length;

	for (; *at && shown < 12; at += length + (at[length] == '\n')) {
		length = (int)strcspn(at, "\n");
		if (strncmp(at, "FAILED", 6) == 0 || strncmp(at, "the process", 11) == 0) {
			gh_tap_note("  %.*s", (int)strcspn(call, "\n"), call);
			gh_tap_note("    %.*s", length, at);
			shown++;
		} else if (*at != ' ' && strncmp(at, "holds", 5) != 0) {
			call = at;
		}
	}
	if (!shown)
		gh_tap_note("it did not finish; the last call: %.*s", (int)strcspn(call, "\n"),
			    call);
}

static void keep_log(const char *name, const struct gh_buf *log)
{
	const char *folder = getenv("GH_ODBC_KEEP");
	char path[600];
	FILE *file;

	if (!folder)
		return;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	for (char *at = path + strlen(folder) + 1; *at; at++) {
		if (*at == ' ' || *at == '/')
			*at = '_';
	}
	file = fopen(path, "w");
	if (!file)
		return;
	fwrite(log->bytes ? log->bytes : "", 1, log->length, file);
	fclose(file);
}

static void run_width(const struct gh_odbc_target *target, enum gh_width width,
		      struct gh_side *side, const struct gh_sequence *sequence,
		      enum gh_check_expect expect)
{
	struct gh_buf log;
	char name[300];
	bool good;

	gh_buf_init(&log, 0);
	gh_odbc_in_child(side, sequence, &log);
	good = judge(&log, expect);
	snprintf(name, sizeof(name), "%s %s: %s%s", target->name, width == GH_WIDE ? "W" : "A",
		 expect == GH_EXPECT_LEAKS ? "(raw, must fail) " : "", sequence->name);
	gh_tap_ok(good, "%s", name);
	if (!good && expect == GH_EXPECT_CLEAN)
		explain(&log);
	if (!good)
		keep_log(name, &log);
	gh_buf_clear(&log);
}

void gh_check_run(const struct gh_odbc_target *target, const char *suffix, const char *policy,
		  const struct gh_sequence *sequence, enum gh_check_expect expect)
{
	static const enum gh_width widths[] = { GH_ANSI, GH_WIDE };
	const char *only = getenv("GH_ODBC_ONLY");

	if (sequence->engines && !(sequence->engines & (unsigned)target->engine))
		return;
	if (only && !strstr(sequence->name, only))
		return;
	for (size_t i = 0; i < 2; i++) {
		struct gh_side side;

		if (gh_side_init(&side, target, widths[i], suffix, policy))
			run_width(target, widths[i], &side, sequence, expect);
		gh_side_clear(&side);
	}
}

int gh_check_raw(struct gh_side *side, const char *sql)
{
	struct gh_side raw;
	SQLINTEGER number = -1;
	SQLLEN length;

	if (!gh_side_init(&raw, side->target, GH_ANSI, "raw", NULL))
		return -1;
	if (gh_side_open(&raw) && SQL_SUCCEEDED(SQLExecDirect(raw.stmt, (SQLCHAR *)sql, SQL_NTS)) &&
	    SQL_SUCCEEDED(SQLFetch(raw.stmt)))
		SQLGetData(raw.stmt, 1, SQL_C_SLONG, &number, 0, &length);
	gh_side_close(&raw);
	gh_side_clear(&raw);
	return number;
}

bool gh_check_prepare(const struct gh_odbc_target *target, void (*run)(struct gh_side *side))
{
	const struct gh_sequence sequence = { "prepare", run, 0, 0 };
	struct gh_side side;
	struct gh_buf log;
	bool good = false;

	gh_buf_init(&log, 0);
	if (gh_side_init(&side, target, GH_ANSI, "raw", NULL)) {
		gh_odbc_in_child(&side, &sequence, &log);
		good = judge(&log, GH_EXPECT_CLEAN);
	}
	if (!good)
		gh_tap_note("%s", log.bytes ? log.bytes : "no transcript");
	gh_side_clear(&side);
	gh_buf_clear(&log);
	return gh_tap_ok(good, "%s: the raw data source is ready", target->name);
}
