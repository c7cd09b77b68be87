/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_IO_SLOW_FILE_H
#define DAXBUS_IO_SLOW_FILE_H

#include "base/util.h"

/*
 * slow_file_read_lines() - read a file of the kernel that may take minutes, unless it is stopped
 * @fd: the file; it stays open
 * @fn: called for each line, without its newline; returns 0 to go on; anything else ends the
 *      reading, and is returned
 * @go_on: called several times a second; false ends the reading
 * @data: passed to both
 *
 * The kernel prints a line of /proc/PID/numa_maps to its end: until then neither a signal to stop
 * nor SIGKILL has an effect, and a program that exits waits for all of its threads. Therefore
 * another process reads (io/detached), a few lines whenever the caller has seen those before.
 *
 * Return: 0; the value that @fn returned; -EINTR: stopped; -ENOMEM; errno of read(2); -EIO: the
 * other process was killed; -EAGAIN: it could not be started.
 */
int slow_file_read_lines(int fd, int (*fn)(void *data, char *line), bool (*go_on)(void *data),
			 void *data) _must_check_;

#endif
