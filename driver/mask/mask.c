/*
 * One mask: made for a column, applied to value after value.  Decides which
 * function looks at what, and falls back to the typed default wherever one
 * fails.
 */
#include "internal.h"

#include <stdlib.h>

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
	gh_buf_clear_secret(&mask->masked);
	gh_buf_clear_secret(&mask->delivered);
	gh_mac_free(mask->mac);
	gh_free_secret(mask, sizeof(*mask));
}

static enum gh_status fill(struct gh_mask *mask, const struct gh_mask_spec *spec,
			   const struct gh_mask_column *column)
{
	mask->function = spec->function;
	mask->keep_first = spec->keep_first;
	mask->keep_last = spec->keep_last;
	mask->column = *column;
	mask->family = gh_mask_family_of(column->sql_type);
	/* SQL_NO_TOTAL and other negative numbers: unknown */
	if (mask->column.size > (SQLULEN)INT32_MAX)
		mask->column.size = 0;
	gh_buf_init(&mask->plain, 0);
	gh_buf_init(&mask->masked, 0);
	gh_buf_init(&mask->delivered, 0);
	if (gh_buf_reserve(&mask->masked, FIRST_ROOM) != GH_OK)
		return GH_E_MEMORY;
	return gh_buf_reserve(&mask->delivered, FIRST_ROOM);
}

enum gh_status gh_mask_new(const struct gh_mask_spec *spec, const struct gh_mask_column *column,
			   struct gh_mask_keys *keys, struct gh_mask **out, struct gh_error *err)
{
	struct gh_mask *mask;
	enum gh_status status = GH_OK;

	*out = NULL;
	if (spec->function <= GH_MASK_NONE || spec->function >= GH_MASK_COUNT)
		return gh_fail(err, GH_E_ARGUMENT, "mask function %d is not known",
			       (int)spec->function);
	mask = calloc(1, sizeof(*mask));
	if (mask == NULL || fill(mask, spec, column) != GH_OK) {
		gh_mask_free(mask);
		return gh_fail(err, GH_E_MEMORY, "mask");
	}
	if (spec->function == GH_MASK_HASH)
		status = gh_mask_keys_mac(keys, spec->domain, &mask->mac, err);
	if (status != GH_OK) {
		gh_mask_free(mask);
		return status;
	}
	*out = mask;
	return GH_OK;
}

SQLSMALLINT gh_mask_fetch_type(const struct gh_mask *mask, SQLSMALLINT c_type)
{
	const struct gh_mask_c_type *type =
		gh_mask_c_type_resolve(c_type, mask->column.sql_type);

	if (type->kind == GH_MASK_C_UNKNOWN)
		return 0;
	if (mask->family == GH_MASK_FAMILY_BINARY)
		return SQL_C_BINARY;
	if (mask->family == GH_MASK_FAMILY_TEXT && type->kind == GH_MASK_C_WIDE)
		return SQL_C_WCHAR;
	return SQL_C_CHAR;
}

/* True if the function's result depends on the value. */
static bool looks(const struct gh_mask *mask)
{
	if (mask->function == GH_MASK_PARTIAL)
		return mask->family == GH_MASK_FAMILY_TEXT;
	return mask->function == GH_MASK_HASH && gh_mask_hash_applies(mask->family);
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
	if (status != GH_OK)
		return status;
	if (mask->function == GH_MASK_PARTIAL)
		return gh_mask_text_partial(mask, plain, result);
	return gh_mask_hash(mask, plain, result);
}

void gh_mask_fallback(struct gh_mask *mask, SQLSMALLINT wanted, struct gh_mask_value *out)
{
	const struct gh_mask_c_type *type =
		gh_mask_c_type_resolve(wanted, mask->column.sql_type);
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
	const struct gh_mask_c_type *type =
		gh_mask_c_type_resolve(wanted, mask->column.sql_type);
	struct gh_mask_result result;
	enum gh_status status = GH_E_LIMIT;

	*out = (struct gh_mask_value){ true, NULL, 0 };
	if (type->kind == GH_MASK_C_UNKNOWN)
		return GH_E_C_TYPE;
	if (state == GH_MASK_CLEAR_NULL)
		return GH_OK;
	if (mask->function == GH_MASK_NULLIFY && mask->column.nullable != SQL_NO_NULLS)
		return GH_OK;
	gh_mask_result_default(mask, &result);
	if (state == GH_MASK_CLEAR_WHOLE || !looks(mask))
		status = compute(mask, clear, wanted, &result);
	if (status == GH_OK)
		status = gh_mask_convert(mask, &result, type, out);
	if (status != GH_OK)
		gh_mask_fallback(mask, wanted, out);
	return status;
}
