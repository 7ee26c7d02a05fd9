/*
 * The tables of `gatehouse policy`, for main.c.
 */
#ifndef GATEHOUSE_TOOLS_CMD_POLICY_H
#define GATEHOUSE_TOOLS_CMD_POLICY_H

#include "tool.h"

/* More than a policy may have, so that the policy module tells the limit itself. */
#define GH_TOOL_POLICY_MAX ((size_t)8 << 20)

extern const struct gh_tool_command gh_tool_policy_commands[];
extern const struct gh_tool_command gh_tool_policy_explain_commands[];

#endif
