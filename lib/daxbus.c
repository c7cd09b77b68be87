/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daxbus.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "capture.h"
#include "module.h"
#include "provider.h"
#include "scan.h"

struct daxbus_ctx {
	struct log log;
	char *sysroot; /* NULL: the running kernel */
};

struct daxbus_query {
	struct selection selection;
	unsigned int needs;
};

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

_public_ struct daxbus_ctx *daxbus_unref(struct daxbus_ctx *ctx)
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
	char *copy;
	int r = sysfs_new(&probe, path, &ctx->log, error);

	if (r < 0)
		return r;
	copy = strdup(path);
	if (!copy)
		return err_oom(error);
	free(ctx->sysroot);
	ctx->sysroot = copy;
	return 0;
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

_public_ struct daxbus_query *daxbus_query_unref(struct daxbus_query *query)
{
	if (query)
		selection_done(&query->selection);
	free(query);
	return NULL;
}

_public_ int daxbus_query_add_selector(struct daxbus_query *query, const char *text,
				       struct daxbus_error *error)
{
	return selection_add(&query->selection, text, error);
}

_public_ void daxbus_query_add_field(struct daxbus_query *query, const struct daxbus_field *field)
{
	query->needs |= field_needs(field);
}

/* --- scan ------------------------------------------------------------------------------------- */

/* An empty list of blocks must not look like the answer where it is none. */
static int note_unknown_blocks(struct daxbus_snapshot *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_devices; i++)
		n += s->devices[i]->ranges == DAXBUS_UNKNOWN;
	if (!n)
		return 0;
	return scan_note(
		s,
		"the memory blocks of %zu device%s are unknown: where %s cannot be read (root can)",
		n, n == 1 ? "" : "s", n == 1 ? "it is" : "they are");
}

static int read_snapshot(struct sysfs *fs, const struct log *log, const struct daxbus_query *query,
			 struct daxbus_snapshot **ret, struct daxbus_error *error)
{
	_cleanup_(snapshot_unref_p) struct daxbus_snapshot *s = NULL;
	unsigned int needs = scan_close_needs(query->needs | selection_needs(&query->selection));
	int r = scan_read(fs, log, &query->selection, needs, &s, error);

	if (r < 0)
		return r;
	r = provider_describe(fs, log, s, needs);
	if (r < 0)
		return err_oom(error);
	r = selection_check_names(&query->selection, s, error);
	if (r < 0)
		return r;
	for (size_t i = 0; i < s->n_devices; i++)
		s->devices[i]->selected = selection_has(&query->selection, s->devices[i]);
	snapshot_finish(s);
	if (needs & NEED_BLOCKS && note_unknown_blocks(s) < 0)
		return err_oom(error);
	*ret = TAKE_PTR(s);
	return 0;
}

_public_ int daxbus_scan(struct daxbus_ctx *ctx, const struct daxbus_query *query,
			 struct daxbus_snapshot **ret, struct daxbus_error *error)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	const struct daxbus_query everything = { .needs = NEED_ALL };
	int r = sysfs_new(&fs, ctx->sysroot, &ctx->log, error);

	return r < 0 ? r : read_snapshot(fs, &ctx->log, query ? query : &everything, ret, error);
}

/* --- modules ---------------------------------------------------------------------------------- */

_public_ int daxbus_module_state(struct daxbus_ctx *ctx, const char *name, enum daxbus_module *ret,
				 struct daxbus_error *error)
{
	if (ctx->sysroot)
		return err_set(error, -EOPNOTSUPP,
			       "cannot ask about the module '%s': a captured tree has no modules",
			       name);
	return module_state(&ctx->log, name, ret, error);
}

/* --- capture ---------------------------------------------------------------------------------- */

/* One reading with memory blocks and one without: they are counted from different files. */
static int read_all_sources(struct sysfs *fs, const struct log *log, struct daxbus_error *error)
{
	const unsigned int needs[] = { NEED_ALL, NEED_ALL | NEED_BLOCKS };
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_SIZE(needs); i++) {
		_cleanup_(snapshot_unref_p) struct daxbus_snapshot *s = NULL;
		const struct daxbus_query query = { .needs = needs[i] };

		r = read_snapshot(fs, log, &query, &s, error);
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
