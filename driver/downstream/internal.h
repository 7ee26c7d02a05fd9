/*
 * What the files of this module share: where the driver managers differ.  One of
 * manager_unixodbc.c and manager_iodbc.c is built.
 */
#ifndef GATEHOUSE_DOWNSTREAM_INTERNAL_H
#define GATEHOUSE_DOWNSTREAM_INTERNAL_H

#include "gatehouse/downstream.h"

/*
 * True if the manager would ask SQLError for this target's diagnostics.  A driver's
 * two ways may differ in their texts, and libsqliteodbc's do.  `supported` is the
 * bitmap of SQL_API_ODBC3_ALL_FUNCTIONS; NULL: the target gave none.
 */
bool gh_manager_reads_errors(const struct gh_downstream *down, const SQLUSMALLINT *supported);
/* True if a record may be gone once it was read that way; reads_errors is known. */
bool gh_manager_reads_once(const struct gh_downstream *down);

#endif
