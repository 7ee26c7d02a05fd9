/*
 * Writes to a journal for the tests of this folder, and says which records were
 * acknowledged:
 *
 *     writer FOLDER KEYS COUNT SESSION [SEGMENT_BYTES]
 *
 * COUNT 0: until killed.  Each acknowledged record's index goes to standard
 * output as 8 bytes, in one write.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "gatehouse/journal.h"

static int write_one(struct gh_journal *journal, const struct gh_journal_record *record)
{
	struct gh_error err = { 0 };
	uint64_t index;

	if (gh_journal_append(journal, record, &index, &err) != GH_OK) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	return write(STDOUT_FILENO, &index, sizeof(index)) == (ssize_t)sizeof(index) ? 0 : 1;
}

static int write_all(struct gh_journal *journal, unsigned long count, uint8_t number)
{
	uint8_t session[GH_SESSION_ID_SIZE] = { number, (uint8_t)(getpid() >> 8),
						(uint8_t)getpid() };
	struct gh_principal who = { .kind = GH_PRINCIPAL_PERSON, .subject = "alice" };
	struct gh_facts facts = { .kind = GH_KIND_SELECT, .text = "SELECT a FROM b WHERE c = ?" };
	struct gh_journal_record record = { .event = GH_JOURNAL_EVENT_SESSION_OPEN,
					    .session = session, .principal = &who };
	int failed = write_one(journal, &record);

	for (unsigned long i = 0; !failed && (count == 0 || i < count); i++) {
		record.event = i % 2 == 0 ? GH_JOURNAL_EVENT_EXEC : GH_JOURNAL_EVENT_DONE;
		record.facts = &facts;
		record.statement = i / 2 + 1;
		failed = write_one(journal, &record);
	}
	record.event = GH_JOURNAL_EVENT_SESSION_CLOSE;
	return failed || write_one(journal, &record);
}

int main(int argc, char **argv)
{
	struct gh_journal_options options = { 0 };
	struct gh_journal *journal;
	struct gh_error err = { 0 };
	int failed;

	if (argc < 5)
		return 3;
	options.folder = argv[1];
	options.keys = argv[2];
	options.segment_bytes = argc > 5 ? strtol(argv[5], NULL, 10) : 0;
	if (gh_journal_open(&options, &journal, &err) != GH_OK) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	failed = write_all(journal, strtoul(argv[3], NULL, 10),
			   (uint8_t)strtoul(argv[4], NULL, 10));
	gh_journal_close(journal);
	return failed;
}
