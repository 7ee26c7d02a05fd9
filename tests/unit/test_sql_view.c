/*
 * A view with a definition is as transparent as its query: no more and no less.
 */
#include "sql_case.h"

struct catalogue {
	struct gh_relation view;
	struct gh_facts *definition;
};

static const char *const names[] = { "id", "ref", "contact" };

static enum gh_status find_view(void *context, const struct gh_sql_table_name *name,
				struct gh_relation *out, struct gh_error *err)
{
	const struct catalogue *catalogue = context;

	if (strcasecmp(name->table, "v") == 0) {
		*out = catalogue->view;
		return GH_OK;
	}
	return sql_find(NULL, name, out, err);
}

/* The facts of `text`, where v(id, ref, contact) is a view of `definition`. */
static struct gh_facts *through(const char *definition, const char *text)
{
	struct catalogue catalogue = {
		.view = { GH_SQL_RELATION_VIEW, NULL, "public", "v", names, 3, NULL },
		.definition = sql_facts(GH_DIALECT_POSTGRESQL, definition),
	};
	const struct gh_resolver resolver = { find_view, &catalogue };
	const struct gh_sql_options options = { .dialect = GH_DIALECT_POSTGRESQL,
						.resolver = &resolver };
	struct gh_facts *facts = NULL;

	catalogue.view.definition = catalogue.definition;
	ck_assert_int_eq(gh_sql_analyze(gh_span_from(text), &options, &facts, NULL), GH_OK);
	gh_sql_facts_free(catalogue.definition);
	return facts;
}

static const char *const plain = "SELECT id, ssn AS ref, lower(email) AS contact FROM people";

START_TEST(a_column_of_a_view_is_the_column_behind_it)
{
	struct gh_facts *facts = through(plain, "SELECT ref, id FROM v");

	ck_assert_str_eq(sql_origins(facts, 0), "people.ssn");
	ck_assert_uint_eq(facts->outputs[0].flags, 0);
	ck_assert_str_eq(sql_origins(facts, 1), "people.id");
	gh_sql_facts_free(facts);
}
END_TEST

START_TEST(a_star_over_a_view_has_its_columns)
{
	struct gh_facts *facts = through(plain, "SELECT * FROM v AS w");

	ck_assert_uint_eq(facts->output_count, 3);
	ck_assert_str_eq(sql_origins(facts, 2), "people.email");
	ck_assert((facts->outputs[2].flags & GH_LINEAGE_DERIVED) != 0);
	gh_sql_facts_free(facts);
}
END_TEST

START_TEST(the_tables_behind_a_view_are_read)
{
	struct gh_facts *facts = through(plain, "SELECT 1 FROM v");
	bool found = false;

	for (size_t i = 0; i < facts->table_count; i++)
		found = found || (strcmp(facts->tables[i].table, "people") == 0 &&
				  facts->tables[i].access == GH_ACCESS_READ);
	ck_assert(found);
	ck_assert(facts->tables_known);
	gh_sql_facts_free(facts);
}
END_TEST

START_TEST(what_a_view_uses_is_used)
{
	struct gh_facts *facts =
		through("SELECT id, name AS ref, name AS contact FROM people WHERE salary > 10",
			"SELECT id FROM v");

	ck_assert(sql_infers(facts, "salary"));
	ck_assert(!sql_infers(facts, "ssn"));
	gh_sql_facts_free(facts);
	facts = through("SELECT id, name AS ref, name AS contact FROM people WHERE salary > 10",
			"SELECT id, EXISTS (SELECT 1 FROM v) FROM v");
	ck_assert_str_eq(sql_origins(facts, 1), "people.salary");
	gh_sql_facts_free(facts);
}
END_TEST

START_TEST(a_view_that_compares_rows_uses_what_it_shows)
{
	struct gh_facts *facts = through(
		"SELECT DISTINCT id, ssn AS ref, name AS contact FROM people", "SELECT id FROM v");

	ck_assert(sql_infers(facts, "ssn"));
	gh_sql_facts_free(facts);
	facts = through(plain, "SELECT id FROM v");
	ck_assert(!sql_infers(facts, "ssn"));
	gh_sql_facts_free(facts);
}
END_TEST

START_TEST(a_view_that_calls_an_unknown_function_is_unknown_there)
{
	struct gh_facts *facts = through("SELECT id, leak(id) AS ref, name AS contact FROM people",
					 "SELECT ref, id FROM v");

	ck_assert_str_eq(sql_origins(facts, 0), "?people.id");
	ck_assert_str_eq(sql_origins(facts, 1), "people.id");
	ck_assert(!facts->tables_known);
	ck_assert((facts->actions & GH_ACTION_CALL) != 0);
	gh_sql_facts_free(facts);
}
END_TEST

START_TEST(a_definition_of_another_width_says_nothing)
{
	struct gh_facts *facts = through("SELECT id, ssn FROM people", "SELECT ref FROM v");

	ck_assert_str_eq(sql_origins(facts, 0), "?v.ref");
	ck_assert(!facts->tables_known);
	gh_sql_facts_free(facts);
}
END_TEST

START_TEST(writing_through_a_view_may_write_anything)
{
	struct gh_facts *facts = through(plain, "UPDATE v SET ref = 'x' WHERE id = 1");

	ck_assert(!facts->tables_known);
	gh_sql_facts_free(facts);
	facts = through(plain, "INSERT INTO scratch (x) SELECT ref FROM v");
	ck_assert(facts->tables_known);
	ck_assert_uint_eq(facts->flow_count, 1);
	ck_assert_str_eq(facts->flows[0].origins[0].column, "ssn");
	gh_sql_facts_free(facts);
}
END_TEST

START_TEST(a_constant_of_a_view_is_one)
{
	struct gh_facts *facts = through("SELECT id, 'x' AS ref, count(*) AS contact FROM people "
					 "GROUP BY id",
					 "SELECT ref, contact FROM v");

	ck_assert_str_eq(sql_origins(facts, 0), "");
	ck_assert((facts->outputs[0].flags & GH_LINEAGE_CONSTANT) != 0);
	ck_assert_str_eq(sql_origins(facts, 1), "");
	gh_sql_facts_free(facts);
}
END_TEST

static bool query_is(const char *text, const char *expected)
{
	struct gh_span query = gh_sql_view_query(gh_span_from(text), GH_DIALECT_SQLITE);

	return gh_span_equal(query, gh_span_from(expected));
}

START_TEST(the_query_of_a_view_is_found)
{
	ck_assert(query_is("CREATE VIEW v AS SELECT 1", "SELECT 1"));
	ck_assert(query_is("create temp view if not exists main.\"as\"(a, [b c]) as\nwith x as "
			   "(select 1) select * from x",
			   "with x as (select 1) select * from x"));
	ck_assert(query_is("CREATE /* AS */ VIEW v --as\n AS VALUES (1)", "VALUES (1)"));
}
END_TEST

START_TEST(other_texts_have_no_query)
{
	ck_assert(query_is("CREATE TABLE v AS SELECT 1", ""));
	ck_assert(query_is("CREATE VIEW v", ""));
	ck_assert(query_is("CREATE VIEW v AS", ""));
	ck_assert(query_is("CREATE VIEW v WITH (x = 1) AS SELECT 1", ""));
	ck_assert(query_is("SELECT 1", ""));
	ck_assert(query_is("CREATE VIEW v AS SELECT 'x", ""));
}
END_TEST

GH_UNIT_MAIN("sql_view", a_column_of_a_view_is_the_column_behind_it,
	     a_star_over_a_view_has_its_columns, the_tables_behind_a_view_are_read,
	     what_a_view_uses_is_used, a_view_that_compares_rows_uses_what_it_shows,
	     a_view_that_calls_an_unknown_function_is_unknown_there,
	     a_definition_of_another_width_says_nothing, writing_through_a_view_may_write_anything,
	     a_constant_of_a_view_is_one, the_query_of_a_view_is_found, other_texts_have_no_query)
