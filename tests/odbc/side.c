/*
 * One side of a comparison: its handles, and how what it sees is written into
 * its transcript.  The calls themselves are in calls.c.
 */
#include "harness.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

const struct gh_odbc_target gh_odbc_targets[] = {
	{ "sqlite", GH_SQLITE, true },
	{ "pg", GH_POSTGRESQL, false },
	{ "pga", GH_POSTGRESQL, true },
	{ "maria", GH_MARIADB, false },
};
const size_t gh_odbc_target_count = ARRAY_SIZE(gh_odbc_targets);

/* "DSN=" names and keywords live in the side's arena. */
static const char *arena_join(struct gh_side *side, const char *a, const char *b, const char *c)
{
	struct gh_buf buf;
	const char *text;

	gh_buf_init(&buf, 0);
	gh_buf_printf(&buf, "%s%s%s", a, b, c);
	text = gh_arena_text(side->arena, gh_buf_span(&buf));
	gh_buf_clear(&buf);
	return text;
}

bool gh_side_init(struct gh_side *side, const struct gh_odbc_target *target,
		  enum gh_width width, const char *suffix, const char *policy)
{
	const char *source = getenv("top_srcdir");

	*side = (struct gh_side){ .target = target, .width = width, .keywords = "", .out = -1 };
	gh_buf_init(&side->log, 0);
	if (gh_arena_new((size_t)64 << 20, &side->arena) != GH_OK)
		return false;
	side->dsn = arena_join(side, target->name, "-", suffix);
	if (policy && strcmp(suffix, "raw") != 0) {
		const char *folder = arena_join(side, ";Policy=", source ? source : ".",
						"/tests/odbc/");

		side->keywords = arena_join(side, folder, policy, "");
	}
	return side->dsn && side->keywords;
}

void gh_side_clear(struct gh_side *side)
{
	gh_arena_free(side->arena);
	gh_buf_clear(&side->log);
	*side = (struct gh_side){ 0 };
}

bool gh_side_is_converted(const struct gh_side *side)
{
	return side->width == GH_WIDE && side->target->ansi_only;
}

SQLWCHAR *gh_side_wide(struct gh_side *side, const char *text)
{
	struct gh_span span = gh_span_from(text);
	SQLWCHAR *wide, *at;
	size_t offset = 0;
	int32_t c;

	if (!text)
		return NULL;
	wide = at = gh_arena_alloc(side->arena, (span.length + 1) * 2 * sizeof(SQLWCHAR));
	if (!wide)
		return NULL;
	while ((c = gh_utf8_next(span, &offset)) >= 0) {
		if (c >= 0x10000) {
			*at++ = (SQLWCHAR)(0xD800 + ((c - 0x10000) >> 10));
			c = 0xDC00 + ((c - 0x10000) & 0x3FF);
		}
		*at++ = (SQLWCHAR)c;
	}
	return wide;
}

static SQLRETURN connect_side(struct gh_side *side)
{
	const char *text = arena_join(side, "DSN=", side->dsn, side->keywords);
	SQLSMALLINT length = 0;

	if (side->width == GH_WIDE)
		return SQLDriverConnectW(side->dbc, NULL, gh_side_wide(side, text), SQL_NTS, NULL,
					 0, &length, SQL_DRIVER_NOPROMPT);
	return SQLDriverConnect(side->dbc, NULL, (SQLCHAR *)text, SQL_NTS, NULL, 0, &length,
				SQL_DRIVER_NOPROMPT);
}

bool gh_side_open(struct gh_side *side)
{
	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &side->env)))
		return false;
	SQLSetEnvAttr(side->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
	if (!SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_DBC, side->env, &side->dbc)))
		return false;
	if (!SQL_SUCCEEDED(gh_side_dbc_said(side, connect_side(side), "connect")))
		return false;
	return SQL_SUCCEEDED(gh_side_dbc_said(
		side, SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &side->stmt), "statement"));
}

void gh_side_close(struct gh_side *side)
{
	if (side->stmt)
		SQLFreeHandle(SQL_HANDLE_STMT, side->stmt);
	side->stmt = SQL_NULL_HSTMT;
	if (side->dbc) {
		gh_side_dbc_said(side, SQLDisconnect(side->dbc), "SQLDisconnect");
		SQLFreeHandle(SQL_HANDLE_DBC, side->dbc);
	}
	if (side->env)
		SQLFreeHandle(SQL_HANDLE_ENV, side->env);
	side->dbc = SQL_NULL_HDBC;
	side->env = SQL_NULL_HENV;
}

void gh_side_fresh(struct gh_side *side)
{
	if (side->stmt)
		gh_side_note(side, "SQLFreeHandle(STMT) = %s",
			     gh_odbc_return_name(SQLFreeHandle(SQL_HANDLE_STMT, side->stmt)));
	side->stmt = SQL_NULL_HSTMT;
	gh_side_dbc_said(side, SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &side->stmt),
			 "statement");
}

/* ---- the transcript ----------------------------------------------------------- */

/* A driver that crashes must not take what was seen before with it. */
void gh_side_flush(struct gh_side *side)
{
	size_t done = 0;

	while (side->out >= 0 && done < side->log.length) {
		ssize_t n = write(side->out, side->log.bytes + done, side->log.length - done);

		if (n < 0 && errno != EINTR)
			return;
		done += n > 0 ? (size_t)n : 0;
	}
	if (side->out >= 0)
		gh_buf_reset(&side->log);
}

GH_PRINTF(2, 0) static void append(struct gh_side *side, const char *format, va_list arguments)
{
	char text[4096];

	vsnprintf(text, sizeof(text), format, arguments);
	gh_buf_append_text(&side->log, text);
}

void gh_side_note(struct gh_side *side, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	append(side, format, arguments);
	va_end(arguments);
	gh_buf_append_char(&side->log, '\n');
}

const char *gh_odbc_return_name(SQLRETURN r)
{
	switch (r) {
	case SQL_SUCCESS:
		return "SUCCESS";
	case SQL_SUCCESS_WITH_INFO:
		return "SUCCESS_WITH_INFO";
	case SQL_ERROR:
		return "ERROR";
	case SQL_INVALID_HANDLE:
		return "INVALID_HANDLE";
	case SQL_NO_DATA:
		return "NO_DATA";
	case SQL_NEED_DATA:
		return "NEED_DATA";
	case SQL_STILL_EXECUTING:
		return "STILL_EXECUTING";
	default:
		return "(another code)";
	}
}

GH_PRINTF(3, 0)
static void said(struct gh_side *side, SQLRETURN r, const char *format, va_list arguments)
{
	append(side, format, arguments);
	gh_buf_printf(&side->log, " = %s", gh_odbc_return_name(r));
	if (strcmp(gh_odbc_return_name(r), "(another code)") == 0)
		gh_buf_printf(&side->log, " %d", r);
	gh_buf_append_char(&side->log, '\n');
}

#define DEFINE_SAID(name, type, member)                                                      \
	SQLRETURN name(struct gh_side *side, SQLRETURN r, const char *format, ...)           \
	{                                                                                    \
		va_list arguments;                                                           \
                                                                                             \
		va_start(arguments, format);                                                 \
		gh_side_flush(side);                                                         \
		said(side, r, format, arguments);                                            \
		va_end(arguments);                                                           \
		if (r != SQL_INVALID_HANDLE)                                                 \
			gh_side_diagnostics(side, type, side->member);                       \
		return r;                                                                    \
	}
DEFINE_SAID(gh_side_said, SQL_HANDLE_STMT, stmt)
DEFINE_SAID(gh_side_dbc_said, SQL_HANDLE_DBC, dbc)
DEFINE_SAID(gh_side_env_said, SQL_HANDLE_ENV, env)

void gh_side_length(struct gh_side *side, const char *label, SQLLEN length)
{
	if (length == GH_LENGTH_UNTOUCHED)
		gh_side_note(side, "  %s untouched", label);
	else
		gh_side_note(side, "  %s %lld", label, (long long)length);
}

/* ---- areas ----------------------------------------------------------------------- */

bool gh_area_init(struct gh_area *area, size_t room)
{
	area->room = room;
	area->bytes = malloc(room + 2 * GH_GUARD);
	gh_area_fill(area);
	return area->bytes != NULL;
}

void gh_area_fill(struct gh_area *area)
{
	if (area->bytes)
		memset(area->bytes, GH_CANARY, area->room + 2 * GH_GUARD);
}

void gh_area_clear(struct gh_area *area)
{
	free(area->bytes);
	area->bytes = NULL;
}

void *gh_area_at(const struct gh_area *area)
{
	return area->bytes + GH_GUARD;
}

static void write_unit(struct gh_buf *log, unsigned unit)
{
	if (unit >= 0x20 && unit < 0x7F && unit != '\\' && unit != '<')
		gh_buf_append_char(log, (char)unit);
	else
		gh_buf_printf(log, unit > 0xFF ? "\\u%04x" : "\\%02x", unit);
}

static void write_bytes(struct gh_buf *log, const unsigned char *bytes, size_t count, size_t size)
{
	for (size_t i = 0; i < count;) {
		size_t run = 0;

		while (i + run < count && bytes[i + run] == GH_CANARY)
			run++;
		run -= run % size;
		if (run > 0) {
			gh_buf_printf(log, "<%zu untouched>", run);
			i += run;
			continue;
		}
		if (size == 2 && i + 1 < count)
			write_unit(log, bytes[i] | (unsigned)bytes[i + 1] << 8);
		else
			write_unit(log, bytes[i]);
		i += size;
	}
}

void gh_side_area(struct gh_side *side, const char *label, const struct gh_area *area,
		  enum gh_width width)
{
	size_t before = 0;

	while (before < GH_GUARD && area->bytes[before] == GH_CANARY)
		before++;
	gh_buf_printf(&side->log, "  %s", label);
	if (before < GH_GUARD)
		gh_buf_append_text(&side->log, " WRITTEN BEFORE THE BUFFER");
	gh_buf_append_char(&side->log, ' ');
	/* MariaDB's connector fills the room of a message with NUL, or not: see its text only */
	if (side->target->engine == GH_MARIADB && width == GH_ANSI &&
	    strcmp(label, "  text") == 0)
		write_bytes(&side->log, gh_area_at(area),
			    strnlen(gh_area_at(area), area->room), 1);
	else
		write_bytes(&side->log, gh_area_at(area), area->room + GH_GUARD,
			    width == GH_WIDE ? 2 : 1);
	gh_buf_append_char(&side->log, '\n');
}

/* ---- diagnostics -------------------------------------------------------------------- */

static SQLRETURN record_wide(SQLSMALLINT type, SQLHANDLE handle, struct gh_side *side,
			     SQLSMALLINT number)
{
	struct gh_area state = { 0 }, text = { 0 };
	SQLINTEGER native = 0x5A5A;
	SQLSMALLINT length = 0x5A5A;
	SQLRETURN r = SQL_ERROR;

	if (gh_area_init(&state, 12) && gh_area_init(&text, 1024)) {
		r = SQLGetDiagRecW(type, handle, number, gh_area_at(&state), &native,
				   gh_area_at(&text), 512, &length);
		if (r != SQL_NO_DATA) {
			gh_side_note(side, "  record %d %s native %d length %d", number,
				     gh_odbc_return_name(r), (int)native, length);
			gh_side_area(side, "  state", &state, GH_WIDE);
			gh_side_area(side, "  text", &text, GH_WIDE);
		}
	}
	gh_area_clear(&state);
	gh_area_clear(&text);
	return r;
}

static SQLRETURN record_ansi(SQLSMALLINT type, SQLHANDLE handle, struct gh_side *side,
			     SQLSMALLINT number)
{
	struct gh_area state = { 0 }, text = { 0 };
	SQLINTEGER native = 0x5A5A;
	SQLSMALLINT length = 0x5A5A;
	SQLRETURN r = SQL_ERROR;

	if (gh_area_init(&state, 6) && gh_area_init(&text, 512)) {
		r = SQLGetDiagRec(type, handle, number, gh_area_at(&state), &native,
				  gh_area_at(&text), 512, &length);
		if (r != SQL_NO_DATA) {
			gh_side_note(side, "  record %d %s native %d length %d", number,
				     gh_odbc_return_name(r), (int)native, length);
			gh_side_area(side, "  state", &state, GH_ANSI);
			gh_side_area(side, "  text", &text, GH_ANSI);
		}
	}
	gh_area_clear(&state);
	gh_area_clear(&text);
	return r;
}

void gh_side_diagnostics(struct gh_side *side, SQLSMALLINT type, SQLHANDLE handle)
{
	SQLRETURN r = SQL_SUCCESS;

	for (SQLSMALLINT number = 1; number < 9 && SQL_SUCCEEDED(r); number++)
		r = side->width == GH_WIDE ? record_wide(type, handle, side, number)
					   : record_ansi(type, handle, side, number);
}

SQLRETURN gh_side_freed(struct gh_side *side, SQLRETURN r, const char *call,
			const struct gh_odbc_handle *handle)
{
	gh_side_note(side, "%s = %s", call, gh_odbc_return_name(r));
	if (!SQL_SUCCEEDED(r) && r != SQL_INVALID_HANDLE)
		gh_side_diagnostics(side, handle->type, handle->handle);
	return r;
}
