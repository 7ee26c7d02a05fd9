/*
 * Any value through any mask in any C type, delivered in chunks into a buffer
 * of exactly its size.  The first bytes of the input choose the mask.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gatehouse/mask.h"

#define HEAD 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const SQLSMALLINT sql_types[] = { SQL_VARCHAR, SQL_CHAR,	     SQL_WVARCHAR,  SQL_WCHAR,
					 SQL_INTEGER, SQL_DECIMAL,   SQL_DOUBLE,    SQL_BIT,
					 SQL_DATE,    SQL_VARBINARY, SQL_GUID,	    -152,
					 SQL_BIGINT,  SQL_TYPE_TIME, SQL_TIMESTAMP,
					 SQL_INTERVAL_DAY };
static const SQLSMALLINT c_types[] = { SQL_C_CHAR,    SQL_C_WCHAR,	SQL_C_BINARY,
				       SQL_C_SLONG,   SQL_C_NUMERIC,	SQL_C_GUID,
				       SQL_C_DOUBLE,  SQL_C_TYPE_DATE,	SQL_C_INTERVAL_DAY,
				       SQL_C_DEFAULT, SQL_C_STINYINT,	12345 };

#define PICK(list, byte) ((list)[(byte) % (sizeof(list) / sizeof((list)[0]))])

static void expect(bool fine)
{
	if (!fine)
		__builtin_trap();
}

static void check_deliver(const struct gh_mask_value *value, SQLSMALLINT c_type, size_t room)
{
	size_t fixed = gh_mask_c_size(c_type), size = fixed > 0 ? fixed : room;
	char *target = malloc(size + 1);
	size_t offset = 0, before;
	const char *state;
	SQLLEN length = 0;
	struct gh_mask_buffer buffer = { c_type, target, (SQLLEN)size, &length, &length };
	SQLRETURN result;

	expect(target != NULL);
	target[size] = 0x5A;
	do {
		before = offset;
		result = gh_mask_deliver(value, &buffer, &offset, &state);
		expect(target[size] == 0x5A);
		expect(result != SQL_ERROR);
	} while (result == SQL_SUCCESS_WITH_INFO && offset != before);
	expect(value->is_null || length <= (SQLLEN)value->length);
	free(target);
}

/* A partial mask of UTF-8 text shows only what it keeps, at the ends. */
static void check_partial(const struct gh_mask_value *value, struct gh_span clear, size_t kept)
{
	struct gh_span shown = { value->bytes, value->length };
	size_t at = 0, clear_count = 0;
	int32_t point;

	expect(gh_utf8_valid(shown) && shown.length <= (clear.length > 0 ? clear.length : 1));
	while ((point = gh_utf8_next(shown, &at)) >= 0)
		clear_count += point != '*' && point != ' ';
	expect(clear_count <= kept);
}

static void run(const uint8_t *head, struct gh_span clear, struct gh_mask_keys *keys)
{
	static const char *const words[] = { NULL, "name", "street", "nothing" };
	static const char *const fills[] = { NULL, "", "#", "\xE2\x80\xA2", "too long" };
	struct gh_mask_spec spec = {
		.function = (enum gh_mask_function)(1 + head[0] % (GH_MASK_COUNT - 1)),
		.keep_first = head[1],
		.keep_last = head[2],
		.fill = PICK(fills, head[2]),
		.amount = head[1],
		.unit = (enum gh_mask_unit)(head[2] % GH_MASK_UNIT_COUNT),
		.normal = (enum gh_mask_normal)(head[2] % GH_MASK_NORMAL_COUNT),
		.words = PICK(words, head[1]),
	};
	struct gh_mask_column column = { PICK(sql_types, head[3]), head[4],
					 (SQLSMALLINT)(head[5] % 8), head[6] & 1 };
	SQLSMALLINT wanted = PICK(c_types, head[5] >> 3);
	SQLSMALLINT c_type = wanted == SQL_C_DEFAULT ? gh_mask_default_c_type(column.sql_type)
						     : wanted;
	enum gh_mask_clear state = (head[6] & 2) != 0	  ? GH_MASK_CLEAR_NULL :
				   (head[6] & 12) == 12 ? GH_MASK_CLEAR_CUT :
							  GH_MASK_CLEAR_WHOLE;
	struct gh_mask_value value;
	struct gh_mask *mask = NULL;
	enum gh_status status;

	expect(gh_mask_new(&spec, &column, keys, &mask, NULL) == GH_OK);
	status = gh_mask_apply(mask, clear, state, wanted, &value);
	if (status == GH_E_C_TYPE)
		expect(value.is_null);
	else
		check_deliver(&value, c_type, head[7]);
	if (status == GH_OK && !value.is_null && spec.function == GH_MASK_PARTIAL &&
	    gh_mask_family_of(column.sql_type) == GH_MASK_FAMILY_TEXT && c_type == SQL_C_CHAR)
		check_partial(&value, clear, (size_t)head[1] + head[2]);
	gh_mask_free(mask);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gh_mask_keys *keys = NULL;
	struct gh_span clear;
	char *copy;

	if (size < HEAD)
		return 0;
	expect(gh_mask_keys_new(GH_SPAN_LITERAL("0123456789abcdef"), &keys, NULL) == GH_OK);
	/* aligned like the buffers of a session, and exactly as long as the value */
	clear.length = size - HEAD;
	copy = malloc(clear.length + (clear.length == 0));
	expect(copy != NULL);
	memcpy(copy, data + HEAD, clear.length);
	clear.bytes = copy;
	run(data, clear, keys);
	free(copy);
	gh_mask_keys_free(keys);
	return 0;
}
