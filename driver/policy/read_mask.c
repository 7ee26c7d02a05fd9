/*
 * A <mask>'s function with its attributes: each has those of its own, and no
 * other.
 */
#include "document.h"

#include <string.h>

enum { DOMAIN_MAX = 100, NUMBER_DIGITS_MAX = 16 };

struct attribute {
	const char *name;
	unsigned takes; /* enum gh_policy_mask_attribute; 0: some function's number */
};

/* lint: table */
static const struct attribute attributes[] = {
	{ "first", GH_POLICY_MASK_KEEP },
	{ "last", GH_POLICY_MASK_KEEP },
	{ "char", GH_POLICY_MASK_CHAR },
	{ "domain", GH_POLICY_MASK_DOMAIN },
	{ "unit", GH_POLICY_MASK_UNIT },
	{ "normalise", GH_POLICY_MASK_NORMALISE },
	{ "key-id", GH_POLICY_MASK_KEY_ID },
	{ "dictionary", GH_POLICY_MASK_DICTIONARY },
	{ "keys", GH_POLICY_MASK_KEYS },
	{ "width", 0 },
	{ "step", 0 },
	{ "percent", 0 },
	{ "days", 0 },
	{ "age", 0 },
	{ "k", 0 },
	{ "bits", 0 },
	{ "decimals", 0 },
	{ "length", 0 },
	{ NULL, 0 },
};

static bool has(const xmlNode *node, const char *name)
{
	return xmlHasProp(node, (const xmlChar *)name) != NULL;
}

static enum gh_status complain(struct gh_policy_reader *reader, const xmlNode *node,
			       const char *problem)
{
	return gh_policy_document_fail(reader->document, node, reader->err, "%s", problem);
}

/* An attribute of another function says something that would not hold. */
static enum gh_status check_attributes(struct gh_policy_reader *reader, const xmlNode *node,
				       const struct gh_mask_spec *spec)
{
	const struct gh_policy_function *function = gh_policy_function_find(spec->function);

	for (const struct attribute *row = attributes; row->name != NULL; row++) {
		bool known = row->takes != 0 ? (function->takes & row->takes) != 0
					     : function->amount != NULL &&
						       strcmp(function->amount, row->name) == 0;

		if (!known && has(node, row->name))
			return gh_policy_document_fail(reader->document, node, reader->err,
						       "%s is no attribute of the function %s",
						       row->name,
						       gh_policy_mask_name(spec->function));
	}
	return GH_OK;
}

static enum gh_status read_number(struct gh_policy_reader *reader, const xmlNode *node,
				  const struct gh_policy_function *range, int64_t *out)
{
	const char *text;
	bool fine;
	enum gh_status status = gh_policy_read_text(reader, node, range->amount, &text);

	*out = range->usual;
	if (status != GH_OK || text == NULL)
		return status;
	fine = *text != '\0' && strlen(text) <= NUMBER_DIGITS_MAX &&
	       strspn(text, "0123456789") == strlen(text);
	*out = 0;
	for (const char *c = text; fine && *c != '\0'; c++)
		*out = 10 * *out + (*c - '0');
	if (fine && *out >= range->least && *out <= range->most)
		return GH_OK;
	return gh_policy_document_fail(reader->document, node, reader->err,
				       "%s must be a number from %lld to %lld, not '%.20s'",
				       range->amount, (long long)range->least,
				       (long long)range->most, text);
}

static enum gh_status read_keep(struct gh_policy_reader *reader, const xmlNode *node,
				const char *name, uint16_t *out)
{
	const struct gh_policy_function range = { .amount = name, .most = GH_POLICY_KEEP_MAX };
	int64_t value;
	enum gh_status status = read_number(reader, node, &range, &value);

	if (has(node, name))
		*out = (uint16_t)value;
	return status;
}

static enum gh_status read_amount(struct gh_policy_reader *reader, const xmlNode *node,
				  struct gh_mask_spec *spec)
{
	const struct gh_policy_function *function = gh_policy_function_find(spec->function);

	if (function->amount == NULL)
		return GH_OK;
	if (function->needed && !has(node, function->amount))
		return gh_policy_document_fail(reader->document, node, reader->err,
					       "the function %s needs the attribute %s",
					       gh_policy_mask_name(spec->function),
					       function->amount);
	return read_number(reader, node, function, &spec->amount);
}

static enum gh_status read_words(struct gh_policy_reader *reader, const xmlNode *node,
				 struct gh_mask_spec *spec)
{
	unsigned unit = GH_MASK_UNIT_NONE, normal = GH_MASK_NORMAL_NONE;
	enum gh_status status = gh_policy_read_word(reader, node, "unit", gh_policy_units, &unit);

	spec->unit = (enum gh_mask_unit)unit;
	if (status == GH_OK)
		status = gh_policy_read_word(reader, node, "normalise", gh_policy_normals, &normal);
	spec->normal = (enum gh_mask_normal)normal;
	if (status == GH_OK && spec->function == GH_MASK_DATE_TRUNC &&
	    spec->unit == GH_MASK_UNIT_NONE)
		status = complain(reader, node, "the function date_trunc needs the attribute unit");
	return status;
}

static enum gh_status read_key_id(struct gh_policy_reader *reader, const xmlNode *node,
				  struct gh_mask_spec *spec)
{
	static const struct gh_policy_word truths[] = { { "yes", 1 }, { "no", 0 }, { NULL, 0 } };
	unsigned truth = 0;
	enum gh_status status = gh_policy_read_word(reader, node, "key-id", truths, &truth);

	spec->key_id = truth != 0;
	return status;
}

static enum gh_status check_char(struct gh_policy_reader *reader, const xmlNode *node,
				 const struct gh_mask_spec *spec)
{
	struct gh_span fill = gh_span_from(spec->fill);

	if (spec->fill != NULL && (gh_utf8_count(fill) != 1 || (unsigned char)*spec->fill < ' '))
		return complain(reader, node, "char must be one character");
	return GH_OK;
}

static enum gh_status check_domain(struct gh_policy_reader *reader, const xmlNode *node,
				   const struct gh_mask_spec *spec)
{
	if (spec->domain != NULL && (*spec->domain == '\0' || strlen(spec->domain) > DOMAIN_MAX))
		return complain(reader, node, "domain must have 1 to 100 bytes");
	return GH_OK;
}

static enum gh_status check_dictionary(struct gh_policy_reader *reader, const xmlNode *node,
				       struct gh_mask_spec *spec)
{
	const struct gh_policy_word *word = gh_policy_dictionaries;

	if (spec->function != GH_MASK_PSEUDO)
		return GH_OK;
	if (spec->words == NULL)
		return complain(reader, node, "the function pseudo needs the attribute dictionary");
	for (; word->text != NULL; word++)
		if (strcmp(word->text, spec->words) == 0)
			return GH_OK;
	return complain(reader, node,
			"dictionary must be one of given, family, name, city, street");
}

static enum gh_status read_texts(struct gh_policy_reader *reader, const xmlNode *node,
				 struct gh_mask_spec *spec)
{
	const char *words = spec->function == GH_MASK_PSEUDO ? "dictionary" : "keys";
	enum gh_status status = gh_policy_read_text(reader, node, "domain", &spec->domain);

	if (status == GH_OK)
		status = gh_policy_read_text(reader, node, "char", &spec->fill);
	if (status == GH_OK)
		status = gh_policy_read_text(reader, node, words, &spec->words);
	if (status == GH_OK)
		status = check_domain(reader, node, spec);
	if (status == GH_OK)
		status = check_char(reader, node, spec);
	if (status == GH_OK)
		status = check_dictionary(reader, node, spec);
	return status;
}

/* The numbers of a card that are not secret: who issued it, and the last four. */
static enum gh_status read_kept(struct gh_policy_reader *reader, const xmlNode *node,
				struct gh_mask_spec *spec)
{
	bool card = spec->function == GH_MASK_CARD;
	enum gh_status status;

	spec->keep_first = card ? GH_POLICY_CARD_FIRST : 0;
	spec->keep_last = card ? GH_POLICY_CARD_LAST : 0;
	status = read_keep(reader, node, "first", &spec->keep_first);
	if (status == GH_OK)
		status = read_keep(reader, node, "last", &spec->keep_last);
	if (status == GH_OK && card &&
	    (spec->keep_first > GH_POLICY_CARD_FIRST || spec->keep_last > GH_POLICY_CARD_LAST))
		status =
			complain(reader, node, "of a card at most the first 6 and the last 4 stay");
	if (status == GH_OK && spec->function == GH_MASK_PARTIAL && !has(node, "first") &&
	    !has(node, "last"))
		status = complain(reader, node,
				  "the function partial needs the attribute first or last");
	return status;
}

enum gh_status gh_policy_read_spec(struct gh_policy_reader *reader, const xmlNode *node,
				   struct gh_mask_spec *spec)
{
	unsigned function = GH_MASK_NULLIFY;
	enum gh_status status =
		gh_policy_read_word(reader, node, "function", gh_policy_functions, &function);

	spec->function = (enum gh_mask_function)function;
	if (status == GH_OK)
		status = check_attributes(reader, node, spec);
	if (status == GH_OK)
		status = read_kept(reader, node, spec);
	if (status == GH_OK)
		status = read_amount(reader, node, spec);
	if (status == GH_OK)
		status = read_words(reader, node, spec);
	if (status == GH_OK)
		status = read_key_id(reader, node, spec);
	if (status == GH_OK)
		status = read_texts(reader, node, spec);
	return status;
}
