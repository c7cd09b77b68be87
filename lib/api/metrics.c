/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "api/context.h"
#include "execute/journal.h"
#include "execute/lease.h"
#include "execute/lock.h"
#include "io/sysfs.h"

/* A run that is not over has a journal too. */
static bool is_changing(const struct daxbus_ctx *ctx, int directory)
{
	_cleanup_(sysfs_free_p) struct sysfs *fs = NULL;
	_cleanup_free_ char *locks = NULL;

	return sysfs_new(&fs, NULL, &ctx->log, NULL) == 0 &&
	       sysfs_read_proc(fs, &locks, "locks") == 0 && lock_is_held(directory, locks);
}

/* It may have ended between the first two checks. */
static bool is_interrupted(const struct daxbus_ctx *ctx, int directory)
{
	return journal_is_pending(directory) && !is_changing(ctx, directory) &&
	       journal_is_pending(directory);
}

enum daxbus_presence api_metrics_is_pending(const struct daxbus_ctx *ctx, uint64_t *ret_number)
{
	_cleanup_close_ int directory = -1;
	_cleanup_(strv_done) struct strv orphans = { 0 };

	*ret_number = 0;
	if (ctx->sysroot)
		return DAXBUS_UNKNOWN;
	directory = open(RUN_DIRECTORY, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	/* The first run that changes something creates it. */
	if (directory < 0)
		return errno == ENOENT ? DAXBUS_KNOWN : DAXBUS_UNKNOWN;
	if (faccessat(directory, ".", X_OK, 0) < 0)
		return DAXBUS_UNKNOWN;
	*ret_number = is_interrupted(ctx, directory);
	if (!*ret_number && lease_find_orphans(directory, &orphans) < 0)
		return DAXBUS_UNKNOWN;
	*ret_number |= orphans.n != 0;
	return DAXBUS_KNOWN;
}
