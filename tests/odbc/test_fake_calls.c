/*
 * Calls over the fake driver that take more than one: asynchronous ones, changes
 * that wait for data.  Each is one statement in the journal.
 */
#include "fake_session.h"
#include "gatehouse/journal.h"

struct count {
	const char *event; /* with its name: "\"event\":\"exec\"" */
	int records;
};

static bool count_record(void *context, uint64_t index, struct gh_span line)
{
	struct count *count = context;

	(void)index;
	count->records += holds(line.bytes, line.length, count->event);
	return true;
}

static int records(const char *event)
{
	struct count count = { event, 0 };
	struct gh_error err = { 0 };
	char path[GH_FOLDER_PATH_ROOM];

	gh_folder_path(folder, "journal", path);
	ck_assert_int_eq(gh_journal_read(path, count_record, &count, &err), GH_OK);
	return count.records;
}

#define EXEC   "\"event\":\"exec\""
#define DONE   "\"event\":\"done\""
#define DENIED "\"event\":\"denied\""

static void be_asynchronous(void)
{
	SQLPOINTER on = (SQLPOINTER)(intptr_t)SQL_ASYNC_ENABLE_ON;

	ck_assert_int_eq(GH.SQLSetStmtAttr[GH_NARROW](statement, SQL_ATTR_ASYNC_ENABLE, on, 0),
			 SQL_SUCCESS);
}

START_TEST(a_call_that_goes_on_is_one_statement)
{
	struct guarded to;

	start("async:3");
	be_asynchronous();
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(execute(), SQL_STILL_EXECUTING);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_ERROR);
	ck_assert_int_eq(GH.SQLFreeStmt(statement, SQL_CLOSE), SQL_ERROR);
	ck_assert_int_eq(
		GH.SQLPrepare[GH_NARROW](statement, (void *)(uintptr_t) "SELECT 1", SQL_NTS),
		SQL_ERROR);
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(GH.SQLFetch(statement), SQL_STILL_EXECUTING);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	ck_assert_int_eq(get(2, SQL_C_CHAR, &to), SQL_SUCCESS);
	ck_assert_int_eq(to.length, 22);
	ck_assert_int_eq(GH.SQLFreeStmt(statement, SQL_CLOSE), SQL_SUCCESS);
	ck_assert_int_eq(records(EXEC), 1);
	ck_assert_int_eq(records(DONE), 1);
	stop();
}
END_TEST

/* The target fails a change for which the masked column is bound. */
START_TEST(a_change_goes_on_as_one_statement)
{
	struct bound to;

	start("async:2");
	(void)execute();
	bind_rows(&to, SQL_C_CHAR);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	be_asynchronous();
	ck_assert_int_eq(GH.SQLSetPos(statement, 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_ERROR);
	ck_assert_int_eq(records(DENIED), 1);
	to.rows[0].email_length = SQL_COLUMN_IGNORE;
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(GH.SQLSetPos(statement, 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE),
				 SQL_STILL_EXECUTING);
	ck_assert_int_eq(GH.SQLSetPos(statement, 1, SQL_DELETE, SQL_LOCK_NO_CHANGE), SQL_ERROR);
	ck_assert_int_eq(GH.SQLSetPos(statement, 1, SQL_UPDATE, SQL_LOCK_NO_CHANGE), SQL_SUCCESS);
	ck_assert_int_eq(records(EXEC), 2);
	ck_assert_int_eq(records(DONE), 1);
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(GH.SQLSetPos(statement, 1, SQL_REFRESH, SQL_LOCK_NO_CHANGE),
				 SQL_STILL_EXECUTING);
	ck_assert_int_eq(GH.SQLSetPos(statement, 1, SQL_REFRESH, SQL_LOCK_NO_CHANGE), SQL_SUCCESS);
	check_bound(&to);
	stop();
}
END_TEST

START_TEST(a_change_waits_for_its_data)
{
	struct bound to;
	SQLPOINTER asked = NULL;

	start("asks:1");
	(void)execute();
	bind_rows(&to, SQL_C_CHAR);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	to.rows[0].email_length = SQL_COLUMN_IGNORE;
	ck_assert_int_eq(GH.SQLBulkOperations(statement, SQL_ADD), SQL_NEED_DATA);
	/* what is bound is still read */
	ck_assert_int_eq(GH.SQLBindCol(statement, 2, SQL_C_CHAR, to.rows, 8, NULL), SQL_ERROR);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_ERROR);
	ck_assert_int_eq(GH.SQLParamData(statement, &asked), SQL_NEED_DATA);
	ck_assert_int_eq(GH.SQLPutData(statement, to.rows, 1), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLParamData(statement, &asked), SQL_SUCCESS);
	ck_assert_int_eq(records(EXEC), 2);
	ck_assert_int_eq(records(DONE), 1);
	ck_assert_int_eq(GH.SQLBulkOperations(statement, SQL_ADD), SQL_NEED_DATA);
	ck_assert_int_eq(GH.SQLCancelHandle(SQL_HANDLE_STMT, statement), SQL_SUCCESS);
	ck_assert_int_eq(records("\"HY008\""), 1);
	ck_assert_int_eq(GH.SQLFetch(statement), SQL_SUCCESS);
	check_bound(&to);
	ck_assert_int_eq(GH.SQLCancelHandle(SQL_HANDLE_DBC, connection), SQL_SUCCESS);
	stop();
}
END_TEST

START_TEST(an_environment_ends_all_transactions)
{
	SQLHDBC other = NULL;

	start("");
	ck_assert_int_eq(GH.SQLAllocHandle(SQL_HANDLE_DBC, environment, &other), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLEndTran(SQL_HANDLE_ENV, environment, SQL_COMMIT), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLFreeHandle(SQL_HANDLE_DBC, other), SQL_SUCCESS);
	stop();
	start("fail:endtran");
	ck_assert_int_eq(GH.SQLEndTran(SQL_HANDLE_ENV, environment, SQL_COMMIT), SQL_ERROR);
	no_secret(SQL_HANDLE_ENV, environment);
	no_secret(SQL_HANDLE_DBC, connection);
	stop();
}
END_TEST

/* ---- streamed output parameters ------------------------------------------------------------- */

static SQLRETURN bind_stream(SQLSMALLINT direction)
{
	static SQLLEN length;

	return GH.SQLBindParameter(statement, 2, direction, SQL_C_CHAR, SQL_LONGVARCHAR, 40, 0,
				   (SQLPOINTER)(intptr_t)7, 0, &length);
}

/* SQLGetData gives chunks of the parameter; SQLParamData ends the statement. */
START_TEST(without_masks_a_stream_is_as_raw)
{
	char text[16] = "";
	SQLLEN length = 0;
	SQLPOINTER token = NULL;

	policy = CLEAR_POLICY;
	start("stream:all");
	ck_assert_int_eq(bind_stream(SQL_PARAM_OUTPUT_STREAM), SQL_SUCCESS);
	ck_assert_int_eq(execute(), SQL_PARAM_DATA_AVAILABLE);
	ck_assert_int_eq(GH.SQLGetData(statement, 2, SQL_C_CHAR, text, 11, &length),
			 SQL_SUCCESS_WITH_INFO);
	ck_assert_str_eq(text, "bob.secret");
	ck_assert_int_eq(length, 22);
	ck_assert_int_eq(GH.SQLGetData(statement, 2, SQL_C_CHAR, text, 16, &length), SQL_SUCCESS);
	ck_assert_str_eq(text, "@example.com");
	ck_assert_int_eq(GH.SQLParamData(statement, &token), SQL_SUCCESS);
	ck_assert_int_eq(GH.SQLMoreResults(statement), SQL_NO_DATA);
	ck_assert_int_eq(records(EXEC), 1);
	ck_assert_int_eq(records(DONE), 1);
	ck_assert_int_eq(records("23505"), 0);
	stop();
	start("more:1 stream:all");
	ck_assert_int_eq(execute(), SQL_PARAM_DATA_AVAILABLE);
	ck_assert_int_eq(GH.SQLMoreResults(statement), SQL_PARAM_DATA_AVAILABLE);
	ck_assert_int_eq(GH.SQLGetData(statement, 2, SQL_C_CHAR, text, 11, &length),
			 SQL_SUCCESS_WITH_INFO);
	ck_assert_str_eq(text, "bob.secret");
	stop();
	policy = POLICY;
}
END_TEST

/* Refused when it is bound, and nothing comes where the target streams all the same. */
START_TEST(with_masks_a_stream_is_refused)
{
	static const SQLSMALLINT directions[] = { SQL_PARAM_OUTPUT_STREAM,
						  SQL_PARAM_INPUT_OUTPUT_STREAM };
	static const char *const scripts[] = { "stream:all", "more:1 stream:all" };
	char text[1024];
	struct guarded to;

	start("");
	for (size_t i = 0; i < 2; i++) {
		ck_assert_int_eq(bind_stream(directions[i]), SQL_ERROR);
		message(SQL_HANDLE_STMT, statement, text);
		ck_assert_msg(strstr(text, "streamed output parameters") != NULL, "%s", text);
	}
	stop();
	for (size_t i = 0; i < 2; i++) {
		start(scripts[i]);
		ck_assert_int_eq(execute(), SQL_PARAM_DATA_AVAILABLE);
		ck_assert_int_eq(get(2, SQL_C_CHAR, &to), SQL_ERROR);
		(void)GH.SQLMoreResults(statement);
		(void)get(2, SQL_C_CHAR, &to);
		(void)get(3, SQL_C_WCHAR, &to);
		stop();
	}
}
END_TEST

/* ---- output parameters in arrays ------------------------------------------------------------- */

enum { SETS = 5, MOVED = 8 };

struct output_set {
	char text[ROOM];
	SQLLEN length;
};

struct output_sets {
	unsigned char before[GUARD];
	struct output_set sets[SETS + MOVED];
	unsigned char after[GUARD];
};

static void set_attribute(SQLINTEGER attribute, SQLPOINTER value)
{
	ck_assert_int_eq(GH.SQLSetStmtAttr[GH_NARROW](statement, attribute, value, 0), SQL_SUCCESS);
}

static void check_sets(const struct output_sets *to, SQLULEN first)
{
	ck_assert(!holds((const char *)to, sizeof(*to), "secret"));
	ck_assert(!holds((const char *)to, sizeof(*to), "bob"));
	for (SQLULEN i = 0; i < SETS + MOVED; i++) {
		const struct output_set *set = &to->sets[i];

		if (i < first || i >= first + SETS || (i - first) % 2 == 1) {
			ck_assert_int_eq(set->length, -77);
			continue;
		}
		ck_assert_int_ge(set->length, 0);
		ck_assert_uint_eq(strlen(set->text), (size_t)set->length);
	}
	for (int i = 0; i < GUARD; i++)
		ck_assert(to->before[i] == 0xA5 && to->after[i] == 0xA5);
}

static void clear_sets(struct output_sets *to)
{
	memset(to, 0xA5, sizeof(*to));
	for (int i = 0; i < SETS + MOVED; i++)
		to->sets[i].length = -77;
}

/* The target writes sets 0, 2 and 4, masks answer there, and nothing else is touched. */
START_TEST(outputs_of_several_sets_are_masked_in_their_places)
{
	SQLULEN offset = 0;
	struct output_sets to;

	start("");
	ck_assert_int_eq(GH.SQLBindParameter(statement, 1, SQL_PARAM_OUTPUT, SQL_C_CHAR,
					     SQL_VARCHAR, 40, 0, to.sets[0].text, ROOM,
					     &to.sets[0].length),
			 SQL_SUCCESS);
	set_attribute(SQL_ATTR_PARAM_BIND_TYPE, (SQLPOINTER)sizeof(struct output_set));
	set_attribute(SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(intptr_t)SETS);
	for (SQLULEN first = 0; first <= MOVED; first += MOVED / 2) {
		if (first == MOVED / 2)
			set_attribute(SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset);
		offset = first * sizeof(struct output_set);
		clear_sets(&to);
		ck_assert_int_eq(execute(), SQL_SUCCESS);
		check_sets(&to, first);
		ck_assert_int_eq(GH.SQLFreeStmt(statement, SQL_CLOSE), SQL_SUCCESS);
	}
	stop();
}
END_TEST

START_TEST(outputs_of_several_sets_by_column_are_masked)
{
	struct {
		char texts[SETS][ROOM];
		SQLLEN lengths[SETS];
	} to;

	start("");
	memset(&to, 0xA5, sizeof(to));
	ck_assert_int_eq(GH.SQLBindParameter(statement, 1, SQL_PARAM_OUTPUT, SQL_C_CHAR,
					     SQL_VARCHAR, 40, 0, to.texts, ROOM, to.lengths),
			 SQL_SUCCESS);
	set_attribute(SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)(intptr_t)SETS);
	ck_assert_int_eq(execute(), SQL_SUCCESS);
	ck_assert(!holds((const char *)&to, sizeof(to), "secret"));
	for (int i = 0; i < SETS; i += 2)
		ck_assert_uint_eq(strlen(to.texts[i]), (size_t)to.lengths[i]);
	ck_assert_uint_eq((unsigned char)to.texts[1][0], 0xA5);
	stop();
}
END_TEST

GH_UNIT_MAIN("fake_calls", outputs_of_several_sets_are_masked_in_their_places,
	     outputs_of_several_sets_by_column_are_masked, a_call_that_goes_on_is_one_statement,
	     a_change_goes_on_as_one_statement,
	     a_change_waits_for_its_data, an_environment_ends_all_transactions,
	     without_masks_a_stream_is_as_raw, with_masks_a_stream_is_refused)
