/*
 * Is a value one of our masks?  Tokens are known by their tag, what hides
 * characters by its stars, and all other codes because they were given out: a
 * bounded memory keeps fingerprints of the latest.
 *
 * A true value may by chance be one that was given out.  So that this happens
 * once in a million values, only as many masks are remembered as are a millionth
 * of those that were possible.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum {
	SPREAD_MIN = 6,  /* decimal digits of what was possible */
	SPREAD_MAX = 11, /* and from here on all that the memory has room for */
	CLASSES = SPREAD_MAX - SPREAD_MIN + 1,
	WAYS = 8,
	LONGEST = 256, /* bytes of a value that may be a mask */
	STARS_MIN = 4,
};

/* How many of a class are kept: a millionth of 10^(6 + class), or fewer. */
static const size_t capacities[CLASSES] = { 1, 8, 96, 1000, 8192, 65536 };

struct gh_mask_memory {
	uint64_t seed;
	uint64_t *slots[CLASSES];              /* fingerprints; 0: none; made at the first use */
	uint64_t *all;                         /* owned: the slots of all classes */
	struct gh_lock lock;                   /* for all of it */
	struct gh_ff1 *tags[GH_MASK_KEYS_MAX]; /* of tokens, under each key; owned */
	size_t tag_count;
};

void gh_mask_memory_free(struct gh_mask_memory *memory)
{
	if (memory == NULL)
		return;
	free(memory->all);
	for (size_t i = 0; i < memory->tag_count; i++)
		gh_ff1_free(memory->tags[i]);
	gh_lock_clear(&memory->lock);
	free(memory);
}

static enum gh_status take_tags(struct gh_mask_memory *memory, struct gh_mask_keys *keys,
				struct gh_error *err)
{
	enum gh_status status = GH_OK;

	for (size_t i = 0; i < gh_mask_keys_count(keys) && status == GH_OK; i++) {
		status = gh_mask_keys_tag(keys, i, &memory->tags[i], err);
		memory->tag_count += status == GH_OK;
	}
	return status;
}

enum gh_status gh_mask_memory_new(struct gh_mask_keys *keys, struct gh_mask_memory **out,
				  struct gh_error *err)
{
	struct gh_mask_memory *memory = calloc(1, sizeof(*memory));
	enum gh_status status;

	*out = NULL;
	if (memory == NULL)
		return gh_fail(err, GH_E_MEMORY, "memory of masks");
	status = gh_lock_init(&memory->lock, err);
	if (status != GH_OK) {
		free(memory);
		return status;
	}
	status = gh_random_bytes(&memory->seed, sizeof(memory->seed), err);
	if (status == GH_OK)
		status = take_tags(memory, keys, err);
	if (status != GH_OK) {
		gh_mask_memory_free(memory);
		return status;
	}
	*out = memory;
	return GH_OK;
}

/* ---- fingerprints ------------------------------------------------------------------------ */

static uint64_t mix(uint64_t value)
{
	value ^= value >> 32;
	value *= UINT64_C(0xd6e8feb86659fd93);
	value ^= value >> 32;
	value *= UINT64_C(0xd6e8feb86659fd93);
	return value ^ value >> 32;
}

static uint64_t fingerprint(const struct gh_mask_memory *memory, struct gh_span text)
{
	uint64_t hash = memory->seed ^ text.length, word;

	for (; text.length >= sizeof(word); text.bytes += sizeof(word)) {
		memcpy(&word, text.bytes, sizeof(word));
		hash = mix(hash ^ word);
		text.length -= sizeof(word);
	}
	word = 0;
	if (text.length > 0)
		memcpy(&word, text.bytes, text.length);
	hash = mix(hash ^ mix(word + 1));
	return hash == 0 ? 1 : hash;
}

/* Where the fingerprint may be within its class, and how many places there are. */
static uint64_t *bucket(const struct gh_mask_memory *memory, size_t class, uint64_t print,
			size_t *ways)
{
	size_t buckets = capacities[class] / WAYS;

	*ways = buckets == 0 ? 1 : WAYS;
	return memory->slots[class] + (buckets == 0 ? 0 : print % buckets * WAYS);
}

static bool make_slots(struct gh_mask_memory *memory)
{
	uint64_t *all;
	size_t count = 0;

	for (size_t i = 0; i < CLASSES; i++)
		count += capacities[i];
	if (memory->all != NULL)
		return true;
	all = calloc(count, sizeof(*all));
	if (all == NULL)
		return false;
	for (size_t i = 0; i < CLASSES; i++) {
		memory->slots[i] = all;
		all += capacities[i];
	}
	memory->all = memory->slots[0];
	return true;
}

static void keep(struct gh_mask_memory *memory, struct gh_span text, unsigned spread)
{
	size_t class = (spread > SPREAD_MAX ? SPREAD_MAX : spread) - SPREAD_MIN, ways;
	uint64_t print = fingerprint(memory, text);
	uint64_t *places = bucket(memory, class, print, &ways);

	for (size_t i = 0; i < ways; i++)
		if (places[i] == print)
			return;
	/* the oldest of the bucket goes */
	for (size_t i = ways - 1; i > 0; i--)
		places[i] = places[i - 1];
	places[0] = print;
}

static bool has(const struct gh_mask_memory *memory, struct gh_span text)
{
	uint64_t print = fingerprint(memory, text);

	for (size_t class = 0; class < CLASSES; class ++) {
		size_t ways;
		uint64_t *places = bucket(memory, class, print, &ways);

		for (size_t i = 0; i < ways; i++)
			if (places[i] == print)
				return true;
	}
	return false;
}

/* ---- one spelling ---------------------------------------------------------------------------- */

/* A number without zeros at the end of its fraction; false if it is none. */
static bool number_text(struct gh_span text, char room[GH_MASK_NUMBER_ROOM], struct gh_span *out)
{
	struct gh_mask_decimal number;
	struct gh_mask_result result;

	if (text.length > GH_MASK_NUMBER_ROOM || gh_mask_decimal_parse(text, &number) != GH_OK ||
	    number.cut)
		return false;
	while (number.scale > 0 && number.magnitude % 10 == 0) {
		number.magnitude /= 10;
		number.scale--;
	}
	gh_mask_result_number(&result, &number);
	*out = gh_mask_number_text(&result, room);
	return true;
}

static struct gh_span without_padding(struct gh_span text)
{
	while (text.length > 0 && text.bytes[text.length - 1] == ' ')
		text.length--;
	return text;
}

/* How many digits the number of masks has that were possible; 0: it can't be known again. */
static unsigned spread_of(const struct gh_mask *mask, const struct gh_mask_result *result)
{
	size_t length = result->bytes.length;

	switch (mask->function) {
	case GH_MASK_HASH:
	case GH_MASK_TOKEN:
	case GH_MASK_FPE:
		if (result->shape == GH_MASK_SHAPE_NUMBER)
			return mask->function == GH_MASK_FPE
				       ? gh_mask_digits(result->number)
				       : gh_mask_digits(gh_mask_number_limit(&mask->column)) - 1;
		return (unsigned)length; /* at least ten possible characters at each place */
	case GH_MASK_PARTIAL:
	case GH_MASK_CARD:
		return length < SPREAD_MIN ? 0 : SPREAD_MAX; /* no true value looks like it */
	default:
		return 0;
	}
}

void gh_mask_keep_result(struct gh_mask *mask, const struct gh_mask_result *result)
{
	struct gh_mask_memory *memory = mask->memory;
	unsigned spread = spread_of(mask, result);
	struct gh_span text = without_padding(result->bytes);
	char room[GH_MASK_NUMBER_ROOM], other[GH_MASK_NUMBER_ROOM];

	if (spread < SPREAD_MIN || text.length > LONGEST)
		return;
	if (result->shape == GH_MASK_SHAPE_NUMBER &&
	    !number_text(gh_mask_number_text(result, other), room, &text))
		return;
	gh_lock_take(&memory->lock);
	if (make_slots(memory))
		keep(memory, text, spread);
	gh_lock_release(&memory->lock);
}

void gh_mask_remember(struct gh_mask *mask, struct gh_mask_memory *memory)
{
	mask->memory = memory;
}

/* ---- recognition --------------------------------------------------------------------------------
 */

/* Stars for at least half of the text, in one run. */
static bool is_starred(struct gh_span text)
{
	size_t most = 0, run = 0;

	for (size_t i = 0; i < text.length; i++) {
		run = text.bytes[i] == '*' ? run + 1 : 0;
		most = run > most ? run : most;
	}
	return most >= STARS_MIN && 2 * most >= text.length;
}

static bool was_given(struct gh_mask_memory *memory, struct gh_span text)
{
	char room[GH_MASK_NUMBER_ROOM];
	struct gh_span number;

	if (memory->all == NULL)
		return false;
	return has(memory, text) || (number_text(text, room, &number) && has(memory, number));
}

bool gh_mask_is_ours(struct gh_mask_memory *memory, struct gh_span text)
{
	bool ours;

	text = without_padding(text);
	if (text.length == 0 || text.length > LONGEST)
		return false;
	if (gh_span_equal(text, gh_span_from(gh_mask_withheld_text())) || is_starred(text))
		return true;
	gh_lock_take(&memory->lock);
	ours = was_given(memory, text);
	for (size_t i = 0; i < memory->tag_count && !ours; i++)
		ours = gh_mask_token_is(memory->tags[i], text);
	gh_lock_release(&memory->lock);
	return ours;
}

/* ---- numbers of applications
 * ---------------------------------------------------------------------- */

static int64_t whole_of(const struct gh_mask_c_type *type, const void *value)
{
	union gh_mask_fixed fixed = { 0 };
	bool is_signed = type->largest == (UINT64_MAX >> (65 - 8 * type->size));

	memcpy(&fixed, value, type->size);
	if (type->size == sizeof(fixed.whole1))
		return is_signed ? (int8_t)fixed.whole1 : (int64_t)fixed.whole1;
	if (type->size == sizeof(fixed.whole2))
		return is_signed ? (int16_t)fixed.whole2 : (int64_t)fixed.whole2;
	if (type->size == sizeof(fixed.whole4))
		return is_signed ? (int32_t)fixed.whole4 : (int64_t)fixed.whole4;
	return (int64_t)fixed.whole8;
}

/* Masks that are numbers are whole, or have a scale that NUMERIC says. */
static bool read_numeric(const void *value, struct gh_mask_decimal *out)
{
	SQL_NUMERIC_STRUCT numeric;

	memcpy(&numeric, value, sizeof(numeric));
	*out = (struct gh_mask_decimal){ .negative = numeric.sign == 0 };
	for (size_t i = sizeof(numeric.val); i-- > 0;) {
		if (i >= sizeof(out->magnitude) && numeric.val[i] != 0)
			return false;
		if (i < sizeof(out->magnitude))
			out->magnitude = out->magnitude << 8 | numeric.val[i];
	}
	out->scale = numeric.scale > 0 ? (unsigned)numeric.scale : 0;
	return out->scale <= GH_MASK_DECIMAL_DIGITS;
}

/* Doubles hold whole numbers up to 2^53, and all masks are among them. */
static bool read_double(double number, struct gh_mask_decimal *out)
{
	double size = number < 0 ? -number : number;

	if (!(size < 9007199254740992.0))
		return false;
	*out = (struct gh_mask_decimal){ .magnitude = (uint64_t)size, .negative = number < 0 };
	return (double)out->magnitude == size;
}

static bool read_c(const struct gh_mask_c_type *type, const void *value,
		   struct gh_mask_decimal *out)
{
	SQLDOUBLE real8;
	SQLREAL real;
	int64_t whole;

	switch (type->kind) {
	case GH_MASK_C_WHOLE:
		whole = whole_of(type, value);
		*out = (struct gh_mask_decimal){ .negative = whole < 0 };
		out->magnitude = whole < 0 ? (uint64_t)0 - (uint64_t)whole : (uint64_t)whole;
		return true;
	case GH_MASK_C_NUMERIC:
		return read_numeric(value, out);
	case GH_MASK_C_FLOAT:
		memcpy(&real, value, sizeof(real));
		return read_double((double)real, out);
	case GH_MASK_C_DOUBLE:
		memcpy(&real8, value, sizeof(real8));
		return read_double(real8, out);
	default:
		return false;
	}
}

bool gh_mask_number_of(SQLSMALLINT c_type, const void *value, struct gh_buf *out)
{
	struct gh_mask_decimal number;
	struct gh_mask_result result;
	char room[GH_MASK_NUMBER_ROOM];
	struct gh_span text;

	if (!read_c(gh_mask_c_type_find(c_type), value, &number))
		return false;
	gh_mask_result_number(&result, &number);
	text = gh_mask_number_text(&result, room);
	return gh_buf_append(out, text.bytes, text.length) == GH_OK;
}
