/* Masked values into an application's buffer: chunks, terminators, indicators. */
#include "unit.h"

#include <string.h>

#include "gatehouse/mask.h"

#define CANARY 0x5A

struct room {
	unsigned char bytes[64];
	SQLLEN length;
	size_t offset;
	const char *state;
};

static void fresh(struct room *room)
{
	memset(room, 0, sizeof(*room));
	memset(room->bytes, CANARY, sizeof(room->bytes));
	room->length = -77;
}

static SQLRETURN deliver(struct room *room, struct gh_mask_value value, SQLSMALLINT c_type,
			 SQLLEN size)
{
	struct gh_mask_buffer buffer = { c_type, room->bytes, size, &room->length,
					 &room->length };

	memset(room->bytes, CANARY, sizeof(room->bytes));
	return gh_mask_deliver(&value, &buffer, &room->offset, &room->state);
}

static void untouched_from(const struct room *room, size_t first)
{
	for (size_t i = first; i < sizeof(room->bytes); i++)
		ck_assert_msg(room->bytes[i] == CANARY, "byte %zu was written", i);
}

static struct gh_mask_value text(const char *value)
{
	return (struct gh_mask_value){ false, value, strlen(value) };
}

START_TEST(text_that_fits_is_terminated_and_nothing_more_is_written)
{
	struct room room;

	fresh(&room);
	ck_assert_int_eq(deliver(&room, text("hello"), SQL_C_CHAR, 6), SQL_SUCCESS);
	ck_assert_mem_eq(room.bytes, "hello", 6);
	untouched_from(&room, 6);
	ck_assert_int_eq(room.length, 5);
	ck_assert_ptr_null(room.state);
	ck_assert_int_eq(deliver(&room, text("hello"), SQL_C_CHAR, 6), SQL_NO_DATA);
	untouched_from(&room, 0);
}
END_TEST

START_TEST(truncated_text_tells_the_remaining_length)
{
	struct room room;

	fresh(&room);
	ck_assert_int_eq(deliver(&room, text("hello"), SQL_C_CHAR, 5), SQL_SUCCESS_WITH_INFO);
	ck_assert_str_eq(room.state, "01004");
	ck_assert_mem_eq(room.bytes, "hell", 5);
	untouched_from(&room, 5);
	ck_assert_int_eq(room.length, 5);
	ck_assert_int_eq(deliver(&room, text("hello"), SQL_C_CHAR, 5), SQL_SUCCESS);
	ck_assert_mem_eq(room.bytes, "o", 2);
	ck_assert_int_eq(room.length, 1);
	ck_assert_int_eq(deliver(&room, text("hello"), SQL_C_CHAR, 5), SQL_NO_DATA);
}
END_TEST

/* Reads a value in chunks of `size` bytes; returns what was put together. */
static size_t in_chunks(struct gh_mask_value value, SQLSMALLINT c_type, SQLLEN size,
			unsigned char *all)
{
	size_t unit = c_type == SQL_C_CHAR ? 1 : c_type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 0;
	size_t chunk = (unit > 1 ? (size_t)size - (size_t)size % unit : (size_t)size) - unit;
	size_t total = 0;
	struct room room;
	SQLRETURN result;

	fresh(&room);
	while ((result = deliver(&room, value, c_type, size)) == SQL_SUCCESS_WITH_INFO) {
		ck_assert_str_eq(room.state, "01004");
		ck_assert_int_eq(room.length, (SQLLEN)(value.length - total));
		memcpy(all + total, room.bytes, chunk);
		untouched_from(&room, chunk + unit);
		total += chunk;
		ck_assert_uint_lt(total, value.length);
	}
	ck_assert_int_eq(result, SQL_SUCCESS);
	memcpy(all + total, room.bytes, (size_t)room.length);
	untouched_from(&room, (size_t)room.length + unit);
	ck_assert_int_eq(deliver(&room, value, c_type, size), SQL_NO_DATA);
	return total + (size_t)room.length;
}

START_TEST(chunks_of_every_size_put_together_are_the_value)
{
	static const SQLSMALLINT types[] = { SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY };
	const char value[] = "0123456789abcdefghijklmnopqrst\xC3\xA9";
	unsigned char all[64];

	for (size_t t = 0; t < 3; t++) {
		size_t least = t == 0 ? 2 : t == 1 ? 2 * sizeof(SQLWCHAR) : 1;

		for (size_t size = least; size <= sizeof(value) + 5; size++) {
			struct gh_mask_value whole = { false, value, 32 };

			ck_assert_uint_eq(in_chunks(whole, types[t], (SQLLEN)size, all), 32);
			ck_assert_mem_eq(all, value, 32);
		}
	}
}
END_TEST

START_TEST(an_odd_room_for_wide_text_is_rounded_down)
{
	static const SQLWCHAR wide[] = { 'a', 'b', 'c' };
	struct gh_mask_value value = { false, wide, sizeof(wide) };
	SQLLEN size = 2 * (SQLLEN)sizeof(SQLWCHAR) + 1;
	struct room room;
	SQLWCHAR zero = 0;

	fresh(&room);
	ck_assert_int_eq(deliver(&room, value, SQL_C_WCHAR, size), SQL_SUCCESS_WITH_INFO);
	ck_assert_mem_eq(room.bytes, wide, sizeof(SQLWCHAR));
	ck_assert_mem_eq(room.bytes + sizeof(SQLWCHAR), &zero, sizeof(zero));
	untouched_from(&room, 2 * sizeof(SQLWCHAR));
	ck_assert_int_eq(room.length, sizeof(wide));
	fresh(&room);
	ck_assert_int_eq(deliver(&room, value, SQL_C_WCHAR, 1), SQL_SUCCESS_WITH_INFO);
	untouched_from(&room, 0);
}
END_TEST

START_TEST(an_empty_text_is_delivered_once)
{
	static const SQLSMALLINT types[] = { SQL_C_CHAR, SQL_C_WCHAR, SQL_C_BINARY };
	struct room room;

	for (size_t t = 0; t < 3; t++) {
		fresh(&room);
		ck_assert_int_eq(deliver(&room, text(""), types[t], 8), SQL_SUCCESS);
		ck_assert_int_eq(room.length, 0);
		untouched_from(&room, t == 0 ? 1 : t == 1 ? sizeof(SQLWCHAR) : 0);
		ck_assert_int_eq(deliver(&room, text(""), types[t], 8), SQL_NO_DATA);
	}
}
END_TEST

START_TEST(no_room_tells_the_length_and_delivers_nothing)
{
	struct room room;

	fresh(&room);
	ck_assert_int_eq(deliver(&room, text("abc"), SQL_C_CHAR, 0), SQL_SUCCESS_WITH_INFO);
	ck_assert_str_eq(room.state, "01004");
	ck_assert_int_eq(room.length, 3);
	untouched_from(&room, 0);
	ck_assert_int_eq(deliver(&room, text("abc"), SQL_C_CHAR, 4), SQL_SUCCESS);
	fresh(&room);
	ck_assert_int_eq(deliver(&room, text("abc"), SQL_C_BINARY, 0), SQL_SUCCESS_WITH_INFO);
	ck_assert_int_eq(room.length, 3);
	fresh(&room);
	ck_assert_int_eq(deliver(&room, text(""), SQL_C_CHAR, 0), SQL_SUCCESS_WITH_INFO);
	fresh(&room);
	ck_assert_int_eq(deliver(&room, text(""), SQL_C_BINARY, 0), SQL_SUCCESS);
}
END_TEST

START_TEST(a_negative_room_is_refused_for_text_and_ignored_for_numbers)
{
	SQLINTEGER number = 7;
	struct gh_mask_value value = { false, &number, sizeof(number) };
	struct room room;

	fresh(&room);
	ck_assert_int_eq(deliver(&room, text("abc"), SQL_C_CHAR, -1), SQL_ERROR);
	ck_assert_str_eq(room.state, "HY090");
	ck_assert_int_eq(room.length, -77);
	untouched_from(&room, 0);
	ck_assert_int_eq(deliver(&room, value, SQL_C_SLONG, -1), SQL_SUCCESS);
	ck_assert_mem_eq(room.bytes, &number, sizeof(number));
	ck_assert_int_eq(room.length, sizeof(number));
	untouched_from(&room, sizeof(number));
	ck_assert_int_eq(deliver(&room, value, SQL_C_SLONG, -1), SQL_NO_DATA);
}
END_TEST

START_TEST(null_needs_an_indicator)
{
	struct gh_mask_value null = { true, NULL, 0 };
	struct gh_mask_buffer buffer = { SQL_C_CHAR, NULL, 8, NULL, NULL };
	struct room room;

	fresh(&room);
	ck_assert_int_eq(deliver(&room, null, SQL_C_CHAR, 8), SQL_SUCCESS);
	ck_assert_int_eq(room.length, SQL_NULL_DATA);
	untouched_from(&room, 0);
	ck_assert_int_eq(deliver(&room, null, SQL_C_CHAR, 8), SQL_NO_DATA);
	fresh(&room);
	buffer.target = room.bytes;
	ck_assert_int_eq(gh_mask_deliver(&null, &buffer, &room.offset, &room.state), SQL_ERROR);
	ck_assert_str_eq(room.state, "22002");
	buffer.length = &room.length;
	ck_assert_int_eq(gh_mask_deliver(&null, &buffer, &room.offset, &room.state), SQL_ERROR);
	ck_assert_int_eq(room.length, -77);
}
END_TEST

START_TEST(length_and_indicator_may_be_two_variables)
{
	SQLLEN length = -77, indicator = -77;
	struct room room;
	struct gh_mask_value value = text("abc");
	struct gh_mask_buffer buffer = { SQL_C_CHAR, room.bytes, 8, &length, &indicator };

	fresh(&room);
	ck_assert_int_eq(gh_mask_deliver(&value, &buffer, &room.offset, &room.state),
			 SQL_SUCCESS);
	ck_assert_int_eq(length, 3);
	ck_assert_int_eq(indicator, 0);
	value.is_null = true;
	room.offset = 0;
	ck_assert_int_eq(gh_mask_deliver(&value, &buffer, &room.offset, &room.state),
			 SQL_SUCCESS);
	ck_assert_int_eq(indicator, SQL_NULL_DATA);
	ck_assert_int_eq(length, 3);
}
END_TEST

START_TEST(without_a_target_only_the_length_is_told)
{
	SQLLEN length = -77;
	size_t offset = 0;
	const char *state;
	struct gh_mask_value value = text("abc");
	struct gh_mask_buffer buffer = { SQL_C_CHAR, NULL, 8, &length, &length };

	ck_assert_int_eq(gh_mask_deliver(&value, &buffer, &offset, &state), SQL_SUCCESS);
	ck_assert_int_eq(length, 3);
	ck_assert_uint_eq(offset, 0);
	buffer.length = NULL;
	buffer.indicator = NULL;
	ck_assert_int_eq(gh_mask_deliver(&value, &buffer, &offset, &state), SQL_SUCCESS);
}
END_TEST

START_TEST(what_is_not_of_the_c_type_is_refused)
{
	struct room room;

	fresh(&room);
	ck_assert_int_eq(deliver(&room, text("abc"), SQL_C_SLONG, 8), SQL_ERROR);
	ck_assert_str_eq(room.state, "HY000");
	ck_assert_int_eq(deliver(&room, text("abc"), 12345, 8), SQL_ERROR);
	ck_assert_str_eq(room.state, "HY003");
	room.offset = 4;
	ck_assert_int_eq(deliver(&room, text("abc"), SQL_C_CHAR, 8), SQL_ERROR);
	untouched_from(&room, 0);
}
END_TEST

GH_UNIT_MAIN("deliver", text_that_fits_is_terminated_and_nothing_more_is_written,
	     truncated_text_tells_the_remaining_length,
	     chunks_of_every_size_put_together_are_the_value,
	     an_odd_room_for_wide_text_is_rounded_down, an_empty_text_is_delivered_once,
	     no_room_tells_the_length_and_delivers_nothing,
	     a_negative_room_is_refused_for_text_and_ignored_for_numbers, null_needs_an_indicator,
	     length_and_indicator_may_be_two_variables, without_a_target_only_the_length_is_told,
	     what_is_not_of_the_c_type_is_refused)
