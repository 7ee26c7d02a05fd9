/* Descriptors: implicit and explicit, by field and by record, copied. */
#include "sequences.h"

/* lint: table */
static const struct {
	SQLINTEGER attribute;
	const char *name;
} kinds[] = {
	{ SQL_ATTR_APP_ROW_DESC, "ARD" },
	{ SQL_ATTR_IMP_ROW_DESC, "IRD" },
	{ SQL_ATTR_APP_PARAM_DESC, "APD" },
	{ SQL_ATTR_IMP_PARAM_DESC, "IPD" },
};

/* lint: table */
static const struct {
	SQLSMALLINT field;
	const char *name;
} fields[] = {
	{ SQL_DESC_CONCISE_TYPE, "CONCISE_TYPE" }, { SQL_DESC_TYPE, "TYPE" },
	{ SQL_DESC_LENGTH, "LENGTH" },		   { SQL_DESC_OCTET_LENGTH, "OCTET_LENGTH" },
	{ SQL_DESC_PRECISION, "PRECISION" },	   { SQL_DESC_SCALE, "SCALE" },
	{ SQL_DESC_NULLABLE, "NULLABLE" },	   { SQL_DESC_UNNAMED, "UNNAMED" },
	{ SQL_DESC_PARAMETER_TYPE, "PARAMETER_TYPE" },
	{ SQL_DESC_DATETIME_INTERVAL_CODE, "DATETIME_INTERVAL_CODE" },
	{ 9999, "9999" },
};

static SQLHDESC descriptor(struct gh_side *side, size_t kind)
{
	SQLHDESC handle = SQL_NULL_HDESC;

	gh_side_said(side,
		     SQLGetStmtAttr(side->stmt, kinds[kind].attribute, &handle, 0, NULL),
		     "SQLGetStmtAttr(%s)", kinds[kind].name);
	gh_side_note(side, "  handle %s", handle ? "given" : "NULL");
	return handle;
}

static void desc_said(struct gh_side *side, SQLRETURN r, SQLHDESC handle, const char *what)
{
	gh_side_note(side, "%s = %s", what, gh_odbc_return_name(r));
	if (r != SQL_INVALID_HANDLE)
		gh_side_diagnostics(side, SQL_HANDLE_DESC, handle);
}

static void get_field(struct gh_side *side, SQLHDESC handle, SQLSMALLINT record, size_t i)
{
	SQLLEN value = 0;
	SQLINTEGER length = 77;
	SQLRETURN r = side->width == GH_WIDE ? SQLGetDescFieldW(handle, record, fields[i].field,
								&value, sizeof(value), &length)
					     : SQLGetDescField(handle, record, fields[i].field,
							       &value, sizeof(value), &length);

	gh_side_note(side, "  record %d", record);
	desc_said(side, r, handle, fields[i].name);
	/* psqlODBC gives memory that it did not fill for a record that is not set */
	if (side->target->engine != GH_POSTGRESQL ||
	    (fields[i].field != SQL_DESC_TYPE && fields[i].field != SQL_DESC_CONCISE_TYPE))
		gh_side_note(side, "  value %lld", (long long)value);
}

static void get_record(struct gh_side *side, SQLHDESC handle, SQLSMALLINT record)
{
	struct gh_area name = { 0 };
	SQLSMALLINT length = 77, type = 77, sub = 77, precision = 77, scale = 77, nullable = 77;
	SQLLEN octets = 77;
	SQLRETURN r;

	if (!gh_area_init(&name, 40))
		return;
	r = side->width == GH_WIDE
		    ? SQLGetDescRecW(handle, record, gh_area_at(&name), 20, &length, &type, &sub,
				     &octets, &precision, &scale, &nullable)
		    : SQLGetDescRec(handle, record, gh_area_at(&name), 40, &length, &type, &sub,
				    &octets, &precision, &scale, &nullable);
	desc_said(side, r, handle, "SQLGetDescRec");
	gh_side_area(side, "name", &name, side->width);
	gh_side_note(side, "  record %d length %d type %d sub %d octets %lld precision %d scale %d"
		     " nullable %d", record, length, type, sub, (long long)octets, precision, scale,
		     nullable);
	gh_area_clear(&name);
}

static void show_all(struct gh_side *side)
{
	for (size_t kind = 0; kind < 4; kind++) {
		SQLHDESC handle = descriptor(side, kind);
		SQLSMALLINT count = 77;

		if (!handle)
			continue;
		desc_said(side, SQLGetDescField(handle, 0, SQL_DESC_COUNT, &count, 0, NULL), handle,
			  "SQLGetDescField(COUNT)");
		gh_side_note(side, "  count %d", count);
		for (SQLSMALLINT record = 1; record <= 3; record++) {
			get_record(side, handle, record);
			for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
				get_field(side, handle, record, i);
		}
	}
}

static void shown_at_each_step(struct gh_side *side)
{
	char text[20];
	SQLINTEGER id = 1;
	SQLLEN lengths[2] = { 0, 0 };

	show_all(side);
	gh_side_prepare(side, "SELECT id, name FROM gh_rows WHERE id = ?");
	show_all(side);
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &id, 0,
			 &lengths[0]);
	SQLBindCol(side->stmt, 2, SQL_C_CHAR, text, 20, &lengths[1]);
	show_all(side);
	gh_side_execute(side);
	show_all(side);
}

static void set_field(struct gh_side *side, SQLHDESC handle, SQLSMALLINT record,
		      SQLSMALLINT field, SQLPOINTER value)
{
	SQLRETURN r = side->width == GH_WIDE ? SQLSetDescFieldW(handle, record, field, value, 0)
					     : SQLSetDescField(handle, record, field, value, 0);

	gh_side_note(side, "  field %d", field);
	desc_said(side, r, handle, "SQLSetDescField");
}

/* Columns bound through the application row descriptor instead of SQLBindCol. */
static void bound_by_fields(struct gh_side *side)
{
	struct gh_area name = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLHDESC row = descriptor(side, 0);

	if (row && gh_area_init(&name, 16)) {
		set_field(side, row, 2, SQL_DESC_CONCISE_TYPE, (SQLPOINTER)SQL_C_CHAR);
		set_field(side, row, 2, SQL_DESC_OCTET_LENGTH, (SQLPOINTER)16);
		set_field(side, row, 2, SQL_DESC_INDICATOR_PTR, &length);
		set_field(side, row, 2, SQL_DESC_OCTET_LENGTH_PTR, &length);
		set_field(side, row, 2, SQL_DESC_DATA_PTR, gh_area_at(&name));
		gh_side_exec(side, "SELECT id, name FROM gh_rows WHERE id < 3 ORDER BY id");
		for (int i = 0; i < 3; i++) {
			gh_area_fill(&name);
			gh_side_fetch(side);
			gh_side_area(side, "name", &name, GH_ANSI);
			gh_side_length(side, "length", length);
		}
	}
	gh_side_fresh(side);
	gh_area_clear(&name);
}

static void bound_by_record(struct gh_side *side)
{
	struct gh_area name = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLHDESC row = descriptor(side, 0);

	if (row && gh_area_init(&name, 16)) {
		desc_said(side,
			  SQLSetDescRec(row, 1, SQL_C_CHAR, 0, 16, 0, 0, gh_area_at(&name), &length,
					&length),
			  row, "SQLSetDescRec");
		gh_side_exec(side, "SELECT name FROM gh_rows WHERE id < 3 ORDER BY id");
		gh_side_fetch(side);
		gh_side_area(side, "name", &name, GH_ANSI);
		gh_side_length(side, "length", length);
	}
	gh_side_fresh(side);
	gh_area_clear(&name);
}

static void explicit_descriptor(struct gh_side *side)
{
	struct gh_area name = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLHDESC own = SQL_NULL_HDESC;

	gh_side_dbc_said(side, SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own),
			 "SQLAllocHandle(DESC)");
	if (own && gh_area_init(&name, 16)) {
		gh_side_said(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_APP_ROW_DESC, own, 0),
			     "SQLSetStmtAttr(APP_ROW_DESC)");
		gh_side_said(side,
			     SQLBindCol(side->stmt, 1, SQL_C_CHAR, gh_area_at(&name), 16, &length),
			     "SQLBindCol(1)");
		gh_side_exec(side, "SELECT name FROM gh_rows WHERE id < 4 ORDER BY id");
		gh_side_fetch(side);
		gh_side_area(side, "name", &name, GH_ANSI);
		desc_said(side, SQLFreeHandle(SQL_HANDLE_DESC, own), own, "SQLFreeHandle(DESC)");
		gh_area_fill(&name);
		gh_side_fetch(side);
		gh_side_area(side, "name", &name, GH_ANSI);
		gh_side_length(side, "length", length);
	}
	gh_side_fresh(side);
	gh_area_clear(&name);
}

/* The bindings of one statement serve another one. */
static void copied(struct gh_side *side)
{
	struct gh_area name = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLHDESC from = SQL_NULL_HDESC, to = SQL_NULL_HDESC;
	SQLHSTMT first = side->stmt;

	if (gh_area_init(&name, 16) &&
	    SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &side->stmt))) {
		SQLBindCol(first, 1, SQL_C_CHAR, gh_area_at(&name), 16, &length);
		SQLGetStmtAttr(first, SQL_ATTR_APP_ROW_DESC, &from, 0, NULL);
		SQLGetStmtAttr(side->stmt, SQL_ATTR_APP_ROW_DESC, &to, 0, NULL);
		desc_said(side, SQLCopyDesc(from, to), to, "SQLCopyDesc");
		gh_side_diagnostics(side, SQL_HANDLE_DESC, from);
		gh_side_exec(side, "SELECT name FROM gh_rows WHERE id < 3 ORDER BY id");
		gh_side_fetch(side);
		gh_side_area(side, "name", &name, GH_ANSI);
		gh_side_length(side, "length", length);
		SQLFreeHandle(SQL_HANDLE_STMT, side->stmt);
	}
	side->stmt = first;
	gh_side_fresh(side);
	gh_area_clear(&name);
}

const struct gh_sequence gh_sequences_descriptors[] = {
	{ "descriptors show the same at each step", shown_at_each_step, 0, GH_MAY_REFUSE },
	{ "columns bound through descriptor fields fill the same", bound_by_fields, 0,
	  GH_MAY_REFUSE },
	{ "columns bound through a descriptor record fill the same", bound_by_record, 0,
	  GH_MAY_REFUSE },
	{ "an explicit descriptor works the same", explicit_descriptor, 0, GH_MAY_REFUSE },
	{ "a copied descriptor binds the same", copied, GH_SQLITE, GH_MAY_REFUSE },
	{ NULL, NULL, 0, 0 },
};
