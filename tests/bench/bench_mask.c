/*
 * What a mask costs: nanoseconds a cell from the fetched value to the
 * application's buffer, against the copy that a cell without a mask costs.
 * One JSON object a line.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

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

/* CPU time of this process: what others do on the machine is not counted. */
static int64_t used_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static double masked_ns(const struct figure *figure, struct gh_mask *mask)
{
	struct gh_mask_buffer buffer = { figure->c_type, target, sizeof(target), &length, &length };
	int64_t start = used_us();

	for (int i = 0; i < ROUNDS; i++) {
		struct gh_mask_value value;
		const char *state;
		size_t offset = 0;

		(void)gh_mask_apply(mask, figure->clear, GH_MASK_CLEAR_WHOLE, figure->c_type,
				    &value);
		(void)gh_mask_deliver(&value, &buffer, &offset, &state);
	}
	return (double)(used_us() - start) * 1000 / ROUNDS;
}

static double raw_ns(const struct figure *figure)
{
	struct gh_mask_value value = { false, figure->clear.bytes, figure->clear.length };
	struct gh_mask_buffer buffer = { SQL_C_CHAR, target, sizeof(target), &length, &length };
	int64_t start = used_us();

	for (int i = 0; i < ROUNDS; i++) {
		const char *state;
		size_t offset = 0;

		(void)gh_mask_deliver(&value, &buffer, &offset, &state);
	}
	return (double)(used_us() - start) * 1000 / ROUNDS;
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
		{ "mask_token_char", { .function = GH_MASK_TOKEN }, SQL_VARCHAR, SQL_C_CHAR,
		  GH_SPAN_LITERAL(text), 450 },
		{ "mask_fpe_char", { .function = GH_MASK_FPE }, SQL_VARCHAR, SQL_C_CHAR,
		  GH_SPAN_LITERAL(text), 900 },
		{ "mask_fpe_integer", { .function = GH_MASK_FPE }, SQL_BIGINT, SQL_C_SBIGINT,
		  GH_SPAN_LITERAL(text), 900 },
		{ "mask_card_char",
		  { .function = GH_MASK_CARD, .keep_first = 6, .keep_last = 4 },
		  SQL_VARCHAR, SQL_C_CHAR, GH_SPAN_LITERAL(text), 300 },
		{ "mask_bucket_integer", { .function = GH_MASK_BUCKET, .amount = 1000 }, SQL_BIGINT,
		  SQL_C_SBIGINT, GH_SPAN_LITERAL(text), 150 },
		{ "mask_date_trunc", { .function = GH_MASK_DATE_TRUNC }, SQL_TYPE_DATE, SQL_C_CHAR,
		  GH_SPAN_LITERAL("1984-05-17"), 450 },
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
