/*
 * Masked columns that do not show: used to filter, join or sort, from which
 * their values can be inferred, or copied to where no mask hides them.
 */
#include "internal.h"

/* ---- inference ---------------------------------------------------------------------- */

static enum gh_inference inference_of(const struct gh_policy_view *view,
				      const struct gh_policy_mask *mask)
{
	if (mask->has_inference)
		return mask->inference;
	if (view->principal.kind == GH_PRINCIPAL_PERSON ||
	    view->principal.kind == GH_PRINCIPAL_SERVICE)
		return GH_INFERENCE_JOURNAL;
	return GH_INFERENCE_DENY;
}

/* The first column used that the mask may mean; NULL: none.  *unknown: it may be any column. */
static const struct gh_origin *find_used(const struct gh_policy_view *view,
					 const struct gh_policy_mask *mask)
{
	const struct gh_facts *facts = view->facts;
	const char *tag;

	for (size_t i = 0; i < facts->inference_count; i++)
		if (gh_policy_mask_match(view, mask, &facts->inference[i], &tag) != GH_POLICY_NO)
			return &facts->inference[i];
	return NULL;
}

static void deny_inference(const struct gh_policy_mask *mask, const struct gh_origin *used,
			   struct gh_policy_outcome *out)
{
	char name[160];

	if (out->verdict == GH_VERDICT_DENY)
		return;
	out->verdict = GH_VERDICT_DENY;
	out->rule = mask->spec.rule;
	if (used == NULL) {
		gh_policy_outcome_say(
			out,
			"It is not known which columns this statement uses, and masked "
			"columns may not be used to filter, join or sort (rule %s).",
			mask->spec.rule);
		return;
	}
	gh_policy_origin_text(used, name, sizeof(name));
	gh_policy_outcome_say(out,
			      "Column %s is masked, so it may not be used to filter, join or sort "
			      "(rule %s).",
			      name, mask->spec.rule);
}

void gh_policy_judge_inference(const struct gh_policy_view *view, struct gh_policy_outcome *out)
{
	const struct gh_facts *facts = view->facts;

	if (!view->masks_apply || (facts->inference_known && facts->inference_count == 0))
		return;
	for (size_t i = 0; i < view->policy->mask_count; i++) {
		const struct gh_policy_mask *mask = &view->policy->masks[i];
		const struct gh_origin *used;
		enum gh_inference inference;

		if (!gh_policy_view_has_mask(view, i))
			continue;
		used = find_used(view, mask);
		if (used == NULL && facts->inference_known)
			continue;
		inference = inference_of(view, mask);
		if (inference > out->inference)
			out->inference = inference;
		if (inference == GH_INFERENCE_DENY)
			deny_inference(mask, used, out);
	}
}

/* ---- flows ----------------------------------------------------------------------------- */

/* The first origin of the flow that the mask may mean; NULL: none. */
static const struct gh_origin *find_masked(const struct gh_policy_view *view,
					   const struct gh_policy_mask *mask,
					   const struct gh_flow *flow)
{
	const char *tag;

	for (size_t i = 0; i < flow->origin_count; i++)
		if (gh_policy_mask_match(view, mask, &flow->origins[i], &tag) != GH_POLICY_NO)
			return &flow->origins[i];
	return NULL;
}

static void deny_flow(const struct gh_policy_mask *mask, const struct gh_origin *from,
		      const struct gh_flow *flow, struct gh_policy_outcome *out)
{
	char source[100] = "a column that may be masked", target[100];

	out->verdict = GH_VERDICT_DENY;
	out->rule = mask->spec.rule;
	gh_policy_origin_text(&flow->target, target, sizeof(target));
	if (from != NULL)
		gh_policy_origin_text(from, source, sizeof(source));
	gh_policy_outcome_say(out, "This would copy %s%s into %s (rule %.40s).",
			      from == NULL ? "" : "masked column ", source, target,
			      mask->spec.rule);
}

/* True if it was denied. */
static bool judge_flow(const struct gh_policy_view *view, const struct gh_flow *flow,
		       struct gh_policy_outcome *out)
{
	bool unknown = (flow->flags & GH_LINEAGE_UNKNOWN) != 0;

	for (size_t i = 0; i < view->policy->mask_count; i++) {
		const struct gh_policy_mask *mask = &view->policy->masks[i];
		const struct gh_origin *from;
		const char *tag;

		if (!gh_policy_view_has_mask(view, i))
			continue;
		from = find_masked(view, mask, flow);
		if (from == NULL && !unknown)
			continue;
		/* the same mask hides it there too */
		if (gh_policy_mask_match(view, mask, &flow->target, &tag) == GH_POLICY_YES)
			continue;
		deny_flow(mask, from, flow, out);
		return true;
	}
	return false;
}

void gh_policy_judge_flows(const struct gh_policy_view *view, struct gh_policy_outcome *out)
{
	const unsigned writes = GH_ACTION_WRITE | GH_ACTION_DELETE | GH_ACTION_DDL |
				GH_ACTION_EXPORT;
	const struct gh_facts *facts = view->facts;
	bool opaque = (facts->flags & GH_FACT_OPAQUE) != 0 || facts->kind == GH_KIND_UNKNOWN;
	bool opaque_write = opaque && (view->actions & writes) != 0;

	if (!view->masks_apply || out->verdict == GH_VERDICT_DENY)
		return;
	for (size_t i = 0; i < facts->flow_count; i++)
		if (judge_flow(view, &facts->flows[i], out))
			return;
	if (facts->flows_known || !((facts->flags & GH_FACT_FLOWS) != 0 || opaque_write))
		return;
	out->verdict = GH_VERDICT_DENY;
	out->rule = view->unknown_mask.rule;
	gh_policy_outcome_say(
		out,
		"This statement writes what it reads, and it is not known whether masked "
		"columns are among it (rule %s). Name the columns.",
		out->rule);
}
