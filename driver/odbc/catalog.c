/*
 * Catalog functions: decided and journalled like statements, then forwarded in
 * the application's flavour or converted strictly.
 */
#include "call.h"
#include "text.h"

#include <string.h>

enum { MOST_TEXTS = 6 };

/* A catalog call on its way: the statement, and its texts in the target's flavour. */
struct catalog_call {
	struct gh_statement *statement;
	enum gh_width fit;
	struct gh_in in[MOST_TEXTS];
	size_t count;
	const char *function;
	bool suspended;              /* converted texts do not outlive the call */
	const struct gh_text *types; /* SQLTables: its list of types; NULL: none */
	SQLRETURN code; /* when it ended before the target was called */
};

/*
 * The list of table types: "TABLE,VIEW" or "'TABLE', 'VIEW'".  MariaDB's driver
 * copies it into SQL of its own as it is.
 */
static bool is_type_character(unsigned char c)
{
	bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

	return letter || c >= 0x80 || strchr("0123456789_ %", c) != NULL;
}

static bool is_type_list(struct gh_span list)
{
	size_t quotes = 0; /* of the current item: none, open, closed */

	for (size_t i = 0; i < list.length; i++) {
		unsigned char c = (unsigned char)list.bytes[i];

		if (c == ',' && quotes != 1)
			quotes = 0;
		else if (c == '\'' && quotes < 2)
			quotes++;
		else if (!is_type_character(c) || c == '\0' || (quotes == 2 && c != ' '))
			return false;
	}
	return quotes != 1;
}

static enum gh_status check_types(struct gh_statement *statement, const struct gh_text *types,
				  struct gh_error *err)
{
	struct gh_buf list;
	enum gh_status status = GH_OK;

	gh_buf_init(&list, 4096);
	if (types->bytes != NULL)
		status = gh_text_decode(statement->connection->down.charset, types, &list, err);
	if (status == GH_OK && !is_type_list(gh_buf_span(&list)))
		status = gh_fail(err, GH_E_ARGUMENT, "not a list of table types");
	gh_buf_clear(&list);
	return status;
}

static enum gh_status fit_texts(struct catalog_call *call, const struct gh_text *texts,
				struct gh_error *err)
{
	enum gh_status status = GH_OK;

	for (size_t i = 0; i < call->count && status == GH_OK; i++)
		status = gh_in_fit(call->statement->connection, &texts[i], call->fit, &call->in[i],
				   err);
	return status;
}

static void clear(struct catalog_call *call)
{
	for (size_t i = 0; i < call->count; i++)
		gh_in_clear(&call->in[i]);
}

static enum gh_status begin_new(struct catalog_call *call, const struct gh_text *texts,
				struct gh_error *err)
{
	enum gh_status status = gh_statement_judge_catalog(call->statement, call->function, err);

	if (status == GH_OK && call->count > 0 && texts[0].width != call->fit) {
		status = gh_async_suspend(call->statement, err);
		call->suspended = status == GH_OK;
	}
	return status == GH_OK ? gh_statement_begin(call->statement, err) : status;
}

/* False: denied or impossible, call->code is the answer. */
static bool begin(struct catalog_call *call, SQLHSTMT handle, const char *function,
		  const struct gh_text *texts)
{
	struct gh_error err = { 0 };
	enum gh_status status;

	call->statement = gh_enter_statement(handle);
	call->code = SQL_INVALID_HANDLE;
	if (call->statement == NULL)
		return false;
	call->function = function;
	status = call->types == NULL ? GH_OK : check_types(call->statement, call->types, &err);
	if (status == GH_OK)
		status = fit_texts(call, texts, &err);
	if (status == GH_OK && !gh_is_again(call->statement, function))
		status = begin_new(call, texts, &err);
	if (status == GH_OK)
		return true;
	clear(call);
	call->code = gh_leave_failed(&call->statement->base, status, &err);
	return false;
}

static SQLRETURN end(struct catalog_call *call, SQLRETURN code)
{
	clear(call);
	gh_note_running(call->statement, call->function, code);
	gh_statement_answered(call->statement, code);
	if (call->suspended)
		gh_async_resume_after(call->statement, code);
	return gh_leave_statement(call->statement, code);
}

/*
 * The flavour is chosen before the handle is known to be good, so it is read
 * through a check; a target without the function answers IM001.
 */
#define FIT_OR_LEAVE(call, name, width)                                                            \
	do {                                                                                       \
		struct gh_statement *checked = gh_enter_statement(handle);                         \
                                                                                                   \
		if (checked == NULL)                                                               \
			return SQL_INVALID_HANDLE;                                                 \
		if (!GH_HAS_TEXT(checked->functions, name))                                        \
			return gh_leave_failed(&checked->base, GH_E_NO_FUNCTION,                   \
					       &(struct gh_error){ .text = #name });               \
		(call)->fit = GH_FIT(checked->functions, name, width);                             \
		(void)gh_leave(&checked->base, SQL_SUCCESS);                                       \
	} while (0)

/* The text and length of part i, for the target. */
#define PART(call, i) (call).in[i].bytes, (SQLSMALLINT)(call).in[i].length

SQLRETURN gh_do_SQLTables(enum gh_width width, SQLHSTMT handle, void *catalog,
			  SQLSMALLINT catalog_length, void *schema, SQLSMALLINT schema_length,
			  void *table, SQLSMALLINT table_length, void *type,
			  SQLSMALLINT type_length)
{
	const struct gh_text texts[] = { { width, catalog, catalog_length },
					 { width, schema, schema_length },
					 { width, table, table_length },
					 { width, type, type_length } };
	struct catalog_call call = { .count = 4, .types = &texts[3] };

	FIT_OR_LEAVE(&call, SQLTables, width);
	if (!begin(&call, handle, "SQLTables", texts))
		return call.code;
	return end(&call, call.statement->functions->SQLTables[call.fit](
				  call.statement->target, PART(call, 0), PART(call, 1),
				  PART(call, 2), PART(call, 3)));
}

SQLRETURN gh_do_SQLColumns(enum gh_width width, SQLHSTMT handle, void *catalog,
			   SQLSMALLINT catalog_length, void *schema, SQLSMALLINT schema_length,
			   void *table, SQLSMALLINT table_length, void *column,
			   SQLSMALLINT column_length)
{
	const struct gh_text texts[] = { { width, catalog, catalog_length },
					 { width, schema, schema_length },
					 { width, table, table_length },
					 { width, column, column_length } };
	struct catalog_call call = { .count = 4 };

	FIT_OR_LEAVE(&call, SQLColumns, width);
	if (!begin(&call, handle, "SQLColumns", texts))
		return call.code;
	return end(&call, call.statement->functions->SQLColumns[call.fit](
				  call.statement->target, PART(call, 0), PART(call, 1),
				  PART(call, 2), PART(call, 3)));
}

SQLRETURN gh_do_SQLPrimaryKeys(enum gh_width width, SQLHSTMT handle, void *catalog,
			       SQLSMALLINT catalog_length, void *schema, SQLSMALLINT schema_length,
			       void *table, SQLSMALLINT table_length)
{
	const struct gh_text texts[] = { { width, catalog, catalog_length },
					 { width, schema, schema_length },
					 { width, table, table_length } };
	struct catalog_call call = { .count = 3 };

	FIT_OR_LEAVE(&call, SQLPrimaryKeys, width);
	if (!begin(&call, handle, "SQLPrimaryKeys", texts))
		return call.code;
	return end(&call,
		   call.statement->functions->SQLPrimaryKeys[call.fit](
			   call.statement->target, PART(call, 0), PART(call, 1), PART(call, 2)));
}

SQLRETURN gh_do_SQLForeignKeys(enum gh_width width, SQLHSTMT handle, void *pk_catalog,
			       SQLSMALLINT pk_catalog_length, void *pk_schema,
			       SQLSMALLINT pk_schema_length, void *pk_table,
			       SQLSMALLINT pk_table_length, void *fk_catalog,
			       SQLSMALLINT fk_catalog_length, void *fk_schema,
			       SQLSMALLINT fk_schema_length, void *fk_table,
			       SQLSMALLINT fk_table_length)
{
	const struct gh_text texts[] = {
		{ width, pk_catalog, pk_catalog_length }, { width, pk_schema, pk_schema_length },
		{ width, pk_table, pk_table_length },     { width, fk_catalog, fk_catalog_length },
		{ width, fk_schema, fk_schema_length },   { width, fk_table, fk_table_length }
	};
	struct catalog_call call = { .count = 6 };

	FIT_OR_LEAVE(&call, SQLForeignKeys, width);
	if (!begin(&call, handle, "SQLForeignKeys", texts))
		return call.code;
	return end(&call, call.statement->functions->SQLForeignKeys[call.fit](
				  call.statement->target, PART(call, 0), PART(call, 1),
				  PART(call, 2), PART(call, 3), PART(call, 4), PART(call, 5)));
}

SQLRETURN gh_do_SQLStatistics(enum gh_width width, SQLHSTMT handle, void *catalog,
			      SQLSMALLINT catalog_length, void *schema, SQLSMALLINT schema_length,
			      void *table, SQLSMALLINT table_length, SQLUSMALLINT unique,
			      SQLUSMALLINT accuracy)
{
	const struct gh_text texts[] = { { width, catalog, catalog_length },
					 { width, schema, schema_length },
					 { width, table, table_length } };
	struct catalog_call call = { .count = 3 };

	FIT_OR_LEAVE(&call, SQLStatistics, width);
	if (!begin(&call, handle, "SQLStatistics", texts))
		return call.code;
	return end(&call, call.statement->functions->SQLStatistics[call.fit](
				  call.statement->target, PART(call, 0), PART(call, 1),
				  PART(call, 2), unique, accuracy));
}

SQLRETURN gh_do_SQLSpecialColumns(enum gh_width width, SQLHSTMT handle, SQLUSMALLINT kind,
				  void *catalog, SQLSMALLINT catalog_length, void *schema,
				  SQLSMALLINT schema_length, void *table, SQLSMALLINT table_length,
				  SQLUSMALLINT scope, SQLUSMALLINT nullable)
{
	const struct gh_text texts[] = { { width, catalog, catalog_length },
					 { width, schema, schema_length },
					 { width, table, table_length } };
	struct catalog_call call = { .count = 3 };

	FIT_OR_LEAVE(&call, SQLSpecialColumns, width);
	if (!begin(&call, handle, "SQLSpecialColumns", texts))
		return call.code;
	return end(&call, call.statement->functions->SQLSpecialColumns[call.fit](
				  call.statement->target, kind, PART(call, 0), PART(call, 1),
				  PART(call, 2), scope, nullable));
}

SQLRETURN gh_do_SQLProcedures(enum gh_width width, SQLHSTMT handle, void *catalog,
			      SQLSMALLINT catalog_length, void *schema, SQLSMALLINT schema_length,
			      void *name, SQLSMALLINT name_length)
{
	const struct gh_text texts[] = { { width, catalog, catalog_length },
					 { width, schema, schema_length },
					 { width, name, name_length } };
	struct catalog_call call = { .count = 3 };

	FIT_OR_LEAVE(&call, SQLProcedures, width);
	if (!begin(&call, handle, "SQLProcedures", texts))
		return call.code;
	return end(&call,
		   call.statement->functions->SQLProcedures[call.fit](
			   call.statement->target, PART(call, 0), PART(call, 1), PART(call, 2)));
}

SQLRETURN gh_do_SQLProcedureColumns(enum gh_width width, SQLHSTMT handle, void *catalog,
				    SQLSMALLINT catalog_length, void *schema,
				    SQLSMALLINT schema_length, void *name, SQLSMALLINT name_length,
				    void *column, SQLSMALLINT column_length)
{
	const struct gh_text texts[] = { { width, catalog, catalog_length },
					 { width, schema, schema_length },
					 { width, name, name_length },
					 { width, column, column_length } };
	struct catalog_call call = { .count = 4 };

	FIT_OR_LEAVE(&call, SQLProcedureColumns, width);
	if (!begin(&call, handle, "SQLProcedureColumns", texts))
		return call.code;
	return end(&call, call.statement->functions->SQLProcedureColumns[call.fit](
				  call.statement->target, PART(call, 0), PART(call, 1),
				  PART(call, 2), PART(call, 3)));
}

SQLRETURN gh_do_SQLTablePrivileges(enum gh_width width, SQLHSTMT handle, void *catalog,
				   SQLSMALLINT catalog_length, void *schema,
				   SQLSMALLINT schema_length, void *table, SQLSMALLINT table_length)
{
	const struct gh_text texts[] = { { width, catalog, catalog_length },
					 { width, schema, schema_length },
					 { width, table, table_length } };
	struct catalog_call call = { .count = 3 };

	FIT_OR_LEAVE(&call, SQLTablePrivileges, width);
	if (!begin(&call, handle, "SQLTablePrivileges", texts))
		return call.code;
	return end(&call,
		   call.statement->functions->SQLTablePrivileges[call.fit](
			   call.statement->target, PART(call, 0), PART(call, 1), PART(call, 2)));
}

SQLRETURN gh_do_SQLColumnPrivileges(enum gh_width width, SQLHSTMT handle, void *catalog,
				    SQLSMALLINT catalog_length, void *schema,
				    SQLSMALLINT schema_length, void *table,
				    SQLSMALLINT table_length, void *column,
				    SQLSMALLINT column_length)
{
	const struct gh_text texts[] = { { width, catalog, catalog_length },
					 { width, schema, schema_length },
					 { width, table, table_length },
					 { width, column, column_length } };
	struct catalog_call call = { .count = 4 };

	FIT_OR_LEAVE(&call, SQLColumnPrivileges, width);
	if (!begin(&call, handle, "SQLColumnPrivileges", texts))
		return call.code;
	return end(&call, call.statement->functions->SQLColumnPrivileges[call.fit](
				  call.statement->target, PART(call, 0), PART(call, 1),
				  PART(call, 2), PART(call, 3)));
}

SQLRETURN gh_do_SQLGetTypeInfo(enum gh_width width, SQLHSTMT handle, SQLSMALLINT type)
{
	struct catalog_call call = { .count = 0 };

	FIT_OR_LEAVE(&call, SQLGetTypeInfo, width);
	if (!begin(&call, handle, "SQLGetTypeInfo", NULL))
		return call.code;
	return end(&call, call.statement->functions->SQLGetTypeInfo[call.fit](
				  call.statement->target, type));
}
