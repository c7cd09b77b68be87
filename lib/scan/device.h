/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_DEVICE_H
#define DAXBUS_SCAN_DEVICE_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * device_read() - read the attributes of a device
 * @parent: directory of its parent
 * @at: the device below @parent
 * @d: the device, whose region, name and model are set
 * @needs: enum need; what is not needed stays unknown
 *
 * Return: 0; -ENOMEM.
 */
int device_read(const struct sysfs_dir *parent, const char *at, struct device *d,
		unsigned int needs) _must_check_;

#endif
