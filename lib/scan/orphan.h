/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_ORPHAN_H
#define DAXBUS_SCAN_ORPHAN_H

#include "io/sysfs.h"
#include "model/selector.h"
#include "model/snapshot.h"

/*
 * orphan_read() - find memory whose device has left the bus
 * @fs: the running kernel or a captured tree
 * @selection: selects orphans
 * @s: an unfinished snapshot with all devices, their ranges, and the text of /proc/iomem; receives
 *     the orphans
 *
 * A provider can go away under memory that is online: cxl disable-region, unbinding the driver of a
 * CXL region, unloading dax_hmem. kmem then cannot remove the memory (dev_dax_kmem_remove() in
 * drivers/dax/kmem.c), and the device leaves the bus all the same. Only /proc/iomem still has the
 * range, under the name of the device. If a device on the bus has a part of the range, it is not an
 * orphan; the flag `stuck` of that device tells of the memory.
 *
 * Return: 0; -ENOMEM.
 */
int orphan_read(struct sysfs *fs, const struct selectors *selection,
		struct daxbus_snapshot *s) _must_check_;

/*
 * orphan_add_devices() - add the orphans that ranges select to the devices
 * @s: an unfinished snapshot with all devices and their ranges
 *
 * What is changed is a device in mode kmem: a name, ranges, a node and memory blocks. This is all
 * that is needed to take memory online or offline, so that an orphan takes the form of one, with
 * its range as its name. Plans refuse everything else (plan/guard.h).
 *
 * Return: 0; -ENOMEM.
 */
int orphan_add_devices(struct sysfs *fs, const struct selectors *selection,
		       struct daxbus_snapshot *s) _must_check_;

/*
 * orphan_explain() - say what became of a device that is not on the bus
 * @s: an unfinished snapshot with all devices
 * @error: says that a device does not exist
 *
 * If memory is left of it, add the range and the command that takes it offline to the message.
 */
void orphan_explain(struct sysfs *fs, const struct selectors *selection,
		    const struct daxbus_snapshot *s, struct daxbus_error *error);

#endif
