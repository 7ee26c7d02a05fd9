/*
 * Names of classes, families and tiers; what kind of column a type's name means.
 */
#include <string.h>
#include <strings.h>

#include "internal.h"

struct class_row {
	const char *name, *text;
	unsigned char family, tier;
};

/* lint: table */
static const struct class_row classes[GH_DETECT_CLASS_COUNT] = {
	{ "", "", GH_DETECT_FAMILY_NONE, GH_DETECT_TIER_NONE },
#define GH_DETECT(name, family, tier, chance, text)                                                \
	{ #name, text, GH_DETECT_FAMILY_##family, GH_DETECT_TIER_##tier },
#include "gatehouse/detect.def"
#undef GH_DETECT
};

/* lint: table */
static const char *const families[GH_DETECT_FAMILY_COUNT] = {
	"",          "person",       "email",        "phone",
	"address",   "card",         "bank_account", "national_id",
	"passport",  "tax_id",       "health_id",    "date_of_birth",
	"geo",       "ip_or_device", "secret",       "salary_or_financial",
	"free_text", "other_pii",
};

const char *gh_detect_class_name(enum gh_detect_class class)
{
	return (unsigned)class < GH_DETECT_CLASS_COUNT ? classes[class].name : "";
}

const char *gh_detect_class_text(enum gh_detect_class class)
{
	return (unsigned)class < GH_DETECT_CLASS_COUNT ? classes[class].text : "";
}

const char *gh_detect_family_name(enum gh_detect_family family)
{
	return (unsigned)family < GH_DETECT_FAMILY_COUNT ? families[family] : "";
}

const char *gh_detect_tier_name(enum gh_detect_tier tier)
{
	static const char *const names[] = { "", "S", "C", "H" };

	return (unsigned)tier < sizeof(names) / sizeof(names[0]) ? names[tier] : "";
}

enum gh_detect_family gh_detect_family_of(enum gh_detect_class class)
{
	return (unsigned)class < GH_DETECT_CLASS_COUNT
		       ? (enum gh_detect_family)classes[class].family
		       : GH_DETECT_FAMILY_NONE;
}

enum gh_detect_tier gh_detect_tier_of(enum gh_detect_class class)
{
	return (unsigned)class < GH_DETECT_CLASS_COUNT ? (enum gh_detect_tier)classes[class].tier
						       : GH_DETECT_TIER_NONE;
}

enum gh_detect_family gh_detect_family_named(const char *name)
{
	for (unsigned i = 1; name != NULL && i < GH_DETECT_FAMILY_COUNT; i++)
		if (strcmp(families[i], name) == 0)
			return (enum gh_detect_family)i;
	return GH_DETECT_FAMILY_NONE;
}

struct kind_row {
	const char *start; /* of the type's name, in small letters */
	enum gh_detect_kind kind;
};

/* The first row that the name begins with. */
/* lint: table */
static const struct kind_row kinds[] = {
	{ "interval", GH_DETECT_KIND_TIME },
	{ "int", GH_DETECT_KIND_INTEGER },
	{ "bigint", GH_DETECT_KIND_INTEGER },
	{ "smallint", GH_DETECT_KIND_INTEGER },
	{ "tinyint(1)", GH_DETECT_KIND_BOOLEAN },
	{ "tinyint", GH_DETECT_KIND_INTEGER },
	{ "mediumint", GH_DETECT_KIND_INTEGER },
	{ "serial", GH_DETECT_KIND_INTEGER },
	{ "bigserial", GH_DETECT_KIND_INTEGER },
	{ "numeric", GH_DETECT_KIND_DECIMAL },
	{ "number", GH_DETECT_KIND_DECIMAL },
	{ "dec", GH_DETECT_KIND_DECIMAL },
	{ "float", GH_DETECT_KIND_DECIMAL },
	{ "double", GH_DETECT_KIND_DECIMAL },
	{ "real", GH_DETECT_KIND_DECIMAL },
	{ "money", GH_DETECT_KIND_DECIMAL },
	{ "smallmoney", GH_DETECT_KIND_DECIMAL },
	{ "timestamp", GH_DETECT_KIND_TIMESTAMP },
	{ "datetime", GH_DETECT_KIND_TIMESTAMP },
	{ "smalldatetime", GH_DETECT_KIND_TIMESTAMP },
	{ "date", GH_DETECT_KIND_DATE },
	{ "time", GH_DETECT_KIND_TIME },
	{ "year", GH_DETECT_KIND_TIME },
	{ "bool", GH_DETECT_KIND_BOOLEAN },
	{ "bit", GH_DETECT_KIND_BOOLEAN },
	{ "uuid", GH_DETECT_KIND_GUID },
	{ "uniqueidentifier", GH_DETECT_KIND_GUID },
	{ "guid", GH_DETECT_KIND_GUID },
	{ "bytea", GH_DETECT_KIND_BINARY },
	{ "blob", GH_DETECT_KIND_BINARY },
	{ "binary", GH_DETECT_KIND_BINARY },
	{ "varbinary", GH_DETECT_KIND_BINARY },
	{ "raw", GH_DETECT_KIND_BINARY },
	{ "image", GH_DETECT_KIND_BINARY },
	{ "char", GH_DETECT_KIND_TEXT },
	{ "varchar", GH_DETECT_KIND_TEXT },
	{ "nchar", GH_DETECT_KIND_TEXT },
	{ "nvarchar", GH_DETECT_KIND_TEXT },
	{ "text", GH_DETECT_KIND_TEXT },
	{ "string", GH_DETECT_KIND_TEXT },
	{ "clob", GH_DETECT_KIND_TEXT },
	{ "character", GH_DETECT_KIND_TEXT },
};

enum gh_detect_kind gh_detect_kind_named(const char *type)
{
	char lower[24] = "";

	if (type == NULL)
		return GH_DETECT_KIND_UNKNOWN;
	if (strncasecmp(type, "sql_", 4) == 0)
		type += 4;
	for (size_t i = 0; i + 1 < sizeof(lower) && type[i] != '\0'; i++)
		lower[i] = (char)(type[i] >= 'A' && type[i] <= 'Z' ? type[i] + 32 : type[i]);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(lower, kinds[i].start, strlen(kinds[i].start)) == 0)
			return kinds[i].kind;
	return GH_DETECT_KIND_UNKNOWN;
}
