/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "execute/long-write.h"

#include <errno.h>

#include "full-pipe.h"
#include "unit.h"

#define BLOCKS 4

static bool watch(void *data, const struct daxbus_progress *progress)
{
	assert_string_equal(progress->what, "adding memory");
	assert_int_equal(progress->total, BLOCKS);
	return full_pipe_watch(data);
}

static void set_up_executor(struct executor *p, const struct tree *t, struct full_pipe *pipe)
{
	*p = (struct executor){ .fs = t->fs, .kmsg = KMSG_INIT, .block_size = 1 << 27 };
	p->progress_fn = (struct progress_fn){ watch, pipe };
	assert_int_equal(block_runs_add(&p->blocks, 1, BLOCKS, ZONE_OFFLINE), 0);
	full_pipe_open(pipe);
}

static void test_reports(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct full_pipe pipe = { .drain_at = 3 };

	set_up_executor(&p, *state, &pipe);
	full_pipe_fill(&pipe);
	assert_int_equal(long_write(&p, FULL_PIPE_FILE(&p, pipe.fds[1]), "dax0.0", "adding memory",
				    BLOCKS),
			 0);
	assert_int_equal(pipe.calls, 3);
	assert_false(pipe.foreign);
	assert_false(executor_is_stopped(&p));
	full_pipe_close(&pipe);
}

static void test_stop(void **state)
{
	_cleanup_(failure_done) struct failure failure = FAILURE_INIT;
	_cleanup_(executor_done) struct executor p;
	struct full_pipe pipe = { .drain_at = 3, .stop_at = 2 };

	set_up_executor(&p, *state, &pipe);
	full_pipe_fill(&pipe);
	/* The write ends, and the wish is not forgotten. */
	assert_int_equal(
		long_write(&p, FULL_PIPE_FILE(&p, pipe.fds[1]), "dax0.0", "adding memory", 1), 0);
	assert_true(executor_is_stopped(&p));
	p.progress_fn = (struct progress_fn){ 0 };
	assert_false(executor_tell(&p, "binding", 0, 0));
	assert_int_equal(executor_fail_stopped(&failure), -EINTR);
	assert_int_equal(failure.code, REASON_INTERRUPTED);
	/* What undoes the step is not stopped. */
	p.undoing = true;
	assert_true(executor_tell(&p, "undoing", 0, 0));
	full_pipe_close(&pipe);
}

/* With fewer blocks, or nobody who watches, there is no thread and no report. */
static void test_short(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct full_pipe pipe = { .drain_at = 0 };

	set_up_executor(&p, *state, &pipe);
	assert_int_equal(long_write(&p, FULL_PIPE_FILE(&p, pipe.fds[1]), "a", "adding memory",
				    BLOCKS + 1),
			 0);
	p.progress_fn = (struct progress_fn){ 0 };
	assert_int_equal(long_write(&p, FULL_PIPE_FILE(&p, pipe.fds[1]), "b", "adding memory", 1),
			 0);
	assert_int_equal(pipe.calls, 0);
	full_pipe_close(&pipe);
}

static void test_error(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct full_pipe pipe = { .drain_at = 0 };

	set_up_executor(&p, *state, &pipe);
	assert_int_equal(long_write(&p, FULL_PIPE_FILE(&p, pipe.fds[0]), "a", "adding memory", 1),
			 -EBADF);
	assert_int_equal(long_write(&p, FULL_PIPE_FILE(&p, pipe.fds[0]), "a", "adding memory",
				    BLOCKS + 1),
			 -EBADF);
	full_pipe_close(&pipe);
}

/* A signal to the caller, with a handler without SA_RESTART, does not end the write. */
static void test_signal(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct full_pipe pipe = { .drain_at = 3 };
	pthread_t sender;

	set_up_executor(&p, *state, &pipe);
	full_pipe_fill(&pipe);
	full_pipe_send_signal(&pipe, &sender);
	assert_int_equal(
		long_write(&p, FULL_PIPE_FILE(&p, pipe.fds[1]), "dax0.0", "adding memory", 1), 0);
	assert_int_equal(pthread_join(sender, NULL), 0);
	assert_int_equal(pipe.calls, 3);
	assert_false(pipe.foreign);
	full_pipe_close(&pipe);
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
