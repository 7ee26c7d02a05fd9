/* Buffers, spans and the arena. */
#include "unit.h"

#include <string.h>

#include "gatehouse/util.h"

START_TEST(append_grows_and_terminates)
{
	struct gh_buf buf;

	gh_buf_init(&buf, 0);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(gh_buf_printf(&buf, "%03d,", i), GH_OK);
	ck_assert_uint_eq(buf.length, 4000);
	ck_assert_int_eq(buf.bytes[buf.length], '\0');
	ck_assert_int_eq(strncmp(buf.bytes + 3996, "999,", 4), 0);
	gh_buf_clear(&buf);
}
END_TEST

START_TEST(a_failed_append_is_remembered)
{
	struct gh_buf buf;
	struct gh_error err = { 0 };

	gh_buf_init(&buf, 4);
	ck_assert_int_eq(gh_buf_append_text(&buf, "abc"), GH_OK);
	ck_assert_int_eq(gh_buf_append_text(&buf, "de"), GH_E_LIMIT);
	ck_assert_int_eq(gh_buf_append_text(&buf, "d"), GH_E_LIMIT);
	ck_assert_int_eq(gh_buf_status(&buf, &err), GH_E_LIMIT);
	ck_assert_ptr_null(gh_buf_take(&buf));
}
END_TEST

START_TEST(reset_forgets_a_failure)
{
	struct gh_buf buf;

	gh_buf_init(&buf, 2);
	ck_assert_int_eq(gh_buf_append_text(&buf, "abc"), GH_E_LIMIT);
	gh_buf_reset(&buf);
	ck_assert_int_eq(gh_buf_append_text(&buf, "ab"), GH_OK);
	gh_buf_clear(&buf);
}
END_TEST

START_TEST(take_moves_the_bytes_out)
{
	struct gh_buf buf;
	char *text;

	gh_buf_init(&buf, 0);
	gh_buf_append_text(&buf, "x");
	text = gh_buf_take(&buf);
	ck_assert_str_eq(text, "x");
	ck_assert_ptr_null(buf.bytes);
	free(text);
}
END_TEST

START_TEST(sizes_do_not_overflow)
{
	size_t result = 7;

	ck_assert(!gh_add_size((size_t)-1, 1, &result));
	ck_assert_uint_eq(result, 0);
	ck_assert(!gh_mul_size((size_t)-1, 2, &result));
	ck_assert(gh_mul_size(3, 4, &result));
	ck_assert_uint_eq(result, 12);
}
END_TEST

START_TEST(spans_compare)
{
	ck_assert(gh_span_equal(gh_span_from(NULL), gh_span_from("")));
	ck_assert(!gh_span_equal(gh_span_from("a"), gh_span_from("A")));
	ck_assert(gh_span_equal_nocase(gh_span_from("aZ"), gh_span_from("Az")));
	ck_assert(!gh_span_equal_nocase(gh_span_from("a["), gh_span_from("A{")));
}
END_TEST

START_TEST(the_arena_keeps_its_maximum)
{
	struct gh_arena *arena = NULL;

	ck_assert_int_eq(gh_arena_new(10000, &arena), GH_OK);
	ck_assert_ptr_nonnull(gh_arena_alloc(arena, 4000));
	ck_assert_ptr_null(gh_arena_alloc(arena, 9000));
	ck_assert_ptr_null(gh_arena_alloc(arena, (size_t)-8));
	gh_arena_free(arena);
}
END_TEST

START_TEST(the_arena_gives_zeroed_aligned_memory_after_reset)
{
	struct gh_arena *arena = NULL;
	char *bytes;

	ck_assert_int_eq(gh_arena_new(1 << 20, &arena), GH_OK);
	bytes = gh_arena_alloc(arena, 100);
	memset(bytes, 'x', 100);
	gh_arena_reset(arena);
	for (int i = 0; i < 50; i++) {
		bytes = gh_arena_alloc(arena, 33);
		ck_assert_uint_eq((uintptr_t)bytes % 16, 0);
		ck_assert(bytes[0] == 0 && memcmp(bytes, bytes + 1, 32) == 0);
	}
	ck_assert_str_eq(gh_arena_text(arena, gh_span_from("abc")), "abc");
	gh_arena_free(arena);
}
END_TEST

GH_UNIT_MAIN("buf", append_grows_and_terminates, a_failed_append_is_remembered,
	     reset_forgets_a_failure, take_moves_the_bytes_out, sizes_do_not_overflow,
	     spans_compare, the_arena_keeps_its_maximum,
	     the_arena_gives_zeroed_aligned_memory_after_reset)
