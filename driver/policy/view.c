/*
 * One principal looks at one statement: its roles and the masks that can
 * concern it, worked out once per decision.
 */
#include "internal.h"

#include <string.h>

static enum gh_policy_answer match_groups(const struct gh_policy_patterns *patterns,
					  const struct gh_principal *principal)
{
	if (patterns->count == 0)
		return GH_POLICY_YES;
	for (size_t i = 0; i < principal->group_count; i++)
		if (gh_policy_patterns_match(patterns, principal->groups[i]) == GH_POLICY_YES)
			return GH_POLICY_YES;
	return GH_POLICY_NO;
}

/* For what is known to be absent when it is not there. */
static enum gh_policy_answer match_optional(const struct gh_policy_patterns *patterns,
					    const char *text)
{
	if (patterns->count == 0)
		return GH_POLICY_YES;
	return text == NULL ? GH_POLICY_NO : gh_policy_patterns_match(patterns, text);
}

static enum gh_policy_answer match_condition(enum gh_policy_condition condition,
					     const struct gh_policy_patterns *patterns,
					     const struct gh_principal *principal)
{
	/* lint: table */
	switch (condition) {
	case GH_POLICY_USER:
		return gh_policy_patterns_match(patterns, principal->subject);
	case GH_POLICY_GROUP:
		return match_groups(patterns, principal);
	case GH_POLICY_AGENT:
		return match_optional(patterns, principal->agent);
	case GH_POLICY_ACTING_FOR:
		return match_optional(patterns, principal->acting_for);
	case GH_POLICY_PURPOSE:
		return match_optional(patterns, principal->purpose);
	case GH_POLICY_APPLICATION:
		return gh_policy_patterns_match(patterns, principal->application);
	case GH_POLICY_HOST:
		return gh_policy_patterns_match(patterns, principal->process.host);
	case GH_POLICY_EXECUTABLE:
		return gh_policy_patterns_match(patterns, principal->process.executable);
	case GH_POLICY_CONDITION_COUNT:
		break;
	}
	return GH_POLICY_MAYBE;
}

static enum gh_policy_answer match_kind(unsigned kinds, enum gh_principal_kind kind)
{
	if (kinds == 0)
		return GH_POLICY_YES;
	if (kind == GH_PRINCIPAL_UNKNOWN)
		return GH_POLICY_MAYBE;
	return (kinds & 1u << kind) != 0 ? GH_POLICY_YES : GH_POLICY_NO;
}

static enum gh_policy_answer match_role(const struct gh_policy_role *role,
					const struct gh_principal *principal)
{
	enum gh_policy_answer answer = match_kind(role->kinds, principal->kind);

	if (role->assurances != 0 && (role->assurances & 1u << principal->assurance) == 0)
		return GH_POLICY_NO;
	for (int i = 0; answer != GH_POLICY_NO && i < GH_POLICY_CONDITION_COUNT; i++) {
		const struct gh_policy_patterns *patterns = &role->conditions[i];

		if (patterns->count > 0)
			answer = gh_policy_least(answer,
						 match_condition((enum gh_policy_condition)i,
								 patterns, principal));
	}
	return answer;
}

static enum gh_policy_answer match_any_role(const struct gh_policy_view *view,
					    const struct gh_policy_indexes *roles)
{
	enum gh_policy_answer best = GH_POLICY_NO;

	for (size_t i = 0; i < roles->count; i++)
		if (view->roles[roles->items[i]] > best)
			best = (enum gh_policy_answer)view->roles[roles->items[i]];
	return best;
}

enum gh_policy_answer gh_policy_scope_match(const struct gh_policy_view *view,
					    const struct gh_policy_scope *scope)
{
	enum gh_policy_answer answer = match_any_role(view, &scope->roles);

	if (answer == GH_POLICY_NO)
		return answer;
	if (scope->except.count > 0) {
		enum gh_policy_answer except = match_any_role(view, &scope->except);

		if (except == GH_POLICY_YES)
			return GH_POLICY_NO;
		if (except == GH_POLICY_MAYBE)
			answer = GH_POLICY_MAYBE;
	}
	answer = gh_policy_least(answer, gh_policy_patterns_match(&scope->dsn, view->target->dsn));
	return gh_policy_least(answer, gh_policy_patterns_match(&scope->dbms, view->target->dbms));
}

bool gh_policy_view_has_mask(const struct gh_policy_view *view, size_t index)
{
	return (view->masks[index / 64] & (uint64_t)1 << index % 64) != 0;
}

static void find_masks(struct gh_policy_view *view)
{
	const struct gh_policy *policy = view->policy;

	memset(view->masks, 0, sizeof(view->masks));
	view->unknown_mask = (struct gh_mask_spec){ 0 };
	view->masks_apply = false;
	for (size_t i = 0; i < policy->mask_count; i++) {
		if (gh_policy_scope_match(view, &policy->masks[i].scope) == GH_POLICY_NO)
			continue;
		view->masks[i / 64] |= (uint64_t)1 << i % 64;
		view->masks_apply = true;
		gh_policy_mask_merge(&view->unknown_mask, &policy->masks[i].spec);
	}
	/* what is not known may be any part of a value */
	gh_policy_mask_harden(&view->unknown_mask);
}

static bool may_do_nothing(enum gh_kind kind)
{
	return kind == GH_KIND_TRANSACTION || kind == GH_KIND_SET || kind == GH_KIND_EXPLAIN ||
	       kind == GH_KIND_CATALOG;
}

/* All actions where the statement is not understood or the facts do not say. */
static unsigned actions_of(const struct gh_facts *facts)
{
	unsigned actions = facts->actions & GH_ACTION_ALL;

	if (facts->kind == GH_KIND_UNKNOWN || (unsigned)facts->kind >= GH_KIND_COUNT)
		return GH_ACTION_ALL;
	if (actions == 0 && !may_do_nothing(facts->kind))
		return GH_ACTION_ALL;
	for (size_t i = 0; i < facts->table_count; i++) {
		unsigned access = facts->tables[i].access;

		if (access == 0 || (access & GH_ACCESS_READ) != 0)
			actions |= GH_ACTION_READ;
		if (access == 0 || ((access & GH_ACCESS_WRITE) != 0 &&
				    (actions & (GH_ACTION_WRITE | GH_ACTION_DELETE |
						GH_ACTION_DDL)) == 0))
			actions |= GH_ACTION_WRITE;
	}
	return actions;
}

static void view_init(struct gh_policy_view *view, const struct gh_policy *policy,
		      const struct gh_policy_request *request,
		      const struct gh_principal *principal)
{
	view->policy = policy;
	view->target = request->target;
	view->facts = request->facts;
	view->principal = *principal;
	view->actions = actions_of(request->facts);
	for (size_t i = 0; i < policy->role_count; i++)
		view->roles[i] = (uint8_t)match_role(&policy->roles[i], &view->principal);
	find_masks(view);
}

size_t gh_policy_views_init(struct gh_policy_view views[GH_POLICY_VIEWS],
			    const struct gh_policy *policy,
			    const struct gh_policy_request *request)
{
	struct gh_principal person = *request->principal;

	view_init(&views[0], policy, request, request->principal);
	if (person.kind != GH_PRINCIPAL_AGENT)
		return 1;
	person.kind = GH_PRINCIPAL_PERSON;
	if (person.acting_for != NULL)
		person.subject = person.acting_for;
	person.acting_for = NULL;
	person.agent = NULL;
	person.agent_marker = NULL;
	view_init(&views[1], policy, request, &person);
	return 2;
}
