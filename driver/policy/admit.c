/*
 * Does the condition of a row filter hold for a row that is about to be written?
 * It is worked out from the literals that the statement gives to the columns; what
 * they do not tell for certain, in every collation, is not known.
 */
#include "internal.h"

#include <string.h>

enum { MOST_DEPTH = 40, MOST_DIGITS = 12, FRACTION = 6 };

/* SQL's three, and what can't be told. */
enum truth { IS_FALSE = 0, IS_NULL, IS_MAYBE, IS_TRUE };

struct part {
	enum truth plain; /* of the row by its values alone */
	enum truth kept;  /* the same where what an UPDATE leaves alone still holds */
	bool touched;     /* by a column that is written */
};

enum value_kind { VALUE_MAYBE = 0, VALUE_NULL, VALUE_NUMBER, VALUE_TEXT, VALUE_TRUTH };
struct value {
	enum value_kind kind;
	int64_t number; /* times ten to FRACTION; a truth: 0 or 1 */
	struct gh_span text;
	bool touched;
};

struct reader {
	struct gh_span rest;
	const struct gh_policy_row *row;
	unsigned depth;
	bool failed; /* it was not understood */
};

/* ---- words ---------------------------------------------------------------------- */

static bool letter(char c)
{
	return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip(struct reader *reader, size_t count)
{
	reader->rest.bytes += count;
	reader->rest.length -= count;
}

static void blank(struct reader *reader)
{
	while (reader->rest.length > 0 && strchr(" \t\n", reader->rest.bytes[0]) != NULL)
		skip(reader, 1);
}

static size_t word_length(struct gh_span text)
{
	size_t length = 0;

	while (length < text.length && (letter(text.bytes[length]) ||
					(length > 0 && digit(text.bytes[length]))))
		length++;
	return length;
}

static bool take_word(struct reader *reader, const char *word)
{
	struct gh_span next;

	blank(reader);
	next = (struct gh_span){ reader->rest.bytes, word_length(reader->rest) };
	if (!gh_span_equal_nocase(next, gh_span_from(word)))
		return false;
	skip(reader, next.length);
	return true;
}

static bool take_sign(struct reader *reader, const char *sign)
{
	size_t length = strlen(sign);

	blank(reader);
	if (reader->rest.length < length || memcmp(reader->rest.bytes, sign, length) != 0)
		return false;
	skip(reader, length);
	return true;
}

/* ---- values --------------------------------------------------------------------- */

static bool is_digit_at(struct gh_span text, size_t at)
{
	return at < text.length && digit(text.bytes[at]);
}

/* The digits behind a point, as many as are looked at. */
static size_t fraction_end(struct gh_span text, size_t at, int64_t *number)
{
	bool point = at < text.length && text.bytes[at] == '.';

	at += point;
	for (int i = 0; i < FRACTION; i++) {
		bool more = point && is_digit_at(text, at);

		*number = *number * 10 + (more ? text.bytes[at] - '0' : 0);
		at += more;
	}
	return at;
}

/* Digits and perhaps a fraction; 0: it is no such number, or a long one. */
static size_t number_length(struct gh_span text, int64_t *out)
{
	size_t sign = text.length > 0 && text.bytes[0] == '-', at = sign;

	*out = 0;
	for (; is_digit_at(text, at) && at < sign + MOST_DIGITS; at++)
		*out = *out * 10 + (text.bytes[at] - '0');
	if (at == sign)
		return 0;
	at = fraction_end(text, at, out);
	*out = sign > 0 ? -*out : *out;
	if (at < text.length && (digit(text.bytes[at]) || letter(text.bytes[at]) ||
				 text.bytes[at] == '.'))
		return 0;
	return at;
}

/* 'text' without a backslash, which some targets read otherwise; 0: it is none. */
static size_t text_length(struct gh_span text)
{
	size_t at = 1;

	if (text.length < 2 || text.bytes[0] != '\'')
		return 0;
	for (; at < text.length && text.bytes[at] != '\\'; at++) {
		if (text.bytes[at] != '\'')
			continue;
		if (at + 1 >= text.length || text.bytes[at + 1] != '\'')
			return at + 1;
		at++;
	}
	return 0;
}

static struct value read_literal(struct gh_span text, size_t *length)
{
	static const struct { const char *word; struct value value; } words[] = {
		{ "null", { VALUE_NULL, 0, { NULL, 0 }, false } },
		{ "true", { VALUE_TRUTH, 1, { NULL, 0 }, false } },
		{ "false", { VALUE_TRUTH, 0, { NULL, 0 }, false } },
	};
	struct value value = { 0 };
	struct gh_span word = { text.bytes, word_length(text) };

	*length = word.length;
	for (size_t i = 0; word.length > 0 && i < sizeof(words) / sizeof(words[0]); i++)
		if (gh_span_equal_nocase(word, gh_span_from(words[i].word)))
			return words[i].value;
	if (word.length > 0)
		return value;
	*length = number_length(text, &value.number);
	if (*length > 0) {
		value.kind = VALUE_NUMBER;
		return value;
	}
	*length = text_length(text);
	if (*length > 0) {
		value.kind = VALUE_TEXT;
		value.text = (struct gh_span){ text.bytes + 1, *length - 2 };
	}
	return value;
}

/* As written, or as a target stores it that folds to lower case. */
static bool is_surely(struct gh_span name, const char *stored)
{
	for (size_t i = 0; i < name.length; i++) {
		bool upper = name.bytes[i] >= 'A' && name.bytes[i] <= 'Z';

		if (stored[i] != name.bytes[i] && !(upper && stored[i] == (name.bytes[i] | 0x20)))
			return false;
	}
	return stored[name.length] == '\0';
}

/* What the row has in a column: a literal that stands alone, or not known. */
static struct value column_value(const struct reader *reader, struct gh_span name)
{
	const struct gh_policy_row *row = reader->row;
	struct value value = { 0 };
	size_t length, found = 0;

	for (size_t i = 0; i < row->count; i++) {
		if (!gh_span_equal_nocase(name, gh_span_from(row->values[i].column)))
			continue;
		value = read_literal(row->values[i].text, &length);
		if (found++ > 0 || length != row->values[i].text.length ||
		    !is_surely(name, row->values[i].column))
			value = (struct value){ 0 };
		value.touched = true;
	}
	return value;
}

static struct value operand(struct reader *reader)
{
	struct value value;
	size_t length;

	blank(reader);
	value = read_literal(reader->rest, &length);
	if (length == 0)
		reader->failed = true;
	if (value.kind == VALUE_MAYBE && length > 0)
		value = column_value(reader, (struct gh_span){ reader->rest.bytes, length });
	skip(reader, length);
	return value;
}

/* ---- comparisons ------------------------------------------------------------------ */

static enum truth truth_of(int holds)
{
	return holds != 0 ? IS_TRUE : IS_FALSE;
}

static enum truth negate(enum truth truth)
{
	if (truth == IS_TRUE || truth == IS_FALSE)
		return truth == IS_TRUE ? IS_FALSE : IS_TRUE;
	return truth;
}

static bool plain(struct gh_span text)
{
	for (size_t i = 0; i < text.length; i++)
		if (!digit(text.bytes[i]) && (!letter(text.bytes[i]) || text.bytes[i] == '_'))
			return false;
	return text.length > 0;
}

/* Letters and digits that differ by more than case differ in every collation. */
static enum truth same_text(struct gh_span a, struct gh_span b)
{
	if (gh_span_equal(a, b))
		return IS_TRUE;
	return plain(a) && plain(b) && !gh_span_equal_nocase(a, b) ? IS_FALSE : IS_MAYBE;
}

static enum truth order(int64_t a, int64_t b, const char *sign)
{
	bool or_equal = sign[1] == '=' && a == b;

	if (strcmp(sign, "=") == 0)
		return truth_of(a == b);
	if (strcmp(sign, "<>") == 0)
		return truth_of(a != b);
	return truth_of(or_equal || (sign[0] == '<' ? a < b : a > b));
}

static enum truth compare(const struct value *a, const struct value *b, const char *sign)
{
	if (a->kind == VALUE_NULL || b->kind == VALUE_NULL)
		return IS_NULL;
	if (a->kind != b->kind || a->kind == VALUE_MAYBE)
		return IS_MAYBE;
	if (a->kind != VALUE_TEXT)
		return order(a->number, b->number, sign);
	if (strcmp(sign, "=") == 0)
		return same_text(a->text, b->text);
	return strcmp(sign, "<>") == 0 ? negate(same_text(a->text, b->text)) : IS_MAYBE;
}

static enum truth either(enum truth a, enum truth b)
{
	if (a == IS_TRUE || b == IS_TRUE)
		return IS_TRUE;
	if (a == IS_MAYBE || b == IS_MAYBE)
		return IS_MAYBE;
	return a == IS_NULL || b == IS_NULL ? IS_NULL : IS_FALSE;
}

static enum truth both(enum truth a, enum truth b)
{
	return negate(either(negate(a), negate(b)));
}

/* The brackets of IN. */
static enum truth among(struct reader *reader, struct value *left)
{
	enum truth truth = IS_FALSE;

	reader->failed = reader->failed || !take_sign(reader, "(");
	do {
		struct value item = operand(reader);

		left->touched = left->touched || item.touched;
		truth = either(truth, compare(left, &item, "="));
	} while (!reader->failed && take_sign(reader, ","));
	reader->failed = reader->failed || !take_sign(reader, ")");
	return truth;
}

static enum truth between(struct reader *reader, struct value *left)
{
	struct value low = operand(reader), high;

	reader->failed = reader->failed || !take_word(reader, "and");
	high = operand(reader);
	left->touched = left->touched || low.touched || high.touched;
	return both(compare(left, &low, ">="), compare(left, &high, "<="));
}

static enum truth like(struct reader *reader, struct value *left)
{
	struct value pattern = operand(reader);

	left->touched = left->touched || pattern.touched;
	return left->kind == VALUE_NULL || pattern.kind == VALUE_NULL ? IS_NULL : IS_MAYBE;
}

/* Behind IS: NULL, TRUE or FALSE, perhaps with NOT. */
static enum truth is(struct reader *reader, struct value *left)
{
	bool not = take_word(reader, "not");
	struct value right = operand(reader);
	enum truth truth = IS_MAYBE;

	left->touched = left->touched || right.touched;
	/* to some targets an empty text is NULL */
	if (left->kind != VALUE_MAYBE && !(left->kind == VALUE_TEXT && left->text.length == 0))
		truth = right.kind == VALUE_NULL ? truth_of(left->kind == VALUE_NULL) : IS_MAYBE;
	return not ? negate(truth) : truth;
}

static enum truth compared(struct reader *reader, struct value *left, bool *found)
{
	static const char *const signs[] = { "<>", "!=", "<=", ">=", "=", "<", ">" };

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		struct value right;

		if (!take_sign(reader, signs[i]))
			continue;
		*found = true;
		right = operand(reader);
		left->touched = left->touched || right.touched;
		return compare(left, &right, signs[i][0] == '!' ? "<>" : signs[i]);
	}
	*found = false;
	return left->kind == VALUE_TRUTH ? truth_of(left->number != 0) : IS_MAYBE;
}

/* What stands behind an operand; nothing: the operand itself is a truth. */
static enum truth predicate(struct reader *reader, struct value *left)
{
	bool found;
	enum truth truth = compared(reader, left, &found);
	bool not;

	if (found)
		return truth;
	if (take_word(reader, "is"))
		return is(reader, left);
	not = take_word(reader, "not");
	if (take_word(reader, "in"))
		truth = among(reader, left);
	else if (take_word(reader, "between"))
		truth = between(reader, left);
	else if (take_word(reader, "like"))
		truth = like(reader, left);
	else
		reader->failed = reader->failed || not;
	return not ? negate(truth) : truth;
}

/* ---- the condition ------------------------------------------------------------------ */

static struct part any_of(struct reader *reader);

static struct part term(struct reader *reader)
{
	struct part part = { IS_MAYBE, IS_MAYBE, false };
	struct value left;

	if (++reader->depth > MOST_DEPTH)
		reader->failed = true;
	if (reader->failed)
		return part;
	if (take_word(reader, "not")) {
		part = term(reader);
		part.plain = part.kept = negate(part.plain);
	} else if (take_sign(reader, "(")) {
		part = any_of(reader);
		reader->failed = reader->failed || !take_sign(reader, ")");
	} else {
		left = operand(reader);
		part.plain = part.kept = predicate(reader, &left);
		part.touched = left.touched;
	}
	if (!part.touched)
		part.kept = IS_TRUE;
	reader->depth--;
	return part;
}

static struct part all_of(struct reader *reader)
{
	struct part part = term(reader);

	while (!reader->failed && take_word(reader, "and")) {
		struct part next = term(reader);

		part.plain = both(part.plain, next.plain);
		part.kept = both(part.kept, next.kept);
		part.touched = part.touched || next.touched;
	}
	return part;
}

static struct part any_of(struct reader *reader)
{
	struct part part = all_of(reader);

	while (!reader->failed && take_word(reader, "or")) {
		struct part next = all_of(reader);

		part.plain = either(part.plain, next.plain);
		part.touched = part.touched || next.touched;
		part.kept = part.touched ? part.plain : IS_TRUE;
	}
	return part;
}

bool gh_policy_condition_admits(const char *condition, const struct gh_policy_row *row)
{
	struct reader reader = { gh_span_from(condition), row, 0, false };
	struct part part = any_of(&reader);

	blank(&reader);
	if (reader.failed || reader.rest.length > 0)
		return false;
	return (row->keeps ? part.kept : part.plain) == IS_TRUE;
}
