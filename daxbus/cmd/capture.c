/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "cmd/commands.h"

/* A folder that is no fit place is refused; nothing was touched. */
static enum status capture_status(int result)
{
	if (result == -ENOTEMPTY || result == -ENOTDIR)
		return STATUS_REFUSED;
	return status_of(result);
}

static enum status run(struct session *s, const void *options _unused_, char **operands,
		       size_t n_operands _unused_)
{
	_cleanup_(daxbus_unref_p) struct daxbus_ctx *ctx = NULL;
	int r = session_open(s, &ctx);

	if (r < 0)
		return status_of(r);
	return capture_status(daxbus_capture(ctx, operands[0], &s->error));
}

static const struct example examples[] = {
	{ "daxbus capture /tmp/bus && tar -C /tmp -cJf bus.tar.xz bus",
	  "something to attach to a report" },
	{ "daxbus --sysroot /tmp/bus list", "look at it, on any machine" },
};

const struct command capture_command = {
	.name = "capture",
	.operands = "DIR",
	.summary = "copy what 'list' reads into a folder",
	.description =
		"Copy the files, links and folders that 'daxbus list' reads into DIR, which is "
		"made, or is there and empty. The copy is read with --sysroot=DIR, on any "
		"machine. What could not be read (run as root to have it all) becomes an empty "
		"file.",
	.examples = examples,
	.n_examples = ARRAY_SIZE(examples),
	.min_operands = 1,
	.max_operands = 1,
	.complete = COMPLETE_FOLDERS,
	.run = run,
};
