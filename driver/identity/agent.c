/*
 * Signs of an AI agent: variables, the processes above, the application's
 * name.  A sign only tightens.  Nothing takes one back: the value of a marker
 * doesn't matter, and a variable that a shell above still has counts too.
 */
#include "internal.h"

#include <string.h>

struct variable {
	const char *name;
	const char *agent;
};

/* Set by one tool: being there is the sign, whatever the value, also empty. */
static const struct variable variables[] = {
	{ "CLAUDECODE", "claude-code" },
	{ "CLAUDE_CODE_ENTRYPOINT", "claude-code" },
	{ "GEMINI_CLI", "gemini-cli" },
	{ "CURSOR_AGENT", "cursor" },
	{ "CODEX_THREAD_ID", "codex" },
	{ "CODEX_SANDBOX", "codex" },
	{ "OPENCODE", "opencode" },
	{ "AUGMENT_AGENT", "augment" },
	{ "AMP_CURRENT_THREAD_ID", "amp" },
	{ "COPILOT_AGENT_SESSION_ID", "copilot" },
	{ "GOOSE_TERMINAL", "goose" },
	{ "CLINE_ACTIVE", "cline" },
};

/* Conventions: any value but the empty one is the sign, "0" and "false" too. */
static const char *const conventions[] = { "AI_AGENT", "AGENT" };

struct program {
	const char *pattern; /* of a process's name, or of a file name in its first words */
	const char *agent;
};

static const struct program programs[] = {
	{ "claude", "claude-code" },	 { "claude-*", "claude-code" },
	{ "cursor", "cursor" },		 { "cursor-*", "cursor" },
	{ "cursor.*", "cursor" },	 { "codex", "codex" },
	{ "codex-*", "codex" },		 { "gemini", "gemini-cli" },
	{ "gemini-cli*", "gemini-cli" }, { "opencode", "opencode" },
	{ "goose", "goose" },		 { "goosed", "goose" },
	{ "aider", "aider" },		 { "copilot", "copilot" },
	{ "copilot-*", "copilot" },	 { "auggie", "augment" },
	{ "amp", "amp" },		 { "windsurf", "windsurf" },
	{ "openhands", "openhands" },	 { "qwen", "qwen-code" },
};

/* Packages that run under an interpreter, by a part of the path. */
static const struct program packages[] = {
	{ "*/claude-code/*", "claude-code" }, { "*/gemini-cli/*", "gemini-cli" },
	{ "*/@openai/codex/*", "codex" },     { "*/opencode-ai/*", "opencode" },
	{ "*/@github/copilot/*", "copilot" }, { "*/@sourcegraph/amp/*", "amp" },
};

static const struct program applications[] = {
	{ "*claude*", "claude" },     { "cursor*", "cursor" },	   { "*codex*", "codex" },
	{ "*gemini*", "gemini" },     { "*opencode*", "opencode" }, { "*copilot*", "copilot" },
	{ "goose*", "goose" },	      { "aider*", "aider" },	   { "*langchain*", "langchain" },
	{ "*langgraph*", "langgraph" }, { "*llamaindex*", "llamaindex" },
	{ "*autogen*", "autogen" },   { "*crewai*", "crewai" },	   { "mcp", "mcp" },
	{ "mcp-*", "mcp" },	      { "*-mcp", "mcp" },	   { "*mcp-server*", "mcp" },
	{ "*ai-agent*", "ai-agent" }, { "*ai agent*", "ai-agent" },
};

#define MATCH(table, text) match((table), sizeof(table) / sizeof((table)[0]), (text))

static const char *match(const struct program *table, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (gh_glob_match(table[i].pattern, text))
			return table[i].agent;
	return NULL;
}

/* The first sign stays: the nearest and most certain comes first. */
static void mark(struct gh_identity *identity, const char *agent, const char *how,
		 const char *what)
{
	struct gh_principal *principal = &identity->principal;
	struct gh_buf marker;

	if (principal->agent != NULL)
		return;
	gh_buf_init(&marker, 0);
	gh_buf_printf(&marker, "%s:%s", how, what);
	principal->agent = gh_identity_keep(identity, gh_span_from(agent),
					    GH_IDENTITY_NAME_MAXIMUM);
	principal->agent_marker = gh_identity_keep(identity, gh_buf_span(&marker),
						   GH_IDENTITY_NAME_MAXIMUM);
	principal->kind = GH_PRINCIPAL_AGENT;
	principal->acting_for = principal->subject;
	gh_buf_clear(&marker);
}

/* AI_AGENT=name names the agent; AGENT=1 only says that there is one. */
static const char *named(const char *value)
{
	static const char *const plain[] = { "0", "1", "true", "false", "yes", "no", "on", "off" };

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (gh_span_equal_nocase(gh_span_from(value), gh_span_from(plain[i])))
			return "agent";
	return value;
}

static void look_at_variables(struct gh_identity *identity, const char *const *environment,
			      const char *how)
{
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		if (gh_identity_variable(environment, variables[i].name) != NULL)
			mark(identity, variables[i].agent, how, variables[i].name);
	for (size_t i = 0; i < sizeof(conventions) / sizeof(conventions[0]); i++) {
		const char *value = gh_identity_variable(environment, conventions[i]);

		if (value != NULL && value[0] != '\0')
			mark(identity, named(value), how, conventions[i]);
	}
}

static const char *file_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* An interpreter's name says nothing, so the first words of the command line are asked too. */
static const char *agent_of_arguments(const struct gh_buf *arguments)
{
	const char *agent = NULL;
	size_t at = 0;

	for (int word = 0; agent == NULL && word < 4 && at < arguments->length; word++) {
		const char *text = arguments->bytes + at;

		agent = MATCH(programs, file_name(text));
		if (agent == NULL)
			agent = MATCH(packages, text);
		at += strlen(text) + 1;
	}
	return agent;
}

static void look_at_program(struct gh_identity *identity, int64_t pid, const char *name,
			    const char *how)
{
	const char *agent = MATCH(programs, name);
	struct gh_buf arguments;

	gh_buf_init(&arguments, 0);
	if (agent == NULL && gh_identity_process_arguments(identity->proc, pid, &arguments))
		agent = agent_of_arguments(&arguments);
	if (agent != NULL)
		mark(identity, agent, how, name);
	gh_buf_clear(&arguments);
}

/* Variables of a process above, for those that were taken away on the way down. */
static void look_at_inherited(struct gh_identity *identity, int64_t pid)
{
	const char *list[2] = { NULL, NULL };
	struct gh_buf raw;
	size_t at = 0;

	if (gh_identity_process_environment(identity->proc, pid, &raw))
		for (; at < raw.length && identity->principal.agent == NULL;
		     at += strlen(raw.bytes + at) + 1) {
			list[0] = raw.bytes + at;
			look_at_variables(identity, list, "parent-env");
		}
	gh_buf_clear_secret(&raw);
}

static void look_at_processes(struct gh_identity *identity)
{
	int64_t pid = identity->principal.process.pid;
	struct gh_identity_stat stat;

	for (int depth = 0; depth <= GH_IDENTITY_DEPTH && pid > 0; depth++) {
		if (identity->principal.agent != NULL ||
		    !gh_identity_process_stat(identity->proc, pid, &stat))
			return;
		look_at_program(identity, pid, stat.name, depth == 0 ? "process" : "parent");
		if (depth > 0 && identity->principal.agent == NULL)
			look_at_inherited(identity, pid);
		pid = stat.parent;
	}
}

void gh_identity_find_agent(struct gh_identity *identity, const char *const *environment)
{
	const char *application = identity->principal.application;
	const char *agent = application == NULL ? NULL : MATCH(applications, application);

	look_at_variables(identity, environment, "env");
	look_at_processes(identity);
	if (agent != NULL)
		mark(identity, agent, "application", application);
}
