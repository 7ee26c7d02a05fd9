/*
 * A name in the answers of SQLTables and SQLColumns, for targets that have no
 * better way.  It is a base table only if exactly one object has the name.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct found_tables {
	size_t tables; /* base tables of that name */
	size_t views;
	size_t others;
	char *catalog; /* of the last one; NULL: none */
	char *schema;
	char *name;
};

/* ---- tables ------------------------------------------------------------------------ */

static void clear_found(struct found_tables *found)
{
	free(found->catalog);
	free(found->schema);
	free(found->name);
	*found = (struct found_tables){ 0 };
}

static bool note_table(struct found_tables *found, const struct gh_buf parts[4])
{
	if (strcasecmp(parts[3].bytes, "TABLE") == 0 ||
	    strcasecmp(parts[3].bytes, "BASE TABLE") == 0)
		found->tables++;
	else if (strcasecmp(parts[3].bytes, "VIEW") == 0)
		found->views++;
	else
		found->others++;
	free(found->catalog);
	free(found->schema);
	free(found->name);
	found->catalog = gh_text_copy(parts[0].bytes);
	found->schema = gh_text_copy(parts[1].bytes);
	found->name = gh_text_copy(parts[2].bytes);
	return found->catalog != NULL && found->schema != NULL && found->name != NULL;
}

/* The rows of SQLTables whose name is the one that was asked for. */
static bool read_tables(struct gh_inquiry *inquiry, const char *name, struct found_tables *found)
{
	int (*compare)(const char *, const char *) =
		inquiry->connection->dialect == GH_DIALECT_POSTGRESQL ? strcmp : strcasecmp;
	struct gh_buf parts[4];
	SQLRETURN code = SQL_ERROR;
	bool fine = true;

	for (int i = 0; i < 4; i++)
		gh_buf_init(&parts[i], 0);
	while (fine && SQL_SUCCEEDED(code = gh_inquiry_next(inquiry))) {
		for (SQLUSMALLINT i = 0; i < 4 && fine; i++)
			fine = gh_inquiry_read(inquiry, (SQLUSMALLINT)(i + 1), &parts[i]);
		if (fine && compare(parts[2].bytes, name) == 0)
			fine = note_table(found, parts);
	}
	for (int i = 0; i < 4; i++)
		gh_buf_clear(&parts[i]);
	return fine && code == SQL_NO_DATA;
}

static bool ask_tables(struct gh_inquiry *inquiry, const char *const names[GH_NAME_PARTS],
		       struct gh_buf encoded[GH_NAME_PARTS])
{
	for (int i = 0; i < GH_NAME_PARTS; i++)
		if (names[i] != NULL && !gh_inquiry_pattern(inquiry, names[i], &encoded[i]))
			return false;
	return SQL_SUCCEEDED(inquiry->down->functions->SQLTables[inquiry->width](
		inquiry->statement, encoded[0].bytes, SQL_NTS, encoded[1].bytes, SQL_NTS,
		encoded[2].bytes, SQL_NTS, NULL, 0));
}

static bool find_tables(struct gh_inquiry *inquiry, const char *const names[GH_NAME_PARTS],
			struct found_tables *found)
{
	struct gh_buf encoded[GH_NAME_PARTS];
	bool fine;

	for (int i = 0; i < GH_NAME_PARTS; i++)
		gh_buf_init(&encoded[i], 0);
	fine = ask_tables(inquiry, names, encoded) &&
	       read_tables(inquiry, names[GH_NAME_TABLE], found);
	for (int i = 0; i < GH_NAME_PARTS; i++)
		gh_buf_clear(&encoded[i]);
	return fine;
}

/* ---- columns ----------------------------------------------------------------------- */

static bool read_columns(struct gh_inquiry *inquiry, struct gh_known_name *known)
{
	struct gh_buf table, column;
	SQLRETURN code = SQL_NO_DATA;
	bool fine = true;

	gh_buf_init(&table, 0);
	gh_buf_init(&column, 0);
	while (fine && SQL_SUCCEEDED(code = gh_inquiry_next(inquiry))) {
		fine = gh_inquiry_read(inquiry, 3, &table) && gh_inquiry_read(inquiry, 4, &column);
		if (fine && strcmp(table.bytes, known->relation.name) == 0)
			fine = gh_known_add_column(known, column.bytes, GH_COLUMN_STORED);
	}
	gh_buf_clear(&table);
	gh_buf_clear(&column);
	return fine && code == SQL_NO_DATA && known->relation.column_count > 0;
}

static bool find_columns(struct gh_inquiry *inquiry, struct gh_known_name *known)
{
	const char *given[] = { known->relation.catalog, known->relation.schema,
				known->relation.name };
	struct gh_buf encoded[GH_NAME_PARTS];
	bool fine = true;

	for (int i = 0; i < GH_NAME_PARTS; i++)
		gh_buf_init(&encoded[i], 0);
	/* a catalog argument is never a pattern (ODBC 3.8, SQLColumns) */
	for (int i = 0; i < GH_NAME_PARTS && fine; i++)
		if (given[i] != NULL)
			fine = i == 0 ? gh_inquiry_encode(inquiry, given[i], &encoded[i])
				      : gh_inquiry_pattern(inquiry, given[i], &encoded[i]);
	fine = fine &&
	       SQL_SUCCEEDED(inquiry->down->functions->SQLColumns[inquiry->width](
		       inquiry->statement, encoded[0].bytes, SQL_NTS, encoded[1].bytes, SQL_NTS,
		       encoded[2].bytes, SQL_NTS, NULL, 0)) &&
	       read_columns(inquiry, known);
	for (int i = 0; i < GH_NAME_PARTS; i++)
		gh_buf_clear(&encoded[i]);
	return fine;
}

/* ---- computed columns of MySQL and its kin ----------------------------------------------- */

static bool is_mysql(const struct gh_connection *connection)
{
	return connection->dialect == GH_DIALECT_MYSQL || connection->dialect == GH_DIALECT_MARIADB;
}

static void mark_computed(struct gh_known_name *known, const char *name)
{
	for (size_t i = 0; i < known->relation.column_count; i++)
		if (strcasecmp(known->columns[i], name) == 0)
			known->computed[i] = true;
}

static bool ask_computed(struct gh_inquiry *inquiry, const struct gh_known_name *known)
{
	struct gh_buf query;
	bool fine;

	gh_buf_init(&query, 0);
	(void)gh_buf_append_text(&query, "SELECT COLUMN_NAME FROM information_schema.COLUMNS "
					 "WHERE GENERATION_EXPRESSION <> '' AND TABLE_SCHEMA = ");
	fine = gh_inquiry_literal(known->relation.catalog, &query) &&
	       gh_buf_append_text(&query, " AND TABLE_NAME = ") == GH_OK &&
	       gh_inquiry_literal(known->relation.name, &query) && gh_inquiry_run(inquiry, &query);
	gh_buf_clear(&query);
	return fine;
}

/* Old versions have neither such columns nor the column that tells. */
static void find_computed(struct gh_connection *connection, struct gh_known_name *known)
{
	struct gh_inquiry inquiry;
	struct gh_buf name;

	if (!is_mysql(connection) || known->relation.catalog == NULL)
		return;
	gh_buf_init(&name, 0);
	if (gh_inquiry_begin(connection, &inquiry) && ask_computed(&inquiry, known))
		while (SQL_SUCCEEDED(gh_inquiry_next(&inquiry)))
			if (gh_inquiry_read(&inquiry, 1, &name))
				mark_computed(known, name.bytes);
	gh_inquiry_end(&inquiry);
	gh_buf_clear(&name);
}

/* ---- from names to relations ------------------------------------------------------------ */

/* Databases whose tables tell what others hold: statistics, statements, locks. */
static bool is_system(const struct gh_connection *connection, const char *catalog)
{
	static const char *const names[] = { "mysql", "information_schema", "performance_schema",
					     "sys" };

	for (size_t i = 0;
	     is_mysql(connection) && catalog != NULL && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(catalog, names[i]) == 0)
			return true;
	return false;
}

/* One base table or view of that name and nothing else: all other answers are "unknown". */
static bool take_found(const struct gh_connection *connection, struct gh_known_name *known,
		       const struct found_tables *found)
{
	size_t count = found->tables + found->views + found->others;

	if (count == 0)
		known->relation.kind = GH_SQL_RELATION_ABSENT;
	if (count == 0 || found->tables + found->views != 1 || found->others != 0 ||
	    is_system(connection, found->catalog)) {
		if (count > 0 && found->tables == 0)
			known->relation.kind = GH_SQL_RELATION_OTHER;
		return false;
	}
	if (!gh_known_place(known, found->catalog, found->schema, found->name))
		return false;
	known->is_view = found->views == 1;
	known->relation.kind = known->is_view ? GH_SQL_RELATION_OTHER : GH_SQL_RELATION_TABLE;
	return true;
}

/*
 * MySQL has databases where others have schemas, and its drivers call them
 * catalogs.  A name without one is of the current database and of no other.
 */
static bool place_name(struct gh_inquiry *inquiry, const char *names[GH_NAME_PARTS],
		       struct gh_buf *current)
{
	if (!is_mysql(inquiry->connection))
		return true;
	if (names[GH_NAME_CATALOG] != NULL)
		return false; /* there are no three parts */
	names[GH_NAME_CATALOG] = names[GH_NAME_SCHEMA];
	names[GH_NAME_SCHEMA] = NULL;
	if (names[GH_NAME_CATALOG] != NULL)
		return true;
	if (!gh_downstream_catalog(inquiry->down, current) ||
	    gh_buf_append_text(current, "") != GH_OK || current->length == 0)
		return false;
	names[GH_NAME_CATALOG] = current->bytes;
	return true;
}

static bool learn_table(struct gh_connection *connection, struct gh_known_name *known,
			const char *names[GH_NAME_PARTS])
{
	struct gh_inquiry inquiry;
	struct found_tables found = { 0 };
	struct gh_buf current;
	bool answered, single;

	gh_buf_init(&current, 0);
	answered = gh_inquiry_begin(connection, &inquiry) &&
		   place_name(&inquiry, names, &current) && find_tables(&inquiry, names, &found);
	single = answered && take_found(connection, known, &found);
	gh_inquiry_end(&inquiry);
	clear_found(&found);
	gh_buf_clear(&current);
	if (!single)
		return answered;
	if (!gh_inquiry_begin(connection, &inquiry) || !find_columns(&inquiry, known))
		known->relation.kind = GH_SQL_RELATION_UNKNOWN;
	gh_inquiry_end(&inquiry);
	find_computed(connection, known);
	return true;
}

bool gh_listing_learn(struct gh_connection *connection, struct gh_known_name *known)
{
	struct gh_buf folded[GH_NAME_PARTS];
	const char *names[GH_NAME_PARTS] = { NULL };
	bool fine = true;

	for (int i = 0; i < GH_NAME_PARTS; i++)
		gh_buf_init(&folded[i], 0);
	for (int i = 0; i < GH_NAME_PARTS && fine; i++) {
		if (known->asked[i] == NULL)
			continue;
		fine = gh_known_fold(connection, known, (enum gh_name_part)i, &folded[i]);
		names[i] = folded[i].bytes;
	}
	fine = fine && learn_table(connection, known, names);
	for (int i = 0; i < GH_NAME_PARTS; i++)
		gh_buf_clear(&folded[i]);
	return fine;
}
