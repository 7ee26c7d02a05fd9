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

/* True if the target lacks a function of ODBC 3 that one of ODBC 2 stands for. */
bool gh_older_is_needed(const struct gh_functions *real);
/* Fills the table whose functions take handles of gh_older_environment and its children. */
void gh_older_fill(const struct gh_functions *real, struct gh_functions *out);
/* `real` is borrowed for as long as the environment lives. */
SQLRETURN gh_older_environment(const struct gh_functions *real, SQLINTEGER odbc_version,
			       SQLHANDLE *output);

/*
 * Fills the table whose functions take handles of gh_serial_environment and its
 * children, and make one call at a time of those in `real`.
 */
void gh_serial_fill(const struct gh_functions *real, enum gh_threading threading,
		    struct gh_functions *out);
/*
 * A handle for the target's environment, freed with it by SQLFreeHandle.  `shared`,
 * borrowed, is the lock of all libraries; NULL: the environment has its own.
 */
GH_MUST_CHECK enum gh_status gh_serial_environment(const struct gh_functions *real,
						   struct gh_lock *shared, SQLHENV target,
						   SQLHENV *output, struct gh_error *err);

/* Frees a handle whose target went with its connection. */
void gh_serial_forget(SQLHANDLE handle);

/* Something of odbc.ini and odbcinst.ini that is read as keywords. */
struct gh_target_question {
	char kind; /* each `read` has its own */
	const char *name;
	enum gh_status (*read)(const char *name, struct gh_keywords *out, struct gh_error *err);
};
/* Adds the answer, as it was at most a second ago; a failure is not remembered. */
GH_MUST_CHECK enum gh_status gh_target_memory_ask(struct gh_target_memory *memory,
						  const struct gh_target_question *question,
						  struct gh_keywords *out, struct gh_error *err);
/* The library that was loaded from this path; false if there is none. */
bool gh_target_memory_library(struct gh_target_memory *memory, const char *path,
			      struct gh_library *out);
void gh_target_memory_keep_library(struct gh_target_memory *memory, const char *path,
				   const struct gh_library *library);
/* The lock for GH_THREADING_PROCESS; NULL without a memory. */
struct gh_lock *gh_target_memory_serial(struct gh_target_memory *memory);

#endif
