/*
 * Functions that are known to be pure: their value depends on their arguments
 * only (and the clock), they read no table and write nothing.  All others
 * make what they touch unknown.  And the names that are dangerous to call.
 */
#include <string.h>

#include "internal.h"

/* Bits of gh_sql_dialect_row.mask; M is MySQL and MariaDB. */
enum { G = 1, P = 2, M = 4 | 8, S = 16, T = 32, O = 64, ALL = 127 };
enum { LONGEST = 32 };

/* In the order of strcmp.  lint: table */
static const struct gh_sql_function rows[] = {
	{ "abs", ALL, 0 },
	{ "acos", ALL, 0 },
	{ "add_months", O, 0 },
	{ "adddate", M, 0 },
	{ "addtime", M, 0 },
	{ "age", P, 0 },
	{ "any_value", M, GH_SQL_FUNCTION_AGGREGATE },
	{ "array_agg", P, GH_SQL_FUNCTION_AGGREGATE },
	{ "array_append", P, 0 },
	{ "array_cat", P, 0 },
	{ "array_length", P, 0 },
	{ "array_lower", P, 0 },
	{ "array_position", P, 0 },
	{ "array_to_string", P, 0 },
	{ "array_upper", P, 0 },
	{ "ascii", P | M | T | O, 0 },
	{ "asin", ALL, 0 },
	{ "atan", ALL, 0 },
	{ "atan2", P | M | S | O, 0 },
	{ "avg", ALL, GH_SQL_FUNCTION_AGGREGATE },
	{ "bin", M, 0 },
	{ "bit_and", P | M, GH_SQL_FUNCTION_AGGREGATE },
	{ "bit_length", P | M, 0 },
	{ "bit_or", P | M, GH_SQL_FUNCTION_AGGREGATE },
	{ "bit_xor", P | M, GH_SQL_FUNCTION_AGGREGATE },
	{ "bool_and", P, GH_SQL_FUNCTION_AGGREGATE },
	{ "bool_or", P, GH_SQL_FUNCTION_AGGREGATE },
	{ "btrim", P, 0 },
	{ "cardinality", P, 0 },
	{ "cast", ALL, GH_SQL_FUNCTION_WORDY },
	{ "ceil", P | M | S | O, 0 },
	{ "ceiling", P | M | S | T, 0 },
	{ "char", M | S | T, 0 },
	{ "char_length", P | M, 0 },
	{ "character_length", P | M, 0 },
	{ "charindex", T, 0 },
	{ "choose", T, 0 },
	{ "chr", P | O, 0 },
	{ "clock_timestamp", P, 0 },
	{ "coalesce", ALL, 0 },
	{ "concat", P | M | T | S, 0 },
	{ "concat_ws", P | M | T | S, 0 },
	{ "conv", M, 0 },
	{ "convert", T, 0 },
	{ "corr", P | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "cos", ALL, 0 },
	{ "cot", P | M | T, 0 },
	{ "count", ALL, GH_SQL_FUNCTION_AGGREGATE },
	{ "count_big", T, GH_SQL_FUNCTION_AGGREGATE },
	{ "covar_pop", P | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "covar_samp", P | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "crc32", M, 0 },
	{ "cube", P | T | O, 0 },
	{ "cume_dist", ALL, 0 },
	{ "curdate", M, 0 },
	{ "current_date", P | M | S | O | G, GH_SQL_FUNCTION_BARE },
	{ "current_time", P | M | S | G, GH_SQL_FUNCTION_BARE },
	{ "current_timestamp", P | M | S | O | G, GH_SQL_FUNCTION_BARE },
	{ "current_user", P, GH_SQL_FUNCTION_BARE },
	{ "curtime", M, 0 },
	{ "datalength", T, 0 },
	{ "date", P | M | S, 0 },
	{ "date_add", M, 0 },
	{ "date_format", M, 0 },
	{ "date_part", P, 0 },
	{ "date_sub", M, 0 },
	{ "date_trunc", P, 0 },
	{ "dateadd", T, GH_SQL_FUNCTION_UNIT_FIRST },
	{ "datediff", M | T, GH_SQL_FUNCTION_UNIT_FIRST },
	{ "datename", T, GH_SQL_FUNCTION_UNIT_FIRST },
	{ "datepart", T, GH_SQL_FUNCTION_UNIT_FIRST },
	{ "datetime", S, 0 },
	{ "day", M | T, 0 },
	{ "dayname", M, 0 },
	{ "dayofmonth", M, 0 },
	{ "dayofweek", M, 0 },
	{ "dayofyear", M, 0 },
	{ "decode", P | O, 0 },
	{ "degrees", P | M | S | T, 0 },
	{ "dense_rank", ALL, 0 },
	{ "difference", T | M, 0 },
	{ "div", P, 0 },
	{ "elt", M, 0 },
	{ "encode", P, 0 },
	{ "eomonth", T, 0 },
	{ "every", P, GH_SQL_FUNCTION_AGGREGATE },
	{ "exp", P | M | S | O, 0 },
	{ "extract", P | M | O, GH_SQL_FUNCTION_WORDY },
	{ "field", M, 0 },
	{ "find_in_set", M, 0 },
	{ "first_value", ALL, 0 },
	{ "floor", ALL, 0 },
	{ "format", S | M | P, 0 },
	{ "from_base64", M, 0 },
	{ "from_days", M, 0 },
	{ "from_unixtime", M, 0 },
	{ "generate_series", P, 0 },
	{ "getdate", T, 0 },
	{ "getutcdate", T, 0 },
	{ "greatest", P | M | O, 0 },
	{ "group_concat", M | S, GH_SQL_FUNCTION_AGGREGATE },
	{ "grouping", P | M | T | O, 0 },
	{ "hex", M | S, 0 },
	{ "hour", M, 0 },
	{ "if", M, 0 },
	{ "ifnull", M | S, 0 },
	{ "iif", S | T, 0 },
	{ "initcap", P | O, 0 },
	{ "insert", M, 0 },
	{ "instr", M | S | O, 0 },
	{ "isfinite", P, 0 },
	{ "isnull", M | T, 0 },
	{ "json_agg", P, GH_SQL_FUNCTION_AGGREGATE },
	{ "json_array", M | S, 0 },
	{ "json_array_elements", P, 0 },
	{ "json_array_elements_text", P, 0 },
	{ "json_array_length", P, 0 },
	{ "json_arrayagg", M, GH_SQL_FUNCTION_AGGREGATE },
	{ "json_build_array", P, 0 },
	{ "json_build_object", P, 0 },
	{ "json_extract", M | S, 0 },
	{ "json_extract_path_text", P, 0 },
	{ "json_group_array", S, GH_SQL_FUNCTION_AGGREGATE },
	{ "json_group_object", S, GH_SQL_FUNCTION_AGGREGATE },
	{ "json_object", M | S, 0 },
	{ "json_object_agg", P, GH_SQL_FUNCTION_AGGREGATE },
	{ "json_objectagg", M, GH_SQL_FUNCTION_AGGREGATE },
	{ "json_quote", M | S, 0 },
	{ "json_type", M | S, 0 },
	{ "json_unquote", M, 0 },
	{ "json_valid", M | S, 0 },
	{ "json_value", M | T | O, 0 },
	{ "jsonb_agg", P, GH_SQL_FUNCTION_AGGREGATE },
	{ "jsonb_array_elements", P, 0 },
	{ "jsonb_array_elements_text", P, 0 },
	{ "jsonb_array_length", P, 0 },
	{ "jsonb_build_array", P, 0 },
	{ "jsonb_build_object", P, 0 },
	{ "jsonb_extract_path_text", P, 0 },
	{ "jsonb_object_agg", P, GH_SQL_FUNCTION_AGGREGATE },
	{ "jsonb_pretty", P, 0 },
	{ "julianday", S, 0 },
	{ "justify_days", P, 0 },
	{ "justify_hours", P, 0 },
	{ "lag", ALL, 0 },
	{ "last_day", M | O, 0 },
	{ "last_value", ALL, 0 },
	{ "lcase", M, 0 },
	{ "lead", ALL, 0 },
	{ "least", P | M | O, 0 },
	{ "left", P | M | T, 0 },
	{ "len", T, 0 },
	{ "length", P | M | S | O, 0 },
	{ "likely", S, 0 },
	{ "listagg", O, GH_SQL_FUNCTION_AGGREGATE },
	{ "ln", P | M | S | O, 0 },
	{ "localtime", P | M, GH_SQL_FUNCTION_BARE },
	{ "localtimestamp", P | M, GH_SQL_FUNCTION_BARE },
	{ "locate", M, 0 },
	{ "log", P | M | S | T | O, 0 },
	{ "log10", P | M | S | T, 0 },
	{ "log2", M | S, 0 },
	{ "lower", ALL, 0 },
	{ "lpad", P | M | O, 0 },
	{ "ltrim", ALL, 0 },
	{ "make_date", P, 0 },
	{ "make_interval", P, 0 },
	{ "make_time", P, 0 },
	{ "make_timestamp", P, 0 },
	{ "makedate", M, 0 },
	{ "maketime", M, 0 },
	{ "max", ALL, GH_SQL_FUNCTION_AGGREGATE },
	{ "md5", P | M, 0 },
	{ "median", O, GH_SQL_FUNCTION_AGGREGATE },
	{ "microsecond", M, 0 },
	{ "mid", M, 0 },
	{ "min", ALL, GH_SQL_FUNCTION_AGGREGATE },
	{ "minute", M, 0 },
	{ "mod", P | M | S | O, 0 },
	{ "mode", P, GH_SQL_FUNCTION_AGGREGATE },
	{ "month", M | T, 0 },
	{ "monthname", M, 0 },
	{ "months_between", O, 0 },
	{ "nchar", T, 0 },
	{ "next_day", O, 0 },
	{ "now", P | M, 0 },
	{ "nth_value", ALL, 0 },
	{ "ntile", ALL, 0 },
	{ "nullif", ALL, 0 },
	{ "num_nonnulls", P, 0 },
	{ "nvl", O, 0 },
	{ "nvl2", O, 0 },
	{ "oct", M, 0 },
	{ "octet_length", P | M, 0 },
	{ "ord", M, 0 },
	{ "overlay", P, GH_SQL_FUNCTION_WORDY },
	{ "patindex", T, 0 },
	{ "percent_rank", ALL, 0 },
	{ "percentile_cont", P | T | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "percentile_disc", P | T | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "period_add", M, 0 },
	{ "pg_typeof", P, 0 },
	{ "pi", P | M | S | T, 0 },
	{ "position", P | M, GH_SQL_FUNCTION_WORDY },
	{ "pow", P | M | S, 0 },
	{ "power", P | M | S | T | O, 0 },
	{ "printf", S, 0 },
	{ "quarter", M, 0 },
	{ "quote", M | S, 0 },
	{ "quote_ident", P, 0 },
	{ "quote_literal", P, 0 },
	{ "radians", P | M | S | T, 0 },
	{ "rand", M | T, 0 },
	{ "random", P | S, 0 },
	{ "rank", ALL, 0 },
	{ "regexp_instr", P | M | O, 0 },
	{ "regexp_like", P | M | O, 0 },
	{ "regexp_match", P, 0 },
	{ "regexp_matches", P, 0 },
	{ "regexp_replace", P | M | O, 0 },
	{ "regexp_split_to_array", P, 0 },
	{ "regexp_split_to_table", P, 0 },
	{ "regexp_substr", P | M | O, 0 },
	{ "regr_intercept", P | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "regr_slope", P | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "repeat", P | M, 0 },
	{ "replace", ALL, 0 },
	{ "replicate", T, 0 },
	{ "reverse", P | M | T, 0 },
	{ "right", P | M | T, 0 },
	{ "rollup", P | T | O, 0 },
	{ "round", ALL, 0 },
	{ "row", P | M, 0 },
	{ "row_number", ALL, 0 },
	{ "row_to_json", P, 0 },
	{ "rpad", P | M | O, 0 },
	{ "rtrim", ALL, 0 },
	{ "sec_to_time", M, 0 },
	{ "second", M, 0 },
	{ "session_user", P, GH_SQL_FUNCTION_BARE },
	{ "sha1", M, 0 },
	{ "sha2", M, 0 },
	{ "sha256", P, 0 },
	{ "sha512", P, 0 },
	{ "sign", ALL, 0 },
	{ "sin", ALL, 0 },
	{ "soundex", M | T | S | O, 0 },
	{ "space", M | T, 0 },
	{ "split_part", P, 0 },
	{ "sqrt", P | M | S | O, 0 },
	{ "statement_timestamp", P, 0 },
	{ "stddev", P | M | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "stddev_pop", P | M | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "stddev_samp", P | M | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "stdev", T, GH_SQL_FUNCTION_AGGREGATE },
	{ "stdevp", T, GH_SQL_FUNCTION_AGGREGATE },
	{ "str", T, 0 },
	{ "str_to_date", M, 0 },
	{ "strcmp", M, 0 },
	{ "strftime", S, 0 },
	{ "string_agg", P | T, GH_SQL_FUNCTION_AGGREGATE },
	{ "string_to_array", P, 0 },
	{ "string_to_table", P, 0 },
	{ "strpos", P, 0 },
	{ "stuff", T, 0 },
	{ "subdate", M, 0 },
	{ "substr", P | M | S | O, GH_SQL_FUNCTION_WORDY },
	{ "substring", P | M | S | T, GH_SQL_FUNCTION_WORDY },
	{ "sum", ALL, GH_SQL_FUNCTION_AGGREGATE },
	{ "sysdate", O, GH_SQL_FUNCTION_BARE },
	{ "sysdatetime", T, 0 },
	{ "tan", ALL, 0 },
	{ "time", M | S, 0 },
	{ "time_format", M, 0 },
	{ "time_to_sec", M, 0 },
	{ "timediff", M, 0 },
	{ "timestamp", M, 0 },
	{ "timestampadd", M, GH_SQL_FUNCTION_UNIT_FIRST },
	{ "timestampdiff", M, GH_SQL_FUNCTION_UNIT_FIRST },
	{ "to_base64", M, 0 },
	{ "to_char", P | O, 0 },
	{ "to_date", P | O, 0 },
	{ "to_days", M, 0 },
	{ "to_hex", P, 0 },
	{ "to_json", P, 0 },
	{ "to_jsonb", P, 0 },
	{ "to_number", P | O, 0 },
	{ "to_timestamp", P | O, 0 },
	{ "total", S, GH_SQL_FUNCTION_AGGREGATE },
	{ "transaction_timestamp", P, 0 },
	{ "translate", P | O, 0 },
	{ "trim", ALL, GH_SQL_FUNCTION_WORDY },
	{ "trunc", P | S | O, 0 },
	{ "truncate", M, 0 },
	{ "try_cast", T, GH_SQL_FUNCTION_WORDY },
	{ "typeof", S, 0 },
	{ "ucase", M, 0 },
	{ "unhex", M | S, 0 },
	{ "unicode", S | T, 0 },
	{ "unix_timestamp", M, 0 },
	{ "unixepoch", S, 0 },
	{ "unlikely", S, 0 },
	{ "unnest", P, 0 },
	{ "upper", ALL, 0 },
	{ "user", P, GH_SQL_FUNCTION_BARE },
	{ "utc_date", M, 0 },
	{ "var", T, GH_SQL_FUNCTION_AGGREGATE },
	{ "var_pop", P | M | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "var_samp", P | M | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "variance", P | M | O, GH_SQL_FUNCTION_AGGREGATE },
	{ "varp", T, GH_SQL_FUNCTION_AGGREGATE },
	{ "week", M, 0 },
	{ "weekday", M, 0 },
	{ "width_bucket", P, 0 },
	{ "year", M | T, 0 },
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
	if (row == NULL || (dialect->mask & GH_SQL_MASK_ANY) != 0)
		return row;
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
