/*
 * Names: what a table in FROM is, and which base columns a name may mean.
 * Where names might differ by case only, both are meant.
 */
#include <string.h>

#include "internal.h"

/* ---- relations ----------------------------------------------------------- */

static bool same_name(const struct gh_sql_name *a, const struct gh_sql_name *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (a->parts[i]->kind != b->parts[i]->kind ||
		    !gh_span_equal(a->parts[i]->name, b->parts[i]->name))
			return false;
	return true;
}

static bool column_of(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation,
		      const char *name, struct gh_sql_column *column)
{
	struct gh_origin origin = { relation->catalog, relation->schema, relation->table, name };
	uint32_t id = 0;

	column->name = gh_span_from(name);
	column->quoted = GH_SQL_QUOTED;
	return gh_sql_origin_add(analysis, &origin, &id) &&
	       gh_sql_set_add_id(analysis, &column->set, id);
}

/* One set that stands for all columns. */
static bool open_shape(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation)
{
	struct gh_sql_shape *shape = &relation->shape;
	struct gh_sql_column star = { 0 };

	if (relation->kind != GH_SQL_RELATION_ASSUMED)
		shape->all.flags = GH_LINEAGE_UNKNOWN;
	return column_of(analysis, relation, "*", &star) &&
	       gh_sql_set_add(analysis, &shape->all, &star.set);
}

/* The columns as the catalogue knows them, or one open set. */
static bool relation_shape(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation,
			   const struct gh_relation *known)
{
	struct gh_sql_shape *shape = &relation->shape;
	unsigned flags = relation->kind == GH_SQL_RELATION_TABLE ? 0 : GH_LINEAGE_UNKNOWN;

	if (known->definition != NULL)
		return gh_sql_view_shape(analysis, relation, known);
	if (known->column_count == 0 || known->column_count > GH_SQL_MAX_COLUMNS)
		return open_shape(analysis, relation);
	shape->columns = gh_sql_alloc(analysis, known->column_count * sizeof(*shape->columns));
	if (shape->columns == NULL)
		return false;
	for (size_t i = 0; i < known->column_count; i++) {
		const char *name = gh_sql_text(analysis, gh_span_from(known->columns[i]));

		if (name == NULL || !column_of(analysis, relation, name, &shape->columns[i]))
			return false;
		shape->columns[i].set.flags |= flags;
		if (!gh_sql_set_add(analysis, &shape->all, &shape->columns[i].set))
			return false;
	}
	shape->count = known->column_count;
	shape->known = true;
	return true;
}

static const char *part_text(struct gh_sql_analysis *analysis, const struct gh_sql_name *name,
			     unsigned from_end)
{
	if (name->count < from_end)
		return NULL;
	return gh_sql_text(analysis, name->parts[name->count - from_end]->name);
}

static const char *stored(struct gh_sql_analysis *analysis, const char *known,
			  const char *written)
{
	return known == NULL ? written : gh_sql_text(analysis, gh_span_from(known));
}

/* The same part of the name as part_text: was it quoted? */
static bool part_quoted(const struct gh_sql_name *name, unsigned from_end)
{
	return name->count >= from_end &&
	       name->parts[name->count - from_end]->kind == GH_SQL_TOKEN_NAME;
}

/* A definition that does not fit the columns says nothing. */
static void check_definition(struct gh_relation *known)
{
	const struct gh_facts *facts = known->definition;

	if (facts != NULL && facts->outputs_known && facts->output_count == known->column_count &&
	    known->column_count > 0 && known->column_count <= GH_SQL_MAX_COLUMNS)
		return;
	if (facts != NULL && known->kind == GH_SQL_RELATION_TABLE)
		known->kind = GH_SQL_RELATION_UNKNOWN;
	if (known->kind == GH_SQL_RELATION_VIEW)
		known->kind = GH_SQL_RELATION_OTHER;
	known->definition = NULL;
}

static bool ask(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation)
{
	const struct gh_resolver *resolver = analysis->resolver;
	const struct gh_sql_name *written = &relation->written;
	struct gh_relation known = { 0 };
	struct gh_sql_table_name name = { relation->catalog,	   relation->schema,
					  relation->table,	   part_quoted(written, 1),
					  part_quoted(written, 2), part_quoted(written, 3) };
	enum gh_status status;

	if (resolver == NULL || resolver->find == NULL)
		return relation_shape(analysis, relation, &known);
	status = resolver->find(resolver->context, &name, &known, analysis->err);
	if (status != GH_OK) {
		analysis->status = status;
		return false;
	}
	check_definition(&known);
	relation->kind = known.kind;
	if (known.kind == GH_SQL_RELATION_UNKNOWN || known.kind == GH_SQL_RELATION_ABSENT)
		known.column_count = 0;
	if (known.kind == GH_SQL_RELATION_TABLE && known.column_count == 0)
		relation->kind = GH_SQL_RELATION_UNKNOWN;
	relation->catalog = stored(analysis, known.catalog, relation->catalog);
	relation->schema = stored(analysis, known.schema, relation->schema);
	relation->table = stored(analysis, known.name, relation->table);
	return relation->table != NULL && relation_shape(analysis, relation, &known);
}

static struct gh_sql_relation *known_relation(const struct gh_sql_analysis *analysis,
					      const struct gh_sql_name *name)
{
	struct gh_sql_relation *relation = analysis->relations;

	while (relation != NULL && !same_name(&relation->written, name))
		relation = relation->next;
	return relation;
}

struct gh_sql_relation *gh_sql_relation_named(struct gh_sql_analysis *analysis,
					      const struct gh_sql_name *name)
{
	struct gh_sql_relation **last = &analysis->relations;
	struct gh_sql_relation *relation = known_relation(analysis, name);

	if (relation != NULL)
		return relation;
	while (*last != NULL)
		last = &(*last)->next;
	relation = gh_sql_alloc(analysis, sizeof(*relation));
	if (relation == NULL)
		return NULL;
	relation->written = *name;
	relation->table = part_text(analysis, name, 1);
	relation->schema = part_text(analysis, name, 2);
	relation->catalog = part_text(analysis, name, 3);
	*last = relation; /* what its definition names comes behind it */
	return relation->table == NULL ? NULL : relation;
}

struct gh_sql_relation *gh_sql_relation_find(struct gh_sql_analysis *analysis,
					     const struct gh_sql_name *name)
{
	struct gh_sql_relation *relation = gh_sql_relation_named(analysis, name);

	if (relation == NULL || relation->asked)
		return relation;
	relation->asked = true;
	return ask(analysis, relation) ? relation : NULL;
}

/* ---- equality of names --------------------------------------------------- */

static char folded(char c, enum gh_sql_quoting quoted, unsigned traits)
{
	bool lower = (traits & (GH_SQL_TRAIT_FOLD_LOWER | GH_SQL_TRAIT_NO_CASE)) != 0;

	if ((traits & GH_SQL_TRAIT_NO_CASE) == 0 && quoted == GH_SQL_QUOTED)
		return c;
	if (lower && c >= 'A' && c <= 'Z')
		return (char)(c + ('a' - 'A'));
	if ((traits & GH_SQL_TRAIT_FOLD_UPPER) != 0 && c >= 'a' && c <= 'z')
		return (char)(c - ('a' - 'A'));
	return c;
}

enum gh_sql_match gh_sql_name_match(const struct gh_sql_analysis *analysis, struct gh_span name,
				    enum gh_sql_quoting quoted, const struct gh_sql_token *token)
{
	unsigned traits = analysis->dialect->traits;
	enum gh_sql_quoting token_quoted =
		token->kind != GH_SQL_TOKEN_WORD ? GH_SQL_QUOTED : GH_SQL_UNQUOTED;

	if (!gh_span_equal_nocase(name, token->name))
		return GH_SQL_MATCH_NO;
	for (size_t i = 0; i < name.length; i++)
		if (folded(name.bytes[i], quoted, traits) !=
		    folded(token->name.bytes[i], token_quoted, traits))
			return GH_SQL_MATCH_MAYBE;
	return GH_SQL_MATCH_SURE;
}

/* ---- looking up ---------------------------------------------------------- */

static void mark(struct gh_sql_analysis *analysis, const struct gh_sql_range *range,
		 const struct gh_sql_token *token)
{
	if (!range->target)
		return;
	analysis->tokens.items[token - analysis->tokens.items].flags |= GH_SQL_TOKEN_COLUMN;
	if (range->relation != NULL)
		range->relation->access |= GH_ACCESS_READ;
}

/* A column of a table whose columns are not known is its own origin. */
static bool open_column(struct gh_sql_analysis *analysis, const struct gh_sql_range *range,
			const struct gh_sql_token *token, struct gh_sql_set *set)
{
	struct gh_sql_column column = { 0 };
	const char *name = gh_sql_text(analysis, token->name);

	if (range->open->kind != GH_SQL_RELATION_ASSUMED)
		set->flags |= GH_LINEAGE_UNKNOWN;
	return name != NULL && column_of(analysis, range->open, name, &column) &&
	       gh_sql_set_add(analysis, set, &column.set);
}

/* What a name was found to mean. */
struct found {
	struct gh_sql_set named; /* columns that are called so */
	struct gh_sql_set open;  /* what sources may have whose columns are not all known */
	enum gh_sql_match best;
};

/* PIVOT makes columns whose names hold those of its values. */
static bool made_by_pivot(const struct gh_sql_range *range, const struct gh_sql_token *token)
{
	for (size_t i = 0; range->made.count > 0 && i < range->shape.count; i++) {
		struct gh_span part = range->shape.columns[i].name;

		for (size_t at = 0; part.length > 0 && at + part.length <= token->name.length; at++)
			if (gh_span_equal_nocase((struct gh_span){ token->name.bytes + at,
								   part.length }, part))
				return true;
	}
	return false;
}

/* A name that is none of those that are known of the source. */
static bool open_range(struct gh_sql_analysis *analysis, const struct gh_sql_range *range,
		       const struct gh_sql_token *token, struct gh_sql_set *set)
{
	if (made_by_pivot(range, token) && !gh_sql_set_add(analysis, set, &range->made))
		return false;
	return range->open != NULL ? open_column(analysis, range, token, set) :
				     gh_sql_set_add(analysis, set, &range->shape.all);
}

/* One range's columns of a name.  False only when the analysis is over. */
static bool range_column(struct gh_sql_analysis *analysis, const struct gh_sql_range *range,
			 const struct gh_sql_token *token, struct found *found)
{
	enum gh_sql_match here = GH_SQL_MATCH_NO;

	for (size_t i = 0; i < range->shape.count; i++) {
		const struct gh_sql_column *column = &range->shape.columns[i];
		enum gh_sql_match match = GH_SQL_MATCH_MAYBE;

		if (column->name.bytes != NULL)
			match = gh_sql_name_match(analysis, column->name, column->quoted, token);
		if (match != GH_SQL_MATCH_NO &&
		    !gh_sql_set_add(analysis, &found->named, &column->set))
			return false;
		here = match > here ? match : here;
	}
	if (!range->shape.known && (here != GH_SQL_MATCH_SURE || range->made.count == 0)) {
		struct gh_sql_set *set = here == GH_SQL_MATCH_SURE ? &found->named : &found->open;

		here = here == GH_SQL_MATCH_NO ? GH_SQL_MATCH_MAYBE : here;
		if (!open_range(analysis, range, token, set))
			return false;
	}
	if (here == GH_SQL_MATCH_NO)
		return true;
	mark(analysis, range, token);
	found->best = here > found->best ? here : found->best;
	return gh_sql_set_add(analysis, &found->named, &range->extra);
}

static bool whole_row(struct gh_sql_analysis *analysis, const struct gh_sql_range *range,
		      struct gh_sql_set *set)
{
	set->flags |= GH_LINEAGE_DERIVED;
	if (range->relation != NULL)
		range->relation->access |= GH_ACCESS_READ;
	return gh_sql_set_add(analysis, set, &range->shape.all) &&
	       gh_sql_set_add(analysis, set, &range->extra);
}

static bool alias_column(struct gh_sql_analysis *analysis, const struct gh_sql_shape *aliases,
			 const struct gh_sql_token *token, struct gh_sql_set *set,
			 enum gh_sql_match *best)
{
	for (size_t i = 0; aliases != NULL && i < aliases->count; i++) {
		const struct gh_sql_column *column = &aliases->columns[i];

		if (column->name.bytes == NULL ||
		    gh_sql_name_match(analysis, column->name, column->quoted, token) ==
			    GH_SQL_MATCH_NO)
			continue;
		if (*best == GH_SQL_MATCH_NO)
			*best = GH_SQL_MATCH_MAYBE;
		if (!gh_sql_set_add(analysis, set, &column->set))
			return false;
	}
	return true;
}

/*
 * Columns of that name.  Where a source surely has it, those that only may have
 * it do not: the name would be ambiguous, unless a join merges both.
 */
static bool columns_named(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			  const struct gh_sql_token *token, struct gh_sql_set *set,
			  enum gh_sql_match *best)
{
	struct found found = { 0 };

	for (size_t i = 0; i < scope->count; i++)
		if (!range_column(analysis, &scope->ranges[i], token, &found))
			return false;
	*best = found.best > *best ? found.best : *best;
	if (!gh_sql_set_add(analysis, set, &found.named))
		return false;
	return (found.best == GH_SQL_MATCH_SURE && !scope->merged) ||
	       gh_sql_set_add(analysis, set, &found.open);
}

/* A single name: a column of any source; else a whole row; aliases besides. */
static bool bare_name(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		      const struct gh_sql_token *token, struct gh_sql_set *set,
		      enum gh_sql_match *best)
{
	enum gh_sql_match columns = GH_SQL_MATCH_NO;

	if (!columns_named(analysis, scope, token, set, &columns))
		return false;
	for (size_t i = 0; columns != GH_SQL_MATCH_SURE && i < scope->count; i++) {
		const struct gh_sql_range *range = &scope->ranges[i];

		if (gh_sql_name_match(analysis, range->name, range->quoted, token) ==
		    GH_SQL_MATCH_NO)
			continue;
		columns = GH_SQL_MATCH_MAYBE;
		if (!whole_row(analysis, range, set))
			return false;
	}
	*best = columns > *best ? columns : *best;
	return alias_column(analysis, scope->aliases, token, set, best);
}

/* Does `name` (of `count` parts) mean this range? */
static enum gh_sql_match range_match(const struct gh_sql_analysis *analysis,
				     const struct gh_sql_range *range,
				     const struct gh_sql_name *name, unsigned count)
{
	const struct gh_sql_name *written;
	enum gh_sql_match match = gh_sql_name_match(analysis, range->name, range->quoted,
						    name->parts[count - 1]);

	if (match == GH_SQL_MATCH_NO || count == 1)
		return match;
	if (range->relation == NULL || range->relation->written.count < 2)
		return GH_SQL_MATCH_MAYBE;
	written = &range->relation->written;
	if (!gh_span_equal_nocase(written->parts[written->count - 2]->name,
				  name->parts[count - 2]->name))
		return GH_SQL_MATCH_NO;
	return match;
}

/* source.column */
static bool qualified_name(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			   const struct gh_sql_name *name, struct gh_sql_set *set,
			   enum gh_sql_match *best)
{
	const struct gh_sql_token *column = name->parts[name->count - 1];

	for (size_t i = 0; i < scope->count; i++) {
		const struct gh_sql_range *range = &scope->ranges[i];
		struct found found = { 0 };
		enum gh_sql_match match = range_match(analysis, range, name, name->count - 1);

		if (match == GH_SQL_MATCH_NO)
			continue;
		if (!range_column(analysis, range, column, &found) ||
		    !gh_sql_set_add(analysis, set, &found.named) ||
		    !gh_sql_set_add(analysis, set, &found.open))
			return false;
		if (found.best == GH_SQL_MATCH_NO) /* a hidden column, or a function of the row */
			set->flags |= GH_LINEAGE_UNKNOWN;
		*best = match > *best ? match : *best;
	}
	return true;
}

/* source.column.field and column.field: into a value. */
static bool field_name(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		       const struct gh_sql_name *name, struct gh_sql_set *set,
		       enum gh_sql_match *best)
{
	struct gh_sql_name prefix = *name;
	struct found found = { 0 };
	enum gh_sql_match first = GH_SQL_MATCH_NO;

	for (prefix.count = name->count - 1; prefix.count >= 2; prefix.count--)
		for (size_t i = 0; i < scope->count; i++)
			if (range_match(analysis, &scope->ranges[i], &prefix, prefix.count - 1) !=
				    GH_SQL_MATCH_NO &&
			    !range_column(analysis, &scope->ranges[i],
					  prefix.parts[prefix.count - 1], &found))
				return false;
	if (!gh_sql_set_add(analysis, set, &found.named) ||
	    !gh_sql_set_add(analysis, set, &found.open))
		return false;
	if (found.best != GH_SQL_MATCH_SURE &&
	    !columns_named(analysis, scope, name->parts[0], set, &first))
		return false;
	first = found.best > first ? found.best : first;
	set->flags |= first == GH_SQL_MATCH_NO ? 0 : GH_LINEAGE_DERIVED;
	*best = first > *best ? first : *best;
	return true;
}

/* All rows of the innermost scope that has sources. */
static bool all_rows(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		     struct gh_sql_set *set, enum gh_sql_match *best)
{
	for (size_t i = 0; i < scope->count; i++)
		if (!whole_row(analysis, &scope->ranges[i], set))
			return false;
	if (scope->count > 0)
		*best = GH_SQL_MATCH_SURE;
	return true;
}

static bool whole_rows(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		       const struct gh_sql_name *name, struct gh_sql_set *set,
		       enum gh_sql_match *best)
{
	for (size_t i = 0; i < scope->count; i++) {
		enum gh_sql_match match =
			range_match(analysis, &scope->ranges[i], name, name->count);

		if (match == GH_SQL_MATCH_NO)
			continue;
		if (!whole_row(analysis, &scope->ranges[i], set))
			return false;
		*best = match > *best ? match : *best;
	}
	return true;
}

/* Columns that tables have without saying so. */
static bool hidden_column(const struct gh_sql_token *token)
{
	static const char *const names[] = {
		"rowid", "oid", "_rowid_", "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid",
		"rownum", "level", "ora_rowscn", "versions_xid", "object_value",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (gh_span_equal_nocase(token->name, gh_span_from(names[i])))
			return true;
	return false;
}

static bool declares(const struct gh_sql_range *range, const struct gh_sql_token *token)
{
	for (size_t i = 0; i < range->shape.count; i++)
		if (gh_span_equal_nocase(range->shape.columns[i].name, token->name))
			return true;
	return false;
}

/* Does the one source that it can be of list a column of that name? */
static bool is_declared(const struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			const struct gh_sql_name *name)
{
	const struct gh_sql_token *column = name->parts[name->count - 1];

	for (; scope != NULL; scope = scope->outer) {
		if (name->count == 1 && scope->count > 0)
			return scope->count == 1 && declares(&scope->ranges[0], column);
		for (size_t i = 0; i < scope->count; i++)
			if (range_match(analysis, &scope->ranges[i], name, name->count - 1) !=
			    GH_SQL_MATCH_NO)
				return declares(&scope->ranges[i], column);
	}
	return false;
}

/* Is it a lambda's parameter, or something in one? */
static bool is_bound(const struct gh_sql_name *name, const struct gh_sql_reference *bound)
{
	for (; bound != NULL && name->count > 0; bound = bound->next)
		if (gh_span_equal_nocase(bound->name.parts[0]->name, name->parts[0]->name))
			return true;
	return false;
}

/* SQLite and others take "x" for a string where nothing has that name. */
static void may_be_text(struct gh_sql_analysis *analysis, const struct gh_sql_name *name,
			const struct gh_sql_set *set)
{
	size_t index = (size_t)(name->parts[0] - analysis->tokens.items);

	if (name->count == 1 && (set->flags & GH_LINEAGE_UNKNOWN) != 0 &&
	    (name->parts[0]->flags & GH_SQL_TOKEN_DOUBLE) != 0 &&
	    (analysis->dialect->traits & GH_SQL_TRAIT_NAME_MAY_BE_TEXT) != 0)
		analysis->tokens.items[index].flags |= GH_SQL_TOKEN_LITERAL;
}

static bool in_scope(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		     const struct gh_sql_reference *reference, struct gh_sql_set *set,
		     enum gh_sql_match *best)
{
	const struct gh_sql_name *name = &reference->name;

	if (name->count == 0)
		return all_rows(analysis, scope, set, best);
	if (reference->star)
		return whole_rows(analysis, scope, name, set, best);
	if (name->count == 1)
		return bare_name(analysis, scope, name->parts[0], set, best);
	return qualified_name(analysis, scope, name, set, best);
}

/* Where no source is surely called so, a name of parts may lead into a value. */
static bool as_field(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		     const struct gh_sql_reference *reference, struct gh_sql_set *set,
		     enum gh_sql_match *best)
{
	enum gh_sql_match found = GH_SQL_MATCH_NO;

	if (reference->star || reference->name.count < 2 || *best == GH_SQL_MATCH_SURE)
		return true;
	for (; scope != NULL && found != GH_SQL_MATCH_SURE; scope = scope->outer)
		if (!field_name(analysis, scope, &reference->name, set, &found))
			return false;
	*best = found > *best ? found : *best;
	return true;
}

enum gh_sql_match gh_sql_range_match(const struct gh_sql_analysis *analysis,
				     const struct gh_sql_range *range,
				     const struct gh_sql_name *name)
{
	return range_match(analysis, range, name, name->count);
}

bool gh_sql_resolve(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		    const struct gh_sql_reference *reference, struct gh_sql_set *set,
		    const struct gh_sql_reference *bound)
{
	const struct gh_sql_name *name = &reference->name;
	const struct gh_sql_scope *innermost = scope;
	struct gh_sql_set found = { 0 };
	enum gh_sql_match best = GH_SQL_MATCH_NO;

	for (; scope != NULL && best != GH_SQL_MATCH_SURE; scope = scope->outer)
		if (!in_scope(analysis, scope, reference, &found, &best))
			return false;
	if (!as_field(analysis, innermost, reference, &found, &best))
		return false;
	if (best == GH_SQL_MATCH_NO && (reference->soft || is_bound(name, bound)))
		return true;
	if (best == GH_SQL_MATCH_NO ||
	    (name->count > 0 && hidden_column(name->parts[name->count - 1]) &&
	     !is_declared(analysis, innermost, name)))
		found.flags |= GH_LINEAGE_UNKNOWN;
	if (name->count > 0)
		may_be_text(analysis, name, &found);
	return gh_sql_set_add(analysis, set, &found);
}

const struct gh_sql_range *gh_sql_range_find(const struct gh_sql_analysis *analysis,
					     const struct gh_sql_scope *scope,
					     const struct gh_sql_name *name)
{
	const struct gh_sql_range *found = NULL;

	for (size_t i = 0; i < scope->count; i++) {
		enum gh_sql_match match =
			range_match(analysis, &scope->ranges[i], name, name->count);

		if (match == GH_SQL_MATCH_NO)
			continue;
		if (match == GH_SQL_MATCH_MAYBE || found != NULL)
			return NULL;
		found = &scope->ranges[i];
	}
	return found;
}
