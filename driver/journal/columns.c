/*
 * The lists of a record: tables, columns with their origins and masks, what was
 * inferred from, what flowed where, and the principal of a session.  A list
 * that would grow beyond the record's room is cut and says so.
 */
#include <string.h>

#include "internal.h"

enum { NAME_LIMIT = 600 };

/* A list being written: elements that do not fit are taken back. */
struct list {
	struct gh_journal_encoder *encoder;
	size_t start;  /* before the list's own opening */
	size_t element;
	size_t count;
	unsigned cut;  /* enum gh_journal_cut: which list it is */
};

static void list_open(struct list *list, struct gh_journal_encoder *encoder, const char *opening,
		      unsigned cut)
{
	*list = (struct list){ .encoder = encoder, .start = encoder->buf->length, .cut = cut };
	(void)gh_buf_append_text(encoder->buf, opening);
	list->element = encoder->buf->length;
}

static void take_back(struct gh_buf *buf, size_t length)
{
	if (buf->failed != GH_OK || buf->bytes == NULL || length > buf->length)
		return;
	buf->length = length;
	buf->bytes[length] = '\0';
}

/* Called before each element; false when there is no room for more. */
static bool list_next(struct list *list)
{
	struct gh_buf *buf = list->encoder->buf;

	if ((list->encoder->cut & list->cut) != 0)
		return false;
	if (list->count++ > 0)
		(void)gh_buf_append_char(buf, ',');
	return true;
}

/* Called after each element: counts it, or takes it back. */
static void list_count(struct list *list)
{
	struct gh_buf *buf = list->encoder->buf;
	size_t used = buf->length - list->element;

	if (used > list->encoder->room) {
		take_back(buf, list->element);
		list->count--;
		list->encoder->cut |= list->cut;
		return;
	}
	list->encoder->room -= used;
	list->element = buf->length;
}

/* An empty list is left out. */
static void list_close(struct list *list, const char *closing)
{
	if (list->count == 0)
		take_back(list->encoder->buf, list->start);
	else
		(void)gh_buf_append_text(list->encoder->buf, closing);
}

/* ---- names ---- */

static bool plain_part(const char *part)
{
	return strpbrk(part, ".\"\\") == NULL;
}

/* One part of a dotted name, in double quotes where it holds a dot or a quote itself. */
static void append_part(char *out, size_t room, size_t *length, const char *part)
{
	bool quoted = !plain_part(part);

	if (*length > 0 && *length + 1 < room)
		out[(*length)++] = '.';
	if (quoted && *length + 1 < room)
		out[(*length)++] = '"';
	for (; *part != '\0' && *length + 3 < room; part++) {
		if (*part == '"')
			out[(*length)++] = '"';
		out[(*length)++] = *part;
	}
	if (quoted && *length + 1 < room)
		out[(*length)++] = '"';
	out[*length] = '\0';
}

static void put_path(struct gh_buf *buf, const char *before, const struct gh_origin *origin)
{
	const char *parts[] = { origin->catalog, origin->schema, origin->table, origin->column };
	char name[NAME_LIMIT] = "";
	size_t length = 0;

	for (size_t i = 0; i < 4; i++)
		if (parts[i] != NULL)
			append_part(name, sizeof(name), &length, parts[i]);
	(void)gh_journal_put_text(buf, before, name, NAME_LIMIT * 3);
}

static void put_paths(struct list *list, const struct gh_origin *origins, size_t count)
{
	for (size_t i = 0; i < count && list_next(list); i++) {
		put_path(list->encoder->buf, "", &origins[i]);
		list_count(list);
	}
}

/* The same inside an element, whose list counts it as a whole. */
static void put_origins(struct gh_buf *buf, const struct gh_origin *origins, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		put_path(buf, i == 0 ? ",\"from\":[" : ",", &origins[i]);
		if (buf->length > GH_JOURNAL_LINE_MAX / 2 + 8192)
			break; /* the element will be taken back */
	}
	if (count > 0)
		(void)gh_buf_append_char(buf, ']');
}

/*
 * A label without an alias is often the expression's own text, and so may hold
 * a literal.  Only what can be an identifier is written.
 */
static bool label_is_name(const char *label)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_$#";

	if (label == NULL || *label == '\0' || (*label >= '0' && *label <= '9'))
		return false;
	for (const char *c = label; *c != '\0'; c++)
		if ((unsigned char)*c < 0x80 && strchr(word, *c) == NULL)
			return false;
	return true;
}

/* ---- lists ---- */

static void put_uses(struct gh_journal_encoder *encoder, const struct gh_facts *facts,
		     enum gh_access access)
{
	struct list list;

	list_open(&list, encoder, access == GH_ACCESS_READ ? ",\"reads\":[" : ",\"writes\":[",
		  access == GH_ACCESS_READ ? GH_JOURNAL_CUT_READS : GH_JOURNAL_CUT_WRITES);
	for (size_t i = 0; i < facts->table_count; i++) {
		const struct gh_table_use *use = &facts->tables[i];
		struct gh_origin table = { use->catalog, use->schema, use->table, NULL };

		if ((use->access & (unsigned)access) == 0)
			continue;
		if (!list_next(&list))
			break;
		put_path(encoder->buf, "", &table);
		list_count(&list);
	}
	list_close(&list, "]");
}

void gh_journal_put_tables(struct gh_journal_encoder *encoder, const struct gh_facts *facts)
{
	put_uses(encoder, facts, GH_ACCESS_READ);
	put_uses(encoder, facts, GH_ACCESS_WRITE);
}

void gh_journal_put_inference(struct gh_journal_encoder *encoder, const struct gh_facts *facts)
{
	struct list list;

	list_open(&list, encoder, ",\"inference\":[", GH_JOURNAL_CUT_INFERENCE);
	put_paths(&list, facts->inference, facts->inference_count);
	list_close(&list, "]");
}

static void put_lineage(struct gh_buf *buf, unsigned flags)
{
	const char *name = (flags & GH_LINEAGE_UNKNOWN) != 0     ? "unknown"
			   : (flags & GH_LINEAGE_AGGREGATE) != 0 ? "aggregate"
			   : (flags & GH_LINEAGE_CONSTANT) != 0  ? "constant"
			   : (flags & GH_LINEAGE_DERIVED) != 0   ? "derived"
								 : NULL;

	(void)gh_journal_put_text(buf, ",\"how\":", name, NAME_LIMIT);
}

static void put_mask(struct gh_buf *buf, const struct gh_mask_spec *mask)
{
	/* lint: table */
	static const char *const names[GH_MASK_COUNT] = {
		[GH_MASK_TEXT] = "text",
		[GH_MASK_JSON] = "json",
		[GH_MASK_XML] = "xml",
		[GH_MASK_K_SUPPRESS] = "k_suppress",
		[GH_MASK_AGE_CAP] = "age_cap",
		[GH_MASK_GEO_ROUND] = "geo_round",
		[GH_MASK_IP_TRUNC] = "ip_trunc",
		[GH_MASK_ROUND] = "round",
		[GH_MASK_BUCKET] = "bucket",
		[GH_MASK_NOISE] = "noise",
		[GH_MASK_DATE_TRUNC] = "date_trunc",
		[GH_MASK_DATE_SHIFT] = "date_shift",
		[GH_MASK_EMAIL] = "email",
		[GH_MASK_CARD] = "card",
		[GH_MASK_PARTIAL] = "partial",
		[GH_MASK_SHAPE] = "shape",
		[GH_MASK_FPE] = "fpe",
		[GH_MASK_TOKEN] = "token",
		[GH_MASK_HASH] = "hash",
		[GH_MASK_PSEUDO] = "pseudo",
		[GH_MASK_DEFAULT] = "default",
		[GH_MASK_REDACT] = "redact",
		[GH_MASK_NULLIFY] = "nullify",
		[GH_MASK_DENY] = "deny",
	};

	if (mask->function == GH_MASK_NONE || mask->function >= GH_MASK_COUNT)
		return;
	(void)gh_journal_put_text(buf, ",\"mask\":", names[mask->function], NAME_LIMIT);
	(void)gh_journal_put_text(buf, ",\"rule\":", mask->rule, NAME_LIMIT);
	(void)gh_journal_put_text(buf, ",\"tag\":", mask->tag, NAME_LIMIT);
}

void gh_journal_put_columns(struct gh_journal_encoder *encoder, const struct gh_facts *facts,
			    const struct gh_decision *decision)
{
	struct gh_buf *buf = encoder->buf;
	struct list list;

	list_open(&list, encoder, ",\"columns\":[", GH_JOURNAL_CUT_COLUMNS);
	for (size_t i = 0; i < facts->output_count && list_next(&list); i++) {
		const struct gh_output *output = &facts->outputs[i];

		gh_journal_put_number(buf, "{\"n\":", (int64_t)i + 1);
		if (label_is_name(output->name))
			(void)gh_journal_put_text(buf, ",\"name\":", output->name, NAME_LIMIT);
		put_origins(buf, output->origins, output->origin_count);
		put_lineage(buf, output->flags);
		if (decision != NULL && i < decision->mask_count)
			put_mask(buf, &decision->masks[i]);
		(void)gh_buf_append_char(buf, '}');
		list_count(&list);
	}
	list_close(&list, "]");
}

void gh_journal_put_flows(struct gh_journal_encoder *encoder, const struct gh_facts *facts)
{
	struct gh_buf *buf = encoder->buf;
	struct list list;

	list_open(&list, encoder, ",\"flows\":[", GH_JOURNAL_CUT_FLOWS);
	for (size_t i = 0; i < facts->flow_count && list_next(&list); i++) {
		const struct gh_flow *flow = &facts->flows[i];

		put_path(buf, "{\"to\":", &flow->target);
		put_origins(buf, flow->origins, flow->origin_count);
		put_lineage(buf, flow->flags);
		(void)gh_buf_append_char(buf, '}');
		list_count(&list);
	}
	list_close(&list, "]");
}

/* ---- the principal, whole, in session-open ---- */

static void put_process(struct gh_buf *buf, const struct gh_process *process)
{
	/* lint: table */
	const struct {
		const char *before;
		const char *text;
	} texts[] = {
		{ ",\"exe\":", process->executable },
		{ ",\"exe_sha256\":", process->executable_sha256 },
		{ ",\"script\":", process->script },
		{ ",\"parents\":", process->parents },
		{ ",\"tty\":", process->tty },
		{ ",\"container\":", process->container },
		{ ",\"host\":", process->host },
		{ ",\"boot_id\":", process->boot_id },
	};

	gh_journal_put_number(buf, ",\"process\":{\"pid\":", process->pid);
	gh_journal_put_number(buf, ",\"ppid\":", process->parent_pid);
	gh_journal_put_number(buf, ",\"uid\":", process->uid);
	if (process->login_uid >= 0)
		gh_journal_put_number(buf, ",\"login_uid\":", process->login_uid);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		(void)gh_journal_put_text(buf, texts[i].before, texts[i].text, 2 * NAME_LIMIT);
	(void)gh_buf_append_char(buf, '}');
}

static void put_groups(struct gh_journal_encoder *encoder, const struct gh_principal *principal)
{
	struct list list;

	list_open(&list, encoder, ",\"groups\":[", GH_JOURNAL_CUT_GROUPS);
	for (size_t i = 0; i < principal->group_count && list_next(&list); i++) {
		const char *group = principal->groups[i] == NULL ? "" : principal->groups[i];

		(void)gh_journal_put_text(encoder->buf, "", group, NAME_LIMIT);
		list_count(&list);
	}
	list_close(&list, "]");
}

void gh_journal_put_principal(struct gh_journal_encoder *encoder,
			      const struct gh_principal *principal)
{
	static const char *const kinds[] = { "unknown", "person", "service", "agent" };
	static const char *const assurances[] = { "none", "asserted", "verified" };
	struct gh_buf *buf = encoder->buf;
	/* lint: table */
	const struct {
		const char *before;
		const char *text;
	} texts[] = {
		{ ",\"principal\":{\"kind\":",
		  kinds[principal->kind <= GH_PRINCIPAL_AGENT ? principal->kind : 0] },
		{ ",\"assurance\":",
		  assurances[principal->assurance <= GH_ASSURANCE_VERIFIED ? principal->assurance
									  : 0] },
		{ ",\"issuer\":", principal->issuer },
		{ ",\"subject\":", principal->subject },
		{ ",\"acting_for\":", principal->acting_for },
		{ ",\"agent\":", principal->agent },
		{ ",\"agent_marker\":", principal->agent_marker },
		{ ",\"purpose\":", principal->purpose },
		{ ",\"run\":", principal->run },
		{ ",\"application\":", principal->application },
		{ ",\"trace\":", principal->trace },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		(void)gh_journal_put_text(buf, texts[i].before, texts[i].text, NAME_LIMIT);
	put_groups(encoder, principal);
	put_process(buf, &principal->process);
	(void)gh_buf_append_char(buf, '}');
}
