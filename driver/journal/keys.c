/*
 * The two secrets of the journal: the Ed25519 key that signs checkpoints and
 * the HMAC key of fingerprints.  Made at first use; whoever links its file into
 * place first wins, and all others read that one.
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

static const char signing_file[] = "log.pem";
static const char fingerprint_file[] = "fingerprint.key";

enum { FINGERPRINT_KEY = 32, KEY_FILE_MAX = 4096 };

struct gh_journal_keys {
	EVP_PKEY *signing;
	struct gh_mac *mac;
	uint8_t public_key[32];
};

void gh_journal_keys_free(struct gh_journal_keys *keys)
{
	if (keys == NULL)
		return;
	EVP_PKEY_free(keys->signing);
	gh_mac_free(keys->mac);
	free(keys);
}

static enum gh_status make_pem(struct gh_buf *out, struct gh_error *err)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	BIO *memory = BIO_new(BIO_s_secmem());
	enum gh_status status = GH_OK;
	char *bytes = NULL;
	long length = 0;

	if (key != NULL && memory != NULL &&
	    PEM_write_bio_PKCS8PrivateKey(memory, key, NULL, NULL, 0, NULL, NULL) == 1)
		length = BIO_get_mem_data(memory, &bytes);
	if (length <= 0)
		status = gh_fail(err, GH_E_KEY, "cannot make an Ed25519 key");
	else
		status = gh_buf_append(out, bytes, (size_t)length);
	BIO_free(memory);
	EVP_PKEY_free(key);
	return status;
}

static enum gh_status make_secret(struct gh_buf *out, struct gh_error *err)
{
	uint8_t secret[FINGERPRINT_KEY];
	enum gh_status status = gh_random_bytes(secret, sizeof(secret), err);

	if (status == GH_OK) {
		(void)gh_hex_append(out, secret, sizeof(secret));
		status = gh_buf_append_char(out, '\n');
	}
	gh_wipe(secret, sizeof(secret));
	return status;
}

/* Reads the file, after making it where there is none. */
static enum gh_status read_or_make(const char *folder, const char *name,
				   enum gh_status (*make)(struct gh_buf *, struct gh_error *),
				   struct gh_buf *out, struct gh_error *err)
{
	char *path = gh_path_join(folder, name);
	struct gh_buf fresh;
	bool existed = false;
	enum gh_status status;

	gh_buf_init(&fresh, KEY_FILE_MAX);
	if (path == NULL) {
		status = gh_fail(err, GH_E_MEMORY, "key file name");
		goto out;
	}
	status = GH_OK;
	if (access(path, F_OK) != 0)
		status = make(&fresh, err);
	if (fresh.length > 0)
		status = gh_file_create(path, gh_buf_span(&fresh), 0600, &existed, err);
	if (status == GH_OK)
		status = gh_file_read_private(path, KEY_FILE_MAX, out, err);
out:
	gh_buf_clear_secret(&fresh);
	free(path);
	return status;
}

/* A key file never asks for a pass phrase: nobody is there to answer. */
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)context;
	return 0;
}

static enum gh_status load_signing(struct gh_journal_keys *keys, const char *folder,
				   struct gh_error *err)
{
	struct gh_buf pem;
	size_t size = sizeof(keys->public_key);
	enum gh_status status;
	BIO *memory;

	gh_buf_init(&pem, KEY_FILE_MAX);
	status = read_or_make(folder, signing_file, make_pem, &pem, err);
	if (status != GH_OK)
		return status;
	memory = BIO_new_mem_buf(pem.bytes, (int)pem.length);
	if (memory != NULL)
		keys->signing = PEM_read_bio_PrivateKey(memory, NULL, no_passphrase, NULL);
	BIO_free(memory);
	gh_buf_clear_secret(&pem);
	if (keys->signing == NULL || !EVP_PKEY_is_a(keys->signing, "ED25519") ||
	    EVP_PKEY_get_raw_public_key(keys->signing, keys->public_key, &size) != 1)
		return gh_fail(err, GH_E_KEY, "%s/%s: not an Ed25519 key in PEM", folder,
			       signing_file);
	return GH_OK;
}

static enum gh_status load_fingerprint(struct gh_journal_keys *keys, const char *folder,
				       struct gh_error *err)
{
	uint8_t secret[FINGERPRINT_KEY];
	size_t size = sizeof(secret);
	struct gh_buf text;
	enum gh_status status;

	gh_buf_init(&text, KEY_FILE_MAX);
	status = read_or_make(folder, fingerprint_file, make_secret, &text, err);
	if (status != GH_OK)
		return status;
	if (text.length != 2 * FINGERPRINT_KEY + 1 || text.bytes[text.length - 1] != '\n' ||
	    !gh_hex_decode((struct gh_span){ text.bytes, text.length - 1 }, secret, &size))
		status = gh_fail(err, GH_E_KEY, "%s/%s: not 64 hex digits and a line feed", folder,
				 fingerprint_file);
	else
		status = gh_mac_new((struct gh_span){ (char *)secret, size }, &keys->mac, err);
	gh_wipe(secret, sizeof(secret));
	gh_buf_clear_secret(&text);
	return status;
}

enum gh_status gh_journal_keys_open(const char *folder, struct gh_journal_keys **out,
				    struct gh_error *err)
{
	struct gh_journal_keys *keys = calloc(1, sizeof(*keys));
	enum gh_status status;

	*out = NULL;
	if (keys == NULL)
		return gh_fail(err, GH_E_MEMORY, "journal keys");
	status = gh_dir_make(folder, 0700, err);
	if (status == GH_OK)
		status = load_signing(keys, folder, err);
	if (status == GH_OK)
		status = load_fingerprint(keys, folder, err);
	if (status != GH_OK)
		goto out;
	*out = keys;
	keys = NULL;
out:
	gh_journal_keys_free(keys);
	return status;
}

const uint8_t *gh_journal_keys_public(const struct gh_journal_keys *keys)
{
	return keys->public_key;
}

enum gh_status gh_journal_keys_sign(const struct gh_journal_keys *keys, struct gh_span text,
				    uint8_t signature[64], struct gh_error *err)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t size = 64;
	bool fine = context != NULL &&
		    EVP_DigestSignInit(context, NULL, NULL, NULL, keys->signing) == 1 &&
		    EVP_DigestSign(context, signature, &size, (const unsigned char *)text.bytes,
				   text.length) == 1;

	EVP_MD_CTX_free(context);
	if (!fine || size != 64)
		return gh_fail(err, GH_E_KEY, "Ed25519 signing failed");
	return GH_OK;
}

enum gh_status gh_journal_keys_fingerprint(struct gh_journal_keys *keys, struct gh_span text,
					   char out[33], struct gh_error *err)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t mac[GH_SHA256_SIZE];
	enum gh_status status = gh_mac_parts(keys->mac, &text, 1, mac, err);

	out[0] = '\0';
	if (status != GH_OK)
		return status;
	for (size_t i = 0; i < 16; i++) {
		out[2 * i] = digits[mac[i] >> 4];
		out[2 * i + 1] = digits[mac[i] & 15];
	}
	out[32] = '\0';
	return GH_OK;
}
