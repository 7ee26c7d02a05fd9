/*
 * What a process remembers of targets between connections.  unixODBC 2.3.11 keeps
 * each answer of SQLGetPrivateProfileString for 20 seconds and searches all of them
 * for one, but never finds a list of names again; so it is asked once a second.
 */
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LIBRARIES = 16, MOST_ANSWERS = 32 };
#define ANSWER_AGE_US ((int64_t)1000000)

struct library {
	char *path; /* owned */
	struct gh_library library;
};

struct answer {
	struct gh_buf question; /* with where the files are looked for */
	struct gh_keywords items;
	int64_t read; /* monotonic, us */
};

struct gh_target_memory {
	pthread_mutex_t lock;
	struct gh_lock serial; /* around each call of a target that needs it */
	struct library libraries[MOST_LIBRARIES];
	size_t library_count;
	struct answer answers[MOST_ANSWERS]; /* the oldest is replaced */
	size_t answers_read;
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
	for (size_t i = 0; i < memory->library_count; i++)
		free(memory->libraries[i].path);
	for (size_t i = 0; i < MOST_ANSWERS; i++) {
		gh_buf_clear(&memory->answers[i].question);
		gh_keywords_clear(&memory->answers[i].items);
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

/* A library is never unloaded, and a path that was loaded means the same one for ever. */
bool gh_target_memory_library(struct gh_target_memory *memory, const char *path,
			      struct gh_library *out)
{
	bool found = false;

	if (memory == NULL)
		return false;
	pthread_mutex_lock(&memory->lock);
	for (size_t i = 0; i < memory->library_count && !found; i++) {
		found = strcmp(memory->libraries[i].path, path) == 0;
		if (found)
			*out = memory->libraries[i].library;
	}
	pthread_mutex_unlock(&memory->lock);
	return found;
}

void gh_target_memory_keep_library(struct gh_target_memory *memory, const char *path,
				   const struct gh_library *library)
{
	char *copy = memory == NULL ? NULL : gh_text_copy(path);

	if (copy == NULL)
		return;
	pthread_mutex_lock(&memory->lock);
	if (memory->library_count < MOST_LIBRARIES) {
		memory->libraries[memory->library_count++] = (struct library){ copy, *library };
		copy = NULL;
	}
	pthread_mutex_unlock(&memory->lock);
	free(copy);
}

/* ---- odbc.ini and odbcinst.ini ---------------------------------------------------------- */

static void write_question(const struct gh_target_question *question, struct gh_buf *out)
{
	static const char *const variables[] = { "ODBCINI", "ODBCSYSINI", "ODBCINSTINI", "HOME" };

	gh_buf_init(out, 0);
	(void)gh_buf_append_char(out, question->kind);
	(void)gh_buf_append_text(out, question->name);
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		const char *value = gh_env_get(variables[i]);

		(void)gh_buf_append_char(out, '\n');
		(void)gh_buf_append_text(out, value == NULL ? "" : value);
	}
}

static struct answer *find_answer(struct gh_target_memory *memory, const struct gh_buf *question)
{
	int64_t oldest = gh_time_monotonic_us() - ANSWER_AGE_US;

	for (size_t i = 0; i < MOST_ANSWERS; i++)
		if (memory->answers[i].read > oldest &&
		    gh_span_equal(gh_buf_span(&memory->answers[i].question),
				  gh_buf_span(question)))
			return &memory->answers[i];
	return NULL;
}

/* Takes over both. */
static void keep_answer(struct gh_target_memory *memory, struct gh_buf *question,
			struct gh_keywords *items)
{
	struct answer *answer = &memory->answers[memory->answers_read++ % MOST_ANSWERS];

	gh_buf_clear(&answer->question);
	gh_keywords_clear(&answer->items);
	*answer = (struct answer){ *question, *items, gh_time_monotonic_us() };
	*question = (struct gh_buf){ 0 };
	*items = (struct gh_keywords){ 0 };
}

/* Threads that ask at the same time wait for the one that reads. */
static enum gh_status recall(struct gh_target_memory *memory,
			     const struct gh_target_question *question, struct gh_keywords *out,
			     struct gh_error *err)
{
	struct gh_keywords fresh = { 0 };
	struct gh_buf written;
	struct answer *answer;
	enum gh_status status = GH_OK;

	write_question(question, &written);
	pthread_mutex_lock(&memory->lock);
	answer = written.failed == GH_OK ? find_answer(memory, &written) : NULL;
	if (answer != NULL) {
		status = gh_keywords_copy(&answer->items, out, err);
	} else {
		status = question->read(question->name, &fresh, err);
		if (status == GH_OK)
			status = gh_keywords_copy(&fresh, out, err);
		if (status == GH_OK && written.failed == GH_OK)
			keep_answer(memory, &written, &fresh);
	}
	pthread_mutex_unlock(&memory->lock);
	gh_keywords_clear(&fresh);
	gh_buf_clear(&written);
	return status;
}

enum gh_status gh_target_memory_ask(struct gh_target_memory *memory,
				    const struct gh_target_question *question,
				    struct gh_keywords *out, struct gh_error *err)
{
	return memory == NULL ? question->read(question->name, out, err)
			      : recall(memory, question, out, err);
}
