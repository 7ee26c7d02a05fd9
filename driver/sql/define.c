/*
 * Statements that define and maintain: which tables they name, where their words
 * are all known.  Others stay opaque, and so does what runs code that is not known.
 */
#include "internal.h"

static bool use_table(struct gh_sql_analysis *analysis, const struct gh_sql_name *name,
		      unsigned access)
{
	struct gh_sql_relation *relation = gh_sql_relation_find(analysis, name);

	if (relation != NULL)
		relation->access |= access;
	return relation != NULL;
}

static void skip_words(struct gh_sql_analysis *analysis, const char *const *words)
{
	while (gh_sql_word_in(gh_sql_peek(analysis, 0), words))
		analysis->at++;
}

/* name [(columns)] */
static bool one_table(struct gh_sql_analysis *analysis, unsigned access)
{
	const struct gh_sql_token **columns = NULL;
	struct gh_sql_name name;
	size_t count = 0;

	return gh_sql_parse_name(analysis, &name) && use_table(analysis, &name, access) &&
	       (!gh_sql_peek_symbol(analysis, 0, '(') ||
		gh_sql_parse_columns(analysis, &columns, &count));
}

/* ---- maintenance ------------------------------------------------------------ */

/* ANALYZE [VERBOSE] t (a), u; without names it is every table. */
static bool maintain(struct gh_sql_analysis *analysis)
{
	static const char *const words[] = { "analyze", "analyse", "vacuum", "verbose", "full",
					     "freeze", "table", "tables", "local",
					     "no_write_to_binlog", NULL };

	skip_words(analysis, words);
	do
		if (!one_table(analysis, GH_ACCESS_READ))
			return false;
	while (gh_sql_accept_symbol(analysis, ','));
	/* some targets answer with rows */
	if (analysis->dialect != gh_sql_dialect_row(GH_DIALECT_POSTGRESQL))
		analysis->facts->outputs_known = false;
	return true;
}

/* LOCK TABLE t, u IN SHARE MODE; LOCK TABLES t AS a READ, u WRITE */
static bool lock(struct gh_sql_analysis *analysis)
{
	static const char *const heads[] = { "lock", "table", "tables", "only", NULL };
	static const char *const ways[] = { "read", "write", "local", "low_priority", NULL };
	static const char *const modes[] = { "in", "access", "row", "share", "update", "exclusive",
					     "mode", "nowait", NULL };

	skip_words(analysis, heads);
	do {
		if (!one_table(analysis, GH_ACCESS_READ))
			return false;
		if (gh_sql_accept(analysis, GH_SQL_KW_AS))
			analysis->at++;
		skip_words(analysis, ways);
	} while (gh_sql_accept_symbol(analysis, ','));
	skip_words(analysis, modes);
	return true;
}

/* COMMENT ON TABLE t IS 'x', ON COLUMN t.c */
static bool comment(struct gh_sql_analysis *analysis)
{
	struct gh_sql_name name;
	bool column;

	analysis->at++;
	if (!gh_sql_expect(analysis, GH_SQL_KW_ON))
		return false;
	column = gh_sql_accept_word(analysis, "column");
	if (!column && !gh_sql_accept(analysis, GH_SQL_KW_TABLE))
		return gh_sql_refuse(analysis);
	if (!gh_sql_parse_name(analysis, &name) || !gh_sql_expect(analysis, GH_SQL_KW_IS))
		return false;
	name.count -= column && name.count > 1 ? 1 : 0;
	analysis->at++;
	return use_table(analysis, &name, GH_ACCESS_WRITE);
}

/* A word that may begin another statement where none is parted from the next. */
static bool may_begin(const struct gh_sql_token *token)
{
	enum gh_sql_keyword keyword = (enum gh_sql_keyword)token->keyword;

	return gh_sql_keyword_statement(keyword) && keyword != GH_SQL_KW_DESC &&
	       keyword != GH_SQL_KW_WITH;
}

/* TO a, "b" WITH GRANT OPTION, FROM a CASCADE */
static bool grantees(struct gh_sql_analysis *analysis)
{
	for (; analysis->at < analysis->end; analysis->at++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
		bool again = gh_sql_accept(analysis, GH_SQL_KW_WITH) &&
			     gh_sql_accept(analysis, GH_SQL_KW_GRANT);

		if (again)
			continue; /* OPTION */
		if (may_begin(token) || (token->kind != GH_SQL_TOKEN_WORD &&
					 token->kind != GH_SQL_TOKEN_NAME && token->symbol != ','))
			return gh_sql_refuse(analysis);
	}
	return true;
}

/* GRANT SELECT (a), UPDATE ON [TABLE] t, u TO x WITH GRANT OPTION */
static bool grant(struct gh_sql_analysis *analysis)
{
	static const char *const behind[] = { "to", "from", NULL };

	while (!gh_sql_accept(analysis, GH_SQL_KW_ON)) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);

		if ((token->kind != GH_SQL_TOKEN_WORD && token->kind != GH_SQL_TOKEN_NAME &&
		     token->kind != GH_SQL_TOKEN_PUNCTUATION) ||
		    gh_sql_word_in(token, behind))
			return gh_sql_refuse(analysis);
		analysis->at++;
	}
	gh_sql_accept(analysis, GH_SQL_KW_TABLE);
	do
		if (!one_table(analysis, GH_ACCESS_READ))
			return false;
	while (gh_sql_accept_symbol(analysis, ','));
	if (!gh_sql_word_in(gh_sql_peek(analysis, 0), behind))
		return gh_sql_refuse(analysis);
	return grantees(analysis);
}

bool gh_sql_understand_define(struct gh_sql_analysis *analysis)
{
	switch (gh_sql_peek_keyword(analysis, 0)) {
	case GH_SQL_KW_ANALYZE:
	case GH_SQL_KW_ANALYSE:
	case GH_SQL_KW_VACUUM:
		return maintain(analysis);
	case GH_SQL_KW_LOCK:
		return lock(analysis);
	case GH_SQL_KW_COMMENT:
		return comment(analysis);
	case GH_SQL_KW_GRANT:
	case GH_SQL_KW_REVOKE:
		return grant(analysis);
	default:
		return gh_sql_parse_simple(analysis);
	}
}

/* ---- CREATE TABLE and CREATE INDEX ------------------------------------------- */

/* A call of something that is not known to be pure; it may run when rows come. */
static bool unknown_call(const struct gh_sql_analysis *analysis, size_t ahead)
{
	static const char *const words[] = { "check", "as", "key", "unique", "in", "and", "or",
					     "not", "include", "with", "using", "on", NULL };
	const struct gh_sql_token *token = gh_sql_peek(analysis, ahead);

	return gh_sql_is_name(token) && gh_sql_peek_symbol(analysis, ahead + 1, '(') &&
	       !gh_sql_word_in(token, words) &&
	       gh_sql_function_find(analysis->dialect, token) == NULL;
}

static bool reads_rows(const struct gh_sql_token *token)
{
	return token->keyword == GH_SQL_KW_SELECT || token->keyword == GH_SQL_KW_LIKE ||
	       token->kind == GH_SQL_TOKEN_VARIABLE || token->kind == GH_SQL_TOKEN_ODD;
}

/* REFERENCES t, at that word. */
static bool reference(struct gh_sql_analysis *analysis, size_t ahead)
{
	size_t start = analysis->at;
	struct gh_sql_name name;
	bool understood;

	analysis->at += ahead + 1;
	understood = gh_sql_parse_name(analysis, &name) &&
		     use_table(analysis, &name, GH_ACCESS_READ);
	analysis->at = start;
	return understood;
}

/* The bracket of a CREATE TABLE, as far as it does more than name and type columns. */
bool gh_sql_check_columns(struct gh_sql_analysis *analysis)
{
	static const char *const values[] = { "default", "check", "as", "using", NULL };
	size_t end = gh_sql_bracket_end(analysis, 0);
	unsigned depth = 0;
	bool value = false;

	for (size_t ahead = 0; ahead < end; ahead++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, ahead);

		depth += token->symbol == '(' ? 1 : 0;
		depth -= token->symbol == ')' ? 1 : 0;
		value = (value && !(depth == 1 && token->symbol == ',')) ||
			gh_sql_word_in(token, values);
		if (reads_rows(token) || (value && unknown_call(analysis, ahead)))
			return gh_sql_refuse(analysis);
		if (gh_sql_word_is(token, "references") && !reference(analysis, ahead))
			return false;
	}
	return end > 0 || gh_sql_refuse(analysis);
}

/* ON COMMIT DELETE ROWS, WITHOUT ROWID, STRICT, CHARACTER SET x; gives its tokens, 0: none. */
static size_t option_words(const struct gh_sql_analysis *analysis)
{
	static const char *const words[][4] = {
		{ "on", "commit", "preserve", "rows" }, { "on", "commit", "delete", "rows" },
		{ "on", "commit", "drop", NULL },	{ "without", "rowid", NULL, NULL },
		{ "default", "character", "set", NULL }, { "default", "charset", NULL, NULL },
		{ "character", "set", NULL, NULL },	{ "strict", NULL, NULL, NULL },
		{ "charset", NULL, NULL, NULL },	{ "default", "collate", NULL, NULL },
		{ "collate", NULL, NULL, NULL },	{ "comment", NULL, NULL, NULL },
		{ "auto_increment", NULL, NULL, NULL },	{ "row_format", NULL, NULL, NULL },
		{ "tablespace", NULL, NULL, NULL },	{ "engine", NULL, NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t count = 0;

		while (count < 4 && words[i][count] != NULL &&
		       gh_sql_word_is(gh_sql_peek(analysis, count), words[i][count]))
			count++;
		if (count == 4 || words[i][count] == NULL)
			return count;
	}
	return 0;
}

/* The value of an option, where it has one; an engine may hold its rows elsewhere. */
static bool option_value(struct gh_sql_analysis *analysis, const struct gh_sql_token *option)
{
	static const char *const engines[] = { "innodb", "myisam", "memory", "aria", NULL };
	static const char *const valued[] = { "charset", "set", "collate", "comment",
					      "auto_increment", "row_format", "tablespace",
					      "engine", NULL };

	if (!gh_sql_word_in(option, valued))
		return true;
	gh_sql_accept_symbol(analysis, '=');
	if (gh_sql_word_is(option, "engine") &&
	    !gh_sql_word_in(gh_sql_peek(analysis, 0), engines))
		return gh_sql_refuse(analysis);
	if (gh_sql_peek(analysis, 0)->kind > GH_SQL_TOKEN_NUMBER)
		return gh_sql_refuse(analysis);
	analysis->at++;
	return true;
}

/* What is behind the columns: options that name no other table and no other place. */
bool gh_sql_table_options(struct gh_sql_analysis *analysis)
{
	while (analysis->at < analysis->end) {
		size_t count;

		gh_sql_accept_symbol(analysis, ',');
		count = option_words(analysis);
		if (count == 0)
			return gh_sql_refuse(analysis);
		analysis->at += count;
		if (!option_value(analysis, &analysis->tokens.items[analysis->at - 1]))
			return false;
	}
	return true;
}

/* CREATE [UNIQUE] INDEX [CONCURRENTLY] [IF NOT EXISTS] [i] ON t (a, lower(b)) WHERE c; at INDEX */
bool gh_sql_create_index(struct gh_sql_analysis *analysis)
{
	struct gh_sql_name name;

	analysis->at++;
	gh_sql_accept_word(analysis, "concurrently");
	if (gh_sql_accept(analysis, GH_SQL_KW_IF))
		analysis->at += 2;
	if (!gh_sql_accept(analysis, GH_SQL_KW_ON)) {
		if (!gh_sql_parse_name(analysis, &name) || !gh_sql_expect(analysis, GH_SQL_KW_ON))
			return false;
	}
	gh_sql_accept(analysis, GH_SQL_KW_ONLY);
	if (!gh_sql_parse_name(analysis, &name) || !use_table(analysis, &name, GH_ACCESS_WRITE))
		return false;
	for (; analysis->at < analysis->end; analysis->at++)
		if (reads_rows(gh_sql_peek(analysis, 0)) || may_begin(gh_sql_peek(analysis, 0)) ||
		    unknown_call(analysis, 0))
			return gh_sql_refuse(analysis);
	return true;
}
