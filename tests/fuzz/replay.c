/*
 * Feeds each file of a corpus to a fuzz target, as TAP: argv[1] is the folder;
 * without it, GH_CORPUS (given at compile time) below top_srcdir.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "gatehouse/util.h"

#ifndef GH_CORPUS
#define GH_CORPUS "tests/fuzz/corpus"
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void replay(const char *folder, const char *name, int number)
{
	char *path = gh_path_join(folder, name);
	struct gh_buf content;
	bool fine = gh_file_read(path, 1 << 20, &content, NULL) == GH_OK;

	if (fine)
		LLVMFuzzerTestOneInput((const uint8_t *)content.bytes, content.length);
	printf("%s %d - %s\n", fine ? "ok" : "not ok", number, name);
	fflush(stdout);
	gh_buf_clear(&content);
	free(path);
}

int main(int count, char **arguments)
{
	const char *top = getenv("top_srcdir");
	char *folder = count > 1 ? gh_text_copy(arguments[1])
				 : gh_path_join(top == NULL ? "." : top, GH_CORPUS);
	DIR *files = folder == NULL ? NULL : opendir(folder);
	struct dirent *file;
	int number = 0;

	if (files == NULL) {
		printf("Bail out! no corpus in %s\n", folder == NULL ? "?" : folder);
		free(folder);
		return EXIT_FAILURE;
	}
	while ((file = readdir(files)) != NULL)
		if (file->d_name[0] != '.')
			replay(folder, file->d_name, ++number);
	printf("1..%d\n", number);
	closedir(files);
	free(folder);
	return number > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
