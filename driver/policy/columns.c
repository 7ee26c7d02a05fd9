/*
 * Which masks hold for a column, and which of several is the strictest.
 */
#include "internal.h"

#include <string.h>

static int compare_texts(const char *a, const char *b)
{
	return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

/* Of two equally strict masks any will do, but always the same one. */
static bool comes_first(const struct gh_mask_spec *a, const struct gh_mask_spec *b)
{
	int order = compare_texts(a->domain, b->domain);

	return order != 0 ? order < 0 : compare_texts(a->rule, b->rule) < 0;
}

/* What one of two masks with the same function hides the other must not show. */
static void merge_amounts(struct gh_mask_spec *into, const struct gh_mask_spec *a,
			  const struct gh_mask_spec *b)
{
	into->keep_first = a->keep_first < b->keep_first ? a->keep_first : b->keep_first;
	into->keep_last = a->keep_last < b->keep_last ? a->keep_last : b->keep_last;
	into->unit = a->unit > b->unit ? a->unit : b->unit;
	into->amount = gh_policy_coarser(into->function, a->amount, b->amount) ? a->amount
									       : b->amount;
	/* two lists of keys: all keys */
	if ((into->function == GH_MASK_JSON || into->function == GH_MASK_XML) &&
	    compare_texts(a->words, b->words) != 0)
		into->words = NULL;
}

void gh_policy_mask_merge(struct gh_mask_spec *into, const struct gh_mask_spec *spec)
{
	struct gh_mask_spec before = *into;

	if (spec->function < into->function || spec->function == GH_MASK_NONE)
		return;
	if (spec->function > into->function) {
		*into = *spec;
		return;
	}
	if (comes_first(spec, into))
		*into = *spec;
	merge_amounts(into, &before, spec);
}

enum gh_policy_answer gh_policy_mask_match(const struct gh_policy_view *view,
					   const struct gh_policy_mask *mask,
					   const struct gh_origin *origin, const char **tag)
{
	enum gh_policy_answer best =
		gh_policy_objects_match(&mask->columns, view->target, origin);

	*tag = NULL;
	for (size_t i = 0; best != GH_POLICY_YES && i < mask->tags.count; i++) {
		const struct gh_policy_tag *row = &view->policy->tags[mask->tags.items[i]];
		enum gh_policy_answer answer =
			gh_policy_objects_match(&row->columns, view->target, origin);

		if (answer <= best)
			continue;
		best = answer;
		*tag = row->name;
	}
	return best;
}

static void mask_one(const struct gh_policy_view *view, const struct gh_origin *origin,
		     struct gh_mask_spec *out)
{
	for (size_t i = 0; i < view->policy->mask_count; i++) {
		const struct gh_policy_mask *mask = &view->policy->masks[i];
		struct gh_mask_spec spec = mask->spec;

		if (!gh_policy_view_has_mask(view, i))
			continue;
		if (gh_policy_mask_match(view, mask, origin, &spec.tag) != GH_POLICY_NO)
			gh_policy_mask_merge(out, &spec);
	}
}

void gh_policy_mask_harden(struct gh_mask_spec *spec)
{
	if (spec->function != GH_MASK_NONE && spec->function < GH_MASK_DEFAULT)
		spec->function = GH_MASK_DEFAULT;
}

/*
 * True if what comes of the origins is made of nothing but one masked value; of a
 * family one masked member is enough.
 */
static bool mask_each(const struct gh_policy_view *view, const struct gh_output *column,
		      struct gh_mask_spec *out)
{
	bool pure = (column->flags & (GH_LINEAGE_UNKNOWN | GH_LINEAGE_DERIVED)) == 0;

	for (size_t i = 0; i < column->origin_count; i++) {
		struct gh_mask_spec spec = { 0 };

		mask_one(view, &column->origins[i], &spec);
		pure = pure && (spec.function != GH_MASK_NONE ||
				(column->flags & GH_LINEAGE_FAMILY) != 0);
		gh_policy_mask_merge(out, &spec);
	}
	return pure;
}

void gh_policy_mask_origins(const struct gh_policy_view *view, const struct gh_output *column,
			    struct gh_mask_spec *out)
{
	const unsigned known_empty = GH_LINEAGE_CONSTANT | GH_LINEAGE_AGGREGATE;
	struct gh_mask_spec spec = { 0 };

	if (!view->masks_apply)
		return;
	if ((column->flags & GH_LINEAGE_UNKNOWN) != 0 ||
	    (column->origin_count == 0 && (column->flags & known_empty) == 0))
		gh_policy_mask_merge(out, &view->unknown_mask);
	if (!mask_each(view, column, &spec))
		gh_policy_mask_harden(&spec);
	gh_policy_mask_merge(out, &spec);
}
