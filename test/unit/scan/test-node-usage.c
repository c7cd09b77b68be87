/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/string.h"
#include "base/strv.h"
#include "parsers/numa.h"
#include "scan/node-usage.h"
#include "lines.h"
#include "tree.h"
#include "unit.h"

#define NODE1 "/sys/devices/system/node/node1"
#define KIB   UINT64_C(1024)

/* --- texts ------------------------------------------------------------------------------------ */

static void test_meminfo(void **state _unused_)
{
	static const char text[] = "Node 1 MemTotal:        1048576 kB\n"
				   "Node 1 Active(file):     140428 kB\n"
				   "Node 12 Dirty: 5 kB\n"
				   "Node 1 HugePages_Total:     3\n"
				   "MemAvailable:   24194184 kB\n"
				   "Tab:\t7 kB\n"
				   "Word: many kB\n"
				   "Nothing:\n"
				   "Signed: -1 kB\n"
				   "TooLarge: 18446744073709551615 kB\n"
				   "Digits: 000000000000000000000000000000000000001 kB\n"
				   "Node X: 9 kB\n"
				   "Last: 4 kB";
	static const struct {
		const char *name;
		int r;
		uint64_t v;
	} values[] = {
		{ "MemTotal", 0, 1048576 * KIB },
		{ "Active(file)", 0, 140428 * KIB },
		{ "Dirty", 0, 5 * KIB },
		{ "HugePages_Total", 0, 3 },
		{ "MemAvailable", 0, 24194184 * KIB },
		{ "Tab", 0, 7 * KIB },
		{ "Last", 0, 4 * KIB },
		{ "Node X", 0, 9 * KIB },
		{ "Word", -EBADMSG, 0 },
		{ "Nothing", -EBADMSG, 0 },
		{ "Signed", -EBADMSG, 0 },
		{ "TooLarge", -EBADMSG, 0 },
		{ "Digits", -EBADMSG, 0 },
		{ "Mem", -ENOENT, 0 },
		{ "Total", -ENOENT, 0 },
		{ "MemFree", -ENOENT, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		uint64_t v = 77;

		assert_row(i, numa_meminfo_find(text, values[i].name, &v) == values[i].r);
		assert_row(i, v == (values[i].r < 0 ? 77 : values[i].v));
	}
}

static void test_numa_maps(void **state _unused_)
{
	static const struct {
		const char *text;
		uint64_t pages; /* of 4 KiB, on node 1 */
	} maps[] = {
		{ "", 0 },
		{ "55d3 default file=/bin/x mapped=2 N0=2 kernelpagesize_kB=4\n", 0 },
		{ "55d3 default anon=2 dirty=2 N0=2 N1=3 kernelpagesize_kB=4\n", 3 },
		{ "55d3 bind:1 anon=2 N1=3 kernelpagesize_kB=4\n"
		  "66d3 default heap anon=1 N1=1 kernelpagesize_kB=4",
		  4 },
		{ "7f00 default file=/anon_hugepage huge dirty=2 N1=2 kernelpagesize_kB=2048\n",
		  1024 },
		/* Each line has its own size of pages. */
		{ "7f00 default N1=2\n7f01 default kernelpagesize_kB=4\n", 0 },
		{ "7f00 default N10=2 N11=4 kernelpagesize_kB=4\n", 0 },
		{ "7f00 default file=/a/N1=9 kernelpagesize_kB=4\n", 0 },
		{ "7f00 default N1= kernelpagesize_kB=4\n", 0 },
		{ "7f00 default N0=1 kernelpagesize_kB=18446744073709551615\n", 0 },
		{ "7f00 default N1=x kernelpagesize_kB=4\n", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
		assert_row(i, numa_maps_bytes(maps[i].text, 1) == maps[i].pages * 4 * KIB);
	assert_true(numa_maps_bytes("7f00 default N1=18446744073709551615 kernelpagesize_kB=4\n",
				    1) == UINT64_MAX);
}

static void test_policies(void **state _unused_)
{
	static const struct {
		const char *line;
		const char *policy;
		const char *bound;
	} lines[] = {
		{ "7f00 default anon=2", "default", NULL },
		{ "7f00 bind:1 anon=2", "bind:1", "1" },
		{ "7f00 bind=static:0-1,3 file=/bind:7", "bind=static:0-1,3", "0-1,3" },
		{ "7f00 bind=static|balancing:1", "bind=static|balancing:1", "1" },
		{ "7f00  bind=relative:1\n7f01 default", "bind=relative:1", "1" },
		{ "7f00 prefer:1 x", "prefer:1", NULL },
		{ "7f00 prefer (many):1 x", "prefer", NULL },
		{ "7f00 interleave:1", "interleave:1", NULL },
		{ "7f00 weighted interleave:1", "weighted", NULL },
		{ "7f00 local", "local", NULL },
		{ "7f00 bind", "bind", NULL },
		{ "7f00 binding:1", "binding:1", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_free_ char *policy = NULL;
		const char *bound;

		assert_int_equal(numa_map_policy(lines[i].line, &policy), 0);
		assert_string_equal(policy, lines[i].policy);
		bound = numa_policy_bound(policy);
		assert_row(i, !bound == !lines[i].bound);
		assert_row(i, !bound || streq(bound, lines[i].bound));
	}
}

static void test_mounts(void **state _unused_)
{
	static const struct {
		const char *line;
		const char *directory; /* NULL: no policy */
		const char *policy;
	} lines[] = {
		{ "none /mnt tmpfs rw,relatime,mpol=bind:1 0 0", "/mnt", "bind:1" },
		{ " /a\\040b tmpfs rw,mpol=bind=static:0,2-3,noswap 0 0", "/a\\040b",
		  "bind=static:0,2-3" },
		{ "udev /dev devtmpfs rw,mpol=prefer:1", "/dev", "prefer:1" },
		{ "none /mnt tmpfs rw,relatime 0 0", NULL, NULL },
		{ "none /mnt tmpfs rw ,mpol=bind:1", NULL, NULL },
		{ "none /mnt ext4 rw,mpol=bind:1 0 0", NULL, NULL },
		{ "none /mnt tmpfs", NULL, NULL },
		{ "", NULL, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_free_ char *directory = NULL, *policy = NULL;
		int r = numa_mount_policy(lines[i].line, &directory, &policy);

		assert_row(i, r == (lines[i].directory ? 0 : -ENOENT));
		assert_row(i, r < 0 || streq(directory, lines[i].directory));
		assert_row(i, r < 0 || streq(policy, lines[i].policy));
	}
}

static void test_needs_node(void **state _unused_)
{
	static const struct {
		const char *list;
		const char *with_memory;
		int needs; /* node 1 */
	} lists[] = {
		{ "1", "0-1", 1 },	   { "1", "0-2", 1 },	     { "0-1", "0-1", 0 },
		{ "0-1", "1", 1 },	   { "1-3", "0-1", 1 },	     { "1-3", "0-1,3", 0 },
		{ "0", "0-1", 0 },	   { "2", "0-1", 0 },	     { "11", "0-1", 0 },
		{ "", "0-1", 0 },	   { "1-1023", "0-1", 1 },   { "1-1024", "0-1", -EBADMSG },
		{ "1,", "0-1", -EBADMSG }, { "x", "0-1", -EBADMSG },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		struct numa_nodes nodes;

		assert_int_equal(numa_parse_nodes(lists[i].with_memory, &nodes), 0);
		assert_row(i, numa_needs_node(lists[i].list, 1, &nodes) == lists[i].needs);
		assert_true(numa_needs_node(lists[i].list, NUMA_NODES_MAX, &nodes) <= 0);
	}
}

/* --- a node ----------------------------------------------------------------------------------- */

/* Lines "NAME:VALUE", in KiB, as the meminfo of node 1. */
static void make_meminfo(const struct tree *t, const char *values)
{
	_cleanup_free_ char *copy = strdup(values);
	struct string text = { 0 };
	char *rest = copy, *word;

	while ((word = strsep(&rest, " "))) {
		size_t length = strcspn(word, ":");

		string_add(&text, "Node 1 %.*s: %12s kB\n", (int)length, word, word + length + 1);
	}
	tree_write(t, text.s, NODE1 "/meminfo");
	string_done(&text);
}

/* "?" or KiB */
static void assert_kib(const char *what, const struct opt_u64 *o, const char *expected)
{
	char text[32] = "?";

	if (is_known(o))
		snprintf(text, sizeof(text), "%" PRIu64, o->v / KIB);
	if (!streq(text, expected))
		fail_msg("%s: %s, not %s", what, text, expected);
	assert_int_not_equal(o->is, DAXBUS_NONE);
}

static const struct {
	const char *meminfo;
	const char *used;
	const char *free;
	const char *kernel;
} nodes[] = {
	{ "MemTotal:1000 MemFree:1000", "0", "1000", "0" },
	{ "MemTotal:1000 MemFree:300", "700", "300", "0" },
	/* Of 400 of the page cache, 100 and 50 are not on a disk, and 30 are not yet. */
	{ "MemTotal:1000 MemFree:300 FilePages:400 Shmem:100 Dirty:50 Writeback:30", "480", "520",
	  "0" },
	{ "MemTotal:1000 MemFree:300 SReclaimable:100 SUnreclaim:40 KernelStack:2 PageTables:8",
	  "600", "400", "50" },
	/* Counters are not read all at one time. */
	{ "MemTotal:1000 MemFree:900 FilePages:400", "0", "1000", "0" },
	{ "MemTotal:1000 MemFree:1100", "0", "1000", "0" },
	{ "MemTotal:1000 MemFree:300 FilePages:100 Shmem:400", "700", "300", "0" },
	{ "MemTotal:1000 FilePages:100", "?", "?", "?" },
	{ "MemFree:1000", "?", "?", "?" },
	{ "MemTotal:many MemFree:1000", "?", "?", "?" },
};

static void test_node(void **state)
{
	struct tree *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(nodes); i++) {
		struct node_usage use;

		make_meminfo(t, nodes[i].meminfo);
		assert_int_equal(node_usage_read(t->fs, 1, &use), 0);
		assert_kib(nodes[i].meminfo, &use.used, nodes[i].used);
		assert_kib(nodes[i].meminfo, &use.free, nodes[i].free);
		assert_kib(nodes[i].meminfo, &use.kernel, nodes[i].kernel);
		assert_kib(nodes[i].meminfo, &use.huge, "0");
	}
}

/* Pages of the kernel are those that are in no list: not on a processor's, and not to be moved. */
static const struct {
	const char *meminfo;
	const char *zoneinfo;
	const char *kernel;
} kernels[] = {
	{ "MemTotal:1000 MemFree:300 Active:200 Inactive:100 Unevictable:50 SReclaimable:30",
	  "Node 1, zone Movable\n count: 5\n count: 10\nNode 0, zone Normal\n count: 99\n", "260" },
	{ "MemTotal:1000 MemFree:300 Active:200 Inactive:100 SUnreclaim:390",
	  "Node 1, zone Movable\n count: 0\n", "400" },
	/* The known parts are more. */
	{ "MemTotal:1000 MemFree:300 Active:500 Inactive:100 SUnreclaim:150",
	  "Node 1, zone Movable\n count: 0\n", "150" },
	{ "MemTotal:1000 MemFree:300 Active:800", "Node 1, zone Movable\n count: 0\n", "0" },
	{ "MemTotal:1000 MemFree:300 Active:100 PageTables:7", "", "7" },
};

static void test_kernel(void **state)
{
	struct tree *t = *state;
	struct node_usage use;

	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++) {
		make_meminfo(t, kernels[i].meminfo);
		tree_write(t, kernels[i].zoneinfo, "/proc/zoneinfo");
		assert_int_equal(node_usage_read(t->fs, 1, &use), 0);
		assert_kib(kernels[i].meminfo, &use.kernel, kernels[i].kernel);
	}
}

static void test_no_node(void **state)
{
	struct tree *t = *state;
	struct node_usage use;

	assert_int_equal(node_usage_read(t->fs, 1, &use), 0);
	assert_kib("no folder", &use.used, "?");
	assert_kib("no folder", &use.huge, "?");
	tree_write_nothing(t, NODE1 "/meminfo");
	assert_int_equal(node_usage_read(t->fs, 1, &use), 0);
	assert_kib("unreadable", &use.used, "?");
	assert_kib("unreadable", &use.free, "?");
	assert_kib("unreadable", &use.kernel, "?");
}

static void test_huge(void **state)
{
	struct tree *t = *state;
	struct node_usage use;

	make_meminfo(t, "MemTotal:1000 MemFree:1000");
	tree_write(t, "3", NODE1 "/hugepages/hugepages-2048kB/nr_hugepages");
	tree_write(t, "1", NODE1 "/hugepages/hugepages-1048576kB/nr_hugepages");
	tree_write(t, "9", NODE1 "/hugepages/hugepages-2048/nr_hugepages");
	tree_write(t, "9", NODE1 "/hugepages/other-2048kB/nr_hugepages");
	assert_int_equal(node_usage_read(t->fs, 1, &use), 0);
	assert_kib("two pools", &use.huge, "1054720");
	tree_write_nothing(t, NODE1 "/hugepages/hugepages-2048kB/nr_hugepages");
	assert_int_equal(node_usage_read(t->fs, 1, &use), 0);
	assert_kib("unreadable", &use.huge, "?");
	assert_kib("the others", &use.used, "0");
}

/* --- outside it ------------------------------------------------------------------------------- */

static const struct {
	const char *machine;
	const char *node;
	const char *elsewhere;
} machines[] = {
	{ "MemAvailable: 5000 kB", "MemTotal:1000 MemFree:300", "4700" },
	{ "MemAvailable: 5000 kB\nSwapFree: 100 kB", "MemTotal:1000 MemFree:300", "4800" },
	{ "MemAvailable: 5000 kB",
	  "MemTotal:1000 MemFree:300 FilePages:400 Shmem:100 SReclaimable:50", "4350" },
	{ "MemAvailable: 200 kB\nSwapFree: 100 kB", "MemTotal:1000 MemFree:300", "100" },
	{ "MemFree: 200 kB\nSwapFree: 100 kB", "MemTotal:1000 MemFree:300", "?" },
	{ "MemAvailable: 5000 kB", "MemTotal:1000", "?" },
};

static void test_elsewhere(void **state)
{
	struct tree *t = *state;
	struct opt_u64 elsewhere;

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		tree_write(t, machines[i].machine, "/proc/meminfo");
		make_meminfo(t, machines[i].node);
		assert_int_equal(node_usage_read_elsewhere(t->fs, 1, &elsewhere), 0);
		assert_kib(machines[i].machine, &elsewhere, machines[i].elsewhere);
	}
	/* One that is not there has no share, and one that does not tell it may have any. */
	assert_int_equal(node_usage_read_elsewhere(t->fs, UINT64_MAX, &elsewhere), 0);
	assert_kib("no node", &elsewhere, "5000");
	tree_write_nothing(t, NODE1 "/meminfo");
	assert_int_equal(node_usage_read_elsewhere(t->fs, 1, &elsewhere), 0);
	assert_kib("unreadable", &elsewhere, "?");
	tree_remove(t, "/proc/meminfo");
	assert_int_equal(node_usage_read_elsewhere(t->fs, UINT64_MAX, &elsewhere), 0);
	assert_kib("no meminfo", &elsewhere, "?");
}

/* --- who has it ------------------------------------------------------------------------------- */

static void test_explain(void **state)
{
	struct tree *t = *state;
	struct strv lines = { 0 };

	assert_int_equal(node_usage_explain(t->fs, NULL, 1, &lines), 0);
	assert_int_equal(lines.n, 0);
	tree_process(t, 10, "small", 1);
	tree_process(t, 20, "qemu", 512);
	tree_process(t, 30, "a\033[1m", 1536);
	tree_process(t, 40, "none", 0);
	tree_process(t, 50, "middle", 100);
	/* another user's, a kernel thread, and one that has just gone */
	tree_folder(t, "/proc/60/numa_maps");
	tree_folder(t, "/proc/60/task/60");
	tree_folder(t, "/proc/70/task/70");
	tree_folder(t, "/proc/80");
	tree_write(t, "7f00 default N1=9999 kernelpagesize_kB=1024", "/proc/self/numa_maps");
	make_meminfo(t, "MemTotal:1000 MemFree:300");
	assert_int_equal(node_usage_explain(t->fs, NULL, 1, &lines), 0);
	ASSERT_LINES(&lines, "a?[1m (30) has 1536 MiB there, which can move",
		     "qemu (20) has 512 MiB there, which can move",
		     "middle (50) has 100 MiB there, which can move");
	tree_remove(t, "/proc/20");
	tree_remove(t, "/proc/50/comm");
	make_meminfo(t, "MemTotal:1000 MemFree:300 SUnreclaim:512 PageTables:512");
	tree_write(t, "3", NODE1 "/hugepages/hugepages-2048kB/nr_hugepages");
	assert_int_equal(node_usage_explain(t->fs, NULL, 1, &lines), 0);
	ASSERT_LINES(
		&lines,
		"at least 1 MiB there cannot move: the kernel itself holds it, 1 MiB in slabs, "
		"stacks and page tables, the rest in pipes, sockets and drivers",
		"hugetlb pools hold 6 MiB there", "a?[1m (30) has 1536 MiB there, which can move",
		"? (50) has 100 MiB there, which can move",
		"small (10) has 1 MiB there, which can move");
}

/* The machine as it is: the parts make the whole. */
static void test_live(void **state _unused_)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(strv_done) struct strv lines = { 0 };
	struct opt_u64 all, elsewhere;
	struct node_usage use;

	assert_int_equal(sysfs_new(&fs, NULL, NULL, NULL), 0);
	assert_int_equal(node_usage_read(fs, 0, &use), 0);
	if (!is_known(&use.used)) {
		sysfs_free(TAKE_PTR(fs));
		print_message("no node 0 here\n");
		skip();
	}
	assert_true(use.used.v > 0 && use.free.v > 0 && use.kernel.v > 0);
	assert_int_equal(node_usage_read_elsewhere(fs, UINT64_MAX, &all), 0);
	assert_int_equal(node_usage_read_elsewhere(fs, 0, &elsewhere), 0);
	assert_true(is_known(&all) && is_known(&elsewhere));
	assert_true(elsewhere.v < all.v);
	assert_int_equal(node_usage_explain(fs, NULL, 0, &lines), 0);
	assert_true(lines.n > 0);
	assert_true(strstr(lines.items[0], "the kernel itself holds "));
}

int main(void)
{
#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meminfo),
		cmocka_unit_test(test_numa_maps),
		cmocka_unit_test(test_policies),
		cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_needs_node),
		IN_TREE(test_node),
		IN_TREE(test_kernel),
		IN_TREE(test_no_node),
		IN_TREE(test_huge),
		IN_TREE(test_elsewhere),
		IN_TREE(test_explain),
		cmocka_unit_test(test_live),
	};

	return cmocka_run_group_tests_name("nodeuse", tests, NULL, NULL);
}
