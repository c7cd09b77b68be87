/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What another process has left in the directory of the journal keeps changes from being made. */
#include "api/change.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fd.h"
#include "execute/journal.h"
#include "execute/lease.h"
#include "tree.h"
#include "unit.h"

/* The directory of the journal. */
static int open_directory(const struct tree *t)
{
	int fd = open(t->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* With this errno, reason (NULL: none) and message. */
static void assert_refused(int directory, int expected, const char *reason, const char *message)
{
	struct daxbus_error error = DAXBUS_ERROR_INIT;

	assert_int_equal(api_change_check_journal(directory, &error), expected);
	assert_string_equal(error.message, message);
	if (reason)
		assert_string_equal(error.reason, reason);
	else
		assert_null(error.reason);
	daxbus_error_done(&error);
}

static void test_nothing(void **state)
{
	_cleanup_close_ int directory = open_directory(*state);

	assert_int_equal(api_change_check_journal(directory, NULL), 0);
}

static void test_journal(void **state)
{
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);

	tree_write(t, "daxbus-journal 1", "/" JOURNAL_NAME);
	assert_refused(directory, -EUCLEAN, "recover-first",
		       "an earlier run was killed or could not undo its changes: run 'daxbus "
		       "recover' first");
}

/* It names the device, which is not the one to be changed. */
static void test_lease(void **state)
{
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);
	_cleanup_close_ int lease = -1;

	tree_write(t, "daxbus-journal 1", "/" JOURNAL_NAME);
	assert_int_equal(lease_begin(directory, "dax3.1", &lease), 0);
	assert_int_equal(api_change_check_journal(directory, NULL), 0);
	assert_int_equal(close(TAKE_FD(lease)), 0);
	assert_refused(directory, -EUCLEAN, "recover-first",
		       "the program that leased dax3.1 has ended without putting it back: run "
		       "'daxbus recover' first, which puts it back");
}

/* Whether there is a lease is unknown, which is not the same as none. */
static void test_unreadable(void **state)
{
	_cleanup_close_ int directory = open_directory(*state);
	int next = dup(directory);
	struct rlimit before, none;

	assert_true(next >= 0);
	assert_int_equal(close(next), 0);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	none.rlim_cur = (rlim_t)next;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_refused(directory, -EMFILE, NULL,
		       "cannot search '/run/daxbus' for leases: Too many open files");
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

/* A change that was not begun, and a journal that says nothing. */
static void test_abandoned(void **state)
{
	static const struct {
		const char *journal;
		const char *reason;
		const char *message;
	} rows[] = {
		{ "daxbus-journal 1", NULL, "out of memory" },
		{ "nothing", "recover-first",
		  "out of memory; and the changes before that are not undone: run 'daxbus "
		  "recover'" },
	};
	const struct tree *t = *state;
	_cleanup_close_ int directory = open_directory(t);
	const struct apply_context apply = { .fs = t->fs, .directory = directory };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct daxbus_error error = DAXBUS_ERROR_INIT;

		tree_write(t, rows[i].journal, "/" JOURNAL_NAME);
		assert_int_equal(api_change_abandon(&apply, error_oom(&error), &error), -ENOMEM);
		assert_string_equal(error.message, rows[i].message);
		assert_int_equal(error.code, -ENOMEM);
		assert_row(i, (!error.reason && !rows[i].reason) ||
				      (error.reason && streq(error.reason, rows[i].reason)));
		assert_row(i, journal_is_pending(directory) == (rows[i].reason != NULL));
		daxbus_error_done(&error);
		assert_int_equal(api_change_abandon(&apply, -ENOMEM, NULL), -ENOMEM);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_journal, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_lease, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_unreadable, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_abandoned, tree_set_up, tree_tear_down),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
