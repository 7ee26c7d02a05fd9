/* The tree against RFC 6962, section 2.1, written down a second time as it is defined there. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../../driver/journal/internal.h"

enum { MANY = 70000 };

static struct gh_digest *digest;

static void hash_node(const uint8_t *left, const uint8_t *right, uint8_t *out)
{
	struct gh_span parts[] = { { "\x01", 1 }, { (const char *)left, 32 },
				   { (const char *)right, 32 } };

	ck_assert_int_eq(gh_digest_parts(digest, parts, 3, out, NULL), GH_OK);
}

/* MTH(D[n]) = H(0x01 || MTH(D[0:k]) || MTH(D[k:n])), k the largest power of two below n */
static void naive(uint8_t (*leaves)[32], size_t n, uint8_t *out)
{
	uint8_t left[32], right[32];
	size_t k = 1;

	if (n == 1) {
		memcpy(out, leaves[0], 32);
		return;
	}
	while (k * 2 < n)
		k *= 2;
	naive(leaves, k, left);
	naive(leaves + k, n - k, right);
	hash_node(left, right, out);
}

static void make_leaf(size_t i, uint8_t *leaf)
{
	struct gh_span part = { (const char *)&i, sizeof(i) };

	ck_assert_int_eq(gh_journal_leaf(digest, &part, 1, leaf, NULL), GH_OK);
}

START_TEST(roots_are_those_of_the_definition)
{
	struct gh_journal_tree *tree = calloc(1, sizeof(*tree));
	uint8_t (*leaves)[32] = calloc(MANY, 32);
	uint8_t root[32], expected[32];

	ck_assert_int_eq(gh_digest_new(&digest, NULL), GH_OK);
	for (size_t n = 1; n <= MANY; n++) {
		struct gh_journal_hasher hasher = { digest, NULL, NULL };

		make_leaf(n, leaves[n - 1]);
		ck_assert_int_eq(gh_journal_tree_add(tree, &hasher, leaves[n - 1], NULL), GH_OK);
		if (n > 600 && n != 65535 && n != 65536 && n != 65537 && n != 65793 && n != MANY)
			continue;
		naive(leaves, n, expected);
		ck_assert_int_eq(gh_journal_tree_root(tree, digest, root, NULL), GH_OK);
		ck_assert_mem_eq(root, expected, 32);
	}
	gh_digest_free(digest);
	free(leaves);
	free(tree);
}
END_TEST

START_TEST(the_hash_of_nothing_and_of_an_empty_leaf_are_known)
{
	/* RFC 6962: SHA-256 of the empty string, and of one zero byte (CT's test vectors) */
	static const char empty[] =
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
	static const char zero[] =
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
	struct gh_journal_tree *tree = calloc(1, sizeof(*tree));
	uint8_t hash[32];
	struct gh_buf hex;

	ck_assert_int_eq(gh_digest_new(&digest, NULL), GH_OK);
	gh_buf_init(&hex, 0);
	ck_assert_int_eq(gh_journal_tree_root(tree, digest, hash, NULL), GH_OK);
	gh_hex_append(&hex, hash, 32);
	ck_assert_str_eq(hex.bytes, empty);
	gh_buf_reset(&hex);
	ck_assert_int_eq(gh_journal_leaf(digest, NULL, 0, hash, NULL), GH_OK);
	gh_hex_append(&hex, hash, 32);
	ck_assert_str_eq(hex.bytes, zero);
	gh_buf_clear(&hex);
	gh_digest_free(digest);
	free(tree);
}
END_TEST

START_TEST(tiles_are_named_as_tlog_tiles_says)
{
	struct gh_journal_tile tile = { 0, 1234067, 256, NULL };
	char path[GH_JOURNAL_TILE_PATH];

	gh_journal_tile_path(&tile, path);
	ck_assert_str_eq(path, "tile/0/x001/x234/067");
	tile = (struct gh_journal_tile){ 1, 5, 17, NULL };
	gh_journal_tile_path(&tile, path);
	ck_assert_str_eq(path, "tile/1/005.p/17");
	tile = (struct gh_journal_tile){ 2, 1000, 256, NULL };
	gh_journal_tile_path(&tile, path);
	ck_assert_str_eq(path, "tile/2/x001/000");
}
END_TEST

GH_UNIT_MAIN("journal_tree", roots_are_those_of_the_definition,
	     the_hash_of_nothing_and_of_an_empty_leaf_are_known,
	     tiles_are_named_as_tlog_tiles_says)
