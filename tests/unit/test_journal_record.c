/* One line: what is in it, what never is, and that it is always one line of JSON. */
#include "journal_fixture.h"

static struct gh_buf body;
static struct fixture fixture;

static struct gh_span write_body(const struct gh_journal_record *record)
{
	static struct gh_journal_keys *keys;
	struct gh_journal_encoder encoder = { .buf = &body };
	struct gh_error err = { 0 };

	if (keys == NULL) {
		fixture_init(&fixture);
		ck_assert_int_eq(gh_journal_keys_open(fixture.keys, &keys, NULL), GH_OK);
		gh_buf_init(&body, GH_JOURNAL_LINE_MAX - GH_JOURNAL_HEAD_MAX);
	}
	encoder.keys = keys;
	ck_assert_msg(gh_journal_body_write(&encoder, record, &err) == GH_OK, "%s", err.text);
	return gh_buf_span(&body);
}

/* The body as a whole line, checked to be one. */
static char *line_of(const struct gh_journal_record *record)
{
	static struct gh_journal_clock clock;
	static char line[GH_JOURNAL_LINE_MAX + 2];
	struct gh_journal_line parsed;
	struct gh_span text = write_body(record);
	size_t head;

	if (clock.text[0] == '\0')
		gh_journal_clock_init(&clock);
	ck_assert_int_eq(gh_journal_head_write(&clock, 41, line, &head, NULL), GH_OK);
	ck_assert_uint_le(head + text.length, GH_JOURNAL_LINE_MAX);
	memcpy(line + head, text.bytes, text.length);
	line[head + text.length] = '\0';
	ck_assert_ptr_null(strpbrk(line, "\n\r\x1b\x7f"));
	ck_assert(gh_utf8_valid(gh_span_from(line)));
	ck_assert(gh_journal_line_parse(gh_span_from(line), &parsed));
	ck_assert_uint_eq(parsed.index, 41);
	ck_assert_uint_eq(parsed.version, 1);
	return line;
}

static void has(const char *line, const char *part)
{
	ck_assert_msg(strstr(line, part) != NULL, "no %s in %s", part, line);
}

static void has_not(const char *line, const char *part)
{
	ck_assert_msg(strstr(line, part) == NULL, "%s in %s", part, line);
}

START_TEST(an_exec_record_tells_who_what_and_why)
{
	static const uint8_t session[GH_SESSION_ID_SIZE] = { 0xAB };
	struct gh_principal who = { .kind = GH_PRINCIPAL_AGENT, .subject = "bot",
				    .acting_for = "alice", .agent = "claude-code" };
	struct gh_target target = { .dsn = "sales" };
	struct gh_table_use tables[] = { { NULL, "s", "a", GH_ACCESS_READ },
					 { NULL, NULL, "b.c", GH_ACCESS_WRITE } };
	struct gh_origin used[] = { { NULL, "s", "a", "id" } };
	struct gh_facts facts = { .kind = GH_KIND_INSERT, .tables = tables, .table_count = 2,
				  .tables_known = true, .inference = used, .inference_count = 1,
				  .inference_known = true, .text = "INSERT INTO b SELECT ?",
				  .flags = GH_FACT_MULTI | GH_FACT_FLOWS };
	struct gh_decision decision = { .verdict = GH_VERDICT_ALLOW, .rule = "r1" };
	struct gh_journal_record record = { .event = GH_JOURNAL_EVENT_EXEC, .session = session,
					    .statement = 3, .principal = &who, .target = &target,
					    .facts = &facts, .decision = &decision,
					    .policy_digest = "00112233445566778899aabbccddeeff" };
	const char *line = line_of(&record);

	ck_assert_uint_le(strlen(line), 600);
	has(line, "\"event\":\"exec\",\"session\":\"ab0000000000000000000000000000");
	has(line, "\"stmt\":3,\"who\":\"alice\",\"agent\":\"claude-code\",\"dsn\":\"sales\"");
	has(line, "\"kind\":\"insert\",\"reads\":[\"s.a\"],\"writes\":[\"\\\"b.c\\\"\"]");
	has(line, "\"inference\":[\"s.a.id\"],\"unknown\":[\"outputs\",\"flows\"]");
	has(line, "\"flags\":[\"multi\",\"flows\"],\"sql\":\"INSERT INTO b SELECT ?\",\"fp\":\"");
	has(line, "\"verdict\":\"allow\",\"rule\":\"r1\",\"policy\":\"0011223344556677\"}");
	has_not(line, "\"rows\"");
	has_not(line, "principal");
}
END_TEST

START_TEST(a_typical_exec_record_is_at_most_450_bytes)
{
	static const uint8_t session[GH_SESSION_ID_SIZE] = { 1 };
	struct gh_principal who = { .kind = GH_PRINCIPAL_PERSON, .subject = "alice" };
	struct gh_target target = { .dsn = "sales" };
	struct gh_table_use tables[] = { { NULL, NULL, "customer", GH_ACCESS_READ } };
	struct gh_facts facts = { .kind = GH_KIND_SELECT, .tables = tables, .table_count = 1,
				  .tables_known = true, .outputs_known = true,
				  .inference_known = true, .flows_known = true,
				  .text = "SELECT name, email FROM customer WHERE id = ?" };
	struct gh_decision decision = { .verdict = GH_VERDICT_ALLOW, .rule = "analysts" };
	struct gh_journal_record record = { .event = GH_JOURNAL_EVENT_EXEC, .session = session,
					    .statement = 12345, .principal = &who,
					    .target = &target, .facts = &facts,
					    .decision = &decision,
					    .policy_digest = "00112233445566778899aabbccddeeff" };

	ck_assert_uint_le(strlen(line_of(&record)) + 1, 450);
}
END_TEST

START_TEST(a_done_record_has_columns_origins_masks_and_no_literal)
{
	struct gh_origin email[] = { { NULL, NULL, "c", "email" } };
	struct gh_output outputs[] = {
		{ "email", email, 1, 0 },
		{ "'secret' || x", email, 1, GH_LINEAGE_DERIVED },
		{ "salary - 5000", NULL, 0, GH_LINEAGE_UNKNOWN },
	};
	struct gh_mask_spec masks[] = {
		{ .function = GH_MASK_PARTIAL, .keep_first = 1, .rule = "m1", .tag = "pii.email" },
		{ 0 },
		{ 0 } };
	struct gh_facts facts = { .text = "SELECT secret", .outputs = outputs, .output_count = 3 };
	struct gh_decision decision = { .masks = masks, .mask_count = 3 };
	struct gh_journal_record record = { .event = GH_JOURNAL_EVENT_DONE, .facts = &facts,
					    .decision = &decision, .has_result = true, .rows = 0,
					    .bytes = 10, .affected = -1, .sqlstate = "01004" };
	const char *line = line_of(&record);

	has(line, "\"rows\":0,\"bytes\":10,\"us\":0,\"sqlstate\":\"01004\"");
	has(line, "{\"n\":1,\"name\":\"email\",\"from\":[\"c.email\"],\"mask\":\"partial\","
		  "\"rule\":\"m1\",\"tag\":\"pii.email\"}");
	has(line, "{\"n\":2,\"from\":[\"c.email\"],\"how\":\"derived\"}");
	has(line, "{\"n\":3,\"how\":\"unknown\"}");
	has_not(line, "secret");
	has_not(line, "- 5000");
	has_not(line, "affected");
}
END_TEST

START_TEST(hostile_text_stays_one_line_of_json)
{
	struct gh_facts facts = { .text = "SELECT '\x1b[2J\r\n\x01\x7f\xff\xc2\x85"
					  "\xe2\x80\xa8\"\\' -- \xf0\x9f\x98\x80" };
	struct gh_journal_record record = { .event = GH_JOURNAL_EVENT_DENIED, .facts = &facts };
	struct gh_buf text;
	const char *line = line_of(&record);

	has(line, "\\u001b[2J\\r\\n\\u0001\\u007f\xef\xbf\xbd\\u0085\\u2028\\\"\\\\");
	gh_buf_init(&text, 0);
	ck_assert(gh_journal_line_text(gh_journal_line_member(gh_span_from(line), "sql"), &text));
	has(text.bytes, "\x1b[2J\r\n\x01\x7f\xef\xbf\xbd");
	gh_buf_clear(&text);
}
END_TEST

START_TEST(statements_of_any_length_are_recorded_and_cut_with_a_mark)
{
	static char sql[200001];
	struct gh_facts facts = { .text = sql };
	struct gh_journal_record record = { .event = GH_JOURNAL_EVENT_EXEC, .facts = &facts };

	for (int fill = 0; fill < 3; fill++) {
		memset(sql, "a\x01\xff"[fill], sizeof(sql) - 1);
		has(line_of(&record), "\"sql_bytes\":200000,\"fp\":\"");
		has(line_of(&record), "\"cut\":[\"sql\"]}");
	}
	memset(sql, 'a', sizeof(sql));
	sql[20000] = '\0';
	has_not(line_of(&record), "cut");
}
END_TEST

START_TEST(lists_of_any_length_are_cut_with_a_mark)
{
	static struct gh_output outputs[5000];
	static struct gh_table_use tables[5000];
	struct gh_origin origin = { "catalog", "schema", "table", "column" };
	struct gh_facts facts = { .outputs = outputs, .output_count = 5000, .tables = tables,
				  .table_count = 5000 };
	struct gh_journal_record record = { .event = GH_JOURNAL_EVENT_DONE, .facts = &facts };

	for (size_t i = 0; i < 5000; i++) {
		outputs[i] = (struct gh_output){ "name", &origin, 1, 0 };
		tables[i] = (struct gh_table_use){ "c", "s", "a_table", GH_ACCESS_READ };
	}
	has(line_of(&record), "\"cut\":[\"columns\"]}");
	record.event = GH_JOURNAL_EVENT_EXEC;
	has(line_of(&record), "\"cut\":[\"reads\"]}");
	facts.output_count = facts.table_count = 10;
	has_not(line_of(&record), "cut");
}
END_TEST

START_TEST(a_session_opens_with_the_whole_principal)
{
	const char *const groups[] = { "staff", "analysts" };
	struct gh_principal who = { .kind = GH_PRINCIPAL_PERSON,
				    .assurance = GH_ASSURANCE_ASSERTED, .issuer = "os",
				    .subject = "alice", .purpose = "report", .trace = "00-ab",
				    .groups = groups, .group_count = 2,
				    .process = { .pid = 5, .login_uid = -1, .executable = "/x" } };
	struct gh_target target = { .dsn = "d", .target = "T", .dbms = "SQLite" };
	struct gh_journal_record record = { .event = GH_JOURNAL_EVENT_SESSION_OPEN,
					    .principal = &who, .target = &target };
	const char *line = line_of(&record);

	has(line, "\"principal\":{\"kind\":\"person\",\"assurance\":\"asserted\","
		  "\"issuer\":\"os\"");
	has(line, "\"purpose\":\"report\",\"trace\":\"00-ab\",\"groups\":[\"staff\",\"analysts\"]");
	has(line, "\"process\":{\"pid\":5,\"ppid\":0,\"uid\":0,\"exe\":\"/x\"}}");
	has(line, "\"dsn\":\"d\",\"target\":\"T\",\"dbms\":\"SQLite\"");
}
END_TEST

START_TEST(what_is_no_record_is_not_read_as_one)
{
	static const char *const bad[] = {
		"", "{}", "{\"v\":1}", "{\"v\":1,\"i\":2}", "{\"v\":1,\"i\":2,\"event\":\"x\"",
		"{\"v\":1,\"i\":2,\"event\":\"x\"}}", "{\"v\":1,\"i\":2,\"event\":\"x\",}",
		"{\"v\":1,\"i\":2,\"event\":\"x\",\"a\":[1,]}",
		"{\"v\":1,\"i\":2,\"event\":\"x\",\"a\":\"\\x\"}",
		"{\"v\":1,\"i\":-2,\"event\":\"x\"}",
		"{\"v\":1,\"i\":2,\"event\":\"x\",\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}",
	};
	struct gh_journal_line line;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!gh_journal_line_parse(gh_span_from(bad[i]), &line), "%s", bad[i]);
	ck_assert(gh_journal_line_parse(
		gh_span_from("{\"v\":1,\"i\":2,\"event\":\"x\",\"a\":[1,{\"b\":[]},{}],"
			     "\"c\":-1.5e3}"),
		&line));
}
END_TEST

GH_UNIT_MAIN("journal_record", an_exec_record_tells_who_what_and_why,
	     a_typical_exec_record_is_at_most_450_bytes,
	     a_done_record_has_columns_origins_masks_and_no_literal,
	     hostile_text_stays_one_line_of_json,
	     statements_of_any_length_are_recorded_and_cut_with_a_mark,
	     lists_of_any_length_are_cut_with_a_mark,
	     a_session_opens_with_the_whole_principal, what_is_no_record_is_not_read_as_one)
