/*
 * Gatehouse over a target of ODBC 2 (tests/fake/older.c), without a manager: what a
 * manager maps for such a driver is mapped, and masks hold.
 */
#include "../unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "../unit/folder.h"
#include "gatehouse/downstream.h"

#define POLICY                                                                                     \
	"<policy xmlns='urn:gatehouse:policy:1' version='1' detection='off'"                       \
	" name='older'>"                                                                           \
	"<data><tag name='pii'><column name='email'/></tag></data>"                                \
	"<rules><rule name='all' role='*' action='*' verdict='allow'/>"                            \
	"<mask name='mask' tag='pii' function='partial' last='2'/></rules></policy>"

static char folder[GH_FOLDER_ROOM];
static struct gh_library gatehouse;
#define GH (gatehouse.functions)

static SQLHENV environment;
static SQLHDBC connection;
static SQLHSTMT statement;

static void begin(void)
{
	const char *build = getenv("top_builddir");
	SQLPOINTER version = (SQLPOINTER)(intptr_t)SQL_OV_ODBC3;
	char text[4096];
	struct gh_error err = { 0 };

	snprintf(text, sizeof(text), "%s/.libs/libgatehouse.so", build == NULL ? "." : build);
	ck_assert_msg(gh_library_load(NULL, text, &gatehouse, &err) == GH_OK, "%s", err.text);
	gh_folder_make(folder);
	gh_folder_put(folder, "policy.xml", POLICY);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_ENV, NULL, &environment), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, version, 0),
			 SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection), SQL_SUCCESS);
}

static void connect_to(const char *library, const char *script)
{
	const char *build = getenv("top_builddir");
	char text[4096];

	snprintf(text, sizeof(text),
		 "DRIVER={Gatehouse};TargetDriver=%s/.libs/%s;Policy=%s/policy.xml;"
		 "Journal=%s/journal;DATABASE=%s",
		 build == NULL ? "." : build, library, folder, folder, script);
	ck_assert_int_eq(GH.SQLDriverConnect[GH_NARROW](connection, NULL, text, SQL_NTS, NULL, 0,
							NULL, SQL_DRIVER_NOPROMPT),
			 SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement), SQL_SUCCESS);
}

static void start(const char *script)
{
	begin();
	connect_to("libfakeolder.so", script);
}

static void stop(void)
{
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_STMT, statement), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLDisconnect(connection), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_DBC, connection), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_ENV, environment), SQL_SUCCESS);
	gh_folder_remove(folder);
}

static SQLRETURN execute(void)
{
	static char text[] = "SELECT id, email FROM people";

	return GH.SQLExecDirect[GH_NARROW](statement, text, SQL_NTS);
}

static SQLRETURN record(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number, char state[6])
{
	char text[1024];
	SQLINTEGER native;
	SQLSMALLINT length;

	return GH.SQLGetDiagRec[GH_NARROW](type, handle, number, state, &native, text, sizeof(text),
					   &length);
}

static SQLRETURN set(SQLINTEGER attribute, const void *value)
{
	return GH.SQLSetStmtAttr[GH_NARROW](statement, attribute, (SQLPOINTER)(uintptr_t)value, 0);
}

START_TEST(a_value_is_masked)
{
	char value[64] = "";
	SQLLEN length = 0;

	start("");
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLGetData(statement, 1, SQL_C_CHAR, value, sizeof(value), &length),
			 SQL_SUCCESS);
	ck_assert_str_eq(value, "1");
	ck_assert_int_eq(GH.SQLGetData(statement, 2, SQL_C_CHAR, value, sizeof(value), &length),
			 SQL_SUCCESS);
	ck_assert_str_eq(value, "********************om");
	stop();
}
END_TEST

START_TEST(a_rowset_goes_through_sqlextendedfetch)
{
	SQLINTEGER ids[2] = { 0 };
	char emails[2][64] = { "", "" };
	SQLLEN lengths[2];
	SQLUSMALLINT states[2] = { 77, 77 };
	SQLULEN fetched = 77;

	start("");
	ck_assert_int_eq(set(SQL_ATTR_ROW_ARRAY_SIZE, (void *)(uintptr_t)2), SQL_SUCCESS);
	ck_assert_int_eq(set(SQL_ATTR_ROW_STATUS_PTR, states), SQL_SUCCESS);
	ck_assert_int_eq(set(SQL_ATTR_ROWS_FETCHED_PTR, &fetched), SQL_SUCCESS);
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLBindCol(statement, 1, SQL_C_SLONG, ids, 0, NULL), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLBindCol(statement, 2, SQL_C_CHAR, emails, 64, lengths), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFetchScroll(statement, SQL_FETCH_NEXT, 0), SQL_SUCCESS);
	ck_assert_uint_eq(fetched, 2);
	ck_assert_int_eq(ids[1], 2);
	ck_assert_str_eq(emails[0], "********************om");
	ck_assert_str_eq(emails[1], "********************om");
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	ck_assert_uint_eq(fetched, 1);
	ck_assert_int_eq(states[1], SQL_ROW_NOROW);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_NO_DATA);
	stop();
}
END_TEST

START_TEST(dates_have_the_types_of_odbc_3)
{
	char name[20];
	SQLSMALLINT type = 0, length, digits, nullable;
	SQLULEN size;

	start("type:9");
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLDescribeCol[GH_NARROW](statement, 1, name, sizeof(name), &length,
						      &type, &size, &digits, &nullable),
			 SQL_SUCCESS);
	ck_assert_int_eq(type, SQL_TYPE_DATE);
	stop();
}
END_TEST

START_TEST(errors_are_those_of_sqlerror)
{
	char state[6] = "";

	start("fail:execute");
	ck_assert_int_eq(execute(), SQL_ERROR);
	ck_assert_int_eq(record(SQL_HANDLE_STMT, statement, 1, state), SQL_SUCCESS);
	ck_assert_str_eq(state, "23505");
	ck_assert_int_eq(record(SQL_HANDLE_STMT, statement, 2, state), SQL_NO_DATA);
	stop();
}
END_TEST

START_TEST(transactions_end_with_sqltransact)
{
	start("");
	ck_assert_int_eq(GH.SQLEndTran(SQL_HANDLE_DBC, connection, SQL_COMMIT), SQL_SUCCESS);
	stop();
	start("fail:endtran");
	ck_assert_int_eq(GH.SQLEndTran(SQL_HANDLE_DBC, connection, SQL_ROLLBACK), SQL_ERROR);
	stop();
}
END_TEST

START_TEST(an_attribute_that_odbc_2_had_not_is_hy092)
{
	char state[6] = "";

	start("");
	ck_assert_int_eq(set(SQL_ATTR_QUERY_TIMEOUT, (void *)(uintptr_t)5), SQL_SUCCESS);
	ck_assert_int_eq(set(SQL_ATTR_CURSOR_SCROLLABLE, (void *)(uintptr_t)1), SQL_ERROR);
	ck_assert_int_eq(record(SQL_HANDLE_STMT, statement, 1, state), SQL_SUCCESS);
	ck_assert_str_eq(state, "HY092");
	stop();
}
END_TEST

START_TEST(mapped_functions_are_told_of)
{
	SQLUSMALLINT has = SQL_FALSE, all[SQL_API_ODBC3_ALL_FUNCTIONS_SIZE] = { 0 };

	start("");
	ck_assert_int_eq(GH.SQLGetFunctions(connection, SQL_API_SQLENDTRAN, &has), SQL_SUCCESS);
	ck_assert_int_eq(has, SQL_TRUE);
	ck_assert_int_eq(GH.SQLGetFunctions(connection, SQL_API_SQLGETTYPEINFO, &has), SQL_SUCCESS);
	ck_assert_int_eq(has, SQL_FALSE);
	ck_assert_int_eq(GH.SQLGetFunctions(connection, SQL_API_ODBC3_ALL_FUNCTIONS, all),
			 SQL_SUCCESS);
	ck_assert(SQL_FUNC_EXISTS(all, SQL_API_SQLSETSTMTATTR));
	ck_assert(SQL_FUNC_EXISTS(all, SQL_API_SQLFETCHSCROLL));
	ck_assert(!SQL_FUNC_EXISTS(all, SQL_API_SQLGETTYPEINFO));
	stop();
}
END_TEST

/* ---- the text among the options ------------------------------------------------------------ */

static const SQLWCHAR wide_name[] = { 'b', 0xE4, 'r', 0 };
static const char name[] = "b\xc3\xa4r";

static void set_catalog_wide(void)
{
	ck_assert_int_eq(GH.SQLSetConnectAttr[GH_WIDE](connection, SQL_ATTR_CURRENT_CATALOG,
						       (SQLPOINTER)(uintptr_t)wide_name, SQL_NTS),
			 SQL_SUCCESS);
}

/* Whatever flavour the target has, each is told in its own. */
static void expect_catalog(void)
{
	SQLWCHAR wide[20] = { 0 };
	char narrow[20] = "";
	SQLINTEGER length = 77;

	ck_assert_int_eq(GH.SQLGetConnectAttr[GH_WIDE](connection, SQL_ATTR_CURRENT_CATALOG, wide,
						       sizeof(wide), &length),
			 SQL_SUCCESS);
	ck_assert_mem_eq(wide, wide_name, sizeof(wide_name));
	ck_assert_int_eq(GH.SQLGetConnectAttr[GH_NARROW](connection, SQL_ATTR_CURRENT_CATALOG,
							 narrow, sizeof(narrow), &length),
			 SQL_SUCCESS);
	ck_assert_str_eq(narrow, name);
}

START_TEST(a_text_is_converted_for_an_option)
{
	static const char *const libraries[] = { "libfakeolder.so", "libfakeolderwide.so" };

	for (int i = 0; i < 2; i++) {
		begin();
		connect_to(libraries[i], "");
		set_catalog_wide();
		expect_catalog();
		stop();
		/* and when it was set before there was a target */
		begin();
		set_catalog_wide();
		connect_to(libraries[i], "");
		expect_catalog();
		stop();
	}
}
END_TEST

START_TEST(a_text_of_an_option_is_cut_to_its_room)
{
	char text[] = "0123456789", room[8] = "xxxxxxx", state[6] = "";
	SQLINTEGER length = 77;

	start("");
	ck_assert_int_eq(GH.SQLSetConnectAttr[GH_NARROW](connection, SQL_ATTR_CURRENT_CATALOG,
							 text, SQL_NTS),
			 SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLGetConnectAttr[GH_NARROW](connection, SQL_ATTR_CURRENT_CATALOG,
							 room, 4, &length),
			 SQL_SUCCESS_WITH_INFO);
	ck_assert_int_eq(record(SQL_HANDLE_DBC, connection, 1, state), SQL_SUCCESS);
	ck_assert_str_eq(state, "01004");
	ck_assert_mem_eq(room, "012\0xxx", 8);
	ck_assert_int_eq(length, 10);
	stop();
}
END_TEST

START_TEST(a_parameter_goes_through_sqlsetparam)
{
	SQL_DATE_STRUCT date = { 2026, 3, 1 };
	SQLLEN length = 0;
	char state[6] = "";

	start("");
	ck_assert_int_eq(GH.SQLBindParameter(statement, 1, SQL_PARAM_INPUT, SQL_C_TYPE_DATE,
					     SQL_TYPE_DATE, 10, 0, &date, 0, &length),
			 SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLBindParameter(statement, 1, SQL_PARAM_OUTPUT, SQL_C_TYPE_DATE,
					     SQL_TYPE_DATE, 10, 0, &date, 0, &length),
			 SQL_ERROR);
	ck_assert_int_eq(record(SQL_HANDLE_STMT, statement, 1, state), SQL_SUCCESS);
	ck_assert_str_eq(state, "HYC00");
	stop();
}
END_TEST

GH_UNIT_MAIN("older", a_value_is_masked, a_rowset_goes_through_sqlextendedfetch,
	     dates_have_the_types_of_odbc_3, errors_are_those_of_sqlerror,
	     transactions_end_with_sqltransact, an_attribute_that_odbc_2_had_not_is_hy092,
	     mapped_functions_are_told_of, a_text_is_converted_for_an_option,
	     a_text_of_an_option_is_cut_to_its_room, a_parameter_goes_through_sqlsetparam)
