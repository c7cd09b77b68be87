/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_NO_DEVICES_H
#define DAXBUS_SCAN_NO_DEVICES_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * no_devices_explain() - add notes about memory that could have devices, but has none
 * @s: a snapshot of everything, without regions
 *
 * Memory that the firmware set aside (Soft Reserved in /proc/iomem, or a platform device: hmem.N,
 * since 7.1 hmem_platform.N) gets devices from the driver of dax_hmem, CXL memory by a region. Any
 * user can read these names.
 *
 * Return: 0; -ENOMEM.
 */
int no_devices_explain(struct sysfs *fs, struct daxbus_snapshot *s) _must_check_;

#endif
