/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_WRITER_H
#define DAXBUS_EXECUTE_WRITER_H

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "io/sysfs.h"

/* Milliseconds between two calls of a writer_tick. */
#define WRITER_TICK_MS	250
/* Milliseconds after which a write goes on in a thread: most writes do not need one. */
#define WRITER_FIRST_MS 1000

/*
 * Writes that may last long, or forever. Meanwhile the caller's thread reports progress, and can
 * end a write that would not end by itself: the kernel stops taking a memory block offline when the
 * thread that writes has a signal, and at nothing else.
 *
 * The signal is the highest real-time signal that the program leaves at its default and the caller
 * does not block. It is sent to the thread that writes only; from writer_init() to writer_done() it
 * has a handler that does nothing. The thread of the writer has all others blocked.
 */
struct writer {
	int signal; /* 0: the program uses all */
	timer_t timer;
	bool has_timer;
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	const struct sysfs_file *file;
	const char *value; /* NULL: nothing to write */
	bool ended;
	bool quit;
	int result;
};

/* Called several times a second during a write. Return: false to end the write. */
typedef bool (*writer_tick)(void *data);

void writer_init(struct writer *w);
/* End the thread, and restore the action of the signal. */
void writer_done(struct writer *w);

/*
 * writer_write() - write a value by one system call
 * @file: open for writing
 * @tick: called in the caller's thread while the write lasts; once it has returned false it is not
 *        called again, and the write ends
 *
 * The caller's thread writes. If that lasts longer than WRITER_FIRST_MS, or a signal ends it, the
 * write begins again in a thread.
 *
 * Return: 0; errno of write(2), -EINTR if it was ended; -ENXIO, -EIO if only a part was written;
 * -EAGAIN if the thread cannot be created.
 */
int writer_write(struct writer *w, const struct sysfs_file *file, const char *value,
		 writer_tick tick, void *data) _must_check_;
/* The same in a thread from the beginning. */
int writer_write_in_thread(struct writer *w, const struct sysfs_file *file, const char *value,
			   writer_tick tick, void *data) _must_check_;

#endif
