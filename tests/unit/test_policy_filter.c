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

GH_UNIT_MAIN("policy_filter", comparisons_of_columns_with_literals_are_fine,
	     whatever_else_sql_can_say_is_refused, a_filter_holds_for_its_roles_and_tables,
	     an_agent_has_the_filters_of_its_person_too, a_table_that_may_be_meant_is_filtered,
	     who_has_no_filter_is_known)
