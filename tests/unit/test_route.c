/* The way to the target, with odbc.ini and odbcinst.ini of the test's own. */
#include "unit.h"

#include <string.h>

#include "folder.h"
#include "gatehouse/downstream.h"

static char folder[GH_FOLDER_ROOM];

/* One set of files for all tests: the installer library may keep what it has read. */
static void write_files(void)
{
	char self[GH_FOLDER_PATH_ROOM] = { 0 };
	char link[GH_FOLDER_PATH_ROOM];
	char text[4096];

	ck_assert_int_gt(readlink("/proc/self/exe", self, sizeof(self) - 1), 0);
	gh_folder_path(folder, "other-name.so", link);
	ck_assert_int_eq(symlink(self, link), 0);
	snprintf(text, sizeof(text),
		 "[Ours]\nDriver=%s\n[Linked]\nDriver=%s\n[Bare]\nDriver=libgatehouse.so\n"
		 "[Pg]\nDriver=/nowhere/psqlodbcw.so\n[Wide64]\nDriver=/nowhere/lib32.so\n"
		 "Driver64=/nowhere/lib64.so\n[Broken]\nDescription=no library\n"
		 "[ODBC]\nThreading=1\n[One]\nDriver=/nowhere/one.so\nThreading=3\n"
		 "[Free]\nDriver=/nowhere/free.so\nThreading=0\n"
		 "[Many]\nDriver=/nowhere/many.so\nThreading=-1\n",
		 self, link);
	gh_folder_put(folder, "odbcinst.ini", text);
	snprintf(text, sizeof(text),
		 "[pg]\nDriver=Pg\nServername=db\nConnSettings=SET search_path TO shop\n"
		 "Debug=1\nCommLog=0\nLogdir=\n"
		 "[by-path]\nDriver=/nowhere/libother.so\n"
		 "[loop-path]\nDriver=%s\n[loop-name]\nDriver=Ours\n[loop-link]\nDriver=%s\n"
		 "[loop-linked]\nDriver=Linked\n[loop-bare]\nDriver=Bare\n"
		 "[no-driver]\nServer=x\n[unknown-driver]\nDriver=Nobody\n",
		 self, link);
	gh_folder_put(folder, "odbc.ini", text);
}

static void forget_files(void)
{
	/* no longer in a test: nothing can be asserted */
	(void)nftw(folder, gh_folder_forget, 8, FTW_DEPTH | FTW_PHYS);
}

/* Made once in a process, and there until its end. */
static void make_files(void)
{
	char path[GH_FOLDER_PATH_ROOM];

	if (folder[0] != '\0')
		return;
	gh_folder_make(folder);
	ck_assert_int_eq(atexit(forget_files), 0);
	write_files();
	gh_folder_path(folder, "odbc.ini", path);
	setenv("ODBCINI", path, 1);
	setenv("ODBCSYSINI", folder, 1);
}

static enum gh_status find(const char *text, struct gh_route *route, struct gh_error *err)
{
	struct gh_keywords keywords = { 0 };
	enum gh_status status;

	make_files();
	ck_assert_int_eq(gh_keywords_parse(gh_span_from(text), &keywords, NULL), GH_OK);
	status = gh_route_find(NULL, &keywords, route, err);
	gh_keywords_clear(&keywords);
	return status;
}

static void refuse(const char *text, enum gh_status wanted, const char *why)
{
	struct gh_route route;
	struct gh_error err = { 0 };
	enum gh_status status = find(text, &route, &err);

	ck_assert_msg(status == wanted, "%s: %s %s", text, gh_status_name(status), err.text);
	ck_assert_msg(strstr(err.text, why) != NULL, "%s: %s", text, err.text);
	ck_assert_ptr_null(route.library);
	ck_assert_uint_eq(route.pass.count, 0);
}

static void accept(const char *text, struct gh_route *route)
{
	struct gh_error err = { 0 };

	ck_assert_msg(find(text, route, &err) == GH_OK, "%s: %s", text, err.text);
}

START_TEST(a_target_dsn_leads_to_its_library)
{
	struct gh_route route;

	accept("DSN=shop;TargetDSN=pg;UID=u;PWD=p", &route);
	ck_assert_str_eq(route.library, "/nowhere/psqlodbcw.so");
	ck_assert_str_eq(route.name, "pg");
	ck_assert_str_eq(route.pass.items[0].name, "DSN");
	ck_assert_str_eq(route.pass.items[0].value, "pg");
	ck_assert_str_eq(gh_keywords_get(&route.pass, "UID"), "u");
	ck_assert_str_eq(gh_keywords_get(&route.pass, "PWD"), "p");
	ck_assert_ptr_null(gh_keywords_get(&route.pass, "TargetDSN"));
	/* its own section is the target's to read */
	ck_assert_ptr_null(gh_keywords_get(&route.pass, "Servername"));
	gh_route_clear(&route);
}
END_TEST

START_TEST(a_plain_dsn_has_only_a_login)
{
	struct gh_route route;

	accept("TargetDSN=by-path;UID=u;PWD=p", &route);
	ck_assert(route.plain_dsn);
	gh_route_clear(&route);
	accept("TargetDSN=by-path;Database=d", &route);
	ck_assert(!route.plain_dsn);
	gh_route_clear(&route);
	/* something of its section had to be switched off */
	accept("TargetDSN=pg", &route);
	ck_assert(!route.plain_dsn);
	gh_route_clear(&route);
	accept("TargetDriver=Pg", &route);
	ck_assert(!route.plain_dsn);
	gh_route_clear(&route);
}
END_TEST

START_TEST(a_target_driver_is_a_name_or_a_path)
{
	struct gh_route route;

	accept("TargetDriver=Pg;Server=s", &route);
	ck_assert_str_eq(route.library, "/nowhere/psqlodbcw.so");
	ck_assert_str_eq(route.pass.items[0].name, "DRIVER");
	ck_assert_str_eq(route.pass.items[0].value, "Pg");
	ck_assert_str_eq(gh_keywords_get(&route.pass, "Server"), "s");
	gh_route_clear(&route);
	accept("TargetDriver=/nowhere/libother.so", &route);
	ck_assert_str_eq(route.library, "/nowhere/libother.so");
	gh_route_clear(&route);
	accept("TargetDriver=Wide64", &route);
	ck_assert_str_eq(route.library,
			 sizeof(void *) == 8 ? "/nowhere/lib64.so" : "/nowhere/lib32.so");
	gh_route_clear(&route);
}
END_TEST

START_TEST(one_target_and_not_two_or_none)
{
	refuse("DSN=shop", GH_E_NO_TARGET, "neither TargetDSN nor TargetDriver");
	refuse("TargetDSN=;TargetDriver=", GH_E_NO_TARGET, "neither TargetDSN nor TargetDriver");
	refuse("TargetDSN=pg;TargetDriver=Pg", GH_E_CONFIG, "both set");
}
END_TEST

START_TEST(an_unknown_target_is_named)
{
	refuse("TargetDSN=nowhere", GH_E_NO_TARGET, "'nowhere'");
	refuse("TargetDSN=no-driver", GH_E_NO_TARGET, "'no-driver'");
	refuse("TargetDSN=unknown-driver", GH_E_NO_TARGET, "'Nobody'");
	refuse("TargetDriver=Nobody", GH_E_NO_TARGET, "'Nobody'");
	refuse("TargetDriver=Broken", GH_E_NO_TARGET, "'Broken'");
}
END_TEST

START_TEST(no_way_leads_back_to_gatehouse)
{
	refuse("TargetDSN=loop-path", GH_E_LOOP, "loop-path");
	refuse("TargetDSN=loop-name", GH_E_LOOP, "loop-name");
	refuse("TargetDSN=loop-link", GH_E_LOOP, "loop-link");
	refuse("TargetDSN=loop-linked", GH_E_LOOP, "loop-linked");
	refuse("TargetDSN=loop-bare", GH_E_LOOP, "loop-bare");
	refuse("TargetDriver=Ours", GH_E_LOOP, "Ours");
	refuse("TargetDriver=Linked", GH_E_LOOP, "Linked");
	refuse("TargetDriver=/nowhere/libgatehouse.so", GH_E_LOOP, "libgatehouse");
}
END_TEST

START_TEST(sql_of_the_targets_section_is_to_be_judged)
{
	struct gh_route route;

	accept("TargetDSN=pg", &route);
	ck_assert_uint_eq(route.sql.count, 1);
	ck_assert_str_eq(gh_keywords_get(&route.sql, "ConnSettings"), "SET search_path TO shop");
	ck_assert_ptr_null(gh_keywords_get(&route.pass, "ConnSettings"));
	gh_route_clear(&route);
}
END_TEST

START_TEST(sql_that_is_given_replaces_that_of_the_section)
{
	struct gh_route route;

	accept("TargetDSN=pg;ConnSettings={DROP TABLE t}", &route);
	ck_assert_uint_eq(route.sql.count, 1);
	ck_assert_str_eq(gh_keywords_get(&route.sql, "connsettings"), "DROP TABLE t");
	ck_assert_str_eq(gh_keywords_get(&route.pass, "ConnSettings"), "DROP TABLE t");
	gh_route_clear(&route);
}
END_TEST

/* Two names of one setting: whichever the target takes, both were judged. */
START_TEST(both_names_of_one_setting_are_judged)
{
	struct gh_route route;

	accept("TargetDSN=pg;A6={DROP TABLE t}", &route);
	ck_assert_str_eq(gh_keywords_get(&route.sql, "A6"), "DROP TABLE t");
	ck_assert_str_eq(gh_keywords_get(&route.sql, "ConnSettings"), "SET search_path TO shop");
	gh_route_clear(&route);
}
END_TEST

START_TEST(logging_of_the_targets_section_is_switched_off)
{
	struct gh_route route;

	accept("TargetDSN=pg", &route);
	ck_assert_str_eq(gh_keywords_get(&route.pass, "Debug"), "0");
	/* these two log nothing as they are */
	ck_assert_ptr_null(gh_keywords_get(&route.pass, "CommLog"));
	ck_assert_ptr_null(gh_keywords_get(&route.pass, "Logdir"));
	gh_route_clear(&route);
}
END_TEST

START_TEST(logging_that_is_asked_for_is_refused)
{
	struct gh_route route;

	refuse("TargetDSN=pg;Debug=1", GH_E_KEYWORD, "Debug");
	refuse("TargetDSN=pg;TraceFile=/tmp/x", GH_E_KEYWORD, "TraceFile");
	accept("TargetDriver=Pg;Debug=0;CommLog=", &route);
	ck_assert_uint_eq(route.pass.count, 1);
	gh_route_clear(&route);
}
END_TEST

/* Off by the application is not on by the section: the section's value is overridden. */
START_TEST(logging_off_in_the_string_keeps_the_section_off)
{
	struct gh_route route;

	accept("TargetDSN=pg;Debug=0", &route);
	ck_assert_str_eq(gh_keywords_get(&route.pass, "Debug"), "0");
	gh_route_clear(&route);
}
END_TEST

START_TEST(an_unknown_keyword_is_refused_without_its_value)
{
	struct gh_route route;
	struct gh_error err = { 0 };

	refuse("TargetDSN=pg;Surprise=1", GH_E_KEYWORD, "Surprise");
	refuse("TargetDriver=/nowhere/libother.so;SSLmode=x", GH_E_KEYWORD, "SSLmode");
	ck_assert_int_eq(find("TargetDSN=pg;Surprise=hunter2", &route, &err), GH_E_KEYWORD);
	ck_assert_ptr_null(strstr(err.text, "hunter2"));
}
END_TEST

START_TEST(the_threading_of_the_target_is_read)
{
	static const struct {
		const char *text;
		enum gh_threading threading;
	} cases[] = {
		{ "TargetDriver=One", GH_THREADING_PROCESS },
		{ "TargetDriver=Free", GH_THREADING_FREE },
		{ "TargetDriver=Many", GH_THREADING_PROCESS },
		{ "TargetDSN=pg", GH_THREADING_STATEMENT },      /* [ODBC] */
		{ "TargetDSN=by-path", GH_THREADING_STATEMENT }, /* no section of its own */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct gh_route route;

		accept(cases[i].text, &route);
		ck_assert_msg(route.threading == cases[i].threading, "%s", cases[i].text);
		gh_route_clear(&route);
	}
}
END_TEST

GH_UNIT_MAIN("route", the_threading_of_the_target_is_read, a_target_dsn_leads_to_its_library,
	     a_plain_dsn_has_only_a_login, a_target_driver_is_a_name_or_a_path,
	     one_target_and_not_two_or_none, an_unknown_target_is_named,
	     no_way_leads_back_to_gatehouse, sql_of_the_targets_section_is_to_be_judged,
	     sql_that_is_given_replaces_that_of_the_section, both_names_of_one_setting_are_judged,
	     logging_of_the_targets_section_is_switched_off, logging_that_is_asked_for_is_refused,
	     logging_off_in_the_string_keeps_the_section_off,
	     an_unknown_keyword_is_refused_without_its_value)
