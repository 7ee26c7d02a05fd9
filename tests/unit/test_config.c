/* Where policy, journal and keys are. */
#include "unit.h"

#include <string.h>

#include "folder.h"
#include "gatehouse/session.h"

#define OPEN    "<gatehouse xmlns=\"urn:gatehouse:config:1\">\n"
#define JOURNAL "<journal folder=\"/j\" keys=\"/k\"/>\n"
#define CLOSE   "</gatehouse>\n"

/* ---- the system-wide file ------------------------------------------------------------ */

static enum gh_status read_text(const char *text, struct gh_config *out, struct gh_error *err)
{
	char folder[GH_FOLDER_ROOM], path[GH_FOLDER_PATH_ROOM];
	enum gh_status status;

	gh_folder_make(folder);
	gh_folder_put(folder, "gatehouse.xml", text);
	gh_folder_path(folder, "gatehouse.xml", path);
	status = gh_config_read(path, out, err);
	gh_folder_remove(folder);
	return status;
}

static void accept(const char *text, struct gh_config *out)
{
	struct gh_error err = { 0 };

	ck_assert_msg(read_text(text, out, &err) == GH_OK, "%s: %s", text, err.text);
}

static void refuse(const char *text, int line, const char *why)
{
	struct gh_config config;
	struct gh_error err = { 0 };

	ck_assert_msg(read_text(text, &config, &err) == GH_E_CONFIG, "%s was taken", text);
	ck_assert_msg(strstr(err.text, why) != NULL, "%s: %s", text, err.text);
	ck_assert_msg(err.line == line, "%s: line %d", text, err.line);
	ck_assert_ptr_null(config.policy);
	ck_assert_ptr_null(config.journal);
	ck_assert_ptr_null(config.keys);
	ck_assert(!config.system);
}

START_TEST(a_whole_file_is_read)
{
	struct gh_config config;

	accept(OPEN "<!-- why -->\n<policy file=\"/etc/p.xml\"/>\n"
		    "<journal folder=\"/var/j\" keys=\"/var/k\" level=\"durable\"/>\n" CLOSE,
	       &config);
	ck_assert_str_eq(config.policy, "/etc/p.xml");
	ck_assert_str_eq(config.journal, "/var/j");
	ck_assert_str_eq(config.keys, "/var/k");
	ck_assert_int_eq(config.level, GH_JOURNAL_DURABLE);
	ck_assert(config.system);
	gh_config_clear(&config);
	ck_assert_ptr_null(config.policy);
}
END_TEST

START_TEST(a_trace_has_to_be_allowed)
{
	struct gh_config config;

	accept(OPEN JOURNAL CLOSE, &config);
	ck_assert(!config.trace_allowed);
	gh_config_clear(&config);
	accept(OPEN JOURNAL "<trace allowed=\"no\"/>" CLOSE, &config);
	ck_assert(!config.trace_allowed);
	gh_config_clear(&config);
	accept(OPEN JOURNAL "<trace allowed=\"yes\"/>" CLOSE, &config);
	ck_assert(config.trace_allowed);
	gh_config_clear(&config);
	refuse(OPEN "<trace/>" JOURNAL CLOSE, 2, "neither yes nor no");
	refuse(OPEN "<trace allowed=\"maybe\"/>" JOURNAL CLOSE, 2, "neither yes nor no");
	refuse(OPEN "<trace file=\"/tmp/x\"/>" JOURNAL CLOSE, 2, "no attribute file");
}
END_TEST

START_TEST(a_trace_is_refused_where_it_is_not_allowed)
{
	struct gh_keywords keywords = { 0 };
	struct gh_config config = { .system = true };
	struct gh_trace *trace = NULL;
	struct gh_error err = { 0 };

	ck_assert_int_eq(gh_trace_open(&keywords, &config, &trace, &err), GH_OK);
	ck_assert_int_eq(gh_keywords_parse(GH_SPAN_LITERAL("Trace=/tmp/gh-no-trace"), &keywords,
					   &err),
			 GH_OK);
	ck_assert_int_eq(gh_trace_open(&keywords, &config, &trace, &err), GH_E_KEYWORD);
	ck_assert_ptr_null(trace);
	ck_assert_int_ne(access("/tmp/gh-no-trace", F_OK), 0);
	gh_keywords_clear(&keywords);
}
END_TEST

START_TEST(no_policy_element_means_the_built_in_policy)
{
	struct gh_config config;

	accept(OPEN JOURNAL CLOSE, &config);
	ck_assert_ptr_null(config.policy);
	ck_assert_int_eq(config.level, GH_JOURNAL_WRITE);
	gh_config_clear(&config);
}
END_TEST

START_TEST(an_unknown_element_or_attribute_is_refused_with_its_line)
{
	refuse(OPEN JOURNAL "<polizy file=\"/p\"/>\n" CLOSE, 3, "unknown element <polizy>");
	refuse(OPEN "<policy fill=\"/p\"/>\n" JOURNAL CLOSE, 2, "<policy> has no attribute fill");
	refuse(OPEN "\n<journal folder=\"/j\" keys=\"/k\" mode=\"x\"/>\n" CLOSE, 3, "mode");
	refuse(OPEN "<journal folder=\"/j\" keys=\"/k\" level=\"none\"/>\n" CLOSE, 2, "none");
}
END_TEST

/* What would be passed over in silence must not look as if it held. */
START_TEST(what_would_have_no_effect_is_refused)
{
	refuse(OPEN JOURNAL "<policy/>\n" CLOSE, 3, "file");
	refuse(OPEN JOURNAL "<policy file=\"\"/>\n" CLOSE, 3, "absolute");
	refuse(OPEN JOURNAL "<policy xmlns:x=\"urn:x\" x:file=\"/p\"/>\n" CLOSE, 3, "file");
	refuse(OPEN JOURNAL "<policy xmlns=\"urn:x\" file=\"/p\"/>\n" CLOSE, 3, "policy");
	refuse(OPEN JOURNAL "<policy file=\"/p\"><rule/></policy>\n" CLOSE, 3, "rule");
	refuse(OPEN JOURNAL "<policy file=\"/p\"/>\n<policy file=\"/q\"/>\n" CLOSE, 4, "twice");
	refuse(OPEN JOURNAL JOURNAL CLOSE, 3, "twice");
	refuse(OPEN JOURNAL "text" CLOSE, 3, "text");
	refuse("<gatehouse xmlns=\"urn:gatehouse:config:1\" policy=\"/p\">\n" JOURNAL CLOSE, 1,
	       "policy");
}
END_TEST

START_TEST(a_relative_path_is_refused)
{
	refuse(OPEN "<policy file=\"p.xml\"/>\n" JOURNAL CLOSE, 2, "not an absolute path");
	refuse(OPEN "<journal folder=\"j\" keys=\"/k\"/>\n" CLOSE, 2, "not an absolute path");
	refuse(OPEN "<journal folder=\"/j\" keys=\"./k\"/>\n" CLOSE, 2, "not an absolute path");
}
END_TEST

START_TEST(a_journal_has_to_be_named)
{
	refuse(OPEN CLOSE, 1, "<journal folder=\"\" keys=\"\"/> is missing");
	refuse(OPEN "<policy file=\"/p\"/>\n" CLOSE, 1, "is missing");
	refuse(OPEN "<journal folder=\"/j\"/>\n" CLOSE, 1, "is missing");
	refuse(OPEN "<journal keys=\"/k\"/>\n" CLOSE, 1, "is missing");
}
END_TEST

START_TEST(what_is_not_this_document_is_refused)
{
	refuse("<gatehouse>\n" JOURNAL CLOSE, 1, "the root is not");
	refuse("<gatehouse xmlns=\"urn:gatehouse:config:2\">" JOURNAL CLOSE, 1, "the root is not");
	refuse("<other xmlns=\"urn:gatehouse:config:1\"/>", 1, "the root is not");
	refuse(OPEN JOURNAL, 3, "not well-formed");
	refuse("", 0, "not well-formed");
}
END_TEST

START_TEST(a_doctype_is_refused)
{
	refuse("<!DOCTYPE gatehouse>\n" OPEN JOURNAL CLOSE, 1, "DOCTYPE");
	refuse("<!DOCTYPE gatehouse [<!ENTITY a \"/p\">]>\n" OPEN
	       "<policy file=\"&a;\"/>" JOURNAL CLOSE,
	       1, "DOCTYPE");
	/* what lies outside is not even looked at */
	refuse("<!DOCTYPE gatehouse [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>\n" OPEN
	       "<policy file=\"/&a;\"/>" JOURNAL CLOSE,
	       3, "not well-formed");
}
END_TEST

START_TEST(a_file_that_is_not_there_is_an_error)
{
	struct gh_config config;
	struct gh_error err = { 0 };

	ck_assert_int_eq(gh_config_read("/nowhere/gatehouse.xml", &config, &err), GH_E_IO);
	ck_assert(!config.system);
	ck_assert_ptr_null(config.journal);
}
END_TEST

/* ---- one user's files ------------------------------------------------------------------ */

static bool has_system_file(void)
{
	return access(gh_config_system_path(), F_OK) == 0;
}

static enum gh_status resolve(const char *text, struct gh_config *out, struct gh_error *err)
{
	struct gh_keywords keywords = { 0 };
	enum gh_status status;

	ck_assert_int_eq(gh_keywords_parse(gh_span_from(text), &keywords, NULL), GH_OK);
	status = gh_config_resolve(&keywords, out, err);
	gh_keywords_clear(&keywords);
	return status;
}

START_TEST(xdg_variables_say_where)
{
	struct gh_config config;

	if (has_system_file())
		return;
	setenv("XDG_CONFIG_HOME", "/nowhere/config", 1);
	setenv("XDG_STATE_HOME", "/nowhere/state", 1);
	ck_assert_int_eq(resolve("", &config, NULL), GH_OK);
	ck_assert_ptr_null(config.policy); /* not there: built-in */
	ck_assert_str_eq(config.journal, "/nowhere/state/gatehouse/journal");
	ck_assert_str_eq(config.keys, "/nowhere/state/gatehouse/keys");
	ck_assert(!config.system);
	gh_config_clear(&config);
}
END_TEST

START_TEST(home_is_where_xdg_says_nothing_or_a_relative_path)
{
	struct gh_config config;

	if (has_system_file())
		return;
	setenv("HOME", "/nowhere/home", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	ck_assert_int_eq(resolve("", &config, NULL), GH_OK);
	ck_assert_str_eq(config.journal, "/nowhere/home/.local/state/gatehouse/journal");
	gh_config_clear(&config);
	/* XDG Base Directory: relative paths are to be ignored */
	setenv("XDG_STATE_HOME", "state", 1);
	ck_assert_int_eq(resolve("", &config, NULL), GH_OK);
	ck_assert_str_eq(config.journal, "/nowhere/home/.local/state/gatehouse/journal");
	gh_config_clear(&config);
}
END_TEST

START_TEST(keywords_come_before_the_xdg_folders)
{
	struct gh_config config;
	struct gh_error err = { 0 };

	if (has_system_file())
		return;
	setenv("XDG_STATE_HOME", "/nowhere/state", 1);
	ck_assert_int_eq(
		resolve("Policy=/p.xml;Journal=/a/b//;JournalLevel=durable", &config, NULL), GH_OK);
	ck_assert_str_eq(config.policy, "/p.xml");
	ck_assert_str_eq(config.journal, "/a/b//");
	ck_assert_str_eq(config.keys, "/a/keys");
	ck_assert_int_eq(config.level, GH_JOURNAL_DURABLE);
	gh_config_clear(&config);
	ck_assert_int_eq(resolve("Journal=/j", &config, NULL), GH_OK);
	ck_assert_str_eq(config.keys, "/keys");
	gh_config_clear(&config);
	ck_assert_int_eq(resolve("JournalLevel=sometimes", &config, &err), GH_E_CONFIG);
	ck_assert_ptr_nonnull(strstr(err.text, "sometimes"));
	ck_assert_ptr_null(config.journal);
}
END_TEST

/* A policy that is there and cannot be used must not turn into the built-in one. */
START_TEST(an_unusable_policy_stays_an_error)
{
	char folder[GH_FOLDER_ROOM], path[GH_FOLDER_PATH_ROOM];
	struct gh_shared *shared = NULL;
	struct gh_config config;

	if (has_system_file())
		return;
	gh_folder_make(folder);
	setenv("XDG_CONFIG_HOME", folder, 1);
	setenv("XDG_STATE_HOME", folder, 1);
	gh_folder_path(folder, "gatehouse", path);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	/* a folder of that name can't be read by anybody, root included */
	gh_folder_path(folder, "gatehouse/policy.xml", path);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(resolve("", &config, NULL), GH_OK);
	ck_assert_str_eq(config.policy, path);
	ck_assert_int_ne(gh_process_acquire(&config, &shared, NULL), GH_OK);
	ck_assert_ptr_null(shared);
	gh_config_clear(&config);
	ck_assert_int_eq(rmdir(path), 0);
	gh_folder_put(folder, "gatehouse/policy.xml", "<policy");
	ck_assert_int_eq(resolve("", &config, NULL), GH_OK);
	ck_assert_int_ne(gh_process_acquire(&config, &shared, NULL), GH_OK);
	gh_config_clear(&config);
	gh_folder_remove(folder);
}
END_TEST

/* A part of the path that is no folder: not "not there", so not built-in. */
START_TEST(a_policy_below_a_file_is_an_error)
{
	char folder[GH_FOLDER_ROOM];
	struct gh_shared *shared = NULL;
	struct gh_config config;

	if (has_system_file())
		return;
	gh_folder_make(folder);
	setenv("XDG_CONFIG_HOME", folder, 1);
	gh_folder_put(folder, "gatehouse", "no folder");
	ck_assert_int_eq(resolve("Journal=/nowhere/j", &config, NULL), GH_OK);
	ck_assert_ptr_nonnull(config.policy);
	ck_assert_int_ne(gh_process_acquire(&config, &shared, NULL), GH_OK);
	gh_config_clear(&config);
	gh_folder_remove(folder);
}
END_TEST

GH_UNIT_MAIN("config", a_whole_file_is_read, no_policy_element_means_the_built_in_policy,
	     a_trace_has_to_be_allowed, a_trace_is_refused_where_it_is_not_allowed,
	     an_unknown_element_or_attribute_is_refused_with_its_line,
	     what_would_have_no_effect_is_refused, a_relative_path_is_refused,
	     a_journal_has_to_be_named, what_is_not_this_document_is_refused, a_doctype_is_refused,
	     a_file_that_is_not_there_is_an_error, xdg_variables_say_where,
	     home_is_where_xdg_says_nothing_or_a_relative_path,
	     keywords_come_before_the_xdg_folders, an_unusable_policy_stays_an_error,
	     a_policy_below_a_file_is_an_error)
