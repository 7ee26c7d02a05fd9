/*
 * The operating system's user and groups.  A user without a name is "uid:N",
 * a group without one "gid:N": a rule can't match by accident what has no name.
 */
#include "internal.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RECORD_FIRST 1024
#define RECORD_MAXIMUM ((size_t)1 << 20)

/* Room for a record of the user database; the buffer's bytes may be written up to capacity. */
static bool grow_room(struct gh_buf *room)
{
	size_t size = room->capacity == 0 ? RECORD_FIRST : room->capacity * 2;

	return size <= RECORD_MAXIMUM && gh_buf_reserve(room, size - 1) == GH_OK;
}

/* The user's name and first group; *name stays NULL where there is none. */
static void look_up_user(struct gh_identity *identity, const char **name, gid_t *group)
{
	struct passwd record, *found = NULL;
	struct gh_buf room;
	int failed = ERANGE;

	*name = NULL;
	*group = (gid_t)-1;
	gh_buf_init(&room, RECORD_MAXIMUM);
	while (failed == ERANGE && grow_room(&room))
		failed = getpwuid_r((uid_t)identity->principal.process.uid, &record, room.bytes,
				    room.capacity, &found);
	if (found != NULL) {
		*name = gh_identity_keep(identity, gh_span_from(found->pw_name),
					 GH_IDENTITY_NAME_MAXIMUM);
		*group = found->pw_gid;
	}
	gh_buf_clear(&room);
}

static const char *group_name(struct gh_identity *identity, gid_t id)
{
	struct group record, *found = NULL;
	const char *name = NULL;
	struct gh_buf room;
	int failed = ERANGE;
	char number[32];

	gh_buf_init(&room, RECORD_MAXIMUM);
	while (failed == ERANGE && grow_room(&room))
		failed = getgrgid_r(id, &record, room.bytes, room.capacity, &found);
	snprintf(number, sizeof(number), "gid:%lu", (unsigned long)id);
	if (found != NULL)
		name = gh_identity_keep(identity, gh_span_from(found->gr_name),
					GH_IDENTITY_NAME_MAXIMUM);
	if (name == NULL)
		name = gh_identity_keep(identity, gh_span_from(number), sizeof(number));
	gh_buf_clear(&room);
	return name;
}

/*
 * The groups of the process: the kernel's word for our own, the database's for
 * any other.  With `room` 0 only counts.  -1: failed.
 */
static int group_ids(const struct gh_identity *identity, const char *name, gid_t first, gid_t *ids,
		     int room)
{
	int count = room;

	if (identity->own)
		return getgroups(room, ids);
	if (name == NULL || first == (gid_t)-1)
		return 0;
	/* answers -1 where there are more than fit, and tells how many there are */
	if (getgrouplist(name, first, ids, &count) < 0 && room > 0)
		return -1;
	return count;
}

static bool seen(const gid_t *ids, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == ids[count])
			return true;
	return false;
}

/* A list that is not whole is a failure: a group may be what forbids. */
static void find_groups(struct gh_identity *identity, const char *name, gid_t first)
{
	struct gh_principal *principal = &identity->principal;
	int count = group_ids(identity, name, first, NULL, 0);
	size_t room = count < 0 ? 0 : (size_t)count;
	gid_t *ids = gh_arena_alloc(identity->arena, (room + 1) * sizeof(*ids));
	const char **names = gh_arena_alloc(identity->arena, (room + 1) * sizeof(*names));

	if (ids != NULL && room > 0)
		count = group_ids(identity, name, first, ids, (int)room);
	identity->failed = identity->failed || ids == NULL || names == NULL || count < 0;
	if (identity->failed)
		return;
	/* the real group need not be among the supplementary ones */
	if (identity->own)
		ids[count++] = getgid();
	for (size_t i = 0; i < (size_t)count; i++)
		if (!seen(ids, i))
			names[principal->group_count++] = group_name(identity, ids[i]);
	principal->groups = names;
}

void gh_identity_find_user(struct gh_identity *identity)
{
	struct gh_principal *principal = &identity->principal;
	char number[32];
	const char *name;
	gid_t first;

	look_up_user(identity, &name, &first);
	snprintf(number, sizeof(number), "uid:%lld", (long long)principal->process.uid);
	principal->kind = GH_PRINCIPAL_PERSON;
	principal->assurance = GH_ASSURANCE_ASSERTED;
	principal->issuer = "os";
	principal->subject = name != NULL ? name : gh_identity_keep(identity, gh_span_from(number),
								    sizeof(number));
	find_groups(identity, name, first);
}
