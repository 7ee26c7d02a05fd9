/*
 * SHA-256 and HMAC-SHA-256 with fetched algorithms and reused contexts.
 */
#include "gatehouse/util.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <stdlib.h>

struct gh_digest {
	EVP_MD *algorithm;
	EVP_MD_CTX *context;
};

struct gh_mac {
	EVP_MAC *algorithm;
	EVP_MAC_CTX *context; /* keyed */
};

void gh_digest_free(struct gh_digest *digest)
{
	if (digest == NULL)
		return;
	EVP_MD_CTX_free(digest->context);
	EVP_MD_free(digest->algorithm);
	free(digest);
}

enum gh_status gh_digest_new(struct gh_digest **out, struct gh_error *err)
{
	struct gh_digest *digest = calloc(1, sizeof(*digest));

	*out = NULL;
	if (digest == NULL)
		return gh_fail(err, GH_E_MEMORY, "digest");
	digest->algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
	digest->context = EVP_MD_CTX_new();
	if (digest->algorithm == NULL || digest->context == NULL) {
		gh_digest_free(digest);
		return gh_fail(err, GH_E_KEY, "SHA-256 is not available");
	}
	*out = digest;
	return GH_OK;
}

enum gh_status gh_digest_parts(struct gh_digest *digest, const struct gh_span *parts, size_t count,
			       uint8_t out[GH_SHA256_SIZE], struct gh_error *err)
{
	int fine = EVP_DigestInit_ex2(digest->context, digest->algorithm, NULL);

	for (size_t i = 0; fine == 1 && i < count; i++)
		fine = EVP_DigestUpdate(digest->context, parts[i].bytes, parts[i].length);
	if (fine != 1 || EVP_DigestFinal_ex(digest->context, out, NULL) != 1)
		return gh_fail(err, GH_E_KEY, "SHA-256 failed");
	return GH_OK;
}

void gh_mac_free(struct gh_mac *mac)
{
	if (mac == NULL)
		return;
	EVP_MAC_CTX_free(mac->context);
	EVP_MAC_free(mac->algorithm);
	free(mac);
}

static int set_key(struct gh_mac *mac, struct gh_span key)
{
	char name[] = "SHA256";
	OSSL_PARAM parameters[2];

	parameters[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0);
	parameters[1] = OSSL_PARAM_construct_end();
	return EVP_MAC_init(mac->context, (const unsigned char *)key.bytes, key.length, parameters);
}

enum gh_status gh_mac_new(struct gh_span key, struct gh_mac **out, struct gh_error *err)
{
	struct gh_mac *mac = calloc(1, sizeof(*mac));

	*out = NULL;
	if (mac == NULL)
		return gh_fail(err, GH_E_MEMORY, "mac");
	mac->algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
	if (mac->algorithm != NULL)
		mac->context = EVP_MAC_CTX_new(mac->algorithm);
	if (mac->context == NULL || key.length == 0 || set_key(mac, key) != 1) {
		gh_mac_free(mac);
		return gh_fail(err, GH_E_KEY, "HMAC-SHA-256 is not available");
	}
	*out = mac;
	return GH_OK;
}

enum gh_status gh_mac_parts(struct gh_mac *mac, const struct gh_span *parts, size_t count,
			    uint8_t out[GH_SHA256_SIZE], struct gh_error *err)
{
	size_t length = 0;
	int fine = EVP_MAC_init(mac->context, NULL, 0, NULL);

	for (size_t i = 0; fine == 1 && i < count; i++)
		fine = EVP_MAC_update(mac->context, (const unsigned char *)parts[i].bytes,
				      parts[i].length);
	if (fine != 1 || EVP_MAC_final(mac->context, out, &length, GH_SHA256_SIZE) != 1)
		return gh_fail(err, GH_E_KEY, "HMAC-SHA-256 failed");
	return GH_OK;
}
