/*
 * What the differential tester's calls are made of: the values of arguments,
 * statements, and names for the catalog functions.
 */
#include "differ.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define POOL(name, ...)                                                                      \
	static const long values_##name[] = { __VA_ARGS__ };                                 \
	static const struct gh_pool pool_##name = { values_##name, ARRAY_SIZE(values_##name) }

POOL(wrong, 0, 1, 2, 3, 4, 5, 6);
POOL(option, SQL_CLOSE, SQL_CLOSE, SQL_CLOSE, SQL_UNBIND, SQL_UNBIND, SQL_RESET_PARAMS,
     SQL_RESET_PARAMS, SQL_DROP, 77);
/* the index of a text; differ_make.c takes one that fits the target */
POOL(sql, 0);
/* SQL_NTS, counted, counted one short, a negative length */
POOL(ending, 0, 0, 0, 0, 0, 1, 1, 1, 2, 3);
POOL(text_room, 0, 1, 2, 3, 4, 5, 8, 20, 64, 64, 128, 128);
POOL(end_handle, SQL_HANDLE_DBC, SQL_HANDLE_DBC, SQL_HANDLE_DBC, SQL_HANDLE_ENV);
POOL(completion, SQL_COMMIT, SQL_ROLLBACK, SQL_COMMIT, SQL_ROLLBACK, 77);
POOL(autocommit, 0, 0, 1, 1);
POOL(parameter, 1, 1, 1, 2, 2, 3, 0);
POOL(value, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22);
POOL(direction, SQL_PARAM_INPUT, SQL_PARAM_INPUT, SQL_PARAM_INPUT, SQL_PARAM_INPUT,
     SQL_PARAM_INPUT_OUTPUT, SQL_PARAM_OUTPUT, 77);
POOL(size, 40, 40, 40, 0, 3, 8);
POOL(piece, 0, 1, 2, 3);
POOL(put_length, 0, 0, 1, 2, 3, SQL_NTS, SQL_NULL_DATA);
POOL(column, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 0);
POOL(col_field, SQL_DESC_AUTO_UNIQUE_VALUE, SQL_DESC_BASE_COLUMN_NAME, SQL_DESC_BASE_TABLE_NAME,
     SQL_DESC_CASE_SENSITIVE, SQL_DESC_CATALOG_NAME, SQL_DESC_CONCISE_TYPE, SQL_DESC_COUNT,
     SQL_DESC_DISPLAY_SIZE, SQL_DESC_LABEL, SQL_DESC_LENGTH, SQL_DESC_LITERAL_PREFIX,
     SQL_DESC_LOCAL_TYPE_NAME, SQL_DESC_NAME, SQL_DESC_NULLABLE, SQL_DESC_NUM_PREC_RADIX,
     SQL_DESC_OCTET_LENGTH, SQL_DESC_PRECISION, SQL_DESC_SCALE, SQL_DESC_SCHEMA_NAME,
     SQL_DESC_SEARCHABLE, SQL_DESC_TABLE_NAME, SQL_DESC_TYPE, SQL_DESC_TYPE_NAME,
     SQL_DESC_UNNAMED, SQL_DESC_UNSIGNED, SQL_DESC_UPDATABLE, SQL_COLUMN_LENGTH,
     SQL_COLUMN_PRECISION, SQL_COLUMN_SCALE, SQL_COLUMN_NAME, 9999);
POOL(c_type, SQL_C_CHAR, SQL_C_CHAR, SQL_C_CHAR, SQL_C_CHAR, SQL_C_CHAR, SQL_C_CHAR, SQL_C_WCHAR,
     SQL_C_WCHAR, SQL_C_WCHAR, SQL_C_WCHAR, SQL_C_SLONG, SQL_C_SLONG, SQL_C_SLONG, SQL_C_BINARY,
     SQL_C_BINARY, SQL_C_DEFAULT, SQL_C_DEFAULT, SQL_C_SSHORT, SQL_C_USHORT, SQL_C_SHORT,
     SQL_C_ULONG, SQL_C_LONG, SQL_C_STINYINT, SQL_C_UTINYINT, SQL_C_TINYINT, SQL_C_SBIGINT,
     SQL_C_UBIGINT, SQL_C_FLOAT, SQL_C_DOUBLE, SQL_C_DOUBLE, SQL_C_BIT, SQL_C_NUMERIC,
     SQL_C_TYPE_DATE, SQL_C_TYPE_TIME, SQL_C_TYPE_TIMESTAMP, SQL_C_DATE, SQL_C_TIME,
     SQL_C_TIMESTAMP, SQL_C_GUID, SQL_C_INTERVAL_DAY_TO_SECOND, SQL_ARD_TYPE, 777);
POOL(room, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 17, 20, 40, 40, 80, 80, 80, 200, -1);
/* buffer and indicator, no indicator, no buffer, neither: unbinds */
POOL(binding, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3);
POOL(indicator, 1, 1, 1, 1, 1, 0);
POOL(orientation, SQL_FETCH_NEXT, SQL_FETCH_NEXT, SQL_FETCH_NEXT, SQL_FETCH_FIRST,
     SQL_FETCH_LAST, SQL_FETCH_PRIOR, SQL_FETCH_ABSOLUTE, SQL_FETCH_RELATIVE, 77);
POOL(offset, 0, 1, 2, 3, -1, -2, 99);
POOL(rows, 1, 1, 2, 3, 4, 5, 7);
POOL(stride, SQL_BIND_BY_COLUMN, SQL_BIND_BY_COLUMN, 256, 512);
POOL(shift, -1, -1, 0, 64);
POOL(position, 0, 1, 2, 3, 9);
POOL(operation, SQL_POSITION, SQL_POSITION, SQL_REFRESH);
POOL(lock, SQL_LOCK_NO_CHANGE, SQL_LOCK_EXCLUSIVE, 77);
/*
 * No changes: they are judged and need a result of their own (sequences_positioned.c).
 * None that is unknown: it is refused.
 */
POOL(bulk, SQL_FETCH_BY_BOOKMARK);
POOL(pattern, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
/* never the pattern that lists everything: system tables fill the transcripts */
POOL(table, 2, 2, 3, 3, 4, 5, 6, 7, 8, 9);
POOL(types, 0, 0, 1, 2, 3);
POOL(two, 0, 1);
/* which descriptor of a statement, and what it becomes: an explicit one, or its own again */
POOL(application, SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC);
POOL(explicit, 0, 0, 0, 1, 2);
POOL(scope, 0, 1, 2);
POOL(identifier, SQL_BEST_ROWID, SQL_BEST_ROWID, SQL_ROWVER, 77);
POOL(sql_type, SQL_ALL_TYPES, SQL_VARCHAR, SQL_INTEGER, SQL_WVARCHAR, SQL_DOUBLE,
     SQL_TYPE_TIMESTAMP, SQL_TYPE_DATE, SQL_BIT, SQL_LONGVARBINARY, 777);
/* none that is unknown: those are refused */
POOL(attribute, SQL_ATTR_CONCURRENCY, SQL_ATTR_CURSOR_TYPE, SQL_ATTR_CURSOR_SCROLLABLE,
     SQL_ATTR_CURSOR_SENSITIVITY, SQL_ATTR_KEYSET_SIZE, SQL_ATTR_MAX_LENGTH, SQL_ATTR_MAX_ROWS,
     SQL_ATTR_METADATA_ID, SQL_ATTR_NOSCAN, SQL_ATTR_PARAMSET_SIZE, SQL_ATTR_PARAM_BIND_TYPE,
     SQL_ATTR_QUERY_TIMEOUT, SQL_ATTR_RETRIEVE_DATA, SQL_ATTR_ROW_ARRAY_SIZE,
     SQL_ATTR_ROW_BIND_TYPE, SQL_ATTR_ROW_NUMBER, SQL_ATTR_USE_BOOKMARKS, SQL_ROWSET_SIZE,
     SQL_ATTR_SIMULATE_CURSOR, SQL_ATTR_ENABLE_AUTO_IPD, SQL_ATTR_ASYNC_ENABLE,
     SQL_ATTR_ROW_STATUS_PTR,
     SQL_ATTR_ROWS_FETCHED_PTR, SQL_ATTR_ROW_BIND_OFFSET_PTR, SQL_ATTR_PARAM_STATUS_PTR,
     SQL_ATTR_PARAMS_PROCESSED_PTR, SQL_ATTR_APP_ROW_DESC, SQL_ATTR_IMP_ROW_DESC,
     SQL_ATTR_APP_PARAM_DESC, SQL_ATTR_IMP_PARAM_DESC);
POOL(number, 0, 0, 1, 1, 2, 3, 4);
POOL(cursor, SQL_CURSOR_STATIC, SQL_CURSOR_STATIC, SQL_CURSOR_FORWARD_ONLY);
POOL(connect_attribute, SQL_ATTR_ACCESS_MODE, SQL_ATTR_AUTOCOMMIT, SQL_ATTR_CONNECTION_DEAD,
     SQL_ATTR_CONNECTION_TIMEOUT, SQL_ATTR_LOGIN_TIMEOUT, SQL_ATTR_METADATA_ID,
     SQL_ATTR_ODBC_CURSORS, SQL_ATTR_PACKET_SIZE, SQL_ATTR_TXN_ISOLATION, SQL_ATTR_AUTO_IPD,
     SQL_ATTR_ASYNC_ENABLE);
POOL(descriptor, SQL_ATTR_APP_ROW_DESC, SQL_ATTR_APP_ROW_DESC, SQL_ATTR_IMP_ROW_DESC,
     SQL_ATTR_IMP_ROW_DESC, SQL_ATTR_APP_PARAM_DESC, SQL_ATTR_IMP_PARAM_DESC);
POOL(record, 0, 1, 1, 1, 2, 3, 9);
POOL(desc_field, SQL_DESC_COUNT, SQL_DESC_COUNT, SQL_DESC_CONCISE_TYPE, SQL_DESC_TYPE,
     SQL_DESC_LENGTH, SQL_DESC_OCTET_LENGTH, SQL_DESC_PRECISION, SQL_DESC_SCALE,
     SQL_DESC_NULLABLE, SQL_DESC_UNNAMED, SQL_DESC_PARAMETER_TYPE, SQL_DESC_ARRAY_SIZE,
     SQL_DESC_BIND_TYPE,
     SQL_DESC_DATETIME_INTERVAL_CODE, SQL_DESC_ALLOC_TYPE, SQL_DESC_NAME,
     SQL_DESC_LABEL, SQL_DESC_TYPE_NAME, SQL_DESC_TABLE_NAME, 9999);
POOL(desc_set, SQL_DESC_COUNT, SQL_DESC_CONCISE_TYPE, SQL_DESC_TYPE, SQL_DESC_PRECISION,
     SQL_DESC_SCALE, SQL_DESC_ARRAY_SIZE, SQL_DESC_NULLABLE, 9999);
/*
 * Not the attributes of cursors: what is refused is not offered.  Not SQL_XOPEN_CLI_YEAR:
 * unixODBC 2.3.11 answers it itself, whatever the room is.
 */
POOL(info, SQL_ACCESSIBLE_TABLES, SQL_BATCH_SUPPORT, SQL_CATALOG_NAME_SEPARATOR,
     SQL_CURSOR_COMMIT_BEHAVIOR, SQL_DBMS_NAME, SQL_DBMS_VER, SQL_DRIVER_NAME, SQL_DRIVER_VER,
     SQL_DRIVER_ODBC_VER, SQL_GETDATA_EXTENSIONS, SQL_IDENTIFIER_QUOTE_CHAR, SQL_KEYWORDS,
     SQL_MAX_COLUMN_NAME_LEN, SQL_NUMERIC_FUNCTIONS, SQL_SCHEMA_TERM, SQL_STRING_FUNCTIONS,
     SQL_SCROLL_OPTIONS, SQL_SEARCH_PATTERN_ESCAPE, SQL_SPECIAL_CHARACTERS, SQL_SQL_CONFORMANCE,
     SQL_TABLE_TERM, SQL_TXN_CAPABLE, SQL_USER_NAME, SQL_DATABASE_NAME,
     SQL_PARAM_ARRAY_ROW_COUNTS, 29999);
POOL(function, SQL_API_SQLTABLES, SQL_API_SQLEXTENDEDFETCH, SQL_API_SQLMORERESULTS,
     SQL_API_SQLGETDIAGFIELD, SQL_API_SQLDESCRIBEPARAM, SQL_API_SQLPROCEDURES, 5555);
POOL(diag_handle, SQL_HANDLE_STMT, SQL_HANDLE_STMT, SQL_HANDLE_DBC);
/*
 * Not SQL_DIAG_SERVER_NAME and SQL_DIAG_CONNECTION_NAME: they have the name of the
 * data source, by which the two sides are told apart.
 */
POOL(diag_field, SQL_DIAG_NUMBER, SQL_DIAG_NUMBER, SQL_DIAG_RETURNCODE, SQL_DIAG_ROW_COUNT,
     SQL_DIAG_CURSOR_ROW_COUNT, SQL_DIAG_DYNAMIC_FUNCTION, SQL_DIAG_DYNAMIC_FUNCTION_CODE,
     SQL_DIAG_CLASS_ORIGIN, SQL_DIAG_SUBCLASS_ORIGIN, SQL_DIAG_NATIVE, SQL_DIAG_SQLSTATE,
     SQL_DIAG_MESSAGE_TEXT, SQL_DIAG_ROW_NUMBER, SQL_DIAG_COLUMN_NUMBER, 9999);
static const struct gh_pool pool_none = { NULL, 0 };

#define A(pool) { #pool, &pool_##pool }
#define GH_CALL(kind, name, weight, flags, play, ...)                                        \
	{ name, weight, flags, play, { __VA_ARGS__ } },
/* lint: table */
const struct gh_shape gh_shapes[GH_KIND_COUNT] = {
#include "differ_calls.def"
};
#undef GH_CALL
#undef A

/* ---- texts ---------------------------------------------------------------------------- */

/* what reads a table that is not there may be a failure that quotes masked values */
#define UNKNOWN GH_SQL_UNKNOWN
#define WRITES GH_SQL_WRITES
#define DEFINES GH_SQL_DEFINES
/* lint: table */
const struct gh_sql gh_sqls[] = {
	{ "SELECT id, name, note FROM gh_rows WHERE id < 8 ORDER BY id", 0, 0 },
	{ "SELECT id, name, note FROM gh_rows WHERE id > 1000 ORDER BY id", 0, 0 },
	{ "SELECT name, id FROM gh_rows WHERE id = ?", 0, 0 },
	{ "SELECT id, name, note FROM gh_rows WHERE id < ? AND name <> ? ORDER BY id", 0, 0 },
	{ "SELECT note FROM gh_rows WHERE id = 1", 0, 0 },
	{ "SELECT * FROM gh_types WHERE id = 1", 0, 0 },
	{ "SELECT * FROM gh_types WHERE id = 3", 0, 0 },
	{ "SELECT * FROM gh_types WHERE id = 4", 0, 0 },
	{ "SELECT * FROM gh_types WHERE id = 5", 0, 0 },
	{ "SELECT c_varchar, c_int, c_text, c_date, c_decimal FROM gh_types WHERE id = 1", 0, 0 },
	{ "SELECT c_text, c_varchar, c_char FROM gh_types WHERE id = 5", 0, 0 },
	{ "SELECT c_int, c_double, c_decimal, c_small, c_big FROM gh_types WHERE id < 4"
	  " ORDER BY id", 0, 0 },
	{ "SELECT c_blob, c_varbinary, c_text FROM gh_types WHERE id IN (1, 5) ORDER BY id",
	  GH_SQLITE | GH_MARIADB, 0 },
	{ "SELECT c_bytea, c_uuid, c_bool, c_interval, c_bit FROM gh_types WHERE id IN (1, 5)"
	  " ORDER BY id", GH_POSTGRESQL, 0 },
	{ "SELECT c_time, c_timestamp, c_date FROM gh_types WHERE id < 4 ORDER BY id", 0, 0 },
	{ "SELECT 1", 0, 0 },
	{ "SELECT 1 AS one, 'two' AS two, NULL AS three", 0, 0 },
	{ "SELECT count(*) FROM gh_rows", 0, 0 },
	{ "SELECT name FROM gh_rows WHERE 1 = 0", 0, 0 },
	{ "SELECT p.name, c.amount FROM gh_parent p JOIN gh_child c ON c.parent_id = p.id"
	  " ORDER BY c.id", 0, 0 },
	{ "SELECT name FROM gh_view ORDER BY name", 0, 0 },
	{ "SELECT id, id FROM gh_rows WHERE id IN (2, 4) ORDER BY id", 0, 0 },
	{ "SELECT 'caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80'", 0, 0 },
	{ "SELECT {fn UCASE('abc')}", 0, 0 },
	{ "SELECT ?", GH_SQLITE | GH_MARIADB, 0 },
	{ "SELECT name FROM gh_rows WHERE id = ? OR id = ? ORDER BY id", 0, 0 },
	{ "SELECT id, v, n FROM gh_work ORDER BY id", 0, 0 },
	{ "SELECT v FROM gh_work WHERE id = ?", 0, 0 },
	/* rows whose order nobody asked for come as their pages were tidied */
	{ "  SELECT id FROM gh_work ORDER BY id -- a comment", 0, 0 },
	{ "VALUES (1), (2)", GH_SQLITE | GH_POSTGRESQL, UNKNOWN },
	{ "SELECT 1; SELECT 'two'", 0, UNKNOWN },
	{ "SELECT id FROM gh_work ORDER BY id; UPDATE gh_work SET v = 'z' WHERE id = 1", 0,
	  UNKNOWN | WRITES },
	{ "INSERT INTO gh_work VALUES (7, 'seven', 7.5)", 0, WRITES },
	{ "INSERT INTO gh_work VALUES (?, ?, 0)", 0, WRITES },
	{ "INSERT INTO gh_work (id, v) VALUES (?, ?)", 0, WRITES },
	{ "INSERT INTO gh_work (v) VALUES (?)", 0, WRITES },
	{ "INSERT INTO gh_work SELECT id + 100, name, id FROM gh_parent", 0, WRITES },
	{ "UPDATE gh_work SET v = 'x' WHERE id > 1", 0, WRITES },
	{ "UPDATE gh_work SET v = ? WHERE id = ?", 0, WRITES },
	{ "UPDATE gh_work SET v = NULL WHERE id = 99", 0, WRITES },
	{ "DELETE FROM gh_work WHERE id = 1", 0, WRITES },
	{ "DELETE FROM gh_work WHERE id = ?", 0, WRITES },
	{ "INSERT INTO gh_parent VALUES (1, 'again')", 0, 0 },
	{ "INSERT INTO gh_child (id) VALUES (77)", 0, 0 },
	{ "CREATE TABLE gh_extra (id int, v varchar(10))", 0, DEFINES | WRITES },
	{ "DROP TABLE gh_extra", 0, DEFINES | WRITES | UNKNOWN },
	{ "CREATE INDEX gh_work_index ON gh_work (id)", 0, DEFINES | WRITES | UNKNOWN },
	{ "CREATE TEMPORARY TABLE gh_passing (id int PRIMARY KEY, v varchar(10) DEFAULT '')", 0,
	  DEFINES | WRITES },
	{ "DROP TABLE gh_passing", 0, DEFINES | WRITES | UNKNOWN },
	{ "SELECT id, v FROM gh_extra", 0, UNKNOWN },
	{ "SELECT nothing FROM gh_rows", 0, UNKNOWN },
	{ "SELECT * FROM gh_nowhere", 0, UNKNOWN },
	{ "SELEC 1", 0, UNKNOWN },
	{ "SELECT 1 / 0", 0, 0 },
	{ "SELECT CAST(name AS integer) FROM gh_rows WHERE id < 3", GH_SQLITE | GH_POSTGRESQL, 0 },
	{ "SELECT id FROM gh_rows WHERE id < 3 UNION ALL SELECT id FROM gh_parent ORDER BY 1", 0,
	  0 },
	{ "WITH w AS (SELECT id, name FROM gh_rows WHERE id < 4) SELECT name FROM w ORDER BY id",
	  0, 0 },
	{ "", 0, UNKNOWN },
	{ "-- nothing else", 0, UNKNOWN },
};
const size_t gh_sql_count = ARRAY_SIZE(gh_sqls);

/* lint: table */
const char *const gh_patterns[] = {
	NULL,	  "%",	     "gh_rows", "gh_parent", "gh_c%",
	"gh_child", "gh\\_rows", "",	"GH_ROWS",   "no such name",
};
const size_t gh_pattern_count = ARRAY_SIZE(gh_patterns);
