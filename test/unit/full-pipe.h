/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DAXBUS_FULL_PIPE_H
#define DAXBUS_FULL_PIPE_H

#include <pthread.h>

#include "daxbus.h"
#include "tree.h"

/*
 * A pipe that is full is a file whose write lasts until something reads from it, or a signal comes.
 */
struct full_pipe {
	int fds[2];
	pthread_t caller;
	unsigned int calls;
	unsigned int drain_at; /* the call that lets the write end; 0: none */
	unsigned int stop_at;  /* the call that asks to stop; 0: none */
	bool foreign;	       /* called by another thread than the caller's */
};

/* Its ends as files of a tree. */
#define FULL_PIPE_FILE(t, number) (&(struct sysfs_file){ .fs = (t)->fs, .fd = (number) })

/* It is empty at first. */
void full_pipe_open(struct full_pipe *pipe);
void full_pipe_close(const struct full_pipe *pipe);
void full_pipe_fill(const struct full_pipe *pipe);

/* For a progress function: count the call, and read a page if it is the one. Return: whether to go
 * on. */
bool full_pipe_watch(struct full_pipe *pipe);

/* Send SIGUSR1 to the caller in a moment, with a handler that interrupts system calls. */
void full_pipe_send_signal(struct full_pipe *pipe, pthread_t *ret_sender);

#endif
