/*
 * From a valid document to roles and tags, and the small readers that the rules
 * use too.  What a schema cannot say is checked here: names that are twice
 * there, empty patterns, bad characters.
 */
#include "document.h"

#include <string.h>

enum gh_status gh_policy_read_out_of_memory(struct gh_policy_reader *reader)
{
	return gh_fail(reader->err, GH_E_MEMORY, "policy");
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool gh_policy_next_word(struct gh_span *rest, struct gh_span *word)
{
	while (rest->length > 0 && blank(rest->bytes[0])) {
		rest->bytes++;
		rest->length--;
	}
	*word = (struct gh_span){ rest->bytes, 0 };
	while (rest->length > 0 && !blank(rest->bytes[0])) {
		rest->bytes++;
		rest->length--;
		word->length++;
	}
	return word->length > 0;
}

static struct gh_span trimmed(struct gh_span text)
{
	while (text.length > 0 && blank(text.bytes[0])) {
		text.bytes++;
		text.length--;
	}
	while (text.length > 0 && blank(text.bytes[text.length - 1]))
		text.length--;
	return text;
}

enum gh_status gh_policy_read_text(struct gh_policy_reader *reader, const xmlNode *node,
				   const char *name, const char **out)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);

	*out = NULL;
	if (value == NULL)
		return GH_OK;
	*out = gh_arena_text(reader->policy->arena, trimmed(gh_span_from((const char *)value)));
	xmlFree(value);
	return *out == NULL ? gh_policy_read_out_of_memory(reader) : GH_OK;
}

static bool good_name(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";

	return *text != '\0' && strspn(text, letters) == strlen(text);
}

enum gh_status gh_policy_read_name(struct gh_policy_reader *reader, const xmlNode *node,
				   const char **out)
{
	enum gh_status status = gh_policy_read_text(reader, node, "name", out);

	if (status != GH_OK)
		return status;
	if (*out == NULL || !good_name(*out) || strlen(*out) > 100)
		return gh_policy_document_fail(
			reader->document, node, reader->err,
			"a name has 1 to 100 letters, digits, '.', '_' and '-', not '%.60s'",
			*out == NULL ? "" : *out);
	return GH_OK;
}

enum gh_status gh_policy_read_patterns(struct gh_policy_reader *reader, const xmlNode *node,
				       const char *name, struct gh_policy_patterns *out)
{
	struct gh_span rest, word;
	const char *text;
	enum gh_status status = gh_policy_read_text(reader, node, name, &text);

	if (status != GH_OK || text == NULL)
		return status;
	rest = gh_span_from(text);
	while (gh_policy_next_word(&rest, &word))
		if (gh_policy_pattern_add(reader->policy->arena, out, word) != GH_OK)
			return gh_policy_read_out_of_memory(reader);
	if (out->count == 0)
		return gh_policy_document_fail(reader->document, node, reader->err,
					       "attribute %s of <%s> is empty", name,
					       (const char *)node->name);
	return GH_OK;
}

enum gh_status gh_policy_read_pattern(struct gh_policy_reader *reader, const xmlNode *node,
				      struct gh_policy_patterns *out)
{
	xmlChar *value = xmlNodeGetContent(node);
	struct gh_span text = trimmed(gh_span_from((const char *)value));
	enum gh_status status = GH_OK;

	if (value == NULL)
		return gh_policy_read_out_of_memory(reader);
	if (text.length == 0)
		status = gh_policy_document_fail(reader->document, node, reader->err,
						 "<%s> is empty", (const char *)node->name);
	else if (gh_policy_pattern_add(reader->policy->arena, out, text) != GH_OK)
		status = gh_policy_read_out_of_memory(reader);
	xmlFree(value);
	return status;
}

enum gh_status gh_policy_read_word(struct gh_policy_reader *reader, const xmlNode *node,
				   const char *name, const struct gh_policy_word *words,
				   unsigned *out)
{
	const char *text;
	enum gh_status status = gh_policy_read_text(reader, node, name, &text);

	if (status != GH_OK || text == NULL)
		return status;
	if (!gh_policy_word_find(words, gh_span_from(text), out))
		return gh_policy_document_fail(reader->document, node, reader->err,
					       "%s of <%s>: '%.60s' is not known", name,
					       (const char *)node->name, text);
	return GH_OK;
}

static enum gh_status read_object(struct gh_policy_reader *reader, const xmlNode *node,
				  struct gh_policy_object *out)
{
	bool is_table = gh_policy_element_is(node, "table");
	struct {
		const char *name;
		struct gh_policy_patterns *patterns;
	} const rows[] = {
		{ "dsn", &out->dsn },       { "dbms", &out->dbms },
		{ "catalog", &out->catalog }, { "schema", &out->schema },
		{ "table", &out->table },   { "name", is_table ? &out->table : &out->column },
		{ "except", &out->except },
	};
	enum gh_status status = GH_OK;

	for (size_t i = 0; status == GH_OK && i < sizeof(rows) / sizeof(rows[0]); i++)
		status = gh_policy_read_patterns(reader, node, rows[i].name, rows[i].patterns);
	return status;
}

enum gh_status gh_policy_read_objects(struct gh_policy_reader *reader, const xmlNode *parent,
				      const char *name, struct gh_policy_objects *out)
{
	size_t count = gh_policy_element_count(parent, name);
	const xmlNode *node = gh_policy_element_from(parent->children);
	enum gh_status status = GH_OK;

	out->items = gh_arena_alloc(reader->policy->arena, (count + 1) * sizeof(*out->items));
	if (out->items == NULL)
		return gh_policy_read_out_of_memory(reader);
	for (; status == GH_OK && node != NULL; node = gh_policy_element_from(node->next))
		if (gh_policy_element_is(node, name))
			status = read_object(reader, node, &out->items[out->count++]);
	return status;
}

/* ---- roles ---------------------------------------------------------------- */

static void add_builtin_roles(struct gh_policy *policy)
{
	/* lint: table */
	static const struct gh_policy_role builtin[GH_POLICY_BUILTIN_ROLES] = {
		[GH_POLICY_EVERYONE] = { .name = "everyone" },
		[GH_POLICY_PEOPLE] = { .name = "people", .kinds = 1u << GH_PRINCIPAL_PERSON },
		[GH_POLICY_SERVICES] = { .name = "services", .kinds = 1u << GH_PRINCIPAL_SERVICE },
		[GH_POLICY_AGENTS] = { .name = "agents", .kinds = 1u << GH_PRINCIPAL_AGENT },
	};

	memcpy(policy->roles, builtin, sizeof(builtin));
	policy->role_count = GH_POLICY_BUILTIN_ROLES;
}

/* The text of <kind> or <assurance> as a bit; the schema knows the words already. */
static enum gh_status read_bit(struct gh_policy_reader *reader, const xmlNode *node,
			       const struct gh_policy_word *words, unsigned *bits)
{
	xmlChar *value = xmlNodeGetContent(node);
	unsigned bit = 0;
	bool found = value != NULL &&
		     gh_policy_word_find(words, trimmed(gh_span_from((const char *)value)), &bit);

	xmlFree(value);
	if (!found)
		return gh_policy_document_fail(reader->document, node, reader->err,
					       "the text of <%s> is not known",
					       (const char *)node->name);
	*bits |= 1u << bit;
	return GH_OK;
}

static enum gh_status read_condition(struct gh_policy_reader *reader, const xmlNode *node,
				     struct gh_policy_role *role)
{
	unsigned condition;

	if (gh_policy_element_is(node, "kind"))
		return read_bit(reader, node, gh_policy_principals, &role->kinds);
	if (gh_policy_element_is(node, "assurance"))
		return read_bit(reader, node, gh_policy_assurances, &role->assurances);
	if (!gh_policy_word_find(gh_policy_conditions, gh_span_from((const char *)node->name),
				 &condition))
		return gh_policy_document_fail(reader->document, node, reader->err,
					       "<%.60s> is not known here",
					       (const char *)node->name);
	return gh_policy_read_pattern(reader, node, &role->conditions[condition]);
}

static enum gh_status read_role(struct gh_policy_reader *reader, const xmlNode *node)
{
	struct gh_policy *policy = reader->policy;
	struct gh_policy_role *role = &policy->roles[policy->role_count];
	const xmlNode *child = gh_policy_element_from(node->children);
	enum gh_status status = gh_policy_read_name(reader, node, &role->name);

	role->line = gh_policy_document_place(reader->document, node).line;
	for (size_t i = 0; status == GH_OK && i < policy->role_count; i++)
		if (strcmp(policy->roles[i].name, role->name) == 0)
			status = gh_policy_document_fail(
				reader->document, node, reader->err,
				i < GH_POLICY_BUILTIN_ROLES ? "role %s is built in" :
							      "role %s is there already",
				role->name);
	for (; status == GH_OK && child != NULL; child = gh_policy_element_from(child->next))
		status = read_condition(reader, child, role);
	policy->role_count++;
	return status;
}

static enum gh_status read_roles(struct gh_policy_reader *reader, const xmlNode *roles)
{
	size_t count = roles == NULL ? 0 : gh_policy_element_count(roles, "role");
	const xmlNode *node = roles == NULL ? NULL : gh_policy_element_from(roles->children);
	size_t room = count + GH_POLICY_BUILTIN_ROLES;
	enum gh_status status = GH_OK;

	if (room > GH_POLICY_ROLES_MAX)
		return gh_policy_document_fail(reader->document, roles, reader->err,
					       "more than %d roles",
					       GH_POLICY_ROLES_MAX - GH_POLICY_BUILTIN_ROLES);
	reader->policy->roles =
		gh_arena_alloc(reader->policy->arena, room * sizeof(struct gh_policy_role));
	if (reader->policy->roles == NULL)
		return gh_policy_read_out_of_memory(reader);
	add_builtin_roles(reader->policy);
	for (; status == GH_OK && node != NULL; node = gh_policy_element_from(node->next))
		status = read_role(reader, node);
	return status;
}

/* ---- tags ------------------------------------------------------------------ */

static enum gh_status read_tag(struct gh_policy_reader *reader, const xmlNode *node)
{
	struct gh_policy *policy = reader->policy;
	struct gh_policy_tag *tag = &policy->tags[policy->tag_count];
	enum gh_status status = gh_policy_read_name(reader, node, &tag->name);

	tag->line = gh_policy_document_place(reader->document, node).line;
	for (size_t i = 0; status == GH_OK && i < policy->tag_count; i++)
		if (strcmp(policy->tags[i].name, tag->name) == 0)
			status = gh_policy_document_fail(reader->document, node, reader->err,
							 "tag %s is there already", tag->name);
	if (status == GH_OK)
		status = gh_policy_read_objects(reader, node, "column", &tag->columns);
	policy->tag_count++;
	return status;
}

static enum gh_status read_tags(struct gh_policy_reader *reader, const xmlNode *data)
{
	size_t count = data == NULL ? 0 : gh_policy_element_count(data, "tag");
	const xmlNode *node = data == NULL ? NULL : gh_policy_element_from(data->children);
	enum gh_status status = GH_OK;

	if (count > GH_POLICY_TAGS_MAX)
		return gh_policy_document_fail(reader->document, data, reader->err,
					       "more than %d tags", GH_POLICY_TAGS_MAX);
	reader->policy->tags =
		gh_arena_alloc(reader->policy->arena, (count + 1) * sizeof(struct gh_policy_tag));
	if (reader->policy->tags == NULL)
		return gh_policy_read_out_of_memory(reader);
	for (; status == GH_OK && node != NULL; node = gh_policy_element_from(node->next))
		status = read_tag(reader, node);
	return status;
}

/* ---- the whole -------------------------------------------------------------- */

static const xmlNode *find_child(const xmlNode *parent, const char *name)
{
	const xmlNode *node = gh_policy_element_from(parent->children);

	while (node != NULL && !gh_policy_element_is(node, name))
		node = gh_policy_element_from(node->next);
	return node;
}

enum gh_status gh_policy_read(struct gh_policy_document *document, struct gh_policy *policy,
			      struct gh_error *err)
{
	struct gh_policy_reader reader = { document, policy, err };
	const xmlNode *root = xmlDocGetRootElement(document->tree);
	const xmlNode *rules = find_child(root, "rules");
	static const struct gh_policy_word on_off[] = { { "on", 1 }, { "off", 0 }, { NULL, 0 } };
	unsigned otherwise = GH_VERDICT_DENY, detects = 1;
	enum gh_status status = gh_policy_read_name(&reader, root, &policy->title);

	if (status == GH_OK)
		status = gh_policy_read_word(&reader, root, "default", gh_policy_verdicts,
					     &otherwise);
	policy->otherwise = (enum gh_verdict)otherwise;
	if (status == GH_OK)
		status = gh_policy_read_word(&reader, root, "detection", on_off, &detects);
	policy->detects = detects != 0;
	if (status == GH_OK)
		status = read_roles(&reader, find_child(root, "roles"));
	if (status == GH_OK)
		status = read_tags(&reader, find_child(root, "data"));
	if (status != GH_OK)
		return status;
	GH_ENSURE(rules != NULL, err);
	return gh_policy_read_rules(&reader, rules);
}
