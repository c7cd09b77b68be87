/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_REPORT_FILE_H
#define DAXBUS_API_REPORT_FILE_H

#include "base/util.h"
#include "daxbus.h"

/* Files that the tool writes for other programs; libdaxbus.so does not export it. */

#define REPORT_FILE_FOR_ALL 0644

/*
 * api_report_file_write() - write a file that another program reads at any moment
 * @path: the file; one of that name is replaced, as a whole
 * @text: its new content
 * @mode: its permissions, whatever the umask is
 * @error: receives the reason of a failure, or NULL
 *
 * The old file stays if anything fails.
 *
 * Return: 0; -EINVAL: @path is not the name of a file, or it is a device, a pipe or a socket;
 * errors of open(2), write(2), fsync(2) and rename(2): -ENOENT and -ENOTDIR for the directory,
 * -EACCES, -EROFS, -ENOSPC.
 */
int api_report_file_write(const char *path, const char *text, mode_t mode,
			  struct daxbus_error *error) _must_check_;

#endif
