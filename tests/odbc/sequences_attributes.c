/* Attributes of statements, connections and environments, right and wrong values. */
#include "sequences.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct attribute {
	SQLINTEGER attribute;
	const char *name;
	SQLULEN values[4];
};

/* lint: table */
static const struct attribute statement_attributes[] = {
	{ SQL_ATTR_ASYNC_ENABLE, "ASYNC_ENABLE", { 0, 1, 2, 0 } },
	{ SQL_ATTR_CONCURRENCY, "CONCURRENCY", { 1, 2, 4, 99 } },
	{ SQL_ATTR_CURSOR_SCROLLABLE, "CURSOR_SCROLLABLE", { 0, 1, 9, 0 } },
	{ SQL_ATTR_CURSOR_SENSITIVITY, "CURSOR_SENSITIVITY", { 0, 1, 2, 9 } },
	{ SQL_ATTR_CURSOR_TYPE, "CURSOR_TYPE", { 0, 1, 3, 99 } },
	{ SQL_ATTR_ENABLE_AUTO_IPD, "ENABLE_AUTO_IPD", { 0, 1, 9, 0 } },
	{ SQL_ATTR_KEYSET_SIZE, "KEYSET_SIZE", { 0, 10, 0, 0 } },
	{ SQL_ATTR_MAX_LENGTH, "MAX_LENGTH", { 0, 100, 1u << 31, 0 } },
	{ SQL_ATTR_MAX_ROWS, "MAX_ROWS", { 0, 100, 1, 0 } },
	{ SQL_ATTR_METADATA_ID, "METADATA_ID", { 0, 1, 9, 0 } },
	{ SQL_ATTR_NOSCAN, "NOSCAN", { 0, 1, 9, 0 } },
	{ SQL_ATTR_PARAM_BIND_TYPE, "PARAM_BIND_TYPE", { 0, 64, 0, 0 } },
	{ SQL_ATTR_PARAMSET_SIZE, "PARAMSET_SIZE", { 1, 5, 0, 1 } },
	{ SQL_ATTR_QUERY_TIMEOUT, "QUERY_TIMEOUT", { 0, 30, 100000, 0 } },
	{ SQL_ATTR_RETRIEVE_DATA, "RETRIEVE_DATA", { 1, 0, 9, 1 } },
	{ SQL_ATTR_ROW_ARRAY_SIZE, "ROW_ARRAY_SIZE", { 1, 5, 0, 1 } },
	{ SQL_ROWSET_SIZE, "ROWSET_SIZE", { 1, 5, 0, 1 } },
	{ SQL_ATTR_ROW_BIND_TYPE, "ROW_BIND_TYPE", { 0, 64, 0, 0 } },
	{ SQL_ATTR_ROW_NUMBER, "ROW_NUMBER", { 1, 1, 1, 1 } },
	{ SQL_ATTR_SIMULATE_CURSOR, "SIMULATE_CURSOR", { 0, 1, 2, 9 } },
	{ SQL_ATTR_USE_BOOKMARKS, "USE_BOOKMARKS", { 0, 2, 1, 0 } },
	{ 0, NULL, { 0, 0, 0, 0 } },
};

static void get_one(struct gh_side *side, const struct attribute *a)
{
	SQLULEN value = 0x7777;
	SQLINTEGER length = 0x77;
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLGetStmtAttrW(side->stmt, a->attribute, &value, 0, &length)
			      : SQLGetStmtAttr(side->stmt, a->attribute, &value, 0, &length);

	gh_side_said(side, r, "SQLGetStmtAttr(%s)", a->name);
	gh_side_note(side, "  value %llx", (unsigned long long)value);
}

static void set_one(struct gh_side *side, const struct attribute *a, SQLULEN value)
{
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLSetStmtAttrW(side->stmt, a->attribute, (SQLPOINTER)value, 0)
			      : SQLSetStmtAttr(side->stmt, a->attribute, (SQLPOINTER)value, 0);

	gh_side_said(side, r, "SQLSetStmtAttr(%s, %llu)", a->name, (unsigned long long)value);
}

/* Where an application gave places of its own; drivers give the length, or not. */
static void pointers(struct gh_side *side)
{
	static const SQLINTEGER attributes[] = { SQL_ATTR_ROW_STATUS_PTR, SQL_ATTR_ROWS_FETCHED_PTR,
						 SQL_ATTR_ROW_BIND_OFFSET_PTR,
						 SQL_ATTR_ROW_BIND_TYPE };

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		SQLULEN value = 0x5A5A5A5A5A5A5A5AULL;
		SQLINTEGER length = 77;

		gh_side_said(side, SQLGetStmtAttr(side->stmt, attributes[i], &value, 0, &length),
			     "SQLGetStmtAttr(%d)", (int)attributes[i]);
		gh_side_note(side, "  value %llx length %d", (unsigned long long)value,
			     (int)length);
	}
}

/* Set to a place and asked for; the place itself is not written down. */
static void places(struct gh_side *side)
{
	static const SQLINTEGER attributes[] = {
		SQL_ATTR_FETCH_BOOKMARK_PTR,   SQL_ATTR_PARAM_BIND_OFFSET_PTR,
		SQL_ATTR_PARAM_OPERATION_PTR,  SQL_ATTR_PARAM_STATUS_PTR,
		SQL_ATTR_PARAMS_PROCESSED_PTR, SQL_ATTR_ROW_BIND_OFFSET_PTR,
		SQL_ATTR_ROW_OPERATION_PTR,    SQL_ATTR_ROW_STATUS_PTR,
		SQL_ATTR_ROWS_FETCHED_PTR,
	};
	static SQLULEN place[8];

	for (size_t i = 0; i < 2 * sizeof(attributes) / sizeof(attributes[0]); i++) {
		SQLINTEGER attribute = attributes[i / 2], length = 77;
		SQLPOINTER set = i % 2 == 0 ? place : NULL, got = &length;

		gh_side_said(side, SQLSetStmtAttr(side->stmt, attribute, set, SQL_IS_POINTER),
			     "SQLSetStmtAttr(%d)", (int)attribute);
		gh_side_said(side, SQLGetStmtAttr(side->stmt, attribute, &got, 0, &length),
			     "SQLGetStmtAttr(%d)", (int)attribute);
		gh_side_note(side, "  %s length %d",
			     got == set       ? "what was set"
			     : got == &length ? "untouched"
					      : "other",
			     (int)length);
		gh_side_said(side, SQLGetStmtAttr(side->stmt, attribute, &got, 0, NULL),
			     "SQLGetStmtAttr(%d) without length", (int)attribute);
	}
}

static void read_only(struct gh_side *side)
{
	gh_side_said(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_ROW_NUMBER, (SQLPOINTER)1, 0),
		     "SQLSetStmtAttr(ROW_NUMBER)");
}

static void defaults(struct gh_side *side)
{
	for (const struct attribute *a = statement_attributes; a->name; a++)
		get_one(side, a);
}

static void set_and_get(struct gh_side *side)
{
	for (const struct attribute *a = statement_attributes; a->name; a++) {
		for (size_t i = 0; i < 4; i++) {
			set_one(side, a, a->values[i]);
			get_one(side, a);
		}
		gh_side_fresh(side);
	}
}

static void set_with_open_cursor(struct gh_side *side)
{
	for (const struct attribute *a = statement_attributes; a->name; a++) {
		gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
		gh_side_fetch(side);
		set_one(side, a, a->values[1]);
		get_one(side, a);
		gh_side_fresh(side);
	}
}

static void row_number(struct gh_side *side)
{
	static const struct attribute number = { SQL_ATTR_ROW_NUMBER, "ROW_NUMBER", { 0 } };

	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 4 ORDER BY id");
	for (int i = 0; i < 5; i++) {
		get_one(side, &number);
		gh_side_fetch(side);
	}
}

static void retrieve_off(struct gh_side *side)
{
	struct gh_area area = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;

	if (gh_area_init(&area, 20)) {
		SQLSetStmtAttr(side->stmt, SQL_ATTR_RETRIEVE_DATA, (SQLPOINTER)SQL_RD_OFF, 0);
		SQLBindCol(side->stmt, 1, SQL_C_CHAR, gh_area_at(&area), 20, &length);
		gh_side_exec(side, "SELECT name FROM gh_rows WHERE id < 4 ORDER BY id");
		gh_side_fetch(side);
		gh_side_area(side, "value", &area, GH_ANSI);
		gh_side_length(side, "length", length);
	}
	gh_side_fresh(side);
	gh_area_clear(&area);
}

/* ---- connections ------------------------------------------------------------------ */

/* lint: table */
static const struct attribute connection_attributes[] = {
	{ SQL_ATTR_ACCESS_MODE, "ACCESS_MODE", { 0, 1, 9, 0 } },
	{ SQL_ATTR_ASYNC_ENABLE, "ASYNC_ENABLE", { 0, 1, 9, 0 } },
	{ SQL_ATTR_AUTOCOMMIT, "AUTOCOMMIT", { 1, 0, 9, 1 } },
	{ SQL_ATTR_AUTO_IPD, "AUTO_IPD", { 0, 1, 9, 0 } },
	{ SQL_ATTR_CONNECTION_DEAD, "CONNECTION_DEAD", { 0, 1, 9, 0 } },
	{ SQL_ATTR_CONNECTION_TIMEOUT, "CONNECTION_TIMEOUT", { 0, 30, 0, 0 } },
	{ SQL_ATTR_LOGIN_TIMEOUT, "LOGIN_TIMEOUT", { 0, 30, 15, 0 } },
	{ SQL_ATTR_METADATA_ID, "METADATA_ID", { 0, 1, 9, 0 } },
	{ SQL_ATTR_ODBC_CURSORS, "ODBC_CURSORS", { 2, 2, 9, 2 } },
	{ SQL_ATTR_PACKET_SIZE, "PACKET_SIZE", { 4096, 0, 1, 8192 } },
	{ SQL_ATTR_QUIET_MODE, "QUIET_MODE", { 0, 0, 0, 0 } },
	{ SQL_ATTR_TXN_ISOLATION, "TXN_ISOLATION", { 2, 8, 99, 1 } },
	{ SQL_ATTR_TRANSLATE_OPTION, "TRANSLATE_OPTION", { 0, 1, 0, 0 } },
	{ SQL_ATTR_DISCONNECT_BEHAVIOR, "DISCONNECT_BEHAVIOR", { 0, 1, 9, 0 } },
	{ SQL_ATTR_ANSI_APP, "ANSI_APP", { 1, 0, 1, 1 } },
	{ 0, NULL, { 0, 0, 0, 0 } },
};

static void dbc_get(struct gh_side *side, const struct attribute *a)
{
	SQLULEN value = 0;
	SQLINTEGER length = 0x77;
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLGetConnectAttrW(side->dbc, a->attribute, &value, 0, &length)
			      : SQLGetConnectAttr(side->dbc, a->attribute, &value, 0, &length);

	gh_side_dbc_said(side, r, "SQLGetConnectAttr(%s)", a->name);
	gh_side_note(side, "  value %llx", (unsigned long long)value);
}

static void dbc_set(struct gh_side *side, const struct attribute *a, SQLULEN value)
{
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLSetConnectAttrW(side->dbc, a->attribute, (SQLPOINTER)value, 0)
			      : SQLSetConnectAttr(side->dbc, a->attribute, (SQLPOINTER)value, 0);

	gh_side_dbc_said(side, r, "SQLSetConnectAttr(%s, %llu)", a->name,
			 (unsigned long long)value);
}

static void dbc_attributes(struct gh_side *side)
{
	for (const struct attribute *a = connection_attributes; a->name; a++) {
		dbc_get(side, a);
		for (size_t i = 0; i < 4; i++) {
			dbc_set(side, a, a->values[i]);
			dbc_get(side, a);
		}
		gh_side_query(side, "SELECT 1");
	}
}

static void dbc_attributes_before(struct gh_side *side)
{
	for (const struct attribute *a = connection_attributes; a->name; a++) {
		for (size_t i = 0; i < 2; i++) {
			SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &side->env);
			SQLSetEnvAttr(side->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3,
				      0);
			SQLAllocHandle(SQL_HANDLE_DBC, side->env, &side->dbc);
			dbc_get(side, a);
			dbc_set(side, a, a->values[1 + i]);
			dbc_get(side, a);
			SQLFreeHandle(SQL_HANDLE_DBC, side->dbc);
			SQLFreeHandle(SQL_HANDLE_ENV, side->env);
		}
	}
	side->dbc = SQL_NULL_HDBC;
	side->env = SQL_NULL_HENV;
}

/* SQLSetConnectAttr before SQLDriverConnect: the attribute must hold afterwards. */
static void kept_over_connect(struct gh_side *side)
{
	for (const struct attribute *a = connection_attributes; a->name; a++) {
		SQLHENV env = SQL_NULL_HENV;
		SQLHDBC other = SQL_NULL_HDBC, own = side->dbc;
		struct gh_buf buf;

		gh_buf_init(&buf, 0);
		gh_buf_printf(&buf, "DSN=%s%s", side->dsn, side->keywords);
		SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &env);
		SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
		SQLAllocHandle(SQL_HANDLE_DBC, env, &other);
		side->dbc = other;
		dbc_set(side, a, a->values[1]);
		gh_side_dbc_said(side,
				 SQLDriverConnect(other, NULL, (SQLCHAR *)buf.bytes, SQL_NTS, NULL,
						  0, NULL, SQL_DRIVER_NOPROMPT),
				 "connect with %s", a->name);
		dbc_get(side, a);
		SQLEndTran(SQL_HANDLE_DBC, other, SQL_ROLLBACK);
		gh_side_dbc_said(side, SQLDisconnect(other), "SQLDisconnect");
		SQLFreeHandle(SQL_HANDLE_DBC, other);
		SQLFreeHandle(SQL_HANDLE_ENV, env);
		side->dbc = own;
		gh_buf_clear(&buf);
	}
}

/* ---- what is refused -------------------------------------------------------------------- */

/* ODBC 3.8's events and what nobody knows: doc/connection.md, "What a tool sees". */
static void unknown_of_statements(struct gh_side *side)
{
	static const struct attribute all[] = {
		{ 9999, "9999", { 0, 1, 2, 3 } },
		{ 29, "ASYNC_STMT_EVENT", { 0, 0, 0, 0 } },
		{ 30, "ASYNC_STMT_PCALLBACK", { 0, 0, 0, 0 } },
		{ 70000, "70000", { 0, 1, 2, 3 } },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		get_one(side, &all[i]);
		set_one(side, &all[i], all[i].values[1]);
	}
}

static void unknown_of_connections(struct gh_side *side)
{
	static const struct attribute all[] = {
		{ 9999, "9999", { 0, 1, 2, 3 } },
		{ SQL_ATTR_ENLIST_IN_DTC, "ENLIST_IN_DTC", { 0, 0, 0, 0 } },
		{ SQL_ATTR_ENLIST_IN_XA, "ENLIST_IN_XA", { 0, 0, 0, 0 } },
		{ 117, "ASYNC_DBC_FUNCTIONS_ENABLE", { 0, 0, 0, 0 } },
		{ 118, "DBC_INFO_TOKEN", { 0, 0, 0, 0 } },
		{ 119, "ASYNC_DBC_EVENT", { 0, 0, 0, 0 } },
		{ 65536, "psqlODBC's DEBUG", { 0, 0, 0, 0 } },
		{ 70000, "70000", { 0, 1, 2, 3 } },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		dbc_get(side, &all[i]);
		dbc_set(side, &all[i], all[i].values[1]);
	}
}

/* ---- the current catalog, which is the one text --------------------------------------- */

static void catalog_into(struct gh_side *side, size_t room, SQLINTEGER *length)
{
	struct gh_area area = { 0 };
	SQLINTEGER told = (SQLINTEGER)room;
	SQLRETURN r;

	if (gh_area_init(&area, room)) {
		r = side->width == GH_WIDE ? SQLGetConnectAttrW(side->dbc, SQL_ATTR_CURRENT_CATALOG,
								gh_area_at(&area), told, length)
					   : SQLGetConnectAttr(side->dbc, SQL_ATTR_CURRENT_CATALOG,
							       gh_area_at(&area), told, length);
		gh_side_dbc_said(side, r, "SQLGetConnectAttr(CURRENT_CATALOG, room %zu)", room);
		gh_side_area(side, "catalog", &area, side->width);
	}
	gh_area_clear(&area);
	if (length)
		gh_side_note(side, "  length %d", (int)*length);
}

/* For a converted side unixODBC 2.3.11 writes more than the room it was given. */
static void current_catalog(struct gh_side *side)
{
	static const size_t rooms[] = { 60, 200, 0, 1, 2, 3, 4, 5, 8, 15 };

	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		SQLINTEGER length = 77;

		if (i < 2 || !gh_side_is_converted(side))
			catalog_into(side, rooms[i], &length);
	}
	catalog_into(side, 120, NULL);
}

static void catalog_set(struct gh_side *side, const char *name, SQLINTEGER length)
{
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLSetConnectAttrW(side->dbc, SQL_ATTR_CURRENT_CATALOG,
						   gh_side_wide(side, name), length)
			      : SQLSetConnectAttr(side->dbc, SQL_ATTR_CURRENT_CATALOG,
						  (SQLPOINTER)(uintptr_t)name, length);

	gh_side_dbc_said(side, r, "SQLSetConnectAttr(CURRENT_CATALOG, %s, %d)", name, (int)length);
}

static const char *twin_of_database(char name[80])
{
	const char *database = getenv("GH_MARIA_DATABASE");

	snprintf(name, 80, "%s_twin", database ? database : "gatehouse");
	return name;
}

static void catalog_changed(struct gh_side *side)
{
	SQLINTEGER unit = side->width == GH_WIDE ? sizeof(SQLWCHAR) : 1, length = 77;
	char twin[80], longer[90];
	const char *names[] = { twin_of_database(twin), "gh_nowhere", "", "gh_no" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		catalog_set(side, names[i], SQL_NTS);
		catalog_into(side, 200, &length);
	}
	/* only what the length says is the name */
	snprintf(longer, sizeof(longer), "%sxyz", twin);
	catalog_set(side, longer, (SQLINTEGER)strlen(twin) * unit);
	catalog_into(side, 200, &length);
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id = 1");
}

/* Set before there is a connection, then read from it. */
static void catalog_before(struct gh_side *side)
{
	char twin[80];
	struct gh_buf text;
	SQLINTEGER length = 77;

	SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &side->env);
	SQLSetEnvAttr(side->env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
	SQLAllocHandle(SQL_HANDLE_DBC, side->env, &side->dbc);
	catalog_set(side, twin_of_database(twin), SQL_NTS);
	gh_buf_init(&text, 0);
	gh_buf_printf(&text, "DSN=%s%s", side->dsn, side->keywords);
	gh_side_dbc_said(side,
			 side->width == GH_WIDE
				 ? SQLDriverConnectW(side->dbc, NULL,
						     gh_side_wide(side, text.bytes), SQL_NTS, NULL,
						     0, NULL, SQL_DRIVER_NOPROMPT)
				 : SQLDriverConnect(side->dbc, NULL, (SQLCHAR *)text.bytes, SQL_NTS,
						    NULL, 0, NULL, SQL_DRIVER_NOPROMPT),
			 "connect");
	gh_buf_clear(&text);
	catalog_into(side, 200, &length);
}

/* psqlODBC's own (its pgapifunc.h), without those that switch its logs on. */
/* lint: table */
static const struct attribute psqlodbc_attributes[] = {
	{ 65538, "PARSE", { 1, 0, 0, 0 } },
	{ 65540, "SERVER_SIDE_PREPARE", { 0, 1, 0, 0 } },
	{ 65541, "FETCH", { 10, 100, 0, 0 } },
	{ 65542, "UNKNOWNSIZES", { 1, 2, 0, 0 } },
	{ 65543, "TEXTASLONGVARCHAR", { 0, 1, 0, 0 } },
	{ 65544, "UNKNOWNSASLONGVARCHAR", { 1, 0, 0, 0 } },
	{ 65545, "BOOLSASCHAR", { 0, 1, 0, 0 } },
	{ 65546, "MAXVARCHARSIZE", { 20, 255, 0, 0 } },
	{ 65547, "MAXLONGVARCHARSIZE", { 100, 8190, 0, 0 } },
	{ 0, NULL, { 0, 0, 0, 0 } },
};

static void psqlodbc_own(struct gh_side *side)
{
	for (const struct attribute *a = psqlodbc_attributes; a->name; a++) {
		for (size_t i = 0; i < 2; i++) {
			dbc_get(side, a);
			dbc_set(side, a, a->values[i]);
			gh_side_fresh(side);
			gh_side_exec(side, "SELECT c_varchar, c_text, c_bool, c_json FROM gh_types"
					   " WHERE id = 1");
			gh_side_describe(side);
			gh_side_fresh(side);
		}
	}
}

static void environment(struct gh_side *side)
{
	static const SQLINTEGER attributes[] = { SQL_ATTR_ODBC_VERSION, SQL_ATTR_OUTPUT_NTS,
						 SQL_ATTR_CONNECTION_POOLING, SQL_ATTR_CP_MATCH,
						 9999 };

	for (size_t i = 0; i < sizeof(attributes) / sizeof(attributes[0]); i++) {
		SQLINTEGER value = 0;

		gh_side_env_said(side, SQLGetEnvAttr(side->env, attributes[i], &value, 0, NULL),
				 "SQLGetEnvAttr(%d)", (int)attributes[i]);
		gh_side_note(side, "  value %d", (int)value);
		gh_side_env_said(side, SQLSetEnvAttr(side->env, attributes[i], (SQLPOINTER)1, 0),
				 "SQLSetEnvAttr(%d, 1)", (int)attributes[i]);
	}
}

const struct gh_sequence gh_sequences_attributes[] = {
	{ "statement attributes begin the same", defaults, 0, 0 },
	{ "statement attributes that are places begin the same", pointers, 0, 0 },
	{ "a statement attribute that is only read is refused the same", read_only, 0, 0 },
	{ "statement attributes are set the same, wrong values too", set_and_get, 0, 0 },
	{ "statement attributes are set the same under an open cursor", set_with_open_cursor, 0,
	  0 },
	{ "SQL_ATTR_ROW_NUMBER counts the same", row_number, 0, 0 },
	{ "SQL_ATTR_RETRIEVE_DATA holds back the same", retrieve_off, 0, 0 },
	{ "connection attributes are set the same, wrong values too", dbc_attributes, 0, 0 },
	{ "connection attributes answer the same before a connection", dbc_attributes_before, 0,
	  GH_NO_CONNECT },
	{ "connection attributes set before a connection hold the same", kept_over_connect, 0, 0 },
	{ "the current catalog is the same", current_catalog, 0, 0 },
	{ "the current catalog is changed the same", catalog_changed, 0, 0 },
	{ "the current catalog is set before a connection", catalog_before, 0, GH_NO_CONNECT },
	{ "places given by an application are answered the same", places, 0, 0 },
	{ "unknown statement attributes are refused", unknown_of_statements, 0, GH_MAY_REFUSE },
	{ "unknown connection attributes are refused", unknown_of_connections, 0, GH_MAY_REFUSE },
	{ "psqlODBC's own connection attributes take effect", psqlodbc_own, GH_POSTGRESQL, 0 },
	{ "environment attributes answer the same", environment, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
