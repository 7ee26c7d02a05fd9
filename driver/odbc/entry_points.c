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

/* ---- the trace: what of a call may be written, and the copy of a face that writes it --- */

/* Integers by value, pointers only as set or not: doc/design/trace.md. */
#define GH_ARGUMENT(x)                                                                             \
	{                                                                                          \
		#x,                                                                                \
		_Generic((x), SQLSMALLINT: GH_TRACE_NUMBER, SQLUSMALLINT: GH_TRACE_NUMBER,         \
			 SQLINTEGER: GH_TRACE_NUMBER, SQLLEN: GH_TRACE_NUMBER,                     \
			 SQLULEN: GH_TRACE_NUMBER, default: GH_TRACE_POINTER),                     \
		(intptr_t)(x)                                                                      \
	}

/* One argument after another, from the last macro to the first. */
/* lint: table */
#define GH_EACH_1(x)       GH_ARGUMENT(x)
#define GH_EACH_2(x, ...)  GH_ARGUMENT(x), GH_EACH_1(__VA_ARGS__)
#define GH_EACH_3(x, ...)  GH_ARGUMENT(x), GH_EACH_2(__VA_ARGS__)
#define GH_EACH_4(x, ...)  GH_ARGUMENT(x), GH_EACH_3(__VA_ARGS__)
#define GH_EACH_5(x, ...)  GH_ARGUMENT(x), GH_EACH_4(__VA_ARGS__)
#define GH_EACH_6(x, ...)  GH_ARGUMENT(x), GH_EACH_5(__VA_ARGS__)
#define GH_EACH_7(x, ...)  GH_ARGUMENT(x), GH_EACH_6(__VA_ARGS__)
#define GH_EACH_8(x, ...)  GH_ARGUMENT(x), GH_EACH_7(__VA_ARGS__)
#define GH_EACH_9(x, ...)  GH_ARGUMENT(x), GH_EACH_8(__VA_ARGS__)
#define GH_EACH_10(x, ...) GH_ARGUMENT(x), GH_EACH_9(__VA_ARGS__)
#define GH_EACH_11(x, ...) GH_ARGUMENT(x), GH_EACH_10(__VA_ARGS__)
#define GH_EACH_12(x, ...) GH_ARGUMENT(x), GH_EACH_11(__VA_ARGS__)
#define GH_EACH_13(x, ...) GH_ARGUMENT(x), GH_EACH_12(__VA_ARGS__)
#define GH_THE_14TH(a, b, c, d, e, f, g, h, i, j, k, l, m, n, ...) n
#define GH_EACH(...)                                                                               \
	GH_THE_14TH(__VA_ARGS__, GH_EACH_13, GH_EACH_12, GH_EACH_11, GH_EACH_10, GH_EACH_9,        \
		    GH_EACH_8, GH_EACH_7, GH_EACH_6, GH_EACH_5, GH_EACH_4, GH_EACH_3, GH_EACH_2,   \
		    GH_EACH_1, none)                                                               \
	(__VA_ARGS__)

/* Apart from the face, so that this costs the face nothing while nobody traces. */
#define GH_TRACED(face, parameters, given, expression)                                             \
	__attribute__((noinline, cold)) static SQLRETURN traced_##face parameters                  \
	{                                                                                          \
		const SQLHANDLE target = handle;                                                   \
		const struct gh_trace_argument list[] = { GH_EACH given };                         \
		struct gh_trace_call call = { #face, list, sizeof(list) / sizeof(list[0]),         \
					      NULL,  NULL, 0,                                      \
					      0 };                                                 \
                                                                                                   \
		(void)target;                                                                      \
		gh_trace_begin(&call, handle);                                                     \
		return gh_trace_end(&call, handle, expression);                                    \
	}

#define GH_TRACEABLE_FACE(face, parameters, given, expression)                                     \
	GH_TRACED(face, parameters, given, expression)                                             \
	GH_FACE(face, parameters)                                                                  \
	{                                                                                          \
		const SQLHANDLE target = handle;                                                   \
                                                                                                   \
		(void)target;                                                                      \
		return gh_trace_wanted() ? traced_##face given : expression;                       \
	}

/* ---- what a face does, by class ------------------------------------------------------- */

#define GH_FORWARD(name, face, parameters, given, arguments)                                       \
	static inline SQLRETURN forward_##face parameters                                          \
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
	}                                                                                          \
	GH_TRACEABLE_FACE(face, parameters, given, forward_##face given)

#define GH_REFUSE_FACE(name, face, parameters, given, arguments)                                   \
	GH_TRACEABLE_FACE(face, parameters, given,                                                 \
			  gh_answer(handle, gh_refuse_call(#face, handle)))

#define GH_BODY_FACE(name, face, parameters, given, arguments)                                     \
	GH_TRACEABLE_FACE(face, parameters, given, gh_answer(handle, gh_do_##name arguments))

/* Tells what is wrong with a handle, so one that was inherited is as good as any. */
#define GH_DIAG_FACE(name, face, parameters, given, arguments)                                     \
	GH_TRACEABLE_FACE(face, parameters, given, gh_do_##name arguments)

/* A connect opens the trace that it is written to, so nothing is known before it. */
#define GH_CONNECT_FACE(name, face, parameters, given, arguments)                                  \
	GH_TRACED(face, parameters, given, gh_answer(handle, gh_do_##name arguments))              \
	GH_FACE(face, parameters)                                                                  \
	{                                                                                          \
		return traced_##face given;                                                        \
	}

#define GH_NO_FACE(name, face, parameters, given, arguments)

/* lint: table */
#define GH_CLASS_PASS    GH_FORWARD
#define GH_CLASS_SQL     GH_BODY_FACE
#define GH_CLASS_DATA    GH_BODY_FACE
#define GH_CLASS_INPUT   GH_BODY_FACE
#define GH_CLASS_CATALOG GH_BODY_FACE
#define GH_CLASS_CONNECT GH_CONNECT_FACE
#define GH_CLASS_ATTR    GH_BODY_FACE
#define GH_CLASS_HANDLE  GH_BODY_FACE
#define GH_CLASS_DIAG    GH_DIAG_FACE
#define GH_CLASS_INFO    GH_BODY_FACE
#define GH_CLASS_CANCEL  GH_BODY_FACE
#define GH_CLASS_REFUSE  GH_REFUSE_FACE
#define GH_CLASS_MANAGER GH_NO_FACE
#define GH_CLASS_        GH_REFUSE_FACE /* a row without a class */

/* Two steps, so that a class becomes the name of a macro before that is called. */
#define GH_MAKE(maker, name, face, parameters, given, arguments)                                   \
	maker(name, face, parameters, given, arguments)
#define GH_UNWRAPPED(...) __VA_ARGS__

/* ---- functions without texts, and the ANSI faces of those with texts -------------------- */

#define GH_CHAR SQLCHAR
#define GH_PLAIN(name, class, id, kind, parameters, arguments)                                     \
	GH_MAKE(GH_CLASS_##class, name, name, parameters, arguments, arguments)
#define GH_TEXT(name, class, id, kind, parameters, arguments)                                      \
	GH_MAKE(GH_CLASS_##class, name, name, parameters, arguments,                               \
		(GH_NARROW, GH_UNWRAPPED arguments))
#include "entry_points.def"
#undef GH_CHAR
#undef GH_PLAIN
#undef GH_TEXT

/* ---- the W faces ------------------------------------------------------------------------- */

#define GH_CHAR SQLWCHAR
#define GH_PLAIN(name, class, id, kind, parameters, arguments)
#define GH_TEXT(name, class, id, kind, parameters, arguments)                                      \
	GH_MAKE(GH_CLASS_##class, name, name##W, parameters, arguments,                            \
		(GH_WIDE, GH_UNWRAPPED arguments))
#include "entry_points.def"
#undef GH_CHAR
#undef GH_PLAIN
#undef GH_TEXT

/* ---- the names that libltdl looks for first (doc/design/odbc.md) --------------------------- */

#define GH_MODULE_NAME(name, face)                                                                 \
	extern __typeof__(face) libgatehouse_LTX_##name                                            \
		__attribute__((alias(#face), visibility("default")));

/* lint: table */
#define GH_NAMED_PASS    GH_MODULE_NAME
#define GH_NAMED_SQL     GH_MODULE_NAME
#define GH_NAMED_DATA    GH_MODULE_NAME
#define GH_NAMED_INPUT   GH_MODULE_NAME
#define GH_NAMED_CATALOG GH_MODULE_NAME
#define GH_NAMED_CONNECT GH_MODULE_NAME
#define GH_NAMED_ATTR    GH_MODULE_NAME
#define GH_NAMED_HANDLE  GH_MODULE_NAME
#define GH_NAMED_DIAG    GH_MODULE_NAME
#define GH_NAMED_INFO    GH_MODULE_NAME
#define GH_NAMED_CANCEL  GH_MODULE_NAME
#define GH_NAMED_REFUSE  GH_MODULE_NAME
#define GH_NAMED_MANAGER(name, face)
#define GH_NAMED_ GH_MODULE_NAME

#define GH_PLAIN(name, class, id, kind, parameters, arguments) GH_NAMED_##class(name, name)
#define GH_TEXT(name, class, id, kind, parameters, arguments)                                      \
	GH_NAMED_##class(name, name) GH_NAMED_##class(name##A, name)                               \
		GH_NAMED_##class(name##W, name##W)
#include "entry_points.def"
