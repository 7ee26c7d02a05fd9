/* The tables that the sequences of test_transparent read. */
#include "sequences.h"

#define E_ACUTE "\xC3\xA9"
#define SMILE "\xF0\x9F\x98\x80"
#define BEYOND "na" E_ACUTE " \xE2\x82\xAC " SMILE

static const char *const sqlite_types[] = {
	"CREATE TABLE gh_types (id integer PRIMARY KEY, c_int int, c_small smallint, c_tiny"
	" tinyint, c_big bigint, c_real real, c_double double, c_float float, c_decimal"
	" decimal(10,3), c_numeric numeric(5,0), c_bit bit, c_bool boolean, c_char char(10),"
	" c_varchar varchar(40), c_text text, c_blob blob, c_varbinary varbinary(20), c_date date,"
	" c_time time, c_timestamp timestamp, c_untyped)",
	"INSERT INTO gh_types VALUES (1, 42, 7, 3, 1234567890123, 1.5, 2.25, 3.125, 12.5, 99, 1, 0,"
	" 'abc', 'hello', 'some text', x'00ff10', x'0102', '2024-02-29', '12:34:56',"
	" '2024-02-29 12:34:56.123', 'free')",
	"INSERT INTO gh_types VALUES (2, 2147483647, -32768, 255, 9223372036854775807, 3.4e38,"
	" 1.7976931348623157e308, 1e-300, 9999999.999, -99999, 1, 1, 'ABCDEFGHIJ',"
	" '1234567890123456789012345678901234567890', '-17', zeroblob(20), x'ffffffffffff',"
	" '9999-12-31', '23:59:59', '1970-01-01 00:00:00', 17)",
	"INSERT INTO gh_types (id) VALUES (3)",
	"INSERT INTO gh_types VALUES (4, 0, 0, 0, 0, 0, 0.0, 0, 0, 0, 0, 0, '', '', '', x'', x'',"
	" '', '', '', '')",
	"INSERT INTO gh_types VALUES (5, -1, -1, -1, -1, -1.5, -0.1, -2.5, -0.001, -1, 0, 0,"
	" '" E_ACUTE "', '" BEYOND "', '" BEYOND " " BEYOND "', x'c3a9', x'80', '0001-01-01',"
	" '00:00:00', '2000-01-01', x'00')",
	NULL,
};

static const char *const postgresql_types[] = {
	"CREATE TABLE gh_types (id int PRIMARY KEY, c_int integer, c_small smallint, c_big bigint,"
	" c_real real, c_double double precision, c_decimal numeric(10,3), c_numeric numeric,"
	" c_bool boolean, c_char char(10), c_varchar varchar(40), c_text text, c_bytea bytea,"
	" c_date date, c_time time, c_timestamp timestamp, c_stamptz timestamptz, c_uuid uuid,"
	" c_interval interval, c_json json, c_array int[], c_inet inet, c_bit bit(3), c_name name)",
	"INSERT INTO gh_types VALUES (1, 42, 7, 1234567890123, 1.5, 2.25, 12.5, 3.14159, true,"
	" 'abc', 'hello', 'some text', '\\x00ff10', '2024-02-29', '12:34:56', '"
	"2024-02-29 12:34:56.123456', '2024-02-29 12:34:56+00', '"
	"6f1c6b1e-0000-4000-8000-000000000001', '1 day 02:03:04', '{\"a\": 1}',"
	" '{1,2,3}', '10.0.0.1', B'101', 'a_name')",
	"INSERT INTO gh_types VALUES (2, 2147483647, -32768, 9223372036854775807, 3.4e38,"
	" 1.7976931348623157e308, 9999999.999, 123456789012345678901234567890.123456789, false,"
	" 'ABCDEFGHIJ', '1234567890123456789012345678901234567890', '-17', decode(repeat('00',20),"
	" 'hex'), '9999-12-31', '23:59:59', '1970-01-01 00:00:00', '1970-01-01 00:00:00+00',"
	" 'ffffffff-ffff-ffff-ffff-ffffffffffff', '-178 years', '[]', '{}', '::1', B'000', 'x')",
	"INSERT INTO gh_types (id) VALUES (3)",
	"INSERT INTO gh_types VALUES (4, 0, 0, 0, 0, 'NaN', 0, 'NaN', false, '', '', '', '',"
	" '0001-01-01', '00:00:00', 'infinity', '-infinity',"
	" '00000000-0000-0000-0000-000000000000', '0', '\"\"', '{NULL}', '0.0.0.0/0', B'111', '')",
	"INSERT INTO gh_types VALUES (5, -1, -1, -1, -1.5, -0.1, -0.001, -1, true, '" E_ACUTE "', '"
	BEYOND "', '" BEYOND " " BEYOND "', '\\xc3a9', '1999-12-31', '00:00:00.5',"
	" '2000-01-01', '2000-01-01 12:00+02', 'a0000000-0000-4000-8000-00000000000e', '2 mons',"
	" '\"" BEYOND "\"', '{-1}', 'fe80::1', B'010', '" E_ACUTE "')",
	NULL,
};

static const char *const mariadb_types[] = {
	"CREATE TABLE gh_types (id int PRIMARY KEY, c_int int, c_uint int unsigned, c_small"
	" smallint, c_tiny tinyint, c_medium mediumint, c_big bigint, c_ubig bigint unsigned,"
	" c_float float, c_double double, c_decimal decimal(10,3), c_bit bit(1), c_char char(10),"
	" c_varchar varchar(40), c_text text, c_long mediumtext, c_binary binary(5),"
	" c_varbinary varbinary(20), c_blob blob, c_date date, c_time time, c_datetime datetime(6),"
	" c_timestamp timestamp NULL, c_year year, c_enum enum('a','b'), c_json json)",
	"INSERT INTO gh_types VALUES (1, 42, 43, 7, 3, 1000, 1234567890123, 1, 1.5, 2.25, 12.5, 1,"
	" 'abc', 'hello', 'some text', 'long text', 'ab', x'0102', x'00ff10', '2024-02-29',"
	" '12:34:56', '2024-02-29 12:34:56.123456', '2024-02-29 12:34:56', 2024, 'a',"
	" '{\"a\": 1}')",
	"INSERT INTO gh_types VALUES (2, 2147483647, 4294967295, -32768, 127, 8388607,"
	" 9223372036854775807, 18446744073709551615, 3.4e38, 1.7976931348623157e308, 9999999.999,"
	" 1, 'ABCDEFGHIJ', '1234567890123456789012345678901234567890', '-17', repeat('x', 300),"
	" x'ffffffffff', x'ffffffffffff', repeat(x'00', 20), '9999-12-31', '838:59:59',"
	" '1970-01-01 00:00:00', '1970-01-02 00:00:00', 1901, 'b', '[]')",
	"INSERT INTO gh_types (id) VALUES (3)",
	"INSERT INTO gh_types VALUES (4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', '', '', '', '',"
	" '', '0001-01-01', '00:00:00', '1000-01-01', '2000-01-01', 0, 'a', '\"\"')",
	"INSERT INTO gh_types VALUES (5, -1, 1, -1, -1, -1, -1, 1, -1.5, -0.1, -0.001, 0, '" E_ACUTE
	"', '" BEYOND "', '" BEYOND " " BEYOND "', '" BEYOND "', x'c3a9', x'80', x'c3a9',"
	" '1999-12-31', '-01:00:00', '2000-01-01', '2001-01-01', 2155, 'b', '\"" BEYOND "\"')",
	NULL,
};

static void run_all(struct gh_side *side, const char *const *statements)
{
	for (; *statements; statements++)
		gh_side_do(side, *statements);
}

/* All rows in one statement: one round trip is enough. */
static void fill_rows(struct gh_side *side)
{
	struct gh_buf sql;

	gh_buf_init(&sql, 0);
	gh_buf_append_text(&sql, "INSERT INTO gh_rows VALUES ");
	for (int i = 1; i <= GH_FIXTURE_ROWS; i++) {
		const char *comma = i > 1 ? ", " : "";

		if (i % 3 == 0)
			gh_buf_printf(&sql, "%s(%d, 'name %d', NULL)", comma, i, i);
		else
			gh_buf_printf(&sql, "%s(%d, 'name %d', 'note %d " E_ACUTE "')", comma, i, i,
				      i);
	}
	if (sql.bytes)
		gh_side_do(side, sql.bytes);
	gh_buf_clear(&sql);
}

static const char *const common[] = {
	"CREATE TABLE gh_rows (id int PRIMARY KEY, name varchar(20) NOT NULL, note varchar(30))",
	"CREATE TABLE gh_parent (id int PRIMARY KEY, name varchar(20) NOT NULL UNIQUE)",
	"CREATE TABLE gh_child (id int PRIMARY KEY, parent_id int NOT NULL, amount decimal(8,2)"
	" DEFAULT 1.5, CONSTRAINT gh_child_fk FOREIGN KEY (parent_id) REFERENCES gh_parent (id))",
	"CREATE INDEX gh_child_index ON gh_child (parent_id)",
	"CREATE VIEW gh_view AS SELECT name FROM gh_parent",
	"INSERT INTO gh_parent VALUES (1, 'one'), (2, 'two')",
	"INSERT INTO gh_child VALUES (10, 1, 1.25), (11, 2, NULL)",
	NULL,
};

static const char *const leftovers[] = {
	"DROP VIEW IF EXISTS gh_view",   "DROP TABLE IF EXISTS gh_child",
	"DROP TABLE IF EXISTS gh_parent", "DROP TABLE IF EXISTS gh_rows",
	"DROP TABLE IF EXISTS gh_types", "DROP TABLE IF EXISTS gh_work",
	NULL,
};

static const char *const *types_of(enum gh_engine engine)
{
	switch (engine) {
	case GH_POSTGRESQL:
		return postgresql_types;
	case GH_MARIADB:
		return mariadb_types;
	default:
		return sqlite_types;
	}
}

/* gh_double (i, OUT o, INOUT t) writes twice i and t with more behind it. */
static void make_procedure(struct gh_side *side)
{
	if (side->target->engine == GH_POSTGRESQL)
		gh_side_do(side,
			   "CREATE OR REPLACE FUNCTION gh_double(i int, OUT o int,"
			   " INOUT t varchar) LANGUAGE plpgsql AS"
			   " $$ BEGIN o := i * 2; t := t || ' and more'; END $$");
	if (side->target->engine == GH_MARIADB)
		gh_side_do(side,
			   "CREATE OR REPLACE PROCEDURE gh_double(i int, OUT o int,"
			   " INOUT t varchar(60))"
			   " BEGIN SET o = i * 2; SET t = concat(t, ' and more'); END");
}

void gh_fixture_make(struct gh_side *side)
{
	if (side->target->engine == GH_MARIADB)
		gh_side_do(side, "SET NAMES utf8mb4");
	run_all(side, leftovers);
	run_all(side, types_of(side->target->engine));
	run_all(side, common);
	fill_rows(side);
	make_procedure(side);
	gh_side_exec(side, "SELECT id FROM gh_rows WHERE id = 1013");
	if (SQL_SUCCEEDED(SQLFetch(side->stmt)))
		gh_side_note(side, "prepared");
}

/* libsqliteodbc 0.9998 overflows a buffer of its own on a long text as timestamp. */
const char *gh_fixture_rows_for(const struct gh_side *side, SQLSMALLINT c_type)
{
	if (side->target->engine == GH_SQLITE &&
	    (c_type == SQL_C_TYPE_TIMESTAMP || c_type == SQL_C_TIMESTAMP))
		return "id <> 2";
	return "id > 0";
}
