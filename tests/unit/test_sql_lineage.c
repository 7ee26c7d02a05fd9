/* What a statement shows, uses and writes. */
#include "sql_case.h"

#define OPAQUE(f) (((f)->flags & GH_FACT_OPAQUE) != 0)
#define FLAG(f, output, bit) (((f)->outputs[output].flags & (bit)) != 0)

START_TEST(columns_keep_their_origin_under_any_name)
{
	ORIGINS(PG, "SELECT ssn AS note FROM people", 0, "people.ssn");
	ORIGINS(PG, "SELECT people.ssn name FROM public.people", 0, "people.ssn");
	ORIGINS(PG, "SELECT public.people.ssn FROM public.people", 0, "people.ssn");
	ORIGINS(PG, "SELECT name, p.* FROM people p", 4, "people.ssn");
	ORIGINS(PG, "SELECT * FROM orders, people", 6, "people.ssn");
	ORIGINS(PG, "SELECT a.b FROM people AS a(x, y, z, b)", 0, "people.ssn");
	FACT(PG, "SELECT ssn FROM people", !FLAG(f, 0, GH_LINEAGE_DERIVED));
	FACT(PG, "SELECT upper(ssn) FROM people", FLAG(f, 0, GH_LINEAGE_DERIVED));
	FACT(PG, "SELECT max(ssn) FROM people", FLAG(f, 0, GH_LINEAGE_AGGREGATE));
}
END_TEST

START_TEST(expressions_name_every_column_in_them)
{
	ORIGINS(PG, "SELECT CASE WHEN ssn LIKE '5%' THEN 1 ELSE id END FROM people", 0,
		"people.id,people.ssn");
	ORIGINS(PG, "SELECT first_value(name) OVER (PARTITION BY ssn ORDER BY id) FROM people", 0,
		"people.id,people.name,people.ssn");
	ORIGINS(PG, "SELECT count(*) FILTER (WHERE ssn = '1') FROM people", 0, "people.ssn");
	ORIGINS(PG, "SELECT string_agg(name, ',' ORDER BY ssn) FROM people", 0,
		"people.name,people.ssn");
	ORIGINS(PG, "SELECT ssn::varchar(64) || '' FROM people", 0, "people.ssn");
	ORIGINS(PG, "SELECT CAST(ssn AS varchar(3)) FROM people", 0, "people.ssn");
	ORIGINS(PG, "SELECT {fn UCASE(ssn)} FROM people", 0, "people.ssn");
	ORIGINS(PG, "SELECT extract(year FROM date '2026-01-01')", 0, "");
	ORIGINS(PG, "SELECT trim(BOTH 'x' FROM ssn) FROM people", 0, "people.ssn");
	ORIGINS(PG, "SELECT id BETWEEN 1 AND salary FROM people", 0, "people.id,people.salary");
	ORIGINS(PG, "SELECT (ARRAY[ssn, name])[id] FROM people", 0,
		"people.id,people.name,people.ssn");
}
END_TEST

START_TEST(a_hidden_column_is_known_only_where_it_is_listed)
{
	FACT(PG, "SELECT ctid FROM people", FLAG(f, 0, GH_LINEAGE_UNKNOWN));
	FACT(PG, "SELECT p.oid FROM people p", FLAG(f, 0, GH_LINEAGE_UNKNOWN));
	ORIGINS(PG, "SELECT q.oid FROM (SELECT ssn AS oid FROM people) q", 0, "people.ssn");
	ORIGINS(PG, "SELECT oid FROM (SELECT ssn AS oid FROM people) q", 0, "people.ssn");
	FACT(GH_DIALECT_SQLITE,
	     "SELECT (SELECT rowid FROM orders) FROM (SELECT ssn AS rowid FROM people) q",
	     FLAG(f, 0, GH_LINEAGE_UNKNOWN));
}
END_TEST

START_TEST(only_what_holds_no_column_is_constant)
{
	FACT(PG, "SELECT 'ssn' FROM people", FLAG(f, 0, GH_LINEAGE_CONSTANT));
	FACT(PG, "SELECT count(*) FROM people", FLAG(f, 0, GH_LINEAGE_CONSTANT));
	FACT(PG, "SELECT count(1) FROM people", FLAG(f, 0, GH_LINEAGE_CONSTANT));
	ORIGINS(PG, "SELECT count(ssn) FROM people", 0, "people.ssn");
	FACT(PG, "SELECT get_ref(1)", !FLAG(f, 0, GH_LINEAGE_CONSTANT));
	FACT(PG, "SELECT (SELECT 1)", !FLAG(f, 0, GH_LINEAGE_CONSTANT));
	FACT(PG, "VALUES (1, (SELECT 2)), (2, 3)",
	     FLAG(f, 0, GH_LINEAGE_CONSTANT) && !FLAG(f, 1, GH_LINEAGE_CONSTANT));
	FACT(PG, "SELECT * FROM (SELECT 1 AS id) a LEFT JOIN people USING (id)",
	     !FLAG(f, 0, GH_LINEAGE_CONSTANT));
	FACT(PG, "SELECT id FROM people", !FLAG(f, 0, GH_LINEAGE_CONSTANT));
}
END_TEST

START_TEST(functions_of_the_session_touch_no_table)
{
	static const char *const pg[] = { "version()", "current_database()", "current_schema",
					  "current_schema()", "pg_backend_pid()", "current_role" };
	static const char *const mysql[] = { "VERSION()", "database()", "schema()",
					     "connection_id()", "current_user()", "CURRENT_USER" };
	char text[80];

	for (size_t i = 0; i < 6; i++) {
		snprintf(text, sizeof(text), "SELECT %s", pg[i]);
		FACT(PG, text, f->tables_known && f->actions == GH_ACTION_READ);
		snprintf(text, sizeof(text), "SELECT %s", mysql[i]);
		FACT(GH_DIALECT_MYSQL, text, f->tables_known && f->actions == GH_ACTION_READ);
	}
	FACT(GH_DIALECT_SQLITE, "SELECT sqlite_version()", f->tables_known);
	/* each in its own dialect only, and never where it may be a column */
	FACT(PG, "SELECT connection_id()", !f->tables_known);
	FACT(GH_DIALECT_MYSQL, "SELECT sqlite_version()", !f->tables_known);
	FACT(GH_DIALECT_SNOWFLAKE, "SELECT schema()", !f->tables_known);
	FACT(PG, "SELECT current_setting('a.b')", !f->tables_known);
	FACT(GH_DIALECT_MYSQL, "SELECT sleep(1)", f == NULL || !f->tables_known);
	ORIGINS(PG, "SELECT current_database FROM people", 0, "?");
	ORIGINS(GH_DIALECT_MYSQL, "SELECT version FROM people", 0, "?");
}
END_TEST

START_TEST(a_whole_row_is_all_columns)
{
	const char *all = "people.id,people.name,people.email,people.ssn,people.salary";

	ORIGINS(PG, "SELECT p FROM people p", 0, all);
	ORIGINS(PG, "SELECT to_jsonb(p) FROM people p", 0, all);
	ORIGINS(PG, "SELECT row_to_json(people.*) FROM people", 0, all);
	ORIGINS(PG, "SELECT (p).name FROM people p", 0, all);
	FACT(PG, "SELECT (p).* FROM people p", !f->outputs_known);
	ORIGINS(PG, "SELECT q FROM (SELECT ssn AS k FROM people) q", 0, "people.ssn");
}
END_TEST

START_TEST(what_is_not_known_is_unknown)
{
	ORIGINS(PG, "SELECT nothing FROM people", 0, "?");
	ORIGINS(PG, "SELECT xmin FROM people", 0, "?");
	ORIGINS(PG, "SELECT p.upper FROM people p", 0, "?");
	ORIGINS(PG, "SELECT tax_ref FROM v_people", 0, "?v_people.tax_ref");
	ORIGINS(PG, "SELECT a FROM nosuch", 0, "?nosuch.a");
	FACT(PG, "SELECT * FROM nosuch", !f->outputs_known && !f->tables_known);
	FACT(PG, "SELECT id FROM v_people", !f->tables_known);
	FACT(PG, "SELECT id FROM people", f->tables_known);
	ORIGINS(PG, "SELECT get_ref(id) FROM people", 0, "?people.id");
	FACT(PG, "SELECT get_ref(1)", (f->actions & GH_ACTION_CALL) != 0 && !f->tables_known);
	FACT(PG, "SELECT upper('x')", f->actions == GH_ACTION_READ && f->tables_known);
	FACT(PG, "SELECT id FROM people WHERE get_ref(1) = 'x'", !f->inference_known);
	ORIGINS(GH_DIALECT_MYSQL, "SELECT @a FROM people", 0, "?");
	FACT(PG, "SELECT id FROM people MATCH_RECOGNIZE (x)", OPAQUE(f) && f->reason);
}
END_TEST

START_TEST(without_a_catalogue_the_written_names_are_kept)
{
	const struct gh_sql_options options = { .dialect = PG };
	struct gh_facts *facts = NULL;

	ck_assert_int_eq(gh_sql_analyze(gh_span_from("SELECT ssn FROM hr.people p, orders"),
					&options, &facts, NULL), GH_OK);
	ck_assert_str_eq(sql_origins(facts, 0), "?people.ssn,orders.ssn");
	ck_assert_str_eq(facts->outputs[0].origins[0].schema, "hr");
	ck_assert(!facts->tables_known);
	gh_sql_facts_free(facts);
}
END_TEST

START_TEST(names_are_found_where_the_server_finds_them)
{
	ORIGINS(PG, "SELECT t.k FROM (SELECT ssn AS k FROM people) t", 0, "people.ssn");
	ORIGINS(PG, "WITH t(k) AS (SELECT ssn FROM people) SELECT k FROM t", 0, "people.ssn");
	ORIGINS(PG, "WITH people AS (SELECT ssn AS id FROM people) SELECT id FROM people", 0,
		"people.ssn");
	ORIGINS(PG, "WITH \"PEOPLE\" AS (SELECT 1 AS ssn) SELECT ssn FROM people", 0,
		"?people.id,people.name,people.email,people.ssn,people.salary");
	ORIGINS(PG, "SELECT id FROM orders, people", 0, "orders.id,people.id");
	ORIGINS(PG, "SELECT (SELECT ssn FROM orders LIMIT 1) FROM people", 0, "people.ssn");
	ORIGINS(PG, "SELECT z.v FROM orders o CROSS JOIN LATERAL (SELECT p.ssn AS v FROM people p "
		"WHERE p.id = o.person_id) z", 0, "people.ssn");
	ORIGINS(PG, "SELECT v.x FROM people p JOIN LATERAL (VALUES (p.ssn)) v(x) ON true", 0,
		"people.ssn");
	ORIGINS(PG, "SELECT (SELECT upper FROM (SELECT upper(ssn) FROM people) t) FROM scratch", 0,
		"people.ssn");
	ORIGINS(PG, "WITH RECURSIVE r(k, n) AS (SELECT ssn, 1 FROM people UNION ALL "
		"SELECT k, n + 1 FROM r) SELECT k FROM r", 0, "people.ssn");
	FACT(PG, "SELECT * FROM people JOIN orders USING (id)",
	     f->outputs_known && f->output_count == 7 && f->outputs[0].origin_count == 2);
	FACT(GH_DIALECT_SQLITE, "SELECT * FROM orders JOIN people USING (id)",
	     f->outputs_known && f->output_count == 7 && f->outputs[0].origin_count == 2);
	FACT(PG, "SELECT * FROM scratch, people JOIN orders USING (id)", !f->outputs_known);
	FACT(PG, "SELECT people.*, orders.* FROM people JOIN orders ON true",
	     f->outputs_known && f->output_count == 8);
}
END_TEST

START_TEST(set_operations_go_by_position)
{
	ORIGINS(PG, "SELECT name FROM people UNION ALL SELECT ssn FROM people", 0,
		"people.name,people.ssn");
	ORIGINS(PG, "SELECT id, name FROM people EXCEPT (SELECT id, ssn FROM people)", 1,
		"people.name,people.ssn");
	FACT(PG, "SELECT id FROM people UNION SELECT id, ssn FROM people", !f->outputs_known);
	ORIGINS(PG, "VALUES ('a', 1), ((SELECT ssn FROM people), 2)", 0, "people.ssn");
}
END_TEST

START_TEST(a_projected_subquery_shows_its_conditions)
{
	ORIGINS(PG, "SELECT EXISTS (SELECT 1 FROM people WHERE ssn = '1')", 0, "people.ssn");
	ORIGINS(PG, "SELECT id IN (SELECT person_id FROM orders) FROM people", 0,
		"people.id,orders.person_id");
}
END_TEST

START_TEST(what_is_used_is_inference)
{
	FACT(PG, "SELECT id FROM people WHERE ssn = '1'", sql_infers(f, "ssn"));
	FACT(PG, "SELECT id FROM people ORDER BY ssn DESC NULLS LAST", sql_infers(f, "ssn"));
	FACT(PG, "SELECT left(ssn, 3), count(*) FROM people GROUP BY 1", sql_infers(f, "ssn"));
	FACT(PG, "SELECT count(*) FROM people HAVING max(ssn) > '1'", sql_infers(f, "ssn"));
	FACT(PG, "SELECT o.id FROM orders o JOIN people p ON p.ssn = o.note", sql_infers(f, "ssn"));
	FACT(PG, "SELECT DISTINCT ON (ssn) id FROM people", sql_infers(f, "ssn"));
	FACT(PG, "SELECT count(*) FROM (SELECT DISTINCT ssn FROM people) q", sql_infers(f, "ssn"));
	FACT(GH_DIALECT_SQLITE, "SELECT 1 FROM people JOIN people q USING ('ssn')", OPAQUE(f));
	FACT(PG, "SELECT 1 FROM people JOIN people q USING (ssn)", sql_infers(f, "ssn"));
	FACT(PG, "SELECT 1 FROM people NATURAL JOIN orders", sql_infers(f, "ssn"));
	FACT(PG, "SELECT ssn AS s FROM people WHERE id = 1", !sql_infers(f, "ssn"));
}
END_TEST

START_TEST(writes_say_what_flows_where)
{
	FACT(PG, "INSERT INTO scratch SELECT ssn FROM people",
	     f->flow_count == 1 && strcmp(f->flows[0].target.column, "x") == 0 &&
		     strcmp(f->flows[0].origins[0].column, "ssn") == 0 &&
		     (f->flags & GH_FACT_FLOWS) != 0);
	FACT(PG, "INSERT INTO scratch (x) VALUES ('a'), (?)",
	     f->flow_count == 1 && (f->flags & GH_FACT_FLOWS) == 0 && !OPAQUE(f));
	FACT(PG, "INSERT INTO nosuch SELECT ssn FROM people",
	     strcmp(f->flows[0].target.column, "*") == 0 && f->flows[0].origin_count == 1);
	FACT(PG, "UPDATE people SET name = ssn WHERE id = 1",
	     f->kind == GH_KIND_UPDATE && strcmp(f->flows[0].origins[0].column, "ssn") == 0);
	FACT(PG, "UPDATE scratch SET x = 'a'", (f->actions & GH_ACTION_READ) == 0);
	FACT(PG, "DELETE FROM scratch", f->actions == GH_ACTION_DELETE &&
	     f->tables[0].access == GH_ACCESS_WRITE);
	FACT(PG, "SELECT id FROM people", f->flow_count == 0 && f->flows_known);
}
END_TEST

START_TEST(returning_shows_the_row_and_what_was_written)
{
	ORIGINS(PG, "UPDATE people SET name = ssn RETURNING name", 0, "people.name,people.ssn");
	ORIGINS(PG, "INSERT INTO scratch SELECT ssn FROM people RETURNING x AS y", 0,
		"scratch.x,people.ssn");
	ORIGINS(PG, "WITH u AS (UPDATE people SET name = name RETURNING ssn AS k) SELECT k FROM u",
		0, "people.ssn");
	FACT(PG, "WITH d AS (DELETE FROM scratch RETURNING *) SELECT count(*) FROM d",
	     f->kind == GH_KIND_SELECT && (f->actions & GH_ACTION_DELETE) != 0);
}
END_TEST

GH_UNIT_MAIN("sql_lineage", columns_keep_their_origin_under_any_name,
	     expressions_name_every_column_in_them, only_what_holds_no_column_is_constant,
	     a_hidden_column_is_known_only_where_it_is_listed,
	     functions_of_the_session_touch_no_table,
	     a_whole_row_is_all_columns, what_is_not_known_is_unknown,
	     without_a_catalogue_the_written_names_are_kept,
	     names_are_found_where_the_server_finds_them, set_operations_go_by_position,
	     a_projected_subquery_shows_its_conditions, what_is_used_is_inference,
	     writes_say_what_flows_where, returning_shows_the_row_and_what_was_written)
