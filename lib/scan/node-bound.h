/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_NODE_BOUND_H
#define DAXBUS_SCAN_NODE_BOUND_H

#include "base/progress.h"
#include "io/sysfs.h"
#include "model/snapshot.h"
#include "scan/process-walk.h"

/*
 * node_bound_read() - list the processes that may use memory of a node and of no other
 * @fs: the running kernel; in a captured tree, the answer is unknown
 * @progress_fn: called several times a second; may end the search; NULL: none
 * @node: the node
 * @ret: receives "NAME (PID): bind:1" or "NAME (PID): cpuset of /CGROUP" for a few processes, and
 *       "and N more" for the others; "NAME (PID): tmpfs on /DIRECTORY, bind:1" for a process that
 *       sees such a file system; DAXBUS_NONE without a process; DAXBUS_UNKNOWN if none was
 *       found, but not all processes could be examined
 *
 * Processes are bound by a policy of theirs, of one of their threads or of a mapping (MPOL_BIND),
 * or by their cpuset, or when they write to a tmpfs with such a policy. Other nodes that they may
 * use count if these have memory. With other policies the kernel takes memory elsewhere if the
 * nodes have none.
 *
 * To print a line of numa_maps, the kernel walks the page tables of the mapping, and policies are
 * shown nowhere else. So it takes the longer the more memory processes have, and only those of a
 * node that loses its last memory are worth it.
 *
 * Source: /proc/PID/numa_maps, /proc/PID/task/TID/{numa_maps,status,cgroup},
 * /proc/PID/{ns/mnt,mounts}, /sys/devices/system/node/has_memory.
 *
 * Return: 0; -ENOMEM; -EINTR: the progress function has asked to stop.
 */
int node_bound_read(struct sysfs *fs, const struct progress_fn *progress_fn, uint64_t node,
		    struct opt_strv *ret) _must_check_;

/*
 * node_bound_find() - call a function for each process that node_bound_read() would list
 * @walk: PROCESS_WALK_INIT, with its progress function
 * @fn: receives the walk, whose current process is bound, and what binds it; returns 0, or a
 *      negative errno to end the walk
 *
 * Return: as process_walk_run(); -EBADMSG: the nodes cannot be read.
 */
int node_bound_find(struct process_walk *walk, struct sysfs *fs, uint64_t node,
		    int (*fn)(void *data, struct process_walk *walk, const char *how),
		    void *data) _must_check_;

/* Read how many bytes of a node are online: /proc/zoneinfo. Return: 0; -ENOMEM. */
int node_bound_read_online(struct sysfs *fs, uint64_t node, struct opt_u64 *ret) _must_check_;

#endif
