/*
 * Bound columns.  The target writes clear columns straight into the
 * application's buffers.  Where a mask stands between, it writes into a shadow
 * of ours, and the application's buffer is written once, with the masked value.
 * Row-wise binding and bind offsets hold for all columns of a statement alike,
 * so with masks present every column then goes through a shadow.
 *
 * Shadows are bound in the target's implicit row descriptor only.  A statement
 * with an explicit one is detached from it at the target while masks stand
 * between, since other statements may share it (doc/design/descriptors.md).
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- one column at the target ------------------------------------------------------------- */

/* The shadow of a column, made if needed; NULL when memory ran out. */
static struct gh_shadow *shadow_at(struct gh_rowset *rowset, SQLUSMALLINT column)
{
	struct gh_shadow *shadows = rowset->shadows;

	if (column == 0)
		return &rowset->bookmark;
	if (column > rowset->shadow_count) {
		shadows = realloc(shadows, column * sizeof(*shadows));
		if (shadows == NULL)
			return NULL;
		memset(shadows + rowset->shadow_count, 0,
		       (column - rowset->shadow_count) * sizeof(*shadows));
		rowset->shadows = shadows;
		rowset->shadow_count = column;
	}
	return &shadows[column - 1];
}

/* The same where it is known to be there: `column` is at most shadow_count. */
static struct gh_shadow *shadow_of(struct gh_rowset *rowset, size_t column)
{
	return column == 0 ? &rowset->bookmark : &rowset->shadows[column - 1];
}

static bool is_replaced(struct gh_rowset *rowset, SQLUSMALLINT column)
{
	return column <= rowset->shadow_count && shadow_of(rowset, column)->bound;
}

/* What SQLBindCol can't say: it takes one pointer for two, and no precision. */
static bool set_fields(struct gh_statement *statement, SQLUSMALLINT number,
		       const struct gh_binding *binding)
{
	const struct {
		SQLSMALLINT field;
		SQLPOINTER value;
	} fields[] = {
		{ SQL_DESC_PRECISION, (SQLPOINTER)(intptr_t)binding->precision },
		{ SQL_DESC_SCALE, (SQLPOINTER)(intptr_t)binding->scale },
		{ SQL_DESC_OCTET_LENGTH_PTR, binding->length },
		{ SQL_DESC_INDICATOR_PTR, binding->indicator },
		{ SQL_DESC_DATA_PTR, binding->value },
	};
	const struct gh_functions *functions = statement->functions;
	enum gh_width width = functions->SQLSetDescField[GH_WIDE] != NULL ? GH_WIDE : GH_NARROW;
	SQLHDESC target = gh_descriptor_target(&statement->descriptors[GH_DESCRIPTOR_ARD]);
	bool all = target != SQL_NULL_HDESC && functions->SQLSetDescField[width] != NULL;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]) && all; i++) {
		SQLRETURN code = functions->SQLSetDescField[width](
			target, (SQLSMALLINT)number, fields[i].field, fields[i].value, 0);

		/* a driver may know precision of numbers only; the pointers it must take */
		all = SQL_SUCCEEDED(code) || fields[i].field == SQL_DESC_PRECISION ||
		      fields[i].field == SQL_DESC_SCALE;
	}
	return all;
}

static bool bind_target(struct gh_statement *statement, SQLUSMALLINT number,
			const struct gh_binding *binding)
{
	if (!SQL_SUCCEEDED(statement->functions->SQLBindCol(statement->target, number,
							    binding->c_type, binding->value,
							    binding->room, binding->length)))
		return false;
	return !binding->by_fields || set_fields(statement, number, binding);
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
	const struct gh_binding *binding = gh_buffers_bound(&statement->ard->buffers, number);
	struct gh_shadow *shadow = shadow_at(&statement->rowset, number);
	struct gh_mask *mask = gh_plan_mask(&statement->plan, number);
	struct gh_binding own = *binding;
	size_t width;
	enum gh_status status;

	own.c_type = real_type(statement, number, binding);
	if (mask != NULL)
		own.c_type = gh_mask_fetch_type(mask, own.c_type);
	if (mask != NULL && own.c_type == 0)
		return gh_fail(err, GH_E_C_TYPE, "column %u is masked and has no C type %d",
			       (unsigned)number, (int)binding->c_type);
	width = mask != NULL ? gh_shadow_masked_width(&statement->plan.columns[number - 1].meta,
						      own.c_type, rows)
			     : gh_shadow_clear_width(binding, own.c_type);
	status = shadow == NULL ? gh_fail(err, GH_E_MEMORY, "shadow")
				: gh_shadow_make(shadow, width, rows, err);
	if (status != GH_OK)
		return status;
	shadow->type = own.c_type;
	shadow->bound = true;
	own.value = shadow->bytes;
	own.room = (SQLLEN)width;
	own.length = own.indicator = shadow->lengths;
	own.by_fields = mask == NULL && binding->by_fields;
	if (!bind_target(statement, number, &own))
		return gh_fail(err, GH_E_C_TYPE,
			       "column %u is masked and the target cannot give it as C type %d",
			       (unsigned)number, (int)own.c_type);
	return GH_OK;
}

/* The target writes this column nowhere. */
static enum gh_status bind_nowhere(struct gh_statement *statement, SQLUSMALLINT number,
				   struct gh_error *err)
{
	const struct gh_binding *binding = gh_buffers_bound(&statement->ard->buffers, number);
	const struct gh_binding none = { .c_type = binding != NULL ? binding->c_type : SQL_C_CHAR };
	struct gh_shadow *shadow = shadow_at(&statement->rowset, number);

	if (shadow == NULL)
		return gh_fail(err, GH_E_MEMORY, "shadow");
	if (!bind_target(statement, number, &none))
		return gh_fail(err, GH_E_INDEX, "column %u", (unsigned)number);
	shadow->bound = true;
	gh_shadow_clear(shadow);
	return GH_OK;
}

/* The target's implicit descriptor has the application's binding again, or none. */
static enum gh_status bind_directly(struct gh_statement *statement, SQLUSMALLINT number,
				    struct gh_error *err)
{
	const struct gh_buffers *buffers = &statement->descriptors[GH_DESCRIPTOR_ARD].buffers;
	const struct gh_binding *binding = gh_buffers_bound(buffers, number);
	const struct gh_binding none = { .c_type = SQL_C_CHAR };
	struct gh_shadow *shadow = shadow_of(&statement->rowset, number);

	if (bind_target(statement, number, binding != NULL ? binding : &none)) {
		shadow->bound = false;
		gh_shadow_clear(shadow);
		return GH_OK;
	}
	/* libmaodbc binds nothing beyond the open result, which writes nothing there either */
	if (number > statement->plan.count)
		return GH_OK;
	return gh_fail(err, GH_E_C_TYPE, "column %u", (unsigned)number);
}

/* ---- attributes that hold for all columns ------------------------------------------------ */

SQLRETURN gh_statement_set_target(struct gh_statement *statement, SQLINTEGER attribute,
				  const void *value)
{
	const struct gh_functions *functions = statement->functions;
	enum gh_width width = functions->SQLSetStmtAttr[GH_WIDE] != NULL ? GH_WIDE : GH_NARROW;

	if (functions->SQLSetStmtAttr[width] == NULL)
		return SQL_ERROR;
	return functions->SQLSetStmtAttr[width](statement->target, attribute,
						(SQLPOINTER)(uintptr_t)value, SQL_IS_POINTER);
}

static bool set(struct gh_statement *statement, SQLINTEGER attribute, const void *value)
{
	return SQL_SUCCEEDED(gh_statement_set_target(statement, attribute, value));
}

/* Bind type and offset of the target's current row descriptor. */
static enum gh_status set_layout(struct gh_statement *statement, const struct gh_buffers *buffers,
				 struct gh_error *err)
{
	const void *type = (const void *)(uintptr_t)buffers->bind_type;

	if (!set(statement, SQL_ATTR_ROW_BIND_TYPE, type) ||
	    !set(statement, SQL_ATTR_ROW_BIND_OFFSET_PTR, buffers->offset))
		return gh_fail(err, GH_E_ATTRIBUTE, "the target does not change its row binding");
	return GH_OK;
}

static bool needs_all_shadowed(const struct gh_statement *statement)
{
	const struct gh_buffers *buffers = &statement->ard->buffers;

	return statement->rowset.detached ||
	       (statement->plan.masked &&
		(buffers->bind_type != SQL_BIND_BY_COLUMN || buffers->offset != NULL));
}

static enum gh_status fit_layout(struct gh_statement *statement, struct gh_error *err)
{
	const struct gh_buffers by_column = { .bind_type = SQL_BIND_BY_COLUMN };
	const struct gh_buffers *buffers = &statement->ard->buffers;
	struct gh_rowset *rowset = &statement->rowset;
	bool all_shadowed = needs_all_shadowed(statement);
	bool unsure = statement->plan.masked && buffers->by_fields;
	enum gh_status status;

	if (rowset->all_shadowed == all_shadowed && !rowset->layout_stale && !unsure)
		return GH_OK;
	status = set_layout(statement, all_shadowed ? &by_column : buffers, err);
	if (status != GH_OK)
		return status;
	rowset->all_shadowed = all_shadowed;
	rowset->layout_stale = false;
	return GH_OK;
}

/* psqlODBC 13.02 fetches nothing through a descriptor that never had a binding. */
void gh_rows_awaken(struct gh_statement *statement)
{
	const struct gh_buffers *buffers = &statement->descriptors[GH_DESCRIPTOR_ARD].buffers;

	if (gh_buffers_bound(buffers, 1) == NULL)
		(void)statement->functions->SQLBindCol(statement->target, 1, SQL_C_CHAR, NULL, 0,
						       NULL);
}

static enum gh_status set_size(struct gh_statement *statement, SQLULEN rows, struct gh_error *err)
{
	if (!set(statement, SQL_ATTR_ROW_ARRAY_SIZE, (const void *)(uintptr_t)rows))
		return gh_fail(err, GH_E_ATTRIBUTE, "the target does not change its row array");
	return GH_OK;
}

/*
 * The target's implicit descriptor stands for the explicit one: shadows in that
 * would be written to by every statement that shares it.
 */
static enum gh_status detach(struct gh_statement *statement, struct gh_error *err)
{
	struct gh_rowset *rowset = &statement->rowset;

	if (!rowset->detached && !set(statement, SQL_ATTR_APP_ROW_DESC, SQL_NULL_HDESC))
		return gh_fail(err, GH_E_ATTRIBUTE,
			       "the target does not go back to its own row descriptor");
	if (!rowset->detached)
		gh_rows_awaken(statement);
	rowset->detached = true;
	return set_size(statement, statement->ard->buffers.array_size, err);
}

static enum gh_status attach(struct gh_statement *statement, struct gh_error *err)
{
	struct gh_rowset *rowset = &statement->rowset;
	enum gh_status status = set_size(
		statement, statement->descriptors[GH_DESCRIPTOR_ARD].buffers.array_size, err);

	if (status != GH_OK)
		return status;
	if (!set(statement, SQL_ATTR_APP_ROW_DESC, statement->ard->target))
		return gh_fail(err, GH_E_ATTRIBUTE, "the target does not take its descriptor back");
	rowset->detached = false;
	return GH_OK;
}

enum gh_status gh_rows_restore(struct gh_statement *statement, struct gh_error *err)
{
	struct gh_rowset *rowset = &statement->rowset;
	enum gh_status status = GH_OK;

	if (statement->running != NULL || statement->change.pending)
		return gh_fail(err, GH_E_SEQUENCE, "the target still uses what is bound");
	rowset->ready = false;
	for (size_t i = 0; i <= rowset->shadow_count && status == GH_OK; i++)
		if (shadow_of(rowset, i)->bound)
			status = bind_directly(statement, (SQLUSMALLINT)i, err);
	if (status == GH_OK && (rowset->all_shadowed || rowset->detached)) {
		status = set_layout(statement, &statement->descriptors[GH_DESCRIPTOR_ARD].buffers,
				    err);
		rowset->all_shadowed = status != GH_OK;
	}
	if (status == GH_OK && rowset->detached)
		status = attach(statement, err);
	return status;
}

void gh_rows_bound(struct gh_statement *statement, SQLUSMALLINT column)
{
	struct gh_rowset *rowset = &statement->rowset;

	statement->ard->buffers.version++;
	if (statement->ard->statement != NULL && is_replaced(rowset, column))
		shadow_of(rowset, column)->bound = false;
}

void gh_rows_unbound(struct gh_statement *statement)
{
	struct gh_rowset *rowset = &statement->rowset;

	for (size_t i = 0; i <= rowset->shadow_count; i++)
		gh_shadow_clear(shadow_of(rowset, i));
	free(rowset->shadows);
	rowset->shadows = NULL;
	rowset->bookmark = (struct gh_shadow){ 0 };
	rowset->shadow_count = 0;
	rowset->ready = false;
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
	if (!set(statement, SQL_ATTR_ROW_STATUS_PTR,
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
	     !set(statement, SQL_ATTR_ROW_STATUS_PTR, rowset->own_status)) ||
	    (rowset->fetched == NULL &&
	     !set(statement, SQL_ATTR_ROWS_FETCHED_PTR, &rowset->own_fetched)))
		return gh_fail(err, GH_E_ATTRIBUTE,
			       "the target does not tell which rows it fetched");
	rowset->own_places = true;
	return GH_OK;
}

/* True for a column that the target may write, without our knowing where to. */
static bool may_be_bound(const struct gh_statement *statement, SQLUSMALLINT number)
{
	const struct gh_buffers *own = &statement->descriptors[GH_DESCRIPTOR_ARD].buffers;

	if (statement->rowset.detached && gh_buffers_bound(own, number) != NULL)
		return true;
	return (own->by_fields || statement->ard->buffers.by_fields) &&
	       gh_plan_between(&statement->plan, number);
}

static enum gh_status bind_column(struct gh_statement *statement, SQLUSMALLINT number, SQLULEN rows,
				  struct gh_error *err)
{
	bool bound = gh_buffers_bound(&statement->ard->buffers, number) != NULL;

	gh_plan_release(&statement->plan, number);
	if (bound && gh_plan_refuses(statement, number))
		return bind_nowhere(statement, number, err);
	if (bound &&
	    (statement->rowset.all_shadowed || gh_plan_between(&statement->plan, number)))
		return bind_shadow(statement, number, rows, err);
	if (!bound && may_be_bound(statement, number))
		return bind_nowhere(statement, number, err);
	return is_replaced(&statement->rowset, number) ? bind_directly(statement, number, err)
						       : GH_OK;
}

/* Every column that the application, the target or a shadow may know of. */
static size_t most_columns(const struct gh_statement *statement)
{
	const size_t counts[] = {
		statement->ard->buffers.binding_count,
		statement->rowset.shadow_count,
		statement->descriptors[GH_DESCRIPTOR_ARD].buffers.binding_count,
		statement->ard->buffers.by_fields ? statement->plan.count : 0,
	};
	size_t most = 0;

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		most = counts[i] > most ? counts[i] : most;
	return most;
}

static bool has_refused(const struct gh_statement *statement)
{
	const struct gh_buffers *buffers = &statement->ard->buffers;

	for (size_t i = 0; i < buffers->binding_count; i++)
		if (gh_buffers_bound(buffers, (SQLUSMALLINT)(i + 1)) != NULL &&
		    gh_plan_refuses(statement, (SQLUSMALLINT)(i + 1)))
			return true;
	return false;
}

static enum gh_status fit_descriptor(struct gh_statement *statement, struct gh_error *err)
{
	bool is_explicit = statement->ard->statement == NULL;

	if (is_explicit && (statement->plan.masked || has_refused(statement)))
		return detach(statement, err);
	return statement->rowset.detached ? gh_rows_restore(statement, err) : GH_OK;
}

/* An explicit descriptor that no mask concerns stays as the application made it. */
static enum gh_status bind_columns(struct gh_statement *statement, SQLULEN rows,
				   struct gh_error *err)
{
	enum gh_status status = GH_OK;

	if (statement->ard->statement == NULL && !statement->rowset.detached)
		return GH_OK;
	for (size_t i = 0; i <= most_columns(statement) && status == GH_OK; i++)
		status = bind_column(statement, (SQLUSMALLINT)i, rows, err);
	return status;
}

enum gh_status gh_rows_prepare(struct gh_statement *statement, SQLULEN rows, struct gh_error *err)
{
	enum gh_status status = fit_descriptor(statement, err);

	if (status == GH_OK)
		status = fit_layout(statement, err);
	/* a target may take a size of 0 for 1 */
	rows = rows == 0 ? 1 : rows;
	/* once the target has our array it has to fit every later rowset, masked or not */
	if (status == GH_OK &&
	    ((statement->plan.masked && rows > 1) || statement->rowset.own_status != NULL))
		status = take_places(statement, rows, err);
	if (status == GH_OK)
		status = bind_columns(statement, rows, err);
	statement->rowset.ready = status == GH_OK;
	statement->rowset.version = statement->ard->buffers.version;
	return status;
}

/* ---- the application's buffers are sent -------------------------------------------------- */

/* The application's binding at the target, also where that is its implicit descriptor's. */
static enum gh_status bind_given(struct gh_statement *statement, SQLUSMALLINT number,
				 struct gh_error *err)
{
	struct gh_shadow *shadow;

	if (!statement->rowset.detached)
		return is_replaced(&statement->rowset, number)
			       ? bind_directly(statement, number, err)
			       : GH_OK;
	shadow = shadow_at(&statement->rowset, number);
	if (shadow == NULL)
		return gh_fail(err, GH_E_MEMORY, "shadow");
	shadow->bound = true;
	if (!bind_target(statement, number, gh_buffers_bound(&statement->ard->buffers, number)))
		return gh_fail(err, GH_E_C_TYPE, "column %u", (unsigned)number);
	gh_shadow_clear(shadow);
	return GH_OK;
}

static enum gh_status expose_column(struct gh_statement *statement, SQLUSMALLINT number,
				    struct gh_error *err)
{
	if (gh_buffers_bound(&statement->ard->buffers, number) == NULL)
		return GH_OK;
	if (gh_plan_mask(&statement->plan, number) != NULL ||
	    gh_plan_lacks(&statement->plan, number))
		return bind_nowhere(statement, number, err);
	return bind_given(statement, number, err);
}

enum gh_status gh_rows_expose(struct gh_statement *statement, struct gh_error *err)
{
	const struct gh_buffers *buffers = &statement->ard->buffers;
	struct gh_rowset *rowset = &statement->rowset;
	enum gh_status status = GH_OK;

	if (!statement->plan.masked)
		return GH_OK;
	rowset->ready = false;
	if (rowset->all_shadowed)
		status = set_layout(statement, buffers, err);
	if (status == GH_OK)
		rowset->all_shadowed = false;
	for (size_t i = 0; i <= buffers->binding_count && status == GH_OK; i++)
		status = expose_column(statement, (SQLUSMALLINT)i, err);
	return status;
}

bool gh_rows_writes(const struct gh_statement *statement, SQLUSMALLINT column,
		    const struct gh_row_range *range)
{
	const struct gh_buffers *buffers = &statement->ard->buffers;
	const struct gh_binding *binding = gh_buffers_bound(buffers, column);

	if (binding == NULL)
		return false;
	/* where there may be no buffer to look at */
	if (range->first > buffers->array_size && range->first > statement->rowset.rowset_size)
		return true;
	for (SQLULEN row = range->first; row < range->first + range->count; row++) {
		struct gh_mask_buffer at = { 0 };

		gh_buffers_locate(buffers, binding, binding->c_type, row, &at);
		if (range->count > 1 && buffers->operation != NULL &&
		    buffers->operation[row] == SQL_ROW_IGNORE)
			continue;
		if (at.length == NULL || *at.length != SQL_COLUMN_IGNORE)
			return true;
	}
	return false;
}

/* ---- delivery ------------------------------------------------------------------------------ */

static SQLRETURN deliver_cell(struct gh_statement *statement, SQLUSMALLINT number, SQLULEN row)
{
	const struct gh_buffers *buffers = &statement->ard->buffers;
	const struct gh_binding *binding = gh_buffers_bound(buffers, number);
	struct gh_shadow *shadow = shadow_of(&statement->rowset, number);
	struct gh_mask *mask = gh_plan_mask(&statement->plan, number);
	struct gh_mask_buffer buffer = { 0 };

	if (!shadow->bound || binding == NULL || row >= shadow->rows ||
	    shadow->lengths[row] == GH_SHADOW_UNTOUCHED)
		return SQL_SUCCESS;
	gh_buffers_locate(buffers, binding,
			  mask != NULL ? real_type(statement, number, binding) : shadow->type, row,
			  &buffer);
	if (mask != NULL)
		return gh_shadow_deliver_masked(shadow, row, mask, &buffer, &statement->base.diag);
	if (gh_plan_watch(&statement->plan, number) != NULL)
		return gh_watch_deliver(statement, number, row, &buffer);
	gh_shadow_deliver_clear(shadow, row, &buffer);
	return SQL_SUCCESS;
}

/* Watched columns of a rowset go column by column, which is faster. */
enum deliver { DELIVER_ALL, DELIVER_UNWATCHED };

static SQLRETURN deliver_row(struct gh_statement *statement, SQLULEN row, enum deliver which)
{
	SQLRETURN code = SQL_SUCCESS;

	for (size_t i = 0; i <= statement->rowset.shadow_count; i++)
		if (which == DELIVER_ALL ||
		    gh_plan_watch(&statement->plan, (SQLUSMALLINT)i) == NULL)
			code = gh_shadow_worse(code,
					       deliver_cell(statement, (SQLUSMALLINT)i, row));
	return code;
}

/* What was fetched is decided on before any of it is delivered. */
static void settle_watches(struct gh_statement *statement, const struct gh_row_range *range,
			   const SQLUSMALLINT *status)
{
	struct gh_rowset *rowset = &statement->rowset;

	for (size_t i = 1; i <= rowset->shadow_count; i++) {
		struct gh_watch *watch = gh_plan_watch(&statement->plan, (SQLUSMALLINT)i);
		struct gh_shadow *shadow = shadow_of(rowset, i);

		if (watch == NULL || !gh_watch_is_open(watch) || !shadow->bound ||
		    shadow->bytes == NULL)
			continue;
		for (SQLULEN row = range->first; row < range->first + range->count; row++)
			if (row < shadow->rows &&
			    (status == NULL || gh_row_has_data(status[row])) &&
			    shadow->lengths[row] != GH_SHADOW_UNTOUCHED)
				gh_watch_add_row(watch, shadow, row);
		gh_watch_settle(statement, watch);
		rowset->ready = rowset->ready && !gh_watch_is_over(watch);
	}
}

SQLRETURN gh_rows_deliver(struct gh_statement *statement, SQLULEN rows, const SQLUSMALLINT *status,
			  SQLRETURN code)
{
	const struct gh_rowset *rowset = &statement->rowset;
	bool others = rowset->bookmark.bound;

	settle_watches(statement, &(struct gh_row_range){ 0, rows }, status);
	for (size_t i = 1; i <= rowset->shadow_count; i++) {
		if (gh_plan_watch(&statement->plan, (SQLUSMALLINT)i) != NULL)
			code = gh_shadow_worse(code, gh_watch_deliver_all(statement,
									  (SQLUSMALLINT)i, rows,
									  status));
		else
			others = others || rowset->shadows[i - 1].bound;
	}
	for (SQLULEN row = 0; row < rows && others; row++)
		if (status == NULL || gh_row_has_data(status[row]))
			code = gh_shadow_worse(code,
					       deliver_row(statement, row, DELIVER_UNWATCHED));
	return code;
}

/* ---- rows that are brought again -------------------------------------------------------- */

/* The application's bookmarks, where the target reads a shadow instead. */
static void take_bookmarks(struct gh_statement *statement)
{
	const struct gh_buffers *buffers = &statement->ard->buffers;
	struct gh_shadow *shadow = &statement->rowset.bookmark;

	for (SQLULEN row = 0; row < buffers->array_size && row < shadow->rows; row++) {
		struct gh_mask_buffer from = { 0 };

		gh_buffers_locate(buffers, &buffers->bookmark, shadow->type, row, &from);
		if (from.target != NULL)
			memcpy(shadow->bytes + row * shadow->width, from.target, shadow->width);
		if (from.length != NULL)
			shadow->lengths[row] = *from.length;
	}
}

void gh_rows_expect(struct gh_statement *statement)
{
	struct gh_rowset *rowset = &statement->rowset;

	for (size_t i = 0; i <= rowset->shadow_count; i++) {
		struct gh_shadow *shadow = shadow_of(rowset, i);

		for (SQLULEN row = 0; row < shadow->rows; row++)
			shadow->lengths[row] = GH_SHADOW_UNTOUCHED;
	}
	if (rowset->bookmark.bound)
		take_bookmarks(statement);
}

/* Values of rows that nobody asked for, and what a failing call left. */
static void wipe_shadows(struct gh_rowset *rowset)
{
	for (size_t i = 0; i <= rowset->shadow_count; i++) {
		struct gh_shadow *shadow = shadow_of(rowset, i);

		if (!shadow->bound || shadow->bytes == NULL)
			continue;
		gh_wipe(shadow->bytes, shadow->rows * shadow->width);
		memset(shadow->lengths, 0, shadow->rows * sizeof(*shadow->lengths));
	}
}

SQLRETURN gh_rows_deliver_again(struct gh_statement *statement, const struct gh_row_range *range,
				SQLRETURN code)
{
	if (SQL_SUCCEEDED(code))
		settle_watches(statement, range, NULL);
	if (SQL_SUCCEEDED(code))
		for (SQLULEN row = range->first; row < range->first + range->count; row++)
			code = gh_shadow_worse(code, deliver_row(statement, row, DELIVER_ALL));
	wipe_shadows(&statement->rowset);
	return code;
}
