/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_ATTRIBUTE_H
#define DAXBUS_SCAN_ATTRIBUTE_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * Read an optional attribute below @dir, whose name @format makes: DAXBUS_NONE if it does not
 * exist, DAXBUS_UNKNOWN if it cannot be read or parsed. @base: of the number, as for strtoull(3).
 * attribute_str() returns 0 or -ENOMEM.
 */
struct opt_u64 attribute_u64(const struct sysfs_dir *dir, int base, const char *format, ...)
	_format_(3, 4);
int attribute_str(const struct sysfs_dir *dir, struct opt_str *ret, const char *format, ...)
	_format_(3, 4) _must_check_;

#endif
