/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_MAPPING_H
#define DAXBUS_SCAN_MAPPING_H

#include "io/sysfs.h"
#include "model/snapshot.h"
#include "model/range-list.h"

/*
 * mapping_read() - read the physical ranges of a device
 * @parent: directory of its parent
 * @at: path of the device below @parent
 * @d: the device, whose size has been read; receives the ranges
 * @range: its only range, if that is known, for which no file is read; or NULL
 * @in_full: read every attribute of every mapping; otherwise, do not read those that follow from
 *           the size
 *
 * Source: resource, and the directories mappingN of the device (drivers/dax/bus.c); only root can
 * read them.
 *
 * Return: 0, with @d->ranges DAXBUS_UNKNOWN if this user may not read them; -ENOMEM.
 */
int mapping_read(const struct sysfs_dir *parent, const char *at, struct device *d,
		 const struct range *range, bool in_full) _must_check_;

/* Make the ranges of devices that overlap unknown. Sorts the @n @mappings. */
void mapping_doubt_overlaps(const struct mapping **mappings, size_t n);

#endif
