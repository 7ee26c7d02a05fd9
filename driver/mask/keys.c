/*
 * Keys of masks: HKDF-SHA-256 (RFC 5869) from one master key, one key for each
 * semantic domain, so that equal values hash the same in every column of a
 * domain and differently in another.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

struct gh_mask_keys {
	uint8_t pseudorandom[GH_SHA256_SIZE]; /* RFC 5869's PRK; never changes */
};

static enum gh_status mac_once(struct gh_span key, const struct gh_span *parts, size_t count,
			       uint8_t out[GH_SHA256_SIZE], struct gh_error *err)
{
	struct gh_mac *mac = NULL;
	enum gh_status status = gh_mac_new(key, &mac, err);

	if (status == GH_OK)
		status = gh_mac_parts(mac, parts, count, out, err);
	gh_mac_free(mac);
	return status;
}

enum gh_status gh_mask_keys_new(struct gh_span master, struct gh_mask_keys **out,
				struct gh_error *err)
{
	struct gh_mask_keys *keys;
	enum gh_status status;

	*out = NULL;
	if (master.length < GH_MASK_KEY_MINIMUM)
		return gh_fail(err, GH_E_KEY, "mask key: shorter than %d bytes",
			       GH_MASK_KEY_MINIMUM);
	keys = calloc(1, sizeof(*keys));
	if (keys == NULL)
		return gh_fail(err, GH_E_MEMORY, "mask keys");
	status = mac_once(GH_SPAN_LITERAL("gatehouse mask 1"), &master, 1, keys->pseudorandom, err);
	if (status != GH_OK) {
		gh_mask_keys_free(keys);
		return status;
	}
	*out = keys;
	return GH_OK;
}

void gh_mask_keys_free(struct gh_mask_keys *keys)
{
	gh_free_secret(keys, keys == NULL ? 0 : sizeof(*keys));
}

static enum gh_status derive(struct gh_mask_keys *keys, const char *purpose, const char *domain,
			     uint8_t out[GH_SHA256_SIZE], struct gh_error *err)
{
	bool named = domain != NULL && domain[0] != '\0';
	struct gh_span info[] = { gh_span_from(purpose), gh_span_from(named ? domain : "default"),
				  GH_SPAN_LITERAL("\x01") };
	struct gh_span pseudorandom;

	if (keys == NULL)
		return gh_fail(err, GH_E_KEY, "a keyed mask needs the mask key");
	pseudorandom.bytes = (const char *)keys->pseudorandom;
	pseudorandom.length = sizeof(keys->pseudorandom);
	return mac_once(pseudorandom, info, 3, out, err);
}

enum gh_status gh_mask_keys_mac(struct gh_mask_keys *keys, const char *purpose,
				const char *domain, struct gh_mac **out, struct gh_error *err)
{
	uint8_t derived[GH_SHA256_SIZE];
	struct gh_span key = { (const char *)derived, sizeof(derived) };
	enum gh_status status = derive(keys, purpose, domain, derived, err);

	*out = NULL;
	if (status == GH_OK)
		status = gh_mac_new(key, out, err);
	gh_wipe(derived, sizeof(derived));
	return status;
}

enum gh_status gh_mask_keys_ff1(struct gh_mask_keys *keys, const char *purpose,
				const char *domain, struct gh_ff1 **out, struct gh_error *err)
{
	uint8_t derived[GH_SHA256_SIZE];
	struct gh_span key = { (const char *)derived, sizeof(derived) };
	enum gh_status status = derive(keys, purpose, domain, derived, err);

	*out = NULL;
	if (status == GH_OK)
		status = gh_ff1_new(key, out, err);
	gh_wipe(derived, sizeof(derived));
	return status;
}
