/*
 * What the policy lets a session do at all, for what applications ask of a data
 * source before they try.  Every statement is decided by itself all the same.
 */
#include "internal.h"

/* Whether such a statement is allowed on every table that there is. */
static bool is_free(const struct gh_connection *connection, const struct gh_policy_request *asked,
		    const struct gh_facts *facts)
{
	struct gh_policy_request request = *asked;
	struct gh_decision decision = { 0 };
	enum gh_status status;

	request.facts = facts;
	status = gh_policy_decide(connection->shared->policy, &request, &decision, NULL);
	gh_policy_decision_clear(&decision);
	return status == GH_OK && decision.verdict == GH_VERDICT_ALLOW;
}

void gh_connection_grants(struct gh_connection *connection, struct gh_grants *out)
{
	static const struct gh_facts reading = { .kind = GH_KIND_SELECT,
						 .actions = GH_ACTION_READ,
						 .inference_known = true,
						 .flows_known = true };
	static const struct gh_facts calling = { .kind = GH_KIND_CALL,
						 .actions = GH_ACTION_CALL,
						 .inference_known = true,
						 .flows_known = true };
	const unsigned changes =
		GH_ACTION_WRITE | GH_ACTION_DELETE | GH_ACTION_DDL | GH_ACTION_CALL;
	struct gh_policy_request request = { NULL, &connection->target, &reading };

	*out = (struct gh_grants){ 0 };
	if (gh_connection_identity(connection, &request.principal, NULL) != GH_OK)
		return;
	out->may_change = (gh_policy_possible(connection->shared->policy, &request) & changes) != 0;
	out->reads_all = is_free(connection, &request, &reading);
	out->calls_all = is_free(connection, &request, &calling);
}
