/*
 * What the modules tell each other about a call: who, what, and what was
 * decided.  Plain data and no functions, so that sql, policy, identity, mask
 * and journal need not know each other.
 *
 * All texts are NUL-terminated UTF-8.  Who owns what is said at each struct.
 */
#ifndef GATEHOUSE_FACTS_H
#define GATEHOUSE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- who --------------------------------------------------------------- */

enum gh_principal_kind {
	GH_PRINCIPAL_UNKNOWN = 0, /* no rule that allows matches it */
	GH_PRINCIPAL_PERSON,
	GH_PRINCIPAL_SERVICE,
	GH_PRINCIPAL_AGENT, /* acts for `acting_for` and never has more than that person */
};

enum gh_assurance {
	GH_ASSURANCE_NONE = 0,
	GH_ASSURANCE_ASSERTED, /* the process said so: the operating system's user */
	GH_ASSURANCE_VERIFIED, /* a token or a peer credential was verified */
};

/* What is known of the process that calls.  Any text may be NULL: unknown. */
struct gh_process {
	int64_t pid;
	int64_t parent_pid;
	int64_t uid;
	int64_t login_uid;         /* -1: unknown */
	const char *executable;    /* path */
	const char *executable_sha256; /* hex; made lazily */
	const char *script;        /* interpreter's script or notebook */
	const char *parents;       /* "name(pid) < name(pid) < ...", nearest first */
	const char *tty;
	const char *container;
	const char *host;
	const char *boot_id;
};

/*
 * Who a session belongs to.  Owned by the identity module's object that made
 * it; never read from globals, since the process that calls may not be ours.
 */
struct gh_principal {
	enum gh_principal_kind kind;
	enum gh_assurance assurance;
	const char *issuer;      /* "os" for the operating system's user */
	const char *subject;     /* user name or token subject */
	const char *acting_for;  /* for an agent: the person; otherwise NULL */
	const char *agent;       /* name of the agent, such as "claude-code"; NULL: none seen */
	const char *agent_marker; /* what gave it away, such as "env:CLAUDECODE"; NULL: none */
	const char *purpose;     /* NULL: none given */
	const char *run;         /* id of the run or job; NULL: none given */
	const char *application; /* name the application gives itself; NULL: unknown */
	const char *trace;       /* W3C trace context; NULL: none */
	const char *const *groups;
	size_t group_count;
	struct gh_process process;
};

/* ---- what: the facts of a statement ------------------------------------- */

enum gh_kind {
	GH_KIND_UNKNOWN = 0, /* not understood: treated as the worst of all kinds */
	GH_KIND_SELECT,
	GH_KIND_INSERT,
	GH_KIND_UPDATE,
	GH_KIND_DELETE,
	GH_KIND_MERGE,
	GH_KIND_CREATE,
	GH_KIND_ALTER,
	GH_KIND_DROP,
	GH_KIND_TRUNCATE,
	GH_KIND_GRANT,
	GH_KIND_REVOKE,
	GH_KIND_CALL,
	GH_KIND_EXPLAIN,
	GH_KIND_COPY,
	GH_KIND_SET,         /* changes the session */
	GH_KIND_TRANSACTION, /* begin, commit, rollback, savepoint */
	GH_KIND_OTHER,       /* understood as a kind, none of the above */
	GH_KIND_CATALOG,     /* an ODBC catalog function */
	GH_KIND_COUNT
};

/* What a statement does, for rules; a statement may do several. */
enum gh_action {
	GH_ACTION_READ = 1 << 0,
	GH_ACTION_WRITE = 1 << 1, /* insert, update, merge, copy in */
	GH_ACTION_DELETE = 1 << 2, /* delete */
	GH_ACTION_DDL = 1 << 3,   /* create, alter, drop, truncate */
	GH_ACTION_DCL = 1 << 4,   /* grant, revoke */
	GH_ACTION_CALL = 1 << 5,  /* procedures, dynamic SQL, opaque code */
	GH_ACTION_ADMIN = 1 << 6, /* session modes, server settings, files, programs */
	GH_ACTION_EXPORT = 1 << 7,
	GH_ACTION_ALL = (1 << 8) - 1,
};

enum gh_where {
	GH_WHERE_ABSENT = 0, /* an update or delete that takes every row */
	GH_WHERE_TRIVIAL,    /* says nothing about the row, such as 1 = 1 */
	GH_WHERE_REAL,
};

enum gh_fact_flag {
	GH_FACT_MULTI = 1 << 0,       /* more than one statement */
	GH_FACT_OPAQUE = 1 << 1,      /* parts were not understood: lineage is unknown */
	GH_FACT_DANGEROUS = 1 << 2,   /* a function or clause of the dangerous list */
	GH_FACT_MODE = 1 << 3,        /* changes how later statements are read */
	GH_FACT_AMBIGUOUS = 1 << 4,   /* reads differently in two modes that are possible */
	GH_FACT_LIMITED = 1 << 5,     /* the outermost query has LIMIT, TOP or FETCH FIRST */
	GH_FACT_EMPTY_PROBE = 1 << 6, /* can return no row: WHERE 1=0, LIMIT 0 */
	GH_FACT_FLOWS = 1 << 7,       /* query results flow into a table, view, variable or file */
};

/* What a statement reaches beyond its tables; each can be named by a policy. */
enum gh_reach {
	GH_REACH_FILES = 1 << 0,    /* reads or writes files, or what is stored like them */
	GH_REACH_PROGRAMS = 1 << 1, /* runs programs or jobs */
	GH_REACH_NETWORK = 1 << 2,  /* other servers and addresses */
	GH_REACH_DYNAMIC = 1 << 3,  /* runs or reads what its own text does not tell */
	GH_REACH_CODE = 1 << 4,     /* makes or loads code: functions, triggers, extensions */
	GH_REACH_WAIT = 1 << 5,     /* waits, or computes for nothing */
	GH_REACH_SERVER = 1 << 6,   /* settings of the whole server, sessions of others */
	GH_REACH_ROLE = 1 << 7,     /* as whom the session works from then on */
	GH_REACH_NAMES = 1 << 8,    /* which tables its names mean from then on */
	GH_REACH_MODES = 1 << 9,    /* how its statements are read from then on */
	GH_REACH_DANGEROUS = (1 << 7) - 1, /* those of a dangerous statement */
};

enum gh_lineage_flag {
	GH_LINEAGE_UNKNOWN = 1 << 0,   /* may come from any column of the target */
	GH_LINEAGE_DERIVED = 1 << 1,   /* an expression, not the column itself */
	GH_LINEAGE_AGGREGATE = 1 << 2,
	GH_LINEAGE_CONSTANT = 1 << 3,  /* no column: the origins are empty and that is known */
	GH_LINEAGE_FAMILY = 1 << 4,    /* the origins hold each other's whole values: the mask of
					* one is that of all */
};

/*
 * A base column.  catalog and schema are NULL where the statement did not name
 * them: a rule then has to hold for every schema.  column "*" means every
 * column of the table.  Names are as the target stores them as far as known;
 * rules compare them without case.
 */
struct gh_origin {
	const char *catalog;
	const char *schema;
	const char *table;
	const char *column;
};

enum gh_access {
	GH_ACCESS_READ = 1 << 0,
	GH_ACCESS_WRITE = 1 << 1,
};

struct gh_table_use {
	const char *catalog;
	const char *schema;
	const char *table;
	unsigned access; /* enum gh_access bits */
};

enum gh_reference_role {
	GH_REFERENCE_READ = 0,
	GH_REFERENCE_INSERT, /* rows are added to it and nothing else is done to it */
	GH_REFERENCE_CHANGE, /* its rows are changed or removed */
};

/* What the text gives to one column of a row; bytes of the text, none: not told. */
struct gh_written {
	const char *column;
	size_t start, end;
};

/* One place of the text that names a table; in the order of the text. */
struct gh_table_reference {
	const char *catalog;
	const char *schema;
	const char *table;
	size_t start, end;  /* bytes of its name; both 0: only a view's definition names it */
	size_t last_part;   /* where the last part of the name begins */
	bool aliased;
	enum gh_reference_role role;
	size_t where_start, where_end; /* the condition that picks its rows; 0: none, or others
					* have a part in it */
	size_t alias_start, alias_end; /* by which its columns are called; 0: its last part */
	bool joined; /* other tables help to pick the rows that are changed */
	/* of an INSERT row after row, of an UPDATE what it sets */
	const struct gh_written *written;
	size_t written_count, written_width;
	bool written_known; /* and nothing else is written */
};

/* One column of the result and the base columns that its values come from. */
struct gh_output {
	const char *name; /* label; NULL: unknown */
	const struct gh_origin *origins;
	size_t origin_count;
	unsigned flags; /* enum gh_lineage_flag bits */
};

/* One target column of a write and the base columns that flow into it. */
struct gh_flow {
	struct gh_origin target;
	const struct gh_origin *origins;
	size_t origin_count;
	unsigned flags;
};

/* One statement of the text. */
struct gh_statement_fact {
	enum gh_kind kind;
	const char *verb; /* its first word in capitals; NULL: it has none */
	bool opaque;      /* parts of it were not understood */
};

/*
 * All that is known of a statement before the target sees it.  Everything is
 * an over-approximation: what is not known is flagged, never left out.  Owned
 * by whoever made it (gh_sql_facts_free); `outputs_known` false means that the
 * result's width is not known, so that every column counts as unknown.
 */
struct gh_facts {
	enum gh_kind kind; /* of several statements the worst */
	const struct gh_statement_fact *statements; /* in order */
	size_t statement_count;
	unsigned actions; /* enum gh_action bits */
	unsigned flags;   /* enum gh_fact_flag bits */
	unsigned reaches; /* enum gh_reach bits */
	enum gh_where where;
	const struct gh_table_use *tables;
	size_t table_count;
	bool tables_known; /* false: may touch any table */
	const struct gh_table_reference *references; /* not those of opaque statements */
	size_t reference_count;
	const struct gh_output *outputs;
	size_t output_count;
	bool outputs_known;
	const struct gh_origin *inference; /* used but not shown: WHERE, JOIN, ORDER BY... */
	size_t inference_count;
	bool inference_known;
	const struct gh_flow *flows; /* what is written, from which columns */
	size_t flow_count;
	bool flows_known;
	const char *const *functions;
	size_t function_count;
	size_t marker_count;
	const char *text;   /* the statement with its literals replaced by '?' */
	const char *reason; /* one line: why it is opaque or ambiguous; NULL otherwise */
};

/* ---- decided ------------------------------------------------------------ */

enum gh_verdict {
	GH_VERDICT_DENY = 0,
	GH_VERDICT_APPROVE, /* only with somebody's approval */
	GH_VERDICT_ALLOW,
};

enum gh_mask_function {
	GH_MASK_NONE = 0,
	/* in the order of strictness, loosest first; the strictest of several wins */
	GH_MASK_TEXT, /* spans of a text */
	GH_MASK_JSON, /* leaves of a document */
	GH_MASK_XML,
	GH_MASK_K_SUPPRESS,
	GH_MASK_AGE_CAP,
	GH_MASK_GEO_ROUND,
	GH_MASK_IP_TRUNC,
	GH_MASK_ROUND,
	GH_MASK_BUCKET,
	GH_MASK_NOISE,
	GH_MASK_DATE_TRUNC,
	GH_MASK_DATE_SHIFT,
	GH_MASK_EMAIL,
	GH_MASK_CARD,
	GH_MASK_PARTIAL,
	GH_MASK_SHAPE,
	GH_MASK_FPE,
	GH_MASK_TOKEN,
	GH_MASK_HASH,
	GH_MASK_PSEUDO,
	/* from here on the value is not looked at */
	GH_MASK_DEFAULT,
	GH_MASK_REDACT,
	GH_MASK_NULLIFY,
	GH_MASK_DENY, /* the column is not shown at all */
	GH_MASK_COUNT
};

enum gh_mask_unit {
	GH_MASK_UNIT_NONE = 0,
	GH_MASK_UNIT_SECOND, /* from the finest to the coarsest */
	GH_MASK_UNIT_MINUTE,
	GH_MASK_UNIT_HOUR,
	GH_MASK_UNIT_DAY,
	GH_MASK_UNIT_WEEK,
	GH_MASK_UNIT_MONTH,
	GH_MASK_UNIT_QUARTER,
	GH_MASK_UNIT_YEAR,
	GH_MASK_UNIT_COUNT
};

/* What a value is brought to before it is hashed or becomes a token. */
enum gh_mask_normal {
	GH_MASK_NORMAL_NONE = 0,
	GH_MASK_NORMAL_CASE,   /* without blanks at the ends, ASCII letters lower case */
	GH_MASK_NORMAL_EMAIL,  /* the same */
	GH_MASK_NORMAL_PHONE,  /* E.164: digits, with + where there was + or 00 */
	GH_MASK_NORMAL_DIGITS, /* digits only */
	GH_MASK_NORMAL_COUNT
};

/* One mask as a rule gives it.  Plain value; texts borrowed from the policy. */
struct gh_mask_spec {
	enum gh_mask_function function;
	uint16_t keep_first; /* partial, card: characters left readable at the start */
	uint16_t keep_last;  /* and at the end */
	const char *domain;  /* keyed functions: name of the key's domain; NULL: "default" */
	const char *rule;    /* the rule that asked for it */
	const char *tag;     /* such as "pii.email"; NULL: none */
	const char *fill;    /* partial, card: the character that hides; NULL: "*" */
	int64_t amount;      /* the function's number, such as bucket's width */
	enum gh_mask_unit unit;     /* date_trunc */
	enum gh_mask_normal normal; /* hash, token */
	bool key_id;         /* token: carries the number of its key */
	const char *words;   /* pseudo: a dictionary; json, xml: patterns of keys, NULL: all */
};

/* What values were found to be, and in which column.  Texts borrowed. */
struct gh_found {
	const char *class;  /* such as "IBAN" */
	const char *family; /* such as "bank_account" */
	/* NULL: it is not known which; with GH_LINEAGE_DERIVED the values of its origins were
	 * looked at, and not its own */
	const struct gh_output *column;
};

enum gh_inference {
	GH_INFERENCE_ALLOW = 0,
	GH_INFERENCE_JOURNAL,
	GH_INFERENCE_DENY,
};

/* What a policy says of one statement.  Texts are borrowed from the policy. */
struct gh_decision {
	enum gh_verdict verdict;
	const char *rule;    /* the rule that decided; "default" where none matched */
	char message[256];   /* for the person who is blocked; "" when allowed */
	enum gh_inference inference; /* strictest over the masked columns that are used */
	bool detects;        /* values are looked at where no mask of a rule holds */
	bool masks_apply;    /* some mask rule can concern this principal on this target:
			      * columns of unknown lineage are masked */
	struct gh_mask_spec unknown_mask; /* for them: the strictest; GH_MASK_NONE only
					   * when masks_apply is false */
	struct gh_mask_spec *masks; /* one per output, output_count of them; owned by the
				     * decision (gh_policy_decision_clear) */
	size_t mask_count;
};

/* ---- names --------------------------------------------------------------- */

/* Where a statement goes, for rules and records. */
struct gh_target {
	const char *dsn;     /* the name the application connected to */
	const char *target;  /* TargetDSN or TargetDriver */
	const char *dbms;    /* SQL_DBMS_NAME; NULL before connect */
	const char *version; /* SQL_DBMS_VER */
	const char *catalog; /* current database; NULL: unknown */
	const char *user;    /* user name at the target; NULL: unknown */
};

#endif
