/*
 * What the fake driver is told, by words of its connection string, and how many of
 * its calls run at a time.  Part of fake.c, after struct fake.
 */
#ifndef GATEHOUSE_TESTS_FAKE_SCRIPT_H
#define GATEHOUSE_TESTS_FAKE_SCRIPT_H

/* ---- the script ------------------------------------------------------------------------ */

static const char *script_of(const struct fake *fake)
{
	while (fake->parent != NULL && fake->script[0] == '\0')
		fake = fake->parent;
	return fake->script;
}

/* The value of a word "what:value"; NULL: not in the script. */
static const char *option(const struct fake *fake, const char *what)
{
	size_t length = strlen(what);

	for (const char *at = script_of(fake); *at != '\0';) {
		if (strncmp(at, what, length) == 0 && at[length] == ':')
			return at + length + 1;
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	return NULL;
}

static long number(const struct fake *fake, const char *what, long otherwise)
{
	const char *value = option(fake, what);

	return value == NULL ? otherwise : strtol(value, NULL, 10);
}

static bool is(const struct fake *fake, const char *what, const char *value)
{
	const char *given = option(fake, what);
	size_t length = strlen(value);

	return given != NULL && strncmp(given, value, length) == 0 &&
	       (given[length] == ' ' || given[length] == '\0');
}

/* ---- calls at the same time ------------------------------------------------------------- */

static struct inside in_process, in_connection;

static void note_most(struct inside *inside, int now)
{
	int most = atomic_load(&inside->most);

	while (now > most && !atomic_compare_exchange_weak(&inside->most, &most, now))
		;
}

static struct inside *inside_of(const struct fake *fake)
{
	while (fake->parent != NULL)
		fake = fake->parent;
	return (struct inside *)(uintptr_t)&fake->inside;
}

static void enter(const struct fake *fake)
{
	note_most(&in_process, atomic_fetch_add(&in_process.now, 1) + 1);
	note_most(&in_connection, atomic_fetch_add(&inside_of(fake)->now, 1) + 1);
}

static void leave(const struct fake *fake)
{
	atomic_fetch_sub(&in_process.now, 1);
	atomic_fetch_sub(&inside_of(fake)->now, 1);
}

/* For a test: the most calls at a time since it last asked. */
__attribute__((visibility("default"))) void fake_most_calls(int *process, int *connection);
void fake_most_calls(int *process, int *connection)
{
	*process = atomic_exchange(&in_process.most, 0);
	*connection = atomic_exchange(&in_connection.most, 0);
}

/* What a call answers: fail:CALL, info:CALL, slow:MILLISECONDS, of all or only:CALL. */
static SQLRETURN answer(const struct fake *fake, const char *call)
{
	long slow = number(fake, "slow", 0);

	enter(fake);
	if (slow > 0 && (option(fake, "only") == NULL || is(fake, "only", call)))
		nanosleep(&(struct timespec){ 0, slow * 1000000 }, NULL);
	leave(fake);
	if (is(fake, "fail", call))
		return SQL_ERROR;
	return is(fake, "info", call) ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

/* "async:N": such a call is done at the N+1st time. */
static bool still(struct fake *fake)
{
	if (fake->async == SQL_ASYNC_ENABLE_OFF || fake->stalled >= number(fake, "async", 0)) {
		fake->stalled = 0;
		return false;
	}
	fake->stalled++;
	return true;
}

#endif
