/*
 * What iODBC 3.52.9's headers lack of ODBC 3.8, for a build with --with-iodbc,
 * where the compiler includes this first.  Numbers are those of unixODBC 2.3.11.
 */
#ifndef GATEHOUSE_DOWNSTREAM_IODBC_H
#define GATEHOUSE_DOWNSTREAM_IODBC_H

#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#undef EXPORT /* an empty macro of iodbcunix.h, and a word of SQL */

#define SQL_OV_ODBC3_80          380UL
#define SQL_API_SQLCANCELHANDLE  1022
#define SQL_PARAM_DATA_AVAILABLE 101

SQLRETURN SQL_API SQLCancelHandle(SQLSMALLINT type, SQLHANDLE handle);

#endif
