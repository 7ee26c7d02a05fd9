/*
 * What is wrong with the attributes of an element that the schema refused:
 * libxml2 only says that something is.  Decides nothing: a document that gets
 * here is refused in any case.
 */
#include "document.h"

#include <string.h>

enum need { OPTIONAL, REQUIRED };

struct attribute_row {
	const char *element;
	const char *name;
	enum need need;
	const char *values; /* NULL: any text */
};

#define VERDICTS "allow approve deny"
#define ACTIONS "read write delete ddl dcl call admin export *"
#define FUNCTIONS                                                                        \
	"text json xml k_suppress age_cap geo_round ip_trunc round bucket noise "         \
	"date_trunc date_shift email card partial shape fpe token hash pseudo default "   \
	"redact nullify deny"
#define FAMILIES                                                                          \
	"person email phone address card bank_account national_id passport tax_id "       \
	"health_id date_of_birth geo ip_or_device secret salary_or_financial free_text " \
	"other_pii"
#define KINDS                                                                           \
	"SELECT INSERT UPDATE DELETE MERGE CREATE ALTER DROP TRUNCATE GRANT REVOKE CALL " \
	"EXPLAIN COPY SET TRANSACTION OTHER CATALOG UNKNOWN"

/* What a function may have. */
#define FUNCTION_ROWS(element) \
	{ element, "first", OPTIONAL, NULL }, \
	{ element, "last", OPTIONAL, NULL }, \
	{ element, "domain", OPTIONAL, NULL }, \
	{ element, "char", OPTIONAL, NULL }, \
	{ element, "width", OPTIONAL, NULL }, \
	{ element, "step", OPTIONAL, NULL }, \
	{ element, "percent", OPTIONAL, NULL }, \
	{ element, "days", OPTIONAL, NULL }, \
	{ element, "age", OPTIONAL, NULL }, \
	{ element, "k", OPTIONAL, NULL }, \
	{ element, "bits", OPTIONAL, NULL }, \
	{ element, "decimals", OPTIONAL, NULL }, \
	{ element, "length", OPTIONAL, NULL }, \
	{ element, "unit", OPTIONAL, "second minute hour day week month quarter year" }, \
	{ element, "normalise", OPTIONAL, "case email phone digits" }, \
	{ element, "key-id", OPTIONAL, "yes no" }, \
	{ element, "dictionary", OPTIONAL, "given family name city street" }, \
	{ element, "keys", OPTIONAL, NULL }

/* lint: table */
static const struct attribute_row rows[] = {
	{ "policy", "version", REQUIRED, "1" },
	{ "policy", "name", REQUIRED, NULL },
	{ "policy", "default", OPTIONAL, VERDICTS },
	{ "policy", "detection", OPTIONAL, "on off" },
	{ "role", "name", REQUIRED, NULL },
	{ "tag", "name", REQUIRED, NULL },
	{ "rule", "name", REQUIRED, NULL },
	{ "rule", "role", REQUIRED, NULL },
	{ "rule", "except-role", OPTIONAL, NULL },
	{ "rule", "action", REQUIRED, ACTIONS },
	{ "rule", "verdict", REQUIRED, VERDICTS },
	{ "rule", "message", OPTIONAL, NULL },
	{ "rule", "tag", OPTIONAL, NULL },
	{ "mask", "name", REQUIRED, NULL },
	{ "mask", "role", OPTIONAL, NULL },
	{ "mask", "except-role", OPTIONAL, NULL },
	{ "mask", "tag", OPTIONAL, NULL },
	{ "mask", "function", REQUIRED, FUNCTIONS },
	FUNCTION_ROWS("mask"),
	{ "mask", "inference", OPTIONAL, "allow journal deny" },
	{ "detect", "name", REQUIRED, NULL },
	{ "detect", "role", OPTIONAL, NULL },
	{ "detect", "except-role", OPTIONAL, NULL },
	{ "detect", "class", OPTIONAL, NULL },
	{ "detect", "family", OPTIONAL, FAMILIES },
	{ "detect", "function", REQUIRED, "none " FUNCTIONS },
	FUNCTION_ROWS("detect"),
	{ "filter", "name", REQUIRED, NULL },
	{ "filter", "role", OPTIONAL, NULL },
	{ "filter", "except-role", OPTIONAL, NULL },
	{ "filter", "condition", REQUIRED, NULL },
	{ "filter", "new-rows", OPTIONAL, "deny allow" },
	{ "table", "name", REQUIRED, NULL },
	{ "table", "schema", OPTIONAL, NULL },
	{ "table", "catalog", OPTIONAL, NULL },
	{ "table", "dsn", OPTIONAL, NULL },
	{ "table", "dbms", OPTIONAL, NULL },
	{ "column", "name", REQUIRED, NULL },
	{ "column", "except", OPTIONAL, NULL },
	{ "column", "table", OPTIONAL, NULL },
	{ "column", "schema", OPTIONAL, NULL },
	{ "column", "catalog", OPTIONAL, NULL },
	{ "column", "dsn", OPTIONAL, NULL },
	{ "column", "dbms", OPTIONAL, NULL },
	{ "when", "kind", OPTIONAL, KINDS },
	{ "when", "where", OPTIONAL, "absent trivial real" },
	{ "when", "reaches", OPTIONAL,
	  "files programs network dynamic code wait server role names modes" },
	{ "when", "multi", OPTIONAL, "yes no" },
	{ "when", "opaque", OPTIONAL, "yes no" },
	{ "when", "dangerous", OPTIONAL, "yes no" },
	{ "when", "mode", OPTIONAL, "yes no" },
	{ "when", "ambiguous", OPTIONAL, "yes no" },
	{ "when", "limited", OPTIONAL, "yes no" },
	{ "when", "empty", OPTIONAL, "yes no" },
	{ "when", "flows", OPTIONAL, "yes no" },
	{ NULL, NULL, OPTIONAL, NULL },
};

static const struct attribute_row *find_row(const xmlNode *node, const xmlChar *name)
{
	for (const struct attribute_row *row = rows; row->element != NULL; row++)
		if (gh_policy_element_is(node, row->element) &&
		    strcmp((const char *)name, row->name) == 0)
			return row;
	return NULL;
}

static bool listed(const char *values, struct gh_span word)
{
	struct gh_span rest = gh_span_from(values), value;

	while (gh_policy_next_word(&rest, &value))
		if (gh_span_equal(value, word))
			return true;
	return false;
}

static bool blank(const xmlChar *text)
{
	struct gh_span rest = gh_span_from((const char *)text), word;

	return !gh_policy_next_word(&rest, &word);
}

static enum gh_status check_value(struct gh_policy_document *document, const xmlNode *node,
				  const struct attribute_row *row, struct gh_error *err)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)row->name);
	struct gh_span rest = gh_span_from((const char *)value), word;
	enum gh_status status = GH_OK;

	while (status == GH_OK && row->values != NULL && gh_policy_next_word(&rest, &word))
		if (!listed(row->values, word))
			status = gh_policy_document_fail(
				document, node, err,
				"%s of <%s>: '%.*s' is not known; use %s", row->name, row->element,
				word.length > 60 ? 60 : (int)word.length, word.bytes, row->values);
	if (status == GH_OK && value != NULL && row->values != NULL && blank(value))
		status = gh_policy_document_fail(document, node, err, "%s of <%s> is empty; use %s",
						 row->name, row->element, row->values);
	if (value == NULL && row->need == REQUIRED)
		status = gh_policy_document_fail(document, node, err, "<%s> needs the attribute %s",
						 row->element, row->name);
	xmlFree(value);
	return status;
}

enum gh_status gh_policy_complain_attributes(struct gh_policy_document *document,
					     const xmlNode *node, struct gh_error *err)
{
	enum gh_status status = GH_OK;

	for (const xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next)
		if (attribute->ns != NULL || find_row(node, attribute->name) == NULL)
			return gh_policy_document_fail(document, node, err,
						       "attribute %.60s is not known in <%.60s>",
						       (const char *)attribute->name,
						       (const char *)node->name);
	for (const struct attribute_row *row = rows; row->element != NULL; row++)
		if (status == GH_OK && gh_policy_element_is(node, row->element))
			status = check_value(document, node, row, err);
	return status;
}
