/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <unistd.h>

#include "cmd/commands.h"

/* An unsuitable directory is a refusal: nothing was written. */
static enum status capture_status(int result)
{
	if (result == -ENOTEMPTY || result == -ENOTDIR)
		return STATUS_REFUSED;
	return session_status(result);
}

static enum status run_capture(struct session *s, const void *options _unused_)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	int r = session_open(s, &ctx);

	if (r < 0)
		return session_status(r);
	if (!s->common.sysroot && geteuid() != 0)
		session_say("the tree will lack what only root can read, such as addresses; run "
			    "'daxbus capture' as root for a whole one");
	return capture_status(daxbus_capture(ctx, s->operands[0], &s->error));
}

const struct command capture_command = {
	.name = "capture",
	.operands = "DIR",
	.summary = "copy the files that 'list' reads into a directory",
	.description =
		"Copy the files, links and directories that 'daxbus list' reads into DIR, which is "
		"created if it does not exist and must be empty otherwise. Use --sysroot=DIR to "
		"read the copy on any machine. A file that cannot be read becomes an empty file; "
		"run as root to copy all files.",
	.examples = {
		{ "daxbus capture /tmp/bus && tar -C /tmp -cJf bus.tar.xz bus",
		  "create an archive to attach to a bug report" },
		{ "daxbus --sysroot /tmp/bus list", "list the devices of the copy, on any machine" },
	},
	.min_operands = 1,
	.max_operands = 1,
	.complete = COMPLETE_DIRECTORIES,
	.run = run_capture,
};
