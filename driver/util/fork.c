/*
 * How a process learns that it is a child of fork, without a handler that would
 * outlive dlclose and without a system call in every ODBC call.
 */
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include "gatehouse/util.h"

/* A whole number of pages, also where a page has 64 KiB. */
#define MARK_SIZE ((size_t)64 << 10)

/*
 * madvise(2): a page with MADV_WIPEONFORK is zero in the child.  An emulator
 * that answers 0 to any advice would not wipe, so a nonsense one must fail.
 */
const volatile unsigned char *gh_fork_mark_new(void)
{
	unsigned char *page = mmap(NULL, MARK_SIZE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return NULL;
	if (madvise(page, MARK_SIZE, -1) == 0 || madvise(page, MARK_SIZE, MADV_WIPEONFORK) != 0) {
		munmap(page, MARK_SIZE);
		return NULL;
	}
	page[0] = 1;
	return page;
}

void gh_fork_mark_free(const volatile unsigned char *mark)
{
	if (mark != NULL)
		munmap((void *)(uintptr_t)mark, MARK_SIZE);
}

void gh_fork_adopt(_Atomic int64_t *owner, void (*reset)(void *what), void *what)
{
	int64_t me = getpid();
	int64_t seen = atomic_load(owner);

	while (seen != me) {
		if (seen == -me) {
			sched_yield();
			seen = atomic_load(owner);
		} else if (atomic_compare_exchange_strong(owner, &seen, -me)) {
			reset(what);
			atomic_store(owner, me);
			return;
		}
	}
}
