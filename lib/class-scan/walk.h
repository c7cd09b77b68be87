/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_WALK_H
#define DAXBUS_CLASS_SCAN_WALK_H

#include <sys/stat.h>

#include "base/error.h"
#include "base/progress.h"
#include "io/root.h"

/*
 * Files that are installed below a root, each of them once. Nothing outside the root is opened,
 * nothing that is no regular file, and no other file system is entered.
 */

struct inode {
	uint64_t device;
	uint64_t inode;
};

/* What was met on the way. */
struct walk_count {
	uint64_t files;	     /* opened */
	uint64_t unreadable; /* files and directories */
	uint64_t vanished;   /* between being listed and being opened */
	uint64_t foreign;    /* directories of other file systems */
};

/*
 * struct walk - a walk over several directories
 * @door: the root; borrowed
 * @log: borrowed
 * @progress_fn: hears of it; borrowed
 * @file: called for each regular file, with its path from the root, open for reading, and whether
 * the walk was given just this file; returns 0, or a negative errno value to end the walk
 * @data: handed to @file
 * @only_files: a directory is not entered
 * @count: what was met
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
	struct walk_count count;

	struct inode *seen; /* a table of @room places */
	size_t n_seen;
	size_t room;
	struct path path;
	uint64_t device; /* of the directory that the walk began with */
	unsigned int depth;
	int64_t reported; /* when, in milliseconds */
};

void walk_done(struct walk *files);

/*
 * walk_path() - look at a file, or at all files below a directory
 * @files: @door, @log, @progress_fn, @file and @data are set
 * @path: from the root; a link at its end is followed
 * @err: receives what is wrong with @path
 *
 * What cannot be read is counted and skipped. Names and directories that hold no user
 * (filekind.h) are ignored too, unless @path names them.
 *
 * Return: 0; -ENOENT, -ENOTDIR, -ELOOP or -EACCES of @path itself; -EINVAL when it is in /proc,
 * /sys or another file system of the kernel; -EISDIR with @only_files; -EINTR when @progress_fn
 * asked to stop; -ENOMEM; what @file returned.
 */
int walk_path(struct walk *files, const char *path, struct daxbus_error *err) _must_check_;

#endif
