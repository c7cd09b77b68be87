/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/class-scan.h"

#include "api/context.h"

int class_scan_run(struct daxbus_ctx *ctx, const char *root, const char *const *paths, size_t n,
		   struct class_consumers **ret, struct daxbus_error *error)
{
	const struct class_scan scan = {
		.log = &ctx->log,
		.progress_fn = &ctx->progress_fn,
		.sysroot = ctx->sysroot,
		.root = root,
	};

	return class_scan_find(&scan, paths, n, ret, error);
}
