/* Statements that policy denies, and texts that are no statements. */
#include "refusals.h"

#include <string.h>

static const char *const denied[] = {
	"DROP TABLE gh_vault",
	"drop table if exists gh_people",
	"/* x */ DROP -- y\n TABLE gh_people",
	"DELETE FROM gh_people",
	"DELETE FROM gh_people WHERE 1 = 1",
	"UPDATE gh_people SET note = 'gone'",
	"SELECT v FROM gh_vault",
	"SELECT note FROM gh_people WHERE EXISTS (SELECT 1 FROM gh_vault)",
	"INSERT INTO gh_vault VALUES (2, 'more')",
	"SELECT 1; DROP TABLE gh_people",
};
#define DENIED (sizeof(denied) / sizeof(denied[0]))

static void nothing_happened(struct gh_side *side)
{
	gh_check(side, gh_check_raw(side, "SELECT count(*) FROM gh_people") == 4,
		 "four people stay");
	gh_check(side,
		 gh_check_raw(side, "SELECT count(*) FROM gh_people WHERE note = 'gone'") == 0,
		 "no note was changed");
	gh_check(side, gh_check_raw(side, "SELECT count(*) FROM gh_vault") == 1, "the vault stays");
}

static void denied_directly(struct gh_side *side)
{
	for (size_t i = 0; i < DENIED; i++) {
		SQLRETURN r = gh_side_exec(side, denied[i]);

		gh_check(side, r == SQL_ERROR, "%s is denied", denied[i]);
		gh_check_refusal(side, SQL_HANDLE_STMT, "42501", 7101);
		gh_check(side, !SQL_SUCCEEDED(SQLFetch(side->stmt)), "there is no result");
	}
	nothing_happened(side);
	gh_side_note(side, "finished");
}

/* Where SQLPrepare lets it pass, SQLExecute must not. */
static void denied_prepared(struct gh_side *side)
{
	for (size_t i = 0; i < DENIED; i++) {
		SQLRETURN r = gh_side_prepare(side, denied[i]);

		if (SQL_SUCCEEDED(r))
			r = gh_side_execute(side);
		gh_check(side, r == SQL_ERROR, "%s is denied", denied[i]);
		gh_check_refusal(side, SQL_HANDLE_STMT, "42501", 7101);
		gh_side_fresh(side);
	}
	nothing_happened(side);
	gh_side_note(side, "finished");
}

static void allowed_beside(struct gh_side *side)
{
	static const char *const texts[] = {
		"UPDATE gh_people SET note = 'plain one' WHERE id = 1",
		"DELETE FROM gh_people WHERE id = 99",
		"INSERT INTO gh_people (id, note) VALUES (50, 'new')",
		"DELETE FROM gh_people WHERE id = 50",
		"SELECT note FROM gh_people",
		"SELECT 'DROP TABLE gh_people'",
		"SELECT 1 -- DROP TABLE gh_people",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		SQLRETURN r = gh_side_exec(side, texts[i]);

		gh_check(side, SQL_SUCCEEDED(r) || r == SQL_NO_DATA, "%s is allowed", texts[i]);
		gh_side_close_cursor(side);
	}
	nothing_happened(side);
	gh_side_note(side, "finished");
}

/* After a denial the statement and the connection go on as before. */
static void goes_on_after_denial(struct gh_side *side)
{
	gh_side_exec(side, denied[0]);
	gh_check(side, SQL_SUCCEEDED(gh_side_exec(side, "SELECT note FROM gh_people")),
		 "the next statement runs");
	gh_check(side, SQL_SUCCEEDED(gh_side_fetch(side)), "and gives rows");
	gh_side_close_cursor(side);
	gh_side_prepare(side, "SELECT note FROM gh_people WHERE id = 1");
	gh_side_execute(side);
	gh_check(side, SQL_SUCCEEDED(gh_side_fetch(side)), "a prepared one too");
	gh_side_close_cursor(side);
	gh_side_exec(side, denied[0]);
	gh_check(side, !SQL_SUCCEEDED(gh_side_execute(side)), "the denied text is not prepared");
	gh_side_note(side, "finished");
}

static void denial_in_a_transaction(struct gh_side *side)
{
	SQLSetConnectAttr(side->dbc, SQL_ATTR_AUTOCOMMIT, (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0);
	gh_side_do(side, "UPDATE gh_people SET note = 'moment' WHERE id = 2");
	gh_side_do(side, denied[0]);
	gh_check(side, SQL_SUCCEEDED(gh_side_exec(side, "SELECT note FROM gh_people WHERE id = 2")),
		 "the transaction goes on");
	gh_side_close_cursor(side);
	gh_side_dbc_said(side, SQLEndTran(SQL_HANDLE_DBC, side->dbc, SQL_ROLLBACK), "rollback");
	gh_check(side,
		 gh_check_raw(side, "SELECT count(*) FROM gh_people WHERE note = 'moment'") == 0,
		 "and is rolled back");
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_denials[] = {
	{ "denied statements never reach the target", denied_directly, 0, 0 },
	{ "denied statements never reach the target, prepared", denied_prepared, 0, 0 },
	{ "statements that no rule stops are allowed", allowed_beside, 0, 0 },
	{ "a denial leaves statement and connection usable", goes_on_after_denial, 0, 0 },
	{ "a denial leaves the transaction as it was", denial_in_a_transaction, 0, 0 },
	{ NULL, NULL, 0, 0 },
};

/* ---- texts that are none ------------------------------------------------------------------ */

struct bad_text {
	const char *name;
	const void *bytes;
	SQLINTEGER length; /* units */
};

#define UNITS(array) (SQLINTEGER)(sizeof(array) / sizeof((array)[0]))

static void bad_text(struct gh_side *side, const struct bad_text *text)
{
	struct gh_first_record record;
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLExecDirectW(side->stmt, (SQLWCHAR *)text->bytes, text->length)
			      : SQLExecDirect(side->stmt, (SQLCHAR *)text->bytes, text->length);

	gh_side_said(side, r, "SQLExecDirect(%s)", text->name);
	gh_check(side, r == SQL_ERROR, "%s is refused", text->name);
	if (gh_check(side, gh_check_record(SQL_HANDLE_STMT, side->stmt, &record),
		     "%s: there is a record", text->name))
		gh_check(side, strncmp(record.text, "[Gatehouse]", 11) == 0 ||
				       strstr(record.text, "Driver Manager"),
			 "%s: refused before the target: %s", text->name, record.text);
	gh_side_fresh(side);
}

static void bad_ansi(struct gh_side *side)
{
	static const char nul[] = "SELECT 1\0; DROP TABLE gh_people";
	static const char only_nul[] = "\0SELECT 1";
	const struct bad_text texts[] = {
		{ "a NUL inside", nul, (SQLINTEGER)sizeof(nul) - 1 },
		{ "a NUL at the start", only_nul, (SQLINTEGER)sizeof(only_nul) - 1 },
		{ "a lone continuation byte", "SELECT '\x80'", SQL_NTS },
		{ "an overlong slash", "SELECT '\xC0\xAF'", SQL_NTS },
		{ "a surrogate in UTF-8", "SELECT '\xED\xA0\x80'", SQL_NTS },
		{ "a sequence that ends early", "SELECT '\xE2\x82'", SQL_NTS },
		{ "a byte that never occurs", "SELECT '\xFF'", SQL_NTS },
		{ "a literal that never ends", "SELECT 'x", SQL_NTS },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		bad_text(side, &texts[i]);
}

static void bad_wide(struct gh_side *side)
{
	static const SQLWCHAR nul[] = { 'S', 'E', 'L', 'E', 'C', 'T', ' ', '1', 0, ';', 'x' };
	static const SQLWCHAR high[] = { 'S', 'E', 'L', 'E', 'C', 'T', ' ', '\'', 0xD83D, '\'', 0 };
	static const SQLWCHAR low[] = { 'S', 'E', 'L', 'E', 'C', 'T', ' ', '\'', 0xDE00, '\'', 0 };
	static const SQLWCHAR swapped[] = { 'S', 'E', 'L', 'E', 'C', 'T', ' ',
					    '\'', 0xDE00, 0xD83D, '\'', 0 };
	const struct bad_text texts[] = {
		{ "a NUL inside", nul, UNITS(nul) },
		{ "a lone high surrogate", high, SQL_NTS },
		{ "a lone low surrogate", low, SQL_NTS },
		{ "surrogates the wrong way round", swapped, SQL_NTS },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		bad_text(side, &texts[i]);
}

/* A driver manager that converts by low bytes would read DROP TABLE here. */
static void low_bytes(struct gh_side *side)
{
	static const SQLWCHAR text[] = { 0x0144, 0x0152, 0x014F, 0x0150, ' ', 'T', 'A', 'B', 'L',
					 'E', ' ', 'g', 'h', '_', 'p', 'e', 'o', 'p', 'l', 'e', 0 };
	static const SQLWCHAR cut[] = { 'd', 'e', 'l', 'e', 't', 'e', ' ', 'f', 'r', 'o', 'm', ' ',
					'g', 'h', '_', 'p', 'e', 'o', 'p', 'l', 'e', 0x0100, ' ',
					'w', 'h', 'e', 'r', 'e', ' ', 'i', 'd', '=', '1', 0 };

	if (side->width == GH_WIDE) {
		gh_side_said(side, SQLExecDirectW(side->stmt, (SQLWCHAR *)text, SQL_NTS),
			     "wide DROP");
		gh_side_fresh(side);
		gh_side_said(side, SQLExecDirectW(side->stmt, (SQLWCHAR *)cut, SQL_NTS),
			     "wide DELETE");
	}
	nothing_happened(side);
	gh_side_note(side, "finished");
}

static void bad_texts(struct gh_side *side)
{
	if (side->width == GH_WIDE)
		bad_wide(side);
	else
		bad_ansi(side);
	gh_check(side, SQL_SUCCEEDED(gh_side_exec(side, "SELECT 1")), "a good text still runs");
	nothing_happened(side);
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_bad_texts[] = {
	{ "texts with NUL or bad encoding are refused", bad_texts, 0, 0 },
	{ "letters beyond Latin 1 do not become other statements", low_bytes, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
