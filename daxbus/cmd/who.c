/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/who.h"

#include "cli/progress.h"
#include "cli/selectors.h"
#include "cmd/commands.h"
#include "output/who.h"

static int read_users(struct session *s, struct who *ret)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	struct progress progress;
	int r = selectors_query(s, &query) ?: session_open(s, &ctx);

	if (r < 0)
		return r;
	progress_start(&progress, false);
	daxbus_set_progress_fn(ctx, progress_show, &progress);
	r = api_who_read(ctx, query, ret, &s->error);
	progress_clear(&progress);
	return r;
}

static enum status run_who(struct session *s, const void *options _unused_)
{
	_cleanup_(who_done) struct who who = { 0 };
	int r = read_users(s, &who);

	if (r < 0)
		return session_status(r);
	if (who.incomplete)
		session_say("not all processes could be examined%s",
			    s->common.sysroot ? ": a captured tree has none"
					      : "; run as root, outside of containers");
	return session_status(s->common.json ? who_json_print(s, &who) : who_text_print(s, &who));
}

const struct command who_command = {
	.name = "who",
	.operands = "SELECTOR...",
	.summary = "show who uses devices, or memory on their nodes",
	.description =
		"Show who has a device open or mapped, which file systems are mounted from it, who has "
		"memory on its node, who may use no other node, and what brings memory online: "
		"processes, with unit and container, and the kernel. Without anybody, the table is "
		"empty.",
	.examples = {
		{ "daxbus who dax0.0", "show who is in the way before dax0.0 changes its mode" },
		{ "daxbus who --json mode=kmem | jq '.users[] | select(.way == \"memory\") | .pid'",
		  "for a script, print the processes that have memory on a node of kmem" },
	},
	.min_operands = 1,
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_SELECTORS,
	.flags = COMMAND_JSON,
	.run = run_who,
};
