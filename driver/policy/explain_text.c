/*
 * An explanation for people: the outcome first, then what it was made of.
 */
#include "internal.h"

static const char *or_unknown(const char *text)
{
	return text == NULL ? "(unknown)" : text;
}

static void write_bits(struct gh_buf *out, const struct gh_policy_word *words, unsigned bits)
{
	const char *between = "";

	for (; words->text != NULL; words++) {
		if ((words->value & (words->value - 1)) != 0 || (bits & words->value) == 0)
			continue;
		gh_buf_printf(out, "%s%s", between, words->text);
		between = ", ";
	}
	if (*between == '\0')
		gh_buf_append_text(out, "none");
}

static void write_origin(struct gh_buf *out, const struct gh_origin *origin)
{
	char text[300];

	gh_policy_origin_text(origin, text, sizeof(text));
	gh_buf_append_text(out, text);
}

static void write_origins(struct gh_buf *out, const struct gh_origin *origins, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		gh_buf_append_text(out, i == 0 ? "" : ", ");
		write_origin(out, &origins[i]);
	}
	if (count == 0)
		gh_buf_append_text(out, "none");
}

static void write_attributes(struct gh_buf *out, const struct gh_mask_spec *mask)
{
	struct gh_policy_attributes attributes;

	gh_policy_mask_attributes(mask, &attributes);
	for (size_t i = 0; i < attributes.count; i++) {
		const struct gh_policy_attribute *attribute = &attributes.items[i];

		gh_buf_printf(out, "%s%s ", i == 0 ? " (" : ", ", attribute->name);
		if (attribute->text != NULL)
			gh_buf_append_text(out, attribute->text);
		else
			gh_buf_printf(out, "%lld", (long long)attribute->number);
	}
	gh_buf_append_text(out, attributes.count > 0 ? ")" : "");
}

static void write_mask(struct gh_buf *out, const struct gh_mask_spec *mask)
{
	gh_buf_append_text(out, gh_policy_mask_name(mask->function));
	if (mask->function == GH_MASK_NONE)
		return;
	write_attributes(out, mask);
	gh_buf_printf(out, ", by %s", or_unknown(mask->rule));
	if (mask->tag != NULL)
		gh_buf_printf(out, " (%s)", mask->tag);
}

static void write_outcome(const struct gh_policy_explanation *explanation, struct gh_buf *out)
{
	const struct gh_decision *decision = explanation->decision;
	const struct gh_policy *policy = explanation->policy;

	gh_buf_printf(out, "Verdict: %s (rule %s)\n", gh_policy_verdict_name(decision->verdict),
		      decision->rule);
	if (decision->message[0] != '\0')
		gh_buf_printf(out, "Message: %s\n", decision->message);
	gh_buf_printf(out, "Policy:  %s, '%s', sha256 %.16s...\n", policy->name, policy->title,
		      policy->digest);
}

static void write_tables(const struct gh_facts *facts, struct gh_buf *out)
{
	gh_buf_append_text(out, "  tables:    ");
	for (size_t i = 0; i < facts->table_count; i++) {
		const struct gh_table_use *use = &facts->tables[i];
		const struct gh_origin origin = { use->catalog, use->schema, use->table, NULL };

		gh_buf_append_text(out, i == 0 ? "" : ", ");
		write_origin(out, &origin);
		gh_buf_printf(out, " (%s%s%s)",
			      (use->access & GH_ACCESS_READ) != 0 ? "read" : "",
			      use->access == (GH_ACCESS_READ | GH_ACCESS_WRITE) ? " and " : "",
			      (use->access & GH_ACCESS_WRITE) != 0 ? "write" : "");
	}
	if (!facts->tables_known)
		gh_buf_append_text(out, facts->table_count == 0 ? "may be any" :
								  ", and there may be others");
	else if (facts->table_count == 0)
		gh_buf_append_text(out, "none");
	gh_buf_append_char(out, '\n');
}

static void write_flows(const struct gh_facts *facts, struct gh_buf *out)
{
	for (size_t i = 0; i < facts->flow_count; i++) {
		const struct gh_flow *flow = &facts->flows[i];

		gh_buf_append_text(out, "  writes:    ");
		write_origin(out, &flow->target);
		gh_buf_append_text(out, " from ");
		write_origins(out, flow->origins, flow->origin_count);
		gh_buf_append_text(out, (flow->flags & GH_LINEAGE_UNKNOWN) != 0 ?
						", and from what is not known\n" : "\n");
	}
	if (!facts->flows_known)
		gh_buf_append_text(out, "  writes:    not known what flows where\n");
}

static void write_facts(const struct gh_policy_view *view, struct gh_buf *out)
{
	const struct gh_facts *facts = view->facts;
	unsigned rows = GH_ACTION_WRITE | GH_ACTION_DELETE;

	gh_buf_printf(out, "\nStatement\n  kind:      %s\n  actions:   ",
		      gh_policy_word_text(gh_policy_kinds, (unsigned)facts->kind));
	write_bits(out, gh_policy_actions, view->actions);
	gh_buf_append_text(out, "\n  facts:     ");
	write_bits(out, gh_policy_fact_flags, facts->flags);
	if (facts->reaches != 0) {
		gh_buf_append_text(out, "\n  reaches:   ");
		write_bits(out, gh_policy_reaches, facts->reaches);
	}
	if ((view->actions & rows) != 0)
		gh_buf_printf(out, "\n  where:     %s",
			      gh_policy_word_text(gh_policy_wheres, (unsigned)facts->where));
	if (facts->reason != NULL)
		gh_buf_printf(out, "\n  not clear: %s", facts->reason);
	gh_buf_append_char(out, '\n');
	write_tables(facts, out);
	gh_buf_append_text(out, "  uses:      ");
	write_origins(out, facts->inference, facts->inference_count);
	gh_buf_append_text(out, facts->inference_known ? "\n" : ", and there may be others\n");
	write_flows(facts, out);
}

static void write_who(const struct gh_policy_explanation *explanation, size_t view,
		      struct gh_buf *out)
{
	const struct gh_principal *asked = explanation->request->principal;
	const struct gh_principal *shown = &explanation->views[view].principal;

	if (view > 0) {
		gh_buf_printf(out, "%s, the person for whom the agent acts",
			      or_unknown(shown->subject));
		return;
	}
	gh_buf_printf(out, "%s, %s", or_unknown(asked->subject),
		      gh_policy_word_text(gh_policy_principals, (unsigned)asked->kind));
	if (asked->agent != NULL)
		gh_buf_printf(out, " (%s)", asked->agent);
}

static void write_roles(const struct gh_policy_view *view, struct gh_buf *out)
{
	gh_buf_append_text(out, "  roles:     ");
	for (size_t i = 0; i < view->policy->role_count; i++) {
		if (view->roles[i] == GH_POLICY_NO)
			continue;
		gh_buf_printf(out, "%s%s%s", i == 0 ? "" : ", ", view->policy->roles[i].name,
			      view->roles[i] == GH_POLICY_MAYBE ? " (perhaps)" : "");
	}
	gh_buf_append_char(out, '\n');
}

static char sign(enum gh_policy_answer answer)
{
	return answer == GH_POLICY_YES ? '+' : answer == GH_POLICY_MAYBE ? '?' : '-';
}

static void write_view(const struct gh_policy_explanation *explanation, size_t index,
		       struct gh_buf *out)
{
	const struct gh_policy_view *view = &explanation->views[index];
	struct gh_policy_outcome outcome;

	gh_policy_judge_all(view, &outcome);
	gh_buf_append_text(out, "\nFor ");
	write_who(explanation, index, out);
	gh_buf_printf(out, ": %s (rule %s)\n", gh_policy_verdict_name(outcome.verdict),
		      outcome.rule);
	write_roles(view, out);
	for (size_t i = 0; i < view->policy->rule_count; i++) {
		const struct gh_policy_rule *rule = &view->policy->rules[i];
		struct gh_policy_finding finding = gh_policy_find_rule(view, rule);

		gh_buf_printf(out, "  %c %-7s %s (line %d): %s\n", sign(finding.answer),
			      gh_policy_verdict_name(rule->verdict), rule->name, rule->line,
			      finding.why);
	}
	for (size_t i = 0; i < view->policy->mask_count; i++) {
		const struct gh_policy_mask *mask = &view->policy->masks[i];
		struct gh_policy_finding finding = gh_policy_find_mask(view, i);

		gh_buf_printf(out, "  %c mask    %s (line %d): %s\n", sign(finding.answer),
			      mask->spec.rule, mask->line, finding.why);
	}
	for (size_t i = 0; i < view->policy->filter_count; i++) {
		const struct gh_policy_filter *filter = &view->policy->filters[i];
		struct gh_policy_finding finding = gh_policy_find_filter(view, i);

		gh_buf_printf(out, "  %c filter  %s (line %d): %s: %s\n", sign(finding.answer),
			      filter->name, filter->line, finding.why, filter->condition);
	}
}

static void write_outputs(const struct gh_policy_explanation *explanation, struct gh_buf *out)
{
	const struct gh_facts *facts = explanation->request->facts;
	const struct gh_decision *decision = explanation->decision;

	gh_buf_append_text(out, "\nResult columns\n");
	for (size_t i = 0; i < decision->mask_count; i++) {
		const struct gh_output *output = &facts->outputs[i];

		gh_buf_printf(out, "  %zu %s: ", i + 1, or_unknown(output->name));
		write_mask(out, &decision->masks[i]);
		gh_buf_append_text(out, "; comes from ");
		write_origins(out, output->origins, output->origin_count);
		if ((output->flags & GH_LINEAGE_UNKNOWN) != 0)
			gh_buf_append_text(out, " and may come from any column");
		gh_buf_append_char(out, '\n');
	}
	if (!facts->outputs_known)
		gh_buf_append_text(out, "  The result's columns are not known beforehand.\n");
	gh_buf_append_text(out, "  Where it is not known what a column holds: ");
	write_mask(out, &decision->unknown_mask);
	gh_buf_append_char(out, '\n');
}

void gh_policy_write_text(const struct gh_policy_explanation *explanation, struct gh_buf *out)
{
	write_outcome(explanation, out);
	write_facts(&explanation->views[0], out);
	for (size_t i = 0; i < explanation->view_count; i++)
		write_view(explanation, i, out);
	write_outputs(explanation, out);
}
