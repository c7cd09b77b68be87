/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_NODE_USAGE_H
#define DAXBUS_SCAN_NODE_USAGE_H

#include "base/strv.h"
#include "io/sysfs.h"
#include "model/snapshot.h"

/* The memory of a node, in bytes, from its meminfo. */
struct node_usage {
	struct opt_u64 used;   /* what would have to move: neither free nor clean file cache */
	struct opt_u64 free;   /* the rest */
	struct opt_u64 kernel; /* slabs that cannot be reclaimed, stacks, page tables */
	struct opt_u64 huge;   /* hugetlb pools */
};

/* Return: 0, unknown where it cannot be read; -ENOMEM. */
int node_usage_read(struct sysfs *fs, uint64_t node, struct node_usage *ret) _must_check_;

/*
 * Room that is to be had outside a node: MemAvailable without that node's share, and free swap
 * space. A node without a directory in sysfs has no share. Return: 0; -ENOMEM.
 */
int node_usage_read_elsewhere(struct sysfs *fs, uint64_t node, struct opt_u64 *ret) _must_check_;

/*
 * Who has memory on a node, in sentences: the processes with most of it (/proc/PID/numa_maps),
 * hugetlb pools, the kernel. Return: 0; -ENOMEM.
 */
int node_usage_explain(struct sysfs *fs, uint64_t node, struct strv *ret) _must_check_;

#endif
