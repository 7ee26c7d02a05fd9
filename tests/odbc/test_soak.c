/*
 * Sixteen threads connect, prepare, execute, fetch and disconnect on all targets,
 * masked and clear, for GH_SOAK seconds (3; run.sh --long: ten minutes).  Memory
 * and descriptors must not grow once it is warm.  GH_SOAK_LEAK is what each round
 * loses on purpose: the test must notice.
 */
#include "life.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EACH = 4, MOST_TARGETS = 4, SAMPLES = 60 };

struct lane {
	struct gh_life lives[2]; /* masked, clear; one journal */
	pthread_t threads[EACH];
	bool failed;
};

static struct lane lanes[MOST_TARGETS];
static size_t lane_count;
static atomic_bool over;
static atomic_ulong rounds;
static size_t leak; /* bytes a round */

/* ---- the threads ------------------------------------------------------------------------- */

static bool query_prepared(SQLHDBC dbc)
{
	SQLHSTMT stmt = SQL_NULL_HSTMT;
	SQLRETURN code;
	bool good = SQL_SUCCEEDED(SQLAllocHandle(SQL_HANDLE_STMT, dbc, &stmt)) &&
		    SQL_SUCCEEDED(SQLPrepare(stmt, (SQLCHAR *)GH_LIFE_QUERY, SQL_NTS)) &&
		    SQL_SUCCEEDED(SQLExecute(stmt));

	if (!good)
		gh_life_say(SQL_HANDLE_STMT, stmt, "prepared");
	do
		code = good ? SQLFetch(stmt) : SQL_ERROR;
	while (SQL_SUCCEEDED(code));
	SQLFreeHandle(SQL_HANDLE_STMT, stmt);
	return code == SQL_NO_DATA;
}

static void *work(void *argument)
{
	struct lane *lane = argument;

	for (unsigned i = 0; !atomic_load(&over) && !lane->failed; i++) {
		SQLHDBC dbc = gh_life_connect(&lane->lives[i % 2]);
		bool good = dbc != SQL_NULL_HDBC && query_prepared(dbc) &&
			    (i % 2 == 1 || gh_life_query(dbc, GH_ANSI));

		if (leak > 0)
			memset(malloc(leak), 1, leak);
		if (!gh_life_disconnect(dbc) || !good)
			lane->failed = true;
		atomic_fetch_add(&rounds, 1);
	}
	return NULL;
}

/* ---- memory -------------------------------------------------------------------------------- */

struct sample {
	double rounds;
	double memory; /* kB */
};

/* Least squares: kB a round. */
static double slope(const struct sample *samples, int count)
{
	double x = 0, y = 0, xx = 0, xy = 0;

	for (int i = 0; i < count; i++) {
		x += samples[i].rounds;
		y += samples[i].memory;
		xx += samples[i].rounds * samples[i].rounds;
		xy += samples[i].rounds * samples[i].memory;
	}
	return (count * xy - x * y) / (count * xx - x * x);
}

static void watch(int seconds, struct sample samples[SAMPLES])
{
	for (int i = 0; i < SAMPLES; i++) {
		usleep((useconds_t)(seconds * 1000000L / SAMPLES));
		samples[i] = (struct sample){ (double)atomic_load(&rounds),
					      (double)gh_life_memory() };
	}
	atomic_store(&over, true);
}

/* ---- order of things ------------------------------------------------------------------------- */

static void prepare(void)
{
	for (size_t t = 0; t < gh_odbc_target_count && t < MOST_TARGETS; t++) {
		const struct gh_odbc_target *target = &gh_odbc_targets[t];
		struct lane *lane = &lanes[lane_count];

		if (!gh_odbc_target_wanted(target) ||
		    !gh_check_prepare(target, gh_secrets_make) ||
		    !gh_life_begin(&lane->lives[0], target))
			continue;
		lane->lives[1] = lane->lives[0];
		lane->lives[1].policy = "transparent.xml";
		lane_count++;
	}
}

static void run(int seconds, struct sample samples[SAMPLES])
{
	for (size_t l = 0; l < lane_count; l++)
		for (int i = 0; i < EACH; i++)
			if (pthread_create(&lanes[l].threads[i], NULL, work, &lanes[l]) != 0)
				exit(EXIT_FAILURE);
	watch(seconds, samples);
	for (size_t l = 0; l < lane_count; l++)
		for (int i = 0; i < EACH; i++)
			pthread_join(lanes[l].threads[i], NULL);
}

static void check_memory(const struct sample samples[SAMPLES], int seconds)
{
	double grows = slope(samples + SAMPLES / 2, SAMPLES / 2);
	const char *sanitized = getenv("GH_SANITIZED");

	gh_tap_note("%.0f rounds in %d s, %.0f kB in the end, %.3f kB a round",
		    samples[SAMPLES - 1].rounds, seconds, samples[SAMPLES - 1].memory, grows);
	if ((sanitized && *sanitized) || seconds < 60)
		gh_tap_skip("too short, or a sanitizer keeps what was freed", "memory");
	else /* libsqliteodbc loses 1.6 kB a connection, raw too, and has a part of the rounds */
		gh_tap_ok(grows < 1.0, "memory stays, but for what raw drivers lose");
}

static void check_lane(struct lane *lane)
{
	const char *target = lane->lives[0].target->name;
	struct gh_life *life = &lane->lives[0];

	gh_tap_ok(!lane->failed, "%s: all rounds went well", target);
	gh_tap_ok(gh_life_count(life, "\"event\":\"exec\"", NULL) ==
			  gh_life_count(life, "\"event\":\"done\"", NULL),
		  "%s: each statement has one end", target);
	gh_tap_ok(gh_life_verify(life, 0) == 0, "%s: the journal verifies", target);
	gh_life_end(life);
}

int main(void)
{
	const char *asked = getenv("GH_SOAK"), *lost = getenv("GH_SOAK_LEAK");
	int seconds = asked ? (int)strtol(asked, NULL, 10) : 3;
	struct sample samples[SAMPLES];
	int descriptors;

	if (!gh_odbc_servers_present())
		return EXIT_SUCCESS;
	leak = lost ? strtoul(lost, NULL, 10) : 0;
	prepare();
	for (size_t l = 0; l < lane_count; l++)
		for (int i = 0; i < 2; i++)
			gh_life_disconnect(gh_life_connect(&lanes[l].lives[i]));
	descriptors = gh_life_descriptors();
	run(seconds, samples);
	check_memory(samples, seconds);
	gh_tap_ok(gh_life_descriptors() <= descriptors, "descriptors stay: %d, then %d",
		  descriptors, gh_life_descriptors());
	for (size_t l = 0; l < lane_count; l++)
		check_lane(&lanes[l]);
	return gh_tap_done();
}
