/*
 * For the tests: analyses statements and prints their facts as JSON lines.
 *
 *     analyze DIALECT [TABLE:COLUMN,COLUMN]... < statements
 *
 * Input is one statement a record, ended by a NUL byte.  A record that begins
 * with the byte 1 gives dialect and tables for those that follow, in the same
 * words, separated by spaces.  With --time N each is analysed N times instead.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "gatehouse/sql.h"

enum { MAX_TABLES = 256, MAX_COLUMNS = 512 };

struct table {
	char *name;
	const char *columns[MAX_COLUMNS];
	size_t count;
};

struct schema {
	struct table tables[MAX_TABLES];
	size_t count;
	enum gh_dialect dialect;
};

static struct schema schema;

static enum gh_status find(void *context, const struct gh_sql_table_name *name,
			   struct gh_relation *out, struct gh_error *err)
{
	const struct schema *known = context;

	(void)err;
	out->kind = GH_SQL_RELATION_ABSENT;
	for (size_t i = 0; i < known->count; i++)
		if (strcasecmp(known->tables[i].name, name->table) == 0) {
			out->kind = GH_SQL_RELATION_TABLE;
			out->name = known->tables[i].name;
			out->columns = known->tables[i].columns;
			out->column_count = known->tables[i].count;
		}
	return GH_OK;
}

static void add_table(char *text)
{
	struct table *table = &schema.tables[schema.count];
	char *rest = strchr(text, ':');

	if (schema.count == MAX_TABLES || rest == NULL)
		return;
	*rest++ = '\0';
	table->name = text;
	table->count = 0;
	for (char *c = strtok_r(rest, ",", &rest); c != NULL && table->count < MAX_COLUMNS;
	     c = strtok_r(NULL, ",", &rest))
		table->columns[table->count++] = c;
	schema.count++;
}

static enum gh_dialect dialect_named(const char *name)
{
	for (int i = 0; i < GH_DIALECT_COUNT; i++)
		if (strcmp(gh_sql_dialect_name((enum gh_dialect)i), name) == 0)
			return (enum gh_dialect)i;
	return GH_DIALECT_GENERIC;
}

static void set_schema(char *words)
{
	char *rest = NULL;
	char *word = strtok_r(words, " ", &rest);

	schema.count = 0;
	schema.dialect = word == NULL ? GH_DIALECT_GENERIC : dialect_named(word);
	while ((word = strtok_r(NULL, " ", &rest)) != NULL)
		add_table(word);
}

/* ---- output ---------------------------------------------------------------- */

static void put_origins(struct gh_buf *out, const struct gh_origin *origins, size_t count)
{
	gh_buf_append_char(out, '[');
	for (size_t i = 0; i < count; i++) {
		char name[512];

		snprintf(name, sizeof(name), "%s.%s", origins[i].table, origins[i].column);
		gh_buf_append_text(out, i > 0 ? "," : "");
		gh_json_text(out, name);
	}
	gh_buf_append_char(out, ']');
}

static void put_outputs(struct gh_buf *out, const struct gh_facts *facts)
{
	gh_buf_append_text(out, ",\"outputs\":[");
	for (size_t i = 0; i < facts->output_count; i++) {
		gh_buf_append_text(out, i > 0 ? ",{\"name\":" : "{\"name\":");
		gh_json_text(out, facts->outputs[i].name);
		gh_buf_printf(out, ",\"flags\":%u,\"origins\":", facts->outputs[i].flags);
		put_origins(out, facts->outputs[i].origins, facts->outputs[i].origin_count);
		gh_buf_append_char(out, '}');
	}
	gh_buf_append_text(out, "],\"inference\":");
	put_origins(out, facts->inference, facts->inference_count);
	gh_buf_append_text(out, ",\"flows\":[");
	for (size_t i = 0; i < facts->flow_count; i++) {
		gh_buf_append_text(out, i > 0 ? ",{\"target\":" : "{\"target\":");
		put_origins(out, &facts->flows[i].target, 1);
		gh_buf_printf(out, ",\"flags\":%u,\"origins\":", facts->flows[i].flags);
		put_origins(out, facts->flows[i].origins, facts->flows[i].origin_count);
		gh_buf_append_char(out, '}');
	}
	gh_buf_append_char(out, ']');
}

static void put_tables(struct gh_buf *out, const struct gh_facts *facts)
{
	gh_buf_append_text(out, ",\"tables\":[");
	for (size_t i = 0; i < facts->table_count; i++) {
		gh_buf_append_text(out, i > 0 ? ",[" : "[");
		gh_json_text(out, facts->tables[i].table);
		gh_buf_printf(out, ",%u]", facts->tables[i].access);
	}
	gh_buf_append_char(out, ']');
}

static void put_facts(struct gh_buf *out, const struct gh_facts *facts)
{
	gh_buf_printf(out, "{\"status\":\"ok\",\"kind\":\"%s\",\"actions\":%u,\"flags\":%u,",
		      gh_sql_kind_name(facts->kind), facts->actions, facts->flags);
	gh_buf_printf(out, "\"where\":%d,\"markers\":%zu,\"known\":[%d,%d,%d,%d],\"reason\":",
		      (int)facts->where, facts->marker_count, facts->tables_known,
		      facts->outputs_known, facts->inference_known, facts->flows_known);
	gh_json_text(out, facts->reason);
	gh_buf_append_text(out, ",\"text\":");
	gh_json_text(out, facts->text);
	put_outputs(out, facts);
	put_tables(out, facts);
	gh_buf_append_char(out, '}');
}

static void answer(struct gh_span text)
{
	const struct gh_resolver resolver = { find, &schema };
	const struct gh_sql_options options = {
		.dialect = schema.dialect, .resolver = schema.count > 0 ? &resolver : NULL,
	};
	struct gh_facts *facts = NULL;
	struct gh_error err = { 0 };
	struct gh_buf out;

	gh_buf_init(&out, 0);
	if (gh_sql_analyze(text, &options, &facts, &err) == GH_OK) {
		put_facts(&out, facts);
	} else {
		gh_buf_append_text(&out, "{\"status\":\"refused\",\"reason\":");
		gh_json_text(&out, err.text);
		gh_buf_append_char(&out, '}');
	}
	puts(out.bytes);
	gh_buf_clear(&out);
	gh_sql_facts_free(facts);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void measure(struct gh_span text, long times)
{
	const struct gh_resolver resolver = { find, &schema };
	const struct gh_sql_options options = {
		.dialect = schema.dialect, .resolver = schema.count > 0 ? &resolver : NULL,
	};
	double start = seconds();

	for (long i = 0; i < times; i++) {
		struct gh_facts *facts = NULL;

		if (gh_sql_analyze(text, &options, &facts, NULL) == GH_OK)
			gh_sql_facts_free(facts);
	}
	printf("%.2f us  %.*s\n", (seconds() - start) / (double)times * 1e6, (int)text.length,
	       text.bytes);
}

int main(int count, char **arguments)
{
	long times = 0;
	char *line = NULL;
	char *kept = NULL;
	size_t room = 0;
	ssize_t length;

	if (count > 2 && strcmp(arguments[1], "--time") == 0) {
		times = strtol(arguments[2], NULL, 10);
		count -= 2;
		arguments += 2;
	}
	schema.dialect = count > 1 ? dialect_named(arguments[1]) : GH_DIALECT_GENERIC;
	for (int i = 2; i < count; i++)
		add_table(arguments[i]);
	while ((length = getdelim(&line, &room, '\0', stdin)) > 0) {
		struct gh_span text = { line, (size_t)length - (line[length - 1] == '\0') };

		if (line[0] == '\1') {
			free(kept);
			kept = gh_span_copy((struct gh_span){ line + 1, text.length - 1 });
			set_schema(kept);
		} else if (times > 0) {
			measure(text, times);
		} else {
			answer(text);
		}
	}
	free(line);
	free(kept);
	return 0;
}
