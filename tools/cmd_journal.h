/*
 * The `journal` group of commands, and what its files share.
 */
#ifndef GATEHOUSE_TOOLS_CMD_JOURNAL_H
#define GATEHOUSE_TOOLS_CMD_JOURNAL_H

#include <stdio.h>

#include "tool.h"

extern const struct gh_tool_command gh_cmd_journal[];

extern const char gh_cmd_journal_show_help[];
int gh_cmd_journal_show(int count, char **arguments);

/*
 * Prints text from a log so that it cannot steer a terminal: control characters,
 * directional marks and bytes that are not UTF-8 come out escaped.
 */
void gh_cmd_journal_put_safe(FILE *stream, struct gh_span text);

#endif
