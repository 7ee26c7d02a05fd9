/* What a principal may do at all: an upper bound of what single statements are allowed. */
#include "policy.h"

enum {
	READ = GH_ACTION_READ,
	CHANGE = GH_ACTION_WRITE | GH_ACTION_DELETE,
	ALL = GH_ACTION_ALL,
};

#define RULE(action, verdict, body)                                                                \
	"<rule name='" verdict "' role='*' action='" action "' verdict='" verdict "'>" body        \
	"</rule>"

static const struct {
	const char *attributes;
	const char *rules;
	unsigned possible;
} cases[] = {
	{ "", "", 0 },
	{ "default='allow'", "", ALL },
	{ "default='approve'", "", 0 },
	{ "", RULE("read", "allow", ""), READ },
	/* one table is enough */
	{ "", RULE("read write delete", "allow", "<table name='t'/>"), READ | CHANGE },
	/* approval cannot be had */
	{ "", RULE("*", "allow", "") RULE("write delete", "approve", ""), ALL & ~CHANGE },
	{ "default='allow'", RULE("write delete", "deny", ""), ALL & ~CHANGE },
	{ "default='allow'", RULE("write delete", "deny", "<table name='*'/>"), ALL & ~CHANGE },
	/* what blocks some statements leaves others */
	{ "default='allow'", RULE("write delete", "deny", "<table name='t'/>"), ALL },
	{ "default='allow'", RULE("write delete", "deny", "<when dangerous='yes'/>"), ALL },
	{ "default='allow'", RULE("write", "deny", "<column table='t' name='c'/>"), ALL },
};

static unsigned possible_as(const struct gh_policy *policy, const struct gh_principal *who)
{
	const struct gh_policy_request request = { who, &test_target, NULL };

	return gh_policy_possible(policy, &request);
}

START_TEST(what_some_statement_may_be_allowed_is_possible)
{
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char body[1000];
		struct gh_policy *policy;

		snprintf(body, sizeof(body), "<rules>%s</rules>", cases[i].rules);
		policy = policy_with(cases[i].attributes, body);
		ck_assert_msg(possible_as(policy, &alice) == cases[i].possible, "%s %s: %x",
			      cases[i].attributes, cases[i].rules, possible_as(policy, &alice));
		gh_policy_free(policy);
	}
}
END_TEST

START_TEST(nobody_known_may_do_nothing)
{
	struct gh_policy *policy = policy_with("default='allow'", "<rules/>");
	const struct gh_principal unknown = { .kind = GH_PRINCIPAL_UNKNOWN };

	ck_assert_uint_eq(possible_as(policy, &unknown), 0);
	ck_assert_uint_eq(possible_as(policy, NULL), 0);
	ck_assert_uint_eq(possible_as(NULL, &alice), 0);
	gh_policy_free(policy);
}
END_TEST

START_TEST(the_built_in_policy_lets_agents_only_read)
{
	struct gh_policy *policy = NULL;

	ck_assert_int_eq(gh_policy_builtin(&policy, NULL), GH_OK);
	ck_assert_uint_eq(possible_as(policy, &alice), ALL);
	ck_assert_uint_eq(possible_as(policy, &robot), READ);
	gh_policy_free(policy);
}
END_TEST

/* An agent never has more than the person it acts for. */
START_TEST(an_agent_may_what_its_person_may_too)
{
	struct gh_policy *policy = policy_of(
		"<roles><role name='agent'><kind>agent</kind></role>"
		"<role name='person'><kind>person</kind></role></roles><rules>"
		"<rule name='a' role='agent' action='read write' verdict='allow'/>"
		"<rule name='b' role='person' action='read delete' verdict='allow'/></rules>");

	ck_assert_uint_eq(possible_as(policy, &robot), READ);
	gh_policy_free(policy);
}
END_TEST

GH_UNIT_MAIN("policy possible", what_some_statement_may_be_allowed_is_possible,
	     nobody_known_may_do_nothing, the_built_in_policy_lets_agents_only_read,
	     an_agent_may_what_its_person_may_too)
