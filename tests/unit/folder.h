/*
 * A temporary folder of a test's own, with small files in it.
 */
#ifndef GATEHOUSE_TESTS_FOLDER_H
#define GATEHOUSE_TESTS_FOLDER_H

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GH_FOLDER_ROOM = 128, GH_FOLDER_PATH_ROOM = 256 };

static inline void gh_folder_make(char folder[GH_FOLDER_ROOM])
{
	snprintf(folder, GH_FOLDER_ROOM, "/tmp/gh-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
}

static inline void gh_folder_path(const char *folder, const char *name,
				  char path[GH_FOLDER_PATH_ROOM])
{
	int length = snprintf(path, GH_FOLDER_PATH_ROOM, "%s/%s", folder, name);

	ck_assert(length > 0 && length < GH_FOLDER_PATH_ROOM);
}

static inline void gh_folder_put(const char *folder, const char *name, const char *text)
{
	char path[GH_FOLDER_PATH_ROOM];
	FILE *file;

	gh_folder_path(folder, name, path);
	file = fopen(path, "we");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_ge(fputs(text, file), 0);
	ck_assert_int_eq(fclose(file), 0);
}

static inline int gh_folder_forget(const char *path, const struct stat *info, int kind,
				   struct FTW *where)
{
	(void)info;
	(void)kind;
	(void)where;
	return remove(path);
}

static inline void gh_folder_remove(const char *folder)
{
	ck_assert_int_eq(nftw(folder, gh_folder_forget, 8, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
