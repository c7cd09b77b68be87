/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/parse.h"
#include "cmd/commands.h"
#include "output/history.h"

#define LIMIT_DEFAULT 20

struct history_options {
	const char *limit;
	const char *root;
};

static int parse_limit(struct session *s, const char *text, size_t *ret)
{
	uint64_t limit = LIMIT_DEFAULT;

	if (text && (parse_u64(text, 10, &limit) < 0 || !limit))
		return session_fail(&s->error, -EINVAL, "--limit: '%s' is not a number above 0",
				    text);
	*ret = limit;
	return 0;
}

static enum status run_history(struct session *s, const void *data)
{
	_cleanup_(daxbus_free_p) struct daxbus_ctx *ctx = NULL;
	_cleanup_(api_history_free_p) struct history *history = NULL;
	const struct history_options *given = data;
	size_t limit = 0;
	int r = parse_limit(s, given->limit, &limit)
			?: session_open(s, &ctx)
			?: api_history_read(ctx, given->root, limit, &history, &s->error);

	if (r < 0)
		return session_status(r == -ENOTDIR ? -EINVAL : r);
	if (history->n_unreadable)
		session_say("%zu records of the history are incomplete or corrupt, and skipped",
			    history->n_unreadable);
	if (s->common.json)
		return session_status(history_json_print(s, history));
	if (!history->n)
		session_say("the history has no change");
	return session_status(history_text_print(s, history));
}

static const struct option_row history_options[] = {
	{ .name = "limit",
	  .argument = "N",
	  .help = "show the newest N changes (default: 20)",
	  .type = OPTION_STRING,
	  .offset = offsetof(struct history_options, limit) },
	{ .name = "root",
	  .argument = "DIR",
	  .help = "show the history of the system installed in DIR instead of that of the running "
		  "one",
	  .type = OPTION_STRING,
	  .offset = offsetof(struct history_options, root),
	  .complete = COMPLETE_DIRECTORIES },
};

const struct command history_command = {
	.name = "history",
	.summary = "show what was changed, when and by whom",
	.description =
		"Show the runs of daxbus, and of other programs with its library, that changed devices: "
		"when, by whom, how it ended, what it changed, and the command line. The newest is the "
		"last one. 'daxbus undo' restores the state before one of them, and 'daxbus diff' "
		"compares with it.",
	.examples = {
		{ "daxbus history", "show the last 20 changes" },
		{ "daxbus history --json --limit=1 | jq '.history[0].steps'",
		  "print the steps of the last change" },
	},
	COMMAND_OPTIONS(history_options),
	.options_size = sizeof(struct history_options),
	.flags = COMMAND_JSON,
	.run = run_history,
};
