/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "io/detached.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "unit.h"

static bool go_on(void *data)
{
	unsigned int *left = data;

	return (*left)--;
}

/* What changes there does not change here. */
static size_t count(void *data, char *text)
{
	unsigned int *n = data;

	return (size_t)snprintf(text, DETACHED_ANSWER, "%u", ++*n) + 1;
}

static void test_answers(void **state _unused_)
{
	struct detached process = DETACHED_INIT;
	char text[DETACHED_ANSWER];
	unsigned int n = 5, patience = 1000;

	assert_int_equal(detached_start(&process, -1, count, &n), 0);
	assert_int_equal(detached_ask(&process, text, go_on, &patience), 2);
	assert_string_equal(text, "6");
	assert_int_equal(detached_ask(&process, text, go_on, &patience), 2);
	assert_string_equal(text, "7");
	assert_int_equal(n, 5);
	detached_close(&process);
	assert_int_equal(process.socket, -1);
}

/* Is the only other process that it ends. */
static size_t die(void *data _unused_, char *text _unused_)
{
	raise(SIGKILL);
	return 1;
}

static void test_killed(void **state _unused_)
{
	struct detached process = DETACHED_INIT;
	char text[DETACHED_ANSWER];
	unsigned int patience = 1000;

	assert_int_equal(detached_start(&process, -1, die, NULL), 0);
	assert_int_equal(detached_ask(&process, text, go_on, &patience), -EIO);
	assert_int_equal(detached_ask(&process, text, go_on, &patience), -EIO);
	detached_close(&process);
}

/* A call that does not end: reads from a pipe to which nobody writes. */
static size_t hang(void *data _unused_, char *text)
{
	return read(0, text, 1) == 1;
}

/* It holds nothing of the program: the lock of a file can be taken again, and there is no child to
 * wait for. */
static void test_left_behind(void **state _unused_)
{
	struct detached process = DETACHED_INIT;
	char text[DETACHED_ANSWER], path[] = "/tmp/daxbus-test-XXXXXX";
	int ends[2], lock = mkstemp(path), other;
	unsigned int patience = 2;

	assert_true(lock >= 0);
	assert_int_equal(flock(lock, LOCK_EX), 0);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(detached_start(&process, ends[0], hang, NULL), 0);
	assert_int_equal(detached_ask(&process, text, go_on, &patience), -EINTR);
	detached_close(&process);
	close(lock);
	other = open(path, O_RDWR);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(flock(other, LOCK_EX | LOCK_NB), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	close(other);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_left_behind),
	};

	return cmocka_run_group_tests_name("detached", tests, NULL, NULL);
}
