/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_HOLDERS_H
#define DAXBUS_SCAN_HOLDERS_H

#include "scan/process-walk.h"

/*
 * holders_read() - list the processes that have a character device open or mapped
 * @fs: the running kernel; in a captured tree, the answer is unknown
 * @driver: the driver on the dax bus that created the character device, or NULL; if its module has
 *          no users, the function does not search the processes
 * @major: major number of the device
 * @minor: minor number of the device
 * @ret: receives "NAME (PID): open" or "NAME (PID): mapped" for a few processes, and "and N more"
 *       for the others; DAXBUS_NONE without a process; DAXBUS_UNKNOWN if none was found, but not
 *       all processes could be examined (those of other users without root, or of other PID
 *       namespaces), or the module of the driver has more users than were found
 *
 * A mapping outlives its file descriptor, so the function searches both, in every thread: a thread
 * can have descriptors of its own, and outlive the first thread of its process. Users inside the
 * kernel (RDMA, VFIO, pipes, io_uring) have no entry in /proc; they show in the number of users of
 * the module, where the driver is not built into the kernel.
 *
 * Source: /proc/PID/task/TID/{fd,maps}, /sys/bus/dax/drivers/DRIVER/module/{refcnt,holders}.
 *
 * Return: 0; -ENOMEM.
 */
int holders_read(struct sysfs *fs, const char *driver, uint64_t major, uint64_t minor,
		 struct opt_strv *ret) _must_check_;

/*
 * holders_process_holds() - check whether the current process of a walk has a character device open
 *                           or mapped
 * @walk: the walk, which becomes incomplete if the process cannot be examined completely
 * @major: major number of the device
 * @minor: minor number of the device
 * @ret_open: whether the device is open
 * @ret_mapped: whether the device is mapped
 *
 * Return: 0; -ENOMEM.
 */
int holders_process_holds(struct process_walk *walk, uint64_t major, uint64_t minor, bool *ret_open,
			  bool *ret_mapped) _must_check_;

#endif
