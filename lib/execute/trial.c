/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "execute/journal.h"

#define CONFIRMED_NAME "confirmed"

static int open_journal(int directory)
{
	int fd = openat(directory, JOURNAL_NAME, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

int trial_begin(struct trial *trial, int directory)
{
	_cleanup_close_ int fd = open_journal(directory);

	if (fd < 0)
		return TAKE_FD(fd);
	/* What a run that was killed has not removed. */
	if (unlinkat(directory, CONFIRMED_NAME, 0) < 0 && errno != ENOENT)
		return -errno;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	trial->directory = fcntl(directory, F_DUPFD_CLOEXEC, 0);
	if (trial->directory < 0)
		return -errno;
	trial->fd = TAKE_FD(fd);
	return 0;
}

/* Whether the file of that name is the one that the trial has open. */
static bool is_named(const struct trial *trial, const char *name)
{
	struct stat own, named;

	return fstat(trial->fd, &own) == 0 &&
	       fstatat(trial->directory, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       own.st_dev == named.st_dev && own.st_ino == named.st_ino;
}

enum trial_state trial_look(const struct trial *trial)
{
	if (is_named(trial, JOURNAL_NAME))
		return TRIAL_WAITS;
	return is_named(trial, CONFIRMED_NAME) ? TRIAL_CONFIRMED : TRIAL_UNDONE;
}

void trial_done(struct trial *trial)
{
	if (trial->fd < 0)
		return;
	if (trial_look(trial) == TRIAL_CONFIRMED)
		(void)!unlinkat(trial->directory, CONFIRMED_NAME, 0);
	close_p(&trial->fd);
	close_p(&trial->directory);
	*trial = (struct trial)TRIAL_INIT;
}

bool trial_is_waiting(int directory)
{
	_cleanup_close_ int fd = open_journal(directory);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

int trial_confirm(int directory)
{
	return renameat(directory, JOURNAL_NAME, directory, CONFIRMED_NAME) < 0 ? -errno : 0;
}
