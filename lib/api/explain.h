/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_EXPLAIN_H
#define DAXBUS_API_EXPLAIN_H

#include "daxbus.h"
#include "model/cause.h"

/* Why things are as they are. Only the tool uses it; libdaxbus.so does not export it. */

/*
 * api_explain_read() - find out why there is no device, or a device is not as it is wanted
 * @ctx: the context; it may read a captured tree; not NULL
 * @query: only devices that it selects count; NULL, or one without selectors: all, and what is
 *         missing
 * @ret: receives the causes, the weightiest first; release them with causes_done(); unchanged after
 *       a failure
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0; -ENOENT: something named does not exist; -EACCES or another error of the directories
 * of devices; -ENOMEM.
 */
int api_explain_read(struct daxbus_ctx *ctx, const struct daxbus_query *query, struct causes *ret,
		     struct daxbus_error *error);

#endif
