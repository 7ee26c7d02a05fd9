/*
 * A policy's XML document, for the files that read it; all others of
 * driver/policy see nothing of libxml2.
 */
#ifndef GATEHOUSE_POLICY_DOCUMENT_H
#define GATEHOUSE_POLICY_DOCUMENT_H

#include <libxml/tree.h>

#include "internal.h"

/* Where an element starts in the bytes: 1-based, columns in bytes. */
struct gh_policy_place {
	const xmlNode *node;
	int line;
	int column;
};

struct gh_policy_document {
	xmlDocPtr tree;
	struct gh_policy_place *places; /* in the order of the document */
	size_t place_count;
	size_t last; /* looked up last: the next one is most likely behind it */
};

/*
 * Parses and validates.  Nothing is fetched, no document type is accepted, no
 * handler of the process is touched.  GH_E_POLICY with line and column.  Caller
 * clears, also after a failure.
 */
GH_MUST_CHECK enum gh_status gh_policy_document_read(struct gh_span bytes,
						     struct gh_policy_document *out,
						     struct gh_error *err);
void gh_policy_document_clear(struct gh_policy_document *document);

/* The place of an element; line 0 if it has none. */
struct gh_policy_place gh_policy_document_place(struct gh_policy_document *document,
						const xmlNode *node);
/* gh_fail_at with GH_E_POLICY and the place of an element. */
enum gh_status gh_policy_document_fail(struct gh_policy_document *document, const xmlNode *node,
				       struct gh_error *err, const char *format, ...)
	GH_PRINTF(4, 5);

/* Places of all start tags, and that there is no document type (places.c). */
GH_MUST_CHECK enum gh_status gh_policy_places_scan(struct gh_span bytes,
						   struct gh_policy_document *out,
						   struct gh_error *err);
/* Gives the places their elements; false if the tree does not fit. */
GH_MUST_CHECK bool gh_policy_places_bind(struct gh_policy_document *document);

/* Says what is wrong with the attributes of an element, if anything is (complain.c). */
enum gh_status gh_policy_complain_attributes(struct gh_policy_document *document,
					     const xmlNode *node, struct gh_error *err);

/* Validates against the embedded schema (validate.c). */
GH_MUST_CHECK enum gh_status gh_policy_validate(struct gh_policy_document *document,
						struct gh_error *err);

/* Fills a policy from a valid document (read.c, read_rules.c). */
struct gh_policy_reader {
	struct gh_policy_document *document;
	struct gh_policy *policy;
	struct gh_error *err;
};
GH_MUST_CHECK enum gh_status gh_policy_read(struct gh_policy_document *document,
					    struct gh_policy *policy, struct gh_error *err);
GH_MUST_CHECK enum gh_status gh_policy_read_rules(struct gh_policy_reader *reader,
						  const xmlNode *rules);

/* The next element from `node` on, itself included; NULL at the end. */
const xmlNode *gh_policy_element_from(const xmlNode *node);
size_t gh_policy_element_count(const xmlNode *parent, const char *name);
bool gh_policy_element_is(const xmlNode *node, const char *name);
GH_MUST_CHECK enum gh_status gh_policy_read_out_of_memory(struct gh_policy_reader *reader);

/* A trimmed copy of an attribute in the arena; *out NULL if there is none. */
GH_MUST_CHECK enum gh_status gh_policy_read_text(struct gh_policy_reader *reader,
						 const xmlNode *node, const char *name,
						 const char **out);
/* A name: letters, digits, '.', '_' and '-', so that lists can hold it. */
GH_MUST_CHECK enum gh_status gh_policy_read_name(struct gh_policy_reader *reader,
						 const xmlNode *node, const char **out);
/* The blank-separated patterns of an attribute, which may be missing. */
GH_MUST_CHECK enum gh_status gh_policy_read_patterns(struct gh_policy_reader *reader,
						     const xmlNode *node, const char *name,
						     struct gh_policy_patterns *out);
/* The text of an element as one pattern. */
GH_MUST_CHECK enum gh_status gh_policy_read_pattern(struct gh_policy_reader *reader,
						    const xmlNode *node,
						    struct gh_policy_patterns *out);
/* One word of an attribute; missing gives *out as it is. */
GH_MUST_CHECK enum gh_status gh_policy_read_word(struct gh_policy_reader *reader,
						 const xmlNode *node, const char *name,
						 const struct gh_policy_word *words,
						 unsigned *out);
/* The children of the given name, each a <table> or <column>. */
GH_MUST_CHECK enum gh_status gh_policy_read_objects(struct gh_policy_reader *reader,
						    const xmlNode *parent, const char *name,
						    struct gh_policy_objects *out);
/* Roles, dsn and dbms of a rule, mask or filter (read_rules.c). */
GH_MUST_CHECK enum gh_status gh_policy_read_scope(struct gh_policy_reader *reader,
						  const xmlNode *node,
						  struct gh_policy_scope *out);
GH_MUST_CHECK enum gh_status gh_policy_read_filter(struct gh_policy_reader *reader,
						   const xmlNode *node,
						   struct gh_policy_filter *filter);
/* A <detect> (detect.c). */
GH_MUST_CHECK enum gh_status gh_policy_read_detect(struct gh_policy_reader *reader,
						   const xmlNode *node,
						   struct gh_policy_detect *detect);
/* Function and parameters of a <mask> or <detect>, and whether they fit (read_mask.c). */
GH_MUST_CHECK enum gh_status gh_policy_read_spec(struct gh_policy_reader *reader,
						 const xmlNode *node,
						 struct gh_mask_spec *spec);
/* The next word of a list that blanks separate; false at its end. */
bool gh_policy_next_word(struct gh_span *rest, struct gh_span *word);

#endif
