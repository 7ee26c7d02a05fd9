/*
 * Finds the target of a connection in odbc.ini and odbcinst.ini, and what of
 * the keywords it may be told.
 */
#include "internal.h"

#include <dlfcn.h>
#include <odbcinst.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { VALUE_ROOM = 4096, LIST_ROOM = 65536 };

/* Reads one entry; an absent one gives the empty text.  unixODBC: returns the length. */
static void read_entry(const char *section, const char *name, const char *file,
		       char value[VALUE_ROOM])
{
	value[0] = '\0';
	if (SQLGetPrivateProfileString(section, name, "", value, VALUE_ROOM, file) < 0)
		value[0] = '\0';
	value[VALUE_ROOM - 1] = '\0';
}

static enum gh_status add_entries(const char *dsn, const char *list, struct gh_keywords *out,
				  struct gh_error *err)
{
	enum gh_status status = GH_OK;
	char value[VALUE_ROOM];

	for (const char *name = list; *name != '\0' && status == GH_OK; name += strlen(name) + 1) {
		read_entry(dsn, name, "odbc.ini", value);
		status = gh_keywords_add(out, gh_span_from(name), gh_span_from(value), err);
	}
	gh_wipe(value, sizeof(value));
	return status;
}

/* Names of the section's entries in odbc.ini, each with a NUL, an empty one at the end. */
static enum gh_status list_section(const char *section, struct gh_buf *out, struct gh_error *err)
{
	char *list = calloc(1, LIST_ROOM + 2);
	char *end = list;

	if (list == NULL)
		return gh_fail(err, GH_E_MEMORY, "odbc.ini");
	if (*section != '\0' &&
	    SQLGetPrivateProfileString(section, NULL, "", list, LIST_ROOM, "odbc.ini") > 0)
		while (*end != '\0')
			end += strlen(end) + 1;
	(void)gh_buf_append(out, list, (size_t)(end - list) + 1);
	free(list);
	return gh_buf_status(out, err);
}

static enum gh_status read_section(const char *dsn, struct gh_keywords *out, struct gh_error *err)
{
	struct gh_buf names;
	enum gh_status status;

	gh_buf_init(&names, 0);
	status = list_section(dsn, &names, err);
	if (status == GH_OK)
		status = add_entries(dsn, names.bytes, out, err);
	gh_buf_clear(&names);
	return status;
}

enum gh_status gh_keywords_read_dsn(struct gh_target_memory *memory, const char *dsn,
				    struct gh_keywords *out, struct gh_error *err)
{
	const struct gh_target_question question = { 's', dsn, read_section };

	return gh_target_memory_ask(memory, &question, out, err);
}

/*
 * As unixODBC 2.3.11 reads it (SQLConnect.c, __connect_part_one): the driver's section,
 * the one of all drivers, 0; what is no level leaves the strictest.
 */
static enum gh_threading read_threading(const char *driver)
{
	enum { NOT_SAID = 99 };
	bool named = strchr(driver, '/') == NULL;
	char value[VALUE_ROOM] = "";
	long level;

	if (named)
		read_entry(driver, "Threading", "odbcinst.ini", value);
	level = value[0] == '\0' ? NOT_SAID : strtol(value, NULL, 10);
	if (level == NOT_SAID) {
		read_entry("ODBC", "Threading", "odbcinst.ini", value);
		level = strtol(value, NULL, 10);
	}
	return level >= 0 && level <= GH_THREADING_PROCESS ? (enum gh_threading)level
							   : GH_THREADING_PROCESS;
}

/* A driver's name in odbcinst.ini, or the path of its library. */
static enum gh_status find_library(const char *driver, char path[VALUE_ROOM], struct gh_error *err)
{
	size_t length = strlen(driver);

	if (strchr(driver, '/') != NULL && length < VALUE_ROOM) {
		memcpy(path, driver, length + 1);
		return GH_OK;
	}
	path[0] = '\0';
	if (sizeof(void *) == 8)
		read_entry(driver, "Driver64", "odbcinst.ini", path);
	if (path[0] == '\0')
		read_entry(driver, "Driver", "odbcinst.ini", path);
	if (path[0] == '\0')
		return gh_fail(err, GH_E_NO_TARGET, "driver '%.80s' is not in odbcinst.ini",
			       driver);
	return GH_OK;
}

/* Gatehouse by its file's name (another build of it), or by its own file under any name. */
static bool leads_to_us(const char *path)
{
	static const char anchor;
	struct stat mine, theirs;
	Dl_info info;

	if (strstr(path, "libgatehouse") != NULL)
		return true;
	if (dladdr(&anchor, &info) == 0 || info.dli_fname == NULL)
		return false;
	if (stat(info.dli_fname, &mine) != 0 || stat(path, &theirs) != 0)
		return false;
	return mine.st_dev == theirs.st_dev && mine.st_ino == theirs.st_ino;
}

static enum gh_status driver_of_dsn(const char *dsn, char driver[VALUE_ROOM], struct gh_error *err)
{
	read_entry(dsn, "Driver", "odbc.ini", driver);
	if (driver[0] == '\0')
		return gh_fail(err, GH_E_NO_TARGET, "TargetDSN '%.80s' is not in odbc.ini", dsn);
	return GH_OK;
}

/* What is needed of a driver, as keywords of no file. */
static const char library_keyword[] = "library", threading_keyword[] = "threading",
		  loop_keyword[] = "loop";

static enum gh_status read_driver(const char *driver, struct gh_keywords *out, struct gh_error *err)
{
	char path[VALUE_ROOM], threading[] = "0";
	enum gh_status status = find_library(driver, path, err);

	if (status != GH_OK)
		return status;
	threading[0] = (char)('0' + read_threading(driver));
	status = gh_keywords_add(out, gh_span_from(library_keyword), gh_span_from(path), err);
	if (status == GH_OK)
		status = gh_keywords_add(out, gh_span_from(threading_keyword),
					 gh_span_from(threading), err);
	if (status == GH_OK && leads_to_us(path))
		status = gh_keywords_add(out, gh_span_from(loop_keyword), gh_span_from(""), err);
	return status;
}

static enum gh_status read_driver_of_dsn(const char *dsn, struct gh_keywords *out,
					 struct gh_error *err)
{
	char driver[VALUE_ROOM];
	enum gh_status status = driver_of_dsn(dsn, driver, err);

	return status == GH_OK ? read_driver(driver, out, err) : status;
}

static enum gh_status take_library(const struct gh_keywords *found, const char *name,
				   struct gh_route *route, struct gh_error *err)
{
	if (gh_keywords_get(found, loop_keyword) != NULL)
		return gh_fail(err, GH_E_LOOP, "target '%.80s' is a Gatehouse data source", name);
	route->threading =
		(enum gh_threading)(gh_keywords_get(found, threading_keyword)[0] - '0');
	route->library = gh_text_copy(gh_keywords_get(found, library_keyword));
	route->name = gh_text_copy(name);
	if (route->library == NULL || route->name == NULL)
		return gh_fail(err, GH_E_MEMORY, "target");
	return GH_OK;
}

static enum gh_status choose_library(const char *dsn, const char *driver, struct gh_route *route,
				     struct gh_error *err)
{
	const struct gh_target_question by_dsn = { 'n', dsn, read_driver_of_dsn };
	const struct gh_target_question by_driver = { 'd', driver, read_driver };
	struct gh_keywords found = { 0 };
	enum gh_status status = gh_target_memory_ask(
		route->memory, dsn != NULL ? &by_dsn : &by_driver, &found, err);

	if (status == GH_OK)
		status = take_library(&found, dsn != NULL ? dsn : driver, route, err);
	gh_keywords_clear(&found);
	return status;
}

static enum gh_status copy_keyword(const struct gh_keyword *item, struct gh_keywords *to,
				   struct gh_error *err)
{
	return gh_keywords_add(to, gh_span_from(item->name), gh_span_from(item->value), err);
}

/*
 * Braces mean nothing to libsqliteodbc, and to others only in some keywords, so
 * what stands behind a ';' would be read as further keywords of the target.
 */
static bool splits(const struct gh_keyword *item, const char *library)
{
	bool password =
		strcasecmp(item->name, "PWD") == 0 || strcasecmp(item->name, "PASSWORD") == 0;
	bool sql = gh_keyword_effect_of(library, item->name) == GH_KEYWORD_SQL;

	if (strpbrk(item->value, ";\r\n") == NULL)
		return false;
	return !(password || sql) || strstr(library, "sqlite") != NULL;
}

/* Values that turn a plain keyword into another one. */
static bool is_harmful(const struct gh_keyword *item, const char *library)
{
	static const char *const charsets[] = { "utf8", "utf8mb3", "utf8mb4", "latin1", "ascii" };
	char *end = NULL;

	if (strstr(library, "libmaodbc") == NULL)
		return false;
	/* 4: the driver writes its calls to a file (MariaDB Connector/ODBC, OPTION) */
	if (strcasecmp(item->name, "OPTION") == 0 || strcasecmp(item->name, "OPTIONS") == 0)
		return (strtoul(item->value, &end, 10) & 4) != 0 || *end != '\0';
	if (strcasecmp(item->name, "CHARSET") != 0)
		return false;
	/* in others a quote or a backslash can be the second byte of a character */
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (strcasecmp(item->value, charsets[i]) == 0)
			return false;
	return true;
}

/* One keyword: ours and not passed on, to the target, to the judge, or refused. */
static enum gh_status pass_keyword(const struct gh_keyword *item, struct gh_route *route,
				   struct gh_error *err)
{
	enum gh_status status;

	if (gh_keyword_is_ours(item->name))
		return GH_OK;
	if (splits(item, route->library) || is_harmful(item, route->library))
		return gh_fail(err, GH_E_KEYWORD, "the value of %.60s is not safe to pass on",
			       item->name);
	switch (gh_keyword_effect_of(route->library, item->name)) {
	case GH_KEYWORD_PLAIN:
		return copy_keyword(item, &route->pass, err);
	case GH_KEYWORD_SQL:
		status = copy_keyword(item, &route->sql, err);
		return status != GH_OK ? status : copy_keyword(item, &route->pass, err);
	case GH_KEYWORD_LOGGING:
		if (strcmp(item->value, "0") == 0 || item->value[0] == '\0')
			return GH_OK;
		return gh_fail(err, GH_E_KEYWORD, "%.60s would write calls or values to a file",
			       item->name);
	default:
		return gh_fail(err, GH_E_KEYWORD, "%.60s is not known for %.160s", item->name,
			       route->library);
	}
}

/* What the target will read of its own section: SQL is judged, logging switched off. */
static enum gh_status inspect_target_dsn(struct gh_route *route, const char *dsn,
					 struct gh_error *err)
{
	struct gh_keywords section = { 0 };
	enum gh_status status = gh_keywords_read_dsn(route->memory, dsn, &section, err);

	for (size_t i = 0; status == GH_OK && i < section.count; i++) {
		const struct gh_keyword *item = &section.items[i];
		enum gh_keyword_effect effect = gh_keyword_effect_of(route->library, item->name);

		if (effect == GH_KEYWORD_SQL && gh_keywords_get(&route->pass, item->name) == NULL)
			status = copy_keyword(item, &route->sql, err);
		else if (effect == GH_KEYWORD_LOGGING && item->value[0] != '\0' &&
			 strcmp(item->value, "0") != 0)
			status = gh_keywords_add(&route->pass, gh_span_from(item->name),
						 gh_span_from("0"), err);
	}
	gh_keywords_clear(&section);
	return status;
}

static bool only_login(const struct gh_keywords *pass)
{
	for (size_t i = 1; i < pass->count; i++)
		if (strcasecmp(pass->items[i].name, "UID") != 0 &&
		    strcasecmp(pass->items[i].name, "PWD") != 0)
			return false;
	return true;
}

static enum gh_status collect(const struct gh_keywords *ours, const char *dsn,
			      struct gh_route *route, struct gh_error *err)
{
	enum gh_status status =
		gh_keywords_add(&route->pass, gh_span_from(dsn != NULL ? "DSN" : "DRIVER"),
				gh_span_from(route->name), err);

	for (size_t i = 0; status == GH_OK && i < ours->count; i++)
		status = pass_keyword(&ours->items[i], route, err);
	if (status == GH_OK && dsn != NULL)
		status = inspect_target_dsn(route, dsn, err);
	route->plain_dsn = dsn != NULL && only_login(&route->pass);
	return status;
}

enum gh_status gh_route_find(struct gh_target_memory *memory, const struct gh_keywords *ours,
			     struct gh_route *out, struct gh_error *err)
{
	const char *dsn = gh_keywords_get(ours, "TargetDSN");
	const char *driver = gh_keywords_get(ours, "TargetDriver");
	enum gh_status status;

	*out = (struct gh_route){ .memory = memory };
	dsn = dsn != NULL && *dsn == '\0' ? NULL : dsn;
	driver = driver != NULL && *driver == '\0' ? NULL : driver;
	if (dsn == NULL && driver == NULL)
		return gh_fail(err, GH_E_NO_TARGET,
			       "neither TargetDSN nor TargetDriver is set for this data source");
	if (dsn != NULL && driver != NULL)
		return gh_fail(err, GH_E_CONFIG,
			       "TargetDSN and TargetDriver are both set; use one");
	status = choose_library(dsn, driver, out, err);
	if (status == GH_OK)
		status = collect(ours, dsn, out, err);
	if (status != GH_OK)
		gh_route_clear(out);
	return status;
}

/* DSN= or DRIVER= stay first; of the rest, what was said last counts. */
enum gh_status gh_route_extend(struct gh_route *route, const struct gh_keywords *more,
			       struct gh_keywords *pass, struct gh_keywords *sql,
			       struct gh_error *err)
{
	struct gh_route round = { .library = route->library };
	struct gh_keywords all = { 0 };
	enum gh_status status = copy_keyword(&route->pass.items[0], &all, err);

	for (size_t i = 0; i < more->count && status == GH_OK; i++)
		status = pass_keyword(&more->items[i], &round, err);
	if (status == GH_OK)
		status = gh_keywords_copy(&round.pass, &all, err);
	if (status == GH_OK)
		status = gh_keywords_copy(&route->pass, &all, err);
	*pass = round.pass;
	*sql = round.sql;
	if (status != GH_OK) {
		gh_keywords_clear(&all);
		return status;
	}
	gh_keywords_clear(&route->pass);
	route->pass = all;
	route->plain_dsn = false;
	return GH_OK;
}

void gh_route_clear(struct gh_route *route)
{
	free(route->library);
	free(route->name);
	gh_keywords_clear(&route->pass);
	gh_keywords_clear(&route->sql);
	*route = (struct gh_route){ 0 };
}
