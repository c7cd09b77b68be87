/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_CXL_SPACE_H
#define DAXBUS_SCAN_CXL_SPACE_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * cxl_space_add_all() - add what the CXL bus has beside devices to a snapshot
 * @fs: the running kernel or a captured tree
 * @s: has the devices of the dax bus and their regions
 *
 * Add the regions of volatile memory without a device, and, as regions without an ID, the memory
 * devices that have memory left or are in no region. Set @cxl.locked of all regions of the CXL bus.
 *
 * Source: see cxl_bus_read().
 *
 * Return: 0; -ENOMEM.
 */
int cxl_space_add_all(struct sysfs *fs, struct daxbus_snapshot *s) _must_check_;

#endif
