/* Output parameters in arrays, by row and by column, with an offset, and long ones. */
#include "secrets.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define CALL "{call gh_reveal(?, ?, ?, ?)}"

enum { SETS = 3, LONG_TEXT = 65519 };

/* One set's places, by row; by column they are those of the first member, and so on. */
struct set {
	SQLINTEGER id;
	SQLINTEGER bonus;
	char email[60];
	char ssn[60];
	SQLLEN id_length, bonus_length, email_length, ssn_length;
};

struct columns {
	SQLINTEGER id[SETS];
	SQLINTEGER bonus[SETS];
	char email[SETS][60];
	char ssn[SETS][60];
	SQLLEN id_length[SETS], bonus_length[SETS], email_length[SETS], ssn_length[SETS];
};

static void set_number(struct gh_side *side, SQLINTEGER attribute, SQLULEN value)
{
	SQLRETURN r = SQLSetStmtAttr(side->stmt, attribute, (SQLPOINTER)value, 0);

	gh_check(side, SQL_SUCCEEDED(r), "attribute %d is set: %s", (int)attribute,
		 gh_odbc_return_name(r));
}

static void bind(struct gh_side *side, SQLUSMALLINT number, SQLSMALLINT direction, SQLPOINTER value,
		 SQLLEN room, SQLLEN *length)
{
	bool text = room > 4;
	SQLRETURN r =
		SQLBindParameter(side->stmt, number, direction, text ? SQL_C_CHAR : SQL_C_SLONG,
				 text ? SQL_VARCHAR : SQL_INTEGER, 60, 0, value, room, length);

	gh_check(side, SQL_SUCCEEDED(r), "parameter %u is bound: %s", (unsigned)number,
		 gh_odbc_return_name(r));
}

static void bind_rows(struct gh_side *side, struct set *first)
{
	bind(side, 1, SQL_PARAM_INPUT, &first->id, 4, &first->id_length);
	bind(side, 2, SQL_PARAM_OUTPUT, first->email, 60, &first->email_length);
	bind(side, 3, SQL_PARAM_OUTPUT, &first->bonus, 4, &first->bonus_length);
	bind(side, 4, SQL_PARAM_INPUT_OUTPUT, first->ssn, 60, &first->ssn_length);
}

static void bind_columns(struct gh_side *side, struct columns *columns)
{
	bind(side, 1, SQL_PARAM_INPUT, columns->id, 4, columns->id_length);
	bind(side, 2, SQL_PARAM_OUTPUT, columns->email, 60, columns->email_length);
	bind(side, 3, SQL_PARAM_OUTPUT, columns->bonus, 4, columns->bonus_length);
	bind(side, 4, SQL_PARAM_INPUT_OUTPUT, columns->ssn, 60, columns->ssn_length);
}

/* Rows 1, 2 and 4 of the table, one in each set. */
static SQLINTEGER id_of(int set)
{
	return set == 2 ? 4 : set + 1;
}

static void fill_row(struct set *set, int number)
{
	*set = (struct set){ .id = id_of(number), .ssn_length = SQL_NTS };
	memcpy(set->ssn, "nothing", sizeof("nothing"));
}

static void run(struct gh_side *side, const struct gh_area *area)
{
	SQLRETURN r = gh_side_exec(side, CALL);

	gh_check(side, SQL_SUCCEEDED(r), "it is executed: %s", gh_odbc_return_name(r));
	gh_scan_area(side, area, "behind the execution");
	for (int i = 0; SQL_SUCCEEDED(r) && i < 3 * SETS; i++) {
		r = SQLMoreResults(side->stmt);
		gh_scan_area(side, area, "behind a result");
	}
	gh_scan_records(side, SQL_HANDLE_STMT, side->stmt);
}

/* procedures.xml nullifies what is not known. */
static void came(struct gh_side *side, int set, SQLLEN email, SQLLEN bonus, SQLLEN ssn)
{
	gh_check(side, email == SQL_NULL_DATA && bonus == SQL_NULL_DATA && ssn == SQL_NULL_DATA,
		 "set %d came: %lld, %lld, %lld", set, (long long)email, (long long)bonus,
		 (long long)ssn);
}

/* psqlODBC writes outputs of the first set only; what went in is answered in all. */
static void went(struct gh_side *side, int set, SQLLEN email, SQLLEN ssn)
{
	gh_check(side, email == 0 && ssn == SQL_NULL_DATA, "set %d is answered: %lld, %lld", set,
		 (long long)email, (long long)ssn);
}

static void by_column(struct gh_side *side)
{
	struct gh_area area;
	struct columns *columns;

	if (!gh_area_init(&area, sizeof(*columns)))
		return;
	columns = gh_area_at(&area);
	for (int twice = 0; twice < 2; twice++) {
		memset(columns, 0, sizeof(*columns));
		for (int i = 0; i < SETS; i++) {
			columns->id[i] = id_of(i);
			columns->ssn_length[i] = SQL_NTS;
			memcpy(columns->ssn[i], "nothing", sizeof("nothing"));
		}
		/* the size is set before the first output is bound, and then behind it */
		if (twice == 0)
			set_number(side, SQL_ATTR_PARAMSET_SIZE, SETS);
		bind_columns(side, columns);
		if (twice == 1)
			set_number(side, SQL_ATTR_PARAMSET_SIZE, SETS);
		run(side, &area);
		came(side, 0, columns->email_length[0], columns->bonus_length[0],
		     columns->ssn_length[0]);
		for (int i = 1; i < SETS; i++)
			went(side, i, columns->email_length[i], columns->ssn_length[i]);
		gh_side_fresh(side);
	}
	gh_area_clear(&area);
	gh_side_note(side, "finished");
}

static void by_row(struct gh_side *side)
{
	struct gh_area area;
	struct set *sets;

	if (!gh_area_init(&area, SETS * sizeof(*sets)))
		return;
	sets = gh_area_at(&area);
	for (int i = 0; i < SETS; i++)
		fill_row(&sets[i], i);
	bind_rows(side, sets);
	set_number(side, SQL_ATTR_PARAM_BIND_TYPE, sizeof(*sets));
	set_number(side, SQL_ATTR_PARAMSET_SIZE, SETS);
	run(side, &area);
	came(side, 0, sets[0].email_length, sets[0].bonus_length, sets[0].ssn_length);
	for (int i = 1; i < SETS; i++)
		went(side, i, sets[i].email_length, sets[i].ssn_length);
	gh_side_fresh(side);
	gh_area_clear(&area);
	gh_side_note(side, "finished");
}

static void offset_is(struct gh_side *side, const SQLULEN *expected)
{
	SQLULEN *offset = NULL;
	SQLHDESC application = SQL_NULL_HDESC;

	SQLGetStmtAttr(side->stmt, SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset, 0, NULL);
	gh_check(side, offset == expected, "the attribute is the application's own");
	SQLGetStmtAttr(side->stmt, SQL_ATTR_APP_PARAM_DESC, &application, 0, NULL);
	offset = NULL;
	SQLGetDescField(application, 0, SQL_DESC_BIND_OFFSET_PTR, &offset, 0, NULL);
	gh_check(side, offset == expected, "the field is the application's own");
}

/* Set before the outputs are bound, or behind; it changes from one execution to the next. */
static void with_offset(struct gh_side *side)
{
	struct gh_area area;
	SQLULEN offset = 0;
	struct set *sets;

	if (!gh_area_init(&area, SETS * sizeof(*sets)))
		return;
	sets = gh_area_at(&area);
	for (int first = 0; first < 2; first++) {
		for (int i = 0; i < SETS; i++)
			fill_row(&sets[i], i);
		if (first == 0)
			SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset, 0);
		bind_rows(side, sets);
		if (first == 1)
			SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset, 0);
		offset_is(side, &offset);
		for (int i = 0; i < SETS; i++) {
			offset = (SQLULEN)i * sizeof(*sets);
			run(side, &area);
			came(side, i, sets[i].email_length, sets[i].bonus_length,
			     sets[i].ssn_length);
			SQLFreeStmt(side->stmt, SQL_CLOSE);
		}
		SQLFreeStmt(side->stmt, SQL_RESET_PARAMS);
		offset_is(side, &offset);
		offset = 0;
		gh_side_fresh(side);
	}
	gh_area_clear(&area);
	gh_side_note(side, "finished");
}

/* As long as the length that says that nothing came, and one more and less. */
static void of_odd_length(struct gh_side *side)
{
	static const SQLINTEGER lengths[] = { LONG_TEXT, LONG_TEXT - 1, LONG_TEXT + 1, 70000 };
	struct gh_area area;
	SQLINTEGER count;
	SQLLEN length, count_length = 0;
	SQLRETURN r;

	if (!gh_area_init(&area, 80000))
		return;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		count = lengths[i];
		length = 0;
		bind(side, 1, SQL_PARAM_INPUT, &count, 4, &count_length);
		SQLBindParameter(side->stmt, 2, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_LONGVARCHAR,
				 80000, 0, gh_area_at(&area), 80000, &length);
		r = gh_side_exec(side, "{call gh_reveal_long(?, ?)}");
		gh_check(side, SQL_SUCCEEDED(r), "it is executed: %s", gh_odbc_return_name(r));
		while (SQL_SUCCEEDED(SQLMoreResults(side->stmt)))
			;
		gh_scan_area(side, &area, "a long value");
		gh_check(side, length == SQL_NULL_DATA, "%d bytes came: %lld", (int)count,
			 (long long)length);
		gh_side_fresh(side);
	}
	gh_area_clear(&area);
	gh_side_note(side, "finished");
}

/* The descriptor tells the application's room, not ours. */
static void described(struct gh_side *side)
{
	SQLHDESC application = SQL_NULL_HDESC;
	SQLSMALLINT length, type, subtype, precision, scale, nullable;
	SQLLEN octets = 0, room = 0, text_length = 0;
	SQLCHAR name[32];
	struct gh_area area;
	SQLRETURN r;

	if (!gh_area_init(&area, 60))
		return;
	bind(side, 2, SQL_PARAM_OUTPUT, gh_area_at(&area), 60, &text_length);
	SQLGetStmtAttr(side->stmt, SQL_ATTR_APP_PARAM_DESC, &application, 0, NULL);
	r = SQLGetDescRec(application, 2, name, sizeof(name), &length, &type, &subtype, &octets,
			  &precision, &scale, &nullable);
	SQLGetDescField(application, 2, SQL_DESC_OCTET_LENGTH, &room, 0, NULL);
	gh_check(side, !SQL_SUCCEEDED(r) || octets == 60, "the record tells its room: %lld",
		 (long long)octets);
	gh_check(side, room == 60, "the field tells its room: %lld", (long long)room);
	gh_side_fresh(side);
	gh_area_clear(&area);
	gh_side_note(side, "finished");
}

const struct gh_sequence gh_masked_arrays[] = {
	{ "output parameters in arrays show no secret", by_column, GH_POSTGRESQL, 0 },
	{ "output parameters in arrays by row show no secret", by_row, GH_POSTGRESQL, 0 },
	{ "output parameters with an offset show no secret", with_offset,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "long output parameters show no secret", of_odd_length, GH_POSTGRESQL | GH_MARIADB, 0 },
	{ NULL, NULL, 0, 0 },
};

const struct gh_sequence gh_masked_described[] = {
	{ "an output parameter's room is the application's", described, GH_POSTGRESQL | GH_MARIADB,
	  0 },
	{ NULL, NULL, 0, 0 },
};
