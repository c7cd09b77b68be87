/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_MEMORY_H
#define DAXBUS_SCAN_MEMORY_H

#include "base/log.h"
#include "io/sysfs.h"
#include "model/fields.h"
#include "model/snapshot.h"

/*
 * memory_read() - the memory blocks of the devices in kmem
 *
 * Counts come from the cheapest source that is exact. A block is the unit of hotplug, so the pages
 * present in the zones of a node, told by one read of /proc/zoneinfo, are its online blocks by
 * zone, provided that every block of the node belongs to a device in kmem. They answer for a device
 * that has its node to itself, and for several on a node when all or none of their blocks are
 * online, in one zone. Everything else is answered by reading the blocks, one file each:
 * valid_zones names one zone for a block that is online and at least two for one that is not
 * (valid_zones_show() in drivers/base/memory.c).
 *
 * With NEED_BLOCKS, blocks become objects, of devices that are not in kmem too: those are stuck.
 *
 * Return: 0; -ENOMEM.
 */
int memory_read(struct sysfs *fs, const struct log *log, struct daxbus_snapshot *s,
		unsigned int needs) _must_check_;

/* Size of a memory block, UNKNOWN unless it is one that can be: a power of two. */
struct opt_u64 memory_block_size(struct sysfs *fs);

#endif
