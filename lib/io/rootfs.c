/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/string.h"

#define FILE_FLAGS	(O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
#define DIRECTORY_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define FILE_MAX	(16UL << 20)

/* --- reading ---------------------------------------------------------------------------------- */

static int read_text(int fd, size_t max, char **ret)
{
	_cleanup_free_ char *text = NULL;
	size_t length = 0;
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	r = root_read_all(fd, max, &text, &length);
	if (r < 0)
		return r;
	if (memchr(text, '\0', length))
		return -EBADMSG;
	*ret = TAKE_PTR(text);
	return 0;
}

static int open_file(const struct root *root, int directory, const char *name, int *ret)
{
	struct stat st;

	/* Before it is opened, because opening alone makes some devices act. */
	if (fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return S_ISLNK(st.st_mode) ? -ELOOP : -EBADMSG;
	return root_open_beneath(root, directory, name, FILE_FLAGS, ret);
}

int rootfs_read_in(const struct root *root, int directory, const char *name, char **ret)
{
	_cleanup_close_ int fd = -1;
	int r = open_file(root, directory, name, &fd);

	return r < 0 ? r : read_text(fd, FILE_MAX, ret);
}

int rootfs_check_trusted(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if ((st.st_uid != 0 && st.st_uid != geteuid()) || st.st_mode & (S_IWGRP | S_IWOTH))
		return -EPERM;
	return 0;
}

int rootfs_read_trusted_in(const struct root *root, int directory, const char *name, size_t max,
			   char **ret)
{
	_cleanup_close_ int fd = -1;
	int r = open_file(root, directory, name, &fd);

	if (r == 0)
		r = rootfs_check_trusted(fd);
	return r < 0 ? r : read_text(fd, max, ret);
}

bool rootfs_is_mask_in(int directory, const char *name)
{
	char target[PATH_MAX];

	return root_read_link_at(directory, name, target) == 0 && streq(target, "/dev/null");
}

int rootfs_read(struct root *root, const char *path, char **ret, char **ret_path)
{
	_cleanup_(root_location_done) struct root_location place = ROOT_LOCATION_INIT;
	_cleanup_free_ char *text = NULL;
	int r = root_find(root, path, true, &place);

	if (r < 0)
		return r;
	/* How a file is masked. */
	if (streq(path_text(&place.path), "/dev/null"))
		r = string_copy(&text, "");
	else
		r = rootfs_read_in(root, place.directory, place.name, &text);
	if (r == 0 && ret_path)
		r = string_copy(ret_path, path_text(&place.path));
	if (r == 0)
		*ret = TAKE_PTR(text);
	return r;
}

int rootfs_changed_at(struct root *root, const char *path, uint64_t *ret)
{
	_cleanup_(root_location_done) struct root_location place = ROOT_LOCATION_INIT;
	struct stat st;
	int r = root_find(root, path, true, &place);

	if (r < 0)
		return r;
	if (fstatat(place.directory, place.name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	*ret = (uint64_t)st.st_mtim.tv_sec * 1000000000 + (uint64_t)st.st_mtim.tv_nsec;
	return 0;
}

/* --- writing ---------------------------------------------------------------------------------- */

static int sync_directory(int directory)
{
	_cleanup_close_ int fd = -1;
	/* Descriptors of the root are O_PATH. */
	int r = root_open_once(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, &fd);

	if (r < 0)
		return r;
	return fsync(fd) < 0 ? -errno : 0;
}

static int make_directory(struct root *root, const char *path)
{
	_cleanup_(root_location_done) struct root_location place = ROOT_LOCATION_INIT;
	_cleanup_close_ int fd = -1;
	int r = root_find(root, path, false, &place);

	if (r < 0)
		return r;
	if (mkdirat(place.directory, place.name, 0755) < 0)
		return -errno;
	r = root_open_once(place.directory, place.name, DIRECTORY_FLAGS, &fd);
	if (r < 0)
		return r;
	/* Whatever the umask is: everybody reads what is in it. */
	return fchmod(fd, 0755) < 0 ? -errno : sync_directory(place.directory);
}

int rootfs_open_directory(struct root *root, const char *path, bool make, int *ret)
{
	_cleanup_free_ char *canonical = NULL;
	int r = root_open_directory(root, path, ret, &canonical);

	if (r != -ENOENT || !make)
		return r;
	r = make_directory(root, path);
	/* A link that leads nowhere is there, and is no directory. */
	if (r < 0)
		return r == -EEXIST ? -ENOENT : r;
	return root_open_directory(root, path, ret, &canonical);
}

static int write_text(int fd, const char *text, mode_t mode)
{
	int r = fd_write_all(fd, text, strlen(text));

	if (r < 0)
		return r;
	/* Whatever the umask is. */
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

/* A name that nobody has, and that a reader of the directory skips. */
static int name_draft(const char *name, char draft[NAME_MAX + 1])
{
	uint64_t number;
	int n;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return -EIO;
	n = snprintf(draft, NAME_MAX + 1, ".%s.%016" PRIx64, name, number);
	return n > NAME_MAX ? -ENAMETOOLONG : 0;
}

static int rename_over(int directory, const char *from, const char *to)
{
	return renameat(directory, from, directory, to) < 0 ? -errno : 0;
}

/* Write a draft, and give it its name with @put. */
static int write_in(int directory, const char *name, const char *text, mode_t mode,
		    int (*put)(int directory, const char *from, const char *to))
{
	_cleanup_close_ int fd = -1;
	char draft[NAME_MAX + 1];
	int r = name_draft(name, draft);

	if (r < 0)
		return r;
	fd = openat(directory, draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = write_text(fd, text, mode) ?: put(directory, draft, name);
	if (r < 0) {
		unlinkat(directory, draft, 0);
		return r;
	}
	r = sync_directory(directory);
	/* All of it or none. */
	if (r < 0 && put == fd_rename_new)
		unlinkat(directory, name, 0);
	return r;
}

int rootfs_create_in(int directory, const char *name, const char *text)
{
	return write_in(directory, name, text, ROOTFS_FOR_ALL, fd_rename_new);
}

int rootfs_replace_in(int directory, const char *name, const char *text, mode_t mode)
{
	return write_in(directory, name, text, mode, rename_over);
}

int rootfs_remove_in(int directory, const char *name)
{
	return unlinkat(directory, name, 0) < 0 ? -errno : sync_directory(directory);
}
