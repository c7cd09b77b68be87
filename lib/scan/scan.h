/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_SCAN_H
#define DAXBUS_SCAN_SCAN_H

#include "base/error.h"
#include "base/log.h"
#include "io/sysfs.h"
#include "model/selector.h"
#include "model/snapshot.h"

/*
 * scan_take() - one reading of the bus: sysfs, then what the providers know, then the selection
 * @selection: which devices the snapshot is to hold
 * @needs: enum need
 * @ret: receives the finished snapshot
 *
 * Return: as daxbus_scan().
 */
int scan_take(struct sysfs *fs, const struct log *log, const struct selectors *selection,
	      unsigned int needs, struct daxbus_snapshot **ret,
	      struct daxbus_error *err) _must_check_;

#endif
