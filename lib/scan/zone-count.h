/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_ZONE_COUNT_H
#define DAXBUS_SCAN_ZONE_COUNT_H

#include "base/log.h"
#include "parsers/zoneinfo.h"
#include "scan/block-set.h"
#include "scan/tally.h"

/*
 * Counting the blocks of devices that share a node, with as few reads as the zones of the node
 * allow.
 *
 * A block outside of every zone of its node is offline, and one inside of a zone without holes is
 * online in this zone. The other blocks are looked up one by one, until the zones leave one answer
 * for the rest: if all pages that are present in a zone are found, the remaining blocks are not
 * online there, and if the remaining blocks are as many as the pages that were not found yet, all
 * of them are. Blocks that are offline are often at one end of a device, so the ends come first.
 *
 * To look up a block is to read the flags of one of its pages in /proc/kpageflags, the last,
 * because with memmap_on_memory the first ones hold the memmap:
 *
 * - KPF_NOPAGE: the block is offline.
 * - other flags: the block is online. If it may be in zone Movable and in another one as well, its
 *   file valid_zones is read for the zone.
 * - 0: a page without flags; newer kernels (7.3, but not 6.12) say it instead of KPF_NOPAGE, too.
 *   The block remains open until all others are looked up. If the zones do not decide it then, it
 *   is online if the kernel has said KPF_NOPAGE of another block. Otherwise its file is read.
 *
 * If /proc/kpageflags is missing, denied, or ends before a block, a file of each block is read
 * instead. In the end the counts must agree with the pages that the zones have.
 */
enum zone_kind {
	KIND_KERNEL,
	KIND_MOVABLE,
	N_KINDS,
};

struct zone_count {
	const struct log *log;
	const struct sysfs_dir *memory; /* /sys/devices/system/memory */
	const struct node_zones *zones;
	uint64_t pages;		  /* of a block */
	uint64_t left[N_KINDS];	  /* pages that are present and not found yet */
	uint64_t n_open[N_KINDS]; /* blocks that may contain them */
	struct open_block {
		struct tally *tally; /* of its device; NULL once it is counted */
		uint64_t id;
		unsigned int kinds;
	} * open;
	size_t n;
	struct open_device {
		size_t begin; /* its blocks in @open */
		size_t end;
	} * devices;
	size_t n_devices;
	int fd; /* /proc/kpageflags; -1 if it is not open */
	bool is_opened;
	bool has_nopage;
	bool disagrees;
};

/*
 * Release with zone_count_done(). The arguments are borrowed: @blocks are all of the node, @pages
 * the size of each.
 */
void zone_count_init(struct zone_count *c, const struct sysfs_dir *memory,
		     const struct node_zones *zones, const struct block_set *blocks, uint64_t pages,
		     const struct log *log);
void zone_count_done(struct zone_count *c);

/*
 * Count a block of a device into @tally, which must exist until zone_count_finish() returns. The
 * blocks of a device follow each other. Return: 0; -ENOMEM.
 */
int zone_count_add(struct zone_count *c, struct tally *tally, uint64_t id) _must_check_;
/* Look up what is open. Return: 1 if the counts agree with the zones; 0 if not; -ENOMEM. */
int zone_count_finish(struct zone_count *c) _must_check_;

#endif
