/*
 * Diagnostic records of a handle: ours, or copies of the target's.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

static void clear_record(struct gh_diagnostic *record)
{
	free(record->text);
	gh_downstream_origin_free(record->origin);
}

void gh_diag_clear(struct gh_diagnostics *diag)
{
	for (size_t i = 0; i < diag->count; i++)
		clear_record(&diag->records[i]);
	free(diag->records);
	*diag = (struct gh_diagnostics){ 0 };
	diag->row_count = -1;
}

/* Takes ownership of what the record holds. */
static void add_record(struct gh_diagnostics *diag, struct gh_diagnostic *record)
{
	struct gh_diagnostic *records =
		realloc(diag->records, (diag->count + 1) * sizeof(*records));

	if (records == NULL) {
		clear_record(record);
		return;
	}
	records[diag->count++] = *record;
	diag->records = records;
}

static void add_text(struct gh_diagnostics *diag, const char *state, SQLINTEGER native, char *text)
{
	struct gh_diagnostic record = { 0 };

	if (text == NULL)
		return;
	memcpy(record.state, state, 5);
	record.native = native;
	record.text = text;
	record.row = SQL_NO_ROW_NUMBER;
	record.column = SQL_NO_COLUMN_NUMBER;
	add_record(diag, &record);
}

/* The part of Gatehouse that speaks, as the second bracket of a message. */
static const char *component(enum gh_status status)
{
	if (status >= GH_E_BLOCKED && status <= GH_E_EXPIRED)
		return "Policy";
	if (status == GH_E_IDENTITY)
		return "Identity";
	if (status == GH_E_JOURNAL)
		return "Journal";
	return "Driver";
}

enum { MESSAGE_MAXIMUM = 400 }; /* LibreOffice reads record 1 into 511 bytes */

void gh_diag_add(struct gh_diagnostics *diag, enum gh_status status, const char *text)
{
	struct gh_error cut = { 0 };
	struct gh_buf message;

	/* gh_fail cuts at a character; the prefix is at most 80 bytes */
	(void)gh_fail(&cut, status, "%s", text == NULL ? "" : text);
	gh_buf_init(&message, 0);
	(void)gh_buf_printf(&message, "[Gatehouse][%s] %s", component(status),
			    gh_status_text(status));
	if (cut.text[0] != '\0')
		(void)gh_buf_printf(&message, ": %s", cut.text);
	while (message.length > MESSAGE_MAXIMUM ||
	       (message.length > 0 && !gh_utf8_valid(gh_buf_span(&message))))
		message.bytes[--message.length] = '\0';
	add_text(diag, gh_status_sqlstate(status), gh_status_native(status), gh_buf_take(&message));
}

void gh_diag_add_state(struct gh_diagnostics *diag, const char *state, const char *text)
{
	struct gh_buf message;

	gh_buf_init(&message, 0);
	(void)gh_buf_printf(&message, "[Gatehouse] %s", text);
	add_text(diag, state, 0, gh_buf_take(&message));
}

/* The target's word that a value was cut, to be said again of its next chunks; caller frees. */
char *gh_diag_cut(const struct gh_diagnostics *diag)
{
	for (size_t i = 0; i < diag->count; i++)
		if (strcmp(diag->records[i].state, "01004") == 0)
			return gh_text_copy(diag->records[i].text);
	return NULL;
}

void gh_diag_add_cut(struct gh_diagnostics *diag, const char *text)
{
	if (text == NULL)
		gh_diag_add_state(diag, "01004", "String data, right truncated");
	else
		add_text(diag, "01004", 0, gh_text_copy(text));
}

struct state_text {
	const char *state;
	const char *text;
};

/* What an SQLSTATE says by itself (SQL:2011, table 38; ODBC 3.8, appendix A). */
/* lint: table */
static const struct state_text state_texts[] = {
	{ "01004", "string data, right truncated" },
	{ "22001", "a value is too long for its column" },
	{ "22003", "a number is out of range" },
	{ "22007", "invalid date or time" },
	{ "22008", "a date or time is out of range" },
	{ "22012", "division by zero" },
	{ "22018", "invalid value for a cast" },
	{ "22P02", "invalid text for a type" },
	{ "23000", "integrity constraint violation" },
	{ "23502", "a NULL in a column that takes none" },
	{ "23503", "foreign key violation" },
	{ "23505", "unique key violation" },
	{ "23514", "check constraint violation" },
	{ "40001", "serialisation failure" },
	{ "HY000", "error of the target" },
};

static const char *text_of_state(const char *state)
{
	for (size_t i = 0; i < sizeof(state_texts) / sizeof(state_texts[0]); i++)
		if (strcmp(state_texts[i].state, state) == 0)
			return state_texts[i].text;
	return "error of the target";
}

/* States whose messages speak of the statement or the connection, never of rows. */
static bool harmless_state(const char *state)
{
	static const char *const classes[] = { "01004", "01S", "08",  "IM", "HYC",
					       "HYT",   "HY0", "HY1", "07", "25" };

	if (strcmp(state, "HY000") == 0)
		return false;
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strncmp(state, classes[i], strlen(classes[i])) == 0)
			return true;
	return false;
}

/* May the record's text stay? */
static bool is_harmless(const struct gh_diagnostic *record, enum gh_scrub scrub)
{
	struct gh_detect_found found;

	if (scrub == GH_SCRUB_NO || harmless_state(record->state))
		return true;
	return scrub == GH_SCRUB_FOUND &&
	       gh_detect_spans(gh_span_from(record->text), &found, 1) == 0;
}

static void withhold(struct gh_diagnostic *record)
{
	struct gh_buf text;

	gh_free_secret(record->text, strlen(record->text));
	gh_buf_init(&text, 0);
	(void)gh_buf_printf(&text,
			    "[Gatehouse] %s; the target's message is withheld, since it may "
			    "carry masked values (SQLSTATE %s, native %d)",
			    text_of_state(record->state), record->state, (int)record->native);
	record->text = gh_buf_take(&text);
	if (record->text == NULL)
		record->text = gh_text_copy("");
}

enum { MOST_RECORDS = 64 };

void gh_diag_snapshot(struct gh_diagnostics *diag, const struct gh_downstream *down,
		      SQLSMALLINT type, SQLHANDLE handle, enum gh_scrub scrub)
{
	struct gh_diagnostic record;

	for (SQLSMALLINT i = 1; i <= MOST_RECORDS; i++) {
		if (!gh_downstream_diagnostic(down, type, handle, i, &record))
			break;
		if (!is_harmless(&record, scrub))
			withhold(&record);
		else if (scrub != GH_SCRUB_YES)
			record.origin = gh_downstream_origin(down, type, handle, i);
		if (record.text != NULL)
			add_record(diag, &record);
	}
	diag->source = GH_DIAG_OURS;
}

bool gh_diag_harmless(const struct gh_downstream *down, SQLSMALLINT type, SQLHANDLE handle,
		      enum gh_scrub scrub)
{
	struct gh_diagnostic record;
	bool harmless = !down->reads_once;

	for (SQLSMALLINT i = 1; i <= MOST_RECORDS && harmless; i++) {
		if (!gh_downstream_diagnostic(down, type, handle, i, &record))
			return true;
		harmless = is_harmless(&record, scrub);
		gh_free_secret(record.text, strlen(record.text));
	}
	return harmless;
}
