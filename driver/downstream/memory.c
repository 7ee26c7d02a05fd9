/*
 * What a process remembers of targets between connections.  unixODBC 2.3.11 keeps
 * each answer of SQLGetPrivateProfileString, but never finds a list of names again:
 * every one makes it slower for 20 seconds, so a list is asked for once a second.
 */
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LIBRARIES = 16, MOST_LISTS = 16 };
#define LIST_AGE_US ((int64_t)1000000)

/* The names of a section's entries. */
struct list {
	struct gh_buf where; /* the section, and where odbc.ini is looked for */
	struct gh_buf names; /* NUL-terminated, an empty one at the end */
	int64_t read;        /* monotonic, us */
};

struct gh_target_memory {
	pthread_mutex_t lock;
	struct gh_lock serial; /* around each call of a target that needs it */
	struct gh_library libraries[MOST_LIBRARIES];
	size_t library_count;
	struct list lists[MOST_LISTS]; /* the oldest is replaced */
	size_t lists_read;
};

enum gh_status gh_target_memory_new(struct gh_target_memory **out, struct gh_error *err)
{
	*out = calloc(1, sizeof(**out));
	if (*out == NULL)
		return gh_fail(err, GH_E_MEMORY, "targets");
	if (gh_lock_init(&(*out)->serial, err) != GH_OK) {
		free(*out);
		*out = NULL;
		return GH_E_MEMORY;
	}
	if (pthread_mutex_init(&(*out)->lock, NULL) != 0) {
		gh_lock_clear(&(*out)->serial);
		free(*out);
		*out = NULL;
		return gh_fail(err, GH_E_MEMORY, "targets");
	}
	return GH_OK;
}

void gh_target_memory_free(struct gh_target_memory *memory)
{
	if (memory == NULL)
		return;
	for (size_t i = 0; i < MOST_LISTS; i++) {
		gh_buf_clear(&memory->lists[i].where);
		gh_buf_clear(&memory->lists[i].names);
	}
	pthread_mutex_destroy(&memory->lock);
	gh_lock_clear(&memory->serial);
	free(memory);
}

struct gh_lock *gh_target_memory_serial(struct gh_target_memory *memory)
{
	return memory == NULL ? NULL : &memory->serial;
}

/* ---- libraries ---------------------------------------------------------------------- */

/* A library is never unloaded, so its handle means the same functions for ever. */
bool gh_target_memory_library(struct gh_target_memory *memory, struct gh_library *library)
{
	bool found = false;

	if (memory == NULL)
		return false;
	pthread_mutex_lock(&memory->lock);
	for (size_t i = 0; i < memory->library_count && !found; i++) {
		found = memory->libraries[i].handle == library->handle;
		if (found)
			*library = memory->libraries[i];
	}
	pthread_mutex_unlock(&memory->lock);
	return found;
}

void gh_target_memory_keep_library(struct gh_target_memory *memory,
				   const struct gh_library *library)
{
	if (memory == NULL)
		return;
	pthread_mutex_lock(&memory->lock);
	if (memory->library_count < MOST_LIBRARIES)
		memory->libraries[memory->library_count++] = *library;
	pthread_mutex_unlock(&memory->lock);
}

/* ---- sections of odbc.ini -------------------------------------------------------------- */

static void place_of(const char *section, struct gh_buf *out)
{
	static const char *const variables[] = { "ODBCINI", "ODBCSYSINI", "HOME" };

	gh_buf_init(out, 0);
	(void)gh_buf_append_text(out, section);
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = gh_env_get(variables[i]);

		(void)gh_buf_append_char(out, '\n');
		(void)gh_buf_append_text(out, value == NULL ? "" : value);
	}
}

static struct list *find_list(struct gh_target_memory *memory, const struct gh_buf *where)
{
	int64_t oldest = gh_time_monotonic_us() - LIST_AGE_US;

	for (size_t i = 0; i < MOST_LISTS; i++)
		if (memory->lists[i].read > oldest &&
		    gh_span_equal(gh_buf_span(&memory->lists[i].where), gh_buf_span(where)))
			return &memory->lists[i];
	return NULL;
}

/* Takes over `where`. */
static void keep_list(struct gh_target_memory *memory, struct gh_buf *where,
		      const struct gh_buf *names)
{
	struct list *list = &memory->lists[memory->lists_read++ % MOST_LISTS];

	gh_buf_clear(&list->where);
	gh_buf_clear(&list->names);
	list->read = 0;
	if (gh_buf_append(&list->names, names->bytes, names->length) != GH_OK)
		return;
	list->where = *where;
	*where = (struct gh_buf){ 0 };
	list->read = gh_time_monotonic_us();
}

static enum gh_status recall(struct gh_target_memory *memory, const char *section,
			     struct gh_buf *out, struct gh_error *err)
{
	struct gh_buf where;
	struct list *list;
	enum gh_status status = GH_OK;

	place_of(section, &where);
	pthread_mutex_lock(&memory->lock);
	list = where.failed == GH_OK ? find_list(memory, &where) : NULL;
	if (list != NULL) {
		(void)gh_buf_append(out, list->names.bytes, list->names.length);
	} else {
		status = gh_section_list(section, out, err);
		if (status == GH_OK && where.failed == GH_OK)
			keep_list(memory, &where, out);
	}
	pthread_mutex_unlock(&memory->lock);
	gh_buf_clear(&where);
	return status == GH_OK ? gh_buf_status(out, err) : status;
}

enum gh_status gh_target_memory_list(struct gh_target_memory *memory, const char *section,
				     struct gh_buf *out, struct gh_error *err)
{
	return memory == NULL ? gh_section_list(section, out, err)
			      : recall(memory, section, out, err);
}
