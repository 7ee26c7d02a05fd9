/* Reading policies: what is refused, and where it says the mistake is. */
#include "policy.h"

struct bad {
	const char *document;
	int line;
	int column;
	const char *says;
};

#define RULES(text) POLICY_HEAD ">\n<rules>\n" text "\n</rules>\n</policy>"
#define ROLES(text) POLICY_HEAD ">\n<roles>" text "</roles>\n<rules/>\n</policy>"
#define DATA(text) POLICY_HEAD ">\n<data>" text "</data>\n<rules/>\n</policy>"
#define MASK(attributes) RULES("  <mask name='m' " attributes "><column name='x'/></mask>")

static void check_bad(const struct bad *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct gh_error err = { 0 };
		struct gh_policy *policy = NULL;

		ck_assert_msg(gh_policy_parse(gh_span_from(rows[i].document), "bad", &policy,
					      &err) == GH_E_POLICY, "%s", rows[i].document);
		ck_assert_ptr_null(policy);
		ck_assert_msg(strstr(err.text, rows[i].says) != NULL, "%s: %s", rows[i].says,
			      err.text);
		ck_assert_msg(err.line == rows[i].line && err.column == rows[i].column,
			      "%s: at %d:%d", rows[i].document, err.line, err.column);
	}
}

START_TEST(what_is_not_well_formed_is_refused_with_its_place)
{
	static const struct bad rows[] = {
		{ "", 1, 1, "empty" },
		/* the second '<' cannot start an attribute */
		{ POLICY_HEAD "\n <", 2, 2, "not well-formed" },
		/* behind the end tag that does not fit */
		{ POLICY_HEAD ">\n<rules>\n</rulez>", 3, 9, "mismatch" },
		{ POLICY_HEAD ">\n<rules>&x;</rules></policy>", 2, 11, "Entity 'x' not defined" },
		{ POLICY_HEAD " name='again'><rules/></policy>", 1,
		  sizeof(POLICY_HEAD " name='again'"), "redefined" },
		{ POLICY_HEAD ">\n<rules/>\n</policy>\n<more/>", 4, 1, "Extra content" },
		{ POLICY_HEAD ">\n<rules>\xC3(</rules></policy>", 2, 8, "not UTF-8" },
	};

	check_bad(rows, COUNT_OF(rows));
}
END_TEST

START_TEST(document_types_and_entities_are_refused)
{
	static const struct bad rows[] = {
		{ "<?xml version='1.0'?>\n<!DOCTYPE policy [<!ENTITY x SYSTEM "
		  "'file:///etc/passwd'>]>\n" POLICY_HEAD "><rules>&x;</rules></policy>",
		  2, 1, "document type" },
		{ "<!-- <!DOCTYPE in a comment> -->\n  <!DOCTYPE policy SYSTEM "
		  "'http://127.0.0.1/x'>" POLICY_HEAD "><rules/></policy>",
		  2, 3, "document type" },
		{ "<!DOCTYPE p [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>"
		  "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d "
		  "'&c;&c;&c;&c;&c;&c;'>]>" POLICY_HEAD "><rules>&d;</rules></policy>",
		  1, 1, "document type" },
	};

	check_bad(rows, COUNT_OF(rows));
}
END_TEST

START_TEST(what_is_not_valid_is_refused_with_its_place)
{
	static const struct bad rows[] = {
		{ "<policy version='1' name='x'><rules/></policy>", 1, 1, "namespace" },
		{ "\n <policy xmlns='urn:other' version='1' name='x'/>", 2, 2, "urn:other" },
		{ "<x xmlns='urn:gatehouse:policy:1'/>", 1, 1, "<policy>, not <x>" },
		{ "<policy xmlns='urn:gatehouse:policy:1' version='2' name='x' new='y'/>", 1, 1,
		  "version 2 is newer than this Gatehouse" },
		{ "<policy xmlns='urn:gatehouse:policy:1' version='one' name='x'><rules/></policy>",
		  1, 1, "version of <policy>: 'one'" },
		{ "<policy xmlns='urn:gatehouse:policy:1' version='1'><rules/></policy>", 1, 1,
		  "<policy> needs the attribute name" },
		{ POLICY_HEAD ">\n</policy>", 1, 1, "rules" },
		{ RULES("  <rulee/>"), 3, 3, "rulee" },
		{ RULES("<!-- <x> --><![CDATA[ ]]><?x <y> ?>  <maks\n name='m'/>"), 3, 38, "maks" },
		{ RULES("<rule name='r'\n role='*' action='read' verdict='allow' colour='red'/>"),
		  3, 1, "attribute colour is not known in <rule>" },
		{ RULES(" <rule name='r' role='*' action='reed' verdict='allow'/>"), 3, 2,
		  "action of <rule>: 'reed' is not known; use read" },
		{ RULES(" <rule name='r' role='*' verdict='allow'/>"), 3, 2,
		  "<rule> needs the attribute action" },
		{ RULES(" <rule name='r' role='*' action='read' verdict='maybe'/>"), 3, 2,
		  "'maybe'" },
		{ RULES("<rule name='r' role='*' action='read' verdict='deny'>\n<when "
			"multi='1'/></rule>"),
		  4, 1, "multi of <when>: '1'" },
		{ RULES("<rule name='r' role='*' action='read' verdict='deny'>text</rule>"), 3, 1,
		  "text" },
		{ ROLES("<role name='r'><kind>robot</kind></role>"), 2, 23, "kind" },
		{ POLICY_HEAD ">\n<rules/>\n<data/></policy>", 3, 1, "data" },
	};

	check_bad(rows, COUNT_OF(rows));
}
END_TEST

START_TEST(what_a_schema_cannot_say_is_refused_with_its_place)
{
	static const struct bad rows[] = {
		{ RULES("<rule name='r' role='* bosses' action='read' verdict='allow'/>"), 3, 1,
		  "role 'bosses' is not defined" },
		{ RULES("<rule name='r' role='*' except-role='x' action='read' verdict='allow'/>"),
		  3, 1, "except-role 'x' is not defined" },
		{ RULES("\n  <mask name='m' tag='pii.x' function='redact'/>"), 4, 3,
		  "tag 'pii.x' is not defined" },
		{ RULES("<rule name='r' role='*' action='read' verdict='allow'/>\n"
			"<mask name='r' function='redact'><column name='x'/></mask>"),
		  4, 1, "a rule, mask, filter or detect rule r is there already" },
		{ ROLES("<role name='a'><user>x</user></role>\n<role "
			"name='a'><user>y</user></role>"),
		  3, 1, "role a is there already" },
		{ ROLES("<role name='people'><user>x</user></role>"), 2, 8, "built in" },
		{ ROLES("<role name='a b'><user>x</user></role>"), 2, 8, "not 'a b'" },
		{ ROLES("<role name='a'><user> </user></role>"), 2, 23, "<user> is empty" },
		{ DATA("<tag name='t'><column name='x'/></tag> <tag name='t'><column "
		       "name='y'/></tag>"),
		  2, 46, "tag t is there already" },
		{ DATA("<tag name='t'><column name=' '/></tag>"), 2, 21,
		  "attribute name of <column> is empty" },
		{ RULES("<mask name='m' function='redact'/>"), 3, 1, "needs the attribute tag" },
		{ MASK("function='partial' last='four'"), 3, 3, "last must be a number" },
		{ MASK("function='partial' last='-1'"), 3, 3, "'-1'" },
		{ MASK("function='partial' first='65'"), 3, 3, "0 to 64" },
		{ MASK("function='partial' first='99999999999999999999'"), 3, 3, "0 to 64" },
		{ MASK("function='partial'"), 3, 3, "needs the attribute first or last" },
		{ MASK("function='redact' last='4'"), 3, 3,
		  "last is no attribute of the function redact" },
		{ MASK("function='redact' domain='d'"), 3, 3,
		  "domain is no attribute of the function redact" },
		{ RULES("<rule name='r' role='*' action='read' verdict='allow'><column "
			"name='x'/></rule>"),
		  3, 1, "cannot be restricted to columns" },
		{ RULES("<rule name='r' role='*' action='read' verdict='deny'>\n <when/></rule>"),
		  4, 2, "without a condition" },
	};

	check_bad(rows, COUNT_OF(rows));
}
END_TEST

START_TEST(a_message_has_at_most_200_bytes)
{
	char message[202];
	struct gh_error err = { 0 };
	struct gh_policy *policy = NULL;
	struct gh_buf text;

	memset(message, 'm', sizeof(message) - 1);
	message[sizeof(message) - 1] = '\0';
	for (size_t length = 201; length >= 200; length--) {
		message[length] = '\0';
		gh_buf_init(&text, 0);
		gh_buf_printf(
			&text,
			RULES("<rule name='r' role='*' action='*' verdict='deny' message='%s'/>"),
			message);
		ck_assert_int_eq(gh_policy_parse(gh_buf_span(&text), "x", &policy, &err),
				 length > 200 ? GH_E_POLICY : GH_OK);
		gh_buf_clear(&text);
		gh_policy_free(policy);
	}
	ck_assert_ptr_nonnull(strstr(err.text, "200 bytes"));
}
END_TEST

START_TEST(nul_bytes_are_refused_with_their_place)
{
	static const char document[] = POLICY_HEAD ">\n<rules/>\n \0</policy>";
	struct gh_error err = { 0 };
	struct gh_policy *policy = NULL;

	ck_assert_int_eq(gh_policy_parse((struct gh_span){ document, sizeof(document) - 1 }, "x",
					 &policy, &err), GH_E_POLICY);
	ck_assert_ptr_nonnull(strstr(err.text, "NUL"));
	ck_assert_int_eq(err.line, 3);
	ck_assert_int_eq(err.column, 2);
}
END_TEST

START_TEST(a_document_may_have_4_mib_and_not_more)
{
	const size_t limit = (size_t)4 << 20;
	const char *head = POLICY_HEAD "><rules/>", *tail = "</policy>";
	char *bytes = malloc(limit + 1);
	struct gh_error err = { 0 };
	struct gh_policy *policy = NULL;

	ck_assert_ptr_nonnull(bytes);
	memset(bytes, ' ', limit + 1);
	memcpy(bytes, head, strlen(head));
	memcpy(bytes + limit - strlen(tail), tail, strlen(tail));
	ck_assert_int_eq(gh_policy_parse((struct gh_span){ bytes, limit + 1 }, "x", &policy, &err),
			 GH_E_POLICY);
	ck_assert_ptr_nonnull(strstr(err.text, "4194304"));
	ck_assert_int_eq(gh_policy_parse((struct gh_span){ bytes, limit }, "x", &policy, &err),
			 GH_OK);
	gh_policy_free(policy);
	free(bytes);
}
END_TEST

START_TEST(lines_beyond_65535_are_told_right)
{
	struct gh_error err = { 0 };
	struct gh_policy *policy = NULL;
	struct gh_buf text;

	gh_buf_init(&text, 0);
	gh_buf_append_text(&text, POLICY_HEAD ">");
	for (int i = 0; i < 70000; i++)
		gh_buf_append_char(&text, '\n');
	gh_buf_append_text(&text, "<rules>   <rulee/></rules></policy>");
	ck_assert_int_eq(gh_policy_parse(gh_buf_span(&text), "x", &policy, &err), GH_E_POLICY);
	ck_assert_int_eq(err.line, 70001);
	ck_assert_int_eq(err.column, 11);
	gh_buf_clear(&text);
}
END_TEST

START_TEST(another_declared_encoding_changes_nothing)
{
	static const char document[] = "<?xml version='1.0' encoding='UTF-7'?>" POLICY_HEAD
				       "><rules><rule name='r' role='*' action='*' verdict='deny' "
				       "message='+ADw-'/></rules></policy>";
	struct gh_policy *policy = NULL;
	struct gh_decision decision;
	struct statement statement;

	ck_assert_int_eq(gh_policy_parse(gh_span_from(document), "x", &policy, NULL), GH_OK);
	statement_select(&statement, "t", "c");
	decide_as(policy, &alice, &statement.facts, &decision);
	ck_assert_str_eq(decision.message, "+ADw-");
	gh_policy_decision_clear(&decision);
	gh_policy_free(policy);
}
END_TEST

START_TEST(unused_roles_and_tags_are_noted)
{
	struct gh_policy *policy =
		policy_of("\n<roles><role name='a'><user>x</user></role>\n<role "
			  "name='b'><user>x</user></role>"
			  "</roles>\n<data><tag name='t'><column name='x'/></tag></data>"
			  "<rules><rule name='r' role='a' action='*' verdict='allow'/></rules>");
	size_t count;
	const struct gh_policy_note *notes = gh_policy_notes(policy, &count);

	ck_assert_uint_eq(count, 2);
	ck_assert_str_eq(notes[0].text, "role b is not used by any rule");
	ck_assert_int_eq(notes[0].line, 3);
	ck_assert_str_eq(notes[1].text, "tag t is not used by any rule");
	ck_assert_int_eq(notes[1].line, 4);
	gh_policy_free(policy);
}
END_TEST

START_TEST(a_policy_has_the_digest_of_its_bytes)
{
	/* printf '<policy xmlns="urn:gatehouse:policy:1" version="1" name="test"><rules/></policy>'
	 * | sha256sum */
	struct gh_policy *policy = NULL;

	ck_assert_int_eq(gh_policy_parse(GH_SPAN_LITERAL(POLICY_HEAD "><rules/></policy>"), "p.xml",
					 &policy, NULL), GH_OK);
	ck_assert_str_eq(gh_policy_name(policy), "p.xml");
	ck_assert_str_eq(gh_policy_digest(policy),
			 "868dfb88ee7f690adf853081a37f6978ba529441fb6378347ea14b6d38968e82");
	gh_policy_free(policy);
}
END_TEST

START_TEST(a_file_is_named_in_the_message)
{
	char path[] = "/tmp/gh-test-policy-XXXXXX";
	struct gh_error err = { 0 };
	struct gh_policy *policy = NULL;
	int fd = mkstemp(path);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(gh_file_replace(path, GH_SPAN_LITERAL("<x/>"), 0600, NULL), GH_OK);
	ck_assert_int_eq(gh_policy_load(path, &policy, &err), GH_E_POLICY);
	ck_assert_ptr_null(policy);
	ck_assert_ptr_nonnull(strstr(err.text, path));
	ck_assert_int_eq(err.line, 1);
	ck_assert_int_eq(gh_file_replace(path, GH_SPAN_LITERAL(POLICY_HEAD "><rules/></policy>"),
					 0600, NULL), GH_OK);
	ck_assert_int_eq(gh_policy_load(path, &policy, &err), GH_OK);
	ck_assert_str_eq(gh_policy_name(policy), path);
	gh_policy_free(policy);
	remove(path);
	ck_assert_int_eq(gh_policy_load(path, &policy, &err), GH_E_POLICY);
	ck_assert_ptr_null(policy);
}
END_TEST

GH_UNIT_MAIN("policy_parse", what_is_not_well_formed_is_refused_with_its_place,
	     document_types_and_entities_are_refused, what_is_not_valid_is_refused_with_its_place,
	     what_a_schema_cannot_say_is_refused_with_its_place, a_message_has_at_most_200_bytes,
	     nul_bytes_are_refused_with_their_place, a_document_may_have_4_mib_and_not_more,
	     lines_beyond_65535_are_told_right, another_declared_encoding_changes_nothing,
	     unused_roles_and_tags_are_noted, a_policy_has_the_digest_of_its_bytes,
	     a_file_is_named_in_the_message)
