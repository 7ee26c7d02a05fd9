/*
 * Verifies a log: recomputes every leaf and the tree, and compares them with
 * the tiles and with everything that was signed.  What a signature covers and
 * does not fit is tampering; what is only not finished is incomplete.
 */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "internal.h"

enum { FINDINGS_MAX = 20 };

void gh_journal_found(struct gh_journal_verification *verification,
		      const struct gh_journal_finding *finding)
{
	enum gh_journal_verdict *verdict = &verification->report->verdict;

	if (finding->severity == GH_JOURNAL_VERIFY_TAMPERED)
		*verdict = GH_JOURNAL_VERIFY_TAMPERED;
	else if (*verdict == GH_JOURNAL_VERIFY_INTACT)
		*verdict = finding->severity;
	/* one cut or insertion shows in everything behind it: the first findings tell */
	if (verification->findings++ < FINDINGS_MAX && verification->options->finding != NULL)
		verification->options->finding(verification->options->context, finding);
}

static void found(struct gh_journal_verification *verification, enum gh_journal_verdict severity,
		  int64_t index, const char *format, ...) GH_PRINTF(4, 5);
static void found(struct gh_journal_verification *verification, enum gh_journal_verdict severity,
		  int64_t index, const char *format, ...)
{
	char text[300], name[GH_JOURNAL_NAME_SIZE];
	struct gh_journal_finding finding = { severity, index, name, text };
	va_list arguments;

	gh_journal_segment_name(verification->segment_first, name);
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	gh_journal_found(verification, &finding);
}

/* What lies under a signature was as it was signed; behind it nothing is proven. */
static enum gh_journal_verdict severity_at(const struct gh_journal_verification *verification,
					   uint64_t index)
{
	return index < verification->claims.newest ? GH_JOURNAL_VERIFY_TAMPERED
						   : GH_JOURNAL_VERIFY_INCOMPLETE;
}

/* ---- tiles ---- */

static void compare_tile(struct gh_journal_verification *verification,
			 const struct gh_journal_tile *tile)
{
	uint8_t stored[GH_JOURNAL_TILE][GH_SHA256_SIZE];
	char path[GH_JOURNAL_TILE_PATH], text[200];
	struct gh_journal_finding finding = { GH_JOURNAL_VERIFY_TAMPERED, -1, path, text };
	struct gh_error detail = { 0 };
	bool present;
	size_t i = 0;

	gh_journal_tile_path(tile, path);
	if (gh_journal_tile_read(verification->source.folder, tile, stored, &present, &detail) !=
	    GH_OK) {
		finding.text = detail.text;
		gh_journal_found(verification, &finding);
		return;
	}
	if (!present) {
		finding.severity = GH_JOURNAL_VERIFY_INCOMPLETE;
		snprintf(text, sizeof(text), "a tile of the tree is missing or empty");
		if (tile->width == GH_JOURNAL_TILE)
			gh_journal_found(verification, &finding);
		return;
	}
	while (i < tile->width && memcmp(stored[i], tile->hashes[i], GH_SHA256_SIZE) == 0)
		i++;
	if (i == tile->width)
		return;
	if (tile->level == 0)
		finding.index = (int64_t)(tile->index * GH_JOURNAL_TILE + i);
	snprintf(text, sizeof(text), "the %s not fit the hash that this tile keeps of %s",
		 tile->level == 0 ? "record does" : "records do", tile->level == 0 ? "it" : "them");
	gh_journal_found(verification, &finding);
}

/* Partial tiles that are still there, of this tile and at most this wide. */
static void compare_partial(struct gh_journal_verification *verification,
			    const struct gh_journal_tile *tile)
{
	struct gh_journal_tile partial = *tile;
	char path[GH_JOURNAL_TILE_PATH];
	struct dirent *entry;
	DIR *listing;
	int fd;

	partial.width = 1;
	gh_journal_tile_path(&partial, path);
	*strrchr(path, '/') = '\0';
	fd = gh_journal_open_at(verification->source.folder, path, O_RDONLY | O_DIRECTORY);
	listing = fd < 0 ? NULL : fdopendir(fd);
	if (listing == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(listing)) != NULL) {
		unsigned long width = strtoul(entry->d_name, NULL, 10);

		/* a wider one was made after we took our snapshot */
		if (width == 0 || width >= GH_JOURNAL_TILE || width > tile->width)
			continue;
		partial.width = width;
		compare_tile(verification, &partial);
	}
	closedir(listing);
}

void gh_journal_check_tile(struct gh_journal_verification *verification,
			   const struct gh_journal_tile *tile)
{
	uint64_t covered = verification->claims.newest >> (8 * (tile->level + 1));

	/* what no checkpoint covers may be half written */
	if (tile->width == GH_JOURNAL_TILE && tile->index < covered)
		compare_tile(verification, tile);
	compare_partial(verification, tile);
}

static enum gh_status full_tile(void *context, const struct gh_journal_tile *tile,
				struct gh_error *err)
{
	(void)err;
	gh_journal_check_tile(context, tile);
	return GH_OK;
}

static void check_last_tiles(struct gh_journal_verification *verification)
{
	const struct gh_journal_tree *tree = &verification->tree;

	for (unsigned level = 0; level + 1 < GH_JOURNAL_LEVELS; level++) {
		struct gh_journal_tile tile = { level, tree->size >> (8 * (level + 1)),
						gh_journal_tree_width(tree, level), NULL };

		tile.hashes = (const uint8_t (*)[GH_SHA256_SIZE])tree->rows[level];
		if (tile.width > 0)
			compare_partial(verification, &tile);
	}
}

/* ---- records ---- */

/* Every signed head whose size the tree has now must be its root. */
static void check_claims(struct gh_journal_verification *verification)
{
	struct gh_journal_claims *claims = &verification->claims;
	uint8_t root[GH_SHA256_SIZE];
	bool known = false;

	for (; verification->next_claim < claims->count; verification->next_claim++) {
		const struct gh_journal_claim *claim = &claims->list[verification->next_claim];
		struct gh_journal_finding finding = {
			GH_JOURNAL_VERIFY_TAMPERED, -1, claim->file,
			"the records do not add up to what was signed" };

		if (claim->checkpoint.size != verification->tree.size)
			return;
		if (!known && gh_journal_tree_root(&verification->tree, verification->digest, root,
						   NULL) != GH_OK)
			verification->failed = GH_E_KEY;
		known = true;
		if (memcmp(root, claim->checkpoint.root, sizeof(root)) != 0)
			gh_journal_found(verification, &finding);
	}
}

static void check_header(struct gh_journal_verification *verification, struct gh_span line,
			 const struct gh_journal_line *parsed)
{
	const char *wanted = verification->tree.size == 0 ? "log-open" : "segment";
	struct gh_span key = gh_journal_line_member(line, "key");
	struct gh_buf text;
	struct gh_journal_verifier verifier = { 0 };
	bool fine = gh_span_equal(parsed->event, gh_span_from(wanted)) &&
		    gh_span_equal(gh_journal_line_member(line, "format"),
				  GH_SPAN_LITERAL("\"gatehouse-journal/1\""));

	if (!fine) {
		found(verification, severity_at(verification, parsed->index),
		      (int64_t)verification->tree.size,
		      "the segment does not begin with a header that this version reads");
		return;
	}
	gh_buf_init(&text, 1024);
	fine = gh_journal_line_text(key, &text) &&
	       gh_journal_verifier_parse(gh_buf_span(&text), &verifier, NULL) == GH_OK &&
	       memcmp(verifier.key, verification->verifier.key, sizeof(verifier.key)) == 0;
	gh_buf_clear(&text);
	if (!fine)
		found(verification, GH_JOURNAL_VERIFY_TAMPERED, (int64_t)verification->tree.size,
		      "the segment's header names another key");
}

static void check_line(struct gh_journal_verification *verification, struct gh_span line)
{
	uint64_t index = verification->tree.size;
	struct gh_journal_line parsed;

	if (!gh_journal_line_parse(line, &parsed)) {
		found(verification, severity_at(verification, index), (int64_t)index,
		      "the line is not a record");
		return;
	}
	if (parsed.index != index)
		found(verification, GH_JOURNAL_VERIFY_TAMPERED, (int64_t)index,
		      "the record in this place says that it is number %" PRIu64, parsed.index);
	if (index == verification->segment_first)
		check_header(verification, line, &parsed);
	if (!gh_journal_sessions_note(&verification->sessions, parsed.event, parsed.session))
		verification->failed = GH_E_MEMORY;
}

static bool take_line(void *context, struct gh_span line)
{
	struct gh_journal_verification *verification = context;
	struct gh_journal_hasher hasher = { verification->digest, full_tile, verification };
	uint8_t leaf[GH_SHA256_SIZE];

	check_line(verification, line);
	if (gh_journal_leaf(verification->digest, &line, 1, leaf, NULL) != GH_OK ||
	    gh_journal_tree_add(&verification->tree, &hasher, leaf, NULL) != GH_OK)
		verification->failed = GH_E_KEY;
	check_claims(verification);
	return verification->failed == GH_OK;
}

static bool begin_segment(void *context, uint64_t first)
{
	struct gh_journal_verification *verification = context;
	uint64_t expected = verification->tree.size;

	verification->segment_first = first;
	if (first == expected)
		return true;
	found(verification, GH_JOURNAL_VERIFY_TAMPERED, (int64_t)expected,
	      "the segment that begins with record %" PRIu64 " is not there", expected);
	return false;
}

static bool take_torn(void *context, uint64_t first, int64_t bytes)
{
	struct gh_journal_verification *verification = context;
	uint64_t index = verification->tree.size;

	(void)first;
	found(verification, severity_at(verification, index), (int64_t)index,
	      "%" PRId64 " bytes at the end are no complete record", bytes);
	return true;
}

/* ---- the whole ---- */

static void check_end(struct gh_journal_verification *verification)
{
	const struct gh_journal_claims *claims = &verification->claims;
	uint64_t records = verification->tree.size;

	check_last_tiles(verification);
	if (claims->newest > records) {
		struct gh_journal_finding finding = { GH_JOURNAL_VERIFY_TAMPERED,
						      (int64_t)records, NULL, NULL };
		char text[200];

		finding.file = claims->list[claims->count - 1].file;
		finding.text = text;
		snprintf(text, sizeof(text),
			 "%" PRIu64 " records were signed, but only %" PRIu64 " are there",
			 claims->newest, records);
		gh_journal_found(verification, &finding);
	} else if (claims->newest < records) {
		found(verification, GH_JOURNAL_VERIFY_INCOMPLETE, (int64_t)claims->newest,
		      "the last %" PRIu64 " records are not signed yet", records - claims->newest);
	}
	if (verification->sessions.open > 0)
		found(verification, GH_JOURNAL_VERIFY_INCOMPLETE, -1,
		      "%" PRIu64 " sessions have no close yet", verification->sessions.open);
}

static enum gh_status write_report(struct gh_journal_verification *verification,
				   struct gh_error *err)
{
	struct gh_journal_report *report = verification->report;
	uint8_t root[GH_SHA256_SIZE];
	struct gh_buf hex;
	enum gh_status status = gh_journal_tree_root(&verification->tree, verification->digest,
						     root, err);

	if (status != GH_OK)
		return status;
	gh_buf_init(&hex, 0);
	status = gh_hex_append(&hex, root, sizeof(root));
	if (status == GH_OK)
		memcpy(report->root, hex.bytes, sizeof(report->root));
	gh_buf_clear(&hex);
	memcpy(report->origin, verification->verifier.name, sizeof(report->origin));
	report->records = verification->tree.size;
	report->signed_records = verification->claims.newest;
	report->sessions = verification->sessions.opened;
	report->open_sessions = verification->sessions.open;
	return status;
}

static enum gh_status verify(struct gh_journal_verification *verification, struct gh_error *err)
{
	struct gh_journal_visitor visitor = { verification, begin_segment, take_line, take_torn };
	enum gh_status status = gh_digest_new(&verification->digest, err);

	if (status == GH_OK)
		status = gh_journal_source_open(&verification->source,
						verification->options->folder, err);
	if (status == GH_OK)
		status = gh_journal_claims_read(verification, err);
	if (status == GH_OK)
		status = gh_journal_source_visit(&verification->source, &visitor, err);
	if (status == GH_OK && verification->failed != GH_OK)
		status = gh_fail(err, verification->failed, "verification stopped");
	if (status != GH_OK)
		return status;
	check_end(verification);
	return write_report(verification, err);
}

enum gh_status gh_journal_verify(const struct gh_journal_verify_options *options,
				 struct gh_journal_report *report, struct gh_error *err)
{
	struct gh_journal_verification *verification = calloc(1, sizeof(*verification));
	enum gh_status status;

	*report = (struct gh_journal_report){ .verdict = GH_JOURNAL_VERIFY_INTACT };
	if (verification == NULL)
		return gh_fail(err, GH_E_MEMORY, "journal verification");
	verification->options = options;
	verification->report = report;
	verification->source.folder = -1;
	status = verify(verification, err);
	if (status != GH_OK)
		report->verdict = GH_JOURNAL_VERIFY_USAGE;
	gh_journal_source_close(&verification->source);
	gh_journal_sessions_clear(&verification->sessions);
	gh_digest_free(verification->digest);
	free(verification->claims.list);
	free(verification);
	return status;
}
