/*
 * CPU time of one analysis.  Without arguments simple statements; with a file of
 * JSON lines ("name", "sql", "schema") the mean of each group, by the id's first word.
 *
 *     bench_sql [FILE]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../tools/cmd_analyze.h"

enum { TIMES = 200, GROUPS = 8, ARENA_MAX = 64 << 20 };

struct group {
	char name[16];
	double microseconds;
	unsigned count;
};

static double microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double measure(struct gh_span text, const struct gh_sql_options *options)
{
	double start = microseconds();

	for (int i = 0; i < TIMES; i++) {
		struct gh_facts *facts = NULL;

		if (gh_sql_analyze(text, options, &facts, NULL) == GH_OK)
			gh_sql_facts_free(facts);
	}
	return (microseconds() - start) / TIMES;
}

static void simple(void)
{
	static const char *const texts[] = {
		"SELECT 1",
		"SELECT id, name FROM people WHERE id = ?",
		"SELECT p.name, o.note FROM people p JOIN orders o ON o.person_id = p.id",
		"INSERT INTO orders (id, note) VALUES (?, ?)",
		"UPDATE people SET name = ? WHERE id = ?",
	};
	const struct gh_sql_options options = { .dialect = GH_DIALECT_POSTGRESQL };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		printf("%8.2f us  %s\n", measure(gh_span_from(texts[i]), &options), texts[i]);
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

static void one_line(struct gh_arena *arena, struct gh_span line, struct group *groups)
{
	struct gh_json_value *value = NULL;
	struct gh_tool_names names = { .arena = arena };
	const struct gh_resolver resolver = { gh_tool_names_find, &names };
	const struct gh_sql_options options = { .dialect = GH_DIALECT_POSTGRESQL,
						.resolver = &resolver };
	const char *sql;
	struct group *group;

	if (gh_json_read(arena, line, &value, NULL) != GH_OK)
		return;
	sql = gh_json_member_text(value, "sql");
	names.schema = gh_json_member(value, "schema");
	if (sql == NULL || gh_json_member_text(value, "id") == NULL)
		return;
	group = group_of(groups, gh_json_member_text(value, "id"));
	group->microseconds += measure(gh_span_from(sql), &options);
	group->count++;
}

static int lines(const char *path)
{
	struct group groups[GROUPS] = { 0 };
	struct gh_arena *arena = NULL;
	FILE *stream = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;

	if (stream == NULL || gh_arena_new(ARENA_MAX, &arena) != GH_OK)
		return 1;
	while ((length = getline(&line, &room, stream)) > 0) {
		one_line(arena, (struct gh_span){ line, (size_t)length }, groups);
		gh_arena_reset(arena);
	}
	for (size_t i = 0; i < GROUPS && groups[i].count > 0; i++)
		printf("%8.2f us  mean of %u of %s\n", groups[i].microseconds / groups[i].count,
		       groups[i].count, groups[i].name);
	free(line);
	fclose(stream);
	gh_arena_free(arena);
	return 0;
}

int main(int count, char **arguments)
{
	if (count > 1)
		return lines(arguments[1]);
	simple();
	return 0;
}
