/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_RUN_CACHE_H
#define DAXBUS_SCAN_RUN_CACHE_H

#include "io/sysfs.h"
#include "model/snapshot.h"

/*
 * What was learned of a device or a region that the kernel does not tell, for the runs to come:
 * small files in /run, which are gone with the next boot. Each names the instance that it is about
 * by the number of its directory in sysfs, so that it says nothing of another one of the same name.
 */
#define NOTES_FOLDER "/run/daxbus"

/* Write one. Return: 0; -EROFS in a captured tree; errno of open(2) and write(2). */
int run_cache_write(struct sysfs *fs, const char *name, const char *text) _must_check_;

/* Where a region begins. */
int run_cache_write_start(struct sysfs *fs, const struct region *region,
			  uint64_t start) _must_check_;
/* The same, or unknown. */
struct opt_u64 run_cache_read_start(struct sysfs *fs, const struct region *region);

#endif
