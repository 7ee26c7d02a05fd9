/*
 * What a process shares among its connections: policy, journal and keys, one
 * set for each configuration.  The only mutable globals of Gatehouse are here.
 */
#include "internal.h"

#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static _Atomic int64_t owner; /* pid of the process whose they are; 0: nobody came yet */
/* its mark, which a fork takes away; NULL: none here, pids are compared */
static const volatile unsigned char *_Atomic mark;
static struct gh_shared *all; /* the one that was used last stands first */
static struct gh_identity *last_identity;
static struct gh_identity_hashes *hashes; /* of executables */
static struct gh_target_memory *targets;
static atomic_uint numbers;
atomic_uint gh_process_traces;
static pthread_once_t started = PTHREAD_ONCE_INIT;

enum { MASK_KEY_SIZE = 32, MOST_UNUSED = 4 };

static char *mask_key_path(const struct gh_config *config)
{
	return gh_path_join(config->keys, "mask.key");
}

/* libxml2 2.9 starts itself at its first use, in whatever threads that is. */
void gh_process_start(void)
{
	pthread_once(&started, xmlInitParser);
}

/* The key of all masks: made at first use, the same for every process of the user. */
static enum gh_status load_mask_key(struct gh_shared *shared, struct gh_error *err)
{
	char *path = mask_key_path(&shared->config);
	uint8_t fresh[MASK_KEY_SIZE];
	struct gh_buf key;
	struct gh_error why = { 0 };
	bool existed;
	enum gh_status status = GH_OK;

	gh_buf_init(&key, 0);
	if (path == NULL)
		return gh_fail(err, GH_E_MEMORY, "key path");
	if (access(path, F_OK) != 0) {
		status = gh_random_bytes(fresh, sizeof(fresh), err);
		if (status == GH_OK)
			status = gh_file_create(path,
						(struct gh_span){ (char *)fresh, sizeof(fresh) },
						0600, &existed, err);
		gh_wipe(fresh, sizeof(fresh));
	}
	if (status == GH_OK) {
		gh_file_stamp_get(path, &shared->mask_key);
		status = gh_file_read_private(path, 4096, &key, err);
	}
	if (status == GH_OK)
		status = gh_mask_keys_parse(gh_buf_span(&key), &shared->mask_keys, &why);
	if (status != GH_OK && why.status != GH_OK)
		status = gh_fail(err, status, "%s: %s", path, why.text);
	gh_buf_clear_secret(&key);
	free(path);
	return status;
}

static void free_shared(struct gh_shared *shared)
{
	if (shared == NULL)
		return;
	gh_policy_free(shared->policy);
	gh_mask_keys_free(shared->mask_keys);
	gh_learned_free(shared->learned);
	gh_journal_close(shared->journal);
	gh_config_clear(&shared->config);
	free(shared);
}

static enum gh_status copy_config(const struct gh_config *from, struct gh_config *to,
				  struct gh_error *err)
{
	to->policy = gh_text_copy(from->policy);
	to->journal = gh_text_copy(from->journal);
	to->keys = gh_text_copy(from->keys);
	to->level = from->level;
	to->system = from->system;
	to->trace_allowed = from->trace_allowed;
	if (to->journal == NULL || to->keys == NULL || (from->policy != NULL && to->policy == NULL))
		return gh_fail(err, GH_E_MEMORY, "configuration");
	return GH_OK;
}

/* Without its keys there is no journal, and without a journal nothing runs. */
static enum gh_status make_keys_folder(const char *folder, struct gh_error *err)
{
	struct gh_error why = { 0 };

	if (gh_dir_make(folder, 0700, &why) != GH_OK)
		return gh_fail(err, GH_E_JOURNAL, "%s", why.text);
	return GH_OK;
}

static enum gh_status open_shared(const struct gh_config *config, struct gh_shared **out,
				  struct gh_error *err)
{
	struct gh_shared *shared = calloc(1, sizeof(*shared));
	struct gh_journal_options options = { .folder = config->journal,
					      .keys = config->keys,
					      .level = config->level };
	enum gh_status status;

	*out = NULL;
	if (shared == NULL)
		return gh_fail(err, GH_E_MEMORY, "session");
	shared->pid = getpid();
	status = copy_config(config, &shared->config, err);
	if (status == GH_OK && config->policy != NULL)
		status = gh_policy_load(config->policy, &shared->policy, err);
	else if (status == GH_OK)
		status = gh_policy_builtin(&shared->policy, err);
	if (status == GH_OK)
		status = make_keys_folder(config->keys, err);
	if (status == GH_OK)
		status = gh_journal_open(&options, &shared->journal, err);
	if (status == GH_OK)
		status = load_mask_key(shared, err);
	if (status == GH_OK)
		status = gh_learned_new(config, &shared->learned, err);
	if (status != GH_OK) {
		free_shared(shared);
		return status;
	}
	*out = shared;
	return GH_OK;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/*
 * `policy` is what the policy's file holds now, so that a changed one holds from
 * the next connection on; NULL for the built-in policy.
 */
static bool same(const struct gh_shared *shared, const struct gh_config *config,
		 const struct gh_buf *policy)
{
	return shared->pid == getpid() && same_text(shared->config.policy, config->policy) &&
	       same_text(shared->config.journal, config->journal) &&
	       same_text(shared->config.keys, config->keys) &&
	       shared->config.level == config->level &&
	       (policy == NULL || gh_policy_is_read_from(shared->policy, gh_buf_span(policy)));
}

static struct gh_shared **find(const struct gh_config *config, const struct gh_buf *policy)
{
	for (struct gh_shared **at = &all; *at != NULL; at = &(*at)->next)
		if (same(*at, config, policy))
			return at;
	return NULL;
}

/*
 * A child of fork must keep nothing of what it inherited: the lock may have been
 * held by a thread that is not here, and the journal's descriptors hold the
 * parent's locks, which would outlive it.  The memory is left alone.
 */
static void abandon(void *unused)
{
	(void)unused;
	pthread_mutex_init(&lock, NULL);
	for (struct gh_shared *shared = all; shared != NULL; shared = shared->next)
		gh_journal_abandon(shared->journal);
	all = NULL;
	last_identity = NULL;
	hashes = NULL;
	targets = NULL;
	/* the parent's stays: handles that were inherited look at it */
	mark = gh_fork_mark_new();
}

/* Before anything here is touched; a system call only where there is no mark. */
static void enter(void)
{
	const volatile unsigned char *seen = mark;

	if (seen == NULL || *seen == 0)
		gh_fork_adopt(&owner, abandon, NULL);
}

void gh_process_adopt(void)
{
	if (owner != 0)
		enter();
}

const volatile unsigned char *gh_process_mark(void)
{
	enter();
	return mark;
}

/* What nobody used is taken up again only if all that it rests on is what it was. */
static bool holds(struct gh_shared *shared)
{
	struct gh_file_stamp now = { 0 };
	char *path;

	if (shared->users > 0)
		return true;
	path = mask_key_path(&shared->config);
	if (path != NULL)
		gh_file_stamp_get(path, &now);
	free(path);
	return now.number != 0 && gh_file_stamp_same(&now, &shared->mask_key) &&
	       gh_journal_resume(shared->journal);
}

/* Ends the unused beyond the `most` that were used last. */
static void end_unused(unsigned most)
{
	struct gh_shared **at = &all;

	while (*at != NULL) {
		struct gh_shared *shared = *at;

		if (shared->users > 0 || most > 0) {
			most -= shared->users == 0;
			at = &shared->next;
			continue;
		}
		*at = shared->next;
		free_shared(shared);
	}
}

/*
 * When the library is unloaded.  At the process's end OpenSSL has gone by then, and
 * the kernel takes what is left; a child of fork may have inherited a held lock.
 */
__attribute__((destructor)) static void end_all(void)
{
	if (gh_crypto_has_ended() || pthread_mutex_trylock(&lock) != 0)
		return;
	end_unused(0);
	gh_identity_free(last_identity);
	gh_identity_hashes_free(hashes);
	gh_target_memory_free(targets);
	gh_fork_mark_free(mark);
	last_identity = NULL;
	hashes = NULL;
	targets = NULL;
	mark = NULL;
	pthread_mutex_unlock(&lock);
}

static enum gh_status join(const struct gh_config *config, const struct gh_buf *policy,
			   struct gh_shared **out, struct gh_error *err)
{
	struct gh_shared **at = find(config, policy);
	struct gh_shared *shared = at == NULL ? NULL : *at;
	enum gh_status status = GH_OK;

	if (shared != NULL)
		*at = shared->next;
	if (shared != NULL && !holds(shared)) {
		free_shared(shared);
		shared = NULL;
	}
	if (shared == NULL)
		status = open_shared(config, &shared, err);
	if (status != GH_OK)
		return status;
	shared->next = all;
	all = shared;
	shared->users++;
	*out = shared;
	return GH_OK;
}

enum gh_status gh_process_acquire(const struct gh_config *config, struct gh_shared **out,
				  struct gh_error *err)
{
	struct gh_buf policy;
	enum gh_status status = GH_OK;

	*out = NULL;
	gh_buf_init(&policy, 0);
	if (config->policy != NULL)
		status = gh_policy_file_read(config->policy, &policy, err);
	if (status != GH_OK)
		return status;
	enter();
	pthread_mutex_lock(&lock);
	status = join(config, config->policy != NULL ? &policy : NULL, out, err);
	end_unused(MOST_UNUSED);
	pthread_mutex_unlock(&lock);
	gh_buf_clear(&policy);
	return status;
}

struct gh_target_memory *gh_process_targets(void)
{
	struct gh_target_memory *found;

	enter();
	pthread_mutex_lock(&lock);
	if (targets == NULL && gh_target_memory_new(&targets, NULL) != GH_OK)
		targets = NULL;
	found = targets;
	pthread_mutex_unlock(&lock);
	return found;
}

/* ---- who the process is -------------------------------------------------------------- */

static struct gh_identity *share_last(const struct gh_identity_hints *hints)
{
	struct gh_identity *found = NULL;

	pthread_mutex_lock(&lock);
	if (last_identity != NULL && gh_identity_fits(last_identity, hints))
		found = gh_identity_share(last_identity);
	if (hashes == NULL && gh_identity_hashes_new(&hashes, NULL) != GH_OK)
		hashes = NULL;
	pthread_mutex_unlock(&lock);
	return found;
}

enum gh_status gh_process_identify(const struct gh_identity_hints *hints, struct gh_identity **out,
				   struct gh_error *err)
{
	struct gh_identity *old;
	enum gh_status status;

	enter();
	*out = share_last(hints);
	if (*out != NULL)
		return GH_OK;
	status = gh_identity_new(hints, NULL, out, err);
	if (status != GH_OK)
		return status;
	/* without it the evidence is less, not the identity */
	(void)gh_identity_hash_executable(*out, hashes, NULL);
	pthread_mutex_lock(&lock);
	old = last_identity;
	last_identity = gh_identity_share(*out);
	pthread_mutex_unlock(&lock);
	gh_identity_free(old);
	return GH_OK;
}

unsigned gh_process_number(void)
{
	return atomic_fetch_add_explicit(&numbers, 1, memory_order_relaxed) + 1;
}

void gh_process_release(struct gh_shared *shared)
{
	if (shared == NULL)
		return;
	pthread_mutex_lock(&lock);
	shared->users--;
	end_unused(MOST_UNUSED);
	pthread_mutex_unlock(&lock);
}
