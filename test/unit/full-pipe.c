/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "full-pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "unit.h"

void full_pipe_open(struct full_pipe *pipe)
{
	pipe->caller = pthread_self();
	assert_int_equal(pipe2(pipe->fds, O_CLOEXEC), 0);
}

void full_pipe_close(const struct full_pipe *pipe)
{
	close(pipe->fds[0]);
	close(pipe->fds[1]);
}

void full_pipe_fill(const struct full_pipe *pipe)
{
	char page[4096] = { 0 };

	assert_int_equal(fcntl(pipe->fds[1], F_SETFL, O_NONBLOCK), 0);
	while (write(pipe->fds[1], page, sizeof(page)) > 0)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(pipe->fds[1], F_SETFL, 0), 0);
}

bool full_pipe_watch(struct full_pipe *pipe)
{
	char page[4096];

	pipe->foreign |= !pthread_equal(pthread_self(), pipe->caller);
	pipe->calls++;
	if (pipe->calls == pipe->drain_at)
		assert_int_equal(read(pipe->fds[0], page, sizeof(page)), sizeof(page));
	return !pipe->stop_at || pipe->calls < pipe->stop_at;
}

static void ignore_signal(int number _unused_)
{
}

static void *send_signal(void *data)
{
	const struct timespec pause = { .tv_nsec = 300 * 1000000L };

	nanosleep(&pause, NULL);
	pthread_kill(*(pthread_t *)data, SIGUSR1);
	return NULL;
}

void full_pipe_send_signal(struct full_pipe *pipe, pthread_t *ret_sender)
{
	const struct sigaction action = { .sa_handler = ignore_signal };

	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	assert_int_equal(pthread_create(ret_sender, NULL, send_signal, &pipe->caller), 0);
}
