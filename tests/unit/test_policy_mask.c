/* Masks: which columns, which of several, and columns that are used without being shown. */
#include "policy.h"

#define ALLOW_ALL "<rule name='all' role='*' action='*' verdict='allow'/>"
#define RULES(text) "<rules>" ALLOW_ALL text "</rules>"
#define SSN "<mask name='m' function='redact'><column table='t' name='ssn'/></mask>"

START_TEST(a_mask_holds_for_its_columns_only)
{
	static const struct {
		const char *mask;
		const char *table;
		const char *column;
		unsigned flags;
		enum gh_mask_function expected;
	} rows[] = {
		{ SSN, "t", "ssn", 0, GH_MASK_REDACT },
		{ SSN, "T", "SSN", 0, GH_MASK_REDACT },
		{ SSN, "t", "id", 0, GH_MASK_NONE },
		{ SSN, "u", "ssn", 0, GH_MASK_NONE },
		{ SSN, NULL, "ssn", 0, GH_MASK_REDACT }, /* may be t */
		{ SSN, "t", "*", 0, GH_MASK_REDACT },
		{ SSN, "t", NULL, 0, GH_MASK_REDACT },
		{ SSN, "u", "*", 0, GH_MASK_NONE },
		{ SSN, "t", "id", GH_LINEAGE_UNKNOWN, GH_MASK_REDACT },
		{ SSN, "t", "ssn", GH_LINEAGE_AGGREGATE, GH_MASK_REDACT }, /* MAX(ssn) */
		{ SSN, "t", "ssn", GH_LINEAGE_DERIVED, GH_MASK_REDACT },
		{ "<mask name='m' function='hash'><column name='*mail' except='voice*'/></mask>",
		  "t", "e_mail", 0, GH_MASK_HASH },
		{ "<mask name='m' function='hash'><column name='*mail' except='voice*'/></mask>",
		  "t", "VoiceMail", 0, GH_MASK_NONE },
		{ "<mask name='m' function='hash'><column name='*mail' except='voice*'/></mask>",
		  "t", "*", 0, GH_MASK_HASH },
		{ "<mask name='m' role='agents' function='redact'><column name='ssn'/></mask>", "t",
		  "ssn", 0, GH_MASK_NONE },
		{ "<mask name='m' except-role='people' function='redact'><column "
		  "name='ssn'/></mask>",
		  "t", "ssn", 0, GH_MASK_NONE },
		{ "<mask name='m' except-role='agents' function='redact'><column "
		  "name='ssn'/></mask>",
		  "t", "ssn", 0, GH_MASK_REDACT },
		{ "<mask name='m' function='redact'><dsn>test</dsn><column name='ssn'/></mask>",
		  "t", "ssn", 0, GH_MASK_NONE },
		{ "<mask name='m' function='redact'><dbms>Post*</dbms><column name='ssn'/></mask>",
		  "t", "ssn", 0, GH_MASK_REDACT },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gh_policy *policy;
		struct statement s;
		char body[400];

		snprintf(body, sizeof(body), RULES("%s"), rows[i].mask);
		policy = policy_of(body);
		statement_select(&s, rows[i].table, rows[i].column);
		s.output.flags = rows[i].flags;
		ck_assert_msg(mask_as(policy, &alice, &s.facts).function == rows[i].expected,
			      "row %zu", i);
		gh_policy_free(policy);
	}
}
END_TEST

#define LAST4 "<mask name='m' function='partial' last='4'><column table='t' name='ssn'/></mask>"
#define HASH "<mask name='m' function='hash'><column table='t' name='ssn'/></mask>"

START_TEST(a_part_of_a_value_is_masked_whole)
{
	static const struct {
		const char *mask;
		const char *column;
		unsigned flags;
		enum gh_mask_function expected;
	} rows[] = {
		{ LAST4, "ssn", 0, GH_MASK_PARTIAL },
		{ HASH, "ssn", 0, GH_MASK_HASH },
		/* substr(ssn, 1, 4) would show its last 4, and hash a guess */
		{ LAST4, "ssn", GH_LINEAGE_DERIVED, GH_MASK_DEFAULT },
		{ HASH, "ssn", GH_LINEAGE_DERIVED, GH_MASK_DEFAULT },
		{ LAST4, "id", GH_LINEAGE_UNKNOWN, GH_MASK_DEFAULT },
		{ HASH, "ssn", GH_LINEAGE_UNKNOWN, GH_MASK_DEFAULT },
		{ LAST4, "id", GH_LINEAGE_DERIVED, GH_MASK_NONE },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gh_policy *policy;
		struct statement s;
		char body[400];

		snprintf(body, sizeof(body), RULES("%s"), rows[i].mask);
		policy = policy_of(body);
		statement_select(&s, "t", rows[i].column);
		s.output.flags = rows[i].flags;
		ck_assert_msg(mask_as(policy, &alice, &s.facts).function == rows[i].expected,
			      "row %zu", i);
		gh_policy_free(policy);
	}
}
END_TEST

/* SELECT ssn FROM t UNION SELECT guess FROM u: equal hashes would tell that a guess is right. */
START_TEST(a_masked_value_beside_a_clear_one_is_masked_whole)
{
	const struct gh_origin two[] = { { NULL, "public", "t", "ssn" },
					 { NULL, "public", "u", "guess" } };
	struct gh_policy *policy = policy_of(RULES(HASH));
	struct statement s;

	statement_select(&s, "t", "ssn");
	s.output.origins = two;
	s.output.origin_count = 2;
	ck_assert_int_eq(mask_as(policy, &alice, &s.facts).function, GH_MASK_DEFAULT);
	s.output.origin_count = 1;
	ck_assert_int_eq(mask_as(policy, &alice, &s.facts).function, GH_MASK_HASH);
	gh_policy_free(policy);
}
END_TEST

START_TEST(what_comes_from_no_column_is_not_masked)
{
	struct gh_policy *policy = policy_of(RULES(SSN));
	struct statement s;

	statement_select(&s, "t", "ssn");
	s.output.origin_count = 0;
	s.output.flags = GH_LINEAGE_CONSTANT;
	ck_assert_int_eq(mask_as(policy, &alice, &s.facts).function, GH_MASK_NONE);
	s.output.flags = GH_LINEAGE_AGGREGATE; /* COUNT(*) */
	ck_assert_int_eq(mask_as(policy, &alice, &s.facts).function, GH_MASK_NONE);
	s.output.flags = 0; /* nobody says that there is no origin */
	ck_assert_int_eq(mask_as(policy, &alice, &s.facts).function, GH_MASK_REDACT);
	s.output.flags = GH_LINEAGE_CONSTANT | GH_LINEAGE_UNKNOWN;
	ck_assert_int_eq(mask_as(policy, &alice, &s.facts).function, GH_MASK_REDACT);
	gh_policy_free(policy);
}
END_TEST

START_TEST(the_strictest_mask_of_all_origins_wins)
{
	static const char *const functions[] = { "partial' last='4", "hash", "default", "redact",
						 "nullify" };
	static const enum gh_mask_function expected[] = { GH_MASK_PARTIAL, GH_MASK_HASH,
							  GH_MASK_DEFAULT, GH_MASK_REDACT,
							  GH_MASK_NULLIFY };
	struct gh_origin origins[2] = { { NULL, "public", "t", "a" },
					{ NULL, "public", "t", "b" } };
	struct statement s;

	statement_select(&s, "t", "a");
	s.output.origins = origins;
	s.output.origin_count = 2;
	for (size_t i = 0; i < 5; i++) {
		for (size_t j = 0; j < 5; j++) {
			struct gh_policy *policy;
			char body[500];

			snprintf(body, sizeof(body), RULES(
				 "<mask name='a' function='%s'><column name='a'/></mask>"
				 "<mask name='b' function='%s'><column name='b'/></mask>"),
				 functions[i], functions[j]);
			policy = policy_of(body);
			ck_assert_uint_eq(mask_as(policy, &alice, &s.facts).function,
					  expected[i > j ? i : j]);
			gh_policy_free(policy);
		}
	}
}
END_TEST

START_TEST(two_partial_masks_show_only_what_both_show)
{
	struct gh_policy *policy = policy_of(RULES(
		"<mask name='a' function='partial' first='4' last='2'><column name='c'/></mask>"
		"<mask name='b' function='partial' last='4'><column name='c'/></mask>"));
	struct statement s;
	struct gh_mask_spec mask;

	statement_select(&s, "t", "c");
	mask = mask_as(policy, &alice, &s.facts);
	ck_assert_int_eq(mask.function, GH_MASK_PARTIAL);
	ck_assert_uint_eq(mask.keep_first, 0);
	ck_assert_uint_eq(mask.keep_last, 2);
	gh_policy_free(policy);
}
END_TEST

START_TEST(of_two_hashes_the_order_decides_nothing)
{
	static const char one[] =
		"<mask name='x' function='hash' domain='d2'><column name='c'/></mask>";
	static const char two[] =
		"<mask name='y' function='hash' domain='d1'><column name='c'/></mask>";
	struct statement s;

	statement_select(&s, "t", "c");
	for (int i = 0; i < 2; i++) {
		struct gh_policy *policy;
		struct gh_mask_spec mask;
		char body[500];

		snprintf(body, sizeof(body), RULES("%s%s"), i == 0 ? one : two, i == 0 ? two : one);
		policy = policy_of(body);
		mask = mask_as(policy, &alice, &s.facts);
		ck_assert_str_eq(mask.domain, "d1");
		ck_assert_str_eq(mask.rule, "y");
		gh_policy_free(policy);
	}
}
END_TEST

START_TEST(a_mask_names_its_rule_and_tag)
{
	struct gh_policy *policy = policy_of(
		"<data><tag name='pii.email'><column name='mail'/></tag>"
		"<tag name='pii.ssn'><column name='ssn'/></tag></data>"
		RULES("<mask name='both' tag='pii.email pii.ssn' function='redact'/>"));
	struct statement s;
	struct gh_mask_spec mask;

	statement_select(&s, "t", "ssn");
	mask = mask_as(policy, &alice, &s.facts);
	ck_assert_str_eq(mask.rule, "both");
	ck_assert_str_eq(mask.tag, "pii.ssn");
	gh_policy_free(policy);
}
END_TEST

START_TEST(columns_that_are_not_known_get_the_strictest_mask)
{
	struct gh_policy *policy = policy_of(RULES(
		"<mask name='a' function='partial' last='4'><column name='a'/></mask>"
		"<mask name='b' function='redact'><column name='b'/></mask>"
		"<mask name='c' role='agents' function='nullify'><column name='c'/></mask>"));
	struct gh_policy *none = policy_of(RULES(""));
	struct gh_decision decision;
	struct statement s;

	statement_select(&s, "t", "id");
	decide_as(policy, &alice, &s.facts, &decision);
	ck_assert(decision.masks_apply);
	ck_assert_int_eq(decision.unknown_mask.function, GH_MASK_REDACT);
	ck_assert_int_eq(decision.masks[0].function, GH_MASK_NONE);
	gh_policy_decision_clear(&decision);
	decide_as(policy, &robot, &s.facts, &decision);
	ck_assert_int_eq(decision.unknown_mask.function, GH_MASK_NULLIFY);
	gh_policy_decision_clear(&decision);
	s.facts.outputs_known = false;
	ck_assert_int_eq(mask_as(policy, &alice, &s.facts).function, GH_MASK_REDACT);
	decide_as(none, &alice, &s.facts, &decision);
	ck_assert(!decision.masks_apply);
	ck_assert_int_eq(decision.unknown_mask.function, GH_MASK_NONE);
	ck_assert_int_eq(decision.masks[0].function, GH_MASK_NONE);
	gh_policy_decision_clear(&decision);
	gh_policy_free(policy);
	gh_policy_free(none);
}
END_TEST

START_TEST(an_agent_gets_the_masks_of_both)
{
	struct gh_policy *policy = policy_of(RULES(
		"<mask name='a' role='agents' function='hash'><column name='c d'/></mask>"
		"<mask name='p' role='people' function='redact'><column name='c'/></mask>"));
	struct statement s;

	statement_select(&s, "t", "c");
	ck_assert_int_eq(mask_as(policy, &robot, &s.facts).function, GH_MASK_REDACT);
	statement_select(&s, "t", "d");
	ck_assert_int_eq(mask_as(policy, &robot, &s.facts).function, GH_MASK_HASH);
	ck_assert_int_eq(mask_as(policy, &alice, &s.facts).function, GH_MASK_NONE);
	gh_policy_free(policy);
}
END_TEST

START_TEST(a_descriptor_adds_an_origin)
{
	struct gh_policy *policy = policy_of(RULES(SSN));
	const struct gh_origin origin = { NULL, NULL, "t", "ssn" };
	const struct gh_output ssn = { NULL, &origin, 1, 0 };
	const struct gh_output constant = { NULL, NULL, 0, GH_LINEAGE_CONSTANT };
	const struct gh_output from_nowhere = { 0 };
	struct statement s;
	const struct gh_policy_request request = { &alice, &test_target, &s.facts };
	struct gh_mask_spec mask;

	statement_select(&s, "t", "id");
	ck_assert_int_eq(gh_policy_mask_column(policy, &request, &ssn, &mask, NULL), GH_OK);
	ck_assert_int_eq(mask.function, GH_MASK_REDACT);
	ck_assert_int_eq(gh_policy_mask_column(policy, &request, &constant, &mask, NULL), GH_OK);
	ck_assert_int_eq(mask.function, GH_MASK_NONE);
	ck_assert_int_eq(gh_policy_mask_column(policy, &request, &from_nowhere, &mask, NULL),
			 GH_OK);
	ck_assert_int_eq(mask.function, GH_MASK_REDACT);
	ck_assert_int_eq(gh_policy_mask_column(NULL, &request, &ssn, &mask, NULL), GH_E_BUG);
	ck_assert_int_eq(mask.function, GH_MASK_NULLIFY);
	gh_policy_free(policy);
}
END_TEST

/* ---- inference ------------------------------------------------------------------ */

START_TEST(inference_is_what_the_mask_says)
{
	static const struct {
		const char *attribute;
		enum gh_inference person, agent;
	} rows[] = {
		{ "", GH_INFERENCE_JOURNAL, GH_INFERENCE_DENY },
		{ "inference='allow'", GH_INFERENCE_ALLOW, GH_INFERENCE_ALLOW },
		{ "inference='journal'", GH_INFERENCE_JOURNAL, GH_INFERENCE_JOURNAL },
		{ "inference='deny'", GH_INFERENCE_DENY, GH_INFERENCE_DENY },
	};
	const struct gh_principal *const who[] = { &alice, &robot };
	struct statement s;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gh_policy *policy;
		char body[400];

		snprintf(body, sizeof(body),
			 RULES("<mask name='m' function='redact' %s>"
			       "<column name='ssn'/></mask>"),
			 rows[i].attribute);
		policy = policy_of(body);
		for (size_t j = 0; j < 2; j++) {
			enum gh_inference expected = j == 0 ? rows[i].person : rows[i].agent;
			struct gh_decision decision;

			statement_select(&s, "t", "id");
			statement_uses(&s, "t", "SSN");
			decide_as(policy, who[j], &s.facts, &decision);
			ck_assert_int_eq(decision.inference, expected);
			ck_assert_int_eq(decision.verdict, expected == GH_INFERENCE_DENY ?
					 GH_VERDICT_DENY : GH_VERDICT_ALLOW);
			if (expected == GH_INFERENCE_DENY)
				ck_assert_ptr_nonnull(strstr(decision.message, "public.t.SSN"));
			gh_policy_decision_clear(&decision);
			statement_uses(&s, "t", "id");
			ck_assert_int_eq(verdict_as(policy, who[j], &s.facts), GH_VERDICT_ALLOW);
			s.facts.inference_known = false;
			ck_assert_int_eq(verdict_as(policy, who[j], &s.facts),
					 expected == GH_INFERENCE_DENY ? GH_VERDICT_DENY :
									 GH_VERDICT_ALLOW);
		}
		gh_policy_free(policy);
	}
}
END_TEST

/* ---- flows ------------------------------------------------------------------------ */

static const char flow_policy[] =
	"<data><tag name='ssn'><column name='ssn tax_no'/></tag></data>"
	RULES("<mask name='m' tag='ssn' function='partial' last='4'/>");

START_TEST(a_masked_column_flows_only_to_where_the_mask_holds)
{
	struct gh_policy *policy = policy_of(flow_policy);
	struct gh_decision decision;
	struct statement s;

	statement_init(&s, GH_KIND_INSERT, GH_ACTION_READ | GH_ACTION_WRITE, "copy");
	statement_flows(&s, "t", "ssn", "note");
	decide_as(policy, &alice, &s.facts, &decision);
	ck_assert_int_eq(decision.verdict, GH_VERDICT_DENY);
	ck_assert_str_eq(decision.message, "This would copy masked column public.t.ssn into "
					   "public.copy.note (rule m).");
	gh_policy_decision_clear(&decision);
	statement_flows(&s, "t", "ssn", "SSN");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	statement_flows(&s, "t", "ssn", "tax_no");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	statement_flows(&s, "t", "ssn", "*"); /* which column is not known */
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	statement_flows(&s, "t", "*", "note");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	statement_flows(&s, "t", "name", "note");
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	s.flow.flags = GH_LINEAGE_UNKNOWN;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_DENY);
	gh_policy_free(policy);
}
END_TEST

START_TEST(a_parameter_may_be_written_to_a_masked_column)
{
	struct gh_policy *policy = policy_of(flow_policy);
	struct statement s;

	statement_init(&s, GH_KIND_UPDATE, GH_ACTION_WRITE, "t");
	statement_flows(&s, "t", "x", "ssn"); /* UPDATE t SET ssn = ? */
	s.flow.origin_count = 0;
	s.flow.flags = GH_LINEAGE_CONSTANT;
	ck_assert_int_eq(verdict_as(policy, &alice, &s.facts), GH_VERDICT_ALLOW);
	gh_policy_free(policy);
}
END_TEST

START_TEST(flows_that_are_not_known_are_denied_where_masks_apply)
{
	static const struct {
		enum gh_kind kind;
		unsigned actions, flags;
		enum gh_verdict expected;
	} rows[] = {
		{ GH_KIND_INSERT, GH_ACTION_WRITE, GH_FACT_FLOWS, GH_VERDICT_DENY },
		{ GH_KIND_INSERT, GH_ACTION_WRITE, GH_FACT_OPAQUE, GH_VERDICT_DENY },
		{ GH_KIND_INSERT, GH_ACTION_WRITE, 0, GH_VERDICT_ALLOW },
		{ GH_KIND_SELECT, GH_ACTION_READ, GH_FACT_OPAQUE, GH_VERDICT_ALLOW },
		{ GH_KIND_UNKNOWN, 0, 0, GH_VERDICT_DENY },
	};
	struct gh_policy *masks = policy_of(flow_policy), *none = policy_of(RULES(""));
	struct statement s;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		statement_init(&s, rows[i].kind, rows[i].actions, "t");
		s.facts.flags = rows[i].flags;
		s.facts.flows_known = false;
		ck_assert_msg(verdict_as(masks, &alice, &s.facts) == rows[i].expected, "row %zu",
			      i);
		ck_assert_int_eq(verdict_as(none, &alice, &s.facts), GH_VERDICT_ALLOW);
	}
	gh_policy_free(masks);
	gh_policy_free(none);
}
END_TEST

GH_UNIT_MAIN("policy_mask", a_mask_holds_for_its_columns_only,
	     a_part_of_a_value_is_masked_whole, a_masked_value_beside_a_clear_one_is_masked_whole,
	     what_comes_from_no_column_is_not_masked, the_strictest_mask_of_all_origins_wins,
	     two_partial_masks_show_only_what_both_show, of_two_hashes_the_order_decides_nothing,
	     a_mask_names_its_rule_and_tag, columns_that_are_not_known_get_the_strictest_mask,
	     an_agent_gets_the_masks_of_both, a_descriptor_adds_an_origin,
	     inference_is_what_the_mask_says, a_masked_column_flows_only_to_where_the_mask_holds,
	     a_parameter_may_be_written_to_a_masked_column,
	     flows_that_are_not_known_are_denied_where_masks_apply)
