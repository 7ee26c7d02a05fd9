/*
 * `gatehouse detect`.
 */
#ifndef GATEHOUSE_TOOLS_CMD_DETECT_H
#define GATEHOUSE_TOOLS_CMD_DETECT_H

#include "tool.h"

/* Ends with a row whose name is NULL. */
extern const struct gh_tool_command gh_tool_detect_commands[];

#endif
