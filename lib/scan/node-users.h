/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_NODE_USERS_H
#define DAXBUS_SCAN_NODE_USERS_H

#include "base/string.h"
#include "scan/process-walk.h"

/* So many of the processes with most memory are named. */
#define NODE_USERS_MOST 3

/*
 * struct node_user - a process that has memory on a node
 * @bytes: on the node; 0: none
 * @kinds: bits: the files through which it may have pinned memory
 * @pipes: number of its descriptors of pipes
 */
struct node_user {
	char pid[24];
	uint64_t bytes;
	unsigned int kinds;
	unsigned int pipes;
};

/*
 * struct node_users - the processes that have memory on a node
 * @most: those that have most
 * @pinners: those that may have pinned it, the most likely first
 * @n_pinners: the number of these, including those that are not in @pinners
 */
struct node_users {
	struct sysfs *fs;
	uint64_t node;
	struct node_user most[NODE_USERS_MOST];
	struct node_user pinners[PROCESS_WALK_NAMED];
	uint64_t n_pinners;
};

/*
 * node_users_read() - find the processes that have memory on a node
 * @progress_fn: called several times a second; may end the search, and the rest of the processes is
 *               left out; NULL: none
 * @node: the node
 * @ret: receives them; nothing of it needs to be freed
 *
 * The kernel does not say who holds a page. Those processes may have pinned memory that have a file
 * open through which the kernel or a device can hold pages: VFIO, RDMA, io_uring, vhost, iommufd;
 * after those, processes with pipes, which hold what vmsplice(2) gave them. Processes that have
 * ended, or that this user may not inspect, are skipped.
 *
 * Source: /proc/PID/task/TID/{fd,numa_maps}.
 *
 * Return: 0; -ENOMEM.
 */
int node_users_read(struct sysfs *fs, const struct progress_fn *progress_fn, uint64_t node,
		    struct node_users *ret) _must_check_;
/*
 * Find the files through which the current process of a walk may hold pages. @ret: bits. Return: 0;
 * -ENOMEM.
 */
int node_users_find_kinds(struct process_walk *walk, unsigned int *ret) _must_check_;
/* Whether there is more than pipes, which most processes have. */
bool node_users_is_strong(unsigned int kinds);
/* Their names: "io_uring, pipes". */
void node_users_add_kinds(unsigned int kinds, struct string *t);

/* A sentence for each of those that may have pinned memory, and one for the rest. -ENOMEM. */
int node_users_explain_pinners(const struct node_users *users, struct strv *ret) _must_check_;
/* A sentence for each of those that have most memory. -ENOMEM. */
int node_users_explain_most(const struct node_users *users, struct strv *ret) _must_check_;

#endif
