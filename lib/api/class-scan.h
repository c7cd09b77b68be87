/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_CLASS_SCAN_H
#define DAXBUS_API_CLASS_SCAN_H

#include "class-scan/class-scan.h"

/* The class scan. Only the tool uses it; libdaxbus.so does not export it. */

/*
 * class_scan_run() - who uses /sys/class/dax
 * @ctx: the context
 * @root: folder of an installed system, whose files are looked at and no process; NULL for the one
 *        that is running
 * @paths: @n files or folders to look at, as paths from the root; NULL for where programs, udev's
 *         rules, systemd's units and settings are installed
 * @n: how many; 0 with NULL
 * @ret: receives the users; release with class_scan_free()
 * @error: receives what failed, or NULL
 *
 * Every file is read once, as far as it was long when it was opened, and only regular files are.
 * Other file systems than that of each of @paths are not entered, nor are folders and files that
 * hold no user (documentation, sources, what is compressed). A context that reads a captured tree
 * has no processes.
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
