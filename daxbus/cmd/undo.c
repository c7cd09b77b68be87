/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "api/undo.h"
#include "base/parse.h"
#include "cmd/change-common.h"

/* Without an operand, 0. */
static int parse_change(struct session *s, uint64_t *ret)
{
	*ret = 0;
	if (!s->n_operands)
		return 0;
	if (parse_u64(s->operands[0], 10, ret) < 0 || !*ret)
		return session_fail(&s->error, -EINVAL,
				    "'%s' is not the number of a change; see 'daxbus history'",
				    s->operands[0]);
	return 0;
}

static int undo(struct session *s, const struct change_options *given, struct daxbus_results **ret)
{
	_cleanup_(change_common_close) struct daxbus_ctx *ctx = NULL;
	_cleanup_(daxbus_request_free_p) struct daxbus_request *request = NULL;
	uint64_t number = 0;
	int r = parse_change(s, &number)
		?: change_common_request(s, given, &request)
		?: change_common_open(s, given, &ctx);

	return r ?: api_undo(ctx, number, request, given->dry_run, ret, &s->error);
}

static enum status run_undo(struct session *s, const void *given)
{
	return change_common_finish(s, given, undo, NULL);
}

static const struct option_row undo_rows[] = {
	CHANGE_FORCE_ROW,
};

const struct command undo_command = {
	.name = "undo",
	.operands = "[NUMBER]",
	.summary = "restore the state before a change",
	.description =
		"Bring the devices of the regions that a change of 'daxbus history' concerned back to "
		"what they were before it: their ranges, alignment, drivers, and the zone of each memory "
		"block. Later changes in these regions are undone, too. By default, it is the last change "
		"that is not undone yet. Everything is planned and checked as by the other commands, and all "
		"devices are changed, or none. If something else changed the devices meanwhile, or the "
		"state is lost, the change is refused.",
	.examples = {
		{ "daxbus undo --dry-run", "print what would be done to undo the last change" },
		{ "daxbus undo", "undo the last change; again, the one before" },
		{ "daxbus undo 12", "restore the state before change 12" },
	},
	COMMAND_OPTIONS(undo_rows),
	.options_size = sizeof(struct change_options),
	.max_operands = 1,
	/* Only --force, --wait and --timeout are settings of the request; this action has them. */
	.action = DAXBUS_RECONFIGURE,
	.flags = COMMAND_JSON | COMMAND_CHANGES | COMMAND_ROOT,
	.run = run_undo,
};
