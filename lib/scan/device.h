/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_DEVICE_H
#define DAXBUS_SCAN_DEVICE_H

#include "io/sysfs.h"
#include "model/snapshot.h"
#include "scan/overview.h"

/*
 * device_read() - read the attributes of a device
 * @parent: directory of its parent
 * @at: path of the device below @parent
 * @d: the device; its region, name and model are set; receives the values
 * @overview: what is known of all devices; empty, or of a live system
 * @range: the range of @d in @overview, if it is all of the device; or NULL
 * @needs: bits of enum need; other values stay unknown
 *
 * An attribute that cannot be read stays unknown.
 *
 * Return: 0; -ENOMEM.
 */
int device_read(const struct sysfs_dir *parent, const char *at, struct device *d,
		const struct overview *overview, const struct range *range,
		unsigned int needs) _must_check_;

#endif
