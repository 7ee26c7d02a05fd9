/* Every type of the engine, read whole and in pieces, in every C type. */
#include "sequences.h"

#include <stdio.h>

static void every_c_type(struct gh_side *side)
{
	char sql[100];

	for (size_t i = 0; i < gh_c_type_count; i++) {
		gh_side_note(side, "-- %s", gh_c_type_name(gh_c_types[i]));
		snprintf(sql, sizeof(sql), "SELECT * FROM gh_types WHERE %s ORDER BY id",
			 gh_fixture_rows_for(side, gh_c_types[i]));
		gh_side_exec(side, sql);
		gh_side_read(side, gh_c_types[i], 64, 10);
		gh_side_fresh(side);
	}
}

static void described(struct gh_side *side)
{
	gh_side_exec(side, "SELECT * FROM gh_types ORDER BY id");
	gh_side_describe(side);
	gh_side_attributes_of_columns(side);
}

static void described_before_execution(struct gh_side *side)
{
	gh_side_prepare(side, "SELECT * FROM gh_types WHERE id > 1");
	gh_side_describe(side);
	gh_side_attributes_of_columns(side);
	gh_side_execute(side);
	gh_side_describe(side);
}

static void chunks_of(struct gh_side *side, SQLSMALLINT c_type, size_t room)
{
	SQLSMALLINT columns;

	gh_side_note(side, "-- %s in %zu", gh_c_type_name(c_type), room);
	gh_side_exec(side, "SELECT * FROM gh_types ORDER BY id");
	gh_side_count_columns(side, &columns);
	while (SQL_SUCCEEDED(gh_side_fetch(side))) {
		for (SQLUSMALLINT i = 1; i <= columns; i++)
			gh_side_get_chunks(side, &(struct gh_cell){ i, c_type, room }, 60);
	}
	gh_side_close_cursor(side);
}

static void character_chunks(struct gh_side *side)
{
	for (size_t room = 1; room <= 12; room++)
		chunks_of(side, SQL_C_CHAR, room);
	chunks_of(side, SQL_C_CHAR, 40);
	chunks_of(side, SQL_C_CHAR, 41);
}

static void wide_chunks(struct gh_side *side)
{
	for (size_t room = 2; room <= 16; room += 2)
		chunks_of(side, SQL_C_WCHAR, room);
	chunks_of(side, SQL_C_WCHAR, 80);
}

static void odd_wide_chunks(struct gh_side *side)
{
	chunks_of(side, SQL_C_WCHAR, 3);
	chunks_of(side, SQL_C_WCHAR, 9);
}

static void binary_chunks(struct gh_side *side)
{
	for (size_t room = 1; room <= 8; room++)
		chunks_of(side, SQL_C_BINARY, room);
	chunks_of(side, SQL_C_BINARY, 20);
}

static void no_room(struct gh_side *side)
{
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	char nothing[1];

	gh_side_exec(side, "SELECT id, c_text FROM gh_types ORDER BY id");
	while (SQL_SUCCEEDED(gh_side_fetch(side))) {
		gh_side_said(side, SQLGetData(side->stmt, 2, SQL_C_CHAR, nothing, 0, &length),
			     "SQLGetData(2, CHAR, room 0)");
		gh_side_length(side, "length", length);
		gh_side_get_chunks(side, &(struct gh_cell){ 2, SQL_C_CHAR, 30 }, 60);
	}
}

static void read_again(struct gh_side *side)
{
	gh_side_exec(side, "SELECT c_varchar, c_int, c_text FROM gh_types ORDER BY id");
	while (SQL_SUCCEEDED(gh_side_fetch(side))) {
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 200 });
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 200 });
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_SLONG, 4 });
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_SLONG, 4 });
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_CHAR, 20 });
		gh_side_get(side, &(struct gh_cell){ 3, SQL_C_CHAR, 4 });
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 200 });
		gh_side_get(side, &(struct gh_cell){ 3, SQL_C_CHAR, 200 });
	}
}

static void types_mixed_between_chunks(struct gh_side *side)
{
	gh_side_exec(side, "SELECT c_text FROM gh_types ORDER BY id");
	while (SQL_SUCCEEDED(gh_side_fetch(side))) {
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 4 });
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_BINARY, 4 });
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_WCHAR, 8 });
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 100 });
		gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 100 });
	}
}

static void without_indicator(struct gh_side *side)
{
	char text[100];

	gh_side_exec(side, "SELECT c_varchar FROM gh_types ORDER BY id");
	while (SQL_SUCCEEDED(gh_side_fetch(side)))
		gh_side_said(side, SQLGetData(side->stmt, 1, SQL_C_CHAR, text, 100, NULL),
			     "SQLGetData without indicator");
}

static void wrong_columns(struct gh_side *side)
{
	gh_side_exec(side, "SELECT id FROM gh_types ORDER BY id");
	gh_side_fetch(side);
	/* MariaDB's connector reads behind its columns: the answer is chance */
	if (side->target->engine != GH_MARIADB)
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_CHAR, 20 });
	gh_side_get(side, &(struct gh_cell){ 1, SQL_C_CHAR, 20 });
	gh_side_get(side, &(struct gh_cell){ 0, SQL_C_CHAR, 20 });
}

static void far_columns(struct gh_side *side)
{
	gh_side_exec(side, "SELECT id FROM gh_types ORDER BY id");
	gh_side_fetch(side);
	gh_side_get(side, &(struct gh_cell){ 60000, SQL_C_CHAR, 20 });
}

static void expressions(struct gh_side *side)
{
	static const char *const texts[] = {
		"SELECT 1", "SELECT 'text'", "SELECT NULL", "SELECT 1.5", "SELECT 1 AS \"a label\"",
		"SELECT count(*) FROM gh_rows", "SELECT min(name), max(id), avg(id) FROM gh_rows",
		"SELECT id + 1, name || 'x' FROM gh_rows WHERE id < 4 ORDER BY id",
		"SELECT DISTINCT name FROM gh_parent ORDER BY name",
		"SELECT p.name, c.amount FROM gh_parent p JOIN gh_child c ON c.parent_id = p.id",
		"SELECT * FROM gh_view ORDER BY name",
		"SELECT name FROM gh_rows WHERE 1 = 0", "SELECT name FROM gh_rows LIMIT 0",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (SQL_SUCCEEDED(gh_side_exec(side, texts[i]))) {
			gh_side_describe(side);
			gh_side_read(side, gh_side_text_type(side), 100, 10);
		}
		gh_side_close_cursor(side);
	}
}

static void max_length(struct gh_side *side)
{
	gh_side_said(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_MAX_LENGTH, (SQLPOINTER)5, 0),
		     "SQLSetStmtAttr(MAX_LENGTH, 5)");
	gh_side_query(side, "SELECT c_varchar, c_text FROM gh_types ORDER BY id");
}

static void long_values(struct gh_side *side)
{
	gh_side_exec(side, side->target->engine == GH_SQLITE
				   ? "SELECT replace(hex(zeroblob(50000)), '0', 'ab')"
				   : "SELECT repeat('abcd', 50000)");
	gh_side_fetch(side);
	gh_side_get_chunks(side, &(struct gh_cell){ 1, SQL_C_CHAR, 8191 }, 60);
	gh_side_close_cursor(side);
	gh_side_exec(side, "SELECT c_text FROM gh_types WHERE id = 5");
	gh_side_fetch(side);
	gh_side_get(side, &(struct gh_cell){ 1, SQL_C_WCHAR, 4096 });
}

const struct gh_sequence gh_sequences_types[] = {
	{ "every type is read the same in every C type", every_c_type, 0, 0 },
	{ "columns are described the same", described, 0, 0 },
	{ "columns are described the same before execution", described_before_execution, 0, 0 },
	{ "character chunks of any size are the same", character_chunks, 0, 0 },
	{ "wide chunks of any size are the same", wide_chunks, 0, 0 },
	{ "wide chunks of odd sizes are the same", odd_wide_chunks, 0, 0 },
	{ "binary chunks of any size are the same", binary_chunks, 0, 0 },
	{ "a buffer without room gets the same length", no_room, 0, 0 },
	{ "cells that are read again give the same", read_again, 0, 0 },
	{ "C types that change between chunks give the same", types_mixed_between_chunks, 0, 0 },
	{ "NULL without an indicator fails the same", without_indicator, 0, 0 },
	{ "columns that are not there fail the same", wrong_columns, 0, 0 },
	{ "columns far beyond the last fail the same", far_columns, 0, 0 },
	{ "expressions give the same values and metadata", expressions, 0, 0 },
	{ "SQL_ATTR_MAX_LENGTH cuts the same", max_length, 0, 0 },
	{ "long values arrive whole in the same pieces", long_values, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
