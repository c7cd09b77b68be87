/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_RUN_CACHE_H
#define DAXBUS_SCAN_RUN_CACHE_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * Facts about a device or a region that the kernel does not show, recorded for later runs: small
 * files in /run, which the next boot deletes. Each file contains the inode number of the directory
 * of the instance in sysfs, so it does not apply to a later instance of the same name.
 */
#define RUN_CACHE_DIRECTORY "/run/daxbus"

/* Write a file. Return: 0; -EROFS in a captured tree; another error of open(2) or write(2). */
int run_cache_write(struct sysfs *fs, const char *name, const char *text) _must_check_;

/* Record the start of a region. Return: as run_cache_write(). */
int run_cache_write_start(struct sysfs *fs, const struct region *region,
			  uint64_t start) _must_check_;
/* Return: the recorded start of a region; unknown without a record of this instance. */
struct opt_u64 run_cache_read_start(struct sysfs *fs, const struct region *region);

#endif
