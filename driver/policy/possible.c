/*
 * What a principal may do at all, whatever the statement: an upper bound, for what
 * an application asks of a data source before it tries.
 */
#include "internal.h"

/* It holds for every statement with such an action. */
static bool holds_always(const struct gh_policy_view *view, const struct gh_policy_rule *rule)
{
	return rule->when_count == 0 && rule->columns.count == 0 && rule->tags.count == 0 &&
	       gh_policy_rule_covers(view, rule, NULL);
}

static unsigned possible_to(const struct gh_policy_view *view)
{
	unsigned granted = view->policy->otherwise == GH_VERDICT_ALLOW ? GH_ACTION_ALL : 0;
	unsigned blocked = 0;

	if (view->principal.kind == GH_PRINCIPAL_UNKNOWN)
		return 0;
	for (size_t i = 0; i < view->policy->rule_count; i++) {
		const struct gh_policy_rule *rule = &view->policy->rules[i];
		enum gh_policy_answer answer = gh_policy_scope_match(view, &rule->scope);

		if (rule->verdict == GH_VERDICT_ALLOW && answer == GH_POLICY_YES)
			granted |= rule->actions;
		if (rule->verdict != GH_VERDICT_ALLOW && answer != GH_POLICY_NO &&
		    holds_always(view, rule))
			blocked |= rule->actions;
	}
	return granted & ~blocked;
}

unsigned gh_policy_possible(const struct gh_policy *policy, const struct gh_policy_request *request)
{
	static const struct gh_facts none = { .kind = GH_KIND_CATALOG };
	struct gh_policy_request own = *request;
	struct gh_policy_view views[GH_POLICY_VIEWS];
	unsigned possible = GH_ACTION_ALL;
	size_t count;

	if (policy == NULL || request->principal == NULL || request->target == NULL)
		return 0;
	own.facts = &none;
	count = gh_policy_views_init(views, policy, &own);
	for (size_t i = 0; i < count; i++)
		possible &= possible_to(&views[i]);
	return possible;
}
