/*
 * What a principal may see in catalog results: the objects that some rule lets
 * it use, and that no rule keeps it from reading whatever the statement.
 */
#include "internal.h"

/* Not bound to facts of a statement, of which there is none here. */
static bool hides(const struct gh_policy_view *view, const struct gh_policy_rule *rule,
		  const struct gh_origin *object)
{
	const struct gh_target *target = view->target;
	bool has_columns = rule->columns.count > 0 || rule->tags.count > 0;

	if (rule->verdict != GH_VERDICT_DENY || rule->when_count > 0)
		return false;
	if ((rule->actions & GH_ACTION_READ) == 0 || (has_columns && object->column == NULL))
		return false;
	if (gh_policy_scope_match(view, &rule->scope) == GH_POLICY_NO)
		return false;
	if (rule->tables.count > 0 &&
	    gh_policy_objects_match(&rule->tables, target, object) == GH_POLICY_NO)
		return false;
	if (!has_columns || gh_policy_objects_match(&rule->columns, target, object) != GH_POLICY_NO)
		return true;
	for (size_t i = 0; i < rule->tags.count; i++)
		if (gh_policy_objects_match(&view->policy->tags[rule->tags.items[i]].columns,
					    target, object) != GH_POLICY_NO)
			return true;
	return false;
}

static bool shows(const struct gh_policy_view *view, const struct gh_policy_rule *rule,
		  const struct gh_origin *table)
{
	if (rule->verdict == GH_VERDICT_DENY)
		return false;
	if (gh_policy_scope_match(view, &rule->scope) != GH_POLICY_YES)
		return false;
	return rule->tables.count == 0 ||
	       gh_policy_objects_match(&rule->tables, view->target, table) == GH_POLICY_YES;
}

static bool visible_to(const struct gh_policy_view *view, const struct gh_origin *object)
{
	const struct gh_origin table = { object->catalog, object->schema, object->table, NULL };
	bool shown = view->policy->otherwise != GH_VERDICT_DENY;

	if (view->principal.kind == GH_PRINCIPAL_UNKNOWN)
		return false;
	for (size_t i = 0; i < view->policy->rule_count; i++) {
		if (hides(view, &view->policy->rules[i], object))
			return false;
		shown = shown || shows(view, &view->policy->rules[i], &table);
	}
	return shown;
}

bool gh_policy_visible(const struct gh_policy *policy, const struct gh_policy_request *request,
		       const struct gh_origin *object)
{
	static const struct gh_facts catalog = { .kind = GH_KIND_CATALOG,
						 .actions = GH_ACTION_READ };
	struct gh_policy_request own = *request;
	struct gh_policy_view views[GH_POLICY_VIEWS];
	bool visible = true;
	size_t count;

	if (policy == NULL || request->principal == NULL || request->target == NULL)
		return false;
	own.facts = &catalog;
	count = gh_policy_views_init(views, policy, &own);
	for (size_t i = 0; i < count; i++)
		visible = visible && visible_to(&views[i], object);
	return visible;
}
