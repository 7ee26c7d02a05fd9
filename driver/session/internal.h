/*
 * What files of this folder share: a question's way to the target's catalogue and
 * what was learned of one name; buffers that stand between the target and the
 * application's; attributes that are set at the target for our own purposes.
 */
#ifndef GATEHOUSE_DRIVER_SESSION_INTERNAL_H
#define GATEHOUSE_DRIVER_SESSION_INTERNAL_H

#include "gatehouse/detect.h"
#include "gatehouse/session.h"

/* ---- the process (process.c) ------------------------------------------------ */

/* Before any thread may use a library that must be started alone; may be repeated. */
void gh_process_start(void);
/* What the process remembers of targets; NULL if memory ran out. */
struct gh_target_memory *gh_process_targets(void);
/*
 * Who this process is, its executable hashed.  One that was made a moment ago is
 * shared, as long as it would be made the same.  Caller frees with gh_identity_free.
 */
GH_MUST_CHECK enum gh_status gh_process_identify(const struct gh_identity_hints *hints,
						 struct gh_identity **out, struct gh_error *err);
/* The number of the next handle. */
unsigned gh_process_number(void);
/* A mark that is 0 in children of this process (gh_fork_mark_new); NULL: none.  Borrowed. */
const volatile unsigned char *gh_process_mark(void);

/* ---- catalogue ----------------------------------------------------------------------- */

/* How the analyser asks for names on this connection. */
void gh_catalogue_resolver(struct gh_connection *connection, struct gh_resolver *out);
void gh_catalogue_free(struct gh_catalogue *catalogue);
void gh_verdicts_free(struct gh_verdicts *verdicts); /* NULL is fine */

/* Does something stand between the target's values and the application's buffer? */
static inline bool gh_plan_between(const struct gh_plan *plan, SQLUSMALLINT column)
{
	return gh_plan_mask(plan, column) != NULL || gh_plan_watch(plan, column) != NULL;
}

/* Says in `err` that, and why, a decision does not allow. */
GH_MUST_CHECK enum gh_status gh_decision_block(const struct gh_decision *decision,
					       struct gh_error *err);

/* The identity if it still holds, made anew after a fork. */
GH_MUST_CHECK enum gh_status gh_connection_identity(struct gh_connection *connection,
						    const struct gh_principal **out,
						    struct gh_error *err);

/* Forgets the text and all that was decided of it. */
void gh_statement_forget(struct gh_statement *statement);
/* Ends a change that is pending, as cancelled.  Safe when there is none. */
void gh_change_end(struct gh_statement *statement);

/* The SQLSTATE of the target's failure, for a record. */
void gh_statement_state(struct gh_statement *statement, char state[6]);

/* True if a row of the range would write the column: bound, and not told to be ignored. */
bool gh_rows_writes(const struct gh_statement *statement, SQLUSMALLINT column,
		    const struct gh_row_range *range);

/* For a statement of ours on the application's connection; false if it can't be. */
bool gh_async_off(const struct gh_functions *functions, SQLHSTMT target);

void gh_async_resume(const struct gh_statement *statement);

/* Judges SQL that a keyword would run at connect. */
GH_MUST_CHECK enum gh_status gh_connection_judge(struct gh_connection *connection,
						 const char *text, struct gh_error *err);

/* ---- what was decided (judged.c) ------------------------------------------- */

/* True, with facts and decision filled in, if the statement's text was allowed lately. */
GH_MUST_CHECK bool gh_judged_find(struct gh_statement *statement,
				  const struct gh_principal *principal);
/* Keeps what was decided of the statement's text for the next one; it may not come to that. */
void gh_judged_keep(struct gh_statement *statement, const struct gh_principal *principal);
/* Forgets facts and decision, whosoever they are. */
void gh_judged_forget(struct gh_statement *statement);
void gh_judged_release(struct gh_judged *judged);
/* Has anything changed since, or might have? */
GH_MUST_CHECK bool gh_judged_stale(const struct gh_statement *statement);

/* ---- row filters (filter.c) -------------------------------------------------- */

/* Facts of a text on this connection, names looked up where anything rests on them. */
GH_MUST_CHECK enum gh_status gh_decide_analyze(struct gh_statement *statement,
					       struct gh_span text, struct gh_facts **out,
					       struct gh_error *err);
/*
 * Puts the filtered tables of the statement under their conditions: text, what is
 * sent and facts are then those of the new text, and `original` is the old one.
 * GH_E_BLOCKED where that can't be done with certainty.
 */
GH_MUST_CHECK enum gh_status gh_filter_apply(struct gh_statement *statement,
					     const struct gh_principal *principal,
					     struct gh_error *err);

/* The text under its conditions, which is taken over, stands for the one that came. */
GH_MUST_CHECK enum gh_status gh_filter_take(struct gh_statement *statement, struct gh_buf *text,
					    struct gh_error *err);

/* ---- one name (catalogue.c) ------------------------------------------------ */

enum { GH_CATALOGUE_MOST_COLUMNS = 4096, GH_CATALOGUE_MOST_KIN = 256 };

enum gh_name_part { GH_NAME_CATALOG = 0, GH_NAME_SCHEMA, GH_NAME_TABLE, GH_NAME_PARTS };

/* A table whose rows or values another one may hold too: a parent, a partition. */
struct gh_kin {
	const char *schema;
	const char *name;
};

struct gh_known_name {
	struct gh_known_name *next;
	char *asked[GH_NAME_PARTS]; /* NULL: not named */
	bool quoted[GH_NAME_PARTS];
	int64_t learned;
	struct gh_arena *arena; /* of all below */
	struct gh_relation relation;
	const char **columns; /* relation.columns, while they are read */
	bool *computed;       /* for each: the target makes it from other columns */
	bool is_view;         /* of OTHER: its definition may be asked for */
	bool is_stored;       /* and its rows are those of an earlier time */
	struct gh_kin *kin;
	size_t kin_count;
	struct gh_facts *facts; /* relation.definition of a view; owned */
};

enum gh_column_source { GH_COLUMN_STORED = 0, GH_COLUMN_COMPUTED };

/* Appends a column; false when memory or the limit ran out. */
GH_MUST_CHECK bool gh_known_add_column(struct gh_known_name *known, const char *name,
				       enum gh_column_source source);
GH_MUST_CHECK bool gh_known_add_kin(struct gh_known_name *known, const char *schema,
				    const char *name);
/* Names the relation as the target stores it; empty texts are none. */
GH_MUST_CHECK bool gh_known_place(struct gh_known_name *known, const char *catalog,
				  const char *schema, const char *name);
/* The name's part as the target would fold it, added to `out` with its NUL. */
GH_MUST_CHECK bool gh_known_fold(const struct gh_connection *connection,
				 const struct gh_known_name *known, enum gh_name_part part,
				 struct gh_buf *out);

/* The metadata connection, opened when first needed; NULL where it can't be. */
const struct gh_downstream *gh_catalogue_second(struct gh_connection *connection);

/*
 * What is known of a table, by its place in the target; NULL: nothing.  Call it with
 * the connection's lock held, for as long as the answer is used.
 */
const struct gh_known_name *gh_catalogue_known(struct gh_connection *connection,
					       const struct gh_table_use *use);
/* How many questions had no answer: what rests on such a one is not kept. */
unsigned gh_catalogue_unanswered(struct gh_connection *connection);

/* ---- names that a statement made (hidden.c) ------------------------------- */

struct gh_hidden {
	struct gh_hidden_name *names; /* owned */
	bool all;
};

enum gh_hidden_kind {
	GH_HIDDEN_SHADOW = 0, /* no catalogue lists what it is now */
	GH_HIDDEN_APART,      /* only the application's own connection knows */
};

/* Without regard to case; where memory runs out, every name is one. */
void gh_hidden_add(struct gh_hidden *hidden, const char *name);
GH_MUST_CHECK bool gh_hidden_has(const struct gh_hidden *hidden, const char *name);
void gh_hidden_clear(struct gh_hidden *hidden);
/* The list of a connection, whose lock is held; NULL: no memory. */
struct gh_hidden *gh_catalogue_hidden(struct gh_connection *connection, enum gh_hidden_kind kind);
/*
 * Notes what a statement that may define something does to names: which of them are
 * unknown from then on, and whether the metadata connection may still be asked
 * (doc/design/taint.md).
 */
void gh_hidden_note(struct gh_connection *connection, const struct gh_facts *facts);

/* ---- one question (inquiry.c) ---------------------------------------------- */

struct gh_inquiry {
	struct gh_connection *connection;
	const struct gh_downstream *down; /* the application's connection or a second one */
	SQLHSTMT statement;
	enum gh_width width;
	size_t rows; /* read so far */
};

/* Would the next question go to the metadata connection? */
GH_MUST_CHECK bool gh_inquiry_is_second(struct gh_connection *connection);
/* Finds a connection that nothing is open on; false: the target can't be asked now. */
GH_MUST_CHECK bool gh_inquiry_begin(struct gh_connection *connection, struct gh_inquiry *inquiry);
/* The same, on the application's own connection or not at all. */
GH_MUST_CHECK bool gh_inquiry_begin_here(struct gh_connection *connection,
					 struct gh_inquiry *inquiry);
void gh_inquiry_end(struct gh_inquiry *inquiry); /* safe without a begin */
/* Runs a query of ours; its names and literals were written with the functions below. */
GH_MUST_CHECK bool gh_inquiry_run(struct gh_inquiry *inquiry, struct gh_buf *query);
/* The next row; SQL_ERROR from a target whose answer has no end. */
SQLRETURN gh_inquiry_next(struct gh_inquiry *inquiry);
/* One text of the current row with its NUL; NULL gives the empty text.  False if it was cut. */
GH_MUST_CHECK bool gh_inquiry_read(struct gh_inquiry *inquiry, SQLUSMALLINT column,
				   struct gh_buf *out);
/* A name as a pattern argument: its '%', '_' and '\' stand for themselves. */
GH_MUST_CHECK bool gh_inquiry_pattern(struct gh_inquiry *inquiry, const char *name,
				      struct gh_buf *out);
/* A name as an argument that is no pattern. */
GH_MUST_CHECK bool gh_inquiry_encode(struct gh_inquiry *inquiry, const char *name,
				     struct gh_buf *out);
/* Adds 'text'; false where two modes of the target would read it differently. */
GH_MUST_CHECK bool gh_inquiry_literal(const char *text, struct gh_buf *query);

/* ---- who is asked ------------------------------------------------------------ */

/*
 * Each fills known->relation and gives false where the target has no answer, so
 * that nothing may be concluded.
 */
/* SQLTables and SQLColumns: any target. */
GH_MUST_CHECK bool gh_listing_learn(struct gh_connection *connection, struct gh_known_name *known);
/* PostgreSQL's own name resolution, with its search path and temporary tables. */
GH_MUST_CHECK bool gh_regclass_learn(struct gh_connection *connection, struct gh_known_name *known);
/* SQLite's schema tables. */
GH_MUST_CHECK bool gh_master_learn(struct gh_connection *connection, struct gh_known_name *known);
/* Turns a view whose query is understood into GH_SQL_RELATION_VIEW. */
void gh_view_define(struct gh_connection *connection, struct gh_known_name *known,
		    const struct gh_resolver *resolver);
/* The columns of a table that come from more than themselves. */
GH_MUST_CHECK bool gh_kin_define(struct gh_known_name *known);

/* ---- buffers between the target and the application (shadow.c, rows.c) ------- */

/* Room for `rows` values; what was there is kept only if it fits. */
GH_MUST_CHECK enum gh_status gh_shadow_make(struct gh_shadow *shadow, size_t width, SQLULEN rows,
					    struct gh_error *err);
void gh_shadow_clear(struct gh_shadow *shadow); /* wipes */
/* Bytes of one value, whole where that is bounded; more is masked as truncated. */
size_t gh_shadow_masked_width(const struct gh_mask_column *meta, SQLSMALLINT type, SQLULEN rows);
/* A clear value has just the application's room, so that it is cut alike. */
size_t gh_shadow_clear_width(const struct gh_binding *binding, SQLSMALLINT type);

/* What the target can't have written as a length. */
#define GH_SHADOW_UNTOUCHED ((SQLLEN)-77777777)

/* Where the application has row `row` of a binding. */
void gh_buffers_locate(const struct gh_buffers *buffers, const struct gh_binding *binding,
		       SQLSMALLINT type, SQLULEN row, struct gh_mask_buffer *out);
/* Masks one row's value, which is wiped, and delivers it; failures become records. */
SQLRETURN gh_shadow_deliver_masked(struct gh_shadow *shadow, SQLULEN row, struct gh_mask *mask,
				   const struct gh_mask_buffer *buffer,
				   struct gh_diagnostics *diag);
/* Copies what the target would have written: up to the cut, with its terminator. */
void gh_shadow_deliver_clear(struct gh_shadow *shadow, SQLULEN row,
			     const struct gh_mask_buffer *buffer);
/* The worse of two codes of deliveries. */
SQLRETURN gh_shadow_worse(SQLRETURN a, SQLRETURN b);

/* ---- values that detection looks at (watch.c, shadow.c) ------------------------- */

/* A value as the target wrote it, in the C type that it wrote. */
struct gh_seen {
	SQLSMALLINT c_type;
	char *bytes; /* spans that are sensitive are overwritten */
	size_t length;
	enum gh_mask_clear given;
};

enum { GH_SEEN_TEXT = 64 };
/* The number that a value of a whole C type is; false for all others (seen.c). */
GH_MUST_CHECK bool gh_seen_number(const struct gh_seen *seen, int64_t *out);
/* Other fixed types as text; its length, 0 where it is none. */
size_t gh_seen_text(const struct gh_seen *seen, char text[GH_SEEN_TEXT]);

/* The column's watch, made for a column without a mask; GH_OK without one where none is needed. */
GH_MUST_CHECK enum gh_status gh_watch_new(struct gh_statement *statement, SQLUSMALLINT column,
					  struct gh_error *err);
void gh_watch_free(struct gh_watch *watch); /* NULL is fine */
/* Is more to be seen of the column before it is decided? */
bool gh_watch_is_open(const struct gh_watch *watch);
/* Takes note of a value of an open one. */
void gh_watch_add(struct gh_watch *watch, const struct gh_seen *seen);
/* After the values of a rowset, or one value: decides what holds for them. */
void gh_watch_settle(struct gh_statement *statement, struct gh_watch *watch);
/*
 * The mask that the value needs; NULL: it may be delivered as it is now, after
 * parts of a longer text may have been overwritten.
 */
struct gh_mask *gh_watch_judge(struct gh_statement *statement, SQLUSMALLINT column,
			       struct gh_seen *seen);
/* A mask that looks at no value, for what is NULL or too long. */
struct gh_mask *gh_watch_mask(const struct gh_statement *statement, SQLUSMALLINT column);
/* True if a value of this result was masked, so that what is shown must not be written back. */
bool gh_watch_has_masked(const struct gh_watch *watch); /* NULL is fine */
/* True once nothing of the column's values has to be looked at any more. */
bool gh_watch_is_over(const struct gh_watch *watch);
/* "masked by detection: EMAIL 3, IBAN 1", for the record; nothing where nothing was. */
void gh_watch_note(const struct gh_statement *statement, struct gh_buf *out);
/* ---- what is known of base columns (learned.c, sample.c) --------------------------- */

struct gh_learned_verdict {
	enum gh_detect_state state;
	enum gh_detect_class class; /* of a sensitive one */
	bool enough; /* of so many values that it holds for longer */
	bool fresh;  /* there is a verdict; it may be that none could be found */
};
GH_MUST_CHECK enum gh_status gh_learned_new(const struct gh_config *config,
					    struct gh_learned **out, struct gh_error *err);
void gh_learned_free(struct gh_learned *learned); /* NULL is fine */
void gh_learned_find(struct gh_connection *connection, struct gh_span key,
		     struct gh_learned_verdict *out);
/* Takes up what other processes found sensitive meanwhile. */
void gh_learned_refresh(struct gh_connection *connection);
/* Is the file there, and not to be trusted? */
bool gh_learned_is_refused(struct gh_connection *connection);
/* Never makes a sensitive column another one. */
void gh_learned_keep(struct gh_connection *connection, struct gh_span key,
		     const struct gh_learned_verdict *verdict);
/* Tables may have changed: what is not sensitive is not known any more. */
void gh_learned_forget(struct gh_connection *connection);
/* The file of sensitive columns (store.c): one key of so many texts and a class for each. */
enum { GH_STORE_PARTS = 7 };
typedef void (*gh_store_row)(void *context, struct gh_span key, enum gh_detect_class class);
char *gh_store_path(const struct gh_config *config); /* caller frees; NULL: no memory */
/* A file that is not there has no rows. */
GH_MUST_CHECK enum gh_status gh_store_read(const char *path, gh_store_row row, void *context,
					   struct gh_error *err);
void gh_store_add(const char *path, struct gh_span key, enum gh_detect_class class);

/* Samples the base columns that the result will show, and of which nothing is known. */
void gh_sample_statement(struct gh_statement *statement);
/* The mask for a column whose base columns were sampled and found sensitive; none otherwise. */
GH_MUST_CHECK enum gh_status gh_sample_mask(struct gh_statement *statement,
					    const struct gh_output *output,
					    struct gh_mask_spec *spec, struct gh_error *err);
/* True if the column's values come from base columns that were sampled and found clean. */
GH_MUST_CHECK bool gh_sample_clears(struct gh_statement *statement,
				    const struct gh_output *output);
/* A row's value in a shadow: taken note of; delivered, as it is or with a mask. */
void gh_watch_add_row(struct gh_watch *watch, const struct gh_shadow *shadow, SQLULEN row);
SQLRETURN gh_watch_deliver(struct gh_statement *statement, SQLUSMALLINT column, SQLULEN row,
			   const struct gh_mask_buffer *buffer);
/* The same for all rows of a rowset that have data; `status` may be NULL. */
SQLRETURN gh_watch_deliver_all(struct gh_statement *statement, SQLUSMALLINT column, SQLULEN rows,
			       const SQLUSMALLINT *status);
static inline bool gh_row_has_data(SQLUSMALLINT status)
{
	return status == SQL_ROW_SUCCESS || status == SQL_ROW_SUCCESS_WITH_INFO ||
	       status == SQL_ROW_UPDATED || status == SQL_ROW_ADDED;
}
/* Masks a value that was found and delivers it; failures become records. */
SQLRETURN gh_seen_deliver(struct gh_mask *mask, struct gh_seen *seen,
			  const struct gh_mask_buffer *buffer, struct gh_diagnostics *diag);
/* What the target says of a value that is cut, said again for its next chunk (diag.c). */
char *gh_diag_cut(const struct gh_diagnostics *diag); /* caller frees; NULL: nothing */
void gh_diag_add_cut(struct gh_diagnostics *diag, const char *text);
/* Forgets a watch that is over. */
void gh_plan_release(struct gh_plan *plan, SQLUSMALLINT number);
/* The facts' column behind a column of the result; NULL where they do not fit. */
const struct gh_output *gh_plan_output(const struct gh_statement *statement, size_t i);
enum gh_detect_kind gh_watch_kind(SQLSMALLINT sql_type);

/* After the target's statement went back to its implicit row descriptor. */
void gh_rows_awaken(struct gh_statement *statement);

GH_MUST_CHECK enum gh_status gh_handle_init(struct gh_handle *handle, enum gh_magic magic,
					    struct gh_error *err);
/* The magic is cleared first, so that a late call with the handle is refused. */
void gh_handle_clear(struct gh_handle *handle);

/* Sets a statement attribute at the target; a number or a pointer. */
SQLRETURN gh_statement_set_target(struct gh_statement *statement, SQLINTEGER attribute,
				  const void *value);

/* ---- modes (modes.c) --------------------------------------------------------------------- */

/* For a text that can be read in two ways: true with *out if one of them is known to hold. */
GH_MUST_CHECK bool gh_modes_settle(struct gh_statement *statement, struct gh_sql_settings *out);
/* True if something ran since that may have changed how the text is read. */
GH_MUST_CHECK bool gh_modes_stale(const struct gh_statement *statement);
/* True if the facts are those of two readings, of which one could be settled. */
GH_MUST_CHECK bool gh_modes_matter(const struct gh_statement *statement);
/* Around what is sent; a failed begin needs no end, and more than one end does no harm. */
GH_MUST_CHECK enum gh_status gh_modes_begin(struct gh_statement *statement, struct gh_error *err);
void gh_modes_answered(struct gh_statement *statement, SQLRETURN code);
void gh_modes_end(struct gh_statement *statement);

/* ---- places of output parameters (place.c) --------------------------------------------------- */

/*
 * The length before the target wrote one.  A driver may read as much even where
 * there is no input (libmaodbc does), or take it for data at execution: it means
 * neither, and a shadow has that much.  A value may have that length too: then the
 * shadow's bytes are no longer what they were, zeros and a mark at the end.
 */
#define GH_OUTPUT_UNTOUCHED ((SQLLEN)65519)
enum { GH_OUTPUT_WIDTH = 65536, GH_OUTPUT_MARK = 0x5A };

/* How the target finds one set's places behind another's. */
struct gh_output_layout {
	SQLULEN sets;
	SQLULEN bind_type;
	SQLULEN offset;
};

struct gh_output_row {
	SQLLEN before; /* the shadow's length before the target may write */
	bool due;      /* delivered at the next end of a call, written or not */
};

struct gh_output_parameter {
	struct gh_parameter given;
	struct gh_shadow shadow; /* always bound in the place of the application's buffer; one
				  * row, which holds those of all sets */
	struct gh_shadow spare;  /* what the target may have instead, after it failed */
	struct gh_mask *mask;    /* of the statement that runs; NULL: none concerns it; owned */
	struct gh_output_layout layout;    /* that the shadow is bound for */
	size_t room;             /* bytes that the target may write of one value */
	struct gh_output_row *rows;        /* layout.sets of them; owned */
};

SQLSMALLINT gh_output_type(const struct gh_parameter *given); /* SQL_C_DEFAULT resolved */
bool gh_output_by_row(const struct gh_output_layout *layout);
/* From one set's value to the next. */
size_t gh_output_step(const struct gh_output_layout *layout, size_t room);
char *gh_output_value(const struct gh_output_parameter *output, SQLULEN row);
SQLLEN gh_output_length(const struct gh_output_parameter *output, SQLULEN row);
void gh_output_set_length(struct gh_output_parameter *output, SQLULEN row, SQLLEN length);
/* Where the application has a set's value. */
struct gh_mask_buffer gh_output_buffer(const struct gh_output_parameter *output, SQLULEN row);
/* Nothing was written there so far. */
void gh_output_mark(struct gh_output_parameter *output, SQLULEN row);
/* The first output takes the target's offset away, the last gives it back. */
GH_MUST_CHECK enum gh_status gh_output_take_offset(struct gh_statement *statement,
						   struct gh_error *err);
void gh_output_give_offset(struct gh_statement *statement);
GH_MUST_CHECK enum gh_status gh_output_layout(struct gh_statement *statement,
					      struct gh_output_layout *layout,
					 struct gh_error *err);
/* As wide as wanted, where all sets together have room for it. */
size_t gh_output_room(const struct gh_output_layout *layout, size_t wanted);
SQLRETURN gh_output_bind_target(struct gh_statement *statement, const struct gh_parameter *given,
		      const struct gh_shadow *shadow, const struct gh_output_parameter *as);
/* A new shadow with the layout and room of `as`; SQL_ERROR with `err` set is ours. */
SQLRETURN gh_output_bind(struct gh_statement *statement, struct gh_output_parameter *output,
		      const struct gh_parameter *given, const struct gh_output_parameter *as,
		      struct gh_error *err);

/* An attribute of the target's statement; false where the target doesn't tell. */
GH_MUST_CHECK bool gh_statement_number(struct gh_statement *statement, SQLINTEGER attribute,
				       SQLULEN *out);
/* Journals that the statement as it stands is not sent; what is prepared stays.  Returns `why`. */
GH_MUST_CHECK enum gh_status gh_statement_refuse(struct gh_statement *statement,
						 enum gh_status why, struct gh_error *err);

#endif
