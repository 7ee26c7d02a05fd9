/*
 * Parameters that bring values to the application, where masks apply.  Of what
 * procedures write nothing is known, so each is masked as an unknown column is.
 * From SQLBindParameter on the target has a shadow of ours in the place of the
 * application's buffer, which is written once, with the mask's answer
 * (doc/design/descriptors.md).
 */
#include "internal.h"

#include <stdlib.h>

static struct gh_output_parameter *find(const struct gh_statement *statement, SQLUSMALLINT number)
{
	for (size_t i = 0; i < statement->outputs.count; i++)
		if (statement->outputs.parameters[i].given.number == number)
			return &statement->outputs.parameters[i];
	return NULL;
}

static enum gh_status check_given(const struct gh_statement *statement,
				  const struct gh_parameter *given, struct gh_error *err)
{
	SQLSMALLINT type = gh_output_type(given);
	bool varies = gh_mask_c_size(type) == 0;

	if (statement->running != NULL || statement->needs_data)
		return gh_fail(err, GH_E_SEQUENCE, "the target still uses what is bound");
	if (given->direction != SQL_PARAM_OUTPUT && given->direction != SQL_PARAM_INPUT_OUTPUT)
		return gh_fail(err, GH_E_UNGOVERNED,
			       "streamed output parameters where masks apply");
	if (varies && type != SQL_C_CHAR && type != SQL_C_WCHAR && type != SQL_C_BINARY)
		return gh_fail(err, GH_E_C_TYPE, "output parameter %u has no C type %d",
			       (unsigned)given->number, (int)type);
	/* what SQLSetParam of ODBC 2 becomes */
	if (varies && given->binding.room < 0)
		return gh_fail(err, GH_E_UNGOVERNED,
			       "output parameters of unknown room where masks apply");
	return GH_OK;
}

/* ---- binding --------------------------------------------------------------------------------- */

static struct gh_output_parameter *add(struct gh_statement *statement, SQLUSMALLINT number)
{
	struct gh_outputs *outputs = &statement->outputs;
	struct gh_output_parameter *parameters =
		realloc(outputs->parameters, (outputs->count + 1) * sizeof(*parameters));

	if (parameters == NULL)
		return NULL;
	outputs->parameters = parameters;
	parameters[outputs->count] = (struct gh_output_parameter){ .given.number = number };
	return &parameters[outputs->count++];
}

enum gh_status gh_outputs_bind(struct gh_statement *statement, const struct gh_parameter *given,
			       SQLRETURN *code, struct gh_error *err)
{
	struct gh_output_parameter *output = find(statement, given->number);
	size_t fixed = gh_mask_c_size(gh_output_type(given));
	struct gh_output_parameter as = { .room = fixed > 0 ? fixed : GH_OUTPUT_WIDTH };
	enum gh_status status = check_given(statement, given, err);

	*code = SQL_ERROR;
	if (status == GH_OK)
		status = gh_output_take_offset(statement, err);
	if (status == GH_OK)
		status = gh_output_layout(statement, &as.layout, err);
	if (status != GH_OK)
		return status;
	as.room = gh_output_room(&as.layout, as.room);
	if (output == NULL)
		output = add(statement, given->number);
	if (output == NULL)
		return gh_fail(err, GH_E_MEMORY, "parameter");
	*code = gh_output_bind(statement, output, given, &as, err);
	if (err->status == GH_OK && SQL_SUCCEEDED(*code))
		output->given = *given;
	return err->status;
}

static void clear_output(struct gh_output_parameter *output)
{
	gh_shadow_clear(&output->shadow);
	gh_shadow_clear(&output->spare);
	gh_mask_free(output->mask);
	free(output->rows);
	*output = (struct gh_output_parameter){ 0 };
}

void gh_outputs_drop(struct gh_statement *statement, SQLUSMALLINT number)
{
	struct gh_outputs *outputs = &statement->outputs;
	struct gh_output_parameter *output = find(statement, number);

	if (output == NULL)
		return;
	clear_output(output);
	*output = outputs->parameters[--outputs->count];
	if (outputs->count == 0)
		gh_output_give_offset(statement);
}

void gh_outputs_clear(struct gh_statement *statement)
{
	for (size_t i = 0; i < statement->outputs.count; i++)
		clear_output(&statement->outputs.parameters[i]);
	free(statement->outputs.parameters);
	gh_output_give_offset(statement);
	statement->outputs = (struct gh_outputs){ 0 };
}

/* A driver may keep the direction where it forgets the buffer (libmaodbc does). */
enum gh_status gh_outputs_turn(struct gh_statement *statement, struct gh_error *err)
{
	if (statement->outputs.count > 0 && (statement->running != NULL || statement->needs_data))
		return gh_fail(err, GH_E_SEQUENCE, "the target still uses what is bound");
	for (size_t i = 0; i < statement->outputs.count; i++) {
		struct gh_output_parameter *output = &statement->outputs.parameters[i];
		struct gh_parameter input = output->given;

		input.direction = SQL_PARAM_INPUT;
		if (output->shadow.bytes != NULL &&
		    !SQL_SUCCEEDED(
			    gh_output_bind_target(statement, &input, &output->shadow, output)))
			return gh_fail(err, GH_E_UNGOVERNED,
				       "the target does not let go of output parameter %u",
				       (unsigned)input.number);
	}
	return GH_OK;
}

/* ---- before the target writes ---------------------------------------------------------------- */

static bool is_at_execution(SQLLEN length)
{
	return length == SQL_DATA_AT_EXEC || length <= SQL_LEN_DATA_AT_EXEC_OFFSET;
}

static size_t terminated_length(const void *value, SQLSMALLINT type)
{
	const SQLWCHAR *wide = value;
	size_t count = 0;

	if (type != SQL_C_WCHAR)
		return strlen(value) + 1;
	while (wide[count] != 0)
		count++;
	return (count + 1) * sizeof(*wide);
}

/* Bytes of the application's value that the target will read. */
static size_t input_length(const struct gh_output_parameter *output,
			   const struct gh_mask_buffer *buffer, SQLLEN length)
{
	size_t fixed = gh_mask_c_size(output->shadow.type);

	if (output->given.direction == SQL_PARAM_OUTPUT || buffer->target == NULL ||
	    (length < 0 && length != SQL_NTS))
		return 0;
	if (fixed > 0)
		return fixed;
	return length == SQL_NTS ? terminated_length(buffer->target, output->shadow.type)
				 : (size_t)length;
}

/* What the target finds where the application's indicator would be. */
static SQLLEN indicator_of(const struct gh_output_parameter *output,
			   const struct gh_mask_buffer *buffer)
{
	if (output->given.direction == SQL_PARAM_OUTPUT)
		return GH_OUTPUT_UNTOUCHED;
	return buffer->indicator != NULL ? *buffer->indicator : SQL_NTS;
}

static enum gh_status make_mask(struct gh_statement *statement, struct gh_output_parameter *output,
				struct gh_error *err)
{
	const struct gh_parameter *given = &output->given;
	const struct gh_mask_column column = { given->sql_type, given->size, given->digits,
					       SQL_NULLABLE };
	struct gh_mask_spec spec = statement->decision.unknown_mask;

	gh_mask_free(output->mask);
	output->mask = NULL;
	if (spec.function == GH_MASK_NONE)
		return GH_OK;
	/* values come in the application's C type, so that no function may look at one */
	if (spec.function < GH_MASK_DEFAULT)
		spec.function = GH_MASK_DEFAULT;
	return gh_mask_new(&spec, &column, statement->connection->shared->mask_keys, &output->mask,
			   err);
}

/* The longest input of all sets. */
static size_t longest_input(struct gh_output_parameter *output,
			    const struct gh_output_layout *layout)
{
	struct gh_output_parameter as = *output;
	size_t longest = 0;

	as.layout = *layout;
	for (SQLULEN row = 0; row < layout->sets; row++) {
		struct gh_mask_buffer buffer = gh_output_buffer(&as, row);
		size_t length = input_length(output, &buffer, indicator_of(output, &buffer));

		longest = length > longest ? length : longest;
	}
	return longest;
}

/* Room enough that nothing is cut for long; without a mask as much as there is. */
static size_t room_of(const struct gh_output_parameter *output,
		      const struct gh_output_layout *layout, size_t input)
{
	size_t fixed = gh_mask_c_size(output->shadow.type);
	size_t least = output->mask != NULL
			       ? GH_OUTPUT_WIDTH
			       : gh_shadow_clear_width(&output->given.binding, output->shadow.type);

	if (fixed > 0)
		return fixed;
	least = gh_output_room(layout, least);
	return least > input ? least : input;
}

static bool same_places(const struct gh_output_parameter *output,
			const struct gh_output_parameter *as)
{
	return output->room == as->room && output->layout.sets == as->layout.sets &&
	       output->layout.bind_type == as->layout.bind_type &&
	       output->layout.offset == as->layout.offset;
}

static void prepare_row(struct gh_output_parameter *output, SQLULEN row)
{
	struct gh_mask_buffer buffer = gh_output_buffer(output, row);
	SQLLEN indicator = indicator_of(output, &buffer);
	size_t input = input_length(output, &buffer, indicator);

	gh_output_mark(output, row);
	if (output->given.direction != SQL_PARAM_INPUT_OUTPUT)
		return;
	/* another thread of the application may have made it longer */
	input = input < output->room ? input : output->room;
	if (input > 0)
		memcpy(gh_output_value(output, row), buffer.target, input);
	gh_output_set_length(output, row, indicator);
	output->rows[row] = (struct gh_output_row){ indicator, !is_at_execution(indicator) };
}

static enum gh_status prepare(struct gh_statement *statement, struct gh_output_parameter *output,
			      const struct gh_output_layout *layout, struct gh_error *err)
{
	struct gh_output_parameter as = { .layout = *layout };
	enum gh_status status = make_mask(statement, output, err);
	size_t input;

	if (status != GH_OK)
		return status;
	input = longest_input(output, layout);
	as.room = room_of(output, layout, input);
	/* row-wise, a value longer than a row would run into the next */
	if (gh_output_by_row(layout) &&
	    (as.room > layout->bind_type || sizeof(SQLLEN) > layout->bind_type))
		return gh_fail(err, GH_E_LENGTH, "output parameter %u is longer than a row",
			       (unsigned)output->given.number);
	if (!same_places(output, &as) &&
	    !SQL_SUCCEEDED(gh_output_bind(statement, output, &output->given, &as, err)))
		return err->status != GH_OK ? err->status
					    : gh_fail(err, GH_E_UNGOVERNED, "output parameter %u",
						      (unsigned)output->given.number);
	for (SQLULEN row = 0; row < layout->sets; row++)
		prepare_row(output, row);
	return GH_OK;
}

enum gh_status gh_outputs_prepare(struct gh_statement *statement, struct gh_error *err)
{
	struct gh_outputs *outputs = &statement->outputs;
	struct gh_output_layout layout;
	enum gh_status status;

	if (outputs->count == 0)
		return GH_OK;
	outputs->own_offset = outputs->offset == NULL ? 0 : *outputs->offset;
	status = gh_output_layout(statement, &layout, err);
	for (size_t i = 0; i < outputs->count && status == GH_OK; i++)
		if (outputs->parameters[i].shadow.bytes != NULL)
			status = prepare(statement, &outputs->parameters[i], &layout, err);
	return status;
}

/* The application's pointer stands for a parameter whose data it is asked for. */
static bool tell(const struct gh_output_parameter *output, SQLPOINTER *token)
{
	uintptr_t at = (uintptr_t)*token, first = (uintptr_t)output->shadow.bytes;
	size_t step = gh_output_step(&output->layout, output->room);

	if (at == first - (uintptr_t)output->layout.offset) {
		*token = output->given.binding.value;
		return true;
	}
	if (at < first || at >= first + step * output->layout.sets || (at - first) % step != 0)
		return false;
	*token = gh_output_buffer(output, (at - first) / step).target;
	return true;
}

void gh_outputs_tell(const struct gh_statement *statement, SQLPOINTER *token)
{
	for (size_t i = 0; token != NULL && i < statement->outputs.count; i++)
		if (statement->outputs.parameters[i].shadow.bytes != NULL &&
		    tell(&statement->outputs.parameters[i], token))
			return;
}

/* ---- after it wrote ------------------------------------------------------------------------ */

/* A length of just as many bytes as we put there: the bytes tell. */
static bool was_written(const struct gh_output_parameter *output, SQLULEN row)
{
	size_t end = output->room < (size_t)GH_OUTPUT_UNTOUCHED ? output->room
								: (size_t)GH_OUTPUT_UNTOUCHED;
	const char *bytes = gh_output_value(output, row);

	if (gh_output_length(output, row) != output->rows[row].before)
		return true;
	if (output->rows[row].before != GH_OUTPUT_UNTOUCHED ||
	    gh_mask_c_size(output->shadow.type) > 0 ||
	    output->given.direction != SQL_PARAM_OUTPUT || end == 0)
		return false;
	for (size_t i = 0; i + 1 < end; i++)
		if (bytes[i] != 0)
			return true;
	return bytes[end - 1] != GH_OUTPUT_MARK;
}

/* One set's value, looked at as a shadow of one row. */
static SQLRETURN deliver(struct gh_statement *statement, struct gh_output_parameter *output,
			 SQLULEN row)
{
	const struct gh_mask_buffer buffer = gh_output_buffer(output, row);
	SQLLEN length = gh_output_length(output, row);
	struct gh_shadow one = { .bytes = gh_output_value(output, row),
				 .lengths = &length,
				 .width = output->room,
				 .rows = 1,
				 .type = output->shadow.type };

	if (output->mask != NULL)
		return gh_shadow_deliver_masked(&one, 0, output->mask, &buffer,
						&statement->base.diag);
	gh_shadow_deliver_clear(&one, 0, &buffer);
	return SQL_SUCCESS;
}

/* That a value did not fit into our room is our concern; ours says what the mask's did. */
static SQLRETURN forget_cuts(struct gh_statement *statement, SQLRETURN code)
{
	struct gh_diagnostics *diag = &statement->base.diag;
	size_t kept = 0;

	if (code != SQL_SUCCESS_WITH_INFO)
		return code;
	for (size_t i = 0; i < diag->count; i++) {
		if (strcmp(diag->records[i].state, "01004") != 0) {
			diag->records[kept++] = diag->records[i];
			continue;
		}
		gh_free_secret(diag->records[i].text, strlen(diag->records[i].text));
	}
	diag->count = kept;
	return kept == 0 ? SQL_SUCCESS : code;
}

static SQLRETURN deliver_all(struct gh_statement *statement, struct gh_output_parameter *output,
			     SQLRETURN code)
{
	const bool answers = SQL_SUCCEEDED(code) || code == SQL_NO_DATA;
	SQLRETURN worst = SQL_SUCCESS;

	for (SQLULEN row = 0; row < output->layout.sets; row++)
		if (answers && (output->rows[row].due || was_written(output, row)))
			worst = gh_shadow_worse(worst, deliver(statement, output, row));
	gh_wipe(output->shadow.bytes, output->shadow.width);
	for (SQLULEN row = 0; row < output->layout.sets; row++)
		gh_output_mark(output, row);
	return worst;
}

/*
 * Drivers write when they execute, or when they come to the results behind
 * (libmaodbc): what was written is seen by its length.  A value that went in is
 * answered at the first of them in any case, since a buffer that stays as it was
 * would confirm a guess.
 */
SQLRETURN gh_outputs_deliver(struct gh_statement *statement, SQLRETURN code)
{
	SQLRETURN worst = SQL_SUCCESS;

	if (statement->decision.unknown_mask.function != GH_MASK_NONE)
		code = forget_cuts(statement, code);
	for (size_t i = 0; i < statement->outputs.count; i++) {
		struct gh_output_parameter *output = &statement->outputs.parameters[i];

		if (output->shadow.bytes != NULL)
			worst = gh_shadow_worse(worst, deliver_all(statement, output, code));
	}
	/* that there are no more results is what an application must learn */
	return code == SQL_NO_DATA && worst != SQL_ERROR ? code : gh_shadow_worse(code, worst);
}

/* ---- what must not change meanwhile -------------------------------------------------------- */

bool gh_outputs_bar(const struct gh_statement *statement, SQLINTEGER attribute, const void *value)
{
	const bool layout = attribute == SQL_ATTR_PARAMSET_SIZE ||
			    attribute == SQL_ATTR_PARAM_BIND_TYPE ||
			    attribute == SQL_ATTR_PARAM_BIND_OFFSET_PTR;

	if (statement->outputs.count == 0)
		return false;
	return (layout && statement->executed) ||
	       (attribute == SQL_ATTR_APP_PARAM_DESC && value != SQL_NULL_HDESC &&
		value != &statement->descriptors[GH_DESCRIPTOR_APD]);
}

const struct gh_parameter *gh_outputs_given(const struct gh_statement *statement,
					    SQLSMALLINT number)
{
	const struct gh_output_parameter *output =
		number < 1 ? NULL : find(statement, (SQLUSMALLINT)number);

	return output == NULL || output->shadow.bytes == NULL ? NULL : &output->given;
}
