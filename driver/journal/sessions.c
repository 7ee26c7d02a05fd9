/*
 * Which sessions of a log are still open: a hash table of their ids.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct gh_journal_session_entry {
	uint8_t id[GH_SESSION_ID_SIZE];
	uint8_t state; /* 0: free */
};
enum { OPEN = 1, CLOSED };

void gh_journal_sessions_clear(struct gh_journal_sessions *sessions)
{
	free(sessions->entries);
	*sessions = (struct gh_journal_sessions){ 0 };
}

/* The entry of the id, or the free one where it belongs.  Ids are random: no hash is needed. */
static struct gh_journal_session_entry *find(const struct gh_journal_sessions *sessions,
					     const uint8_t *id)
{
	size_t i;

	memcpy(&i, id, sizeof(i));
	for (;; i++) {
		struct gh_journal_session_entry *entry =
			&sessions->entries[i & (sessions->room - 1)];

		if (entry->state == 0 || memcmp(entry->id, id, GH_SESSION_ID_SIZE) == 0)
			return entry;
	}
}

static bool grow(struct gh_journal_sessions *sessions)
{
	struct gh_journal_sessions more = *sessions;

	more.room = sessions->room == 0 ? 256 : sessions->room * 2;
	more.entries = calloc(more.room, sizeof(*more.entries));
	if (more.entries == NULL)
		return false;
	for (size_t i = 0; i < sessions->room; i++)
		if (sessions->entries[i].state != 0)
			*find(&more, sessions->entries[i].id) = sessions->entries[i];
	free(sessions->entries);
	*sessions = more;
	return true;
}

bool gh_journal_sessions_note(struct gh_journal_sessions *sessions, struct gh_span event,
			      struct gh_span id)
{
	bool opens = gh_span_equal(event, GH_SPAN_LITERAL("session-open"));
	struct gh_journal_session_entry *entry;
	uint8_t bytes[GH_SESSION_ID_SIZE];
	size_t size = sizeof(bytes);

	if (!opens && !gh_span_equal(event, GH_SPAN_LITERAL("session-close")) &&
	    !gh_span_equal(event, GH_SPAN_LITERAL("session-lost")))
		return true;
	if (!gh_hex_decode(id, bytes, &size) || size != sizeof(bytes))
		return true;
	if (sessions->used * 2 >= sessions->room && !grow(sessions))
		return false;
	entry = find(sessions, bytes);
	if (entry->state == 0) {
		memcpy(entry->id, bytes, sizeof(bytes));
		sessions->used++;
	}
	if (opens && entry->state == 0) {
		sessions->opened++;
		sessions->open++;
	} else if (!opens && entry->state == OPEN) {
		sessions->open--;
	}
	/* a session that was lost before its opening was recorded stays closed */
	if (entry->state != CLOSED)
		entry->state = opens ? OPEN : CLOSED;
	return true;
}
