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

static void info_nowhere(struct gh_side *side, size_t i)
{
	SQLSMALLINT length = 77;
	struct gh_area none = { 0 };
	SQLRETURN r = side->width == GH_WIDE
			      ? SQLGetInfoW(side->dbc, info_types[i].type, NULL, 0, &length)
			      : SQLGetInfo(side->dbc, info_types[i].type, NULL, 0, &length);

	gh_side_dbc_said(side, r, "SQLGetInfo(%s, NULL)", info_types[i].name);
	if (!gh_side_is_converted(side))
		gh_side_note(side, "  length %d", length);
	if (!gh_side_is_converted(side) && gh_area_init(&none, 64)) {
		r = get_info(side, info_types[i].type, &none, NULL);
		gh_side_dbc_said(side, r, "SQLGetInfo(%s), no length", info_types[i].name);
		gh_side_area(side, "value", &none, side->width);
	}
	gh_area_clear(&none);
}

/* unixODBC 2.3.11 answers these itself; with less room than a character it copies -1 bytes. */
static bool is_of_manager(SQLUSMALLINT type)
{
	return type == SQL_ODBC_VER || type == SQL_DM_VER || type == SQL_XOPEN_CLI_YEAR;
}

/*
 * For a converted side unixODBC 2.3.11 converts more bytes than the ANSI driver wrote,
 * and writes more than the room it was given.
 */
static void info_without_room(struct gh_side *side)
{
	static const size_t rooms[] = { 0, 1, 2, 3, 4, 5, 6, 7, 12 };

	for (size_t i = 0; i < INFO_COUNT; i++) {
		for (size_t r = 0; info_types[i].text && r < sizeof(rooms) / sizeof(rooms[0]); r++)
			if (!gh_side_is_converted(side) &&
			    (rooms[r] > 1 || !is_of_manager(info_types[i].type)))
				info(side, i, rooms[r]);
		if (info_types[i].text)
			info_nowhere(side, i);
	}
}

/* What is in no list of ODBC 3.8, and the ranges of drivers' own. */
static void unknown_info(struct gh_side *side)
{
	static const SQLUSMALLINT types[] = { 150,  174,   180,   999,   1000,  1999,
					      5000, 10027, 16384, 20000, 32767, 65535 };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct gh_area area = { 0 };
		SQLSMALLINT length = 77;

		if (gh_area_init(&area, 64)) {
			gh_side_dbc_said(side, get_info(side, types[i], &area, &length),
					 "SQLGetInfo(%d)", types[i]);
			gh_side_area(side, "value", &area, GH_ANSI);
			gh_side_note(side, "  length %d", length);
		}
		gh_area_clear(&area);
	}
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
		gh_side_note(side, "  function %d old map %d", i, old[i] != 0);
	for (SQLUSMALLINT i = 1; i < 4100; i++) {
		if (i == SQL_API_ODBC3_ALL_FUNCTIONS || (i > 110 && i < 990))
			continue;
		one = 77;
		gh_side_dbc_said(side, SQLGetFunctions(side->dbc, i, &one), "SQLGetFunctions(%d)",
				 i);
		gh_side_note(side, "  one %d map %d", one,
			     i < 4000 && SQL_FUNC_EXISTS(map, i) ? 1 : 0);
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
		SQL_ALL_TYPES,
		SQL_CHAR,
		SQL_NUMERIC,
		SQL_DECIMAL,
		SQL_INTEGER,
		SQL_SMALLINT,
		SQL_FLOAT,
		SQL_REAL,
		SQL_DOUBLE,
		SQL_DATE,
		SQL_TIME,
		SQL_TIMESTAMP,
		SQL_VARCHAR,
		SQL_TYPE_DATE,
		SQL_TYPE_TIME,
		SQL_TYPE_TIMESTAMP,
		SQL_LONGVARCHAR,
		SQL_BINARY,
		SQL_VARBINARY,
		SQL_LONGVARBINARY,
		SQL_BIGINT,
		SQL_TINYINT,
		SQL_BIT,
		SQL_WCHAR,
		SQL_WVARCHAR,
		SQL_WLONGVARCHAR,
		SQL_GUID,
		SQL_INTERVAL_YEAR,
		SQL_INTERVAL_MONTH,
		SQL_INTERVAL_DAY,
		SQL_INTERVAL_HOUR,
		SQL_INTERVAL_MINUTE,
		SQL_INTERVAL_SECOND,
		SQL_INTERVAL_YEAR_TO_MONTH,
		SQL_INTERVAL_DAY_TO_HOUR,
		SQL_INTERVAL_DAY_TO_MINUTE,
		SQL_INTERVAL_DAY_TO_SECOND,
		SQL_INTERVAL_HOUR_TO_MINUTE,
		SQL_INTERVAL_HOUR_TO_SECOND,
		SQL_INTERVAL_MINUTE_TO_SECOND,
		SQL_C_DEFAULT,
		-100,
		1000,
		9999,
		32767,
		-32768,
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
	{ "SQLGetInfo refuses unknown types the same", unknown_info, 0, 0 },
	{ "SQLGetFunctions answers the same", all_functions, 0, 0 },
	{ "SQLGetTypeInfo lists the same types", all_types, 0, 0 },
	{ NULL, NULL, 0, 0 },
};
