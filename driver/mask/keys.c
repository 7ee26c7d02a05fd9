/*
 * Keys of masks: HKDF-SHA-256 (RFC 5869) from one master key, one key for each
 * semantic domain, so that equal values hash the same in every column of a
 * domain and differently in another.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_SIZE = 32, ID_MAX = 9999 };

struct master {
	unsigned id;
	uint8_t pseudorandom[GH_SHA256_SIZE]; /* RFC 5869's PRK; never changes */
};

struct gh_mask_keys {
	struct master masters[GH_MASK_KEYS_MAX]; /* ids rise; the last is for new masks */
	size_t count;
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

static enum gh_status add(struct gh_mask_keys *keys, unsigned id, struct gh_span master,
			  struct gh_error *err)
{
	struct master *added = &keys->masters[keys->count];

	if (keys->count == GH_MASK_KEYS_MAX)
		return gh_fail(err, GH_E_KEY, "mask keys: more than %d", GH_MASK_KEYS_MAX);
	if (master.length < GH_MASK_KEY_MINIMUM)
		return gh_fail(err, GH_E_KEY, "mask key: shorter than %d bytes",
			       GH_MASK_KEY_MINIMUM);
	added->id = id;
	keys->count++;
	return mac_once(GH_SPAN_LITERAL("gatehouse mask 1"), &master, 1, added->pseudorandom, err);
}

enum gh_status gh_mask_keys_new(struct gh_span master, struct gh_mask_keys **out,
				struct gh_error *err)
{
	struct gh_mask_keys *keys = calloc(1, sizeof(*keys));
	enum gh_status status;

	*out = NULL;
	if (keys == NULL)
		return gh_fail(err, GH_E_MEMORY, "mask keys");
	status = add(keys, 1, master, err);
	if (status != GH_OK) {
		gh_mask_keys_free(keys);
		return status;
	}
	*out = keys;
	return GH_OK;
}

/* ---- the file ------------------------------------------------------------------------- */

static bool read_id(struct gh_span *line, unsigned *id)
{
	*id = 0;
	while (line->length > 0 && line->bytes[0] >= '0' && line->bytes[0] <= '9') {
		*id = 10 * *id + (unsigned)(line->bytes[0] - '0');
		if (*id > ID_MAX)
			return false;
		line->bytes++;
		line->length--;
	}
	return *id > 0;
}

/* "ID HEX": ids rise, so that none is there twice. */
static enum gh_status add_line(struct gh_mask_keys *keys, struct gh_span line, struct gh_error *err)
{
	unsigned last = keys->count == 0 ? 0 : keys->masters[keys->count - 1].id, id;
	uint8_t master[KEY_SIZE];
	size_t length = sizeof(master);
	enum gh_status status = GH_E_KEY;

	if (read_id(&line, &id) && id > last && line.length == 1 + 2 * KEY_SIZE &&
	    line.bytes[0] == ' ' &&
	    gh_hex_decode((struct gh_span){ line.bytes + 1, line.length - 1 }, master, &length) &&
	    length == KEY_SIZE)
		status = add(keys, id, (struct gh_span){ (char *)master, length }, err);
	else
		status = gh_fail(err, GH_E_KEY, "key %zu is not a rising number and %d hex digits",
				 keys->count + 1, 2 * KEY_SIZE);
	gh_wipe(master, sizeof(master));
	return status;
}

static enum gh_status add_lines(struct gh_mask_keys *keys, struct gh_span text,
				struct gh_error *err)
{
	enum gh_status status = GH_OK;

	while (text.length > 0 && status == GH_OK) {
		const char *end = memchr(text.bytes, '\n', text.length);
		size_t length = end == NULL ? text.length : (size_t)(end - text.bytes);

		status = add_line(keys, (struct gh_span){ text.bytes, length }, err);
		length += end != NULL;
		text = (struct gh_span){ text.bytes + length, text.length - length };
	}
	if (status == GH_OK && keys->count == 0)
		status = gh_fail(err, GH_E_KEY, "there is no key");
	return status;
}

enum gh_status gh_mask_keys_parse(struct gh_span file, struct gh_mask_keys **out,
				  struct gh_error *err)
{
	const struct gh_span head = GH_SPAN_LITERAL("gatehouse mask keys 1\n");
	struct gh_mask_keys *keys;
	enum gh_status status;

	*out = NULL;
	if (file.length == KEY_SIZE)
		return gh_mask_keys_new(file, out, err);
	if (file.length < head.length || memcmp(file.bytes, head.bytes, head.length) != 0)
		return gh_fail(err, GH_E_KEY, "%zu bytes, not %d, and no list of keys", file.length,
			       KEY_SIZE);
	keys = calloc(1, sizeof(*keys));
	if (keys == NULL)
		return gh_fail(err, GH_E_MEMORY, "mask keys");
	file.bytes += head.length;
	file.length -= head.length;
	status = add_lines(keys, file, err);
	if (status != GH_OK) {
		gh_mask_keys_free(keys);
		return status;
	}
	*out = keys;
	return GH_OK;
}

unsigned gh_mask_keys_newest(const struct gh_mask_keys *keys)
{
	return keys->masters[keys->count - 1].id;
}

size_t gh_mask_keys_count(const struct gh_mask_keys *keys)
{
	return keys->count;
}

void gh_mask_keys_free(struct gh_mask_keys *keys)
{
	gh_free_secret(keys, keys == NULL ? 0 : sizeof(*keys));
}

static enum gh_status derive(const struct master *master, const char *purpose, const char *domain,
			     uint8_t out[GH_SHA256_SIZE], struct gh_error *err)
{
	bool named = domain != NULL && domain[0] != '\0';
	struct gh_span info[] = { gh_span_from(purpose), gh_span_from(named ? domain : "default"),
				  GH_SPAN_LITERAL("\x01") };
	struct gh_span pseudorandom;

	if (master == NULL)
		return gh_fail(err, GH_E_KEY, "a keyed mask needs the mask key");
	pseudorandom.bytes = (const char *)master->pseudorandom;
	pseudorandom.length = sizeof(master->pseudorandom);
	return mac_once(pseudorandom, info, 3, out, err);
}

static const struct master *newest(const struct gh_mask_keys *keys)
{
	return keys == NULL ? NULL : &keys->masters[keys->count - 1];
}

enum gh_status gh_mask_keys_mac(struct gh_mask_keys *keys, const char *purpose, const char *domain,
				struct gh_mac **out, struct gh_error *err)
{
	uint8_t derived[GH_SHA256_SIZE];
	struct gh_span key = { (const char *)derived, sizeof(derived) };
	enum gh_status status = derive(newest(keys), purpose, domain, derived, err);

	*out = NULL;
	if (status == GH_OK)
		status = gh_mac_new(key, out, err);
	gh_wipe(derived, sizeof(derived));
	return status;
}

static enum gh_status ff1_of(const struct master *master, const char *purpose, const char *domain,
			     struct gh_ff1 **out, struct gh_error *err)
{
	uint8_t derived[GH_SHA256_SIZE];
	struct gh_span key = { (const char *)derived, sizeof(derived) };
	enum gh_status status = derive(master, purpose, domain, derived, err);

	*out = NULL;
	if (status == GH_OK)
		status = gh_ff1_new(key, out, err);
	gh_wipe(derived, sizeof(derived));
	return status;
}

enum gh_status gh_mask_keys_ff1(struct gh_mask_keys *keys, const char *purpose, const char *domain,
				struct gh_ff1 **out, struct gh_error *err)
{
	return ff1_of(newest(keys), purpose, domain, out, err);
}

enum gh_status gh_mask_keys_tag(struct gh_mask_keys *keys, size_t index, struct gh_ff1 **out,
				struct gh_error *err)
{
	return ff1_of(&keys->masters[index], "tag", "", out, err);
}
