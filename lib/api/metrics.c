/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "api/context.h"
#include "execute/journal.h"
#include "execute/lock.h"
#include "io/rootfs.h"

enum daxbus_presence api_metrics_is_pending(const struct daxbus_ctx *ctx, uint64_t *ret_number)
{
	_cleanup_close_ int directory = -1;

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
	return DAXBUS_KNOWN;
}

/* The directory of a file; the name is the part of @path behind the last slash. */
static int open_parent_of(const char *path, const char *name)
{
	_cleanup_free_ char *directory = NULL;
	int fd;

	if (string_format(&directory, "%.*s", (int)(name - path), path) < 0)
		return -ENOMEM;
	fd = open(*directory ? directory : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int api_metrics_write(const char *path, const char *text, struct daxbus_error *error)
{
	_cleanup_close_ int directory = -1;
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	int r;

	if (!*name || streq(name, ".") || streq(name, ".."))
		return error_set(error, -EINVAL, "'%s' is not the name of a file", path);
	directory = open_parent_of(path, name);
	r = directory < 0 ? directory : rootfs_replace_in(directory, name, text);
	return r < 0 ? error_set(error, r, "cannot write %s: %s", path, strerror(-r)) : 0;
}
