/* Diagnostic records: ours, and copies of a target's that may carry data. */
#include "unit.h"

#include <string.h>

#include "gatehouse/session.h"

START_TEST(a_record_has_component_state_and_native_code)
{
	struct gh_diagnostics diag = { 0 };

	gh_diag_add(&diag, GH_E_BLOCKED, "no (rule x)");
	gh_diag_add(&diag, GH_E_IDENTITY, "who");
	gh_diag_add(&diag, GH_E_JOURNAL, "full");
	gh_diag_add(&diag, GH_E_NO_FUNCTION, NULL);
	ck_assert_uint_eq(diag.count, 4);
	ck_assert_str_eq(diag.records[0].text,
			 "[Gatehouse][Policy] Blocked by policy: no (rule x)");
	ck_assert_str_eq(diag.records[0].state, "42501");
	ck_assert_int_eq(diag.records[0].native, 7101);
	ck_assert_str_eq(diag.records[1].text, "[Gatehouse][Identity] Identity not accepted: who");
	ck_assert_str_eq(diag.records[2].text, "[Gatehouse][Journal] Journal unavailable: full");
	ck_assert_str_eq(diag.records[3].text,
			 "[Gatehouse][Driver] The target driver lacks this function");
	ck_assert_str_eq(diag.records[3].state, "IM001");
	ck_assert_int_eq(diag.records[3].row, SQL_NO_ROW_NUMBER);
	gh_diag_clear(&diag);
}
END_TEST

START_TEST(clear_forgets_records_source_and_code)
{
	struct gh_diagnostics diag = { 0 };

	gh_diag_add(&diag, GH_E_BLOCKED, "x");
	diag.source = GH_DIAG_TARGET;
	diag.code = SQL_ERROR;
	gh_diag_clear(&diag);
	ck_assert_uint_eq(diag.count, 0);
	ck_assert_ptr_null(diag.records);
	ck_assert_int_eq(diag.source, GH_DIAG_OURS);
	ck_assert_int_eq(diag.code, SQL_SUCCESS);
	ck_assert_int_eq(diag.row_count, -1);
}
END_TEST

/* LibreOffice reads record 1 into 511 bytes; three bytes each, so that a cut falls inside. */
START_TEST(a_long_message_is_cut_at_a_character)
{
	struct gh_diagnostics diag = { 0 };

	for (int shift = 0; shift < 3; shift++) {
		char text[1000] = "xx";
		size_t length = (size_t)shift;

		while (length + 4 < sizeof(text)) {
			memcpy(text + length, "\xe2\x82\xac", 4);
			length += 3;
		}
		gh_diag_add(&diag, GH_E_BLOCKED, text);
	}
	ck_assert_uint_eq(diag.count, 3);
	for (size_t i = 0; i < diag.count; i++) {
		ck_assert_uint_le(strlen(diag.records[i].text), 400);
		ck_assert_uint_gt(strlen(diag.records[i].text), 390);
		ck_assert(gh_utf8_valid(gh_span_from(diag.records[i].text)));
	}
	gh_diag_clear(&diag);
}
END_TEST

START_TEST(a_message_is_one_line)
{
	struct gh_diagnostics diag = { 0 };

	gh_diag_add(&diag, GH_E_CONFIG, "a\nb\x1b[31m");
	ck_assert_ptr_null(strpbrk(diag.records[0].text, "\n\r\x1b"));
	gh_diag_clear(&diag);
}
END_TEST

START_TEST(a_state_of_odbcs_own_has_no_native_code)
{
	struct gh_diagnostics diag = { 0 };

	gh_diag_add_state(&diag, "01004", "String data, right truncated");
	ck_assert_str_eq(diag.records[0].state, "01004");
	ck_assert_int_eq(diag.records[0].native, 0);
	ck_assert_str_eq(diag.records[0].text, "[Gatehouse] String data, right truncated");
	gh_diag_clear(&diag);
}
END_TEST

/* ---- copies of a target's records -------------------------------------------------- */

struct said {
	const char *state;
	const char *text;
};

static const struct said *said;
static SQLSMALLINT said_count; /* more than there are: the target never ends */

static SQLRETURN say(SQLSMALLINT type, SQLHANDLE handle, SQLSMALLINT number, void *state,
		     SQLINTEGER *native, void *text, SQLSMALLINT room, SQLSMALLINT *length)
{
	const struct said *one = &said[said_count > 2 ? 0 : number - 1];

	(void)type;
	(void)handle;
	if (number > said_count)
		return SQL_NO_DATA;
	memcpy(state, one->state, 6);
	*native = 77;
	ck_assert_int_gt(room, (int)strlen(one->text));
	memcpy(text, one->text, strlen(one->text) + 1);
	*length = (SQLSMALLINT)strlen(one->text);
	return SQL_SUCCESS;
}

static void snapshot(struct gh_diagnostics *diag, enum gh_scrub scrub)
{
	static struct gh_functions functions;
	struct gh_downstream down = { .functions = &functions };

	functions.SQLGetDiagRec[GH_NARROW] = say;
	*diag = (struct gh_diagnostics){ .source = GH_DIAG_TARGET };
	gh_diag_snapshot(diag, &down, SQL_HANDLE_STMT, &down, scrub);
	ck_assert_int_eq(diag->source, GH_DIAG_OURS);
}

START_TEST(a_message_that_may_quote_rows_is_withheld)
{
	static const char *const states[] = { "23505", "22P02", "HY000", "01000", "42000",
					      "P0001", "S1000", "XX000", "22001" };
	struct gh_diagnostics diag;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		said = &(struct said){ states[i], "Key (email)=(bob@example.com) exists" };
		said_count = 1;
		snapshot(&diag, GH_SCRUB_YES);
		ck_assert_uint_eq(diag.count, 1);
		ck_assert_msg(strstr(diag.records[0].text, "bob") == NULL, "%s", states[i]);
		ck_assert_ptr_nonnull(strstr(diag.records[0].text, states[i]));
		ck_assert_str_eq(diag.records[0].state, states[i]);
		ck_assert_int_eq(diag.records[0].native, 77);
		gh_diag_clear(&diag);
	}
}
END_TEST

START_TEST(a_message_that_speaks_of_the_connection_stays)
{
	static const char *const states[] = {
		"08S01", "HYT00", "HYC00", "HY010", "07006", "25000"
	};
	struct gh_diagnostics diag;

	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		said = &(struct said){ states[i], "lost the server" };
		said_count = 1;
		snapshot(&diag, GH_SCRUB_YES);
		ck_assert_str_eq(diag.records[0].text, "lost the server");
		gh_diag_clear(&diag);
	}
}
END_TEST

START_TEST(without_masks_a_message_stays)
{
	struct gh_diagnostics diag;

	said = (const struct said[]){ { "23505", "Key (email)=(bob)" }, { "HY000", "caf\xe9" } };
	said_count = 2;
	snapshot(&diag, GH_SCRUB_NO);
	ck_assert_uint_eq(diag.count, 2);
	ck_assert_str_eq(diag.records[0].text, "Key (email)=(bob)");
	/* bytes of no known code page */
	ck_assert_str_eq(diag.records[1].text, "caf\xef\xbf\xbd");
	gh_diag_clear(&diag);
}
END_TEST

START_TEST(a_target_that_never_ends_its_records_is_stopped)
{
	struct gh_diagnostics diag;

	said = &(struct said){ "HY000", "again" };
	said_count = 32767;
	snapshot(&diag, GH_SCRUB_NO);
	ck_assert_uint_eq(diag.count, 64);
	gh_diag_clear(&diag);
}
END_TEST

GH_UNIT_MAIN("diag", a_record_has_component_state_and_native_code,
	     clear_forgets_records_source_and_code, a_long_message_is_cut_at_a_character,
	     a_message_is_one_line, a_state_of_odbcs_own_has_no_native_code,
	     a_message_that_may_quote_rows_is_withheld,
	     a_message_that_speaks_of_the_connection_stays, without_masks_a_message_stays,
	     a_target_that_never_ends_its_records_is_stopped)
