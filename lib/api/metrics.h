/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef DAXBUS_API_METRICS_H
#define DAXBUS_API_METRICS_H

#include "base/util.h"
#include "daxbus.h"

/* What 'daxbus metrics' needs beside a scan. Only the tool uses it; libdaxbus.so does not export
 * it. */

/*
 * api_metrics_is_pending() - check whether an earlier run left a journal, so that changes are
 * refused until 'daxbus recover'
 * @ctx: the context; not NULL
 * @ret_number: receives 0 or 1
 *
 * Return: DAXBUS_KNOWN; DAXBUS_UNKNOWN: the context reads a captured tree, or the user may not
 * look into the directory of the journal.
 */
enum daxbus_presence api_metrics_is_pending(const struct daxbus_ctx *ctx, uint64_t *ret_number);

/*
 * api_metrics_write() - write a file that another program reads at any moment
 * @path: the file; one of that name is replaced, as a whole
 * @text: its new content
 * @error: receives the reason of a failure, or NULL
 *
 * Everybody can read the file. The old one stays if anything fails.
 *
 * Return: 0; -EINVAL: @path is not the name of a file; errors of open(2), write(2), fsync(2) and
 * rename(2): -ENOENT and -ENOTDIR for the directory, -EACCES, -EROFS, -ENOSPC.
 */
int api_metrics_write(const char *path, const char *text, struct daxbus_error *error) _must_check_;

#endif
