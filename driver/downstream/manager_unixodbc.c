/*
 * What unixODBC 2.3.11 does in a way of its own.
 */
#include "internal.h"

static bool denies(const SQLUSMALLINT *supported, SQLUSMALLINT id)
{
	return supported != NULL && SQL_FUNC_EXISTS(supported, id) == SQL_FALSE;
}

/*
 * In the order of __info.c, extract_error_from_driver: the W pair, SQLErrorW, the
 * ANSI pair if SQLGetFunctions offers it, SQLError.
 */
bool gh_manager_reads_errors(const struct gh_downstream *down, const SQLUSMALLINT *supported)
{
	const struct gh_functions *functions = down->functions;

	if (functions->SQLGetDiagRec[GH_WIDE] != NULL &&
	    functions->SQLGetDiagField[GH_WIDE] != NULL)
		return false;
	if (functions->SQLError[GH_WIDE] != NULL)
		return true;
	return functions->SQLError[GH_NARROW] != NULL &&
	       (functions->SQLGetDiagRec[GH_NARROW] == NULL ||
		functions->SQLGetDiagField[GH_NARROW] == NULL ||
		denies(supported, SQL_API_SQLGETDIAGREC) ||
		denies(supported, SQL_API_SQLGETDIAGFIELD));
}

bool gh_manager_reads_once(const struct gh_downstream *down)
{
	return down->reads_errors;
}
