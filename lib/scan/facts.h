/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_FACTS_H
#define DAXBUS_SCAN_FACTS_H

#include "base/log.h"
#include "base/progress.h"
#include "io/sysfs.h"
#include "model/facts.h"
#include "model/request.h"

/*
 * facts_read() - read the facts that a plan for a device depends on
 * @fs: the running kernel or a captured tree
 * @log: receives debug messages; borrowed; may be NULL
 * @progress_fn: called several times a second while processes are examined; may end that; or NULL
 * @s: the snapshot of the device, with the facts about the machine
 * @d: the device
 * @request: the request
 * @driver: the driver to bind the device to, or NULL
 * @ret: receives the facts; release them with facts_done()
 *
 * Facts that cannot be read are unknown.
 *
 * Return: 0; -ENOMEM; -EINTR: the progress function has asked to stop.
 */
int facts_read(struct sysfs *fs, const struct log *log, const struct progress_fn *progress_fn,
	       const struct daxbus_snapshot *s, const struct device *d,
	       const struct daxbus_request *request, const char *driver,
	       struct facts *ret) _must_check_;

/*
 * Record that a bind to device_dax or fsdev_dax failed on this instance of a device: kernels since
 * 5.17 then keep its memmap, and refuse each further bind until the instance is created again. The
 * record is in /run and contains the inode number of the instance. Return: 0; -EROFS in a captured
 * tree; another error of open(2) or write(2).
 */
int facts_mark_stale(struct sysfs *fs, const char *device) _must_check_;
/* Return: 1 if that is recorded for this instance; 0 if not; unknown in a captured tree. */
struct opt_u64 facts_is_stale(struct sysfs *fs, const char *device);

#endif
