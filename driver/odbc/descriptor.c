/*
 * Descriptors.  They are the target's, except that what the application says of
 * its buffers is noted by us as well, since masks may have to stand between; and
 * the application always finds its own bindings there, never a shadow of ours.
 */
#include "call.h"
#include "text.h"

/* ---- what is noted --------------------------------------------------------------------------- */

/* Statement attributes by the IRD's fields that they stand for (ODBC 3.8, SQLSetStmtAttr). */
static SQLINTEGER row_attribute_of(enum gh_descriptor_kind kind, SQLSMALLINT field)
{
	if (kind == GH_DESCRIPTOR_IRD && field == SQL_DESC_ARRAY_STATUS_PTR)
		return SQL_ATTR_ROW_STATUS_PTR;
	if (kind == GH_DESCRIPTOR_IRD && field == SQL_DESC_ROWS_PROCESSED_PTR)
		return SQL_ATTR_ROWS_FETCHED_PTR;
	return 0;
}

static bool is_application(const struct gh_descriptor *descriptor)
{
	return descriptor->statement == NULL || descriptor->kind == GH_DESCRIPTOR_ARD ||
	       descriptor->kind == GH_DESCRIPTOR_APD;
}

static void mirror_header(struct gh_buffers *buffers, SQLSMALLINT field, SQLPOINTER value)
{
	switch (field) {
	case SQL_DESC_ARRAY_SIZE:
		buffers->array_size = (SQLULEN)(uintptr_t)value;
		break;
	case SQL_DESC_BIND_TYPE:
		buffers->bind_type = (SQLULEN)(uintptr_t)value;
		break;
	case SQL_DESC_BIND_OFFSET_PTR:
		buffers->offset = value;
		break;
	case SQL_DESC_ARRAY_STATUS_PTR:
		buffers->operation = value;
		break;
	case SQL_DESC_COUNT:
		gh_buffers_cut(buffers, (size_t)(uintptr_t)value);
		break;
	default:
		break;
	}
}

/* Fields of a record that our delivery depends on. */
static void mirror_record(struct gh_binding *binding, SQLSMALLINT field, SQLPOINTER value)
{
	switch (field) {
	case SQL_DESC_TYPE:
	case SQL_DESC_CONCISE_TYPE:
		binding->c_type = (SQLSMALLINT)(intptr_t)value;
		break;
	case SQL_DESC_DATA_PTR:
		binding->value = value;
		break;
	case SQL_DESC_OCTET_LENGTH:
		binding->room = (SQLLEN)(intptr_t)value;
		break;
	case SQL_DESC_OCTET_LENGTH_PTR:
		binding->length = value;
		break;
	case SQL_DESC_INDICATOR_PTR:
		binding->indicator = value;
		break;
	case SQL_DESC_PRECISION:
		binding->precision = (SQLSMALLINT)(intptr_t)value;
		break;
	case SQL_DESC_SCALE:
		binding->scale = (SQLSMALLINT)(intptr_t)value;
		break;
	default:
		break;
	}
}

/* ---- what the target then has ------------------------------------------------------------------
 */

/* Reads a number or a pointer; false: the target doesn't tell. */
static bool read_field(struct gh_descriptor *descriptor, SQLSMALLINT record, SQLSMALLINT field,
		       uint64_t *out)
{
	const struct gh_functions *functions = descriptor->connection->down.functions;
	enum gh_width width = functions->SQLGetDescField[GH_NARROW] != NULL ? GH_NARROW : GH_WIDE;
	SQLHDESC target = gh_descriptor_target(descriptor);

	*out = 0;
	return target != SQL_NULL_HDESC && functions->SQLGetDescField[width] != NULL &&
	       SQL_SUCCEEDED(functions->SQLGetDescField[width](target, record, field, out,
							       sizeof(*out), NULL));
}

/*
 * One field sets others (a type its precision, SQL_DESC_COUNT what lies above),
 * so what the target then has is what counts.
 */
static enum gh_status learn_record(struct gh_descriptor *descriptor, SQLSMALLINT record,
				   struct gh_error *err)
{
	static const SQLSMALLINT fields[] = {
		SQL_DESC_CONCISE_TYPE,  SQL_DESC_DATA_PTR,
		SQL_DESC_OCTET_LENGTH,  SQL_DESC_OCTET_LENGTH_PTR,
		SQL_DESC_INDICATOR_PTR, SQL_DESC_PRECISION,
		SQL_DESC_SCALE,
	};
	struct gh_binding *binding = gh_buffers_at(&descriptor->buffers, (SQLUSMALLINT)record);
	uint64_t value;

	if (binding == NULL)
		return gh_fail(err, GH_E_MEMORY, "binding");
	binding->by_fields = true;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (read_field(descriptor, record, fields[i], &value))
			mirror_record(binding, fields[i], (SQLPOINTER)(uintptr_t)value);
	return GH_OK;
}

static enum gh_status learn_all(struct gh_descriptor *descriptor, struct gh_error *err)
{
	static const SQLSMALLINT fields[] = { SQL_DESC_ARRAY_SIZE, SQL_DESC_BIND_TYPE,
					      SQL_DESC_BIND_OFFSET_PTR, SQL_DESC_ARRAY_STATUS_PTR,
					      SQL_DESC_COUNT };
	enum gh_status status = GH_OK;
	uint64_t value = 0;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (read_field(descriptor, 0, fields[i], &value))
			mirror_header(&descriptor->buffers, fields[i],
				      (SQLPOINTER)(uintptr_t)value);
	for (SQLSMALLINT i = 1; i <= (SQLSMALLINT)value && status == GH_OK; i++)
		status = learn_record(descriptor, i, err);
	return status;
}

/* What the target said of the call stays readable while it is asked for more. */
static void keep_records(struct gh_descriptor *descriptor, SQLRETURN code)
{
	if (code == SQL_SUCCESS)
		return;
	gh_diag_snapshot(&descriptor->base.diag, &descriptor->connection->down, SQL_HANDLE_DESC,
			 gh_descriptor_target(descriptor),
			 gh_connection_scrub(descriptor->connection));
}

static SQLRETURN leave_changed(struct gh_descriptor *descriptor, enum gh_status status,
			       SQLRETURN code, const struct gh_error *err)
{
	descriptor->buffers.version++;
	descriptor->buffers.by_fields = true;
	if (status != GH_OK)
		return gh_leave_descriptor_failed(descriptor, status, err);
	return gh_leave_descriptor(descriptor, code);
}

/* ---- setting ------------------------------------------------------------------------------ */

/* Parameters that the target writes; from an explicit descriptor it could be copied to an IPD. */
static bool makes_output(const struct gh_descriptor *descriptor, SQLSMALLINT field,
			 SQLPOINTER value)
{
	return field == SQL_DESC_PARAMETER_TYPE &&
	       (SQLSMALLINT)(intptr_t)value != SQL_PARAM_INPUT &&
	       descriptor->connection->masks_apply;
}

/*
 * What an output parameter is at the target is SQLBindParameter's to say: its
 * descriptors hold a shadow of ours.  Names and places for states may be set.
 */
static enum gh_status check_outputs(const struct gh_descriptor *descriptor, SQLSMALLINT field,
				    struct gh_error *err)
{
	bool harmless = field == SQL_DESC_NAME || field == SQL_DESC_UNNAMED ||
			field == SQL_DESC_ARRAY_STATUS_PTR || field == SQL_DESC_ROWS_PROCESSED_PTR;
	bool layout = field == SQL_DESC_ARRAY_SIZE || field == SQL_DESC_BIND_TYPE;

	if (descriptor->statement == NULL || descriptor->statement->outputs.count == 0 ||
	    harmless || (layout && !descriptor->statement->executed) ||
	    descriptor->kind == GH_DESCRIPTOR_ARD ||
	    descriptor->kind == GH_DESCRIPTOR_IRD)
		return GH_OK;
	return gh_fail(err, GH_E_UNGOVERNED,
		       "descriptors of output parameters where masks apply");
}

/* The target has the application's own before the application looks or changes anything. */
static enum gh_status touch(struct gh_descriptor *descriptor, struct gh_error *err)
{
	if (descriptor->statement == NULL || descriptor->kind != GH_DESCRIPTOR_ARD)
		return GH_OK;
	return gh_rows_restore(descriptor->statement, err);
}

static SQLRETURN note_field(struct gh_descriptor *descriptor, SQLSMALLINT record, SQLSMALLINT field,
			    SQLPOINTER value, SQLRETURN code)
{
	struct gh_binding *binding;
	struct gh_error err = { 0 };
	enum gh_status status = GH_OK;
	uint64_t actual = 0;

	keep_records(descriptor, code);
	if (field == SQL_DESC_ARRAY_SIZE && code == SQL_SUCCESS_WITH_INFO &&
	    read_field(descriptor, 0, field, &actual))
		value = (SQLPOINTER)(uintptr_t)actual;
	mirror_header(&descriptor->buffers, field, value);
	if (record >= 0) {
		binding = gh_buffers_at(&descriptor->buffers, (SQLUSMALLINT)record);
		if (binding != NULL)
			mirror_record(binding, field, value);
		if (binding == NULL || (record > 0 && descriptor->connection->masks_apply))
			status = learn_record(descriptor, record, &err);
	}
	return leave_changed(descriptor, status, code, &err);
}

static enum gh_status may_set(struct gh_descriptor *descriptor, SQLSMALLINT field, SQLPOINTER value,
			      struct gh_error *err)
{
	enum gh_status status;

	if (makes_output(descriptor, field, value))
		return gh_fail(err, GH_E_UNGOVERNED,
			       "output parameters set in a descriptor where masks apply");
	status = check_outputs(descriptor, field, err);
	return status == GH_OK ? touch(descriptor, err) : status;
}

/*
 * SQL_DESC_NAME of a parameter is the only text that an application may set;
 * a target without the flavour gets what it has.
 */
SQLRETURN gh_do_SQLSetDescField(enum gh_width width, SQLHDESC handle, SQLSMALLINT record,
				SQLSMALLINT field, SQLPOINTER value, SQLINTEGER length)
{
	struct gh_descriptor *descriptor = gh_enter_descriptor(handle);
	struct gh_error err = { 0 };
	const struct gh_functions *functions;
	enum gh_width fit;
	enum gh_status status;
	SQLHDESC target;
	SQLRETURN code;

	if (descriptor == NULL)
		return SQL_INVALID_HANDLE;
	functions = descriptor->connection->down.functions;
	target = gh_descriptor_target(descriptor);
	fit = GH_FIT(functions, SQLSetDescField, width);
	if (target == SQL_NULL_HDESC || functions->SQLSetDescField[fit] == NULL ||
	    (field == SQL_DESC_NAME && fit != width))
		return gh_leave_descriptor_failed(descriptor, GH_E_NO_FUNCTION, &err);
	status = may_set(descriptor, field, value, &err);
	if (status != GH_OK)
		return gh_leave_descriptor_failed(descriptor, status, &err);
	code = functions->SQLSetDescField[fit](target, record, field, value, length);
	if (!SQL_SUCCEEDED(code))
		return gh_leave_descriptor(descriptor, code);
	if (is_application(descriptor))
		return note_field(descriptor, record, field, value, code);
	if (row_attribute_of(descriptor->kind, field) != 0)
		gh_mirror_attribute(descriptor->statement,
				    row_attribute_of(descriptor->kind, field), value);
	return gh_leave_descriptor(descriptor, code);
}

SQLRETURN gh_do_SQLSetDescRec(SQLHDESC handle, SQLSMALLINT record, SQLSMALLINT type,
			      SQLSMALLINT subtype, SQLLEN length, SQLSMALLINT precision,
			      SQLSMALLINT scale, SQLPOINTER value, SQLLEN *octets,
			      SQLLEN *indicator)
{
	struct gh_descriptor *descriptor = gh_enter_descriptor(handle);
	struct gh_error err = { 0 };
	const struct gh_functions *functions;
	enum gh_status status;
	SQLHDESC target;
	SQLRETURN code;

	if (descriptor == NULL)
		return SQL_INVALID_HANDLE;
	functions = descriptor->connection->down.functions;
	target = gh_descriptor_target(descriptor);
	if (target == SQL_NULL_HDESC || functions->SQLSetDescRec == NULL)
		return gh_leave_descriptor_failed(descriptor, GH_E_NO_FUNCTION,
						  &(struct gh_error){ .text = "SQLSetDescRec" });
	status = may_set(descriptor, SQL_DESC_TYPE, NULL, &err);
	if (status != GH_OK)
		return gh_leave_descriptor_failed(descriptor, status, &err);
	code = functions->SQLSetDescRec(target, record, type, subtype, length, precision, scale,
					value, octets, indicator);
	if (!SQL_SUCCEEDED(code) || !is_application(descriptor) || record < 1)
		return gh_leave_descriptor(descriptor, code);
	keep_records(descriptor, code);
	status = learn_record(descriptor, record, &err);
	return leave_changed(descriptor, status, code, &err);
}

/* ---- copying -----------------------------------------------------------------------------------
 */

/* Both are locked, in the order of their addresses; one lock may serve both. */
static struct gh_descriptor *enter_both(SQLHDESC source, SQLHDESC destination)
{
	struct gh_descriptor *one = source, *other = destination;
	struct gh_lock *first, *second;

	if (!gh_is_kind(source, GH_MAGIC_DESCRIPTOR) ||
	    !gh_is_kind(destination, GH_MAGIC_DESCRIPTOR))
		return NULL;
	first = gh_descriptor_lock(one);
	second = gh_descriptor_lock(other);
	gh_lock_take((uintptr_t)first < (uintptr_t)second ? first : second);
	if (first != second)
		gh_lock_take((uintptr_t)first < (uintptr_t)second ? second : first);
	gh_diag_clear(&one->base.diag);
	gh_diag_clear(&other->base.diag);
	return other;
}

/* The manager asks the source for diagnostics, ODBC 3.8 the destination: both answer. */
static SQLRETURN leave_both(struct gh_descriptor *source, struct gh_descriptor *destination,
			    SQLRETURN code)
{
	bool apart = gh_descriptor_lock(source) != gh_descriptor_lock(destination);

	source->base.diag.source = GH_DIAG_TARGET;
	source->base.diag.code = code;
	if (apart)
		gh_lock_release(gh_descriptor_lock(source));
	return gh_leave_descriptor(destination, code);
}

static SQLRETURN leave_both_failed(struct gh_descriptor *source, struct gh_descriptor *destination,
				   enum gh_status status, const struct gh_error *err)
{
	bool apart = gh_descriptor_lock(source) != gh_descriptor_lock(destination);

	if (source != destination) {
		gh_diag_add(&source->base.diag, status, err->text);
		source->base.diag.source = GH_DIAG_OURS;
		source->base.diag.code = SQL_ERROR;
	}
	if (apart)
		gh_lock_release(gh_descriptor_lock(source));
	return gh_leave_descriptor_failed(destination, status, err);
}

/* The manager copies between connections itself, field by field. */
static enum gh_status may_copy(struct gh_descriptor *source, struct gh_descriptor *destination,
			       struct gh_error *err)
{
	enum gh_status status;

	if (destination->connection->down.functions->SQLCopyDesc == NULL)
		return gh_fail(err, GH_E_NO_FUNCTION, "SQLCopyDesc");
	if (source->connection != destination->connection)
		return gh_fail(err, GH_E_UNGOVERNED, "SQLCopyDesc between connections");
	status = may_set(source, SQL_DESC_COUNT, NULL, err);
	return status == GH_OK ? may_set(destination, SQL_DESC_COUNT, NULL, err) : status;
}

/* What the target's copy left is learnt from it; its record of a warning stays with it. */
SQLRETURN gh_do_SQLCopyDesc(SQLHDESC handle, SQLHDESC destination_handle)
{
	struct gh_descriptor *destination = enter_both(handle, destination_handle);
	struct gh_descriptor *source = handle;
	struct gh_error err = { 0 };
	enum gh_status status;
	SQLRETURN code;

	if (destination == NULL)
		return SQL_INVALID_HANDLE;
	status = may_copy(source, destination, &err);
	if (status != GH_OK)
		return leave_both_failed(source, destination, status, &err);
	code = destination->connection->down.functions->SQLCopyDesc(
		gh_descriptor_target(source), gh_descriptor_target(destination));
	if (!SQL_SUCCEEDED(code) || !is_application(destination))
		return leave_both(source, destination, code);
	keep_records(destination, code);
	destination->buffers.version++;
	destination->buffers.by_fields = true;
	gh_buffers_cut(&destination->buffers, 0);
	status = learn_all(destination, &err);
	if (status != GH_OK)
		return leave_both_failed(source, destination, status, &err);
	return leave_both(source, destination, code);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* An output parameter's places. */
static bool get_own_parameter(const struct gh_parameter *given, SQLSMALLINT field,
			      SQLPOINTER value)
{
	switch (field) {
	case SQL_DESC_DATA_PTR:
		*(SQLPOINTER *)value = given->binding.value;
		return true;
	case SQL_DESC_OCTET_LENGTH_PTR:
		*(SQLLEN **)value = given->binding.length;
		return true;
	case SQL_DESC_INDICATOR_PTR:
		*(SQLLEN **)value = given->binding.indicator;
		return true;
	case SQL_DESC_OCTET_LENGTH:
		*(SQLLEN *)value = given->binding.room;
		return true;
	default:
		return false;
	}
}

static bool get_own_row(const struct gh_rowset *rowset, SQLSMALLINT field, SQLPOINTER value)
{
	if (field == SQL_DESC_ARRAY_STATUS_PTR)
		*(SQLUSMALLINT **)value = rowset->status;
	else if (field == SQL_DESC_ROWS_PROCESSED_PTR)
		*(SQLULEN **)value = rowset->fetched;
	else
		return false;
	return true;
}

/* Where the target has our places, the application is told its own. */
static bool get_own(const struct gh_descriptor *descriptor, SQLSMALLINT record, SQLSMALLINT field,
		    SQLPOINTER value)
{
	const struct gh_statement *statement = descriptor->statement;
	const struct gh_parameter *given;

	if (value == NULL || statement == NULL)
		return false;
	if (descriptor->kind == GH_DESCRIPTOR_IRD)
		return get_own_row(&statement->rowset, field, value);
	if (descriptor->kind == GH_DESCRIPTOR_APD && record == 0 &&
	    field == SQL_DESC_BIND_OFFSET_PTR && statement->outputs.detached) {
		*(SQLULEN **)value = statement->outputs.offset;
		return true;
	}
	given = descriptor->kind == GH_DESCRIPTOR_APD ? gh_outputs_given(statement, record) : NULL;
	return given != NULL && get_own_parameter(given, field, value);
}

static bool is_text_field(SQLSMALLINT field)
{
	switch (field) {
	case SQL_DESC_BASE_COLUMN_NAME:
	case SQL_DESC_BASE_TABLE_NAME:
	case SQL_DESC_CATALOG_NAME:
	case SQL_DESC_LABEL:
	case SQL_DESC_LITERAL_PREFIX:
	case SQL_DESC_LITERAL_SUFFIX:
	case SQL_DESC_LOCAL_TYPE_NAME:
	case SQL_DESC_NAME:
	case SQL_DESC_SCHEMA_NAME:
	case SQL_DESC_TABLE_NAME:
	case SQL_DESC_TYPE_NAME:
		return true;
	default:
		return false;
	}
}

SQLRETURN gh_do_SQLGetDescField(enum gh_width width, SQLHDESC handle, SQLSMALLINT record,
				SQLSMALLINT field, SQLPOINTER value, SQLINTEGER room,
				SQLINTEGER *length)
{
	struct gh_descriptor *descriptor = gh_enter_descriptor(handle);
	const struct gh_functions *functions;
	struct gh_error err = { 0 };
	enum gh_status status;
	struct gh_out out = { 0 };
	enum gh_width fit;
	SQLHDESC target;
	SQLRETURN code;

	if (descriptor == NULL)
		return SQL_INVALID_HANDLE;
	functions = descriptor->connection->down.functions;
	if (get_own(descriptor, record, field, value)) {
		descriptor->base.diag.source = GH_DIAG_OURS;
		gh_lock_release(gh_descriptor_lock(descriptor));
		return SQL_SUCCESS;
	}
	status = touch(descriptor, &err);
	if (status != GH_OK)
		return gh_leave_descriptor_failed(descriptor, status, &err);
	target = gh_descriptor_target(descriptor);
	fit = GH_FIT(functions, SQLGetDescField, width);
	if (target == SQL_NULL_HDESC || functions->SQLGetDescField[fit] == NULL)
		return gh_leave_descriptor_failed(descriptor, GH_E_NO_FUNCTION,
						  &(struct gh_error){ .text = "SQLGetDescField" });
	if (fit == width || !is_text_field(field))
		return gh_leave_descriptor(descriptor,
					   functions->SQLGetDescField[fit](target, record, field,
									   value, room, length));
	if (gh_out_begin(&out, value, room / (SQLINTEGER)gh_unit(width), width, fit) != GH_OK)
		return gh_leave_descriptor_failed(descriptor, GH_E_MEMORY, &(struct gh_error){ 0 });
	code = functions->SQLGetDescField[fit](target, record, field, out.bytes,
					       (SQLINTEGER)(out.room * (SQLLEN)gh_unit(fit)),
					       length);
	gh_out_end(&out, descriptor->connection, code);
	if (SQL_SUCCEEDED(code) && length != NULL)
		*length = *length * (SQLINTEGER)gh_unit(width) / (SQLINTEGER)gh_unit(fit);
	return gh_leave_descriptor(descriptor, code);
}

SQLRETURN gh_do_SQLGetDescRec(enum gh_width width, SQLHDESC handle, SQLSMALLINT record, void *name,
			      SQLSMALLINT room, SQLSMALLINT *length, SQLSMALLINT *type,
			      SQLSMALLINT *subtype, SQLLEN *octets, SQLSMALLINT *precision,
			      SQLSMALLINT *scale, SQLSMALLINT *nullable)
{
	struct gh_descriptor *descriptor = gh_enter_descriptor(handle);
	const struct gh_functions *functions;
	struct gh_error err = { 0 };
	enum gh_status status;
	struct gh_out out = { 0 };
	enum gh_width fit;
	SQLHDESC target;
	SQLRETURN code;

	if (descriptor == NULL)
		return SQL_INVALID_HANDLE;
	functions = descriptor->connection->down.functions;
	status = touch(descriptor, &err);
	if (status != GH_OK)
		return gh_leave_descriptor_failed(descriptor, status, &err);
	target = gh_descriptor_target(descriptor);
	fit = GH_FIT(functions, SQLGetDescRec, width);
	if (target == SQL_NULL_HDESC || functions->SQLGetDescRec[fit] == NULL)
		return gh_leave_descriptor_failed(descriptor, GH_E_NO_FUNCTION,
						  &(struct gh_error){ .text = "SQLGetDescRec" });
	if (gh_out_begin(&out, name, room, width, fit) != GH_OK)
		return gh_leave_descriptor_failed(descriptor, GH_E_MEMORY, &(struct gh_error){ 0 });
	code = functions->SQLGetDescRec[fit](target, record, out.bytes, room, length, type, subtype,
					     octets, precision, scale, nullable);
	gh_out_end(&out, descriptor->connection, code);
	if (SQL_SUCCEEDED(code) && octets != NULL)
		(void)get_own(descriptor, record, SQL_DESC_OCTET_LENGTH, octets);
	return gh_leave_descriptor(descriptor, code);
}
