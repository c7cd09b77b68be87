/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_BOUNDED_WRITE_H
#define DAXBUS_EXECUTE_BOUNDED_WRITE_H

#include "execute/executor.h"
#include "execute/writer.h"

/*
 * Writes that take memory offline, with an end. The kernel tries forever to move pages away that
 * something has pinned, and ends only when the thread that writes gets a signal.
 */
struct bounded_write {
	struct executor *p;
	struct writer writer;
	int kpageflags; /* -1: cannot be read; a write ends @timeout seconds after it began */
	uint64_t timeout;
};

void bounded_write_start(struct bounded_write *w, struct executor *p);
void bounded_write_done(struct bounded_write *w);

/*
 * bounded_write() - write a value, and give up when nothing moves any more
 * @file: open for writing
 * @runs: the memory blocks that the write takes offline
 *
 * While the write lasts, the progress function is called with the last report of @w->p. If it asks
 * to stop, or if the number of pages in use has not fallen for @w->timeout seconds, the write ends;
 * in a change that makes room, when its deadline has passed.
 *
 * Return: 0; -EINTR: stopped; -ETIMEDOUT; errors of writer_write().
 */
int bounded_write(struct bounded_write *w, const struct sysfs_file *file, const char *value,
		  const struct block_runs *runs) _must_check_;

#endif
