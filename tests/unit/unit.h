/*
 * The frame of a unit test program: one suite, printed as TAP.  A test file
 * defines its tests with START_TEST and ends with
 *
 *     GH_UNIT_MAIN("buf", append_grows, a_failed_append_is_remembered)
 */
#ifndef GATEHOUSE_TESTS_UNIT_H
#define GATEHOUSE_TESTS_UNIT_H

#include <check.h>
#include <stdlib.h>

static inline int gh_unit_run(const char *name, const TTest *const *tests, size_t count)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(tcase, 120);
	for (size_t i = 0; i < count; i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define GH_UNIT_MAIN(name, ...)                                                              \
	int main(void)                                                                       \
	{                                                                                    \
		const TTest *const tests[] = { __VA_ARGS__ };                                \
		return gh_unit_run(name, tests, sizeof(tests) / sizeof(tests[0]));           \
	}

#endif
