/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_CXL_H
#define DAXBUS_SCAN_CXL_H

#include "io/sysfs.h"
#include "model/cxl.h"

/*
 * cxl_bus_read() - read decoders, memory devices and regions of the CXL bus
 * @fs: the running kernel or a captured tree
 * @ret: receives them
 *
 * Source: /sys/bus/cxl/devices, /sys/firmware/memmap; drivers/cxl/.
 *
 * Return: 0, also if there is no CXL bus; -ENOMEM.
 */
int cxl_bus_read(struct sysfs *fs, struct cxl_bus *ret) _must_check_;

#endif
