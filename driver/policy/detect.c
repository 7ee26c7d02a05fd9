/*
 * Masks for what detection finds.  A rule that masks counts as soon as it may be
 * meant, one that leaves values as they are only if it certainly is; where no
 * rule is meant, each family has a mask of its own.
 */
#include "document.h"

#include <string.h>

enum gh_status gh_policy_read_detect(struct gh_policy_reader *reader, const xmlNode *node,
				     struct gh_policy_detect *detect)
{
	enum gh_status status = gh_policy_read_name(reader, node, &detect->spec.rule);

	detect->line = gh_policy_document_place(reader->document, node).line;
	if (status == GH_OK)
		status = gh_policy_read_spec(reader, node, &detect->spec);
	if (status == GH_OK)
		status = gh_policy_read_patterns(reader, node, "class", &detect->classes);
	if (status == GH_OK)
		status = gh_policy_read_patterns(reader, node, "family", &detect->families);
	if (status == GH_OK)
		status = gh_policy_read_scope(reader, node, &detect->scope);
	if (status == GH_OK)
		status = gh_policy_read_objects(reader, node, "column", &detect->columns);
	return status;
}

/* ---- what a family has by itself --------------------------------------------------- */

struct family_mask {
	const char *family;
	struct gh_mask_spec spec;
};

/* As the built-in policy masks columns with telling names. */
/* lint: table */
static const struct family_mask family_masks[] = {
	{ "email", { .function = GH_MASK_HASH, .domain = "email" } },
	{ "phone", { .function = GH_MASK_PARTIAL, .keep_last = 2 } },
	{ "card", { .function = GH_MASK_PARTIAL, .keep_last = 4 } },
	{ "bank_account", { .function = GH_MASK_PARTIAL, .keep_last = 4 } },
	{ "person", { .function = GH_MASK_DEFAULT } },
	{ "date_of_birth", { .function = GH_MASK_DEFAULT } },
	{ "geo", { .function = GH_MASK_DEFAULT } },
	{ "ip_or_device", { .function = GH_MASK_DEFAULT } },
	{ "salary_or_financial", { .function = GH_MASK_DEFAULT } },
};

static struct gh_mask_spec mask_of_family(const char *family)
{
	struct gh_mask_spec spec = { .function = GH_MASK_REDACT };

	for (size_t i = 0; i < sizeof(family_masks) / sizeof(family_masks[0]); i++)
		if (strcmp(family_masks[i].family, family) == 0)
			spec = family_masks[i].spec;
	spec.rule = "detection";
	return spec;
}

/* ---- rules --------------------------------------------------------------------------- */

/* The best answer over the origins, or for what must be certain the worst. */
static enum gh_policy_answer match_columns(const struct gh_policy_view *view,
					   const struct gh_policy_detect *rule,
					   const struct gh_output *column)
{
	enum gh_policy_answer worst = GH_POLICY_YES, best = GH_POLICY_NO;

	if (rule->columns.count == 0)
		return GH_POLICY_YES;
	if (column == NULL || column->origin_count == 0 ||
	    (column->flags & GH_LINEAGE_UNKNOWN) != 0)
		return GH_POLICY_MAYBE;
	for (size_t i = 0; i < column->origin_count; i++) {
		enum gh_policy_answer answer = gh_policy_objects_match(
			&rule->columns, view->target, &column->origins[i]);

		worst = gh_policy_least(worst, answer);
		best = answer > best ? answer : best;
	}
	return rule->spec.function == GH_MASK_NONE ? worst : best;
}

static enum gh_policy_answer match_rule(const struct gh_policy_view *view,
					const struct gh_policy_detect *rule,
					const struct gh_found *found)
{
	enum gh_policy_answer answer = gh_policy_scope_match(view, &rule->scope);

	answer = gh_policy_least(answer, gh_policy_patterns_match(&rule->classes, found->class));
	answer = gh_policy_least(answer,
				 gh_policy_patterns_match(&rule->families, found->family));
	return gh_policy_least(answer, match_columns(view, rule, found->column));
}

static void mask_found(const struct gh_policy_view *view, const struct gh_found *found,
		       struct gh_mask_spec *out)
{
	struct gh_mask_spec spec = { 0 };
	bool left = false;

	for (size_t i = 0; i < view->policy->detect_count; i++) {
		const struct gh_policy_detect *rule = &view->policy->detect_rules[i];
		enum gh_policy_answer answer = match_rule(view, rule, found);

		if (rule->spec.function == GH_MASK_NONE)
			left = left || answer == GH_POLICY_YES;
		else if (answer != GH_POLICY_NO)
			gh_policy_mask_merge(&spec, &rule->spec);
	}
	if (spec.function == GH_MASK_NONE && left)
		return;
	if (spec.function == GH_MASK_NONE)
		spec = mask_of_family(found->family);
	if (found->column != NULL && (found->column->flags & GH_LINEAGE_DERIVED) != 0)
		gh_policy_mask_harden(&spec);
	spec.tag = found->class;
	gh_policy_mask_merge(out, &spec);
}

enum gh_status gh_policy_mask_found(const struct gh_policy *policy,
				    const struct gh_policy_request *request,
				    const struct gh_found *found, struct gh_mask_spec *out,
				    struct gh_error *err)
{
	struct gh_policy_view views[GH_POLICY_VIEWS];
	size_t count;

	*out = (struct gh_mask_spec){ .function = GH_MASK_NULLIFY, .rule = "default" };
	GH_ENSURE(policy != NULL && request != NULL && request->principal != NULL &&
			  request->target != NULL && request->facts != NULL && found != NULL &&
			  found->class != NULL && found->family != NULL,
		  err);
	count = gh_policy_views_init(views, policy, request);
	*out = (struct gh_mask_spec){ 0 };
	for (size_t i = 0; i < count; i++)
		mask_found(&views[i], found, out);
	return GH_OK;
}
