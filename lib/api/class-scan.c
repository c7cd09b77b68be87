/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "class-scan/class-scan.h"

#include "api/context.h"

_public_ int daxbus_find_users(struct daxbus_ctx *ctx, const char *root, const char *const *paths,
			       size_t n, struct daxbus_users **ret, struct daxbus_error *error)
{
	const struct class_scan scan = {
		.log = &ctx->log,
		.progress_fn = &ctx->progress_fn,
		.sysroot = ctx->sysroot,
		.root = root,
	};

	return class_scan_find(&scan, paths, n, ret, error);
}

_public_ const struct daxbus_user *daxbus_users_next(const struct daxbus_users *users,
						     const struct daxbus_user *previous)
{
	return class_scan_next(users, previous);
}

_public_ const struct daxbus_users_count *daxbus_users_count(const struct daxbus_users *users)
{
	return class_scan_count(users);
}

_public_ struct daxbus_users *daxbus_users_free(struct daxbus_users *users)
{
	class_scan_free(users);
	return NULL;
}
