/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_CLASS_SCAN_RPM_H
#define DAXBUS_CLASS_SCAN_RPM_H

#include "io/root.h"

/*
 * rpm_list() - every file of every package that rpm has installed
 * @log: hears why there are none
 * @door: the root
 * @file: called for each, with the name of its package; returns 0, or a negative errno value to
 *        stop
 * @data: handed to @file
 *
 * rpm keeps its database in one of several formats that only it knows, so that rpm is run: the
 * running system's, on the database below the root. Reading it, rpm may leave files of its own
 * beside the database, as any "rpm -q" does. Where there is no rpm, or no database, no file is
 * called.
 *
 * Return: 0; -ENOMEM; what @file returned.
 */
int rpm_list(const struct log *log, struct root *door,
	     int (*file)(void *data, const char *package, const char *path),
	     void *data) _must_check_;

#endif
