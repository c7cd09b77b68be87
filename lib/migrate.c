/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "context.h"
#include "lock.h"
#include "migrating.h"

_public_ int daxbus_migration_read(struct daxbus_ctx *ctx, const char *root,
				   struct daxbus_migration **ret, struct daxbus_error *error)
{
	return migration_read(ctx->sysroot, root, FILE_AS_IT_IS, &ctx->log, ret, error);
}

_public_ struct daxbus_migration *daxbus_migration_unref(struct daxbus_migration *migration)
{
	return migration_free(migration);
}

_public_ const struct daxbus_migration_summary *
daxbus_migration_get_summary(const struct daxbus_migration *migration)
{
	return &migration->public;
}

_public_ const struct daxbus_migration_device *
daxbus_migration_next_device(const struct daxbus_migration *migration,
			     const struct daxbus_migration_device *previous)
{
	size_t i = 0;

	while (previous && i < migration->n_devices && &migration->devices[i++]->public != previous)
		;
	return i < migration->n_devices ? &migration->devices[i]->public : NULL;
}

_public_ const struct daxbus_migration_boot *
daxbus_migration_next_boot(const struct daxbus_migration *migration,
			   const struct daxbus_migration_boot *previous)
{
	size_t i = 0;

	while (previous && i < migration->n_boots && &migration->boots[i++]->public != previous)
		;
	return i < migration->n_boots ? &migration->boots[i]->public : NULL;
}

_public_ const struct daxbus_migration_line *
daxbus_migration_next_line(const struct daxbus_migration *migration,
			   const struct daxbus_migration_line *previous)
{
	size_t i = previous ? (size_t)(previous - migration->lines) + 1 : 0;

	return i < migration->config.n ? &migration->lines[i] : NULL;
}

/* --- choosing --------------------------------------------------------------------------------- */

static int run(struct daxbus_ctx *ctx, const char *root, enum daxbus_model model,
	       const struct daxbus_request *request, bool dry_run, struct daxbus_outcome **ret,
	       struct daxbus_error *error)
{
	_cleanup_(outcome_unref_p) struct daxbus_outcome *outcome = outcome_new();
	int r;

	if (!outcome)
		return err_oom(error);
	r = migrating_run(ctx->sysroot, root, model, request && request->force, dry_run, &ctx->log,
			  outcome, error);
	if (r == 0)
		*ret = TAKE_PTR(outcome);
	return r;
}

_public_ int daxbus_migrate_plan(struct daxbus_ctx *ctx, const char *root, enum daxbus_model model,
				 const struct daxbus_request *request, struct daxbus_outcome **ret,
				 struct daxbus_error *error)
{
	return run(ctx, root, model, request, true, ret, error);
}

_public_ int daxbus_migrate_apply(struct daxbus_ctx *ctx, const char *root, enum daxbus_model model,
				  const struct daxbus_request *request, struct daxbus_outcome **ret,
				  struct daxbus_error *error)
{
	_cleanup_(lock_done) struct lock lock = LOCK_INIT;
	int r = 0;

	if (ctx->sysroot)
		return err_set(error, -EOPNOTSUPP, "a captured tree cannot be changed");
	if (!root && geteuid() != 0)
		return err_set(error, -EPERM, "changing the configuration needs root");
	/* Another system may be on file systems of others; what is written there is never half. */
	if (!root)
		r = lock_take(&lock, RUN_FOLDER, request ? request->wait : 0, &ctx->watch, error);
	return r ?: run(ctx, root, model, request, false, ret, error);
}
