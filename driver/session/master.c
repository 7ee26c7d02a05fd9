/*
 * A name in SQLite's schema tables: temporary objects come before those of the
 * main file, and an attached file's can only be meant by its name, which is not
 * followed.
 */
#include "internal.h"

#include <string.h>
#include <strings.h>

enum { SCHEMA, TYPE, NAME, SHADOW, FIELDS };

static bool ask_object(struct gh_inquiry *inquiry, const char *name)
{
	struct gh_buf query;
	bool fine;

	gh_buf_init(&query, 0);
	(void)gh_buf_append_text(
		&query,
		"SELECT s, CASE WHEN sql LIKE 'CREATE VIRTUAL%' THEN 'virtual' ELSE type END, "
		"name, "
		/* the tables in which a virtual one keeps its rows are named after it */
		"CASE WHEN EXISTS (SELECT 1 FROM sqlite_master v WHERE v.sql LIKE 'CREATE VIRTUAL%'"
		" AND length(v.name) < length(o.name) AND "
		"substr(o.name, 1, length(v.name) + 1) = v.name || '_' COLLATE NOCASE) "
		"THEN 'y' ELSE 'n' END "
		"FROM (SELECT 'temp' AS s, type, name, sql FROM sqlite_temp_master UNION ALL "
		"SELECT 'main', type, name, sql FROM main.sqlite_master) AS o "
		"WHERE type IN ('table', 'view') AND name = ");
	fine = gh_inquiry_literal(name, &query) &&
	       gh_buf_append_text(&query, " COLLATE NOCASE ORDER BY s DESC") == GH_OK &&
	       gh_inquiry_run(inquiry, &query);
	gh_buf_clear(&query);
	return fine;
}

/* The first row is what an unqualified name means: temp sorts before main. */
static bool is_meant(const struct gh_known_name *known, const struct gh_buf fields[FIELDS])
{
	const char *schema = known->asked[GH_NAME_SCHEMA];

	return known->relation.name == NULL &&
	       (schema == NULL || strcasecmp(schema, fields[SCHEMA].bytes) == 0);
}

static bool take_object(struct gh_known_name *known, const struct gh_buf fields[FIELDS])
{
	if (!is_meant(known, fields))
		return true;
	if (!gh_known_place(known, NULL, fields[SCHEMA].bytes, fields[NAME].bytes))
		return false;
	known->relation.kind = GH_SQL_RELATION_OTHER;
	/* statistics hold values of other tables */
	if (strncasecmp(fields[NAME].bytes, "sqlite_", 7) == 0 ||
	    strcmp(fields[SHADOW].bytes, "y") == 0)
		return true;
	known->is_view = strcmp(fields[TYPE].bytes, "view") == 0;
	if (strcmp(fields[TYPE].bytes, "table") == 0)
		known->relation.kind = GH_SQL_RELATION_TABLE;
	return true;
}

static bool read_objects(struct gh_inquiry *inquiry, struct gh_known_name *known)
{
	struct gh_buf fields[FIELDS];
	SQLRETURN code = SQL_ERROR;
	bool fine = true;

	for (int i = 0; i < FIELDS; i++)
		gh_buf_init(&fields[i], 0);
	while (fine && SQL_SUCCEEDED(code = gh_inquiry_next(inquiry))) {
		for (int i = 0; i < FIELDS && fine; i++)
			fine = gh_inquiry_read(inquiry, (SQLUSMALLINT)(i + 1), &fields[i]);
		fine = fine && take_object(known, fields);
	}
	for (int i = 0; i < FIELDS; i++)
		gh_buf_clear(&fields[i]);
	return fine && code == SQL_NO_DATA;
}

/* ---- columns ------------------------------------------------------------------------- */

static bool ask_columns(struct gh_inquiry *inquiry, const struct gh_known_name *known)
{
	struct gh_buf query;
	bool fine;

	gh_buf_init(&query, 0);
	(void)gh_buf_append_text(&query, "SELECT name, hidden FROM pragma_table_xinfo(");
	fine = gh_inquiry_literal(known->relation.name, &query) &&
	       gh_buf_append_text(&query, ", ") == GH_OK &&
	       gh_inquiry_literal(known->relation.schema, &query) &&
	       gh_buf_append_text(&query, ") ORDER BY cid") == GH_OK &&
	       gh_inquiry_run(inquiry, &query);
	gh_buf_clear(&query);
	return fine;
}

static bool read_columns(struct gh_inquiry *inquiry, struct gh_known_name *known)
{
	struct gh_buf name, hidden;
	SQLRETURN code = SQL_ERROR;
	bool fine = true;

	gh_buf_init(&name, 0);
	gh_buf_init(&hidden, 0);
	while (fine && SQL_SUCCEEDED(code = gh_inquiry_next(inquiry)))
		fine = gh_inquiry_read(inquiry, 1, &name) && gh_inquiry_read(inquiry, 2, &hidden) &&
		       gh_known_add_column(known, name.bytes,
					   strcmp(hidden.bytes, "0") == 0 ? GH_COLUMN_STORED
									  : GH_COLUMN_COMPUTED);
	gh_buf_clear(&name);
	gh_buf_clear(&hidden);
	return fine && code == SQL_NO_DATA && known->relation.column_count > 0;
}

bool gh_master_learn(struct gh_connection *connection, struct gh_known_name *known)
{
	struct gh_inquiry inquiry;
	bool answered;

	if (known->asked[GH_NAME_CATALOG] != NULL)
		return false;
	known->relation.kind = GH_SQL_RELATION_ABSENT;
	answered = gh_inquiry_begin(connection, &inquiry) &&
		   ask_object(&inquiry, known->asked[GH_NAME_TABLE]) &&
		   read_objects(&inquiry, known);
	gh_inquiry_end(&inquiry);
	if (!answered || known->relation.name == NULL)
		return answered;
	answered = gh_inquiry_begin(connection, &inquiry) && ask_columns(&inquiry, known) &&
		   read_columns(&inquiry, known);
	gh_inquiry_end(&inquiry);
	return answered;
}
