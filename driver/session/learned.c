/*
 * Verdicts on base columns, for all connections of the process that share a
 * configuration.  That a column is clean holds for a while and is forgotten with
 * the names; that it is sensitive stays, and is told to others (store.c).
 */
#include "internal.h"

#include <stdlib.h>

enum { MOST_KEPT = 16384, BUCKETS = 4096 };
#define SURE_US  ((int64_t)600 * 1000000) /* of enough values */
#define QUICK_US ((int64_t)30 * 1000000)  /* as long as names are kept: catalogue.c */

struct entry {
	struct entry *next;
	struct gh_learned_verdict verdict;
	int64_t learned;
	size_t length;
	char key[];
};

struct gh_learned {
	struct gh_lock lock;
	char *path;                 /* of the file; owned */
	struct gh_file_stamp stamp; /* of the file when it was read */
	bool refused;               /* it is there and can't be used */
	struct entry *buckets[BUCKETS];
	size_t count;
};

static void forget_all(struct gh_learned *learned)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		while (learned->buckets[i] != NULL) {
			struct entry *entry = learned->buckets[i];

			learned->buckets[i] = entry->next;
			free(entry);
		}
	}
	learned->count = 0;
	learned->stamp = (struct gh_file_stamp){ 0 }; /* what the file has is read again */
}

void gh_learned_free(struct gh_learned *learned)
{
	if (learned == NULL)
		return;
	forget_all(learned);
	gh_lock_clear(&learned->lock);
	free(learned->path);
	free(learned);
}

static struct entry **place_of(struct gh_learned *learned, struct gh_span key)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	struct entry **place;

	for (size_t i = 0; i < key.length; i++)
		hash = (hash ^ (unsigned char)key.bytes[i]) * UINT64_C(0x100000001b3);
	place = &learned->buckets[hash % BUCKETS];
	while (*place != NULL && ((*place)->length != key.length ||
				  memcmp((*place)->key, key.bytes, key.length) != 0))
		place = &(*place)->next;
	return place;
}

/* What was found sensitive stays so; anything else has its time. */
static bool is_fresh(const struct entry *entry)
{
	int64_t age = gh_time_monotonic_us() - entry->learned;

	if (entry->verdict.state == GH_DETECT_SENSITIVE)
		return true;
	return age < (entry->verdict.enough ? SURE_US : QUICK_US);
}

/* The part of a key that the file has: without what this process alone can tell. */
static struct gh_span stored_part(struct gh_span key)
{
	struct gh_span part = { key.bytes, 0 };

	for (int i = 0; i < GH_STORE_PARTS && part.length < key.length; i++)
		part.length += strlen(key.bytes + part.length) + 1;
	return part;
}

static const struct entry *find(struct gh_learned *learned, struct gh_span key)
{
	struct entry *entry = *place_of(learned, key);

	return entry != NULL && is_fresh(entry) ? entry : NULL;
}

void gh_learned_find(struct gh_connection *connection, struct gh_span key,
		     struct gh_learned_verdict *out)
{
	struct gh_learned *learned = connection->shared->learned;
	const struct entry *entry;

	*out = (struct gh_learned_verdict){ 0 };
	gh_lock_take(&learned->lock);
	entry = find(learned, stored_part(key));
	if (entry == NULL)
		entry = find(learned, key);
	if (entry != NULL) {
		*out = entry->verdict;
		out->fresh = true;
	}
	gh_lock_release(&learned->lock);
}

void gh_learned_forget(struct gh_connection *connection)
{
	struct gh_learned *learned = connection->shared->learned;

	gh_lock_take(&learned->lock);
	for (size_t i = 0; i < BUCKETS; i++)
		for (struct entry *entry = learned->buckets[i]; entry != NULL; entry = entry->next)
			if (entry->verdict.state != GH_DETECT_SENSITIVE)
				entry->learned = INT64_MIN / 2;
	gh_lock_release(&learned->lock);
}

/* Never makes a sensitive column another one.  True if it was not so before. */
static bool put(struct gh_learned *learned, struct gh_span key,
		const struct gh_learned_verdict *verdict)
{
	struct entry **place, *entry;

	if (learned->count >= MOST_KEPT)
		forget_all(learned);
	place = place_of(learned, key);
	entry = *place;
	if (entry == NULL) {
		entry = calloc(1, sizeof(*entry) + key.length);
		if (entry == NULL)
			return false;
		entry->length = key.length;
		memcpy(entry->key, key.bytes, key.length);
		*place = entry;
		learned->count++;
	}
	if (entry->verdict.state == GH_DETECT_SENSITIVE)
		return false;
	entry->verdict = *verdict;
	entry->learned = gh_time_monotonic_us();
	return true;
}

void gh_learned_keep(struct gh_connection *connection, struct gh_span key,
		     const struct gh_learned_verdict *verdict)
{
	struct gh_learned *learned = connection->shared->learned;
	bool sensitive = verdict->state == GH_DETECT_SENSITIVE;
	bool new;

	gh_lock_take(&learned->lock);
	new = put(learned, sensitive ? stored_part(key) : key, verdict);
	if (new && sensitive && learned->path != NULL)
		gh_store_add(learned->path, stored_part(key), verdict->class);
	gh_lock_release(&learned->lock);
}

/* ---- what others learnt ---------------------------------------------------------------- */

static void take(void *context, struct gh_span key, enum gh_detect_class class)
{
	const struct gh_learned_verdict verdict = { GH_DETECT_SENSITIVE, class, true, true };

	(void)put(context, key, &verdict);
}

static void refresh(struct gh_learned *learned)
{
	struct gh_file_stamp stamp;

	if (learned->path == NULL)
		return;
	gh_file_stamp_get(learned->path, &stamp);
	if (gh_file_stamp_same(&stamp, &learned->stamp))
		return;
	learned->stamp = stamp;
	learned->refused = gh_store_read(learned->path, take, learned, NULL) != GH_OK;
}

void gh_learned_refresh(struct gh_connection *connection)
{
	struct gh_learned *learned = connection->shared->learned;

	gh_lock_take(&learned->lock);
	refresh(learned);
	gh_lock_release(&learned->lock);
}

bool gh_learned_is_refused(struct gh_connection *connection)
{
	struct gh_learned *learned = connection->shared->learned;
	bool refused;

	gh_lock_take(&learned->lock);
	refused = learned->refused;
	gh_lock_release(&learned->lock);
	return refused;
}

enum gh_status gh_learned_new(const struct gh_config *config, struct gh_learned **out,
			      struct gh_error *err)
{
	struct gh_learned *learned = calloc(1, sizeof(*learned));
	enum gh_status status;

	*out = NULL;
	if (learned == NULL)
		return gh_fail(err, GH_E_MEMORY, "verdicts");
	status = gh_lock_init(&learned->lock, err);
	if (status != GH_OK) {
		free(learned);
		return status;
	}
	learned->path = gh_store_path(config);
	refresh(learned);
	*out = learned;
	return GH_OK;
}
