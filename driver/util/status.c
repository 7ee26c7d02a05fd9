/*
 * The table of all statuses, and the one way to write the detail of a failure.
 */
#include "gatehouse/status.h"

#include <stdarg.h>
#include <stdio.h>

struct status_row {
	const char *name;
	const char *sqlstate;
	const char *text;
	int native;
};

/* lint: table */
static const struct status_row rows[] = {
#define GH_STATUS(name, native, sqlstate, text) { #name, sqlstate, text, native },
#include "gatehouse/status.def"
#undef GH_STATUS
};

static const struct status_row *row_of(enum gh_status status)
{
	if ((unsigned)status >= GH_STATUS_COUNT)
		return &rows[GH_E_BUG];
	return &rows[status];
}

const char *gh_status_text(enum gh_status status)
{
	return row_of(status)->text;
}

const char *gh_status_sqlstate(enum gh_status status)
{
	return row_of(status)->sqlstate;
}

int gh_status_native(enum gh_status status)
{
	return row_of(status)->native;
}

const char *gh_status_name(enum gh_status status)
{
	return row_of(status)->name;
}

/* Cuts the last character if it did not fit whole. */
static void trim_partial_character(char *text, size_t length)
{
	size_t start = length;
	unsigned char first;
	size_t needed;

	while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return;
	first = (unsigned char)text[--start];
	needed = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
	if (length - start < needed)
		text[start] = '\0';
}

GH_PRINTF(2, 0)
static void write_text(struct gh_error *err, const char *format, va_list arguments)
{
	int length = vsnprintf(err->text, sizeof(err->text), format, arguments);

	if (length < 0)
		err->text[0] = '\0';
	else if ((size_t)length >= sizeof(err->text))
		trim_partial_character(err->text, sizeof(err->text) - 1);
	for (char *c = err->text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			*c = '?';
}

enum gh_status gh_fail(struct gh_error *err, enum gh_status status, const char *format, ...)
{
	va_list arguments;

	if (err == NULL)
		return status;
	err->status = status;
	err->line = 0;
	err->column = 0;
	va_start(arguments, format);
	write_text(err, format, arguments);
	va_end(arguments);
	return status;
}

enum gh_status gh_fail_at(struct gh_error *err, enum gh_status status, int line, int column,
			  const char *format, ...)
{
	va_list arguments;

	if (err == NULL)
		return status;
	err->status = status;
	err->line = line;
	err->column = column;
	va_start(arguments, format);
	write_text(err, format, arguments);
	va_end(arguments);
	return status;
}
