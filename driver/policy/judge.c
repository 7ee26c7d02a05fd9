/*
 * What the rules say: every part of a statement must be granted, and nothing
 * may speak against it.  The result does not depend on the order of rules.
 */
#include "internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CHUNK = 64 }; /* tables that are looked at together */

/* What is not granted by any rule. */
struct gap {
	unsigned actions; /* 0: there is none */
	const struct gh_table_use *use; /* NULL: no table in particular */
};

/* Takes an incomplete last character away. */
static void trim(char *text)
{
	size_t length = strlen(text), offset = 0;
	struct gh_span span = { text, length };

	while (gh_utf8_next(span, &offset) >= 0)
		;
	if (length - offset < 4)
		text[offset] = '\0';
}

void gh_policy_outcome_say(struct gh_policy_outcome *out, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(out->message, sizeof(out->message), format, arguments) < 0)
		out->message[0] = '\0';
	va_end(arguments);
	trim(out->message);
}

void gh_policy_origin_text(const struct gh_origin *origin, char *text, size_t room)
{
	const char *const parts[] = { origin->catalog, origin->schema, origin->table,
				      origin->column };
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < 4; i++) {
		int length;

		if (parts[i] == NULL)
			continue;
		length = snprintf(text + used, room - used, "%s%.60s", used == 0 ? "" : ".",
				  parts[i]);
		if (length < 0 || (size_t)length >= room - used)
			break;
		used += (size_t)length;
	}
	if (text[0] == '\0')
		snprintf(text, room, "an unknown object");
	trim(text);
}

/* ---- what speaks against it ------------------------------------------------------- */

static void say_blocked(const struct gh_policy_rule *rule, struct gh_policy_outcome *out)
{
	out->verdict = rule->verdict;
	out->rule = rule->name;
	if (rule->message != NULL && *rule->message != '\0')
		gh_policy_outcome_say(out, "%s", rule->message);
	else if (rule->verdict == GH_VERDICT_APPROVE)
		gh_policy_outcome_say(out, "Somebody has to approve this (rule %s).", rule->name);
	else
		gh_policy_outcome_say(out, "This is not allowed (rule %s).", rule->name);
}

static const struct gh_policy_rule *find_blocking(const struct gh_policy_view *view,
						  enum gh_verdict verdict)
{
	for (size_t i = 0; i < view->policy->rule_count; i++) {
		const struct gh_policy_rule *rule = &view->policy->rules[i];

		if (rule->verdict != verdict)
			continue;
		if (gh_policy_rule_restricts(view, rule).answer != GH_POLICY_NO)
			return rule;
	}
	return NULL;
}

/* ---- what grants it ------------------------------------------------------------------ */

struct cover {
	unsigned each[CHUNK]; /* actions that are granted for a table of the chunk */
	unsigned every;       /* actions that are granted for every table */
	unsigned some;        /* actions that are granted for at least one */
	const struct gh_policy_rule *first; /* of the rules that allow */
};

/*
 * A rule that asks for approval grants too, in its own way.  Where it is
 * restricted to columns it grants nothing: the other columns remain.
 */
static bool grants(const struct gh_policy_view *view, const struct gh_policy_rule *rule)
{
	if (rule->verdict == GH_VERDICT_DENY || rule->columns.count > 0 || rule->tags.count > 0)
		return false;
	if (view->principal.kind == GH_PRINCIPAL_UNKNOWN)
		return false;
	return gh_policy_rule_base(view, rule).answer == GH_POLICY_YES;
}

static void add_cover(const struct gh_policy_view *view, const struct gh_policy_rule *rule,
		      size_t from, struct cover *cover)
{
	const struct gh_facts *facts = view->facts;

	cover->some |= rule->actions;
	if (cover->first == NULL && rule->verdict == GH_VERDICT_ALLOW)
		cover->first = rule;
	if (gh_policy_rule_covers(view, rule, NULL)) {
		cover->every |= rule->actions;
		return;
	}
	for (size_t i = 0; i < CHUNK && from + i < facts->table_count; i++)
		if (gh_policy_rule_covers(view, rule, &facts->tables[from + i]))
			cover->each[i] |= rule->actions;
}

static void find_cover(const struct gh_policy_view *view, size_t from, struct cover *cover)
{
	memset(cover, 0, sizeof(*cover));
	for (size_t i = 0; i < view->policy->rule_count; i++)
		if (grants(view, &view->policy->rules[i]))
			add_cover(view, &view->policy->rules[i], from, cover);
}

/* Actions that no table of the statement takes part in, such as READ in SELECT 1. */
static unsigned bare_actions(const struct gh_policy_view *view)
{
	unsigned actions = view->actions;

	for (size_t i = 0; i < view->facts->table_count; i++)
		actions &= ~gh_policy_use_actions(view, &view->facts->tables[i]);
	return actions;
}

static unsigned uncovered_whole(const struct gh_policy_view *view, const struct cover *cover)
{
	unsigned bare = bare_actions(view);
	unsigned missing = bare & GH_ACTION_READ & ~cover->some;

	missing |= bare & ~(unsigned)GH_ACTION_READ & ~cover->every;
	if (!view->facts->tables_known)
		missing |= view->actions & ~cover->every;
	return missing;
}

static struct gap find_gap(const struct gh_policy_view *view, const struct gh_policy_rule **first)
{
	const struct gh_facts *facts = view->facts;
	size_t from = 0;

	do {
		struct cover cover;
		unsigned missing;

		find_cover(view, from, &cover);
		*first = cover.first;
		missing = uncovered_whole(view, &cover);
		if (missing != 0 || (view->actions == 0 && cover.some == 0))
			return (struct gap){ missing == 0 ? GH_ACTION_ALL : missing, NULL };
		for (size_t i = 0; i < CHUNK && from + i < facts->table_count; i++) {
			const struct gh_table_use *use = &facts->tables[from + i];

			missing = gh_policy_use_actions(view, use) &
				  ~(cover.each[i] | cover.every);
			if (missing != 0)
				return (struct gap){ missing, use };
		}
		from += CHUNK;
	} while (from < facts->table_count);
	return (struct gap){ 0, NULL };
}

/* ---- together --------------------------------------------------------------------------- */

static const char *first_action(unsigned actions)
{
	for (const struct gh_policy_word *word = gh_policy_actions; word->text != NULL; word++)
		if ((word->value & actions) != 0)
			return word->text;
	return "anything";
}

static void say_default(const struct gh_policy_view *view, const struct gap *gap,
			struct gh_policy_outcome *out)
{
	struct gh_origin origin = { 0 };
	char name[200];

	out->rule = "default";
	if (view->policy->otherwise == GH_VERDICT_APPROVE) {
		out->verdict = GH_VERDICT_APPROVE;
		gh_policy_outcome_say(out, "No rule allows this, so somebody has to approve it.");
		return;
	}
	out->verdict = GH_VERDICT_DENY;
	if (!view->facts->tables_known) {
		gh_policy_outcome_say(out, "It is not known which tables this statement uses, and "
					   "no rule allows '%s' for all of them.",
				      first_action(gap->actions));
		return;
	}
	if (gap->use == NULL) {
		gh_policy_outcome_say(out, "No rule of the policy allows '%s' here.",
				      first_action(gap->actions));
		return;
	}
	origin = (struct gh_origin){ gap->use->catalog, gap->use->schema, gap->use->table, NULL };
	gh_policy_origin_text(&origin, name, sizeof(name));
	gh_policy_outcome_say(out, "No rule of the policy allows '%s' on %s.",
			      first_action(gap->actions), name);
}

void gh_policy_judge(const struct gh_policy_view *view, struct gh_policy_outcome *out)
{
	const struct gh_policy_rule *rule = find_blocking(view, GH_VERDICT_DENY);
	const struct gh_policy_rule *allowing = NULL;
	bool known = view->principal.kind != GH_PRINCIPAL_UNKNOWN;
	struct gap gap;

	*out = (struct gh_policy_outcome){ .rule = "default" };
	if (rule != NULL) {
		say_blocked(rule, out);
		return;
	}
	if (!known) {
		gh_policy_outcome_say(out, "It is not known who asks, so nothing is allowed.");
		return;
	}
	gap = find_gap(view, &allowing);
	if (gap.actions != 0 && view->policy->otherwise != GH_VERDICT_ALLOW) {
		say_default(view, &gap, out);
		if (out->verdict == GH_VERDICT_DENY)
			return;
	}
	rule = find_blocking(view, GH_VERDICT_APPROVE);
	if (rule != NULL) {
		say_blocked(rule, out);
		return;
	}
	if (gap.actions != 0 && view->policy->otherwise != GH_VERDICT_ALLOW)
		return;
	out->verdict = GH_VERDICT_ALLOW;
	out->rule = gap.actions != 0 || allowing == NULL ? "default" : allowing->name;
}

void gh_policy_judge_all(const struct gh_policy_view *view, struct gh_policy_outcome *out)
{
	gh_policy_judge(view, out);
	gh_policy_judge_inference(view, out);
	gh_policy_judge_flows(view, out);
}
