/*
 * The decision: what holds for the principal and, where it is an agent, also
 * for the person behind it; the strictest of both.
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void take_outcome(const struct gh_policy_outcome *outcome, struct gh_decision *out)
{
	if (outcome->inference > out->inference)
		out->inference = outcome->inference;
	if (outcome->verdict >= out->verdict)
		return;
	out->verdict = outcome->verdict;
	out->rule = outcome->rule;
	memcpy(out->message, outcome->message, sizeof(out->message));
}

static void take_view(const struct gh_policy_view *view, struct gh_decision *out)
{
	const struct gh_facts *facts = view->facts;

	out->masks_apply |= view->masks_apply;
	gh_policy_mask_merge(&out->unknown_mask, &view->unknown_mask);
	for (size_t i = 0; i < out->mask_count; i++) {
		if (facts->outputs_known)
			gh_policy_mask_origins(view, &facts->outputs[i], &out->masks[i]);
		else
			gh_policy_mask_merge(&out->masks[i], &view->unknown_mask);
	}
}

static void deny(struct gh_decision *out, const char *message)
{
	*out = (struct gh_decision){ .verdict = GH_VERDICT_DENY, .rule = "default" };
	out->inference = GH_INFERENCE_DENY;
	out->masks_apply = true;
	out->detects = true;
	out->unknown_mask.function = GH_MASK_NULLIFY;
	out->unknown_mask.rule = "default";
	snprintf(out->message, sizeof(out->message), "%s", message);
}

/* A column that nobody of this role may see, in whatever form. */
static void deny_column(struct gh_decision *out)
{
	for (size_t i = 0; i < out->mask_count; i++) {
		const struct gh_mask_spec *mask = &out->masks[i];

		if (mask->function != GH_MASK_DENY || out->verdict == GH_VERDICT_DENY)
			continue;
		out->verdict = GH_VERDICT_DENY;
		out->rule = mask->rule;
		snprintf(out->message, sizeof(out->message),
			 "Column %zu of the result may not be shown.", i + 1);
	}
}

enum gh_status gh_policy_decide(const struct gh_policy *policy,
				const struct gh_policy_request *request, struct gh_decision *out,
				struct gh_error *err)
{
	struct gh_policy_view views[GH_POLICY_VIEWS];
	size_t count;

	deny(out, "The policy could not be asked.");
	GH_ENSURE(policy != NULL && request != NULL && request->principal != NULL &&
			  request->target != NULL && request->facts != NULL,
		  err);
	if (request->facts->output_count > 0) {
		out->masks = calloc(request->facts->output_count, sizeof(*out->masks));
		if (out->masks == NULL)
			return gh_fail(err, GH_E_MEMORY, "decision");
		out->mask_count = request->facts->output_count;
	}
	out->verdict = GH_VERDICT_ALLOW;
	out->inference = GH_INFERENCE_ALLOW;
	out->masks_apply = false;
	out->detects = policy->detects;
	out->unknown_mask = (struct gh_mask_spec){ 0 };
	out->message[0] = '\0';
	count = gh_policy_views_init(views, policy, request);
	for (size_t i = 0; i < count; i++) {
		struct gh_policy_outcome outcome;

		gh_policy_judge_all(&views[i], &outcome);
		if (i == 0)
			out->rule = outcome.rule;
		take_outcome(&outcome, out);
		take_view(&views[i], out);
	}
	deny_column(out);
	return GH_OK;
}

void gh_policy_decision_clear(struct gh_decision *decision)
{
	free(decision->masks);
	decision->masks = NULL;
	decision->mask_count = 0;
}

enum gh_status gh_policy_mask_column(const struct gh_policy *policy,
				     const struct gh_policy_request *request,
				     const struct gh_output *column, struct gh_mask_spec *out,
				     struct gh_error *err)
{
	struct gh_policy_view views[GH_POLICY_VIEWS];
	size_t view_count;

	*out = (struct gh_mask_spec){ .function = GH_MASK_NULLIFY, .rule = "default" };
	GH_ENSURE(policy != NULL && request != NULL && request->principal != NULL &&
			  request->target != NULL && request->facts != NULL,
		  err);
	view_count = gh_policy_views_init(views, policy, request);
	*out = (struct gh_mask_spec){ 0 };
	for (size_t i = 0; i < view_count; i++)
		gh_policy_mask_origins(&views[i], column, out);
	return GH_OK;
}
