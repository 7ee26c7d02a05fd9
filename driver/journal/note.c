/*
 * Signed notes and checkpoints as C2SP signed-note and tlog-checkpoint define
 * them, with Ed25519.  Reads and writes bytes only; keys.c signs.
 */
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

enum { ED25519 = 1, SIGNATURE = 64 };

static const char dash[] = "\xE2\x80\x94 "; /* em dash, space */

bool gh_journal_origin_valid(struct gh_span origin)
{
	static const char others[] = "-._~/:@";

	for (size_t i = 0; i < origin.length; i++) {
		char c = origin.bytes[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			continue;
		if (c == '\0' || strchr(others, c) == NULL)
			return false;
	}
	return origin.length > 0 && origin.length <= GH_JOURNAL_ORIGIN_MAX;
}

/* C2SP signed-note: SHA-256(name || 0x0A || 0x01 || public key)[:4]. */
static enum gh_status key_id(struct gh_journal_verifier *verifier, struct gh_error *err)
{
	struct gh_span parts[] = { gh_span_from(verifier->name), { "\n\x01", 2 },
				   { (const char *)verifier->key, sizeof(verifier->key) } };
	uint8_t hash[GH_SHA256_SIZE];
	struct gh_digest *digest = NULL;
	enum gh_status status = gh_digest_new(&digest, err);

	if (status == GH_OK)
		status = gh_digest_parts(digest, parts, 3, hash, err);
	gh_digest_free(digest);
	if (status == GH_OK)
		memcpy(verifier->id, hash, sizeof(verifier->id));
	return status;
}

enum gh_status gh_journal_verifier_make(const char *name, const uint8_t key[32],
					struct gh_journal_verifier *out, struct gh_error *err)
{
	*out = (struct gh_journal_verifier){ 0 };
	if (!gh_journal_origin_valid(gh_span_from(name)))
		return gh_fail(err, GH_E_ARGUMENT,
			       "a journal's origin is 1 to 127 letters, digits or -._~/:@");
	memcpy(out->name, name, strlen(name));
	memcpy(out->key, key, sizeof(out->key));
	return key_id(out, err);
}

static struct gh_span trim_line(struct gh_span text)
{
	while (text.length > 0 && (text.bytes[text.length - 1] == '\n' ||
				   text.bytes[text.length - 1] == '\r'))
		text.length--;
	return text;
}

/* Cuts at the first `mark`: what is before it, and in *rest what is behind it. */
static bool split(struct gh_span text, char mark, struct gh_span *before, struct gh_span *rest)
{
	const char *found = text.length == 0 ? NULL : memchr(text.bytes, mark, text.length);

	if (found == NULL)
		return false;
	*before = (struct gh_span){ text.bytes, (size_t)(found - text.bytes) };
	*rest = (struct gh_span){ found + 1, text.length - before->length - 1 };
	return true;
}

enum gh_status gh_journal_verifier_parse(struct gh_span text, struct gh_journal_verifier *out,
					 struct gh_error *err)
{
	struct gh_span name, rest, hex;
	char copy[GH_JOURNAL_ORIGIN_MAX + 1] = { 0 };
	uint8_t id[4], key[33];
	size_t id_size = sizeof(id), key_size = sizeof(key);
	enum gh_status status;

	*out = (struct gh_journal_verifier){ 0 };
	if (!split(trim_line(text), '+', &name, &rest) || !split(rest, '+', &hex, &rest) ||
	    !gh_journal_origin_valid(name) || !gh_hex_decode(hex, id, &id_size) || id_size != 4 ||
	    !gh_base64_decode(rest, key, &key_size) || key_size != 33 || key[0] != ED25519)
		return gh_fail(err, GH_E_FORMAT, "not a verifier key (name+hash+key, Ed25519)");
	memcpy(copy, name.bytes, name.length);
	status = gh_journal_verifier_make(copy, key + 1, out, err);
	if (status == GH_OK && memcmp(out->id, id, sizeof(id)) != 0)
		return gh_fail(err, GH_E_FORMAT, "the verifier key's hash does not fit its key");
	return status;
}

enum gh_status gh_journal_verifier_write(const struct gh_journal_verifier *verifier,
					 struct gh_buf *out)
{
	uint8_t key[33] = { ED25519 };

	memcpy(key + 1, verifier->key, sizeof(verifier->key));
	(void)gh_buf_append_text(out, verifier->name);
	(void)gh_buf_append_char(out, '+');
	(void)gh_hex_append(out, verifier->id, sizeof(verifier->id));
	(void)gh_buf_append_char(out, '+');
	return gh_base64_append(out, key, sizeof(key));
}

enum gh_status gh_journal_checkpoint_body(const struct gh_journal_verifier *verifier,
					  const struct gh_journal_checkpoint *checkpoint,
					  struct gh_buf *out)
{
	(void)gh_buf_printf(out, "%s\n%" PRIu64 "\n", verifier->name, checkpoint->size);
	(void)gh_base64_append(out, checkpoint->root, sizeof(checkpoint->root));
	return gh_buf_append_char(out, '\n');
}

enum gh_status gh_journal_note_signature(const struct gh_journal_verifier *verifier,
					 const uint8_t signature[64], struct gh_buf *out)
{
	uint8_t bytes[4 + SIGNATURE];

	memcpy(bytes, verifier->id, sizeof(verifier->id));
	memcpy(bytes + 4, signature, SIGNATURE);
	(void)gh_buf_printf(out, "\n%s%s ", dash, verifier->name);
	(void)gh_base64_append(out, bytes, sizeof(bytes));
	return gh_buf_append_char(out, '\n');
}

/* Decimal without sign or leading zero. */
static bool parse_size(struct gh_span text, uint64_t *size)
{
	*size = 0;
	if (text.length == 0 || text.length > 19 || (text.bytes[0] == '0' && text.length > 1))
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9')
			return false;
		*size = *size * 10 + (uint64_t)(text.bytes[i] - '0');
	}
	return true;
}

static bool parse_body(struct gh_span body, const struct gh_journal_verifier *verifier,
		       struct gh_journal_checkpoint *out)
{
	struct gh_span origin, size, root, rest;
	size_t root_size = sizeof(out->root);

	return split(body, '\n', &origin, &rest) && split(rest, '\n', &size, &rest) &&
	       split(rest, '\n', &root, &rest) &&
	       gh_span_equal(origin, gh_span_from(verifier->name)) &&
	       parse_size(size, &out->size) && gh_base64_decode(root, out->root, &root_size) &&
	       root_size == sizeof(out->root);
}

static bool verify(const struct gh_journal_verifier *verifier, struct gh_span body,
		   const uint8_t *signature)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, verifier->key,
						    sizeof(verifier->key));
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool valid = key != NULL && context != NULL &&
		     EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		     EVP_DigestVerify(context, signature, SIGNATURE,
				      (const unsigned char *)body.bytes, body.length) == 1;

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return valid;
}

enum answer { OTHER_KEY, VALID, INVALID };

/* One signature line without its LF. */
static enum answer check_line(struct gh_span line, struct gh_span body,
			      const struct gh_journal_verifier *verifier)
{
	const size_t prefix = sizeof(dash) - 1;
	struct gh_span name, encoded;
	uint8_t bytes[4 + SIGNATURE];
	size_t size = sizeof(bytes);

	if (line.length < prefix || memcmp(line.bytes, dash, prefix) != 0)
		return INVALID;
	line = (struct gh_span){ line.bytes + prefix, line.length - prefix };
	if (!split(line, ' ', &name, &encoded) || name.length == 0 || encoded.length < 8)
		return INVALID;
	if (!gh_span_equal(name, gh_span_from(verifier->name)))
		return OTHER_KEY;
	if (!gh_base64_decode(encoded, bytes, &size))
		return encoded.length > 92 ? OTHER_KEY : INVALID;
	if (size < 4 || memcmp(bytes, verifier->id, 4) != 0)
		return OTHER_KEY;
	return size == sizeof(bytes) && verify(verifier, body, bytes + 4) ? VALID : INVALID;
}

enum gh_status gh_journal_note_open(struct gh_span note, const struct gh_journal_verifier *verifier,
				    struct gh_journal_checkpoint *out, struct gh_error *err)
{
	const char *blank = note.length == 0 ? NULL : memmem(note.bytes, note.length, "\n\n", 2);
	struct gh_span body, rest, line;
	bool valid = false;

	*out = (struct gh_journal_checkpoint){ 0 };
	if (blank == NULL)
		return gh_fail(err, GH_E_TAMPERED, "not a signed note");
	body = (struct gh_span){ note.bytes, (size_t)(blank - note.bytes) + 1 };
	rest = (struct gh_span){ blank + 2, note.length - body.length - 1 };
	while (rest.length > 0) {
		enum answer answer = INVALID;

		if (split(rest, '\n', &line, &rest))
			answer = check_line(line, body, verifier);
		else
			rest.length = 0;
		if (answer == INVALID)
			return gh_fail(err, GH_E_TAMPERED, "a signature is not valid");
		valid = valid || answer == VALID;
	}
	if (!valid)
		return gh_fail(err, GH_E_TAMPERED, "no signature by the key of %s", verifier->name);
	if (!parse_body(body, verifier, out) || out->size == 0)
		return gh_fail(err, GH_E_TAMPERED, "not a checkpoint of %s", verifier->name);
	return GH_OK;
}

size_t gh_journal_note_length(struct gh_span archive)
{
	const char *blank = archive.length == 0 ? NULL
						: memmem(archive.bytes, archive.length, "\n\n", 2);
	size_t body;
	const char *end;

	if (blank == NULL)
		return 0;
	body = (size_t)(blank - archive.bytes) + 2;
	end = memmem(archive.bytes + body, archive.length - body, "\n\n", 2);
	return end == NULL ? 0 : (size_t)(end - archive.bytes) + 2;
}
