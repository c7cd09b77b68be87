/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether a run was interrupted, as 'daxbus metrics' finds out. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <daxbus.h>

#include "api/metrics.h"
#include "execute/journal.h"
#include "execute/lock.h"
#include "own-run.h"
#include "unit.h"

#define JOURNAL RUN_DIRECTORY "/" JOURNAL_NAME

static void assert_pending(const struct daxbus_ctx *ctx, uint64_t expected)
{
	uint64_t number = 2;

	assert_int_equal(api_metrics_is_pending(ctx, &number), DAXBUS_KNOWN);
	assert_int_equal(number, expected);
}

static void test_pending(void **state _unused_)
{
	struct lock lock = LOCK_INIT, other = LOCK_INIT;
	struct daxbus_ctx *ctx;
	int fd;

	assert_int_equal(daxbus_new(&ctx), 0);
	assert_pending(ctx, 0);
	assert_int_equal(lock_take(&lock, RUN_DIRECTORY, 0, NULL, NULL), 0);
	assert_pending(ctx, 0);
	fd = open(JOURNAL, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	close(fd);
	/* A change is going on. */
	assert_pending(ctx, 0);
	lock_done(&lock);
	/* The process has gone, and the journal is still there. */
	assert_pending(ctx, 1);
	/* Finding out did not take the lock. */
	assert_int_equal(lock_take(&other, RUN_DIRECTORY, 0, NULL, NULL), 0);
	assert_int_equal(unlink(JOURNAL), 0);
	lock_done(&other);
	assert_pending(ctx, 0);
	daxbus_free(ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pending),
	};

	if (!own_run_mount()) {
		fprintf(stderr, "no mount namespace of its own: %s\n", strerror(errno));
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
