/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_HOLDERS_H
#define DAXBUS_HOLDERS_H

#include "model.h"
#include "sysfs.h"

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
 * The name of a process, with control characters as '?'. @proc: the folder /proc. Return: 0; errno
 * of the file; -ENOMEM.
 */
int process_name(const struct sysfs_dir *proc, const char *pid, char **ret) _must_check_;

#endif
