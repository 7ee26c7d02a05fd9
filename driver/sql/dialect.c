/*
 * What differs between the targets, as data; and the names of statement kinds.
 */
#include "internal.h"

#define ALL_MODES ((1u << 22) - 1)

/* lint: table */
static const struct gh_sql_dialect_row rows[GH_DIALECT_COUNT] = {
	[GH_DIALECT_GENERIC] = {
		"generic", GH_SQL_MODE_BITS | GH_SQL_MODE_NATIONAL, ALL_MODES,
		GH_SQL_TRAIT_CTE_SEES_ALL | GH_SQL_TRAIT_NAME_MAY_BE_TEXT |
			GH_SQL_TRAIT_NO_SEPARATOR | GH_SQL_TRAIT_ALIAS_IN_LIST |
			GH_SQL_TRAIT_OR_BARS | GH_SQL_TRAIT_INTO_TABLE,
		1 << 0,
	},
	[GH_DIALECT_POSTGRESQL] = {
		"postgresql",
		GH_SQL_MODE_DOLLAR_QUOTE | GH_SQL_MODE_NESTED | GH_SQL_MODE_ESCAPE_STRING |
			GH_SQL_MODE_UNICODE | GH_SQL_MODE_NATIONAL | GH_SQL_MODE_BITS,
		GH_SQL_MODE_BACKSLASH, /* standard_conforming_strings */
		GH_SQL_TRAIT_FOLD_LOWER | GH_SQL_TRAIT_TYPED_LITERAL | GH_SQL_TRAIT_FROM_DML |
			GH_SQL_TRAIT_INTO_TABLE,
		1 << 1,
	},
	[GH_DIALECT_MYSQL] = {
		"mysql",
		GH_SQL_MODE_BACKSLASH | GH_SQL_MODE_DQ_STRING | GH_SQL_MODE_BACKTICK |
			GH_SQL_MODE_CODE_COMMENT | GH_SQL_MODE_CODE_VERSION |
			GH_SQL_MODE_DASH_SPACE | GH_SQL_MODE_HASH_COMMENT | GH_SQL_MODE_VARIABLE |
			GH_SQL_MODE_NATIONAL | GH_SQL_MODE_BITS,
		GH_SQL_MODE_BACKSLASH | GH_SQL_MODE_DQ_STRING | GH_SQL_MODE_CODE_VERSION |
			GH_SQL_MODE_CODE_MARIADB | GH_SQL_MODE_DASH_SPACE,
		GH_SQL_TRAIT_TYPED_LITERAL | GH_SQL_TRAIT_BINARY_PREFIX |
			GH_SQL_TRAIT_STRING_ALIAS | GH_SQL_TRAIT_OR_BARS,
		1 << 2,
	},
	[GH_DIALECT_MARIADB] = {
		"mariadb",
		GH_SQL_MODE_BACKSLASH | GH_SQL_MODE_DQ_STRING | GH_SQL_MODE_BACKTICK |
			GH_SQL_MODE_CODE_COMMENT | GH_SQL_MODE_CODE_VERSION |
			GH_SQL_MODE_CODE_MARIADB | GH_SQL_MODE_DASH_SPACE |
			GH_SQL_MODE_HASH_COMMENT | GH_SQL_MODE_VARIABLE | GH_SQL_MODE_NATIONAL |
			GH_SQL_MODE_BITS,
		GH_SQL_MODE_BACKSLASH | GH_SQL_MODE_DQ_STRING | GH_SQL_MODE_CODE_VERSION |
			GH_SQL_MODE_DASH_SPACE,
		GH_SQL_TRAIT_TYPED_LITERAL | GH_SQL_TRAIT_BINARY_PREFIX |
			GH_SQL_TRAIT_STRING_ALIAS | GH_SQL_TRAIT_OR_BARS,
		1 << 3,
	},
	[GH_DIALECT_SQLITE] = {
		"sqlite",
		GH_SQL_MODE_BACKTICK | GH_SQL_MODE_BRACKET | GH_SQL_MODE_AT_MARKER |
			GH_SQL_MODE_COLON_MARKER | GH_SQL_MODE_BITS,
		0,
		GH_SQL_TRAIT_NO_CASE | GH_SQL_TRAIT_CTE_SEES_ALL | GH_SQL_TRAIT_NAME_MAY_BE_TEXT |
			GH_SQL_TRAIT_STRING_ALIAS,
		1 << 4,
	},
	[GH_DIALECT_TSQL] = {
		"tsql",
		GH_SQL_MODE_BRACKET | GH_SQL_MODE_BRACKET_TWICE | GH_SQL_MODE_NESTED |
			GH_SQL_MODE_HASH_WORD | GH_SQL_MODE_AT_WORD | GH_SQL_MODE_VARIABLE |
			GH_SQL_MODE_NATIONAL,
		GH_SQL_MODE_DQ_STRING, /* QUOTED_IDENTIFIER */
		GH_SQL_TRAIT_CTE_SEES_ALL | GH_SQL_TRAIT_STRING_ALIAS |
			GH_SQL_TRAIT_NO_SEPARATOR | GH_SQL_TRAIT_INTO_TABLE,
		1 << 5,
	},
	[GH_DIALECT_ORACLE] = {
		"oracle",
		GH_SQL_MODE_HASH_WORD | GH_SQL_MODE_COLON_MARKER | GH_SQL_MODE_QUOTE_STRING |
			GH_SQL_MODE_NATIONAL | GH_SQL_MODE_AT_WORD,
		GH_SQL_MODE_AT_WORD,
		GH_SQL_TRAIT_FOLD_UPPER | GH_SQL_TRAIT_TYPED_LITERAL,
		1 << 6,
	},
};

struct name_row {
	const char *name; /* SQL_DBMS_NAME without case */
	enum gh_dialect dialect;
};

/* lint: table */
static const struct name_row names[] = {
	{ "postgresql", GH_DIALECT_POSTGRESQL }, { "mysql", GH_DIALECT_MYSQL },
	{ "mariadb", GH_DIALECT_MARIADB },       { "sqlite", GH_DIALECT_SQLITE },
	{ "microsoft sql server", GH_DIALECT_TSQL }, { "sql server", GH_DIALECT_TSQL },
	{ "tsql", GH_DIALECT_TSQL },             { "oracle", GH_DIALECT_ORACLE },
};

/* lint: table */
static const char *const kinds[GH_KIND_COUNT] = {
	[GH_KIND_UNKNOWN] = "UNKNOWN",   [GH_KIND_SELECT] = "SELECT",
	[GH_KIND_INSERT] = "INSERT",     [GH_KIND_UPDATE] = "UPDATE",
	[GH_KIND_DELETE] = "DELETE",     [GH_KIND_MERGE] = "MERGE",
	[GH_KIND_CREATE] = "CREATE",     [GH_KIND_ALTER] = "ALTER",
	[GH_KIND_DROP] = "DROP",         [GH_KIND_TRUNCATE] = "TRUNCATE",
	[GH_KIND_GRANT] = "GRANT",       [GH_KIND_REVOKE] = "REVOKE",
	[GH_KIND_CALL] = "CALL",         [GH_KIND_EXPLAIN] = "EXPLAIN",
	[GH_KIND_COPY] = "COPY",         [GH_KIND_SET] = "SET",
	[GH_KIND_TRANSACTION] = "TRANSACTION", [GH_KIND_OTHER] = "OTHER",
	[GH_KIND_CATALOG] = "CATALOG",
};

const struct gh_sql_dialect_row *gh_sql_dialect_row(enum gh_dialect dialect)
{
	if ((unsigned)dialect >= GH_DIALECT_COUNT)
		return &rows[GH_DIALECT_GENERIC];
	return &rows[dialect];
}

enum gh_dialect gh_sql_dialect_from(const char *dbms_name)
{
	struct gh_span name = gh_span_from(dbms_name);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (gh_span_equal_nocase(name, gh_span_from(names[i].name)))
			return names[i].dialect;
	return GH_DIALECT_GENERIC;
}

const char *gh_sql_dialect_name(enum gh_dialect dialect)
{
	return gh_sql_dialect_row(dialect)->name;
}

const char *gh_sql_kind_name(enum gh_kind kind)
{
	if ((unsigned)kind >= GH_KIND_COUNT)
		return kinds[GH_KIND_UNKNOWN];
	return kinds[kind];
}
