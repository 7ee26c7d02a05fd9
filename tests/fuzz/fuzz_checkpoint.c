/*
 * The readers of notes, archives and verifier keys on any bytes.  The input is
 * a verifier key, a line feed, and the note.
 */
#include <stdlib.h>
#include <string.h>

#include "../../driver/journal/internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void read_archive(struct gh_span rest, const struct gh_journal_verifier *verifier)
{
	struct gh_journal_checkpoint checkpoint;
	size_t length;

	while ((length = gh_journal_note_length(rest)) > 0) {
		struct gh_span note = { rest.bytes, length - 1 };

		if (length > rest.length)
			__builtin_trap();
		if (gh_journal_note_open(note, verifier, &checkpoint, NULL) == GH_OK &&
		    checkpoint.size == 0)
			__builtin_trap();
		rest = (struct gh_span){ rest.bytes + length, rest.length - length };
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	char *exact = length == 0 ? NULL : malloc(length);
	struct gh_span key = { exact, 0 }, rest = { NULL, 0 };
	struct gh_journal_verifier verifier;
	struct gh_journal_checkpoint checkpoint;
	const char *lf;

	if (exact == NULL)
		return 0;
	memcpy(exact, bytes, length);
	lf = memchr(exact, '\n', length);
	key.length = lf == NULL ? length : (size_t)(lf - exact);
	if (lf != NULL)
		rest = (struct gh_span){ lf + 1, length - key.length - 1 };
	if (gh_journal_verifier_parse(key, &verifier, NULL) == GH_OK) {
		if (gh_journal_note_open(rest, &verifier, &checkpoint, NULL) == GH_OK &&
		    checkpoint.size == 0)
			__builtin_trap();
		read_archive(rest, &verifier);
	}
	free(exact);
	return 0;
}
