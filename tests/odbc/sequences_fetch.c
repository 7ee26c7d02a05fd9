/* Bound columns in all their forms, and the calls that move the cursor. */
#include "sequences.h"

#include <stdio.h>

struct row {
	SQLINTEGER id;
	SQLLEN id_length;
	char name[12];
	SQLLEN name_length;
	SQLWCHAR note[9];
	SQLLEN note_length;
};

#define ROWS_MAX 1000

/* What a block cursor writes into, all of it with canaries. */
struct block {
	struct gh_area ids, names, notes, lengths, status, fetched;
	size_t rows;
};

static bool block_init(struct block *block, size_t rows)
{
	*block = (struct block){ .rows = rows };
	return gh_area_init(&block->ids, rows * sizeof(SQLINTEGER)) &&
	       gh_area_init(&block->names, rows * 12) &&
	       gh_area_init(&block->notes, rows * 9 * sizeof(SQLWCHAR)) &&
	       gh_area_init(&block->lengths, rows * 3 * sizeof(SQLLEN)) &&
	       gh_area_init(&block->status, rows * sizeof(SQLUSMALLINT)) &&
	       gh_area_init(&block->fetched, sizeof(SQLULEN));
}

static void block_each(struct block *block, void (*act)(struct gh_area *area))
{
	act(&block->ids);
	act(&block->names);
	act(&block->notes);
	act(&block->lengths);
	act(&block->status);
	act(&block->fetched);
}

static void block_say(struct gh_side *side, const struct block *block)
{
	gh_side_area(side, "ids", &block->ids, GH_ANSI);
	gh_side_area(side, "names", &block->names, GH_ANSI);
	gh_side_area(side, "notes", &block->notes, GH_WIDE);
	gh_side_area(side, "lengths", &block->lengths, GH_ANSI);
	gh_side_area(side, "status", &block->status, GH_ANSI);
	gh_side_area(side, "fetched", &block->fetched, GH_ANSI);
}

static void set(struct gh_side *side, SQLINTEGER attribute, const void *value)
{
	gh_side_said(side, SQLSetStmtAttr(side->stmt, attribute, (SQLPOINTER)value, 0),
		     "SQLSetStmtAttr(%d)", (int)attribute);
}

static void bind_columns(struct gh_side *side, const struct block *block)
{
	SQLLEN *lengths = gh_area_at(&block->lengths);

	gh_side_said(side,
		     SQLBindCol(side->stmt, 1, SQL_C_SLONG, gh_area_at(&block->ids), 0, lengths),
		     "SQLBindCol(1)");
	gh_side_said(side,
		     SQLBindCol(side->stmt, 2, SQL_C_CHAR, gh_area_at(&block->names), 12,
				lengths + block->rows),
		     "SQLBindCol(2)");
	gh_side_said(side,
		     SQLBindCol(side->stmt, 3, SQL_C_WCHAR, gh_area_at(&block->notes), 18,
				lengths + 2 * block->rows),
		     "SQLBindCol(3)");
}

static void use_block(struct gh_side *side, const struct block *block)
{
	set(side, SQL_ATTR_ROW_ARRAY_SIZE, (void *)block->rows);
	set(side, SQL_ATTR_ROW_STATUS_PTR, gh_area_at(&block->status));
	set(side, SQL_ATTR_ROWS_FETCHED_PTR, gh_area_at(&block->fetched));
	bind_columns(side, block);
}

static void column_wise(struct gh_side *side, size_t rows)
{
	struct block block;
	SQLRETURN r = SQL_SUCCESS;

	gh_side_note(side, "-- %zu rows", rows);
	if (block_init(&block, rows)) {
		use_block(side, &block);
		gh_side_exec(side, "SELECT id, name, note FROM gh_rows ORDER BY id");
		for (int i = 0; i < 160 && SQL_SUCCEEDED(r); i++) {
			block_each(&block, gh_area_fill);
			r = gh_side_fetch(side);
			block_say(side, &block);
		}
	}
	gh_side_fresh(side);
	block_each(&block, gh_area_clear);
}

static void column_wise_blocks(struct gh_side *side)
{
	static const size_t sizes[] = { 1, 2, 7, ROWS_MAX, 2000 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		column_wise(side, sizes[i]);
}

static void bind_rows(struct gh_side *side, struct row *row)
{
	gh_side_said(side, SQLBindCol(side->stmt, 1, SQL_C_SLONG, &row->id, 0, &row->id_length),
		     "SQLBindCol(1)");
	gh_side_said(side,
		     SQLBindCol(side->stmt, 2, SQL_C_CHAR, row->name, sizeof(row->name),
				&row->name_length),
		     "SQLBindCol(2)");
	gh_side_said(side,
		     SQLBindCol(side->stmt, 3, SQL_C_WCHAR, row->note, sizeof(row->note),
				&row->note_length),
		     "SQLBindCol(3)");
}

/* With `shift`, the second half of the fetches goes behind a bind offset. */
static void row_wise(struct gh_side *side, size_t rows, size_t shift)
{
	struct gh_area area = { 0 }, status = { 0 };
	SQLULEN offset = 0, fetched = 77;

	gh_side_note(side, "-- %zu rows, shift %zu", rows, shift);
	if (gh_area_init(&area, rows * sizeof(struct row) + shift) &&
	    gh_area_init(&status, rows * sizeof(SQLUSMALLINT))) {
		set(side, SQL_ATTR_ROW_BIND_TYPE, (void *)sizeof(struct row));
		set(side, SQL_ATTR_ROW_ARRAY_SIZE, (void *)rows);
		set(side, SQL_ATTR_ROW_BIND_OFFSET_PTR, &offset);
		set(side, SQL_ATTR_ROW_STATUS_PTR, gh_area_at(&status));
		set(side, SQL_ATTR_ROWS_FETCHED_PTR, &fetched);
		bind_rows(side, gh_area_at(&area));
		gh_side_exec(side,
			     "SELECT id, name, note FROM gh_rows WHERE id > 1000 ORDER BY id");
		for (int i = 0; i < 6; i++) {
			gh_area_fill(&area);
			offset = i >= 3 ? shift : 0;
			gh_side_fetch(side);
			gh_side_area(side, "rows", &area, GH_ANSI);
			gh_side_area(side, "status", &status, GH_ANSI);
			gh_side_note(side, "  fetched %llu", (unsigned long long)fetched);
		}
	}
	gh_side_fresh(side);
	gh_area_clear(&area);
	gh_area_clear(&status);
}

static void row_wise_blocks(struct gh_side *side)
{
	row_wise(side, 1, 0);
	row_wise(side, 2, 0);
	row_wise(side, 7, 0);
	row_wise(side, ROWS_MAX, 0);
	row_wise(side, 1, 64);
	row_wise(side, 3, 3 * sizeof(struct row));
}

static void scroll(struct gh_side *side, SQLSMALLINT orientation, SQLLEN offset)
{
	gh_side_said(side, SQLFetchScroll(side->stmt, orientation, offset),
		     "SQLFetchScroll(%d, %lld)", orientation, (long long)offset);
}

static void scroll_next(struct gh_side *side)
{
	struct block block;

	if (block_init(&block, 4)) {
		use_block(side, &block);
		gh_side_exec(side,
			     "SELECT id, name, note FROM gh_rows WHERE id > 1003 ORDER BY id");
		for (int i = 0; i < 4; i++) {
			block_each(&block, gh_area_fill);
			scroll(side, SQL_FETCH_NEXT, 0);
			block_say(side, &block);
		}
	}
	gh_side_fresh(side);
	block_each(&block, gh_area_clear);
}

static void scroll_anywhere(struct gh_side *side, SQLULEN cursor_type)
{
	static const struct {
		SQLSMALLINT orientation;
		SQLLEN offset;
	} moves[] = { { SQL_FETCH_FIRST, 0 },	 { SQL_FETCH_NEXT, 0 },
		      { SQL_FETCH_LAST, 0 },	 { SQL_FETCH_PRIOR, 0 },
		      { SQL_FETCH_ABSOLUTE, 3 }, { SQL_FETCH_ABSOLUTE, -2 },
		      { SQL_FETCH_RELATIVE, -2 }, { SQL_FETCH_ABSOLUTE, 0 },
		      { SQL_FETCH_ABSOLUTE, 99 }, { 77, 0 } };
	struct block block;

	set(side, SQL_ATTR_CURSOR_TYPE, (void *)cursor_type);
	if (block_init(&block, 3)) {
		use_block(side, &block);
		gh_side_exec(side,
			     "SELECT id, name, note FROM gh_rows WHERE id > 1003 ORDER BY id");
		for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
			block_each(&block, gh_area_fill);
			scroll(side, moves[i].orientation, moves[i].offset);
			block_say(side, &block);
			gh_side_get(side, &(struct gh_cell){ 2, SQL_C_CHAR, 20 });
		}
	}
	gh_side_fresh(side);
	block_each(&block, gh_area_clear);
}

static void scroll_forward_only(struct gh_side *side)
{
	scroll_anywhere(side, SQL_CURSOR_FORWARD_ONLY);
}

static void scroll_static(struct gh_side *side)
{
	scroll_anywhere(side, SQL_CURSOR_STATIC);
}

static void scroll_keyset(struct gh_side *side)
{
	scroll_anywhere(side, SQL_CURSOR_KEYSET_DRIVEN);
}

static void extended_fetch(struct gh_side *side)
{
	struct block block;
	SQLULEN fetched = 77;

	if (block_init(&block, 4)) {
		set(side, SQL_ROWSET_SIZE, (void *)block.rows);
		bind_columns(side, &block);
		gh_side_exec(side,
			     "SELECT id, name, note FROM gh_rows WHERE id > 1003 ORDER BY id");
		for (int i = 0; i < 4; i++) {
			block_each(&block, gh_area_fill);
			gh_side_said(side,
				     SQLExtendedFetch(side->stmt, SQL_FETCH_NEXT, 0, &fetched,
						      gh_area_at(&block.status)),
				     "SQLExtendedFetch");
			gh_side_note(side, "  fetched %llu", (unsigned long long)fetched);
			block_say(side, &block);
		}
	}
	gh_side_fresh(side);
	block_each(&block, gh_area_clear);
}

static void bound_in_every_type(struct gh_side *side)
{
	char sql[100];

	for (size_t i = 0; i < gh_c_type_count; i++) {
		struct gh_area area = { 0 };
		SQLLEN length = GH_LENGTH_UNTOUCHED;

		if (!gh_area_init(&area, 24))
			return;
		snprintf(sql, sizeof(sql), "SELECT c_varchar FROM gh_types WHERE %s ORDER BY id",
			 gh_fixture_rows_for(side, gh_c_types[i]));
		gh_side_exec(side, sql);
		gh_side_said(
			side,
			SQLBindCol(side->stmt, 1, gh_c_types[i], gh_area_at(&area), 24, &length),
			"SQLBindCol(1, %s)", gh_c_type_name(gh_c_types[i]));
		for (int row = 0; row < 6; row++) {
			gh_area_fill(&area);
			length = GH_LENGTH_UNTOUCHED;
			gh_side_fetch(side);
			gh_side_area(side, "value", &area, GH_ANSI);
			gh_side_length(side, "length", length);
		}
		gh_side_fresh(side);
		gh_area_clear(&area);
	}
}

static void bound_and_got(struct gh_side *side)
{
	struct block block;

	if (block_init(&block, 1)) {
		gh_side_exec(side, "SELECT id, name, note FROM gh_rows WHERE id < 8 ORDER BY id");
		bind_columns(side, &block);
		gh_side_fetch(side);
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_CHAR, 20 });
		SQLBindCol(side->stmt, 2, SQL_C_CHAR, NULL, 0, NULL);
		gh_side_fetch(side);
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_CHAR, 20 });
		block_say(side, &block);
		gh_side_said(side, SQLFreeStmt(side->stmt, SQL_UNBIND), "SQLFreeStmt(UNBIND)");
		block_each(&block, gh_area_fill);
		gh_side_fetch(side);
		block_say(side, &block);
		bind_columns(side, &block);
		SQLBindCol(side->stmt, 1, SQL_C_SLONG, gh_area_at(&block.ids), 0, NULL);
		SQLBindCol(side->stmt, 3, SQL_C_CHAR, gh_area_at(&block.notes), 9, NULL);
		for (int i = 0; i < 4; i++)
			gh_side_fetch(side);
		block_say(side, &block);
	}
	gh_side_fresh(side);
	block_each(&block, gh_area_clear);
}

static void max_rows(struct gh_side *side)
{
	set(side, SQL_ATTR_MAX_ROWS, (void *)(SQLULEN)3);
	gh_side_query(side, "SELECT id FROM gh_rows ORDER BY id");
	set(side, SQL_ATTR_MAX_ROWS, (void *)(SQLULEN)0);
	gh_side_query(side, "SELECT id FROM gh_rows WHERE id < 6 ORDER BY id");
}

static void set_pos(struct gh_side *side)
{
	struct block block;

	set(side, SQL_ATTR_CURSOR_TYPE, (void *)(SQLULEN)SQL_CURSOR_STATIC);
	if (block_init(&block, 4)) {
		use_block(side, &block);
		gh_side_exec(side,
			     "SELECT id, name, note FROM gh_rows WHERE id > 1003 ORDER BY id");
		scroll(side, SQL_FETCH_NEXT, 0);
		gh_side_said(side, SQLSetPos(side->stmt, 2, SQL_POSITION, SQL_LOCK_NO_CHANGE),
			     "SQLSetPos(2, POSITION)");
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_CHAR, 20 });
		block_each(&block, gh_area_fill);
		gh_side_said(side, SQLSetPos(side->stmt, 0, SQL_REFRESH, SQL_LOCK_NO_CHANGE),
			     "SQLSetPos(0, REFRESH)");
		block_say(side, &block);
	}
	gh_side_fresh(side);
	block_each(&block, gh_area_clear);
}

const struct gh_sequence gh_sequences_fetch[] = {
	{ "columns bound column-wise fill the same, in blocks of any size", column_wise_blocks, 0,
	  0 },
	{ "columns bound row-wise fill the same, with offsets", row_wise_blocks, 0, 0 },
	{ "SQLFetchScroll(NEXT) fills the same", scroll_next, 0, 0 },
	{ "a forward-only cursor refuses to scroll the same", scroll_forward_only, 0, 0 },
	{ "a static cursor scrolls the same or is refused", scroll_static, 0, GH_MAY_REFUSE },
	{ "a keyset cursor scrolls the same or is refused", scroll_keyset, 0, GH_MAY_REFUSE },
	{ "SQLExtendedFetch fills the same", extended_fetch, 0, 0 },
	/* MariaDB's connector frees a pointer that is not its own there, now and then, raw too */
	{ "a column bound in every C type fills the same", bound_in_every_type,
	  GH_SQLITE | GH_POSTGRESQL, 0 },
	{ "bound columns, SQLGetData and unbinding mix the same", bound_and_got, 0, 0 },
	{ "SQL_ATTR_MAX_ROWS ends the same", max_rows, 0, 0 },
	{ "SQLSetPos answers the same", set_pos, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
