/*
 * What the files of driver/policy share: a policy in memory, patterns with three
 * answers, and the view of one principal on one statement.
 *
 * Three answers, because not everything is known of a principal or a statement:
 * what grants must be YES, what restricts needs only not be NO.
 */
#ifndef GATEHOUSE_POLICY_INTERNAL_H
#define GATEHOUSE_POLICY_INTERNAL_H

#include "gatehouse/policy.h"

#define GH_POLICY_NAMESPACE "urn:gatehouse:policy:1"

enum {
	GH_POLICY_DOCUMENT_MAX = 4 << 20, /* bytes */
	GH_POLICY_ROLES_MAX = 1024,
	GH_POLICY_TAGS_MAX = 4096,
	GH_POLICY_RULES_MAX = 65536,
	GH_POLICY_MASKS_MAX = 4096,
	GH_POLICY_FILTERS_MAX = 1024,
	GH_POLICY_DETECTS_MAX = 1024,
	GH_POLICY_MESSAGE_MAX = 200, /* bytes */
	GH_POLICY_KEEP_MAX = 64,     /* characters that a partial mask may keep at one end */
	GH_POLICY_CARD_FIRST = 6,    /* and a card mask */
	GH_POLICY_CARD_LAST = 4,
};

/* Ordered, so that the least of several answers is the answer for all of them. */
enum gh_policy_answer {
	GH_POLICY_NO = 0,
	GH_POLICY_MAYBE, /* not known enough */
	GH_POLICY_YES,
};

enum gh_policy_answer gh_policy_least(enum gh_policy_answer a, enum gh_policy_answer b);

/* ---- patterns (pattern.c) ------------------------------------------------ */

enum gh_policy_shape {
	GH_POLICY_SHAPE_ANY,
	GH_POLICY_SHAPE_EXACT,
	GH_POLICY_SHAPE_PREFIX, /* abc* */
	GH_POLICY_SHAPE_SUFFIX, /* *abc */
	GH_POLICY_SHAPE_GLOB,
};

struct gh_policy_pattern {
	enum gh_policy_shape shape;
	uint32_t length;    /* of text */
	const char *text;   /* lower case; without the star of a prefix or suffix */
	const char *source; /* as written */
};

/* Any of them; none at all means no condition. */
struct gh_policy_patterns {
	struct gh_policy_pattern *items;
	size_t count;
};

GH_MUST_CHECK enum gh_status gh_policy_pattern_add(struct gh_arena *arena,
						   struct gh_policy_patterns *patterns,
						   struct gh_span source);
/* Text NULL: not known. */
enum gh_policy_answer gh_policy_patterns_match(const struct gh_policy_patterns *patterns,
					       const char *text);

/* One <table> or <column>: which objects it means. */
struct gh_policy_object {
	struct gh_policy_patterns dsn;
	struct gh_policy_patterns dbms;
	struct gh_policy_patterns catalog;
	struct gh_policy_patterns schema;
	struct gh_policy_patterns table;
	struct gh_policy_patterns column;
	struct gh_policy_patterns except; /* columns that are not meant after all */
};

struct gh_policy_objects {
	struct gh_policy_object *items;
	size_t count;
};

/* Is the column one of these?  Its column NULL or "*": any column of the table. */
enum gh_policy_answer gh_policy_object_match(const struct gh_policy_object *object,
					     const struct gh_target *target,
					     const struct gh_origin *origin);
/* The best answer of several; NO if there are none. */
enum gh_policy_answer gh_policy_objects_match(const struct gh_policy_objects *objects,
					      const struct gh_target *target,
					      const struct gh_origin *origin);

/* ---- the policy in memory (policy.c) --------------------------------------- */

enum gh_policy_condition {
	GH_POLICY_USER = 0,
	GH_POLICY_GROUP,
	GH_POLICY_AGENT,
	GH_POLICY_ACTING_FOR,
	GH_POLICY_PURPOSE,
	GH_POLICY_APPLICATION,
	GH_POLICY_HOST,
	GH_POLICY_EXECUTABLE,
	GH_POLICY_CONDITION_COUNT
};

/* Roles that every policy has, at the start of its table. */
enum gh_policy_builtin_role {
	GH_POLICY_EVERYONE = 0,
	GH_POLICY_PEOPLE,
	GH_POLICY_SERVICES,
	GH_POLICY_AGENTS,
	GH_POLICY_BUILTIN_ROLES
};

struct gh_policy_role {
	const char *name;
	int line; /* 0: built in */
	bool used;
	unsigned kinds;      /* 1 << enum gh_principal_kind; 0: no condition */
	unsigned assurances; /* 1 << enum gh_assurance; 0: no condition */
	struct gh_policy_patterns conditions[GH_POLICY_CONDITION_COUNT];
};

struct gh_policy_tag {
	const char *name;
	int line;
	bool used;
	struct gh_policy_objects columns;
};

/* Indexes into the roles or the tags. */
struct gh_policy_indexes {
	const uint16_t *items;
	size_t count;
};

/* Whom and where a rule or a mask concerns. */
struct gh_policy_scope {
	struct gh_policy_indexes roles;  /* any of them; never empty */
	struct gh_policy_indexes except; /* none of them */
	struct gh_policy_patterns dsn;
	struct gh_policy_patterns dbms;
};

/* One <when>: all that it says must hold. */
struct gh_policy_when {
	unsigned kinds;      /* 1 << enum gh_kind; 0: no condition */
	unsigned where;      /* 1 << enum gh_where; 0: no condition */
	unsigned flags_set;  /* enum gh_fact_flag bits that must be there */
	unsigned flags_none; /* and bits that must not */
	unsigned reaches;    /* enum gh_reach bits, any of them; 0: no condition */
};

struct gh_policy_rule {
	const char *name;
	int line;
	enum gh_verdict verdict;
	unsigned actions;
	const char *message; /* NULL: none given */
	struct gh_policy_scope scope;
	struct gh_policy_objects tables;  /* any of them; none: every table */
	struct gh_policy_indexes tags;    /* these and `columns`: any; both empty: no condition */
	struct gh_policy_objects columns;
	struct gh_policy_when *whens; /* any of them; none: always */
	size_t when_count;
};

struct gh_policy_mask {
	struct gh_mask_spec spec; /* its tag stays NULL; the one that matched is filled in */
	int line;
	bool has_inference;
	enum gh_inference inference;
	struct gh_policy_scope scope;
	struct gh_policy_indexes tags;
	struct gh_policy_objects columns;
};

struct gh_policy_filter {
	const char *name;
	int line;
	const char *condition;
	bool frees_rows; /* rows that do not meet it may be written */
	struct gh_policy_scope scope;
	struct gh_policy_objects tables; /* any of them; never empty */
};

/* What holds for values that are found to be of a class, instead of the family's own mask. */
struct gh_policy_detect {
	struct gh_mask_spec spec; /* GH_MASK_NONE: they stay as they are */
	int line;
	struct gh_policy_scope scope;
	struct gh_policy_patterns classes;  /* any of them; none: every class */
	struct gh_policy_patterns families; /* and any of these */
	struct gh_policy_objects columns;   /* and any of these; none: everywhere */
};

struct gh_policy {
	struct gh_arena *arena; /* holds everything below */
	const char *name;       /* "built-in" or the path */
	const char *title;      /* as the document calls itself */
	struct gh_span source;  /* the document's bytes */
	char digest[GH_POLICY_DIGEST_SIZE];
	enum gh_verdict otherwise;
	struct gh_policy_role *roles;
	size_t role_count;
	struct gh_policy_tag *tags;
	size_t tag_count;
	struct gh_policy_rule *rules;
	size_t rule_count;
	struct gh_policy_mask *masks;
	size_t mask_count;
	struct gh_policy_filter *filters;
	size_t filter_count;
	bool detects;
	struct gh_policy_detect *detect_rules;
	size_t detect_count;
	struct gh_policy_note *notes;
	size_t note_count;
};

/* Embedded at build time (embed.c). */
struct gh_span gh_policy_embedded_schema(void);
struct gh_span gh_policy_embedded_builtin(void);

/* ---- words (words.c) -------------------------------------------------------- */

struct gh_policy_word {
	const char *text; /* NULL ends a table */
	unsigned value;
};

extern const struct gh_policy_word gh_policy_actions[];     /* bits of enum gh_action */
extern const struct gh_policy_word gh_policy_kinds[];       /* enum gh_kind */
extern const struct gh_policy_word gh_policy_wheres[];      /* enum gh_where */
extern const struct gh_policy_word gh_policy_fact_flags[];  /* bits of enum gh_fact_flag */
extern const struct gh_policy_word gh_policy_reaches[];     /* bits of enum gh_reach */
extern const struct gh_policy_word gh_policy_verdicts[];    /* enum gh_verdict */
extern const struct gh_policy_word gh_policy_functions[];   /* enum gh_mask_function */
extern const struct gh_policy_word gh_policy_units[];       /* enum gh_mask_unit */
extern const struct gh_policy_word gh_policy_normals[];     /* enum gh_mask_normal */
extern const struct gh_policy_word gh_policy_dictionaries[]; /* names only */
extern const struct gh_policy_word gh_policy_inferences[];  /* enum gh_inference */
extern const struct gh_policy_word gh_policy_principals[];  /* enum gh_principal_kind */
extern const struct gh_policy_word gh_policy_assurances[];  /* enum gh_assurance */
extern const struct gh_policy_word gh_policy_conditions[];  /* enum gh_policy_condition */

bool gh_policy_word_find(const struct gh_policy_word *words, struct gh_span text, unsigned *value);
/* The word for a value; "unknown" if there is none. */
const char *gh_policy_word_text(const struct gh_policy_word *words, unsigned value);
/* The bits that a statement of this kind has by itself. */
unsigned gh_policy_kind_actions(enum gh_kind kind);

/* ---- one principal's view on one statement (view.c) --------------------------- */

struct gh_policy_view {
	const struct gh_policy *policy;
	const struct gh_target *target;
	const struct gh_facts *facts;
	struct gh_principal principal;
	unsigned actions; /* what the statement does; all where it is not known */
	uint8_t roles[GH_POLICY_ROLES_MAX];          /* enum gh_policy_answer per role */
	uint64_t masks[GH_POLICY_MASKS_MAX / 64];    /* masks that can concern the principal */
	bool masks_apply;
	struct gh_mask_spec unknown_mask;
};

/*
 * An agent is looked at twice: as itself and as the person it acts for.  Fills
 * up to two views and returns how many.
 */
enum { GH_POLICY_VIEWS = 2 };
size_t gh_policy_views_init(struct gh_policy_view views[GH_POLICY_VIEWS],
			    const struct gh_policy *policy,
			    const struct gh_policy_request *request);
/* Is this rule or mask meant for the principal at this target? */
enum gh_policy_answer gh_policy_scope_match(const struct gh_policy_view *view,
					    const struct gh_policy_scope *scope);
bool gh_policy_view_has_mask(const struct gh_policy_view *view, size_t index);

/* ---- rules (rule.c) ------------------------------------------------------------ */

enum gh_policy_reason {
	GH_POLICY_MATCHES = 0,
	GH_POLICY_OTHER_SCOPE, /* role, data source or database */
	GH_POLICY_OTHER_ACTION,
	GH_POLICY_OTHER_FACTS,
	GH_POLICY_OTHER_TABLE,
	GH_POLICY_OTHER_COLUMN,
};

struct gh_policy_match {
	enum gh_policy_answer answer;
	enum gh_policy_reason reason; /* why the answer is not YES */
};

/* Role, target, action and facts; not yet tables and columns. */
struct gh_policy_match gh_policy_rule_base(const struct gh_policy_view *view,
					   const struct gh_policy_rule *rule);
/* Everything, for a rule that restricts. */
struct gh_policy_match gh_policy_rule_restricts(const struct gh_policy_view *view,
						const struct gh_policy_rule *rule);
/* Does a rule that grants and whose base is YES cover this table (NULL: all there are)? */
bool gh_policy_rule_covers(const struct gh_policy_view *view, const struct gh_policy_rule *rule,
			   const struct gh_table_use *use);
/* The actions of the statement that this table takes part in. */
unsigned gh_policy_use_actions(const struct gh_policy_view *view, const struct gh_table_use *use);

/* ---- mask functions (functions.c) ------------------------------------------------- */

enum gh_policy_mask_attribute {
	GH_POLICY_MASK_KEEP = 1 << 0, /* first and last */
	GH_POLICY_MASK_CHAR = 1 << 1,
	GH_POLICY_MASK_DOMAIN = 1 << 2,
	GH_POLICY_MASK_UNIT = 1 << 3,
	GH_POLICY_MASK_NORMALISE = 1 << 4,
	GH_POLICY_MASK_KEY_ID = 1 << 5,
	GH_POLICY_MASK_DICTIONARY = 1 << 6,
	GH_POLICY_MASK_KEYS = 1 << 7,
};

/* What a function takes beside the columns. */
struct gh_policy_function {
	unsigned takes;     /* enum gh_policy_mask_attribute bits */
	const char *amount; /* the attribute that is its number; NULL: none */
	int64_t least, most;
	int64_t usual;      /* where the attribute is not given */
	bool needed;        /* it must be given */
};
const struct gh_policy_function *gh_policy_function_find(enum gh_mask_function function);
/* Of two numbers of a function, does `a` hide more? */
bool gh_policy_coarser(enum gh_mask_function function, int64_t a, int64_t b);

/* The attributes that hold, for explaining a mask. */
struct gh_policy_attribute {
	const char *name;
	const char *text; /* NULL: it is the number */
	int64_t number;
};
struct gh_policy_attributes {
	struct gh_policy_attribute items[10];
	size_t count;
};
void gh_policy_mask_attributes(const struct gh_mask_spec *spec, struct gh_policy_attributes *out);

/* ---- masks (columns.c) ----------------------------------------------------------- */

/* Makes *into at least as strict as `spec`; the result does not depend on the order. */
void gh_policy_mask_merge(struct gh_mask_spec *into, const struct gh_mask_spec *spec);
/*
 * For what is made of more than one whole value: a function that looks at it,
 * such as `partial`, would show any part of it in turn, and `hash` would tell
 * whether a guess is right.
 */
void gh_policy_mask_harden(struct gh_mask_spec *spec);
/* *tag: the tag that matched, else NULL. */
enum gh_policy_answer gh_policy_mask_match(const struct gh_policy_view *view,
					   const struct gh_policy_mask *mask,
					   const struct gh_origin *origin, const char **tag);
/* Merges into *out what holds for a column with these origins. */
void gh_policy_mask_origins(const struct gh_policy_view *view, const struct gh_output *column,
			    struct gh_mask_spec *out);

/* ---- filters (condition.c) ----------------------------------------------------------- */

/* Why the condition can't be used, in static storage; NULL: it can. */
const char *gh_policy_condition_problem(const char *condition);
/* Does it certainly hold for the row (admit.c)? */
bool gh_policy_condition_admits(const char *condition, const struct gh_policy_row *row);

/* ---- the verdict (judge.c, flow.c) --------------------------------------------------- */

struct gh_policy_outcome {
	enum gh_verdict verdict;
	const char *rule;
	char message[256];
	enum gh_inference inference;
};

/* What the rules say to one view. */
void gh_policy_judge(const struct gh_policy_view *view, struct gh_policy_outcome *out);
/* What the masks say to the use of masked columns where they do not show. */
void gh_policy_judge_inference(const struct gh_policy_view *view, struct gh_policy_outcome *out);
/* And to copying them. */
void gh_policy_judge_flows(const struct gh_policy_view *view, struct gh_policy_outcome *out);
/* Everything for one view, the strictest of the three. */
void gh_policy_judge_all(const struct gh_policy_view *view, struct gh_policy_outcome *out);
/* "schema.table.column" with what is known of it, cut to the room there is. */
void gh_policy_origin_text(const struct gh_origin *origin, char *text, size_t room);
/* Writes the message, cut at a character if it is too long. */
void gh_policy_outcome_say(struct gh_policy_outcome *out, const char *format, ...) GH_PRINTF(2, 3);

/* ---- explaining (explain.c, explain_text.c) -------------------------------------------- */

struct gh_policy_explanation {
	const struct gh_policy *policy;
	const struct gh_policy_request *request;
	const struct gh_decision *decision;
	const struct gh_policy_view *views;
	size_t view_count;
};

struct gh_policy_finding {
	enum gh_policy_answer answer;
	const char *why; /* static storage */
};
struct gh_policy_finding gh_policy_find_rule(const struct gh_policy_view *view,
					     const struct gh_policy_rule *rule);
struct gh_policy_finding gh_policy_find_mask(const struct gh_policy_view *view, size_t index);
struct gh_policy_finding gh_policy_find_filter(const struct gh_policy_view *view, size_t index);
/* Why a scope that does not match doesn't: role or target; static storage. */
const char *gh_policy_scope_text(const struct gh_policy_view *view,
				 const struct gh_policy_scope *scope);
void gh_policy_write_text(const struct gh_policy_explanation *explanation, struct gh_buf *out);

#endif
