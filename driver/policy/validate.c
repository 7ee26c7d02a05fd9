/*
 * The RELAX NG schema.  libxml2's own messages are used where they tell
 * enough; for attributes, where they do not, ours.
 */
#include "document.h"

#include <libxml/relaxng.h>
#include <pthread.h>
#include <string.h>

#if LIBXML_VERSION >= 21200
typedef const xmlError *error_pointer;
#else
typedef xmlErrorPtr error_pointer;
#endif

/*
 * libxml2 registers its datatype libraries at the first schema without a lock
 * (2.9 to 2.12, xmlRelaxNGInitTypes).  Guards nothing else.
 */
static pthread_mutex_t schema_lock = PTHREAD_MUTEX_INITIALIZER;

struct validation {
	const xmlNode *node; /* where the first message points to */
	char message[300];
};

/* The first that points somewhere: those before it only say that something failed. */
static void note_error(void *context, error_pointer error)
{
	struct validation *validation = context;
	size_t length = error->message == NULL ? 0 : strcspn(error->message, "\n");

	if (validation->node != NULL || length == 0)
		return;
	if (validation->message[0] != '\0' && error->node == NULL)
		return;
	if (length >= sizeof(validation->message))
		length = sizeof(validation->message) - 1;
	memcpy(validation->message, error->message, length);
	validation->message[length] = '\0';
	validation->node = error->node;
}

static void ignore_error(void *context, error_pointer error)
{
	(void)context;
	(void)error;
}

static xmlRelaxNGPtr read_schema(void)
{
	struct gh_span bytes = gh_policy_embedded_schema();
	xmlRelaxNGParserCtxtPtr parser;
	xmlRelaxNGPtr schema = NULL;

	pthread_mutex_lock(&schema_lock);
	parser = xmlRelaxNGNewMemParserCtxt(bytes.bytes, (int)bytes.length);
	if (parser != NULL) {
		xmlRelaxNGSetParserStructuredErrors(parser, ignore_error, NULL);
		schema = xmlRelaxNGParse(parser);
	}
	xmlRelaxNGFreeParserCtxt(parser);
	pthread_mutex_unlock(&schema_lock);
	return schema;
}

/*
 * libxml2 may point to the child of the element whose attributes are wrong, or
 * nowhere; then all elements are looked at, in the order of the document.
 */
static enum gh_status complain_attributes(struct gh_policy_document *document,
					  const struct validation *validation,
					  const xmlNode *node, struct gh_error *err)
{
	enum gh_status status = gh_policy_complain_attributes(document, node, err);

	if (status == GH_OK && node->parent->type == XML_ELEMENT_NODE)
		status = gh_policy_complain_attributes(document, node->parent, err);
	if (strstr(validation->message, "attribute") == NULL)
		return status;
	for (size_t i = 0; status == GH_OK && i < document->place_count; i++)
		status = gh_policy_complain_attributes(document, document->places[i].node, err);
	return status;
}

static enum gh_status complain(struct gh_policy_document *document,
			       const struct validation *validation, struct gh_error *err)
{
	const xmlNode *node = validation->node;
	enum gh_status status;

	if (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->parent;
	if (node == NULL || node->type != XML_ELEMENT_NODE)
		node = xmlDocGetRootElement(document->tree);
	status = complain_attributes(document, validation, node, err);
	if (status != GH_OK)
		return status;
	if (strstr(validation->message, "got nothing") != NULL)
		return gh_policy_document_fail(
			document, node, err, "not valid: <%s> lacks an element that it must have%s",
			(const char *)node->name,
			gh_policy_element_is(node, "policy") ? ": <rules>" : "");
	if (strstr(validation->message, "validating value") != NULL)
		return gh_policy_document_fail(document, node, err,
					       "not valid: the text of <%s> is not known",
					       (const char *)node->name);
	return gh_policy_document_fail(document, node, err, "not valid: %s", validation->message);
}

enum gh_status gh_policy_validate(struct gh_policy_document *document, struct gh_error *err)
{
	struct validation validation = { 0 };
	enum gh_status status = GH_OK;
	xmlRelaxNGValidCtxtPtr context = NULL;
	xmlRelaxNGPtr schema = read_schema();

	if (schema != NULL)
		context = xmlRelaxNGNewValidCtxt(schema);
	if (context == NULL) {
		status = gh_fail(err, GH_E_MEMORY, "policy schema");
		goto out;
	}
	xmlRelaxNGSetValidStructuredErrors(context, note_error, &validation);
	if (xmlRelaxNGValidateDoc(context, document->tree) != 0)
		status = complain(document, &validation, err);
out:
	xmlRelaxNGFreeValidCtxt(context);
	xmlRelaxNGFree(schema);
	return status;
}
