/*
 * Where each element of a document starts.  libxml2 knows the line of an
 * element only up to 65,535 and its column not at all, so the bytes are read
 * once more, for nothing but start tags.
 *
 * Also the first guard against document types: the parser never sees one.
 */
#include "document.h"

#include <stdlib.h>
#include <string.h>

struct scan {
	struct gh_span bytes;
	size_t at;
	int line;
	int column;
};

static bool looking_at(const struct scan *scan, const char *text)
{
	size_t length = strlen(text);

	return scan->bytes.length - scan->at >= length &&
	       memcmp(scan->bytes.bytes + scan->at, text, length) == 0;
}

static void step(struct scan *scan)
{
	if (scan->bytes.bytes[scan->at++] == '\n') {
		scan->line++;
		scan->column = 1;
	} else {
		scan->column++;
	}
}

static void skip_behind(struct scan *scan, const char *end)
{
	while (scan->at < scan->bytes.length && !looking_at(scan, end))
		step(scan);
	for (size_t i = strlen(end); i > 0 && scan->at < scan->bytes.length; i--)
		step(scan);
}

static enum gh_status add_place(struct gh_policy_document *document, const struct scan *scan,
				struct gh_error *err)
{
	size_t count = document->place_count;
	struct gh_policy_place *places = document->places;

	if ((count & (count - 1)) == 0) {
		places = realloc(places, (count == 0 ? 1 : 2 * count) * sizeof(*places));
		if (places == NULL)
			return gh_fail(err, GH_E_MEMORY, "policy");
		document->places = places;
	}
	places[document->place_count++] =
		(struct gh_policy_place){ NULL, scan->line, scan->column };
	return GH_OK;
}

static enum gh_status scan_markup(struct scan *scan, struct gh_policy_document *document,
				  struct gh_error *err)
{
	enum gh_status status = GH_OK;

	if (looking_at(scan, "<!--")) {
		for (int i = 0; i < 4; i++)
			step(scan);
		skip_behind(scan, "-->");
	} else if (looking_at(scan, "<![CDATA[")) {
		skip_behind(scan, "]]>");
	} else if (looking_at(scan, "<?")) {
		skip_behind(scan, "?>");
	} else if (looking_at(scan, "<!")) {
		return gh_fail_at(err, GH_E_POLICY, scan->line, scan->column,
				  "a document type (<!DOCTYPE>) is not accepted");
	} else {
		if (!looking_at(scan, "</"))
			status = add_place(document, scan, err);
		step(scan);
	}
	return status;
}

enum gh_status gh_policy_places_scan(struct gh_span bytes, struct gh_policy_document *out,
				     struct gh_error *err)
{
	struct scan scan = { bytes, 0, 1, 1 };
	enum gh_status status = GH_OK;

	while (status == GH_OK && scan.at < bytes.length) {
		if (bytes.bytes[scan.at] == '<')
			status = scan_markup(&scan, out, err);
		else
			step(&scan);
	}
	return status;
}

/* The element that follows in the order of the document. */
static const xmlNode *next_element(const xmlNode *node)
{
	const xmlNode *next = gh_policy_element_from(node->children);

	while (next == NULL && node != NULL && node->type == XML_ELEMENT_NODE) {
		next = gh_policy_element_from(node->next);
		node = node->parent;
	}
	return next;
}

bool gh_policy_places_bind(struct gh_policy_document *document)
{
	const xmlNode *node = xmlDocGetRootElement(document->tree);
	size_t count = 0;

	for (; node != NULL; node = next_element(node)) {
		if (count == document->place_count)
			return false;
		document->places[count++].node = node;
	}
	return count == document->place_count;
}

struct gh_policy_place gh_policy_document_place(struct gh_policy_document *document,
						const xmlNode *node)
{
	struct gh_policy_place none = { NULL, 0, 0 };

	for (size_t i = 0; i < document->place_count; i++) {
		size_t index = (document->last + i) % document->place_count;

		if (document->places[index].node == node) {
			document->last = index;
			return document->places[index];
		}
	}
	return none;
}
