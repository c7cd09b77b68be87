/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daxbus.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "api/context.h"
#include "base/string.h"
#include "io/capture.h"
#include "io/libkmod.h"
#include "model/fields.h"
#include "scan/scan.h"
#include "scan/surroundings.h"

_public_ const char *daxbus_version(void)
{
	return PACKAGE_VERSION;
}

/* --- context ---------------------------------------------------------------------------------- */

_public_ int daxbus_new(struct daxbus_ctx **ret)
{
	struct daxbus_ctx *ctx = calloc(1, sizeof(*ctx));

	if (!ctx)
		return -ENOMEM;
	log_init(&ctx->log);
	*ret = ctx;
	return 0;
}

_public_ struct daxbus_ctx *daxbus_free(struct daxbus_ctx *ctx)
{
	if (ctx)
		free(ctx->sysroot);
	free(ctx);
	return NULL;
}

_public_ void daxbus_set_log_fn(struct daxbus_ctx *ctx, daxbus_log_fn fn, void *data)
{
	ctx->log.fn = fn;
	ctx->log.data = data;
}

_public_ void daxbus_set_log_level(struct daxbus_ctx *ctx, int level)
{
	ctx->log.level = level;
}

_public_ int daxbus_set_sysroot(struct daxbus_ctx *ctx, const char *path,
				struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *probe = NULL;
	int r;

	if (!path)
		return error_set(error, -EINVAL, "the path of a captured tree is NULL");
	r = sysfs_new(&probe, path, &ctx->log, error);
	if (r < 0)
		return r;
	return string_replace(&ctx->sysroot, path) < 0 ? error_oom(error) : 0;
}

_public_ void daxbus_set_progress_fn(struct daxbus_ctx *ctx, daxbus_progress_fn fn, void *data)
{
	ctx->progress_fn = (struct progress_fn){ fn, data };
}

/* --- query ------------------------------------------------------------------------------------ */

_public_ int daxbus_query_new(struct daxbus_query **ret)
{
	struct daxbus_query *query = calloc(1, sizeof(*query));

	if (!query)
		return -ENOMEM;
	*ret = query;
	return 0;
}

_public_ struct daxbus_query *daxbus_query_free(struct daxbus_query *query)
{
	if (query)
		selectors_done(&query->selection);
	free(query);
	return NULL;
}

_public_ int daxbus_query_add_selector(struct daxbus_query *query, const char *text,
				       struct daxbus_error *error)
{
	return selectors_add(&query->selection, text, error);
}

_public_ int daxbus_query_add_field(struct daxbus_query *query, enum daxbus_kind kind,
				    const char *name, struct daxbus_error *error)
{
	const struct daxbus_field *field = daxbus_field_find(kind, name);

	if (!query)
		return error_set(error, -EINVAL, "cannot add a field to a query that is NULL");
	if (!field)
		return error_set(error, -ENOENT, "unknown field '%s'", name ? name : "");
	query->needs |= fields_needs(field);
	return 0;
}

/* --- scan ------------------------------------------------------------------------------------- */

_public_ int daxbus_scan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
			 struct daxbus_snapshot **ret, struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	const struct daxbus_query everything = { .needs = NEED_ALL };
	int r = sysfs_new(&fs, ctx->sysroot, &ctx->log, error);

	if (!query)
		query = &everything;
	return r < 0 ? r : scan_take(fs, &ctx->log, &query->selection, query->needs, ret, error);
}

/* --- modules ---------------------------------------------------------------------------------- */

_public_ int daxbus_module_state(struct daxbus_ctx *ctx, const char *name, enum daxbus_module *ret,
				 struct daxbus_error *error)
{
	if (ctx->sysroot)
		return error_set(error, -EOPNOTSUPP,
				 "cannot ask about the module '%s': a captured tree has no modules",
				 name);
	return libkmod_state(&ctx->log, name, ret, error);
}

/* --- capture ---------------------------------------------------------------------------------- */

static int read_surroundings(struct sysfs *fs, const struct log *log,
			     const struct daxbus_snapshot *s, struct daxbus_error *error)
{
	_cleanup_(surroundings_done) struct surroundings around = { 0 };

	return surroundings_read(fs, log, s, &around) < 0 ? error_oom(error) : 0;
}

/* One reading with memory blocks and one without: they are counted from different files. */
static int read_all_sources(struct sysfs *fs, const struct log *log, struct daxbus_error *error)
{
	const unsigned int needs[] = { NEED_ALL, NEED_ALL | NEED_BLOCKS };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(needs); i++) {
		_cleanup_(snapshot_free_p) struct daxbus_snapshot *s = NULL;
		const struct selectors everything = { 0 };

		r = scan_take(fs, log, &everything, needs[i], &s, error);
		if (r == 0 && i == 0)
			r = read_surroundings(fs, log, s, error);
	}
	return r;
}

_public_ int daxbus_capture(struct daxbus_ctx *ctx, const char *path, struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_(capture_done) struct capture capture = CAPTURE_INIT;
	int r = sysfs_new(&fs, ctx->sysroot, &ctx->log, error);

	if (r == 0)
		r = capture_open(&capture, path, fs, error);
	if (r == 0)
		r = read_all_sources(fs, &ctx->log, error);
	return r == 0 ? capture_finish(&capture, error) : r;
}
