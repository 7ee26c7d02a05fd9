/*
 * Where policy, journal and keys are.  A system-wide file decides where there
 * is one; otherwise the connection's keywords, otherwise the XDG folders.
 */
#include "internal.h"

#include <errno.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAMESPACE "urn:gatehouse:config:1"

const char *gh_config_system_path(void)
{
	return GH_SYSCONFDIR "/gatehouse/gatehouse.xml";
}

void gh_config_clear(struct gh_config *config)
{
	free(config->policy);
	free(config->journal);
	free(config->keys);
	*config = (struct gh_config){ 0 };
}

/* ---- the system-wide file --------------------------------------------------- */

static enum gh_status take_attribute(xmlNode *node, const char *name, char **out,
				     struct gh_error *err)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);

	if (value == NULL)
		return GH_OK;
	*out = gh_text_copy((const char *)value);
	xmlFree(value);
	if (*out == NULL)
		return gh_fail(err, GH_E_MEMORY, "configuration");
	if (**out != '/')
		return gh_fail_at(err, GH_E_CONFIG, node->line, 1,
				  "%s=\"%.100s\" is not an absolute path", name, *out);
	return GH_OK;
}

static enum gh_status take_level(xmlNode *node, struct gh_config *out, struct gh_error *err)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)"level");
	enum gh_status status = GH_OK;

	if (value == NULL || xmlStrEqual(value, (const xmlChar *)"write"))
		out->level = GH_JOURNAL_WRITE;
	else if (xmlStrEqual(value, (const xmlChar *)"durable"))
		out->level = GH_JOURNAL_DURABLE;
	else
		status = gh_fail_at(err, GH_E_CONFIG, node->line, 1,
				    "level=\"%.40s\" is neither write nor durable", (char *)value);
	xmlFree(value);
	return status;
}

/* Every attribute has to be one that the element may have. */
static enum gh_status check_attributes(xmlNode *node, const char *const *known,
				       struct gh_error *err)
{
	for (xmlAttr *attribute = node->properties; attribute != NULL;
	     attribute = attribute->next) {
		bool found = false;

		for (size_t i = 0; known[i] != NULL; i++)
			found = found || (attribute->ns == NULL &&
					  xmlStrEqual(attribute->name, (const xmlChar *)known[i]));
		if (!found)
			return gh_fail_at(err, GH_E_CONFIG, node->line, 1,
					  "<%.40s> has no attribute %.40s", (char *)node->name,
					  (char *)attribute->name);
	}
	return GH_OK;
}

/* Nothing is passed over: what has no meaning here was meant to have one. */
static enum gh_status check_content(xmlNode *node, struct gh_error *err)
{
	for (xmlNode *child = node->children; child != NULL; child = child->next)
		if (child->type != XML_COMMENT_NODE && !xmlIsBlankNode(child))
			return gh_fail_at(err, GH_E_CONFIG, child->line, 1,
					  "<%.40s> may not hold %.40s", (char *)node->name,
					  (char *)child->name);
	return GH_OK;
}

static enum gh_status read_policy(xmlNode *node, struct gh_config *out, struct gh_error *err)
{
	static const char *const known[] = { "file", NULL };
	enum gh_status status = check_attributes(node, known, err);

	if (status == GH_OK && out->policy != NULL)
		return gh_fail_at(err, GH_E_CONFIG, node->line, 1, "<policy> is there twice");
	if (status == GH_OK)
		status = take_attribute(node, "file", &out->policy, err);
	if (status == GH_OK && out->policy == NULL)
		return gh_fail_at(err, GH_E_CONFIG, node->line, 1, "<policy> names no file");
	return status;
}

static enum gh_status read_journal(xmlNode *node, struct gh_config *out, struct gh_error *err)
{
	static const char *const known[] = { "folder", "keys", "level", NULL };
	enum gh_status status = check_attributes(node, known, err);

	if (status == GH_OK && (out->journal != NULL || out->keys != NULL))
		return gh_fail_at(err, GH_E_CONFIG, node->line, 1, "<journal> is there twice");
	if (status == GH_OK)
		status = take_attribute(node, "folder", &out->journal, err);
	if (status == GH_OK)
		status = take_attribute(node, "keys", &out->keys, err);
	return status != GH_OK ? status : take_level(node, out, err);
}

static enum gh_status read_trace(xmlNode *node, struct gh_config *out, struct gh_error *err)
{
	static const char *const known[] = { "allowed", NULL };
	enum gh_status status = check_attributes(node, known, err);
	xmlChar *value;

	if (status != GH_OK)
		return status;
	value = xmlGetNoNsProp(node, (const xmlChar *)"allowed");
	out->trace_allowed = xmlStrEqual(value, (const xmlChar *)"yes");
	if (!out->trace_allowed && !xmlStrEqual(value, (const xmlChar *)"no"))
		status = gh_fail_at(err, GH_E_CONFIG, node->line, 1,
				    "<trace allowed=\"\"> is neither yes nor no");
	xmlFree(value);
	return status;
}

static bool is_ours(const xmlNode *node, const char *name)
{
	return node->ns != NULL && xmlStrEqual(node->ns->href, (const xmlChar *)NAMESPACE) &&
	       xmlStrEqual(node->name, (const xmlChar *)name);
}

static enum gh_status read_element(xmlNode *node, struct gh_config *out, struct gh_error *err)
{
	enum gh_status status = check_content(node, err);

	if (status != GH_OK)
		return status;
	if (is_ours(node, "policy"))
		return read_policy(node, out, err);
	if (is_ours(node, "journal"))
		return read_journal(node, out, err);
	if (is_ours(node, "trace"))
		return read_trace(node, out, err);
	return gh_fail_at(err, GH_E_CONFIG, node->line, 1, "unknown element <%.40s>",
			  (char *)node->name);
}

/* The root's children: elements, comments and white space. */
static enum gh_status read_child(xmlNode *node, struct gh_config *out, struct gh_error *err)
{
	if (node->type == XML_ELEMENT_NODE)
		return read_element(node, out, err);
	if (node->type == XML_COMMENT_NODE || xmlIsBlankNode(node))
		return GH_OK;
	return gh_fail_at(err, GH_E_CONFIG, node->line, 1, "<gatehouse> may not hold %.40s",
			  (char *)node->name);
}

static enum gh_status read_document(xmlDoc *document, struct gh_config *out, struct gh_error *err)
{
	static const char *const none[] = { NULL };
	xmlNode *root = xmlDocGetRootElement(document);
	enum gh_status status;

	if (root == NULL || !is_ours(root, "gatehouse"))
		return gh_fail_at(err, GH_E_CONFIG, 1, 1,
				  "the root is not <gatehouse xmlns=\"" NAMESPACE "\">");
	status = check_attributes(root, none, err);
	for (xmlNode *node = root->children; node != NULL && status == GH_OK; node = node->next)
		status = read_child(node, out, err);
	if (status == GH_OK && (out->journal == NULL || out->keys == NULL))
		status = gh_fail_at(err, GH_E_CONFIG, root->line, 1,
				    "<journal folder=\"\" keys=\"\"/> is missing");
	return status;
}

static enum gh_status parse(struct gh_span text, const char *path, struct gh_config *out,
			    struct gh_error *err)
{
	xmlParserCtxt *parser = xmlNewParserCtxt();
	xmlDoc *document = NULL;
	enum gh_status status;

	if (parser == NULL)
		return gh_fail(err, GH_E_MEMORY, "XML parser");
	document = xmlCtxtReadMemory(parser, text.bytes, (int)text.length, path, NULL,
				     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (document == NULL)
		status = gh_fail_at(err, GH_E_CONFIG, parser->lastError.line,
				    parser->lastError.int2, "%s: not well-formed XML", path);
	else if (document->intSubset != NULL)
		status = gh_fail_at(err, GH_E_CONFIG, 1, 1, "%s: a DOCTYPE is not allowed", path);
	else
		status = read_document(document, out, err);
	xmlFreeDoc(document);
	xmlFreeParserCtxt(parser);
	return status;
}

enum gh_status gh_config_read(const char *path, struct gh_config *out, struct gh_error *err)
{
	struct gh_buf text;
	enum gh_status status = gh_file_read(path, 1 << 20, &text, err);

	*out = (struct gh_config){ 0 };
	if (status == GH_OK)
		status = parse(gh_buf_span(&text), path, out, err);
	gh_buf_clear(&text);
	if (status != GH_OK)
		gh_config_clear(out);
	out->system = status == GH_OK;
	return status;
}

/* A file that others could change decides nothing: it is an error, not ignored. */
static enum gh_status check_owner(const char *path, const struct stat *info, struct gh_error *err)
{
	if (info->st_uid != 0 || (info->st_mode & 022) != 0)
		return gh_fail(err, GH_E_CONFIG,
			       "%s must belong to root and be writable by nobody else", path);
	return GH_OK;
}

/* ---- one user's files ----------------------------------------------------------- */

/* $VARIABLE/gatehouse/NAME, or HOME/FALLBACK/gatehouse/NAME (XDG Base Directory). */
static char *xdg_path(const char *variable, const char *fallback, const char *name)
{
	const char *base = gh_env_get(variable);
	const char *home = gh_env_get("HOME");
	struct passwd entry, *found = NULL;
	char room[4096];
	struct gh_buf path;

	gh_buf_init(&path, 0);
	if (home == NULL && getpwuid_r(getuid(), &entry, room, sizeof(room), &found) == 0 &&
	    found != NULL)
		home = found->pw_dir;
	if (base != NULL && *base == '/')
		(void)gh_buf_printf(&path, "%s/gatehouse/%s", base, name);
	else if (home != NULL && *home == '/')
		(void)gh_buf_printf(&path, "%s/%s/gatehouse/%s", home, fallback, name);
	else
		return NULL;
	return gh_buf_take(&path);
}

/* Keys stand beside the journal: the folder `keys` with the same parent. */
static char *keys_beside(const char *journal)
{
	size_t length = strlen(journal);
	struct gh_buf path;

	while (length > 1 && journal[length - 1] == '/')
		length--;
	while (length > 0 && journal[length - 1] != '/')
		length--;
	gh_buf_init(&path, 0);
	(void)gh_buf_append(&path, journal, length);
	(void)gh_buf_append_text(&path, "keys");
	return gh_buf_take(&path);
}

static enum gh_status find_policy(const char *given, struct gh_config *out, struct gh_error *err)
{
	if (given != NULL && *given != '\0') {
		out->policy = gh_text_copy(given);
		return out->policy != NULL ? GH_OK : gh_fail(err, GH_E_MEMORY, "policy path");
	}
	out->policy = xdg_path("XDG_CONFIG_HOME", ".config", "policy.xml");
	/* only a file that is not there means "built-in"; one that can't be read is an error */
	if (out->policy != NULL && access(out->policy, F_OK) != 0 && errno == ENOENT) {
		free(out->policy);
		out->policy = NULL;
	}
	return GH_OK;
}

static enum gh_status find_level(const char *given, struct gh_config *out, struct gh_error *err)
{
	if (given == NULL || *given == '\0' || strcmp(given, "write") == 0)
		out->level = GH_JOURNAL_WRITE;
	else if (strcmp(given, "durable") == 0)
		out->level = GH_JOURNAL_DURABLE;
	else
		return gh_fail(err, GH_E_CONFIG, "JournalLevel=%.40s is neither write nor durable",
			       given);
	return GH_OK;
}

static enum gh_status resolve_own(const struct gh_keywords *keywords, struct gh_config *out,
				  struct gh_error *err)
{
	const char *journal = gh_keywords_get(keywords, "Journal");
	enum gh_status status = find_policy(gh_keywords_get(keywords, "Policy"), out, err);

	if (status == GH_OK)
		status = find_level(gh_keywords_get(keywords, "JournalLevel"), out, err);
	if (status != GH_OK)
		return status;
	out->journal = journal != NULL && *journal != '\0'
			       ? gh_text_copy(journal)
			       : xdg_path("XDG_STATE_HOME", ".local/state", "journal");
	if (out->journal == NULL)
		return gh_fail(err, GH_E_CONFIG, "no home folder: set Journal= to a folder");
	out->keys = keys_beside(out->journal);
	return out->keys != NULL ? GH_OK : gh_fail(err, GH_E_MEMORY, "keys path");
}

enum gh_status gh_config_resolve(const struct gh_keywords *keywords, struct gh_config *out,
				 struct gh_error *err)
{
	const char *path = gh_config_system_path();
	struct stat info;
	enum gh_status status;

	*out = (struct gh_config){ 0 };
	if (stat(path, &info) == 0) {
		status = check_owner(path, &info, err);
		return status != GH_OK ? status : gh_config_read(path, out, err);
	}
	if (errno != ENOENT && errno != ENOTDIR)
		return gh_fail(err, GH_E_CONFIG, "%s: %s", path, strerror(errno));
	status = resolve_own(keywords, out, err);
	out->trace_allowed = true;
	if (status != GH_OK)
		gh_config_clear(out);
	return status;
}
