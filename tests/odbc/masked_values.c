/* What a masked value looks like: lengths, truncation, NULLs, the same in every C type. */
#include "secrets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 200
struct text {
	char bytes[TEXT_MAX];
	SQLLEN length;
};

/* One column of one row, as SQL_C_CHAR with room enough. */
static bool whole(struct gh_side *side, const char *column, int id, struct text *text)
{
	char sql[200];
	SQLRETURN r;

	snprintf(sql, sizeof(sql), "SELECT %s FROM gh_people WHERE id = %d", column, id);
	*text = (struct text){ .length = GH_LENGTH_UNTOUCHED };
	gh_side_exec(side, sql);
	SQLFetch(side->stmt);
	r = SQLGetData(side->stmt, 1, SQL_C_CHAR, text->bytes, TEXT_MAX, &text->length);
	gh_side_close_cursor(side);
	gh_side_note(side, "%s of %d is '%s', length %lld", column, id, text->bytes,
		     (long long)text->length);
	return gh_check(side, r == SQL_SUCCESS, "%s of %d is read", column, id);
}

static void lengths_match(struct gh_side *side)
{
	static const char *const columns[] = { "email", "ssn",	"salary", "alias",
					       "born",	"photo", "note" };
	struct text text;

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		if (whole(side, columns[i], 1, &text))
			gh_check(side, text.length == (SQLLEN)strlen(text.bytes),
				 "%s: the length is that of the text", columns[i]);
	}
	gh_side_note(side, "finished");
}

/* Chunks of `room` bytes put together; the first length goes to *total. */
static size_t together(struct gh_side *side, size_t room, char *out, SQLLEN *total)
{
	char piece[TEXT_MAX];
	size_t done = 0;
	SQLLEN length;
	SQLRETURN r = SQL_SUCCESS;

	*total = GH_LENGTH_UNTOUCHED;
	for (int i = 0; i < TEXT_MAX && SQL_SUCCEEDED(r); i++) {
		memset(piece, GH_CANARY, sizeof(piece));
		length = GH_LENGTH_UNTOUCHED;
		r = SQLGetData(side->stmt, 1, SQL_C_CHAR, piece, (SQLLEN)room, &length);
		if (i == 0)
			*total = length;
		if (!SQL_SUCCEEDED(r) || done + room >= TEXT_MAX)
			break;
		memcpy(out + done, piece, strlen(piece));
		done += strlen(piece);
		if (r == SQL_SUCCESS)
			break;
	}
	out[done] = '\0';
	return done;
}

static void chunks_make_the_whole(struct gh_side *side)
{
	static const char *const columns[] = { "email", "ssn", "alias", "note" };
	char sql[200], out[TEXT_MAX];
	struct text text;
	SQLLEN total;

	for (size_t c = 0; c < 4; c++) {
		if (!whole(side, columns[c], 1, &text))
			continue;
		snprintf(sql, sizeof(sql), "SELECT %s FROM gh_people WHERE id = 1", columns[c]);
		for (size_t room = 2; room <= 64; room++) {
			gh_side_exec(side, sql);
			SQLFetch(side->stmt);
			together(side, room, out, &total);
			gh_side_close_cursor(side);
			gh_check(side, strcmp(out, text.bytes) == 0, "%s in %zu is whole: '%s'",
				 columns[c], room, out);
			gh_check(side, total == text.length || total == SQL_NO_TOTAL,
				 "%s in %zu: total length %lld", columns[c], room,
				 (long long)total);
		}
	}
	gh_side_note(side, "finished");
}

static void bound_cut(struct gh_side *side, const char *column, size_t room,
		      const struct text *text)
{
	struct gh_first_record record;
	struct gh_area area = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	bool cut = (SQLLEN)room <= text->length;
	char sql[200];
	SQLRETURN r;

	if (!gh_area_init(&area, room))
		return;
	snprintf(sql, sizeof(sql), "SELECT %s FROM gh_people WHERE id = 1", column);
	SQLBindCol(side->stmt, 1, SQL_C_CHAR, gh_area_at(&area), (SQLLEN)room, &length);
	gh_side_exec(side, sql);
	r = SQLFetch(side->stmt);
	gh_check(side, r == (cut ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS), "%s in %zu: %s", column,
		 room, gh_odbc_return_name(r));
	if (cut)
		gh_check(side, gh_check_record(SQL_HANDLE_STMT, side->stmt, &record) &&
				       strcmp(record.state, "01004") == 0,
			 "%s in %zu: 01004", column, room);
	gh_check(side, length == text->length || length == SQL_NO_TOTAL, "%s in %zu: length %lld",
		 column, room, (long long)length);
	gh_check(side, strncmp(gh_area_at(&area), text->bytes, room - 1) == 0,
		 "%s in %zu: the start of the mask", column, room);
	gh_check(side, area.bytes[GH_GUARD + room] == GH_CANARY, "%s in %zu: the guard is whole",
		 column, room);
	gh_side_fresh(side);
	gh_area_clear(&area);
}

static void bound_is_cut_like_any_text(struct gh_side *side)
{
	static const char *const columns[] = { "email", "ssn", "alias" };
	struct text text;

	for (size_t c = 0; c < 3; c++) {
		if (!whole(side, columns[c], 1, &text))
			continue;
		for (size_t room = 1; room <= 64; room++)
			bound_cut(side, columns[c], room, &text);
	}
	gh_side_note(side, "finished");
}

static void partial_keeps_the_end(struct gh_side *side)
{
	struct text text;

	if (whole(side, "ssn", 1, &text)) {
		gh_check(side,
			 text.length >= 4 && strcmp(text.bytes + text.length - 4, "7319") == 0,
			 "the last four stay");
		gh_check(side, text.length == 11, "the length stays");
	}
	gh_side_note(side, "finished");
}

static void nulls_stay_null(struct gh_side *side)
{
	static const char *const columns[] = { "email", "ssn",	"salary", "bonus",
					       "alias", "born", "photo",  "note" };
	struct text text;

	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		if (whole(side, columns[i], 3, &text))
			gh_check(side, text.length == SQL_NULL_DATA, "%s is NULL", columns[i]);
	}
	if (whole(side, "bonus", 1, &text))
		gh_check(side, text.length == SQL_NULL_DATA, "nullify gives NULL");
	gh_side_note(side, "finished");
}

static void hash_keeps_equality(struct gh_side *side)
{
	struct text one, two, four;

	if (whole(side, "alias", 1, &one) && whole(side, "alias", 2, &two) &&
	    whole(side, "alias", 4, &four)) {
		gh_check(side, strcmp(one.bytes, four.bytes) == 0, "equal values stay equal");
		gh_check(side, strcmp(one.bytes, two.bytes) != 0, "different ones stay different");
	}
	gh_side_note(side, "finished");
}

/* One number in all C types: a type must not be a way round the mask. */
static void number_is_one_in_all_types(struct gh_side *side)
{
	struct text text;
	SQLDOUBLE real = -1;
	SQLINTEGER whole_number = -1;
	SQLLEN length;

	if (whole(side, "salary", 1, &text)) {
		gh_side_exec(side, "SELECT salary, salary FROM gh_people WHERE id = 1");
		SQLFetch(side->stmt);
		SQLGetData(side->stmt, 1, SQL_C_DOUBLE, &real, 0, &length);
		SQLGetData(side->stmt, 2, SQL_C_SLONG, &whole_number, 0, &length);
		gh_check(side, real - strtod(text.bytes, NULL) < 1e-9 &&
				       strtod(text.bytes, NULL) - real < 1e-9,
			 "double %f is text %s", real, text.bytes);
		gh_check(side, whole_number == (SQLINTEGER)real, "integer %d is double %f",
			 (int)whole_number, real);
	}
	gh_side_note(side, "finished");
}

static void untouched_columns_are_whole(struct gh_side *side)
{
	struct text text;

	if (whole(side, "note", 2, &text))
		gh_check(side, strcmp(text.bytes, "plain two") == 0, "note is %s", text.bytes);
	if (whole(side, "count(*)", 2, &text))
		gh_check(side, strcmp(text.bytes, "1") == 0, "count is %s", text.bytes);
	if (whole(side, "id", 2, &text))
		gh_check(side, strcmp(text.bytes, "2") == 0, "id is %s", text.bytes);
	gh_side_note(side, "finished");
}

static void read_again_is_the_same(struct gh_side *side)
{
	char first[TEXT_MAX] = "", second[TEXT_MAX] = "";
	SQLLEN length;

	gh_side_exec(side, "SELECT email, note FROM gh_people WHERE id = 1");
	SQLFetch(side->stmt);
	SQLGetData(side->stmt, 1, SQL_C_CHAR, first, 4, &length);
	SQLGetData(side->stmt, 2, SQL_C_CHAR, second, TEXT_MAX, &length);
	gh_check(side, strcmp(second, "plain one") == 0, "the other column is %s", second);
	SQLGetData(side->stmt, 1, SQL_C_CHAR, second, TEXT_MAX, &length);
	gh_check(side, !gh_secret_in(second, TEXT_MAX), "no secret after another column");
	gh_check(side, !gh_secret_in(first, TEXT_MAX), "no secret in the first chunk");
	gh_side_note(side, "finished");
}

static void note_is(struct gh_side *side, const char *expected)
{
	struct text text;

	if (whole(side, "note", 2, &text))
		gh_check(side, strcmp(text.bytes, expected) == 0, "note is %s", text.bytes);
}

/* Which of two tables is meant is known from the connection's database, or said. */
static void tables_of_one_name(struct gh_side *side)
{
	const char *database = getenv("GH_MARIA_DATABASE");
	char sql[200];
	struct text text;

	if (!gh_check(side, database != NULL, "GH_MARIA_DATABASE is set"))
		return;
	note_is(side, "plain two");
	if (whole(side, "ssn", 2, &text))
		gh_check(side, strcmp(text.bytes, "*******8888") == 0, "ssn is %s", text.bytes);
	snprintf(sql, sizeof(sql), "SELECT note FROM %s.gh_people WHERE id = 2", database);
	gh_side_exec(side, sql);
	SQLFetch(side->stmt);
	SQLGetData(side->stmt, 1, SQL_C_CHAR, text.bytes, TEXT_MAX, &text.length);
	gh_check(side, strcmp(text.bytes, "plain two") == 0, "by its full name: %s", text.bytes);
	gh_side_close_cursor(side);
	snprintf(sql, sizeof(sql), "USE %s_twin", database);
	gh_side_do(side, sql);
	note_is(side, "7");
	snprintf(sql, sizeof(sql), "USE %s", database);
	gh_side_do(side, sql);
	note_is(side, "plain two");
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_masked_values[] = {
	{ "the length is that of the mask", lengths_match, 0, 0 },
	{ "chunks of any size make the same mask", chunks_make_the_whole, 0, 0 },
	{ "a bound mask is cut like any text", bound_is_cut_like_any_text, 0, 0 },
	{ "partial keeps the last four", partial_keeps_the_end, 0, 0 },
	{ "NULL stays NULL, and nullify gives it", nulls_stay_null, 0, 0 },
	{ "hash keeps equal values equal", hash_keeps_equality, 0, 0 },
	{ "a masked number is one number in all C types", number_is_one_in_all_types, 0, 0 },
	{ "columns without a mask are whole", untouched_columns_are_whole, 0, 0 },
	{ "tables of one name are told apart by their database", tables_of_one_name, GH_MARIADB,
	  0 },
	{ "a cell that is read again shows no secret", read_again_is_the_same, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
