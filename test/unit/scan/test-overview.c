/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "scan/overview.h"

#include "base/string.h"
#include "tree.h"
#include "unit.h"

#define DRIVERS "/sys/bus/dax/drivers"

static const char iomem[] = "00001000-0009fbff : System RAM\n"
			    "100000000-13fffffff : hmem.0\n"
			    "  100000000-13fffffff : Soft Reserved\n"
			    "    100000000-1003fffff : dax0.0\n"
			    "    100400000-1007fffff : dax0.1\n"
			    "    100800000-100bfffff : dax0.2\n"
			    "      100800000-100bfffff : System RAM (kmem)\n"
			    "    100c00000-100ffffff : dax0.3\n"
			    "    101000000-1013fffff : dax0.3\n"
			    "    101400000-1017fffff : dax0.10\n"
			    "140000000-17fffffff : dax1.0\n";

static void bind(const struct tree *t, const char *driver, const char *device)
{
	tree_link(t, "../../../../devices/somewhere", DRIVERS "/%s/%s", driver, device);
}

static void make_machine(const struct tree *t)
{
	static const char *const devdax[] = { "dax0.0", "dax0.1", "dax0.3", "dax0.4", "dax0.10" };

	for (size_t i = 0; i < ARRAY_SIZE(devdax); i++)
		bind(t, "device_dax", devdax[i]);
	bind(t, "kmem", "dax0.2");
	tree_link(t, "../../../../module/device_dax", DRIVERS "/device_dax/module");
	tree_write(t, "", DRIVERS "/device_dax/new_id");
	tree_write(t, iomem, "/proc/iomem");
}

static void assert_driver(const struct overview *o, uint32_t instance, const char *driver)
{
	const char *found = overview_find_driver(o, 0, instance);

	if (driver)
		assert_string_equal(found, driver);
	else
		assert_null(found);
}

static void assert_range(const struct overview *o, uint32_t instance, uint64_t start)
{
	const struct range *range = overview_find_range(o, 0, instance);

	if (!start) {
		assert_null(range);
		return;
	}
	assert_non_null(range);
	assert_int_equal(range->start, start);
	assert_int_equal(range_size(range), 4 << 20);
}

static void test_overview(void **state)
{
	const struct tree *t = *state;
	struct overview o = { 0 };

	make_machine(t);
	assert_int_equal(overview_read(t->fs, true, &o), 0);
	assert_driver(&o, 0, "device_dax");
	assert_driver(&o, 2, "kmem");
	assert_driver(&o, 10, "device_dax");
	assert_driver(&o, 5, NULL);
	assert_null(overview_find_driver(&o, 1, 0));
	assert_range(&o, 0, 0x100000000);
	assert_range(&o, 1, 0x100400000);
	assert_range(&o, 10, 0x101400000);
	/* in kmem; two entries; none; of no driver */
	assert_range(&o, 2, 0);
	assert_range(&o, 3, 0);
	assert_range(&o, 4, 0);
	assert_null(overview_find_range(&o, 1, 0));
	overview_done(&o);

	assert_int_equal(overview_read(t->fs, false, &o), 0);
	assert_driver(&o, 0, "device_dax");
	assert_range(&o, 0, 0);
	overview_done(&o);
}

/* Bound to another driver between the listings of both: neither is believed. */
static void test_two_drivers(void **state)
{
	const struct tree *t = *state;
	struct overview o = { 0 };

	make_machine(t);
	bind(t, "kmem", "dax0.0");
	bind(t, "kmem", "dax0.10");
	assert_int_equal(overview_read(t->fs, true, &o), 0);
	assert_driver(&o, 0, NULL);
	assert_driver(&o, 10, NULL);
	assert_range(&o, 0, 0);
	assert_range(&o, 10, 0);
	assert_driver(&o, 1, "device_dax");
	overview_done(&o);
}

/* An entry of device_dax has nothing inside of it, unless memory of kmem was left behind. */
static void test_divided(void **state)
{
	const struct tree *t = *state;
	struct overview o = { 0 };

	make_machine(t);
	bind(t, "device_dax", "dax0.2");
	tree_remove(t, DRIVERS "/kmem/dax0.2");
	assert_int_equal(overview_read(t->fs, true, &o), 0);
	assert_driver(&o, 2, "device_dax");
	assert_range(&o, 2, 0);
	overview_done(&o);
}

static void test_missing(void **state)
{
	const struct tree *t = *state;
	struct overview o = { 0 };

	assert_int_equal(overview_read(t->fs, true, &o), 0);
	assert_driver(&o, 0, NULL);
	assert_range(&o, 0, 0);
	overview_done(&o);

	/* Addresses are zeros to other users than root. */
	make_machine(t);
	tree_write(t, "00000000-00000000 : dax0.0\n00000000-00000000 : dax0.1", "/proc/iomem");
	assert_int_equal(overview_read(t->fs, true, &o), 0);
	assert_driver(&o, 0, "device_dax");
	assert_range(&o, 0, 0);
	overview_done(&o);

	/* A driver that is no directory, and a text that is none. */
	tree_write(t, "x", DRIVERS "/file");
	tree_write(t, "dax0.0\n-: dax0.0\n9-1 : dax0.1\n", "/proc/iomem");
	assert_int_equal(overview_read(t->fs, true, &o), 0);
	assert_driver(&o, 0, "device_dax");
	assert_range(&o, 0, 0);
	overview_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_overview, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_two_drivers, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_divided, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_missing, tree_set_up, tree_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
