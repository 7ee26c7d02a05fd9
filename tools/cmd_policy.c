/*
 * gatehouse policy check: is a policy well-formed, valid and sensible?
 */
#include <stdio.h>

#include "cmd_policy.h"
#include "gatehouse/policy.h"

static const char check_help[] =
	"Usage: gatehouse policy check FILE [--json]\n"
	"\n"
	"Reads a policy and says whether Gatehouse would use it.  A mistake is shown with\n"
	"its line and column; roles and tags that nothing uses are shown as warnings.\n"
	"\n"
	"  --json  one JSON object instead of text\n"
	"\n"
	"Exit code: 0 the policy can be used, 1 it cannot, 3 wrong usage or no such file.\n";

struct check {
	const char *path;
	enum gh_status status;
	struct gh_error err;
	struct gh_policy *policy; /* NULL after a failure */
};

static void write_notes_json(const struct gh_policy *policy, struct gh_buf *out)
{
	size_t count = 0;
	const struct gh_policy_note *notes =
		policy == NULL ? NULL : gh_policy_notes(policy, &count);

	gh_buf_append_text(out, ",\"warnings\":[");
	for (size_t i = 0; i < count; i++) {
		gh_buf_printf(out, "%s{\"line\":%d,\"text\":", i == 0 ? "" : ",", notes[i].line);
		gh_json_text(out, notes[i].text);
		gh_buf_append_char(out, '}');
	}
	gh_buf_append_text(out, "]}");
}

static void write_json(const struct check *check, struct gh_buf *out)
{
	gh_buf_append_text(out, "{\"file\":");
	gh_json_text(out, check->path);
	if (check->policy == NULL) {
		gh_buf_printf(out,
			      ",\"valid\":false,\"error\":{\"line\":%d,\"column\":%d,\"text\":",
			      check->err.line, check->err.column);
		gh_json_text(out, check->err.text);
		gh_buf_append_char(out, '}');
	} else {
		gh_buf_append_text(out, ",\"valid\":true,\"digest\":");
		gh_json_text(out, gh_policy_digest(check->policy));
	}
	write_notes_json(check->policy, out);
}

/* Messages start with "file:line:column:", which editors understand. */
static void write_text(const struct check *check, struct gh_buf *out)
{
	size_t count;
	const struct gh_policy_note *notes;

	if (check->policy == NULL) {
		gh_buf_printf(out, "%s:%d:%d: error: %s", check->path, check->err.line,
			      check->err.column, check->err.text);
		return;
	}
	notes = gh_policy_notes(check->policy, &count);
	for (size_t i = 0; i < count; i++)
		gh_buf_printf(out, "%s:%d: warning: %s\n", check->path, notes[i].line,
			      notes[i].text);
	gh_buf_printf(out, "%s: valid, sha256 %s", check->path, gh_policy_digest(check->policy));
}

typedef void (*writer)(const struct check *check, struct gh_buf *out);

static int report(const struct check *check, writer write)
{
	struct gh_buf out;
	bool printed;

	gh_buf_init(&out, 0);
	write(check, &out);
	printed = gh_tool_print(&out);
	gh_buf_clear(&out);
	return printed && check->policy != NULL ? GH_TOOL_OK : GH_TOOL_FAILED;
}

static int run_check(int count, char **arguments)
{
	bool json = false;
	const struct gh_tool_option options[] = { { "--json", NULL, &json }, { NULL, NULL, NULL } };
	const char *path = NULL;
	struct gh_tool_words words = { &path, 1, 0 };
	struct check check = { 0 };
	struct gh_buf bytes;
	int result;

	if (!gh_tool_options(count, arguments, options, &words))
		return GH_TOOL_USAGE;
	if (path == NULL) {
		gh_tool_complain("which file? try --help");
		return GH_TOOL_USAGE;
	}
	check.path = path;
	/* read here, so that the messages do not name the file twice */
	check.status = gh_file_read(path, GH_TOOL_POLICY_MAX, &bytes, &check.err);
	if (check.status != GH_OK) {
		gh_tool_error(check.status, &check.err);
		return GH_TOOL_USAGE;
	}
	check.status = gh_policy_parse(gh_buf_span(&bytes), path, &check.policy, &check.err);
	gh_buf_clear(&bytes);
	result = report(&check, json ? write_json : write_text);
	gh_policy_free(check.policy);
	return result;
}

/* lint: table */
const struct gh_tool_command gh_tool_policy_commands[] = {
	{ "policy", "check", "says whether a policy can be used, and where it is wrong", check_help,
	  run_check },
	{ NULL, NULL, NULL, NULL, NULL },
};
