/*
 * What the subcommands of `gatehouse` share: their table row, their way to
 * read options, and how they print.
 */
#ifndef GATEHOUSE_TOOLS_TOOL_H
#define GATEHOUSE_TOOLS_TOOL_H

#include <stdbool.h>

#include "gatehouse/util.h"

/* Exit codes; `journal verify` has its own (doc/journal-format.md). */
enum gh_tool_exit {
	GH_TOOL_OK = 0,
	GH_TOOL_FAILED = 1, /* it was looked at, and something is wrong */
	GH_TOOL_USAGE = 3,  /* could not be looked at: wrong words, missing file */
};

/*
 * A command such as `journal verify`.  `arguments` are the words after it, without
 * --help, which the caller answers with `help` on standard output.
 */
struct gh_tool_command {
	const char *group;   /* "journal"; NULL: the command stands alone */
	const char *name;    /* "verify" */
	const char *summary; /* one line for the list of commands */
	const char *help;    /* whole text of --help, ends with a line feed */
	int (*run)(int count, char **arguments);
};

/* Tables that end with a row whose name is NULL; one per cmd_*.c file. */

/*
 * Reads options of the form --name VALUE, --name=VALUE and --flag.  Words that
 * are no options are collected in order.  Returns false after saying on standard
 * error what was wrong.
 */
struct gh_tool_option {
	const char *name;   /* "--json" */
	const char **value; /* NULL for a flag */
	bool *flag;         /* NULL for an option with a value */
};
struct gh_tool_words {
	const char **words; /* room given by the caller */
	int room;
	int count;
};
bool gh_tool_options(int count, char **arguments, const struct gh_tool_option *options,
		     struct gh_tool_words *words);

/* "gatehouse: TEXT: DETAIL (line:column)" on standard error. */
void gh_tool_error(enum gh_status status, const struct gh_error *err);
void gh_tool_complain(const char *format, ...) GH_PRINTF(1, 2);
/* Writes the buffer and a line feed to standard output; false if that failed. */
bool gh_tool_print(const struct gh_buf *buf);

#endif
