/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/range-lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* Reading takes microseconds, and writing milliseconds. */
#define ATTEMPTS 500
#define PAUSE_NS 10000000L

static int try_for_seconds(int fd, int operation)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };

	for (unsigned int i = 0; i < ATTEMPTS; i++) {
		if (flock(fd, operation | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		nanosleep(&pause, NULL);
	}
	return -EBUSY;
}

int range_lock_share(int *ret)
{
	_cleanup_close_ int fd = -1;
	int r;

	*ret = -1;
	/* Usually there is none, and a failed open costs more. */
	if (access(RANGE_LOCK_FILE, R_OK) < 0)
		return 0;
	fd = open(RANGE_LOCK_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	/* What others can write to may be locked by them forever. */
	if (fd < 0 || !fd_is_own(fd))
		return 0;
	r = try_for_seconds(fd, LOCK_SH);
	if (r == 0)
		*ret = TAKE_FD(fd);
	return r;
}

int range_lock_exclude(int *ret)
{
	_cleanup_close_ int fd =
		open(RANGE_LOCK_FILE, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	int r;

	*ret = -1;
	if (fd < 0)
		return -errno;
	if (!fd_is_own(fd))
		return -EACCES;
	r = try_for_seconds(fd, LOCK_EX);
	if (r == 0)
		*ret = TAKE_FD(fd);
	return r;
}
