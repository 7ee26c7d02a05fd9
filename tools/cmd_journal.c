/*
 * `gatehouse journal verify`: is this log intact and complete?
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd_journal.h"
#include "gatehouse/journal.h"

static const char verify_help[] =
	"Usage: gatehouse journal verify DIR [--key FILE] [--since FILE] [--json]\n"
	"\n"
	"Recomputes every record's hash and the tree over them, and compares that with\n"
	"the tree's tiles and with every checkpoint that was signed.\n"
	"\n"
	"  DIR           folder of the journal\n"
	"  --key FILE    public key of the log (as in log.vkey) that you kept elsewhere.\n"
	"                Without it the key beside the log is used, which somebody who\n"
	"                replaced the whole folder would have replaced too.\n"
	"  --since FILE  a checkpoint that you kept: the log must be a continuation of it\n"
	"  --json        print one JSON object\n"
	"\n"
	"Exit code: 0 intact and complete, 1 tampered with, 2 incomplete (records not\n"
	"signed yet, sessions without a close, an unfinished line), 3 could not be looked at.\n";

static const char *const verdict_names[] = { "intact", "tampered", "incomplete", "not-verified" };

struct findings {
	struct gh_buf json;
	bool as_json;
};

static void write_finding_json(struct gh_buf *out, const struct gh_journal_finding *finding)
{
	(void)gh_buf_append_text(out, out->length == 0 ? "" : ",");
	(void)gh_buf_append_text(out, "{\"severity\":");
	(void)gh_json_text(out, verdict_names[finding->severity]);
	if (finding->index >= 0)
		(void)gh_buf_printf(out, ",\"record\":%" PRId64, finding->index);
	(void)gh_buf_append_text(out, ",\"file\":");
	(void)gh_json_text(out, finding->file);
	(void)gh_buf_append_text(out, ",\"text\":");
	(void)gh_json_text(out, finding->text);
	(void)gh_buf_append_char(out, '}');
}

static void take_finding(void *context, const struct gh_journal_finding *finding)
{
	struct findings *findings = context;

	if (findings->as_json) {
		write_finding_json(&findings->json, finding);
		return;
	}
	printf("%s: ", finding->severity == GH_JOURNAL_VERIFY_TAMPERED ? "TAMPERED" : "incomplete");
	if (finding->index >= 0)
		printf("record %" PRId64 ": ", finding->index);
	gh_cmd_journal_put_safe(stdout, gh_span_from(finding->text));
	fputs(" (", stdout);
	gh_cmd_journal_put_safe(stdout, gh_span_from(finding->file));
	fputs(")\n", stdout);
}

static void print_verdict(const struct gh_journal_report *report)
{
	/* lint: table */
	static const char *const sentences[] = {
		"INTACT: every record is as it was written, and all of them are signed.",
		"TAMPERED: this log is not what was signed. Keep the folder as it is.",
		"INCOMPLETE: no sign of tampering, but the log is not finished or not closed.",
		"",
	};

	printf("%s\n", sentences[report->verdict]);
}

static void print_report(const struct gh_journal_report *report,
			 const struct gh_journal_verify_options *options)
{
	printf("log       %s\n", report->origin);
	printf("records   %" PRIu64 ", of which %" PRIu64 " signed by %" PRIu64 " checkpoints\n",
	       report->records,
	       report->signed_records < report->records ? report->signed_records : report->records,
	       report->checkpoints);
	printf("sessions  %" PRIu64 ", of which %" PRIu64 " open\n", report->sessions,
	       report->open_sessions);
	printf("root      %s\n", report->root);
	if (options->public_key == NULL)
		puts("note      checked with the key beside the log; "
		     "--key FILE with a key that you\n"
		     "          kept elsewhere proves more");
	if (options->since == NULL)
		puts("note      only a checkpoint kept elsewhere (--since FILE) "
		     "shows that the end was\n"
		     "          not rolled back to an older signed state");
	print_verdict(report);
}

static bool print_json(const struct gh_journal_report *report, const struct findings *findings)
{
	struct gh_buf out;
	bool fine;

	gh_buf_init(&out, 0);
	(void)gh_buf_append_text(&out, "{\"verdict\":");
	(void)gh_json_text(&out, verdict_names[report->verdict]);
	(void)gh_buf_append_text(&out, ",\"origin\":");
	(void)gh_json_text(&out, report->origin);
	(void)gh_buf_printf(&out,
			    ",\"records\":%" PRIu64 ",\"signed_records\":%" PRIu64
			    ",\"checkpoints\":%" PRIu64 ",\"sessions\":%" PRIu64
			    ",\"open_sessions\":%" PRIu64 ",\"root\":\"%s\",\"findings\":[",
			    report->records, report->signed_records, report->checkpoints,
			    report->sessions, report->open_sessions, report->root);
	(void)gh_buf_append(&out, findings->json.bytes, findings->json.length);
	(void)gh_buf_append_text(&out, "]}");
	fine = findings->json.failed == GH_OK && gh_tool_print(&out);
	gh_buf_clear(&out);
	return fine;
}

static int verify(const struct gh_journal_verify_options *options, struct findings *findings)
{
	struct gh_journal_report report;
	struct gh_error err = { 0 };
	enum gh_status status = gh_journal_verify(options, &report, &err);

	if (status != GH_OK) {
		gh_tool_error(status, &err);
		return GH_JOURNAL_VERIFY_USAGE;
	}
	if (findings->as_json && !print_json(&report, findings))
		return GH_JOURNAL_VERIFY_USAGE;
	if (!findings->as_json)
		print_report(&report, options);
	return fflush(stdout) == 0 ? (int)report.verdict : (int)GH_JOURNAL_VERIFY_USAGE;
}

static int run_verify(int count, char **arguments)
{
	const char *folder[1] = { NULL };
	struct findings findings = { .as_json = false };
	struct gh_journal_verify_options wanted = { .finding = take_finding,
						    .context = &findings };
	const struct gh_tool_option options[] = { { "--key", &wanted.public_key, NULL },
						  { "--since", &wanted.since, NULL },
						  { "--json", NULL, &findings.as_json },
						  { NULL, NULL, NULL } };
	struct gh_tool_words words = { folder, 1, 0 };
	int result;

	if (!gh_tool_options(count, arguments, options, &words))
		return GH_TOOL_USAGE;
	if (words.count != 1) {
		gh_tool_complain("journal verify needs the folder of a journal; try --help");
		return GH_TOOL_USAGE;
	}
	wanted.folder = folder[0];
	gh_buf_init(&findings.json, 0);
	result = verify(&wanted, &findings);
	gh_buf_clear(&findings.json);
	return result;
}

/* lint: table */
const struct gh_tool_command gh_cmd_journal[] = {
	{ "journal", "verify", "check that a journal is intact and complete", verify_help,
	  run_verify },
	{ "journal", "show", "print a journal's records", gh_cmd_journal_show_help,
	  gh_cmd_journal_show },
	{ NULL, NULL, NULL, NULL, NULL },
};
