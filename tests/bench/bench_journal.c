/*
 * What a record costs: CPU time per signed record, written by one process, and
 * with more processes on one log.  One JSON line a figure.
 *
 *     bench_journal [RECORDS [PROCESSES]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gatehouse/journal.h"

enum { STATEMENTS = 16, TARGET_PER_SECOND = 250000 };

static const struct gh_table_use tables[] = {
	{ NULL, "sales", "customer", GH_ACCESS_READ },
	{ NULL, "sales", "orders", GH_ACCESS_READ },
};
static const struct gh_origin inference[] = { { NULL, "sales", "customer", "id" } };

static double cpu_seconds(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Different texts, so that nothing can be remembered from one record to the next. */
static struct gh_facts facts_of(unsigned long i)
{
	static const char *const texts[STATEMENTS / 4] = {
		"SELECT c.name, o.total FROM sales.customer c JOIN sales.orders o ON o.c = c.id",
		"SELECT name, city FROM sales.customer WHERE id = ? ORDER BY name",
		"SELECT count(*) FROM sales.orders WHERE total > ? AND state = ?",
		"SELECT email FROM sales.customer WHERE id BETWEEN ? AND ?",
	};
	struct gh_facts facts = { .kind = GH_KIND_SELECT, .tables = tables, .table_count = 2,
				  .tables_known = true, .outputs_known = true,
				  .inference = inference, .inference_count = 1,
				  .inference_known = true, .flows_known = true };

	facts.text = texts[i % (STATEMENTS / 4)];
	return facts;
}

static int write_records(const char *folder, unsigned long count)
{
	struct gh_journal_options options = { .folder = folder, .keys = folder };
	struct gh_principal who = { .kind = GH_PRINCIPAL_PERSON, .subject = "alice" };
	struct gh_target target = { .dsn = "sales" };
	struct gh_decision decision = { .verdict = GH_VERDICT_ALLOW, .rule = "analysts-read" };
	uint8_t session[GH_SESSION_ID_SIZE] = { 1 };
	struct gh_error err = { 0 };
	struct gh_journal *journal;
	uint64_t index;

	if (gh_journal_open(&options, &journal, &err) != GH_OK)
		return fprintf(stderr, "open: %s\n", err.text), 1;
	for (unsigned long i = 0; i < count; i++) {
		struct gh_facts facts = facts_of(i / 2);
		struct gh_journal_record record = {
			.event = i % 2 == 0 ? GH_JOURNAL_EVENT_EXEC : GH_JOURNAL_EVENT_DONE,
			.session = session, .statement = i / 2 + 1, .principal = &who,
			.target = &target, .facts = &facts, .decision = &decision,
			.policy_digest = "0123456789abcdef0123456789abcdef",
			.has_result = i % 2 == 1, .rows = 12, .bytes = 480, .affected = -1,
			.duration_us = 350 };

		if (gh_journal_append(journal, &record, &index, &err) != GH_OK)
			return fprintf(stderr, "append: %s\n", err.text), 1;
	}
	gh_journal_close(journal);
	return 0;
}

static void print_figure(const char *figure, double value, const char *unit, double target)
{
	printf("{\"figure\":\"%s\",\"governed\":%.2f,\"raw\":null,\"ratio\":null,"
	       "\"unit\":\"%s\",\"target\":%.2f}\n", figure, value, unit, target);
}

static off_t log_bytes(const char *folder)
{
	char path[4096];
	struct stat info;

	snprintf(path, sizeof(path), "%s/seg-%020d.jsonl", folder, 0);
	return stat(path, &info) == 0 ? info.st_size : 0;
}

static int run(const char *folder, unsigned long records, unsigned long processes)
{
	double before = cpu_seconds(RUSAGE_CHILDREN), used;
	int failed = 0, status;

	for (unsigned long p = 0; p < processes; p++)
		if (fork() == 0)
			_exit(write_records(folder, records / processes));
	for (unsigned long p = 0; p < processes; p++) {
		wait(&status);
		failed |= status;
	}
	used = cpu_seconds(RUSAGE_CHILDREN) - before;
	if (failed || used <= 0)
		return 1;
	if (processes == 1) {
		print_figure("journal records per CPU second", (double)records / used, "1/s",
			     TARGET_PER_SECOND);
		print_figure("journal bytes per record",
			     (double)log_bytes(folder) / (double)records, "B", 450);
	}
	printf("{\"figure\":\"journal CPU per record, %lu process%s\",\"governed\":%.3f,"
	       "\"raw\":null,\"ratio\":null,\"unit\":\"us\",\"target\":4.00}\n",
	       processes, processes == 1 ? "" : "es", used / (double)records * 1e6);
	return 0;
}

static int remove_folder(const char *folder)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execlp("rm", "rm", "-rf", folder, (char *)NULL);
		_exit(1);
	}
	return waitpid(pid, &status, 0) == pid ? status : 1;
}

int main(int argc, char **argv)
{
	unsigned long records = argc > 1 ? strtoul(argv[1], NULL, 10) : 150000;
	unsigned long processes = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	char folder[] = "/tmp/gh-bench-journal-XXXXXX";
	int failed;

	if (records == 0 || processes == 0 || mkdtemp(folder) == NULL)
		return 3;
	failed = run(folder, records, processes);
	if (getenv("GH_BENCH_KEEP") != NULL)
		fprintf(stderr, "%s\n", folder);
	else
		failed |= remove_folder(folder);
	return failed ? 1 : 0;
}
