/*
 * FF1 of NIST SP 800-38G rev. 1: a permutation of strings of digits of one
 * radix under an AES key.  Names of variables are the specification's.  Short
 * strings are computed in 64 bits, longer ones digit by digit.
 */
#include "internal.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK    16
#define ROUNDS   10
#define HALF_MAX (GH_FF1_DIGITS_MAX / 2)
/* radix 256: as many bytes as digits, filled up to a multiple of four, and four more */
#define BYTES_MAX (HALF_MAX + 8)
/* The largest half that fits in 64 bits with a sum of two below 2^64. */
#define SMALL_BITS 63

struct gh_ff1 {
	EVP_CIPHER *cipher;
	EVP_CIPHER_CTX *context;
	/* what strings of one length and radix share */
	uint32_t radix;
	size_t n, u, v, b, d, t;
	uint64_t power_u, power_v; /* radix^u, radix^v; 0: too large */
	uint8_t p[BLOCK];          /* AES of the specification's P */
};

static const char *cipher_name(size_t key_length)
{
	if (key_length == 16)
		return "AES-128-ECB";
	if (key_length == 24)
		return "AES-192-ECB";
	return key_length == 32 ? "AES-256-ECB" : NULL;
}

static bool start(struct gh_ff1 *ff1, struct gh_span key)
{
	const char *name = cipher_name(key.length);

	if (name == NULL)
		return false;
	ff1->cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	ff1->context = EVP_CIPHER_CTX_new();
	return ff1->cipher != NULL && ff1->context != NULL &&
	       EVP_EncryptInit_ex2(ff1->context, ff1->cipher, (const unsigned char *)key.bytes,
				   NULL, NULL) == 1 &&
	       EVP_CIPHER_CTX_set_padding(ff1->context, 0) == 1;
}

enum gh_status gh_ff1_new(struct gh_span key, struct gh_ff1 **out, struct gh_error *err)
{
	struct gh_ff1 *ff1 = calloc(1, sizeof(*ff1));

	*out = NULL;
	if (ff1 == NULL)
		return gh_fail(err, GH_E_MEMORY, "FF1");
	if (!start(ff1, key)) {
		gh_ff1_free(ff1);
		return gh_fail(err, GH_E_KEY, "AES is not available");
	}
	*out = ff1;
	return GH_OK;
}

void gh_ff1_free(struct gh_ff1 *ff1)
{
	if (ff1 == NULL)
		return;
	EVP_CIPHER_CTX_free(ff1->context);
	EVP_CIPHER_free(ff1->cipher);
	gh_free_secret(ff1, sizeof(*ff1));
}

bool gh_ff1_block(struct gh_ff1 *ff1, const uint8_t in[BLOCK], uint8_t out[BLOCK])
{
	int length = 0;

	return EVP_EncryptUpdate(ff1->context, out, &length, in, BLOCK) == 1 && length == BLOCK;
}

/* ---- numbers ------------------------------------------------------------------------- */

static uint64_t power(uint32_t radix, size_t exponent)
{
	uint64_t value = 1;

	for (size_t i = 0; i < exponent; i++) {
		if (value >= (UINT64_C(1) << SMALL_BITS) / radix)
			return 0;
		value *= radix;
	}
	return value;
}

/* NUM of the digits as `size` bytes, the most significant first. */
static void to_bytes(const uint8_t *digits, size_t count, uint32_t radix, uint8_t *out, size_t size)
{
	memset(out, 0, size);
	for (size_t i = 0; i < count; i++) {
		uint32_t carry = digits[i];

		for (size_t at = size; at-- > 0;) {
			carry += out[at] * radix;
			out[at] = (uint8_t)carry;
			carry >>= 8;
		}
	}
}

/* The digits of the number modulo radix^count. */
static void from_bytes(const uint8_t *bytes, size_t size, uint32_t radix, uint8_t *out,
		       size_t count)
{
	memset(out, 0, count);
	for (size_t i = 0; i < size; i++) {
		uint32_t carry = bytes[i];

		for (size_t at = count; at-- > 0;) {
			carry += (uint32_t)out[at] << 8;
			out[at] = (uint8_t)(carry % radix);
			carry /= radix;
		}
	}
}

static void add_digits(uint8_t *a, const uint8_t *y, size_t count, uint32_t radix)
{
	uint32_t carry = 0;

	for (size_t at = count; at-- > 0;) {
		carry += (uint32_t)a[at] + y[at];
		a[at] = (uint8_t)(carry % radix);
		carry /= radix;
	}
}

static void subtract_digits(uint8_t *a, const uint8_t *y, size_t count, uint32_t radix)
{
	int borrow = 0;

	for (size_t at = count; at-- > 0;) {
		int digit = (int)a[at] - y[at] - borrow;

		borrow = digit < 0;
		a[at] = (uint8_t)(borrow ? digit + (int)radix : digit);
	}
}

/* ---- one length and radix ---------------------------------------------------------------- */

/* Bytes that radix^v - 1 takes. */
static size_t bytes_of(uint32_t radix, size_t v)
{
	uint8_t digits[HALF_MAX + 1], bytes[HALF_MAX + 1];
	size_t size = v, lead = 0;

	memset(digits, (int)(radix - 1), v);
	to_bytes(digits, v, radix, bytes, size);
	while (lead < size && bytes[lead] == 0)
		lead++;
	return size - lead;
}

static bool prepare(struct gh_ff1 *ff1, uint32_t radix, size_t n, size_t t)
{
	uint8_t p[BLOCK] = { 1, 2, 1, 0, 0, 0, ROUNDS };

	if (ff1->n == n && ff1->radix == radix && ff1->t == t)
		return true;
	ff1->u = n / 2;
	ff1->v = n - ff1->u;
	ff1->b = bytes_of(radix, ff1->v);
	ff1->d = 4 * ((ff1->b + 3) / 4) + 4;
	ff1->power_u = ff1->d <= BLOCK ? power(radix, ff1->u) : 0;
	ff1->power_v = ff1->d <= BLOCK ? power(radix, ff1->v) : 0;
	p[4] = (uint8_t)(radix >> 8);
	p[5] = (uint8_t)radix;
	p[7] = (uint8_t)ff1->u;
	p[11] = (uint8_t)n;
	p[15] = (uint8_t)t;
	ff1->n = gh_ff1_block(ff1, p, ff1->p) ? n : 0;
	ff1->radix = radix;
	ff1->t = t;
	return ff1->n > 0;
}

/*
 * The PRF over P and Q, and as many blocks behind it as y needs.  `number` is the
 * half's NUM in b bytes; only the last block of Q is not the same in all rounds,
 * but tweaks are rare and short.
 */
static bool round_bytes(struct gh_ff1 *ff1, struct gh_span tweak, uint8_t i, const uint8_t *number,
			uint8_t *s)
{
	uint8_t q[GH_FF1_TWEAK_MAX + BLOCK + BYTES_MAX] = { 0 }, r[BLOCK];
	size_t zeros = (BLOCK - (tweak.length + ff1->b + 1) % BLOCK) % BLOCK;
	size_t length = tweak.length + zeros + 1 + ff1->b;

	if (tweak.length > 0)
		memcpy(q, tweak.bytes, tweak.length);
	q[tweak.length + zeros] = i;
	memcpy(q + tweak.length + zeros + 1, number, ff1->b);
	memcpy(r, ff1->p, BLOCK);
	for (size_t at = 0; at < length; at += BLOCK) {
		for (size_t k = 0; k < BLOCK; k++)
			r[k] ^= q[at + k];
		if (!gh_ff1_block(ff1, r, r))
			return false;
	}
	memcpy(s, r, BLOCK);
	for (size_t j = 1; j * BLOCK < ff1->d; j++) {
		uint8_t block[BLOCK];

		memcpy(block, r, BLOCK);
		block[BLOCK - 1] ^= (uint8_t)j;
		if (!gh_ff1_block(ff1, block, s + j * BLOCK))
			return false;
	}
	return true;
}

#define S_MAX (BYTES_MAX + 2 * BLOCK)

/* ---- in 64 bits ----------------------------------------------------------------------------- */

static uint64_t number_of(const uint8_t *digits, size_t count, uint32_t radix)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = value * radix + digits[i];
	return value;
}

static void digits_of(uint64_t value, uint8_t *digits, size_t count, uint32_t radix)
{
	for (size_t at = count; at-- > 0; value /= radix)
		digits[at] = (uint8_t)(value % radix);
}

/* d bytes modulo a power of the radix, four at a time. */
static uint64_t remainder_of(const uint8_t *s, size_t d, uint64_t modulus)
{
	__extension__ unsigned __int128 value = 0;

	for (size_t i = 0; i < d; i++)
		value = value << 8 | s[i];
	return d <= sizeof(modulus) ? (uint64_t)value % modulus : (uint64_t)(value % modulus);
}

static bool round_number(struct gh_ff1 *ff1, struct gh_span tweak, uint8_t i, uint64_t half,
			 uint64_t *y)
{
	uint8_t number[BLOCK], s[S_MAX];

	for (size_t at = ff1->b; at-- > 0; half >>= 8)
		number[at] = (uint8_t)half;
	if (!round_bytes(ff1, tweak, i, number, s))
		return false;
	*y = remainder_of(s, ff1->d, i % 2 == 0 ? ff1->power_u : ff1->power_v);
	return true;
}

static bool run_small(struct gh_ff1 *ff1, enum gh_ff1_way way, struct gh_span tweak,
		      uint8_t *digits)
{
	uint64_t a = number_of(digits, ff1->u, ff1->radix);
	uint64_t b = number_of(digits + ff1->u, ff1->v, ff1->radix);

	for (uint8_t k = 0; k < ROUNDS; k++) {
		uint8_t i = way == GH_FF1_ENCRYPT ? k : (uint8_t)(ROUNDS - 1 - k);
		uint64_t modulus = i % 2 == 0 ? ff1->power_u : ff1->power_v, c, y;

		if (!round_number(ff1, tweak, i, way == GH_FF1_ENCRYPT ? b : a, &y))
			return false;
		if (way == GH_FF1_ENCRYPT) {
			c = (a + y) % modulus;
			a = b;
			b = c;
		} else {
			c = (b + modulus - y) % modulus;
			b = a;
			a = c;
		}
	}
	digits_of(a, digits, ff1->u, ff1->radix);
	digits_of(b, digits + ff1->u, ff1->v, ff1->radix);
	return true;
}

/* ---- digit by digit -------------------------------------------------------------------------- */

static bool round_digits(struct gh_ff1 *ff1, struct gh_span tweak, uint8_t i, const uint8_t *half,
			 uint8_t *y)
{
	uint8_t number[BYTES_MAX], s[S_MAX];
	size_t m = i % 2 == 0 ? ff1->u : ff1->v;

	/* the half that is looked at has the other length */
	to_bytes(half, ff1->n - m, ff1->radix, number, ff1->b);
	if (!round_bytes(ff1, tweak, i, number, s))
		return false;
	from_bytes(s, ff1->d, ff1->radix, y, m);
	return true;
}

static bool run_large(struct gh_ff1 *ff1, enum gh_ff1_way way, struct gh_span tweak,
		      uint8_t *digits)
{
	uint8_t first[HALF_MAX + 1] = { 0 }, second[HALF_MAX + 1] = { 0 }, y[HALF_MAX + 1];
	uint8_t *a = first, *b = second, *c;

	memcpy(a, digits, ff1->u);
	memcpy(b, digits + ff1->u, ff1->v);
	for (uint8_t k = 0; k < ROUNDS; k++) {
		uint8_t i = way == GH_FF1_ENCRYPT ? k : (uint8_t)(ROUNDS - 1 - k);
		size_t m = i % 2 == 0 ? ff1->u : ff1->v;

		if (!round_digits(ff1, tweak, i, way == GH_FF1_ENCRYPT ? b : a, y))
			return false;
		if (way == GH_FF1_ENCRYPT)
			add_digits(a, y, m, ff1->radix);
		else
			subtract_digits(b, y, m, ff1->radix);
		c = a;
		a = b;
		b = c;
	}
	memcpy(digits, a, ff1->u);
	memcpy(digits + ff1->u, b, ff1->v);
	gh_wipe(first, sizeof(first));
	gh_wipe(second, sizeof(second));
	return true;
}

/* ---- both
 * ---------------------------------------------------------------------------------------- */

/* SP 800-38G rev. 1: radix^n is at least a million. */
bool gh_ff1_large_enough(uint32_t radix, size_t n)
{
	uint64_t value = 1;

	for (size_t i = 0; i < n && value < GH_FF1_DOMAIN_MIN; i++)
		value *= radix;
	return n >= 2 && value >= GH_FF1_DOMAIN_MIN;
}

enum gh_status gh_ff1_run(struct gh_ff1 *ff1, enum gh_ff1_way way, struct gh_span tweak,
			  struct gh_ff1_text *text)
{
	bool fine;

	if (text->radix < 2 || text->radix > GH_FF1_RADIX_MAX || text->length > GH_FF1_DIGITS_MAX ||
	    tweak.length > GH_FF1_TWEAK_MAX || !gh_ff1_large_enough(text->radix, text->length))
		return GH_E_LIMIT;
	if (!prepare(ff1, text->radix, text->length, tweak.length))
		return GH_E_KEY;
	if (ff1->power_u > 0 && ff1->power_v > 0)
		fine = run_small(ff1, way, tweak, text->digits);
	else
		fine = run_large(ff1, way, tweak, text->digits);
	return fine ? GH_OK : GH_E_KEY;
}
