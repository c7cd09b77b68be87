/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_CLASS_SCAN_H
#define DAXBUS_API_CLASS_SCAN_H

#include "class-scan/class-scan.h"

/* The class scan. Only the tool uses it; libdaxbus.so does not export it. */

/*
 * class_scan_run() - find consumers of /sys/class/dax
 * @ctx: the context
 * @root: directory of an installed system, of which only the files are scanned; NULL for the
 *        running system, with its processes
 * @paths: @n files or directories to scan, as paths from the root; NULL for the usual directories
 *         of executables, udev rules, systemd units and configuration
 * @n: number of @paths; 0 with NULL
 * @ret: receives the users; release with class_scan_free()
 * @error: receives what failed, or NULL
 *
 * Reads each regular file once, up to the size that it had when it was opened. Does not enter other
 * file systems than those of @paths, nor directories and files that cannot contain a consumer
 * (documentation, sources, compressed files). A captured tree has no processes.
 *
 * Shape: processes by number, then files by path and place.
 * Source: the files; /proc/PID/fd, fdinfo, maps, exe, cwd, root; /sys/class/dax; dpkg-query(1),
 *         rpm(8).
 * Context: blocks on the files, takes no lock. Needs root to look at processes and files of others;
 *          what could not be looked at is counted. If files were found, runs /usr/bin/dpkg-query on
 *          the database below @root, and for the running system also /usr/bin/rpm: both without
 *          privileges, for 30 seconds at most. rpm never runs on another root.
 *
 * Return: 0;
 *   -ENOENT  one of @paths is not there, or @root is not;
 *   -EINVAL  one of @paths is not absolute, or in a file system of the kernel;
 *   -ENOTDIR, -EACCES, -ELOOP of one of @paths;
 *   -EINTR  the progress function asked to stop;
 *   -ENOMEM.
 */
int class_scan_run(struct daxbus_ctx *ctx, const char *root, const char *const *paths, size_t n,
		   struct class_consumers **ret, struct daxbus_error *error);

#endif
