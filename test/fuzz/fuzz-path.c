/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any path, through a link with any target: the walk must find the directory that openat2() finds,
 * or fail as it does. The first line of the input is where the link points, the second is the path.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "io/sysfs.h"

/*
 * The walk has bounds that the kernel has not; with shorter input only chains of links reach them.
 */
#define SIZE_MAX_OF_INPUT 1024

static int make_tree(void)
{
	int root = open(fuzz_directory(), O_PATH | O_DIRECTORY | O_CLOEXEC);
	int file;

	fuzz_check(root >= 0);
	fuzz_check(mkdirat(root, "a", 0755) == 0 && mkdirat(root, "a/b", 0755) == 0);
	fuzz_check(mkdirat(root, "c", 0755) == 0);
	fuzz_check(symlinkat("a/b", root, "ab") == 0);
	fuzz_check(symlinkat("../../c", root, "a/b/c") == 0);
	fuzz_check(symlinkat("/a", root, "c/a") == 0);
	fuzz_check(symlinkat("../../../..", root, "c/up") == 0);
	fuzz_check(symlinkat("/l", root, "c/l") == 0);
	file = openat(root, "f", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	fuzz_check(file >= 0);
	close(file);
	return root;
}

static void compare(struct sysfs *kernel, struct sysfs *walk, const char *path)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir a = SYSFS_DIR_INIT, b = SYSFS_DIR_INIT;
	int r = sysfs_dir_open(kernel, &a, "%s", path);
	int q = sysfs_dir_open(walk, &b, "%s", path);
	struct stat st_a, st_b;

	if (q == -ENAMETOOLONG)
		return;
	if (r != q)
		fprintf(stderr, "%s: openat2 %d, walk %d\n", path, r, q);
	fuzz_check(r == q);
	if (r < 0)
		return;
	fuzz_check(fstat(a.fd, &st_a) == 0 && fstat(b.fd, &st_b) == 0);
	fuzz_check(st_a.st_dev == st_b.st_dev && st_a.st_ino == st_b.st_ino);
	fuzz_check(streq(a.path, b.path));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int root = -1;
	static struct sysfs *kernel, *walk;
	char *target, *path;

	if (root < 0) {
		root = make_tree();
		fuzz_check(sysfs_new(&kernel, fuzz_directory(), NULL, NULL) == 0);
		fuzz_check(sysfs_new(&walk, fuzz_directory(), NULL, NULL) == 0);
		sysfs_force_walk(walk);
	}
	if (size > SIZE_MAX_OF_INPUT)
		return 0;
	target = fuzz_string(data, size);
	path = strchr(target, '\n');
	if (path && path != target) {
		*path++ = '\0';
		unlinkat(root, "l", 0);
		fuzz_check(symlinkat(target, root, "l") == 0);
		compare(kernel, walk, path);
	}
	free(target);
	return 0;
}
