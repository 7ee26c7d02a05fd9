/*
 * INSERT, UPDATE and DELETE, with RETURNING and OUTPUT.  MERGE is in merge.c.
 */
#include "internal.h"

/* ---- pieces ---------------------------------------------------------------- */

bool gh_sql_parse_target(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_source *source = gh_sql_alloc(analysis, sizeof(*source));
	bool as;

	if (source == NULL)
		return false;
	dml->target = source;
	gh_sql_accept(analysis, GH_SQL_KW_ONLY);
	if (!gh_sql_parse_table_name(analysis, &source->name))
		return false;
	gh_sql_accept_symbol(analysis, '*');
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_WITH &&
	    gh_sql_peek_symbol(analysis, 1, '('))
		analysis->at += gh_sql_bracket_end(analysis, 1); /* hints */
	as = gh_sql_accept(analysis, GH_SQL_KW_AS);
	if (!gh_sql_is_name(gh_sql_peek(analysis, 0)) ||
	    (!as && gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_PARTITION))
		return !as || gh_sql_refuse(analysis);
	source->alias = gh_sql_peek(analysis, 0);
	analysis->at++;
	return true;
}

/* OUTPUT inserted.a [INTO ..], RETURNING [WITH (..)] a [INTO ..] */
bool gh_sql_parse_returning(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	if (!gh_sql_accept(analysis, GH_SQL_KW_RETURNING) &&
	    !gh_sql_accept(analysis, GH_SQL_KW_OUTPUT))
		return true;
	if (dml->returning != NULL)
		return gh_sql_refuse(analysis);
	dml->returning = gh_sql_parse_items(analysis);
	if (dml->returning != NULL && gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_INTO)
		return gh_sql_opaque(analysis, analysis->at, "the result goes elsewhere");
	return dml->returning != NULL;
}

/* SQLite's OR ABORT and the like; OR REPLACE deletes too. */
static bool or_action(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	if (!gh_sql_accept(analysis, GH_SQL_KW_OR))
		return true;
	dml->replaces = gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_REPLACE;
	if (gh_sql_peek(analysis, 0)->kind != GH_SQL_TOKEN_WORD)
		return gh_sql_refuse(analysis);
	analysis->at++;
	return true;
}

/* LOW_PRIORITY, IGNORE, TOP (n) and other words behind the verb. */
static bool verb_words(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	static const char *const words[] = { "low_priority", "high_priority", "delayed", "quick",
					     "ignore", NULL };
	struct gh_sql_expr *number;

	while (gh_sql_word_in(gh_sql_peek(analysis, 0), words))
		analysis->at++;
	if (gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_TOP ||
	    !gh_sql_peek_symbol(analysis, 1, '('))
		return true;
	analysis->at++;
	dml->limited = true;
	number = gh_sql_parse_expr(analysis);
	gh_sql_accept(analysis, GH_SQL_KW_PERCENT);
	return number != NULL && ((number->subqueries == NULL && number->references == NULL) ||
				  gh_sql_refuse(analysis));
}

/* (a, t.b): the last part counts. */
bool gh_sql_parse_column_names(struct gh_sql_analysis *analysis,
			       const struct gh_sql_token ***columns, size_t *count)
{
	struct gh_sql_name name;
	size_t capacity = 0;

	*count = 0;
	if (!gh_sql_expect_symbol(analysis, '('))
		return false;
	do {
		if (*count >= GH_SQL_MAX_COLUMNS || !gh_sql_parse_name(analysis, &name))
			return gh_sql_refuse(analysis);
		*columns = gh_sql_grow(analysis, (void *)*columns, sizeof(**columns), *count,
				       &capacity);
		if (*columns == NULL)
			return false;
		(*columns)[(*count)++] = name.parts[name.count - 1];
	} while (gh_sql_accept_symbol(analysis, ','));
	return gh_sql_expect_symbol(analysis, ')');
}

/* ---- assignments ----------------------------------------------------------- */

static bool assigned(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml,
		     struct gh_sql_assignment *assignment)
{
	bool bracket = gh_sql_accept_symbol(analysis, '(');
	size_t capacity = 0;

	do {
		assignment->columns = gh_sql_grow(analysis, assignment->columns,
						  sizeof(*assignment->columns),
						  assignment->column_count, &capacity);
		if (assignment->columns == NULL ||
		    !gh_sql_parse_name(analysis,
				       &assignment->columns[assignment->column_count++]))
			return false;
		if (gh_sql_peek_symbol(analysis, 0, '[') && /* an element of it */
		    !gh_sql_parse_bracket(analysis, &dml->conditions))
			return false;
	} while (bracket && gh_sql_accept_symbol(analysis, ','));
	return !bracket || gh_sql_expect_symbol(analysis, ')');
}

/* =, and += and the like, which keep what was there. */
static bool assigns(struct gh_sql_analysis *analysis, bool *keeps)
{
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

	*keeps = token->length > 1;
	if (token->kind != GH_SQL_TOKEN_OPERATOR ||
	    analysis->text.bytes[token->start + token->length - 1] != '=')
		return gh_sql_refuse(analysis);
	analysis->at++;
	return true;
}

static bool assignment(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml,
		       struct gh_sql_assignment *assignment)
{
	struct gh_sql_reference *own;
	bool keeps = false;

	if (!assigned(analysis, dml, assignment) || !assigns(analysis, &keeps))
		return false;
	assignment->expr = gh_sql_parse_expr(analysis);
	if (assignment->expr == NULL || !keeps)
		return assignment->expr != NULL;
	own = gh_sql_alloc(analysis, sizeof(*own));
	if (own == NULL)
		return false;
	own->name = assignment->columns[0];
	own->next = assignment->expr->references;
	assignment->expr->references = own;
	assignment->expr->flags &= ~(unsigned)GH_SQL_EXPR_PLAIN;
	return true;
}

bool gh_sql_parse_assignments(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_assignment **last = &dml->assignments;

	while (*last != NULL)
		last = &(*last)->next;
	do {
		*last = gh_sql_alloc(analysis, sizeof(**last));
		if (*last == NULL || !assignment(analysis, dml, *last))
			return false;
		last = &(*last)->next;
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

/* ---- INSERT -------------------------------------------------------------- */

/* SET a = x, b = y: a row of values. */
static bool insert_set(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_dml row = { 0 };
	struct gh_sql_select *arm = gh_sql_alloc(analysis, sizeof(*arm));
	size_t capacity = 0;

	dml->query = gh_sql_alloc(analysis, sizeof(*dml->query));
	if (arm == NULL || dml->query == NULL || !gh_sql_parse_assignments(analysis, &row))
		return false;
	dml->query->arms = arm;
	gh_sql_expr_append(&dml->conditions, row.conditions);
	for (const struct gh_sql_assignment *a = row.assignments; a != NULL; a = a->next) {
		const struct gh_sql_name *name = &a->columns[0];

		if (a->column_count != 1)
			return gh_sql_refuse(analysis);
		dml->columns = gh_sql_grow(analysis, (void *)dml->columns, sizeof(*dml->columns),
					   dml->column_count, &capacity);
		if (dml->columns == NULL)
			return false;
		dml->columns[dml->column_count++] = name->parts[name->count - 1];
		gh_sql_expr_append(&arm->rows, a->expr);
		arm->row_width++;
	}
	return true;
}

static bool insert_rows(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	if (gh_sql_accept(analysis, GH_SQL_KW_DEFAULT))
		return gh_sql_expect(analysis, GH_SQL_KW_VALUES);
	if (gh_sql_accept(analysis, GH_SQL_KW_SET))
		return insert_set(analysis, dml);
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_VALUES &&
	    gh_sql_peek_symbol(analysis, 1, '(') && gh_sql_peek_symbol(analysis, 2, ')')) {
		analysis->at += 3; /* MySQL's empty row */
		return true;
	}
	dml->query = gh_sql_parse_query(analysis);
	return dml->query != NULL;
}

/* ON CONFLICT [(a) [WHERE c] | ON CONSTRAINT x] DO NOTHING | DO UPDATE SET .. [WHERE c] */
static bool on_conflict(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	analysis->at += 2;
	if (gh_sql_accept(analysis, GH_SQL_KW_ON))
		analysis->at += 2;
	else if (gh_sql_peek_symbol(analysis, 0, '('))
		analysis->at += gh_sql_bracket_end(analysis, 0);
	if (gh_sql_accept(analysis, GH_SQL_KW_WHERE) &&
	    !gh_sql_parse_expr_add(analysis, &dml->conditions))
		return false;
	if (!gh_sql_expect(analysis, GH_SQL_KW_DO))
		return false;
	if (gh_sql_accept_word(analysis, "nothing"))
		return true;
	dml->conflicts = true;
	if (!gh_sql_expect(analysis, GH_SQL_KW_UPDATE) || !gh_sql_expect(analysis, GH_SQL_KW_SET) ||
	    !gh_sql_parse_assignments(analysis, dml))
		return false;
	return !gh_sql_accept(analysis, GH_SQL_KW_WHERE) ||
	       gh_sql_parse_expr_add(analysis, &dml->conditions);
}

/* [AS new [(a, b)]] ON DUPLICATE KEY UPDATE a = VALUES(a) */
static bool on_duplicate(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	analysis->at += 3;
	dml->conflicts = true;
	return gh_sql_expect(analysis, GH_SQL_KW_UPDATE) && gh_sql_parse_assignments(analysis, dml);
}

static bool insert_rest(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	while (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_ON) {
		const struct gh_sql_token *next = gh_sql_peek(analysis, 1);
		bool understood = gh_sql_word_is(next, "conflict") ?
					  on_conflict(analysis, dml) :
					  gh_sql_word_is(next, "duplicate") &&
						  on_duplicate(analysis, dml);

		if (!understood)
			return gh_sql_refuse(analysis);
	}
	return gh_sql_parse_returning(analysis, dml);
}

/* PARTITION (a = 1, b): values of columns, or their names. */
static bool partition(struct gh_sql_analysis *analysis)
{
	if (gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_PARTITION ||
	    !gh_sql_peek_symbol(analysis, 1, '('))
		return true;
	analysis->at += gh_sql_bracket_end(analysis, 1);
	if (gh_sql_accept(analysis, GH_SQL_KW_IF))
		analysis->at += 2; /* IF NOT EXISTS */
	return true;
}

static bool insert_columns(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	if (gh_sql_peek_symbol(analysis, 0, '(') && gh_sql_peek_symbol(analysis, 1, ')')) {
		analysis->at += 2;
		return true;
	}
	if (gh_sql_peek_symbol(analysis, 0, '(') && !gh_sql_begins_query(analysis, 0) &&
	    !gh_sql_begins_query(analysis, 1) &&
	    !gh_sql_parse_column_names(analysis, &dml->columns, &dml->column_count))
		return false;
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_BY &&
	    gh_sql_word_is(gh_sql_peek(analysis, 1), "name")) {
		dml->by_name = true;
		analysis->at += 2;
	}
	if (gh_sql_accept_word(analysis, "overriding"))
		analysis->at += 2;
	return gh_sql_parse_returning(analysis, dml);
}

static bool parse_insert(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	dml->kind = GH_KIND_INSERT;
	dml->replaces = gh_sql_accept(analysis, GH_SQL_KW_REPLACE);
	if (!dml->replaces)
		analysis->at++;
	if (!or_action(analysis, dml) || !verb_words(analysis, dml))
		return false;
	if (gh_sql_accept_word(analysis, "overwrite"))
		dml->replaces = true;
	gh_sql_accept(analysis, GH_SQL_KW_INTO);
	gh_sql_accept(analysis, GH_SQL_KW_TABLE);
	if (!gh_sql_parse_target(analysis, dml) || !partition(analysis) ||
	    !insert_columns(analysis, dml) || !insert_rows(analysis, dml))
		return false;
	if (gh_sql_accept(analysis, GH_SQL_KW_AS)) {
		if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
			return gh_sql_refuse(analysis);
		dml->query->alias = gh_sql_peek(analysis, 0);
		analysis->at++;
		if (gh_sql_peek_symbol(analysis, 0, '('))
			return gh_sql_refuse(analysis);
	}
	return insert_rest(analysis, dml);
}

/* ---- UPDATE and DELETE --------------------------------------------------- */

static void take_sources(struct gh_sql_dml *dml, const struct gh_sql_select *from)
{
	struct gh_sql_source **last = &dml->sources;

	while (*last != NULL)
		last = &(*last)->next;
	*last = from->sources;
	gh_sql_expr_append(&dml->conditions, from->conditions);
	dml->natural = dml->natural || from->natural;
}

static const struct gh_sql_token *called(const struct gh_sql_source *source)
{
	if (source->alias != NULL)
		return source->alias;
	return source->name.count == 0 ? NULL : source->name.parts[source->name.count - 1];
}

/* T-SQL: UPDATE u .. FROM t u: the target is one of the sources, by its name there. */
static bool target_among(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	const struct gh_sql_name *name;

	if ((analysis->dialect->traits & GH_SQL_TRAIT_FROM_DML) != 0 || dml->target == NULL)
		return true;
	name = &dml->target->name;
	if (name->count != 1)
		return true;
	for (const struct gh_sql_source *source = dml->sources; source != NULL;
	     source = source->next) {
		const struct gh_sql_token *token = called(source);

		if (token == NULL || !gh_span_equal_nocase(token->name, name->parts[0]->name))
			continue;
		dml->targets = &dml->target->name;
		dml->target_count = 1;
		dml->target = NULL;
		return true;
	}
	return true;
}

/* UPDATE .. FROM and DELETE .. USING or FROM. */
static bool more_sources(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_select from = { 0 };

	if (!gh_sql_accept(analysis, GH_SQL_KW_FROM) &&
	    (dml->kind != GH_KIND_DELETE || !gh_sql_accept(analysis, GH_SQL_KW_USING)))
		return true;
	if (!gh_sql_parse_sources(analysis, &from))
		return false;
	take_sources(dml, &from);
	return target_among(analysis, dml);
}

/*
 * CURRENT OF cursor: the one row that it stands on.  MariaDB's connector puts all
 * values of that row in its place, of whatever table: what is compared is not known.
 */
static bool positioned(struct gh_sql_analysis *analysis)
{
	if (!gh_sql_word_is(gh_sql_peek(analysis, 0), "current") ||
	    gh_sql_peek_keyword(analysis, 1) != GH_SQL_KW_OF ||
	    !gh_sql_is_name(gh_sql_peek(analysis, 2)))
		return false;
	analysis->at += 3;
	analysis->inference.flags |= GH_LINEAGE_UNKNOWN;
	return true;
}

static bool condition(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_query tail = { 0 };

	if (gh_sql_accept(analysis, GH_SQL_KW_WHERE)) {
		dml->positioned = positioned(analysis);
		dml->where = dml->positioned ? NULL : gh_sql_parse_expr(analysis);
		if (dml->where == NULL && !dml->positioned)
			return false;
	}
	if (!gh_sql_parse_tail(analysis, &tail))
		return false;
	dml->limited = dml->limited || tail.limited;
	gh_sql_expr_append(&dml->conditions, tail.order);
	return gh_sql_parse_returning(analysis, dml);
}

/* UPDATE a JOIN b ON .. SET: whose columns are set is told by the assignments. */
static bool joined_target(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_select from = { 0 };

	dml->target = NULL;
	if (!gh_sql_parse_sources(analysis, &from))
		return false;
	take_sources(dml, &from);
	return true;
}

static bool update_target(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	size_t start = analysis->at;

	if (gh_sql_peek_symbol(analysis, 0, '('))
		return joined_target(analysis, dml);
	if (!gh_sql_parse_target(analysis, dml))
		return false;
	if (!gh_sql_peek_symbol(analysis, 0, ',') && !gh_sql_joins_here(analysis))
		return true;
	analysis->at = start;
	return joined_target(analysis, dml);
}

static bool parse_update(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	dml->kind = GH_KIND_UPDATE;
	analysis->at++;
	return or_action(analysis, dml) && verb_words(analysis, dml) &&
	       update_target(analysis, dml) && gh_sql_expect(analysis, GH_SQL_KW_SET) &&
	       gh_sql_parse_assignments(analysis, dml) && gh_sql_parse_returning(analysis, dml) &&
	       more_sources(analysis, dml) && condition(analysis, dml);
}

/* DELETE a, b.* FROM: names of sources. */
static bool delete_names(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	size_t capacity = 0;

	do {
		dml->targets = gh_sql_grow(analysis, dml->targets, sizeof(*dml->targets),
					   dml->target_count, &capacity);
		if (dml->targets == NULL ||
		    !gh_sql_parse_table_name(analysis, &dml->targets[dml->target_count++]))
			return false;
		gh_sql_accept_symbol(analysis, '*');
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

/* One name without FROM behind it is the table itself. */
static bool delete_sources(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	struct gh_sql_select from = { 0 };

	if (!gh_sql_parse_returning(analysis, dml))
		return false;
	if (!gh_sql_accept(analysis, GH_SQL_KW_FROM) &&
	    !gh_sql_accept(analysis, GH_SQL_KW_USING)) {
		dml->target = gh_sql_alloc(analysis, sizeof(*dml->target));
		if (dml->target == NULL || dml->target_count != 1)
			return gh_sql_refuse(analysis);
		dml->target->name = dml->targets[0];
		dml->target_count = 0;
		return true;
	}
	if (!gh_sql_parse_sources(analysis, &from))
		return false;
	take_sources(dml, &from);
	return true;
}

/* DELETE FROM t [USING ..], DELETE t FROM .., DELETE FROM a, b USING .. */
static bool delete_target(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	size_t start;

	if (!gh_sql_accept(analysis, GH_SQL_KW_FROM))
		return delete_names(analysis, dml) && delete_sources(analysis, dml);
	gh_sql_accept(analysis, GH_SQL_KW_TABLE);
	start = analysis->at;
	if (!gh_sql_parse_target(analysis, dml))
		return false;
	if (gh_sql_peek_symbol(analysis, 0, ',') || gh_sql_peek_symbol(analysis, 0, '.')) {
		analysis->at = start;
		dml->target = NULL;
		return delete_names(analysis, dml) && delete_sources(analysis, dml);
	}
	return gh_sql_parse_returning(analysis, dml) && more_sources(analysis, dml);
}

static bool parse_delete(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	dml->kind = GH_KIND_DELETE;
	analysis->at++;
	return verb_words(analysis, dml) && delete_target(analysis, dml) &&
	       condition(analysis, dml);
}

static bool parse_verb(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml)
{
	switch (gh_sql_peek_keyword(analysis, 0)) {
	case GH_SQL_KW_INSERT:
	case GH_SQL_KW_REPLACE:
		return parse_insert(analysis, dml);
	case GH_SQL_KW_UPDATE:
		return parse_update(analysis, dml);
	case GH_SQL_KW_DELETE:
		return parse_delete(analysis, dml);
	case GH_SQL_KW_MERGE:
		return gh_sql_parse_merge(analysis, dml);
	default:
		return gh_sql_refuse(analysis);
	}
}

struct gh_sql_dml *gh_sql_parse_dml(struct gh_sql_analysis *analysis)
{
	struct gh_sql_dml *dml = gh_sql_alloc(analysis, sizeof(*dml));
	bool understood;

	if (dml == NULL)
		return NULL;
	if (analysis->queries >= GH_SQL_MAX_QUERIES) {
		gh_sql_opaque(analysis, analysis->at, "statements nested too deeply");
		return NULL;
	}
	analysis->queries++;
	understood = gh_sql_peek_keyword(analysis, 0) != GH_SQL_KW_WITH ||
		     gh_sql_parse_with(analysis, &dml->ctes, &dml->with);
	understood = understood && parse_verb(analysis, dml);
	analysis->queries--;
	return understood ? dml : NULL;
}
