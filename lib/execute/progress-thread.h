/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_PROGRESS_THREAD_H
#define DAXBUS_EXECUTE_PROGRESS_THREAD_H

#include <pthread.h>

#include "execute/executor.h"

/*
 * Tells who watches how far the kernel is while one write lasts: binding a terabyte to kmem takes
 * minutes, and brings memory online block after block. A thread counts them, from /proc/zoneinfo,
 * and tells; the one that writes does nothing else meanwhile, so that the watch function is never
 * called twice at once.
 */
struct progress_thread {
	const struct executor *p;
	const char *what;
	uint64_t total;
	uint64_t before; /* blocks that were online on the node when it began */
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t stop;
	bool stopped;
	bool running;
};

/* Begin, where somebody watches and there is enough to wait for. It never fails: then there is no
 * news. */
void progress_thread_start(struct progress_thread *t, const struct executor *p, const char *what);
void progress_thread_stop(struct progress_thread *t);

#endif
