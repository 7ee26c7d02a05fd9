/*
 * FROM: joins, their conditions, and PIVOT.
 */
#include "internal.h"

static bool parse_list(struct gh_sql_analysis *analysis, struct gh_sql_select *select);

/* ---- PIVOT and UNPIVOT ----------------------------------------------------- */

/* Names that a value of IN may give to columns: what it is, and its alias. */
static bool pivot_name(struct gh_sql_analysis *analysis, struct gh_sql_pivot *pivot,
		       const struct gh_sql_token *token)
{
	if (pivot->name_count >= GH_SQL_MAX_COLUMNS)
		return gh_sql_refuse(analysis);
	pivot->names = gh_sql_grow(analysis, (void *)pivot->names, sizeof(*pivot->names),
				   pivot->name_count, &pivot->name_capacity);
	if (pivot->names == NULL)
		return false;
	pivot->names[pivot->name_count++] = token;
	return true;
}

/* PIVOT's values of IN give columns their names, UNPIVOT's own words do. */
static bool pivot_names(struct gh_sql_analysis *analysis, struct gh_sql_pivot *pivot, size_t end,
			enum gh_sql_keyword verb)
{
	bool in = false;

	for (size_t ahead = 1; ahead + 1 < end; ahead++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, ahead);
		bool names = gh_sql_is_name(token) || token->kind == GH_SQL_TOKEN_STRING ||
			     token->kind == GH_SQL_TOKEN_NUMBER;

		in = in || token->keyword == GH_SQL_KW_IN;
		if (in && (token->keyword == GH_SQL_KW_SELECT || token->keyword == GH_SQL_KW_ANY))
			pivot->any = true;
		if (in == (verb == GH_SQL_KW_PIVOT) && names &&
		    !pivot_name(analysis, pivot, token))
			return false;
	}
	return true;
}

/* Everything in the brackets, as one expression whose odd words are soft. */
bool gh_sql_parse_pivot(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	struct gh_sql_pivot *pivot = gh_sql_alloc(analysis, sizeof(*pivot));
	enum gh_sql_keyword verb = gh_sql_peek_keyword(analysis, 0);
	size_t end;

	if (pivot == NULL)
		return false;
	analysis->at++;
	if (gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_NULLS)
		analysis->at += 2;
	end = gh_sql_peek_symbol(analysis, 0, '(') ? gh_sql_bracket_end(analysis, 0) : 0;
	if (end == 0)
		return gh_sql_refuse(analysis);
	if (!pivot_names(analysis, pivot, end, verb) ||
	    !gh_sql_parse_expr_add(analysis, &pivot->arguments))
		return false;
	pivot->next = source->pivots;
	source->pivots = pivot;
	return true;
}

/* ---- MATCH_RECOGNIZE --------------------------------------------------------- */

/* Words in it before brackets that call nothing. */
static bool match_word(const struct gh_sql_token *token)
{
	static const char *const words[] = { "pattern", "permute", "and", "or", "not", "in",
					     "first", "last", "prev", "next", "classifier",
					     "match_number",
					     "final", "running", "as", "define", "subset", NULL };

	return gh_sql_word_in(token, words);
}

/*
 * Rows that a pattern fits: its columns come from all columns of the source, for
 * its own grammar is not read.
 */
bool gh_sql_parse_match(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	struct gh_sql_pivot *pivot = gh_sql_alloc(analysis, sizeof(*pivot));
	struct gh_sql_expr *all = gh_sql_alloc(analysis, sizeof(*all));
	struct gh_sql_reference *star = gh_sql_alloc(analysis, sizeof(*star));
	size_t end = gh_sql_bracket_end(analysis, 1);
	bool pattern = false;

	if (pivot == NULL || all == NULL || star == NULL || end == 0)
		return gh_sql_refuse(analysis);
	for (size_t ahead = 2; ahead + 1 < end; ahead++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, ahead);

		pattern = pattern || gh_sql_word_is(token, "pattern");
		if (token->keyword == GH_SQL_KW_SELECT)
			return gh_sql_refuse(analysis);
		if (gh_sql_is_name(token) && gh_sql_peek_symbol(analysis, ahead + 1, '(') &&
		    !match_word(token) && gh_sql_function_find(analysis->dialect, token) == NULL)
			return gh_sql_refuse(analysis);
	}
	if (!pattern)
		return gh_sql_refuse(analysis);
	all->references = star;
	all->first = (uint32_t)analysis->at;
	all->last = (uint32_t)(analysis->at + end);
	pivot->arguments = all;
	pivot->any = true;
	pivot->next = source->pivots;
	source->pivots = pivot;
	analysis->at += end;
	return true;
}

/* ---- brackets -------------------------------------------------------------- */

static void splice(struct gh_sql_select *select, const struct gh_sql_select *inner)
{
	struct gh_sql_source **last = &select->sources;

	while (*last != NULL)
		last = &(*last)->next;
	*last = inner->sources;
	for (struct gh_sql_source *source = inner->sources; source != NULL; source = source->next)
		source->unclear = true;
	gh_sql_expr_append(&select->conditions, inner->conditions);
	select->merged = select->merged || inner->merged;
	select->natural = select->natural || inner->natural;
}

/* (a JOIN b ON ..) AS c: a query for all of it. */
static bool named_bracket(struct gh_sql_analysis *analysis, struct gh_sql_select *select,
			  const struct gh_sql_select *inner)
{
	struct gh_sql_source *source = gh_sql_source_add(analysis, select);
	struct gh_sql_query *query = gh_sql_alloc(analysis, sizeof(*query));

	if (source == NULL || query == NULL)
		return false;
	query->arms = gh_sql_alloc(analysis, sizeof(*query->arms));
	if (query->arms == NULL)
		return false;
	*query->arms = *inner;
	query->arms->items = gh_sql_alloc(analysis, sizeof(*query->arms->items));
	source->kind = GH_SQL_SOURCE_QUERY;
	source->query = query;
	return query->arms->items != NULL && gh_sql_parse_suffixes(analysis, source);
}

/* (a JOIN b ON ..): brackets with or without a name of their own. */
static bool bracketed(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	static const char *const commands[] = { "summarize", "describe", "desc", "show", "call",
						"explain", NULL }; /* (SUMMARIZE t) */
	struct gh_sql_select inner = { 0 };
	bool understood;

	if (analysis->queries >= GH_SQL_MAX_QUERIES)
		return gh_sql_opaque(analysis, analysis->at, "joins nested too deeply");
	analysis->at++;
	if (gh_sql_word_in(gh_sql_peek(analysis, 0), commands) &&
	    gh_sql_is_name(gh_sql_peek(analysis, 1)))
		return gh_sql_refuse(analysis);
	analysis->queries++;
	understood = parse_list(analysis, &inner) && gh_sql_expect_symbol(analysis, ')');
	analysis->queries--;
	if (!understood)
		return false;
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_AS ||
	    gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_PIVOT ||
	    gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_UNPIVOT ||
	    (gh_sql_is_name(gh_sql_peek(analysis, 0)) && !gh_sql_joins_here(analysis)))
		return named_bracket(analysis, select, &inner);
	splice(select, &inner);
	return true;
}

/* {oj a LEFT OUTER JOIN b ON ..} */
static bool outer_join_escape(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	if (analysis->no_scan || !gh_sql_word_is(gh_sql_peek(analysis, 1), "oj") ||
	    analysis->queries >= GH_SQL_MAX_QUERIES)
		return gh_sql_refuse(analysis);
	analysis->at += 2;
	analysis->queries++;
	if (!parse_list(analysis, select))
		return false;
	analysis->queries--;
	return gh_sql_expect_symbol(analysis, '}');
}

/* ---- one source ------------------------------------------------------------ */

/* Is `((..` a query in more brackets than it needs, or a join? */
static bool holds_query(const struct gh_sql_analysis *analysis)
{
	size_t ahead = 1;

	if (gh_sql_begins_query(analysis, 1))
		return true;
	while (gh_sql_peek_symbol(analysis, ahead, '('))
		ahead++;
	if (!gh_sql_begins_query(analysis, ahead))
		return false;
	return gh_sql_bracket_end(analysis, ahead - 1) + 1 ==
	       gh_sql_bracket_end(analysis, ahead - 2);
}

static bool parse_one(struct gh_sql_analysis *analysis, struct gh_sql_select *select,
		      struct gh_sql_source **out)
{
	struct gh_sql_source join = **out;
	struct gh_sql_source *source;

	*out = NULL;
	if (gh_sql_accept(analysis, GH_SQL_KW_LATERAL))
		join.lateral = true;
	if (gh_sql_peek_symbol(analysis, 0, '{'))
		return outer_join_escape(analysis, select);
	if (gh_sql_peek_symbol(analysis, 0, '(') && !holds_query(analysis))
		return bracketed(analysis, select);
	source = gh_sql_source_add(analysis, select);
	if (source == NULL)
		return false;
	*source = join;
	*out = source;
	return gh_sql_parse_source(analysis, source);
}

/* ---- joins --------------------------------------------------------------- */

static const char *const join_words[] = {
	"natural", "inner", "cross", "left", "right", "full", "outer", "any", "all", NULL,
};

/* Words that some targets take for an alias. */
static const char *const more_join_words[] = {
	"global", "asof", "semi", "anti", "positional", "hash", "loop", "remote", "local", "paste",
	"directed", "merge", NULL,
};

static bool join_word(const struct gh_sql_analysis *analysis, const struct gh_sql_token *token)
{
	if (gh_sql_word_in(token, join_words))
		return true;
	return ((analysis->dialect->mask & GH_SQL_MASK_ANY) != 0 ||
		(analysis->dialect->traits & GH_SQL_TRAIT_NO_SEPARATOR) != 0) &&
	       gh_sql_word_in(token, more_join_words);
}

/* Tokens up to behind JOIN or APPLY; 0: no join begins here. */
static size_t join_length(const struct gh_sql_analysis *analysis)
{
	size_t ahead = 0;

	while (ahead < 6 && join_word(analysis, gh_sql_peek(analysis, ahead)))
		ahead++;
	switch (gh_sql_peek_keyword(analysis, ahead)) {
	case GH_SQL_KW_JOIN:
	case GH_SQL_KW_STRAIGHT_JOIN:
	case GH_SQL_KW_APPLY:
		return ahead + 1;
	default:
		return 0;
	}
}

bool gh_sql_joins_here(const struct gh_sql_analysis *analysis)
{
	return join_length(analysis) > 0;
}

/* Moves behind JOIN and notes what it means for the source behind. */
static bool join_here(struct gh_sql_analysis *analysis, struct gh_sql_source *join)
{
	static const char *const hides[] = { "semi", "anti", NULL };
	size_t length = join_length(analysis);
	bool right = false;

	for (size_t i = 0; i < length; i++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, i);

		join->natural = join->natural || token->keyword == GH_SQL_KW_NATURAL;
		join->hidden = join->hidden || gh_sql_word_in(token, hides);
		right = right || token->keyword == GH_SQL_KW_RIGHT;
		join->lateral = join->lateral || token->keyword == GH_SQL_KW_APPLY;
	}
	join->unclear = join->hidden && right; /* then it is the left side that hides */
	join->hidden = join->hidden && !right;
	analysis->at += length;
	return length > 0;
}

/* USING (a, b) is a condition on every source's a and b. */
static bool using(struct gh_sql_analysis *analysis, struct gh_sql_select *select,
		  struct gh_sql_source *source)
{
	struct gh_sql_expr **last = &select->conditions;
	size_t start = analysis->at;

	select->merged = true;
	while (*last != NULL)
		last = &(*last)->next;
	if (!gh_sql_expect_symbol(analysis, '(') || !gh_sql_parse_exprs(analysis, last))
		return false;
	for (; *last != NULL; last = &(*last)->next)
		if (((*last)->flags & GH_SQL_EXPR_PLAIN) == 0 ||
		    (*last)->references->name.count != 1)
			return gh_sql_refuse(analysis); /* SQLite takes strings for names */
	if (!gh_sql_expect_symbol(analysis, ')'))
		return false;
	if (source == NULL)
		return true;
	analysis->at = start;
	return gh_sql_parse_columns(analysis, &source->using, &source->using_count);
}

/* ON and USING; those of nested joins follow each other. */
static bool join_conditions(struct gh_sql_analysis *analysis, struct gh_sql_select *select,
			    struct gh_sql_source *source)
{
	for (;;) {
		if (gh_sql_word_is(gh_sql_peek(analysis, 0), "match_condition"))
			analysis->at++;
		else if (gh_sql_accept(analysis, GH_SQL_KW_USING)) {
			if (!using(analysis, select, source))
				return false;
			if (gh_sql_accept(analysis, GH_SQL_KW_AS))
				return gh_sql_refuse(analysis);
			continue;
		} else if (!gh_sql_accept(analysis, GH_SQL_KW_ON)) {
			return true;
		}
		if (!gh_sql_parse_expr_add(analysis, &select->conditions))
			return false;
	}
}

/* LATERAL VIEW [OUTER] f(x) t [AS a, b] */
static bool lateral_view(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	struct gh_sql_source *source = gh_sql_source_add(analysis, select);
	size_t capacity = 0;

	if (source == NULL)
		return false;
	analysis->at += 2;
	gh_sql_accept(analysis, GH_SQL_KW_OUTER);
	source->kind = GH_SQL_SOURCE_FUNCTION;
	source->lateral = true;
	if (!gh_sql_parse_expr_add(analysis, &source->arguments))
		return false;
	if (gh_sql_is_name(gh_sql_peek(analysis, 0)) && !gh_sql_joins_here(analysis)) {
		source->alias = gh_sql_peek(analysis, 0);
		analysis->at++;
	}
	if (!gh_sql_accept(analysis, GH_SQL_KW_AS))
		return true;
	do {
		if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
			return gh_sql_refuse(analysis);
		source->columns = gh_sql_grow(analysis, (void *)source->columns,
					      sizeof(*source->columns), source->column_count,
					      &capacity);
		if (source->columns == NULL)
			return false;
		source->columns[source->column_count++] = gh_sql_peek(analysis, 0);
		analysis->at++;
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

/* ARRAY JOIN x AS a, y AS b */
static bool array_join(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	gh_sql_accept(analysis, GH_SQL_KW_LEFT);
	analysis->at += 2;
	do {
		struct gh_sql_source *source = gh_sql_source_add(analysis, select);

		if (source == NULL || !gh_sql_parse_expr_add(analysis, &source->arguments))
			return false;
		source->kind = GH_SQL_SOURCE_FUNCTION;
		source->lateral = true;
		source->unclear = true;
		if (gh_sql_accept(analysis, GH_SQL_KW_AS) ||
		    gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_NAME) {
			source->alias = gh_sql_peek(analysis, 0);
			analysis->at++;
		}
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

static bool array_join_here(const struct gh_sql_analysis *analysis)
{
	size_t ahead = gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_LEFT ? 1 : 0;

	return gh_sql_peek_keyword(analysis, ahead) == GH_SQL_KW_ARRAY &&
	       gh_sql_peek_keyword(analysis, ahead + 1) == GH_SQL_KW_JOIN;
}

static bool parse_joined(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	struct gh_sql_source join = { 0 };
	struct gh_sql_source *source = &join;

	if (!parse_one(analysis, select, &source))
		return false;
	for (;;) {
		join = (struct gh_sql_source){ 0 };
		source = &join;
		if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_LATERAL &&
		    gh_sql_word_is(gh_sql_peek(analysis, 1), "view")) {
			if (!lateral_view(analysis, select))
				return false;
			continue;
		}
		if (array_join_here(analysis)) {
			if (!array_join(analysis, select))
				return false;
			continue;
		}
		if (!join_here(analysis, &join))
			return true;
		select->natural = select->natural || join.natural;
		select->merged = select->merged || join.natural || join.unclear;
		if (!parse_one(analysis, select, &source) ||
		    !join_conditions(analysis, select, source))
			return false;
	}
}

static bool parse_list(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	struct gh_sql_source **last = &select->sources;

	do {
		while (*last != NULL)
			last = &(*last)->next;
		if (!parse_joined(analysis, select))
			return false;
		if (last != &select->sources && *last != NULL)
			(*last)->comma = true;
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

bool gh_sql_parse_sources(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	return parse_list(analysis, select);
}

bool gh_sql_parse_joined(struct gh_sql_analysis *analysis, struct gh_sql_select *select)
{
	return parse_joined(analysis, select);
}
