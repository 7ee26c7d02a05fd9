/*
 * Row filters: which conditions hold for a table that a principal reads or
 * changes.  All of them together; the order never matters.
 */
#include "document.h"

#include <string.h>

enum gh_status gh_policy_read_filter(struct gh_policy_reader *reader, const xmlNode *node,
				     struct gh_policy_filter *filter)
{
	enum gh_status status = gh_policy_read_name(reader, node, &filter->name);
	unsigned rows = GH_VERDICT_DENY;
	const char *problem;

	filter->line = gh_policy_document_place(reader->document, node).line;
	if (status == GH_OK)
		status = gh_policy_read_scope(reader, node, &filter->scope);
	if (status == GH_OK)
		status = gh_policy_read_objects(reader, node, "table", &filter->tables);
	if (status == GH_OK)
		status = gh_policy_read_text(reader, node, "condition", &filter->condition);
	if (status == GH_OK)
		status = gh_policy_read_word(reader, node, "new-rows", gh_policy_verdicts, &rows);
	if (status != GH_OK)
		return status;
	filter->frees_rows = rows == GH_VERDICT_ALLOW;
	problem = gh_policy_condition_problem(filter->condition == NULL ? "" : filter->condition);
	if (filter->tables.count == 0)
		problem = "it needs at least one <table>";
	if (problem == NULL)
		return GH_OK;
	return gh_policy_document_fail(reader->document, node, reader->err,
				       "filter %s cannot be used: %s", filter->name, problem);
}

bool gh_policy_has_filters(const struct gh_policy *policy, const struct gh_policy_request *request)
{
	struct gh_policy_view views[GH_POLICY_VIEWS];
	size_t count;

	if (policy->filter_count == 0)
		return false;
	count = gh_policy_views_init(views, policy, request);
	for (size_t v = 0; v < count; v++)
		for (size_t i = 0; i < policy->filter_count; i++)
			if (gh_policy_scope_match(&views[v], &policy->filters[i].scope) !=
			    GH_POLICY_NO)
				return true;
	return false;
}

/* Does it hold for one of the views?  What restricts needs only be possible. */
static bool holds(const struct gh_policy_view *views, size_t count,
		  const struct gh_policy_filter *filter, const struct gh_table_use *use)
{
	const struct gh_origin table = { use->catalog, use->schema, use->table, NULL };

	for (size_t v = 0; v < count; v++)
		if (gh_policy_scope_match(&views[v], &filter->scope) != GH_POLICY_NO &&
		    gh_policy_objects_match(&filter->tables, views[v].target, &table) !=
			    GH_POLICY_NO)
			return true;
	return false;
}

enum gh_status gh_policy_filter_table(const struct gh_policy *policy,
				      const struct gh_policy_request *request,
				      const struct gh_table_use *use, struct gh_buf *condition,
				      struct gh_error *err)
{
	struct gh_policy_view views[GH_POLICY_VIEWS];
	size_t count;

	if (policy->filter_count == 0)
		return GH_OK;
	count = gh_policy_views_init(views, policy, request);
	for (size_t i = 0; i < policy->filter_count; i++) {
		const struct gh_policy_filter *filter = &policy->filters[i];

		if (!holds(views, count, filter, use))
			continue;
		if (condition->length > 0)
			(void)gh_buf_append_text(condition, " AND ");
		(void)gh_buf_printf(condition, "(%s)", filter->condition);
	}
	return gh_buf_status(condition, err);
}

bool gh_policy_filter_admits(const struct gh_policy *policy,
			     const struct gh_policy_request *request,
			     const struct gh_table_use *use, const struct gh_policy_row *row)
{
	struct gh_policy_view views[GH_POLICY_VIEWS];
	size_t count = gh_policy_views_init(views, policy, request);

	for (size_t i = 0; i < policy->filter_count; i++) {
		const struct gh_policy_filter *filter = &policy->filters[i];

		if (!filter->frees_rows && holds(views, count, filter, use) &&
		    (row == NULL || !gh_policy_condition_admits(filter->condition, row)))
			return false;
	}
	return true;
}

static enum gh_policy_answer match_uses(const struct gh_policy_view *view,
					const struct gh_policy_filter *filter)
{
	enum gh_policy_answer best = view->facts->tables_known ? GH_POLICY_NO : GH_POLICY_MAYBE;

	for (size_t i = 0; i < view->facts->table_count; i++) {
		const struct gh_table_use *use = &view->facts->tables[i];
		const struct gh_origin table = { use->catalog, use->schema, use->table, NULL };
		enum gh_policy_answer answer =
			gh_policy_objects_match(&filter->tables, view->target, &table);

		best = answer > best ? answer : best;
	}
	return best;
}

struct gh_policy_finding gh_policy_find_filter(const struct gh_policy_view *view, size_t index)
{
	const struct gh_policy_filter *filter = &view->policy->filters[index];
	struct gh_policy_finding finding = { gh_policy_scope_match(view, &filter->scope), NULL };
	enum gh_policy_answer tables = match_uses(view, filter);

	if (finding.answer == GH_POLICY_NO) {
		finding.why = gh_policy_scope_text(view, &filter->scope);
		return finding;
	}
	if (tables == GH_POLICY_NO)
		finding.why = "the statement uses none of its tables";
	else if (finding.answer == GH_POLICY_MAYBE)
		finding.why = "it could match: not enough is known of the principal or the target";
	else if (tables == GH_POLICY_MAYBE)
		finding.why = "it could match: not enough is known of the tables";
	else
		finding.why = "rows of its tables must meet its condition";
	finding.answer = gh_policy_least(finding.answer, tables);
	return finding;
}
