/*
 * Why a decision is what it is.  Asks the same functions that decide, so that
 * an explanation cannot differ from the decision.  JSON here, text beside it.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- one rule, one mask ------------------------------------------------------------ */

static const char *reason_text(enum gh_policy_reason reason)
{
	/* lint: table */
	switch (reason) {
	case GH_POLICY_MATCHES:
		return "it matches";
	case GH_POLICY_OTHER_SCOPE:
		return "it is for other roles";
	case GH_POLICY_OTHER_ACTION:
		return "the statement does none of its actions";
	case GH_POLICY_OTHER_FACTS:
		return "its <when> does not hold";
	case GH_POLICY_OTHER_TABLE:
		return "the statement uses none of its tables";
	case GH_POLICY_OTHER_COLUMN:
		return "the statement uses none of its columns";
	}
	return "unknown";
}

static const char *maybe_text(enum gh_policy_reason reason)
{
	/* lint: table */
	switch (reason) {
	case GH_POLICY_MATCHES:
	case GH_POLICY_OTHER_ACTION:
		break;
	case GH_POLICY_OTHER_SCOPE:
		return "it could match: not enough is known of the principal or the target";
	case GH_POLICY_OTHER_FACTS:
		return "it could match: not enough is known of the statement for its <when>";
	case GH_POLICY_OTHER_TABLE:
		return "it could match: not enough is known of the tables";
	case GH_POLICY_OTHER_COLUMN:
		return "it could match: not enough is known of the columns";
	}
	return "it could match";
}

/* Role or target: the first that does not fit. */
const char *gh_policy_scope_text(const struct gh_policy_view *view,
				 const struct gh_policy_scope *scope)
{
	struct gh_policy_scope anywhere = *scope;

	anywhere.dsn.count = 0;
	anywhere.dbms.count = 0;
	if (gh_policy_scope_match(view, &anywhere) == GH_POLICY_NO)
		return "it is for other roles";
	return "it is for other data sources";
}

static struct gh_policy_finding find_cover(const struct gh_policy_view *view,
					   const struct gh_policy_rule *rule)
{
	const struct gh_facts *facts = view->facts;
	size_t covered = 0;

	if (gh_policy_rule_covers(view, rule, NULL))
		return (struct gh_policy_finding){ GH_POLICY_YES, "it matches, for every table" };
	for (size_t i = 0; i < facts->table_count; i++)
		covered += gh_policy_rule_covers(view, rule, &facts->tables[i]);
	if (!facts->tables_known)
		return (struct gh_policy_finding){
			GH_POLICY_MAYBE, "it is for certain tables, and not all tables are known" };
	if (covered == facts->table_count)
		return (struct gh_policy_finding){ GH_POLICY_YES, "it matches" };
	if (covered > 0)
		return (struct gh_policy_finding){ GH_POLICY_MAYBE,
						   "it matches some of the tables, not all" };
	return (struct gh_policy_finding){ GH_POLICY_NO, "it is for other tables" };
}

struct gh_policy_finding gh_policy_find_rule(const struct gh_policy_view *view,
					     const struct gh_policy_rule *rule)
{
	bool allows = rule->verdict == GH_VERDICT_ALLOW;
	struct gh_policy_match match = allows ? gh_policy_rule_base(view, rule) :
						gh_policy_rule_restricts(view, rule);

	if (match.answer == GH_POLICY_NO && match.reason == GH_POLICY_OTHER_SCOPE)
		return (struct gh_policy_finding){ GH_POLICY_NO,
						   gh_policy_scope_text(view, &rule->scope) };
	if (match.answer == GH_POLICY_NO)
		return (struct gh_policy_finding){ GH_POLICY_NO, reason_text(match.reason) };
	if (match.answer == GH_POLICY_MAYBE)
		return (struct gh_policy_finding){ GH_POLICY_MAYBE, maybe_text(match.reason) };
	if (allows && view->principal.kind == GH_PRINCIPAL_UNKNOWN)
		return (struct gh_policy_finding){ GH_POLICY_NO, "it is not known who asks" };
	return allows ? find_cover(view, rule) :
			(struct gh_policy_finding){ GH_POLICY_YES, reason_text(match.reason) };
}

struct gh_policy_finding gh_policy_find_mask(const struct gh_policy_view *view, size_t index)
{
	const struct gh_policy_mask *mask = &view->policy->masks[index];
	enum gh_policy_answer answer = gh_policy_scope_match(view, &mask->scope);

	if (answer == GH_POLICY_NO)
		return (struct gh_policy_finding){ answer,
						   gh_policy_scope_text(view, &mask->scope) };
	if (answer == GH_POLICY_MAYBE)
		return (struct gh_policy_finding){ answer, maybe_text(GH_POLICY_OTHER_SCOPE) };
	return (struct gh_policy_finding){ answer, "it concerns this principal" };
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void key(struct gh_buf *out, const char *name)
{
	if (out->length > 0 && strchr("{[", out->bytes[out->length - 1]) == NULL)
		gh_buf_append_char(out, ',');
	if (name == NULL)
		return;
	gh_json_text(out, name);
	gh_buf_append_char(out, ':');
}

static void field(struct gh_buf *out, const char *name, const char *text)
{
	key(out, name);
	gh_json_text(out, text);
}

/* `value` as C takes it: 0 is false. */
static void field_truth(struct gh_buf *out, const char *name, unsigned value)
{
	key(out, name);
	gh_buf_append_text(out, value != 0 ? "true" : "false");
}

static void open_list(struct gh_buf *out, const char *name)
{
	key(out, name);
	gh_buf_append_char(out, '[');
}

static void open_object(struct gh_buf *out, const char *name)
{
	key(out, name);
	gh_buf_append_char(out, '{');
}

static void field_bits(struct gh_buf *out, const char *name, const struct gh_policy_word *words,
		       unsigned bits)
{
	open_list(out, name);
	for (; words->text != NULL; words++)
		if ((words->value & (words->value - 1)) == 0 && (bits & words->value) != 0)
			field(out, NULL, words->text);
	gh_buf_append_char(out, ']');
}

static void field_origins(struct gh_buf *out, const char *name, const struct gh_origin *origins,
			  size_t count)
{
	open_list(out, name);
	for (size_t i = 0; i < count; i++) {
		char text[300];

		gh_policy_origin_text(&origins[i], text, sizeof(text));
		field(out, NULL, text);
	}
	gh_buf_append_char(out, ']');
}

static void write_mask(struct gh_buf *out, const char *name, const struct gh_mask_spec *mask)
{
	struct gh_policy_attributes attributes;

	open_object(out, name);
	field(out, "function", gh_policy_mask_name(mask->function));
	field(out, "rule", mask->rule);
	field(out, "tag", mask->tag);
	gh_policy_mask_attributes(mask, &attributes);
	for (size_t i = 0; i < attributes.count; i++) {
		const struct gh_policy_attribute *attribute = &attributes.items[i];

		if (attribute->text != NULL) {
			field(out, attribute->name, attribute->text);
			continue;
		}
		key(out, attribute->name);
		gh_buf_printf(out, "%lld", (long long)attribute->number);
	}
	gh_buf_append_char(out, '}');
}

static void write_tables(struct gh_buf *out, const struct gh_facts *facts)
{
	open_list(out, "tables");
	for (size_t i = 0; i < facts->table_count; i++) {
		const struct gh_table_use *use = &facts->tables[i];
		const struct gh_origin origin = { use->catalog, use->schema, use->table, NULL };
		char text[300];

		gh_policy_origin_text(&origin, text, sizeof(text));
		open_object(out, NULL);
		field(out, "table", text);
		field_truth(out, "read", (use->access & GH_ACCESS_READ) != 0);
		field_truth(out, "write", (use->access & GH_ACCESS_WRITE) != 0);
		gh_buf_append_char(out, '}');
	}
	gh_buf_append_char(out, ']');
	field_truth(out, "tables_known", facts->tables_known);
}

static void write_flows(struct gh_buf *out, const struct gh_facts *facts)
{
	open_list(out, "flows");
	for (size_t i = 0; i < facts->flow_count; i++) {
		const struct gh_flow *flow = &facts->flows[i];
		char text[300];

		gh_policy_origin_text(&flow->target, text, sizeof(text));
		open_object(out, NULL);
		field(out, "into", text);
		field_origins(out, "from", flow->origins, flow->origin_count);
		field_truth(out, "unknown", (flow->flags & GH_LINEAGE_UNKNOWN) != 0);
		gh_buf_append_char(out, '}');
	}
	gh_buf_append_char(out, ']');
	field_truth(out, "flows_known", facts->flows_known);
}

static void write_facts(struct gh_buf *out, const struct gh_policy_view *view)
{
	const struct gh_facts *facts = view->facts;

	open_object(out, "facts");
	field(out, "kind", gh_policy_word_text(gh_policy_kinds, (unsigned)facts->kind));
	field_bits(out, "actions", gh_policy_actions, view->actions);
	field_bits(out, "flags", gh_policy_fact_flags, facts->flags);
	field_bits(out, "reaches", gh_policy_reaches, facts->reaches);
	field(out, "where", gh_policy_word_text(gh_policy_wheres, (unsigned)facts->where));
	field(out, "reason", facts->reason);
	write_tables(out, facts);
	field_truth(out, "outputs_known", facts->outputs_known);
	field_origins(out, "inference", facts->inference, facts->inference_count);
	field_truth(out, "inference_known", facts->inference_known);
	write_flows(out, facts);
	gh_buf_append_char(out, '}');
}

static const char *answer_text(enum gh_policy_answer answer)
{
	return answer == GH_POLICY_YES ? "yes" : answer == GH_POLICY_MAYBE ? "maybe" : "no";
}

static void write_finding(struct gh_buf *out, const char *name, int line,
			  struct gh_policy_finding finding)
{
	field(out, "name", name);
	key(out, "line");
	gh_buf_printf(out, "%d", line);
	field(out, "matches", answer_text(finding.answer));
	field(out, "why", finding.why);
	gh_buf_append_char(out, '}');
}

static void write_view_rules(struct gh_buf *out, const struct gh_policy_view *view)
{
	const struct gh_policy *policy = view->policy;

	open_list(out, "rules");
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct gh_policy_rule *rule = &policy->rules[i];

		open_object(out, NULL);
		field(out, "verdict", gh_policy_verdict_name(rule->verdict));
		write_finding(out, rule->name, rule->line, gh_policy_find_rule(view, rule));
	}
	gh_buf_append_char(out, ']');
	open_list(out, "masks");
	for (size_t i = 0; i < policy->mask_count; i++) {
		const struct gh_policy_mask *mask = &policy->masks[i];

		open_object(out, NULL);
		field(out, "function", gh_policy_mask_name(mask->spec.function));
		write_finding(out, mask->spec.rule, mask->line, gh_policy_find_mask(view, i));
	}
	gh_buf_append_char(out, ']');
	open_list(out, "filters");
	for (size_t i = 0; i < policy->filter_count; i++) {
		const struct gh_policy_filter *filter = &policy->filters[i];

		open_object(out, NULL);
		field(out, "condition", filter->condition);
		write_finding(out, filter->name, filter->line, gh_policy_find_filter(view, i));
	}
	gh_buf_append_char(out, ']');
}

static void write_view(struct gh_buf *out, const struct gh_policy_explanation *explanation,
		       size_t index)
{
	const struct gh_policy_view *view = &explanation->views[index];
	struct gh_policy_outcome outcome;

	gh_policy_judge_all(view, &outcome);
	open_object(out, NULL);
	field(out, "kind",
	      gh_policy_word_text(gh_policy_principals, (unsigned)view->principal.kind));
	field(out, "user", view->principal.subject);
	field(out, "verdict", gh_policy_verdict_name(outcome.verdict));
	field(out, "rule", outcome.rule);
	open_list(out, "roles");
	for (size_t i = 0; i < view->policy->role_count; i++) {
		if (view->roles[i] == GH_POLICY_NO)
			continue;
		open_object(out, NULL);
		field(out, "role", view->policy->roles[i].name);
		field(out, "matches", answer_text((enum gh_policy_answer)view->roles[i]));
		gh_buf_append_char(out, '}');
	}
	gh_buf_append_char(out, ']');
	write_view_rules(out, view);
	gh_buf_append_char(out, '}');
}

static void write_outputs(struct gh_buf *out, const struct gh_policy_explanation *explanation)
{
	const struct gh_facts *facts = explanation->request->facts;
	const struct gh_decision *decision = explanation->decision;

	open_list(out, "outputs");
	for (size_t i = 0; i < decision->mask_count; i++) {
		open_object(out, NULL);
		field(out, "name", facts->outputs[i].name);
		field_origins(out, "origins", facts->outputs[i].origins,
			      facts->outputs[i].origin_count);
		field_truth(out, "unknown", !facts->outputs_known ||
			   (facts->outputs[i].flags & GH_LINEAGE_UNKNOWN) != 0);
		write_mask(out, "mask", &decision->masks[i]);
		gh_buf_append_char(out, '}');
	}
	gh_buf_append_char(out, ']');
	field_truth(out, "masks_apply", decision->masks_apply);
	write_mask(out, "unknown_mask", &decision->unknown_mask);
}

static void write_json(const struct gh_policy_explanation *explanation, struct gh_buf *out)
{
	const struct gh_decision *decision = explanation->decision;

	gh_buf_append_char(out, '{');
	open_object(out, "policy");
	field(out, "name", gh_policy_name(explanation->policy));
	field(out, "title", explanation->policy->title);
	field(out, "digest", gh_policy_digest(explanation->policy));
	field_truth(out, "detection", explanation->decision->detects);
	gh_buf_append_char(out, '}');
	field(out, "verdict", gh_policy_verdict_name(decision->verdict));
	field(out, "rule", decision->rule);
	field(out, "message", decision->message);
	field(out, "inference",
	      gh_policy_word_text(gh_policy_inferences, (unsigned)decision->inference));
	write_facts(out, &explanation->views[0]);
	open_list(out, "views");
	for (size_t i = 0; i < explanation->view_count; i++)
		write_view(out, explanation, i);
	gh_buf_append_char(out, ']');
	write_outputs(out, explanation);
	gh_buf_append_char(out, '}');
}

enum gh_status gh_policy_explain(const struct gh_policy *policy,
				 const struct gh_policy_request *request,
				 enum gh_policy_form form, struct gh_buf *out, struct gh_error *err)
{
	struct gh_policy_view views[GH_POLICY_VIEWS];
	struct gh_decision decision;
	struct gh_buf text;
	enum gh_status status = gh_policy_decide(policy, request, &decision, err);

	gh_buf_init(&text, 0);
	if (status == GH_OK) {
		struct gh_policy_explanation explanation = {
			policy, request, &decision, views,
			gh_policy_views_init(views, policy, request)
		};

		if (form == GH_POLICY_JSON)
			write_json(&explanation, &text);
		else
			gh_policy_write_text(&explanation, &text);
		status = gh_buf_status(&text, err);
	}
	if (status == GH_OK) {
		gh_buf_append(out, text.bytes, text.length);
		status = gh_buf_status(out, err);
	}
	gh_buf_clear(&text);
	gh_policy_decision_clear(&decision);
	return status;
}
