/*
 * gatehouse policy explain: what would a policy decide on a statement, and why?
 */
#include <stdlib.h>
#include <string.h>

#include "cmd_policy.h"
#include "gatehouse/policy.h"
#include "gatehouse/sql.h"

static const char explain_help[] =
	"Usage: gatehouse policy explain --sql TEXT | --file FILE [OPTION]...\n"
	"\n"
	"Shows what a policy decides on a statement: the facts that were seen, the roles\n"
	"that matched, every rule and why it holds or not, and the mask of each column.\n"
	"No database is asked, so that '*' and views count as unknown.\n"
	"\n"
	"  --sql TEXT       the statement\n"
	"  --file FILE      a file that holds it\n"
	"  --policy FILE    the policy; the built-in one if not given\n"
	"  --user NAME      who asks; 'nobody' if not given\n"
	"  --group A,B      the groups of the user\n"
	"  --agent NAME     an AI agent that acts for the user\n"
	"  --purpose TEXT   the purpose of the session\n"
	"  --application T  the name that the application gives itself\n"
	"  --dsn NAME       the data source\n"
	"  --dialect NAME   postgresql, mariadb, mysql, sqlite, tsql, oracle or generic\n"
	"  --json           one JSON object instead of text\n"
	"\n"
	"Exit code: 0 allowed, 1 denied, needs approval or not readable, 3 wrong usage.\n";

enum { GROUPS_MAX = 64, SQL_MAX = 1 << 20 };

struct explain {
	const char *sql, *file, *policy, *user, *groups, *agent, *purpose, *application, *dsn;
	const char *dialect;
	bool json;
};

static enum gh_dialect dialect_of(const char *name)
{
	for (int i = 0; i < GH_DIALECT_COUNT; i++)
		if (gh_span_equal_nocase(gh_span_from(gh_sql_dialect_name((enum gh_dialect)i)),
					 gh_span_from(name)))
			return (enum gh_dialect)i;
	return gh_sql_dialect_from(name);
}

/* Splits at commas, in place.  Returns how many there are. */
static size_t split(char *text, const char *groups[GROUPS_MAX])
{
	size_t count = 0;

	while (text != NULL && *text != '\0' && count < GROUPS_MAX) {
		char *comma = strchr(text, ',');

		groups[count++] = text;
		if (comma != NULL)
			*comma++ = '\0';
		text = comma;
	}
	return count;
}

static int explain_facts(const struct explain *explain, const struct gh_policy *policy,
			 const struct gh_facts *facts)
{
	const char *groups[GROUPS_MAX];
	char *list = gh_text_copy(explain->groups == NULL ? "" : explain->groups);
	const struct gh_principal principal = {
		.kind = explain->agent != NULL ? GH_PRINCIPAL_AGENT : GH_PRINCIPAL_PERSON,
		.assurance = GH_ASSURANCE_ASSERTED, .issuer = "os",
		.subject = explain->user == NULL ? "nobody" : explain->user,
		.acting_for = explain->agent == NULL ? NULL :
			      explain->user == NULL ? "nobody" : explain->user,
		.agent = explain->agent, .purpose = explain->purpose,
		.application = explain->application, .groups = groups,
		.group_count = split(list, groups),
	};
	const struct gh_target target = { .dsn = explain->dsn, .dbms = explain->dialect };
	const struct gh_policy_request request = { &principal, &target, facts };
	struct gh_decision decision = { 0 };
	struct gh_error err = { 0 };
	struct gh_buf out;
	int result = GH_TOOL_FAILED;
	enum gh_status status;

	gh_buf_init(&out, 0);
	status = gh_policy_explain(policy, &request,
				   explain->json ? GH_POLICY_JSON : GH_POLICY_TEXT, &out, &err);
	if (status == GH_OK)
		status = gh_policy_decide(policy, &request, &decision, &err);
	if (status != GH_OK)
		gh_tool_error(status, &err);
	else if (gh_tool_print(&out) && decision.verdict == GH_VERDICT_ALLOW)
		result = GH_TOOL_OK;
	gh_policy_decision_clear(&decision);
	gh_buf_clear(&out);
	free(list);
	return result;
}

static int explain_text(const struct explain *explain, struct gh_span text)
{
	const struct gh_sql_options options = {
		.dialect = explain->dialect == NULL ? GH_DIALECT_GENERIC :
						      dialect_of(explain->dialect),
	};
	struct gh_policy *policy = NULL;
	struct gh_facts *facts = NULL;
	struct gh_error err = { 0 };
	int result = GH_TOOL_FAILED;
	enum gh_status status = explain->policy == NULL ?
					gh_policy_builtin(&policy, &err) :
					gh_policy_load(explain->policy, &policy, &err);

	if (status == GH_OK)
		status = gh_sql_analyze(text, &options, &facts, &err);
	if (status != GH_OK)
		gh_tool_error(status, &err);
	else
		result = explain_facts(explain, policy, facts);
	gh_sql_facts_free(facts);
	gh_policy_free(policy);
	return result;
}

static int explain_file(const struct explain *explain)
{
	struct gh_error err = { 0 };
	struct gh_buf text;
	enum gh_status status = gh_file_read(explain->file, SQL_MAX, &text, &err);
	int result;

	if (status != GH_OK) {
		gh_tool_error(status, &err);
		return GH_TOOL_USAGE;
	}
	result = explain_text(explain, gh_buf_span(&text));
	gh_buf_clear(&text);
	return result;
}

static int run_explain(int count, char **arguments)
{
	struct explain explain = { 0 };
	const struct gh_tool_option options[] = {
		{ "--sql", &explain.sql, NULL },
		{ "--file", &explain.file, NULL },
		{ "--policy", &explain.policy, NULL },
		{ "--user", &explain.user, NULL },
		{ "--group", &explain.groups, NULL },
		{ "--agent", &explain.agent, NULL },
		{ "--purpose", &explain.purpose, NULL },
		{ "--application", &explain.application, NULL },
		{ "--dsn", &explain.dsn, NULL },
		{ "--dialect", &explain.dialect, NULL },
		{ "--json", NULL, &explain.json },
		{ NULL, NULL, NULL },
	};
	struct gh_tool_words words = { 0 };

	if (!gh_tool_options(count, arguments, options, &words))
		return GH_TOOL_USAGE;
	if ((explain.sql == NULL) == (explain.file == NULL)) {
		gh_tool_complain("give the statement with --sql or --file; try --help");
		return GH_TOOL_USAGE;
	}
	if (explain.file != NULL)
		return explain_file(&explain);
	return explain_text(&explain, gh_span_from(explain.sql));
}

/* lint: table */
const struct gh_tool_command gh_tool_policy_explain_commands[] = {
	{ "policy", "explain", "shows what a policy decides on a statement, and why", explain_help,
	  run_explain },
	{ NULL, NULL, NULL, NULL, NULL },
};
