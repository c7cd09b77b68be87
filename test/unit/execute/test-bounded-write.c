/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "execute/bounded-write.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "full-pipe.h"
#include "unit.h"

/* A write to a pipe. */
struct writing {
	struct full_pipe pipe;
	uint64_t timeout; /* in seconds; 0: one */
	int flags;	  /* in place of /proc/kpageflags; each call frees a page; 0: none */
};

#define KPF_BUDDY   10
/* Pages of memory block 1. */
#define BLOCK_PAGES 64

static void set_flag(int fd, uint64_t page, uint64_t flag)
{
	assert_int_equal(pwrite(fd, &flag, sizeof(flag), (off_t)(page * sizeof(flag))),
			 sizeof(flag));
}

static bool watch(void *data, const struct daxbus_progress *progress)
{
	struct writing *writing = data;
	bool go_on = full_pipe_watch(&writing->pipe);
	unsigned int calls = writing->pipe.calls;

	assert_string_equal(progress->what, "taking memory offline");
	assert_int_equal(progress->done, 3);
	if (writing->flags && calls <= BLOCK_PAGES)
		set_flag(writing->flags, BLOCK_PAGES + calls - 1, UINT64_C(1) << KPF_BUDDY);
	return go_on;
}

/* The result of writing a word to the pipe. */
static int write_to(const struct tree *t, struct writing *writing, struct executor *p)
{
	_cleanup_(bounded_write_done) struct bounded_write w;
	struct block_run run = { 1, 1, ZONE_OFFLINE };
	const struct block_runs runs = { &run, 1 };
	const struct sysfs_file file = { .fs = t->fs, .fd = writing->pipe.fds[1] };

	*p = (struct executor){ .fs = t->fs, .kmsg = KMSG_INIT };
	p->block_size = BLOCK_PAGES * (uint64_t)sysconf(_SC_PAGESIZE);
	p->timeout = writing->timeout ?: 1;
	p->last = (struct daxbus_progress){ .what = "taking memory offline", .done = 3 };
	p->progress_fn = (struct progress_fn){ watch, writing };
	bounded_write_start(&w, p);
	/* Those of a tree are not read. */
	assert_int_equal(w.kpageflags, -1);
	if (writing->flags)
		w.kpageflags = dup(writing->flags);
	return bounded_write(&w, &file, "offline", &runs);
}

/* Most writes end at once: nothing is reported again, and no thread is needed. */
static void test_short(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct writing w = { 0 };
	char text[16] = "";

	full_pipe_open(&w.pipe);
	assert_int_equal(write_to(*state, &w, &p), 0);
	assert_int_equal(w.pipe.calls, 0);
	assert_int_equal(read(w.pipe.fds[0], text, sizeof(text)), strlen("offline"));
	assert_string_equal(text, "offline");
	assert_int_equal(close(w.pipe.fds[1]), 0);
	w.pipe.fds[1] = w.pipe.fds[0];
	assert_int_equal(write_to(*state, &w, &p), -EBADF);
	close(w.pipe.fds[0]);
}

static void test_timeout(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct writing w = { 0 };

	full_pipe_open(&w.pipe);
	full_pipe_fill(&w.pipe);
	assert_int_equal(write_to(*state, &w, &p), -ETIMEDOUT);
	assert_true(w.pipe.calls >= 1);
	assert_false(w.pipe.foreign);
	assert_false(executor_is_stopped(&p));
	full_pipe_close(&w.pipe);
}

/*
 * As long as pages leave the block, the limit begins again: at a second, and then four times a
 * second, so that three seconds pass before the tenth call.
 */
static void test_progress(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct writing w = { .pipe.drain_at = 10 };
	char path[] = "/tmp/daxbus-test-XXXXXX";

	w.flags = mkstemp(path);
	assert_true(w.flags > 0);
	assert_int_equal(unlink(path), 0);
	for (uint64_t page = 0; page < BLOCK_PAGES * 2; page++)
		set_flag(w.flags, page, 0);
	full_pipe_open(&w.pipe);
	full_pipe_fill(&w.pipe);
	assert_int_equal(write_to(*state, &w, &p), 0);
	assert_int_equal(w.pipe.calls, 10);
	full_pipe_close(&w.pipe);
	/* All pages that are left have left, and the write still lasts. */
	for (uint64_t page = 0; page < BLOCK_PAGES * 2; page++)
		set_flag(w.flags, page, UINT64_C(1) << KPF_BUDDY);
	w.pipe.calls = w.pipe.drain_at = 0;
	full_pipe_open(&w.pipe);
	full_pipe_fill(&w.pipe);
	assert_int_equal(write_to(*state, &w, &p), -ETIMEDOUT);
	full_pipe_close(&w.pipe);
	close(w.flags);
}

static void test_stop(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct writing w = { .pipe.stop_at = 1 };

	full_pipe_open(&w.pipe);
	full_pipe_fill(&w.pipe);
	assert_int_equal(write_to(*state, &w, &p), -EINTR);
	assert_int_equal(w.pipe.calls, 1);
	assert_true(executor_is_stopped(&p));
	full_pipe_close(&w.pipe);
}

static void count_signal(int number _unused_)
{
}

/* A signal of the program's ends the system call, and not the write. */
static void test_signal(void **state)
{
	_cleanup_(executor_done) struct executor p;
	/* The machine may be slow, and the limit is not what is tested. */
	struct writing w = { .pipe.drain_at = 2, .timeout = 60 };
	pthread_t sender;

	full_pipe_open(&w.pipe);
	full_pipe_fill(&w.pipe);
	full_pipe_send_signal(&w.pipe, &sender);
	assert_int_equal(write_to(*state, &w, &p), 0);
	assert_int_equal(pthread_join(sender, NULL), 0);
	assert_int_equal(w.pipe.calls, 2);
	assert_false(w.pipe.foreign);
	full_pipe_close(&w.pipe);
}

/* Signals that the program uses keep their handlers; the others are as they were. */
static void test_handlers(void **state)
{
	const struct sigaction action = { .sa_handler = count_signal };
	_cleanup_(executor_done) struct executor p;
	struct writing w = { 0 };
	struct sigaction now;
	sigset_t blocked;
	int used = SIGRTMAX;

	/* valgrind keeps the highest one for itself. */
	if (sigaction(used, &action, NULL) < 0)
		assert_int_equal(sigaction(--used, &action, NULL), 0);
	sigemptyset(&blocked);
	sigaddset(&blocked, used - 1);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &blocked, NULL), 0);
	full_pipe_open(&w.pipe);
	full_pipe_fill(&w.pipe);
	assert_int_equal(write_to(*state, &w, &p), -ETIMEDOUT);
	for (int i = SIGRTMIN; i <= used; i++) {
		assert_int_equal(sigaction(i, NULL, &now), 0);
		assert_true(now.sa_handler == (i == used ? count_signal : SIG_DFL));
	}
	assert_int_equal(sigpending(&blocked), 0);
	assert_int_equal(sigismember(&blocked, used - 1), 0);
	full_pipe_close(&w.pipe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_short, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_timeout, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_progress, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_stop, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_signal, tree_set_up, tree_tear_down),
		cmocka_unit_test_setup_teardown(test_handlers, tree_set_up, tree_tear_down),
	};

	return cmocka_run_group_tests_name("bounded-write", tests, NULL, NULL);
}
