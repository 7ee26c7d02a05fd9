/*
 * Writes a record as one line of JSON: the head that the journal adds under its
 * lock, and the body, which can be written before.  Every part is bounded, so
 * that no statement is too long to be recorded.
 */
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "internal.h"

enum {
	NAME_LIMIT = 600,      /* bytes of one escaped name */
	NOTE_LIMIT = 1000,
	SQL_LIMIT = 32768,     /* bytes of escaped SQL */
	LIST_LIMIT = 24576,    /* bytes of all lists of a record together */
	DIGEST_SHOWN = 16,     /* hex digits of the policy's digest */
};

/* lint: table */
static const char *const event_names[GH_JOURNAL_EVENT_COUNT] = {
	[GH_JOURNAL_EVENT_LOG_OPEN] = "log-open",
	[GH_JOURNAL_EVENT_SESSION_OPEN] = "session-open",
	[GH_JOURNAL_EVENT_EXEC] = "exec",
	[GH_JOURNAL_EVENT_DONE] = "done",
	[GH_JOURNAL_EVENT_DENIED] = "denied",
	[GH_JOURNAL_EVENT_APPROVAL] = "approval",
	[GH_JOURNAL_EVENT_CONFIG_CHANGE] = "config-change",
	[GH_JOURNAL_EVENT_HEARTBEAT] = "heartbeat",
	[GH_JOURNAL_EVENT_CLOCK_JUMP] = "clock-jump",
	[GH_JOURNAL_EVENT_GAP] = "gap",
	[GH_JOURNAL_EVENT_RECOVERED] = "recovered",
	[GH_JOURNAL_EVENT_SESSION_CLOSE] = "session-close",
	[GH_JOURNAL_EVENT_SESSION_LOST] = "session-lost",
	[GH_JOURNAL_EVENT_EPOCH_CLOSE] = "epoch-close",
	[GH_JOURNAL_EVENT_FULL] = "full",
	[GH_JOURNAL_EVENT_PRUNE] = "prune",
	[GH_JOURNAL_EVENT_SEGMENT] = "segment",
};

/* lint: table */
static const char *const kind_names[GH_KIND_COUNT] = {
	"unknown", "select", "insert",   "update", "delete", "merge",   "create",
	"alter",   "drop",   "truncate", "grant",  "revoke", "call",    "explain",
	"copy",    "set",    "transaction", "other", "catalog",
};

/* lint: table */
static const char *const cut_names[] = { "sql", "reads", "writes", "inference", "columns",
					 "flows", "groups" };

/* lint: table */
static const char *const flag_names[] = { "multi", "opaque", "dangerous", "mode", "ambiguous",
					  "limited", "empty-probe", "flows" };

const char *gh_journal_event_name(enum gh_journal_event event)
{
	return (unsigned)event < GH_JOURNAL_EVENT_COUNT ? event_names[event] : "unknown";
}

/* ---- head ---- */

void gh_journal_clock_init(struct gh_journal_clock *clock)
{
	struct gh_buf boot;

	*clock = (struct gh_journal_clock){ .second = INT64_MIN };
	gh_buf_init(&boot, 0);
	/* /proc files have no size, so gh_file_read's regular file is right here too */
	if (gh_file_read("/proc/sys/kernel/random/boot_id", 64, &boot, NULL) == GH_OK &&
	    boot.length >= 36)
		memcpy(clock->boot, boot.bytes, 36);
	gh_buf_clear(&boot);
}

static char *put(char *out, const char *text)
{
	size_t length = strlen(text);

	memcpy(out, text, length);
	return out + length;
}

static char *put_u64(char *out, uint64_t number)
{
	char digits[20];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	while (count > 0)
		*out++ = digits[--count];
	return out;
}

/* ".123456Z" behind the second, whose text is kept: gmtime is not cheap. */
static char *put_time(struct gh_journal_clock *clock, char *out)
{
	int64_t now = gh_time_utc_us();
	int64_t fraction = ((now % 1000000) + 1000000) % 1000000;
	time_t second = (time_t)((now - fraction) / 1000000);
	struct tm parts = { 0 };

	if (clock->second != second) {
		gmtime_r(&second, &parts);
		(void)strftime(clock->text, sizeof(clock->text), "%Y-%m-%dT%H:%M:%S", &parts);
		clock->second = second;
	}
	out = put(out, clock->text);
	*out = '.';
	for (int i = 6; i > 0; i--, fraction /= 10)
		out[i] = (char)('0' + fraction % 10);
	out[7] = 'Z';
	return out + 8;
}

/* Twelve random bytes as 16 characters of base64. */
static char *put_nonce(struct gh_journal_clock *clock, char *out)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *in;

	clock->nonces_left--;
	in = clock->nonces + clock->nonces_left * GH_JOURNAL_NONCE;
	for (size_t i = 0; i < GH_JOURNAL_NONCE; i += 3, out += 4) {
		uint32_t group = (uint32_t)in[i] << 16 | (uint32_t)in[i + 1] << 8 | in[i + 2];

		out[0] = digits[group >> 18];
		out[1] = digits[group >> 12 & 63];
		out[2] = digits[group >> 6 & 63];
		out[3] = digits[group & 63];
	}
	return out;
}

enum gh_status gh_journal_head_write(struct gh_journal_clock *clock, uint64_t index,
				     char head[GH_JOURNAL_HEAD_MAX], size_t *length,
				     struct gh_error *err)
{
	char boot[9] = { 0 };
	char *out = head;

	*length = 0;
	if (clock->nonces_left == 0) {
		if (gh_random_bytes(clock->nonces, sizeof(clock->nonces), err) != GH_OK)
			return gh_fail(err, GH_E_JOURNAL, "no random bytes for a record");
		clock->nonces_left = sizeof(clock->nonces) / GH_JOURNAL_NONCE;
	}
	memcpy(boot, clock->boot, 8);
	out = put_u64(put(out, "{\"v\":1,\"i\":"), index);
	out = put_time(clock, put(out, ",\"time\":\""));
	clock->now = gh_time_monotonic_us();
	out = put_u64(put(out, "\",\"mono\":"), (uint64_t)clock->now);
	out = put(put(out, ",\"boot\":\""), boot);
	out = put_nonce(clock, put(out, "\",\"nonce\":\""));
	out = put(out, "\",");
	*length = (size_t)(out - head);
	return GH_OK;
}

/* ---- parts of a body ---- */

void gh_journal_put_number(struct gh_buf *buf, const char *before, int64_t number)
{
	char text[24];
	char *end = text;
	uint64_t size = (uint64_t)number;

	if (number < 0) {
		*end++ = '-';
		size = 0 - size;
	}
	end = put_u64(end, size);
	(void)gh_buf_append_text(buf, before);
	(void)gh_buf_append(buf, text, (size_t)(end - text));
}

static size_t escaped_size(unsigned char c)
{
	if (c < 0x20 || c == 0x7F)
		return 6;
	if (c == '"' || c == '\\')
		return 2;
	/* a byte of UTF-8: at most 6 as C1 control, U+2028 or, malformed, as U+FFFD */
	return c < 0x80 ? 1 : 3;
}

/* The longest start of the text that fits in `limit` escaped bytes, cut between characters. */
static size_t fitting(const char *text, size_t length, size_t limit)
{
	size_t used = 0, end = 0;

	while (end < length) {
		used += escaped_size((unsigned char)text[end]);
		if (used > limit)
			break;
		end++;
	}
	while (end < length && end > 0 && ((unsigned char)text[end] & 0xC0) == 0x80)
		end--;
	return end;
}

static bool needs_escape(const char *text, size_t length)
{
	unsigned found = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		found |= (unsigned)(c < 0x20) | (unsigned)(c >= 0x7F) | (unsigned)(c == '"') |
			 (unsigned)(c == '\\');
	}
	return found != 0;
}

/* Nearly every text: nothing to escape, one copy. */
static void put_plain(struct gh_buf *buf, const char *before, const char *text, size_t length)
{
	size_t start = strlen(before);
	char *out;

	if (gh_buf_reserve(buf, start + length + 2) != GH_OK)
		return;
	out = buf->bytes + buf->length;
	memcpy(out, before, start);
	out[start] = '"';
	memcpy(out + start + 1, text, length);
	out[start + length + 1] = '"';
	out[start + length + 2] = '\0';
	buf->length += start + length + 2;
}

bool gh_journal_put_text(struct gh_buf *buf, const char *before, const char *text, size_t limit)
{
	size_t length, end;

	if (text == NULL)
		return true;
	length = strlen(text);
	if (length <= limit && !needs_escape(text, length)) {
		put_plain(buf, before, text, length);
		return true;
	}
	end = length <= limit / 6 ? length : fitting(text, length, limit);
	(void)gh_buf_append_text(buf, before);
	(void)gh_json_string(buf, (struct gh_span){ text, end });
	return end == length;
}

static void put_name(struct gh_buf *buf, const char *before, const char *text)
{
	(void)gh_journal_put_text(buf, before, text, NAME_LIMIT);
}

/* `before` opens a list; names of the set bits. */
static void put_bits(struct gh_buf *buf, const char *before, unsigned bits,
		     const char *const *names, size_t count)
{
	if (bits == 0)
		return;
	(void)gh_buf_append_text(buf, before);
	for (size_t i = 0; i < count; i++) {
		if ((bits & 1U << i) == 0)
			continue;
		(void)gh_buf_append_char(buf, buf->bytes[buf->length - 1] == '[' ? '"' : ',');
		if (buf->bytes[buf->length - 1] == ',')
			(void)gh_buf_append_char(buf, '"');
		(void)gh_buf_append_text(buf, names[i]);
		(void)gh_buf_append_char(buf, '"');
	}
	(void)gh_buf_append_char(buf, ']');
}

/* ---- who and where ---- */

static void put_session(struct gh_buf *buf, const struct gh_journal_record *record)
{
	if (record->session != NULL) {
		(void)gh_buf_append_text(buf, ",\"session\":\"");
		(void)gh_hex_append(buf, record->session, GH_SESSION_ID_SIZE);
		(void)gh_buf_append_char(buf, '"');
	}
	if (record->statement != 0)
		gh_journal_put_number(buf, ",\"stmt\":", (int64_t)record->statement);
}

static void put_target(struct gh_buf *buf, const struct gh_target *target)
{
	if (target == NULL)
		return;
	put_name(buf, ",\"target\":", target->target == NULL ? "" : target->target);
	put_name(buf, ",\"dbms\":", target->dbms);
	put_name(buf, ",\"dbms_version\":", target->version);
	put_name(buf, ",\"catalog\":", target->catalog);
	put_name(buf, ",\"db_user\":", target->user);
}

static void put_who(struct gh_journal_encoder *encoder, const struct gh_journal_record *record)
{
	const struct gh_principal *principal = record->principal;
	struct gh_buf *buf = encoder->buf;

	if (principal != NULL) {
		put_name(buf, ",\"who\":", principal->acting_for != NULL ? principal->acting_for
									  : principal->subject);
		put_name(buf, ",\"agent\":", principal->agent);
	}
	if (record->target != NULL)
		put_name(buf, ",\"dsn\":", record->target->dsn);
	if (record->event != GH_JOURNAL_EVENT_SESSION_OPEN)
		return;
	put_target(buf, record->target);
	if (principal != NULL)
		gh_journal_put_principal(encoder, principal);
}

/* ---- what ---- */

static unsigned unknown_bits(const struct gh_facts *facts)
{
	return (facts->tables_known ? 0U : 1U) | (facts->outputs_known ? 0U : 2U) |
	       (facts->inference_known ? 0U : 4U) | (facts->flows_known ? 0U : 8U);
}

static enum gh_status put_sql(struct gh_journal_encoder *encoder, const char *text,
			      struct gh_error *err)
{
	char fingerprint[33];
	enum gh_status status;

	if (text == NULL)
		return GH_OK;
	status = gh_journal_keys_fingerprint(encoder->keys, gh_span_from(text), fingerprint, err);
	if (status != GH_OK)
		return status;
	if (!gh_journal_put_text(encoder->buf, ",\"sql\":", text, SQL_LIMIT)) {
		encoder->cut |= GH_JOURNAL_CUT_SQL;
		gh_journal_put_number(encoder->buf, ",\"sql_bytes\":", (int64_t)strlen(text));
	}
	put_name(encoder->buf, ",\"fp\":", fingerprint);
	return GH_OK;
}

static enum gh_status put_statement(struct gh_journal_encoder *encoder,
				    const struct gh_facts *facts, struct gh_error *err)
{
	static const char *const unknown_names[] = { "tables", "outputs", "inference", "flows" };
	struct gh_buf *buf = encoder->buf;

	(void)gh_buf_append_text(buf, ",\"kind\":\"");
	(void)gh_buf_append_text(buf, kind_names[facts->kind < GH_KIND_COUNT ? facts->kind : 0]);
	(void)gh_buf_append_char(buf, '"');
	gh_journal_put_tables(encoder, facts);
	gh_journal_put_inference(encoder, facts);
	put_bits(buf, ",\"unknown\":[", unknown_bits(facts), unknown_names, 4);
	put_bits(buf, ",\"flags\":[", facts->flags & 0xFFU, flag_names, 8);
	return put_sql(encoder, facts->text, err);
}

static void put_decision(struct gh_buf *buf, const struct gh_journal_record *record)
{
	static const char *const verdicts[] = { "deny", "approve", "allow" };
	const struct gh_decision *decision = record->decision;
	char digest[DIGEST_SHOWN + 1] = { 0 };

	if (decision != NULL) {
		(void)gh_buf_append_text(buf, ",\"verdict\":\"");
		(void)gh_buf_append_text(buf, verdicts[decision->verdict <= GH_VERDICT_ALLOW
							       ? decision->verdict
							       : GH_VERDICT_DENY]);
		(void)gh_buf_append_char(buf, '"');
		put_name(buf, ",\"rule\":", decision->rule);
	}
	if (record->policy_digest == NULL)
		return;
	if (record->event == GH_JOURNAL_EVENT_SESSION_OPEN ||
	    record->event == GH_JOURNAL_EVENT_CONFIG_CHANGE) {
		put_name(buf, ",\"policy\":", record->policy_digest);
		return;
	}
	memcpy(digest, record->policy_digest, strnlen(record->policy_digest, DIGEST_SHOWN));
	put_name(buf, ",\"policy\":", digest);
}

static void put_result(struct gh_buf *buf, const struct gh_journal_record *record)
{
	if (record->has_result) {
		if (record->rows >= 0)
			gh_journal_put_number(buf, ",\"rows\":", record->rows);
		if (record->bytes >= 0)
			gh_journal_put_number(buf, ",\"bytes\":", record->bytes);
		if (record->affected >= 0)
			gh_journal_put_number(buf, ",\"affected\":", record->affected);
		gh_journal_put_number(buf, ",\"us\":", record->duration_us);
	}
	put_name(buf, ",\"sqlstate\":", record->sqlstate);
}

static enum gh_status put_content(struct gh_journal_encoder *encoder,
				  const struct gh_journal_record *record, struct gh_error *err)
{
	const struct gh_facts *facts = record->facts;
	enum gh_status status = GH_OK;

	if (facts != NULL && record->event != GH_JOURNAL_EVENT_DONE)
		status = put_statement(encoder, facts, err);
	if (status != GH_OK)
		return status;
	if (record->event != GH_JOURNAL_EVENT_DONE)
		put_decision(encoder->buf, record);
	put_result(encoder->buf, record);
	if (facts != NULL && record->event == GH_JOURNAL_EVENT_DONE) {
		gh_journal_put_columns(encoder, facts, record->decision);
		gh_journal_put_flows(encoder, facts);
	}
	return GH_OK;
}

enum gh_status gh_journal_body_write(struct gh_journal_encoder *encoder,
				     const struct gh_journal_record *record, struct gh_error *err)
{
	struct gh_buf *buf = encoder->buf;
	enum gh_status status;

	encoder->room = LIST_LIMIT;
	encoder->cut = 0;
	gh_buf_reset(buf);
	if ((unsigned)record->event >= GH_JOURNAL_EVENT_COUNT)
		return gh_fail(err, GH_E_ARGUMENT, "unknown journal event %d", (int)record->event);
	(void)gh_buf_append_text(buf, "\"event\":\"");
	(void)gh_buf_append_text(buf, event_names[record->event]);
	(void)gh_buf_append_char(buf, '"');
	put_session(buf, record);
	put_who(encoder, record);
	status = put_content(encoder, record, err);
	if (status != GH_OK)
		return status;
	(void)gh_journal_put_text(buf, ",\"note\":", record->note, NOTE_LIMIT);
	put_bits(buf, ",\"cut\":[", encoder->cut, cut_names, 7);
	(void)gh_buf_append_char(buf, '}');
	return gh_buf_status(buf, err);
}
