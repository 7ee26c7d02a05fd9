/*
 * Fuzzes the reader of policies, and with each policy that is valid a few
 * decisions and their explanation.
 *
 * clang -g -fsanitize=fuzzer,address,undefined, with driver/policy and driver/util.
 */
#include <stdint.h>
#include <stdlib.h>

#include "gatehouse/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void decide(const struct gh_policy *policy, const struct gh_principal *principal,
		   const struct gh_facts *facts)
{
	static const struct gh_target target = { .dsn = "prod", .dbms = "SQLite" };
	const struct gh_policy_request request = { principal, &target, facts };
	const struct gh_origin object = { NULL, NULL, "customers", "email" };
	struct gh_decision decision;
	struct gh_buf text;

	gh_buf_init(&text, 0);
	if (gh_policy_decide(policy, &request, &decision, NULL) != GH_OK)
		abort();
	if (decision.mask_count != facts->output_count || decision.rule == NULL)
		abort();
	gh_policy_decision_clear(&decision);
	(void)gh_policy_visible(policy, &request, &object);
	if (gh_policy_explain(policy, &request, GH_POLICY_TEXT, &text, NULL) != GH_OK)
		abort();
	if (gh_policy_explain(policy, &request, GH_POLICY_JSON, &text, NULL) != GH_OK)
		abort();
	gh_buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct gh_principal alice = { .kind = GH_PRINCIPAL_PERSON,
						   .subject = "alice" };
	static const struct gh_principal agent = { .kind = GH_PRINCIPAL_AGENT, .subject = "alice",
						   .acting_for = "alice", .agent = "x" };
	const struct gh_origin origins[] = { { NULL, "shop", "customers", "email" },
					     { NULL, NULL, "t", "*" } };
	const struct gh_table_use tables[] = { { NULL, "shop", "customers", GH_ACCESS_READ },
					       { NULL, NULL, "t", GH_ACCESS_WRITE } };
	const struct gh_output output = { "e", origins, 2, 0 };
	const struct gh_flow flow = { { NULL, NULL, "t", "x" }, origins, 1, 0 };
	struct gh_facts facts = { .kind = GH_KIND_DELETE,
				  .actions = GH_ACTION_READ | GH_ACTION_DELETE,
				  .tables = tables, .table_count = 2, .tables_known = true,
				  .outputs = &output, .output_count = 1, .outputs_known = true,
				  .inference = origins, .inference_count = 1,
				  .flows = &flow, .flow_count = 1 };
	struct gh_policy *policy = NULL;
	struct gh_error err = { 0 };

	if (gh_policy_parse((struct gh_span){ (const char *)data, size }, "fuzz", &policy, &err) !=
	    GH_OK) {
		if (policy != NULL || err.text[0] == '\0')
			abort();
		return 0;
	}
	decide(policy, &alice, &facts);
	facts.inference_known = facts.flows_known = true;
	decide(policy, &agent, &facts);
	gh_policy_free(policy);
	return 0;
}
