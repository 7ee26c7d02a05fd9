/*
 * Sizes from outside, copies, and secrets that leave nothing behind.
 */
#include "gatehouse/util.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

bool gh_add_size(size_t a, size_t b, size_t *sum)
{
	if (__builtin_add_overflow(a, b, sum)) {
		*sum = 0;
		return false;
	}
	return true;
}

bool gh_mul_size(size_t a, size_t b, size_t *product)
{
	if (__builtin_mul_overflow(a, b, product)) {
		*product = 0;
		return false;
	}
	return true;
}

char *gh_span_copy(struct gh_span span)
{
	size_t size;
	char *copy;

	if (!gh_add_size(span.length, 1, &size))
		return NULL;
	copy = malloc(size);
	if (copy == NULL)
		return NULL;
	if (span.length > 0)
		memcpy(copy, span.bytes, span.length);
	copy[span.length] = '\0';
	return copy;
}

char *gh_text_copy(const char *text)
{
	if (text == NULL)
		return NULL;
	return gh_span_copy(gh_span_from(text));
}

void gh_wipe(void *bytes, size_t length)
{
	if (bytes != NULL && length > 0)
		explicit_bzero(bytes, length);
}

void gh_free_secret(void *secret, size_t length)
{
	gh_wipe(secret, length);
	free(secret);
}

bool gh_equal_ct(const void *a, const void *b, size_t length)
{
	return CRYPTO_memcmp(a, b, length) == 0;
}
