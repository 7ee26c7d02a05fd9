/* Bounded in time, memory and stack, whatever the text. */
#include <pthread.h>

#include "sql_case.h"

#ifdef __SANITIZE_ADDRESS__
enum { STACK = 256 * 1024 }; /* its frames are several times as large */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { STACK = 256 * 1024 };
#else
enum { STACK = 64 * 1024 };
#endif
#else
enum { STACK = 64 * 1024 };
#endif

struct job {
	char *text;
	enum gh_status status;
	bool opaque;
};

static void *run(void *argument)
{
	static const struct gh_resolver resolver = { sql_find, NULL };
	const struct gh_sql_options options = { .dialect = PG, .resolver = &resolver };
	struct job *job = argument;
	struct gh_facts *facts = NULL;

	job->status = gh_sql_analyze(gh_span_from(job->text), &options, &facts, NULL);
	job->opaque = facts != NULL && (facts->flags & GH_FACT_OPAQUE) != 0;
	gh_sql_facts_free(facts);
	return NULL;
}

/* Analyses `before`, `count` times `middle`, `after` on a small stack. */
static struct job on_small_stack(const char *before, const char *middle, size_t count,
				 const char *after)
{
	struct job job = { NULL, GH_OK, false };
	struct gh_buf text;
	pthread_attr_t attributes;
	pthread_t thread;

	gh_buf_init(&text, 0);
	gh_buf_append_text(&text, before);
	for (size_t i = 0; i < count; i++)
		gh_buf_append_text(&text, middle);
	gh_buf_append_text(&text, after);
	job.text = gh_buf_take(&text);
	ck_assert_int_eq(pthread_attr_init(&attributes), 0);
	ck_assert_int_eq(pthread_attr_setstacksize(&attributes, STACK), 0);
	ck_assert_int_eq(pthread_create(&thread, &attributes, run, &job), 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	free(job.text);
	return job;
}

START_TEST(deep_brackets_are_an_error_on_a_small_stack)
{
	ck_assert_int_eq(on_small_stack("SELECT ", "(", 100000, "1").status, GH_E_SQL_TEXT);
	ck_assert_int_eq(on_small_stack("SELECT ", "(", 190, "1").status, GH_OK);
}
END_TEST

START_TEST(long_chains_are_an_error_or_an_answer)
{
	struct job job = on_small_stack("SELECT 1", "+1", 1000000, "");

	ck_assert_int_eq(job.status, GH_E_SQL_TEXT);
	job = on_small_stack("SELECT 1", "+1", 30000, "");
	ck_assert_int_eq(job.status, GH_OK);
	ck_assert(!job.opaque);
}
END_TEST

START_TEST(nested_queries_end_in_opaque_on_a_small_stack)
{
	struct job job = on_small_stack("", "SELECT * FROM (", 150, "SELECT 1");

	ck_assert_int_eq(job.status, GH_OK);
	ck_assert(job.opaque);
	job = on_small_stack("SELECT id", " + (SELECT id", 20,
			     "))))))))))))))))))))");
	ck_assert_int_eq(job.status, GH_OK);
	ck_assert(!job.opaque);
	ck_assert(on_small_stack("SELECT ", "CASE WHEN ", 5000, "1").opaque);
	ck_assert(on_small_stack("SELECT 1 FROM ", "(people JOIN ", 150, "orders").opaque);
	ck_assert(on_small_stack("WITH a AS (", "WITH a AS (", 150, "SELECT 1").opaque);
}
END_TEST

START_TEST(wide_statements_are_bounded)
{
	struct job job = on_small_stack("SELECT id", ", ssn", 10000, " FROM people");

	ck_assert(job.opaque || job.status == GH_E_SQL_TEXT);
	job = on_small_stack("SELECT * FROM people", ", people", 3000, "");
	ck_assert(job.opaque || job.status == GH_E_SQL_TEXT);
	job = on_small_stack("SELECT 1", " UNION SELECT 1", 10000, "");
	ck_assert_int_eq(job.status, GH_OK);
	ck_assert_int_eq(on_small_stack("SELECT '", "x", 2000000, "'").status, GH_E_SQL_TEXT);
}
END_TEST

/* Forty times forty: without a cache of what a WITH name gives it never ends. */
START_TEST(chained_names_of_with_take_no_exponential_time)
{
	struct gh_buf text;
	struct gh_facts *facts;

	gh_buf_init(&text, 0);
	gh_buf_append_text(&text, "WITH c0 AS (SELECT id, ssn FROM people)");
	for (int i = 1; i < 60; i++)
		gh_buf_printf(&text, ", c%d AS (SELECT a.ssn, b.id FROM c%d a, c%d b)", i, i - 1,
			      i - 1);
	gh_buf_append_text(&text, " SELECT ssn FROM c59");
	facts = sql_facts(PG, text.bytes);
	ck_assert_str_eq(sql_origins(facts, 0), "people.ssn");
	gh_sql_facts_free(facts);
	gh_buf_clear(&text);
}
END_TEST

GH_UNIT_MAIN("sql_limits", deep_brackets_are_an_error_on_a_small_stack,
	     long_chains_are_an_error_or_an_answer,
	     nested_queries_end_in_opaque_on_a_small_stack, wide_statements_are_bounded,
	     chained_names_of_with_take_no_exponential_time)
