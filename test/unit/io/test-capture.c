/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/string.h"
#include "io/capture.h"
#include "tree.h"
#include "unit.h"

/*
 * The tree that is captured, and beside it: TARGET, the directory for the copy, and VICTIM, a
 * directory and a file of somebody else.
 */
struct paths {
	char target[128], victim[128], file[160];
};

static void make_paths(const struct tree *t, struct paths *p)
{
	snprintf(p->target, sizeof(p->target), "%s/target", t->folder);
	snprintf(p->victim, sizeof(p->victim), "%s/victim", t->folder);
	snprintf(p->file, sizeof(p->file), "%s/victim/file", t->folder);
	tree_write(t, "precious", "/victim/file");
	tree_write(t, "1", "/sys/a");
	tree_write(t, "2", "/sys/b");
	tree_write(t, "3", "/sys/c");
}

static void read_all(const struct tree *t)
{
	static const char *const names[] = { "a", "b", "c", "a" };
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;

	assert_int_equal(sysfs_dir_open(t->fs, &dir, "/sys"), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_cleanup_free_ char *text = NULL;

		assert_int_equal(sysfs_read_str(&dir, &text, "%s", names[i]), 0);
	}
}

static void assert_text(const char *directory, const char *name, const char *expected)
{
	_cleanup_free_ char *path = NULL;
	char text[32] = "";
	struct stat st;
	int fd;

	assert_int_equal(string_format(&path, "%s/%s", directory, name), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(read(fd, text, sizeof(text) - 1) >= 0);
	close(fd);
	assert_string_equal(text, expected);
}

/* Another user can write to the directory, and knows which files come. */
static void test_planted(void **state)
{
	const struct tree *t = *state;
	struct capture capture = CAPTURE_INIT;
	struct paths p;
	int sys;

	make_paths(t, &p);
	assert_int_equal(capture_open(&capture, p.target, t->fs, NULL), 0);
	assert_int_equal(mkdirat(capture.fd, "sys", 0777), 0);
	sys = openat(capture.fd, "sys", O_DIRECTORY | O_CLOEXEC);
	assert_true(sys >= 0);
	assert_int_equal(mkfifoat(sys, "a", 0666), 0);
	assert_int_equal(linkat(AT_FDCWD, p.file, sys, "b", 0), 0);
	assert_int_equal(symlinkat(p.file, sys, "c"), 0);
	close(sys);
	read_all(t);
	assert_int_equal(capture_finish(&capture, NULL), 0);
	capture_done(&capture);
	assert_text(p.victim, "file", "precious\n");
	assert_text(p.target, "sys/a", "1\n");
	assert_text(p.target, "sys/b", "2\n");
	assert_text(p.target, "sys/c", "3\n");
}

/* Another user can write to the directory above. */
static void test_exchanged(void **state)
{
	const struct tree *t = *state;
	struct capture capture = CAPTURE_INIT;
	_cleanup_free_ char *moved = NULL;
	struct paths p;

	make_paths(t, &p);
	assert_int_equal(string_format(&moved, "%s/moved", t->folder), 0);
	assert_int_equal(capture_open(&capture, p.target, t->fs, NULL), 0);
	assert_int_equal(rename(p.target, moved), 0);
	assert_int_equal(symlink(p.victim, p.target), 0);
	read_all(t);
	assert_int_equal(capture_finish(&capture, NULL), 0);
	capture_done(&capture);
	assert_text(moved, "sys/a", "1\n");
	assert_int_equal(unlink(p.file), 0);
	/* Nothing else was written there. */
	assert_int_equal(rmdir(p.victim), 0);
}

static void test_link(void **state)
{
	const struct tree *t = *state;
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct paths p;

	make_paths(t, &p);
	assert_int_equal(unlink(p.file), 0);
	assert_int_equal(symlink(p.victim, p.target), 0);
	for (int slash = 0; slash < 2; slash++) {
		struct capture capture = CAPTURE_INIT;

		assert_int_equal(capture_open(&capture, p.target, t->fs, &error), -ENOTDIR);
		daxbus_error_done(&error);
		capture_done(&capture);
		strcat(p.target, "//");
	}
	assert_int_equal(rmdir(p.victim), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, tree_set_up, tree_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_planted),
		TEST(test_exchanged),
		TEST(test_link),
	};

	return cmocka_run_group_tests_name("capture", tests, NULL, NULL);
}
