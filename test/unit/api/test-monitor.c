/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the monitor does with a burst of events that it cannot report yet. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daxbus.h>

#include "api/monitor.h"
#include "own-run.h"
#include "unit.h"

#define POLICIES "/run/daxbus/policy.d"

/* A /run of its own, where a policy can be written: the only event that needs no device. */
static bool have_own_run(void)
{
	return own_run_mount() && mkdir("/run/daxbus", 0755) == 0 && mkdir(POLICIES, 0755) == 0;
}

struct world {
	struct daxbus_ctx *ctx;
	struct daxbus_monitor *monitor;
	struct daxbus_error error;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->error = (struct daxbus_error)DAXBUS_ERROR_INIT;
	assert_int_equal(daxbus_new(&w->ctx), 0);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	daxbus_monitor_free(w->monitor);
	daxbus_free(w->ctx);
	daxbus_error_done(&w->error);
	free(w);
	return 0;
}

static void write_policy(const char *path)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
}

/* No further file can be opened. */
static void exhaust_files(void)
{
	struct rlimit limit;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = (rlim_t)fd;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* Wait until the next call has a result. */
static int wait_for_result(struct world *w, const struct daxbus_event **ret)
{
	struct pollfd fd = { .fd = daxbus_monitor_fd(w->monitor), .events = POLLIN };
	int r = -EAGAIN;

	for (int i = 0; r == -EAGAIN && i < 10; i++) {
		assert_int_not_equal(poll(&fd, 1, 5000), 0);
		r = daxbus_monitor_next(w->monitor, ret, &w->error);
	}
	return r;
}

/* The descriptor becomes readable by itself, and the event is still there. */
static void test_failed_read(void **state)
{
	const struct daxbus_event *event;
	struct world *w = *state;
	struct rlimit before;
	int r = daxbus_monitor_new(w->ctx, NULL, &w->monitor, &w->error);

	if (r == -EOPNOTSUPP || r == -ELIBACC)
		skip();
	assert_int_equal(r, 0);
	assert_int_equal(daxbus_monitor_next(w->monitor, &event, &w->error), -EAGAIN);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	write_policy(POLICIES "/10-a.conf");
	exhaust_files();
	r = wait_for_result(w, &event);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_not_equal(r, 0);
	assert_int_not_equal(r, -EAGAIN);
	daxbus_error_done(&w->error);
	assert_int_equal(wait_for_result(w, &event), 0);
	assert_string_equal(event->event, "policy-changed");
	assert_string_equal(event->to, POLICIES "/10-a.conf");
	assert_int_equal(daxbus_monitor_next(w->monitor, &event, &w->error), -EAGAIN);
}

/* What has happened is reported without waiting for the end of the burst. */
static void test_end_burst(void **state)
{
	const struct daxbus_event *event;
	struct world *w = *state;
	int r = daxbus_monitor_new(w->ctx, NULL, &w->monitor, &w->error);

	if (r == -EOPNOTSUPP || r == -ELIBACC)
		skip();
	assert_int_equal(r, 0);
	assert_int_equal(api_monitor_end_burst(w->monitor, &w->error), 0);
	assert_int_equal(daxbus_monitor_next(w->monitor, &event, &w->error), -EAGAIN);
	/* Neither heard yet, nor heard and waited for. */
	for (int heard = 0; heard < 2; heard++) {
		write_policy(POLICIES "/20-b.conf");
		if (heard)
			assert_int_equal(daxbus_monitor_next(w->monitor, &event, &w->error),
					 -EAGAIN);
		assert_int_equal(api_monitor_end_burst(w->monitor, &w->error), 0);
		assert_int_equal(daxbus_monitor_next(w->monitor, &event, &w->error), 0);
		assert_string_equal(event->to, POLICIES "/20-b.conf");
		assert_int_equal(daxbus_monitor_next(w->monitor, &event, &w->error), -EAGAIN);
	}
	/* The timer of the burst does not wake it up any more. */
	assert_int_equal(
		poll(&(struct pollfd){ .fd = daxbus_monitor_fd(w->monitor), .events = POLLIN }, 1,
		     200),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_failed_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_end_burst, set_up, tear_down),
	};

	if (!have_own_run()) {
		fprintf(stderr, "no mount namespace of its own: %s\n", strerror(errno));
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
