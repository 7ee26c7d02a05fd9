/* Statuses and the detail of a failure. */
#include "unit.h"

#include <string.h>

#include "gatehouse/status.h"

START_TEST(every_status_has_a_sqlstate_and_a_text)
{
	for (int i = 0; i < GH_STATUS_COUNT; i++) {
		ck_assert_uint_eq(strlen(gh_status_sqlstate((enum gh_status)i)), 5);
		ck_assert_uint_gt(strlen(gh_status_text((enum gh_status)i)), 0);
		for (int j = 0; j < i; j++)
			ck_assert_int_ne(gh_status_native((enum gh_status)i),
					 gh_status_native((enum gh_status)j));
	}
}
END_TEST

/* A client library would take these for a time-out or a lost connection. */
START_TEST(no_decision_looks_like_a_lost_connection)
{
	for (int i = GH_E_BLOCKED; i <= GH_E_POLICY; i++) {
		const char *state = gh_status_sqlstate((enum gh_status)i);

		ck_assert(strncmp(state, "08", 2) != 0 && strcmp(state, "HYT00") != 0 &&
			  strcmp(state, "01000") != 0);
	}
}
END_TEST

START_TEST(an_unknown_status_is_a_bug)
{
	ck_assert_int_eq(gh_status_native((enum gh_status)9999), gh_status_native(GH_E_BUG));
}
END_TEST

START_TEST(the_detail_is_one_line)
{
	struct gh_error err = { 0 };

	ck_assert_int_eq(gh_fail_at(&err, GH_E_FORMAT, 3, 4, "a\nb\x1b%s", "c"), GH_E_FORMAT);
	ck_assert_str_eq(err.text, "a?b?c");
	ck_assert_int_eq(err.line, 3);
	ck_assert_int_eq(gh_fail(NULL, GH_E_IO, "x"), GH_E_IO);
}
END_TEST

START_TEST(a_long_detail_is_cut_at_a_character)
{
	struct gh_error err = { 0 };
	char text[1001] = { 0 };

	for (int i = 0; i < 1000; i += 2)
		memcpy(text + i, "\xC3\xA9", 2);
	gh_fail(&err, GH_E_IO, "x%s", text);
	ck_assert_uint_eq(strlen(err.text), 399);
	gh_fail(&err, GH_E_IO, "%s", text);
	ck_assert_uint_eq(strlen(err.text), 398);
}
END_TEST

GH_UNIT_MAIN("status", every_status_has_a_sqlstate_and_a_text,
	     no_decision_looks_like_a_lost_connection, an_unknown_status_is_a_bug,
	     the_detail_is_one_line, a_long_detail_is_cut_at_a_character)
