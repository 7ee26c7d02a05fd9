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

/* Nothing is written down. */
static SQLHDESC handle_of(const struct gh_side *side, size_t kind)
{
	SQLHDESC handle = SQL_NULL_HDESC;

	SQLGetStmtAttr(side->stmt, kinds[kind].attribute, &handle, 0, NULL);
	return handle;
}

static void desc_said(struct gh_side *side, SQLRETURN r, SQLHDESC handle, const char *what)
{
	gh_side_note(side, "%s = %s", what, gh_odbc_return_name(r));
	if (r != SQL_INVALID_HANDLE)
		gh_side_diagnostics(side, SQL_HANDLE_DESC, handle);
}

/* psqlODBC 13.02 gives memory that it did not fill for a column that is not bound. */
static bool is_left_open(struct gh_side *side, SQLHDESC handle, SQLSMALLINT record, size_t i)
{
	SQLPOINTER bound = NULL;

	if (side->target->engine != GH_POSTGRESQL ||
	    (fields[i].field != SQL_DESC_TYPE && fields[i].field != SQL_DESC_CONCISE_TYPE &&
	     fields[i].field != SQL_DESC_PRECISION && fields[i].field != SQL_DESC_SCALE))
		return false;
	SQLGetDescField(handle, record, SQL_DESC_DATA_PTR, &bound, sizeof(bound), NULL);
	return !bound;
}

static void get_field(struct gh_side *side, size_t kind, SQLSMALLINT record, size_t i)
{
	SQLHDESC handle = handle_of(side, kind);
	const bool open = kind == 0 && is_left_open(side, handle, record, i);
	SQLLEN value = 0;
	SQLINTEGER length = 77;
	SQLRETURN r = side->width == GH_WIDE ? SQLGetDescFieldW(handle, record, fields[i].field,
								&value, sizeof(value), &length)
					     : SQLGetDescField(handle, record, fields[i].field,
							       &value, sizeof(value), &length);

	gh_side_note(side, "  record %d", record);
	desc_said(side, r, handle, fields[i].name);
	if (!open)
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
				get_field(side, kind, record, i);
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

static SQLHDESC allocate(struct gh_side *side)
{
	SQLHDESC own = SQL_NULL_HDESC;

	gh_side_dbc_said(side, SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own),
			 "SQLAllocHandle(DESC)");
	return own;
}

static void free_own(struct gh_side *side, SQLHDESC own)
{
	const struct gh_odbc_handle handle = { SQL_HANDLE_DESC, own };

	gh_side_freed(side, SQLFreeHandle(SQL_HANDLE_DESC, own), "SQLFreeHandle(DESC)", &handle);
}

static void use(struct gh_side *side, SQLINTEGER attribute, SQLHDESC own)
{
	SQLHDESC now = SQL_NULL_HDESC;

	gh_side_said(side, SQLSetStmtAttr(side->stmt, attribute, own, 0),
		     "SQLSetStmtAttr(%d, a descriptor)", (int)attribute);
	gh_side_said(side, SQLGetStmtAttr(side->stmt, attribute, &now, 0, NULL),
		     "SQLGetStmtAttr(%d)", (int)attribute);
	gh_side_note(side, "  %s", now == own ? "the same" : "another");
}

static void bind_name(struct gh_side *side, const struct gh_area *name, SQLLEN *length)
{
	gh_side_said(side, SQLBindCol(side->stmt, 2, SQL_C_CHAR, gh_area_at(name), 16, length),
		     "SQLBindCol(2)");
}

static void fetch_name(struct gh_side *side, const struct gh_area *name, const SQLLEN *length)
{
	gh_area_fill((struct gh_area *)name);
	gh_side_fetch(side);
	gh_side_area(side, "name", name, GH_ANSI);
	gh_side_length(side, "length", *length);
}

#define SOME_ROWS "SELECT id, name, note FROM gh_rows WHERE id < 9 ORDER BY id"

static void explicit_descriptor(struct gh_side *side)
{
	struct gh_area name = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLHDESC own = allocate(side);

	if (own && gh_area_init(&name, 16)) {
		use(side, SQL_ATTR_APP_ROW_DESC, own);
		bind_name(side, &name, &length);
		gh_side_exec(side, SOME_ROWS);
		fetch_name(side, &name, &length);
		fetch_name(side, &name, &length);
		gh_side_fresh(side);
		free_own(side, own);
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

/* psqlODBC 13.02 goes on using the memory of the descriptor that was freed. */
static void freed_while_in_use(struct gh_side *side)
{
	struct gh_area name = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLHDESC own = allocate(side);

	if (own && gh_area_init(&name, 16)) {
		use(side, SQL_ATTR_APP_ROW_DESC, own);
		bind_name(side, &name, &length);
		gh_side_exec(side, SOME_ROWS);
		fetch_name(side, &name, &length);
		free_own(side, own);
		fetch_name(side, &name, &length);
	}
	gh_side_fresh(side);
	gh_area_clear(&name);
}

/* Bound through one statement, and read by another too. */
static void shared_descriptor(struct gh_side *side)
{
	struct gh_area name = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLHDESC own = allocate(side);
	SQLHSTMT first = side->stmt, second = SQL_NULL_HSTMT;

	if (own && gh_area_init(&name, 16)) {
		SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &second);
		use(side, SQL_ATTR_APP_ROW_DESC, own);
		bind_name(side, &name, &length);
		gh_side_exec(side, SOME_ROWS);
		fetch_name(side, &name, &length);
		gh_side_close_cursor(side);
		side->stmt = second;
		use(side, SQL_ATTR_APP_ROW_DESC, own);
		gh_side_exec(side, "SELECT id, note FROM gh_rows WHERE id > 2 ORDER BY id");
		fetch_name(side, &name, &length);
		gh_side_said(side, SQLFreeStmt(side->stmt, SQL_UNBIND), "SQLFreeStmt(UNBIND)");
		fetch_name(side, &name, &length);
		bind_name(side, &name, &length);
		fetch_name(side, &name, &length);
		SQLFreeHandle(SQL_HANDLE_STMT, second);
		side->stmt = first;
		gh_side_exec(side, SOME_ROWS);
		fetch_name(side, &name, &length);
		use(side, SQL_ATTR_APP_ROW_DESC, SQL_NULL_HDESC);
		SQLFreeHandle(SQL_HANDLE_DESC, own);
	}
	gh_side_fresh(side);
	gh_area_clear(&name);
}

/* Rowsets by row, all of it said to an explicit descriptor. */
static void row_array_in_explicit(struct gh_side *side)
{
	struct row {
		char name[16];
		SQLLEN length;
	} *rows;
	struct gh_area area = { 0 };
	SQLULEN fetched = 77;
	SQLUSMALLINT status[4] = { 77, 77, 77, 77 };
	SQLHDESC own = allocate(side);

	if (own && gh_area_init(&area, 4 * sizeof(*rows))) {
		rows = gh_area_at(&area);
		set_field(side, own, 0, SQL_DESC_ARRAY_SIZE, (SQLPOINTER)4);
		use(side, SQL_ATTR_APP_ROW_DESC, own);
		set_field(side, own, 0, SQL_DESC_ARRAY_SIZE, (SQLPOINTER)4);
		set_field(side, own, 0, SQL_DESC_BIND_TYPE, (SQLPOINTER)sizeof(*rows));
		SQLSetStmtAttr(side->stmt, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)4, 0);
		SQLSetStmtAttr(side->stmt, SQL_ATTR_ROW_BIND_TYPE, (SQLPOINTER)sizeof(*rows), 0);
		SQLSetStmtAttr(side->stmt, SQL_ATTR_ROW_STATUS_PTR, status, 0);
		SQLSetStmtAttr(side->stmt, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);
		gh_side_said(side, SQLBindCol(side->stmt, 2, SQL_C_CHAR, rows[0].name, 16,
					      &rows[0].length), "SQLBindCol(2)");
		gh_side_exec(side, SOME_ROWS);
		for (int i = 0; i < 3; i++) {
			gh_area_fill(&area);
			gh_side_fetch(side);
			gh_side_area(side, "rows", &area, GH_ANSI);
			gh_side_note(side, "  fetched %llu status %d %d %d %d",
				     (unsigned long long)fetched, status[0], status[1], status[2],
				     status[3]);
		}
	}
	gh_side_fresh(side);
	if (own)
		SQLFreeHandle(SQL_HANDLE_DESC, own);
	gh_area_clear(&area);
}

static void show_application(struct gh_side *side, SQLHDESC handle)
{
	SQLSMALLINT count = 77, type = 77;
	SQLLEN octets = 77;
	SQLPOINTER data = NULL, length = NULL;

	desc_said(side, SQLGetDescField(handle, 0, SQL_DESC_COUNT, &count, 0, NULL), handle,
		  "SQLGetDescField(COUNT)");
	gh_side_note(side, "  count %d", count);
	if (count < 2)
		return;
	desc_said(side, SQLGetDescField(handle, 2, SQL_DESC_CONCISE_TYPE, &type, 0, NULL), handle,
		  "SQLGetDescField(CONCISE_TYPE)");
	desc_said(side, SQLGetDescField(handle, 2, SQL_DESC_OCTET_LENGTH, &octets, 0, NULL),
		  handle, "SQLGetDescField(OCTET_LENGTH)");
	desc_said(side, SQLGetDescField(handle, 2, SQL_DESC_DATA_PTR, &data, 0, NULL), handle,
		  "SQLGetDescField(DATA_PTR)");
	desc_said(side, SQLGetDescField(handle, 2, SQL_DESC_OCTET_LENGTH_PTR, &length, 0, NULL),
		  handle, "SQLGetDescField(OCTET_LENGTH_PTR)");
	gh_side_note(side, "  type %d octets %lld data %s length %s", type, (long long)octets,
		     data ? "given" : "NULL", length ? "given" : "NULL");
}

static void copy(struct gh_side *side, SQLHDESC from, SQLHDESC to, const char *what)
{
	gh_side_note(side, "copy %s", what);
	desc_said(side, SQLCopyDesc(from, to), from, "SQLCopyDesc");
	gh_side_diagnostics(side, SQL_HANDLE_DESC, to);
}

static void copied_within_connection(struct gh_side *side)
{
	struct gh_area name = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;
	SQLHDESC own = allocate(side), other = allocate(side);

	if (own && other && gh_area_init(&name, 16)) {
		bind_name(side, &name, &length);
		gh_side_exec(side, SOME_ROWS);
		fetch_name(side, &name, &length);
		copy(side, descriptor(side, 0), own, "the ARD to an explicit one");
		show_application(side, own);
		copy(side, own, other, "explicit to explicit");
		show_application(side, other);
		copy(side, other, other, "onto itself");
		SQLFreeStmt(side->stmt, SQL_UNBIND);
		fetch_name(side, &name, &length);
		use(side, SQL_ATTR_APP_ROW_DESC, other);
		fetch_name(side, &name, &length);
	}
	gh_side_fresh(side);
	if (own)
		SQLFreeHandle(SQL_HANDLE_DESC, own);
	if (other)
		SQLFreeHandle(SQL_HANDLE_DESC, other);
	gh_area_clear(&name);
}

/* libmaodbc 3.1.15 frees the names of an IRD twice when it was copied. */
static void copied_from_implementation(struct gh_side *side)
{
	SQLHDESC own = allocate(side);

	gh_side_exec(side, SOME_ROWS);
	gh_side_fetch(side);
	if (own) {
		copy(side, descriptor(side, 1), own, "the IRD to an explicit one");
		copy(side, own, descriptor(side, 1), "to the IRD");
		copy(side, descriptor(side, 3), own, "the IPD to an explicit one");
		show_application(side, own);
	}
	gh_side_fresh(side);
	if (own)
		SQLFreeHandle(SQL_HANDLE_DESC, own);
}

static void explicit_parameters(struct gh_side *side)
{
	SQLINTEGER id = 3;
	SQLLEN length = 0;
	SQLHDESC own = allocate(side);

	if (own) {
		use(side, SQL_ATTR_APP_PARAM_DESC, own);
		gh_side_prepare(side, "SELECT name FROM gh_rows WHERE id = ?");
		gh_side_said(side, SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG,
						    SQL_INTEGER, 0, 0, &id, 0, &length),
			     "SQLBindParameter(1)");
		gh_side_execute(side);
		gh_side_read(side, SQL_C_CHAR, 60, 3);
		gh_side_close_cursor(side);
		use(side, SQL_ATTR_APP_PARAM_DESC, SQL_NULL_HDESC);
	}
	gh_side_fresh(side);
	if (own)
		free_own(side, own);
}

/* Descriptors of another statement, of another connection, and what is none. */
static void wrong_descriptors(struct gh_side *side)
{
	SQLHSTMT second = SQL_NULL_HSTMT;
	SQLHDESC theirs = SQL_NULL_HDESC, own = descriptor(side, 0);

	SQLAllocHandle(SQL_HANDLE_STMT, side->dbc, &second);
	SQLGetStmtAttr(second, SQL_ATTR_APP_ROW_DESC, &theirs, 0, NULL);
	gh_side_note(side, "another statement's: %s",
		     gh_odbc_return_name(SQLSetStmtAttr(side->stmt, SQL_ATTR_APP_ROW_DESC, theirs,
							0)));
	gh_side_note(side, "an implicit one is freed: %s",
		     gh_odbc_return_name(SQLFreeHandle(SQL_HANDLE_DESC, own)));
	SQLFreeHandle(SQL_HANDLE_STMT, second);
	gh_side_fresh(side);
}

/* psqlODBC 13.02 rolls back what failed, unless it is asked something before that. */
static void failure_after_a_question(struct gh_side *side)
{
	SQLHDESC row = descriptor(side, 1);
	struct gh_area name = { 0 };
	SQLINTEGER length = 0;

	if (!row || !gh_area_init(&name, 40))
		return;
	gh_side_dbc_said(side,
			 SQLSetConnectAttr(side->dbc, SQL_ATTR_AUTOCOMMIT,
					   (SQLPOINTER)SQL_AUTOCOMMIT_OFF, 0),
			 "SQL_ATTR_AUTOCOMMIT");
	gh_side_prepare(side, "INSERT INTO gh_parent VALUES (3, 'three'");
	desc_said(side,
		  side->width == GH_WIDE
			  ? SQLGetDescFieldW(row, 3, SQL_DESC_LABEL, gh_area_at(&name), 40, &length)
			  : SQLGetDescField(row, 3, SQL_DESC_LABEL, gh_area_at(&name), 40, &length),
		  row, "SQLGetDescField(LABEL)");
	gh_side_execute(side);
	gh_side_query(side, "SELECT name FROM gh_parent ORDER BY id");
	gh_side_dbc_said(side, SQLEndTran(SQL_HANDLE_DBC, side->dbc, SQL_ROLLBACK), "SQLEndTran");
	gh_area_clear(&name);
}

const struct gh_sequence gh_sequences_descriptors[] = {
	{ "descriptors show the same at each step", shown_at_each_step, 0, GH_MAY_REFUSE },
	{ "columns bound through descriptor fields fill the same", bound_by_fields, 0,
	  GH_MAY_REFUSE },
	{ "columns bound through a descriptor record fill the same", bound_by_record, 0,
	  GH_MAY_REFUSE },
	{ "a copied descriptor binds the same", copied, GH_SQLITE, GH_MAY_REFUSE },
	{ "an explicit descriptor works the same", explicit_descriptor, 0, 0 },
	{ "an explicit descriptor is freed while in use", freed_while_in_use,
	  GH_SQLITE | GH_MARIADB, 0 },
	{ "a descriptor is shared by statements", shared_descriptor, 0, 0 },
	{ "rowsets by row in an explicit descriptor", row_array_in_explicit, 0, 0 },
	{ "descriptors are copied the same", copied_within_connection, 0, 0 },
	{ "implementation descriptors are copied the same", copied_from_implementation,
	  GH_SQLITE | GH_POSTGRESQL, 0 },
	{ "an explicit parameter descriptor works the same", explicit_parameters, 0, 0 },
	{ "wrong descriptors are refused the same", wrong_descriptors, 0, 0 },
	{ "a failure after a descriptor was asked has the same consequences",
	  failure_after_a_question, GH_POSTGRESQL, 0 },
	{ NULL, NULL, 0, 0 },
};
