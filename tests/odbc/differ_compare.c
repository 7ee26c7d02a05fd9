/*
 * Plays a list of calls on both sides, each in a process of its own, finds the
 * first case that differs, and shrinks a list that differs.
 */
#include "differ.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What the child plays; a sequence has no arguments. */
static const struct gh_calls *to_play;
static enum gh_differ_mode mode_to_play;

static void play(struct gh_side *side)
{
	gh_play(side, mode_to_play, to_play);
}

/* Raw drivers crash; what a sanitizer has to say about them is not for this test. */
static void play_silently(struct gh_side *side)
{
	const int nowhere = open("/dev/null", O_WRONLY);

	if (nowhere >= 0)
		dup2(nowhere, STDERR_FILENO);
	gh_play(side, mode_to_play, to_play);
}

static void transcribe(const struct gh_recipe *recipe, const char *suffix,
		       const struct gh_calls *calls, struct gh_buf *log)
{
	const struct gh_sequence sequence = {
		"differ", strcmp(suffix, "raw") == 0 ? play_silently : play, 0, GH_NO_CONNECT
	};
	const char *policy = recipe->mode == GH_CLEAR ? "transparent.xml" : "differ.xml";
	struct gh_side side;

	gh_buf_init(log, 0);
	to_play = calls;
	mode_to_play = recipe->mode;
	if (gh_side_init(&side, recipe->target, GH_ANSI, suffix, policy))
		gh_odbc_in_child(&side, &sequence, log);
	gh_side_clear(&side);
}

/* ---- transcripts ----------------------------------------------------------------------- */

#define CASE "== case\n"

static const char *text_of(const struct gh_buf *log)
{
	return log->bytes ? log->bytes : "";
}

static bool died(const struct gh_buf *log)
{
	return strstr(text_of(log), "\nthe process ") != NULL;
}

/* The number of cases that begin in the text before `end`. */
static size_t cases_before(const char *text, const char *end)
{
	size_t count = 0;

	for (const char *at = strstr(text, CASE); at && at < end; at = strstr(at + 1, CASE))
		count++;
	return count;
}

/* Where the case of that number begins; the end where there is none. */
static size_t start_of_case(const char *text, size_t number)
{
	const char *at = strstr(text, CASE);

	while (at && number-- > 0)
		at = strstr(at + 1, CASE);
	return at ? (size_t)(at - text) : strlen(text);
}

static void keep_last_call(const char *text, char *out, size_t room)
{
	const char *last = "?";
	size_t length;

	for (const char *at = strstr(text, "\n#"); at; at = strstr(at + 1, "\n#"))
		last = at + 1;
	last += strcspn(last, " \n");
	last += strspn(last, " ");
	length = strcspn(last, "#\n");
	if (length >= room)
		length = room - 1;
	memcpy(out, last, length);
	out[length] = '\0';
}

/* ---- comparison ------------------------------------------------------------------------- */

/* The calls of the first `cases` cases. */
static struct gh_calls first_cases(const struct gh_calls *calls, size_t cases)
{
	struct gh_calls part = *calls;
	size_t seen = 0;

	for (part.count = 0; part.count < calls->count; part.count++) {
		seen += calls->items[part.count].kind == GH_KIND_RESET;
		if (seen > cases)
			break;
	}
	return part;
}

static bool same_until(const struct gh_buf *raw, const struct gh_buf *governed, size_t *end)
{
	const size_t shorter = raw->length < governed->length ? raw->length : governed->length;
	const size_t limit = *end;
	size_t i = 0;

	while (i < shorter && i < limit && raw->bytes[i] == governed->bytes[i])
		i++;
	*end = i;
	return i == limit;
}

enum gh_outcome gh_compare(const struct gh_recipe *recipe, const struct gh_calls *calls,
			   struct gh_comparison *out)
{
	const char *text;
	struct gh_calls part = *calls;
	bool raw_died, same;
	size_t end;

	*out = (struct gh_comparison){ 0 };
	transcribe(recipe, "raw", calls, &out->raw);
	text = text_of(&out->raw);
	raw_died = died(&out->raw);
	end = out->raw.length;
	out->cases = cases_before(text, text + end);
	if (raw_died) {
		out->cases -= out->cases > 0;
		part = first_cases(calls, out->cases);
		end = start_of_case(text, out->cases);
		keep_last_call(text, out->death, sizeof(out->death));
		if (out->cases == 0)
			return GH_OUTCOME_RAW_DIED;
	}
	transcribe(recipe, gh_odbc_suffix(), &part, &out->governed);
	same = same_until(&out->raw, &out->governed, &end) &&
	       (raw_died || out->raw.length == out->governed.length);
	if (!same) {
		out->cases = cases_before(text, text + end);
		out->cases -= out->cases > 0;
		return GH_OUTCOME_DIFFERS;
	}
	return raw_died ? GH_OUTCOME_RAW_DIED : GH_OUTCOME_SAME;
}

void gh_comparison_clear(struct gh_comparison *comparison)
{
	gh_buf_clear(&comparison->raw);
	gh_buf_clear(&comparison->governed);
}

/* ---- shrinking ---------------------------------------------------------------------------- */

static bool still_differs(const struct gh_recipe *recipe, const struct gh_calls *calls)
{
	struct gh_comparison comparison;
	const enum gh_outcome outcome = gh_compare(recipe, calls, &comparison);

	gh_comparison_clear(&comparison);
	return outcome == GH_OUTCOME_DIFFERS;
}

static struct gh_calls without(const struct gh_calls *calls, size_t from, size_t count)
{
	struct gh_calls rest = { 0 };

	for (size_t i = 0; i < calls->count; i++) {
		if (i < from || i >= from + count)
			gh_calls_add(&rest, &calls->items[i]);
	}
	return rest;
}

/* Tries to do without each run of `size` calls, from the end; true if one could go. */
static bool shrink_by(const struct gh_recipe *recipe, struct gh_calls *calls, size_t size)
{
	bool shrunk = false;

	for (size_t end = calls->count; end >= size && end > 0;) {
		struct gh_calls rest = without(calls, end - size, size);

		if (still_differs(recipe, &rest)) {
			gh_calls_clear(calls);
			*calls = rest;
			shrunk = true;
		} else {
			gh_calls_clear(&rest);
		}
		end = end > size ? end - size : 0;
		if (end > calls->count)
			end = calls->count;
	}
	return shrunk;
}

/* Delta debugging: big pieces first, single calls until none can go. */
void gh_shrink(const struct gh_recipe *recipe, struct gh_calls *calls)
{
	for (size_t size = calls->count / 2; size > 1; size /= 2)
		shrink_by(recipe, calls, size);
	while (shrink_by(recipe, calls, 1))
		;
}
