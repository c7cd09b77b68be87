/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_WHO_H
#define DAXBUS_API_WHO_H

#include "daxbus.h"
#include "model/who.h"

/* Who is in the way. Only the tool uses it; libdaxbus.so does not export it. */

/*
 * api_who_read() - find out who uses devices, and memory on their nodes
 * @ctx: the context; of a captured tree, nothing is known; not NULL
 * @query: selects the devices; not NULL
 * @ret: receives the rows; release them with who_done(); unchanged after a failure
 * @error: receives the reason of a failure, or NULL
 *
 * Return: 0; -ENOENT: something named does not exist; -EINTR: the progress function has asked to
 * stop; -EACCES or another error of the directories of devices; -ENOMEM.
 */
int api_who_read(struct daxbus_ctx *ctx, const struct daxbus_query *query, struct who *ret,
		 struct daxbus_error *error);

#endif
