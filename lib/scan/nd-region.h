/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_ND_REGION_H
#define DAXBUS_SCAN_ND_REGION_H

#include "io/sysfs.h"
#include "model/nd-region.h"

/*
 * nd_region_read() - read a region of persistent memory and its namespaces
 * @fs: the running kernel or a captured tree
 * @name: name of the region, "region0"
 * @ret: receives the region
 *
 * Source: /sys/bus/nd/devices; drivers/nvdimm/.
 *
 * Return: 0; -ENOENT if the region does not exist, or is not of persistent memory; -ENOMEM.
 */
int nd_region_read(struct sysfs *fs, const char *name, struct nd_region *ret) _must_check_;

/*
 * Read the namespace of the nd device that a device of persistent memory comes from, and the UUID
 * in its info block; unknown if they cannot be read. Return: 0; -ENOMEM.
 */
int nd_region_read_device(struct sysfs *fs, const struct region *region,
			  struct opt_str *ret_namespace, struct opt_str *ret_uuid) _must_check_;

/*
 * nd_region_add_all() - add the regions of persistent memory with free memory to a snapshot
 * @fs: the running kernel or a captured tree
 * @s: an unfinished snapshot; receives a region for each region of the nd bus without a device, and
 *     for each with room for another device; those without room are in the snapshot by their
 *     devices
 *
 * Return: 0; -ENOMEM.
 */
int nd_region_add_all(struct sysfs *fs, struct daxbus_snapshot *s) _must_check_;

#endif
