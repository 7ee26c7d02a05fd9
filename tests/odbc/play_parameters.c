/* Plays calls that bring parameters to a statement. */
#include "differ.h"

#include <string.h>

struct value {
	SQLSMALLINT c_type, sql_type;
	const void *bytes;
	size_t size;   /* of one element */
	SQLLEN length; /* the indicator */
};

static const short small = -123;
static const int plain = 2;
static const long long big = -9000000000LL;
static const double twice = -2.25;
static const SQL_DATE_STRUCT date = { 2024, 2, 29 };
static const SQL_TIMESTAMP_STRUCT stamp = { 2024, 2, 29, 12, 34, 56, 120000000 };
static const SQLWCHAR wide[8] = { 'w', 0xE9, 0x20AC, 0xD83D, 0xDE00, 0 };

/* The order is part of what a printed call means.  lint: table */
static const struct value values[] = {
	{ SQL_C_SLONG, SQL_INTEGER, &plain, 4, 0 },
	{ SQL_C_SLONG, SQL_INTEGER, &plain, 4, 4 },
	{ SQL_C_CHAR, SQL_VARCHAR, "name 2\0\0", 8, SQL_NTS },
	{ SQL_C_CHAR, SQL_VARCHAR, "text of 16 bytes", 16, 16 },
	{ SQL_C_CHAR, SQL_VARCHAR, "short\0\0", 8, 3 },
	{ SQL_C_CHAR, SQL_LONGVARCHAR, "caf\xC3\xA9\0\0", 8, 5 },
	{ SQL_C_CHAR, SQL_INTEGER, "3\0\0\0\0\0\0", 8, SQL_NTS },
	{ SQL_C_CHAR, SQL_INTEGER, "no int\0", 8, SQL_NTS },
	{ SQL_C_WCHAR, SQL_WVARCHAR, wide, 16, 10 },
	{ SQL_C_WCHAR, SQL_VARCHAR, wide, 16, SQL_NTS },
	{ SQL_C_SSHORT, SQL_SMALLINT, &small, 2, 0 },
	{ SQL_C_SBIGINT, SQL_BIGINT, &big, 8, 0 },
	{ SQL_C_DOUBLE, SQL_DOUBLE, &twice, 8, 0 },
	{ SQL_C_BIT, SQL_BIT, "\1", 1, 0 },
	{ SQL_C_TYPE_DATE, SQL_TYPE_DATE, &date, 6, 0 },
	{ SQL_C_TYPE_TIMESTAMP, SQL_TYPE_TIMESTAMP, &stamp, 16, 0 },
	{ SQL_C_BINARY, SQL_VARBINARY, "\0\1\xFF\2", 4, 3 },
	{ SQL_C_DEFAULT, SQL_VARCHAR, "default\0", 8, 7 },
	{ SQL_C_CHAR, SQL_VARCHAR, "x", 2, SQL_NULL_DATA },
	{ SQL_C_CHAR, SQL_VARCHAR, "x", 2, SQL_DEFAULT_PARAM },
	{ SQL_C_CHAR, SQL_VARCHAR, "x", 2, SQL_DATA_AT_EXEC },
	{ SQL_C_CHAR, SQL_LONGVARCHAR, "x", 2, SQL_LEN_DATA_AT_EXEC(10) },
	{ 777, SQL_VARCHAR, "x", 2, 1 },
};
#define VALUE_COUNT (sizeof(values) / sizeof(values[0]))

/*
 * The value again and again, so that every row of an array finds it, bound by
 * column as by row.
 */
static void repeat(unsigned char *at, size_t room, const struct value *value)
{
	for (size_t done = 0; done + value->size <= room; done += value->size)
		memcpy(at + done, value->bytes, value->size);
}

void gh_play_bind_parameter(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	const long number = call->arguments[0];
	const size_t place = number > 0 ? (size_t)number - 1 : 0;
	const size_t which = (size_t)call->arguments[1];
	const struct value *value = &values[which < VALUE_COUNT ? which : 0];
	unsigned char *bytes = gh_memory(player, call, GH_PARAMETER_AT + place * GH_PARAMETER_ROOM);
	SQLLEN *indicator = gh_memory(player, call, GH_INDICATOR_AT + place * GH_INDICATOR_ROOM);

	repeat(bytes, GH_PARAMETER_ROOM, value);
	for (size_t i = 0; i < GH_INDICATOR_ROOM / sizeof(SQLLEN); i++)
		indicator[i] = value->length;
	gh_memory_known(player, call);
	gh_side_said(side,
		     SQLBindParameter(side->stmt, (SQLUSMALLINT)number,
				      (SQLSMALLINT)call->arguments[2], value->c_type,
				      value->sql_type, (SQLULEN)call->arguments[3], 0, bytes,
				      (SQLLEN)value->size, indicator),
		     "SQLBindParameter(%s to %d)", gh_c_type_name(value->c_type), value->sql_type);
}

/* The application's pointer comes back: where it points to is the same on both sides. */
void gh_play_param_data(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	unsigned char *memory = gh_memory(player, call, 0);
	SQLPOINTER token = NULL;
	SQLRETURN r = SQLParamData(side->stmt, &token);
	const size_t offset = (size_t)((unsigned char *)token - memory);

	player->dirty = true;
	gh_side_said(side, r, "SQLParamData");
	if (r == SQL_NEED_DATA)
		gh_side_note(side, "  token %s %zu", offset < GH_MEMORY_SIZE ? "in the memory, at"
									   : "elsewhere",
			     offset < GH_MEMORY_SIZE ? offset : 0);
}

void gh_play_put_data(struct gh_player *player, const struct gh_call *call)
{
	static const char *const pieces[] = { "piece", "", "0123456789", "5" };
	struct gh_side *side = player->side;
	const char *piece = pieces[call->arguments[0] & 3];
	SQLLEN length = (SQLLEN)call->arguments[1];

	if (length >= 0 && (length == 0 || length > (SQLLEN)strlen(piece)))
		length = (SQLLEN)strlen(piece);
	gh_side_said(side, SQLPutData(side->stmt, (SQLPOINTER)piece, length), "SQLPutData");
}

void gh_play_num_params(struct gh_player *player, const struct gh_call *call)
{
	SQLSMALLINT count = 77;

	(void)call;
	gh_side_said(player->side, SQLNumParams(player->side->stmt, &count), "SQLNumParams");
	gh_side_note(player->side, "  parameters %d", count);
}

void gh_play_describe_param(struct gh_player *player, const struct gh_call *call)
{
	struct gh_side *side = player->side;
	SQLSMALLINT type = 77, digits = 77, nullable = 77;
	SQLULEN size = 77;

	gh_side_said(side,
		     SQLDescribeParam(side->stmt, (SQLUSMALLINT)call->arguments[0], &type, &size,
				      &digits, &nullable),
		     "SQLDescribeParam");
	gh_side_note(side, "  type %d size %llu digits %d nullable %d", type,
		     (unsigned long long)size, digits, nullable);
}
