/*
 * What the words of a statement that is not understood tell of tables: names
 * where tables are named.  Never complete, so that such a statement may touch any
 * table; but no table that it names is left out for want of understanding it.
 */
#include "internal.h"

struct introducer {
	const char *word;
	unsigned access;
};

/* Words behind which a table's name may stand.  lint: table */
static const struct introducer introducers[] = {
	{ "from", GH_ACCESS_READ },	{ "join", GH_ACCESS_READ },
	{ "into", GH_ACCESS_WRITE },	{ "update", GH_ACCESS_WRITE },
	{ "table", GH_ACCESS_WRITE },	{ "view", GH_ACCESS_WRITE },
	{ "using", GH_ACCESS_READ },	{ "references", GH_ACCESS_READ },
	{ "clone", GH_ACCESS_READ },	{ "like", GH_ACCESS_READ },
	{ "on", GH_ACCESS_READ },	{ "truncate", GH_ACCESS_WRITE },
	{ "copy", GH_ACCESS_READ | GH_ACCESS_WRITE }, { "analyze", GH_ACCESS_READ },
	{ "vacuum", GH_ACCESS_READ },	{ "lock", GH_ACCESS_READ },
	{ "tables", GH_ACCESS_READ },	{ "describe", GH_ACCESS_READ },
	{ "desc", GH_ACCESS_READ },	{ "explain", GH_ACCESS_READ },
	{ "overwrite", GH_ACCESS_WRITE }, { "insert", GH_ACCESS_WRITE },
	{ "merge", GH_ACCESS_WRITE },	{ "delete", GH_ACCESS_WRITE },
	{ "replace", GH_ACCESS_WRITE }, { "apply", GH_ACCESS_READ },
	{ "columns", GH_ACCESS_READ },	{ "of", GH_ACCESS_READ },
	{ "with", GH_ACCESS_READ },	{ "to", GH_ACCESS_READ },
	{ "refresh", GH_ACCESS_WRITE }, { "cache", GH_ACCESS_READ },
	{ "inherits", GH_ACCESS_READ }, { "in", GH_ACCESS_READ },
	{ "handler", GH_ACCESS_READ },	{ "rename", GH_ACCESS_WRITE },
	{ "optimize", GH_ACCESS_READ }, { "repair", GH_ACCESS_READ },
	{ "check", GH_ACCESS_READ },	{ "checksum", GH_ACCESS_READ },
	{ "only", GH_ACCESS_READ },	{ "exists", GH_ACCESS_WRITE },
	{ "flush", GH_ACCESS_READ },	{ "publication", GH_ACCESS_READ },
	{ "partition", GH_ACCESS_READ }, { "cluster", GH_ACCESS_READ },
	{ "describe", GH_ACCESS_READ }, { "msck", GH_ACCESS_READ },
	{ "index", GH_ACCESS_READ },	{ "stream", GH_ACCESS_WRITE },
	{ "synonym", GH_ACCESS_WRITE }, { "sequence", GH_ACCESS_WRITE },
	{ "type", GH_ACCESS_WRITE },	{ "trigger", GH_ACCESS_WRITE },
	{ "show", GH_ACCESS_READ },	{ "exchange", GH_ACCESS_WRITE },
	{ "switch", GH_ACCESS_WRITE },	{ "swap", GH_ACCESS_WRITE },
	{ "attach", GH_ACCESS_READ },	{ "detach", GH_ACCESS_READ },
	{ "uncache", GH_ACCESS_READ },	{ "stats", GH_ACCESS_READ },
	{ "metadata", GH_ACCESS_READ }, { "statistics", GH_ACCESS_READ },
	{ "dictionary", GH_ACCESS_WRITE }, { "minus", GH_ACCESS_READ },
	{ "database", GH_ACCESS_READ }, { "schema", GH_ACCESS_READ },
	{ "policy", GH_ACCESS_READ },	{ "create", GH_ACCESS_WRITE },
};

static const struct introducer *introducer_of(const struct gh_sql_token *token)
{
	if (token->kind != GH_SQL_TOKEN_WORD)
		return NULL;
	for (size_t i = 0; i < sizeof(introducers) / sizeof(introducers[0]); i++)
		if ((token->name.bytes[0] | 0x20) == introducers[i].word[0] &&
		    gh_sql_word_is(token, introducers[i].word))
			return &introducers[i];
	return NULL;
}

/* Words that may stand between such a word and the name. */
static bool filler(const struct gh_sql_token *token)
{
	static const char *const words[] = { "if", "not", "exists", "only", "table", "into",
					     "lateral", "overwrite", "ignore", "from", "or",
					     "replace", "temporary", "temp", "view", "partition",
					     "low_priority", "external", "materialized",
					     "concurrently", "delayed", "column", NULL };

	return gh_sql_word_in(token, words);
}

/* The name as written, without asking the catalogue: it may be none of a table. */
static bool note(struct gh_sql_analysis *analysis, const struct gh_sql_name *name, unsigned access)
{
	struct gh_sql_relation *relation = gh_sql_relation_named(analysis, name);

	if (relation != NULL)
		relation->access |= access;
	return relation != NULL;
}

/* WITH x AS (..): x is no table. */
static bool is_cte(const struct gh_sql_analysis *analysis, const struct gh_sql_name *name)
{
	const struct gh_sql_token *items = analysis->tokens.items;

	for (size_t at = 0; name->count == 1 && at + 2 < analysis->tokens.count; at++)
		if (items[at + 1].keyword == GH_SQL_KW_AS && items[at + 2].symbol == '(' &&
		    gh_span_equal_nocase(items[at].name, name->parts[0]->name))
			return true;
	return false;
}

/* a [AS x], b [y], ...: names that a list goes on with. */
static bool name_list(struct gh_sql_analysis *analysis, unsigned access)
{
	struct gh_sql_name name;

	do {
		const char *before = analysis->reason;

		while (filler(gh_sql_peek(analysis, 0)))
			analysis->at++;
		if (!gh_sql_is_name(gh_sql_peek(analysis, 0)))
			return true;
		if (!gh_sql_parse_table_name(analysis, &name)) {
			analysis->reason = before;
			return analysis->status == GH_OK;
		}
		if (!is_cte(analysis, &name) && !note(analysis, &name, access))
			return false;
		gh_sql_accept(analysis, GH_SQL_KW_AS);
		if (gh_sql_is_name(gh_sql_peek(analysis, 0)) &&
		    introducer_of(gh_sql_peek(analysis, 0)) == NULL)
			analysis->at++;
	} while (gh_sql_accept_symbol(analysis, ','));
	return true;
}

void gh_sql_scan_tables(struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	const char *reason = analysis->reason;

	analysis->end = end;
	for (size_t at = first; at < end && analysis->status == GH_OK; at++) {
		const struct introducer *word = introducer_of(&analysis->tokens.items[at]);

		analysis->at = at + 1;
		if (word != NULL && at + 1 < end && !name_list(analysis, word->access))
			return;
	}
	analysis->reason = reason;
}
