/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_FORECAST_H
#define DAXBUS_API_FORECAST_H

#include "daxbus.h"
#include "model/forecast.h"

/* What becomes of memory that goes offline. Only the tool uses it; libdaxbus.so does not export it.
 */

/*
 * api_forecast_read() - forecast what becomes of the memory of devices in kmem
 * @ctx: the context; not NULL
 * @query: selects the devices; those in other modes are left out; not NULL
 * @ret: receives the forecasts; release them with forecasts_done(); unchanged after a failure
 * @ret_missing: receives 0, or why there is no forecast of one of them: -EROFS: a captured tree has
 *               no page flags; -EACCES: not root; -ENOENT: the kernel does not show them
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0; -ENOENT: something named does not exist; -EINTR: the progress function has asked to
 * stop; -EACCES or another error of the directories of devices; -ENOMEM.
 */
int api_forecast_read(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		      struct forecasts *ret, int *ret_missing, struct daxbus_error *error);

#endif
