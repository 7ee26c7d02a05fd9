/*
 * The slow half of struct gh_lock: waiting and waking.  After U. Drepper,
 * "Futexes Are Tricky" (2011), mutex2, with a condition variable for the futex.
 */
#include "gatehouse/util.h"

enum gh_status gh_lock_init(struct gh_lock *lock, struct gh_error *err)
{
	atomic_init(&lock->state, 0);
	if (pthread_mutex_init(&lock->mutex, NULL) != 0)
		return gh_fail(err, GH_E_MEMORY, "lock");
	if (pthread_cond_init(&lock->freed, NULL) != 0) {
		pthread_mutex_destroy(&lock->mutex);
		return gh_fail(err, GH_E_MEMORY, "lock");
	}
	return GH_OK;
}

void gh_lock_clear(struct gh_lock *lock)
{
	pthread_cond_destroy(&lock->freed);
	pthread_mutex_destroy(&lock->mutex);
}

/* What is left of the old mutex and condition is only memory: nobody waits any more. */
void gh_lock_reset(struct gh_lock *lock)
{
	pthread_mutex_init(&lock->mutex, NULL);
	pthread_cond_init(&lock->freed, NULL);
	atomic_store(&lock->state, 0);
}

/*
 * The state is set to 2 under the mutex, and whoever finds a 2 on release takes
 * the mutex before it signals: a waiter is either asleep by then or has not
 * looked yet, so no wake-up is lost.
 */
void gh_lock_wait(struct gh_lock *lock)
{
	pthread_mutex_lock(&lock->mutex);
	while (atomic_exchange_explicit(&lock->state, 2, memory_order_acquire) != 0)
		pthread_cond_wait(&lock->freed, &lock->mutex);
	pthread_mutex_unlock(&lock->mutex);
}

void gh_lock_wake(struct gh_lock *lock)
{
	pthread_mutex_lock(&lock->mutex);
	pthread_cond_signal(&lock->freed);
	pthread_mutex_unlock(&lock->mutex);
}
