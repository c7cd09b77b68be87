/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>

#include "base/string.h"
#include "scan/who.h"
#include "tree.h"
#include "unit.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

#define MOUNTS                                                                                     \
	"1 1 0:1 / / rw - ext4 /dev/sda rw\n"                                                      \
	"2 1 259:0 / /a\tb rw shared:1 - ext4 /dev/pmem0 rw\n"                                     \
	"3 1 259:1 / /other rw - ext4 /dev/pmem1 rw\n"                                             \
	"4 1 0:50 / /fam rw - famfs /dev/dax0.0 rw"

/* A device of node 1. */
static void set_device(struct device *d, struct region *region, const char *mode)
{
	d->region = region;
	d->target_node = known(1);
	d->major = known(252);
	d->minor = known(0);
	assert_int_equal(snapshot_str_set(&d->name, "dax0.0"), 0);
	assert_int_equal(snapshot_str_set(&d->provider, "pmem"), 0);
	assert_int_equal(snapshot_str_set(&d->driver, "driver"), 0);
	assert_int_equal(snapshot_str_set(&d->mode, mode), 0);
	assert_int_equal(snapshot_str_set(&region->path, "/devices/ndbus0/region0/dax0.1"), 0);
}

/* "WAY PID NAME UNIT CONTAINER MIB DETAIL;..." */
static void assert_who(const struct tree *t, const char *mode, const char *wanted)
{
	struct region region = { 0 };
	struct device d = { 0 };
	struct who who = { 0 };
	struct string all = { 0 };
	_cleanup_free_ char *found = NULL;

	set_device(&d, &region, mode);
	assert_int_equal(who_read(t->fs, NULL, NULL, &d, &who), 0);
	string_add(&all, "%s", "");
	for (size_t i = 0; i < who.n; i++) {
		const struct who_row *row = &who.items[i];

		/* Of two that see a mount, either is named. */
		unsigned int pid = streq(row->way, "mounted") ? 0 : row->pid;

		assert_string_equal(row->device, "dax0.0");
		string_add(&all, "%s %u %s %s %s %" PRIu64 "/%" PRIu64 "/%" PRIu64 " %s;", row->way,
			   pid, row->name ?: "-", row->unit ?: "-", row->container ?: "-",
			   row->bytes >> 20, row->anon >> 20, row->shmem >> 20, row->detail ?: "-");
	}
	found = string_take(&all);
	assert_string_equal(found, wanted);
	who_done(&who);
	free(d.name.v);
	free(d.provider.v);
	free(d.driver.v);
	free(d.mode.v);
	free(region.path.v);
}

static void make_process(const struct tree *t, unsigned int pid, const char *name,
			 const char *cgroup, const char *maps)
{
	tree_write(t, name, "/proc/%u/comm", pid);
	tree_write(t, "x", "/proc/%u/exe", pid);
	tree_folder(t, "/proc/%u/task/%u", pid, pid);
	tree_folder(t, "/proc/%u/fd", pid);
	tree_write(t, cgroup, "/proc/%u/cgroup", pid);
	tree_write(t, maps, "/proc/%u/numa_maps", pid);
	tree_write(t, "", "/proc/%u/maps", pid);
}

static void test_memory(void **state)
{
	const struct tree *t = *state;

	assert_who(t, "kmem", "");
	make_process(t, 7, "small", "0::/system.slice/small.service",
		     "7f00 default anon=2 N1=2 kernelpagesize_kB=1024\n");
	make_process(t, 8, "evil\033[2J", "0::/system.slice/docker-" ID ".scope",
		     "7f00 default anon=4 N1=4 kernelpagesize_kB=1024\n"
		     "7f01 default file=/dev/shm/a mapped=3 N1=3 kernelpagesize_kB=1024\n"
		     "7f02 default file=/bin/a mapped=9 N0=9 kernelpagesize_kB=1024\n");
	tree_link(t, "anon_inode:[io_uring]", "/proc/8/fd/3");
	make_process(t, 9, "elsewhere", "0::/", "7f00 default anon=2 N0=2 kernelpagesize_kB=1024");
	assert_who(t, "kmem",
		   "may-hold 8 evil?[2J - " ID " 0/0/0 io_uring;"
		   "memory 8 evil?[2J - " ID " 7/4/3 -;"
		   "memory 7 small small.service - 2/2/0 -;");
}

static void test_mounts(void **state)
{
	const struct tree *t = *state;

	tree_link(t, "../../devices/ndbus0/region0/namespace0.0/block/pmem0",
		  "/sys/dev/block/259:0");
	tree_link(t, "../../devices/ndbus0/region1/namespace1.0/block/pmem1",
		  "/sys/dev/block/259:1");
	/* It ended before its mounts were read. */
	make_process(t, 6, "gone", "0::/", "");
	tree_link(t, "mnt:[1]", "/proc/6/ns/mnt");
	make_process(t, 7, "init", "0::/", "");
	tree_link(t, "mnt:[1]", "/proc/7/ns/mnt");
	tree_write(t, MOUNTS, "/proc/7/mountinfo");
	/* The same namespace once more. */
	make_process(t, 8, "other", "0::/", "");
	tree_link(t, "mnt:[1]", "/proc/8/ns/mnt");
	tree_write(t, MOUNTS, "/proc/8/mountinfo");
	assert_who(t, "devdax",
		   "mounted 0 /a?b - - 0/0/0 ext4 of /dev/pmem0;"
		   "mounted 0 /fam - - 0/0/0 famfs of /dev/dax0.0;");
	tree_link(t, "anon_inode:[io_uring]", "/proc/8/fd/3");
	assert_who(t, "devdax",
		   "may-hold 8 other - - 0/0/0 io_uring;"
		   "mounted 0 /a?b - - 0/0/0 ext4 of /dev/pmem0;"
		   "mounted 0 /fam - - 0/0/0 famfs of /dev/dax0.0;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_memory, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_mounts, tree_set_up, tree_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
