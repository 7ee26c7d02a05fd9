/*
 * Texts that go between an application's flavour and the one that the target
 * has.  Where both are the same the application's own pointer is passed.
 */
#ifndef GATEHOUSE_ODBC_TEXT_H
#define GATEHOUSE_ODBC_TEXT_H

#include "gatehouse/session.h"

/* The flavour to call a target's function in: the application's if it is there. */
#define GH_FIT(functions, name, width)                                                             \
	((functions)->name[width] != NULL ? (width) : (width) == GH_WIDE ? GH_NARROW : GH_WIDE)

/* A text for the target.  Cleared with gh_in_clear. */
struct gh_in {
	void *bytes; /* the application's, or in `copy` */
	SQLLEN length;
	struct gh_buf copy;
};
GH_MUST_CHECK enum gh_status gh_in_fit(struct gh_connection *connection, const struct gh_text *text,
				       enum gh_width fit, struct gh_in *out, struct gh_error *err);
void gh_in_clear(struct gh_in *in);

/*
 * Room for a text of the target.  gh_out_begin gives the pointer and the number
 * of characters to pass; gh_out_end converts what the target wrote.  Lengths that
 * the target reports are left as they are, as the manager does for a driver that
 * lacks a flavour.
 */
struct gh_out {
	void *bytes; /* to pass to the target */
	SQLLEN room; /* characters */
	void *application;
	enum gh_width width; /* the application's */
	enum gh_width fit;   /* the target's */
};
GH_MUST_CHECK enum gh_status gh_out_begin(struct gh_out *out, void *application, SQLLEN room,
					  enum gh_width width, enum gh_width fit);
void gh_out_end(struct gh_out *out, struct gh_connection *connection, SQLRETURN code);

/* sizeof one character */
static inline size_t gh_unit(enum gh_width width)
{
	return width == GH_WIDE ? sizeof(SQLWCHAR) : 1;
}

/* Where an application wants a text. */
struct gh_room {
	enum gh_width width;
	void *application; /* NULL: only the length is wanted */
	SQLLEN room;       /* characters */
};

/*
 * What of a UTF-8 text fits into an application's room, terminated; returns true
 * if all did.  `characters` (NULL: not wanted) is the whole text's length.
 */
bool gh_text_deliver(struct gh_connection *connection, struct gh_span utf8,
		     const struct gh_room *room, SQLLEN *characters);

#endif
