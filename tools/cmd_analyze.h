/*
 * What the parts of `gatehouse analyze` share: the names it is told of, and how
 * facts are shown.
 */
#ifndef GATEHOUSE_TOOLS_CMD_ANALYZE_H
#define GATEHOUSE_TOOLS_CMD_ANALYZE_H

#include "gatehouse/sql.h"
#include "json_read.h"
#include "tool.h"

extern const struct gh_tool_command gh_tool_analyze_commands[];

struct gh_tool_view;
/* Tables and views of one statement's input; everything else is taken for a table. */
struct gh_tool_names {
	struct gh_arena *arena;             /* borrowed */
	const struct gh_json_value *schema; /* {"table": ["column", ...]}; NULL: none */
	const struct gh_json_value *views;  /* {"view": "query"}; NULL: none */
	enum gh_dialect dialect;            /* of the views */
	struct gh_tool_view *seen;          /* those that were analysed so far */
	unsigned depth;                     /* views within views */
};
/* Frees what was analysed, not the arena. */
void gh_tool_names_clear(struct gh_tool_names *names);
/* For gh_resolver.find; `context` is a struct gh_tool_names. */
enum gh_status gh_tool_names_find(void *context, const struct gh_sql_table_name *name,
				  struct gh_relation *out, struct gh_error *err);

/* `id` is NULL where there is none. */
void gh_tool_analyze_json(struct gh_buf *out, const char *id, const struct gh_facts *facts);
void gh_tool_analyze_refused(struct gh_buf *out, const char *id, const char *reason);
void gh_tool_analyze_text(struct gh_buf *out, const struct gh_facts *facts);
/* Is that answer "refused"? */
bool gh_tool_analyze_refuses(const struct gh_facts *facts);

#endif
