/*
 * Statements as the files of the analyser share them: their kinds by their words,
 * and how each kind is understood.  Included by internal.h only.
 */
#ifndef GATEHOUSE_DRIVER_SQL_STATEMENT_H
#define GATEHOUSE_DRIVER_SQL_STATEMENT_H

/* DROP TABLE a, b / TRUNCATE a: adds the names' relations as written. */
bool gh_sql_parse_drop(struct gh_sql_analysis *analysis);
/* CREATE TABLE and VIEW .. AS, with its lineage. */
bool gh_sql_understand_create(struct gh_sql_analysis *analysis);
/* EXPLAIN, PREPARE .. AS and DECLARE .. CURSOR FOR. */
bool gh_sql_understand_inner(struct gh_sql_analysis *analysis);
/* CREATE TABLE (a int), CREATE INDEX, ANALYZE, LOCK, COMMENT ON. */
bool gh_sql_understand_define(struct gh_sql_analysis *analysis);
/* The columns' bracket runs and reads nothing that is not known; false: it may. */
bool gh_sql_check_columns(struct gh_sql_analysis *analysis);
bool gh_sql_table_options(struct gh_sql_analysis *analysis);
bool gh_sql_create_index(struct gh_sql_analysis *analysis);
/* SET, USE, COMMIT and so on: nothing in it that reads. */
bool gh_sql_parse_simple(struct gh_sql_analysis *analysis);
/* SHOW of settings and of what the server is made of, with its outputs. */
bool gh_sql_understand_show(struct gh_sql_analysis *analysis);
/* SET, with what its values are made of. */
bool gh_sql_understand_set(struct gh_sql_analysis *analysis);
/* Tokens of a system variable that holds no data, 0: none; current_setting() of one. */
size_t gh_sql_setting_tokens(const struct gh_sql_analysis *analysis);
bool gh_sql_setting_call(const struct gh_sql_analysis *analysis, size_t parts);
/* Notes that a call may write data into a setting. */
void gh_sql_scan_settings(struct gh_sql_analysis *analysis, size_t first, size_t end);

/* ---- statements ---------------------------------------------------------- */

enum gh_sql_form { /* what is done with a kind beyond naming it */
	GH_SQL_FORM_OPAQUE = 0,
	GH_SQL_FORM_QUERY,
	GH_SQL_FORM_DML,
	GH_SQL_FORM_CREATE, /* CREATE TABLE or VIEW .. AS */
	GH_SQL_FORM_DROP,   /* DROP or TRUNCATE and names */
	GH_SQL_FORM_SIMPLE, /* no tables, no result: USE, COMMIT */
	GH_SQL_FORM_SET, GH_SQL_FORM_SHOW,
	GH_SQL_FORM_INNER,  /* EXPLAIN, PREPARE, DECLARE and another statement */
	GH_SQL_FORM_DEFINE, /* names of tables and words */
};
/* What the words of one statement tell without parsing it. */
struct gh_sql_class {
	enum gh_kind kind;
	unsigned actions;
	unsigned flags; /* enum gh_fact_flag */
	enum gh_sql_form form;
	size_t verb; /* its token */
};
/* Tokens [first, end) hold no `;` outside brackets. */
struct gh_sql_class gh_sql_classify(const struct gh_sql_analysis *analysis, size_t first,
				    size_t end);
/* The next `;`, and the end of a statement that may hold some: a routine, a block. */
size_t gh_sql_statement_end(const struct gh_sql_analysis *analysis, size_t first);
size_t gh_sql_whole_end(const struct gh_sql_analysis *analysis, size_t first);
/* Actions that the words of a statement that is not understood may stand for. */
unsigned gh_sql_scan_actions(const struct gh_sql_analysis *analysis, size_t first, size_t end);
/* Notes the tables that a statement names which is not understood. */
void gh_sql_scan_tables(struct gh_sql_analysis *analysis, size_t first, size_t end);
/* What its words reach beyond tables: enum gh_reach bits. */
unsigned gh_sql_scan_reaches(const struct gh_sql_analysis *analysis,
			     const struct gh_sql_class *class, size_t first, size_t end);
/* Adds such bits to the facts, and the flags that follow from them. */
void gh_sql_reach(struct gh_sql_analysis *analysis, unsigned reaches);
/* The worse of two. */
enum gh_kind gh_sql_worse_kind(enum gh_kind a, enum gh_kind b);

#endif
