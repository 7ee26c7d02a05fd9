/*
 * A principal as JSON, with its members in a fixed order, and the names of its
 * enumerations.
 */
#include "internal.h"

const char *gh_identity_kind_name(enum gh_principal_kind kind)
{
	static const char *const names[] = { "unknown", "person", "service", "agent" };

	return (size_t)kind < sizeof(names) / sizeof(names[0]) ? names[kind] : names[0];
}

const char *gh_identity_assurance_name(enum gh_assurance assurance)
{
	static const char *const names[] = { "none", "asserted", "verified" };

	return (size_t)assurance < sizeof(names) / sizeof(names[0]) ? names[assurance] : names[0];
}

struct member {
	const char *name;
	const char *text; /* NULL: unknown, left out */
};

/* Each member is followed by a comma: what ends an object is always there. */
static void write_members(struct gh_buf *out, const struct member *members, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (members[i].text == NULL)
			continue;
		gh_buf_printf(out, "\"%s\":", members[i].name);
		gh_json_text(out, members[i].text);
		gh_buf_append_char(out, ',');
	}
}

static void write_groups(struct gh_buf *out, const struct gh_principal *principal)
{
	gh_buf_append_text(out, "\"groups\":[");
	for (size_t i = 0; i < principal->group_count; i++) {
		if (i > 0)
			gh_buf_append_char(out, ',');
		gh_json_text(out, principal->groups[i]);
	}
	gh_buf_append_text(out, "],");
}

static void write_process(struct gh_buf *out, const struct gh_process *process)
{
	const struct member members[] = {
		{ "executable", process->executable },
		{ "executable_sha256", process->executable_sha256 },
		{ "script", process->script },
		{ "parents", process->parents },
		{ "tty", process->tty },
		{ "container", process->container },
		{ "host", process->host },
		{ "boot_id", process->boot_id },
	};

	gh_buf_append_text(out, "\"process\":{");
	write_members(out, members, sizeof(members) / sizeof(members[0]));
	if (process->parent_pid > 0)
		gh_buf_printf(out, "\"parent_pid\":%lld,", (long long)process->parent_pid);
	if (process->login_uid >= 0)
		gh_buf_printf(out, "\"login_uid\":%lld,", (long long)process->login_uid);
	gh_buf_printf(out, "\"pid\":%lld,\"uid\":%lld}", (long long)process->pid,
		      (long long)process->uid);
}

enum gh_status gh_identity_write(const struct gh_principal *principal, struct gh_buf *out)
{
	const struct member members[] = {
		{ "kind", gh_identity_kind_name(principal->kind) },
		{ "assurance", gh_identity_assurance_name(principal->assurance) },
		{ "issuer", principal->issuer },
		{ "subject", principal->subject },
		{ "acting_for", principal->acting_for },
		{ "agent", principal->agent },
		{ "agent_marker", principal->agent_marker },
		{ "purpose", principal->purpose },
		{ "run", principal->run },
		{ "application", principal->application },
		{ "trace", principal->trace },
	};

	gh_buf_append_char(out, '{');
	write_members(out, members, sizeof(members) / sizeof(members[0]));
	write_groups(out, principal);
	write_process(out, &principal->process);
	gh_buf_append_char(out, '}');
	return out->failed;
}
