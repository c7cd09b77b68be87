/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_DETACHED_H
#define DAXBUS_IO_DETACHED_H

#include <sys/types.h>

#include "base/fd.h"

/*
 * A process for system calls that nothing interrupts, not even SIGKILL: the program asks it for one
 * such call after the other, and leaves it behind when it no longer wants to wait. Nobody waits for
 * its end, which comes when it finds the connection closed. It has no file open but the one that it
 * is given, so that it holds no lock of the program, nor the pipe to a program that waits for its
 * output.
 */

/* The size of an answer: no more than a line or two, because the next one may take long, in vain.
 */
#define DETACHED_ANSWER	 128
/* Milliseconds between two calls of @go_on. */
#define DETACHED_TICK_MS 250

struct detached {
	int socket;
};

#define DETACHED_INIT                                                                              \
	{                                                                                          \
		.socket = -1                                                                       \
	}

/*
 * detached_start() - start it
 * @fd: the file that it needs, there with the number 0; or -1
 * @answer: runs there for each request, and returns the size of the answer that it has written,
 *          at least 1. It is a copy of a program that may have more threads: only system calls.
 * @data: passed to @answer, as it is at the start
 *
 * Return: 0; -EAGAIN: it could not be started.
 */
int detached_start(struct detached *d, int fd, size_t (*answer)(void *data, char *text),
		   void *data) _must_check_;

/*
 * detached_ask() - have it do one call
 * @answer: DETACHED_ANSWER bytes
 * @go_on: called several times a second; false: do not wait any longer
 * @data: passed to @go_on
 *
 * Return: the size of the answer; -EINTR: @go_on said so; -EIO: it was killed.
 */
ssize_t detached_ask(const struct detached *d, char *answer, bool (*go_on)(void *data),
		     void *data) _must_check_;

void detached_close(struct detached *d);

#endif
