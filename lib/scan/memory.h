/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_MEMORY_H
#define DAXBUS_SCAN_MEMORY_H

#include "base/log.h"
#include "io/sysfs.h"
#include "model/fields.h"
#include "model/snapshot.h"

/*
 * memory_read() - count the memory blocks of devices in mode kmem
 * @fs: the running kernel or a captured tree
 * @log: receives debug messages; borrowed; may be NULL
 * @s: an unfinished snapshot with the ranges of its devices; receives the counts
 * @needs: bits of enum need; with NEED_BLOCKS, blocks become objects, also those of devices that
 *         are not in mode kmem (stuck)
 *
 * Counts come from the cheapest exact source. A block is the unit of hotplug, so the pages present
 * in the zones of a node, from one read of /proc/zoneinfo, are its online blocks by zone, if every
 * block of the node belongs to a device in mode kmem. They give the counts of a device that is
 * alone on its node, and of several devices on a node if all or none of their blocks are online, in
 * one zone. In all other cases, zone-count.h counts by the places of the zones and by the flags of
 * pages in /proc/kpageflags. If the result does not agree with the zones, the function reads one
 * file for each block: valid_zones names one zone for an online block, and two or more for an
 * offline one (valid_zones_show() in drivers/base/memory.c).
 *
 * Return: 0; -ENOMEM.
 */
int memory_read(struct sysfs *fs, const struct log *log, struct daxbus_snapshot *s,
		unsigned int needs) _must_check_;

/* Return: size of a memory block in bytes; unknown if it is not a power of two. */
struct opt_u64 memory_block_size(struct sysfs *fs);

#endif
