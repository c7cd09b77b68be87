/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/who.h"

#include "api/context.h"
#include "model/fields.h"
#include "scan/scan.h"
#include "scan/who.h"

#define WHO_NEEDS (NEED_DRIVER | NEED_NUMBER | NEED_TARGET_NODE | NEED_REGION)

static int read_each(struct daxbus_ctx *ctx, struct sysfs *fs, const struct daxbus_snapshot *s,
		     struct who *ret, struct daxbus_error *error)
{
	struct who who = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_devices; i++)
		r = who_read(fs, &ctx->log, &ctx->progress_fn, s->devices[i], &who);
	if (r == 0) {
		*ret = who;
		return 0;
	}
	who_done(&who);
	return r == -EINTR ? error_set(error, r, "the search was interrupted") : error_oom(error);
}

int api_who_read(struct daxbus_ctx *ctx, const struct daxbus_query *query, struct who *ret,
		 struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	int r = sysfs_new(&fs, ctx->sysroot, &ctx->log, error);

	if (r == 0)
		r = scan_take(fs, &ctx->log, &query->selection, WHO_NEEDS, &s, error);
	return r ?: read_each(ctx, fs, s, ret, error);
}
