/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_HOLDERS_H
#define DAXBUS_SCAN_HOLDERS_H

#include "io/sysfs.h"
#include "model/snapshot.h"

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
 * holders_process_holds() - check whether a process has a character device open or mapped
 * @proc: the directory /proc
 * @pid: number of the process
 * @major: major number of the device
 * @minor: minor number of the device
 * @ret_open: set to true if the device is open
 * @ret_mapped: set to true if the device is mapped
 * @ret_incomplete: set to true if the process could not be examined completely
 *
 * Return: 0; -ENOMEM.
 */
int holders_process_holds(const struct sysfs_dir *proc, const char *pid, uint64_t major,
			  uint64_t minor, bool *ret_open, bool *ret_mapped,
			  bool *ret_incomplete) _must_check_;

/*
 * Whether /proc shows the processes of the whole machine, and not of a PID namespace of its own, or
 * (hidepid) of one user. @proc: the directory /proc.
 */
bool holders_are_visible(const struct sysfs_dir *proc);

/* Whether a process has no program: it is a kernel thread, or it is exiting. */
bool holders_process_has_no_program(const struct sysfs_dir *proc, const char *pid);

/*
 * Read the name of a process, with control characters replaced by '?'. @proc: the directory /proc.
 * @ret: owned by the caller. Return: 0; the error of /proc/PID/comm; -ENOMEM.
 */
int holders_process_name(const struct sysfs_dir *proc, const char *pid, char **ret) _must_check_;

#endif
