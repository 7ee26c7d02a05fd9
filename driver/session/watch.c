/*
 * Columns for which no mask of a rule holds: their values are looked at before
 * the application gets them.  Text always is, for what any single value tells;
 * other columns until they are decided (doc/design/detection.md).
 */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>

enum { ENOUGH_SEEN = 1024, MOST_SPANS = 64 };

struct class_mask {
	enum gh_detect_class class;
	struct gh_mask *mask; /* NULL: such values are left */
};

struct gh_watch {
	enum gh_detect_state state;
	enum gh_detect_class class; /* what its values are, once that is decided, or so far */
	bool text;
	struct gh_mask_column meta;
	struct gh_detect_column *values; /* NULL: decided */
	size_t seen;
	bool masked;              /* a value of it was, or may have been, given masked */
	struct gh_mask *fallback; /* where another can't be made */
	struct class_mask *masks; /* owned */
	size_t mask_count;
};

/* ---- which columns ------------------------------------------------------------------- */

enum gh_detect_kind gh_watch_kind(SQLSMALLINT sql_type)
{
	/* lint: table */
	static const enum gh_detect_kind kinds[GH_MASK_FAMILY_COUNT] = {
		[GH_MASK_FAMILY_TEXT] = GH_DETECT_KIND_TEXT,
		[GH_MASK_FAMILY_INTEGER] = GH_DETECT_KIND_INTEGER,
		[GH_MASK_FAMILY_DECIMAL] = GH_DETECT_KIND_DECIMAL,
		[GH_MASK_FAMILY_FLOAT] = GH_DETECT_KIND_DECIMAL,
		[GH_MASK_FAMILY_BIT] = GH_DETECT_KIND_BOOLEAN,
		[GH_MASK_FAMILY_DATE] = GH_DETECT_KIND_DATE,
		[GH_MASK_FAMILY_TIME] = GH_DETECT_KIND_TIME,
		[GH_MASK_FAMILY_TIMESTAMP] = GH_DETECT_KIND_TIMESTAMP,
		[GH_MASK_FAMILY_INTERVAL] = GH_DETECT_KIND_TIME,
		[GH_MASK_FAMILY_BINARY] = GH_DETECT_KIND_BINARY,
		[GH_MASK_FAMILY_GUID] = GH_DETECT_KIND_GUID,
	};

	return kinds[gh_mask_family_of(sql_type)];
}

/* Of these no value tells of anybody. */
static bool is_plain(enum gh_detect_kind kind)
{
	return kind == GH_DETECT_KIND_BOOLEAN || kind == GH_DETECT_KIND_TIME ||
	       kind == GH_DETECT_KIND_GUID;
}

void gh_watch_free(struct gh_watch *watch)
{
	if (watch == NULL)
		return;
	for (size_t i = 0; i < watch->mask_count; i++)
		gh_mask_free(watch->masks[i].mask);
	free(watch->masks);
	gh_mask_free(watch->fallback);
	gh_detect_column_free(watch->values);
	free(watch);
}

static enum gh_status watch_values(struct gh_watch *watch, const struct gh_output *output,
				   enum gh_detect_kind kind, struct gh_error *err)
{
	const struct gh_origin *origin =
		output != NULL && output->origin_count == 1 ? output->origins : NULL;
	const struct gh_detect_about about = {
		.column = origin != NULL   ? origin->column
			  : output != NULL ? output->name
					   : NULL,
		.table = origin != NULL ? origin->table : NULL,
		.kind = kind,
		.size = watch->meta.size,
	};

	watch->state = GH_DETECT_UNDECIDED;
	return gh_detect_column_new(&about, &watch->values, err);
}

enum gh_status gh_watch_new(struct gh_statement *statement, SQLUSMALLINT column,
			    struct gh_error *err)
{
	const struct gh_mask_spec spec = { .function = GH_MASK_DEFAULT, .rule = "detection" };
	struct gh_column *place = &statement->plan.columns[column - 1];
	const struct gh_output *output = gh_plan_output(statement, column - 1u);
	enum gh_detect_kind kind = gh_watch_kind(place->meta.sql_type);
	bool text = kind == GH_DETECT_KIND_TEXT || kind == GH_DETECT_KIND_BINARY;
	bool open = statement->facts != NULL && kind != GH_DETECT_KIND_BINARY &&
		    !gh_sample_clears(statement, output);
	struct gh_watch *watch;
	enum gh_status status;

	if (is_plain(kind) || (!text && !open))
		return GH_OK;
	watch = calloc(1, sizeof(*watch));
	if (watch == NULL)
		return gh_fail(err, GH_E_MEMORY, "watch");
	watch->meta = place->meta;
	watch->text = text;
	watch->state = GH_DETECT_CLEAN;
	place->watch = watch;
	status = gh_mask_new(&spec, &watch->meta, NULL, &watch->fallback, err);
	if (status == GH_OK && open)
		status = watch_values(watch, output, kind, err);
	return status;
}

bool gh_watch_is_open(const struct gh_watch *watch)
{
	return watch->values != NULL;
}

bool gh_watch_has_masked(const struct gh_watch *watch)
{
	return watch != NULL && watch->masked;
}

bool gh_watch_is_over(const struct gh_watch *watch)
{
	return !watch->text && watch->state == GH_DETECT_CLEAN;
}

/* ---- masks for what is found ------------------------------------------------------------ */

static enum gh_status make_mask(struct gh_statement *statement, SQLUSMALLINT column,
				const struct gh_watch *watch, struct class_mask *out,
				struct gh_error *err)
{
	struct gh_connection *connection = statement->connection;
	const struct gh_facts none = { .kind = GH_KIND_SELECT };
	const struct gh_output *output = gh_plan_output(statement, column - 1u);
	struct gh_output whole = output != NULL ? *output : (struct gh_output){ 0 };
	const struct gh_found found = {
		gh_detect_class_name(out->class),
		gh_detect_family_name(gh_detect_family_of(out->class)),
		output != NULL ? &whole : NULL,
	};
	struct gh_policy_request request = { NULL, &connection->target,
					     statement->facts != NULL ? statement->facts : &none };
	struct gh_mask_spec spec = { 0 };
	enum gh_status status = gh_connection_identity(connection, &request.principal, err);

	/* the value itself was looked at, not what it is made of */
	whole.flags &= ~(unsigned)GH_LINEAGE_DERIVED;
	if (status == GH_OK)
		status = gh_policy_mask_found(connection->shared->policy, &request, &found, &spec,
					      err);
	if (status != GH_OK || spec.function == GH_MASK_NONE)
		return status;
	return gh_mask_new(&spec, &watch->meta, connection->shared->mask_keys, &out->mask, err);
}

static const struct class_mask *find_mask(const struct gh_watch *watch, enum gh_detect_class class)
{
	for (size_t i = 0; i < watch->mask_count; i++)
		if (watch->masks[i].class == class)
			return &watch->masks[i];
	return NULL;
}

static struct gh_mask *known_or_made(struct gh_statement *statement, SQLUSMALLINT column,
				     struct gh_watch *watch, enum gh_detect_class class)
{
	const struct class_mask *known = find_mask(watch, class);
	struct class_mask made = { class, NULL }, *masks;
	struct gh_error err = { 0 };

	if (known != NULL)
		return known->mask;
	masks = realloc(watch->masks, (watch->mask_count + 1) * sizeof(*masks));
	if (masks == NULL)
		return watch->fallback;
	watch->masks = masks;
	if (make_mask(statement, column, watch, &made, &err) != GH_OK)
		return watch->fallback;
	watch->masks[watch->mask_count++] = made;
	return made.mask;
}

/* The class's mask, or NULL where such values are left as they are. */
static struct gh_mask *mask_of(struct gh_statement *statement, SQLUSMALLINT column,
			       struct gh_watch *watch, enum gh_detect_class class)
{
	struct gh_mask *mask = known_or_made(statement, column, watch, class);

	watch->masked |= mask != NULL;
	return mask;
}

/* ---- decisions --------------------------------------------------------------------------- */

static struct gh_detect_value value_of(const struct gh_seen *seen)
{
	enum gh_detect_encoding wide = sizeof(SQLWCHAR) == 2 ? GH_DETECT_UTF16 : GH_DETECT_UTF32;

	return (struct gh_detect_value){ seen->bytes, seen->length,
					 seen->c_type == SQL_C_WCHAR ? wide : GH_DETECT_UTF8 };
}

static bool is_text(SQLSMALLINT c_type)
{
	return c_type == SQL_C_CHAR || c_type == SQL_C_WCHAR || c_type == SQL_C_BINARY;
}

void gh_watch_add(struct gh_watch *watch, const struct gh_seen *seen)
{
	struct gh_detect_value value = value_of(seen);
	char text[GH_SEEN_TEXT];
	int64_t number;

	if (watch->values == NULL || seen->given == GH_MASK_CLEAR_NULL)
		return;
	watch->seen++;
	if (is_text(seen->c_type)) {
		gh_detect_column_add(watch->values, &value);
	} else if (gh_seen_number(seen, &number)) {
		gh_detect_column_add_integer(watch->values, number);
	} else {
		value = gh_detect_text((struct gh_span){ text, gh_seen_text(seen, text) });
		gh_detect_column_add(watch->values, &value);
		gh_wipe(text, sizeof(text));
	}
}

void gh_watch_settle(struct gh_statement *statement, struct gh_watch *watch)
{
	struct gh_detect_verdict verdict;
	enum gh_detect_ask ask = watch->seen >= ENOUGH_SEEN ? GH_DETECT_END : GH_DETECT_MORE;

	(void)statement;
	if (watch->values == NULL)
		return;
	gh_detect_column_verdict(watch->values, ask, &verdict);
	watch->state = verdict.state;
	if (verdict.state != GH_DETECT_UNDECIDED) {
		gh_detect_column_free(watch->values);
		watch->values = NULL;
	} else if (watch->seen > 0) {
		/* as if there were no more, until there are */
		gh_detect_column_verdict(watch->values, GH_DETECT_END, &verdict);
	}
	watch->class = verdict.state == GH_DETECT_SENSITIVE ? verdict.class : GH_DETECT_NONE;
}

/* What stands within a value. */
struct parts {
	struct gh_span text; /* the value as UTF-8 */
	size_t count;        /* may be more than there is room for */
	struct gh_detect_found found[MOST_SPANS];
};

/* ---- one value ------------------------------------------------------------------------------ */

static void count_found(struct gh_statement *statement, enum gh_detect_class class)
{
	if (statement->found == NULL)
		statement->found = calloc(GH_DETECT_CLASS_COUNT, sizeof(*statement->found));
	if (statement->found != NULL && statement->found[class] < UINT32_MAX)
		statement->found[class]++;
}

static struct gh_mask *counted(struct gh_statement *statement, enum gh_detect_class class,
			       struct gh_mask *mask)
{
	if (mask != NULL)
		count_found(statement, class);
	return mask;
}

/* Overwrites [start, end) of UTF-8 text in the value's own encoding. */
static void overwrite(struct gh_seen *seen, struct gh_span text,
		      const struct gh_detect_found *found)
{
	SQLWCHAR star = '*';
	size_t unit = 0, offset = 0;

	if (seen->c_type != SQL_C_WCHAR) {
		memset(seen->bytes + found->start, '*', found->end - found->start);
		return;
	}
	while (offset < found->end) {
		bool inside = offset >= found->start;
		int32_t code_point = gh_utf8_next(text, &offset);
		size_t units = sizeof(SQLWCHAR) == 2 && code_point > 0xFFFF ? 2 : 1;

		if (code_point < 0)
			return;
		for (size_t i = 0; i < units; i++, unit++)
			if (inside)
				memcpy(seen->bytes + unit * sizeof(star), &star, sizeof(star));
	}
}

/* The value as UTF-8: itself, or a copy in `copy`; false where it is none. */
static bool as_utf8(const struct gh_seen *seen, struct gh_buf *copy, struct gh_span *out)
{
	*out = (struct gh_span){ seen->bytes, seen->length };
	if (seen->c_type != SQL_C_WCHAR)
		return true;
	if ((sizeof(SQLWCHAR) == 2 ? gh_utf8_from_utf16(copy, (const void *)seen->bytes,
							seen->length / sizeof(SQLWCHAR))
				   : gh_utf8_from_utf32(copy, (const void *)seen->bytes,
							seen->length / sizeof(SQLWCHAR))) != GH_OK)
		return false;
	*out = gh_buf_span(copy);
	return true;
}

static bool is_whole(struct gh_span text, const struct gh_detect_found *found)
{
	while (text.length > found->end && text.bytes[text.length - 1] == ' ')
		text.length--;
	while (text.length > 0 && found->start > 0 && *text.bytes == ' ') {
		text.bytes++;
		text.length--;
	}
	return found->end - found->start >= text.length;
}

/* Without one of these signs no part of a text is anything by itself.  In every encoding. */
static bool may_hold_parts(const struct gh_seen *seen)
{
	for (size_t i = 0; i < seen->length; i++) {
		unsigned char c = (unsigned char)seen->bytes[i];

		if (c == '@' || c == ':' || (c >= '0' && c <= '9'))
			return true;
	}
	return false;
}

/* Overwrites the parts that are something; in a cell that is nothing itself, those of tier S. */
static void star_parts(struct gh_statement *statement, SQLUSMALLINT column, struct gh_seen *seen,
		       const struct parts *parts, enum gh_detect_class cell)
{
	struct gh_watch *watch = gh_plan_watch(&statement->plan, column);

	for (size_t i = 0; i < parts->count; i++) {
		enum gh_detect_class class = parts->found[i].class;

		if (cell == GH_DETECT_NONE && gh_detect_tier_of(class) != GH_DETECT_TIER_S)
			continue;
		if (counted(statement, class, mask_of(statement, column, watch, class)) != NULL)
			overwrite(seen, parts->text, &parts->found[i]);
	}
}

/*
 * Something stands in the cell, or may stand in a part of it: where it is a part of
 * a longer text, that part is overwritten, and the rest stays.
 */
static struct gh_mask *judge_parts(struct gh_statement *statement, SQLUSMALLINT column,
				   struct gh_seen *seen, enum gh_detect_class class)
{
	struct gh_watch *watch = gh_plan_watch(&statement->plan, column);
	struct gh_mask *mask = NULL;
	struct parts parts;
	struct gh_buf copy;
	bool whole;

	gh_buf_init(&copy, 0);
	parts.count = 0;
	if (as_utf8(seen, &copy, &parts.text))
		parts.count = gh_detect_spans(parts.text, parts.found, MOST_SPANS);
	whole = class != GH_DETECT_NONE &&
		(parts.count == 0 || (parts.count == 1 && is_whole(parts.text, parts.found)));
	if (parts.count > MOST_SPANS && class == GH_DETECT_NONE)
		class = parts.found[0].class;
	if (whole || parts.count > MOST_SPANS)
		mask = counted(statement, class, mask_of(statement, column, watch, class));
	else
		star_parts(statement, column, seen, &parts, class);
	gh_buf_clear_secret(&copy);
	return mask;
}

struct gh_mask *gh_watch_judge(struct gh_statement *statement, SQLUSMALLINT column,
			       struct gh_seen *seen)
{
	struct gh_watch *watch = gh_plan_watch(&statement->plan, column);
	struct gh_detect_value value;
	struct gh_mask *mask;
	enum gh_detect_class class;

	if (seen->given == GH_MASK_CLEAR_NULL)
		return NULL;
	if (watch->class != GH_DETECT_NONE) {
		mask = mask_of(statement, column, watch, watch->class);
		if (mask != NULL)
			return counted(statement, watch->class, mask);
	}
	if (!watch->text || !is_text(seen->c_type))
		return NULL;
	value = value_of(seen);
	class = gh_detect_cell(&value);
	if (class == GH_DETECT_NONE && !may_hold_parts(seen))
		return NULL;
	return judge_parts(statement, column, seen, class);
}

struct gh_mask *gh_watch_mask(const struct gh_statement *statement, SQLUSMALLINT column)
{
	return gh_plan_watch(&statement->plan, column)->fallback;
}

void gh_watch_note(const struct gh_statement *statement, struct gh_buf *out)
{
	const char *before = "masked by detection: ";

	if (statement->decision.detects && gh_learned_is_refused(statement->connection))
		(void)gh_buf_append_text(out, "the file of sensitive columns is not used; ");
	for (int i = 0; statement->found != NULL && i < GH_DETECT_CLASS_COUNT; i++) {
		if (statement->found[i] == 0)
			continue;
		(void)gh_buf_printf(out, "%s%s %u", before,
				    gh_detect_class_name((enum gh_detect_class)i),
				    (unsigned)statement->found[i]);
		before = ", ";
	}
}
