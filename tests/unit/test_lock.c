/* The lock that every ODBC call takes. */
#include "unit.h"

#include "gatehouse/util.h"

enum { THREADS = 8, ROUNDS = 20000 };

struct counted {
	struct gh_lock lock;
	long value; /* not atomic: only the lock keeps it whole */
};

static void *count(void *context)
{
	struct counted *counted = context;

	for (int i = 0; i < ROUNDS; i++) {
		gh_lock_take(&counted->lock);
		counted->value++;
		if (i % 64 == 0)
			sched_yield();
		gh_lock_release(&counted->lock);
	}
	return NULL;
}

START_TEST(no_increment_is_lost_between_threads)
{
	struct counted counted = { .value = 0 };
	pthread_t threads[THREADS];

	ck_assert_int_eq(gh_lock_init(&counted.lock, NULL), GH_OK);
	for (int i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, count, &counted), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	ck_assert_int_eq(counted.value, (long)THREADS * ROUNDS);
	ck_assert_int_eq(atomic_load(&counted.lock.state), 0);
	gh_lock_clear(&counted.lock);
}
END_TEST

GH_UNIT_MAIN("lock", no_increment_is_lost_between_threads)
