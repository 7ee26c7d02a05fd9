/*
 * Masks that make a number coarse or change it a little: round, bucket, noise,
 * age_cap, k_suppress, geo_round.  Text columns that hold numbers take part.
 */
#include "internal.h"

#include <string.h>

/* Parts of a million, so that one HMAC gives noise of any percentage. */
#define NOISE_PARTS 1000000

/* Cuts the digits behind the point. */
static void drop_fraction(struct gh_mask_decimal *number, unsigned scale)
{
	if (number->scale <= scale)
		return;
	number->magnitude /= gh_mask_power_of_ten(number->scale - scale);
	number->scale = scale;
}

/* The multiple of `width` at or below the number. */
static enum gh_status bucket(struct gh_mask_decimal *number, uint64_t width)
{
	uint64_t one = gh_mask_power_of_ten(number->scale);
	bool part = number->magnitude % one != 0;
	uint64_t whole = number->magnitude / one, below = whole / width * width;

	if (number->negative && (part || below != whole))
		below += width;
	*number = (struct gh_mask_decimal){ .magnitude = below, .negative = number->negative };
	return GH_OK;
}

/* The nearest multiple of `step`, halves away from zero. */
static enum gh_status round_to(struct gh_mask_decimal *number, uint64_t step)
{
	drop_fraction(number, 1);
	number->magnitude *= number->scale == 0 ? 10 : 1;
	number->magnitude = (number->magnitude + 5 * step) / (10 * step) * step;
	number->scale = 0;
	return GH_OK;
}

static enum gh_status cap(struct gh_mask_decimal *number, uint64_t most)
{
	if (!number->negative && number->magnitude / gh_mask_power_of_ten(number->scale) >= most)
		*number = (struct gh_mask_decimal){ .magnitude = most };
	return GH_OK;
}

/* A number below `least` would tell of few. */
static enum gh_status suppress(struct gh_mask_decimal *number, uint64_t least)
{
	if (number->magnitude / gh_mask_power_of_ten(number->scale) < least)
		*number = (struct gh_mask_decimal){ 0 };
	return GH_OK;
}

static uint64_t read_64(const uint8_t *bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < sizeof(value); i++)
		value = value << 8 | bytes[i];
	return value;
}

/*
 * Up to `percent` of the number more or less, by the number's own key: the same
 * number gets the same noise.  At least one unit of the last digit.
 */
static enum gh_status add_noise(struct gh_mask *mask, struct gh_mask_decimal *number,
				struct gh_span clear)
{
	uint64_t most, delta;
	enum gh_status status;

	gh_buf_reset(&mask->normalised);
	status = gh_mask_number_normal(clear, &mask->normalised);
	if (status == GH_OK)
		status = gh_mask_digest(mask, "n", gh_buf_span(&mask->normalised));
	if (status != GH_OK)
		return status;
	most = number->magnitude / 100 * (uint64_t)mask->amount +
	       number->magnitude % 100 * (uint64_t)mask->amount / 100;
	if (most == 0)
		most = 1;
	delta = most / NOISE_PARTS * (read_64(mask->digest) % (NOISE_PARTS + 1)) +
		most % NOISE_PARTS * (read_64(mask->digest) % (NOISE_PARTS + 1)) / NOISE_PARTS;
	/* what is left unchanged would be a value shown */
	delta += delta == 0;
	if ((mask->digest[8] & 1) == 0 || delta > number->magnitude)
		number->magnitude += delta;
	else
		number->magnitude -= delta;
	return GH_OK;
}

/* lint: table */
static enum gh_status change(struct gh_mask *mask, struct gh_mask_decimal *number,
			     struct gh_span clear)
{
	uint64_t amount = (uint64_t)mask->amount;

	switch (mask->function) {
	case GH_MASK_BUCKET:
		return bucket(number, amount);
	case GH_MASK_ROUND:
		return round_to(number, amount);
	case GH_MASK_AGE_CAP:
		return cap(number, amount);
	case GH_MASK_K_SUPPRESS:
		return suppress(number, amount);
	case GH_MASK_GEO_ROUND:
		drop_fraction(number, (unsigned)amount);
		return GH_OK;
	case GH_MASK_NOISE:
		return add_noise(mask, number, clear);
	default:
		return GH_E_BUG;
	}
}

enum gh_status gh_mask_amount(struct gh_mask *mask, struct gh_span clear,
			      struct gh_mask_result *result)
{
	struct gh_mask_decimal number;
	enum gh_status status = gh_mask_decimal_parse(clear, &number);

	/* sums in 64 bits have room for one digit more */
	if (status == GH_OK && number.magnitude / gh_mask_power_of_ten(number.scale) >=
				       gh_mask_power_of_ten(GH_MASK_DECIMAL_DIGITS - 2))
		status = GH_E_LIMIT;
	if (status == GH_OK)
		status = change(mask, &number, clear);
	if (status == GH_OK && !gh_mask_decimal_fits(&mask->column, &number))
		status = GH_E_LIMIT;
	if (status == GH_OK)
		gh_mask_result_number(result, &number);
	return status;
}
