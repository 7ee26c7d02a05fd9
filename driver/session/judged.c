/*
 * What was decided of a text, shared by all statements that have the same, and
 * kept with the connection for the next one.  Only what was allowed is kept, and
 * only while nothing that it rests on has changed.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_KEPT = 64, MOST_TEXT = 64 << 10, ENDS = 64 };
#define KEPT_US ((int64_t)30 * 1000000) /* as long as names are kept: catalogue.c */

struct gh_judged {
	atomic_uint users; /* statements, and the cache */
	struct gh_facts *facts;
	struct gh_decision decision;
	enum gh_scrub scrub;
	/* what it rests on */
	char *text; /* as it came */
	size_t length;
	char *filtered; /* the same under row filters, which is sent; NULL: there are none */
	size_t filtered_length;
	SQLULEN no_scan;
	unsigned epoch;
	int64_t decided;
	const struct gh_principal *principal;
	const struct gh_policy *policy;
};

struct gh_verdicts {
	uint64_t hashes[MOST_KEPT]; /* beside each other: all are looked at */
	uint64_t used[MOST_KEPT];
	struct gh_judged *items[MOST_KEPT];
	size_t count;
	uint64_t clock;
};

/* ---- one judgement ------------------------------------------------------------------- */

void gh_judged_release(struct gh_judged *judged)
{
	if (judged == NULL || atomic_fetch_sub(&judged->users, 1) != 1)
		return;
	gh_sql_facts_free(judged->facts);
	gh_policy_decision_clear(&judged->decision);
	gh_free_secret(judged->text, judged->length);
	gh_free_secret(judged->filtered, judged->filtered_length);
	free(judged);
}

/* The statement's facts and decision become those of the judgement, which it holds. */
static void adopt(struct gh_statement *statement, struct gh_judged *judged)
{
	statement->judged = judged;
	statement->facts = judged->facts;
	statement->decision = judged->decision;
	statement->scrub = judged->scrub;
	statement->epoch = judged->epoch;
	statement->decided_at = judged->decided;
	statement->decided = true;
}

void gh_judged_forget(struct gh_statement *statement)
{
	if (statement->judged == NULL) {
		gh_sql_facts_free(statement->facts);
		gh_policy_decision_clear(&statement->decision);
	}
	gh_judged_release(statement->judged);
	statement->judged = NULL;
	statement->facts = NULL;
	statement->decision = (struct gh_decision){ 0 };
	statement->decided = false;
	statement->scrub = GH_SCRUB_NO;
}

bool gh_judged_stale(const struct gh_statement *statement)
{
	return statement->epoch != statement->connection->epoch || gh_modes_stale(statement) ||
	       gh_time_monotonic_us() - statement->decided_at > KEPT_US;
}

/* ---- the cache ----------------------------------------------------------------------- */

void gh_verdicts_free(struct gh_verdicts *verdicts)
{
	if (verdicts == NULL)
		return;
	for (size_t i = 0; i < verdicts->count; i++)
		gh_judged_release(verdicts->items[i]);
	free(verdicts);
}

static uint64_t mix(uint64_t hash, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* Of the length and both ends: the bytes are compared anyway. */
static uint64_t hash_of(struct gh_span text)
{
	size_t end = text.length < ENDS ? text.length : ENDS;
	uint64_t hash = mix(UINT64_C(0xcbf29ce484222325) ^ text.length, text.bytes, end);

	return mix(hash, text.bytes + text.length - end, end);
}

static bool is_for(const struct gh_judged *judged, const struct gh_statement *statement,
		   const struct gh_principal *principal)
{
	const struct gh_connection *connection = statement->connection;
	const struct gh_span text = { judged->text, judged->length };

	return judged->no_scan == statement->no_scan &&
	       judged->epoch == connection->epoch && judged->principal == principal &&
	       judged->policy == connection->shared->policy &&
	       gh_span_equal(text, gh_buf_span(&statement->text)) &&
	       gh_time_monotonic_us() - judged->decided <= KEPT_US;
}

/* Where it fails, the statement's own text is judged again. */
static bool take_filtered(struct gh_statement *statement, const struct gh_judged *judged)
{
	struct gh_buf text;

	gh_buf_init(&text, 0);
	if (gh_buf_append(&text, judged->filtered, judged->filtered_length) == GH_OK &&
	    gh_filter_take(statement, &text, NULL) == GH_OK)
		return true;
	gh_buf_clear_secret(&text);
	if (statement->original.length > 0) {
		gh_buf_clear_secret(&statement->text);
		statement->text = statement->original;
		gh_buf_init(&statement->original, 0);
	}
	return false;
}

bool gh_judged_find(struct gh_statement *statement, const struct gh_principal *principal)
{
	struct gh_connection *connection = statement->connection;
	struct gh_judged *found = NULL;
	struct gh_verdicts *verdicts;
	uint64_t hash = hash_of(gh_buf_span(&statement->text));

	gh_lock_take(&connection->base.lock);
	verdicts = connection->verdicts;
	for (size_t i = 0; verdicts != NULL && i < verdicts->count && found == NULL; i++) {
		if (verdicts->hashes[i] != hash ||
		    !is_for(verdicts->items[i], statement, principal))
			continue;
		found = verdicts->items[i];
		verdicts->used[i] = ++verdicts->clock;
		atomic_fetch_add(&found->users, 1);
	}
	gh_lock_release(&connection->base.lock);
	if (found == NULL)
		return false;
	if (found->filtered != NULL && !take_filtered(statement, found)) {
		gh_judged_release(found);
		return false;
	}
	adopt(statement, found);
	return true;
}

/* The place of the same text, a free one, or the one that was used least lately. */
static size_t place_for(struct gh_verdicts *verdicts, const struct gh_judged *judged, uint64_t hash)
{
	size_t oldest = 0;

	for (size_t i = 0; i < verdicts->count; i++) {
		const struct gh_judged *item = verdicts->items[i];

		if (verdicts->hashes[i] == hash && item->length == judged->length &&
		    memcmp(item->text, judged->text, judged->length) == 0)
			return i;
		if (verdicts->used[i] < verdicts->used[oldest])
			oldest = i;
	}
	return verdicts->count < MOST_KEPT ? verdicts->count++ : oldest;
}

static void keep(struct gh_connection *connection, struct gh_judged *judged)
{
	uint64_t hash = hash_of((struct gh_span){ judged->text, judged->length });
	struct gh_verdicts *verdicts;
	size_t place;

	gh_lock_take(&connection->base.lock);
	if (connection->verdicts == NULL)
		connection->verdicts = calloc(1, sizeof(*connection->verdicts));
	verdicts = connection->verdicts;
	if (verdicts != NULL) {
		place = place_for(verdicts, judged, hash);
		gh_judged_release(verdicts->items[place]);
		atomic_fetch_add(&judged->users, 1);
		verdicts->items[place] = judged;
		verdicts->hashes[place] = hash;
		verdicts->used[place] = ++verdicts->clock;
	}
	gh_lock_release(&connection->base.lock);
}

/* The texts of a judgement: what came, and what is sent in its place. */
static bool copy_texts(const struct gh_statement *statement, struct gh_judged *judged)
{
	bool filtered = statement->original.length > 0;
	const struct gh_buf *came = filtered ? &statement->original : &statement->text;

	judged->length = came->length;
	judged->text = gh_span_copy(gh_buf_span(came));
	if (filtered) {
		judged->filtered_length = statement->text.length;
		judged->filtered = gh_span_copy(gh_buf_span(&statement->text));
	}
	return judged->text != NULL && (!filtered || judged->filtered != NULL);
}

void gh_judged_keep(struct gh_statement *statement, const struct gh_principal *principal)
{
	struct gh_judged *judged;

	/* a text that is not kept stays the statement's own */
	if (statement->text.length > MOST_TEXT || statement->original.length > MOST_TEXT)
		return;
	judged = calloc(1, sizeof(*judged));
	if (judged == NULL)
		return;
	if (!copy_texts(statement, judged)) {
		gh_free_secret(judged->text, judged->length);
		gh_free_secret(judged->filtered, judged->filtered_length);
		free(judged);
		return;
	}
	atomic_init(&judged->users, 1);
	judged->facts = statement->facts;
	judged->decision = statement->decision;
	judged->scrub = statement->scrub;
	judged->no_scan = statement->no_scan;
	judged->epoch = statement->epoch;
	judged->decided = statement->decided_at;
	judged->principal = principal;
	judged->policy = statement->connection->shared->policy;
	adopt(statement, judged);
	keep(statement->connection, judged);
}
