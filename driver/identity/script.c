/*
 * What an interpreter runs: a script, a module or a notebook.  Only its name is
 * taken from the command line; code given there and arguments may hold secrets.
 */
#include "internal.h"

#include <string.h>

struct interpreter {
	const char *pattern;    /* of the file name of the first word */
	const char *with_value; /* one-letter options whose value is the next word */
	const char *inline_code;/* one-letter options that carry code */
	const char *file;       /* option that names the script; NULL: none */
};

static const struct interpreter interpreters[] = {
	{ "python*", "XWQ", "c", NULL },
	{ "pypy*", "XW", "c", NULL },
	{ "rscript", "", "e", "--file=" },
	{ "r", "", "e", "--file=" },
	{ "node*", "rC", "ep", NULL },
	{ "php*", "dcz", "rRBE", "-f" },
	{ "perl*", "", "eE", NULL },
	{ "ruby*", "r", "e", NULL },
};

struct words {
	struct gh_span text; /* NUL-separated and NUL-terminated */
	size_t at;
};

static const char *next_word(struct words *words)
{
	const char *word;

	if (words->at >= words->text.length)
		return NULL;
	word = words->text.bytes + words->at;
	words->at += strlen(word) + 1;
	return word;
}

static const struct interpreter *find_interpreter(const char *program)
{
	const char *slash = strrchr(program, '/');

	for (size_t i = 0; i < sizeof(interpreters) / sizeof(interpreters[0]); i++)
		if (gh_glob_match(interpreters[i].pattern, slash == NULL ? program : slash + 1))
			return &interpreters[i];
	return NULL;
}

static bool is_one(const char *letters, const char *word)
{
	return word[1] != '\0' && word[1] != '-' && strchr(letters, word[1]) != NULL;
}

static const char *file_option(const struct interpreter *interpreter, const char *word,
			       struct words *words)
{
	size_t length = interpreter->file == NULL ? 0 : strlen(interpreter->file);

	if (length == 0 || strncmp(word, interpreter->file, length) != 0)
		return NULL;
	return word[length] != '\0' ? word + length : next_word(words);
}

/* The script's name as it was given; "-c" for code, "-m" with *module set. */
static const char *find_script(const struct interpreter *interpreter, struct words *words,
			       const char **module)
{
	const char *word, *file;

	while ((word = next_word(words)) != NULL) {
		if (word[0] != '-')
			return word;
		if (word[1] == '\0' || strcmp(word, "--eval") == 0 ||
		    strcmp(word, "--print") == 0 || is_one(interpreter->inline_code, word))
			return "-c";
		if (word[1] == 'm' && gh_glob_match("py*", interpreter->pattern)) {
			*module = word[2] != '\0' ? word + 2 : next_word(words);
			return "-m";
		}
		file = file_option(interpreter, word, words);
		if (file != NULL)
			return file;
		if (is_one(interpreter->with_value, word) && word[2] == '\0')
			(void)next_word(words);
	}
	return NULL;
}

/* A relative path is told from the folder that the process is in now. */
static const char *keep_script(struct gh_identity *identity, const char *script,
			       const char *module)
{
	struct gh_buf text, folder;
	const char *kept;

	gh_buf_init(&text, 0);
	gh_buf_init(&folder, 0);
	if (script[0] != '/' && script[0] != '-' &&
	    gh_identity_process_folder(identity->proc, identity->principal.process.pid, &folder)) {
		gh_buf_append(&text, folder.bytes, folder.length);
		gh_buf_append_char(&text, '/');
	}
	gh_buf_append_text(&text, script);
	if (module != NULL) {
		gh_buf_append_char(&text, ' ');
		gh_buf_append_text(&text, module);
	}
	kept = gh_identity_keep(identity, gh_buf_span(&text), GH_IDENTITY_PATH_MAXIMUM);
	gh_buf_clear(&text);
	gh_buf_clear(&folder);
	return kept;
}

void gh_identity_find_script(struct gh_identity *identity, const char *const *environment)
{
	struct gh_process *process = &identity->principal.process;
	const char *notebook = gh_identity_variable(environment, "JPY_SESSION_NAME");
	const struct interpreter *interpreter = NULL;
	const char *program = NULL, *script = NULL, *module = NULL;
	struct gh_buf arguments;
	struct words words = { { NULL, 0 }, 0 };

	if (notebook != NULL && notebook[0] != '\0') {
		process->script = gh_identity_keep(identity, gh_span_from(notebook),
						   GH_IDENTITY_PATH_MAXIMUM);
		return;
	}
	if (gh_identity_process_arguments(identity->proc, process->pid, &arguments)) {
		words.text = gh_buf_span(&arguments);
		program = next_word(&words);
	}
	if (program != NULL)
		interpreter = find_interpreter(program);
	if (interpreter != NULL)
		script = find_script(interpreter, &words, &module);
	if (script != NULL)
		process->script = keep_script(identity, script, module);
	gh_buf_clear_secret(&arguments);
}
