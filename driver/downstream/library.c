/*
 * Loads a target library and finds its functions by the names in
 * entry_points.def.
 */
#include "internal.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

struct function_row {
	const char *name;
	size_t offset; /* of the pointer in struct gh_functions */
	SQLUSMALLINT id;
	bool wide;
};

/* lint: table */
static const struct function_row rows[] = {
#define GH_PLAIN(name, class, id, handle, parameters, arguments)                                   \
	{ #name, offsetof(struct gh_functions, name), id, false },
#define GH_TEXT(name, class, id, handle, parameters, arguments)                                    \
	{ #name, offsetof(struct gh_functions, name), id, false },                                 \
		{ #name "W", offsetof(struct gh_functions, name) + sizeof(void (*)(void)), id,     \
		  true },
#include "../odbc/entry_points.def"
#undef GH_PLAIN
#undef GH_TEXT
};

/* True if both symbols lie in one library. */
static bool same_library(const void *a, const void *b)
{
	Dl_info first, second;

	return dladdr(a, &first) != 0 && dladdr(b, &second) != 0 &&
	       first.dli_fbase == second.dli_fbase;
}

/*
 * dlsym also searches the libraries that a driver was linked with, and one of
 * those may be a driver manager: such a pointer would lead back to ourselves.
 */
static void find_functions(struct gh_library *library)
{
	void *anchor = dlsym(library->handle, "SQLBindCol");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		void *symbol = dlsym(library->handle, rows[i].name);

		if (symbol != NULL && anchor != NULL && !same_library(symbol, anchor))
			symbol = NULL;
		memcpy((char *)&library->functions + rows[i].offset, &symbol, sizeof(symbol));
	}
}

static bool is_ourselves(void *symbol)
{
	return symbol != NULL && same_library(symbol, (const void *)rows);
}

static enum gh_status check(const char *path, const struct gh_library *library,
			    struct gh_error *err)
{
	const struct gh_functions *functions = &library->functions;

	if (is_ourselves(dlsym(library->handle, "SQLBindCol")))
		return gh_fail(err, GH_E_LOOP, "%s is Gatehouse itself", path);
	/* of ODBC's core: without these nothing can be closed, told apart or masked */
	if ((functions->SQLAllocHandle == NULL && functions->SQLAllocEnv == NULL) ||
	    (functions->SQLFreeHandle == NULL && functions->SQLFreeEnv == NULL) ||
	    functions->SQLDisconnect == NULL || functions->SQLNumResultCols == NULL ||
	    functions->SQLBindCol == NULL || functions->SQLFetch == NULL ||
	    functions->SQLGetData == NULL ||
	    !(GH_HAS_TEXT(functions, SQLGetDiagRec) || GH_HAS_TEXT(functions, SQLError)))
		return gh_fail(err, GH_E_LOAD, "%s is not an ODBC driver", path);
	return GH_OK;
}

/*
 * Distributions register drivers by a bare name (psqlodbcw.so), which the manager
 * looks for in its own folder of modules before the linker's folders.
 */
static void *open_library(const char *path)
{
	/* RTLD_NODELETE: drivers leave threads, handlers and thread-local data behind */
	const int flags = RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE;
	char module[4096];
	void *handle = NULL;
	int length = snprintf(module, sizeof(module), GH_ODBC_MODULES "/%s", path);

	if (strchr(path, '/') == NULL && length > 0 && (size_t)length < sizeof(module))
		handle = dlopen(module, flags);
	return handle != NULL ? handle : dlopen(path, flags);
}

enum gh_status gh_library_load(struct gh_target_memory *memory, const char *path,
			       struct gh_library *out, struct gh_error *err)
{
	enum gh_status status;

	memset(out, 0, sizeof(*out));
	if (gh_target_memory_library(memory, path, out))
		return GH_OK;
	out->handle = open_library(path);
	if (out->handle == NULL)
		return gh_fail(err, GH_E_LOAD, "%s", dlerror());
	find_functions(out);
	status = check(path, out, err);
	if (status != GH_OK) {
		dlclose(out->handle);
		memset(out, 0, sizeof(*out));
		return status;
	}
	out->older = gh_older_is_needed(&out->functions);
	if (out->older) {
		out->real = out->functions;
		gh_older_fill(&out->real, &out->functions);
	}
	gh_target_memory_keep_library(memory, path, out);
	return GH_OK;
}

/* Without these nothing could be asked or freed; the manager keeps them as well. */
static bool is_indispensable(SQLUSMALLINT id)
{
	return id == SQL_API_SQLALLOCHANDLE || id == SQL_API_SQLFREEHANDLE ||
	       id == SQL_API_SQLDISCONNECT || id == SQL_API_SQLGETDIAGREC ||
	       id == SQL_API_SQLGETDIAGFIELD || id == SQL_API_SQLERROR ||
	       id == SQL_API_SQLGETFUNCTIONS;
}

void gh_library_restrict(struct gh_library *library, const SQLUSMALLINT *supported)
{
	struct gh_functions *functions = library->older ? &library->real : &library->functions;
	void *const none = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool offered = (supported[rows[i].id >> 4] & (1u << (rows[i].id & 15))) != 0;

		if (!offered && !rows[i].wide && !is_indispensable(rows[i].id))
			memcpy((char *)functions + rows[i].offset, &none, sizeof(none));
	}
	if (library->older)
		gh_older_fill(&library->real, &library->functions);
}

void gh_library_tell(const struct gh_library *library, SQLUSMALLINT *supported)
{
	void *const none = NULL;

	memset(supported, 0, SQL_API_ODBC3_ALL_FUNCTIONS_SIZE * sizeof(*supported));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (memcmp((const char *)&library->functions + rows[i].offset, &none,
			   sizeof(none)) != 0)
			supported[rows[i].id >> 4] |= (SQLUSMALLINT)(1u << (rows[i].id & 15));
}
