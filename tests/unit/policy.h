/*
 * What the tests of driver/policy share: policies from fragments, principals,
 * and statements with facts made by hand.
 */
#ifndef GATEHOUSE_TESTS_POLICY_H
#define GATEHOUSE_TESTS_POLICY_H

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "gatehouse/policy.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define POLICY_HEAD "<policy xmlns=\"urn:gatehouse:policy:1\" version=\"1\" name=\"test\""

static const struct gh_target test_target = { .dsn = "prod", .target = "prod-raw",
					      .dbms = "PostgreSQL" };
static const struct gh_principal alice = { .kind = GH_PRINCIPAL_PERSON,
					   .assurance = GH_ASSURANCE_ASSERTED,
					   .issuer = "os", .subject = "alice",
					   .application = "isql" };
static const struct gh_principal robot = { .kind = GH_PRINCIPAL_AGENT,
					   .assurance = GH_ASSURANCE_ASSERTED,
					   .issuer = "os", .subject = "alice",
					   .acting_for = "alice", .agent = "claude-code",
					   .agent_marker = "env:CLAUDECODE",
					   .application = "isql" };

/* A policy that has `body` within its root, whose start tag may get `attributes`. */
static inline struct gh_policy *policy_with(const char *attributes, const char *body)
{
	struct gh_error err = { 0 };
	struct gh_policy *policy = NULL;
	struct gh_buf text;

	gh_buf_init(&text, 0);
	gh_buf_printf(&text, POLICY_HEAD " %s>%s</policy>", attributes, body);
	if (gh_policy_parse(gh_buf_span(&text), "test", &policy, &err) != GH_OK)
		ck_abort_msg("%s: %s (line %d)", text.bytes, err.text, err.line);
	gh_buf_clear(&text);
	return policy;
}

static inline struct gh_policy *policy_of(const char *body)
{
	return policy_with("", body);
}

/* A SELECT that shows, and where `used` is given uses, columns of one table. */
struct statement {
	struct gh_facts facts;
	struct gh_table_use tables[3];
	struct gh_origin shown;
	struct gh_origin used;
	struct gh_output output;
	struct gh_origin from;
	struct gh_flow flow;
};

static inline void statement_init(struct statement *statement, enum gh_kind kind, unsigned actions,
				  const char *table)
{
	memset(statement, 0, sizeof(*statement));
	statement->facts.kind = kind;
	statement->facts.actions = actions;
	statement->facts.where = GH_WHERE_REAL;
	statement->facts.tables = statement->tables;
	statement->facts.tables_known = true;
	statement->facts.outputs = &statement->output;
	statement->facts.outputs_known = true;
	statement->facts.inference = &statement->used;
	statement->facts.inference_known = true;
	statement->facts.flows = &statement->flow;
	statement->facts.flows_known = true;
	if (table == NULL)
		return;
	statement->tables[0].schema = "public";
	statement->tables[0].table = table;
	statement->tables[0].access = (actions & GH_ACTION_READ ? GH_ACCESS_READ : 0u) |
				      (actions & ~(unsigned)GH_ACTION_READ ? GH_ACCESS_WRITE : 0u);
	statement->facts.table_count = 1;
}

static inline void statement_select(struct statement *statement, const char *table,
				    const char *column)
{
	statement_init(statement, GH_KIND_SELECT, GH_ACTION_READ, table);
	statement->shown = (struct gh_origin){ NULL, "public", table, column };
	statement->output = (struct gh_output){ column, &statement->shown, 1, 0 };
	statement->facts.output_count = 1;
}

static inline void statement_uses(struct statement *statement, const char *table,
				  const char *column)
{
	statement->used = (struct gh_origin){ NULL, "public", table, column };
	statement->facts.inference_count = 1;
}

/* Copies from.column into the statement's first table. */
static inline void statement_flows(struct statement *statement, const char *from,
				   const char *column, const char *into)
{
	statement->from = (struct gh_origin){ NULL, "public", from, column };
	statement->flow.target = (struct gh_origin){ NULL, "public",
						     statement->tables[0].table, into };
	statement->flow.origins = &statement->from;
	statement->flow.origin_count = 1;
	statement->facts.flow_count = 1;
	statement->facts.flags |= GH_FACT_FLOWS;
}

/* Decides; the caller clears *out. */
static inline void decide_as(const struct gh_policy *policy, const struct gh_principal *principal,
			     const struct gh_facts *facts, struct gh_decision *out)
{
	const struct gh_policy_request request = { principal, &test_target, facts };

	ck_assert_int_eq(gh_policy_decide(policy, &request, out, NULL), GH_OK);
	ck_assert(out->verdict == GH_VERDICT_ALLOW || out->message[0] != '\0');
	ck_assert_ptr_nonnull(out->rule);
}

/* The verdict alone. */
static inline enum gh_verdict verdict_as(const struct gh_policy *policy,
					 const struct gh_principal *principal,
					 const struct gh_facts *facts)
{
	struct gh_decision decision;

	decide_as(policy, principal, facts, &decision);
	gh_policy_decision_clear(&decision);
	return decision.verdict;
}

/* The mask of the first output alone. */
static inline struct gh_mask_spec mask_as(const struct gh_policy *policy,
					  const struct gh_principal *principal,
					  const struct gh_facts *facts)
{
	struct gh_decision decision;
	struct gh_mask_spec mask;

	decide_as(policy, principal, facts, &decision);
	ck_assert_uint_eq(decision.mask_count, facts->output_count);
	mask = decision.masks[0];
	gh_policy_decision_clear(&decision);
	return mask;
}

#endif
