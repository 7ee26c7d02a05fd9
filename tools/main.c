/*
 * The gatehouse command: finds the subcommand and answers --help.
 */
#include <stdio.h>
#include <string.h>

#include "cmd_analyze.h"
#include "cmd_detect.h"
#include "cmd_doctor.h"
#include "cmd_journal.h"
#include "cmd_policy.h"
#include "tool.h"

/* lint: table */
static const struct gh_tool_command *const tables[] = {
	gh_tool_analyze_commands, gh_tool_detect_commands,         gh_tool_doctor_commands,
	gh_cmd_journal,           gh_tool_policy_commands,         gh_tool_policy_explain_commands,
	NULL,
};

static const struct gh_tool_command *find_command(int count, char **words, int *used)
{
	for (size_t i = 0; tables[i] != NULL; i++) {
		for (const struct gh_tool_command *row = tables[i]; row->name != NULL; row++) {
			*used = row->group == NULL ? 1 : 2;
			if (count < *used ||
			    (row->group != NULL && strcmp(words[0], row->group) != 0))
				continue;
			if (strcmp(words[*used - 1], row->name) == 0)
				return row;
		}
	}
	return NULL;
}

static void print_overview(FILE *stream)
{
	fputs("Usage: gatehouse COMMAND [OPTION]...\n\nCommands:\n", stream);
	for (size_t i = 0; tables[i] != NULL; i++) {
		for (const struct gh_tool_command *row = tables[i]; row->name != NULL; row++) {
			char name[64];

			snprintf(name, sizeof(name), "%s%s%s", row->group == NULL ? "" : row->group,
				 row->group == NULL ? "" : " ", row->name);
			fprintf(stream, "  %-18s %s\n", name, row->summary);
		}
	}
	fputs("\n`gatehouse COMMAND --help` explains one command.\n", stream);
}

static bool asks_for_help(int count, char **words)
{
	for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++)
		if (strcmp(words[i], "--help") == 0)
			return true;
	return false;
}

int main(int argc, char **argv)
{
	int used = 0;
	const struct gh_tool_command *command = find_command(argc - 1, argv + 1, &used);

	if (command != NULL && asks_for_help(argc - 1 - used, argv + 1 + used)) {
		fputs(command->help, stdout);
		return GH_TOOL_OK;
	}
	if (command != NULL)
		return command->run(argc - 1 - used, argv + 1 + used);
	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		puts("gatehouse " PACKAGE_VERSION);
		return GH_TOOL_OK;
	}
	if (argc > 1 && asks_for_help(argc - 1, argv + 1)) {
		print_overview(stdout);
		return GH_TOOL_OK;
	}
	if (argc > 1)
		gh_tool_complain("no command '%s%s%s'", argv[1], argc > 2 ? " " : "",
				 argc > 2 ? argv[2] : "");
	print_overview(stderr);
	return GH_TOOL_USAGE;
}
