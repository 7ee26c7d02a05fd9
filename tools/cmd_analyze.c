/*
 * gatehouse analyze: what a statement reads, writes, shows and only uses, without
 * any database.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd_analyze.h"

static const char analyze_help[] =
	"Usage: gatehouse analyze [FILE] [OPTION]...\n"
	"\n"
	"Tells what SQL does: kinds, tables, the base columns that each output comes from,\n"
	"what flows into written columns, and the columns that are used without being shown.\n"
	"The text comes from FILE or standard input.  No database is asked.\n"
	"\n"
	"  --dialect NAME   postgresql, mysql, mariadb, sqlite, tsql, oracle, snowflake,\n"
	"                   bigquery, redshift, db2, duckdb, spark, hive, trino, clickhouse,\n"
	"                   teradata, ansi or generic (not given)\n"
	"  --schema FILE    JSON: {\"table\": [\"column\", ...], ...}\n"
	"  --json           one JSON object instead of text\n"
	"  --jsonl          each line of the input is a JSON object with \"id\", \"dialect\",\n"
	"                   \"sql\", \"schema\" and \"views\"; each gives a line of output\n"
	"\n"
	"The format is described in analyze.md.\n"
	"Exit code: 0 analysed, 1 refused or malformed input, 3 wrong usage.\n";

enum { SQL_MAX = 2 << 20, SCHEMA_MAX = 16 << 20, ARENA_MAX = 64 << 20 };

struct analyze {
	const char *dialect, *schema;
	bool json, lines;
};

/* "mysql, normalization_strategy = lowercase" is a name and settings of others. */
static enum gh_dialect dialect_of(const char *name)
{
	char word[64];
	size_t length = strcspn(name, ", ");

	if (length >= sizeof(word) || strchr(name, ',') == NULL)
		return gh_sql_dialect_named(name);
	memcpy(word, name, length);
	word[length] = '\0';
	return gh_sql_dialect_named(word);
}

/* The usual session of that target: what the text does not tell is not asked. */
static struct gh_sql_options options_of(const char *dialect, const struct gh_resolver *resolver)
{
	struct gh_sql_options options = {
		.dialect = dialect == NULL ? GH_DIALECT_GENERIC : dialect_of(dialect),
		.resolver = resolver,
	};

	return options;
}

/* ---- one text -------------------------------------------------------------- */

static bool read_stream(FILE *stream, struct gh_buf *out)
{
	char block[65536];
	size_t length;

	while ((length = fread(block, 1, sizeof(block), stream)) > 0)
		if (gh_buf_append(out, block, length) != GH_OK)
			return false;
	return ferror(stream) == 0;
}

static enum gh_status read_input(const char *path, struct gh_buf *out, struct gh_error *err)
{
	if (path != NULL)
		return gh_file_read(path, SQL_MAX, out, err);
	if (!read_stream(stdin, out))
		return gh_fail(err, GH_E_IO, "standard input cannot be read, or is too long");
	return GH_OK;
}

static enum gh_status read_schema(const char *path, struct gh_arena *arena,
				  struct gh_tool_names *names, struct gh_error *err)
{
	struct gh_buf text;
	struct gh_json_value *value = NULL;
	enum gh_status status;

	if (path == NULL)
		return GH_OK;
	gh_buf_init(&text, 0);
	status = gh_file_read(path, SCHEMA_MAX, &text, err);
	if (status == GH_OK)
		status = gh_json_read(arena, gh_buf_span(&text), &value, err);
	if (status == GH_OK && value->kind != GH_JSON_OBJECT)
		status = gh_fail(err, GH_E_FORMAT, "the schema is no JSON object");
	names->schema = value;
	gh_buf_clear(&text);
	return status;
}

static int show(const struct analyze *analyze, struct gh_span text,
		const struct gh_resolver *resolver)
{
	const struct gh_sql_options options = options_of(analyze->dialect, resolver);
	struct gh_facts *facts = NULL;
	struct gh_error err = { 0 };
	enum gh_status status = gh_sql_analyze(text, &options, &facts, &err);
	bool refused = status != GH_OK || gh_tool_analyze_refuses(facts);
	struct gh_buf out;

	gh_buf_init(&out, 0);
	if (refused && analyze->json)
		gh_tool_analyze_refused(&out, NULL, status != GH_OK ? err.text : facts->reason);
	else if (status != GH_OK)
		gh_tool_error(status, &err);
	else if (analyze->json)
		gh_tool_analyze_json(&out, NULL, facts);
	else
		gh_tool_analyze_text(&out, facts);
	if (out.length > 0 && !gh_tool_print(&out))
		refused = true;
	gh_buf_clear(&out);
	gh_sql_facts_free(facts);
	return refused ? GH_TOOL_FAILED : GH_TOOL_OK;
}

static int one_text(const struct analyze *analyze, const char *path)
{
	struct gh_arena *arena = NULL;
	struct gh_tool_names names = { 0 };
	const struct gh_resolver resolver = { gh_tool_names_find, &names };
	struct gh_error err = { 0 };
	struct gh_buf text;
	int result = GH_TOOL_USAGE;
	enum gh_status status;

	gh_buf_init(&text, SQL_MAX);
	status = gh_arena_new(ARENA_MAX, &arena);
	names.arena = arena;
	if (status == GH_OK)
		status = read_schema(analyze->schema, arena, &names, &err);
	if (status == GH_OK)
		status = read_input(path, &text, &err);
	if (status != GH_OK)
		gh_tool_error(status, &err);
	else
		result = show(analyze, gh_buf_span(&text), &resolver);
	gh_buf_clear(&text);
	gh_arena_free(arena);
	return result;
}

/* ---- lines ----------------------------------------------------------------- */

static const struct gh_json_value *object_member(const struct gh_json_value *line,
						 const char *name)
{
	const struct gh_json_value *value = gh_json_member(line, name);

	return value == NULL || value->kind != GH_JSON_OBJECT ? NULL : value;
}

static void answer(const struct gh_json_value *line, struct gh_arena *arena, struct gh_buf *out)
{
	struct gh_tool_names names = { .arena = arena, .schema = object_member(line, "schema"),
				       .views = object_member(line, "views") };
	const struct gh_resolver resolver = { gh_tool_names_find, &names };
	const struct gh_sql_options options =
		options_of(gh_json_member_text(line, "dialect"), &resolver);
	const struct gh_json_value *sql = gh_json_member(line, "sql");
	const char *id = gh_json_member_text(line, "id");
	struct gh_facts *facts = NULL;
	struct gh_error err = { 0 };
	enum gh_status status;

	names.dialect = options.dialect;
	status = gh_sql_analyze((struct gh_span){ sql->text, sql->length }, &options, &facts,
				&err);
	if (status != GH_OK)
		gh_tool_analyze_refused(out, id, err.text);
	else if (gh_tool_analyze_refuses(facts))
		gh_tool_analyze_refused(out, id, facts->reason);
	else
		gh_tool_analyze_json(out, id, facts);
	gh_sql_facts_free(facts);
	gh_tool_names_clear(&names);
}

/* A line that is no such object is an answer too, so that lines go on matching. */
static bool one_line(struct gh_span text, struct gh_arena *arena, struct gh_buf *out)
{
	struct gh_json_value *line = NULL;
	struct gh_error err = { 0 };
	enum gh_status status = gh_json_read(arena, text, &line, &err);

	if (status == GH_OK && gh_json_member_text(line, "sql") == NULL)
		status = gh_fail(&err, GH_E_FORMAT, "JSON: \"sql\" is missing");
	if (status == GH_OK)
		answer(line, arena, out);
	else
		gh_tool_analyze_refused(out, NULL, err.text);
	return status == GH_OK;
}

static int all_lines(void)
{
	struct gh_arena *arena = NULL;
	struct gh_buf out;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int result = GH_TOOL_OK;

	if (gh_arena_new(ARENA_MAX, &arena) != GH_OK)
		return GH_TOOL_USAGE;
	gh_buf_init(&out, 0);
	while ((length = getline(&line, &room, stdin)) > 0) {
		size_t used = (size_t)length - (line[length - 1] == '\n');

		if (used == 0)
			continue;
		if (!one_line((struct gh_span){ line, used }, arena, &out))
			result = GH_TOOL_FAILED;
		if (!gh_tool_print(&out))
			result = GH_TOOL_FAILED;
		gh_buf_reset(&out);
		gh_arena_reset(arena);
	}
	free(line);
	gh_buf_clear(&out);
	gh_arena_free(arena);
	return result;
}

static int run(int count, char **arguments)
{
	struct analyze analyze = { 0 };
	const char *room[1] = { NULL };
	struct gh_tool_words words = { room, 1, 0 };
	const struct gh_tool_option options[] = {
		{ "--dialect", &analyze.dialect, NULL }, { "--schema", &analyze.schema, NULL },
		{ "--json", NULL, &analyze.json },       { "--jsonl", NULL, &analyze.lines },
		{ NULL, NULL, NULL },
	};

	if (!gh_tool_options(count, arguments, options, &words))
		return GH_TOOL_USAGE;
	if (analyze.lines && (words.count > 0 || analyze.json || analyze.schema != NULL ||
			      analyze.dialect != NULL)) {
		gh_tool_complain("--jsonl takes all it needs from standard input");
		return GH_TOOL_USAGE;
	}
	return analyze.lines ? all_lines() : one_text(&analyze, room[0]);
}

/* lint: table */
const struct gh_tool_command gh_tool_analyze_commands[] = {
	{ NULL, "analyze", "what SQL reads, writes and shows", analyze_help, run },
	{ NULL, NULL, NULL, NULL, NULL },
};
