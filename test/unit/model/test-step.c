/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/string.h"
#include "model/step.h"

#include <errno.h>

#include "unit.h"

/* --- lines --- */

/* What is taken, each in the form that it is printed in. */
static const char *const lines[] = {
	"set - /sys/devices/system/memory/auto_online_blocks online_movable offline -",
	"set - /sys/bus/dax/drivers_autoprobe 0 - -",
	"reset - /sys/bus/dax/drivers_autoprobe - - -",
	"load kmem - - - -",
	"id kmem - - - -",
	"forget device_dax - - - -",
	"offline - - - - -",
	"offline - - - - 32-39:movable,40-40:offline,42-42:offline",
	"offline - - - - 0-0:kernel,1-1:movable,2-18446744073709551614:kernel",
	"unbind some.driver - - - -",
	"unbind kmem - - unplugged -",
	"bind kmem - - - -",
	"probe - - - - -",
	"settle - - - - -",
	"pool - /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages - 200 -",
	"drop - /sys/devices/system/node/node1/reclaim 4096 - -",
	"drop - /proc/sys/vm/drop_caches 3 - -",
	"compact - /sys/devices/system/node/node0/compact 1 - -",
	"resize-pool - /sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages 9 3 -",
	"migrate - - 1 - -",
	"online - - online_kernel - 1-2:offline",
	"reset - /sys/devices/system/memory/auto_online_blocks offline online_kernel -",
	"set - /sys/bus/nd/drivers_autoprobe 0 1 -",
	"set - /sys/bus/dax/devices/dax0.0/memmap_on_memory 1 0 -",
	"set - /sys/bus/dax/devices/dax0.0/align 2097152 4096 -",
	"create - /sys/devices/platform/hmem.0/dax_region/create - - -",
	"create - /sys/devices/a..b/.c./dax_region/create - - -",
	"delete - /sys/devices/platform/hmem.0/dax_region/delete - - -",
	"layout - /sys/bus/dax/devices/dax0.1/mapping 100000000-11fffffff none -",
	"label - /sys/bus/nd/devices/namespace0.1 size=1,name=x/y - -",
	"info - /sys/bus/nd/devices/namespace0.1 size=1 bound -",
	"unmake - /sys/bus/nd/devices/namespace0.1 size=1 - -",
	"move dax_pmem /sys/bus/nd/devices/dax0.0 0123-ef dax_pmem_compat -",
	"cxl - /sys/bus/cxl/devices/decoder2.0/mode ram none -",
	"cxl - /sys/bus/cxl/devices/decoder2.0/dpa_size 268435456 0x0 -",
	"cxl-create - /sys/bus/cxl/devices/decoder0.0/create_ram_region region0 - -",
	"cxl - /sys/bus/cxl/devices/region0/commit 0 1 -",
	"cxl-targets - /sys/bus/cxl/devices/region0 none decoder2.0,decoder3.0 -",
	"cxl-bind - /sys/bus/cxl/devices/region0 - - -",
	"cxl-unbind - /sys/bus/cxl/devices/region0 - - -",
	"cxl-keep - - align=2097152,memmap_on_memory=0 - -",
	"cxl-delete - /sys/bus/cxl/devices/decoder0.0/delete_region region0 - -",
	"node - /dev/dax0.0 65534:12:640 0:0:600 -",
	"link - /dev/dax/fast ../dax0.0 ../dax1.0 -",
};

static void test_lines(void **state _unused_)
{
	_cleanup_(steps_done) struct steps steps = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_free_ char *printed = NULL;

		if (step_parse(lines[i], &steps) < 0)
			fail_msg("'%s' was refused", lines[i]);
		assert_row(i, steps.n == i + 1);
		printed = step_print(&steps.items[i]);
		assert_non_null(printed);
		assert_string_equal(printed, lines[i]);
	}
}

static void test_parsed(void **state _unused_)
{
	_cleanup_(steps_done) struct steps steps = { 0 };
	const struct step *step;

	assert_int_equal(
		step_parse(
			"move dax_pmem /sys/bus/nd/devices/dax0.0 01-ef none 1-2:offline,4-4:kernel",
			&steps),
		0);
	step = &steps.items[0];
	assert_int_equal(step->kind, STEP_MOVE);
	assert_string_equal(step->driver, "dax_pmem");
	assert_string_equal(step->file, "/sys/bus/nd/devices/dax0.0");
	assert_string_equal(step->value, "01-ef");
	assert_string_equal(step->before, "none");
	assert_int_equal(step->runs.n, 2);
	assert_int_equal(step->runs.items[0].first, 1);
	assert_int_equal(step->runs.items[0].last, 2);
	assert_int_equal(step->runs.items[0].zone, ZONE_OFFLINE);
	assert_int_equal(step->runs.items[1].first, 4);
	assert_int_equal(step->runs.items[1].zone, ZONE_KERNEL);
}

static const char *const wrong_lines[] = {
	"",
	" ",
	"-",
	"probe",
	"probe - - - -",
	"probe - - - - - -",
	"probe - - - - - ",
	" probe - - - - -",
	"probe  - - - - -",
	"probe - - - -  -",
	"probe\t- - - - -",
	"probe - - - - -\n",
	"Probe - - - - -",
	"prob - - - - -",
	"probes - - - - -",
	/* what a kind needs */
	"bind - - - - -",
	"load - - - - -",
	"id - - - - -",
	"set - - 1 - -",
	"set - /sys/x - - -",
	"reset - - - - -",
	"pool - - - - -",
	"cxl-keep - - - - -",
	"online - - - - 1-2:offline",
	/* paths */
	"bind a/b - - - -",
	"bind .. - - - -",
	"bind . - - - -",
	"set - /etc/passwd 1 - -",
	"set - sys/x 1 - -",
	"set - /sys 1 - -",
	"set - /sys/ 1 - -",
	"set - /sys/../etc/passwd 1 - -",
	"set - /sys/a/.. 1 - -",
	"set - /sys/a/. 1 - -",
	"set - /sys/./a 1 - -",
	"set - /sys//a 1 - -",
	"set - /sysx/a 1 - -",
	"set - /sys/\x01 1 - -",
	"set - /sys/\xc3\xa4 1 - -",
	/* a file, a value or a member that no plan has */
	"set - /sys/kernel/uevent_helper /tmp/x - -",
	"set - /sys/devices/system/memory/hard_offline_page 1 - -",
	"set - /sys/devices/system/memory/auto_online_blocks 0x1 offline -",
	"set - /sys/devices/system/memory/auto_online_blocks offline 1/2 -",
	"set - /sys/bus/dax/drivers_autoprobe 2 - -",
	"set - /sys/bus/pci/drivers_autoprobe 0 - -",
	"set - /sys/bus/dax/devices/dax0.0/driver_override x - -",
	"set - /sys/bus/dax/devices/dax0.0/driver/unbind 1 - -",
	"set - /sys/bus/dax/devices/dax0.0/x/align 1 - -",
	"set - /sys/bus/dax/devices/dax0.0/align 1k - -",
	"set - /sys/bus/dax/devices/../../nd/drivers_autoprobe 1 - -",
	"reset - /sys/bus/dax/devices/dax0.0/align - - -",
	"set kmem /sys/bus/dax/drivers_autoprobe 0 - -",
	"pool - /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages - 0 -",
	"pool - /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages 1 0 -",
	"drop - /proc/sys/vm/swappiness 3 - -",
	"drop - /sys/devices/system/node/node1/x/reclaim 3 - -",
	"drop - /sys/devices/system/node/node1/reclaim - - -",
	"compact - /proc/sys/vm/compact_memory 1 - -",
	"resize-pool - /proc/sys/vm/nr_hugepages 9 3 -",
	"resize-pool - /sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages x 3 -",
	"migrate - - 1,2 - -",
	"migrate - /sys/devices/system/node/node0/compact 1 - -",
	"create - /sys/devices/pci0000:00/remove - - -",
	"create - /sys/devices/x/../../bus/y/dax_region/create - - -",
	"delete - /sys/devices/x/dax_region/create - - -",
	"layout - /sys/bus/dax/devices/dax0.0/align 1 - -",
	"label - /sys/bus/nd/devices/region0 size=1 - -",
	"move dax_pmem /sys/bus/nd/devices/dax0.0/x 0 - -",
	"cxl - /sys/bus/cxl/devices/mem0/security/erase 1 - -",
	"cxl - /sys/bus/cxl/devices/region0/commit 3 - -",
	"cxl-create - /sys/bus/cxl/devices/decoder0.0/delete_region region0 - -",
	"cxl-bind - /sys/bus/cxl/devices/mem0 - - -",
	"node - /dev/mem 0:0:666 - -",
	"node - /dev/dax/fast 0:0:666 - -",
	"node - /dev/dax0.0 root:0:666 - -",
	"node - /dev/dax0.0 - 0:0:600 -",
	"link - /dev/mem ../dax0.0 - -",
	"link - /dev/dax/../sda ../dax0.0 - -",
	"link - /dev/dax/a/b ../dax0.0 - -",
	"probe kmem - - - -",
	"offline - /sys/x - - -",
	"online kmem - online_kernel - -",
	"bind kmem - - /sys -",
	/* runs */
	"offline - - - - 1",
	"offline - - - - 1-2",
	"offline - - - - 1:movable",
	"offline - - - - 1-2:",
	"offline - - - - 1-2:normal",
	"offline - - - - 1-2:movable:movable",
	"offline - - - - 1-2-3:movable",
	"offline - - - - 1-2:movable,",
	"offline - - - - ,1-2:movable",
	"offline - - - - -1-2:movable",
	"offline - - - - -2:movable",
	"offline - - - - 1-:movable",
	"offline - - - - 2-1:movable",
	"offline - - - - 01-2:movable",
	"offline - - - - 0x1-2:movable",
	"offline - - - - 1-18446744073709551615:movable",
	"offline - - - - 1-18446744073709551616:movable",
	"offline - - - - 4-5:movable,1-2:movable",
	"offline - - - - 1-2:movable,2-3:movable",
	"offline - - - - 1-2:movable,2-3:kernel",
	"offline - - - - 1-2:movable,1-2:movable",
	/* one run, printed as one */
	"offline - - - - 1-2:movable,3-4:movable",
};

static void test_wrong_lines(void **state _unused_)
{
	_cleanup_(steps_done) struct steps steps = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(wrong_lines); i++)
		if (step_parse(wrong_lines[i], &steps) != -EINVAL)
			fail_msg("'%s' was taken", wrong_lines[i]);
	assert_int_equal(steps.n, 0);
}

static char *filled(const char *before, size_t n, const char *behind)
{
	_cleanup_(string_done) struct string t = { 0 };
	_cleanup_free_ char *fill = malloc(n + 1);

	assert_non_null(fill);
	memset(fill, 'a', n);
	fill[n] = '\0';
	string_add(&t, "%s%s%s", before, fill, behind);
	return string_take(&t);
}

static void test_lengths(void **state _unused_)
{
	_cleanup_(steps_done) struct steps steps = { 0 };
	_cleanup_free_ char *longest = filled("load ", 65536, " - - - -");
	_cleanup_free_ char *too_long = filled("load ", 65537, " - - - -");
	_cleanup_free_ char *endless = filled("offline - - - - ", 1 << 20, "");

	assert_int_equal(step_parse(longest, &steps), 0);
	assert_int_equal(step_parse(too_long, &steps), -EINVAL);
	assert_int_equal(step_parse(endless, &steps), -EINVAL);
	assert_int_equal(steps.n, 1);
}

/* No line is written that would not be read. */
static void test_unprintable(void **state _unused_)
{
	static const char *const values[] = { "", "-", "a b", "a\n", "\xc3\xa4" };
	_cleanup_(steps_done) struct steps steps = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		const struct step *step =
			steps_add(&steps, STEP_SET, NULL, "/sys/x", values[i], NULL);
		_cleanup_free_ char *line = step ? step_print(step) : NULL;

		assert_non_null(step);
		assert_null(line);
	}
}

/* --- words --- */

#define MEMORY	    "/sys/devices/system/memory"
#define POLICY_PATH MEMORY "/auto_online_blocks"

static const struct {
	const char *line;
	const char *what;
	const char *file;
	const char *value;
	const char *module;
	const char *check; /* begins so; "" is NULL */
	const char *undo;
} words[] = {
	{ "set - " POLICY_PATH " online_movable offline -",
	  "hold the policy for new memory at online_movable", POLICY_PATH, "online_movable", NULL,
	  "", "write what it held" },
	{ "reset - " POLICY_PATH " offline - -", "restore the policy for new memory", POLICY_PATH,
	  "offline", NULL, "", "write what it held" },
	{ "set - /sys/bus/dax/drivers_autoprobe 0 1 -",
	  "keep drivers from taking devices by themselves", "/sys/bus/dax/drivers_autoprobe", "0",
	  NULL, "", "write what it held" },
	{ "set - /sys/bus/dax/drivers_autoprobe 1 0 -",
	  "write 1 into /sys/bus/dax/drivers_autoprobe", "/sys/bus/dax/drivers_autoprobe", "1",
	  NULL, "", "write what it held" },
	{ "set - /sys/bus/dax/devices/dax0.0/memmap_on_memory 1 0 -",
	  "keep the memmap of dax0.0 on its own memory",
	  "/sys/bus/dax/devices/dax0.0/memmap_on_memory", "1", NULL, "", "write what it held" },
	{ "load kmem - - - -", "load the module kmem", NULL, NULL, "kmem", "", "" },
	{ "id kmem - - - -", "add dax0.0 to the IDs of driver kmem",
	  "/sys/bus/dax/drivers/kmem/new_id", "dax0.0", NULL, "the driver",
	  "write it into remove" },
	{ "forget kmem - - - -", "remove dax0.0 from the IDs of driver kmem",
	  "/sys/bus/dax/drivers/kmem/remove_id", "dax0.0", NULL, "", "" },
	{ "unbind device_dax - - - -", "unbind dax0.0 from device_dax",
	  "/sys/bus/dax/drivers/device_dax/unbind", "dax0.0", NULL, "nobody has", "bind it again" },
	{ "unbind kmem - - - -", "unbind dax0.0 from kmem", "/sys/bus/dax/drivers/kmem/unbind",
	  "dax0.0", NULL, "every block is offline", "bind it again" },
	{ "bind kmem - - - -", "bind dax0.0 to kmem", "/sys/bus/dax/drivers/kmem/bind", "dax0.0",
	  NULL, "its ranges", "unbind it again" },
	{ "probe - - - - -", "let the kernel choose a driver for dax0.0",
	  "/sys/bus/dax/drivers_probe", "dax0.0", NULL, "its ranges", "unbind it again" },
	{ "pool - /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages - 200 -",
	  "remember how many huge pages /sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages has",
	  "/sys/devices/system/node/node1/hugepages/hugepages-2048kB/nr_hugepages", NULL, NULL, "",
	  "write that number" },
	{ "drop - /sys/devices/system/node/node1/reclaim 4096 - -",
	  "drop the clean caches of the node, up to 4096 bytes: write /sys/devices/system/node/node1/reclaim",
	  "/sys/devices/system/node/node1/reclaim", NULL, NULL, "", "" },
	{ "drop - /proc/sys/vm/drop_caches 3 - -",
	  "drop the clean caches of all nodes: write /proc/sys/vm/drop_caches",
	  "/proc/sys/vm/drop_caches", NULL, NULL, "", "" },
	{ "compact - /sys/devices/system/node/node0/compact 1 - -",
	  "compact the memory of another node", "/sys/devices/system/node/node0/compact", "1", NULL,
	  "", "" },
	{ "resize-pool - /sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages 9 - -",
	  "give a pool of huge pages 9 pages",
	  "/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages", "9", NULL, "",
	  "write the number" },
	{ "migrate - - 1 - -",
	  "move the memory of processes from node 1 to other nodes: migrate_pages(2)", NULL, NULL,
	  NULL, "", "" },
	{ "offline - - - - -",
	  "take memory of dax0.0 offline (only root can read which memory blocks these are)", NULL,
	  "offline", NULL, "what is in the memory", "bring the blocks" },
	{ "offline - - - - 32-35:movable,36-39:kernel", "take memory of dax0.0 offline",
	  MEMORY "/memory{32..39}/state", "offline", NULL, "what is in the memory",
	  "bring the blocks" },
	{ "node - /dev/dax0.0 0:12:660 - -",
	  "set owner, group and access mode of /dev/dax0.0 to 0:12:660", "/dev/dax0.0", "0:12:660",
	  NULL, "it is the character device", "set those" },
	{ "link - /dev/dax/fast ../dax0.0 - -", "let the link /dev/dax/fast lead to dax0.0",
	  "/dev/dax/fast", "../dax0.0", NULL, "no other file", "restore the link" },
	{ "online - - online_kernel - 40-40:offline", "bring memory of dax0.0 online",
	  MEMORY "/memory40/state", "online_kernel", NULL, "the blocks are there",
	  "take the blocks" },
	{ "online - - online_kernel - 32-39:offline,41-41:offline,43-44:offline",
	  "bring memory of dax0.0 online", MEMORY "/memory{{32..39},41,{43..44}}/state",
	  "online_kernel", NULL, "the blocks are there", "take the blocks" },
};

static void assert_same(const char *a, const char *b)
{
	if (b)
		assert_string_equal(a ? a : "(null)", b);
	else
		assert_null(a);
}

static void assert_begins(const char *a, const char *b)
{
	if (*b && (!a || !starts_with(a, b)))
		fail_msg("'%s' does not begin with '%s'", a, b);
	if (!*b)
		assert_null(a);
}

static void test_words(void **state _unused_)
{
	_cleanup_(steps_done) struct steps steps = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		_cleanup_free_ char *what = NULL, *file = NULL;
		struct daxbus_step described;

		assert_row(i, step_parse(words[i].line, &steps) == 0);
		assert_row(i,
			   step_describe(&steps.items[i], "dax0.0", &described, &what, &file) == 0);
		assert_ptr_equal(described.what, what);
		assert_ptr_equal(described.file, file);
		assert_same(described.what, words[i].what);
		assert_same(described.file, words[i].file);
		assert_same(described.value, words[i].value);
		assert_same(described.module, words[i].module);
		assert_begins(described.check, words[i].check);
		assert_begins(described.undo, words[i].undo);
		assert_row(i, described.verify && *described.verify);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),	    cmocka_unit_test(test_parsed),
		cmocka_unit_test(test_wrong_lines), cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_unprintable), cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests_name("step", tests, NULL, NULL);
}
