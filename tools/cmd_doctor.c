/*
 * `gatehouse doctor`: what is registered, what loads, which policy, key and
 * journal are in force, and what to do about what is wrong.  Nothing is changed:
 * files that first use would make are only looked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <odbcinst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatehouse/session.h"
#include "cmd_doctor.h"

enum level { LEVEL_FINE = 0, LEVEL_NOTE, LEVEL_WRONG };

/* One thing that was looked at. */
struct finding {
	enum level level;
	char *subject; /* owned */
	char *text;    /* owned: what was found */
	char *advice;  /* owned; NULL: nothing to do */
};

struct examination {
	struct finding *findings;
	size_t count;
};

static void note(struct examination *exam, enum level level, const char *subject, const char *text,
		 const char *advice)
{
	struct finding *findings = realloc(exam->findings, (exam->count + 1) * sizeof(*findings));

	if (findings == NULL)
		return;
	exam->findings = findings;
	findings[exam->count++] = (struct finding){ level, gh_text_copy(subject),
						    gh_text_copy(text), gh_text_copy(advice) };
}

static void note_error(struct examination *exam, const char *subject, const struct gh_error *err,
		       const char *advice)
{
	struct gh_buf text;

	gh_buf_init(&text, 0);
	(void)gh_buf_printf(&text, "%s: %s", gh_status_text(err->status), err->text);
	if (err->line > 0)
		(void)gh_buf_printf(&text, " (line %d, column %d)", err->line, err->column);
	note(exam, LEVEL_WRONG, subject, text.bytes, advice);
	gh_buf_clear(&text);
}

/* ---- drivers ------------------------------------------------------------------------------ */

enum { ROOM = 65536, VALUE = 4096 };

static bool is_gatehouse(const char *driver)
{
	char path[VALUE] = "";

	if (strchr(driver, '/') == NULL)
		SQLGetPrivateProfileString(driver, "Driver", "", path, sizeof(path),
					   "odbcinst.ini");
	return strstr(path[0] != '\0' ? path : driver, "libgatehouse") != NULL;
}

static bool examine_driver(struct examination *exam, const char *name)
{
	char path[VALUE] = "", subject[256];
	struct gh_library library = { 0 };
	struct gh_error err = { 0 };

	SQLGetPrivateProfileString(name, "Driver", "", path, sizeof(path), "odbcinst.ini");
	snprintf(subject, sizeof(subject), "driver %.200s", name);
	if (strstr(path, "libgatehouse") != NULL) {
		note(exam, LEVEL_FINE, subject, path, NULL);
		return true;
	}
	if (gh_library_load(NULL, path, &library, &err) != GH_OK)
		note_error(exam, subject, &err,
			   "install its package, or remove its entry (odbcinst -u -d -n NAME)");
	else
		note(exam, LEVEL_FINE, subject, path, NULL);
	return false;
}

static void examine_drivers(struct examination *exam)
{
	char *list = calloc(1, ROOM + 2);
	bool found = false;

	if (list == NULL)
		return;
	if (SQLGetPrivateProfileString(NULL, NULL, "", list, ROOM, "odbcinst.ini") > 0)
		for (const char *name = list; *name != '\0'; name += strlen(name) + 1)
			if (strcasecmp(name, "ODBC") != 0)
				found = examine_driver(exam, name) || found;
	if (!found)
		note(exam, LEVEL_NOTE, "driver Gatehouse", "is not registered in odbcinst.ini",
		     "register it (doc/connection.md), or name the library's path in Driver=");
	free(list);
}

/* ---- data sources ---------------------------------------------------------------------------- */

/* A Gatehouse data source does not stop whoever may also use the raw one. */
static void warn_of_raw(struct examination *exam, const char *subject, const char *target)
{
	char text[512];

	snprintf(text, sizeof(text), "this user can also open [%.200s] directly, past Gatehouse",
		 target);
	note(exam, LEVEL_NOTE, subject, text,
	     "keep the target's password out of reach of the application; see doc/threat-model.md");
}

static void note_target(struct examination *exam, const char *subject,
			const struct gh_keywords *keywords, const struct gh_route *route)
{
	note(exam, LEVEL_FINE, subject, route->library, NULL);
	if (gh_keywords_get(keywords, "TargetDSN") != NULL)
		warn_of_raw(exam, subject, route->name);
}

static void examine_dsn(struct examination *exam, const char *dsn)
{
	struct gh_keywords keywords = { 0 };
	struct gh_route route = { 0 };
	struct gh_library library = { 0 };
	struct gh_error err = { 0 };
	char subject[256];

	snprintf(subject, sizeof(subject), "data source %.200s", dsn);
	if (gh_keywords_read_dsn(NULL, dsn, &keywords, &err) != GH_OK ||
	    gh_route_find(NULL, &keywords, &route, &err) != GH_OK)
		note_error(exam, subject, &err, "mend this section of odbc.ini");
	else if (is_gatehouse(route.library))
		note(exam, LEVEL_WRONG, subject, "its target leads back to Gatehouse",
		     "let TargetDSN name a data source of the target's own driver");
	else if (gh_library_load(NULL, route.library, &library, &err) != GH_OK)
		note_error(exam, subject, &err, "install the target's driver");
	else
		note_target(exam, subject, &keywords, &route);
	gh_route_clear(&route);
	gh_keywords_clear(&keywords);
}

static size_t examine_dsns(struct examination *exam)
{
	char *list = calloc(1, ROOM + 2), driver[VALUE];
	size_t count = 0;

	if (list == NULL)
		return 0;
	if (SQLGetPrivateProfileString(NULL, NULL, "", list, ROOM, "odbc.ini") > 0) {
		for (const char *name = list; *name != '\0'; name += strlen(name) + 1) {
			driver[0] = '\0';
			SQLGetPrivateProfileString(name, "Driver", "", driver, sizeof(driver),
						   "odbc.ini");
			if (!is_gatehouse(driver))
				continue;
			examine_dsn(exam, name);
			count++;
		}
	}
	if (count == 0)
		note(exam, LEVEL_NOTE, "data sources", "none goes through Gatehouse",
		     "add one to odbc.ini: Driver=Gatehouse and TargetDSN=NAME");
	free(list);
	return count;
}

/* ---- policy, journal, keys --------------------------------------------------------------------
 */

static void examine_policy(struct examination *exam, const struct gh_config *config)
{
	struct gh_policy *policy = NULL;
	struct gh_error err = { 0 };

	if (config->policy == NULL) {
		note(exam, LEVEL_FINE, "policy", "built-in (there is no policy.xml)",
		     "write one and check it with `gatehouse policy check FILE`");
		return;
	}
	if (gh_policy_load(config->policy, &policy, &err) != GH_OK)
		note_error(exam, "policy", &err, "until it is mended every connection is refused");
	else
		note(exam, LEVEL_FINE, "policy", config->policy, NULL);
	gh_policy_free(policy);
}

/* The folder that is there, or the nearest one above it, in which it would be made. */
static void nearest_folder(const char *path, char *out, size_t room)
{
	struct stat info;

	snprintf(out, room, "%s", path);
	while (stat(out, &info) != 0 && strrchr(out, '/') != NULL && strrchr(out, '/') != out)
		*strrchr(out, '/') = '\0';
}

static void examine_folder(struct examination *exam, const char *subject, const char *path)
{
	char nearest[VALUE], text[VALUE + 64];
	struct stat info;

	nearest_folder(path, nearest, sizeof(nearest));
	if (access(nearest, W_OK | X_OK) != 0) {
		snprintf(text, sizeof(text), "%s: %s", nearest, strerror(errno));
		note(exam, LEVEL_WRONG, subject, text,
		     "statements are denied while it cannot be written; mend the folder's owner "
		     "and mode");
	} else if (stat(path, &info) != 0) {
		snprintf(text, sizeof(text), "%s is made at first use", path);
		note(exam, LEVEL_FINE, subject, text, NULL);
	} else if ((info.st_mode & 077) != 0) {
		snprintf(text, sizeof(text), "%s may be entered by others (mode %03o)", path,
			 (unsigned)(info.st_mode & 0777));
		note(exam, LEVEL_WRONG, subject, text, "chmod 0700 on the folder");
	} else {
		note(exam, LEVEL_FINE, subject, path, NULL);
	}
}

static void examine_config(struct examination *exam)
{
	const struct gh_keywords none = { 0 };
	struct gh_config config = { 0 };
	struct gh_error err = { 0 };

	if (gh_config_resolve(&none, &config, &err) != GH_OK) {
		note_error(exam, "configuration", &err, NULL);
		return;
	}
	note(exam, LEVEL_FINE, "configuration",
	     config.system ? gh_config_system_path() : "this user's own (standalone)", NULL);
	examine_policy(exam, &config);
	examine_folder(exam, "journal", config.journal);
	examine_folder(exam, "keys", config.keys);
	gh_config_clear(&config);
}

/* ---- output ------------------------------------------------------------------------------------
 */

static const char *level_name(enum level level)
{
	return level == LEVEL_FINE ? "ok" : level == LEVEL_NOTE ? "note" : "wrong";
}

static void write_text(const struct examination *exam, struct gh_buf *out)
{
	for (size_t i = 0; i < exam->count; i++) {
		const struct finding *finding = &exam->findings[i];

		(void)gh_buf_printf(out, "%s%-6s %s: %s", i == 0 ? "" : "\n",
				    level_name(finding->level), finding->subject, finding->text);
		if (finding->advice != NULL)
			(void)gh_buf_printf(out, "\n       -> %s", finding->advice);
	}
}

static void write_json(const struct examination *exam, struct gh_buf *out)
{
	(void)gh_buf_append_char(out, '[');
	for (size_t i = 0; i < exam->count; i++) {
		const struct finding *finding = &exam->findings[i];

		(void)gh_buf_printf(out, "%s{\"level\":\"%s\",\"subject\":", i == 0 ? "" : ",",
				    level_name(finding->level));
		(void)gh_json_text(out, finding->subject);
		(void)gh_buf_append_text(out, ",\"text\":");
		(void)gh_json_text(out, finding->text);
		(void)gh_buf_append_text(out, ",\"advice\":");
		(void)gh_json_text(out, finding->advice);
		(void)gh_buf_append_char(out, '}');
	}
	(void)gh_buf_append_char(out, ']');
}

typedef void (*writer)(const struct examination *exam, struct gh_buf *out);

static int finish(struct examination *exam, writer write)
{
	int code = GH_TOOL_OK;
	struct gh_buf out;

	gh_buf_init(&out, 0);
	write(exam, &out);
	if (!gh_tool_print(&out))
		code = GH_TOOL_USAGE;
	for (size_t i = 0; i < exam->count; i++) {
		if (exam->findings[i].level == LEVEL_WRONG && code == GH_TOOL_OK)
			code = GH_TOOL_FAILED;
		free(exam->findings[i].subject);
		free(exam->findings[i].text);
		free(exam->findings[i].advice);
	}
	free(exam->findings);
	gh_buf_clear(&out);
	return code;
}

static int run_doctor(int count, char **arguments)
{
	bool json = false;
	const struct gh_tool_option options[] = { { "--json", NULL, &json }, { 0 } };
	struct gh_tool_words words = { 0 };
	struct examination exam = { 0 };

	if (!gh_tool_options(count, arguments, options, &words))
		return GH_TOOL_USAGE;
	examine_config(&exam);
	examine_drivers(&exam);
	(void)examine_dsns(&exam);
	return finish(&exam, json ? write_json : write_text);
}

/* lint: table */
const struct gh_tool_command gh_tool_doctor_commands[] = {
	{ NULL, "doctor", "find out what is wrong and what to do",
	  "Usage: gatehouse doctor [--json]\n"
	  "\n"
	  "Looks at the configuration, the policy, the journal and its keys, the drivers in\n"
	  "odbcinst.ini and the data sources in odbc.ini that go through Gatehouse, and says\n"
	  "what is wrong and what to do.  Nothing is changed and nothing is connected to.\n"
	  "\n"
	  "Exit code: 0 nothing is wrong, 1 something is wrong, 3 could not be looked at.\n",
	  run_doctor },
	{ 0 },
};
