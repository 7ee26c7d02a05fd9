/*
 * For the analyser's unit tests: one call that analyses a statement of the
 * tables people(id, name, email, ssn, salary), orders(id, person_id, note),
 * scratch(x) and the view v_people(id, tax_ref).
 */
#ifndef GATEHOUSE_TESTS_SQL_CASE_H
#define GATEHOUSE_TESTS_SQL_CASE_H

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "gatehouse/sql.h"
#include "unit.h"

static const char *const people_columns[] = { "id", "name", "email", "ssn", "salary" };
static const char *const order_columns[] = { "id", "person_id", "note" };
static const char *const scratch_columns[] = { "x" };
static const char *const view_columns[] = { "id", "tax_ref" };

static const struct gh_relation relations[] = {
	{ GH_SQL_RELATION_TABLE, NULL, "public", "people", people_columns, 5, NULL },
	{ GH_SQL_RELATION_TABLE, NULL, "public", "orders", order_columns, 3, NULL },
	{ GH_SQL_RELATION_TABLE, NULL, "public", "scratch", scratch_columns, 1, NULL },
	{ GH_SQL_RELATION_OTHER, NULL, "public", "v_people", view_columns, 2, NULL },
};

static inline enum gh_status sql_find(void *context, const struct gh_sql_table_name *name,
				      struct gh_relation *out, struct gh_error *err)
{
	(void)context;
	(void)err;
	out->kind = GH_SQL_RELATION_ABSENT;
	for (size_t i = 0; i < sizeof(relations) / sizeof(relations[0]); i++)
		if (strcasecmp(relations[i].name, name->table) == 0)
			*out = relations[i];
	return GH_OK;
}

/* NULL where the text is refused.  Caller frees with gh_sql_facts_free. */
static inline struct gh_facts *sql_facts(enum gh_dialect dialect, const char *text)
{
	static const struct gh_resolver resolver = { sql_find, NULL };
	const struct gh_sql_options options = { .dialect = dialect, .resolver = &resolver };
	struct gh_facts *facts = NULL;

	if (gh_sql_analyze(gh_span_from(text), &options, &facts, NULL) != GH_OK)
		return NULL;
	return facts;
}

/* "people.id,people.ssn" of one output; "?" in front where it is unknown. */
static inline const char *sql_origins(const struct gh_facts *facts, size_t output)
{
	static char line[512];
	const struct gh_output *o;
	size_t length = 0;

	line[0] = '\0';
	if (facts == NULL || !facts->outputs_known || output >= facts->output_count)
		return "none";
	o = &facts->outputs[output];
	if ((o->flags & GH_LINEAGE_UNKNOWN) != 0)
		line[length++] = '?';
	line[length] = '\0';
	for (size_t i = 0; i < o->origin_count; i++)
		length += (size_t)snprintf(line + length, sizeof(line) - length, "%s%s.%s",
					   i > 0 ? "," : "", o->origins[i].table,
					   o->origins[i].column);
	return line;
}

static inline bool sql_infers(const struct gh_facts *facts, const char *column)
{
	for (size_t i = 0; i < facts->inference_count; i++)
		if (strcmp(facts->inference[i].column, column) == 0)
			return true;
	return false;
}

/* Both give the facts of one statement and free them. */
#define PG GH_DIALECT_POSTGRESQL
#define ORIGINS(dialect, text, output, expected)                                  \
	do {                                                                      \
		struct gh_facts *facts_ = sql_facts(dialect, text);               \
		ck_assert_str_eq(sql_origins(facts_, output), expected);          \
		gh_sql_facts_free(facts_);                                        \
	} while (0)
#define FACT(dialect, text, condition)                                            \
	do {                                                                      \
		struct gh_facts *f = sql_facts(dialect, text);                    \
		ck_assert_msg(f != NULL, "refused: %s", text);                    \
		ck_assert_msg(condition, "%s: %s", text, #condition);             \
		gh_sql_facts_free(f);                                             \
	} while (0)
#define REFUSED(dialect, text) ck_assert_msg(sql_facts(dialect, text) == NULL, "%s", text)

#endif
