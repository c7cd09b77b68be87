/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_HOLDERS_H
#define DAXBUS_SCAN_HOLDERS_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * holders_read() - the processes that have a character device open or mapped
 * @fs: the running system; in a captured tree the answer is unknown
 * @driver: the one on the dax bus that made the character device, so that a module without users
 * answers without a look at every process; or NULL
 * @ret: "NAME (PID): open" or "NAME (PID): mapped", at most a few, the rest as "and N more";
 * NONE without any; UNKNOWN where nobody was found and not everybody could be
 * looked at (other users' processes, without being root)
 *
 * A mapping outlives its descriptor, so that both are looked for. What holds pages inside the
 * kernel (RDMA, VFIO, pipes, io_uring) shows in neither.
 *
 * Return: 0; -ENOMEM.
 */
int holders_read(struct sysfs *fs, const char *driver, uint64_t major, uint64_t minor,
		 struct opt_strv *ret) _must_check_;

/*
 * holders_process_holds() - whether a process has a character device open or mapped
 * @proc: the directory /proc
 * @pid: its number
 * @ret_open: set when it has it open
 * @ret_mapped: set when it has it mapped
 * @ret_incomplete: set when something could not be looked at
 *
 * Return: 0; -ENOMEM.
 */
int holders_process_holds(const struct sysfs_dir *proc, const char *pid, uint64_t major,
			  uint64_t minor, bool *ret_open, bool *ret_mapped,
			  bool *ret_incomplete) _must_check_;

/* Whether a process has no program: it is the kernel's, or at its very end. */
bool holders_process_has_no_program(const struct sysfs_dir *proc, const char *pid);

/*
 * The name of a process, with control characters as '?'. @proc: the directory /proc. Return: 0;
 * errno of the file; -ENOMEM.
 */
int holders_process_name(const struct sysfs_dir *proc, const char *pid, char **ret) _must_check_;

#endif
