/*
 * The state behind the four ODBC handles, and the order of things for a
 * statement: identify, analyse, decide, journal, forward, mask, journal.
 *
 * The structs are not opaque: driver/odbc is their only user, and its hot calls
 * (SQLFetch, SQLGetData) must not pay for accessors.  Functions here expect the
 * handle's lock to be held, and leave diagnostics to the caller unless they say
 * otherwise.
 */
#ifndef GATEHOUSE_SESSION_H
#define GATEHOUSE_SESSION_H

#include <string.h>

#include "gatehouse/downstream.h"
#include "gatehouse/facts.h"
#include "gatehouse/identity.h"
#include "gatehouse/journal.h"
#include "gatehouse/mask.h"
#include "gatehouse/policy.h"
#include "gatehouse/sql.h"

/* ---- configuration and what the process shares ------------------------------ */

/* Where policy, journal and keys are; owned texts. */
struct gh_config {
	char *policy;  /* file; NULL: the built-in policy */
	char *journal; /* folder */
	char *keys;    /* folder */
	enum gh_journal_level level;
	bool system;   /* gatehouse.xml decided, and no keyword could change it */
	bool trace_allowed; /* by gatehouse.xml, or there is none */
};

/*
 * Resolves the configuration: ${sysconfdir}/gatehouse/gatehouse.xml where it is
 * there (it must belong to root and be writable by nobody else), otherwise the
 * keywords Policy= and Journal=, otherwise the XDG folders.
 */
GH_MUST_CHECK enum gh_status gh_config_resolve(const struct gh_keywords *keywords,
					       struct gh_config *out, struct gh_error *err);
/* Reads one system-wide file; for gh_config_resolve, `doctor` and tests. */
GH_MUST_CHECK enum gh_status gh_config_read(const char *path, struct gh_config *out,
					    struct gh_error *err);
void gh_config_clear(struct gh_config *config);
/* The path of the system-wide file; static storage. */
const char *gh_config_system_path(void);

struct gh_learned;
/* What all connections of a process with one configuration share. */
struct gh_shared {
	struct gh_shared *next;
	struct gh_config config;
	struct gh_policy *policy;
	struct gh_journal *journal;
	struct gh_mask_keys *mask_keys;
	struct gh_learned *learned; /* what is known of base columns; learned.c */
	struct gh_file_stamp mask_key; /* of its file when it was read */
	unsigned users;
	int64_t pid; /* of the process that made it: a child makes its own */
};

/*
 * Opens or joins; every success is followed by one gh_process_release.  What
 * nobody uses any more is kept for the next connection, until the library is
 * unloaded, the process ends, or a file that it rests on changes.
 */
GH_MUST_CHECK enum gh_status gh_process_acquire(const struct gh_config *config,
						struct gh_shared **out, struct gh_error *err);
void gh_process_release(struct gh_shared *shared); /* NULL is fine */
/* In a child of fork: lets go of all that it inherited.  Elsewhere nothing. */
void gh_process_adopt(void);

/* ---- diagnostics -------------------------------------------------------------- */

enum gh_diag_source {
	GH_DIAG_OURS = 0, /* `records`, which may be none */
	GH_DIAG_TARGET,   /* the target's handle has them, untouched since its call */
};

/* Which of the target's messages are withheld: those in which values may stand. */
enum gh_scrub {
	GH_SCRUB_NO = 0,
	GH_SCRUB_FOUND, /* where detection finds something in the message itself */
	GH_SCRUB_YES,   /* masked values are behind it: all that may quote rows */
};

struct gh_diagnostics {
	enum gh_diag_source source;
	struct gh_diagnostic *records; /* owned */
	size_t count;
	SQLRETURN code;   /* SQL_DIAG_RETURNCODE */
	SQLLEN row_count; /* SQL_DIAG_ROW_COUNT, kept with a snapshot */
};

void gh_diag_clear(struct gh_diagnostics *diag); /* no records, source ours */
/* Adds "[Gatehouse][...] text" with the status's SQLSTATE; never fails. */
void gh_diag_add(struct gh_diagnostics *diag, enum gh_status status, const char *text);
/* Adds a record with an SQLSTATE of ODBC's own, such as 01004. */
void gh_diag_add_state(struct gh_diagnostics *diag, const char *state, const char *text);

/* ---- the trace -------------------------------------------------------------------- */

/* The log of the boundary that Trace= asks for; doc/design/trace.md. */
struct gh_trace;

/* How many traces this process has open: faces look at it and at nothing else. */
extern atomic_uint gh_process_traces;

static inline bool gh_trace_wanted(void)
{
	return __builtin_expect(
		atomic_load_explicit(&gh_process_traces, memory_order_relaxed) != 0, 0);
}

/*
 * Opens the file, or refuses it; NULL where the keywords ask for none.  Every
 * success is followed by one gh_trace_release.
 */
GH_MUST_CHECK enum gh_status gh_trace_open(const struct gh_keywords *keywords,
					   const struct gh_config *config, struct gh_trace **out,
					   struct gh_error *err);
void gh_trace_release(struct gh_trace *trace); /* NULL is fine */

/* One argument of a call: an integer, or whether a pointer is set. */
struct gh_trace_argument {
	const char *name;
	enum { GH_TRACE_NUMBER, GH_TRACE_POINTER } kind;
	intptr_t number;
};

struct gh_trace_call {
	const char *function;
	const struct gh_trace_argument *arguments;
	size_t argument_count;
	/* filled in by gh_trace_begin */
	struct gh_trace *trace;
	const char *kind;
	unsigned number;
	int64_t started;
};

/* Notes who is called; a handle that is not ours, or not traced, writes nothing. */
void gh_trace_begin(struct gh_trace_call *call, SQLHANDLE handle);
/* Writes the call's line; returns `code`. */
SQLRETURN gh_trace_end(struct gh_trace_call *call, SQLHANDLE handle, SQLRETURN code);

/* ---- handles -------------------------------------------------------------------- */

enum gh_magic {
	GH_MAGIC_FREED = 0,
	GH_MAGIC_ENVIRONMENT = 0x47487631,
	GH_MAGIC_CONNECTION = 0x47486332,
	GH_MAGIC_STATEMENT = 0x47487333,
	GH_MAGIC_DESCRIPTOR = 0x47486434,
};

/* The start of every handle: what is needed before its kind is known. */
struct gh_handle {
	enum gh_magic magic;
	/* 0 in a child of fork; the process's; NULL: pids are compared */
	const volatile unsigned char *fork_mark;
	_Atomic int64_t pid; /* of the process that made it */
	unsigned number; /* within the process, for the trace */
	struct gh_lock lock;
	struct gh_diagnostics diag;
};

struct gh_environment {
	struct gh_handle base;
	SQLINTEGER odbc_version;
	SQLINTEGER output_nts;
	atomic_uint connections;
	struct gh_connection *first; /* list, under the environment's lock */
};

struct gh_modes { /* how the session reads texts; modes.c */
	struct gh_sql_settings settings; /* as answered at that generation */
	unsigned asked_at; /* plus 1; 0: never */
	atomic_uint generation, changing, bound;
};
struct gh_catalogue; /* what is known of the target's tables; catalogue.c */
struct gh_verdicts;  /* what was decided of texts; judged.c */
struct gh_judged;    /* facts and decision that statements share; judged.c */
struct gh_statement;

struct gh_connection {
	struct gh_handle base;
	/*
	 * Held while the target describes columns: psqlODBC keeps what it learns of
	 * tables with the connection, and in no lock.  Behind a statement's locks.
	 */
	struct gh_lock describing;
	struct gh_environment *environment;
	struct gh_connection *next;        /* of the environment's */
	struct gh_queued_attribute *queue; /* attributes set before connect, in order */
	size_t queue_count;
	struct gh_downstream down;
	struct gh_trace *trace; /* of the last connect, also a failed one; NULL: none */
	bool open;
	bool browsing;           /* between two rounds of SQLBrowseConnect; not open */
	struct gh_keywords browsed; /* what its rounds have said, for the completed string */
	SQLULEN autocommit;      /* as set through attributes */
	atomic_bool async;       /* SQL_ATTR_ASYNC_ENABLE, for all of its statements */
	atomic_bool sql_transaction; /* BEGIN was seen as a statement */
	atomic_bool moved;       /* the current catalog may have changed, or what names mean
				  * here: a second connection would resolve them elsewhere */
	enum gh_dialect dialect;
	struct gh_modes modes;
	struct gh_route route;   /* kept for the metadata connection; wiped at the end */
	struct gh_shared *shared;
	struct gh_identity *identity;
	struct gh_identity_hints hints; /* owned texts, for making the identity anew */
	struct gh_target target; /* owned texts */
	bool masks_apply;        /* some mask can concern this principal here */
	bool detects;            /* values are looked at where none does */
	bool reports_self;       /* ReportDriver=self: SQL_DRIVER_NAME and its kin are ours */
	bool filters_apply;      /* so can some row filter */
	struct gh_catalogue *catalogue;
	struct gh_verdicts *verdicts;
	struct gh_mask_memory *mask_memory; /* NULL where no mask can concern the principal */
	atomic_uint epoch;       /* grows with every DDL: what is known is old */
	uint8_t session[GH_SESSION_ID_SIZE];
	atomic_ullong statement_number;
	atomic_uint open_cursors;
	atomic_uint waiting;     /* statements between two calls: for data, or still executing */
	struct gh_statement *statements; /* list */
	struct gh_descriptor *descriptors; /* list of those that the application allocated */
};

enum gh_descriptor_kind {
	GH_DESCRIPTOR_ARD = 0,
	GH_DESCRIPTOR_APD,
	GH_DESCRIPTOR_IRD,
	GH_DESCRIPTOR_IPD,
	GH_DESCRIPTOR_COUNT
};

/* One record of an application's descriptor: where a column or parameter is. */
struct gh_binding {
	SQLSMALLINT c_type; /* as given; may be SQL_C_DEFAULT */
	SQLPOINTER value;
	SQLLEN room;
	SQLLEN *length;     /* SQL_DESC_OCTET_LENGTH_PTR */
	SQLLEN *indicator;  /* SQL_DESC_INDICATOR_PTR */
	SQLSMALLINT precision; /* this and scale count only with by_fields */
	SQLSMALLINT scale;
	bool by_fields;     /* more than SQLBindCol says was set */
};

/* What an application's descriptor says of its buffers, mirrored from the target's. */
struct gh_buffers {
	struct gh_binding *bindings; /* [0] is record 1; owned */
	size_t binding_count;
	struct gh_binding bookmark;  /* record 0 */
	SQLULEN array_size;
	SQLULEN bind_type;
	SQLULEN *offset;
	SQLUSMALLINT *operation; /* SQL_DESC_ARRAY_STATUS_PTR */
	unsigned version; /* grows with each change */
	bool by_fields;   /* changed by more than SQLBindCol: the target may have other bindings */
};

struct gh_descriptor {
	struct gh_handle base; /* of an implicit one the statement's lock is used */
	enum gh_descriptor_kind kind; /* of an implicit one */
	struct gh_connection *connection;
	struct gh_statement *statement; /* NULL: allocated by the application */
	SQLHDESC target;       /* the target's; NULL for an implicit one until it is needed */
	struct gh_buffers buffers; /* unused by implementation descriptors */
	struct gh_descriptor *next; /* list of the connection's explicit ones */
};

/* Where the target writes instead of the application's buffer, while a mask stands between. */
struct gh_shadow {
	char *bytes;     /* rows * width; owned, wiped */
	SQLLEN *lengths; /* owned */
	size_t width;
	size_t rows;
	SQLSMALLINT type;
	bool bound;      /* the target's binding is not the application's; `bytes` may be NULL */
};

/* How the values of a column are looked at where no mask of a rule holds; watch.c. */
struct gh_watch;

/* One column of the current result. */
struct gh_column {
	struct gh_mask *mask; /* NULL: clear */
	struct gh_watch *watch; /* of a clear one; NULL: nobody looks at its values */
	struct gh_mask_column meta;
};
/* What of the current result is masked. */
struct gh_plan {
	bool made;
	bool counted; /* the target was asked: what lies beyond `count` is no column */
	bool masked;  /* at least one column has a mask or a watch */
	bool doubted; /* its columns are not those that were analysed: all are unknown */
	struct gh_column *columns; /* [0] is column 1 */
	size_t count;
};

/* A masked or watched value on its way through SQLGetData, chunk by chunk. */
struct gh_cell {
	SQLUSMALLINT column; /* 0: none */
	SQLSMALLINT c_type;
	struct gh_buf value; /* masked */
	bool is_null;
	size_t offset;
	char *cut;  /* what the target says of a value that is cut; NULL: it said nothing; owned */
	struct gh_buf own; /* where the target writes a watched value */
};

/* A statement's rows: the application's attributes of its own, and what stands for them. */
struct gh_rowset {
	struct gh_shadow *shadows; /* [0] is of column 1; owned */
	size_t shadow_count;
	struct gh_shadow bookmark; /* of column 0 */
	SQLULEN rowset_size; /* SQLExtendedFetch */
	SQLUSMALLINT *status;
	SQLULEN *fetched;
	SQLULEN current;         /* rows of the rowset that was fetched last */
	/* what the target writes to where the application gave no place */
	SQLULEN own_fetched;
	SQLUSMALLINT *own_status;
	size_t own_status_count;
	bool own_places;  /* the target has our places */
	bool all_shadowed; /* row-wise or offset binding with masks: every column */
	bool layout_stale; /* the application changed what all_shadowed had replaced */
	bool detached;    /* the target reads through its implicit descriptor, not the explicit */
	bool ready;       /* the target's bindings fit plan and attributes */
	unsigned version; /* of the row descriptor when `ready` was set */
};

/*
 * A change of rows through the open cursor (SQLSetPos, SQLBulkOperations): a
 * statement of its own without a text, judged and journalled like one.
 */
struct gh_change {
	bool pending;                /* exec is journalled, done is not: the target asks for data */
	struct gh_facts facts;       /* tables and flows owned; texts are the statement's */
	struct gh_decision decision; /* owned */
	uint64_t number;
	int64_t started;
	char state[6];
};
/* A parameter as SQLBindParameter was given it. */
struct gh_parameter {
	SQLUSMALLINT number;
	SQLSMALLINT direction, sql_type;
	SQLULEN size;
	SQLSMALLINT digits;
	struct gh_binding binding;
};
/* Those that bring values to the application, where masks apply. */
struct gh_outputs {
	struct gh_output_parameter *parameters; /* owned; output.c */
	size_t count;
	SQLULEN *offset;    /* the application's SQL_ATTR_PARAM_BIND_OFFSET_PTR */
	SQLULEN own_offset; /* what it said at the last execution; the target looks here */
	bool detached;      /* it does */
};
/* Rows of a rowset, counted from 0. */
struct gh_row_range {
	SQLULEN first;
	SQLULEN count;
};

struct gh_statement {
	struct gh_handle base;
	struct gh_lock asking; /* held while we ask of our own accord: SQLCancel waits */
	struct gh_connection *connection;
	struct gh_statement *next;
	const struct gh_functions *functions; /* the connection's */
	SQLHSTMT target;
	struct gh_descriptor descriptors[GH_DESCRIPTOR_COUNT]; /* the implicit ones */
	struct gh_descriptor *ard; /* the current ones: implicit or explicit */
	struct gh_descriptor *apd;

	/* the text that was judged, as it is sent, and as UTF-8 */
	struct gh_buf sent;
	enum gh_width sent_width;
	struct gh_buf text;
	struct gh_buf original; /* UTF-8, before row filters were added; empty: none were */
	struct gh_facts *facts;
	struct gh_decision decision;
	bool prepared;       /* the target has prepared `text`: SQLExecute may run it */
	bool decided;        /* facts and decision are those of `text` */
	struct gh_judged *judged; /* owns facts and the decision's masks; NULL: they are our own */
	unsigned epoch;      /* of the connection when it was decided */
	int64_t decided_at;
	SQLULEN no_scan;
	enum gh_scrub scrub; /* what of the target's messages is withheld */
	bool mode_bound, mode_counted, mode_changing; /* modes.c */
	unsigned mode_generation;
	struct gh_outputs outputs; /* parameters that the target writes, where masks apply */
	struct gh_buf put;   /* what SQLPutData gave of one parameter, its start */

	/* the running result */
	bool executed;       /* exec is journalled, done is not */
	bool needs_data;     /* the target waits for SQLParamData */
	const char *running; /* what answered SQL_STILL_EXECUTING; NULL: nothing */
	bool waits;          /* one of these two: counted in waiting */
	bool async;          /* SQL_ATTR_ASYNC_ENABLE */
	bool cursor;         /* a result set is open: counted in open_cursors */
	uint64_t number;
	int64_t started;
	int64_t rows;
	unsigned result;     /* 0: the first result, as analysed */
	SQLULEN sets;        /* of parameters, when it was executed */
	char state[6];       /* SQLSTATE of a failure, for the done record */

	struct gh_change change;

	struct gh_plan plan;
	struct gh_rowset rowset;
	struct gh_cell cell;
	uint32_t *found; /* values masked by detection, by class; NULL: none; owned */
};

GH_MUST_CHECK enum gh_status gh_environment_new(struct gh_environment **out, struct gh_error *err);
void gh_environment_free(struct gh_environment *environment);
/* The environment's lock is held; freeing takes it. */
GH_MUST_CHECK enum gh_status gh_connection_new(struct gh_environment *environment,
					       struct gh_connection **out, struct gh_error *err);
void gh_connection_free(struct gh_connection *connection);
/* Allocates the target's statement too; its failure code is in *code. */
GH_MUST_CHECK enum gh_status gh_statement_new(struct gh_connection *connection,
					      struct gh_statement **out, SQLRETURN *code,
					      struct gh_error *err);
void gh_statement_free(struct gh_statement *statement);
/* Allocates the target's descriptor too; its failure code is in *code. */
GH_MUST_CHECK enum gh_status gh_descriptor_new(struct gh_connection *connection,
					       struct gh_descriptor **out, SQLRETURN *code,
					       struct gh_error *err);
/* True while a call that uses it is still running, or waits for data. */
bool gh_descriptor_busy(const struct gh_descriptor *descriptor);
/* The connection's lock is held, or it is closing: statements go back to their own descriptors. */
void gh_descriptor_free(struct gh_descriptor *descriptor);
/*
 * Makes an application descriptor the statement's, at the target too; NULL: its
 * implicit one.  The answer is the target's, or SQL_ERROR with `err` filled.
 */
SQLRETURN gh_statement_use(struct gh_statement *statement, enum gh_descriptor_kind kind,
			   struct gh_descriptor *descriptor, struct gh_error *err);
/* What is locked for a call on a descriptor: its statement, or itself. */
static inline struct gh_lock *gh_descriptor_lock(struct gh_descriptor *descriptor)
{
	return descriptor->statement != NULL ? &descriptor->statement->base.lock
					     : &descriptor->base.lock;
}
/* The target's descriptor behind one of ours; SQL_NULL_HDESC if it has none. */
SQLHDESC gh_descriptor_target(struct gh_descriptor *descriptor);

/* ---- connections ------------------------------------------------------------------ */

/* Remembers an attribute for the target that is not there yet; the last one wins. */
GH_MUST_CHECK enum gh_status gh_connection_queue(struct gh_connection *connection,
						 const struct gh_queued_attribute *attribute,
						 struct gh_error *err);

/*
 * Opens a session: configuration, policy, journal, identity, target, record.
 * `given` is what the application said, which odbc.ini's entries for its DSN are
 * added to.  With a failing answer->code the diagnostics were copied to the
 * connection's.
 */
GH_MUST_CHECK enum gh_status gh_connection_open(struct gh_connection *connection,
						struct gh_keywords *given, enum gh_width width,
						struct gh_connect_answer *answer,
						struct gh_error *err);
/*
 * One round of SQLBrowseConnect; with SQL_NEED_DATA the session waits for the next.
 * It counts as open only when the target says that it is connected.
 */
GH_MUST_CHECK enum gh_status gh_connection_browse(struct gh_connection *connection,
						  const struct gh_keywords *given,
						  enum gh_width width,
						  struct gh_connect_answer *answer,
						  struct gh_error *err);
/*
 * True if whoever connected now would get this session: the principal and the
 * policy are still the same.  Gathers the identity anew.
 */
bool gh_connection_holds(struct gh_connection *connection);
/* Ends the session with its record, or a browse.  Safe on one that is not open. */
void gh_connection_close(struct gh_connection *connection);
/* For messages that no statement stands behind. */
static inline enum gh_scrub gh_connection_scrub(const struct gh_connection *connection)
{
	if (connection->masks_apply)
		return GH_SCRUB_YES;
	return connection->detects ? GH_SCRUB_FOUND : GH_SCRUB_NO;
}

/* What the policy lets a session do, whatever the statement; nothing where it can't be told. */
struct gh_grants {
	bool may_change; /* some change may be allowed */
	bool reads_all;  /* every table may be read */
	bool calls_all;  /* every procedure may be called */
};
void gh_connection_grants(struct gh_connection *connection, struct gh_grants *out);

/* Copies the target's records into `diag`, their texts withheld as `scrub` says. */
void gh_diag_snapshot(struct gh_diagnostics *diag, const struct gh_downstream *down,
		      SQLSMALLINT type, SQLHANDLE handle, enum gh_scrub scrub);
/* True if nothing of the target's records is withheld, so that they may stay where they are. */
bool gh_diag_harmless(const struct gh_downstream *down, SQLSMALLINT type, SQLHANDLE handle,
		      enum gh_scrub scrub);

/* ---- statements ------------------------------------------------------------------------ */

/*
 * Judges a text before it goes anywhere: copies it, decodes it, analyses it,
 * decides.  GH_OK: allowed, and statement->sent holds the bytes to be sent.
 * GH_E_BLOCKED and others: denied and journalled; `err` has the message.
 */
GH_MUST_CHECK enum gh_status gh_statement_judge(struct gh_statement *statement,
						const struct gh_text *text, struct gh_error *err);
void gh_modes_changed(struct gh_connection *connection); /* a transaction ended, or the like */
/* Judges again what was prepared, if anything it rested on has changed. */
GH_MUST_CHECK enum gh_status gh_statement_judge_again(struct gh_statement *statement,
						      struct gh_error *err);
/* The same for an ODBC catalog function, named by `function`. */
GH_MUST_CHECK enum gh_status gh_statement_judge_catalog(struct gh_statement *statement,
							const char *function,
							struct gh_error *err);
/* Writes the exec record; without it the statement must not be sent. */
GH_MUST_CHECK enum gh_status gh_statement_begin(struct gh_statement *statement,
						struct gh_error *err);
/* Notes the target's answer to an execution. */
void gh_statement_answered(struct gh_statement *statement, SQLRETURN code);
/*
 * Extra calls of ours are answered at once, also where the application's need not
 * be: between these two the target's statement does nothing asynchronously.
 */
GH_MUST_CHECK enum gh_status gh_async_suspend(const struct gh_statement *statement,
					      struct gh_error *err);
/* The records that resuming would clear are kept with the statement. */
void gh_async_resume_after(struct gh_statement *statement, SQLRETURN code);
/*
 * Asynchronous functions are called until they are done: true if `function` was
 * begun, and so judged and journalled, by an earlier call.
 */
static inline bool gh_is_again(const struct gh_statement *statement, const char *function)
{
	return statement->running != NULL && strcmp(statement->running, function) == 0;
}
void gh_note_running(struct gh_statement *statement, const char *function, SQLRETURN code);
/* Nothing was running when SQLCancel was called: what waited for data is over. */
void gh_statement_cancelled(struct gh_statement *statement);
/* Ends the result with its done record and forgets plan, cell and shadows. */
void gh_statement_end(struct gh_statement *statement);

/* ---- changes through the cursor ------------------------------------------------------------ */

/*
 * Judges INSERT, UPDATE or DELETE on the tables of the open result, for the rows
 * of `range`, and writes the exec record; without it the change must not be sent.
 * A masked column that would be written is a denial.  `call` names it for the
 * record.  The plan must be made.
 */
struct gh_change_call {
	enum gh_kind kind;
	const char *name;
	struct gh_row_range range;
};
GH_MUST_CHECK enum gh_status gh_change_begin(struct gh_statement *statement,
					     const struct gh_change_call *call,
					     struct gh_error *err);
/* Notes the target's answer: the done record, unless more data or another call follows. */
void gh_change_answered(struct gh_statement *statement, SQLRETURN code);

/* ---- results ----------------------------------------------------------------------------- */

/* Decides for each column of the open result whether it is masked. */
GH_MUST_CHECK enum gh_status gh_plan_make(struct gh_statement *statement, struct gh_error *err);
void gh_plan_clear(struct gh_plan *plan);
/* The column's mask; NULL: clear, or a bookmark.  The plan must be made. */
static inline struct gh_mask *gh_plan_mask(const struct gh_plan *plan, SQLUSMALLINT column)
{
	if (column == 0 || column > plan->count)
		return NULL;
	return plan->columns[column - 1].mask;
}

/* What looks at the column's values; NULL: nothing does. */
static inline struct gh_watch *gh_plan_watch(const struct gh_plan *plan, SQLUSMALLINT column)
{
	if (column == 0 || column > plan->count)
		return NULL;
	return plan->columns[column - 1].watch;
}

/* True for a column that the target did not speak of: its values could be anything. */
static inline bool gh_plan_lacks(const struct gh_plan *plan, SQLUSMALLINT column)
{
	return plan->counted && column > plan->count;
}

/*
 * True for such a column where it could bring something: in a result with masks, or
 * where the target and the analysis do not agree how many columns there are.
 * Otherwise it is the target's to refuse.
 */
GH_MUST_CHECK bool gh_plan_refuses(const struct gh_statement *statement, SQLUSMALLINT column);

/* A record's binding (0: the bookmark), made if needed; NULL when memory ran out. */
struct gh_binding *gh_buffers_at(struct gh_buffers *buffers, SQLUSMALLINT record);
/* The binding of a record, or NULL where the application gave no place. */
const struct gh_binding *gh_buffers_bound(const struct gh_buffers *buffers, SQLUSMALLINT record);
/* Forgets the bindings above `count`. */
void gh_buffers_cut(struct gh_buffers *buffers, size_t count);

/* Binds shadows where masks stand between; before any call that fetches. */
GH_MUST_CHECK enum gh_status gh_rows_prepare(struct gh_statement *statement, SQLULEN rows,
					     struct gh_error *err);
/* True as long as nothing that gh_rows_prepare rested on has changed. */
static inline bool gh_rows_ready(const struct gh_statement *statement)
{
	return statement->rowset.ready &&
	       statement->rowset.version == statement->ard->buffers.version;
}
/*
 * Gives the target the application's own bindings and layout again, before the
 * application looks at its row descriptor or changes it.
 */
GH_MUST_CHECK enum gh_status gh_rows_restore(struct gh_statement *statement, struct gh_error *err);
/* After the target bound a column as the application said. */
void gh_rows_bound(struct gh_statement *statement, SQLUSMALLINT column);
/* After the target unbound all columns. */
void gh_rows_unbound(struct gh_statement *statement);
/* An array of ours for the status of `rows` rows, kept with the statement; NULL: no memory. */
SQLUSMALLINT *gh_rows_status(struct gh_statement *statement, SQLULEN rows);
/*
 * Delivers `rows` rows from the shadows.  `status` may be NULL (all were
 * fetched).  Returns `code`, or SQL_SUCCESS_WITH_INFO or SQL_ERROR with a record
 * added where a masked value did not fit or could not be delivered.
 */
SQLRETURN gh_rows_deliver(struct gh_statement *statement, SQLULEN rows,
			  const SQLUSMALLINT *status, SQLRETURN code);

/*
 * For calls that bring rows again (SQL_REFRESH, SQL_FETCH_BY_BOOKMARK): what the
 * target writes into the shadows in between is delivered for the rows of `range`,
 * and only that.  Bookmarks are an input, so a shadow gets the application's.
 */
void gh_rows_expect(struct gh_statement *statement);
SQLRETURN gh_rows_deliver_again(struct gh_statement *statement, const struct gh_row_range *range,
				SQLRETURN code);
/*
 * For calls that send the application's buffers: clear columns are bound to them as
 * the application laid them out, masked ones nowhere, until the next preparation.
 */
GH_MUST_CHECK enum gh_status gh_rows_expose(struct gh_statement *statement, struct gh_error *err);
/* Binds a shadow where the application would have its value.  GH_OK: *code is the target's. */
GH_MUST_CHECK enum gh_status gh_outputs_bind(struct gh_statement *statement,
					     const struct gh_parameter *given, SQLRETURN *code,
					     struct gh_error *err);
/* The target has an input in the place of that parameter. */
void gh_outputs_drop(struct gh_statement *statement, SQLUSMALLINT number);
/* Makes inputs of them all at the target, before it forgets what is bound. */
GH_MUST_CHECK enum gh_status gh_outputs_turn(struct gh_statement *statement, struct gh_error *err);
void gh_outputs_clear(struct gh_statement *statement); /* the target must have done so */
/* Takes the application's inputs and the decision's mask; before an execution. */
GH_MUST_CHECK enum gh_status gh_outputs_prepare(struct gh_statement *statement,
						struct gh_error *err);
/* SQLParamData answers with the application's pointer, not with ours. */
void gh_outputs_tell(const struct gh_statement *statement, SQLPOINTER *token);
/* Delivers what the target wrote, masked.  Returns `code`, or a worse one with a record added. */
SQLRETURN gh_outputs_deliver(struct gh_statement *statement, SQLRETURN code);
/* True for a setting that would move the shadows now, or lend them to other statements. */
GH_MUST_CHECK bool gh_outputs_bar(const struct gh_statement *statement, SQLINTEGER attribute,
				  const void *value);
/* SQL_ATTR_PARAM_BIND_OFFSET_PTR while there are any: the target never sees it. */
SQLRETURN gh_outputs_offset(struct gh_statement *statement, SQLULEN *offset);
/* What the application bound in the place of a shadow; NULL: no shadow is there. */
const struct gh_parameter *gh_outputs_given(const struct gh_statement *statement,
					    SQLSMALLINT number);

/* SQLGetData of a watched column; `given` is the C type as the application said it. */
SQLRETURN gh_peek_get(struct gh_statement *statement, SQLUSMALLINT column,
		      const struct gh_mask_buffer *buffer, SQLSMALLINT given,
		      struct gh_error *err);
/* GH_E_MASKED, journalled: a literal or parameter, or the data that is put, is a mask of ours. */
void gh_guard_bound(struct gh_statement *statement, const struct gh_parameter *given);
GH_MUST_CHECK enum gh_status gh_guard_check(struct gh_statement *statement, struct gh_error *err);
GH_MUST_CHECK enum gh_status gh_guard_put(struct gh_statement *statement, const void *value,
					  SQLLEN length, struct gh_error *err);
/* SQLGetData of a masked column. */
SQLRETURN gh_cell_get(struct gh_statement *statement, SQLUSMALLINT column,
		      const struct gh_mask_buffer *buffer, struct gh_error *err);
void gh_cell_clear(struct gh_cell *cell);

#endif
