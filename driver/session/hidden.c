/*
 * What statements that define something do to names on this connection alone:
 * temporary tables hide others of their name, and nobody else sees what an open
 * transaction has made.
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct gh_hidden_name {
	struct gh_hidden_name *next;
	char *name;
};

/* ---- names ---------------------------------------------------------------------------- */

void gh_hidden_add(struct gh_hidden *hidden, const char *name)
{
	struct gh_hidden_name *item;

	if (gh_hidden_has(hidden, name))
		return;
	item = calloc(1, sizeof(*item));
	if (item != NULL)
		item->name = gh_text_copy(name);
	if (item == NULL || item->name == NULL) {
		hidden->all = true;
		free(item);
		return;
	}
	item->next = hidden->names;
	hidden->names = item;
}

bool gh_hidden_has(const struct gh_hidden *hidden, const char *name)
{
	for (const struct gh_hidden_name *item = hidden->names; item != NULL; item = item->next)
		if (strcasecmp(item->name, name) == 0)
			return true;
	return hidden->all;
}

void gh_hidden_clear(struct gh_hidden *hidden)
{
	while (hidden->names != NULL) {
		struct gh_hidden_name *next = hidden->names->next;

		free(hidden->names->name);
		free(hidden->names);
		hidden->names = next;
	}
	hidden->all = false;
}

/* ---- temporary tables that no catalogue lists ------------------------------------------ */

/* Of MySQL and its kin: what a CREATE may have made is unknown from then on. */
static void note_shadows(struct gh_connection *connection, const struct gh_facts *facts)
{
	struct gh_hidden *shadows;

	if (connection->dialect != GH_DIALECT_MYSQL && connection->dialect != GH_DIALECT_MARIADB)
		return;
	if (facts->text != NULL && !gh_glob_match("*temporary*", facts->text))
		return;
	shadows = gh_catalogue_hidden(connection, GH_HIDDEN_SHADOW);
	if (shadows != NULL && (facts->flags & GH_FACT_OPAQUE) != 0)
		shadows->all = true;
	for (size_t i = 0; shadows != NULL && i < facts->table_count; i++)
		if ((facts->tables[i].access & GH_ACCESS_READ) == 0)
			gh_hidden_add(shadows, facts->tables[i].table);
}

/* ---- what another connection does not see ------------------------------------------------ */

static bool defines_alone(const struct gh_facts *facts)
{
	const unsigned more = GH_ACTION_ADMIN | GH_ACTION_CALL | GH_ACTION_DCL | GH_ACTION_EXPORT;

	return facts->statement_count == 1 && (facts->actions & more) == 0 &&
	       (facts->flags & (GH_FACT_MULTI | GH_FACT_DANGEROUS | GH_FACT_MODE |
				GH_FACT_AMBIGUOUS)) == 0;
}

/* Could the name in front of the first bracket be one of a temporary thing? */
static bool may_be_temporary(const char *text)
{
	return text[strcspn(text, "(?")] == '?' || gh_glob_match("*temp*", text) ||
	       gh_glob_match("*u&*", text);
}

static bool begins_with(const struct gh_facts *facts, const char *const *patterns)
{
	for (; facts->text != NULL && *patterns != NULL; patterns++)
		if (gh_glob_match(*patterns, facts->text))
			return true;
	return false;
}

/*
 * One change of a thing that lasts, outside of a transaction: all connections see the
 * same afterwards, also when a temporary thing goes.  What is altered may only be a
 * temporary one where there is one.
 */
static bool is_shared(const struct gh_connection *connection, const struct gh_facts *facts,
		      const struct gh_hidden *apart)
{
	static const char *const changes[] = {
		"create table *", "create view *", "create or replace view *", "alter table *",
		NULL,
	};

	if (connection->autocommit != SQL_AUTOCOMMIT_ON ||
	    atomic_load(&connection->sql_transaction))
		return false;
	return facts->kind == GH_KIND_DROP ||
	       (apart->names == NULL && !apart->all && begins_with(facts, changes) &&
		!may_be_temporary(facts->text));
}

/* Nothing is called otherwise after it. */
static bool changes_no_name(const struct gh_facts *facts)
{
	static const char *const changes[] = { "truncate *", NULL };

	return begins_with(facts, changes);
}

/* A CREATE or DROP that is understood changes what the names mean that it writes to. */
static bool add_names(struct gh_hidden *apart, const struct gh_facts *facts)
{
	bool found = false;

	if ((facts->kind != GH_KIND_CREATE && facts->kind != GH_KIND_DROP) ||
	    (facts->flags & GH_FACT_OPAQUE) != 0 || !facts->tables_known)
		return false;
	for (size_t i = 0; i < facts->table_count; i++) {
		if ((facts->tables[i].access & GH_ACCESS_WRITE) == 0)
			continue;
		gh_hidden_add(apart, facts->tables[i].table);
		found = true;
	}
	return found;
}

void gh_hidden_note(struct gh_connection *connection, const struct gh_facts *facts)
{
	struct gh_hidden *apart;

	gh_lock_take(&connection->base.lock);
	if (facts->kind == GH_KIND_CREATE)
		note_shadows(connection, facts);
	apart = gh_catalogue_hidden(connection, GH_HIDDEN_APART);
	if (apart == NULL || !defines_alone(facts) ||
	    (!changes_no_name(facts) && !is_shared(connection, facts, apart) &&
	     !add_names(apart, facts)))
		atomic_store(&connection->moved, true);
	gh_lock_release(&connection->base.lock);
}
