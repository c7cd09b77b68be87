/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_FLAGS_H
#define DAXBUS_SCAN_FLAGS_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * What is wrong with a device, and why it matters:
 *
 * stuck       memory blocks stand in its range though no kmem holds it. kmem was unbound while a
 *             block was online; the kernel then keeps the whole range until the next reboot, and
 *             lists its capacity as free all the same (dev_dax_kmem_remove() in
 *             drivers/dax/kmem.c).
 * partial     in kmem, and some of its memory blocks were not added. Kernels before 2026 crash when
 *             such a device is unbound.
 * misaligned  a range does not start on a multiple of the device's alignment: device-dax then maps
 *             the wrong physical memory. The kernel checks the lengths of ranges only, never their
 *             starts.
 * phantom     it has the range of a device of another region. Kernels before 6.1 register
 *             soft-reserved memory again for each of its descriptions; the duplicate can never be
 *             bound.
 */

/* Whether a device may turn out to be a phantom: only unbound hmem devices do. */
bool flags_may_be_phantom(const struct device *d);

/*
 * Whether the alignment has to be read to judge the ranges. A range is a multiple of the alignment
 * long, so that of a device with one mapping is aligned if its start is a multiple of the largest
 * power of two in its size.
 */
bool flags_need_align(const struct device *d);

/* Set the flags of all devices of a snapshot. Return: 0; -ENOMEM. */
int flags_read(struct sysfs *fs, struct daxbus_snapshot *s) _must_check_;

#endif
