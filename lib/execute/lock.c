/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>

#include "base/fd.h"

#define POLL_MS	  100
/* A process that can open the file can take the lock, and keep it. */
#define LOCK_MODE 0600

static int fail_open(const char *what, const char *path, const char *name, int r,
		     struct daxbus_error *err)
{
	return error_set(err, r, "cannot open the %s '%s%s': %s%s", what, path, name, strerror(-r),
			 r == -EROFS ? "; daxbus needs a writable /run, shared with the host" : "");
}

/*
 * Only root can write below /run, so that the directory is ours. A directory that belongs to
 * others, or that others can write to, is not trusted: its files could be links, or be theirs.
 */
static int open_directory(const char *path, int *ret_fd, struct daxbus_error *err)
{
	_cleanup_close_ int fd = -1;
	int r = 0;

	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		r = -errno;
	if (r == 0) {
		fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			r = -errno;
	}
	if (r < 0)
		return fail_open("directory", path, "", r, err);
	if (!fd_is_own(fd))
		return error_set(err, -EACCES,
				 "the directory '%s' belongs to another user, or others can write "
				 "to it: remove it",
				 path);
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* A file that was put there while others could write to the directory is not ours. */
static int open_file(int directory, const char *path, int *ret_fd, struct daxbus_error *err)
{
	_cleanup_close_ int fd =
		openat(directory, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		       LOCK_MODE);

	if (fd < 0)
		return fail_open("file", path, "/lock", -errno, err);
	if (!fd_is_own(fd) || fchmod(fd, LOCK_MODE) < 0)
		return error_set(err, -EACCES,
				 "'%s/lock' is not a file that only this user can write to: remove "
				 "it",
				 path);
	*ret_fd = TAKE_FD(fd);
	return 0;
}

/* "1234 (daxbus)", as the holder wrote it. */
static void name_self(int fd)
{
	char line[64];
	int n = snprintf(line, sizeof(line), "%d (%.32s)\n", (int)getpid(),
			 program_invocation_short_name);

	/* It is for people only: without it the lock is as good. */
	(void)!ftruncate(fd, 0);
	(void)!pwrite(fd, line, (size_t)n, 0);
}

static int fail_busy(int fd, struct daxbus_error *err)
{
	char line[64];
	ssize_t n = pread(fd, line, sizeof(line) - 1, 0);

	line[n < 0 ? 0 : n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	for (char *c = line; *c; c++)
		if (*c < ' ' || *c == 0x7f)
			*c = '?';
	return error_set(err, -EBUSY,
			 "another process is changing devices: %s; --wait waits for it to finish",
			 *line ? line : "its name is unknown");
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* flock(2) has no timeout, and cannot report that it waits. */
static int wait_for(int fd, uint64_t wait, const struct progress_fn *progress_fn,
		    struct daxbus_error *err)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	const struct daxbus_progress progress = { .what = "waiting for another daxbus" };
	uint64_t begin = now_ms();

	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return error_set(err, -errno, "cannot take the lock: %s", strerror(errno));
		if (wait != WAIT_FOREVER && now_ms() - begin >= wait * 1000)
			return fail_busy(fd, err);
		if (!progress_fn_call(progress_fn, &progress))
			return error_set(err, -EINTR,
					 "interrupted while waiting for another daxbus");
		nanosleep(&pause, NULL);
	}
	return 0;
}

int lock_take(struct lock *lock, const char *path, uint64_t wait,
	      const struct progress_fn *progress_fn, struct daxbus_error *err)
{
	_cleanup_close_ int directory = -1, fd = -1;
	int r = open_directory(path, &directory, err);

	if (r < 0)
		return r;
	r = open_file(directory, path, &fd, err);
	if (r < 0)
		return r;
	r = wait_for(fd, wait, progress_fn, err);
	if (r < 0)
		return r;
	name_self(fd);
	lock->directory = TAKE_FD(directory);
	lock->fd = TAKE_FD(fd);
	return 0;
}

/* The file stays: waiting processes have it open. */
void lock_done(struct lock *lock)
{
	if (lock->fd >= 0)
		(void)!ftruncate(lock->fd, 0);
	close_p(&lock->fd);
	close_p(&lock->directory);
	*lock = (struct lock)LOCK_INIT;
}

/* "1: FLOCK  ADVISORY  WRITE 612 00:1a:1234 0 EOF" */
static bool is_lock_of(const char *line, const struct stat *st)
{
	unsigned int device_major, device_minor;
	uint64_t inode;

	return sscanf(line, "%*[^:]: FLOCK %*s %*s %*d %x:%x:%" SCNu64, &device_major,
		      &device_minor, &inode) == 3 &&
	       device_major == major(st->st_dev) && device_minor == minor(st->st_dev) &&
	       inode == st->st_ino;
}

bool lock_is_held(int directory, const char *locks)
{
	struct stat st;

	if (fstatat(directory, "lock", &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	for (const char *line = locks; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (is_lock_of(line, &st))
			return true;
	}
	return false;
}
