/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/explain.h"

#include "api/context.h"
#include "explain/explain.h"
#include "model/fields.h"
#include "scan/scan.h"
#include "scan/surroundings.h"

static int read_causes_of(struct sysfs *fs, const struct log *log,
			  const struct selectors *selection, struct causes *ret,
			  struct daxbus_error *error)
{
	_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
	_cleanup_(surroundings_done) struct surroundings around = { 0 };
	struct causes causes = { 0 };
	struct explain_input in = { .around = &around, .everything = !selection->n_selectors };
	int r = scan_take(fs, log, selection, EXPLAIN_NEEDS, &s, error);

	if (r < 0)
		return r;
	in.s = s;
	if (surroundings_read(fs, log, s, &around) < 0 || explain_run(&in, &causes) < 0)
		return error_oom(error);
	*ret = causes;
	return 0;
}

int api_explain_read(struct daxbus_ctx *ctx, const struct daxbus_query *query, struct causes *ret,
		     struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	const struct selectors everything = { 0 };
	int r = sysfs_new(&fs, ctx->sysroot, &ctx->log, error);

	return r
		       ?: read_causes_of(fs, &ctx->log, query ? &query->selection : &everything,
					 ret, error);
}
