/* Rules: each condition in a statement that it meets and in one that it does not. */
#include "policy.h"

#define ALLOW_ALL "<rule name='all' role='*' action='*' verdict='allow'/>"
#define IN_RULES(text) "<rules>" text "</rules>"

static struct gh_principal with(struct gh_principal principal, const char *purpose)
{
	principal.purpose = purpose;
	return principal;
}

/* ---- roles ----------------------------------------------------------------------- */

struct role_case {
	const char *conditions;
	enum gh_verdict person; /* alice, who is in the groups sales and bi-north */
	enum gh_verdict other;  /* carol, verified, a service, nothing else known */
};

static const char *const groups[] = { "sales", "bi-north" };
static const struct gh_principal member = {
	.kind = GH_PRINCIPAL_PERSON, .assurance = GH_ASSURANCE_ASSERTED, .subject = "alice",
	.purpose = "audit-7", .application = "Excel", .groups = groups, .group_count = 2,
	.process = { .host = "desk1", .executable = "/usr/bin/soffice" },
};
static const struct gh_principal service = { .kind = GH_PRINCIPAL_SERVICE,
					     .assurance = GH_ASSURANCE_VERIFIED,
					     .subject = "carol" };

static const struct role_case role_cases[] = {
	{ "<user>ALI*</user>", GH_VERDICT_ALLOW, GH_VERDICT_DENY },
	{ "<user>bob</user><user>carol</user>", GH_VERDICT_DENY, GH_VERDICT_ALLOW },
	{ "<group>bi-*</group>", GH_VERDICT_ALLOW, GH_VERDICT_DENY },
	{ "<user>alice</user><group>admins</group>", GH_VERDICT_DENY, GH_VERDICT_DENY },
	{ "<user>alice</user><group>admins</group><group>sales</group>", GH_VERDICT_ALLOW,
	  GH_VERDICT_DENY },
	{ "<kind>person</kind>", GH_VERDICT_ALLOW, GH_VERDICT_DENY },
	{ "<kind> service </kind>", GH_VERDICT_DENY, GH_VERDICT_ALLOW },
	{ "<kind>agent</kind>", GH_VERDICT_DENY, GH_VERDICT_DENY },
	{ "<assurance>verified</assurance>", GH_VERDICT_DENY, GH_VERDICT_ALLOW },
	{ "<assurance>asserted</assurance>", GH_VERDICT_ALLOW, GH_VERDICT_DENY },
	{ "<purpose>audit-?</purpose>", GH_VERDICT_ALLOW, GH_VERDICT_DENY },
	{ "<application>excel</application>", GH_VERDICT_ALLOW, GH_VERDICT_DENY },
	{ "<host>desk*</host>", GH_VERDICT_ALLOW, GH_VERDICT_DENY },
	{ "<executable>/usr/bin/*</executable>", GH_VERDICT_ALLOW, GH_VERDICT_DENY },
	{ "<executable>/home/*</executable>", GH_VERDICT_DENY, GH_VERDICT_DENY },
	{ "<agent>*</agent>", GH_VERDICT_DENY, GH_VERDICT_DENY },
	{ "<acting-for>*</acting-for>", GH_VERDICT_DENY, GH_VERDICT_DENY },
};

START_TEST(a_role_needs_one_condition_of_each_kind)
{
	for (size_t i = 0; i < COUNT_OF(role_cases); i++) {
		const struct role_case *row = &role_cases[i];
		struct statement statement;
		struct gh_policy *policy;
		char body[400];

		snprintf(body, sizeof(body),
			 "<roles><role name='r'>%s</role></roles>"
			 IN_RULES("<rule name='a' role='r' action='read' verdict='allow'/>"),
			 row->conditions);
		policy = policy_of(body);
		statement_select(&statement, "t", "c");
		ck_assert_msg(verdict_as(policy, &member, &statement.facts) == row->person, "%s",
			      row->conditions);
		ck_assert_msg(verdict_as(policy, &service, &statement.facts) == row->other, "%s",
			      row->conditions);
		gh_policy_free(policy);
	}
}
END_TEST

START_TEST(what_is_not_known_of_a_principal_restricts_and_never_grants)
{
	static const char roles[] = "<roles><role name='r'><application>Excel</application></role>"
				    "</roles>";
	struct gh_policy *denies, *allows, *spares;
	struct statement statement;
	struct gh_principal unnamed = alice;
	char body[400];

	unnamed.application = NULL;
	statement_select(&statement, "t", "c");
	snprintf(body, sizeof(body), "%s<rules>" ALLOW_ALL
		 "<rule name='d' role='r' action='*' verdict='deny'/></rules>", roles);
	denies = policy_of(body);
	snprintf(body, sizeof(body), "%s<rules><rule name='a' role='r' action='*' verdict='allow'/>"
		 "</rules>", roles);
	allows = policy_of(body);
	snprintf(body, sizeof(body), "%s<rules>" ALLOW_ALL "<rule name='d' role='*' "
		 "except-role='r' action='*' verdict='deny'/></rules>", roles);
	spares = policy_of(body);
	ck_assert_int_eq(verdict_as(denies, &unnamed, &statement.facts), GH_VERDICT_DENY);
	ck_assert_int_eq(verdict_as(denies, &alice, &statement.facts), GH_VERDICT_ALLOW);
	ck_assert_int_eq(verdict_as(denies, &member, &statement.facts), GH_VERDICT_DENY);
	ck_assert_int_eq(verdict_as(allows, &unnamed, &statement.facts), GH_VERDICT_DENY);
	ck_assert_int_eq(verdict_as(allows, &member, &statement.facts), GH_VERDICT_ALLOW);
	ck_assert_int_eq(verdict_as(spares, &unnamed, &statement.facts), GH_VERDICT_DENY);
	ck_assert_int_eq(verdict_as(spares, &member, &statement.facts), GH_VERDICT_ALLOW);
	gh_policy_free(denies);
	gh_policy_free(allows);
	gh_policy_free(spares);
}
END_TEST

START_TEST(an_unknown_principal_is_allowed_nothing)
{
	struct gh_policy *rules = policy_of(IN_RULES(ALLOW_ALL));
	struct gh_policy *otherwise = policy_with("default='allow'", "<rules/>");
	struct gh_principal nobody = { .kind = GH_PRINCIPAL_UNKNOWN };
	struct statement statement;

	statement_select(&statement, "t", "c");
	ck_assert_int_eq(verdict_as(rules, &nobody, &statement.facts), GH_VERDICT_DENY);
	ck_assert_int_eq(verdict_as(otherwise, &nobody, &statement.facts), GH_VERDICT_DENY);
	ck_assert_int_eq(verdict_as(rules, &alice, &statement.facts), GH_VERDICT_ALLOW);
	ck_assert_int_eq(verdict_as(otherwise, &alice, &statement.facts), GH_VERDICT_ALLOW);
	gh_policy_free(rules);
	gh_policy_free(otherwise);
}
END_TEST

START_TEST(an_agent_has_no_more_than_its_person)
{
	struct gh_policy *agents_only = policy_of(
		IN_RULES("<rule name='a' role='agents' action='read' verdict='allow'/>"));
	struct gh_policy *both = policy_of(
		IN_RULES("<rule name='a' role='agents' action='read' verdict='allow'/>"
			 "<rule name='p' role='people' action='read write' verdict='allow'/>"));
	struct gh_policy *bob_denied = policy_of(
		"<roles><role name='bob'><user>bob</user></role></roles>"
		IN_RULES(ALLOW_ALL "<rule name='no' role='bob' action='*' verdict='deny'/>"));
	struct gh_principal bobs = robot;
	struct statement select, insert;

	bobs.subject = "agent-17";
	bobs.acting_for = "bob";
	statement_select(&select, "t", "c");
	statement_init(&insert, GH_KIND_INSERT, GH_ACTION_WRITE, "t");
	ck_assert_int_eq(verdict_as(agents_only, &robot, &select.facts), GH_VERDICT_DENY);
	ck_assert_int_eq(verdict_as(both, &robot, &select.facts), GH_VERDICT_ALLOW);
	ck_assert_int_eq(verdict_as(both, &alice, &insert.facts), GH_VERDICT_ALLOW);
	ck_assert_int_eq(verdict_as(both, &robot, &insert.facts), GH_VERDICT_DENY);
	ck_assert_int_eq(verdict_as(bob_denied, &robot, &select.facts), GH_VERDICT_ALLOW);
	ck_assert_int_eq(verdict_as(bob_denied, &bobs, &select.facts), GH_VERDICT_DENY);
	gh_policy_free(agents_only);
	gh_policy_free(both);
	gh_policy_free(bob_denied);
}
END_TEST

/* ---- verdicts -------------------------------------------------------------------- */

START_TEST(deny_beats_approve_beats_allow_in_any_order)
{
	static const char *const rules[] = {
		"<rule name='a' role='*' action='read' verdict='allow'/>",
		"<rule name='b' role='*' action='read' verdict='approve' message='Ask.'/>",
		"<rule name='c' role='*' action='read' verdict='deny' message='Never.'/>",
	};
	static const int orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
					  { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
	struct statement statement;

	statement_select(&statement, "t", "c");
	for (int i = 0; i < 6; i++) {
		for (int without = 0; without < 3; without++) {
			struct gh_decision decision;
			struct gh_policy *policy;
			char body[500];
			size_t length = (size_t)snprintf(body, sizeof(body), "<rules>");
			enum gh_verdict expected = without == 2 ? GH_VERDICT_APPROVE :
								  GH_VERDICT_DENY;

			for (int j = 0; j < 3; j++)
				if (orders[i][j] != without)
					length += (size_t)snprintf(body + length,
								   sizeof(body) - length, "%s",
								   rules[orders[i][j]]);
			snprintf(body + length, sizeof(body) - length, "</rules>");
			policy = policy_of(body);
			decide_as(policy, &alice, &statement.facts, &decision);
			ck_assert_int_eq(decision.verdict, expected);
			ck_assert_str_eq(decision.rule, without == 2 ? "b" : "c");
			ck_assert_str_eq(decision.message, without == 2 ? "Ask." : "Never.");
			gh_policy_decision_clear(&decision);
			gh_policy_free(policy);
		}
	}
}
END_TEST

START_TEST(the_default_holds_where_no_rule_does)
{
	static const struct {
		const char *attributes;
		enum gh_verdict expected;
	} rows[] = {
		{ "", GH_VERDICT_DENY },
		{ "default='deny'", GH_VERDICT_DENY },
		{ "default='approve'", GH_VERDICT_APPROVE },
		{ "default='allow'", GH_VERDICT_ALLOW },
	};
	struct statement statement;

	statement_select(&statement, "t", "c");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gh_policy *policy = policy_with(rows[i].attributes, "<rules/>");
		struct gh_decision decision;

		decide_as(policy, &alice, &statement.facts, &decision);
		ck_assert_int_eq(decision.verdict, rows[i].expected);
		ck_assert_str_eq(decision.rule, "default");
		gh_policy_decision_clear(&decision);
		gh_policy_free(policy);
	}
}
END_TEST

START_TEST(a_failed_decision_is_a_denial)
{
	const struct gh_policy_request request = { 0 };
	struct gh_decision decision = { .verdict = GH_VERDICT_ALLOW };
	struct gh_error err = { 0 };

	ck_assert_int_eq(gh_policy_decide(NULL, &request, &decision, &err), GH_E_BUG);
	ck_assert_int_eq(decision.verdict, GH_VERDICT_DENY);
	ck_assert(decision.masks_apply);
	ck_assert_int_eq(decision.unknown_mask.function, GH_MASK_NULLIFY);
	gh_policy_decision_clear(&decision);
}
END_TEST

/* ---- tables and actions ------------------------------------------------------------ */

#define ALLOW_T "<rule name='t' role='*' action='read' verdict='allow'>" \
		"<table schema='public' name='t u_*'/></rule>"

START_TEST(every_table_must_be_allowed)
{
	struct gh_policy *policy = policy_of(IN_RULES(ALLOW_T));
	struct gh_decision decision;
	struct statement s;

	statement_select(&s, "T", "c");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	s.tables[1] = (struct gh_table_use){ NULL, "public", "u_x", GH_ACCESS_READ };
	s.facts.table_count = 2;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	s.tables[1].table = "v";
	decide_as(policy, &alice, &s.facts, &decision);
	ck_assert_int_eq(decision.verdict, GH_VERDICT_DENY);
	ck_assert_str_eq(decision.message, "No rule of the policy allows 'read' on public.v.");
	gh_policy_decision_clear(&decision);
	s.facts.table_count = 1;
	s.tables[0].schema = "private";
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	s.tables[0].schema = NULL; /* may be any schema */
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	s.facts.table_count = 0; /* SELECT 1 */
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	s.facts.tables_known = false;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	gh_policy_free(policy);
}
END_TEST

START_TEST(more_than_a_chunk_of_tables_is_looked_at_whole)
{
	struct gh_policy *policy = policy_of(IN_RULES(ALLOW_T));
	struct gh_table_use uses[200];
	struct statement s;

	statement_select(&s, "t", "c");
	for (size_t i = 0; i < COUNT_OF(uses); i++)
		uses[i] = (struct gh_table_use){ NULL, "public", "t", GH_ACCESS_READ };
	s.facts.tables = uses;
	s.facts.table_count = COUNT_OF(uses);
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	for (size_t i = 0; i < COUNT_OF(uses); i++) {
		uses[i].table = "v";
		ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
		uses[i].table = "t";
	}
	gh_policy_free(policy);
}
END_TEST

START_TEST(a_denied_table_is_denied_wherever_it_might_be)
{
	struct gh_policy *policy = policy_of(
		IN_RULES(ALLOW_ALL "<rule name='d' role='*' action='read' verdict='deny'>"
				   "<table schema='hr' name='pay*'/></rule>"));
	struct statement s;

	statement_select(&s, "payments", "c");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	s.tables[0].schema = "HR";
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	s.tables[0].schema = NULL;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	s.tables[0].table = "orders";
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	s.facts.tables_known = false;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	/* only reading is denied */
	statement_init(&s, GH_KIND_INSERT, GH_ACTION_WRITE, "pay");
	s.tables[0].schema = "hr";
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	gh_policy_free(policy);
}
END_TEST

START_TEST(the_action_must_fit_the_access)
{
	struct gh_policy *policy = policy_of(
		IN_RULES("<rule name='r' role='*' action='read' verdict='allow'/>"
			 "<rule name='w' role='*' action='write' verdict='allow'>"
			 "<table name='log'/></rule>"));
	struct statement s;

	statement_init(&s, GH_KIND_INSERT, GH_ACTION_READ | GH_ACTION_WRITE, "log");
	s.tables[0].access = GH_ACCESS_WRITE;
	s.tables[1] = (struct gh_table_use){ NULL, NULL, "t", GH_ACCESS_READ };
	s.facts.table_count = 2;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	s.tables[1].access = GH_ACCESS_WRITE;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	/* facts that contradict themselves: written, though the actions do not say so */
	statement_select(&s, "t", "c");
	s.tables[0].access = GH_ACCESS_READ | GH_ACCESS_WRITE;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	s.tables[0].access = 0;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	gh_policy_free(policy);
}
END_TEST

START_TEST(an_unknown_kind_is_every_action)
{
	static const char *const actions[] = { "read", "write", "delete", "ddl",
					       "dcl",  "call",  "admin",  "export" };
	struct statement s;

	statement_init(&s, GH_KIND_UNKNOWN, 0, NULL);
	for (size_t i = 0; i < COUNT_OF(actions); i++) {
		struct gh_policy *policy;
		char body[300];

		snprintf(body, sizeof(body), IN_RULES(ALLOW_ALL
			 "<rule name='d' role='*' action='%s' verdict='deny'/>"), actions[i]);
		policy = policy_of(body);
		ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
		gh_policy_free(policy);
		snprintf(body, sizeof(body),
			 IN_RULES("<rule name='a' role='*' action='%s' verdict='allow'/>"),
			 actions[i]);
		policy = policy_of(body);
		ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
		gh_policy_free(policy);
	}
}
END_TEST

START_TEST(a_commit_is_allowed_to_whom_anything_is)
{
	struct gh_policy *writer = policy_of(
		IN_RULES("<rule name='w' role='people' action='write' verdict='allow'>"
			 "<table name='log'/></rule>"
			 "<rule name='n' role='*' action='read ddl' verdict='deny'/>"));
	struct gh_policy *nothing = policy_of(
		IN_RULES(ALLOW_ALL "<rule name='d' role='*' action='*' verdict='deny'/>"));
	struct statement s;

	statement_init(&s, GH_KIND_TRANSACTION, 0, NULL);
	ck_assert_int_eq(verdict_as(writer, &alice, &s.facts), GH_VERDICT_ALLOW);
	ck_assert_int_eq(verdict_as(writer, &service, &s.facts), GH_VERDICT_DENY);
	ck_assert_int_eq(verdict_as(nothing, &alice, &s.facts), GH_VERDICT_DENY);
	gh_policy_free(writer);
	gh_policy_free(nothing);
}
END_TEST

START_TEST(ddl_without_a_table_is_not_covered_by_some_tables)
{
	struct gh_policy *some = policy_of(
		IN_RULES("<rule name='a' role='*' action='ddl' verdict='allow'>"
			 "<table name='tmp_*'/></rule>"));
	struct gh_policy *kept = policy_of(
		IN_RULES(ALLOW_ALL "<rule name='d' role='*' action='ddl' verdict='deny'>"
				   "<table name='customers'/></rule>"));
	struct statement schema, table;

	statement_init(&schema, GH_KIND_DROP, GH_ACTION_DDL, NULL);
	statement_init(&table, GH_KIND_DROP, GH_ACTION_DDL, "tmp_1");
	ck_assert_int_eq(verdict_as(some, &alice, &table.facts), GH_VERDICT_ALLOW);
	ck_assert_int_eq(verdict_as(some, &alice, &schema.facts), GH_VERDICT_DENY);
	ck_assert_int_eq(verdict_as(kept, &alice, &table.facts), GH_VERDICT_ALLOW);
	ck_assert_int_eq(verdict_as(kept, &alice, &schema.facts), GH_VERDICT_DENY);
	gh_policy_free(some);
	gh_policy_free(kept);
}
END_TEST

START_TEST(a_rule_may_be_for_certain_targets)
{
	static const struct {
		const char *condition;
		enum gh_verdict expected; /* at DSN prod, PostgreSQL */
	} rows[] = {
		{ "<dsn>prod</dsn>", GH_VERDICT_DENY },
		{ "<dsn>test</dsn>", GH_VERDICT_ALLOW },
		{ "<dsn>test</dsn><dsn>p*</dsn>", GH_VERDICT_DENY },
		{ "<dbms>postgres*</dbms>", GH_VERDICT_DENY },
		{ "<dbms>SQLite</dbms>", GH_VERDICT_ALLOW },
		{ "<dsn>prod</dsn><dbms>SQLite</dbms>", GH_VERDICT_ALLOW },
		{ "<table dsn='prod' name='*'/>", GH_VERDICT_DENY },
		{ "<table dsn='test' name='*'/>", GH_VERDICT_ALLOW },
		{ "<table dbms='SQLite' name='*'/>", GH_VERDICT_ALLOW },
		{ "<table catalog='sales' name='t'/>", GH_VERDICT_DENY }, /* may be that one */
		{ "<table catalog='*' name='x'/>", GH_VERDICT_ALLOW },
	};
	struct statement s;

	statement_select(&s, "t", "c");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gh_policy *policy;
		char body[400];

		snprintf(body, sizeof(body), IN_RULES(ALLOW_ALL
			 "<rule name='d' role='*' action='*' verdict='deny'>%s</rule>"),
			 rows[i].condition);
		policy = policy_of(body);
		ck_assert_msg(verdict_as(policy, &alice, &s.facts) == rows[i].expected, "%s",
			      rows[i].condition);
		gh_policy_free(policy);
	}
}
END_TEST

/* ---- facts ---------------------------------------------------------------------------- */

struct when_case {
	const char *when;
	enum gh_kind kind;
	unsigned actions;
	enum gh_where where;
	unsigned flags;
	enum gh_verdict denied;  /* with a rule that denies when this holds */
	enum gh_verdict allowed; /* with a rule that allows only then */
};

#define YES GH_VERDICT_DENY, GH_VERDICT_ALLOW
#define NO GH_VERDICT_ALLOW, GH_VERDICT_DENY
#define MAYBE GH_VERDICT_DENY, GH_VERDICT_DENY
#define A(name) GH_ACTION_##name

/* lint: table */
static const struct when_case when_cases[] = {
	{ "kind='DROP TRUNCATE'", GH_KIND_DROP, A(DDL), GH_WHERE_ABSENT, 0, YES },
	{ "kind='DROP TRUNCATE'", GH_KIND_ALTER, A(DDL), GH_WHERE_ABSENT, 0, NO },
	{ "kind='DROP'", GH_KIND_UNKNOWN, 0, GH_WHERE_ABSENT, 0, MAYBE },
	{ "kind='DROP'", GH_KIND_SELECT, A(READ) | A(DDL), GH_WHERE_ABSENT, GH_FACT_MULTI, MAYBE },
	{ "kind='SELECT'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, GH_FACT_MULTI, MAYBE },
	/* WITH d AS (DELETE ...) SELECT ... */
	{ "kind='DELETE'", GH_KIND_SELECT, A(READ) | A(DELETE), GH_WHERE_REAL, 0, MAYBE },
	{ "kind='DELETE'", GH_KIND_SELECT, A(READ), GH_WHERE_REAL, 0, NO },
	{ "kind='UPDATE'", GH_KIND_INSERT, A(WRITE), GH_WHERE_ABSENT, 0, NO },
	{ "where='absent'", GH_KIND_UPDATE, A(WRITE), GH_WHERE_ABSENT, 0, YES },
	{ "where='absent'", GH_KIND_UPDATE, A(WRITE), GH_WHERE_TRIVIAL, 0, NO },
	{ "where='absent trivial'", GH_KIND_DELETE, A(DELETE), GH_WHERE_TRIVIAL, 0, YES },
	{ "where='absent trivial'", GH_KIND_DELETE, A(DELETE), GH_WHERE_REAL, 0, NO },
	{ "where='absent'", GH_KIND_DELETE, A(DELETE), GH_WHERE_REAL, GH_FACT_OPAQUE, MAYBE },
	{ "where='absent'", GH_KIND_INSERT, A(WRITE), GH_WHERE_ABSENT, 0, NO },
	{ "where='absent'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, 0, NO },
	{ "where='absent'", GH_KIND_SELECT, A(READ) | A(DELETE), GH_WHERE_ABSENT, 0, MAYBE },
	{ "where='real'", GH_KIND_UPDATE, A(WRITE), GH_WHERE_REAL, 0, YES },
	{ "kind='UPDATE' where='absent'", GH_KIND_DELETE, A(DELETE), GH_WHERE_ABSENT, 0, NO },
	{ "multi='yes'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, GH_FACT_MULTI, YES },
	{ "multi='yes'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, 0, NO },
	{ "multi='no'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, 0, YES },
	{ "opaque='yes'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, GH_FACT_OPAQUE, YES },
	{ "opaque='yes'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, GH_FACT_MULTI, NO },
	{ "dangerous='yes'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, GH_FACT_DANGEROUS, YES },
	{ "dangerous='yes'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, 0, NO },
	{ "dangerous='yes'", GH_KIND_UNKNOWN, 0, GH_WHERE_ABSENT, 0, MAYBE },
	{ "mode='yes'", GH_KIND_SET, A(ADMIN), GH_WHERE_ABSENT, GH_FACT_MODE, YES },
	{ "ambiguous='yes'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, GH_FACT_AMBIGUOUS, YES },
	{ "limited='no'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, 0, YES },
	{ "limited='no'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, GH_FACT_LIMITED, NO },
	{ "empty='yes'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT, GH_FACT_EMPTY_PROBE, YES },
	{ "flows='yes'", GH_KIND_INSERT, A(WRITE), GH_WHERE_ABSENT, GH_FACT_FLOWS, YES },
	{ "multi='yes' limited='no'", GH_KIND_SELECT, A(READ), GH_WHERE_ABSENT,
	  GH_FACT_MULTI | GH_FACT_LIMITED, NO },
};

START_TEST(a_condition_holds_where_its_facts_do)
{
	for (size_t i = 0; i < COUNT_OF(when_cases); i++) {
		const struct when_case *row = &when_cases[i];
		struct gh_policy *denies, *allows;
		struct statement s;
		char body[400];

		statement_init(&s, row->kind, row->actions, NULL);
		s.facts.where = row->where;
		s.facts.flags = row->flags;
		snprintf(body, sizeof(body), IN_RULES(ALLOW_ALL
			 "<rule name='d' role='*' action='*' verdict='deny'><when %s/></rule>"),
			 row->when);
		denies = policy_of(body);
		snprintf(body, sizeof(body),
			 IN_RULES("<rule name='a' role='*' action='*' verdict='allow'><when "
				  "%s/></rule>"),
			 row->when);
		allows = policy_of(body);
		ck_assert_msg(verdict_as(denies, &alice, &s.facts) == row->denied, "row %zu %s", i,
			      row->when);
		ck_assert_msg(verdict_as(allows, &alice, &s.facts) == row->allowed, "row %zu %s", i,
			      row->when);
		gh_policy_free(denies);
		gh_policy_free(allows);
	}
}
END_TEST

START_TEST(one_of_several_conditions_is_enough)
{
	struct gh_policy *policy = policy_of(
		IN_RULES(ALLOW_ALL "<rule name='d' role='*' action='*' verdict='deny'>"
				   "<when kind='DROP'/><when multi='yes'/></rule>"));
	struct statement s;

	statement_init(&s, GH_KIND_DROP, GH_ACTION_DDL, "t");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	statement_select(&s, "t", "c");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	s.facts.flags = GH_FACT_MULTI;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	gh_policy_free(policy);
}
END_TEST

/* ---- columns ------------------------------------------------------------------------- */

START_TEST(a_denied_column_is_denied_wherever_it_is_used)
{
	struct gh_policy *policy = policy_of(
		"<data><tag name='secret'><column name='pin' except='x'/></tag></data>" IN_RULES(
			ALLOW_ALL
			"<rule name='d' role='*' action='read write delete' verdict='deny' "
			"tag='secret'><column table='t' name='ssn'/></rule>"));
	struct statement s;

	statement_select(&s, "t", "id");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	statement_uses(&s, "t", "SSN");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	statement_uses(&s, "u", "ssn");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	statement_uses(&s, "u", "pin");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	statement_select(&s, "t", "*");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	statement_select(&s, "t", "id");
	s.facts.outputs_known = false;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	statement_init(&s, GH_KIND_UPDATE, GH_ACTION_WRITE, "t");
	statement_flows(&s, "t", "id", "name");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	statement_flows(&s, "t", "id", "ssn");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	statement_init(&s, GH_KIND_DELETE, GH_ACTION_DELETE, "t");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	gh_policy_free(policy);
}
END_TEST

START_TEST(approval_for_a_column_grants_no_other)
{
	struct gh_policy *policy = policy_of(
		IN_RULES("<rule name='p' role='*' action='read' verdict='approve'>"
			 "<column name='ssn'/></rule>"));
	struct statement s;

	statement_select(&s, "t", "ssn");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	gh_policy_free(policy);
}
END_TEST

START_TEST(catalog_results_show_what_may_be_used)
{
	struct gh_policy *policy = policy_of(
		IN_RULES("<rule name='a' role='people' action='read' verdict='allow'>"
			 "<table schema='public' name='*'/></rule>"
			 "<rule name='d' role='*' action='read' verdict='deny'>"
			 "<table name='hr_*'/></rule>"
			 "<rule name='c' role='*' action='read' verdict='deny'>"
			 "<column table='t' name='ssn'/></rule>"
			 "<rule name='w' role='*' action='read' verdict='deny'>"
			 "<table name='big'/><when limited='no'/></rule>"));
	static const struct {
		struct gh_origin object;
		bool visible;
	} rows[] = {
		{ { NULL, "public", "t", NULL }, true },
		{ { NULL, "public", "t", "id" }, true },
		{ { NULL, "public", "t", "ssn" }, false },
		{ { NULL, "public", "hr_pay", NULL }, false },
		{ { NULL, "other", "t", NULL }, false },
		{ { NULL, "public", "big", NULL }, true },
	};
	const struct gh_policy_request request = { &alice, &test_target, NULL };
	const struct gh_policy_request other = { &service, &test_target, NULL };

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		ck_assert_msg(gh_policy_visible(policy, &request, &rows[i].object) ==
				      rows[i].visible, "row %zu", i);
		ck_assert(!gh_policy_visible(policy, &other, &rows[i].object));
	}
	gh_policy_free(policy);
}
END_TEST

START_TEST(long_names_do_not_break_messages)
{
	struct gh_policy *policy = policy_of("<rules/>");
	struct gh_decision decision;
	struct statement s;
	char name[1000];

	for (size_t i = 0; i + 2 < sizeof(name); i += 2)
		memcpy(name + i, "\xC3\xA4", 3);
	statement_select(&s, name, "c");
	s.tables[0].catalog = name;
	s.tables[0].schema = name;
	decide_as(policy, &alice, &s.facts, &decision);
	ck_assert_int_eq(decision.verdict, GH_VERDICT_DENY);
	ck_assert_uint_lt(strlen(decision.message), sizeof(decision.message));
	ck_assert(gh_utf8_valid(gh_span_from(decision.message)));
	gh_policy_decision_clear(&decision);
	gh_policy_free(policy);
}
END_TEST

START_TEST(a_purpose_that_is_not_given_is_known_to_be_missing)
{
	struct gh_policy *policy = policy_of(
		"<roles><role name='tuning'><purpose>tune-*</purpose></role></roles>"
		IN_RULES(ALLOW_ALL "<rule name='d' role='tuning' action='*' verdict='deny'/>"));
	struct gh_principal tuner = with(alice, "tune-7");
	struct statement s;

	statement_select(&s, "t", "c");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	ck_assert_int_eq(verdict_as(policy, &tuner, &s.facts), GH_VERDICT_DENY);
	gh_policy_free(policy);
}
END_TEST

GH_UNIT_MAIN("policy_decide", a_role_needs_one_condition_of_each_kind,
	     what_is_not_known_of_a_principal_restricts_and_never_grants,
	     an_unknown_principal_is_allowed_nothing, an_agent_has_no_more_than_its_person,
	     deny_beats_approve_beats_allow_in_any_order, the_default_holds_where_no_rule_does,
	     a_failed_decision_is_a_denial, every_table_must_be_allowed,
	     more_than_a_chunk_of_tables_is_looked_at_whole,
	     a_denied_table_is_denied_wherever_it_might_be, the_action_must_fit_the_access,
	     an_unknown_kind_is_every_action, a_commit_is_allowed_to_whom_anything_is,
	     ddl_without_a_table_is_not_covered_by_some_tables, a_rule_may_be_for_certain_targets,
	     a_condition_holds_where_its_facts_do, one_of_several_conditions_is_enough,
	     a_denied_column_is_denied_wherever_it_is_used, approval_for_a_column_grants_no_other,
	     catalog_results_show_what_may_be_used, long_names_do_not_break_messages,
	     a_purpose_that_is_not_given_is_known_to_be_missing)
