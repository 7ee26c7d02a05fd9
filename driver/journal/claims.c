/*
 * What was signed: the public key, the slots, the archive and the checkpoint
 * that an auditor kept.  Each valid one becomes a claim that the records must
 * fit; each that is not is a finding.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { KEY_FILE_MAX = 1024 };

static const char archive_name[] = "checkpoints";

static enum gh_status read_key(struct gh_journal_verification *verification, struct gh_error *err)
{
	const char *given = verification->options->public_key;
	struct gh_buf text;
	enum gh_status status;

	gh_buf_init(&text, KEY_FILE_MAX);
	if (given != NULL)
		status = gh_file_read(given, KEY_FILE_MAX, &text, err);
	else
		status = gh_journal_read_file(verification->source.folder, "log.vkey", KEY_FILE_MAX,
					      &text, err);
	if (status == GH_OK && text.length == 0)
		status = gh_fail(err, GH_E_KEY, "there is no public key: %s is missing or empty",
				 given != NULL ? given : "log.vkey");
	if (status == GH_OK)
		status = gh_journal_verifier_parse(gh_buf_span(&text), &verification->verifier,
						   err);
	gh_buf_clear(&text);
	return status;
}

static bool add_claim(struct gh_journal_claims *claims,
		      const struct gh_journal_checkpoint *checkpoint, const char *file)
{
	if (claims->count == claims->room) {
		size_t room = claims->room == 0 ? 64 : claims->room * 2;
		struct gh_journal_claim *more = realloc(claims->list, room * sizeof(*more));

		if (more == NULL)
			return false;
		claims->list = more;
		claims->room = room;
	}
	claims->list[claims->count++] = (struct gh_journal_claim){ *checkpoint, file };
	if (checkpoint->size > claims->newest)
		claims->newest = checkpoint->size;
	return true;
}

static void take_note(struct gh_journal_verification *verification, struct gh_span note,
		      const char *file)
{
	struct gh_journal_checkpoint checkpoint;
	struct gh_error detail = { 0 };
	struct gh_journal_finding finding = { GH_JOURNAL_VERIFY_TAMPERED, -1, file, detail.text };

	if (gh_journal_note_open(note, &verification->verifier, &checkpoint, &detail) != GH_OK) {
		gh_journal_found(verification, &finding);
		return;
	}
	if (!add_claim(&verification->claims, &checkpoint, file))
		verification->failed = GH_E_MEMORY;
	verification->report->checkpoints++;
}

/* A file that never reached the disk before the power went is empty or all NUL. */
static bool unwritten(struct gh_span bytes)
{
	for (size_t i = 0; i < bytes.length; i++)
		if (bytes.bytes[i] != '\0')
			return false;
	return true;
}

static void read_slots(struct gh_journal_verification *verification)
{
	for (size_t i = 0; i < 3; i++) {
		struct gh_span note = gh_buf_span(&verification->source.notes[i]);

		if (!unwritten(note))
			take_note(verification, note, gh_journal_source_note_name(i));
	}
}

static void read_archive(struct gh_journal_verification *verification)
{
	static const struct gh_journal_finding torn = {
		GH_JOURNAL_VERIFY_INCOMPLETE, -1, archive_name,
		"the last entry of the archive is unfinished" };
	struct gh_span rest = gh_buf_span(&verification->source.archive);
	size_t length;

	while ((length = gh_journal_note_length(rest)) > 0) {
		take_note(verification, (struct gh_span){ rest.bytes, length - 1 }, archive_name);
		rest = (struct gh_span){ rest.bytes + length, rest.length - length };
	}
	if (rest.length > 0)
		gh_journal_found(verification, &torn);
}

static enum gh_status read_since(struct gh_journal_verification *verification,
				 struct gh_error *err)
{
	const char *path = verification->options->since;
	struct gh_buf note;
	enum gh_status status;

	if (path == NULL)
		return GH_OK;
	status = gh_file_read(path, GH_JOURNAL_NOTE_MAX, &note, err);
	if (status == GH_OK)
		take_note(verification, gh_buf_span(&note), "the kept checkpoint");
	gh_buf_clear(&note);
	return status;
}

static int compare(const void *a, const void *b)
{
	const struct gh_journal_claim *x = a, *y = b;

	return x->checkpoint.size < y->checkpoint.size ? -1
						       : x->checkpoint.size > y->checkpoint.size;
}

enum gh_status gh_journal_claims_read(struct gh_journal_verification *verification,
				      struct gh_error *err)
{
	struct gh_journal_claims *claims = &verification->claims;
	enum gh_status status = read_key(verification, err);

	if (status == GH_OK)
		status = read_since(verification, err);
	if (status != GH_OK)
		return status;
	read_slots(verification);
	read_archive(verification);
	if (claims->count > 0)
		qsort(claims->list, claims->count, sizeof(*claims->list), compare);
	return verification->failed == GH_OK ? GH_OK : gh_fail(err, GH_E_MEMORY, "checkpoints");
}
