/* Explanations agree with decisions and can be read by people and programs. */
#include "policy.h"

static struct gh_policy *example(void)
{
	return policy_of(
		"<data><tag name='pii.email'><column name='mail'/></tag></data>"
		"<rules><rule name='read' role='people agents' action='read' verdict='allow'/>"
		"<rule name='no-hr' role='agents' action='read' verdict='deny' message='Not for "
		"agents.'>"
		"<table name='hr'/></rule>"
		"<rule name='far' role='*' action='read' verdict='deny'><dsn>test</dsn></rule>"
		"<mask name='mails' tag='pii.email' function='partial' first='1' "
		"last='3'/></rules>");
}

static char *explain(const struct gh_policy *policy, const struct gh_principal *principal,
		     const struct gh_facts *facts, enum gh_policy_form form)
{
	const struct gh_policy_request request = { principal, &test_target, facts };
	struct gh_buf text;

	gh_buf_init(&text, 0);
	ck_assert_int_eq(gh_policy_explain(policy, &request, form, &text, NULL), GH_OK);
	return gh_buf_take(&text);
}

static void check_lines(char *text, const char *const *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ck_assert_msg(strstr(text, lines[i]) != NULL, "%s\nis not in\n%s", lines[i], text);
	free(text);
}

START_TEST(the_text_says_who_what_and_why)
{
	static const char *const person[] = {
		"Verdict: allow (rule read)\n",
		"kind:      SELECT\n",
		"actions:   read\n",
		"tables:    public.hr (read)\n",
		"For alice, person: allow (rule read)\n",
		"roles:     everyone, people\n",
		"+ allow   read (line 1): it matches",
		"- deny    no-hr (line 1): it is for other roles\n",
		"- deny    far (line 1): it is for other data sources\n",
		("1 mail: partial (first 1, last 3), by mails (pii.email); comes from "
		 "public.hr.mail\n"),
	};
	static const char *const agent[] = {
		"Verdict: deny (rule no-hr)\nMessage: Not for agents.\n",
		"For alice, agent (claude-code): deny (rule no-hr)\n",
		"For alice, the person for whom the agent acts: allow (rule read)\n",
		"+ deny    no-hr (line 1): it matches\n",
	};
	struct gh_policy *policy = example();
	struct statement s;

	statement_select(&s, "hr", "mail");
	check_lines(explain(policy, &alice, &s.facts, GH_POLICY_TEXT), person, COUNT_OF(person));
	check_lines(explain(policy, &robot, &s.facts, GH_POLICY_TEXT), agent, COUNT_OF(agent));
	gh_policy_free(policy);
}
END_TEST

START_TEST(what_is_not_known_is_said)
{
	static const char *const lines[] = {
		"? deny    no-hr (line 1): it could match: not enough is known of the tables\n",
		"tables:    may be any\n", "uses:      none, and there may be others\n",
		"not clear: a procedure is called\n",
		"The result's columns are not known beforehand.\n",
	};
	struct gh_policy *policy = example();
	struct statement s;

	statement_init(&s, GH_KIND_SELECT, GH_ACTION_READ, NULL);
	s.facts.tables_known = s.facts.inference_known = s.facts.outputs_known = false;
	s.facts.reason = "a procedure is called";
	check_lines(explain(policy, &robot, &s.facts, GH_POLICY_TEXT), lines, COUNT_OF(lines));
	gh_policy_free(policy);
}
END_TEST

START_TEST(the_json_has_the_same_outcome)
{
	static const char *const parts[] = {
		"{\"policy\":{\"name\":\"test\",\"title\":\"test\",\"digest\":\"",
		"\"verdict\":\"allow\",\"rule\":\"read\",\"message\":\"\",\"inference\":"
		"\"journal\"",
		"\"facts\":{\"kind\":\"SELECT\",\"actions\":[\"read\"],\"flags\":[\"multi\"]",
		"\"tables\":[{\"table\":\"public.t\",\"read\":true,\"write\":false}],"
		"\"tables_known\":true",
		"\"inference\":[\"public.t.mail\"],\"inference_known\":true",
		"\"roles\":[{\"role\":\"everyone\",\"matches\":\"yes\"},{\"role\":\"people\"",
		"{\"verdict\":\"deny\",\"name\":\"no-hr\",\"line\":1,\"matches\":\"no\",\"why\":",
		"\"outputs\":[{\"name\":\"say \\\"mail\\\"\",\"origins\":[\"public.t.mail\"],"
		"\"unknown\":false,\"mask\":{\"function\":\"partial\",\"rule\":\"mails\","
		"\"tag\":\"pii.email\",\"first\":1,\"last\":3}}]",
	};
	struct gh_policy *policy = example();
	struct statement s;

	statement_select(&s, "t", "mail");
	statement_uses(&s, "t", "mail");
	s.output.name = "say \"mail\"";
	s.facts.flags = GH_FACT_MULTI;
	check_lines(explain(policy, &alice, &s.facts, GH_POLICY_JSON), parts, COUNT_OF(parts));
	gh_policy_free(policy);
}
END_TEST

GH_UNIT_MAIN("policy_explain", the_text_says_who_what_and_why, what_is_not_known_is_said,
	     the_json_has_the_same_outcome)
