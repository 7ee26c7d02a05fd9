/*
 * One analysis from text to facts: reads the text in every mode that is
 * possible, splits it into statements, has each classified and understood, and
 * says what is not.
 */
#include <string.h>

#include "internal.h"

/* The facts and the memory they live in. */
struct result {
	struct gh_facts facts; /* first, so that its address is the result's */
	struct gh_arena *arena;
};

void gh_sql_facts_free(struct gh_facts *facts)
{
	if (facts != NULL)
		gh_arena_free(((struct result *)(void *)facts)->arena);
}

/* ---- opaque -------------------------------------------------------------- */

static void forget_lineage(struct gh_sql_analysis *analysis)
{
	struct gh_facts *facts = analysis->facts;

	facts->flags |= GH_FACT_OPAQUE;
	facts->flags &= ~(unsigned)(GH_FACT_LIMITED | GH_FACT_EMPTY_PROBE);
	facts->tables_known = false;
	facts->outputs_known = false;
	facts->inference_known = false;
	facts->flows_known = false;
	facts->outputs = NULL;
	facts->output_count = 0;
	facts->where = GH_WHERE_ABSENT;
}

static void make_opaque(struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	forget_lineage(analysis);
	analysis->facts->actions |= gh_sql_scan_actions(analysis, first, end);
	gh_sql_scan_tables(analysis, first, end);
}

/* ---- facts from lineage -------------------------------------------------- */

bool gh_sql_shape_show(struct gh_sql_analysis *analysis, const struct gh_sql_shape *shape)
{
	struct gh_facts *facts = analysis->facts;
	struct gh_output *outputs =
		gh_sql_alloc(analysis, (shape->count + 1) * sizeof(*outputs));

	if (outputs == NULL)
		return false;
	for (size_t i = 0; i < shape->count; i++) {
		const struct gh_sql_column *column = &shape->columns[i];

		outputs[i].name = column->name.bytes == NULL ? NULL :
							gh_sql_text(analysis, column->name);
		outputs[i].origins = gh_sql_set_origins(analysis, &column->set);
		outputs[i].origin_count = column->set.count;
		outputs[i].flags = column->set.flags;
		if (outputs[i].origins == NULL)
			return false;
	}
	facts->outputs = outputs;
	facts->output_count = shape->count;
	facts->outputs_known = shape->known;
	return gh_sql_set_add_rest(analysis, &analysis->inference, &analysis->reads, &shape->all);
}

/* Writing there may change any table. */
static bool is_catalog(const struct gh_sql_relation *relation)
{
	const struct gh_span schema = gh_span_from(relation->schema);

	return gh_span_equal_nocase(schema, GH_SPAN_LITERAL("pg_catalog")) ||
	       gh_span_equal_nocase(schema, GH_SPAN_LITERAL("information_schema"));
}

/* Is all that is read and written through it known? */
static bool is_governed(const struct gh_sql_relation *relation)
{
	if (is_catalog(relation) && (relation->access & GH_ACCESS_WRITE) != 0)
		return false;
	if (relation->kind == GH_SQL_RELATION_VIEW)
		return (relation->access & GH_ACCESS_WRITE) == 0;
	if (relation->created && (relation->access & GH_ACCESS_READ) == 0)
		return true;
	return relation->kind == GH_SQL_RELATION_TABLE ||
	       relation->kind == GH_SQL_RELATION_ASSUMED;
}

static bool fill_tables(struct gh_sql_analysis *analysis)
{
	struct gh_facts *facts = analysis->facts;
	struct gh_table_use *uses;
	size_t count = 0;

	if (!gh_sql_view_kin(analysis))
		return false;
	for (const struct gh_sql_relation *r = analysis->relations; r != NULL; r = r->next)
		count++;
	uses = gh_sql_alloc(analysis, (count + 1) * sizeof(*uses));
	if (uses == NULL)
		return false;
	count = 0;
	for (const struct gh_sql_relation *r = analysis->relations; r != NULL; r = r->next) {
		if (r->written.count == 0 && r->access == 0)
			continue; /* of a definition that is not read */
		uses[count++] = (struct gh_table_use){ r->catalog, r->schema, r->table, r->access };
		if (!is_governed(r))
			facts->tables_known = false;
		if ((r->access & GH_ACCESS_READ) != 0)
			facts->actions |= GH_ACTION_READ;
	}
	facts->tables = uses;
	facts->table_count = count;
	return true;
}

static bool fill_rest(struct gh_sql_analysis *analysis)
{
	struct gh_facts *facts = analysis->facts;

	facts->inference = gh_sql_set_origins(analysis, &analysis->inference);
	facts->inference_count = analysis->inference.count;
	if ((analysis->inference.flags & GH_LINEAGE_UNKNOWN) != 0)
		facts->inference_known = false;
	facts->flows = analysis->flows;
	facts->flow_count = analysis->flow_count;
	facts->functions = analysis->functions;
	facts->function_count = analysis->function_count;
	return facts->inference != NULL && fill_tables(analysis) &&
	       gh_sql_references_fill(analysis);
}

/* ---- statements that are parsed ------------------------------------------ */

static bool aggregates(const struct gh_sql_select *select)
{
	if (select->grouped)
		return true;
	for (const struct gh_sql_item *item = select->items; item != NULL; item = item->next)
		if (item->expr != NULL && (item->expr->flags & (GH_SQL_EXPR_AGGREGATE |
								GH_SQL_EXPR_UNKNOWN)) != 0)
			return true;
	return false;
}

static void query_flags(struct gh_sql_analysis *analysis, const struct gh_sql_query *query)
{
	const struct gh_sql_select *select = query->arms;
	struct gh_facts *facts = analysis->facts;
	bool single = select->next == NULL && select->nested == NULL;

	if (query->limited)
		facts->flags |= GH_FACT_LIMITED;
	if (single)
		facts->where = gh_sql_where(analysis, select->where);
	if (query->no_rows || (single && !aggregates(select) &&
			       gh_sql_where_false(analysis, select->where)))
		facts->flags |= GH_FACT_EMPTY_PROBE;
}

/* At the end, or where the next statement begins, which may need no semicolon. */
static bool at_end(struct gh_sql_analysis *analysis)
{
	enum gh_sql_keyword keyword = gh_sql_peek_keyword(analysis, 0);

	if (analysis->at == analysis->end)
		return true;
	if ((analysis->dialect->traits & GH_SQL_TRAIT_NO_SEPARATOR) != 0 &&
	    analysis->dialect->mask != 1 && keyword != GH_SQL_KW_WITH &&
	    gh_sql_keyword_statement(keyword) && gh_sql_keyword_reserved(keyword))
		return true;
	return gh_sql_refuse(analysis);
}

static bool understand_query(struct gh_sql_analysis *analysis)
{
	struct gh_sql_query *query = gh_sql_parse_query(analysis);
	struct gh_sql_shape shape = { 0 };

	if (query == NULL || !at_end(analysis) ||
	    !gh_sql_lineage_query(analysis, query, NULL, &shape) ||
	    !gh_sql_shape_show(analysis, &shape))
		return false;
	query_flags(analysis, query);
	return true;
}

static bool understand_dml(struct gh_sql_analysis *analysis)
{
	struct gh_sql_dml *dml = gh_sql_parse_dml(analysis);
	struct gh_sql_shape shape = { 0 };

	if (dml == NULL || !at_end(analysis) ||
	    !gh_sql_lineage_dml(analysis, dml, NULL, &shape) ||
	    !gh_sql_shape_show(analysis, &shape))
		return false;
	analysis->facts->where =
		dml->positioned ? GH_WHERE_REAL : gh_sql_where(analysis, dml->where);
	return true;
}

static bool understand(struct gh_sql_analysis *analysis, enum gh_sql_form form)
{
	switch (form) {
	case GH_SQL_FORM_QUERY:
		return understand_query(analysis);
	case GH_SQL_FORM_DML:
		return understand_dml(analysis);
	case GH_SQL_FORM_CREATE:
		return gh_sql_understand_create(analysis);
	case GH_SQL_FORM_DROP:
		return gh_sql_parse_drop(analysis) && at_end(analysis);
	case GH_SQL_FORM_INNER:
		return gh_sql_understand_inner(analysis);
	case GH_SQL_FORM_DEFINE:
		return gh_sql_understand_define(analysis) && at_end(analysis);
	case GH_SQL_FORM_SIMPLE:
		return gh_sql_parse_simple(analysis) && at_end(analysis);
	case GH_SQL_FORM_SET:
		return gh_sql_understand_set(analysis) && at_end(analysis);
	case GH_SQL_FORM_SHOW:
		return gh_sql_understand_show(analysis);
	case GH_SQL_FORM_OPAQUE:
	default:
		return gh_sql_opaque(analysis, analysis->at, "kind is known, contents are not");
	}
}

/* Its kind and first word, in capitals. */
static bool note_statement(struct gh_sql_analysis *analysis, const struct gh_sql_class *class,
			   size_t end)
{
	struct gh_sql_batch *batch = &analysis->batch;
	const struct gh_sql_token *token = &analysis->tokens.items[class->verb];
	char *verb = NULL;

	batch->items = gh_sql_grow(analysis, batch->items, sizeof(*batch->items), batch->count,
				   &batch->capacity);
	if (batch->items == NULL)
		return false;
	if (class->verb < end && token->kind == GH_SQL_TOKEN_WORD)
		verb = gh_sql_text(analysis, token->keyword == GH_SQL_KW_DESC ?
						     GH_SPAN_LITERAL("DESCRIBE") : token->name);
	for (char *c = verb; c != NULL && *c != '\0'; c++)
		*c = *c >= 'a' && *c <= 'z' ? (char)(*c - ('a' - 'A')) : *c;
	batch->items[batch->count++] = (struct gh_statement_fact){ class->kind, verb, false };
	return true;
}

/* Does a statement begin behind that token of a block? */
static bool begins_inside(const struct gh_sql_token *before)
{
	static const char *const words[] = { "begin", "then", "else", "loop", "do", "as", "is",
					     "try", "catch", "on", NULL };

	return before->symbol == ';' || gh_sql_word_in(before, words);
}

/*
 * Writes in a block or body that is not understood: what flows there is noted, as
 * far as it can be told, and the whole stays opaque.
 */
static void inner_statements(struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	const char *reason = analysis->reason;
	struct gh_sql_class class;

	for (size_t at = first; at < end && analysis->status == GH_OK; at++) {
		struct gh_sql_shape shape = { 0 };
		struct gh_sql_dml *dml;

		if (analysis->tokens.items[at].keyword == GH_SQL_KW_NONE ||
		    !begins_inside(&analysis->tokens.items[at - 1]))
			continue;
		analysis->at = at;
		analysis->end = gh_sql_statement_end(analysis, at);
		analysis->end = analysis->end < end ? analysis->end : end;
		class = gh_sql_classify(analysis, at, analysis->end);
		if (class.form != GH_SQL_FORM_DML)
			continue;
		dml = gh_sql_parse_dml(analysis);
		if (dml != NULL)
			(void)gh_sql_lineage_dml(analysis, dml, NULL, &shape);
		analysis->frame_count = 0;
		analysis->queries = 0;
	}
	analysis->reason = reason;
}

/* A statement that holds others is as bad as the worst of them. */
static void inner_kinds(struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	struct gh_facts *facts = analysis->facts;

	for (size_t at = gh_sql_statement_end(analysis, first) + 1; at < end;) {
		size_t behind = gh_sql_statement_end(analysis, at);
		struct gh_sql_class class;

		behind = behind < end ? behind : end;
		class = gh_sql_classify(analysis, at, behind);
		if (behind > at) {
			facts->kind = gh_sql_worse_kind(facts->kind, class.kind);
			facts->actions |= class.actions;
			facts->flags |= class.flags | GH_FACT_MULTI;
		}
		at = behind + 1;
	}
}

static void one_statement(struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	struct gh_facts *facts = analysis->facts;
	struct gh_sql_class class = gh_sql_classify(analysis, first, end);

	if (!note_statement(analysis, &class, end))
		return;
	facts->kind = analysis->batch.count == 1 ? class.kind :
						   gh_sql_worse_kind(facts->kind, class.kind);
	facts->actions |= class.actions;
	facts->flags |= class.flags;
	gh_sql_reach(analysis, gh_sql_scan_reaches(analysis, &class, first, end));
	gh_sql_scan_settings(analysis, first, end);
	analysis->at = first;
	analysis->end = end;
	if (understand(analysis, class.form))
		return;
	inner_kinds(analysis, first, end);
	make_opaque(analysis, first, end);
	analysis->batch.items[analysis->batch.count - 1].opaque = true;
	inner_statements(analysis, first + 1, end);
	analysis->at = end;
}

/* After it the session may see other names, or read otherwise. */
static bool changes_session(const struct gh_statement_fact *statement)
{
	switch (statement->kind) {
	case GH_KIND_SELECT:
	case GH_KIND_INSERT:
	case GH_KIND_UPDATE:
	case GH_KIND_DELETE:
	case GH_KIND_MERGE:
	case GH_KIND_TRANSACTION:
		return false;
	default:
		return true;
	}
}

/* Several statements: all that they do together, and nothing of their results. */
static void several(struct gh_sql_analysis *analysis)
{
	struct gh_facts *facts = analysis->facts;
	struct gh_facts before = *facts;

	gh_sql_opaque(analysis, 0, "more than one statement");
	forget_lineage(analysis);
	facts->flags |= GH_FACT_MULTI;
	facts->actions |= gh_sql_scan_actions(analysis, 0, analysis->tokens.count);
	for (size_t i = 0; i < analysis->batch.count; i++)
		if (changes_session(&analysis->batch.items[i]))
			return;
	facts->tables_known = before.tables_known;
	facts->inference_known = before.inference_known;
	facts->flows_known = before.flows_known;
}

/* ---- splitting ----------------------------------------------------------- */

/*
 * TRUNCATE and the like are no names where no semicolon is needed: one that stands
 * where an alias may, SELECT 1 TRUNCATE TABLE t, is another statement.
 */
static void hidden_verbs(struct gh_sql_analysis *analysis)
{
	static const char *const verbs[] = { "truncate", "backup", "dump", "writetext",
					     "updatetext", NULL };

	if ((analysis->dialect->traits & GH_SQL_TRAIT_NO_SEPARATOR) == 0)
		return;
	for (size_t at = 1; at < analysis->tokens.count; at++) {
		if (!gh_sql_word_in(&analysis->tokens.items[at], verbs) ||
		    analysis->tokens.items[at - 1].symbol == ';' ||
		    analysis->tokens.items[at - 1].symbol == '.')
			continue;
		gh_sql_opaque(analysis, at, "more than one statement");
		make_opaque(analysis, 0, analysis->tokens.count);
		analysis->facts->flags |= GH_FACT_MULTI;
		analysis->facts->actions |= GH_ACTION_WRITE;
		analysis->facts->kind = gh_sql_worse_kind(analysis->facts->kind,
							  GH_KIND_TRUNCATE);
		return;
	}
}

/* Where no semicolon is needed, a verb anywhere in an opaque text may be another. */
static void hidden_statements(struct gh_sql_analysis *analysis)
{
	if ((analysis->facts->flags & GH_FACT_OPAQUE) == 0 ||
	    (analysis->dialect->traits & GH_SQL_TRAIT_NO_SEPARATOR) == 0)
		return;
	for (size_t at = 1; at < analysis->tokens.count; at++) {
		enum gh_sql_keyword keyword =
			(enum gh_sql_keyword)analysis->tokens.items[at].keyword;

		if (gh_sql_keyword_statement(keyword) && gh_sql_keyword_reserved(keyword))
			analysis->facts->flags |= GH_FACT_MULTI;
	}
}

static void all_statements(struct gh_sql_analysis *analysis)
{
	for (size_t at = 0; at < analysis->tokens.count && analysis->status == GH_OK;) {
		size_t end = gh_sql_whole_end(analysis, at);

		analysis->at = end;
		if (end > at)
			one_statement(analysis, at, end);
		at = analysis->at > at && analysis->at < end ? analysis->at : end + 1;
	}
	analysis->facts->statements = analysis->batch.items;
	analysis->facts->statement_count = analysis->batch.count;
	if (analysis->batch.count == 0) {
		gh_sql_opaque(analysis, 0, "no statement");
		forget_lineage(analysis);
		analysis->facts->actions = GH_ACTION_ALL;
	} else if (analysis->batch.count > 1) {
		several(analysis);
	}
	hidden_verbs(analysis);
	hidden_statements(analysis);
}

/* ---- reading in every possible mode -------------------------------------- */

static bool same_tokens(const struct gh_sql_tokens *a, const struct gh_sql_tokens *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->items[i].start != b->items[i].start ||
		    a->items[i].length != b->items[i].length ||
		    a->items[i].kind != b->items[i].kind)
			return false;
	return true;
}

static void make_ambiguous(struct gh_sql_analysis *analysis)
{
	analysis->facts->flags |= GH_FACT_AMBIGUOUS;
	if (analysis->reason == NULL || analysis->facts->kind == GH_KIND_UNKNOWN)
		analysis->reason = "reads differently in two modes that the target may be in";
	if (analysis->facts->kind == GH_KIND_UNKNOWN) {
		forget_lineage(analysis);
		analysis->facts->actions = GH_ACTION_ALL;
	}
	if (!analysis->facts->outputs_known)
		analysis->facts->flags |= GH_FACT_OPAQUE;
}

/* Analyses the text once more with other tokens, and adds what that gives. */
static bool add_reading(struct gh_sql_analysis *analysis, const struct gh_sql_tokens *tokens,
			unsigned modes)
{
	struct gh_sql_analysis other = { 0 };
	struct gh_facts facts = { .tables_known = true, .outputs_known = true,
				  .inference_known = true, .flows_known = true };
	bool joined;

	other.arena = analysis->arena;
	other.text = analysis->text;
	other.dialect = analysis->dialect;
	other.resolver = analysis->resolver;
	other.no_scan = analysis->no_scan;
	other.err = analysis->err;
	other.frames = analysis->frames;
	other.modes = modes;
	other.tokens = *tokens;
	other.facts = &facts;
	all_statements(&other);
	joined = other.status == GH_OK && fill_rest(&other) &&
		 gh_sql_readings_join(analysis, &facts);
	if (other.status != GH_OK)
		analysis->status = other.status;
	return joined;
}

/*
 * Reads again with each combination of the modes that are uncertain and that
 * the text asked for.  A reading in which the text ends within a literal is
 * refused by the target too.
 */
static void other_readings(struct gh_sql_analysis *analysis, unsigned uncertain)
{
	unsigned flips = uncertain & analysis->tokens.asked;
	unsigned all = flips;
	unsigned readings = 0;
	bool differs = false;

	for (; flips != 0 && readings < 16; flips = (flips - 1) & all, readings++) {
		struct gh_sql_tokens other;
		unsigned modes = analysis->modes ^ flips;
		enum gh_status status =
			gh_sql_lex(analysis->arena, analysis->text, modes, &other, NULL);

		if (status == GH_OK && same_tokens(&analysis->tokens, &other))
			continue;
		if (other.broken && analysis->batch.count == 1)
			continue;
		differs = true;
		if (status != GH_OK)
			analysis->facts->kind = GH_KIND_UNKNOWN;
		else if (!add_reading(analysis, &other, modes))
			return;
	}
	if (flips != 0) { /* too many to try: nothing is known */
		differs = true;
		analysis->facts->kind = GH_KIND_UNKNOWN;
	}
	if (differs)
		make_ambiguous(analysis);
}

/* ---- the whole ----------------------------------------------------------- */

/* Markers: each ? and :name, and $n up to the highest. */
static void count_markers(struct gh_sql_analysis *analysis)
{
	size_t count = 0;
	size_t highest = 0;

	for (size_t i = 0; i < analysis->tokens.count; i++) {
		const struct gh_sql_token *token = &analysis->tokens.items[i];
		size_t number = 0;

		if (token->kind != GH_SQL_TOKEN_MARKER)
			continue;
		if (analysis->text.bytes[token->start] != '$')
			count++;
		else
			for (uint32_t at = 1; at < token->length && at < 7; at++)
				number = number * 10 +
					 (size_t)(analysis->text.bytes[token->start + at] - '0');
		highest = number > highest ? number : highest;
	}
	analysis->facts->marker_count = count + highest;
}

static void settle(unsigned *modes, unsigned *uncertain, unsigned mode,
		   enum gh_sql_setting setting)
{
	if (setting == GH_SQL_SETTING_UNKNOWN || (*uncertain & mode) == 0)
		return;
	*uncertain &= ~mode;
	*modes = setting == GH_SQL_SETTING_ON ? *modes | mode : *modes & ~mode;
}

/* The modes to read in; gives those that remain uncertain. */
static unsigned choose_modes(struct gh_sql_analysis *analysis,
			     const struct gh_sql_settings *settings)
{
	unsigned uncertain = analysis->dialect->uncertain;
	enum gh_sql_setting strings = settings->quoted_names;

	if (strings != GH_SQL_SETTING_UNKNOWN)
		strings = strings == GH_SQL_SETTING_ON ? GH_SQL_SETTING_OFF : GH_SQL_SETTING_ON;
	analysis->modes = analysis->dialect->modes;
	settle(&analysis->modes, &uncertain, GH_SQL_MODE_DQ_STRING, strings);
	settle(&analysis->modes, &uncertain, GH_SQL_MODE_BACKSLASH, settings->backslashes);
	return uncertain;
}

static void finish(struct gh_sql_analysis *analysis)
{
	struct gh_facts *facts = analysis->facts;
	enum gh_sql_render how = GH_SQL_RENDER_WHOLE;

	count_markers(analysis);
	if ((facts->flags & (GH_FACT_OPAQUE | GH_FACT_AMBIGUOUS)) != 0)
		how = GH_SQL_RENDER_SKELETON;
	facts->text = gh_sql_render(analysis, how);
	facts->reason = analysis->reason;
}

static enum gh_status analyze(struct gh_sql_analysis *analysis,
			      const struct gh_sql_settings *settings)
{
	struct gh_facts *facts = analysis->facts;
	unsigned uncertain = choose_modes(analysis, settings);
	enum gh_status status = gh_sql_lex(analysis->arena, analysis->text, analysis->modes,
					   &analysis->tokens, analysis->err);

	if (status != GH_OK)
		return status;
	analysis->frames = gh_sql_alloc(analysis, GH_SQL_MAX_FRAMES);
	if (analysis->frames == NULL)
		return analysis->status;
	facts->tables_known = true;
	facts->outputs_known = true;
	facts->inference_known = true;
	facts->flows_known = true;
	all_statements(analysis);
	if (analysis->status == GH_OK && fill_rest(analysis))
		other_readings(analysis, uncertain);
	if (analysis->status == GH_OK)
		finish(analysis);
	return analysis->status;
}

enum gh_status gh_sql_analyze(struct gh_span text, const struct gh_sql_options *options,
			      struct gh_facts **out, struct gh_error *err)
{
	struct gh_sql_analysis analysis = { 0 };
	struct gh_arena *arena = NULL;
	struct result *result;
	enum gh_status status;

	*out = NULL;
	if (gh_arena_new(GH_SQL_MAX_MEMORY, &arena) != GH_OK)
		return gh_fail(err, GH_E_MEMORY, "no memory to analyse a statement");
	result = gh_arena_alloc(arena, sizeof(*result));
	if (result == NULL) {
		gh_arena_free(arena);
		return gh_fail(err, GH_E_MEMORY, "no memory to analyse a statement");
	}
	result->arena = arena;
	analysis.arena = arena;
	analysis.text = text;
	analysis.dialect = gh_sql_dialect_row(options->dialect);
	analysis.resolver = options->resolver;
	analysis.no_scan = options->no_scan;
	analysis.err = err;
	analysis.facts = &result->facts;
	status = analyze(&analysis, &options->settings);
	if (status != GH_OK) {
		gh_arena_free(arena);
		return status;
	}
	*out = &result->facts;
	return GH_OK;
}
