/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_CLASS_SCAN_H
#define DAXBUS_CLASS_SCAN_CLASS_SCAN_H

#include "class-scan/consumers.h"
#include "daxbus.h"

/* The class scan. Only the tool uses it; libdaxbus.so does not export it. */

/*
 * class_scan_run() - find consumers of /sys/class/dax
 * @ctx: the context; not NULL
 * @root: root directory of an installed system, of which only files are scanned; NULL for the
 *        running system with its processes
 * @paths: array of @n files or directories to scan, absolute paths below the root; NULL for the
 *         usual directories of executables, udev rules, systemd units and configuration
 * @n: number of @paths; 0 if it is NULL
 * @ret: receives the consumers; release them with class_scan_free()
 * @error: receives the reason of a failure, or NULL
 *
 * The function reads each regular file once, up to the size that it had when it was opened. It does
 * not enter file systems other than those of @paths, and skips directories and files that cannot
 * contain a consumer (documentation, sources, compressed files). It finds no processes in a
 * captured tree.
 *
 * Shape: processes are sorted by number, files by path and position.
 * Source: the files; /proc/PID/fd, fdinfo, maps, exe, cwd, root; /sys/class/dax; dpkg-query(1),
 *         rpm(8).
 * Context: blocks while it reads files; takes no lock. Only root can read the files and processes
 *          of other users; the function counts those that it could not read. If it finds files, it
 *          runs /usr/bin/dpkg-query on the database below @root, and for the running system also
 *          /usr/bin/rpm, both without privileges and for 30 seconds at most. It never runs rpm on
 *          another root.
 *
 * Return: 0;
 *   -ENOENT  @root or one of @paths does not exist;
 *   -EINVAL  one of @paths is not absolute, or is in a virtual file system such as /proc;
 *   -ENOTDIR, -EACCES, -ELOOP: one of @paths cannot be opened;
 *   -EINTR  the progress function stopped the scan;
 *   -ENOMEM  out of memory.
 */
int class_scan_run(struct daxbus_ctx *ctx, const char *root, const char *const *paths, size_t n,
		   struct class_consumers **ret, struct daxbus_error *error) _must_check_;

/* Free consumers and all of their strings; NULL is allowed. */
void class_scan_free(struct class_consumers *users);
static inline void class_scan_free_p(struct class_consumers **users)
{
	class_scan_free(*users);
}

#endif
