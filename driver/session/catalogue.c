/*
 * What the target's catalogue knows of a name: base table, view or something
 * else, and its columns.  Asked lazily and kept per connection, until something
 * may have changed it.  Whatever cannot be answered is unknown.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_NAMES = 512, MOST_DEPTH = 8 };
#define NAME_AGE_US ((int64_t)30 * 1000000)

struct gh_catalogue {
	struct gh_known_name *names;
	size_t count;
	unsigned epoch;
	struct gh_hidden shadows;    /* names that temporary tables may have */
	struct gh_hidden apart;      /* those that mean another thing on another connection */
	unsigned depth;              /* views within views that are being looked at */
	unsigned unanswered;         /* questions that had no answer so far */
	struct gh_downstream second; /* the metadata connection; opened when first needed */
	bool second_failed;
};

/* ---- the cache -------------------------------------------------------------------- */

static void free_name(struct gh_known_name *known)
{
	for (int i = 0; i < GH_NAME_PARTS; i++)
		free(known->asked[i]);
	gh_sql_facts_free(known->facts);
	gh_arena_free(known->arena);
	free(known);
}

static void forget_names(struct gh_catalogue *catalogue)
{
	while (catalogue->names != NULL) {
		struct gh_known_name *next = catalogue->names->next;

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
	gh_hidden_clear(&catalogue->shadows);
	gh_hidden_clear(&catalogue->apart);
	if (catalogue->second.functions != NULL)
		gh_downstream_close(&catalogue->second);
	free(catalogue);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_asked(const struct gh_known_name *known, const struct gh_sql_table_name *name)
{
	return known->quoted[GH_NAME_TABLE] == name->quoted &&
	       known->quoted[GH_NAME_SCHEMA] == name->schema_quoted &&
	       known->quoted[GH_NAME_CATALOG] == name->catalog_quoted &&
	       strcmp(known->asked[GH_NAME_TABLE], name->table) == 0 &&
	       same_text(known->asked[GH_NAME_SCHEMA], name->schema) &&
	       same_text(known->asked[GH_NAME_CATALOG], name->catalog);
}

static struct gh_known_name *look_up(struct gh_catalogue *catalogue,
				     const struct gh_sql_table_name *name)
{
	int64_t oldest = gh_time_monotonic_us() - NAME_AGE_US;

	for (struct gh_known_name *known = catalogue->names; known != NULL; known = known->next)
		if (known->learned >= oldest && is_asked(known, name))
			return known;
	return NULL;
}

const struct gh_known_name *gh_catalogue_known(struct gh_connection *connection,
					       const struct gh_table_use *use)
{
	const struct gh_known_name *known =
		connection->catalogue == NULL ? NULL : connection->catalogue->names;

	for (; known != NULL; known = known->next)
		if (known->relation.kind == GH_SQL_RELATION_TABLE &&
		    same_text(known->relation.name, use->table) &&
		    same_text(known->relation.schema, use->schema) &&
		    same_text(known->relation.catalog, use->catalog))
			return known;
	return NULL;
}

static struct gh_known_name *new_name(const struct gh_sql_table_name *name)
{
	const char *parts[GH_NAME_PARTS] = { name->catalog, name->schema, name->table };
	struct gh_known_name *known = calloc(1, sizeof(*known));
	bool fine = known != NULL;

	for (int i = 0; fine && i < GH_NAME_PARTS; i++) {
		known->asked[i] = gh_text_copy(parts[i]);
		fine = (known->asked[i] == NULL) == (parts[i] == NULL);
	}
	if (fine && gh_arena_new((size_t)4 << 20, &known->arena) == GH_OK) {
		known->quoted[GH_NAME_TABLE] = name->quoted;
		known->quoted[GH_NAME_SCHEMA] = name->schema_quoted;
		known->quoted[GH_NAME_CATALOG] = name->catalog_quoted;
		known->learned = gh_time_monotonic_us();
		return known;
	}
	if (known != NULL)
		free_name(known);
	return NULL;
}

/* ---- one name ------------------------------------------------------------------------ */

bool gh_known_add_column(struct gh_known_name *known, const char *name,
			 enum gh_column_source source)
{
	size_t count = known->relation.column_count;

	if (known->columns == NULL) {
		known->columns = gh_arena_alloc(known->arena, GH_CATALOGUE_MOST_COLUMNS *
								      sizeof(*known->columns));
		known->computed = gh_arena_alloc(known->arena, GH_CATALOGUE_MOST_COLUMNS *
								       sizeof(*known->computed));
	}
	if (known->columns == NULL || known->computed == NULL || count == GH_CATALOGUE_MOST_COLUMNS)
		return false;
	known->columns[count] = gh_arena_text(known->arena, gh_span_from(name));
	known->computed[count] = source == GH_COLUMN_COMPUTED;
	known->relation.columns = known->columns;
	known->relation.column_count++;
	return known->columns[count] != NULL;
}

bool gh_known_add_kin(struct gh_known_name *known, const char *schema, const char *name)
{
	struct gh_kin *kin;

	if (known->kin == NULL)
		known->kin =
			gh_arena_alloc(known->arena, GH_CATALOGUE_MOST_KIN * sizeof(*known->kin));
	if (known->kin == NULL || known->kin_count == GH_CATALOGUE_MOST_KIN)
		return false;
	kin = &known->kin[known->kin_count++];
	kin->schema = gh_arena_text(known->arena, gh_span_from(schema));
	kin->name = gh_arena_text(known->arena, gh_span_from(name));
	return kin->schema != NULL && kin->name != NULL;
}

static bool keep(struct gh_known_name *known, const char *text, const char **out)
{
	*out = NULL;
	if (text == NULL || *text == '\0')
		return true;
	*out = gh_arena_text(known->arena, gh_span_from(text));
	return *out != NULL;
}

bool gh_known_place(struct gh_known_name *known, const char *catalog, const char *schema,
		    const char *name)
{
	return keep(known, catalog, &known->relation.catalog) &&
	       keep(known, schema, &known->relation.schema) &&
	       keep(known, name, &known->relation.name) && known->relation.name != NULL;
}

/* Unquoted names as the target folds them (PostgreSQL: lower; Oracle: upper). */
bool gh_known_fold(const struct gh_connection *connection, const struct gh_known_name *known,
		   enum gh_name_part part, struct gh_buf *out)
{
	for (const char *c = known->asked[part]; *c != '\0'; c++) {
		char folded = *c;

		if (!known->quoted[part] && connection->dialect == GH_DIALECT_POSTGRESQL &&
		    folded >= 'A' && folded <= 'Z')
			folded = (char)(folded - 'A' + 'a');
		if (!known->quoted[part] && connection->dialect == GH_DIALECT_ORACLE &&
		    folded >= 'a' && folded <= 'z')
			folded = (char)(folded - 'a' + 'A');
		(void)gh_buf_append_char(out, folded);
	}
	return gh_buf_append_text(out, "") == GH_OK && out->length > 0;
}

/* ---- the metadata connection ----------------------------------------------------------- */

const struct gh_downstream *gh_catalogue_second(struct gh_connection *connection)
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
	if (gh_downstream_connect(&catalogue->second, &connection->route, GH_WIDE, &answer, NULL) !=
		    GH_OK ||
	    !SQL_SUCCEEDED(answer.code)) {
		gh_downstream_close(&catalogue->second);
		return NULL;
	}
	catalogue->second_failed = false;
	return &catalogue->second;
}

struct gh_hidden *gh_catalogue_hidden(struct gh_connection *connection, enum gh_hidden_kind kind)
{
	struct gh_catalogue *catalogue = connection->catalogue;

	if (catalogue == NULL)
		catalogue = connection->catalogue = calloc(1, sizeof(*catalogue));
	if (catalogue == NULL)
		return NULL;
	return kind == GH_HIDDEN_SHADOW ? &catalogue->shadows : &catalogue->apart;
}

unsigned gh_catalogue_unanswered(struct gh_connection *connection)
{
	unsigned count;

	gh_lock_take(&connection->base.lock);
	count = connection->catalogue == NULL ? 0 : connection->catalogue->unanswered;
	gh_lock_release(&connection->base.lock);
	return count;
}

/* ---- learning -------------------------------------------------------------------------- */

/* Nothing of an answer that broke off may be used. */
static void forget_answer(struct gh_known_name *known)
{
	known->relation = (struct gh_relation){ 0 };
	known->columns = NULL;
	known->computed = NULL;
	known->kin_count = 0;
	known->is_view = false;
}

static void ask(struct gh_connection *connection, struct gh_known_name *known)
{
	bool answered = false;

	if (connection->dialect == GH_DIALECT_POSTGRESQL)
		answered = gh_regclass_learn(connection, known);
	if (connection->dialect == GH_DIALECT_SQLITE)
		answered = gh_master_learn(connection, known);
	if (!answered) {
		forget_answer(known);
		answered = gh_listing_learn(connection, known);
	}
	if (!answered)
		forget_answer(known);
}

/* The name is in the cache already: where its definition leads back to it, it is unknown. */
static void learn(struct gh_connection *connection, struct gh_known_name *known)
{
	struct gh_resolver resolver;

	ask(connection, known);
	if (known->relation.kind == GH_SQL_RELATION_TABLE && !gh_kin_define(known))
		forget_answer(known);
	if (known->relation.kind == GH_SQL_RELATION_UNKNOWN)
		connection->catalogue->unanswered++;
	if (known->relation.kind != GH_SQL_RELATION_OTHER || !known->is_view)
		return;
	gh_catalogue_resolver(connection, &resolver);
	connection->catalogue->depth++;
	gh_view_define(connection, known, &resolver);
	connection->catalogue->depth--;
}

/* Names that are being looked at must stay: only the outermost question forgets. */
static struct gh_catalogue *catalogue_of(struct gh_connection *connection)
{
	struct gh_catalogue *catalogue = connection->catalogue;

	if (catalogue == NULL)
		catalogue = connection->catalogue = calloc(1, sizeof(*catalogue));
	if (catalogue == NULL || catalogue->depth > 0)
		return catalogue;
	if (catalogue->epoch != connection->epoch || catalogue->count >= MOST_NAMES) {
		forget_names(catalogue);
		catalogue->epoch = connection->epoch;
	}
	return catalogue;
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
	struct gh_catalogue *catalogue = catalogue_of(connection);
	struct gh_known_name *known;

	(void)err;
	*out = (struct gh_relation){ 0 };
	if (catalogue == NULL || gh_hidden_has(&catalogue->shadows, name->table))
		return GH_OK;
	known = look_up(catalogue, name);
	if (known == NULL && gh_inquiry_is_second(connection) &&
	    gh_hidden_has(&catalogue->apart, name->table)) {
		catalogue->unanswered++;
		return GH_OK;
	}
	if (known == NULL) {
		if (catalogue->depth >= MOST_DEPTH || catalogue->count >= MOST_NAMES)
			return GH_OK;
		known = new_name(name);
		if (known == NULL)
			return GH_OK;
		known->next = catalogue->names;
		catalogue->names = known;
		catalogue->count++;
		learn(connection, known);
		/* somebody may have cancelled the question: the next statement asks again */
		if (known->relation.kind == GH_SQL_RELATION_UNKNOWN)
			known->learned = 0;
	}
	*out = known->relation;
	return GH_OK;
}

void gh_catalogue_resolver(struct gh_connection *connection, struct gh_resolver *out)
{
	out->find = find;
	out->context = connection;
}
