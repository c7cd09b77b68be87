/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_SCAN_H
#define DAXBUS_SCAN_SCAN_H

#include "base/error.h"
#include "base/log.h"
#include "io/sysfs.h"
#include "model/selector.h"
#include "model/snapshot.h"

/*
 * scan_take() - read the bus once: sysfs, the facts of the providers, then the selection
 * @fs: the running kernel or a captured tree
 * @log: receives debug messages; borrowed; may be NULL
 * @selection: selects the devices of the snapshot
 * @needs: bits of enum need; other values stay unknown
 * @ret: receives the finished snapshot; release it with daxbus_snapshot_free()
 * @err: receives the reason of a failure, or NULL
 *
 * Return: as daxbus_scan().
 */
int scan_take(struct sysfs *fs, const struct log *log, const struct selectors *selection,
	      unsigned int needs, struct daxbus_snapshot **ret,
	      struct daxbus_error *err) _must_check_;

#endif
