/*
 * Statement kinds by their words, without parsing: what every statement is
 * called and what it may do.
 */
#include "internal.h"

struct kind_row {
	enum gh_sql_keyword keyword;
	enum gh_kind kind;
	unsigned actions;
	unsigned flags;
	enum gh_sql_form form;
};

#define READ GH_ACTION_READ
#define WRITE GH_ACTION_WRITE
#define DELETE_ GH_ACTION_DELETE
#define DDL GH_ACTION_DDL
#define DCL GH_ACTION_DCL
#define CALL_ GH_ACTION_CALL
#define ADMIN GH_ACTION_ADMIN
#define EXPORT GH_ACTION_EXPORT
#define KW(name) GH_SQL_KW_##name
#define KIND(name) GH_KIND_##name
#define FORM(name) GH_SQL_FORM_##name

/* lint: table */
static const struct kind_row kinds[] = {
	{ KW(SELECT), KIND(SELECT), READ, 0, FORM(QUERY) },
	{ KW(VALUES), KIND(SELECT), READ, 0, FORM(QUERY) },
	{ KW(TABLE), KIND(SELECT), READ, 0, FORM(QUERY) },
	{ KW(FROM), KIND(SELECT), READ, 0, FORM(QUERY) },
	{ KW(INSERT), KIND(INSERT), WRITE, 0, FORM(DML) },
	{ KW(REPLACE), KIND(INSERT), WRITE | DELETE_, 0, FORM(DML) },
	{ KW(UPDATE), KIND(UPDATE), WRITE, 0, FORM(DML) },
	{ KW(DELETE), KIND(DELETE), DELETE_, 0, FORM(DML) },
	{ KW(MERGE), KIND(MERGE), READ | WRITE | DELETE_, GH_FACT_FLOWS, FORM(DML) },
	{ KW(CREATE), KIND(CREATE), DDL, 0, FORM(CREATE) },
	{ KW(ALTER), KIND(ALTER), DDL, 0, FORM(OPAQUE) },
	{ KW(RENAME), KIND(ALTER), DDL, 0, FORM(OPAQUE) },
	{ KW(DROP), KIND(DROP), DDL, 0, FORM(DROP) },
	{ KW(TRUNCATE), KIND(TRUNCATE), DDL | DELETE_, 0, FORM(DROP) },
	{ KW(GRANT), KIND(GRANT), DCL, 0, FORM(DEFINE) },
	{ KW(REVOKE), KIND(REVOKE), DCL, 0, FORM(DEFINE) },
	{ KW(DENY), KIND(REVOKE), DCL, 0, FORM(OPAQUE) },
	{ KW(CALL), KIND(CALL), CALL_, 0, FORM(OPAQUE) },
	{ KW(EXEC), KIND(CALL), CALL_, 0, FORM(OPAQUE) },
	{ KW(EXECUTE), KIND(CALL), CALL_, 0, FORM(OPAQUE) },
	{ KW(DO), KIND(CALL), CALL_, GH_FACT_FLOWS, FORM(OPAQUE) },
	{ KW(PREPARE), KIND(CALL), CALL_, GH_FACT_FLOWS, FORM(INNER) },
	{ KW(EXPLAIN), KIND(EXPLAIN), READ, 0, FORM(INNER) },
	{ KW(DESCRIBE), KIND(EXPLAIN), READ, 0, FORM(INNER) },
	{ KW(DESC), KIND(EXPLAIN), READ, 0, FORM(INNER) },
	{ KW(COPY), KIND(COPY), READ | WRITE | EXPORT, GH_FACT_FLOWS, FORM(OPAQUE) },
	{ KW(BULK), KIND(COPY), WRITE | ADMIN, GH_FACT_FLOWS, FORM(OPAQUE) },
	{ KW(LOAD), KIND(COPY), WRITE | ADMIN, GH_FACT_FLOWS, FORM(OPAQUE) },
	{ KW(SET), KIND(SET), ADMIN, 0, FORM(SET) },
	{ KW(RESET), KIND(SET), ADMIN, GH_FACT_MODE, FORM(SIMPLE) },
	{ KW(DISCARD), KIND(SET), ADMIN, GH_FACT_MODE, FORM(SIMPLE) },
	{ KW(USE), KIND(SET), ADMIN, 0, FORM(SIMPLE) },
	{ KW(PRAGMA), KIND(SET), ADMIN, 0, FORM(OPAQUE) },
	{ KW(BEGIN), KIND(TRANSACTION), 0, 0, FORM(SIMPLE) },
	{ KW(START), KIND(TRANSACTION), 0, 0, FORM(SIMPLE) },
	{ KW(COMMIT), KIND(TRANSACTION), 0, 0, FORM(SIMPLE) },
	{ KW(END), KIND(TRANSACTION), 0, 0, FORM(SIMPLE) },
	{ KW(ROLLBACK), KIND(TRANSACTION), 0, 0, FORM(SIMPLE) },
	{ KW(SAVEPOINT), KIND(TRANSACTION), 0, 0, FORM(SIMPLE) },
	{ KW(SAVE), KIND(TRANSACTION), 0, 0, FORM(SIMPLE) },
	{ KW(RELEASE), KIND(TRANSACTION), 0, 0, FORM(SIMPLE) },
	{ KW(SHOW), KIND(OTHER), READ, 0, FORM(SHOW) },
	{ KW(DECLARE), KIND(OTHER), READ | CALL_, 0, FORM(INNER) },
	{ KW(OPEN), KIND(OTHER), READ, 0, FORM(OPAQUE) },
	{ KW(FETCH), KIND(OTHER), READ, 0, FORM(OPAQUE) },
	{ KW(MOVE), KIND(OTHER), READ, 0, FORM(OPAQUE) },
	{ KW(CLOSE), KIND(OTHER), 0, 0, FORM(DEFINE) },
	{ KW(DEALLOCATE), KIND(OTHER), 0, 0, FORM(DEFINE) },
	{ KW(HANDLER), KIND(OTHER), READ, 0, FORM(OPAQUE) },
	{ KW(ATTACH), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(DETACH), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(INSTALL), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(UNINSTALL), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(IMPORT), KIND(OTHER), ADMIN | DDL, 0, FORM(OPAQUE) },
	{ KW(SECURITY), KIND(OTHER), ADMIN | DCL, 0, FORM(OPAQUE) },
	{ KW(REASSIGN), KIND(OTHER), ADMIN | DCL, 0, FORM(OPAQUE) },
	{ KW(COMMENT), KIND(OTHER), DDL, 0, FORM(DEFINE) },
	{ KW(REFRESH), KIND(OTHER), DDL | READ, GH_FACT_FLOWS, FORM(OPAQUE) },
	{ KW(ANALYZE), KIND(OTHER), ADMIN, 0, FORM(DEFINE) },
	{ KW(ANALYSE), KIND(OTHER), ADMIN, 0, FORM(DEFINE) },
	{ KW(VACUUM), KIND(OTHER), ADMIN, 0, FORM(DEFINE) },
	{ KW(REINDEX), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(CLUSTER), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(OPTIMIZE), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(REPAIR), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(CHECKPOINT), KIND(OTHER), ADMIN, 0, FORM(DEFINE) },
	{ KW(LOCK), KIND(OTHER), ADMIN, 0, FORM(DEFINE) },
	{ KW(UNLOCK), KIND(OTHER), ADMIN, 0, FORM(DEFINE) },
	{ KW(LISTEN), KIND(OTHER), ADMIN, 0, FORM(DEFINE) },
	{ KW(UNLISTEN), KIND(OTHER), ADMIN, 0, FORM(DEFINE) },
	{ KW(NOTIFY), KIND(OTHER), ADMIN, 0, FORM(DEFINE) },
	{ KW(FLUSH), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(PURGE), KIND(OTHER), ADMIN | DDL, 0, FORM(OPAQUE) },
	{ KW(KILL), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(SHUTDOWN), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(BACKUP), KIND(OTHER), ADMIN | EXPORT, 0, FORM(OPAQUE) },
	{ KW(RESTORE), KIND(OTHER), ADMIN | WRITE, 0, FORM(OPAQUE) },
	{ KW(DBCC), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(RECONFIGURE), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
	{ KW(WAITFOR), KIND(OTHER), ADMIN, 0, FORM(OPAQUE) },
};

static const struct kind_row *row_of(enum gh_sql_keyword keyword)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].keyword == keyword)
			return &kinds[i];
	return NULL;
}

static const struct gh_sql_token *token_at(const struct gh_sql_analysis *analysis, size_t at)
{
	return &analysis->tokens.items[at];
}

static enum gh_sql_keyword keyword_at(const struct gh_sql_analysis *analysis, size_t at)
{
	return (enum gh_sql_keyword)token_at(analysis, at)->keyword;
}

/* ---- the verb ------------------------------------------------------------ */

static int depth_change(const struct gh_sql_token *token)
{
	switch (token->symbol) {
	case '(':
	case '[':
	case '{':
		return 1;
	case ')':
	case ']':
	case '}':
		return -1;
	default:
		return 0;
	}
}

static bool main_verb(enum gh_sql_keyword keyword)
{
	return keyword == KW(SELECT) || keyword == KW(INSERT) || keyword == KW(UPDATE) ||
	       keyword == KW(DELETE) || keyword == KW(MERGE) || keyword == KW(VALUES) ||
	       keyword == KW(REPLACE);
}

static size_t verb_of(const struct gh_sql_analysis *analysis, size_t first, size_t end);

/* Behind WITH: the first verb outside brackets, or that of a query in them. */
static size_t verb_of_with(const struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	int depth = 0;

	for (size_t at = first; at < end; at++) {
		depth += depth_change(token_at(analysis, at));
		if (depth == 0 && main_verb(keyword_at(analysis, at)))
			return at;
		if (depth == 1 && at > first && token_at(analysis, at)->symbol == '(' &&
		    token_at(analysis, at - 1)->symbol == ')')
			return verb_of(analysis, at, end);
	}
	return end;
}

static size_t verb_of(const struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	while (first < end && token_at(analysis, first)->symbol == '(')
		first++;
	if (first < end && keyword_at(analysis, first) == KW(WITH))
		return verb_of_with(analysis, first, end);
	return first;
}

size_t gh_sql_statement_end(const struct gh_sql_analysis *analysis, size_t first)
{
	while (first < analysis->tokens.count && token_at(analysis, first)->symbol != ';')
		first++;
	return first;
}

static bool has_word(const struct gh_sql_analysis *analysis, size_t first, size_t end,
		     const char *const *words)
{
	for (; first < end; first++)
		if (gh_sql_word_in(token_at(analysis, first), words))
			return true;
	return false;
}

/* CREATE PROCEDURE and its kin, whose body may hold statements of its own. */
static bool creates_routine(const struct gh_sql_analysis *analysis, size_t first)
{
	static const char *const things[] = { "procedure", "proc", "function", "trigger",
					      "package", "event", "task", NULL };
	static const char *const bodies[] = { "begin", "atomic", "case", NULL };
	size_t head = first + 8 < analysis->tokens.count ? first + 8 : analysis->tokens.count;

	return (keyword_at(analysis, first) == KW(CREATE) ||
		keyword_at(analysis, first) == KW(ALTER)) &&
	       has_word(analysis, first, head, things) &&
	       has_word(analysis, first, analysis->tokens.count, bodies);
}

/* DECLARE in front of a block, where that is how blocks begin. */
static bool declares_block(const struct gh_sql_analysis *analysis, size_t first)
{
	static const char *const begin[] = { "begin", NULL };

	return keyword_at(analysis, first) == KW(DECLARE) &&
	       (analysis->dialect->traits & GH_SQL_TRAIT_FOLD_UPPER) != 0 &&
	       has_word(analysis, first, analysis->tokens.count, begin);
}

/* {call p(?)} and {?=call p(?)} */
static bool call_escape(const struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	if (token_at(analysis, first)->symbol != '{')
		return false;
	for (size_t at = first; at < end && at < first + 4; at++)
		if (keyword_at(analysis, at) == KW(CALL))
			return true;
	return false;
}

static void options_actions(const struct gh_sql_analysis *analysis, size_t first, size_t end,
			    struct gh_sql_class *result)
{
	for (size_t at = first; at < end && at < first + 24; at++)
		if (keyword_at(analysis, at) == KW(ANALYZE) ||
		    keyword_at(analysis, at) == KW(ANALYSE))
			result->actions |= gh_sql_scan_actions(analysis, first + 1, end);
}

/* BEGIN of a block, not of a transaction: anything. */
static bool begins_block(const struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	static const char *const words[] = {
		"transaction", "work", "tran", "deferred", "immediate",
		"exclusive", "isolation", "read", "deferrable",
	};
	static const char *const atomic[] = { "atomic", NULL };

	if (keyword_at(analysis, first) != KW(BEGIN) || first + 1 >= end ||
	    token_at(analysis, first + 1)->symbol == ';')
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (gh_sql_word_is(token_at(analysis, first + 1), words[i]))
			return false;
	/* BEGIN NOT DEFERRABLE, but BEGIN NOT ATOMIC is MariaDB's block */
	return keyword_at(analysis, first + 1) != KW(NOT) ||
	       has_word(analysis, first + 2, first + 3 < end ? first + 3 : end, atomic);
}

size_t gh_sql_whole_end(const struct gh_sql_analysis *analysis, size_t first)
{
	size_t end = analysis->tokens.count;

	if (first >= end)
		return end;
	if (!creates_routine(analysis, first) && !declares_block(analysis, first) &&
	    !begins_block(analysis, first, end))
		return gh_sql_statement_end(analysis, first);
	while (end > first + 1 && token_at(analysis, end - 1)->symbol == ';')
		end--;
	return end;
}

/* SELECT .. INTO outside brackets: a table, or a file. */
static void select_into(const struct gh_sql_analysis *analysis, size_t first, size_t end,
			struct gh_sql_class *result)
{
	int depth = 0;

	for (size_t at = first; at < end; at++) {
		depth += depth_change(token_at(analysis, at));
		if (depth != 0 || keyword_at(analysis, at) != KW(INTO))
			continue;
		result->flags |= GH_FACT_FLOWS;
		if (at + 1 < end && (keyword_at(analysis, at + 1) == KW(OUTFILE) ||
				     keyword_at(analysis, at + 1) == KW(DUMPFILE))) {
			result->actions |= EXPORT | ADMIN;
		} else if ((analysis->dialect->traits & GH_SQL_TRAIT_INTO_TABLE) != 0) {
			result->kind = KIND(CREATE);
			result->actions |= DDL | WRITE;
		}
	}
}

/* CREATE .. AS SELECT and views: what is read goes on living elsewhere. */
static void create_from(const struct gh_sql_analysis *analysis, size_t first, size_t end,
			struct gh_sql_class *result)
{
	for (size_t at = first; at < end; at++)
		if (keyword_at(analysis, at) == KW(SELECT) ||
		    keyword_at(analysis, at) == KW(VALUES) || keyword_at(analysis, at) == KW(TABLE))
			result->flags |= GH_FACT_FLOWS;
	result->actions |= gh_sql_scan_actions(analysis, first + 1, end) & (READ | WRITE);
}

static void refine(const struct gh_sql_analysis *analysis, size_t verb, size_t end,
		   struct gh_sql_class *result)
{
	switch (keyword_at(analysis, verb)) {
	case KW(EXPLAIN):
	case KW(DESCRIBE):
	case KW(DESC):
		options_actions(analysis, verb, end, result);
		break;
	case KW(PREPARE):
	case KW(DECLARE):
		result->actions |= gh_sql_scan_actions(analysis, verb + 1, end);
		break;
	case KW(SELECT):
		select_into(analysis, verb, end, result);
		break;
	case KW(CREATE):
		create_from(analysis, verb, end, result);
		break;
	default:
		break;
	}
}

struct gh_sql_class gh_sql_classify(const struct gh_sql_analysis *analysis, size_t first,
				    size_t end)
{
	size_t verb = verb_of(analysis, first, end);
	struct gh_sql_class result = { KIND(UNKNOWN), GH_ACTION_ALL, 0, FORM(OPAQUE), verb };
	const struct kind_row *row;

	if (call_escape(analysis, first, end)) {
		result.kind = KIND(CALL);
		result.actions = CALL_;
		return result;
	}
	row = verb < end ? row_of(keyword_at(analysis, verb)) : NULL;
	if (row == NULL || begins_block(analysis, verb, end))
		return result;
	if (verb != first && row->form != FORM(QUERY) && row->form != FORM(DML))
		return result;
	result = (struct gh_sql_class){ row->kind, row->actions, row->flags, row->form, verb };
	refine(analysis, verb, end, &result);
	return result;
}

/* ---- scans --------------------------------------------------------------- */

unsigned gh_sql_scan_actions(const struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	unsigned actions = 0;

	for (size_t at = first; at < end; at++) {
		const struct gh_sql_token *token = token_at(analysis, at);
		bool bracket = at + 1 < end && token_at(analysis, at + 1)->symbol == '(';
		const struct kind_row *row = token->keyword == 0 ? NULL :
						     row_of((enum gh_sql_keyword)token->keyword);

		if (row != NULL && (!bracket || gh_sql_keyword_reserved(row->keyword)))
			actions |= row->actions;
		if (token->keyword == KW(INTO))
			actions |= WRITE;
		if (bracket && gh_sql_is_name(token) &&
		    gh_sql_function_find(analysis->dialect, token) == NULL)
			actions |= CALL_;
	}
	return actions;
}

/* The first is worst; what is not listed is worse than a SELECT. */
enum gh_kind gh_sql_worse_kind(enum gh_kind a, enum gh_kind b)
{
	static const enum gh_kind order[] = {
		KIND(UNKNOWN), KIND(CALL),   KIND(DROP),   KIND(TRUNCATE), KIND(GRANT),
		KIND(REVOKE),  KIND(ALTER),  KIND(CREATE), KIND(COPY),     KIND(MERGE),
		KIND(DELETE),  KIND(UPDATE), KIND(INSERT), KIND(OTHER),    KIND(SET),
		KIND(EXPLAIN), KIND(SELECT), KIND(TRANSACTION),
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (order[i] == a || order[i] == b)
			return order[i];
	return KIND(UNKNOWN);
}

/* ---- statements of a few words -------------------------------------------- */

/* A verb that does more than the simple statements: SET STATEMENT .. FOR DROP .. */
static bool other_verb(enum gh_sql_keyword keyword)
{
	const struct kind_row *row = row_of(keyword);

	return main_verb(keyword) ||
	       (row != NULL && (row->actions & ~(unsigned)(READ | ADMIN)) != 0);
}

/* Ends before the next statement, where none needs a semicolon. */
bool gh_sql_parse_simple(struct gh_sql_analysis *analysis)
{
	for (size_t first = analysis->at; analysis->at < analysis->end; analysis->at++) {
		const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
		enum gh_sql_keyword keyword = (enum gh_sql_keyword)token->keyword;

		if (token->kind == GH_SQL_TOKEN_ODD || token->symbol == '(' || token->symbol == '{')
			return gh_sql_refuse(analysis);
		if (keyword == KW(NONE) || analysis->at == first)
			continue;
		if ((analysis->dialect->traits & GH_SQL_TRAIT_NO_SEPARATOR) != 0 &&
		    gh_sql_keyword_reserved(keyword) && gh_sql_keyword_statement(keyword) &&
		    keyword != KW(WITH))
			return true;
		if (other_verb(keyword))
			return gh_sql_refuse(analysis);
	}
	return true;
}
