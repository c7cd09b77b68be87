/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "io/sysfs-ops.h"

static int files_open_directory(struct sysfs *fs, const char *path, int *ret_fd, char **ret_path)
{
	return root_open_directory(&fs->door, path, ret_fd, ret_path);
}

static int files_open(const struct sysfs_dir *dir, const char *name, int flags,
		      struct sysfs_file *ret)
{
	return root_open_beneath(&dir->fs->door, dir->fd, name, flags, &ret->fd);
}

/*
 * In a captured tree: refuse what is not a regular file. Before it is opened, because opening
 * alone makes some devices act. Should a component be a link, then this looked at something else,
 * and opening is what refuses.
 */
static int open_regular(const struct sysfs_dir *dir, const char *name, int flags,
			struct sysfs_file *ret)
{
	struct stat st;

	if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || S_ISREG(st.st_mode))
		return files_open(dir, name, flags, ret);
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return S_ISLNK(st.st_mode) ? -ELOOP : -EBADMSG;
}

static int files_read(struct sysfs_file *file, char *buffer, size_t size, size_t *ret_length)
{
	return root_read_some(file->fd, buffer, size, ret_length);
}

static int files_write(const struct sysfs_file *file, const char *value)
{
	size_t length = strlen(value);
	ssize_t n = write(file->fd, value, length);

	return n < 0 ? -errno : n == 0 ? -ENXIO : (size_t)n < length ? -EIO : 0;
}

static void files_close(struct sysfs_file *file)
{
	close_p(&file->fd);
}

static int read_link(const struct sysfs_dir *dir, const struct name *name, char target[PATH_MAX])
{
	_cleanup_close_ int owned = -1;
	int at = -1;
	int r = root_open_parent(&dir->fs->door, dir->fd, name, &at, &owned);

	return r < 0 ? r : root_read_link_at(at, name->last, target);
}

/* One call where it does not exist; O_PATH opens a link or a FIFO without following or waiting. */
static int files_find(const struct sysfs_dir *dir, const char *name, mode_t *ret_mode)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r = root_open_beneath(&dir->fs->door, dir->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC,
				  &fd);

	if (r < 0 || !ret_mode)
		return r;
	if (fstat(fd, &st) < 0)
		return -errno;
	*ret_mode = st.st_mode;
	return 0;
}

static int list(const struct sysfs_dir *dir, int (*fn)(void *data, const char *name), void *data)
{
	return root_list(dir->fd, fn, data);
}

static int check_writable(const struct sysfs_dir *dir)
{
	struct statvfs st;

	if (fstatvfs(dir->fd, &st) < 0)
		return -errno;
	return st.f_flag & ST_RDONLY ? -EROFS : 0;
}

const struct sysfs_ops sysfs_ops_live = {
	.is_live = true,
	.is_host = true,
	.open_directory = files_open_directory,
	.open = files_open,
	.read = files_read,
	.write = files_write,
	.close = files_close,
	.read_link = read_link,
	.find = files_find,
	.list = list,
	.check_writable = check_writable,
};

const struct sysfs_ops sysfs_ops_captured = {
	.open_directory = files_open_directory,
	.open = open_regular,
	.read = files_read,
	.write = files_write,
	.close = files_close,
	.read_link = read_link,
	.find = files_find,
	.list = list,
	.check_writable = check_writable,
};
