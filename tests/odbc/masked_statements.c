/* Statements that dress a secret up, errors that could tell it, and what is denied. */
#include "secrets.h"

/* All cells of a result as text; a denial is as good as a mask. */
static void scan_result(struct gh_side *side, const char *sql)
{
	SQLSMALLINT columns = 0;
	struct gh_area area = { 0 };
	SQLLEN length;

	if (!gh_area_init(&area, 600))
		return;
	gh_side_exec(side, sql);
	gh_scan_records(side, SQL_HANDLE_STMT, side->stmt);
	SQLNumResultCols(side->stmt, &columns);
	for (int row = 0; row < 20 && SQL_SUCCEEDED(SQLFetch(side->stmt)); row++) {
		for (SQLUSMALLINT c = 1; c <= columns; c++) {
			gh_area_fill(&area);
			SQLGetData(side->stmt, c, SQL_C_CHAR, gh_area_at(&area), 600, &length);
			gh_scan_area(side, &area, sql);
		}
	}
	gh_scan_records(side, SQL_HANDLE_STMT, side->stmt);
	gh_check(side, true, "it was looked at");
	gh_side_fresh(side);
	gh_area_clear(&area);
}

static void dressed_up(struct gh_side *side)
{
	static const char *const texts[] = {
		"SELECT * FROM gh_people",
		"SELECT p.* FROM gh_people p",
		"SELECT email AS note, note AS email FROM gh_people",
		"SELECT email \"id\" FROM gh_people",
		"SELECT EMAIL FROM GH_PEOPLE",
		"SELECT \"email\" FROM gh_people",
		"SELECT upper(email), lower(ssn) FROM gh_people",
		"SELECT email || note FROM gh_people",
		"SELECT 'x' || ssn FROM gh_people",
		"SELECT substr(email, 1, 12) FROM gh_people",
		"SELECT replace(ssn, 'x', 'y') FROM gh_people",
		"SELECT coalesce(email, note) FROM gh_people",
		"SELECT CASE WHEN id = 1 THEN email ELSE note END FROM gh_people",
		"SELECT min(email), max(ssn) FROM gh_people",
		"SELECT sum(bonus), max(salary) FROM gh_people WHERE id = 1",
		"SELECT DISTINCT ssn FROM gh_people",
		"SELECT email FROM gh_people GROUP BY email",
		"SELECT note FROM gh_people UNION SELECT email FROM gh_people",
		"SELECT note FROM gh_people UNION ALL SELECT ssn FROM gh_people",
		"SELECT x FROM (SELECT email AS x FROM gh_people) AS y",
		"WITH w AS (SELECT email AS x FROM gh_people) SELECT x FROM w",
		"WITH w(a, b) AS (SELECT ssn, email FROM gh_people) SELECT b FROM w",
		"SELECT (SELECT email FROM gh_people WHERE id = 1)",
		"SELECT a.note, b.email FROM gh_people a JOIN gh_people b ON a.id = b.id",
		"SELECT salary + 0, salary * 1.0, bonus + 0 FROM gh_people",
		"SELECT CAST(salary AS varchar(20)), CAST(bonus AS char(10)) FROM gh_people",
		"SELECT CAST(email AS char(40)) FROM gh_people",
		"SELECT id, email FROM gh_people ORDER BY email DESC LIMIT 2",
		"SELECT email FROM gh_people WHERE ssn LIKE '%7319'",
		"SELECT {fn UCASE(email)} FROM gh_people",
		"SELECT /* note */ email -- note\n FROM gh_people",
		"SELECT max(email) OVER () FROM gh_people",
		"EXPLAIN SELECT email FROM gh_people WHERE id = 1",
		"VALUES ((SELECT email FROM gh_people WHERE id = 1))",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		scan_result(side, texts[i]);
	gh_side_note(side, "finished");
}

static void dressed_up_in_its_own_way(struct gh_side *side)
{
	static const struct {
		unsigned engines;
		const char *text;
	} texts[] = {
		{ GH_SQLITE, "SELECT group_concat(email) FROM gh_people" },
		{ GH_SQLITE, "SELECT hex(photo), quote(email) FROM gh_people" },
		{ GH_SQLITE, "SELECT json_group_array(email) FROM gh_people" },
		{ GH_SQLITE, "SELECT printf('%s', email) FROM gh_people" },
		{ GH_SQLITE, "SELECT [email], `ssn` FROM gh_people" },
		{ GH_POSTGRESQL, "SELECT string_agg(email, ',') FROM gh_people" },
		{ GH_POSTGRESQL, "SELECT encode(photo, 'hex') FROM gh_people" },
		{ GH_POSTGRESQL, "SELECT row_to_json(p) FROM gh_people p" },
		{ GH_POSTGRESQL, "SELECT p FROM gh_people p" },
		{ GH_POSTGRESQL, "SELECT p::text FROM gh_people p" },
		{ GH_POSTGRESQL, "SELECT array_agg(ssn) FROM gh_people" },
		{ GH_POSTGRESQL, "SELECT format('%s', email) FROM gh_people" },
		{ GH_POSTGRESQL, "SELECT reverse(email) FROM gh_people" },
		{ GH_POSTGRESQL, "TABLE gh_people" },
		{ GH_POSTGRESQL,
		  "SELECT query_to_xml('SELECT email FROM gh_people',true,true,'')" },
		{ GH_MARIADB, "SELECT group_concat(email) FROM gh_people" },
		{ GH_MARIADB, "SELECT hex(photo), concat(email, '') FROM gh_people" },
		{ GH_MARIADB, "SELECT json_arrayagg(email) FROM gh_people" },
		{ GH_MARIADB, "SELECT reverse(email) FROM gh_people" },
		{ GH_MARIADB, "SELECT `email` FROM `gh_people`" },
		{ GH_MARIADB, "HANDLER gh_people OPEN" },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].engines & (unsigned)side->target->engine)
			scan_result(side, texts[i].text);
	}
	gh_side_note(side, "finished");
}

/* psqlODBC never comes back from this one, so it is not tried on the raw side. */
static void exported(struct gh_side *side)
{
	static const char *const texts[] = { "COPY gh_people TO STDOUT",
					     "COPY (SELECT email FROM gh_people) TO STDOUT" };

	for (size_t i = 0; i < 2; i++) {
		gh_check(side, gh_side_exec(side, texts[i]) == SQL_ERROR, "%s is refused",
			 texts[i]);
		gh_check_refusal(side, SQL_HANDLE_STMT, "42501", 7101);
	}
	gh_side_note(side, "finished");
}

/* A secret that leaves through another table is read there under another name. */
static void carried_off(struct gh_side *side)
{
	static const char *const texts[] = {
		"CREATE TABLE gh_loot AS SELECT email AS x FROM gh_people",
		"CREATE TEMPORARY TABLE gh_loot2 AS SELECT email AS x FROM gh_people",
		"CREATE VIEW gh_loot3 AS SELECT email AS x FROM gh_people",
		"UPDATE gh_people SET note = substr(email, 1, 20) WHERE id = 1",
		"INSERT INTO gh_people (id, note) SELECT 9, ssn FROM gh_people WHERE id = 1",
	};
	static const char *const reads[] = {
		"SELECT x FROM gh_loot", "SELECT x FROM gh_loot2", "SELECT x FROM gh_loot3",
		"SELECT note FROM gh_people",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		scan_result(side, texts[i]);
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		scan_result(side, reads[i]);
	gh_side_note(side, "finished");
}

static void errors_are_silent(struct gh_side *side)
{
	static const char *const texts[] = {
		"SELECT CAST(ssn AS int) FROM gh_people",
		"SELECT CAST(email AS date) FROM gh_people",
		"SELECT CAST(salary AS smallint) FROM gh_people",
		"INSERT INTO gh_people (id, email) SELECT 20, email FROM gh_people WHERE id = 1",
		"UPDATE gh_people SET email = (SELECT max(email) FROM gh_people) WHERE id < 3",
		"UPDATE gh_people SET id = id + 3 WHERE id = 1",
		"SELECT extractvalue(1, concat('/', (SELECT email FROM gh_people LIMIT 1)))",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		scan_result(side, texts[i]);
	gh_side_note(side, "finished");
}

/* The metadata of a masked result is that of the column. */
static void metadata_of_masked(struct gh_side *side)
{
	gh_side_exec(side, "SELECT * FROM gh_people ORDER BY id");
	gh_side_describe(side);
	gh_side_attributes_of_columns(side);
	gh_check(side, true, "described");
	gh_side_note(side, "finished");
}

/* Of a result without a mask nothing is held back, so all that is wrong is the target's to say. */
static void beyond_the_result(struct gh_side *side)
{
	SQLINTEGER value = 0;
	SQLLEN length = 0;

	gh_side_said(side, SQLBindCol(side->stmt, 3, SQL_C_SLONG, &value, 4, &length),
		     "SQLBindCol(3)");
	gh_side_exec(side, "SELECT id FROM gh_people ORDER BY id");
	gh_side_fetch(side);
	/* MariaDB's connector does not survive to be asked */
	if (side->target->engine != GH_MARIADB)
		gh_side_get(side, &(struct gh_cell){ 2, SQL_C_SLONG, 4 });
	gh_side_fresh(side);
}

/* Two sets of one parameter, whose results follow each other where the driver has them. */
static void execute_sets(struct gh_side *side, const char *sql)
{
	static SQLINTEGER ids[] = { 1, 2 };

	SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)2, 0);
	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, ids, 4,
			 NULL);
	gh_side_exec(side, sql);
}

static void every_set(struct gh_side *side)
{
	struct gh_area area = { 0 };
	SQLLEN length;
	int results = 0;

	if (!gh_area_init(&area, 600))
		return;
	execute_sets(side, "SELECT id, ssn, note, email FROM gh_people WHERE id = ?");
	do {
		while (SQL_SUCCEEDED(SQLFetch(side->stmt))) {
			for (SQLUSMALLINT c = 1; c <= 4; c++) {
				gh_area_fill(&area);
				SQLGetData(side->stmt, c, SQL_C_CHAR, gh_area_at(&area), 600,
					   &length);
				gh_scan_area(side, &area, "a column of one of several results");
			}
			results++;
		}
	} while (results < 9 && SQL_SUCCEEDED(SQLMoreResults(side->stmt)));
	gh_check(side, results == 2, "both sets were answered");
	gh_area_clear(&area);
	gh_side_fresh(side);
	gh_side_note(side, "finished");
}

static void clear_columns_of_every_set(struct gh_side *side)
{
	execute_sets(side, "SELECT id, note FROM gh_people WHERE id = ?");
	do {
		gh_side_read(side, SQL_C_CHAR, 60, 3);
	} while (SQL_SUCCEEDED(gh_side_said(side, SQLMoreResults(side->stmt), "SQLMoreResults")));
	gh_side_fresh(side);
}

/* An escape says the same whether the driver rewrites it or the database would have to. */
static void escapes_that_are_not_scanned(struct gh_side *side)
{
	SQLSetStmtAttr(side->stmt, SQL_ATTR_NOSCAN, (SQLPOINTER)SQL_NOSCAN_ON, 0);
	gh_side_query(side, "SELECT {fn UCASE('abc')}, note FROM gh_people WHERE id = 1");
	gh_side_fresh(side);
}

const struct gh_sequence gh_masked_statements[] = {
	{ "no statement dresses a secret up", dressed_up, 0, 0 },
	{ "no statement of the dialect dresses a secret up", dressed_up_in_its_own_way, 0, 0 },
	{ "no secret is carried off into another place", carried_off, 0, 0 },
	{ "errors tell no secret", errors_are_silent, GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "the results of all sets of parameters are masked", every_set, GH_POSTGRESQL, 0 },
	{ "clear columns of all sets of parameters are the same", clear_columns_of_every_set, 0,
	  GH_MAY_REFUSE },
	{ "an escape that is not scanned is the same", escapes_that_are_not_scanned,
	  GH_POSTGRESQL | GH_MARIADB, GH_MAY_REFUSE },
	{ "a column beyond a clear result is refused by the target", beyond_the_result, 0,
	  GH_MAY_REFUSE },
	{ "masked columns are described like the column", metadata_of_masked, 0, GH_MAY_REFUSE },
	{ NULL, NULL, 0, 0 },
};

const struct gh_sequence gh_masked_exports[] = {
	{ "a table with masked columns is not exported", exported, GH_POSTGRESQL, 0 },
	{ NULL, NULL, 0, 0 },
};
