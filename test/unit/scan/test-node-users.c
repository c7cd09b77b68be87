/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/node-users.h"

#include <fcntl.h>
#include <stdio.h>

#include "lines.h"
#include "tree.h"
#include "unit.h"

static void make_fds(const struct tree *t, unsigned int thread, unsigned int first, unsigned int n,
		     const char *target)
{
	for (unsigned int i = 0; i < n; i++)
		tree_link(t, target, "/proc/%u/fd/%u", thread, first + i);
}

static struct strv explain_pinners(const struct tree *t)
{
	struct node_users users;
	struct strv lines = { 0 };

	assert_int_equal(node_users_read(t->fs, NULL, 1, &users), 0);
	assert_int_equal(node_users_explain_pinners(&users, &lines), 0);
	return lines;
}

/* What holds pages in the kernel or a device, before what most processes have. */
static void test_pinners(void **state)
{
	const struct tree *t = *state;
	struct strv lines = explain_pinners(t);

	assert_int_equal(lines.n, 0);
	tree_process(t, 10, "piper", 900);
	make_fds(t, 10, 0, 2, "pipe:[100]");
	tree_process(t, 11, "qemu", 1);
	make_fds(t, 11, 3, 1, "/dev/vfio/noiommu-0");
	make_fds(t, 11, 5, 1, "/dev/vhost-net");
	make_fds(t, 11, 7, 1, "/dev/iommu");
	tree_process(t, 12, "db", 2);
	make_fds(t, 12, 0, 1, "pipe:[7]");
	make_fds(t, 12, 3, 1, "anon_inode:[io_uring]");
	make_fds(t, 12, 4, 1, "/dev/infiniband/uverbs0");
	/* nothing that holds pages; no memory there; and descriptors that cannot be read */
	tree_process(t, 13, "editor", 500);
	make_fds(t, 13, 4, 1, "/dev/null");
	tree_process(t, 14, "elsewhere", 0);
	make_fds(t, 14, 3, 1, "/dev/vfio/1");
	tree_process(t, 15, "gone", 5);
	lines = explain_pinners(t);
	ASSERT_LINES(&lines,
		     "db (12) may hold memory of node 1: it has 2 MiB there, and uses RDMA, "
		     "io_uring, pipes (1)",
		     "qemu (11) may hold memory of node 1: it has 1 MiB there, and uses VFIO, "
		     "iommufd, vhost",
		     "piper (10) may hold memory of node 1: it has 900 MiB there, and uses "
		     "pipes (2)");
}

/* A thread may have descriptors of its own, and show the mappings that the first one has lost. */
static void test_threads(void **state)
{
	const struct tree *t = *state;
	struct strv lines;

	tree_process(t, 20, "threads", 4);
	tree_folder(t, "/proc/20/task/21");
	make_fds(t, 21, 3, 1, "anon_inode:[io_uring]");
	lines = explain_pinners(t);
	ASSERT_LINES(&lines, "threads (20) may hold memory of node 1: it has 4 MiB there, and uses "
			     "io_uring");
	tree_write_nothing(t, "/proc/20/numa_maps");
	tree_write(t, "7f00 default N1=6 kernelpagesize_kB=1024", "/proc/21/numa_maps");
	lines = explain_pinners(t);
	ASSERT_LINES(&lines, "threads (20) may hold memory of node 1: it has 6 MiB there, and uses "
			     "io_uring");
}

static void test_many(void **state)
{
	const struct tree *t = *state;
	struct strv lines;

	/* More pipes are likelier, then more memory. */
	for (unsigned int i = 0; i < 8; i++) {
		tree_process(t, 30 + i, "p", i + 1);
		make_fds(t, 30 + i, 0, i < 6 ? 1 : 2, "pipe:[1]");
	}
	lines = explain_pinners(t);
	ASSERT_LINES(&lines,
		     "p (37) may hold memory of node 1: it has 8 MiB there, and uses pipes (2)",
		     "p (36) may hold memory of node 1: it has 7 MiB there, and uses pipes (2)",
		     "p (35) may hold memory of node 1: it has 6 MiB there, and uses pipes (1)",
		     "p (34) may hold memory of node 1: it has 5 MiB there, and uses pipes (1)",
		     "p (33) may hold memory of node 1: it has 4 MiB there, and uses pipes (1)",
		     "3 more processes may hold memory of node 1");
}

static void test_most(void **state)
{
	const struct tree *t = *state;
	struct node_users users;
	struct strv lines = { 0 };

	tree_process(t, 10, "small", 1);
	tree_process(t, 20, "a\033[1m", 1536);
	tree_process(t, 30, "none", 0);
	tree_process(t, 40, "much", 512);
	tree_process(t, 50, "middle", 100);
	assert_int_equal(node_users_read(t->fs, NULL, 1, &users), 0);
	assert_int_equal(users.n_pinners, 0);
	tree_remove(t, "/proc/50/comm");
	assert_int_equal(node_users_explain_most(&users, &lines), 0);
	ASSERT_LINES(&lines, "a?[1m (20) has 1536 MiB there, which can move",
		     "much (40) has 512 MiB there, which can move",
		     "? (50) has 100 MiB there, which can move");
}

/* A file that only has the name of a device, in this process. */
static void test_name(void **state)
{
	const struct tree *t = *state;
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(strv_done) struct strv lines = { 0 };
	_cleanup_close_ int directory = -1, fd = -1;
	struct node_users users;
	char pid[32];

	tree_write(t, "", "/dev/vfio/notes");
	directory = open(t->folder, O_PATH);
	fd = openat(directory, "dev/vfio/notes", O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(sysfs_new(&fs, NULL, NULL, NULL), 0);
	assert_int_equal(node_users_read(fs, NULL, 0, &users), 0);
	assert_int_equal(node_users_explain_pinners(&users, &lines), 0);
	snprintf(pid, sizeof(pid), "(%d)", (int)getpid());
	for (size_t i = 0; i < lines.n; i++)
		assert_false(strstr(lines.items[i], pid) && strstr(lines.items[i], "VFIO"));
}

int main(void)
{
#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)
	const struct CMUnitTest tests[] = {
		IN_TREE(test_pinners), IN_TREE(test_threads), IN_TREE(test_many),
		IN_TREE(test_most),    IN_TREE(test_name),
	};

	return cmocka_run_group_tests_name("node-users", tests, NULL, NULL);
}
