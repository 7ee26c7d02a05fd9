/*
 * What a mask costs: nanoseconds a cell from the fetched value to the
 * application's buffer, against the copy that a cell without a mask costs.
 * One JSON object a line.
 */
#include <stdio.h>
#include <string.h>

#include "gatehouse/mask.h"

#define ROUNDS 1000000
#define RUNS 5

struct figure {
	const char *name;
	struct gh_mask_spec spec;
	SQLSMALLINT sql_type;
	SQLSMALLINT c_type;
	struct gh_span clear;
	double target;
};

static char target[64];
static SQLLEN length;

static double masked_ns(const struct figure *figure, struct gh_mask *mask)
{
	struct gh_mask_buffer buffer = { figure->c_type, target, sizeof(target), &length, &length };
	int64_t start = gh_time_monotonic_us();

	for (int i = 0; i < ROUNDS; i++) {
		struct gh_mask_value value;
		const char *state;
		size_t offset = 0;

		(void)gh_mask_apply(mask, figure->clear, GH_MASK_CLEAR_WHOLE, figure->c_type,
				    &value);
		(void)gh_mask_deliver(&value, &buffer, &offset, &state);
	}
	return (double)(gh_time_monotonic_us() - start) * 1000 / ROUNDS;
}

static double raw_ns(const struct figure *figure)
{
	struct gh_mask_value value = { false, figure->clear.bytes, figure->clear.length };
	struct gh_mask_buffer buffer = { SQL_C_CHAR, target, sizeof(target), &length, &length };
	int64_t start = gh_time_monotonic_us();

	for (int i = 0; i < ROUNDS; i++) {
		const char *state;
		size_t offset = 0;

		(void)gh_mask_deliver(&value, &buffer, &offset, &state);
	}
	return (double)(gh_time_monotonic_us() - start) * 1000 / ROUNDS;
}

static void measure(const struct figure *figure, struct gh_mask_keys *keys)
{
	struct gh_mask_column column = { figure->sql_type, 0, 0, SQL_NULLABLE };
	double governed = 0, raw = 0;
	struct gh_mask *mask = NULL;

	if (gh_mask_new(&figure->spec, &column, keys, &mask, NULL) != GH_OK)
		return;
	for (int run = 0; run < RUNS; run++) {
		double one = masked_ns(figure, mask), other = raw_ns(figure);

		governed = run == 0 || one < governed ? one : governed;
		raw = run == 0 || other < raw ? other : raw;
	}
	printf("{\"figure\":\"%s\",\"governed\":%.1f,\"raw\":%.1f,\"ratio\":%.2f,"
	       "\"unit\":\"ns/cell\",\"target\":%.0f}\n",
	       figure->name, governed, raw, governed / raw, figure->target);
	gh_mask_free(mask);
}

int main(void)
{
	static const char wide[] = "5\0" "3\0" "6\0" "-\0" "4\0" "8\0" "-\0" "1\0" "2\0" "3\0" "4";
	static const char text[] = "4111111111111234";
	const struct figure figures[] = {
		{ "mask_partial_char", { .function = GH_MASK_PARTIAL, .keep_last = 4 }, SQL_VARCHAR,
		  SQL_C_CHAR, GH_SPAN_LITERAL(text), 60 },
		{ "mask_partial_wchar", { .function = GH_MASK_PARTIAL, .keep_last = 4 },
		  SQL_VARCHAR, SQL_C_WCHAR, { wide, sizeof(wide) }, 120 },
		{ "mask_hash_char", { .function = GH_MASK_HASH }, SQL_VARCHAR, SQL_C_CHAR,
		  GH_SPAN_LITERAL(text), 450 },
		{ "mask_hash_integer", { .function = GH_MASK_HASH }, SQL_INTEGER, SQL_C_SLONG,
		  GH_SPAN_LITERAL(text), 450 },
		{ "mask_redact_char", { .function = GH_MASK_REDACT }, SQL_VARCHAR, SQL_C_CHAR,
		  GH_SPAN_LITERAL(text), 60 },
	};
	struct gh_mask_keys *keys = NULL;

	if (gh_mask_keys_new(GH_SPAN_LITERAL("0123456789abcdef"), &keys, NULL) != GH_OK)
		return 1;
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		measure(&figures[i], keys);
	gh_mask_keys_free(keys);
	return 0;
}
