/*
 * Where an output parameter's values are while masks apply: a shadow of ours for
 * all sets, which the target finds by its own arithmetic of rows and offsets
 * (output.c says what becomes of them).
 */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

#define BUDGET ((size_t)64 << 20) /* bytes for one parameter's shadow of all sets */

enum { LEAST_WIDTH = 4096 };

SQLSMALLINT gh_output_type(const struct gh_parameter *given)
{
	SQLSMALLINT type = given->binding.c_type;

	return type == SQL_C_DEFAULT ? gh_mask_default_c_type(given->sql_type) : type;
}

/* ---- places ---------------------------------------------------------------------------------- */

bool gh_output_by_row(const struct gh_output_layout *layout)
{
	return layout->sets > 1 && layout->bind_type != SQL_PARAM_BIND_BY_COLUMN;
}

/* From one set's value, or length, to the next. */
size_t gh_output_step(const struct gh_output_layout *layout, size_t room)
{
	return gh_output_by_row(layout) ? layout->bind_type : room;
}

static size_t length_step(const struct gh_output_layout *layout)
{
	return gh_output_by_row(layout) ? layout->bind_type : sizeof(SQLLEN);
}

char *gh_output_value(const struct gh_output_parameter *output, SQLULEN row)
{
	return output->shadow.bytes + row * gh_output_step(&output->layout, output->room);
}

/* A row's length need not be aligned: a structure's size is the application's. */
SQLLEN gh_output_length(const struct gh_output_parameter *output, SQLULEN row)
{
	SQLLEN length;

	memcpy(&length, (char *)output->shadow.lengths + row * length_step(&output->layout),
	       sizeof(length));
	return length;
}

void gh_output_set_length(struct gh_output_parameter *output, SQLULEN row, SQLLEN length)
{
	memcpy((char *)output->shadow.lengths + row * length_step(&output->layout), &length,
	       sizeof(length));
}

/* Where the application has a set's value. */
struct gh_mask_buffer gh_output_buffer(const struct gh_output_parameter *output, SQLULEN row)
{
	SQLULEN offset = output->layout.offset;
	const struct gh_buffers buffers = { .bind_type = output->layout.bind_type,
					    .offset = &offset };
	struct gh_mask_buffer buffer;

	gh_buffers_locate(&buffers, &output->given.binding, output->shadow.type, row, &buffer);
	return buffer;
}

/* ---- at the target -------------------------------------------------------------------------- */

bool gh_statement_number(struct gh_statement *statement, SQLINTEGER attribute, SQLULEN *out)
{
	const struct gh_functions *functions = statement->functions;
	enum gh_width width = functions->SQLGetStmtAttr[GH_NARROW] != NULL ? GH_NARROW : GH_WIDE;

	*out = 0;
	return functions->SQLGetStmtAttr[width] != NULL &&
	       SQL_SUCCEEDED(functions->SQLGetStmtAttr[width](statement->target, attribute, out,
							      SQL_IS_POINTER, NULL));
}

/* The target adds what own_offset holds, which nobody else changes. */
static SQLRETURN detach(struct gh_statement *statement)
{
	struct gh_outputs *outputs = &statement->outputs;
	SQLRETURN code;

	if (outputs->detached)
		return SQL_SUCCESS;
	code = gh_statement_set_target(statement, SQL_ATTR_PARAM_BIND_OFFSET_PTR,
				       &outputs->own_offset);
	outputs->detached = SQL_SUCCEEDED(code);
	return code;
}

SQLRETURN gh_outputs_offset(struct gh_statement *statement, SQLULEN *offset)
{
	SQLRETURN code = detach(statement);

	if (SQL_SUCCEEDED(code))
		statement->outputs.offset = offset;
	return code;
}

/* The first output takes the target's offset away, the last gives it back. */
enum gh_status gh_output_take_offset(struct gh_statement *statement, struct gh_error *err)
{
	struct gh_outputs *outputs = &statement->outputs;
	SQLULEN offset;

	if (outputs->count > 0 || outputs->detached)
		return GH_OK;
	if (!gh_statement_number(statement, SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset))
		return gh_fail(err, GH_E_UNGOVERNED,
			       "output parameters at a target that does not tell of offsets");
	if (offset == 0)
		return GH_OK;
	outputs->offset = (SQLULEN *)(uintptr_t)offset;
	if (SQL_SUCCEEDED(detach(statement)))
		return GH_OK;
	return gh_fail(err, GH_E_UNGOVERNED, "output parameters with an offset at this target");
}

void gh_output_give_offset(struct gh_statement *statement)
{
	struct gh_outputs *outputs = &statement->outputs;

	if (outputs->detached && statement->target != SQL_NULL_HSTMT)
		(void)gh_statement_set_target(statement, SQL_ATTR_PARAM_BIND_OFFSET_PTR,
					      outputs->offset);
	outputs->detached = false;
	outputs->offset = NULL;
	outputs->own_offset = 0;
}

/* Explicit descriptors may be other statements', and copied: no shadow is in one. */
enum gh_status gh_output_layout(struct gh_statement *statement, struct gh_output_layout *layout,
				struct gh_error *err)
{
	*layout = (struct gh_output_layout){ .offset = statement->outputs.own_offset };
	if (statement->apd->statement == NULL)
		return gh_fail(err, GH_E_UNGOVERNED,
			       "output parameters in an explicit descriptor where masks apply");
	if (!gh_statement_number(statement, SQL_ATTR_PARAMSET_SIZE, &layout->sets) ||
	    !gh_statement_number(statement, SQL_ATTR_PARAM_BIND_TYPE, &layout->bind_type))
		return gh_fail(err, GH_E_UNGOVERNED,
			       "output parameters at a target that does not tell of arrays");
	layout->sets = layout->sets == 0 ? 1 : layout->sets;
	return GH_OK;
}

/* The target adds its offset to both addresses. */
SQLRETURN gh_output_bind_target(struct gh_statement *statement, const struct gh_parameter *given,
				const struct gh_shadow *shadow,
				const struct gh_output_parameter *as)
{
	uintptr_t offset = (uintptr_t)as->layout.offset;

	return statement->functions->SQLBindParameter(
		statement->target, given->number, given->direction, shadow->type, given->sql_type,
		given->size, given->digits, (SQLPOINTER)((uintptr_t)shadow->bytes - offset),
		(SQLLEN)as->room, (SQLLEN *)((uintptr_t)shadow->lengths - offset));
}

/* One block for the values of all sets, and one for their lengths. */
static enum gh_status make_shadow(const struct gh_output_parameter *as, struct gh_shadow *shadow,
				  struct gh_error *err)
{
	size_t last = as->room > GH_OUTPUT_WIDTH ? as->room : GH_OUTPUT_WIDTH;
	size_t bytes, lengths;
	enum gh_status status;

	if (!gh_mul_size(as->layout.sets - 1, gh_output_step(&as->layout, as->room), &bytes) ||
	    !gh_add_size(bytes, last, &bytes) ||
	    !gh_mul_size(as->layout.sets - 1, length_step(&as->layout), &lengths) ||
	    !gh_add_size(lengths, sizeof(SQLLEN), &lengths))
		return gh_fail(err, GH_E_MEMORY, "%zu parameter sets", (size_t)as->layout.sets);
	status = gh_shadow_make(shadow, bytes, 1, err);
	if (status != GH_OK)
		return status;
	free(shadow->lengths);
	shadow->lengths = calloc(1, lengths);
	return shadow->lengths != NULL ? GH_OK : gh_fail(err, GH_E_MEMORY, "lengths");
}

void gh_output_mark(struct gh_output_parameter *output, SQLULEN row)
{
	size_t end = output->room < (size_t)GH_OUTPUT_UNTOUCHED ? output->room
								: (size_t)GH_OUTPUT_UNTOUCHED;

	if (gh_mask_c_size(output->shadow.type) == 0 && end > 0)
		gh_output_value(output, row)[end - 1] = GH_OUTPUT_MARK;
	gh_output_set_length(output, row, GH_OUTPUT_UNTOUCHED);
	output->rows[row] = (struct gh_output_row){ .before = GH_OUTPUT_UNTOUCHED };
}

/*
 * Binds a shadow for that layout and room.  A target that failed may have either of
 * the two, so that the other one is kept until it takes one.
 */
SQLRETURN gh_output_bind(struct gh_statement *statement, struct gh_output_parameter *output,
			 const struct gh_parameter *given, const struct gh_output_parameter *as,
			 struct gh_error *err)
{
	struct gh_shadow shadow = { .type = gh_output_type(given), .bound = true };
	struct gh_output_row *rows = calloc(as->layout.sets, sizeof(*rows));
	enum gh_status status = make_shadow(as, &shadow, err);
	SQLRETURN code;

	if (rows == NULL && status == GH_OK)
		status = gh_fail(err, GH_E_MEMORY, "parameter sets");
	if (status != GH_OK) {
		gh_shadow_clear(&shadow);
		free(rows);
		return SQL_ERROR;
	}
	code = gh_output_bind_target(statement, given, &shadow, as);
	gh_shadow_clear(&output->spare);
	if (!SQL_SUCCEEDED(code)) {
		output->spare = shadow;
		free(rows);
		return code;
	}
	gh_shadow_clear(&output->shadow);
	free(output->rows);
	output->shadow = shadow;
	output->rows = rows;
	output->layout = as->layout;
	output->room = as->room;
	for (SQLULEN row = 0; row < output->layout.sets; row++)
		gh_output_mark(output, row);
	return code;
}

/* As wide as wanted, where all sets together have room for it. */
size_t gh_output_room(const struct gh_output_layout *layout, size_t wanted)
{
	size_t most = BUDGET / layout->sets;

	if (gh_output_by_row(layout))
		most = layout->bind_type;
	else
		most = most > LEAST_WIDTH ? most : LEAST_WIDTH;
	most -= most % sizeof(SQLWCHAR);
	return layout->sets == 1 || wanted < most ? wanted : most;
}
