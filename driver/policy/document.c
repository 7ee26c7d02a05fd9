/*
 * From bytes to a valid tree.  libxml2 lives in other people's processes too:
 * only handlers of our own parser context are set, nothing is fetched, and a
 * document type, the way to entities, is refused before it is read.
 */
#include "document.h"

#include <libxml/parser.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if LIBXML_VERSION >= 21200
typedef const xmlError *error_pointer;
#else
typedef xmlErrorPtr error_pointer;
#endif

struct parse {
	struct gh_error *err;
	bool failed;
};

/* Keeps the first: what follows is mostly its consequence. */
static void note_error(void *context, error_pointer error)
{
	xmlParserCtxtPtr parser = context;
	struct parse *parse = parser->_private;
	size_t length;

	if (parse == NULL || parse->failed || error->level < XML_ERR_ERROR)
		return;
	parse->failed = true;
	length = error->message == NULL ? 0 : strcspn(error->message, "\n");
	gh_fail_at(parse->err, GH_E_POLICY, error->line, error->int2, "not well-formed: %.*s",
		   (int)length, length == 0 ? "" : error->message);
}

/* The second guard; places.c has refused it already. */
static void refuse_doctype(void *context, const xmlChar *name, const xmlChar *external,
			   const xmlChar *system)
{
	xmlParserCtxtPtr parser = context;
	struct parse *parse = parser->_private;

	(void)name;
	(void)external;
	(void)system;
	parse->failed = true;
	gh_fail(parse->err, GH_E_POLICY, "a document type (<!DOCTYPE>) is not accepted");
	xmlStopParser(parser);
}

static enum gh_status fail_at_offset(struct gh_span bytes, size_t offset, struct gh_error *err,
				     const char *text)
{
	int line = 1, column = 1;

	for (size_t i = 0; i < offset; i++) {
		column = bytes.bytes[i] == '\n' ? 1 : column + 1;
		line += bytes.bytes[i] == '\n';
	}
	return gh_fail_at(err, GH_E_POLICY, line, column, "%s", text);
}

static enum gh_status check_bytes(struct gh_span bytes, struct gh_error *err)
{
	size_t offset = 0;

	if (bytes.length > GH_POLICY_DOCUMENT_MAX)
		return gh_fail(err, GH_E_POLICY, "larger than %d bytes", GH_POLICY_DOCUMENT_MAX);
	if (bytes.length == 0)
		return gh_fail_at(err, GH_E_POLICY, 1, 1, "empty");
	while (offset < bytes.length) {
		if (bytes.bytes[offset] == '\0')
			return fail_at_offset(bytes, offset, err, "NUL byte");
		if (gh_utf8_next(bytes, &offset) < 0)
			return fail_at_offset(bytes, offset, err, "not UTF-8");
	}
	return GH_OK;
}

static enum gh_status parse_tree(struct gh_span bytes, struct gh_policy_document *out,
				 struct gh_error *err)
{
	/* UTF-8 was checked, so another declared encoding must not change what is read */
	const int options = XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC;
	struct parse parse = { err, false };
	xmlParserCtxtPtr parser = xmlNewParserCtxt();

	if (parser == NULL || parser->sax == NULL) {
		xmlFreeParserCtxt(parser);
		return gh_fail(err, GH_E_MEMORY, "XML parser");
	}
	parser->_private = &parse;
	parser->sax->serror = note_error;
	parser->sax->internalSubset = refuse_doctype;
	out->tree = xmlCtxtReadMemory(parser, bytes.bytes, (int)bytes.length, NULL, NULL, options);
	parser->_private = NULL;
	xmlFreeParserCtxt(parser);
	if (parse.failed)
		return GH_E_POLICY;
	if (out->tree == NULL || xmlDocGetRootElement(out->tree) == NULL)
		return gh_fail(err, GH_E_POLICY, "not well-formed");
	if (!gh_policy_places_bind(out))
		return gh_fail(err, GH_E_POLICY, "the elements could not be counted");
	return GH_OK;
}

static bool is_number(const xmlChar *text)
{
	return *text != '\0' &&
	       strspn((const char *)text, "0123456789") == strlen((const char *)text);
}

/* Said before the schema is asked, since it would only say "not this element". */
static enum gh_status check_root(struct gh_policy_document *document, struct gh_error *err)
{
	const xmlNode *root = xmlDocGetRootElement(document->tree);
	enum gh_status status = GH_OK;
	xmlChar *version;

	if (root->ns == NULL || !xmlStrEqual(root->ns->href, (const xmlChar *)GH_POLICY_NAMESPACE))
		return gh_policy_document_fail(
			document, root, err, "the namespace must be %s, not '%.60s'",
			GH_POLICY_NAMESPACE, root->ns == NULL ? "" : (const char *)root->ns->href);
	if (!gh_policy_element_is(root, "policy"))
		return gh_policy_document_fail(document, root, err,
					       "the first element must be <policy>, not <%.60s>",
					       (const char *)root->name);
	version = xmlGetNoNsProp(root, (const xmlChar *)"version");
	if (version != NULL && is_number(version) && !xmlStrEqual(version, (const xmlChar *)"1"))
		status = gh_policy_document_fail(document, root, err,
						 "version %.20s is newer than this Gatehouse",
						 (const char *)version);
	xmlFree(version);
	return status;
}

enum gh_status gh_policy_document_read(struct gh_span bytes, struct gh_policy_document *out,
				       struct gh_error *err)
{
	enum gh_status status = check_bytes(bytes, err);

	*out = (struct gh_policy_document){ 0 };
	if (status == GH_OK)
		status = gh_policy_places_scan(bytes, out, err);
	if (status == GH_OK)
		status = parse_tree(bytes, out, err);
	if (status == GH_OK)
		status = check_root(out, err);
	if (status == GH_OK)
		status = gh_policy_validate(out, err);
	return status;
}

void gh_policy_document_clear(struct gh_policy_document *document)
{
	xmlFreeDoc(document->tree);
	free(document->places);
	*document = (struct gh_policy_document){ 0 };
}

enum gh_status gh_policy_document_fail(struct gh_policy_document *document, const xmlNode *node,
				       struct gh_error *err, const char *format, ...)
{
	struct gh_policy_place place = gh_policy_document_place(document, node);
	char text[sizeof(err->text)];
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	return gh_fail_at(err, GH_E_POLICY, place.line, place.column, "%s", text);
}

const xmlNode *gh_policy_element_from(const xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

bool gh_policy_element_is(const xmlNode *node, const char *name)
{
	return strcmp((const char *)node->name, name) == 0;
}

size_t gh_policy_element_count(const xmlNode *parent, const char *name)
{
	const xmlNode *node = gh_policy_element_from(parent->children);
	size_t count = 0;

	for (; node != NULL; node = gh_policy_element_from(node->next))
		count += gh_policy_element_is(node, name);
	return count;
}
