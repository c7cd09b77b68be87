/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/detached.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- the other process ------------------------------------------------------------------------ */

/* Numbers 0 and 1. */
static void keep_files(int from, int to)
{
	/* Out of the way of each other. */
	int in = fcntl(from, F_DUPFD, 2), out = fcntl(to, F_DUPFD, 2);

	if (dup2(in, 0) < 0 || dup2(out, 1) < 0)
		_exit(1);
	/* Filters of system calls may refuse it. */
	if (close_range(2, UINT_MAX, 0) < 0)
		for (int fd = 2; fd < (int)sysconf(_SC_OPEN_MAX); fd++)
			close(fd);
}

static void set_default_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	sigemptyset(&action.sa_mask);
	sigemptyset(&none);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void answer_requests(size_t (*answer)(void *data, char *text), void *data)
{
	char text[DETACHED_ANSWER], request;

	while (read(1, &request, 1) == 1) {
		size_t n = answer(data, text);

		if (send(1, text, n, MSG_NOSIGNAL) != (ssize_t)n)
			return;
	}
}

/* Its parent ends at once, so that init, and not the program, waits for it. */
static int start_process(int from, int to, size_t (*answer)(void *data, char *text), void *data)
{
	pid_t child = fork();

	if (child < 0)
		return -EAGAIN;
	if (child == 0) {
		child = fork();
		if (child == 0) {
			set_default_signals();
			keep_files(from, to);
			answer_requests(answer, data);
		}
		_exit(child < 0);
	}
	/* A program that ignores SIGCHLD has no child to wait for. */
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	return 0;
}

/* --- the program ------------------------------------------------------------------------------ */

int detached_start(struct detached *d, int fd, size_t (*answer)(void *data, char *text), void *data)
{
	_cleanup_close_ int theirs = -1;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -EAGAIN;
	d->socket = ends[0];
	theirs = ends[1];
	return start_process(fd < 0 ? theirs : fd, theirs, answer, data);
}

ssize_t detached_ask(const struct detached *d, char *answer, bool (*go_on)(void *data), void *data)
{
	struct pollfd wait = { .fd = d->socket, .events = POLLIN };
	ssize_t n;

	if (send(d->socket, "", 1, MSG_NOSIGNAL) != 1)
		return -EIO;
	do {
		n = poll(&wait, 1, DETACHED_TICK_MS);
		if (!go_on(data))
			return -EINTR;
	} while (n <= 0);
	n = recv(d->socket, answer, DETACHED_ANSWER, 0);
	return n > 0 ? n : -EIO;
}

void detached_close(struct detached *d)
{
	close_p(&d->socket);
	d->socket = -1;
}
