/* SHOW, @@x, current_setting(), and SET, which could write data where those look. */
#include "sql_case.h"

#define MY GH_DIALECT_MYSQL
#define MARIA GH_DIALECT_MARIADB
#define MS GH_DIALECT_TSQL

/* No column, and that is known; no table. */
static bool is_clean(const struct gh_facts *facts, size_t width)
{
	bool clean = facts != NULL && facts->outputs_known && facts->output_count == width &&
		     facts->tables_known && facts->table_count == 0 &&
		     (facts->flags & GH_FACT_OPAQUE) == 0;

	for (size_t i = 0; clean && i < width; i++)
		clean = (facts->outputs[i].flags & GH_LINEAGE_UNKNOWN) == 0 &&
			(facts->outputs[i].flags & GH_LINEAGE_CONSTANT) != 0 &&
			facts->outputs[i].origin_count == 0;
	return clean;
}

static bool is_unknown(const struct gh_facts *facts)
{
	if (!facts->outputs_known)
		return true;
	for (size_t i = 0; i < facts->output_count; i++)
		if ((facts->outputs[i].flags & GH_LINEAGE_UNKNOWN) != 0)
			return true;
	return false;
}

struct show_case {
	enum gh_dialect dialect;
	const char *text;
	size_t width;
};

START_TEST(what_the_server_tells_of_itself_is_of_no_table)
{
	static const struct show_case cases[] = {
		{ MARIA, "SHOW VARIABLES LIKE 'sql_mode'", 2 },
		{ MY, "show session variables like 'lower_case_table_names';", 2 },
		{ MY, "SHOW GLOBAL VARIABLES LIKE 'character_set%%'", 2 },
		{ MARIA, "SHOW VARIABLES LIKE 'collation_%'", 2 },
		{ MARIA, "SHOW VARIABLES WHERE Variable_name IN ('version', 'sql_mode') OR "
			 "Variable_name = 'autocommit' OR Variable_name LIKE 'tx_isolation'", 2 },
		{ MY, "SHOW STATUS", 2 },
		{ MY, "SHOW GLOBAL STATUS LIKE 'Ssl_cipher'", 2 },
		{ MY, "SHOW CHARACTER SET", 4 },
		{ MARIA, "SHOW COLLATION LIKE 'utf8%'", 6 },
		{ MY, "SHOW COLLATION", 7 },
		{ MY, "SHOW STORAGE ENGINES", 6 },
		{ MY, "SELECT @@version, @@session.sql_mode, @@GLOBAL.Tx_Isolation", 3 },
		{ MARIA, "SELECT DATABASE(), version(), CONCAT(@@version, 'x'), @@autocommit + 1",
		  4 },
		{ MS, "SELECT @@version, @@spid, @@TRANCOUNT", 3 },
		{ PG, "SHOW server_version", 1 },
		{ PG, "SHOW \"search_path\"", 1 },
		{ PG, "SHOW TIME ZONE", 1 },
		{ PG, "SHOW TRANSACTION ISOLATION LEVEL", 1 },
		{ PG, "SELECT current_setting('server_version_num'), "
		      "pg_catalog.current_setting('lc_collate', true), version()", 3 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		FACT(cases[i].dialect, cases[i].text, is_clean(f, cases[i].width));
}
END_TEST

START_TEST(what_may_hold_data_is_unknown)
{
	static const struct show_case cases[] = {
		/* quote rows and statements */
		{ MARIA, "SHOW WARNINGS", 0 }, { MY, "SHOW ERRORS", 0 },
		{ MY, "SHOW FULL PROCESSLIST", 0 }, { MY, "SHOW ENGINE INNODB STATUS", 0 },
		{ MY, "SHOW BINLOG EVENTS", 0 }, { MY, "SHOW COUNT(*) WARNINGS", 0 },
		/* passwords, definitions, names */
		{ MY, "SHOW GRANTS", 0 }, { MY, "SHOW CREATE TABLE people", 0 },
		{ MY, "SHOW CREATE USER x", 0 }, { MY, "SHOW TABLES", 0 },
		{ MY, "SHOW COLUMNS FROM people", 0 }, { MY, "SHOW INDEX FROM people", 0 },
		/* any variable, or one that a statement may leave a value in */
		{ MY, "SHOW VARIABLES", 0 }, { MY, "SHOW VARIABLES LIKE '%'", 0 },
		{ MY, "SHOW VARIABLES LIKE 'last_insert_id'", 0 },
		{ MY, "SHOW VARIABLES LIKE 's%'", 0 },
		{ MY, "SHOW VARIABLES LIKE 'character_set%_id'", 0 },
		{ MY, "SHOW VARIABLES LIKE \"sql_mode\"", 0 },
		{ MY, "SHOW VARIABLES LIKE '*'", 0 },
		{ MY, "SHOW VARIABLES LIKE 'sql_mode' 'x'", 0 },
		{ MY, "SHOW VARIABLES WHERE Value LIKE 'sql_mode'", 0 },
		{ MY, "SHOW VARIABLES WHERE Variable_name IN ('version', 'identity')", 0 },
		{ MY, "SHOW VARIABLES WHERE Variable_name = 'version' OR 1 = 1", 0 },
		{ MY, "SHOW STATUS WHERE (SELECT ssn FROM people LIMIT 1) > 5", 0 },
		{ MY, "SELECT @x", 0 }, { MY, "SELECT @version", 0 },
		{ MY, "SELECT @@last_insert_id", 0 }, { MY, "SELECT @@session.identity", 0 },
		{ MY, "SELECT @@init_connect", 0 }, { MY, "SELECT @@other.sql_mode", 0 },
		{ MY, "SELECT @@sql_mode, @x := ssn FROM people", 0 },
		{ MS, "SELECT @x", 0 }, { MS, "SELECT @@IDENTITY", 0 },
		{ MS, "SELECT @@sql_mode", 0 },
		{ PG, "SHOW ALL", 0 }, { PG, "SHOW application_name", 0 }, { PG, "SHOW my.x", 0 },
		{ PG, "SHOW", 0 }, { PG, "SHOW server_version my", 0 },
		{ PG, "SELECT current_setting('my.x')", 0 },
		{ PG, "SELECT current_setting(name) FROM people", 0 },
		{ PG, "SELECT current_setting('server_version', ssn) FROM people", 0 },
		{ PG, "SELECT other.current_setting('server_version')", 0 },
		{ MY, "SELECT current_setting('version')", 0 },
		{ GH_DIALECT_GENERIC, "SHOW server_version", 0 },
		{ GH_DIALECT_GENERIC, "SELECT @@version", 0 },
		{ GH_DIALECT_SQLITE, "SHOW VARIABLES LIKE 'sql_mode'", 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		FACT(cases[i].dialect, cases[i].text, is_unknown(f));
}
END_TEST

START_TEST(a_setting_takes_no_data)
{
	static const char *const flows[] = {
		"SET sort_buffer_size = (SELECT salary FROM people LIMIT 1)",
		"SET @@session.sql_select_limit = @x", "SET GLOBAL wait_timeout := @x + 1",
		"SET autocommit = 1, max_statement_time = (SELECT max(id) FROM people)",
		"SET timestamp = f()", "SET SESSION time_zone = (",
	};
	static const char *const fine[] = {
		"SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES')",
		"SET autocommit = ON, character_set_results = utf8mb4, @a := 5",
		"SET @old = @@sql_mode", "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
		"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", "SET time_zone = ?",
		"SET sql_mode = DEFAULT",
	};

	for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++)
		FACT(MARIA, flows[i], (f->flags & GH_FACT_FLOWS) != 0 && !f->flows_known);
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++)
		FACT(MARIA, fine[i], (f->flags & (GH_FACT_FLOWS | GH_FACT_OPAQUE)) == 0 &&
		     f->flows_known && f->tables_known && f->kind == GH_KIND_SET);
	FACT(PG, "SELECT set_config('search_path', ssn, false) FROM people",
	     (f->flags & GH_FACT_FLOWS) != 0 && !f->flows_known);
	FACT(PG, "SELECT \"set_config\"('a', (SELECT 'b'), false)", !f->flows_known);
	FACT(PG, "SELECT set_config('a', 'b', false)", f->flows_known);
}
END_TEST

START_TEST(a_variable_of_ones_own_shows_what_it_was_made_of)
{
	FACT(MARIA, "SET @x = (SELECT ssn FROM people LIMIT 1)",
	     f->table_count == 1 && f->tables_known && sql_infers(f, "ssn"));
	FACT(MARIA, "SET @x = f()", !f->tables_known && (f->actions & GH_ACTION_CALL) != 0);
}
END_TEST

GH_UNIT_MAIN("sql_settings", what_the_server_tells_of_itself_is_of_no_table,
	     what_may_hold_data_is_unknown, a_setting_takes_no_data,
	     a_variable_of_ones_own_shows_what_it_was_made_of)
