/*
 * The log of the boundary: opening its file, and one line for each call.  Which
 * functions are traced is entry_points.c's to say (all), and what a line may hold
 * is doc/design/trace.md's: numbers and SQLSTATEs, never a text or a value.
 */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define HEADER "# gatehouse trace 1\n"

struct gh_trace {
	atomic_uint users; /* the connection and the calls that run */
	int fd;
};

/* ---- the file -------------------------------------------------------------------------- */

/* Whoever runs a set-user-ID program must not choose where it writes. */
static bool has_borrowed_rights(void)
{
	return getuid() != geteuid() || getgid() != getegid();
}

static enum gh_status check_begin(int fd, const char *path, off_t size, struct gh_error *err)
{
	char begin[sizeof(HEADER) - 1];

	if (size == 0)
		return write(fd, HEADER, sizeof(begin)) == (ssize_t)sizeof(begin)
			       ? GH_OK
			       : gh_fail(err, GH_E_IO, "Trace=%.200s: %s", path, strerror(errno));
	if (pread(fd, begin, sizeof(begin), 0) != (ssize_t)sizeof(begin) ||
	    memcmp(begin, HEADER, sizeof(begin)) != 0)
		return gh_fail(err, GH_E_KEYWORD, "Trace=%.200s exists and is no trace", path);
	return GH_OK;
}

/* Ours alone, and nothing but a trace: what else the user owns is not appended to. */
static enum gh_status check_file(int fd, const char *path, struct gh_error *err)
{
	struct stat info;

	if (fstat(fd, &info) != 0)
		return gh_fail(err, GH_E_IO, "Trace=%.200s: %s", path, strerror(errno));
	if (!S_ISREG(info.st_mode) || info.st_nlink != 1)
		return gh_fail(err, GH_E_KEYWORD,
			       "Trace=%.200s is not a regular file with one name", path);
	if (info.st_uid != geteuid() || (info.st_mode & 077) != 0)
		return gh_fail(err, GH_E_KEYWORD,
			       "Trace=%.200s must be the user's own with mode 0600", path);
	return check_begin(fd, path, info.st_size, err);
}

static enum gh_status open_file(const char *path, int *out, struct gh_error *err)
{
	/* O_NONBLOCK: a FIFO in this place must not hold us up */
	int fd = open(path,
		      O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		      0600);
	enum gh_status status;

	*out = -1;
	if (fd < 0)
		return gh_fail(err, GH_E_IO, "Trace=%.200s: %s", path, strerror(errno));
	status = check_file(fd, path, err);
	if (status != GH_OK) {
		close(fd);
		return status;
	}
	*out = fd;
	return GH_OK;
}

enum gh_status gh_trace_open(const struct gh_keywords *keywords, const struct gh_config *config,
			     struct gh_trace **out, struct gh_error *err)
{
	const char *path = gh_keywords_get(keywords, "Trace");
	struct gh_trace *trace;
	enum gh_status status;

	*out = NULL;
	if (path == NULL || *path == '\0' || strcmp(path, "0") == 0)
		return GH_OK;
	if (!config->trace_allowed)
		return gh_fail(err, GH_E_KEYWORD, "Trace: gatehouse.xml does not allow it");
	if (has_borrowed_rights())
		return gh_fail(err, GH_E_KEYWORD, "Trace: not in a set-user-ID program");
	if (*path != '/')
		return gh_fail(err, GH_E_KEYWORD, "Trace=%.200s is not an absolute path", path);
	trace = calloc(1, sizeof(*trace));
	if (trace == NULL)
		return gh_fail(err, GH_E_MEMORY, "trace");
	status = open_file(path, &trace->fd, err);
	if (status != GH_OK) {
		free(trace);
		return status;
	}
	atomic_init(&trace->users, 1);
	atomic_fetch_add(&gh_process_traces, 1);
	*out = trace;
	return GH_OK;
}

void gh_trace_release(struct gh_trace *trace)
{
	if (trace == NULL || atomic_fetch_sub(&trace->users, 1) != 1)
		return;
	atomic_fetch_sub(&gh_process_traces, 1);
	close(trace->fd);
	free(trace);
}

/* ---- who is called ------------------------------------------------------------------------ */

/* NULL: no handle of ours, or one without a connection. */
static struct gh_connection *connection_of(SQLHANDLE handle)
{
	if (handle == NULL || ((uintptr_t)handle & (sizeof(void *) - 1)) != 0)
		return NULL;
	switch (((const struct gh_handle *)handle)->magic) {
	case GH_MAGIC_CONNECTION:
		return handle;
	case GH_MAGIC_STATEMENT:
		return ((struct gh_statement *)handle)->connection;
	case GH_MAGIC_DESCRIPTOR:
		return ((struct gh_descriptor *)handle)->connection;
	default:
		return NULL;
	}
}

/* In a child of fork another thread of the parent may have had the handle's lock. */
static bool was_inherited(const struct gh_handle *handle)
{
	return handle->fork_mark != NULL ? *handle->fork_mark == 0 : handle->pid != getpid();
}

static const char *kind_of(SQLHANDLE handle)
{
	switch (((const struct gh_handle *)handle)->magic) {
	case GH_MAGIC_STATEMENT:
		return "stmt";
	case GH_MAGIC_DESCRIPTOR:
		return "desc";
	default:
		return "dbc";
	}
}

/* A statement's own descriptors go by its number. */
static unsigned number_of(SQLHANDLE handle)
{
	const struct gh_handle *base = handle;
	const struct gh_descriptor *descriptor = handle;

	if (base->magic == GH_MAGIC_DESCRIPTOR && descriptor->statement != NULL)
		return descriptor->statement->base.number;
	return base->number;
}

static void take(struct gh_trace_call *call, SQLHANDLE handle,
		 const struct gh_connection *connection)
{
	if (connection == NULL || connection->trace == NULL || was_inherited(handle))
		return;
	call->trace = connection->trace;
	atomic_fetch_add(&call->trace->users, 1);
	call->kind = kind_of(handle);
	call->number = number_of(handle);
}

void gh_trace_begin(struct gh_trace_call *call, SQLHANDLE handle)
{
	call->started = gh_time_monotonic_us();
	take(call, handle, connection_of(handle));
}

/* ---- lines ----------------------------------------------------------------------------------- */

static const char *code_name(SQLRETURN code)
{
	switch (code) {
	case SQL_SUCCESS:
		return "SQL_SUCCESS";
	case SQL_SUCCESS_WITH_INFO:
		return "SQL_SUCCESS_WITH_INFO";
	case SQL_ERROR:
		return "SQL_ERROR";
	case SQL_INVALID_HANDLE:
		return "SQL_INVALID_HANDLE";
	case SQL_NO_DATA:
		return "SQL_NO_DATA";
	case SQL_NEED_DATA:
		return "SQL_NEED_DATA";
	case SQL_STILL_EXECUTING:
		return "SQL_STILL_EXECUTING";
	default:
		return "SQL_OTHER";
	}
}

static void write_arguments(const struct gh_trace_call *call, struct gh_buf *line)
{
	for (size_t i = 0; i < call->argument_count; i++) {
		const struct gh_trace_argument *argument = &call->arguments[i];

		if (argument->kind == GH_TRACE_NUMBER)
			(void)gh_buf_printf(line, " %s=%jd", argument->name,
					    (intmax_t)argument->number);
		else if (strcmp(argument->name, "handle") != 0 &&
			 strcmp(argument->name, "target") != 0)
			(void)gh_buf_printf(line, " %s=%s", argument->name,
					    argument->number == 0 ? "null" : "set");
	}
}

/* The records are ours from now on if the target could not be asked for them twice. */
static void write_target_states(struct gh_handle *handle, const struct gh_downstream *down,
				SQLHANDLE target, struct gh_buf *line)
{
	enum { MOST = 16 };
	SQLSMALLINT type = handle->magic == GH_MAGIC_STATEMENT ? SQL_HANDLE_STMT : SQL_HANDLE_DBC;
	struct gh_diagnostic record;

	if (down->reads_once)
		gh_diag_snapshot(&handle->diag, down, type, target, GH_SCRUB_NO);
	for (SQLSMALLINT i = 1; !down->reads_once && i <= MOST; i++) {
		if (!gh_downstream_diagnostic(down, type, target, i, &record))
			return;
		(void)gh_buf_printf(line, " %s", record.state);
		gh_free_secret(record.text, strlen(record.text));
	}
}

static void write_states(SQLHANDLE handle, struct gh_buf *line)
{
	struct gh_handle *base = handle;
	const struct gh_statement *statement = handle;

	gh_lock_take(&base->lock);
	if (base->diag.source == GH_DIAG_TARGET && base->magic == GH_MAGIC_STATEMENT)
		write_target_states(base, &statement->connection->down, statement->target, line);
	for (size_t i = 0; i < base->diag.count; i++)
		(void)gh_buf_printf(line, " %s", base->diag.records[i].state);
	gh_lock_release(&base->lock);
}

/*
 * A function that reads diagnostics has none, a descriptor's lie with its
 * statement, and a handle that was freed is not looked at.
 */
static bool has_states(const struct gh_trace_call *call, SQLRETURN code)
{
	return (code == SQL_ERROR || code == SQL_SUCCESS_WITH_INFO) &&
	       strncmp(call->function, "SQLGetDiag", 10) != 0 &&
	       strncmp(call->function, "SQLFree", 7) != 0 && strcmp(call->kind, "desc") != 0;
}

static void write_line(const struct gh_trace_call *call, SQLHANDLE handle, SQLRETURN code)
{
	struct gh_buf line;

	gh_buf_init(&line, 4096);
	(void)gh_time_append(&line, gh_time_utc_us());
	(void)gh_buf_printf(&line, " pid=%ld tid=%ld %s#%u %s %s us=%jd", (long)getpid(),
			    (long)syscall(SYS_gettid), call->kind, call->number, call->function,
			    code_name(code), (intmax_t)(gh_time_monotonic_us() - call->started));
	if (has_states(call, code))
		write_states(handle, &line);
	write_arguments(call, &line);
	(void)gh_buf_append_char(&line, '\n');
	/* what can't be written is lost: a trace stops nobody */
	if (line.failed == GH_OK && write(call->trace->fd, line.bytes, line.length) < 0)
		gh_buf_reset(&line);
	gh_buf_clear(&line);
}

SQLRETURN gh_trace_end(struct gh_trace_call *call, SQLHANDLE handle, SQLRETURN code)
{
	/* a connect opens the trace that it is written to */
	if (call->trace == NULL && strstr(call->function, "Connect") != NULL)
		take(call, handle, connection_of(handle));
	if (call->trace == NULL)
		return code;
	write_line(call, handle, code);
	gh_trace_release(call->trace);
	return code;
}
