/* Connection strings: reading, writing, and what a keyword may do. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "gatehouse/downstream.h"

static void parse(const char *text, struct gh_keywords *out)
{
	struct gh_error err = { 0 };

	*out = (struct gh_keywords){ 0 };
	ck_assert_msg(gh_keywords_parse(gh_span_from(text), out, &err) == GH_OK, "%s: %s", text,
		      err.text);
}

static void refuse(const char *text, size_t length, const char *why)
{
	struct gh_keywords keywords = { 0 };
	struct gh_error err = { 0 };
	enum gh_status status =
		gh_keywords_parse((struct gh_span){ text, length }, &keywords, &err);

	ck_assert_msg(status == GH_E_CONFIG, "%s was taken", text);
	ck_assert_msg(strstr(err.text, why) != NULL, "%s: %s", text, err.text);
	gh_keywords_clear(&keywords);
}

struct pair {
	const char *text;
	const char *name;
	const char *value; /* NULL: absent */
};

START_TEST(values_are_read_as_odbc_says)
{
	static const struct pair pairs[] = {
		{ "A=b", "A", "b" },       { "A=b;", "a", "b" },
		{ "A=b;C=d", "C", "d" },   { " A = b ;C=d", "A", "b" },
		{ "A={b}", "A", "b" },     { "A={b;c}", "A", "b;c" },
		{ "A={ b }", "A", " b " }, { "A={b}}c}", "A", "b}c" },
		{ "A={}}}", "A", "}" },    { "A={{}", "A", "{" },
		{ "A={};B=c", "A", "" },   { "A={x} ;B=c", "B", "c" },
		{ "A=", "A", "" },         { "A=;B=c", "B", "c" },
		{ "A=b=c", "A", "b=c" },   { "A=b}c", "A", "b}c" },
		{ "A=b{c", "A", "b{c" },   { ";;A=b;;", "A", "b" },
		{ "", "A", NULL },         { " ", "A", NULL },
		{ "AB=c", "A", NULL },     { "A=b", "AB", NULL },
		{ "A B=c", "a b", "c" },   { "A=\xc3\xa4", "A", "\xc3\xa4" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct gh_keywords keywords;
		const char *value;

		parse(pairs[i].text, &keywords);
		value = gh_keywords_get(&keywords, pairs[i].name);
		if (pairs[i].value == NULL)
			ck_assert_msg(value == NULL, "%s", pairs[i].text);
		else
			ck_assert_msg(value != NULL && strcmp(value, pairs[i].value) == 0, "%s: %s",
				      pairs[i].text, value == NULL ? "-" : value);
		gh_keywords_clear(&keywords);
	}
}
END_TEST

START_TEST(the_first_of_two_wins)
{
	struct gh_keywords keywords;

	parse("UID=first;uid=second;PWD={};PWD=late", &keywords);
	ck_assert_uint_eq(keywords.count, 2);
	ck_assert_str_eq(gh_keywords_get(&keywords, "Uid"), "first");
	ck_assert_str_eq(gh_keywords_get(&keywords, "PWD"), "");
	gh_keywords_clear(&keywords);
	ck_assert_uint_eq(keywords.count, 0);
	ck_assert_ptr_null(keywords.items);
}
END_TEST

START_TEST(what_cannot_be_read_is_refused)
{
	refuse("A={b", 4, "without its '}'");
	refuse("A={b}}", 6, "without its '}'");
	refuse("A={", 3, "without its '}'");
	refuse("A={b}c", 6, "behind a '}'");
	refuse("A={b} c;", 8, "behind a '}'");
	refuse("A", 1, "A has no value");
	refuse("A;B=c", 5, "A has no value");
	refuse("=b", 2, "without a keyword");
	refuse("A=b;  =c", 8, "without a keyword");
	refuse("A=b\0c", 5, "NUL");
	refuse("A=b;\0", 5, "NUL");
}
END_TEST

START_TEST(a_refusal_does_not_quote_a_password)
{
	struct gh_keywords keywords = { 0 };
	struct gh_error err = { 0 };

	ck_assert_int_eq(gh_keywords_parse(gh_span_from("PWD={hunter2"), &keywords, &err),
			 GH_E_CONFIG);
	ck_assert_ptr_null(strstr(err.text, "hunter2"));
	ck_assert_int_eq(gh_keywords_parse(gh_span_from("PWD={hunter2}x"), &keywords, &err),
			 GH_E_CONFIG);
	ck_assert_ptr_null(strstr(err.text, "hunter2"));
	gh_keywords_clear(&keywords);
}
END_TEST

START_TEST(a_long_value_is_kept_whole_and_a_longer_one_refused)
{
	struct gh_keywords keywords = { 0 };
	struct gh_buf text;

	gh_buf_init(&text, 0);
	(void)gh_buf_append_text(&text, "A=");
	for (int i = 0; i < 60000; i++)
		(void)gh_buf_append_char(&text, 'x');
	ck_assert_int_eq(gh_keywords_parse(gh_buf_span(&text), &keywords, NULL), GH_OK);
	ck_assert_uint_eq(strlen(gh_keywords_get(&keywords, "A")), 60000);
	gh_keywords_clear(&keywords);
	for (int i = 0; i < 6000; i++)
		(void)gh_buf_append_char(&text, 'x');
	ck_assert_int_eq(gh_keywords_parse(gh_buf_span(&text), &keywords, NULL), GH_E_LIMIT);
	ck_assert_uint_eq(keywords.count, 0);
	gh_keywords_clear(&keywords);
	gh_buf_clear(&text);
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
	static const char *const values[] = { "",      " ",  "a",   " a",  "a ",       "a;b", "{",
					      "}",     "}}", "{a}", "a=b", "\xc3\xa4", "a}",  "[x]",
					      "\ta\n", "?*", "!@",  "()",  "a}b;c={d" };
	struct gh_keywords keywords = { 0 }, again = { 0 };
	struct gh_buf text;
	char name[8];

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		snprintf(name, sizeof(name), "K%zu", i);
		ck_assert_int_eq(gh_keywords_add(&keywords, gh_span_from(name),
						 gh_span_from(values[i]), NULL),
				 GH_OK);
	}
	gh_buf_init(&text, 0);
	ck_assert_int_eq(gh_keywords_write(&keywords, &text), GH_OK);
	parse(text.bytes, &again);
	ck_assert_uint_eq(again.count, keywords.count);
	for (size_t i = 0; i < again.count; i++) {
		ck_assert_str_eq(again.items[i].name, keywords.items[i].name);
		ck_assert_str_eq(again.items[i].value, values[i]);
	}
	gh_buf_clear(&text);
	gh_keywords_clear(&keywords);
	gh_keywords_clear(&again);
}
END_TEST

/* psqlODBC takes braces literally except around DRIVER and PWD. */
START_TEST(braces_are_written_only_where_needed)
{
	struct gh_keywords keywords;
	struct gh_buf text;

	parse("Driver=x;Server={/run/pg};PWD={a;b}", &keywords);
	gh_buf_init(&text, 0);
	ck_assert_int_eq(gh_keywords_write(&keywords, &text), GH_OK);
	ck_assert_str_eq(text.bytes, "Driver={x};Server=/run/pg;PWD={a;b};");
	gh_buf_clear(&text);
	gh_keywords_clear(&keywords);
}
END_TEST

struct effect {
	const char *library;
	const char *name;
	enum gh_keyword_effect effect;
};

START_TEST(each_driver_has_its_keywords)
{
	static const struct effect effects[] = {
		{ "/usr/lib/odbc/psqlodbcw.so", "ConnSettings", GH_KEYWORD_SQL },
		{ "psqlodbca.so", "a6", GH_KEYWORD_SQL },
		{ "psqlodbcw.so", "Debug", GH_KEYWORD_LOGGING },
		{ "psqlodbcw.so", "SSLmode", GH_KEYWORD_PLAIN },
		{ "psqlodbcw.so", "INITSTMT", GH_KEYWORD_REFUSED },
		{ "/usr/lib/odbc/libmaodbc.so", "InitStmt", GH_KEYWORD_SQL },
		{ "libmaodbc.so", "ConnSettings", GH_KEYWORD_REFUSED },
		{ "libsqlite3odbc.so", "StepAPI", GH_KEYWORD_PLAIN },
		{ "libsqlite3odbc.so", "LoadExt", GH_KEYWORD_REFUSED },
		{ "libtdsodbc.so", "DumpFile", GH_KEYWORD_LOGGING },
		{ "libtdsodbc.so", "TDS_Version", GH_KEYWORD_PLAIN },
		{ "libother.so", "uid", GH_KEYWORD_PLAIN },
		{ "libother.so", "Trace", GH_KEYWORD_LOGGING },
		{ "libother.so", "ConnSettings", GH_KEYWORD_REFUSED },
		{ "libother.so", "Whatever", GH_KEYWORD_REFUSED },
		{ "libother.so", "", GH_KEYWORD_REFUSED },
		/* the folder's name says nothing of the driver */
		{ "/opt/psqlodbc/libother.so", "ConnSettings", GH_KEYWORD_REFUSED },
	};

	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++)
		ck_assert_msg(gh_keyword_effect_of(effects[i].library, effects[i].name) ==
				      effects[i].effect,
			      "%s %s", effects[i].library, effects[i].name);
}
END_TEST

START_TEST(own_keywords_never_reach_a_target)
{
	static const char *const ours[] = { "TargetDSN", "targetdriver", "TargetCharset",
					    "Policy",    "JOURNAL",      "JournalLevel",
					    "Purpose",   "Run",          "Application",
					    "DSN",       "DRIVER",       "FILEDSN",
					    "SAVEFILE",  "Description",  "ReportDriver" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		ck_assert_msg(gh_keyword_is_ours(ours[i]), "%s", ours[i]);
	ck_assert(!gh_keyword_is_ours("UID"));
	ck_assert(!gh_keyword_is_ours("Target"));
	ck_assert(!gh_keyword_is_ours(""));
}
END_TEST

GH_UNIT_MAIN("keywords", values_are_read_as_odbc_says, the_first_of_two_wins,
	     what_cannot_be_read_is_refused, a_refusal_does_not_quote_a_password,
	     a_long_value_is_kept_whole_and_a_longer_one_refused, what_is_written_is_read_back,
	     braces_are_written_only_where_needed, each_driver_has_its_keywords,
	     own_keywords_never_reach_a_target)
