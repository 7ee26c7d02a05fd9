/*
 * Row filters: what a condition may say, and for whom and which table it holds.
 */
#include "policy.h"

static enum gh_status parse(const char *condition, struct gh_error *err)
{
	struct gh_policy *policy = NULL;
	struct gh_buf text;
	enum gh_status status;

	gh_buf_init(&text, 0);
	gh_buf_printf(&text,
		      POLICY_HEAD "><rules><filter name=\"f\" condition=\"%s\">"
				  "<table name=\"t\"/></filter></rules></policy>",
		      condition);
	status = gh_policy_parse(gh_buf_span(&text), "test", &policy, err);
	gh_buf_clear(&text);
	gh_policy_free(policy);
	return status;
}

START_TEST(comparisons_of_columns_with_literals_are_fine)
{
	static const char *const fine[] = {
		"region = 'EU'",
		"a = 1 AND (b &lt;&gt; 'it''s' OR c IS NOT NULL)",
		"x IN (1, 2.5, -3)",
		"NOT (y BETWEEN 1 AND 2)",
		"name LIKE 'a%'",
		"a &lt; b",
		"a = 'select' AND b = '-- /* ;'",
	};

	for (size_t i = 0; i < COUNT_OF(fine); i++) {
		struct gh_error err = { 0 };

		ck_assert_msg(parse(fine[i], &err) == GH_OK, "%s: %s", fine[i], err.text);
	}
}
END_TEST

START_TEST(whatever_else_sql_can_say_is_refused)
{
	static const char *const bad[] = {
		"",
		"1 = 1) OR (1 = 1",
		"a = (SELECT 1)",
		"a IN (select b from c)",
		"lower(a) = 'x'",
		"a = 1; DROP TABLE t",
		"a = 1 -- x",
		"a = 1 /* x */",
		"a = ?",
		"a = :x",
		"a = @x",
		"a = 'x",
		"a = '\\'",
		"a = 'x' 'y'",
		"a = 'x'\n'y'",
		"t.a = 1",
		"\"a\" = 1",
		"`a` = 1",
		"[a] = 1",
		"a = 1 UNION SELECT 2",
		"a = $1",
		"a || b = 'x'",
		"a = 1 # x",
		"(a = 1",
		"a = 1)",
		"user = 'x'",
		"a = 0x1F",
		"a = 'caf\xc3\xa9?'",
		"caf\xc3\xa9 = 1",
		"a - 1 = 2",
		"a = CASE 1 WHEN 1 THEN 2 END",
		"{fn now()} = a",
		"a = 1--1",
	};

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct gh_error err = { 0 };
		char escaped[100] = "";
		size_t length = 0;

		for (const char *c = bad[i]; *c != '\0'; c++)
			length += (size_t)snprintf(escaped + length, sizeof(escaped) - length,
						   *c == '"' ? "&quot;" : "%c", *c);
		ck_assert_msg(parse(escaped, &err) == GH_E_POLICY, "%s was taken", bad[i]);
	}
}
END_TEST

static const char *const two = "<rules><filter name=\"eu\" role=\"people\" condition=\"r = 'EU'\">"
			       "<table name=\"sales\"/></filter>"
			       "<filter name=\"small\" role=\"agents\" condition=\"n &lt; 9\">"
			       "<table schema=\"shop\" name=\"s*\"/></filter></rules>";

static const char *condition(const struct gh_policy *policy, const struct gh_principal *who,
			     const char *schema, const char *table)
{
	static char line[200];
	const struct gh_facts facts = { .kind = GH_KIND_SELECT, .actions = GH_ACTION_READ };
	const struct gh_policy_request request = { who, &test_target, &facts };
	const struct gh_table_use use = { NULL, schema, table, GH_ACCESS_READ };
	struct gh_buf text;

	gh_buf_init(&text, 0);
	ck_assert_int_eq(gh_policy_filter_table(policy, &request, &use, &text, NULL), GH_OK);
	snprintf(line, sizeof(line), "%s", text.length == 0 ? "" : text.bytes);
	gh_buf_clear(&text);
	return line;
}

START_TEST(a_filter_holds_for_its_roles_and_tables)
{
	struct gh_policy *policy = policy_of(two);

	ck_assert_str_eq(condition(policy, &alice, "shop", "sales"), "(r = 'EU')");
	ck_assert_str_eq(condition(policy, &alice, "shop", "stock"), "");
	gh_policy_free(policy);
}
END_TEST

START_TEST(an_agent_has_the_filters_of_its_person_too)
{
	struct gh_policy *policy = policy_of(two);

	ck_assert_str_eq(condition(policy, &robot, "shop", "sales"), "(r = 'EU') AND (n < 9)");
	ck_assert_str_eq(condition(policy, &robot, "shop", "stock"), "(n < 9)");
	gh_policy_free(policy);
}
END_TEST

START_TEST(a_table_that_may_be_meant_is_filtered)
{
	struct gh_policy *policy = policy_of(two);

	ck_assert_str_eq(condition(policy, &robot, NULL, "stock"), "(n < 9)");
	ck_assert_str_eq(condition(policy, &robot, "other", "stock"), "");
	gh_policy_free(policy);
}
END_TEST

START_TEST(who_has_no_filter_is_known)
{
	const struct gh_facts facts = { .kind = GH_KIND_SELECT };
	const struct gh_principal service = { .kind = GH_PRINCIPAL_SERVICE, .subject = "etl" };
	const struct gh_policy_request person = { &alice, &test_target, &facts };
	const struct gh_policy_request other = { &service, &test_target, &facts };
	struct gh_policy *policy = policy_of(two);

	ck_assert(gh_policy_has_filters(policy, &person));
	ck_assert(!gh_policy_has_filters(policy, &other));
	gh_policy_free(policy);
}
END_TEST

/* "a=1;b='x'": what a row gets; NULL: nothing is known of it. */
static bool admits(const char *condition, const char *row, bool keeps)
{
	struct gh_policy_value values[4];
	char body[400], names[4][20];
	const struct gh_facts facts = { .kind = GH_KIND_INSERT };
	const struct gh_policy_request request = { &alice, &test_target, &facts };
	const struct gh_table_use use = { NULL, "shop", "sales", GH_ACCESS_WRITE };
	struct gh_policy_row all = { values, 0, keeps };
	struct gh_policy *policy;
	bool admitted;

	for (const char *at = row; *at != '\0'; at += strspn(at, ";")) {
		size_t name = strcspn(at, "="), length = strcspn(at + name + 1, ";");

		snprintf(names[all.count], sizeof(names[0]), "%.*s", (int)name, at);
		values[all.count].column = names[all.count];
		values[all.count++].text = (struct gh_span){ at + name + 1, length };
		at += name + 1 + length;
	}
	snprintf(body, sizeof(body),
		 "<rules><filter name=\"f\" condition=\"%s\"><table name=\"sales\"/></filter>"
		 "</rules>", condition);
	policy = policy_of(body);
	admitted = gh_policy_filter_admits(policy, &request, &use, &all);
	gh_policy_free(policy);
	return admitted;
}

START_TEST(a_row_is_admitted_if_its_literals_meet_the_condition)
{
	/* lint: table */
	static const struct { const char *condition, *row; bool fresh, kept; } rows[] = {
		{ "r = 'EU'", "r='EU'", true, true },
		{ "r = 'EU'", "r='US'", false, false },
		{ "r = 'EU'", "r='eu'", false, false }, /* some collations would say so */
		{ "r = 'EU'", "r=?", false, false },
		{ "r = 'EU'", "r=lower('EU')", false, false },
		{ "r = 'EU'", "r=NULL", false, false },
		{ "r = 'EU'", "r=5", false, false },
		{ "r = 'EU'", "a=1", false, true },
		{ "r = 'EU'", "R='EU'", false, false }, /* perhaps another column */
		{ "r = 'it''s'", "r='it''s'", true, true },
		{ "r &lt;&gt; 'EU'", "r='US'", true, true },
		{ "r &lt;&gt; 'EU'", "r='eu'", false, false },
		{ "r &lt;&gt; 'EU'", "r='E U'", false, false },
		{ "r &gt; 'EU'", "r='US'", false, false },
		{ "r IN ('EU', 'UK')", "r='UK'", true, true },
		{ "NOT r IN ('EU', 'UK')", "r='UK'", false, false },
		{ "r NOT IN ('EU', 'UK')", "r='US'", true, true },
		{ "r NOT IN ('EU', NULL)", "r='US'", false, false },
		{ "r LIKE 'E%'", "r='EU'", false, false },
		{ "'EU' LIKE r", "r='EU'", false, false },
		{ "n &lt; 10", "n=9", true, true },
		{ "n &lt; 10", "n=10", false, false },
		{ "n &lt; 10", "n=9.999999", true, true },
		{ "n &lt; 10", "n=9.9999999", false, false }, /* more than is looked at */
		{ "n &lt;= 1.5", "n=1.50", true, true },
		{ "n &gt; -2", "n=-1", true, true },
		{ "n &gt; -2", "n=-3", false, false },
		{ "n = 1", "n=1234567890123", false, false },
		{ "n BETWEEN 1 AND 3", "n=3", true, true },
		{ "n NOT BETWEEN 1 AND 3", "n=3", false, false },
		{ "n IS NULL", "n=NULL", true, true },
		{ "n IS NOT NULL", "n=NULL", false, false },
		{ "n IS NOT NULL", "n=1", true, true },
		{ "n IS NOT NULL", "n=''", false, false }, /* which is NULL to some */
		{ "r = 'EU' AND n &lt; 9", "r='EU'", false, true },
		{ "r = 'EU' AND n &lt; 9", "r='EU';n=1", true, true },
		{ "r = 'EU' AND n &lt; 9", "n=9", false, false },
		{ "r = 'EU' OR n &lt; 9", "r='US'", false, false },
		{ "r = 'EU' OR n &lt; 9", "r='EU'", true, true },
		{ "r = 'EU' OR n &lt; 9", "a=1", false, true },
		{ "a = 1 AND (r = 'EU' OR n &lt; 9)", "n=1", false, true },
		{ "a = 1 OR (r = 'EU' AND n &lt; 9)", "n=1", false, false },
		{ "NOT (r = 'EU' AND n &lt; 9)", "n=1", false, false },
		{ "NOT (r = 'EU')", "r='US'", true, true },
		{ "ok", "ok=TRUE", true, true },
		{ "NOT ok", "ok=TRUE", false, false },
		{ "a = n", "a=1;n=1", true, true },
		{ "a = n", "a=1", false, false },
		{ "(a) = 1", "a=1", false, false },
		{ "r = 'EU'", "r='EU';r='US'", false, false },
		{ "r = 'EU'", "r='E\\U'", false, false },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		ck_assert_msg(admits(rows[i].condition, rows[i].row, false) == rows[i].fresh,
			      "new row: %s, %s", rows[i].condition, rows[i].row);
		ck_assert_msg(admits(rows[i].condition, rows[i].row, true) == rows[i].kept,
			      "changed: %s, %s", rows[i].condition, rows[i].row);
	}
}
END_TEST

START_TEST(a_filter_may_leave_new_rows_alone)
{
	struct gh_policy *policy =
		policy_of("<rules><filter name=\"f\" condition=\"a = 1\" new-rows=\"allow\">"
			  "<table name=\"sales\"/></filter></rules>");
	const struct gh_facts facts = { .kind = GH_KIND_INSERT };
	const struct gh_policy_request request = { &alice, &test_target, &facts };
	const struct gh_table_use use = { NULL, "shop", "sales", GH_ACCESS_WRITE };

	ck_assert(gh_policy_filter_admits(policy, &request, &use, NULL));
	ck_assert_str_eq(condition(policy, &alice, "shop", "sales"), "(a = 1)");
	gh_policy_free(policy);
}
END_TEST

START_TEST(a_condition_is_qualified_at_its_columns_alone)
{
	struct gh_buf text;

	gh_buf_init(&text, 0);
	ck_assert_int_eq(gh_policy_filter_qualify("(a = 'b AND c') AND (x IN (1, y) OR NOT z)",
						  gh_span_from("\"t\""), &text, NULL), GH_OK);
	ck_assert_str_eq(text.bytes, "(\"t\".a = 'b AND c') AND (\"t\".x IN (1, \"t\".y) OR "
				     "NOT \"t\".z)");
	gh_buf_clear(&text);
}
END_TEST

GH_UNIT_MAIN("policy_filter", comparisons_of_columns_with_literals_are_fine,
	     whatever_else_sql_can_say_is_refused, a_filter_holds_for_its_roles_and_tables,
	     an_agent_has_the_filters_of_its_person_too, a_table_that_may_be_meant_is_filtered,
	     who_has_no_filter_is_known, a_row_is_admitted_if_its_literals_meet_the_condition,
	     a_filter_may_leave_new_rows_alone, a_condition_is_qualified_at_its_columns_alone)
