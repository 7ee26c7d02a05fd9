/*
 * What base columns hold, decided before a statement that reads them is sent: a
 * few rows are asked for, of just those columns, with a statement of ours that
 * disturbs nothing (inquiry.c).  Where that can't be done, a column stays
 * undecided and its values are judged as they come.
 */
#include "internal.h"

#include <string.h>
#include <strings.h>

enum { MOST_SAMPLED = 256, MOST_TABLES = 8, MOST_COLUMNS = 64, NAME_MAXIMUM = 256 };

/* ---- what is known -------------------------------------------------------------------- */

/* Which database: all that the target was told but for secrets. */
static uint64_t place_of(const struct gh_connection *connection)
{
	const struct gh_keywords *pass = &connection->route.pass;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < pass->count; i++) {
		const char *const parts[] = { pass->items[i].name, pass->items[i].value };

		if (strcasecmp(parts[0], "PWD") == 0 || strcasecmp(parts[0], "PASSWORD") == 0)
			continue;
		for (size_t j = 0; j < 2; j++)
			for (const char *c = parts[j] == NULL ? "" : parts[j]; *c != '\0'; c++)
				hash = (hash ^ (unsigned char)*c) * UINT64_C(0x100000001b3);
	}
	return hash;
}

/* Parts in an order and a form that no two columns share. */
static bool make_key(const struct gh_connection *connection, const struct gh_origin *origin,
		     struct gh_buf *out)
{
	const char *const parts[] = {
		connection->target.dsn, connection->target.target, connection->target.catalog,
		origin->catalog,        origin->schema,            origin->table,
		origin->column,
	};

	gh_buf_reset(out);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const char *text = parts[i] == NULL ? "" : parts[i];

		for (const char *c = text; *c != '\0'; c++)
			(void)gh_buf_append_char(
				out, *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c);
		(void)gh_buf_append_char(out, '\0');
	}
	return gh_buf_printf(out, "%016llx", (unsigned long long)place_of(connection)) == GH_OK;
}

static bool is_column(const struct gh_origin *origin)
{
	return origin->table != NULL && origin->column != NULL && strcmp(origin->column, "*") != 0;
}

static void look_up(struct gh_connection *connection, const struct gh_origin *origin,
		    struct gh_learned_verdict *out)
{
	struct gh_buf key;

	*out = (struct gh_learned_verdict){ 0 };
	if (!is_column(origin))
		return;
	gh_buf_init(&key, 0);
	if (make_key(connection, origin, &key))
		gh_learned_find(connection, gh_buf_span(&key), out);
	gh_buf_clear(&key);
}

static void keep(struct gh_connection *connection, const struct gh_origin *origin,
		 const struct gh_learned_verdict *verdict)
{
	struct gh_buf key;

	gh_buf_init(&key, 0);
	if (make_key(connection, origin, &key))
		gh_learned_keep(connection, gh_buf_span(&key), verdict);
	gh_buf_clear(&key);
}

/* ---- the question ----------------------------------------------------------------------- */

struct sample {
	struct gh_connection *connection;
	const struct gh_origin *columns[MOST_COLUMNS]; /* of one table */
	struct gh_detect_column *values[MOST_COLUMNS];
	size_t seen[MOST_COLUMNS]; /* values that are not NULL */
	size_t count;
	size_t rows;
	bool answered;
};

static bool add_quoted(const struct gh_connection *connection, const char *name, struct gh_buf *out)
{
	/* lint: table */
	static const char quotes[][2] = {
		[GH_DIALECT_MYSQL] = { '`', '`' },    [GH_DIALECT_MARIADB] = { '`', '`' },
		[GH_DIALECT_BIGQUERY] = { '`', '`' }, [GH_DIALECT_SPARK] = { '`', '`' },
		[GH_DIALECT_TSQL] = { '[', ']' },
	};
	size_t dialect = (size_t)connection->dialect;
	bool special = dialect < sizeof(quotes) / sizeof(quotes[0]) && quotes[dialect][0] != '\0';
	char open = special ? quotes[dialect][0] : '"', end = special ? quotes[dialect][1] : '"';

	if (*name == '\0' || strlen(name) > NAME_MAXIMUM)
		return false;
	(void)gh_buf_append_char(out, open);
	for (const char *c = name; *c != '\0'; c++) {
		/* reads differently in two modes, asks for a parameter, or is no name */
		if (*c == '\\' || *c == '?' || *c == '{' || *c == '}' || (unsigned char)*c < ' ')
			return false;
		if (*c == end)
			(void)gh_buf_append_char(out, end);
		(void)gh_buf_append_char(out, *c);
	}
	return gh_buf_append_char(out, end) == GH_OK;
}

static bool add_table(const struct gh_connection *connection, const struct gh_origin *origin,
		      struct gh_buf *out)
{
	const char *catalog = connection->dialect == GH_DIALECT_POSTGRESQL ? NULL : origin->catalog;
	const char *const parts[] = { catalog, origin->schema, origin->table };
	bool fine = true;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && fine; i++) {
		if (parts[i] == NULL || *parts[i] == '\0')
			continue;
		fine = add_quoted(connection, parts[i], out);
		if (parts[i] != origin->table)
			(void)gh_buf_append_char(out, '.');
	}
	return fine;
}

static bool write_query(const struct sample *sample, struct gh_buf *out)
{
	const struct gh_connection *connection = sample->connection;
	bool top = connection->dialect == GH_DIALECT_TSQL;
	bool limit = connection->dialect != GH_DIALECT_ORACLE &&
		     connection->dialect != GH_DIALECT_DB2 &&
		     connection->dialect != GH_DIALECT_GENERIC &&
		     connection->dialect != GH_DIALECT_ANSI && !top;
	bool fine = true;

	(void)gh_buf_append_text(out, "SELECT ");
	if (top)
		(void)gh_buf_printf(out, "TOP %d ", MOST_SAMPLED);
	for (size_t i = 0; i < sample->count && fine; i++) {
		if (i > 0)
			(void)gh_buf_append_text(out, ", ");
		fine = add_quoted(connection, sample->columns[i]->column, out);
	}
	(void)gh_buf_append_text(out, " FROM ");
	fine = fine && add_table(connection, sample->columns[0], out);
	if (limit)
		(void)gh_buf_printf(out, " LIMIT %d", MOST_SAMPLED);
	else if (!top)
		(void)gh_buf_printf(out, " FETCH FIRST %d ROWS ONLY", MOST_SAMPLED);
	return fine && out->failed == GH_OK;
}

/* ---- the answer --------------------------------------------------------------------------- */

static bool begin_column(struct sample *sample, struct gh_inquiry *inquiry, size_t i)
{
	const struct gh_functions *functions = inquiry->down->functions;
	struct gh_detect_about about = { sample->columns[i]->column, sample->columns[i]->table,
					 GH_DETECT_KIND_UNKNOWN, 0 };
	SQLWCHAR name[2] = { 0 };
	SQLSMALLINT length = 0, type = 0, digits = 0, nullable = 0;
	SQLULEN size = 0;

	if (functions->SQLDescribeCol[inquiry->width] == NULL ||
	    !SQL_SUCCEEDED(functions->SQLDescribeCol[inquiry->width](
		    inquiry->statement, (SQLUSMALLINT)(i + 1), name, 1, &length, &type, &size,
		    &digits, &nullable)))
		return false;
	about.kind = gh_watch_kind(type);
	about.size = size;
	return gh_detect_column_new(&about, &sample->values[i], NULL) == GH_OK;
}

static bool take_rows(struct sample *sample, struct gh_inquiry *inquiry)
{
	struct gh_buf text;
	SQLRETURN code = SQL_SUCCESS;
	bool fine = true;

	gh_buf_init(&text, 0);
	while (fine && sample->rows < MOST_SAMPLED) {
		code = gh_inquiry_next(inquiry);
		if (!SQL_SUCCEEDED(code))
			break;
		sample->rows++;
		for (size_t i = 0; i < sample->count; i++) {
			struct gh_detect_value value;

			if (!gh_inquiry_read(inquiry, (SQLUSMALLINT)(i + 1), &text))
				continue; /* too long, or no text */
			value = gh_detect_text(gh_buf_span(&text));
			if (value.length == 0)
				continue; /* NULL is read as an empty text */
			sample->seen[i]++;
			gh_detect_column_add(sample->values[i], &value);
		}
	}
	gh_buf_clear_secret(&text);
	return code == SQL_NO_DATA || SQL_SUCCEEDED(code);
}

static bool ask(struct sample *sample)
{
	struct gh_inquiry inquiry;
	struct gh_buf query;
	bool fine;

	gh_buf_init(&query, 0);
	fine = write_query(sample, &query) && gh_inquiry_begin(sample->connection, &inquiry);
	if (!fine) {
		gh_buf_clear(&query);
		return false;
	}
	fine = gh_inquiry_run(&inquiry, &query);
	for (size_t i = 0; i < sample->count && fine; i++)
		fine = begin_column(sample, &inquiry, i);
	fine = fine && take_rows(sample, &inquiry);
	gh_inquiry_end(&inquiry);
	gh_buf_clear(&query);
	return fine;
}

/* An answer that there is none is kept too, so that it is not asked for again and again. */
static void conclude(struct sample *sample)
{
	for (size_t i = 0; i < sample->count; i++) {
		struct gh_learned_verdict learned = { 0 };
		struct gh_detect_verdict verdict = { 0 };

		if (sample->answered && sample->seen[i] > 0) {
			gh_detect_column_verdict(sample->values[i], GH_DETECT_END, &verdict);
			learned.state = verdict.state;
			learned.class = verdict.class;
			learned.enough = sample->seen[i] >= GH_DETECT_ENOUGH;
		}
		keep(sample->connection, sample->columns[i], &learned);
		gh_detect_column_free(sample->values[i]);
	}
}

/* ---- the columns of a statement --------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_table(const struct gh_origin *a, const struct gh_origin *b)
{
	return same_text(a->table, b->table) && same_text(a->schema, b->schema) &&
	       same_text(a->catalog, b->catalog);
}

static void add_origin(struct sample *sample, const struct gh_origin *origin)
{
	struct gh_learned_verdict known;

	if (!is_column(origin) || sample->count == MOST_COLUMNS)
		return;
	if (sample->count > 0 && !same_table(sample->columns[0], origin))
		return;
	for (size_t i = 0; i < sample->count; i++)
		if (strcmp(sample->columns[i]->column, origin->column) == 0)
			return;
	look_up(sample->connection, origin, &known);
	if (!known.fresh)
		sample->columns[sample->count++] = origin;
}

/* Columns of one table that are not known yet. */
static void gather(struct sample *sample, const struct gh_statement *statement)
{
	const struct gh_facts *facts = statement->facts;

	for (size_t i = 0; i < facts->output_count; i++) {
		const struct gh_output *output = &facts->outputs[i];

		if ((output->flags & GH_LINEAGE_UNKNOWN) != 0 ||
		    i >= statement->decision.mask_count ||
		    statement->decision.masks[i].function != GH_MASK_NONE)
			continue;
		for (size_t j = 0; j < output->origin_count; j++)
			add_origin(sample, &output->origins[j]);
	}
}

void gh_sample_statement(struct gh_statement *statement)
{
	struct gh_connection *connection = statement->connection;

	if (!statement->decision.detects || statement->facts == NULL ||
	    !statement->facts->outputs_known)
		return;
	gh_learned_refresh(connection);
	gh_lock_take(&connection->base.lock);
	for (int i = 0; i < MOST_TABLES; i++) {
		struct sample sample = { .connection = connection };

		gather(&sample, statement);
		if (sample.count == 0)
			break;
		sample.answered = ask(&sample);
		conclude(&sample);
	}
	gh_lock_release(&connection->base.lock);
}

/* ---- what that means for a column of the result -------------------------------------------- */

bool gh_sample_clears(struct gh_statement *statement, const struct gh_output *output)
{
	const unsigned known_empty = GH_LINEAGE_CONSTANT | GH_LINEAGE_AGGREGATE;

	if (output == NULL || (output->flags & GH_LINEAGE_UNKNOWN) != 0)
		return false;
	if (output->origin_count == 0)
		return (output->flags & known_empty) != 0;
	/* of what is clean something else may be made */
	if ((output->flags & GH_LINEAGE_DERIVED) != 0)
		return false;
	for (size_t i = 0; i < output->origin_count; i++) {
		struct gh_learned_verdict known;

		look_up(statement->connection, &output->origins[i], &known);
		if (known.state != GH_DETECT_CLEAN)
			return false;
	}
	return true;
}

enum gh_status gh_sample_mask(struct gh_statement *statement, const struct gh_output *output,
			      struct gh_mask_spec *spec, struct gh_error *err)
{
	struct gh_connection *connection = statement->connection;
	struct gh_policy_request request = { NULL, &connection->target, statement->facts };
	enum gh_status status = GH_OK;

	if (output == NULL || (output->flags & GH_LINEAGE_UNKNOWN) != 0)
		return GH_OK;
	for (size_t i = 0; i < output->origin_count && status == GH_OK; i++) {
		struct gh_learned_verdict known;
		struct gh_mask_spec one = { 0 };
		struct gh_found found = { .column = output };

		look_up(connection, &output->origins[i], &known);
		if (known.state != GH_DETECT_SENSITIVE)
			continue;
		found.class = gh_detect_class_name(known.class);
		found.family = gh_detect_family_name(gh_detect_family_of(known.class));
		status = gh_connection_identity(connection, &request.principal, err);
		if (status == GH_OK)
			status = gh_policy_mask_found(connection->shared->policy, &request, &found,
						      &one, err);
		if (one.function > spec->function)
			*spec = one;
	}
	return status;
}
