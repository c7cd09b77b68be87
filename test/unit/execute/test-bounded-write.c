/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A pipe that is full is a file whose write lasts until something reads from it, or a signal comes.
 */
#include "execute/bounded-write.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tree.h"
#include "unit.h"

struct pipe {
	int fds[2];
	pthread_t caller;
	unsigned int calls;
	unsigned int drain_at; /* the call that lets the write end; 0: none */
	unsigned int stop_at;  /* the call that asks to stop; 0: none */
	bool foreign;	       /* called by another thread than the caller's */
	uint64_t timeout;      /* in seconds; 0: one */
	int flags;	       /* in place of /proc/kpageflags; each call frees a page; 0: none */
};

#define KPF_BUDDY   10
/* Pages of memory block 1. */
#define BLOCK_PAGES 64

static void fill(const struct pipe *pipe)
{
	char page[4096] = { 0 };

	assert_int_equal(fcntl(pipe->fds[1], F_SETFL, O_NONBLOCK), 0);
	while (write(pipe->fds[1], page, sizeof(page)) > 0)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(pipe->fds[1], F_SETFL, 0), 0);
}

static void set_flag(int fd, uint64_t page, uint64_t flag)
{
	assert_int_equal(pwrite(fd, &flag, sizeof(flag), (off_t)(page * sizeof(flag))),
			 sizeof(flag));
}

static bool watch(void *data, const struct daxbus_progress *progress)
{
	char page[4096];
	struct pipe *pipe = data;

	pipe->foreign |= !pthread_equal(pthread_self(), pipe->caller);
	pipe->calls++;
	assert_string_equal(progress->what, "taking memory offline");
	assert_int_equal(progress->done, 3);
	if (pipe->flags && pipe->calls <= BLOCK_PAGES)
		set_flag(pipe->flags, BLOCK_PAGES + pipe->calls - 1, UINT64_C(1) << KPF_BUDDY);
	if (pipe->calls == pipe->drain_at)
		assert_int_equal(read(pipe->fds[0], page, sizeof(page)), sizeof(page));
	return !pipe->stop_at || pipe->calls < pipe->stop_at;
}

/* The result of writing a word to the pipe. */
static int write_to(const struct tree *t, struct pipe *pipe, struct executor *p)
{
	_cleanup_(bounded_write_done) struct bounded_write w;
	struct block_run run = { 1, 1, ZONE_OFFLINE };
	const struct block_runs runs = { &run, 1 };
	const struct sysfs_file file = { .fs = t->fs, .fd = pipe->fds[1] };

	*p = (struct executor){ .fs = t->fs, .kmsg = KMSG_INIT };
	p->block_size = BLOCK_PAGES * (uint64_t)sysconf(_SC_PAGESIZE);
	p->timeout = pipe->timeout ?: 1;
	p->last = (struct daxbus_progress){ .what = "taking memory offline", .done = 3 };
	p->progress_fn = (struct progress_fn){ watch, pipe };
	pipe->caller = pthread_self();
	bounded_write_start(&w, p);
	/* Those of a tree are not read. */
	assert_int_equal(w.kpageflags, -1);
	if (pipe->flags)
		w.kpageflags = dup(pipe->flags);
	return bounded_write(&w, &file, "offline", &runs);
}

static void open_pipe(struct pipe *pipe)
{
	assert_int_equal(pipe2(pipe->fds, O_CLOEXEC), 0);
}

static void close_pipe(const struct pipe *pipe)
{
	close(pipe->fds[0]);
	close(pipe->fds[1]);
}

/* Most writes end at once: nothing is reported again, and no thread is needed. */
static void test_short(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct pipe pipe = { 0 };
	char text[16] = "";

	open_pipe(&pipe);
	assert_int_equal(write_to(*state, &pipe, &p), 0);
	assert_int_equal(pipe.calls, 0);
	assert_int_equal(read(pipe.fds[0], text, sizeof(text)), strlen("offline"));
	assert_string_equal(text, "offline");
	assert_int_equal(close(pipe.fds[1]), 0);
	pipe.fds[1] = pipe.fds[0];
	assert_int_equal(write_to(*state, &pipe, &p), -EBADF);
	close(pipe.fds[0]);
}

static void test_timeout(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct pipe pipe = { 0 };

	open_pipe(&pipe);
	fill(&pipe);
	assert_int_equal(write_to(*state, &pipe, &p), -ETIMEDOUT);
	assert_true(pipe.calls >= 1);
	assert_false(pipe.foreign);
	assert_false(executor_is_stopped(&p));
	close_pipe(&pipe);
}

/*
 * As long as pages leave the block, the limit begins again: at a second, and then four times a
 * second, so that three seconds pass before the tenth call.
 */
static void test_progress(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct pipe pipe = { .drain_at = 10 };
	char path[] = "/tmp/daxbus-test-XXXXXX";

	pipe.flags = mkstemp(path);
	assert_true(pipe.flags > 0);
	assert_int_equal(unlink(path), 0);
	for (uint64_t page = 0; page < BLOCK_PAGES * 2; page++)
		set_flag(pipe.flags, page, 0);
	open_pipe(&pipe);
	fill(&pipe);
	assert_int_equal(write_to(*state, &pipe, &p), 0);
	assert_int_equal(pipe.calls, 10);
	close_pipe(&pipe);
	/* All pages that are left have left, and the write still lasts. */
	for (uint64_t page = 0; page < BLOCK_PAGES * 2; page++)
		set_flag(pipe.flags, page, UINT64_C(1) << KPF_BUDDY);
	pipe.calls = pipe.drain_at = 0;
	open_pipe(&pipe);
	fill(&pipe);
	assert_int_equal(write_to(*state, &pipe, &p), -ETIMEDOUT);
	close_pipe(&pipe);
	close(pipe.flags);
}

static void test_stop(void **state)
{
	_cleanup_(executor_done) struct executor p;
	struct pipe pipe = { .stop_at = 1 };

	open_pipe(&pipe);
	fill(&pipe);
	assert_int_equal(write_to(*state, &pipe, &p), -EINTR);
	assert_int_equal(pipe.calls, 1);
	assert_true(executor_is_stopped(&p));
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

/* A signal of the program's ends the system call, and not the write. */
static void test_signal(void **state)
{
	const struct sigaction action = { .sa_handler = count_signal };
	_cleanup_(executor_done) struct executor p;
	/* The machine may be slow, and the limit is not what is tested. */
	struct pipe pipe = { .drain_at = 2, .timeout = 60 };
	pthread_t sender;

	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	open_pipe(&pipe);
	fill(&pipe);
	pipe.caller = pthread_self();
	assert_int_equal(pthread_create(&sender, NULL, send_signal, &pipe.caller), 0);
	assert_int_equal(write_to(*state, &pipe, &p), 0);
	assert_int_equal(pthread_join(sender, NULL), 0);
	assert_int_equal(pipe.calls, 2);
	assert_false(pipe.foreign);
	close_pipe(&pipe);
}

/* Signals that the program uses keep their handlers; the others are as they were. */
static void test_handlers(void **state)
{
	const struct sigaction action = { .sa_handler = count_signal };
	_cleanup_(executor_done) struct executor p;
	struct pipe pipe = { 0 };
	struct sigaction now;
	sigset_t blocked;
	int used = SIGRTMAX;

	/* valgrind keeps the highest one for itself. */
	if (sigaction(used, &action, NULL) < 0)
		assert_int_equal(sigaction(--used, &action, NULL), 0);
	sigemptyset(&blocked);
	sigaddset(&blocked, used - 1);
	assert_int_equal(pthread_sigmask(SIG_BLOCK, &blocked, NULL), 0);
	open_pipe(&pipe);
	fill(&pipe);
	assert_int_equal(write_to(*state, &pipe, &p), -ETIMEDOUT);
	for (int i = SIGRTMIN; i <= used; i++) {
		assert_int_equal(sigaction(i, NULL, &now), 0);
		assert_true(now.sa_handler == (i == used ? count_signal : SIG_DFL));
	}
	assert_int_equal(sigpending(&blocked), 0);
	assert_int_equal(sigismember(&blocked, used - 1), 0);
	close_pipe(&pipe);
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
