/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_MAPPING_H
#define DAXBUS_SCAN_MAPPING_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * mapping_read() - where a device is
 * @parent: directory of its parent
 * @at: the device below @parent
 * @d: the device, whose size has been read
 * @in_full: read every attribute of every mapping; otherwise what @d->size implies is not read
 * again
 *
 * Return: 0, with @d->ranges UNKNOWN where the kernel does not let this user see; -ENOMEM.
 */
int mapping_read(const struct sysfs_dir *parent, const char *at, struct device *d,
		 bool in_full) _must_check_;

/* Make the ranges of devices unknown that share a byte. @mappings are put into order. */
void mapping_doubt_overlaps(const struct mapping **mappings, size_t n);

#endif
