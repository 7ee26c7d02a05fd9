/*
 * Views through the target's own definitions: read, analysed like a statement, and
 * kept with the name.  A definition that is not understood, calls what is not
 * known, or does not fit the columns leaves the view unknown.
 */
#include "internal.h"

#include <string.h>

/* How the names in a definition are looked up. */
struct view_scope {
	const struct gh_resolver *names;
	const char *schema; /* of all that is not qualified; NULL: as for a statement */
	bool saw_view;
};

/* ---- the definition's text ------------------------------------------------------------ */

static bool quoted_name(const char *name, struct gh_buf *out)
{
	(void)gh_buf_append_char(out, '"');
	for (const char *c = name; *c != '\0'; c++) {
		if (*c == '"')
			(void)gh_buf_append_char(out, '"');
		(void)gh_buf_append_char(out, *c);
	}
	return gh_buf_append_char(out, '"') == GH_OK;
}

static bool write_postgresql(const struct gh_relation *view, struct gh_buf *query)
{
	struct gh_buf name;
	bool fine;

	gh_buf_init(&name, 0);
	(void)gh_buf_append_text(query, "SELECT pg_catalog.pg_get_viewdef(pg_catalog.to_regclass(");
	fine = view->schema != NULL && quoted_name(view->schema, &name) &&
	       gh_buf_append_char(&name, '.') == GH_OK && quoted_name(view->name, &name) &&
	       gh_inquiry_literal(name.bytes, query) &&
	       gh_buf_append_text(query, ")::pg_catalog.oid)") == GH_OK;
	gh_buf_clear(&name);
	return fine;
}

static bool write_mysql(const struct gh_relation *view, struct gh_buf *query)
{
	(void)gh_buf_append_text(query, "SELECT VIEW_DEFINITION FROM information_schema.VIEWS "
					"WHERE TABLE_SCHEMA = ");
	return view->catalog != NULL && gh_inquiry_literal(view->catalog, query) &&
	       gh_buf_append_text(query, " AND TABLE_NAME = ") == GH_OK &&
	       gh_inquiry_literal(view->name, query);
}

static bool write_sqlite(const struct gh_relation *view, struct gh_buf *query)
{
	if (view->schema == NULL)
		return false;
	(void)gh_buf_printf(query, "SELECT sql FROM %s WHERE type = 'view' AND name = ",
			    strcmp(view->schema, "temp") == 0 ? "sqlite_temp_master"
							      : "main.sqlite_master");
	return gh_inquiry_literal(view->name, query);
}

static bool write_query(enum gh_dialect dialect, const struct gh_relation *view,
			struct gh_buf *query)
{
	switch (dialect) {
	case GH_DIALECT_POSTGRESQL:
		return write_postgresql(view, query);
	case GH_DIALECT_MYSQL:
	case GH_DIALECT_MARIADB:
		return write_mysql(view, query);
	case GH_DIALECT_SQLITE:
		return write_sqlite(view, query);
	default:
		return false;
	}
}

/* The one row's text; false where there is none or more than one. */
static bool read_definition(struct gh_connection *connection, const struct gh_relation *view,
			    struct gh_buf *out)
{
	struct gh_inquiry inquiry;
	struct gh_buf query;
	bool fine;

	gh_buf_init(&query, 0);
	fine = write_query(connection->dialect, view, &query) &&
	       gh_inquiry_begin(connection, &inquiry);
	if (fine) {
		fine = gh_inquiry_run(&inquiry, &query) &&
		       SQL_SUCCEEDED(gh_inquiry_next(&inquiry)) &&
		       gh_inquiry_read(&inquiry, 1, out) && out->length > 0 &&
		       gh_inquiry_next(&inquiry) == SQL_NO_DATA;
		gh_inquiry_end(&inquiry);
	}
	gh_buf_clear(&query);
	return fine;
}

/* ---- what it means ---------------------------------------------------------------------- */

static enum gh_status find_in_view(void *context, const struct gh_sql_table_name *name,
				   struct gh_relation *out, struct gh_error *err)
{
	struct view_scope *scope = context;
	struct gh_sql_table_name full = *name;
	enum gh_status status;

	if (full.schema == NULL && scope->schema != NULL)
		full.schema = scope->schema;
	status = scope->names->find(scope->names->context, &full, out, err);
	if (status == GH_OK && out->kind == GH_SQL_RELATION_VIEW)
		scope->saw_view = true;
	return status;
}

static bool is_understood(const struct gh_known_name *known, const struct gh_facts *facts)
{
	const unsigned doubts =
		GH_FACT_MULTI | GH_FACT_OPAQUE | GH_FACT_AMBIGUOUS | GH_FACT_FLOWS | GH_FACT_MODE;

	return facts->kind == GH_KIND_SELECT && (facts->flags & doubts) == 0 &&
	       (facts->actions & ~(unsigned)(GH_ACTION_READ | GH_ACTION_CALL)) == 0 &&
	       facts->marker_count == 0 && facts->outputs_known &&
	       facts->output_count == known->relation.column_count;
}

static void analyze(struct gh_connection *connection, struct gh_known_name *known,
		    const struct gh_resolver *names, struct gh_span text)
{
	struct view_scope scope = { names, NULL, false };
	const struct gh_resolver resolver = { find_in_view, &scope };
	const struct gh_sql_options options = { .dialect = connection->dialect,
						.resolver = &resolver };

	/* SQLite: a view of the main file sees nothing else */
	if (connection->dialect == GH_DIALECT_SQLITE && strcmp(known->relation.schema, "main") == 0)
		scope.schema = known->relation.schema;
	if (gh_sql_analyze(text, &options, &known->facts, NULL) != GH_OK ||
	    !is_understood(known, known->facts))
		return;
	/* stored rows may be those of another query, if a view stood between */
	if (known->is_stored && (scope.saw_view || !known->facts->tables_known))
		return;
	known->relation.definition = known->facts;
	known->relation.kind = GH_SQL_RELATION_VIEW;
}

void gh_view_define(struct gh_connection *connection, struct gh_known_name *known,
		    const struct gh_resolver *resolver)
{
	struct gh_buf text;
	struct gh_span query;

	gh_buf_init(&text, 0);
	if (read_definition(connection, &known->relation, &text)) {
		query = gh_buf_span(&text);
		if (connection->dialect == GH_DIALECT_SQLITE)
			query = gh_sql_view_query(query, connection->dialect);
		if (query.length > 0)
			analyze(connection, known, resolver, query);
	}
	gh_buf_clear(&text);
}
