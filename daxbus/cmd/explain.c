/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/explain.h"

#include "cli/selectors.h"
#include "cmd/commands.h"
#include "output/explain.h"

static int read_causes(struct session *s, struct causes *ret)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_query_free_p) struct daxbus_query *query = NULL;
	int r = selectors_query(s, &query) ?: session_open(s, &ctx);

	return r ?: api_explain_read(ctx, query, ret, &s->error);
}

static enum status run_explain(struct session *s, const void *options _unused_)
{
	_cleanup_(causes_done) struct causes causes = { 0 };
	int r = read_causes(s, &causes);

	if (r == 0 && s->common.json)
		r = explain_json_print(s, &causes);
	else if (r == 0)
		explain_text_print(s, &causes);
	if (r < 0)
		return session_status(r);
	return causes.n ? STATUS_FINDING : STATUS_DONE;
}

const struct command explain_command = {
	.name = "explain",
	.operands = "[SELECTOR...]",
	.summary = "find out why there is no device, or a device is not as it is wanted",
	.description =
		"Find out why the list is empty, or a device is not as it is wanted, and print each "
		"cause, the weightiest first, with the file and value, line of a configuration file "
		"or message of the kernel where it can be seen, and what to do next. With a SELECTOR, "
		"only for these devices. The exit status is 7 if something was found.",
	.examples = {
		{ "daxbus explain", "find out why there is no device" },
		{ "daxbus explain dax0.0", "find out what is wrong with a device" },
		{ "daxbus explain --json | jq -r '.findings[].code'", "for a script, print the codes" },
	},
	.max_operands = SIZE_MAX,
	.complete = COMPLETE_SELECTORS,
	.flags = COMMAND_JSON,
	.run = run_explain,
};
