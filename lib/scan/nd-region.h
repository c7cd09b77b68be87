/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_ND_REGION_H
#define DAXBUS_SCAN_ND_REGION_H

#include "io/sysfs.h"
#include "model/nd-region.h"

/*
 * nd_region_read() - read a region and its namespaces
 * @name: "region0"
 *
 * Return: 0; -ENOENT when there is none, or it is not of persistent memory; -ENOMEM.
 */
int nd_region_read(struct sysfs *fs, const char *name, struct nd_region *ret) _must_check_;
/*
 * nd_region_add_all() - add what devices can still be made in to the regions of a snapshot
 * @s: not finished
 *
 * A region that has no device is added, and one that has room for another; regions that devices
 * fill are there already, by these.
 *
 * Return: 0; -ENOMEM.
 */
int nd_region_add_all(struct sysfs *fs, struct daxbus_snapshot *s) _must_check_;

#endif
