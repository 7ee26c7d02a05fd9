/*
 * A name as PostgreSQL itself resolves it, on the connection that will use it: along
 * its search path, temporary tables first.  Tables that inherit from each other
 * share rows, so a table's columns come from all its kin.  Operators are named with
 * their schema: the search path may hold others of that name.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define EQUALS " OPERATOR(pg_catalog.=) "

struct found_class {
	char kind[8];
	char oid[16];
	bool has_kin;
};

static bool copy(char *out, size_t room, const struct gh_buf *text)
{
	if (text->length >= room)
		return false;
	memcpy(out, text->bytes, text->length + 1);
	return true;
}

/* ---- the name -------------------------------------------------------------------------- */

/* "schema"."table", as to_regclass reads it; of one part the search path tells. */
static bool written_name(const struct gh_connection *connection, const struct gh_known_name *known,
			 struct gh_buf *out)
{
	struct gh_buf folded;
	bool fine = true;

	gh_buf_init(&folded, 0);
	for (int i = 0; i < GH_NAME_PARTS && fine; i++) {
		if (known->asked[i] == NULL)
			continue;
		gh_buf_reset(&folded);
		fine = gh_known_fold(connection, known, (enum gh_name_part)i, &folded);
		if (out->length > 0)
			(void)gh_buf_append_char(out, '.');
		(void)gh_buf_append_char(out, '"');
		for (const char *c = folded.bytes; fine && *c != '\0'; c++) {
			if (*c == '"')
				(void)gh_buf_append_char(out, '"');
			(void)gh_buf_append_char(out, *c);
		}
		(void)gh_buf_append_char(out, '"');
	}
	gh_buf_clear(&folded);
	return fine && out->failed == GH_OK;
}

static const char *computed_expression(const struct gh_connection *connection)
{
	const char *version = connection->target.version;

	/* the first version with generated columns; one that is not known has them */
	if (version != NULL && strtol(version, NULL, 10) > 0 && strtol(version, NULL, 10) < 12)
		return "''";
	return "a.attgenerated";
}

static bool ask_class(struct gh_inquiry *inquiry, const struct gh_known_name *known)
{
	struct gh_buf name, query;
	bool fine;

	gh_buf_init(&name, 0);
	gh_buf_init(&query, 0);
	(void)gh_buf_printf(
		&query,
		"SELECT n.nspname, c.relname, c.relkind, c.oid, CASE WHEN EXISTS (SELECT 1 "
		"FROM pg_catalog.pg_inherits i WHERE i.inhrelid" EQUALS "c.oid OR "
		"i.inhparent" EQUALS "c.oid) THEN 'y' ELSE 'n' END, a.attname, %s "
		"FROM pg_catalog.pg_class c, pg_catalog.pg_namespace n, pg_catalog.pg_attribute a "
		"WHERE n.oid" EQUALS "c.relnamespace AND a.attrelid" EQUALS "c.oid AND "
		"a.attnum OPERATOR(pg_catalog.>) 0 AND NOT a.attisdropped AND "
		"c.oid" EQUALS "pg_catalog.to_regclass(",
		computed_expression(inquiry->connection));
	fine = written_name(inquiry->connection, known, &name) &&
	       gh_inquiry_literal(name.bytes, &query) &&
	       gh_buf_append_text(&query, ") ORDER BY a.attnum") == GH_OK &&
	       gh_inquiry_run(inquiry, &query);
	gh_buf_clear(&name);
	gh_buf_clear(&query);
	return fine;
}

/* ---- the server's own catalogue ------------------------------------------------------------ */

struct catalog_row {
	const char *schema, *name;
	const char *unsure[4]; /* columns that may hold data, or code with data in it */
};

#define PG "pg_catalog"
#define IS "information_schema"

/*
 * What it holds is names, types and flags.  All others, as those with statistics,
 * activity, defaults and secrets, stay unknown.  lint: table
 */
static const struct catalog_row catalogs[] = {
	{ PG, "pg_class", { "relpartbound" } },
	{ PG, "pg_namespace", { NULL } },
	{ PG, "pg_attribute", { "attmissingval" } },
	{ PG, "pg_type", { "typdefault", "typdefaultbin" } },
	{ PG, "pg_index", { "indexprs", "indpred" } },
	{ PG, "pg_constraint", { "conbin" } },
	{ PG, "pg_attrdef", { "adbin" } },
	{ PG, "pg_description", { "description" } },
	{ PG, "pg_proc", { "prosrc", "prosqlbody", "proargdefaults", "proconfig" } },
	{ PG, "pg_am", { NULL } },
	{ PG, "pg_collation", { NULL } },
	{ PG, "pg_inherits", { NULL } },
	{ PG, "pg_range", { NULL } },
	{ PG, "pg_language", { NULL } },
	{ PG, "pg_extension", { "extconfig", "extcondition" } },
	{ PG, "pg_depend", { NULL } },
	{ PG, "pg_tables", { NULL } },
	{ PG, "pg_views", { "definition" } },
	{ PG, "pg_indexes", { "indexdef" } },
	{ IS, "tables", { NULL } },
	{ IS, "columns", { "column_default", "generation_expression" } },
	{ IS, "schemata", { NULL } },
	{ IS, "views", { "view_definition" } },
	{ IS, "key_column_usage", { NULL } },
	{ IS, "table_constraints", { NULL } },
	{ IS, "referential_constraints", { NULL } },
	{ IS, "constraint_column_usage", { NULL } },
};

/* NULL: it is none, or one that may hold data. */
static const struct catalog_row *catalog_of(const char *schema, const char *name)
{
	for (size_t i = 0; i < sizeof(catalogs) / sizeof(catalogs[0]); i++)
		if (strcmp(catalogs[i].schema, schema) == 0 &&
		    strcmp(catalogs[i].name, name) == 0)
			return &catalogs[i];
	return NULL;
}

static bool is_unsure(const struct gh_buf *schema, const struct gh_buf *name, const char *column)
{
	const struct catalog_row *catalog = catalog_of(schema->bytes, name->bytes);

	for (size_t i = 0; catalog != NULL && i < 4 && catalog->unsure[i] != NULL; i++)
		if (strcmp(catalog->unsure[i], column) == 0)
			return true;
	return false;
}

/* ---- the answer ---------------------------------------------------------------------------- */

enum { NAMESPACE, NAME, KIND, OID, KIN, ATTRIBUTE, COMPUTED, FIELDS };

static bool take_row(struct gh_known_name *known, const struct gh_buf fields[FIELDS],
		     struct found_class *found)
{
	if (known->relation.name == NULL &&
	    (!gh_known_place(known, NULL, fields[NAMESPACE].bytes, fields[NAME].bytes) ||
	     !copy(found->kind, sizeof(found->kind), &fields[KIND]) ||
	     !copy(found->oid, sizeof(found->oid), &fields[OID])))
		return false;
	found->has_kin = strcmp(fields[KIN].bytes, "y") == 0;
	return gh_known_add_column(known, fields[ATTRIBUTE].bytes,
				   fields[COMPUTED].length > 0 ||
						   is_unsure(&fields[NAMESPACE], &fields[NAME],
							     fields[ATTRIBUTE].bytes)
					   ? GH_COLUMN_COMPUTED
					   : GH_COLUMN_STORED);
}

static bool read_class(struct gh_inquiry *inquiry, struct gh_known_name *known,
		       struct found_class *found)
{
	struct gh_buf fields[FIELDS];
	SQLRETURN code = SQL_ERROR;
	bool fine = true;

	for (int i = 0; i < FIELDS; i++)
		gh_buf_init(&fields[i], 0);
	while (fine && SQL_SUCCEEDED(code = gh_inquiry_next(inquiry))) {
		for (int i = 0; i < FIELDS && fine; i++)
			fine = gh_inquiry_read(inquiry, (SQLUSMALLINT)(i + 1), &fields[i]);
		fine = fine && take_row(known, fields, found);
	}
	for (int i = 0; i < FIELDS; i++)
		gh_buf_clear(&fields[i]);
	return fine && code == SQL_NO_DATA;
}

/* Statistics and activity show what other tables hold. */
static bool is_system(const char *schema)
{
	return strncmp(schema, "pg_", 3) == 0 && strncmp(schema, "pg_temp", 7) != 0;
}

static void take_kind(struct gh_known_name *known, const struct found_class *found)
{
	const char *schema = known->relation.schema;

	if (known->relation.name == NULL) {
		known->relation.kind = GH_SQL_RELATION_ABSENT;
		return;
	}
	known->relation.kind = GH_SQL_RELATION_OTHER;
	if (schema != NULL && catalog_of(schema, known->relation.name) != NULL)
		known->relation.kind = GH_SQL_RELATION_TABLE;
	if (schema == NULL || is_system(schema) || strcmp(schema, "information_schema") == 0)
		return;
	if (strcmp(found->kind, "r") == 0 || strcmp(found->kind, "p") == 0)
		known->relation.kind = GH_SQL_RELATION_TABLE;
	/* a materialized view holds what its query gave some time ago: another one, perhaps */
	known->is_view = strcmp(found->kind, "v") == 0 || strcmp(found->kind, "m") == 0;
	known->is_stored = strcmp(found->kind, "m") == 0;
}

/* ---- kin ------------------------------------------------------------------------------------- */

static bool ask_kin(struct gh_inquiry *inquiry, const char *oid)
{
	struct gh_buf query;
	bool fine;

	gh_buf_init(&query, 0);
	(void)gh_buf_printf(
		&query,
		"WITH RECURSIVE up(o) AS (SELECT %s::pg_catalog.oid UNION SELECT i.inhparent FROM "
		"pg_catalog.pg_inherits i, up WHERE i.inhrelid" EQUALS "up.o), "
		"down(o) AS (SELECT up.o FROM up UNION SELECT i.inhrelid FROM "
		"pg_catalog.pg_inherits i, down WHERE i.inhparent" EQUALS "down.o) "
		"SELECT n.nspname, c.relname FROM pg_catalog.pg_class c, "
		"pg_catalog.pg_namespace n, down WHERE c.oid" EQUALS "down.o AND "
		"n.oid" EQUALS "c.relnamespace",
		oid);
	fine = gh_inquiry_run(inquiry, &query);
	gh_buf_clear(&query);
	return fine;
}

static bool read_kin(struct gh_inquiry *inquiry, struct gh_known_name *known)
{
	struct gh_buf schema, name;
	SQLRETURN code = SQL_ERROR;
	bool fine = true;

	gh_buf_init(&schema, 0);
	gh_buf_init(&name, 0);
	while (fine && SQL_SUCCEEDED(code = gh_inquiry_next(inquiry)))
		fine = gh_inquiry_read(inquiry, 1, &schema) && gh_inquiry_read(inquiry, 2, &name) &&
		       gh_known_add_kin(known, schema.bytes, name.bytes);
	gh_buf_clear(&schema);
	gh_buf_clear(&name);
	return fine && code == SQL_NO_DATA;
}

/* Without its kin a table is unknown. */
static void find_kin(struct gh_connection *connection, struct gh_known_name *known, const char *oid)
{
	struct gh_inquiry inquiry;

	if (!gh_inquiry_begin(connection, &inquiry) || !ask_kin(&inquiry, oid) ||
	    !read_kin(&inquiry, known))
		known->relation.kind = GH_SQL_RELATION_UNKNOWN;
	gh_inquiry_end(&inquiry);
}

bool gh_regclass_learn(struct gh_connection *connection, struct gh_known_name *known)
{
	struct gh_inquiry inquiry;
	struct found_class found = { 0 };
	bool answered = gh_inquiry_begin(connection, &inquiry) && ask_class(&inquiry, known) &&
			read_class(&inquiry, known, &found);

	gh_inquiry_end(&inquiry);
	if (!answered)
		return false;
	take_kind(known, &found);
	if (known->relation.kind == GH_SQL_RELATION_TABLE && found.has_kin)
		find_kin(connection, known, found.oid);
	return true;
}
