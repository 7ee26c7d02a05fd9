/*
 * Parameters that bring values to the application, where masks apply.  Of what
 * procedures write nothing is known, so each is masked as an unknown column is.
 * From SQLBindParameter on the target has a shadow of ours in the place of the
 * application's buffer, which is written once, with the mask's answer
 * (doc/design/descriptors.md).
 */
#include "internal.h"

#include <stdlib.h>

enum { TEXT_WIDTH = 65536 };

/*
 * The length before the target wrote one.  A driver may read as much even where
 * there is no input (libmaodbc does), or take it for data at execution: it means
 * neither, and a shadow has that much.
 */
#define UNTOUCHED ((SQLLEN)65519)

static struct gh_output_parameter *find(const struct gh_statement *statement, SQLUSMALLINT number)
{
	for (size_t i = 0; i < statement->outputs.count; i++)
		if (statement->outputs.parameters[i].given.number == number)
			return &statement->outputs.parameters[i];
	return NULL;
}

static SQLSMALLINT type_of(const struct gh_parameter *given)
{
	SQLSMALLINT type = given->binding.c_type;

	return type == SQL_C_DEFAULT ? gh_mask_default_c_type(given->sql_type) : type;
}

/* ---- at the target -------------------------------------------------------------------------- */

static bool get_number(struct gh_statement *statement, SQLINTEGER attribute, SQLULEN *out)
{
	const struct gh_functions *functions = statement->functions;
	enum gh_width width = functions->SQLGetStmtAttr[GH_NARROW] != NULL ? GH_NARROW : GH_WIDE;

	*out = 0;
	return functions->SQLGetStmtAttr[width] != NULL &&
	       SQL_SUCCEEDED(functions->SQLGetStmtAttr[width](statement->target, attribute, out,
							      SQL_IS_POINTER, NULL));
}

/*
 * A shadow holds one value and stands at a place of its own.  What would move it,
 * or lend it to other statements, is refused before and after.
 */
static enum gh_status check_layout(struct gh_statement *statement, struct gh_error *err)
{
	SQLULEN sets, offset;

	if (statement->apd->statement == NULL)
		return gh_fail(err, GH_E_UNGOVERNED,
			       "output parameters in an explicit descriptor where masks apply");
	if (!get_number(statement, SQL_ATTR_PARAMSET_SIZE, &sets) ||
	    !get_number(statement, SQL_ATTR_PARAM_BIND_OFFSET_PTR, &offset) || sets > 1 ||
	    offset != 0)
		return gh_fail(err, GH_E_UNGOVERNED,
			       "output parameters in arrays or with an offset where masks apply");
	return GH_OK;
}

static enum gh_status check_given(const struct gh_statement *statement,
				  const struct gh_parameter *given, struct gh_error *err)
{
	SQLSMALLINT type = type_of(given);
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

static SQLRETURN bind_target(struct gh_statement *statement, const struct gh_parameter *given,
			     struct gh_shadow *shadow)
{
	return statement->functions->SQLBindParameter(
		statement->target, given->number, given->direction, shadow->type, given->sql_type,
		given->size, given->digits, shadow->bytes, (SQLLEN)shadow->width, shadow->lengths);
}

/*
 * Binds a shadow of that width.  A target that failed may have either of the two,
 * so that the other one is kept until it takes one.
 */
static SQLRETURN bind_shadow(struct gh_statement *statement, struct gh_output_parameter *output,
			     const struct gh_parameter *given, size_t width, struct gh_error *err)
{
	struct gh_shadow shadow = { .type = type_of(given), .bound = true };
	SQLRETURN code;

	if (gh_shadow_make(&shadow, width > TEXT_WIDTH ? width : TEXT_WIDTH, 1, err) != GH_OK)
		return SQL_ERROR;
	shadow.width = width;
	shadow.lengths[0] = output->before = UNTOUCHED;
	code = bind_target(statement, given, &shadow);
	gh_shadow_clear(&output->spare);
	output->due = false;
	if (!SQL_SUCCEEDED(code)) {
		output->spare = shadow;
		return code;
	}
	gh_shadow_clear(&output->shadow);
	output->shadow = shadow;
	return code;
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
	size_t fixed = gh_mask_c_size(type_of(given));
	enum gh_status status = check_given(statement, given, err);

	*code = SQL_ERROR;
	if (status == GH_OK)
		status = check_layout(statement, err);
	if (status != GH_OK)
		return status;
	if (output == NULL)
		output = add(statement, given->number);
	if (output == NULL)
		return gh_fail(err, GH_E_MEMORY, "parameter");
	*code = bind_shadow(statement, output, given, fixed > 0 ? fixed : TEXT_WIDTH, err);
	if (err->status == GH_OK && SQL_SUCCEEDED(*code))
		output->given = *given;
	return err->status;
}

static void clear_output(struct gh_output_parameter *output)
{
	gh_shadow_clear(&output->shadow);
	gh_shadow_clear(&output->spare);
	gh_mask_free(output->mask);
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
}

void gh_outputs_clear(struct gh_statement *statement)
{
	for (size_t i = 0; i < statement->outputs.count; i++)
		clear_output(&statement->outputs.parameters[i]);
	free(statement->outputs.parameters);
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
		    !SQL_SUCCEEDED(bind_target(statement, &input, &output->shadow)))
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
static size_t input_length(const struct gh_output_parameter *output, SQLLEN length)
{
	const void *value = output->given.binding.value;
	size_t fixed = gh_mask_c_size(output->shadow.type);

	if (output->given.direction == SQL_PARAM_OUTPUT || value == NULL ||
	    (length < 0 && length != SQL_NTS))
		return 0;
	if (fixed > 0)
		return fixed;
	return length == SQL_NTS ? terminated_length(value, output->shadow.type) : (size_t)length;
}

/* What the target finds where the application's indicator would be. */
static SQLLEN indicator_of(const struct gh_output_parameter *output)
{
	const SQLLEN *indicator = output->given.binding.indicator;

	if (output->given.direction == SQL_PARAM_OUTPUT)
		return UNTOUCHED;
	return indicator != NULL ? *indicator : SQL_NTS;
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

/* Room enough that the target tells of no truncation; without a mask as much as there is. */
static size_t width_of(const struct gh_output_parameter *output, size_t input)
{
	size_t fixed = gh_mask_c_size(output->shadow.type);
	size_t least = output->mask != NULL
			       ? TEXT_WIDTH
			       : gh_shadow_clear_width(&output->given.binding, output->shadow.type);

	if (fixed > 0)
		return fixed;
	return least > input ? least : input;
}

static enum gh_status prepare(struct gh_statement *statement, struct gh_output_parameter *output,
			      struct gh_error *err)
{
	SQLLEN indicator = indicator_of(output);
	size_t input = input_length(output, indicator);
	size_t width;
	enum gh_status status = make_mask(statement, output, err);

	if (status != GH_OK)
		return status;
	width = width_of(output, input);
	if (output->shadow.width != width &&
	    !SQL_SUCCEEDED(bind_shadow(statement, output, &output->given, width, err)))
		return err->status != GH_OK ? err->status
					    : gh_fail(err, GH_E_UNGOVERNED, "output parameter %u",
						      (unsigned)output->given.number);
	if (input > 0)
		memcpy(output->shadow.bytes, output->given.binding.value, input);
	output->shadow.lengths[0] = output->before = indicator;
	output->due = output->given.direction == SQL_PARAM_INPUT_OUTPUT &&
		      !is_at_execution(indicator);
	return GH_OK;
}

enum gh_status gh_outputs_prepare(struct gh_statement *statement, struct gh_error *err)
{
	enum gh_status status = GH_OK;

	for (size_t i = 0; i < statement->outputs.count && status == GH_OK; i++)
		if (statement->outputs.parameters[i].shadow.bytes != NULL)
			status = prepare(statement, &statement->outputs.parameters[i], err);
	return status;
}

/* The application's pointer stands for a parameter whose data it is asked for. */
void gh_outputs_tell(const struct gh_statement *statement, SQLPOINTER *token)
{
	for (size_t i = 0; token != NULL && i < statement->outputs.count; i++) {
		const struct gh_output_parameter *output = &statement->outputs.parameters[i];

		if (output->shadow.bytes != NULL && *token == output->shadow.bytes) {
			*token = output->given.binding.value;
			return;
		}
	}
}

/* ---- after it wrote ------------------------------------------------------------------------ */

static SQLRETURN deliver(struct gh_statement *statement, struct gh_output_parameter *output)
{
	const struct gh_binding *binding = &output->given.binding;
	struct gh_shadow *shadow = &output->shadow;
	const struct gh_mask_buffer buffer = { shadow->type, binding->value, binding->room,
					       binding->length, binding->indicator };

	if (output->mask != NULL)
		return gh_shadow_deliver_masked(shadow, 0, output->mask, &buffer,
						&statement->base.diag);
	gh_shadow_deliver_clear(shadow, 0, &buffer);
	return SQL_SUCCESS;
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

	for (size_t i = 0; i < statement->outputs.count; i++) {
		struct gh_output_parameter *output = &statement->outputs.parameters[i];
		struct gh_shadow *shadow = &output->shadow;

		if (shadow->bytes == NULL)
			continue;
		if ((SQL_SUCCEEDED(code) || code == SQL_NO_DATA) &&
		    (output->due || shadow->lengths[0] != output->before))
			worst = gh_shadow_worse(worst, deliver(statement, output));
		gh_wipe(shadow->bytes, shadow->width);
		shadow->lengths[0] = output->before = UNTOUCHED;
		output->due = false;
	}
	/* that there are no more results is what an application must learn */
	return code == SQL_NO_DATA && worst != SQL_ERROR ? code : gh_shadow_worse(code, worst);
}

/* ---- what must not change meanwhile -------------------------------------------------------- */

bool gh_outputs_bar(const struct gh_statement *statement, SQLINTEGER attribute, const void *value)
{
	if (statement->outputs.count == 0)
		return false;
	return (attribute == SQL_ATTR_PARAMSET_SIZE && (uintptr_t)value > 1) ||
	       (attribute == SQL_ATTR_PARAM_BIND_OFFSET_PTR && value != NULL) ||
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
