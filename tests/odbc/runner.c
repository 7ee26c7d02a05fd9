/*
 * Runs the sequences of a plan, each side in a process of its own, so that a
 * driver that crashes (raw ones do) costs one transcript and not the run.
 */
#include "harness.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS 120 /* a side that takes longer hangs */

/* Raw drivers leak; what a test program leaks at its end is not looked at. */
__attribute__((visibility("default"))) int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
	return 1;
}

const char *gh_odbc_suffix(void)
{
	const char *suffix = getenv("GH_ODBC_GOVERNED");

	return suffix && suffix[0] ? suffix : "gh";
}

bool gh_odbc_servers_present(void)
{
	const char *folder = getenv("GH_TEST_ENV");

	if (!folder || !folder[0]) {
		printf("1..0 # SKIP no servers\n");
		return false;
	}
	if (!getenv("ODBCSYSINI") || !getenv("ODBCINI")) {
		printf("Bail out! ODBCSYSINI or ODBCINI is not set; see %s/env\n", folder);
		return false;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	return true;
}

/* Is NAME one of the comma-separated words? */
static bool listed(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; at && *at; at += strcspn(at, ",")) {
		at += *at == ',';
		if (strcspn(at, ",") == length && strncmp(at, name, length) == 0)
			return true;
	}
	return false;
}

bool gh_odbc_target_wanted(const struct gh_odbc_target *target)
{
	const char *only = getenv("GH_ODBC_TARGETS");
	const char *path = getenv("ODBCINI");
	char section[40];
	struct gh_buf ini;
	bool present;

	gh_buf_init(&ini, 0);
	snprintf(section, sizeof(section), "[%s-raw]", target->name);
	present = path && gh_file_read(path, (size_t)1 << 20, &ini, NULL) == GH_OK && ini.bytes &&
		  strstr(ini.bytes, section);
	gh_buf_clear(&ini);
	return present && (!only || listed(only, target->name));
}

/* ---- one side in a child --------------------------------------------------------- */

static void child(struct gh_side *side, const struct gh_sequence *sequence, int fd)
{
	/* memory that a driver forgets to fill is the same on both sides */
	mallopt(M_PERTURB, GH_CANARY);
	alarm(SECONDS);
	side->out = fd;
	if ((sequence->flags & GH_NO_CONNECT) || gh_side_open(side))
		sequence->run(side);
	gh_side_close(side);
	gh_side_flush(side);
}

static void read_all(int fd, struct gh_buf *log)
{
	char chunk[65536];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n > 0)
			gh_buf_append(log, chunk, (size_t)n);
		else if (errno != EINTR)
			break;
	}
}

static void say_death(struct gh_buf *log, int status)
{
	if (WIFSIGNALED(status))
		gh_buf_printf(log, "the process died of signal %d\n", WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		gh_buf_printf(log, "the process ended with %d\n", WEXITSTATUS(status));
}

void gh_odbc_in_child(struct gh_side *side, const struct gh_sequence *sequence, struct gh_buf *log)
{
	int ends[2], status = 0;
	pid_t pid;

	fflush(stdout);
	if (pipe(ends) != 0)
		return;
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		child(side, sequence, ends[1]);
		gh_side_clear(side);
		exit(EXIT_SUCCESS);
	}
	close(ends[1]);
	read_all(ends[0], log);
	close(ends[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	say_death(log, status);
}

/* ---- plans --------------------------------------------------------------------------- */

static void keep(const char *name, const char *side, const struct gh_buf *log)
{
	const char *folder = getenv("GH_ODBC_KEEP");
	char path[512];
	FILE *file;

	if (!folder || !folder[0])
		return;
	snprintf(path, sizeof(path), "%s/%s.%s", folder, name, side);
	for (char *at = path + strlen(folder) + 1; *at; at++) {
		if (*at == ' ' || *at == '/')
			*at = '_';
	}
	file = fopen(path, "w");
	if (!file)
		return;
	fwrite(log->bytes ? log->bytes : "", 1, log->length, file);
	fclose(file);
}

struct source {
	const struct gh_odbc_target *target;
	enum gh_width width;
	const char *suffix;
	const char *policy;
};

static bool transcribe(const struct source *source, const struct gh_sequence *sequence,
		       struct gh_buf *log)
{
	struct gh_side side;
	bool good = gh_side_init(&side, source->target, source->width, source->suffix,
				 source->policy);

	if (good)
		gh_odbc_in_child(&side, sequence, log);
	gh_side_clear(&side);
	return good;
}

static void compare(const char *policy, const struct gh_odbc_target *target, enum gh_width width,
		    const struct gh_sequence *sequence)
{
	const struct source from = { target, width, "raw", NULL };
	const struct source to = { target, width, gh_odbc_suffix(), policy };
	const char *letter = width == GH_WIDE ? "W" : "A";
	struct gh_buf raw, governed;
	char name[256];
	bool good;

	snprintf(name, sizeof(name), "%s %s: %s", target->name, letter, sequence->name);
	gh_buf_init(&raw, 0);
	gh_buf_init(&governed, 0);
	good = transcribe(&from, sequence, &raw) && transcribe(&to, sequence, &governed) &&
	       raw.length > 0 && gh_odbc_same(&raw, &governed, sequence->flags);
	gh_tap_ok(good, "%s", name);
	if (!good || getenv("GH_ODBC_KEEP_ALL")) {
		keep(name, "raw", &raw);
		keep(name, "governed", &governed);
	}
	gh_buf_clear(&raw);
	gh_buf_clear(&governed);
}

static bool wanted(const struct gh_sequence *sequence, const struct gh_odbc_target *target)
{
	const char *only = getenv("GH_ODBC_ONLY");

	if (sequence->engines && !(sequence->engines & (unsigned)target->engine))
		return false;
	return !only || strstr(sequence->name, only);
}

void gh_odbc_compare(const char *policy, const struct gh_odbc_target *target,
		     const struct gh_sequence *sequence)
{
	if (!wanted(sequence, target))
		return;
	compare(policy, target, GH_ANSI, sequence);
	compare(policy, target, GH_WIDE, sequence);
}

static void run_table(const struct gh_odbc_plan *plan, const struct gh_odbc_target *target,
		      const struct gh_sequence *table)
{
	for (const struct gh_sequence *s = table; s->name; s++)
		gh_odbc_compare(plan->policy, target, s);
}

static bool prepare_target(const struct gh_odbc_plan *plan, const struct gh_odbc_target *target)
{
	const struct source from = { target, GH_ANSI, "raw", NULL };
	const struct gh_sequence sequence = { "prepare", plan->prepare, 0, 0 };
	struct gh_buf log;
	bool good;

	gh_buf_init(&log, 0);
	good = transcribe(&from, &sequence, &log) && log.bytes && strstr(log.bytes, "prepared\n");
	if (!good)
		gh_tap_note("%s", log.bytes ? log.bytes : "no transcript");
	gh_buf_clear(&log);
	return gh_tap_ok(good, "%s: the raw data source is ready", target->name);
}

int gh_odbc_run(const struct gh_odbc_plan *plan)
{
	if (!gh_odbc_servers_present())
		return EXIT_SUCCESS;
	for (size_t t = 0; t < gh_odbc_target_count; t++) {
		const struct gh_odbc_target *target = &gh_odbc_targets[t];

		if (!gh_odbc_target_wanted(target)) {
			gh_tap_skip("not in odbc.ini or not asked for", "%s", target->name);
			continue;
		}
		if (!prepare_target(plan, target))
			continue;
		for (size_t i = 0; i < plan->table_count; i++)
			run_table(plan, target, plan->tables[i]);
	}
	if (plan->finish)
		plan->finish();
	return gh_tap_done();
}
