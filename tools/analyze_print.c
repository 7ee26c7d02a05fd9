/*
 * Facts as `gatehouse analyze` shows them: one JSON object (doc/analyze.md), or
 * lines for people.
 */
#include <string.h>

#include "cmd_analyze.h"

static const char *const where_names[] = {
	[GH_WHERE_ABSENT] = "none", [GH_WHERE_TRIVIAL] = "trivial", [GH_WHERE_REAL] = "real",
};

bool gh_tool_analyze_refuses(const struct gh_facts *facts)
{
	return (facts->flags & GH_FACT_AMBIGUOUS) != 0 && facts->kind == GH_KIND_UNKNOWN;
}

/* Several statements that are understood are not opaque, though outputs are not told. */
static bool opaque(const struct gh_facts *facts)
{
	for (size_t i = 0; i < facts->statement_count; i++)
		if (facts->statements[i].opaque)
			return true;
	return facts->statement_count == 0;
}

/* ---- pieces ---------------------------------------------------------------- */

static void table_name(struct gh_buf *out, const char *catalog, const char *schema,
		       const char *table)
{
	const char *const parts[] = { catalog, schema, table };

	for (size_t i = 0; i < 3; i++) {
		if (parts[i] == NULL)
			continue;
		gh_buf_append_text(out, parts[i]);
		if (i < 2)
			gh_buf_append_char(out, '.');
	}
}

static void column_name(struct gh_buf *out, const struct gh_origin *origin)
{
	table_name(out, origin->catalog, origin->schema, origin->table);
	gh_buf_append_char(out, '.');
	gh_buf_append_text(out, origin->column);
}

static void quoted_column(struct gh_buf *out, const struct gh_origin *origin)
{
	struct gh_buf name;

	gh_buf_init(&name, 0);
	column_name(&name, origin);
	gh_json_string(out, gh_buf_span(&name));
	gh_buf_clear(&name);
}

static void key(struct gh_buf *out, const char *name)
{
	gh_buf_append_char(out, ',');
	gh_json_text(out, name);
	gh_buf_append_char(out, ':');
}

/* `bits`: not 0 is true. */
static void truth(struct gh_buf *out, const char *name, unsigned bits)
{
	key(out, name);
	gh_buf_append_text(out, bits != 0 ? "true" : "false");
}

static void origins(struct gh_buf *out, const struct gh_origin *list, size_t count)
{
	gh_buf_append_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			gh_buf_append_char(out, ',');
		quoted_column(out, &list[i]);
	}
	gh_buf_append_char(out, ']');
}

/* The kind where it is one of the documented ones, else the statement's first word. */
static const char *kind_name(const struct gh_statement_fact *statement)
{
	static const char *const own[] = { "EXEC", "EXECUTE", "DO", "PREPARE", "DESCRIBE", "USE",
					   "PRAGMA", "RESET", "DISCARD", "LOAD", "BULK", "DENY",
					   "RENAME" };

	if (statement->verb == NULL)
		return gh_sql_kind_name(statement->kind);
	if (statement->kind == GH_KIND_OTHER || statement->kind == GH_KIND_UNKNOWN)
		return statement->verb;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(own[i], statement->verb) == 0)
			return own[i];
	return gh_sql_kind_name(statement->kind);
}

/* ---- one object ------------------------------------------------------------ */

static void put_kinds(struct gh_buf *out, const struct gh_facts *facts)
{
	key(out, "kinds");
	gh_buf_append_char(out, '[');
	for (size_t i = 0; i < facts->statement_count; i++) {
		if (i > 0)
			gh_buf_append_char(out, ',');
		gh_json_text(out, kind_name(&facts->statements[i]));
	}
	gh_buf_append_char(out, ']');
}

static void put_tables(struct gh_buf *out, const struct gh_facts *facts, const char *name,
		       enum gh_access access)
{
	bool first = true;
	struct gh_buf table;

	key(out, name);
	gh_buf_append_char(out, '[');
	for (size_t i = 0; i < facts->table_count; i++) {
		const struct gh_table_use *use = &facts->tables[i];

		if ((use->access & (unsigned)access) == 0)
			continue;
		if (!first)
			gh_buf_append_char(out, ',');
		first = false;
		gh_buf_init(&table, 0);
		table_name(&table, use->catalog, use->schema, use->table);
		gh_json_string(out, gh_buf_span(&table));
		gh_buf_clear(&table);
	}
	gh_buf_append_char(out, ']');
}

static void put_output(struct gh_buf *out, const struct gh_output *output)
{
	gh_buf_append_text(out, "{\"name\":");
	gh_json_text(out, output->name);
	key(out, "origins");
	origins(out, output->origins, output->origin_count);
	truth(out, "unknown", output->flags & GH_LINEAGE_UNKNOWN);
	truth(out, "derived", output->flags & GH_LINEAGE_DERIVED);
	gh_buf_append_char(out, '}');
}

/* What CREATE .. AS makes has the columns that flow into it. */
static bool put_created(struct gh_buf *out, const struct gh_facts *facts)
{
	if (facts->statement_count != 1 || facts->statements[0].kind != GH_KIND_CREATE ||
	    facts->output_count > 0 || facts->flow_count == 0)
		return false;
	for (size_t i = 0; i < facts->flow_count; i++) {
		const struct gh_flow *flow = &facts->flows[i];
		const struct gh_output output = { flow->target.column, flow->origins,
						  flow->origin_count, flow->flags };

		if (i > 0)
			gh_buf_append_char(out, ',');
		put_output(out, &output);
	}
	return true;
}

/* A result whose width is not known is one output of that name. */
static void put_outputs(struct gh_buf *out, const struct gh_facts *facts)
{
	static const struct gh_output any = { "*", NULL, 0, GH_LINEAGE_UNKNOWN };

	key(out, "outputs");
	gh_buf_append_char(out, '[');
	for (size_t i = 0; i < facts->output_count; i++) {
		if (i > 0)
			gh_buf_append_char(out, ',');
		put_output(out, &facts->outputs[i]);
	}
	if (!put_created(out, facts) && facts->output_count == 0 && !facts->outputs_known)
		put_output(out, &any);
	gh_buf_append_char(out, ']');
}

/* Flows of one target column are one entry. */
static void put_flow(struct gh_buf *out, const struct gh_facts *facts, size_t at)
{
	bool first = true;

	quoted_column(out, &facts->flows[at].target);
	gh_buf_append_text(out, ":[");
	for (size_t i = at; i < facts->flow_count; i++) {
		const struct gh_flow *flow = &facts->flows[i];

		if (flow->target.table != facts->flows[at].target.table ||
		    strcmp(flow->target.column, facts->flows[at].target.column) != 0)
			continue;
		for (size_t j = 0; j < flow->origin_count; j++) {
			if (!first)
				gh_buf_append_char(out, ',');
			first = false;
			quoted_column(out, &flow->origins[j]);
		}
	}
	gh_buf_append_char(out, ']');
}

static bool seen(const struct gh_facts *facts, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (facts->flows[i].target.table == facts->flows[at].target.table &&
		    strcmp(facts->flows[i].target.column, facts->flows[at].target.column) == 0)
			return true;
	return false;
}

static void put_flows(struct gh_buf *out, const struct gh_facts *facts)
{
	bool first = true;
	bool known = facts->flows_known;

	key(out, "write_lineage");
	gh_buf_append_char(out, '{');
	for (size_t i = 0; i < facts->flow_count; i++) {
		known = known && (facts->flows[i].flags & GH_LINEAGE_UNKNOWN) == 0;
		if (seen(facts, i))
			continue;
		if (!first)
			gh_buf_append_char(out, ',');
		first = false;
		put_flow(out, facts, i);
	}
	gh_buf_append_char(out, '}');
	truth(out, "write_lineage_known", known);
}

static void put_reaches(struct gh_buf *out, const struct gh_facts *facts)
{
	const char *name;
	size_t count = 0;

	key(out, "reaches");
	gh_buf_append_char(out, '[');
	for (unsigned bit = 1; (name = gh_sql_reach_name(bit)) != NULL; bit <<= 1) {
		if ((facts->reaches & bit) == 0)
			continue;
		if (count++ > 0)
			gh_buf_append_char(out, ',');
		gh_json_text(out, name);
	}
	gh_buf_append_char(out, ']');
}

void gh_tool_analyze_json(struct gh_buf *out, const char *id, const struct gh_facts *facts)
{
	gh_buf_append_text(out, "{\"id\":");
	gh_json_text(out, id);
	gh_buf_append_text(out, ",\"status\":\"ok\"");
	key(out, "reason");
	gh_json_text(out, facts->reason);
	put_kinds(out, facts);
	put_tables(out, facts, "reads", GH_ACCESS_READ);
	put_tables(out, facts, "writes", GH_ACCESS_WRITE);
	truth(out, "tables_known", facts->tables_known);
	put_outputs(out, facts);
	put_flows(out, facts);
	key(out, "inference");
	origins(out, facts->inference, facts->inference_count);
	truth(out, "inference_known", facts->inference_known);
	key(out, "where");
	gh_json_text(out, where_names[facts->where]);
	truth(out, "limit", facts->flags & GH_FACT_LIMITED);
	key(out, "functions");
	gh_buf_append_char(out, '[');
	for (size_t i = 0; i < facts->function_count; i++) {
		if (i > 0)
			gh_buf_append_char(out, ',');
		gh_json_text(out, facts->functions[i]);
	}
	gh_buf_append_char(out, ']');
	key(out, "markers");
	gh_buf_printf(out, "%zu", facts->marker_count);
	truth(out, "dangerous", facts->flags & GH_FACT_DANGEROUS);
	put_reaches(out, facts);
	truth(out, "opaque", opaque(facts));
	gh_buf_append_char(out, '}');
}

void gh_tool_analyze_refused(struct gh_buf *out, const char *id, const char *reason)
{
	gh_buf_append_text(out, "{\"id\":");
	gh_json_text(out, id);
	gh_buf_append_text(out, ",\"status\":\"refused\"");
	key(out, "reason");
	gh_json_text(out, reason);
	gh_buf_append_char(out, '}');
}

/* ---- for people ------------------------------------------------------------ */

static void text_origins(struct gh_buf *out, const struct gh_origin *list, size_t count,
			 unsigned flags)
{
	for (size_t i = 0; i < count; i++) {
		gh_buf_append_text(out, i > 0 ? ", " : "");
		column_name(out, &list[i]);
	}
	if ((flags & GH_LINEAGE_UNKNOWN) != 0)
		gh_buf_append_text(out, count > 0 ? ", and perhaps others" : "unknown");
	else if (count == 0)
		gh_buf_append_text(out, "no column");
	gh_buf_append_char(out, '\n');
}

static void text_tables(struct gh_buf *out, const struct gh_facts *facts)
{
	for (size_t i = 0; i < facts->table_count; i++) {
		const struct gh_table_use *use = &facts->tables[i];
		bool writes = (use->access & GH_ACCESS_WRITE) != 0;

		gh_buf_append_text(out, writes ? "Writes:    " : "Reads:     ");
		table_name(out, use->catalog, use->schema, use->table);
		if (writes && (use->access & GH_ACCESS_READ) != 0)
			gh_buf_append_text(out, " (and reads it)");
		gh_buf_append_char(out, '\n');
	}
	if (!facts->tables_known)
		gh_buf_append_text(out, "           and perhaps other tables\n");
}

static void text_lineage(struct gh_buf *out, const struct gh_facts *facts)
{
	for (size_t i = 0; i < facts->output_count; i++) {
		const struct gh_output *output = &facts->outputs[i];

		gh_buf_printf(out, "Output %zu:  %s <- ", i + 1,
			      output->name == NULL ? "(no name)" : output->name);
		text_origins(out, output->origins, output->origin_count, output->flags);
	}
	if (!facts->outputs_known)
		gh_buf_append_text(out, "Outputs:   their number is not known\n");
	for (size_t i = 0; i < facts->flow_count; i++) {
		gh_buf_append_text(out, "Into:      ");
		column_name(out, &facts->flows[i].target);
		gh_buf_append_text(out, " <- ");
		text_origins(out, facts->flows[i].origins, facts->flows[i].origin_count,
			     facts->flows[i].flags);
	}
	gh_buf_append_text(out, "Used only: ");
	text_origins(out, facts->inference, facts->inference_count,
		     facts->inference_known ? 0 : GH_LINEAGE_UNKNOWN);
}

static void text_reaches(struct gh_buf *out, const struct gh_facts *facts)
{
	const char *name;

	gh_buf_append_text(out, "Reaches:  ");
	for (unsigned bit = 1; (name = gh_sql_reach_name(bit)) != NULL; bit <<= 1)
		if ((facts->reaches & bit) != 0)
			gh_buf_printf(out, " %s", name);
	gh_buf_append_char(out, '\n');
}

void gh_tool_analyze_text(struct gh_buf *out, const struct gh_facts *facts)
{
	gh_buf_append_text(out, "Kind:      ");
	for (size_t i = 0; i < facts->statement_count; i++)
		gh_buf_printf(out, "%s%s", i > 0 ? ", " : "", kind_name(&facts->statements[i]));
	gh_buf_append_char(out, '\n');
	text_tables(out, facts);
	text_lineage(out, facts);
	gh_buf_printf(out, "WHERE:     %s\nMarkers:   %zu\n", where_names[facts->where],
		      facts->marker_count);
	if ((facts->flags & GH_FACT_DANGEROUS) != 0)
		gh_buf_append_text(out, "Dangerous: yes\n");
	if (facts->reaches != 0)
		text_reaches(out, facts);
	if (facts->reason != NULL)
		gh_buf_printf(out, "Opaque:    %s\n", facts->reason);
}
