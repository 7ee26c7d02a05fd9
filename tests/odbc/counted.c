/*
 * Counts the calls of each ODBC function that the sequences make: the linker's
 * --wrap (tests/odbc/wrap.list) sends them through here, and only those of the
 * test program, not what the manager or a driver calls.  The counts are shared by
 * the children in which the sequences run.
 */
#include "harness.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>

/* One number for each function, A and W apart. */
enum row {
#define GH_PLAIN(name, class, id, handle, parameters, arguments) ROW_##name,
#define GH_TEXT(name, class, id, handle, parameters, arguments) ROW_##name, ROW_##name##W,
#include "../../driver/odbc/entry_points.def"
#undef GH_PLAIN
#undef GH_TEXT
	ROW_COUNT
};

/* lint: table */
static const char *const names[] = {
#define GH_PLAIN(name, class, id, handle, parameters, arguments) #name,
#define GH_TEXT(name, class, id, handle, parameters, arguments) #name, #name "W",
#include "../../driver/odbc/entry_points.def"
#undef GH_PLAIN
#undef GH_TEXT
};

static atomic_uint *counts; /* ROW_COUNT of them */

static void count_call(enum row row)
{
	if (counts != NULL)
		atomic_fetch_add(&counts[row], 1);
}

void gh_counted_begin(void)
{
	void *shared = mmap(NULL, ROW_COUNT * sizeof(*counts), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	counts = shared == MAP_FAILED ? NULL : shared;
}

void gh_counted_report(void)
{
	if (getenv("GH_ODBC_ONLY") || getenv("GH_ODBC_TARGETS")) {
		gh_tap_skip("not all sequences were run", "every function is called");
		return;
	}
	for (int row = 0; row < ROW_COUNT; row++)
		gh_tap_ok(counts != NULL && atomic_load(&counts[row]) > 0,
			  "a sequence calls %s", names[row]);
}

/* The linker's names: what was called as NAME arrives at __wrap_NAME. */
#define GH_COUNTED(name, parameters, arguments)                   \
	SQLRETURN SQL_API __real_##name parameters;               \
	SQLRETURN SQL_API __wrap_##name parameters;               \
	SQLRETURN SQL_API __wrap_##name parameters                \
	{                                                         \
		count_call(ROW_##name);                           \
		return __real_##name arguments;                   \
	}

#define target handle /* as the arguments of rows that only forward call it */

#define GH_CHAR SQLCHAR
#define GH_PLAIN(name, class, id, kind, parameters, arguments) \
	GH_COUNTED(name, parameters, arguments)
#define GH_TEXT(name, class, id, kind, parameters, arguments) \
	GH_COUNTED(name, parameters, arguments)
#include "../../driver/odbc/entry_points.def"
#undef GH_CHAR
#undef GH_PLAIN
#undef GH_TEXT

#define GH_CHAR SQLWCHAR
#define GH_PLAIN(name, class, id, kind, parameters, arguments)
#define GH_TEXT(name, class, id, kind, parameters, arguments) \
	GH_COUNTED(name##W, parameters, arguments)
#include "../../driver/odbc/entry_points.def"
