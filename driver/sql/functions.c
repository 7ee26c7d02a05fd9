/*
 * Functions that are known to be pure: their value depends on their arguments
 * only (and the clock, the session or the server), they read no table and write
 * nothing.  All others make what they touch unknown.  And the names that are dangerous to call.
 */
#include <string.h>

#include "internal.h"

/* Bits of gh_sql_dialect_row.mask; M is MySQL and MariaDB. */
enum { G = 1, P = 2, M = 4 | 8, S = 16, T = 32, O = 64, ALL = 127 };
enum { LONGEST = 32 };

/* lint: table */
static const struct gh_sql_function rows[] = {
#define GH_SQL_FUNCTION(name, dialects, flags) { name, dialects, flags },
#include "functions.def"
#undef GH_SQL_FUNCTION
};

/* The name in lower case; a quoted one must be in lower case already. */
static bool function_name(const struct gh_sql_token *token, char *name)
{
	if (token->name.length >= LONGEST)
		return false;
	for (size_t i = 0; i < token->name.length; i++) {
		char c = token->name.bytes[i];
		bool upper = c >= 'A' && c <= 'Z';

		if (upper && token->kind == GH_SQL_TOKEN_NAME)
			return false;
		name[i] = upper ? (char)(c + ('a' - 'A')) : c;
	}
	name[token->name.length] = '\0';
	return true;
}

static const struct gh_sql_function *find(const char *name)
{
	size_t low = 0;
	size_t high = sizeof(rows) / sizeof(rows[0]);

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(name, rows[middle].name);

		if (order == 0)
			return &rows[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct gh_sql_function *gh_sql_function_find(const struct gh_sql_dialect_row *dialect,
						   const struct gh_sql_token *token)
{
	char name[LONGEST];
	const struct gh_sql_function *row;

	if (!function_name(token, name))
		return NULL;
	row = find(name);
	if (row == NULL)
		return NULL;
	if ((dialect->mask & GH_SQL_MASK_ANY) != 0)
		return (row->flags & GH_SQL_FUNCTION_HERE) == 0 ? row : NULL;
	return (row->dialects & dialect->mask) != 0 ? row : NULL;
}

/*
 * Patterns of gh_glob_match.  All dialects in one: a name of another target
 * does no harm.  lint: table
 */
static const char *const dangerous[] = {
	"pg_read_*", "pg_ls_*", "pg_stat_file", "pg_sleep*", "pg_terminate_backend",
	"pg_cancel_backend", "pg_reload_conf", "pg_rotate_logfile", "pg_file_*", "pg_logdir_ls",
	"pg_switch_wal", "pg_promote", "pg_create_*", "pg_drop_*", "pg_logical_*",
	"lo_*", "loread", "lowrite", "dblink*", "postgres_fdw_*",
	"query_to_xml*", "table_to_xml*", "schema_to_xml*", "database_to_xml*", "cursor_to_xml*",
	"set_config", "ts_stat", "load_file", "sleep", "benchmark", "sys_exec", "sys_eval",
	"sys_get", "sys_set", "master_pos_wait", "get_lock",
	"xp_*", "sp_oa*", "openrowset", "openquery", "opendatasource", "sp_executesql",
	"sp_configure", "sp_addlinkedserver", "sp_execute_external_script",
	"utl_http", "utl_file", "utl_tcp", "utl_smtp", "utl_inaddr", "dbms_scheduler", "dbms_job",
	"dbms_xmlgen", "dbms_sql", "dbms_ldap", "dbms_java", "dbms_pipe", "dbms_lock",
	"httpuritype", "dbms_xmlquery", "dbms_advisor", "dbms_lob",
	"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "fsdir", "zipfile",
	"result_scan", "system$*", "read_csv*", "read_parquet", "read_json*", "read_text",
	"read_blob", "parquet_scan",
};

bool gh_sql_dangerous_name(struct gh_span name)
{
	char text[64];

	if (name.length >= sizeof(text))
		return false;
	memcpy(text, name.bytes, name.length);
	text[name.length] = '\0';
	for (size_t i = 0; i < sizeof(dangerous) / sizeof(dangerous[0]); i++)
		if ((text[0] | 0x20) == dangerous[i][0] && gh_glob_match(dangerous[i], text))
			return true;
	return false;
}
