/*
 * Connection strings: reading, writing, and what each keyword may do.
 */
#include "gatehouse/downstream.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void gh_keywords_clear(struct gh_keywords *keywords)
{
	for (size_t i = 0; i < keywords->count; i++) {
		char *value = keywords->items[i].value;

		free(keywords->items[i].name);
		gh_free_secret(value, value == NULL ? 0 : strlen(value));
	}
	free(keywords->items);
	*keywords = (struct gh_keywords){ 0 };
}

/* Most differ in their first letter, and a connect compares some thousand of them. */
static inline bool same(const char *a, const char *b)
{
	return ((a[0] ^ b[0]) & ~('a' ^ 'A')) == 0 && strcasecmp(a, b) == 0;
}

const char *gh_keywords_get(const struct gh_keywords *keywords, const char *name)
{
	for (size_t i = 0; i < keywords->count; i++)
		if (same(keywords->items[i].name, name))
			return keywords->items[i].value;
	return NULL;
}

enum gh_status gh_keywords_add(struct gh_keywords *keywords, struct gh_span name,
			       struct gh_span value, struct gh_error *err)
{
	struct gh_keyword item = { gh_span_copy(name), gh_span_copy(value) };
	struct gh_keyword *items = NULL;

	if (item.name != NULL && item.value != NULL && gh_keywords_get(keywords, item.name) == NULL)
		items = realloc(keywords->items, (keywords->count + 1) * sizeof(*items));
	else if (item.name != NULL && item.value != NULL) {
		free(item.name);
		gh_free_secret(item.value, value.length);
		return GH_OK;
	}
	if (items == NULL) {
		free(item.name);
		gh_free_secret(item.value, item.value == NULL ? 0 : value.length);
		return gh_fail(err, GH_E_MEMORY, "connection keywords");
	}
	keywords->items = items;
	items[keywords->count++] = item;
	return GH_OK;
}

enum gh_status gh_keywords_copy(const struct gh_keywords *from, struct gh_keywords *to,
				struct gh_error *err)
{
	enum gh_status status = GH_OK;

	for (size_t i = 0; i < from->count && status == GH_OK; i++)
		status = gh_keywords_add(to, gh_span_from(from->items[i].name),
					 gh_span_from(from->items[i].value), err);
	return status;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct gh_span trim(struct gh_span span)
{
	while (span.length > 0 && is_space(span.bytes[0])) {
		span.bytes++;
		span.length--;
	}
	while (span.length > 0 && is_space(span.bytes[span.length - 1]))
		span.length--;
	return span;
}

/* Reads "{...}" at *offset; "}}" stands for one brace.  Appends to `value`. */
static enum gh_status read_braced(struct gh_span text, size_t *offset, struct gh_buf *value,
				  struct gh_error *err)
{
	for (size_t i = *offset + 1; i < text.length; i++) {
		if (text.bytes[i] == '}' && i + 1 < text.length && text.bytes[i + 1] == '}') {
			i++;
		} else if (text.bytes[i] == '}') {
			*offset = i + 1;
			return gh_buf_status(value, err);
		}
		(void)gh_buf_append_char(value, text.bytes[i]);
	}
	return gh_fail(err, GH_E_CONFIG, "connection string: a '{' without its '}'");
}

static enum gh_status read_value(struct gh_span text, size_t *offset, struct gh_buf *value,
				 struct gh_error *err)
{
	size_t start;
	struct gh_span plain;

	while (*offset < text.length && is_space(text.bytes[*offset]))
		(*offset)++;
	if (*offset < text.length && text.bytes[*offset] == '{')
		return read_braced(text, offset, value, err);
	start = *offset;
	while (*offset < text.length && text.bytes[*offset] != ';')
		(*offset)++;
	plain = trim((struct gh_span){ text.bytes + start, *offset - start });
	(void)gh_buf_append(value, plain.bytes, plain.length);
	return gh_buf_status(value, err);
}

/* Nothing but blanks may stand between a value and its ';'. */
static enum gh_status end_pair(struct gh_span text, size_t *offset, struct gh_error *err)
{
	while (*offset < text.length && is_space(text.bytes[*offset]))
		(*offset)++;
	if (*offset < text.length && text.bytes[(*offset)++] != ';')
		return gh_fail(err, GH_E_CONFIG, "connection string: text behind a '}'");
	return GH_OK;
}

/* Reads one "name=value" and the ';' behind it. */
static enum gh_status read_pair(struct gh_span text, size_t *offset, struct gh_keywords *out,
				struct gh_error *err)
{
	size_t start = *offset;
	struct gh_span name;
	struct gh_buf value;
	enum gh_status status;

	while (*offset < text.length && text.bytes[*offset] != '=' && text.bytes[*offset] != ';')
		(*offset)++;
	name = trim((struct gh_span){ text.bytes + start, *offset - start });
	if (*offset == text.length || text.bytes[*offset] == ';') {
		(*offset)++;
		if (name.length == 0)
			return GH_OK;
		return gh_fail(err, GH_E_CONFIG, "connection string: keyword %.*s has no value",
			       (int)(name.length > 40 ? 40 : name.length), name.bytes);
	}
	(*offset)++;
	gh_buf_init(&value, 65536);
	status = read_value(text, offset, &value, err);
	if (status == GH_OK)
		status = end_pair(text, offset, err);
	if (status == GH_OK && name.length == 0)
		status = gh_fail(err, GH_E_CONFIG, "connection string: a value without a keyword");
	if (status == GH_OK)
		status = gh_keywords_add(out, name, gh_buf_span(&value), err);
	gh_buf_clear_secret(&value);
	return status;
}

enum gh_status gh_keywords_parse(struct gh_span text, struct gh_keywords *out, struct gh_error *err)
{
	enum gh_status status = GH_OK;
	size_t offset = 0;

	if (text.length > 0 && memchr(text.bytes, '\0', text.length) != NULL)
		return gh_fail(err, GH_E_CONFIG, "connection string: a NUL character");
	while (status == GH_OK && offset < text.length)
		status = read_pair(text, &offset, out, err);
	return status;
}

static bool needs_braces(const char *value)
{
	return value[strcspn(value, "[]{}(),;?*=!@")] != '\0' || is_space(value[0]) ||
	       (value[0] != '\0' && is_space(value[strlen(value) - 1]));
}

static void write_braced(const char *value, struct gh_buf *out)
{
	(void)gh_buf_append_char(out, '{');
	for (; *value != '\0'; value++) {
		if (*value == '}')
			(void)gh_buf_append_char(out, '}');
		(void)gh_buf_append_char(out, *value);
	}
	(void)gh_buf_append_char(out, '}');
}

enum gh_status gh_keywords_write(const struct gh_keywords *keywords, struct gh_buf *out)
{
	for (size_t i = 0; i < keywords->count; i++) {
		const struct gh_keyword *item = &keywords->items[i];

		(void)gh_buf_printf(out, "%s=", item->name);
		/* psqlODBC takes braces literally except around DRIVER and PWD, so: only where
		 * needed */
		if (strcasecmp(item->name, "DRIVER") == 0 || needs_braces(item->value))
			write_braced(item->value, out);
		else
			(void)gh_buf_append_text(out, item->value);
		(void)gh_buf_append_char(out, ';');
	}
	return out->failed;
}

/* lint: table */
static const char *const ours[] = {
	"TargetDSN",    "TargetDriver", "TargetCharset", "Policy",      "Journal",
	"JournalLevel", "Purpose",      "Run",           "Application", "Trace",
	"ReportDriver", "DSN",          "DRIVER",        "FILEDSN",     "SAVEFILE",
	"Description",  NULL,
};

bool gh_keyword_is_ours(const char *name)
{
	for (size_t i = 0; ours[i] != NULL; i++)
		if (same(ours[i], name))
			return true;
	return false;
}

struct keyword_row {
	const char *library; /* part of the library's file name; "" for every driver */
	const char *name;
	enum gh_keyword_effect effect;
};

/*
 * Keywords that a connection string or a Gatehouse DSN may hand to a target.
 * From psqlODBC's docs/config.html, MariaDB Connector/ODBC's connection
 * parameters, libsqliteodbc's README, FreeTDS's user guide (ODBC connection
 * attributes) and mdbtools' odbc.  What is not here is refused.
 */
/* lint: table */
static const struct keyword_row keyword_rows[] = {
	{ "", "UID", GH_KEYWORD_PLAIN },
	{ "", "PWD", GH_KEYWORD_PLAIN },
	{ "", "USER", GH_KEYWORD_PLAIN },
	{ "", "PASSWORD", GH_KEYWORD_PLAIN },
	{ "", "SERVER", GH_KEYWORD_PLAIN },
	{ "", "SERVERNAME", GH_KEYWORD_PLAIN },
	{ "", "PORT", GH_KEYWORD_PLAIN },
	{ "", "DATABASE", GH_KEYWORD_PLAIN },
	{ "", "DB", GH_KEYWORD_PLAIN },
	{ "", "TIMEOUT", GH_KEYWORD_PLAIN },
	{ "", "TRACE", GH_KEYWORD_LOGGING },
	{ "", "TRACEFILE", GH_KEYWORD_LOGGING },

	{ "psqlodbc", "UserName", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "SSLmode", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "ReadOnly", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "Protocol", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "FakeOidIndex", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "ShowOidColumn", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "RowVersioning", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "ShowSystemTables", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "Fetch", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "UnknownSizes", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "MaxVarcharSize", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "MaxLongVarcharSize", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "TextAsLongVarchar", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "UnknownsAsLongVarchar", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "BoolsAsChar", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "UseDeclareFetch", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "UseServerSidePrepare", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "LowerCaseIdentifier", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "ByteaAsLongVarBinary", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "TrueIsMinus1", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "UpdatableCursors", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "Ksqo", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "KeepaliveTime", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "KeepaliveInterval", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "IgnoreTimeout", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "Parse", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "CancelAsFreeStmt", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "ExtraSysTablePrefixes", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "LFConversion", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "BI", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "GssAuthUseGSS", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "XaOpt", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "Optimizer", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "BatchSize", GH_KEYWORD_PLAIN },
	{ "psqlodbc", "ConnSettings", GH_KEYWORD_SQL },
	{ "psqlodbc", "A6", GH_KEYWORD_SQL },
	{ "psqlodbc", "Debug", GH_KEYWORD_LOGGING },
	{ "psqlodbc", "B2", GH_KEYWORD_LOGGING },
	{ "psqlodbc", "CommLog", GH_KEYWORD_LOGGING },
	{ "psqlodbc", "B3", GH_KEYWORD_LOGGING },
	{ "psqlodbc", "Logdir", GH_KEYWORD_LOGGING },

	{ "libmaodbc", "SOCKET", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "CHARSET", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "CONN_TIMEOUT", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "READTIMEOUT", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "WRITETIMEOUT", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "NO_PROMPT", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "TCPIP", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "SSLKEY", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "SSLCERT", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "SSLCA", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "SSLVERIFY", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "FORCETLS", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "OPTION", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "OPTIONS", GH_KEYWORD_PLAIN },
	{ "libmaodbc", "INITSTMT", GH_KEYWORD_SQL },
	{ "libmaodbc", "STMT", GH_KEYWORD_SQL },

	{ "sqlite3odbc", "StepAPI", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "SyncPragma", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "NoTXN", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "ShortNames", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "LongNames", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "NoCreat", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "NoWCHAR", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "FKSupport", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "JournalMode", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "JDConv", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "BigInt", GH_KEYWORD_PLAIN },
	{ "sqlite3odbc", "OEMCP", GH_KEYWORD_PLAIN },

	{ "libtdsodbc", "TDS_Version", GH_KEYWORD_PLAIN },
	{ "libtdsodbc", "ClientCharset", GH_KEYWORD_PLAIN },
	{ "libtdsodbc", "Encryption", GH_KEYWORD_PLAIN },
	{ "libtdsodbc", "Encrypt", GH_KEYWORD_PLAIN },
	{ "libtdsodbc", "APP", GH_KEYWORD_PLAIN },
	{ "libtdsodbc", "WSID", GH_KEYWORD_PLAIN },
	{ "libtdsodbc", "LANGUAGE", GH_KEYWORD_PLAIN },
	{ "libtdsodbc", "DumpFile", GH_KEYWORD_LOGGING },
};

enum gh_keyword_effect gh_keyword_effect_of(const char *library, const char *name)
{
	const char *file = strrchr(library, '/') == NULL ? library : strrchr(library, '/') + 1;
	const char *looked_at = NULL;
	bool applies = false;

	for (size_t i = 0; i < sizeof(keyword_rows) / sizeof(keyword_rows[0]); i++) {
		if (keyword_rows[i].library != looked_at) {
			looked_at = keyword_rows[i].library;
			applies = strstr(file, looked_at) != NULL;
		}
		if (applies && same(keyword_rows[i].name, name))
			return keyword_rows[i].effect;
	}
	return GH_KEYWORD_REFUSED;
}
