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
 * @fs: where
 * @log: borrowed, or NULL
 * @selection: only devices that it can name are read; the others are not opened
 * @needs: enum need; what is not needed stays unknown
 * @ret: a snapshot that is not finished: whose devices are not selected yet, in the order of their
 * names
 *
 * Return: 0; -EACCES and others when the directories of the bus cannot be read; -ENOMEM.
 */
int bus_read(struct sysfs *fs, const struct log *log, const struct selectors *selection,
	     unsigned int needs, struct daxbus_snapshot **ret,
	     struct daxbus_error *err) _must_check_;

/* What else has to be read for @needs to be answered. */
unsigned int bus_close_needs(unsigned int needs);

/* A name that is not taken at its word goes into the snapshot's notes. Return: 0; -ENOMEM. */
int bus_note(struct daxbus_snapshot *s, const char *format, ...) _format_(2, 3) _must_check_;

#endif
