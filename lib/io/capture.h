/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_CAPTURE_H
#define DAXBUS_IO_CAPTURE_H

#include "base/error.h"
#include "base/strv.h"
#include "io/sysfs.h"

/*
 * A copy of what is read through a door: an observer that writes everything it hears of below a
 * directory of its own.
 */
struct capture {
	struct sysfs *fs;
	struct sysfs_observer observer;
	int fd;			   /* the directory */
	const char *path;	   /* for messages; borrowed */
	struct strv directories;   /* those that were read, which may stay empty */
	struct daxbus_error error; /* the first thing that failed */
};
#define CAPTURE_INIT                                                                               \
	{                                                                                          \
		.fd = -1                                                                           \
	}

/*
 * Make @path, or take it if it is an empty directory, and listen to @fs. errnos: those of
 * daxbus_capture().
 */
int capture_open(struct capture *capture, const char *path, struct sysfs *fs,
		 struct daxbus_error *err) _must_check_;
/* Write what a reading does not read, and say whether everything was written. */
int capture_finish(struct capture *capture, struct daxbus_error *err) _must_check_;
void capture_done(struct capture *capture);

#endif
