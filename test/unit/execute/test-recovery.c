/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "execute/recovery.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "execute/apply.h"
#include "tree.h"
#include "unit.h"

#define DEVICE "/sys/devices/platform/hmem.0/dax0.0"

static void make_device(const struct tree *t, const char *driver)
{
	char uevent[64];

	snprintf(uevent, sizeof(uevent), "DRIVER=%s", driver);
	tree_write(t, uevent, DEVICE "/uevent");
}

static int set_up(void **state)
{
	int r = tree_set_up(state);
	const struct tree *t = *state;

	make_device(t, "none");
	tree_link(t, "../../../../bus/dax", DEVICE "/subsystem");
	tree_link(t, "../../../devices/platform/hmem.0/dax0.0", "/sys/bus/dax/devices/dax0.0");
	return r;
}

/* The modes of a recovery, as "FROM -> TO", with "-" for none. */
static void recover(const struct tree *t, bool only_show, char *modes, size_t size)
{
	_cleanup_(results_free_p) struct daxbus_results *results = results_new();
	struct apply_context apply = { .fs = t->fs };
	const struct daxbus_result *result;

	assert_non_null(results);
	apply.directory = open(t->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(apply.directory >= 0);
	assert_int_equal(recovery_run(&apply, only_show, results, NULL), 0);
	/* It is removed by what has undone it, and by nothing else. */
	assert_int_equal(journal_is_pending(apply.directory), only_show);
	close(apply.directory);
	result = daxbus_results_next(results, NULL);
	assert_non_null(result);
	assert_int_equal(result->status, only_show ? DAXBUS_PLANNED : DAXBUS_CHANGED);
	snprintf(modes, size, "%s -> %s", result->from ? result->from : "-",
		 result->to ? result->to : "-");
}

static void write_journal(const struct tree *t, const char *before, const char *step)
{
	char text[256];

	snprintf(text, sizeof(text), "daxbus-journal 1\ndevice dax0.0\nbefore %s - -\nstep %s",
		 before, step);
	tree_write(t, text, "/journal");
}

static void test_shown(void **state)
{
	static const struct {
		const char *now;
		const char *before;
		const char *step;
		const char *modes;
	} rows[] = {
		{ "kmem", "device_dax", "bind kmem - - - -", "kmem -> devdax" },
		{ "device_dax", "fsdev_dax", "bind device_dax - - - -", "devdax -> famfs" },
		{ "device_dax", "-", "bind device_dax - - - -", "devdax -> -" },
		{ "some", "other", "bind some - - - -", "some -> other" },
		{ "device_dax", "-",
		  "move dax_pmem /sys/bus/nd/devices/dax0.1 uuid dax_pmem_compat -",
		  "devdax -> compat" },
		{ "device_dax", "device_dax",
		  "move dax_pmem_compat /sys/bus/nd/devices/dax0.1 uuid dax_pmem -",
		  "devdax -> devdax" },
	};
	const struct tree *t = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char modes[64];

		make_device(t, rows[i].now);
		write_journal(t, rows[i].before, rows[i].step);
		recover(t, true, modes, sizeof(modes));
		assert_string_equal(modes, rows[i].modes);
	}
}

/* A step that needs no undoing, which a tree would not allow. */
static void test_undone(void **state)
{
	const struct tree *t = *state;
	char modes[64];

	make_device(t, "device_dax");
	tree_link(t, "../../../../bus/dax/drivers/device_dax", DEVICE "/driver");
	write_journal(t, "device_dax", "load kmem - - - -");
	recover(t, false, modes, sizeof(modes));
	assert_string_equal(modes, "devdax -> devdax");
}

/* A device that was being created: what is undone leaves none. */
static void test_gone(void **state)
{
	const struct tree *t = *state;
	char modes[64];

	tree_remove(t, "/sys/bus/dax/devices/dax0.0");
	write_journal(t, "-", "create - /sys/devices/platform/hmem.0/dax_region/create - - -");
	recover(t, true, modes, sizeof(modes));
	assert_string_equal(modes, "- -> -");
	recover(t, false, modes, sizeof(modes));
	assert_string_equal(modes, "- -> -");
}

/* What could not be undone ends a run, also if the result of a file follows. */
static void test_stop(void **state)
{
	const struct tree *t = *state;
	_cleanup_(results_free_p) struct daxbus_results *results = results_new();
	const struct apply_context apply = { .fs = t->fs };
	struct result *device, *file;

	assert_non_null(results);
	assert_int_equal(apply_reason_to_stop(&apply, results, "dax0.1"), REASON_NONE);
	device = results_add(results, "dax0.0");
	file = results_add_file(results, "a.conf");
	assert_true(device && file);
	results_set(device, DAXBUS_UNDONE, REASON_WRITE_FAILED);
	results_set(file, DAXBUS_UNCHANGED, REASON_NONE);
	assert_int_equal(apply_reason_to_stop(&apply, results, "dax0.1"), REASON_NONE);
	results_set(device, DAXBUS_FAILED, REASON_WRITE_FAILED);
	assert_int_equal(apply_reason_to_stop(&apply, results, "dax0.1"), REASON_RECOVER_FIRST);
}

/* Root can remove files from any directory, with a capability. */
static void set_capabilities(const struct __user_cap_data_struct *data)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };

	assert_int_equal(syscall(SYS_capset, &head, data), 0);
}

/* All is undone, but the journal stays: that is a failure, with what the kernel said. */
static void test_journal_stays(void **state)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct before[_LINUX_CAPABILITY_U32S_3], none[ARRAY_SIZE(before)];
	const struct tree *t = *state;
	_cleanup_(results_free_p) struct daxbus_results *results = results_new();
	struct apply_context apply = { .fs = t->fs };
	const struct daxbus_result *result;

	make_device(t, "device_dax");
	tree_link(t, "../../../../bus/dax/drivers/device_dax", DEVICE "/driver");
	write_journal(t, "device_dax", "load kmem - - - -");
	apply.directory = open(t->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(fchmod(apply.directory, 0500), 0);
	assert_int_equal(syscall(SYS_capget, &head, before), 0);
	memcpy(none, before, sizeof(none));
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		none[i].effective = 0;
	set_capabilities(none);
	assert_int_equal(recovery_run(&apply, false, results, NULL), 0);
	set_capabilities(before);
	assert_int_equal(fchmod(apply.directory, 0700), 0);
	close(apply.directory);
	result = daxbus_results_next(results, NULL);
	assert_int_equal(result->status, DAXBUS_FAILED);
	assert_string_equal(result->code, "journal-failed");
	assert_string_equal(result->message, "cannot remove the journal: Permission denied");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_shown, set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_undone, set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_gone, set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_stop, set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_journal_stays, set_up, tree_tear_down),
	};

	return cmocka_run_group_tests_name("recovery", tests, NULL, NULL);
}
