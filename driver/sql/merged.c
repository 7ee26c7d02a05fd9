/*
 * What a star shows over USING and NATURAL: columns that both sides have come
 * once.  Where they stand differs, so that only the usual ways are told.
 */
#include <string.h>

#include "internal.h"

/* Where merged columns stand: in front of all others, or where the left one is. */
static bool merged_first(const struct gh_sql_analysis *analysis)
{
	return (analysis->dialect->traits & GH_SQL_TRAIT_MERGED_LEFT) == 0;
}

static struct gh_sql_column *column_named(const struct gh_sql_shape *shape, struct gh_span name)
{
	for (size_t i = 0; i < shape->count; i++)
		if (shape->columns[i].name.bytes != NULL &&
		    gh_span_equal_nocase(shape->columns[i].name, name))
			return &shape->columns[i];
	return NULL;
}

static bool is_merged(const struct gh_sql_source *source, const struct gh_sql_shape *left,
		      struct gh_span name)
{
	if (source->natural)
		return column_named(left, name) != NULL;
	for (size_t i = 0; i < source->using_count; i++)
		if (gh_span_equal_nocase(source->using[i]->name, name))
			return true;
	return false;
}

/* A side of a join, and which of its columns are merged. */
struct side {
	struct gh_sql_shape *shape;
	bool *taken;
};

/* Appends the columns of a side that are not merged. */
static bool append(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape, size_t *capacity,
		   const struct side *side)
{
	for (size_t i = 0; i < side->shape->count; i++)
		if (!side->taken[i] &&
		    !gh_sql_shape_add(analysis, shape, capacity, &side->shape->columns[i]))
			return false;
	return true;
}

/* The left side's columns, of which the merged ones get the right side's too. */
static bool merge_left(struct gh_sql_analysis *analysis, const struct side *left,
		       const struct side *right, const struct gh_sql_source *source)
{
	for (size_t i = 0; i < right->shape->count; i++) {
		const struct gh_sql_column *other = &right->shape->columns[i];
		struct gh_sql_column *column;

		if (other->name.bytes == NULL || !is_merged(source, left->shape, other->name))
			continue;
		column = column_named(left->shape, other->name);
		if (column == NULL)
			return true;
		right->taken[i] = true;
		left->taken[column - left->shape->columns] = true;
		if (!gh_sql_set_add(analysis, &column->set, &other->set))
			return false;
	}
	return true;
}

static bool copy_columns(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape)
{
	struct gh_sql_column *columns =
		gh_sql_alloc(analysis, (shape->count + 1) * sizeof(*columns));

	if (columns != NULL && shape->count > 0)
		memcpy(columns, shape->columns, shape->count * sizeof(*columns));
	shape->columns = columns;
	return columns != NULL;
}

/* The merged columns in front: in the order of USING, or of the left side. */
static bool put_merged(struct gh_sql_analysis *analysis, struct gh_sql_shape *result,
		       size_t *capacity, const struct side *left,
		       const struct gh_sql_source *source)
{
	for (size_t i = 0; i < source->using_count; i++) {
		const struct gh_sql_column *column =
			column_named(left->shape, source->using[i]->name);

		if (column != NULL && !gh_sql_shape_add(analysis, result, capacity, column))
			return false;
	}
	for (size_t i = 0; source->using_count == 0 && i < left->shape->count; i++)
		if (left->taken[i] &&
		    !gh_sql_shape_add(analysis, result, capacity, &left->shape->columns[i]))
			return false;
	return true;
}

static bool join(struct gh_sql_analysis *analysis, struct gh_sql_shape *shape,
		 struct gh_sql_shape *other, const struct gh_sql_source *source)
{
	struct gh_sql_shape result = { .known = shape->known && other->known };
	struct side left = { shape, gh_sql_alloc(analysis, shape->count + 1) };
	struct side right = { other, gh_sql_alloc(analysis, other->count + 1) };
	size_t capacity = 0;

	if (left.taken == NULL || right.taken == NULL || !copy_columns(analysis, shape) ||
	    !merge_left(analysis, &left, &right, source))
		return false;
	if (!merged_first(analysis))
		memset(left.taken, 0, shape->count);
	else if (!put_merged(analysis, &result, &capacity, &left, source))
		return false;
	if (!append(analysis, &result, &capacity, &left) ||
	    !append(analysis, &result, &capacity, &right))
		return false;
	*shape = result;
	return true;
}

/* Joins in one row, each side's columns known, and USING in the order of the left side. */
static bool is_plain(const struct gh_sql_select *select, const struct gh_sql_scope *scope)
{
	const struct gh_sql_source *source = select->sources;

	for (size_t i = 0; i < scope->count && source != NULL; i++, source = source->next)
		if (!scope->ranges[i].shape.known || source->unclear || source->comma)
			return false;
	return source == NULL;
}

bool gh_sql_merged_star(struct gh_sql_analysis *analysis, const struct gh_sql_select *select,
			const struct gh_sql_scope *scope, struct gh_sql_range *star)
{
	const struct gh_sql_source *source = select->sources;
	bool plain = is_plain(select, scope);

	if (scope->count == 0)
		return true;
	star->shape = scope->ranges[0].shape;
	for (size_t i = 0; i < scope->count; i++, source = source->next) {
		if (i > 0 && scope->ranges[i].hidden)
			continue;
		if (i > 0 && !join(analysis, &star->shape, &scope->ranges[i].shape, source))
			return false;
		if (!gh_sql_set_add(analysis, &star->shape.all, &scope->ranges[i].shape.all) ||
		    !gh_sql_set_add(analysis, &star->extra, &scope->ranges[i].extra))
			return false;
	}
	if (!plain) {
		star->shape.known = false;
		star->shape.count = 0;
	}
	return true;
}
