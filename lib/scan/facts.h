/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_FACTS_H
#define DAXBUS_SCAN_FACTS_H

#include "base/log.h"
#include "io/sysfs.h"
#include "model/facts.h"
#include "model/request.h"

/*
 * facts_read() - read the facts for a device
 * @s: the snapshot, for the machine's facts
 * @d: the device
 * @request: what is wanted of it
 * @driver: the driver that it is to be bound to, or NULL
 *
 * Return: 0; -ENOMEM.
 */
int facts_read(struct sysfs *fs, const struct log *log, const struct daxbus_snapshot *s,
	       const struct device *d, const struct daxbus_request *request, const char *driver,
	       struct facts *ret) _must_check_;

/*
 * Note that a bind to device_dax or fsdev_dax failed on this instance of a device: kernels since
 * 5.17 keep its memmap then, and refuse every further bind until the instance is created again. The
 * note names the instance, and is gone with the next boot. Return: 0; -EROFS in a captured tree;
 * errno.
 */
int facts_mark_stale(struct sysfs *fs, const char *device) _must_check_;
/* Read that note: 1; 0; unknown in a captured tree. */
struct opt_u64 facts_is_stale(struct sysfs *fs, const char *device);

#endif
