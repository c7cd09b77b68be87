/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_EXECUTE_OBSERVE_H
#define DAXBUS_EXECUTE_OBSERVE_H

#include "base/error.h"
#include "base/log.h"
#include "io/sysfs.h"
#include "model/selector.h"
#include "model/state.h"

/*
 * observe_devices() - read the state of devices
 * @selection: of these
 * @ret: their regions are added to it
 * @err: receives the reason of a failure, or NULL
 *
 * Each memory block is read only if the counts of blocks do not say where they are.
 *
 * Return: 0; errors of scan_take().
 */
int observe_devices(struct sysfs *fs, const struct log *log, const struct selectors *selection,
		    struct state *ret, struct daxbus_error *err) _must_check_;

#endif
