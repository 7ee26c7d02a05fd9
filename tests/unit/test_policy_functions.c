/* Mask functions in a policy: their attributes, what they may say, and which of two wins. */
#include "policy.h"

#define MASK(attributes) "<mask name='m' " attributes "><column name='a'/></mask>"
#define RULES(body)      "<rules>" body "</rules>"

/* The spec that a policy gives column a of table t. */
static struct gh_mask_spec spec_in(const struct gh_policy *policy)
{
	struct gh_decision decision;
	struct gh_mask_spec spec;
	struct statement s;
	struct gh_policy_request request = { &alice, &test_target, &s.facts };

	statement_select(&s, "t", "a");
	ck_assert_int_eq(gh_policy_decide(policy, &request, &decision, NULL), GH_OK);
	spec = decision.masks[0];
	gh_policy_decision_clear(&decision);
	return spec;
}

static void explain_to(const struct gh_policy *policy, enum gh_policy_form form, struct gh_buf *out)
{
	struct statement s;
	struct gh_policy_request request = { &alice, &test_target, &s.facts };

	statement_select(&s, "t", "a");
	ck_assert_int_eq(gh_policy_explain(policy, &request, form, out, NULL), GH_OK);
}

/* Every function with all that it takes, and how that is explained. */
START_TEST(every_function_is_read_and_explained)
{
	/* lint: table */
	static const struct {
		const char *attributes;
		const char *text;
		const char *json;
	} rows[] = {
		{ "function='text'", "text, by m", "\"function\":\"text\"" },
		{ "function='json' keys='ssn *mail*'", "json (keys ssn *mail*), by m",
		  "\"keys\":\"ssn *mail*\"" },
		{ "function='xml'", "xml, by m", "\"function\":\"xml\"" },
		{ "function='k_suppress' k='5'", "k_suppress (k 5), by m", "\"k\":5" },
		{ "function='age_cap'", "age_cap (age 89), by m", "\"age\":89" },
		{ "function='geo_round' decimals='0'", "geo_round (decimals 0)", "\"decimals\":0" },
		{ "function='ip_trunc'", "ip_trunc (bits 24), by m", "\"bits\":24" },
		{ "function='round' step='1000'", "round (step 1000)", "\"step\":1000" },
		{ "function='bucket' width='10'", "bucket (width 10)", "\"width\":10" },
		{ "function='noise' domain='pay'", "noise (percent 10, domain pay)",
		  "\"percent\":10" },
		{ "function='date_trunc' unit='month'", "date_trunc (unit month)",
		  "\"unit\":\"month\"" },
		{ "function='date_shift' days='30'", "date_shift (days 30, domain default)",
		  "\"days\":30" },
		{ "function='email'", "email, by m", "\"function\":\"email\"" },
		{ "function='card'", "card (first 6, last 4)", "\"first\":6,\"last\":4" },
		{ "function='partial' last='4' char='#'", "partial (first 0, last 4, char #)",
		  "\"char\":\"#\"" },
		{ "function='shape'", "shape, by m", "\"function\":\"shape\"" },
		{ "function='fpe' domain='card'", "fpe (domain card)", "\"domain\":\"card\"" },
		{ "function='token' length='16' normalise='email' key-id='yes'",
		  "token (length 16, domain default, normalise email, key-id yes)",
		  "\"key-id\":\"yes\"" },
		{ "function='hash' normalise='phone'", "hash (domain default, normalise phone)",
		  "\"normalise\":\"phone\"" },
		{ "function='pseudo' dictionary='city'", "pseudo (domain default, dictionary city)",
		  "\"dictionary\":\"city\"" },
		{ "function='default'", "default, by m", "\"function\":\"default\"" },
		{ "function='redact'", "redact, by m", "\"function\":\"redact\"" },
		{ "function='nullify'", "nullify, by m", "\"function\":\"nullify\"" },
		{ "function='deny'", "deny, by m", "\"function\":\"deny\"" },
	};

	ck_assert_uint_eq(COUNT_OF(rows), GH_MASK_COUNT - 1);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gh_policy *policy;
		struct gh_buf text, json, body;

		gh_buf_init(&text, 0);
		gh_buf_init(&json, 0);
		gh_buf_init(&body, 0);
		gh_buf_printf(&body, RULES(MASK("%s")), rows[i].attributes);
		policy = policy_of(body.bytes);
		ck_assert_int_eq(spec_in(policy).function, 1 + i);
		explain_to(policy, GH_POLICY_TEXT, &text);
		explain_to(policy, GH_POLICY_JSON, &json);
		ck_assert_msg(strstr(text.bytes, rows[i].text) != NULL, "%s not in %s",
			      rows[i].text, text.bytes);
		ck_assert_msg(strstr(json.bytes, rows[i].json) != NULL, "%s not in %s",
			      rows[i].json, json.bytes);
		gh_buf_clear(&text);
		gh_buf_clear(&json);
		gh_buf_clear(&body);
		gh_policy_free(policy);
	}
}
END_TEST

START_TEST(what_a_function_does_not_take_is_refused)
{
	/* lint: table */
	static const struct {
		const char *attributes;
		const char *message;
	} rows[] = {
		{ "function='bucket'", "the function bucket needs the attribute width" },
		{ "function='round'", "needs the attribute step" },
		{ "function='k_suppress'", "needs the attribute k" },
		{ "function='date_shift'", "needs the attribute days" },
		{ "function='date_trunc'", "needs the attribute unit" },
		{ "function='pseudo'", "needs the attribute dictionary" },
		{ "function='pseudo' dictionary='planet'", "planet" },
		{ "function='bucket' width='0'", "width must be a number from 1" },
		{ "function='bucket' width='1.5'", "not '1.5'" },
		{ "function='bucket' width='99999999999999999'", "width must be a number" },
		{ "function='bucket' width='10' step='5'", "step is no attribute of the function" },
		{ "function='geo_round' decimals='7'", "decimals must be a number from 0 to 6" },
		{ "function='token' length='7'", "length must be a number from 8 to 32" },
		{ "function='noise' percent='101'", "percent must be a number from 1 to 100" },
		{ "function='card' first='7'", "at most the first 6 and the last 4" },
		{ "function='card' last='5'", "at most the first 6 and the last 4" },
		{ "function='partial' last='4' char='**'", "char must be one character" },
		{ "function='partial' last='4' char=''", "char must be one character" },
		{ "function='fpe' normalise='email'", "normalise is no attribute of" },
		{ "function='token' normalise='iban'", "iban" },
		{ "function='hash' key-id='yes'", "key-id is no attribute of" },
		{ "function='deny' domain='x'", "domain is no attribute of" },
		{ "function='email' keys='x'", "keys is no attribute of" },
		{ "function='token' domain=' '", "domain must have 1 to 100 bytes" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct gh_policy *policy = NULL;
		struct gh_error err = { 0 };
		struct gh_buf text;

		gh_buf_init(&text, 0);
		gh_buf_printf(&text, POLICY_HEAD ">" RULES(MASK("%s")) "</policy>",
			      rows[i].attributes);
		ck_assert_msg(gh_policy_parse(gh_buf_span(&text), "test", &policy, &err) ==
				      GH_E_POLICY,
			      "%s was taken", rows[i].attributes);
		ck_assert_msg(strstr(err.text, rows[i].message) != NULL, "%s: %s",
			      rows[i].attributes, err.text);
		gh_buf_clear(&text);
	}
}
END_TEST

static struct gh_mask_spec merged(const char *a, const char *b)
{
	struct gh_mask_spec spec;
	struct gh_policy *policy;
	char body[500];

	snprintf(body, sizeof(body),
		 RULES("<mask name='m' %s><column name='a'/></mask>"
		       "<mask name='n' %s><column name='a'/></mask>"),
		 a, b);
	policy = policy_of(body);
	spec = spec_in(policy);
	spec.rule = spec.domain = spec.tag = NULL; /* the policy's */
	gh_policy_free(policy);
	return spec;
}

START_TEST(of_two_masks_with_one_function_the_coarser_number_holds)
{
	/* lint: table */
	static const struct {
		const char *a, *b;
		int64_t expected;
	} rows[] = {
		{ "function='bucket' width='10'", "function='bucket' width='5'", 10 },
		{ "function='round' step='10'", "function='round' step='100'", 100 },
		{ "function='noise' percent='5'", "function='noise' percent='20'", 20 },
		{ "function='k_suppress' k='5'", "function='k_suppress' k='11'", 11 },
		{ "function='age_cap' age='80'", "function='age_cap' age='90'", 80 },
		{ "function='geo_round' decimals='3'", "function='geo_round' decimals='1'", 1 },
		{ "function='ip_trunc' bits='16'", "function='ip_trunc' bits='24'", 16 },
	};
	struct gh_mask_spec spec;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		ck_assert_int_eq(merged(rows[i].a, rows[i].b).amount, rows[i].expected);
		ck_assert_int_eq(merged(rows[i].b, rows[i].a).amount, rows[i].expected);
	}
	spec = merged("function='date_trunc' unit='month'", "function='date_trunc' unit='year'");
	ck_assert_int_eq(spec.unit, GH_MASK_UNIT_YEAR);
	/* two lists of keys: every key is masked */
	spec = merged("function='json' keys='ssn'", "function='json' keys='email'");
	ck_assert_ptr_null(spec.words);
}
END_TEST

START_TEST(a_denied_column_denies_the_statement)
{
	struct gh_policy *policy = policy_with(
		"default='allow'",
		RULES(MASK(
			"function='deny'") "<rule name='r' role='*' action='*' verdict='allow'/>"));
	struct gh_decision decision;
	struct statement s;
	struct gh_policy_request request = { &alice, &test_target, &s.facts };

	statement_select(&s, "t", "a");
	ck_assert_int_eq(gh_policy_decide(policy, &request, &decision, NULL), GH_OK);
	ck_assert_int_eq(decision.verdict, GH_VERDICT_DENY);
	ck_assert_str_eq(decision.rule, "m");
	ck_assert_ptr_nonnull(strstr(decision.message, "Column 1"));
	gh_policy_decision_clear(&decision);
	statement_select(&s, "t", "b");
	ck_assert_int_eq(gh_policy_decide(policy, &request, &decision, NULL), GH_OK);
	ck_assert_int_eq(decision.verdict, GH_VERDICT_ALLOW);
	gh_policy_decision_clear(&decision);
	gh_policy_free(policy);
}
END_TEST

/* An expression over a masked column gets no function that looks at the value. */
START_TEST(parts_of_values_are_masked_whole_by_every_function)
{
	static const char *const looking[] = {
		"function='text'",
		"function='json'",
		"function='fpe'",
		"function='email'",
		"function='bucket' width='10'",
		"function='token'",
		"function='shape'",
	};

	for (size_t i = 0; i < COUNT_OF(looking); i++) {
		struct gh_mask_spec spec = { 0 };
		struct gh_policy *policy;
		struct statement s;
		struct gh_policy_request request = { &alice, &test_target, &s.facts };
		char body[300];

		snprintf(body, sizeof(body), RULES(MASK("%s")), looking[i]);
		policy = policy_of(body);
		statement_select(&s, "t", "a");
		s.output.flags = GH_LINEAGE_DERIVED;
		ck_assert_int_eq(gh_policy_mask_column(policy, &request, &s.output, &spec, NULL),
				 GH_OK);
		ck_assert_int_eq(spec.function, GH_MASK_DEFAULT);
		gh_policy_free(policy);
	}
}
END_TEST

GH_UNIT_MAIN("policy_functions", every_function_is_read_and_explained,
	     what_a_function_does_not_take_is_refused,
	     of_two_masks_with_one_function_the_coarser_number_holds,
	     a_denied_column_denies_the_statement,
	     parts_of_values_are_masked_whole_by_every_function)
