/*
 * What a policy says of values that detection found: for whom, of which class, and where.
 */
#include "policy.h"

#define RULES(text) "<rules><rule name='all' role='*' action='*' verdict='allow'/>" text "</rules>"
#define NO_EMAIL "<detect name='d' family='email' function='none'/>"
#define IN_T                                                                      \
	"<detect name='d' family='email' function='none'><column table='t' name='mail'/></detect>"
#define CARD_IN_T "<detect name='d' function='nullify'><column table='t' name='card'/></detect>"

static struct gh_mask_spec mask_of(const char *rules, const struct gh_principal *principal,
				   const struct gh_found *found)
{
	char body[800];
	struct gh_policy *policy;
	struct gh_mask_spec spec;
	struct gh_error err = { 0 };
	struct statement s;
	struct gh_policy_request request = { principal, &test_target, &s.facts };

	snprintf(body, sizeof(body), RULES("%s"), rules);
	policy = policy_of(body);
	statement_select(&s, "t", "id");
	ck_assert_int_eq(gh_policy_mask_found(policy, &request, found, &spec, &err), GH_OK);
	gh_policy_free(policy);
	return spec;
}

START_TEST(rules_that_leave_values_must_be_meant_and_rules_that_mask_may_be)
{
	static const struct gh_origin mail = { NULL, "public", "t", "mail" };
	static const struct gh_origin card = { NULL, NULL, "t", "card" };
	static const struct gh_origin both[] = { { NULL, "public", "t", "mail" },
						 { NULL, "public", "u", "mail" } };
	static const struct gh_output of_mail = { NULL, &mail, 1, 0 };
	static const struct gh_output of_card = { NULL, &card, 1, 0 };
	static const struct gh_output of_both = { NULL, both, 2, 0 };
	static const struct gh_output unclear = { NULL, &mail, 1, GH_LINEAGE_UNKNOWN };
	static const struct gh_output part = { NULL, &card, 1, GH_LINEAGE_DERIVED };
	static const struct {
		const char *rules;
		struct gh_found found;
		enum gh_mask_function person, agent;
	} rows[] = {
		/* what a family has by itself */
		{ "", { "EMAIL", "email", NULL }, GH_MASK_HASH, GH_MASK_HASH },
		{ "", { "CARD", "card", NULL }, GH_MASK_PARTIAL, GH_MASK_PARTIAL },
		{ "", { "CARD", "card", &part }, GH_MASK_DEFAULT, GH_MASK_DEFAULT },
		{ "", { "JWT", "secret", NULL }, GH_MASK_REDACT, GH_MASK_REDACT },
		{ "", { "NEW", "a_family_of_tomorrow", NULL }, GH_MASK_REDACT, GH_MASK_REDACT },
		/* families and classes */
		{ NO_EMAIL, { "EMAIL", "email", NULL }, GH_MASK_NONE, GH_MASK_NONE },
		{ NO_EMAIL, { "CARD", "card", NULL }, GH_MASK_PARTIAL, GH_MASK_PARTIAL },
		{ "<detect name='d' class='US_*' function='none'/>",
		  { "US_SSN", "national_id", NULL }, GH_MASK_NONE, GH_MASK_NONE },
		{ "<detect name='d' class='US_*' function='none'/>",
		  { "UK_NINO", "national_id", NULL }, GH_MASK_REDACT, GH_MASK_REDACT },
		{ "<detect name='d' class='US_*' family='tax_id' function='none'/>",
		  { "US_SSN", "national_id", NULL }, GH_MASK_REDACT, GH_MASK_REDACT },
		/* columns */
		{ IN_T, { "EMAIL", "email", &of_mail }, GH_MASK_NONE, GH_MASK_NONE },
		{ IN_T, { "EMAIL", "email", &of_both }, GH_MASK_HASH, GH_MASK_HASH },
		{ IN_T, { "EMAIL", "email", &unclear }, GH_MASK_HASH, GH_MASK_HASH },
		{ IN_T, { "EMAIL", "email", NULL }, GH_MASK_HASH, GH_MASK_HASH },
		{ CARD_IN_T, { "CARD", "card", &of_card }, GH_MASK_NULLIFY, GH_MASK_NULLIFY },
		{ CARD_IN_T, { "CARD", "card", &of_mail }, GH_MASK_PARTIAL, GH_MASK_PARTIAL },
		{ CARD_IN_T, { "CARD", "card", &unclear }, GH_MASK_NULLIFY, GH_MASK_NULLIFY },
		{ CARD_IN_T, { "CARD", "card", NULL }, GH_MASK_NULLIFY, GH_MASK_NULLIFY },
		/* whoever masks is heard before who leaves it */
		{ NO_EMAIL "<detect name='e' class='EMAIL' function='redact'/>",
		  { "EMAIL", "email", NULL }, GH_MASK_REDACT, GH_MASK_REDACT },
		/* a rule may be looser than the family's own */
		{ "<detect name='d' family='secret' function='partial' last='2'/>",
		  { "JWT", "secret", NULL }, GH_MASK_PARTIAL, GH_MASK_PARTIAL },
		/* for whom: an agent also has what the person behind it has */
		{ "<detect name='d' role='people' family='email' function='none'/>",
		  { "EMAIL", "email", NULL }, GH_MASK_NONE, GH_MASK_HASH },
		{ "<detect name='d' role='agents' family='email' function='nullify'/>",
		  { "EMAIL", "email", NULL }, GH_MASK_HASH, GH_MASK_NULLIFY },
		{ "<detect name='d' family='email' function='none'><dsn>test</dsn></detect>",
		  { "EMAIL", "email", NULL }, GH_MASK_HASH, GH_MASK_HASH },
		{ "<detect name='d' family='email' function='none'><dsn>prod</dsn></detect>",
		  { "EMAIL", "email", NULL }, GH_MASK_NONE, GH_MASK_NONE },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		ck_assert_msg(mask_of(rows[i].rules, &alice, &rows[i].found).function ==
				      rows[i].person,
			      "row %zu, a person", i);
		ck_assert_msg(mask_of(rows[i].rules, &robot, &rows[i].found).function ==
				      rows[i].agent,
			      "row %zu, an agent", i);
	}
}
END_TEST

START_TEST(a_mask_tells_its_class_and_rule)
{
	const struct gh_found found = { "EMAIL", "email", NULL };
	struct gh_mask_spec spec = mask_of("", &alice, &found);

	ck_assert_str_eq(spec.tag, "EMAIL");
	ck_assert_str_eq(spec.rule, "detection");
	ck_assert_str_eq(spec.domain, "email");
}
END_TEST

START_TEST(detection_is_on_unless_the_document_says_otherwise)
{
	static const struct {
		const char *attributes;
		bool detects;
	} rows[] = { { "", true }, { "detection='on'", true }, { "detection='off'", false } };

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gh_policy *policy = policy_with(rows[i].attributes, RULES(""));
		struct gh_decision decision;
		struct statement s;

		statement_select(&s, "t", "id");
		decide_as(policy, &alice, &s.facts, &decision);
		ck_assert_int_eq(decision.detects, rows[i].detects);
		gh_policy_decision_clear(&decision);
		gh_policy_free(policy);
	}
}
END_TEST

START_TEST(a_policy_that_could_not_be_asked_detects)
{
	struct gh_decision decision = { 0 };
	struct gh_error err = { 0 };

	ck_assert_int_ne(gh_policy_decide(NULL, NULL, &decision, &err), GH_OK);
	ck_assert(decision.detects);
}
END_TEST

START_TEST(what_can_not_be_meant_is_refused)
{
	static const struct {
		const char *rule;
		const char *message;
	} rows[] = {
		{ "<detect name='d' family='emails' function='none'/>", "family of <detect>" },
		{ "<detect name='d' family='email'/>", "function" },
		{ "<detect name='d' function='partial'/>", "first or last" },
		{ "<detect name='d' function='redact' domain='x'/>", "domain" },
		{ "<detect name='d' function='none' tag='x'/>", "tag" },
		{ "<detect name='d' class='' function='none'/>", "class" },
		{ "<detect name='all' function='none'/>", "there already" },
		{ "<mask name='m' function='none'><column name='x'/></mask>",
		  "function of <mask>" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gh_policy *policy = NULL;
		struct gh_error err = { 0 };
		char text[600];

		snprintf(text, sizeof(text), POLICY_HEAD ">" RULES("%s") "</policy>", rows[i].rule);
		ck_assert_int_eq(gh_policy_parse(gh_span_from(text), "test", &policy, &err),
				 GH_E_POLICY);
		ck_assert_msg(strstr(err.text, rows[i].message) != NULL, "row %zu: %s", i,
			      err.text);
		gh_policy_free(policy);
	}
}
END_TEST

GH_UNIT_MAIN("policy_detect", rules_that_leave_values_must_be_meant_and_rules_that_mask_may_be,
	     a_mask_tells_its_class_and_rule,
	     detection_is_on_unless_the_document_says_otherwise,
	     a_policy_that_could_not_be_asked_detects, what_can_not_be_meant_is_refused)
