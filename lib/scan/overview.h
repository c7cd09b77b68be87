/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_OVERVIEW_H
#define DAXBUS_SCAN_OVERVIEW_H

#include "io/sysfs.h"
#include "parsers/iomem.h"

/*
 * What a few files tell of all devices, where it would otherwise take several for each: drivers,
 * from the links to their devices in /sys/bus/dax/drivers, and the ranges that device_dax has
 * reserved, from /proc/iomem. With a thousand devices, the files of each take most of the time of a
 * list, because the kernel takes a lock for each.
 *
 * Neither is trusted: a device without a driver, with two of them (it was bound to another in the
 * meantime) or with another number of entries than one is not part of the overview, and must be
 * read as if there were none. What the ranges add up to must be checked, see overview_find_range().
 */

struct overview_driver {
	uint32_t region;
	uint32_t instance;
	size_t driver; /* in the list of drivers */
};

struct overview {
	struct strv drivers;
	struct overview_driver *bound; /* devices and their drivers, sorted by device */
	size_t n_bound;
	struct iomem_device *held; /* entries of /proc/iomem, sorted by device */
	size_t n_held;
};

/*
 * overview_read() - read both
 * @with_ranges: read /proc/iomem, too
 *
 * What cannot be read is missing in the overview.
 *
 * Return: 0; -ENOMEM.
 */
int overview_read(struct sysfs *fs, bool with_ranges, struct overview *ret) _must_check_;
void overview_done(struct overview *o);

/* Return: the driver of a device; NULL if the overview does not have it. */
const char *overview_find_driver(const struct overview *o, uint32_t region, uint32_t instance);

/*
 * overview_find_range() - the range of a device in devdax mode
 *
 * For each range of a device, device_dax has an entry with the name of the device (dev_dax_probe()
 * in drivers/dax/device.c), and the size of a device with a driver cannot change. However, a range
 * can be added to it (mapping_store() in drivers/dax/bus.c), which has no entry. The range is
 * therefore all of the device only if the sizes of all devices of the region and its available size
 * add up to its size: no entry is larger than its device.
 *
 * Return: its range; NULL if it has another driver, no entry, several, or one that is divided.
 */
const struct range *overview_find_range(const struct overview *o, uint32_t region,
					uint32_t instance);

#endif
