/*
 * Each guardrail of guardrails.txt by itself: its fact is found in a statement
 * that must be stopped and in none beside it, and what the built-in policy says.
 */
#include "policy.h"

#include <stdlib.h>

#include "gatehouse/sql.h"

enum { DIALECT, CONDITION, BAD, GOOD, AGENT, PERSON, FIELDS };

/* Any table is there. */
static enum gh_status assume(void *context, const struct gh_sql_table_name *name,
			     struct gh_relation *out, struct gh_error *err)
{
	(void)context;
	(void)name;
	(void)err;
	*out = (struct gh_relation){ .kind = GH_SQL_RELATION_ASSUMED };
	return GH_OK;
}

static struct gh_facts *facts_of(char *const *fields, int which)
{
	static const struct gh_resolver resolver = { assume, NULL };
	const struct gh_sql_options options = { .dialect = gh_sql_dialect_named(fields[DIALECT]),
						.resolver = &resolver };
	struct gh_facts *facts = NULL;
	struct gh_error err = { 0 };

	ck_assert_str_eq(gh_sql_dialect_name(options.dialect), fields[DIALECT]);
	ck_assert_msg(gh_sql_analyze(gh_span_from(fields[which]), &options, &facts, &err) == GH_OK,
		      "%s: %s", fields[which], err.text);
	return facts;
}

static struct gh_policy *guard(const char *condition)
{
	char rule[300];

	ck_assert_int_lt(snprintf(rule, sizeof(rule),
				  "<rules><rule name='guard' role='*' action='*' verdict='deny'>"
				  "<when %s/></rule></rules>", condition),
			 (int)sizeof(rule));
	return policy_with("default='allow'", rule);
}

/* Adds what is not as expected to `wrong`, so that one row does not hide another. */
static void expect(const char *row, const char *got, const char *wanted, struct gh_buf *wrong)
{
	if (strcmp(got, wanted) != 0)
		(void)gh_buf_printf(wrong, "\n%s: %s, not %s", row, got, wanted);
}

static const char *verdict(const struct gh_policy *policy, const struct gh_principal *principal,
			   const struct gh_facts *facts)
{
	return gh_policy_verdict_name(verdict_as(policy, principal, facts));
}

static void try_row(char *const *fields, const struct gh_policy *builtin, struct gh_buf *wrong)
{
	struct gh_policy *policy = guard(fields[CONDITION]);
	struct gh_facts *bad = facts_of(fields, BAD), *good = facts_of(fields, GOOD);

	expect(fields[BAD], verdict(policy, &alice, bad), "deny", wrong);
	expect(fields[GOOD], verdict(policy, &alice, good), "allow", wrong);
	expect(fields[BAD], verdict(builtin, &robot, bad), fields[AGENT], wrong);
	expect(fields[BAD], verdict(builtin, &alice, bad), fields[PERSON], wrong);
	gh_sql_facts_free(bad);
	gh_sql_facts_free(good);
	gh_policy_free(policy);
}

static size_t split(char *line, char *fields[FIELDS])
{
	size_t count = 0;

	line[strcspn(line, "\n")] = '\0';
	while (count < FIELDS) {
		char *bar = strstr(line, " | ");

		fields[count++] = line;
		if (bar == NULL)
			break;
		*bar = '\0';
		line = bar + 3;
	}
	return count;
}

START_TEST(each_guardrail_stops_its_statement_and_no_other)
{
	const char *source = getenv("top_srcdir");
	struct gh_policy *builtin = NULL;
	char path[4096], line[1024];
	struct gh_buf wrong;
	size_t rows = 0;
	FILE *file;

	gh_buf_init(&wrong, 0);
	snprintf(path, sizeof(path), "%s/tests/unit/guardrails.txt", source == NULL ? "." : source);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s", path);
	ck_assert_int_eq(gh_policy_builtin(&builtin, NULL), GH_OK);
	while (fgets(line, sizeof(line), file) != NULL) {
		char *fields[FIELDS];

		if (line[0] == '#' || line[0] == '\n')
			continue;
		ck_assert_msg(split(line, fields) == FIELDS, "%s", line);
		try_row(fields, builtin, &wrong);
		rows++;
	}
	fclose(file);
	ck_assert_uint_gt(rows, 100);
	ck_assert_msg(wrong.length == 0, "%s", wrong.bytes);
	gh_buf_clear(&wrong);
	gh_policy_free(builtin);
}
END_TEST

GH_UNIT_MAIN("guardrails", each_guardrail_stops_its_statement_and_no_other)
