/*
 * Many small allocations that die together: blocks of doubling size in a list.
 */
#include "gatehouse/util.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096 };

struct block {
	struct block *next; /* older */
	size_t used;
	size_t size;
	alignas(max_align_t) char bytes[];
};

struct gh_arena {
	struct block *newest;
	size_t total; /* of all blocks' sizes */
	size_t maximum;
};

enum gh_status gh_arena_new(size_t maximum, struct gh_arena **out)
{
	struct gh_arena *arena = calloc(1, sizeof(*arena));

	*out = arena;
	if (arena == NULL)
		return GH_E_MEMORY;
	arena->maximum = maximum;
	return GH_OK;
}

static void free_blocks(struct block *block)
{
	while (block != NULL) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

void gh_arena_free(struct gh_arena *arena)
{
	if (arena == NULL)
		return;
	free_blocks(arena->newest);
	free(arena);
}

void gh_arena_reset(struct gh_arena *arena)
{
	struct block *newest = arena->newest;

	if (newest == NULL)
		return;
	free_blocks(newest->next);
	newest->next = NULL;
	memset(newest->bytes, 0, newest->used);
	newest->used = 0;
	arena->total = newest->size;
}

static struct block *add_block(struct gh_arena *arena, size_t needed)
{
	size_t size = arena->newest == NULL ? FIRST_BLOCK : arena->newest->size;
	size_t total;
	struct block *block;

	if (arena->newest != NULL && size < ((size_t)1 << 20))
		size *= 2;
	if (size < needed)
		size = needed;
	if (!gh_add_size(arena->total, size, &total) || total > arena->maximum)
		return NULL;
	block = calloc(1, sizeof(*block) + size);
	if (block == NULL)
		return NULL;
	block->size = size;
	block->next = arena->newest;
	arena->newest = block;
	arena->total = total;
	return block;
}

void *gh_arena_alloc(struct gh_arena *arena, size_t size)
{
	const size_t step = alignof(max_align_t);
	struct block *block = arena->newest;
	size_t rounded;
	void *result;

	if (!gh_add_size(size, step - 1, &rounded) || rounded > ((size_t)1 << 40))
		return NULL;
	rounded -= rounded % step;
	if (block == NULL || block->size - block->used < rounded)
		block = add_block(arena, rounded);
	if (block == NULL)
		return NULL;
	result = block->bytes + block->used;
	block->used += rounded;
	return result;
}

char *gh_arena_text(struct gh_arena *arena, struct gh_span span)
{
	size_t size;
	char *text;

	if (!gh_add_size(span.length, 1, &size))
		return NULL;
	text = gh_arena_alloc(arena, size);
	if (text != NULL && span.length > 0)
		memcpy(text, span.bytes, span.length);
	return text;
}
