/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <fcntl.h>
#include <stdio.h>

#include "io/capability.h"
#include "parsers/iomem.h"
#include "scan/facts.h"
#include "tree.h"
#include "unit.h"

#define BUS "/sys/bus/dax"
#define GIB (UINT64_C(1) << 30)

static void test_kernel(void **state _unused_)
{
	static const struct {
		const char *release;
		uint64_t kernel;
	} releases[] = {
		{ "6.12.95+deb12-amd64", KERNEL(6, 12, 95) },
		{ "5.10.0-31-amd64", KERNEL(5, 10, 0) },
		{ "7.3-rc7", KERNEL(7, 3, 0) },
		{ "7.3.0-rc7-amd64", KERNEL(7, 3, 0) },
		{ "6.1", KERNEL(6, 1, 0) },
		{ "6.1.", KERNEL(6, 1, 0) },
		{ "6.1.x", KERNEL(6, 1, 0) },
		{ "4.18.0-553.el8.x86_64", KERNEL(4, 18, 0) },
		{ "5.15.167.4-microsoft", KERNEL(5, 15, 167) },
		{ "65535.65535.65535", KERNEL(65535, 65535, 65535) },
		{ "6.1.65536", KERNEL(6, 1, 0) },
		{ "65536.1", 0 },
		{ "6.65536", 0 },
		{ "99999999999999999999.1", 0 },
		{ "6", 0 },
		{ "6.", 0 },
		{ "6.x", 0 },
		{ ".6.1", 0 },
		{ " 6.1", 0 },
		{ "-6.1", 0 },
		{ "", 0 },
		{ "Linux", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(releases); i++)
		assert_row(i, kernel_version_parse(releases[i].release) == releases[i].kernel);
	assert_true(KERNEL(5, 10, 223) < KERNEL(5, 17, 0));
	assert_true(KERNEL(6, 9, 65535) < KERNEL(6, 12, 0));
}

/* --- /proc/iomem ------------------------------------------------------------------------------ */

/* As kernels print it; what is not about DAX left out, but for a few. */
static const char hmem_5_10[] = "00000000-00000fff : Reserved\n"
				"00100000-7ffdffff : System RAM\n"
				"  01000000-01c023f1 : Kernel code\n"
				"7ffe0000-7fffffff : Reserved\n"
				"80000000-afffffff : PCI Bus 0000:00\n"
				"100000000-13fffffff : hmem.2\n"
				"  100000000-13fffffff : hmem.0\n"
				"    100000000-13fffffff : Soft Reserved\n"
				"      100000000-13fffffff : dax0.0\n"
				"140000000-17fffffff : hmem.4\n"
				"  140000000-17fffffff : hmem.3\n"
				"    140000000-17fffffff : hmem.1\n"
				"      140000000-17fffffff : Soft Reserved\n"
				"        140000000-17fffffff : dax1.0\n"
				"          140000000-17fffffff : System RAM (kmem)\n"
				"fd00000000-ffffffffff : Reserved\n";
static const char big_6_1[] = "100000000-4ffffffff : hmem.0\n"
			      "  100000000-4ffffffff : Soft Reserved\n"
			      "    100000000-1ffffffff : dax0.0\n"
			      "    200000000-203ffffff : dax0.3\n"
			      "    208000000-23fffffff : dax0.2\n"
			      "      208000000-23fffffff : System RAM (kmem)\n"
			      "    244000000-253ffffff : dax0.3\n"
			      "fd00000000-ffffffffff : Reserved\n";
static const char big_7_3[] = "100000000-1ffffffff : dax0.0\n"
			      "208000000-23fffffff : dax0.2\n"
			      "  208000000-23fffffff : System RAM (kmem)\n"
			      "248000000-24fffffff : dax0.3\n"
			      "  248000000-24fffffff : System RAM (kmem)\n"
			      "fd00000000-ffffffffff : Reserved\n";
static const char pmem[] = "100000000-13fffffff : Persistent Memory (legacy)\n"
			   "  100000000-1011fffff : namespace0.0\n"
			   "140000000-17fffffff : System RAM\n";
static const char cxl[] = "390000000-48fffffff : CXL Window 0\n"
			  "  390000000-3cfffffff : region0\n"
			  "4c0000000-4c0003fff : 0000:00:02.0\n"
			  "  4c0000000-4c0003fff : virtio-pci-modern\n";
static const char strange[] = "100000000-13fffffff : Reserved\n"
			      "  110000000-1101fffff : ACPI Tables\n"
			      "140000000-15fffffff : Reserved\n"
			      "180000000-1ffffffff : Soft Reserved\n"
			      "  180000000-18fffffff : a\033[1m\n"
			      "no entry\n"
			      "200000000-1ffffffff : backwards\n"
			      "300000000-30000000f:no blank\n"
			      "400000000-ffffffffffffffff : dax9.9";
static const char hidden[] = "00000000-00000000 : Reserved\n"
			     "00000000-00000000 : System RAM\n"
			     "  00000000-00000000 : Kernel code\n";

static const struct {
	const char *iomem;
	uint64_t start, end;
	int r;
	const char *holder; /* NULL: none */
} ranges[] = {
	/* The second device that old kernels make of the same memory. */
	{ hmem_5_10, 0x100000000, 0x13fffffff, 0, "dax0.0" },
	{ hmem_5_10, 0x140000000, 0x17fffffff, 0, "dax1.0" },
	{ hmem_5_10, 0x180000000, 0x1bfffffff, 0, NULL },
	{ hmem_5_10, 0x200000, 0x3fffff, 0, "System RAM" },
	/* Nobody is where dax0.1 and dax0.4 are. */
	{ big_6_1, 0x254000000, 0x257ffffff, 0, NULL },
	{ big_6_1, 0x258000000, 0x297ffffff, 0, NULL },
	{ big_7_3, 0x254000000, 0x257ffffff, 0, NULL },
	{ big_7_3, 0x258000000, 0x297ffffff, 0, NULL },
	/* A byte in common is enough, at either end. */
	{ big_7_3, 0x1ffffffff, 0x207ffffff, 0, "dax0.0" },
	{ big_7_3, 0x200000000, 0x208000000, 0, "dax0.2" },
	{ big_7_3, 0x200000000, 0x207ffffff, 0, NULL },
	{ big_6_1, 0x200000000, 0x23fffffff, 0, "dax0.3" },
	{ pmem, 0x101200000, 0x13fffffff, 0, NULL },
	{ pmem, 0x100000000, 0x13fffffff, 0, NULL },
	{ pmem, 0x101200000, 0x140000000, 0, "System RAM" },
	{ cxl, 0x390000000, 0x3cfffffff, 0, NULL },
	{ cxl, 0x390000000, 0x3afffffff, 0, NULL },
	{ cxl, 0x3b0000000, 0x4c0000000, 0, "0000:00:02.0" },
	/* Around all of it, inside, and across an end of it. */
	{ strange, 0x100000000, 0x10fffffff, 0, NULL },
	{ strange, 0x100000000, 0x13fffffff, 0, "ACPI Tables" },
	{ strange, 0x140000000, 0x17fffffff, 0, "Reserved" },
	{ strange, 0x150000000, 0x16fffffff, 0, "Reserved" },
	{ strange, 0x140000000, 0x15fffffff, 0, NULL },
	{ strange, 0x180000000, 0x1ffffffff, 0, "a?[1m" },
	{ strange, 0x200000000, 0x3ffffffff, 0, NULL },
	{ strange, 0x400000000, 0x4000fffff, 0, "dax9.9" },
	{ hidden, 0, 0xfff, -EACCES, NULL },
	{ hidden, 0x100000000, 0x13fffffff, -EACCES, NULL },
	{ "", 0x100000000, 0x13fffffff, -EACCES, NULL },
};

static void test_iomem(void **state _unused_)
{
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		_cleanup_free_ char *holder = NULL;

		assert_row(i, iomem_find_holder(ranges[i].iomem, ranges[i].start, ranges[i].end,
						&holder) == ranges[i].r);
		if (!holder != !ranges[i].holder || (holder && !streq(holder, ranges[i].holder)))
			fail_msg("row %zu: %s", i, holder ?: "none");
	}
}

/* --- a device --------------------------------------------------------------------------------- */

struct machine {
	struct daxbus_snapshot *s;
	struct device *d;
	struct daxbus_request request;
	struct facts facts;
};

static void machine_done(struct machine *m)
{
	facts_done(&m->facts);
	daxbus_snapshot_free(m->s);
}
#define _cleanup_machine_ _cleanup_(machine_done)

static void add_range(struct device *d, uint64_t start, uint64_t size)
{
	struct mapping *m = snapshot_add_mapping(d);

	assert_non_null(m);
	m->start = known(start);
	m->size = known(size);
	m->end = known(start + size - 1);
	d->ranges = DAXBUS_KNOWN;
}

/* dax0.1 with 1 GiB, on node 1, in a mode (NULL: without driver). */
static struct machine machine_new(const char *mode)
{
	struct machine m = { .s = snapshot_new(), .request = { .action = DAXBUS_RECONFIGURE } };

	m.d = snapshot_add_device(m.s, snapshot_add_region(m.s));
	assert_int_equal(snapshot_str_set(&m.d->name, "dax0.1"), 0);
	m.d->driver.is = DAXBUS_NONE;
	if (mode) {
		assert_int_equal(snapshot_str_set(&m.d->mode, mode), 0);
		assert_int_equal(snapshot_str_set(&m.d->driver, "a driver"), 0);
	}
	m.d->target_node = known(1);
	add_range(m.d, 4 * GIB, GIB);
	assert_int_equal(snapshot_str_set(&m.s->bus.kernel, "6.12.95"), 0);
	return m;
}

static void read_facts(const struct tree *t, struct machine *m, const char *driver)
{
	facts_done(&m->facts);
	assert_int_equal(facts_read(t->fs, NULL, NULL, m->s, m->d, &m->request, driver, &m->facts),
			 0);
}

/* Nothing is there: a tree that was captured before anybody looked at these files. */
static void test_empty(void **state)
{
	_cleanup_machine_ struct machine m = machine_new(NULL);
	struct tree *t = *state;

	m.request.mode = MODE_COMPAT;
	read_facts(t, &m, "kmem");
	assert_false(m.facts.root);
	assert_true(m.facts.kernel == KERNEL(6, 12, 95));
	assert_int_equal(m.facts.has_driver.is, DAXBUS_UNKNOWN);
	assert_int_equal(m.facts.module.is, DAXBUS_NONE);
	assert_int_equal(m.facts.compat_module.is, DAXBUS_NONE);
	assert_int_equal(m.facts.holders.is, DAXBUS_NONE);
	assert_int_equal(m.facts.range_holder.is, DAXBUS_UNKNOWN);
	assert_int_equal(m.facts.stale_memmap.is, DAXBUS_UNKNOWN);
	assert_int_equal(m.facts.memory_available.is, DAXBUS_UNKNOWN);
	assert_int_equal(m.facts.node_used.is, DAXBUS_NONE);
	assert_int_equal(m.facts.autoprobe.is, DAXBUS_UNKNOWN);
	assert_int_equal(m.facts.neighbours.is, DAXBUS_UNKNOWN);
	m.s->bus.kernel.is = DAXBUS_UNKNOWN;
	read_facts(t, &m, NULL);
	assert_true(m.facts.kernel == 0);
	assert_int_equal(m.facts.has_driver.is, DAXBUS_NONE);
}

static void test_bus(void **state)
{
	_cleanup_machine_ struct machine m = machine_new(NULL);
	struct tree *t = *state;

	tree_write(t, "0", BUS "/drivers_autoprobe");
	for (int i = 0; i < 12; i++)
		tree_link(t, "../../../devices/x", BUS "/devices/dax0.%d", i);
	tree_link(t, "../../../devices/x", BUS "/devices/other");
	tree_link(t, "../../../../devices/x", BUS "/drivers/device_dax/dax0.0");
	tree_link(t, "../../../../devices/x", BUS "/drivers/device_dax/dax0.2");
	tree_link(t, "../../../../devices/x", BUS "/drivers/kmem/dax0.3");
	tree_link(t, "../../../../module/kmem", BUS "/drivers/kmem/module");
	tree_write(t, "", BUS "/drivers/kmem/bind");
	read_facts(t, &m, "kmem");
	assert_true(known_as(&m.facts.autoprobe, "0"));
	assert_true(is_known(&m.facts.has_driver) && m.facts.has_driver.v);
	assert_true(is_known(&m.facts.neighbours));
	assert_int_equal(m.facts.neighbours.v, 8);
	/* Bound or not, the device itself is none of its neighbours. */
	tree_link(t, "../../../../devices/x", BUS "/drivers/kmem/dax0.1");
	read_facts(t, &m, "kmem");
	assert_int_equal(m.facts.neighbours.v, 8);
	/* Of no other driver does the plan depend on them. */
	read_facts(t, &m, "fsdev_dax");
	assert_int_equal(m.facts.neighbours.is, DAXBUS_NONE);
	assert_int_equal(m.facts.has_driver.is, DAXBUS_UNKNOWN);
	tree_write_nothing(t, BUS "/drivers_autoprobe");
	read_facts(t, &m, "kmem");
	assert_int_equal(m.facts.autoprobe.is, DAXBUS_UNKNOWN);
}

static void assert_range_holder(const struct tree *t, struct machine *m, const char *driver,
				const char *holder)
{
	read_facts(t, m, driver);
	assert_int_equal(m->facts.range_holder.is, holder ? DAXBUS_KNOWN : DAXBUS_NONE);
	if (holder)
		assert_string_equal(m->facts.range_holder.v, holder);
}

static void test_range_holder(void **state)
{
	_cleanup_machine_ struct machine m = machine_new(NULL);
	struct tree *t = *state;

	tree_write(t,
		   "100000000-17fffffff : Soft Reserved\n"
		   "  180000000-1801fffff : ACPI Tables\n",
		   "/proc/iomem");
	assert_range_holder(t, &m, "kmem", NULL);
	/* The second range counts too, but kmem takes no part of a block. */
	add_range(m.d, 0x178000000, 0x8200000);
	assert_range_holder(t, &m, "kmem", "ACPI Tables");
	m.s->bus.block_size = known(0x8000000);
	assert_range_holder(t, &m, "kmem", NULL);
	assert_range_holder(t, &m, "device_dax", "ACPI Tables");
	assert_range_holder(t, &m, NULL, "ACPI Tables");
	/* Who has a driver has the range. */
	assert_int_equal(snapshot_str_set(&m.d->driver, "kmem"), 0);
	assert_range_holder(t, &m, "device_dax", NULL);
}

static void test_range_unknown(void **state)
{
	_cleanup_machine_ struct machine m = machine_new(NULL);
	struct tree *t = *state;

	tree_write(t, hidden, "/proc/iomem");
	read_facts(t, &m, "kmem");
	assert_int_equal(m.facts.range_holder.is, DAXBUS_UNKNOWN);
	tree_write(t, big_7_3, "/proc/iomem");
	m.d->ranges = DAXBUS_UNKNOWN;
	read_facts(t, &m, "kmem");
	assert_int_equal(m.facts.range_holder.is, DAXBUS_UNKNOWN);
	m.d->ranges = DAXBUS_NONE;
	read_facts(t, &m, "kmem");
	assert_int_equal(m.facts.range_holder.is, DAXBUS_NONE);
}

static void test_memory(void **state)
{
	_cleanup_machine_ struct machine m = machine_new("kmem");
	struct tree *t = *state;

	tree_write(t, "MemAvailable: 5000 kB", "/proc/meminfo");
	tree_write(t, "Node 1 MemTotal: 1000 kB\nNode 1 MemFree: 300 kB",
		   "/sys/devices/system/node/node1/meminfo");
	read_facts(t, &m, "device_dax");
	assert_true(is_known(&m.facts.memory_available) && is_known(&m.facts.node_used));
	assert_int_equal(m.facts.memory_available.v, 4700 * 1024);
	assert_int_equal(m.facts.node_used.v, 700 * 1024);
	assert_int_equal(m.facts.node_free.v, 300 * 1024);
	/* Nothing of a node that is not known is in it. */
	m.d->target_node = (struct opt_u64){ 0 };
	read_facts(t, &m, "device_dax");
	assert_int_equal(m.facts.memory_available.v, 5000 * 1024);
	assert_int_equal(m.facts.node_used.is, DAXBUS_UNKNOWN);
	m.d->mode.is = DAXBUS_NONE;
	/* Nothing of it goes where the device is no memory yet. */
	m.d->target_node = known(1);
	read_facts(t, &m, "device_dax");
	assert_int_equal(m.facts.memory_available.v, 5000 * 1024);
	assert_int_equal(m.facts.node_used.is, DAXBUS_NONE);
	assert_int_equal(m.facts.node_free.is, DAXBUS_NONE);
}

static void test_holders(void **state)
{
	static const char *const modes[] = { "devdax", "famfs" };
	struct tree *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		_cleanup_machine_ struct machine m = machine_new(modes[i]);

		read_facts(t, &m, "kmem");
		assert_int_equal(m.facts.holders.is, DAXBUS_UNKNOWN);
		m.d->major = known(1);
		m.d->minor = known(5);
		read_facts(t, &m, "kmem");
		assert_int_equal(m.facts.holders.is, DAXBUS_UNKNOWN);
	}
}

/* --- the running system ----------------------------------------------------------------------- */

static void test_live(void **state _unused_)
{
	_cleanup_machine_ struct machine m = machine_new(NULL);
	struct tree t = { 0 };

	assert_int_equal(sysfs_new(&t.fs, NULL, NULL, NULL), 0);
	read_facts(&t, &m, "no_such_driver");
	assert_true(m.facts.root == capability_is_admin());
	assert_true(is_known(&m.facts.has_driver) && !m.facts.has_driver.v);
	assert_true(is_known(&m.facts.module));
	assert_int_equal(m.facts.module.v, DAXBUS_MODULE_ABSENT);
	assert_true(is_known(&m.facts.memory_available) && m.facts.memory_available.v > 0);
	m.request.action = DAXBUS_BIND;
	read_facts(&t, &m, NULL);
	assert_int_equal(m.facts.compat_module.is, DAXBUS_NONE);
	assert_int_equal(m.facts.module.is, DAXBUS_NONE);
	/* Held by this test itself; without the rights for that, nobody is known to have it. */
	assert_int_equal(snapshot_str_set(&m.d->mode, "devdax"), 0);
	m.d->major = known(1);
	m.d->minor = known(3);
	read_facts(&t, &m, NULL);
	assert_true(m.facts.holders.is != DAXBUS_KNOWN || m.facts.holders.v.n);
	sysfs_free(t.fs);
}

static int take_first(void *data, const char *name)
{
	char **first = data;

	if (!*first)
		*first = strdup(name);
	return 0;
}

/* What is no device leaves no trace. */
static void test_stale_nothing(void **state)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;

	assert_int_equal(facts_mark_stale(((struct tree *)*state)->fs, "dax0.0"), -EROFS);
	assert_int_equal(sysfs_new(&fs, NULL, NULL, NULL), 0);
	assert_int_equal(facts_mark_stale(fs, "dax2147483647.0"), -ENOENT);
	assert_int_equal(facts_mark_stale(fs, "../passwd"), -EINVAL);
	assert_true(access("/run/daxbus/stale-dax2147483647.0", F_OK) < 0);
}

static void assert_stale(struct sysfs *fs, const char *device, struct opt_u64 expected)
{
	struct opt_u64 stale = facts_is_stale(fs, device);

	assert_int_equal(stale.is, expected.is);
	assert_int_equal(stale.v, expected.v);
}

static void note_device(struct sysfs *fs, const char *device)
{
	_cleanup_free_ char *note = NULL;
	int fd;

	assert_true(asprintf(&note, "/run/daxbus/stale-%s", device) > 0);
	assert_int_equal(facts_mark_stale(fs, device), 0);
	assert_stale(fs, device, known(1));
	/* a note that was cut off, and that of another instance of the name */
	fd = open(note, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_stale(fs, device, unknown());
	assert_int_equal(write(fd, "1\n", 2), 2);
	assert_stale(fs, device, known(0));
	close(fd);
	assert_int_equal(facts_mark_stale(fs, device), 0);
	assert_stale(fs, device, known(1));
	assert_int_equal(unlink(note), 0);
	assert_stale(fs, device, known(0));
}

/* Return: whether there was a device to note. */
static bool note_first_device(void)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(sysfs_dir_done) struct sysfs_dir devices = SYSFS_DIR_INIT;
	_cleanup_free_ char *device = NULL;

	assert_int_equal(sysfs_new(&fs, NULL, NULL, NULL), 0);
	if (!capability_is_admin() || sysfs_dir_open(fs, &devices, BUS "/devices") < 0 ||
	    sysfs_list(&devices, take_first, &device) < 0 || !device ||
	    facts_is_stale(fs, device).v)
		return false;
	note_device(fs, device);
	return true;
}

static void test_stale(void **state _unused_)
{
	if (!note_first_device()) {
		print_message("no device here, or no CAP_SYS_ADMIN\n");
		skip();
	}
}

int main(void)
{
#define IN_TREE(test) cmocka_unit_test_setup_teardown(test, tree_set_up, tree_tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kernel), cmocka_unit_test(test_iomem),
		IN_TREE(test_empty),	       IN_TREE(test_bus),
		IN_TREE(test_range_holder),    IN_TREE(test_range_unknown),
		IN_TREE(test_memory),	       IN_TREE(test_holders),
		cmocka_unit_test(test_live),   IN_TREE(test_stale_nothing),
	};
	const struct CMUnitTest machine_tests[] = {
		cmocka_unit_test(test_stale),
	};

	if (in_machine())
		return cmocka_run_group_tests_name("facts", machine_tests, NULL, NULL);

	return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
