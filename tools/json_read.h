/*
 * Reading JSON: one text to a tree of values.  For the command's own input only:
 * the driver reads no JSON.
 */
#ifndef GATEHOUSE_TOOLS_JSON_READ_H
#define GATEHOUSE_TOOLS_JSON_READ_H

#include "gatehouse/util.h"

enum gh_json_kind {
	GH_JSON_NULL = 0,
	GH_JSON_WORD, /* true, false or a number: see raw */
	GH_JSON_TEXT,
	GH_JSON_LIST,
	GH_JSON_OBJECT,
};

struct gh_json_value {
	enum gh_json_kind kind;
	const char *name;            /* the member's name within an object */
	const char *text;            /* of a TEXT: decoded UTF-8 */
	size_t length;               /* of text, which may hold a NUL */
	struct gh_json_value *first; /* of a LIST or OBJECT */
	struct gh_json_value *next;
	size_t count;
	struct gh_span raw;          /* the value as it stands in what was read */
};

/* All that is given lives in `arena`.  Fails with GH_E_FORMAT and the byte. */
GH_MUST_CHECK enum gh_status gh_json_read(struct gh_arena *arena, struct gh_span text,
					  struct gh_json_value **out, struct gh_error *err);
/* The member of an object; NULL: absent, or `object` is none. */
const struct gh_json_value *gh_json_member(const struct gh_json_value *object, const char *name);
/* A member's text; NULL: absent or no text. */
const char *gh_json_member_text(const struct gh_json_value *object, const char *name);

#endif
