/*
 * How the session reads texts that could be read in two ways: ANSI_QUOTES,
 * NO_BACKSLASH_ESCAPES, standard_conforming_strings, QUOTED_IDENTIFIER.  The target is
 * asked when a text depends on it, and never believed for longer than nothing ran
 * that could change it.  Where it can't be asked, texts are read both ways.
 */
#include "internal.h"

#include <string.h>

/* ---- questions --------------------------------------------------------------------------------
 */

#define SETTING(on) ((on) ? GH_SQL_SETTING_ON : GH_SQL_SETTING_OFF)

/* A list of words, which the server writes in capitals. */
static void take_sql_mode(const char *answer, struct gh_sql_settings *out)
{
	out->quoted_names = SETTING(strstr(answer, "ANSI_QUOTES") != NULL);
	out->backslashes = SETTING(strstr(answer, "NO_BACKSLASH_ESCAPES") == NULL);
}

static void take_strings(const char *answer, struct gh_sql_settings *out)
{
	if (strcmp(answer, "on") == 0 || strcmp(answer, "off") == 0)
		out->backslashes = SETTING(answer[1] == 'f');
}

static void take_quoted(const char *answer, struct gh_sql_settings *out)
{
	if (strcmp(answer, "1") == 0 || strcmp(answer, "0") == 0)
		out->quoted_names = SETTING(answer[0] == '1');
}

struct question {
	enum gh_dialect dialect;
	const char *text;
	void (*take)(const char *answer, struct gh_sql_settings *out);
};

/* lint: table */
static const struct question questions[] = {
	{ GH_DIALECT_POSTGRESQL, "SHOW standard_conforming_strings", take_strings },
	{ GH_DIALECT_MYSQL, "SELECT @@session.sql_mode", take_sql_mode },
	{ GH_DIALECT_MARIADB, "SELECT @@session.sql_mode", take_sql_mode },
	{ GH_DIALECT_TSQL, "SELECT SESSIONPROPERTY('QUOTED_IDENTIFIER')", take_quoted },
};

/* Where no column is to be hidden, nothing is asked of the target that an application did not. */
static const struct question *question_for(const struct gh_connection *connection)
{
	if (!connection->masks_apply && !connection->filters_apply)
		return NULL;
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
		if (questions[i].dialect == connection->dialect)
			return &questions[i];
	return NULL;
}

/* On the session's own connection: another one may be in other modes. */
static void ask(struct gh_connection *connection, const struct question *question,
		struct gh_sql_settings *out)
{
	struct gh_inquiry inquiry;
	struct gh_buf text, answer;

	*out = (struct gh_sql_settings){ 0 };
	if (!gh_inquiry_begin_here(connection, &inquiry))
		return;
	gh_buf_init(&text, 0);
	gh_buf_init(&answer, 0);
	(void)gh_buf_append_text(&text, question->text);
	if (gh_inquiry_run(&inquiry, &text) && gh_inquiry_next(&inquiry) == SQL_SUCCESS &&
	    gh_inquiry_read(&inquiry, 1, &answer))
		question->take(answer.bytes, out);
	gh_inquiry_end(&inquiry);
	gh_buf_clear(&text);
	gh_buf_clear(&answer);
}

/* ---- for one text ------------------------------------------------------------------------------
 */

/*
 * What was prepared is read as it was then, by some targets, and as it is now, by
 * others: where something ran between, it is read both ways.
 */
static bool was_read_otherwise(const struct gh_statement *statement, unsigned now)
{
	return statement->prepared && (!statement->mode_bound || statement->mode_generation != now);
}

bool gh_modes_settle(struct gh_statement *statement, struct gh_sql_settings *out)
{
	struct gh_connection *connection = statement->connection;
	struct gh_modes *modes = &connection->modes;
	const struct question *question = question_for(connection);
	unsigned now = atomic_load(&modes->generation);
	const bool otherwise = was_read_otherwise(statement, now);

	*out = (struct gh_sql_settings){ 0 };
	statement->mode_bound = statement->mode_bound && !otherwise;
	if (question == NULL || otherwise || atomic_load(&modes->changing) != 0)
		return false;
	gh_lock_take(&connection->base.lock);
	if (modes->asked_at != now + 1)
		ask(connection, question, &modes->settings);
	modes->asked_at = now + 1;
	*out = modes->settings;
	gh_lock_release(&connection->base.lock);
	statement->mode_bound = atomic_load(&modes->generation) == now &&
				(out->quoted_names != GH_SQL_SETTING_UNKNOWN ||
				 out->backslashes != GH_SQL_SETTING_UNKNOWN);
	statement->mode_generation = now;
	return statement->mode_bound;
}

bool gh_modes_stale(const struct gh_statement *statement)
{
	return statement->mode_bound &&
	       statement->mode_generation != atomic_load(&statement->connection->modes.generation);
}

bool gh_modes_matter(const struct gh_statement *statement)
{
	return statement->facts != NULL && (statement->facts->flags & GH_FACT_AMBIGUOUS) != 0 &&
	       question_for(statement->connection) != NULL;
}

/* ---- while statements run ----------------------------------------------------------------------
 */

void gh_modes_changed(struct gh_connection *connection)
{
	atomic_fetch_add(&connection->modes.generation, 1);
}

/*
 * PostgreSQL's triggers may set what stays set; MySQL restores it.  The end of a
 * transaction takes back what was set in it.
 */
static bool may_change(const struct gh_statement *statement)
{
	const struct gh_facts *facts = statement->facts;
	unsigned harmless = GH_ACTION_READ;

	if (facts == NULL || question_for(statement->connection) == NULL)
		return false;
	if (statement->connection->dialect != GH_DIALECT_POSTGRESQL)
		harmless |= GH_ACTION_WRITE | GH_ACTION_DELETE;
	return (facts->actions & ~harmless) != 0 || facts->kind == GH_KIND_TRANSACTION ||
	       facts->kind == GH_KIND_SET ||
	       (facts->flags & (GH_FACT_OPAQUE | GH_FACT_MODE | GH_FACT_MULTI)) != 0;
}

/*
 * Of a statement that was read in a known mode and one that may change it only one
 * is under way: each tells first that it is there, and then looks for the other.
 */
enum gh_status gh_modes_begin(struct gh_statement *statement, struct gh_error *err)
{
	struct gh_modes *modes = &statement->connection->modes;
	bool changes = may_change(statement);
	bool alone = true;

	if (changes) {
		statement->mode_changing = true;
		atomic_fetch_add(&modes->changing, 1);
		alone = atomic_load(&modes->bound) == 0;
	}
	if (statement->mode_bound) {
		statement->mode_counted = true;
		atomic_fetch_add(&modes->bound, 1);
		alone = alone && atomic_load(&modes->changing) == (changes ? 1U : 0U) &&
			!gh_modes_stale(statement);
	}
	if (alone) {
		if (changes)
			gh_modes_changed(statement->connection);
		return GH_OK;
	}
	gh_modes_end(statement);
	return gh_fail(err, GH_E_SEQUENCE,
		       "another statement of the session changes how this one is read, or is "
		       "read by what this one changes");
}

void gh_modes_answered(struct gh_statement *statement, SQLRETURN code)
{
	const struct gh_facts *facts = statement->facts;

	/* a driver may have rolled back of its own accord */
	if (code == SQL_ERROR)
		gh_modes_changed(statement->connection);
	/* the rest of a batch runs when its results are asked for */
	if (facts == NULL || code == SQL_ERROR ||
	    ((facts->flags & (GH_FACT_OPAQUE | GH_FACT_MULTI)) == 0 &&
	     (facts->actions & GH_ACTION_CALL) == 0))
		gh_modes_end(statement);
}

void gh_modes_end(struct gh_statement *statement)
{
	struct gh_modes *modes = &statement->connection->modes;

	if (statement->mode_counted)
		atomic_fetch_sub(&modes->bound, 1);
	statement->mode_counted = false;
	if (!statement->mode_changing)
		return;
	gh_modes_changed(statement->connection);
	atomic_fetch_sub(&modes->changing, 1);
	statement->mode_changing = false;
}
