/*
 * The way down: finds the target driver, loads its library, and calls it
 * through pointers.  The driver manager is never entered again (its locks are
 * not recursive, and its conversions lose characters).
 */
#ifndef GATEHOUSE_DOWNSTREAM_H
#define GATEHOUSE_DOWNSTREAM_H

#include <sql.h>
#include <sqlext.h>

#include "gatehouse/util.h"

/* Which of the two flavours of a function was called, or is to be called. */
enum gh_width {
	GH_NARROW = 0, /* SQLCHAR, the A functions */
	GH_WIDE = 1,   /* SQLWCHAR, the W functions */
};

/* ---- the target's functions ---------------------------------------------- */

/*
 * One pointer per row of entry_points.def; functions with texts have two, by
 * enum gh_width, with `void *` where the text stands.  NULL: the target lacks it.
 */
struct gh_functions {
#define GH_CHAR void
#define GH_PLAIN(name, class, id, handle, parameters, arguments) SQLRETURN (*name) parameters;
#define GH_TEXT(name, class, id, handle, parameters, arguments) SQLRETURN (*name[2]) parameters;
#include "../../driver/odbc/entry_points.def"
#undef GH_CHAR
#undef GH_PLAIN
#undef GH_TEXT
};

/* True if the target has the function in at least one flavour. */
#define GH_HAS_TEXT(functions, name) \
	((functions)->name[GH_NARROW] != NULL || (functions)->name[GH_WIDE] != NULL)

/* A loaded target library.  It stays in memory for the life of the process. */
struct gh_library {
	void *handle;
	struct gh_functions functions; /* as the rest of the driver calls them */
	struct gh_functions real; /* of a target that is older; handles are not the target's then */
	bool older;               /* some functions of ODBC 3 are mapped to those of ODBC 2 */
};

/*
 * What a process remembers of targets between connections: loaded libraries with
 * their functions and, for a second, what odbc.ini and odbcinst.ini say.  Safe to
 * share between threads.  Where one is asked for, NULL remembers nothing.
 */
struct gh_target_memory;
GH_MUST_CHECK enum gh_status gh_target_memory_new(struct gh_target_memory **out,
						  struct gh_error *err); /* caller frees */
void gh_target_memory_free(struct gh_target_memory *memory); /* NULL is fine */

/*
 * Loads the library and finds its functions; those of ODBC 3 that it lacks are
 * mapped to ODBC 2's.  GH_E_LOAD when it cannot be loaded or is no ODBC driver;
 * GH_E_LOOP when it is Gatehouse itself.  The result must not be moved.
 */
GH_MUST_CHECK enum gh_status gh_library_load(struct gh_target_memory *memory,
					     const char *path, struct gh_library *out,
					     struct gh_error *err);

/*
 * Takes away the functions that the target's own SQLGetFunctions denies, as the
 * manager does (unixODBC 2.3.11, __connect_part_two: plain and ANSI ones only).
 * `supported` is the bitmap of SQL_API_ODBC3_ALL_FUNCTIONS.
 */
void gh_library_restrict(struct gh_library *library, const SQLUSMALLINT *supported);
/* Fills the same bitmap with what the library has, mapped functions included. */
void gh_library_tell(const struct gh_library *library, SQLUSMALLINT *supported);

/* ---- where the target is ---------------------------------------------------- */

/* A keyword and its value as they stand in a connection string or odbc.ini. */
struct gh_keyword {
	char *name;
	char *value; /* without the braces that may have stood around it */
};

/* Keywords in their order; names compare without case. */
struct gh_keywords {
	struct gh_keyword *items;
	size_t count;
};

void gh_keywords_clear(struct gh_keywords *keywords); /* wipes the values */
/* NULL if absent; borrowed. */
const char *gh_keywords_get(const struct gh_keywords *keywords, const char *name);
/* Adds at the end; a keyword that is there already stays as it is (ODBC: the first wins). */
GH_MUST_CHECK enum gh_status gh_keywords_add(struct gh_keywords *keywords, struct gh_span name,
					     struct gh_span value, struct gh_error *err);
/* Adds each of `from`. */
GH_MUST_CHECK enum gh_status gh_keywords_copy(const struct gh_keywords *from,
					      struct gh_keywords *to, struct gh_error *err);
/* Reads "A=b;C={d;e}"; GH_E_CONFIG for what cannot be read. */
GH_MUST_CHECK enum gh_status gh_keywords_parse(struct gh_span text, struct gh_keywords *out,
					       struct gh_error *err);
/* Adds the entries of a section of odbc.ini (`DSN`). */
GH_MUST_CHECK enum gh_status gh_keywords_read_dsn(struct gh_target_memory *memory,
						  const char *dsn, struct gh_keywords *out,
						  struct gh_error *err);
/* Writes "A=b;C={d;e};". */
enum gh_status gh_keywords_write(const struct gh_keywords *keywords, struct gh_buf *out);

/* True for the keywords that are Gatehouse's own and never reach a target. */
bool gh_keyword_is_ours(const char *name);

/* What a keyword of the target may do; unknown keywords are refused. */
enum gh_keyword_effect {
	GH_KEYWORD_REFUSED = 0,
	GH_KEYWORD_PLAIN,   /* where to and as whom */
	GH_KEYWORD_SQL,     /* its value is SQL that runs at connect: judged first */
	GH_KEYWORD_LOGGING, /* writes calls or cells to files: forced off */
};
enum gh_keyword_effect gh_keyword_effect_of(const char *library, const char *name);

/* Which calls a target takes at the same time: Threading= of odbcinst.ini, as unixODBC has it. */
enum gh_threading {
	GH_THREADING_FREE = 0,
	GH_THREADING_STATEMENT = 1,  /* one a statement, as we make them anyhow */
	GH_THREADING_CONNECTION = 2, /* one a connection; SQLCancel comes beside it */
	GH_THREADING_PROCESS = 3,    /* one at a time, whatever library it is of */
};

/* How to reach the target.  Owned; cleared with gh_route_clear. */
struct gh_route {
	char *library;            /* path or name for dlopen */
	char *name;               /* TargetDSN or TargetDriver, for people */
	struct gh_target_memory *memory; /* borrowed */
	struct gh_keywords pass;  /* for the target: DSN= or DRIVER= first */
	struct gh_keywords sql;   /* keywords of either side whose values are SQL */
	bool plain_dsn;           /* nothing but a TargetDSN, user and password */
	enum gh_threading threading;
};

/*
 * Finds the target of a Gatehouse connection.  `ours` holds what the
 * application gave followed by what odbc.ini says.  Follows TargetDSN through
 * odbc.ini and odbcinst.ini, and refuses a way that leads back to Gatehouse.
 */
GH_MUST_CHECK enum gh_status gh_route_find(struct gh_target_memory *memory,
					   const struct gh_keywords *ours, struct gh_route *out,
					   struct gh_error *err);
/*
 * Adds what a later round of SQLBrowseConnect says, under the same rules; it comes
 * before what was said earlier.  `pass` receives what the target is to be told of
 * this round and `sql` what of it has to be judged; the caller clears both.
 */
GH_MUST_CHECK enum gh_status gh_route_extend(struct gh_route *route,
					     const struct gh_keywords *more,
					     struct gh_keywords *pass, struct gh_keywords *sql,
					     struct gh_error *err);
void gh_route_clear(struct gh_route *route);

/* ---- texts ------------------------------------------------------------------- */

/*
 * Converts texts between an application's flavour and UTF-8, and between UTF-8
 * and the target's code page.  Strict: what cannot be converted without loss is
 * GH_E_CONVERT, never cut or replaced.
 */
struct gh_charset;
/* `name` NULL or "UTF-8": no conversion but a check.  Caller frees. */
GH_MUST_CHECK enum gh_status gh_charset_new(const char *name, struct gh_charset **out,
					    struct gh_error *err);
void gh_charset_free(struct gh_charset *charset);

/* A text as an ODBC function gets it: length in characters of its width, or SQL_NTS. */
struct gh_text {
	enum gh_width width;
	const void *bytes; /* NULL: no text */
	SQLLEN length;
};

/* Number of bytes of the text without terminator; 0 for NULL.  GH_E_LENGTH for a bad length. */
GH_MUST_CHECK enum gh_status gh_text_bytes(const struct gh_text *text, size_t *bytes,
					   struct gh_error *err);
/* Appends the text as UTF-8. */
GH_MUST_CHECK enum gh_status gh_text_decode(struct gh_charset *charset, const struct gh_text *text,
					    struct gh_buf *utf8, struct gh_error *err);
/* Appends UTF-8 in a flavour, followed by a terminator that is not counted in out->length. */
GH_MUST_CHECK enum gh_status gh_text_encode(struct gh_charset *charset, struct gh_span utf8,
					    enum gh_width width, struct gh_buf *out,
					    struct gh_error *err);

/* ---- one connection to a target ------------------------------------------------ */

/* An attribute that was set before there was a target. */
struct gh_queued_attribute {
	SQLINTEGER attribute;
	enum gh_width width;
	SQLINTEGER length;
	SQLPOINTER value;  /* a number, or `copy` */
	char *copy;        /* owned; NULL for a number */
};

struct gh_downstream {
	struct gh_library library;
	struct gh_functions serial; /* those of `library`, one call at a time */
	const struct gh_functions *functions; /* of `library`, or `serial` */
	enum gh_threading threading;
	struct gh_charset *charset;
	SQLHENV environment;
	SQLHDBC connection;
	bool connected;
	enum gh_width width; /* that it was connected in: some tell texts in no other */
	SQLINTEGER odbc_version; /* the application's */
	bool reads_errors; /* the manager would ask SQLError for this driver's records */
	bool reads_once;   /* a record may be gone once it was read */
};

/* Loads the library and allocates environment and connection handles. */
GH_MUST_CHECK enum gh_status gh_downstream_open(const struct gh_route *route, const char *charset,
						SQLINTEGER odbc_version,
						struct gh_downstream *out, struct gh_error *err);
/* Disconnects if need be and frees the handles; the library stays loaded. */
void gh_downstream_close(struct gh_downstream *down);

/*
 * A handle of a statement or descriptor that went with its connection at
 * SQLDisconnect: frees what of ours stood before it.  NULL is fine.
 */
void gh_downstream_forget(const struct gh_downstream *down, SQLHANDLE handle);

/* What comes back of a connect. */
struct gh_connect_answer {
	struct gh_buf *completed; /* receives the connection string, or the question of
				   * SQLBrowseConnect, as UTF-8; NULL: SQLConnect */
	SQLRETURN code;           /* the target's own */
};

/*
 * Connects in the flavour that was asked for if the target has it.  The target's
 * diagnostics stay with down->connection.
 */
GH_MUST_CHECK enum gh_status gh_downstream_connect(struct gh_downstream *down,
						   const struct gh_route *route,
						   enum gh_width width,
						   struct gh_connect_answer *answer,
						   struct gh_error *err);

/*
 * One round of SQLBrowseConnect with `pass`.  After SQL_NEED_DATA the target waits
 * for the next round, and its question is in answer->completed.
 */
GH_MUST_CHECK enum gh_status gh_downstream_browse(struct gh_downstream *down,
						  const struct gh_keywords *pass,
						  enum gh_width width,
						  struct gh_connect_answer *answer,
						  struct gh_error *err);

/*
 * Learns what a connected target can do and how it tells its diagnostics.  Clears
 * those of the connection.
 */
void gh_downstream_learn(struct gh_downstream *down);

/* Where a record comes from: SQL_DIAG_CLASS_ORIGIN, _SUBCLASS_ORIGIN and the two names. */
enum gh_record_origin_field {
	GH_ORIGIN_CLASS,
	GH_ORIGIN_SUBCLASS,
	GH_ORIGIN_CONNECTION,
	GH_ORIGIN_SERVER,
	GH_ORIGIN_COUNT
};
struct gh_record_place {
	SQLSMALLINT number; /* of the record */
	enum gh_record_origin_field field;
};
struct gh_record_origin {
	SQLRETURN codes[GH_ORIGIN_COUNT]; /* what the target answered */
	char *texts[GH_ORIGIN_COUNT];     /* owned; NULL where it had none */
};

/* One diagnostic record as UTF-8; text and state are NUL-terminated. */
struct gh_diagnostic {
	char state[6];
	SQLINTEGER native;
	char *text;       /* owned by whoever holds the record */
	SQLLEN row;       /* SQL_DIAG_ROW_NUMBER, SQL_NO_ROW_NUMBER */
	SQLINTEGER column; /* SQL_DIAG_COLUMN_NUMBER, SQL_NO_COLUMN_NUMBER */
	struct gh_record_origin *origin; /* owned as the text is; NULL: not asked for */
};
/*
 * Reads record `number` (1-based); false when there is none.  Caller frees text.
 * With down->reads_once a record may be gone once it was read, so they must be read
 * in order and kept.
 */
bool gh_downstream_diagnostic(const struct gh_downstream *down, SQLSMALLINT type,
			      SQLHANDLE handle, SQLSMALLINT number, struct gh_diagnostic *out);
/* One field of a record's origin as UTF-8 into *text (NULL: none), which the caller frees. */
SQLRETURN gh_downstream_origin_text(const struct gh_downstream *down, SQLSMALLINT type,
				    SQLHANDLE handle, struct gh_record_place place, char **text);
/* All of record `number`; NULL where the manager would not ask the target for them either. */
struct gh_record_origin *gh_downstream_origin(const struct gh_downstream *down, SQLSMALLINT type,
				       SQLHANDLE handle, SQLSMALLINT number);
void gh_downstream_origin_free(struct gh_record_origin *origin); /* NULL is fine */

/* Reads a text of SQLGetInfo as UTF-8 into `out`; false if the target has none. */
bool gh_downstream_info_text(const struct gh_downstream *down, SQLUSMALLINT type,
			     struct gh_buf *out);
/* The current catalog as UTF-8; false if the target does not tell. */
bool gh_downstream_catalog(const struct gh_downstream *down, struct gh_buf *out);

#endif
