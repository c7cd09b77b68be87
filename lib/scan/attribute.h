/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_ATTRIBUTE_H
#define DAXBUS_SCAN_ATTRIBUTE_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * Readers of optional attributes: what the kernel lacks is NONE, what cannot be had is UNKNOWN.
 * They fail with -ENOMEM only, and numbers never.
 */
struct opt_u64 attribute_u64(const struct sysfs_dir *dir, int base, const char *format, ...)
	_format_(3, 4);
int attribute_str(const struct sysfs_dir *dir, struct opt_str *ret, const char *format, ...)
	_format_(3, 4) _must_check_;

#endif
