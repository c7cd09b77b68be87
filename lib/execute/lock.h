/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_LOCK_H
#define DAXBUS_EXECUTE_LOCK_H

#include "base/error.h"
#include "base/progress.h"
#include "model/request.h"

/* Where one run leaves what the next must know. It is gone after a reboot, as are the changes. */
#define RUN_DIRECTORY "/run/daxbus"

/* The right to change devices, for one process at a time. */
struct lock {
	int directory; /* RUN_DIRECTORY */
	int fd;
};
#define LOCK_INIT                                                                                  \
	{                                                                                          \
		.directory = -1, .fd = -1                                                          \
	}

/*
 * lock_take() - take the lock
 * @path: the directory, created if it does not exist
 * @wait: seconds to wait for it, or WAIT_FOREVER
 * @progress_fn: asked while waiting; borrowed
 *
 * The lock is one of flock(2): it ends with the process, however that ends.
 *
 * Return: 0; -EBUSY when another process has it, which @err names; -EINTR when @progress_fn said
 * stop; -EACCES when other users own the directory or the
 * file, or can write to it; -ENOTDIR, -EROFS and others
 * of open(2).
 */
int lock_take(struct lock *lock, const char *path, uint64_t wait,
	      const struct progress_fn *progress_fn, struct daxbus_error *err) _must_check_;
void lock_done(struct lock *lock);

/*
 * lock_is_held() - find out whether a process has the lock, without taking it
 * @directory: RUN_DIRECTORY
 * @locks: the text of /proc/locks, in which containers do not see the locks of others
 */
bool lock_is_held(int directory, const char *locks);

#endif
