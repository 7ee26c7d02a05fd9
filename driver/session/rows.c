/*
 * Bound columns.  The target writes clear columns straight into the
 * application's buffers.  Where a mask stands between, it writes into a shadow
 * of ours, and the application's buffer is written once, with the masked value.
 * Row-wise binding and bind offsets hold for all columns of a statement alike,
 * so with masks present every column then goes through a shadow.
 */
#include "gatehouse/session.h"

#include <stdlib.h>
#include <string.h>

#define SHADOW_BUDGET ((size_t)64 << 20) /* bytes for one column's shadow of a rowset */

enum { LEAST_WIDTH = 4096, MOST_WIDTH = 65536 };

/* What the target can't have written as a length. */
#define LENGTH_UNTOUCHED ((SQLLEN)-77777777)

static struct gh_binding *binding_of(struct gh_statement *statement, size_t column)
{
	return column == 0 ? &statement->bookmark : &statement->bindings[column - 1];
}

struct gh_binding *gh_binding_at(struct gh_statement *statement, SQLUSMALLINT column)
{
	struct gh_binding *bindings = statement->bindings;

	if (column == 0)
		return &statement->bookmark;
	if (column > statement->binding_count) {
		bindings = realloc(bindings, column * sizeof(*bindings));
		if (bindings == NULL)
			return NULL;
		memset(bindings + statement->binding_count, 0,
		       (column - statement->binding_count) * sizeof(*bindings));
		statement->bindings = bindings;
		statement->binding_count = column;
	}
	return &bindings[column - 1];
}

static void free_shadow(struct gh_binding *binding)
{
	gh_free_secret(binding->shadow, binding->shadow_rows * binding->shadow_width);
	free(binding->shadow_lengths);
	binding->shadow = NULL;
	binding->shadow_lengths = NULL;
	binding->shadow_rows = 0;
	binding->shadow_width = 0;
}

void gh_bindings_clear(struct gh_statement *statement)
{
	for (size_t i = 0; i <= statement->binding_count; i++)
		free_shadow(binding_of(statement, i));
	free(statement->bindings);
	statement->bindings = NULL;
	statement->bookmark = (struct gh_binding){ 0 };
	statement->binding_count = 0;
}

static bool is_bound(const struct gh_binding *binding)
{
	return binding->value != NULL || binding->length != NULL || binding->indicator != NULL;
}

/* ---- shadows --------------------------------------------------------------------------- */

/* Bytes of one value, whole where that is bounded; more is masked as truncated. */
static size_t masked_width(const struct gh_column *column, SQLSMALLINT type, SQLULEN rows)
{
	size_t fixed = gh_mask_c_size(type);
	size_t unit = type == SQL_C_WCHAR ? 2 * sizeof(SQLWCHAR) : 4;
	size_t most = SHADOW_BUDGET / (rows == 0 ? 1 : rows);
	size_t width;

	if (fixed > 0)
		return fixed;
	most = most < LEAST_WIDTH ? LEAST_WIDTH : most > MOST_WIDTH ? MOST_WIDTH : most;
	if (column->meta.size == 0 || !gh_mul_size(column->meta.size, unit, &width))
		return most;
	width += 64; /* room for signs, points and terminators of non-text types */
	width = width > most ? most : width;
	return width - width % sizeof(SQLWCHAR);
}

/* A clear column in a shadow has just the application's room, so that it is cut alike. */
static size_t clear_width(const struct gh_binding *binding, SQLSMALLINT type)
{
	size_t fixed = gh_mask_c_size(type);

	if (fixed > 0)
		return fixed;
	return binding->room > 0 ? (size_t)binding->room : 1;
}

static enum gh_status make_shadow(struct gh_binding *binding, size_t width, SQLULEN rows,
				  struct gh_error *err)
{
	size_t bytes;

	if (binding->shadow != NULL && binding->shadow_width == width &&
	    binding->shadow_rows >= rows)
		return GH_OK;
	free_shadow(binding);
	if (!gh_mul_size(width, rows, &bytes))
		return gh_fail(err, GH_E_MEMORY, "%zu rows", (size_t)rows);
	binding->shadow = calloc(1, bytes);
	binding->shadow_lengths = calloc(rows, sizeof(*binding->shadow_lengths));
	binding->shadow_width = width;
	binding->shadow_rows = rows;
	if (binding->shadow == NULL || binding->shadow_lengths == NULL) {
		free_shadow(binding);
		return gh_fail(err, GH_E_MEMORY, "%zu bytes for a rowset", bytes);
	}
	return GH_OK;
}

static SQLSMALLINT real_type(const struct gh_statement *statement, SQLUSMALLINT number,
			     const struct gh_binding *binding)
{
	const struct gh_column *column;

	if (binding->c_type == SQL_C_DEFAULT && number == 0)
		return SQL_C_BOOKMARK;
	if (binding->c_type != SQL_C_DEFAULT || number > statement->plan.count)
		return binding->c_type;
	column = &statement->plan.columns[number - 1];
	return gh_mask_default_c_type(column->meta.sql_type);
}

static enum gh_status bind_shadow(struct gh_statement *statement, SQLUSMALLINT number, SQLULEN rows,
				  struct gh_error *err)
{
	struct gh_binding *binding = binding_of(statement, number);
	struct gh_mask *mask = gh_plan_mask(&statement->plan, number);
	SQLSMALLINT type = real_type(statement, number, binding);
	size_t width;
	enum gh_status status;

	if (mask != NULL)
		type = gh_mask_fetch_type(mask, type);
	if (mask != NULL && type == 0)
		return gh_fail(err, GH_E_C_TYPE, "column %u is masked and has no C type %d",
			       (unsigned)number, (int)binding->c_type);
	width = mask != NULL ? masked_width(&statement->plan.columns[number - 1], type, rows)
			     : clear_width(binding, type);
	status = make_shadow(binding, width, rows, err);
	if (status != GH_OK)
		return status;
	binding->shadow_type = type;
	binding->shadowed = true;
	if (!SQL_SUCCEEDED(statement->functions->SQLBindCol(statement->target, number, type,
							    binding->shadow, (SQLLEN)width,
							    binding->shadow_lengths)))
		return gh_fail(err, GH_E_C_TYPE,
			       "column %u is masked and the target cannot give it as C type %d",
			       (unsigned)number, (int)type);
	return GH_OK;
}

/* The target writes this column nowhere. */
static enum gh_status bind_nowhere(struct gh_statement *statement, SQLUSMALLINT number,
				   struct gh_error *err)
{
	struct gh_binding *binding = &statement->bindings[number - 1];

	if (!SQL_SUCCEEDED(statement->functions->SQLBindCol(statement->target, number,
							    binding->c_type, NULL, 0, NULL)))
		return gh_fail(err, GH_E_INDEX, "column %u", (unsigned)number);
	binding->shadowed = true;
	free_shadow(binding);
	return GH_OK;
}

/* The target writes to the application again. */
static enum gh_status bind_directly(struct gh_statement *statement, SQLUSMALLINT number,
				    struct gh_error *err)
{
	struct gh_binding *binding = binding_of(statement, number);

	if (!SQL_SUCCEEDED(statement->functions->SQLBindCol(statement->target, number,
							    binding->c_type, binding->value,
							    binding->room, binding->indicator)))
		return gh_fail(err, GH_E_C_TYPE, "column %u", (unsigned)number);
	binding->shadowed = false;
	free_shadow(binding);
	return GH_OK;
}

/* ---- attributes that hold for all columns ------------------------------------------------ */

static bool set_attribute(struct gh_statement *statement, SQLINTEGER attribute, const void *value)
{
	const struct gh_functions *functions = statement->functions;
	enum gh_width width = functions->SQLSetStmtAttr[GH_WIDE] != NULL ? GH_WIDE : GH_NARROW;

	return functions->SQLSetStmtAttr[width] != NULL &&
	       SQL_SUCCEEDED(functions->SQLSetStmtAttr[width](
		       statement->target, attribute, (SQLPOINTER)(uintptr_t)value, SQL_IS_POINTER));
}

static bool needs_all_shadowed(const struct gh_statement *statement)
{
	const struct gh_rowset *rowset = &statement->rowset;

	return statement->plan.masked &&
	       (rowset->bind_type != SQL_BIND_BY_COLUMN || rowset->offset != NULL);
}

enum layout {
	LAYOUT_GIVEN = 0, /* the application's */
	LAYOUT_SHADOWS,   /* column-wise and without offset, for every column */
};

static enum gh_status set_layout(struct gh_statement *statement, enum layout layout,
				 struct gh_error *err)
{
	struct gh_rowset *rowset = &statement->rowset;
	bool all_shadowed = layout == LAYOUT_SHADOWS;
	const void *type =
		(const void *)(uintptr_t)(all_shadowed ? SQL_BIND_BY_COLUMN : rowset->bind_type);

	if (rowset->all_shadowed == all_shadowed && !rowset->layout_stale)
		return GH_OK;
	if (!set_attribute(statement, SQL_ATTR_ROW_BIND_TYPE, type) ||
	    !set_attribute(statement, SQL_ATTR_ROW_BIND_OFFSET_PTR,
			   all_shadowed ? NULL : rowset->offset))
		return gh_fail(err, GH_E_ATTRIBUTE, "the target does not change its row binding");
	rowset->all_shadowed = all_shadowed;
	rowset->layout_stale = false;
	return GH_OK;
}

/*
 * A target may keep the array that it was given (MariaDB's driver also that of
 * SQLExtendedFetch), so it is told of the new one before the old one is freed.
 */
SQLUSMALLINT *gh_rows_status(struct gh_statement *statement, SQLULEN rows)
{
	struct gh_rowset *rowset = &statement->rowset;
	SQLUSMALLINT *places;

	if (rowset->own_status_count >= rows)
		return rowset->own_status;
	places = calloc(rows, sizeof(*places));
	if (places == NULL)
		return NULL;
	if (!set_attribute(statement, SQL_ATTR_ROW_STATUS_PTR,
			   rowset->status != NULL ? rowset->status : places)) {
		free(places);
		return NULL;
	}
	free(rowset->own_status);
	rowset->own_status = places;
	rowset->own_status_count = rows;
	return places;
}

/* We must know which rows were fetched, also where the application does not ask. */
static enum gh_status take_places(struct gh_statement *statement, SQLULEN rows,
				  struct gh_error *err)
{
	struct gh_rowset *rowset = &statement->rowset;

	if (rowset->own_places && rowset->own_status_count >= rows)
		return GH_OK;
	if (gh_rows_status(statement, rows) == NULL)
		return gh_fail(err, GH_E_MEMORY, "row status");
	if ((rowset->status == NULL &&
	     !set_attribute(statement, SQL_ATTR_ROW_STATUS_PTR, rowset->own_status)) ||
	    (rowset->fetched == NULL &&
	     !set_attribute(statement, SQL_ATTR_ROWS_FETCHED_PTR, &rowset->own_fetched)))
		return gh_fail(err, GH_E_ATTRIBUTE,
			       "the target does not tell which rows it fetched");
	rowset->own_places = true;
	return GH_OK;
}

static enum gh_status bind_column(struct gh_statement *statement, SQLUSMALLINT number, SQLULEN rows,
				  struct gh_error *err)
{
	const struct gh_binding *binding = binding_of(statement, number);

	if (is_bound(binding) && gh_plan_lacks(&statement->plan, number))
		return bind_nowhere(statement, number, err);
	if (is_bound(binding) &&
	    (statement->rowset.all_shadowed || gh_plan_mask(&statement->plan, number) != NULL))
		return bind_shadow(statement, number, rows, err);
	return binding->shadowed ? bind_directly(statement, number, err) : GH_OK;
}

enum gh_status gh_rows_prepare(struct gh_statement *statement, SQLULEN rows, struct gh_error *err)
{
	enum gh_status status = set_layout(
		statement, needs_all_shadowed(statement) ? LAYOUT_SHADOWS : LAYOUT_GIVEN, err);

	/* a target may take a size of 0 for 1 */
	rows = rows == 0 ? 1 : rows;
	/* once the target has our array it has to fit every later rowset, masked or not */
	if (status == GH_OK &&
	    ((statement->plan.masked && rows > 1) || statement->rowset.own_status != NULL))
		status = take_places(statement, rows, err);
	for (size_t i = 0; i <= statement->binding_count && status == GH_OK; i++)
		status = bind_column(statement, (SQLUSMALLINT)i, rows, err);
	statement->rowset.ready = status == GH_OK;
	return status;
}

static enum gh_status expose_column(struct gh_statement *statement, SQLUSMALLINT number,
				    struct gh_error *err)
{
	const struct gh_binding *binding = binding_of(statement, number);

	if (!is_bound(binding))
		return GH_OK;
	if (gh_plan_mask(&statement->plan, number) != NULL ||
	    gh_plan_lacks(&statement->plan, number))
		return bind_nowhere(statement, number, err);
	return binding->shadowed ? bind_directly(statement, number, err) : GH_OK;
}

enum gh_status gh_rows_expose(struct gh_statement *statement, struct gh_error *err)
{
	enum gh_status status;

	if (!statement->plan.masked)
		return GH_OK;
	statement->rowset.ready = false;
	status = set_layout(statement, LAYOUT_GIVEN, err);
	for (size_t i = 0; i <= statement->binding_count && status == GH_OK; i++)
		status = expose_column(statement, (SQLUSMALLINT)i, err);
	return status;
}

/* ---- delivery ------------------------------------------------------------------------------ */

/* Where the application wants row `row` of something that is `size` bytes wide by column. */
static void *place(const struct gh_rowset *rowset, void *base, SQLULEN row, size_t size)
{
	char *at = base;

	if (base == NULL)
		return NULL;
	if (rowset->offset != NULL)
		at += *rowset->offset;
	return at + row * (rowset->bind_type == SQL_BIND_BY_COLUMN ? size : rowset->bind_type);
}

static void locate(const struct gh_statement *statement, const struct gh_binding *binding,
		   SQLSMALLINT type, SQLULEN row, struct gh_mask_buffer *out)
{
	const struct gh_rowset *rowset = &statement->rowset;
	size_t fixed = gh_mask_c_size(type);
	size_t width = fixed > 0 ? fixed : binding->room > 0 ? (size_t)binding->room : 0;

	out->c_type = type;
	out->target = place(rowset, binding->value, row, width);
	out->room = binding->room;
	out->length = place(rowset, binding->length, row, sizeof(SQLLEN));
	out->indicator = place(rowset, binding->indicator, row, sizeof(SQLLEN));
}

bool gh_rows_writes(const struct gh_statement *statement, SQLUSMALLINT column,
		    const struct gh_row_range *range)
{
	const struct gh_rowset *rowset = &statement->rowset;
	const struct gh_binding *binding = &statement->bindings[column - 1];

	if (!is_bound(binding))
		return false;
	/* where there may be no buffer to look at */
	if (range->first > rowset->array_size && range->first > rowset->rowset_size)
		return true;
	for (SQLULEN row = range->first; row < range->first + range->count; row++) {
		const SQLLEN *length = place(rowset, binding->length, row, sizeof(SQLLEN));

		if (range->count > 1 && rowset->operation != NULL &&
		    rowset->operation[row] == SQL_ROW_IGNORE)
			continue;
		if (length == NULL || *length != SQL_COLUMN_IGNORE)
			return true;
	}
	return false;
}

/* True if the target had more bytes than it put into the shadow. */
static bool was_cut(const struct gh_binding *binding, SQLLEN length)
{
	size_t terminator = binding->shadow_type == SQL_C_CHAR    ? 1
			    : binding->shadow_type == SQL_C_WCHAR ? sizeof(SQLWCHAR)
								  : 0;

	if (gh_mask_c_size(binding->shadow_type) > 0)
		return false;
	return length == SQL_NO_TOTAL || length < 0 ||
	       (size_t)length + terminator > binding->shadow_width;
}

static SQLRETURN deliver_masked(struct gh_statement *statement, SQLUSMALLINT number, SQLULEN row)
{
	struct gh_binding *binding = &statement->bindings[number - 1];
	SQLSMALLINT wanted = real_type(statement, number, binding);
	SQLLEN length = binding->shadow_lengths[row];
	bool is_null = length == SQL_NULL_DATA;
	bool cut = !is_null && was_cut(binding, length);
	enum gh_mask_clear given = cut ? GH_MASK_CLEAR_CUT : GH_MASK_CLEAR_WHOLE;
	char *bytes = binding->shadow + row * binding->shadow_width;
	size_t fixed = gh_mask_c_size(binding->shadow_type);
	struct gh_span clear = { bytes, fixed > 0 ? fixed : cut || is_null ? 0 : (size_t)length };
	struct gh_mask_value value = { 0 };
	struct gh_mask_buffer buffer = { 0 };
	const char *state = NULL;
	size_t offset = 0;
	SQLRETURN code;

	if (is_null)
		given = GH_MASK_CLEAR_NULL;
	(void)gh_mask_apply(gh_plan_mask(&statement->plan, number), clear, given, wanted, &value);
	gh_wipe(bytes, cut ? binding->shadow_width : clear.length);
	locate(statement, binding, wanted, row, &buffer);
	/* a mask that gives NULL can't where the application has no place for it */
	if (value.is_null && !is_null && buffer.indicator == NULL)
		gh_mask_fallback(gh_plan_mask(&statement->plan, number), wanted, &value);
	code = gh_mask_deliver(&value, &buffer, &offset, &state);
	if (code == SQL_ERROR)
		gh_diag_add_state(&statement->base.diag, state != NULL ? state : "HY000",
				  "a masked value could not be delivered");
	else if (code == SQL_SUCCESS_WITH_INFO)
		gh_diag_add_state(&statement->base.diag, "01004", "String data, right truncated");
	return code;
}

static size_t terminator_of(SQLSMALLINT type)
{
	if (type == SQL_C_CHAR)
		return 1;
	return type == SQL_C_WCHAR ? sizeof(SQLWCHAR) : 0;
}

/* Bytes that the target would have written into the application's room, which a fixed type has. */
static size_t clear_size(const struct gh_binding *binding, SQLLEN length)
{
	size_t most = binding->room > 0 ? (size_t)binding->room : 0;
	size_t whole;

	if (gh_mask_c_size(binding->shadow_type) > 0)
		return binding->shadow_width;
	most = most < binding->shadow_width ? most : binding->shadow_width;
	if (length < 0 || was_cut(binding, length))
		return most;
	whole = (size_t)length + terminator_of(binding->shadow_type);
	return whole < most ? whole : most;
}

/* Copies what the target would have written: up to the cut, with its terminator. */
static void deliver_clear(struct gh_statement *statement, SQLUSMALLINT number, SQLULEN row)
{
	struct gh_binding *binding = binding_of(statement, number);
	SQLLEN length = binding->shadow_lengths[row];
	char *bytes = binding->shadow + row * binding->shadow_width;
	struct gh_mask_buffer buffer = { 0 };
	size_t count = clear_size(binding, length);

	locate(statement, binding, binding->shadow_type, row, &buffer);
	if (buffer.target != NULL && length != SQL_NULL_DATA && count > 0)
		memcpy(buffer.target, bytes, count);
	gh_wipe(bytes, binding->shadow_width);
	if (buffer.indicator != NULL && length == SQL_NULL_DATA)
		*buffer.indicator = length;
	else if (buffer.length != NULL)
		*buffer.length = length;
}

static SQLRETURN worse(SQLRETURN a, SQLRETURN b)
{
	if (a == SQL_ERROR || b == SQL_ERROR)
		return SQL_ERROR;
	return b == SQL_SUCCESS_WITH_INFO ? b : a;
}

static SQLRETURN deliver_row(struct gh_statement *statement, SQLULEN row)
{
	SQLRETURN code = SQL_SUCCESS;

	for (size_t i = 0; i <= statement->binding_count; i++) {
		const struct gh_binding *binding = binding_of(statement, i);
		SQLUSMALLINT number = (SQLUSMALLINT)i;

		if (!binding->shadowed || row >= binding->shadow_rows ||
		    binding->shadow_lengths[row] == LENGTH_UNTOUCHED)
			continue;
		if (gh_plan_mask(&statement->plan, number) != NULL)
			code = worse(code, deliver_masked(statement, number, row));
		else
			deliver_clear(statement, number, row);
	}
	return code;
}

static bool has_data(SQLUSMALLINT status)
{
	return status == SQL_ROW_SUCCESS || status == SQL_ROW_SUCCESS_WITH_INFO ||
	       status == SQL_ROW_UPDATED || status == SQL_ROW_ADDED;
}

SQLRETURN gh_rows_deliver(struct gh_statement *statement, SQLULEN rows, const SQLUSMALLINT *status,
			  SQLRETURN code)
{
	for (SQLULEN row = 0; row < rows; row++)
		if (status == NULL || has_data(status[row]))
			code = worse(code, deliver_row(statement, row));
	return code;
}

/* ---- rows that are brought again -------------------------------------------------------- */

/* The application's bookmarks, where the target reads a shadow instead. */
static void take_bookmarks(struct gh_statement *statement)
{
	struct gh_binding *binding = &statement->bookmark;
	SQLULEN rows = statement->rowset.array_size;

	for (SQLULEN row = 0; row < rows && row < binding->shadow_rows; row++) {
		struct gh_mask_buffer from = { 0 };

		locate(statement, binding, binding->shadow_type, row, &from);
		if (from.target != NULL)
			memcpy(binding->shadow + row * binding->shadow_width, from.target,
			       binding->shadow_width);
		if (from.length != NULL)
			binding->shadow_lengths[row] = *from.length;
	}
}

void gh_rows_expect(struct gh_statement *statement)
{
	for (size_t i = 0; i <= statement->binding_count; i++) {
		struct gh_binding *binding = binding_of(statement, i);

		for (SQLULEN row = 0; row < binding->shadow_rows; row++)
			binding->shadow_lengths[row] = LENGTH_UNTOUCHED;
	}
	if (statement->bookmark.shadowed)
		take_bookmarks(statement);
}

/* Values of rows that nobody asked for, and what a failing call left. */
static void wipe_shadows(struct gh_statement *statement)
{
	for (size_t i = 0; i <= statement->binding_count; i++) {
		struct gh_binding *binding = binding_of(statement, i);

		if (!binding->shadowed || binding->shadow == NULL)
			continue;
		gh_wipe(binding->shadow, binding->shadow_rows * binding->shadow_width);
		memset(binding->shadow_lengths, 0,
		       binding->shadow_rows * sizeof(*binding->shadow_lengths));
	}
}

SQLRETURN gh_rows_deliver_again(struct gh_statement *statement, const struct gh_row_range *range,
				SQLRETURN code)
{
	if (SQL_SUCCEEDED(code))
		for (SQLULEN row = range->first; row < range->first + range->count; row++)
			code = worse(code, deliver_row(statement, row));
	wipe_shadows(statement);
	return code;
}
