/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_METRICS_H
#define DAXBUS_API_METRICS_H

#include "base/util.h"
#include "daxbus.h"

/* What 'daxbus metrics' needs beside a scan. Only the tool uses it; libdaxbus.so does not export
 * it. */

/*
 * api_metrics_is_pending() - check whether an earlier run left a journal, or a program that has
 * ended a lease, so that changes are refused until 'daxbus recover'. A run that goes on is none.
 * @ctx: the context; not NULL
 * @ret_number: receives 0 or 1
 *
 * Return: DAXBUS_KNOWN; DAXBUS_UNKNOWN: the context reads a captured tree, or the user may not
 * look into the directory of the journal.
 */
enum daxbus_presence api_metrics_is_pending(const struct daxbus_ctx *ctx, uint64_t *ret_number);

#endif
