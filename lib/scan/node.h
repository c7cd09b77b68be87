/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_NODE_H
#define DAXBUS_SCAN_NODE_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * node_read() - what the kernel says of the nodes that devices are, or would be, memory of
 *
 * Latency and bandwidth come from access0 (the best initiator), else access1 (the best processor),
 * where the kernel has them: from the first online block on. 0 is its word for "not told". Distance
 * is that from the nearest node with processors. A memory tier is there while memory of the node is
 * online (kernel 6.1). On a node with processors, latency, bandwidth and tier are those of their
 * RAM, and of no device that is not in kmem.
 *
 * Return: 0; -ENOMEM.
 */
int node_read(struct sysfs *fs, struct daxbus_snapshot *s) _must_check_;

/* The four attributes of an access class, below @dir: NONE where absent or 0. */
struct performance node_performance_read(const struct sysfs_dir *dir, const char *at);
/* Whether nothing of it is there. */
bool node_performance_is_none(const struct performance *p);

#endif
