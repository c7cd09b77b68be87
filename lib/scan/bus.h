/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_SCAN_BUS_H
#define DAXBUS_SCAN_BUS_H

#include "base/error.h"
#include "base/log.h"
#include "io/sysfs.h"
#include "model/fields.h"
#include "model/selector.h"
#include "model/snapshot.h"

/*
 * bus_read() - read regions and devices from sysfs
 * @fs: the running kernel or a captured tree
 * @log: receives debug messages; borrowed; may be NULL
 * @selection: the function reads only devices whose names it can match, and does not open others
 * @needs: bits of enum need; other values stay unknown
 * @ret: receives an unfinished snapshot: devices are in the order of their names, and not selected
 *       yet
 * @err: receives the reason of a failure, or NULL
 *
 * Source: /sys/bus/dax/devices, /sys/class/dax; drivers/dax/bus.c.
 *
 * Return: 0; -EACCES or another error of the directories of devices; -ENOMEM.
 */
int bus_read(struct sysfs *fs, const struct log *log, const struct selectors *selection,
	     unsigned int needs, struct daxbus_snapshot **ret,
	     struct daxbus_error *err) _must_check_;

/* Return: @needs and the values from which those are computed. */
unsigned int bus_close_needs(unsigned int needs);

/* Add a sentence to the notes of a snapshot. Return: 0; -ENOMEM. */
int bus_note(struct daxbus_snapshot *s, const char *format, ...) _format_(2, 3) _must_check_;

#endif
