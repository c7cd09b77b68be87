/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "execute/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"
#include "execute/apply.h"
#include "execute/journal.h"
#include "tree.h"
#include "unit.h"

#define LEASE "lease.dax0.0"

/* The directory of the journal. */
static int open_directory(const struct tree *t)
{
	int fd = open(t->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static bool exists(int directory, const char *name)
{
	return faccessat(directory, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void put_journal(const struct tree *t)
{
	tree_write(t, "daxbus-journal 1", "/" JOURNAL_NAME);
}

/* @expected: one, or NULL for none */
static void assert_orphan(int directory, const char *expected)
{
	_cleanup_(strv_done) struct strv names = { 0 };

	assert_int_equal(lease_find_orphans(directory, &names), 0);
	assert_int_equal(names.n, expected ? 1 : 0);
	if (expected)
		assert_string_equal(names.items[0], expected);
}

static void test_begun_and_given_back(void **state)
{
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);
	_cleanup_close_ int fd = -1;

	put_journal(t);
	assert_false(lease_exists(directory, "dax0.0"));
	assert_int_equal(lease_begin(directory, "dax0.0", &fd), 0);
	assert_true(lease_exists(directory, "dax0.0"));
	assert_false(lease_exists(directory, "dax0.1"));
	assert_false(journal_is_pending(directory));
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_orphan(directory, NULL);
	assert_int_equal(lease_to_journal(directory, LEASE), 0);
	assert_false(lease_exists(directory, "dax0.0"));
	assert_true(journal_is_pending(directory));
}

/* Its holder has ended when nothing has the lock. */
static void test_orphan(void **state)
{
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);
	_cleanup_close_ int first = -1, second = -1;

	put_journal(t);
	assert_int_equal(lease_begin(directory, "dax0.0", &first), 0);
	put_journal(t);
	assert_int_equal(lease_begin(directory, "dax1.0", &second), 0);
	assert_orphan(directory, NULL);
	assert_int_equal(close(TAKE_FD(second)), 0);
	assert_orphan(directory, "lease.dax1.0");
	assert_int_equal(lease_to_journal(directory, "lease.dax1.0"), 0);
	assert_orphan(directory, NULL);
}

/* All of them, not only one. */
static void test_orphans(void **state)
{
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);
	_cleanup_(strv_done) struct strv names = { 0 };
	static const char *const devices[] = { "dax0.0", "dax0.1", "dax1.0" };

	for (size_t i = 0; i < ARRAY_SIZE(devices); i++) {
		_cleanup_close_ int fd = -1;

		put_journal(t);
		assert_int_equal(lease_begin(directory, devices[i], &fd), 0);
	}
	assert_int_equal(lease_find_orphans(directory, &names), 0);
	assert_int_equal(names.n, ARRAY_SIZE(devices));
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		assert_true(strv_has(&names, lease_name(devices[i]).s));
}

/* Only a file that this user alone can write to says what is to be undone. */
static void test_other_files(void **state)
{
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);

	tree_write(t, "", "/lease.");
	tree_write(t, "", "/lease.dax0");
	tree_write(t, "", "/lease.dax0.0.conf");
	tree_write(t, "", "/lease-dax0.0");
	tree_link(t, "lease.", "/lease.dax0.1");
	tree_write(t, "", "/lease.dax0.2");
	assert_int_equal(fchmodat(directory, "lease.dax0.2", 0666, 0), 0);
	assert_orphan(directory, NULL);
	/* But a new lease does not take their place. */
	assert_true(lease_exists(directory, "dax0.1"));
	assert_true(lease_exists(directory, "dax0.2"));
}

/* Another user than root cannot see whether the holder of a lease lives. */
static void test_unreadable(void **state)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct before[_LINUX_CAPABILITY_U32S_3], none[ARRAY_SIZE(before)];
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);
	_cleanup_(strv_done) struct strv names = { 0 };
	int r;

	tree_write(t, "daxbus-journal 1", "/" LEASE);
	assert_int_equal(fchmodat(directory, LEASE, 0, 0), 0);
	assert_int_equal(syscall(SYS_capget, &head, before), 0);
	memcpy(none, before, sizeof(none));
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		none[i].effective = 0;
	assert_int_equal(syscall(SYS_capset, &head, none), 0);
	r = lease_find_orphans(directory, &names);
	assert_int_equal(syscall(SYS_capset, &head, before), 0);
	assert_int_equal(r, -EACCES);
	assert_int_equal(names.n, 0);
}

/* The journal stays as it was. */
static void test_not_begun(void **state)
{
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);
	_cleanup_close_ int other = -1;
	int fd = -1;

	assert_int_equal(lease_begin(directory, "dax0.0", &fd), -ENOENT);
	put_journal(t);
	tree_write(t, "of another process", "/" LEASE);
	assert_int_equal(lease_begin(directory, "dax0.0", &fd), -EEXIST);
	assert_int_equal(lease_to_journal(directory, LEASE), -EEXIST);
	assert_int_equal(unlinkat(directory, LEASE, 0), 0);
	other = openat(directory, JOURNAL_NAME, O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(other, LOCK_SH), 0);
	assert_int_equal(lease_begin(directory, "dax0.0", &fd), -EWOULDBLOCK);
	assert_int_equal(close(TAKE_FD(other)), 0);
	assert_int_equal(fchmodat(directory, JOURNAL_NAME, 0620, 0), 0);
	assert_int_equal(lease_begin(directory, "dax0.0", &fd), -EACCES);
	assert_true(journal_is_pending(directory));
	assert_false(exists(directory, LEASE));
	assert_int_equal(unlinkat(directory, JOURNAL_NAME, 0), 0);
	tree_link(t, "elsewhere", "/" JOURNAL_NAME);
	assert_int_equal(lease_begin(directory, "dax0.0", &fd), -ELOOP);
	assert_int_equal(fd, -1);
}

static void test_not_given_back(void **state)
{
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);

	assert_int_equal(lease_to_journal(directory, LEASE), -ENOENT);
}

static void assert_leased(const struct daxbus_results *results)
{
	const struct daxbus_result *result = daxbus_results_next(results, NULL);

	assert_int_equal(result->status, DAXBUS_REFUSED);
	assert_string_equal(result->code, "leased");
}

/*
 * Its character device is not set up either, and it is not planned: of a layout that is restored,
 * nothing must have changed before it is refused.
 */
static void test_refused(void **state)
{
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);
	_cleanup_(results_free_p) struct daxbus_results *set_up = results_new();
	_cleanup_(results_free_p) struct daxbus_results *planned = results_new();
	const struct apply_context apply = { .fs = t->fs, .directory = directory };
	const struct daxbus_request request = { .action = DAXBUS_RECONFIGURE };
	const struct device device = { .name = { DAXBUS_KNOWN, (char[]){ "dax0.0" } } };
	struct steps steps = { 0 };

	tree_write(t, "daxbus-journal 1", "/" LEASE);
	assert_int_equal(apply_steps(&apply, &request, "dax0.0", &steps, "set up", set_up), 0);
	assert_leased(set_up);
	assert_int_equal(apply_plan(&apply, &request, NULL, &device, planned), 0);
	assert_leased(planned);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_begun_and_given_back, tree_set_up,
						tree_tear_down),
		cmocka_unit_test_setup_teardown(test_orphan, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_orphans, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_other_files, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_unreadable, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_not_begun, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_not_given_back, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_refused, tree_set_up, tree_tear_down),
	};

	return cmocka_run_group_tests_name("lease", tests, NULL, NULL);
}
