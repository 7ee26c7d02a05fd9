/*
 * The words of the policy language and the values they stand for.
 */
#include "internal.h"

#include <string.h>

/* lint: table */
const struct gh_policy_word gh_policy_actions[] = {
	{ "read", GH_ACTION_READ },     { "write", GH_ACTION_WRITE },
	{ "delete", GH_ACTION_DELETE }, { "ddl", GH_ACTION_DDL },
	{ "dcl", GH_ACTION_DCL },       { "call", GH_ACTION_CALL },
	{ "admin", GH_ACTION_ADMIN },   { "export", GH_ACTION_EXPORT },
	{ "*", GH_ACTION_ALL },         { NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_kinds[] = {
	{ "UNKNOWN", GH_KIND_UNKNOWN },
	{ "SELECT", GH_KIND_SELECT },
	{ "INSERT", GH_KIND_INSERT },
	{ "UPDATE", GH_KIND_UPDATE },
	{ "DELETE", GH_KIND_DELETE },
	{ "MERGE", GH_KIND_MERGE },
	{ "CREATE", GH_KIND_CREATE },
	{ "ALTER", GH_KIND_ALTER },
	{ "DROP", GH_KIND_DROP },
	{ "TRUNCATE", GH_KIND_TRUNCATE },
	{ "GRANT", GH_KIND_GRANT },
	{ "REVOKE", GH_KIND_REVOKE },
	{ "CALL", GH_KIND_CALL },
	{ "EXPLAIN", GH_KIND_EXPLAIN },
	{ "COPY", GH_KIND_COPY },
	{ "SET", GH_KIND_SET },
	{ "TRANSACTION", GH_KIND_TRANSACTION },
	{ "OTHER", GH_KIND_OTHER },
	{ "CATALOG", GH_KIND_CATALOG },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_wheres[] = {
	{ "absent", GH_WHERE_ABSENT },
	{ "trivial", GH_WHERE_TRIVIAL },
	{ "real", GH_WHERE_REAL },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_fact_flags[] = {
	{ "multi", GH_FACT_MULTI },         { "opaque", GH_FACT_OPAQUE },
	{ "dangerous", GH_FACT_DANGEROUS }, { "mode", GH_FACT_MODE },
	{ "ambiguous", GH_FACT_AMBIGUOUS }, { "limited", GH_FACT_LIMITED },
	{ "empty", GH_FACT_EMPTY_PROBE },   { "flows", GH_FACT_FLOWS },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_reaches[] = {
	{ "files", GH_REACH_FILES },     { "programs", GH_REACH_PROGRAMS },
	{ "network", GH_REACH_NETWORK }, { "dynamic", GH_REACH_DYNAMIC },
	{ "code", GH_REACH_CODE },       { "wait", GH_REACH_WAIT },
	{ "server", GH_REACH_SERVER },   { "role", GH_REACH_ROLE },
	{ "names", GH_REACH_NAMES },     { "modes", GH_REACH_MODES },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_verdicts[] = {
	{ "deny", GH_VERDICT_DENY },
	{ "approve", GH_VERDICT_APPROVE },
	{ "allow", GH_VERDICT_ALLOW },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_functions[] = {
	{ "none", GH_MASK_NONE },
	{ "text", GH_MASK_TEXT },
	{ "json", GH_MASK_JSON },
	{ "xml", GH_MASK_XML },
	{ "k_suppress", GH_MASK_K_SUPPRESS },
	{ "age_cap", GH_MASK_AGE_CAP },
	{ "geo_round", GH_MASK_GEO_ROUND },
	{ "ip_trunc", GH_MASK_IP_TRUNC },
	{ "round", GH_MASK_ROUND },
	{ "bucket", GH_MASK_BUCKET },
	{ "noise", GH_MASK_NOISE },
	{ "date_trunc", GH_MASK_DATE_TRUNC },
	{ "date_shift", GH_MASK_DATE_SHIFT },
	{ "email", GH_MASK_EMAIL },
	{ "card", GH_MASK_CARD },
	{ "partial", GH_MASK_PARTIAL },
	{ "shape", GH_MASK_SHAPE },
	{ "fpe", GH_MASK_FPE },
	{ "token", GH_MASK_TOKEN },
	{ "hash", GH_MASK_HASH },
	{ "pseudo", GH_MASK_PSEUDO },
	{ "default", GH_MASK_DEFAULT },
	{ "redact", GH_MASK_REDACT },
	{ "nullify", GH_MASK_NULLIFY },
	{ "deny", GH_MASK_DENY },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_units[] = {
	{ "second", GH_MASK_UNIT_SECOND }, { "minute", GH_MASK_UNIT_MINUTE },
	{ "hour", GH_MASK_UNIT_HOUR },     { "day", GH_MASK_UNIT_DAY },
	{ "week", GH_MASK_UNIT_WEEK },     { "month", GH_MASK_UNIT_MONTH },
	{ "quarter", GH_MASK_UNIT_QUARTER }, { "year", GH_MASK_UNIT_YEAR },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_normals[] = {
	{ "case", GH_MASK_NORMAL_CASE },
	{ "email", GH_MASK_NORMAL_EMAIL },
	{ "phone", GH_MASK_NORMAL_PHONE },
	{ "digits", GH_MASK_NORMAL_DIGITS },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_dictionaries[] = {
	{ "given", 0 }, { "family", 0 }, { "name", 0 }, { "city", 0 }, { "street", 0 }, { NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_inferences[] = {
	{ "allow", GH_INFERENCE_ALLOW },
	{ "journal", GH_INFERENCE_JOURNAL },
	{ "deny", GH_INFERENCE_DENY },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_principals[] = {
	{ "person", GH_PRINCIPAL_PERSON },
	{ "service", GH_PRINCIPAL_SERVICE },
	{ "agent", GH_PRINCIPAL_AGENT },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_assurances[] = {
	{ "none", GH_ASSURANCE_NONE },
	{ "asserted", GH_ASSURANCE_ASSERTED },
	{ "verified", GH_ASSURANCE_VERIFIED },
	{ NULL, 0 },
};

/* lint: table */
const struct gh_policy_word gh_policy_conditions[] = {
	{ "user", GH_POLICY_USER },
	{ "group", GH_POLICY_GROUP },
	{ "agent", GH_POLICY_AGENT },
	{ "acting-for", GH_POLICY_ACTING_FOR },
	{ "purpose", GH_POLICY_PURPOSE },
	{ "application", GH_POLICY_APPLICATION },
	{ "host", GH_POLICY_HOST },
	{ "executable", GH_POLICY_EXECUTABLE },
	{ NULL, 0 },
};

bool gh_policy_word_find(const struct gh_policy_word *words, struct gh_span text, unsigned *value)
{
	for (; words->text != NULL; words++) {
		if (gh_span_equal(gh_span_from(words->text), text)) {
			*value = words->value;
			return true;
		}
	}
	*value = 0;
	return false;
}

const char *gh_policy_word_text(const struct gh_policy_word *words, unsigned value)
{
	for (; words->text != NULL; words++)
		if (words->value == value)
			return words->text;
	return "unknown";
}

unsigned gh_policy_kind_actions(enum gh_kind kind)
{
	/* lint: table */
	static const unsigned actions[GH_KIND_COUNT] = {
		[GH_KIND_UNKNOWN] = GH_ACTION_ALL,
		[GH_KIND_SELECT] = GH_ACTION_READ,
		[GH_KIND_INSERT] = GH_ACTION_WRITE,
		[GH_KIND_UPDATE] = GH_ACTION_WRITE,
		[GH_KIND_DELETE] = GH_ACTION_DELETE,
		[GH_KIND_MERGE] = GH_ACTION_WRITE | GH_ACTION_DELETE,
		[GH_KIND_CREATE] = GH_ACTION_DDL,
		[GH_KIND_ALTER] = GH_ACTION_DDL,
		[GH_KIND_DROP] = GH_ACTION_DDL,
		[GH_KIND_TRUNCATE] = GH_ACTION_DDL,
		[GH_KIND_GRANT] = GH_ACTION_DCL,
		[GH_KIND_REVOKE] = GH_ACTION_DCL,
		[GH_KIND_CALL] = GH_ACTION_CALL,
		[GH_KIND_EXPLAIN] = GH_ACTION_READ,
		[GH_KIND_COPY] = GH_ACTION_READ | GH_ACTION_WRITE | GH_ACTION_EXPORT,
		[GH_KIND_SET] = GH_ACTION_ADMIN,
		[GH_KIND_TRANSACTION] = 0,
		[GH_KIND_OTHER] = GH_ACTION_ALL,
		[GH_KIND_CATALOG] = GH_ACTION_READ,
	};

	return (unsigned)kind < GH_KIND_COUNT ? actions[kind] : GH_ACTION_ALL;
}

const char *gh_policy_verdict_name(enum gh_verdict verdict)
{
	return gh_policy_word_text(gh_policy_verdicts, (unsigned)verdict);
}

const char *gh_policy_mask_name(enum gh_mask_function function)
{
	return gh_policy_word_text(gh_policy_functions, (unsigned)function);
}
