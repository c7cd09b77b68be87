/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "io/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/string.h"
#include "io/root.h"

/* Keep the first failure, if @r is one: what follows from it says less. */
static void keep_failure(struct capture *capture, int r, const char *what, const char *path)
{
	if (r < 0 && !capture->error.code)
		error_set(&capture->error, r, "cannot %s %s%s: %s", what, capture->path, path,
			  strerror(-r));
}

static int open_directory(int at, const char *name)
{
	int fd;

	if (mkdirat(at, name, 0777) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(at, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/*
 * Open the directory of @path, making what is missing, one component at a time and through no link:
 * the copy has links of its own by now, and they lead anywhere. Gives the last component, which is
 * a part of @path.
 */
static int open_parent(struct capture *capture, const char *path, const char **ret_name)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *directories = strndup(path, slash ? (size_t)(slash - path) : 0);
	char *rest = directories, *part;
	int fd;

	if (!directories)
		return -ENOMEM;
	fd = fcntl(capture->fd, F_DUPFD_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	while ((part = strsep(&rest, "/"))) {
		_cleanup_close_ int above = -1;

		if (!*part)
			continue;
		above = fd;
		fd = open_directory(above, part);
		if (fd < 0)
			return fd;
	}
	/* The root of the tree is the directory itself. */
	*ret_name = slash && slash[1] ? slash + 1 : ".";
	return fd;
}

/*
 * A new file, whatever has the name: an earlier reading, or a FIFO or a link that another user who
 * can write to the directory has put there.
 */
static int create_file(int parent, const char *name)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(parent, name, flags, 0666);

	if (fd < 0 && errno == EEXIST) {
		if (unlinkat(parent, name, 0) < 0 && errno != ENOENT)
			return -errno;
		fd = openat(parent, name, flags, 0666);
	}
	return fd < 0 ? -errno : fd;
}

static int write_copy(struct capture *capture, const char *path, const char *content, size_t length)
{
	_cleanup_close_ int parent = -1, fd = -1;
	const char *name;

	parent = open_parent(capture, path, &name);
	if (parent < 0)
		return parent;
	fd = create_file(parent, name);
	return fd < 0 ? fd : fd_write_all(fd, content, length);
}

static void take_file(void *data, const char *path, const char *content, ssize_t length)
{
	struct capture *capture = data;
	int r = write_copy(capture, path, content, length > 0 ? (size_t)length : 0);

	keep_failure(capture, r, "write", path);
}

static int make_link(struct capture *capture, const char *path, const char *target)
{
	_cleanup_close_ int parent = -1;
	const char *name;

	parent = open_parent(capture, path, &name);
	if (parent < 0)
		return parent;
	return symlinkat(target, parent, name) < 0 && errno != EEXIST ? -errno : 0;
}

static void take_link(void *data, const char *path, const char *target)
{
	keep_failure(data, make_link(data, path, target), "make the link", path);
}

static int make_directory(struct capture *capture, const char *path)
{
	_cleanup_close_ int parent = -1, fd = -1;
	const char *name;

	if (strv_push(&capture->directories, path) < 0)
		return -ENOMEM;
	parent = open_parent(capture, path, &name);
	if (parent < 0)
		return parent;
	fd = open_directory(parent, name);
	return fd < 0 ? fd : 0;
}

static void take_directory(void *data, const char *path)
{
	keep_failure(data, make_directory(data, path), "make the directory", path);
}

static int count_entry(void *data, const char *name _unused_)
{
	++*(size_t *)data;
	return 0;
}

/* Return: 1 or 0; errno of the directory. */
static int is_empty(int fd)
{
	size_t n = 0;

	return root_list(fd, count_entry, &n) ?: n == 0;
}

static int is_empty_directory(int at, const char *name)
{
	_cleanup_close_ int fd = openat(at, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : is_empty(fd);
}

static size_t length_without_slashes(const char *path)
{
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	return length;
}

/*
 * All goes into the directory that was found empty, whatever has its name later: who can write to
 * the directory above can exchange it at any time.
 */
static int open_target(const char *path, int *ret_fd, struct daxbus_error *err)
{
	_cleanup_close_ int fd = -1;
	/* A slash at the end would follow a link. */
	_cleanup_free_ char *name = strndup(path, length_without_slashes(path));
	int r;

	if (!name)
		return error_oom(err);
	if (mkdir(name, 0777) < 0 && errno != EEXIST)
		return error_set(err, -errno, "cannot create the directory %s: %s", path,
				 strerror(errno));
	fd = open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	r = fd < 0 ? -errno : is_empty(fd);
	if (r < 0)
		return error_set(err, r, "cannot capture into %s: %s", path, strerror(-r));
	if (r == 0)
		return error_set(err, -ENOTEMPTY,
				 "cannot capture into %s: there is something in it", path);
	*ret_fd = TAKE_FD(fd);
	return 0;
}

int capture_open(struct capture *capture, const char *path, struct sysfs *fs,
		 struct daxbus_error *err)
{
	int r = open_target(path, &capture->fd, err);

	if (r < 0)
		return r;
	capture->path = path;
	capture->fs = fs;
	capture->observer = (struct sysfs_observer){
		.file = take_file,
		.link = take_link,
		.directory = take_directory,
		.data = capture,
	};
	sysfs_observe(fs, &capture->observer);
	return 0;
}

/*
 * Directories that are there and empty say something: a bus without devices. A hidden file in them
 * keeps them through git and zip, which drop empty directories; reading skips hidden names.
 */
static int keep_directory(struct capture *capture, const char *path)
{
	_cleanup_free_ char *file = NULL;
	_cleanup_close_ int parent = -1;
	const char *name;
	int r;

	if (string_format(&file, "%s/.keep", path) < 0)
		return -ENOMEM;
	parent = open_parent(capture, path, &name);
	if (parent < 0)
		return parent;
	r = is_empty_directory(parent, name);
	return r > 0 ? write_copy(capture, file, "", 0) : r;
}

/*
 * Pages are the unit of /proc/zoneinfo, and no file of the kernel says their size. A tree that was
 * captured has the file, which reading copies.
 */
static int write_page_size(struct capture *capture)
{
	_cleanup_(sysfs_dir_done) struct sysfs_dir root = SYSFS_DIR_INIT;
	_cleanup_free_ char *copied = NULL;
	char text[32];
	int n;

	if (sysfs_is_live(capture->fs)) {
		n = snprintf(text, sizeof(text), "%ld\n", sysconf(_SC_PAGESIZE));
		return write_copy(capture, "/page_size", text, (size_t)n);
	}
	return error_keep_oom(sysfs_dir_open(capture->fs, &root, "/")
				      ?: sysfs_read_str(&root, &copied, "page_size"));
}

int capture_finish(struct capture *capture, struct daxbus_error *err)
{
	const struct strv *directories = &capture->directories;

	keep_failure(capture, write_page_size(capture), "write", "/page_size");
	for (size_t i = 0; i < directories->n; i++)
		keep_failure(capture, keep_directory(capture, directories->items[i]),
			     "keep the directory", directories->items[i]);
	if (!capture->error.code)
		return 0;
	return error_set(err, capture->error.code, "%s", capture->error.message ?: "out of memory");
}

void capture_done(struct capture *capture)
{
	if (capture->fs)
		sysfs_observe(capture->fs, NULL);
	close_p(&capture->fd);
	strv_done(&capture->directories);
	daxbus_error_done(&capture->error);
}
