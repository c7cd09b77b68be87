/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_FREE_SPACE_H
#define DAXBUS_SCAN_FREE_SPACE_H

#include "io/sysfs.h"
#include "model/range-list.h"

/* The free ranges of a region: those that belong to none of its devices. */

/*
 * free_space_subtract() - compute the parts of a range that other ranges leave free
 * @whole: the range
 * @taken: ranges inside of it; the function sorts them
 * @ret: receives the free ranges in ascending order
 *
 * Return: 0; -EBADMSG if ranges overlap, are not inside of @whole, or end before they start;
 * -ENOMEM.
 */
int free_space_subtract(struct range whole, struct range_list *taken,
			struct range_list *ret) _must_check_;

/*
 * free_space_find_whole() - find the entry of /proc/iomem that contains a region
 * @iomem: text of /proc/iomem; the function modifies it
 * @size: size of the region in bytes
 * @inside: from the first to the last byte of the region that belongs to a device
 * @ret: receives the start of the region
 *
 * The entry has exactly this size and contains @inside. Entries are nested or disjoint, so two
 * entries of one size that share a byte are the same range.
 *
 * Return: 0; -ENOENT without such an entry.
 */
int free_space_find_whole(char *iomem, uint64_t size, struct range inside,
			  uint64_t *ret) _must_check_;

/*
 * free_space_find_start() - find the start of a region, if those of its devices that were read show
 * it
 *
 * Return: 0, with the start in @region, which may be unknown; -ENOMEM.
 */
int free_space_find_start(struct sysfs *fs, const struct daxbus_snapshot *s,
			  struct region *region) _must_check_;

/*
 * free_space_read() - find the start of each region and its free ranges
 * @fs: the running kernel or a captured tree
 * @s: an unfinished snapshot with all devices of the regions and their ranges; a known start of a
 *     region is not searched again
 * @all: find the free ranges, too; without it, some of the devices are enough if they show the
 * start
 *
 * Source: the mappings of the devices; /proc/iomem.
 *
 * Return: 0, with the values that cannot be determined unknown; -ENOMEM.
 */
int free_space_read(struct sysfs *fs, struct daxbus_snapshot *s, bool all) _must_check_;

#endif
