/* Masked values and parameters that bring what a procedure reads to the application. */
#include "secrets.h"

#include <string.h>

#define CALL  "{call gh_reveal(?, ?, ?, ?)}"
#define LATE  "{call gh_reveal_late(?, ?, ?, ?)}"
#define GUESS "536-48-7319"

/* One call's parameters: the row, its email and bonus, and an ssn that goes in too. */
struct call {
	SQLINTEGER id;
	SQLLEN id_length;
	struct gh_area email, bonus, ssn;
	SQLLEN email_length, bonus_length, ssn_length;
};

/* Lengths are 0 before: libmaodbc 3.1.15 reads as many bytes of an output, too. */
static bool begin(struct call *call)
{
	*call = (struct call){ .id = 1 };
	return gh_area_init(&call->email, 60) && gh_area_init(&call->bonus, 4) &&
	       gh_area_init(&call->ssn, 60);
}

static void end(struct gh_side *side, struct call *call)
{
	gh_area_clear(&call->email);
	gh_area_clear(&call->bonus);
	gh_area_clear(&call->ssn);
	gh_side_fresh(side);
	gh_side_note(side, "finished");
}

static void bind_output(struct gh_side *side, struct call *call)
{
	SQLRETURN r;

	SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0, &call->id,
			 0, &call->id_length);
	r = SQLBindParameter(side->stmt, 2, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_VARCHAR, 60, 0,
			     gh_area_at(&call->email), 60, &call->email_length);
	gh_check(side, SQL_SUCCEEDED(r), "a text is bound: %s", gh_odbc_return_name(r));
	r = SQLBindParameter(side->stmt, 3, SQL_PARAM_OUTPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0,
			     gh_area_at(&call->bonus), 4, &call->bonus_length);
	gh_check(side, SQL_SUCCEEDED(r), "a number is bound: %s", gh_odbc_return_name(r));
}

static void bind_both(struct gh_side *side, struct call *call, const char *text)
{
	SQLRETURN r;

	memcpy(gh_area_at(&call->ssn), text, strlen(text) + 1);
	call->ssn_length = SQL_NTS;
	r = SQLBindParameter(side->stmt, 4, SQL_PARAM_INPUT_OUTPUT, SQL_C_CHAR, SQL_VARCHAR, 60, 0,
			     gh_area_at(&call->ssn), 60, &call->ssn_length);
	gh_check(side, SQL_SUCCEEDED(r), "an input that is an output is bound: %s",
		 gh_odbc_return_name(r));
}

static void scan(struct gh_side *side, const struct call *call, const char *what)
{
	gh_scan_area(side, &call->email, what);
	gh_scan_area(side, &call->bonus, what);
	gh_scan_area(side, &call->ssn, what);
	gh_scan_records(side, SQL_HANDLE_STMT, side->stmt);
}

/* To the last result, where some drivers write. */
static void run(struct gh_side *side, struct call *call, const char *sql)
{
	SQLRETURN r = gh_side_exec(side, sql);

	gh_check(side, SQL_SUCCEEDED(r), "it is executed: %s", gh_odbc_return_name(r));
	scan(side, call, "behind the execution");
	for (int i = 0; SQL_SUCCEEDED(r) && i < 9; i++) {
		r = SQLMoreResults(side->stmt);
		scan(side, call, "behind a result");
	}
	gh_check(side, r == SQL_NO_DATA, "the results end: %s", gh_odbc_return_name(r));
}

/* procedures.xml nullifies what is not known, so that NULL is what must come. */
static void came(struct gh_side *side, const struct call *call)
{
	gh_check(side, call->email_length == SQL_NULL_DATA, "the text came: %lld",
		 (long long)call->email_length);
	gh_check(side, call->bonus_length == SQL_NULL_DATA, "the number came: %lld",
		 (long long)call->bonus_length);
	gh_check(side, call->ssn_length == SQL_NULL_DATA, "what went in came out: %lld",
		 (long long)call->ssn_length);
}

static void of_a_procedure(struct gh_side *side)
{
	struct call call;

	if (begin(&call)) {
		bind_output(side, &call);
		bind_both(side, &call, "nothing");
		run(side, &call, CALL);
		came(side, &call);
	}
	end(side, &call);
}

/* libmaodbc writes them at SQLMoreResults; they are bound anew in between. */
static void behind_a_result(struct gh_side *side)
{
	struct call call;

	if (begin(&call)) {
		bind_output(side, &call);
		bind_both(side, &call, "nothing");
		run(side, &call, LATE);
		came(side, &call);
		SQLFreeStmt(side->stmt, SQL_CLOSE);
		gh_side_prepare(side, LATE);
		gh_side_execute(side);
		bind_output(side, &call);
		bind_both(side, &call, "nothing");
		while (SQL_SUCCEEDED(SQLMoreResults(side->stmt)))
			scan(side, &call, "bound anew behind the execution");
		scan(side, &call, "bound anew, at the end");
	}
	end(side, &call);
}

/* A value that stays as it was would say that it was guessed. */
static void guessed(struct gh_side *side)
{
	struct call call;

	if (begin(&call)) {
		bind_output(side, &call);
		for (int i = 0; i < 2; i++) {
			bind_both(side, &call, i == 0 ? GUESS : "536-40-0000");
			gh_side_exec(side, CALL);
			while (SQL_SUCCEEDED(SQLMoreResults(side->stmt)))
				;
			gh_check(side, call.ssn_length == SQL_NULL_DATA,
				 "guess %d is answered the same: %lld", i,
				 (long long)call.ssn_length);
			SQLFreeStmt(side->stmt, SQL_CLOSE);
		}
	}
	end(side, &call);
}

static void watched(struct gh_side *side)
{
	struct call call;
	struct gh_watcher watcher;

	if (begin(&call) && gh_watcher_start(&watcher, &call.email)) {
		bind_output(side, &call);
		bind_both(side, &call, "nothing");
		gh_side_prepare(side, CALL);
		for (int i = 0; i < 50; i++) {
			gh_side_execute(side);
			while (SQL_SUCCEEDED(SQLMoreResults(side->stmt)))
				;
			SQLFreeStmt(side->stmt, SQL_CLOSE);
		}
		gh_watcher_stop(&watcher);
		gh_check(side, watcher.found == NULL, "nothing is there for a moment: %s",
			 watcher.found != NULL ? watcher.found : "none");
		came(side, &call);
	}
	end(side, &call);
}

/* ---- ways round ------------------------------------------------------------------------------ */

static SQLHDESC descriptor(struct gh_side *side, SQLINTEGER attribute)
{
	SQLHDESC handle = SQL_NULL_HDESC;

	SQLGetStmtAttr(side->stmt, attribute, &handle, 0, NULL);
	return handle;
}

/* The governed side refuses; the raw one need not, and then shows the value. */
static void refused(struct gh_side *side, SQLRETURN r, const char *what)
{
	gh_check(side, r == SQL_ERROR, "%s is refused: %s", what, gh_odbc_return_name(r));
}

static void through_descriptors(struct gh_side *side)
{
	SQLHDESC own = SQL_NULL_HDESC, application, implementation;
	SQLPOINTER data = NULL;
	SQLULEN offset = 0;
	struct call call;

	if (begin(&call)) {
		SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own);
		application = descriptor(side, SQL_ATTR_APP_PARAM_DESC);
		implementation = descriptor(side, SQL_ATTR_IMP_PARAM_DESC);
		bind_output(side, &call);
		bind_both(side, &call, "nothing");
		SQLGetDescField(application, 2, SQL_DESC_DATA_PTR, &data, 0, NULL);
		gh_check(side, data == gh_area_at(&call.email), "its own buffer is shown");
		refused(side,
			SQLSetDescField(application, 2, SQL_DESC_DATA_PTR, gh_area_at(&call.email),
					0),
			"another buffer");
		refused(side,
			SQLSetDescField(implementation, 1, SQL_DESC_PARAMETER_TYPE,
					(SQLPOINTER)SQL_PARAM_OUTPUT, 0),
			"a direction in the descriptor");
		refused(side, SQLCopyDesc(application, own), "a copy of the bindings");
		refused(side, SQLCopyDesc(implementation, own), "a copy of the directions");
		refused(side, SQLCopyDesc(own, application), "a copy over the bindings");
		refused(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_APP_PARAM_DESC, own, 0),
			"an explicit descriptor");
		gh_side_exec(side, CALL);
		/* what the target may still write would go elsewhere */
		refused(side, SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAMSET_SIZE, (SQLPOINTER)2, 0),
			"an array behind the execution");
		refused(side,
			SQLSetStmtAttr(side->stmt, SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset, 0),
			"an offset behind the execution");
		SQLFreeStmt(side->stmt, SQL_CLOSE);
		run(side, &call, CALL);
		came(side, &call);
	}
	SQLFreeHandle(SQL_HANDLE_DESC, own);
	end(side, &call);
}

static void bound_last(struct gh_side *side)
{
	SQLHDESC own = SQL_NULL_HDESC;
	struct call call;
	SQLRETURN r;

	SQLAllocHandle(SQL_HANDLE_DESC, side->dbc, &own);
	if (begin(&call)) {
		SQLSetStmtAttr(side->stmt, SQL_ATTR_APP_PARAM_DESC, own, 0);
		r = SQLBindParameter(side->stmt, 2, SQL_PARAM_OUTPUT, SQL_C_CHAR, SQL_VARCHAR, 60,
				     0, gh_area_at(&call.email), 60, &call.email_length);
		refused(side, r, "an output");
	}
	gh_side_fresh(side);
	SQLFreeHandle(SQL_HANDLE_DESC, own);
	end(side, &call);
}

/*
 * SQL_RESET_PARAMS forgets the buffers; a driver that keeps the directions would
 * write to what is then bound by fields.  An input that an output was stays as it is.
 */
static void bound_again(struct gh_side *side)
{
	struct call call;
	SQLHDESC application = descriptor(side, SQL_ATTR_APP_PARAM_DESC);

	if (begin(&call)) {
		bind_output(side, &call);
		bind_both(side, &call, "nothing");
		SQLFreeStmt(side->stmt, SQL_RESET_PARAMS);
		SQLBindParameter(side->stmt, 1, SQL_PARAM_INPUT, SQL_C_SLONG, SQL_INTEGER, 0, 0,
				 &call.id, 0, &call.id_length);
		call.email_length = call.bonus_length = call.ssn_length = SQL_NULL_DATA;
		SQLSetDescField(application, 2, SQL_DESC_TYPE, (SQLPOINTER)SQL_C_CHAR, 0);
		SQLSetDescField(application, 2, SQL_DESC_OCTET_LENGTH, (SQLPOINTER)60, 0);
		SQLSetDescField(application, 2, SQL_DESC_OCTET_LENGTH_PTR, &call.email_length, 0);
		SQLSetDescField(application, 2, SQL_DESC_INDICATOR_PTR, &call.email_length, 0);
		SQLSetDescField(application, 2, SQL_DESC_DATA_PTR, gh_area_at(&call.email), 0);
		gh_side_exec(side, CALL);
		scan(side, &call, "bound by fields");
		gh_side_fresh(side);
		bind_output(side, &call);
		bind_both(side, &call, "nothing");
		run(side, &call, CALL);
		came(side, &call);
	}
	end(side, &call);
}

const struct gh_sequence gh_masked_parameters[] = {
	{ "output parameters show no secret", of_a_procedure, GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "output parameters behind a result show no secret", behind_a_result,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "an output parameter confirms no guess", guessed, GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "an output parameter shows no secret for a moment", watched,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "descriptors are no way round for output parameters", through_descriptors,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "output parameters stay out of explicit descriptors", bound_last,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ "output parameters that are bound again show no secret", bound_again,
	  GH_POSTGRESQL | GH_MARIADB, 0 },
	{ NULL, NULL, 0, 0 },
};
