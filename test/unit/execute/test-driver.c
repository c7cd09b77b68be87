/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "execute/driver.h"

#include <errno.h>

#include "tree.h"
#include "unit.h"

#define DEVICE "/sys/devices/platform/hmem.0/dax0.0"

/* A device that device_dax has; who holds it is unknown in a tree. */
static void make_device(const struct tree *t)
{
	tree_write(t, "MAJOR=252\nMINOR=1\nDRIVER=device_dax", DEVICE "/uevent");
	tree_write_u64(t, 1 << 30, DEVICE "/size");
	tree_folder(t, "/sys/bus/dax/drivers/device_dax");
	tree_link(t, "../../../../bus/dax", DEVICE "/subsystem");
	tree_link(t, "../../../../bus/dax/drivers/device_dax", DEVICE "/driver");
	tree_link(t, "../../../devices/platform/hmem.0/dax0.0", "/sys/bus/dax/devices/dax0.0");
}

static void test_unknown_holders(void **state)
{
	const struct tree *t = *state;
	_cleanup_(failure_done) struct failure failure = FAILURE_INIT;
	_cleanup_(executor_done) struct executor p = { .kmsg = KMSG_INIT };
	const struct progress_fn nobody = { 0 };

	make_device(t);
	assert_int_equal(executor_init(&p, t->fs, NULL, &nobody, "dax0.0"), 0);
	assert_int_equal(driver_check_unused(&p, &failure), -EIO);
	assert_int_equal(failure.code, REASON_HOLDERS_UNKNOWN);
	/* Both ways to take a device from its users ask the same function first. */
	assert_int_equal(driver_unbind(&p, "device_dax", &failure), -EIO);
	assert_int_equal(failure.code, REASON_HOLDERS_UNKNOWN);
	/* The plan has decided: the write is tried, which a tree refuses. */
	p.force = true;
	assert_int_equal(driver_check_unused(&p, &failure), 0);
	assert_int_equal(driver_unbind(&p, "device_dax", &failure), -EROFS);
	assert_int_equal(failure.code, REASON_WRITE_FAILED);
	/* An undo goes on, without --force too. */
	p.force = false;
	p.undoing = true;
	assert_int_equal(driver_unbind(&p, "device_dax", &failure), -EROFS);
	assert_int_equal(failure.code, REASON_WRITE_FAILED);
	p.undoing = false;
	p.force = true;
	/* Of a device that is resized or destroyed --force decides nothing. */
	p.held = REASON_MEMORY_HELD;
	assert_int_equal(driver_unbind(&p, "device_dax", &failure), -EIO);
	assert_int_equal(failure.code, REASON_UNKNOWN_STATE);
}

/* Without a driver a device on the bus has no character device that anybody could hold. */
static void test_no_driver(void **state)
{
	const struct tree *t = *state;
	_cleanup_(failure_done) struct failure failure = FAILURE_INIT;
	_cleanup_(executor_done) struct executor p = { .kmsg = KMSG_INIT };
	const struct progress_fn nobody = { 0 };

	make_device(t);
	tree_remove(t, DEVICE "/driver");
	tree_write(t, "DEVTYPE=dax", DEVICE "/uevent");
	assert_int_equal(executor_init(&p, t->fs, NULL, &nobody, "dax0.0"), 0);
	assert_int_equal(driver_check_unused(&p, &failure), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_unknown_holders, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_no_driver, tree_set_up, tree_tear_down),
	};

	return cmocka_run_group_tests_name("driver", tests, NULL, NULL);
}
