/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_PARSERS_NUMA_H
#define DAXBUS_PARSERS_NUMA_H

#include "base/util.h"

/*
 * The decimal number that @s begins with, after spaces. Return: what follows it; NULL where there
 * is none.
 */
const char *numa_take_number(const char *s, uint64_t *ret);

/*
 * A value of meminfo, the machine's ("MemTotal:  123 kB") or a node's ("Node 1 MemTotal:  123 kB"),
 * in bytes; of a line without unit, as it stands. Return: 0; -ENOENT; -EBADMSG.
 */
int numa_meminfo_find(const char *text, const char *name, uint64_t *ret) _must_check_;
/* Bytes that a process has on a node, by the text of its numa_maps. */
uint64_t numa_maps_bytes(const char *text, uint64_t node);

/* What memory a mapping is of. */
enum numa_kind {
	NUMA_ANON,
	NUMA_FILE,
	NUMA_SHMEM, /* of a tmpfs in /dev/shm, of memfd_create(2), of System V */
	NUMA_HUGE,  /* hugetlb */
	_NUMA_KIND_MAX,
};
/* Of a line of numa_maps. */
enum numa_kind numa_map_kind(const char *line);

/* The largest CONFIG_NODES_SHIFT of any architecture is 10. */
#define NUMA_NODES_MAX 1024

struct numa_nodes {
	bool has[NUMA_NODES_MAX];
};

/* A list as the kernel prints it: "0-2,5". Return: 0; -EBADMSG. */
int numa_parse_nodes(const char *list, struct numa_nodes *ret) _must_check_;
/* Whether such a list has a node. Return: 1; 0; -EBADMSG. */
int numa_has_node(const char *list, uint64_t node) _must_check_;
/*
 * Whether what is confined to the nodes of @list has no memory left without that of @node: @node is
 * one of them, and none of the others is in @with_memory. Return: 1; 0; -EBADMSG.
 */
int numa_needs_node(const char *list, uint64_t node,
		    const struct numa_nodes *with_memory) _must_check_;

/*
 * numa_map_policy() - the memory policy in a line of numa_maps
 * @line: "7f00 bind=static:1 anon=2 N1=2"
 * @ret: receives the policy ("bind=static:1")
 *
 * A line of a mapping without a policy of its own has the thread's.
 *
 * Return: 0; -EBADMSG: it has none; -ENOMEM.
 */
int numa_map_policy(const char *line, char **ret) _must_check_;
/*
 * The nodes of a policy that allows memory of no other: "1" of "bind=static:1", a part of @policy.
 * All other policies prefer nodes. NULL: it is not one of that kind.
 */
const char *numa_policy_bound(const char *policy);

/*
 * numa_mount_policy() - the memory policy of a tmpfs in a line of /proc/PID/mounts
 * @line: "none /mnt tmpfs rw,relatime,mpol=bind:0,2 0 0"
 * @ret_directory: receives the mount point as the kernel prints it ("/mnt"); owned by the caller
 * @ret_policy: receives the policy ("bind:0,2"); owned by the caller
 *
 * Return: 0; -ENOENT: it is no tmpfs, or has no policy; -ENOMEM.
 */
int numa_mount_policy(const char *line, char **ret_directory, char **ret_policy) _must_check_;

#endif
