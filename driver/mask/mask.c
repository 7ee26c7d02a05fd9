/*
 * One mask: made for a column, applied to value after value.  Decides which
 * function looks at what, and falls back to the typed default wherever one
 * fails.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* Covers every default in every C type, so that a default never needs memory. */
#define FIRST_ROOM 1024

const char *gh_mask_withheld_text(void)
{
	return "[redacted]";
}

void gh_mask_free(struct gh_mask *mask)
{
	if (mask == NULL)
		return;
	gh_buf_clear_secret(&mask->plain);
	gh_buf_clear_secret(&mask->normalised);
	gh_buf_clear_secret(&mask->masked);
	gh_buf_clear_secret(&mask->delivered);
	gh_mac_free(mask->mac);
	gh_ff1_free(mask->ff1);
	gh_free_secret(mask, sizeof(*mask));
}

/* Of a function's number: what it is where the rule gives none. */
static int64_t amount_of(const struct gh_mask_spec *spec)
{
	if (spec->amount > 0 || spec->function == GH_MASK_GEO_ROUND)
		return spec->amount;
	return spec->function == GH_MASK_IP_TRUNC ? 24 : spec->function == GH_MASK_TOKEN ? 0 : 1;
}

static void take_spec(struct gh_mask *mask, const struct gh_mask_spec *spec)
{
	const char *fill = spec->fill == NULL || *spec->fill == '\0' ? "*" : spec->fill;

	mask->function = spec->function;
	mask->keep_first = spec->keep_first;
	mask->keep_last = spec->keep_last;
	/* one code point; what is longer is nobody's rule */
	memcpy(mask->fill, strlen(fill) < sizeof(mask->fill) ? fill : "*",
	       strlen(fill) < sizeof(mask->fill) ? strlen(fill) : 1);
	mask->amount = amount_of(spec);
	mask->unit = spec->unit == GH_MASK_UNIT_NONE ? GH_MASK_UNIT_YEAR : spec->unit;
	mask->normal = spec->normal;
	mask->dictionary = gh_mask_dictionary_find(spec->words);
}

static enum gh_status fill(struct gh_mask *mask, const struct gh_mask_column *column)
{
	mask->column = *column;
	mask->family = gh_mask_family_of(column->sql_type);
	/* SQL_NO_TOTAL and other negative numbers: unknown */
	if (mask->column.size > (SQLULEN)INT32_MAX)
		mask->column.size = 0;
	gh_buf_init(&mask->plain, 0);
	gh_buf_init(&mask->normalised, 0);
	gh_buf_init(&mask->masked, 0);
	gh_buf_init(&mask->delivered, 0);
	if (gh_buf_reserve(&mask->masked, FIRST_ROOM) != GH_OK)
		return GH_E_MEMORY;
	return gh_buf_reserve(&mask->delivered, FIRST_ROOM);
}

/* What a function's keys are made for; NULL: it has none. */
static const char *purpose_of(enum gh_mask_function function)
{
	static const char *const purposes[GH_MASK_COUNT] = {
		[GH_MASK_HASH] = "hash ",        [GH_MASK_TOKEN] = "token ",
		[GH_MASK_PSEUDO] = "pseudo ",    [GH_MASK_NOISE] = "noise ",
		[GH_MASK_DATE_SHIFT] = "shift ",
	};

	return purposes[function];
}

static enum gh_status take_keys(struct gh_mask *mask, const struct gh_mask_spec *spec,
				struct gh_mask_keys *keys, struct gh_error *err)
{
	const char *purpose = purpose_of(spec->function);
	enum gh_status status = GH_OK;

	if (purpose != NULL)
		status = gh_mask_keys_mac(keys, purpose, spec->domain, &mask->mac, err);
	if (status == GH_OK && spec->function == GH_MASK_FPE)
		status = gh_mask_keys_ff1(keys, "fpe ", spec->domain, &mask->ff1, err);
	if (status == GH_OK && spec->function == GH_MASK_TOKEN)
		status = gh_mask_keys_ff1(keys, "tag", "", &mask->ff1, err);
	/* its letter: 32 of them, as many as a file has keys */
	if (status == GH_OK && spec->function == GH_MASK_TOKEN && spec->key_id)
		mask->key_letter = gh_mask_letter(gh_mask_keys_newest(keys));
	return status;
}

enum gh_status gh_mask_new(const struct gh_mask_spec *spec, const struct gh_mask_column *column,
			   struct gh_mask_keys *keys, struct gh_mask **out, struct gh_error *err)
{
	struct gh_mask *mask;
	enum gh_status status;

	*out = NULL;
	if (spec->function <= GH_MASK_NONE || spec->function >= GH_MASK_COUNT)
		return gh_fail(err, GH_E_ARGUMENT, "mask function %d is not known",
			       (int)spec->function);
	mask = calloc(1, sizeof(*mask));
	if (mask == NULL || fill(mask, column) != GH_OK) {
		gh_mask_free(mask);
		return gh_fail(err, GH_E_MEMORY, "mask");
	}
	take_spec(mask, spec);
	status = take_keys(mask, spec, keys, err);
	if (status != GH_OK) {
		gh_mask_free(mask);
		return status;
	}
	*out = mask;
	return GH_OK;
}

SQLSMALLINT gh_mask_fetch_type(const struct gh_mask *mask, SQLSMALLINT c_type)
{
	const struct gh_mask_c_type *type = gh_mask_c_type_resolve(c_type, mask->column.sql_type);

	if (type->kind == GH_MASK_C_UNKNOWN)
		return 0;
	if (mask->family == GH_MASK_FAMILY_BINARY)
		return SQL_C_BINARY;
	if (mask->family == GH_MASK_FAMILY_TEXT && type->kind == GH_MASK_C_WIDE)
		return SQL_C_WCHAR;
	return SQL_C_CHAR;
}

#define IS(family)    (1u << GH_MASK_FAMILY_##family)
#define WHOLE_NUMBERS (IS(INTEGER) | IS(DECIMAL))
#define NUMBERS       (WHOLE_NUMBERS | IS(FLOAT))
#define KEYED         (IS(TEXT) | NUMBERS | IS(BINARY) | IS(GUID))

/*
 * The families of which a function looks at the value; of all others its result
 * is the typed default.  A bit, a date or a time has so few values that a hash
 * would tell them.
 */
static bool serves(enum gh_mask_function function, enum gh_mask_family family)
{
	static const unsigned served[GH_MASK_COUNT] = {
		[GH_MASK_K_SUPPRESS] = NUMBERS,
		[GH_MASK_AGE_CAP] = IS(TEXT) | NUMBERS | IS(DATE) | IS(TIMESTAMP),
		[GH_MASK_GEO_ROUND] = IS(TEXT) | IS(DECIMAL) | IS(FLOAT),
		[GH_MASK_IP_TRUNC] = IS(TEXT),
		[GH_MASK_ROUND] = IS(TEXT) | NUMBERS,
		[GH_MASK_BUCKET] = IS(TEXT) | NUMBERS,
		[GH_MASK_NOISE] = IS(TEXT) | NUMBERS,
		[GH_MASK_DATE_TRUNC] = IS(TEXT) | IS(DATE) | IS(TIME) | IS(TIMESTAMP),
		[GH_MASK_DATE_SHIFT] = IS(TEXT) | IS(DATE) | IS(TIMESTAMP),
		[GH_MASK_EMAIL] = IS(TEXT),
		[GH_MASK_CARD] = IS(TEXT),
		[GH_MASK_PARTIAL] = IS(TEXT),
		[GH_MASK_SHAPE] = IS(TEXT),
		[GH_MASK_FPE] = IS(TEXT) | WHOLE_NUMBERS | IS(BINARY) | IS(GUID),
		[GH_MASK_TOKEN] = KEYED,
		[GH_MASK_HASH] = KEYED,
		[GH_MASK_PSEUDO] = IS(TEXT),
	};

	return (served[function] & 1u << family) != 0;
}

static bool looks(const struct gh_mask *mask)
{
	if (mask->function == GH_MASK_PSEUDO && mask->dictionary == NULL)
		return false;
	return serves(mask->function, mask->family);
}

/* The clear value as UTF-8 (or bytes), whatever it was fetched in. */
static enum gh_status to_plain(struct gh_mask *mask, struct gh_span clear, SQLSMALLINT wanted,
			       struct gh_span *plain)
{
	const void *units = clear.bytes;
	size_t count = clear.length / sizeof(SQLWCHAR);
	enum gh_status status;

	*plain = clear;
	if (gh_mask_fetch_type(mask, wanted) != SQL_C_WCHAR)
		return GH_OK;
	if (clear.length % sizeof(SQLWCHAR) != 0)
		return GH_E_CONVERT;
	gh_buf_reset(&mask->plain);
	if (sizeof(SQLWCHAR) == sizeof(uint16_t))
		status = gh_utf8_from_utf16(&mask->plain, units, count);
	else
		status = gh_utf8_from_utf32(&mask->plain, units, count);
	*plain = gh_buf_span(&mask->plain);
	return status;
}

/* A date of birth, or an age in years. */
static enum gh_status cap_age(struct gh_mask *mask, struct gh_span plain,
			      struct gh_mask_result *result)
{
	bool number =
		mask->family >= GH_MASK_FAMILY_INTEGER && mask->family <= GH_MASK_FAMILY_FLOAT;

	if (number)
		return gh_mask_amount(mask, plain, result);
	if (gh_mask_moment(mask, plain, result) == GH_OK)
		return GH_OK;
	return mask->family == GH_MASK_FAMILY_TEXT ? gh_mask_amount(mask, plain, result)
						   : GH_E_CONVERT;
}

/* lint: table */
static enum gh_status look(struct gh_mask *mask, struct gh_span plain,
			   struct gh_mask_result *result)
{
	switch (mask->function) {
	case GH_MASK_PARTIAL:
		return gh_mask_text_partial(mask, plain, result);
	case GH_MASK_HASH:
		return gh_mask_hash(mask, plain, result);
	case GH_MASK_TOKEN:
		return gh_mask_token(mask, plain, result);
	case GH_MASK_FPE:
		return gh_mask_fpe(mask, plain, result);
	case GH_MASK_PSEUDO:
		return gh_mask_pseudo(mask, plain, result);
	case GH_MASK_EMAIL:
		return gh_mask_email(mask, plain, result);
	case GH_MASK_CARD:
		return gh_mask_card(mask, plain, result);
	case GH_MASK_SHAPE:
		return gh_mask_form(mask, plain, result);
	case GH_MASK_IP_TRUNC:
		return gh_mask_ip(mask, plain, result);
	case GH_MASK_GEO_ROUND:
		return mask->family == GH_MASK_FAMILY_TEXT ? gh_mask_geo_text(mask, plain, result)
							   : gh_mask_amount(mask, plain, result);
	case GH_MASK_ROUND:
	case GH_MASK_BUCKET:
	case GH_MASK_NOISE:
	case GH_MASK_K_SUPPRESS:
		return gh_mask_amount(mask, plain, result);
	case GH_MASK_DATE_TRUNC:
	case GH_MASK_DATE_SHIFT:
		return gh_mask_moment(mask, plain, result);
	case GH_MASK_AGE_CAP:
		return cap_age(mask, plain, result);
	default:
		return GH_E_BUG;
	}
}

/* Codes have a length of their own; all others keep what a CHAR was padded with. */
static bool keeps_padding(const struct gh_mask *mask)
{
	return mask->function != GH_MASK_HASH && mask->function != GH_MASK_TOKEN;
}

/* A text column's value is text, also where the function made a number of it. */
static enum gh_status look_at_text(struct gh_mask *mask, struct gh_span plain,
				   struct gh_mask_result *result)
{
	struct gh_span body = gh_mask_text_body(mask, plain);
	char room[GH_MASK_NUMBER_ROOM];
	struct gh_span number;
	enum gh_status status = GH_E_CONVERT;

	if (gh_mask_text_fine(mask, plain))
		status = look(mask, body, result);
	if (status != GH_OK)
		return status;
	if (result->shape == GH_MASK_SHAPE_NUMBER) {
		number = gh_mask_number_text(result, room);
		if (mask->column.size > 0 && number.length > mask->column.size)
			return GH_E_LIMIT;
		status = gh_buf_append(&mask->masked, number.bytes, number.length);
	}
	if (keeps_padding(mask) && body.length < plain.length)
		status = gh_buf_append(&mask->masked, plain.bytes + body.length,
				       plain.length - body.length);
	*result = (struct gh_mask_result){ .bytes = gh_buf_span(&mask->masked) };
	gh_mask_text_fit(mask, result);
	return status;
}

static enum gh_status compute(struct gh_mask *mask, struct gh_span clear, SQLSMALLINT wanted,
			      struct gh_mask_result *result)
{
	struct gh_span plain;
	enum gh_status status;

	if (mask->function == GH_MASK_REDACT && mask->family == GH_MASK_FAMILY_TEXT) {
		gh_mask_text_redact(mask, result);
		return GH_OK;
	}
	if (!looks(mask))
		return GH_OK;
	gh_buf_reset(&mask->masked);
	status = to_plain(mask, clear, wanted, &plain);
	if (status == GH_OK)
		status = mask->family == GH_MASK_FAMILY_TEXT ? look_at_text(mask, plain, result)
							     : look(mask, plain, result);
	/* a half-made result is none */
	if (status != GH_OK)
		gh_mask_result_default(mask, result);
	return status;
}

void gh_mask_fallback(struct gh_mask *mask, SQLSMALLINT wanted, struct gh_mask_value *out)
{
	const struct gh_mask_c_type *type = gh_mask_c_type_resolve(wanted, mask->column.sql_type);
	struct gh_mask_result result;

	*out = (struct gh_mask_value){ true, NULL, 0 };
	if (type->kind == GH_MASK_C_UNKNOWN)
		return;
	gh_mask_result_default(mask, &result);
	if (gh_mask_convert(mask, &result, type, out) != GH_OK)
		*out = (struct gh_mask_value){ true, NULL, 0 };
}

enum gh_status gh_mask_apply(struct gh_mask *mask, struct gh_span clear, enum gh_mask_clear state,
			     SQLSMALLINT wanted, struct gh_mask_value *out)
{
	const struct gh_mask_c_type *type = gh_mask_c_type_resolve(wanted, mask->column.sql_type);
	struct gh_mask_result result;
	enum gh_status status = GH_E_LIMIT;

	*out = (struct gh_mask_value){ true, NULL, 0 };
	if (type->kind == GH_MASK_C_UNKNOWN)
		return GH_E_C_TYPE;
	if (state == GH_MASK_CLEAR_NULL)
		return GH_OK;
	if (mask->function >= GH_MASK_NULLIFY && mask->column.nullable != SQL_NO_NULLS)
		return GH_OK;
	gh_mask_result_default(mask, &result);
	if (state == GH_MASK_CLEAR_WHOLE || !looks(mask))
		status = compute(mask, clear, wanted, &result);
	if (status == GH_OK && mask->memory != NULL)
		gh_mask_keep_result(mask, &result);
	if (status == GH_OK)
		status = gh_mask_convert(mask, &result, type, out);
	if (status != GH_OK)
		gh_mask_fallback(mask, wanted, out);
	return status;
}
