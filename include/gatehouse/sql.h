/*
 * SQL analysis: what a statement reads, writes, shows and only uses.
 *
 * Sound, not validating: whatever is not understood is flagged as opaque and
 * touches every table and every column.  The text is never changed; what is
 * analysed is what the target gets.
 *
 * A table that the catalogue does not confirm as one gives its written columns
 * as origins and the bit GH_LINEAGE_UNKNOWN, and tables_known is false; so does a
 * function that is not known to be pure, which adds GH_ACTION_CALL too.  More on
 * what the facts mean: doc/design/sql.md.
 */
#ifndef GATEHOUSE_SQL_H
#define GATEHOUSE_SQL_H

#include "gatehouse/facts.h"
#include "gatehouse/util.h"

enum gh_dialect {
	GH_DIALECT_GENERIC = 0, /* unknown target: every lexical mode is possible */
	GH_DIALECT_POSTGRESQL,
	GH_DIALECT_MYSQL,
	GH_DIALECT_MARIADB,
	GH_DIALECT_SQLITE,
	GH_DIALECT_TSQL,
	GH_DIALECT_ORACLE,
	GH_DIALECT_ANSI, /* standard SQL, and what most targets add to it */
	GH_DIALECT_SNOWFLAKE,
	GH_DIALECT_BIGQUERY,
	GH_DIALECT_REDSHIFT,
	GH_DIALECT_DB2,
	GH_DIALECT_DUCKDB,
	GH_DIALECT_SPARK, /* and Databricks */
	GH_DIALECT_HIVE,
	GH_DIALECT_TRINO, /* and Presto, Athena */
	GH_DIALECT_CLICKHOUSE,
	GH_DIALECT_TERADATA,
	GH_DIALECT_COUNT
};

/* From SQL_DBMS_NAME ("PostgreSQL", "MariaDB", "SQLite", ...); unknown: GENERIC. */
enum gh_dialect gh_sql_dialect_from(const char *dbms_name);
/*
 * From a short name ("postgres", "tsql", ...), of which some stand for the nearest
 * relative ("greenplum", "athena"): not for decisions.  unknown: GENERIC.
 */
enum gh_dialect gh_sql_dialect_named(const char *name);
const char *gh_sql_dialect_name(enum gh_dialect dialect);
/* "SELECT", "DROP", ...; "UNKNOWN" for GH_KIND_UNKNOWN. */
const char *gh_sql_kind_name(enum gh_kind kind);
/* "files", "programs", ... of one bit of enum gh_reach; NULL: there is no such bit. */
const char *gh_sql_reach_name(unsigned bit);

/* What a catalogue knows of a name in FROM. */
enum gh_sql_relation_kind {
	GH_SQL_RELATION_UNKNOWN = 0, /* could not be asked, or ambiguous: lineage is unknown */
	GH_SQL_RELATION_ABSENT,      /* there is no such table */
	GH_SQL_RELATION_TABLE,       /* a base table: its columns are origins */
	GH_SQL_RELATION_OTHER,       /* view, synonym, foreign table...: lineage is unknown */
	GH_SQL_RELATION_VIEW,        /* a view with a `definition` */
	GH_SQL_RELATION_ASSUMED,     /* taken for a base table on somebody's word; its columns
				      * are those that the statement names */
};

struct gh_relation {
	enum gh_sql_relation_kind kind;
	const char *catalog; /* as stored by the target; NULL where it has none */
	const char *schema;
	const char *name;
	const char *const *columns; /* in the table's order; as stored */
	size_t column_count;
	/*
	 * What reading it means: the facts of a view's query, one output for each
	 * column.  Of a table (NULL: itself alone) the columns that its own ones may
	 * come from, itself included.  Without the right number of known outputs a view
	 * is OTHER, and a table UNKNOWN.
	 */
	const struct gh_facts *definition;
};

/*
 * A table's name as it is written, unquoted; NULL where a part is not named.  Of
 * two parts the first is the schema, also for targets where ODBC calls it a catalog.
 */
struct gh_sql_table_name {
	const char *catalog;
	const char *schema;
	const char *table;
	bool quoted; /* the table's part was quoted */
	bool schema_quoted;
	bool catalog_quoted;
};

/*
 * How the analyser asks for names.  `find` fills *out and returns GH_OK also
 * when the name is unknown or absent; texts stay valid until the analysis
 * returns.  A NULL resolver or find knows nothing.
 */
struct gh_resolver {
	enum gh_status (*find)(void *context, const struct gh_sql_table_name *name,
			       struct gh_relation *out, struct gh_error *err);
	void *context;
};

/* What is known of one mode of the session. */
enum gh_sql_setting { GH_SQL_SETTING_UNKNOWN = 0, GH_SQL_SETTING_OFF, GH_SQL_SETTING_ON };

/*
 * How the session reads what could be read in two ways.  Where a setting is
 * unknown, a text that reads differently is analysed both ways: the union is
 * taken, and where the kinds differ nothing is known.
 */
struct gh_sql_settings {
	enum gh_sql_setting quoted_names; /* "x" is a name: ANSI_QUOTES, QUOTED_IDENTIFIER */
	enum gh_sql_setting backslashes;  /* '\'' : not NO_BACKSLASH_ESCAPES, or PostgreSQL's
					   * standard_conforming_strings off */
};

struct gh_sql_options {
	enum gh_dialect dialect;
	const struct gh_resolver *resolver; /* NULL: no catalogue */
	bool no_scan; /* SQL_ATTR_NOSCAN: the driver does not expand {escapes} */
	struct gh_sql_settings settings;
};

/*
 * Analyses `text`.  On GH_OK *out holds the facts (caller frees with
 * gh_sql_facts_free), which may say "opaque".  GH_E_SQL_TEXT: the text cannot
 * be read at all (NUL byte, not UTF-8, unterminated literal, over a limit) and
 * must not be sent; *out is then NULL and `err` says what and where.
 * Bounded in time and memory, and runs on a 64 KiB stack.
 */
GH_MUST_CHECK enum gh_status gh_sql_analyze(struct gh_span text,
					    const struct gh_sql_options *options,
					    struct gh_facts **out, struct gh_error *err);
void gh_sql_facts_free(struct gh_facts *facts);

/* ---- row filters ------------------------------------------------------------ */

struct gh_sql_rewriting {
	const struct gh_facts *facts;   /* of the text that is rewritten */
	const char *const *conditions;  /* in brackets, for each reference; NULL: none */
	size_t *places;                 /* filled: where each reference is in the new text */
};

/*
 * Writes the text with every reference that has a condition under it: a subquery
 * where rows are read, AND behind the WHERE where they are changed.  Refuses
 * nothing: the result is to be analysed again, and gh_sql_rewrite_holds must be true.
 */
GH_MUST_CHECK enum gh_status gh_sql_rewrite(struct gh_span text,
					    const struct gh_sql_rewriting *rewriting,
					    struct gh_buf *out, struct gh_error *err);
/* Is `after`, of the new text, the same statement with the same result and tables? */
GH_MUST_CHECK bool gh_sql_rewrite_holds(const struct gh_sql_rewriting *rewriting,
					const struct gh_facts *after);

/*
 * The query in the text of a CREATE VIEW, as SQLite keeps it; borrowed from `text`.
 * Empty where the text is anything else.
 */
struct gh_span gh_sql_view_query(struct gh_span text, enum gh_dialect dialect);

#endif
