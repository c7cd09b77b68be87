/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pipe that is full is a file whose write lasts until the progress function reads from it.
 */
#include "execute/long-write.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "tree.h"
#include "unit.h"

#define BLOCKS		   4
/* An open file that is one end of a pipe. */
#define FILE_OF(p, number) (&(struct sysfs_file){ .fs = (p).fs, .fd = (number) })

struct pipe {
	int fds[2];
	pthread_t caller;
	unsigned int calls;
	unsigned int drain_at; /* the call that lets the write end */
	unsigned int stop_at;  /* the call that asks to stop; 0: none */
	bool foreign;	       /* called by another thread than the caller's */
};

static void fill(const struct pipe *pipe)
{
	char page[4096] = { 0 };

	assert_int_equal(fcntl(pipe->fds[1], F_SETFL, O_NONBLOCK), 0);
	while (write(pipe->fds[1], page, sizeof(page)) > 0)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(pipe->fds[1], F_SETFL, 0), 0);
}

static void drain(const struct pipe *pipe)
{
	char page[4096];

	assert_int_equal(read(pipe->fds[0], page, sizeof(page)), sizeof(page));
}

static bool watch(void *data, const struct daxbus_progress *progress)
{
	struct pipe *pipe = data;

	pipe->foreign |= !pthread_equal(pthread_self(), pipe->caller);
	pipe->calls++;
	assert_string_equal(progress->what, "adding memory");
	assert_int_equal(progress->total, BLOCKS);
	if (pipe->calls == pipe->drain_at)
		drain(pipe);
	return !pipe->stop_at || pipe->calls < pipe->stop_at;
}

static void set_up_executor(struct executor *p, const struct tree *t, struct pipe *pipe)
{
	*p = (struct executor){ .fs = t->fs, .kmsg = KMSG_INIT, .block_size = 1 << 27 };
	p->progress_fn = (struct progress_fn){ watch, pipe };
	assert_int_equal(block_runs_add(&p->blocks, 1, BLOCKS, ZONE_OFFLINE), 0);
	pipe->caller = pthread_self();
	assert_int_equal(pipe2(pipe->fds, O_CLOEXEC), 0);
}

static void close_pipe(const struct pipe *pipe)
{
	close(pipe->fds[0]);
	close(pipe->fds[1]);
}

static void test_reports(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct pipe pipe = { .drain_at = 3 };

	set_up_executor(&p, *state, &pipe);
	fill(&pipe);
	assert_int_equal(long_write(&p, FILE_OF(p, pipe.fds[1]), "dax0.0", "adding memory", BLOCKS),
			 0);
	assert_int_equal(pipe.calls, 3);
	assert_false(pipe.foreign);
	assert_false(executor_is_stopped(&p));
	close_pipe(&pipe);
}

static void test_stop(void **state)
{
	_cleanup_(failure_done) struct failure failure = FAILURE_INIT;
	_cleanup_(executor_done) struct executor p;
	struct pipe pipe = { .drain_at = 3, .stop_at = 2 };

	set_up_executor(&p, *state, &pipe);
	fill(&pipe);
	/* The write ends, and the wish is not forgotten. */
	assert_int_equal(long_write(&p, FILE_OF(p, pipe.fds[1]), "dax0.0", "adding memory", 1), 0);
	assert_true(executor_is_stopped(&p));
	p.progress_fn = (struct progress_fn){ 0 };
	assert_false(executor_tell(&p, "binding", 0, 0));
	assert_int_equal(executor_fail_stopped(&failure), -EINTR);
	assert_int_equal(failure.code, REASON_INTERRUPTED);
	/* What undoes the step is not stopped. */
	p.undoing = true;
	assert_true(executor_tell(&p, "undoing", 0, 0));
	close_pipe(&pipe);
}

/* With fewer blocks, or nobody who watches, there is no thread and no report. */
static void test_short(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct pipe pipe = { .drain_at = 0 };

	set_up_executor(&p, *state, &pipe);
	assert_int_equal(long_write(&p, FILE_OF(p, pipe.fds[1]), "a", "adding memory", BLOCKS + 1),
			 0);
	p.progress_fn = (struct progress_fn){ 0 };
	assert_int_equal(long_write(&p, FILE_OF(p, pipe.fds[1]), "b", "adding memory", 1), 0);
	assert_int_equal(pipe.calls, 0);
	close_pipe(&pipe);
}

static void test_error(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct pipe pipe = { .drain_at = 0 };

	set_up_executor(&p, *state, &pipe);
	assert_int_equal(long_write(&p, FILE_OF(p, pipe.fds[0]), "a", "adding memory", 1), -EBADF);
	assert_int_equal(long_write(&p, FILE_OF(p, pipe.fds[0]), "a", "adding memory", BLOCKS + 1),
			 -EBADF);
	close_pipe(&pipe);
}

static void count_signal(int number _unused_)
{
}

static void *send_signal(void *data)
{
	const struct timespec pause = { .tv_nsec = 300 * 1000000L };

	nanosleep(&pause, NULL);
	pthread_kill(*(pthread_t *)data, SIGUSR1);
	return NULL;
}

/* A signal to the caller, with a handler without SA_RESTART, does not end the write. */
static void test_signal(void **state)
{
	const struct sigaction action = { .sa_handler = count_signal };
	_cleanup_(executor_done) struct executor p;
	struct pipe pipe = { .drain_at = 3 };
	pthread_t sender;

	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	set_up_executor(&p, *state, &pipe);
	fill(&pipe);
	assert_int_equal(pthread_create(&sender, NULL, send_signal, &pipe.caller), 0);
	assert_int_equal(long_write(&p, FILE_OF(p, pipe.fds[1]), "dax0.0", "adding memory", 1), 0);
	assert_int_equal(pthread_join(sender, NULL), 0);
	assert_int_equal(pipe.calls, 3);
	assert_false(pipe.foreign);
	close_pipe(&pipe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_reports, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_stop, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_short, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_error, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_signal, tree_set_up, tree_tear_down),
	};

	return cmocka_run_group_tests_name("long-write", tests, NULL, NULL);
}
