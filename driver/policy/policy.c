/*
 * A policy as a whole: read, named, freed.
 */
#include "document.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 512 << 20 };

void gh_policy_free(struct gh_policy *policy)
{
	if (policy == NULL)
		return;
	gh_arena_free(policy->arena);
	free(policy);
}

const char *gh_policy_name(const struct gh_policy *policy)
{
	return policy->name;
}

const char *gh_policy_digest(const struct gh_policy *policy)
{
	return policy->digest;
}

bool gh_policy_is_read_from(const struct gh_policy *policy, struct gh_span bytes)
{
	return gh_span_equal(policy->source, bytes);
}

const struct gh_policy_note *gh_policy_notes(const struct gh_policy *policy, size_t *count)
{
	*count = policy->note_count;
	return policy->notes;
}

static enum gh_status make_digest(struct gh_span bytes, char out[GH_POLICY_DIGEST_SIZE],
				  struct gh_error *err)
{
	struct gh_digest *digest = NULL;
	uint8_t raw[GH_SHA256_SIZE];
	struct gh_buf hex;
	enum gh_status status = gh_digest_new(&digest, err);

	gh_buf_init(&hex, 0);
	if (status == GH_OK)
		status = gh_digest_parts(digest, &bytes, 1, raw, err);
	if (status != GH_OK)
		goto out;
	gh_hex_append(&hex, raw, sizeof(raw));
	status = gh_buf_status(&hex, err);
	if (status == GH_OK)
		memcpy(out, hex.bytes, GH_POLICY_DIGEST_SIZE);
out:
	gh_buf_clear(&hex);
	gh_digest_free(digest);
	return status;
}

static void add_note(struct gh_policy *policy, int line, const char *what, const char *name)
{
	static const char tail[] = " is not used by any rule";
	struct gh_policy_note *note = &policy->notes[policy->note_count];
	size_t what_length = strlen(what), name_length = strlen(name);
	char *text = gh_arena_alloc(policy->arena, what_length + name_length + sizeof(tail));

	if (text == NULL)
		return;
	memcpy(text, what, what_length);
	memcpy(text + what_length, name, name_length);
	memcpy(text + what_length + name_length, tail, sizeof(tail));
	*note = (struct gh_policy_note){ line, text };
	policy->note_count++;
}

static enum gh_status make_notes(struct gh_policy *policy, struct gh_error *err)
{
	size_t room = policy->role_count + policy->tag_count + 1;

	policy->notes = gh_arena_alloc(policy->arena, room * sizeof(*policy->notes));
	if (policy->notes == NULL)
		return gh_fail(err, GH_E_MEMORY, "policy");
	for (size_t i = GH_POLICY_BUILTIN_ROLES; i < policy->role_count; i++)
		if (!policy->roles[i].used)
			add_note(policy, policy->roles[i].line, "role ", policy->roles[i].name);
	for (size_t i = 0; i < policy->tag_count; i++)
		if (!policy->tags[i].used)
			add_note(policy, policy->tags[i].line, "tag ", policy->tags[i].name);
	return GH_OK;
}

static bool keep_source(struct gh_policy *policy, struct gh_span bytes)
{
	char *copy = gh_arena_alloc(policy->arena, bytes.length + 1);

	if (copy == NULL)
		return false;
	if (bytes.length > 0)
		memcpy(copy, bytes.bytes, bytes.length);
	policy->source = (struct gh_span){ copy, bytes.length };
	return true;
}

static enum gh_status fill(struct gh_policy *policy, struct gh_span bytes, const char *name,
			   struct gh_error *err)
{
	struct gh_policy_document document = { 0 };
	enum gh_status status = gh_arena_new(ARENA_MAX, &policy->arena);

	if (status == GH_OK)
		policy->name = gh_arena_text(policy->arena, gh_span_from(name));
	if (status != GH_OK || policy->name == NULL || !keep_source(policy, bytes))
		return gh_fail(err, GH_E_MEMORY, "policy");
	status = gh_policy_document_read(bytes, &document, err);
	if (status == GH_OK)
		status = gh_policy_read(&document, policy, err);
	if (status == GH_OK)
		status = make_notes(policy, err);
	if (status == GH_OK)
		status = make_digest(bytes, policy->digest, err);
	gh_policy_document_clear(&document);
	return status;
}

enum gh_status gh_policy_parse(struct gh_span document, const char *name, struct gh_policy **out,
			       struct gh_error *err)
{
	struct gh_policy *policy = calloc(1, sizeof(*policy));
	enum gh_status status;

	*out = NULL;
	if (policy == NULL)
		return gh_fail(err, GH_E_MEMORY, "policy");
	status = fill(policy, document, name, err);
	if (status == GH_OK) {
		*out = policy;
		policy = NULL;
	}
	gh_policy_free(policy);
	return status;
}

enum gh_status gh_policy_file_read(const char *path, struct gh_buf *bytes, struct gh_error *err)
{
	struct gh_error inner = { 0 };
	/* one byte more, so that the limit is told by the place that knows it */
	enum gh_status status =
		gh_file_read(path, (size_t)GH_POLICY_DOCUMENT_MAX + 1, bytes, &inner);

	if (status == GH_E_LIMIT)
		return gh_fail(err, GH_E_POLICY, "%s: larger than %d bytes", path,
			       GH_POLICY_DOCUMENT_MAX);
	if (status != GH_OK) /* a policy that can't be read is a policy error, not just a file's */
		return gh_fail(err, GH_E_POLICY, "%s", inner.text);
	return GH_OK;
}

enum gh_status gh_policy_load(const char *path, struct gh_policy **out, struct gh_error *err)
{
	struct gh_error inner = { 0 };
	struct gh_buf bytes;
	enum gh_status status = gh_policy_file_read(path, &bytes, err);

	*out = NULL;
	if (status != GH_OK)
		return status;
	status = gh_policy_parse(gh_buf_span(&bytes), path, out, &inner);
	gh_buf_clear(&bytes);
	if (status == GH_OK)
		return GH_OK;
	return gh_fail_at(err, status, inner.line, inner.column, "%s: %s", path, inner.text);
}

enum gh_status gh_policy_builtin(struct gh_policy **out, struct gh_error *err)
{
	return gh_policy_parse(gh_policy_embedded_builtin(), "built-in", out, err);
}
