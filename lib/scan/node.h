/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_NODE_H
#define DAXBUS_SCAN_NODE_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * node_read() - read performance, distance and memory tier of the target nodes of devices
 * @fs: the running kernel or a captured tree
 * @s: an unfinished snapshot; receives the values
 *
 * Latency and bandwidth come from access0 (best initiator), or else access1 (best processor). The
 * kernel creates these directories when the first block goes online; 0 means unknown there. The
 * distance is that from the nearest node with processors. A node has a memory tier while memory of
 * it is online (Linux 6.1). On a node with processors, latency, bandwidth and tier are those of its
 * RAM, and are not used for a device that is not in mode kmem.
 *
 * Source: /sys/devices/system/node/nodeN, /sys/devices/virtual/memory_tiering.
 *
 * Return: 0; -ENOMEM.
 */
int node_read(struct sysfs *fs, struct daxbus_snapshot *s) _must_check_;

/* Read the attributes of the access class @at below @dir: DAXBUS_NONE if missing or 0. */
struct performance node_performance_read(const struct sysfs_dir *dir, const char *at);
/* Whether all four values are DAXBUS_NONE. */
bool node_performance_is_none(const struct performance *p);

#endif
