/*
 * Properties that hold for every policy and statement: a rule that denies never
 * lets more through, a mask never uncovers, and the order changes nothing.
 */
#include "policy.h"

enum { ROUNDS = 400, REQUESTS = 50, RULES_MAX = 6, TEXT_MAX = 400 };

static uint64_t seed;

/* xorshift64* (Vigna 2016): the same numbers on every machine. */
static unsigned chance(unsigned below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (unsigned)((seed * 2685821657736338717ULL) >> 33) % below;
}

static const char *pick(const char *const *list, size_t count)
{
	return list[chance((unsigned)count)];
}
#define PICK(list) pick(list, COUNT_OF(list))

static const char *const roles[] = { "*", "people", "agents", "services", "a", "x", "people a" };
static const char *const actions[] = { "read", "write", "*", "delete ddl", "read write", "call" };
static const char *const tables[] = { "t", "u", "v" };
static const char *const columns[] = { "id", "ssn", "mail" };
static const char *const patterns[] = { "t", "u", "*", "t u", "?" };
static const char *const column_patterns[] = { "ssn", "mail", "*", "s*", "id" };
static const char *const whens[] = { "kind='DELETE DROP'", "where='absent'", "multi='yes'",
				     "limited='no'", "opaque='yes'" };
static const char *const functions[] = { "partial' last='4", "partial' first='3", "hash",
					 "default", "redact", "nullify" };
static const char *const inferences[] = { "", "inference='allow'", "inference='journal'",
					  "inference='deny'" };

static void make_rule(char *text, const char *verdict, int number)
{
	char except[40] = "", table[80] = "", when[80] = "", column[80] = "";

	if (chance(4) == 0)
		snprintf(except, sizeof(except), "except-role='%s'", PICK(roles));
	if (chance(2) == 0)
		snprintf(table, sizeof(table), "<table %sname='%s'/>",
			 chance(3) == 0 ? "schema='public' " : "", PICK(patterns));
	if (chance(3) == 0)
		snprintf(when, sizeof(when), "<when %s/>", PICK(whens));
	if (chance(4) == 0 && strcmp(verdict, "allow") != 0)
		snprintf(column, sizeof(column), "<column name='%s'/>", PICK(column_patterns));
	snprintf(text, TEXT_MAX,
		 "<rule name='r%d' role='%s' %s action='%s' verdict='%s'>%s%s%s</rule>", number,
		 PICK(roles), except, PICK(actions), verdict, table, when, column);
}

static void make_mask(char *text, int number)
{
	char except[40] = "", where[40] = "";

	if (chance(4) == 0)
		snprintf(except, sizeof(except), "except-role='%s'", PICK(roles));
	if (chance(2) == 0)
		snprintf(where, sizeof(where), "table='%s'", PICK(patterns));
	snprintf(text, TEXT_MAX,
		 "<mask name='m%d' role='%s' %s %s function='%s'><column %s name='%s'/></mask>",
		 number, PICK(roles), except, PICK(inferences), PICK(functions), where,
		 PICK(column_patterns));
}

/* `rules` in the given order, from both ends. */
static struct gh_policy *build(char rules[][TEXT_MAX], int count, int step)
{
	static const char head[] =
		"<roles><role name='a'><user>alice</user></role>"
		"<role name='x'><application>x*</application></role></roles><rules>";
	char body[RULES_MAX * TEXT_MAX + 300];
	size_t used = (size_t)snprintf(body, sizeof(body), "%s", head);

	for (int i = 0; i < count; i++)
		used += (size_t)snprintf(body + used, sizeof(body) - used, "%s",
					 rules[step > 0 ? i : count - 1 - i]);
	snprintf(body + used, sizeof(body) - used, "</rules>");
	return policy_with("default='deny'", body);
}

struct random_request {
	struct statement statement;
	struct gh_principal principal;
};

static void make_request(struct random_request *out)
{
	static const struct {
		enum gh_kind kind;
		unsigned actions;
	} kinds[] = {
		{ GH_KIND_SELECT, GH_ACTION_READ },
		{ GH_KIND_SELECT, GH_ACTION_READ },
		{ GH_KIND_INSERT, GH_ACTION_WRITE },
		{ GH_KIND_DELETE, GH_ACTION_DELETE },
		{ GH_KIND_DROP, GH_ACTION_DDL },
		{ GH_KIND_UNKNOWN, 0 },
		{ GH_KIND_TRANSACTION, 0 },
	};
	struct statement *s = &out->statement;
	size_t i = chance(COUNT_OF(kinds));

	statement_init(s, kinds[i].kind, kinds[i].actions, chance(5) == 0 ? NULL : PICK(tables));
	if (kinds[i].kind == GH_KIND_SELECT)
		statement_select(s, PICK(tables), PICK(columns));
	if (chance(3) == 0)
		statement_uses(s, PICK(tables), PICK(columns));
	if (kinds[i].kind == GH_KIND_INSERT && chance(2) == 0)
		statement_flows(s, PICK(tables), PICK(columns), PICK(columns));
	if (chance(3) == 0)
		s->tables[0].schema = s->shown.schema = NULL;
	if (chance(6) == 0)
		s->output.flags = GH_LINEAGE_UNKNOWN;
	s->facts.tables_known = chance(8) != 0;
	s->facts.outputs_known = chance(8) != 0;
	s->facts.inference_known = chance(8) != 0;
	s->facts.flows_known = chance(8) != 0;
	s->facts.where = (enum gh_where)chance(3);
	s->facts.flags |= chance(4) == 0 ? 1u << chance(8) : 0u;
	out->principal = chance(3) == 0 ? robot : alice;
	if (chance(4) == 0)
		out->principal.application = NULL;
}

/* Is a value that `a` leaves readable left readable by `b` too, in no more places? */
static bool no_looser(const struct gh_mask_spec *a, const struct gh_mask_spec *b)
{
	if (b->function != a->function)
		return b->function > a->function;
	return b->keep_first <= a->keep_first && b->keep_last <= a->keep_last;
}

static void compare(const struct gh_policy *less, const struct gh_policy *more,
		    const struct random_request *request)
{
	struct gh_decision before, after;

	decide_as(less, &request->principal, &request->statement.facts, &before);
	decide_as(more, &request->principal, &request->statement.facts, &after);
	ck_assert_int_le(after.verdict, before.verdict);
	ck_assert_int_ge(after.inference, before.inference);
	ck_assert(after.masks_apply || !before.masks_apply);
	ck_assert(no_looser(&before.unknown_mask, &after.unknown_mask));
	for (size_t i = 0; i < before.mask_count; i++)
		ck_assert(no_looser(&before.masks[i], &after.masks[i]));
	gh_policy_decision_clear(&before);
	gh_policy_decision_clear(&after);
}

static void make_rules(char rules[][TEXT_MAX], int count)
{
	static const char *const verdicts[] = { "allow", "allow", "approve", "deny" };

	for (int i = 0; i < count; i++) {
		if (chance(3) == 0)
			make_mask(rules[i], i);
		else
			make_rule(rules[i], PICK(verdicts), i);
	}
}

static void check_adding(void (*add)(char *text, int number))
{
	for (int round = 0; round < ROUNDS; round++) {
		char rules[RULES_MAX][TEXT_MAX];
		int count = 1 + (int)chance(RULES_MAX - 1);
		struct gh_policy *less, *more;

		make_rules(rules, count - 1);
		add(rules[count - 1], count - 1);
		less = build(rules, count - 1, 1);
		more = build(rules, count, -1);
		for (int i = 0; i < REQUESTS; i++) {
			struct random_request request;

			make_request(&request);
			compare(less, more, &request);
		}
		gh_policy_free(less);
		gh_policy_free(more);
	}
}

static void add_denial(char *text, int number)
{
	make_rule(text, "deny", number);
}

START_TEST(adding_a_denial_never_allows_more)
{
	seed = 20260101;
	check_adding(add_denial);
}
END_TEST

START_TEST(adding_a_mask_never_uncovers)
{
	seed = 20260202;
	check_adding(make_mask);
}
END_TEST

START_TEST(the_order_of_rules_changes_nothing)
{
	seed = 20260303;
	for (int round = 0; round < ROUNDS; round++) {
		char rules[RULES_MAX][TEXT_MAX];
		struct gh_policy *forward, *backward;

		make_rules(rules, RULES_MAX);
		forward = build(rules, RULES_MAX, 1);
		backward = build(rules, RULES_MAX, -1);
		for (int i = 0; i < REQUESTS; i++) {
			struct random_request request;

			make_request(&request);
			compare(forward, backward, &request);
			compare(backward, forward, &request);
		}
		gh_policy_free(forward);
		gh_policy_free(backward);
	}
}
END_TEST

START_TEST(an_agent_never_has_more_than_its_person)
{
	seed = 20260404;
	for (int round = 0; round < ROUNDS; round++) {
		char rules[RULES_MAX][TEXT_MAX];
		struct gh_policy *policy;

		make_rules(rules, RULES_MAX);
		policy = build(rules, RULES_MAX, 1);
		for (int i = 0; i < REQUESTS; i++) {
			struct random_request request;

			make_request(&request);
			ck_assert_int_le(verdict_as(policy, &robot, &request.statement.facts),
					 verdict_as(policy, &alice, &request.statement.facts));
		}
		gh_policy_free(policy);
	}
}
END_TEST

GH_UNIT_MAIN("policy_property", adding_a_denial_never_allows_more, adding_a_mask_never_uncovers,
	     the_order_of_rules_changes_nothing, an_agent_never_has_more_than_its_person)
