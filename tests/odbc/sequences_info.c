/* What a data source says of itself: SQLGetInfo, SQLGetFunctions, SQLGetTypeInfo. */
#include "sequences.h"

#include <string.h>

/*
 * SQL_DATA_SOURCE_NAME differs by its meaning and the SQL_DRIVER_H* types give
 * handles; all other documented types are here.
 */
/* lint: table */
static const struct {
	SQLUSMALLINT type;
	const char *name;
	bool text;
} info_types[] = {
#define GH_INFO(name, text) { SQL_##name, #name, text },
#include "info_types.def"
#undef GH_INFO
};
#define INFO_COUNT (sizeof(info_types) / sizeof(info_types[0]))

static SQLRETURN get_info(struct gh_side *side, SQLUSMALLINT type, const struct gh_area *area,
			  SQLSMALLINT *length)
{
	SQLSMALLINT room = (SQLSMALLINT)area->room;

	return side->width == GH_WIDE ? SQLGetInfoW(side->dbc, type, gh_area_at(area), room, length)
				      : SQLGetInfo(side->dbc, type, gh_area_at(area), room, length);
}

/* What Gatehouse refuses is not offered: doc/connection.md, "What a tool sees". */
static bool not_offered(SQLUSMALLINT function)
{
	return function == SQL_API_SQLCOPYDESC || function == SQL_API_SQLSETDESCREC;
}

static void info(struct gh_side *side, size_t i, size_t room)
{
	struct gh_area area = { 0 };
	SQLSMALLINT length = 77;

	if (gh_area_init(&area, room)) {
		gh_side_dbc_said(side, get_info(side, info_types[i].type, &area, &length),
				 "SQLGetInfo(%s, room %zu)", info_types[i].name, room);
		gh_side_area(side, "value", &area, info_types[i].text ? side->width : GH_ANSI);
		gh_side_note(side, "  length %d", length);
	}
	gh_area_clear(&area);
}

static void all_info(struct gh_side *side)
{
	for (size_t i = 0; i < INFO_COUNT; i++)
		info(side, i, 4096);
}

static void info_without_room(struct gh_side *side)
{
	for (size_t i = 0; i < INFO_COUNT; i++) {
		SQLSMALLINT length = 77;

		if (!info_types[i].text)
			continue;
		/* here unixODBC 2.3.11 converts more bytes than the ANSI driver wrote, and
		 * writes more than the room it was given */
		if (!gh_side_is_converted(side)) {
			info(side, i, 2);
			info(side, i, 4);
			info(side, i, 6);
		}
		gh_side_dbc_said(side, SQLGetInfo(side->dbc, info_types[i].type, NULL, 0, &length),
				 "SQLGetInfo(%s, NULL)", info_types[i].name);
		if (!gh_side_is_converted(side))
			gh_side_note(side, "  length %d", length);
	}
}

static void unknown_info(struct gh_side *side)
{
	static const SQLUSMALLINT types[] = { 150, 999, 5000, 20000, 65535 };
	char value[64];
	SQLSMALLINT length;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		gh_side_dbc_said(side, SQLGetInfo(side->dbc, types[i], value, 64, &length),
				 "SQLGetInfo(%d)", types[i]);
}

static void all_functions(struct gh_side *side)
{
	SQLUSMALLINT one, map[SQL_API_ODBC3_ALL_FUNCTIONS_SIZE];
	SQLUSMALLINT old[100];

	memset(map, 0, sizeof(map));
	memset(old, 0, sizeof(old));
	gh_side_dbc_said(side, SQLGetFunctions(side->dbc, SQL_API_ODBC3_ALL_FUNCTIONS, map),
			 "SQLGetFunctions(all)");
	gh_side_dbc_said(side, SQLGetFunctions(side->dbc, SQL_API_ALL_FUNCTIONS, old),
			 "SQLGetFunctions(all of ODBC 2)");
	for (SQLUSMALLINT i = 0; i < 100; i++)
		if (!not_offered(i))
			gh_side_note(side, "  function %d old map %d", i, old[i] != 0);
	for (SQLUSMALLINT i = 1; i < 1100; i++) {
		one = 77;
		if (i == SQL_API_ODBC3_ALL_FUNCTIONS || (i > 100 && i < 1000) || not_offered(i))
			continue;
		gh_side_dbc_said(side, SQLGetFunctions(side->dbc, i, &one), "SQLGetFunctions(%d)",
				 i);
		gh_side_note(side, "  one %d map %d", one, SQL_FUNC_EXISTS(map, i) ? 1 : 0);
	}
}

static SQLRETURN type_info(struct gh_side *side, SQLSMALLINT type)
{
	SQLRETURN r = side->width == GH_WIDE ? SQLGetTypeInfoW(side->stmt, type)
					     : SQLGetTypeInfo(side->stmt, type);

	return gh_side_said(side, r, "SQLGetTypeInfo(%d)", type);
}

static void all_types(struct gh_side *side)
{
	static const SQLSMALLINT types[] = {
		SQL_ALL_TYPES, SQL_CHAR, SQL_VARCHAR, SQL_WVARCHAR, SQL_INTEGER, SQL_BIGINT,
		SQL_DECIMAL, SQL_TYPE_TIMESTAMP, SQL_DATE, SQL_BIT, SQL_GUID, SQL_LONGVARBINARY,
		SQL_INTERVAL_DAY, 9999,
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (SQL_SUCCEEDED(type_info(side, types[i]))) {
			gh_side_describe(side);
			gh_side_read(side, gh_side_text_type(side), 120, 100);
		}
		gh_side_close_cursor(side);
	}
}

const struct gh_sequence gh_sequences_info[] = {
	{ "SQLGetInfo answers the same for every documented type", all_info, 0, 0 },
	{ "SQLGetInfo cuts texts the same", info_without_room, 0, 0 },
	{ "SQLGetInfo refuses unknown types the same", unknown_info, 0, GH_MAY_REFUSE },
	{ "SQLGetFunctions answers the same", all_functions, 0, 0 },
	{ "SQLGetTypeInfo lists the same types", all_types, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
