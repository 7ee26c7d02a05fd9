/* Every exported function with handles that are none. */
#include "unit.h"

#include <dlfcn.h>
#include <sql.h>
#include <sqlext.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum place { FIRST, SECOND };

struct row {
	const char *name;
	const char *class;
	const char *kind; /* of the first handle: NONE where another parameter comes first */
	bool texts;
};

/* lint: table */
static const struct row rows[] = {
#define GH_PLAIN(name, class, id, handle, parameters, arguments) { #name, #class, #handle, false },
#define GH_TEXT(name, class, id, handle, parameters, arguments)  { #name, #class, #handle, true },
#include "../../driver/odbc/entry_points.def"
#undef GH_PLAIN
#undef GH_TEXT
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static void *library(void)
{
	const char *build = getenv("top_builddir");
	char path[4096];
	void *handle;

	snprintf(path, sizeof(path), "%s/.libs/libgatehouse.so", build == NULL ? "." : build);
	handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	ck_assert_msg(handle != NULL, "%s", dlerror());
	return handle;
}

static bool has_face(const struct row *row)
{
	return strcmp(row->class, "MANAGER") != 0;
}

static void *find(void *from, const struct row *row, const char *suffix)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s", row->name, suffix);
	return dlsym(from, name);
}

START_TEST(every_row_with_a_face_is_found)
{
	void *from = library();

	for (int i = 0; i < ROW_COUNT; i++) {
		bool wide = has_face(&rows[i]) && rows[i].texts;

		/* with a manager linked in, a name may lead there: exports are
		 * test_entry_table.py's */
		if (has_face(&rows[i]))
			ck_assert_msg(find(from, &rows[i], "") != NULL, "%s", rows[i].name);
		if (wide)
			ck_assert_msg(find(from, &rows[i], "W") != NULL, "%sW", rows[i].name);
	}
}
END_TEST

typedef SQLRETURN (*face)(intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t,
			  intptr_t, intptr_t, intptr_t, intptr_t, intptr_t, intptr_t);

/* No face looks at another parameter before it knows the handle, so zeros do for all. */
__attribute__((no_sanitize("undefined"))) static SQLRETURN call(void *symbol, enum place place,
								SQLSMALLINT type, void *handle)
{
	static SQLHANDLE output;
	face function;

	memcpy(&function, &symbol, sizeof(function));
	if (place == FIRST)
		return function((intptr_t)handle, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
	return function(type, (intptr_t)handle, (intptr_t)&output, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

static void refused_row(void *from, const struct row *row, void *handle, const char *what)
{
	static const char *const suffixes[] = { "", "W" };
	bool second = strcmp(row->kind, "NONE") == 0;

	for (int width = 0; width <= (row->texts ? 1 : 0); width++) {
		void *symbol = find(from, row, suffixes[width]);

		/* an environment is made of nothing */
		for (SQLSMALLINT type = SQL_HANDLE_DBC; type <= SQL_HANDLE_DESC; type++)
			ck_assert_msg(call(symbol, second ? SECOND : FIRST, type, handle) ==
					      SQL_INVALID_HANDLE,
				      "%s%s with %s", row->name, suffixes[width], what);
	}
}

static void refused(void *handle, const char *what)
{
	void *from = library();

	for (int i = 0; i < ROW_COUNT; i++)
		if (has_face(&rows[i]))
			refused_row(from, &rows[i], handle, what);
}

START_TEST(no_handle_is_refused)
{
	refused(NULL, "NULL");
}
END_TEST

START_TEST(memory_that_is_no_handle_is_refused)
{
	static _Alignas(16) unsigned char zeros[1024], ones[1024], other[1024];

	memset(ones, 0xff, sizeof(ones));
	for (size_t i = 0; i < sizeof(other); i++)
		other[i] = (unsigned char)(i * 7 + 1);
	refused(zeros, "zeros");
	refused(ones, "ones");
	refused(other, "other bytes");
	refused(other + 1, "an odd address");
}
END_TEST

typedef SQLRETURN (*allocator)(SQLSMALLINT, SQLHANDLE, SQLHANDLE *);
typedef SQLRETURN (*releaser)(SQLSMALLINT, SQLHANDLE);

static SQLHANDLE new_environment(void *from)
{
	void *symbol = dlsym(from, "SQLAllocHandle");
	SQLHANDLE environment = NULL;
	allocator allocate;

	memcpy(&allocate, &symbol, sizeof(allocate));
	ck_assert_int_eq(allocate(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment), SQL_SUCCESS);
	return environment;
}

START_TEST(a_handle_of_another_kind_is_refused)
{
	void *from = library(), *symbol = dlsym(from, "SQLFreeHandle");
	SQLHANDLE environment = new_environment(from);
	releaser release;

	for (int i = 0; i < ROW_COUNT; i++)
		if (has_face(&rows[i]) && strcmp(rows[i].kind, "NONE") != 0 &&
		    strcmp(rows[i].kind, "ENVIRONMENT") != 0)
			refused_row(from, &rows[i], environment, "an environment");
	memcpy(&release, &symbol, sizeof(release));
	ck_assert_int_eq(release(SQL_HANDLE_STMT, environment), SQL_INVALID_HANDLE);
	ck_assert_int_eq(release(SQL_HANDLE_ENV, environment), SQL_SUCCESS);
}
END_TEST

GH_UNIT_MAIN("entry points", every_row_with_a_face_is_found, no_handle_is_refused,
	     memory_that_is_no_handle_is_refused, a_handle_of_another_kind_is_refused)
