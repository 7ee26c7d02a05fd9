/*
 * What the files of the analyser share.  The way of a statement: lexer (text to
 * tokens), parser (tokens to a tree that borrows from the text), lineage (tree
 * and names to sets of columns), facts.  All memory of one analysis is one arena.
 */
#ifndef GATEHOUSE_DRIVER_SQL_INTERNAL_H
#define GATEHOUSE_DRIVER_SQL_INTERNAL_H

#include "gatehouse/sql.h"

enum gh_sql_limit {
	GH_SQL_MAX_TEXT = 1 << 20,
	GH_SQL_MAX_TOKENS = 1 << 16,
	GH_SQL_MAX_NESTING = 200, /* brackets */
	GH_SQL_MAX_FRAMES = 400,  /* brackets and CASE */
	GH_SQL_MAX_QUERIES = 24,  /* queries within queries: these recurse */
	GH_SQL_MAX_COLUMNS = 4096,
	GH_SQL_MAX_SOURCES = 1024,
	GH_SQL_MAX_MEMORY = 48 << 20,
	GH_SQL_MAX_STEPS = 20 << 20,
};

/* ---- words --------------------------------------------------------------- */

enum gh_sql_keyword {
	GH_SQL_KW_NONE = 0,
#define GH_SQL_KEYWORD(name, text, flags) GH_SQL_KW_##name,
#include "keywords.def"
#undef GH_SQL_KEYWORD
	GH_SQL_KW_COUNT
};

enum gh_sql_keyword gh_sql_keyword_find(struct gh_span word);
/* Lower case, static storage; "" for NONE. */
const char *gh_sql_keyword_text(enum gh_sql_keyword keyword);
bool gh_sql_keyword_reserved(enum gh_sql_keyword keyword);
bool gh_sql_keyword_statement(enum gh_sql_keyword keyword);

/* ---- lexer --------------------------------------------------------------- */

/* How a dialect reads its bytes.  Each bit is one place where two readings exist. */
enum gh_sql_mode {
	GH_SQL_MODE_BACKSLASH = 1 << 0,     /* '\'' : a backslash escapes in strings */
	GH_SQL_MODE_DQ_STRING = 1 << 1,     /* "x" is a string */
	GH_SQL_MODE_BACKTICK = 1 << 2,      /* `x` is a name */
	GH_SQL_MODE_BRACKET = 1 << 3,       /* [x] is a name */
	GH_SQL_MODE_BRACKET_TWICE = 1 << 4, /* and ]] in it is one ] */
	GH_SQL_MODE_DOLLAR_QUOTE = 1 << 5,  /* $tag$...$tag$, and $1 is a marker */
	GH_SQL_MODE_NESTED = 1 << 6,        /* comments nest */
	GH_SQL_MODE_CODE_COMMENT = 1 << 7,  /* the inside of / * ! * / is code */
	GH_SQL_MODE_CODE_VERSION = 1 << 8,  /* and with a version number too */
	GH_SQL_MODE_CODE_MARIADB = 1 << 9,  /* and of / * M ! * / */
	GH_SQL_MODE_DASH_SPACE = 1 << 10,   /* -- begins a comment only before a space */
	GH_SQL_MODE_HASH_COMMENT = 1 << 11, /* # begins a comment */
	GH_SQL_MODE_HASH_WORD = 1 << 12,    /* # is a letter */
	GH_SQL_MODE_AT_WORD = 1 << 13,      /* @ is a letter, except the first */
	GH_SQL_MODE_VARIABLE = 1 << 14,     /* @x and @@x are variables */
	GH_SQL_MODE_AT_MARKER = 1 << 15,    /* @x is a marker */
	GH_SQL_MODE_COLON_MARKER = 1 << 16, /* :x is a marker */
	GH_SQL_MODE_ESCAPE_STRING = 1 << 17, /* E'..' */
	GH_SQL_MODE_QUOTE_STRING = 1 << 18, /* q'[..]' */
	GH_SQL_MODE_UNICODE = 1 << 19,      /* U&'..' and U&".." */
	GH_SQL_MODE_NATIONAL = 1 << 20,     /* N'..' is one string */
	GH_SQL_MODE_BITS = 1 << 21,         /* X'..' and B'..' are one string */
	GH_SQL_MODE_SLASH_COMMENT = 1 << 22, /* // begins a comment */
	GH_SQL_MODE_TRIPLE = 1 << 23,       /* '''..''' and """..""" are one string */
	GH_SQL_MODE_RAW = 1 << 24,          /* r'..': no escapes */
	GH_SQL_MODE_DOLLAR_PAIR = 1 << 25,  /* $$..$$ is a string, and $x a variable */
	GH_SQL_MODE_NAME_ESCAPE = 1 << 26,  /* a backslash escapes in quoted names too */
	GH_SQL_MODE_STAGE = 1 << 27,        /* @~/x, @%t, @s/path are places of files */
	GH_SQL_MODE_COUNT = 28,
};

enum gh_sql_token_kind {
	GH_SQL_TOKEN_END = 0,
	GH_SQL_TOKEN_WORD, /* a name or keyword without quotes */
	GH_SQL_TOKEN_NAME, /* with quotes: never a keyword */
	GH_SQL_TOKEN_STRING,
	GH_SQL_TOKEN_NUMBER,
	GH_SQL_TOKEN_MARKER,
	GH_SQL_TOKEN_VARIABLE,
	GH_SQL_TOKEN_OPERATOR,
	GH_SQL_TOKEN_PUNCTUATION,
	GH_SQL_TOKEN_ODD, /* lexed, but never understood */
};

enum gh_sql_token_flag {
	GH_SQL_TOKEN_COLUMN = 1 << 0,  /* a column of the statement's own target or sources */
	GH_SQL_TOKEN_LITERAL = 1 << 1, /* a name that may be a literal: never shown */
	GH_SQL_TOKEN_DOUBLE = 1 << 2,  /* written in "double quotes" */
};

struct gh_sql_token {
	uint32_t start; /* bytes in the text */
	uint32_t length;
	uint16_t keyword; /* enum gh_sql_keyword; NONE unless WORD */
	uint8_t kind;
	uint8_t flags;
	char symbol; /* the byte of a one-byte operator or punctuation, else 0 */
	struct gh_span name; /* WORD, NAME, VARIABLE: decoded */
};

/* Ends with an END token that `count` does not include.  Lives in the arena. */
struct gh_sql_tokens {
	struct gh_sql_token *items;
	size_t count;
	size_t capacity;
	unsigned asked; /* modes that the text's reading depended on */
	bool broken;    /* the text ended within a literal, a quoted name or a comment */
};

/* Fails with GH_E_SQL_TEXT where the text cannot be read in these modes. */
GH_MUST_CHECK enum gh_status gh_sql_lex(struct gh_arena *arena, struct gh_span text,
					unsigned modes, struct gh_sql_tokens *out,
					struct gh_error *err);
/* Where the token after a comment, white space or nothing begins; used by the lexer. */
struct gh_sql_lexer {
	struct gh_arena *arena;
	struct gh_span text;
	size_t at;
	unsigned modes;
	unsigned asked;
	unsigned nesting;
	bool in_code_comment;
	struct gh_sql_tokens *out;
	struct gh_error *err;
};
bool gh_sql_lexer_mode(struct gh_sql_lexer *lexer, enum gh_sql_mode mode);
/* Moves behind white space and comments. */
GH_MUST_CHECK enum gh_status gh_sql_lexer_blank(struct gh_sql_lexer *lexer);
/* Literal and quoted name at `at`; *found false where there is none. */
GH_MUST_CHECK enum gh_status gh_sql_lexer_quoted(struct gh_sql_lexer *lexer, bool *found);
GH_MUST_CHECK enum gh_status gh_sql_lexer_emit(struct gh_sql_lexer *lexer, size_t start,
					       enum gh_sql_token_kind kind, struct gh_span name);
GH_MUST_CHECK enum gh_status gh_sql_lexer_fail(struct gh_sql_lexer *lexer, size_t at,
					       const char *what);
/* The same, where the text ends within something. */
GH_MUST_CHECK enum gh_status gh_sql_lexer_broken(struct gh_sql_lexer *lexer, size_t at,
						 const char *what);
/* The byte at `at` + ahead; 0 behind the end (no byte of a text is 0). */
unsigned char gh_sql_lexer_byte(const struct gh_sql_lexer *lexer, size_t ahead);
bool gh_sql_word_start(unsigned char c);
bool gh_sql_word_byte(unsigned char c);

/* ---- dialects ------------------------------------------------------------ */

enum gh_sql_trait {
	GH_SQL_TRAIT_FOLD_LOWER = 1 << 0,  /* names without quotes are stored in lower case */
	GH_SQL_TRAIT_FOLD_UPPER = 1 << 1,
	GH_SQL_TRAIT_NO_CASE = 1 << 2,     /* names never differ by case */
	GH_SQL_TRAIT_CTE_SEES_ALL = 1 << 3, /* WITH is as WITH RECURSIVE */
	GH_SQL_TRAIT_TYPED_LITERAL = 1 << 4, /* DATE '2026-01-01' */
	GH_SQL_TRAIT_NAME_MAY_BE_TEXT = 1 << 5, /* "x" becomes a string when nothing has the name */
	GH_SQL_TRAIT_BINARY_PREFIX = 1 << 6, /* BINARY x is an operator */
	GH_SQL_TRAIT_STRING_ALIAS = 1 << 7,
	GH_SQL_TRAIT_NO_SEPARATOR = 1 << 8, /* statements need no semicolon between them */
	GH_SQL_TRAIT_ALIAS_IN_LIST = 1 << 9, /* a select item may name an earlier alias */
	GH_SQL_TRAIT_FROM_DML = 1 << 10,   /* UPDATE .. FROM and DELETE .. USING add sources */
	GH_SQL_TRAIT_INTO_TABLE = 1 << 11, /* SELECT .. INTO makes a table */
	GH_SQL_TRAIT_OR_BARS = 1 << 12,    /* || may be OR */
	GH_SQL_TRAIT_PATH = 1 << 13,       /* x:y is a path into x */
	GH_SQL_TRAIT_DOTTED_NAME = 1 << 14, /* `a.b` in quotes is a.b, and a-b may be a name */
	GH_SQL_TRAIT_STRING_TABLE = 1 << 15, /* FROM 'file' */
	GH_SQL_TRAIT_ROW_OF_MAX = 1 << 17, /* beside max(x) other columns are of x's row */
	GH_SQL_TRAIT_MERGED_LEFT = 1 << 16, /* USING's columns stay where the left ones are */
};

/* Bit of a dialect for which a function's name is enough, whoever has it. */
#define GH_SQL_MASK_ANY (1u << 7)

struct gh_sql_dialect_row {
	const char *name;
	unsigned modes;     /* as the target reads */
	unsigned uncertain; /* modes that may be the other way round */
	unsigned traits;
	unsigned mask; /* bit in the tables of functions */
};
const struct gh_sql_dialect_row *gh_sql_dialect_row(enum gh_dialect dialect);

/* ---- functions ----------------------------------------------------------- */

enum gh_sql_function_flag {
	GH_SQL_FUNCTION_AGGREGATE = 1 << 0,
	GH_SQL_FUNCTION_UNIT_FIRST = 1 << 1, /* DATEADD(day, ..) */
	GH_SQL_FUNCTION_WORDY = 1 << 2,      /* TRIM(x FROM y) and the like */
	GH_SQL_FUNCTION_BARE = 1 << 3,       /* CURRENT_DATE: without parentheses */
	GH_SQL_FUNCTION_CALLED = 1 << 4,     /* with them in its dialects: may be a column's name */
	GH_SQL_FUNCTION_HERE = 1 << 5,       /* in its dialects only, not under GH_SQL_MASK_ANY */
};
struct gh_sql_function {
	const char *name; /* lower case */
	unsigned dialects;
	unsigned flags;
};
/* NULL: not known to be pure in that dialect. */
const struct gh_sql_function *gh_sql_function_find(const struct gh_sql_dialect_row *dialect,
						   const struct gh_sql_token *token);

/* ---- tree ---------------------------------------------------------------- */

/* A name with up to four parts, as written.  Parts point to tokens. */
struct gh_sql_name {
	const struct gh_sql_token *parts[4];
	unsigned count;
};

struct gh_sql_query;
struct gh_sql_reference { /* a column or whole row in an expression */
	struct gh_sql_reference *next;
	struct gh_sql_name name; /* no parts: a star alone */
	bool star; /* name.* */
	bool soft; /* perhaps no name of a column: counts only where one is found */
};
struct gh_sql_subquery {
	struct gh_sql_subquery *next;
	struct gh_sql_query *query;
};

enum gh_sql_expr_flag {
	GH_SQL_EXPR_PLAIN = 1 << 0,   /* one reference and nothing else */
	GH_SQL_EXPR_AGGREGATE = 1 << 1,
	GH_SQL_EXPR_UNKNOWN = 1 << 2, /* unknown function or variable */
	GH_SQL_EXPR_EXPANDS = 1 << 3, /* (x).* : more than one column */
	GH_SQL_EXPR_NUMBER = 1 << 4,  /* one number and nothing else */
	GH_SQL_EXPR_DEFAULT = 1 << 5, /* one DEFAULT */
	GH_SQL_EXPR_WINDOW = 1 << 6,  /* OVER a window that has a name */
};
/* What an expression uses; not its structure. */
struct gh_sql_expr {
	struct gh_sql_expr *next;
	struct gh_sql_reference *references;
	struct gh_sql_subquery *subqueries;
	struct gh_sql_reference *bound; /* parameters of lambdas */
	unsigned flags;
	uint32_t first, last; /* tokens; last is behind the end */
};

struct gh_sql_item { /* of a select list or RETURNING */
	struct gh_sql_item *next;
	struct gh_sql_expr *expr; /* NULL: a bare star */
	const struct gh_sql_token *alias;
	const struct gh_sql_token **except; /* * EXCEPT (a, b) */
	size_t except_count;
	struct gh_sql_item *replaced; /* * REPLACE (x AS a), RENAME (a AS b) */
	bool chosen; /* which columns a star shows is not known */
	bool assigns; /* @x = expression: shows nothing */
};

/* PIVOT or UNPIVOT behind a source. */
struct gh_sql_pivot {
	struct gh_sql_pivot *next;
	struct gh_sql_expr *arguments; /* all that is named in it */
	const struct gh_sql_token **names; /* of the columns that it makes, as far as known */
	size_t name_count, name_capacity;
	bool any; /* it may make columns of other names */
};

enum gh_sql_source_kind { GH_SQL_SOURCE_TABLE, GH_SQL_SOURCE_QUERY, GH_SQL_SOURCE_FUNCTION };
struct gh_sql_source {
	struct gh_sql_source *next;
	enum gh_sql_source_kind kind;
	struct gh_sql_name name;
	const struct gh_sql_token *alias;
	const struct gh_sql_token **columns; /* alias (a, b) */
	size_t column_count;
	struct gh_sql_query *query;
	struct gh_sql_expr *arguments;
	struct gh_sql_pivot *pivots;
	const struct gh_sql_token **using; /* JOIN .. USING (a, b) */
	size_t using_count;
	bool lateral;
	bool natural; /* NATURAL JOIN */
	bool hidden;  /* SEMI and ANTI: a star does not show it */
	bool comma;   /* no join, but a comma in front of it */
	bool unclear; /* a star does not show its columns in order: SEMI, ANTI, brackets */
};

struct gh_sql_select {
	struct gh_sql_select *next;  /* next arm of a set operation */
	struct gh_sql_query *nested; /* (query) as an arm; nothing else is set */
	struct gh_sql_item *items;
	struct gh_sql_source *sources;
	struct gh_sql_expr *conditions; /* ON, USING, GROUP BY, HAVING, DISTINCT ON */
	struct gh_sql_expr *where;
	struct gh_sql_expr *windows; /* WINDOW w AS (..) */
	struct gh_sql_expr *rows; /* VALUES: all expressions, row after row */
	size_t row_width;         /* 0: no VALUES */
	bool merged;              /* USING or NATURAL: a star's order is not ours to tell */
	bool natural;
	bool distinct;
	bool grouped;             /* GROUP BY or HAVING */
	bool into;                /* SELECT .. INTO a table: */
	struct gh_sql_name target;
};

/* A name of WITH is seen by those behind it, or by all. */
enum gh_sql_with { GH_SQL_WITH_IN_ORDER, GH_SQL_WITH_MAY_RECUR, GH_SQL_WITH_RECURSIVE };

struct gh_sql_cte;
struct gh_sql_query {
	struct gh_sql_cte *ctes;
	enum gh_sql_with with;
	struct gh_sql_select *arms;
	bool distinct;             /* UNION, EXCEPT or INTERSECT: rows are compared */
	struct gh_sql_expr *order; /* ORDER BY, LIMIT and so on */
	bool limited;
	bool no_rows; /* LIMIT 0 */
	bool by_name; /* UNION BY NAME */
	bool packed;  /* FOR XML, FOR JSON: one output that holds all */
	const struct gh_sql_token *alias; /* of an INSERT's new row */
};

struct gh_sql_assignment { /* a = x, and (a, b) = x */
	struct gh_sql_assignment *next;
	struct gh_sql_name *columns; /* each perhaps with its table in front */
	size_t column_count;
	struct gh_sql_expr *expr;
};

/* MERGE .. INSERT (a, b) VALUES (x, y); no values: the whole row of the source. */
struct gh_sql_insert {
	struct gh_sql_insert *next;
	const struct gh_sql_token **columns;
	size_t column_count;
	struct gh_sql_expr *values;
};

struct gh_sql_dml {
	enum gh_kind kind; /* INSERT, UPDATE, DELETE or MERGE */
	bool replaces;     /* REPLACE INTO, INSERT OR REPLACE, INSERT OVERWRITE */
	struct gh_sql_source *target; /* NULL: those of `sources` that are named */
	struct gh_sql_name *targets;  /* DELETE a, b FROM; UPDATE a SET .. FROM t a */
	size_t target_count;
	const struct gh_sql_token **columns;
	size_t column_count;
	struct gh_sql_query *query; /* INSERT's rows; NULL: DEFAULT VALUES */
	struct gh_sql_assignment *assignments;
	struct gh_sql_insert *inserts;
	struct gh_sql_source *sources; /* FROM or USING */
	struct gh_sql_expr *conditions;
	struct gh_sql_expr *where;
	bool positioned; /* WHERE CURRENT OF a cursor, instead of `where` */
	struct gh_sql_item *returning;
	struct gh_sql_cte *ctes; /* of a leading WITH */
	enum gh_sql_with with;
	bool conflicts; /* the assignments are those of ON CONFLICT or ON DUPLICATE KEY */
	bool by_name;   /* columns meet by their names, or are not told */
	bool deletes;   /* MERGE .. DELETE */
	bool limited;
	bool natural;
};

struct gh_sql_shape; /* what a query gives; lineage.c */
enum gh_sql_cte_state { GH_SQL_CTE_WAITS = 0, GH_SQL_CTE_RUNS, GH_SQL_CTE_DONE };
struct gh_sql_cte {
	struct gh_sql_cte *next;
	const struct gh_sql_token *name;
	const struct gh_sql_token **columns;
	size_t column_count;
	struct gh_sql_query *query; /* or */
	struct gh_sql_dml *dml;
	bool probing; /* does its query name it? */
	bool used;    /* it does */
	bool wider; /* SEARCH or CYCLE add columns */
	enum gh_sql_with with;
	enum gh_sql_cte_state state;
	const struct gh_sql_shape *shape;
};

/* ---- one analysis -------------------------------------------------------- */

struct gh_sql_set { /* base columns by number, ascending, and gh_lineage_flag bits */
	const uint32_t *ids;
	uint32_t count;
	unsigned flags;
};

struct gh_sql_batch { /* the statements of the text so far */
	struct gh_statement_fact *items;
	size_t count, capacity;
};

struct gh_sql_relation;
struct gh_sql_place { /* where the text names a table */
	struct gh_sql_place *next;
	const struct gh_sql_source *source;
	const struct gh_sql_relation *relation;
	const struct gh_sql_dml *dml; /* that writes to it; NULL: it is read */
};
struct gh_sql_analysis {
	struct gh_arena *arena;
	struct gh_span text;
	const struct gh_sql_dialect_row *dialect;
	const struct gh_resolver *resolver;
	bool no_scan;
	struct gh_error *err;
	enum gh_status status; /* GH_OK, or why the analysis cannot go on at all */

	unsigned modes; /* that the text is read in */
	struct gh_sql_tokens tokens;
	struct gh_facts *facts;
	struct gh_sql_batch batch;
	const char *reason; /* why it is opaque; set once */

	/* parser */
	size_t at;
	size_t end;         /* of the statement that is parsed */
	unsigned queries;   /* depth */
	uint8_t *frames;
	size_t frame_count;

	/* lineage */
	unsigned depth; /* queries within queries, as they are walked */
	struct gh_origin *origins;
	size_t origin_count, origin_capacity;
	struct gh_sql_relation *relations;
	struct gh_sql_place *places;
	bool unplaced; /* a table may be read at a place that means something else too */
	struct gh_sql_set inference;
	struct gh_sql_set reads; /* outputs of inner queries, which may not be shown */
	size_t steps;
	const char **functions;
	size_t function_count, function_capacity;
	struct gh_flow *flows;
	size_t flow_count, flow_capacity;
};

/* Memory ran out or a limit is reached: remembered, NULL given. */
void *gh_sql_alloc(struct gh_sql_analysis *analysis, size_t size);
/* Room for one more in an array; NULL as gh_sql_alloc. */
void *gh_sql_grow(struct gh_sql_analysis *analysis, void *items, size_t size, size_t count,
		  size_t *capacity);
char *gh_sql_text(struct gh_sql_analysis *analysis, struct gh_span span);
/* Notes why the statement is opaque, once, with the token's place; gives false. */
bool gh_sql_opaque(struct gh_sql_analysis *analysis, size_t token, const char *what);

/* ---- parser -------------------------------------------------------------- */

/* All give false or NULL, after gh_sql_opaque, for what is not understood. */
const struct gh_sql_token *gh_sql_peek(const struct gh_sql_analysis *analysis, size_t ahead);
enum gh_sql_keyword gh_sql_peek_keyword(const struct gh_sql_analysis *analysis, size_t ahead);
bool gh_sql_peek_symbol(const struct gh_sql_analysis *analysis, size_t ahead, char symbol);
bool gh_sql_accept(struct gh_sql_analysis *analysis, enum gh_sql_keyword keyword);
/* Moves behind the word, where it is that. */
bool gh_sql_accept_word(struct gh_sql_analysis *analysis, const char *word);
bool gh_sql_accept_symbol(struct gh_sql_analysis *analysis, char symbol);
bool gh_sql_expect(struct gh_sql_analysis *analysis, enum gh_sql_keyword keyword);
bool gh_sql_expect_symbol(struct gh_sql_analysis *analysis, char symbol);
bool gh_sql_refuse(struct gh_sql_analysis *analysis); /* the token here was not expected */
/* The text of an ASCII word, compared without case. */
bool gh_sql_word_is(const struct gh_sql_token *token, const char *word);
/* The same for any of a list that ends with NULL. */
bool gh_sql_word_in(const struct gh_sql_token *token, const char *const *words);
bool gh_sql_is_name(const struct gh_sql_token *token); /* may name a thing */
bool gh_sql_parse_name(struct gh_sql_analysis *analysis, struct gh_sql_name *name);
bool gh_sql_parse_columns(struct gh_sql_analysis *analysis, const struct gh_sql_token ***columns,
			  size_t *count); /* (a, b) */
struct gh_sql_expr *gh_sql_parse_expr(struct gh_sql_analysis *analysis);
bool gh_sql_parse_expr_add(struct gh_sql_analysis *analysis, struct gh_sql_expr **list);
bool gh_sql_expr_append(struct gh_sql_expr **list, struct gh_sql_expr *more); /* gives true */
bool gh_sql_order_direction(struct gh_sql_analysis *analysis); /* gives true */
/* Tokens from the bracket at `ahead` to behind the one that closes it; 0: none does. */
size_t gh_sql_bracket_end(const struct gh_sql_analysis *analysis, size_t ahead);
/* The bracket here and all in it, as one expression that is appended to *list. */
bool gh_sql_parse_bracket(struct gh_sql_analysis *analysis, struct gh_sql_expr **list);
/* expr [, expr]..., each with ASC, DESC, NULLS FIRST; appended to *list. */
bool gh_sql_parse_exprs(struct gh_sql_analysis *analysis, struct gh_sql_expr **list);
/* WINDOW's list, behind that word. */
bool gh_sql_parse_windows(struct gh_sql_analysis *analysis, struct gh_sql_expr **list);
bool gh_sql_parse_type(struct gh_sql_analysis *analysis);
/* SELECT, WITH, VALUES, TABLE or FROM at `ahead`: a query, or a bracket before one. */
bool gh_sql_begins_query(const struct gh_sql_analysis *analysis, size_t ahead);
struct gh_sql_item *gh_sql_parse_items(struct gh_sql_analysis *analysis);
/* A name in FROM, which may hold more than names do: a-b.c, a..b. */
bool gh_sql_parse_table_name(struct gh_sql_analysis *analysis, struct gh_sql_name *name);
struct gh_sql_source *gh_sql_source_add(struct gh_sql_analysis *analysis,
					struct gh_sql_select *select);
/* One source without its joins; what may follow its name, with the alias. */
bool gh_sql_parse_source(struct gh_sql_analysis *analysis, struct gh_sql_source *source);
bool gh_sql_parse_suffixes(struct gh_sql_analysis *analysis, struct gh_sql_source *source);
bool gh_sql_parse_pivot(struct gh_sql_analysis *analysis, struct gh_sql_source *source);
bool gh_sql_parse_match(struct gh_sql_analysis *analysis, struct gh_sql_source *source);
bool gh_sql_joins_here(const struct gh_sql_analysis *analysis);
/* Number of parts of a name that is followed by a bracket; 0: no call. */
unsigned gh_sql_call_parts(const struct gh_sql_analysis *analysis);
/* One source and its joins, without further ones behind a comma. */
bool gh_sql_parse_joined(struct gh_sql_analysis *analysis, struct gh_sql_select *select);
bool gh_sql_parse_sources(struct gh_sql_analysis *analysis, struct gh_sql_select *select);
struct gh_sql_query *gh_sql_parse_query(struct gh_sql_analysis *analysis);
bool gh_sql_parse_with(struct gh_sql_analysis *analysis, struct gh_sql_cte **ctes,
		       enum gh_sql_with *with);
/* UPDATE's and DELETE's ORDER BY and LIMIT go to the conditions. */
bool gh_sql_parse_tail(struct gh_sql_analysis *analysis, struct gh_sql_query *query);
bool gh_sql_parse_target(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml);
bool gh_sql_parse_returning(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml);
bool gh_sql_parse_assignments(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml);
/* (a, t.b): last parts. */
bool gh_sql_parse_column_names(struct gh_sql_analysis *analysis,
			       const struct gh_sql_token ***columns, size_t *count);
bool gh_sql_parse_merge(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml);
struct gh_sql_dml *gh_sql_parse_dml(struct gh_sql_analysis *analysis);
#include "statement.h"

/* ---- names and lineage --------------------------------------------------- */

enum gh_sql_quoting { GH_SQL_UNQUOTED, GH_SQL_QUOTED };

struct gh_sql_column {
	struct gh_span name; /* bytes NULL: no name, or one that we do not know */
	enum gh_sql_quoting quoted; /* is the name? */
	struct gh_sql_set set;
};
struct gh_sql_shape {
	struct gh_sql_column *columns;
	size_t count;
	bool known;            /* false: there may be more columns, and other names */
	struct gh_sql_set all; /* union */
};
struct gh_sql_relation {
	struct gh_sql_relation *next;
	const char *catalog, *schema, *table;
	enum gh_sql_relation_kind kind;
	unsigned access;
	struct gh_sql_shape shape;
	struct gh_sql_name written; /* no parts: only a definition names it */
	bool asked;   /* the catalogue was, or there is none */
	bool created; /* it is made by the statement */
	const struct gh_facts *definition; /* what reading it means beyond its own columns */
	struct gh_sql_set inference; /* what the definition uses without showing it */
};
struct gh_sql_range { /* a name in FROM, while names are looked up */
	struct gh_span name;
	enum gh_sql_quoting quoted;
	struct gh_sql_relation *relation; /* NULL: not a table */
	struct gh_sql_relation *open;           /* a table whose columns are not all known */
	struct gh_sql_shape shape;
	struct gh_sql_set extra; /* what any column of it may hold besides */
	struct gh_sql_set made;  /* what PIVOT's columns hold */
	bool target;             /* its columns make a WHERE real */
	bool hidden;             /* a star does not show it */
	bool aliased;            /* its name may begin a path into a value */
};
struct gh_sql_scope {
	const struct gh_sql_scope *outer;
	struct gh_sql_range *ranges;
	size_t count;
	const struct gh_sql_shape *aliases; /* names of the select list; NULL: not visible */
	const struct gh_sql_ctes *ctes;
	bool merged; /* USING or NATURAL: a name may be that of two columns */
	const struct gh_sql_expr *windows; /* that have names */
	const struct gh_sql_range *star; /* what a star shows; NULL: all ranges in order */
};
struct gh_sql_ctes { /* WITH lists in view, innermost first */
	const struct gh_sql_ctes *outer;
	struct gh_sql_cte *list;
	struct gh_sql_cte *before; /* only those before it are in view; NULL: all */
};

bool gh_sql_set_add(struct gh_sql_analysis *analysis, struct gh_sql_set *set,
		    const struct gh_sql_set *more);
/* Adds those of `more` that are not in `except`. */
bool gh_sql_set_add_rest(struct gh_sql_analysis *analysis, struct gh_sql_set *set,
			 const struct gh_sql_set *more, const struct gh_sql_set *except);
bool gh_sql_set_add_id(struct gh_sql_analysis *analysis, struct gh_sql_set *set, uint32_t id);
bool gh_sql_origin_add(struct gh_sql_analysis *analysis, const struct gh_origin *origin,
		       uint32_t *id);
const struct gh_origin *gh_sql_set_origins(struct gh_sql_analysis *analysis,
					   const struct gh_sql_set *set);
/* Asks the resolver once for each name; NULL as gh_sql_alloc. */
struct gh_sql_relation *gh_sql_relation_find(struct gh_sql_analysis *analysis,
					     const struct gh_sql_name *name);

/* The relation of that name, made without asking; NULL as gh_sql_alloc. */
struct gh_sql_relation *gh_sql_relation_named(struct gh_sql_analysis *analysis,
					      const struct gh_sql_name *name);
/* Columns and inference of a relation with a definition; false as gh_sql_alloc. */
bool gh_sql_view_shape(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation,
		       const struct gh_relation *known);
/* The relation is read: so is all that its definition reads. */
bool gh_sql_view_use(struct gh_sql_analysis *analysis, struct gh_sql_relation *relation);
/* Tables that inherit from each other are read and written together. */
bool gh_sql_view_kin(struct gh_sql_analysis *analysis);
/* Notes a place that names a relation, once; false as gh_sql_alloc. */
bool gh_sql_reference_add(struct gh_sql_analysis *analysis, const struct gh_sql_source *source,
			  const struct gh_sql_relation *relation);
/* The place of its target is written to. */
void gh_sql_reference_target(struct gh_sql_analysis *analysis, const struct gh_sql_dml *dml);
bool gh_sql_references_fill(struct gh_sql_analysis *analysis);
/* Notes a function's name for the facts, once. */
bool gh_sql_function_note(struct gh_sql_analysis *analysis, struct gh_span name);

/* The case of a quoted name counts. */
enum gh_sql_match { GH_SQL_MATCH_NO = 0, GH_SQL_MATCH_MAYBE, GH_SQL_MATCH_SURE };
enum gh_sql_match gh_sql_name_match(const struct gh_sql_analysis *analysis, struct gh_span name,
				    enum gh_sql_quoting quoted, const struct gh_sql_token *token);
/* The base columns that a reference may mean; UNKNOWN where it may mean others too. */
bool gh_sql_resolve(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
		    const struct gh_sql_reference *reference, struct gh_sql_set *set,
		    const struct gh_sql_reference *bound);
enum gh_sql_match gh_sql_range_match(const struct gh_sql_analysis *analysis,
				     const struct gh_sql_range *range,
				     const struct gh_sql_name *name);
/* The one range that name.* means; NULL: none or several. */
const struct gh_sql_range *gh_sql_range_find(const struct gh_sql_analysis *analysis,
					     const struct gh_sql_scope *scope,
					     const struct gh_sql_name *name);

/* Fills *range for a source that is no query. */
bool gh_sql_range_table(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			const struct gh_sql_source *source, struct gh_sql_range *range);
bool gh_sql_range_sources(struct gh_sql_analysis *analysis, struct gh_sql_scope *scope,
			  const struct gh_sql_source *sources);
/* What a star shows where a join merges columns. */
bool gh_sql_merged_star(struct gh_sql_analysis *analysis, const struct gh_sql_select *select,
			const struct gh_sql_scope *scope, struct gh_sql_range *star);
/* A query's outputs become a new table's columns. */
bool gh_sql_lineage_into(struct gh_sql_analysis *analysis, const struct gh_sql_name *target,
			 const struct gh_sql_shape *shape);
bool gh_sql_lineage_ctes(struct gh_sql_analysis *analysis, struct gh_sql_cte *list,
			 enum gh_sql_with with, const struct gh_sql_scope *outer);
bool gh_sql_lineage_items(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			  const struct gh_sql_item *items, struct gh_sql_shape *shape);
bool gh_sql_lineage_conditions(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			       const struct gh_sql_expr *list);
bool gh_sql_shape_add(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape,
		      size_t *capacity, const struct gh_sql_column *column);
/* alias (a, b): new names by position, before anything is looked up. */
bool gh_sql_shape_rename(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape,
			 const struct gh_sql_token *const *names, size_t count);
/* What the statement shows. */
bool gh_sql_shape_show(struct gh_sql_analysis *analysis, const struct gh_sql_shape *shape);
bool gh_sql_lineage_query(struct gh_sql_analysis *analysis, struct gh_sql_query *query,
			  const struct gh_sql_scope *outer, struct gh_sql_shape *shape);
bool gh_sql_lineage_dml(struct gh_sql_analysis *analysis, struct gh_sql_dml *dml,
			const struct gh_sql_scope *outer, struct gh_sql_shape *shape);
bool gh_sql_lineage_expr(struct gh_sql_analysis *analysis, const struct gh_sql_scope *scope,
			 const struct gh_sql_expr *expr, struct gh_sql_set *set);

/* Adds the facts of another reading to the analysis's own. */
bool gh_sql_readings_join(struct gh_sql_analysis *analysis, const struct gh_facts *other);

/* ---- conditions and text ------------------------------------------------- */

/* Uses GH_SQL_TOKEN_COLUMN of the tokens. */
enum gh_where gh_sql_where(const struct gh_sql_analysis *analysis,
			   const struct gh_sql_expr *where);
/* True if the condition can hold for no row. */
bool gh_sql_where_false(const struct gh_sql_analysis *analysis, const struct gh_sql_expr *where);
enum gh_sql_render { GH_SQL_RENDER_WHOLE, GH_SQL_RENDER_SKELETON };
/* The statement without literals and comments.  NULL as gh_sql_alloc. */
const char *gh_sql_render(struct gh_sql_analysis *analysis, enum gh_sql_render how);

#endif
