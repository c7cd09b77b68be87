/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "sysfs-tree.h"
#include "unit.h"

/* --- folders --- */

static void test_new(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *file = format_path("%s" DEVICE "/size", f->tree);
	struct daxbus_error error = DAXBUS_ERROR_INIT;
	struct sysfs *fs = NULL;

	assert_false(sysfs_is_live(f->fs));
	assert_int_equal(sysfs_new(&fs, "/nonexistent/tree", NULL, &error), -ENOENT);
	assert_string_equal(
		error.message,
		"cannot open the directory '/nonexistent/tree': No such file or directory");
	assert_int_equal(sysfs_new(&fs, file, NULL, &error), -ENOTDIR);
	assert_int_equal(error.code, -ENOTDIR);
	assert_int_equal(sysfs_new(&fs, "", NULL, &error), -ENOENT);
	assert_null(fs);
	daxbus_error_done(&error);

	assert_int_equal(sysfs_new(&fs, NULL, NULL, NULL), 0);
	assert_true(sysfs_is_live(fs));
	fs = sysfs_free(fs);
	assert_int_equal(sysfs_new(&fs, "//", NULL, NULL), 0);
	assert_true(sysfs_is_live(fs));
	fs = sysfs_free(fs);
	assert_null(fs);
	assert_null(sysfs_free(NULL));
}

static void test_folders(void **state)
{
	static const struct {
		const char *open;
		int r;
		const char *path;
	} rows[] = {
		{ "/", 0, "/" },
		{ "", -ENOENT, NULL },
		{ "/sys/bus/dax/devices", 0, "/sys/bus/dax/devices" },
		{ "sys/bus", 0, "/sys/bus" },
		{ "//sys/./bus//dax/", 0, "/sys/bus/dax" },
		{ "/sys/bus/../devices/platform", 0, "/sys/devices/platform" },
		{ "/../../sys", 0, "/sys" },
		{ "/..", 0, "/" },
		{ "/sys/bus/dax/devices/dax0.0", 0, DEVICE },
		{ "/sys/bus/dax/devices/dax0.0/mapping0", 0, DEVICE "/mapping0" },
		{ "/sys/bus/dax/devices/absolute", 0, DEVICE },
		{ "/sys/bus/dax/devices/twice", 0, DEVICE },
		{ "/sys/bus/dax/devices/dax0.0/driver", 0, "/sys/bus/dax/drivers/kmem" },
		{ "/sys/bus/dax/devices/dax0.0/mapping0/parent/..", 0,
		  "/sys/devices/platform/hmem.0" },
		{ "/sys/bus/dax/devices/dax0.0/..", 0, "/sys/devices/platform/hmem.0" },
		{ "/sys/bus/dax/devices/up", 0, "/etc" },
		{ "/sys/bus/dax/devices/upper", 0, "/" },
		{ "/sys/bus/dax/devices/dax0.0/root", 0, "/" },
		{ "/sys/bus/dax/devices/dax0.0/root/sys", 0, "/sys" },
		{ DEVICE "/mapping1", 0, DEVICE "/mapping0" },
		/* The machine has that folder, the tree does not. */
		{ DEVICE "/mapping2", -ENOENT, NULL },
		{ DEVICE "/to-outside/..", -ENOENT, NULL },
		{ "/usr/bin", -ENOENT, NULL },
		{ "/sys/bus/dax/devices/dangling", -ENOENT, NULL },
		{ "/sys/bus/dax/devices/dax7.0", -ENOENT, NULL },
		{ "/sys/bus/nvdimm/devices", -ENOENT, NULL },
		{ "/sys/bus/dax/devices/self", -ELOOP, NULL },
		{ "/sys/bus/dax/devices/ping", -ELOOP, NULL },
		{ "/sys/bus/dax/devices/ping/..", -ELOOP, NULL },
		{ "/sys/bus/dax/devices/to-file", -ENOTDIR, NULL },
		{ DEVICE "/size", -ENOTDIR, NULL },
		{ DEVICE "/size/..", -ENOTDIR, NULL },
		{ DEVICE "/fifo", -ENOTDIR, NULL },
		{ "/chain/link0", 0, "/chain/link0" },
		{ "/chain/link40", 0, "/chain/link0" },
		{ "/chain/link41", -ELOOP, NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sysfs_dir dir = SYSFS_DIR_INIT;
		int r = sysfs_dir_open(f->fs, &dir, "%s", rows[i].open);

		if (r != rows[i].r)
			fail_msg("row %zu, %s: %d, not %d", i, rows[i].open, r, rows[i].r);
		assert_row(i, (r == 0) == (dir.fd >= 0));
		assert_row(i, (r == 0) == (dir.path != NULL));
		if (r == 0)
			assert_string_equal(dir.path, rows[i].path);
		sysfs_dir_done(&dir);
		assert_row(i, dir.fd == -1 && !dir.path);
		sysfs_dir_done(&dir);
	}
}

static void test_long_path(void **state)
{
	_cleanup_free_ char *path = malloc(PATH_MAX + 1);
	struct fixture *f = *state;
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;

	memset(path, '/', PATH_MAX);
	path[PATH_MAX] = '\0';
	assert_int_equal(sysfs_dir_open(f->fs, &dir, "%s", path), -ENAMETOOLONG);
	memset(path, 'a', PATH_MAX);
	assert_int_equal(sysfs_dir_open(f->fs, &dir, "%s", path), -ENAMETOOLONG);
	dir = open_dir(f->fs, DEVICE);
	assert_false(sysfs_has(&dir, "%s", path));
	path[NAME_MAX + 1] = '\0';
	assert_false(sysfs_has(&dir, "%s/x", path));
}

/*
 * The path behind a link comes from /proc, which says where the root is now and remarks on what is
 * gone.
 */
static void test_moving_root(void **state)
{
	struct fixture *f = *state;
	_cleanup_free_ char *moved = format_path("%s (deleted)", f->tree);
	_cleanup_(sysfs_dir_done) struct sysfs_dir before = SYSFS_DIR_INIT, after = SYSFS_DIR_INIT;
	_cleanup_(sysfs_dir_done) struct sysfs_dir remark = SYSFS_DIR_INIT;

	make_folder(f, "/odd (deleted)");
	make_link(f, "/to-odd", "odd (deleted)");
	before = open_dir(f->fs, "/sys/bus/dax/devices/dax0.0");
	assert_int_equal(rename(f->tree, moved), 0);
	after = open_dir(f->fs, "/sys/bus/dax/devices/dax0.0");
	remark = open_dir(f->fs, "/to-odd");
	assert_int_equal(rename(moved, f->tree), 0);
	assert_string_equal(before.path, DEVICE);
	assert_string_equal(after.path, DEVICE);
	assert_string_equal(remark.path, "/odd (deleted)");
}

/* --- kernels without openat2() --- */

static bool forbid_openat2(int error)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned int)error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { .len = ARRAY_SIZE(filter), .filter = filter };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

enum {
	CHILD_READ,
	CHILD_FAILED,
	CHILD_SKIPPED,
};

/* In a child, because a filter stays for good. It checks with its exit status, not with cmocka. */
static int read_without_openat2(const char *tree, int error)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir dir = SYSFS_DIR_INIT;
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	uint64_t size = 0;

	if (!forbid_openat2(error) || syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0) != -1)
		return CHILD_SKIPPED;
	/* An older valgrind answers in the place of the kernel. */
	if (errno != error)
		return errno == ENOSYS ? CHILD_SKIPPED : CHILD_FAILED;
	if (sysfs_new(&fs, tree, NULL, NULL) < 0 ||
	    sysfs_dir_open(fs, &dir, "/sys/bus/dax/devices/dax0.0") < 0 ||
	    !streq(dir.path, DEVICE) || sysfs_read_u64(&dir, &size, 10, "size") < 0 ||
	    size != 1073741824)
		return CHILD_FAILED;
	return CHILD_READ;
}

static void test_forbidden(void **state)
{
	static const int errors[] = { ENOSYS, EPERM };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		int status = 0;
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (!pid)
			_exit(read_without_openat2(f->tree, errors[i]));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == CHILD_SKIPPED) {
			print_message("no system call filter works here\n");
			skip();
		}
		assert_row(i, WEXITSTATUS(status) == CHILD_READ);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new),	  cmocka_unit_test(test_folders),
		cmocka_unit_test(test_long_path), cmocka_unit_test(test_moving_root),
		cmocka_unit_test(test_forbidden),
	};

	return cmocka_run_group_tests_name("door with openat2", tests, set_up_openat2, tear_down) +
	       cmocka_run_group_tests_name("door with the walk", tests, set_up_walk, tear_down);
}
