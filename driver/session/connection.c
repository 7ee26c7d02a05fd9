/*
 * A session from connect to disconnect: who, where to, and the records that
 * open and close it.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- what the connection says of itself ---------------------------------------- */

static enum gh_status copy_hint(const struct gh_keywords *keywords, const char *name,
				const char **out, struct gh_error *err)
{
	const char *value = gh_keywords_get(keywords, name);

	*out = value == NULL || *value == '\0' ? NULL : gh_text_copy(value);
	if (*out == NULL && value != NULL && *value != '\0')
		return gh_fail(err, GH_E_MEMORY, "%s", name);
	return GH_OK;
}

static enum gh_status identify(struct gh_connection *connection, const struct gh_keywords *given,
			       struct gh_error *err)
{
	struct gh_identity_hints *hints = &connection->hints;
	enum gh_status status = copy_hint(given, "Purpose", &hints->purpose, err);

	if (status == GH_OK)
		status = copy_hint(given, "Run", &hints->run, err);
	if (status == GH_OK)
		status = copy_hint(given, "Application", &hints->application, err);
	if (status == GH_OK)
		status = gh_process_identify(hints, &connection->identity, err);
	return status;
}

enum gh_status gh_connection_identity(struct gh_connection *connection,
				      const struct gh_principal **out, struct gh_error *err)
{
	*out = NULL;
	if (connection->identity == NULL)
		return gh_fail(err, GH_E_IDENTITY, "no identity");
	/* after a fork the session belongs to another process: it must open its own */
	if (!gh_identity_current(connection->identity))
		return gh_fail(err, GH_E_IDENTITY,
			       "this connection was opened by another process; connect again");
	*out = gh_identity_principal(connection->identity);
	return GH_OK;
}

/* ---- the target --------------------------------------------------------------------- */

/* A text in the flavour that the target has. */
static SQLRETURN set_converted(struct gh_connection *connection,
			       const struct gh_queued_attribute *item, enum gh_width width)
{
	const struct gh_text given = { item->width, item->copy, SQL_NTS };
	struct gh_charset *charset = connection->down.charset;
	struct gh_buf utf8, text;
	SQLRETURN code = SQL_ERROR;

	gh_buf_init(&utf8, 0);
	gh_buf_init(&text, 0);
	if (gh_text_decode(charset, &given, &utf8, NULL) == GH_OK &&
	    gh_text_encode(charset, gh_buf_span(&utf8), width, &text, NULL) == GH_OK)
		code = connection->down.functions->SQLSetConnectAttr[width](
			connection->down.connection, item->attribute, text.bytes, SQL_NTS);
	gh_buf_clear(&utf8);
	gh_buf_clear(&text);
	return code;
}

static SQLRETURN set_queued(struct gh_connection *connection,
			    const struct gh_queued_attribute *item)
{
	const struct gh_functions *functions = connection->down.functions;
	enum gh_width width = item->width;

	if (functions->SQLSetConnectAttr[width] == NULL)
		width = width == GH_WIDE ? GH_NARROW : GH_WIDE;
	if (functions->SQLSetConnectAttr[width] == NULL)
		return SQL_SUCCESS;
	if (item->copy != NULL && width != item->width)
		return set_converted(connection, item, width);
	return functions->SQLSetConnectAttr[width](connection->down.connection, item->attribute,
						   item->copy != NULL ? item->copy : item->value,
						   item->length);
}

/*
 * The manager ignores the answer to an attribute that it sets before connect,
 * and so an application over the raw driver never sees it; nor does ours.
 */
static void replay_attributes(struct gh_connection *connection)
{
	for (size_t i = 0; i < connection->queue_count; i++)
		(void)set_queued(connection, &connection->queue[i]);
}

static char *info_text(const struct gh_downstream *down, SQLUSMALLINT type)
{
	struct gh_buf text;

	gh_buf_init(&text, 0);
	if (!gh_downstream_info_text(down, type, &text) || text.length == 0) {
		gh_buf_clear(&text);
		return NULL;
	}
	return gh_buf_take(&text);
}

static void describe_target(struct gh_connection *connection)
{
	struct gh_target *target = &connection->target;

	target->dbms = info_text(&connection->down, SQL_DBMS_NAME);
	target->version = info_text(&connection->down, SQL_DBMS_VER);
	target->catalog = info_text(&connection->down, SQL_DATABASE_NAME);
	target->user = info_text(&connection->down, SQL_USER_NAME);
	connection->dialect = gh_sql_dialect_from(target->dbms);
}

static void clear_target(struct gh_target *target)
{
	free((char *)(uintptr_t)target->dsn);
	free((char *)(uintptr_t)target->target);
	free((char *)(uintptr_t)target->dbms);
	free((char *)(uintptr_t)target->version);
	free((char *)(uintptr_t)target->catalog);
	free((char *)(uintptr_t)target->user);
	*target = (struct gh_target){ 0 };
}

/* ---- records --------------------------------------------------------------------------- */

static enum gh_status record_session(struct gh_connection *connection, enum gh_journal_event event,
				     struct gh_error *err)
{
	struct gh_journal_record record = {
		.event = event,
		.session = connection->session,
		.principal = gh_identity_principal(connection->identity),
		.target = &connection->target,
		.policy_digest = gh_policy_digest(connection->shared->policy),
	};
	uint64_t index;

	return gh_journal_append(connection->shared->journal, &record, &index, err);
}

/* ---- open ------------------------------------------------------------------------------- */

/* Who answers SQLGetInfo for the driver; by default the target, as tools know it. */
static enum gh_status read_report(const struct gh_keywords *given, bool *self, struct gh_error *err)
{
	const char *value = gh_keywords_get(given, "ReportDriver");

	*self = value != NULL && strcasecmp(value, "self") == 0;
	if (*self || value == NULL || *value == '\0' || strcasecmp(value, "target") == 0)
		return GH_OK;
	return gh_fail(err, GH_E_KEYWORD, "ReportDriver=%.40s is neither target nor self", value);
}

static enum gh_status prepare_session(struct gh_connection *connection,
				      const struct gh_keywords *given, struct gh_error *err)
{
	const char *dsn = gh_keywords_get(given, "DSN");
	struct gh_config config = { 0 };
	enum gh_status status = gh_config_resolve(given, &config, err);

	gh_trace_release(connection->trace);
	connection->trace = NULL;
	if (status == GH_OK)
		status = gh_trace_open(given, &config, &connection->trace, err);
	if (status == GH_OK)
		status = read_report(given, &connection->reports_self, err);
	if (status == GH_OK)
		status = gh_process_acquire(&config, &connection->shared, err);
	gh_config_clear(&config);
	if (status == GH_OK)
		status = identify(connection, given, err);
	if (status == GH_OK)
		status = gh_random_bytes(connection->session, sizeof(connection->session), err);
	if (status == GH_OK)
		status = gh_route_find(gh_process_targets(), given, &connection->route, err);
	if (status != GH_OK)
		return status;
	connection->target.dsn = gh_text_copy(dsn != NULL ? dsn : connection->route.name);
	connection->target.target = gh_text_copy(connection->route.name);
	if (connection->target.dsn == NULL || connection->target.target == NULL)
		return gh_fail(err, GH_E_MEMORY, "data source");
	return GH_OK;
}

/*
 * psqlODBC decodes its ConnSettings like a URL, unless it is in braces: both
 * readings are judged.
 */
static enum gh_status judge_decoded(struct gh_connection *connection, const char *text,
				    struct gh_error *err)
{
	static const char digits[] = "0123456789abcdef";
	struct gh_buf decoded;
	enum gh_status status;

	gh_buf_init(&decoded, 0);
	for (const char *c = text; *c != '\0'; c++) {
		const char *high = c[0] == '%' && c[1] != '\0' ? strchr(digits, c[1] | 0x20) : NULL;
		const char *low = high != NULL && c[2] != '\0' ? strchr(digits, c[2] | 0x20) : NULL;

		if (low == NULL) {
			(void)gh_buf_append_char(&decoded, *c == '+' ? ' ' : *c);
			continue;
		}
		(void)gh_buf_append_char(&decoded, (char)((high - digits) * 16 + (low - digits)));
		c += 2;
	}
	status = gh_buf_status(&decoded, err);
	/* a text with a NUL is refused by the analysis only if it gets there */
	if (status == GH_OK && decoded.bytes != NULL && strlen(decoded.bytes) != decoded.length)
		status = gh_fail(err, GH_E_SQL_TEXT, "a NUL character");
	if (status == GH_OK)
		status = gh_connection_judge(connection, decoded.bytes == NULL ? "" : decoded.bytes,
					     err);
	gh_buf_clear_secret(&decoded);
	return status;
}

static enum gh_status judge_keywords(struct gh_connection *connection,
				     const struct gh_keywords *sql, struct gh_error *err)
{
	enum gh_status status = GH_OK;

	for (size_t i = 0; i < sql->count && status == GH_OK; i++) {
		const char *text = sql->items[i].value;

		status = gh_connection_judge(connection, text, err);
		if (status == GH_OK && strpbrk(text, "%+") != NULL)
			status = judge_decoded(connection, text, err);
	}
	return status;
}

/* Whether any mask can concern this principal here: asked with a statement that may read all. */
static enum gh_status probe_masks(struct gh_connection *connection, struct gh_error *err)
{
	struct gh_facts unknown = { .kind = GH_KIND_SELECT,
				    .actions = GH_ACTION_READ,
				    .flags = GH_FACT_OPAQUE };
	struct gh_policy_request request = { gh_identity_principal(connection->identity),
					     &connection->target, &unknown };
	struct gh_decision decision = { 0 };
	enum gh_status status =
		gh_policy_decide(connection->shared->policy, &request, &decision, err);

	connection->masks_apply = status != GH_OK || decision.masks_apply;
	connection->detects = status != GH_OK || decision.detects;
	connection->filters_apply = gh_policy_has_filters(connection->shared->policy, &request);
	gh_policy_decision_clear(&decision);
	if (status == GH_OK && connection->masks_apply && connection->mask_memory == NULL)
		status = gh_mask_memory_new(connection->shared->mask_keys,
					    &connection->mask_memory, err);
	return status;
}

/* The target has answered a connect: what it says is kept, and an open session is recorded. */
static enum gh_status answered(struct gh_connection *connection, SQLRETURN code,
			       struct gh_error *err)
{
	enum gh_status status;

	if (code != SQL_SUCCESS && code != SQL_NEED_DATA)
		gh_diag_snapshot(&connection->base.diag, &connection->down, SQL_HANDLE_DBC,
				 connection->down.connection, GH_SCRUB_NO);
	if (!SQL_SUCCEEDED(code))
		return GH_OK;
	gh_downstream_learn(&connection->down);
	describe_target(connection);
	status = probe_masks(connection, err);
	if (status == GH_OK)
		status = record_session(connection, GH_JOURNAL_EVENT_SESSION_OPEN, err);
	connection->open = status == GH_OK;
	return status;
}

/*
 * Rules name the data source, so the application must not lead its name to
 * another target than odbc.ini does.
 */
static enum gh_status read_dsn(const char *dsn, struct gh_keywords *given, struct gh_error *err)
{
	static const char *const fixed[] = { "TargetDSN", "TargetDriver" };
	struct gh_keywords section = { 0 };
	enum gh_status status = gh_keywords_read_dsn(gh_process_targets(), dsn, &section, err);
	bool has_target = gh_keywords_get(&section, fixed[0]) != NULL ||
			  gh_keywords_get(&section, fixed[1]) != NULL;

	for (int i = 0; i < 2 && status == GH_OK && has_target; i++) {
		const char *here = gh_keywords_get(given, fixed[i]);
		const char *there = gh_keywords_get(&section, fixed[i]);

		if (here != NULL && (there == NULL || strcmp(here, there) != 0))
			status = gh_fail(err, GH_E_KEYWORD,
					 "%s is set in odbc.ini for %.80s and can't be changed",
					 fixed[i], dsn);
	}
	if (status == GH_OK)
		status = gh_keywords_copy(&section, given, err);
	gh_keywords_clear(&section);
	return status;
}

/* All that comes before the target is asked. */
static enum gh_status begin(struct gh_connection *connection, struct gh_keywords *given,
			    struct gh_error *err)
{
	const char *dsn = gh_keywords_get(given, "DSN");
	enum gh_status status = GH_OK;

	if (dsn != NULL)
		status = read_dsn(dsn, given, err);
	if (status == GH_OK)
		status = prepare_session(connection, given, err);
	if (status == GH_OK)
		status = judge_keywords(connection, &connection->route.sql, err);
	if (status == GH_OK)
		status = gh_downstream_open(
			&connection->route, gh_keywords_get(given, "TargetCharset"),
			connection->environment->odbc_version, &connection->down, err);
	if (status == GH_OK)
		replay_attributes(connection);
	return status;
}

enum gh_status gh_connection_open(struct gh_connection *connection, struct gh_keywords *given,
				  enum gh_width width, struct gh_connect_answer *answer,
				  struct gh_error *err)
{
	enum gh_status status = begin(connection, given, err);

	answer->code = SQL_ERROR;
	if (status == GH_OK)
		status = gh_downstream_connect(&connection->down, &connection->route, width, answer,
					       err);
	if (status == GH_OK)
		status = answered(connection, answer->code, err);
	if (status != GH_OK || !SQL_SUCCEEDED(answer->code))
		gh_connection_close(connection);
	return status;
}

/* ---- browse ------------------------------------------------------------------------------ */

/* What is ours decides of the first round: a later one may only repeat it. */
static enum gh_status check_ours(const struct gh_connection *connection,
				 const struct gh_keywords *given, struct gh_error *err)
{
	for (size_t i = 0; i < given->count; i++) {
		const struct gh_keyword *item = &given->items[i];
		const char *before = gh_keywords_get(&connection->browsed, item->name);

		if (gh_keyword_is_ours(item->name) &&
		    (before == NULL || strcmp(before, item->value) != 0))
			return gh_fail(err, GH_E_KEYWORD,
				       "%.60s must be given in the first round of SQLBrowseConnect",
				       item->name);
	}
	return GH_OK;
}

/* The first round brings the session about; `pass` is what the target is told of this one. */
static enum gh_status take_round(struct gh_connection *connection, const struct gh_keywords *given,
				 struct gh_keywords *pass, struct gh_error *err)
{
	struct gh_keywords all = { 0 }, sql = { 0 };
	enum gh_status status;

	if (!connection->browsing) {
		status = gh_keywords_copy(given, &all, err);
		if (status == GH_OK)
			status = begin(connection, &all, err);
		if (status == GH_OK)
			status = gh_keywords_copy(&connection->route.pass, pass, err);
	} else {
		status = check_ours(connection, given, err);
		if (status == GH_OK)
			status = gh_route_extend(&connection->route, given, pass, &sql, err);
		if (status == GH_OK)
			status = judge_keywords(connection, &sql, err);
	}
	gh_keywords_clear(&all);
	gh_keywords_clear(&sql);
	return status != GH_OK ? status : gh_keywords_copy(given, &connection->browsed, err);
}

enum gh_status gh_connection_browse(struct gh_connection *connection,
				    const struct gh_keywords *given, enum gh_width width,
				    struct gh_connect_answer *answer, struct gh_error *err)
{
	struct gh_keywords pass = { 0 };
	enum gh_status status = take_round(connection, given, &pass, err);

	answer->code = SQL_ERROR;
	if (status == GH_OK)
		status = gh_downstream_browse(&connection->down, &pass, width, answer, err);
	gh_keywords_clear(&pass);
	if (status == GH_OK)
		status = answered(connection, answer->code, err);
	connection->browsing = status == GH_OK && answer->code == SQL_NEED_DATA;
	/* ODBC 3.8, SQLBrowseConnect, Returns: after SQL_ERROR the next call is a first round */
	if (!connection->browsing && !connection->open)
		gh_connection_close(connection);
	return status;
}

/* ---- used again -------------------------------------------------------------------------- */

/* The executable's hash is made once, at connect; a process keeps its executable. */
static enum gh_status write_principal(const struct gh_identity *identity, struct gh_buf *out)
{
	struct gh_principal principal = *gh_identity_principal(identity);

	principal.process.executable_sha256 = NULL;
	return gh_identity_write(&principal, out);
}

static bool same_principal(const struct gh_identity *a, const struct gh_identity *b)
{
	struct gh_buf one, other;
	bool same;

	gh_buf_init(&one, 0);
	gh_buf_init(&other, 0);
	same = write_principal(a, &one) == GH_OK && write_principal(b, &other) == GH_OK &&
	       one.length == other.length && memcmp(one.bytes, other.bytes, one.length) == 0;
	gh_buf_clear(&one);
	gh_buf_clear(&other);
	return same;
}

static bool same_policy(const struct gh_shared *shared)
{
	struct gh_buf now;
	bool same;

	if (shared->config.policy == NULL)
		return true;
	same = gh_policy_file_read(shared->config.policy, &now, NULL) == GH_OK &&
	       gh_policy_is_read_from(shared->policy, gh_buf_span(&now));
	gh_buf_clear(&now);
	return same;
}

bool gh_connection_holds(struct gh_connection *connection)
{
	struct gh_identity *now = NULL;
	bool holds = gh_identity_current(connection->identity) && same_policy(connection->shared) &&
		     gh_process_identify(&connection->hints, &now, NULL) == GH_OK &&
		     same_principal(connection->identity, now);

	gh_identity_free(now);
	return holds;
}

/* ---- close ------------------------------------------------------------------------------ */

static void clear_hints(struct gh_identity_hints *hints)
{
	free((char *)(uintptr_t)hints->purpose);
	free((char *)(uintptr_t)hints->run);
	free((char *)(uintptr_t)hints->application);
	*hints = (struct gh_identity_hints){ 0 };
}

void gh_connection_close(struct gh_connection *connection)
{
	struct gh_error ignored = { 0 };

	while (connection->statements != NULL)
		gh_statement_free(connection->statements);
	while (connection->descriptors != NULL)
		gh_descriptor_free(connection->descriptors);
	gh_catalogue_free(connection->catalogue);
	connection->catalogue = NULL;
	gh_verdicts_free(connection->verdicts);
	connection->verdicts = NULL;
	gh_mask_memory_free(connection->mask_memory);
	connection->mask_memory = NULL;
	if (connection->open &&
	    record_session(connection, GH_JOURNAL_EVENT_SESSION_CLOSE, &ignored) != GH_OK)
		gh_diag_add(&connection->base.diag, GH_E_JOURNAL, ignored.text);
	connection->open = false;
	connection->browsing = false;
	gh_keywords_clear(&connection->browsed);
	if (connection->down.functions != NULL)
		gh_downstream_close(&connection->down);
	gh_route_clear(&connection->route);
	gh_identity_free(connection->identity);
	connection->identity = NULL;
	gh_process_release(connection->shared);
	connection->shared = NULL;
	clear_hints(&connection->hints);
	clear_target(&connection->target);
	atomic_store(&connection->sql_transaction, false);
	atomic_store(&connection->moved, false);
	connection->masks_apply = false;
	connection->detects = false;
}
