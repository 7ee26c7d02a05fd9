/*
 * The fake driver's output parameters: what is bound is noted, and each execution
 * writes the secret into every set of the first that is no input.  Part of fake.c.
 */
#ifndef GATEHOUSE_TESTS_FAKE_OUTPUTS_H
#define GATEHOUSE_TESTS_FAKE_OUTPUTS_H

FACE SQLBindParameter(SQLHSTMT handle, SQLUSMALLINT parameter, SQLSMALLINT direction,
		      SQLSMALLINT type, SQLSMALLINT sql_type, SQLULEN size, SQLSMALLINT digits,
		      SQLPOINTER value, SQLLEN room, SQLLEN *length)
{
	struct fake *fake = handle;

	(void)parameter, (void)sql_type, (void)size, (void)digits;
	if (answer(fake, "bindparameter") == SQL_ERROR)
		return SQL_ERROR;
	if (direction == SQL_PARAM_OUTPUT || direction == SQL_PARAM_INPUT_OUTPUT)
		fake->output = (struct binding){ type, value, room, length };
	return answer(fake, "bindparameter");
}

FACE SQLGetStmtAttr(SQLHSTMT handle, SQLINTEGER attribute, SQLPOINTER value, SQLINTEGER room,
		    SQLINTEGER *length)
{
	const struct fake *fake = handle;

	(void)room, (void)length;
	if (attribute == SQL_ATTR_PARAMSET_SIZE)
		*(SQLULEN *)value = fake->sets;
	else if (attribute == SQL_ATTR_PARAM_BIND_TYPE)
		*(SQLULEN *)value = fake->set_type;
	else if (attribute == SQL_ATTR_PARAM_BIND_OFFSET_PTR)
		*(SQLULEN **)value = fake->set_offset;
	else
		return SQL_ERROR;
	return SQL_SUCCESS;
}

/* True for an attribute of parameters. */
static bool set_parameters(struct fake *fake, SQLINTEGER attribute, SQLPOINTER value)
{
	if (attribute == SQL_ATTR_PARAMSET_SIZE)
		fake->sets = (SQLULEN)(uintptr_t)value;
	else if (attribute == SQL_ATTR_PARAM_BIND_TYPE)
		fake->set_type = (SQLULEN)(uintptr_t)value;
	else if (attribute == SQL_ATTR_PARAM_BIND_OFFSET_PTR)
		fake->set_offset = value;
	else
		return false;
	return true;
}

/* As ODBC has it: address + offset + set * step. */
static void write_outputs(const struct fake *fake)
{
	const struct binding *output = &fake->output;
	uintptr_t offset = fake->set_offset == NULL ? 0 : *fake->set_offset;

	for (SQLULEN set = 0; output->value != NULL && set < fake->sets; set++) {
		SQLULEN value_step = fake->set_type != 0 ? fake->set_type : (SQLULEN)output->room;
		SQLULEN length_step = fake->set_type != 0 ? fake->set_type : sizeof(SQLLEN);
		char *value = (char *)((uintptr_t)output->value + offset + set * value_step);
		SQLLEN length = (SQLLEN)strlen(SECRET);

		if (set % 2 == 1) /* an odd set's procedure writes nothing */
			continue;
		snprintf(value, (size_t)output->room, "%s", SECRET);
		memcpy((char *)((uintptr_t)output->length + offset + set * length_step), &length,
		       sizeof(length));
	}
}

#endif
