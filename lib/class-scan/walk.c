/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <search.h>
#include <sys/vfs.h>
#include <time.h>

#include "base/string.h"
#include "class-scan/file-type.h"

/* Each level keeps a directory open. */
#define DEPTH_MAX	128
/* Milliseconds between two reports. */
#define REPORT_EVERY	100
#define DIRECTORY_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define FILE_FLAGS	(O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

/* --- what was seen ---------------------------------------------------------------------------- */

struct inode {
	uint64_t device;
	uint64_t inode;
};

static int compare_inodes(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct inode));
}

/* Return: 1 when it was seen before; 0; -ENOMEM. */
static int see(struct walk *files, const struct stat *st)
{
	_cleanup_free_ struct inode *inode = calloc(1, sizeof(*inode));
	struct inode **found;

	if (!inode)
		return -ENOMEM;
	*inode = (struct inode){ st->st_dev, st->st_ino };
	found = tsearch(inode, &files->seen, compare_inodes);
	if (!found)
		return -ENOMEM;
	if (*found != inode)
		return 1;
	TAKE_PTR(inode);
	return 0;
}

void walk_done(struct walk *files)
{
	tdestroy(files->seen, free);
	files->seen = NULL;
}

/* --- reports ---------------------------------------------------------------------------------- */

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int report(struct walk *files)
{
	_cleanup_free_ char *what = NULL;
	struct daxbus_progress progress = { 0 };
	int64_t now;

	if (!files->progress_fn->fn)
		return 0;
	now = milliseconds();
	if (now - files->reported < REPORT_EVERY)
		return 0;
	files->reported = now;
	if (string_format(&what, "%" PRIu64 " files, now in %s", files->count->files,
			  path_text(&files->path)) < 0)
		return -ENOMEM;
	progress.what = what;
	return progress_fn_call(files->progress_fn, &progress) ? 0 : -EINTR;
}

/* What could not be opened or read is skipped, and counted. */
static int skip_entry(struct walk *files, const char *name, int r)
{
	if (r == -ENOMEM)
		return r;
	if (r == -ENOENT)
		files->count->vanished++;
	else if (r != -ELOOP)
		files->count->unreadable++;
	log_debug(files->log, "skipped %s in %s: %s", name, path_text(&files->path), strerror(-r));
	return 0;
}

/* --- files and directories -------------------------------------------------------------------- */

static int look_at_directory(struct walk *files, int fd);

/* @fd is a file that was opened without waiting; @files->path is its own. */
static int look_at_open(struct walk *files, int fd, const struct stat *st, bool named)
{
	int r;

	/* Of an overlay, files have other devices than directories: only directories are compared.
	 */
	if (!S_ISREG(st->st_mode))
		return 0;
	r = see(files, st);
	if (r != 0)
		return r < 0 ? r : 0;
	files->count->files++;
	return files->file(files->data, path_text(&files->path), fd, st, named);
}

static int look_at_file(struct walk *files, int at, const char *name)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	if (file_type_is_idle_name(name))
		return 0;
	r = root_open_once(at, name, FILE_FLAGS, &fd);
	if (r == 0 && fstat(fd, &st) < 0)
		r = -errno;
	if (r == 0)
		r = path_push(&files->path, name, strlen(name));
	if (r < 0)
		return skip_entry(files, name, r);
	r = look_at_open(files, fd, &st, false);
	path_pop(&files->path);
	return r;
}

static int enter(struct walk *files, int at, const char *name)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	if (file_type_is_idle_directory(path_text(&files->path)))
		return 0;
	/* Before it is opened, which mounts what is mounted on demand. */
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return skip_entry(files, name, -errno);
	if (st.st_dev != files->device) {
		files->count->foreign++;
		log_debug(files->log, "skipped %s: another file system", path_text(&files->path));
		return 0;
	}
	r = see(files, &st);
	if (r != 0)
		return r < 0 ? r : 0;
	r = files->depth >= DEPTH_MAX ? -EMFILE : root_open_once(at, name, DIRECTORY_FLAGS, &fd);
	return r < 0 ? skip_entry(files, name, r) : look_at_directory(files, fd);
}

static int look_below(struct walk *files, int at, const char *name)
{
	int r = path_push(&files->path, name, strlen(name));

	if (r < 0)
		return skip_entry(files, name, r);
	files->depth++;
	r = enter(files, at, name);
	files->depth--;
	path_pop(&files->path);
	return r;
}

/* Some file systems do not say in the directory what an entry is. */
static unsigned char type_of(int at, const struct dirent64 *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(at, entry->d_name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return DT_UNKNOWN;
	return (unsigned char)IFTODT(st.st_mode);
}

static int look_at_entry(struct walk *files, int fd, const struct dirent64 *entry)
{
	if (streq(entry->d_name, ".") || streq(entry->d_name, ".."))
		return 0;
	switch (type_of(fd, entry)) {
	case DT_REG:
		return look_at_file(files, fd, entry->d_name);
	case DT_DIR:
		return look_below(files, fd, entry->d_name);
	default:
		return 0;
	}
}

static int look_at_directory(struct walk *files, int fd)
{
	_Alignas(struct dirent64) char buffer[8 << 10];
	int r = report(files);

	while (r == 0) {
		ssize_t n = getdents64(fd, buffer, sizeof(buffer));

		if (n <= 0)
			return n < 0 ? skip_entry(files, ".", -errno) : 0;
		for (ssize_t i = 0; r == 0 && i < n;) {
			const struct dirent64 *entry = (const void *)(buffer + i);

			i += entry->d_reclen;
			r = look_at_entry(files, fd, entry);
		}
	}
	return r;
}

/* --- where the walk begins -------------------------------------------------------------------- */

/* Reading there has effects, does not end, or asks the kernel and not what is installed. */
static bool is_of_kernel(int fd)
{
	static const uint32_t magics[] = {
		PROC_SUPER_MAGIC,   SYSFS_MAGIC,      DEBUGFS_MAGIC,	   TRACEFS_MAGIC,
		CGROUP_SUPER_MAGIC, SECURITYFS_MAGIC, CGROUP2_SUPER_MAGIC, BPF_FS_MAGIC,
		EFIVARFS_MAGIC,	    PSTOREFS_MAGIC,
	};
	struct statfs st;

	if (fstatfs(fd, &st) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if ((uint32_t)st.f_type == magics[i])
			return true;
	return false;
}

static int begin_directory(struct walk *files, int directory, const char *path)
{
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r;

	path_init(&files->path);
	r = path_append(&files->path, path);
	if (r == 0 && fstat(directory, &st) < 0)
		r = -errno;
	if (r < 0)
		return r;
	if (is_of_kernel(directory))
		return -EINVAL;
	files->device = st.st_dev;
	r = see(files, &st);
	if (r != 0)
		return r < 0 ? r : 0;
	r = root_open_once(directory, ".", DIRECTORY_FLAGS, &fd);
	return r < 0 ? r : look_at_directory(files, fd);
}

/* A path that is no directory: a file, or a link to one. */
static int begin_file(struct walk *files, const char *path)
{
	_cleanup_(root_location_done) struct root_location found = ROOT_LOCATION_INIT;
	_cleanup_close_ int fd = -1;
	struct stat st;
	int r = root_find(files->door, path, true, &found);

	if (r < 0)
		return r;
	if (fstatat(found.directory, found.name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -ENOTDIR;
	r = root_open_once(found.directory, found.name, FILE_FLAGS, &fd);
	if (r < 0)
		return r;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (is_of_kernel(fd))
		return -EINVAL;
	files->path = found.path;
	files->device = st.st_dev;
	return look_at_open(files, fd, &st, true);
}

static int begin(struct walk *files, const char *path)
{
	_cleanup_close_ int directory = -1;
	_cleanup_free_ char *canonical = NULL;
	int r = root_open_directory(files->door, path, &directory, &canonical);

	if (r == 0)
		return files->only_files ? -EISDIR : begin_directory(files, directory, canonical);
	return r == -ENOTDIR ? begin_file(files, path) : r;
}

int walk_path(struct walk *files, const char *path, struct daxbus_error *err)
{
	int r = begin(files, path);

	switch (r) {
	case 0:
		return 0;
	case -ENOMEM:
		return error_oom(err);
	case -EINTR:
		return error_set(err, r, "stopped");
	case -EINVAL:
		return error_set(err, r, "%s is the kernel's, and nothing that is installed", path);
	case -ENOTDIR:
		return error_set(err, r, "%s is neither a directory nor a file", path);
	default:
		return error_set(err, r, "cannot look into %s: %s", path, strerror(-r));
	}
}
