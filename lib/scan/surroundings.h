/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_SURROUNDINGS_H
#define DAXBUS_SCAN_SURROUNDINGS_H

#include "io/sysfs.h"
#include "model/surroundings.h"

/*
 * surroundings_read() - read what decides why there is no device, or why a device is what it is
 * @fs: the running kernel or a captured tree
 * @s: its devices; the result borrows the release of the kernel
 * @ret: receives it; release it with surroundings_done()
 *
 * What cannot be read is unknown. No library takes part, so that a captured tree answers as the
 * machine did.
 *
 * Source: /sys/bus/BUS/drivers, /lib/modules/RELEASE/modules.{dep,builtin}, modprobe.d(5), udev(7),
 * /proc/cmdline, /etc/default/grub, /etc/kernel/cmdline, /boot/config-RELEASE, /sys/firmware,
 * /proc/iomem, /sys/bus/platform/devices, /sys/bus/cxl/devices, /sys/devices/system/node.
 *
 * Return: 0; -ENOMEM.
 */
int surroundings_read(struct sysfs *fs, const struct log *log, const struct daxbus_snapshot *s,
		      struct surroundings *ret) _must_check_;

#endif
