/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/forecast.h"

#include <errno.h>

#include "api/context.h"
#include "base/array.h"
#include "model/fields.h"
#include "scan/outlook.h"
#include "scan/scan.h"

#define FORECAST_NEEDS                                                                             \
	(NEED_UEVENT | NEED_SIZE | NEED_RANGES | NEED_TARGET_NODE | NEED_REGION | NEED_POLICY |    \
	 NEED_MEMORY | NEED_BLOCKS)

static int forecast_device(struct daxbus_ctx *ctx, struct sysfs *fs,
			   const struct daxbus_snapshot *s, const struct device *d,
			   struct forecasts *all)
{
	struct forecast f;
	int r;

	if (!known_as(&d->mode, "kmem") || !d->n_blocks || !is_known(&d->target_node))
		return 0;
	if (!is_known(&s->bus.block_size) || !s->bus.block_size.v)
		return -ENOENT;
	r = outlook_read(fs, &ctx->progress_fn, d, s->bus.block_size.v, &f);
	if (r < 0)
		return r;
	r = ARRAY_PUSH(all->items, all->n, f);
	if (r < 0)
		forecast_done(&f);
	return r;
}

int api_forecast_read(struct daxbus_ctx *ctx, const struct daxbus_query *query,
		      struct forecasts *ret, int *ret_missing, struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	_cleanup_(forecasts_done) struct forecasts all = { 0 };
	int missing = 0;
	int r = sysfs_new(&fs, ctx->sysroot, &ctx->log, error)
			?: scan_take(fs, &ctx->log, &query->selection, FORECAST_NEEDS, &s, error);

	for (size_t i = 0; r == 0 && i < s->n_devices; i++) {
		int of_one = forecast_device(ctx, fs, s, s->devices[i], &all);

		if (of_one == -ENOMEM)
			r = error_oom(error);
		else if (of_one == -EINTR)
			r = error_set(error, of_one, "the forecast was interrupted");
		else if (of_one < 0)
			missing = of_one;
	}
	if (r < 0)
		return r;
	*ret = all;
	*ret_missing = missing;
	all = (struct forecasts){ 0 };
	return 0;
}
