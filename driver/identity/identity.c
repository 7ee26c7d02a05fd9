/*
 * An identity: gathers the parts in their order and holds the texts.  Only a
 * missing user fails; all other evidence may be unknown.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARENA_MAXIMUM ((size_t)4 << 20)

extern char **environ;

void gh_identity_free(struct gh_identity *identity)
{
	if (identity == NULL || atomic_fetch_sub(&identity->owners, 1) > 1)
		return;
	gh_arena_free(identity->arena);
	gh_buf_clear_secret(&identity->basis);
	gh_fork_mark_free(identity->fork_mark);
	free(identity);
}

struct gh_identity *gh_identity_share(struct gh_identity *identity)
{
	atomic_fetch_add(&identity->owners, 1);
	return identity;
}

const struct gh_principal *gh_identity_principal(const struct gh_identity *identity)
{
	return &identity->principal;
}

/* One system call, since it is asked at every use. */
static bool stamp(const struct gh_identity *identity, int64_t made_by[3])
{
	uid_t real, effective, saved;

	if (getresuid(&real, &effective, &saved) != 0)
		return false;
	made_by[0] = identity->fork_mark == NULL ? getpid() : 0;
	made_by[1] = real;
	made_by[2] = effective;
	return true;
}

bool gh_identity_current(const struct gh_identity *identity)
{
	int64_t now[3];

	if (identity->fork_mark != NULL && *identity->fork_mark == 0)
		return false;
	return stamp(identity, now) && memcmp(now, identity->made_by, sizeof(now)) == 0;
}

/* Appends `text` with what is no UTF-8 and every control character as U+FFFD. */
static void sanitise(struct gh_buf *out, struct gh_span text)
{
	size_t at = 0;

	while (at < text.length) {
		int32_t c = gh_utf8_next(text, &at);

		if (c < 0)
			at++;
		if (c < 0x20 || (c >= 0x7F && c < 0xA0))
			c = 0xFFFD;
		gh_utf8_append(out, (uint32_t)c);
	}
}

static size_t cut_at(struct gh_span text, size_t maximum)
{
	size_t at = 0, end = 0;

	while (at <= maximum) {
		end = at;
		if (gh_utf8_next(text, &at) < 0)
			break;
	}
	return end;
}

const char *gh_identity_keep(struct gh_identity *identity, struct gh_span text, size_t maximum)
{
	const char *kept = NULL;
	struct gh_buf clean;

	if (text.length == 0)
		return NULL;
	/* no more than this can be kept, whatever its bytes are */
	if (text.length > maximum + 4)
		text.length = maximum + 4;
	gh_buf_init(&clean, 0);
	sanitise(&clean, text);
	text = gh_buf_span(&clean);
	text.length = cut_at(text, maximum);
	if (clean.failed == GH_OK)
		kept = gh_arena_text(identity->arena, text);
	identity->failed = identity->failed || kept == NULL;
	gh_buf_clear(&clean);
	return kept;
}

const char *gh_identity_variable(const char *const *environment, const char *name)
{
	size_t length = strlen(name);

	for (; environment != NULL && *environment != NULL; environment++)
		if (strncmp(*environment, name, length) == 0 && (*environment)[length] == '=')
			return *environment + length + 1;
	return NULL;
}

enum answer { NOT_FOUND, FOUND };

/* A buffer that a question filled, kept and cleared. */
static const char *keep_found(struct gh_identity *identity, enum answer answer, struct gh_buf *buf)
{
	const char *kept = NULL;

	if (answer == FOUND)
		kept = gh_identity_keep(identity, gh_buf_span(buf), GH_IDENTITY_PATH_MAXIMUM);

	gh_buf_clear(buf);
	return kept;
}

static void find_process(struct gh_identity *identity)
{
	struct gh_process *process = &identity->principal.process;
	const char *proc = identity->proc;
	struct gh_identity_stat stat;
	char host[GH_IDENTITY_NAME_MAXIMUM] = { 0 };
	struct gh_buf buf;

	gh_identity_process_stat(proc, process->pid, &stat);
	process->parent_pid = stat.parent;
	process->login_uid = gh_identity_process_login_uid(proc, process->pid);
	process->executable = keep_found(
		identity, gh_identity_process_executable(proc, process->pid, &buf), &buf);
	process->tty = keep_found(identity, gh_identity_terminal_name(stat.terminal, &buf), &buf);
	process->container = keep_found(
		identity, gh_identity_process_container(proc, process->pid, &buf), &buf);
	process->boot_id = keep_found(identity, gh_identity_boot_id(proc, &buf), &buf);
	if (gethostname(host, sizeof(host) - 1) == 0)
		process->host = gh_identity_keep(identity, gh_span_from(host), sizeof(host));
}

static void find_parents(struct gh_identity *identity)
{
	struct gh_process *process = &identity->principal.process;
	int64_t pid = process->parent_pid;
	struct gh_identity_stat stat;
	struct gh_buf chain;

	gh_buf_init(&chain, 0);
	for (int depth = 0; depth < GH_IDENTITY_DEPTH && pid > 0; depth++) {
		if (!gh_identity_process_stat(identity->proc, pid, &stat))
			break;
		gh_buf_printf(&chain, "%s%s(%lld)", depth > 0 ? " < " : "", stat.name,
			      (long long)pid);
		pid = stat.parent;
	}
	process->parents = keep_found(identity, chain.length > 0, &chain);
}

/* Which process, and whose. */
static enum gh_status set_source(struct gh_identity *identity,
				 const struct gh_identity_source *source, struct gh_error *err)
{
	struct gh_process *process = &identity->principal.process;
	const char *proc = source->proc == NULL ? "/proc" : source->proc;

	identity->proc = gh_arena_text(identity->arena, gh_span_from(proc));
	if (identity->proc == NULL)
		return gh_fail(err, GH_E_MEMORY, "identity");
	process->pid = source->pid == 0 ? getpid() : source->pid;
	identity->own = process->pid == getpid() && source->uid < 0;
	process->uid = source->uid < 0 ? (int64_t)getuid() : source->uid;
	if (source->uid >= 0 || process->pid == getpid())
		return GH_OK;
	if (gh_identity_process_uid(identity->proc, process->pid, &process->uid))
		return GH_OK;
	return gh_fail(err, GH_E_IDENTITY, "process %lld: its user is not known",
		       (long long)process->pid);
}

/* The texts of a NUL-separated list, as a NULL-terminated list in the arena. */
static const char *const *list_of(struct gh_identity *identity, struct gh_span texts)
{
	size_t count = 0, size;
	const char **list = NULL;

	for (size_t i = 0; i < texts.length; i++)
		count += texts.bytes[i] == '\0';
	if (gh_mul_size(count + 2, sizeof(*list), &size))
		list = gh_arena_alloc(identity->arena, size);
	identity->failed = identity->failed || list == NULL;
	if (list == NULL)
		return NULL;
	count = 0;
	for (size_t at = 0; at < texts.length; at += strlen(texts.bytes + at) + 1)
		list[count++] = texts.bytes + at;
	return list;
}

static void find_rest(struct gh_identity *identity, const struct gh_identity_source *source)
{
	const char *const *environment = source->environment;
	struct gh_buf raw;

	gh_buf_init(&raw, 0);
	if (environment == NULL && identity->principal.process.pid == getpid())
		environment = (const char *const *)environ;
	else if (environment == NULL &&
		 gh_identity_process_environment(identity->proc, identity->principal.process.pid,
						 &raw))
		environment = list_of(identity, gh_buf_span(&raw));
	gh_identity_find_run(identity, environment);
	gh_identity_find_script(identity, environment);
	gh_identity_find_agent(identity, environment);
	gh_buf_clear_secret(&raw);
}

static void keep_hints(struct gh_identity *identity, const struct gh_identity_hints *hints)
{
	static const struct gh_identity_hints none = { 0 };
	struct gh_principal *principal = &identity->principal;

	if (hints == NULL)
		hints = &none;
	principal->purpose = gh_identity_keep(identity, gh_span_from(hints->purpose),
					      GH_IDENTITY_NAME_MAXIMUM);
	principal->run = gh_identity_keep(identity, gh_span_from(hints->run),
					  GH_IDENTITY_NAME_MAXIMUM);
	principal->application = gh_identity_keep(identity, gh_span_from(hints->application),
						  GH_IDENTITY_NAME_MAXIMUM);
}

static enum gh_status gather(struct gh_identity *identity, const struct gh_identity_hints *hints,
			     const struct gh_identity_source *source, struct gh_error *err)
{
	enum gh_status status = gh_arena_new(ARENA_MAXIMUM, &identity->arena);

	if (status != GH_OK)
		return gh_fail(err, status, "identity");
	identity->fork_mark = gh_fork_mark_new();
	if (!stamp(identity, identity->made_by))
		return gh_fail(err, GH_E_IDENTITY, "the process's user is not known");
	status = set_source(identity, source, err);
	if (status != GH_OK)
		return status;
	/* first, so that a change meanwhile makes it too old */
	if (identity->own && source->proc == NULL && source->environment == NULL)
		identity->made = gh_identity_basis(hints, &identity->basis);
	keep_hints(identity, hints);
	gh_identity_find_user(identity);
	find_process(identity);
	find_parents(identity);
	find_rest(identity, source);
	if (identity->failed)
		return gh_fail(err, GH_E_MEMORY, "identity");
	return GH_OK;
}

enum gh_status gh_identity_new(const struct gh_identity_hints *hints,
			       const struct gh_identity_source *source,
			       struct gh_identity **out, struct gh_error *err)
{
	static const struct gh_identity_source this_process = { 0, -1, NULL, NULL };
	struct gh_identity *identity = calloc(1, sizeof(*identity));
	enum gh_status status;

	*out = NULL;
	if (identity == NULL)
		return gh_fail(err, GH_E_MEMORY, "identity");
	atomic_init(&identity->owners, 1);
	gh_buf_init(&identity->basis, 0);
	status = gather(identity, hints, source == NULL ? &this_process : source, err);
	if (status != GH_OK) {
		gh_identity_free(identity);
		return status;
	}
	*out = identity;
	return GH_OK;
}
