/* How text is read: literals, names, comments and the modes they depend on. */
#include "sql_case.h"

#define OPAQUE(f) (((f)->flags & GH_FACT_OPAQUE) != 0)
#define AMBIGUOUS(f) (((f)->flags & GH_FACT_AMBIGUOUS) != 0)

START_TEST(text_that_cannot_be_read_is_refused)
{
	const struct gh_sql_options options = { .dialect = PG };
	struct gh_facts *facts = NULL;
	struct gh_error err = { 0 };

	ck_assert_int_eq(gh_sql_analyze((struct gh_span){ "SELECT 1\0, 2", 12 }, &options, &facts,
					&err), GH_E_SQL_TEXT);
	ck_assert_ptr_null(facts);
	ck_assert_ptr_nonnull(strstr(err.text, "byte 8"));
	REFUSED(PG, "SELECT '\xC3'");
	REFUSED(PG, "SELECT 'abc");
	REFUSED(PG, "SELECT \"abc");
	REFUSED(PG, "SELECT /* abc");
	REFUSED(PG, "SELECT /* a /* b */ 1");
	REFUSED(PG, "SELECT $a$ b $b$");
	REFUSED(PG, "SELECT 1 \x01");
	REFUSED(PG, "SELECT\xC2\xA0ssn FROM people");
	REFUSED(PG, "SELECT 1 -- a\r, ssn FROM people");
	REFUSED(PG, "SELECT U&\"\\d800\"");
	REFUSED(GH_DIALECT_MYSQL, "SELECT /*! 1");
	REFUSED(GH_DIALECT_MYSQL, "SELECT /*! 1 /* x */ , ssn */ FROM people");
	FACT(PG, "SELECT 'abc'", !OPAQUE(f));
}
END_TEST

START_TEST(postgresql_strings_end_where_the_server_ends_them)
{
	ORIGINS(PG, "SELECT E'\\'', ssn FROM people --'", 1, "people.ssn");
	ORIGINS(PG, "SELECT E'a'\n'b\\'', ssn FROM people --'", 1, "people.ssn");
	ORIGINS(PG, "SELECT $q$;--'$q$, ssn FROM people", 1, "people.ssn");
	ORIGINS(PG, "SELECT $$a$b$c$$, ssn FROM people", 1, "people.ssn");
	ORIGINS(PG, "SELECT 'it''s', ssn FROM people", 1, "people.ssn");
	ORIGINS(PG, "SELECT x'1F', B'1', N'n', ssn FROM people", 3, "people.ssn");
	ORIGINS(PG, "SELECT id AS a$b$c, ssn AS d$b$e FROM people", 1, "people.ssn");
	FACT(PG, "SELECT name FROM people WHERE id = $1 AND name = $2", f->marker_count == 2);
}
END_TEST

START_TEST(a_backslash_that_may_escape_makes_the_text_ambiguous)
{
	FACT(PG, "SELECT '\\', ssn, ' FROM people --'", AMBIGUOUS(f) && OPAQUE(f));
	FACT(PG, "SELECT 'a\\b' FROM people", !AMBIGUOUS(f));
	FACT(GH_DIALECT_MYSQL, "SELECT '\\', ssn, ' FROM people -- '", AMBIGUOUS(f));
	FACT(GH_DIALECT_MYSQL, "SELECT 'a\\nb' FROM people", !AMBIGUOUS(f));
	FACT(GH_DIALECT_SQLITE, "SELECT '\\', ssn FROM people", !AMBIGUOUS(f) && !OPAQUE(f));
}
END_TEST

START_TEST(double_quotes_are_a_name_or_a_string_by_dialect)
{
	ORIGINS(PG, "SELECT \"ssn\" FROM people", 0, "people.ssn");
	ORIGINS(GH_DIALECT_SQLITE, "SELECT \"ssn\" FROM people", 0, "people.ssn");
	ORIGINS(GH_DIALECT_SQLITE, "SELECT \"no such\" FROM people", 0, "?");
	FACT(GH_DIALECT_MYSQL, "SELECT \"ssn\" FROM people", AMBIGUOUS(f));
	FACT(GH_DIALECT_TSQL, "SELECT \"ssn\" FROM people", AMBIGUOUS(f));
	FACT(GH_DIALECT_GENERIC, "SELECT \"ssn\" FROM people", AMBIGUOUS(f));
	FACT(GH_DIALECT_GENERIC, "SELECT ssn FROM people WHERE name = 'x'", !AMBIGUOUS(f));
}
END_TEST

START_TEST(quoted_names_are_decoded)
{
	ORIGINS(PG, "SELECT U&\"\\0073sn\" FROM people", 0, "people.ssn");
	ORIGINS(PG, "SELECT U&\"\\+000073sn\" FROM people", 0, "people.ssn");
	FACT(PG, "SELECT U&\"!0073sn\" UESCAPE '!' FROM people", OPAQUE(f));
	ORIGINS(GH_DIALECT_MYSQL, "SELECT `ssn` FROM `people`", 0, "people.ssn");
	ORIGINS(GH_DIALECT_TSQL, "SELECT [ssn] FROM [people]", 0, "people.ssn");
	ORIGINS(GH_DIALECT_SQLITE, "SELECT [ssn] FROM [people]", 0, "people.ssn");
}
END_TEST

START_TEST(comments_are_what_the_dialect_says)
{
	ORIGINS(PG, "/* a /* b */ c */ SELECT ssn FROM people", 0, "people.ssn");
	ORIGINS(PG, "SELECT/**/ssn/**/FROM/**/people", 0, "people.ssn");
	ORIGINS(GH_DIALECT_SQLITE, "/* a /* b */ SELECT ssn FROM people", 0, "people.ssn");
	ORIGINS(GH_DIALECT_MYSQL, "SELECT name # , ssn\nFROM people", 0, "people.name");
	ORIGINS(GH_DIALECT_MYSQL, "SELECT id /*! , ssn */ FROM people", 1, "people.ssn");
	FACT(GH_DIALECT_MYSQL, "SELECT id /*!50000 , ssn */ FROM people",
	     !AMBIGUOUS(f) && f->output_count == 2);
	FACT(GH_DIALECT_MYSQL, "SELECT id /*!80000 , ssn */ FROM people", AMBIGUOUS(f));
	FACT(GH_DIALECT_MYSQL, "SELECT id /*M! , ssn */ FROM people", AMBIGUOUS(f));
	ORIGINS(GH_DIALECT_MARIADB, "SELECT id /*M! , ssn */ FROM people", 1, "people.ssn");
	FACT(GH_DIALECT_MYSQL, "SELECT 1--1 , ssn\nFROM people", AMBIGUOUS(f));
	ORIGINS(GH_DIALECT_MYSQL, "SELECT id -- , ssn\nFROM people", 0, "people.id");
	FACT(PG, "SELECT name /* ssn */ FROM people -- salary", f->output_count == 1);
	FACT(GH_DIALECT_MYSQL, "SELECT 1 /*! ; DROP TABLE people */",
	     (f->flags & GH_FACT_MULTI) != 0 && f->kind == GH_KIND_DROP);
}
END_TEST

START_TEST(the_generic_dialect_reads_in_every_mode)
{
	FACT(GH_DIALECT_GENERIC, "SELECT $$ , ssn FROM people -- $$", AMBIGUOUS(f));
	FACT(GH_DIALECT_GENERIC, "SELECT id # , ssn\nFROM people", AMBIGUOUS(f));
	FACT(GH_DIALECT_GENERIC, "SELECT id /*! , ssn */ FROM people", AMBIGUOUS(f));
	FACT(GH_DIALECT_GENERIC, "SELECT id /* /* */ , ssn */ FROM people", AMBIGUOUS(f));
	FACT(GH_DIALECT_GENERIC, "SELECT q'[ ', ssn ]' FROM people -- '", AMBIGUOUS(f));
	FACT(GH_DIALECT_GENERIC, "SELECT id FROM people WHERE id IN (1, 2.5)", !OPAQUE(f));
}
END_TEST

START_TEST(the_text_shows_no_literal)
{
	FACT(PG, "SELECT  id /* c */ FROM people\nWHERE name = 'Zoe' AND id IN (1, 2)",
	     strcmp(f->text, "SELECT id FROM people WHERE name = ? AND id IN (?, ?)") == 0);
	FACT(PG, "DO $$ BEGIN secret END $$", strcmp(f->text, "DO ?") == 0);
	FACT(PG, "SELECT '\\', secret, ' FROM people --'", strstr(f->text, "secret") == NULL);
	FACT(GH_DIALECT_MYSQL, "SELECT \"secret\"", strstr(f->text, "secret") == NULL);
	FACT(GH_DIALECT_SQLITE, "SELECT \"secret\" FROM people",
	     strstr(f->text, "secret") == NULL);
	FACT(GH_DIALECT_SQLITE, "SELECT \"ssn\" FROM people", strstr(f->text, "ssn") != NULL);
	FACT(PG, "SELECT 1a FROM people", strstr(f->text, "1a") == NULL);
}
END_TEST

GH_UNIT_MAIN("sql_lexer", text_that_cannot_be_read_is_refused,
	     postgresql_strings_end_where_the_server_ends_them,
	     a_backslash_that_may_escape_makes_the_text_ambiguous,
	     double_quotes_are_a_name_or_a_string_by_dialect, quoted_names_are_decoded,
	     comments_are_what_the_dialect_says, the_generic_dialect_reads_in_every_mode,
	     the_text_shows_no_literal)
