/*
 * What the target's catalogue knows of a name: base table or something else,
 * and its columns.  Asked lazily through the target's own catalog functions and
 * kept per connection.  The application's statements, transaction and
 * diagnostics are never touched: while it has anything open, a second connection
 * with the same credentials is asked.  Whatever cannot be answered is unknown.
 */
#include "gatehouse/session.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MOST_NAMES = 512, NAME_ROOM = 512, MOST_COLUMNS = 4096, MOST_ROWS = 65536 };
#define NAME_AGE_US ((int64_t)30 * 1000000)

struct known_name {
	struct known_name *next;
	char *catalog; /* as asked; NULL: not named */
	char *schema;
	char *name;
	bool quoted;
	int64_t learned;
	struct gh_arena *arena; /* of `relation` */
	struct gh_relation relation;
};

struct gh_catalogue {
	struct known_name *names;
	size_t count;
	unsigned epoch;
	struct gh_downstream second; /* the metadata connection; opened when first needed */
	bool second_failed;
};

/* One question's way to the target. */
struct inquiry {
	struct gh_connection *connection;
	const struct gh_downstream *down;
	SQLHSTMT statement;
	enum gh_width width;
	size_t rows; /* read so far */
};

/* ---- the cache -------------------------------------------------------------------- */

static void free_name(struct known_name *name)
{
	free(name->catalog);
	free(name->schema);
	free(name->name);
	gh_arena_free(name->arena);
	free(name);
}

static void forget_names(struct gh_catalogue *catalogue)
{
	while (catalogue->names != NULL) {
		struct known_name *next = catalogue->names->next;

		free_name(catalogue->names);
		catalogue->names = next;
	}
	catalogue->count = 0;
}

void gh_catalogue_free(struct gh_catalogue *catalogue)
{
	if (catalogue == NULL)
		return;
	forget_names(catalogue);
	if (catalogue->second.functions != NULL)
		gh_downstream_close(&catalogue->second);
	free(catalogue);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static struct known_name *look_up(struct gh_catalogue *catalogue,
				  const struct gh_sql_table_name *name)
{
	int64_t oldest = gh_time_monotonic_us() - NAME_AGE_US;

	for (struct known_name *known = catalogue->names; known != NULL; known = known->next)
		if (known->quoted == name->quoted && known->learned >= oldest &&
		    strcmp(known->name, name->table) == 0 &&
		    same_text(known->schema, name->schema) &&
		    same_text(known->catalog, name->catalog))
			return known;
	return NULL;
}

static struct known_name *new_name(const struct gh_sql_table_name *name)
{
	struct known_name *known = calloc(1, sizeof(*known));

	if (known == NULL)
		return NULL;
	known->catalog = gh_text_copy(name->catalog);
	known->schema = gh_text_copy(name->schema);
	known->name = gh_text_copy(name->table);
	known->quoted = name->quoted;
	known->learned = gh_time_monotonic_us();
	if (known->name == NULL || (name->catalog != NULL && known->catalog == NULL) ||
	    (name->schema != NULL && known->schema == NULL) ||
	    gh_arena_new((size_t)4 << 20, &known->arena) != GH_OK) {
		free_name(known);
		return NULL;
	}
	return known;
}

/* ---- asking the target --------------------------------------------------------------- */

static bool is_busy(struct gh_connection *connection)
{
	/* SQLite reads its catalogue without a transaction, and a second connection would not see
	 * temporary tables and would wait for the first one's locks */
	if (connection->dialect == GH_DIALECT_SQLITE)
		return false;
	return connection->autocommit != SQL_AUTOCOMMIT_ON || connection->sql_transaction ||
	       atomic_load(&connection->open_cursors) != 0;
}

static const struct gh_downstream *second_connection(struct gh_connection *connection)
{
	struct gh_catalogue *catalogue = connection->catalogue;
	struct gh_connect_answer answer = { NULL, SQL_ERROR };

	if (catalogue->second.connected)
		return &catalogue->second;
	if (catalogue->second_failed)
		return NULL;
	catalogue->second_failed = true;
	if (gh_downstream_open(&connection->route, NULL, SQL_OV_ODBC3, &catalogue->second, NULL) !=
	    GH_OK)
		return NULL;
	if (gh_downstream_connect(&catalogue->second, &connection->route, GH_WIDE, &answer,
				  NULL) != GH_OK ||
	    !SQL_SUCCEEDED(answer.code)) {
		gh_downstream_close(&catalogue->second);
		return NULL;
	}
	catalogue->second_failed = false;
	return &catalogue->second;
}

static bool begin_inquiry(struct gh_connection *connection, struct inquiry *inquiry)
{
	const struct gh_functions *functions;

	inquiry->connection = connection;
	inquiry->rows = 0;
	inquiry->down = &connection->down;
	if (is_busy(connection))
		inquiry->down =
			atomic_load(&connection->moved) ? NULL : second_connection(connection);
	if (inquiry->down == NULL)
		return false;
	functions = inquiry->down->functions;
	inquiry->width =
		functions->SQLTables[GH_WIDE] != NULL && functions->SQLColumns[GH_WIDE] != NULL
			? GH_WIDE
			: GH_NARROW;
	if (functions->SQLTables[inquiry->width] == NULL ||
	    functions->SQLColumns[inquiry->width] == NULL || functions->SQLFetch == NULL ||
	    functions->SQLGetData == NULL)
		return false;
	return SQL_SUCCEEDED(functions->SQLAllocHandle(SQL_HANDLE_STMT, inquiry->down->connection,
						       &inquiry->statement));
}

static void end_inquiry(struct inquiry *inquiry)
{
	if (inquiry->statement != SQL_NULL_HSTMT)
		inquiry->down->functions->SQLFreeHandle(SQL_HANDLE_STMT, inquiry->statement);
	inquiry->statement = SQL_NULL_HSTMT;
}

/* Reads one text column of the current row; NULL and "" give the empty text. */
static bool read_column(struct inquiry *inquiry, SQLUSMALLINT column, struct gh_buf *out)
{
	SQLWCHAR value[NAME_ROOM] = { 0 };
	SQLLEN length = 0;
	bool wide = inquiry->width == GH_WIDE;
	struct gh_text text = { inquiry->width, value, SQL_NTS };
	SQLRETURN code = inquiry->down->functions->SQLGetData(
		inquiry->statement, column, wide ? SQL_C_WCHAR : SQL_C_CHAR, value,
		sizeof(value) - sizeof(SQLWCHAR), &length);

	gh_buf_reset(out);
	if (code != SQL_SUCCESS)
		return false; /* also for a name that was cut */
	if (length == SQL_NULL_DATA)
		return gh_buf_append_text(out, "") == GH_OK;
	return gh_text_decode(inquiry->down->charset, &text, out, NULL) == GH_OK &&
	       gh_buf_append_text(out, "") == GH_OK;
}

/* A name as a pattern argument: its '%', '_' and '\' stand for themselves. */
static bool encode_pattern(struct inquiry *inquiry, const char *name, struct gh_buf *out)
{
	struct gh_buf pattern;
	bool fine;

	gh_buf_init(&pattern, 0);
	for (const char *c = name; *c != '\0'; c++) {
		if (*c == '%' || *c == '_' || *c == '\\')
			(void)gh_buf_append_char(&pattern, '\\');
		(void)gh_buf_append_char(&pattern, *c);
	}
	fine = pattern.failed == GH_OK &&
	       gh_text_encode(inquiry->down->charset, gh_buf_span(&pattern), inquiry->width, out,
			      NULL) == GH_OK;
	gh_buf_clear(&pattern);
	return fine;
}

struct found_tables {
	size_t tables; /* base tables of that name */
	size_t others;
	char *catalog; /* of the last one; NULL: none */
	char *schema;
	char *name;
};

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

/* The next row; SQL_ERROR from a target whose answer has no end. */
static SQLRETURN next_row(struct inquiry *inquiry)
{
	if (inquiry->rows++ == MOST_ROWS)
		return SQL_ERROR;
	return inquiry->down->functions->SQLFetch(inquiry->statement);
}

/* The rows of SQLTables whose name is the one that was asked for. */
static bool read_tables(struct inquiry *inquiry, const char *name,
			int (*compare)(const char *, const char *), struct found_tables *found)
{
	struct gh_buf parts[4];
	SQLRETURN code;
	bool fine = true;

	for (int i = 0; i < 4; i++)
		gh_buf_init(&parts[i], 0);
	while (fine && SQL_SUCCEEDED(code = next_row(inquiry))) {
		for (SQLUSMALLINT i = 0; i < 4 && fine; i++)
			fine = read_column(inquiry, (SQLUSMALLINT)(i + 1), &parts[i]);
		if (fine && compare(parts[2].bytes, name) == 0)
			fine = note_table(found, parts);
	}
	for (int i = 0; i < 4; i++)
		gh_buf_clear(&parts[i]);
	return fine && code == SQL_NO_DATA;
}

static bool ask_tables(struct inquiry *inquiry, const char *catalog, const char *schema,
		       const char *name, struct gh_buf encoded[3])
{
	const char *given[] = { catalog, schema, name };

	for (int i = 0; i < 3; i++)
		if (given[i] != NULL && !encode_pattern(inquiry, given[i], &encoded[i]))
			return false;
	return SQL_SUCCEEDED(inquiry->down->functions->SQLTables[inquiry->width](
		inquiry->statement, encoded[0].bytes, SQL_NTS, encoded[1].bytes, SQL_NTS,
		encoded[2].bytes, SQL_NTS, NULL, 0));
}

static bool find_tables(struct inquiry *inquiry, const char *catalog, const char *schema,
			const char *name, struct found_tables *found)
{
	struct gh_buf encoded[3];
	bool fine;

	for (int i = 0; i < 3; i++)
		gh_buf_init(&encoded[i], 0);
	fine = ask_tables(inquiry, catalog, schema, name, encoded) &&
	       read_tables(inquiry, name,
			   inquiry->connection->dialect == GH_DIALECT_POSTGRESQL ? strcmp :
										   strcasecmp,
			   found);
	for (int i = 0; i < 3; i++)
		gh_buf_clear(&encoded[i]);
	return fine;
}

/* Appends one column's name to the list; false when memory or the limit ran out. */
static bool add_column(struct known_name *known, const char **columns, const char *name)
{
	if (known->relation.column_count == MOST_COLUMNS)
		return false;
	columns[known->relation.column_count] = gh_arena_text(known->arena, gh_span_from(name));
	return columns[known->relation.column_count++] != NULL;
}

static bool read_columns(struct inquiry *inquiry, struct known_name *known)
{
	const char **columns = gh_arena_alloc(known->arena, MOST_COLUMNS * sizeof(*columns));
	struct gh_buf table, column;
	SQLRETURN code = SQL_NO_DATA;
	bool fine = columns != NULL;

	gh_buf_init(&table, 0);
	gh_buf_init(&column, 0);
	while (fine && SQL_SUCCEEDED(code = next_row(inquiry))) {
		fine = read_column(inquiry, 3, &table) && read_column(inquiry, 4, &column);
		if (fine && strcmp(table.bytes, known->relation.name) == 0)
			fine = add_column(known, columns, column.bytes);
	}
	gh_buf_clear(&table);
	gh_buf_clear(&column);
	known->relation.columns = columns;
	return fine && code == SQL_NO_DATA && known->relation.column_count > 0;
}

static bool find_columns(struct inquiry *inquiry, struct known_name *known)
{
	const char *given[] = { known->relation.catalog, known->relation.schema,
				known->relation.name };
	struct gh_buf encoded[3];
	bool fine = true;

	for (int i = 0; i < 3; i++)
		gh_buf_init(&encoded[i], 0);
	/* a catalog argument is never a pattern (ODBC 3.8, SQLColumns) */
	for (int i = 0; i < 3 && fine; i++)
		if (given[i] != NULL)
			fine = i == 0 ? gh_text_encode(inquiry->down->charset,
						       gh_span_from(given[i]), inquiry->width,
						       &encoded[i], NULL) == GH_OK
				      : encode_pattern(inquiry, given[i], &encoded[i]);
	fine = fine &&
	       SQL_SUCCEEDED(inquiry->down->functions->SQLColumns[inquiry->width](
		       inquiry->statement, encoded[0].bytes, SQL_NTS, encoded[1].bytes, SQL_NTS,
		       encoded[2].bytes, SQL_NTS, NULL, 0)) &&
	       read_columns(inquiry, known);
	for (int i = 0; i < 3; i++)
		gh_buf_clear(&encoded[i]);
	return fine;
}

/* ---- from names to relations ------------------------------------------------------------ */

/* Unquoted names as the target folds them (PostgreSQL: lower; Oracle: upper). */
static bool fold_name(enum gh_dialect dialect, const char *name, struct gh_buf *out)
{
	for (const char *c = name; *c != '\0'; c++) {
		char folded = *c;

		if (dialect == GH_DIALECT_POSTGRESQL && folded >= 'A' && folded <= 'Z')
			folded = (char)(folded - 'A' + 'a');
		if (dialect == GH_DIALECT_ORACLE && folded >= 'a' && folded <= 'z')
			folded = (char)(folded - 'a' + 'A');
		(void)gh_buf_append_char(out, folded);
	}
	return gh_buf_append_text(out, "") == GH_OK && out->length > 0;
}

static const char *keep(struct known_name *known, const char *text)
{
	if (text == NULL || *text == '\0')
		return NULL;
	return gh_arena_text(known->arena, gh_span_from(text));
}

/* One base table of that name and nothing else: all other answers are "unknown". */
static void take_found(struct known_name *known, const struct found_tables *found)
{
	if (found->tables + found->others == 0)
		known->relation.kind = GH_SQL_RELATION_ABSENT;
	if (found->tables == 0 && found->others > 0)
		known->relation.kind = GH_SQL_RELATION_OTHER;
	if (found->tables != 1 || found->others != 0)
		return;
	known->relation.catalog = keep(known, found->catalog);
	known->relation.schema = keep(known, found->schema);
	known->relation.name = keep(known, found->name);
	if (known->relation.name != NULL)
		known->relation.kind = GH_SQL_RELATION_TABLE;
}

/* The three names as they are asked for; NULL stays NULL. */
static bool fold_names(struct gh_connection *connection, const struct known_name *known,
		       struct gh_buf folded[3], const char *names[3])
{
	const char *given[] = { known->catalog, known->schema, known->name };

	for (int i = 0; i < 3; i++) {
		names[i] = given[i];
		if (given[i] == NULL || known->quoted)
			continue;
		if (!fold_name(connection->dialect, given[i], &folded[i]))
			return false;
		names[i] = folded[i].bytes;
	}
	return true;
}

/*
 * MySQL has databases where others have schemas, and its drivers call them
 * catalogs.  A name without one is of the current database and of no other.
 */
static bool place_name(struct inquiry *inquiry, const char *names[3], struct gh_buf *current)
{
	enum gh_dialect dialect = inquiry->connection->dialect;

	if (dialect != GH_DIALECT_MYSQL && dialect != GH_DIALECT_MARIADB)
		return true;
	if (names[0] != NULL)
		return false; /* there are no three parts */
	names[0] = names[1];
	names[1] = NULL;
	if (names[0] != NULL)
		return true;
	if (!gh_downstream_catalog(inquiry->down, current) ||
	    gh_buf_append_text(current, "") != GH_OK || current->length == 0)
		return false;
	names[0] = current->bytes;
	return true;
}

static void ask(struct gh_connection *connection, struct known_name *known, const char *names[3])
{
	struct inquiry inquiry = { 0 };
	struct found_tables found = { 0 };
	struct gh_buf current;

	gh_buf_init(&current, 0);
	if (begin_inquiry(connection, &inquiry) && place_name(&inquiry, names, &current) &&
	    find_tables(&inquiry, names[0], names[1], names[2], &found))
		take_found(known, &found);
	end_inquiry(&inquiry);
	clear_found(&found);
	gh_buf_clear(&current);
	if (known->relation.kind != GH_SQL_RELATION_TABLE)
		return;
	if (!begin_inquiry(connection, &inquiry) || !find_columns(&inquiry, known))
		known->relation.kind = GH_SQL_RELATION_UNKNOWN;
	end_inquiry(&inquiry);
}

static void learn(struct gh_connection *connection, struct known_name *known)
{
	struct gh_buf folded[3];
	const char *names[3];

	for (int i = 0; i < 3; i++)
		gh_buf_init(&folded[i], 0);
	if (fold_names(connection, known, folded, names))
		ask(connection, known, names);
	for (int i = 0; i < 3; i++)
		gh_buf_clear(&folded[i]);
}

static struct gh_catalogue *catalogue_of(struct gh_connection *connection)
{
	if (connection->catalogue == NULL)
		connection->catalogue = calloc(1, sizeof(*connection->catalogue));
	if (connection->catalogue != NULL && connection->catalogue->epoch != connection->epoch) {
		forget_names(connection->catalogue);
		connection->catalogue->epoch = connection->epoch;
	}
	return connection->catalogue;
}

/*
 * The resolver's function; an answer that cannot be had is
 * GH_SQL_RELATION_UNKNOWN.  Called with the connection's lock held for the whole
 * analysis, since the answer is borrowed from the cache.
 */
static enum gh_status find(void *context, const struct gh_sql_table_name *name,
			   struct gh_relation *out, struct gh_error *err)
{
	struct gh_connection *connection = context;
	struct gh_catalogue *catalogue;
	struct known_name *known = NULL;

	(void)err;
	*out = (struct gh_relation){ 0 };
	catalogue = catalogue_of(connection);
	if (catalogue != NULL && catalogue->count >= MOST_NAMES)
		forget_names(catalogue);
	if (catalogue != NULL)
		known = look_up(catalogue, name);
	if (catalogue != NULL && known == NULL) {
		known = new_name(name);
		if (known != NULL) {
			learn(connection, known);
			known->next = catalogue->names;
			catalogue->names = known;
			catalogue->count++;
		}
	}
	if (known != NULL)
		*out = known->relation;
	return GH_OK;
}

void gh_catalogue_resolver(struct gh_connection *connection, struct gh_resolver *out)
{
	out->find = find;
	out->context = connection;
}
