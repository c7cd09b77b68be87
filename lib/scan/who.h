/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_WHO_H
#define DAXBUS_SCAN_WHO_H

#include "base/progress.h"
#include "io/sysfs.h"
#include "model/snapshot.h"
#include "model/who.h"

/*
 * who_read() - find out who uses a device, and the memory on its node
 * @fs: the running kernel; a captured tree has no processes, and the result is incomplete
 * @progress_fn: called several times a second; may end the search; NULL: none
 * @d: the device, with driver, number and target node
 * @add_to: receives the rows, in the order of enum who_way
 *
 * Of a device in mode kmem: memory of processes on its node, by kind, what the kernel has there,
 * processes that may use no other node, and what brings memory online. Of another one: processes
 * that have it open or mapped, file systems on it or on its region, and processes with files
 * through which pages can be held that neither descriptors nor mappings show.
 *
 * Source: /proc/PID/{fd,maps,map_files,numa_maps,cgroup,mountinfo,status}, nodeN/meminfo, udev(7).
 *
 * Return: 0; -ENOMEM; -EINTR: the progress function has asked to stop.
 */
int who_read(struct sysfs *fs, const struct log *log, const struct progress_fn *progress_fn,
	     const struct device *d, struct who *add_to) _must_check_;

#endif
