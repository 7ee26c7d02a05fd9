/*
 * What a statement reaches beyond its tables, told by its words wherever they
 * stand: files, programs, other servers, code, the server itself, and what later
 * statements of the session will mean.  All dialects in one: a name of another
 * target does no harm.
 */
#include <string.h>

#include "internal.h"

#define FILES GH_REACH_FILES
#define PROGRAMS GH_REACH_PROGRAMS
#define NETWORK GH_REACH_NETWORK
#define DYNAMIC GH_REACH_DYNAMIC
#define CODE GH_REACH_CODE
#define WAIT GH_REACH_WAIT
#define SERVER GH_REACH_SERVER
#define ROLE GH_REACH_ROLE
#define NAMES GH_REACH_NAMES
#define MODES GH_REACH_MODES
#define KW(name) GH_SQL_KW_##name

static const struct gh_sql_token *token_at(const struct gh_sql_analysis *analysis, size_t at)
{
	return &analysis->tokens.items[at];
}

static enum gh_sql_keyword keyword_at(const struct gh_sql_analysis *analysis, size_t at)
{
	return (enum gh_sql_keyword)token_at(analysis, at)->keyword;
}

static bool named(const struct gh_sql_token *token)
{
	return token->kind == GH_SQL_TOKEN_WORD || token->kind == GH_SQL_TOKEN_NAME;
}

const char *gh_sql_reach_name(unsigned bit)
{
	static const char *const names[] = { "files", "programs", "network", "dynamic", "code",
					     "wait",  "server",	  "role",    "names",	"modes" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (bit == 1u << i)
			return names[i];
	return NULL;
}

void gh_sql_reach(struct gh_sql_analysis *analysis, unsigned reaches)
{
	analysis->facts->reaches |= reaches;
	if ((reaches & GH_REACH_DANGEROUS) != 0)
		analysis->facts->flags |= GH_FACT_DANGEROUS;
	if ((reaches & MODES) != 0)
		analysis->facts->flags |= GH_FACT_MODE;
}

/* ---- names that are called ------------------------------------------------------ */

struct call_row {
	const char *pattern; /* of gh_glob_match; the first that fits counts */
	unsigned reaches;
};

/* lint: table */
static const struct call_row calls[] = {
	{ "pg_read_*", FILES },          { "pg_ls_*", FILES },
	{ "pg_stat_file", FILES },       { "pg_file_*", FILES },
	{ "pg_logdir_ls", FILES },       { "pg_sleep*", WAIT },
	{ "pg_advisory_*", WAIT },       { "pg_terminate_backend", SERVER },
	{ "pg_cancel_backend", SERVER }, { "pg_reload_conf", SERVER },
	{ "pg_rotate_logfile", SERVER }, { "pg_switch_wal", SERVER },
	{ "pg_promote", SERVER },        { "pg_create_*", SERVER },
	{ "pg_drop_*", SERVER },         { "pg_logical_*", SERVER },
	{ "pg_stat_reset*", SERVER },    { "pg_backup_*", SERVER },
	{ "pg_start_backup", SERVER },   { "pg_stop_backup", SERVER },
	{ "lo_import", FILES },          { "lo_export", FILES },
	{ "lo_*", FILES },               { "loread", FILES },
	{ "lowrite", FILES },            { "dblink*", NETWORK | DYNAMIC },
	{ "postgres_fdw_*", NETWORK },   { "query_to_xml*", DYNAMIC },
	{ "table_to_xml*", DYNAMIC },    { "schema_to_xml*", DYNAMIC },
	{ "database_to_xml*", DYNAMIC }, { "cursor_to_xml*", DYNAMIC },
	{ "ts_stat", DYNAMIC },          { "set_config", SERVER | ROLE | NAMES | MODES },
	{ "load_file", FILES },          { "sleep", WAIT },
	{ "benchmark", WAIT },           { "get_lock", WAIT },
	{ "master_pos_wait", WAIT },     { "master_gtid_wait", WAIT },
	{ "sys_exec", PROGRAMS },        { "sys_eval", PROGRAMS },
	{ "sys_get", PROGRAMS },         { "sys_set", PROGRAMS },
	{ "xp_dirtree", FILES },         { "xp_fileexist", FILES },
	{ "xp_subdirs", FILES },         { "xp_reg*", SERVER },
	{ "xp_*", PROGRAMS },            { "sp_oa*", PROGRAMS },
	{ "openrowset", NETWORK | FILES | DYNAMIC },
	{ "openquery", NETWORK | DYNAMIC },
	{ "opendatasource", NETWORK },   { "sp_executesql", DYNAMIC },
	{ "sp_configure", SERVER },      { "sp_addlinkedserver", NETWORK },
	{ "sp_execute_external_script", PROGRAMS },
	{ "utl_http", NETWORK },         { "utl_file", FILES },
	{ "utl_tcp", NETWORK },          { "utl_smtp", NETWORK },
	{ "utl_inaddr", NETWORK },       { "dbms_scheduler", PROGRAMS },
	{ "dbms_job", PROGRAMS },        { "dbms_xmlgen", DYNAMIC },
	{ "dbms_xmlquery", DYNAMIC },    { "dbms_sql", DYNAMIC },
	{ "dbms_ldap", NETWORK },        { "dbms_java", PROGRAMS },
	{ "dbms_pipe", SERVER },         { "dbms_lock", WAIT },
	{ "dbms_advisor", FILES },       { "dbms_lob", FILES },
	{ "httpuritype", NETWORK },      { "load_extension", CODE },
	{ "readfile", FILES },           { "writefile", FILES },
	{ "fsdir", FILES },              { "zipfile", FILES },
	{ "edit", PROGRAMS },            { "fts3_tokenizer", CODE },
	{ "result_scan", DYNAMIC },      { "system$*", SERVER },
	{ "read_csv*", FILES },          { "read_parquet", FILES },
	{ "read_json*", FILES },         { "read_text", FILES },
	{ "read_blob", FILES },          { "parquet_scan", FILES },
	{ "sniff_csv", FILES },          { "s3", NETWORK },
	{ "s3cluster", NETWORK },        { "remote", NETWORK },
	{ "remotesecure", NETWORK },     { "executable", PROGRAMS },
};

static unsigned name_reaches(struct gh_span name)
{
	char text[64];

	if (name.length >= sizeof(text))
		return 0;
	memcpy(text, name.bytes, name.length);
	text[name.length] = '\0';
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if ((text[0] | 0x20) == calls[i].pattern[0] &&
		    gh_glob_match(calls[i].pattern, text))
			return calls[i].reaches;
	return 0;
}

/* A name that is called, is a package, or is executed. */
static unsigned call_reaches(const struct gh_sql_analysis *analysis, size_t first, size_t at,
			     size_t end)
{
	char next = at + 1 < end ? token_at(analysis, at + 1)->symbol : '\0';
	enum gh_sql_keyword before = at > first ? keyword_at(analysis, at - 1) : KW(NONE);

	if (next != '(' && next != '.' && at != first && before != KW(EXEC) &&
	    before != KW(EXECUTE) && before != KW(CALL) &&
	    token_at(analysis, at - 1)->symbol != '.')
		return 0;
	return name_reaches(token_at(analysis, at)->name);
}

/* ---- words ------------------------------------------------------------------------ */

struct clause_row {
	const char *first, *second; /* beside each other; second NULL: alone */
	unsigned reaches;
};

/* lint: table */
static const struct clause_row clauses[] = {
	{ "into", "outfile", FILES },        { "into", "dumpfile", FILES },
	{ "outfile", NULL, FILES },          { "dumpfile", NULL, FILES },
	{ "load", "data", FILES },           { "load", "xml", FILES },
	{ "bulk", "insert", FILES },         { "attach", NULL, FILES },
	{ "create", "directory", FILES },    { "data", "directory", FILES },
	{ "index", "directory", FILES },     { "pg_read_server_files", NULL, FILES },
	{ "pg_write_server_files", NULL, FILES },
	{ "external", "table", FILES | NETWORK }, { "organization", "external", FILES },
	{ "to", "program", PROGRAMS },       { "from", "program", PROGRAMS },
	{ "pg_execute_server_program", NULL, PROGRAMS },
	{ "create", "server", NETWORK },     { "create", "subscription", NETWORK },
	{ "foreign", "table", NETWORK | FILES }, { "user", "mapping", NETWORK },
	{ "external", "function", NETWORK }, { "database", "link", NETWORK },
	{ "openrowset", NULL, NETWORK | FILES | DYNAMIC },
	{ "openquery", NULL, NETWORK | DYNAMIC }, { "opendatasource", NULL, NETWORK },
	{ "execute", "immediate", DYNAMIC },
	{ "create", "extension", CODE },     { "create", "function", CODE },
	{ "create", "language", CODE },      { "trusted", "language", CODE },
	{ "procedural", "language", CODE },  { "replace", "function", CODE },
	{ "replace", "procedure", CODE },    { "aggregate", "function", CODE },
	{ "create", "aggregate", CODE },     { "create", "procedure", CODE },
	{ "create", "trigger", CODE },       { "replace", "trigger", CODE },
	{ "create", "event", CODE },         { "create", "rule", CODE },
	{ "replace", "rule", CODE },         { "create", "library", CODE },
	{ "event", "trigger", CODE },        { "create", "assembly", CODE },
	{ "foreign", "data", CODE },         { "replace", "package", CODE },
	{ "install", "plugin", CODE },       { "install", "soname", CODE },
	{ "alter", "system", SERVER },       { "set", "global", SERVER },
	{ "set", "persist", SERVER },        { "set", "persist_only", SERVER },
	{ "set", "password", SERVER },       { "pragma", "writable_schema", SERVER },
};

/* Only where they begin a statement. */
struct verb_row {
	enum gh_sql_keyword keyword;
	unsigned reaches;
};

/* lint: table */
static const struct verb_row verbs[] = {
	{ KW(BULK), FILES },      { KW(LOAD), FILES | CODE },    { KW(IMPORT), FILES | NETWORK },
	{ KW(ATTACH), FILES },    { KW(BACKUP), FILES },         { KW(RESTORE), FILES },
	{ KW(HANDLER), DYNAMIC }, { KW(INSTALL), CODE },         { KW(UNINSTALL), CODE },
	{ KW(KILL), SERVER },     { KW(SHUTDOWN), SERVER },      { KW(DBCC), SERVER },
	{ KW(RECONFIGURE), SERVER }, { KW(WAITFOR), WAIT },      { KW(USE), NAMES },
	{ KW(DISCARD), ROLE | NAMES | MODES },                   { KW(RESET), MODES },
};

/* The same for words that are no keywords of ours. */
static const struct clause_row verb_words[] = {
	{ "put", NULL, FILES },     { "get", NULL, FILES },  { "unload", NULL, FILES | NETWORK },
	{ "export", NULL, FILES },  { "revert", NULL, ROLE }, { "setuser", NULL, ROLE },
	{ "shutdown", NULL, SERVER },
};

static unsigned words_reach(const struct gh_sql_analysis *analysis,
			    const struct clause_row *rows, size_t count, size_t at, size_t end)
{
	const struct gh_sql_token *token = token_at(analysis, at);
	unsigned reaches = 0;

	for (size_t i = 0; i < count; i++) {
		if ((token->name.bytes[0] | 0x20) != rows[i].first[0] ||
		    !gh_sql_word_is(token, rows[i].first))
			continue;
		if (rows[i].second == NULL ||
		    (at + 1 < end &&
		     gh_sql_word_is(token_at(analysis, at + 1), rows[i].second)))
			reaches |= rows[i].reaches;
	}
	return reaches;
}

static bool begins(const struct gh_sql_analysis *analysis, size_t first, size_t at)
{
	return at == first || token_at(analysis, at - 1)->symbol == ';' ||
	       keyword_at(analysis, at - 1) == KW(BEGIN);
}

static unsigned verb_reaches(const struct gh_sql_analysis *analysis, size_t first, size_t at,
			     size_t end)
{
	enum gh_sql_keyword keyword = keyword_at(analysis, at);

	if (!begins(analysis, first, at))
		return 0;
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (keyword != KW(NONE) && verbs[i].keyword == keyword)
			return verbs[i].reaches;
	return words_reach(analysis, verb_words, sizeof(verb_words) / sizeof(verb_words[0]), at,
			   end);
}

/* ---- what only its surroundings tell -------------------------------------------------- */

/* server.database.schema.table */
static bool remote_name(const struct gh_sql_analysis *analysis, size_t at, size_t end)
{
	if (at + 6 >= end)
		return false;
	for (size_t i = 0; i < 7; i++)
		if (i % 2 == 0 ? !named(token_at(analysis, at + i)) :
				 token_at(analysis, at + i)->symbol != '.')
			return false;
	return true;
}

static bool reads_files_by_name(const struct gh_sql_analysis *analysis, size_t first)
{
	enum gh_sql_keyword verb = keyword_at(analysis, first);

	return verb == KW(COPY) || verb == KW(VACUUM) ||
	       (analysis->dialect->traits & GH_SQL_TRAIT_STRING_TABLE) != 0;
}

/* COPY t FROM 'file', COPY INTO 's3:..', VACUUM INTO 'file', FROM 'file'. */
static bool file_place(const struct gh_sql_analysis *analysis, size_t first, size_t at, size_t end)
{
	enum gh_sql_keyword keyword = keyword_at(analysis, at);

	if (keyword == KW(INTO) && keyword_at(analysis, first) == KW(VACUUM))
		return true;
	return at + 1 < end &&
	       (keyword == KW(FROM) || keyword == KW(TO) || keyword == KW(INTO) ||
		keyword == KW(JOIN)) &&
	       token_at(analysis, at + 1)->kind == GH_SQL_TOKEN_STRING &&
	       reads_files_by_name(analysis, first);
}

/* EXEC ('text') and EXEC (@text) */
static bool executes_text(const struct gh_sql_analysis *analysis, size_t at, size_t end)
{
	enum gh_sql_keyword keyword = keyword_at(analysis, at);

	return (keyword == KW(EXEC) || keyword == KW(EXECUTE)) && at + 2 < end &&
	       token_at(analysis, at + 1)->symbol == '(' &&
	       (token_at(analysis, at + 2)->kind == GH_SQL_TOKEN_STRING ||
		token_at(analysis, at + 2)->kind == GH_SQL_TOKEN_VARIABLE ||
		token_at(analysis, at + 2)->kind == GH_SQL_TOKEN_MARKER);
}

static unsigned place_reaches(const struct gh_sql_analysis *analysis, size_t first, size_t at,
			      size_t end)
{
	unsigned reaches = 0;

	if (remote_name(analysis, at, end))
		reaches |= NETWORK;
	if (file_place(analysis, first, at, end))
		reaches |= FILES;
	if (executes_text(analysis, at, end))
		reaches |= DYNAMIC;
	/* DO $$..$$: a language of its own */
	if (keyword_at(analysis, at) == KW(DO) && begins(analysis, first, at) && at + 1 < end &&
	    (token_at(analysis, at + 1)->kind == GH_SQL_TOKEN_STRING ||
	     gh_sql_word_is(token_at(analysis, at + 1), "language")))
		reaches |= DYNAMIC;
	return reaches;
}

/* @stage/path */
static bool is_stage(const struct gh_sql_analysis *analysis, size_t at)
{
	return (analysis->dialect->modes & GH_SQL_MODE_STAGE) != 0 &&
	       token_at(analysis, at)->kind == GH_SQL_TOKEN_VARIABLE;
}

/* ---- the session ---------------------------------------------------------------------- */

/* lint: table */
static const struct clause_row session_clauses[] = {
	{ "set", "role", ROLE },        { "local", "role", ROLE },
	{ "session", "role", ROLE },    { "reset", "role", ROLE },
	{ "default", "role", ROLE },    { "session", "authorization", ROLE },
	{ "set", "authorization", ROLE }, { "execute", "as", ROLE },
	{ "exec", "as", ROLE },         { "use", "role", ROLE },
	{ "secondary", "roles", ROLE }, { "set", "schema", NAMES },
	{ "reset", "all", NAMES | MODES }, { "reset", "session", ROLE },
};

/* Settings; the names may have @@ in front. */
static const struct clause_row settings[] = {
	{ "sql_mode", NULL, MODES },             { "standard_conforming_strings", NULL, MODES },
	{ "backslash_quote", NULL, MODES },      { "escape_string_warning", NULL, MODES },
	{ "quoted_identifier", NULL, MODES },    { "ansi_defaults", NULL, MODES },
	{ "names", NULL, MODES },                { "charset", NULL, MODES },
	{ "character", NULL, MODES },            { "client_encoding", NULL, MODES },
	{ "character_set_client", NULL, MODES }, { "character_set_connection", NULL, MODES },
	{ "collation_connection", NULL, MODES }, { "compatible", NULL, MODES },
	{ "set_config", NULL, MODES },           { "ansi_quotes", NULL, MODES },
	{ "transform_null_equals", NULL, MODES }, { "sql_quote_show_create", NULL, MODES },
	{ "all", NULL, MODES },                  { "case_sensitive_like", NULL, MODES },
	{ "legacy_alter_table", NULL, MODES },   { "trusted_schema", NULL, MODES },
	{ "search_path", NULL, NAMES },          { "current_schema", NULL, NAMES },
	{ "session_replication_role", NULL, SERVER }, { "sql_log_bin", NULL, SERVER },
	{ "dynamic_library_path", NULL, CODE },  { "session_preload_libraries", NULL, CODE },
	{ "local_preload_libraries", NULL, CODE }, { "shared_preload_libraries", NULL, CODE },
	{ "temp_store_directory", NULL, FILES }, { "data_store_directory", NULL, FILES },
};

static unsigned setting_reaches(const struct gh_sql_analysis *analysis, size_t at)
{
	struct gh_span name = token_at(analysis, at)->name;

	while (name.length > 0 && name.bytes[0] == '@')
		name = (struct gh_span){ name.bytes + 1, name.length - 1 };
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (gh_span_equal_nocase(name, gh_span_from(settings[i].first)))
			return settings[i].reaches;
	return 0;
}

/* SET a = 1, GLOBAL b = 2 and SET @@global.b = 2 */
static bool sets_global(const struct gh_sql_analysis *analysis, size_t first, size_t at)
{
	static const char *const names[] = { "global", "@@global", "persist", "@@persist",
					     "@@persist_only", NULL };
	const struct gh_sql_token *token = token_at(analysis, at);
	const struct gh_sql_token *before = at > first ? token_at(analysis, at - 1) : NULL;

	if (keyword_at(analysis, first) != KW(SET) || before == NULL ||
	    (before->symbol != ',' && before->keyword != KW(SET)))
		return false;
	for (size_t i = 0; names[i] != NULL; i++)
		if (gh_span_equal_nocase(token->name, gh_span_from(names[i])))
			return true;
	return false;
}

static unsigned session_reaches(const struct gh_sql_analysis *analysis, size_t first, size_t at,
				size_t end)
{
	unsigned reaches = setting_reaches(analysis, at);

	if (sets_global(analysis, first, at))
		reaches |= SERVER;
	if (named(token_at(analysis, at)))
		reaches |= words_reach(analysis, session_clauses,
				       sizeof(session_clauses) / sizeof(session_clauses[0]), at,
				       end);
	return reaches;
}

/* ---- all of it ------------------------------------------------------------------------- */

unsigned gh_sql_scan_reaches(const struct gh_sql_analysis *analysis,
			     const struct gh_sql_class *class, size_t first, size_t end)
{
	bool session = class->form == GH_SQL_FORM_OPAQUE || class->kind == GH_KIND_SET;
	unsigned reaches = 0;

	for (size_t at = first; at < end; at++) {
		if (session)
			reaches |= session_reaches(analysis, first, at, end);
		if (is_stage(analysis, at))
			reaches |= FILES;
		if (!named(token_at(analysis, at)))
			continue;
		reaches |= call_reaches(analysis, first, at, end);
		reaches |= words_reach(analysis, clauses, sizeof(clauses) / sizeof(clauses[0]), at,
				       end);
		reaches |= verb_reaches(analysis, first, at, end);
		reaches |= place_reaches(analysis, first, at, end);
	}
	return reaches;
}
