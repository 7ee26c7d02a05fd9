/* Files and folders. */
#include "unit.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gatehouse/util.h"

static char folder[] = "/tmp/gh-test-file-XXXXXX";

static char *path_of(const char *name)
{
	char *path = gh_path_join(folder, name);

	ck_assert_ptr_nonnull(path);
	return path;
}

START_TEST(create_keeps_the_first_content)
{
	struct gh_buf content;
	struct stat info;
	bool existed = true;
	char *path;

	ck_assert_ptr_nonnull(mkdtemp(folder));
	path = path_of("a/b/key");
	char *parent = path_of("a/b");
	ck_assert_int_eq(gh_dir_make(parent, 0700, NULL), GH_OK);
	ck_assert_int_eq(gh_dir_make(parent, 0700, NULL), GH_OK);
	ck_assert_int_eq(gh_file_create(path, gh_span_from("one"), 0600, &existed, NULL), GH_OK);
	ck_assert(!existed);
	ck_assert_int_eq(gh_file_create(path, gh_span_from("two"), 0600, &existed, NULL), GH_OK);
	ck_assert(existed);
	ck_assert_int_eq(stat(path, &info), 0);
	ck_assert_int_eq(info.st_mode & 0777, 0600);
	ck_assert_int_eq(gh_file_read_private(path, 100, &content, NULL), GH_OK);
	ck_assert_str_eq(content.bytes, "one");
	gh_buf_clear(&content);
	ck_assert_int_eq(gh_file_replace(path, gh_span_from("three"), 0644, NULL), GH_OK);
	ck_assert_int_eq(gh_file_read_private(path, 100, &content, NULL), GH_E_KEY);
	ck_assert_int_eq(gh_file_read(path, 4, &content, NULL), GH_E_LIMIT);
	ck_assert_int_eq(gh_file_read(path, 5, &content, NULL), GH_OK);
	ck_assert_str_eq(content.bytes, "three");
	gh_buf_clear(&content);
	unlink(path);
	free(path);
	rmdir(parent);
	free(parent);
	parent = path_of("a");
	rmdir(parent);
	free(parent);
	ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(what_is_not_a_file_is_refused)
{
	struct gh_error err = { 0 };
	struct gh_buf content;

	ck_assert_int_eq(gh_file_read("/nonexistent/x", 10, &content, &err), GH_E_IO);
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/x"));
	ck_assert_int_eq(gh_file_read("/", 10, &content, &err), GH_E_IO);
	ck_assert_int_eq(gh_file_read("/dev/null", 10, &content, &err), GH_E_IO);
	ck_assert_int_eq(gh_dir_make("/dev/null/x", 0700, &err), GH_E_IO);
}
END_TEST

GH_UNIT_MAIN("file", create_keeps_the_first_content, what_is_not_a_file_is_refused)
