/* The built-in policy: what people and agents may do, and which names are masked. */
#include "policy.h"

static struct gh_policy *builtin(void)
{
	struct gh_error err = { 0 };
	struct gh_policy *policy = NULL;

	ck_assert_msg(gh_policy_builtin(&policy, &err) == GH_OK, "%s (line %d)", err.text,
		      err.line);
	ck_assert_str_eq(gh_policy_name(policy), "built-in");
	ck_assert_uint_eq(strlen(gh_policy_digest(policy)), 64);
	return policy;
}

#define ALLOW GH_VERDICT_ALLOW
#define APPROVE GH_VERDICT_APPROVE
#define DENY GH_VERDICT_DENY

START_TEST(people_work_and_agents_read)
{
	/* lint: table */
	static const struct {
		enum gh_kind kind;
		unsigned actions;
		enum gh_where where;
		unsigned flags;
		enum gh_verdict person, agent;
	} rows[] = {
		{ GH_KIND_SELECT, GH_ACTION_READ, GH_WHERE_ABSENT, 0, ALLOW, ALLOW },
		{ GH_KIND_SELECT, GH_ACTION_READ, GH_WHERE_ABSENT, GH_FACT_DANGEROUS, APPROVE,
		  DENY },
		{ GH_KIND_CATALOG, GH_ACTION_READ, GH_WHERE_ABSENT, 0, ALLOW, ALLOW },
		{ GH_KIND_INSERT, GH_ACTION_WRITE, GH_WHERE_ABSENT, 0, ALLOW, APPROVE },
		{ GH_KIND_UPDATE, GH_ACTION_WRITE, GH_WHERE_REAL, 0, ALLOW, APPROVE },
		{ GH_KIND_UPDATE, GH_ACTION_WRITE, GH_WHERE_ABSENT, 0, APPROVE, APPROVE },
		{ GH_KIND_UPDATE, GH_ACTION_WRITE, GH_WHERE_TRIVIAL, 0, APPROVE, APPROVE },
		{ GH_KIND_DELETE, GH_ACTION_DELETE, GH_WHERE_REAL, 0, ALLOW, APPROVE },
		{ GH_KIND_DELETE, GH_ACTION_DELETE, GH_WHERE_ABSENT, 0, APPROVE, APPROVE },
		{ GH_KIND_SELECT, GH_ACTION_READ | GH_ACTION_DELETE, GH_WHERE_ABSENT, 0, APPROVE,
		  APPROVE },
		{ GH_KIND_CREATE, GH_ACTION_DDL, GH_WHERE_ABSENT, 0, ALLOW, DENY },
		{ GH_KIND_DROP, GH_ACTION_DDL, GH_WHERE_ABSENT, 0, APPROVE, DENY },
		{ GH_KIND_TRUNCATE, GH_ACTION_DDL, GH_WHERE_ABSENT, 0, APPROVE, DENY },
		{ GH_KIND_SELECT, GH_ACTION_READ | GH_ACTION_DDL, GH_WHERE_ABSENT, GH_FACT_MULTI,
		  APPROVE, DENY },
		{ GH_KIND_GRANT, GH_ACTION_DCL, GH_WHERE_ABSENT, 0, ALLOW, DENY },
		{ GH_KIND_CALL, GH_ACTION_CALL, GH_WHERE_ABSENT, 0, ALLOW, APPROVE },
		{ GH_KIND_SET, GH_ACTION_ADMIN, GH_WHERE_ABSENT, 0, ALLOW, DENY },
		{ GH_KIND_TRANSACTION, 0, GH_WHERE_ABSENT, 0, ALLOW, ALLOW },
		{ GH_KIND_UNKNOWN, 0, GH_WHERE_ABSENT, 0, APPROVE, DENY },
	};
	struct gh_policy *policy = builtin();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct statement s;

		statement_init(&s, rows[i].kind, rows[i].actions, NULL);
		s.facts.where = rows[i].where;
		s.facts.flags = rows[i].flags;
		ck_assert_msg(verdict_as(policy, &alice, &s.facts) == rows[i].person,
			      "person, row %zu", i);
		ck_assert_msg(verdict_as(policy, &robot, &s.facts) == rows[i].agent,
			      "agent, row %zu", i);
	}
	gh_policy_free(policy);
}
END_TEST

START_TEST(sensitive_names_are_masked)
{
	static const struct {
		enum gh_mask_function function;
		const char *names[24];
	} rows[] = {
		{ GH_MASK_HASH,
		  { "email", "EMAIL", "customer_email", "workEmail", "email_address", "e_mail",
		    "mail", "email2", "contact_email_address" } },
		{ GH_MASK_PARTIAL,
		  { "phone", "phone_number", "mobile", "HomePhone", "cell_number", "telephone",
		    "fax", "contact_phone", "card_number", "pan", "credit_card", "cc_number",
		    "CardNumber", "iban", "account_number", "bank_account", "customer_iban" } },
		{ GH_MASK_REDACT,
		  { "ssn",          "SSN",           "customer_ssn",    "social_security_number",
		    "national_id",  "passport",      "passport_number", "tax_id",
		    "cvv",          "cvv2",          "password",        "passwd",
		    "pwd_hash",     "password_hash", "secret",          "client_secret",
		    "api_key",      "access_token",  "token",           "address",
		    "home_address", "street",        "address_line1" } },
		{ GH_MASK_DEFAULT,
		  { "salary", "base_salary", "dob", "birth_date", "BirthDate", "date_of_birth",
		    "birthday", "income" } },
		{ GH_MASK_NONE,
		  { "id",
		    "name",
		    "email_sent",
		    "phone_count",
		    "is_email",
		    "has_phone",
		    "email_verified",
		    "ip_address",
		    "total",
		    "city",
		    "country",
		    "created_at",
		    "password_changed_at",
		    "payment_token",
		    "company",
		    "discard",
		    "japan",
		    "status",
		    "birthplace",
		    "phone_type",
		    "token_count",
		    "session",
		    "tinyint_col" } },
		{ GH_MASK_NONE,
		  { "microphone", "salary_currency", "cardinality", "spanish",
		    "must_change_password", "order_number", "addressee_count", "mailing_list",
		    "account", "amount", "streets_ahead", "opinion" } },
	};
	struct gh_policy *policy = builtin();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		for (size_t j = 0; j < 24 && rows[i].names[j] != NULL; j++) {
			struct statement s;

			statement_select(&s, "t", rows[i].names[j]);
			ck_assert_msg(mask_as(policy, &alice, &s.facts).function ==
					      rows[i].function, "%s", rows[i].names[j]);
		}
	}
	gh_policy_free(policy);
}
END_TEST

START_TEST(what_is_not_known_is_redacted)
{
	struct gh_policy *policy = builtin();
	struct gh_decision decision;
	struct statement s;

	statement_select(&s, "t", "*");
	s.facts.flags = GH_FACT_OPAQUE;
	s.facts.outputs_known = s.facts.tables_known = s.facts.inference_known = false;
	decide_as(policy, &alice, &s.facts, &decision);
	ck_assert_int_eq(decision.verdict, GH_VERDICT_ALLOW);
	ck_assert_int_eq(decision.inference, GH_INFERENCE_JOURNAL);
	ck_assert_int_eq(decision.unknown_mask.function, GH_MASK_REDACT);
	ck_assert_int_eq(decision.masks[0].function, GH_MASK_REDACT);
	gh_policy_decision_clear(&decision);
	ck_assert_int_eq(verdict_as(policy, &robot, &s.facts), GH_VERDICT_DENY);
	gh_policy_free(policy);
}
END_TEST

START_TEST(agents_may_not_use_masked_columns_for_inference)
{
	struct gh_policy *policy = builtin();
	struct gh_decision decision;
	struct statement s;

	statement_select(&s, "customers", "id");
	statement_uses(&s, "customers", "ssn");
	decide_as(policy, &robot, &s.facts, &decision);
	ck_assert_int_eq(decision.verdict, GH_VERDICT_DENY);
	ck_assert_str_eq(decision.rule, "mask-national-id");
	ck_assert_ptr_nonnull(strstr(decision.message, "customers.ssn"));
	gh_policy_decision_clear(&decision);
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	statement_uses(&s, "customers", "city");
	ck_assert_int_eq(verdict_as(policy, &robot, &s.facts), GH_VERDICT_ALLOW);
	gh_policy_free(policy);
}
END_TEST

START_TEST(every_role_and_tag_is_used)
{
	struct gh_policy *policy = builtin();
	size_t count = 1;

	gh_policy_notes(policy, &count);
	ck_assert_uint_eq(count, 0);
	gh_policy_free(policy);
}
END_TEST

GH_UNIT_MAIN("policy_builtin", people_work_and_agents_read, sensitive_names_are_masked,
	     what_is_not_known_is_redacted, agents_may_not_use_masked_columns_for_inference,
	     every_role_and_tag_is_used)
