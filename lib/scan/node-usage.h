/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_NODE_USAGE_H
#define DAXBUS_SCAN_NODE_USAGE_H

#include "base/progress.h"
#include "base/strv.h"
#include "io/sysfs.h"
#include "model/facts.h"
#include "model/snapshot.h"

/* The memory of a node in bytes, from /sys/devices/system/node/nodeN/meminfo. */
struct node_usage {
	struct opt_u64 used;   /* must move before offline: neither free nor clean file cache */
	struct opt_u64 free;   /* the rest */
	struct opt_u64 kernel; /* at least so much cannot move */
	struct opt_u64 tables; /* of that: slabs that cannot be reclaimed, stacks, page tables */
	struct opt_u64 huge;   /* hugetlb pools */
	struct opt_u64 clean;  /* file cache that is clean, and slabs that can be reclaimed */
	struct opt_u64 cached; /* on the lists of processors */
	struct huge_pools pools;
};

/* Read the usage of a node; values that cannot be read are unknown. Return: 0; -ENOMEM. */
int node_usage_read(struct sysfs *fs, uint64_t node, struct node_usage *ret) _must_check_;

/*
 * Compute the bytes available outside of a node: MemAvailable without the share of the node, plus
 * free swap space. A node without a directory in sysfs has no share. Return: 0; -ENOMEM.
 */
int node_usage_read_elsewhere(struct sysfs *fs, uint64_t node, struct opt_u64 *ret) _must_check_;

/*
 * List the users of the memory of a node, in sentences: first what cannot move, the kernel's and
 * that of processes which may have pinned it, then hugetlb pools and the processes with most of
 * what can (scan/node-users). @progress_fn: called several times a second; may end the search for
 * processes; NULL: none. Return: 0; -ENOMEM.
 */
int node_usage_explain(struct sysfs *fs, const struct progress_fn *progress_fn, uint64_t node,
		       struct strv *ret) _must_check_;

#endif
