/*
 * The order of things for a statement, before the target sees it: identify,
 * analyse, decide, journal.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* A fixed text for what has none of its own. */
static const struct gh_facts catalog_facts = {
	.kind = GH_KIND_CATALOG,
	.tables_known = true,
	.outputs_known = true,
	.inference_known = true,
	.flows_known = true,
	.where = GH_WHERE_REAL,
};

/* ---- records ------------------------------------------------------------------------ */

static enum gh_status append(struct gh_statement *statement, enum gh_journal_event event,
			     const struct gh_principal *principal, const char *note,
			     struct gh_error *err)
{
	struct gh_connection *connection = statement->connection;
	struct gh_journal_record record = {
		.event = event,
		.session = connection->session,
		.statement = statement->number,
		.principal = principal,
		.target = &connection->target,
		.facts = statement->facts != NULL ? statement->facts : &catalog_facts,
		.decision = &statement->decision,
		.policy_digest = gh_policy_digest(connection->shared->policy),
		.note = note,
	};
	uint64_t index;

	return gh_journal_append(connection->shared->journal, &record, &index, err);
}

/* The denial goes into the journal; that it could not is worth more than the denial. */
static enum gh_status deny(struct gh_statement *statement, const struct gh_principal *principal,
			   enum gh_status why, struct gh_error *err)
{
	struct gh_error failed = { 0 };
	enum gh_status status;

	statement->number = atomic_fetch_add(&statement->connection->statement_number, 1) + 1;
	statement->decision.verdict = GH_VERDICT_DENY;
	status = append(statement, GH_JOURNAL_EVENT_DENIED, principal, err->text, &failed);
	gh_statement_forget(statement);
	if (status != GH_OK) {
		*err = failed;
		return status;
	}
	return why;
}

enum gh_status gh_statement_refuse(struct gh_statement *statement, enum gh_status why,
				   struct gh_error *err)
{
	const struct gh_principal *principal = NULL;
	enum gh_verdict verdict = statement->decision.verdict;
	struct gh_error failed = { 0 };
	enum gh_status status =
		gh_connection_identity(statement->connection, &principal, &failed);

	statement->number = atomic_fetch_add(&statement->connection->statement_number, 1) + 1;
	statement->decision.verdict = GH_VERDICT_DENY;
	if (status == GH_OK)
		status = append(statement, GH_JOURNAL_EVENT_DENIED, principal, err->text, &failed);
	statement->decision.verdict = verdict;
	if (status == GH_OK)
		return why;
	*err = failed;
	return status;
}

/* ---- what masks mean for messages --------------------------------------------------- */

static bool touches_masked_table(struct gh_statement *statement,
				 const struct gh_policy_request *request)
{
	const struct gh_facts *facts = request->facts;

	for (size_t i = 0; i < facts->table_count; i++) {
		const struct gh_table_use *table = &facts->tables[i];
		struct gh_origin whole = { table->catalog, table->schema, table->table, "*" };
		const struct gh_output column = { NULL, &whole, 1, 0 };
		struct gh_mask_spec spec = { 0 };

		if (gh_policy_mask_column(statement->connection->shared->policy, request, &column,
					  &spec, NULL) != GH_OK ||
		    spec.function != GH_MASK_NONE)
			return true;
	}
	return false;
}

/* Messages may quote rows: withheld as soon as a masked column may be in one. */
static bool must_scrub(struct gh_statement *statement, const struct gh_policy_request *request)
{
	const struct gh_facts *facts = request->facts;

	if (statement->original.length > 0)
		return true; /* and rows that are filtered out */
	if (!statement->decision.masks_apply)
		return false;
	/* the end of a transaction checks what was deferred, on any table */
	if (facts->kind == GH_KIND_TRANSACTION || facts->kind == GH_KIND_SET)
		return true;
	if (!facts->tables_known || (facts->flags & GH_FACT_OPAQUE) != 0 ||
	    (facts->actions & GH_ACTION_CALL) != 0)
		return true;
	return touches_masked_table(statement, request);
}

/* ---- the decision --------------------------------------------------------------------- */

enum gh_status gh_decision_block(const struct gh_decision *decision, struct gh_error *err)
{
	const char *rule = decision->rule == NULL ? "default" : decision->rule;
	const char *text =
		decision->message[0] == '\0' ? "the policy does not allow this" : decision->message;

	if (decision->verdict == GH_VERDICT_APPROVE)
		return gh_fail(err, GH_E_BLOCKED,
			       "%s (rule %s). It needs approval, which this version cannot ask for",
			       text, rule);
	return gh_fail(err, GH_E_BLOCKED, "%s (rule %s)", text, rule);
}

static enum gh_status decide(struct gh_statement *statement, const struct gh_principal *principal,
			     struct gh_error *err)
{
	struct gh_connection *connection = statement->connection;
	struct gh_policy_request request = { principal, &connection->target,
					     statement->facts != NULL ? statement->facts
								      : &catalog_facts };
	enum gh_status status =
		gh_policy_decide(connection->shared->policy, &request, &statement->decision, err);

	if (status != GH_OK)
		return status;
	if (statement->decision.verdict != GH_VERDICT_ALLOW)
		return gh_decision_block(&statement->decision, err);
	if (must_scrub(statement, &request))
		statement->scrub = GH_SCRUB_YES;
	else
		statement->scrub =
			statement->decision.detects ? GH_SCRUB_FOUND : GH_SCRUB_NO;
	statement->decided = true;
	return GH_OK;
}

/*
 * Where the braces of an escape mean nothing else, a text that the driver does not
 * scan (or scans all the same, as psqlODBC 13.02 does) can only mean the escape, or
 * fails: PostgreSQL and SQLite have no braces, MySQL and its kin read {d '..'} and
 * {fn f()} as the driver would.
 */
static bool is_not_scanned(const struct gh_statement *statement)
{
	switch (statement->connection->dialect) {
	case GH_DIALECT_POSTGRESQL:
	case GH_DIALECT_SQLITE:
	case GH_DIALECT_MYSQL:
	case GH_DIALECT_MARIADB:
		return false;
	default:
		return statement->no_scan == SQL_NOSCAN_ON;
	}
}

static enum gh_status analyze(struct gh_statement *statement, struct gh_span text,
			      const struct gh_sql_settings *settings, struct gh_facts **out,
			      struct gh_error *err)
{
	struct gh_connection *connection = statement->connection;
	struct gh_resolver resolver = { 0 };
	struct gh_sql_options options = { .dialect = connection->dialect,
					  .no_scan = is_not_scanned(statement),
					  .settings = *settings };
	enum gh_status status;

	/* otherwise nothing depends on columns: no names are looked up */
	if (!connection->masks_apply && !connection->filters_apply && !connection->detects)
		return gh_sql_analyze(text, &options, out, err);
	gh_catalogue_resolver(connection, &resolver);
	options.resolver = &resolver;
	gh_lock_take(&connection->base.lock);
	status = gh_sql_analyze(text, &options, out, err);
	gh_lock_release(&connection->base.lock);
	return status;
}

/*
 * Both ways first: the target is asked for its mode only where that makes a difference,
 * or where the usual one can't read the text at all.
 */
enum gh_status gh_decide_analyze(struct gh_statement *statement, struct gh_span text,
				 struct gh_facts **out, struct gh_error *err)
{
	struct gh_sql_settings settings = { 0 };
	enum gh_status status = analyze(statement, text, &settings, out, err);
	const bool depends = status == GH_OK ? ((*out)->flags & GH_FACT_AMBIGUOUS) != 0
					     : status == GH_E_SQL_TEXT;

	if (!depends || !gh_modes_settle(statement, &settings))
		return status;
	gh_sql_facts_free(*out);
	*out = NULL;
	*err = (struct gh_error){ 0 };
	return analyze(statement, text, &settings, out, err);
}

static enum gh_status judge(struct gh_statement *statement, struct gh_error *err)
{
	const struct gh_principal *principal = NULL;
	enum gh_status status = gh_connection_identity(statement->connection, &principal, err);
	unsigned unanswered;

	if (status == GH_OK && gh_judged_find(statement, principal)) {
		gh_sample_statement(statement);
		return GH_OK;
	}
	unanswered = gh_catalogue_unanswered(statement->connection);
	/* before anything is asked: what changes meanwhile is noticed at the next execution */
	statement->epoch = statement->connection->epoch;
	statement->decided_at = gh_time_monotonic_us();
	if (status == GH_OK)
		status = gh_decide_analyze(statement, gh_buf_span(&statement->text),
					   &statement->facts, err);
	if (status == GH_OK)
		status = gh_filter_apply(statement, principal, err);
	if (status == GH_OK)
		status = decide(statement, principal, err);
	if (status != GH_OK)
		return deny(statement, principal, status, err);
	if (gh_catalogue_unanswered(statement->connection) == unanswered &&
	    !statement->mode_bound && !gh_modes_matter(statement))
		gh_judged_keep(statement, principal);
	gh_sample_statement(statement);
	return GH_OK;
}

/* ---- texts ------------------------------------------------------------------------------ */

/*
 * Copies first, so that what is judged is what is sent: another thread of the
 * application may change its buffer meanwhile.
 */
static enum gh_status take_text(struct gh_statement *statement, const struct gh_text *text,
				struct gh_error *err)
{
	struct gh_text copy = *text;
	size_t bytes;
	enum gh_status status = gh_text_bytes(text, &bytes, err);

	if (status != GH_OK)
		return status;
	if (text->bytes == NULL)
		return gh_fail(err, GH_E_ARGUMENT, "no statement text");
	(void)gh_buf_append(&statement->sent, text->bytes, bytes);
	(void)gh_buf_append(&statement->sent, "\0\0\0", sizeof(SQLWCHAR) - 1);
	if (statement->sent.failed == GH_OK)
		statement->sent.length = bytes;
	status = gh_buf_status(&statement->sent, err);
	if (status != GH_OK)
		return status;
	copy.bytes = statement->sent.bytes;
	copy.length = (SQLLEN)(text->width == GH_WIDE ? bytes / sizeof(SQLWCHAR) : bytes);
	statement->sent_width = text->width;
	status = gh_text_decode(statement->connection->down.charset, &copy, &statement->text, err);
	if (status == GH_E_CONVERT)
		return gh_fail(err, GH_E_SQL_TEXT, "the statement is not well-formed %s",
			       text->width == GH_WIDE ? "UTF-16" : "text in TargetCharset");
	return status;
}

/* Where the target lacks the flavour, it gets the UTF-8 that was judged, encoded strictly. */
static enum gh_status fit_flavour(struct gh_statement *statement, struct gh_error *err)
{
	const struct gh_functions *functions = statement->functions;
	enum gh_width other = statement->sent_width == GH_WIDE ? GH_NARROW : GH_WIDE;

	if (functions->SQLPrepare[statement->sent_width] != NULL ||
	    functions->SQLExecDirect[statement->sent_width] != NULL ||
	    (functions->SQLPrepare[other] == NULL && functions->SQLExecDirect[other] == NULL))
		return GH_OK;
	gh_buf_reset(&statement->sent);
	statement->sent_width = other;
	return gh_text_encode(statement->connection->down.charset, gh_buf_span(&statement->text),
			      other, &statement->sent, err);
}

static enum gh_status refuse_text(struct gh_statement *statement, enum gh_status why,
				  struct gh_error *err)
{
	const struct gh_principal *principal = NULL;
	struct gh_error other = { 0 };
	enum gh_status status = gh_connection_identity(statement->connection, &principal, &other);

	if (status != GH_OK) {
		*err = other;
		why = status;
	}
	return deny(statement, principal, why, err);
}

enum gh_status gh_statement_judge(struct gh_statement *statement, const struct gh_text *text,
				  struct gh_error *err)
{
	enum gh_status status;

	if (statement->running != NULL)
		return gh_fail(err, GH_E_SEQUENCE, "%s is still executing", statement->running);
	gh_statement_end(statement);
	gh_statement_forget(statement);
	status = take_text(statement, text, err);
	if (status == GH_E_ARGUMENT || status == GH_E_LENGTH)
		return status; /* nothing was asked: raw drivers answer the same */
	if (status == GH_OK)
		status = fit_flavour(statement, err);
	if (status != GH_OK)
		return refuse_text(statement, status, err);
	return judge(statement, err);
}

/* The target has prepared what the filters made of the text: it must come out the same. */
static enum gh_status judge_filtered(struct gh_statement *statement, struct gh_error *err)
{
	struct gh_buf prepared = statement->text;
	enum gh_status status;

	statement->text = statement->original;
	gh_buf_init(&statement->original, 0);
	status = judge(statement, err);
	if (status == GH_OK &&
	    !gh_span_equal(gh_buf_span(&prepared), gh_buf_span(&statement->text)))
		status = refuse_text(statement,
				     gh_fail(err, GH_E_BLOCKED,
					     "the tables of this statement have changed; prepare "
					     "it again"),
				     err);
	gh_buf_clear_secret(&prepared);
	return status;
}

enum gh_status gh_statement_judge_again(struct gh_statement *statement, struct gh_error *err)
{
	const struct gh_principal *principal;

	/* a catalog function and SQLExecDirect are decided too, and prepare nothing */
	if (!statement->decided || !statement->prepared)
		return gh_fail(err, GH_E_SEQUENCE, "no statement is prepared");
	if (!gh_judged_stale(statement))
		return gh_connection_identity(statement->connection, &principal, err);
	gh_judged_forget(statement);
	if (statement->original.length > 0)
		return judge_filtered(statement, err);
	return judge(statement, err);
}

enum gh_status gh_statement_judge_catalog(struct gh_statement *statement, const char *function,
					  struct gh_error *err)
{
	const struct gh_principal *principal = NULL;
	enum gh_status status;

	if (statement->running != NULL)
		return gh_fail(err, GH_E_SEQUENCE, "%s is still executing", statement->running);
	gh_statement_end(statement);
	gh_statement_forget(statement);
	(void)gh_buf_append_text(&statement->text, function);
	status = gh_connection_identity(statement->connection, &principal, err);
	if (status == GH_OK)
		status = decide(statement, principal, err);
	if (status != GH_OK)
		return deny(statement, principal, status, err);
	return GH_OK;
}

enum gh_status gh_connection_judge(struct gh_connection *connection, const char *text,
				   struct gh_error *err)
{
	struct gh_sql_options options = { .dialect = gh_sql_dialect_from(NULL) };
	struct gh_facts *facts = NULL;
	struct gh_decision decision = { 0 };
	struct gh_policy_request request = { 0 };
	enum gh_status status = gh_connection_identity(connection, &request.principal, err);

	if (status == GH_OK && *text != '\0')
		status = gh_sql_analyze(gh_span_from(text), &options, &facts, err);
	if (status != GH_OK || facts == NULL)
		return status;
	request.target = &connection->target;
	request.facts = facts;
	status = gh_policy_decide(connection->shared->policy, &request, &decision, err);
	if (status == GH_OK && decision.verdict != GH_VERDICT_ALLOW)
		status = gh_decision_block(&decision, err);
	gh_policy_decision_clear(&decision);
	gh_sql_facts_free(facts);
	return status;
}

enum gh_status gh_statement_begin(struct gh_statement *statement, struct gh_error *err)
{
	const struct gh_principal *principal = NULL;
	enum gh_status status = gh_connection_identity(statement->connection, &principal, err);

	if (status != GH_OK)
		return status;
	if (!statement->decided)
		return gh_fail(err, GH_E_BUG, "a statement that was not judged");
	statement->number = atomic_fetch_add(&statement->connection->statement_number, 1) + 1;
	statement->started = gh_time_monotonic_us();
	statement->rows = 0;
	statement->result = 0;
	statement->sets = statement->apd->buffers.array_size;
	statement->state[0] = '\0';
	status = gh_modes_begin(statement, err);
	if (status != GH_OK)
		return deny(statement, principal, status, err);
	status = append(statement, GH_JOURNAL_EVENT_EXEC, principal,
			statement->facts == NULL ? statement->text.bytes : NULL, err);
	statement->executed = status == GH_OK;
	if (status != GH_OK)
		gh_modes_end(statement);
	return status;
}
