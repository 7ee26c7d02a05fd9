/*
 * The differential tester: random but repeatable lists of ODBC calls, played
 * on a raw data source and on the governed one, whose transcripts must be the
 * same.  doc/design/differ.md says how the parts work together.
 */
#ifndef GATEHOUSE_TESTS_DIFFER_H
#define GATEHOUSE_TESTS_DIFFER_H

#include "sequences.h"

/* ---- calls ---------------------------------------------------------------- */

#define GH_SLOTS 3     /* statements of the one connection */
#define GH_EXPLICIT 2  /* descriptors that the application allocates */
#define GH_ARGUMENTS 6 /* at most, of one call */

enum gh_kind {
#define GH_CALL(kind, name, weight, flags, play, ...) GH_KIND_##kind,
#include "differ_calls.def"
#undef GH_CALL
	GH_KIND_COUNT
};

/* One call.  What the arguments mean is said by the row of its kind. */
struct gh_call {
	enum gh_kind kind;
	enum gh_width width;
	int slot;
	long arguments[GH_ARGUMENTS];
};

/* Zeroed is empty; gh_calls_clear frees. */
struct gh_calls {
	struct gh_call *items; /* owned */
	size_t count;
	size_t capacity;
};
void gh_calls_add(struct gh_calls *calls, const struct gh_call *call);
void gh_calls_append(struct gh_calls *calls, const struct gh_calls *more);
void gh_calls_clear(struct gh_calls *calls);
/* One readable line a call; what stands behind '#' is for people only. */
void gh_call_print(const struct gh_call *call, struct gh_buf *out);
void gh_calls_print(const struct gh_calls *calls, const char *prefix);
/* Reads lines of gh_calls_print; false with a message on stderr for another text. */
bool gh_calls_parse(const char *text, struct gh_calls *calls);

struct gh_player;
enum gh_call_flag {
	GH_CALL_FETCHES = 1 << 0, /* bound buffers are filled with canaries before it */
	GH_CALL_INNER = 1 << 1,   /* only where the grammar says so */
};

/* A set of values that an argument may have; common ones stand there more often. */
struct gh_pool {
	const long *values;
	size_t count;
};

struct gh_shape {
	const char *name;
	unsigned weight;
	unsigned flags;
	void (*play)(struct gh_player *player, const struct gh_call *call);
	struct {
		const char *name;
		const struct gh_pool *pool;
	} arguments[GH_ARGUMENTS];
};
extern const struct gh_shape gh_shapes[GH_KIND_COUNT];

/* ---- texts ------------------------------------------------------------------- */

enum gh_sql_flag {
	GH_SQL_WRITES = 1 << 0,  /* the work table is made anew after the case */
	GH_SQL_UNKNOWN = 1 << 1, /* masked as a whole where any mask applies: lineage is unknown */
	GH_SQL_DEFINES = 1 << 2, /* what renew_tables drops may be there after it */
};
struct gh_sql {
	const char *text;
	unsigned engines; /* 0: all */
	unsigned flags;
};
extern const struct gh_sql gh_sqls[];
extern const size_t gh_sql_count;
extern const char *const gh_patterns[]; /* [0] is NULL */
extern const size_t gh_pattern_count;

/* ---- making --------------------------------------------------------------------- */

enum gh_differ_mode { GH_CLEAR, GH_BESIDE_MASKS };

struct gh_recipe {
	const struct gh_odbc_target *target;
	enum gh_differ_mode mode;
	unsigned long long seed;
};
/* Does the raw side not survive the call, or answer by chance, or is it refused by design? */
bool gh_call_is_fatal(const struct gh_recipe *recipe, const struct gh_call *call);
/* Appends the calls of one case; the same recipe and number give the same calls. */
void gh_case_make(const struct gh_recipe *recipe, unsigned long number, struct gh_calls *calls);

/* ---- playing ---------------------------------------------------------------------- */

/*
 * What a statement may write into or read from, on both sides at the same
 * offsets.  After each call, the bytes that changed are written down.
 */
#define GH_COLUMNS 8      /* bound columns 0 to 7 */
#define GH_COLUMN_ROOM 2048
#define GH_LENGTHS_AT (GH_COLUMNS * GH_COLUMN_ROOM)
#define GH_LENGTHS_ROOM 1024
#define GH_STATUS_AT (GH_LENGTHS_AT + GH_COLUMNS * GH_LENGTHS_ROOM + 4096)
#define GH_FETCHED_AT (GH_STATUS_AT + 512)
#define GH_OUTPUT_END (GH_FETCHED_AT + 64)
#define GH_OFFSET_AT (GH_OUTPUT_END + 64)
#define GH_PARAMETERS 4
#define GH_PARAMETER_ROOM 1024
#define GH_PARAMETER_AT (GH_OFFSET_AT + 64)
#define GH_INDICATOR_AT (GH_PARAMETER_AT + GH_PARAMETERS * GH_PARAMETER_ROOM)
#define GH_INDICATOR_ROOM 512
#define GH_PARAM_STATUS_AT (GH_INDICATOR_AT + GH_PARAMETERS * GH_INDICATOR_ROOM)
#define GH_PROCESSED_AT (GH_PARAM_STATUS_AT + 64)
#define GH_MEMORY_SIZE (GH_PROCESSED_AT + 64)

struct gh_slot {
	SQLHSTMT stmt;
	unsigned char *memory; /* owned, GH_MEMORY_SIZE */
	unsigned char *seen;   /* owned: the same as it was after the call before */
	bool named;            /* its cursor has a name that we gave */
	bool direct;           /* its last result was not prepared */
};

struct gh_player {
	struct gh_side *side;
	enum gh_differ_mode mode;
	struct gh_slot slots[GH_SLOTS];
	unsigned used;  /* slots whose memory was given to the driver, as bits */
	SQLHDESC descriptors[GH_EXPLICIT]; /* those that were allocated */
	unsigned roles[GH_EXPLICIT]; /* what each was used for: 1 rows, 2 parameters */
	bool dirty;     /* the work table may have changed */
	bool defined;   /* a table may have been made */
	unsigned long number; /* of the call */
};

/* Connects and plays the calls in this process; the caller closes the side. */
void gh_play(struct gh_side *side, enum gh_differ_mode mode, const struct gh_calls *calls);
/*
 * To be called after what should make a new result.  Where that failed, some
 * drivers go on with the result before, of which is not known any more what is
 * masked, so that beside masks it is refused: it is closed on both sides.
 * psqlODBC 13.02 tells more of columns once it was asked for one, and beside masks
 * it is asked.
 */
void gh_player_result(struct gh_player *player, SQLRETURN r);
/* The memory of the call's slot at an offset. */
void *gh_memory(struct gh_player *player, const struct gh_call *call, size_t offset);
/* Bytes that the test itself wrote there are no news. */
void gh_memory_known(struct gh_player *player, const struct gh_call *call);
/*
 * No statement uses the descriptor any more.  psqlODBC 13.02 goes on writing
 * through one that was freed, and MariaDB's connector 3.1.15 dies of it.
 */
void gh_player_leave(struct gh_player *player, SQLHDESC descriptor);
/* The descriptor handle of the current statement, SQL_NULL_HDESC where there is none. */
SQLHDESC gh_player_descriptor(struct gh_player *player, long attribute);
/* A text argument in the call's width, with the length that `ending` stands for. */
struct gh_given {
	SQLPOINTER text;
	SQLINTEGER length;
};
struct gh_given gh_give(struct gh_side *side, const char *text, long ending);
/* The pattern of that number. */
struct gh_given gh_give_pattern(struct gh_side *side, long pattern, long ending);
/* Can what stands in an output buffer be compared after this return code? */
bool gh_output_counts(const struct gh_side *side, SQLRETURN r);

#define GH_CALL(kind, name, weight, flags, play, ...)                                      \
	void play(struct gh_player *player, const struct gh_call *call);
#include "differ_calls.def"
#undef GH_CALL

/* ---- comparing ---------------------------------------------------------------------- */

enum gh_outcome {
	GH_OUTCOME_SAME = 0,
	GH_OUTCOME_DIFFERS,
	GH_OUTCOME_RAW_DIED, /* the raw driver crashed: nothing to compare with */
};

struct gh_comparison {
	struct gh_buf raw, governed; /* transcripts; gh_comparison_clear frees */
	size_t cases;                /* that are whole and the same on both sides */
	char death[200];             /* the raw side's last call */
};
enum gh_outcome gh_compare(const struct gh_recipe *recipe, const struct gh_calls *calls,
			   struct gh_comparison *out);
void gh_comparison_clear(struct gh_comparison *comparison);
/* Removes calls for as long as what is left still differs. */
void gh_shrink(const struct gh_recipe *recipe, struct gh_calls *calls);

#endif
