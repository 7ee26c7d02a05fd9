/*
 * Options and printing for all subcommands.
 */
#include "tool.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct gh_tool_option *find_option(const struct gh_tool_option *options,
						const char *word, size_t length)
{
	for (; options->name != NULL; options++)
		if (strlen(options->name) == length && memcmp(options->name, word, length) == 0)
			return options;
	return NULL;
}

/* Takes the option at *position and, where it needs one, the value behind it. */
static bool take_option(int count, char **arguments, int *position,
			const struct gh_tool_option *options)
{
	char *word = arguments[*position];
	const char *equals = strchr(word, '=');
	size_t length = equals == NULL ? strlen(word) : (size_t)(equals - word);
	const struct gh_tool_option *option = find_option(options, word, length);

	if (option == NULL) {
		gh_tool_complain("unknown option '%s'; try --help", word);
		return false;
	}
	if (option->flag != NULL) {
		*option->flag = true;
		if (equals != NULL)
			gh_tool_complain("option '%s' takes no value", option->name);
		return equals == NULL;
	}
	if (equals == NULL && *position + 1 >= count) {
		gh_tool_complain("option '%s' needs a value", option->name);
		return false;
	}
	*option->value = equals != NULL ? equals + 1 : arguments[++*position];
	return true;
}

bool gh_tool_options(int count, char **arguments, const struct gh_tool_option *options,
		     struct gh_tool_words *words)
{
	bool options_end = false;

	for (int i = 0; i < count; i++) {
		if (!options_end && strcmp(arguments[i], "--") == 0) {
			options_end = true;
		} else if (!options_end && strncmp(arguments[i], "--", 2) == 0) {
			if (!take_option(count, arguments, &i, options))
				return false;
		} else if (words->count < words->room) {
			words->words[words->count++] = arguments[i];
		} else {
			gh_tool_complain("unexpected word '%s'; try --help", arguments[i]);
			return false;
		}
	}
	return true;
}

void gh_tool_error(enum gh_status status, const struct gh_error *err)
{
	if (err->line > 0)
		gh_tool_complain("%s: %s (line %d, column %d)", gh_status_text(status), err->text,
				 err->line, err->column);
	else
		gh_tool_complain("%s: %s", gh_status_text(status), err->text);
}

void gh_tool_complain(const char *format, ...)
{
	va_list arguments;

	fputs("gatehouse: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

bool gh_tool_print(const struct gh_buf *buf)
{
	if (buf->failed != GH_OK)
		return false;
	if (fwrite(buf->bytes, 1, buf->length, stdout) != buf->length || fputc('\n', stdout) == EOF)
		return false;
	return fflush(stdout) == 0;
}
