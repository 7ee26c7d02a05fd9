/*
 * From a valid document to rules and masks, with every name they use looked up.
 */
#include "document.h"

#include <stdlib.h>
#include <string.h>

/* ---- names of roles and tags -------------------------------------------------- */

static bool find_role(struct gh_policy *policy, struct gh_span name, size_t *index)
{
	if (gh_span_equal(name, GH_SPAN_LITERAL("*")))
		name = GH_SPAN_LITERAL("everyone");
	for (*index = 0; *index < policy->role_count; (*index)++) {
		if (gh_span_equal(gh_span_from(policy->roles[*index].name), name)) {
			policy->roles[*index].used = true;
			return true;
		}
	}
	return false;
}

static bool find_tag(struct gh_policy *policy, struct gh_span name, size_t *index)
{
	for (*index = 0; *index < policy->tag_count; (*index)++) {
		if (gh_span_equal(gh_span_from(policy->tags[*index].name), name)) {
			policy->tags[*index].used = true;
			return true;
		}
	}
	return false;
}

static size_t count_words(struct gh_span text)
{
	struct gh_span word;
	size_t count = 0;

	while (gh_policy_next_word(&text, &word))
		count++;
	return count;
}

/* Reads an attribute that lists roles or tags; `find` knows their names. */
static enum gh_status read_indexes(struct gh_policy_reader *reader, const xmlNode *node,
				   const char *name,
				   bool (*find)(struct gh_policy *, struct gh_span, size_t *),
				   struct gh_policy_indexes *out)
{
	struct gh_span rest, word;
	const char *text;
	uint16_t *items;
	enum gh_status status = gh_policy_read_text(reader, node, name, &text);

	if (status != GH_OK || text == NULL)
		return status;
	rest = gh_span_from(text);
	items = gh_arena_alloc(reader->policy->arena, (count_words(rest) + 1) * sizeof(*items));
	if (items == NULL)
		return gh_policy_read_out_of_memory(reader);
	out->items = items;
	while (gh_policy_next_word(&rest, &word)) {
		size_t index;

		if (!find(reader->policy, word, &index))
			return gh_policy_document_fail(reader->document, node, reader->err,
						       "%s '%.*s' is not defined", name,
						       word.length > 60 ? 60 : (int)word.length,
						       word.bytes);
		items[out->count++] = (uint16_t)index;
	}
	if (out->count == 0)
		return gh_policy_document_fail(reader->document, node, reader->err,
					       "attribute %s of <%s> is empty", name,
					       (const char *)node->name);
	return GH_OK;
}

static enum gh_status read_children_patterns(struct gh_policy_reader *reader, const xmlNode *node,
					     const char *name, struct gh_policy_patterns *out)
{
	const xmlNode *child = gh_policy_element_from(node->children);
	enum gh_status status = GH_OK;

	for (; status == GH_OK && child != NULL; child = gh_policy_element_from(child->next))
		if (gh_policy_element_is(child, name))
			status = gh_policy_read_pattern(reader, child, out);
	return status;
}

enum gh_status gh_policy_read_scope(struct gh_policy_reader *reader, const xmlNode *node,
				    struct gh_policy_scope *out)
{
	static const uint16_t everyone[] = { GH_POLICY_EVERYONE };
	enum gh_status status = read_indexes(reader, node, "role", find_role, &out->roles);

	if (status == GH_OK && out->roles.count == 0)
		out->roles = (struct gh_policy_indexes){ everyone, 1 };
	if (status == GH_OK)
		status = read_indexes(reader, node, "except-role", find_role, &out->except);
	if (status == GH_OK)
		status = read_children_patterns(reader, node, "dsn", &out->dsn);
	if (status == GH_OK)
		status = read_children_patterns(reader, node, "dbms", &out->dbms);
	return status;
}

/* ---- conditions on facts --------------------------------------------------------- */

enum combine { COMBINE_BITS, COMBINE_NUMBERS };

/* The words of an attribute together: values that are bits already, or numbers of bits. */
static enum gh_status read_set(struct gh_policy_reader *reader, const xmlNode *node,
			       const char *name, const struct gh_policy_word *words,
			       unsigned *out)
{
	const bool bits = words == gh_policy_actions || words == gh_policy_reaches;
	const enum combine combine = bits ? COMBINE_BITS : COMBINE_NUMBERS;
	struct gh_span rest, word;
	const char *text;
	enum gh_status status = gh_policy_read_text(reader, node, name, &text);

	if (status != GH_OK || text == NULL)
		return status;
	rest = gh_span_from(text);
	while (gh_policy_next_word(&rest, &word)) {
		unsigned value;

		if (!gh_policy_word_find(words, word, &value))
			return gh_policy_document_fail(reader->document, node, reader->err,
						       "%s: '%.*s' is not known", name,
						       word.length > 60 ? 60 : (int)word.length,
						       word.bytes);
		*out |= combine == COMBINE_BITS ? value : 1u << value;
	}
	return GH_OK;
}

static enum gh_status read_flags(struct gh_policy_reader *reader, const xmlNode *node,
				 struct gh_policy_when *out)
{
	static const struct gh_policy_word yes_no[] = { { "yes", 1 }, { "no", 0 }, { NULL, 0 } };
	enum gh_status status = GH_OK;

	for (const struct gh_policy_word *flag = gh_policy_fact_flags; flag->text != NULL; flag++) {
		unsigned answer = 2;

		status = gh_policy_read_word(reader, node, flag->text, yes_no, &answer);
		if (status != GH_OK)
			return status;
		if (answer == 1)
			out->flags_set |= flag->value;
		else if (answer == 0)
			out->flags_none |= flag->value;
	}
	return status;
}

static enum gh_status read_when(struct gh_policy_reader *reader, const xmlNode *node,
				struct gh_policy_when *out)
{
	enum gh_status status = read_set(reader, node, "kind", gh_policy_kinds, &out->kinds);

	if (status == GH_OK)
		status = read_set(reader, node, "where", gh_policy_wheres, &out->where);
	if (status == GH_OK)
		status = read_set(reader, node, "reaches", gh_policy_reaches, &out->reaches);
	if (status == GH_OK)
		status = read_flags(reader, node, out);
	if (status == GH_OK && (out->kinds | out->where | out->reaches | out->flags_set |
				out->flags_none) == 0)
		return gh_policy_document_fail(reader->document, node, reader->err,
					       "<when> without a condition");
	return status;
}

static enum gh_status read_whens(struct gh_policy_reader *reader, const xmlNode *parent,
				 struct gh_policy_rule *rule)
{
	size_t count = gh_policy_element_count(parent, "when");
	const xmlNode *node = gh_policy_element_from(parent->children);
	enum gh_status status = GH_OK;

	rule->whens = gh_arena_alloc(reader->policy->arena, (count + 1) * sizeof(*rule->whens));
	if (rule->whens == NULL)
		return gh_policy_read_out_of_memory(reader);
	for (; status == GH_OK && node != NULL; node = gh_policy_element_from(node->next))
		if (gh_policy_element_is(node, "when"))
			status = read_when(reader, node, &rule->whens[rule->when_count++]);
	return status;
}

/* ---- rules -------------------------------------------------------------------------- */

static enum gh_status check_rule(struct gh_policy_reader *reader, const xmlNode *node,
				 const struct gh_policy_rule *rule)
{
	bool has_columns = rule->columns.count > 0 || rule->tags.count > 0;

	if (rule->message != NULL && strlen(rule->message) > GH_POLICY_MESSAGE_MAX)
		return gh_policy_document_fail(reader->document, node, reader->err,
					       "the message is longer than %d bytes",
					       GH_POLICY_MESSAGE_MAX);
	if (has_columns && rule->verdict == GH_VERDICT_ALLOW)
		return gh_policy_document_fail(
			reader->document, node, reader->err,
			"a rule that allows cannot be restricted to columns; allow tables, and "
			"deny or mask columns");
	if (rule->actions == 0)
		return gh_policy_document_fail(reader->document, node, reader->err,
					       "attribute action of <rule> is empty");
	return GH_OK;
}

static enum gh_status read_rule_objects(struct gh_policy_reader *reader, const xmlNode *node,
					struct gh_policy_rule *rule)
{
	enum gh_status status = gh_policy_read_objects(reader, node, "table", &rule->tables);

	if (status == GH_OK)
		status = gh_policy_read_objects(reader, node, "column", &rule->columns);
	if (status == GH_OK)
		status = read_indexes(reader, node, "tag", find_tag, &rule->tags);
	if (status == GH_OK)
		status = read_whens(reader, node, rule);
	return status;
}

static enum gh_status read_rule(struct gh_policy_reader *reader, const xmlNode *node)
{
	struct gh_policy_rule *rule = &reader->policy->rules[reader->policy->rule_count];
	unsigned verdict = GH_VERDICT_DENY;
	enum gh_status status = gh_policy_read_name(reader, node, &rule->name);

	reader->policy->rule_count++;
	rule->line = gh_policy_document_place(reader->document, node).line;
	if (status == GH_OK)
		status = gh_policy_read_word(reader, node, "verdict", gh_policy_verdicts, &verdict);
	rule->verdict = (enum gh_verdict)verdict;
	if (status == GH_OK)
		status = read_set(reader, node, "action", gh_policy_actions, &rule->actions);
	if (status == GH_OK)
		status = gh_policy_read_text(reader, node, "message", &rule->message);
	if (status == GH_OK)
		status = gh_policy_read_scope(reader, node, &rule->scope);
	if (status == GH_OK)
		status = read_rule_objects(reader, node, rule);
	if (status == GH_OK)
		status = check_rule(reader, node, rule);
	return status;
}

/* ---- masks ---------------------------------------------------------------------------- */

static enum gh_status read_mask(struct gh_policy_reader *reader, const xmlNode *node)
{
	struct gh_policy_mask *mask = &reader->policy->masks[reader->policy->mask_count];
	unsigned inference = GH_INFERENCE_DENY;
	enum gh_status status = gh_policy_read_name(reader, node, &mask->spec.rule);

	reader->policy->mask_count++;
	mask->line = gh_policy_document_place(reader->document, node).line;
	if (status == GH_OK)
		status = gh_policy_read_spec(reader, node, &mask->spec);
	if (status == GH_OK)
		status = gh_policy_read_word(reader, node, "inference", gh_policy_inferences,
					     &inference);
	mask->inference = (enum gh_inference)inference;
	mask->has_inference = xmlHasProp(node, (const xmlChar *)"inference") != NULL;
	if (status == GH_OK)
		status = gh_policy_read_scope(reader, node, &mask->scope);
	if (status == GH_OK)
		status = read_indexes(reader, node, "tag", find_tag, &mask->tags);
	if (status == GH_OK)
		status = gh_policy_read_objects(reader, node, "column", &mask->columns);
	if (status == GH_OK && mask->columns.count == 0 && mask->tags.count == 0)
		status = gh_policy_document_fail(
			reader->document, node, reader->err,
			"a mask needs the attribute tag or at least one <column>");
	return status;
}

/* ---- all of them -------------------------------------------------------------------------- */

struct name_row {
	const char *name;
	const xmlNode *node;
	size_t order;
};

static int compare_names(const void *a, const void *b)
{
	const struct name_row *left = a, *right = b;
	int order = strcmp(left->name, right->name);

	if (order != 0)
		return order;
	return left->order < right->order ? -1 : left->order > right->order;
}

static enum gh_status make_room(struct gh_policy_reader *reader, const xmlNode *rules,
				struct name_row **names)
{
	struct gh_policy *policy = reader->policy;
	size_t rule_count = gh_policy_element_count(rules, "rule");
	size_t mask_count = gh_policy_element_count(rules, "mask");
	size_t filter_count = gh_policy_element_count(rules, "filter");
	size_t detect_count = gh_policy_element_count(rules, "detect");

	if (rule_count > GH_POLICY_RULES_MAX || mask_count > GH_POLICY_MASKS_MAX ||
	    filter_count > GH_POLICY_FILTERS_MAX || detect_count > GH_POLICY_DETECTS_MAX)
		return gh_policy_document_fail(
			reader->document, rules, reader->err,
			"more than %d rules, %d masks, %d filters or %d detect rules",
			GH_POLICY_RULES_MAX, GH_POLICY_MASKS_MAX, GH_POLICY_FILTERS_MAX,
			GH_POLICY_DETECTS_MAX);
	policy->detect_rules = gh_arena_alloc(policy->arena,
					      (detect_count + 1) * sizeof(*policy->detect_rules));
	policy->filters =
		gh_arena_alloc(policy->arena, (filter_count + 1) * sizeof(*policy->filters));
	policy->rules = gh_arena_alloc(policy->arena, (rule_count + 1) * sizeof(*policy->rules));
	policy->masks = gh_arena_alloc(policy->arena, (mask_count + 1) * sizeof(*policy->masks));
	*names = gh_arena_alloc(policy->arena,
				(rule_count + mask_count + filter_count + detect_count + 1) *
					sizeof(**names));
	if (policy->rules == NULL || policy->masks == NULL || policy->filters == NULL ||
	    policy->detect_rules == NULL || *names == NULL)
		return gh_policy_read_out_of_memory(reader);
	return GH_OK;
}

static enum gh_status check_names(struct gh_policy_reader *reader, struct name_row *names,
				  size_t count)
{
	qsort(names, count, sizeof(*names), compare_names);
	for (size_t i = 1; i < count; i++)
		if (strcmp(names[i - 1].name, names[i].name) == 0)
			return gh_policy_document_fail(reader->document, names[i].node, reader->err,
						       "a rule, mask, filter or detect rule %s is "
						       "there already",
						       names[i].name);
	return GH_OK;
}

/* One of the four, and its name. */
static enum gh_status read_element(struct gh_policy_reader *reader, const xmlNode *node,
				   const char **name)
{
	struct gh_policy *policy = reader->policy;
	enum gh_status status;

	if (gh_policy_element_is(node, "rule")) {
		status = read_rule(reader, node);
		*name = policy->rules[policy->rule_count - 1].name;
	} else if (gh_policy_element_is(node, "filter")) {
		struct gh_policy_filter *filter = &policy->filters[policy->filter_count++];

		status = gh_policy_read_filter(reader, node, filter);
		*name = filter->name;
	} else if (gh_policy_element_is(node, "detect")) {
		struct gh_policy_detect *detect = &policy->detect_rules[policy->detect_count++];

		status = gh_policy_read_detect(reader, node, detect);
		*name = detect->spec.rule;
	} else {
		status = read_mask(reader, node);
		*name = policy->masks[policy->mask_count - 1].spec.rule;
	}
	return status;
}

enum gh_status gh_policy_read_rules(struct gh_policy_reader *reader, const xmlNode *rules)
{
	const xmlNode *node = gh_policy_element_from(rules->children);
	struct name_row *names = NULL;
	size_t count = 0;
	enum gh_status status = make_room(reader, rules, &names);

	for (; status == GH_OK && node != NULL; node = gh_policy_element_from(node->next)) {
		names[count] = (struct name_row){ NULL, node, count };
		status = read_element(reader, node, &names[count++].name);
	}
	if (status == GH_OK)
		status = check_names(reader, names, count);
	return status;
}
