/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_PINNERS_H
#define DAXBUS_SCAN_PINNERS_H

#include "base/strv.h"
#include "io/sysfs.h"

/*
 * pinners_explain() - list the processes that may have pinned memory of a node
 * @node: the node
 * @ret: receives a sentence for each of a few processes, and one for the others
 *
 * The kernel does not say who holds a page. Processes are listed that have memory on the node, and
 * have a file open through which the kernel or a device can hold pages: VFIO, RDMA, io_uring,
 * vhost, iommufd; after those, processes with pipes, which hold what vmsplice(2) gave them.
 *
 * Source: /proc/PID/fd, /proc/PID/numa_maps.
 *
 * Return: 0; -ENOMEM.
 */
int pinners_explain(struct sysfs *fs, uint64_t node, struct strv *ret) _must_check_;

#endif
