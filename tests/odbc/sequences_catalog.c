/* The catalog functions, with patterns, NULLs and empty texts. */
#include "sequences.h"

/* A name for a catalog function: a text, NULL, or one with an explicit length. */
struct names {
	const char *catalog, *schema, *table, *last;
};

#define T(text) (SQLCHAR *)(text), (SQLSMALLINT)((text) ? SQL_NTS : 0)
#define W(text) gh_side_wide(side, (text)), (SQLSMALLINT)((text) ? SQL_NTS : 0)
#define SHOW(text) ((text) ? (text) : "NULL")

#define DEFINE_FOUR(name, function)                                                              \
	static SQLRETURN name(struct gh_side *side, const struct names *n)                       \
	{                                                                                        \
		if (side->width == GH_WIDE)                                                      \
			return function##W(side->stmt, W(n->catalog), W(n->schema), W(n->table), \
					   W(n->last));                                          \
		return function(side->stmt, T(n->catalog), T(n->schema), T(n->table),            \
				T(n->last));                                                     \
	}
#define DEFINE_THREE(name, function)                                                             \
	static SQLRETURN name(struct gh_side *side, const struct names *n)                       \
	{                                                                                        \
		if (side->width == GH_WIDE)                                                      \
			return function##W(side->stmt, W(n->catalog), W(n->schema),              \
					   W(n->table));                                         \
		return function(side->stmt, T(n->catalog), T(n->schema), T(n->table));           \
	}

DEFINE_FOUR(tables, SQLTables)
DEFINE_FOUR(columns, SQLColumns)
DEFINE_FOUR(column_privileges, SQLColumnPrivileges)
DEFINE_FOUR(procedure_columns, SQLProcedureColumns)
DEFINE_THREE(primary_keys, SQLPrimaryKeys)
DEFINE_THREE(table_privileges, SQLTablePrivileges)
DEFINE_THREE(procedures, SQLProcedures)

static SQLRETURN foreign_keys(struct gh_side *side, const struct names *n)
{
	if (side->width == GH_WIDE)
		return SQLForeignKeysW(side->stmt, W(n->catalog), W(n->schema), W(n->table),
				       W(n->catalog), W(n->schema), W(n->last));
	return SQLForeignKeys(side->stmt, T(n->catalog), T(n->schema), T(n->table), T(n->catalog),
			      T(n->schema), T(n->last));
}

static SQLRETURN statistics(struct gh_side *side, const struct names *n)
{
	SQLUSMALLINT unique = n->last ? SQL_INDEX_UNIQUE : SQL_INDEX_ALL;

	if (side->width == GH_WIDE)
		return SQLStatisticsW(side->stmt, W(n->catalog), W(n->schema), W(n->table), unique,
				      SQL_QUICK);
	return SQLStatistics(side->stmt, T(n->catalog), T(n->schema), T(n->table), unique,
			     SQL_QUICK);
}

static SQLRETURN special_columns(struct gh_side *side, const struct names *n)
{
	SQLUSMALLINT kind = n->last ? SQL_ROWVER : SQL_BEST_ROWID;

	if (side->width == GH_WIDE)
		return SQLSpecialColumnsW(side->stmt, kind, W(n->catalog), W(n->schema),
					  W(n->table), SQL_SCOPE_SESSION, SQL_NULLABLE);
	return SQLSpecialColumns(side->stmt, kind, T(n->catalog), T(n->schema), T(n->table),
				 SQL_SCOPE_SESSION, SQL_NULLABLE);
}

struct catalog_call {
	const char *name;
	SQLRETURN (*call)(struct gh_side *side, const struct names *names);
	struct names names;
};

static void run_calls(struct gh_side *side, const struct catalog_call *calls)
{
	for (; calls->name; calls++) {
		const struct names *n = &calls->names;
		SQLRETURN r = calls->call(side, n);

		gh_side_said(side, r, "%s(%s, %s, %s, %s)", calls->name, SHOW(n->catalog),
			     SHOW(n->schema), SHOW(n->table), SHOW(n->last));
		if (SQL_SUCCEEDED(r)) {
			gh_side_describe(side);
			gh_side_read(side, gh_side_text_type(side), 160, 200);
		}
		gh_side_close_cursor(side);
	}
}

static void list_tables(struct gh_side *side)
{
	static const struct catalog_call calls[] = {
		{ "SQLTables", tables, { NULL, NULL, "gh\\_%", NULL } },
		{ "SQLTables", tables, { NULL, NULL, "gh_types", "TABLE" } },
		{ "SQLTables", tables, { NULL, NULL, "gh_view", "VIEW" } },
		{ "SQLTables", tables, { NULL, NULL, "gh_%", "'TABLE','VIEW'" } },
		{ "SQLTables", tables, { NULL, NULL, "no such table", NULL } },
		{ "SQLTables", tables, { "", "", "", "%" } },
		{ "SQLTables", tables, { "", "%", "", "" } },
		{ "SQLTables", tables, { "%", "", "", "" } },
		{ "SQLTables", tables, { NULL, "", "gh_rows", NULL } },
		{ NULL, NULL, { NULL, NULL, NULL, NULL } },
	};

	run_calls(side, calls);
}

static void list_columns(struct gh_side *side)
{
	static const struct catalog_call calls[] = {
		{ "SQLColumns", columns, { NULL, NULL, "gh_types", NULL } },
		{ "SQLColumns", columns, { NULL, NULL, "gh_types", "c\\_%" } },
		{ "SQLColumns", columns, { NULL, NULL, "gh_%", "id" } },
		{ "SQLColumns", columns, { NULL, NULL, "gh_view", "%" } },
		{ "SQLColumns", columns, { NULL, NULL, "no such table", NULL } },
		{ NULL, NULL, { NULL, NULL, NULL, NULL } },
	};

	run_calls(side, calls);
}

static void list_keys(struct gh_side *side)
{
	static const struct catalog_call calls[] = {
		{ "SQLPrimaryKeys", primary_keys, { NULL, NULL, "gh_child", NULL } },
		{ "SQLPrimaryKeys", primary_keys, { NULL, NULL, "no such table", NULL } },
		{ "SQLPrimaryKeys", primary_keys, { NULL, NULL, NULL, NULL } },
		{ "SQLForeignKeys", foreign_keys, { NULL, NULL, "gh_parent", NULL } },
		{ "SQLForeignKeys", foreign_keys, { NULL, NULL, NULL, "gh_child" } },
		{ "SQLForeignKeys", foreign_keys, { NULL, NULL, "gh_parent", "gh_child" } },
		{ "SQLStatistics", statistics, { NULL, NULL, "gh_child", NULL } },
		{ "SQLStatistics", statistics, { NULL, NULL, "gh_parent", "unique" } },
		{ "SQLStatistics", statistics, { NULL, NULL, "no such table", NULL } },
		{ "SQLSpecialColumns", special_columns, { NULL, NULL, "gh_child", NULL } },
		{ "SQLSpecialColumns", special_columns, { NULL, NULL, "gh_child", "version" } },
		{ NULL, NULL, { NULL, NULL, NULL, NULL } },
	};

	run_calls(side, calls);
}

static void list_privileges(struct gh_side *side)
{
	static const struct catalog_call without_columns[] = {
		{ "SQLTablePrivileges", table_privileges, { NULL, NULL, "gh_parent", NULL } },
		{ "SQLProcedures", procedures, { NULL, NULL, "gh_none", NULL } },
		{ "SQLProcedureColumns", procedure_columns, { NULL, NULL, "gh_none", "%" } },
		{ NULL, NULL, { NULL, NULL, NULL, NULL } },
	};
	static const struct catalog_call calls[] = {
		{ "SQLTablePrivileges", table_privileges, { NULL, NULL, "gh_parent", NULL } },
		{ "SQLColumnPrivileges", column_privileges, { NULL, NULL, "gh_parent", "%" } },
		{ "SQLProcedures", procedures, { NULL, NULL, "gh_none", NULL } },
		{ "SQLProcedureColumns", procedure_columns, { NULL, NULL, "gh_none", "%" } },
		{ NULL, NULL, { NULL, NULL, NULL, NULL } },
	};

	/* the manager maps SQLColumnPrivilegesW to no ANSI driver, and so says IM001 raw */
	if (gh_side_is_converted(side))
		run_calls(side, without_columns);
	else
		run_calls(side, calls);
}

/* A catalog function's result replaces an open cursor only where it may. */
static void catalog_out_of_sequence(struct gh_side *side)
{
	static const struct catalog_call calls[] = {
		{ "SQLTables", tables, { NULL, NULL, "gh_rows", NULL } },
		{ NULL, NULL, { NULL, NULL, NULL, NULL } },
	};

	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
	gh_side_fetch(side);
	run_calls(side, calls);
	gh_side_prepare(side, "SELECT id FROM gh_rows WHERE id < 3 ORDER BY id");
	run_calls(side, calls);
	gh_side_execute(side);
}

static void metadata_id(struct gh_side *side)
{
	static const struct catalog_call calls[] = {
		{ "SQLTables", tables, { NULL, NULL, "GH_ROWS", NULL } },
		{ "SQLColumns", columns, { NULL, NULL, "gh_rows", NULL } },
		{ NULL, NULL, { NULL, NULL, NULL, NULL } },
	};

	gh_side_said(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_METADATA_ID, (SQLPOINTER)1, 0),
		     "SQLSetStmtAttr(METADATA_ID, 1)");
	run_calls(side, calls);
}

static void bound_catalog(struct gh_side *side)
{
	struct gh_area name = { 0 };
	SQLLEN length = GH_LENGTH_UNTOUCHED;

	if (gh_area_init(&name, 10)) {
		SQLBindCol(side->stmt, 3, SQL_C_CHAR, gh_area_at(&name), 10, &length);
		gh_side_said(side,
			     SQLTables(side->stmt, NULL, 0, NULL, 0, (SQLCHAR *)"gh_typesXX", 8,
				       NULL, 0),
			     "SQLTables(length 8)");
		gh_side_fetch(side);
		gh_side_area(side, "name", &name, GH_ANSI);
		gh_side_length(side, "length", length);
	}
	gh_side_fresh(side);
	gh_area_clear(&name);
}

const struct gh_sequence gh_sequences_catalog[] = {
	{ "SQLTables lists the same", list_tables, 0, 0 },
	{ "SQLColumns lists the same", list_columns, 0, 0 },
	{ "keys, statistics and special columns are the same", list_keys, 0, 0 },
	{ "privileges and procedures are the same", list_privileges, 0, 0 },
	{ "catalog functions out of sequence answer the same", catalog_out_of_sequence, 0, 0 },
	{ "SQL_ATTR_METADATA_ID works the same", metadata_id, 0, 0 },
	{ "catalog results are bound the same", bound_catalog, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
