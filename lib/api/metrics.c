/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "api/context.h"
#include "execute/journal.h"
#include "execute/lease.h"
#include "execute/lock.h"

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
	*ret_number = journal_is_pending(directory);
	if (!*ret_number && lease_find_orphans(directory, &orphans) < 0)
		return DAXBUS_UNKNOWN;
	*ret_number |= orphans.n != 0;
	return DAXBUS_KNOWN;
}
