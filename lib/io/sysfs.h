/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_SYSFS_H
#define DAXBUS_IO_SYSFS_H

#include "base/error.h"
#include "base/log.h"
#include "base/util.h"
#include "io/sysfs-ops.h"

/*
 * The one door to /sys and /proc.
 *
 * A root ("/" or a captured tree) is opened once. Paths below it are written from it
 * ("/sys/bus/dax/devices"), opened with openat2(2) and RESOLVE_IN_ROOT, and where the kernel has no
 * openat2 (before 5.6, or under a filter) by walking the components and resolving each link here.
 * Attributes are opened relative to a directory, follow no link at all, never block on a FIFO, and
 * in a captured tree must be regular files.
 *
 * The errno of the system call is returned untouched. Beyond those:
 * -EBADMSG  an attribute is empty, longer than a page, holds a NUL byte, or (for numbers) is not of
 * the form
 */

/*
 * What a reading meets, for an observer that keeps a copy. Paths are canonical: absolute below the
 * root, without links. The links on the way of sysfs_dir_open() are reported, too; what is read
 * twice is reported twice. Of the entries that sysfs_list() finds, those are reported that its
 * callback counts.
 */
struct sysfs_observer {
	/*
	 * @content is NULL with a negative @length (an errno value) where a file exists that could
	 * not be read
	 */
	void (*file)(void *data, const char *path, const char *content, ssize_t length);
	void (*link)(void *data, const char *path, const char *target);
	void (*directory)(void *data, const char *path);
	void *data;
};

/* @root NULL or "/": the running system. @log is borrowed. */
int sysfs_new(struct sysfs **ret, const char *root, const struct log *log,
	      struct daxbus_error *err) _must_check_;
/* A tree that is neither of files nor of this machine, which is borrowed. Return: 0; -ENOMEM. */
int sysfs_new_with(struct sysfs **ret, const struct sysfs_ops *ops, void *tree,
		   const struct log *log) _must_check_;
struct sysfs *sysfs_free(struct sysfs *fs);
static inline void sysfs_free_p(struct sysfs **fs)
{
	sysfs_free(*fs);
}
/* Whether this is a running system, whose files change and can be written; a captured tree is not.
 */
bool sysfs_is_live(const struct sysfs *fs);
/* Whether it is this machine's, to whose facts other interfaces (libkmod, libndctl) may add. */
bool sysfs_is_host(const struct sysfs *fs);
/* @observer is borrowed; NULL for none. */
void sysfs_observe(struct sysfs *fs, const struct sysfs_observer *observer);
bool sysfs_is_observed(const struct sysfs *fs);

/*
 * Open a directory by its path from the root. A canonical path costs one system call, one through
 * links three: the directory behind a link that is read anyway is best opened by what
 * sysfs_read_link() gave. Return: 0; -ENOENT; -ENOTDIR; -ELOOP; -EACCES; -ENOMEM ...
 */
int sysfs_dir_open(struct sysfs *fs, struct sysfs_dir *ret, const char *format, ...)
	_format_(3, 4) _must_check_;
void sysfs_dir_done(struct sysfs_dir *dir);

/*
 * All readers: @format makes the name relative to @dir; it may have several components
 * ("mapping0/start"). A name that leads out of @dir ("/etc", "..") is -EXDEV. In a captured tree
 * what is not a regular file is not opened: -EISDIR, -ELOOP (a link), -EBADMSG.
 */

/*
 * The attribute's text without its last newline, in a new string of at most a page. An empty line
 * is "".
 */
int sysfs_read_str(const struct sysfs_dir *dir, char **ret, const char *format, ...)
	_format_(3, 4) _must_check_;
int sysfs_vread_str(const struct sysfs_dir *dir, char **ret, const char *format, va_list args)
	_format_(3, 0) _must_check_;
/* Its number: @base as in parse_u64(). */
int sysfs_read_u64(const struct sysfs_dir *dir, uint64_t *ret, int base, const char *format, ...)
	_format_(4, 5) _must_check_;
int sysfs_vread_u64(const struct sysfs_dir *dir, uint64_t *ret, int base, const char *format,
		    va_list args) _format_(4, 0) _must_check_;
/* A whole file of /proc (/proc/iomem, /proc/zoneinfo), as far as 16 MiB: longer is -EFBIG. */
int sysfs_read_file(const struct sysfs_dir *dir, char **ret, const char *format, ...)
	_format_(3, 4) _must_check_;
/* The same from the root, for those that lie in /proc itself: its @name, "iomem". */
int sysfs_read_proc(struct sysfs *fs, char **ret, const char *name) _must_check_;
/*
 * Call @fn for each line of a file of /proc that may be of any length, without its newline. It
 * returns 0 to go on; anything else ends the reading, and is returned. An observer does not hear of
 * it. Return: 0; -ENOMEM; errno of open(2) and read(2).
 */
int sysfs_read_lines(const struct sysfs_dir *dir, int (*fn)(void *data, char *line), void *data,
		     const char *format, ...) _format_(4, 5) _must_check_;
/*
 * The same for a file of the machine whose reading may take minutes: another process reads
 * (io/slow-file), and @go_on is called several times a second. Return: as slow_file_read_lines();
 * errno of open(2).
 */
int sysfs_read_slow_lines(const struct sysfs_dir *dir, int (*fn)(void *data, char *line),
			  bool (*go_on)(void *data), void *data, const char *format, ...)
	_format_(5, 6) _must_check_;
/*
 * Open a file of 64-bit numbers that lies in /proc itself, to read single ones: its @name,
 * "kpageflags". Only on the running system: -EROFS in a captured tree, because a copy of such a
 * file is as long as the memory is large, or has holes that look like numbers.
 */
int sysfs_open_numbers(struct sysfs *fs, int *ret, const char *name) _must_check_;
/*
 * At most @n of its numbers, by one system call. Return: how many; -ENODATA beyond its end; errno
 * of pread(2).
 */
ssize_t sysfs_read_numbers(int fd, uint64_t index, uint64_t *ret, size_t n) _must_check_;
/* The words of a command line of /proc, each with a newline behind it in place of its NUL. */
int sysfs_read_words(const struct sysfs_dir *dir, char **ret, const char *format, ...)
	_format_(3, 4) _must_check_;
/*
 * Where a link points, as a canonical path from the root ("/sys/devices/..."), resolved by its
 * text: nothing is opened.
 */
int sysfs_read_link(const struct sysfs_dir *dir, char **ret, const char *format, ...)
	_format_(3, 4) _must_check_;
/* The last component of what sysfs_read_link() gives: name of the driver, subsystem, bus. */
int sysfs_read_link_name(const struct sysfs_dir *dir, char **ret, const char *format, ...)
	_format_(3, 4) _must_check_;
/* Whether something of that name is there (a link counts, dangling or not). */
bool sysfs_has(const struct sysfs_dir *dir, const char *format, ...) _format_(2, 3);
/*
 * The number of the character device at the end of a path, whatever links lead there: those of
 * /proc/PID/fd and /proc/PID/map_files too, which no path says. Nothing is opened, and a file
 * system that does not answer is not waited for. Only on the running system: -EROFS in a captured
 * tree. Return: 0; -ENOTTY when it is something else; -ENOENT, -EACCES, -EPERM ...
 */
int sysfs_stat_device(const struct sysfs_dir *dir, uint64_t *ret_major, uint64_t *ret_minor,
		      const char *format, ...) _format_(4, 5) _must_check_;
/*
 * Whether something has a block device of /dev for itself: a mounted file system, swap, another
 * block device. Only on the running system: -EROFS in a captured tree. Return: 0; errno of open(2).
 */
int sysfs_block_is_busy(const struct sysfs *fs, const char *name, bool *ret) _must_check_;
/* The inode number of a directory: another one when the directory went away and came again. */
int sysfs_dir_inode(const struct sysfs_dir *dir, uint64_t *ret) _must_check_;
/*
 * What /proc/PID/fdinfo knows a file or directory by: the number of its file system's device as the
 * kernel keeps it, and its inode. A link is not followed. Return: 0; errno of statx(2).
 */
int sysfs_stat_inode(const struct sysfs_dir *dir, uint64_t *ret_device, uint64_t *ret_inode,
		     const char *format, ...) _format_(4, 5) _must_check_;
/*
 * Call @fn for each entry of the directory whose name does not begin with a dot, in the kernel's
 * order. It returns 0 to ignore the entry, 1 where the entry counts by being there (an observer
 * hears of it), or a negative errno to end the walk.
 */
int sysfs_list(const struct sysfs_dir *dir, int (*fn)(void *data, const char *name),
	       void *data) _must_check_;

/*
 * Write a whole value into an attribute, by one system call, because each is parsed by itself. Only
 * on the running system: -EROFS in a captured tree. What the kernel answers is returned untouched;
 * an answer of "0 bytes taken", which some attributes give when their provider is gone, is -ENXIO,
 * and a signal that came is -EINTR.
 */
int sysfs_write(const struct sysfs_dir *dir, const char *value, const char *format, ...)
	_format_(3, 4) _must_check_;
/* Whether files of a directory can be written at all. Return: 0; -EROFS: on a read-only mount. */
int sysfs_check_writable(const struct sysfs_dir *dir) _must_check_;
/* Open a file for a write that the caller does with sysfs_file_write(). Return: as sysfs_write().
 */
int sysfs_open_to_write(const struct sysfs_dir *dir, struct sysfs_file *ret, const char *format,
			...) _format_(3, 4) _must_check_;
int sysfs_file_write(const struct sysfs_file *file, const char *value) _must_check_;
void sysfs_file_close(struct sysfs_file *file);

/* For tests: do as if the kernel had no openat2(). */
void sysfs_force_walk(struct sysfs *fs);

#endif
