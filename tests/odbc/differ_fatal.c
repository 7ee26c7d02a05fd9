/*
 * Calls that are left out because the raw driver, or the manager on its way to
 * it, does not survive them or answers from memory that nobody filled, and those
 * that are refused by design.  Crashes that are rarer are counted and skipped.
 */
#include "differ.h"

#include <string.h>

static bool is_sqlite(const struct gh_recipe *recipe)
{
	return recipe->target->engine == GH_SQLITE;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x80)
			return false;
	}
	return true;
}

/* The empty pattern among the arguments? */
static bool has_empty_text(const struct gh_call *call)
{
	for (int i = 0; i < GH_ARGUMENTS && gh_shapes[call->kind].arguments[i].name; i++) {
		const char *name = gh_shapes[call->kind].arguments[i].name;
		const char *pattern = gh_patterns[(size_t)call->arguments[i] % gh_pattern_count];

		if ((strcmp(name, "table") == 0 || strcmp(name, "pattern") == 0) && pattern &&
		    !pattern[0])
			return true;
	}
	return false;
}

/*
 * For a driver without W functions unixODBC 2.3.11 says that there is twice the
 * room that it has (SQLGetInfoW), converts names that were never written, cuts
 * texts beyond Latin-1 to bytes, and gives an empty text as one without an end.
 */
static bool is_conversion(const struct gh_recipe *recipe, const struct gh_call *call)
{
	if (!recipe->target->ansi_only || call->width != GH_WIDE)
		return false;
	switch (call->kind) {
	case GH_KIND_DESCRIBE:
	case GH_KIND_GET_DESC:
	case GH_KIND_INFO:
	case GH_KIND_NATIVE:
	case GH_KIND_COL_ATTRIBUTE:
		return true;
	case GH_KIND_EXEC_DIRECT:
	case GH_KIND_PREPARE:
		return !is_ascii(gh_sqls[call->arguments[0]].text) ||
		       gh_sqls[call->arguments[0]].text[0] == '\0';
	default:
		return has_empty_text(call);
	}
}

/* A cursor's name that could end a quoted name is refused. */
static bool is_name(const char *text)
{
	return text && !strchr(text, '\\');
}

static bool is_header(long field)
{
	return field == SQL_DIAG_NUMBER || field == SQL_DIAG_RETURNCODE ||
	       field == SQL_DIAG_ROW_COUNT || field == SQL_DIAG_CURSOR_ROW_COUNT ||
	       field == SQL_DIAG_DYNAMIC_FUNCTION || field == SQL_DIAG_DYNAMIC_FUNCTION_CODE;
}

/*
 * psqlODBC tells in a connection's records what a later statement fails of, so beside
 * masks they are copied at once.
 */
static bool is_copy(const struct gh_recipe *recipe, const struct gh_call *call)
{
	return recipe->mode == GH_BESIDE_MASKS && call->arguments[0] == SQL_HANDLE_DBC;
}

/* Memory that the driver never filled, or a record of bookmarks that it does not survive. */
static bool is_chance_field(const struct gh_recipe *recipe, const struct gh_call *call)
{
	const long descriptor = call->arguments[0], record = call->arguments[1];
	const long field = call->arguments[2];

	if (recipe->target->engine == GH_MARIADB) /* connector 3.1.15 */
		return record == 0 && field != SQL_DESC_COUNT && field != SQL_DESC_ARRAY_SIZE &&
		       field != SQL_DESC_ALLOC_TYPE && field != SQL_DESC_BIND_TYPE;
	if (recipe->target->engine != GH_POSTGRESQL)
		return false;
	/* psqlODBC 13.02 */
	return descriptor == SQL_ATTR_IMP_ROW_DESC && field == SQL_DESC_TYPE;
}

/* Is memory converted that the driver did not fill? */
static bool is_chance_type(const struct gh_recipe *recipe, long c_type)
{
	/* psqlODBC 13.02: the type of a binding that was never made */
	if (recipe->target->engine == GH_POSTGRESQL)
		return c_type == SQL_ARD_TYPE;
	return false;
}

/*
 * MariaDB's connector 3.1.15 leaves results of a query with an array of parameters
 * unread, and is "out of sync" from then on: beside masks no name is known either.
 */
static bool leaves_results(const struct gh_recipe *recipe, const struct gh_call *call)
{
	return recipe->target->engine == GH_MARIADB && recipe->mode == GH_BESIDE_MASKS &&
	       (call->kind == GH_KIND_SET_PARAMS ||
		(call->kind == GH_KIND_SET_ATTR && call->arguments[0] == SQL_ATTR_PARAMSET_SIZE));
}

bool gh_call_is_fatal(const struct gh_recipe *recipe, const struct gh_call *call)
{
	if (is_conversion(recipe, call) || leaves_results(recipe, call))
		return true;
	switch (call->kind) {
	case GH_KIND_BIND_COL:
		/* libsqliteodbc 0.9998 reads the type of a column that may not be there */
		if (is_sqlite(recipe) && call->arguments[1] == SQL_C_DEFAULT)
			return true;
		/* MariaDB's connector 3.1.15 reads what it freed where only a length is bound */
		return recipe->target->engine == GH_MARIADB &&
		       call->arguments[1] == SQL_C_WCHAR && call->arguments[3] == 2;
	case GH_KIND_GET_DATA:
		return is_chance_type(recipe, call->arguments[1]);
	case GH_KIND_READ:
		return is_chance_type(recipe, call->arguments[0]);
	case GH_KIND_BIND_PARAM:
		/* output parameters are masked or refused where masks apply */
		return recipe->mode == GH_BESIDE_MASKS && call->arguments[2] != SQL_PARAM_INPUT;
	case GH_KIND_NATIVE:
		/* libsqliteodbc 0.9998 writes beyond a buffer that is too small */
		return is_sqlite(recipe);
	case GH_KIND_COLUMN_PRIVILEGES:
		return recipe->target->ansi_only;
	case GH_KIND_SET_NAME:
		return is_sqlite(recipe) || !is_name(gh_patterns[call->arguments[0]]);
	case GH_KIND_DIAG_REC:
		/* libsqliteodbc 0.9998 ends a text without room in front of it */
		return is_copy(recipe, call) || (is_sqlite(recipe) && call->arguments[2] == 0);
	case GH_KIND_DIAG_FIELD:
		/* beside masks records are ours to tell: where nothing was said there is none */
		if (is_copy(recipe, call) ||
		    (recipe->mode == GH_BESIDE_MASKS && !is_header(call->arguments[2])))
			return true;
		/* libsqliteodbc 0.9998 answers for no field, so its records are ours to tell */
		return is_sqlite(recipe) && call->arguments[2] != SQL_DIAG_NUMBER &&
		       call->arguments[2] != SQL_DIAG_RETURNCODE;
	case GH_KIND_COPY_DESC:
		/* reading back what was copied makes records in MariaDB's connector 3.1.15;
		 * psqlODBC's ANSI driver 13.02 often does not survive it */
		return recipe->target->ansi_only || recipe->target->engine == GH_MARIADB;
	case GH_KIND_SET_DESC:
		/* and so does reading back what one field set */
		if (recipe->mode == GH_BESIDE_MASKS && recipe->target->engine == GH_MARIADB)
			return true;
		return recipe->target->ansi_only;
	case GH_KIND_GET_REC:
		return recipe->target->ansi_only;
	case GH_KIND_SET_REC:
		/* what the driver lacks is said by the manager, in its words, on the raw side */
		return recipe->target->ansi_only;
	case GH_KIND_GET_DESC:
		/* libsqliteodbc 0.9998 has no descriptors; the manager then says so in its words */
		return is_sqlite(recipe) || is_chance_field(recipe, call);
	case GH_KIND_BULK:
		/* beside masks the driver's own text for a failure is withheld */
		return recipe->mode == GH_BESIDE_MASKS;
	default:
		return false;
	}
}
