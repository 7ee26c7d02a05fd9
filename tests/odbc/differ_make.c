/*
 * Makes the calls of one case from its number alone.  A case is a few phrases
 * of calls that make sense together, with others in between that do not.
 */
#include "differ.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* What the first argument of a step has to be. */
enum want {
	ANY = 0,
	READS = 1,      /* a statement without parameters and without changes */
	PARAMETERS = 2, /* one with parameters */
	CHANGES = 3,    /* one that changes the work table, without parameters */
	NUMBER = 100,   /* NUMBER + n: n */
};

struct step {
	enum gh_kind kind;
	int least, most;
	int want;
};

#define STEPS 10
#define K(kind) GH_KIND_##kind
/* lint: table */
static const struct step phrases[][STEPS] = {
	/* read with SQLGetData */
	{ { K(EXEC_DIRECT), 1, 1, READS }, { K(NUM_COLS), 0, 1, ANY }, { K(DESCRIBE), 0, 2, ANY },
	  { K(FETCH), 1, 1, ANY }, { K(GET_DATA), 1, 4, ANY }, { K(FETCH), 1, 1, ANY },
	  { K(GET_DATA), 0, 3, ANY }, { K(DIAG_FIELD), 0, 1, ANY }, { K(CLOSE), 0, 1, ANY } },
	{ { K(EXEC_DIRECT), 1, 1, READS }, { K(COL_ATTRIBUTE), 0, 3, ANY }, { K(READ), 1, 1, ANY },
	  { K(FREE_STMT), 1, 1, NUMBER + SQL_CLOSE } },
	/* bound columns, in blocks */
	{ { K(SET_BLOCK), 0, 1, ANY }, { K(BIND_COL), 1, 1, NUMBER + 1 }, { K(BIND_COL), 0, 1,
	  NUMBER + 2 }, { K(EXEC_DIRECT), 1, 1, READS }, { K(BIND_COL), 0, 1, ANY },
	  { K(FETCH), 1, 4, ANY }, { K(GET_DATA), 0, 2, ANY }, { K(FREE_STMT), 0, 1, ANY } },
	{ { K(SET_CURSOR), 0, 1, ANY }, { K(SET_BLOCK), 0, 1, ANY }, { K(BIND_COL), 0, 2, ANY },
	  { K(EXEC_DIRECT), 1, 1, READS }, { K(SCROLL), 1, 5, ANY }, { K(SET_POS), 0, 2, ANY },
	  { K(GET_DATA), 0, 2, ANY }, { K(CLOSE), 0, 1, ANY } },
	{ { K(SET_CURSOR), 0, 1, ANY }, { K(BIND_COL), 1, 2, ANY }, { K(EXEC_DIRECT), 1, 1, READS },
	  { K(EXTENDED), 1, 4, ANY }, { K(GET_DATA), 0, 1, ANY }, { K(CLOSE), 0, 1, ANY } },
	/* parameters */
	{ { K(PREPARE), 1, 1, PARAMETERS }, { K(NUM_PARAMS), 0, 1, ANY },
	  { K(DESCRIBE_PARAM), 0, 2, ANY }, { K(BIND_PARAM), 1, 1, NUMBER + 1 },
	  { K(BIND_PARAM), 0, 1, NUMBER + 2 }, { K(EXECUTE), 1, 1, ANY },
	  { K(ROW_COUNT), 0, 1, ANY }, { K(READ), 0, 1, ANY }, { K(CLOSE), 0, 1, ANY },
	  { K(EXECUTE), 0, 1, ANY } },
	{ { K(BIND_PARAM), 1, 1, NUMBER + 1 }, { K(BIND_PARAM), 1, 1, NUMBER + 2 },
	  { K(EXEC_DIRECT), 1, 1, PARAMETERS }, { K(PARAM_DATA), 0, 1, ANY },
	  { K(PUT_DATA), 0, 2, ANY }, { K(PARAM_DATA), 0, 2, ANY }, { K(ROW_COUNT), 0, 1, ANY },
	  { K(READ), 0, 1, ANY }, { K(FREE_STMT), 0, 2, ANY } },
	{ { K(SET_PARAMS), 1, 1, ANY }, { K(BIND_PARAM), 1, 1, NUMBER + 1 },
	  { K(BIND_PARAM), 1, 1, NUMBER + 2 }, { K(PREPARE), 1, 1, PARAMETERS },
	  { K(EXECUTE), 1, 2, ANY }, { K(DIAG_FIELD), 0, 1, ANY }, { K(ROW_COUNT), 0, 1, ANY },
	  { K(MORE), 0, 2, ANY } },
	/* changes and transactions */
	{ { K(AUTOCOMMIT), 1, 1, NUMBER + 0 }, { K(EXEC_DIRECT), 1, 2, CHANGES },
	  { K(ROW_COUNT), 0, 1, ANY }, { K(END), 1, 1, ANY }, { K(EXEC_DIRECT), 1, 1, READS },
	  { K(READ), 0, 1, ANY }, { K(CLOSE), 0, 1, ANY }, { K(AUTOCOMMIT), 0, 1, NUMBER + 1 } },
	{ { K(EXEC_DIRECT), 1, 1, CHANGES }, { K(ROW_COUNT), 0, 1, ANY },
	  { K(NUM_COLS), 0, 1, ANY }, { K(DIAG_FIELD), 0, 2, ANY }, { K(MORE), 0, 1, ANY } },
	{ { K(PREPARE), 1, 1, READS }, { K(NUM_COLS), 0, 1, ANY }, { K(DESCRIBE), 0, 2, ANY },
	  { K(EXECUTE), 1, 1, ANY }, { K(READ), 0, 1, ANY }, { K(MORE), 0, 2, ANY },
	  { K(EXECUTE), 0, 1, ANY }, { K(FREE_STMT), 0, 1, ANY } },
	/* catalogue */
	{ { K(TABLES), 0, 1, ANY }, { K(NUM_COLS), 0, 1, ANY }, { K(READ), 0, 1, ANY },
	  { K(CLOSE), 1, 1, ANY }, { K(COLUMNS), 0, 1, ANY }, { K(DESCRIBE), 0, 1, ANY },
	  { K(READ), 1, 1, ANY }, { K(FREE_STMT), 1, 1, NUMBER + SQL_CLOSE } },
	{ { K(PRIMARY), 0, 1, ANY }, { K(READ), 1, 1, ANY }, { K(CLOSE), 1, 1, ANY },
	  { K(STATISTICS), 0, 1, ANY }, { K(READ), 1, 1, ANY }, { K(CLOSE), 1, 1, ANY },
	  { K(SPECIAL), 0, 1, ANY }, { K(FETCH), 1, 1, ANY }, { K(GET_DATA), 1, 2, ANY },
	  { K(CLOSE), 1, 1, ANY } },
	{ { K(FOREIGN), 0, 1, ANY }, { K(READ), 1, 1, ANY }, { K(CLOSE), 1, 1, ANY },
	  { K(TYPE_INFO), 0, 1, ANY }, { K(READ), 1, 1, ANY }, { K(CLOSE), 1, 1, ANY } },
	/* attributes, descriptors, information */
	{ { K(SET_ATTR), 1, 2, ANY }, { K(GET_ATTR), 1, 2, ANY }, { K(EXEC_DIRECT), 1, 1, READS },
	  { K(GET_ATTR), 0, 2, ANY }, { K(FETCH), 0, 2, ANY }, { K(GET_ATTR), 0, 1, ANY },
	  { K(SET_ATTR), 0, 1, ANY } },
	{ { K(PREPARE), 0, 1, ANY }, { K(GET_DESC), 1, 2, ANY }, { K(GET_REC), 0, 1, ANY },
	  { K(BIND_COL), 0, 1, ANY }, { K(EXECUTE), 0, 1, ANY }, { K(GET_DESC), 1, 2, ANY },
	  { K(SET_DESC), 0, 1, ANY }, { K(GET_REC), 0, 1, ANY } },
	{ { K(ALLOCATE_DESC), 1, 1, ANY }, { K(USE_DESC), 1, 2, ANY }, { K(BIND_COL), 1, 2, ANY },
	  { K(EXEC_DIRECT), 1, 1, READS }, { K(FETCH), 1, 2, ANY }, { K(COPY_DESC), 0, 1, ANY },
	  { K(GET_DESC), 0, 1, ANY }, { K(FREE_DESC), 0, 1, ANY }, { K(FETCH), 0, 2, ANY },
	  { K(GET_DATA), 0, 1, ANY } },
	{ { K(INFO), 1, 2, ANY }, { K(GET_CONNECT), 0, 2, ANY }, { K(FUNCTIONS), 0, 1, ANY },
	  { K(NATIVE), 0, 1, ANY }, { K(DIAG_REC), 0, 1, ANY } },
};
#undef K

/* ---- chance ----------------------------------------------------------------------- */

/* splitmix64: small, and the same everywhere. */
struct chance {
	unsigned long long state;
	const struct gh_recipe *recipe;
};

static unsigned long draw(struct chance *chance, unsigned long below)
{
	unsigned long long z = (chance->state += 0x9E3779B97F4A7C15ULL);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
	return (unsigned long)((z ^ (z >> 31)) % below);
}

/* ---- arguments ---------------------------------------------------------------------- */

static bool sql_fits(const struct gh_recipe *recipe, const struct gh_sql *sql, int want)
{
	const bool has_parameters = strchr(sql->text, '?') != NULL;

	if (sql->engines && !(sql->engines & (unsigned)recipe->target->engine))
		return false;
	if (recipe->mode == GH_BESIDE_MASKS && (sql->flags & GH_SQL_UNKNOWN))
		return false;
	switch (want) {
	case READS:
		return !(sql->flags & GH_SQL_WRITES) && !has_parameters;
	case PARAMETERS:
		return has_parameters;
	case CHANGES:
		return (sql->flags & GH_SQL_WRITES) && !has_parameters;
	default:
		return true;
	}
}

static long draw_sql(struct chance *chance, int want)
{
	unsigned long i;

	do {
		i = draw(chance, gh_sql_count);
	} while (!sql_fits(chance->recipe, &gh_sqls[i], want));
	return (long)i;
}

static void draw_arguments(struct chance *chance, struct gh_call *call, int want)
{
	const struct gh_shape *shape = &gh_shapes[call->kind];

	for (int i = 0; i < GH_ARGUMENTS && shape->arguments[i].name; i++) {
		const struct gh_pool *pool = shape->arguments[i].pool;

		if (strcmp(shape->arguments[i].name, "sql") == 0)
			call->arguments[i] = draw_sql(chance, want);
		else if (pool->count > 0)
			call->arguments[i] = pool->values[draw(chance, pool->count)];
	}
	if (want >= NUMBER)
		call->arguments[0] = want - NUMBER;
}

/* ---- cases ----------------------------------------------------------------------------- */

/* How one case prefers to be: all its calls A, all W, or each as it comes. */
struct habit {
	int width; /* 2: as it comes */
	int slot;
};

/* A text that was cut is one that nobody understands: beside masks, all is masked. */
static bool is_cut(const struct gh_recipe *recipe, const struct gh_call *call)
{
	return recipe->mode == GH_BESIDE_MASKS && call->arguments[1] >= 2 &&
	       (call->kind == GH_KIND_EXEC_DIRECT || call->kind == GH_KIND_PREPARE);
}

static void add(struct chance *chance, const struct habit *habit, const struct step *step,
		struct gh_calls *calls)
{
	struct gh_call call = { .kind = step->kind, .slot = habit->slot };

	call.width = habit->width == 2 ? (enum gh_width)draw(chance, 2)
				       : (enum gh_width)habit->width;
	draw_arguments(chance, &call, step->want);
	if (gh_call_is_fatal(chance->recipe, &call) || is_cut(chance->recipe, &call))
		return;
	gh_calls_add(calls, &call);
}

/* A call out of turn, now and then on another statement. */
static void add_stray(struct chance *chance, const struct habit *habit, struct gh_calls *calls)
{
	struct habit other = *habit;
	struct step step = { 0 };
	unsigned long total = 0, at;

	for (int i = 0; i < GH_KIND_COUNT; i++)
		total += gh_shapes[i].weight;
	at = draw(chance, total);
	for (int i = 0; i < GH_KIND_COUNT; i++) {
		if (at < gh_shapes[i].weight) {
			step.kind = (enum gh_kind)i;
			break;
		}
		at -= gh_shapes[i].weight;
	}
	if (draw(chance, 4) == 0)
		other.slot = (int)draw(chance, GH_SLOTS);
	add(chance, &other, &step, calls);
}

static void add_phrase(struct chance *chance, const struct habit *habit, struct gh_calls *calls)
{
	const struct step *steps = phrases[draw(chance, ARRAY_SIZE(phrases))];

	for (int i = 0; i < STEPS && steps[i].most > 0; i++) {
		const int spread = steps[i].most - steps[i].least + 1;
		const int times = steps[i].least + (int)draw(chance, (unsigned long)spread);

		for (int n = 0; n < times; n++) {
			add(chance, habit, &steps[i], calls);
			/* the same again: chunks of one value, a bind that replaces another */
			if (draw(chance, 8) == 0 && calls->count > 0) {
				struct gh_call again = calls->items[calls->count - 1];

				gh_calls_add(calls, &again);
			}
		}
		if (draw(chance, 10) == 0)
			add_stray(chance, habit, calls);
	}
}

void gh_case_make(const struct gh_recipe *recipe, unsigned long number, struct gh_calls *calls)
{
	struct chance chance = { (recipe->seed << 32) + number, recipe };
	const struct gh_call reset = { .kind = GH_KIND_RESET, .arguments = { 0 } };
	struct habit habit = { .width = (int)draw(&chance, 3), .slot = 0 };
	const int count = 1 + (int)draw(&chance, 3);

	gh_calls_add(calls, &reset);
	for (int i = 0; i < count; i++) {
		habit.slot = draw(&chance, 5) == 0 ? (int)draw(&chance, GH_SLOTS) : 0;
		add_phrase(&chance, &habit, calls);
	}
}
