/*
 * What iODBC 3.52 does in a way of its own.
 */
#include "internal.h"

/* herr.c, SQLGetDiagRec_Internal: SQLError for an application of ODBC 2, or for want of more. */
bool gh_manager_reads_errors(const struct gh_downstream *down, const SQLUSMALLINT *supported)
{
	const struct gh_functions *functions = down->functions;

	(void)supported;
	if (!GH_HAS_TEXT(functions, SQLError))
		return false;
	return down->odbc_version == SQL_OV_ODBC2 || !GH_HAS_TEXT(functions, SQLGetDiagRec);
}

/* Drivers that have both may keep one record for both, as libsqliteodbc does. */
bool gh_manager_reads_once(const struct gh_downstream *down)
{
	return GH_HAS_TEXT(down->functions, SQLError);
}
