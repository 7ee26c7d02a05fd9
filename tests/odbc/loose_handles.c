/*
 * The driver's functions called past the manager, with NULL and with memory
 * that is no handle: all must answer SQL_INVALID_HANDLE, none may crash.
 */
#include "refusals.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * All handle parameters come first and all others are pointers or integers, so
 * one shape fits every function on machines that pass them in registers.
 */
typedef SQLRETURN (*any_function)(void *, void *, void *, void *, void *, void *, void *, void *,
				  void *, void *, void *, void *, void *, void *);

static const char *const first_is_a_handle[] = {
	"SQLAllocConnect", "SQLAllocStmt", "SQLBindCol", "SQLBindParameter", "SQLBindParam",
	"SQLBrowseConnect", "SQLBulkOperations", "SQLCancel", "SQLCloseCursor", "SQLColAttribute",
	"SQLColAttributes", "SQLColumnPrivileges", "SQLColumns", "SQLConnect", "SQLCopyDesc",
	"SQLDescribeCol", "SQLDescribeParam", "SQLDisconnect", "SQLDriverConnect", "SQLExecDirect",
	"SQLExecute", "SQLExtendedFetch", "SQLFetch", "SQLFetchScroll", "SQLForeignKeys",
	"SQLFreeConnect", "SQLFreeEnv", "SQLFreeStmt", "SQLGetConnectAttr", "SQLGetConnectOption",
	"SQLGetCursorName", "SQLGetData", "SQLGetDescField", "SQLGetDescRec", "SQLGetEnvAttr",
	"SQLGetFunctions", "SQLGetInfo", "SQLGetStmtAttr", "SQLGetStmtOption", "SQLGetTypeInfo",
	"SQLMoreResults", "SQLNativeSql", "SQLNumParams", "SQLNumResultCols", "SQLParamData",
	"SQLParamOptions", "SQLPrepare", "SQLPrimaryKeys", "SQLProcedureColumns", "SQLProcedures",
	"SQLPutData", "SQLRowCount", "SQLSetConnectAttr", "SQLSetConnectOption",
	"SQLSetCursorName", "SQLSetDescField", "SQLSetDescRec", "SQLSetEnvAttr", "SQLSetParam",
	"SQLSetPos", "SQLSetScrollOptions", "SQLSetStmtAttr", "SQLSetStmtOption",
	"SQLSpecialColumns", "SQLStatistics", "SQLTablePrivileges", "SQLTables",
};

static const char *const type_comes_first[] = {
	"SQLFreeHandle", "SQLEndTran", "SQLGetDiagRec", "SQLGetDiagField", "SQLCancelHandle",
};

static SQLRETURN call(any_function function, void *a, void *b)
{
	static SQLLEN room[64];

	return function(a, b, room, room, room, room, room, room, room, room, room, room, room,
			room);
}

/* In a child, so that a crash is one failed test and not the end. */
static int answer(any_function function, void *a, void *b)
{
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(call(function, a, b) == SQL_INVALID_HANDLE ? 0 : 1);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void try_one(void *library, const char *name, const char *suffix, bool type_first)
{
	static const struct {
		unsigned char bytes[4096];
	} foreign = { { 0 } };
	char full[80];
	any_function function;
	void *symbol;

	snprintf(full, sizeof(full), "%s%s", name, suffix);
	symbol = dlsym(library, full);
	if (!symbol)
		return;
	memcpy(&function, &symbol, sizeof(function));
	for (intptr_t type = SQL_HANDLE_ENV; type <= SQL_HANDLE_DESC; type++) {
		void *const handles[] = { NULL, (void *)&foreign };

		for (size_t i = 0; i < 2; i++) {
			int got = type_first ? answer(function, (void *)type, handles[i])
					     : answer(function, handles[i], NULL);

			gh_tap_ok(got == 0, "%s refuses %s%s", full, i ? "foreign memory" : "NULL",
				  got < 0 ? " (crashed)" : "");
		}
		if (!type_first)
			return;
	}
}

/* The path of the driver's library: GH_DRIVER, or where make builds it. */
static void *open_library(void)
{
	const char *named = getenv("GH_DRIVER"), *build = getenv("top_builddir");
	char path[600];

	snprintf(path, sizeof(path), "%s/.libs/libgatehouse.so", build ? build : ".");
	return dlopen(named ? named : path, RTLD_NOW | RTLD_LOCAL);
}

void gh_loose_handles(void)
{
	void *library = open_library();

	if (!library) {
		gh_tap_skip("libgatehouse.so was not found", "loose handles");
		return;
	}
	for (size_t i = 0; i < sizeof(first_is_a_handle) / sizeof(first_is_a_handle[0]); i++) {
		try_one(library, first_is_a_handle[i], "", false);
		try_one(library, first_is_a_handle[i], "W", false);
	}
	for (size_t i = 0; i < sizeof(type_comes_first) / sizeof(type_comes_first[0]); i++) {
		try_one(library, type_comes_first[i], "", true);
		try_one(library, type_comes_first[i], "W", true);
	}
	dlclose(library);
}
