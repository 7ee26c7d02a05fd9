/*
 * Does one rule say something about one statement?
 */
#include "internal.h"

#include <string.h>

/* ---- facts --------------------------------------------------------------------- */

/* Actions that the kind does not explain: another statement is inside. */
static unsigned hidden_actions(const struct gh_policy_view *view)
{
	if ((view->facts->flags & (GH_FACT_MULTI | GH_FACT_OPAQUE)) != 0)
		return view->actions;
	return view->actions & ~gh_policy_kind_actions(view->facts->kind);
}

static enum gh_policy_answer match_kinds(const struct gh_policy_view *view, unsigned kinds)
{
	const struct gh_facts *facts = view->facts;
	unsigned hidden = hidden_actions(view);

	if (facts->kind == GH_KIND_UNKNOWN || (unsigned)facts->kind >= GH_KIND_COUNT)
		return kinds == 1u << GH_KIND_UNKNOWN ? GH_POLICY_YES : GH_POLICY_MAYBE;
	if ((kinds & 1u << facts->kind) != 0)
		return (facts->flags & GH_FACT_MULTI) != 0 ? GH_POLICY_MAYBE : GH_POLICY_YES;
	for (unsigned kind = GH_KIND_SELECT; kind < GH_KIND_COUNT; kind++)
		if ((kinds & 1u << kind) != 0 &&
		    (hidden & gh_policy_kind_actions((enum gh_kind)kind)) != 0)
			return GH_POLICY_MAYBE;
	return GH_POLICY_NO;
}

static enum gh_policy_answer match_where(const struct gh_policy_view *view, unsigned wheres)
{
	const struct gh_facts *facts = view->facts;
	enum gh_policy_answer answer =
		match_kinds(view, 1u << GH_KIND_UPDATE | 1u << GH_KIND_DELETE);

	if (answer == GH_POLICY_NO)
		return answer;
	if ((unsigned)facts->where <= GH_WHERE_REAL && (wheres & 1u << facts->where) != 0)
		return answer;
	if (facts->kind == GH_KIND_UNKNOWN ||
	    (facts->flags & (GH_FACT_OPAQUE | GH_FACT_MULTI)) != 0)
		return GH_POLICY_MAYBE;
	return GH_POLICY_NO;
}

static enum gh_policy_answer match_flags(const struct gh_policy_view *view,
					 const struct gh_policy_when *when)
{
	unsigned flags = view->facts->flags;

	if ((flags & when->flags_set) == when->flags_set && (flags & when->flags_none) == 0 &&
	    (when->reaches == 0 || (view->facts->reaches & when->reaches) != 0))
		return GH_POLICY_YES;
	return view->facts->kind == GH_KIND_UNKNOWN ? GH_POLICY_MAYBE : GH_POLICY_NO;
}

static enum gh_policy_answer match_when(const struct gh_policy_view *view,
					const struct gh_policy_when *when)
{
	enum gh_policy_answer answer = match_flags(view, when);

	if (when->kinds != 0)
		answer = gh_policy_least(answer, match_kinds(view, when->kinds));
	if (when->where != 0)
		answer = gh_policy_least(answer, match_where(view, when->where));
	return answer;
}

static enum gh_policy_answer match_whens(const struct gh_policy_view *view,
					 const struct gh_policy_rule *rule)
{
	enum gh_policy_answer best = GH_POLICY_NO;

	if (rule->when_count == 0)
		return GH_POLICY_YES;
	for (size_t i = 0; best != GH_POLICY_YES && i < rule->when_count; i++) {
		enum gh_policy_answer answer = match_when(view, &rule->whens[i]);

		if (answer > best)
			best = answer;
	}
	return best;
}

/* A statement that does nothing, such as COMMIT, is denied only together with everything. */
static bool has_action(const struct gh_policy_view *view, const struct gh_policy_rule *rule)
{
	if (view->actions == 0)
		return rule->verdict == GH_VERDICT_ALLOW || rule->actions == GH_ACTION_ALL;
	return (rule->actions & view->actions) != 0;
}

struct gh_policy_match gh_policy_rule_base(const struct gh_policy_view *view,
					   const struct gh_policy_rule *rule)
{
	struct gh_policy_match match = { GH_POLICY_NO, GH_POLICY_OTHER_ACTION };
	enum gh_policy_answer whens;

	if (!has_action(view, rule))
		return match;
	match.answer = gh_policy_scope_match(view, &rule->scope);
	match.reason = GH_POLICY_OTHER_SCOPE;
	if (match.answer == GH_POLICY_NO)
		return match;
	whens = match_whens(view, rule);
	if (whens < match.answer)
		match.reason = GH_POLICY_OTHER_FACTS;
	match.answer = gh_policy_least(match.answer, whens);
	if (match.answer == GH_POLICY_YES)
		match.reason = GH_POLICY_MATCHES;
	return match;
}

/* ---- tables ---------------------------------------------------------------------- */

unsigned gh_policy_use_actions(const struct gh_policy_view *view, const struct gh_table_use *use)
{
	unsigned actions = GH_ACTION_DCL | GH_ACTION_CALL | GH_ACTION_ADMIN;

	if (use->access == 0)
		return view->actions;
	if ((use->access & GH_ACCESS_READ) != 0)
		actions |= GH_ACTION_READ | GH_ACTION_EXPORT;
	if ((use->access & GH_ACCESS_WRITE) != 0)
		actions |= GH_ACTION_WRITE | GH_ACTION_DELETE | GH_ACTION_DDL;
	return actions & view->actions;
}

static enum gh_policy_answer match_use(const struct gh_policy_view *view,
				       const struct gh_policy_rule *rule,
				       const struct gh_table_use *use)
{
	const struct gh_origin origin = { use->catalog, use->schema, use->table, NULL };

	return gh_policy_objects_match(&rule->tables, view->target, &origin);
}

static bool means_every_table(const struct gh_policy_rule *rule, const struct gh_policy_view *view)
{
	static const struct gh_origin unknown = { NULL, NULL, NULL, NULL };

	return rule->tables.count == 0 ||
	       gh_policy_objects_match(&rule->tables, view->target, &unknown) == GH_POLICY_YES;
}

bool gh_policy_rule_covers(const struct gh_policy_view *view, const struct gh_policy_rule *rule,
			   const struct gh_table_use *use)
{
	if (means_every_table(rule, view))
		return true;
	return use != NULL && match_use(view, rule, use) == GH_POLICY_YES;
}

static enum gh_policy_answer match_tables(const struct gh_policy_view *view,
					  const struct gh_policy_rule *rule)
{
	const struct gh_facts *facts = view->facts;
	unsigned actions = rule->actions & view->actions, seen = 0;
	enum gh_policy_answer best = GH_POLICY_NO;

	if (means_every_table(rule, view))
		return GH_POLICY_YES;
	for (size_t i = 0; i < facts->table_count; i++) {
		unsigned part = gh_policy_use_actions(view, &facts->tables[i]) & actions;
		enum gh_policy_answer answer;

		seen |= part;
		if (part == 0)
			continue;
		answer = match_use(view, rule, &facts->tables[i]);
		if (answer > best)
			best = answer;
	}
	/* DROP SCHEMA and the like name no table and touch many */
	if (!facts->tables_known || ((actions & ~seen) & (GH_ACTION_DDL | GH_ACTION_DCL)) != 0)
		return best > GH_POLICY_MAYBE ? best : GH_POLICY_MAYBE;
	return best;
}

/* ---- columns ------------------------------------------------------------------------ */

static enum gh_policy_answer match_column(const struct gh_policy_view *view,
					  const struct gh_policy_rule *rule,
					  const struct gh_origin *origin)
{
	enum gh_policy_answer best =
		gh_policy_objects_match(&rule->columns, view->target, origin);

	for (size_t i = 0; best != GH_POLICY_YES && i < rule->tags.count; i++) {
		const struct gh_policy_tag *tag = &view->policy->tags[rule->tags.items[i]];
		enum gh_policy_answer answer =
			gh_policy_objects_match(&tag->columns, view->target, origin);

		if (answer > best)
			best = answer;
	}
	return best;
}

static enum gh_policy_answer match_origins(const struct gh_policy_view *view,
					   const struct gh_policy_rule *rule,
					   const struct gh_origin *origins, size_t count)
{
	enum gh_policy_answer best = GH_POLICY_NO;

	for (size_t i = 0; best != GH_POLICY_YES && i < count; i++) {
		enum gh_policy_answer answer = match_column(view, rule, &origins[i]);

		if (answer > best)
			best = answer;
	}
	return best;
}

static enum gh_policy_answer most(enum gh_policy_answer a, enum gh_policy_answer b)
{
	return a > b ? a : b;
}

static bool lineage_unknown(size_t origin_count, unsigned flags)
{
	if ((flags & GH_LINEAGE_UNKNOWN) != 0)
		return true;
	return origin_count == 0 && (flags & (GH_LINEAGE_CONSTANT | GH_LINEAGE_AGGREGATE)) == 0;
}

/* Columns whose values are shown, used or copied. */
static enum gh_policy_answer match_reads(const struct gh_policy_view *view,
					 const struct gh_policy_rule *rule)
{
	const struct gh_facts *facts = view->facts;
	enum gh_policy_answer best =
		match_origins(view, rule, facts->inference, facts->inference_count);

	if (!facts->outputs_known || !facts->inference_known || !facts->flows_known)
		best = most(best, GH_POLICY_MAYBE);
	for (size_t i = 0; i < facts->output_count; i++) {
		const struct gh_output *output = &facts->outputs[i];

		best = most(best, match_origins(view, rule, output->origins, output->origin_count));
		if (lineage_unknown(output->origin_count, output->flags))
			best = most(best, GH_POLICY_MAYBE);
	}
	for (size_t i = 0; i < facts->flow_count; i++) {
		const struct gh_flow *flow = &facts->flows[i];

		best = most(best, match_origins(view, rule, flow->origins, flow->origin_count));
		if ((flow->flags & GH_LINEAGE_UNKNOWN) != 0)
			best = most(best, GH_POLICY_MAYBE);
	}
	return best;
}

static enum gh_policy_answer match_writes(const struct gh_policy_view *view,
					  const struct gh_policy_rule *rule)
{
	const struct gh_facts *facts = view->facts;
	enum gh_policy_answer best = facts->flows_known ? GH_POLICY_NO : GH_POLICY_MAYBE;

	for (size_t i = 0; i < facts->flow_count; i++)
		best = most(best, match_column(view, rule, &facts->flows[i].target));
	return best;
}

/* DELETE, DROP, CALL and the like name no columns: every column of their tables. */
static enum gh_policy_answer match_whole_tables(const struct gh_policy_view *view,
						const struct gh_policy_rule *rule,
						unsigned actions)
{
	const struct gh_facts *facts = view->facts;
	enum gh_policy_answer best = facts->tables_known ? GH_POLICY_NO : GH_POLICY_MAYBE;

	for (size_t i = 0; i < facts->table_count; i++) {
		const struct gh_table_use *use = &facts->tables[i];
		const struct gh_origin origin = { use->catalog, use->schema, use->table, NULL };

		if ((gh_policy_use_actions(view, use) & actions) != 0)
			best = most(best, match_column(view, rule, &origin));
	}
	return best;
}

static enum gh_policy_answer match_columns(const struct gh_policy_view *view,
					   const struct gh_policy_rule *rule)
{
	const unsigned reads = GH_ACTION_READ | GH_ACTION_EXPORT;
	unsigned actions = rule->actions & view->actions;
	enum gh_policy_answer best = GH_POLICY_NO;

	if (rule->columns.count == 0 && rule->tags.count == 0)
		return GH_POLICY_YES;
	if ((actions & reads) != 0)
		best = match_reads(view, rule);
	if ((actions & GH_ACTION_WRITE) != 0)
		best = most(best, match_writes(view, rule));
	if ((actions & ~(reads | GH_ACTION_WRITE)) != 0)
		best = most(best, match_whole_tables(view, rule,
						     actions & ~(reads | GH_ACTION_WRITE)));
	return best;
}

struct gh_policy_match gh_policy_rule_restricts(const struct gh_policy_view *view,
						const struct gh_policy_rule *rule)
{
	struct gh_policy_match match = gh_policy_rule_base(view, rule);
	enum gh_policy_answer answer;

	if (match.answer == GH_POLICY_NO)
		return match;
	answer = match_tables(view, rule);
	if (answer < match.answer)
		match = (struct gh_policy_match){ answer, GH_POLICY_OTHER_TABLE };
	if (answer == GH_POLICY_NO)
		return match;
	answer = match_columns(view, rule);
	if (answer < match.answer)
		match = (struct gh_policy_match){ answer, GH_POLICY_OTHER_COLUMN };
	return match;
}
