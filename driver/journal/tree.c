/*
 * The Merkle tree of RFC 6962, section 2.1, kept as the unfinished tiles of its
 * right edge.  A full tile stands for one hash in the row above it.
 */
#include <string.h>

#include "internal.h"

enum { STACK = 10 }; /* a row of 256 and a tail need nine */

static enum gh_status node(struct gh_digest *digest, const uint8_t *left, const uint8_t *right,
			   uint8_t *out, struct gh_error *err)
{
	uint8_t bytes[1 + 2 * GH_SHA256_SIZE];
	struct gh_span part = { (const char *)bytes, sizeof(bytes) };

	bytes[0] = 1;
	memcpy(bytes + 1, left, GH_SHA256_SIZE);
	memcpy(bytes + 1 + GH_SHA256_SIZE, right, GH_SHA256_SIZE);
	return gh_digest_parts(digest, &part, 1, out, err);
}

enum gh_status gh_journal_leaf(struct gh_digest *digest, const struct gh_span *parts, size_t count,
			       uint8_t leaf[GH_SHA256_SIZE], struct gh_error *err)
{
	struct gh_span all[5] = { { "", 1 } };

	GH_ENSURE(count < 5, err);
	for (size_t i = 0; i < count; i++)
		all[i + 1] = parts[i];
	return gh_digest_parts(digest, all, count + 1, leaf, err);
}

size_t gh_journal_tree_width(const struct gh_journal_tree *tree, unsigned level)
{
	return (size_t)(tree->size >> (8 * level)) % GH_JOURNAL_TILE;
}

size_t gh_journal_tree_known(const struct gh_journal_tree *tree, unsigned level, uint64_t known)
{
	uint64_t all = tree->size >> (8 * level), have = known >> (8 * level);

	if (all / GH_JOURNAL_TILE != have / GH_JOURNAL_TILE || have > all)
		return 0;
	return (size_t)(have % GH_JOURNAL_TILE);
}

void gh_journal_tree_take(struct gh_journal_tree *tree, const struct gh_journal_tree *newer)
{
	for (unsigned level = 0; level < GH_JOURNAL_LEVELS; level++) {
		size_t from = gh_journal_tree_known(newer, level, tree->size);
		size_t width = gh_journal_tree_width(newer, level);

		if (from < width)
			memcpy(tree->rows[level][from], newer->rows[level][from],
			       (width - from) * GH_SHA256_SIZE);
	}
	tree->size = newer->size;
}

/*
 * The hash over a row whose entries are complete subtrees of one height, and
 * behind them `tail`, a lower and perhaps incomplete one (NULL: none).  Equal
 * neighbours are merged as they come; what remains is merged from the right.
 */
static enum gh_status fold(struct gh_digest *digest, const uint8_t (*row)[GH_SHA256_SIZE],
			   size_t width, const uint8_t *tail, uint8_t out[GH_SHA256_SIZE])
{
	uint8_t stack[STACK][GH_SHA256_SIZE];
	size_t depth = 0, total = width + (tail == NULL ? 0 : 1);
	enum gh_status status = GH_OK;

	for (size_t i = 0; i < total && status == GH_OK; i++) {
		memcpy(stack[depth++], i < width ? row[i] : tail, GH_SHA256_SIZE);
		for (size_t n = i + 1; n % 2 == 0 && status == GH_OK; n /= 2) {
			depth--;
			status = node(digest, stack[depth - 1], stack[depth], stack[depth - 1],
				      NULL);
		}
	}
	while (depth > 1 && status == GH_OK) {
		depth--;
		status = node(digest, stack[depth - 1], stack[depth], stack[depth - 1], NULL);
	}
	memcpy(out, stack[0], GH_SHA256_SIZE);
	return status;
}

enum gh_status gh_journal_tree_root(const struct gh_journal_tree *tree, struct gh_digest *digest,
				    uint8_t root[GH_SHA256_SIZE], struct gh_error *err)
{
	const uint8_t *tail = NULL;

	if (tree->size == 0)
		return gh_digest_parts(digest, NULL, 0, root, err);
	for (unsigned level = 0; level < GH_JOURNAL_LEVELS; level++) {
		size_t width = gh_journal_tree_width(tree, level);

		if (width == 0)
			continue;
		if (fold(digest, tree->rows[level], width, tail, root) != GH_OK)
			return gh_fail(err, GH_E_KEY, "SHA-256 failed");
		tail = root;
	}
	return GH_OK;
}

/* Puts a full tile away; its hash becomes an entry of the row above. */
static enum gh_status finish_tile(struct gh_journal_tree *tree, unsigned level,
				  const struct gh_journal_hasher *hasher,
				  uint8_t hash[GH_SHA256_SIZE], struct gh_error *err)
{
	struct gh_journal_tile tile = { level, tree->size >> (8 * (level + 1)), GH_JOURNAL_TILE,
					(const uint8_t (*)[GH_SHA256_SIZE])tree->rows[level] };
	enum gh_status status = GH_OK;

	if (hasher->sink != NULL)
		status = hasher->sink(hasher->context, &tile, err);
	if (status == GH_OK)
		status = fold(hasher->digest, tile.hashes, GH_JOURNAL_TILE, NULL, hash);
	return status;
}

enum gh_status gh_journal_tree_add(struct gh_journal_tree *tree,
				   const struct gh_journal_hasher *hasher,
				   const uint8_t leaf[GH_SHA256_SIZE], struct gh_error *err)
{
	uint8_t hash[GH_SHA256_SIZE];

	memcpy(hash, leaf, sizeof(hash));
	for (unsigned level = 0; level < GH_JOURNAL_LEVELS; level++) {
		size_t width = gh_journal_tree_width(tree, level);
		enum gh_status status;

		memcpy(tree->rows[level][width], hash, sizeof(hash));
		if (width + 1 < GH_JOURNAL_TILE)
			break;
		status = finish_tile(tree, level, hasher, hash, err);
		if (status != GH_OK)
			return status;
	}
	tree->size++;
	return GH_OK;
}
