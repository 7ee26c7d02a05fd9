/*
 * CPU time of one analysis, and of libpg_query's parser where this was built with
 * it.  Reads files of JSON lines ("id", "sql", "schema"; the statements are
 * PostgreSQL's) and prints the mean of each group, by the id's first word, as one
 * JSON line a figure.
 *
 *     bench_sql FILE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../tools/cmd_analyze.h"
#include "bench_parser.h"

enum { TIMES = 50, ROUNDS = 5, GROUPS = 8, ARENA_MAX = 64 << 20 };

struct group {
	char name[16];
	double analysed; /* us, of all its statements */
	double parsed;
	unsigned count;
	unsigned unparsed; /* libpg_query refuses them */
};

struct statement {
	const char *text;
	struct gh_sql_options options;
	bool good;
};

static double microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static void analyse(struct statement *statement)
{
	struct gh_facts *facts = NULL;

	statement->good = gh_sql_analyze(gh_span_from(statement->text), &statement->options,
					 &facts, NULL) == GH_OK &&
			  (facts->flags & GH_FACT_OPAQUE) == 0;
	gh_sql_facts_free(facts);
}

static void parse(struct statement *statement)
{
	statement->good = gh_bench_parse(statement->text);
}

/* The best of some rounds, since others work on the machine too. */
static double measure(struct statement *statement, void (*work)(struct statement *statement))
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		double start = microseconds(), took;

		for (int i = 0; i < TIMES; i++)
			work(statement);
		took = (microseconds() - start) / TIMES;
		best = round == 0 || took < best ? took : best;
	}
	return best;
}

static struct group *group_of(struct group *groups, const char *id)
{
	size_t length = strcspn(id, "-");
	size_t i = 0;

	while (i + 1 < GROUPS && groups[i].count > 0 &&
	       (strncmp(groups[i].name, id, length) != 0 || groups[i].name[length] != '\0'))
		i++;
	if (groups[i].count == 0)
		snprintf(groups[i].name, sizeof(groups[i].name), "%.*s", (int)length, id);
	return &groups[i];
}

static bool measure_both(struct statement *statement, struct group *group, const char *id)
{
	double analysed = measure(statement, analyse);

	if (!statement->good) {
		fprintf(stderr, "bench_sql: %s is not understood\n", id);
		return false;
	}
	group->analysed += analysed;
	group->parsed += GH_BENCH_HAS_PARSER ? measure(statement, parse) : 0;
	group->unparsed += !statement->good;
	group->count++;
	return true;
}

static bool one_line(struct gh_arena *arena, struct gh_span line, struct group *groups)
{
	struct gh_json_value *value = NULL;
	struct gh_tool_names names = { .arena = arena };
	const struct gh_resolver resolver = { gh_tool_names_find, &names };
	struct statement statement = {
		.options = { .dialect = GH_DIALECT_POSTGRESQL, .resolver = &resolver },
	};
	const char *id;
	bool done;

	if (gh_json_read(arena, line, &value, NULL) != GH_OK)
		return false;
	statement.text = gh_json_member_text(value, "sql");
	id = gh_json_member_text(value, "name");
	if (id == NULL)
		id = gh_json_member_text(value, "id");
	names.schema = gh_json_member(value, "schema");
	if (statement.text == NULL || id == NULL)
		return false;
	done = measure_both(&statement, group_of(groups, id), id);
	gh_tool_names_clear(&names);
	return done;
}

static bool read_lines(const char *path, struct group *groups)
{
	struct gh_arena *arena = NULL;
	FILE *stream = fopen(path, "r");
	bool good = stream != NULL && gh_arena_new(ARENA_MAX, &arena) == GH_OK;
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	while (good && (length = getline(&line, &room, stream)) > 0) {
		good = one_line(arena, (struct gh_span){ line, (size_t)length }, groups);
		gh_arena_reset(arena);
	}
	free(line);
	gh_arena_free(arena);
	if (stream != NULL)
		fclose(stream);
	return good;
}

static void print(const struct group *group)
{
	double analysed = group->analysed / group->count, parsed = group->parsed / group->count;

	printf("{\"figure\":\"analysis, %s\",\"governed\":%.3f,", group->name, analysed);
	if (GH_BENCH_HAS_PARSER)
		printf("\"raw\":%.3f,\"ratio\":%.3f,", parsed, parsed > 0 ? analysed / parsed : 0);
	printf("\"unit\":\"us/statement\",\"count\":%u,\"unparsed\":%u,\"target\":\"sql\"}\n",
	       group->count, group->unparsed);
}

int main(int count, char **arguments)
{
	struct group groups[GROUPS] = { 0 };

	for (int i = 1; i < count; i++)
		if (!read_lines(arguments[i], groups)) {
			fprintf(stderr, "bench_sql: %s cannot be measured\n", arguments[i]);
			return 1;
		}
	if (!GH_BENCH_HAS_PARSER)
		fprintf(stderr, "bench_sql: built without libpg_query, which is the comparison\n");
	for (size_t i = 0; i < GROUPS && groups[i].count > 0; i++)
		print(&groups[i]);
	return 0;
}
