/*
 * The four implicit descriptors of a statement.  They are the target's, except
 * that what the application says of its row buffers is noted by us as well,
 * since masks may have to stand between.
 */
#include "call.h"
#include "text.h"

/* ---- setting ------------------------------------------------------------------------------ */

/* Statement attributes by the header fields that they stand for (ODBC 3.8, SQLSetStmtAttr). */
static SQLINTEGER row_attribute_of(enum gh_descriptor_kind kind, SQLSMALLINT field)
{
	if (kind == GH_DESCRIPTOR_ARD && field == SQL_DESC_ARRAY_SIZE)
		return SQL_ATTR_ROW_ARRAY_SIZE;
	if (kind == GH_DESCRIPTOR_ARD && field == SQL_DESC_BIND_TYPE)
		return SQL_ATTR_ROW_BIND_TYPE;
	if (kind == GH_DESCRIPTOR_ARD && field == SQL_DESC_BIND_OFFSET_PTR)
		return SQL_ATTR_ROW_BIND_OFFSET_PTR;
	if (kind == GH_DESCRIPTOR_ARD && field == SQL_DESC_ARRAY_STATUS_PTR)
		return SQL_ATTR_ROW_OPERATION_PTR;
	if (kind == GH_DESCRIPTOR_IRD && field == SQL_DESC_ARRAY_STATUS_PTR)
		return SQL_ATTR_ROW_STATUS_PTR;
	if (kind == GH_DESCRIPTOR_IRD && field == SQL_DESC_ROWS_PROCESSED_PTR)
		return SQL_ATTR_ROWS_FETCHED_PTR;
	return 0;
}

/* Fields of a row record that our delivery depends on. */
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
	default:
		break;
	}
}

/* A lower SQL_DESC_COUNT unbinds the columns above it. */
static void mirror_count(struct gh_statement *statement, SQLPOINTER value)
{
	size_t count = (size_t)(uintptr_t)value;

	for (size_t i = count; i < statement->binding_count; i++) {
		struct gh_binding *binding = &statement->bindings[i];

		(void)statement->functions->SQLBindCol(statement->target, (SQLUSMALLINT)(i + 1),
						       SQL_C_CHAR, NULL, 0, NULL);
		binding->value = NULL;
		binding->length = binding->indicator = NULL;
		binding->shadowed = false;
	}
}

/* Parameters that the target writes, by way of the descriptor. */
static bool makes_output(const struct gh_descriptor *descriptor, SQLSMALLINT field,
			 SQLPOINTER value)
{
	return descriptor->kind == GH_DESCRIPTOR_IPD && field == SQL_DESC_PARAMETER_TYPE &&
	       (SQLSMALLINT)(intptr_t)value != SQL_PARAM_INPUT &&
	       descriptor->statement->connection->masks_apply;
}

static void mirror(struct gh_descriptor *descriptor, SQLSMALLINT record, SQLSMALLINT field,
		   SQLPOINTER value)
{
	struct gh_statement *statement = descriptor->statement;
	SQLINTEGER attribute = row_attribute_of(descriptor->kind, field);

	if (attribute != 0)
		gh_mirror_attribute(statement, attribute, value);
	if (descriptor->kind != GH_DESCRIPTOR_ARD)
		return;
	statement->rowset.ready = false;
	if (field == SQL_DESC_COUNT)
		mirror_count(statement, value);
	else if (attribute == 0 && record >= 0)
		mirror_record(gh_binding_at(statement, (SQLUSMALLINT)record), field, value);
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
	struct gh_statement *statement;
	enum gh_width fit;
	SQLHDESC target;
	SQLRETURN code;

	if (descriptor == NULL)
		return SQL_INVALID_HANDLE;
	statement = descriptor->statement;
	target = gh_target_descriptor(descriptor);
	fit = GH_FIT(statement->functions, SQLSetDescField, width);
	if (target == SQL_NULL_HDESC || statement->functions->SQLSetDescField[fit] == NULL ||
	    (field == SQL_DESC_NAME && fit != width))
		return gh_leave_descriptor_failed(descriptor, GH_E_NO_FUNCTION, &err);
	if (makes_output(descriptor, field, value))
		return gh_leave_descriptor_failed(
			descriptor, GH_E_UNGOVERNED,
			&(struct gh_error){ .text = "output parameters where masks apply" });
	if (descriptor->kind == GH_DESCRIPTOR_ARD && record > 0 &&
	    gh_binding_at(statement, (SQLUSMALLINT)record) == NULL)
		return gh_leave_descriptor_failed(descriptor, GH_E_MEMORY, &err);
	code = statement->functions->SQLSetDescField[fit](target, record, field, value, length);
	if (SQL_SUCCEEDED(code))
		mirror(descriptor, record, field, value);
	return gh_leave_descriptor(descriptor, code);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* What we replaced at the target is answered as the application set it. */
static bool get_own(const struct gh_descriptor *descriptor, SQLSMALLINT record, SQLSMALLINT field,
		    SQLPOINTER value)
{
	const struct gh_statement *statement = descriptor->statement;
	const struct gh_binding *binding;

	if (descriptor->kind != GH_DESCRIPTOR_ARD || record < 1 || value == NULL ||
	    (size_t)record > statement->binding_count)
		return false;
	binding = &statement->bindings[record - 1];
	if (!binding->shadowed)
		return false;
	switch (field) {
	case SQL_DESC_DATA_PTR:
		*(SQLPOINTER *)value = binding->value;
		return true;
	case SQL_DESC_OCTET_LENGTH:
		*(SQLLEN *)value = binding->room;
		return true;
	case SQL_DESC_OCTET_LENGTH_PTR:
		*(SQLLEN **)value = binding->length;
		return true;
	case SQL_DESC_INDICATOR_PTR:
		*(SQLLEN **)value = binding->indicator;
		return true;
	case SQL_DESC_CONCISE_TYPE:
	case SQL_DESC_TYPE:
		*(SQLSMALLINT *)value = binding->c_type;
		return true;
	default:
		return false;
	}
}

static bool get_own_header(const struct gh_descriptor *descriptor, SQLSMALLINT field,
			   SQLPOINTER value)
{
	const struct gh_rowset *rowset = &descriptor->statement->rowset;

	if (value == NULL)
		return false;
	switch (row_attribute_of(descriptor->kind, field)) {
	case SQL_ATTR_ROW_BIND_TYPE:
		*(SQLINTEGER *)value = (SQLINTEGER)rowset->bind_type;
		return true;
	case SQL_ATTR_ROW_BIND_OFFSET_PTR:
		*(SQLULEN **)value = rowset->offset;
		return true;
	case SQL_ATTR_ROW_STATUS_PTR:
		*(SQLUSMALLINT **)value = rowset->status;
		return true;
	case SQL_ATTR_ROWS_FETCHED_PTR:
		*(SQLULEN **)value = rowset->fetched;
		return true;
	default:
		return false;
	}
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
	struct gh_statement *statement;
	struct gh_out out = { 0 };
	enum gh_width fit;
	SQLHDESC target;
	SQLRETURN code;

	if (descriptor == NULL)
		return SQL_INVALID_HANDLE;
	statement = descriptor->statement;
	if (get_own(descriptor, record, field, value) || get_own_header(descriptor, field, value)) {
		descriptor->base.diag.source = GH_DIAG_OURS;
		gh_lock_release(&statement->base.lock);
		return SQL_SUCCESS;
	}
	target = gh_target_descriptor(descriptor);
	fit = GH_FIT(statement->functions, SQLGetDescField, width);
	if (target == SQL_NULL_HDESC || statement->functions->SQLGetDescField[fit] == NULL)
		return gh_leave_descriptor_failed(descriptor, GH_E_NO_FUNCTION,
						  &(struct gh_error){ .text = "SQLGetDescField" });
	if (fit == width || !is_text_field(field))
		return gh_leave_descriptor(descriptor,
					   statement->functions->SQLGetDescField[fit](
						   target, record, field, value, room, length));
	if (gh_out_begin(&out, value, room / (SQLINTEGER)gh_unit(width), width, fit) != GH_OK)
		return gh_leave_descriptor_failed(descriptor, GH_E_MEMORY, &(struct gh_error){ 0 });
	code = statement->functions->SQLGetDescField[fit](
		target, record, field, out.bytes, (SQLINTEGER)(out.room * (SQLLEN)gh_unit(fit)),
		length);
	gh_out_end(&out, statement->connection, code);
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
	struct gh_statement *statement;
	struct gh_out out = { 0 };
	enum gh_width fit;
	SQLHDESC target;
	SQLRETURN code;

	if (descriptor == NULL)
		return SQL_INVALID_HANDLE;
	statement = descriptor->statement;
	target = gh_target_descriptor(descriptor);
	fit = GH_FIT(statement->functions, SQLGetDescRec, width);
	if (target == SQL_NULL_HDESC || statement->functions->SQLGetDescRec[fit] == NULL)
		return gh_leave_descriptor_failed(descriptor, GH_E_NO_FUNCTION,
						  &(struct gh_error){ .text = "SQLGetDescRec" });
	if (gh_out_begin(&out, name, room, width, fit) != GH_OK)
		return gh_leave_descriptor_failed(descriptor, GH_E_MEMORY, &(struct gh_error){ 0 });
	code = statement->functions->SQLGetDescRec[fit](target, record, out.bytes, room, length,
							type, subtype, octets, precision, scale,
							nullable);
	gh_out_end(&out, statement->connection, code);
	return gh_leave_descriptor(descriptor, code);
}
