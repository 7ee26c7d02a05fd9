/*
 * The differential tester's program: makes cases from a seed, plays them in
 * batches, counts, and prints what differs as a list that can be played again.
 *
 *   differ [--target NAME[,NAME]] [--seed N] [--from K] [--cases M] [--masks|--clear]
 *          [--long] [--first] [--quick] [--print] [--replay FILE]
 *
 * --first ends at the first case that differs, --quick does not even shrink it.
 */
#include "differ.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 25 /* cases that share a process and a connection on each side */
#define FAILURES_SHOWN 3
#define CASES 1000
#define CASES_LONG 10000 /* for each of the two modes */

enum effort { THOROUGH = 0, FIRST, QUICK };

struct options {
	const char *target;
	const char *replay;
	unsigned long long seed;
	unsigned long from, cases;
	enum effort effort;
	bool clear, masks, print;
};

/* ---- one target ------------------------------------------------------------------------- */

static void make_tables(struct gh_side *side)
{
	gh_fixture_make(side);
	gh_side_do(side, "DROP TABLE IF EXISTS gh_extra");
	gh_side_do(side, "DROP TABLE IF EXISTS gh_hidden");
	gh_side_do(side, "DROP TABLE IF EXISTS gh_work");
	gh_side_do(side, "CREATE TABLE gh_hidden (id int, secret varchar(40), amount int)");
	gh_side_do(side, "CREATE TABLE gh_work (id int, v varchar(40), n decimal(8,2))");
}

/* True if the tables are there and both sides connect. */
static bool prepare(const struct gh_odbc_target *target)
{
	static const struct gh_sequence sequence = { "prepare", make_tables, 0, 0 };
	struct gh_side side;
	struct gh_buf log;
	bool good;

	gh_buf_init(&log, 0);
	if (gh_side_init(&side, target, GH_ANSI, "raw", NULL))
		gh_odbc_in_child(&side, &sequence, &log);
	gh_side_clear(&side);
	good = log.bytes && strstr(log.bytes, "prepared\n");
	if (!good)
		gh_tap_note("%s", log.bytes ? log.bytes : "no transcript");
	gh_buf_clear(&log);
	return good;
}

/* Says what differs, once more for the shortest list that shows it. */
static void show(const struct gh_recipe *recipe, struct gh_calls *calls)
{
	struct gh_comparison comparison;

	if (gh_compare(recipe, calls, &comparison) != GH_OUTCOME_DIFFERS) {
		gh_tap_note("played again, nothing differs");
		gh_comparison_clear(&comparison);
		return;
	}
	gh_comparison_clear(&comparison);
	gh_shrink(recipe, calls);
	gh_tap_note("the shortest list that differs:");
	gh_calls_print(calls, "#   ");
	if (gh_compare(recipe, calls, &comparison) == GH_OUTCOME_DIFFERS)
		gh_odbc_same(&comparison.raw, &comparison.governed, 0);
	gh_comparison_clear(&comparison);
}

static void make_cases(const struct gh_recipe *recipe, unsigned long from, unsigned long count,
		       struct gh_calls *calls)
{
	for (unsigned long i = 0; i < count; i++)
		gh_case_make(recipe, from + i, calls);
}

/* The case alone, or with those before it where only what they left behind shows it. */
static void show_case(const struct gh_recipe *recipe, unsigned long first, unsigned long bad)
{
	struct gh_calls calls = { 0 };
	struct gh_comparison comparison;
	enum gh_outcome outcome;

	gh_tap_note("case %lu of seed %llu differs on %s%s", bad, recipe->seed,
		    recipe->target->name, recipe->mode == GH_CLEAR ? "" : " (--masks)");
	gh_case_make(recipe, bad, &calls);
	outcome = gh_compare(recipe, &calls, &comparison);
	gh_comparison_clear(&comparison);
	if (outcome != GH_OUTCOME_DIFFERS) {
		gh_tap_note("alone it does not; with the cases from %lu on:", first);
		gh_calls_clear(&calls);
		make_cases(recipe, first, bad - first + 1, &calls);
	}
	show(recipe, &calls);
	gh_calls_clear(&calls);
}

struct tally {
	unsigned long same, skipped, failed;
	unsigned long most_shown;
	unsigned deaths[GH_KIND_COUNT]; /* of the raw driver, by call */
};

static void count_death(struct tally *tally, const char *call)
{
	const size_t length = strcspn(call, " ");

	tally->skipped++;
	if (getenv("GH_ODBC_KEEP_ALL"))
		gh_tap_note("the raw driver died in %s", call);
	for (int i = 0; i < GH_KIND_COUNT; i++) {
		if (strlen(gh_shapes[i].name) == length &&
		    memcmp(gh_shapes[i].name, call, length) == 0)
			tally->deaths[i]++;
	}
}

static void say_tally(const struct gh_recipe *recipe, const struct tally *tally)
{
	gh_tap_note("%lu cases of seed %llu are the same, %lu differ, the raw driver died in %lu",
		    tally->same, recipe->seed, tally->failed, tally->skipped);
	for (int i = 0; i < GH_KIND_COUNT; i++) {
		if (tally->deaths[i] > 0)
			gh_tap_note("  %u times in %s", tally->deaths[i], gh_shapes[i].name);
	}
}

/* Plays one batch; returns how many cases are done with. */
static unsigned long run_batch(const struct gh_recipe *recipe, unsigned long first,
			       unsigned long count, struct tally *tally)
{
	struct gh_calls calls = { 0 };
	struct gh_comparison comparison;
	enum gh_outcome outcome;
	unsigned long done;

	make_cases(recipe, first, count, &calls);
	outcome = gh_compare(recipe, &calls, &comparison);
	done = comparison.cases < count ? comparison.cases : count - 1;
	if (outcome == GH_OUTCOME_SAME) {
		tally->same += count;
		done = count - 1;
	} else {
		tally->same += done;
	}
	if (outcome == GH_OUTCOME_RAW_DIED)
		count_death(tally, comparison.death);
	if (outcome == GH_OUTCOME_DIFFERS)
		gh_odbc_same(&comparison.raw, &comparison.governed, 0);
	if (outcome == GH_OUTCOME_DIFFERS && ++tally->failed <= tally->most_shown)
		show_case(recipe, first, first + done);
	gh_comparison_clear(&comparison);
	gh_calls_clear(&calls);
	return done + 1;
}

static void run_cases(const struct gh_recipe *recipe, const struct options *options)
{
	const char *beside = recipe->mode == GH_CLEAR ? "" : " beside masks";
	const unsigned long end = options->from + options->cases;
	const unsigned long most_failed = options->effort == THOROUGH ? 2 * FAILURES_SHOWN : 1;
	struct tally tally = { .most_shown = options->effort == QUICK ? 0 : FAILURES_SHOWN };

	for (unsigned long at = options->from; at < end;) {
		const unsigned long left = end - at;

		at += run_batch(recipe, at, left < BATCH ? left : BATCH, &tally);
		if (tally.failed >= most_failed)
			break;
	}
	/* a run in which the raw driver crashes all the time compares nothing */
	gh_tap_ok(tally.failed == 0 && tally.same >= options->cases / 2,
		  "%s: random calls answer the same%s", recipe->target->name, beside);
	say_tally(recipe, &tally);
}

static void run_target(const struct gh_odbc_target *target, const struct options *options)
{
	struct gh_recipe recipe = { target, GH_CLEAR, options->seed };

	if (!prepare(target)) {
		gh_tap_ok(false, "%s: the raw data source is ready", target->name);
		return;
	}
	if (options->clear)
		run_cases(&recipe, options);
	recipe.mode = GH_BESIDE_MASKS;
	if (options->masks)
		run_cases(&recipe, options);
}

/* ---- other things that it does ------------------------------------------------------------- */

static void print_cases(const struct gh_odbc_target *target, const struct options *options)
{
	const struct gh_recipe recipe = { target, options->clear ? GH_CLEAR : GH_BESIDE_MASKS,
					  options->seed };
	struct gh_calls calls = { 0 };

	make_cases(&recipe, options->from, options->cases, &calls);
	gh_calls_print(&calls, "");
	gh_calls_clear(&calls);
}

static void replay(const struct gh_odbc_target *target, const struct options *options)
{
	const struct gh_recipe recipe = { target, options->clear ? GH_CLEAR : GH_BESIDE_MASKS,
					  0 };
	struct gh_calls calls = { 0 };
	struct gh_comparison comparison;
	struct gh_buf text;
	enum gh_outcome outcome;

	gh_buf_init(&text, 0);
	if (gh_file_read(options->replay, (size_t)1 << 20, &text, NULL) != GH_OK ||
	    !gh_calls_parse(text.bytes ? text.bytes : "", &calls) || !prepare(target)) {
		gh_tap_ok(false, "%s: %s can be played", target->name, options->replay);
	} else {
		outcome = gh_compare(&recipe, &calls, &comparison);
		gh_tap_ok(outcome != GH_OUTCOME_DIFFERS, "%s: %s answers the same", target->name,
			  options->replay);
		if (outcome == GH_OUTCOME_DIFFERS)
			gh_odbc_same(&comparison.raw, &comparison.governed, 0);
		if (outcome == GH_OUTCOME_RAW_DIED)
			gh_tap_note("the raw driver died in %s", comparison.death);
		gh_comparison_clear(&comparison);
	}
	gh_calls_clear(&calls);
	gh_buf_clear(&text);
}

/* ---- options ----------------------------------------------------------------------------- */

static bool take_option(struct options *options, const char *word, const char *value)
{
	if (strcmp(word, "--target") == 0)
		options->target = value;
	else if (strcmp(word, "--replay") == 0)
		options->replay = value;
	else if (strcmp(word, "--seed") == 0)
		options->seed = strtoull(value, NULL, 10);
	else if (strcmp(word, "--from") == 0)
		options->from = strtoul(value, NULL, 10);
	else if (strcmp(word, "--cases") == 0)
		options->cases = strtoul(value, NULL, 10);
	else
		return false;
	return true;
}

static bool take_flag(struct options *options, const char *word)
{
	if (strcmp(word, "--masks") == 0)
		options->clear = false;
	else if (strcmp(word, "--clear") == 0)
		options->masks = false;
	else if (strcmp(word, "--print") == 0)
		options->print = true;
	else if (strcmp(word, "--first") == 0)
		options->effort = FIRST;
	else if (strcmp(word, "--quick") == 0)
		options->effort = QUICK;
	else if (strcmp(word, "--long") == 0)
		options->cases = CASES_LONG;
	else
		return false;
	return true;
}

static bool take_options(struct options *options, int argc, char **argv)
{
	*options = (struct options){ .seed = 1, .cases = CASES, .clear = true, .masks = true };
	if (gh_env_get("GH_LONG"))
		options->cases = CASES_LONG;
	for (int i = 1; i < argc; i++) {
		if (take_flag(options, argv[i]))
			continue;
		if (i + 1 == argc || !take_option(options, argv[i], argv[i + 1])) {
			fprintf(stderr, "differ: unknown or without a value: %s\n", argv[i]);
			return false;
		}
		i++;
	}
	return true;
}

/* Is the target one of the comma-separated words?  NULL: it is. */
static bool asked_for(const struct options *options, const struct gh_odbc_target *target)
{
	const size_t length = strlen(target->name);

	for (const char *at = options->target; at && *at;) {
		const size_t word = strcspn(at, ",");

		if (word == length && memcmp(at, target->name, word) == 0)
			return true;
		at += word + (at[word] == ',');
	}
	return !options->target;
}

int main(int argc, char **argv)
{
	struct options options;

	if (!take_options(&options, argc, argv))
		return 2;
	if (!options.print && !gh_odbc_servers_present())
		return EXIT_SUCCESS;
	for (size_t t = 0; t < gh_odbc_target_count; t++) {
		const struct gh_odbc_target *target = &gh_odbc_targets[t];

		if (!asked_for(&options, target))
			continue;
		if (options.print)
			print_cases(target, &options);
		else if (!gh_odbc_target_wanted(target))
			gh_tap_skip("not in odbc.ini or not asked for", "%s", target->name);
		else if (options.replay)
			replay(target, &options);
		else
			run_target(target, &options);
	}
	return options.print ? EXIT_SUCCESS : gh_tap_done();
}
