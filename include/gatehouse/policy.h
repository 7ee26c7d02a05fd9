/*
 * The policy: who may do what, and what they get to see.  One XML document,
 * or the built-in policy where there is none.  A decision is a pure function
 * of principal, target, facts and policy.
 */
#ifndef GATEHOUSE_POLICY_H
#define GATEHOUSE_POLICY_H

#include "gatehouse/facts.h"
#include "gatehouse/util.h"

struct gh_policy;

/*
 * Reads and validates the file.  GH_E_POLICY with the line and column where it
 * is not well-formed or not valid; nothing of a broken policy is ever used.
 * Immutable afterwards and safe to share between threads.  Caller frees.
 */
GH_MUST_CHECK enum gh_status gh_policy_load(const char *path, struct gh_policy **out,
					    struct gh_error *err);
/* The same for a document in memory; `name` is used in messages. */
GH_MUST_CHECK enum gh_status gh_policy_parse(struct gh_span document, const char *name,
					     struct gh_policy **out, struct gh_error *err);
/* The policy that holds where there is no file. */
GH_MUST_CHECK enum gh_status gh_policy_builtin(struct gh_policy **out, struct gh_error *err);
void gh_policy_free(struct gh_policy *policy);
#define GH_POLICY_DIGEST_SIZE 65 /* hex and a NUL */
/* The bytes of a policy's file, without reading their meaning.  Caller clears. */
GH_MUST_CHECK enum gh_status gh_policy_file_read(const char *path, struct gh_buf *out,
						 struct gh_error *err);
/* True if the policy was read from these bytes. */
bool gh_policy_is_read_from(const struct gh_policy *policy, struct gh_span bytes);

/* "built-in" or the path; and the SHA-256 of the document's bytes, as hex.  Borrowed. */
const char *gh_policy_name(const struct gh_policy *policy);
const char *gh_policy_digest(const struct gh_policy *policy);

/* What a policy's author may want to know: a role or tag that nothing uses. */
struct gh_policy_note {
	int line;
	const char *text;
};
/* In the order of the document: roles, then tags.  Borrowed; *count may be 0. */
const struct gh_policy_note *gh_policy_notes(const struct gh_policy *policy, size_t *count);

/* One statement to be decided.  Borrowed for the call. */
struct gh_policy_request {
	const struct gh_principal *principal;
	const struct gh_target *target;
	const struct gh_facts *facts;
};

/*
 * Decides.  On success *out holds the decision (gh_policy_decision_clear); on
 * failure it holds a denial, so that a caller who looks only there is safe.
 */
GH_MUST_CHECK enum gh_status gh_policy_decide(const struct gh_policy *policy,
					      const struct gh_policy_request *request,
					      struct gh_decision *out, struct gh_error *err);
void gh_policy_decision_clear(struct gh_decision *decision);

/*
 * The mask that holds for one result column, given what is known of it beyond
 * the facts (the target's descriptors may add an origin, never remove one).
 * Used at fetch time and for catalog results.
 */
GH_MUST_CHECK enum gh_status gh_policy_mask_column(const struct gh_policy *policy,
						   const struct gh_policy_request *request,
						   const struct gh_output *column,
						   struct gh_mask_spec *out, struct gh_error *err);

/*
 * The mask for values that were found sensitive where no mask of a rule holds:
 * that of the policy's <detect> rules, or of the family where none matches.
 * GH_MASK_NONE where a rule says that they stay as they are.
 */
GH_MUST_CHECK enum gh_status gh_policy_mask_found(const struct gh_policy *policy,
						  const struct gh_policy_request *request,
						  const struct gh_found *found,
						  struct gh_mask_spec *out, struct gh_error *err);

/* Can any row filter concern the principal at this target? */
bool gh_policy_has_filters(const struct gh_policy *policy, const struct gh_policy_request *request);
/*
 * Adds the condition that rows of the table must meet, in brackets; nothing where
 * there is none.  It compares the table's columns with literals and does nothing
 * else, in a form that all targets read alike.
 */
GH_MUST_CHECK enum gh_status gh_policy_filter_table(const struct gh_policy *policy,
						    const struct gh_policy_request *request,
						    const struct gh_table_use *use,
						    struct gh_buf *condition,
						    struct gh_error *err);

/* A row that is to be written: for its columns the text of a literal, or of what it is not. */
struct gh_policy_value {
	const char *column;
	struct gh_span text;
};
struct gh_policy_row {
	const struct gh_policy_value *values;
	size_t count;
	bool keeps; /* an UPDATE: all else stays as it is in a row that meets the conditions */
};
/*
 * May the row be written to the table: does every condition that new rows have to
 * meet certainly hold for it?  NULL: a row of which nothing is known.
 */
bool gh_policy_filter_admits(const struct gh_policy *policy,
			     const struct gh_policy_request *request,
			     const struct gh_table_use *use, const struct gh_policy_row *row);
/* The same condition with `qualifier`, as it is written, before each of its columns. */
GH_MUST_CHECK enum gh_status gh_policy_filter_qualify(const char *condition,
						      struct gh_span qualifier, struct gh_buf *out,
						      struct gh_error *err);

/* May the principal see that this table (column NULL) or column exists? */
bool gh_policy_visible(const struct gh_policy *policy, const struct gh_policy_request *request,
		       const struct gh_origin *object);

/*
 * The actions (enum gh_action bits) that some statement of the principal may be
 * allowed, without anybody's approval; one that is not among them never is.  The
 * request's facts are not looked at.
 */
unsigned gh_policy_possible(const struct gh_policy *policy,
			    const struct gh_policy_request *request);

const char *gh_policy_verdict_name(enum gh_verdict verdict);
const char *gh_policy_mask_name(enum gh_mask_function function);

/*
 * For `gatehouse policy explain`: writes, as text or JSON, the roles that
 * matched, each rule that was looked at and why, and the outcome.
 */
enum gh_policy_form { GH_POLICY_TEXT, GH_POLICY_JSON };
GH_MUST_CHECK enum gh_status gh_policy_explain(const struct gh_policy *policy,
					       const struct gh_policy_request *request,
					       enum gh_policy_form form, struct gh_buf *out,
					       struct gh_error *err);

#endif
