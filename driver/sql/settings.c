/*
 * What a session or server tells of itself: SHOW, @@x, current_setting().  Known
 * to read no table where the setting's value cannot be data of one; and SET, which
 * could make it such.
 */
#include <string.h>

#include "internal.h"

/* Bits of gh_sql_dialect_row.mask; M is MySQL and MariaDB. */
enum { P = 2, M = 4 | 8, T = 32 };
enum { LONGEST = 64 };

struct setting_row {
	const char *pattern;
	unsigned dialects;
};

/* lint: table */
static const struct setting_row settings[] = {
#define GH_SQL_SETTING(pattern, dialects) { pattern, dialects },
#include "settings.def"
#undef GH_SQL_SETTING
};

/* ---- names ---------------------------------------------------------------- */

static bool is_known(const struct gh_sql_analysis *analysis, struct gh_span name)
{
	char text[LONGEST];

	if (name.length == 0 || name.length >= sizeof(text))
		return false;
	memcpy(text, name.bytes, name.length);
	text[name.length] = '\0';
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if ((settings[i].dialects & analysis->dialect->mask) != 0 &&
		    gh_glob_match(settings[i].pattern, text))
			return true;
	return false;
}

/* What is between the quotes of '..' that holds no quote, no escape and no wildcard. */
static struct gh_span plain_text(const struct gh_sql_analysis *analysis,
				 const struct gh_sql_token *token)
{
	struct gh_span text = { analysis->text.bytes + token->start, token->length };

	if (token->kind != GH_SQL_TOKEN_STRING || text.length < 2 || text.bytes[0] != '\'')
		return (struct gh_span){ 0 };
	text = (struct gh_span){ text.bytes + 1, text.length - 2 };
	for (size_t i = 0; i < text.length; i++)
		if (text.bytes[i] == '\'' || text.bytes[i] == '\\' || text.bytes[i] == '*')
			return (struct gh_span){ 0 };
	return text;
}

/*
 * LIKE 'x', where all that it can mean is known: one name, whose '_' no other name
 * has another letter for, or the beginning of names that are known whatever follows.
 */
static bool is_known_pattern(const struct gh_sql_analysis *analysis,
			     const struct gh_sql_token *token)
{
	struct gh_span text = plain_text(analysis, token);
	const char *percent = text.length == 0 ? NULL : memchr(text.bytes, '%', text.length);
	char begin[LONGEST];

	if (percent == NULL)
		return is_known(analysis, text);
	text.length = (size_t)(percent - text.bytes) + 1;
	while (percent[1] == '%')
		percent++;
	if (percent[1] != '\'' || text.length > sizeof(begin))
		return false;
	memcpy(begin, text.bytes, text.length);
	begin[text.length - 1] = '\0';
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if ((settings[i].dialects & analysis->dialect->mask) != 0 &&
		    settings[i].pattern[strlen(settings[i].pattern) - 1] == '*' &&
		    gh_glob_match(settings[i].pattern, begin))
			return true;
	return false;
}

static bool is_system_variable(const struct gh_sql_token *token)
{
	return token->kind == GH_SQL_TOKEN_VARIABLE && token->name.length > 2 &&
	       memcmp(token->name.bytes, "@@", 2) == 0;
}

/* @@x, @@global.x, @@session.x: tokens of it; 0: it is another's, or not known. */
size_t gh_sql_setting_tokens(const struct gh_sql_analysis *analysis)
{
	static const char *const scopes[] = { "global", "session", "local", NULL };
	const struct gh_sql_token *token = gh_sql_peek(analysis, 0);
	struct gh_span name = token->name;

	if (!is_system_variable(token) || (analysis->dialect->mask & (M | T)) == 0)
		return 0;
	name = (struct gh_span){ name.bytes + 2, name.length - 2 };
	if (!gh_sql_peek_symbol(analysis, 1, '.'))
		return is_known(analysis, name) ? 1 : 0;
	for (size_t i = 0; scopes[i] != NULL; i++)
		if (gh_span_equal_nocase(name, gh_span_from(scopes[i])) &&
		    gh_sql_peek(analysis, 2)->kind == GH_SQL_TOKEN_WORD &&
		    is_known(analysis, gh_sql_peek(analysis, 2)->name))
			return 3;
	return 0;
}

/* current_setting('x') and ('x', true), at its name: what is asked must be known. */
bool gh_sql_setting_call(const struct gh_sql_analysis *analysis, size_t parts)
{
	size_t bracket = parts * 2 - 1;
	const struct gh_sql_token *behind = gh_sql_peek(analysis, bracket + 2);

	if ((analysis->dialect->mask & P) == 0 ||
	    !gh_sql_word_is(gh_sql_peek(analysis, bracket - 1), "current_setting") ||
	    !is_known(analysis, plain_text(analysis, gh_sql_peek(analysis, bracket + 1))))
		return false;
	return behind->symbol == ')' ||
	       (behind->symbol == ',' && gh_sql_peek_symbol(analysis, bracket + 4, ')') &&
		(gh_sql_peek_keyword(analysis, bracket + 3) == GH_SQL_KW_TRUE ||
		 gh_sql_peek_keyword(analysis, bracket + 3) == GH_SQL_KW_FALSE));
}

/* ---- SHOW ------------------------------------------------------------------ */

/* LIKE 'x' */
static bool show_like(struct gh_sql_analysis *analysis)
{
	if (!gh_sql_accept(analysis, GH_SQL_KW_LIKE) ||
	    !is_known_pattern(analysis, gh_sql_peek(analysis, 0)))
		return false;
	analysis->at++;
	return true;
}

/* = 'x', LIKE 'x', IN ('x', 'y'), behind the column's name */
static bool show_condition(struct gh_sql_analysis *analysis)
{
	if (gh_sql_accept(analysis, GH_SQL_KW_IN)) {
		if (!gh_sql_peek_symbol(analysis, 0, '('))
			return false;
		do {
			analysis->at++;
			if (!is_known(analysis, plain_text(analysis, gh_sql_peek(analysis, 0))))
				return false;
			analysis->at++;
		} while (gh_sql_peek_symbol(analysis, 0, ','));
		return gh_sql_accept_symbol(analysis, ')');
	}
	if (!gh_sql_accept_symbol(analysis, '='))
		return show_like(analysis);
	if (!is_known(analysis, plain_text(analysis, gh_sql_peek(analysis, 0))))
		return false;
	analysis->at++;
	return true;
}

/* SHOW VARIABLES LIKE 'x'; WHERE variable_name = 'x' OR variable_name IN ('y') */
static bool show_variables(struct gh_sql_analysis *analysis)
{
	if (!gh_sql_accept(analysis, GH_SQL_KW_WHERE))
		return show_like(analysis);
	do {
		if (!gh_sql_accept_word(analysis, "variable_name") || !show_condition(analysis))
			return false;
	} while (gh_sql_accept(analysis, GH_SQL_KW_OR));
	return true;
}

/* Lists of what the server is made of, all or those LIKE a text. */
static bool show_list(struct gh_sql_analysis *analysis)
{
	if (gh_sql_accept(analysis, GH_SQL_KW_LIKE) &&
	    gh_sql_peek(analysis, 0)->kind == GH_SQL_TOKEN_STRING)
		analysis->at++;
	return true;
}

struct show_row {
	const char *words[2]; /* the second NULL: one word */
	size_t width[2];      /* columns at MySQL and at MariaDB */
	bool (*rest)(struct gh_sql_analysis *analysis);
};

/*
 * Not here: what quotes rows or statements of anybody (WARNINGS, ERRORS, PROCESSLIST,
 * BINLOG EVENTS, ENGINE STATUS), names of things, and GRANTS, which hold passwords.
 * lint: table
 */
static const struct show_row shows[] = {
	{ { "variables", NULL }, { 2, 2 }, show_variables },
	{ { "status", NULL }, { 2, 2 }, show_list },
	{ { "character", "set" }, { 4, 4 }, show_list },
	{ { "charset", NULL }, { 4, 4 }, show_list },
	{ { "collation", NULL }, { 7, 6 }, show_list },
	{ { "engines", NULL }, { 6, 6 }, show_list },
	{ { "storage", "engines" }, { 6, 6 }, show_list },
	{ { "privileges", NULL }, { 3, 3 }, show_list },
};

/* Gives the width of the result; 0: not known. */
static size_t show_mysql(struct gh_sql_analysis *analysis)
{
	static const char *const scopes[] = { "global", "session", "local", NULL };

	if (gh_sql_word_in(gh_sql_peek(analysis, 0), scopes))
		analysis->at++;
	for (size_t i = 0; i < sizeof(shows) / sizeof(shows[0]); i++) {
		const struct show_row *row = &shows[i];

		if (!gh_sql_word_is(gh_sql_peek(analysis, 0), row->words[0]))
			continue;
		if (row->words[1] != NULL &&
		    !gh_sql_word_is(gh_sql_peek(analysis, 1), row->words[1]))
			return 0;
		analysis->at += row->words[1] != NULL ? 2 : 1;
		if (!row->rest(analysis))
			return 0;
		return row->width[analysis->dialect == gh_sql_dialect_row(GH_DIALECT_MARIADB)];
	}
	return 0;
}

/* SHOW x, SHOW TIME ZONE, SHOW TRANSACTION ISOLATION LEVEL */
static size_t show_postgresql(struct gh_sql_analysis *analysis)
{
	bool known;

	if (gh_sql_accept_word(analysis, "time"))
		return gh_sql_accept_word(analysis, "zone") ? 1 : 0;
	if (gh_sql_accept_word(analysis, "transaction"))
		return gh_sql_accept_word(analysis, "isolation") &&
				       gh_sql_accept_word(analysis, "level") ?
			       1 : 0;
	known = gh_sql_is_name(gh_sql_peek(analysis, 0)) &&
		is_known(analysis, gh_sql_peek(analysis, 0)->name);
	analysis->at++;
	return known ? 1 : 0;
}

bool gh_sql_understand_show(struct gh_sql_analysis *analysis)
{
	struct gh_output *outputs;
	size_t start = analysis->at++;
	size_t width = 0;

	if ((analysis->dialect->mask & M) != 0)
		width = show_mysql(analysis);
	else if ((analysis->dialect->mask & P) != 0)
		width = show_postgresql(analysis);
	if (width == 0 || analysis->at != analysis->end)
		return gh_sql_opaque(analysis, start, "kind is known, contents are not");
	outputs = gh_sql_alloc(analysis, width * sizeof(*outputs));
	if (outputs == NULL)
		return false;
	for (size_t i = 0; i < width; i++)
		outputs[i].flags = GH_LINEAGE_CONSTANT | GH_LINEAGE_DERIVED;
	analysis->facts->outputs = outputs;
	analysis->facts->output_count = width;
	return true;
}

/* ---- SET -------------------------------------------------------------------- */

/* [GLOBAL | SESSION ..] x =, @@session.x =, @x := ; gives the target's first token. */
static const struct gh_sql_token *set_target(struct gh_sql_analysis *analysis)
{
	static const char *const scopes[] = { "global", "session", "local", "persist",
					      "persist_only", NULL };
	const struct gh_sql_token *target, *sign;

	if (gh_sql_word_in(gh_sql_peek(analysis, 0), scopes))
		analysis->at++;
	target = gh_sql_peek(analysis, 0);
	if (target->kind != GH_SQL_TOKEN_VARIABLE && target->kind != GH_SQL_TOKEN_WORD &&
	    target->kind != GH_SQL_TOKEN_NAME)
		return NULL;
	while (gh_sql_peek_symbol(analysis, 1, '.'))
		analysis->at += 2;
	sign = gh_sql_peek(analysis, 1);
	if (sign->kind != GH_SQL_TOKEN_OPERATOR ||
	    analysis->text.bytes[sign->start + sign->length - 1] != '=' || sign->length > 2)
		return NULL;
	analysis->at += 2;
	return target;
}

/* A value of one word, such as ON or utf8mb4, or an expression. */
static bool set_value(struct gh_sql_analysis *analysis, struct gh_sql_set *set)
{
	static const struct gh_sql_scope nothing = { 0 };
	const struct gh_sql_token *value = gh_sql_peek(analysis, 0);
	struct gh_sql_expr *expr;

	if (value->kind == GH_SQL_TOKEN_WORD &&
	    (analysis->at + 1 == analysis->end || gh_sql_peek_symbol(analysis, 1, ','))) {
		analysis->at++;
		return true;
	}
	expr = gh_sql_parse_expr(analysis);
	return expr != NULL && gh_sql_lineage_expr(analysis, &nothing, expr, set) &&
	       gh_sql_set_add(analysis, &analysis->inference, set);
}

/*
 * What goes into a variable of the session's own is unknown wherever it is read.
 * What goes into a setting is not: only values of no column may.
 */
static bool set_one(struct gh_sql_analysis *analysis, const struct gh_sql_token *target)
{
	struct gh_facts *facts = analysis->facts;
	bool own = target->kind == GH_SQL_TOKEN_VARIABLE && !is_system_variable(target);
	struct gh_sql_set set = { 0 };
	bool understood = set_value(analysis, &set);

	if (!own && (!understood || (set.flags & GH_LINEAGE_UNKNOWN) != 0 || set.count > 0)) {
		facts->flags |= GH_FACT_FLOWS;
		facts->flows_known = false;
	}
	return understood;
}

bool gh_sql_understand_set(struct gh_sql_analysis *analysis)
{
	size_t start = analysis->at++;
	const struct gh_sql_token *target = NULL;

	if (gh_sql_word_is(gh_sql_peek(analysis, 0), "statement"))
		return gh_sql_refuse(analysis); /* SET STATEMENT .. FOR another one */
	if ((analysis->dialect->mask & M) != 0)
		target = set_target(analysis);
	if (target == NULL) {
		analysis->at = start;
		return gh_sql_parse_simple(analysis);
	}
	do {
		if (target == NULL)
			return gh_sql_refuse(analysis);
		if (!set_one(analysis, target))
			return false;
		if (!gh_sql_accept_symbol(analysis, ','))
			return true;
		target = set_target(analysis);
	} while (true);
}

/* ---- set_config -------------------------------------------------------------- */

/* Its arguments hold nothing but literals and markers. */
static bool literal_arguments(const struct gh_sql_analysis *analysis, size_t at)
{
	for (; at < analysis->tokens.count; at++) {
		const struct gh_sql_token *token = &analysis->tokens.items[at];

		if (token->symbol == ')')
			return true;
		if (token->symbol != ',' && token->kind != GH_SQL_TOKEN_STRING &&
		    token->kind != GH_SQL_TOKEN_NUMBER && token->kind != GH_SQL_TOKEN_MARKER &&
		    token->keyword != GH_SQL_KW_TRUE && token->keyword != GH_SQL_KW_FALSE &&
		    token->keyword != GH_SQL_KW_NULL)
			return false;
	}
	return false;
}

/* set_config(..) with more than literals: a setting may hold data from then on. */
void gh_sql_scan_settings(struct gh_sql_analysis *analysis, size_t first, size_t end)
{
	for (size_t at = first; at + 1 < end; at++) {
		const struct gh_sql_token *token = &analysis->tokens.items[at];

		if ((token->kind != GH_SQL_TOKEN_WORD && token->kind != GH_SQL_TOKEN_NAME) ||
		    !gh_span_equal_nocase(token->name, GH_SPAN_LITERAL("set_config")) ||
		    analysis->tokens.items[at + 1].symbol != '(' ||
		    literal_arguments(analysis, at + 2))
			continue;
		analysis->facts->flags |= GH_FACT_FLOWS;
		analysis->facts->flows_known = false;
	}
}
