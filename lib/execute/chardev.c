/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "execute/chardev.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/parse.h"
#include "base/string.h"

/* --- owner, group, access mode ---------------------------------------------------------------- */

int chardev_print(uint64_t uid, uint64_t gid, uint64_t mode, char **ret)
{
	return string_format(ret, "%" PRIu64 ":%" PRIu64 ":%" PRIo64, uid, gid, mode);
}

/* parse_u32() knows no octal numbers. */
static int parse_mode(const char *s, uint32_t *ret)
{
	uint32_t mode = 0;

	if (!*s || strspn(s, "01234567") != strlen(s) || strlen(s) > 4)
		return -EINVAL;
	for (; *s; s++)
		mode = mode * 8 + (uint32_t)(*s - '0');
	*ret = mode;
	return 0;
}

/* Into user, group and access mode. */
static int parse(const char *value, uint32_t ret[3])
{
	_cleanup_free_ char *copy = strdup(value);
	char *rest = copy;

	if (!copy)
		return -ENOMEM;
	for (size_t i = 0; i < 3; i++) {
		const char *word = strsep(&rest, ":");

		if (!word ||
		    (i == 2 ? parse_mode(word, &ret[i]) : parse_u32(word, 10, &ret[i])) < 0)
			return -EINVAL;
	}
	return rest ? -EINVAL : 0;
}

static int fail_at(const struct step *step, const char *what, int r, struct failure *failure)
{
	return failure_set(failure, REASON_NODE_FAILED, r, "cannot %s %s: %s", what, step->file,
			   r == -ESTALE ? "it is another device" : strerror(-r));
}

/* Opening the device itself would count as a user of it. */
static int open_path(const struct executor *p, const char *path, int *ret)
{
	_cleanup_close_ int fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode) || !is_known(&p->major) || !is_known(&p->minor) ||
	    major(st.st_rdev) != p->major.v || minor(st.st_rdev) != p->minor.v)
		return -ESTALE;
	*ret = TAKE_FD(fd);
	return 0;
}

static int read_value(int fd, char **ret)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? -errno
				  : chardev_print(st.st_uid, st.st_gid, st.st_mode & 07777, ret);
}

/* fchmod(2) does not take a descriptor of O_PATH. A new owner takes bits away: the mode is last. */
static int write_value(int fd, const char *value)
{
	uint32_t wanted[3];
	char path[32];
	int r = parse(value, wanted);

	if (r < 0)
		return r;
	if (fchownat(fd, "", wanted[0], wanted[1], AT_EMPTY_PATH) < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return chmod(path, (mode_t)wanted[2]) < 0 ? -errno : 0;
}

int chardev_prepare(struct executor *p, struct step *step, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	_cleanup_close_ int fd = -1;
	int r = open_path(p, step->file, &fd) ?: read_value(fd, &now);

	if (r == 0)
		r = string_replace(&step->before, now);
	return r < 0 ? fail_at(step, "examine", r, failure) : 0;
}

int chardev_set(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	_cleanup_close_ int fd = -1;
	int r = open_path(p, step->file, &fd) ?: write_value(fd, step->value);

	if (r == 0)
		r = read_value(fd, &now);
	if (r < 0)
		return fail_at(step, "set owner, group and access mode of", r, failure);
	return streq(now, step->value)
		       ? 0
		       : failure_set(failure, REASON_NOT_VERIFIED, -EIO, "%s has %s instead of %s",
				     step->file, now, step->value);
}

/* With the device, its character device may have gone. */
int chardev_undo_set(struct executor *p, const struct step *step, struct failure *failure)
{
	_cleanup_close_ int fd = -1;
	int r;

	if (!step->before)
		return 0;
	r = open_path(p, step->file, &fd);
	if (r == -ENOENT || r == -ESTALE)
		return 0;
	if (r == 0)
		r = write_value(fd, step->before);
	return r < 0 ? fail_at(step, "restore owner, group and access mode of", r, failure) : 0;
}

/* --- links ------------------------------------------------------------------------------------ */

static int read_link(const char *path, char **ret)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n < 0)
		return errno == EINVAL ? -EEXIST : -errno;
	target[n] = '\0';
	return string_copy(ret, target);
}

/* The directory belongs to root alone: nobody else can put anything in the way. */
static int write_link(const char *path, const char *target)
{
	_cleanup_free_ char *now = NULL;
	int r;

	if (mkdir(CHARDEV_LINKS, 0755) < 0 && errno != EEXIST)
		return -errno;
	r = read_link(path, &now);
	if (r < 0 && r != -ENOENT)
		return r;
	if (r == 0 && unlink(path) < 0)
		return -errno;
	return target && symlink(target, path) < 0 ? -errno : 0;
}

int chardev_prepare_link(struct executor *p _unused_, struct step *step, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = read_link(step->file, &now);

	if (r == -ENOENT)
		return 0;
	if (r == 0)
		r = string_replace(&step->before, now);
	return r < 0 ? fail_at(step, "replace", r, failure) : 0;
}

int chardev_link(struct executor *p _unused_, const struct step *step, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = write_link(step->file, step->value) ?: read_link(step->file, &now);

	if (r < 0)
		return fail_at(step, "create", r, failure);
	return streq(now, step->value) ? 0
				       : failure_set(failure, REASON_NOT_VERIFIED, -EIO,
						     "%s leads to %s", step->file, now);
}

/* One that somebody else has set since stays, and so does a directory that has others. */
int chardev_undo_link(struct executor *p _unused_, const struct step *step, struct failure *failure)
{
	_cleanup_free_ char *now = NULL;
	int r = read_link(step->file, &now);

	if (r == -EEXIST || (r == 0 && !streq(now, step->value)))
		return 0;
	if (r == 0 || (r == -ENOENT && step->before))
		r = write_link(step->file, step->before);
	if (!step->before)
		(void)!rmdir(CHARDEV_LINKS);
	return r < 0 && r != -ENOENT ? fail_at(step, "restore", r, failure) : 0;
}
