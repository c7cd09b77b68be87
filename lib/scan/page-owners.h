/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_PAGE_OWNERS_H
#define DAXBUS_SCAN_PAGE_OWNERS_H

#include "base/progress.h"
#include "base/strv.h"
#include "io/sysfs.h"

/*
 * page_owners_explain() - name the owners of the pages that are left in a memory block
 * @progress_fn: called several times a second; may end the search, and the rest is left out
 * @node: the node of the block; only processes with memory there are examined
 * @block: number of the memory block
 * @block_size: its size in bytes
 * @add_to: receives a sentence for each owner: "NAME (PID), UNIT, has 4 KiB of memory block 33
 *          mapped", "cgroup /a.slice has 8 KiB of memory block 33"
 *
 * Pages that are mapped are found in the page tables of processes; those are the owners to stop.
 * The kernel also charges pages to cgroups, mapped or not; it does not say more of the others.
 *
 * Source: /proc/PID/{numa_maps,maps,pagemap}, /proc/kpagecgroup, inodes of /sys/fs/cgroup.
 *
 * Return: 0; -ENOMEM.
 */
int page_owners_explain(struct sysfs *fs, const struct progress_fn *progress_fn, uint64_t node,
			uint64_t block, uint64_t block_size, struct strv *add_to) _must_check_;

#endif
