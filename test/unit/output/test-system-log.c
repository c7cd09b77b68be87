/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output/system-log.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/util.h"
#include "unit.h"

struct log_socket {
	char directory[64];
	struct sockaddr_un address;
	int fd;
};

static int set_up(void **state)
{
	struct log_socket *s = calloc(1, sizeof(*s));

	assert_non_null(s);
	snprintf(s->directory, sizeof(s->directory), "/tmp/daxbus-log.XXXXXX");
	assert_non_null(mkdtemp(s->directory));
	s->address.sun_family = AF_UNIX;
	snprintf(s->address.sun_path, sizeof(s->address.sun_path), "%s/log", s->directory);
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_true(s->fd >= 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&s->address, sizeof(s->address)), 0);
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct log_socket *s = *state;

	close(s->fd);
	unlink(s->address.sun_path);
	rmdir(s->directory);
	free(s);
	return 0;
}

static void test_line(void **state)
{
	const struct log_socket *s = *state;
	char expected[64], text[128] = "";

	system_log_write(s->address.sun_path, "dax0.0: changed");
	assert_true(recv(s->fd, text, sizeof(text) - 1, MSG_DONTWAIT) > 0);
	assert_true(starts_with(text, "<29>"));
	snprintf(expected, sizeof(expected), " daxbus[%d]: dax0.0: changed", (int)getpid());
	assert_non_null(strstr(text, expected));
	assert_int_equal(strstr(text, expected) - text, strlen("<29>Nov 28 12:00:00"));
}

/* A log that never reads takes a few lines, until its queue is full. */
static void test_log_does_not_read(void **state)
{
	const struct log_socket *s = *state;

	alarm(60);
	for (int i = 0; i < 2000; i++)
		system_log_write(s->address.sun_path, "dax0.0: changed");
	alarm(0);
}

static void test_no_log(void **state)
{
	const struct log_socket *s = *state;

	system_log_write("/nonexistent/log", "dax0.0: changed");
	system_log_write(s->directory, "dax0.0: changed");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_line),
		TEST(test_log_does_not_read),
		TEST(test_no_log),
	};

	return cmocka_run_group_tests_name("system-log", tests, NULL, NULL);
}
