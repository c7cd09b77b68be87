/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_CLASS_SCAN_H
#define DAXBUS_CLASS_SCAN_CLASS_SCAN_H

#include "base/log.h"
#include "base/progress.h"
#include "daxbus.h"

/*
 * struct class_scan - where to look for consumers of /sys/class/dax
 * @log: receives debug messages
 * @progress_fn: hears of progress, and may stop the scan
 * @sysroot: root of /proc, or NULL for that of the running system
 * @root: root of the files, or NULL for the running system, whose processes are scanned too
 */
struct class_scan {
	const struct log *log;
	const struct progress_fn *progress_fn;
	const char *sysroot;
	const char *root;
};

/* As daxbus_find_users(); release with class_scan_free(). */
int class_scan_find(const struct class_scan *scan, const char *const *paths, size_t n,
		    struct daxbus_users **ret, struct daxbus_error *error) _must_check_;
const struct daxbus_user *class_scan_next(const struct daxbus_users *users,
					  const struct daxbus_user *previous);
const struct daxbus_users_count *class_scan_count(const struct daxbus_users *users);
void class_scan_free(struct daxbus_users *users);

#endif
