/* Kinds, actions, dangers, batches, and what a WHERE says. */
#include "sql_case.h"

#define HAS(f, flag) (((f)->flags & (flag)) != 0)

struct kind_case {
	const char *text;
	enum gh_kind kind;
	unsigned actions; /* at least these */
};

START_TEST(every_statement_has_a_kind)
{
	static const struct kind_case cases[] = {
		{ "(SELECT 1)", GH_KIND_SELECT, GH_ACTION_READ },
		{ "WITH a AS (SELECT 1) DELETE FROM people", GH_KIND_DELETE, GH_ACTION_DELETE },
		{ "drop  table if exists nosuch", GH_KIND_DROP, GH_ACTION_DDL },
		{ "TRUNCATE scratch", GH_KIND_TRUNCATE, GH_ACTION_DDL },
		{ "CREATE TEMP TABLE c AS SELECT ssn FROM people", GH_KIND_CREATE,
		  GH_ACTION_DDL | GH_ACTION_READ },
		{ "SELECT ssn INTO c FROM people", GH_KIND_CREATE, GH_ACTION_DDL | GH_ACTION_READ },
		{ "ALTER TABLE people ADD x int", GH_KIND_ALTER, GH_ACTION_DDL },
		{ "GRANT ALL ON people TO bob", GH_KIND_GRANT, GH_ACTION_DCL },
		{ "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE", GH_KIND_MERGE,
		  GH_ACTION_WRITE | GH_ACTION_DELETE },
		{ "DO $$ x $$", GH_KIND_CALL, GH_ACTION_CALL },
		{ "{?=call p(?)}", GH_KIND_CALL, GH_ACTION_CALL },
		{ "EXECUTE p1(1)", GH_KIND_CALL, GH_ACTION_CALL },
		{ "EXPLAIN SELECT 1", GH_KIND_EXPLAIN, GH_ACTION_READ },
		{ "EXPLAIN (ANALYZE, VERBOSE) DELETE FROM people", GH_KIND_EXPLAIN,
		  GH_ACTION_DELETE },
		{ "COPY (SELECT ssn FROM people) TO STDOUT", GH_KIND_COPY, GH_ACTION_EXPORT },
		{ "SET search_path TO public", GH_KIND_SET, GH_ACTION_ADMIN },
		{ "ROLLBACK TO SAVEPOINT a", GH_KIND_TRANSACTION, 0 },
		{ "BEGIN", GH_KIND_TRANSACTION, 0 },
		{ "BEGIN DELETE FROM people", GH_KIND_UNKNOWN, GH_ACTION_ALL },
		{ "VACUUM people", GH_KIND_OTHER, GH_ACTION_ADMIN },
		{ "frobnicate people", GH_KIND_UNKNOWN, GH_ACTION_ALL },
		{ "REPLACE INTO scratch VALUES (1)", GH_KIND_INSERT,
		  GH_ACTION_WRITE | GH_ACTION_DELETE },
		{ "PREPARE p AS DELETE FROM people", GH_KIND_CALL, GH_ACTION_DELETE },
		{ "", GH_KIND_UNKNOWN, GH_ACTION_ALL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		FACT(PG, cases[i].text, f->kind == cases[i].kind &&
		     (f->actions & cases[i].actions) == cases[i].actions);
}
END_TEST

START_TEST(a_batch_is_as_bad_as_its_worst_statement)
{
	FACT(PG, "SELECT 1; SELECT ssn FROM people", HAS(f, GH_FACT_MULTI) && !f->outputs_known);
	FACT(PG, "SELECT 1; DROP TABLE people",
	     f->kind == GH_KIND_DROP && (f->actions & GH_ACTION_DDL) != 0);
	FACT(PG, "COMMIT; UPDATE people SET name = 'z'", f->kind == GH_KIND_UPDATE);
	FACT(PG, "SELECT id FROM people;", !HAS(f, GH_FACT_MULTI) && f->outputs_known);
	FACT(GH_DIALECT_TSQL, "SELECT 1 DELETE FROM people",
	     HAS(f, GH_FACT_MULTI) && HAS(f, GH_FACT_OPAQUE) && (f->actions & GH_ACTION_DELETE));
	FACT(GH_DIALECT_TSQL, "SELECT id FROM people", !HAS(f, GH_FACT_MULTI | GH_FACT_OPAQUE));
}
END_TEST

START_TEST(a_statement_behind_a_harmless_one_is_found)
{
	static const char *const drops[] = {
		"SET NOCOUNT ON DROP TABLE people", "COMMIT DROP TABLE people",
		"USE x TRUNCATE TABLE people", "SELECT 1 TRUNCATE TABLE people",
		"SELECT id FROM people TRUNCATE TABLE people", "SELECT 1 a TRUNCATE TABLE people",
		"SET ROWCOUNT 1; SELECT 1 TRUNCATE TABLE people",
	};
	static const char *const mariadb[] = {
		"SET STATEMENT max_statement_time=1 FOR DROP TABLE people",
		"SET STATEMENT max_statement_time=1 FOR TRUNCATE people",
		"BEGIN NOT ATOMIC DROP TABLE people; END",
		"BEGIN NOT ATOMIC TRUNCATE people; END",
	};

	for (size_t i = 0; i < sizeof(drops) / sizeof(drops[0]); i++) {
		FACT(GH_DIALECT_TSQL, drops[i],
		     (f->actions & GH_ACTION_DDL) != 0 && HAS(f, GH_FACT_MULTI));
		FACT(GH_DIALECT_GENERIC, drops[i],
		     (f->actions & GH_ACTION_DDL) != 0 && HAS(f, GH_FACT_OPAQUE));
	}
	for (size_t i = 0; i < sizeof(mariadb) / sizeof(mariadb[0]); i++)
		FACT(GH_DIALECT_MARIADB, mariadb[i],
		     (f->actions & GH_ACTION_DDL) != 0 && HAS(f, GH_FACT_OPAQUE));
	FACT(GH_DIALECT_TSQL, "SET NOCOUNT ON SELECT id FROM people",
	     f->tables_known == false && HAS(f, GH_FACT_MULTI) && f->statement_count == 2);
	FACT(GH_DIALECT_TSQL, "TRUNCATE TABLE people", !HAS(f, GH_FACT_MULTI));
	FACT(PG, "BEGIN NOT DEFERRABLE", f->kind == GH_KIND_TRANSACTION && f->actions == 0);
	FACT(PG, "ROLLBACK TO SAVEPOINT a", f->kind == GH_KIND_TRANSACTION);
	FACT(GH_DIALECT_TSQL, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
	     !HAS(f, GH_FACT_MULTI | GH_FACT_OPAQUE));
}
END_TEST

START_TEST(dangerous_names_and_clauses_are_found_anywhere)
{
	static const char *const bad[] = {
		"SELECT pg_read_file('x')", "SELECT pg_catalog.pg_sleep(1)",
		"SELECT \"pg_read_file\"('x')", "SELECT query_to_xml('x', true, false, '')",
		"COPY people FROM PROGRAM 'x'", "COPY people TO '/tmp/x'", "ALTER SYSTEM SET x = 1",
		"CREATE EXTENSION x", "SELECT * FROM dblink('a', 'b') AS t(a int)",
		"EXEC xp_cmdshell 'x'", "SELECT * FROM a.b.c.d", "SELECT load_extension('x')",
		"ATTACH 'x' AS y", "SELECT 1 INTO OUTFILE 'x'",
		"SELECT set_config('a', 'b', false)",
		"CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS ''",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		FACT(PG, bad[i], HAS(f, GH_FACT_DANGEROUS));
	FACT(PG, "SELECT sleep FROM people", !HAS(f, GH_FACT_DANGEROUS));
	FACT(PG, "SELECT 'pg_read_file(1)' FROM people", !HAS(f, GH_FACT_DANGEROUS));
	FACT(PG, "COPY people TO STDOUT", !HAS(f, GH_FACT_DANGEROUS));
}
END_TEST

START_TEST(changes_of_the_mode_are_flagged)
{
	FACT(GH_DIALECT_MYSQL, "SET sql_mode = 'x'", HAS(f, GH_FACT_MODE));
	FACT(GH_DIALECT_MYSQL, "SET @@session.sql_mode = 'x'", HAS(f, GH_FACT_MODE));
	FACT(GH_DIALECT_MYSQL, "SET NAMES gbk", HAS(f, GH_FACT_MODE));
	FACT(PG, "SET standard_conforming_strings = off", HAS(f, GH_FACT_MODE));
	FACT(PG, "RESET ALL", HAS(f, GH_FACT_MODE));
	FACT(GH_DIALECT_TSQL, "SET QUOTED_IDENTIFIER OFF", HAS(f, GH_FACT_MODE));
	FACT(PG, "SET timezone = 'UTC'", !HAS(f, GH_FACT_MODE) && !HAS(f, GH_FACT_OPAQUE));
	FACT(PG, "SET x = (SELECT 1)", HAS(f, GH_FACT_OPAQUE));
}
END_TEST

START_TEST(a_where_that_takes_every_row_is_trivial)
{
	static const char *const trivial[] = {
		"1=1", "true", "1=1 OR x='2'", "x IS NOT NULL OR x IS NULL", "x=x", "x='a' OR 1=1",
		"(1=1 OR x='2')", "x='a' OR x<>'a'", "x LIKE x", "x=x AND 1=1", "NOT (1=2)",
		"x IS NOT NULL", "(x)=(x)", "scratch.x=x", "EXISTS (SELECT 1)",
		"CASE WHEN x='a' THEN true ELSE true END", "x>='a' OR x<'a'",
		"(x='a') OR (NOT x='a')", "?=?",
	};
	static const char *const real[] = {
		"x='a'", "x='a' OR x='b'", "x IN ('a', 'b')", "1=1 AND x='a'", "x IS NULL OR x=''",
		"x BETWEEN 'a' AND 'b'", "(x='a' AND 1=1)", "x LIKE 'a%'", "NOT x='a'", "x=?",
		"length(x) > 3",
	};
	char text[200];

	for (size_t i = 0; i < sizeof(trivial) / sizeof(trivial[0]); i++) {
		snprintf(text, sizeof(text), "DELETE FROM scratch WHERE %s", trivial[i]);
		FACT(PG, text, f->where == GH_WHERE_TRIVIAL && !HAS(f, GH_FACT_OPAQUE));
	}
	for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++) {
		snprintf(text, sizeof(text), "UPDATE scratch SET x='z' WHERE %s", real[i]);
		FACT(PG, text, f->where == GH_WHERE_REAL);
	}
	FACT(PG, "DELETE FROM scratch", f->where == GH_WHERE_ABSENT);
	FACT(GH_DIALECT_MYSQL, "DELETE FROM scratch WHERE x='a' || 1",
	     f->where == GH_WHERE_TRIVIAL);
	FACT(PG, "DELETE FROM scratch s USING people p WHERE p.id = 1",
	     f->where == GH_WHERE_TRIVIAL);
}
END_TEST

/* The row that a cursor stands on is named by it. */
START_TEST(a_positioned_change_has_a_real_condition)
{
	FACT(PG, "UPDATE scratch SET x='z' WHERE CURRENT OF c",
	     f->where == GH_WHERE_REAL && !HAS(f, GH_FACT_OPAQUE) && f->kind == GH_KIND_UPDATE);
	FACT(GH_DIALECT_MARIADB, "delete from scratch where current of `SQL_CUR 1`",
	     f->where == GH_WHERE_REAL && !HAS(f, GH_FACT_OPAQUE) && f->kind == GH_KIND_DELETE);
	FACT(PG, "DELETE FROM scratch WHERE CURRENT OF c RETURNING x", f->output_count == 1);
	FACT(GH_DIALECT_MARIADB, "UPDATE scratch SET x = 'hit' WHERE CURRENT OF c",
	     !f->inference_known);
	FACT(PG, "DELETE FROM scratch WHERE CURRENT OF c OR 1=1", HAS(f, GH_FACT_OPAQUE));
	FACT(PG, "DELETE FROM scratch WHERE CURRENT OF", HAS(f, GH_FACT_OPAQUE));
	FACT(PG, "SELECT x FROM scratch WHERE x = 'a' FOR UPDATE",
	     !HAS(f, GH_FACT_OPAQUE) && f->kind == GH_KIND_SELECT);
}
END_TEST

START_TEST(limits_and_empty_probes_are_seen)
{
	FACT(PG, "SELECT id FROM people LIMIT 10", HAS(f, GH_FACT_LIMITED));
	FACT(PG, "SELECT id FROM people FETCH FIRST 3 ROWS ONLY", HAS(f, GH_FACT_LIMITED));
	FACT(GH_DIALECT_TSQL, "SELECT TOP (5) id FROM people", HAS(f, GH_FACT_LIMITED));
	FACT(PG, "SELECT id FROM people LIMIT ALL", !HAS(f, GH_FACT_LIMITED));
	FACT(PG, "SELECT * FROM (SELECT id FROM people LIMIT 1) q", !HAS(f, GH_FACT_LIMITED));
	FACT(PG, "SELECT id FROM people LIMIT 0", HAS(f, GH_FACT_EMPTY_PROBE));
	FACT(PG, "SELECT id FROM people WHERE 1=0", HAS(f, GH_FACT_EMPTY_PROBE));
	FACT(PG, "SELECT id FROM people WHERE id = 1 AND false", HAS(f, GH_FACT_EMPTY_PROBE));
	FACT(PG, "SELECT id FROM people WHERE 1=0 OR id=1", !HAS(f, GH_FACT_EMPTY_PROBE));
	FACT(PG, "SELECT id FROM people WHERE NOT 1=0", !HAS(f, GH_FACT_EMPTY_PROBE));
	FACT(PG, "SELECT max(ssn) FROM people WHERE 1=0", !HAS(f, GH_FACT_EMPTY_PROBE));
	FACT(PG, "SELECT id FROM people WHERE id BETWEEN 1 AND 0", !HAS(f, GH_FACT_EMPTY_PROBE));
}
END_TEST

START_TEST(names_of_targets_give_dialects)
{
	ck_assert_int_eq(gh_sql_dialect_from("PostgreSQL"), GH_DIALECT_POSTGRESQL);
	ck_assert_int_eq(gh_sql_dialect_from("Microsoft SQL Server"), GH_DIALECT_TSQL);
	ck_assert_int_eq(gh_sql_dialect_from("SQLite"), GH_DIALECT_SQLITE);
	ck_assert_int_eq(gh_sql_dialect_from("MariaDB"), GH_DIALECT_MARIADB);
	ck_assert_int_eq(gh_sql_dialect_from("Redshift"), GH_DIALECT_REDSHIFT);
	ck_assert_int_eq(gh_sql_dialect_from(NULL), GH_DIALECT_GENERIC);
	ck_assert_str_eq(gh_sql_kind_name(GH_KIND_DROP), "DROP");
	ck_assert_str_eq(gh_sql_kind_name((enum gh_kind)99), "UNKNOWN");
}
END_TEST

GH_UNIT_MAIN("sql_statement", every_statement_has_a_kind, a_batch_is_as_bad_as_its_worst_statement,
	     a_statement_behind_a_harmless_one_is_found,
	     dangerous_names_and_clauses_are_found_anywhere, changes_of_the_mode_are_flagged,
	     a_where_that_takes_every_row_is_trivial, a_positioned_change_has_a_real_condition,
	     limits_and_empty_probes_are_seen, names_of_targets_give_dialects)
