/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/change-common.h"

/* clang-format off */
static const struct option_row recover_options[] = {
	{ .name = "forget", .help = "discard the record of the interrupted run without undoing it",
	  .type = OPTION_FLAG, .offset = CHANGE_MEMBER(forget), .excludes = EXCLUDE_RECOVERY },
};
/* clang-format on */

static int recover(struct session *s, const struct change_options *given,
		   struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	enum daxbus_recovery what = DAXBUS_RECOVER_UNDO;
	int r = change_common_request(s, given, &request) ?: change_common_open(s, given, &ctx);

	if (r < 0)
		return r;
	if (given->dry_run)
		what = DAXBUS_RECOVER_SHOW;
	else if (given->forget)
		what = DAXBUS_RECOVER_FORGET;
	return daxbus_recover(ctx, what, request, ret, &s->error);
}

static enum status run_recover(struct session *s, const void *data)
{
	const struct change_options *given = data;

	return change_common_finish(s, given, recover,
				    given->forget ? "the journal was removed"
						  : "nothing to recover");
}

const struct command recover_command = {
	.name = "recover",
	.summary = "undo the changes of an interrupted run",
	.description =
		"Undo the changes of a run of daxbus that was killed. Until then, commands that change "
		"devices refuse to run.",
	.examples = {
		{ "daxbus recover --dry-run",
		  "print what an interrupted run left behind, and how to undo it" },
		{ "daxbus recover", "undo it" },
	},
	COMMAND_OPTIONS(recover_options),
	.options_size = sizeof(struct change_options),
	/* Only --wait and --timeout are settings of the request; every action has them. */
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES | COMMAND_ROOT,
	.run = run_recover,
};
