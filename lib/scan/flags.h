/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_FLAGS_H
#define DAXBUS_SCAN_FLAGS_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * Flags: the problems of a device.
 *
 * stuck       memory blocks exist in its range, but it is not bound to kmem. kmem was unbound while
 *             a block was online; the kernel then keeps the whole range until the next reboot, but
 *             reports its capacity as free (dev_dax_kmem_remove() in drivers/dax/kmem.c).
 * partial     it is bound to kmem, and some of its memory blocks were not added. Kernels before
 *             2026 crash when such a device is unbound.
 * misaligned  a range does not start at a multiple of the alignment of the device: device_dax then
 *             maps the wrong physical memory. The kernel checks the lengths of ranges, but not
 *             their starts.
 * phantom     it has the range of a device of another region. Kernels before 6.1 register
 *             soft-reserved memory once for each of its descriptions; the duplicate cannot be
 *             bound.
 * wasteful    it is in kmem mode, and a tenth of its memory or more is outside of whole memory
 *             blocks, so that kmem cannot use it.
 */

/* Whether a device can be a phantom: it is an hmem device without a driver. */
bool flags_may_be_phantom(const struct device *d);

/* Whether it is one: needs the ranges and drivers of the devices of all regions. */
bool flags_is_phantom(const struct daxbus_snapshot *s, const struct device *d);

/*
 * Whether the flag misaligned depends on the alignment, which must be read then. The length of a
 * range is a multiple of the alignment. So the range of a device with one mapping is aligned if its
 * start is a multiple of the largest power of two that divides its size.
 */
bool flags_need_align(const struct device *d);

/* Set the flags of all devices of a snapshot. Return: 0; -ENOMEM. */
int flags_read(struct sysfs *fs, struct daxbus_snapshot *s) _must_check_;

#endif
