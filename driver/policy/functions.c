/*
 * The mask functions as a policy names them: which attributes each has, and what
 * they may say.
 */
#include "internal.h"

#define EVERY_NUMBER 1000000000000000

#define KEYED      GH_POLICY_MASK_DOMAIN
#define NORMALISED (GH_POLICY_MASK_DOMAIN | GH_POLICY_MASK_NORMALISE)

/* lint: table */
static const struct gh_policy_function functions[GH_MASK_COUNT] = {
	[GH_MASK_TEXT] = { 0 },
	[GH_MASK_JSON] = { .takes = GH_POLICY_MASK_KEYS },
	[GH_MASK_XML] = { .takes = GH_POLICY_MASK_KEYS },
	[GH_MASK_K_SUPPRESS] = { .amount = "k", .least = 2, .most = 1000000, .needed = true },
	[GH_MASK_AGE_CAP] = { .amount = "age", .least = 1, .most = 150, .usual = 89 },
	[GH_MASK_GEO_ROUND] = { .amount = "decimals", .least = 0, .most = 6, .usual = 1 },
	[GH_MASK_IP_TRUNC] = { .amount = "bits", .least = 1, .most = 31, .usual = 24 },
	[GH_MASK_ROUND] = { .amount = "step", .least = 1, .most = EVERY_NUMBER, .needed = true },
	[GH_MASK_BUCKET] = { .amount = "width", .least = 1, .most = EVERY_NUMBER, .needed = true },
	[GH_MASK_NOISE] = { .takes = KEYED,
			    .amount = "percent",
			    .least = 1,
			    .most = 100,
			    .usual = 10 },
	[GH_MASK_DATE_TRUNC] = { .takes = GH_POLICY_MASK_UNIT },
	[GH_MASK_DATE_SHIFT] = { .takes = KEYED,
				 .amount = "days",
				 .least = 1,
				 .most = 36500,
				 .needed = true },
	[GH_MASK_EMAIL] = { 0 },
	[GH_MASK_CARD] = { .takes = GH_POLICY_MASK_KEEP | GH_POLICY_MASK_CHAR },
	[GH_MASK_PARTIAL] = { .takes = GH_POLICY_MASK_KEEP | GH_POLICY_MASK_CHAR },
	[GH_MASK_SHAPE] = { 0 },
	[GH_MASK_FPE] = { .takes = KEYED },
	[GH_MASK_TOKEN] = { .takes = NORMALISED | GH_POLICY_MASK_KEY_ID,
			    .amount = "length",
			    .least = 8,
			    .most = 32,
			    .usual = 24 },
	[GH_MASK_HASH] = { .takes = NORMALISED },
	[GH_MASK_PSEUDO] = { .takes = NORMALISED | GH_POLICY_MASK_DICTIONARY },
};

const struct gh_policy_function *gh_policy_function_find(enum gh_mask_function function)
{
	static const struct gh_policy_function none = { 0 };

	return (unsigned)function < GH_MASK_COUNT ? &functions[function] : &none;
}

bool gh_policy_coarser(enum gh_mask_function function, int64_t a, int64_t b)
{
	switch (function) {
	case GH_MASK_AGE_CAP:
	case GH_MASK_GEO_ROUND:
	case GH_MASK_IP_TRUNC:
		return a < b;
	default:
		return a > b;
	}
}

static void add(struct gh_policy_attributes *list, const char *name, const char *text,
		int64_t number)
{
	list->items[list->count++] = (struct gh_policy_attribute){ name, text, number };
}

void gh_policy_mask_attributes(const struct gh_mask_spec *spec, struct gh_policy_attributes *out)
{
	const struct gh_policy_function *function = gh_policy_function_find(spec->function);

	out->count = 0;
	if ((function->takes & GH_POLICY_MASK_KEEP) != 0) {
		add(out, "first", NULL, spec->keep_first);
		add(out, "last", NULL, spec->keep_last);
	}
	if ((function->takes & GH_POLICY_MASK_CHAR) != 0 && spec->fill != NULL)
		add(out, "char", spec->fill, 0);
	if (function->amount != NULL)
		add(out, function->amount, NULL, spec->amount);
	if ((function->takes & GH_POLICY_MASK_UNIT) != 0)
		add(out, "unit", gh_policy_word_text(gh_policy_units, spec->unit), 0);
	if ((function->takes & GH_POLICY_MASK_DOMAIN) != 0)
		add(out, "domain", spec->domain == NULL ? "default" : spec->domain, 0);
	if (spec->normal != GH_MASK_NORMAL_NONE)
		add(out, "normalise", gh_policy_word_text(gh_policy_normals, spec->normal), 0);
	if (spec->key_id)
		add(out, "key-id", "yes", 0);
	if ((function->takes & GH_POLICY_MASK_DICTIONARY) != 0)
		add(out, "dictionary", spec->words, 0);
	if ((function->takes & GH_POLICY_MASK_KEYS) != 0 && spec->words != NULL)
		add(out, "keys", spec->words, 0);
}
