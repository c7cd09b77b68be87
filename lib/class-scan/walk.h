/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_WALK_H
#define DAXBUS_CLASS_SCAN_WALK_H

#include <sys/stat.h>

#include "base/error.h"
#include "base/progress.h"
#include "class-scan/consumers.h"
#include "io/root.h"

/*
 * Files that are installed below a root, each of them once. Nothing outside the root is opened,
 * nothing that is no regular file, and no other file system is entered.
 */

/*
 * struct walk - a walk over several directories
 * @door: the root; borrowed
 * @log: borrowed
 * @progress_fn: hears of it; borrowed
 * @file: called for each regular file, with its path from the root, open for reading, and whether
 * the walk was given just this file; returns 0, or a negative errno value to end the walk
 * @data: handed to @file
 * @only_files: a directory is not entered
 * @count: counts what was met; borrowed
 *
 * The rest is the walk's own; zero at first.
 */
struct walk {
	struct root *door;
	const struct log *log;
	const struct progress_fn *progress_fn;
	int (*file)(void *data, const char *path, int fd, const struct stat *st, bool named);
	void *data;
	bool only_files;
	struct class_scan_counts *count;

	void *seen; /* a tree of tsearch(3) */
	struct path path;
	uint64_t device; /* of the directory that the walk began with */
	unsigned int depth;
	int64_t reported; /* when, in milliseconds */
};

void walk_done(struct walk *files);

/*
 * walk_path() - examine a file, or all files below a directory
 * @files: the walk; the members up to @count are set
 * @path: path from the root; if its last component is a symbolic link, the function follows it
 * @err: receives the reason of a failure, or NULL
 *
 * The function counts and skips files and directories that cannot be read. It ignores names and
 * directories that contain no consumer (file-type.h), unless @path names them.
 *
 * Return: 0, or the error that @file returned; also
 *   -ENOENT, -ENOTDIR, -ELOOP, -EACCES: @path cannot be opened;
 *   -EINVAL  @path is in /proc, /sys or another virtual file system;
 *   -EISDIR  @path is a directory, and @only_files is set;
 *   -EINTR  @progress_fn stopped the walk;
 *   -ENOMEM  out of memory.
 */
int walk_path(struct walk *files, const char *path, struct daxbus_error *err) _must_check_;

#endif
