/*
 * FROM: tables, derived tables, functions, and what follows their names.  Joins
 * are in joins.c.
 */
#include "internal.h"

struct gh_sql_source *gh_sql_source_add(struct gh_sql_analysis *analysis,
					struct gh_sql_select *select)
{
	struct gh_sql_source **last = &select->sources;
	size_t count = 0;

	for (; *last != NULL; last = &(*last)->next)
		count++;
	if (count >= GH_SQL_MAX_SOURCES) {
		gh_sql_refuse(analysis);
		return NULL;
	}
	*last = gh_sql_alloc(analysis, sizeof(**last));
	return *last;
}

/* ---- aliases --------------------------------------------------------------- */

/* Words that go on with the source or the query, depending on what comes behind. */
static bool goes_on(const struct gh_sql_token *token, const struct gh_sql_token *next)
{
	static const char *const brackets[] = { "at", "before", "partition", "match_condition",
						NULL };
	static const char *const hints[] = { "ignore", "force", "lock", "array", NULL };
	static const char *const behind[] = { "in", "join", "index", "key", NULL };

	if (gh_sql_word_in(token, brackets))
		return next->symbol == '(';
	if (gh_sql_word_is(token, "cluster"))
		return next->keyword == GH_SQL_KW_BY;
	if (token->keyword == GH_SQL_KW_START)
		return next->keyword == GH_SQL_KW_WITH;
	return gh_sql_word_in(token, hints) && gh_sql_word_in(next, behind);
}

/* Words that follow a source and are no alias, unless nothing else fits. */
static bool alias_word(const struct gh_sql_analysis *analysis)
{
	static const char *const never[] = { "final", "sample", "prewhere", "settings", "format",
					     "connect", "match_recognize", "changes",
					     "distribute", "sort", "asof", "semi", "anti", "global",
					     "positional", "pivot", "unpivot", "indexed",
					     "options", NULL };
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
	const struct gh_sql_token *next = gh_sql_peek(analysis, 1);

	if (!gh_sql_is_name(token) || token->kind == GH_SQL_TOKEN_NAME)
		return gh_sql_is_name(token);
	if (gh_sql_word_in(token, never))
		return next->symbol == ',' || next->symbol == ')' ||
		       next->kind == GH_SQL_TOKEN_END || next->keyword == GH_SQL_KW_ON ||
		       next->keyword == GH_SQL_KW_WHERE;
	return !goes_on(token, next);
}

/* (a, b), (a int, b text): the names of the columns. */
static bool alias_columns(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	size_t capacity = 0;

	analysis->at++;
	do {
		if (source->column_count >= GH_SQL_MAX_COLUMNS ||
		    !gh_sql_is_name(gh_sql_peek(analysis, 0)))
			return gh_sql_refuse(analysis);
		source->columns = gh_sql_grow(analysis, (void *)source->columns,
					      sizeof(*source->columns), source->column_count,
					      &capacity);
		if (source->columns == NULL)
			return false;
		source->columns[source->column_count++] = gh_sql_peek(analysis, 0);
		analysis->at++;
		if (!gh_sql_peek_symbol(analysis, 0, ',') &&
		    !gh_sql_peek_symbol(analysis, 0, ')') && !gh_sql_parse_type(analysis))
			return false;
	} while (gh_sql_accept_symbol(analysis, ','));
	return gh_sql_expect_symbol(analysis, ')');
}

/* [AS] alias [(columns)], or a function's AS (columns) */
static bool source_alias(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	bool as = gh_sql_accept(analysis, GH_SQL_KW_AS);
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

	if (source->alias != NULL && !as)
		return true;
	if (as && token->symbol == '(')
		return alias_columns(analysis, source);
	if (!(as ? gh_sql_is_name(token) || token->kind == GH_SQL_TOKEN_STRING :
		   alias_word(analysis)))
		return !as || gh_sql_refuse(analysis);
	source->alias = token;
	analysis->at++;
	if (!gh_sql_peek_symbol(analysis, 0, '('))
		return true;
	return alias_columns(analysis, source);
}

/* ---- what may stand around an alias ---------------------------------------- */

static bool skip_bracket(struct gh_sql_analysis *analysis)
{
	size_t behind = gh_sql_bracket_end(analysis, 0);

	if (!gh_sql_peek_symbol(analysis, 0, '(') || behind == 0)
		return gh_sql_refuse(analysis);
	analysis->at += behind;
	return true;
}

static const char *const periods[] = {
	"system_time", "business_time", "system_version", "timestamp", "version", "scn", "of",
	"contained", "in", NULL,
};

/* Moves behind FOR SYSTEM_TIME, AS OF, VERSION AS OF; false: none of them is here. */
static bool period_words(struct gh_sql_analysis *analysis)
{
	size_t start = analysis->at;

	if (gh_sql_accept(analysis, GH_SQL_KW_FOR) &&
	    !gh_sql_word_in(gh_sql_peek(analysis, 0), periods)) {
		analysis->at = start;
		return false;
	}
	if (gh_sql_word_in(gh_sql_peek(analysis, 0), periods) &&
	    (analysis->at > start || gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_AS))
		analysis->at++;
	if (gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_AS &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_OF)
		analysis->at += 2;
	return analysis->at > start;
}

/* FOR SYSTEM_TIME AS OF x, AS OF TIMESTAMP x, VERSION AS OF x, BETWEEN x AND y. */
static bool temporal(struct gh_sql_analysis *analysis, struct gh_sql_source *source, bool *found)
{
	*found = period_words(analysis);
	if (!*found)
		return true;
	while (gh_sql_word_in(gh_sql_peek(analysis, 0), periods) ||
	       gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_FROM ||
	       gh_sql_peek_keyword(analysis, 0) == GH_SQL_KW_BETWEEN)
		analysis->at++;
	if (gh_sql_accept(analysis, GH_SQL_KW_ALL))
		return true;
	if (!gh_sql_parse_expr_add(analysis, &source->arguments))
		return false;
	return !gh_sql_accept(analysis, GH_SQL_KW_TO) ||
	       gh_sql_parse_expr_add(analysis, &source->arguments);
}

/* TABLESAMPLE BERNOULLI (10 PERCENT) REPEATABLE (1), SAMPLE 0.1 */
static bool sample(struct gh_sql_analysis *analysis)
{
	static const char *const words[] = { "bernoulli", "system", "reservoir", "block", "row",
					     "rows", "percent", "repeatable", "seed", "offset",
					     "using", "sample", NULL };

	analysis->at++;
	for (;;) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

		if (token->symbol == '(') {
			if (!skip_bracket(analysis))
				return false;
		} else if (gh_sql_word_in(token, words) || token->kind == GH_SQL_TOKEN_NUMBER ||
			   token->symbol == '/' || token->symbol == '%') {
			analysis->at++;
		} else {
			return true;
		}
	}
}

/* USE INDEX (a), FORCE INDEX FOR JOIN (b), INDEXED BY i, NOT INDEXED */
static bool index_hint(struct gh_sql_analysis *analysis, bool *found)
{
	static const char *const words[] = { "index", "key", "for", "join", "order", "group", "by",
					     NULL };
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
	const struct gh_sql_token *next = gh_sql_peek(analysis, 1);

	if (gh_sql_word_is(token, "indexed") && next->keyword == GH_SQL_KW_BY) {
		*found = true;
		analysis->at += 3;
		return true;
	}
	if (token->keyword == GH_SQL_KW_NOT && gh_sql_word_is(next, "indexed")) {
		*found = true;
		analysis->at += 2;
		return true;
	}
	if (!gh_sql_word_in(next, (const char *const[]){ "index", "key", NULL }) ||
	    !gh_sql_word_in(token, (const char *const[]){ "use", "force", "ignore", NULL }))
		return true;
	*found = true;
	analysis->at++;
	while (gh_sql_word_in(gh_sql_peek(analysis, 0), words))
		analysis->at++;
	return skip_bracket(analysis);
}

/* WITH (NOLOCK), WITH ORDINALITY, WITH OFFSET [[AS] name] */
static bool with_words(struct gh_sql_analysis *analysis, struct gh_sql_source *source, bool *found)
{
	*found = true;
	if (gh_sql_peek_symbol(analysis, 1, '(') && source->kind == GH_SQL_SOURCE_FUNCTION) {
		analysis->at++; /* OPENJSON(..) WITH (a int '$.a', ..): its own columns */
		return skip_bracket(analysis);
	}
	if (gh_sql_peek_symbol(analysis, 1, '(')) {
		analysis->at++;
		return skip_bracket(analysis);
	}
	if (gh_sql_word_is(gh_sql_peek(analysis, 1), "ordinality")) {
		analysis->at += 2;
		return true;
	}
	if (gh_sql_peek_keyword(analysis, 1) != GH_SQL_KW_OFFSET) {
		*found = false;
		return true;
	}
	analysis->at += 2;
	if (gh_sql_accept(analysis, GH_SQL_KW_AS) || gh_sql_is_name(gh_sql_peek(analysis, 0)))
		analysis->at++;
	source->unclear = true;
	return true;
}

/* AT (TIMESTAMP => x), BEFORE (..), CHANGES (..), PARTITION (p), FINAL */
static bool bracket_words(struct gh_sql_analysis *analysis, struct gh_sql_source *source,
			  bool *found)
{
	static const char *const times[] = { "at", "before", "changes", "partition", "version",
					     "end", NULL };

	if (gh_sql_peek_symbol(analysis, 1, '(') &&
	    gh_sql_word_in(gh_sql_peek(analysis, 0), times)) {
		*found = true;
		analysis->at++;
		return gh_sql_parse_expr_add(analysis, &source->arguments);
	}
	if (gh_sql_word_is(gh_sql_peek(analysis, 0), "final")) {
		*found = true;
		analysis->at++;
	}
	return true;
}

static bool suffix(struct gh_sql_analysis *analysis, struct gh_sql_source *source, bool *found)
{
	enum gh_sql_keyword keyword = gh_sql_peek_keyword(analysis, 0);

	*found = false;
	if (keyword == GH_SQL_KW_TABLESAMPLE ||
	    (gh_sql_word_is(gh_sql_peek(analysis, 0), "sample") &&
	     (gh_sql_peek_symbol(analysis, 1, '(') ||
	      gh_sql_peek(analysis, 1)->kind == GH_SQL_TOKEN_NUMBER))) {
		*found = true;
		return sample(analysis);
	}
	if (keyword == GH_SQL_KW_WITH)
		return with_words(analysis, source, found);
	if (keyword == GH_SQL_KW_PIVOT || keyword == GH_SQL_KW_UNPIVOT) {
		*found = true;
		return gh_sql_parse_pivot(analysis, source);
	}
	if (gh_sql_word_is(gh_sql_peek(analysis, 0), "match_recognize") &&
	    gh_sql_peek_symbol(analysis, 1, '(')) {
		*found = true;
		return gh_sql_parse_match(analysis, source);
	}
	if (!bracket_words(analysis, source, found) || *found)
		return *found && analysis->reason == NULL;
	if (!index_hint(analysis, found) || *found)
		return *found;
	return temporal(analysis, source, found);
}

bool gh_sql_parse_suffixes(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	bool found = true;

	while (found)
		if (!suffix(analysis, source, &found))
			return gh_sql_refuse(analysis);
	if (!source_alias(analysis, source))
		return false;
	for (found = true; found;)
		if (!suffix(analysis, source, &found))
			return gh_sql_refuse(analysis);
	return source_alias(analysis, source);
}

/* ---- kinds of sources ------------------------------------------------------ */

static bool derived(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	analysis->at++;
	source->kind = GH_SQL_SOURCE_QUERY;
	source->query = gh_sql_parse_query(analysis);
	return source->query != NULL && gh_sql_expect_symbol(analysis, ')') &&
	       gh_sql_parse_suffixes(analysis, source);
}

static bool function(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	source->kind = GH_SQL_SOURCE_FUNCTION;
	return gh_sql_parse_expr_add(analysis, &source->arguments) &&
	       gh_sql_parse_suffixes(analysis, source);
}

/* ROWS FROM (f(), g()) */
static bool rows_from(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	source->kind = GH_SQL_SOURCE_FUNCTION;
	analysis->at += 3;
	do {
		if (!gh_sql_parse_expr_add(analysis, &source->arguments))
			return false;
		if (gh_sql_accept(analysis, GH_SQL_KW_AS) && !skip_bracket(analysis))
			return false;
	} while (gh_sql_accept_symbol(analysis, ','));
	return gh_sql_expect_symbol(analysis, ')') && gh_sql_parse_suffixes(analysis, source);
}

/* A file, a stage or a variable: anything may be in it. */
static bool place(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	if (gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_STRING)
		analysis->facts->actions |= GH_ACTION_ADMIN;
	source->kind = GH_SQL_SOURCE_FUNCTION;
	source->arguments = gh_sql_alloc(analysis, sizeof(*source->arguments));
	if (source->arguments == NULL)
		return false;
	source->arguments->flags = GH_SQL_EXPR_UNKNOWN;
	analysis->facts->tables_known = false;
	analysis->at++;
	if (gh_sql_peek_symbol(analysis, 0, '(') && !skip_bracket(analysis))
		return false;
	return gh_sql_parse_suffixes(analysis, source);
}

/* name, or name(arguments): told apart by the bracket behind the name. */
static bool named(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	size_t start = analysis->at;

	if (gh_sql_accept(analysis, GH_SQL_KW_ONLY) && gh_sql_peek_symbol(analysis, 0, '(')) {
		analysis->at++;
		return gh_sql_parse_name(analysis, &source->name) &&
		       gh_sql_expect_symbol(analysis, ')') &&
		       gh_sql_parse_suffixes(analysis, source);
	}
	if (gh_sql_peek_symbol(analysis, 1, '(') || gh_sql_call_parts(analysis) > 0)
		return function(analysis, source);
	if (!gh_sql_parse_table_name(analysis, &source->name))
		return false;
	if (gh_sql_peek_symbol(analysis, 0, '(')) {
		analysis->at = start;
		return function(analysis, source);
	}
	gh_sql_accept_symbol(analysis, '*');
	return gh_sql_parse_suffixes(analysis, source);
}

/* VALUES (1), (2) without brackets around it. */
static bool values(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	source->kind = GH_SQL_SOURCE_QUERY;
	source->query = gh_sql_parse_query(analysis);
	return source->query != NULL && gh_sql_parse_suffixes(analysis, source);
}

bool gh_sql_parse_source(struct gh_sql_analysis *analysis, struct gh_sql_source *source)
{
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
	bool strings = (analysis->dialect->traits & GH_SQL_TRAIT_STRING_TABLE) != 0;

	if (token->symbol == '(')
		return derived(analysis, source);
	if (token->keyword == GH_SQL_KW_VALUES)
		return values(analysis, source);
	if (token->kind == GH_SQL_TOKEN_VARIABLE || token->kind == GH_SQL_TOKEN_MARKER ||
	    (token->kind == GH_SQL_TOKEN_STRING && strings))
		return place(analysis, source);
	if (token->keyword == GH_SQL_KW_ROWS && gh_sql_peek_symbol(analysis, 2, '(') &&
	    gh_sql_peek_keyword(analysis, 1) == GH_SQL_KW_FROM)
		return rows_from(analysis, source);
	if (token->keyword == GH_SQL_KW_TABLE && gh_sql_peek_symbol(analysis, 1, '(')) {
		source->kind = GH_SQL_SOURCE_FUNCTION;
		analysis->at++;
		return function(analysis, source);
	}
	if (token->keyword == GH_SQL_KW_TABLE)
		analysis->at++;
	return named(analysis, source);
}
