/* What each mask function makes of a value on its way through a target: types, lengths, joins. */
#include "secrets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 200

/*
 * gh_shapes has a column for each function, and functions.xml its masks.  Rows 1
 * and 3 are equal but for their ids, the padding of `pad` and the case of `mail`.
 */
void gh_functions_make(struct gh_side *side)
{
	bool postgresql = side->target->engine == GH_POSTGRESQL;
	char sql[700];

	gh_side_do(side, "DROP TABLE IF EXISTS gh_shapes");
	snprintf(sql, sizeof(sql),
		 "CREATE TABLE gh_shapes (id int PRIMARY KEY, mail varchar(60), card varchar(24), "
		 "phone varchar(24), person varchar(40), ip varchar(40), place varchar(40), "
		 "born date, seen %s, salary decimal(10,2), age int, visits int, account bigint, "
		 "iban varchar(40), login varchar(40), pad char(40), photo %s, secret varchar(20))",
		 postgresql ? "timestamp" : "datetime", postgresql ? "bytea" : "blob");
	gh_side_do(side, sql);
	for (int id = 1; id <= 3; id++) {
		snprintf(sql, sizeof(sql),
			 "INSERT INTO gh_shapes VALUES (%d, '%s', '4929 1234 5678 9012', "
			 "'+44 20 7946 01%02d', 'Wvutqzy Hush', '10.20.30.%d', "
			 "'52.520008,13.404954', "
			 "'1977-03-09', '1977-03-09 11:12:13', 58321.50, 97, %d, 4929123456789012, "
			 "'DE89370400440532013000', '%s', '%s', %s, 'kept')",
			 id, id == 2 ? "other@leak.example" : "zqxsecret@leak.example",
			 id == 2 ? 77 : 11, 40 + id, 2 + 4 * (id - 1),
			 id == 3 ? " ZQXsecret@leak.EXAMPLE" : "zqxsecret@leak.example",
			 id == 2 ? "other@leak.example" : "zqxsecret@leak.example",
			 postgresql ? "'\\xdeadc0deface'" : "x'deadc0deface'");
		gh_side_do(side, sql);
	}
	gh_side_do(side, "INSERT INTO gh_shapes (id) VALUES (4)");
	gh_side_exec(side, "SELECT count(*) FROM gh_shapes");
	gh_check(side, SQL_SUCCEEDED(SQLFetch(side->stmt)), "the table is filled");
	gh_side_note(side, "finished");
}

/* One column of one row as SQL_C_CHAR, or SQL_C_WCHAR of ASCII. */
static const char *read_as(struct gh_side *side, const char *column, int id, SQLSMALLINT type)
{
	static char text[TEXT_MAX];
	SQLWCHAR wide[TEXT_MAX] = { 0 };
	char sql[200];
	SQLLEN length = 0;
	SQLRETURN r;

	snprintf(sql, sizeof(sql), "SELECT %s FROM gh_shapes WHERE id = %d", column, id);
	memset(text, 0, sizeof(text));
	gh_side_exec(side, sql);
	SQLFetch(side->stmt);
	if (type == SQL_C_WCHAR)
		r = SQLGetData(side->stmt, 1, SQL_C_WCHAR, wide, sizeof(wide), &length);
	else
		r = SQLGetData(side->stmt, 1, SQL_C_CHAR, text, TEXT_MAX, &length);
	for (size_t i = 0; type == SQL_C_WCHAR && i < TEXT_MAX - 1 && wide[i] != 0; i++)
		text[i] = (char)wide[i];
	gh_side_close_cursor(side);
	gh_check(side, r == SQL_SUCCESS, "%s of %d is read", column, id);
	if (length == SQL_NULL_DATA)
		snprintf(text, sizeof(text), "NULL");
	return text;
}

static const char *whole(struct gh_side *side, const char *column, int id)
{
	return read_as(side, column, id, SQL_C_CHAR);
}

static void is(struct gh_side *side, const char *column, const char *expected)
{
	const char *text = whole(side, column, 1);

	gh_check(side, strcmp(text, expected) == 0, "%s is '%s', not '%s'", column, text, expected);
}

static void forms_are_kept(struct gh_side *side)
{
	is(side, "mail", "z********@xxxx.example");
	is(side, "card", "4929 12** **** 9012");
	is(side, "ip", "10.20.30.0");
	is(side, "place", "52.5,13.4");
	is(side, "phone", "+99 99 9999 9999");
	gh_side_note(side, "finished");
}

/* What is left of a fraction is the target's way to write numbers. */
static void number_is(struct gh_side *side, const char *column, double expected)
{
	double number = strtod(whole(side, column, 1), NULL);

	gh_check(side, number == expected, "%s is %g, not %g", column, number, expected);
}

static void numbers_and_dates_are_coarse(struct gh_side *side)
{
	number_is(side, "salary", 58000);
	number_is(side, "age", 89);
	number_is(side, "visits", 0);
	is(side, "born", "1977-01-01");
	gh_check(side, strncmp(whole(side, "seen", 1), "1977-03-01 00:00:00", 19) == 0,
		 "seen is %s", whole(side, "seen", 1));
	gh_side_note(side, "finished");
}

static void encrypted_values_keep_type_and_size(struct gh_side *side)
{
	char account[TEXT_MAX], iban[TEXT_MAX];
	SQLBIGINT number = 0;
	SQLLEN length = 0;

	snprintf(account, sizeof(account), "%s", whole(side, "account", 1));
	snprintf(iban, sizeof(iban), "%s", whole(side, "iban", 1));
	gh_check(side, strlen(account) == 16 && strspn(account, "0123456789") == 16,
		 "account has 16 digits: %s", account);
	gh_check(side, strcmp(account, "4929123456789012") != 0, "account is hidden");
	gh_check(side, strlen(iban) == 22 && strcmp(iban, "DE89370400440532013000") != 0,
		 "iban has 22 characters: %s", iban);
	gh_side_exec(side, "SELECT account FROM gh_shapes WHERE id = 1");
	SQLFetch(side->stmt);
	SQLGetData(side->stmt, 1, SQL_C_SBIGINT, &number, sizeof(number), &length);
	gh_side_close_cursor(side);
	gh_check(side, number == strtoll(account, NULL, 10), "account is one number: %lld",
		 (long long)number);
	gh_side_note(side, "finished");
}

static bool same(struct gh_side *side, const char *column, int a, const char *other, int b)
{
	char first[TEXT_MAX];

	snprintf(first, sizeof(first), "%s", whole(side, column, a));
	return strcmp(first, whole(side, other, b)) == 0;
}

/* login and pad are of one domain, and their values one once they are normal. */
static void joins_hold(struct gh_side *side)
{
	static const char *const columns[] = { "login", "pad", "person", "account", "iban" };
	char first[TEXT_MAX];

	gh_check(side, same(side, "login", 1, "login", 3), "login ignores case and blanks");
	gh_check(side, same(side, "login", 1, "pad", 1), "login joins the padded column");
	gh_check(side, !same(side, "pad", 1, "pad", 2), "different values differ");
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		snprintf(first, sizeof(first), "%s", whole(side, columns[i], 1));
		gh_check(side, same(side, columns[i], 1, columns[i], 3), "%s is the same again",
			 columns[i]);
		/* psqlODBC's ANSI driver gives no wide text */
		if (strcmp(side->target->name, "pga") != 0)
			gh_check(side,
				 strcmp(first, read_as(side, columns[i], 1, SQL_C_WCHAR)) == 0,
				 "%s is the same in UTF-16", columns[i]);
	}
	gh_side_note(side, "finished");
}

static void nulls_stay(struct gh_side *side)
{
	static const char *const columns[] = { "mail",   "card",  "phone",  "person",
					       "ip",     "place", "born",   "seen",
					       "salary", "age",   "visits", "account",
					       "iban",   "login", "pad",    "photo" };

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		gh_check(side, strcmp(whole(side, columns[i], 4), "NULL") == 0, "%s is NULL",
			 columns[i]);
	gh_side_note(side, "finished");
}

static void denied_columns_deny(struct gh_side *side)
{
	struct gh_first_record record;
	SQLRETURN r =
		SQLExecDirect(side->stmt, (SQLCHAR *)"SELECT id, secret FROM gh_shapes", SQL_NTS);

	gh_check(side,
		 r == SQL_ERROR && gh_check_record(SQL_HANDLE_STMT, side->stmt, &record) &&
			 strcmp(record.state, "42501") == 0,
		 "secret is denied");
	r = SQLExecDirect(side->stmt, (SQLCHAR *)"SELECT id FROM gh_shapes", SQL_NTS);
	gh_check(side, r == SQL_SUCCESS, "the other columns are not");
	gh_side_close_cursor(side);
	gh_side_note(side, "finished");
}

/* A thread looks at the buffers of three columns while a thousand rows are fetched. */
static void watched(struct gh_side *side)
{
	struct gh_area area = { 0 };
	struct gh_watcher watcher;
	SQLLEN lengths[3];
	char *at;

	if (!gh_area_init(&area, (size_t)3 * TEXT_MAX))
		return;
	at = gh_area_at(&area);
	if (!gh_watcher_start(&watcher, &area))
		return;
	for (int round = 0; round < 300; round++) {
		for (SQLUSMALLINT i = 0; i < 3; i++)
			SQLBindCol(side->stmt, (SQLUSMALLINT)(i + 1), SQL_C_CHAR,
				   at + (size_t)i * TEXT_MAX, TEXT_MAX, &lengths[i]);
		gh_side_exec(side, "SELECT login, mail, person FROM gh_shapes ORDER BY id");
		while (SQL_SUCCEEDED(SQLFetch(side->stmt)))
			continue;
		gh_side_close_cursor(side);
	}
	gh_watcher_stop(&watcher);
	SQLFreeStmt(side->stmt, SQL_UNBIND);
	gh_check(side, watcher.found == NULL, "nothing is there for a moment: %s",
		 watcher.found != NULL ? watcher.found : "none");
	gh_scan_area(side, &area, "after all rows");
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_masked_functions[] = {
	{ "texts keep their form", forms_are_kept, 0, 0 },
	{ "numbers and dates become coarse", numbers_and_dates_are_coarse, 0, 0 },
	{ "encrypted values keep type and size", encrypted_values_keep_type_and_size, 0, 0 },
	{ "joins hold over case, padding and width", joins_hold, 0, 0 },
	{ "NULL stays NULL under every function", nulls_stay, 0, 0 },
	{ "a denied column denies its statement", denied_columns_deny, 0, 0 },
	{ "buffers are watched while rows are fetched", watched, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
