/*
 * The exported functions, made from entry_points.def: a row that only forwards
 * is whole here, a refused row refuses, and the others are faces of one line on
 * the body of their topic's file.  Breakpoints land on the row.
 */
#include "call.h"

/* A function that is refused has no use for most of its parameters. */
#pragma GCC diagnostic ignored "-Wunused-parameter"

#define GH_FACE(name, parameters)                                                                  \
	__attribute__((visibility("default"))) SQLRETURN SQL_API name parameters

/* ---- what a face does, by class ------------------------------------------------------- */

#define GH_FORWARD(name, face, parameters, arguments)                                              \
	GH_FACE(face, parameters)                                                                  \
	{                                                                                          \
		struct gh_statement *statement = gh_enter_statement(handle);                       \
		SQLHSTMT target;                                                                   \
                                                                                                   \
		if (statement == NULL)                                                             \
			return gh_answer_invalid(handle);                                          \
		if (statement->functions->name == NULL)                                            \
			return gh_leave_failed(&statement->base, GH_E_NO_FUNCTION,                 \
					       &(struct gh_error){ .text = #name });               \
		target = statement->target;                                                        \
		return gh_leave_statement(statement, statement->functions->name arguments);        \
	}

#define GH_REFUSE_FACE(name, face, parameters, arguments)                                          \
	GH_FACE(face, parameters)                                                                  \
	{                                                                                          \
		return gh_answer(handle, gh_refuse_call(#face, handle));                           \
	}

#define GH_BODY_FACE(name, face, parameters, arguments)                                            \
	GH_FACE(face, parameters)                                                                  \
	{                                                                                          \
		return gh_answer(handle, gh_do_##name arguments);                                  \
	}

/* Tells what is wrong with a handle, so one that was inherited is as good as any. */
#define GH_DIAG_FACE(name, face, parameters, arguments)                                            \
	GH_FACE(face, parameters)                                                                  \
	{                                                                                          \
		return gh_do_##name arguments;                                                     \
	}

#define GH_NO_FACE(name, face, parameters, arguments)

/* lint: table */
#define GH_CLASS_PASS    GH_FORWARD
#define GH_CLASS_SQL     GH_BODY_FACE
#define GH_CLASS_DATA    GH_BODY_FACE
#define GH_CLASS_INPUT   GH_BODY_FACE
#define GH_CLASS_CATALOG GH_BODY_FACE
#define GH_CLASS_CONNECT GH_BODY_FACE
#define GH_CLASS_ATTR    GH_BODY_FACE
#define GH_CLASS_HANDLE  GH_BODY_FACE
#define GH_CLASS_DIAG    GH_DIAG_FACE
#define GH_CLASS_INFO    GH_BODY_FACE
#define GH_CLASS_CANCEL  GH_BODY_FACE
#define GH_CLASS_REFUSE  GH_REFUSE_FACE
#define GH_CLASS_MANAGER GH_NO_FACE
#define GH_CLASS_        GH_REFUSE_FACE /* a row without a class */

/* Two steps, so that a class becomes the name of a macro before that is called. */
#define GH_MAKE(maker, name, face, parameters, arguments) maker(name, face, parameters, arguments)
#define GH_UNWRAPPED(...)                                 __VA_ARGS__

/* ---- functions without texts, and the ANSI faces of those with texts -------------------- */

#define GH_CHAR SQLCHAR
#define GH_PLAIN(name, class, id, kind, parameters, arguments)                                     \
	GH_MAKE(GH_CLASS_##class, name, name, parameters, arguments)
#define GH_TEXT(name, class, id, kind, parameters, arguments)                                      \
	GH_MAKE(GH_CLASS_##class, name, name, parameters, (GH_NARROW, GH_UNWRAPPED arguments))
#include "entry_points.def"
#undef GH_CHAR
#undef GH_PLAIN
#undef GH_TEXT

/* ---- the W faces ------------------------------------------------------------------------- */

#define GH_CHAR SQLWCHAR
#define GH_PLAIN(name, class, id, kind, parameters, arguments)
#define GH_TEXT(name, class, id, kind, parameters, arguments)                                      \
	GH_MAKE(GH_CLASS_##class, name, name##W, parameters, (GH_WIDE, GH_UNWRAPPED arguments))
#include "entry_points.def"
